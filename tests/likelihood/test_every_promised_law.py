"""Every law that is promised by name: read from its loss, derived from its statement, attacked.

One row a law. A row that is missing, not read, not derived, or whose density no test integrates
makes a test fail.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from test_arrays_integrate import ATTACKED as ARRAYS
from test_every_family import SCALAR

from lossmith.likelihood.table import FAMILIES
from lossmith.workbench.stated import model_of


@dataclass(frozen=True)
class Promise:
    """A law by its name in the field, with a loss that is read as it and a statement of it."""

    named: str
    law: str
    loss: str
    stated: str
    declare: str = ""
    wrt: str = "w"
    sizes: str = ""  # declared beside a statement


SQUARES = "norm2(X*w - y)^2"
DEFINITE = "P, V: matrix(k, k) pd; S: matrix(k, k) psd; nu: scalar > 0"

NOISE = [
    Promise("Gaussian, known variance", "Gaussian", f"{SQUARES}/8", "y ~ Normal(X*w, 2)"),
    Promise("Gaussian, unknown variance", "Gaussian", f"{SQUARES}/(2*s^2) + n*log(s)",
            "y ~ Normal(X*w, s)", "s: scalar > 0", "w,s"),
    Promise("Gaussian, variance per sample", "Gaussian", "sum((y - X*w).^2./v)/2",
            "y ~ Normal(X*w, sqrt(v))", "v: vector(n) > 0", sizes="v: vector(n) > 0"),
    Promise("Laplace", "Laplace", "mean(abs(X*w - y))", "y ~ Laplace(X*w, b)"),
    Promise("Student-t", "Student-t", "3*sum(log(1 + (X*w - y).^2/5))",
            "y ~ StudentT(5, X*w, 1)"),
    Promise("logistic", "logistic", "sum(X*w - y + 2*log(1 + exp(y - X*w)))",
            "y ~ Logistic(X*w, 1)"),
    Promise("Bernoulli 0/1", "Bernoulli", "-sum(y.*log(sigmoid(X*w)) + (1-y).*log(1-sigmoid(X*w)))",
            "y ~ Bernoulli(sigmoid(X*w))", "y in {0, 1}"),
    Promise("Bernoulli -1/1", "Bernoulli on signs", "mean(log(1 + exp(-y.*(X*w))))",
            "y ~ SignBernoulli(sigmoid(X*w))", "y in {-1, 1}"),
    Promise("binomial", "binomial", "sum(m.*log(1 + exp(X*w)) - k.*(X*w))",
            "k ~ Binomial(m, sigmoid(X*w))",
            "k: vector(n) integer >= 0; m: vector(n) integer > 1"),
    Promise("categorical", "categorical", "-sum(Y.*log(softmax(X*W)))",
            "Y ~ Categorical(softmax(X*W))", wrt="W"),
    Promise("ordinal", "ordinal logistic", "-sum(log(sigmoid(u - X*w) - sigmoid(l - X*w)))",
            "y ~ Ordinal(X*w, l, u)", "u, l: vector(n)"),
    Promise("Poisson", "Poisson", "sum(exp(X*w) - y.*(X*w))", "y ~ Poisson(exp(X*w))"),
    Promise("Poisson deviance", "Poisson", "2*sum(y.*log(y./exp(X*w)) - y + exp(X*w))",
            "y ~ Poisson(exp(X*w))"),
    Promise("negative binomial", "negative binomial",
            "sum((y + r).*log(r + mu) - y.*log(mu))", "y ~ NegBinomial(exp(X*w), r)",
            "r: scalar > 0; y: vector(n); mu: vector(n) > 0", "mu"),
    Promise("gamma", "gamma", "sum(y.*exp(-(X*w)) + X*w)", "y ~ Gamma(a, a*exp(-(X*w)))",
            "y > 0"),
    Promise("inverse Gaussian", "inverse Gaussian", "sum((y - mu).^2./(mu.^2.*y))",
            "y ~ InverseGaussian(exp(X*w), lam)", "y, mu: vector(n) > 0", "mu"),
    Promise("Tweedie", "Tweedie", "sum(2*y./sqrt(mu) + 2*sqrt(mu))",
            "y ~ Tweedie(exp(X*w), phi, p)", "mu: vector(n) > 0; y: vector(n) >= 0", "mu"),
    Promise("exponential", "exponential", "lam*sum(t) - n*log(lam)",
            "y ~ Exponential(exp(X*w))", "lam: scalar > 0; t: vector(n) > 0", "lam"),
    Promise("Weibull", "Weibull", "sum((y./exp(X*w)).^k + k*(X*w))", "y ~ Weibull(k, exp(X*w))",
            "k: scalar > 0; y > 0"),
    Promise("von Mises", "von Mises", "-sum(cos(y - X*w))", "y ~ VonMises(X*w, kappa)"),
    Promise("beta", "beta",
            "sum(lgamma(mu*phi) + lgamma((1-mu)*phi) - mu*phi.*log(y) - (1-mu)*phi.*log(1-y))",
            "y ~ Beta(sigmoid(X*w)*phi, (1 - sigmoid(X*w))*phi)",
            "mu, y: vector(n) in (0, 1); phi: scalar > 0", "mu", "X: matrix(n, d); w: vector(d)"),
    Promise("Dirichlet", "Dirichlet",
            "sum(lgamma(a)) - lgamma(sum(a)) - sum((a - 1).*log(p))", "y ~ Dirichlet(exp(X*w))",
            "p: vector(k) simplex; a: vector(k) > 0", "a"),
    Promise("multivariate Gaussian, covariance", "multivariate Gaussian",
            "(X*w - y)'*inv(S)*(X*w - y)", "y ~ MVN(X*w, S)", "S: matrix(n, n) pd"),
    Promise("multivariate Gaussian, precision", "multivariate Gaussian by precision",
            "(X*w - y)'*P*(X*w - y)", "y ~ MVNPrecision(X*w, P)", "P: matrix(n, n) pd"),
    Promise("soft labels", "categorical sample", "kl(p, softmax(z))",
            "y ~ CategoricalSample(softmax(z))", "p: vector(k) simplex", "z"),
    Promise("Wishart draws", "Wishart", "0.5*tr(inv(V)*S) + nu/2*logdet(V)", "S ~ Wishart(nu, V)",
            "V: matrix(k, k) pd; S: matrix(k, k) pd; nu: scalar > 0", "V"),
]  # fmt: skip

PRIORS = [
    Promise("Gaussian", "Gaussian", f"{SQUARES} + lam*norm2(w)^2",
            "y ~ Normal(X*w, s); w ~ Normal(0, t)"),
    Promise("Laplace", "Laplace", f"{SQUARES} + lam*norm1(w)",
            "y ~ Normal(X*w, s); w ~ Laplace(0, b)"),
    Promise("horseshoe-like", "horseshoe-like", f"{SQUARES} - sum(log(log(1 + t^2./w.^2)))",
            "y ~ Normal(X*w, s); w ~ HorseshoeLike(t)", "t: scalar > 0"),
    Promise("elastic net", "elastic net", f"{SQUARES} + a*norm1(w) + lam*norm2(w)^2",
            "y ~ Normal(X*w, s); w ~ ElasticNet(a, b)", "a: scalar > 0"),
    Promise("group", "group Laplace", f"{SQUARES} + lam*norm2(w)",
            "y ~ Normal(X*w, s); w ~ GroupLaplace(b)"),
    Promise("Dirichlet", "Dirichlet", "-y'*log(p) - sum((a - 1).*log(p))",
            "y ~ Categorical(p); p ~ Dirichlet(a)",
            "p: vector(k) simplex; y: vector(k) onehot; a: vector(k) > 0", "p"),
    Promise("Wishart", "Wishart", "tr(S*P) - logdet(P) + tr(V*P) - (nu-k-1)*logdet(P)",
            "y ~ MVNPrecision(mu, P); P ~ Wishart(nu, V)", DEFINITE, "P"),
]  # fmt: skip

ISSUE = (
    "Gaussian known unknown per-sample Laplace Student-t logistic Bernoulli binomial categorical "
    "ordinal Poisson negative-binomial gamma inverse-Gaussian Tweedie exponential Weibull "
    "von-Mises beta Dirichlet covariance precision"
).split()
"""Words of the list of laws that were promised."""


def test_no_promised_law_is_left_out() -> None:
    told = " ".join(p.named for p in NOISE).replace(" per ", " per-")
    for word in ISSUE:
        assert word in told or word.replace("-", " ") in told, word
    assert {p.named for p in PRIORS} >= {
        "Gaussian", "Laplace", "horseshoe-like", "elastic net", "group", "Dirichlet", "Wishart"
    }  # fmt: skip


@pytest.mark.parametrize("p", NOISE, ids=lambda p: p.named)
def test_a_noise_law_is_read_from_its_loss_and_from_its_statement(p: Promise) -> None:
    found = model_of(p.loss, p.declare, p.wrt)
    assert found.status == "proved"
    assert found.to_json()["noise"]["law"] == p.law
    stated = model_of(p.stated, p.sizes, "w" if "X*w" in p.stated else "")
    assert stated.status == "proved"
    assert stated.to_json()["noise"]["law"] == p.law


@pytest.mark.parametrize("p", PRIORS, ids=lambda p: p.named)
def test_a_prior_is_read_from_its_loss_and_from_its_statement(p: Promise) -> None:
    for text, declare in ((p.loss, p.declare), (p.stated, p.sizes)):
        found = model_of(text, declare, p.wrt)
        assert found.status == "proved"
        assert [q["law"] for q in found.to_json()["priors"]] == [p.law]


@pytest.mark.parametrize("law", sorted({p.law for p in (*NOISE, *PRIORS)}))
def test_the_density_of_a_promised_law_is_integrated_by_some_test(law: str) -> None:
    family = next(f for f in FAMILIES if f.name == law)
    assert family in SCALAR or family.name in ARRAYS
