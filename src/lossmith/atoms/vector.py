"""Functions of the last axis: norms, the largest and smallest entry, log-sum-exp, softmax."""

# The arguments of a card's lambdas have no declared type: their number depends on the card.
# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

from fractions import Fraction
from functools import reduce
from itertools import accumulate
from typing import Any

from lossmith.atoms.arithmetic import abs, larger, sign
from lossmith.atoms.exponential import exp, log
from lossmith.atoms.writing import facts, number, when_zero, within
from lossmith.expr import build
from lossmith.expr.atom import Atom, Where, signature
from lossmith.expr.node import Expr
from lossmith.expr.sets import (
    NONNEGATIVE,
    NONPOSITIVE,
    POSITIVE,
    Interval,
    closed,
)
from lossmith.expr.types import Shape
from lossmith.words import Words

_ZERO, _HALF, _ONE = Fraction(0), Fraction(1, 2), Fraction(1)
_REDUCTION = signature("(n)->()")
_MAP = signature("(n)->(n)")


def _axes(shape: Shape) -> tuple[int, ...]:
    return tuple(range(len(shape)))


def along(x: Expr, r: Expr, p: int = 1) -> Expr:
    """Return x[.., i] * r[..]^p: each vector of the batch times its own number."""
    axes = _axes(x.shape)
    return build.contract([(x, axes, 1), (r, axes[:-1], p)], axes)


def repeated(r: Expr, like: Expr) -> Expr:
    """Return r[..] repeated along the last axis of ``like``."""
    return along(number(1, like), r)


def row_sums(x: Expr) -> Expr:
    """Return the sums over the last axis."""
    axes = _axes(x.shape)
    return build.contract([(x, axes, 1)], axes[:-1])


def unit_tensor(x: Expr) -> Expr:
    """Return d x[b, n]/d x[b, m]: the unit matrix, repeated over the batch."""
    batch = _axes(x.shape)[:-1]
    n, m = len(batch), len(batch) + 1
    ones = number(1, x)
    return build.contract(
        [(ones, (*batch, n), 1), (build.delta(x.shape[-1]), (n, m), 1)], (*batch, n, m)
    )


def _squared_norm(x: Expr) -> Expr:
    axes = _axes(x.shape)
    return build.contract([(x, axes, 2)], axes[:-1])


def _softmax_slope(s: Expr) -> Expr:
    """Return diag(s) - s s' for each vector s of the batch."""
    axes = _axes(s.shape)
    batch, n, m = axes[:-1], axes[-1], axes[-1] + 1
    out = (*batch, n, m)
    diagonal = build.contract([(s, axes, 1), (build.delta(s.shape[-1]), (n, m), 1)], out)
    square = build.contract([(s, (*batch, n), 1), (s, (*batch, m), 1)], out)
    return build.subtract(diagonal, square)


def swapped_last(e: Expr) -> Expr:
    """Return e with its last two axes exchanged."""
    *batch, n, m = _axes(e.shape)
    return build.contract([(e, (*batch, m, n), 1)], (*batch, n, m))


# Balls are python-flint objects, which carry no types.
def _largest(x: Any) -> Any:
    return reduce(larger, x)


def _product(x: Any, one: Any = None) -> Any:
    return reduce(lambda a, b: a * b, x) if x else one


def _running(x: Any) -> Any:
    return list(accumulate(x))


def _share_of_largest(x: Expr) -> Expr:
    """Return 1/k at each of the k largest entries: a subgradient of the largest entry."""
    return _share_of(x, maxentry)


def _share_of(x: Expr, extreme: Atom) -> Expr:
    hit = when_zero(
        build.subtract(x, repeated(build.apply(extreme, x), x)), number(1, x), number(0, x)
    )
    return along(hit, row_sums(hit), -1)


