"""Enclosures on the natural domain: what sub-expressions can be where the formula has a value.

An argument of a logarithm is positive wherever the formula is defined, and what follows from that
for its parts is sent down to them. Only what is needed for every value counts: what stands in a
branch of a choice is asked for on that branch alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import reduce

from lossmith.evidence.arithmetic.enclose import NONE, applies, bounds, domain_of
from lossmith.expr.atom import Fact, Where
from lossmith.expr.node import Add, Apply, Contract, Expr, Select, children
from lossmith.expr.sets import (
    NEGATIVE,
    NONNEGATIVE,
    NONPOSITIVE,
    POSITIVE,
    REALS,
    Interval,
    point,
)
from lossmith.expr.walk import postorder
from lossmith.prove.proving.proof import Proof
from lossmith.prove.proving.ranges import prove_range

ROUNDS = 3


def natural(e: Expr, given: Mapping[Expr, Interval] | None = None) -> dict[Expr, Interval]:
    """Return enclosures of the sub-expressions of e at all points where e is defined.

    given: further enclosures to start from (a box of the variables).  An empty enclosure says that
    e is defined nowhere.  Each holds every entry of its expression.
    """
    proof = Proof(())
    prove_range(proof, e)
    known = {s: proof.enclosed(s) for s in postorder(e)}
    for s, i in (given or {}).items():
        known[s] = known.get(s, REALS).meet(i)
    needed = [s for s in postorder(e) if s in unconditional(e)]
    for _ in range(ROUNDS):
        before = dict(known)
        known |= {s: i.meet(known[s]) for s, i in bounds(e, known).items()}
        for s in reversed(needed):
            for part, asked in (*_asked(s, known), *_sent_down(s, known)):
                known[part] = known[part].meet(asked)
        if before == known:
            break
    if any(known[s].is_empty for s in needed):
        known[e] = NONE
    return known


def is_nowhere_defined(e: Expr) -> bool:
    """Return whether it is proved that e has no value at any admitted point."""
    return natural(e)[e].is_empty


def unconditional(e: Expr) -> set[Expr]:
    """Return the sub-expressions that must have a value wherever e has one."""
    found: set[Expr] = set()
    stack = [e]
    while stack:
        s = stack.pop()
        if s not in found:
            found.add(s)
            stack += () if isinstance(s, Select) else children(s)
    return found


def domains_within(s: Apply, inside: list[Interval]) -> list[Interval]:
    """Return the sets that the arguments of s lie in wherever s is defined, as a real function.

    For a card that says nothing of such arguments (a power with any base and exponent) that is
    the largest set of which it says something, whatever the others are: x > 0 in x^p, and x >= 0
    for p > 0. Earlier arguments are narrowed first. A card that names its jumps (atan2) has values
    on both sides of them.
    """
    inside, found = list(inside), list[Interval]()
    jumps = any(k.kind == "jump" for k in s.atom.kinks)
    for k in range(s.atom.arity):
        asked = domain_of(s.atom, k)
        if s.atom.arity > 1 and not jumps and not speaks(s, inside):
            wide = [f.when[k].interval for f in s.atom.facts if _is_for_all_others(f, k, inside)]
            asked = asked.meet(reduce(Interval.hull, wide)) if wide else asked
            inside[k] = inside[k].meet(asked)
        found.append(asked)
    return found


def _is_for_all_others(f: Fact, k: int, inside: list[Interval]) -> bool:
    """Return whether a fact holds for every value that the arguments other than k may have."""
    if f.name == "range_in" or len(f.when) < len(inside) or f.when[k].interval.is_point:
        return False
    plain = all(w == Where(w.interval) for w in f.when)
    return plain and all(inside[j].within(w.interval) for j, w in enumerate(f.when) if j != k)


def speaks(s: Apply, inside: list[Interval]) -> bool:
    """Return whether the card says anything of these arguments (of tan on R it does not: poles)."""
    return s.atom.arity == 0 or any(
        f.name != "range_in" and applies(f, s.args, inside) for f in s.atom.facts
    )


def definition(s: Apply) -> Expr | None:
    """Return s by its definition, for a card that is silent on its arguments: tan = sin/cos."""
    return s.atom.meaning(*s.args) if s.atom.meaning is not None else None


def _asked(s: Expr, known: Mapping[Expr, Interval]) -> list[tuple[Expr, Interval]]:
    """Return the sets that s needs its parts to lie in."""
    if isinstance(s, Apply):
        inside = [known[a].meet(domain_of(s.atom, k)) for k, a in enumerate(s.args)]
        return list(zip(s.args, domains_within(s, inside), strict=True))
    if isinstance(s, Contract):
        # A repeated label reads a diagonal: nothing is asked of the other entries.
        return [
            (f, _base(known[f], p)) for f, labels, p in s.factors if len(set(labels)) == len(labels)
        ]
    return []


def _base(known: Interval, p: Fraction) -> Interval:
    """Return the set that x lies in where x^p is defined."""
    even_root = p.denominator % 2 == 0
    if p > 0:
        return NONNEGATIVE if even_root else REALS
    if even_root or known.within(NONNEGATIVE):
        return POSITIVE
    return NEGATIVE if known.within(NONPOSITIVE) else REALS


def _sent_down(s: Expr, known: Mapping[Expr, Interval]) -> list[tuple[Expr, Interval]]:
    """Return what the enclosure of s says of its parts: through sums, powers, rising functions."""
    whole = known[s]
    if whole.is_empty or whole == REALS:
        return []
    match s:
        case Add():
            parts: list[tuple[Expr, Interval]] = []
            for k, (c, t) in enumerate(s.terms):
                rest = point(0)
                for j, (d, u) in enumerate(s.terms):
                    if j != k:
                        rest = rest + known[u].scale(d)
                parts.append((t, (whole + -rest).scale(1 / c)))
            return [] if any(known[t].is_empty for _, t in s.terms) else parts
        case Contract() if len(s.factors) == 1 and not s.summed:
            f, labels, p = s.factors[0]
            whole_read = len(set(labels)) == len(labels)
            return [(f, _root(whole, p, known[f]))] if whole_read else []
        case _:
            return []


def _root(whole: Interval, p: Fraction, base: Interval) -> Interval:
    """Return a set that holds every x in ``base`` with x^p in ``whole``."""
    if p.numerator % 2 == 0:
        size = whole.meet(NONNEGATIVE).power(1 / p) if p > 0 else REALS
        if base.within(NONNEGATIVE):
            return size
        return size.hull(-size)
    return whole.power(1 / p) if p.denominator % 2 or base.within(NONNEGATIVE) else REALS
