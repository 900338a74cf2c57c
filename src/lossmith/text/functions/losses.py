"""Losses that go by a name (mse, bce, cross_entropy, pinball ...) and the Kronecker product.

Each is written out in the operations that it stands for, and the note says in which.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from lossmith.errors import ShapeError
from lossmith.expr import build
from lossmith.expr.node import Expr
from lossmith.expr.types import Shape
from lossmith.text.functions.axes import log_softmax
from lossmith.text.functions.cards import card
from lossmith.text.functions.operators import Builder, Rule
from lossmith.text.functions.row import Args, Function, Types, by_rows, needs
from lossmith.text.syntax.typed import KIND_WORDS, SCALAR, Sizes, Type, common
from lossmith.words import Words

# -- rules -----------------------------------------------------------------------------------------


def _on_rows(name: str) -> Rule:
    def rule(types: Types, sizes: Sizes) -> Type:
        needs(name, types[0], "c", "r", "m")
        return Type(types[0].kind, types[0].dims)

    return rule


def _residual(types: Types, sizes: Sizes) -> Type:
    return common("pinball", types, sizes)


def _two_alike(name: str) -> Rule:
    """Two arrays of one shape, or two numbers: a number beside an array would be repeated."""

    def rule(types: Types, sizes: Sizes) -> Type:
        a, b = types
        if (a.kind == "s") != (b.kind == "s"):
            x, y = KIND_WORDS[a.kind], KIND_WORDS[b.kind]
            raise ShapeError(
                Words(
                    f"{name} compares two arrays of one shape, got {x.en} and {y.en}",
                    f"{name} 比较两个形状相同的数组，得到的是{x.zh}与{y.zh}",
                )
            )
        common(name, types, sizes)
        return SCALAR

    return rule


def _pair_of_vectors(types: Types, sizes: Sizes) -> Type:
    for t in types:
        needs("cross_entropy", t, "c", "r", "m")
    return _two_alike("cross_entropy")(types, sizes)


def _kronecker(types: Types, sizes: Sizes) -> Type:
    attempt = Words(
        "outer(a, b) holds all products of two vectors", "两个向量的所有乘积写 outer(a, b)"
    )
    a, b = types
    if {a.kind, b.kind} <= {"c", "r"}:
        return Type("t", (a.dims[0], b.dims[0]))
    for t in types:
        needs("kron", t, "m", attempt=None if t.kind == "s" else attempt)
    return Type("t", (a.dims[0], b.dims[0], a.dims[1], b.dims[1]))


# -- builders --------------------------------------------------------------------------------------


def _log_softmax(args: Args, types: Types, shape: Shape) -> Expr:
    return log_softmax(args[0])


def _pinball(args: Args, types: Types, shape: Shape) -> Expr:
    """max(tau u, (tau - 1) u), the quantile loss of a residual u = y - prediction."""
    u, tau = args
    less = build.subtract(tau, build.const(1, tau.shape))
    above, below = build.multiply(tau, u), build.multiply(less, u)
    return build.entrywise(card("max"), above, below)


def _mean_of(loss: Callable[[Expr], Expr]) -> Builder:
    """Return the builder of the mean of a loss of the difference of two arrays."""
    return lambda args, types, shape: build.mean(loss(build.subtract(*args)))


def _square(r: Expr) -> Expr:
    return build.power(r, 2)


def _absolute(r: Expr) -> Expr:
    return build.entrywise(card("abs"), r)


def _cross_entropy(args: Args, types: Types, shape: Shape) -> Expr:
    """-sum(p .* log(q))."""
    p, q = args
    return build.negate(build.total(build.multiply(p, build.entrywise(card("log"), q))))


def _binary_cross_entropy(args: Args, types: Types, shape: Shape) -> Expr:
    """-mean(y log(p) + (1 - y) log(1 - p))."""
    y, p = args
    one, log = build.const(1, y.shape), card("log")
    hit = build.multiply(y, build.entrywise(log, p))
    miss = build.multiply(build.subtract(one, y), build.entrywise(log, build.subtract(one, p)))
    return build.negate(build.mean(build.add(hit, miss)))


def _with_logits(args: Args, types: Types, shape: Shape) -> Expr:
    """mean(softplus(z) - y z), the same for p = sigmoid(z)."""
    z, y = args
    return build.mean(build.subtract(build.entrywise(card("softplus"), z), build.multiply(y, z)))


def _build_kronecker(args: Args, types: Types, shape: Shape) -> Expr:
    """The entry (i, j), (k, l) is A[i,k]*B[j,l]."""
    a, b = args
    if len(shape) == 2:
        return build.outer(a, b)
    return build.contract([(a, (0, 2), 1), (b, (1, 3), 1)], (0, 1, 2, 3))


def _said(en: str, zh: str) -> Callable[[Types], Words | None]:
    words = Words(en, zh)
    return lambda types: words


# -- the rows --------------------------------------------------------------------------------------

LOSSES: Final[tuple[Function, ...]] = (
    Function("log_softmax", _on_rows("log_softmax"), _log_softmax, note=by_rows("log_softmax")),
    Function(
        "pinball", _residual, _pinball, 2, 2,
        note=_said(
            "pinball(u, tau) is max(tau*u, (tau - 1)*u), with u = y - prediction",
            "pinball(u, tau) 即 max(tau*u, (tau - 1)*u)，其中 u = y - 预测值",
        ),
    ),
    Function(
        "mse", _two_alike("mse"), _mean_of(_square), 2, 2, reduces=True,
        note=_said("mse(a, b) is mean((a - b).^2)", "mse(a, b) 即 mean((a - b).^2)"),
    ),
    Function(
        "mae", _two_alike("mae"), _mean_of(_absolute), 2, 2, reduces=True,
        note=_said("mae(a, b) is mean(abs(a - b))", "mae(a, b) 即 mean(abs(a - b))"),
    ),
    Function(
        "cross_entropy", _pair_of_vectors, _cross_entropy, 2, 2,
        note=_said(
            "cross_entropy(p, q) is -sum(p .* log(q)): the target stands first",
            "cross_entropy(p, q) 即 -sum(p .* log(q))：目标分布写在前面",
        ),
    ),
    Function(
        "bce", _two_alike("bce"), _binary_cross_entropy, 2, 2,
        note=_said(
            "bce(y, p) is -mean(y .* log(p) + (1 - y) .* log(1 - p)): the target stands first",
            "bce(y, p) 即 -mean(y .* log(p) + (1 - y) .* log(1 - p))：目标写在前面",
        ),
    ),
    Function(
        "bce_with_logits", _two_alike("bce_with_logits"), _with_logits, 2, 2,
        note=_said(
            "bce_with_logits(z, y) is mean(softplus(z) - y .* z): the target stands last",
            "bce_with_logits(z, y) 即 mean(softplus(z) - y .* z)：目标写在后面",
        ),
    ),
    Function(
        "kron", _kronecker, _build_kronecker, 2, 2,
        note=_said(
            "kron(A, B) is kept as the tensor of its products A[i,k]*B[j,l], a[i]*b[j] of vectors",
            "kron(A, B) 保存为各乘积 A[i,k]*B[j,l]（向量则为 a[i]*b[j]）组成的张量",
        ),
    ),
)  # fmt: skip

__all__ = ["LOSSES"]
