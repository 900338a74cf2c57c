"""Wrong cards are caught: without this, the attacks on the right ones might never fail."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from card_attacks import (
    complaints_about_domain,
    complaints_about_fact,
    complaints_about_kinks,
    complaints_about_range,
    complaints_about_slopes,
    complaints_about_writing,
)
from card_numbers import (
    complaints_about_code,
    complaints_about_consistency,
    complaints_about_meaning,
    complaints_about_prox,
)

from lossmith.atoms.table import ATOMS
from lossmith.atoms.writing import ANY, facts, within
from lossmith.expr import build
from lossmith.expr.atom import Atom, Fact, Kink, Where
from lossmith.expr.node import Const
from lossmith.expr.sets import (
    NONNEGATIVE,
    POSITIVE,
    REALS,
    UNIT,
    Interval,
    closed,
    opened,
)
from lossmith.words import Words


def wrong(name: str, **changes: object) -> Atom:
    """Return a card with something changed, under another name (nodes are shared by name)."""
    return replace(ATOMS[name], name=f"{name}_wrong", **changes)


def of(name: str):
    return lambda x: build.apply(ATOMS[name], x)


def other_root(a):
    inverse = build.apply(ATOMS["inv"], a)
    return inverse


WRONG_SLOPES = [
    wrong("softplus", slopes=(of("tanh"),)),
    wrong("log", slopes=(lambda x: build.power(x, -2),)),
    wrong("tanh", slopes=(lambda x: build.power(of("tanh")(x), 2),)),
    wrong("cos", slopes=(of("sin"),)),
    wrong("huber", slopes=(lambda x, d: x, ATOMS["huber"].slopes[1])),
    wrong("rel_entr", slopes=(ATOMS["rel_entr"].slopes[0], lambda x, y: build.divide(x, y))),
    wrong("logdet", slopes=(other_root,)),  # the transpose is missing
    wrong("gelu", slopes=(of("normcdf"),)),
    wrong("norm2", slopes=(lambda x: x,)),
    wrong(
        "cumsum",  # transposed: the sums of what follows
        slopes=(
            lambda x: build.apply(
                ATOMS["cumsum"],
                build.contract(
                    [(build.ones(x.shape), (0, 1), 1), (build.delta(x.shape[-1]), (1, 2), 1)],
                    (0, 1, 2),
                ),
            ),
        ),
    ),
]


@pytest.mark.parametrize("card", WRONG_SLOPES, ids=lambda card: card.name)
def test_wrong_slope_is_caught(card):
    assert complaints_about_slopes(card)


WRONG_RANGES = [
    wrong("tanh", range=UNIT),
    wrong("gelu", range=closed(Fraction("-0.1699"), None)),
    wrong("swish", range=closed(Fraction("-0.2784"), None)),
    wrong("lgamma", range=NONNEGATIVE),
    wrong("xlogx", range=closed(Fraction("-0.36"), None)),
    wrong("relu", range=POSITIVE),
    wrong("cosh", range=opened(1, None)),
    wrong("softmax", range=closed(Fraction(1, 100), 1)),
    wrong("log1p", domain=(opened(-2, None),)),  # no value between -2 and -1
]


@pytest.mark.parametrize("card", WRONG_RANGES, ids=lambda card: card.name)
def test_wrong_range_is_caught(card):
    assert complaints_about_range(card)


@pytest.mark.parametrize(
    "card",
    [
        wrong("acosh", domain=(closed(2, None),)),
        wrong("asin", domain=(opened(-1, 1),)),
        wrong("xlogx", domain=(POSITIVE,)),
    ],
    ids=lambda card: card.name,
)
def test_domain_that_is_too_small_is_caught(card):
    assert complaints_about_domain(card)


P_ABOVE_ONE = (Where(REALS), Where(opened(1, None)))
WRONG_FACTS: list[tuple[str, Fact]] = [
    ("sigmoid", Fact("convex")),
    ("sigmoid", within("slope_in", closed(0, Fraction("0.2499")))),
    ("sigmoid", within("second_slope_in", closed(Fraction("-0.0962"), Fraction("0.0962")))),
    ("softplus", Fact("concave")),
    ("softplus", within("second_slope_in", closed(0, Fraction("0.2499")))),
    ("relu", within("second_slope_in", UNIT)),  # relu'' = 0 almost everywhere proves nothing
    ("relu", Fact("strictly_convex")),
    ("relu", Fact("increasing")),
    ("relu", Fact("affine")),
    ("relu", Fact("smooth")),
    ("abs", Fact("nondecreasing")),
    ("abs", Fact("continuously_differentiable")),
    ("huber", Fact("strictly_convex")),
    ("huber", Fact("smooth")),
    ("huber", Fact("convex", arg=1)),
    ("huber", Fact("jointly_convex")),
    ("elu", Fact("smooth")),
    ("gelu", Fact("nondecreasing")),
    ("gelu", facts("convex", on=closed(Fraction("-1.5"), Fraction("1.5")))[0]),
    ("swish", within("second_slope_in", closed(Fraction("-0.01"), Fraction(1, 2)))),
    ("power", Fact("convex", P_ABOVE_ONE)),  # false for odd_over_odd below 0
    ("power", Fact("convex", (Where(REALS), Where(REALS, "even_over_odd")))),  # 2/3, -2
    ("power", Fact("nondecreasing", (Where(REALS), Where(REALS, "odd_over_odd")))),  # -1
    ("power", Fact("smooth", (Where(REALS), Where(POSITIVE)))),
    ("power", within("range_in", POSITIVE, (ANY, Where(REALS, "even_over_odd")))),  # 0^2
    ("leaky_relu", Fact("convex")),  # not for a > 1
    ("leaky_relu", Fact("positively_homogeneous", arg=1)),
    ("max", Fact("jointly_concave")),
    ("max", Fact("affine")),
    ("rel_entr", Fact("jointly_concave")),
    ("softthreshold", Fact("convex")),
    ("clip", within("slope_in", Interval(Fraction(0), Fraction(1), True, False))),
    ("log", facts("convex", on=POSITIVE)[0]),
    ("sin", facts("nondecreasing", on=closed(0, 2))[0]),
    ("tan", facts("convex", on=closed(-1, 1))[0]),
    ("lgamma", facts("nondecreasing", on=POSITIVE)[0]),
    ("norm2", Fact("concave")),
    ("norm2", within("slope_in", closed(Fraction(-1, 2), Fraction(1, 2)))),
    ("norm2", Fact("nondecreasing")),
    ("norm2", Fact("smooth")),
    ("logsumexp", Fact("positively_homogeneous")),
    ("logsumexp", within("second_slope_in", closed(0, Fraction(1, 20)))),
    ("softmax", Fact("nondecreasing")),
    ("prod", Fact("convex")),
    ("prod", Fact("nondecreasing")),
    ("logdet", Fact("convex", (Where(structure="pd"),))),
    ("inv", Fact("matrix_convex")),
    ("lambda_max", Fact("concave", (Where(structure="symmetric"),))),
    ("lambda_min", within("range_in", NONNEGATIVE, (Where(structure="symmetric"),))),
    ("nucnorm", within("slope_in", closed(-1, 1))),
    ("exp", Fact("quasiperiodic")),  # no such property
]


@pytest.mark.parametrize(
    ("name", "fact"), WRONG_FACTS, ids=[f"{name}-{fact.name}" for name, fact in WRONG_FACTS]
)
def test_wrong_fact_is_caught(name, fact):
    assert complaints_about_fact(ATOMS[name], fact, rounds=12)


@pytest.mark.parametrize(
    "card",
    [
        wrong("relu", kinks=()),
        wrong("relu", kinks=(Kink(Fraction(0), "corner", Fraction(0), Fraction(2)),)),
        wrong("hinge", kinks=(Kink(Fraction(0), "corner", Fraction(-1), Fraction(0)),)),
        wrong("softplus", kinks=(Kink(Fraction(0), "corner", Fraction(0), Fraction(1)),)),
        wrong("abs", kinks=(Kink(Fraction(0), "cusp"),)),
        wrong("max", kinks=()),
        wrong("clip", kinks=ATOMS["clip"].kinks[:1]),
        wrong("huber", kinks=(Kink(Fraction(0), "corner", Fraction(-1), Fraction(1)),)),
        wrong("leaky_relu", kinks=(Kink(Fraction(0), "corner", Fraction(0), Fraction(1)),)),
        wrong("sign", kinks=()),
        wrong("power", kinks=()),
        wrong("norm2", kinks=(Kink(Fraction(0), "corner", Fraction(-1), Fraction(1)),)),
    ],
    ids=lambda card: card.name,
)
def test_wrong_kinks_are_caught(card):
    assert complaints_about_kinks(card)


@pytest.mark.parametrize(
    ("name", "template"),
    [
        ("softplus", "np.log(1.0 + np.exp({0}))"),
        ("sigmoid", "1.0 - 1.0/(1.0 + np.exp({0}))"),
        ("logcosh", "np.log(np.cosh({0}))"),
        ("expm1", "np.exp({0}) - 1.0"),
        ("log1p", "np.log(1.0 + {0})"),
        ("norm2", "np.linalg.norm({0}, axis=-1)"),
        ("logsumexp", "np.log(np.sum(np.exp({0}), axis=-1))"),
        ("softmax", "np.exp({0})/np.sum(np.exp({0}), axis=-1, keepdims=True)"),
        ("normcdf", "0.5*(1.0 + scipy.special.erf({0}/np.sqrt(2.0)))"),
        ("elu", "np.where({0} > 0.0, {0}, np.exp(np.minimum({0}, 0.0)) - 1.0)"),
        ("huber", "scipy.special.huber({0}, {1})"),
        ("lambda_max", "np.linalg.eigvalsh({0})[..., 0]"),
        ("maxentry", "np.min({0}, axis=-1)"),
    ],
)
def test_unstable_or_wrong_code_is_caught(name, template):
    assert complaints_about_code(wrong(name, code={"numpy": template}))


@pytest.mark.parametrize(
    ("name", "prox"),
    [
        ("abs", "softthreshold(x, 2*t)"),
        ("relu", "if(x > t, x - t, 0)"),
        ("norm2", "(1 - t/norm2(x))*x"),
        ("huber", "if(abs(x) <= delta, x/(1 + t), x - t*delta*sign(x))"),
    ],
)
def test_wrong_prox_is_caught(name, prox):
    assert complaints_about_prox(wrong(name, prox=prox))


@pytest.mark.parametrize(
    "card",
    [
        wrong("xlogx", ball=lambda x: x * (1 + x).log()),
        wrong("norm2", square=lambda x: build.total(x)),
        wrong("exp", fold=lambda x: build.const(1) if isinstance(x, Const) else None),
        wrong("abs", fold=lambda x: x if isinstance(x, Const) else None),
        wrong(
            "cumsum",
            symmetric=True,
            signature=ATOMS["inv"].signature,
            ball=lambda a: [[a[i][0] + i for _ in a] for i in range(len(a))],
        ),
    ],
    ids=lambda card: card.name,
)
def test_parts_that_disagree_are_caught(card):
    assert complaints_about_consistency(card)


@pytest.mark.parametrize(
    "card",
    [
        wrong("log", ball=lambda x: x.log() * 2),
        wrong("softplus", meaning=lambda x: of("relu")(x)),
        wrong("digamma", ball=lambda x: x.lgamma()),
        wrong("det", ball=lambda a: a[0][0] * a[1][1] * a[2][2]),
        wrong("lambda_max", ball=lambda a: ATOMS["lambda_min"].ball(a)),
    ],
    ids=lambda card: card.name,
)
def test_wrong_meaning_is_caught(card):
    assert complaints_about_meaning(card)


@pytest.mark.parametrize(
    "changes",
    [
        {"words": Words("the exponential function", "")},
        {"words": Words("", "指数函数")},
        {"words": Words("the exponential function", "the exponential function")},
        {"source": ""},
        {"latex": r"\exp"},
        {"latex": r"\exp({0}, {1})"},
        {"unicode": ""},
        {"code": {}},
        {"slopes": ()},
        {"ball": None},
        {"facts": (Fact("convex", (ANY, ANY)),)},
    ],
)
def test_incomplete_writing_is_caught(changes):
    assert complaints_about_writing(wrong("exp", **changes))
