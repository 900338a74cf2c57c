"""Functions of code alone: names for what loses its digits or overflows when it is written out.

Formulas never meet them, so they have no slopes and no facts; the rows of ``rules.floats`` lead to
them. A target without code for one gets its meaning.
"""

# The arguments of a card's lambdas have no declared type: their number depends on the card.
# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from lossmith.atoms.arithmetic import abs as abs_
from lossmith.atoms.exponential import exp, expm1, log
from lossmith.atoms.matrix import det, logdet
from lossmith.atoms.special import normcdf, pi_power
from lossmith.expr import build
from lossmith.expr.atom import Atom, signature
from lossmith.expr.node import Expr
from lossmith.expr.sets import NEGATIVE, NONNEGATIVE, POSITIVE, REALS
from lossmith.expr.types import Shape
from lossmith.words import Words, same

_ENTRYWISE = signature("()->()")
_BINARY = signature("(),()->()")
_HALF = Fraction(1, 2)


def _eye(shape: Shape) -> Expr:
    """Return unit matrices of this shape; further axes to the left are a batch."""
    axes = tuple(range(len(shape)))
    return build.contract([(build.delta(shape[-1]), axes[-2:], Fraction(1))], axes, shape)


hypot = Atom(
    name="hypot",
    signature=_BINARY,
    words=Words("the length of (x, y)", "向量 (x, y) 的长度"),
    source="Higham 2002, section 27.5: squares of 1e200 overflow, the length does not",
    meaning=lambda x, y: build.power(build.add(build.power(x, 2), build.power(y, 2)), _HALF),
    range=NONNEGATIVE,
    code={"numpy": "np.hypot({0}, {1})"},
    latex=r"\operatorname{{hypot}}({0}, {1})",
    unicode="hypot({0}, {1})",
)

hypot_above = Atom(
    name="hypot_above",
    signature=_BINARY,
    words=Words("the length of (x, y), minus y > 0", "向量 (x, y) 的长度减去 y（y > 0）"),
    source="Higham 2002, section 1.7: x (x / (y + hypot(x, y))) for y > 0",
    meaning=lambda x, y: build.divide(build.power(x, 2), build.add(y, build.apply(hypot, x, y))),
    domain=(REALS, POSITIVE),
    code={"numpy": "{0} * ({0} / ({1} + np.hypot({0}, {1})))"},
    latex=r"\operatorname{{hypot}}({0}, {1}) - {1}",
    unicode="hypot({0}, {1}) − {1}",
)

log1mexp = Atom(
    name="log1mexp",
    signature=_ENTRYWISE,
    words=same("log(1 − exp(−x))"),
    source="Mächler 2012, equation 7",
    meaning=lambda x: build.apply(log, build.negate(build.apply(expm1, build.negate(x)))),
    domain=(POSITIVE,),
    range=NEGATIVE,
    # Each branch is computed everywhere; log1p must not meet -1, nor log an infinite number.
    code={
        "numpy": "_log1mexp({0})",
        "jax": "jnp.where({0} < 0.5, jnp.log(-jnp.expm1(-{0})), "
        "jnp.log1p(-jnp.exp(-jnp.maximum({0}, 0.5))))",
        "torch": "torch.where({0} < 0.5, torch.log(-torch.expm1(-{0})), "
        "torch.log1p(-torch.exp(-torch.clamp({0}, min=0.5))))",
        "numba": "_log1mexp({0})",
    },
    latex=r"\log(1 - \exp(-{0}))",
    unicode="log(1 − exp(−{0}))",
)

lognormcdf = Atom(
    name="lognormcdf",
    signature=_ENTRYWISE,
    words=Words("the logarithm of the normal distribution function", "正态分布函数的对数"),
    source="NIST DLMF 7.17(i)",
    meaning=lambda x: build.apply(log, build.apply(normcdf, x)),
    range=NEGATIVE,
    code={
        "numpy": "scipy.special.log_ndtr({0})",
        "jax": "jax.scipy.special.log_ndtr({0})",
        "torch": "torch.special.log_ndtr({0})",
        "numba": "_lognormcdf({0})",
    },
    latex=r"\log \Phi({0})",
    unicode="log Φ({0})",
)

mills = Atom(
    name="mills",
    signature=_ENTRYWISE,
    words=Words("density over distribution function of the normal law", "正态密度与分布函数之比"),
    source="NIST DLMF 7.8.1, 7.17(i)",
    meaning=lambda x: build.multiply(
        pi_power(-_HALF, Fraction(2)),
        build.apply(
            exp,
            build.add((-_HALF, build.power(x, 2)), (Fraction(-1), build.apply(lognormcdf, x))),
        ),
    ),
    range=POSITIVE,
    code={
        "numpy": "np.sqrt(2.0 / np.pi) / scipy.special.erfcx(-{0} / np.sqrt(2.0))",
        "torch": "math.sqrt(2.0 / math.pi) / torch.special.erfcx(-{0} / math.sqrt(2.0))",
        "jax": "_mills({0})",
        "numba": "_mills({0})",
    },
    latex=r"\varphi({0})/\Phi({0})",
    unicode="φ({0})/Φ({0})",
)

