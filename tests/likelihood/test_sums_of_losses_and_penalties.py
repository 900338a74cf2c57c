"""Any sum of a loss and penalties that is read as a likelihood is one, in numbers.

The densities are written out as text, read again and evaluated in floating point at three points:
differences of f must be kappa times those of -log density. What is not read is never called proved.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import lossmith as ls
from lossmith.atoms.meaning import entries, evaluate
from lossmith.expr.node import Expr
from lossmith.expr.walk import symbols
from lossmith.likelihood.readings import Reading
from lossmith.text.writing.printing import to_text

LOSSES = [
    "norm2(X*w-y)^2", "sum(abs(y-X*w))", "sum(log(1+(y-X*w).^2/3))", "sum(logcosh(X*w-y))",
    "sum(softplus(X*w)-z.*(X*w))", "sum(exp(X*w)-q.*(X*w))", "sum(log(1+exp(-t.*(X*w))))",
    "sum(huber(X*w-y,2))", "mean((X*w+b-y).^2)", "sum((y-exp(X*w)).^2)",
]  # fmt: skip
PENALTIES = [
    "lam*norm1(w)", "lam*norm2(w)^2", "lam*norm2(w)", "mu*sum(log(1+w.^2))", "lam*norminf(w)",
    "sum(v.*abs(w))", "sum(w)", "w'*A*w", "lam*sum(w.^4)", "-lam*norm1(w)",
]  # fmt: skip
FACTORS = ["", "2*", "0.3*", "1/n*", "c*"]
UNREADABLE = {"sum(w)", "w'*A*w", "lam*sum(w.^4)", "-lam*norm1(w)"}

RNG = np.random.default_rng(0)
N, D = 5, 3
VALUES = {
    "X": RNG.normal(size=(N, D)), "y": RNG.normal(size=N), "z": np.array([0, 1, 1, 0, 1.0]),
    "q": np.array([0, 2, 1, 5, 3.0]), "t": np.array([-1, 1, 1, -1, 1.0]), "lam": 0.7, "mu": 1.3,
    "b": -0.4, "c": 1.9, "v": np.array([0.5, 1.2, 2.0]), "A": np.eye(D), "n": float(N),
    "d": float(D),
}  # fmt: skip


def at(f: ls.Objective, w: np.ndarray) -> float:
    names = {s.name for s in f.formula.symbols}
    return float(f(w=w, **{k: v for k, v in VALUES.items() if k in names}))


def least(e: Expr) -> float:
    """Return the smallest entry of an expression at the values above."""
    given = {s: exactly(VALUES[s.name]) for s in symbols(e)}
    return min(float(x.mid()) for x in entries(evaluate(e, given, {"n": N, "d": D})))


def exactly(v: Any) -> Any:
    return [exactly(x) for x in v] if np.ndim(v) else Fraction(float(v))


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from(FACTORS),
    st.sampled_from(LOSSES),
    st.lists(st.tuples(st.sampled_from(FACTORS[:3]), st.sampled_from(PENALTIES)), max_size=2),
)
@example("1/n*", "sum(log(1+(y-X*w).^2/3))", [("", "lam*norm1(w)"), ("2*", "lam*norm2(w)^2")])
@example("", "norm2(X*w-y)^2", [("", "sum(v.*abs(w))")])
@example("", "norm2(X*w-y)^2", [("", "lam*norm2(w)"), ("", "lam*norm1(w)")])
@example("2*", "norm2(X*w-y)^2", [("0.3*", "lam*norm1(w)"), ("0.3*", "mu*sum(log(1+w.^2))")])
def test_what_is_read_is_kappa_times_the_density(
    factor: str, loss: str, penalties: list[tuple[str, str]]
) -> None:
    formula = " + ".join(f"{c}({e})" for c, e in ((factor, loss), *penalties))
    f = ls.objective(formula, wrt="w")
    reading = f.model().reading
    if any(e in UNREADABLE for _, e in penalties):
        cancels = {"lam*norm1(w)", "-lam*norm1(w)"} <= {e for _, e in penalties}
        assert cancels or not isinstance(reading, Reading)
    if not isinstance(reading, Reading):
        return
    if not all(least(e) > 0 for e in reading.needed):
        return  # outside the laws: Student's prior has no degrees of freedom there
    density = ls.objective(to_text(reading.energy()), wrt="w")
    points = [RNG.normal(size=D) for _ in range(3)]
    a, b = [at(f, w) for w in points], [at(density, w) for w in points]
    kappa = (a[0] - a[1]) / (b[0] - b[1])
    # Differences of numbers of size 100 keep about 13 digits.
    assert a[0] - a[2] == pytest.approx(kappa * (b[0] - b[2]), rel=1e-9, abs=1e-11)
    if to_text(reading.scale) == "1":
        assert kappa == pytest.approx(1, rel=1e-9)
