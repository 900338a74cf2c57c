"""Powers with a variable exponent, absolute value, sign, and the larger and smaller of two."""

# The arguments of a card's lambdas have no declared type: their number depends on the card.
# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

from fractions import Fraction
from typing import Any

from lossmith.atoms.exponential import log
from lossmith.atoms.number import as_ball, is_exact, settled
from lossmith.atoms.number import power as power_of
from lossmith.atoms.writing import (
    ANY,
    facts,
    number,
    shifted,
    when_nonnegative,
    when_positive,
    within,
)
from lossmith.expr import build
from lossmith.expr.atom import Atom, Fact, Kink, Where, signature
from lossmith.expr.node import Const, Expr
from lossmith.expr.sets import (
    NEGATIVE,
    NONNEGATIVE,
    NONPOSITIVE,
    POSITIVE,
    REALS,
    Interval,
    closed,
    opened,
    point,
)
from lossmith.words import Words

_BINARY = signature("(),()->()")


# -- power -----------------------------------------------------------------------------------------


def _power_fold(x: Expr, p: Expr) -> Expr | None:
    return build.power(x, p.value) if isinstance(p, Const) else None


def _on(x: Interval, p: Interval, *names: str, parity: str = "") -> tuple[Fact, ...]:
    """Return facts of x^p as a function of x, for x and p in these sets."""
    return facts(*names, when=(Where(x), Where(p, parity)))


# Balls are python-flint objects, which carry no types.
def _power_ball(x: Any, p: Any) -> Any:
    """Return x^p: by roots for an exact p, else exp(p log x) where x > 0."""
    exponent = settled(p)
    if is_exact(exponent):
        return power_of(x, Fraction(int(exponent.p), int(exponent.q)))
    return (p * as_ball(x).log()).exp()


_ABOVE_ONE = opened(1, None)
_FROM_ONE = closed(1, None)
_BELOW_ZERO = opened(None, 0)
_INSIDE = opened(0, 1)
_UP_TO_ONE = Interval(Fraction(0), Fraction(1), True, False)

# Every row says: for x here and p there. The rows overlap on purpose; each is true by itself.
_POWER_FACTS: tuple[Fact, ...] = (
    # any exponent, base >= 0
    *_on(NONNEGATIVE, _FROM_ONE, "convex", "nondecreasing"),
    *_on(NONNEGATIVE, _ABOVE_ONE, "strictly_convex", "increasing"),
    *_on(NONNEGATIVE, closed(0, 1), "concave", "nondecreasing"),
    *_on(NONNEGATIVE, _INSIDE, "strictly_concave", "increasing"),
    *_on(POSITIVE, _BELOW_ZERO, "convex", "strictly_convex", "nonincreasing", "decreasing"),
    *_on(POSITIVE, REALS, "smooth"),
    *_on(NONNEGATIVE, POSITIVE, "nondecreasing", "increasing"),
    # exponent even over odd: 2, 4, 4/3, 2/3, -2 ...
    *_on(REALS, _ABOVE_ONE, "convex", "strictly_convex", parity="even_over_odd"),
    *_on(NONPOSITIVE, _ABOVE_ONE, "nonincreasing", "decreasing", parity="even_over_odd"),
    *_on(
        NONPOSITIVE,
        _INSIDE,
        "concave",
        "strictly_concave",
        "nonincreasing",
        "decreasing",
        parity="even_over_odd",
    ),
    *_on(
        NEGATIVE,
        _BELOW_ZERO,
        "convex",
        "strictly_convex",
        "nondecreasing",
        "increasing",
        parity="even_over_odd",
    ),
    # exponent odd over odd: 1, 3, 5/3, 1/3, -1 ...
    *_on(NONPOSITIVE, _ABOVE_ONE, "concave", "strictly_concave", parity="odd_over_odd"),
    *_on(REALS, POSITIVE, "nondecreasing", "increasing", parity="odd_over_odd"),
    *_on(NONPOSITIVE, _INSIDE, "convex", "strictly_convex", parity="odd_over_odd"),
    *_on(
        NEGATIVE,
        _BELOW_ZERO,
        "concave",
        "strictly_concave",
        "nonincreasing",
        "decreasing",
        parity="odd_over_odd",
    ),
    *_on(REALS, point(1), "affine", "smooth"),
    *_on(REALS, point(0), "affine", "smooth"),
    # whole exponents
    *_on(REALS, NONNEGATIVE, "smooth", parity="integer"),
    *_on(NEGATIVE, REALS, "smooth", parity="integer"),
    # signs
    within("range_in", NONNEGATIVE, (Where(NONNEGATIVE), ANY)),
    within("range_in", POSITIVE, (Where(POSITIVE), ANY)),
    within("range_in", NONNEGATIVE, (ANY, Where(REALS, "even_over_odd"))),
    within("range_in", NONPOSITIVE, (Where(NONPOSITIVE), Where(POSITIVE, "odd_over_odd"))),
    within("range_in", NEGATIVE, (Where(NEGATIVE), Where(REALS, "odd_over_odd"))),
    # as a function of the exponent: x^p = exp(p log x)
    *facts("convex", "smooth", when=(Where(POSITIVE), ANY), arg=1),
    *facts("nondecreasing", when=(Where(_FROM_ONE), ANY), arg=1),
    *facts("nonincreasing", when=(Where(_UP_TO_ONE), ANY), arg=1),
)

