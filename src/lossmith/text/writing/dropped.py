"""What reading a formula dropped: log(x) - log(x) is 0, also where log(x) has no value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lossmith.expr.node import Apply, Contract, Expr
from lossmith.expr.ranges import enclosure
from lossmith.expr.sets import NONNEGATIVE, REALS
from lossmith.expr.walk import postorder, symbols
from lossmith.text.writing.printing import to_unicode
from lossmith.words import Words


def dropped(read: Expr, parts: Iterable[Expr], divisors: Iterable[Expr]) -> tuple[Words, ...]:
    """Return a note for each part of the text that had a domain and left none in the formula.

    parts: the expressions of all pieces of the text.  divisors: what the text divides by.  A part
    counts as kept if something else with a domain still holds one of its symbols.
    """
    kept = set(postorder(read))
    gone = [p for p in parts if p not in kept]
    divided = list(divisors)
    if not gone and not divided:
        return ()
    guarded = {s for e in kept for a in _guarded(e) for s in symbols(a)}
    notes: list[Words] = []
    told: list[Expr] = []
    for p in gone:
        inside = {s for a in _guarded(p) for s in symbols(a)}
        if not inside or not guarded.isdisjoint(inside):
            continue
        if not any(p in set(postorder(q)) or q in set(postorder(p)) for q in told):
            told.append(p)
            notes.append(_note(p))
    for d in divided:
        free = symbols(d)
        if free and enclosure(d).has(0) and guarded.isdisjoint(free) and not told:
            told.append(d)
            notes.append(_divided(d))
    return tuple(notes)


def _note(p: Expr) -> Words:
    shown = to_unicode(p)
    return Words(
        f"{shown} was simplified away: where it has no value, the formula as written has none",
        f"化简时 {shown} 消失了：它没有值的地方，原式也没有值",
    )


def _divided(d: Expr) -> Words:
    shown = to_unicode(d)
    return Words(
        f"the division by {shown} was simplified away: where {shown} = 0, the formula as written "
        "has no value",
        f"化简时除以 {shown} 的运算消失了：原式在 {shown} = 0 处没有值",
    )


def _guarded(e: Expr) -> Iterator[Expr]:
    """Yield the arguments for which a function, reciprocal or root may have no value."""
    if isinstance(e, Apply):
        for a, d in zip(e.args, e.atom.domain, strict=False):
            if d != REALS and not enclosure(a).within(d):
                yield a
    elif isinstance(e, Contract):
        for f, _, p in e.factors:
            even_root = p.denominator % 2 == 0 and not enclosure(f).within(NONNEGATIVE)
            if even_root or (p < 0 and enclosure(f).has(0)):
                yield f
