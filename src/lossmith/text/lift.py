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
from lossmith.expr.types import Assumptions, Dim, Shape
from lossmith.text.cards import card
from lossmith.text.indices import reduces_axis, reduction
from lossmith.text.tokens import Index
from lossmith.words import Words

Names = tuple[str, ...]
Rename = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Stand:
    """What a stand-in symbol means: an entry of ``of`` (binds empty), or a sum of it.

    subscripts: one an axis of ``of``, ``:`` for a whole axis.  function: sum, mean, tensor, max ...
    sizes: of the indices bound.
    """

    of: Expr
    subscripts: Names = ()
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

    def entry(self, of: Expr, subscripts: Names) -> Expr:
        """Return a symbol for the entry of a tensor."""
        if len(subscripts) < len(of.shape):
            subscripts = (*subscripts, *":" * (len(of.shape) - len(subscripts)))
        shape = tuple(d for s, d in zip(subscripts, of.shape, strict=True) if s == ":")
        promise = Assumptions(enclosure(of))
        if isinstance(of, Symbol):
            promise = Assumptions(enclosure(of), of.assumptions.values, of.assumptions.integer)
        name = f"[{of.digest.hex()}:{','.join(subscripts)}]"
        return self._stand(symbol(name, shape, promise), Stand(of, subscripts))

    def bound(
        self, function: str, binds: tuple[Index, ...], sizes: Sequence[Dim], of: Expr, shape: Shape
    ) -> Expr:
        """Return a symbol for a sum (mean, largest value ...) of an expression over indices."""
        plain = reduction(function)
        pairs = zip(binds, sizes, strict=True)
        over = ",".join(f"{b.name}/{'/'.join(b.apart)}:{d}" for b, d in pairs)
        name = f"[{plain} {over} {of.digest.hex()}]"
        stand = Stand(of, (), plain, binds, tuple(sizes))
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
        renames = [rename]
        for b in stand.binds:
            renames += [self._apart(r, b.name, other) for r in list(renames) for other in b.apart]
        return [(stand.of, r) for r in renames]

    def _apart(self, rename: Rename, name: str, other: str) -> Rename:
        return (*rename, (name, dict(rename).get(other, other)))

    def _one(self, e: Expr, rename: Rename) -> Lifted:
        stand = self.stands.get(e)
        if stand is not None and stand.binds:
            return self._reduced(stand, rename)
        if stand is not None:
            return _entry(self._done[stand.of, rename], stand.subscripts, dict(rename))
        return self._mapped(e, [self._done[c, rename] for c in children(e)])

    # -- sums ----------------------------------------------------------------------------------

    def _reduced(self, stand: Stand, rename: Rename) -> Lifted:
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
            counts = [(build.size_of(sizes[b.name]), (), -1) for b in stand.binds]
            mean = build.contract([(result.expr, axes, 1), *counts], axes)
            return Lifted(mean, result.names)
        return result

    def _summed(
        self, stand: Stand, rename: Rename, binds: list[Index], sizes: dict[str, Dim]
    ) -> Lifted:
        """Return the sum over ``binds``; a value that is left out is taken away again."""
        terms: list[tuple[int, Rename, tuple[str, ...]]] = [(1, rename, ())]
        for b in binds:
            for other in b.apart:
                # Of several values left out, no two are the same term unless they are equal.
                terms += [
                    (-c, self._apart(r, b.name, other), (*gone, b.name)) for c, r, gone in terms
                ]
        parts: list[tuple[int, Lifted]] = []
        for c, r, gone in terms:
            over = [b.name for b in binds if b.name not in gone]
            parts.append((c, _total(self._done[stand.of, r], over, sizes)))
        if len(parts) == 1:
            return parts[0][1]
        names = _union([p for _, p in parts])
        known = {k: d for _, p in parts for k, d in p.sizes.items()}
        return Lifted(build.add(*((c, _spread(p, names, known)) for c, p in parts)), names)

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


def _entry(p: Lifted, subscripts: Names, rename: dict[str, str]) -> Lifted:
    chosen = tuple(rename.get(s, s) for s in subscripts)
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