power = Atom(
    name="power",
    signature=_BINARY,
    words=Words(
        "x to the power p; real roots for odd denominators",
        "x 的 p 次幂；分母为奇数时取实根",
    ),
    source="NIST DLMF 4.2(iv); Boyd & Vandenberghe 2004, section 3.1.5",
    ball=_power_ball,
    rational=True,
    slopes=(
        lambda x, p: build.multiply(p, build.apply(power, x, shifted(p, -1))),
        lambda x, p: build.multiply(build.apply(power, x, p), build.apply(log, x)),
    ),
    fold=_power_fold,
    facts=_POWER_FACTS,
    kinks=(
        Kink(Fraction(0), "cusp", when=(ANY, Where(_INSIDE, "even_over_odd"))),
        Kink(Fraction(0), "vertical", when=(ANY, Where(_INSIDE, "odd_over_odd"))),
        Kink(Fraction(0), "vertical", when=(ANY, Where(_INSIDE, "over_even"))),
        # 0^p is 0 for p > 0 and 1 for p = 0: no slope in p there.
        Kink(Fraction(0), "vertical", when=(Where(point(0)), ANY), arg=1),
    ),
    code={
        "numpy": "np.power({0}, {1})",
        "torch": "torch.pow({0}, {1})",
    },
    latex=r"{{{0}}}^{{{1}}}",
    unicode="{0}^({1})",
    probe=(2.0, 0.5, 1e-300, 1e300, 3.0),
)


# -- absolute value and sign -----------------------------------------------------------------------


# Balls are python-flint objects, which carry no types.
def _sign_ball(x: Any) -> Any:
    return 1 if x > 0 else -1 if x < 0 else 0 if x == 0 else x.sgn()


def larger(a: Any, b: Any) -> Any:
    """Return the larger of two balls or two exact numbers."""
    return a if a >= b else b if b >= a else a.max(b)


sign = Atom(
    name="sign",
    signature=signature("()->()"),
    words=Words("the sign: -1, 0 or 1", "符号：-1、0 或 1"),
    source="standard",
    ball=_sign_ball,
    rational=True,
    slopes=(lambda x: number(0, x),),
    range=closed(-1, 1),
    fold=lambda x: number((x.value > 0) - (x.value < 0), x) if isinstance(x, Const) else None,
    facts=(
        *facts("nondecreasing"),
        *facts("affine", "smooth", on=POSITIVE),
        *facts("affine", "smooth", on=NEGATIVE),
    ),
    kinks=(Kink(Fraction(0), "jump"),),
    code={"numpy": "np.sign({0})"},
    latex=r"\operatorname{{sign}}({0})",
    unicode="sign({0})",
    probe=(0.0, -0.0, 1e-300, -1e-300, 800.0, -800.0),
    aliases=("sgn",),
)