mills_above = Atom(
    name="mills_above",
    signature=_ENTRYWISE,
    words=Words("Mills' ratio of the normal law above −x", "正态密度与分布函数之比超出 −x 的部分"),
    source="NIST DLMF 7.9.2: far below 0 it is about −1/x, beside two numbers as large as x",
    meaning=lambda x: build.add(build.apply(mills, x), x),
    range=POSITIVE,
    code={t: "_mills_above({0})" for t in ("numpy", "jax", "torch", "numba")},
    latex=r"(\varphi({0})/\Phi({0}) + {0})",
    unicode="(φ({0})/Φ({0}) + {0})",
)

exprel = Atom(
    name="exprel",
    signature=_ENTRYWISE,
    words=same("(exp(x) − 1) / x"),
    source="NIST DLMF 24.2.1: the reciprocal generates Bernoulli's numbers; 1 at x = 0",
    meaning=lambda x: build.divide(build.apply(expm1, x), x),
    range=POSITIVE,
    code={
        "numpy": "scipy.special.exprel({0})",
        "jax": "_exprel({0})",
        "torch": "_exprel({0})",
        "numba": "_exprel({0})",
    },
    latex=r"\frac{{\exp({0}) - 1}}{{{0}}}",
    unicode="((exp({0}) − 1)/{0})",
)

cloglog = Atom(
    name="cloglog",
    signature=_ENTRYWISE,
    words=same("log(1 − exp(−exp(x)))"),
    source="McCullagh & Nelder 1989, section 4.3: complementary log-log",
    meaning=lambda x: build.apply(log1mexp, build.apply(exp, x)),
    range=NEGATIVE,
    code={
        "numpy": "_cloglog({0})",
        "jax": "_cloglog({0})",
        "torch": "_cloglog({0})",
        "numba": "_cloglog({0})",
    },
    latex=r"\log(1 - \exp(-\exp({0})))",
    unicode="log(1 − exp(−exp({0})))",
)

logabsdet = Atom(
    name="logabsdet",
    signature=signature("(n,n)->()"),
    words=Words("the logarithm of the size of the determinant", "行列式绝对值的对数"),
    source="Golub & Van Loan 2013, section 3.2: the sum of log |u_ii| of an LU factorization",
    meaning=lambda a: build.apply(log, build.apply(abs_, build.apply(det, a))),
    code={
        "numpy": "np.linalg.slogdet({0})[1]",
        "jax": "jnp.linalg.slogdet({0})[1]",
        "torch": "torch.linalg.slogdet({0})[1]",
    },
    latex=r"\log|\det({0})|",
    unicode="log |det({0})|",
)

logdet_above_eye = Atom(
    name="logdet_above_eye",
    signature=signature("(n,n)->()"),
    words=Words("log det(I + A) of a symmetric A", "对称矩阵 A 的 log det(I + A)"),
    source="Higham 2002, section 1.7: the sum of log(1 + λ), which I + A has rounded away",
    meaning=lambda a: build.apply(logdet, build.add(_eye(a.shape), a)),
    # Far from 0 the factors of I + A keep all digits, at a tenth of the cost.
    code={
        "numpy": "(lambda a: np.sum(np.log1p(np.linalg.eigvalsh(a)), -1) "
        "if np.max(np.abs(a), initial=0.0) < 0.1 "
        "else np.linalg.slogdet(np.eye(a.shape[-1]) + a)[1])({0})",
        "jax": "jnp.sum(jnp.log1p(jnp.linalg.eigvalsh({0})), -1)",
        "torch": "torch.sum(torch.log1p(torch.linalg.eigvalsh({0})), -1)",
    },
    latex=r"\log\det(I + {0})",
    unicode="log det(I + {0})",
)


@lru_cache(maxsize=1024)
def polynomial(coefficients: tuple[Fraction, ...]) -> Atom:
    """Return the polynomial c0 + c1 x + c2 x^2 + ..., the start of a power series."""
    return Atom(
        name=f"series({', '.join(map(str, coefficients))})",
        signature=_ENTRYWISE,
        words=Words("the start of a power series", "幂级数的前若干项"),
        source="Higham 2002, section 5.1 (Horner's rule)",
        meaning=lambda x: _by_horner(coefficients, x),
        code=dict.fromkeys(("numpy", "jax", "torch", "numba"), _horner_call(coefficients)),
    )


def _by_horner(coefficients: tuple[Fraction, ...], x: Expr) -> Expr:
    inner: Expr = build.const(coefficients[-1], x.shape)
    for c in coefficients[-2::-1]:
        inner = build.add(build.const(c, x.shape), build.multiply(x, inner))
    return inner


def _horner_call(coefficients: tuple[Fraction, ...]) -> str:
    """Return the call of a helper with the coefficients as doubles, three on a line."""
    numbers = [repr(float(c)) for c in coefficients]
    rows = [", ".join(numbers[k : k + 3]) for k in range(0, len(numbers), 3)]
    return "_horner(\n    {0},\n    " + ",\n    ".join(rows) + ",\n)"
