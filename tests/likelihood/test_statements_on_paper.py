r"""Laws as people write them: LaTeX, rows x_i, unit matrices, bars."""

from __future__ import annotations

import pytest

from lossmith.likelihood.statement_text import plain_statement
from lossmith.workbench.stated import stated

ALIKE = [
    (r"y \sim \mathcal{N}(Xw, \sigma^2 I)", "y ~ Normal(X*w, sigma)"),
    (r"y \sim \mathcal N(Xw, \sigma^2 I_n)", "y ~ Normal(X*w, sigma)"),
    (r"y_i \sim \mathcal{N}\left(x_i^\top w, \sigma^2\right)", "y ~ Normal(X*w, sigma)"),
    (r"y_i \overset{iid}{\sim} \mathcal{N}(w^T x_i, \sigma^2)", "y ~ Normal(X*w, sigma)"),
    ("y | X, w ~ N(X*w, sigma^2*I)", "y ~ Normal(X*w, sigma)"),
    (r"y \mid X \sim \mathrm{Laplace}(Xw, b)", "y ~ Laplace(X*w, b)"),
    (r"y_i \sim \operatorname{Bernoulli}(\sigma(x_i^\top w))", "y ~ Bernoulli(sigmoid(X*w))"),
    (r"y_i \sim \text{Poisson}(\exp(x_i^T w))", "y ~ Poisson(exp(X*w))"),
    (
        r"y \sim \mathcal{N}(Xw, \sigma^2 I); w \sim \mathcal{N}(0, \tau^2 I)",
        "y ~ Normal(X*w, sigma); w ~ Normal(0, tau)",
    ),
    (
        r"y \sim \mathcal{N}(Xw, \sigma^2); w_j \sim \mathrm{Laplace}(0, b)",
        "y ~ Normal(X*w, sigma); w ~ Laplace(0, b)",
    ),
    (r"y \sim \mathcal{N}(\mu, \Sigma)", "y ~ MVN(mu, Sigma)"),
]


@pytest.mark.parametrize(("paper", "text"), ALIKE, ids=[a for a, _ in ALIKE])
def test_a_law_on_paper_is_the_law_in_text(paper: str, text: str) -> None:
    one, two = stated(paper), stated(text)
    assert one.derived.loss is two.derived.loss
    assert one.status == "proved"
    assert one.to_json()["noise"] == two.to_json()["noise"]


@pytest.mark.parametrize(
    "line",
    ["y ~ Normal(X*w, sigma)", "y ~ Bernoulli(sigmoid(X*w))", "p ~ Dirichlet(alpha)", "y",
     "y ~ Normal(x1, sigma)", "t ~ N(mu, 1/beta)", "y ~ Normal(X*w, sigma=2)"],
)  # fmt: skip
def test_text_stays_as_it_is(line: str) -> None:
    assert plain_statement(line) == line
