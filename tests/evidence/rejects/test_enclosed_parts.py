"""The parts of which enclosures are made: ends rounded outward, conditions of facts, domains."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
import pytest
from flint import arb, fmpq
from numeric import value
from proofs import e
from random_products import SIZES, formula, matrices, named, points, product

from lossmith.atoms.table import ATOMS
from lossmith.evidence.arithmetic.enclose import (
    NONE,
    applies,
    atom_image,
    bounds,
    from_ball,
    has_domain,
    image,
    is_defined,
    is_structured,
)
from lossmith.expr.atom import Fact, Where
from lossmith.expr.build import add, apply, const, contract, delta, symbol
from lossmith.expr.node import Expr
from lossmith.expr.sets import NONNEGATIVE, POSITIVE, REALS, Interval, closed, opened, point
from lossmith.expr.types import Assumptions

HALF = Fraction(1, 2)


# -- ends ------------------------------------------------------------------------------------------


def _balls() -> Iterator[Any]:
    for mantissa in (1, -1, 3, -5):
        for exponent in (
            0,
            1,
            -1,
            60,
            -60,
            4093,
            4094,
            4095,
            4096,
            4097,
            9000,
            -4094,
            -4097,
            -9000,
        ):
            middle = arb(mantissa) * arb(2) ** exponent
            yield middle
            for other in (-9000, -70, 0, 70, 9000):
                yield middle + arb(0, 1) * arb(2) ** other
    yield from (arb(0), arb(1) / 3, arb(-1) / 3, arb(0, 1), arb(1, 1), arb(-1, 1))


def test_the_ends_of_a_ball_lie_around_it() -> None:
    for ball in _balls():
        found = from_ball(ball)
        low, high = ball.lower(), ball.upper()
        assert found.lo is None or arb(fmpq(*found.lo.as_integer_ratio())) <= low, ball
        assert found.hi is None or arb(fmpq(*found.hi.as_integer_ratio())) >= high, ball
        if max((abs(x).log() for x in (low, high) if x != 0), default=arb(0)) < 2800:
            assert found.lo is not None
            assert found.hi is not None
    assert from_ball(arb.nan()) == from_ball(arb(0, 1) / 0) == REALS
    assert from_ball(arb(-1) * arb(2) ** 9000).hi is not None


def test_long_ends_are_rounded_outward() -> None:
    draw, x = random.Random(5), symbol("x")
    short = 0
    for _ in range(300):
        top = draw.choice((1, -1)) * draw.getrandbits(draw.choice((20, 128, 129, 200, 900)))
        bottom = 1 + draw.getrandbits(draw.choice((20, 128, 129, 200, 900)))
        end = Fraction(top, bottom)
        inside = Interval(end, end + draw.choice((0, 1, end * end)), False, False)
        for c in (Fraction(1), Fraction(-2, 3)):
            found = image(add((c, x), (1, symbol("y"))), [inside, point(0)][:: _turn()])
            exact = inside.scale(c)
            assert exact.within(found)
            assert found.lo is not None
            assert exact.lo is not None
            assert found.lo >= exact.lo - abs(exact.lo) / 2**50
            short += found.lo.numerator.bit_length() <= 140
    assert short > 400


def _turn() -> int:
    """Return 1 if x stands first in the sum of x and y, else -1."""
    whole = add(symbol("x"), symbol("y"))
    return 1 if whole.terms[0][1] is symbol("x") else -1  # type: ignore[union-attr]


# -- facts -----------------------------------------------------------------------------------------

EXPONENTS = [Fraction(a, b) for a in range(-6, 7) for b in (1, 2, 3, 4, 5)]
PARITIES = {
    "integer": lambda p: p == int(p),
    "even": lambda p: (p / 2) == int(p / 2),
    "odd": lambda p: ((p - 1) / 2) == int((p - 1) / 2),
    "even_over_odd": lambda p: any((p * k / 2) == int(p * k / 2) for k in (1, 3, 5)),
    "odd_over_odd": lambda p: any(((p * k - 1) / 2) == int((p * k - 1) / 2) for k in (1, 3, 5)),
    "over_even": lambda p: not any(p * k == int(p * k) for k in (1, 3, 5)),
    "": lambda p: True,
}  # fmt: skip
SETS = (REALS, NONNEGATIVE, POSITIVE, closed(0, 1), opened(-1, None))
WORDS = ("", "", "symmetric", "psd", "pd")


def test_a_fact_applies_where_each_of_its_conditions_holds() -> None:
    draw = random.Random(2)
    yes = {True: 0, False: 0}
    for _ in range(4000):
        own = [
            Where(draw.choice(SETS), draw.choice(("", *PARITIES)), draw.choice(WORDS))
            for _ in range(draw.choice((0, 1, 2)))
        ]
        args: list[Expr] = [
            const(draw.choice(EXPONENTS)) if draw.random() < 0.6 else draw.choice(matrices("d")[:5])
            for _ in range(2)
        ]
        inside = [draw.choice(SETS) for _ in args]
        if draw.random() < 0.2:
            args, inside = args[:1], inside[:1]
        wanted = len(args) >= len(own) and all(
            i.within(w.interval)
            and (not w.parity or (not a.shape and PARITIES[w.parity](a.value)))  # type: ignore[union-attr]
            and (not w.structure or (bool(a.shape) and a.assumptions.has(w.structure)))  # type: ignore[union-attr]
            for w, a, i in zip(own, args, inside, strict=False)
        )
        found = applies(Fact("convex", tuple(own)), args, inside)
        yes[found] += 1
        assert not found or wanted
        assert found or not wanted or len(args) < len(own)
    assert min(yes.values()) > 300
    assert not applies(Fact("convex", (Where(), Where())), (), (REALS,))
    assert not applies(Fact("convex", (Where(parity="even"),)), (), (REALS,))


def test_a_function_that_jumps_is_not_enclosed_by_its_slope() -> None:
    flat = replace(ATOMS["sign"], name="flat", facts=(Fact("slope_in", (), point(0)),))
    assert closed(-1, 1).within(atom_image(flat, [symbol("x")], [closed(-2, 5)]))


def test_a_slope_holds_on_its_box_alone() -> None:
    flat = Fact("slope_in", (Where(closed(-1, 1)),), closed(0, HALF))
    bent = replace(ATOMS["softplus"], name="bent", facts=(flat,), range=REALS)
    x = symbol("x")
    assert atom_image(bent, [x], [closed(-1, 2)]) == REALS
    found = atom_image(bent, [x], [closed(-1, 1)])
    assert found.has(Fraction(1))
    assert found.hi is not None
    assert found.hi < 2


def test_a_slope_is_used_from_a_point_of_its_box() -> None:
    left, right = Where(closed(None, 1)), Where(closed(1, None))
    slopes = (Fact("slope_in", (left,), point(-1)), Fact("slope_in", (right,), point(0)))
    bent = replace(ATOMS["hinge"], name="kinked", facts=slopes, range=REALS)
    third = Fraction(1, 3)
    for lo, hi in ((2 * third, Fraction(1)), (Fraction(1), Fraction(6, 5)), (-third, third)):
        found = atom_image(bent, [symbol("x")], [closed(lo, hi)])
        assert closed(max(0, 1 - hi), max(0, 1 - lo)).within(found)


def test_pieces_of_one_direction_are_joined_at_their_common_ends() -> None:
    rises, falls = Where(closed(1, None)), Where(closed(None, 1))
    facts = (Fact("nondecreasing", (rises,)), Fact("nonincreasing", (falls,)))
    bowl = replace(
        ATOMS["cosh"], name="bowl", facts=(Fact("increasing", (falls,)), *facts), range=REALS
    )
    # It is no truth about cosh: only the ends are looked at, here -3, 1 and 2.
    found = atom_image(bowl, [symbol("x")], [Interval(Fraction(-3), Fraction(2), True, True)])
    assert all(found.has(Fraction(v)) for v in (2, 10))
    assert found.lo is not None
    assert found.lo < 2


# -- nodes -----------------------------------------------------------------------------------------


@cache
def _formulas() -> tuple[Expr, ...]:
    draw = random.Random(11)
    x, y = named("x", 0, "d"), named("y", 0, "d", closed(-1, 2))
    leaves = (x, y, y, named("p", 0, "d", POSITIVE), const(2), named("u", 0, "d", opened(-2, 0)))
    names = ("exp", "log", "softplus", "sin", "abs", "sign")
    made = [formula(draw, leaves, 3, names) for _ in range(250)]
    square = matrices("d")[:6]
    made += [contract([(m, (k, 0), 1)], out) for m in square for k, out in ((0, (0,)), (0, ()))]
    made += [contract([(m, (0, 0), p)], (0,)) for m in square for p in (2, 3)]
    made += [contract([(m, (0, 1), 1), (m, (0, 0), 1)], (0, 1)) for m in square]
    return (*made, *(product(draw, draw.choice((0, 1, 2)), 3) for _ in range(250)))


def test_bounds_hold_the_values_of_random_formulas() -> None:
    for k, root in enumerate(_formulas()):
        found = bounds(root, {})[root]
        for at in points(root, k, 4):
            x = value(root, at, SIZES)
            if not np.isfinite(x).all() or np.abs(x).max() > 1e12:
                continue
            room = 1e-9 * (1 + np.abs(x).max())
            assert found.lo is None or x.min() >= float(found.lo) - room, root
            assert found.hi is None or x.max() <= float(found.hi) + room, root
            assert not found.is_empty, root


def test_a_choice_has_a_value_although_a_branch_has_none() -> None:
    x, y = e("x"), e("y")
    chosen = e("if(x > 0, 5, log(y))")
    found = bounds(chosen, {x: closed(1, 2), y: closed(-2, -1)})
    assert found[e("log(y)")] == NONE
    assert found[chosen].has(Fraction(5))
    assert bounds(e("log(y) + x"), {y: closed(-2, -1)})[e("log(y) + x")].is_empty
    three = e("if(x > 0 and x < 2, 5, if(y > 0, 7, 11))")
    assert all(bounds(three, {})[three].has(Fraction(v)) for v in (5, 7, 11))


def test_matrices_have_the_structure_that_is_declared() -> None:
    words = ("symmetric", "psd", "pd", "nonsingular", "diagonal", "orthogonal", "simplex")
    for word in words:
        m = symbol("m", ("d", "d"), Assumptions(structure=frozenset({word})))
        said = [w for w in words if is_structured(m, w)]
        assert all(m.assumptions.has(w) for w in said)
        assert word in said
    assert is_structured(delta("d"), "pd")
    assert not is_structured(delta("d"), "simplex")
    assert not is_structured(add(*matrices("d")[2:4]), "psd")
    assert is_structured(matrices("d")[3], "positive_determinant")
    assert not is_structured(matrices("d")[2], "positive_determinant")


def test_a_premise_about_structure_is_heard() -> None:
    m = matrices("d")[0]
    corner = contract([(m, (0, 0), 1)], (0,))
    for word, inside in (("psd", NONNEGATIVE), ("pd", POSITIVE)):
        found = image(corner, [REALS], lambda a, w, word=word: a is m and w == word)
        assert found == inside
    assert image(corner, [REALS]) == REALS


HOLES = [Fraction(k, 2) for k in range(-4, 5)]


def test_a_power_has_a_value_on_what_is_called_its_domain() -> None:
    draw = random.Random(4)
    yes = {True: 0, False: 0}
    for _ in range(600):
        lo, hi = sorted(draw.sample(HOLES, 2))
        base = Interval(
            draw.choice((None, lo)),
            draw.choice((None, hi)),
            draw.random() < 0.5,
            draw.random() < 0.5,
        )
        p = draw.choice(EXPONENTS)
        wanted = all(
            (p >= 0 or x != 0) and (p.denominator % 2 or x >= 0) for x in HOLES if base.has(x)
        )
        yes[has_domain(base, p)] += 1
        assert has_domain(base, p) <= wanted, (base, p)
    assert min(yes.values()) > 100


# formula, values of x and y at which it has none
WITHOUT = [
    ("1/x", {"x": closed(-1, 1)}), ("x/y", {"y": closed(0, 1)}), ("sqrt(x)", {}),
    ("x^2*y^(1/2)", {}), ("log(x)", {}), ("tan(x)", {}), ("lgamma(x)", {}), ("acos(x)", {}),
    ("x^y", {}), ("log(r)", {"r": closed(0, 1)}), ("inv(S)", {}), ("inv(A)", {}),
    ("logdet(S)", {}), ("logdet(A)", {}), ("rel_entr(x, p)", {}), ("rel_entr(p, x)", {}),
    ("digamma(x)", {}), ("x^(-1/3)", {}), ("atanh(x)", {"x": closed(-1, 1)}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "known"), WITHOUT)
def test_what_may_have_no_value_is_not_called_defined(text: str, known: dict[str, Any]) -> None:
    root = e(text)
    boxes = {e(name): box for name, box in known.items()}
    found = bounds(root, boxes)
    own = {s: boxes.get(s, found[s]) for s in found}
    assert not is_defined(root, own.__getitem__)


def test_a_card_that_says_only_its_range_may_have_poles() -> None:
    silent = replace(ATOMS["exp"], name="silent", facts=(Fact("range_in", (), POSITIVE),))
    assert not is_defined(apply(silent, e("x")), lambda s: REALS)
    assert is_defined(e("exp(x)"), lambda s: REALS)
    assert is_defined(e("x^2*exp(y)"), lambda s: REALS)
