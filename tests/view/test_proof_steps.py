"""Steps and rows of a proof read as what they do, not by their names."""

from __future__ import annotations

from lossmith.evidence.normal.normal_steps import STEPS
from lossmith.prove.prover import curvature
from lossmith.text.parse import parse
from lossmith.view.proof_steps import row_words, step_words
from lossmith.view.proof_student import student
from lossmith.view.proof_words import PLAIN


def told(text: str, declared: str = "") -> list[str]:
    f = parse(text, declared)
    return [s.text.en for s in student(curvature(f.expr, f.symbols), (), PLAIN)]


def test_every_step_has_words_of_its_own() -> None:
    for name in STEPS:
        words = step_words(name)
        assert words.en != name
        assert any("\u4e00" <= c <= "\u9fff" for c in words.zh) or words.en == words.zh


def test_a_row_reads_as_its_formula() -> None:
    assert "σ(−2x)" in row_words("tanh-reflected").en
    assert any("tanh x = 1 − 2σ(−2x)" in line for line in told("1/(1 - tanh(x))"))


def test_what_only_shows_a_domain_is_not_told() -> None:
    lines = told("sqrt(mean(x.^2) - mean(x)^2)", "x: vector(n)")
    assert sum(line.endswith("(from 1, 2)") for line in lines) == 1
    assert any(line.endswith(": multiplied out") for line in lines)


def test_the_minors_are_shown() -> None:
    lines = told("x^3 + y^3 - x*y", "x: scalar in [1, 2]; y: scalar in [1, 2]")
    assert "its determinant: 36xy − 1 ≥ 0 there" in lines
