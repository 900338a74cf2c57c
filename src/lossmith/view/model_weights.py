"""The factor of a penalty by the scales of noise and prior, for the usual scalings of a loss."""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction
from typing import Final

from lossmith.expr import build
from lossmith.expr.node import Const, Expr
from lossmith.likelihood.lift import instance
from lossmith.likelihood.readings import Noise, Reading
from lossmith.likelihood.terms import canonical
from lossmith.text.writing.printing import to_unicode
from lossmith.view.card import Row
from lossmith.view.model import free_parameter, name_for, size_of
from lossmith.words import Words

_ONE: Final = build.const(1)


def lambdas(r: Reading, taken: Collection[str]) -> list[Row]:
    """Return for each penalty its factor by noise and prior scale, for the usual scalings."""
    if r.noise is None:
        return []
    used = set(taken)
    pattern = r.noise.pattern
    rows: list[Row] = []
    weight = _ONE
    if pattern.free:
        free = free_parameter(name_for(pattern.free, used))
        weight = instance(pattern.weight, {pattern.free: free, **r.noise.inner})
        used.add(free.name)
    for p in r.priors:
        if not p.penalty.free or isinstance(p.factor, Const):
            continue
        own = free_parameter(name_for(p.penalty.free, used))
        per = instance(p.penalty.weight, {p.penalty.free: own, **p.inner})
        ratio = build.divide(per, weight)
        name = to_unicode(p.factor)
        # A matrix of the law takes the factor of the data part up.
        factor = _ONE if pattern.energy else r.noise.factor
        here = canonical(build.multiply(factor, ratio))
        more = tuple(
            Words(
                f"{label.en:<28} {to_unicode(canonical(build.multiply(c, ratio)))}",
                f"{label.zh} {to_unicode(canonical(build.multiply(c, ratio)))}",
            )
            for label, c in _scalings(r.noise)
        )
        head = Words(
            f"{name} = {to_unicode(here)} for this loss",
            f"此损失中 {name} = {to_unicode(here)}",
        )
        if more:
            head = Words(
                f"{head.en}; by the factor of the data part:", f"{head.zh}；按数据项的系数："
            )
        rows.append(Row(Words("lambda", "λ"), head, more=more))
    return rows


def _scalings(r: Noise) -> list[tuple[Words, Expr]]:
    """Return the usual factors of a data part, in words of signs."""
    if r.pattern.energy:
        return []
    found: list[tuple[Words, Expr]] = [(Words("sum", "求和：      "), _ONE)]
    n = size_of(r.observed.shape)
    if r.pattern.free and "2" in r.pattern.weight:
        found.append((Words("half the sum", "和的一半：  "), build.const(Fraction(1, 2))))
    if n is not None:
        found.append((Words("mean (1/n)", "平均 (1/n)："), build.power(n, -1)))
        if r.pattern.free and "2" in r.pattern.weight:
            found.append(
                (
                    Words("half the mean (1/(2n))", "平均的一半："),
                    build.scale(Fraction(1, 2), build.power(n, -1)),
                )
            )
    return found
