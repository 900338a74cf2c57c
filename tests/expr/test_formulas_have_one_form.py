"""Sums, choices, JSON, walks and ranges of random formulas over all cards."""

from __future__ import annotations

import json
import subprocess
import sys
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import SHAPES, SIZES, coefficients, formulas, values_of

from lossmith.atoms.meaning import entries, evaluate
from lossmith.atoms.number import is_nan
from lossmith.atoms.table import ATOMS
from lossmith.errors import DomainError, ParseError, ShapeError
from lossmith.expr import build
from lossmith.expr.node import Delta, Symbol
from lossmith.expr.ranges import enclosure
from lossmith.expr.serial import expr_from_json, expr_to_json
from lossmith.expr.walk import map_up, postorder, rebuild, substitute, symbols
from lossmith.properties.property import outside

any_formula = st.sampled_from(SHAPES).flatmap(formulas)


@given(any_formula)
def test_json_reads_back_as_the_same_object(e):
    text = json.dumps(expr_to_json(e))
    assert expr_from_json(json.loads(text), ATOMS) is e


@given(st.data())
def test_the_diagonal_of_a_function_is_the_function_of_the_diagonal(data):
    e = data.draw(formulas(("n", "n"), depth=2))
    for name in ("sin", "sigmoid", "abs", "relu"):
        of_matrix = build.apply(ATOMS[name], e)
        inside = build.apply(ATOMS[name], build.diagonal(e))
        assert build.diagonal(of_matrix) is inside
        assert build.trace(of_matrix) is build.total(inside)


def test_a_deep_function_of_a_matrix_gives_its_diagonal_without_recursion():
    e = build.symbol("A", ("n", "n"))
    for _ in range(5000):
        e = build.apply(ATOMS["tanh"], e)
    assert build.diagonal(e).shape == ("n",)


@given(any_formula)
def test_rebuilding_from_the_same_children_gives_the_same_object(e):
    assert map_up(e, lambda part: rebuild(part, _children(part))) is e


def _children(e):
    from lossmith.expr.node import children

    return children(e)


@given(st.data(), st.sampled_from(SHAPES))
def test_sums_commute_associate_and_collect(data, shape):
    a, b, c = (data.draw(formulas(shape, depth=2)) for _ in range(3))
    k = data.draw(coefficients)
    assert build.add(a, b) is build.add(b, a)
    assert build.add(build.add(a, b), c) is build.add(a, build.add(b, c))
    assert build.subtract(build.add(a, b), b) is a
    assert build.scale(k, build.scale(1 / k, a)) is a
    assert build.scale(k, build.add(a, b)) is build.add((k, a), (k, b))


@given(st.data(), st.sampled_from([(), ("n",), ("n", "m")]))
def test_products_commute_and_associate(data, shape):
    a, b, c = (data.draw(formulas(shape, depth=2)) for _ in range(3))
    assert build.multiply(a, b) is build.multiply(b, a)
    assert build.multiply(build.multiply(a, b), c) is build.multiply(a, build.multiply(b, c))


@given(st.data())
def test_sums_keep_the_value(data):
    shape = data.draw(st.sampled_from(SHAPES))
    a, b = data.draw(formulas(shape, depth=2)), data.draw(formulas(shape, depth=2))
    k = data.draw(coefficients)
    values = data.draw(values_of(a, b))
    total = entries(evaluate(build.add(a, (k, b)), values, SIZES))
    parts = [entries(evaluate(e, values, SIZES)) for e in (a, b)]
    for got, p, q in zip(total, *parts, strict=True):
        wanted = p + q * k.numerator / k.denominator
        assert is_nan(wanted) or is_nan(got) or got.overlaps(wanted)
        # Collecting terms may only lose what cancels; it never loses a value.
        assert is_nan(wanted) or not is_nan(got)


