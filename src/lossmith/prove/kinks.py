"""Points without a derivative: the kinks on the cards, as far as the arguments can reach them.

They are sought where the formula is defined. A kink is called certain only if the place is crossed
with a slope and no other part of the formula has its kinks there; else it is a possible one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from lossmith.errors import LossmithError
from lossmith.evidence.enclose import applies, domain_of, is_structured
from lossmith.expr.atom import Fact, Where
from lossmith.expr.atom import Kink as CardKink
from lossmith.expr.build import add, apply, const, ones, subtract
from lossmith.expr.node import Add, Apply, Const, Contract, Expr, Select, Symbol, children
from lossmith.expr.sets import NONNEGATIVE, Interval, point
from lossmith.expr.walk import depends_on, postorder, substitute
from lossmith.prove.crossing import crosses_zero, is_affine, is_flat_at_zero, squares_of
from lossmith.prove.entrywise import live_parts, scalar_form
from lossmith.prove.kink_words import doubted, told, told_break
from lossmith.prove.line import Break, line
from lossmith.prove.natural import definition, natural, speaks
from lossmith.prove.proof import Proof
from lossmith.prove.ranges import prove_psd
from lossmith.prove.roots import Undecided, refined
from lossmith.prove.seams import Seam, seams
from lossmith.prove.separable import Coordinatewise, split_by_coordinates
from lossmith.words import Words

Known = Mapping[Expr, Interval]

DISPLAYED = Fraction(1, 1 << 50)


@dataclass(frozen=True, slots=True)
class Kink:
    """A set of points at which the formula may have no derivative.

    node: the function that has the kink.  where: the kinks lie where an entry of this is 0.
    kind: corner, cusp, jump, vertical, removable, or tie (extreme entries or eigenvalues agree),
    unknown.  at: the place itself, in one variable or of each coordinate, if it is isolated.
    certain: the formula has no derivative there: the place is crossed with a slope, and nothing
    else in the formula has its kinks there, so nothing can cancel it.
    """

    node: Expr
    where: Expr
    kind: str
    certain: bool
    words: Words
    at: Interval | None = None


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A kink of one node: where it is 0; the node's value there if known; is it crossed for sure"""

    where: Expr
    kind: str
    level: Fraction | None = None
    crossed: bool = True


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
    found: dict[tuple[Expr, str, Expr | None], list[tuple[Expr, _Candidate]]] = {}
    for s in postorder(e):
        if not depends_on(s, wrt):
            continue
        for c in _candidates(known, s, wrt):
            if (
                depends_on(c.where, wrt)
                and (c.kind == "tie" or _is_reachable(e, known, c.where))
                and not _smoothed(e, s, c)
            ):
                shown = _shown_near(e, c.where)
                if s in shown:
                    sure = c.crossed and not any(
                        isinstance(t, Select) and t is not s for t in shown
                    )
                    # The largest entries of x tie elsewhere than the smallest ones.
                    place = (c.where, c.kind, s if c.kind == "tie" else None)
                    found.setdefault(place, []).append((s, replace(c, crossed=sure)))
    return tuple(
        _kink(e, wrt, where, kind, nodes, alone=_is_alone(where, found))
        for (where, kind, _), nodes in found.items()
    )


def _kink(
    e: Expr,
    wrt: tuple[Symbol, ...],
    where: Expr,
    kind: str,
    nodes: list[tuple[Expr, _Candidate]],
    *,
    alone: bool,
) -> Kink:
    node = nodes[0][0]
    crossed = all(c.crossed for _, c in nodes)
    free = len({s for s, _ in nodes}) == 1 and alone and _is_added(e, node, wrt)
    words = told(node, where, kind, crossed=crossed, alone=free)
    return Kink(node, where, kind, crossed and free and kind != "unknown", words)


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
    return Kink(part.phi, where, b.kind, True, told_break(b, r, w), r.interval)


def _clashes(k: Kink, exact: list[Kink], others: tuple[Kink, ...]) -> bool:
    """Return whether another part of the formula has a kink at the same place."""
    same = {j.where for j in others} | {j.where for j in exact if j is not k}
    return any(
        w is k.where or (w.shape == k.where.shape and add(w, k.where) is const(0, w.shape))
        for w in same
    )


def _doubted(k: Kink) -> Kink:
    return replace(k, certain=False, words=doubted(k.words))


# -- the kinks of one node -------------------------------------------------------------------------


