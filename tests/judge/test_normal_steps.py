"""Every step to the normal form is attacked: where one side has a value, the other has it too."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from equation_pairs import (
    ARRAYS,
    DIFFERENT_ARRAYS,
    DIFFERENT_SCALAR,
    EQUAL_ARRAYS,
    EQUAL_SCALAR,
    SCALARS,
)
from test_equality import read

from lossmith.atoms.meaning import entries
from lossmith.atoms.table import ATOMS
from lossmith.calculus.draw import draw_value
from lossmith.errors import LossmithError, NotCertified
from lossmith.evidence.arithmetic.enclose import is_defined
from lossmith.evidence.certificate import CERTIFICATE, Certificate
from lossmith.evidence.check import check
from lossmith.evidence.lines.difference import values_at
from lossmith.evidence.normal.normal_steps import STEPS
from lossmith.expr.build import apply
from lossmith.expr.node import Apply, Expr, symbol
from lossmith.expr.sets import Interval
from lossmith.expr.types import Assumptions
from lossmith.expr.walk import symbols
from lossmith.judge.normal import normal_form
from lossmith.judge.points import points
from lossmith.rules.equality import LAWS, UNFOLDED

SIDES = {
    (text, declared)
    for pairs, declared in (
        (EQUAL_SCALAR + DIFFERENT_SCALAR, SCALARS),
        (EQUAL_ARRAYS + DIFFERENT_ARRAYS, ARRAYS),
    )
    for pair in pairs
    for text in pair
}
SIDES |= {
    (text, SCALARS)
    for text in (
        "sigmoid(k*x)",
        "exp(-2*k*x)",
        "tanh(l*x)",
        "sigmoid(x*k*z)",
        "if(k > 0, x, y)",
        "p^l*(1 - p)^(1 - l)",
        "log(1 + exp(-k*x))",
    )
}
SIDES |= {
    (text, ARRAYS)
    for text in (
        "norm2(X*w)^2", "sum((A*w).^3)", "norm2(A*w - v)^2",
        "sum(log(sigmoid(lam*vector(1) + 0*y)))",
        "exp(lam*vector(1)).*y", "log(lam*vector(1))'*y", "sigmoid(lab.*y)",
        # Cases of an array: entry by entry, under a sum, on one axis of a matrix, on both.
        "sum(log(1 + exp(-lab.*y)))", "X'*sigmoid(lab.*(X*w))", "sum(exp(y*lab'))",
        "sum(exp(lab*lab'))", "sigmoid(lab)'*X*X'*sigmoid(lab)", "sum(abs(lab - y).^3)",
        "exp(sum(lab.*y))", "sum(log(lab.*y))", "softmax(lab.*y)",
        # What multiplying out leaves of A inv(A): on either side, scaled, with a part missing.
        "2*B*inv(A + 3*eye(d))*A*C + 6*B*inv(A + 3*eye(d))*C - C",
        "X'*X*inv(X'*X + lam*eye(d))*w + 2*lam*inv(X'*X + lam*eye(d))*w",
        "A*inv(A - eye(d)) - inv(A - eye(d)) + inv(A - eye(d))*A",
    )
}  # fmt: skip


def keeps_its_value(before: Expr, after: Expr) -> int:
    """Return at how many points both agreed.  Raises: AssertionError where they do not."""
    agreed = 0
    for point in points(before, after):
        a = values_at(before, point.values, point.sizes, 160)
        if a is None or not all(x.is_finite() for x in a):
            continue
        b = values_at(after, point.values, point.sizes, 160)
        assert b is not None
        for x, y in zip(a, b, strict=True):
            # Where balls are too wide to tell (0 inside a root), a missing value says nothing.
            assert not y.is_finite() or x.overlaps(y), (point, a, b)
        agreed += all(y.is_finite() for y in b)
    return agreed


@pytest.mark.parametrize("name", STEPS)
def test_a_step_keeps_the_value_wherever_there_is_one(name):
    changed = 0
    for text, declared in sorted(SIDES):
        e = read(text, declared)
        for _ in range(4):
            try:
                after = STEPS[name](e)
            except (LossmithError, ZeroDivisionError):
                break
            if after is e:
                e, _ = normal_form_prefix(e, name)
                after = STEPS[name](e)
                if after is e:
                    break
            changed += keeps_its_value(e, after) > 0
            e = after
    assert changed >= 2, f"{name} was never tried"


def normal_form_prefix(e: Expr, name: str) -> tuple[Expr, int]:
    """Return e after one round of the steps that come before ``name``."""
    for other, step in STEPS.items():
        if other == name:
            return e, 1
        try:
            e = step(e)
        except (LossmithError, ZeroDivisionError):
            continue
    return e, 1


@pytest.mark.parametrize("name", UNFOLDED)
def test_a_card_that_is_unfolded_has_a_meaning_wherever_it_has_a_value(name):
    atom = ATOMS[name]
    assert atom.meaning is not None
    rng = Random(name)
    agreed = 0
    for k in range(24):
        inside = (Interval(), Interval(hi=None, lo=None))[k % 2]
        shape = ("k",) if any(atom.signature.inputs) else ()
        if name == "normF":
            shape = ("k", "m")
        args = [symbol(f"a{j}", shape, Assumptions(inside)) for j in range(atom.arity)]
        e = apply(atom, *args)
        after = atom.meaning(*args)
        values = {s: draw_value(s, {"k": 3, "m": 2}, rng) for s in args}
        a = values_at(e, values, {"k": 3, "m": 2}, 160)
        b = values_at(after, values, {"k": 3, "m": 2}, 160)
        assert a is not None
        assert b is not None
        for x, y in zip(a, b, strict=True):
            assert not x.is_finite() or (y.is_finite() and x.overlaps(y)), (name, values)
            agreed += x.is_finite()
    assert agreed


@pytest.mark.parametrize("row", LAWS, ids=lambda r: r.name)
def test_a_law_holds_at_random_points(row):
    rng = Random(row.name)
    names = symbols(row.lhs, row.rhs)
    for _ in range(20):
        values = {s: draw_value(s, {}, rng) for s in names}
        (a,) = values_at(row.lhs, values, {}, 160)
        (b,) = values_at(row.rhs, values, {}, 160)
        assert a.overlaps(b)
    assert any(entries(a) for a in ([1],))


def test_a_proof_with_another_step_or_another_end_is_refused():
    e = read("sigmoid(x) + sigmoid(-x)", SCALARS)
    end, proof = normal_form(e)
    assert end is read("1", SCALARS)
    check(proof)
    for k, node in enumerate(proof.nodes):
        if node.rule != "normal-step":
            continue
        for other in {"products", "angles", "powers"} - set(node.parameters):
            nodes = (*proof.nodes[:k], replace(node, parameters=(other,)), *proof.nodes[k + 1 :])
            if STEPS[other](node.claim.expr) is not node.claim.other:
                with pytest.raises(NotCertified):
                    check(Certificate(nodes))
    last = proof.nodes[-1]
    forged = replace(last, claim=replace(last.claim, other=read("2 + 0*x", SCALARS)))
    with pytest.raises(NotCertified):
        check(Certificate((*proof.nodes[:-1], forged)))


def test_a_proof_survives_writing_and_reading():
    _, proof = normal_form(read("log(1 + exp(x)) - x", SCALARS))
    check(CERTIFICATE.from_json(proof.to_json()))


def test_definedness_is_asked_before_a_sign_is_split():
    e = read("log(k*x)", SCALARS)
    assert STEPS["values"](e) is e
    assert isinstance(e, Apply)
    assert not is_defined(e, lambda f: Interval())
