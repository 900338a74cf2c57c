"""Laws of vectors and matrices: normalized, by exact reductions and by integrals over the space."""

from __future__ import annotations

from itertools import pairwise, product
from typing import Any

import mpmath
import numpy as np
import pytest
from scipy.special import gammaln

from lossmith.emit.numpy_source import emit
from lossmith.likelihood.discrete import ORDINAL
from lossmith.likelihood.family import Family
from lossmith.likelihood.multivariate import (
    CATEGORICAL,
    DIRICHLET,
    GAUSSIAN_COVARIANCE,
    GAUSSIAN_PRECISION,
    GROUP,
    MAX_NORM,
    NUCLEAR,
    WISHART,
)
from lossmith.run.bind import bind
from lossmith.run.load import load
from lossmith.text.parse import parse

S = np.array([[1.3, 0.4], [0.4, 0.8]])


def energy(family: Family, **values: Any) -> float:
    support = "scalar" if family.support == "a category" else family.support
    declare = {p.name: p.declare for p in family.parameters} | {"y": support}
    formula = parse(family.energy, declare=declare)
    bound = bind(formula.symbols, values)
    return float(load(emit({"energy": formula.expr}, formula.symbols)).call("energy", bound.values))


def test_categorical_probabilities_add_to_one_and_are_the_given_ones() -> None:
    p = np.array([0.2, 0.5, 0.3])
    found = [np.exp(-energy(CATEGORICAL, y=row, p=p)) for row in np.eye(3)]
    assert np.allclose(found, p, rtol=1e-14)


@pytest.mark.parametrize(
    ("family", "name"), [(GAUSSIAN_COVARIANCE, "S"), (GAUSSIAN_PRECISION, "P")]
)
def test_a_gaussian_vector_is_a_product_after_rotation(family: Family, name: str) -> None:
    matrix = S if name == "S" else np.linalg.inv(S)
    mu = np.array([0.3, -1.1])
    values, vectors = np.linalg.eigh(S)
    for y in ([0.1, 0.9], [-2.0, 0.4]):
        z = vectors.T @ (np.array(y) - mu)
        expected = np.sum(z**2 / (2 * values) + np.log(2 * np.pi * values) / 2)
        assert energy(family, y=np.array(y), mu=mu, **{name: matrix}) == pytest.approx(
            expected, rel=1e-13
        )


def test_dirichlet_integrates_to_one_over_the_triangle() -> None:
    alpha = np.array([1.7, 2.3, 3.1])
    at = energy(DIRICHLET, y=np.array([0.2, 0.3, 0.5]), alpha=alpha)
    kernel = -np.sum((alpha - 1) * np.log([0.2, 0.3, 0.5]))
    with mpmath.workdps(15):

        def density(a: Any, b: Any) -> Any:
            rest = 1 - a - b * (1 - a)
            inside = b * (1 - a)
            return a ** (alpha[0] - 1) * inside ** (alpha[1] - 1) * rest ** (alpha[2] - 1) * (1 - a)

        total = mpmath.quad(density, [0, 1], [0, 1])
    assert at == pytest.approx(kernel + float(mpmath.log(total)), rel=1e-9)


@pytest.mark.parametrize("k", [1, 2, 5])
@pytest.mark.parametrize("b", [0.6, 2.0])
def test_norm_laws_are_normalized_shell_by_shell(k: int, b: float) -> None:
    y = np.full(k, 0.7)
    radius = {GROUP.name: float(np.linalg.norm(y)), MAX_NORM.name: 0.7}
    # The sphere of dimension k has the area 2 pi^(k/2)/Gamma(k/2), the cube's surface k 2^k.
    area = {
        GROUP.name: np.log(2) + k / 2 * np.log(np.pi) - gammaln(k / 2),
        MAX_NORM.name: np.log(k) + k * np.log(2),
    }
    for family in (GROUP, MAX_NORM):
        shells = mpmath.quad(lambda r: r ** (k - 1) * mpmath.exp(-r / b), [0, b, mpmath.inf])
        log_total = area[family.name] + float(mpmath.log(shells))
        expected = radius[family.name] / b + log_total
        assert energy(family, y=y, b=b) == pytest.approx(expected, rel=1e-10)


