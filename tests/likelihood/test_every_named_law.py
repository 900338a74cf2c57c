"""The laws and priors that a user may name, each from its statement to the loss and back.

One row each: what is stated, the law that is read from the loss, what stands in the loss, the
Fisher information (empty: no closed form), and whether the canonical link leaves X'(h - y).
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "faces"))

from command_line import answer, run

NOISE: list[tuple[str, str, str, str, str, bool]] = [
    # stated, declared, law, in the loss, Fisher information of w, canonical
    ("y ~ Normal(X*w, 2)", "", "Gaussian", "norm2(X*w - y)^2", "X'*X/4", True),
    ("y ~ Normal(X*w, s)", "", "Gaussian", "norm2(X*w - y)^2/(2*s^2)", "X'*X/s^2", True),
    ("y ~ Normal(X*w, s)", "s: vector(n) > 0", "Gaussian", "(X*w - y).^2./s.^2",
     "X'*diag(1./s.^2)*X", True),
    ("y ~ Laplace(X*w, b)", "", "Laplace", "norm1(y - X*w)/b", "X'*X/b^2", False),
    ("y ~ StudentT(5, X*w, 2)", "", "Student-t", "(X*w - y).^2", "3*X'*X/16", False),
    ("y ~ Logistic(X*w, s)", "", "logistic", "softplus((y - X*w)/s)", "X'*X/(3*s^2)", False),
    ("y ~ Bernoulli(sigmoid(X*w))", "", "Bernoulli", "sum(softplus(X*w)) - y'*X*w",
     "X'*diag(sigmoid(X*w).*(1 - sigmoid(X*w)))*X", True),
    ("y ~ SignBernoulli(sigmoid(X*w))", "", "Bernoulli on signs", "softplus",
     "X'*diag(sigmoid(X*w).*(1 - sigmoid(X*w)))*X", False),
    ("k ~ Binomial(m, sigmoid(X*w))", "", "binomial", "m*sum(softplus(X*w)) - k'*X*w",
     "m*X'*diag(sigmoid(X*w).*(1 - sigmoid(X*w)))*X", True),
    ("Y ~ Categorical(softmax(X*w))", "", "categorical", "logsumexp(X*w)", "*", True),
    ("y ~ Ordinal(X*w, l, u)", "", "ordinal logistic", "sigmoid(u - X*w)", "", False),
    ("y ~ Poisson(exp(X*w))", "", "Poisson", "sum(exp(X*w)) - y'*X*w", "X'*diag(exp(X*w))*X", True),
    ("y ~ NegBinomial(exp(X*w), r)", "", "negative binomial", "softplus(log(r) - X*w)",
     "r*X'*diag(exp(X*w)./(exp(X*w) + r))*X", False),
    ("y ~ Gamma(a, a*exp(-(X*w)))", "", "gamma", "y'*exp(-X*w)", "a*X'*X", False),
    ("y ~ InverseGaussian(exp(X*w), lam)", "", "inverse Gaussian", "lam*sum((exp(X*w) - y).^2",
     "lam*X'*diag(exp(-X*w))*X", False),
    ("y ~ Tweedie(exp(X*w), phi, p)", "", "Tweedie", "exp(X*w)",
     "X'*diag(exp((2 - p)*(X*w)))*X/phi", False),
    ("y ~ Exponential(exp(X*w))", "", "exponential", "y'*exp(X*w)", "X'*X", False),
    ("y ~ Weibull(k, exp(X*w))", "", "Weibull", "exp(k*(log(y) - X*w))", "k^2*X'*X", False),
    ("y ~ VonMises(X*w, kappa)", "", "von Mises", "kappa*sum(cos(y - X*w))", "", False),
    ("y ~ Beta(sigmoid(X*w)*phi, (1 - sigmoid(X*w))*phi)", "X: matrix(n, d); w: vector(d)", "beta",
     "lgamma", "*", False),
    ("y ~ Dirichlet(exp(X*w))", "", "Dirichlet", "lgamma(exp(X*w))", "", False),
    ("y ~ MVN(X*w, S)", "", "multivariate Gaussian", "inv(S)*X*w", "X'*inv(S)*X", False),
    ("y ~ MVNPrecision(X*w, P)", "", "multivariate Gaussian by precision", "P*X*w", "X'*P*X",
     False),
]  # fmt: skip


def spelled(text: str) -> str:
    return text.replace(" ", "")


@pytest.mark.parametrize(
    ("text", "declare", "law", "part", "information", "canonical"), NOISE, ids=[r[0] for r in NOISE]
)
def test_a_law_becomes_its_loss_and_is_read_back(
    text: str, declare: str, law: str, part: str, information: str, canonical: bool
) -> None:
    options = ["--wrt", "w", *(["--declare", declare] if declare else [])]
    found = answer("model", text, *options)["model"]
    assert found["status"] == "proved"
    assert found["noise"]["law"] == law
    assert spelled(part) in spelled(found["loss"])
    shown = run("model", text, *options)
    assert "the laws multiply" in shown
    assert "dropped, since w" in shown or "nothing is dropped" in shown
    assert ("canonical link" in shown) == canonical
    if information == "*":
        return
    stated = found["fisher"].get("w", {}).get("value", "")
    assert bool(stated) == bool(information)
    if information:
        both = [f"sum(({e})*u)" for e in (stated, information)]
        assert are_equal(*both, declare)


def are_equal(f: str, g: str, declare: str) -> bool:
    kinds = ["X: matrix(n, d)", "u: vector(d)", "w: vector(d)", declare]
    if "S" in f:
        kinds.append("S: matrix(n, n) pd")
    if "P" in f:
        kinds.append("P: matrix(n, n) pd")
    found = answer("compare", f, g, "--declare", "; ".join(filter(None, kinds)), "--wrt", "u")
    return found["kind"] == "equal"


PRIORS = [
    ("Normal(0, t)", "", "Gaussian", "norm2(w)^2"),
    ("Laplace(0, b)", "", "Laplace", "norm1(w)/b"),
    ("HorseshoeLike(t)", "", "horseshoe-like", "log(log(1 + t^2./w.^2))"),
    ("ElasticNet(a, b)", "", "elastic net", "a*norm1(w) + b*norm2(w)^2"),
    ("GroupLaplace(b)", "", "group Laplace", "norm2(w)/b"),
    ("StudentT(3, 0, t)", "", "Student-t", "log(1 + w.^2/(3*t^2))"),
    (
        "MVNPrecision(m, P)",
        "m: vector(d); P: matrix(d, d) pd; w: vector(d); X: matrix(n, d)",
        "multivariate Gaussian by precision",
        "P*",
    ),
]


@pytest.mark.parametrize(("stated", "declare", "law", "part"), PRIORS, ids=[r[0] for r in PRIORS])
def test_a_prior_becomes_its_penalty_and_is_read_back(
    stated: str, declare: str, law: str, part: str
) -> None:
    options = ["--wrt", "w", *(["--declare", declare] if declare else [])]
    found = answer("model", f"y ~ Normal(X*w, s); w ~ {stated}", *options)["model"]
    assert found["status"] == "proved"
    assert [p["law"] for p in found["priors"]] == [law]
    pieces = [spelled(p) for p in part.split(" + ")]
    assert all(p in spelled(found["loss"]) for p in pieces), found["loss"]


@pytest.mark.parametrize(
    ("text", "wrt", "law"),
    [
        ("y ~ Categorical(p); p ~ Dirichlet(a)", "p", "Dirichlet"),
        ("y ~ MVN(m, S); S ~ InvWishart(nu, P)", "S", "inverse Wishart"),
        ("S ~ GaussianSample(P)", "P", "Gaussian sample"),
    ],
)
def test_laws_of_probabilities_and_matrices_are_read_back(text: str, wrt: str, law: str) -> None:
    found = answer("model", text, "--wrt", wrt)["model"]
    assert found["status"] == "proved"
    laws = [p["law"] for p in found["priors"]] + [found["noise"]["law"]]
    assert law in laws


@pytest.mark.parametrize(
    ("loss", "bound"),
    [
        ("sum((X*w-y).^2./(1+(X*w-y).^2))", "at most 1 "),  # Geman-McClure
        ("mean((X*w-y).^2./(2+(X*w-y).^2))", "at most 1/n "),
        ("0.5*sum((y-X*w).^2./(1+(y-X*w).^2)) + lam*norm2(w)^2", "at most 1/2 "),
        ("sum(1-exp(-(y-X*w).^2))", "exceeds"),  # Welsch
    ],
)
def test_redescending_losses_are_proved_to_have_no_normalizer(loss: str, bound: str) -> None:
    shown = run("model", loss, "--wrt", "w", code=1)
    assert "REFUTED" in shown
    assert bound in shown
    assert "积分为无穷" in run("model", loss, "--wrt", "w", "--lang", "zh", code=1)


@pytest.mark.parametrize(
    "loss", ["sum((X*w-y).^4./(1+(X*w-y).^2))", "sum((X*w-y).^2./(1+abs(X*w-y)))"]
)
def test_losses_that_grow_without_bound_are_not_refused(loss: str) -> None:
    assert "REFUTED" not in run("model", loss, "--wrt", "w", code=3)


def test_hinge_and_focal_losses_are_no_likelihoods_as_such() -> None:
    for loss in (
        "sum(max(0,1-y.*(X*w)))",
        "sum((1-sigmoid(y.*(X*w))).^2.*log(1+exp(-y.*(X*w))))",
    ):
        assert "not a likelihood of y in {-1, 1}" in run("model", loss, "--wrt", "w", code=1)
