"""Single steps by families of functions: each true one beside those that are false by a little."""

from __future__ import annotations

from fractions import Fraction

import pytest
from proofs import e, follows, s

from lossmith.atoms.table import ATOMS
from lossmith.evidence.certificate import Claim
from lossmith.expr.build import apply, const, contract, power, size_of
from lossmith.expr.node import Expr


def _says(kind: str, expr: str | Expr, wrt: str) -> Claim:
    return Claim(kind, e(expr) if isinstance(expr, str) else expr, tuple(map(s, wrt.split())))


def _root(text: str) -> Expr:
    """Return the d-th root of what the text says."""
    return apply(ATOMS["power"], e(text), power(size_of("d"), -1))


def _weighted(text: str) -> Expr:
    """Return tr(A inv(P)) times a number, as one product."""
    return contract([(e("inv(P)"), (0, 1), 1), (s("A"), (1, 0), 1), (e(text), (), 1)], ())


P = _says("affine", "P", "P")
THREE = _says("affine", "three", "three")
SQUARES = _says("convex", "three.^2", "three")
ONE = Fraction(1)
GIVEN = (s("P"), ONE, s("A"), const(1))
FREE = (s("P"), ONE, s("A"), s("free"))
MOVING = (s("P"), ONE, s("A"), e("lambda_max(P)"))


def raised(p: Fraction | int) -> tuple[object, ...]:
    return s("P"), Fraction(p), s("A"), const(1)


Step = tuple[str, Claim, list[Claim], tuple[object, ...], bool]
STEPS: list[Step] = [
    (
        "geometric-mean", _says("concave", "prod(three)^(1/3)", "three"), [THREE],
        (s("three"), ONE), True,
    ),
    *(
        (
            "geometric-mean", _says("concave", text, "three"), [THREE, SQUARES],
            (e(u), Fraction(r)), False,
        )
        for text, u, r in (
            ("prod(three)^(1/2)", "three", "3/2"), ("prod(three)^(-1/3)", "three", "-1"),
            ("prod(three)", "three", "3"), ("norm2(three)^(1/3)", "three", "1"),
            ("prod(three.^2)^(1/3)", "three.^2", "1"), ("three.^2", "three", "1"),
            ("prod(three)^(1/3)", "three", "2"), ("sum(three)^2", "sum(three)", "1"),
        )
    ),
    ("geometric-mean", _says("concave", _root("det(P)"), "P"), [P], (s("P"), ONE), True),
    ("geometric-mean", _says("concave", _root("lambda_max(P)"), "P"), [P], (s("P"), ONE), False),
    ("geometric-mean", _says("concave", _root("det(inv(P))"), "P"), [P], (e("inv(P)"), ONE), False),
    ("trace-inverse", _says("convex", "tr(A*inv(P))", "P"), [P], GIVEN, True),
    ("trace-inverse", _says("concave", "tr(A*inv(P))", "P"), [P], GIVEN, False),
    ("trace-inverse", _says("concave", "1/tr(A*inv(P))", "P"), [P], raised(-1), True),
    *(
        (
            "trace-inverse", _says("concave", f"tr(A*inv(P))^({p})", "P"), [P], raised(Fraction(p)),
            False,
        )
        for p in ("-2", "-3/2", "1/2", "2")
    ),
    ("trace-inverse", _says("convex", _weighted("free"), "P"), [P], FREE, False),
    ("trace-inverse", _says("log_convex", _weighted("lambda_max(P)"), "P"), [P], MOVING, False),
    ("log-beta", _says("convex", "p*q", "p q"), [], (ONE, e("p + q"), s("p"), s("q")), False),
    (
        "log-beta",
        _says("convex", "tr(lgamma(S)) - lgamma(sum(sum(S)))", "S"),
        [_says("affine", "S", "S"), _says("affine", "sum(sum(S))", "S")],
        (ONE, e("sum(sum(S))"), s("S")),
        False,
    ),
    ("sos-convex", _says("convex", "v.^3", "v"), [], (), False),
    ("sos-convex", _says("convex", "x^3", "x"), [], ((), ()), False),
    ("sos-convex", _says("convex", "x^3", "x"), [], ((), ((-1, 0),)), False),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "claim", "premises", "parameters", "good"), STEPS)
def test_a_family_is_no_larger_than_it_is(
    rule: str, claim: Claim, premises: list[Claim], parameters: tuple[object, ...], good: bool
) -> None:
    assert follows(rule, claim, premises, parameters) is good
