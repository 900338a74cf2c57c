"""Choices with the same cases brought together, and powers merged where a case allows it."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from lossmith.calculus.derivation import Move
from lossmith.calculus.driver import Computed
from lossmith.calculus.powers import merged_powers
from lossmith.expr.build import add, select
from lossmith.expr.node import Add, Comparison, Expr, Select
from lossmith.expr.walk import map_up
from lossmith.words import Words

Guards = tuple[tuple[Comparison, ...], ...]
Terms = list[tuple[Fraction, Expr]]


def joined(e: Expr) -> Sequence[Expr]:
    """Return the sum with its choices of one set of cases made one choice of sums.

    The value of each case is the sum of the values of that case, so the domain stays the same.
    """
    if not isinstance(e, Add):
        return ()
    rest: Terms = []
    groups: dict[Guards, list[tuple[Fraction, Select]]] = {}
    for c, t in e.terms:
        if isinstance(t, Select):
            groups.setdefault(tuple(g for g, _ in t.cases), []).append((c, t))
        else:
            rest.append((c, t))
    if not any(len(group) > 1 for group in groups.values()):
        return ()
    for guards, group in groups.items():
        if len(group) == 1:
            rest += group
        else:
            rest.append((Fraction(1), _sum(guards, group, e)))
    return (add(*rest, shape=e.shape),)


def _sum(guards: Guards, group: Sequence[tuple[Fraction, Select]], e: Expr) -> Expr:
    cases = [
        (g, add(*((c, t.cases[k][1]) for c, t in group), shape=e.shape))
        for k, g in enumerate(guards)
    ]
    return select(cases, add(*((c, t.otherwise) for c, t in group), shape=e.shape))


def narrowed(e: Expr) -> Sequence[Expr]:
    """Return the choice with x/x = 1 written in the cases that hold for x > 0 only."""
    if not isinstance(e, Select):
        return ()
    cases = [(guard, _within(guard, value)) for guard, value in e.cases]
    new = select(cases, e.otherwise)
    return () if new is e else (new,)


def _within(guard: tuple[Comparison, ...], value: Expr) -> Expr:
    positive = frozenset(c.expr for c in guard if c.relation == ">")

    def merged(part: Expr) -> Expr:
        found = merged_powers(part, positive)
        return found[0] if found else part

    return map_up(value, merged) if positive else value


JOIN = Computed(
    Move(
        "join-choices",
        Words("choices with the same cases are added case by case", "相同分段的函数逐段相加"),
        "by definition of a choice",
    ),
    joined,
    least=-8,  # one list of cases is worth a few signs
)
NARROW = Computed(
    Move(
        "inside-a-case",
        Words(
            "powers of one base are added, which the condition of the case allows",
            "同底数的幂合并，该分段的条件允许这样做",
        ),
        "NIST DLMF 4.2(iv)",
    ),
    narrowed,
)
