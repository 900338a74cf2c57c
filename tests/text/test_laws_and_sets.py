r"""Normal densities inside of formulas, and sums over sets: what they say is in the expression."""

from __future__ import annotations

from fractions import Fraction

import pytest

from lossmith.errors import LossmithError
from lossmith.text.parse import parse
from lossmith.text.writing.printing import to_text


@pytest.mark.parametrize(
    ("text", "declared", "same"),
    [
        (r"\log\mathcal{N}(x; \mu, \sigma^2)", "x, mu: scalar; sigma: scalar > 0",
         "-log(2*pi*sigma^2)/2 - (x - mu)^2/(2*sigma^2)"),
        (r"\mathcal{N}(x \mid \mu, \sigma^2)", "x, mu: scalar; sigma: scalar > 0",
         "exp(-(x - mu)^2/(2*sigma^2))/(sqrt(2)*sqrt(pi*sigma^2))"),
        (r"-\log\mathcal{N}(x; \mu, \Sigma)", "x, mu: vector(d); Sigma: matrix(d, d) pd",
         "(d*log(2*pi) + (x - mu)'*inv(Sigma)*(x - mu) + logdet(Sigma))/2"),
        (r"\ln \mathcal{N}(y; Xw, \sigma^2 I)", "X: matrix(n, d); sigma: scalar > 0",
         "-norm2(X*w - y)^2/(2*sigma^2) - n*log(2*pi*sigma^2)/2"),
        (r"-\log\mathcal{N}(z \mid 0, I)", "z: vector(k)", "norm2(z)^2/2 + k*log(2*pi)/2"),
        ("log N(z; m, diag(s.^2))", "z, m, s: vector(k)",
         "-sum((z - m).^2 ./ s.^2)/2 - sum(log(2*pi*s.^2))/2"),
    ],
)  # fmt: skip
def test_a_normal_density_is_written_out(text: str, declared: str, same: str) -> None:
    found, wanted = parse(text, declared), parse(same, declared)
    assert to_text(found.expr) == to_text(wanted.expr)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        (r"\sum_{(i,j)\in\Omega}(M_{ij}-u_i^\top v_j)^2 + \lambda(\|U\|_F^2+\|V\|_F^2)",
         "sum(Omega .* (U*V' - M).^2) + lam*(normF(U)^2 + normF(V)^2)"),
        (r"\frac{1}{|\Omega|}\sum_{(i,j)\in\Omega}(M_{ij}-X_{ij})^2",
         "sum(Omega .* (M - X).^2)/sum(Omega)"),
        (r"\frac{1}{|\mathcal{B}|}\sum_{i\in\mathcal{B}}(y_i-w^\top x_i)^2", "norm2(X*w - y)^2/n"),
        (r"\sum_{i=1}^n\log\sum_{j\in R_i}e^{s_j}", "sum(log(R*exp(s)))"),
        (r"\sum_{i=1}^n\log\sum_{j\in \mathcal{R}(t_i)}e^{s_j}", "sum(log(R*exp(s)))"),
        (r"\sum_{i: y_i=1} \log p_i", "log(p)'*if(y == 1, 1, 0)"),
        (r"\sum_{i}\log\sum_{j: t_j\ge t_i}e^{s_j}",
         "sum(log(if(vector(1, n)*t' >= t*vector(1, n)', 1, 0)*exp(s)))"),
        (r"\sum_{j: j \ne i} A_{ij}", "sum(A) - tr(A)"),
    ],
)  # fmt: skip
def test_a_set_under_a_sum_is_a_factor_of_the_summand(text: str, same: str) -> None:
    assert to_text(parse(text).expr) == same


def test_a_set_of_pairs_is_zeros_and_ones_and_told() -> None:
    f = parse(r"\sum_{(i,j)\in\Omega}(M_{ij}-X_{ij})^2")
    omega = next(s for s in f.symbols if s.name == "Omega")
    assert omega.assumptions.values == (Fraction(0), Fraction(1))
    assert any("zeros and ones" in note.en for note in f.notes)


def test_a_set_of_all_data_is_told() -> None:
    notes = [n.en for n in parse(r"\sum_{i\in\mathcal{B}} x_i^2").notes]
    assert "the sum over i in B is taken over all i" in notes


@pytest.mark.parametrize(
    "text",
    [
        r"\sum_k\pi_k\mathcal{N}(x|\mu_k,\Sigma_k)",
        r"\sum_{(u,i,j)\in D}\ln\sigma(x_{uij})",
        r"\sum_{i=1}^n\max_{j\in R_i} s_j",
        r"\sum_{i,k}\sum_{j\in R_{ik}} s_j",
    ],
)
def test_what_needs_more_than_a_matrix_is_refused(text: str) -> None:
    with pytest.raises(LossmithError) as caught:
        parse(text)
    assert caught.value.place is not None


@pytest.mark.parametrize(
    ("typed", "latex"),
    [
        ("Σ_{(i,j)∈Ω} (M_ij - u_iᵀv_j)²", r"\sum_{(i,j)\in\Omega} (M_{ij} - u_i^\top v_j)^2"),
        (
            "1/2 * sum_{(i,j) in S} (R_ij - U_i'*V_j)^2 + lam*normF(U)^2",
            r"\frac12 \sum_{(i,j)\in S} (R_{ij} - U_i^\top V_j)^2 + \lambda \|U\|_F^2",
        ),
    ],
)
def test_a_sum_over_pairs_is_the_same_in_text_and_in_latex(typed: str, latex: str) -> None:
    one, other = parse(typed), parse(latex)
    assert one.expr is other.expr
    assert any("zeros and ones" in n.en for n in one.notes)
