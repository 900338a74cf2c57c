"""Forged courses of a function by hand: hidden points, jumps, stretches without a value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from lossmith.errors import LossmithError, NotCertified
from lossmith.evidence.arithmetic.second import derivative
from lossmith.evidence.points.course import Course, Stretch, Turn
from lossmith.evidence.points.course_check import check_course, is_void, on_stretch, running
from lossmith.expr.build import add, const, scale
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.sets import Interval, opened
from lossmith.text.parse import parse

Sign = int | None


def _e(text: str) -> Expr:
    return parse(text, "x: scalar").expr


def _stretch(e: Expr, x: Symbol, sign: Sign, inside: Interval, why: str = "direct") -> Stretch:
    """Return a stretch that says that the slope visibly has this sign."""
    body = None if sign is None else on_stretch(e, x, inside)
    if sign is None or body is None:
        return Stretch(inside, sign, const(1), const(1), ((inside, "direct"),))
    core = scale(Fraction(sign), derivative(body, running(inside)))
    return Stretch(inside, sign, const(1), core, ((inside, why),))


def _course(
    text: str, signs: Sequence[Sign], *turns: Turn, declared: str = "scalar", why: str = "direct"
) -> Course:
    """Return a course over the line with these signs between the turns, shown as plainly as can be.

    A turn may lie apart from its stretches: they end at ``low`` and begin at ``high``.
    """
    formula = parse(text, f"x: {declared}")
    (x,) = formula.symbols
    ends = [None, *(q for t in turns for q in (t.low, t.high)), None]
    inside = [opened(lo, hi) for lo, hi in zip(ends[::2], ends[1::2], strict=True)]
    parts = [_stretch(formula.expr, x, s, i, why) for s, i in zip(signs, inside, strict=True)]
    return Course(formula.expr, x, opened(None, None), tuple(parts), turns)


def _turn(low: Any, high: Any = None, kind: Any = "stationary", switch: str = "") -> Turn:
    high = low if high is None else high
    return Turn(Fraction(low), Fraction(high), kind, _e(switch) if switch else None)


def _corner(low: Any, high: Any, switch: str = "x") -> Turn:
    return _turn(low, high, "kink", switch)


def _by_coefficients(text: str) -> Course:
    """Return a course that rises all along the line, by the signs of coefficients."""
    plain = _course(text, (1,))
    rows = ((plain.box, "polynomial"),)
    return replace(plain, stretches=(replace(plain.stretches[0], rows=rows),))


SHOWN = [
    _by_coefficients("x^3 + x"),
    _course("x^2", (-1, 1), _turn(0)),
    _course("x^2", (-1, 1), _turn(-1, 1)),
    _course("x^4 + x^2", (-1, 1), _turn(-2, 2), why="polynomial"),
    _course("abs(x)", (-1, 1), _turn(0, kind="kink")),
    _course("abs(x)", (-1, 1), _corner(-1, 1)),
    _course("if(x > 0, x + 1, x)", (1, 1), _turn(0, kind="gap")),
    _course("log(x)", (None, 1), _turn(0, kind="gap")),
    _course("max(x, 0)", (0, 1), _turn(0, kind="kink")),
    _course("max(x, 0)", (0, 1), _corner(-1, 1)),
]


@pytest.mark.parametrize("c", SHOWN, ids=range(len(SHOWN)))
def test_a_course_by_hand_is_accepted(c: Course) -> None:
    check_course(c)


FORGED = {
    "a kink where the slope is 0": _course("x^2", (-1, 1), _turn(0, kind="kink")),
    "a kink where the slope rises from 0": _course("x^(5/3)", (1, 1), _turn(0, kind="kink")),
    "a stationary corner": _course("abs(x)", (-1, 1), _turn(0)),
    "a turn of no kind": _course("abs(x)", (-1, 1), _turn(0, kind="pole")),
    "a jump as a kink": _course("if(x > 0, x + 1, x)", (1, 1), _turn(0, kind="kink")),
    "a stationary jump": _course("if(x > 0, x^2 + 1, x^3)", (1, 1), _turn(0)),
    "a value apart": _course("if(x > 0, x, if(x == 0, 1, -x))", (-1, 1), _turn(0, kind="kink")),
    "a pole as a kink": _course("1/x^2", (1, -1), _turn(0, kind="kink")),
    "a kink at the end of all values": _course("log(x)", (None, 1), _turn(0, kind="kink")),
    "a kink where one side has no value": _course("sqrt(x)", (None, 1), _turn(0, kind="kink")),
    "no value where there is one": _course("x^2", (None,)),
    "no value where a choice is open": _course("if(x > 0, x, 1)", (None,)),
    "no value where one side has none": _course("sqrt(x)", (None,)),
    "a slope that is 0 at a point": _course("x^3", (1,)),
    "a slope that is 0 at a point, as a polynomial": _by_coefficients("x^3"),
    "a slope of the other sign": _course("exp(x)", (-1,)),
    "a slope that is not 0": _course("exp(x)", (0,)),
    "three points as one": _course("x^4 - 2*x^2", (-1, 1), _turn(-2, 2), why="polynomial"),
    "signs that are turned around": _course("x^2", (1, -1), _turn(0)),
    "a flat stretch as one that rises": _course("max(x, 0)", (1, 1), _turn(0, kind="kink")),
    "a stretch that runs back": _course(
        "exp(x)", (1, -1, 1), _turn(1, kind="kink"), _turn(0, kind="kink")
    ),
    "a point where the slope keeps its sign": _course("x^3 + x", (1, 1), _turn(-1, 1)),
    "a point where the slope only falls": _course("x^3/3 + x^2 + 2*x", (1, 1), _turn(-2, -1)),
    "a stationary corner in an interval": _course("abs(x)", (-1, 1), _turn(-1, 1)),
    "a point after a corner": _course("if(x < -1, -x, (x + 3)^2)", (-1, 1), _turn(-1, 1)),
    "a point before a corner": _course("if(x > 1, x, (x - 3)^2)", (-1, 1), _turn(-1, 1)),
    "an interval as a gap": _course("abs(x)", (-1, 1), _turn(-1, 1, "gap")),
    "an interval as a gap with a switch": _course("x^2", (-1, 1), _turn(-1, 1, "gap", "x")),
    "a corner without a switch": _course("abs(x)", (-1, 1), _turn(-1, 1, "kink")),
    "a switch that is 0 nowhere": _course("abs(x)", (-1, 1), _corner(-1, 1, "x + 2")),
    "a switch that is 0 elsewhere": _course("abs(x)", (-1, 1), _corner(-1, 1, "x - 1/2")),
    "a switch that is 0 twice": _course("abs(x)", (-1, 1), _corner(-1, 1, "x^2 - 1/4")),
    "a switch that changes no sign": _course("abs(x)", (-1, 1), _corner(-1, 1, "x^2")),
    "a smooth function as a corner": _course("x^2", (-1, 1), _corner(-1, 1)),
    "a point beside a corner": _course("abs(x) + 3*(x - 1/2)^2", (-1, 1), _corner(-1, 1)),
    "a point before the corner": _course("abs(x) + 3*(x + 1/2)^2", (-1, 1), _corner(-1, 1)),
    "a flat function as a corner": _course("max(min(x, 0), 0)", (0, 0), _corner(-1, 1)),
    "a product that is flat, as a corner": _course("max(x, 0)*max(-x, 0)", (0, 0), _corner(-1, 1)),
    "a jump as a corner": _course("if(x >= 0, x + 1, x)", (1, 1), _corner(-1, 1)),
    "a jump of the sign as a corner": _course("sign(x) + x", (1, 1), _corner(-1, 1)),
    "a jump by a quotient as a corner": _course("abs(x)/x + x", (1, 1), _corner(-1, 1)),
    "a pole as a corner": _course("abs(x)/x^2 + x", (1, -1), _corner(-1, 1)),
    "a hole before a turn": replace(
        _course("x^3 - 3*x", (1, 1), _turn(-2, 2)), turns=(_turn(2, kind="gap"),)
    ),
    "a hole behind a turn": replace(
        _course("x^3 - 3*x", (1, 1), _turn(-2, 2)), turns=(_turn(-2, kind="gap"),)
    ),
    "an interval turned around": _course("exp(x)", (1, 1), _turn(1, -1, "kink")),
    "an empty stretch": _course("x^3", (1, -1, 1), _turn(0), _turn(0)),
    "a stretch too many": replace(_course("x^2", (-1, 1), _turn(0)), turns=()),
    "a turn too many": replace(
        _course("x^2", (-1, 1), _turn(0)), turns=(_turn(0), _turn(1, kind="gap"))
    ),
    "whole numbers": _course("x^2", (-1, 1), _turn(0), declared="scalar integer"),
    "two values": _course("x^2", (-1, 1), _turn(0), declared="scalar in {-1, 1}"),
    "more than the declared set": _course("x^2", (-1, 1), _turn(0), declared="scalar >= 0"),
}


@pytest.mark.parametrize("c", FORGED.values(), ids=FORGED.keys())
def test_a_forged_course_is_refused(c: Course) -> None:
    with pytest.raises((NotCertified, ValueError)):
        check_course(c)


def test_stretches_run_from_end_to_end_of_the_box() -> None:
    good = _course("exp(x)", (1,))
    check_course(good)
    short = _stretch(good.e, good.x, 1, opened(0, 1))
    check_course(replace(good, stretches=(short,), box=opened(0, 1)))
    for stretch, box in ((short, opened(None, 1)), (short, opened(0, None))):
        with pytest.raises(NotCertified):
            check_course(replace(good, stretches=(stretch,), box=box))


@pytest.mark.parametrize("text", ["exp(x)", "x^3", "x^(1/3)", "1/x", "x + x^2", "x*exp(x)"])
def test_what_has_values_is_not_called_void(text: str) -> None:
    (x,) = parse(text, "x: scalar").symbols
    assert not is_void(_e(text), x, opened(-2, -1))
    for other in ("sqrt(x)", "log(x) + exp(x)", "x^(-3/2)*exp(x)"):
        assert is_void(_e(other), x, opened(-2, -1))


def test_a_formula_holds_no_other_symbol() -> None:
    c = _course("x^2", (-1, 1), _turn(0))
    y = parse("y", "y: scalar in [0, 1]").expr
    with pytest.raises((LossmithError, ValueError)):
        check_course(replace(c, e=add(c.e, y)))
