"""Derivations read aloud: the sentences are part of the product, in both languages."""

from __future__ import annotations

import json

import pytest

from lossmith.calculus.derivation import Derivation
from lossmith.calculus.gradient import gradient, hessian
from lossmith.text.parse import parse
from lossmith.text.writing.printing import to_unicode
from lossmith.view.tell import narrate, tell

LOGISTIC = "sum(log(1 + exp(-y .* (X*w)))) + lam*norm2(w)^2"
LABELS = "y: vector(n) in {-1, 1}; lam: scalar >= 0"


def derive(text: str, wrt: str, declare: str = "", *, second: bool = False) -> Derivation:
    formula = parse(text, declare)
    variable = next(s for s in formula.symbols if s.name == wrt)
    return (hessian if second else gradient)(formula.expr, variable)


def formulas(d: Derivation, level: str = "short") -> list[str]:
    return [line.formula for line in tell(d, level)]  # type: ignore[arg-type]


def test_least_squares_is_told_in_four_lines() -> None:
    d = derive("0.5*norm2(X*w - y)^2", "w")
    assert formulas(d) == ["r = Xw − y", "df = rᵀ dr", "dr = X dw", "∇f = Xᵀr"]


def test_least_squares_reads_well_in_both_languages() -> None:
    d = derive("0.5*norm2(X*w - y)^2", "w")
    assert narrate(d, "en").splitlines() == [
        "  1  r = Xw − y   let, (n,)",
        "  2  df = rᵀ dr   power rule",
        "  3  dr = X dw    linearity",
        "  4  ∇f = Xᵀr     compared with df = ∇fᵀ dw",
    ]
    assert narrate(d, "zh").splitlines() == [
        "  1  r = Xw − y   记号，(n,)",
        "  2  df = rᵀ dr   幂法则",
        "  3  dr = X dw    线性",
        "  4  ∇f = Xᵀr     与 df = ∇fᵀ dw 对照",
    ]


def test_full_wording_gives_every_use_of_a_rule_its_line_and_reason() -> None:
    d = derive("0.5*norm2(X*w - y)^2", "w")
    lines = tell(d, "full")
    changes = [line for line in lines if line.kind == "differential"]
    assert [line.formula for line in changes] == [
        "df = ½ dv",
        "dv = 2rᵀ dr",
        "dr = du",
        "du = X dw",
    ]
    assert "falls by one" in changes[1].why.en
    assert "指数减一" in changes[1].why.zh


def test_index_notation_names_the_entry_on_both_sides() -> None:
    lines = tell(derive("norm2(T - U*V')^2", "U"), "short", "index")
    assert [line.formula for line in lines] == [
        "Mₗₚ = Σᵢ UₗᵢVₚᵢ − Tₗₚ",
        "df = 2 Σᵢⱼ Mᵢⱼ dMᵢⱼ",
        "dMₗₚ = Σᵢ Vₚᵢ dUₗᵢ",
        "(∇f)ₗₚ = 2 Σᵢ VᵢₚMₗᵢ",
    ]
    assert lines[-1].latex.startswith(r"\left(\nabla f\right)_{lp} = ")


def test_an_exam_gives_reasons_and_a_hint_hides_the_right_sides() -> None:
    d = derive("0.5*norm2(X*w - y)^2", "w")
    reasons = [line.why.en for line in tell(d, "exam") if line.kind == "differential"]
    assert all(": " in why for why in reasons)
    assert formulas(d, "hint") == ["r = Xw − y", "df = ?", "dr = ?", "∇f = ?"]


def test_the_logistic_hessian_names_what_was_recognized_and_what_was_assumed() -> None:
    d = derive(LOGISTIC, "w", LABELS, second=True)
    told = formulas(d)
    assert told[0] == "log(1 + exp(−y ⊙ Xw)) = softplus(−y ⊙ Xw)"
    assert "u = −y ⊙ Xw" in told
    assert "du = −y ⊙ X dw" in told
    assert told.count("du = −y ⊙ X dw") == 1
    assert told[-1] == "∇²f = Xᵀ diag(σ(u) ⊙ (1 − σ(u))) X + 2λI"
    assert any("−1, 1" in line.why.en for line in tell(d))


def test_the_last_line_states_the_result_itself() -> None:
    for second in (False, True):
        d = derive("exp(x) - log(x)", "x", "x: scalar > 0", second=second)
        last = tell(d)[-1]
        assert last.node is d.end
        assert last.formula == ("f″" if second else "f′") + f" = {to_unicode(d.end)}"


def test_names_avoid_the_symbols_of_the_formula() -> None:
    d = derive("norm2(X*r - u)^2", "r")
    assert formulas(d)[0] == "r₁ = Xr − u"


@pytest.mark.parametrize("text", [LOGISTIC, "tr(inv(X + A))", "norm2(tanh(X*W)*v - y)^2"])
def test_every_line_has_both_languages_and_latex(text: str) -> None:
    wrt = "w" if text == LOGISTIC else ("W" if "W" in text else "X")
    for level in ("short", "full"):
        for line in tell(derive(text, wrt), level):  # type: ignore[arg-type]
            assert line.why.en
            assert line.why.zh
            assert line.latex
            json.dumps(line.to_json())


def test_a_deep_chain_is_folded_in_short_and_told_whole_in_full() -> None:
    d = derive("sum(" + "sin(" * 30 + "x" + ")" * 30 + ")", "x", "x: vector(n)")
    assert any(line.kind == "fold" for line in tell(d))
    assert len(tell(d)) < 40
    assert len([x for x in tell(d, "full") if x.kind == "differential"]) == 31


def test_a_line_names_the_slope_of_the_function_that_it_uses() -> None:
    told = narrate(derive("sum(log(1 + exp(X*w)))", "w"))
    assert "chain rule, softplus′(z) = σ(z)" in told
    assert "compared with df = ∇fᵀ dw" in told
    inverse = narrate(derive("tr(A*inv(X))", "X"), "zh", "exam")
    assert "d U⁻¹ = −U⁻¹ dU U⁻¹" in inverse
    assert "与 df = tr(∇fᵀ dX) 对照" in inverse


def test_a_multiple_of_a_named_part_gets_no_name_of_its_own() -> None:
    lets = [
        line
        for line in formulas(derive("sum(exp(X*w)) + sum(exp(-X*w))", "w"))
        if "Xw" in line and line[:4] in ("u = ", "v = ")
    ]
    assert len(lets) == 1


def test_the_argument_of_a_function_is_z_and_the_base_of_a_square_r() -> None:
    lines = formulas(derive("norm2(tanh(X*w + b) - y)^2", "w"))
    assert "z = Xw + b" in lines
    assert "r = tanh(z) − y" in lines


@pytest.mark.parametrize(
    ("text", "wrt", "declare", "last"),
    [
        ("-y'*log(softmax(W*x))", "W", "y simplex", "∇f = (softmax(u) − y)xᵀ"),
        ("-sum(Y.*log(softmax(X*W)))", "W", "Y: matrix(n, k) onehot", "∇f = Xᵀ(softmax(u) − Y)"),
    ],
)
def test_cross_entropy_is_told_in_five_lines(text: str, wrt: str, declare: str, last: str) -> None:
    d = derive(text, wrt, declare)
    told = tell(d)
    assert len(told) == 5
    assert told[-1].formula == last
    assert told[-1].why.en.startswith("compared with df = tr(∇fᵀ dW); ")
    # The long form shows where the sum over the classes stood.
    assert len(tell(d, "exam")) == 7
