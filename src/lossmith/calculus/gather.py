"""Like terms that only show once a sum is opened, taken in one, or read as what it is.

u'M(B + C)v with u'MBv = u'MCv; sum_i s (m - x_i) = s (n m - sum_i x_i) = 0 after centering;
diag(a) + diag(b) = diag(a + b); a sum of numbers repeated along an axis is one number repeated.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from lossmith.calculus.derivation import Move
from lossmith.calculus.driver import Computed
from lossmith.calculus.hoist import opened_term
from lossmith.expr.build import add, contract
from lossmith.expr.node import Add, Const, Contract, Delta, Expr, Factor
from lossmith.words import Words

_ONE = Fraction(1)
_FACTORS = 12
"""Factors of a product beyond which no sum in it is opened."""
_TERMS = 6
"""Terms of a sum beyond which it is not opened in search of like terms."""
_LAYERS = 4
"""Sums inside sums that are taken over one index."""

Terms = list[tuple[Fraction, Expr]]


def multiplied(e: Expr) -> Sequence[Expr]:
    """Return the product with a sum in it opened, if terms of it are alike or vanish then."""
    if not isinstance(e, Contract) or len(e.factors) > _FACTORS:
        return ()
    found: list[Expr] = []
    for place, (f, _, p) in enumerate(e.factors):
        if isinstance(f, Add) and p == 1 and 1 < len(f.terms) <= _TERMS:
            new = _opened(e, place)
            if _terms(new) < len(f.terms):
                found.append(new)
    return found


def _opened(e: Contract, place: int) -> Expr:
    s, labels, _ = e.factors[place]
    assert isinstance(s, Add)
    rest = [*e.factors[:place], *e.factors[place + 1 :]]
    out = tuple(range(e.rank))
    return add(
        *((c, contract([*rest, (t, labels, _ONE)], out, e.shape)) for c, t in s.terms),
        shape=e.shape,
    )


def _terms(e: Expr) -> int:
    if isinstance(e, Const) and e.value == 0:
        return 0
    return len(e.terms) if isinstance(e, Add) else 1


def totals(e: Expr) -> Sequence[Expr]:
    """Return a sum over an index that one sum alone carries, taken all the way in.

    Only offered where terms vanish or are alike then: sum_i (p_i - y_i) reads better as one sum.
    """
    place = _lone_sum(e) if isinstance(e, Contract) else None
    if place is None:
        return ()
    assert isinstance(e, Contract)
    new = _total(e, _LAYERS)
    held = e.factors[place][0]
    assert isinstance(held, Add)
    return (new,) if _terms(new) < len(held.terms) else ()


def _total(e: Expr, layers: int) -> Expr:
    if isinstance(e, Add):
        return add(*((c, _total(t, layers)) for c, t in e.terms), shape=e.shape)
    if not isinstance(e, Contract) or not layers:
        return e
    place = _lone_sum(e)
    if place is not None:
        return _total(_opened(e, place), layers - 1)
    inside = [
        (_total(f, layers - 1) if p == 1 and not f.shape else f, labels, p)
        for f, labels, p in e.factors
    ]
    if all(new[0] is old[0] for new, old in zip(inside, e.factors, strict=True)):
        return e
    return contract(inside, tuple(range(e.rank)), e.shape)


def _lone_sum(e: Contract) -> int | None:
    """Return the place of a sum that alone carries an index that is summed over."""
    carriers = Counter(k for _, labels, _ in e.factors for k in set(labels))
    for place, (f, labels, p) in enumerate(e.factors):
        if isinstance(f, Add) and p == 1 and len(f.terms) > 1:
            if any(k >= e.rank and carriers[k] == 1 for k in labels):
                return place
    return None


def lifted(e: Expr) -> Sequence[Expr]:
    """Return a sum that is the same along an axis as a smaller sum, repeated: 1 - g for all i."""
    if not isinstance(e, Add) or not e.shape:
        return ()
    rank = len(e.shape)
    terms = [opened_term(k, c, t, rank) for k, (c, t) in enumerate(e.terms)]
    used = {
        k
        for t in terms
        for f, labels, _ in t.factors
        if not isinstance(f, Const)
        for k in labels
        if k < rank
    }
    if len(used) == rank:
        return ()
    axes = tuple(sorted(used))
    form = tuple(e.shape[k] for k in axes)
    small: Terms = []
    for t in terms:
        kept = [
            (f, labels, p) if not isinstance(f, Const) or not set(labels) - used else None
            for f, labels, p in t.factors
        ]
        if any(g is None for g in kept) and any(
            isinstance(f, Const) and f.value != 1 for f, _, _ in t.factors
        ):
            return ()
        factors: list[Factor] = [g for g in kept if g is not None]
        small.append((t.coefficient, contract(factors, axes, form)))
    whole = add(*small, shape=form)
    return (contract([(whole, axes, _ONE)], tuple(range(rank)), e.shape),)


def diagonals(e: Expr) -> Sequence[Expr]:
    """Return diag(a) + diag(b) as diag(a + b), at each pattern of unit tensors with vectors."""
    if not isinstance(e, Add) or len(e.shape) < 2:
        return ()
    groups: dict[tuple[tuple[int, ...], ...], Terms] = {}
    kept: Terms = []
    for c, t in e.terms:
        units = _units(t)
        if units:
            groups.setdefault(units, []).append((c, t))
        else:
            kept.append((c, t))
    if all(len(group) < 2 for group in groups.values()):
        return ()
    for units, group in groups.items():
        kept += group if len(group) < 2 else [(_ONE, _joined(e, units, group))]
    return (add(*kept, shape=e.shape),)


def _units(t: Expr) -> tuple[tuple[int, ...], ...]:
    """Return the indices of the unit tensors if all axes hang on one vector; else ()."""
    if not isinstance(t, Contract) or t.rank != 2:
        return ()
    units = tuple(sorted(labels for f, labels, _ in t.factors if isinstance(f, Delta)))
    carried = {k for f, ls, _ in t.factors if not isinstance(f, Delta) for k in ls if k < t.rank}
    return units if units == ((0, 1),) and len(carried) == 1 else ()


def _joined(e: Add, units: tuple[tuple[int, ...], ...], group: Terms) -> Expr:
    size = e.shape[:1]
    vectors = [
        (
            c,
            contract(
                [
                    (f, tuple(0 if k < 2 else k for k in ls), p)
                    for f, ls, p in t.factors
                    if not isinstance(f, Delta)
                ],
                (0,),
                size,
            ),
        )
        for c, t in group
        if isinstance(t, Contract)
    ]
    unit = next(
        (f, ls, p)
        for _, t in group
        if isinstance(t, Contract)
        for f, ls, p in t.factors
        if isinstance(f, Delta)
    )
    return contract([(add(*vectors, shape=size), (0,), _ONE), unit], (0, 1), e.shape)


_LAW = "distributive law"
GATHER = (
    Computed(
        Move("like-terms", Words("opened, and like terms collected", "展开后合并同类项"), _LAW),
        multiplied,
    ),
    Computed(
        Move(
            "sum-all-the-way",
            Words("the sum over the index is taken term by term", "对该指标逐项求和"),
            "linearity of a sum",
        ),
        totals,
        least=-16,  # a sum of parts that are written elsewhere looks shorter than it reads
    ),
    Computed(
        Move(
            "same-along-an-axis",
            Words("what is the same for all entries is written once", "各分量相同的部分只写一次"),
            "by definition",
        ),
        lifted,
        least=-12,
    ),
    Computed(
        Move(
            "one-diagonal",
            Words("diag(a) + diag(b) = diag(a + b)", "diag(a) + diag(b) = diag(a + b)"),
            "by definition",
        ),
        diagonals,
        least=-6,
    ),
)
