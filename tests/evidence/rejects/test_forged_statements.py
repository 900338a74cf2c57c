"""Claims that are no statements, or not about convex sets, are refused by whatever rule."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from proofs import ALL, POSITIVE, e, f, node, proof, s

from lossmith.errors import NotCertified
from lossmith.evidence.certificate import Certificate, Claim, Inference, Witness
from lossmith.evidence.check import check, is_convex_set
from lossmith.evidence.witness import admits
from lossmith.expr.build import add, const, multiply, power, symbol, total
from lossmith.expr.sets import closed
from lossmith.expr.types import Assumptions

ONE = const(1)
ANY, RIGHT = symbol("x"), symbol("x", (), Assumptions(POSITIVE))
BOTH = (ANY, RIGHT)

FORGED: dict[str, Certificate] = {
    "two variables of one name": proof(
        Inference(Claim("affine", ANY, BOTH), "variable"),
        Inference(Claim("affine", RIGHT, BOTH), "variable"),
        Inference(Claim("affine", add(ANY, RIGHT), BOTH), "sum", (0, 1), (f(0), f(1))),
    ),
    "a curvature with an interval": proof(
        node("affine", "x", "variable", wrt="x", interval=closed(0, 1))
    ),
    "a curvature with a constant": proof(node("affine", "x", "variable", wrt="x", other=const(1))),
    "a range in a variable": proof(node("range", "u", "range", wrt="u", interval=closed(0, 2))),
    "a range without an interval": proof(node("range", "u", "range")),
    "a block with a symbol of two values": proof(node("affine", "y", "variable", wrt="y labels")),
    "a strong constant that moves with the variable": proof(
        node(
            "strong", "x^4", "second-derivative", (), (ONE, const(0), (ALL, "direct")), wrt="x",
            other="12*x^2",
        )
    ),
    "a strong constant for each entry": proof(
        node("strong", "x^2", "quadratic", wrt="x", other=const(1, ("n",)))
    ),
}  # fmt: skip


@pytest.mark.parametrize("title", FORGED)
def test_it_is_refused_at_the_last_node(title: str) -> None:
    certificate = FORGED[title]
    with pytest.raises(NotCertified) as refusal:
        check(certificate)
    assert f"node {len(certificate.nodes) - 1} " in refusal.value.render("en")


def _declared(*structure: str, integer: bool = False, values: tuple[int, ...] = ()) -> Assumptions:
    numbers = tuple(map(Fraction, values)) or None
    return Assumptions(values=numbers, integer=integer, structure=frozenset(structure))


CONVEX = [
    _declared(),
    _declared("symmetric"),
    _declared("psd"),
    _declared("pd"),
    _declared("simplex"),
    _declared("diagonal"),
    _declared(values=(3,)),
]
NOT_CONVEX = [
    _declared("orthogonal"),
    _declared("nonsingular"),
    _declared("onehot"),
    _declared("pd", "orthogonal"),
    _declared("pd", "onehot"),
    _declared("pd", integer=True),
    _declared("pd", values=(0, 1)),
    _declared("psd", "nonsingular"),
    _declared(integer=True),
    _declared(values=(0, 1)),
]


def _named(a: Assumptions) -> str:
    """Return a name that is the same in every process: sets have no order."""
    return f"{a.interval} {a.values} {a.integer} {sorted(a.structure)}"


@pytest.mark.parametrize("assumptions", CONVEX, ids=_named)
def test_these_declarations_describe_convex_sets(assumptions: Assumptions) -> None:
    assert is_convex_set(symbol("A", ("n", "n"), assumptions))


@pytest.mark.parametrize("assumptions", NOT_CONVEX, ids=_named)
def test_these_declarations_may_describe_sets_that_are_not_convex(assumptions: Assumptions) -> None:
    assert not is_convex_set(symbol("A", ("n", "n"), assumptions))


def test_a_variable_of_its_own_meaning_is_accepted() -> None:
    assert s("x") is ANY
    check(proof(node("affine", e("x"), "variable", wrt="x")))


def _witness(**changes: object) -> Witness:
    """Return a witness that x^2 is not concave, with some of its parts changed."""
    ends = {ANY: Fraction(0)}, {ANY: Fraction(2)}
    true = Witness(e("x^2"), (ANY,), "concave", {}, {}, *ends, Fraction(1, 2))
    return replace(true, **changes)  # type: ignore[arg-type]


def test_a_true_witness_is_accepted() -> None:
    check(_witness())


LABELS = s("labels")
BAD_WITNESSES = {
    "against the other side": _witness(against="convex"),
    "two symbols of one name": _witness(
        expr=multiply(ANY, power(RIGHT, 3)), wrt=(RIGHT,), data={ANY: Fraction(-1)},
        a={RIGHT: Fraction(1)}, b={RIGHT: Fraction(3)},
    ),
    "a weight of 0": _witness(t=Fraction(0)),
    "a weight above 1": _witness(t=Fraction(3, 2)),
    "a tensor": _witness(expr=e("w.^2"), wrt=(s("w"),), sizes={"d": 1},
                         a={s("w"): (Fraction(0),)}, b={s("w"): (Fraction(2),)}),
    "data without a value": _witness(expr=e("x^2 + y")),
    "a variable given as data": _witness(data={ANY: Fraction(1)}),
    "a variable that does not occur": _witness(wrt=(ANY, s("y")), a={ANY: Fraction(0),
        s("y"): Fraction(0)}, b={ANY: Fraction(2), s("y"): Fraction(1)}),
    "an end outside the declared set": _witness(
        expr=power(RIGHT, 2), wrt=(RIGHT,), a={RIGHT: Fraction(0)}, b={RIGHT: Fraction(2)}),
    "data outside the declared set": _witness(
        expr=multiply(s("lam"), power(ANY, 2)), data={s("lam"): Fraction(-1)}, against="convex"),
    "a middle outside the declared values": _witness(
        expr=total(power(LABELS, 2)), wrt=(LABELS,), sizes={"n": 1}, against="convex",
        a={LABELS: (Fraction(-1),)}, b={LABELS: (Fraction(1),)}),
    "a value of another shape": _witness(
        expr=total(power(s("w"), 2)), wrt=(s("w"),), sizes={"d": 2},
        a={s("w"): (Fraction(0),)}, b={s("w"): (Fraction(2),)}),
    "no gap": _witness(expr=e("3*x + 1")),
    "a middle without a value": _witness(expr=e("1/(x - 1)"), against="convex"),
    "an end without a value": _witness(expr=e("log(x)"), against="convex"),
}  # fmt: skip


@pytest.mark.parametrize("title", BAD_WITNESSES)
def test_a_forged_witness_is_refused(title: str) -> None:
    with pytest.raises(NotCertified):
        check(BAD_WITNESSES[title])


STRUCTURES = [
    ("symmetric", ((1, 2), (2, 5)), True), ("symmetric", ((1, 2), (3, 5)), False),
    ("psd", ((1, 2), (2, 4)), True), ("psd", ((1, 2), (2, 3)), False),
    ("psd", ((1, 2), (0, 4)), False), ("pd", ((1, 2), (2, 5)), True),
    ("pd", ((1, 2), (2, 4)), False), ("diagonal", ((1, 0), (0, 5)), True),
    ("diagonal", ((1, 0), (2, 5)), False), ("orthogonal", ((0, 1), (-1, 0)), True),
    ("orthogonal", ((1, 1), (0, 1)), False), ("orthogonal", ((2, 0), (0, 1)), False),
    ("nonsingular", ((1, 2), (3, 4)), True), ("nonsingular", ((1, 2), (2, 4)), False),
    ("onehot", ((0, 1), (1, 0)), True), ("onehot", ((1, 1), (1, 0)), False),
    ("onehot", ((0, 0), (1, 0)), False), ("simplex", ((0, 1), (1, 0)), True),
    ("simplex", ((2, -1), (1, 0)), False), ("simplex", ((1, 1), (1, 0)), False),
]  # fmt: skip


@pytest.mark.parametrize(("word", "rows", "has"), STRUCTURES)
def test_declared_structures_are_read_exactly(
    word: str, rows: tuple[tuple[int, ...], ...], has: bool
) -> None:
    matrix = symbol("A", ("n", "n"), Assumptions(structure=frozenset({word})))
    value = tuple(tuple(map(Fraction, row)) for row in rows)
    assert admits(matrix, value, {"n": 2}) is has
    assert not admits(matrix, value[:1], {"n": 2})
    assert not admits(matrix, value, {"n": 3})
