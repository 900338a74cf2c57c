"""Functions in pieces: relu, hinge, Huber, soft threshold."""

# The arguments of a card's lambdas have no declared type: their number depends on the card.
# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

from fractions import Fraction

from lossmith.atoms.arithmetic import abs, clip, max, sign
from lossmith.atoms.writing import ANY, facts, number, shifted, when_positive, within
from lossmith.expr import build
from lossmith.expr.atom import Atom, Fact, Kink, Where, signature
from lossmith.expr.node import Expr
from lossmith.expr.sets import (
    NEGATIVE,
    NONNEGATIVE,
    NONPOSITIVE,
    POSITIVE,
    UNIT,
    closed,
    opened,
)
from lossmith.words import Words

_ENTRYWISE = signature("()->()")
_BINARY = signature("(),()->()")


def _step(x: Expr) -> Expr:
    """Return 1 where x > 0, else 0."""
    return when_positive(x, number(1, x), number(0, x))


relu = Atom(
    name="relu",
    signature=_ENTRYWISE,
    words=Words("the positive part max(x, 0)", "正部 max(x, 0)"),
    source="Boyd & Vandenberghe 2004, section 3.2.3",
    meaning=lambda x: build.apply(max, x, number(0, x)),
    slopes=(_step,),
    range=NONNEGATIVE,
    facts=(
        *facts("convex", "nondecreasing", "positively_homogeneous"),
        *facts("affine", "smooth", "increasing", on=POSITIVE),
        *facts("affine", on=NONNEGATIVE),
        *facts("affine", "smooth", on=NEGATIVE),
        *facts("affine", "nonincreasing", on=NONPOSITIVE),
        within("slope_in", UNIT),
        within("range_in", POSITIVE, (Where(POSITIVE),)),
    ),
    kinks=(Kink(Fraction(0), "corner", Fraction(0), Fraction(1)),),
    code={
        "numpy": "np.maximum({0}, 0.0)",
        "torch": "torch.relu({0})",
    },
    latex=r"\operatorname{{relu}}({0})",
    unicode="relu({0})",
    prox="if(x > t, x - t, if(x > 0, 0, x))",
    probe=(0.0, 1e-300, -1e-300, 1.0, -1.0, 800.0, -800.0),
    aliases=("pos",),
)

hinge = Atom(
    name="hinge",
    signature=_ENTRYWISE,
    words=Words("the hinge loss max(0, 1 - x)", "合页损失 max(0, 1 - x)"),
    source="Hastie, Tibshirani & Friedman 2009, section 12.3.2",
    meaning=lambda x: build.apply(relu, shifted(x, 1, -1)),
    slopes=(lambda x: build.negate(_step(shifted(x, 1, -1))),),
    range=NONNEGATIVE,
    facts=(
        *facts("convex", "nonincreasing"),
        *facts("affine", "smooth", "decreasing", on=opened(None, 1)),
        *facts("affine", on=closed(None, 1)),
        *facts("affine", "smooth", on=opened(1, None)),
        *facts("affine", "nondecreasing", on=closed(1, None)),
        within("slope_in", closed(-1, 0)),
        within("range_in", POSITIVE, (Where(opened(None, 1)),)),
    ),
    kinks=(Kink(Fraction(1), "corner", Fraction(-1), Fraction(0)),),
    code={
        "numpy": "np.maximum(1.0 - {0}, 0.0)",
        "torch": "torch.relu(1.0 - {0})",
    },
    latex=r"\max(0, 1 - {0})",
    unicode="hinge({0})",
    prox="if(x < 1 - t, x + t, if(x < 1, 1, x))",
    probe=(0.0, 1.0, 0.9999999999999999, 1.0000000000000002, 800.0, -800.0),
)


def _leaky_facts() -> tuple[Fact, ...]:
    a_small, a_large = (ANY, Where(closed(None, 1))), (ANY, Where(closed(1, None)))
    return (
        *facts("positively_homogeneous"),
        *facts("convex", when=a_small),
        *facts("concave", when=a_large),
        *facts("nondecreasing", when=(ANY, Where(NONNEGATIVE))),
        *facts("increasing", when=(ANY, Where(POSITIVE))),
        *facts("affine", "smooth", when=(Where(POSITIVE), ANY)),
        *facts("affine", "smooth", when=(Where(NEGATIVE), ANY)),
        within("slope_in", UNIT, (ANY, Where(UNIT))),
        *facts("affine", arg=1),
        within("range_in", NONNEGATIVE, (ANY, Where(NONPOSITIVE))),
        within("range_in", NONNEGATIVE, (Where(NONNEGATIVE), ANY)),
    )


