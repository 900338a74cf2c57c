"""A Lipschitz constant holds between any two points, and its proof replays; no forged one does."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import lossmith as ls
from lossmith.atoms.meaning import evaluate
from lossmith.errors import NotCertified
from lossmith.evidence.certificate import Certificate, Claim, Inference
from lossmith.evidence.check import check
from lossmith.expr.build import const, scale
from lossmith.text.writing.printing import to_unicode

FOUND = [
    ("sum(log(1 + exp(-y.*(X*w))))", "y in {-1, 1}", "w", "√n‖X‖₂"),
    ("norm1(w)", "", "w", "√n"),
    ("norm2(X*w - y)", "", "w", "‖X‖₂"),
    ("sum(abs(X*w - y))/n", "", "w", "‖X‖₂/√n"),
    ("logsumexp(X*w)", "", "w", "‖X‖₂"),
    ("3*sin(2*x) + x", "", "x", "7"),
    ("lam*norm1(w) + sum(max(0, 1 - y.*(X*w)))", "lam >= 0; y in {-1, 1}", "w", "√n‖X‖₂ + λ√d"),
    ("max(x) - min(x)", "", "x", "2"),
    ("abs(x)", "x: scalar", "x", "1"),
    ("abs(x) + relu(x - 1)", "x: scalar", "x", "2"),
    ("sum(c.*sigmoid(X*w))", "", "w", "¼‖X‖₂‖c‖₂"),
    ("k*norm2(x)", "", "x", "|k|"),
    ("softplus(a'*x + b)", "", "x", "‖a‖₂"),
    ("exp(-x)", "x >= 0", "x", "1"),
    ("sqrt(x)", "x >= 1", "x", "½"),
    ("sqrt(1 + x^2)", "x: scalar", "x", "1"),
    ("sqrt(9 + 4*norm2(X*w - y)^2)", "", "w", "2‖X‖₂"),
    ("log(1 + x^2)", "x: scalar", "x", "1"),
    ("max(x, 2*x, -3*x)", "x: scalar", "x", "3"),
    ("min(x, 1 - 2*x)", "x: scalar", "x", "2"),
]
NONE = [
    ("norm2(w)^2", "", "w"),
    ("exp(x)", "", "x"),
    ("x*y", "", "x, y"),
    ("sqrt(x)", "", "x"),
    ("softplus(x)", "x: scalar integer", "x"),  # no convex set: the checker takes no such claim
    ("norm2(X*w)", "w: vector(d) in {0, 1}", "w"),
]


@pytest.mark.parametrize(("formula", "declare", "wrt", "k"), FOUND)
def test_a_constant_is_found_and_no_two_points_break_it(formula, declare, wrt, k):
    f = ls.objective(formula, declare=declare, wrt=wrt)
    found = f.lipschitz()
    assert to_unicode(found.value) == k
    check(found.certificate)
    rng = np.random.default_rng(3)
    sizes = {"n": 3, "d": 2}
    for _ in range(40):
        data = {s.name: drawn(s, sizes, rng) for s in f.formula.symbols if s not in f.wrt}
        (x,) = f.wrt
        a, b = drawn(x, sizes, rng), drawn(x, sizes, rng)
        named = {s: exactly(data[s.name]) for s in f.formula.symbols if s.name in data}
        bound = float(evaluate(found.value, named, sizes).upper())
        gap = abs(f(**data, **{x.name: a}) - f(**data, **{x.name: b}))
        assert gap <= bound * np.linalg.norm(np.subtract(a, b)) * (1 + 1e-12)


def drawn(s, sizes, rng):
    z = rng.normal(size=[sizes[d] for d in s.shape]) * rng.choice([0.1, 1, 5])
    if s.assumptions.values is not None:
        z = np.sign(z)
    lo = s.assumptions.interval.lo
    z = z if lo is None or s.assumptions.values is not None else float(lo) + np.abs(z)
    return z if s.shape else float(z)


def exactly(v):
    """Return floats as the fractions that they are."""
    return [exactly(x) for x in v] if np.ndim(v) else Fraction(float(v))


@pytest.mark.parametrize(("formula", "declare", "wrt"), NONE)
def test_nothing_is_claimed_without_a_bound_on_the_slopes(formula, declare, wrt):
    found = ls.objective(formula, declare=declare, wrt=wrt).lipschitz()
    assert found.value is None
    assert found.reason is not None


def test_layers_multiply_their_norms():
    f = ls.objective("W2*relu(W1*x + b) + c", wrt="x")
    assert to_unicode(f.lipschitz().value) == "‖W₁‖₂‖W₂‖₂"


@pytest.mark.parametrize(("formula", "declare", "wrt", "k"), FOUND)
def test_half_of_the_constant_is_refused_at_every_step(formula, declare, wrt, k):
    proof = ls.objective(formula, declare=declare, wrt=wrt).lipschitz().certificate
    for j, node in enumerate(proof.nodes):
        if node.claim.kind != "lipschitz" or node.claim.other is const(0):
            continue
        half = scale(Fraction(1, 2), node.claim.other)
        claim = Claim("lipschitz", node.claim.expr, node.claim.wrt, None, half)
        forged = Inference(claim, node.rule, node.premises, node.parameters)
        with pytest.raises(NotCertified):
            check(Certificate((*proof.nodes[:j], forged)))
