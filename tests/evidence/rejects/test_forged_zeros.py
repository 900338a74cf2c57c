"""Forged certificates of stationary points: points that are none, boxes that hold one, kinks."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest

from lossmith.errors import NotCertified
from lossmith.evidence.arithmetic.sturm import all_zeros_within
from lossmith.evidence.points.krawczyk import Box
from lossmith.evidence.points.zeros import ListedZero, Row, ZerosCertificate, check_zeros
from lossmith.expr.build import add, power, symbol
from lossmith.expr.sets import Interval, closed, point
from lossmith.expr.types import Assumptions
from lossmith.text.parse import parse

HALF, NOWHERE = Fraction(1, 2), Interval(Fraction(1), Fraction(0))


def _says(
    text: str,
    box: Sequence[Interval],
    rows: Sequence[Row],
    *zeros: ListedZero,
    split: tuple[str, str] | None = None,
    y: str = "scalar",
    x: str = "scalar",
) -> ZerosCertificate:
    """Return the certificate that the formula is stationary in the box at these points alone."""
    declared = f"x: {x}; y: {y}"
    wrt = parse("x + y" if len(box) == 2 else "x", declared).symbols
    splits = (tuple(parse(t, declared).expr for t in split),) if split else ()
    e = parse(text, declared).expr
    return ZerosCertificate(e, wrt, tuple(box), tuple(rows), zeros, splits)  # type: ignore[arg-type]


def _there(*alone: Interval, box: Box | None = None, kind: str = "") -> ListedZero:
    return ListedZero(alone if box is None else box, alone, kind)


def _point(*at: Fraction | int, kind: str = "") -> ListedZero:
    return _there(*(point(q) for q in at), kind=kind)


ONE = (("zero", 0),)
NONE = (("empty",),)
UNIT, TWO = closed(-1, 1), closed(-2, 2)
AT_0 = (point(0), point(0))
SADDLE = _point(0, 0, kind="saddle")

SHOWN = {
    "a vertex": _says("x^2", [UNIT], ONE, _there(TWO)),
    "a saddle inside the declared set": _says("x*y", AT_0, ONE, SADDLE, x="scalar in [-1, 1]"),
    "a saddle above the declared end": _says("x*y", AT_0, ONE, SADDLE, x="scalar >= -1"),
    "a saddle below the declared end": _says("x*y", AT_0, ONE, SADDLE, y="scalar <= 1"),
    "a minimum on the edge": _says(
        "x^2 + y^2", AT_0, ONE, _point(0, 0, kind="minimum"), x="scalar >= 0"
    ),
    "a point beside a kink": _says(
        "x^2/2 - 3*abs(x)", [closed(1, 6)], ONE, _there(closed(1, 6), kind="minimum")
    ),
    "a box where nothing has a value": _says("log(x)", [closed(-2, -1)], NONE),
    "a weight and a core": _says(
        "exp(x^2)", [UNIT], ONE, _there(UNIT, kind="minimum"), split=("exp(x^2)", "2*x")
    ),
    "a point of a flat box": _says("x^2 + y^2", [point(0), UNIT], ONE, _there(UNIT, UNIT)),
}


@pytest.mark.parametrize("c", SHOWN.values(), ids=SHOWN.keys())
def test_what_is_shown_is_accepted(c: ZerosCertificate) -> None:
    check_zeros(c)


UPHILL = ("x^2/2 + 3*abs(x)", [closed(-5, 9)])
FORGED = {
    "a step across a kink loses a point": _says(
        "x^2/2 - 3*abs(x)", [closed(-4, 6)], (("shrink",), *ONE), _point(3)
    ),
    "a box across a kink": _says("x^2/2 - x - 3*abs(x)", [closed(-5 * HALF, 7 * HALF)], NONE),
    "a point behind a kink": _says(*UPHILL, ONE, _there(closed(-5, 9))),
    "two points as one": _says("x^3/3 - x/4", [UNIT], ONE, _there(UNIT)),
    "no point in a box": _says("x^3/3 + x", [UNIT], ONE, _there(UNIT)),
    "no point in a box flat on one side": _says(
        "x^2/2 + y^3/3 + y", [point(0), UNIT], ONE, _there(point(0), UNIT)
    ),
    "a point beside the box in one variable": _says(
        "x^2/2 + y^2/2", [UNIT, closed(HALF, 1)], ONE, _there(UNIT, closed(HALF, 1))
    ),
    "a point in no box": _says(
        "x^2", [closed(3, 4)], NONE, _there(point(1), box=(NOWHERE,), kind="")
    ),
    "a point where the slope is not 0": _says("x^2", [point(1)], ONE, _point(1)),
    "a point listed twice": _says(
        "x^2", [UNIT], ONE, _there(TWO), _there(closed(-1, 3), box=(UNIT,))
    ),
    "two points in one row": _says("x^3/3 - x/4", [UNIT], ONE, _there(closed(HALF / 2, 1))),
    "a point that is no integer": _says(
        "x^2 + y^2 - y", [UNIT, closed(0, 1)], ONE, _there(TWO, TWO), y="scalar integer"
    ),
    "a point that is no value": _says(
        "x^2 + y^2 - y", [UNIT, closed(0, 1)], ONE, _there(TWO, TWO), y="scalar in {0, 1}"
    ),
    "a point outside in one variable": _says("x^2 + y^2", AT_0, ONE, _point(0, 0), y="scalar >= 1"),
    "a flat box on a kink": _says("abs(abs(x) + x) - abs(x) - x", [point(0)], NONE),
    "a flat box on a kink of the plane": _says(
        "abs(abs(x) + x) - abs(x) - x + y^2", [point(0), closed(-1, 2)], NONE
    ),
    "a slope whose formula has no value": _says("xlogx(x^2)", [point(0)], NONE),
    "the same on a whole box": _says("xlogx((sign(x) - 1)*x)", [closed(1, 2)], NONE),
    "the same for a root": _says("sqrt((sign(x) - 1)*x)", [closed(1, 2)], NONE),
    "a weight without a value": _says(
        "(x + 3/4)^2",
        [UNIT],
        (("split", 0, -HALF), *NONE, *NONE),
        split=("3 + xlogx(x)", "2*(x + 3/4)/(3 + xlogx(x))"),
    ),
    "a weight without a value at a point": _says(
        "x^2/2 - 5*x", [closed(1, 2)], NONE, _point(0), split=("1/x", "x*(x - 5)")
    ),
    "a weight that is 0 at the point": _says(
        "x^3/3 - x^2/2", [UNIT], (("split", 0, HALF), *NONE, *NONE), split=("x", "x - 1")
    ),
    **{
        f"a saddle on an edge, {name} {declared}": _says(
            "x*y", AT_0, ONE, SADDLE, **{name: declared}
        )
        for name in "xy"
        for declared in ("scalar >= 0", "scalar <= 0", "scalar in [0, 1]", "scalar in [-1, 0]")
    },
    **{
        f"{kind} where the Hessian is silent": _says(
            "x^4 + y^4", AT_0, ONE, _point(0, 0, kind=kind)
        )
        for kind in ("minimum", "maximum", "saddle")
    },
}


@pytest.mark.parametrize("c", FORGED.values(), ids=FORGED.keys())
def test_what_is_not_shown_is_refused(c: ZerosCertificate) -> None:
    with pytest.raises(NotCertified):
        check_zeros(c)


def test_two_variables_have_two_names() -> None:
    x, twin = symbol("x"), symbol("x", (), Assumptions(closed(-9, None)))
    good = _says("x^2 + y^2", AT_0, ONE, _point(0, 0, kind="minimum"))
    check_zeros(good)
    with pytest.raises(NotCertified):
        check_zeros(replace(good, e=add(power(x, 2), power(twin, 2)), wrt=(x, twin)))


# -- zeros of one polynomial -----------------------------------------------------------------------

ROOTS = [(), (0,), (-1, 2), (1, 1), (0, 0, 0, 2), (-2, -1, 1, 2, 2)]
OTHERS = [(1,), (-3,), (1, 1, 1), (2, 0, 5)]
"""Factors without a real zero."""


def _polynomial(roots: Sequence[int], other: Sequence[int]) -> tuple[Fraction, ...]:
    f = [Fraction(c) for c in other]
    for r in roots:
        f = [p - r * q for p, q in zip([Fraction(0), *f], [*f, Fraction(0)], strict=True)]
    return tuple(f)


@pytest.mark.parametrize("other", OTHERS, ids=str)
@pytest.mark.parametrize("roots", ROOTS, ids=str)
def test_zeros_are_within_intervals_exactly_if_they_are(
    roots: tuple[int, ...], other: tuple[int, ...]
) -> None:
    f, draw = _polynomial(roots, other), random.Random(7)
    held = 0
    for _ in range(120):
        ends = [Fraction(draw.randrange(-6, 7), 2) for _ in range(2 * draw.randrange(0, 5))]
        if draw.random() < 0.9:
            ends.sort()
        intervals = list(zip(ends[::2], ends[1::2], strict=True))
        if draw.random() < 0.5:
            intervals = sorted({*intervals, *((Fraction(r), Fraction(r)) for r in roots)})
        apart = all(lo <= hi for lo, hi in intervals) and all(
            a[1] < b[0] for a, b in pairwise(intervals)
        )
        clear = not any(lo < hi and {lo, hi} & set(roots) for lo, hi in intervals)
        inside = all(any(lo <= r <= hi for lo, hi in intervals) for r in roots)
        assert all_zeros_within(f, intervals) == (apart and clear and inside)
        held += apart and clear and inside
    assert held
