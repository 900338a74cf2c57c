"""Single steps to functions known whole, sums of entries and signs, each false by one condition.

All premises are true and the formula is put together as the rule asks; the row says what is not.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
from proofs import ALL, POSITIVE, e, follows, s

from lossmith.atoms.table import ATOMS
from lossmith.evidence.certificate import Claim
from lossmith.expr.build import (
    add,
    apply,
    broadcast,
    const,
    contract,
    divide,
    identity_like,
    matmul,
    multiply,
    power,
    scale,
    symbol,
    total,
)
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.sets import closed, opened
from lossmith.expr.types import Assumptions
from lossmith.expr.walk import substitute

ONE, ZERO, HALF = const(1), const(0), const(Fraction(1, 2))
ABOVE_4 = add((1, s("h")), (4, const(1, ("n",))))
F = Fraction
Step = tuple[object, ...]
Q = symbol("Q", ("d", "d"))
T, U = symbol("t"), symbol("u")
MID = symbol("mid", (), Assumptions(closed(F(1, 2), 3)))


def _says(kind: str, expr: str | Expr, wrt: str = "", *more: Symbol) -> Claim:
    block = (*map(s, wrt.split()), *more)
    return Claim(kind, e(expr) if isinstance(expr, str) else expr, block)


def card(name: str, *args: Expr) -> Expr:
    """Return a card of arguments."""
    return apply(ATOMS[name], *args)


def affine(wrt: str, *exprs: str | Expr) -> list[Claim]:
    """Return claims that these are affine."""
    return [_says("affine", u, wrt) for u in exprs]


# -- means -----------------------------------------------------------------------------------------


def mean(b: Expr, *pairs: tuple[Expr, Expr], times: int = 1) -> Expr:
    """Return exp(b + times * sum of w log u)."""
    logs = [(times, total(multiply(w, card("log", u)))) for w, u in pairs]
    return card("exp", add((1, b), *logs, shape=()))


def in_pq(b: Expr, *pairs: tuple[Expr, Expr], wrt: str = "p q", times: int = 1) -> Step:
    """Return a step by a weighted mean, with all that is true of its parts."""
    given = affine(wrt, *(u for _, u in pairs if isinstance(u, Symbol)))
    given += [_says("convex", u, wrt) for _, u in pairs if not isinstance(u, Symbol)]
    claim = _says("concave", mean(b, *pairs, times=times), wrt)
    return "weighted-geometric-mean", claim, given, (b, *pairs)


p, q, x, half, free = (s(k) for k in ("p", "q", "x", "half", "free"))
THIRD = affine("three", "three")


def beta(kind: str, c: Fraction, whole: str) -> Step:
    """Return a step about c (lgamma(p) + lgamma(q) - lgamma(whole))."""
    logs = [(c, card("lgamma", p)), (c, card("lgamma", q)), (-c, card("lgamma", e(whole)))]
    given = affine("p q", "p", "q", whole)
    return "log-beta", _says(kind, add(*logs), "p q"), given, (c, e(whole), p, q)


# -- matrices --------------------------------------------------------------------------------------

P, A, S = (s(k) for k in "PAS")
FLAT = e("tr(P)*eye(d)")
OF_P = [*affine("P", "P", FLAT, "P + A"), Claim("psd", FLAT), Claim("psd", e("P + A"))]
SQUARE = e("P*P")


def trace(kind: str, m: Expr, w: Expr, c: Expr, wrt: str = "P", p: int = 1) -> Step:
    """Return a step about (c tr(W inv(M)))^p."""
    made = contract([(card("inv", m), (0, 1), 1), (w, (1, 0), 1), (c, (), 1)], ())
    given = [*OF_P, *affine(wrt, m), Claim("psd", SQUARE), Claim("range", c, (), POSITIVE)]
    given = given[: None if c is not s("lam") else -1]
    return "trace-inverse", _says(kind, power(made, p), wrt), given, (m, F(p), w, c)


def logdet(kind: str, formula: str | Expr, *parts: str | Expr, wrt: str = "P") -> Step:
    """Return a step about the logarithm of a determinant."""
    inside = tuple(e(t) if isinstance(t, str) else t for t in parts)
    return "logdet-product", _says(kind, formula, wrt), OF_P, inside


QQ = contract([(Q, (0, 1), 1), (Q, (1, 2), 1), (Q, (3, 2), 1), (Q, (0, 3), 1)], ())
RING = contract([(Q, (0, 1), 1), (Q, (2, 1), 1), (Q, (2, 3), 1), (Q, (0, 3), 1)], ())
SMALL = e("exp(-tr(P*P))")
BESIDE = symbol("Y", ("d", "n"))
UNIT = identity_like(("d",))

# -- sums of entries -------------------------------------------------------------------------------

WHOLE_Y = symbol("k", (), Assumptions(integer=True))
BIT = symbol("k", (), Assumptions(values=(F(0), F(1))))


def bowl(k: Symbol) -> Expr:
    """Return (k^2 - k) t^2, convex in t for every whole k."""
    return multiply(add(power(k, 2), (-1, k)), power(T, 2))


def summed(k: Symbol) -> Step:
    """Return a step from whole numbers k to all numbers in [0, 1/2]."""
    w = s("w")
    made = multiply(add(power(half, 2), (-1, half)), total(power(w, 2)))
    given = [_says("affine", "w", "w"), _says("convex", bowl(k), "", T)]
    return "separable", _says("convex", made, "w"), given, (bowl(k), (T, k), (w, half))


# -- narrowed variables ----------------------------------------------------------------------------

POSITIVE_ONLY = Assumptions(opened(0, None))
BELOW = symbol("x", (), Assumptions(opened(None, 0)))
MOST = symbol("m", (), Assumptions(closed(None, 0)))
LESS = symbol("m", (), Assumptions(opened(None, 0)))


def narrowed(kind: str, formula: str | Expr, tight: Symbol, wide: Symbol | None = None) -> Step:
    """Return a step from a narrower variable to the declared one."""
    wide = wide or s("x")
    whole = e(formula) if isinstance(formula, str) else formula
    premise = Claim(kind, substitute(whole, {wide: tight}), (tight,))
    return "natural-domain", Claim(kind, whole, (wide,)), [premise], ()


# -- logarithms ------------------------------------------------------------------------------------

STEEP = e("exp(tr(P)^2)*eye(d)")


def of_log(formula: str) -> Step:
    """Return a step to a concave logarithm of a difference of two values."""
    bent = [_says("convex", "x^2", "x"), _says("concave", "-x^2", "x")]
    return (
        "log-of-log-convex",
        _says("concave", formula, "x"),
        [*affine("x", x, "x + 1"), *bent],
        (),
    )


def of_p(formula: str | Expr, wrt: str = "P") -> Step:
    """Return a step to a log-convex function of a matrix."""
    given = [*affine(wrt, wrt), Claim("psd", STEEP)]
    return "log-convex", _says("log_convex", formula, wrt), given, ()


# -- structure -------------------------------------------------------------------------------------

ABOVE = symbol("t", (), POSITIVE_ONLY)
DOWN = scale(-1, card("log", ABOVE))
SQUARED = Claim("identity", e("x*x"), (), None, e("x^2"))


def perspective(template: Expr, t: Symbol, u: Expr) -> Step:
    """Return a step to q phi(u/q) for phi that is called convex where it is."""
    made = multiply(q, substitute(template, {t: divide(u, q)}))
    given = [*affine("x q", x, q), _says("concave", "-x^2", "x q"), Claim("total", template)]
    exp = card("exp", t)
    bent = [_says("convex", exp, "", t)] if template is exp else []
    return "perspective", _says("convex", made, "x q"), [*given, *bent], (template, t, u, q)


EXP_T, EXP_X = card("exp", T), card("exp", x)

FALSE: dict[str, Step] = {
    "a mean with a negative exponent": (
        "geometric-mean", _says("concave", "prod(three)^(-1/6)", "three"), THIRD,
        (s("three"), F(-1, 2)),
    ),
    "a mean with twice its weights": in_pq(ZERO, (HALF, p), (HALF, q), times=2),
    "weights that add to 2": in_pq(ZERO, (ONE, p), (ONE, q)),
    "weights of both signs": in_pq(ZERO, (const(F(-1, 2)), p), (HALF, q)),
    "a factor that moves": in_pq(p, (HALF, q)),
    "a weight that moves": in_pq(ZERO, (half, q), wrt="half q"),
    "a weight that moves beside one that does not": in_pq(free, (half, q), wrt="half q"),
    "a mean of what is convex": in_pq(ZERO, (HALF, card("exp", x)), (HALF, p), wrt="x p"),
    "a mean of what nothing is known of": (
        "weighted-geometric-mean", _says("concave", mean(ZERO, (HALF, p), (HALF, q)), "p q"),
        affine("p q", p), (ZERO, (HALF, p), (HALF, SQUARE)),
    ),
    "twice the sum under a gamma function": beta("convex", F(1), "2*p + 2*q"),
    "minus a half, as convex": beta("convex", F(-1, 2), "p + q"),
    "a logarithm of a gamma integral with a half below 0": (
        "gamma-integral", _says("convex", "p*log(q)/2 - lgamma(p)/2", "p q"), affine("p q", p, q),
        (F(-1, 2), p, q),
    ),
    "another function than the trace": (
        "trace-inverse", _says("convex", "-tr(P*P)", "P"), OF_P, (P, F(1), A, ONE),
    ),
    "a trace with squares of the entries": (
        "trace-inverse", _says("log_convex", "sum(sum(inv(P).^2 .* A))", "P"), OF_P,
        (P, F(1), A, ONE),
    ),
    "a factor that moves with the matrix": trace("log_convex", P, A, SMALL),
    "a weight that moves with the matrix": trace("log_convex", P, SQUARE, ONE),
    "a strict trace with a moving weight": trace("strictly_convex", e("P + A"), P, ONE),
    "a strict trace with a factor that may be 0": trace("strictly_convex", P, UNIT, s("lam")),
    "a strict trace of a weight that may be 0": trace("strictly_convex", P, A, ONE),
    "a strict trace of a matrix that differs little": trace("strictly_convex", FLAT, UNIT, ONE),
    "a strict trace in a number that is not seen": trace("strictly_convex", P, UNIT, ONE, "P x"),
    "a strict logarithm of a flat matrix": (
        "logdet-product",
        _says("strictly_convex", card("logdet", card("inv", FLAT)), "P"), OF_P, (UNIT, FLAT, UNIT),
    ),
    "a logarithm of ends that move": logdet("convex", "logdet(P*inv(A)*P)", P, A, P),
    "a logarithm of one end that moves": logdet("convex", "logdet(P*inv(A)*S)", P, A, S),
    "a logarithm between matrices that are not square": logdet(
        "concave", card("logdet", matmul(matmul(s("X"), P), BESIDE)), "X", P, BESIDE
    ),
    "a trace of M M M' M'": (
        "trace-power", _says("convex", QQ, "", Q), [_says("affine", Q, "", Q)],
        (Q, *map(F, (0, 0, 1, 1))),
    ),
    "a trace of M M": (
        "trace-power", _says("convex", contract([(Q, (0, 1), 1), (Q, (1, 0), 1)], ()), "", Q),
        [_says("affine", Q, "", Q)], (Q, F(0), F(0)),
    ),
    "an entry that is data, as strict": (
        "separable", _says("strictly_convex", "sum(exp(v))", "x"),
        [_says("strictly_convex", EXP_X, "x"), _says("strictly_convex", EXP_X, "x x")],
        (EXP_X, (x,), (s("v"),)),
    ),
    "a second argument that is not affine": (
        "separable", _says("convex", "sum(exp(w)) + sum(exp(-exp(w)))", "w"),
        [_says("affine", "w", "w"), _says("convex", add(EXP_T, card("exp", U)), "", T, U)],
        (add(EXP_T, card("exp", U)), (T, U), (s("w"), e("-exp(w)"))),
    ),
    "strict in one of two arrays": (
        "separable", _says("strictly_convex", "sum(exp(w))", "w x"),
        [_says("affine", "w", "w x"), _says("strictly_convex", EXP_T, "", T)],
        (EXP_T, (T,), (s("w"),)),
    ),
    "whole numbers as all numbers": summed(WHOLE_Y),
    "two values as all between": summed(BIT),
    "a maximum as a power": (
        "power-as-exp",
        Claim("identity", e("max(p, x)"), (), None, card("exp", multiply(x, card("log", p)))), [],
        (e("max(p, x)"),),
    ),
    # Level sets, signs, sets of definition.
    "a quotient by a square": (
        "quasi-ratio", _says("quasiconvex", "x/q^2", "x q"), affine("x q", x, q), (),
    ),
    "the larger of two that move": (
        "quasi-composition", _says("quasiconvex", "max(x, 3*sin(x))", "x"), affine("x", x), (),
    ),
    "a diagonal matrix of more than a diagonal": (
        "psd-diagonal", Claim("psd", e("g*g'/p")), [], (),
    ),
    "defined as another formula is": (
        "total", Claim("total", e("sqrt(x)")),
        [Claim("total", e("x^2")), Claim("identity", e("x^2"), (), None, e("x*x"))], (),
    ),
    "defined as a constant of something is": (
        "total", Claim("total", e("2 + sqrt(free)")),
        [Claim("total", e("x^2")), Claim("smooth", e("x^2"), (x,), None, e("2 + sqrt(free)"))], (),
    ),
    # Powers.
    "a maximum under a fraction line": (
        "monomial", _says("convex", "1/max(p, 2)", "p"), affine("p", p), (),
    ),
    "a reciprocal of a sum of products": (
        "monomial", _says("convex", "1/(g'*h)", "g h"), affine("g h", "g", "h"), (),
    ),
    "a root of a quotient": (
        "monomial", _says("convex", "sqrt(abs(x)/p)", "x p"),
        [*affine("x p", x, p), _says("convex", "abs(x)", "x p")], (),
    ),
    "one of two letters of an exponent": (
        "monomial",
        _says(
            "concave",
            multiply(s("h"), card("power", s("g"), broadcast(multiply(half, s("lam")), ("n",)))),
            "g",
        ),
        affine("g", "g"), (),
    ),
    "a letter of an exponent that differs from entry to entry": (
        "monomial",
        _says(
            "concave",
            multiply(
                s("h"),
                card("power", s("g"), multiply(broadcast(half, ("n",)), ABOVE_4)),
            ),
            "g",
        ),
        affine("g", "g"), (),
    ),
    "a mean of an order on both sides of 1": (
        "power-mean",
        _says(
            "concave",
            card("power", add(*(card("power", u, MID) for u in (p, q))), power(MID, -1)), "p q",
        ),
        affine("p q", p, q), (),
    ),
    "a root inside of a sum of squares": (
        "power-mean", _says("convex", "sqrt(norm2(w) + y^2)", "w y"),
        [*affine("w y", "w", "y"), _says("convex", "norm2(w)", "w y")], (),
    ),
    **{
        f"a root of a quadratic times {text}": (
            "root-of-quadratic", _says("convex", f"{text}*sqrt(1 + x^2)", "x"), [], (),
        )
        for text in ("free", "sqrt(1 - free^2)/exp(lam)*low")
    },
    # Structure.
    "squares of what is strictly concave": (
        "strict-entries", _says("strictly_concave", "sum(log(g).^2)", "g"), affine("g", "g"),
        (e("log(g)"), (F(0),)),
    ),
    "one of two weights of any sign": (
        "strict-entries", _says("strictly_convex", "p*free*sum(exp(w))", "w"), affine("w", "w"),
        (e("exp(w)"), (F(0),)),
    ),
    "a perspective of what is curved": perspective(card("exp", T), T, e("-x^2")),
    "a perspective of what is not convex": perspective(card("sin", T), T, x),
    "a perspective with q/p for p/q": (
        "perspective", _says("convex", multiply(q, scale(-1, card("log", divide(q, p)))), "p q"),
        [
            *affine("p q", p, q), _says("convex", DOWN, "", ABOVE), Claim("total", DOWN),
        ],
        (DOWN, ABOVE, p, q),
    ),
    "an identity of another formula": (
        "rewrite", _says("convex", "sin(x)", "x"),
        [Claim("total", e("sin(x)")), SQUARED, _says("convex", "x^2", "x")], (),
    ),
    "an identity alone": (
        "rewrite", _says("convex", "x^3", "x"),
        [Claim("total", e("x^3")), Claim("identity", e("x^3"), (), None, e("x^3"))], (),
    ),
    "an identity that leaves out a hole": (
        "rewrite", _says("convex", "x^2*(1 + 1/x)", "x"),
        [
            Claim("identity", e("x^2*(1 + 1/x)"), (), None, e("x^2 + x")),
            _says("convex", "x^2 + x", "x"),
        ],
        (),
    ),
    # Logarithms.
    "a difference with unequal weights": of_log("log(2*sigmoid(x + 1) - sigmoid(x))"),
    "a sum of two": of_log("log(sigmoid(x + 1) + sigmoid(x))"),
    "a function with a slope that is log-convex": of_log("log(sinh(x + 1) - sinh(x))"),
    "a lower end that is concave": of_log("log(sigmoid(free) - sigmoid(-x^2))"),
    "an upper end that is convex": of_log("log(sigmoid(x^2) - sigmoid(free))"),
    "one over a determinant of any sign": of_p("1/det(S)", "S"),
    "the least eigenvalue of an inverse": of_p("lambda_min(inv(P))"),
    "one over a determinant of what is not affine": of_p(power(card("det", STEEP), -1)),
    "a determinant of an inverse that is not affine": of_p(card("det", card("inv", STEEP))),
    "one over a product of what is convex": (
        "log-convex", _says("log_convex", "1/prod(exp(w.^2))", "w"),
        [_says("convex", "exp(w.^2)", "w")], (),
    ),
    # Narrowed variables.
    "a branch that is not taken": narrowed(
        "concave", "if(x >= 1, log(x), if(x > 0, x - 1, 5))", symbol("x", (), POSITIVE_ONLY)
    ),
    "a pole that is looked at from the left": narrowed("concave", "1/x", BELOW),
    "an end that belongs to it, by a square": narrowed(
        "concave", add((-1, power(MOST, 2)), card("sign", MOST)), LESS, MOST
    ),
    "an end that belongs to it, by a root": narrowed(
        "convex", add((1, power(MOST, F(1, 3))), (-1, card("sign", MOST))), LESS, MOST
    ),
    # Derivatives.
    "a constant above the least f'', as L": (
        "second-derivative", Claim("smooth", e("x^2"), (x,), None, ONE), [],
        ((ONE, ONE, (ALL, "direct")),),
    ),
    "rising in one of two": (
        "first-derivative", _says("nondecreasing", "x - y", "x y"), [], ((ONE, ONE, (ALL, ALL)),),
    ),
    "a weight that is 0, as strict": (
        "second-derivative", _says("strictly_convex", "x", "x"), [],
        ((ZERO, ONE, (ALL, "direct")),),
    ),
    "no proof at all": ("second-derivative", _says("convex", "-x^2", "x"), [], ()),
}  # fmt: skip

TRUE: dict[str, Step] = {
    "a weighted mean": in_pq(free, (HALF, p), (HALF, q)),
    "a logarithm of a beta function": beta("convex", F(1), "p + q"),
    "the other side": beta("concave", F(-1, 2), "p + q"),
    "a trace": trace("log_convex", P, A, ONE),
    "a strict trace": trace("strictly_convex", P, UNIT, ONE),
    "a sum of entries": (
        "separable", _says("convex", "sum(exp(w))", "w"),
        [_says("affine", "w", "w"), _says("convex", EXP_T, "", T)], (EXP_T, (T,), (s("w"),)),
    ),
    "a trace of M M' M M'": (
        "trace-power",
        _says("convex", RING, "", Q), [_says("affine", Q, "", Q)], (Q, *map(F, (0, 1, 0, 1))),
    ),
    "a logarithm of an inverse": logdet("strictly_convex", "logdet(inv(P))", UNIT, P, UNIT),
    "a logarithm of a difference": of_log("log(sigmoid(x + 1) - sigmoid(x))"),
    "one over a determinant": of_p("1/det(P)"),
    "a perspective": perspective(card("exp", T), T, x),
    "a narrowed variable": narrowed("concave", "log(x)", symbol("x", (), POSITIVE_ONLY)),
    "L of a square": (
        "second-derivative", Claim("smooth", e("x^2"), (x,), None, const(2)), [],
        ((ONE, ZERO, (ALL, "direct")), (ONE, const(4), (ALL, "direct"))),
    ),
}  # fmt: skip


@pytest.mark.parametrize("title", FALSE)
def test_a_step_without_its_condition_is_refused(title: str) -> None:
    rule, claim, premises, parameters = FALSE[title]
    assert not follows(rule, claim, premises, parameters)


@pytest.mark.parametrize("title", TRUE)
def test_the_true_step_beside_is_taken(title: str) -> None:
    rule, claim, premises, parameters = TRUE[title]
    assert follows(rule, claim, premises, parameters)


@pytest.mark.parametrize(
    ("formula", "wrt", "given"),
    [
        ("sqrt((w.^2)'*A*(w.^2))", "w", [_says("affine", "w", "w")]),
        ("sqrt(exp(w)'*A*exp(w))", "w", [_says("convex", "exp(w)", "w")]),
        ("sqrt(p*q*(w'*A*w))", "p q", affine("p q", "p", "q")),
        ("sqrt(w'*S*w)", "w", [_says("affine", "w", "w")]),
    ],
)
def test_no_pairing_makes_it_a_norm(formula: str, wrt: str, given: list[Claim]) -> None:
    claim = _says("convex", formula, wrt)
    for i, j, turned in product(range(5), range(5), range(2)):
        pairs = ((F(i), F(j), F(turned)),)
        assert not follows("power-mean", claim, given, (pairs,)), pairs


PSD = ("P*P", "inv(P*P)", "exp(A)", "inv(P).*inv(P)", "inv(P)")
SQUARED_P = [*(Claim("psd", e(text)) for text in PSD), _says("convex", "exp(w)", "w")]


@pytest.mark.parametrize(
    ("formula", "wrt"),
    [
        ("(w.^2)'*A*(w.^2)", "w"),
        ("exp(w)'*A*exp(w)", "w"),
        ("p*q*(w'*A*w)", "p q"),
        ("w'*S*w", "w"),
        ("w'*A*w", "w A"),
        ("w'*inv(S)*w", "w S"),
        ("w'*inv(P*P)*w", "w P"),
        ("p*(w'*inv(P)*w)", "w P p"),
        ("w'*exp(A)*w", "w A"),
        ("(w.^2)'*inv(P)*w", "w P"),
    ],
)
def test_no_pairing_makes_it_a_form(formula: str, wrt: str) -> None:
    claim = _says("convex", formula, wrt)
    given = [*affine(wrt, *wrt.split()), *SQUARED_P]
    for i, j, turned in product(range(5), range(5), range(2)):
        assert not follows("form", claim, given, ((F(i), F(j), F(turned)),)), (i, j, turned)


@pytest.mark.parametrize(("formula", "wrt"), [("w'*A*w", "w"), ("w'*inv(P)*w", "w P")])
def test_some_pairing_makes_it_a_form(formula: str, wrt: str) -> None:
    claim = _says("convex", formula, wrt)
    tried = product(range(3), range(3), range(2))
    assert any(
        follows("form", claim, affine(wrt, *wrt.split()), ((F(i), F(j), F(k)),))
        for i, j, k in tried
    )
