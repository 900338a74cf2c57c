"""Constants of strong convexity and smoothness that the kernel reads off losses, and when none.

Each is compared with second differences too: f(w + v) - 2 f(w) + f(w - v) lies between m |v|^2 and
L |v|^2 (for L also above -L |v|^2), exactly, for all w and v.
"""

from __future__ import annotations

import random
import re
from fractions import Fraction
from typing import Any

import pytest

from lossmith.atoms.meaning import evaluate
from lossmith.evidence.curvature import constants
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.ranges import enclosure
from lossmith.expr.walk import symbols
from lossmith.text.parse import parse
from lossmith.text.writing.printing import to_text

DECLARED = {
    "X": "matrix(n, d)", "Z": "matrix(n, d)", "B": "matrix(m, l)", "M": "matrix(d, d)",
    "W": "matrix(d, m)", "w": "vector(d)", "u": "vector(d)", "z": "vector(d)", "v": "vector(n)",
    "g": "vector(n) > 0", "b": "vector(d) > 0", "c": "vector(n) in [0, 3]",
    "h": "vector(n) in [1, 3]", "k": "vector(n) in [-2, 3]", "r": "vector(n) in [-2, 1]",
    "s": "vector(n) in {-1, 1}", "lam": "scalar >= 0", "free": "scalar", "x": "scalar",
    "y": "scalar",
}  # fmt: skip
SIZES = {"n": 3, "d": 2, "m": 2, "l": 3}

# formula, variables, m, L
TABLE: list[tuple[str, str, str | None, str | None]] = [
    ("sum(softplus(X*w))", "w", "0", "specnorm(X)^2/4"),
    ("sum((X*w).^2)", "w", "2*lambda_min(X'*X)", "2*specnorm(X)^2"),
    ("sum(h.*(X*w).^2)", "w", "2*lambda_min(X'*X)", "6*specnorm(X)^2"),
    ("sum(c.*(X*w).^2)", "w", "2*lambda_min(X'*diag(c)*X)", "6*specnorm(X)^2"),
    ("sum(k.*(X*w).^2)", "w", None, "6*specnorm(X)^2"),
    ("sum(g.*(X*w).^2)", "w", "2*lambda_min(X'*diag(g)*X)", "2*specnorm(X'*diag(g)*X)"),
    ("sum(v.*(X*w).^2)", "w", None, "2*norminf(v)*specnorm(X)^2"),
    ("sum(b.*w.^2)", "w", "2*minentry(b)", "2*norminf(b)"),
    ("sum(z.*w.^2)", "w", None, "2*norminf(z)"),
    ("sum(v.*softplus(X*w))", "w", None, "norminf(v)*specnorm(X)^2/4"),
    ("sum(g.*softplus(X*w))", "w", "0", "specnorm(X'*diag(g)*X)/4"),
    ("sum(softplus(s.*(X*w)))", "w", "0", "specnorm(X)^2/4"),
    ("sum(softplus(r.*(X*w)))", "w", "0", "specnorm(X)^2"),
    ("sum(softplus(v.*(X*w)))", "w", "0", "specnorm(diag(v)*X)^2/4"),
    ("sum(cosh(X*w))", "w", "lambda_min(X'*X)", None),
    ("sum(h.*cosh(X*w))", "w", "lambda_min(X'*X)", None),
    ("sum(c.*cosh(X*w))", "w", "lambda_min(X'*diag(c)*X)", None),
    ("sum(cosh(s.*(X*w)))", "w", "lambda_min(X'*X)", None),
    ("sum(cosh(r.*(X*w)))", "w", "lambda_min(X'*diag(r.^2)*X)", None),
    ("sum(sin(X*w))", "w", None, "specnorm(X)^2"),
    ("softplus(3*x)", "x", "0", "9/4"),
    ("cosh(3*x)", "x", "9", None),
    ("(2*x + 1)^2", "x", "8", "8"),
    ("logsumexp(X*w)", "w", "0", "specnorm(X)^2/2"),
    ("sum(W.^2)", "W", "2", "2"),
    ("sum((X*W).^2)", "W", "2*lambda_min(X'*X)", "2*specnorm(X)^2"),
    (
        "sum((X*W*B).^2)",
        "W",
        "2*lambda_min(B*B')*lambda_min(X'*X)",
        "2*specnorm(B')^2*specnorm(X)^2",
    ),
    ("softplus(u'*w)", "w", "0", "norm2(u)^2/4"),
    ("sum(softplus(x*v))", "x", "0", "norm2(v)^2/4"),
    ("sum(softplus(X*w + Z*w))", "w", "0", "specnorm(X + Z)^2/4"),
    ("softplus(u'*w + z'*w)", "w", "0", "norm2(u + z)^2/4"),
    ("sum(softplus(free*(X*w)))", "w", "0", "free^2*specnorm(X)^2/4"),
    ("sum(softplus(w - 3*z))", "w", "0", "1/4"),
    ("sum(cosh(2*M'))", "M", "4", None),
    ("sum(softplus(X*w + v))", "w v", "0", "1/4 + specnorm(X)^2/4"),
    ("sum((X*w + v).^2)", "w v", None, "2 + 2*specnorm(X)^2"),
    ("sum(g.*softplus(X*w + v))", "w v", "0", "(1 + specnorm(X)^2)*norminf(g)/4"),
]

