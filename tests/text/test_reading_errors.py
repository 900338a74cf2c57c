"""Errors of reading: the whole message in both languages, and that nothing else ever escapes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import lossmith as ls
from lossmith.errors import (
    DomainError,
    LossmithError,
    ParseError,
    ShapeError,
    UnknownAtom,
    UsageError,
)
from lossmith.text.parse import parse

XW = "X: matrix(n, d); w: vector(d); y: vector(n); v: vector(d); A: matrix(d, d)"

MESSAGES = [
    (
        "sum(log(1 + exp(-y .* (X*w))) + lam*norm2(w)^2",
        "",
        """\
ParseError: this bracket is never closed
where: sum(log(1 + exp(-y .* (X*w))) + lam*norm2(w)^2
          ^
try: sum(log(1 + exp(-y .* (X*w)))) + lam*norm2(w)^2""",
        """\
ParseError: 这个括号没有闭合
位置: sum(log(1 + exp(-y .* (X*w))) + lam*norm2(w)^2
         ^
可以试试: sum(log(1 + exp(-y .* (X*w)))) + lam*norm2(w)^2""",
    ),
    (
        "sofplus(x) + 1",
        "",
        """\
UnknownAtom: there is no function named sofplus
where: sofplus(x) + 1
       ^^^^^^^
try: did you mean softplus?""",
        """\
UnknownAtom: 没有名为 sofplus 的函数
位置: sofplus(x) + 1
      ^^^^^^^
可以试试: 是不是想写 softplus？""",
    ),
    (
        "norm2(X*y)^2",
        XW,
        """\
ShapeError: * needs its inner sizes to agree, got (n, d) * (n,)
where: norm2(X*y)^2
              ^
why: d and n are different letters, so the sizes may differ
try: X'*y""",
        """\
ShapeError: * 要求内侧的大小相同，得到的是 (n, d) * (n,)
位置: norm2(X*y)^2
             ^
原因: d 与 n 是不同的字母，大小可以不同
可以试试: X'*y""",
    ),
    (
        "sum(w*v)",
        XW,
        """\
ShapeError: two vectors cannot be joined by *
where: sum(w*v)
            ^
why: (d,) * (d,): * is the product of linear algebra
try: w .* v entry by entry, or w'*v for the inner product""",
        """\
ShapeError: 两个向量之间不能用 *
位置: sum(w*v)
           ^
原因: (d,) * (d,)：* 是线性代数中的乘积
可以试试: 逐元素相乘写 w .* v，内积写 w'*v""",
    ),
    (
        "（X*w − y)^2",
        XW,
        """\
ShapeError: a vector has no power ^
where: （X*w − y)^2
                 ^
why: (n,) ^ (): a product of a vector with itself is not defined
try: （X*w − y) .^ 2 entry by entry, or norm2(X*w − y)^2 for the sum of squares""",
        """\
ShapeError: 向量不能直接用 ^ 取幂
位置: （X*w − y)^2
                ^
原因: (n,) ^ ()：向量与自身的乘积没有定义
可以试试: 逐元素的幂写 （X*w − y) .^ 2，平方和写 norm2(X*w − y)^2""",
    ),
    (
        "log(-exp(x) - 1)",
        "",
        """\
DomainError: log has no value here: its argument lies in (-inf, -1)
where: log(-exp(x) - 1)
       ^^^
why: log needs an argument in (0, inf)
try: change the declaration of the symbols inside, or the formula""",
        """\
DomainError: log 在此处没有定义：自变量的取值范围是 (-inf, -1)
位置: log(-exp(x) - 1)
      ^^^
原因: log 要求自变量在 (0, inf) 内
可以试试: 请修改其中符号的声明，或修改公式""",
    ),
]


@pytest.mark.parametrize(("text", "declare", "en", "zh"), MESSAGES)
def test_messages_read_in_both_languages(text: str, declare: str, en: str, zh: str) -> None:
    with pytest.raises(LossmithError) as caught:
        parse(text, declare)
    assert caught.value.render("en") == en
    assert caught.value.render("zh") == zh


