"""What a wrong line should say, where no known slip leads to it: the smallest parts that differ.

So a missing term or factor, a number, a sign, or one part in place of another is told for what it
is.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from lossmith.errors import LossmithError
from lossmith.evidence.normal.normal_steps import products
from lossmith.expr.build import contract, multiply
from lossmith.expr.node import Add, Contract, Expr
from lossmith.judge.departures import Edit, Kind, departures
from lossmith.judge.naming import Naming, Wrong
from lossmith.judge.normal import normal_form
from lossmith.text.writing.printing import to_unicode
from lossmith.words import Words


def localized(wrong: Wrong) -> Iterator[Naming]:
    """Yield what differs between the line and what is right, if that is less than the whole.

    Cost: one evaluation of all parts of both at three points, for a few forms of what is right.
    """
    if wrong.expr.shape != wrong.truth.shape:
        return
    best: list[Edit] = []
    least = _MOST_COST
    for line, right, extra in _forms(wrong):
        edits = departures(line, right)
        cost = extra + sum(e.cost for e in edits)
        whole = any(line is e.wrote and e.part is None for e in edits)
        if edits and not whole and cost < least:
            best, least = edits, cost
    if best:
        yield _told(best, wrong)


def _forms(wrong: Wrong) -> Iterator[tuple[Expr, Expr, int]]:
    """Yield the line and what is right in forms that may be laid side by side, as written first."""
    rights = dict.fromkeys((wrong.good, wrong.truth, *wrong.forms))
    for right in rights:
        yield wrong.expr, right, 0
    with suppress(LossmithError, ZeroDivisionError, AssertionError):
        line = products(wrong.expr)
        for right in rights:
            if (line, products(right)) != (wrong.expr, right):
                yield line, products(right), 3
        if (below := _denominators(wrong.expr)) is not None:
            for right in rights:
                yield multiply(wrong.expr, below), normal_form(multiply(right, below))[0], 5


def _denominators(e: Expr) -> Expr | None:
    """Return all that stands below the line in e, None if there is nothing."""
    if isinstance(e, Add) and len(e.terms) == 1:
        e = e.terms[0][1]
    if not isinstance(e, Contract) or e.summed:
        return None
    below = [(f, ls, -p) for f, ls, p in e.factors if p < 0]
    axes = tuple(range(len(e.shape)))
    return contract(below, axes, e.shape) if below and not e.shape else None


def _told(edits: list[Edit], wrong: Wrong) -> Naming:
    first, *others = edits
    words = _words(first, wrong)
    for e in others:
        more = _words(e, wrong)
        words = Words(f"{words.en}; {more.en}", f"{words.zh}；{more.zh}")
    if others:
        words = _SEVERAL.fill(all=words)
        return Naming(first.kind, words, _SCORE + 0.4)
    if first.wrote is wrong.expr or first.kind == "part-exchanged":
        return Naming(first.kind, words, _SCORE)
    return Naming(first.kind, words, _SCORE, first.wrote, first.instead)


def _words(e: Edit, wrong: Wrong) -> Words:
    def shown(x: Expr) -> str:
        return to_unicode(x, names=wrong.names)

    match e.kind:
        case "term-dropped" | "term-added" | "factor-dropped" | "factor-added":
            part = e.part if e.part is not None else e.instead
            return _BY_KIND[e.kind].fill(part=shown(part))
        case _:
            return _BY_KIND[e.kind].fill(wrote=shown(e.wrote), right=shown(e.instead))


_MOST_COST: Final = 40
_SCORE: Final = 1.92
_SEVERAL: Final = Words("several things differ: {all}", "有几处不同：{all}")
_BY_KIND: Final[dict[Kind, Words]] = {
    "sign-of-term": Words(
        "the sign is reversed: {wrote} should be {right}", "符号反了：{wrote} 应为 {right}"
    ),
    "number-changed": Words(
        "a number is wrong: {wrote} should be {right}", "数值系数有误：{wrote} 应为 {right}"
    ),
    "term-dropped": Words("the term {part} is missing", "缺少项 {part}"),
    "term-added": Words("the term {part} is superfluous", "多了项 {part}"),
    "factor-dropped": Words("the factor {part} is missing", "缺少因子 {part}"),
    "factor-added": Words("the factor {part} is superfluous", "多了因子 {part}"),
    "function-exchanged": Words(
        "the wrong function: {wrote} should be {right}", "函数用错了：{wrote} 应为 {right}"
    ),
    "part-exchanged": Words(
        "{wrote} stands where {right} belongs", "应为 {right} 处写成了 {wrote}"
    ),
}