norm2 = Atom(
    name="norm2",
    signature=_REDUCTION,
    words=Words("the Euclidean norm", "欧几里得范数"),
    source="Boyd & Vandenberghe 2004, appendix A.1.2; Parikh & Boyd 2014, section 6.5.1 (prox)",
    meaning=lambda x: build.power(_squared_norm(x), _HALF),
    slopes=(lambda x: along(x, build.apply(norm2, x), -1),),
    range=NONNEGATIVE,
    square=lambda x: _squared_norm(x),
    facts=(
        *facts("convex", "positively_homogeneous"),
        *facts("nondecreasing", on=NONNEGATIVE),
        *facts("nonincreasing", on=NONPOSITIVE),
        within("slope_in", closed(-1, 1)),
        within("range_in", POSITIVE, (Where(POSITIVE),)),
    ),
    # hypot neither overflows nor underflows: squares of 3e200 would.
    subgradients=Words(
        "at z = 0 all g with ‖g‖₂ ≤ 1",
        "在 z = 0 处为满足 ‖g‖₂ ≤ 1 的全部 g",
    ),
    code={
        "numpy": "np.hypot.reduce({0}, axis=-1)",
        "jax": "_norm({0}, axis=-1)",
        "torch": "_norm({0}, dim=-1)",
        "numba": "_norm({0})",
    },
    latex=r"\left\|{0}\right\|_2",
    unicode="‖{0}‖₂",
    prox="if(norm2(x) > t, (1 - t/norm2(x))*x, 0*x)",
    probe=(0.0, 1.0, -1.0, 3e200, -3e-200, 800.0),
)

norminf = Atom(
    name="norminf",
    signature=_REDUCTION,
    words=Words("the largest absolute value", "绝对值的最大者"),
    source="Boyd & Vandenberghe 2004, appendix A.1.2",
    meaning=lambda x: build.apply(maxentry, build.apply(abs, x)),
    slopes=(
        lambda x: build.multiply(build.apply(sign, x), _share_of_largest(build.apply(abs, x))),
    ),
    range=NONNEGATIVE,
    facts=(
        *facts("convex", "positively_homogeneous"),
        *facts("nondecreasing", on=NONNEGATIVE),
        *facts("nonincreasing", on=NONPOSITIVE),
        within("slope_in", closed(-1, 1)),
        within("range_in", POSITIVE, (Where(POSITIVE),)),
    ),
    rough=Words(
        "where the largest absolute values tie, and at 0",
        "绝对值最大的分量不唯一处，以及 0 点",
    ),
    subgradients=Words(
        "the convex hull of sign(zᵢ) eᵢ over the i with |zᵢ| largest; at z = 0 all g with ‖g‖₁ ≤ 1",
        "|zᵢ| 最大的各个 i 对应的 sign(zᵢ) eᵢ 的凸包；在 z = 0 处为满足 ‖g‖₁ ≤ 1 的全部 g",
    ),
    code={
        "numpy": "np.max(np.abs({0}), axis=-1)",
        "torch": "torch.amax(torch.abs({0}), dim=-1)",
        "numba": "_largest_size({0})",
    },
    latex=r"\left\|{0}\right\|_\infty",
    unicode="‖{0}‖∞",
    probe=(0.0, 1.0, -1.0, 3e200, -3e-200, 800.0),
)

maxentry = Atom(
    name="maxentry",
    signature=_REDUCTION,
    words=Words("the largest entry", "最大的元素"),
    source="Boyd & Vandenberghe 2004, section 3.1.5",
    ball=lambda x: _largest(x),
    rational=True,
    slopes=(lambda x: _share_of_largest(x),),
    facts=(
        *facts("convex", "nondecreasing", "positively_homogeneous"),
        within("slope_in", closed(-1, 1)),
        within("range_in", NONNEGATIVE, (Where(NONNEGATIVE),)),
        within("range_in", POSITIVE, (Where(POSITIVE),)),
        within("range_in", NONPOSITIVE, (Where(NONPOSITIVE),)),
    ),
    rough=Words(
        "where the largest entries tie",
        "最大的分量不唯一处",
    ),
    subgradients=Words(
        "the convex hull of the eᵢ over the i with zᵢ largest",
        "zᵢ 最大的各个 i 对应的 eᵢ 的凸包",
    ),
    code={
        "numpy": "np.max({0}, axis=-1)",
        "torch": "torch.amax({0}, dim=-1)",
        "numba": "_largest({0})",
    },
    latex=r"\max({0})",
    unicode="max({0})",
    probe=(0.0, 1.0, -1.0, 800.0, -800.0),
)

