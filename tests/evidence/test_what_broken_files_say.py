"""A file that cannot be replayed is refused in words of both languages, never in Python's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lossmith.errors import LossmithError, NotCertified, UsageError
from lossmith.evidence.replay import replay
from lossmith.prove.prover import curvature
from lossmith.text.parse import parse


def reasons(error: LossmithError) -> tuple[str, str]:
    assert error.why is not None
    return error.why.en, error.why.zh


def test_a_missing_file_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        replay(tmp_path / "none.json")
    assert reasons(caught.value) == ("there is no such file or folder", "没有这个文件或文件夹")


@pytest.mark.parametrize("text", ['{"a": 1', "hello", '{"a" 1}', "[" * 100_000])
def test_a_file_that_is_no_json_says_where(tmp_path: Path, text: str) -> None:
    path = tmp_path / "broken.json"
    path.write_text(text)
    with pytest.raises(NotCertified) as caught:
        replay(path)
    en, zh = reasons(caught.value)
    assert "Expecting" not in en + zh
    assert en != zh


def test_a_verdict_prints_in_one_line() -> None:
    formula = parse("norm2(X*w - y)^2")
    verdict = curvature(formula.expr, tuple(s for s in formula.symbols if s.name == "w"))
    assert str(verdict) == "proved: convex in w"
    assert "\n" not in repr(verdict)
    assert len(repr(verdict)) < 100
    assert verdict._repr_mimebundle_() == {"text/plain": str(verdict)}


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("name", "2"),  # it would tell that x^2 is concave
        ("name", "1/2"),
        ("name", ""),
        ("name", None),
        ("structure", ["posdef"]),
        ("structure", "simplex"),
        ("interval", ["1", "0", False, False]),  # of no number everything is true
    ],
)
def test_a_symbol_that_says_something_else_is_refused(place: str, value: object) -> None:
    formula = parse("x^a", declare="x: scalar > 0; a: scalar in [0, 1]")
    verdict = curvature(formula.expr, tuple(s for s in formula.symbols if s.name == "x"))
    data = json.loads(json.dumps(verdict.to_json()))
    assert replay(data)
    for row in data["certificates"][0]["nodes"]:
        if row["kind"] == "symbol" and row["name"] == "a":
            row[place] = value
    with pytest.raises(LossmithError):
        replay(data)
