"""Norms with a foot: ``norm(x, p)``, ``‖x‖_p``, ``‖x‖_A``, ``‖X‖_{2,1}``.

norm(x, p) is (sum |x_i|^p)^(1/p), for p >= 1 a norm; norm(x, A) with a matrix is sqrt(x'*A*x);
norm(A, 2) is the largest singular value. What the syntax alone decides is rewritten before kinds
are known: norm(x, inf), norm(A, fro), and norm(x, p)^p, which is the sum without its root.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Final

from lossmith.errors import DomainError
from lossmith.expr import build
from lossmith.expr.node import Const, Expr
from lossmith.expr.types import Shape
from lossmith.text.functions.cards import card
from lossmith.text.functions.row import Args, Function, Types, needs
from lossmith.text.syntax.syntax import Node, Syntax, pruned
from lossmith.text.syntax.typed import SCALAR, KindsOnly, Sizes, Type, square
from lossmith.words import Words

_HALF: Final = Fraction(1, 2)
_NAMED: Final = {
    "inf": "norminf", "Inf": "norminf", "infty": "norminf", "fro": "normF", "F": "normF",
    "nuc": "nucnorm", "op": "specnorm",
}  # fmt: skip
"""Second arguments that are words."""
POWER: Final = "norm|^p"
"""The sum of |x_i|^p: what ‖x‖_p^p means."""
SQUARE: Final = "norm|^2"
"""The square of a norm with a foot, x'*A*x for a matrix A."""


def plain_norms(syntax: Syntax) -> Syntax:
    """Return the syntax with norms of worded feet by their own names.  Cost: linear."""
    nodes = list(syntax.nodes)
    for k, node in enumerate(nodes):
        if _is_footed(node) and nodes[node.args[1]].name in _NAMED:
            nodes[k] = replace(node, name=_NAMED[nodes[node.args[1]].name], args=node.args[:1])
        elif node.kind == "infix" and node.name == "^":
            norm, exponent = (nodes[a] for a in node.args)
            if _is_footed(norm) and _same_leaf(nodes[norm.args[1]], exponent):
                nodes[k] = replace(node, kind="call", name=POWER, args=norm.args)
            elif _is_footed(norm) and exponent.kind == "number" and exponent.name == "2":
                nodes[k] = replace(node, kind="call", name=SQUARE, args=norm.args)
    return pruned(syntax, nodes)


def _is_footed(node: Node) -> bool:
    return node.kind == "call" and node.name == "norm" and len(node.args) == 2


def _same_leaf(a: Node, b: Node) -> bool:
    return a.kind == b.kind and a.kind in ("name", "number") and a.name == b.name


# -- the functions ---------------------------------------------------------------------------------

_MATRIX: Final = Words(
    "write normF(A) for the Frobenius norm or specnorm(A) for the largest singular value",
    "Frobenius 范数写 normF(A)，最大奇异值写 specnorm(A)",
)


def _footed_rule(types: Types, sizes: Sizes) -> Type:
    whole = types[0]
    if len(types) == 1:
        needs("norm", whole, "c", "r", attempt=_MATRIX)
        return SCALAR
    foot = types[1]
    if foot.kind == "m":
        needs("norm", whole, "c", "r")
        square("norm", foot, sizes)
        if not sizes.unify(whole.dims[0], foot.dims[0]):
            a, b = sizes.show(whole), sizes.show(foot)
            raise DomainError(
                Words(
                    f"the norm of a vector {a} needs a matrix of its size, got {b}",
                    f"向量 {a} 的加权范数需要同样大小的方阵，得到的是 {b}",
                )
            )
        return SCALAR
    needs("norm", foot, "s")
    needs("norm", whole, "c", "r", "m")
    # While kinds are chosen no number is known: a 2 may follow, which takes matrices.
    if foot.value != 2 and not isinstance(sizes, KindsOnly):
        needs("norm", whole, "c", "r", attempt=_MATRIX)
    return SCALAR


def _sum_of_powers(x: Expr, p: Expr) -> Expr:
    size = build.entrywise(card("abs"), x)
    if isinstance(p, Const):
        return build.total(build.power(size, p.value))
    return build.total(build.entrywise(card("power"), size, p))


def _build_footed(args: Args, types: Types, shape: Shape) -> Expr:
    x = args[0]
    if len(args) == 1:
        return build.apply(card("norm2"), x)
    foot = args[1]
    if foot.shape:
        return build.power(build.inner(x, build.matmul(foot, x)), _HALF)
    if not isinstance(foot, Const):
        root = build.power(foot, -1)
        return build.entrywise(card("power"), _sum_of_powers(x, foot), root)
    if foot.value == 2:
        return build.apply(card("specnorm" if len(x.shape) == 2 else "norm2"), x)
    if foot.value < 1:
        raise DomainError(
            Words("the order of a norm is at least 1", "范数的阶至少为 1"),
            why=Words("below 1 the triangle inequality fails", "小于 1 时三角不等式不成立"),
            attempt=Words("write sum(abs(x).^p)", "请写 sum(abs(x).^p)"),
        )
    return build.power(_sum_of_powers(x, foot), 1 / foot.value)


def _footed_note(types: Types) -> Words | None:
    if len(types) < 2 or types[1].value in (1, 2):
        return None
    if types[1].kind == "m":
        return Words("norm(x, A) is sqrt(x'*A*x)", "norm(x, A) 即 sqrt(x'*A*x)")
    return Words("norm(x, p) is (sum |x_i|^p)^(1/p)", "norm(x, p) 即 (Σ|x_i|^p)^(1/p)")


def _build_square(args: Args, types: Types, shape: Shape) -> Expr:
    x, foot = args
    if foot.shape:
        return build.inner(x, build.matmul(foot, x))
    return build.power(_build_footed(args, types, shape), 2)


def _power_rule(types: Types, sizes: Sizes) -> Type:
    needs("norm", types[0], "c", "r", "m")
    needs("norm", types[1], "s")
    return SCALAR


def _matrix_rule(types: Types, sizes: Sizes) -> Type:
    needs("norm21", types[0], "m")
    return SCALAR


FOOTED: Final = (
    Function("norm", _footed_rule, _build_footed, 1, 2, note=_footed_note),
    Function(POWER, _power_rule, lambda args, types, shape: _sum_of_powers(*args), 2, 2,
             reduces=True,
             note=lambda types: Words("‖x‖_p^p is sum(abs(x).^p)", "‖x‖_p^p 即 sum(abs(x).^p)")),
    Function(SQUARE, _footed_rule, _build_square, 2, 2, note=_footed_note),
    Function("norm21", _matrix_rule,
             lambda args, types, shape: build.total(build.apply(card("norm2"), args[0])),
             note=lambda types: Words("‖X‖_{2,1} is the sum of the norms of the rows of X",
                                      "‖X‖_{2,1} 是 X 各行范数之和")),
)  # fmt: skip
"""Rows of the table of functions."""

__all__ = ["FOOTED", "plain_norms"]