minentry = Atom(
    name="minentry",
    signature=_REDUCTION,
    words=Words("the smallest entry", "最小的元素"),
    source="Boyd & Vandenberghe 2004, section 3.1.5",
    meaning=lambda x: build.negate(build.apply(maxentry, build.negate(x))),
    slopes=(lambda x: _share_of(x, minentry),),
    facts=(
        *facts("concave", "nondecreasing", "positively_homogeneous"),
        within("slope_in", closed(-1, 1)),
        within("range_in", NONNEGATIVE, (Where(NONNEGATIVE),)),
        within("range_in", POSITIVE, (Where(POSITIVE),)),
        within("range_in", NONPOSITIVE, (Where(NONPOSITIVE),)),
    ),
    rough=Words(
        "where the smallest entries tie",
        "最小的分量不唯一处",
    ),
    subgradients=Words(
        "the convex hull of the eᵢ over the i with zᵢ smallest",
        "zᵢ 最小的各个 i 对应的 eᵢ 的凸包",
    ),
    code={
        "numpy": "np.min({0}, axis=-1)",
        "torch": "torch.amin({0}, dim=-1)",
        "numba": "_smallest({0})",
    },
    latex=r"\min({0})",
    unicode="min({0})",
    probe=(0.0, 1.0, -1.0, 800.0, -800.0),
)

logsumexp = Atom(
    name="logsumexp",
    signature=_REDUCTION,
    words=Words(
        "log of the sum of exp(x), the smooth largest entry", "exp(x) 之和的对数，光滑的最大值"
    ),
    source="Boyd & Vandenberghe 2004, section 3.1.5",
    meaning=lambda x: build.apply(log, row_sums(build.apply(exp, x))),
    slopes=(lambda x: build.apply(softmax, x),),
    facts=(
        *facts("convex", "nondecreasing", "increasing", "smooth"),
        within("slope_in", closed(-1, 1)),
        # diag(s) - s s' is the variance under s: at most (max v - min v)^2/4 <= 1/2 for |v| = 1.
        within("second_slope_in", Interval(_ZERO, _HALF, False, False)),
        within("range_in", NONNEGATIVE, (Where(NONNEGATIVE),)),
        within("range_in", POSITIVE, (Where(POSITIVE),)),
    ),
    code={
        "numpy": "scipy.special.logsumexp({0}, axis=-1)",
        "jax": "jax.scipy.special.logsumexp({0}, axis=-1)",
        "torch": "torch.logsumexp({0}, dim=-1)",
        "numba": "_logsumexp({0})",
    },
    latex=r"\operatorname{{logsumexp}}({0})",
    unicode="logsumexp({0})",
    probe=(0.0, 1.0, -1.0, 800.0, -800.0),
    aliases=("lse", "log_sum_exp"),
)

softmax = Atom(
    name="softmax",
    signature=_MAP,
    words=Words("exp(x) divided by its sum", "exp(x) 除以它的总和"),
    source="Hastie, Tibshirani & Friedman 2009, equation 11.6",
    meaning=lambda x: along(build.apply(exp, x), row_sums(build.apply(exp, x)), -1),
    slopes=(lambda x: _softmax_slope(build.apply(softmax, x)),),
    # A vector of one entry has softmax 1, so the end 1 belongs to the range.
    range=Interval(_ZERO, _ONE, True, False),
    facts=facts("smooth"),
    code={
        "numpy": "scipy.special.softmax({0}, axis=-1)",
        "jax": "jax.nn.softmax({0}, axis=-1)",
        "torch": "torch.softmax({0}, dim=-1)",
        "numba": "_softmax({0})",
    },
    latex=r"\operatorname{{softmax}}({0})",
    unicode="softmax({0})",
    probe=(0.0, 1.0, -1.0, 800.0, -800.0),
)

