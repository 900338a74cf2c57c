"""The error function and the normal law; the logarithm of Gamma and its slopes."""

# The arguments of a card's lambdas have no declared type: their number depends on the card.
# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

from fractions import Fraction
from typing import Any

from lossmith.atoms.exponential import exp
from lossmith.atoms.trigonometric import pi
from lossmith.atoms.writing import (
    CONCAVE_RISING,
    CONVEX_FALLING,
    RISING,
    between,
    decimal,
    exact,
    facts,
    shifted,
    within,
)
from lossmith.expr import build
from lossmith.expr.atom import Atom, Where, signature
from lossmith.expr.node import Const, Expr
from lossmith.expr.sets import (
    NEGATIVE,
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
_HALF = Fraction(1, 2)


def pi_power(p: Fraction, scale: Fraction = Fraction(1)) -> Expr:
    """Return (scale * pi)^p."""
    return build.power(build.scale(scale, build.apply(pi)), p)


def _bell(x: Expr, c: Fraction) -> Expr:
    """Return exp(c x^2)."""
    return build.apply(exp, build.scale(c, build.power(x, 2)))


erf = Atom(
    name="erf",
    signature=_ENTRYWISE,
    words=Words("the error function", "误差函数"),
    source="NIST DLMF 7.2.1",
    ball=lambda x: x.erf(),
    slopes=(lambda x: build.scale(2, build.multiply(pi_power(-_HALF), _bell(x, Fraction(-1)))),),
    range=opened(-1, 1),
    fold=exact({0: 0}),
    facts=(
        *facts(*RISING, "smooth", "log_concave_increments"),
        *facts("concave", "strictly_concave", on=NONNEGATIVE),
        *facts("convex", "strictly_convex", on=NONPOSITIVE),
        # The greatest slope is 2/sqrt(pi) = 1.128379...
        within("slope_in", Interval(Fraction(0), decimal("1.12838"), True, False)),
        # The extreme second slopes are +-4/sqrt(2 pi e) = +-0.967882...
        within("second_slope_in", between("-0.96789", "0.96789")),
    ),
    code={
        "numpy": "scipy.special.erf({0})",
        "jax": "jax.scipy.special.erf({0})",
        "torch": "torch.special.erf({0})",
        "numba": "_erf({0})",
    },
    latex=r"\operatorname{{erf}}({0})",
    unicode="erf({0})",
    probe=(0.0, 1e-300, 1e-9, 1.0, -1.0, 6.0, 800.0, -800.0),
)

normpdf = Atom(
    name="normpdf",
    signature=_ENTRYWISE,
    words=Words("the density of the standard normal law", "标准正态分布的密度"),
    source="NIST DLMF 7.17(i)",
    meaning=lambda x: build.multiply(pi_power(-_HALF, Fraction(2)), _bell(x, Fraction(-1, 2))),
    slopes=(lambda x: build.negate(build.multiply(x, build.apply(normpdf, x))),),
    # The greatest value is 1/sqrt(2 pi) = 0.398942...
    range=Interval(Fraction(0), decimal("0.39895"), True, False),
    facts=(
        *facts("smooth", "log_concave"),
        *facts("nonincreasing", "decreasing", on=NONNEGATIVE),
        *facts("nondecreasing", "increasing", on=NONPOSITIVE),
        *facts("concave", "strictly_concave", on=closed(-1, 1)),
        *facts("convex", "strictly_convex", on=closed(1, None)),
        *facts("convex", "strictly_convex", on=closed(None, -1)),
        within("slope_in", between("-0.24198", "0.24198")),
        # The second slope (x^2 - 1) phi(x) is -phi(0) at 0 and 2 phi(sqrt(3)) = 0.178032... above.
        within("second_slope_in", between("-0.39895", "0.17804")),
    ),
    code={
        "numpy": "np.exp(-0.5 * np.square({0})) / np.sqrt(2.0 * np.pi)",
        "torch": "torch.exp(-0.5 * torch.square({0})) / math.sqrt(2.0 * math.pi)",
    },
    latex=r"\varphi({0})",
    unicode="φ({0})",
    probe=(0.0, 1e-300, 1.0, -1.0, 5.0, -30.0, 800.0),
)

normcdf = Atom(
    name="normcdf",
    signature=_ENTRYWISE,
    words=Words("the distribution function of the standard normal law", "标准正态分布的分布函数"),
    source="NIST DLMF 7.17(i); Boyd & Vandenberghe 2004, example 3.39 (log-concave)",
    # From erfc where x < 0: 1 + erf cancels there.
    meaning=lambda x: build.scale(
        _HALF,
        shifted(build.apply(erf, build.multiply(x, build.power(build.const(2), -_HALF))), 1),
    ),
    ball=lambda x: (-x / (x * 0 + 2).sqrt()).erfc() / 2,
    slopes=(lambda x: build.apply(normpdf, x),),
    range=OPEN_UNIT,
    fold=exact({0: _HALF}),
    facts=(
        *facts(*RISING, "smooth", "log_concave", "log_concave_increments"),
        *facts("concave", "strictly_concave", on=NONNEGATIVE),
        *facts("convex", "strictly_convex", on=NONPOSITIVE),
        # The greatest slope is 1/sqrt(2 pi) = 0.398942..., second slopes +-phi(1) = +-0.241970...
        within("slope_in", Interval(Fraction(0), decimal("0.39895"), True, False)),
        within("second_slope_in", between("-0.24198", "0.24198")),
    ),
    code={
        "numpy": "scipy.special.ndtr({0})",
        "jax": "jax.scipy.special.ndtr({0})",
        "torch": "_ndtr({0})",
        "numba": "_ndtr({0})",
    },
    latex=r"\Phi({0})",
    unicode="Φ({0})",
    probe=(0.0, 1e-300, 1.0, -1.0, 5.0, -10.0, -37.0, 800.0, -800.0),
    aliases=("ndtr",),
)


# -- Gamma -----------------------------------------------------------------------------------------

lgamma = Atom(
    name="lgamma",
    signature=_ENTRYWISE,
    words=Words("the logarithm of Gamma(x), x > 0", "Γ 函数的对数 log Γ(x)，x > 0"),
    source="NIST DLMF 5.2, 5.5(iv) (convex by Bohr and Mollerup)",
    ball=lambda x: x.lgamma() if x > 0 else x.nan(),
    slopes=(lambda x: build.apply(digamma, x),),
    domain=(POSITIVE,),
    # The least value is -0.121486..., at x = 1.461632...
    range=closed(decimal("-0.12149"), None),
    fold=exact({1: 0, 2: 0}),
    facts=(
        *facts("convex", "strictly_convex", "smooth", on=POSITIVE),
        *facts("nonincreasing", on=Interval(Fraction(0), decimal("1.4616"), True, False)),
        *facts("nondecreasing", on=closed(decimal("1.4617"), None)),
    ),
    code={
        "numpy": "scipy.special.gammaln({0})",
        "jax": "jax.scipy.special.gammaln({0})",
        "torch": "torch.special.gammaln({0})",
        "numba": "_lgamma({0})",
    },
    latex=r"\log\Gamma({0})",
    unicode="logΓ({0})",
    probe=(1e-300, 0.5, 1.0, 2.0, 3.5, 800.0, 1e300),
    aliases=("gammaln", "loggamma"),
)

digamma = Atom(
    name="digamma",
    signature=_ENTRYWISE,
    words=Words("the slope of log Gamma(x), x > 0", "log Γ(x) 的导数，x > 0"),
    source="NIST DLMF 5.2.2, 5.15",
    ball=lambda x: x.digamma() if x > 0 else x.nan(),
    slopes=(lambda x: build.apply(trigamma, x),),
    domain=(POSITIVE,),
    facts=facts(*CONCAVE_RISING, on=POSITIVE),
    code={
        "numpy": "scipy.special.digamma({0})",
        "jax": "jax.scipy.special.digamma({0})",
        "torch": "torch.special.digamma({0})",
        "numba": "_digamma({0})",
    },
    latex=r"\psi({0})",
    unicode="ψ({0})",
    probe=(1e-300, 0.5, 1.0, 2.0, 3.5, 800.0, 1e300),
    aliases=("psi",),
)

trigamma = Atom(
    name="trigamma",
    signature=_ENTRYWISE,
    words=Words("the second slope of log Gamma(x), x > 0", "log Γ(x) 的二阶导数，x > 0"),
    source="NIST DLMF 5.15.1",
    # psi'(x) is the Hurwitz zeta function zeta(2, x).
    ball=lambda x: _hurwitz(2, x),
    slopes=(lambda x: build.apply(polygamma, build.const(2, x.shape), x),),
    domain=(POSITIVE,),
    range=POSITIVE,
    # It is the integral of t/(1 - exp(-t)) exp(-xt) over t > 0, so log-convex.
    facts=facts(*CONVEX_FALLING, "log_convex", on=POSITIVE),
    code={
        "numpy": "scipy.special.polygamma(1, {0})",
        "jax": "jax.scipy.special.polygamma(1, {0})",
        "torch": "torch.special.zeta(2.0, {0})",
        "numba": "_trigamma({0})",
    },
    latex=r"\psi'({0})",
    unicode="ψ′({0})",
    probe=(1e-100, 0.5, 1.0, 2.0, 3.5, 800.0),
)


# Balls are python-flint objects, which carry no types.
def _hurwitz(s: int, x: Any) -> Any:
    """Return the sum of (k + x)^-s over k >= 0, for a ball x > 0 and whole s >= 2."""
    return (x * 0 + s).zeta(x) if x > 0 else x.nan()


def _polygamma_ball(k: Any, x: Any) -> Any:
    """Return (-1)^(k+1) k! zeta(k+1, x) for an exact whole number k >= 1, digamma for 0."""
    order = k.unique_fmpz()
    if order is None or order < 0 or not x > 0:
        return x.nan()
    if order == 0:
        return x.digamma()
    size = _hurwitz(int(order) + 1, x) * k.fac()
    return size if order % 2 else -size


def _polygamma_fold(k: Expr, x: Expr) -> Expr | None:
    if isinstance(k, Const) and k.value in (0, 1):
        return build.apply(digamma if k.value == 0 else trigamma, x)
    return None


_EVEN_ORDER = (Where(closed(0, None), "even"), Where(POSITIVE))
_ODD_ORDER = (Where(closed(1, None), "odd"), Where(POSITIVE))

polygamma = Atom(
    name="polygamma",
    signature=signature("(),()->()"),
    words=Words(
        "the slope of order k + 1 of log Gamma(x), k = 0, 1, 2 ..., x > 0",
        "log Γ(x) 的 k + 1 阶导数，k = 0, 1, 2 ……，x > 0",
    ),
    source="NIST DLMF 5.15",
    ball=_polygamma_ball,
    slopes=(None, lambda k, x: build.apply(polygamma, shifted(k, 1), x)),
    domain=(NONNEGATIVE, POSITIVE),
    fold=_polygamma_fold,
    facts=(
        *facts("concave", "nondecreasing", "smooth", when=_EVEN_ORDER, arg=1),
        *facts("convex", "nonincreasing", "smooth", when=_ODD_ORDER, arg=1),
        within("range_in", POSITIVE, _ODD_ORDER, arg=1),
        within("range_in", NEGATIVE, (Where(closed(2, None), "even"), Where(POSITIVE)), arg=1),
    ),
    code={
        "numpy": "scipy.special.polygamma({0}, {1})",
        "jax": "jax.scipy.special.polygamma(jnp.asarray({0}, dtype=int), {1})",
        "torch": "torch.special.polygamma(int({0}), {1})",
    },
    latex=r"\operatorname{{polygamma}}({0}, {1})",
    unicode="polygamma({0}, {1})",
    probe=(2.0, 3.0, 1.5),
)
