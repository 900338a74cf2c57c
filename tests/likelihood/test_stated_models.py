"""Models stated as laws: hyperpriors, conjugate pairs, several observations, and what is none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lossmith import LossmithError, UsageError, verify
from lossmith.judge.normal import meet
from lossmith.likelihood.lift import instance
from lossmith.text.parse import parse
from lossmith.workbench.stated import Stated, model_of

REALS = "y: vector(n); mu: scalar"
MODELS = {
    "normal with a prior of its mean": (
        "y ~ Normal(mu, s); mu ~ Normal(m, t)",
        REALS,
        "sum((y - mu).^2)/(2*s^2) + (mu - m)^2/(2*t^2)",
    ),
    "beta and Bernoulli": (
        "y ~ Bernoulli(p); p ~ Beta(a, b)",
        "y: vector(n); p: scalar",
        "-(sum(y) + a - 1)*log(p) - (n - sum(y) + b - 1)*log(1 - p)",
    ),
    "beta and binomial": (
        "k ~ Binomial(m, p); p ~ Beta(a, b)",
        "",
        "-(k + a - 1)*log(p) - (m - k + b - 1)*log(1 - p)",
    ),
    "gamma and Poisson": (
        "y ~ Poisson(r); r ~ Gamma(a, b)",
        "y: vector(n); r: scalar",
        "(n + b)*r - (sum(y) + a - 1)*log(r)",
    ),
    "gamma and exponential": (
        "y ~ Exponential(r); r ~ Gamma(a, b)",
        "y: vector(n); r: scalar",
        "(sum(y) + b)*r - (n + a - 1)*log(r)",
    ),
    "inverse gamma and a variance": (
        "y ~ Normal(m, sqrt(v)); v ~ InverseGamma(a, b)",
        "y: vector(n); m: scalar; v: scalar",
        "(n/2 + a + 1)*log(v) + (sum((y - m).^2)/2 + b)/v",
    ),
    "Dirichlet and multinomial": (
        "c ~ Multinomial(m, p); p ~ Dirichlet(a)",
        "c: vector(k); p: vector(k); a: vector(k)",
        "-sum((c + a - 1).*log(p))",
    ),
    "Wishart and a precision": (
        "y ~ MultivariateNormal(m, inv(P)); P ~ Wishart(nu, V)",
        "y: vector(k); m: vector(k); P: matrix(k, k) pd; V: matrix(k, k) pd",
        "(y - m)'*P*(y - m)/2 + tr(P*inv(V))/2 + (k - nu)/2*logdet(P)",
    ),
    "weights with a mean of their own": (
        "y ~ Normal(X*w, s); w ~ Normal(m, t); m ~ Normal(0, u)",
        "m: scalar",
        "norm2(X*w - y)^2/(2*s^2) + sum((w - m).^2)/(2*t^2) + m^2/(2*u^2)",
    ),
    "mean and scale, both with a law": (
        "y ~ Normal(mu, s); mu ~ Normal(0, t); s ~ Exponential(r)",
        REALS,
        "sum((y - mu).^2)/(2*s^2) + n*log(s) + mu^2/(2*t^2) + r*s",
    ),
    "angles": (
        "y ~ VonMises(mu, q); mu ~ VonMises(0, r)",
        REALS,
        "-q*sum(cos(y - mu)) - r*cos(mu)",
    ),
    "two observations of one predictor": (
        "y ~ Poisson(exp(X*w)); z ~ Bernoulli(sigmoid(X*w)); w ~ Normal(0, t)",
        "",
        "sum(exp(X*w)) - (y + z)'*X*w + sum(softplus(X*w)) + norm2(w)^2/(2*t^2)",
    ),
    "a covariance with a nugget": (
        "y ~ MultivariateNormal(0, K + s*eye)",
        "K: matrix(n, n) pd; s: scalar > 0; y: vector(n)",
        "y'*inv(K + s*eye)*y/2 + logdet(K + s*eye)/2",
    ),
}


@pytest.mark.parametrize(("text", "declare", "loss"), MODELS.values(), ids=MODELS)
def test_the_loss_of_stated_laws_is_the_one_of_the_textbook(
    text: str, declare: str, loss: str
) -> None:
    found = model_of(text, declare, "s" if "eye" in text else "")
    assert isinstance(found, Stated)
    assert found.status == "proved"
    symbols = {s.name: s for s in found.joint.formula.symbols}
    wanted = instance(loss, dict(symbols))
    assert meet(found.derived.loss, wanted) is not None, str(found)


@pytest.mark.parametrize(("text", "declare", "loss"), MODELS.values(), ids=MODELS)
def test_what_a_stated_model_saves_is_verified(
    text: str, declare: str, loss: str, tmp_path: Path
) -> None:
    found = model_of(text, declare, "s" if "eye" in text else "")
    assert found.evidence is not None
    file = tmp_path / "evidence.json"
    file.write_text(json.dumps(found.evidence.to_json()))
    verify(str(file))


@pytest.mark.parametrize(
    "text", ["y ~ Normal(0, sum(y))", "y ~ Normal(w, 1); w ~ Normal(y, 1)",
             "y ~ Normal(a, 1); a ~ Normal(b, 1); b ~ Normal(a, 1)"]
)  # fmt: skip
def test_a_symbol_that_depends_on_itself_has_no_law(text: str) -> None:
    with pytest.raises(UsageError, match="depend"):
        model_of(text)


def test_a_flat_prior_is_no_line_and_is_told() -> None:
    told = str(model_of("y ~ Normal(mu, s); s ~ Exponential(1)", REALS, "mu,s"))
    assert "no law is stated for μ: its prior is flat" in told


def test_a_scale_that_may_be_negative_is_asked_to_be_positive() -> None:
    assert "where Xv > 0" in str(model_of("y ~ Normal(X*w, X*v)", "", "w,v"))


def test_a_stated_law_is_told_by_its_own_parameters() -> None:
    told = str(model_of("y ~ Normal(X*w, s); w ~ Normal(m, t); m ~ Normal(0, u)", "m: scalar"))
    assert "y ~ N(Xw, s²)" in told
    assert "w ~ N(m, t²)" in told
    assert "for f as it stands" not in told


def test_a_kind_that_is_declared_keeps_what_the_law_promises() -> None:
    found = model_of("y ~ Bernoulli(p); p ~ Beta(a, b)", "y: vector(n); p: scalar")
    assert isinstance(found, Stated)
    p = next(s for s in found.joint.formula.symbols if s.name == "p")
    assert p.assumptions == parse("p^2", declare="p: scalar in (0, 1)").symbols[0].assumptions


def test_the_horseshoe_is_stated_by_the_law_of_its_scales() -> None:
    with pytest.raises(LossmithError) as refused:
        model_of("y ~ Normal(X*w, 1); w ~ Horseshoe(t)", "", "w", "")
    assert "w ~ Normal(0, t*l); l ~ HalfCauchy(1)" in str(refused.value)
    declare = "w, l: vector(d); t: scalar > 0"
    found = model_of("y ~ Normal(X*w, 1); w ~ Normal(0, t*l); l ~ HalfCauchy(1)", declare, "", "")
    assert found.status == "proved"
    told = {row["variable"]: row["law"] for row in found.to_json()["priors"]}
    assert told == {"w": "Gaussian", "l": "half-Cauchy"}


def test_a_capital_letter_is_one_draw_a_row() -> None:
    found = model_of("Y ~ Categorical(softmax(X*W))", "", "W", "")
    assert found.status == "proved"
    assert "Y (n, k) onehot   X (n, d)   W (d, k) variable" in str(found)


def test_a_square_in_the_place_of_a_standard_deviation_is_told() -> None:
    def told(text: str) -> bool:
        return "is the standard deviation here" in str(model_of(text))

    assert told("y ~ Normal(X*w, sigma^2)")
    assert not told("y ~ N(X*w, sigma^2)")
    assert not told("y ~ Normal(X*w, sigma)")
