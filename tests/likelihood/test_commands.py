"""What ``model`` shows beyond the reading: decompositions, simulations, dropout."""

from __future__ import annotations

import sys
from pathlib import Path

import mpmath
import numpy as np
import pytest

import lossmith as ls
from lossmith.likelihood.divergence import divergence
from lossmith.likelihood.family import Family
from lossmith.likelihood.table import FAMILIES
from lossmith.workbench.draws import DRAWS

sys.path.insert(0, str(Path(__file__).parents[1] / "faces"))

from command_line import answer, run
from test_every_family import DRAWS as VALUES
from test_every_family import compiled, expectation, of_y

# -- cross-entropy = entropy + divergence ----------------------------------------------------------

DECOMPOSED = [
    ("Gaussian", "mu"), ("exponential", "rate"), ("gamma", "rate"), ("Bernoulli", "p"),
    ("Poisson", "mu"), ("binomial", "p"), ("negative binomial", "mu"), ("inverse Gaussian", "mu"),
    ("Bernoulli on signs", "p"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "moved"), DECOMPOSED, ids=[n for n, _ in DECOMPOSED])
def test_the_divergence_is_the_expected_difference_of_energies(name: str, moved: str) -> None:
    """Against sums and quadrature with 20 digits."""
    family = next(f for f in FAMILIES if f.name == name)
    found = divergence(family, (moved,))
    assert found is not None
    energy = compiled(family.energy, family)[0]
    with mpmath.workdps(20):
        values = {k: mpmath.mpf(v) for k, v in VALUES.items()}
        other = values[moved] * mpmath.mpf("1.3")
        at_truth = of_y(energy, family)
        at_model = function_at(energy, values | {moved: other})
        stated = number(found.divergence, values | {moved: other, f"{moved}_0": values[moved]})
        got = expectation(family, lambda y: at_model(y) - at_truth(y))
        assert abs(got - stated) < mpmath.mpf(10) ** -9
        assert stated > 0


def function_at(energy, values):
    from by_mpmath import function

    inside = function(energy)
    return lambda y: inside({**values, "y": y})


def number(e, values):
    from by_mpmath import function

    return function(e)(values)


def test_laws_whose_energies_are_no_polynomials_have_no_closed_divergence() -> None:
    for name in ("Laplace", "Student-t", "Huber", "asymmetric Laplace", "von Mises"):
        family = next(f for f in FAMILIES if f.name == name)
        assert divergence(family, ("mu",)) is None


@pytest.mark.parametrize(
    ("formula", "status", "entropy"),
    [
        ("mean((X*w-y).^2)", "proved", "½ log(2π) + log(σ) + ½"),
        ("sum(softplus(X*w)-y.*(X*w))", "proved", "−p₀ log(p₀) − (1 − p₀) log(1 − p₀)"),
        ("-sum(Y.*log(softmax(X*W)))", "proved", "−p₀ᵀ log(p₀)"),
        ("sum(exp(X*w)-y.*(X*w))", "shown", "H does not depend on the model"),
    ],
)
def test_cross_entropy_is_entropy_plus_divergence(formula: str, status: str, entropy: str) -> None:
    shown = run("model", formula, "--cross-entropy")
    assert "E[−log p(y)] = H + KL" in shown
    assert entropy in shown
    assert "H + KL" in run("model", formula, "--cross-entropy", "--lang", "zh")
    assert answer("model", formula, "--cross-entropy")["model"]["divergence"]["status"] == status


# -- the law of large numbers ----------------------------------------------------------------------


@pytest.mark.parametrize("name", [n for n in DRAWS if n != "categorical"])
def test_draws_have_the_mean_and_variance_of_the_law(name: str) -> None:
    family: Family = next(f for f in FAMILIES if f.name == name)
    values = {p.name: float(VALUES[p.name]) for p in family.parameters}
    y = DRAWS[name](np.random.default_rng(5), {k: np.full(40_000, v) for k, v in values.items()})
    exact = {k: mpmath.mpf(v) for k, v in values.items()}
    for stated, found in ((family.mean, y), (family.variance, (y - y.mean()) ** 2)):
        if stated:
            want = float(number(compiled(f"{stated} + 0*y", family)[0], exact | {"y": 0.5}))
            # Six standard errors: fails once in 10^9 draws of a right row.
            assert abs(found.mean() - want) < 6 * found.std() / 200


