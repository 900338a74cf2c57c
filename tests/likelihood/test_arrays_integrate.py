"""Laws of vectors and matrices in arbitrary precision: mass 1 and expected scores 0.

Energies and scores are evaluated in balls of 128 bits at rational points; sums over outcomes and
quadratures that are exact for polynomials leave no error but rounding. Wishart laws use the mean of
a sum of outer products of Gaussian draws, and the mass of the sum is known for one row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise, product
from typing import Any

import mpmath
import pytest

from lossmith.atoms.meaning import entries, evaluate
from lossmith.calculus.gradient import gradient
from lossmith.expr.node import Expr, Symbol
from lossmith.likelihood.family import Family
from lossmith.likelihood.table import FAMILIES
from lossmith.text.parse import parse

ATTACKED = (
    "categorical", "categorical sample", "ordinal logistic", "multivariate Gaussian",
    "multivariate Gaussian by precision", "Dirichlet", "group Laplace", "Wishart",
)  # fmt: skip
TINY = mpmath.mpf(10) ** -25
F = Fraction
Values = Mapping[str, Any]


@pytest.fixture(autouse=True)
def _digits():
    with mpmath.workdps(30):
        yield


def family(name: str) -> Family:
    return next(f for f in FAMILIES if f.name == name)


def energy(law: Family) -> tuple[Expr, tuple[Symbol, ...]]:
    support = "scalar" if law.support == "a category" else law.support
    kinds = {p.name: p.declare for p in law.parameters} | {"y": support}
    formula = parse(law.energy, declare=kinds)
    return formula.expr, formula.symbols


def at(e: Expr, values: Values, k: int = 2) -> list[Any]:
    """Return the entries of e as mpmath numbers, from balls of 128 bits."""
    held = {s: values[s.name] for s in _symbols(e)}
    return [mpmath.mpf(x.mid().str(36, radius=False)) for x in entries(evaluate(e, held, {"k": k}))]


def _symbols(e: Expr) -> Sequence[Symbol]:
    from lossmith.expr.walk import symbols

    return symbols(e)


def score(law: Family, name: str) -> Expr:
    e, found = energy(law)
    return gradient(e, next(s for s in found if s.name == name)).end


P = [F(1, 5), F(1, 2), F(3, 10)]


def test_the_outcomes_of_a_categorical_law_have_mass_one_and_score_zero_on_the_simplex() -> None:
    law = family("categorical")
    e, _ = energy(law)
    rows = [[F(int(i == j)) for j in range(3)] for i in range(3)]
    mass = [mpmath.exp(-at(e, {"y": y, "p": P}, 3)[0]) for y in rows]
    assert abs(mpmath.fsum(mass) - 1) < TINY
    slope = score(law, "p")
    each = [at(slope, {"y": y, "p": P}, 3) for y in rows]
    mean = [mpmath.fsum(m * g[i] for m, g in zip(mass, each, strict=True)) for i in range(3)]
    # Along the simplex: directions that add up to 0, so equal entries are no slope.
    assert max(mean) - min(mean) < TINY


def test_soft_labels_are_the_mean_of_one_hot_rows() -> None:
    """-log p of n draws is n times the law of their shares, so its score at y = p is no slope."""
    law, one = family("categorical sample"), family("categorical")
    draws = [[F(1), F(0), F(0)], [F(0), F(1), F(0)], [F(0), F(1), F(0)], [F(0), F(0), F(1)]]
    share = [sum(column) / 4 for column in zip(*draws, strict=True)]
    of_share = at(energy(law)[0], {"y": share, "p": P}, 3)[0]
    of_draws = [at(energy(one)[0], {"y": y, "p": P}, 3)[0] for y in draws]
    assert abs(4 * of_share - mpmath.fsum(of_draws)) < TINY
    slope = at(score(law, "p"), {"y": P, "p": P}, 3)
    assert max(slope) - min(slope) < TINY


def test_the_categories_of_an_ordinal_law_have_mass_one_and_score_zero() -> None:
    law = family("ordinal logistic")
    e, _ = energy(law)
    slope = score(law, "eta")
    cuts = [F(-400), F(-6, 5), F(3, 10), F(5, 2), F(400)]  # exp(-400) is less than 1e-170
    mass, mean = mpmath.mpf(0), mpmath.mpf(0)
    for low, high in pairwise(cuts):
        values = {"y": F(0), "eta": F(2, 5), "lower": low, "upper": high}
        p = mpmath.exp(-at(e, values)[0])
        mass += p
        mean += p * at(slope, values)[0]
    assert abs(mass - 1) < TINY
    assert abs(mean) < TINY


L = [[F(6, 5), F(0)], [F(1, 3), F(4, 5)]]
S = [[sum(L[i][k] * L[j][k] for k in range(2)) for j in range(2)] for i in range(2)]
DET = S[0][0] * S[1][1] - S[0][1] * S[1][0]
INVERSE = [[S[1][1] / DET, -S[0][1] / DET], [-S[1][0] / DET, S[0][0] / DET]]
MU = [F(3, 10), F(-11, 10)]


@pytest.mark.parametrize(
    ("name", "parameter", "matrix"),
    [("multivariate Gaussian", "S", S), ("multivariate Gaussian by precision", "P", INVERSE)],
)
def test_a_gaussian_vector_is_standard_after_whitening(
    name: str, parameter: str, matrix: list[list[Fraction]]
) -> None:
    law = family(name)
    e, _ = energy(law)

    def values(z: Sequence[Any]) -> dict[str, Any]:
        y = [MU[i] + sum(L[i][k] * z[k] for k in range(2)) for i in range(2)]
        return {"y": y, "mu": MU, parameter: matrix}

    # y = mu + L z has mass 1 just if -log density is |z|^2/2 + log(2 pi) + log det L.
    scale = mpmath.log(2 * mpmath.pi) + mpmath.log(mpmath.mpf(24) / 25)
    for z in ([F(0), F(0)], [F(7, 5), F(-2, 3)], [F(-3), F(1, 7)]):
        square = mpmath.mpf(sum(x * x for x in z).numerator) / sum(x * x for x in z).denominator
        assert abs(at(e, values(z))[0] - square / 2 - scale) < TINY
    # Scores are quadratic in z, so three nodes of Gauss and Hermite in each place are exact; the
    # nodes are rational for the weights of moments 1, 0, 1, 0: -1 and 1 with 1/2 each.
    for p in ("mu", parameter):
        slope = score(law, p)
        each = [at(slope, values(z)) for z in product((F(-1), F(1)), repeat=2)]
        assert all(abs(mpmath.fsum(column)) < TINY for column in zip(*each, strict=True))


def test_a_dirichlet_law_of_two_has_mass_one_and_score_zero() -> None:
    law = family("Dirichlet")
    e, _ = energy(law)
    alpha = [F(27, 10), F(19, 10)]
    level = at(e, {"y": [F(1, 2), F(1, 2)], "alpha": alpha})[0]
    a, b = (mpmath.mpf(x.numerator) / x.denominator for x in alpha)
    # From y = (1/2, 1/2) the rest of the energy is -(a-1) log 2t - (b-1) log 2(1-t).
    for t in (F(1, 5), F(7, 8)):
        got = at(e, {"y": [t, 1 - t], "alpha": alpha})[0]
        u = mpmath.mpf(t.numerator) / t.denominator
        expected = level - (a - 1) * mpmath.log(2 * u) - (b - 1) * mpmath.log(2 * (1 - u))
        assert abs(got - expected) < TINY

    def density(t: Any) -> Any:
        return mpmath.exp(-level) * (2 * t) ** (a - 1) * (2 * (1 - t)) ** (b - 1)

    loose = mpmath.mpf(10) ** -18  # poles of the slopes at the ends
    assert abs(mpmath.quad(density, [0, 0.5, 1]) - 1) < loose
    slope = at(score(law, "alpha"), {"y": [F(1, 2), F(1, 2)], "alpha": alpha})
    # The score is its value at (1/2, 1/2) less log 2t and log 2(1-t).
    logs = (lambda t: mpmath.log(2 * t), lambda t: mpmath.log(2 * (1 - t)))
    for s, log in zip(slope, logs, strict=True):
        mean = s - mpmath.quad(lambda t, log=log: density(t) * log(t), [0, 0.5, 1])
        assert abs(mean) < loose


def test_a_group_law_has_mass_one_and_score_zero_by_shells() -> None:
    law = family("group Laplace")
    e, _ = energy(law)
    b = F(9, 10)
    for k in (1, 2, 5):
        y = [F(3, 5), F(4, 5), F(0), F(0), F(0)][:k] if k > 1 else [F(1)]  # of length 1
        level = at(e, {"y": y, "b": b}, k)[0]
        scale = mpmath.mpf(9) / 10
        area = 2 * mpmath.pi ** (mpmath.mpf(k) / 2) / mpmath.gamma(mpmath.mpf(k) / 2)

        def shell(r: Any, k: int = k, level: Any = level, area: Any = area) -> Any:
            return area * r ** (k - 1) * mpmath.exp(-level - (r - 1) / mpmath.mpf("0.9"))

        assert abs(mpmath.quad(shell, [0, 1, 5, mpmath.inf]) - 1) < mpmath.mpf(10) ** -20
        slope = at(score(law, "b"), {"y": y, "b": b}, k)[0]
        # The score is affine in |y|: at |y| = r it is that at 1 less (r - 1)/b^2.
        mean = mpmath.quad(lambda r: r * shell(r), [0, 1, 5, mpmath.inf])
        assert abs(slope - (mean - 1) / scale**2) < mpmath.mpf(10) ** -20


def test_a_wishart_law_has_score_zero_and_is_a_gamma_law_for_one_row() -> None:
    law = family("Wishart")
    e, _ = energy(law)
    nu = F(7)
    # The sum of nu outer products of draws of N(0, V) has the mean nu V; the score is affine in it.
    mean = [[nu * x for x in row] for row in S]
    assert all(abs(x) < TINY for x in at(score(law, "V"), {"y": mean, "nu": nu, "V": S}))
    off = [[2 * x for x in row] for row in mean]
    assert any(abs(x) > 1 for x in at(score(law, "V"), {"y": off, "nu": nu, "V": S}))
    # Of one row, with the constant that ``constant`` says: log Γ(ν/2) + (ν/2) log 2.
    v, half = F(4, 5), mpmath.mpf(7) / 2
    constant = mpmath.loggamma(half) + half * mpmath.log(2)
    level = at(e, {"y": [[F(1)]], "nu": nu, "V": [[v]]}, 1)[0] + constant
    rate = mpmath.mpf(5) / 8  # 1/(2v)

    def density(t: Any) -> Any:
        return mpmath.exp(-level - rate * (t - 1)) * t ** (half - 1)

    for t in (F(1, 3), F(9, 2)):
        got = at(e, {"y": [[t]], "nu": nu, "V": [[v]]}, 1)[0] + constant
        u = mpmath.mpf(t.numerator) / t.denominator
        assert abs(got + mpmath.log(density(u))) < TINY
    assert abs(mpmath.quad(density, [0, 1, 5, 20, mpmath.inf]) - 1) < mpmath.mpf(10) ** -20


def test_every_law_that_is_called_attacked_is_in_the_table() -> None:
    assert set(ATTACKED) <= {f.name for f in FAMILIES}
