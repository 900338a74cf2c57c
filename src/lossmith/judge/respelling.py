"""One change in how a line is written: a transpose, a sum, a sign, a bracket, an order, an index.

What a person wrote is a tree of signs before it is mathematics. Each change makes another tree that
differs at one place; it bears the name of the slip that it takes back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from lossmith.expr.node import Symbol
from lossmith.judge import written_slips as ways
from lossmith.judge.written_tree import Made, Tree
from lossmith.text.syntax.syntax import Syntax
from lossmith.words import Words


@dataclass(frozen=True, slots=True)
class Change:
    """A tree with one change.  score: the smaller, the more telling the name."""

    name: str
    words: Words
    score: float
    syntax: Syntax


def changes(
    syntax: Syntax,
    offered: Sequence[Symbol],
    others: Sequence[Symbol] = (),
    functions: Sequence[str] = (),
    only: str = "",
) -> Iterator[Change]:
    """Yield all trees with one change, the likelier ones first.

    offered: symbols that may have been left out.  others: that may have been mistaken for another.
    functions: that may have been left out.  only: the name of one kind.
    Cost: a few trees for each node.
    """
    tree = Tree.of(syntax)
    places = range(len(tree.nodes))
    for kind in _KINDS:
        if only and kind.name != only:
            continue
        for k in places:
            for nodes, root in kind.ways(tree, k):
                yield Change(kind.name, kind.words, kind.score, tree.rooted(nodes, root))
    for k in places if not only else ():
        for nodes, root in ways.renamed(tree, k, others):
            yield Change("symbol-exchanged", _RENAMED, 1.5, tree.rooted(nodes, root))
        for nodes, root in ways.wrapped(tree, k, functions):
            yield Change("function-dropped", _FUNCTION_LOST, 1.45, tree.rooted(nodes, root))
    for k in places if not only else ():
        for nodes, root in ways.missing_factor(tree, k, offered):
            yield Change("factor-dropped", _LOST_FACTOR, 2.3, tree.rooted(nodes, root))
    for k in places if not only else ():
        # What has another shape is rarely mistaken: a number for a vector.
        for nodes, root in ways.renamed(tree, k, others, alike=False):
            yield Change("symbol-exchanged", _RENAMED, 2.35, tree.rooted(nodes, root))


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of change: what is said of it, and the changed trees at one node."""

    name: str
    words: Words
    score: float
    ways: Callable[[Tree, int], Made]


_LOST_FACTOR: Final = Words("a factor was dropped", "漏掉了一个因子")
_KINDS: Final = (
    _Kind(
        "transposed-factor",
        Words("a transpose is missing or superfluous", "漏写或多写了转置"),
        0.6,
        ways.transposes,
    ),
    _Kind(
        "transposed-factor",
        Words("transposes are missing or superfluous", "漏写或多写了转置"),
        0.75,
        ways.all_transposes,
    ),
    _Kind(
        "diag-missing",
        Words(
            "diag(v) is the matrix with v on its diagonal; v alone is a vector",
            "diag(v) 是以 v 为对角线的矩阵；v 本身只是向量",
        ),
        0.65,
        ways.diagonals,
    ),
    _Kind(
        "entrywise-product",
        Words(
            "the product was taken entry by entry (in NumPy, * is; @ is the matrix product)",
            "这里按逐元素相乘（NumPy 中的 * 就是如此；矩阵乘积要写 @）",
        ),
        0.68,
        ways.matrix_products,
    ),
    _Kind(
        "sum-dropped",
        Words("a sum over an index is missing or superfluous", "漏写或多写了对指标的求和"),
        0.7,
        ways.sums,
    ),
    _Kind(
        "order-of-product",
        Words("the factors stand in the wrong order", "因子的次序不对"),
        0.7,
        ways.orders,
    ),
    _Kind(
        "index-exchanged",
        Words("an index stands where another one belongs", "指标写错或次序颠倒了"),
        0.8,
        ways.indices,
    ),
    _Kind(
        "sign-of-term",
        Words("the sign of one term is reversed", "其中一项的符号反了"),
        1,
        ways.signs,
    ),
    _Kind(
        "complement-forgotten",
        Words("1 − u was taken for u", "把 1 − u 写成了 u"),
        1,
        ways.complements,
    ),
    _Kind(
        "bracket-misplaced",
        Words(
            "a bracket is missing or misplaced: the operation reaches too little or too much",
            "括号漏写或放错了位置：运算作用的范围不对",
        ),
        0.9,
        ways.brackets,
    ),
    _Kind(
        "quotient-exchanged",
        Words(
            "a quotient is upside down, or a product stands where a quotient belongs",
            "分子分母颠倒，或乘除写反了",
        ),
        1.5,
        ways.quotients,
    ),
    _Kind(
        "function-exchanged",
        Words(
            "a function stands where another one belongs (such as norm1 for norm2, max for min)",
            "函数用错了（如 norm1 与 norm2、max 与 min 混淆）",
        ),
        1.2,
        ways.functions,
    ),
    _Kind(
        "exponent-dropped",
        Words("an exponent is missing", "漏写了指数"),
        1.1,
        ways.squares,
    ),
    _Kind(
        "exponent-added",
        Words("an exponent is superfluous", "多写了指数"),
        1.1,
        ways.powers_taken_off,
    ),
)
_FUNCTION_LOST: Final = Words("a function around its argument was dropped", "漏掉了外层函数")
_RENAMED: Final = Words("one symbol stands where another one belongs", "符号写错了")