# (formula, error, text under the caret, part of "try"); {} after the formula: declared as in XW.
CARETS = [
    ("", ParseError, None, "norm2(X*w - y)^2"),
    ("   ", ParseError, None, "norm2(X*w - y)^2"),
    ("x + * y", ParseError, "+ *", "leave one"),
    ("x / / y", ParseError, "/ /", "leave one"),
    ("* x", ParseError, "*", ""),
    ("x +", ParseError, "+", ""),
    ("(x + 1", ParseError, "(", "(x + 1)"),
    ("((x + 1)", ParseError, "(", "((x + 1))"),
    ("x + 1)", ParseError, ")", "x + 1"),
    ("(x]", ParseError, "]", ""),
    ("|x", ParseError, "|", "|x|"),
    ("()", ParseError, "()", ""),
    ("exp()", ParseError, "()", ""),
    ("max(x, )", ParseError, ",", ""),
    ("x y", ParseError, "y", "x*y"),
    ("2 3 + x", ParseError, "3", "2*3 + x"),
    ("x, y", ParseError, ",", "0.5"),
    ("2*x = y", ParseError, "=", "(2*x) - (y)"),
    ("x := 3", ParseError, ":=", "((x) - (3))^2"),
    ("x; y", ParseError, ";", "declare="),
    ("{x}", ParseError, "{", "( )"),
    ("x[1] + norm2(x)", ParseError, "x[1]", "x[i]"),
    ("x[i+1]", ParseError, "x[i+1]", "sum(i, ...)"),
    ("x[", ParseError, "[", "x[i]"),
    ("[x, y]", ParseError, "[", ""),
    ("sum(i, x)", ParseError, "sum", "sum(i, x[i])"),
    ("sum(i, i*x[i])", ParseError, "i", "another letter"),
    ("sum(i, x[i]) + i", ParseError, "i", "another letter"),
    ("sum(i, x_i) + y_i", ParseError, "y_i", "sum(i, ...)"),
    ("sum(i, sum(i, x_i))", ParseError, "sum", "another letter"),
    ("sum(i, x_i, 3)", ParseError, "sum", ""),
    ("max(k != i, x_k)", ParseError, "max", ""),
    ("{}sum(i, w_i*y_i)", ShapeError, "y_i", "another letter"),
    ("{}sum(i, X_ij)*y_j", ShapeError, "y_j", "another letter"),
    ("{}X[i,j,k]", ShapeError, "[i,j,k]", "X[i,j]"),
    ("{}max(i, X[i,:])", ShapeError, "X[i,:]", "X[i,j]"),
    ("{}var(tensor(i, j, k, A_ij*w_k))", ShapeError, "var", "sum(i, j, k"),
    ("{}tensor(i, j, k, A_ij*w_k)*w", ShapeError, "*", "sum(k"),
    ("a*x[i] + sum(x[i])", ParseError, "x[i]", "sum(i, ...)"),
    ("x $ y", ParseError, "$", "dollar"),
    (r"\frac{1}{2}", UsageError, "{1}{2}", "x^2 + 1"),
    ("x ≟ y", ParseError, "≟", "leave it out"),
    ("max(x, -inf)", ParseError, "inf", "declare a bound"),
    ("sum((y_i - x)^2)", ParseError, "y_i", "declare y_i"),
    ("log", ParseError, "log", "log(x)"),
    ("log^2(x)", ParseError, "log", "log(x)^2"),
    ("log -x", ParseError, "log", "log(-x)"),
    ("log x^2", ParseError, "log x^", "log(x^2) or log(x)^2"),
    ("sin 2x", ParseError, "sin 2x", "sin(2*x) or sin(2)*x"),
    ("1/2x", ParseError, "/2x", "/(2*x) or /2*x"),
    ("w(x) + w", ParseError, "w", "w*(x) + w"),
    ("log(x, y)", ParseError, "log", ""),
    ("huber(x, 1, 2)", ParseError, "huber", ""),
    ("x > 0", ParseError, "x > 0", "if(condition, a, b)"),
    ("1 + (x > 0)", ParseError, "x > 0", "if(condition, a, b)"),
    ("if(x, x, 0)", ParseError, "x", ""),
    ("if(x > 0 or x < -1, x, 0)", ParseError, "or", "own case"),
    ("cases(x > 0, 1, x < 0, 2)", ParseError, "cases", ""),
    ("1 + 2", UsageError, "1 + 2", "x^2 + 1"),
    ("e^2", UsageError, "e^2", "e: scalar"),
    ("quux(x)", UnknownAtom, "quux", "write products with *"),
    ("sqr(x)", UnknownAtom, "sqr", "sqrt"),
    ("Norm2(x)", UnknownAtom, "Norm2", "norm2"),
    ("x/0", DomainError, "/", ""),
    ("sqrt(-4)*x", DomainError, "sqrt", ""),
    ("9^9^9^9*x", DomainError, "^", "symbol"),
    ("1e999999*x", ParseError, "1e999999", "symbol"),
    ("sqrt(x)^(1/1000003)", DomainError, "^", "symbol"),
    ("x + norm2(eye)", ShapeError, "eye", "eye(3)"),
    ("x + sum(vector(1))", ShapeError, "vector", "vector(1, n)"),
    ("{}X + w", ShapeError, "+", ""),
    ("{}X*w + v", ShapeError, "+", ""),
    ("{}w + v'", ShapeError, "+", "turn one"),
    ("{}w*A", ShapeError, "*", "w'*A"),
    ("{}A*w'", ShapeError, "*", "A*(w')'"),
    ("{}X*X", ShapeError, "*", "X*X'"),
    ("{}w .* A", ShapeError, ".*", "diag(w)*A"),
    ("{}1/w", ShapeError, "/", "1 ./ w"),
    ("{}w/A", ShapeError, "/", "w*inv(A)"),
    ("{}w^2", ShapeError, "^", "w .^ 2"),
    ("{}X^2", ShapeError, "^", ""),
    ("{}A^(1/2)", ShapeError, "^", "A .^ (1/2)"),
    ("{}e^A", ShapeError, "^", "e .^ A"),
    ("{}2^A", ShapeError, "^", "2 .^ A"),
    ("{}tr(X)", ShapeError, "tr", ""),
    ("{}tr(w)", ShapeError, "tr", ""),
    ("{}inv(X)", ShapeError, "inv", ""),
    ("{}logdet(X)", ShapeError, "logdet", ""),
    ("{}norm(A)", ShapeError, "norm", "normF"),
    ("{}dot(w, y)", ShapeError, "dot", ""),
    ("{}max(w, y)", ShapeError, "max", ""),
    ("{}if(w > 0, y, 0)", ShapeError, "if", ""),
    ("{}A^100", DomainError, "^", ""),
    ("{}A @ 2", ShapeError, "@", "A * 2"),
    ("{}w + eye(3)*w", ShapeError, "*", ""),
]


