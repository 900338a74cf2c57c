"""Parts of sums: neighbors x[i+1], pairs i < j, slices, differences; norms with a foot; n!."""

from __future__ import annotations

from collections.abc import Callable
from math import lgamma
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lossmith as ls
from lossmith.errors import LossmithError
from lossmith.text.parse import parse
from lossmith.text.writing.printing import to_text

X = np.array([0.7, -1.3, 2.1, 0.4, 3.2])
POSITIVE = np.array([0.2, 0.9, 1.7, 3.1, 3.3])
K = np.array([[np.sin(3 * i + 7 * j) for j in range(5)] for i in range(5)])


def _second(x: Any) -> Any:
    return np.diff(x, n=2)


def _pairs(f: Callable[[int, int], float]) -> float:
    return sum(f(i, j) for i in range(5) for j in range(i + 1, 5))


VALUES: list[tuple[str, Callable[[Any], float]]] = [
    (r"\sum_{i=1}^{n-1} |x_{i+1}-x_i|", lambda x: np.abs(np.diff(x)).sum()),
    (r"\sum_{t=2}^{T} (x_t - x_{t-1})^2", lambda x: (np.diff(x) ** 2).sum()),
    (r"\sum_{i=2}^{n-1} (x_{i-1}-2x_i+x_{i+1})^2", lambda x: (_second(x) ** 2).sum()),
    (r"\sum_{j=2}^d x_j^2", lambda x: (x[1:] ** 2).sum()),
    (r"\sum_{i=1}^{n-2} e^{x_i}", lambda x: np.exp(x[:-2]).sum()),
    (r"\sum_{i=1}^{n-1} x_i x_{i+1}", lambda x: x[:-1] @ x[1:]),
    (
        r"\sum_{i=1}^{n-1} 100(x_{i+1}-x_i^2)^2 + (1-x_i)^2",
        lambda x: (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum(),
    ),
    (r"\sum_{i<j} (x_i - x_j)^2", lambda x: _pairs(lambda i, j: (x[i] - x[j]) ** 2)),
    (
        r"\sum_{1\le i<j\le n} \log|x_i - x_j|",
        lambda x: _pairs(lambda i, j: np.log(abs(x[i] - x[j]))),
    ),
    (
        r"\sum_{i \ne j} \frac{1}{|x_i - x_j|}",
        lambda x: 2 * _pairs(lambda i, j: 1 / abs(x[i] - x[j])),
    ),
    ("sum(i < j, exp(x[i] - x[j]))", lambda x: _pairs(lambda i, j: np.exp(x[i] - x[j]))),
    ("Σ_{i<j} exp(x_i - 2*x_j)", lambda x: _pairs(lambda i, j: np.exp(x[i] - 2 * x[j]))),
    ("sum(i, abs(x[i+1]-x[i]))", lambda x: np.abs(np.diff(x)).sum()),
    ("mean(i, (x[i+1]-x[i])^2)", lambda x: (np.diff(x) ** 2).mean()),
    ("sum(i, (x[i+2]-x[i])^2)", lambda x: ((x[2:] - x[:-2]) ** 2).sum()),
    ("norm1(diff(x)) + norm2(diff(diff(x)))", lambda x: np.abs(np.diff(x)).sum()
     + np.linalg.norm(_second(x))),
    ("sum(exp(diff(x)))", lambda x: np.exp(np.diff(x)).sum()),
    ("sum(diff(x, 2).^2)", lambda x: (_second(x) ** 2).sum()),
    ("sum((x[2:end] - x[1:end-1]).^4)", lambda x: (np.diff(x) ** 4).sum()),
    ("sum(x[1:].^2) - sum(x[:-2])", lambda x: (x[1:] ** 2).sum() - x[:-2].sum()),
    ("np.sum(np.abs(np.diff(x)))", lambda x: np.abs(np.diff(x)).sum()),
    ("np.mean(np.exp(x[1:] - x[:-1]))", lambda x: np.exp(np.diff(x)).mean()),
    ("np.sum((x[2:] - 2*x[1:-1] + x[:-2])**2)", lambda x: (_second(x) ** 2).sum()),
    ("x[1:] @ x[:-1]", lambda x: x[1:] @ x[:-1]),
    # A move along one axis, or inside of a sum of its own, says nothing of another axis.
    ("sum_{i=1}^{n-1} sum_{j=1}^{n-1} x[i+1]*exp(x[j])",
     lambda x: x[1:].sum() * np.exp(x[:-1]).sum()),
    ("sum_{i=1}^{n-1} sum_{j=1}^{n-1} (x[i+1]-x[i])^2*cos(x[j])",
     lambda x: (np.diff(x) ** 2).sum() * np.cos(x[:-1]).sum()),
    ("sum_{i=1}^{n-1} exp(x[i])*sum_{j=1}^{n-1} x[j+1]",
     lambda x: np.exp(x[:-1]).sum() * x[1:].sum()),
    ("sum(exp(x[:-1])*norm1(diff(x)))", lambda x: np.exp(x[:-1]).sum() * np.abs(np.diff(x)).sum()),
    ("sum(x[:-1]*norm1(x[1:]))", lambda x: x[:-1].sum() * np.abs(x[1:]).sum()),
    ("max(diff(x))", lambda x: np.diff(x).max()),
    ("min(diff(x, 2))", lambda x: _second(x).min()),
    ("np.max(np.log(np.diff(x)**2))", lambda x: np.log(np.diff(x) ** 2).max()),
    ("diff(x)'*diff(x)", lambda x: np.diff(x) @ np.diff(x)),
    ("np.sum((np.diff(x) - x[1:])**2)", lambda x: ((np.diff(x) - x[1:]) ** 2).sum()),
    ("np.sum(np.diff(x, 2, axis=0)**2)", lambda x: (_second(x) ** 2).sum()),
    ("sum(abs(x[i]-x[i-1]) for i in range(1, n))", lambda x: np.abs(np.diff(x)).sum()),
    ("sum(x[i]**2 for i in range(n-2))", lambda x: (x[:-2] ** 2).sum()),
    (
        "sum(np.exp(x[i]-x[j]) for i in range(n) for j in range(i+1, n))",
        lambda x: _pairs(lambda i, j: np.exp(x[i] - x[j])),
    ),
    (r"\|x\|_3 + \|x\|_4^4", lambda x: np.linalg.norm(x, 3) + (x**4).sum()),
    ("norm(x, 3) + norm(x, 1) + norm(x, inf)", lambda x: np.linalg.norm(x, 3)
     + np.abs(x).sum() + np.abs(x).max()),

]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), VALUES, ids=[t for t, _ in VALUES])
def test_a_part_of_a_sum_has_the_value_that_numpy_gives(
    text: str, value: Callable[[Any], float]
) -> None:
    f = ls.objective(text, wrt="x")
    assert float(f(x=X)) == pytest.approx(float(value(X)), rel=1e-12)


