"""Forged certificates that a gradient vanishes nowhere else: all holds but for one thing."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from lossmith.errors import NotCertified
from lossmith.evidence.points.elimination import (
    ELIMINATION,
    Eliminant,
    EliminationCertificate,
    Factor,
    check_elimination,
)
from lossmith.evidence.points.zeros import ListedZero
from lossmith.expr.build import add, const
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.sets import closed, point
from lossmith.expr.walk import substitute
from lossmith.text.parse import parse

# -- by hand: x^3/3 - x + y^2/2, with gradient (x^2 - 1, y) ----------------------------------------

ONE, ZERO = Fraction(1), Fraction(0)
X_FACTORS = (
    Factor((-ONE, ONE), 1, ((ONE, ONE),)),
    Factor((ONE, ONE), 1, ((-ONE, -ONE),)),
)
Y_FACTORS = (Factor((ZERO, ONE), 1, ((ZERO, ZERO),)),)
UNIT = {(0, 0): ONE}


def _zero(x: int, y: int, kind: str) -> ListedZero:
    at = (point(x), point(y))
    return ListedZero(at, at, kind)


def _by_hand(declared: str = "", text: str = "x^3/3 - x + y^2/2") -> EliminationCertificate:
    formula = parse(text, declared)
    x, y = sorted(formula.symbols, key=lambda s: s.name)
    one = const(1)
    return EliminationCertificate(
        formula.expr,
        (x, y),
        ((one, parse("x^2 - 1", declared).expr), (one, y)),
        (Eliminant(X_FACTORS, (UNIT, {})), Eliminant(Y_FACTORS, ({}, UNIT))),
        (("zero", 0), ("zero", 1)),
        (_zero(1, 0, "minimum"), _zero(-1, 0, "saddle")),
    )


def test_a_certificate_by_hand_is_accepted() -> None:
    check_elimination(_by_hand())


def test_other_ways_to_show_the_same_are_accepted() -> None:
    good = _by_hand()
    x, y = good.eliminants
    ends = ((Fraction(-3), Fraction(-3, 4)), (Fraction(3, 4), Fraction(5, 4)))
    both = Eliminant((Factor((-ONE, ZERO, ONE), 1, ends),), x.cofactors)
    around = closed(Fraction(1, 2), Fraction(3, 2))
    wide = (
        replace(good.zeros[0], alone=(around, closed(-1, 1))),
        replace(good.zeros[1], alone=(around.scale(Fraction(-1)), closed(-1, 1))),
    )
    rows = (("split", 0, Fraction(-5, 4)), ("empty",), ("zero", 1), ("zero", 0))
    check_elimination(replace(good, eliminants=(both, y), zeros=wide, rows=rows))
    square = (replace(Y_FACTORS[0], multiplicity=2),)
    check_elimination(replace(good, eliminants=(x, Eliminant(square, ({}, {(0, 1): ONE})))))
    third = replace(x, cofactors=({(0, 0): ONE, (0, 1): ONE}, {(2, 0): -ONE, (0, 0): ONE}))
    check_elimination(replace(good, eliminants=(third, y)))


def _with(k: int, p: Eliminant) -> EliminationCertificate:
    good = _by_hand()
    return replace(
        good, eliminants=tuple(p if j == k else q for j, q in enumerate(good.eliminants))
    )


def _x(*factors: Factor, cofactors: Any = None) -> EliminationCertificate:
    return _with(0, Eliminant(factors, cofactors or (UNIT, {})))


FIRST, SECOND = X_FACTORS
WIDE = Factor((-ONE, ZERO, ONE), 1, ((Fraction(1, 2), Fraction(2)),))
FORGED: dict[str, Callable[[], EliminationCertificate]] = {
    "a zero is left out": lambda: replace(_by_hand(), zeros=_by_hand().zeros[:1]),
    "a zero is left out with its row": lambda: replace(
        _by_hand(), zeros=_by_hand().zeros[:1], rows=(("zero", 0), ("empty",))
    ),
    "a row is missing": lambda: replace(_by_hand(), rows=(("zero", 0),)),
    "a row is too many": lambda: replace(_by_hand(), rows=(*_by_hand().rows, ("empty",))),
    "rows are exchanged": lambda: replace(_by_hand(), rows=(("zero", 1), ("zero", 0))),
    "a saddle is called a minimum": lambda: replace(
        _by_hand(), zeros=(_zero(1, 0, "minimum"), _zero(-1, 0, "minimum"))
    ),
    "a point is no zero": lambda: replace(_by_hand(), zeros=(*_by_hand().zeros, _zero(3, 0, ""))),
    "a zero is listed twice": lambda: replace(
        _by_hand(), zeros=(*_by_hand().zeros, _by_hand().zeros[0])
    ),
    "a factor is dropped": lambda: _x(FIRST),
    "a factor is squared": lambda: _x(FIRST, replace(SECOND, multiplicity=2)),
    "a multiplicity is 0": lambda: _x(FIRST, SECOND, replace(SECOND, multiplicity=0)),
    "an interval is dropped": lambda: _x(FIRST, replace(SECOND, intervals=())),
    "an interval misses the zero": lambda: _x(
        FIRST, replace(SECOND, intervals=((Fraction(2), Fraction(3)),))
    ),
    "a point is not the zero": lambda: _x(FIRST, replace(SECOND, intervals=((ZERO, ZERO),))),
    "one of two zeros is left out": lambda: _x(WIDE),
    "an end of an interval is a zero": lambda: _x(replace(WIDE, intervals=((-ONE, Fraction(2)),))),
    "intervals overlap": lambda: _x(
        replace(WIDE, intervals=((ZERO, Fraction(2)), (ZERO, Fraction(2))))
    ),
    "an interval is listed twice": lambda: _x(
        replace(WIDE, intervals=(WIDE.intervals[0], WIDE.intervals[0]))
    ),
    "an interval is turned around": lambda: _x(replace(WIDE, intervals=((Fraction(2), -ONE * 3),))),
    "a zero and its interval are left out": lambda: replace(
        _x(replace(FIRST, intervals=()), SECOND),
        rows=(("zero", 0),),
        zeros=_by_hand().zeros[1:],
    ),
    "a jump at a zero": lambda: replace(_by_hand(), e=add(_by_hand().e, _read("sign(x - 1)"))),
    "a reciprocal that makes the eliminant 1": lambda: replace(
        _with(1, Eliminant((), ({}, {(0, -1): ONE}))), rows=(), zeros=()
    ),
    "a core with an exponential": lambda: _without_zeros("(x-1)*exp(x) - x", "x*exp(x) - 1", LINE),
    "a core with a root": lambda: _without_zeros(
        "2/7*x^(7/2) - 2*x", "x^(5/2) - 2", ROOTS, "x: scalar > 0"
    ),
    "the eliminant is 0": lambda: _x(Factor((), 1, ()), cofactors=({}, {})),
    "the eliminant is 0 by a coefficient": lambda: _x(Factor((ZERO,), 1, ()), cofactors=({}, {})),
    "the leading coefficient is 0": lambda: _x(replace(WIDE, f=(-ONE, ZERO, ONE, ZERO))),
    "a cofactor is wrong": lambda: _x(*X_FACTORS, cofactors=({(0, 0): ONE * 2}, {})),
    "a cofactor is a reciprocal": lambda: _x(cofactors=({(-2, 0): ONE}, {})),
    "a cofactor has another variable": lambda: _x(*X_FACTORS, cofactors=({(0, 0, 0): ONE}, {})),
    "there are too many cofactors": lambda: _x(*X_FACTORS, cofactors=(UNIT, {}, UNIT)),
    "the eliminant is one of the other variable": lambda: _with(0, _by_hand().eliminants[1]),
    "a variable has no eliminant": lambda: replace(
        _by_hand(), eliminants=_by_hand().eliminants[:1]
    ),
    "the cores are exchanged": lambda: replace(_by_hand(), splits=_by_hand().splits[::-1]),
    "a core has a zero less": lambda: replace(
        _by_hand(), splits=((_read("x+1"), _read("x-1")), _by_hand().splits[1])
    ),
    "it is of another formula": lambda: _by_hand(text="x^3/3 - 2*x + y^2/2"),
    "a variable is an integer": lambda: _by_hand("x: scalar integer"),
    "two variables share a name": lambda: _same_names(_by_hand()),
    "a saddle lies on an edge": lambda: _by_hand("x: scalar >= -1"),
    "a zero lies outside the declared set": lambda: _by_hand("x: scalar > 0"),
}


LINE = Factor((-ONE, ONE), 1, ((ONE, ONE),))
ROOTS = Factor(
    (-2 * ONE, ZERO, ONE),
    1,
    ((Fraction(-3, 2), Fraction(-7, 5)), (Fraction(7, 5), Fraction(3, 2))),
)
"""Eliminants of the two cores below, if exponentials and roots are overlooked."""


def _without_zeros(text: str, core: str, f: Factor, declared: str = "") -> EliminationCertificate:
    """Return the certificate that the formula of x, stationary at one point, is so nowhere."""
    formula = parse(text, declared)
    splits = ((const(1), parse(core, declared).expr),)
    p = Eliminant((f,), ({(0,): ONE},))
    cells = len(f.intervals)
    return EliminationCertificate(
        formula.expr, formula.symbols, splits, (p,), (("empty",),) * cells, ()
    )


def _same_names(good: EliminationCertificate) -> EliminationCertificate:
    x, y = good.wrt
    twin = parse("x", "x: scalar >= -9").expr
    assert isinstance(twin, Symbol)
    moved: dict[Expr, Expr] = {y: twin}
    splits = tuple((w, substitute(core, moved)) for w, core in good.splits)
    return replace(good, e=substitute(good.e, moved), wrt=(x, twin), splits=splits)


def _read(text: str) -> Expr:
    return parse(text, "x: scalar; y: scalar").expr


@pytest.mark.parametrize("forged", FORGED.values(), ids=list(FORGED))
def test_a_forged_certificate_is_refused(forged: Callable[[], EliminationCertificate]) -> None:
    made = forged()
    with pytest.raises(NotCertified):
        check_elimination(made)
    with pytest.raises(NotCertified):
        check_elimination(ELIMINATION.from_json(json.loads(json.dumps(made.to_json()))))


def test_a_formula_with_a_kink_or_a_pole_is_refused() -> None:
    for text in ("x^3/3 - x + y^2/2 + 0*abs(x)", "x^3/3 - x + abs(y)*y/2", "x^3/3 - x + y^3/(2*y)"):
        formula = parse(text, "x: scalar; y: scalar")
        if formula.expr is _by_hand().e:
            continue
        with pytest.raises(NotCertified):
            check_elimination(replace(_by_hand(), e=formula.expr))


def test_the_zeros_beside_the_declared_set_are_not_listed() -> None:
    good = _by_hand("x: scalar > 0")
    x = good.wrt[0]
    assert isinstance(x, Symbol)
    check_elimination(replace(good, rows=(("zero", 0), ("empty",)), zeros=good.zeros[:1]))