@pytest.mark.parametrize(("text", "kind", "under", "attempt"), CARETS)
def test_carets_stand_under_the_fault(
    text: str, kind: type[LossmithError], under: str | None, attempt: str
) -> None:
    declare = XW if text.startswith("{}") else ""
    formula = text.removeprefix("{}") if declare else text
    with pytest.raises(kind) as caught:
        parse(formula, declare)
    error = caught.value
    assert type(error) is kind
    if under is None:
        assert error.place is None
    else:
        assert error.place is not None
        assert formula[error.place.start : error.place.stop] == under
    if attempt:
        assert error.attempt is not None
        assert attempt in error.attempt.en
    for said in (error.what, error.why, error.attempt):
        assert said is None or (said.en and said.zh)
    assert any("\u4e00" <= c <= "\u9fff" for c in error.what.zh)


def test_a_repair_that_is_a_formula_can_be_read() -> None:
    for text, *_ in CARETS[:20]:
        try:
            parse(text)
        except LossmithError as error:
            words = error.attempt
            if words is not None and words.en == words.zh and "x" in words.en:
                parse(words.en)


def test_an_error_names_its_file() -> None:
    with pytest.raises(ParseError, match=r"\(notes\.txt\)"):
        parse("x +\n * y", source="notes.txt")


