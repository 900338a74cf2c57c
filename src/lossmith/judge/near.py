"""Near misses: a line that holds under a promise, up to a constant, or up to a factor."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

from lossmith.errors import LossmithError
from lossmith.evidence.normal.normal_steps import products
from lossmith.expr.build import add, contract, multiply, power, size_of, subtract, zeros
from lossmith.expr.node import Apply, Contract, Expr, Symbol, symbol
from lossmith.expr.sets import NONNEGATIVE, POSITIVE, REALS
from lossmith.expr.types import Assumptions
from lossmith.expr.walk import depends_on, postorder, substitute, symbols
from lossmith.judge.equality import equal
from lossmith.judge.match import Matcher
from lossmith.judge.report import Explanation
from lossmith.text.writing.printing import to_unicode
from lossmith.words import Words

Promises = Callable[[Symbol], Iterator[tuple[Assumptions, Words]]]


def assumptions(
    expr: Expr, good: Expr, promises: Promises, moving: Sequence[Symbol] = ()
) -> Iterator[Explanation]:
    """Yield a promise about one symbol under which the line holds.

    moving: variables of a derivative, whose entries have no fixed sum.
    """
    for s in symbols(expr, good):
        if s.assumptions.structure or s.assumptions.values is not None:
            continue
        for promise, words in promises(s):
            summed = len(s.shape) > 1 or any(_is_sum_of(e, s) for e in postorder(good))
            if promise.has("simplex") and (not summed or s in moving):
                continue
            twin = symbol(s.name, s.shape, promise)
            try:
                left, right = substitute(good, {s: twin}), substitute(expr, {s: twin})
            except LossmithError:
                continue
            nothing = equal(left, zeros(left.shape)).status == "proved"
            if not nothing and equal(left, right).status in ("proved", "shown"):
                yield Explanation("missing-assumption", words)
                break


def _is_sum_of(e: Expr, s: Symbol) -> bool:
    """Return whether e is the sum of all entries of s."""
    return isinstance(e, Contract) and not e.shape and [f for f, _, _ in e.factors] == [s]


def all_positive(expr: Expr, good: Expr) -> list[Explanation]:
    """Return whether the line holds if all symbols without a bound are > 0."""
    free = [
        s for s in symbols(expr, good)
        if s.assumptions.interval == REALS and len(s.shape) < 2 and not s.assumptions.structure
    ]  # fmt: skip
    change: dict[Expr, Expr] = {s: symbol(s.name, s.shape, Assumptions(POSITIVE)) for s in free}
    try:
        same = equal(substitute(good, change), substitute(expr, change))
    except LossmithError:
        return []
    if same.status not in ("proved", "shown"):
        return []
    names = ", ".join(s.name for s in free)
    return [
        Explanation(
            "missing-assumption",
            Words(f"it holds for {names} > 0 (not given)", f"当 {names} > 0 时成立（题目未给出）"),
        )
    ]


def all_symmetric(expr: Expr, good: Expr) -> list[Explanation]:
    """Return whether the line holds if all square matrices are symmetric."""
    square = [
        s for s in symbols(expr, good)
        if len(s.shape) == 2 and s.shape[0] == s.shape[1] and not s.assumptions.structure
    ]  # fmt: skip
    symmetric = Assumptions(structure=frozenset({"symmetric"}))
    change: dict[Expr, Expr] = {s: symbol(s.name, s.shape, symmetric) for s in square}
    known = {s.name for s in square}
    moved = any(s.name[:1] == "d" and s.name[1:] in known for s in square)
    if len(square) < 2 or moved or expr.shape != good.shape:
        return []
    try:
        same = equal(substitute(good, change), substitute(expr, change))
    except LossmithError:
        return []
    if same.status not in ("proved", "shown"):
        return []
    names, chinese = " and ".join(s.name for s in square), "、".join(s.name for s in square)
    return [
        Explanation(
            "missing-assumption",
            Words(
                f"it holds if {names} are symmetric (an assumption that is not given)",
                f"若 {chinese} 都对称则成立（题目没有给出这一假设）",
            ),
        )
    ]


def structures(s: Symbol) -> Iterator[tuple[Assumptions, Words]]:
    """Yield that a vector sums to 1, that a square matrix is symmetric."""
    a, n = s.assumptions, s.name
    if len(s.shape) == 1 and a.interval.lo is None:
        yield (
            Assumptions(structure=frozenset({"simplex"})),
            Words(
                f"it holds if sum({n}) = 1 (an assumption that is not given)",
                f"若 sum({n}) = 1 则成立（题目没有给出这一假设）",
            ),
        )
    if len(s.shape) == 2 and s.shape[0] != s.shape[1] and a.interval.lo is None:
        yield (
            Assumptions(structure=frozenset({"simplex"})),
            Words(
                f"it holds if each row of {n} sums to 1 (an assumption that is not given)",
                f"若 {n} 的每一行之和为 1 则成立（题目没有给出这一假设）",
            ),
        )
    if len(s.shape) == 2 and s.shape[0] == s.shape[1]:
        yield (
            Assumptions(a.interval, structure=frozenset({"symmetric"})),
            Words(
                f"it holds if {n} is symmetric (an assumption that is not given)",
                f"若 {n} 对称则成立（题目没有给出这一假设）",
            ),
        )


def values(s: Symbol) -> Iterator[tuple[Assumptions, Words]]:
    """Yield that a symbol takes two values only, as labels do."""
    a, n = s.assumptions, s.name
    zero, one = Fraction(0), Fraction(1)
    if not s.shape and re.fullmatch(_LABEL, n) is None:
        return
    for pair in ((-one, one), (zero, one)):
        if all(a.interval.has(v) for v in pair) and not a.integer:
            listed = ", ".join(str(v) for v in pair)
            yield (
                Assumptions(values=pair),
                Words(
                    f"it holds if {n} takes the values {listed} only (not given)",
                    f"若 {n} 只取 {listed} 则成立（题目没有给出）",
                ),
            )


_LABEL = r"[ytdrxz]_?\d*|label|target"
"""Numbers that may be labels; a weight or a multiplier takes all values."""


def bounds(s: Symbol) -> Iterator[tuple[Assumptions, Words]]:
    """Yield that a number (or all entries) is > 0, or >= 0."""
    a, n = s.assumptions, s.name
    if a.interval.lo is None and a.interval.hi is None and len(s.shape) < 2:
        for interval, sign in ((POSITIVE, "> 0"), (NONNEGATIVE, ">= 0")):
            yield (
                Assumptions(interval),
                Words(f"it holds only for {n} {sign}", f"仅当 {n} {sign} 时成立"),
            )


def constant(expr: Expr, good: Expr, variables: Sequence[Symbol]) -> Words | None:
    """Return that the difference is free of the variables (or of all arrays): a constant."""
    difference = products(subtract(good, expr))
    there = symbols(good, expr)
    moving = [s for s in there if s in variables] or [s for s in there if s.shape] or there
    if not moving or depends_on(difference, moving):
        return None
    shown = to_unicode(difference)
    return Words(
        f"it differs by the constant {shown}: same minimizers, another value",
        f"相差常数 {shown}：极小点相同，但函数值不同",
    )


def multiple(matcher: Matcher, good: Expr, *, by_symbols: bool = True) -> Words | None:
    """Return by what factor the line differs from the good one; None if that is not simple.

    by_symbols: the factor may be a scalar symbol, too, and no number or size alone.
    """
    letters = sorted({d for e in postorder(good) for d in e.shape if isinstance(d, str)})
    scalars = [s for s in symbols(good) if not s.shape and by_symbols]
    powers_ = [(Fraction(1), None), *((p, size_of(d)) for d in letters for p in (1, -1))]
    powers_ += [(Fraction(p), s) for s in scalars for p in (1, -1, 2, -2)]
    for c in _FACTORS:
        for p, unit in powers_:
            if c == 1 and unit is None:
                continue
            scaled = add((c, good if unit is None else multiply(good, power(unit, p))))
            if matcher.fits(scaled):
                shown = to_unicode(add((c, power(unit, p)))) if unit is not None else str(c)
                return Words(f"it is {shown} times what it should be", f"它是正确结果的 {shown} 倍")
    return None


_FACTORS = (
    Fraction(1), Fraction(2), Fraction(1, 2), Fraction(4), Fraction(1, 4), Fraction(-1),
    Fraction(-2), Fraction(-1, 2), Fraction(3), Fraction(1, 3),
)  # fmt: skip


def under_sum_one(truth: Expr) -> Iterator[tuple[str, Expr]]:
    """Yield what the truth becomes if a vector summed in it, beside a softmax, sums to 1."""
    if not any(isinstance(e, Apply) and e.atom.name == "softmax" for e in postorder(truth)):
        return
    for e in postorder(truth):
        if isinstance(e, Contract) and not e.shape and len(e.factors) == 1:
            f, labels, p = e.factors[0]
            if isinstance(f, Symbol) and p == 1 and len(labels) == 1:
                one = contract([], ())
                yield f.name, substitute(truth, {e: one})
