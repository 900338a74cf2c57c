"""Smooth activations and losses of one number: sigmoid, softplus and their kin."""

# The arguments of a card's lambdas have no declared type: their number depends on the card.
# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

from fractions import Fraction

from lossmith.atoms.exponential import exp, log
from lossmith.atoms.special import normcdf, normpdf
from lossmith.atoms.trigonometric import cosh, tanh
from lossmith.atoms.writing import (
    CONVEX_RISING,
    RISING,
    between,
    decimal,
    facts,
    number,
    shifted,
    when_positive,
    within,
)
from lossmith.expr import build
from lossmith.expr.atom import Atom, signature
from lossmith.expr.node import Expr
from lossmith.expr.sets import (
    NONNEGATIVE,
    NONPOSITIVE,
    OPEN_UNIT,
    POSITIVE,
    Interval,
    closed,
    opened,
)
from lossmith.words import Words

_ENTRYWISE = signature("()->()")


def _sigmoid_slope(x: Expr) -> Expr:
    """Return s(x) (1 - s(x)), as it is taught; emitted code has s(-x) for 1 - s(x), see floats."""
    s = build.apply(sigmoid, x)
    return build.multiply(s, build.subtract(build.const(1, x.shape), s))


sigmoid = Atom(
    name="sigmoid",
    signature=_ENTRYWISE,
    words=Words("the logistic function 1/(1 + exp(-x))", "逻辑斯谛函数 1/(1 + exp(-x))"),
    source="Hastie, Tibshirani & Friedman 2009, section 4.4",
    meaning=lambda x: build.power(shifted(build.apply(exp, build.negate(x)), 1), -1),
    slopes=(_sigmoid_slope,),
    range=OPEN_UNIT,
    facts=(
        *facts(*RISING, "smooth", "log_concave", "log_concave_increments"),
        *facts("concave", "strictly_concave", on=NONNEGATIVE),
        *facts("convex", "strictly_convex", on=NONPOSITIVE),
        within("slope_in", Interval(Fraction(0), Fraction(1, 4), True, False)),
        # The extreme second slopes are +-1/(6 sqrt(3)) = +-0.0962250...
        within("second_slope_in", between("-0.09623", "0.09623")),
    ),
    code={
        "numpy": "scipy.special.expit({0})",
        "jax": "jax.nn.sigmoid({0})",
        "torch": "torch.sigmoid({0})",
        "numba": "_sigmoid({0})",
    },
    latex=r"\sigma({0})",
    unicode="σ({0})",
    probe=(0.0, 1e-300, 1.0, -1.0, 30.0, -37.0, 700.0, -700.0, 800.0, -800.0),
    aliases=("logistic", "expit"),
)

softplus = Atom(
    name="softplus",
    signature=_ENTRYWISE,
    words=Words("log(1 + exp(x)), the smooth hinge", "log(1 + exp(x))，光滑的折线"),
    source="Boyd & Vandenberghe 2004, section 3.1.5 (log-sum-exp of 0 and x)",
    meaning=lambda x: build.apply(log, shifted(build.apply(exp, x), 1)),
    slopes=(lambda x: build.apply(sigmoid, x),),
    range=POSITIVE,
    facts=(
        *facts(*CONVEX_RISING, "log_concave"),
        within("slope_in", OPEN_UNIT),
        within("second_slope_in", Interval(Fraction(0), Fraction(1, 4), True, False)),
    ),
    code={
        "numpy": "np.logaddexp(0.0, {0})",
        "jax": "jax.nn.softplus({0})",
        "torch": "_softplus({0})",
        "numba": "_softplus({0})",
    },
    latex=r"\operatorname{{softplus}}({0})",
    unicode="softplus({0})",
    probe=(0.0, 1e-300, 1.0, -1.0, 30.0, -37.0, 700.0, -700.0, 800.0, -800.0),
)

logcosh = Atom(
    name="logcosh",
    signature=_ENTRYWISE,
    words=Words("log(cosh(x)), a smooth absolute value", "log(cosh(x))，光滑的绝对值"),
    source="Green 1990 (log-cosh penalty)",
    meaning=lambda x: build.apply(log, build.apply(cosh, x)),
    slopes=(lambda x: build.apply(tanh, x),),
    range=NONNEGATIVE,
    facts=(
        *facts("convex", "strictly_convex", "smooth"),
        *facts("nondecreasing", "increasing", on=NONNEGATIVE),
        *facts("nonincreasing", "decreasing", on=NONPOSITIVE),
        within("slope_in", opened(-1, 1)),
        within("second_slope_in", Interval(Fraction(0), Fraction(1), True, False)),
    ),
    # Near 0 the sum |x| + log1p(exp(-2|x|)) - log 2 cancels; cosh x = 1 + 2 sinh(x/2)^2 does not.
    code={
        "numpy": "np.where(np.abs({0}) < 1.0,"
        " np.log1p(2.0 * np.square(np.sinh(0.5 * np.clip({0}, -1.0, 1.0)))),"
        " np.abs({0}) + np.log1p(np.exp(-2.0 * np.abs({0}))) - np.log(2.0))",
        "torch": "_logcosh({0})",
        "numba": "_logcosh({0})",
    },
    latex=r"\log(\cosh({0}))",
    unicode="logcosh({0})",
    probe=(0.0, 1e-150, 1e-5, 0.999999, 1.0, -1.0, 30.0, 800.0, -800.0),
)