@pytest.mark.parametrize(("text", "value"), VALUES, ids=[t for t, _ in VALUES])
def test_its_slope_is_that_of_the_values(text: str, value: Callable[[Any], float]) -> None:
    gradient = np.asarray(ls.objective(text, wrt="x").gradient(x=X))
    h = 1e-6
    for k, e in enumerate(np.eye(5)):
        slope = (value(X + h * e) - value(X - h * e)) / (2 * h)
        assert gradient[k] == pytest.approx(slope, rel=1e-6, abs=1e-5)


def test_where_the_summand_has_no_value_behind_the_end_it_is_left_out() -> None:
    f = ls.objective(r"-\sum_{i=1}^{n-1} \log(x_{i+1}-x_i)", wrt="x")
    steps = np.diff(POSITIVE)
    assert float(f(x=POSITIVE)) == pytest.approx(-np.log(steps).sum())
    expected = np.append(1 / steps, 0) - np.append(0, 1 / steps)
    assert np.asarray(f.gradient(x=POSITIVE)) == pytest.approx(expected)


TWINS = [
    (r"\sum_{i=1}^{n-1} |x_{i+1}-x_i|", "norm1(diff(x))", ""),
    ("np.linalg.norm(x[1:] - x[:-1])**2", "norm2(diff(x))^2", ""),
    (r"\sum_{i<j} K_{ij} x_i x_j", "sum(i < j, K[i,j]*x[i]*x[j])", "K: matrix(n, n)"),
    (r"\|y - Xw\|_{\Sigma^{-1}}^2", "(y - X*w)'*inv(Sigma)*(y - X*w)",
     "Sigma: matrix(n, n) pd"),
    (r"\|w\|_p^p", "sum(abs(w).^p)", "w: vector(n); p: scalar > 1"),
    (r"\|X\|_{2,1}", "norm21(X)", ""),
    ("norm(A, 'fro')", "normF(A)", ""),
    ("norm(A, 2)", "specnorm(A)", "A: matrix(n, d)"),
    (r"\sin^2 x + \cos^2(2x)", "sin(x)^2 + cos(2*x)^2", "x: scalar"),
    (r"\tanh^{2}\theta", "tanh(theta)^2", "theta: scalar"),
    (r"\Gamma(x)", "exp(lgamma(x))", "x: scalar > 0"),
    (r"\log\binom{n}{k}", "lgamma(n+1) - lgamma(k+1) - lgamma(n-k+1)",
     "n: scalar >= 1; k: scalar >= 0"),
    (r"\sum_i \lambda_i - y_i\log\lambda_i + \log(y_i!)",
     "sum(lam - y.*log(lam) + lgamma(y + 1))", "lam: vector(n) > 0; y: vector(n) >= 0"),
    (r"J(\theta) = \frac{1}{2m}\sum_{i=1}^m (h_\theta(x^{(i)}) - y^{(i)})^2, \quad "
     r"h_\theta(x) = \theta^T x", "norm2(X*theta - y)^2/(2*m)",
     "X: matrix(m, d); theta: vector(d); y: vector(m)"),
    ("A⊗B", "kron(A, B)", "A: matrix(n, n); B: matrix(m, m)"),
    (r"\operatorname{tr}(A\otimes B)", "tr(A)*tr(B)", "A: matrix(n, n); B: matrix(m, m)"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "twin", "declare"), TWINS, ids=[t for t, _, _ in TWINS])