abs = Atom(
    name="abs",
    signature=signature("()->()"),
    words=Words("the absolute value", "绝对值"),
    source="Boyd & Vandenberghe 2004, section 3.1.5; Parikh & Boyd 2014, section 6.5.2 (prox)",
    ball=lambda x: x.__abs__(),
    rational=True,
    slopes=(lambda x: build.apply(sign, x),),
    range=NONNEGATIVE,
    fold=lambda x: number(max_of(x.value, -x.value), x) if isinstance(x, Const) else None,
    square=lambda x: build.power(x, 2),
    facts=(
        *facts("convex", "positively_homogeneous"),
        *facts("affine", "increasing", "nondecreasing", "smooth", on=POSITIVE),
        *facts("affine", "nondecreasing", on=NONNEGATIVE),
        *facts("affine", "decreasing", "nonincreasing", "smooth", on=NEGATIVE),
        *facts("affine", "nonincreasing", on=NONPOSITIVE),
        within("slope_in", closed(-1, 1)),
    ),
    kinks=(Kink(Fraction(0), "corner", Fraction(-1), Fraction(1)),),
    code={"numpy": "np.abs({0})"},
    latex=r"\left|{0}\right|",
    unicode="|{0}|",
    prox="softthreshold(x, t)",
    probe=(0.0, -0.0, 1e-300, -1e-300, 800.0, -800.0),
)


def max_of(a: Fraction, b: Fraction) -> Fraction:
    """Return the larger number (the name ``max`` is a card here)."""
    return a if a >= b else b


# -- the larger and the smaller of two -------------------------------------------------------------


def _max_fold(a: Expr, b: Expr) -> Expr | None:
    if a is b:
        return a
    if isinstance(a, Const) and isinstance(b, Const):
        return number(max_of(a.value, b.value), a)
    return build.apply(max, b, a) if b.digest < a.digest else None


def _min_fold(a: Expr, b: Expr) -> Expr | None:
    if a is b:
        return a
    if isinstance(a, Const) and isinstance(b, Const):
        return number(-max_of(-a.value, -b.value), a)
    return build.apply(min, b, a) if b.digest < a.digest else None


def _difference(a: Expr, b: Expr) -> Expr:
    return build.subtract(a, b)


max = Atom(
    name="max",
    signature=_BINARY,
    words=Words("the larger of two, entry by entry", "两者中较大的，逐元素"),
    source="Boyd & Vandenberghe 2004, section 3.2.3",
    ball=larger,
    rational=True,
    # At a tie the slope goes to the second argument: a choice among the subgradients.
    slopes=(
        lambda a, b: when_positive(_difference(a, b), number(1, a), number(0, a)),
        lambda a, b: when_positive(_difference(a, b), number(0, a), number(1, a)),
    ),
    fold=_max_fold,
    facts=(
        *facts("jointly_convex"),
        *facts("convex", "nondecreasing", arg=0),
        *facts("convex", "nondecreasing", arg=1),
        within("slope_in", closed(0, 1), arg=0),
        within("slope_in", closed(0, 1), arg=1),
        within("range_in", NONNEGATIVE, (Where(NONNEGATIVE), ANY)),
        within("range_in", NONNEGATIVE, (ANY, Where(NONNEGATIVE))),
        within("range_in", POSITIVE, (Where(POSITIVE), ANY)),
        within("range_in", POSITIVE, (ANY, Where(POSITIVE))),
        within("range_in", NONPOSITIVE, (Where(NONPOSITIVE), Where(NONPOSITIVE))),
        within("range_in", NEGATIVE, (Where(NEGATIVE), Where(NEGATIVE))),
    ),
    kinks=(
        Kink(Fraction(0), "corner", Fraction(0), Fraction(1), where=_difference, arg=0),
        Kink(Fraction(0), "corner", Fraction(0), Fraction(1), where=_difference, arg=1),
    ),
    code={"numpy": "np.maximum({0}, {1})"},
    latex=r"\max({0}, {1})",
    unicode="max({0}, {1})",
    probe=(0.0, 1.0, -1.0, 800.0, -800.0, 1e-300),
    aliases=("maximum",),
)