cumsum = Atom(
    name="cumsum",
    signature=_MAP,
    words=Words("the running sums x_1, x_1 + x_2, ...", "前缀和 x_1, x_1 + x_2, ……"),
    source="standard",
    ball=lambda x: _running(x),
    rational=True,
    # d cumsum(x)[i]/d x[j] = 1 for j <= i: the running sums of the unit matrix, transposed.
    slopes=(lambda x: swapped_last(build.apply(cumsum, unit_tensor(x))),),
    facts=(
        *facts("affine", "convex", "concave", "nondecreasing", "smooth"),
        within("range_in", NONNEGATIVE, (Where(NONNEGATIVE),)),
        within("range_in", POSITIVE, (Where(POSITIVE),)),
        within("range_in", NONPOSITIVE, (Where(NONPOSITIVE),)),
    ),
    code={
        "numpy": "np.cumsum({0}, axis=-1)",
        "torch": "torch.cumsum({0}, dim=-1)",
        "numba": "_cumsum({0})",
    },
    latex=r"\operatorname{{cumsum}}({0})",
    unicode="cumsum({0})",
    probe=(0.0, 1.0, -1.0, 800.0, -3e-200),
)

prod = Atom(
    name="prod",
    signature=_REDUCTION,
    words=Words("the product of the entries", "所有元素的乘积"),
    source="standard",
    ball=lambda x: _product(x),
    rational=True,
    slopes=(lambda x: build.apply(prod_others, x),),
    facts=(
        *facts("smooth"),
        *facts("nondecreasing", on=NONNEGATIVE),
        within("range_in", NONNEGATIVE, (Where(NONNEGATIVE),)),
        within("range_in", POSITIVE, (Where(POSITIVE),)),
    ),
    code={
        "numpy": "np.prod({0}, axis=-1)",
        "torch": "torch.prod({0}, dim=-1)",
        "numba": "_prod({0})",
    },
    latex=r"\operatorname{{prod}}({0})",
    unicode="prod({0})",
    probe=(0.0, 1.0, -1.0, 800.0, -3e-200),
)

prod_others = Atom(
    name="prod_others",
    signature=_MAP,
    words=Words("for each entry, the product of all others", "对每个元素，其余元素的乘积"),
    source="standard",
    ball=lambda x: [_product([*x[:k], *x[k + 1 :]], x[k] * 0 + 1) for k in range(len(x))],
    rational=True,
    slopes=(lambda x: build.apply(prod_pairs, x),),
    facts=(
        *facts("smooth"),
        *facts("nondecreasing", on=NONNEGATIVE),
        within("range_in", NONNEGATIVE, (Where(NONNEGATIVE),)),
        within("range_in", POSITIVE, (Where(POSITIVE),)),
    ),
    code={
        "numpy": "np.prod(np.where(np.eye(np.shape({0})[-1], dtype=bool), 1.0,"
        " np.expand_dims({0}, -2)), axis=-1)",
        "torch": "_prod_others({0})",
        "numba": "_prod_others({0})",
    },
    latex=r"\operatorname{{prod}}_{{j \ne i}}({0})",
    unicode="prod_{{j≠i}}({0})",
    probe=(0.0, 1.0, -1.0, 800.0, -3e-200),
)

prod_pairs = Atom(
    name="prod_pairs",
    signature=signature("(n)->(n,n)"),
    words=Words(
        "for each two entries, the product of all others; 0 on the diagonal",
        "对每两个元素，其余元素的乘积；对角线为 0",
    ),
    source="standard",
    ball=lambda x: _pairs(x),
    rational=True,
    slopes=(None,),
    facts=(
        *facts("smooth"),
        *facts("nondecreasing", on=NONNEGATIVE),
        within("range_in", NONNEGATIVE, (Where(NONNEGATIVE),)),
    ),
    code={
        "numpy": "(lambda x, e: np.prod(np.where(e[:, None] | e, 1.0, x[..., None, None, :]),"
        " axis=-1) * ~e)({0}, np.eye(np.shape({0})[-1], dtype=bool))",
        "torch": "_prod_pairs({0})",
        "numba": "_prod_pairs({0})",
    },
    latex=r"\operatorname{{prod\_pairs}}({0})",
    unicode="prod_pairs({0})",
    probe=(0.0, 1.0, -1.0, 800.0, -3e-200),
)


def _pairs(x: list[Any]) -> list[list[Any]]:
    """Return the products that leave out two entries."""
    n = len(x)
    one = x[0] * 0 + 1

    def without(i: int, j: int) -> Any:
        return _product([v for k, v in enumerate(x) if k not in (i, j)], one)

    return [[one * 0 if i == j else without(i, j) for j in range(n)] for i in range(n)]
