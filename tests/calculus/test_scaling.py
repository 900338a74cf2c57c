"""Long and deep formulas: work in proportion to the result, and nothing recurses on depth."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager
from fractions import Fraction

import pytest

from lossmith.atoms.table import ATOMS
from lossmith.calculus.gradient import gradient, hessian
from lossmith.calculus.structure import structure
from lossmith.emit.numpy_source import emit
from lossmith.expr import product
from lossmith.expr.build import (
    add,
    apply,
    const,
    contract,
    inner,
    matmul,
    multiply,
    power,
    scale,
    symbol,
    total,
)
from lossmith.expr.node import Add, Contract, Expr, Symbol
from lossmith.expr.operator import Gram
from lossmith.expr.sets import POSITIVE
from lossmith.expr.types import Assumptions
from lossmith.expr.walk import postorder
from lossmith.text.writing import print_order
from lossmith.text.writing.printing import name_parts, with_parts

exp, sin, tanh = (ATOMS[name] for name in ("exp", "sin", "tanh"))
x = symbol("x", ("n",))


def length(*exprs: Expr) -> int:
    """Return how much there is to write: factors and terms of all distinct parts."""
    sizes = 0
    for e in postorder(*exprs):
        match e:
            case Contract():
                sizes += len(e.factors)
            case Add():
                sizes += len(e.terms)
            case _:
                sizes += 1
    return sizes


@contextmanager
def counted() -> Iterator[list[int]]:
    """Yield a list whose entry is the number of factors brought to normal form meanwhile."""
    done = [0]
    plain = product._Product.finish

    def finish(self: product._Product) -> Expr:
        done[0] += len(self.work)
        return plain(self)

    product._Product.finish = finish  # type: ignore[method-assign]
    try:
        yield done
    finally:
        product._Product.finish = plain  # type: ignore[method-assign]


def terms(count: int) -> Expr:
    parts = [(k + 1, apply(exp, inner(symbol(f"a{k}", ("n",)), x))) for k in range(count)]
    return add(*parts)


def chain(layers: int) -> Expr:
    z: Expr = x
    for k in range(layers):
        z = apply(tanh, matmul(symbol(f"W{k}", ("n", "n")), z))
    return total(z)


def work_and_length(f: Expr, wrt: Symbol, *, second: bool) -> tuple[int, int]:
    with counted() as done:
        end = (hessian if second else gradient)(f, wrt).end
    return done[0], length(f, end)


@pytest.mark.parametrize("second", [False, True])
def test_an_objective_of_eight_hundred_terms_takes_work_in_proportion(second: bool) -> None:
    small, short = work_and_length(terms(100), x, second=second)
    large, long = work_and_length(terms(800), x, second=second)
    assert long <= 8.1 * short
    # Twice the growth of the result: nothing compares the terms with each other.
    assert large / small <= 2 * long / short


def test_the_hessian_of_eight_hundred_terms_becomes_a_program_of_its_length() -> None:
    f = terms(800)
    second = hessian(f, x).end
    text = emit({"hessian": second}, structure=structure(second)).text
    # One line a term, and one for each parameter and its shape.
    assert text.count("\n") <= 12 * 800


@pytest.mark.parametrize("second", [False, True])
def test_a_chain_of_sixty_layers_takes_work_in_proportion(second: bool) -> None:
    small, short = work_and_length(chain(15), x, second=second)
    large, long = work_and_length(chain(60 if not second else 45), x, second=second)
    # The Hessian of a chain is a sum with a product of all later layers for each layer: quadratic.
    assert large / small <= 2 * long / short


def test_sixty_layers_become_a_program_of_one_product_for_each_step() -> None:
    """Without sharing, the products of the sum would need 60 * 60 matrix products."""
    second = hessian(chain(60), x).end
    text = emit({"hessian": second}).text
    assert text.count(" @ ") + text.count("tensordot") <= 12 * 60


def test_matrices_taken_off_one_by_one_do_not_exhaust_the_stack() -> None:
    z: Expr = x
    for k in range(200):
        z = contract([(symbol(f"A{k}", ("n", "n")), (0, 1), 1), (z, (1,), 1)], (0,))
    found = structure(hessian(total(apply(exp, z)), x).end)
    assert isinstance(found, Gram)


@pytest.mark.parametrize("kind", ["functions", "vectors"])
def test_nested_formulas_five_thousand_deep_are_differentiated(kind: str) -> None:
    t = symbol("t")
    wrt = t if kind == "functions" else x
    e: Expr = wrt
    for _ in range(5000):
        e = apply(sin, e) if kind == "functions" else multiply(t, apply(tanh, e))
    f = total(e) if e.shape else e
    end = gradient(f, wrt).end
    assert end.shape == wrt.shape
    assert length(end) <= 8 * length(f)


def test_sums_nested_in_sums_keep_a_gradient_of_their_own_length() -> None:
    """Multiplied out, each level would add a term with a factor for every level above."""
    t = symbol("t")

    def nested(depth: int) -> Expr:
        e: Expr = t
        for _ in range(depth):
            e = add((Fraction(1, 2), apply(sin, e)), (1, t))
        return e

    short, long = (length(gradient(nested(depth), t).end) for depth in (20, 60))
    assert long <= 3.6 * short


NESTS: dict[str, Callable[[Expr], Expr]] = {
    "e sin e": lambda e: multiply(e, apply(sin, e)),
    "e exp(-e)": lambda e: multiply(e, apply(exp, scale(-1, e))),
    "e/(1 + e)": lambda e: multiply(e, power(add(const(1), e), -1)),
    "2 + 1/e": lambda e: add(const(2), power(e, -1)),
    "e^2 + e": lambda e: add(power(e, 2), e),
}


@pytest.mark.parametrize("nest", NESTS.values(), ids=NESTS)
def test_what_is_searched_in_nested_formulas_is_in_proportion_to_the_result(
    nest: Callable[[Expr], Expr],
) -> None:
    """Every bracket of such a formula could be opened at every level, to no reader's gain."""

    def measured(depth: int) -> tuple[int, int]:
        t = symbol("t", (), Assumptions(POSITIVE))
        e: Expr = t
        for _ in range(depth):
            e = nest(e)
        return work_and_length(e, t, second=False)

    small, short = measured(5)
    large, long = measured(14)
    assert large <= 1.5 * long / short * small + 20_000


def test_a_gradient_with_named_parts_is_written_in_proportion_to_its_length() -> None:
    """Each line of a named part would otherwise walk through all parts inside of it."""

    def visited(depth: int) -> int:
        t = symbol(f"t{depth}")  # what is remembered of one chain says nothing of the other
        e: Expr = t
        for _ in range(depth):
            e = apply(sin, e)
        end = gradient(e, t).end
        with counted_visits() as done:
            with_parts(end, name_parts(end), tex=False)
        return done[0]

    assert visited(800) <= 2.2 * visited(400)


@contextmanager
def counted_visits() -> Iterator[list[int]]:
    """Yield a list whose entry is the number of sub-expressions the printers walk through."""
    done = [0]

    def visits(*roots: Expr, **options: Container[Expr]) -> Iterator[Expr]:
        for e in postorder(*roots, **options):
            done[0] += 1
            yield e

    plain = print_order.postorder
    print_order.postorder = visits
    try:
        yield done
    finally:
        print_order.postorder = plain
