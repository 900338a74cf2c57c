"""The slips that lead from what is right to a wrong line, and how telling each of them is.

Three ways lead to a name: a wrong rule of differentiation gives the line; a wrong rewrite of the
line above (or of the truth) gives the line; the line, mended at one place, is the truth.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import chain
from typing import Final

from lossmith.errors import LossmithError
from lossmith.evidence.normal.normal_steps import products
from lossmith.expr.build import contract, scale, transpose
from lossmith.expr.node import Add, Contract, Expr, Symbol, children
from lossmith.expr.walk import count, postorder, rebuild, substitute, symbols
from lossmith.judge.insertions import inserted
from lossmith.judge.match import Matcher
from lossmith.judge.naming import Naming, Wrong
from lossmith.judge.near import constant, multiple, under_sum_one
from lossmith.judge.normal import normal_form
from lossmith.judge.other_derivatives import other_derivatives
from lossmith.judge.slipped import (
    cut_derivatives,
    norm_as_variable,
    slipped_derivatives,
    slipped_in_one_term,
)
from lossmith.rules.slip import Slip, Ways
from lossmith.rules.slips import SLIPS
from lossmith.text.writing.printing import to_unicode
from lossmith.words import Words

_MOST_CANDIDATES: Final = 3000


def narrow(wrong: Wrong, matcher: Matcher) -> Iterator[Naming]:
    """Yield the slips of the line above or of the differentiation, and mendings of the line."""
    if len(wrong.expr.shape) == 2 and matcher.fits(_turned(wrong.truth)):
        yield Naming("whole-transposed", _TRANSPOSED, -1.0)
    if _is_diagonal(matcher, wrong.truth):
        yield Naming("off-diagonal-dropped", _DIAGONAL, -0.5)
    for summed in _summed(wrong.expr, wrong.truth):
        if Matcher(wrong.truth, (summed,)).fits(summed):
            yield Naming("sum-dropped", _SUM_LOST, -0.5)
    if wrong.subject.kind == "value" and not wrong.expr.shape and not wrong.truth.shape:
        words = constant(wrong.expr, wrong.good, wrong.variables)
        if words is not None:
            yield Naming("constant-dropped", words, 1.3)
    yield from other_derivatives(wrong, matcher)
    if wrong.start is not None and len(wrong.start[1]) == 1:
        yield from _of_slopes(matcher, wrong, 1.5 if wrong.is_step else 0.0)
    forms = dict.fromkeys((wrong.good, wrong.truth))
    yield from _of_rewriting(matcher, forms, 0.0 if wrong.is_step else 0.3)
    if wrong.expr.shape == wrong.truth.shape:
        yield from _of_mending(wrong)


def _is_diagonal(matcher: Matcher, truth: Expr) -> bool:
    """Return whether the line is the diagonal of a square matrix, as a vector."""
    square = len(truth.shape) == 2 and truth.shape[0] == truth.shape[1]
    return square and matcher.fits(contract([(truth, (0, 0), 1)], (0,)))


def _summed(e: Expr, truth: Expr) -> Iterator[Expr]:
    """Yield e summed over one of its axes, or over all, where that gives the right shape."""
    rank = len(e.shape)
    for gone in [(k,) for k in range(rank)] + ([(0, 1)] if rank == 2 else []):
        kept = [k for k in range(rank) if k not in gone]
        if tuple(e.shape[k] for k in kept) == truth.shape:
            labels = [kept.index(k) if k in kept else rank + k for k in range(rank)]
            yield contract([(e, tuple(labels), 1)], tuple(range(len(kept))))


def beside(wrong: Wrong, matcher: Matcher) -> Iterator[Naming]:
    """Yield that the line is a multiple of the right one, or has one symbol for another."""
    matcher.refreshed()
    if matcher.shape == wrong.good.shape:
        if (factor := multiple(matcher, wrong.good, by_symbols=False)) is not None:
            yield Naming("constant-factor", factor, 1.6)
        elif (factor := multiple(matcher, wrong.good)) is not None:
            yield Naming("constant-factor", factor, 2.05)
    if wrong.expr.shape == wrong.truth.shape:
        yield from _of_exchange(wrong)


def broad(wrong: Wrong, matcher: Matcher) -> Iterator[Naming]:
    """Yield the slips of other forms of what is right."""
    matcher.refreshed()
    usual = (wrong.good, wrong.truth)
    others = dict.fromkeys((products(wrong.good), *wrong.forms, *_normal(wrong.good)))
    others |= dict.fromkeys(e for _, e in under_sum_one(wrong.truth))
    yield from _of_rewriting(matcher, [f for f in others if f not in usual], 0.5)
    if wrong.expr.shape == wrong.truth.shape:
        yield from inserted(wrong)


def _normal(e: Expr) -> tuple[Expr, ...]:
    try:
        return (normal_form(e)[0],)
    except LossmithError:
        return ()


def _turned(e: Expr) -> Expr:
    return transpose(e) if len(e.shape) == 2 else e


# -- wrong rules of differentiation ----------------------------------------------------------------


def _of_slopes(matcher: Matcher, wrong: Wrong, later: float) -> Iterator[Naming]:
    if wrong.start is None:
        return
    whole, (wrt,) = wrong.start
    everywhere = ((s, 0.0) for s in slipped_derivatives(whole, wrt))
    # That a rule was missed in one term alone is less likely than that a term was left out.
    in_one = ((s, 2.15) for s in slipped_in_one_term(whole, wrt))
    for found, rarer in chain(everywhere, in_one):
        if matcher.is_spent:
            return
        if matcher.fits(wrong.settled(found.derivative)):
            slip = found.slip
            where = found.node if found.node is not whole else None
            yield Naming(slip.name, slip.words, slip.generality + later + rarer, where)
    for inner, sharp in (*cut_derivatives(whole, wrt), *norm_as_variable(whole, wrt)):
        cut = wrong.settled(sharp)
        if matcher.shape != cut.shape:
            continue
        words = _broken_off(inner)
        if matcher.fits(cut):
            yield Naming("chain-broken-off", words, 0.2 + later)
        elif isinstance(inner, Add) and len(inner.terms) > 1 and matcher.fits(scale(-1, cut)):
            # a - b may be kept as b - a: the sign is none of the user's.
            yield Naming("chain-broken-off", _broken_off(scale(-1, inner)), 1.2 + later)
        elif (factor := multiple(matcher, cut, by_symbols=False)) is not None:
            both = Words(f"{words.en}; besides, {factor.en}", f"{words.zh}；此外，{factor.zh}")
            # With a factor besides it tells little where the part is only added to others.
            added = any(isinstance(e, Add) and len(e.terms) > 1 and inner in children(e)
                        for e in postorder(whole))  # fmt: skip
            yield Naming("chain-broken-off", both, (2.1 if added else 1.2) + later)


def _broken_off(inner: Expr) -> Words:
    u = to_unicode(inner)
    return Words(
        f"the chain rule stops too early: the inner derivative of {u} is missing",
        f"链式法则中断过早：缺少 {u} 的内层导数",
    )


# -- wrong rewrites --------------------------------------------------------------------------------


def _of_rewriting(matcher: Matcher, forms: Iterable[Expr], later: float) -> Iterator[Naming]:
    """Yield the slips that lead from a form to the line."""
    seen: dict[Expr, bool] = {}
    for form in forms:
        if matcher.fits(form):
            continue  # the line is right under a promise: no slip leads from it to itself
        for slip in SLIPS:
            for node, wrote, candidate in _changed(form, slip.ways, whole=slip.whole):
                if candidate not in seen:
                    seen[candidate] = matcher.fits(candidate)
                if seen[candidate] and _is_lost(slip, candidate, form):
                    yield _placed(slip, slip.generality + later, form, wrote, node)
                if len(seen) > _MOST_CANDIDATES or matcher.is_spent:
                    return


def _of_mending(wrong: Wrong) -> Iterator[Naming]:
    """Yield the slips that are undone at one place of the line to give the truth."""
    matcher = Matcher(wrong.truth, (wrong.expr,))
    seen: dict[Expr, bool] = {}
    for slip in SLIPS:
        if slip.undo is None:
            continue
        for node, right, mended in _changed(wrong.expr, slip.undo, whole=slip.whole):
            if mended not in seen:
                seen[mended] = matcher.fits(mended)
            if seen[mended] and _is_lost(slip, wrong.expr, mended):
                found = _placed(slip, slip.generality + 0.1, wrong.expr, node, right)
                yield Naming(
                    found.name, found.words, found.score, found.wrote, found.instead, mended
                )
            if len(seen) > _MOST_CANDIDATES or matcher.is_spent:
                return


def _is_lost(slip: Slip, wrote: Expr, right: Expr) -> bool:
    """Return whether less (or more) was written than should be, where the name says so."""
    return slip.lost == 0 or slip.lost * (_length(right) - _length(wrote)) > 0


def _length(e: Expr) -> int:
    """Return how much there is to write: parts, and the numbers and exponents beside them."""
    length = 0
    for node in postorder(e):
        length += 1
        if isinstance(node, Add):
            length += len(node.terms) + sum(c not in (1, -1) for c, _ in node.terms)
        elif isinstance(node, Contract):
            length += len(node.factors) + sum(p != 1 for _, _, p in node.factors)
    return length


def _placed(slip: Slip, score: float, whole: Expr, wrote: Expr, instead: Expr) -> Naming:
    """Return the name with its place, unless that is the whole line."""
    # Of several places the smallest is told.
    score += min(count(instead), 99) / 1000
    if whole in (wrote, instead):
        return Naming(slip.name, slip.words, score)
    return Naming(slip.name, slip.words, score, wrote, instead)


def _changed(form: Expr, ways: Ways, *, whole: bool) -> Iterator[tuple[Expr, Expr, Expr]]:
    """Yield (node, what it becomes, the form with that) for all places."""
    for node in (form,) if whole else postorder(form):
        for wrong in _made(ways, node):
            if wrong.shape != node.shape and node is not form:
                continue
            if (candidate := _put(form, node, wrong)) is not None:
                yield node, wrong, candidate


def _made(ways: Ways, node: Expr) -> list[Expr]:
    """Return the forms of a node that can be built."""
    found: list[Expr] = []
    with suppress(LossmithError, ZeroDivisionError, AssertionError):
        for wrong in ways(node):
            found.append(wrong)
    return found


def _put(form: Expr, node: Expr, wrong: Expr) -> Expr | None:
    try:
        return wrong if node is form else substitute(form, {node: wrong})
    except (LossmithError, ZeroDivisionError, AssertionError):
        return None


# -- one symbol for another ------------------------------------------------------------------------


def _of_exchange(wrong: Wrong) -> Iterator[Naming]:
    """Yield that one symbol stands where another one of its shape belongs, at one place."""
    matcher = Matcher(wrong.truth, (wrong.expr,))
    there = symbols(wrong.truth, wrong.expr)
    for node in postorder(wrong.expr):
        for s in dict.fromkeys(c for c in children(node) if isinstance(c, Symbol)):
            for t in there:
                if t is s or t.shape != s.shape:
                    continue
                changed = rebuild(node, tuple(t if c is s else c for c in children(node)))
                mended = _put(wrong.expr, node, changed)
                if mended is not None and matcher.fits(mended):
                    words = _EXCHANGED.fill(wrote=s.name, right=t.name)
                    yield Naming("symbol-exchanged", words, 1.5, None, None, mended)
                    return
                if matcher.is_spent:
                    return


_EXCHANGED: Final = Words("{wrote} stands where {right} belongs", "应为 {right} 处写成了 {wrote}")
_TRANSPOSED: Final = Words(
    "this is the transpose: right in the other (numerator) layout, and only there",
    "这是转置：只在另一种布局（分子布局）下才正确",
)
_DIAGONAL: Final = Words(
    "this is the diagonal alone: the entries influence each other (the case i ≠ j)",
    "这只是对角线上的元素：各元素彼此影响（i ≠ j 的情形）",
)
_SUM_LOST: Final = Words("the sum over the index was dropped", "漏掉了对指标的求和")
