"""Forged uses of A inv(A) = I: what is put in must have values wherever the formula has."""

from __future__ import annotations

import pytest
from proofs import proof

from lossmith.atoms.table import ATOMS
from lossmith.errors import NotCertified
from lossmith.evidence.certificate import Certificate, Claim, Inference
from lossmith.evidence.check import check
from lossmith.evidence.normal.normal_inverses import hole
from lossmith.expr.build import add, apply, delta, matmul, multiply, power, scale
from lossmith.expr.node import Expr
from lossmith.expr.walk import substitute
from lossmith.text.parse import parse

DECLARED = "A: matrix(d, d); B: matrix(d, d); v: vector(d); x: scalar"


def _read(text: str) -> Expr:
    names = {k.strip() for k in "".join(c if c.isalnum() else " " for c in text).split()}
    kept = [d for d in DECLARED.split("; ") if d.split(":")[0] in names]
    return parse(text, "; ".join(kept)).expr


A, B = _read("A"), _read("B")
Z = hole(A)
INVERSE = apply(ATOMS["inv"], A)


def _used(e: Expr, part: Expr, q: Expr, side: str = "left") -> Certificate:
    """Return the proof of e = e with part + q(I) - q(A inv(A)) put for the part."""
    unit = matmul(A, INVERSE) if side == "left" else matmul(INVERSE, A)
    made = add(part, substitute(q, {Z: delta("d")}), scale(-1, substitute(q, {Z: unit})))
    claim = Claim("identity", e, (), None, substitute(e, {part: made}))
    return proof(Inference(claim, "normal-step", (), ("cancelled", part, q, A, side)))


V = _read("v")
SOLVED, CHOSEN, OTHER = _read("inv(A)*v"), _read("if(x > 0, inv(A)*v, v)"), _read("inv(B)*v")
LOGS = apply(ATOMS["log"], Z)

FORGED = {
    "no inverse is there": (V, V, matmul(Z, V)),
    "the inverse of another matrix is there": (OTHER, OTHER, matmul(Z, V)),
    "the inverse is there in one case only": (CHOSEN, CHOSEN, matmul(Z, V)),
    "the inverse is outside of the part": (add(SOLVED, apply(ATOMS["relu"], V)), V, matmul(Z, V)),
    "a logarithm comes in": (SOLVED, SOLVED, multiply(_read("log(x)"), matmul(Z, V))),
    "a reciprocal comes in": (SOLVED, SOLVED, multiply(power(_read("x"), -1), matmul(Z, V))),
    "a logarithm of the unit matrix comes in": (add(LOGS, INVERSE), add(LOGS, INVERSE), LOGS),
}


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("title", FORGED)
def test_what_asks_for_more_values_is_refused(title: str, side: str) -> None:
    with pytest.raises(NotCertified):
        check(_used(*FORGED[title], side))


@pytest.mark.parametrize("side", ["left", "right"])
def test_what_asks_for_no_more_is_accepted(side: str) -> None:
    x = _read("log(x)*(inv(A)*v) + v/x")
    for e, part, q in (
        (SOLVED, SOLVED, matmul(Z, V)),
        (CHOSEN, SOLVED, matmul(B, matmul(Z, V))),
        (x, x, multiply(_read("log(x)/x"), matmul(Z, V))),
    ):
        check(_used(e, part, q, side))
