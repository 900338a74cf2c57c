"""Every row of the differential calculus against differences; a wrong row must be caught."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace
from fractions import Fraction

import pytest

from lossmith.atoms.activation import sigmoid
from lossmith.atoms.arithmetic import power
from lossmith.atoms.matrix import det, inv, logdet
from lossmith.atoms.trigonometric import sin
from lossmith.atoms.vector import norm2, softmax
from lossmith.calculus import driver
from lossmith.calculus.differentiate import differentiate
from lossmith.calculus.reverify import reverify_result
from lossmith.errors import SelfCheckFailed
from lossmith.expr import build as b
from lossmith.expr.node import Comparison, Expr, symbol
from lossmith.expr.sets import POSITIVE
from lossmith.expr.types import Assumptions
from lossmith.rules.derivative import DERIVATIVE_RULES
from lossmith.rules.rule import DerivativeRule, Partial

x = symbol("x", ("n",), Assumptions(POSITIVE))
c = symbol("c", ("n",))
M = symbol("M", ("n", "n"))
X = symbol("X", ("n", "n"), Assumptions(structure=frozenset({"nonsingular"})))

NODES: dict[str, list[tuple[Expr, Expr]]] = {
    "sum": [(b.add((3, x), (-2, c)), x), (b.add(X, (2, b.transpose(X))), X)],
    "linear": [(b.matmul(M, x), x), (b.trace(b.matmul(M, X)), X), (b.outer(c, x), x)],
    "power": [
        (b.power(x, 3), x),
        (b.power(x, Fraction(-1, 2)), x),
        (b.contract([(X, (0, 1), 2), (c, (0,), 1)], (1,)), X),
    ],
    "product": [
        (b.inner(x, b.matmul(M, x)), x),
        (b.trace(b.matmul(X, X)), X),
        (b.contract([(X, (0, 0), 1), (X, (0, 1), 2)], (1,)), X),
    ],
    "chain": [(b.apply(sin, x), x), (b.apply(power, x, x), x), (b.apply(sigmoid, X), X)],
    "matrix-function": [
        (b.apply(inv, X), X),
        (b.apply(det, X), X),
        (b.apply(logdet, X), X),
        (b.apply(softmax, x), x),
        (b.apply(softmax, X), X),
        (b.apply(norm2, x), x),
    ],
    "choice": [
        (
            b.select([((Comparison(b.subtract(x, b.const(1, ("n",))), ">"),), b.power(x, 2))], x),
            x,
        )
    ],
}


def check(row: DerivativeRule) -> None:
    for node, variable in NODES[row.name]:
        assert row.fits(node, {variable, node})
        derivative = differentiate(node, variable).end  # type: ignore[arg-type]
        done = reverify_result(node, variable, derivative, points=2)  # type: ignore[arg-type]
        assert done.confirmed


@pytest.mark.parametrize("row", DERIVATIVE_RULES, ids=[r.name for r in DERIVATIVE_RULES])
def test_every_row_agrees_with_differences(row: DerivativeRule) -> None:
    check(row)


@pytest.mark.parametrize("row", DERIVATIVE_RULES, ids=[r.name for r in DERIVATIVE_RULES])
def test_a_wrong_row_is_caught(row: DerivativeRule, monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(node: Expr, moving: Set[Expr]) -> tuple[Partial, ...]:
        first, *rest = row.partials(node, moving)
        return (replace(first, coefficient=first.coefficient * Fraction(101, 100)), *rest)

    table = tuple(replace(r, partials=wrong) if r is row else r for r in DERIVATIVE_RULES)
    monkeypatch.setattr(driver, "DERIVATIVE_RULES", table)
    with pytest.raises(SelfCheckFailed):
        check(row)


def test_every_row_speaks_both_languages_and_names_its_source() -> None:
    assert set(NODES) == {r.name for r in DERIVATIVE_RULES}
    for row in DERIVATIVE_RULES:
        for words in (row.words, row.reason):
            assert words.en
            assert words.zh
        assert row.formula
        assert row.source
