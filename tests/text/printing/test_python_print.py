"""The Python dialect in print: as people write it, and NumPy finds the value of the formula."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from scipy import special
from tests.conftest import PROFILE
from tests.strategies import POOL, SHAPES, SIZES, formulas, values_of
from tests.text.printing.test_round_trips import flat, is_closed

from lossmith.atoms.meaning import evaluate
from lossmith.atoms.table import CARDS
from lossmith.calculus.gradient import gradient, hessian
from lossmith.expr.walk import symbols
from lossmith.text.parse import parse
from lossmith.text.writing.print_numpy import ORDERS, SPELLED
from lossmith.text.writing.printing import to_python

COUNT = {"dev": 60, "ci": 300, "nightly": 4000}[PROFILE]
KNOWN = [c for c in CARDS if c.name in {*SPELLED, *ORDERS, "power"}]
XYW = "X: matrix(n, d); y: vector(n); w: vector(d); lam: scalar"

WRITTEN = [
    ("0.5*norm2(X*w - y)^2 + lam*norm1(w)",
     "np.sum((X @ w - y)**2) / 2 + lam * np.sum(np.abs(w))"),
    ("mean(log(1 + exp(-y.*(X*w))))", "np.mean(np.log(1 + np.exp(-y * (X @ w))))"),
    ("w'*X'*X*w/n", "w @ X.T @ X @ w / n"),
    ("sum(max(0, 1 - y.*(X*w)))", "np.sum(np.maximum(0, 1 - y * (X @ w)))"),
    ("X'*diag(y)*X", "X.T @ np.diag(y) @ X"),
    ("vector(1)'*X*w + sum(X*vector(1))", "np.sum(X @ w) + np.sum(X)"),
    ("X*vector(1) - y", "np.sum(X, axis=1) - y"),
    ("X'*vector(1) - w", "np.sum(X, axis=0) - w"),
    ("y*w'", "np.outer(y, w)"),
    ("tr(inv(X'*X + lam*eye))", "np.trace(np.linalg.inv(X.T @ X + lam * np.eye(d)))"),
    ("logsumexp(X)", "special.logsumexp(X, axis=1)"),
    ("norm2(w)^3 + sqrt(lam)", "np.linalg.norm(w)**3 + np.sqrt(lam)"),
    ("if(lam > 0, lam^2, -lam)", "np.where(lam > 0, lam**2, -lam)"),
    ("cases(lam > 1, lam, lam < 0 & lam > -1, 2, lam^2)",
     "np.select([lam > 1, (lam < 0) & (lam + 1 > 0)], [lam, 2], lam**2)"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "code"), WRITTEN)
def test_python_is_written_as_people_write_it(text: str, code: str) -> None:
    found = parse(text, XYW)
    assert to_python(found.expr) == code
    assert parse(code, XYW, dialect="python").expr is found.expr


def test_a_hessian_that_matrices_cannot_say_is_an_einsum() -> None:
    found = parse("norm2(X*W - Y)^2", "X: matrix(n, d); W: matrix(d, k); Y: matrix(n, k)")
    variable = found.symbol("W")
    assert variable is not None
    shown = to_python(hessian(found.expr, variable).end)
    assert shown == "2 * np.einsum('ik,jl->ijkl', X.T @ X, np.eye(k))"


def value_in_numpy(code: str, values: dict[str, Any]) -> Any:
    """Return what NumPy makes of the code."""
    with np.errstate(all="ignore"):
        try:
            return eval(code, {"np": np, "special": special, **SIZES, **values})
        except np.linalg.LinAlgError:
            # np.where asks for all cases: the inverse of a singular matrix in one not taken.
            assume(False)


def assert_equal_in_numpy(e: Any, values: dict[Any, Any]) -> None:
    balls = list(flat(evaluate(e, values, SIZES)))
    assume(all(b.is_finite() for b in balls))
    wanted = np.array([float(b.mid()) for b in balls])
    assume(np.all(np.abs(wanted) < 1e6))
    numbers = {s.name: np.array(v, dtype=float) for s, v in values.items()}
    found = np.asarray(value_in_numpy(to_python(e), numbers), dtype=float)
    if e.shape and not found.shape:
        found = np.broadcast_to(found, [SIZES[d] for d in e.shape])  # a repeated number
    assert found.shape == tuple(SIZES.get(d, d) for d in e.shape), to_python(e)
    # Cancellation and steep functions lose digits: half of them must be right.
    largest = max([1.0, *map(abs, wanted)])
    for a, b in zip(found.ravel(), wanted, strict=True):
        assume(math.isfinite(a))
        assert abs(a - b) <= 1e-7 * largest, (to_python(e), a, b)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@settings(max_examples=COUNT, suppress_health_check=list(HealthCheck), deadline=None)
@given(data=st.data())
def test_numpy_finds_the_value_of_the_formula(shape: Any, data: st.DataObject) -> None:
    e = data.draw(formulas(shape, depth=data.draw(st.integers(1, 3)), cards=KNOWN))
    assume(is_closed(e))
    assert_equal_in_numpy(e, data.draw(values_of(e)))


@settings(max_examples=COUNT // 2, suppress_health_check=list(HealthCheck), deadline=None)
@given(data=st.data())
def test_numpy_finds_the_value_of_a_second_derivative(data: st.DataObject) -> None:
    names = ("exp", "log1p", "sin", "tanh", "sigmoid", "softmax", "logsumexp", "inv")
    cards = [c for c in CARDS if c.name in names]
    e = data.draw(formulas((), depth=2, cards=cards))
    variable = data.draw(st.sampled_from([s for s in POOL if s.shape]))
    second = hessian(e, variable).end if not variable.shape[1:] else gradient(e, variable).end
    assume(second.shape and variable in symbols(second))
    assert_equal_in_numpy(second, data.draw(values_of(second)))
