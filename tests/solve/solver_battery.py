"""Problems with minima known by an independent route, and the conditions that mark a minimizer.

Values and subgradients are written by hand here, so that neither the generated code nor a method's
own stopping rule judges itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import scipy.optimize
from numpy.typing import NDArray
from scipy.special import expit, xlogy

from lossmith.run.data import read
from lossmith.solve.formula import Proved

Array = NDArray[np.float64]
EXAMPLES = Path(__file__).parents[2] / "examples"


@dataclass(frozen=True)
class Case:
    """A formula with values.

    value: F by hand.  defect: distance of 0 to the subdifferential of F at x, by hand; None where
    it is discontinuous, so that nearby points say nothing.  least: min F, by an independent solver.
    tolerance: by how much F may miss it, relative to max(1, |min F|).
    """

    name: str
    formula: str
    declare: str
    wrt: tuple[str, ...]
    values: Mapping[str, Any]
    value: Callable[[Array], float]
    least: Callable[[], float]
    defect: Callable[[Array], float] | None = None
    proved: Proved = field(default_factory=Proved)
    tolerance: float = 1e-9
    start: Mapping[str, Any] | None = None


CONVEX = Proved(convex=True)


@cache
def cancer() -> tuple[Array, Array]:
    table = read(EXAMPLES / "breast_cancer.csv", labels="0,1->-1,1", standardize=True)
    assert table.X is not None
    assert table.y is not None
    return table.X, table.y


@cache
def diabetes() -> tuple[Array, Array]:
    table = read(EXAMPLES / "diabetes.csv", standardize=True)
    assert table.X is not None
    assert table.y is not None
    return table.X, table.y - table.y.mean()


def spd(condition: float) -> tuple[Array, Array]:
    rng = np.random.default_rng(3)
    Q = np.linalg.qr(rng.standard_normal((6, 6)))[0]
    A = (Q * np.geomspace(1, condition, 6)) @ Q.T
    return (A + A.T) / 2, rng.standard_normal(6)


def quadratic(condition: float) -> Case:
    A, b = spd(condition)

    def least() -> float:
        x = np.linalg.solve(A, b)
        return float(-b @ x / 2)

    return Case(
        f"quadratic of condition {condition:g}",
        "0.5*x'*A*x - b'*x",
        "A: matrix(n, n) pd; b: vector(n); x: vector(n)",
        ("x",),
        {"A": A, "b": b},
        lambda x: float(x @ A @ x / 2 - b @ x),
        least,
        lambda x: float(np.linalg.norm(A @ x - b)),
        CONVEX,
    )


LAM = 0.1


def logistic() -> Case:
    X, y = cancer()

    def value(w: Array) -> float:
        return float(np.logaddexp(0, -y * (X @ w)).sum() + LAM * w @ w)

    def defect(w: Array) -> float:
        return float(np.linalg.norm(2 * LAM * w - X.T @ (y * expit(-y * (X @ w)))))

    def least() -> float:
        from sklearn.linear_model import LogisticRegression

        model = LogisticRegression(
            C=1 / (2 * LAM), fit_intercept=False, solver="newton-cholesky", tol=1e-12
        )
        return value(model.fit(X, y).coef_[0])

    L = np.linalg.norm(X, 2) ** 2 / 4 + 2 * LAM
    return Case(
        "logistic regression with ridge",
        "sum(log(1 + exp(-y .* (X*w)))) + lam*norm2(w)^2",
        "y: vector(n) in {-1, 1}; lam: scalar >= 0",
        ("w",),
        {"X": X, "y": y, "lam": LAM},
        value,
        least,
        defect,
        Proved(convex=True, strong=2 * LAM, smooth=float(L)),
        tolerance=1e-9,
    )


def lasso() -> Case:
    X, y = diabetes()
    lam = 10.0

    def value(w: Array) -> float:
        return float(np.sum((X @ w - y) ** 2) / 2 + lam * np.abs(w).sum())

    def defect(w: Array) -> float:
        g = X.T @ (X @ w - y)
        at_zero = np.maximum(np.abs(g) - lam, 0)
        return float(np.linalg.norm(np.where(w == 0, at_zero, g + lam * np.sign(w))))

    def least() -> float:
        from sklearn.linear_model import Lasso

        n = len(y)
        model = Lasso(alpha=lam / n, fit_intercept=False, tol=1e-14, max_iter=100_000)
        return value(model.fit(X, y).coef_)

    return Case(
        "lasso",
        "0.5*norm2(X*w - y)^2 + lam*norm1(w)",
        "lam: scalar >= 0",
        ("w",),
        {"X": X, "y": y, "lam": lam},
        value,
        least,
        defect,
        CONVEX,
    )


def hinge() -> Case:
    X, y = cancer()
    lam = 1.0

    def value(w: Array) -> float:
        return float(np.maximum(1 - y * (X @ w), 0).sum() + lam * w @ w)

    def least() -> float:
        from sklearn.svm import LinearSVC

        model = LinearSVC(
            C=1 / (2 * lam), loss="hinge", fit_intercept=False, tol=1e-10, max_iter=10_000_000
        )
        return value(model.fit(X, y).coef_[0])

    return Case(
        "support vector machine",
        "sum(hinge(y .* (X*w))) + lam*norm2(w)^2",
        "lam: scalar >= 0",
        ("w",),
        {"X": X, "y": y, "lam": lam},
        value,
        least,
        proved=CONVEX,
        tolerance=1e-6,  # both solvers stop at about 1e-7 of a value near 30
    )


def absolute() -> Case:
    X, y = diabetes()

    def least() -> float:
        n, d = X.shape
        cost = np.r_[np.zeros(d), np.ones(n)]
        eye = np.eye(n)
        upper = np.block([[X, -eye], [-X, -eye]])
        bounds = [(None, None)] * d + [(0, None)] * n
        return float(scipy.optimize.linprog(cost, A_ub=upper, b_ub=np.r_[y, -y], bounds=bounds).fun)

    return Case(
        "least absolute deviations",
        "norm1(X*w - y)",
        "",
        ("w",),
        {"X": X, "y": y},
        lambda w: float(np.abs(X @ w - y).sum()),
        least,
        proved=CONVEX,
        tolerance=1e-8,
    )


def nonnegative() -> Case:
    X, y = diabetes()

    def defect(w: Array) -> float:
        g = 2 * X.T @ (X @ w - y)
        return float(np.linalg.norm(np.where(w == 0, np.minimum(g, 0), g)))

    return Case(
        "nonnegative least squares",
        "norm2(X*w - y)^2",
        "w: vector(d) >= 0",
        ("w",),
        {"X": X, "y": y},
        lambda w: float(np.sum((X @ w - y) ** 2)),
        lambda: float(scipy.optimize.nnls(X, y)[1] ** 2),
        defect,
        CONVEX,
    )


def group() -> Case:
    X, y = diabetes()
    lam = 1000.0

    def value(w: Array) -> float:
        return float(np.sum((X @ w - y) ** 2) + lam * np.linalg.norm(w))

    def least() -> float:
        """With |w| = r the condition is (2X'X + lam/r) w = 2X'y: one equation for r."""
        gram, moment = 2 * X.T @ X, 2 * X.T @ y

        def solution(r: float) -> Array:
            return np.linalg.solve(gram + lam / r * np.eye(len(gram)), moment)

        r = scipy.optimize.brentq(lambda r: np.linalg.norm(solution(r)) - r, 1e-3, 1e3, xtol=1e-13)
        return value(solution(r))

    def defect(w: Array) -> float:
        return float(np.linalg.norm(2 * X.T @ (X @ w - y) + lam * w / np.linalg.norm(w)))

    return Case(
        "least squares with the norm of the weights",
        "norm2(X*w - y)^2 + lam*norm2(w)",
        "lam: scalar >= 0",
        ("w",),
        {"X": X, "y": y, "lam": lam},
        value,
        least,
        defect,
        CONVEX,
    )


def huber() -> Case:
    X, y = diabetes()
    y = y / 50

    def value(w: Array) -> float:
        r = np.abs(X @ w - y)
        return float(np.where(r <= 1, r**2 / 2, r - 0.5).sum())

    def defect(w: Array) -> float:
        return float(np.linalg.norm(X.T @ np.clip(X @ w - y, -1, 1)))

    def least() -> float:
        jac = lambda w: X.T @ np.clip(X @ w - y, -1, 1)  # noqa: E731
        found = scipy.optimize.minimize(
            value, np.zeros(X.shape[1]), jac=jac, method="BFGS", options={"gtol": 1e-9}
        )
        return float(found.fun)

    return Case(
        "Huber regression",
        "sum(huber(X*w - y, 1))",
        "",
        ("w",),
        {"X": X, "y": y},
        value,
        least,
        defect,
        CONVEX,
    )


def rosenbrock() -> Case:
    return Case(
        "Rosenbrock",
        "(1 - x)^2 + 100*(y - x^2)^2",
        "x: scalar; y: scalar",
        ("x", "y"),
        {},
        lambda v: float((1 - v[0]) ** 2 + 100 * (v[1] - v[0] ** 2) ** 2),
        lambda: 0.0,
        start={"x": -1.2, "y": 1.0},
    )


def omega() -> Case:
    x = 0.5671432904097838730
    return Case(
        "exp minus log",
        "exp(x) - log(x)",
        "x: scalar",
        ("x",),
        {},
        lambda v: float(np.exp(v[0]) - np.log(v[0])),
        lambda: float(np.exp(x) - np.log(x)),
        lambda v: float(abs(np.exp(v[0]) - 1 / v[0])),
        CONVEX,
    )


def median(a: tuple[float, ...]) -> Case:
    data = np.array(a)
    return Case(
        f"absolute distances to {len(a)} points",
        "sum(abs(x - a))",
        "x: scalar; a: vector(n)",
        ("x",),
        {"a": data},
        lambda v: float(np.abs(v[0] - data).sum()),
        lambda: float(np.abs(np.median(data) - data).sum()),
        proved=CONVEX,
    )


def coin() -> Case:
    return Case(
        "seven heads of ten",
        "-7*log(p) - 3*log(1 - p)",
        "p: scalar in (0, 1)",
        ("p",),
        {},
        lambda v: float(-xlogy(7, v[0]) - xlogy(3, 1 - v[0])),
        lambda: float(-7 * np.log(0.7) - 3 * np.log(0.3)),
        lambda v: float(abs(-7 / v[0] + 3 / (1 - v[0]))),
        CONVEX,
    )


def likelihood() -> Case:
    return Case(
        "likelihood of seven heads of ten",
        "-p^7*(1 - p)^3",
        "p: scalar in [0, 1]",
        ("p",),
        {},
        lambda v: float(-(v[0] ** 7) * (1 - v[0]) ** 3),
        lambda: -(0.7**7) * 0.3**3,
        lambda v: float(abs(-7 * v[0] ** 6 * (1 - v[0]) ** 3 + 3 * v[0] ** 7 * (1 - v[0]) ** 2)),
    )


BATTERY: tuple[Case, ...] = (
    quadratic(10.0),
    quadratic(1e6),
    logistic(),
    lasso(),
    hinge(),
    absolute(),
    nonnegative(),
    group(),
    huber(),
    rosenbrock(),
    omega(),
    median((3.0, 1.0, 7.5, 2.25, -9.5)),
    median((3.0, 1.0, 7.5, 2.25)),
    median((2.0, 2.0, 2.0, 5.0)),
    coin(),
    likelihood(),
)