@pytest.mark.parametrize(
    ("formula", "options"),
    [
        ("x ~ Bernoulli(q)", ["--declare", "x: vector(n)", "--wrt", "q"]),  # without labels
        ("x ~ Poisson(m)", ["--declare", "x: vector(n)", "--wrt", "m"]),
        ("y ~ Bernoulli(sigmoid(X*w))", []),
        ("y ~ Laplace(X*w, b)", ["--wrt", "w"]),
        ("mean((X*w-y).^2)", []),
        ("-sum(Y.*log(softmax(X*W)))", []),
        ("sum(y.*exp(-X*w) + X*w)", ["--declare", "y: vector(n) > 0"]),
    ],
)
def test_averages_tend_to_entropy_plus_divergence(formula: str, options: list[str]) -> None:
    found = answer("model", formula, *options, "--simulate", "7")["simulation"]
    assert found["shown"]
    limits = found["entropy"], found["entropy"] + found["divergence"]
    for column, limit in zip(("at_truth", "at_other"), limits, strict=True):
        # 100 000 observations whose energies spread by less than 3.
        assert abs(found[column][-1] - limit) < 0.05
    assert found["divergence"] > 0


def test_a_simulation_is_that_of_its_seed_and_speaks_both_languages() -> None:
    command = ["model", "x ~ Bernoulli(q)", "--declare", "x: vector(n)", "--wrt", "q", "--simulate"]
    shown = run(*command, "7", "--lang", "zh")
    assert "大数定律" in shown
    assert run(*command, "7", "--lang", "zh") == shown
    assert run(*command, "8", "--lang", "zh") != shown


def test_the_simulated_entropy_of_a_coin_is_that_of_the_formula() -> None:
    found = answer("model", "x ~ Bernoulli(q)", "--declare", "x: vector(n)", "--wrt", "q",
                   "--simulate", "3")["simulation"]  # fmt: skip
    p, q = (float(found[k].split("= ")[1]) for k in ("truth", "other"))
    entropy = -p * np.log(p) - (1 - p) * np.log(1 - p)
    divergence = p * np.log(p / q) + (1 - p) * np.log((1 - p) / (1 - q))
    assert found["entropy"] == pytest.approx(entropy, abs=2e-3)  # the point has three decimals
    assert found["divergence"] == pytest.approx(divergence, abs=5e-3)


def test_what_cannot_be_drawn_is_refused() -> None:
    assert "no data can be drawn" in run("model", "sum(sin(X*w - y))", "--simulate", "1", code=2)
    assert "vector(n)" in run("model", "x ~ Bernoulli(q)", "--wrt", "q", "--simulate", "1", code=2)


# -- dropout ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "weight"),
    [("norm2(X*w-y)^2", ""), ("0.5*norm2(X*w-y)^2", " · ½"), ("mean((X*w-y).^2)", " · (1/n)")],
)
def test_dropout_of_a_squared_loss_is_a_ridge(formula: str, weight: str) -> None:
    shown = run("model", formula, "--dropout")
    for factor in ("p(1 − p)", "p/(1 − p)"):
        assert f"the weight of wⱼ² is {factor}{weight} · diag(XᵀX)ⱼ" in shown
    assert "权重" in run("model", formula, "--dropout", "--lang", "zh")


def test_the_expectation_over_masks_is_that_of_simulated_masks() -> None:
    found = answer("model", "norm2(X*w-y)^2 + 0.2*norm1(w)", "--dropout")["dropout"]
    rng = np.random.default_rng(2)
    X, w, y, p = rng.normal(size=(3, 2)), np.array([0.7, -1.2]), rng.normal(size=3), 0.3
    for name, scale in (("plain", 1.0), ("inverted", 1 / (1 - p))):
        f = ls.objective(found[name]["expectation"], wrt="w")
        masks = (rng.random((200_000, 3, 2)) > p) * scale
        losses = (((X * masks) @ w - y) ** 2).sum(axis=1) + 0.2 * np.abs(w).sum()
        assert abs(losses.mean() - f(X=X, w=w, y=y, p=p)) < 5 * losses.std() / 200_000**0.5


@pytest.mark.parametrize(
    "formula", ["norm1(X*w-y)", "sum(softplus(X*w)-y.*(X*w))", "norm2(w)^2", "sum(relu(X*w))"]
)
def test_dropout_of_other_losses_is_refused(formula: str) -> None:
    assert "UsageError" in run("model", formula, "--dropout", code=2)
