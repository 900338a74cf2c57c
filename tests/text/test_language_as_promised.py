"""Every function, operator, dialect and declaration that the language promises does its work.

A name is read, has the value that NumPy and SciPy give it, the gradient that central differences
of its exact values give, and each dialect's print of it is read back with the same value.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from scipy import special as sp

from lossmith.atoms.meaning import entries, evaluate
from lossmith.calculus.gradient import gradient
from lossmith.expr import build
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.walk import symbols
from lossmith.text.parse import Dialect, parse
from lossmith.text.writing.printing import to_latex, to_python, to_text, to_unicode

PRINTERS: dict[Dialect, Callable[[Expr], str]] = {
    "text": to_text, "unicode": to_unicode, "latex": to_latex, "python": to_python,
}  # fmt: skip
DECLARE = "s, t: scalar in (0, 1); x, y: vector(n) > 0; A, B: matrix(n, n) pd; X: matrix(m, n)"
SIZES = {"n": 3, "m": 2}
# No ties, no kinks; y_k below 1. The pd matrices are not diagonal and have simple eigenvalues.
VALUES: dict[str, Any] = {
    "s": Fraction(3, 8), "t": Fraction(5, 7),
    "x": [Fraction(1, 3), Fraction(7, 4), Fraction(4, 5)],
    "y": [Fraction(2, 3), Fraction(1, 5), Fraction(9, 10)],
    "A": [[Fraction(k) for k in row] for row in ((4, 1, 0), (1, 3, -1), (0, -1, 2))],
    "B": [[Fraction(k) for k in row] for row in ((5, -1, 1), (-1, 2, 0), (1, 0, 3))],
    "X": [[Fraction(k, 3) for k in row] for row in ((1, -2, 4), (3, 2, -5))],
}  # fmt: skip
s, t = float(VALUES["s"]), float(VALUES["t"])
x, y, A, B, X = (np.array(VALUES[k], dtype=float) for k in "xyABX")
norm = np.linalg.norm

PROMISED: dict[str, Any] = {
    # entry by entry
    **{f"{name}(s)": f(s) for name, f in {
        "exp": np.exp, "expm1": np.expm1, "log": np.log, "log1p": np.log1p, "log2": np.log2,
        "sqrt": np.sqrt, "abs": np.abs, "sign": np.sign, "sin": np.sin, "cos": np.cos,
        "tan": np.tan, "asin": np.arcsin, "acos": np.arccos, "atan": np.arctan,
        "arcsin": np.arcsin, "arccos": np.arccos, "arctan": np.arctan, "sinh": np.sinh,
        "cosh": np.cosh, "tanh": np.tanh, "asinh": np.arcsinh, "atanh": np.arctanh,
        "erf": sp.erf, "normcdf": sp.ndtr, "lgamma": sp.gammaln, "digamma": sp.digamma,
        "sigmoid": sp.expit,
    }.items()},
    "acosh(1 + s)": np.arccosh(1 + s), "atan2(s, t)": np.arctan2(s, t),
    "softplus(s)": np.log1p(np.exp(s)), "relu(s)": s, "leaky_relu(-s)": -0.01 * s,
    "elu(-s)": np.expm1(-s), "gelu(s)": s * sp.ndtr(s), "swish(s)": s * sp.expit(s),
    "huber(s)": s * s / 2, "huber(3*s, t)": t * (3 * s - t / 2), "hinge(s)": 1 - s,
    "logcosh(s)": np.log(np.cosh(s)), "softthreshold(s, 0.1)": s - 0.1, "clip(s, 0, 1)": s,
    "max(s, t)": t, "min(s, t)": s,
    # of arrays
    "softmax(x)": sp.softmax(x), "logsumexp(x)": sp.logsumexp(x), "entropy(x)": -x @ np.log(x),
    "kl(x, y)": x @ np.log(x / y), "max(x)": 1.75, "min(x)": 1 / 3, "sumlargest(x, 2)": 2.55,
    "sumlargest(X, 2)": [5 / 3, 5 / 3], "mean(x)": x.mean(), "sum(x)": x.sum(),
    "prod(x)": x.prod(), "cumsum(x)": x.cumsum(), "var(x)": x.var(), "norm1(x)": x.sum(),
    "norm2(x)": norm(x), "norminf(x)": 1.75, "normF(X)": norm(X), "nucnorm(X)": norm(X, "nuc"),
    "specnorm(X)": norm(X, 2), "lambda_max(A)": np.linalg.eigvalsh(A)[-1],
    "lambda_min(A)": np.linalg.eigvalsh(A)[0], "tr(A)": 9, "det(A)": np.linalg.det(A),
    "logdet(A)": np.linalg.slogdet(A)[1], "inv(A)": np.linalg.inv(A), "diag(A)": [4, 3, 2],
    "diag(x)": np.diag(x), "outer(x, y)": np.outer(x, y), "dot(x, y)": x @ y,
    "kron(x, y)": np.outer(x, y),
    # operators, constants and faces
    "x'*A*y": x @ A @ y, "A*B": A @ B, "A@B - B": A @ B - B, "x.*y": x * y, "x./y": x / y,
    "x.^s": x**s, "s^t": s**t, "A^2": A @ A, "A^-1": np.linalg.inv(A), "X'": X.T,
    "s*x + t": s * x + t, "-s^2": -s * s,
    "if(s > t, s, t^2)": t * t, "cases(s > t, s, s > 1/4, s*t, 7)": s * t,
    "x - vector(s)": x - s, "A .* matrix(t)": A * t, "A + s*eye": A + s * np.eye(3),
    "sum(i, log(1 + exp(-s*(X[i,:]*x))))": np.log1p(np.exp(-s * (X @ x))).sum(),
    "sum(k != i, x_k*x_i)": [v * (x.sum() - v) for v in x],
    "sum(i, sum(j, X_ij^2*x_j))": np.sum(X**2 @ x),
}  # fmt: skip


def value(e: Expr) -> np.ndarray:
    """Return the value at the data, as floats of enclosures."""
    found = evaluate(e, {v: VALUES[v.name] for v in symbols(e)}, SIZES, 200)
    return np.array([float(b.mid()) for b in entries(found)])


def slopes(e: Expr, v: Symbol) -> list[float]:
    """Return the central differences of a scalar by each entry of v, in 400 bits.

    A symmetric matrix moves with its mirrored entry, so that it stays symmetric.
    """
    h = Fraction(1, 1 << 60)
    point = {u: VALUES[u.name] for u in symbols(e)}
    flat = entries(VALUES[v.name])
    found = []
    for k in range(len(flat)):
        ends = []
        for move in (h, -h):
            mirrored = 3 * (k % 3) + k // 3 if v.shape == ("n", "n") else k
            there = [a + move * (j in (k, mirrored)) for j, a in enumerate(flat)]
            shaped = np.array(there, dtype=object).reshape(np.shape(VALUES[v.name])).tolist()
            ends.append(evaluate(e, {**point, v: shaped}, SIZES, 400))
        found.append(float(((ends[0] - ends[1]) * (1 << 59)).mid()))
    return found


@pytest.mark.parametrize("text", PROMISED)
def test_a_promised_name_has_its_value_and_its_gradient(text: str) -> None:
    e = parse(text, DECLARE).expr
    assert np.allclose(value(e), np.ravel(PROMISED[text]), rtol=1e-12, atol=1e-12)
    whole = build.total(e) if e.shape else e
    for v in symbols(whole):
        g = gradient(whole, v).end
        found = value(g)
        if v.shape == ("n", "n"):
            both = found.reshape(3, 3) + found.reshape(3, 3).T
            found = (both - np.diag(np.diag(both)) / 2).ravel()
        assert np.allclose(found, slopes(whole, v), rtol=1e-9, atol=1e-9), (text, v.name)


@pytest.mark.parametrize("dialect", PRINTERS)
@pytest.mark.parametrize("text", PROMISED)
def test_each_dialect_prints_a_promised_name_so_that_it_is_read_again(
    text: str, dialect: Dialect
) -> None:
    e = parse(text, DECLARE).expr
    shown = PRINTERS[dialect](e)
    again = parse(shown, DECLARE, dialect=dialect, printed=True).expr
    assert again is e or np.allclose(value(again), value(e), rtol=1e-12, atol=1e-12), shown


DECLARED = {
    "X: matrix(n, d)": ("X", ("n", "d"), ""),
    "w: vector(d)": ("w", ("d",), ""),
    "lam: scalar >= 0": ("lam", (), "[0, inf)"),
    "y: vector(n) in {-1, 1}": ("y", ("n",), "{-1, 1}"),
    "p: vector(k) simplex": ("p", ("k",), "simplex"),
    "S: matrix(d, d) psd": ("S", ("d", "d"), "psd"),
    "P: matrix(d, d) pd": ("P", ("d", "d"), "pd"),
    "T: matrix(n, k) onehot": ("T", ("n", "k"), "onehot"),
    "x: scalar in (0, 1]": ("x", (), "(0, 1]"),
    "A: matrix(d, d) symmetric": ("A", ("d", "d"), "symmetric"),
    "B: matrix(d, d) diagonal": ("B", ("d", "d"), "diagonal"),
    "R: matrix(d, d) nonsingular": ("R", ("d", "d"), "nonsingular"),
    "Q: matrix(d, d) orthogonal": ("Q", ("d", "d"), "orthogonal"),
    "m: scalar integer": ("m", (), "integer"),
    "v: vector(3) in [-1, 2)": ("v", (3,), "[-1, 2)"),
}
"""A line of declaration -> name, shape and what is known of it in the words of the symbol."""


@pytest.mark.parametrize("line", DECLARED)
def test_a_declaration_says_shape_and_assumption(line: str) -> None:
    name, shape, known = DECLARED[line]
    (found,) = parse(f"sum({name})", line).symbols
    a = found.assumptions
    assert (found.name, found.shape) == (name, shape)
    said = [str(a.interval), *map(str, a.structure), "integer" if a.integer else ""]
    if a.values:
        said.append("{" + ", ".join(str(v) for v in sorted(a.values)) + "}")
    assert not known or known in said, said
