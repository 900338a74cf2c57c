"""Single steps whose premises speak of something else, or whose parts are read wrongly."""

from __future__ import annotations

import pytest
from proofs import e, follows, groups, s

from lossmith.evidence.certificate import Claim
from lossmith.expr.build import const


def _says(kind: str, text: str, other: int | str | None = None, wrt: str = "") -> Claim:
    value = None if other is None else e(other) if isinstance(other, str) else const(other)
    return Claim(kind, e(text), tuple(s(name) for name in wrt.split()), None, value)


def _strong(text: str, m: int, wrt: str = "x") -> Claim:
    return _says("strong", text, m, wrt)


WHOLE = tuple(groups([0, 1]))
LOGS = _says("identity", "(x + 1)*log(x)", "x*log(x) + log(x)")
LOG = _says("total", "x*log(x) + log(x)")
LOW = _says("affine", "low", wrt="low")
BOTH = "x y"
STEPS: list[tuple[str, Claim, list[Claim], tuple[object, ...], bool]] = [
    ("psd-sum", _says("psd", "A + S"), [_says("psd", "S")], (), True),
    ("psd-sum", _says("psd", "A + S"), [_says("psd", "P")], (), False),
    ("total", LOG, [LOGS, _says("total", "(x + 1)*log(x)")], (), True),
    ("total", LOG, [LOGS, _says("total", "x")], (), False),
    # A constant is convex, but not strictly.
    (
        "choice",
        _says("strictly_convex", "if(free > 0, x^2, 1)", wrt="x"),
        [_says("strictly_convex", "x^2", wrt="x")],
        (),
        False,
    ),
    # A group of terms is all of them, once.
    ("constants-sum", _strong("x^2 + sin(x)", 2), [_strong("x^2 + sin(x)", 2)], WHOLE, True),
    ("constants-sum", _strong("x^2 + sin(x)", 4), [_strong("x^2 + sin(x)", 2)], WHOLE, False),
    (
        "constants-sum",
        _strong("x^2 + sin(x)", 2),
        [_strong("x^2", 2), _strong("sin(x)", 2)],
        WHOLE,
        False,
    ),
    # What is subtracted is concave, or it bends the sum down.
    *(
        (
            "constants-sum",
            _strong("x^2 - log(1 + exp(x))", 2),
            [_strong("x^2", 2), _says(kind, "log(1 + exp(x))", wrt="x")],
            tuple(groups([0], [1])),
            kind == "concave",
        )
        for kind in ("concave", "convex", "strictly_convex")
    ),
    # A sum is multiplied out with all other factors, itself no longer among them; not its square.
    (
        "constants-sum",
        _says("smooth", "(x + y)^2", 0, BOTH),
        [_says("smooth", "x", 0, BOTH), _says("smooth", "y", 0, BOTH)],
        (),
        False,
    ),
    *(
        (
            "constants-sum",
            _strong("r*(x + y)", 4, BOTH),
            [_strong(f"x*{rest}", 2, BOTH), _strong(f"y*{rest}", 2, BOTH)],
            (),
            False,
        )
        for rest in ("r*(x + y)", "(x + y)")
    ),
    # u^(3/2) has no value for u < 0, and 1/u is concave there.
    (
        "composition",
        _says("convex", "(x^2 - 1)^(3/2)", wrt="x"),
        [_says("convex", "x^2 - 1", wrt="x")],
        (),
        False,
    ),
    ("composition", _says("convex", "1/low", wrt="low"), [LOW], (), False),
    ("composition", _says("concave", "1/low", wrt="low"), [LOW], (), True),
]


@pytest.mark.parametrize(("rule", "claim", "premises", "parameters", "good"), STEPS)
def test_a_step_follows_from_the_right_premises_alone(
    rule: str, claim: Claim, premises: list[Claim], parameters: tuple[object, ...], good: bool
) -> None:
    assert follows(rule, claim, premises, parameters) is good
