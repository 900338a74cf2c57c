"""Products of tensors to array operations: matrix products, scalings, outer products, sums.

The plan brackets the product; here each pair becomes the plainest operation that computes it.
Factors that only multiply entry by entry wait until a sum needs them, so that row weights are
multiplied among themselves first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import assert_never

from lossmith.emit.plan import EXACT, Leaf, Pair, Tree, bracket, kept
from lossmith.emit.program import (
    Call,
    Diag,
    Diagonal,
    Dot,
    Einsum,
    MatMul,
    Number,
    OnDiagonals,
    Program,
    Reduce,
    Ref,
    Size,
    TensorDot,
    Trace,
)
from lossmith.expr import build
from lossmith.expr.node import Add, Apply, Const, Contract, Delta, Expr, Factor
from lossmith.expr.ranges import enclosure
from lossmith.expr.sets import NONNEGATIVE
from lossmith.expr.types import Shape

ONE = Fraction(1)
Labels = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Compact:
    """A value together with the labels of the axes that it has; it is constant along all others."""

    ref: Ref
    labels: Labels


@dataclass(frozen=True, slots=True)
class Entrywise:
    """A product entry by entry that is not computed yet: operands with exponents and labels."""

    factors: tuple[tuple[Compact, Fraction, bool], ...]
    labels: Labels


class Contraction:
    """One product of tensors, lowered pair by pair.

    factors: of e, or with some of them replaced by their product.
    value: gives the compact value of a factor.  negated: that of minus a sum.
    """

    def __init__(
        self,
        program: Program,
        e: Contract,
        factors: Sequence[Factor],
        value: Callable[[Expr], Compact],
        negated: Callable[[Add], Compact],
    ) -> None:
        self.program = program
        self.lowered, self.negated = value, negated
        self.sizes = e.sizes()
        rank = e.rank
        self.inner = sorted({k for _, labels, _ in factors for k in labels if k >= rank})
        self.out = axes_of(e.shape)
        self.sign = ONE
        self.scalars: list[tuple[Ref, Fraction, bool]] = []
        self.eyes: list[Compact] = []
        self.tensors: list[Entrywise] = []
        for factor in factors:
            self._sort_in(factor)

    def _sort_in(self, factor: Factor) -> None:
        e, labels, p = factor
        if isinstance(e, Delta) and p > 0 and labels[0] != labels[1]:
            self.eyes.append(Compact(self.lowered(e).ref, labels))
            return
        if isinstance(e, Add) and p.denominator == 1 and p % 2 and _is_never_positive(e):
            # s - 1 with s <= 1 reads better, and has a root, as -(1 - s).
            self.sign = -self.sign
            value = self.negated(e)
            nonnegative = _stays_nonnegative(build.negate(e))
        else:
            value = self.lowered(e)
            nonnegative = _stays_nonnegative(e)
        own = tuple(labels[k] for k in value.labels)
        ref = value.ref
        while len(set(own)) < len(own):
            ref, own = self._diagonal(ref, own)
        if not own:
            self.scalars.append((ref, p, nonnegative))
        else:
            self.tensors.append(Entrywise(((Compact(ref, own), p, nonnegative),), own))

    def _diagonal(self, ref: Ref, own: Labels) -> tuple[Ref, Labels]:
        """Take the entries where a repeated label agrees."""
        label = next(k for k in own if own.count(k) > 1)
        first = own.index(label)
        second = own.index(label, first + 1)
        rest = tuple(k for m, k in enumerate(own) if m not in (first, second))
        shape = (*(self.sizes[k] for k in rest), self.sizes[label])
        return self.program.put(Diagonal(ref, (first, second), shape)), (*rest, label)

    def value(self, *, fills: bool = False) -> Compact:
        """Return the value of the product, its axes in increasing order.

        fills: diagonals of zeros are filled rather than multiplied by unit matrices.
        """
        self._divide_by_norms()
        carried = {k for t in self.tensors for k in t.labels}
        for k in self.inner:
            if k not in carried:
                size = self.sizes[k]
                number = Number(Fraction(size)) if isinstance(size, int) else Size(size)
                self.scalars.append((self.program.put(number), ONE, True))
        core = self._core()
        parts = list(self.scalars)
        present = {k for eye in self.eyes for k in eye.labels} | set(core.labels if core else ())
        target = tuple(sorted(present))
        if len(self.eyes) == 1 and core and len(core.labels) == 1 and len(target) == 2:
            shape = tuple(self.sizes[k] for k in target)
            parts.append((self.program.put(Diag(core.ref, shape)), ONE, False))
            return Compact(self.program.product(parts, self.sign), target)
        if fills and self.eyes and len(target) > 2:
            filled = self._filled(parts, core, target)
            if filled is not None:
                return filled
        pieces = [*([core] if core else []), *self.eyes]
        for piece in pieces:
            parts.append((self.program.align(piece.ref, piece.labels, target), ONE, False))
        return Compact(self.program.product(parts, self.sign), target)

    def _filled(
        self, scalars: Sequence[tuple[Ref, Fraction, bool]], core: Compact | None, target: Labels
    ) -> Compact | None:
        """Return the core on the diagonals that the unit tensors name, zero elsewhere."""
        first = {k: k for k in target}
        for eye in self.eyes:
            a, b = sorted(first[k] for k in eye.labels)
            first = {k: a if group == b else group for k, group in first.items()}
        own = tuple(first[k] for k in core.labels) if core else ()
        if len(set(own)) < len(own):
            return None
        order = list(dict.fromkeys(first[k] for k in target))
        factors = [*scalars, *([(core.ref, ONE, False)] if core else [])]
        values = self.program.product(factors, self.sign)
        arg = self.program.align(values, own, order)
        shape = tuple(self.sizes[k] for k in target)
        groups = tuple(order.index(first[k]) for k in target)
        return Compact(self.program.put(OnDiagonals(arg, groups, shape)), target)

    def _core(self) -> Compact | None:
        if not self.tensors:
            return None
        if len(self.tensors) == 1:
            return self._alone(self.tensors[0])
        symmetric = self._gram()
        if symmetric is not None:
            return symmetric
        tensors = self.tensors
        if len(tensors) > EXACT:
            tensors = _merged(tensors)
        factors = [(t.factors, t.labels) for t in tensors]
        if not self.inner:
            tensors = self._divided_first(tensors)
            factors = [(t.factors, t.labels) for t in tensors]
        tree = bracket(factors, set(self.out), self.sizes)
        return self._run(tree, tensors)

    def _divide_by_norms(self) -> None:
        """Divide a vector by its own norm first: x (x'v) / |x|^3 as u (u'v) / |x| with u = x/|x|.

        The products of large or small entries could overflow where those of u do not.
        """
        for place, (ref, power, nonnegative) in enumerate(self.scalars):
            op = self.program.ops[ref]
            if not isinstance(op, Call) or op.atom.signature.is_entrywise:
                continue
            alone = len(self.scalars) == 1 and len(self.tensors) == 1
            if power.denominator != 1 or power > (-2 if alone else -1):
                continue
            for k, tensor in enumerate(self.tensors):
                value, q, _ = tensor.factors[0]
                if value.ref in op.args and q.denominator == 1 and 0 < q <= -power:
                    unit = [(value.ref, ONE, False), (ref, -ONE, nonnegative)]
                    made = Compact(self.program.product(unit), value.labels)
                    self.tensors[k] = Entrywise(((made, q, False),), value.labels)
                    power += q
            for k, (other, q, _) in enumerate(self.scalars):
                product = self.program.ops[other]
                if power < -1 and q == 1 and isinstance(product, MatMul | Dot):
                    found = [r for r in (product.left, product.right) if r in op.args]
                    if found:
                        unit = [(found[0], ONE, False), (ref, -ONE, nonnegative)]
                        made = self._with_operand(product, found[0], self.program.product(unit))
                        self.scalars[k] = (made, ONE, False)
                        power += 1
            self.scalars[place] = (ref, power, nonnegative)
        self.scalars = [s for s in self.scalars if s[1] != 0]

    def _with_operand(self, product: MatMul | Dot, old: Ref, new: Ref) -> Ref:
        """Return an inner product with one of its operands replaced."""
        if product.left == old:
            return self.program.put(replace(product, left=new))
        return self.program.put(replace(product, right=new))

    def _divided_first(self, tensors: Sequence[Entrywise]) -> list[Entrywise]:
        """Share a scalar divisor out among the factors: x x' / s^3 as (x/s) (x/s)' / s.

        The products could overflow where the quotients do not, and the quotients are shorter.
        """
        result = list(tensors)
        for k, tensor in enumerate(tensors):
            place = next((i for i, (_, p, _) in enumerate(self.scalars) if p <= -2), None)
            if place is None or len(tensor.labels) > 1:
                continue
            ref, p, nonnegative = self.scalars[place]
            self.scalars[place] = (ref, p + 1, nonnegative)
            value = self._materialized(tensor)
            quotient = [(value.ref, ONE, False), (ref, -ONE, nonnegative)]
            result[k] = _as_entrywise(Compact(self.program.product(quotient), tensor.labels))
        return result

    def _alone(self, tensor: Entrywise) -> Compact:
        """A single factor: x'x for an even power that is summed away, else a plain sum."""
        value, p, nonnegative = tensor.factors[0]
        if not set(tensor.labels) & set(self.out) and _even(p) and p > 0:
            root = self.program.product([(value.ref, p / 2, nonnegative)])
            return Compact(self._dot(Compact(root, value.labels), Compact(root, value.labels)), ())
        op = self.program.ops[value.ref]
        if p == 1 and isinstance(op, Diagonal) and not set(tensor.labels) & set(self.out):
            if len(op.shape) == 1:
                return Compact(self.program.put(Trace(op.arg)), ())
        return self._summed(self._materialized(tensor), frozenset(self.out))

    def _gram(self) -> Compact | None:
        """X' diag(s) X with s >= 0 as B'B, B = sqrt(s) X: BLAS then computes one triangle only."""
        if len(self.out) != 2:
            return None
        sides = [t for t in self.tensors if set(t.labels) & set(self.out)]
        middle = [t for t in self.tensors if not set(t.labels) & set(self.out)]
        if len(sides) != 2 or not middle or sides[0].factors[0][1:] != sides[1].factors[0][1:]:
            return None
        (a, p, nn), (b, _, _) = sides[0].factors[0], sides[1].factors[0]
        shared = [k for k in a.labels if k in b.labels]
        if a.ref != b.ref or len(a.labels) != 2 or len(shared) != 1:
            return None
        row = shared[0]
        if row in self.out or a.labels.index(row) != b.labels.index(row):
            return None
        if any(t.labels != (row,) or not _is_nonnegative(t) for t in middle):
            return None
        weight = tuple((v, q / 2, True) for t in middle for v, q, _ in t.factors)
        roots = Entrywise(weight, (row,))
        root = self._materialized(Entrywise(_once(roots.factors, self.program), (row,)))
        left = self._materialized(Entrywise(((root, ONE, True), (a, p, nn)), a.labels))
        scaled = Compact(left.ref, a.labels)
        twin = Compact(left.ref, b.labels)
        return self._matmul(scaled, twin, frozenset(self.out), last=True)

    # -- running a plan -------------------------------------------------------------------------

    def _run(self, tree: Tree, tensors: Sequence[Entrywise]) -> Compact:
        """Return the value of the bracketing; iterative, operands before their product."""
        done: dict[Tree, Entrywise] = {}
        stack: list[tuple[Tree, bool]] = [(tree, False)]
        while stack:
            node, ready = stack.pop()
            match node:
                case Leaf():
                    others = [set(t.labels) for k, t in enumerate(tensors) if k != node.index]
                    needed = kept(set(tensors[node.index].labels), others, set(self.out))
                    done[node] = self._leaf(tensors[node.index], needed)
                case Pair():
                    if not ready:
                        stack += [(node, True), (node.right, False), (node.left, False)]
                        continue
                    last = node is tree
                    done[node] = self._pair(done[node.left], done[node.right], node.keep, last)
                case _:
                    assert_never(node)
        return self._materialized(done[tree])

    def _leaf(self, tensor: Entrywise, needed: frozenset[int]) -> Entrywise:
        if needed == frozenset(tensor.labels):
            return tensor
        return _as_entrywise(self._summed(self._materialized(tensor), needed))

    def _pair(self, a: Entrywise, b: Entrywise, keep: frozenset[int], last: bool) -> Entrywise:
        summed = (set(a.labels) | set(b.labels)) - keep
        if not summed:
            big, small = (a, b) if len(a.labels) >= len(b.labels) else (b, a)
            labels = (*big.labels, *(k for k in small.labels if k not in big.labels))
            if len(labels) > len(big.labels):
                labels = tuple(sorted(labels))
            return Entrywise((*a.factors, *b.factors), labels)
        batch = set(a.labels) & set(b.labels) & keep
        left, right = self._materialized(a), self._materialized(b)
        if not batch:
            return _as_entrywise(self._matmul(left, right, keep, last=last))
        if set(left.labels) == set(right.labels):
            both = self._materialized(Entrywise((*a.factors, *b.factors), a.labels))
            return _as_entrywise(self._summed(both, keep))
        return _as_entrywise(self._einsum(left, right, keep))

    def _matmul(self, a: Compact, b: Compact, keep: frozenset[int], *, last: bool) -> Compact:
        """Sum over the labels that two operands share."""
        summed = [k for k in a.labels if k in b.labels]
        free_a = [k for k in a.labels if k not in summed]
        free_b = [k for k in b.labels if k not in summed]
        if not free_a and not free_b:
            return Compact(self._dot(a, b), ())
        if len(summed) > 1 or len(free_a) > 1 or len(free_b) > 1:
            return self._tensordot(a, b, summed)
        swap = not free_a or (last and free_a and free_b and free_b[0] < free_a[0])
        if swap:
            a, b, free_a, free_b = b, a, free_b, free_a
        k = summed[0]
        left = self.program.transpose(a.ref, [a.labels.index(m) for m in (*free_a, k)])
        right = self.program.transpose(b.ref, [b.labels.index(m) for m in (k, *free_b)])
        labels = (*free_a, *free_b)
        shape = tuple(self.sizes[m] for m in labels)
        return Compact(self.program.put(MatMul(left, right, shape)), labels)

    def _dot(self, a: Compact, b: Compact) -> Ref:
        right = self.program.transpose(b.ref, [b.labels.index(k) for k in a.labels])
        if len(a.labels) == 1:
            return self.program.put(MatMul(a.ref, right, ()))
        return self.program.put(Dot(a.ref, right))

    def _tensordot(self, a: Compact, b: Compact, summed: Sequence[int]) -> Compact:
        labels = (
            *(k for k in a.labels if k not in summed),
            *(k for k in b.labels if k not in summed),
        )
        op = TensorDot(
            a.ref,
            b.ref,
            tuple(a.labels.index(k) for k in summed),
            tuple(b.labels.index(k) for k in summed),
            tuple(self.sizes[k] for k in labels),
        )
        return Compact(self.program.put(op), labels)

    def _einsum(self, a: Compact, b: Compact, keep: frozenset[int]) -> Compact:
        """A stack of matrix products; as ``@`` where each operand has one row or column axis."""
        labels = tuple(sorted(keep))
        batch = [k for k in a.labels if k in b.labels and k in keep]
        summed = [k for k in a.labels if k in b.labels and k not in keep]
        free_a = [k for k in a.labels if k not in b.labels]
        free_b = [k for k in b.labels if k not in a.labels]
        if len(summed) == len(free_a) == len(free_b) == 1:
            if free_b[0] < free_a[0]:
                a, b, free_a, free_b = b, a, free_b, free_a
            left = self.program.align(a.ref, a.labels, [*batch, *free_a, *summed])
            right = self.program.align(b.ref, b.labels, [*batch, *summed, *free_b])
            result = (*batch, *free_a, *free_b)
            shape = tuple(self.sizes[k] for k in result)
            return Compact(self.program.put(MatMul(left, right, shape)), result)
        letters = {k: chr(ord("a") + i) for i, k in enumerate(sorted({*a.labels, *b.labels}))}
        spec = ",".join("".join(letters[k] for k in c.labels) for c in (a, b))
        spec += "->" + "".join(letters[k] for k in labels)
        shape = tuple(self.sizes[k] for k in labels)
        return Compact(self.program.put(Einsum(spec, (a.ref, b.ref), shape)), labels)

    def _summed(self, value: Compact, keep: frozenset[int]) -> Compact:
        axes = tuple(i for i, k in enumerate(value.labels) if k not in keep)
        if not axes:
            return value
        labels = tuple(k for k in value.labels if k in keep)
        shape = tuple(self.sizes[k] for k in labels)
        return Compact(self.program.put(Reduce(value.ref, axes, shape)), labels)

    def _materialized(self, tensor: Entrywise) -> Compact:
        """Return the product entry by entry as one array with these labels in this order."""
        factors = [
            (self.program.align(v.ref, v.labels, tensor.labels), p, nonnegative)
            for v, p, nonnegative in self._row_weights(tensor)
        ]
        return Compact(self.program.product(factors), tensor.labels)

    def _row_weights(self, tensor: Entrywise) -> list[tuple[Compact, Fraction, bool]]:
        """Multiply factors of fewer axes among themselves first: X * (a * b)[:, None]."""
        groups: dict[frozenset[int], list[tuple[Compact, Fraction, bool]]] = {}
        for factor in tensor.factors:
            groups.setdefault(frozenset(factor[0].labels), []).append(factor)
        result: list[tuple[Compact, Fraction, bool]] = []
        for labels, group in groups.items():
            if len(group) == 1 or len(labels) == len(tensor.labels):
                result += group
                continue
            own = group[0][0].labels
            aligned = [(self.program.align(v.ref, v.labels, own), p, nn) for v, p, nn in group]
            result.append((Compact(self.program.product(aligned), own), ONE, False))
        return result


