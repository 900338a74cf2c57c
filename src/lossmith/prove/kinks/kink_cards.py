"""The kinks of one node of a formula: what its card, the seams of a choice or a root tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from lossmith.atoms.table import ATOMS
from lossmith.errors import LossmithError
from lossmith.evidence.arithmetic.enclose import applies, domain_of, is_structured
from lossmith.expr.atom import Fact, Where
from lossmith.expr.atom import Kink as CardKink
from lossmith.expr.build import add, apply, const, ones
from lossmith.expr.node import Apply, Const, Contract, Expr, Select, Symbol
from lossmith.expr.sets import NONNEGATIVE, Interval, opened
from lossmith.expr.walk import depends_on, postorder
from lossmith.prove.kinks.seams import Seam, seams
from lossmith.prove.proving.natural import definition, natural, speaks
from lossmith.prove.proving.proof import Proof
from lossmith.prove.proving.ranges import prove_psd
from lossmith.prove.zeros.crossing import crosses_zero, is_affine, is_flat_at_zero, squares_of

Known = Mapping[Expr, Interval]


_ROUGH = Interval(Fraction(0), Fraction(1), True, False)
"""Exponents of |u| for which it has a kink where u = 0."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A kink of one node, where ``where`` is 0.

    level: the value of the node there, if known.  crossed: the place is crossed for sure.
    """

    where: Expr
    kind: str
    level: Fraction | None = None
    crossed: bool = True


def candidates_of(known: Known, s: Expr, wrt: tuple[Symbol, ...]) -> list[Candidate]:
    """Return the kinks that one node may have, by its card, its seams or its powers."""
    if isinstance(s, Select):
        return [
            Candidate(m.where, "jump" if m.contact == "jump" else "corner", None, _is_sure(m, wrt))
            for m in seams(s)
            if m.contact != "smooth"
        ]
    if isinstance(s, Contract):
        return [c for f, _, p in s.factors for c in _of_power(known, f, p, wrt)]
    if not isinstance(s, Apply):
        return []
    inside = _inside(known, s)
    told = _of_letter_power(known, s, wrt)
    if told is not None:
        return told
    if not speaks(s, inside) and not s.atom.needs:
        meaning = definition(s)
        if meaning is not None:
            below = set(postorder(*s.args))
            parts = [p for p in postorder(meaning) if p not in below and depends_on(p, wrt)]
            nearby = {**natural(meaning, known), **known}
            return [c for p in parts for c in candidates_of(nearby, p, wrt)]
    if _is_differentiable(s, inside, wrt):
        return []
    if s.atom.kinks:
        cards = [k for k in s.atom.kinks if depends_on(s.args[k.arg], wrt) and _fits(k, s, inside)]
        found = [
            Candidate(w, _kind(k, inside), _value_at(s, k), _is_met(k, s, inside, w, wrt))
            for k in cards
            for w in (_where(s, k),)
            if not (k.kind == "corner" and is_flat_at_zero(w, wrt))
        ]
        return list(dict.fromkeys(found))
    norm_like = _norm_like(s, wrt)
    return _at_domain_end(s, inside, wrt) if norm_like is None else norm_like


def _is_sure(seam: Seam, wrt: tuple[Symbol, ...]) -> bool:
    return seam.contact != "unknown" and crosses_zero(seam.where, wrt)


def _of_power(known: Known, f: Expr, p: Fraction, wrt: tuple[Symbol, ...]) -> list[Candidate]:
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
        return [Candidate(where, "corner" if order == 1 else "cusp", Fraction(0), crossed)]
    even_top, even_root = p.numerator % 2 == 0, p.denominator % 2 == 0
    kind = "cusp" if even_top else "vertical"
    one_sided = not even_root and known[f].within(NONNEGATIVE)
    return [Candidate(f, kind, Fraction(0), crosses_zero(f, wrt) and not one_sided)]


def _of_letter_power(known: Known, s: Apply, wrt: tuple[Symbol, ...]) -> list[Candidate] | None:
    """Return the kinks of |u|^p, or (u^q)^p with even q, for a p that is no number: where u = 0.

    It grows like |u|^(q p) there: a cusp for q p < 1, a corner for 1, none beyond.
    """
    if s.atom is not ATOMS["power"] or depends_on(s.args[1], wrt):
        return None
    base, p = s.args
    if isinstance(base, Apply) and base.atom is ATOMS["abs"]:
        parts = [(base.args[0], Fraction(1))]
    else:
        parts = squares_of(base, wrt)
    if parts is None:
        return None
    order = known[p].scale(min(q for _, q in parts))
    if order.meet(_ROUGH).is_empty:
        return []
    where = parts[0][0] if len(parts) == 1 else base
    kind = "corner" if order.lo is not None and order.lo >= 1 else "cusp"
    sure = order.within(opened(0, 1)) and all(is_affine(u, wrt) for u, _ in parts)
    return [Candidate(where, kind, Fraction(0), sure)]


def _at_domain_end(s: Apply, inside: list[Interval], wrt: tuple[Symbol, ...]) -> list[Candidate]:
    """A card that is smooth inside its domain only may have a vertical tangent at a closed end."""
    interior = [Interval(i.lo, i.hi, True, True) for i in inside]
    if not _is_differentiable(s, interior, wrt):
        # Nothing on the card says that it is differentiable: leave the question open.
        return [Candidate(u, "unknown", None, False) for u in s.args if depends_on(u, wrt)][:1]
    found: list[Candidate] = []
    for k, u in enumerate(s.args):
        d = domain_of(s.atom, k)
        for end, is_open in ((d.lo, d.lo_open), (d.hi, d.hi_open)):
            if end is not None and not is_open and inside[k].has(end) and depends_on(u, wrt):
                where = add(u, (-end, ones(u.shape)))
                found.append(Candidate(where, "vertical", None, crosses_zero(where, wrt)))
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


def _norm_like(s: Apply, wrt: tuple[Symbol, ...]) -> list[Candidate] | None:
    """A norm has a corner at 0; a card may tell in words where its extreme values tie."""
    u = s.args[0]
    meaning = s.atom.meaning(*s.args) if s.atom.meaning is not None else None
    root = isinstance(meaning, Contract) and any(p.denominator == 2 for _, _, p in meaning.factors)
    if root:
        flat = is_flat_at_zero(u, wrt)
        return [] if flat else [Candidate(u, "corner", Fraction(0), is_affine(u, wrt))]
    if s.atom.rough is not None:
        return [Candidate(u, "tie", None, is_affine(u, wrt))]
    return None
