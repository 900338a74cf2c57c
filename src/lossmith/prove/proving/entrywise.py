"""An expression that acts entry by entry, as a formula of scalars: one letter for each leaf."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lossmith.expr.build import add, apply, const, multiply, power, select, symbol
from lossmith.expr.node import (
    Add,
    Apply,
    Comparison,
    Const,
    Contract,
    Expr,
    Select,
    Symbol,
    children,
)
from lossmith.expr.sets import NEGATIVE, POSITIVE, Interval
from lossmith.expr.types import Assumptions
from lossmith.expr.walk import postorder


def scalar_form(
    e: Expr, known: Mapping[Expr, Interval], keep: Iterable[Expr] = ()
) -> tuple[Expr, dict[Expr, Expr]]:
    """Return (phi, image): phi is one entry of e as a formula of scalars.

    What does not act entry by entry becomes a letter, declared in what ``known`` says of it.
    keep: sub-expressions that become a letter too.  image: what each sub-expression became.
    """
    kept = set(keep)
    made: dict[Expr, Expr] = {}
    stack = [e]
    while stack:
        s = stack[-1]
        parts = () if s in kept else _parts(s)
        missing = [p for p in parts if p not in made]
        if missing:
            stack += missing
            continue
        stack.pop()
        if s not in made:
            made[s] = _rebuilt(s, made) if parts else _leaf(s, known)
    return made[e], made


def _parts(s: Expr) -> tuple[Expr, ...]:
    """Return the children if s works on their entries one by one, else ()."""
    match s:
        case Add() | Select():
            return children(s)
        case Contract():
            axes = tuple(range(s.rank))
            each = all(labels in ((), axes) for _, labels, _ in s.factors)
            return children(s) if each and not s.summed else ()
        case Apply():
            return s.args if s.atom.signature.is_entrywise else ()
        case _:
            return ()


def _rebuilt(s: Expr, made: Mapping[Expr, Expr]) -> Expr:
    match s:
        case Add():
            return add(*((c, made[t]) for c, t in s.terms), shape=())
        case Contract():
            return multiply(const(1), *(power(made[f], p) for f, _, p in s.factors))
        case Apply():
            return apply(s.atom, *(made[a] for a in s.args))
        case Select():
            cases = [
                (tuple(Comparison(made[c.expr], c.relation) for c in guard), made[v])
                for guard, v in s.cases
            ]
            return select(cases, made[s.otherwise])
        case _:
            return s


def _leaf(s: Expr, known: Mapping[Expr, Interval]) -> Expr:
    if isinstance(s, Const):
        return const(s.value)
    if isinstance(s, Symbol) and not s.shape:
        return s
    inside = known.get(s)
    return symbol(f"_{s.digest.hex()[:12]}", (), Assumptions(inside) if inside else Assumptions())


def live_parts(e: Expr, known: Mapping[Expr, Interval]) -> set[Expr]:
    """Return the sub-expressions of a scalar formula that decide its values near a place.

    known: the enclosures of sub-expressions at that place.  A comparison that holds, or fails, with
    a margin there does so nearby too (its expression is continuous); dead branches are left out.
    """
    found: set[Expr] = set()
    stack = [e]
    while stack:
        s = stack.pop()
        if s in found:
            continue
        found.add(s)
        if not isinstance(s, Select):
            stack += children(s)
            continue
        taken = False
        for guard, value in s.cases:
            truth = [_truth(c, known) for c in guard]
            if False in truth:
                continue
            stack += [c.expr for c, t in zip(guard, truth, strict=True) if t is None]
            stack.append(value)
            taken = all(truth)
            if taken:
                break
        if not taken:
            stack.append(s.otherwise)
    return found


def _truth(c: Comparison, known: Mapping[Expr, Interval]) -> bool | None:
    """Return whether a comparison holds with a margin (True), fails with one, or may change."""
    inside = known.get(c.expr)
    if inside is None or inside.is_empty or jumps(c.expr):
        return None
    above, below = inside.within(POSITIVE), inside.within(NEGATIVE)
    if not (above or below):
        return None
    return {">": above, ">=": above, "==": False, "!=": True}[c.relation]


def jumps(e: Expr) -> bool:
    """Return whether e may be discontinuous inside its domain."""
    kinks = [k for s in postorder(e) if isinstance(s, Apply) for k in s.atom.kinks]
    return any(k.kind == "jump" for k in kinks) or any(isinstance(s, Select) for s in postorder(e))
