"""Fresh formulas against mpmath: pairs and neighbors, contrasts, mixtures, ratios, far out.

Value, gradient, Hessian and Hessian times vector in floats, and the emitted NumPy file. References
are central differences of functions written by hand, at many digits: see ``by_digits``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from by_digits import references

import lossmith as ls

RELATIVE = 1e-9
"""Beside the largest entry: some hundred roundings of numbers of its size."""

Case = tuple[str, str, str, str]

PAIRS: tuple[Case, ...] = (
    ("sum(i, sum(j != i, (norm2(X[i,:] - X[j,:]) - D[i,j])^2))", "D: matrix(3,3); X: matrix(3,2)",
     "X", "sum([(norm(X[i]-X[j]) - D[i,j])**2 for i, j in pairs])"),
    ("sum(i, sum(j > i, q[i]*q[j]/norm2(X[i,:] - X[j,:])))", "q: vector(3); X: matrix(3,2)",
     "X", "sum([q[i]*q[j]/norm(X[i]-X[j]) for i, j in pairs if j > i])"),
    ("sum(i, sum(j > i, norm2(X[i,:] - X[j,:])))", "X: matrix(3,2)",
     "X", "sum([norm(X[i]-X[j]) for i, j in pairs if j > i])"),
    ("sum(i, sum(j != i, log(norm2(X[i,:] - X[j,:]))))", "X: matrix(3,2)",
     "X", "sum([mp.log(norm(X[i]-X[j])) for i, j in pairs])"),
    ("sum(i, sum(j > i, 4*((s/norm2(X[i,:] - X[j,:]))^12 - (s/norm2(X[i,:] - X[j,:]))^6)))",
     "X: matrix(3,2); s: scalar > 0", "X",
     "sum([4*((s/norm(X[i]-X[j]))**12 - (s/norm(X[i]-X[j]))**6) for i, j in pairs if j > i])"),
    ("sum(i, sum(j != i, sqrt(abs(x[i] - x[j]))))", "x: vector(3)",
     "x", "sum([mp.sqrt(abs(x[i]-x[j])) for i, j in pairs])"),
    ("sum(i, sum(j != i, max(0, m - norm2(X[i,:] - X[j,:]))^2))", "X: matrix(3,2); m: scalar > 3",
     "X", "sum([relu(m - norm(X[i]-X[j]))**2 for i, j in pairs])"),
    ("sum(i, norm2(X[i+1,:] - X[i,:]))", "X: matrix(4,2)",
     "X", "sum([norm(X[i+1]-X[i]) for i in range(3)])"),
    ("sum(i, (X[i+1,:]*X[i,:]')/(norm2(X[i+1,:])*norm2(X[i,:])))", "X: matrix(4,2)",
     "X", "sum([(X[i+1]@X[i])/(norm(X[i+1])*norm(X[i])) for i in range(3)])"),
    ("0.5*sum(i, x[i]^2) - sum(i, sum(j > i, log(abs(x[j] - x[i]))))", "x: vector(3)",
     "x", "sum(x**2)/2 - sum([mp.log(abs(x[i]-x[j])) for i, j in pairs if j > i])"),
    ("if(sum(x) > 0, norm2(x)*tanh(norm2(x)), 0)", "x: vector(3) > 0",
     "x", "norm(x)*mp.tanh(norm(x))"),
)  # fmt: skip

MODELS: tuple[Case, ...] = (
    ("-x'*y/t + log(exp(x'*y/t) + sum(exp(N*x/t)))",
     "x: vector(3); y: vector(3); N: matrix(4,3); t: scalar > 0", "x",
     "-x@y/t + mp.log(mp.exp(x@y/t) + sum(exp(N@x/t)))"),
    ("-sum(i, log(sum(k, p[k]*exp(-(x[i] - m[k])^2/(2*s[k]^2))/s[k])))",
     "x: vector(4); p: vector(2) > 0; m: vector(2); s: vector(2) > 0", "s",
     "-sum([mp.log(sum(p*exp(-(x[i]-m)**2/(2*s**2))/s)) for i in range(4)])"),
    ("log(sum(p.^a .* q.^(1-a)))/(a-1)", "p: vector(3) > 0; q: vector(3) > 0; a: scalar > 1", "a",
     "mp.log(sum(p**a*q**(1-a)))/(a-1)"),
    ("-sum(log(0.5*(1 + erf(y.*(X*w)/sqrt(2)))))", "X: matrix(4,2); w: vector(2); y: vector(4)",
     "w", "-sum(log(ncdf(y*(X@w))))"),
    ("sum(y.*log(y./(W*h)) - y + W*h)", "y: vector(4) > 0; W: matrix(4,2) > 0; h: vector(2) > 0",
     "h", "sum(y*log(y/(W@h)) - y + W@h)"),
    ("-sum(i, log(softmax(X[i,:]*W)*Y[i,:]'))",
     "X: matrix(3,2); W: matrix(2,3); Y: matrix(3,3) > 0", "W",
     "-sum([mp.log(softmax(X[i]@W)@Y[i]) for i in range(3)])"),
    ("(x-m)'*inv(L*L')*(x-m) + logdet(L*L')",
     "x: vector(3); m: vector(3); L: matrix(3,3) nonsingular", "L",
     "(x-m)@inv(L@L.T)@(x-m) + logdet(L@L.T)"),
    ("tr(inv(A*diag(exp(x))*A' + eye))", "A: matrix(3,4); x: vector(4)", "x",
     "tr(inv(A@diag(exp(x))@A.T + diag([mp.mpf(1)]*3)))"),
    ("det(X)^(1/3)*tr(inv(X)*A)", "X: matrix(3,3) psd; A: matrix(3,3) psd", "X",
     "det(X)**(mp.mpf(1)/3)*tr(inv(X)@A)"),
    ("lambda_max(diag(x) + A)", "A: matrix(3,3) symmetric; x: vector(3)", "x",
     "eig(diag(x) + A)[-1]"),
    ("norm2(g.*((x - mean(x))/sqrt(var(x) + e)) + b - y)^2",
     "x: vector(5); g: vector(5); b: vector(5); y: vector(5); e: scalar > 0", "x",
     "sum((g*(x-mean(x))/mp.sqrt(mean((x-mean(x))**2)+e) + b - y)**2)"),
    ("norm2(cumsum(exp(x)) - y)^2", "x: vector(4); y: vector(4)", "x",
     "sum((cumsum(exp(x)) - y)**2)"),
    ("norm2(tanh(W*tanh(W*tanh(W*x))) - y)^2", "W: matrix(3,3); x: vector(3); y: vector(3)", "W",
     "sum((tanh(W@tanh(W@tanh(W@x))) - y)**2)"),
    ("mean((x - mean(x)).^4)/mean((x - mean(x)).^2)^2", "x: vector(5)", "x",
     "mean((x-mean(x))**4)/mean((x-mean(x))**2)**2"),
)  # fmt: skip


def draw(s: Any, rng: np.random.Generator) -> Any:
    """Return values that meet the declaration of a symbol and break its symmetries."""
    a, lo = s.assumptions, s.assumptions.interval.lo
    value = rng.standard_normal(s.shape)
    if lo is not None:
        value = float(lo) + 0.3 + 1.7 * rng.random(s.shape)
    if a.structure & {"psd", "pd"}:
        value = value @ value.T + np.eye(len(value)) / 2
    elif "symmetric" in a.structure:
        value = value + value.T
    elif "nonsingular" in a.structure:
        value = value + 2 * np.eye(len(value))
    return value


def check(f: Any, wrt: str, source: str, values: dict[str, Any], **digits: int) -> None:
    """Compare value, gradient, Hessian, product with a vector, and the emitted file."""
    move = np.random.default_rng(len(source)).standard_normal(np.shape(values[wrt]))
    value, slope, bend = references(source, values, wrt, move, **digits)
    hessian = f.hessian(**values)
    size = np.max(np.abs(hessian), initial=0.0)

    def close(found: Any, wanted: Any, least: float = 0.0) -> None:
        room = RELATIVE * max(float(np.max(np.abs(wanted), initial=0.0)), least)
        np.testing.assert_allclose(found, wanted, rtol=0, atol=room)

    close(f(**values), value)
    close(f.gradient(**values), slope)
    close(np.tensordot(hessian, move, axes=move.ndim), bend, size)
    close(f.hvp(move, **values), bend, size)
    emitted: dict[str, Any] = {}
    exec(compile(str(f.code("numpy")), source, "exec"), emitted)
    close(emitted["value"](**values), value)
    close(emitted["gradient"](**values), slope)


@pytest.mark.parametrize("case", [*PAIRS, *MODELS], ids=lambda case: f"{case[0]} by {case[2]}")
def test_derivatives_agree_with_many_digits(case: Case) -> None:
    text, declared, wrt, source = case
    f = ls.objective(text, declare=declared, wrt=wrt)
    rng = np.random.default_rng(sum(map(ord, text)))
    check(f, wrt, source, {s.name: draw(s, rng) for s in f.formula.symbols})


FAR: tuple[tuple[str, str, str, str, dict[str, Any]], ...] = (
    ("-log(exp(u'*v)/(exp(u'*v) + sum(exp(N*v))))", "u: vector(2); v: vector(2); N: matrix(2,2)",
     "v", "-mp.log(mp.exp(u@v)/(mp.exp(u@v) + sum(exp(N@v))))",
     {"u": [500.0, 300.0], "v": [1.0, 1.0], "N": [[400.0, 395.0], [-100.0, 3.0]]}),
    ("log(a*exp(x) + b*exp(-x))", "x: scalar; a: scalar > 0; b: scalar > 0", "x",
     "mp.log(a*mp.exp(x) + b*mp.exp(-x))", {"x": 800.0, "a": 2.0, "b": 3.0}),
    ("log(exp(s) - exp(t))", "s: scalar; t: scalar", "t", "mp.log(mp.exp(s) - mp.exp(t))",
     {"s": 1000.0, "t": 998.0}),
    ("log(sum(exp(z).^2)) - 2*log(sum(exp(z)))", "z: vector(3)", "z",
     "mp.log(sum(exp(z)**2)) - 2*mp.log(sum(exp(z)))", {"z": [700.0, 701.0, 690.0]}),
    ("-log(sum(k, p[k]*exp(-(x - m[k])^2/2)))", "x: scalar; m: vector(3); p: vector(3) > 0", "x",
     "-mp.log(sum(p*exp(-(x-m)**2/2)))", {"x": 50.0, "m": [-1.0, 0.0, 2.0], "p": [0.2, 0.3, 0.5]}),
    ("log(exp(x) + 1) - log(exp(x) + 2)", "x: scalar", "x",
     "mp.log(mp.exp(x) + 1) - mp.log(mp.exp(x) + 2)", {"x": 8.0}),
    ("(1 - exp(-x))/(1 + exp(-x))", "x: scalar", "x", "mp.tanh(x/2)", {"x": -300.0}),
    ("sum(log(1 - erf(x)))", "x: vector(3)", "x", "sum(log(2*ncdf(-x*mp.sqrt(2))))",
     {"x": [20.0, 5.0, -3.0]}),
    ("log(x + sqrt(x^2 + 1))", "x: scalar", "x", "mp.asinh(x)", {"x": -1e9}),
    ("log(x + sqrt(x^2 - 1))", "x: scalar > 1", "x", "mp.acosh(x)", {"x": 1e9}),
    ("sum(sin(x)./x)", "x: vector(3)", "x", "sum([mp.sin(t)/t for t in x])",
     {"x": [1e-8, 2.0, -1e-5]}),
)  # fmt: skip


@pytest.mark.parametrize("case", FAR, ids=lambda case: case[0])
def test_derivatives_far_out_agree_with_many_digits(case: Any) -> None:
    text, declared, wrt, source, values = case
    f = ls.objective(text, declare=declared, wrt=wrt)
    arrays = {k: np.asarray(v, float) for k, v in values.items()}
    check(f, wrt, source, arrays, digits=700, steps=160)
