"""Whether a form made by putting expressions in for others asks as much of its values. Trusted.

Constructors cancel: log(u) - log|t| is 0 once u and t are one positive number, and a formula that
had values for some u only has values for all. A claim about phi says nothing of phi(u) at values
where phi itself is undefined, so a rule that puts u into phi asks that no such value was won:
every part of phi that may lack a value is still there, and asks as much.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction

from lossmith.evidence.arithmetic.enclose import bounds, has_domain, is_defined
from lossmith.expr.node import Add, Apply, Contract, Expr, Select, children
from lossmith.expr.sets import Interval
from lossmith.expr.walk import postorder

Powers = set[tuple[Expr, Fraction]]


def keeps_domain(
    e: Expr,
    image: Callable[[Expr], Expr],
    made: Expr,
    known: Callable[[Expr], Interval],
    certain: Iterable[Expr] = (),
) -> bool:
    """Return whether e has a value wherever ``made`` has one; made is the image of e.

    image: of any part of e.  known: enclosures of the parts of e.
    certain: parts that have a value wherever their arguments have.
    """
    sure, parts = set(certain), always_evaluated(made)
    powers = {
        (f, p)
        for s in parts
        if isinstance(s, Contract)
        for f, labels, p in s.factors
        if len(set(labels)) == len(labels)  # a diagonal asks nothing of the other entries
    }
    return all(
        s in sure or is_defined(s, known) or _is_asked(s, image, parts, powers, known)
        for s in postorder(e)
    )


def always_evaluated(e: Expr) -> set[Expr]:
    """Return the parts of e that must have values for e to have one: none inside of a choice."""
    found: set[Expr] = set()
    stack = [e]
    while stack:
        s = stack.pop()
        if s not in found and not isinstance(s, Select):
            found.add(s)
            stack += children(s)
    return found


def _is_asked(
    s: Expr,
    image: Callable[[Expr], Expr],
    parts: set[Expr],
    powers: Powers,
    known: Callable[[Expr], Interval],
) -> bool:
    """Return whether one of these parts lacks a value wherever s lacks one."""
    if isinstance(s, Contract):
        asked = [(f, p) for f, _, p in s.factors if not has_domain(known(f), p)]
        return all(_asks(image(f), p, powers) for f, p in asked)
    now = image(s)
    return isinstance(s, Apply) and isinstance(now, Apply) and now.atom is s.atom and now in parts


def _asks(base: Expr, p: Fraction, powers: Powers) -> bool:
    """Return whether the base is certain to have a power p, or a power asks as much of it."""
    if isinstance(base, Add) and len(base.terms) == 1 and (base.terms[0][0] > 0 or p % 1 == 0):
        base = base.terms[0][1]
    return has_domain(bounds(base, {})[base], p) or any(
        f is base and (q < 0 or p > 0) and (q.denominator % 2 == 0 or p.denominator % 2 == 1)
        for f, q in powers
    )
