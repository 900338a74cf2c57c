"""What a derivative becomes if one rule is used wrongly at one place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import count

from lossmith.calculus.adjoint import Adjoint, Part, collected, passed, seed
from lossmith.calculus.driver import differential
from lossmith.calculus.gradient import jacobian
from lossmith.errors import LossmithError
from lossmith.expr.build import add, contract, power, zeros
from lossmith.expr.node import Add, Contract, Expr, Symbol, symbol
from lossmith.expr.walk import dependents, depends_on, postorder, substitute
from lossmith.rules.rate_slips import RATE_SLIPS, RateSlip
from lossmith.rules.rule import Partial
from lossmith.rules.slope_slips import SLOPE_SLIPS, SlopeSlip

_MOST_NODES = 120


@dataclass(frozen=True, slots=True)
class Slipped:
    """The derivative with one slip at one node."""

    slip: SlopeSlip | RateSlip
    node: Expr
    derivative: Expr


def slipped_in_one_term(expr: Expr, wrt: Symbol) -> Iterator[Slipped]:
    """Yield the derivative of a sum with one slip in one term, at a node that others share."""
    terms = [(c, t) for c, t in _terms(expr) if depends_on(t, (wrt,))]
    if len(terms) < 2:
        return
    inside = [set(postorder(t)) for _, t in terms]
    for k, (c, t) in enumerate(terms):
        others = {e for j, nodes in enumerate(inside) if j != k for e in nodes}
        rest = jacobian(add(*(u for j, u in enumerate(terms) if j != k)), wrt).end
        for found in slipped_derivatives(t, wrt):
            if found.node in others:
                yield Slipped(found.slip, found.node, add(rest, (c, found.derivative)))


def _terms(expr: Expr) -> list[tuple[Fraction, Expr]]:
    """Return the terms of a sum, a sum over indices of a sum taken term by term."""
    if isinstance(expr, Add) and len(expr.terms) > 1:
        return list(expr.terms)
    c, e = next(iter(expr.terms)) if isinstance(expr, Add) else (Fraction(1), expr)
    if isinstance(e, Contract):
        sums = [k for k, (f, _, p) in enumerate(e.factors)
                if p == 1 and isinstance(f, Add) and len(f.terms) > 1]  # fmt: skip
        if len(sums) == 1:
            (k,) = sums
            f, labels, p = e.factors[k]
            rest = [g for j, g in enumerate(e.factors) if j != k]
            axes = tuple(range(len(e.shape)))
            assert isinstance(f, Add)
            return [(c * q, contract([*rest, (t, labels, p)], axes, e.shape)) for q, t in f.terms]
    return []


def slipped_derivatives(expr: Expr, wrt: Symbol) -> Iterator[Slipped]:
    """Yield the derivative of expr by wrt with one slip at one node.

    Cost: one derivative for each way in which a slip fits a node.
    """
    moving = dependents(expr, (wrt,))
    nodes = [e for e in postorder(expr) if e in moving and e is not wrt]
    if len(nodes) > _MOST_NODES:
        return
    for slip in SLOPE_SLIPS:
        for node in nodes:
            with suppress(LossmithError, ZeroDivisionError):
                _, partials = differential(node, moving)
                for wrong in slip.alter(node, partials):
                    yield Slipped(slip, node, _derivative(expr, wrt, moving, node, wrong))
    if not wrt.shape:
        yield from _slipped_rates(expr, wrt, moving, nodes)


def _slipped_rates(
    expr: Expr, wrt: Symbol, moving: set[Expr], nodes: list[Expr]
) -> Iterator[Slipped]:
    """Yield the derivative by a number with one wrong rule for the whole of one node."""

    @cache
    def rate(part: Expr) -> Expr:
        return jacobian(part, wrt).end

    for slip in RATE_SLIPS:
        for node in nodes:
            if node.shape:
                continue
            with suppress(LossmithError, ZeroDivisionError):
                for wrong in slip.wrong(node, rate):
                    whole = Partial(wrt, Fraction(1), ((wrong, (), Fraction(1)),), ())
                    yield Slipped(slip, node, _derivative(expr, wrt, moving, node, (whole,)))


def cut_derivatives(expr: Expr, wrt: Symbol) -> Iterator[tuple[Expr, Expr]]:
    """Yield (u, dexpr/du) for the inner expressions u: the chain rule broken off at u."""
    moving = dependents(expr, (wrt,))
    for k, node in enumerate(e for e in postorder(expr) if e in moving and e is not wrt):
        if node is expr or k > _MOST_NODES:
            continue
        stand_in = symbol("cut:" + node.digest.hex(), node.shape)
        outer = substitute(expr, {node: stand_in})
        if outer is expr:
            continue
        try:
            found = _derivative(outer, stand_in, dependents(outer, (stand_in,)), None, ())
            yield node, substitute(found, {stand_in: node})
        except LossmithError:
            continue


def norm_as_variable(expr: Expr, wrt: Symbol) -> Iterator[tuple[Expr, Expr]]:
    """Yield (|u|, dexpr/d|u|) for each |u|^2 inside, taken as the square of a number."""
    moving = dependents(expr, (wrt,))
    for node in postorder(expr):
        if isinstance(node, Contract) and not node.shape and node in moving:
            if node.summed and all(p == 2 and ls for _, ls, p in node.factors):
                r = symbol("norm:" + node.digest.hex())
                outer = substitute(expr, {node: power(r, 2)})
                root = power(node, Fraction(1, 2))
                yield root, substitute(jacobian(outer, r).end, {r: root})


def _derivative(
    expr: Expr, wrt: Symbol, moving: set[Expr], at: Expr | None, wrong: tuple[Partial, ...]
) -> Expr:
    """Return the derivative, with the terms ``wrong`` in place of the differential of node at."""
    fresh = count(len(expr.shape))
    waiting: dict[Expr, list[Part]] = {expr: list(seed(expr.shape).parts)}
    for node in reversed(list(postorder(expr))):
        if node is wrt or node not in moving or node not in waiting:
            continue
        parts = collected(waiting.pop(node), expr.shape, node.shape, fresh)
        partials = wrong if node is at else differential(node, moving)[1]
        for partial in partials:
            inbox = waiting.setdefault(partial.child, [])
            inbox += (passed(part, partial, len(node.shape), fresh) for part in parts)
    parts = collected(waiting.get(wrt, ()), expr.shape, wrt.shape, fresh)
    if not parts:
        return zeros(expr.shape + wrt.shape)
    return Adjoint(expr.shape, wrt.shape, parts).expr()
