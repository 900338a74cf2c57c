"""Every accepted certificate, changed in one place, must be refused (or still be true)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from lossmith.errors import LossmithError
from lossmith.evidence.certificate import (
    CERTIFICATE,
    Certificate,
    Claim,
    Inference,
    Witness,
)
from lossmith.evidence.check import CHECKS, check
from lossmith.evidence.replay import evidence_from_json
from lossmith.expr.build import negate
from lossmith.expr.node import Symbol
from lossmith.expr.sets import closed
from lossmith.prove.prover import curvature
from lossmith.text.parse import parse

FORMULAS = {
    "logistic ridge": (
        "sum(log(1 + exp(-y .* (X*w)))) + lam*norm2(w)^2",
        {"y": "vector(n) in {-1, 1}", "lam": "scalar > 0"},
        "w",
    ),
    "exp minus log": ("exp(x) - log(x)", {"x": "scalar > 0"}, "x"),
    "lasso": (
        "norm2(X*w - y)^2/(2*n) + lam*sum(abs(w))",
        {"lam": "scalar >= 0", "y": "vector(n)"},
        "w",
    ),
    "quadratic form": ("x'*A*x + norm2(x)", {"A": "matrix(n, n) psd"}, "x"),
    "matrix fraction": ("x'*inv(A)*x", {"A": "matrix(n, n) pd"}, "x A"),
    "entropy": ("-sum(x.*log(x))", {"x": "vector(n) > 0"}, "x"),
    "relative entropy": ("sum(x.*log(x./y))", {"x": "vector(n) > 0", "y": "vector(n) > 0"}, "x y"),
    "log of exponentials": ("log(exp(a) + exp(b)) - a", {"a": "scalar", "b": "scalar"}, "a b"),
    "quadratic over linear": ("sum(x.^2)/y", {"x": "vector(n)", "y": "scalar > 0"}, "x y"),
    "numeric quadratic": ("5*x^2 - 4*x*y + y^2", {}, "x y"),
    "quartic": ("x^4 - 3*x^3 + 4*x^2", {}, "x"),
    "cosh entropy": ("sum(cosh(x))*log(sum(cosh(x)))", {"x": "vector(n)"}, "x"),
    "sinh over x": ("sinh(x)/x", {"x": "scalar > 0"}, "x"),
    "cross entropy": (
        "-sum(y.*log(sigmoid(X*w)) + (1 - y).*log(1 - sigmoid(X*w)))",
        {"y": "vector(n) in {0, 1}"},
        "w",
    ),
}


def _certificates() -> dict[str, Certificate]:
    found: dict[str, Certificate] = {}
    for name, (text, declare, wrt) in FORMULAS.items():
        formula = parse(text, declare=declare)
        block = tuple(s for s in formula.symbols if s.name in wrt.split())
        verdict = curvature(formula.expr, block, formula=text)
        assert verdict.status == "proved", name
        for k, c in enumerate(verdict.certificates):
            found[f"{name} {k}"] = c
        for kind, constant in (("m", verdict.strong), ("L", verdict.smooth)):
            if constant.certificate is not None:
                found[f"{name} {kind}"] = constant.certificate
    return found


CERTIFICATES = _certificates()


@pytest.mark.parametrize("name", CERTIFICATES)
def test_a_certificate_survives_json(name: str) -> None:
    data = json.loads(json.dumps(CERTIFICATES[name].to_json()))
    again = CERTIFICATE.from_json(data)
    assert again == CERTIFICATES[name]
    check(again)


@pytest.mark.parametrize("name", CERTIFICATES)
def test_every_node_is_needed(name: str) -> None:
    nodes = CERTIFICATES[name].nodes
    used = {j for n in nodes for j in n.premises} | {len(nodes) - 1}
    assert used == set(range(len(nodes)))


def _with(c: Certificate, k: int, node: Inference) -> Certificate:
    return replace(c, nodes=(*c.nodes[:k], node, *c.nodes[k + 1 :]))


def _false_claims(claim: Claim) -> Iterator[Claim]:
    """Yield claims that are false although they look like the true one."""
    if claim.kind in ("convex", "strictly_convex"):
        yield replace(claim, expr=negate(claim.expr))
    if claim.kind == "range" and claim.interval is not None:
        i = claim.interval
        if i.lo is not None:
            yield replace(claim, interval=closed(i.lo + 1000, None))
        yield replace(claim, interval=closed(0, 0))
    if claim.kind == "psd":
        yield replace(claim, expr=negate(claim.expr))
    if claim.kind == "identity" and claim.other is not None:
        yield replace(claim, other=negate(claim.other))
    if claim.kind in ("strong", "smooth") and claim.other is not None:
        yield replace(claim, other=None)


@pytest.mark.parametrize("name", CERTIFICATES)
def test_a_false_claim_is_refused_wherever_it_stands(name: str) -> None:
    c = CERTIFICATES[name]
    for k, node in enumerate(c.nodes):
        for claim in _false_claims(node.claim):
            with pytest.raises(LossmithError):
                check(_with(c, k, replace(node, claim=claim)))


@pytest.mark.parametrize("name", CERTIFICATES)
def test_another_rule_does_not_prove_the_same_node(name: str) -> None:
    c = CERTIFICATES[name]
    # Two rules may truly prove one claim; what must not happen is that anything goes.
    accepted = 0
    tried = 0
    for k, node in enumerate(c.nodes):
        for rule in CHECKS:
            if rule == node.rule:
                continue
            tried += 1
            try:
                check(Certificate((*c.nodes[:k], replace(node, rule=rule))))
                accepted += 1
            except LossmithError:
                pass
    assert accepted <= tried // 10


@pytest.mark.parametrize("name", CERTIFICATES)
def test_a_missing_premise_is_refused(name: str) -> None:
    c = CERTIFICATES[name]
    for k, node in enumerate(c.nodes):
        for j in node.premises:
            fewer = tuple(i for i in node.premises if i != j)
            with pytest.raises(LossmithError):
                check(Certificate((*c.nodes[:k], replace(node, premises=fewer))))


@pytest.mark.parametrize("name", CERTIFICATES)
def test_changed_numbers_are_refused_or_change_nothing(name: str) -> None:
    """Numbers in parameters: where a change is accepted, the claim is proved by the new ones."""
    c = CERTIFICATES[name]
    data = c.to_json()
    refused = total = 0
    for k, row in enumerate(data["proof"]):
        numbers = list(_numbers(row["parameters"]))
        if row["rule"] in ("linear", "strict-entries") and len(numbers) == 1:
            continue  # a single index may bear any name
        for path in numbers:
            changed = deepcopy(data)
            target: Any = changed["proof"][k]["parameters"]
            for step in path[:-1]:
                target = target[step]
            target[path[-1]] = str(Fraction(target[path[-1]]) + 1)
            total += 1
            try:
                check(CERTIFICATE.from_json(changed))
            except LossmithError:
                refused += 1
    assert refused == total or refused >= total // 2


def _numbers(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(data, dict):
        for key, v in data.items():
            if key == "number":
                yield (*path, key)
            elif key != "expr":
                yield from _numbers(v, (*path, key))
    elif isinstance(data, list):
        for k, v in enumerate(data):
            yield from _numbers(v, (*path, k))


# -- witnesses -------------------------------------------------------------------------------------


def _witnesses() -> list[Witness]:
    cases = (
        ("(w2*sigmoid(w1*x) - y)^2", {}, "w1 w2"),
        ("x^2 - y^2", {}, "x y"),
        ("x^4 - 1/100000000000*x^2", {}, "x"),
        ("x'*A*x", {"A": "matrix(n, n) symmetric"}, "x"),
    )
    found: list[Witness] = []
    for text, declare, wrt in cases:
        formula = parse(text, declare=declare)
        block = tuple(s for s in formula.symbols if s.name in wrt.split())
        verdict = curvature(formula.expr, block, formula=text)
        assert verdict.label == "neither"
        found += verdict.witnesses
    return found


WITNESSES = _witnesses()


@pytest.mark.parametrize("witness", WITNESSES)
def test_a_witness_survives_json(witness: Witness) -> None:
    (again,) = evidence_from_json(json.loads(json.dumps(witness.to_json())))
    check(again)


@pytest.mark.parametrize("witness", WITNESSES)
def test_a_changed_witness_is_refused(witness: Witness) -> None:
    other = "concave" if witness.against == "convex" else "convex"
    bad = [
        replace(witness, against=other),
        replace(witness, a=witness.b),
        replace(witness, t=Fraction(0)),
        replace(witness, t=Fraction(1)),
        replace(witness, t=Fraction(3, 2)),
        replace(witness, a={}),
        replace(witness, against="nice"),
        replace(witness, wrt=()),
    ]
    for changed in bad:
        with pytest.raises(LossmithError):
            check(changed)


def test_a_witness_outside_the_declared_set_is_refused() -> None:
    formula = parse("x^3", declare={"x": "scalar >= 0"})
    (x,) = formula.symbols
    assert isinstance(x, Symbol)
    a, b = {x: Fraction(-2)}, {x: Fraction(0)}
    outside = Witness(formula.expr, (x,), "convex", {}, {}, a, b, Fraction(1, 2))
    with pytest.raises(LossmithError, match=r"declaration|refute"):
        check(outside)


def test_a_witness_outside_the_domain_is_refused() -> None:
    formula = parse("log(x)", declare={"x": "scalar"})
    (x,) = formula.symbols
    points = ({x: Fraction(-1)}, {x: Fraction(3)})
    with pytest.raises(LossmithError):
        check(Witness(formula.expr, (x,), "convex", {}, {}, *points, Fraction(1, 2)))
