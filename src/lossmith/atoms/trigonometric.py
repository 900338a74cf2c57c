"""Circular and hyperbolic functions, their inverses, and pi."""

# The arguments of a card's lambdas have no declared type: their number depends on the card.
# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

from fractions import Fraction

from lossmith.atoms.exponential import exp, log
from lossmith.atoms.writing import (
    PI_ABOVE,
    RISING,
    between,
    exact,
    facts,
    shifted,
    within,
)
from lossmith.expr import build
from lossmith.expr.atom import Atom, Where, signature
from lossmith.expr.node import Expr
from lossmith.expr.sets import NONNEGATIVE, NONPOSITIVE, POSITIVE, Interval, closed, opened
from lossmith.words import Words

_ENTRYWISE = signature("()->()")
_HALF_PI = PI_ABOVE / 2
# pi/2 and pi from below: 333/106 = 3.141509... < pi.
_PI_BELOW = Fraction(333, 106)
_SYMMETRIC_UNIT = closed(-1, 1)
_OPEN_SYMMETRIC_UNIT = opened(-1, 1)
_ON_RIGHT = Interval(Fraction(0), Fraction(1), False, True)
_ON_LEFT = Interval(Fraction(-1), Fraction(0), True, False)
_ABOVE_ONE = opened(1, None)


def _square(x: Expr) -> Expr:
    return build.power(x, 2)


def _half(*terms: tuple[int, Expr]) -> Expr:
    return build.scale(Fraction(1, 2), build.add(*terms))


pi = Atom(
    name="pi",
    signature=signature("->()"),
    words=Words("the circle number 3.14159...", "圆周率 3.14159……"),
    source="NIST DLMF 3.12",
    meaning=lambda: build.scale(4, build.apply(atan, build.const(1))),
    range=Interval(_PI_BELOW, PI_ABOVE, True, True),
    code={"numpy": "np.pi"},
    latex=r"\pi",
    unicode="π",
)


sin = Atom(
    name="sin",
    signature=_ENTRYWISE,
    words=Words("the sine", "正弦"),
    source="NIST DLMF 4.14, 4.20",
    ball=lambda x: x.sin(),
    slopes=(lambda x: build.apply(cos, x),),
    range=_SYMMETRIC_UNIT,
    fold=exact({0: 0}),
    facts=(
        *facts("smooth"),
        *facts("nondecreasing", on=closed(-_PI_BELOW / 2, _PI_BELOW / 2)),
        *facts("concave", on=closed(0, _PI_BELOW)),
        *facts("log_concave", on=opened(0, _PI_BELOW)),
        within("range_in", closed(0, 1), (Where(closed(0, _PI_BELOW)),)),
        within("range_in", POSITIVE, (Where(opened(0, _PI_BELOW)),)),
        *facts("convex", on=closed(-_PI_BELOW, 0)),
        within("slope_in", _SYMMETRIC_UNIT),
        within("second_slope_in", _SYMMETRIC_UNIT),
    ),
    code={"numpy": "np.sin({0})"},
    latex=r"\sin({0})",
    unicode="sin({0})",
    probe=(0.0, 1e-300, 1.0, -1.0, 3.0, 800.0, -800.0),
)

cos = Atom(
    name="cos",
    signature=_ENTRYWISE,
    words=Words("the cosine", "余弦"),
    source="NIST DLMF 4.14, 4.20",
    ball=lambda x: x.cos(),
    slopes=(lambda x: build.negate(build.apply(sin, x)),),
    range=_SYMMETRIC_UNIT,
    fold=exact({0: 1}),
    facts=(
        *facts("smooth"),
        *facts("nonincreasing", on=closed(0, _PI_BELOW)),
        *facts("nondecreasing", on=closed(-_PI_BELOW, 0)),
        *facts("concave", on=closed(-_PI_BELOW / 2, _PI_BELOW / 2)),
        within("range_in", POSITIVE, (Where(closed(-_PI_BELOW / 2, _PI_BELOW / 2)),)),
        within("slope_in", _SYMMETRIC_UNIT),
        within("second_slope_in", _SYMMETRIC_UNIT),
    ),
    code={"numpy": "np.cos({0})"},
    latex=r"\cos({0})",
    unicode="cos({0})",
    probe=(0.0, 1e-300, 1.0, -1.0, 3.0, 800.0, -800.0),
)

