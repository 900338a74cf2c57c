"""Constants of strong convexity and smoothness: right on drawn data, and said with exact words."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import numpy as np
import pytest

from lossmith.atoms.meaning import evaluate
from lossmith.evidence.check import check
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.walk import symbols
from lossmith.prove.constants.threshold import minimizer
from lossmith.prove.prover import curvature
from lossmith.prove.proving.verdict import Verdict
from lossmith.prove.refutation.draw import draw
from lossmith.text.parse import parse
from lossmith.text.writing.printing import to_unicode


def ask(text: str, declare: str = "", wrt: str = "w") -> Verdict:
    formula = parse(text, declare)
    block = tuple(s for s in formula.symbols if s.name in wrt.split())
    verdict = curvature(formula.expr, block, formula=text)
    for constant in (verdict.strong, verdict.smooth):
        if constant.certificate is not None:
            check(constant.certificate)
    return verdict


def _value(e: Expr, data: dict[Symbol, object], sizes: dict[str, int]) -> float:
    return float(evaluate(e, data, sizes, 600).mid())  # type: ignore[arg-type]


CENTERED = "\N{MATHEMATICAL BOLD DIGIT ONE}" * 2 + "ᵀX/n − X"

WHEN: dict[str, tuple[str, str, str]] = {
    "the centered matrix": ("var(X*w - y)", "", f"where {CENTERED} has full column rank"),
    "a product of matrices": ("norm2(A*(X*w))^2", "", "where AX has full column rank"),
    "one matrix": ("norm2(X*w - y)^2", "", "where X has full column rank"),
    "a weight that may vanish": (
        "lam*norm2(X*w)^2", "lam: scalar >= 0", "where X has full column rank and λ > 0",
    ),
    "either of two": (
        "norm2(X*w)^2 + lam*norm2(w)^2", "lam: scalar >= 0",
        "where X has full column rank or λ > 0",
    ),
    "a Greek name": ("lam*norm2(w)^2", "lam: scalar >= 0", "for λ > 0"),
    "a square": ("norm2(a*w)^2", "a: scalar", "for a ≠ 0"),
    "a declared matrix": ("w'*A*w", "A: matrix(d, d) psd", "where A is positive definite"),
    "weights on rows": (
        "sum(s.*(X*w - y).^2)", "s: vector(n) >= 0", "where Xᵀ diag(s) X is positive definite",
    ),
    "no plain words": ("norm2(diag(d)*w)^2", "", "where m > 0"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "declare", "m"),
    [
        ("mean((y - (a*x + w)).^2)", "y: vector(n); x: vector(n); a: scalar; w: scalar", "2"),
        ("w^4 - 3*w^3 + 4*w^2", "w: scalar", "5/4"),
        ("-log(w) - log(1 - w)", "w: scalar in (0, 1)", "8"),
        ("w^2/(1 + w^2)", "w: scalar in [-1/2, 1/2]", "32/125"),
        ("-sum(log(1 - w.^2))", "w: vector(n) in (-1, 1)", "2"),
        ("sum(w.*log(w) + (1 - w).*log(1 - w))", "w: vector(n) in (0, 1)", "4"),
        ("w'*Q*w - k*sum(log(b - F*w))", "Q: matrix(d, d) pd; k: scalar > 0", "2 λmin(Q)"),
        ("w'*Q*w - k*sum(min(F*w, 1))", "Q: matrix(d, d) pd; k: scalar > 0", "2 λmin(Q)"),
    ],
)
def test_strong_convexity_holds_without_a_condition(text: str, declare: str, m: str) -> None:
    f = parse(text, declare)
    strong = curvature(f.expr, (f.symbol("w"),)).strong
    assert strong.value is not None
    assert strong.when is None
    assert to_unicode(strong.value) == m


@pytest.mark.parametrize("name", WHEN)
def test_the_condition_of_strong_convexity_names_what_m_holds(name: str) -> None:
    text, declare, words = WHEN[name]
    when = ask(text, declare).strong.when
    assert when is not None
    assert when.en == words
    assert when.zh.startswith("当 ")
    assert when.zh.endswith("时")


def test_a_constant_column_has_full_rank_but_gives_no_strong_convexity_to_a_variance() -> None:
    # X = (1, 1, 1)' has full column rank; every w is a minimizer of var(X*w - y).
    verdict = ask("var(X*w - y)")
    assert verdict.strong.value is not None
    assert verdict.strong.when is not None
    assert "where X has" not in verdict.strong.when.en
    (X,) = (s for s in symbols(verdict.strong.value) if s.name == "X")
    one = Fraction(1)
    ones = [[one], [one], [one]]
    assert _value(verdict.strong.value, {X: ones}, {"n": 3, "d": 1}) == 0.0


SMOOTH: dict[str, tuple[str, str, str]] = {
    "a form through a matrix": ("w'*A'*A*w", "", "2‖A‖₂²"),
    "a form through two": ("w'*B'*A'*A*B*w", "", "2‖AB‖₂²"),
    "a form of K through A": ("w'*A'*K*A*w", "K: matrix(m, m) psd", "2‖A‖₂²‖K‖₂"),
    "a form of any matrix": ("w'*K*w + c'*w", "K: matrix(d, d); c: vector(d)", "2‖K‖₂"),
    "a form of a symmetric matrix": (
        "(A*w - b)'*K*(A*w - b)",
        "K: matrix(m, m) symmetric; b: vector(m)",
        "2‖A‖₂²‖K‖₂",
    ),
    "one squared hinge": ("max(0, 1 - y*(w'*x))^2", "y: scalar", "2y²‖x‖₂²"),
    "one squared hinge and an intercept": (
        "max(0, 1 - y*(w'*x + v))^2",
        "y: scalar; v: scalar",
        "2y²‖x‖₂² + 2y²",
    ),
    "weights on rows": ("sum(s.*(X*w - y).^2)", "s: vector(n) >= 0", "2‖Xᵀ diag(s) X‖₂"),
    "squared weights": ("norm2(y.*(X*w))^2", "y: vector(n)", "2‖Xᵀ diag(y²) X‖₂"),
    "weights on entries": ("norm2(diag(d)*w)^2", "", "2‖d²‖∞"),
    "a root": ("sqrt(1 + w^2)", "w: scalar", "1"),
    "a root with a width": ("c^2*(sqrt(1 + (w/c)^2) - 1)", "w: scalar; c: scalar > 0", "1"),
    "an integral of atan": ("w*atan(w) - log(1 + w^2)/2", "w: scalar", "1"),
    "a saddle": ("w^2 - v^2", "w: scalar; v: scalar", "2"),
    "a sine": ("sin(w)", "w: scalar", "1"),
    "cross-entropy with two logs": (
        "-mean(y.*log(sigmoid(X*w)) + (1 - y).*log(1 - sigmoid(X*w)))",
        "y in [0, 1]",
        "‖X‖₂²/(4n)",
    ),
    "two sums of softplus": (
        "sum(y.*softplus(-X*w)) + sum((1 - y).*softplus(X*w))",
        "y: vector(n) in [0, 1]",
        "¼‖X‖₂²",
    ),
    "weights beyond one": (
        "sum(c.*softplus(X*w)) + sum((3 - c).*softplus(X*w))",
        "c: vector(n) in [0, 2]",
        "¾‖X‖₂²",
    ),
    "squared hinge": ("mean(max(0, 1 - y.*(X*w)).^2)", "y in {-1, 1}", "2‖X‖₂²/n"),
    "pseudo-Huber": ("sum(sqrt(1 + (X*w - y).^2) - 1)", "", "‖X‖₂²"),
    "a log of squares": ("sum(log(1 + (X*w - y).^2))", "", "2‖X‖₂²"),
    "a bounded loss": ("sum((X*w - y).^2./(1 + (X*w - y).^2))", "", "2‖X‖₂²"),
    "softmax and one-hot targets": (
        "-sum(log(softmax(A*w)).*y)",
        "A: matrix(k, d); y: vector(k) simplex",
        "½‖A‖₂²",
    ),
    "a weight of either sign": ("lam*norm2(X*w - y)^2", "lam: scalar", "2|λ|‖X‖₂²"),
    "one feature and labels": (
        "sum(log(1 + exp(-y.*x*w)))",
        "w: scalar; y: vector(n) in {-1, 1}; x: vector(n)",
        "¼‖x‖₂²",
    ),
    "labels and an intercept": (
        "mean(log(1 + exp(-y.*(X*w + v))))",
        "y in {-1, 1}; v: scalar",
        "(‖X‖₂² + n)/(4n)",
    ),
}


@pytest.mark.parametrize("name", SMOOTH)
def test_a_smoothness_constant_is_found(name: str) -> None:
    text, declare, shown = SMOOTH[name]
    verdict = ask(text, declare, "w v")
    assert verdict.smooth.value is not None
    assert to_unicode(verdict.smooth.value) == shown


@pytest.mark.parametrize("name", [k for k in SMOOTH if "v:" not in SMOOTH[k][1]])
def test_m_and_L_bound_the_curvature_along_drawn_segments(name: str) -> None:
    # Jensen's gap of t = 1/2 lies between m/8 |a-b|^2 and L/8 |a-b|^2, with any data.
    text, declare, _ = SMOOTH[name]
    formula = parse(text, declare)
    verdict = ask(text, declare)
    w = formula.symbol("w")
    rng = Random(5)
    for _ in range(25):
        sizes = {d: rng.randint(1, 3) for s in formula.symbols for d in s.shape if d}
        sizes = {str(k): v for k, v in sizes.items()}
        data = {s: draw(s, sizes, Fraction(2), rng) for s in formula.symbols if s is not w}
        a, b = (draw(w, sizes, Fraction(3), rng) for _ in range(2))
        left, right = (np.asarray(v, dtype=float) for v in (a, b))
        middle = [Fraction(float(q)) for q in np.atleast_1d((left + right) / 2)]
        mid = middle if w.shape else middle[0]
        at = [_value(formula.expr, {**_listed(data), w: _plain(p)}, sizes) for p in (a, b, mid)]
        gap = (at[0] + at[1]) / 2 - at[2]
        size = float(np.sum((left - right) ** 2)) / 8
        smooth = _value(verdict.smooth.value, _listed(data), sizes)  # type: ignore[arg-type]
        slack = 1e-9 * (1 + max(map(abs, at)))  # 30-bit radii of balls, a sum of three values
        assert abs(gap) <= smooth * size + slack
        if verdict.strong.value is not None:
            strong = _value(verdict.strong.value, _listed(data), sizes)
            assert gap >= strong * size - slack


def _listed(data: dict[Symbol, object]) -> dict[Symbol, object]:
    return {s: _plain(v) for s, v in data.items()}


def _plain(v: object) -> object:
    return [_plain(x) for x in v] if isinstance(v, tuple | list) else v


def test_one_kink_has_and_two_kinks_have() -> None:
    for text, words in (("abs(w)", "none: abs has kinks"), ("abs(w) + norm2(w)", "have kinks")):
        reason = ask(text, "w: vector(n)" if "norm2" in text else "w: scalar").smooth.reason
        assert reason is not None
        assert words in reason.en


NO_L: tuple[tuple[str, str, str], ...] = (
    ("exp(w)", "w: scalar", "exp(w) grows so fast"),
    ("exp(w) - log(w)", "w: scalar", "exceeds every bound"),
    ("w^4 + w", "w: scalar", "grows so fast"),
    ("-log(w)", "w: scalar", "near w = 0"),
    ("-sum(log(w))", "w: vector(n) > 0", "near w = 0"),
    ("sum(exp(X*w) - y.*(X*w))", "", "unless the data make Xw constant"),
    ("norm2(X*w - y)^2 + lam*norm2(w)^4", "lam: scalar > 0", "‖w‖₂⁴ exceeds every bound"),
    ("sum(w.^4)", "w: vector(n) >= 0", "exceeds every bound along a line"),
    ("tr(S*w) - logdet(w)", "w: matrix(n, n) pd; S: matrix(n, n) psd", "log det(w) exceeds"),
    ("tr(inv(w))", "w: matrix(n, n) pd", "tr(w⁻¹) exceeds"),
)


@pytest.mark.parametrize("row", NO_L, ids=lambda r: r[0])
def test_no_L_exists_and_why(row: tuple[str, str, str]) -> None:
    text, declare, words = row
    smooth = ask(text, declare).smooth
    assert smooth.value is None
    assert smooth.reason is not None
    assert smooth.reason.en.startswith("none: ")
    assert words in smooth.reason.en


@pytest.mark.parametrize(
    ("text", "declare"),
    [
        ("exp(w)", "w: scalar <= 0"),
        ("sum(exp(X*w))", "w: vector(d) in [0, 1]"),
        ("log(1 + exp(w))", "w: scalar"),
        ("w^4", "w: scalar in [-1, 2]"),
        ("sum(w.^4)", "w: vector(n) in [0, 2]"),
        ("norm2(w)^2", "w: vector(n)"),
        ("norm2(w)^4", "w: vector(n) in [-1, 1]"),
        ("lam*norm2(w)^4", "w: vector(n); lam: scalar >= 0"),
        ("-logdet(w + A)", "w: matrix(n, n) psd; A: matrix(n, n) pd"),
        ("-log(w)", "w: scalar >= 1"),
        ("x*exp(w)", "w: scalar; x: scalar in [0, 1]"),
    ],
)
def test_that_no_L_exists_is_not_said_where_one_may(text: str, declare: str) -> None:
    reason = ask(text, declare).smooth.reason
    assert reason is None or not reason.en.startswith("none: ")


@pytest.mark.parametrize(
    ("text", "place", "slope"),
    [
        ("exp(x) - log(x)", 0.5671432904097838, 4.872177597931832),
        ("x^4 + x", -0.6299605249474366, 12 * 0.6299605249474366**2),
    ],
)
def test_the_minimizer_and_its_curvature_are_enclosed(
    text: str, place: float, slope: float
) -> None:
    formula = parse(text)
    found = minimizer(formula.expr, formula.symbol("x"))
    assert found is not None
    at, second = found
    assert at.lo is not None
    assert at.hi is not None
    assert second.lo is not None
    assert float(at.lo) <= place + 1e-15
    assert float(at.hi) >= place - 1e-15
    assert float(second.lo) == pytest.approx(slope, abs=1e-5)