def test_a_fault_on_the_second_line_shows_that_line() -> None:
    with pytest.raises(ParseError) as caught:
        parse("norm2(x)^2\n  + * y")
    assert caught.value.render("en").splitlines()[1:3] == ["where:   + * y", "         ^^^"]


FORMULAS = [
    json.loads(line)["formula"]
    for line in Path(__file__).with_name("formulas.jsonl").read_text("utf-8").splitlines()
]
PIECES = (
    "[i] [i,:] [:,j] _i _ij sum(i, sum(k!=i, max(i, Σᵢ tensor(i,j, ᵢⱼ "
    "x y w X A lam e n T pi 2 0 1 0.5 1e3 inf ( ) [ ] { } + - * / .* ./ .^ ^ ' @ , = ; : | || . < >"
    " <= == != and or exp( sum( log max( if( cases( norm2( diag( eye vector( matrix( tr( inv( det("
    " logsumexp( softmax( huber( var( dot( outer( ² ᵀ σ( Σ ½ √ ∈ ≤ × ⊙ ‖ （ ） 向量 \\ $ ^-1"
).split(" ")


def survives(text: str, declare: str = "") -> None:
    """Read the text; only our errors may come out, complete and inside the text."""
    refusal = None
    try:
        formula = parse(text, declare)
    except LossmithError as error:
        refusal = error
    else:
        for start, stop in formula.spans.values():
            assert 0 <= start < stop <= len(text)
    if refusal is not None:
        assert refusal.render("en")
        assert refusal.render("zh")
        assert refusal.to_json()["error"] == type(refusal).__name__
        place = refusal.place
        assert place is not None or not text.strip()
        assert place is None or 0 <= place.start <= place.stop <= len(place.text)


@given(st.text(max_size=30))
@example("²")
@example("ﷺ")
@example("x̂")
@example("1" * 400)
def test_any_text_is_read_or_refused(text: str) -> None:
    survives(text)


@given(st.lists(st.sampled_from(PIECES), max_size=14), st.sampled_from(["", XW, "e, n: scalar"]))
@example(["logdet(", "x", ",", "y", ")"], "")
@example(["diag(", "x", ",", "y", ")"], "")
def test_any_pieces_are_read_or_refused(pieces: list[str], declare: str) -> None:
    survives("".join(pieces), declare)
    survives(" ".join(pieces), declare)


@given(
    st.sampled_from(FORMULAS),
    st.lists(st.tuples(st.floats(0, 1), st.sampled_from(PIECES), st.integers(0, 3)), max_size=3),
    st.sampled_from(["", XW, "x: vector(n); y: matrix(n, n) psd", "lam, w: scalar in (0, 1]"]),
)
def test_any_slip_of_the_pen_is_read_or_refused(
    text: str, slips: list[tuple[float, str, int]], declare: str
) -> None:
    for where, piece, gone in slips:
        at = int(where * len(text))
        text = text[:at] + piece + text[at + gone :]
    survives(text, declare)


def test_a_letter_that_is_both_a_size_and_a_number_is_told_to_be_a_size() -> None:
    f = ls.objective("sum(x)/n + n*norm2(x)^2", declare="x: vector(n); n: scalar > 0")
    with pytest.raises(UsageError, match="n is a size here") as caught:
        f.curvature(wrt=["n"])
    assert caught.value.why is not None
    assert caught.value.attempt is not None
