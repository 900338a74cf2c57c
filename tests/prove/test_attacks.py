"""Attacks that once broke through, kept as tests: forged files, false constants, hidden kinks.

Each forged certificate states a falsehood and must be refused when it is replayed from a file.
"""

from __future__ import annotations

import json
import math
from fractions import Fraction
from typing import Any

import pytest

from lossmith.atoms.table import ATOMS
from lossmith.errors import LossmithError, NotCertified
from lossmith.evidence.certificate import KINDS, Certificate, Claim, Inference
from lossmith.evidence.check import check
from lossmith.evidence.replay import replay
from lossmith.expr.build import (
    add,
    apply,
    const,
    contract,
    divide,
    matmul,
    negate,
    ones,
    power,
    scale,
    symbol,
    transpose,
)
from lossmith.expr.sets import NEGATIVE, POSITIVE, REALS, closed
from lossmith.expr.types import Assumptions
from lossmith.prove.kinks.kinks import kinks
from lossmith.prove.points.stationary import stationary
from lossmith.prove.prover import curvature
from lossmith.prove.proving.domain import domain
from lossmith.prove.refutation.bends import bends
from lossmith.text.parse import parse

ONE, HALF = Fraction(1), Fraction(1, 2)
x, z = symbol("x"), symbol("z")
y = symbol("y", (), Assumptions(POSITIVE))
K, L = (symbol(n, ("n", "n"), Assumptions(structure=frozenset({"psd"}))) for n in "KL")
B = symbol("B", ("m", "n"))
AFFINE_X = Inference(Claim("affine", x, (x,)), "variable")
EXP = apply(ATOMS["exp"], x)
SOFTPLUS = apply(ATOMS["softplus"], x)
FORMAL = symbol("?x")
ABS_FORMAL = apply(ATOMS["abs"], FORMAL)


def _same(e: Any) -> list[Inference]:
    """Return the two nodes that prove e = e."""
    return [
        Inference(Claim("total", e), "total"),
        Inference(Claim("identity", e, (), None, e), "expansion", (0,)),
    ]


def _huber_without_sign() -> list[Inference]:
    d = symbol("d")
    card = apply(ATOMS["huber"], x, d)
    meaning = ATOMS["huber"].meaning
    assert meaning is not None
    written = meaning(x, d)
    return [
        Inference(Claim("identity", written, (), None, card), "unfold", (), (card,)),
        Inference(Claim("total", written), "total"),
        AFFINE_X,
        Inference(Claim("convex", card, (x,)), "composition", (2,)),
        Inference(Claim("convex", written, (x,)), "rewrite", (0, 1, 3)),
    ]


def _strong_by_unfolding() -> list[Inference]:
    meaning = ATOMS["softplus"].meaning
    assert meaning is not None
    return [
        Inference(Claim("strong", meaning(x), (z,), None, SOFTPLUS), "unfold", (), (SOFTPLUS,)),
        Inference(Claim("strictly_convex", meaning(x), (z,)), "strict-strong", (0,)),
    ]


def _affine_abs() -> list[Inference]:
    w = symbol("w")
    return [
        Inference(Claim("identity", ABS_FORMAL, (), None, FORMAL), "row", (), ("abs-nonnegative",)),
        Inference(Claim("total", ABS_FORMAL), "total"),
        Inference(Claim("affine", FORMAL, (FORMAL,)), "variable"),
        Inference(Claim("affine", ABS_FORMAL, (FORMAL,)), "rewrite", (0, 1, 2)),
        Inference(Claim("affine", w, (w,)), "variable"),
        Inference(
            Claim("affine", apply(ATOMS["abs"], w), (w,)),
            "entrywise",
            (3, 4),
            (ABS_FORMAL, FORMAL, w),
        ),
    ]


def _second(e: Any, weight: Any, core: Any) -> list[Inference]:
    rows = ((weight, core, (REALS, "direct")),)
    return [Inference(Claim("convex", e, (x,)), "second-derivative", (), rows)]


