"""A second evaluator of scalar expressions: mpmath functions, nothing of the house's ball code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import mpmath as mp

from lossmith.expr.node import Add, Apply, Const, Contract, Expr, Select, Symbol

Values = Mapping[str, Any]

FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": abs,
    "sign": mp.sign,
    "exp": lambda x: mp.exp(x) if x < 10_000 else mp.inf,  # whose negative is a density of 0
    "expm1": mp.expm1,
    "log": mp.log,
    "log1p": mp.log1p,
    "cos": mp.cos,
    "sin": mp.sin,
    "tanh": mp.tanh,
    "cosh": mp.cosh,
    "lgamma": lambda x: mp.loggamma(x).real,
    "digamma": mp.digamma,
    "trigamma": lambda x: mp.psi(1, x),
    "sigmoid": lambda x: 1 / (1 + mp.exp(-x)),
    "softplus": lambda x: mp.log1p(mp.exp(x)) if x < 0 else x + mp.log1p(mp.exp(-x)),
    "logcosh": lambda x: abs(x) + mp.log1p(mp.exp(-2 * abs(x))) - mp.log(2),
    "normcdf": mp.ncdf,
    "normpdf": mp.npdf,
    "relu": lambda x: max(x, mp.mpf(0)),
    "max": max,
    "min": min,
    "clip": lambda x, a, b: min(max(x, a), b),
    "huber": lambda x, d: x * x / 2 if abs(x) <= d else d * (abs(x) - d / 2),
    "pi": lambda: mp.pi,
    "power": lambda x, p: x**p,
}


def function(e: Expr) -> Callable[[Values], Any]:
    """Return values -> number."""
    match e:
        case Const():
            value = mp.mpf(e.value.numerator) / e.value.denominator
            return lambda v: value
        case Symbol():
            return lambda v: v[e.name]
        case Add():
            parts = [(mp.mpf(c.numerator) / c.denominator, function(t)) for c, t in e.terms]
            return lambda v: mp.fsum(c * f(v) for c, f in parts)
        case Contract():
            assert not e.shape
            assert not e.summed
            factors = [(function(f), p) for f, _, p in e.factors]
            return lambda v: mp.fprod(_power(f(v), p) for f, p in factors)
        case Apply():
            atom = FUNCTIONS[e.atom.name]
            inner = [function(a) for a in e.args]
            return lambda v: atom(*(f(v) for f in inner))
        case Select():
            return _choice(e)
        case _:
            raise AssertionError(e)


def _power(x: Any, p: Any) -> Any:
    if p.denominator == 1:
        return x ** int(p)
    return x ** (mp.mpf(p.numerator) / p.denominator)


def _choice(e: Select) -> Callable[[Values], Any]:
    tests = {
        ">": lambda x: x > 0,
        ">=": lambda x: x >= 0,
        "==": lambda x: x == 0,
        "!=": lambda x: x != 0,
    }
    cases = [
        ([(function(c.expr), tests[c.relation]) for c in guard], function(value))
        for guard, value in e.cases
    ]
    otherwise = function(e.otherwise)

    def chosen(v: Values) -> Any:
        for guard, value in cases:
            if all(holds(f(v)) for f, holds in guard):
                return value(v)
        return otherwise(v)

    return chosen