def test_wishart_of_one_number_is_a_gamma_law() -> None:
    nu, v = 3.5, 0.8
    for y in (0.4, 2.2):
        constant = gammaln(nu / 2) + nu / 2 * np.log(2)
        found = energy(WISHART, y=[[y]], nu=nu, V=[[v]]) + constant
        rate, shape = 1 / (2 * v), nu / 2
        gamma = rate * y - (shape - 1) * np.log(y) + gammaln(shape) - shape * np.log(rate)
        assert found == pytest.approx(gamma, rel=1e-13)


def test_wishart_of_two_by_two_matrices_integrates_to_one() -> None:
    # Over y = L L' with L = [[a, 0], [c, d]] the volume is 4 a^2 d (Muirhead 1982, theorem 2.1.9).
    nu, V = 4.0, S
    nodes, weights = np.polynomial.legendre.leggauss(40)
    a, wa = (nodes + 1) * 4, weights * 4
    c, wc = nodes * 6, weights * 6
    inverse = np.linalg.inv(V)
    total = 0.0
    for (x, wx), (z, wz) in product(zip(a, wa, strict=True), zip(c, wc, strict=True)):
        for d, wd in zip(a, wa, strict=True):
            L = np.array([[x, 0.0], [z, d]])
            y = L @ L.T
            level = 0.5 * np.trace(inverse @ y) - 0.5 * (nu - 3) * np.log((x * d) ** 2)
            level += 0.5 * nu * np.log(np.linalg.det(V))
            total += np.exp(-level) * 4 * x**2 * d * wx * wz * wd
    constant = np.log(np.pi) / 2 + gammaln(nu / 2) + gammaln(nu / 2 - 0.5) + nu * np.log(2)
    assert np.log(total) == pytest.approx(constant, abs=1e-5)
    y = np.array([[1.4, 0.2], [0.2, 0.9]])
    level = 0.5 * np.trace(inverse @ y) - 0.5 * (nu - 3) * np.log(np.linalg.det(y))
    level += 0.5 * nu * np.log(np.linalg.det(V))
    assert energy(WISHART, y=y, nu=nu, V=V) == pytest.approx(level, rel=1e-12)


def test_ordinal_categories_add_to_one() -> None:
    cuts = [-800.0, -1.2, 0.3, 2.5, 800.0]
    total = sum(
        np.exp(-energy(ORDINAL, y=0.0, eta=0.4, lower=low, upper=high))
        for low, high in pairwise(cuts)
    )
    assert total == pytest.approx(1.0, rel=1e-14)


def test_the_nuclear_law_is_one_density_for_every_scale() -> None:
    """y = b z has the density p(z)/b^m, m the number of entries, so one constant serves all b."""
    z = np.array([[0.3, -1.2, 0.7], [2.0, 0.4, -0.5]])
    at_one = energy(NUCLEAR, y=z, b=1.0)
    assert at_one == pytest.approx(np.linalg.svd(z, compute_uv=False).sum(), rel=1e-13)
    for b in (0.4, 3.0):
        assert energy(NUCLEAR, y=b * z, b=b) == pytest.approx(
            at_one + z.size * np.log(b), rel=1e-13
        )


def test_the_constant_of_the_nuclear_law_of_one_column() -> None:
    """With one column the nuclear norm is the Euclidean norm: the law is the group law."""
    y = np.array([0.4, -1.1, 0.6])
    k = len(y)
    ball = np.pi ** (k / 2) / np.exp(gammaln(k / 2 + 1))
    constant = gammaln(k + 1) + np.log(ball)  # log(m! V)
    found = energy(NUCLEAR, y=y[:, None], b=1.7) + constant
    assert found == pytest.approx(energy(GROUP, y=y, b=1.7), rel=1e-13)