CUBE = scale(Fraction(1, 6), power(x, 3))
HALF_DEFINED = contract([(x, (), Fraction(3, 2)), (x, (), -HALF)], ())

FORGED: dict[str, list[Inference]] = {
    "a strictly convex function beside the point": [
        Inference(Claim("strictly_convex", negate(x), (x,)), "strict-entries", (), (EXP, ()))
    ],
    "a monomial with any range": [
        Inference(Claim("range", power(x, 2), (), closed(5, 6)), "monomial")
    ],
    "a root that is total": [Inference(Claim("total", power(x, HALF)), "monomial")],
    "a square that equals 7": [
        Inference(Claim("identity", power(x, 2), (), None, const(7)), "monomial")
    ],
    "a square that is 100-strongly convex": [
        AFFINE_X,
        Inference(Claim("strong", power(x, 2), (x,), None, const(100)), "monomial", (0,)),
    ],
    "a fourth power with L = 0": [
        AFFINE_X,
        Inference(Claim("smooth", power(x, 4), (x,), None, const(0)), "monomial", (0,)),
    ],
    "x^2/y strictly convex": [
        Inference(Claim("affine", x, (x, y)), "variable"),
        Inference(Claim("affine", y, (x, y)), "variable"),
        Inference(Claim("strictly_convex", divide(power(x, 2), y), (x, y)), "monomial", (0, 1)),
    ],
    "a square that increases": [
        AFFINE_X,
        Inference(Claim("nondecreasing", power(x, 2), (x,)), "monomial", (0,)),
    ],
    "-x^2 by a missing constant": [
        Inference(Claim("convex", x, (x,)), "variable"),
        Inference(Claim("convex", negate(power(x, 2)), (x,)), "constants-scale", (0,)),
    ],
    "a range by a missing constant": [
        Inference(Claim("range", x, (), REALS), "range"),
        Inference(Claim("range", x, (), closed(5, 6)), "constants-scale", (0,)),
    ],
    "-exp(x) = exp(x) by adding absolute values": [
        *_same(EXP),
        Inference(
            Claim("identity", negate(EXP), (), None, EXP), "constants-sum", (1,), ((Fraction(0),),)
        ),
    ],
    "|w| affine by a row whose formal symbol is left unbound": _affine_abs(),
    "x^3 by a core that has no value for x < 0": _second(CUBE, const(1), HALF_DEFINED),
    "x^3 by a weight that has no value for x < 0": _second(
        CUBE, power(x, -HALF), power(x, Fraction(3, 2))
    ),
    "the Huber loss with a negative width": _huber_without_sign(),
    "-x^2 convex because it is total": [
        Inference(Claim("convex", negate(power(x, 2)), (x,)), "total")
    ],
    "a range because it is total": [Inference(Claim("range", x, (), closed(5, 6)), "total")],
    "an inverse that equals its matrix": [
        Inference(Claim("identity", apply(ATOMS["inv"], K), (), None, K), "psd-inverse")
    ],
    "a sum of psd matrices with any range": [
        Inference(Claim("range", add(K, (2, L)), (), closed(5, 6)), "psd-sum"),
    ],
    "a Gram matrix with any range": [
        Inference(
            Claim("range", matmul(transpose(B), B), (), closed(5, 6)),
            "psd-form",
            (),
            ((Fraction(0), Fraction(1), Fraction(0)),),
        )
    ],
    "strictly convex in a variable that does not occur": _strong_by_unfolding(),
    "strongly convex in a variable that does not occur": [
        Inference(Claim("total", power(x, 2)), "total"),
        Inference(Claim("strong", power(x, 2), (z,), None, power(x, 2)), "expansion", (0,)),
    ],
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_certificate_is_refused(name: str) -> None:
    forged = Certificate(tuple(FORGED[name]))
    with pytest.raises(NotCertified):
        check(forged)
    with pytest.raises(NotCertified):
        replay(json.loads(json.dumps(forged.to_json())))


def test_a_size_below_one_is_refused() -> None:
    # Over -1 entries a sum expands to 0 and is enclosed in {-1}: x^2 = x^2 - 5*sum would be >= 5.
    nothing = contract([(ones((-1,)), (0,), 1)], ())
    moved = add(power(x, 2), (-5, nothing))
    forged = Certificate(
        (
            Inference(Claim("total", moved), "total"),
            Inference(Claim("identity", power(x, 2), (), None, moved), "expansion", (0,)),
            Inference(Claim("range", moved, (), closed(5, None)), "range"),
        )
    )
    with pytest.raises(LossmithError):
        replay(json.loads(json.dumps(forged.to_json())))


def test_the_honest_claims_beside_the_forged_ones_are_accepted() -> None:
    mirrored = ((Fraction(0), Fraction(1), Fraction(0)),)
    for honest in (
        Inference(Claim("psd", add(K, (2, L))), "psd-sum"),
        Inference(Claim("psd", matmul(transpose(B), B)), "psd-form", (), mirrored),
        Inference(Claim("psd", apply(ATOMS["inv"], K)), "psd-inverse"),
        Inference(Claim("total", negate(power(x, 2))), "total"),
    ):
        check(Certificate((honest,)))


# -- every rule concludes its own kinds only -------------------------------------------------------

CURVED = {"affine", "convex", "concave"}
CONCLUDES = {
    "range": {"range"},
    "range-form": {"range"},
    "psd-form": {"psd"},
    "psd-sum": {"psd"},
    "psd-inverse": {"psd"},
    "total": {"total"},
    "unfold": {"identity"},
    "row": {"identity"},
    "expansion": {"identity"},
    "first-derivative": {"nondecreasing", "nonincreasing"},
    "strict-strong": {"strictly_convex", "strictly_concave", "convex", "concave"},
    "strict-entries": {"strictly_convex"},
    "log-convex": {"log_convex"},
}
PROVED = (
    ("norm2(X*w - y)^2 + lam*norm2(w)^2", "X: matrix(n, d); lam: scalar > 0", "w"),
    ("log(1 + exp(-x)) + x^4", "x: scalar", "x"),
    ("norm1(x) + x'*A*x", "x: vector(n); A: matrix(n, n) psd", "x"),
    ("x'*inv(A)*x", "x: vector(n); A: matrix(n, n) pd", "x A"),
    ("log(exp(x)/y + exp(y))", "x: scalar; y: scalar > 0", "x y"),
    ("abs(x)", "x: scalar >= 0", "x"),
    ("x*log(x/y)", "x: scalar > 0; y: scalar > 0", "x y"),
    ("s*x^2", "s: scalar >= 0; x: scalar", "x"),
)


def _certificates(text: str, declare: str, names: str) -> list[Certificate]:
    formula = parse(text, declare)
    by_name = {s.name: s for s in formula.symbols}
    verdict = curvature(formula.expr, tuple(by_name[n] for n in names.split()))
    assert verdict.status == "proved"
    found = [*verdict.certificates, verdict.strong.certificate, verdict.smooth.certificate]
    return [c for c in found if c is not None]


@pytest.mark.parametrize(("text", "declare", "names"), PROVED)
def test_a_node_does_not_prove_a_claim_of_another_kind(text: str, declare: str, names: str) -> None:
    tried = 0
    for certificate in _certificates(text, declare, names):
        wrt = certificate.conclusion.wrt
        for k, node in enumerate(certificate.nodes):
            own = CONCLUDES.get(node.rule, CURVED | {"strictly_convex", "strong", "smooth"})
            for kind in set(KINDS) - own - {node.claim.kind}:
                plain = kind in ("range", "total", "identity", "psd")
                claim = Claim(
                    kind,
                    node.claim.expr,
                    () if plain else wrt,
                    NEGATIVE if kind == "range" else None,
                    const(100) if kind in ("identity", "strong", "smooth") else None,
                )
                if node.rule == "rewrite" and kind == "range":
                    continue  # A range passes along identities too.
                changed = Inference(claim, node.rule, node.premises, node.parameters)
                tried += 1
                with pytest.raises(NotCertified):
                    check(Certificate((*certificate.nodes[:k], changed)))
    assert tried > 20


# -- broken files ----------------------------------------------------------------------------------


def _witness_file() -> dict[str, Any]:
    formula = parse("sum(x.^3)", "x: vector(2)")
    verdict = curvature(formula.expr, formula.symbols)
    return json.loads(json.dumps(verdict.witnesses[0].to_json()))


def _nested(depth: int) -> Any:
    value: Any = "1"
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value",
    [["1"], "1", [["1"], ["2"]], [], _nested(3000)],
    ids=["short", "flat", "wide", "none", "deep"],
)
@pytest.mark.parametrize("end", ["a", "b"])
def test_a_witness_of_the_wrong_shape_is_refused_in_words(end: str, value: Any) -> None:
    data = _witness_file()
    data[end][0][1] = value
    with pytest.raises(LossmithError):
        replay(data)