def test_two_ways_to_write_it_are_one_formula(text: str, twin: str, declare: str) -> None:
    assert parse(text, declare).expr is parse(twin, declare).expr


@pytest.mark.parametrize(("text", "twin", "declare"), TWINS, ids=[t for t, _, _ in TWINS])
def test_it_prints_and_is_read_back(text: str, twin: str, declare: str) -> None:
    e = parse(text, declare).expr
    told = "; ".join(
        f"{s.name}: vector({s.shape[0]})" if s.shape else f"{s.name}: scalar"
        for s in parse(text, declare).symbols
        if len(s.shape) < 2 and s.name not in declare
    )
    both = "; ".join(x for x in (declare, told) if x)
    assert parse(to_text(e), both, printed=True).expr.shape == e.shape


@pytest.mark.parametrize("text", ["norm(w, 3)", "norm(w, p)", r"\|w\|_p", "‖w‖₄"])
def test_what_bears_a_foot_is_a_vector_without_a_declaration(text: str) -> None:
    assert {s.name: len(s.shape) for s in parse(text).symbols}["w"] == 1


def test_a_factorial_does_not_overflow_in_its_logarithm() -> None:
    f = ls.objective("log(x!)", declare="x: scalar > 0", wrt="x")
    assert float(f(x=500.0)) == pytest.approx(lgamma(501))


REFUSED = [
    (r"\sum_{i=1}^{n} x_{i+1}", r"\sum_{i=1}^{n}"),
    (r"\sum_{i=1}^{n-1} x_{i+2}", r"\sum_{i=1}^{n-1}"),
    (r"\sum_{i=0}^{n} x_i", r"\sum_{i=0}^{n}"),
    ("x[i+1] - x[i]", "x[i+1]"),
    ("prod(i, x[i+1])", "prod"),
    ("diff(x)", "diff(x)"),
    ("logsumexp(diff(x))", "diff(x)"),
    ("sum(x[1:] - x[:-2])", "-"),
    ("sum(x[2:5])", "[2"),
    ("norm(x, 0.5)", "norm"),
    (r"\|x\|_{\text{what}}", r"_{\text{what}}"),
    ("log^2(x)", "log"),
    ("⊗A", "⊗"),
    ("!x", "!"),
]


