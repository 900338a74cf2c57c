"""The names of the Python face that its page promises, asked of one objective.

Left out: what belongs to rooms that are not built yet: f.plot, f.report, ls.estimator, and the
certificate of a run of a solver, whose bound on the gap is a float.
"""

import json

import numpy as np
import pytest

import lossmith as ls

RANDOM = np.random.default_rng(20)
X = RANDOM.normal(size=(7, 3))
Y = np.array([1.0, -1.0, 1.0, 1.0, -1.0, 1.0, -1.0])
W, V = RANDOM.normal(size=(2, 3))
VALUES = {"X": X, "y": Y, "lam": 0.1}

F = ls.objective(
    "sum(log(1 + exp(-y .* (X*w)))) + lam*norm2(w)^2",
    declare={"y": "vector(n) in {-1, 1}", "lam": "scalar >= 0"},
    wrt="w",
)

PROMISED = {
    "gradient": ("latex", "steps", "expr", "shape", "to_json"),
    "hessian": ("latex", "steps", "expr", "shape", "structure", "dense", "matvec", "solve"),
    "jacobian": ("latex", "expr", "to_json"),
    "likelihood": ("status", "noise", "priors", "dropped", "evidence", "to_json"),
    "domain": ("conditions", "to_json"),
}

ANSWERS = {
    "curvature": (
        "status", "label", "strict", "strong", "smooth", "certificate", "witness", "assumptions",
        "tried", "blocked_at", "to_json",
    ),
    "is_convex": ("status", "to_json"),
    "is_concave": ("status", "to_json"),
    "blocks": ("to_json",),
    "proof": ("html", "latex"),
}  # fmt: skip


@pytest.mark.parametrize("name", PROMISED)
def test_a_promised_attribute_has_its_promised_parts(name):
    f = ls.objective("A*x", wrt="x") if name == "jacobian" else F
    found = getattr(f, name)
    assert [part for part in PROMISED[name] if not hasattr(found, part)] == []


@pytest.mark.parametrize("name", ANSWERS)
def test_a_promised_method_answers_with_its_promised_parts(name):
    found = getattr(F, name)()
    assert [part for part in ANSWERS[name] if not hasattr(found, part)] == []


def test_a_run_of_a_solver_has_its_promised_parts():
    found = F.solve(**VALUES)
    parts = ("x", "value", "status", "trace", "to_json")
    assert [part for part in parts if not hasattr(found, part)] == []


def test_the_numbers_of_a_hessian_agree_by_each_of_its_names():
    dense = F.hessian.dense(w=W, **VALUES)
    product = F.hessian.matvec(V, w=W, **VALUES)
    # Sums of ten products of numbers below 10: some 1e-15 of rounding each.
    np.testing.assert_allclose(dense, F.hessian(w=W, **VALUES), rtol=1e-13)
    np.testing.assert_allclose(product, dense @ V, rtol=1e-12)
    np.testing.assert_allclose(product, F.hvp(V, w=W, **VALUES), rtol=1e-12)
    # Its condition number is below 1e3.
    np.testing.assert_allclose(F.hessian.solve(product, w=W, **VALUES), V, rtol=1e-11)


def test_the_likelihood_is_the_model_with_its_law_its_prior_and_what_was_dropped():
    found = F.likelihood
    assert found is F.model()
    assert found.status == "proved"
    assert found.noise.pattern.name == "Bernoulli on signs, logit"
    assert [p.penalty.family.name for p in found.priors] == ["Gaussian"]
    assert "lam" in ls.to_text(found.dropped)
    unread = ls.objective("sum(max(0, 1 - y.*(X*w)))", "y: vector(n) in {-1, 1}", "w").likelihood
    assert (unread.noise, unread.priors, unread.dropped) == (None, (), None)


def test_everything_that_is_promised_as_json_is_plain_data():
    given = [
        getattr(F, name).to_json() for name in PROMISED if name != "jacobian" and name != "hessian"
    ]
    given += [getattr(F, name)().to_json() for name in ANSWERS if name not in ("proof",)]
    given += [F.to_json(), ls.compare("norm2(w)^2", "0.5*norm2(w)^2").to_json()]
    assert all(json.loads(json.dumps(data)) for data in given)


@pytest.mark.parametrize("target", ["numpy", "numba", "jax", "torch", "latex", "markdown"])
def test_code_is_written_for_every_promised_target(target):
    assert "softplus" in F.code(target) or "log" in F.code(target)