def test_a_relation_that_does_not_exist_is_refused() -> None:
    formula = parse("if(x > 0, x^3, x)", "x: scalar")
    data = json.loads(json.dumps(curvature(formula.expr, formula.symbols).witnesses[0].to_json()))
    replay(data)
    for row in data["nodes"]:
        if row["kind"] == "select":
            row["cases"][0][0][0][1] = "<"
    with pytest.raises(LossmithError):
        replay(data)


def test_a_verdict_that_says_more_than_its_proofs_is_refused() -> None:
    formula = parse("exp(x)", "x: scalar")
    honest = json.loads(json.dumps(curvature(formula.expr, formula.symbols).to_json()))
    replay(honest)
    hundred = {"nodes": [{"kind": "const", "value": "100", "shape": []}], "root": 0}
    for change in (
        {"label": "affine"},
        {"label": "concave"},
        {"strong": {"value": hundred, "when": None, "certificate": None}},
    ):
        with pytest.raises(NotCertified):
            replay({**honest, **change})


def test_two_meanings_of_one_name_are_refused() -> None:
    formula = parse("x^2/y", "x: scalar; y: scalar > 0")
    verdict = curvature(formula.expr, formula.symbols)
    data = json.loads(json.dumps(verdict.to_json()))["certificates"][0]
    for row in data["nodes"]:
        if row["kind"] == "symbol":
            row["name"] = "y"
    with pytest.raises(NotCertified):
        replay(data)


