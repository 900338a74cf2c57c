"""The derivative of the result by an intermediate value, kept as products that are not yet built.

While a derivative runs backward, each intermediate value v carries d(result)/dv, a tensor with the
axes of the result (the *seeds*, labels 0 .. R-1) and then those of v. It is held as a few *parts*,
each a linked list of raw factors: passing one more link of the chain rule costs the link alone, and
a chain of any depth is brought to normal form once, at its end. A unit tensor between an axis of v
and a seed, or between two axes of v, is no factor: the two axes share a label.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import count

from lossmith.expr.build import add, const, contract, delta, select, zeros
from lossmith.expr.node import Apply, Const, Contract, Expr, Factor, Select, children
from lossmith.expr.sets import REALS
from lossmith.expr.types import Shape
from lossmith.expr.walk import postorder, rebuild
from lossmith.rules.rule import Partial

_ONE = Fraction(1)


@dataclass(frozen=True, slots=True)
class Link:
    """Some factors, then the rest of the product.

    guard: the factor is a choice of ones and zeros, and what was passed on behind it counts only
    where it is one (behind it may stand 1/x where x = 0).  masks: such choices that were built into
    the factors: what is passed on behind them counts only there as well.
    """

    factors: tuple[Factor, ...]
    rest: Link | None
    guard: bool = False
    masks: tuple[Factor, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """coefficient * product of the factors of ``chain``; ``labels`` are the axes of v."""

    coefficient: Fraction
    chain: Link | None
    labels: tuple[int, ...]

    def factors(self) -> list[Factor]:
        """Return the factors of the whole chain."""
        return _unrolled(self.chain, None)


@dataclass(frozen=True, slots=True)
class Adjoint:
    """d(result)/dv for a value v of this shape; seeds: the shape of the result."""

    seeds: Shape
    shape: Shape
    parts: tuple[Part, ...]

    def expr(self) -> Expr:
        """Return it as one expression with axes (result, v)."""
        whole = self.seeds + self.shape
        terms = [(p.coefficient, _tensor(p, self.seeds, self.shape)) for p in self.parts]
        return add(*terms, shape=whole)


def _unrolled(link: Link | None, stop: Link | None) -> list[Factor]:
    """Return the factors from a link up to another one, guarded ones inside their choice."""
    found: list[Factor] = []
    while link is not stop:
        assert link is not None
        if link.guard:
            found = _guarded(link.factors[0], found)
        else:
            for mask in link.masks:
                found = _masked(mask, found)
            found += link.factors
        link = link.rest
    return found


def _guarded(mask: Factor, behind: list[Factor]) -> list[Factor]:
    """Return the factors behind a choice of ones and zeros, those on its axes put into it."""
    choice, labels = _on_diagonal(mask)
    if not isinstance(choice, Select):
        return [*behind, (choice, labels, _ONE)]
    behind = [g for f in behind for g in _opened(f)]
    inside = [f for f in behind if set(f[1]) <= set(labels)]
    outside = [_chosen(choice, labels, f) for f in behind if f not in inside]
    if not inside:
        return [*outside, mask]
    chosen = contract(inside, labels, choice.shape)
    return [*outside, (_times(choice, chosen), labels, _ONE)]


def _masked(mask: Factor, behind: list[Factor]) -> list[Factor]:
    """Return the factors with those that may have no value put into a choice."""
    choice, labels = _on_diagonal(mask)
    if not isinstance(choice, Select):
        return behind
    return [_chosen(choice, labels, g) for f in behind for g in _opened(f)]


def _chosen(choice: Select, labels: tuple[int, ...], factor: Factor) -> Factor:
    """Return a factor within a choice, if it may have no value and one has all axes of the other.

    Then the choice is repeated along the further axes of the factor, or the other way round.
    """
    f, own, p = factor
    fits = set(labels) <= set(own) or set(own) <= set(labels)
    if not fits or len(set(own)) < len(own) or not _is_partial(factor):
        return factor
    sizes = dict(zip(own, f.shape, strict=True)) | dict(zip(labels, choice.shape, strict=True))
    axes = max(own, labels, key=len)
    whole = tuple(sizes[k] for k in axes)

    def along(e: Expr, its: tuple[int, ...], q: Fraction) -> Expr:
        ones = [(const(1, (sizes[k],)), (k,), _ONE) for k in axes if k not in its]
        return contract([(e, its, q), *ones], axes, whole)

    wide = rebuild(choice, tuple(along(c, labels, _ONE) for c in children(choice)))
    if not isinstance(wide, Select):
        return factor
    return _times(wide, along(f, own, p)), axes, _ONE


def _is_partial(factor: Factor) -> bool:
    """Return whether a factor divides, takes roots, or asks for arguments in a domain."""
    f, _, p = factor
    if p < 0 or p.denominator > 1:
        return True
    return any(
        (isinstance(e, Contract) and any(q < 0 or q.denominator > 1 for _, _, q in e.factors))
        or (isinstance(e, Apply) and any(d != REALS for d in e.atom.domain))
        for e in postorder(f)
    )


def _opened(factor: Factor) -> list[Factor]:
    """Return the factors of an entrywise product, which may have fewer axes than the product.

    Of (x_i - x_j) / |x_i - x_j|, where i = j is left out, only the divisor has no value there.
    """
    product, labels, p = factor
    if p != 1 or not isinstance(product, Contract) or product.summed:
        return [factor]
    return [(f, tuple(labels[k] for k in axes), q) for f, axes, q in product.factors]


def _on_diagonal(mask: Factor) -> tuple[Expr, tuple[int, ...]]:
    """Return a choice with distinct labels: along the entries whose repeated labels agree."""
    choice, labels, _ = mask
    axes = tuple(dict.fromkeys(labels))
    if len(axes) == len(labels):
        return choice, labels
    parts = tuple(contract([(part, labels, _ONE)], axes) for part in children(choice))
    return rebuild(choice, parts), axes


def _times(mask: Select, value: Expr) -> Expr:
    """Return ``value`` where a choice of ones and zeros is one, else 0."""
    nothing = zeros(value.shape)

    def entry(one: Expr) -> Expr:
        return nothing if isinstance(one, Const) and one.value == 0 else value

    return select([(g, entry(v)) for g, v in mask.cases], entry(mask.otherwise))


def seed(shape: Shape) -> Adjoint:
    """Return the derivative of a result of this shape by itself."""
    return Adjoint(shape, shape, (Part(_ONE, None, tuple(range(len(shape)))),))


def passed(part: Part, partial: Partial, rank: int, fresh: count[int]) -> Part:
    """Return one part sent through one term of a differential of a node of this rank."""
    names: dict[int, int] = dict(enumerate(part.labels))

    def name(k: int) -> int:
        if k not in names:
            assert k >= rank
            names[k] = next(fresh)
        return names[k]

    factors = tuple((f, tuple(name(k) for k in ls), p) for f, ls, p in partial.factors)
    chain = Link(factors, part.chain, partial.guard) if factors else part.chain
    labels = tuple(name(k) for k in partial.labels)
    return Part(part.coefficient * partial.coefficient, chain, labels)


def collected(
    parts: Sequence[Part], seeds: Shape, shape: Shape, fresh: count[int]
) -> tuple[Part, ...]:
    """Return the parts with those of one pattern of unit tensors added up.

    Parts of different patterns stay apart, so that unit tensors never hide inside a sum.
    """
    groups: dict[tuple[int, ...], list[Part]] = {}
    for part in parts:
        groups.setdefault(_pattern(part.labels, len(seeds)), []).append(part)
    return tuple(
        group[0] if len(group) == 1 else _added(group, seeds, shape, fresh)
        for group in groups.values()
    )


def folded(part: Part, seeds: Shape, shape: Shape) -> Part:
    """Return the part with its chain built into one factor, for a node with many children.

    The children then share one expression instead of building the same product each.
    """
    if part.chain is None or (part.chain.rest is None and len(part.chain.factors) == 1):
        return part
    factors = part.factors()
    sizes = dict(enumerate(seeds)) | dict(zip(part.labels, shape, strict=True))
    carried = {k for _, ls, _ in factors for k in ls}
    axes = tuple(k for k in sizes if k in carried)
    whole = contract(factors, axes)
    masks = _masks(part.chain, None, axes)
    return Part(part.coefficient, Link(((whole, axes, _ONE),), None, masks=masks), part.labels)


_KEPT = 4
"""Choices that are remembered of one chain."""


def _masks(link: Link | None, stop: Link | None, labels: Sequence[int]) -> tuple[Factor, ...]:
    """Return the choices of a chain, as far as their axes are among the labels."""
    found: dict[Factor, None] = {}
    while link is not stop and len(found) < _KEPT:
        assert link is not None
        masks = link.factors if link.guard else link.masks
        found |= dict.fromkeys(m for m in masks if set(m[1]) <= set(labels))
        link = link.rest
    return tuple(found)


def _common(masks: Sequence[Sequence[Factor]]) -> tuple[Factor, ...]:
    """Return the choices that all of some chains have."""
    first, *others = masks
    return tuple(m for m in first if all(m in other for other in others))


def _pattern(labels: tuple[int, ...], rank: int) -> tuple[int, ...]:
    """Return for each axis its seed, or -1 - (the first axis with the same label)."""
    return tuple(k if k < rank else -1 - labels.index(k) for k in labels)


def _added(group: Sequence[Part], seeds: Shape, shape: Shape, fresh: count[int]) -> Part:
    """Return the sum of parts of one pattern as a part with one new factor."""
    shared = _shared_rest(group)
    if shared is not None:
        return _added_heads(group, shared, shape)
    rank = len(seeds)
    own = dict.fromkeys(k for k in group[0].labels if k >= rank)
    new = {k: next(fresh) for k in own}
    sizes = dict(enumerate(seeds)) | {
        new[k]: d for k, d in zip(group[0].labels, shape, strict=True) if k >= rank
    }
    used: dict[int, None] = {}
    masks: list[list[Factor]] = []
    renamed: list[tuple[Fraction, list[Factor]]] = []
    for part in group:
        names = {k: new[a] for k, a in zip(part.labels, group[0].labels, strict=True) if k >= rank}
        factors = [(f, tuple(names.get(k, k) for k in ls), p) for f, ls, p in part.factors()]
        used |= dict.fromkeys(k for _, ls, _ in factors for k in ls if k in sizes)
        held = _masks(part.chain, None, part.labels)
        masks.append([(f, tuple(names.get(k, k) for k in ls), p) for f, ls, p in held])
        renamed.append((part.coefficient, factors))
    axes = tuple(k for k in sizes if k in used)
    form = tuple(sizes[k] for k in axes)
    total = add(*((c, _product(fs, axes, form)) for c, fs in renamed), shape=form)
    labels = tuple(new.get(k, k) for k in group[0].labels)
    return Part(_ONE, Link(((total, axes, _ONE),), None, masks=_common(masks)), labels)


def _product(factors: list[Factor], axes: tuple[int, ...], form: Shape) -> Expr:
    if len(factors) == 1 and factors[0][1] == axes and factors[0][2] == 1:
        return factors[0][0]
    return contract(factors, axes, form)


_REACH = 6
"""Links looked back for a common rest of two chains."""


def _shared_rest(group: Sequence[Part]) -> Link | None:
    """Return the link at which all chains meet, if what differs is entry by entry; else None.

    So v + sin(v) contributes rest * (1 + cos v), and a long chain of such blocks stays short.
    """
    first = group[0]
    if any(part.labels != first.labels for part in group):
        return None
    allowed = set(first.labels)
    reachable = [list(_prefixes(part.chain, allowed)) for part in group]
    for link in reachable[0]:
        if link is not None and all(any(link is other for other in r) for r in reachable):
            return link
    return None


def _prefixes(chain: Link | None, allowed: set[int]) -> Iterable[Link | None]:
    for _ in range(_REACH):
        yield chain
        if chain is None or any(k not in allowed for _, ls, _ in chain.factors for k in ls):
            return
        chain = chain.rest


def _added_heads(group: Sequence[Part], rest: Link, shape: Shape) -> Part:
    labels = group[0].labels
    sizes = dict(zip(labels, shape, strict=True))
    heads: list[list[Factor]] = []
    for part in group:
        heads.append(_unrolled(part.chain, rest))
    used = {k for head in heads for _, ls, _ in head for k in ls}
    axes = tuple(k for k in sizes if k in used)
    form = tuple(sizes[k] for k in axes)
    terms = [(p.coefficient, _product(h, axes, form)) for p, h in zip(group, heads, strict=True)]
    total = add(*terms, shape=form)
    masks = _common([_masks(part.chain, rest, labels) for part in group])
    return Part(_ONE, Link(((total, axes, _ONE),), rest, masks=masks), labels)


def _tensor(part: Part, seeds: Shape, shape: Shape) -> Expr:
    """Return the product of a part in normal form, unit tensors written out."""
    factors = part.factors()
    out = list(range(len(seeds)))
    spare = -1
    for k, d in zip(part.labels, shape, strict=True):
        if k in out:
            factors.append((delta(d), (k, spare), _ONE))
            out.append(spare)
            spare -= 1
        else:
            out.append(k)
    return contract(factors, tuple(out), seeds + shape)
