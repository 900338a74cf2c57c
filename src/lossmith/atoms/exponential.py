"""exp and log and what is written with them for accuracy near 0 and 1."""

# The arguments of a card's lambdas have no declared type: their number depends on the card.
# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

from fractions import Fraction

from lossmith.atoms.writing import CONCAVE_RISING, CONVEX_RISING, exact, facts, number, shifted
from lossmith.expr import build
from lossmith.expr.atom import Atom, signature
from lossmith.expr.sets import NONNEGATIVE, POSITIVE, Interval, opened
from lossmith.words import Words

_ENTRYWISE = signature("()->()")
_ABOVE_MINUS_ONE: Interval = opened(-1, None)

exp = Atom(
    name="exp",
    signature=_ENTRYWISE,
    words=Words("the exponential function", "指数函数"),
    source="NIST DLMF 4.2; Boyd & Vandenberghe 2004, section 3.1.5",
    ball=lambda x: x.exp(),
    slopes=(lambda x: build.apply(exp, x),),
    range=POSITIVE,
    fold=exact({0: 1}),
    facts=facts(*CONVEX_RISING, "log_concave_increments"),
    code={"numpy": "np.exp({0})"},
    overflows=(opened(Fraction("709.782"), None),),
    latex=r"\exp({0})",
    unicode="exp({0})",
    probe=(0.0, 1.0, -1.0, 709.0, -745.0, -800.0, 1e-300, -1e-17, 0.5),
)

log = Atom(
    name="log",
    signature=_ENTRYWISE,
    words=Words("the natural logarithm", "自然对数"),
    source="NIST DLMF 4.2; Boyd & Vandenberghe 2004, section 3.1.5",
    ball=lambda x: x.log(),
    slopes=(lambda x: build.power(x, -1),),
    domain=(POSITIVE,),
    fold=exact({1: 0}),
    facts=facts(*CONCAVE_RISING, on=POSITIVE),
    code={"numpy": "np.log({0})"},
    latex=r"\log({0})",
    unicode="log({0})",
    # prox: the positive root of u^2 - x u - t = 0 is for -log.
    probe=(1.0, 1e-300, 5e-324, 1e300, 0.9999999999999999, 1.0000000000000002, 2.5),
    aliases=("ln",),
)

expm1 = Atom(
    name="expm1",
    signature=_ENTRYWISE,
    words=Words("exp(x) - 1, accurate near 0", "exp(x) - 1，在 0 附近仍然准确"),
    source="Higham 2002, section 1.14.1",
    meaning=lambda x: shifted(build.apply(exp, x), -1),
    ball=lambda x: x.expm1(),
    slopes=(lambda x: build.apply(exp, x),),
    range=opened(-1, None),
    fold=exact({0: 0}),
    facts=facts(*CONVEX_RISING),
    code={"numpy": "np.expm1({0})"},
    overflows=(opened(Fraction("709.782"), None),),
    latex=r"\operatorname{{expm1}}({0})",
    unicode="expm1({0})",
    probe=(0.0, 1e-300, -1e-300, 1e-9, -1e-9, 1.0, -1.0, 700.0, -800.0),
)

log1p = Atom(
    name="log1p",
    signature=_ENTRYWISE,
    words=Words("log(1 + x), accurate near 0", "log(1 + x)，在 0 附近仍然准确"),
    source="Higham 2002, problem 1.5",
    meaning=lambda x: build.apply(log, shifted(x, 1)),
    ball=lambda x: x.log1p(),
    slopes=(lambda x: build.power(shifted(x, 1), -1),),
    domain=(_ABOVE_MINUS_ONE,),
    fold=exact({0: 0}),
    facts=facts(*CONCAVE_RISING, on=_ABOVE_MINUS_ONE),
    code={"numpy": "np.log1p({0})"},
    latex=r"\operatorname{{log1p}}({0})",
    unicode="log1p({0})",
    probe=(0.0, 1e-300, -1e-300, 1e-9, -0.999999999999, 1.0, 1e300),
)

log2 = Atom(
    name="log2",
    signature=_ENTRYWISE,
    words=Words("the logarithm to base 2", "以 2 为底的对数"),
    source="NIST DLMF 4.2(ii)",
    meaning=lambda x: build.divide(build.apply(log, x), build.apply(log, build.const(2))),
    slopes=(lambda x: build.divide(build.power(x, -1), build.apply(log, build.const(2))),),
    domain=(POSITIVE,),
    fold=exact({Fraction(1, 2): -1, 1: 0, 2: 1, 4: 2, 8: 3}),
    facts=facts(*CONCAVE_RISING, on=POSITIVE),
    code={"numpy": "np.log2({0})"},
    latex=r"\log_2({0})",
    unicode="log₂({0})",
    probe=(1.0, 2.0, 1e-300, 1e300, 0.75, 1024.0),
)

xlogx = Atom(
    name="xlogx",
    signature=_ENTRYWISE,
    words=Words("x log x, with 0 log 0 = 0", "x log x，约定 0 log 0 = 0"),
    source="Boyd & Vandenberghe 2004, section 3.1.5 (negative entropy)",
    meaning=lambda x: build.multiply(x, build.apply(log, x)),
    ball=lambda x: x if x.is_zero() else x * x.log(),
    slopes=(lambda x: shifted(build.apply(log, x), 1),),
    domain=(NONNEGATIVE,),
    # The least value is -1/e = -0.36787944..., at x = 1/e.
    range=Interval(Fraction("-0.36788"), None, False, True),
    fold=exact({0: 0, 1: 0}),
    facts=(
        *facts("convex", "strictly_convex", on=NONNEGATIVE),
        *facts("smooth", on=POSITIVE),
        *facts("nonincreasing", on=Interval(Fraction(0), Fraction("0.3678"), False, False)),
        *facts("nondecreasing", on=Interval(Fraction("0.3679"), None, False, True)),
    ),
    code={
        "numpy": "scipy.special.xlogy({0}, {0})",
        "jax": "jax.scipy.special.xlogy({0}, {0})",
        "torch": "torch.special.xlogy({0}, {0})",
        "numba": "_xlogy({0}, {0})",
    },
    latex=r"{0} \log {0}",
    unicode="xlogx({0})",
    probe=(0.0, 1.0, 1e-300, 0.36787944117144233, 1e300, 0.9999999999999999),
)

rel_entr = Atom(
    name="rel_entr",
    signature=signature("(),()->()"),
    words=Words("x log(x/y), the relative entropy entry by entry", "x log(x/y)，逐元素的相对熵"),
    source="Boyd & Vandenberghe 2004, example 3.19",
    meaning=lambda x, y: build.add(
        build.apply(xlogx, x), (-1, build.multiply(x, build.apply(log, y)))
    ),
    slopes=(
        lambda x, y: build.add(build.apply(log, x), (-1, build.apply(log, y)), number(1, x)),
        lambda x, y: build.negate(build.divide(x, y)),
    ),
    domain=(NONNEGATIVE, POSITIVE),
    facts=(
        *facts("jointly_convex"),
        *facts("convex", "strictly_convex", arg=0),
        *facts("convex", "nonincreasing", arg=1),
    ),
    code={
        "numpy": "scipy.special.rel_entr({0}, {1})",
        "jax": "jax.scipy.special.rel_entr({0}, {1})",
        "torch": "torch.special.xlogy({0}, {0} / {1})",
        "numba": "_xlogy({0}, {0} / {1})",
    },
    latex=r"{0} \log \frac{{{0}}}{{{1}}}",
    unicode="rel_entr({0}, {1})",
    probe=(0.5, 1.0, 2.0, 1e-9),
)
