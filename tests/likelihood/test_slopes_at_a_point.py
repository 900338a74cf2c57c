"""One-sided slopes at a point, trends far out, and two functions side by side."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import lossmith as ls
from lossmith.atoms.meaning import evaluate
from lossmith.expr.build import const
from lossmith.expr.node import Const, Expr, symbol
from lossmith.expr.walk import substitute
from lossmith.prove.line.far import trend
from lossmith.prove.line.one_sided import sides
from lossmith.workbench.at_point import at_point
from lossmith.workbench.contrast import contrast

QUARTERS = st.integers(-12, 12).map(lambda k: k / 4)


@given(st.lists(st.tuples(QUARTERS, QUARTERS), min_size=1, max_size=4), QUARTERS, QUARTERS)
def test_slopes_of_sums_of_absolute_values_are_counted(terms, line, at) -> None:
    """Against the slopes written down by hand: c |x - a| adds -c or c."""
    text = f"{line}*x + x^2 + " + " + ".join(f"({c})*abs(x - ({a}))" for c, a in terms)
    f = ls.objective(text, declare="x: scalar", wrt="x")
    found = sides(f.expr, f.wrt[0], const(at))
    assert found is not None
    smooth = line + 2 * at
    left = smooth + sum(c * (1 if at > a else -1) for c, a in terms)
    right = smooth + sum(c * (1 if at >= a else -1) for c, a in terms)
    assert isinstance(found.left, Const)
    assert isinstance(found.right, Const)
    assert (float(found.left.value), float(found.right.value)) == (left, right)
    if left < 0 < right:
        assert found.answer == "minimum"
    elif left > 0 > right:
        assert found.answer == "maximum"
    elif left * right > 0:
        assert found.answer == "neither"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("relu(x)*exp(x)", 0), ("max(x, x^2)", 1), ("max(x, x^2)", 0), ("clip(x, 0, 2)", 0),
        ("abs(x^2 - 1)", 1), ("abs(sin(x)) + cos(x)", 0), ("hinge(x)", 1), ("x*abs(x)", 0),
        ("exp(-abs(x))", 0), ("min(x, 2 - x)", 1), ("log(1 + abs(x))", 0), ("abs(abs(x) - 1)", 1),
    ],
)  # fmt: skip
def test_slopes_agree_with_one_sided_differences(text: str, place: int) -> None:
    f = ls.objective(text, declare="x: scalar", wrt="x")
    found = sides(f.expr, f.wrt[0], const(place))
    assert found is not None
    t = 1e-7
    for e, side in ((found.left, -1), (found.right, 1)):
        assert isinstance(e, Const)
        quotient = side * (f(x=place + side * t) - f(x=place)) / t
        # The difference quotient errs by t f''/2 and by rounding, about 2e-16/t.
        assert float(e.value) == pytest.approx(quotient, abs=1e-6)


@pytest.mark.parametrize(
    "text", ["sign(x)", "abs(x)^(1/2)", "abs(c*x)", "x^(1/3)", "1/x", "log(x)"]
)
def test_jumps_infinite_slopes_and_unknown_signs_are_left_undecided(text: str) -> None:
    declare = "x: scalar; c: scalar" if "c" in text else "x: scalar"
    f = ls.objective(text, declare=declare, wrt="x")
    assert sides(f.expr, f.wrt[0], const(0)) is None


@pytest.mark.parametrize(
    ("loss", "slope"),
    [("exp(x)", 1.0), ("(x - 3)^2", -6.0), ("sin(2*x)", 2.0), ("softplus(-x)", -0.5)],
)
def test_an_unknown_loss_has_the_slopes_of_every_known_one(loss: str, slope: float) -> None:
    general = at_point("L(x) + C*abs(x)", "x = 0", "L: function; C: scalar").sides
    assert general is not None
    known = at_point(f"{loss} + C*abs(x)", "x = 0", "C: scalar").sides
    assert known is not None
    places: dict[Expr, Expr] = {symbol("C"): const(2), symbol("L'(0)"): const(slope)}
    for a, b in ((general.left, known.left), (general.right, known.right)):
        one, two = (evaluate(substitute(e, places), {}, {}) for e in (a, b))
        assert one.overlaps(two)
        assert one.rad() < 1e-30


@pytest.mark.parametrize(
    ("text", "left", "right"),
    [
        ("w^2/(2*s^2) - abs(w)/b", 1, 1), ("abs(w)/b - (nu + 1)/2*log(1 + q*w^2)", 1, 1),
        ("log(1 + w^2) - 2*log(2 + abs(w))", 0, 0), ("w^3 - w", -1, 1), ("1/(1 + w^2)", 0, 0),
        ("huber(w, 1) - abs(w)", 0, 0), ("-sqrt(1 + w^2) + log(1 + w^2)", -1, -1),
        ("abs(w)^(1/2) - log(1 + abs(w))", 1, 1), ("relu(w) - w", 1, 0),
    ],
)  # fmt: skip
def test_trends_far_out(text: str, left: int, right: int) -> None:
    names = {"s", "b", "nu", "q"} & set("".join(c if c.isalpha() else " " for c in text).split())
    declare = "; ".join(["w: scalar", *(f"{n}: scalar > 0" for n in sorted(names))])
    f = ls.objective(text, declare=declare, wrt="w")
    (w,) = f.wrt
    assert (trend(f.expr, w, -1), trend(f.expr, w, 1)) == (left, right)
    # Floats far out go the same way: |f| grows for an infinite limit, settles for a finite one.
    given = dict.fromkeys(sorted(names), 1.7)
    for side, limit in ((-1, left), (1, right)):
        near, far = (f(w=side * r, **given) for r in (1e4, 1e8))
        if limit:
            assert math.copysign(1, far) == limit
            assert abs(far) > abs(near)
        else:
            assert far == pytest.approx(near, abs=1e-3)


def test_an_unsigned_weight_has_no_trend() -> None:
    f = ls.objective("C*abs(w)", declare="w: scalar; C: scalar", wrt="w")
    assert trend(f.expr, f.wrt[0], 1) is None


@given(st.integers(1, 9), st.integers(1, 9))
def test_where_one_penalty_is_steeper(a: int, b: int) -> None:
    """a |w| against b w^2/2: the slopes a and b |w| cross at a/b."""
    declare = "w: scalar"
    f = ls.objective(f"{a}*abs(w)", declare=declare, wrt="w")
    g = ls.objective(f"{b}*w^2/2", declare=declare, wrt="w")
    found = contrast(f.expr, g.expr, f.wrt)
    assert found is not None
    assert found.slopes is not None
    assert found.slopes.above == (f"|w| > {Fraction(a, b)}",)
    assert found.slopes.below == (f"0 < |w| < {Fraction(a, b)}",)
    assert found.far == (1, 1)


def test_a_sum_over_entries_keeps_the_numbers_of_its_weight() -> None:
    declare = "w: vector(d); lam: scalar > 0; n: scalar > 0"
    f = ls.objective("lam/n*norm1(w)", declare=declare, wrt="w")
    g = ls.objective("lam/(2*n)*norm2(w)^2", declare=declare, wrt="w")
    found = contrast(f.expr, g.expr, f.wrt)
    assert found is not None
    assert found.entry
    assert found.slopes is not None
    assert found.slopes.above == ("|w_i| > 1",)