def _as_entrywise(value: Compact) -> Entrywise:
    return Entrywise(((value, ONE, False),), value.labels)


def _once(
    factors: tuple[tuple[Compact, Fraction, bool], ...], program: Program
) -> tuple[tuple[Compact, Fraction, bool], ...]:
    """Return the root of a product as one root: sqrt(a*b), not sqrt(a)*sqrt(b)."""
    if len(factors) == 1:
        return factors
    squared = [(v.ref, 2 * p, nonnegative) for v, p, nonnegative in factors]
    value = Compact(program.product(squared), factors[0][0].labels)
    return ((value, Fraction(1, 2), True),)


def _stays_nonnegative(e: Expr) -> bool:
    """Return whether e is >= 0 in floating point too, so that its root can be taken unguarded."""
    if isinstance(e, Add):
        # 1 - f with f in [0, 1] is computed exactly enough; longer sums may round below 0.
        match e.terms:
            case ((_, Const()), (_, Apply())) | ((_, Apply()), (_, Const())):
                return enclosure(e).within(NONNEGATIVE)
            case _:
                return False
    if isinstance(e, Contract):
        return all(_even(p) or _stays_nonnegative(f) for f, _, p in e.factors)
    return enclosure(e).within(NONNEGATIVE)


def _is_never_positive(e: Expr) -> bool:
    interval = enclosure(e)
    return interval.hi is not None and interval.hi <= 0


def _even(p: Fraction) -> bool:
    return p.denominator == 1 and p.numerator % 2 == 0


def _is_nonnegative(tensor: Entrywise) -> bool:
    return all(nn or _even(p) for _, p, nn in tensor.factors)


def _merged(tensors: Sequence[Entrywise]) -> list[Entrywise]:
    """Return the factors with those of equal labels joined entry by entry."""
    groups: dict[frozenset[int], list[Entrywise]] = {}
    for tensor in tensors:
        groups.setdefault(frozenset(tensor.labels), []).append(tensor)
    return [
        Entrywise(tuple(f for t in group for f in t.factors), group[0].labels)
        for group in groups.values()
    ]


def axes_of(shape: Shape) -> Labels:
    """Return the labels 0, 1, ... of the axes of a shape."""
    return tuple(range(len(shape)))
