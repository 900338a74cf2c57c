"""No rule gives a formula a curvature that it does not have, whatever true premises it is given.

A table says what each formula is, by hand. Each rule is asked for all that the formulas are not,
with everything that they are as premises: a rule that leaves out one of its conditions says yes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from itertools import permutations, product
from typing import Any

import pytest
from proofs import e, s

from lossmith.atoms.table import ATOMS
from lossmith.evidence.certificate import Claim
from lossmith.evidence.check import CHECKS
from lossmith.expr.build import apply, power
from lossmith.expr.node import Add, Apply, Contract, Expr, Factor
from lossmith.expr.walk import depends_on
from lossmith.rules.inference import CONCLUDES
from lossmith.text.writing.printing import to_text

KINDS = ("affine", "convex", "concave", "strictly_convex", "strictly_concave", "log_convex")
IMPLIED = {
    "affine": ("convex", "concave"),
    "strictly_convex": ("convex",),
    "strictly_concave": ("concave",),
    "log_convex": ("convex",),
}

# formula, variables, all that it is (what that implies is added)
TABLE = [
    ("x", "x", "affine"),
    ("x", "x y", "affine"),
    ("y", "x y", "affine"),
    ("x + y", "x y", "affine"),
    ("2*x - 1", "x", "affine"),
    ("free*x", "x", "affine"),
    ("lam*x", "x", "affine"),
    ("x^2", "x", "strictly_convex"),
    ("x^2", "x y", "convex"),
    ("x^3", "x", ""),
    ("x^4", "x", "strictly_convex"),
    ("x*y", "x y", ""),
    ("-x^2", "x", "strictly_concave"),
    ("exp(x)", "x", "strictly_convex log_convex"),
    ("exp(x)", "x y", "log_convex"),
    ("exp(y)", "x y", "log_convex"),
    ("exp(y)", "y", "strictly_convex log_convex"),
    ("exp(x + y)", "x y", "log_convex"),
    ("exp(x + y)", "x", "strictly_convex log_convex"),
    ("exp(x + y)", "y", "strictly_convex log_convex"),
    ("exp(free*x)", "x", "log_convex"),
    ("exp(2*x - 1)", "x", "strictly_convex log_convex"),
    ("exp(x) + exp(y)", "x y", "strictly_convex log_convex"),
    ("exp(x) + y", "x y", "convex"),
    ("exp(x + y) + x", "x y", "convex"),
    ("exp(x) - exp(y)", "x y", ""),
    ("exp(x) - x^2", "x", ""),
    ("exp(-x^2)", "x", ""),
    ("-exp(x)", "x", "strictly_concave"),
    ("exp(exp(x))", "x", "strictly_convex log_convex"),
    ("exp(-exp(x))", "x", ""),
    ("log(p)", "p", "strictly_concave"),
    ("log(p)", "p q", "concave"),
    ("log(p) + log(q)", "p q", "strictly_concave"),
    ("-log(p)", "p", "strictly_convex"),
    ("log(1 + exp(x))", "x", "strictly_convex"),
    ("log(log(r))", "r", "strictly_concave"),
    ("exp(log(p) + q)", "p q", ""),
    ("exp(sqrt(p))", "p", ""),
    ("sqrt(p)", "p", "strictly_concave"),
    ("sqrt(p)", "p q", "concave"),
    ("sqrt(log(r))", "r", "strictly_concave"),
    ("sqrt(exp(x))", "x", "strictly_convex log_convex"),
    ("sqrt(x^2)", "x", "convex"),
    ("abs(x)", "x", "convex"),
    ("abs(x) + x^2", "x", "strictly_convex"),
    ("relu(x)", "x", "convex"),
    ("relu(exp(x) - 1)", "x", "convex"),
    ("relu(exp(x))", "x", "strictly_convex log_convex"),
    ("exp(x) - 1", "x", "strictly_convex"),
    ("exp(abs(x))", "x", "strictly_convex log_convex"),
    ("exp(relu(x))", "x", "log_convex"),
    ("abs(x)^3", "x", "strictly_convex"),
    ("1/p", "p", "strictly_convex log_convex"),
    ("1/p", "p q", "log_convex"),
    ("1/(p*q)", "p q", "strictly_convex log_convex"),
    ("p*q", "p q", ""),
    ("p^2/q", "p q", "convex"),
    ("p^3/q", "p q", "strictly_convex"),
    ("p^2/q", "p", "strictly_convex"),
    ("p/q", "p q", ""),
    ("p/q^2", "p q", ""),
    ("sqrt(p*q)", "p q", "concave"),
    ("p^(1/3)*q^(1/3)", "p q", "strictly_concave"),
    ("p^(2/3)*q^(2/3)", "p q", ""),
    ("p^2*q^2", "p q", ""),
    ("lam/p", "p", "convex"),
    ("lam*sqrt(p)", "p", "concave"),
    ("free/p", "p", ""),
    ("lam*exp(x)", "x", "convex"),
    ("free*exp(x)", "x", ""),
    ("free*x^2", "x", ""),
    ("x^2/q", "x q", "convex"),
    ("x^4/q", "x q", "convex"),
    ("x^4/q^2", "x q", "convex"),
    ("x^2*q", "x q", ""),
    ("1/x", "x", ""),
    ("1/x^2", "x", ""),
    ("sqrt(x)", "x", "strictly_concave"),
    ("x^(1/3)", "x", ""),
    ("x^(4/3)", "x", "strictly_convex"),
    ("sin(x)", "x", ""),
    ("tanh(x)", "x", ""),
    ("-p*log(p)", "p", "strictly_concave"),
    ("p*log(p)", "p", "strictly_convex"),
    ("rel_entr(p, q)", "p q", "convex"),
    ("rel_entr(p, q)", "p", "strictly_convex"),
    ("rel_entr(p, q)", "q", "strictly_convex"),
    ("huber(x, p)", "x p", ""),
    ("max(x, y)", "x y", "convex"),
    ("min(x, y)", "x y", "concave"),
    ("max(x, x^2)", "x", "convex"),
    ("min(x^2, 1)", "x", ""),
    ("norm2(w)", "w", "convex"),
    ("exp(norm2(w))", "w", "strictly_convex log_convex"),
    ("norm2(w)^2", "w", "strictly_convex"),
    ("norm2(w)^3", "w", "strictly_convex"),
    ("sqrt(norm2(w))", "w", ""),
    ("log(norm2(w))", "w", ""),
    ("sum(w)", "w", "affine"),
    ("sum(w)^2", "w", "convex"),
    ("exp(sum(w))", "w", "log_convex"),
    ("sum(exp(w))", "w", "strictly_convex log_convex"),
    ("sum(abs(w))", "w", "convex"),
    ("sum(abs(w))^2", "w", "convex"),
    ("sum(abs(w).^3)", "w", "strictly_convex"),
    ("sum(w.^3)", "w", ""),
    ("sum(w.^4)", "w", "strictly_convex"),
    ("sum(sqrt(abs(w)))", "w", ""),
    ("sqrt(1 + w'*w)", "w", "strictly_convex"),
    ("sqrt(lam + w'*w)", "w", "convex"),
    ("sqrt(1 + x^2)", "x", "strictly_convex"),
    ("sqrt(1 + x^2)", "x y", "convex"),
    ("sqrt(1 + x^2 + y^2)", "x y", "strictly_convex"),
    ("sqrt(x^2 + y^2)", "x y", "convex"),
    ("x^2 + y^2", "x y", "strictly_convex"),
    ("(x^2 + y^2)^2", "x y", "strictly_convex"),
    ("x^2 - y^2", "x y", ""),
    ("(1 + x^2)^2", "x", "strictly_convex"),
    ("(x^2 - 1)^2", "x", ""),
    ("(1 + x^2)^(1/3)", "x", ""),
    ("sqrt(1 + sum((X*w).^2))", "w", "convex"),
    ("norm2(X*w)", "w", "convex"),
    ("exp(norm2(X*w))", "w", "log_convex"),
    ("sum(exp(X*w))", "w", "log_convex"),
    ("lam*norm2(w)^2", "w", "convex"),
    ("free*norm2(w)^2", "w", ""),
    ("sum(g)", "g", "affine"),
    ("sum(log(g))", "g", "strictly_concave"),
    ("sum(1./g)", "g", "strictly_convex log_convex"),
    ("prod(g)", "g", ""),
    ("logsumexp(w)", "w", "convex"),
    ("max(w)", "w", "convex"),
    ("w'*A*w", "w", "convex"),
    ("w'*P*w", "w", "strictly_convex"),
    ("w'*S*w", "w", ""),
    ("tr(A)", "A", "affine"),
    ("logdet(P)", "P", "strictly_concave"),
    ("logdet(S)", "S", ""),
    ("logdet(inv(P))", "P", "strictly_convex"),
    ("tr(inv(P))", "P", "strictly_convex log_convex"),
    ("det(P)", "P", ""),
    ("lambda_max(S)", "S", "convex"),
    ("lambda_min(S)", "S", "concave"),
    ("log(exp(x) + exp(y))", "x y", "convex"),
    ("log(exp(x) - 1)", "x", "strictly_concave"),
    ("log(1/p)", "p", "strictly_convex"),
    ("log(p*q)", "p q", "strictly_concave"),
    ("log(p/q)", "p q", ""),
    ("log(p + q)", "p q", "concave"),
    ("log(p^2 + q^2)", "p q", ""),
    ("log(x^2)", "x", ""),
    ("log(exp(x)/q)", "x q", "convex"),
    ("q", "p q", "affine"),
    ("p", "p q", "affine"),
    ("p", "p q x", "affine"),
    ("q", "p q x", "affine"),
    ("x", "p q x", "affine"),
    ("sqrt(p*q - x^2)", "p q x", "concave"),
    ("sqrt(p*q + x^2)", "p q x", ""),
    ("(p*q - x^2)^(2/3)", "p q x", ""),
    ("log(p*q - x^2)", "p q x", "strictly_concave"),
    ("log(p*q + x^2)", "p q x", ""),
    ("1/(p*q - x^2)", "p q x", ""),
    ("(p*q - x^2)^(-1/2)", "p q x", "strictly_convex log_convex"),
    ("(p*q - x^4)^(1/2)", "p q x", ""),
    ("sqrt(2*p*q - x)", "p q x", ""),
    ("S", "S", "affine"),
    ("A", "A", "affine"),
    ("P", "P", "affine"),
    ("w", "w", "affine"),
    ("g", "g", "affine"),
    ("X*w", "w", "affine"),
    ("tr(S*S)", "S", "strictly_convex"),
    ("tr(S*S*S)", "S", ""),
    ("tr(A*A*A)", "A", "strictly_convex"),
    ("tr(S*A*S*A)", "S", "convex"),
    ("tr(S*A)", "S", "affine"),
    ("tr(inv(P)*inv(P))", "P", "strictly_convex log_convex"),
    ("tr(inv(S)*inv(S))", "S", ""),
    ("sum(exp(w) - w)", "w", "strictly_convex"),
    ("sum(tanh(w))", "w", ""),
    ("sum(log(1 + exp(X*w)))", "w", "convex"),
    ("exp(exp(x) - 1)", "x", "strictly_convex log_convex"),
    ("relu(-exp(x))", "x", "affine"),
    ("relu(1 - exp(x))", "x", ""),
    ("exp(x)^2", "x", "strictly_convex log_convex"),
    ("relu(x)^2", "x", "convex"),
    ("relu(-x^2 + 1)^2", "x", ""),
    # Flat on a part, though what is strict stands outside.
    ("relu(x) + 1", "x", "convex"),
    ("exp(relu(x) + 1)", "x", "log_convex"),
    ("exp(relu(x) + relu(x - 1))", "x", "log_convex"),
    ("exp(x + abs(x))", "x", "log_convex"),
    ("exp(x + relu(-x))", "x", "log_convex"),
    ("exp(lam*x)", "x", "log_convex"),
    ("exp(half*x)", "x", "log_convex"),
    ("exp(p*lam*x)", "x", "log_convex"),
    ("exp(p*exp(relu(-log(p))))", "p", "log_convex"),
    ("1/exp(-relu(x))", "x", "log_convex"),
    ("p^(1 + r)", "r", "log_convex"),
    ("exp(norm2(w))", "w x", "log_convex"),
    ("huber(norm2(w))", "w", "convex"),
    ("huber(x)", "x", "convex"),
    ("elu(norm2(w))", "w", "convex"),
    ("leaky_relu(norm2(w), 1/2)", "w", "convex"),
    ("exp(-log(p))", "p", "strictly_convex log_convex"),
    ("1/exp(-log(p))", "p", "affine"),
    # Entry by entry: strict in no tensor.
    ("exp(w)", "w", "log_convex"),
    ("w.^2", "w", "convex"),
    ("sqrt(g)", "g", "concave"),
    ("abs(w)", "w", "convex"),
    # Numbers between -1 and 0 in front.
    ("exp(x) - exp(y)/2", "x y", ""),
    ("exp(y) - exp(x)/2", "x y", ""),
    ("x^2 - y^2/2", "x y", ""),
    ("y^2 - x^2/2", "x y", ""),
    ("exp(x) - x^2/3", "x", ""),
    ("(x^2 + y^2 - 1)^2", "x y", ""),
    ("(2*x^2 - 1)^2", "x", ""),
    ("(x^2 + y^2 - 1)^3", "x y", ""),
    ("(x^2 - lam)^2", "x", ""),
    ("(lam - x^2)^2", "x", ""),
    ("(y^4 + x^4 - p)^2", "x y", ""),
    ("x^2*exp(x)", "x", ""),
    ("sum(w.^2.*exp(w))", "w", ""),
    ("sum(diag(S).^2)", "S", "convex"),
    ("sum(exp(diag(S)))", "S", "log_convex"),
]  # fmt: skip


EVERYWHERE = ("x", "exp(x)", "relu(x)", "tanh(x)", "x^3", "x^2", "abs(x)", "sin(x)", "-exp(x)")


def _kinds(told: str) -> set[str]:
    found = set(told.split())
    frontier = list(found)
    while frontier:
        frontier += [k for k in IMPLIED.get(frontier.pop(), ()) if k not in found]
        found |= set(frontier)
    return found


X = s("x")
X_TO_X = ATOMS["exp"].signature
ZERO, ONE = Fraction(0), Fraction(1)
CLAIMS = [(e(text), tuple(s(n) for n in wrt.split()), _kinds(told)) for text, wrt, told in TABLE]
TRUE = (
    *(Claim(kind, expr, wrt) for expr, wrt, kinds in CLAIMS for kind in sorted(kinds)),
    *(Claim("total", expr) for text in EVERYWHERE for expr in [e(text)]),
    *(Claim("nondecreasing", e(text), (X,)) for text in ("exp(x)", "relu(x)", "tanh(x)", "x^3")),
)
FALSE = [
    Claim(kind, expr, wrt)
    for expr, wrt, kinds in CLAIMS
    for kind in KINDS
    if kind not in kinds
]  # fmt: skip


def _singles(expr: Expr) -> list[tuple[Fraction, ...]]:
    return [(Fraction(k),) for k in range(len(expr.terms))] if isinstance(expr, Add) else []


def _moving(claim: Claim) -> list[Factor]:
    """Return the factors of a product that hold the variables, powers with their exponents."""
    parts = claim.expr.factors if isinstance(claim.expr, Contract) else ()
    return [
        (f if p == 1 else power(f, p), labels, ONE)
        for f, labels, p in parts
        if depends_on(f, claim.wrt)
    ]


def _options(rule: str, claim: Claim) -> Iterator[tuple[Any, ...]]:
    """Yield the parameters with which the rule is asked."""
    expr, wrt = claim.expr, claim.wrt
    if rule == "sum":
        yield from permutations(_singles(expr))
        yield (tuple(k for (k,) in _singles(expr)),)
    elif rule == "strict-blocks":
        single = _singles(expr)
        places = [k for (k,) in single]
        for k in places:
            yield (tuple(single), (k, *wrt))
            yield (tuple(single), *((k, w) for w in wrt))
            yield (tuple(single), (k, *wrt[:1]))
            yield (tuple(single), *((k, w) for w in (*wrt[:1], *wrt[:1])))
        yield (tuple(single), (Fraction(99), *wrt))
        for order in permutations(places, min(len(places), len(wrt))):
            yield (tuple(single), *((k, w) for k, w in zip(order, wrt, strict=False)))
            yield (tuple(single), *((k, w) for k, w in zip(order, wrt[::-1], strict=False)))
    elif rule in ("linear", "strict-entries"):
        yield ()
        yield (expr, ())
        for inner, labels, _ in _moving(claim):
            yield (inner, tuple(Fraction(k) for k in labels))
    elif rule in ("separable", "entrywise"):
        for inner, _, _ in [(expr, (), ONE), *_moving(claim)]:
            if isinstance(inner, Apply) and inner.atom.signature == X_TO_X:
                core = apply(inner.atom, X)
                yield (core, X, *inner.args) if rule == "entrywise" else (core, (X,), inner.args)
        yield (expr, e("x + 1"), expr)
    elif rule == "perspective":
        yield (expr, e("x + 1"), s("p"), s("q"))
        yield (e("exp(x)"), X, s("p"), s("q"))
    elif rule == "strict-norm":
        yield from ((Fraction(p),) for p in (1, 2, 3, 4))
    elif rule == "trace-power" and isinstance(expr, Contract):
        yield from (
            (expr.factors[0][0], *turns)
            for k in (2, 3, 4)
            for turns in product((ZERO, ONE), repeat=k)
        )
    elif rule == "rotated-cone" and len(wrt) == 3:
        for squares in ((), ((ZERO, ZERO),), ((ZERO, ONE),)):
            yield (s("p"), s("q"), *squares)
    elif rule in ("form", "power-mean"):
        yield ()
        for ends in permutations((ZERO, ONE, Fraction(2))):
            yield (ends,) if rule == "power-mean" else ends
    else:
        yield ()


def _says(rule: str, claim: Claim) -> bool:
    """Return whether the rule accepts the claim with some parameters; an error is a refusal."""
    if claim.kind not in CONCLUDES[rule]:
        return False
    for parameters in _options(rule, claim):
        with suppress(Exception):
            if CHECKS[rule](claim, TRUE, parameters):
                return True
    return False


RULES = (
    "quadratic", "monomial", "power-mean", "root-of-quadratic", "log-convex", "log-of-log-convex",
    "rotated-cone", "trace-power", "strict-composition", "strict-blocks", "strict-monomial",
    "strict-norm", "separable", "variable", "constant", "affine", "sum", "linear", "composition",
    "strict-entries", "entrywise", "perspective", "form",
)  # fmt: skip


@pytest.mark.parametrize("rule", RULES)
def test_no_rule_says_of_a_formula_what_it_is_not(rule: str) -> None:
    wrong = [claim for claim in FALSE if _says(rule, claim)]
    assert not wrong, [(c.kind, to_text(c.expr), [w.name for w in c.wrt]) for c in wrong]
    asked = rule not in ("constant", "perspective", "form")  # their true claims stand elsewhere
    assert any(_says(rule, claim) for claim in TRUE) is asked
