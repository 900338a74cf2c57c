"""The tables in examples/ are what their script writes, value for value."""

from __future__ import annotations

import runpy
from pathlib import Path

import numpy as np
import pytest

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"


@pytest.fixture(scope="module")
def remade(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tables")
    runpy.run_path(str(EXAMPLES / "make_tables.py"))["make_tables"](folder)
    return folder


@pytest.mark.parametrize("name", ["breast_cancer.csv", "diabetes.csv"])
def test_a_csv_table_is_made_again_byte_for_byte(remade: Path, name: str) -> None:
    assert (EXAMPLES / name).read_bytes() == (remade / name).read_bytes()


def test_the_digits_are_made_again_value_for_value(remade: Path) -> None:
    # Not byte for byte: the compressor may differ from machine to machine.
    with np.load(EXAMPLES / "digits_8x8.npz") as kept, np.load(remade / "digits_8x8.npz") as made:
        assert sorted(kept) == sorted(made) == ["X", "y"]
        assert kept["X"].shape == (1797, 64)
        assert all(np.array_equal(kept[name], made[name]) for name in kept)


def test_the_columns_are_those_of_the_readme() -> None:
    cancer = np.loadtxt(EXAMPLES / "breast_cancer.csv", delimiter=",", skiprows=1)
    assert cancer.shape == (569, 31)
    assert np.bincount(cancer[:, -1].astype(int)).tolist() == [212, 357]
    diabetes = np.loadtxt(EXAMPLES / "diabetes.csv", delimiter=",", skiprows=1)
    assert diabetes.shape == (442, 11)
    assert (diabetes[:, -1].min(), diabetes[:, -1].max()) == (25, 346)