min = Atom(
    name="min",
    signature=_BINARY,
    words=Words("the smaller of two, entry by entry", "两者中较小的，逐元素"),
    source="Boyd & Vandenberghe 2004, section 3.2.3",
    ball=lambda a, b: -larger(-a, -b),
    rational=True,
    slopes=(
        lambda a, b: when_nonnegative(_difference(a, b), number(0, a), number(1, a)),
        lambda a, b: when_nonnegative(_difference(a, b), number(1, a), number(0, a)),
    ),
    fold=_min_fold,
    facts=(
        *facts("jointly_concave"),
        *facts("concave", "nondecreasing", arg=0),
        *facts("concave", "nondecreasing", arg=1),
        within("slope_in", closed(0, 1), arg=0),
        within("slope_in", closed(0, 1), arg=1),
        within("range_in", NONPOSITIVE, (Where(NONPOSITIVE), ANY)),
        within("range_in", NONPOSITIVE, (ANY, Where(NONPOSITIVE))),
        within("range_in", NEGATIVE, (Where(NEGATIVE), ANY)),
        within("range_in", NEGATIVE, (ANY, Where(NEGATIVE))),
        within("range_in", NONNEGATIVE, (Where(NONNEGATIVE), Where(NONNEGATIVE))),
        within("range_in", POSITIVE, (Where(POSITIVE), Where(POSITIVE))),
    ),
    kinks=(
        Kink(Fraction(0), "corner", Fraction(1), Fraction(0), where=_difference, arg=0),
        Kink(Fraction(0), "corner", Fraction(1), Fraction(0), where=_difference, arg=1),
    ),
    code={"numpy": "np.minimum({0}, {1})"},
    latex=r"\min({0}, {1})",
    unicode="min({0}, {1})",
    probe=(0.0, 1.0, -1.0, 800.0, -800.0, 1e-300),
    aliases=("minimum",),
)

clip = Atom(
    name="clip",
    signature=signature("(),(),()->()"),
    words=Words(
        "x moved into [lo, hi]: min(max(x, lo), hi)", "把 x 截断到 [lo, hi]：min(max(x, lo), hi)"
    ),
    source="Parikh & Boyd 2014, section 6.2.4 (projection onto a box)",
    meaning=lambda x, lo, hi: build.apply(min, build.apply(max, x, lo), hi),
    slopes=(
        lambda x, lo, hi: when_positive(
            build.subtract(x, lo),
            when_positive(build.subtract(hi, x), number(1, x), number(0, x)),
            number(0, x),
        ),
        lambda x, lo, hi: when_positive(
            build.subtract(x, lo),
            number(0, x),
            when_positive(build.subtract(hi, lo), number(1, x), number(0, x)),
        ),
        lambda x, lo, hi: when_nonnegative(
            build.subtract(build.apply(max, x, lo), hi), number(1, x), number(0, x)
        ),
    ),
    facts=tuple(
        fact
        for k in range(3)
        for fact in (*facts("nondecreasing", arg=k), within("slope_in", closed(0, 1), arg=k))
    ),
    kinks=(
        Kink(
            Fraction(0),
            "corner",
            Fraction(0),
            Fraction(1),
            where=lambda x, lo, hi: build.subtract(x, lo),
        ),
        Kink(
            Fraction(0),
            "corner",
            Fraction(1),
            Fraction(0),
            where=lambda x, lo, hi: build.subtract(x, hi),
        ),
        Kink(
            Fraction(0),
            "corner",
            Fraction(1),
            Fraction(0),
            where=lambda x, lo, hi: build.subtract(lo, hi),
            arg=1,
        ),
    ),
    code={"numpy": "np.minimum(np.maximum({0}, {1}), {2})"},
    latex=r"\operatorname{{clip}}({0}, {1}, {2})",
    unicode="clip({0}, {1}, {2})",
    probe=(0.0, 1.0, -1.0, 800.0, -800.0, 0.25),
)
