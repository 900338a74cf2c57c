"""``contract``: the canonical n-ary tensor product.

Normal form. (1) Numbers, unit tensors and ones are absorbed: the numeric coefficient stands outside
as a one-term sum; a unit tensor with a summed index renames it. (2) Equal factors with equal labels
merge their exponents and keep what they ask of the base: x^2/x is not x. (3) Products inside
products are flattened along summed labels, so matrix products associate. (4) A node is either one
connected group of factors (joined by summed labels) or a product without summed labels of such
groups. (5) Factors are sorted by digest, labels renumbered: inputs that differ by names or order
give one object.

Wide, because the steps share one worklist of factors and make sense only together; ``exponents``,
``content`` and ``order`` hold what asks for no product.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import assert_never
from weakref import WeakKeyDictionary

from lossmith.errors import ShapeError
from lossmith.expr.content import content_of
from lossmith.expr.exponents import (
    asked_by,
    is_even,
    is_long,
    number_power,
    split_exponent,
    zero_to_negative,
)
from lossmith.expr.node import (
    Add,
    Apply,
    Const,
    Contract,
    Delta,
    Expr,
    Factor,
    Select,
    Symbol,
    add_node,
    apply_node,
    children,
    const_node,
    contract_node,
)
from lossmith.expr.order import Labels, canonical, components
from lossmith.expr.ranges import enclosure, is_positive
from lossmith.expr.sets import NONNEGATIVE
from lossmith.expr.types import Dim, Shape
from lossmith.words import Words

RawFactor = tuple[Expr, Labels, Fraction | int]


def ones(shape: Shape) -> Expr:
    """Return the tensor of ones."""
    return const_node(Fraction(1), shape)


def size_of(size: Dim) -> Expr:
    """Return a size as a scalar expression: a number, or the sum of n ones."""
    if isinstance(size, int):
        return const_node(Fraction(size), ())
    return contract_node(((ones((size,)), (0,), Fraction(1)),), ())


def contract(factors: Iterable[RawFactor], out: Labels, shape: Shape | None = None) -> Expr:
    """Return sum over labels not in ``out`` of the product of factor[labels]^exponent.

    factors: (expression, one label an axis, rational exponent).  out: distinct labels of the
    result's axes.  shape: sizes of ``out``, needed only for labels that no factor carries.
    Raises: ShapeError if a label has two sizes; DomainError for 0 to a negative power.
    """
    work = [(e, tuple(ls), Fraction(p)) for e, ls, p in factors]
    sizes = _sizes(work, out, shape)
    return _Product(work, out, sizes).finish()


def _sizes(work: list[Factor], out: Labels, shape: Shape | None) -> dict[int, Dim]:
    sizes: dict[int, Dim] = {}
    pairs = [(k, d) for e, ls, _ in work for k, d in zip(ls, e.shape, strict=True)]
    pairs += list(zip(out, shape, strict=True)) if shape is not None else []
    for k, d in pairs:
        if sizes.setdefault(k, d) != d:
            raise ShapeError(
                Words(
                    f"sizes do not agree in a product: {sizes[k]} and {d}",
                    f"乘积中的大小不一致：{sizes[k]} 与 {d}",
                ),
                why=Words(
                    "an index that is shared must run over the same set",
                    "共用的指标必须取遍同一个集合",
                ),
            )
    return sizes


class _Product:
    """The worklist while one product is brought to normal form."""

    def __init__(self, work: list[Factor], out: Labels, sizes: dict[int, Dim]) -> None:
        self.work = work
        self.out = out
        self.sizes = sizes
        self.coefficient = Fraction(1)
        self.fresh = max([*sizes, *out, 0]) + 1
        self.covered = set(sizes)

    def finish(self) -> Expr:
        shape = tuple(self.sizes[k] for k in self.out)
        changed = True
        while changed:
            self._pull_numbers()
            if self.coefficient == 0:
                return const_node(Fraction(0), shape)
            self._absorb_deltas()
            self._merge()
            self._drop_ones()
            changed = self._flatten()
        groups = self._groups()
        node = groups[0] if len(groups) == 1 else self._join(groups, shape)
        return _scaled(self.coefficient, _distributed(node))

    # -- numbers ---------------------------------------------------------------------------

    def _pull_numbers(self) -> None:
        """Move numeric factors into the coefficient; constant tensors leave ones behind."""
        kept: list[Factor] = []
        for e, labels, p in self.work:
            if not p:
                kept.append((ones(e.shape), labels, Fraction(1)))
            elif isinstance(e, Const):
                c, rest = number_power(e.value, p)
                self.coefficient *= c
                if labels:
                    kept.append((ones(e.shape), labels, Fraction(1)))
                kept += [(const_node(r, ()), (), q) for r, q in rest]
            elif isinstance(e, Add):
                if len(e.terms) > 1:
                    e, labels = _upright(e, labels)
                c, primitive = content_of(e)
                whole = p.denominator == 1 and not is_long(c, p)
                if c != 1 and (whole or (c > 0 and len(e.terms) == 1)):
                    number, rest = number_power(c, p)
                    self.coefficient *= number
                    kept.append((primitive, labels, p))
                    kept += [(const_node(r, ()), (), q) for r, q in rest]
                else:
                    kept.append((e, labels, p))
            else:
                kept.append((e, labels, p))
        self.work = kept

    # -- unit tensors and ones ----------------------------------------------------------------

    def _absorb_deltas(self) -> None:
        """Rename along unit tensors; those with both ends free stay, once."""
        pending = True
        while pending:
            pending = False
            for k, (e, labels, p) in enumerate(self.work):
                if not isinstance(e, Delta):
                    continue
                if p < 0:
                    raise zero_to_negative()
                i, j = labels
                if i == j:
                    self.work[k] = (ones((e.shape[0],)), (i,), Fraction(1))
                    continue
                gone, stays = (j, i) if j not in self.out else (i, j)
                if gone not in self.out:
                    self.work[k] = (ones((e.shape[0],)), (stays,), Fraction(1))
                    self._rename(gone, stays)
                    pending = True
                    break
                pending |= self._use_first_end(k, i, j)
                if pending:
                    break

    def _use_first_end(self, k: int, i: int, j: int) -> bool:
        """Move other factors on the later end of a free unit tensor to its first end."""
        first, last = sorted((i, j), key=self.out.index)
        self.work[k] = (self.work[k][0], (first, last), Fraction(1))
        moved = False
        for m, (e, labels, p) in enumerate(self.work):
            if m != k and last in labels:
                if isinstance(e, Delta) and set(labels) == {first, last}:
                    del self.work[m]
                    return True
                renamed = tuple(first if q == last else q for q in labels)
                self.work[m] = (e, renamed, p)
                moved = True
        return moved

    def _rename(self, old: int, new: int) -> None:
        self.work = [(e, tuple(new if k == old else k for k in ls), p) for e, ls, p in self.work]

    def _drop_ones(self) -> None:
        """Keep one vector of ones for each label that nothing else carries."""
        others = [f for f in self.work if not isinstance(f[0], Const) or not f[1]]
        carried = {k for _, ls, _ in others for k in ls}
        live = {k for _, ls, _ in self.work for k in ls} | set(self.out)
        for k in sorted(live - carried):
            others.append((ones((self.sizes[k],)), (k,), Fraction(1)))
        self.work = others

    # -- merging and flattening ---------------------------------------------------------------

    def _merge(self) -> None:
        """Add the exponents of equal factors with equal labels, and keep what they ask of it."""
        merged: dict[tuple[bytes, Labels], tuple[Expr, list[Fraction]]] = {}
        for e, labels, p in self.work:
            if len(labels) == 2 and (e.digest, labels[::-1]) in merged and is_symmetric(e):
                labels = labels[::-1]
            merged.setdefault((e.digest, labels), (e, []))[1].append(p)
        work: list[Factor] = []
        for (_, labels), (e, powers) in merged.items():
            total = powers[0] if len(powers) == 1 else sum(powers, Fraction(0))
            if isinstance(e, Const) and not labels:
                number, rest = number_power(e.value, total)
                self.coefficient *= number
                work += [(const_node(r, ()), (), q) for r, q in rest]
                continue
            if len(powers) == 1 and total:  # alone it asks what it asked: most factors are
                work.append((e, labels, total))
                continue
            asked = frozenset[str]().union(*(asked_by(p) for p in powers))
            exponents = split_exponent(e, total, asked)
            work += [(e, labels, p) for p in exponents]
            if labels and not exponents:
                work.append((ones(e.shape), labels, Fraction(1)))
        self.work = work

    def _flatten(self) -> bool:
        """Open one layer of inner products; return whether anything changed."""
        result: list[Factor] = []
        changed = False
        for e, labels, p in self.work:
            opened = self._opened(e, labels, p)
            if opened is None:
                result.append((e, labels, p))
            else:
                result += opened
                changed = True
        self.work = result
        return changed

    def _opened(self, e: Expr, labels: Labels, p: Fraction) -> list[Factor] | None:
        if isinstance(e, Apply) and e.atom.square is not None and is_even(p):
            return [(e.atom.square(*e.args), labels, p / 2)]
        if len(labels) == 2 and labels[0] == labels[1]:
            inside = _on_diagonal(e, p)
            if inside is not None:
                return [(inside, labels[:1], p)]
        if not isinstance(e, Contract):
            return None
        if not e.summed:
            return _raised(e, labels, p)
        alone = len(self.work) == 1
        if p != 1 or (all(k in self.out for k in labels) and not alone):
            return self._in_order(e, labels, p)
        names = {k: labels[k] for k in range(e.rank)}
        sizes = e.sizes()
        for k in e.summed:
            names[k] = self.fresh
            self.sizes[self.fresh] = sizes[k]
            self.fresh += 1
        return [(f, tuple(names[k] for k in ls), q) for f, ls, q in e.factors]

    def _in_order(self, e: Contract, labels: Labels, p: Fraction) -> list[Factor] | None:
        """Turn a product that stays together so that its axes follow those of the result.

        Of a matrix on whose diagonal it stands only that diagonal is kept, a vector of its own.
        """
        axes = tuple(k for k in self.out if k in labels)
        if axes == labels or len(axes) < len(set(labels)):
            return None
        return [(contract([(e, labels, 1)], axes), axes, p)]

    # -- groups --------------------------------------------------------------------------------

    def _groups(self) -> list[Expr]:
        """Return one canonical node for each set of factors joined by summed labels.

        If there is only one group it comes back with the axes of the result; otherwise each group
        is remembered in ``self.parts`` with its own labels for ``_join``.
        """
        found = components(self.work, set(self.out))
        summing = [c for c in found if any(k not in self.out for _, ls, _ in c for k in ls)]
        if not found:
            return [const_node(Fraction(1), ())]
        if len(found) == 1 or not summing:
            return [canonical(self.work, [_turns(f) for f in self.work], self.out, self.sizes)]
        self.parts: list[Factor] = []
        for component in found:
            if component not in summing:
                self.parts += component
                continue
            used = {k for _, ls, _ in component for k in ls}
            axes = tuple(k for k in self.out if k in used)
            node = contract(component, axes)
            self.parts.append((node, axes, Fraction(1)))
        return [part for part, _, _ in self.parts]

    def _join(self, groups: list[Expr], shape: Shape) -> Expr:
        """Return the product without sums of the groups (they may merge, or carry numbers)."""
        assert len(groups) == len(self.parts)
        return contract(self.parts, self.out, shape)


_diagonals: WeakKeyDictionary[Expr, Expr] = WeakKeyDictionary()
"""Diagonals of matrices that are made entry by entry: diag(f(A)) is f(diag(A))."""


def _on_diagonal(e: Expr, p: Fraction) -> Expr | None:
    """Return the diagonal of a matrix as a vector of its own, None where it stays outside."""
    if _is_entrywise(e):
        return _diagonal(e)
    if isinstance(e, Contract) and p != 1 and (e.summed or _raised(e, (0, 0), p) is None):
        return contract([(e, (0, 0), 1)], (0,))
    return None


def _diagonal(root: Expr) -> Expr:
    """Return f(diag(A)) for the diagonal of f(A). No recursion on depth."""
    stack = [root]
    while stack:
        e = stack[-1]
        waiting = [c for c in children(e) if _is_entrywise(c) and c not in _diagonals]
        if waiting and e not in _diagonals:
            stack += waiting
            continue
        stack.pop()
        if isinstance(e, Apply) and e not in _diagonals:
            _diagonals[e] = _of_diagonals(e)
    return _diagonals[root]


def _of_diagonals(e: Apply) -> Expr:
    """Return the function of the diagonals of its arguments, in the form ``build.apply`` gives."""
    args = tuple(contract([(a, (0, 0), 1)], (0,)) for a in e.args)
    shape = e.shape[:1]
    if all(isinstance(a, Const) for a in args):
        args = tuple(const_node(a.value, ()) for a in args if isinstance(a, Const))
        shape = ()
    folded = None if e.atom.fold is None else e.atom.fold(*args)
    found = folded or apply_node(e.atom, args, shape)
    return found if shape else contract([(found, (), 1)], (0,), e.shape[:1])


def _is_entrywise(e: Expr) -> bool:
    return isinstance(e, Apply) and e.atom.signature.is_entrywise


def _distributed(node: Expr) -> Expr:
    """Return a sum with its axes exchanged as the sum of the exchanged terms."""
    if not isinstance(node, Contract) or len(node.factors) != 1:
        return node
    e, labels, p = node.factors[0]
    if not isinstance(e, Add) or p != 1 or sorted(labels) != list(range(node.rank)):
        return node
    axes = tuple(range(node.rank))
    terms: dict[Expr, Fraction] = {}
    for c, t in e.terms:
        turned = contract([(t, labels, 1)], axes)
        parts = turned.terms if isinstance(turned, Add) else ((Fraction(1), turned),)
        for q, part in parts:
            terms[part] = terms.get(part, Fraction(0)) + c * q
    kept = sorted(((c, t) for t, c in terms.items() if c), key=lambda term: term[1].digest)
    return add_node(tuple(kept), node.shape)


def _scaled(c: Fraction, node: Expr) -> Expr:
    if c == 1:
        return node
    if isinstance(node, Const):
        return const_node(c * node.value, node.shape)
    if isinstance(node, Add):
        return add_node(tuple((c * q, e) for q, e in node.terms), node.shape)
    return add_node(((c, node),), node.shape)


_turned_sums: WeakKeyDictionary[Expr, bool] = WeakKeyDictionary()
"""For a primitive sum of matrices, whether products hold its transpose in its place."""


def _upright(e: Add, labels: Labels) -> tuple[Add, Labels]:
    """Return the sum or its transpose with turned labels, whichever has fewer turned factors."""
    if len(labels) != 2:
        return e, labels
    # Decided without number and sign, so that e, -e and their transposes agree; remembered for
    # both ways, because the products inside ask again.
    primitive = content_of(e)[1]
    turn = _turned_sums.get(primitive)
    if turn is False:
        return e, labels
    terms = [(c, _turned(t)) for c, t in e.terms]
    flat = add_node(tuple(sorted(terms, key=lambda term: term[1].digest)), e.shape[::-1])
    if turn is None:
        other = content_of(flat)[1]
        turn = (_turns_in(flat), other.digest) < (_turns_in(e), primitive.digest)
        _turned_sums[primitive] = turn
        if other is not primitive:
            _turned_sums[other] = not turn
    return (flat, labels[::-1]) if turn else (e, labels)


def _turns_in(e: Add) -> int:
    """Return the number of matrices in the terms that stand with their later index first."""
    factors = (f for _, t in e.terms if isinstance(t, Contract) for f in t.factors)
    return sum(len(ls) == 2 and ls[0] > ls[1] for _, ls, _ in factors)


def _raised(e: Contract, labels: Labels, p: Fraction) -> list[Factor] | None:
    """Return the factors of a product without sums raised to p, None if it must stay together.

    Whole powers and odd roots distribute over any product. An even root does so over factors that
    are known to be positive, and over one factor f^q unless f^q >= 0 for some f < 0.
    """
    if p.denominator % 2 == 0 and not _splits(e):
        f, _, q = e.factors[0]
        hides_sign = q.denominator % 2 == 1 and q.numerator % 2 == 0
        if len(e.factors) > 1 or (hides_sign and not enclosure(f).within(NONNEGATIVE)):
            return None
    result: list[Factor] = []
    for f, ls, q in e.factors:
        names = tuple(labels[k] for k in ls)
        exponents = split_exponent(f, q * p, asked_by(q) | asked_by(p))
        result += [(f, names, r) for r in exponents]
        if names and not exponents:
            result.append((ones(f.shape), names, Fraction(1)))
    return result


def _splits(e: Contract) -> bool:
    """Return whether (a*b)^p = a^p * b^p for fractional p: all factors known positive."""
    return all(is_positive(f) for f, _, _ in e.factors)


def _turns(factor: Factor) -> list[Factor]:
    """Return the factor, and its transpose if it is known to be symmetric."""
    e, labels, p = factor
    if len(labels) == 2 and labels[0] != labels[1] and is_symmetric(e):
        return [factor, (e, labels[::-1], p)]
    return [factor]


_symmetric: WeakKeyDictionary[Expr, bool] = WeakKeyDictionary()


def is_symmetric(root: Expr) -> bool:
    """Return whether a matrix is known to equal its transpose (declared, or by its structure).

    Sums of symmetric terms, inverses of symmetric matrices, products such as X'DX. Cost: one visit
    a sub-expression, remembered.
    """
    stack = [root]
    while stack:
        e = stack[-1]
        if e in _symmetric:
            stack.pop()
            continue
        inside = [c for c in children(e) if len(c.shape) == 2 and c not in _symmetric]
        if inside:
            stack.extend(inside)
            continue
        _symmetric[e] = len(e.shape) == 2 and e.shape[0] == e.shape[1] and _by_structure(e)
        stack.pop()
    return _symmetric[root]


def _by_structure(e: Expr) -> bool:
    match e:
        case Delta() | Const():
            return True
        case Symbol():
            return e.assumptions.has("symmetric")
        case Add():
            turned = {_turned(t): c for c, t in e.terms}
            return all(turned.get(t) == c for c, t in e.terms)
        case Contract():
            return _turned(e) is e
        case Apply():
            mapped = e.atom.symmetric or e.atom.signature.is_entrywise
            return mapped and all(_symmetric[a] for a in e.args)
        case Select():
            return False
        case _:
            assert_never(e)


def _turned(e: Expr) -> Expr:
    return contract([(e, (1, 0), 1)], (0, 1))
