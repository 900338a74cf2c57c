"""Data files become X and y, and whatever is wrong with them is said with its row and column."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lossmith.errors import DataError, LossmithError, MissingExtra, UsageError
from lossmith.run.data import read
from lossmith.text.parse import parse

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def put(tmp_path: Path) -> Any:
    def write(text: str | bytes, name: str = "table.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def refused(*args: Any, **options: Any) -> LossmithError:
    with pytest.raises(LossmithError) as caught:
        read(*args, **options)
    for lang in ("en", "zh"):
        assert caught.value.render(lang)
    return caught.value


# -- what is read ----------------------------------------------------------------------------


def test_the_last_column_is_the_target_and_that_is_said(put: Any) -> None:
    table = read(put("a,b,c\n1,2,3\n4,5,6\n"))
    assert table.features == ("a", "b")
    assert table.target == "c"
    assert np.array_equal(table.X, [[1, 2], [4, 5]])
    assert np.array_equal(table.y, [3, 6])
    assert "c" in table.notes[0].en


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_found(put: Any, delimiter: str) -> None:
    text = "a,b\n1,2\n3,4\n".replace(",", delimiter)
    assert np.array_equal(read(put(text)).y, [2, 4])


def test_a_byte_order_mark_windows_lines_quotes_and_blank_lines_are_read(put: Any) -> None:
    path = put('\ufeff"size, cm",y\r\n"1.5",2\r\n\r\n3,4\r\n')
    table = read(path)
    assert table.features == ("size, cm",)
    assert np.array_equal(table.X, [[1.5], [3]])


def test_a_table_without_header_numbers_its_columns(put: Any) -> None:
    table = read(put("1,2,3\n4,5,6\n"), target="1")
    assert table.features == ("2", "3")
    assert np.array_equal(table.y, [1, 4])
    assert "header" in table.notes[0].en


def test_features_may_be_chosen_and_text_columns_left_out(put: Any) -> None:
    table = read(put("name,a,b,y\nJo,1,2,3\nMi,4,5,6\n"), features="b, a")
    assert table.features == ("b", "a")
    assert np.array_equal(table.X, [[2, 1], [5, 4]])


def test_text_labels_are_mapped_on_request(put: Any) -> None:
    table = read(put("a,y\n1,M\n2,B\n3,M\n"), labels="M,B->1,-1")
    assert np.array_equal(table.y, [1, -1, 1])


def test_number_labels_are_mapped_on_request() -> None:
    table = read(EXAMPLES / "breast_cancer.csv", labels="0,1->-1,1")
    plain = read(EXAMPLES / "breast_cancer.csv")
    assert np.array_equal(table.y, 2 * plain.y - 1)


def test_standardized_columns_have_mean_zero_and_variance_one() -> None:
    table = read(EXAMPLES / "diabetes.csv", standardize=True)
    raw = read(EXAMPLES / "diabetes.csv")
    # Means of 442 numbers of size 1 round to about 1e-15.
    assert np.allclose(table.X.mean(axis=0), 0, atol=1e-13)
    assert np.allclose(table.X.var(axis=0), 1, atol=1e-13)
    assert np.array_equal(table.y, raw.y)


def test_an_npz_file_gives_arrays_by_name(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    np.savez(path, X=np.eye(3, 2), y=np.arange(3), A=np.ones((2, 2)))
    table = read(path)
    assert np.array_equal(table.X, np.eye(3, 2))
    assert np.array_equal(table.arrays["A"], np.ones((2, 2)))


def test_an_npy_matrix_is_a_table(tmp_path: Path) -> None:
    path = tmp_path / "a.npy"
    np.save(path, np.array([[1.0, 2, 3], [4, 5, 6]]))
    assert np.array_equal(read(path).y, [3, 6])


def test_a_parquet_file_is_a_table(tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "a.parquet"
    parquet.write_table(arrow.table({"a": [1, 2], "b": [0.5, 1.5], "y": [1, 0]}), path)
    table = read(path, target="y")
    assert np.array_equal(table.X, [[1, 0.5], [2, 1.5]])


def test_a_parquet_null_is_a_missing_value(tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "a.parquet"
    parquet.write_table(arrow.table({"a": [1.0, None], "y": [1, 0]}), path)
    assert "row 2, column a" in refused(path).render()


def test_parquet_without_pyarrow_names_the_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.parquet"
    path.write_bytes(b"PAR1....PAR1")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    error = refused(path)
    assert isinstance(error, MissingExtra)
    assert "lossmith[parquet]" in error.render()


def test_libsvm_lines_are_a_table(put: Any) -> None:
    table = read(put("+1 1:0.5 3:2\n-1 2:1.5 # note\n", "a.libsvm"))
    assert np.array_equal(table.X, [[0.5, 0, 2], [0, 1.5, 0]])
    assert np.array_equal(table.y, [1, -1])


# -- what is refused -------------------------------------------------------------------------


@pytest.mark.parametrize("cell", ["", "NA", "nan", "?"])
def test_a_missing_value_is_named_by_row_line_and_column(put: Any, cell: str) -> None:
    error = refused(put(f"a,b,y\n1,2,3\n4,{cell},6\n"))
    assert isinstance(error, DataError)
    assert "row 2 (line 3), column b: the value is missing" in error.render()


def test_text_in_a_number_column_is_named(put: Any) -> None:
    error = refused(put("a,sex,y\n1,male,3\n4,female,6\n"))
    assert "row 1 (line 2), column sex: 'male' is not a number" in error.render()
    assert "male, female" in error.render()


def test_text_labels_come_with_the_mapping(put: Any) -> None:
    error = refused(put("a,y\n1,M\n2,B\n"))
    assert '--labels "M,B->0,1"' in error.render()


def test_a_decimal_comma_is_recognized(put: Any) -> None:
    assert "decimals with a point" in refused(put("a;y\n1,5;2\n3;4\n")).render()


def test_a_ragged_row_is_named_by_its_line(put: Any) -> None:
    assert "line 3: 3 cells" in refused(put("a,y\n1,2\n3,4,5\n")).render()


def test_a_quoted_line_break_does_not_shift_line_numbers(put: Any) -> None:
    error = refused(put('note,a,y\n"two\nlines",1,2\nx,?,3\n'), features="a")
    assert "row 2 (line 4), column a" in error.render()


def test_duplicate_column_names_are_refused(put: Any) -> None:
    assert "columns 1, 3 are all named a" in refused(put("a,b,a\n1,2,3\n")).render()


def test_an_unknown_column_comes_with_the_nearest_one() -> None:
    error = refused(EXAMPLES / "diabetes.csv", target="bm")
    assert isinstance(error, UsageError)
    assert "try: bmi" in error.render()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"", "is empty"),
        ("a.csv", b"\n\n", "is empty"),
        ("a.csv", b"a,b\n", "no rows"),
        ("a.csv", b"\x00\x01\x02\x03binary\x00", "not a text file"),
        ("a.csv", b"a,b\n1,\xff\xfe\n", "not UTF-8"),
        ("a.csv", b"PAR1....", "looks like parquet"),
        ("a.npz", b"a,b\n1,2\n", "not a .npz file"),
        ("a.npz", b"PK\x03\x04broken", "cannot be read"),
        ("a.npy", b"\x93NUMPYbroken", "cannot be read"),
        ("a.xlsx", b"PK\x03\x04", "unknown kind of file"),
        ("a.libsvm", b"1 0:2\n", "line 1"),
        ("a.libsvm", b"one 1:2\n", "line 1"),
    ],
)
def test_broken_files_are_refused(put: Any, name: str, content: bytes, said: str) -> None:
    error = refused(put(content, name))
    assert isinstance(error, DataError)
    assert said in error.render()


def test_a_missing_file_comes_with_the_nearest_name() -> None:
    assert "diabetes.csv" in refused(EXAMPLES / "diabets.csv").render()


def test_pickled_objects_are_never_loaded(tmp_path: Path) -> None:
    path = tmp_path / "a.npy"
    np.save(path, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    assert isinstance(refused(path), DataError)


def test_a_constant_column_cannot_be_standardized(put: Any) -> None:
    error = refused(put("a,b,y\n1,7,3\n4,7,6\n"), standardize=True)
    assert "column b is constant" in error.render()
    assert '--features "a"' in error.render()


def test_a_label_that_the_map_leaves_out_is_named(put: Any) -> None:
    assert "row 3" in refused(put("a,y\n1,0\n2,1\n3,2\n"), labels="0,1->-1,1").render()


@pytest.mark.parametrize("labels", ["0,1", "0,1->1", "0,1->a,b", "0,0->1,2"])
def test_a_label_map_that_cannot_be_read_shows_one_that_can(put: Any, labels: str) -> None:
    assert '--labels "0,1->-1,1"' in refused(put("a,y\n1,0\n"), labels=labels).render()


# -- columns to symbols ----------------------------------------------------------------------


def assigned(text: str, declared: str, path: Path, given: Any = (), **options: Any) -> Any:
    formula = parse(text, declared)
    values, _ = read(path, **options).assign(formula.symbols, given)
    return values


def test_features_go_to_X_and_the_target_to_y() -> None:
    values = assigned("norm2(X*w - y)^2", "", EXAMPLES / "diabetes.csv", ["w"])
    assert set(values) == {"X", "y"}
    assert values["X"].shape == (442, 10)


def test_other_names_are_found_by_kind_and_size() -> None:
    values = assigned("norm2(A*x - b)^2", "", EXAMPLES / "diabetes.csv", ["x"])
    assert values["A"].shape == (442, 10)
    assert values["b"].shape == (442,)


def test_a_single_column_feeds_a_single_vector(put: Any) -> None:
    declared = "a: vector(n); x: scalar"
    values = assigned("sum(abs(x - a))", declared, put("a\n3\n1\n2\n"), ["x"])
    assert np.array_equal(values["a"], [3, 1, 2])


def test_one_feature_feeds_a_vector_named_x(put: Any) -> None:
    declared = "x: vector(n); y: vector(n); w: scalar"
    values = assigned("sum((sigmoid(x*w) - y).^2)", declared, put("h,y\n1,0\n2,1\n"), ["w"])
    assert np.array_equal(values["x"], [1, 2])
    assert np.array_equal(values["y"], [0, 1])


def test_classes_become_indicator_rows(put: Any) -> None:
    declared = "T: matrix(n, k) onehot; W: matrix(d, k)"
    path = put("a,b,c\n1,2,5\n3,4,7\n5,6,5\n")
    values = assigned("sum(T .* (X*W))", declared, path, ["W"])
    assert np.array_equal(values["T"], [[1, 0], [0, 1], [1, 0]])


def test_two_matrices_without_X_are_ambiguous(put: Any) -> None:
    with pytest.raises(UsageError, match="could be A, B"):
        assigned("norm2(A*u + B*v - y)^2", "", put("a,b,c\n1,2,5\n"), ["u", "v"])
