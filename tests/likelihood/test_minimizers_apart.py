"""Data that prove two objectives to have different minimizers, checked on a grid of floats."""

from __future__ import annotations

import numpy as np
import pytest

import lossmith as ls
from lossmith.workbench.apart import apart

PAIRS = [
    ("norm2(X*w-y)^2", "norm2(X*w-y)^2 + lam*norm1(w)", "lam: scalar > 0"),
    ("norm1(X*w-y)", "norm2(X*w-y)^2", ""),
    ("sum(huber(X*w-y, 1))", "norm2(X*w-y)^2", ""),
    ("sum(softplus(-y.*(X*w)))", "norm2(X*w-y)^2", "y: vector(n) in {-1, 1}"),
    ("norm2(X*w-y)^2 + norm1(w)", "norm2(X*w-y)^2 + norm2(w)^2", ""),
]


def number(v):
    return [number(q) for q in v] if isinstance(v, list) else float(v)


@pytest.mark.parametrize(("f", "g", "more"), PAIRS, ids=[p[1] for p in PAIRS])
def test_each_is_least_where_it_is_said_and_the_other_is_not(f: str, g: str, more: str) -> None:
    declare = "; ".join(filter(None, ["w: vector(d)", more]))
    one, two = (ls.objective(t, declare=declare if "lam" in t or "y:" in more else "w: vector(d)",
                             wrt="w") for t in (f, g))  # fmt: skip
    found = apart(one.expr, two.expr, one.wrt)
    assert found is not None
    grid = np.linspace(-4, 4, 1601)
    for h, places, others in ((one, found.first, found.second), (two, found.second, found.first)):
        given = {s.name: np.array(number(found.data[s.name])) if s.shape else number(
            found.data[s.name]) for s in h.formula.symbols if s.name != "w"}  # fmt: skip
        least = min(h(w=np.array([float((i.lo + i.hi) / 2)]), **given) for i in places)
        assert all(h(w=np.array([v]), **given) >= least - 1e-12 for v in grid)
        assert all(
            h(w=np.array([float((i.lo + i.hi) / 2)]), **given) > least + 1e-12 for i in others
        )


@pytest.mark.parametrize(
    ("f", "g"),
    [
        ("norm2(X*w-y)^2", "3*norm2(X*w-y)^2 + 1"),
        ("(x-1)^2", "(x-1)^4"),
        ("x^2", "abs(x)"),
        ("exp(x)", "exp(2*x)"),  # neither has a least value
        ("(x^2-1)^2", "abs(x^2-1)"),
    ],
)
def test_equal_minimizers_are_never_told_apart(f: str, g: str) -> None:
    wrt = "w" if "w" in f else "x"
    one, two = (ls.objective(t, wrt=wrt) for t in (f, g))
    assert apart(one.expr, two.expr, one.wrt) is None


def test_one_shared_minimizer_among_several_is_enough_to_say_nothing() -> None:
    one, two = (ls.objective(t, wrt="x") for t in ("(x^2-1)^2", "(x-1)^2"))
    assert apart(one.expr, two.expr, one.wrt) is None
