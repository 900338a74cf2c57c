"""The structure of a second derivative, read off its normal form.

A term of a Hessian is a product of factors joined by indices. Which axes of the result hang
together tells its kind: none across the two halves is a matrix of rank one, unit tensors across are
a diagonal, rows with rows and columns with columns a Kronecker product. A matrix that meets both
halves in the same way is taken off on both sides, and the rest is read again: X' core X.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final, assert_never

from lossmith.expr.build import contract, delta, zeros
from lossmith.expr.node import Add, Apply, Const, Contract, Delta, Expr, Factor
from lossmith.expr.operator import (
    Blocks,
    Dense,
    Diagonal,
    Gram,
    Kronecker,
    LowRank,
    ScaledIdentity,
    Structured,
    Sum,
    joined,
    scaled,
)
from lossmith.expr.types import Shape

_ONE: Final = Fraction(1)
_DEPTH: Final = 40
"""Matrices taken off on both sides at most; a sum multiplied out counts as _SUM of them."""
_SUM: Final = 12


def structure(hessian: Expr) -> Structured:
    """Return the structure of a second derivative with the axes of one variable twice.

    Its entries are those of the argument, exactly (``expr.operator.entries``).
    """
    return _read(hessian, hessian.shape[: len(hessian.shape) // 2], _DEPTH)


def _read(e: Expr, shape: Shape, depth: int) -> Structured:
    terms = e.terms if isinstance(e, Add) else ((_ONE, e),)
    if not isinstance(e, Add):
        return _term(e, shape, depth)
    return joined([scaled(c, _term(t, shape, depth)) for c, t in terms])


def _term(e: Expr, shape: Shape, depth: int) -> Structured:
    r = len(shape)
    if isinstance(e, Add):
        return _read(e, shape, depth)
    if r == 0 or (isinstance(e, Const) and e.value == 0):
        return ScaledIdentity(e if r == 0 else zeros(), shape)
    if depth <= 0:
        return Dense(e)
    factors = _opened(e, 2 * r)
    units = {labels for f, labels, p in factors if isinstance(f, Delta) and p > 0}
    if all((k, r + k) in units for k in range(r)):
        return _diagonal(factors, shape)
    apart = _apart(factors, r)
    if apart is not None:
        return _separated(factors, apart, shape)
    return (
        _blocks(factors, units, shape)
        or _sandwich(factors, shape, depth)
        or _multiplied_out(e, factors, shape, depth)
        or Dense(e)
    )


def _opened(e: Expr, rank: int) -> list[Factor]:
    """Return the factors of a product, those of the products inside among them."""
    work: list[Factor] = [(e, tuple(range(rank)), _ONE)]
    spare = rank
    done: list[Factor] = []
    while work:
        f, labels, p = work.pop()
        if not (isinstance(f, Contract) and p == 1):
            done.append((f, labels, p))
            continue
        names = dict(enumerate(labels))
        for _, inner, _ in f.factors:
            for k in inner:
                if k not in names:
                    names[k] = spare
                    spare += 1
        work += [(g, tuple(names[k] for k in ls), q) for g, ls, q in reversed(f.factors)]
    return done


# -- kinds -----------------------------------------------------------------------------------------


def _diagonal(factors: Sequence[Factor], shape: Shape) -> Structured:
    r = len(shape)
    rest = [f for f in factors if not isinstance(f[0], Delta)]
    if not any(k < r for _, labels, _ in rest for k in labels):
        return ScaledIdentity(_product(rest, ()), shape)
    return Diagonal(_product(rest, tuple(range(r)), shape))


def _apart(factors: Sequence[Factor], r: int) -> tuple[str, set[int]] | None:
    """Return (kind, labels on the first side) if the axes fall into two sets that no factor joins.

    kinds: "rank" (the two halves), "kronecker" (rows and columns), "crossed".
    """
    groups = _connected(factors)
    ways = [("rank", set(range(r)))]
    if r == 2:
        ways += [("kronecker", {0, 2}), ("crossed", {0, 3})]
    for kind, side in ways:
        other = set(range(2 * r)) - side
        if not any(g & side and g & other for g in groups):
            return kind, side
    return None


def _connected(factors: Sequence[Factor]) -> list[set[int]]:
    """Return the sets of labels that factors join, directly or through others."""
    groups: list[set[int]] = []
    for _, labels, _ in factors:
        own = set(labels)
        touched = [g for g in groups if g & own]
        groups = [g for g in groups if not g & own]
        groups.append(own.union(*touched))
    return groups


def _separated(factors: Sequence[Factor], apart: tuple[str, set[int]], shape: Shape) -> Structured:
    kind, side = apart
    r = len(shape)
    groups = _connected(factors)
    first = set[int]().union(*(g for g in groups if g & side))
    left = [f for f in factors if set(f[1]) & first or not f[1]]
    right = [f for f in factors if f[1] and not set(f[1]) & first]
    # What is summed without any axis of the result is a number: it goes with the first side.
    loose = set[int]().union(*(g for g in groups if not any(k < 2 * r for k in g)))
    left += [f for f in right if set(f[1]) & loose]
    right = [f for f in right if not set(f[1]) & loose]
    whole = shape + shape
    axes = tuple(sorted(side))
    others = tuple(k for k in range(2 * r) if k not in side)
    if kind == "crossed":
        others = (1, 2)
    if kind == "rank":
        left, right = _balanced(left, right)
    a = _product(left, axes, tuple(whole[k] for k in axes))
    b = _product(right, others, tuple(whole[k] for k in others))
    if kind == "rank":
        return LowRank(a, b)
    return Kronecker(a, b, crossed=kind == "crossed")


def _balanced(left: Sequence[Factor], right: Sequence[Factor]) -> tuple[list[Factor], list[Factor]]:
    """Return both sides, divisors shared out evenly: x x' by |x|^3 as (x/|x|^1.5) (x/|x|^1.5)'."""
    kept: list[Factor] = []
    moved: list[Factor] = []
    for f, labels, p in left:
        shared = isinstance(f, Apply) and not labels and p.denominator == 1 and p <= -2
        other = p / 2 if shared else Fraction(0)
        kept.append((f, labels, p - other))
        moved += [(f, labels, other)] if shared else []
    return kept, [*right, *moved]


def _blocks(
    factors: Sequence[Factor], units: set[tuple[int, ...]], shape: Shape
) -> Structured | None:
    if len(shape) != 2:
        return None
    for a in (0, 1):
        if (a, 2 + a) not in units:
            continue
        rest = [f for f in factors if not (isinstance(f[0], Delta) and f[1] == (a, 2 + a))]
        axes = (a, 1 - a, 3 - a)
        form = tuple((shape + shape)[k] for k in axes)
        return Blocks(_product(rest, axes, form), a)
    return None


def _sandwich(factors: Sequence[Factor], shape: Shape, depth: int) -> Structured | None:
    """Return X' core X for the first matrix that meets an axis of both halves in the same way."""
    r = len(shape)
    for a in range(r):
        for i, (f, labels, p) in enumerate(factors):
            if len(labels) != 2 or a not in labels or p != 1 or isinstance(f, Const | Delta):
                continue
            met = labels.index(a)
            inner = labels[1 - met]
            if inner < 2 * r or not _only(factors, a, i):
                continue
            for j, (g, others, q) in enumerate(factors):
                if j == i or g is not f or q != 1 or others[met] != r + a:
                    continue
                if others[1 - met] < 2 * r or not _only(factors, r + a, j):
                    continue
                return _taken_off(factors, (i, j), met, a, shape, depth)
    return None