leaky_relu = Atom(
    name="leaky_relu",
    signature=_BINARY,
    words=Words("x for x > 0, a x otherwise", "x > 0 时为 x，否则为 a x"),
    source="Maas, Hannun & Ng 2013, section 2",
    meaning=lambda x, a: when_positive(x, x, build.multiply(a, x)),
    slopes=(
        lambda x, a: when_positive(x, number(1, x), a),
        lambda x, a: when_positive(x, number(0, x), x),
    ),
    facts=_leaky_facts(),
    kinks=(
        Kink(
            Fraction(0),
            "corner",
            None,
            Fraction(1),
            slopes=lambda x, a: (a, number(1, x)),
            when=(ANY, Where(opened(1, None))),
        ),
        Kink(
            Fraction(0),
            "corner",
            None,
            Fraction(1),
            slopes=lambda x, a: (a, number(1, x)),
            when=(ANY, Where(opened(None, 1))),
        ),
    ),
    code={
        "numpy": "np.where({0} > 0.0, {0}, {1} * {0})",
        "torch": "torch.where({0} > 0.0, {0}, {1} * {0})",
        "numba": "_choose({0} > 0.0, {0}, {1} * {0})",
    },
    latex=r"\operatorname{{leaky\_relu}}({0}, {1})",
    unicode="leaky_relu({0}, {1})",
    probe=(0.0, 0.01, 1.0, -1.0, 800.0, -800.0),
)

softthreshold = Atom(
    name="softthreshold",
    signature=_BINARY,
    words=Words(
        "x moved towards 0 by t: sign(x) max(|x| - t, 0)",
        "把 x 向 0 收缩 t：sign(x) max(|x| - t, 0)",
    ),
    source="Parikh & Boyd 2014, section 6.5.2",
    meaning=lambda x, t: build.subtract(x, build.apply(clip, x, build.negate(t), t)),
    slopes=(
        lambda x, t: _step(build.subtract(build.apply(abs, x), t)),
        lambda x, t: build.negate(
            build.multiply(build.apply(sign, x), _step(build.subtract(build.apply(abs, x), t)))
        ),
    ),
    domain=(closed(None, None), NONNEGATIVE),
    facts=(
        *facts("nondecreasing"),
        within("slope_in", UNIT),
        *facts("convex", when=(Where(NONNEGATIVE), ANY)),
        *facts("concave", when=(Where(NONPOSITIVE), ANY)),
        within("slope_in", closed(-1, 1), arg=1),
        *facts("convex", "nonincreasing", when=(Where(NONNEGATIVE), ANY), arg=1),
        *facts("concave", "nondecreasing", when=(Where(NONPOSITIVE), ANY), arg=1),
        within("range_in", NONNEGATIVE, (Where(NONNEGATIVE), ANY)),
        within("range_in", NONPOSITIVE, (Where(NONPOSITIVE), ANY)),
    ),
    kinks=(
        Kink(
            Fraction(0),
            "corner",
            Fraction(0),
            Fraction(1),
            where=lambda x, t: build.subtract(x, t),
            when=(ANY, Where(POSITIVE)),
        ),
        Kink(
            Fraction(0),
            "corner",
            Fraction(1),
            Fraction(0),
            where=lambda x, t: build.add(x, t),
            when=(ANY, Where(POSITIVE)),
        ),
    ),
    code={
        "numpy": "{0} - np.clip({0}, -{1}, {1})",
        "torch": "{0} - torch.minimum(torch.maximum({0}, -{1}), {1})",
        "numba": "{0} - np.minimum(np.maximum({0}, -{1}), {1})",
    },
    latex=r"\operatorname{{softthreshold}}({0}, {1})",
    unicode="softthreshold({0}, {1})",
    probe=(0.0, 0.5, 1.0, -1.0, 800.0, -800.0),
)


def _huber_meaning(x: Expr, d: Expr) -> Expr:
    inside = build.scale(Fraction(1, 2), build.power(x, 2))
    size = build.apply(abs, x)
    outside = build.multiply(d, build.add(size, (Fraction(-1, 2), d)))
    return when_positive(build.subtract(size, d), outside, inside)


huber = Atom(
    name="huber",
    signature=_BINARY,
    words=Words(
        "x^2/2 for |x| <= delta, delta (|x| - delta/2) beyond",
        "|x| <= delta 时为 x^2/2，之外为 delta (|x| - delta/2)",
    ),
    source="Huber 1964, section 2; Boyd & Vandenberghe 2004, section 6.1.2",
    meaning=_huber_meaning,
    slopes=(
        lambda x, d: build.apply(clip, x, build.negate(d), d),
        lambda x, d: build.apply(relu, build.subtract(build.apply(abs, x), d)),
    ),
    domain=(closed(None, None), POSITIVE),
    range=NONNEGATIVE,
    facts=(
        *facts("convex", "continuously_differentiable"),
        *facts("nondecreasing", when=(Where(NONNEGATIVE), ANY)),
        *facts("nonincreasing", when=(Where(NONPOSITIVE), ANY)),
        within("second_slope_in", UNIT),
        *facts("concave", "nondecreasing", arg=1),
    ),
    code={
        "numpy": "scipy.special.huber({1}, {0})",
        "jax": "_huber({0}, {1})",
        "torch": "_huber({0}, {1})",
        "numba": "_huber({0}, {1})",
    },
    latex=r"\operatorname{{huber}}({0}, {1})",
    unicode="huber({0}, {1})",
    prox="if(abs(x) <= delta*(1 + t), x/(1 + t), x - t*delta*sign(x))",
    probe=(0.0, 0.5, 1.0, -1.0, 800.0, -800.0),
)