def _candidates(known: Known, s: Expr, wrt: tuple[Symbol, ...]) -> list[_Candidate]:
    if isinstance(s, Select):
        return [
            _Candidate(m.where, "jump" if m.contact == "jump" else "corner", None, _is_sure(m, wrt))
            for m in seams(s)
            if m.contact != "smooth"
        ]
    if isinstance(s, Contract):
        return [c for f, _, p in s.factors for c in _of_power(known, f, p, wrt)]
    if not isinstance(s, Apply):
        return []
    inside = _inside(known, s)
    if not speaks(s, inside) and not s.atom.needs:
        meaning = definition(s)
        if meaning is not None:
            below = set(postorder(*s.args))
            parts = [p for p in postorder(meaning) if p not in below and depends_on(p, wrt)]
            nearby = {**natural(meaning, known), **known}
            return [c for p in parts for c in _candidates(nearby, p, wrt)]
    if _is_differentiable(s, inside, wrt):
        return []
    if s.atom.kinks:
        cards = [k for k in s.atom.kinks if depends_on(s.args[k.arg], wrt) and _fits(k, s, inside)]
        found = [
            _Candidate(w, _kind(k, inside), _value_at(s, k), _is_met(k, s, inside, w, wrt))
            for k in cards
            for w in (_where(s, k),)
            if not (k.kind == "corner" and is_flat_at_zero(w, wrt))
        ]
        return list(dict.fromkeys(found))
    norm_like = _norm_like(s, wrt)
    return _at_domain_end(s, inside, wrt) if norm_like is None else norm_like


def _is_sure(seam: Seam, wrt: tuple[Symbol, ...]) -> bool:
    return seam.contact != "unknown" and crosses_zero(seam.where, wrt)


def _of_power(known: Known, f: Expr, p: Fraction, wrt: tuple[Symbol, ...]) -> list[_Candidate]:
    """Return the kinks of f^p where f = 0: only roots have some."""
    if not 0 < p < 1 or not depends_on(f, wrt):
        return []
    parts = squares_of(f, wrt)
    if parts is not None:
        # f = sum of c u^q with even q: f^p grows like |u|^(q p) where all u are 0.
        order = min(q for _, q in parts) * p
        if order > 1:
            return []
        where = parts[0][0] if len(parts) == 1 else f
        crossed = all(is_affine(u, wrt) for u, _ in parts)
        return [_Candidate(where, "corner" if order == 1 else "cusp", Fraction(0), crossed)]
    even_top, even_root = p.numerator % 2 == 0, p.denominator % 2 == 0
    kind = "cusp" if even_top else "vertical"
    one_sided = not even_root and known[f].within(NONNEGATIVE)
    return [_Candidate(f, kind, Fraction(0), crosses_zero(f, wrt) and not one_sided)]


def _at_domain_end(s: Apply, inside: list[Interval], wrt: tuple[Symbol, ...]) -> list[_Candidate]:
    """A card that is smooth inside its domain only may have a vertical tangent at a closed end."""
    interior = [Interval(i.lo, i.hi, True, True) for i in inside]
    if not _is_differentiable(s, interior, wrt):
        # Nothing on the card says that it is differentiable: leave the question open.
        return [_Candidate(u, "unknown", None, False) for u in s.args if depends_on(u, wrt)][:1]
    found: list[_Candidate] = []
    for k, u in enumerate(s.args):
        d = domain_of(s.atom, k)
        for end, is_open in ((d.lo, d.lo_open), (d.hi, d.hi_open)):
            if end is not None and not is_open and inside[k].has(end) and depends_on(u, wrt):
                where = add(u, (-end, ones(u.shape)))
                found.append(_Candidate(where, "vertical", None, crosses_zero(where, wrt)))
    return found


def _inside(known: Known, s: Apply) -> list[Interval]:
    return [known[a].meet(domain_of(s.atom, k)) for k, a in enumerate(s.args)]


def _fits(k: CardKink, s: Apply, inside: list[Interval]) -> bool:
    """Return whether the kink can be there: ``when`` says for which arguments there is one."""
    reached = all(not i.meet(w.interval).is_empty for w, i in zip(k.when, inside, strict=False))
    # An exponent that is no number may have any parity.
    exact = tuple(
        Where(parity=w.parity if isinstance(a, Const) else "")
        for w, a in zip(k.when, s.args, strict=False)
    )
    return reached and applies(Fact("kink", exact), s.args, inside)


def _kind(k: CardKink, inside: list[Interval]) -> str:
    """Return the kind of a kink on the card; at an end of the domain a cusp has one side only."""
    end = k.where is None and k.at in (inside[k.arg].lo, inside[k.arg].hi)
    return "vertical" if k.kind == "cusp" and end else k.kind


def _is_met(
    k: CardKink, s: Apply, inside: list[Interval], where: Expr, wrt: tuple[Symbol, ...]
) -> bool:
    """Return whether there is such a kink for sure: its conditions hold, and it is crossed."""
    told = zip(k.when, s.args, inside, strict=False)
    sure = all(i.within(w.interval) and (not w.parity or isinstance(a, Const)) for w, a, i in told)
    return sure and crosses_zero(where, wrt)


def _where(s: Apply, k: CardKink) -> Expr:
    if k.where is not None:
        return k.where(*s.args)
    u = s.args[k.arg]
    return add(u, (-k.at, ones(u.shape))) if k.at else u


