"""From entries to whole arrays: a formula with indices becomes the tensor product that it means.

While a formula is built, an entry ``X[i,:]`` and a sum over an index are symbols that stand for
themselves (``Stand``). ``Lift`` then replaces every sub-expression by the tensor of all its
entries: first one axis for each open index, by name, then its own axes. All goes through the
canonical constructors, so ``sum(i, y[i]*(X[i,:]*w))`` ends as the same object as ``y'*X*w``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import assert_never

from lossmith.errors import DomainError
from lossmith.expr import build
from lossmith.expr.node import (
    Add,
    Apply,
    Comparison,
    Const,
    Contract,
    Delta,
    Expr,
    Select,
    Symbol,
    children,
    symbol,
)
from lossmith.expr.ranges import enclosure
from lossmith.expr.types import FREE, Assumptions, Dim, Shape
from lossmith.text.cards import card
from lossmith.text.indices import reduces_axis, reduction
from lossmith.text.neighbors import above, apart, half, is_total, moved, without_last
from lossmith.text.tokens import Index
from lossmith.words import Words

Names = tuple[str, ...]
Rename = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Stand:
    """What a stand-in symbol means: an entry of ``of`` (binds empty), or a sum of it.

    subscripts: one an axis of ``of``, ``:`` for a whole axis; offsets: what is added to each.
    function: sum, mean, tensor, max ...  sizes: of the indices bound.
    """

    of: Expr
    subscripts: Names = ()
    offsets: tuple[int, ...] = ()
    function: str = ""
    binds: tuple[Index, ...] = ()
    sizes: tuple[Dim, ...] = ()


@dataclass(frozen=True, slots=True)
class Lifted:
    """A tensor whose first axes belong to the indices ``names``, in order."""

    expr: Expr
    names: Names

    @property
    def sizes(self) -> dict[str, Dim]:
        """The sizes of the open indices."""
        return dict(zip(self.names, self.expr.shape, strict=False))

    @property
    def core(self) -> Shape:
        """The shape of one entry."""
        return self.expr.shape[len(self.names) :]


class Lift:
    """The stand-ins of one formula, and the tensors already found."""

    def __init__(self) -> None:
        self.stands: dict[Expr, Stand] = {}
        self._done: dict[tuple[Expr, Rename], Lifted] = {}

    # -- stand-ins -----------------------------------------------------------------------------

    def entry(self, of: Expr, subscripts: Names, offsets: tuple[int, ...] = ()) -> Expr:
        """Return a symbol for the entry of a tensor."""
        if len(subscripts) < len(of.shape):
            subscripts = (*subscripts, *":" * (len(of.shape) - len(subscripts)))
        offsets = (*offsets, *(0,) * (len(of.shape) - len(offsets)))
        shape = tuple(d for s, d in zip(subscripts, of.shape, strict=True) if s == ":")
        promise = Assumptions(enclosure(of))
        if isinstance(of, Symbol):
            promise = Assumptions(enclosure(of), of.assumptions.values, of.assumptions.integer)
        if any(offsets):
            promise = FREE  # zeros stand behind the end
        pairs = zip(subscripts, offsets, strict=True)
        name = f"[{of.digest.hex()}:{','.join(f'{s}{o or str()}' for s, o in pairs)}]"
        return self._stand(symbol(name, shape, promise), Stand(of, subscripts, offsets))

    def bound(
        self, function: str, binds: tuple[Index, ...], sizes: Sequence[Dim], of: Expr, shape: Shape
    ) -> Expr:
        """Return a symbol for a sum (mean, largest value ...) of an expression over indices."""
        plain = reduction(function)
        pairs = zip(binds, sizes, strict=True)
        over = ",".join(
            f"{b.name}/{'/'.join(b.apart)}/{'/'.join(b.after)}/{b.first}/{b.short}:{d}"
            for b, d in pairs
        )
        name = f"[{plain} {over} {of.digest.hex()}]"
        stand = Stand(of, (), (), plain, binds, tuple(sizes))
        return self._stand(symbol(name, shape), stand)

    def _stand(self, s: Symbol, stand: Stand) -> Expr:
        self.stands[s] = stand
        return s

    # -- tensors -------------------------------------------------------------------------------

    def __call__(self, root: Expr, rename: Rename = ()) -> Lifted:
        """Return the tensor of all entries of an expression. No recursion on depth."""
        stack: list[tuple[Expr, Rename]] = [(root, rename)]
        while stack:
            key = stack[-1]
            if key in self._done:
                stack.pop()
                continue
            missing = [k for k in self._needs(*key) if k not in self._done]
            if missing:
                stack += missing
            else:
                self._done[key] = self._one(*key)
                stack.pop()
        return self._done[root, rename]

    def ordered(self, root: Expr, open_sizes: dict[str, Dim]) -> Expr:
        """Return the tensor whose first axes are the open indices, in the order given."""
        found = self(root)
        names = tuple(sorted(open_sizes))
        # An index may have vanished, as in 0*x[i]; its axis stays.
        whole = _spread(found, names, open_sizes)
        position = {name: k for k, name in enumerate(open_sizes)}
        rank = len(whole.shape)
        axes = (*(position[n] for n in names), *range(len(names), rank))
        if axes == tuple(range(rank)):
            return whole
        return build.contract([(whole, axes, 1)], tuple(range(rank)))

    def _needs(self, e: Expr, rename: Rename) -> list[tuple[Expr, Rename]]:
        stand = self.stands.get(e)
        if stand is None:
            return [(c, rename) for c in children(e)]
        begun = _begun(rename, stand.binds)
        base = (stand.of, begun)
        if base not in self._done:
            return [base]
        total = is_total(self._done[base].expr)
        renames = [begun]
        for b in stand.binds:
            if total:
                more = [self._apart(r, b.name, other) for r in renames for other in b.apart]
                renames += more
        for b in stand.binds:
            for other in b.after if total else ():
                renames += [_swapped(begun, b.name, other), self._apart(begun, b.name, other)]
        return [(stand.of, r) for r in renames]

    def _apart(self, rename: Rename, name: str, other: str) -> Rename:
        return (*rename, (name, dict(rename).get(other, other)))

    def _one(self, e: Expr, rename: Rename) -> Lifted:
        stand = self.stands.get(e)
        if stand is not None and stand.binds:
            return self._reduced(stand, rename)
        if stand is not None:
            return _entry(self._done[stand.of, rename], stand, dict(rename))
        return self._mapped(e, [self._done[c, rename] for c in children(e)])

    # -- sums ----------------------------------------------------------------------------------

    def _reduced(self, stand: Stand, rename: Rename) -> Lifted:
        rename = _begun(rename, stand.binds)
        whole = self._done[stand.of, rename]
        sizes = dict(zip((b.name for b in stand.binds), stand.sizes, strict=True))
        if stand.function == "tensor":
            return _as_tensor(whole, tuple(b.name for b in stand.binds), sizes)
        if stand.function not in ("sum", "mean"):
            for b in reversed(stand.binds):
                whole = _by_atom(whole, b.name, stand.function, sizes[b.name])
            return whole
        result = self._summed(stand, rename, list(stand.binds), sizes)
        if stand.function == "mean":
            axes = tuple(range(len(result.expr.shape)))
            counts = [(_count(b, sizes[b.name]), (), -1) for b in stand.binds]
            mean = build.contract([(result.expr, axes, 1), *counts], axes)
            return Lifted(mean, result.names)
        return result

    def _summed(
        self, stand: Stand, rename: Rename, binds: list[Index], sizes: dict[str, Dim]
    ) -> Lifted:
        """Return the sum over ``binds``; a value that is left out is taken away again."""
        terms: list[tuple[int, Rename, tuple[str, ...]]] = [(1, rename, ())]
        if any(b.apart for b in binds) and not is_total(self._done[stand.of, rename].expr):
            # The terms that are left out may have no value: log|x_i - x_j| for i = j.
            whole = self._masked(stand, rename, binds, sizes, by_cases=True)
            return _total(whole, [b.name for b in binds], sizes)
        for b in binds:
            for other in b.apart:
                # Of several values left out, no two are the same term unless they are equal.
                terms += [
                    (-c, self._apart(r, b.name, other), (*gone, b.name)) for c, r, gone in terms
                ]
        parts: list[tuple[int, Lifted]] = []
        for c, r, gone in terms:
            over = [b.name for b in binds if b.name not in gone]
            whole = self._masked(stand, r, [b for b in binds if b.name in over], sizes)
            parts.append((c, _total(whole, over, sizes)))
        if len(parts) == 1:
            return parts[0][1]
        names = _union([p for _, p in parts])
        known = {k: d for _, p in parts for k, d in p.sizes.items()}
        return Lifted(build.add(*((c, _spread(p, names, known)) for c, p in parts)), names)

    def _masked(
        self,
        stand: Stand,
        rename: Rename,
        binds: Sequence[Index],
        sizes: dict[str, Dim],
        *,
        by_cases: bool = False,
    ) -> Lifted:
        """Return the tensor with zeros outside of the ranges of its indices."""
        p = self._done[stand.of, rename]
        partial = [b for b in binds if b.after or b.first > 1 or b.short or (by_cases and b.apart)]
        if not partial:
            return p
        others = {o for b in partial for o in (*b.after, *(b.apart if by_cases else ()))}
        names = tuple(sorted({*p.names, *(b.name for b in partial), *others}))
        known = {**p.sizes, **sizes}
        for b in partial:
            known |= {o: known[b.name] for o in (*b.after, *b.apart) if o not in known}
        e = whole = _spread(p, names, known)
        at = {n: k for k, n in enumerate(names)}
        for b in partial:
            e = without_last(e, at[b.name], b.first - 1 + b.short)
            for other in b.after:
                turned = self._done.get((stand.of, _swapped(rename, b.name, other)))
                if e is whole and turned is not None and _spread(turned, names, known) is e:
                    alike = self._done[stand.of, self._apart(rename, b.name, other)]
                    e = half(e, _spread(alike, names, known), at[other], at[b.name])
                else:
                    e = above(e, at[other], at[b.name])
            for other in b.apart if by_cases else ():
                e = apart(e, at[other], at[b.name])
        return Lifted(e, names)

    # -- the kinds of expression ---------------------------------------------------------------

    def _mapped(self, e: Expr, inner: list[Lifted]) -> Lifted:
        names = _union(inner)
        sizes = {k: d for p in inner for k, d in p.sizes.items()}
        batch = tuple(sizes[n] for n in names)
        if not names and all(p.expr is c for p, c in zip(inner, children(e), strict=True)):
            return Lifted(e, ())
        match e:
            case Const() | Symbol() | Delta():
                return Lifted(e, ())
            case Add():
                pairs = zip(e.terms, inner, strict=True)
                terms = [(c, _spread(p, names, sizes)) for (c, _), p in pairs]
                return Lifted(build.add(*terms, shape=(*batch, *e.shape)), names)
            case Contract():
                return Lifted(_product(e, inner, names), names)
            case Apply():
                args = [_spread(p, names, sizes) for p in inner]
                return Lifted(build.apply(e.atom, *args), names)
            case Select():
                rest = iter([_spread(p, names, sizes) for p in inner])
                cases = [
                    (tuple(Comparison(next(rest), c.relation) for c in guard), next(rest))
                    for guard, _ in e.cases
                ]
                return Lifted(build.select(cases, next(rest)), names)
            case _:
                assert_never(e)


def _union(parts: Sequence[Lifted]) -> Names:
    return tuple(sorted({n for p in parts for n in p.names}))


def _spread(p: Lifted, names: Names, sizes: dict[str, Dim]) -> Expr:
    """Return the tensor with an axis for each of ``names``, repeated where it had none."""
    if p.names == names:
        return p.expr
    label = {n: k for k, n in enumerate(names)}
    core = tuple(range(len(names), len(names) + len(p.core)))
    labels = (*(label[n] for n in p.names), *core)
    shape = (*(sizes[n] for n in names), *p.core)
    ones = [(build.ones((sizes[n],)), (label[n],), 1) for n in names if n not in p.names]
    return build.contract([(p.expr, labels, 1), *ones], tuple(range(len(shape))), shape)


def _product(e: Contract, inner: Sequence[Lifted], names: Names) -> Expr:
    shift = len(names)
    label = {n: k for k, n in enumerate(names)}
    factors: list[tuple[Expr, tuple[int, ...], Fraction]] = []
    for (_, labels, p), part in zip(e.factors, inner, strict=True):
        own = tuple(k + shift for k in labels)
        factors.append((part.expr, (*(label[n] for n in part.names), *own), p))
    return build.contract(factors, tuple(range(shift + e.rank)))


def _begun(rename: Rename, binds: Sequence[Index]) -> Rename:
    """Note where indices begin: in a sum from 2 on, x[i] stands for the entry after the i-th.

    A name with a + is no index: it carries the number of places.
    """
    return (*rename, *((f"+{b.name}", str(b.first - 1)) for b in binds if b.first > 1))


def _count(b: Index, size: Dim) -> Expr:
    missing = b.first - 1 + b.short
    return build.subtract(build.size_of(size), build.const(missing))


def _swapped(rename: Rename, one: str, other: str) -> Rename:
    names = dict(rename)
    return (*rename, (one, names.get(other, other)), (other, names.get(one, one)))


def _entry(p: Lifted, stand: Stand, rename: dict[str, str]) -> Lifted:
    subscripts = stand.subscripts
    chosen = tuple(rename.get(s, s) for s in subscripts)
    e = p.expr
    for axis, (s, offset) in enumerate(zip(subscripts, stand.offsets, strict=True)):
        e = moved(e, len(p.names) + axis, offset + int(rename.get(f"+{s}", "0")))
    p = Lifted(e, p.names)
    names = tuple(sorted({*p.names, *(s for s in chosen if s != ":")}))
    label = {n: k for k, n in enumerate(names)}
    labels = [label[n] for n in p.names]
    rank = len(names)
    for s in chosen:
        labels.append(rank if s == ":" else label[s])
        rank += s == ":"
    return Lifted(build.contract([(p.expr, tuple(labels), 1)], tuple(range(rank))), names)


def _total(p: Lifted, over: Sequence[str], sizes: dict[str, Dim]) -> Lifted:
    """Return the sum over indices; one that does not occur counts its values."""
    names = tuple(n for n in p.names if n not in over)
    label = {n: k for k, n in enumerate(names)}
    core = tuple(range(len(names), len(names) + len(p.core)))
    top = len(names) + len(core)
    label |= {n: top + k for k, n in enumerate(n for n in p.names if n in over)}
    labels = (*(label[n] for n in p.names), *core)
    factors = [(p.expr, labels, 1)]
    factors += [(build.size_of(sizes[n]), (), 1) for n in over if n not in p.names]
    return Lifted(build.contract(factors, tuple(range(top))), names)


def _as_tensor(p: Lifted, order: Names, sizes: dict[str, Dim]) -> Lifted:
    """Return the tensor whose own axes are the indices in ``order``."""
    names = tuple(n for n in p.names if n not in order)
    known = {**p.sizes, **sizes}
    return Lifted(_spread_in_order(p, (*names, *order), known), names)


def _spread_in_order(p: Lifted, names: Names, sizes: dict[str, Dim]) -> Expr:
    label = {n: k for k, n in enumerate(names)}
    shape = tuple(sizes[n] for n in names)
    ones = [(build.ones((sizes[n],)), (label[n],), 1) for n in names if n not in p.names]
    labels = tuple(label[n] for n in p.names)
    return build.contract([(p.expr, labels, 1), *ones], tuple(range(len(names))), shape)


def _by_atom(p: Lifted, name: str, function: str, size: Dim) -> Lifted:
    """Return the value of an atom along the axis of one index."""
    atom = reduces_axis(function)
    if atom is None:
        raise DomainError(
            Words(f"{function} has no form over an index", f"{function} 不能对下标运算")
        )
    names = tuple(n for n in p.names if n != name)
    turned = _spread_in_order(p, (*names, name), {**p.sizes, name: size})
    return Lifted(build.apply(card(atom), turned), names)


__all__ = ["Lift", "Lifted", "Stand"]
