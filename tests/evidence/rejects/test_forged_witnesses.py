"""Forged counterexamples: points that a declaration leaves out, chords that are none."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from lossmith.errors import NotCertified
from lossmith.evidence.certificate import Witness
from lossmith.evidence.check import check
from lossmith.evidence.witness import admits
from lossmith.expr.build import multiply, power, symbol
from lossmith.expr.sets import closed
from lossmith.expr.types import Assumptions
from lossmith.text.parse import parse

HALF = Fraction(1, 2)


def _exact(v: Any) -> Any:
    return tuple(map(_exact, v)) if isinstance(v, tuple | list) else Fraction(v)


def _witness(
    text: str, against: Any, a: Any, b: Any, t: Any = HALF, declared: str = "", **data: Any
) -> Witness:
    """Return the counterexample in x; data by their names, sizes n = 2."""
    f = parse(text, declared if "x:" in declared else f"x: scalar; {declared}")
    x = f.symbol("x")
    held = {f.symbol(name): _exact(v) for name, v in data.items()}
    return Witness(
        f.expr, (x,), against, {"n": 2}, held, {x: _exact(a)}, {x: _exact(b)}, Fraction(t)
    )


SHOWN = {
    "a parabola downwards": _witness("-x^2", "convex", -1, 1),
    "a parabola upwards": _witness("x^2", "concave", -1, 1, Fraction(1, 3)),
    "a weight of the other sign": _witness("k*x^2", "convex", -1, 1, declared="k: scalar", k=-1),
    "weights of both signs": _witness(
        "sum(k)*x^2", "convex", -1, 1, declared="k: vector(n) integer", k=(1, -2)
    ),
}
FORGED = {
    "a gap of the other sign": _witness("x^2", "convex", -1, 1),
    "no gap": _witness("x", "convex", -1, 1),
    "no gap, concave": _witness("x", "concave", -1, 1),
    "a chord beyond its first end": _witness("x^2", "convex", 0, 1, Fraction(3, 2)),
    "a chord beyond its second end": _witness("x^2", "convex", 0, 1, -HALF),
    "a point as a chord": _witness("x^2", "convex", 1, 1),
    "a chord beside its middle": _witness("x^2", "convex", 2, 1),
    "a chord of no length": _witness("-x^2", "convex", -1, 1, 1),
    "an end without a value": _witness("log(x)", "convex", -1, 1),
    "a middle without a value": _witness("log(x^2)", "concave", -1, 1),
    "a gap too small for balls": _witness("exp(-exp(-10000)*x^2)", "convex", -1, 1),
    "a weight out of its interval": _witness(
        "k*x^2", "convex", -1, 1, declared="k: scalar >= 0", k=-1
    ),
    "a weight that is no value": _witness(
        "k*x^2", "convex", -1, 1, declared="k: scalar in {1, 2}", k=-1
    ),
    "a weight that is no whole number": _witness(
        "(k^2 - k)*x^2", "convex", -1, 1, declared="k: scalar integer", k=HALF
    ),
    "a diagonal of a matrix without values beside it": _witness(
        "tr(log(K) - x^2)", "convex", -1, 1, declared="K: matrix(n, n)", K=((1, -1), (-1, 1))
    ),
    "a variable of whole numbers": _witness("-x^2", "convex", -2, 2, declared="x: scalar integer"),
    "a property of no name": _witness("-x^2", "quasiconvex", -1, 1),
}


@pytest.mark.parametrize("w", SHOWN.values(), ids=SHOWN.keys())
def test_a_counterexample_is_accepted(w: Witness) -> None:
    check(w)


@pytest.mark.parametrize("w", FORGED.values(), ids=FORGED.keys())
def test_a_forged_counterexample_is_refused(w: Witness) -> None:
    with pytest.raises(NotCertified):
        check(w)


def test_a_counterexample_names_every_value_once() -> None:
    good = SHOWN["a weight of the other sign"]
    ((x, _),) = good.a.items()
    twin = symbol("x", (), Assumptions(closed(None, 0)))
    mixed = multiply(twin, power(x, 2))
    forged = [
        replace(good, data={}),
        replace(good, a={}),
        replace(good, b={}),
        replace(good, wrt=()),
        replace(good, a={**good.a, twin: Fraction(0)}),
        replace(good, data={**good.data, x: Fraction(1)}),
        replace(good, expr=mixed, data={twin: Fraction(-1)}),
        replace(good, sizes={"n": 0}),
        replace(good, sizes={"n": 1, "m": -1}),
    ]
    for w in forged:
        with pytest.raises((NotCertified, KeyError)):
            check(w)
    check(replace(good, sizes={}))
    check(replace(good, sizes={"n": 1}))


EYE = ((1, 0), (0, 1))
VALUES = [
    ("scalar", 1, True),
    ("scalar", (1,), False),
    ("scalar in (0, 1)", 0, False),
    ("scalar in [0, 1]", 0, True),
    ("scalar in {0, 1}", 1, True),
    ("scalar in {0, 1}", HALF, False),
    ("scalar integer", -3, True),
    ("scalar integer", HALF, False),
    ("vector(n)", (1, 2), True),
    ("vector(n)", (1, 2, 3), False),
    ("vector(n)", (), False),
    ("vector(n)", 1, False),
    ("vector(3)", (1, 2, 3), True),
    ("vector(3)", (1, 2), False),
    ("vector(k)", (), False),
    ("vector(n) > 0", (1, 2), True),
    ("vector(n) > 0", (1, -2), False),
    ("vector(n) in {0, 1}", (0, 1), True),
    ("vector(n) in {0, 1}", (0, 2), False),
    ("vector(n) in {0, 1}", (0, HALF), False),
    ("vector(n) integer", (0, 2), True),
    ("vector(n) integer", (0, HALF), False),
    ("vector(n) simplex", (HALF, HALF), True),
    ("vector(n) simplex", (HALF, 1), False),
    ("vector(n) simplex", (2, -1), False),
    ("vector(n) onehot", (0, 1), True),
    ("vector(n) onehot", (1, 1), False),
    ("vector(n) onehot", (HALF, HALF), False),
    ("matrix(n, n)", EYE, True),
    ("matrix(n, n)", ((1, 2), (3,)), False),
    ("matrix(n, n)", ((1, 2), 3), False),
    ("matrix(n, n)", ((1, 2),), False),
    ("matrix(n, 1)", ((1,), (2,)), True),
    ("matrix(n, n) symmetric", ((1, 2), (2, 1)), True),
    ("matrix(n, n) symmetric", ((1, 2), (3, 1)), False),
    ("matrix(n, n) psd", ((1, 1), (1, 1)), True),
    ("matrix(n, n) psd", ((1, 2), (2, 1)), False),
    ("matrix(n, n) psd", ((1, 0), (4, 1)), False),
    ("matrix(n, n) psd", ((1, 4), (0, 1)), False),
    ("matrix(n, n) pd", ((2, 1), (1, 1)), True),
    ("matrix(n, n) pd", ((1, 1), (1, 1)), False),
    ("matrix(n, n) pd", ((1, 0), (4, 1)), False),
    ("matrix(n, n) pd", ((1, 4), (0, 1)), False),
    ("matrix(n, n) diagonal", ((1, 0), (0, -2)), True),
    ("matrix(n, n) diagonal", ((1, 1), (0, 1)), False),
    ("matrix(n, n) diagonal", ((1, 0), (1, 1)), False),
    ("matrix(n, n) diagonal", ((1, 1), (1, 1)), False),
    ("matrix(n, n) onehot", ((0, 1), (0, 1)), True),
    ("matrix(n, n) onehot", ((0, 1), (1, 1)), False),
    ("matrix(3, 3) diagonal", ((1, 1, 0), (1, 1, 0), (0, 0, 1)), False),
    ("matrix(3, 3) symmetric", ((1, 1, 0), (1, 1, 0), (2, 0, 1)), False),
    ("matrix(n, n) orthogonal", ((0, 1), (-1, 0)), True),
    ("matrix(n, n) orthogonal", ((1, 1), (0, 1)), False),
    ("matrix(n, n) orthogonal", ((2, 0), (0, 1)), False),
    ("matrix(n, n) nonsingular", ((1, 1), (0, 1)), True),
    ("matrix(n, n) nonsingular", ((1, 1), (1, 1)), False),
]


@pytest.mark.parametrize(("declared", "value", "fits"), VALUES)
def test_a_value_is_all_that_is_declared_of_it(declared: str, value: Any, fits: bool) -> None:
    s = parse("v", f"v: {declared}").expr
    assert admits(s, _exact(value), {"n": 2}) is fits  # type: ignore[arg-type]
