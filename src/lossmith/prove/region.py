"""The curvature of a formula on a set that inequalities describe.

Conditions that bound one symbol are declarations, and are read as such. Then the set: a proof that
it is convex, or a dent. Then the formula: what is proved on its whole domain holds on a convex part
of it; a counterexample must lie within.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import Final

from lossmith.errors import DomainError, LossmithError
from lossmith.evidence.certificate import Certificate
from lossmith.evidence.curvature.rules_pieces import line_of
from lossmith.evidence.forms import Nested
from lossmith.evidence.region import (
    SHOWS_CONVEX,
    Confined,
    Dent,
    Inequality,
    check_confined,
    holds,
)
from lossmith.evidence.witness import admits, flat, mixed
from lossmith.expr.node import Apply, Expr, Symbol, symbol
from lossmith.expr.sets import Interval
from lossmith.expr.walk import depends_on, postorder, substitute, symbols
from lossmith.prove.curvature.quasi import quasi
from lossmith.prove.prover import curvature
from lossmith.prove.proving.domain import not_convex
from lossmith.prove.refutation.draw import SCALES, draw, nest, shape_of
from lossmith.prove.refutation.refute import refute
from lossmith.words import Words

TRIES: Final = 600
"""Pairs of points that are tried for a dent."""

SEGMENTS: Final = 1200
"""Segments tried for counterexamples within the set; most begin outside and cost little."""

HALF: Final = Fraction(1, 2)
Values = dict[Symbol, Nested]


def curvature_within(
    e: Expr, wrt: tuple[Symbol, ...], inside: Sequence[Inequality], formula: str = ""
) -> Confined:
    """Return what is shown of e, jointly in wrt, on the set where all inequalities hold.

    The answer is about symbols that are declared as narrowly as the inequalities say.
    Undecided if the set is neither proved convex nor shown to have a dent; with a dent, no verdict
    is possible.  Raises: DomainError if bounds on one symbol exclude one another.
    Cost: that of ``curvature`` for e and each inequality.
    """
    found = _declared(Confined(e, wrt, tuple(inside), formula=formula))
    e, wrt = found.expr, found.wrt
    if not_convex(wrt) is not None:
        return found
    sets = _proved_sets(found)
    if sets is None:
        return replace(found, dent=_dent(found))
    verdict = curvature(e, wrt, formula=formula, bare=True)
    found = replace(found, sets=sets)
    if verdict.status == "proved":
        return _accepted(replace(found, label=verdict.label, curvature=verdict.certificate))
    against = refute(e, wrt, tries=SEGMENTS, formula=formula, inside=found.inside)
    if len(against) == 2:
        both = (against["convex"], against["concave"])
        return _accepted(replace(found, label="neither", witnesses=both))
    return found


def _accepted(found: Confined) -> Confined:
    """Return what the checker accepts; it has the last word."""
    check_confined(found)
    return found


def _proved_sets(c: Confined) -> tuple[Certificate, ...] | None:
    """Return a proof for each g that {g <= 0} is convex; None if one is not found."""
    proofs: list[Certificate] = []
    for g in c.inside:
        if not depends_on(g.expr, c.wrt):
            continue
        verdict = curvature(g.expr, c.wrt, bare=True)
        proof = verdict.certificate if verdict.label in SHOWS_CONVEX else None
        proof = proof or quasi(g.expr, c.wrt).convex
        if proof is None:
            return None
        proofs.append(proof)
    return tuple(proofs)


# -- declarations ----------------------------------------------------------------------------------


def _declared(c: Confined) -> Confined:
    """Return the question with each condition c x + b <= 0 put into the declaration of x."""
    named = symbols(c.expr, *c.wrt, *(g.expr for g in c.inside))
    narrow = {s: s.assumptions.interval for s in named if s.assumptions.values is None}
    for g in c.inside:
        found = _bound(g)
        if found is not None and found[0] in narrow:
            narrow[found[0]] = _both(found[0], narrow[found[0]], found[1])
    change: dict[Expr, Expr] = {}
    for s, i in narrow.items():
        # A point is no declaration of a variable: it stays a condition.
        if i != s.assumptions.interval and not i.is_point:
            change[s] = symbol(s.name, s.shape, replace(s.assumptions, interval=i))
    if not change:
        return c
    try:
        e = substitute(c.expr, change)
        inside = tuple(replace(g, expr=substitute(g.expr, change)) for g in c.inside)
    except LossmithError:
        return c  # the formula has no value there
    wrt = tuple(w for s in c.wrt if isinstance(w := change.get(s, s), Symbol))
    return replace(c, expr=e, wrt=wrt, inside=inside)


def _both(x: Symbol, known: Interval, also: Interval) -> Interval:
    """Return what two bounds leave of x.  Raises: DomainError if that is nothing."""
    found = known.meet(also)
    if not found.is_empty:
        return found
    raise DomainError(
        Words(f"no {x.name} meets all of these conditions", f"没有 {x.name} 同时满足这些条件"),
        why=Words(
            f"{known} and {also} have no number in common", f"{known} 与 {also} 没有公共的数"
        ),
    )


def _bound(g: Inequality) -> tuple[Symbol, Interval] | None:
    """Return (x, where every entry lies) if g is c x + b for numbers, or its largest entry."""
    e = g.expr.args[0] if isinstance(g.expr, Apply) and g.expr.atom.name == "maxentry" else g.expr
    x = next(iter(symbols(e)), None)
    line = None if x is None else line_of(e, x)
    if x is None or line is None:
        return None
    c, at = line[0], -line[1] / line[0]
    below = Interval(None, at, True, g.strict)
    return x, below if c > 0 else Interval(at, None, g.strict, True)


# -- dents -----------------------------------------------------------------------------------------


def _dent(c: Confined) -> Dent | None:
    """Return two points of the set with one between them that is outside, if a search finds any."""
    rng = Random(20260102)
    exprs = [g.expr for g in c.inside]
    named = symbols(*exprs)
    rest = [s for s in named if s not in c.wrt]
    letters = sorted({d for s in postorder(*exprs, *c.wrt) for d in s.shape if isinstance(d, str)})
    for k in range(TRIES):
        sizes = {d: 1 + (k + j) % 3 for j, d in enumerate(letters)}
        # Plain numbers first: a reader checks them by heart.
        scale = SCALES[rng.randrange(min(12, 3 + k // 20))]
        data = {s: draw(s, sizes, SCALES[rng.randrange(6)], rng) for s in rest}
        a = {s: draw(s, sizes, scale, rng) for s in c.wrt}
        for b in _partners(a, sizes, scale, rng):
            found = Dent(sizes, data, a, b, HALF)
            if _shows(c, found):
                return found
    return None


def _partners(a: Values, sizes: Mapping[str, int], scale: Fraction, rng: Random) -> list[Values]:
    """Return points to pair with a: its mirror image, its entries turned round, another draw."""
    mirrored: Values = {}
    turned: Values = {}
    for s, v in a.items():
        entries = flat(v)
        mirrored[s] = nest([-x for x in entries], shape_of(s, sizes))
        turned[s] = nest(entries[::-1], shape_of(s, sizes))
    other = {s: draw(s, sizes, scale, rng) for s in a}
    return [
        b
        for b in (mirrored, turned, other)
        if b != a and all(admits(s, v, sizes) for s, v in b.items())
    ]


def _shows(c: Confined, d: Dent) -> bool:
    middle = {s: mixed(d.a[s], d.b[s], d.t) for s in c.wrt}
    # The middle first: most pairs fail there, at the cost of one evaluation.
    if not any(holds(g, {**d.data, **middle}, d.sizes) is False for g in c.inside):
        return False
    try:
        check_confined(replace(c, dent=d))
    except LossmithError:
        return False
    return True
