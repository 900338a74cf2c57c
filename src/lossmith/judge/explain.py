"""Why a wrong line is wrong: an assumption that would save it, or the slip that leads to it.

Near misses come first (a condition under which the line holds, a transposed layout, a constant);
then the slips of differentiation, then wrong rewrites, each tried everywhere in the last good line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import permutations, product
from typing import Final

from lossmith.errors import LossmithError
from lossmith.evidence.normal_steps import products
from lossmith.expr.build import add, contract, multiply, power, size_of, subtract, transpose
from lossmith.expr.node import Apply, Contract, Expr, Symbol, symbol
from lossmith.expr.sets import NONNEGATIVE, POSITIVE, REALS
from lossmith.expr.types import Assumptions
from lossmith.expr.walk import depends_on, postorder, substitute, symbols
from lossmith.judge.context import Context
from lossmith.judge.equality import equal
from lossmith.judge.lines import Line
from lossmith.judge.match import Matcher
from lossmith.judge.report import Explanation
from lossmith.judge.slipped import cut_derivatives, slipped_derivatives
from lossmith.judge.subject import Subject
from lossmith.rules.slips import SLIPS, Ways
from lossmith.text.printing import to_unicode
from lossmith.words import Words

_MOST_CANDIDATES: Final = 3000
_SHOWN: Final = 2
"""Names given to one line: several slips may lead to the same wrong line."""

Start = tuple[Expr, tuple[Symbol, ...]]


def explained(
    line: Line,
    subject: Subject,
    expr: Expr,
    truth: Expr,
    above: Expr | None,
    context: Context,
    start: Start | None,
) -> tuple[Explanation, ...]:
    """Return what was done in a wrong line, most telling first.

    start: what was differentiated, and by what.
    """
    good = truth if above is None or above.shape != truth.shape else above
    found: list[Explanation] = []
    if expr.shape == truth.shape:
        domain = equal(good, expr).differs_in_domain_only
        if domain:
            found += list(_assumptions(expr, good, _bounds)) or _all_positive(expr, good)
        else:
            found += list(_assumptions(expr, good, _structures))
        if found:
            return tuple(found[:_SHOWN])
    beside = [good, truth, *((start[0],) if start else ())]
    matcher = Matcher(expr, beside)
    names: dict[str, Explanation] = {}
    for name, words in _candidates(matcher, expr, good, truth, start, subject):
        names.setdefault(name, Explanation(name, words))
        if len(names) >= _SHOWN:
            break
    found += names.values()
    if len(found) < _SHOWN and expr.shape == truth.shape:
        found += list(_assumptions(expr, good, _bounds))[:1]
        found += list(_assumptions(expr, good, _values))[:1]
    if not found and expr.shape == truth.shape:
        found += _multiple(matcher, good)
    return tuple(found)


def _candidates(
    matcher: Matcher,
    expr: Expr,
    good: Expr,
    truth: Expr,
    start: Start | None,
    subject: Subject,
) -> Iterator[tuple[str, Words]]:
    """Yield the slips that lead to the line."""
    if len(expr.shape) == 2 and matcher.fits(_turned(truth)):
        yield "whole-transposed", _TRANSPOSED
    if subject.kind == "value" and not expr.shape:
        yield from _constants(expr, good)
    yield from _of_rewriting(matcher, good, truth, telling=True)
    if start is not None and len(start[1]) == 1:
        yield from _of_slopes(matcher, start)
    yield from _of_rewriting(matcher, good, truth, telling=False)


def _turned(e: Expr) -> Expr:
    return transpose(e) if len(e.shape) == 2 else e


# -- slips -----------------------------------------------------------------------------------------


def _of_slopes(matcher: Matcher, start: Start) -> Iterator[tuple[str, Words]]:
    whole, (wrt,) = start
    for slip, wrong in slipped_derivatives(whole, wrt):
        if matcher.is_spent:
            return
        if matcher.fits(wrong):
            yield slip.name, slip.words
    for inner, wrong in cut_derivatives(whole, wrt):
        if matcher.shape != wrong.shape:
            continue
        factor = [] if matcher.fits(wrong) else _multiple(matcher, wrong)
        if factor or matcher.fits(wrong):
            u = to_unicode(inner)
            more = factor[0].words if factor else None
            yield (
                "chain-broken-off",
                Words(
                    f"the chain rule stops too early: the inner derivative of {u} is missing"
                    + (f"; besides, {more.en}" if more else ""),
                    f"链式法则中断过早：缺少 {u} 的内层导数"
                    + (f"；此外，{more.zh}" if more else ""),
                ),
            )


_GENERAL: Final = frozenset(
    {
        "sign-of-term", "sign-in-bracket", "term-dropped", "factor-dropped", "number-changed",
        "exponent-changed", "exponent-dropped", "function-dropped", "size-added", "scale-dropped",
        "sign-of-argument", "complement-forgotten",
    }
)  # fmt: skip
"""Slips that say little: tried after those of differentiation."""


def _of_rewriting(
    matcher: Matcher, good: Expr, truth: Expr, *, telling: bool
) -> Iterator[tuple[str, Words]]:
    forms = dict.fromkeys((good, truth, products(good)))
    tried = 0
    seen: set[Expr] = set()
    for slip in SLIPS:
        if (slip.name in _GENERAL) == telling:
            continue
        for form in forms:
            whole = slip.name in _WHOLE
            for node in (form,) if whole else postorder(form):
                for wrong in _wrong(slip.ways, node):
                    if wrong.shape != node.shape and node is not form:
                        continue
                    candidate = _put(form, node, wrong)
                    if candidate is None or candidate in seen:
                        continue
                    seen.add(candidate)
                    tried += 1
                    if matcher.fits(candidate):
                        yield slip.name, slip.words
                    if tried > _MOST_CANDIDATES or matcher.is_spent:
                        return


_WHOLE: Final = frozenset({"whole-transposed"})


def _wrong(ways: Ways, node: Expr) -> list[Expr]:
    try:
        return list(ways(node))
    except (LossmithError, ZeroDivisionError, AssertionError):
        return []


def _put(form: Expr, node: Expr, wrong: Expr) -> Expr | None:
    try:
        return wrong if node is form else substitute(form, {node: wrong})
    except (LossmithError, ZeroDivisionError, AssertionError):
        return None


# -- near misses -----------------------------------------------------------------------------------


Promises = Callable[[Symbol], Iterator[tuple[Assumptions, Words]]]


def _assumptions(expr: Expr, good: Expr, promises: Promises) -> Iterator[Explanation]:
    """Yield a promise about one symbol under which the line holds."""
    for s in symbols(expr, good):
        if s.assumptions.structure or s.assumptions.values is not None:
            continue
        for promise, words in promises(s):
            twin = symbol(s.name, s.shape, promise)
            try:
                left, right = substitute(good, {s: twin}), substitute(expr, {s: twin})
            except LossmithError:
                continue
            if equal(left, right).status in ("proved", "shown"):
                yield Explanation("missing-assumption", words)
                break


def _all_positive(expr: Expr, good: Expr) -> list[Explanation]:
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


def _structures(s: Symbol) -> Iterator[tuple[Assumptions, Words]]:
    a, n = s.assumptions, s.name
    if len(s.shape) == 1 and a.interval.lo is None:
        yield (
            Assumptions(structure=frozenset({"simplex"})),
            Words(
                f"it holds if sum({n}) = 1 (an assumption that is not given)",
                f"若 sum({n}) = 1 则成立（题目没有给出这一假设）",
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


def _values(s: Symbol) -> Iterator[tuple[Assumptions, Words]]:
    a, n = s.assumptions, s.name
    zero, one = Fraction(0), Fraction(1)
    for values in ((-one, one), (zero, one)):
        if all(a.interval.has(v) for v in values) and not a.integer:
            listed = ", ".join(str(v) for v in values)
            yield (
                Assumptions(values=values),
                Words(
                    f"it holds if {n} takes the values {listed} only (not given)",
                    f"若 {n} 只取 {listed} 则成立（题目没有给出）",
                ),
            )


def _bounds(s: Symbol) -> Iterator[tuple[Assumptions, Words]]:
    a, n = s.assumptions, s.name
    if a.interval.lo is None and a.interval.hi is None and len(s.shape) < 2:
        for interval, sign in ((POSITIVE, "> 0"), (NONNEGATIVE, ">= 0")):
            yield (
                Assumptions(interval),
                Words(f"it holds only for {n} {sign}", f"仅当 {n} {sign} 时成立"),
            )


def _constants(expr: Expr, good: Expr) -> Iterator[tuple[str, Words]]:
    """Yield whether the difference is free of every array or variable: a constant was dropped."""
    difference = products(subtract(good, expr))
    arrays = [s for s in symbols(good) if s.shape]
    moving = arrays or list(symbols(expr))
    if moving and not depends_on(difference, moving) and symbols(expr):
        shown = to_unicode(difference)
        yield (
            "constant-dropped",
            Words(
                f"it differs by the constant {shown}: same minimizers, another value",
                f"相差常数 {shown}：极小点相同，但函数值不同",
            ),
        )


def _multiple(matcher: Matcher, good: Expr) -> list[Explanation]:
    """Return the factor, if the line is a multiple of the good one."""
    letters = sorted({d for e in postorder(good) for d in e.shape if isinstance(d, str)})
    scalars = [s for s in symbols(good) if not s.shape]
    powers_ = [(Fraction(1), None), *((p, size_of(d)) for d in letters for p in (1, -1))]
    powers_ += [(Fraction(p), s) for s in scalars for p in (1, -1, 2, -2)]
    for c in (1, 2, Fraction(1, 2), 4, Fraction(1, 4), -1, -2, Fraction(-1, 2)):
        for p, unit in powers_:
            if c == 1 and unit is None:
                continue
            scaled = add((c, good if unit is None else multiply(good, power(unit, p))))
            if matcher.fits(scaled):
                shown = to_unicode(add((c, power(unit, p)))) if unit is not None else str(c)
                return [
                    Explanation(
                        "constant-factor",
                        Words(
                            f"it is {shown} times what it should be",
                            f"它是正确结果的 {shown} 倍",
                        ),
                    )
                ]
    return []


_TRANSPOSED: Final = Words(
    "this is the transpose: right in the other (numerator) layout, and only there",
    "这是转置：只在另一种布局（分子布局）下才正确",
)


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


# -- lines whose shapes do not fit -----------------------------------------------------------------


def misfit(line: Line, subject: Subject, truth: Expr, context: Context) -> tuple[Explanation, ...]:
    """Return what was meant by a line whose shapes do not fit: another order, a transpose."""
    if line.dialect != "text":
        return ()
    factors = _split_product(line.right)
    if not 2 <= len(factors) <= 4:
        return ()
    best: Explanation | None = None
    for order in permutations(range(len(factors))):
        for turns in product((0, 1, 2), repeat=len(factors)):
            if sum(t > 0 for t in turns) > 2:
                continue
            text = " * ".join(_turn(factors[k], turns[k]) for k in order)
            if text == " * ".join(factors):
                continue
            found = _read_as(text, line, subject, truth, context)
            if found is not None:
                moved = order != tuple(range(len(factors)))
                factor, row = found
                if not row:
                    return (_meant(text, factor, moved=moved),)
                best = best or _meant(text, factor, moved=moved)
    return () if best is None else (best,)


def _read_as(
    text: str, line: Line, subject: Subject, truth: Expr, context: Context
) -> tuple[Words | None, bool] | None:
    """Return by what factor a text differs from the truth, and whether it is a row; or None."""
    try:
        formula = context.read(text, line.dialect, subject.indices)
    except LossmithError:
        return None
    expr = context.expanded(formula.expr)
    if expr.shape != truth.shape:
        return None
    matcher = Matcher(expr, (truth,))
    row = formula.kind == "r"
    if matcher.fits(truth):
        return None, row
    multiple = _multiple(matcher, truth)
    return (multiple[0].words, row) if multiple else None


def _meant(text: str, factor: Words | None, *, moved: bool) -> Explanation:
    name = "order-of-product" if moved else "transposed-factor"
    what = (
        Words("the factors stand in the wrong order", "因子的次序不对")
        if moved
        else Words("a transpose is missing or superfluous", "漏写或多写了转置")
    )
    tail = Words("", "")
    if factor is not None:
        tail = Words(f"; besides, {factor.en}", f"；此外，{factor.zh}")
    return Explanation(
        name,
        Words(f"{what.en}: meant {text}{tail.en}", f"{what.zh}：应为 {text}{tail.zh}"),
    )


def _turn(factor: str, how: int) -> str:
    """Return a factor as it stands, transposed (or no longer), or without transposes inside."""
    if how == 0:
        return factor
    if how == 2:
        return factor.replace("'", "")
    return factor[:-1] if factor.endswith("'") else f"{factor}'"


def _split_product(text: str) -> list[str]:
    """Return the factors of a product, () for a sum; numbers and brackets stay whole."""
    depth = 0
    parts = [""]
    for k, c in enumerate(text):
        depth += (c in "([{") - (c in ")]}")
        if depth == 0 and c in "*@" and text[k - 1 : k] != ".":
            parts.append("")
            continue
        if depth == 0 and c in "+-" and parts[-1].strip() and not parts[-1].strip().endswith("^"):
            return []
        parts[-1] += c
    flat: list[str] = []
    for part in parts:
        # X(h - y): a bracket right behind a name multiplies.
        found = re.match(r"^\s*([^\W\d]\w*'?)\s*(\(.*\)'?)\s*$", part)
        if found is not None and found[1].rstrip("'") not in _FUNCTIONS:
            flat += [found[1], found[2]]
        else:
            flat.append(part.strip())
    return [p for p in flat if p]


_FUNCTIONS: Final = frozenset(
    {"sum", "mean", "exp", "log", "sigmoid", "diag", "tr", "inv", "softmax", "sqrt", "abs", "norm2"}
)
