"""A matrix declared symmetric or diagonal: the free gradient as typed, and that of its space."""

from __future__ import annotations

from random import Random

import pytest

from lossmith.atoms.meaning import entries, evaluate
from lossmith.calculus.constrained import constrained
from lossmith.calculus.draw import draw_value
from lossmith.calculus.gradient import gradient, hessian
from lossmith.calculus.reverify import reverify
from lossmith.text.parse import Formula, parse

SIZES = {"n": 3}
TEXTS = [
    ("tr(A*X)", "A'"),
    ("tr(A*X')", "A"),
    ("a'*X*b", "a*b'"),
    ("norm2(X*a)^2", "2*X*a*a'"),
    ("sum((X - A).^2)", "2*X - 2*A"),
    ("tr(X*A*X)", "A'*X + X*A'"),
    ("a'*X*X*b", "a*b'*X + X*a*b'"),
]
DECLARED = "A: matrix(n, n); a: vector(n); b: vector(n); X: matrix(n, n) "


def read(text: str, structure: str) -> Formula:
    wanted = [part for part in (DECLARED + structure).split("; ") if part[0] in text]
    return parse(text, "; ".join(wanted))


def same_values(one, other, f: Formula) -> bool:
    rng = Random(f.text)
    at = {s: draw_value(s, SIZES, rng) for s in f.symbols}
    pairs = zip(entries(evaluate(one, at, SIZES)), entries(evaluate(other, at, SIZES)), strict=True)
    return all(abs(p - q) < 1e-20 for p, q in pairs)


@pytest.mark.parametrize("structure", ["symmetric", "psd"])
@pytest.mark.parametrize(("text", "wanted"), TEXTS)
def test_the_free_gradient_is_that_of_the_text(text, wanted, structure):
    f = read(text, structure)
    x = f.symbol("X")
    d = gradient(f.expr, x, f.free["X"])
    assert reverify(d).confirmed
    g = parse(wanted, "; ".join(p for p in (DECLARED + structure).split("; ") if p[0] in wanted))
    assert same_values(d.end, g.expr, f)
    assert reverify(hessian(f.expr, x, f.free["X"])).confirmed


@pytest.mark.parametrize(("text", "_"), TEXTS)
def test_the_gradient_in_the_space_gives_the_change_along_symmetric_moves(text, _):
    f = read(text, "symmetric")
    x = f.symbol("X")
    free = gradient(f.expr, x, f.free["X"])
    inside = constrained(free)
    assert inside is not None
    rng = Random(text)
    at = {s: draw_value(s, SIZES, rng) for s in f.symbols}
    g = [entries(evaluate(d.end, at, SIZES)) for d in (free, inside)]
    assert all(abs(g[1][3 * i + j] - g[1][3 * j + i]) < 1e-20 for i in range(3) for j in range(3))
    move = entries(draw_value(x, SIZES, rng))
    slopes = [sum(a * b.numerator / b.denominator for a, b in zip(v, move, strict=True)) for v in g]
    assert abs(slopes[0] - slopes[1]) < 1e-20


def test_a_diagonal_variable_sees_the_diagonal():
    f = read("norm2(X*a)^2", "diagonal")
    inside = constrained(gradient(f.expr, f.symbol("X"), f.free["X"]))
    assert inside is not None
    assert inside.end is parse("2*diag(a.*(X*a))", "X: matrix(n, n) diagonal; a: vector(n)").expr


def test_a_free_matrix_has_no_smaller_space():
    f = parse("tr(A*X)")
    assert not f.free
    assert constrained(gradient(f.expr, f.symbol("X"))) is None