tan = Atom(
    name="tan",
    signature=_ENTRYWISE,
    words=Words("the tangent", "正切"),
    source="NIST DLMF 4.14, 4.20",
    meaning=lambda x: build.divide(build.apply(sin, x), build.apply(cos, x)),
    ball=lambda x: x.tan(),
    slopes=(lambda x: shifted(_square(build.apply(tan, x)), 1),),
    fold=exact({0: 0}),
    facts=(
        *facts(*RISING, "smooth", on=closed(-_PI_BELOW / 2, _PI_BELOW / 2)),
        *facts("convex", "strictly_convex", on=closed(0, _PI_BELOW / 2)),
        *facts("concave", "strictly_concave", on=closed(-_PI_BELOW / 2, 0)),
    ),
    code={"numpy": "np.tan({0})"},
    latex=r"\tan({0})",
    unicode="tan({0})",
    probe=(0.0, 1e-300, 1.0, -1.0, 3.0),
)

asin = Atom(
    name="asin",
    signature=_ENTRYWISE,
    words=Words("the inverse sine", "反正弦"),
    source="NIST DLMF 4.23, 4.24",
    ball=lambda x: x.asin(),
    slopes=(lambda x: build.power(shifted(_square(x), 1, -1), Fraction(-1, 2)),),
    domain=(_SYMMETRIC_UNIT,),
    range=closed(-_HALF_PI, _HALF_PI),
    fold=exact({0: 0}),
    facts=(
        *facts(*RISING, on=_SYMMETRIC_UNIT),
        *facts("smooth", on=_OPEN_SYMMETRIC_UNIT),
        *facts("convex", "strictly_convex", on=closed(0, 1)),
        *facts("concave", "strictly_concave", on=closed(-1, 0)),
    ),
    code={"numpy": "np.arcsin({0})"},
    latex=r"\arcsin({0})",
    unicode="arcsin({0})",
    probe=(0.0, 1e-300, 1.0, -1.0, 0.5, -0.999999),
    aliases=("arcsin",),
)

acos = Atom(
    name="acos",
    signature=_ENTRYWISE,
    words=Words("the inverse cosine", "反余弦"),
    source="NIST DLMF 4.23, 4.24",
    ball=lambda x: x.acos(),
    slopes=(lambda x: build.negate(build.power(shifted(_square(x), 1, -1), Fraction(-1, 2))),),
    domain=(_SYMMETRIC_UNIT,),
    range=closed(0, PI_ABOVE),
    fold=exact({1: 0}),
    facts=(
        *facts("nonincreasing", "decreasing", on=_SYMMETRIC_UNIT),
        *facts("smooth", on=_OPEN_SYMMETRIC_UNIT),
        *facts("concave", "strictly_concave", on=closed(0, 1)),
        *facts("convex", "strictly_convex", on=closed(-1, 0)),
    ),
    code={"numpy": "np.arccos({0})"},
    latex=r"\arccos({0})",
    unicode="arccos({0})",
    probe=(0.0, 1e-300, 1.0, -1.0, 0.5, -0.999),
    aliases=("arccos",),
)

