"""Points without a derivative: the kinks on the cards, as far as the arguments can reach them.

They are sought where the formula is defined. A kink is called certain only if the place is crossed
with a slope and no other part of the formula has its kinks there; else it is a possible one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from lossmith.atoms.table import ATOMS
from lossmith.expr.build import add, const, ones, symbol
from lossmith.expr.node import Apply, Expr, Select, Symbol
from lossmith.expr.sets import POSITIVE, Interval
from lossmith.expr.types import Assumptions
from lossmith.expr.walk import depends_on, postorder, substitute
from lossmith.prove.kinks.kink_cards import Candidate, candidates_of
from lossmith.prove.kinks.kink_places import (
    is_alone,
    is_reachable,
    is_smoothed,
    may_vanish,
    shown_near,
    weights_of,
)
from lossmith.prove.kinks.kink_words import doubted, given_positive, told, told_break, unless_zero
from lossmith.prove.line.line import Break, line
from lossmith.prove.proving.natural import natural
from lossmith.prove.proving.separable import Coordinatewise, split_by_coordinates
from lossmith.prove.zeros.roots import Undecided, refined
from lossmith.words import Words

Known = Mapping[Expr, Interval]

DISPLAYED = Fraction(1, 1 << 50)


@dataclass(frozen=True, slots=True)
class Kink:
    """A set of points at which the formula may have no derivative.

    node: the function that has the kink.  where: the kinks lie where an entry of this is 0.
    kind: corner, cusp, jump, vertical, removable, or tie (extreme entries or eigenvalues agree),
    unknown.  at: the place itself, in one variable or of each coordinate, if it is isolated.
    certain: the formula has no derivative there: the place is crossed with a slope, nothing else
    in the formula has its kinks there, so nothing can cancel it, and no weight of it may be 0.
    """

    node: Expr
    where: Expr
    kind: str
    certain: bool
    words: Words
    at: Interval | None = None


def kinks(e: Expr, wrt: tuple[Symbol, ...]) -> tuple[Kink, ...]:
    """Return the kinks of e in wrt that its arguments are not proved to stay away from.

    An empty tuple is a proof of differentiability, wherever e is defined and its parts are too.
    Sums over coordinates are judged exactly, the rest by what the cards say of its parts.
    """
    parts, rest = split_by_coordinates(e, wrt) if not e.shape else ([], e)
    exact: list[Kink] = []
    for part in parts:
        found = _of_line(part)
        if found is None:
            return _by_cards(e, wrt)
        exact += found
    others = _by_cards(rest, wrt) if depends_on(rest, wrt) else ()
    shared = len(parts) > 1 or bool(others)
    return (*(_doubted(k) if shared and _clashes(k, exact, others) else k for k in exact), *others)


def _by_cards(e: Expr, wrt: tuple[Symbol, ...]) -> tuple[Kink, ...]:
    known = natural(e)
    if known[e].is_empty:
        return ()
    return (*_on_domain(e, wrt, known), *_where_exponents_allow(e, wrt, known))


def _where_exponents_allow(e: Expr, wrt: tuple[Symbol, ...], known: Known) -> Iterator[Kink]:
    """Yield the kinks of |u|^p where u = 0, if p may be > 0 or not: there it has a value or not."""
    for s in postorder(e):
        is_power = isinstance(s, Apply) and s.atom is ATOMS["power"]
        p = s.args[1] if isinstance(s, Apply) and is_power else None
        if not isinstance(p, Symbol) or p in wrt or p.shape or p.assumptions.values is not None:
            continue
        above = known[p].meet(POSITIVE)
        if above.is_empty or known[p].within(POSITIVE):
            continue
        named = symbol(p.name, (), Assumptions(above, None, p.assumptions.integer))
        there = substitute(e, {p: named})
        for k in _on_domain(there, wrt, natural(there)):
            if k.node is substitute(s, {p: named}):
                where, node = (substitute(part, {named: p}) for part in (k.where, k.node))
                yield Kink(node, where, k.kind, False, given_positive(k.words, p))


def _on_domain(e: Expr, wrt: tuple[Symbol, ...], known: Known) -> tuple[Kink, ...]:
    found: dict[tuple[Expr, str, Expr | None], list[tuple[Expr, Candidate]]] = {}
    for s in postorder(e):
        if not depends_on(s, wrt):
            continue
        for c in candidates_of(known, s, wrt):
            if (
                depends_on(c.where, wrt)
                and (c.kind == "tie" or is_reachable(e, known, c.where))
                and not is_smoothed(e, s, c)
            ):
                shown = shown_near(e, c.where)
                if s in shown:
                    sure = c.crossed and not any(
                        isinstance(t, Select) and t is not s for t in shown
                    )
                    # The largest entries of x tie elsewhere than the smallest ones.
                    place = (c.where, c.kind, s if c.kind == "tie" else None)
                    found.setdefault(place, []).append((s, replace(c, crossed=sure)))
    return tuple(
        _kink(e, wrt, where, kind, nodes, alone=is_alone(where, found))
        for (where, kind, _), nodes in found.items()
    )


def _kink(
    e: Expr,
    wrt: tuple[Symbol, ...],
    where: Expr,
    kind: str,
    nodes: list[tuple[Expr, Candidate]],
    *,
    alone: bool,
) -> Kink:
    node = nodes[0][0]
    crossed = all(c.crossed for _, c in nodes)
    weights = weights_of(e, node, wrt) if len({s for s, _ in nodes}) == 1 and alone else None
    free = weights is not None
    words = told(node, where, kind, crossed=crossed, alone=free)
    certain = crossed and free and kind != "unknown"
    return _weighted(Kink(node, where, kind, certain, words), weights or ())


def _weighted(k: Kink, weights: Iterable[Expr]) -> Kink:
    """Return the kink with the reservation that a weight of it may be 0."""
    zero = may_vanish(weights) if k.certain else []
    return replace(k, certain=False, words=unless_zero(k.words, zero)) if zero else k


# -- one variable, or one coordinate ---------------------------------------------------------------


def _of_line(part: Coordinatewise) -> list[Kink] | None:
    """Return the kinks of phi, all of them and classified; None if that is not decided."""
    w, t = part.variable, part.letter
    if w.assumptions.values is not None or w.assumptions.integer:
        return None
    try:
        found = line(part.phi, t, w.assumptions.interval)
    except Undecided:
        return None
    if any(b.kind == "unknown" for b in found.breaks):
        return None
    return [
        _of_break(b, part)
        for b in found.breaks
        if b.kind in ("corner", "cusp", "vertical", "jump", "removable")
    ]


def _of_break(b: Break, part: Coordinatewise) -> Kink:
    w, r = part.variable, refined(b.at, DISPLAYED)
    if r.is_exact:
        where = add(w, (-r.lo, ones(w.shape))) if r.lo else w
    else:
        phi_where = substitute(r.g, {part.letter: w}) if not w.shape else w
        where = phi_where
    found = Kink(part.phi, where, b.kind, True, told_break(b, r, w, part.weight), r.interval)
    return _weighted(found, [part.weight])


def _clashes(k: Kink, exact: list[Kink], others: tuple[Kink, ...]) -> bool:
    """Return whether another part of the formula has a kink at the same place."""
    same = {j.where for j in others} | {j.where for j in exact if j is not k}
    return any(
        w is k.where or (w.shape == k.where.shape and add(w, k.where) is const(0, w.shape))
        for w in same
    )


def _doubted(k: Kink) -> Kink:
    return replace(k, certain=False, words=doubted(k.words))
