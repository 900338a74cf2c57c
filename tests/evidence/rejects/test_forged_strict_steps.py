"""Single steps to strictness and to Lipschitz constants, false by one condition, premises true."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from proofs import ALL, e, follows, s

from lossmith.atoms.table import ATOMS
from lossmith.evidence.certificate import Claim
from lossmith.expr.build import apply, const, multiply, power
from lossmith.expr.node import Expr
from lossmith.text.parse import parse

F1 = Fraction(1)


def _says(kind: str, of: str | Expr, wrt: str, other: str | Expr | Fraction | None = None) -> Claim:
    value = e(other) if isinstance(other, str) else other
    value = const(value) if isinstance(value, Fraction) else value
    block = tuple(map(s, wrt.split()))
    return Claim(kind, e(of) if isinstance(of, str) else of, block, None, value)


def _strict(rule: str, text: str | Expr, wrt: str, *parameters: Any, kind: str = "convex") -> Any:
    """Return a step to strictness from the plain kind."""
    return rule, _says(f"strictly_{kind}", text, wrt), [_says(kind, text, wrt)], parameters


def _steep(
    text: str, k: str | Expr | Fraction, wrt: str, *known: tuple[str, str | Fraction]
) -> Any:
    """Return a step to the constant k of a norm, from those of the parts."""
    given = [_says("lipschitz", part, wrt, own) for part, own in known]
    return "lipschitz-norm", _says("lipschitz", text, wrt, k), given, ()


LETTER = multiply(power(s("q"), Fraction(1, 4)), apply(ATOMS["power"], s("p"), s("half")))
MIXED = "c: vector(n) >= -1; X: matrix(n, d); w: vector(d)"
BENT = parse("sum(c.*softplus(X*w))", declare=MIXED).expr
GRAM = parse("specnorm(X'*diag(c)*X)/4 + 0*sum(w)", declare=MIXED).expr
FALSE: dict[str, Any] = {
    "weights of both signs in a Gram matrix": (
        "constants-loss", _says("smooth", BENT, "w", GRAM), [], ()
    ),
    "a factor whose entries add to 0": _strict("strict-composition", "exp(x*sum(labels))", "x"),
    "a square with a flat half": _strict("strict-analytic", "(abs(x) + x)^2", "x", (ALL, F1)),
    "a square with a flat half beside": _strict(
        "strict-analytic", "(abs(x) + x)^2 + exp(y)", "x y", F1, F1
    ),
    "a sum of cubes, as a norm": (
        "strict-norm", _says("strictly_convex", "sum(w.^3)", "w"), [], (Fraction(3),)
    ),
    "two functions of one sum": _strict("strict-monomial", "1/((p + q)*(p + q + 1))", "p q"),
    "an exponent that may be 0": _strict("strict-monomial", LETTER, "p q", kind="concave"),
    **{
        f"{text}, as exponentials": (
            "strict-exponentials", _says("strictly_convex", text, wrt), [], ()
        )
        for text, wrt in (
            ("exp(x)*sin(x)", "x"), ("exp(x)*abs(x)", "x"), ("x*exp(x)", "x"),
            ("exp(x)*y", "x"), ("free*exp(x)", "x"),
            ("(3 + sin(x))^2", "x"), ("log(3 + sin(x))", "x"), ("log(3 + x^2)", "x"),
            ("tanh(2 + exp(x))", "x"), ("sin(2 + exp(x))", "x"), ("log(1 + exp(w))", "w"),
        )
    },
    **{
        f"{kind} {k} of {text}": ("constants-loss", _says(kind, text, wrt, k), [], ())
        for kind, text, wrt, k in (
            ("smooth", "sum(softplus(v)) + sum(softplus(3*v))", "v", Fraction(1, 2)),
            ("smooth", "sum(softplus(v)) + sum(softplus(3*v))", "v", Fraction(9, 2)),
            ("smooth", "p*softplus(x) + q*softplus(-x)", "x", "p/2"),
            ("smooth", "p*softplus(x) + q*softplus(-x)", "x", "q/2"),
            ("smooth", "half*softplus(x) + half*softplus(-x)", "x", "half/4"),
            ("smooth", "10*x^2 + softplus(x)", "x", Fraction(53, 4)),
            ("smooth", "sum(v.*softplus(X*w))", "w", "specnorm(X'*diag(v)*X)/4"),
            ("smooth", "p*sum(h.*v.^2)", "v", "2*p*norminf(p*h)"),
            ("strong", "p*sum(h.*v.^2)", "v", "2*p*minentry(p*h)"),
            ("strong", "sum(sin(X*w)) + sum(cos(X*w))", "w", "-2*lambda_min(X'*X)"),
            ("strong", "sum(sin(X*w)) + sum(softplus(X*w))", "w", "-lambda_min(X'*X)"),
        )
    },
    **{
        f"rows with weights in a form, paired as {pair}": (
            "constants-form", _says("smooth", "h'*diag(X*A*X')", "X", "2*specnorm(A)"), [], (pair,)
        )
        for pair in product(*([Fraction(k) for k in range(4)] for _ in range(2)), [Fraction(0), F1])
    },
    "a variable with half of its slope": (
        "lipschitz-variable", _says("lipschitz", "x", "x", Fraction(1, 2)), [], ()
    ),
    "a square that is taken away": _steep(
        "sqrt(4 + 3*x^2 - y^2)", power(const(2), Fraction(1, 2)), "x y", ("x", F1), ("y", F1)
    ),
    "a root of a norm": _steep(
        "sqrt(1 + norm2(X*w)^2)", "sqrt(specnorm(X))", "w", ("X*w", "specnorm(X)")
    ),
    "squares with weights": _steep("sqrt(1 + sum(g.*v.^2))", F1, "v", ("v", F1)),
    "squares with weights of names that come later": _steep(
        "sqrt(1 + sum(v.^2.*h))", F1, "v", ("v", F1)
    ),
}  # fmt: skip
TRUE: dict[str, Any] = {
    "a square": _strict("strict-analytic", "x^2", "x", (ALL, F1)),
    "exponentials": (
        "strict-exponentials",
        _says("strictly_convex", "log(1 + exp(x))", "x"),
        [],
        (),
    ),
    "a sum of losses": (
        "constants-loss",
        _says("smooth", "10*x^2 + softplus(x)", "x", Fraction(81, 4)),
        [],
        (),
    ),
    "a norm": _steep("sqrt(1 + norm2(X*w)^2)", "specnorm(X)", "w", ("X*w", "specnorm(X)")),
    "a sum of fourth powers": (
        "strict-norm",
        _says("strictly_convex", "sum(w.^4)", "w"),
        [],
        (Fraction(4),),
    ),
}


@pytest.mark.parametrize("title", FALSE)
def test_a_false_step_is_refused(title: str) -> None:
    assert not follows(*FALSE[title])


@pytest.mark.parametrize("title", TRUE)
def test_its_true_neighbor_is_accepted(title: str) -> None:
    assert follows(*TRUE[title])
