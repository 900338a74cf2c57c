"""Two formulas off their kinks: every choice and corner written with the sign of what decides it.

Part of the trusted checker.  |u| = s u, sign(u) = s, max(a, b) = (a + b + s (a - b))/2 with
s = sign(a - b); a choice by u > 0 is (1 + s)/2 times the one and (1 - s)/2 times the other.  Where
no deciding u is 0, s is -1 or 1; so an identity that holds for all such s holds there.  Signs of
v - t for one v and numbers t are not independent: s_2 = (1 + s_1)(1 + r)/2 - 1 with r = -1 or 1
runs through all that is possible for t_1 < t_2.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from lossmith.evidence.arithmetic.enclose import bounds, is_defined
from lossmith.evidence.normal.normal_steps import products
from lossmith.expr.build import add, const, multiply, subtract, symbol
from lossmith.expr.node import Add, Apply, Comparison, Const, Expr, Select, Symbol
from lossmith.expr.types import Assumptions
from lossmith.expr.walk import depends_on, map_up, postorder, substitute, symbols

_ONE = Fraction(1)
_HALF = Fraction(1, 2)
_ROUNDS = 6
"""Unfoldings one inside the other: huber -> clip -> min, max."""

Ties = dict[Expr, tuple[Expr, Fraction, Fraction]]
"""The symbol of a sign of c (v - t): v, t and c."""

_NAME = "sign:"
"""Names of signs begin with this."""

_SIGNS = Assumptions(values=(Fraction(-1), Fraction(1)))


def off_kinks(left: Expr, right: Expr) -> tuple[Expr, Expr] | None:
    """Return both sides written with signs, in the same symbols for the same decisions.

    None if there is nothing to decide, a branch has no value somewhere, or a decision hangs on
    another one (relu(relu(x)) is decided by 0 on half of the line) or is always by 0.
    """
    if any(s.name.startswith(_NAME) for s in symbols(left, right)):
        return None  # it would be taken for the sign of something
    ties: Ties = {}
    sides: list[Expr] = []
    for side in (left, right):
        for _ in range(_ROUNDS):
            before = side
            side = map_up(side, lambda e: _written(e, ties))
            if side is before:
                break
        if any(_decides(e) for e in postorder(side)):
            return None
        sides.append(side)
    signs = [s for s in ties if isinstance(s, Symbol)]
    decided = [v for v, _, _ in ties.values()]
    hangs = any(depends_on(v, signs) for v in decided) or any(map(_decides, postorder(*decided)))
    if not signs or len(signs) < len(ties) or hangs:
        return None
    change = _dependent(ties)
    return substitute(sides[0], change), substitute(sides[1], change)


def _decides(e: Expr) -> bool:
    return isinstance(e, Select) or (isinstance(e, Apply) and bool(e.atom.kinks))


def _written(e: Expr, ties: Ties) -> Expr:
    """Return a node without its choice, noting the signs that it is written with."""

    def sign(u: Expr) -> Expr:
        return _sign(u, ties)

    if isinstance(e, Select):
        return _chosen(e, sign)
    if not isinstance(e, Apply) or not e.atom.kinks:
        return e
    write = _PRIMITIVES.get(e.atom.name)
    if write is not None:
        return write(sign, *e.args)
    return e if e.atom.meaning is None else e.atom.meaning(*e.args)


Sign = Callable[[Expr], Expr]


def _abs(sign: Sign, u: Expr) -> Expr:
    return multiply(sign(u), u)


def _max(sign: Sign, a: Expr, b: Expr) -> Expr:
    gap = subtract(a, b)
    return add((_HALF, a), (_HALF, b), (_HALF, multiply(sign(gap), gap)))


def _min(sign: Sign, a: Expr, b: Expr) -> Expr:
    gap = subtract(a, b)
    return add((_HALF, a), (_HALF, b), (-_HALF, multiply(sign(gap), gap)))


def _the_sign(sign: Sign, u: Expr) -> Expr:
    return sign(u)


_PRIMITIVES: Mapping[str, Callable[..., Expr]] = {
    "abs": _abs,
    "max": _max,
    "min": _min,
    "sign": _the_sign,
}
"""Cards with kinks that have no definition by others."""


def _chosen(e: Select, sign: Sign) -> Expr:
    """Return a choice as a sum over its branches, if all of them have values everywhere.

    A choice by equality stays: off its boundary it is no choice at all.
    """
    if any(c.relation in ("==", "!=") for guard, _ in e.cases for c in guard):
        return e
    branches = [value for _, value in e.cases] + [e.otherwise]
    known = bounds(e, {})
    if not all(is_defined(n, known.__getitem__) for b in branches for n in postorder(b)):
        return e
    left, terms = const(1, e.shape), list[Expr]()
    for guard, value in e.cases:
        holds = multiply(const(1, e.shape), *(_indicator(c, sign) for c in guard))
        terms.append(multiply(left, holds, value))
        left = multiply(left, subtract(const(1, e.shape), holds))
    return add(*terms, multiply(left, e.otherwise), shape=e.shape)


def _indicator(c: Comparison, sign: Sign) -> Expr:
    """Return 1 where a comparison holds and 0 where it does not, off its boundary."""
    return add((_HALF, const(1, c.expr.shape)), (_HALF, sign(c.expr)))


def _sign(u: Expr, ties: Ties) -> Expr:
    """Return the sign of u = c (v - t): a symbol for v and t, with the sign of c."""
    u = products(u)
    rest = [(q, t) for q, t in (u.terms if isinstance(u, Add) else ((_ONE, u),))]
    number = sum((q * t.value for q, t in rest if isinstance(t, Const)), Fraction(0))
    rest = [(q, t) for q, t in rest if not isinstance(t, Const)]
    if not rest:
        found = const((number > 0) - (number < 0), u.shape)
        if not number:
            ties[found] = (u, number, _ONE)  # no symbol: there is no point off this kink
        return found
    if len(rest) == 1 and (size := _under_absolute(rest[0][1], ties)) is not None:
        return _sign_of_size(size, -number / rest[0][0], ties, up=rest[0][0] > 0)
    c = rest[0][0]
    v = add(*((q / c, t) for q, t in rest))
    threshold = -number / c
    shifted = subtract(v, const(threshold, v.shape))
    s = symbol(_NAME + shifted.digest.hex(), u.shape, _SIGNS)
    ties[s] = (v, threshold, c)
    return s if c > 0 else add((-1, s))


def _under_absolute(e: Expr, ties: Ties) -> Expr | None:
    """Return v where e is |v|, written s v already."""
    sizes = (v for s, (v, t, _) in ties.items() if t == 0 and multiply(s, v) is e)
    return next(sizes, None)


def _sign_of_size(v: Expr, t: Fraction, ties: Ties, *, up: bool) -> Expr:
    """Return the sign of |v| - t (or its negative): 1 + sign(v - t) - sign(v + t) for t > 0."""
    one = const(1, v.shape)
    found = one
    if t > 0:
        inner, outer = (_sign(add(v, (q, one)), ties) for q in (-t, t))
        found = add(one, inner, (-1, outer))
    return found if up else add((-1, found))


def _dependent(ties: Ties) -> dict[Expr, Expr]:
    """Return signs of v - t_2, v - t_3 ... by those of smaller thresholds."""
    change: dict[Expr, Expr] = {}
    for v in dict.fromkeys(v for v, _, _ in ties.values()):
        rising = sorted((t, s.digest, s) for s, (w, t, _) in ties.items() if w is v)
        below: Expr | None = None
        for _, _, s in rising:
            if below is not None:
                one = const(1, s.shape)
                both = multiply(add(one, below), add(one, s))
                change[s] = add((_HALF, both), (-1, one))
            below = change.get(s, s)
    return change
