"""Values meet their declarations once, and the first offender is named by row and column."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lossmith.errors import DataError, DomainError, LossmithError, ShapeError, UsageError
from lossmith.expr.node import Symbol
from lossmith.run.bind import bind
from lossmith.text.parse import parse


def symbols(text: str, declared: str = "") -> dict[str, Symbol]:
    return {s.name: s for s in parse(text, declared).symbols}


def refused(declared: str, **values: Any) -> LossmithError:
    """The error of binding values to a formula that uses every declared symbol."""
    names = [part.split(":")[0].strip() for part in declared.split(";")]
    formula = parse(" + ".join(f"sum({n})" for n in names), declared)
    with pytest.raises(LossmithError) as caught:
        bind(formula.symbols, values)
    error = caught.value
    for lang in ("en", "zh"):
        assert error.render(lang)
    return error


def test_sizes_are_solved_and_arrays_are_contiguous_floats() -> None:
    s = symbols("norm2(X*w - y)^2")
    bound = bind(
        list(s.values()), {"X": np.asfortranarray(np.eye(3, 2)), "w": [1, 2], "y": (1, 2, 3)}
    )
    assert dict(bound.sizes) == {s["X"].shape[0]: 3, s["X"].shape[1]: 2}
    for array in bound.arrays.values():
        assert array.dtype == np.float64
        assert array.flags.c_contiguous


def test_a_scalar_stays_a_scalar() -> None:
    bound = bind(list(symbols("lam*x^2", "lam: scalar; x: scalar").values()), {"lam": 2, "x": 3})
    assert bound.arrays["lam"].shape == ()


def test_a_column_for_a_vector_is_refused_with_the_way_out() -> None:
    error = refused("y: vector(n)", y=np.ones((3, 1)))
    assert isinstance(error, ShapeError)
    assert "y.ravel()" in error.render()


def test_clashing_sizes_name_both_symbols() -> None:
    error = refused("X: matrix(n, d); y: vector(n)", X=np.ones((3, 2)), y=[1.0, 2.0])
    assert isinstance(error, ShapeError)
    assert "y has 2 entries" in error.render()
    assert "X has 3" in error.render()


def test_a_transposed_matrix_is_recognized() -> None:
    error = refused("y: vector(n); X: matrix(n, d)", X=np.ones((2, 3)), y=[1.0, 2.0, 3.0])
    assert "X.T" in error.render()


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_the_first_number_that_is_not_finite_is_named(bad: float) -> None:
    X = np.ones((4, 3))
    X[2, 1] = bad
    X[3, 2] = np.nan
    error = refused("X: matrix(n, d)", X=X)
    assert isinstance(error, DataError)
    assert "row 3, column 2" in error.render()
    assert "第 3 行第 2 列" in error.render("zh")


def test_text_in_an_array_is_named() -> None:
    error = refused("X: matrix(n, d)", X=[[1, 2], [3, "a"]])
    assert isinstance(error, DataError)
    assert "'a' in row 2, column 2" in error.render()


def test_ragged_rows_are_refused() -> None:
    assert isinstance(refused("X: matrix(n, d)", X=[[1, 2], [3]]), DataError)


def test_complex_numbers_are_refused() -> None:
    assert isinstance(refused("x: vector(n)", x=[1 + 2j, 3]), DataError)


def test_labels_of_the_other_convention_come_with_the_mapping() -> None:
    error = refused("y: vector(n) in {-1, 1}", y=[1.0, 0.0, 1.0])
    assert isinstance(error, DataError)
    assert "row 2" in error.render()
    assert '--labels "0,1->-1,1"' in error.render()


def test_a_declared_sign_is_checked() -> None:
    error = refused("lam: scalar >= 0", lam=-0.5)
    assert isinstance(error, DomainError)
    assert "-0.5" in error.render()


def test_an_open_end_excludes_the_end() -> None:
    assert "row 2" in refused("x: vector(n) in (0, 1]", x=[1.0, 0.0]).render()
    bind(parse("sum(x)", "x: vector(n) in (0, 1]").symbols, {"x": [1.0, 0.5]})


@pytest.mark.parametrize(
    ("word", "good", "bad", "said"),
    [
        ("symmetric", [[1.0, 2], [2, 5]], [[1.0, 2], [3, 5]], "row 1, column 2"),
        ("psd", [[1.0, 1], [1, 1]], [[1.0, 2], [2, 1]], "eigenvalue is -1"),
        ("pd", [[2.0, 1], [1, 1]], [[1.0, 1], [1, 1]], "eigenvalue"),
        ("diagonal", [[2.0, 0], [0, 1]], [[2.0, 0], [7, 1]], "row 2, column 1"),
        ("orthogonal", [[0.0, 1], [-1, 0]], [[1.0, 1], [0, 1]], "inner product"),
        ("nonsingular", [[0.0, 1], [-1, 0]], [[1.0, 2], [2, 4]], "singular"),
    ],
)
def test_the_structure_of_matrices_is_checked(word: str, good: Any, bad: Any, said: str) -> None:
    declared = f"A: matrix(n, n) {word}"
    bind(parse("sum(A)", declared).symbols, {"A": good})
    assert said in refused(declared, A=bad).render()


@pytest.mark.parametrize(
    ("declared", "good", "bad", "said"),
    [
        ("A: matrix(n, k) onehot", [[0.0, 1], [1, 0]], [[0.0, 1], [1, 1]], "row 2"),
        ("A: vector(k) simplex", [0.25, 0.75], [0.5, 0.75], "sum 1"),
    ],
)
def test_the_structure_of_rows_is_checked(declared: str, good: Any, bad: Any, said: str) -> None:
    bind(parse("sum(A)", declared).symbols, {"A": good})
    assert said in refused(declared, A=bad).render()


def test_rounding_does_not_make_a_matrix_asymmetric() -> None:
    X = np.random.default_rng(0).standard_normal((50, 4))
    A = X.T @ X
    A[0, 1] *= 1 + 1e-15
    bind(parse("sum(A)", "A: matrix(n, n) psd").symbols, {"A": A})


def test_a_missing_value_lists_all_that_is_missing() -> None:
    error = refused("X: matrix(n, d); y: vector(n)", X=np.ones((2, 2)))
    assert isinstance(error, DataError)
    assert "no value is given for y" in error.render()


def test_an_unknown_name_comes_with_the_nearest_one() -> None:
    s = symbols("lam*x^2", "lam: scalar; x: scalar")
    with pytest.raises(UsageError) as caught:
        bind(list(s.values()), {"lamb": 1.0, "x": 2.0})
    assert "try: lam" in caught.value.render()


def test_an_empty_array_is_refused() -> None:
    assert isinstance(refused("x: vector(n)", x=[]), ShapeError)


def test_a_list_for_a_number_is_refused_without_talk_of_columns() -> None:
    with pytest.raises(ShapeError) as caught:
        bind([parse("x^2 + lam").symbols[1]], {"lam": [1.0, 2.0]})
    said = caught.value.render()
    assert "broadcast" not in said
    assert "lam must be a number" in said
