"""Points without a derivative: the kinks on the cards, as far as the arguments can reach them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from lossmith.atoms.table import ATOMS
from lossmith.errors import LossmithError
from lossmith.evidence.enclose import applies, domain_of
from lossmith.expr.atom import Fact, Where
from lossmith.expr.atom import Kink as CardKink
from lossmith.expr.build import add, apply, const, ones, subtract
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
from lossmith.expr.sets import Interval
from lossmith.expr.walk import depends_on, postorder
from lossmith.prove.proof import Proof
from lossmith.prove.ranges import prove_range
from lossmith.text.printing import to_unicode
from lossmith.words import Words

_KINDS = {
    "corner": Words("a corner", "折点"),
    "cusp": Words("a cusp", "尖点"),
    "jump": Words("a jump", "跳跃"),
    "vertical": Words("a vertical tangent", "竖直切线"),
    "tie": Words("a corner", "折点"),
    "unknown": Words("a derivative is not known", "导数未知"),
}


@dataclass(frozen=True, slots=True)
class Kink:
    """A set of points at which the formula may have no derivative.

    node: the function that has the kink.  where: the kinks lie where an entry of this is 0.
    kind: corner, cusp, jump, vertical or tie (extreme entries or eigenvalues agree).
    certain: nothing else in the formula has its kinks there, so nothing can cancel it.
    """

    node: Expr
    where: Expr
    kind: str
    certain: bool
    words: Words


def kinks(e: Expr, wrt: tuple[Symbol, ...]) -> tuple[Kink, ...]:
    """Return the kinks of e in wrt that its arguments are not proved to stay away from.

    An empty tuple is a proof of differentiability, wherever e is defined and its parts are too.
    """
    proof = Proof(wrt)
    found: dict[tuple[Expr, str], list[Expr]] = {}
    for s in postorder(e):
        if not depends_on(s, wrt):
            continue
        for where, kind, level in _candidates(proof, s):
            if (
                depends_on(where, wrt)
                and (kind == "tie" or _reachable(proof, where))
                and not _smoothed(e, s, where, level)
            ):
                found.setdefault((where, kind), []).append(s)
    return tuple(
        _kink(
            nodes[0],
            where,
            kind,
            certain=len(nodes) == 1 and _alone(where, found) and _added(e, nodes[0], wrt),
        )
        for (where, kind), nodes in found.items()
    )


def _candidates(proof: Proof, s: Expr) -> list[tuple[Expr, str, Fraction | None]]:
    """Return (where it is 0, kind, value of s there if known) for the kinks of one node."""
    if isinstance(s, Select):
        return [
            (c.expr, "corner", None)
            for guard, _ in s.cases
            for c in guard
            if isinstance(c, Comparison)
        ]
    if isinstance(s, Contract):
        return [
            (f, k.kind, None)
            for f, _, p in s.factors
            for k in _fitting(proof, ATOMS["power"].kinks, (f, const(p, f.shape)))
            if k.arg == 0
        ]
    if not isinstance(s, Apply):
        return []
    cards = _fitting(proof, s.atom.kinks, s.args)
    found = [(_where(s, k), k.kind, _value_at(s, k)) for k in cards]
    if not s.atom.kinks and not _is_differentiable(proof, s):
        found += _norm_like(s) or _at_domain_end(proof, s)
    return found


def _at_domain_end(proof: Proof, s: Apply) -> list[tuple[Expr, str, Fraction | None]]:
    """A card that is smooth inside its domain only may have a vertical tangent at a closed end."""
    found: list[tuple[Expr, str, Fraction | None]] = []
    for k, u in enumerate(s.args):
        d = domain_of(s.atom, k)
        for end, is_open in ((d.lo, d.lo_open), (d.hi, d.hi_open)):
            if end is not None and not is_open and proof.enclosed(u).has(end):
                found.append((add(u, (-end, ones(u.shape))), "vertical", None))
    # Nothing on the card says that it is differentiable: leave the question open.
    return found or [(u, "unknown", None) for u in s.args[:1]]


def _fitting(proof: Proof, cards: tuple[CardKink, ...], args: tuple[Expr, ...]) -> list[CardKink]:
    for a in args:
        prove_range(proof, a)
    inside = [proof.enclosed(a) for a in args]
    return [
        k
        for k in cards
        if all(
            # ``when`` says where there is a kink; it is left out only where that cannot be.
            not i.meet(w.interval).is_empty
            for w, i in zip(k.when, inside, strict=False)
        )
        and _parity_fits(k, args, inside)
    ]


def _parity_fits(k: CardKink, args: tuple[Expr, ...], inside: list[Interval]) -> bool:
    # An exponent that is no number may have any parity.
    exact = tuple(
        Where(parity=w.parity if isinstance(a, Const) else "")
        for w, a in zip(k.when, args, strict=False)
    )
    return applies(Fact("kink", exact), args, inside)


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


def _is_differentiable(proof: Proof, s: Apply) -> bool:
    inside = [proof.enclosed(a) for a in s.args]
    names = {f.name for f in s.atom.facts if applies(f, s.args, inside)}
    affine = "affine" in names
    return affine or bool(names & {"smooth", "continuously_differentiable"}) or s.atom.arity == 0


def _norm_like(s: Apply) -> list[tuple[Expr, str, Fraction | None]]:
    """A norm has a corner at 0; others of this kind have one where extreme values tie."""
    u = s.args[0]
    meaning = s.atom.meaning(*s.args) if s.atom.meaning is not None else None
    root = isinstance(meaning, Contract) and any(p.denominator == 2 for _, _, p in meaning.factors)
    if root:
        return [(u, "corner", Fraction(0))]
    if any(f.name == "positively_homogeneous" for f in s.atom.facts):
        return [(u, "tie", None)]
    return []


def _reachable(proof: Proof, where: Expr) -> bool:
    prove_range(proof, where)
    inside = proof.enclosed(where)
    return inside.is_empty or inside.has(0)


def _smoothed(root: Expr, s: Expr, where: Expr, level: Fraction | None) -> bool:
    """Return whether every use of s is a power > 1 of it at 0, or a product with that zero."""
    if s is root or level != 0:
        return False
    uses = [p for p in postorder(root) if s in children(p)]
    return all(
        isinstance(p, Contract)
        and all(
            q > 1 or any(g is where and ms == ls and r >= 1 for g, ms, r in p.factors)
            for f, ls, q in p.factors
            if f is s
        )
        for p in uses
    )


def _alone(where: Expr, found: dict[tuple[Expr, str], list[Expr]]) -> bool:
    others = [w for w, _ in found if w is not where]
    return not any(
        w.shape == where.shape and (add(w, where) is _zero(w) or subtract(w, where) is _zero(w))
        for w in others
    )


def _added(root: Expr, node: Expr, wrt: tuple[Symbol, ...]) -> bool:
    """Return whether the node enters by sums and constant weights alone, so its kink shows."""
    carriers = {node}
    for p in postorder(root):
        used = [c for c in children(p) if c in carriers]
        if not used:
            continue
        weighted = isinstance(p, Contract) and all(
            q == 1 if f in carriers else not depends_on(f, wrt) for f, _, q in p.factors
        )
        if not (isinstance(p, Add) or (weighted and len(used) == 1)):
            return False
        carriers.add(p)
    return True


def _zero(like: Expr) -> Expr:
    return const(0, like.shape)


def _kink(node: Expr, where: Expr, kind: str, *, certain: bool) -> Kink:
    shown = to_unicode(where)
    what = _KINDS[kind]
    name = node.atom.name if isinstance(node, Apply) else ""
    if kind == "unknown":
        words = Words(f"{what.en} for {name} at {shown}", f"{name} 在 {shown} 处{what.zh}")
    elif kind == "tie":
        words = Words(
            f"{what.en} where {shown} = 0 or its extreme values tie ({name})",
            f"当 {shown} = 0 或其极端值相等时有{what.zh}（{name}）",
        )
    else:
        entry_en = "an entry of " if where.shape and not _is_whole(node, where) else ""
        entry_zh = "某个分量 " if entry_en else ""
        by = f" ({name})" if name else ""
        by_zh = f"（{name}）" if name else ""
        words = Words(
            f"{what.en} where {entry_en}{shown} = 0{by}",
            f"当 {shown} 的{entry_zh.strip()}为 0 时有{what.zh}{by_zh}"
            if entry_zh
            else f"当 {shown} = 0 时有{what.zh}{by_zh}",
        )
    if not certain:
        words = Words(
            f"{words.en}, unless another term cancels it", f"{words.zh}（除非被其他项抵消）"
        )
    return Kink(node, where, kind, certain, words)


def _is_whole(node: Expr, where: Expr) -> bool:
    """Return whether the kink asks all entries to be 0 (a norm), not one of them."""
    return isinstance(node, Apply) and not node.atom.signature.is_entrywise and where in node.args
