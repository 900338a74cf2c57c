"""Random products, sums and roots of bent functions: what a rule says of them holds at points.

All that is true of the parts is given as premises. A rule that leaves out one of its conditions
calls something convex whose values lie above a chord, or whose set of definition has a hole.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from functools import cache
from itertools import product
from typing import Any

import numpy as np
import pytest
from numeric import drawn, value
from random_products import SIZES, named

from lossmith.atoms.table import ATOMS
from lossmith.errors import LossmithError
from lossmith.evidence.certificate import Claim
from lossmith.evidence.check import CHECKS
from lossmith.expr.build import add, apply, const, multiply, power, scale, total
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.sets import NEGATIVE, NONNEGATIVE, POSITIVE, Interval, closed
from lossmith.expr.walk import symbols
from lossmith.rules.inference import CONCLUDES

X, Y = named("x", 0, 2), named("y", 0, 2)
P, Q, N = named("p", 0, 2, POSITIVE), named("q", 0, 2, POSITIVE), named("n", 0, 2, NEGATIVE)
L = named("l", 0, 2, NONNEGATIVE)
W, G = named("w", 1, 2), named("g", 1, 2, POSITIVE)
WRT = (X, Y, P, Q, N, L, W, G)
WHOLE = Interval()
HALF = named("half", 0, 2, closed(0, Fraction(1, 2)))
R = named("r", 0, 2, closed(1, None))
LOW = named("low", 0, 2, closed(None, -1))
FREE, LAM = named("free", 0, 2), named("lam", 0, 2, NONNEGATIVE)
WEIGHTS = (const(1), const(1), const(2), LAM, const(-1), const(Fraction(-1, 2)), FREE, LOW)
MID = named("mid", 0, 2, closed(Fraction(1, 2), 3))
LETTERS = (
    MID,
    HALF,
    R,
    LOW,
    FREE,
    LAM,
    add(const(1), scale(-1, HALF)),
    add(const(1), scale(-1, R)),
)
NUMBERS = tuple(
    Fraction(q)
    for q in "-2 -1 -1/2 -1/3 -2/3 1/3 1/2 2/3 1 1 4/3 3/2 2 2 3 4 -3/2 5/2 -1 -1".split()
)


def card(name: str, *args: Expr) -> Expr:
    """Return a card of arguments."""
    return apply(ATOMS[name], *args)


ONE = const(1)
EXP = card("exp", X)
BASES: tuple[tuple[Expr, str], ...] = (
    *((s, "affine") for s in WRT),
    (add(P, Q), "affine"),
    (add(X, Y), "affine"),
    (add(ONE, P), "affine"),
    (scale(-1, P), "affine"),
    (EXP, "convex log_convex"),
    (card("exp", scale(-1, Y)), "convex log_convex"),
    (card("exp", W), "convex log_convex"),
    (card("abs", X), "convex"),
    (card("abs", W), "convex"),
    (add(ONE, EXP), "convex log_convex"),
    (add(ONE, card("abs", Y)), "convex"),
    (add(EXP, scale(-2, ONE)), "convex"),
    (add(const(2), scale(-1, EXP)), "concave"),
    (scale(-1, add(ONE, EXP)), "concave"),
    (card("log", P), "concave"),
    (card("log", add(ONE, P)), "concave"),
    (card("log", add(const(1, (2,)), G)), "concave"),
    (card("softplus", X), "convex"),
    (card("min", P, Q), "concave"),
    (power(P, Fraction(1, 2)), "concave"),
    (power(P, -1), "convex log_convex"),
    (power(X, 2), "convex"),
)
IMPLIED = {"affine": ("affine", "convex", "concave")}
TRUE = [
    Claim(kind, u, WRT)
    for u, told in BASES
    for k in told.split()
    for kind in IMPLIED.get(k, (k,))
]  # fmt: skip


SINGLE = tuple(u for u, _ in BASES if not u.shape)
FEW = tuple(Fraction(q) for q in "-2 -1 -1 -1/2 -1/3 1/3 1/2 2/3 1 1 2 3 3/2".split())


def _raised(u: Expr, p: Fraction | Expr) -> Expr:
    return power(u, p) if isinstance(p, Fraction) else card("power", u, p)


def _powers() -> Iterator[Expr]:
    """Yield a power of each base, with a weight of each sign."""
    for u in (*SINGLE, W, G):
        for p in (*sorted({*NUMBERS, *FEW}), *(() if u.shape else LETTERS)):
            with suppress(LossmithError, ValueError):
                yield _raised(u, p)
                yield scale(-1, _raised(u, p))


def _product(draw: random.Random) -> Expr:
    """Return a weight times two or three powers, at times under another power."""
    some = [draw.choice(SINGLE) for _ in range(draw.choice((2, 2, 2, 3)))]
    made = multiply(*(_raised(u, draw.choice((*FEW, *FEW, *LETTERS))) for u in some))
    made = power(made, draw.choice(FEW)) if draw.random() < 0.2 else made
    return multiply(draw.choice((ONE, ONE, ONE, *WEIGHTS)), made)


def _mean(draw: random.Random) -> Expr:
    """Return a root of a sum of weighted powers, mostly of one order."""
    order: Any = draw.choice((*FEW, *FEW, *LETTERS[:5]))
    terms = []
    for _ in range(draw.choice((1, 2, 2))):
        u = draw.choice((*SINGLE, W, G) if isinstance(order, Fraction) else SINGLE)
        p = order if u.shape or draw.random() < 0.9 else draw.choice(FEW)
        t = multiply(draw.choice((ONE,) * 12 + WEIGHTS), _raised(u, p))
        terms.append(total(t) if t.shape else t)
    terms += [draw.choice((ONE, LAM, scale(-1, ONE)))] if draw.random() < 0.2 else []
    whole = add(*terms)
    if not isinstance(order, Fraction):
        q = draw.choice((power(order, -1), power(order, -1), ONE, order, power(order, -2)))
        return card("power", whole, q)
    return power(whole, draw.choice((1, 1, 2, Fraction(1, 2))) / order)


def _log(draw: random.Random) -> Expr:
    """Return the logarithm, or a sum of powers, of what may be log-convex."""
    if draw.random() < 0.4:
        return add(*((draw.choice((1, 2, -1)), _product(draw)) for _ in range(2)))
    bases = [u for u, _ in BASES if not u.shape]
    parts = [
        power(draw.choice(bases), draw.choice((1, 1, -1, -1, 2, Fraction(1, 2)))) for _ in "ab"
    ]
    inside = multiply(draw.choice((ONE, ONE, *WEIGHTS)), *parts[: draw.choice((1, 2))])
    return card("log", inside)


def _sum(draw: random.Random) -> Expr:
    """Return a sum of terms of which most are log-convex or constant."""
    terms = (EXP, card("exp", scale(-1, Y)), power(P, -1), ONE, LAM, add(ONE, EXP), P, power(X, 2))
    return add(*((draw.choice((1, 1, 2, -1)), draw.choice(terms)) for _ in range(2)))


def _quadratic(draw: random.Random) -> Expr:
    """Return a root, a logarithm or a power of l m minus squares, or of a quadratic."""
    near = (P, Q, add(P, Q), add(ONE, P), X, L)
    top = multiply(draw.choice(near), draw.choice(near))
    squares = (power(X, 2), power(Y, 2), power(add(X, Y), 2), ONE, power(N, 2), multiply(X, Y))
    some = [
        (draw.choice((-1, -1, -2, 1)), draw.choice(squares)) for _ in range(draw.choice((1, 2)))
    ]
    base = add((draw.choice((1, 1, 2, -1)), top), *some)
    if draw.random() < 0.3:
        return card("log", base)
    return power(base, draw.choice((*NUMBERS, Fraction(1, 2), Fraction(1, 2), Fraction(1, 2))))


BOTH = ("convex", "concave")
SHAPES = {
    "products": (_product, 700, ("monomial",), BOTH),
    "positive products": (_product, 500, ("log-convex",), ("log_convex",)),
    "means": (_mean, 600, ("power-mean",), BOTH),
    "logarithms": (_log, 250, ("log-of-log-convex",), BOTH),
    "sums": (_sum, 100, ("log-convex",), ("log_convex",)),
    "cones": (_quadratic, 200, ("rotated-cone", "root-of-quadratic"), (*BOTH, "log_convex")),
}


@cache
def _formulas(shape: str) -> list[Expr]:
    make, count, _, _ = SHAPES[shape]
    draw, made = random.Random(shape), list(_powers()) if make is _product else []
    for _ in range(count):
        with suppress(LossmithError, ValueError):
            made.append(make(draw))
    return [e for e in made if any(s in WRT for s in symbols(e))]


def _parameters(rule: str, e: Expr) -> list[tuple[Any, ...]]:
    if rule == "rotated-cone":
        near = (P, Q, add(P, Q), add(ONE, P), X, L)
        return [(a, b) for a in near for b in near]
    return [()]


def _says(rule: str, kind: str, e: Expr, wrt: tuple[Symbol, ...]) -> bool:
    claim = Claim(kind, e, wrt)
    for parameters in _parameters(rule, e):
        with suppress(Exception):
            if CHECKS[rule](claim, tuple(TRUE), parameters):
                return True
    return False


def _at(draw: random.Random, e: Expr) -> Iterator[tuple[Any, Any, Any]]:
    """Yield values of e at two points and between them, data being the same."""
    own = sorted(symbols(e), key=lambda s: s.name)
    for _ in range(12):
        a, b = ({s: drawn(draw, s, SIZES) for s in own} for _ in "ab")
        for s in own:
            if s not in WRT or draw.random() < 0.3:
                b[s] = a[s]
        middle = {s: (a[s] + b[s]) / 2 for s in own}
        yield tuple(np.atleast_1d(value(e, at, SIZES)) for at in (a, b, middle))


def _fails(kind: str, e: Expr, draw: random.Random) -> bool:
    """Return whether e has no such curvature: a value beyond a chord, or a hole."""
    for a, b, middle in _at(draw, e):
        if not (np.isfinite(a) & np.isfinite(b)).all():
            continue
        if not np.isfinite(middle).all():
            return True
        if kind == "log_convex" and not ((a > 0) & (b > 0) & (middle > 0)).all():
            return True
        if kind == "log_convex":
            a, b, middle = (np.log(v) for v in (a, b, middle))
        rise = middle - (a + b) / 2
        rise = -rise if kind == "concave" else rise
        if (rise > 1e-7 * (1 + np.abs(a) + np.abs(b))).any():
            return True
    return False


@pytest.mark.parametrize("shape", SHAPES)
def test_what_a_rule_says_holds_between_points(shape: str) -> None:
    _, _, rules, kinds = SHAPES[shape]
    draw, told = random.Random(shape), 0
    for e in _formulas(shape):
        for rule, kind in product(rules, kinds):
            if kind in CONCLUDES[rule] and _says(rule, kind, e, WRT):
                told += 1
                assert not _fails(kind, e, draw), (rule, kind, e)
    assert told > 5