@pytest.mark.parametrize(("text", "under"), REFUSED, ids=[t for t, _ in REFUSED])
def test_what_is_no_part_is_refused_at_its_place(text: str, under: str) -> None:
    with pytest.raises(LossmithError) as found:
        parse(text)
    place = found.value.place
    assert place is not None
    assert text[place.start : place.stop] == under


def test_a_vector_beside_a_part_of_another_is_refused() -> None:
    with pytest.raises(LossmithError) as found:
        parse("sum(w .* diff(x))", "w: vector(n)")
    assert "number" in found.value.what.en


def test_a_row_in_front_of_a_part_weighs_it() -> None:
    f = parse("w'*diff(x)")
    assert f.expr is parse("sum(i, w[i]*(x[i+1] - x[i]))").expr
    assert any("as long as x" in note.en for note in f.notes)


@given(st.lists(st.integers(-9, 9), min_size=1, max_size=6), st.integers(0, 3))
def test_sums_over_a_part_agree_with_slices(values: list[int], short: int) -> None:
    x = np.array(values, float)
    upper = f"n-{short}" if short else "n"
    f = ls.objective(rf"\sum_{{i=1}}^{{{upper}}} (x_i - 1)^2", wrt="x")
    kept = x[: max(len(x) - short, 0)]
    assert float(f(x=x)) == pytest.approx(float(((kept - 1) ** 2).sum()))


W = np.array([0.3, 2.0, -0.6, 1.1, 5.0])


@pytest.mark.parametrize(
    ("text", "factor"),
    [
        ("2*w'*diff(x)", 2),
        ("-w'*diff(x)", -1),
        ("diff(x)'*w", 1),
        ("-2*w'*diff(x)/3", -2 / 3),
        ("np.diff(x) @ w", 1),
        ("np.dot(w, np.diff(x))", 1),
    ],
)
def test_weights_of_differences_are_as_long_as_the_vector(text: str, factor: float) -> None:
    f = ls.objective(text, declare={"x": "vector", "w": "vector"}, wrt="x")
    assert f(x=X, w=W) == pytest.approx(factor * np.diff(X) @ W[:-1], rel=1e-12)
    again = parse(to_text(f.formula.expr), {"x": "vector", "w": "vector"}, printed=True)
    assert again.expr is f.formula.expr


M = np.array([[np.sin(3 * i + 7 * j) + i * j for j in range(4)] for i in range(5)])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("np.sum(np.abs(np.diff(X, axis=0)))", np.abs(np.diff(M, axis=0)).sum()),
        ("np.sum(np.exp(np.diff(X, axis=1)))", np.exp(np.diff(M, axis=1)).sum()),
        ("np.mean(np.diff(X)**2)", (np.diff(M) ** 2).mean()),
        ("np.mean(X[2:])", M[2:].mean()),
        ("np.linalg.norm(np.diff(X, n=2, axis=0))", np.linalg.norm(np.diff(M, n=2, axis=0))),
        ("np.sum((X[1:, :] - X[:-1, :])**2)", (np.diff(M, axis=0) ** 2).sum()),
        ("np.sum((X[:, 1:] - X[:, :-1])**4)", (np.diff(M, axis=1) ** 4).sum()),
    ],
)
def test_differences_of_a_matrix_follow_the_axis(text: str, value: float) -> None:
    assert ls.objective(text, declare={"X": "matrix"})(X=M) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "declare"),
    [
        ("np.sum((X[1:] - np.diff(X))**2)", "X: matrix(n, n)"),
        ("np.sum(X[1:, 1:])", "X: matrix"),
        ("np.sum(X[1:, :] @ X[:-1, :])", ""),
        ("np.linalg.norm(np.diff(X, axis=0), 2)", "X: matrix"),
        ("np.sum(np.diff(x, axis=1))", "x: vector"),
        ("sum(diff(X))", "X: matrix"),
        ("np.max(np.diff(X, axis=0))", "X: matrix"),
    ],
)
def test_parts_that_would_need_another_size_are_refused(text: str, declare: str) -> None:
    with pytest.raises(LossmithError):
        parse(text, declare)