atan = Atom(
    name="atan",
    signature=_ENTRYWISE,
    words=Words("the inverse tangent", "反正切"),
    source="NIST DLMF 4.23, 4.24",
    ball=lambda x: x.atan(),
    slopes=(lambda x: build.power(shifted(_square(x), 1), -1),),
    range=opened(-_HALF_PI, _HALF_PI),
    fold=exact({0: 0}),
    facts=(
        *facts(*RISING, "smooth"),
        *facts("concave", "strictly_concave", on=NONNEGATIVE),
        *facts("convex", "strictly_convex", on=NONPOSITIVE),
        within("slope_in", Interval(Fraction(0), Fraction(1), True, False)),
        # The extreme second slopes are +-3 sqrt(3)/8 = +-0.649519...
        within("second_slope_in", between("-0.64952", "0.64952")),
    ),
    code={"numpy": "np.arctan({0})"},
    latex=r"\arctan({0})",
    unicode="arctan({0})",
    probe=(0.0, 1e-300, 1.0, -1.0, 800.0, -800.0, 1e300),
    aliases=("arctan",),
)

sinh = Atom(
    name="sinh",
    signature=_ENTRYWISE,
    words=Words("the hyperbolic sine", "双曲正弦"),
    source="NIST DLMF 4.28, 4.34",
    meaning=lambda x: _half((1, build.apply(exp, x)), (-1, build.apply(exp, build.negate(x)))),
    ball=lambda x: x.sinh(),
    slopes=(lambda x: build.apply(cosh, x),),
    fold=exact({0: 0}),
    facts=(
        *facts(*RISING, "smooth"),
        *facts("convex", "strictly_convex", on=NONNEGATIVE),
        *facts("log_concave", on=POSITIVE),
        *facts("concave", "strictly_concave", on=NONPOSITIVE),
        within("slope_in", closed(1, None)),
    ),
    code={"numpy": "np.sinh({0})"},
    overflows=(opened(None, Fraction("-710.475")), opened(Fraction("710.475"), None)),
    latex=r"\sinh({0})",
    unicode="sinh({0})",
    probe=(0.0, 1e-300, 1e-9, 1.0, -1.0, 700.0, -700.0),
)

cosh = Atom(
    name="cosh",
    signature=_ENTRYWISE,
    words=Words("the hyperbolic cosine", "双曲余弦"),
    source="NIST DLMF 4.28, 4.34",
    meaning=lambda x: _half((1, build.apply(exp, x)), (1, build.apply(exp, build.negate(x)))),
    ball=lambda x: x.cosh(),
    slopes=(lambda x: build.apply(sinh, x),),
    range=closed(1, None),
    fold=exact({0: 1}),
    facts=(
        *facts("convex", "strictly_convex", "smooth", "log_convex"),
        *facts("nondecreasing", "increasing", on=NONNEGATIVE),
        *facts("nonincreasing", "decreasing", on=NONPOSITIVE),
        within("second_slope_in", closed(1, None)),
    ),
    code={"numpy": "np.cosh({0})"},
    overflows=(opened(None, Fraction("-710.475")), opened(Fraction("710.475"), None)),
    latex=r"\cosh({0})",
    unicode="cosh({0})",
    probe=(0.0, 1e-300, 1e-9, 1.0, -1.0, 700.0, -700.0),
)

tanh = Atom(
    name="tanh",
    signature=_ENTRYWISE,
    words=Words("the hyperbolic tangent", "双曲正切"),
    source="NIST DLMF 4.28, 4.34",
    meaning=lambda x: build.divide(build.apply(sinh, x), build.apply(cosh, x)),
    ball=lambda x: x.tanh(),
    slopes=(lambda x: shifted(_square(build.apply(tanh, x)), 1, -1),),
    range=_OPEN_SYMMETRIC_UNIT,
    fold=exact({0: 0}),
    facts=(
        *facts(*RISING, "smooth", "log_concave_increments"),
        *facts("concave", "strictly_concave", on=NONNEGATIVE),
        *facts("convex", "strictly_convex", on=NONPOSITIVE),
        within("slope_in", Interval(Fraction(0), Fraction(1), True, False)),
        # The extreme second slopes are +-4/(3 sqrt(3)) = +-0.769800...
        within("second_slope_in", between("-0.7699", "0.7699")),
    ),
    code={"numpy": "np.tanh({0})"},
    latex=r"\tanh({0})",
    unicode="tanh({0})",
    probe=(0.0, 1e-300, 1e-9, 1.0, -1.0, 800.0, -800.0),
)