@given(st.data())
def test_products_keep_value_and_domain(data):
    shape = data.draw(st.sampled_from(SHAPES))
    a, b = data.draw(formulas(shape, depth=2)), data.draw(formulas(shape, depth=2))
    zero = build.zeros(shape)
    if a is zero or b is zero:
        return  # 0 times anything is 0: the one place where a product forgets a domain
    values = data.draw(values_of(a, b))
    result = entries(evaluate(build.multiply(a, b), values, SIZES))
    parts = [entries(evaluate(e, values, SIZES)) for e in (a, b)]
    # A unit tensor picks the diagonal: off it a product is 0, or undefined with the diagonal.
    picks = any(isinstance(e, Delta) for e in postorder(a, b))
    for got, p, q in zip(result, *parts, strict=True):
        if picks and (p == 0 or q == 0 or is_nan(p) or is_nan(q)):
            continue
        assert is_nan(got) == (is_nan(p) or is_nan(q))
        assert is_nan(got) or got.overlaps(p * q)


@given(st.data())
def test_ranges_enclose_all_values(data):
    e = data.draw(any_formula)
    values = data.draw(values_of(e))
    box = enclosure(e)
    for value in entries(evaluate(e, values, SIZES)):
        assert is_nan(value) or outside(value, box) is None


@given(st.data())
def test_substitution_commutes_with_evaluation(data):
    e = data.draw(formulas((), depth=3))
    found = [x for x in symbols(e) if not x.shape]
    if not found:
        return
    values = data.draw(values_of(e))
    fixed = {x: build.const(values[x]) for x in found}
    try:
        replaced = substitute(e, fixed)
    except DomainError:
        return  # the constant lies outside a domain; the value is undefined there
    rest = {x: v for x, v in values.items() if x not in fixed}
    got, wanted = evaluate(replaced, rest, SIZES), evaluate(e, values, SIZES)
    assert is_nan(got) or is_nan(wanted) or got.overlaps(wanted)


@given(any_formula)
def test_postorder_visits_children_first_and_once(e):
    seen = []
    for part in postorder(e):
        assert all(any(c is other for other in seen) for c in _children(part))
        assert not any(part is other for other in seen)
        seen.append(part)
    assert seen[-1] is e


def test_digests_are_the_same_in_every_process():
    program = (
        "from lossmith.expr import build as b; x = b.symbol('x', ('n',));"
        "print(b.add((2, b.inner(x, x)), b.total(x)).digest.hex())"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(p for p in sys.path if p)},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1


@pytest.mark.parametrize(
    "row",
    [
        {"kind": "const", "value": "1/0", "shape": []},
        {"kind": "apply", "atom": "nothing", "args": []},
        {"kind": "add", "terms": [["1", 7]]},
        {"kind": "tree"},
        {},
    ],
)
def test_rows_that_are_not_of_the_format_are_refused(row):
    with pytest.raises(ParseError):
        expr_from_json({"nodes": [row], "root": 0}, ATOMS)


def test_ill_typed_formulas_cannot_be_built():
    x, y = build.symbol("x", ("n",)), build.symbol("y", ("m",))
    for make in (
        lambda: build.add(x, y),
        lambda: build.multiply(x, y),
        lambda: build.inner(x, y),
        lambda: build.apply(ATOMS["inv"], build.outer(x, y)),
        lambda: build.apply(ATOMS["max"], x, build.const(0)),
        lambda: build.apply(ATOMS["norm2"], build.const(1)),
        lambda: build.trace(build.outer(x, y)),
    ):
        with pytest.raises(ShapeError):
            make()


def test_what_is_declared_outside_a_domain_is_refused():
    p = build.symbol("p")
    square = build.power(p, 2)
    with pytest.raises(DomainError):
        build.apply(ATOMS["log"], build.subtract(build.const(-1), square))
    with pytest.raises(DomainError):
        build.divide(p, build.const(0))
    with pytest.raises(DomainError):
        build.power(build.const(-2), Fraction(1, 2))


def test_symbols_are_told_apart_by_what_is_promised():
    from lossmith.expr.sets import NONNEGATIVE
    from lossmith.expr.types import Assumptions

    free, positive = build.symbol("x"), build.symbol("x", (), Assumptions(NONNEGATIVE))
    assert free is not positive
    assert free is build.symbol("x")
    assert isinstance(free, Symbol)
