"""Affine maps and quadratic forms inside tensor products. Part of the trusted checker.

``linear_part`` is the tensor A of an affine u = A w + b; ``gain`` an expression that bounds its
spectral norm; ``psd_form`` recognizes sum q K q' with K positive semidefinite, however written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from lossmith.atoms.table import ATOMS
from lossmith.evidence.arithmetic.enclose import is_structured
from lossmith.expr.build import (
    add,
    apply,
    const,
    contract,
    identity_like,
    matmul,
    multiply,
    power,
    transpose,
)
from lossmith.expr.node import Add, Apply, Const, Contract, Delta, Expr, Factor, Select, Symbol
from lossmith.expr.sets import NONNEGATIVE, Interval
from lossmith.expr.walk import dependents, postorder

ONE = Fraction(1)


def axes(e: Expr) -> tuple[int, ...]:
    """Return the labels 0 .. rank-1."""
    return tuple(range(len(e.shape)))


def factors_of(e: Expr) -> tuple[Fraction, tuple[Factor, ...]]:
    """Return e as coefficient times factors on the labels of a product with the axes of e."""
    if isinstance(e, Add) and len(e.terms) == 1:
        c, inner = e.terms[0]
        return c, factors_of(inner)[1]
    if isinstance(e, Contract):
        return ONE, e.factors
    return ONE, ((e, axes(e), ONE),)


def linear_part(u: Expr, w: Symbol) -> Expr | None:
    """Return A with axes (those of u, those of w) such that u = A w + b; None if b is all of u.

    Raises: ValueError if u is not visibly affine in w.
    """
    moving = dependents(u, (w,))
    part: dict[Expr, Expr] = {}
    for e in postorder(u):
        if e not in moving:
            continue
        match e:
            case Symbol():
                part[e] = identity_like(w.shape)
            case Add():
                part[e] = add(*((c, part[t]) for c, t in e.terms if t in moving))
            case Contract():
                part[e] = _through_product(e, moving, part, w)
            case Const() | Delta() | Apply() | Select():
                raise ValueError("not affine")
    return part.get(u)


def _through_product(e: Contract, moving: set[Expr], part: dict[Expr, Expr], w: Symbol) -> Expr:
    inner = [f for f in e.factors if f[0] in moving]
    if len(inner) != 1 or inner[0][2] != 1:
        raise ValueError("not affine")
    free = max([*e.sizes(), e.rank - 1, 0]) + 1
    new = tuple(range(free, free + len(w.shape)))
    rest = [f for f in e.factors if f[0] not in moving]
    changed = (part[inner[0][0]], (*inner[0][1], *new), ONE)
    return contract([*rest, changed], (*range(e.rank), *new))


# -- spectral norms ------------------------------------------------------------------------------


def gain(a: Expr, split: int, ranges: Callable[[Expr], Interval]) -> Expr | None:
    """Return a scalar G with |A v| <= G |v|; A has ``split`` axes of the result, then those of v.

    A product of groups that share no index is a Kronecker product: norms multiply. A factor that
    only scales rows or columns counts with its largest absolute value, if that is known.
    """
    c, factors = factors_of(a)
    if isinstance(a, Add) and len(a.terms) > 1:
        matrix = len(a.shape) == 2 and split == 1
        return apply(ATOMS["specnorm"], a) if matrix else _vector_norm(a, split)
    result: Expr | None = const(abs(c))
    for group in _groups(factors):
        norm = _group_gain(group, split, len(a.shape), ranges)
        if norm is None:
            return None
        result = multiply(result, norm)
    return result


def _vector_norm(a: Expr, split: int) -> Expr | None:
    """Return the Euclidean norm of all entries if A is a single row or column."""
    if split not in (0, len(a.shape)):
        return None
    return power(contract([(a, axes(a), 2)], ()), Fraction(1, 2))


def _groups(factors: Sequence[Factor]) -> list[list[Factor]]:
    groups: list[tuple[set[int], list[Factor]]] = []
    for f in factors:
        labels, members = set(f[1]), [f]
        for g in [g for g in groups if g[0] & labels]:
            labels |= g[0]
            members = g[1] + members
            groups.remove(g)
        groups.append((labels, members))
    return [members for _, members in groups]


def _group_gain(
    group: list[Factor], split: int, rank: int, ranges: Callable[[Expr], Interval]
) -> Expr | None:
    labels = {k for _, ls, _ in group for k in ls}
    rows = tuple(sorted(k for k in labels if k < split))
    columns = tuple(sorted(k for k in labels if split <= k < rank))
    if not labels:
        return _size(group[0], ranges)
    if len(group) == 1 and isinstance(group[0][0], Delta) and len(rows) == len(columns) == 1:
        return const(1)
    if not rows or not columns:
        axes_ = (*rows, *columns)
        sizes = {k: d for e, ls, _ in group for k, d in zip(ls, e.shape, strict=True)}
        # (-1)^2 = 1, unless the sign is summed over with the others.
        kept = [f for f in group if not (_is_sign(f[0]) and set(f[1]) <= set(axes_))]
        whole = contract(kept, axes_, tuple(sizes[k] for k in axes_))
        return _vector_norm(whole, len(rows))
    if len(rows) > 1 or len(columns) > 1:
        return None
    ends = (min(rows), min(columns))
    scale, kept = _unscaled(group, ends, ranges)
    if len(kept) == 1 and isinstance(kept[0][0], Delta):
        return const(scale)
    matrix = contract(kept, ends)
    norm = const(1) if is_structured(matrix, "orthogonal") else apply(ATOMS["specnorm"], matrix)
    return multiply(const(scale), norm)


def _size(factor: Factor, ranges: Callable[[Expr], Interval]) -> Expr:
    e, _, p = factor
    known = ranges(e).power(p)
    if known.lo is not None and known.lo >= 0:
        return power(e, p)
    return apply(ATOMS["abs"], power(e, p))


def _unscaled(
    group: list[Factor], ends: tuple[int, int], ranges: Callable[[Expr], Interval]
) -> tuple[Fraction, list[Factor]]:
    """Take out vectors of known size along one outer index: what joins both ends remains."""
    scale, kept = ONE, list(group)
    for f in group:
        e, labels, p = f
        rest = [g for g in kept if g is not f]
        if len(labels) != 1 or labels[0] not in ends:
            continue
        known = ranges(e).power(p)
        if known.lo is not None and known.hi is not None:
            scale *= max(abs(known.lo), abs(known.hi))
            kept = rest
    return scale, kept


def least_gain_squared(a: Expr, split: int) -> Expr | None:
    """Return a scalar g >= 0 with |A v|^2 >= g |v|^2: c^2 for A = c I, else lambda_min(A'A).

    Of a Kronecker product (groups that share no index) the least gains multiply.
    """
    c, factors = factors_of(a)
    seen = {k for _, ls, _ in factors for k in ls}
    if not seen.issuperset(axes(a)):
        return None
    result: Expr = const(c * c)
    for group in _groups(factors):
        least = _least_of_group(group, split, len(a.shape))
        if least is None:
            return None
        result = multiply(result, least)
    return result


def _least_of_group(group: list[Factor], split: int, rank: int) -> Expr | None:
    labels = {k for _, ls, _ in group for k in ls}
    rows = tuple(sorted(k for k in labels if k < split))
    columns = tuple(k for k in labels if split <= k < rank)
    if not columns:  # one column: its squared norm
        whole = contract(group, rows)
        return contract([(whole, axes(whole), 2)], ())
    if len(rows) != 1 or len(columns) != 1:
        return None  # a row has a null space; an index used twice leaves part of v unseen
    if len(group) == 1 and isinstance(group[0][0], Delta):
        return const(1)
    # Rows of one sign keep A'A.
    kept = [f for f in group if f[1] != rows or not _is_sign(f[0])]
    if not all(any(k in ls for _, ls, _ in kept) for k in (*rows, *columns)):
        return None
    x = contract(kept, (*rows, *columns))
    return apply(ATOMS["lambda_min"], matmul(transpose(x), x))


def _is_sign(e: Expr) -> bool:
    """Return whether all entries are declared to be -1 or 1."""
    values = e.assumptions.values if isinstance(e, Symbol) else None
    return values is not None and {abs(v) for v in values} == {1}


# -- quadratic forms -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Form:
    """A sum of w * q[L] * K[L, R] * q[R] over all indices: nonnegative whatever q is.

    pairs: indices of mirrored factors, each with its mirror's.  middle: indices of the matrices K.
    """

    pairs: tuple[tuple[int, int], ...]
    middle: tuple[int, ...]


def psd_form(
    e: Expr,
    pairs: Sequence[Sequence[Fraction]],
    is_psd: Callable[[Expr], bool],
    ranges: Callable[[Expr], Interval],
    *,
    outer: bool = False,
) -> Form | None:
    """Return the form if the pairing of factors makes e a nonnegative quadratic form, else None.

    pairs: (left factor, right factor, 1 if the right one is to be read transposed else 0).
    outer: e is a matrix whose two axes mirror each other (then e itself is psd).
    Proof: for fixed values of the indices that are not mirrored, e is w * q' K q where q is the
    product of the left factors and K a Schur and Kronecker product of psd matrices.
    """
    if not isinstance(e, Contract):
        return None
    mirror = _mirror(e, pairs, {0: 1, 1: 0} if outer else {})
    if mirror is None:
        return None
    paired = {int(k) for p in pairs for k in p[:2]}
    left = {k for p in pairs for k in e.factors[int(p[0])][1] if mirror.get(k, k) != k}
    if e.rank != 2 if outer else any(mirror.get(k, k) != k for k in range(e.rank)):
        return None
    if any(mirror[k] in left for k in left):
        return None
    middle: list[int] = []
    for k, (f, labels, p) in enumerate(e.factors):
        if k in paired:
            continue
        if all(mirror.get(q, q) == q for q in labels):
            if not ranges(f).power(p).within(NONNEGATIVE):
                return None
            continue
        if len(labels) != 2 or mirror.get(labels[0]) != labels[1]:
            return None
        if p != 1 or not is_psd(f):
            return None
        middle.append(k)
    return Form(tuple((int(p[0]), int(p[1])) for p in pairs), tuple(middle))


def _mirror(
    e: Contract, pairs: Sequence[Sequence[Fraction]], start: Mapping[int, int]
) -> dict[int, int] | None:
    """Return the involution of indices that the pairing of factors induces, from ``start`` on."""
    used = [int(k) for p in pairs for k in p[:2]]
    if len(set(used)) != len(used) or not all(0 <= k < len(e.factors) for k in used):
        return None
    mirror = dict(start)
    for i, j, turned in pairs:
        (f, ls, p), (g, ms, q) = e.factors[int(i)], e.factors[int(j)]
        if f is not g or p != q or (turned and not is_structured(f, "symmetric")):
            return None
        for a, b in zip(ls, ms[::-1] if turned else ms, strict=True):
            if mirror.setdefault(a, b) != b or mirror.setdefault(b, a) != a:
                return None
    return mirror