# -- the prover ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "declare"),
    [
        ("sum((diag(W) - c).^2)", "W: matrix(n, n); c: vector(n)"),
        ("sum((diag(W) - c).^2)", "W: matrix(n, n) symmetric; c: vector(n)"),
        ("sum(cosh(diag(W)))", "W: matrix(n, n)"),
        ("(diag(W) - c)'*A*(diag(W) - c)", "W: matrix(n, n); A: matrix(n, n) pd; c: vector(n)"),
    ],
)
def test_a_loss_of_the_diagonal_is_not_strict_in_the_matrix(text: str, declare: str) -> None:
    # It is flat along every entry off the diagonal.
    formula = parse(text, declare)
    (w,) = [s for s in formula.symbols if s.name == "W"]
    verdict = curvature(formula.expr, (w,))
    assert verdict.label == "convex"
    assert not verdict.strict
    assert verdict.strong.value is None


@pytest.mark.parametrize(
    ("text", "declare"),
    [
        ("max(x)", "x: vector(n) > 0"),
        ("min(x)", "x: vector(n) > 0"),
        ("norminf(x)", "x: vector(n) > 0"),
        ("lambda_max(x)", "x: matrix(n, n) symmetric > 0"),
        ("specnorm(x)", "x: matrix(n, m) > 0"),
        ("nucnorm(x)", "x: matrix(n, m) > 0"),
        ("x^p", "x: scalar; p: scalar in (0, 1)"),
        ("x^p", "x: scalar >= 0; p: scalar in (0, 1)"),
        ("asin(sin(x))", "x: scalar"),
        ("acosh(1 + x^2)", "x: scalar"),
        ("acosh(cosh(x))", "x: scalar"),
    ],
)
def test_a_kink_away_from_zero_is_reported(text: str, declare: str) -> None:
    formula = parse(text, declare)
    (v,) = [s for s in formula.symbols if s.name == "x"]
    assert kinks(formula.expr, (v,))