asinh = Atom(
    name="asinh",
    signature=_ENTRYWISE,
    words=Words("the inverse hyperbolic sine", "反双曲正弦"),
    source="NIST DLMF 4.37, 4.40",
    meaning=lambda x: build.apply(
        log, build.add(x, build.power(shifted(_square(x), 1), Fraction(1, 2)))
    ),
    ball=lambda x: x.asinh(),
    slopes=(lambda x: build.power(shifted(_square(x), 1), Fraction(-1, 2)),),
    fold=exact({0: 0}),
    facts=(
        *facts(*RISING, "smooth"),
        *facts("concave", "strictly_concave", on=NONNEGATIVE),
        *facts("convex", "strictly_convex", on=NONPOSITIVE),
        within("slope_in", Interval(Fraction(0), Fraction(1), True, False)),
        # The extreme second slopes are +-2/(3 sqrt(3)) = +-0.384900...
        within("second_slope_in", between("-0.38491", "0.38491")),
    ),
    code={"numpy": "np.arcsinh({0})"},
    latex=r"\operatorname{{arsinh}}({0})",
    unicode="arsinh({0})",
    probe=(0.0, 1e-300, 1e-9, 1.0, -1.0, 800.0, -800.0, 1e300),
    aliases=("arcsinh", "arsinh"),
)

acosh = Atom(
    name="acosh",
    signature=_ENTRYWISE,
    words=Words("the inverse hyperbolic cosine", "反双曲余弦"),
    source="NIST DLMF 4.37, 4.40",
    meaning=lambda x: build.apply(
        log, build.add(x, build.power(shifted(_square(x), -1), Fraction(1, 2)))
    ),
    ball=lambda x: x.acosh(),
    slopes=(lambda x: build.power(shifted(_square(x), -1), Fraction(-1, 2)),),
    domain=(closed(1, None),),
    range=NONNEGATIVE,
    fold=exact({1: 0}),
    facts=(
        *facts("concave", "strictly_concave", *RISING, on=closed(1, None)),
        *facts("smooth", on=_ABOVE_ONE),
    ),
    code={"numpy": "np.arccosh({0})"},
    latex=r"\operatorname{{arcosh}}({0})",
    unicode="arcosh({0})",
    probe=(1.0, 1.0000000000000002, 1.5, 800.0, 1e300),
    aliases=("arccosh", "arcosh"),
)

atanh = Atom(
    name="atanh",
    signature=_ENTRYWISE,
    words=Words("the inverse hyperbolic tangent", "反双曲正切"),
    source="NIST DLMF 4.37, 4.40",
    ball=lambda x: x.atanh(),
    meaning=lambda x: build.scale(
        Fraction(1, 2),
        build.subtract(build.apply(log, shifted(x, 1)), build.apply(log, shifted(x, 1, -1))),
    ),
    slopes=(lambda x: build.power(shifted(_square(x), 1, -1), -1),),
    domain=(_OPEN_SYMMETRIC_UNIT,),
    fold=exact({0: 0}),
    facts=(
        *facts(*RISING, "smooth", on=_OPEN_SYMMETRIC_UNIT),
        *facts("convex", "strictly_convex", on=_ON_RIGHT),
        *facts("concave", "strictly_concave", on=_ON_LEFT),
    ),
    code={"numpy": "np.arctanh({0})"},
    latex=r"\operatorname{{artanh}}({0})",
    unicode="artanh({0})",
    probe=(0.0, 1e-300, 1e-9, 0.5, -0.5, 0.9999999999999999),
    aliases=("arctanh", "artanh"),
)
