"""Steps to a normal form, each on formulas that reach its branches: the values stay what they are.

Four points a formula, one with zeros and one of size 1: quick enough to be run for each change of
the checker. ``test_normal_steps`` draws many points of many formulas.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from step_pool import POOL

from lossmith.atoms.table import ATOMS
from lossmith.errors import LossmithError
from lossmith.evidence.lines.difference import values_at
from lossmith.evidence.normal.normal_inverses import cancelled
from lossmith.evidence.normal.normal_steps import STEPS
from lossmith.expr.build import apply, contract
from lossmith.expr.node import Expr
from lossmith.expr.walk import symbols
from lossmith.judge.cancelling import cancellation
from lossmith.text.parse import parse

if TYPE_CHECKING:
    from flint import arb

Q = Fraction
DECLARED = {
    "x": "scalar", "y": "scalar", "z": "scalar", "p": "scalar > 0", "q": "scalar > 0",
    "lam": "scalar >= 0", "k": "scalar in {-1, 1}", "l": "scalar in {0, 1}",
    "m": "scalar in {2, 5}", "v": "vector(d)", "w": "vector(d)", "g": "vector(d) > 0",
    "lab": "vector(d) in {-1, 1}", "two": "vector(d) in {2, 5}", "bit": "vector(d) in {0, 1}",
    "s": "vector(d) simplex", "h": "vector(d) onehot", "A": "matrix(d, d)", "B": "matrix(d, d)",
    "H": "matrix(d, d) onehot", "G": "matrix(d, d) > 0",
    "a": "scalar in {1, 2}", "b": "scalar in {-1, 0}", "c": "scalar in {0, 2}", "C": "matrix(d, 3)",
    "L": "matrix(d, d) in {-1, 1}", "u": "vector(3)",
}  # fmt: skip
POINTS = (
    {
        "x": Q(3, 2), "y": Q(5, 7), "z": Q(-4, 3), "p": Q(2, 5), "q": Q(11, 3), "lam": Q(7, 3),
        "k": Q(1), "l": Q(1), "m": Q(2), "v": [Q(2, 3), Q(-5, 4)], "w": [Q(7, 5), Q(1, 3)],
        "g": [Q(3, 4), Q(9, 2)], "lab": [Q(1), Q(-1)], "two": [Q(2), Q(5)], "bit": [Q(0), Q(1)],
        "s": [Q(1, 4), Q(3, 4)], "h": [Q(0), Q(1)], "A": [[Q(2), Q(1, 3)], [Q(-1, 2), Q(5, 3)]],
        "B": [[Q(1, 5), Q(-3)], [Q(4, 7), Q(2)]], "H": [[Q(1), Q(0)], [Q(1), Q(0)]],
        "G": [[Q(1, 2), Q(3)], [Q(2, 7), Q(5)]],
        "a": Q(2), "b": Q(-1), "c": Q(2), "C": [[Q(1), Q(2), Q(-1)], [Q(1, 2), Q(3), Q(2)]],
        "L": [[Q(1), Q(-1)], [Q(1), Q(1)]], "u": [Q(2), Q(1, 3), Q(5, 2)],
    },
    {
        "x": Q(-7, 3), "y": Q(-2, 9), "z": Q(-8, 5), "p": Q(13, 4), "q": Q(1, 6), "lam": Q(0),
        "k": Q(-1), "l": Q(0), "m": Q(5), "v": [Q(-1, 6), Q(4, 7)], "w": [Q(-3, 2), Q(-8, 9)],
        "g": [Q(5, 3), Q(2, 11)], "lab": [Q(-1), Q(-1)], "two": [Q(5), Q(5)], "bit": [Q(1), Q(1)],
        "s": [Q(2, 3), Q(1, 3)], "h": [Q(1), Q(0)], "A": [[Q(-3, 4), Q(2)], [Q(1, 9), Q(7, 2)]],
        "B": [[Q(5, 2), Q(1, 8)], [Q(-6, 5), Q(3, 7)]], "H": [[Q(0), Q(1)], [Q(1), Q(0)]],
        "G": [[Q(4), Q(1, 9)], [Q(6, 5), Q(2)]],
        "a": Q(1), "b": Q(0), "c": Q(0), "C": [[Q(0), Q(4), Q(1)], [Q(-2), Q(1, 3), Q(5)]],
        "L": [[Q(-1), Q(-1)], [Q(1), Q(-1)]], "u": [Q(-1, 4), Q(3), Q(2, 7)],
    },
)  # fmt: skip
AT_ZERO = {**POINTS[0], "x": Q(0), "y": Q(0), "v": [Q(0), Q(1)], "w": [Q(2), Q(0)]}

FORMULAS = {
    "products": (
        "x*(y + z)", "(x + y)^2*z", "(x + y)^3", "(x + 2*y)*(x - z)", "A*(v + w)",
        "sum((v + w).*v)", "x*(y + 2*z)^2/(x + y)", "(v + w).^2", "sum((v + 2*w).^3)", "(x + y)^6",
    ),
    "squares": ("sum((A*v).^2)", "sum((A*v).^3)", "(A*v)'*(A*v)", "sum((A*v).^2.*w)"),
    "powers": (
        "sqrt(x^2*p)", "(x^2*p)^(3/2)", "sign(x)*abs(x)", "sign(x)*x", "sign(x)^3*abs(x)^2",
        "sign(x)*x^2", "sqrt(p*q)*sqrt(p)", "(x^(2/3)*p)^(1/2)", "sqrt(p)*sqrt(p)", "x/x",
        "(p/x^2)^(1/2)", "sqrt(v.^2.*g)", "sum(sign(v).*v)", "sum(v./v)", "sqrt(lam*p)",
        "x*x^(1/3)",
        "sqrt(x^2*y)", "sqrt(x*y)*sqrt(x)", "(x*p)^(1/2)*x^(1/2)", "sign(x)*abs(x)^2*x",
        "sign(x)^2*x",
        "sqrt(x^4*p)", "sign(x)/x*abs(x)", "sqrt(p/lam)",
        "B'*(A*v).^2",
        "sum(B*(A*v).^2)",
        "1/(x*y + x*z)", "(p*x + p*z)^(1/2)", "1/(2*x + 4*y)", "(p*x^2 + p)^(-1/2)",
        "(x*y + x)^(-2)", "(p + p*q)^(3/2)", "1/(p^2 + p)", "(6*x + 9)^(-1)", "1/(x^3 - x^2*y)",
        "1./(x*v + x*w)", "1./(v.*w + v)", "(x^2 + x^2*p)^(1/2)", "(x*p + x*q)^(1/2)",
        "(2*x/3 + 4*y/5)^(-3)", "(1/x + y/x)^(-1)", "z/(x*y + x*z)",
        "(x*p*y + x*p*z)^(1/2)",
        "(x*p + y*p)^(1/3)",
        "z/(2*x*y + 2*x)^2",
        "1/(sum(v) + sum(v.*w))",
        "1/(1 + sum(v))",
        "1/(sqrt(2)*x*y + x)",
    ),
    "fractions": (
        "x/(1 + x)", "x^2/(1 + x)", "1/(x + x^2)", "x*y/(x + y)", "1/(x*(1 + x))", "x/(2*x + 3)",
        "x/(1 + x)^2", "1/(x*(2 - 3*x))", "v.*w./(w + 1)", "sum(v./(1 + v))", "x^3/(x^2 + y)",
        "1/(x^2*(x + 1))", "x*y^2/(x*y + z)", "x/(x + y + 1)",
    ),
    "declared": (
        "k^2*x", "k^3*x", "l^2*x", "l^5", "x/k", "x/k^2", "sum(s)", "sum(h)", "h.^2", "lab.^2",
        "lab.^3.*v", "bit.^2.*v", "sum(lab.^2)", "H*(v.^0)", "x*sum(s)", "sum(h.^3.*v)", "x*k^(-3)",
        "sum(s)*v",
        "m^2*x",
        "two.^3.*v",
        "k^2*l^2",
        "k^(1/3)*x",
        "k^(5/3)",
        "a^2*x",
        "b^2*x",
        "b^3*x",
        "c^2*x",
        "c^3*x",
        "k^(-3)*l^3",
        "sum(s.*v)",
        "sum(s.^2)",
        "s'*v",
        "H'*(v.^0)",
        "sum(sum(H))",
        "sum(sum(H.*A))",
        "sum(sum(H.*H'))",
        "H'*v",
        "tr(H)",
        "H*v",
        "sum(h)*sum(h.*v)",
    ),
    "inverses": (
        "inv(A)*A*v", "A*inv(A)*v", "inv(2*A)", "inv(A')", "inv(A*B)", "inv(A*B')", "inv(A'*B)",
        "inv(A)'*A'*v", "inv(A*B*A)", "inv(A)*A", "v'*inv(A)*A*w", "inv(-A/3)", "v'*A*inv(A)*w",
        "inv(A'*B')*v",
        "inv(A)'*A*v",
        "inv(A)*A'*v",
        "inv(A)*diag(v)*A*w",
        "sum(sum(inv(A).*A))",
        "sum(sum(inv(A).*A'))",
        "(inv(A)*v).*(A*v)",
        "inv(A).*A",
        "tr(inv(A)*A*B)",
        "tr(inv(A))*tr(A)",
        "inv(A)*(A.^2)*v",
        "(inv(A).^2)*A*v",
        "inv(A + B)",
        "inv(2*A + B)",
        "inv(A.^2)",
        "inv(A.*B)",
        "inv((A.^2)')",
        "inv(A'.*B)",
        "inv(C*C')",
        "inv(A*C*C'*B)",
        "inv(A*diag(v)*B)",
        "inv(A.^2*B)",
        "inv(diag(v)*A)",
        "inv(tr(A)*B*A)",
        "inv(v*w' + A)",
        "inv(A'*B*A')",
        "(inv(A)*v)'*(A'*w)",
        "tr(inv(A)*A)*x",
        "(inv(A)*v).*(A'*w)",
        "(inv(A)'*v).*(A*w)",
        "inv(A)*diag(A)",
        "inv(C*C')*C*C'*v",
        "v'*C*C'*inv(C*C')*w",
        "C'*inv(C*C')*C*C'*inv(C*C')*C",
        "inv(C*diag(u)*C')*C*diag(u)*C'*v",
        "tr(inv(C*C')*C*C'*B)",
        "sum(sum(inv(C*C').*(C*C')))",
        "inv(C*C').*(C*C')",
        "inv(C*diag(u)*C')*C*C'*v",
        "inv(C*C')*C*diag(u)*C'*v",
        "inv(C*C')*(C.^2)*C'*v",
        "inv(C*C')*C*diag(C'*v)*C'*w",
        "(inv(C*C')*C*u).*(C*u)",
        "inv(C*C')*C*C'*C*C'*v",
        "inv(C*C')*diag(v)*C*C'*w",
        "A*diag(inv(A))",
        "diag(inv(A))'*A*v",
        "v'*inv(A)*diag(A)",
        "inv(A.*B.*G)",
        "inv(A*sum(sum(B.*G)))",
    ),
    "cases": (
        "exp(k*x)", "sigmoid(l*x)", "if(k > 0, x, y)", "exp(m*x)", "sum(exp(lab.*v))",
        "sum(abs(lab - v).^3)", "exp(x)^l*y", "exp(two.*v)", "exp(lab*v')", "sum(exp(v*two'))",
        "exp(k*x + m*y)", "sigmoid(two - v).*w", "(x^2 + m)^(1/2)", "1./(two + v.^2)",
        "exp(lab*lab')*v", "sum(exp(two.*v).*two)",
        "exp(L*w)",
        "exp(L.*A)*w",
        "tr(exp(L))",
        "exp(L.*L')",
        "softmax(lab.*v)",
        "exp(logsumexp(lab.*v))",
        "log(k*x)*y",
        "log(q + x*l)",
        "log(p + z*(1 - l))",
        "sqrt(k*y + x)",
        "exp(norm2(two.*v))",
    ),
    "values": (
        "tanh(k*x)", "exp(m*x)", "sigmoid(-2*k*x)", "exp(lab.*v)", "sin(m*x*y)", "tanh(two.*v.*w)",
        "exp(l*x/3)", "log(m*p)", "cos(k*x^2)", "sin(A.*B.*(two*v'))", "sigmoid(3*two.*v)",
        "log(k*x)",
        "sqrt(k*x)",
        "1/(k*x)",
        "log(lab.*v)",
    ),
    "cards": (
        "sigmoid(x)", "softplus(y)", "logcosh(x)", "swish(x)", "tanh(y)", "sinh(x)", "cosh(y)",
        "tan(x)", "expm1(x)", "log1p(p)", "log2(p)", "hinge(x)", "softmax(v)", "logsumexp(v)",
        "norm2(v)", "normF(A)", "clip(x, 0, 1)", "softthreshold(x, p)", "max(x, y)", "min(x, y)",
        "max(v, w)", "relu(x)", "logit(p/4)",
    ),
    "broadcasts": (
        "exp(x + 0*v)", "sin(2*x + y + 0*v)", "exp(x*(v.^0) + y)", "exp(v*(w.^0)')",
        "exp(2*(v.^0)*w')", "tanh(x*v*(w.^0)' + v*(w.^0)'/2)", "exp((v.^0)*w' - x)",
    ),
    "exponentials": (
        "exp(x + 2*y)", "exp(y*log(p))", "exp(log(p))", "p^(y + 2)", "exp(x)^y", "(p^x)^y",
        "(3*p)^x", "(p*q)^x", "(p^2*q)^x", "p^(2*x - y/3)", "exp(-x)", "exp(v + w)", "exp(3*v)",
        "exp(x*y*log(p))", "exp(v.*log(g))", "(p/q)^x", "(p*g).^x", "exp(x/2 - y + z)", "(p^3)^x",
        "(sqrt(2)*p)^x",
    ),
    "logarithms": (
        "log(12) + x", "log(3*p)", "log(6*p/q)", "log(x*y)", "log(x^2*p)", "log(exp(x))",
        "log(p^x)",
        "log(prod(g))", "log(x^(2/3))", "log(p + p*q)", "log(2*p + 4)", "log(x*p)", "log(x^2*y)",
        "log(1/x)", "x*log(5/9)", "log(x)", "log(x + y)", "log(x*y*z)", "log(x^2 + x^2*p)",
        "log(x*p + x*q)", "log(v.*g)", "log(7*g.*w.^2)", "log(x/y^2)", "log(prod(G))", "log(p^2/6)",
        "log(x^(2/3)*p)", "log(x^(1/3)*p)",
        "log(sum(g) + sum(g.*v.^2))",
        "log(sum(v) + sum(v.*w))",
        "log(lam*x^2)",
        "log(lam)",
        "log(sqrt(2)*p)",
        "log(sqrt(2)*p*q)",
    ),
    "absolutes": (
        "abs(-3*x)", "abs(x*y)", "abs(p)", "abs(x - y)", "abs(y - x)", "sign(p)", "sign(x - y)",
        "sign(y - x)", "abs(x*y + x*z)", "abs(x^3)", "abs(2*x + 4*y)", "abs(x/y)", "abs(-v/2)",
        "abs(v.*g)", "abs(lam)", "abs(x^2*y + x)", "sign(v - w)", "sign(w - v)", "abs(x^(2/3)*y)",
        "sign(x^2 + 1)", "abs(p*x - p*y)",
        "abs(sum(v) + sum(v.*w))",
        "sign(x^2)",
        "sign(lam)",
        "sign(abs(x))",
        "sign(v.^2)",
        "abs(v'*w)",
        "abs(sqrt(2)*x*y)",
    ),
    "angles": (
        "sin(x + y)", "cos(x + y)", "sin(2*x)", "cos(3*x)", "sin(-x)", "cos(-x)", "sin(x)^2",
        "sin(x)^3*y", "sin(x - 2*y)", "cos(x + y + z)", "sum(sin(v).^2)", "sin(v + w)", "cos(6*x)",
        "sin(x)^4", "sin(-2*x)", "cos(x - y/2)", "sin(v).^3.*w",
        "cos(x)^2/sin(x)", "sin(x)^2/cos(x)", "cos(x)^3/sin(x)^2", "sum(cos(v).^2./sin(v))",
        "cos(x)^2/sin(y)", "sin(x)^4/cos(x)", "y*sin(x)^3/cos(x)", "cos(x)/sin(x)",
        "cos(v).^2./sin(w)", "cos(x)^2*sin(x)",
    ),
}  # fmt: skip

CANCELLING = (
    "A*inv(A + q*eye(d)) + q*inv(A + q*eye(d))", "inv(A + eye(d))*A + inv(A + eye(d))",
    "v'*A*inv(A + 3*eye(d))*w + 3*v'*inv(A + 3*eye(d))*w",
    "B*inv(2*eye(d) - A)*A*G - 2*B*inv(2*eye(d) - A)*G",
    "tr(inv(A + q*eye(d))*A) + q*tr(inv(A + q*eye(d)))",
    "A*inv(A + q*eye(d)) + p*inv(A + q*eye(d))", "A*inv(A + 3*eye(d)) - 3*inv(A + 3*eye(d))",
    "inv(A + q*B) + A*inv(A + q*B)", "A'*inv(A + q*eye(d)) + q*inv(A + q*eye(d))",
    "A*B*inv(A*B + q*eye(d)) + q*inv(A*B + q*eye(d))",
    "A.*inv(A + q*eye(d)) + q*inv(A + q*eye(d))",
    "q*v'*inv(A + q*eye(d))*w + sum(v)*sum(w.*diag(inv(A + q*eye(d))*A))"
    " + q*sum(v)*sum(w.*diag(inv(A + q*eye(d))))",
)  # fmt: skip


def _flat() -> dict[str, Expr]:
    """Return products in one piece, as a file may hold them."""
    a, b, g, v, w = (_read(name) for name in ("A", "B", "G", "v", "w"))
    inverse = _read("inv(A)")
    return {
        "k is an axis, not a sum": contract(
            [(inverse, (0, 1), 1), (v, (1,), 1), (a, (2, 0), 1), (w, (2,), 1)], (0,)
        ),
        "two loose ends": apply(
            ATOMS["inv"], contract([(a, (0, 1), 1), (b, (2, 3), 1), (g, (2, 3), 1)], (0, 1))
        ),
    }


ALL = tuple(dict.fromkeys([t for texts in FORMULAS.values() for t in texts] + [*POOL]))


@cache
def _read(text: str) -> Expr:
    return parse(text, {n: d for n, d in DECLARED.items() if n in _names(text)}).expr


def _names(text: str) -> set[str]:
    cleaned = "".join(c if c.isalnum() or c == "_" else " " for c in text)
    return set(cleaned.split())


@pytest.mark.parametrize("title", ["k is an axis, not a sum", "two loose ends"])
def test_inverses_in_a_product_in_one_piece_stay(title: str) -> None:
    before = _flat()[title]
    _keeps(before, STEPS["inverses"](before), title)


@pytest.mark.parametrize("name", STEPS)
def test_a_step_keeps_values_at_points(name: str) -> None:
    changed = 0
    for text in ALL:
        before = _read(text)
        after = STEPS[name](before)
        changed += after is not before and text in FORMULAS[name]
        _keeps(before, after, text)
    assert changed >= 4, f"{name} leaves most formulas"


@pytest.mark.parametrize("start", range(0, 8))
def test_all_steps_in_their_order_keep_values(start: int) -> None:
    for text in ALL[start::8]:
        form = before = _read(text)
        for step in STEPS.values():
            try:
                form = step(form)
            except (LossmithError, ZeroDivisionError):
                continue  # a form without a value anywhere
        _keeps(before, form, text)


@pytest.mark.parametrize("text", CANCELLING)
def test_cancelled_inverses_keep_values(text: str) -> None:
    form = before = _read(text)
    for _ in range(3):
        choice = cancellation(form)
        if choice is not None:
            form = cancelled(form, *choice)
            _keeps(before, form, text)
            form = STEPS["products"](form)
    _keeps(before, form, text)


def _keeps(before: Expr, after: Expr, text: str) -> None:
    """Fail unless what has a value keeps it at each point."""
    if after is before:
        return
    new = [s for s in symbols(after) if s not in symbols(before)]
    assert not new, text
    for k, a in enumerate(_values(before)):
        if a is not None and all(x.is_finite() for x in a):
            b = _at(after, k)
            assert b is not None, text
            assert all(x.overlaps(y) for x, y in zip(a, b, strict=True)), text
            assert all(y.is_finite() and y.rad() <= 1e-20 * (1 + abs(y)) for y in b), text


@cache
def _values(e: Expr) -> list[list[arb] | None]:
    return [_at(e, k) for k in range(len(PLACES))]


def _at(e: Expr, k: int) -> list[arb] | None:
    point, size = PLACES[k]
    return values_at(e, {s: point[s.name] for s in symbols(e)}, {"d": size}, 160)


def _first(value: Any, shape: tuple[Any, ...]) -> Any:
    """Return an array cut down to d = 1."""
    if not shape:
        return value
    return [_first(row, shape[1:]) for row in (value[:1] if shape[0] == "d" else value)]


SMALL = {name: _first(value, _read(name).shape) for name, value in POINTS[1].items()}
SMALL |= {"s": [Q(1)], "h": [Q(1)], "H": [[Q(1)]]}
PLACES = ((POINTS[0], 2), (POINTS[1], 2), (AT_ZERO, 2), (SMALL, 1))