def _value_at(s: Apply, k: CardKink) -> Fraction | None:
    """Return the value of the function at the kink, if that is one number."""
    try:
        if k.where is None:
            value = apply(s.atom, const(k.at)) if s.atom.arity == 1 else None
        else:
            fixed = [a.value for a in s.args if isinstance(a, Const)]
            value = apply(s.atom, *(const(fixed[0]) for _ in s.args)) if fixed else None
    except LossmithError:
        return None
    return value.value if isinstance(value, Const) else None


def _is_differentiable(s: Apply, inside: list[Interval], wrt: tuple[Symbol, ...]) -> bool:
    """Return whether the card says so of every argument that moves, on its natural domain."""

    def structured(a: Expr, word: str) -> bool:
        # A psd matrix with a positive determinant is pd.
        regular = word == "pd" and "positive_determinant" in s.atom.needs
        psd = regular and prove_psd(Proof(wrt), a) is not None
        return psd or word in s.atom.needs or is_structured(a, word)

    good = {"smooth", "continuously_differentiable", "affine"}
    told_of = {
        f.arg for f in s.atom.facts if f.name in good and applies(f, s.args, inside, structured)
    }
    return all(k in told_of for k, a in enumerate(s.args) if depends_on(a, wrt))


def _norm_like(s: Apply, wrt: tuple[Symbol, ...]) -> list[_Candidate] | None:
    """A norm has a corner at 0; a card may tell in words where its extreme values tie."""
    u = s.args[0]
    meaning = s.atom.meaning(*s.args) if s.atom.meaning is not None else None
    root = isinstance(meaning, Contract) and any(p.denominator == 2 for _, _, p in meaning.factors)
    if root:
        flat = is_flat_at_zero(u, wrt)
        return [] if flat else [_Candidate(u, "corner", Fraction(0), is_affine(u, wrt))]
    if s.atom.rough is not None:
        return [_Candidate(u, "tie", None, is_affine(u, wrt))]
    return None


# -- what becomes of it in the formula -------------------------------------------------------------


def _is_reachable(e: Expr, known: Known, where: Expr) -> bool:
    """Return whether where = 0 may occur at a point at which e is defined."""
    inside = known[where] if where in known else natural(where, known)[where]
    if not inside.has(0):
        return False
    # One entry 0 says nothing of the others: only a scalar can be set to 0 everywhere.
    return bool(where.shape) or not natural(e, {**known, where: point(0)})[e].is_empty


def _smoothed(root: Expr, s: Expr, c: _Candidate) -> bool:
    """Return whether every use of s is a power > 1 of it at 0, or a product with that zero."""
    if s is root or c.level != 0 or c.kind not in ("corner", "vertical", "cusp"):
        return False
    uses = [p for p in postorder(root) if s in children(p)]
    return all(isinstance(p, Contract) and _is_smoothing(p, s, c) for p in uses)


def _is_smoothing(p: Contract, s: Expr, c: _Candidate) -> bool:
    return all(
        (q > 1 and c.kind == "corner")
        or any(g is c.where and ms == ls and r >= 1 for g, ms, r in p.factors)
        for f, ls, q in p.factors
        if f is s
    )


def _shown_near(root: Expr, where: Expr) -> set[Expr]:
    """Return the sub-expressions of root that matter near where = 0: no branch not taken there."""
    found: set[Expr] = set()
    stack = [root]
    while stack:
        s = stack.pop()
        if s in found:
            continue
        found.add(s)
        stack += _live_children(s, where) if isinstance(s, Select) else children(s)
    return found


def _live_children(choice: Select, where: Expr) -> list[Expr]:
    if where not in set(postorder(choice)):
        return list(children(choice))
    known = natural(choice)
    phi, image = scalar_form(choice, known)
    if not isinstance(phi, Select):
        return list(children(choice))
    here = natural(phi, {image[where]: point(0)})
    if here[phi].is_empty:
        here = natural(phi)
    live = live_parts(phi, here)
    return [c for c in children(choice) if image[c] in live]


def _is_alone(where: Expr, found: Mapping[tuple[Expr, str, Expr | None], object]) -> bool:
    """Return whether no other kink can lie there and cancel this one."""
    ties = [w for w, kind, _ in found if w is where and kind == "tie"]
    if len(ties) > 1:
        return False  # max(x) + min(x) of two entries is smooth
    others = [w for w, _, _ in found if w is not where]
    zero = const(0, where.shape)
    return not any(
        w.shape == where.shape and (add(w, where) is zero or subtract(w, where) is zero)
        for w in others
    )


def _is_added(root: Expr, node: Expr, wrt: tuple[Symbol, ...]) -> bool:
    """Return whether the node enters by sums and constant weights alone, so its kink shows."""
    carriers = {node}
    spent: set[Expr] = set()
    for p in postorder(root):
        used = [c for c in children(p) if c in carriers]
        if not used:
            continue
        if spent & set(used):
            return False  # two uses of one function may cancel
        spent |= set(used)
        weighted = isinstance(p, Contract) and all(
            q == 1 if f in carriers else not depends_on(f, wrt) for f, _, q in p.factors
        )
        if not (isinstance(p, Add) or (weighted and len(used) == 1)):
            return False
        carriers.add(p)
    return True
