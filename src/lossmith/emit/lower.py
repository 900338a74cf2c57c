"""Expressions to array programs.

A value is kept in *compact* form: only the axes along which it varies. The sum of a scalar and a
vector, or a constant matrix, is therefore never filled out before it must be. Unit tensors with
free ends stay unit matrices until the very end, where they meet a coefficient or become a diagonal.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import assert_never

from lossmith.emit.contraction import ONE, Compact, Contraction, Labels, axes_of
from lossmith.emit.program import (
    Call,
    Choose,
    Eye,
    Load,
    Number,
    OnDiagonals,
    Program,
    Ref,
    Spread,
    Sum,
)
from lossmith.emit.shared import Products, thinned
from lossmith.expr import build
from lossmith.expr.node import (
    Add,
    Apply,
    Const,
    Contract,
    Delta,
    Expr,
    Select,
    Symbol,
    children,
)
from lossmith.expr.product import is_symmetric
from lossmith.expr.walk import map_up, postorder


class Lowering:
    """Lowers expressions into one shared program.

    has_code: whether the target knows an atom; the others are replaced by their meaning.
    fills: whether the target can fill diagonals of an array of zeros.
    """

    def __init__(
        self, program: Program, has_code: Callable[[Apply], bool], fills: bool = False
    ) -> None:
        self.program = program
        self.fills = fills
        self.has_code = has_code
        self._done: dict[Expr, Compact] = {}
        self._products = Products(())

    def lower(self, root: Expr) -> Ref:
        """Return the place of the value of root, with all its axes."""
        root = self._prepared(root)
        order = list(postorder(root))
        self._products = Products(order)
        for e in order:
            if e not in self._done:
                made = self._done[e] = self._one(e)
                if made.labels == (0, 1) and isinstance(e, Apply | Contract) and is_symmetric(e):
                    self.program.symmetric.add(made.ref)
        return self._full(root)

    # -- what no array operation can express is rewritten first ---------------------------------

    def _prepared(self, root: Expr) -> Expr:
        if not any(self._needs_rewrite(e) for e in postorder(root)):
            return root
        return map_up(root, self._rewritten)

    def _needs_rewrite(self, e: Expr) -> bool:
        if isinstance(e, Apply):
            return not self.has_code(e)
        return isinstance(e, Contract) and (_delta_sum(e) is not None or thinned(e) is not None)

    def _rewritten(self, e: Expr) -> Expr:
        while isinstance(e, Contract):
            found = _delta_sum(e)
            new = _distributed(e, found) if found is not None else thinned(e)
            if new is None:
                return e
            e = new
        if isinstance(e, Apply) and not self.has_code(e) and e.atom.meaning is not None:
            return self._prepared(e.atom.meaning(*e.args))
        if isinstance(e, Add) and any(self._needs_rewrite(c) for c in children(e)):
            return build.add(*((c, self._rewritten(t)) for c, t in e.terms), shape=e.shape)
        return e

    # -- one node ---------------------------------------------------------------------------------

    def _one(self, e: Expr) -> Compact:
        p = self.program
        match e:
            case Const():
                return Compact(p.put(Number(e.value)), ())
            case Symbol():
                return Compact(p.put(Load(e.name, e.shape)), axes_of(e.shape))
            case Delta():
                return Compact(p.put(Eye(e.shape[0], e.shape)), (0, 1))
            case Add():
                return self._add(e)
            case Contract():
                return self._product(e)
            case Apply():
                return self._apply(e)
            case Select():
                return self._select(e)
            case _:
                assert_never(e)

    def _add(self, e: Add, sign: Fraction = ONE) -> Compact:
        summands = _around_its_value(e)
        target = self._union([t for _, t in summands])
        terms = [(sign * c, self._aligned(t, target)) for c, t in summands]
        terms = [self._inward(c, ref) for c, ref in terms]
        if len(terms) == 1:
            c, ref = terms[0]
            return Compact(self.program.product([(ref, ONE, False)], c), target)
        shape = tuple(e.shape[k] for k in target)
        return Compact(self.program.put(Sum(tuple(terms), shape)), target)

    def _inward(self, c: Fraction, ref: Ref) -> tuple[Fraction, Ref]:
        """Return a multiple of filled diagonals with the number on the few entries that fill."""
        op = self.program.ops[ref]
        if c == 1 or not isinstance(op, OnDiagonals):
            return c, ref
        arg = self.program.product([(op.arg, ONE, False)], c)
        return ONE, self.program.put(OnDiagonals(arg, op.groups, op.shape))

    def _product(self, e: Contract) -> Compact:
        factors = self._products.inside(e)
        for f, _, _ in factors:
            # A product that was found inside may stand later in the order; it is smaller than e.
            for part in () if f in self._done else postorder(f):
                if part not in self._done:
                    self._done[part] = self._one(part)
        value = self._done.__getitem__
        return Contraction(self.program, e, factors, value, self._negated).value(fills=self.fills)

    def _apply(self, e: Apply) -> Compact:
        if e.atom.signature.is_entrywise:
            target = self._union(e.args)
            args = tuple(self._aligned(a, target) for a in e.args)
            shape = tuple(e.shape[k] for k in target)
            return Compact(self.program.put(Call(e.atom, args, shape)), target)
        args = tuple(self._full(a) for a in e.args)
        return Compact(self.program.put(Call(e.atom, args, e.shape)), axes_of(e.shape))

    def _select(self, e: Select) -> Compact:
        target = self._union(children(e))
        cases = tuple(
            (
                tuple((self._aligned(c.expr, target), c.relation) for c in guard),
                self._aligned(value, target),
            )
            for guard, value in e.cases
        )
        shape = tuple(e.shape[k] for k in target)
        op = Choose(cases, self._aligned(e.otherwise, target), shape)
        return Compact(self.program.put(op), target)

    def _union(self, parts: Sequence[Expr]) -> Labels:
        return tuple(sorted({k for e in parts for k in self._done[e].labels}))

    def _aligned(self, e: Expr, target: Labels) -> Ref:
        value = self._done[e]
        return self.program.align(value.ref, value.labels, target)

    def _full(self, e: Expr) -> Ref:
        value = self._done[e]
        if value.labels == axes_of(e.shape):
            return value.ref
        aligned = self.program.align(value.ref, value.labels, axes_of(e.shape))
        return self.program.put(Spread(aligned, e.shape))

    def _negated(self, e: Add) -> Compact:
        """Return the value of -e, its terms negated one by one."""
        return self._add(e, Fraction(-1))


def _around_its_value(e: Add) -> tuple[tuple[Fraction, Expr], ...]:
    """Return z - f(z) as two terms where the terms of z stand in the sum one by one.

    z is computed once, so w - u - max(w - u) is exactly 0 at the largest entry: no rounding parts
    it from z, as the sum from left to right would.
    """
    for k, (c, t) in enumerate(e.terms):
        inner = _spread_value(t)
        if not isinstance(inner, Apply) or len(inner.args) != 1 or abs(c) != 1:
            continue
        z = inner.args[0]
        if not isinstance(z, Add) or z.shape != e.shape:
            continue
        rest = build.add(
            *((-c * q, s) for j, (q, s) in enumerate(e.terms) if j != k), shape=z.shape
        )
        if rest is z:
            return ((-c, z), (c, t))
    return e.terms


def _spread_value(t: Expr) -> Expr:
    """Return the number that an array holds in all entries, else the array itself."""
    if not isinstance(t, Contract):
        return t
    held = [(f, p) for f, _, p in t.factors if not (isinstance(f, Const) and f.value == 1)]
    return held[0][0] if len(held) == 1 and held[0][1] == 1 else t


def _delta_sum(e: Contract) -> int | None:
    """Return a factor that is a sum with a unit tensor inside whose index is summed or shared.

    Multiplied out as it stands, diag(s) - p p' would be filled with n^2 entries.
    """
    if len(e.factors) == 1 and not e.summed:
        return None
    for place, (f, labels, p) in enumerate(e.factors):
        if isinstance(f, Add) and p == 1 and len(f.shape) >= 2:
            if any(_holds_delta(t) for _, t in f.terms) and any(k >= e.rank for k in labels):
                return place
    return None


def _holds_delta(e: Expr) -> bool:
    if isinstance(e, Delta):
        return True
    return isinstance(e, Contract) and any(isinstance(f, Delta) for f, _, _ in e.factors)


def _distributed(e: Contract, place: int) -> Expr:
    """Return the product distributed over the sum that stands at a place."""
    inner, labels, _ = e.factors[place]
    assert isinstance(inner, Add)
    rest = [f for k, f in enumerate(e.factors) if k != place]
    out = tuple(range(e.rank))
    terms = [
        (c, build.contract([(t, labels, ONE), *rest], out, shape=e.shape)) for c, t in inner.terms
    ]
    return build.add(*terms, shape=e.shape)
