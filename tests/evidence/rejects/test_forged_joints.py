"""Forged proofs by pieces and on natural domains: each piece is right, the whole is not."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from proofs import follows

from lossmith.atoms.table import ATOMS
from lossmith.errors import NotCertified
from lossmith.evidence.arithmetic.pieces import RAY_STEP, certain, interior, places
from lossmith.evidence.arithmetic.second import derivative
from lossmith.evidence.certificate import STRICT, Certificate, Claim, Inference
from lossmith.evidence.check import check
from lossmith.expr.build import add, apply, const, multiply, power, subtract, symbol
from lossmith.expr.node import Expr, Symbol
from lossmith.prove.prover import curvature
from lossmith.text.parse import parse


def _shown(kind: str, e: Expr, x: Symbol) -> Certificate | None:
    """Return a proof that e has the curvature in x, as the search finds it."""
    found = curvature(e, (x,))
    wanted = {kind} if kind in STRICT else {kind, "affine", f"strictly_{kind}"}
    return next((c for c in found.certificates if c.conclusion.kind in wanted), None)


def _joined(kind: str, text: str, *joints: str, declared: str = "scalar") -> Certificate:
    """Return the proof by pieces of a claim, with what can be shown on the pieces.

    Each piece is taken where it has its values; whether it meets its neighbors is for the rule.
    """
    formula = parse(text, f"x: {declared}")
    (x,) = formula.symbols
    marks = tuple(const(Fraction(j)) for j in joints)
    nodes: list[Inference] = []
    premises: list[int] = []
    for place, step, _ in places(marks, x.assumptions.interval):
        inside = {step: interior(step)}
        body = certain(formula.expr, {x: place}, inside, inside)
        for side in (kind,) if kind != "affine" else ("convex", "concave"):
            proof = _shown(side, body, step)
            if proof is None and kind in STRICT:
                proof = _shown(kind.removeprefix("strictly_"), body, step)
            assert proof is not None, (text, side)
            first = len(nodes)
            nodes += [
                replace(n, premises=tuple(p + first for p in n.premises)) for n in proof.nodes
            ]
            premises.append(len(nodes) - 1)
    claim = Claim(kind, formula.expr, (x,))
    return Certificate((*nodes, Inference(claim, "pieces", tuple(premises), marks)))


TWO = "scalar in [0, 2]"
TRUE = {
    "an absolute value": _joined("convex", "abs(x)", "0"),
    "the same, turned": _joined("concave", "-abs(x)", "0"),
    "a corner on an interval": _joined("convex", "abs(x - 1/2)", "1/2", declared=TWO),
    "three pieces": _joined("convex", "abs(x) + abs(x - 1)", "0", "1"),
    "three pieces of different heights": _joined("convex", "abs(x) + 2*abs(x - 1)", "0", "1"),
    "strict on both sides": _joined("strictly_convex", "x^2 + abs(x)", "0"),
    "slopes that meet over unequal widths": _joined(
        "affine", "if(x <= 1/2, 2*x, 2*x)", "1/2", declared=TWO
    ),
    "a higher value at an end": _joined("convex", "abs(x - 1) - sign(x)", "1", declared=TWO),
}
FORGED = {
    "a corner of the other kind": _joined("convex", "-abs(x)", "0"),
    "the same, turned": _joined("concave", "abs(x)", "0"),
    "a corner called affine": _joined("affine", "abs(x)", "0"),
    "a corner downwards called affine": _joined("affine", "-abs(x)", "0"),
    "the second of two corners": _joined("convex", "min(max(x, 0), 1)", "0", "1"),
    "the first of two corners": _joined("convex", "-min(max(x, 0), 1)", "0", "1"),
    "the second of two corners, turned": _joined("concave", "-min(max(x, 0), 1)", "0", "1"),
    "the corner between two others": _joined(
        "convex", "abs(x) - abs(x - 1) + abs(x - 2)", "0", "1", "2"
    ),
    "a corner before a parabola": _joined("convex", "if(x <= 0, x, x^2)", "0"),
    "a corner behind a curve of equal ends": _joined(
        "convex", "if(x < 0, -2*x, if(x <= 1, x^4 - x, 2*x - 2))", "0", "1"
    ),
    "a corner between a short and a long piece": _joined(
        "convex", "if(x <= 1/2, 2*x, x + 1/2)", "1/2", declared=TWO
    ),
    "a corner between a long and a short piece": _joined(
        "concave", "if(x <= 3/2, x, 2*x - 3/2)", "3/2", declared=TWO
    ),
    "a jump up after the joint": _joined("convex", "if(x > 0, x^2 + 1, x^2)", "0"),
    "a jump up before the joint": _joined("convex", "if(x >= 0, x^2, x^2 + 1)", "0"),
    "a jump down after the joint": _joined("convex", "if(x > 0, x^2 - 1, x^2)", "0"),
    "a value apart at the joint": _joined("convex", "if(x == 0, 1, x^2)", "0"),
    "a value below at the joint": _joined("convex", "if(x == 0, -1, x^2)", "0"),
    "no value at the joint": _joined("convex", "x^2 + (x - 1)/(x - 1)", "1"),
    "flat pieces called strict": _joined("strictly_convex", "abs(x)", "0"),
    "one flat piece called strict": _joined("strictly_convex", "max(x, 0)*x + abs(x)", "0"),
    "joints in the wrong order": _joined("convex", "2*x", "1", "0"),
    "a joint twice": _joined("convex", "abs(x)", "0", "0"),
    "a joint outside of the interval": _joined("convex", "2*x", "3", declared=TWO),
    "a lower value at the left end": _joined("convex", "abs(x - 1) + sign(x)", "1", declared=TWO),
    "a lower value at the right end": _joined(
        "convex", "abs(x - 1) + sign(2 - x)", "1", declared=TWO
    ),
    "a lower value at the closed end, the left": _joined(
        "convex", "abs(x - 1) + sign(x)", "1", declared="scalar in [0, 2)"
    ),
    "a lower value at the closed end, the right": _joined(
        "convex", "abs(x - 1) + sign(2 - x)", "1", declared="scalar in (0, 2]"
    ),
    "a higher value at the left end, concave": _joined(
        "concave", "-abs(x - 1) - sign(x)", "1", declared=TWO
    ),
    "a higher value at the right end, concave": _joined(
        "concave", "-abs(x - 1) - sign(2 - x)", "1", declared=TWO
    ),
}


@pytest.mark.parametrize("c", TRUE.values(), ids=TRUE.keys())
def test_pieces_that_fit_are_accepted(c: Certificate) -> None:
    check(c)


@pytest.mark.parametrize("c", FORGED.values(), ids=FORGED.keys())
def test_pieces_that_do_not_fit_are_refused(c: Certificate) -> None:
    with pytest.raises(NotCertified) as refusal:
        check(c)
    assert f"node {len(c.nodes) - 1} " in refusal.value.render("en")


@pytest.mark.parametrize("kept", [(), (0,), (1,)])
def test_every_piece_has_a_premise_of_its_own(kept: tuple[int, ...]) -> None:
    good = _joined("convex", "x^2 + max(x, 0)^3", "0")
    check(good)
    *nodes, last = good.nodes
    premises = tuple(last.premises[k] for k in kept)
    with pytest.raises(NotCertified):
        check(Certificate((*nodes, replace(last, premises=premises))))


def test_pieces_are_pieces_of_a_line_at_numbers() -> None:
    good = _joined("convex", "abs(x)", "0")
    *nodes, last = good.nodes
    (x,) = last.claim.wrt
    v, y = symbol("v", ("n",)), symbol("y")
    step = parse("abs(piece_r)", "piece_r: scalar >= 0").expr
    claims = [
        replace(last.claim, wrt=(x, y)),
        replace(last.claim, wrt=(v,)),
        replace(last.claim, expr=apply(ATOMS["abs"], v), wrt=(v,)),
        replace(last.claim, expr=add(last.claim.expr, step)),
    ]
    for claim in claims:
        with pytest.raises(NotCertified):
            check(Certificate((*nodes, replace(last, claim=claim))))
    for joints in ((), (x,), (v,), (RAY_STEP,), (const(0), const(1))):
        with pytest.raises(NotCertified):
            check(Certificate((*nodes, replace(last, parameters=joints))))


def test_a_letter_of_the_formula_is_not_the_step_of_a_piece() -> None:
    # With r for the step on both rays, 2 r |x| - x^2 would be t^2 on each.
    r = RAY_STEP
    (x,) = parse("x", "x: scalar").symbols
    e = subtract(multiply(const(2), r, apply(ATOMS["abs"], x)), power(x, 2))
    square = curvature(power(r, 2), (r,)).certificate
    assert square is not None
    last = Inference(Claim("convex", e, (x,)), "pieces", (len(square.nodes) - 1,), (const(0),))
    with pytest.raises(NotCertified):
        check(Certificate((*square.nodes, last)))


# -- natural domains -------------------------------------------------------------------------------


def _widened(kind: str, text: str, tight: str, wide: str = "scalar") -> Certificate:
    """Return the step from a claim about x in a set to one about x in a larger set."""
    narrow, free = parse(text, f"x: {tight}"), parse(text, f"x: {wide}")
    proof = _shown(kind, narrow.expr, narrow.symbol("x"))
    assert proof is not None, text
    claim = Claim(proof.conclusion.kind, free.expr, (free.symbol("x"),))
    return Certificate((*proof.nodes, Inference(claim, "natural-domain", (len(proof.nodes) - 1,))))


WIDE = {
    "a logarithm": _widened("convex", "x - log(x)", "scalar > 0"),
    "a logarithm of a form": _widened("convex", "x^3 - log(2*x - 4)", "scalar > 2"),
    "a root": _widened("concave", "sqrt(x) - x^3", "scalar >= 0"),
    "a root below a line": _widened("convex", "x^3 + 1/sqrt(x)", "scalar > 0"),
}
NARROW = {
    "an odd power": _widened("convex", "x^3", "scalar >= 0"),
    "a third root": _widened("concave", "x^(1/3)", "scalar >= 0"),
    "a reciprocal": _widened("convex", "1/x", "scalar > 0"),
    "an even power": _widened("convex", "x^3 + x^2", "scalar >= 0"),
    "a logarithm of a form, twice as far": _widened(
        "convex", "(x - 4)^3 - log(2*x - 4)", "scalar > 4"
    ),
    "a logarithm of a form, beside it": _widened("convex", "x^3 - log(2*x + 4)", "scalar > 1"),
    "the end of a root": _widened("convex", "sign(x) - sqrt(x)", "scalar > 0"),
    "a logarithm of a square": _widened("concave", "log(x^2)", "scalar > 0"),
    "a logarithm of a sum of two": _widened("convex", "x^3 - log(x + exp(x))", "scalar >= 1"),
    "a larger declared set": _widened("convex", "x^3", "scalar in [0, 1]", "scalar in [-1, 1]"),
    "whole numbers": _widened("convex", "x - log(x)", "scalar > 0", "scalar integer"),
}


@pytest.mark.parametrize("c", WIDE.values(), ids=WIDE.keys())
def test_a_set_without_values_may_be_added(c: Certificate) -> None:
    check(c)


@pytest.mark.parametrize("c", NARROW.values(), ids=NARROW.keys())
def test_a_set_with_values_may_not_be_added(c: Certificate) -> None:
    with pytest.raises(NotCertified) as refusal:
        check(c)
    assert f"node {len(c.nodes) - 1} " in refusal.value.render("en")


SETS = [
    ("log(2*x - 4)", "scalar > 2", True),
    ("log(2*x - 4)", "scalar > 5/2", False),
    ("log(2*x - 4)", "scalar > 4", False),
    ("log(1 - x)", "scalar < 1", True),
    ("log(1 - x)", "scalar < -1", False),
    ("sqrt(3 - 2*x)", "scalar <= 3/2", True),
    ("sqrt(3 - 2*x)", "scalar <= 1", False),
    ("sqrt(x)", "scalar > 0", False),
    ("1/sqrt(x)", "scalar > 0", True),
    ("atanh(x)", "scalar in (-1, 1)", True),
    ("atanh(x)", "scalar in (-1/2, 1/2)", False),
    ("acosh(x)", "scalar >= 1", True),
    ("acosh(x)", "scalar >= 2", False),
    ("log(x + x^2)", "scalar > 0", False),
    ("if(x > 0, log(x), x)", "scalar > 0", False),
    ("if(log(x) > 0, 1, x)", "scalar > 0", False),
    ("x^(5/3)", "scalar >= 0", False),
    ("x^-3", "scalar > 0", False),
    ("exp(x)", "scalar > 0", False),
    ("tr(log(X))", "matrix(n, n) > 0", False),
    ("sum(log(X))", "matrix(n, n) > 0", True),
    ("sum(w.*diag(sqrt(X)))", "matrix(n, n) >= 0", False),
    ("sum(log(X).*eye)", "matrix(n, n) > 0", False),
    ("tr(X*X*X)", "matrix(n, n) psd", False),
    ("tr(X*X*X)", "matrix(n, n) diagonal", False),
]


@pytest.mark.parametrize(("text", "tight", "holds"), SETS)
def test_a_set_is_natural_if_there_is_no_value_outside(text: str, tight: str, holds: bool) -> None:
    name = "X" if "X" in text else "x"
    wide = "matrix(n, n)" if name == "X" else "scalar"
    told, free = (parse(text, f"{name}: {kind}; w: vector(n)") for kind in (tight, wide))
    premise = Claim("convex", told.expr, (told.symbol(name),))
    claim = Claim("convex", free.expr, (free.symbol(name),))
    assert follows("natural-domain", claim, (premise,)) is holds


ENDS = [
    ("1/x", "scalar >= 0", "scalar > 0", True),
    ("1/x", "scalar <= 0", "scalar < 0", True),
    ("1/x", "scalar", "scalar > 0", False),
    ("y/(1 - x)", "scalar <= 1", "scalar < 1", True),
    ("log(x*y)", "scalar >= 0", "scalar > 0", True),
    ("log(x/y)", "scalar >= 0", "scalar > 0", True),
    ("log(1 + x*y)", "scalar >= 0", "scalar > 0", False),
    ("sqrt(x*y)", "scalar >= 0", "scalar > 0", False),
    ("exp(x*y)", "scalar >= 0", "scalar > 0", False),
    ("y*x^(1/3)", "scalar >= 0", "scalar > 0", False),
    ("sum(log(y*x))", "vector(n) >= 0", "vector(n) > 0", True),
    ("log(w'*x)", "vector(n) >= 0", "vector(n) > 0", False),
]


@pytest.mark.parametrize(("text", "wide", "tight", "holds"), ENDS)
def test_an_end_is_left_out_if_there_is_no_value_on_it(
    text: str, wide: str, tight: str, holds: bool
) -> None:
    told, free = (parse(text, f"x: {kind}; w: vector(n)") for kind in (tight, wide))
    premise = Claim("convex", told.expr, (told.symbol("x"),))
    claim = Claim("convex", free.expr, (free.symbol("x"),))
    assert follows("natural-domain", claim, (premise,)) is holds


def test_a_narrowed_letter_is_not_also_data() -> None:
    told, free = parse("log(x)", "x: scalar > 0"), parse("log(x)", "x: scalar")
    (t,), (x,) = told.symbols, free.symbols
    premise = Claim("convex", subtract(power(t, 2), told.expr), (t,))
    mixed = subtract(add((2, power(t, 2)), (-1, power(x, 2))), free.expr)
    assert not follows("natural-domain", Claim("convex", mixed, (x,)), (premise,))


def test_a_wider_claim_is_the_same_claim() -> None:
    good = WIDE["a logarithm"]
    *nodes, last = good.nodes
    (x,) = last.claim.wrt
    k = last.premises[0]
    tight = nodes[k].claim.wrt[0]
    claims = [
        replace(last.claim, kind="concave"),
        replace(last.claim, expr=subtract(last.claim.expr, power(x, 2))),
        replace(last.claim, expr=subtract(last.claim.expr, power(tight, 2))),
        replace(last.claim, wrt=(x, symbol("y"))),
        replace(last.claim, wrt=(tight,)),
    ]
    for claim in claims:
        with pytest.raises(NotCertified):
            check(Certificate((*nodes, replace(last, claim=claim))))
    for change in ({"premises": ()}, {"premises": (k, k)}, {"parameters": (x,)}):
        with pytest.raises(NotCertified):
            check(Certificate((*nodes, replace(last, **change))))


@pytest.mark.parametrize("m", [1, 2, 3])
def test_a_wider_claim_has_the_same_constant(m: int) -> None:
    narrow, free = parse("x^2 - log(x)", "x: scalar > 0"), parse("x^2 - log(x)", "x: scalar")
    rows = ((const(1), subtract(derivative(derivative(narrow.expr, x), x), const(2)),
             (x.assumptions.interval, "direct")) for x in narrow.symbols)  # fmt: skip
    told = Claim("strong", narrow.expr, narrow.symbols, other=const(2))
    wide = Claim("strong", free.expr, free.symbols, other=const(m))
    steps = (
        Inference(told, "second-derivative", (), tuple(rows)),
        Inference(wide, "natural-domain", (0,)),
    )
    if m == 2:
        check(Certificate(steps))
        return
    with pytest.raises(NotCertified) as refusal:
        check(Certificate(steps))
    assert "node 1 " in refusal.value.render("en")
