"""The structure of second derivatives: the same entries, the kinds that a person would name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from strategies import POOL, SIZES, formulas, values_of

from lossmith.atoms.meaning import entries as numbers
from lossmith.atoms.meaning import evaluate
from lossmith.calculus.gradient import hessian
from lossmith.calculus.structure import structure
from lossmith.errors import LossmithError
from lossmith.expr.build import add, contract, delta, inner, symbol
from lossmith.expr.node import Expr
from lossmith.expr.operator import (
    Blocks,
    Dense,
    Diagonal,
    Gram,
    Kronecker,
    LowRank,
    ScaledIdentity,
    Structured,
    Sum,
    entries,
    words,
)
from lossmith.expr.walk import count, postorder
from lossmith.text.parse import parse

SUITE = [
    json.loads(line)
    for line in (Path(__file__).parent / "derivatives.jsonl").read_text().splitlines()
]


def second(text: str, declared: str, wrt: str) -> Expr:
    formula = parse(text, declared)
    return hessian(formula.expr, next(s for s in formula.symbols if s.name == wrt)).end


def kinds(s: Structured) -> str:
    match s:
        case Sum():
            return " + ".join(sorted(kinds(t) for t in s.terms))
        case Gram():
            return f"Gram({kinds(s.core)})"
        case Kronecker():
            return "Crossed" if s.crossed else "Kronecker"
        case _:
            return type(s).__name__


KNOWN = [
    ("sum(log(1 + exp(-y .* (X*w)))) + lam*norm2(w)^2", "y: vector(n) in {-1, 1}", "w",
     "Gram(Diagonal) + ScaledIdentity"),
    ("norm2(X*w - y)^2", "", "w", "Gram(ScaledIdentity)"),
    ("sum(x.^4)", "x: vector(n)", "x", "Diagonal"),
    ("norm2(x)^2", "x: vector(n)", "x", "ScaledIdentity"),
    ("norm2(x)^3", "x: vector(n)", "x", "LowRank + ScaledIdentity"),
    ("logsumexp(x)", "x: vector(n)", "x", "Diagonal + LowRank"),
    ("logsumexp(A*x)", "x: vector(d); A: matrix(n, d)", "x", "Gram(Diagonal + LowRank)"),
    ("x'*A*x", "x: vector(n)", "x", "Dense"),
    ("sum(exp(A*(B*x)))", "x: vector(d); B: matrix(k, d); A: matrix(n, k)", "x",
     "Gram(Gram(Diagonal))"),
    ("normF(T - U*V')^2", "U: matrix(m, k); V: matrix(n, k)", "U", "Kronecker"),
    ("tr(X'*P*X) + tr(X*Q*X')", "X: matrix(n, m)", "X", "Kronecker + Kronecker"),
    ("-logdet(S)", "S: matrix(n, n) pd", "S", "Crossed"),
    ("tr(X*X)", "X: matrix(n, n)", "X", "Crossed"),
    ("sum(exp(X))", "X: matrix(n, m)", "X", "Diagonal"),
    ("a'*X*b", "X: matrix(n, m)", "X", "ScaledIdentity"),
    ("sum(i, logsumexp(Z[i,:]))", "Z: matrix(n, k)", "Z", "Blocks + Diagonal"),
    ("sum(i, logsumexp((X*W)[i,:]))", "X: matrix(n, d); W: matrix(d, k)", "W",
     "Blocks + Gram(Blocks)"),
    ("t^4", "t: scalar", "t", "ScaledIdentity"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "declared", "wrt", "expected"), KNOWN, ids=[text for text, *_ in KNOWN]
)
def test_the_kind_is_the_one_that_a_person_would_name(
    text: str, declared: str, wrt: str, expected: str
) -> None:
    found = structure(second(text, declared, wrt))
    assert kinds(found) == expected
    assert words(found).en
    assert words(found).zh


def test_unit_tensors_of_a_factorization_are_not_kept() -> None:
    found = structure(second("normF(T - U*V')^2", "U: matrix(m, k); V: matrix(n, k)", "U"))
    assert isinstance(found, Kronecker)
    assert found.left is add(delta("m")) or found.left is add((2, delta("m")))
    assert {found.left.shape, found.right.shape} == {("m", "m"), ("k", "k")}


@pytest.mark.parametrize("k", range(len(SUITE)), ids=[line["id"] for line in SUITE])
def test_structures_of_the_suite_have_the_entries_of_the_hessian(k: int) -> None:
    line = SUITE[k]
    declared = "; ".join(
        f"{name}: {v['kind']}({', '.join(map(str, v['shape']))})"
        if v["shape"]
        else f"{name}: scalar"
        for name, v in line["vars"].items()
    )
    formula = parse(line["expr"], declared)
    wrt = next(s for s in formula.symbols if s.name == line["wrt"])
    found = hessian(formula.expr, wrt).end
    again = entries(structure(found))
    assert again.shape == found.shape
    if again is not found:
        at = {s: line["values"][s.name] for s in formula.symbols}
        assert_same(found, again, at)


def assert_same(e: Expr, other: Expr, at: object, sizes: dict[str, int] | None = None) -> None:
    first = numbers(evaluate(e, at, sizes or {}, bits=200))  # type: ignore[arg-type]
    second = numbers(evaluate(other, at, sizes or {}, bits=200))  # type: ignore[arg-type]
    assert all(a.overlaps(b) or not a.is_finite() for a, b in zip(first, second, strict=True))


@settings(suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow], deadline=None)
@given(formulas((), depth=3), st.sampled_from([s for s in POOL if s.name in "sxXA"]), st.data())
def test_structures_of_random_formulas_have_the_entries_of_the_hessian(
    e: Expr, wrt: Expr, data: st.DataObject
) -> None:
    assume(any(part is wrt for part in postorder(e)))
    try:
        found = hessian(e, wrt).end  # type: ignore[arg-type]
    except LossmithError:
        assume(False)
        return
    assume(count(found) < 200)
    again = entries(structure(found))
    assert again.shape == found.shape
    if again is not found:
        both = add(contract([(found, tuple(range(len(found.shape))), 1)], ()), inner(again, again))
        assert_same(found, again, data.draw(values_of(both)), SIZES)


def test_deep_sandwiches_end() -> None:
    x = symbol("x", ("n",))
    e: Expr = x
    for k in range(60):
        e = contract([(symbol(f"A{k}", ("n", "n")), (0, 1), 1), (e, (1,), 1)], (0,))
    found = hessian(inner(e, e), x).end
    s = structure(found)
    assert s.shape == ("n",)
    assert not isinstance(s, Blocks | Diagonal | LowRank | ScaledIdentity)
    assert isinstance(s, Gram | Dense)
