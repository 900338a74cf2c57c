# ruff: noqa: RUF001 (signs that look alike are the subject here)
"""Declarations: what is promised of a symbol, and the errors with a caret."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossmith.errors import DomainError, LossmithError, ParseError, ShapeError
from lossmith.expr.sets import Interval
from lossmith.text.declaring.declare import read_declarations
from lossmith.text.parse import parse


def test_the_examples_of_the_language_are_read() -> None:
    found = read_declarations(
        "X: matrix(n, d)            w: vector(d)".replace("            ", "; ")
        + """
        lam: scalar >= 0
        y: vector(n) in {-1, 1}    ; p: vector(k) simplex; S: matrix(d, d) psd
        T: matrix(n, k) onehot
        x: scalar in (0, 1]
        A: matrix(d, d) symmetric; B: matrix(d, d) diagonal; R: matrix(d, d) nonsingular
        """
    )
    assert {n: (d.kind, d.sizes) for n, d in found.items()} == {
        "X": ("m", ("n", "d")),
        "w": ("c", ("d",)),
        "lam": ("s", ()),
        "y": ("c", ("n",)),
        "p": ("c", ("k",)),
        "S": ("m", ("d", "d")),
        "T": ("m", ("n", "k")),
        "x": ("s", ()),
        "A": ("m", ("d", "d")),
        "B": ("m", ("d", "d")),
        "R": ("m", ("d", "d")),
    }
    assert found["y"].assumptions.values == (-1, 1)
    assert found["x"].assumptions.interval == Interval(Fraction(0), Fraction(1), True, False)
    assert found["S"].assumptions.has("symmetric")
    assert found["T"].assumptions.has("onehot")


@pytest.mark.parametrize(
    ("text", "interval"),
    [
        ("x > 0", "(0, inf)"),
        ("x: >= 0, <= 1", "[0, 1]"),
        ("x >= -1/2 < 0.25", "[-1/2, 1/4)"),
        ("x in [0, inf)", "[0, inf)"),
        ("x in (-inf, 3]", "(-inf, 3]"),
        ("x ∈ ［０，∞）", "[0, inf)"),
        ("x: scalar positive", "(0, inf)"),
        ("x: nonpositive", "(-inf, 0]"),
        ("x in {0, 1}", "[0, 1]"),
        ("x in {-1, 0, 1} >= 0", "[0, 1]"),
        ("x: vector(n) simplex", "[0, 1]"),
        ("x: real", "(-inf, inf)"),
        ("λ ≥ 0", "[0, inf)"),
        ("x = 3", "[3, 3]"),
    ],
)
def test_intervals_are_exact(text: str, interval: str) -> None:
    (entry,) = read_declarations(text).values()
    assert str(entry.assumptions.interval) == interval


def test_sets_meet_bounds() -> None:
    (entry,) = read_declarations("x in {-1, 0, 1} >= 0").values()
    assert entry.assumptions.values == (0, 1)


def test_kinds_may_be_left_out_or_follow_from_structure() -> None:
    found = read_declarations("lam >= 0; S psd; p simplex; y in {-1, 1}; k: integer")
    kinds = {n: d.kind for n, d in found.items()}
    assert kinds == {"lam": None, "S": "m", "p": "c", "y": None, "k": None}
    assert found["k"].assumptions.integer


def test_entries_may_share_a_description_or_follow_commas() -> None:
    found = read_declarations("u, v: vector(n) >= 0, lam >= 0, y: scalar")
    assert {n: d.kind for n, d in found.items()} == {"u": "c", "v": "c", "lam": None, "y": "s"}
    assert found["u"].assumptions == found["v"].assumptions


def test_a_mapping_says_the_same_as_text() -> None:
    text = read_declarations("y: vector(n) in {-1, 1}; λ: scalar >= 0")
    mapping = read_declarations({"y": "vector(n) in {-1, 1}", "λ": "scalar >= 0"})
    for name in ("y", "lam"):
        assert text[name].assumptions == mapping[name].assumptions
        assert text[name].sizes == mapping[name].sizes


def test_chinese_kind_words_are_read() -> None:
    found = read_declarations("x：向量（n）；A：矩阵（n，d）")
    assert {n: d.kind for n, d in found.items()} == {"x": "c", "A": "m"}


def test_constants_are_marked() -> None:
    assert read_declarations("X: matrix(n, d) constant")["X"].constant


AS_WRITTEN = [
    ("S: matrix(n,n) positive definite", "S: matrix(n, n) pd"),
    ("S is a symmetric positive definite matrix", "S: pd"),
    ("S: matrix(n,n) positive semi-definite", "S: matrix(n, n) psd"),
    ("S: p.s.d. matrix", "S: psd"),
    ("S: SPD", "S: pd"),
    ("S ⪰ 0", "S: psd"),
    (r"\Sigma \succ 0; \mu \in \mathbb{R}^d", "Sigma: pd; mu: vector(d)"),
    (r"S \in \mathbb{S}^n_{++}", "S: matrix(n, n) pd"),
    ("S ∈ 𝕊ⁿ₊", "S: matrix(n, n) psd"),
    ("S：对称正定矩阵", "S: pd"),
    ("S: 矩阵(n,n) 半正定", "S: matrix(n, n) psd"),
    ("k：正整数；λ 为非负数", "k: integer > 0; lam: >= 0"),
    ("w：d维向量", "w: vector(d)"),
    ("w ∈ ℝᵈ", "w: vector(d)"),
    ("w in R_+^d; v ∈ R^d_{++}", "w: vector(d) >= 0; v: vector(d) > 0"),
    ("X ∈ ℝⁿˣᵈ, y ∈ {0,1}ⁿ, w ∈ ℝᵈ", "X: matrix(n,d); y: vector(n) in {0,1}; w: vector(d)"),
    ("X in R^{n x d}; T ∈ ℝ^{n×m×k}", "X: matrix(n, d); T: tensor(n, m, k)"),
    ("X: 100 x 20 matrix", "X: matrix(100, 20)"),
    ("X: matrix of shape (n, d); w: (d,)", "X: matrix(n, d); w: vector(d)"),
    ("y: n-vector with entries in {-1, 1}", "y: vector(n) in {-1, 1}"),
    ("y in {±1}^n", "y: vector(n) in {-1, 1}"),
    ("y: binary", "y: in {0, 1}"),
    ("w in [0,1]^d", "w: vector(d) in [0, 1]"),
    ("p ∈ Δ_k; q: probability vector", "p: simplex; q: simplex"),
    ("0 < p < 1; 1 >= q", "p: > 0 < 1; q: <= 1"),
    ("lam and mu > 0", "lam, mu: > 0"),
    ("W: matrix(n, d) with non-negative entries", "W: matrix(n, d) >= 0"),
]


@pytest.mark.parametrize(("written", "plain"), AS_WRITTEN)
def test_what_people_write_says_what_the_language_says(written: str, plain: str) -> None:
    def facts(text: str) -> object:
        found = read_declarations(text).values()
        return [(d.name, d.kind, d.sizes, d.assumptions, d.constant) for d in found]

    assert facts(written) == facts(plain)


@pytest.mark.parametrize(
    ("text", "under"),
    [
        ("S: matrix(n,n) not positive definite", "not"),
        ("S: negative definite", "definite"),
        ("S 非正定", "定"),
        ("S: diagonal entries positive", "entries"),
        ("S: positive eigenvalues", "eigenvalues"),
        ("x ∈ ℝ∖{0}", "∖"),
        ("x: non-binary", "non"),
        ("w: unit vector", "unit"),
        ("w ∈ ℝᵈ; y ∈ Q", "Q"),
        ("X has full rank", "X"),
    ],
)
def test_what_is_not_kept_is_refused_where_it_stands(text: str, under: str) -> None:
    with pytest.raises(ParseError) as caught:
        read_declarations(text)
    place = caught.value.place
    assert place is not None
    assert place.text[place.start : place.stop] == under


def test_the_place_of_a_declaration_is_that_of_the_text_as_typed() -> None:
    text = "w ∈ ℝᵈ; S is positive definite"
    places = [d.place for d in read_declarations(text).values()]
    assert [p.text[p.start : p.stop] for p in places] == ["w ∈ ℝᵈ", "S is positive definite"]


ERRORS = [
    ("x: skalar", ParseError, "skalar", "did you mean scalar?"),
    ("x: vector(n", ParseError, "(", "write vector(n)"),
    ("x: vector(n, d)", ShapeError, "vector(n, d)", "write vector(n)"),
    ("A: matrix(n)", ShapeError, "matrix(n)", "write matrix(n, n)"),
    ("x: vector(0)", ShapeError, "0", "from 1"),
    ("x: vector(1.5)", ShapeError, "1.5", "from 1"),
    ("x: scalar psd", ShapeError, "x: scalar psd", "leave out psd"),
    ("p: matrix(n, d) simplex", ShapeError, "p: matrix(n, d) simplex", "leave out simplex"),
    ("x: scalar > 3 < 2", DomainError, "x: scalar > 3 < 2", "drop one"),
    ("x in {1, 2} > 5", DomainError, "x in {1, 2} > 5", "drop one"),
    ("x: in [2, 1]", DomainError, "[2, 1]", ""),
    ("x: in [1, 1)", DomainError, "[1, 1)", ""),
    ("x: in [a, 1]", ParseError, "a", "write 0"),
    ("x: vector(n) >=", ParseError, ">=", "write 0"),
    ("x: in {1, inf}", DomainError, "inf", ""),
    ("x: in Q", ParseError, "Q", "in [0, 1]"),
    ("x: != 0", DomainError, "!=", "> 0 or < 0"),
    ("x: >= 1/0", DomainError, "0", ""),
    ("x; y", ParseError, "x", "x: vector(n)"),
    (": vector(n)", ParseError, ":", "y: vector(n)"),
    ("x: scalar; x > 0", ParseError, "x > 0", "one entry"),
    ("scalar x", ParseError, "scalar", "y: vector(n)"),
]


@pytest.mark.parametrize(("text", "kind", "under", "attempt"), ERRORS)
def test_errors_point_at_the_declaration(
    text: str, kind: type[LossmithError], under: str, attempt: str
) -> None:
    with pytest.raises(kind) as caught:
        read_declarations(text)
    error = caught.value
    assert error.place is not None
    assert error.place.text[error.place.start : error.place.stop] == under
    assert attempt in (error.attempt.en if error.attempt else "")
    for said in (error.what, error.why, error.attempt):
        assert said is None or (said.en and said.zh)


@given(
    st.lists(
        st.sampled_from(
            "x y n : ; , vector matrix scalar ( ) { } [ ] in >= < 0 -1 1/2 inf psd simplex integer"
            " \n = != symmetric positive 3".split(" ")
        ),
        max_size=14,
    )
)
def test_any_words_are_read_or_refused_with_a_place(words: list[str]) -> None:
    text = " ".join(words)
    try:
        found = read_declarations(text)
    except LossmithError as error:
        place = error.place
    else:
        assert all(not d.assumptions.interval.is_empty for d in found.values())
        return
    assert place is not None
    assert 0 <= place.start <= place.stop <= len(text)


def test_a_tensor_is_declared_or_read_from_its_subscripts() -> None:
    typed = "sum(i, j, k, T[i,j,k]*x[i]*y[j]*z[k])"
    (T,) = [s for s in parse(typed).symbols if s.name == "T"]
    assert len(T.shape) == 3
    declared = parse("norm2(T)^2", declare="T: tensor(n, m, 4)").symbols
    assert [s.shape for s in declared] == [("n", "m", 4)]
    with pytest.raises(ShapeError, match="3 or more"):
        parse("sum(T)", declare="T: tensor(n, m)")