# formula, variables, kind: nothing may be claimed
NOTHING = [
    ("free*sum(w.^2)", "w", "strong"),
    ("softplus(-x^2)", "x", "strong"),
    ("softplus(-x^2)", "x", "smooth"),
    ("softplus(x*y)", "x y", "smooth"),
    ("softplus(x*y)", "x y", "strong"),
    ("sum((X*w).^4)", "w", "smooth"),
    ("sum((X*w).^3)", "w", "strong"),
    ("sum(diag(M).^2)", "M", "strong"),
    ("sum(cosh(diag(M)))", "M", "strong"),
    ("exp(x)", "x", "smooth"),
    ("sum(exp(w))", "w", "smooth"),
    ("sum(cosh(w + u))", "w u", "strong"),
    ("sum(sin(X*w))", "w", "strong"),
    ("sum(k.*cosh(X*w))", "w", "strong"),
    ("sum(w.^2.*z.^2)", "w z", "smooth"),
    ("sum(huber(w, exp(z)))", "w z", "smooth"),
]


def _parsed(text: str, names: str) -> tuple[Expr, tuple[Symbol, ...]]:
    used = {k: t for k, t in DECLARED.items() if re.search(rf"\b{k}\b", text)}
    formula = parse(text, declare=used)
    return formula.expr, tuple(formula.symbol(n) for n in names.split())


@pytest.mark.parametrize(("text", "names", "strong", "smooth"), TABLE)
def test_the_constants_are_these(
    text: str, names: str, strong: str | None, smooth: str | None
) -> None:
    expr, wrt = _parsed(text, names)
    for kind, wanted in (("strong", strong), ("smooth", smooth)):
        found = constants.loss(kind, expr, wrt, enclosure)
        assert (None if found is None else to_text(found)) == wanted, kind


@pytest.mark.parametrize(("text", "names", "kind"), NOTHING)
def test_nothing_is_claimed(text: str, names: str, kind: str) -> None:
    expr, wrt = _parsed(text, names)
    assert constants.loss(kind, expr, wrt, enclosure) is None


def _random(draw: random.Random, s: Symbol) -> Any:
    """Return a value of the symbol, exact: an entry, a row or rows."""
    a = s.assumptions

    def entry() -> Fraction:
        if a.values is not None:
            return draw.choice(a.values)
        low = Fraction(-3) if a.interval.lo is None else a.interval.lo + Fraction(1, 16)
        high = Fraction(3) if a.interval.hi is None else a.interval.hi
        return low + (high - low) * Fraction(draw.randrange(0, 65), 64)

    def tensor(shape: tuple[Any, ...]) -> Any:
        return [tensor(shape[1:]) for _ in range(SIZES[shape[0]])] if shape else entry()

    return tensor(s.shape)


def _shifted(a: Any, b: Any, t: Fraction) -> Any:
    return (
        [_shifted(x, y, t) for x, y in zip(a, b, strict=True)] if isinstance(a, list) else a + t * b
    )


def _squared(a: Any) -> Fraction:
    return sum((_squared(x) for x in a), Fraction(0)) if isinstance(a, list) else a * a


@pytest.mark.parametrize(("text", "names", "strong", "smooth"), TABLE)
@pytest.mark.parametrize("seed", range(3))
def test_second_differences_obey_them(
    text: str, names: str, strong: str | None, smooth: str | None, seed: int
) -> None:
    draw = random.Random(seed)
    expr, wrt = _parsed(text, names)
    data = {s: _random(draw, s) for s in symbols(expr) if s not in wrt}
    at, along = ({s: _random(draw, s) for s in wrt} for _ in range(2))
    size = sum(map(_squared, along.values()))

    def value(e: Expr, t: Fraction) -> Any:
        moved = {s: _shifted(at[s], along[s], t) for s in wrt}
        return evaluate(e, data | moved, SIZES, 256)

    for steps in (1, 1 << 20):
        t = Fraction(1, steps)
        second = (value(expr, t) - 2 * value(expr, Fraction(0)) + value(expr, -t)) * steps**2
        for kind, wanted in (("strong", strong), ("smooth", smooth)):
            if wanted is not None:
                found = constants.loss(kind, expr, wrt, enclosure)
                assert found is not None
                bound = value(found, t) * size.numerator / size.denominator
                wrong = second < bound if kind == "strong" else abs(second) > bound
                assert not wrong
