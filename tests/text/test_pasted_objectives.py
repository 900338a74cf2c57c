"""Objectives as pasted have the value that NumPy gives them, or are refused at their place."""

from __future__ import annotations

import re
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from pasted_objectives import LATEX, PYTHON, REFUSED, UNICODE
from pasted_textbooks import MORE_PYTHON, MORE_REFUSED, MORE_TEXT, TEXTBOOK_LATEX

from lossmith.atoms.meaning import evaluate
from lossmith.errors import LossmithError
from lossmith.expr.walk import symbols
from lossmith.text.parse import Dialect, parse

RNG = np.random.default_rng(7)
SIZES = {"n": 5, "d": 3, "k": 4}
DECLARED = {
    "X": "matrix(n, d)", "M": "matrix(n, d)", "U": "matrix(n, k)", "W": "matrix(d, k)",
    "V": "matrix(d, k)", "Y": "matrix(n, k)", "S": "matrix(d, d) pd", "Sigma": "matrix(d, d) pd",
    "Theta": "matrix(d, d) pd", "Q": "matrix(d, d) pd", "K": "matrix(n, n) pd",
    "y": "vector(n) in {-1, 1}", "z": "vector(n)", "t": "vector(n)", "u": "vector(n)",
    "v": "vector(n)", "s": "vector(n)", "p": "vector(n) > 0", "q": "vector(n) > 0",
    "alpha": "vector(n) >= 0", "w": "vector(d)", "beta": "vector(d)", "theta": "vector(d)",
    "mu": "vector(d)", "x": "vector(d)", "c": "vector(d)", "lam": "scalar >= 0", "b": "scalar",
    "C": "scalar > 0", "gamma": "scalar > 0", "sigma": "scalar > 0", "tau": "scalar > 0",
    "delta": "scalar > 0",
}  # fmt: skip


def _data() -> SimpleNamespace:
    found: dict[str, Any] = {}
    for name, declared in DECLARED.items():
        shape = [SIZES[x] for x in re.findall(r"[(,] ?([ndk])\b", declared)]
        value = RNG.normal(size=shape)
        if " pd" in declared:
            value = value @ value.T + np.eye(shape[0])
        elif "{-1, 1}" in declared:
            value = np.sign(value)
        elif ">" in declared:
            value = np.abs(value) + 0.1
        found[name] = value
    found["p"], found["q"] = (found[x] / found[x].sum() for x in "pq")
    found["b"] = found["tau"] = 0.4
    found["S"] = found["Sigma"] = found["Theta"] = found["Q"]
    return SimpleNamespace(**found)


DATA = _data()


def declared_for(text: str) -> dict[str, str]:
    """Return the declarations but those of names that the text uses otherwise, as x_i for rows."""
    gone = {"x"} if re.search(r"\bx\}?(_|\^\{\()|xᵢ", text) else set[str]()
    gone |= {"sigma"} if "sigma(" in text else set()
    gone |= {"beta"} if r"\beta = " in text else set()
    gone |= {"c"} if "sum_c" in text or "sum_{c" in text else set()
    return {name: kind for name, kind in DECLARED.items() if name not in gone}


def value_of(text: str, dialect: Dialect) -> np.ndarray:
    """Return the value of a formula at the data."""
    found = parse(text, declared_for(text), dialect=dialect).expr
    values = {s: _exact(getattr(DATA, s.name)) for s in symbols(found)}
    return np.array(_floats(evaluate(found, values, SIZES)))


def _exact(a: Any) -> Any:
    return Fraction(float(a)) if np.ndim(a) == 0 else [_exact(row) for row in a]


def _floats(balls: Any) -> Any:
    return [_floats(b) for b in balls] if isinstance(balls, list) else float(balls.mid())


ROWS = [
    *(("latex", *row) for row in (*LATEX, *TEXTBOOK_LATEX)),
    *(("python", *row) for row in (*PYTHON, *MORE_PYTHON)),
    *(("text", *row) for row in (*UNICODE, *MORE_TEXT)),
]


@pytest.mark.parametrize(("dialect", "text", "value"), ROWS, ids=[r[1][:70] for r in ROWS])
def test_what_is_pasted_has_the_value_that_numpy_gives(
    dialect: Dialect, text: str, value: Any
) -> None:
    found, wanted = value_of(text, dialect), value(DATA)
    assert found.shape == np.shape(wanted)
    # The balls are exact to 1e-30; NumPy rounds sums of a few dozen terms.
    np.testing.assert_allclose(found, wanted, rtol=1e-9)


UNREAD = [*REFUSED, *MORE_REFUSED]


@pytest.mark.parametrize(("dialect", "text"), UNREAD, ids=[r[1][:70] for r in UNREAD])
def test_what_has_no_safe_reading_is_refused_at_its_place(dialect: Dialect, text: str) -> None:
    with pytest.raises(LossmithError) as caught:
        parse(text, declared_for(text), dialect=dialect)
    assert caught.value.place is not None
    assert caught.value.what.en
    assert caught.value.what.zh


def test_the_corpus_is_wide() -> None:
    assert len(LATEX) >= 85
    assert len(PYTHON) >= 65
    assert len(UNICODE) >= 45
    assert len(REFUSED) >= 45
