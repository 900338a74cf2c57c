"""Stationary points in closed form: the mean, k/n, and the slopes of sums of absolute values."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lossmith as ls
from lossmith.prove.points.closed_points import closed_point
from lossmith.prove.points.medians import quantiles

DATA = {"k": 3.0, "n": 7.0, "lam": 0.8, "m": 1.3, "s": 0.6, "S": 2.4, "b": 0.9}
VECTORS = {"a": np.array([1.5, -0.5, 2.75]), "y": np.array([0.25, 3.0, 1.5]),
           "u": np.array([0.3, 1.2, 0.7])}  # fmt: skip

UNIT = "x: scalar in (0, 1); k: scalar; n: scalar > 0"
CASES = [
    ("sum((x-a).^2)", "", "minimum", VECTORS["a"].mean()),
    ("mean((a-x).^2)", "", "minimum", VECTORS["a"].mean()),
    ("sum(u.*(x-a).^2)", "u: vector(r) > 0", "minimum", VECTORS["u"] @ VECTORS["a"] / 2.2),
    ("norm2(y-x*a)^2 + lam*x^2", "lam: scalar > 0", "minimum",
     VECTORS["a"] @ VECTORS["y"] / (VECTORS["a"] @ VECTORS["a"] + 0.8)),
    ("x^k*(1-x)^(n-k)", "x: scalar in (0, 1); k: scalar > 0; n: scalar > 0", "maximum", 3 / 7),
    ("k*log(x) + (n-k)*log(1-x)", UNIT, "maximum", 3 / 7),
    ("-k*log(x) - (n-k)*log(1-x)", UNIT, "minimum", 3 / 7),
    ("k*log(x) + (n-k)*log(1-x)", "x: scalar; n: scalar > 0", "maximum", 3 / 7),
    ("lam*x - log(x)", "x: scalar; lam: scalar > 0", "minimum", 1 / 0.8),
    ("x^7*(1-x)^(n-k)*b", "x: scalar in (0, 1); b: scalar > 0; n: scalar > 8; k: scalar in (0, 1)",
     "maximum", None),
    ("sum(x - y.*log(x))", "x: scalar > 0", "minimum", VECTORS["y"].mean()),
    ("n*log(x)/2 + S/(2*x)", "x: scalar > 0; n: scalar > 0; S: scalar > 0", "minimum", 2.4 / 7),
    ("exp(-(x-m)^2/(2*s^2))", "m: scalar; s: scalar > 0", "maximum", 1.3),
    ("k*x + n/x^0", "", None, None),
    ("x^3 - k*x", "", None, None),
    ("sum(abs(x-a))", "", None, None),
    ("sum((x^2-a).^2)", "", None, None),
    ("k*log(x) + x", "x: scalar > 0", "minimum", None),
    ("relu(x-k) + (x-k)^2", "", None, None),
    ("sign(x)*k + (x-m)^2", "", None, None),
]  # fmt: skip


def declared(text: str, more: str) -> str:
    said = {entry.split(":")[0].strip() for entry in more.split(";")}
    names = set(re.findall(r"\b[a-zA-Z]+\b", text)) - said
    rest = [f"{v}: vector(r)" for v in ("a", "y", "u") if v in names]
    rest += [f"{v}: scalar" for v in ("x", "k", "m") if v in names]
    return "; ".join(filter(None, [*rest, more]))


@pytest.mark.parametrize(("text", "more", "kind", "place"), CASES, ids=[c[0] for c in CASES])
def test_closed_points(text: str, more: str, kind: str | None, place: float | None) -> None:
    f = ls.objective(text, declare=declared(text, more), wrt="x")
    found = closed_point(f.expr, f.wrt[0])
    if kind is None:
        assert found is None
        return
    assert found is not None
    (point,) = found.points
    assert point.kind == kind
    if place is None:
        return
    names = {s.name for s in f.formula.symbols}
    given = {k: v for k, v in {**DATA, **VECTORS}.items() if k in names}
    # f turns at the place: lower (higher) there than a little to both sides of it.
    here, left, right = (f(x=place + t, **given) for t in (0.0, -1e-3, 1e-3))
    assert min(left, right) > here if kind == "minimum" else max(left, right) < here
    shown = point.words.en
    assert "=" in shown


def test_a_rate_of_unknown_sign_is_a_condition() -> None:
    f = ls.objective("k*log(p) + (n-k)*log(1-p)", declare="p: scalar in (0,1)", wrt="p")
    found = closed_point(f.expr, f.wrt[0])
    assert found is not None
    assert "where n > 0" in found.points[0].words.en
    assert "where it lies in (0, 1)" in found.points[0].words.en


@given(
    st.lists(st.integers(-4, 4), min_size=1, max_size=7),
    st.integers(-9, 9).map(lambda k: k / 2),
    st.sampled_from([("sum(abs(x-a))", 1, 1), ("sum(max(0.25*(a-x), 0.75*(x-a)))", 0.25, 0.75)]),
)
def test_the_told_subdifferential_holds_zero_exactly_at_minimizers(data, x, case) -> None:
    text, p, q = case
    f = ls.objective(text, declare="x: scalar; a: vector(n)", wrt="x")
    found = quantiles(f.expr, f.wrt[0])
    assert found is not None
    told = dict((label.en, words.en) for label, words in found.facts)
    number = {1: "", 0.25: "1/4·", 0.75: "3/4·"}
    assert f"{number[q]}#{{aᵢ < x}} − {number[p]}#{{aᵢ > x}}" in told["slope"]
    assert f"[−{number[p]}#{{aᵢ = x}}, {number[q]}#{{aᵢ = x}}]" in told["subdifferential"]
    below, above, here = (sum(t) for t in zip(*((v < x, v > x, v == x) for v in data), strict=True))
    low, high = q * below - p * above - p * here, q * below - p * above + q * here
    a = np.array(data, float)
    values = [f(x=float(v), a=a) for v in (x - 0.25, x, x + 0.25)]
    assert (low <= 0 <= high) == (values[1] <= min(values) + 1e-12)
    if not here:
        assert (values[2] - values[0]) / 0.5 == pytest.approx(low)
