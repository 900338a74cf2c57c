"""Parts of an axis as whole tensors: the next entries, all but the last k, the pairs i < j.

Sizes stay those of the symbols. An entry x[i+k] is that of the vector moved by k places, with zeros
behind the end; a sum over fewer values than the axis has takes a mask, which is left out where the
summand is 0 without it, as for differences: sum |x[i+1] - x[i]| is ‖diff(x)‖₁.
"""

from __future__ import annotations

from fractions import Fraction

from lossmith.expr import build
from lossmith.expr.node import Apply, Comparison, Contract, Expr
from lossmith.expr.ranges import enclosure
from lossmith.expr.walk import count as count_nodes
from lossmith.expr.walk import postorder, symbols
from lossmith.text.functions.cards import card
from lossmith.text.functions.ends import by_steps, ends_in_zero


def moved(e: Expr, axis: int, steps: int) -> Expr:
    """Return the tensor whose entry i along an axis is entry i + steps of e, 0 behind the end."""
    if not steps:
        return e
    last = len(e.shape) - 1
    turned = _exchanged(e, axis, last)
    for _ in range(steps):
        turned = build.apply(card("shift"), turned)
    return _exchanged(turned, axis, last)


def _exchanged(e: Expr, a: int, b: int) -> Expr:
    if a == b:
        return e
    axes = list(range(len(e.shape)))
    axes[a], axes[b] = b, a
    return build.contract([(e, tuple(axes), 1)], tuple(range(len(axes))))


def without_last(e: Expr, axis: int, count: int) -> Expr:
    """Return e with its last ``count`` entries along an axis as zeros."""
    if not count:
        return e
    steps = by_steps(e, axis, count)
    if count == 1:
        for same in (steps, e):
            if is_total(same) and ends_in_zero(same, axis):
                return same
    else:
        e = min((e, steps), key=count_nodes)
    size = e.shape[axis]
    mask = moved(build.ones((size,)), 0, count)
    return _weighted(e, mask, (axis,), plain=is_total(e))


def _weighted(e: Expr, weight: Expr, axes: tuple[int, ...], *, plain: bool) -> Expr:
    """Return e times a weight of 0 and 1 along axes; unless ``plain``, by cases."""
    whole = tuple(range(len(e.shape)))
    if plain:
        return build.contract([(e, whole, 1), (weight, axes, 1)], whole)
    ones = [(build.ones((d,)), (k,), 1) for k, d in enumerate(e.shape) if k not in axes]
    spread = build.contract([(weight, axes, 1), *ones], whole, e.shape)
    return build.select([((Comparison(spread, ">"),), e)], build.zeros(e.shape))


def above(e: Expr, low: int, high: int) -> Expr:
    """Return e with zeros but where the index of axis ``high`` exceeds that of axis ``low``."""
    unit = build.delta(e.shape[low])
    strictly = build.subtract(build.apply(card("cumsum"), unit), unit)
    return _weighted(e, strictly, (low, high), plain=has_slopes(e))


def half(e: Expr, alike: Expr, a: int, b: int) -> Expr:
    """Return half of e without its diagonal: of a symmetric e it sums to the same as ``above``.

    alike: e where both indices have the same value.
    """
    whole = tuple(range(len(e.shape)))
    diagonal = build.contract([(alike, whole, 1), (build.delta(e.shape[a]), (a, b), 1)], whole)
    return build.add((Fraction(1, 2), e), (Fraction(-1, 2), diagonal))


def apart(e: Expr, one: int, other: int) -> Expr:
    """Return e with zeros where the indices of two axes agree."""
    unit = build.delta(e.shape[one])
    off = build.subtract(build.ones(unit.shape), unit)
    return _weighted(e, off, (one, other), plain=has_slopes(e))


def is_total(e: Expr) -> bool:
    """Return whether an expression has a value for all promised values of its symbols.

    The zeros behind the end are seen: no promise says that a moved vector is positive.
    """
    return all(_has_value(part) for part in postorder(e))


def has_slopes(e: Expr) -> bool:
    """Return whether an expression has a value and slopes for all promised values of its symbols.

    Between an index and itself slopes count: ‖x_i - x_j‖ is 0 for i = j, and 0 times its slope 0/0
    is not 0.
    """
    return all(_has_value(part) and _has_slopes(part) for part in postorder(e))


def _has_value(e: Expr) -> bool:
    if isinstance(e, Apply):
        pairs = zip(e.atom.domain, e.args, strict=False)
        inside = all(enclosure(a).within(d) for d, a in pairs)
        return inside and not any(e.atom.needs)
    if isinstance(e, Contract):
        return all(_base_fits(base, p) for base, _, p in e.factors)
    return True


def _has_slopes(e: Expr) -> bool:
    """Return whether the slopes that a card or a power has divide by nothing that may be 0."""
    if isinstance(e, Apply) and symbols(e):
        slopes = (s(*e.args) for s in e.atom.slopes if s is not None)
        return all(_has_value(part) for slope in slopes for part in postorder(slope))
    if isinstance(e, Contract):
        return all(_base_fits(base, p - 1) for base, _, p in e.factors if p < 1 and symbols(base))
    return True


def _base_fits(base: Expr, p: Fraction) -> bool:
    if p > 0 and p.denominator % 2:
        return True
    known = enclosure(base)
    below = known.lo is None or known.lo < 0
    zero = not below and known.lo == 0 and not known.lo_open
    return not below and not (zero and p < 0)


__all__ = ["above", "apart", "half", "has_slopes", "is_total", "moved", "without_last"]
