"""Strict convexity and concavity: proved, or flat somewhere, and a hunt for what is flat."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest

from lossmith.atoms.meaning import evaluate
from lossmith.evidence.replay import replay
from lossmith.evidence.witness import admits, mixed
from lossmith.expr.node import Symbol
from lossmith.expr.walk import symbols
from lossmith.prove.prover import curvature
from lossmith.prove.refutation.draw import SCALES, draw
from lossmith.text.parse import Formula, parse

_V, _2, _N = "x: vector(n) > 0", "x: scalar > 0; y: scalar > 0", "x: vector(n)"

_P = "P: matrix(m,n) > 0; C: matrix(m,n); a: scalar > 0"

STRICT: tuple[tuple[str, str, str], ...] = (
    # one term, or several that share the variables among them
    ("(m^2 + s^2 - 1)/2 - log(s)", "m: scalar; s: scalar > 0", "m s"),
    ("-log(s) + (s*x - m)^2/2", "s: scalar > 0; m: scalar; x: scalar", "s m"),
    ("exp(x) + y^4 + abs(x - y)", "x: scalar; y: scalar", "x y"),
    ("log(x) + log(y)", _2, "x y"),
    ("a*log(b) - b*x", "a: scalar > 0; b: scalar > 0; x: scalar", "b"),
    # functions of functions
    ("exp(x^2 + y^2)", "x: scalar; y: scalar", "x y"),
    ("sqrt(log(x))", "x: scalar > 1", "x"),
    ("-log(sigmoid(w2*sigmoid(w1*x)))", "w1: scalar; w2: scalar > 0; x: scalar > 0", "w2"),
    ("tr(inv(X + A))", "X: matrix(n,n) psd; A: matrix(n,n) pd", "X"),
    ("logdet(inv(X))", "X: matrix(n,n) pd", "X"),
    ("-logdet(X) + tr(S*X)", "X: matrix(n,n) pd; S: matrix(n,n) psd", "X"),
    ("-log(1 - x'*x)", _N, "x"),
    # the signs of three minors
    ("exp(x)/y", "x: scalar; y: scalar > 0", "x y"),
    ("x^2 + a*x*y + y^2", "x: scalar; y: scalar; a: scalar in [-1, 1]", "x y"),
    # u log u, which rises for u > 1/e
    ("(1 + x'*x)*log(1 + x'*x)", _N, "x"),
    ("sum(cosh(x))*log(sum(cosh(x)))", _N, "x"),
    # a matrix between others that is psd by its making
    (
        "norm2(X*(x.*v))^2 + c*norm2(x)^2",
        "X: matrix(m,n); x: vector(n); v: vector(n); c: scalar > 0",
        "x",
    ),
    # one function of weights that add to 1
    ("y*softplus(-z) + (1 - y)*softplus(z)", "y: scalar in [0, 1]; z: scalar", "z"),
    ("y^2*z^2", "y: scalar in {-1, 1}; z: scalar", "z"),
    # norms
    ("norm2(x)^3", _N, "x"),
    ("exp(norm2(x - a))", "x: vector(n); a: vector(n)", "x"),
    ("sqrt(1 + x'*x)", _N, "x"),
    ("sqrt(x^2 + y^2 + c)", "x: scalar; y: scalar; c: scalar > 0", "x y"),
    ("sum(x.^4)^(3/4)", _N, "x"),
    ("sum(abs(x).^3)", _N, "x"),
    # products of powers
    ("1/(x*y)", _2, "x y"),
    ("x^(1/4)*y^(1/4)", _2, "x y"),
    ("x^3/y", _2, "x y"),
    ("c*x^(-1/2)*y^(-3/10)", _2 + "; c: scalar > 0", "x y"),
    # sums over entries
    ("-sum(x.*log(x))", _V, "x"),
    ("sum(x.*log(x./q))", "x: vector(n) > 0; q: vector(n) > 0", "x"),
    ("sum(exp(x) - 1/4*exp(2*x))", "x: vector(n) <= 0", "x"),
    ("sum(sum(P.*C)) + a*sum(sum(P.*log(P)))", _P, "P"),
    # pieces, and one variable
    ("abs(x) - log(1 + abs(x))", "x: scalar", "x"),
    ("sin(x)", "x: scalar in [0, 3]", "x"),
    ("exp(-x^2/2)", "x: scalar in [-1, 1]", "x"),
)  # fmt: skip

FLAT: tuple[tuple[str, str, str], ...] = (
    ("exp(x) + y", "x: scalar; y: scalar", "x y"),
    ("exp(x + y)", "x: scalar; y: scalar", "x y"),
    ("x^2 + a*x*y + y^2", "x: scalar; y: scalar; a: scalar in [-2, 2]", "x y"),
    ("y*max(-z, 0)^2 + (1 - y)*max(z, 0)^2", "y: scalar in [0, 1]; z: scalar", "z"),
    ("y^2*z^2", "y: scalar in {0, 1}; z: scalar", "z"),
    ("(1 + norm2(A*x)^2)*log(1 + norm2(A*x)^2)", "A: matrix(m,n); x: vector(n)", "x"),
    ("tr(A*inv(X))", "X: matrix(n,n) pd; A: matrix(n,n) psd", "X"),
    ("c*tr(A*inv(X))", "X: matrix(n,n) pd; A: matrix(n,n) pd; c: scalar >= 0", "X"),
    ("-log(s) + (s*x - m)^2/2", "s: scalar > 0; m: scalar; x: scalar", "s m x"),
    ("a*log(b) - b*x", "a: scalar >= 0; b: scalar > 0; x: scalar", "b"),
    ("-log(sigmoid(w2*sigmoid(w1*x)))", "w1: scalar; w2: scalar >= 0; x: scalar <= 0", "w1"),
    ("softplus(c*x)", "c: scalar; x: scalar", "x"),
    ("norm2(x)", _N, "x"),
    ("sqrt(x^2 + y^2 + c)", "x: scalar; y: scalar; c: scalar >= 0", "x y"),
    ("sqrt(1 + (x - y)^2)", "x: scalar; y: scalar", "x y"),
    ("sum(abs(x))^2", _N, "x"),
    ("exp(norm2(A*x))", "A: matrix(m,n); x: vector(n)", "x"),
    ("x^2/y", _2, "x y"),
    ("x^4/y^2", "x: scalar; y: scalar > 0", "x y"),
    ("sqrt(x)*sqrt(y)", _2, "x y"),
    ("x^(1/4)*y^(1/4)", "x: scalar >= 0; y: scalar >= 0", "x y"),
    ("sum(x.*log(x./q))", "x: vector(n) > 0; q: vector(n) > 0", "x q"),
    ("sum((x - y).^2)", "x: vector(n); y: vector(n)", "x y"),
    ("sum(exp(x - y) + exp(y - x))", "x: vector(n); y: vector(n)", "x y"),
    ("sum(c.*exp(x))", "x: vector(n); c: vector(n) >= 0", "x"),
    ("max(abs(x) - 1, 0)", "x: scalar", "x"),
    ("max(x, 0)^2", "x: scalar", "x"),
    ("tr(X)^2", "X: matrix(n,n)", "X"),
    ("exp(tr(X))", "X: matrix(n,n)", "X"),
    ("log(tr(X))", "X: matrix(n,n) pd", "X"),
    ("3*sum(x.^2) - sum(x)^2", "x: vector(3)", "x"),
)


def _block(f: Formula, wrt: str) -> tuple[Symbol, ...]:
    return tuple(f.symbol(name) for name in wrt.split())


@pytest.mark.parametrize(("formula", "declare", "wrt"), STRICT, ids=[q[0] for q in STRICT])
def test_what_is_strict_is_proved_so(formula: str, declare: str, wrt: str) -> None:
    f = parse(formula, declare)
    verdict = curvature(f.expr, _block(f, wrt))
    assert verdict.strict
    kinds = [c.nodes[-1].claim.kind for c in verdict.certificates]
    assert f"strictly_{verdict.label}" in kinds
    assert replay(verdict.to_json())


@pytest.mark.parametrize(("formula", "declare", "wrt"), FLAT, ids=[q[0] for q in FLAT])
def test_what_is_flat_somewhere_is_never_called_strict(
    formula: str, declare: str, wrt: str
) -> None:
    f = parse(formula, declare)
    assert not curvature(f.expr, _block(f, wrt)).strict


@pytest.mark.parametrize(("formula", "declare", "wrt"), STRICT, ids=[q[0] for q in STRICT])
def test_no_segment_is_flat_where_strictness_is_proved(
    formula: str, declare: str, wrt: str
) -> None:
    f, rng = parse(formula, declare), Random(7)
    block = _block(f, wrt)
    verdict = curvature(f.expr, block)
    sign = 1 if verdict.label == "convex" else -1
    seen = 0
    for k in range(60):
        scale = SCALES[k % 12]
        letters = sorted({d for s in symbols(f.expr) for d in s.shape if isinstance(d, str)})
        sizes = {d: rng.randint(1, 2) for d in letters}
        a = {s: draw(s, sizes, scale, rng) for s in symbols(f.expr)}
        b = {s: draw(s, sizes, scale, rng) if s in block else v for s, v in a.items()}
        if a == b or not all(admits(s, p[s], sizes) for p in (a, b) for s in p):
            continue
        half = {s: mixed(a[s], b[s], Fraction(1, 2)) if s in block else a[s] for s in a}
        ends = [evaluate(f.expr, p, sizes, 256) for p in (a, b, half)]
        if all(v.is_finite() for v in ends):
            gap = sign * (ends[0] + ends[1] - 2 * ends[2])
            assert not gap <= 0
            seen += bool(gap > 0)
    assert seen > 3