def _only(factors: Sequence[Factor], label: int, place: int) -> bool:
    return all(label not in labels for k, (_, labels, _) in enumerate(factors) if k != place)


def _taken_off(
    factors: Sequence[Factor],
    sides: tuple[int, int],
    met: int,
    a: int,
    shape: Shape,
    depth: int,
) -> Structured:
    r = len(shape)
    x, labels, _ = factors[sides[0]]
    first, second = labels[1 - met], factors[sides[1]][1][1 - met]
    rest = [f for k, f in enumerate(factors) if k not in sides]
    if first == second:
        # A row weight: both sides share the index, as a unit tensor between two says.
        second = 1 + max(k for _, ls, _ in factors for k in ls)
        rest.append((delta(x.shape[1 - met]), (first, second), _ONE))
    form = list(shape + shape)
    form[a] = form[r + a] = x.shape[1 - met]
    axes = list(range(2 * r))
    axes[a], axes[r + a] = first, second
    core = _product(rest, tuple(axes), tuple(form))
    matrix = x if met == 1 else contract([(x, (1, 0), 1)], (0, 1))
    inner = _read(core, tuple(form[:r]), depth - 1)
    return Gram(matrix, inner, a)


def _multiplied_out(
    e: Expr, factors: Sequence[Factor], shape: Shape, depth: int
) -> Structured | None:
    """Return the structure after a sum is multiplied out.

    A sum that holds unit tensors always is; another only if no part stays without structure.
    """
    rank = 2 * len(shape)
    for place, (s, labels, p) in enumerate(factors):
        if not isinstance(s, Add) or p != 1 or not any(k < rank for k in labels):
            continue
        rest = [f for k, f in enumerate(factors) if k != place]
        axes = tuple(range(rank))
        terms = [(c, contract([(t, labels, _ONE), *rest], axes, e.shape)) for c, t in s.terms]
        read = joined([scaled(c, _read(t, shape, depth - _SUM)) for c, t in terms])
        if any(_holds_unit(t) for _, t in s.terms) or not _holds_dense(read):
            return read
    return None


def _holds_dense(s: Structured) -> bool:
    match s:
        case Sum():
            return any(_holds_dense(t) for t in s.terms)
        case Gram():
            return _holds_dense(s.core)
        case Dense():
            return True
        case ScaledIdentity() | Diagonal() | LowRank() | Kronecker() | Blocks():
            return False
        case _:
            assert_never(s)


def _holds_unit(e: Expr) -> bool:
    if isinstance(e, Add):
        return any(_holds_unit(t) for _, t in e.terms)
    if isinstance(e, Contract):
        return any(isinstance(f, Delta) for f, _, _ in e.factors)
    return isinstance(e, Delta)


def _product(factors: Sequence[Factor], axes: tuple[int, ...], form: Shape | None = None) -> Expr:
    return contract(factors, axes, form)
