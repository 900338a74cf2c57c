"""Running text for LaTeX: what plain LaTeX cannot set stands between dollars, and all balances."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

import lossmith as ls
from lossmith.rules.inference import INFERENCE
from lossmith.view.proof_said import SAID
from lossmith.view.tex_words import escaped

CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")


def assert_compiles(latex: str) -> None:
    """Fail where LaTeX with amsmath, amssymb and amsthm would stop, as far as brackets tell."""
    plain = re.sub(r"\\[\\{}$]", "", latex)
    depth = 0
    for c in plain:
        depth += (c == "{") - (c == "}")
        assert depth >= 0, latex
    assert depth == 0, latex
    assert plain.count("$") % 2 == 0, latex
    assert latex.count(r"\begin{") == latex.count(r"\end{")
    for k, part in enumerate(plain.split("$")):
        bare = re.sub(r"\\[A-Za-z]+|\\.", "", part)
        assert k % 2 or not re.search(r"[_^&#%]", bare), part
        assert not k % 2 or part.strip(), f"empty mathematics: {latex}"
        assert not re.search(r"\^\{[^{}]*\}\^|_\{[^{}]*\}_", part), part
    assert all(c.isascii() or CHINESE.match(c) for c in latex), latex


WORDS = [
    *(w for r in INFERENCE.values() for w in (r.words.en, r.words.zh, r.asks.en, r.asks.zh)),
    *(t for r in INFERENCE.values() for t in (r.proof, r.source)),
    *(w for said in SAID.values() for w in (said.en, said.zh)),
]


def test_the_words_of_every_rule_compile() -> None:
    for text in WORDS:
        assert_compiles(escaped(text))


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("L = max |φ″| · ‖A‖²", r"$L = \max  |\varphi ''| \cdot  \|A\|^{2}$"),
        ("满足 m = λmin(AᵀA)。", r"满足 $m = \lambda _{\min}(A^{\top}A)$。"),
        ("(x ≥ 0), then", r"$(x \ge  0)$, then"),
        ("100% of x_1", r"100\% of x\_1"),
        ("det^(1/n) ≤ 1", r"$\det ^{1/n} \le  1$"),
    ],
)
def test_neighbors_that_are_mathematics_are_one_formula(text: str, latex: str) -> None:
    assert escaped(text) == latex


FORMULAS = [
    ("log(sum(exp(X*w))) + lam*norm2(w)^2", "lam: scalar >= 0", "w"),
    ("x*log(x/y) - x + y", "x: scalar > 0; y: scalar > 0", "x, y"),
    ("x^4 - x^2", "", "x"),
    ("tr(A*inv(X))", "A: matrix(n,n) psd; X: matrix(n,n) pd", "X"),
    ("x^3 + y^3 - x*y", "x: scalar in [1, 2]; y: scalar in [1, 2]", "x, y"),
    ("lambda_max(X'*X)", "", "X"),
]


@pytest.mark.parametrize(("formula", "declare", "wrt"), FORMULAS)
def test_a_proof_is_well_formed_latex_and_html(formula: str, declare: str, wrt: str) -> None:
    proof = ls.objective(formula, declare=declare, wrt=wrt).proof()
    for depth in ("student", "researcher"):
        for lang in ("en", "zh"):
            assert_compiles(proof.latex(depth, lang))
            ElementTree.fromstring(proof.html(depth, lang))


def test_a_refutation_tells_its_points_by_itself() -> None:
    told = ls.objective("x^4 - x^2").proof().text()
    assert "f is not convex: above the chord between two points a and b" in told
    assert re.search(r"a:  x = -?\d", told)
    assert "but for a convex f it is ≤ 0" in told


def test_a_proof_by_log_convexity_ends_with_convexity() -> None:
    f = ls.objective("tr(A*inv(X))", declare="A: matrix(n,n) psd; X: matrix(n,n) pd", wrt="X")
    assert "f is convex: it is exp of its logarithm" in f.proof().text()


def test_a_constant_of_a_quadratic_does_not_call_its_hessian_definite() -> None:
    told = ls.objective("x*y", wrt="x, y").proof().text()
    assert "L = 1: no eigenvalue of its constant Hessian exceeds L in size" in told


def test_a_bound_from_intervals_is_a_short_number() -> None:
    f = ls.objective("x^2*exp(x) + x^2", declare="x: scalar in [-1, 1]")
    text = f.curvature().smooth.value
    assert text is not None
    assert str(getattr(text, "value", "")) == "5257/250"
