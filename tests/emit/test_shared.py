"""Long products, products found inside others, and sums thinned by common factors: all right."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lossmith.atoms.table import ATOMS
from lossmith.emit.numpy_source import emit
from lossmith.emit.plan import Leaf, Pair, Tree, bracket
from lossmith.emit.shared import Products, thinned
from lossmith.expr.build import add, apply, contract, matmul, multiply, symbol, total
from lossmith.expr.node import Contract, Expr
from lossmith.run.load import load

LETTERS = "abcdef"
SIZES = {"a": 2, "b": 3, "c": 4, "d": 2, "e": 3, "f": 5}


@st.composite
def long_products(draw: st.DrawFn) -> tuple[list[str], str]:
    """Index letters of 7 to 12 factors, and those of the result."""
    factors = [
        "".join(draw(st.lists(st.sampled_from(LETTERS), min_size=1, max_size=3, unique=True)))
        for _ in range(draw(st.integers(7, 12)))
    ]
    used = sorted(set("".join(factors)))
    return factors, "".join(draw(st.permutations(used))[: draw(st.integers(0, 3))])


def built(factors: list[str], out: str, values: dict[str, Any], *, twins: bool) -> Expr:
    rng = np.random.default_rng(len(out) + len("".join(factors)))
    raw: list[tuple[Expr, tuple[int, ...], int]] = []
    for k, letters in enumerate(factors):
        name = f"s{letters}" if twins else f"s{k}{letters}"
        s = symbol(name, tuple(SIZES[c] for c in letters))
        values.setdefault(name, rng.uniform(0.5, 1.5, s.shape))
        raw.append((s, tuple(LETTERS.index(c) for c in letters), 1))
    return contract(raw, tuple(LETTERS.index(c) for c in out))


@given(long_products(), st.booleans())
def test_long_products_agree_with_einsum(case: tuple[list[str], str], twins: bool) -> None:
    factors, out = case
    values: dict[str, Any] = {}
    e = built(factors, out, values, twins=twins)
    found = load(emit({"value": e})).call("value", values)
    parts = [values[f"s{c}" if twins else f"s{k}{c}"] for k, c in enumerate(factors)]
    expected = np.einsum(",".join(factors) + "->" + out, *parts, optimize="greedy")
    # At most 720 terms of at most 12 positive factors: no cancellation.
    assert np.allclose(found, expected, rtol=1e-12, atol=0)


@given(long_products())
def test_every_plan_multiplies_every_factor_once(case: tuple[list[str], str]) -> None:
    factors, out = case
    labels = [tuple(LETTERS.index(c) for c in f) for f in factors]
    sizes = {k: SIZES[c] for k, c in enumerate(LETTERS)}
    tree = bracket(list(enumerate(labels)), {LETTERS.index(c) for c in out}, sizes)
    found: list[int] = []
    waiting: list[Tree] = [tree]
    while waiting:
        match waiting.pop():
            case Leaf(index=k):
                found.append(k)
            case Pair(left=left, right=right):
                waiting += [left, right]
    assert sorted(found) == list(range(len(factors)))


@given(long_products(), st.lists(st.integers(0, 11), min_size=2, max_size=5, unique=True))
def test_products_inside_others_are_found_and_right(
    case: tuple[list[str], str], chosen: list[int]
) -> None:
    """A group of the factors, with what it shares with the others free, beside the whole."""
    factors, out = case
    inside = [factors[k] for k in chosen if k < len(factors)]
    rest = [f for k, f in enumerate(factors) if k not in chosen]
    kept = "".join(sorted(set("".join(inside)) & set("".join(rest) + out)))
    values: dict[str, Any] = {}
    whole = built(factors, out, values, twins=True)
    part = built(inside, kept, values, twins=True) if inside else whole
    both = add(total(whole), total(apply(ATOMS["log"], multiply(part, part))))
    source = emit({"both": both})
    found = load(source).call("both", values)
    first = np.einsum(
        ",".join(factors) + "->", *(values[f"s{f}"] for f in factors), optimize="greedy"
    )
    names = inside or factors
    letters = kept if inside else out
    second = np.einsum(
        ",".join(names) + "->" + letters, *(values[f"s{f}"] for f in names), optimize="greedy"
    )
    # The sum of logarithms may cancel the other; its own error is far below that of the product.
    expected = first + np.sum(np.log(second * second))
    assert np.allclose(found, expected, rtol=1e-9, atol=1e-9 * abs(float(first)))


def test_a_product_of_the_formula_is_multiplied_once() -> None:
    """x' A B C D B' y holds A B C, which stands in the other term, in the middle of a chain."""
    A, B, C, D = (symbol(n, ("n", "n")) for n in "ABCD")
    x, y = symbol("x", ("n",)), symbol("y", ("n",))
    known = matmul(matmul(A, B), C)
    whole = total(multiply(x, matmul(matmul(known, D), y)))
    assert isinstance(known, Contract)
    assert isinstance(whole, Contract)
    factors = Products([known, whole]).inside(whole)
    assert known in [f for f, _, _ in factors]
    assert len(factors) == 4


def test_common_factors_leave_a_sum_of_three_axes() -> None:
    u, w = symbol("u", ("n",)), symbol("w", ("n",))
    T, S = symbol("T", ("n", "n", "m")), symbol("S", ("n", "n", "m"))
    terms = add(
        contract([(T, (0, 1, 2), 1), (u, (0,), 1)], (0, 1, 2)),
        (2, contract([(S, (0, 1, 2), 1), (u, (0,), 1)], (0, 1, 2))),
    )
    e = contract([(terms, (0, 1, 2), 1), (w, (1,), 1)], (0, 2))
    assert isinstance(e, Contract)
    found = thinned(e)
    assert isinstance(found, Contract)
    assert u in [f for f, _, _ in found.factors]
    assert thinned(found) is None
