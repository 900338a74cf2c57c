"""Write the tables of this folder again from the copies that scikit-learn ships.

python examples/make_tables.py [FOLDER]

Values are written as the shortest decimal that reads back to the same float, so that the
tables do not depend on the machine.  FOLDER defaults to the folder of this file.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits


def shortest_decimal(value: float) -> str:
    """The shortest decimal that reads back to the same float; whole numbers without a point."""
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Iterable[float]]) -> None:
    """One header line, then one line a row, comma separated, line ends as on Unix."""
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(header)
        out.writerows([shortest_decimal(value) for value in row] for row in rows)


def make_tables(folder: Path) -> None:
    """Write breast_cancer.csv, diabetes.csv and digits_8x8.npz into `folder`."""
    cancer = load_breast_cancer()
    names = [str(name).replace(" ", "_") for name in cancer.feature_names]
    table = np.column_stack([cancer.data, cancer.target])
    write_csv(folder / "breast_cancer.csv", [*names, "target"], table)

    # scaled=False: the values in their own units, as published with the paper.
    diabetes = load_diabetes(scaled=False)
    table = np.column_stack([diabetes.data, diabetes.target])
    write_csv(folder / "diabetes.csv", [*diabetes.feature_names, "target"], table)

    # Pixels are whole numbers in 0..16, so a byte each loses nothing.
    digits = load_digits()
    np.savez_compressed(
        folder / "digits_8x8.npz", X=digits.data.astype(np.uint8), y=digits.target.astype(np.uint8)
    )


if __name__ == "__main__":
    make_tables(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
