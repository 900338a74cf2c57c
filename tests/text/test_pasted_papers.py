"""Formulas of lectures, papers and libraries have the value that NumPy gives, or are refused."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from pasted_papers import LIBRARIES, PAPERS

from lossmith.atoms.meaning import evaluate
from lossmith.errors import LossmithError
from lossmith.expr.node import Symbol
from lossmith.text.parse import parse

SIZES = {"n": 5, "N": 5, "m": 6, "M": 6, "d": 3, "p": 3, "k": 4, "K": 4, "C": 4, "r": 2, "q": 2}


def drawn(s: Symbol, rng: np.random.Generator) -> np.ndarray:
    """Return random values that meet what is known of a symbol."""
    shape = [SIZES.get(str(x), 3) for x in s.shape]
    a = s.assumptions
    value = rng.normal(size=shape)
    if a.structure & {"pd", "psd"}:
        return value @ value.T + np.eye(shape[0])
    if "symmetric" in a.structure:
        return value + value.T
    if a.values:
        return rng.choice([float(x) for x in a.values], size=shape)
    lo, hi = a.interval.lo, a.interval.hi
    if "simplex" in a.structure:
        return (abs(value) + 0.1) / (abs(value) + 0.1).sum()
    if lo is not None and hi is not None:
        return float(lo) + float(hi - lo) * rng.uniform(0.1, 0.9, size=shape)
    return value if lo is None else float(lo) + abs(value) + 0.1


def exactly(a: Any) -> Any:
    return Fraction(float(a)) if np.ndim(a) == 0 else [exactly(row) for row in a]


def floats(balls: Any) -> Any:
    return [floats(b) for b in balls] if isinstance(balls, list) else float(balls.mid())


ROWS = [*PAPERS, *LIBRARIES]


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
@pytest.mark.parametrize(("text", "declared", "wanted"), [r for r in ROWS if r[2] is not None])
def test_a_pasted_formula_has_the_value_that_numpy_gives(
    text: str, declared: str, wanted: Callable[..., Any]
) -> None:
    f = parse(text, declared)
    rng = np.random.default_rng(3)
    values = {s: drawn(s, rng) for s in f.symbols}
    by_name = {s.name: v for s, v in values.items()}

    def array(name: str) -> np.ndarray:
        spelled = (name, name.upper(), name.capitalize())
        return by_name[next(x for x in spelled if x in by_name)]

    found = floats(evaluate(f.expr, {s: exactly(v) for s, v in values.items()}, SIZES))
    expected = np.asarray(wanted(array), dtype=float)
    assert np.shape(found) == expected.shape
    assert np.allclose(found, expected, rtol=1e-9, atol=1e-10, equal_nan=True)


@pytest.mark.parametrize("text", [r[0] for r in ROWS if r[2] is None])
def test_what_has_no_one_reading_is_refused_with_a_caret(text: str) -> None:
    with pytest.raises(LossmithError) as caught:
        parse(text)
    assert caught.value.place is not None
