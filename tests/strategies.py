"""Hypothesis strategies: exact numbers, intervals, well-typed formulas over all cards, values.

``formulas(shape)`` draws an expression of that shape over a few symbols; ``values_of(expr)`` draws
rational values for its symbols, with n = 3 and m = 2 (unequal, so that a swapped axis shows).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from lossmith.atoms.table import CARDS
from lossmith.errors import DomainError
from lossmith.expr import build
from lossmith.expr.atom import Atom
from lossmith.expr.node import Comparison, Expr, Symbol
from lossmith.expr.sets import Interval
from lossmith.expr.types import Assumptions, Shape
from lossmith.expr.walk import symbols

SIZES = {"n": 3, "m": 2}

# -- numbers and sets ------------------------------------------------------------------------------

rationals = st.fractions(min_value=-8, max_value=8, max_denominator=6)
coefficients = rationals.filter(bool)
# Odd and even roots, negative and whole: every kind of domain.
exponents = st.sampled_from(
    [Fraction(p) for p in ("2", "3", "-1", "-2", "1/2", "1/3", "2/3", "-1/2", "3/2", "4/3")]
)


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    """Draw a nonempty interval, open, closed or infinite at each end."""
    lo, hi = draw(st.none() | rationals), draw(st.none() | rationals)
    if lo is not None and hi is not None and lo > hi:
        lo, hi = hi, lo
    if lo is not None and lo == hi:
        return Interval(lo, hi, False, False)
    return Interval(lo, hi, draw(st.booleans()), draw(st.booleans()))


@st.composite
def members(draw: st.DrawFn, box: Interval) -> Fraction:
    """Draw a rational of the interval, its ends included where it has them."""
    if box.is_point:
        assert box.lo is not None
        return box.lo
    lo = box.lo if box.lo is not None else (box.hi if box.hi is not None else 0) - 10
    hi = box.hi if box.hi is not None else lo + 10
    weight = draw(st.fractions(min_value=0, max_value=1, max_denominator=12))
    x = lo + weight * (hi - lo)
    return x if box.has(x) else (lo + hi) / 2


# -- symbols ---------------------------------------------------------------------------------------


def _symbol(name: str, shape: Shape, lo: int | None = None, *, lo_open: bool = False) -> Symbol:
    box = Interval(None if lo is None else Fraction(lo), None, lo_open, True)
    return build.symbol(name, shape, Assumptions(box))


POOL: tuple[Symbol, ...] = (
    _symbol("s", ()),
    _symbol("t", (), 0, lo_open=True),
    _symbol("x", ("n",)),
    _symbol("y", ("n",), 0),
    _symbol("w", ("m",)),
    _symbol("A", ("n", "n")),
    _symbol("X", ("n", "m")),
    _symbol("B", ("n", "n"), 1),
)


# -- formulas --------------------------------------------------------------------------------------

SHAPES: tuple[Shape, ...] = ((), ("n",), ("m",), ("n", "n"), ("n", "m"))


@st.composite
def formulas(
    draw: st.DrawFn,
    shape: Shape = (),
    depth: int = 3,
    cards: Sequence[Atom] = CARDS,
    pool: Sequence[Symbol] = POOL,
) -> Expr:
    """Draw a well-typed expression.

    shape: one of SHAPES.  depth: nesting of constructors at most.  cards: atoms that may occur.
    A constructor that refuses its arguments (0 to a negative power, log of what is declared
    negative) leaves the first of them.
    """

    def inner(of: Shape) -> Expr:
        return draw(formulas(of, depth - 1, cards, pool))

    if depth <= 0:
        return draw(_leaves(shape, pool))
    kind = draw(st.sampled_from(_KINDS[len(shape)]))
    if kind == "leaf":
        return draw(_leaves(shape, pool))
    first = inner(shape)
    try:
        match kind:
            case "add":
                a, b = draw(coefficients), draw(coefficients)
                return build.add((a, first), (b, inner(shape)))
            case "multiply":
                return build.multiply(first, inner(draw(st.sampled_from([(), shape]))))
            case "power":
                return build.power(first, draw(exponents))
            case "entrywise":
                card = draw(st.sampled_from([c for c in cards if c.signature.is_entrywise]))
                rest = [inner(draw(st.sampled_from([(), shape]))) for _ in range(card.arity - 1)]
                args = [first, *rest][: card.arity]
                return build.broadcast(build.entrywise(card, *args), shape)
            case "select":
                relation = draw(st.sampled_from([">", ">=", "==", "!="]))
                guard = (Comparison(inner(shape), relation),)
                return build.select([(guard, first)], inner(shape))
            case _:
                return _joined(draw, kind, shape, inner, cards)
    except DomainError:
        return first


_ALWAYS = ("leaf", "add", "multiply", "power", "entrywise", "entrywise", "select")
_KINDS = {
    0: (*_ALWAYS, "inner", "total", "trace", "reduction", "matrix", "quadratic"),
    1: (*_ALWAYS, "matvec", "map", "diagonal", "rows"),
    2: (*_ALWAYS, "matmul", "outer", "transpose", "diag", "inverse"),
}


def _joined(draw: st.DrawFn, kind: str, shape: Shape, inner: Any, cards: Sequence[Atom]) -> Expr:
    """Return a constructor that mixes shapes."""

    def card_of(*cores: tuple[str, ...]) -> Atom | None:
        fitting = [
            c
            for c in cards
            if c.signature.inputs == cores[:1]
            and c.signature.output == cores[1]
            and "symmetric" not in c.needs
        ]
        return draw(st.sampled_from(fitting)) if fitting else None

    vector = draw(st.sampled_from([("n",), ("m",)]))
    size = shape[0] if shape else "n"
    match kind:
        case "inner":
            return build.inner(inner(vector), inner(vector))
        case "total":
            return build.total(inner(draw(st.sampled_from([vector, ("n", "m")]))))
        case "trace":
            return build.trace(inner(("n", "n")))
        case "quadratic":
            return build.inner(inner(("n",)), build.matmul(inner(("n", "n")), inner(("n",))))
        case "reduction":
            card, of = card_of(("n",), ()), vector
        case "matrix":
            card, of = (
                card_of(*draw(st.sampled_from([((("n", "n")), ()), (("n", "m"), ())]))),
                ("n", "n"),
            )
        case "map":
            card, of = card_of(("n",), ("n",)), shape
        case "inverse" if shape == ("n", "n"):
            card, of = card_of(("n", "n"), ("n", "n")), shape
        case "matvec":
            left = ("n", draw(st.sampled_from(["n", "m"])))
            if size == "m":
                return build.matmul(build.transpose(inner(("n", "m"))), inner(("n",)))
            return build.matmul(inner(left), inner((left[1],)))
        case "diagonal" if size == "n":
            return build.diagonal(inner(("n", "n")))
        case "rows" if size == "n":
            a = inner(("n", "m"))
            return build.contract([(a, (0, 1), 1)], (0,))
        case "matmul":
            return build.matmul(inner(("n", "n")), inner(shape))
        case "outer":
            return build.outer(inner((shape[0],)), inner((shape[1],)))
        case "transpose" if shape == ("n", "n"):
            return build.transpose(inner(shape))
        case "diag" if shape == ("n", "n"):
            return build.diag(inner(("n",)))
        case _:
            return inner(shape)
    return build.apply(card, inner(of)) if card is not None else inner(shape)


@st.composite
def _leaves(draw: st.DrawFn, shape: Shape, pool: Sequence[Symbol]) -> Expr:
    fitting = [s for s in pool if s.shape == shape]
    if not fitting or draw(st.integers(0, 4)) == 0:
        return build.const(draw(rationals), shape)
    return draw(st.sampled_from(fitting))


# -- values ----------------------------------------------------------------------------------------


@st.composite
def values_of(draw: st.DrawFn, *exprs: Expr) -> dict[Symbol, Any]:
    """Draw values for all symbols of the expressions, within their declared intervals."""
    found = {s for e in exprs for s in symbols(e)}
    ordered = sorted(found, key=lambda s: s.name)
    return {s: draw(_value(s.shape, s.assumptions.interval)) for s in ordered}


@st.composite
def _value(draw: st.DrawFn, shape: Shape, box: Interval) -> Any:
    if not shape:
        return draw(members(box))
    count = SIZES.get(shape[0], shape[0])
    assert isinstance(count, int)
    return [draw(_value(shape[1:], box)) for _ in range(count)]
