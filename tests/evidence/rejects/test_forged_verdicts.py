"""Verdicts in files that say more than their evidence: labels, strictness, variables, constants."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from lossmith.errors import NotCertified
from lossmith.evidence.replay import replay
from lossmith.expr.serial import expr_to_json
from lossmith.prove.prover import curvature
from lossmith.text.parse import parse

Data = dict[str, Any]


def _verdict(text: str, *wrt: str) -> Data:
    """Return the verdict of the search as it is read back from a file."""
    f = parse(text, "x: scalar; y: scalar")
    return json.loads(json.dumps(curvature(f.expr, tuple(f.symbol(w) for w in wrt)).to_json()))


CONVEX, STRICT = _verdict("softplus(x)^2 + abs(y)", "x", "y"), _verdict("x^2 + exp(x)", "x")
CONCAVE, AFFINE = _verdict("-x^2", "x"), _verdict("2*x + 1", "x")
BOUNDED = _verdict("x^2 + sin(x)/2", "x")
NEITHER, OPEN = _verdict("x^3", "x"), {"status": "undecided", "label": "unknown"}


@pytest.mark.parametrize("data", [CONVEX, STRICT, CONCAVE, AFFINE, BOUNDED, NEITHER], ids=range(6))
def test_a_verdict_is_accepted(data: Data) -> None:
    assert replay(data)


def _with(data: Data, **changes: Any) -> Data:
    return {**json.loads(json.dumps(data)), **changes}


def _constant(data: Data, kind: str, text: str) -> Data:
    return _with(data, **{kind: {**data[kind], "value": expr_to_json(parse(text).expr)}})


def _mixed() -> Data:
    """Return a verdict with a proof about another function beside its own."""
    return _with(STRICT, certificates=[*STRICT["certificates"], *AFFINE["certificates"]])


FORGED: dict[str, Callable[[], Data]] = {
    "convex called concave": lambda: _with(CONVEX, label="concave"),
    "convex called affine": lambda: _with(CONVEX, label="affine"),
    "convex called neither": lambda: _with(CONVEX, label="neither"),
    "convex called strict": lambda: _with(CONVEX, strict=True),
    "concave called convex": lambda: _with(CONCAVE, label="convex"),
    "concave called affine": lambda: _with(CONCAVE, label="affine"),
    "affine called neither": lambda: _with(AFFINE, label="neither"),
    "affine called strict": lambda: _with(AFFINE, label="convex", strict=True),
    "neither called convex": lambda: _with(NEITHER, label="convex"),
    "neither called affine": lambda: _with(NEITHER, label="affine"),
    "one counterexample of two": lambda: _with(NEITHER, witnesses=NEITHER["witnesses"][:1]),
    "a label of no name": lambda: _with(CONVEX, label="monotone"),
    "other variables": lambda: _with(CONVEX, wrt=["x"]),
    "the variables in another order": lambda: _with(CONVEX, wrt=["y", "x"]),
    "variables of a counterexample": lambda: _with(NEITHER, wrt=["y"]),
    "no evidence": lambda: _with(CONVEX, certificates=[]),
    "an empty verdict": lambda: dict(OPEN),
    "an empty verdict with lists": lambda: _with(OPEN, certificates=[], witnesses=[]),
    "two functions": _mixed,
    "the constant L as m": lambda: _with(
        BOUNDED, strong={**BOUNDED["strong"], "value": BOUNDED["smooth"]["value"]}
    ),
    "a constant that is not proved": lambda: _constant(STRICT, "strong", "3 + x - x"),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_verdict_that_says_more_is_refused(name: str) -> None:
    with pytest.raises(NotCertified):
        replay(FORGED[name]())


def _block(verdict: Data, passes: list[Data], cases: list[Data]) -> Data:
    held = ([{"verdict": v} for v in vs] for vs in (passes, cases))
    return {"verdict": verdict, **dict(zip(("passes", "cases"), held, strict=True))}


@pytest.mark.parametrize("place", ["verdict", "passes", "cases"])
def test_every_verdict_of_a_lattice_is_looked_at(place: str) -> None:
    replay({"blocks": [_block(CONVEX, [STRICT], [CONCAVE]), _block(NEITHER, [], [])]})
    bad = _with(CONVEX, label="concave")
    held = {"verdict": CONVEX, "passes": [STRICT], "cases": [CONCAVE]}
    held[place] = bad if place == "verdict" else [STRICT, bad]
    with pytest.raises(NotCertified):
        replay({"blocks": [_block(NEITHER, [], []), _block(**held)]})  # type: ignore[arg-type]


def test_only_an_object_is_a_verdict(tmp_path: Any) -> None:
    for k, text in enumerate(("[1]", "3", "{", "", '{"certificates": 1}')):
        path = tmp_path / f"{k}.json"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(NotCertified):
            replay(path)
    path = tmp_path / "whole.json"
    path.write_text(json.dumps(CONVEX), encoding="utf-8")
    assert replay(path)