elu = Atom(
    name="elu",
    signature=_ENTRYWISE,
    words=Words("x for x > 0, exp(x) - 1 otherwise", "x > 0 时为 x，否则为 exp(x) - 1"),
    source="Clevert, Unterthiner & Hochreiter 2016, equation 15, alpha = 1",
    meaning=lambda x: when_positive(x, x, shifted(build.apply(exp, x), -1)),
    slopes=(lambda x: when_positive(x, number(1, x), build.apply(exp, x)),),
    range=opened(-1, None),
    facts=(
        *facts("convex", "nondecreasing", "increasing", "continuously_differentiable"),
        *facts("affine", "smooth", on=POSITIVE),
        *facts("strictly_convex", "smooth", on=opened(None, 0)),
        within("slope_in", Interval(Fraction(0), Fraction(1), True, False)),
        within("second_slope_in", closed(0, 1)),
    ),
    code={
        "numpy": "np.where({0} > 0.0, {0}, np.expm1(np.minimum({0}, 0.0)))",
        "torch": "torch.nn.functional.elu({0})",
        "numba": "_elu({0})",
    },
    latex=r"\operatorname{{ELU}}({0})",
    unicode="ELU({0})",
    probe=(0.0, 1e-300, -1e-300, -1e-9, 1.0, -1.0, 800.0, -800.0),
)

gelu = Atom(
    name="gelu",
    signature=_ENTRYWISE,
    words=Words(
        "x Phi(x) with the normal distribution function Phi", "x Φ(x)，Φ 为标准正态分布函数"
    ),
    source="Hendrycks & Gimpel 2016, section 2",
    meaning=lambda x: build.multiply(x, build.apply(normcdf, x)),
    slopes=(
        lambda x: build.add(build.apply(normcdf, x), build.multiply(x, build.apply(normpdf, x))),
    ),
    # The least value is -0.169971..., at x = -0.751791...
    range=closed(decimal("-0.169972"), None),
    facts=(
        *facts("smooth"),
        # The second slope (2 - x^2) phi(x) is >= 0 for |x| <= sqrt(2) = 1.41421...
        *facts("convex", on=between("-1.4142", "1.4142")),
        *facts("concave", on=closed(decimal("1.4143"), None)),
        *facts("concave", on=closed(None, decimal("-1.4143"))),
        *facts("nondecreasing", on=closed(decimal("-0.7517"), None)),
        *facts("nonincreasing", on=closed(None, decimal("-0.7518"))),
        within("slope_in", between("-0.129", "1.129")),
        # At 0 it is 2/sqrt(2 pi) = 0.797884..., at +-2 it is -2 phi(2) = -0.107981...
        within("second_slope_in", between("-0.10799", "0.79789")),
    ),
    code={
        "numpy": "{0} * scipy.special.ndtr({0})",
        "jax": "{0} * jax.scipy.special.ndtr({0})",
        "torch": "{0} * _ndtr({0})",
        "numba": "{0} * _ndtr({0})",
    },
    latex=r"\operatorname{{GELU}}({0})",
    unicode="GELU({0})",
    probe=(0.0, 1e-300, 1.0, -1.0, 5.0, -10.0, -37.0, 800.0, -800.0),
)

swish = Atom(
    name="swish",
    signature=_ENTRYWISE,
    words=Words("x sigmoid(x)", "x 乘以 sigmoid(x)"),
    source="Elfwing, Uchibe & Doya 2018, equation 2; Ramachandran, Zoph & Le 2017",
    meaning=lambda x: build.multiply(x, build.apply(sigmoid, x)),
    slopes=(lambda x: build.add(build.apply(sigmoid, x), build.multiply(x, _sigmoid_slope(x))),),
    # The least value is -0.278464..., at x = -1.278464...
    range=closed(decimal("-0.278465"), None),
    facts=(
        *facts("smooth"),
        *facts("convex", on=between("-2.3993", "2.3993")),
        *facts("concave", on=closed(decimal("2.3994"), None)),
        *facts("concave", on=closed(None, decimal("-2.3994"))),
        *facts("nondecreasing", on=closed(decimal("-1.2784"), None)),
        *facts("nonincreasing", on=closed(None, decimal("-1.2785"))),
        within("slope_in", between("-0.0999", "1.0999")),
        within("second_slope_in", between("-0.09", "0.5")),
    ),
    code={
        "numpy": "{0} * scipy.special.expit({0})",
        "jax": "{0} * jax.nn.sigmoid({0})",
        "torch": "{0} * torch.sigmoid({0})",
        "numba": "{0} * _sigmoid({0})",
    },
    latex=r"\operatorname{{swish}}({0})",
    unicode="swish({0})",
    probe=(0.0, 1e-300, 1.0, -1.0, 30.0, -37.0, 700.0, -700.0, 800.0, -800.0),
    aliases=("silu",),
)