@pytest.mark.parametrize("text", ["relu(x)*sin(x)", "cos(abs(x))", "cosh(abs(x))"])
def test_a_kink_that_the_rest_may_smooth_is_not_called_certain(text: str) -> None:
    formula = parse(text, "x: scalar")
    assert not any(k.certain for k in kinks(formula.expr, formula.symbols))


@pytest.mark.parametrize(
    ("text", "declare"),
    [
        ("tan(x)", "x: scalar"),
        ("x^p", "x: scalar; p: scalar"),
        ("logdet(A)", "A: matrix(n, n) nonsingular"),
        ("logdet(A)", "A: matrix(n, n) psd"),
    ],
)
def test_a_formula_with_holes_has_an_open_condition(text: str, declare: str) -> None:
    assert domain(parse(text, declare).expr).open


@pytest.mark.parametrize(
    ("text", "declare"),
    [
        ("(x-1)^2 + 5*sign(x)", "x: scalar >= 0"),
        ("if(x > 0, (x-1)^2, -7)", "x: scalar >= 0"),
        ("(x-1)^2 + if(x >= 3, -100, 0)", "x: scalar in [0, 3]"),
        ("abs(sign(clip(x, -1, 1)))", "x: scalar <= 0"),
        ("if(exp(x) < 0, x, log(x))", "x: scalar in [0, 3]"),
    ],
)
def test_no_least_value_is_claimed_over_a_jump_at_a_declared_end(text: str, declare: str) -> None:
    formula = parse(text, declare)
    found = stationary(formula.expr, formula.symbols)
    assert found.least is None
    assert not any(p.is_global for p in found.points)


def test_a_flat_set_leaves_out_the_end_where_the_function_jumps() -> None:
    formula = parse("sign(x)", "x: scalar in [0, 5]")
    (flat,) = stationary(formula.expr, formula.symbols).points
    assert "(0, 5]" in flat.words.en


def test_values_beyond_the_largest_float_bend_in_no_direction() -> None:
    x = symbol("x")
    at, move = {x: Fraction(0)}, {x: [Fraction(1)]}
    assert list(bends(lambda _: math.inf, at, [move], {})) == []


@pytest.mark.parametrize(
    ("text", "declare", "least"),
    [
        ("normcdf(x)", "x: scalar > 0", Fraction(1, 2)),
        ("2*x + 1", "x: scalar > 0", Fraction(1)),
        ("x^2 - 3*x", "x: scalar > 2", Fraction(-2)),
        ("x + sin(x)/x", "x: scalar in [0, 3]", Fraction(1)),
        ("2*x - x/x", "x: scalar in [0, 3]", Fraction(-1)),
    ],
)
def test_an_infimum_at_an_end_without_a_value_is_the_limit(
    text: str, declare: str, least: Fraction
) -> None:
    formula = parse(text, declare)
    found = stationary(formula.expr, formula.symbols)
    assert found.least is not None
    assert not found.least.is_empty
    assert found.least.has(least)
    assert not any(p.is_global for p in found.points)
