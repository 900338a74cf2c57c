"""The last entries of a tensor along one axis: whether they are 0, and how else to write the rest.

``shift`` and ``diff`` move along one axis; the same function along another axis, or inside of a sum
of its own, has nothing to do with it. So an expression is followed down from the axis asked for,
through what acts entry by entry, and no further.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Final

from lossmith.expr import build
from lossmith.expr.node import Add, Apply, Const, Contract, Expr
from lossmith.text.functions.cards import card

_MOVES: Final = frozenset({card("shift"), card("diff")})

Place = tuple[Expr, int, int]
"""An expression, the axis of it that is followed, and how many of its last entries are free."""

Change = Callable[[Apply, Expr], Expr]
"""From a move along the axis and its changed argument to what stands for it."""


def ends_in_zero(e: Expr, axis: int) -> bool:
    """Return whether the last entry along an axis is 0, as far as moves along it show."""
    rest = _along(e, axis, 1, lambda move, _: build.zeros(move.shape))
    return isinstance(rest, Const) and rest.value == 0


def by_steps(e: Expr, axis: int, count: int) -> Expr:
    """Return e with shift(x) as x + diff(x): the same but in the last ``count`` entries."""

    def change(move: Apply, x: Expr) -> Expr:
        if move.atom is not card("shift"):
            return build.apply(move.atom, x)
        terms = x.terms if isinstance(x, Add) else ((Fraction(1), x),)
        return build.add((1, x), *((c, build.apply(card("diff"), t)) for c, t in terms))

    return _along(e, axis, count, change)


def _along(e: Expr, axis: int, count: int, change: Change) -> Expr:
    """Return e with the moves along one axis changed.  Cost: linear in what is met."""
    made: dict[Place, Expr] = {}
    stack: list[Place] = [(e, axis, count)]
    while stack:
        place = stack[-1]
        below = list(_below(place))
        waiting = [p for p in below if p not in made]
        if waiting:
            stack += waiting
            continue
        made[place] = _rebuilt(place, [made[p] for p in below], change)
        stack.pop()
    return made[e, axis, count]


def _below(place: Place) -> Iterator[Place]:
    """Yield the parts of an expression whose last entries decide its own."""
    e, axis, count = place
    match e:
        case _ if not count:
            return
        case Add():
            yield from ((t, axis, count) for _, t in e.terms)
        case Apply():
            core = len(e.atom.signature.output)
            if _is_move(e, axis):
                yield e.args[0], axis, count - 1
            elif axis < len(e.shape) - core:
                yield from ((a, axis, count) for a in e.args)
        case Contract():
            for f, labels, _ in e.factors:
                if axis in labels:
                    yield f, labels.index(axis), count
        case _:
            return


def _is_move(e: Apply, axis: int) -> bool:
    return e.atom in _MOVES and axis == len(e.shape) - 1


def _rebuilt(place: Place, parts: list[Expr], change: Change) -> Expr:
    e, axis, _ = place
    if not parts:
        return e
    match e:
        case Add():
            terms = ((c, t) for (c, _), t in zip(e.terms, parts, strict=True))
            return build.add(*terms, shape=e.shape)
        case Apply():
            return change(e, parts[0]) if _is_move(e, axis) else build.apply(e.atom, *parts)
        case Contract():
            rest = iter(parts)
            factors = [(next(rest) if axis in ks else f, ks, p) for f, ks, p in e.factors]
            return build.contract(factors, tuple(range(e.rank)), e.shape)
        case _:
            return e


__all__ = ["by_steps", "ends_in_zero"]
