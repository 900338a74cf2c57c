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
from lossmith.expr.build import zeros
from lossmith.expr.node import Expr, Symbol, symbol
from lossmith.expr.walk import dependents, postorder, substitute
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
