"""From entries to whole arrays: a formula with indices becomes the tensor product that it means.

While a formula is built, an entry ``X[i,:]`` and a sum over an index are symbols that stand for
themselves (``Stand``). ``Lift`` then replaces every sub-expression by the tensor of all its
entries: first one axis for each open index, by name, then its own axes. All goes through the
canonical constructors, so ``sum(i, y[i]*(X[i,:]*w))`` ends as the same object as ``y'*X*w``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

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
from lossmith.text.functions.neighbors import above, apart, half, has_slopes, without_last
from lossmith.text.kinds.indices import reduction
from lossmith.text.kinds.lifted import (
    Lifted,
    Names,
    Rename,
    Stand,
    as_tensor,
    by_atom,
    entry_of,
    product_of,
    spread_along,
    swap,
    terms_of,
    total_over,
    union,
    with_begins,
)
from lossmith.text.syntax.tokens import Index


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
        whole = spread_along(found, names, open_sizes)
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
        begun = with_begins(rename, stand.binds)
        base = (stand.of, begun)
        if base not in self._done:
            return [base]
        total = has_slopes(self._done[base].expr)
        renames = [begun]
        for b in stand.binds:
            if total:
                more = [self._apart(r, b.name, other) for r in renames for other in b.apart]
                renames += more
        for b in stand.binds:
            for other in b.after if total else ():
                renames += [swap(begun, b.name, other), self._apart(begun, b.name, other)]
        return [(stand.of, r) for r in renames]

    def _apart(self, rename: Rename, name: str, other: str) -> Rename:
        return (*rename, (name, dict(rename).get(other, other)))

    def _one(self, e: Expr, rename: Rename) -> Lifted:
        stand = self.stands.get(e)
        if stand is not None and stand.binds:
            return self._reduced(stand, rename)
        if stand is not None:
            return entry_of(self._done[stand.of, rename], stand, dict(rename))
        return self._mapped(e, [self._done[c, rename] for c in children(e)])

    # -- sums ----------------------------------------------------------------------------------

    def _reduced(self, stand: Stand, rename: Rename) -> Lifted:
        rename = with_begins(rename, stand.binds)
        whole = self._done[stand.of, rename]
        sizes = dict(zip((b.name for b in stand.binds), stand.sizes, strict=True))
        if stand.function == "tensor":
            return as_tensor(whole, tuple(b.name for b in stand.binds), sizes)
        if stand.function not in ("sum", "mean"):
            for b in reversed(stand.binds):
                whole = by_atom(whole, b.name, stand.function, sizes[b.name])
            return whole
        result = self._summed(stand, rename, list(stand.binds), sizes)
        if stand.function == "mean":
            axes = tuple(range(len(result.expr.shape)))
            counts = [(terms_of(b, sizes[b.name]), (), -1) for b in stand.binds]
            mean = build.contract([(result.expr, axes, 1), *counts], axes)
            return Lifted(mean, result.names)
        return result

    def _summed(
        self, stand: Stand, rename: Rename, binds: list[Index], sizes: dict[str, Dim]
    ) -> Lifted:
        """Return the sum over ``binds``; a value that is left out is taken away again."""
        terms: list[tuple[int, Rename, tuple[str, ...]]] = [(1, rename, ())]
        if any(b.apart for b in binds) and not has_slopes(self._done[stand.of, rename].expr):
            # The terms that are left out may have no value: log|x_i - x_j| for i = j.
            whole = self._masked(stand, rename, binds, sizes, by_cases=True)
            return total_over(whole, [b.name for b in binds], sizes)
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
            parts.append((c, total_over(whole, over, sizes)))
        if len(parts) == 1:
            return parts[0][1]
        names = union([p for _, p in parts])
        known = {k: d for _, p in parts for k, d in p.sizes.items()}
        return Lifted(build.add(*((c, spread_along(p, names, known)) for c, p in parts)), names)

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
        e = whole = spread_along(p, names, known)
        at = {n: k for k, n in enumerate(names)}
        for b in partial:
            e = without_last(e, at[b.name], b.first - 1 + b.short)
            for other in b.after:
                turned = self._done.get((stand.of, swap(rename, b.name, other)))
                if e is whole and turned is not None and spread_along(turned, names, known) is e:
                    alike = self._done[stand.of, self._apart(rename, b.name, other)]
                    e = half(e, spread_along(alike, names, known), at[other], at[b.name])
                else:
                    e = above(e, at[other], at[b.name])
            for other in b.apart if by_cases else ():
                e = apart(e, at[other], at[b.name])
        return Lifted(e, names)

    # -- the kinds of expression ---------------------------------------------------------------

    def _mapped(self, e: Expr, inner: list[Lifted]) -> Lifted:
        names = union(inner)
        sizes = {k: d for p in inner for k, d in p.sizes.items()}
        batch = tuple(sizes[n] for n in names)
        if not names and all(p.expr is c for p, c in zip(inner, children(e), strict=True)):
            return Lifted(e, ())
        match e:
            case Const() | Symbol() | Delta():
                return Lifted(e, ())
            case Add():
                pairs = zip(e.terms, inner, strict=True)
                terms = [(c, spread_along(p, names, sizes)) for (c, _), p in pairs]
                return Lifted(build.add(*terms, shape=(*batch, *e.shape)), names)
            case Contract():
                return Lifted(product_of(e, inner, names), names)
            case Apply():
                args = [spread_along(p, names, sizes) for p in inner]
                return Lifted(build.apply(e.atom, *args), names)
            case Select():
                rest = iter([spread_along(p, names, sizes) for p in inner])
                cases = [
                    (tuple(Comparison(next(rest), c.relation) for c in guard), next(rest))
                    for guard, _ in e.cases
                ]
                return Lifted(build.select(cases, next(rest)), names)
            case _:
                assert_never(e)


__all__ = ["Lift", "Lifted", "Stand"]
