"""Forged ranges, definitions and identities: all holds but for one condition of the rule."""

from __future__ import annotations

from fractions import Fraction

import pytest
from proofs import NONNEGATIVE, POSITIVE, e, f, node, proof

from lossmith.atoms.table import ATOMS
from lossmith.errors import NotCertified
from lossmith.evidence.certificate import Certificate, Claim, Inference
from lossmith.evidence.check import check
from lossmith.expr.build import apply, const, negate, power, symbol
from lossmith.expr.node import Expr
from lossmith.expr.sets import closed, opened
from lossmith.expr.types import Assumptions
from lossmith.expr.walk import symbols
from lossmith.rules.table import RULES

ROWS = {row.name: row for row in RULES}
X = e("x")
ENTRY = symbol("k", (), Assumptions(values=(Fraction(-1), Fraction(1, 2))))
BETWEEN = symbol("m", (), Assumptions(closed(-1, 1)))
SIGN = symbol("k", (), Assumptions(values=(Fraction(-1), Fraction(1))))
FORM = f(1, 2, 0) if e("w'*A*w").factors[0][0] is e("A") else f(0, 1, 0)  # type: ignore[union-attr]
HUBER, HINGED = e("huber(x, y)"), e("softplus(x)")


def _meaning(t: Expr) -> Expr:
    meaning = t.atom.meaning  # type: ignore[union-attr]
    assert meaning is not None
    return meaning(*t.args)  # type: ignore[union-attr]


def _identity(rule: str, left: Expr, right: Expr, *parameters: object) -> Inference:
    return Inference(Claim("identity", left, (), None, right), rule, (), parameters)


def _by_row(name: str, value: Expr | None, left: Expr, right: Expr) -> Certificate:
    """Return a use of a row of one letter; the letter is left unbound for no value."""
    (formal,) = symbols(ROWS[name].lhs)
    pairs = () if value is None else ((formal, value),)
    return proof(_identity("row", left, right, name, *pairs))


LETTER = symbols(ROWS["exp-log"].lhs)[0]
LABEL = symbols(ROWS["label-square"].lhs)[0]

FORGED: dict[str, Certificate] = {
    "an eigenvalue of a symmetric matrix as >= 0": proof(
        node("range", "lambda_min(S)", "range", interval=NONNEGATIVE)
    ),
    "an eigenvalue of a psd matrix as > 0": proof(
        node("range", "lambda_min(A)", "range", interval=POSITIVE)
    ),
    "an eigenvalue of a sum of psd matrices as > 0": proof(
        node("psd", "2*A + P", "psd-sum"),
        node("range", "lambda_min(2*A + P)", "range", [0], interval=POSITIVE),
    ),
    "a form as > 0": proof(node("range", "w'*A*w", "range-form", (), FORM, interval=POSITIVE)),
    "an end that is not held": proof(
        node("range", "u", "range", interval=closed(0, Fraction(199, 100)))
    ),
    "a sum with a matrix that is only symmetric": proof(node("psd", "A + S", "psd-sum")),
    "a difference of psd matrices": proof(node("psd", "A - P", "psd-sum")),
    "a difference with a small part of one": proof(node("psd", "A - 1/2*P", "psd-sum")),
    "a single matrix that is no sum": proof(node("psd", "S", "psd-sum")),
    "the inverse of a symmetric matrix": proof(node("psd", "inv(S)", "psd-inverse")),
    "a product of psd matrices": proof(node("psd", "A*P", "psd-form")),
    "a form with a matrix that is only symmetric": proof(
        node("psd", "A*S*A", "psd-form", (), f(0, 2, 1))
    ),
    "a value for all that is none for some": proof(node("total", "x + log(x)", "total")),
    "a value for all at the end of a domain": proof(node("total", "lam + log(lam)", "total")),
    "the sine of each entry of a psd matrix": proof(node("psd", "sin(A)", "psd-inverse")),
    "a definition outside the domain of its card": proof(
        _identity("unfold", _meaning(HUBER), HUBER, HUBER)
    ),
    "a definition that leads to something else": proof(
        node("total", "x^2", "total"),
        Inference(Claim("identity", HINGED, (), None, e("x^2")), "unfold", (0,), (HINGED,)),
    ),
    "a definition that may have no value": proof(
        _identity("unfold", e("xlogx(lam)"), e("lam*log(lam)"), e("xlogx(lam)"))
    ),
    "a row for positive numbers, its letter left free": _by_row(
        "exp-log", None, apply(ATOMS["exp"], apply(ATOMS["log"], LETTER)), LETTER
    ),
    "a row for numbers >= 0, used for any": _by_row("abs-nonnegative", X, e("abs(x)"), X),
    "a row for labels, its letter left free": _by_row(
        "label-square", None, power(LABEL, 2), const(1)
    ),
    "a row for labels, used for other values": _by_row(
        "label-square", ENTRY, power(ENTRY, 2), const(1)
    ),
    "a row for labels, used for numbers between": _by_row(
        "label-square", BETWEEN, power(BETWEEN, 2), const(1)
    ),
    "a row that leads to something else": _by_row(
        "log-exp", X, e("log(exp(x))"), negate(X)
    ),
    "an expansion whose other side has fewer values": proof(
        _identity("expansion", e("x + y"), e("x^2/x + y"))
    ),
}  # fmt: skip


@pytest.mark.parametrize("title", FORGED)
def test_it_is_refused_at_the_last_node(title: str) -> None:
    certificate = FORGED[title]
    with pytest.raises(NotCertified) as refusal:
        check(certificate)
    assert f"node {len(certificate.nodes) - 1} " in refusal.value.render("en")


TRUE = {
    "a psd matrix proved so has no negative eigenvalue": proof(
        node("psd", "2*A + P", "psd-sum"),
        node("range", "lambda_min(2*A + P)", "range", [0], interval=NONNEGATIVE),
    ),
    "a pd matrix has positive eigenvalues": proof(
        node("range", "lambda_min(P)", "range", interval=POSITIVE)
    ),
    "an open end": proof(node("range", "exp(p)", "range", interval=opened(1, None))),
    "a definition put in": proof(
        node("total", "2*log(1 + exp(x))", "total"),
        Inference(
            Claim("identity", e("2*softplus(x)"), (), None, e("2*log(1 + exp(x))")),
            "unfold", (0,), (HINGED,),
        ),
    ),
    "a row": _by_row("log-exp", X, e("y*log(exp(x))"), e("x*y")),
    "a row for positive numbers": _by_row("exp-log", e("p"), e("exp(log(p))"), e("p")),
    "a row for labels": _by_row("label-square", SIGN, power(SIGN, 2), const(1)),
}  # fmt: skip


@pytest.mark.parametrize("title", TRUE)
def test_the_true_neighbor_is_accepted(title: str) -> None:
    check(TRUE[title])
