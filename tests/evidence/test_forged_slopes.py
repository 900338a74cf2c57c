"""Rules of Lipschitz constants and of level sets against exact points, as in test_forgeries.

A constant that a rule computes must bound all slopes that are found; and no rule leads from true
premises to a level set that is seen not to be convex, whatever parameters it is given.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from typing import Any

import pytest
from proofs import follows
from test_forgeries import DECLARED, _at, _middle, _value, blocks, refuted, seeded

from lossmith.evidence.certificate import MONOTONE, QUASI, Claim
from lossmith.evidence.curvature.rules_lipschitz import (
    composed_constant,
    linear_constant,
    moving_part,
    sum_constant,
)
from lossmith.expr.build import add, const
from lossmith.expr.node import Apply, Expr, Symbol
from lossmith.expr.ranges import enclosure
from lossmith.expr.walk import depends_on, postorder, symbols
from lossmith.text.parse import parse

OWN = DECLARED | {
    "X": "matrix(d, d)", "u": "scalar in [0, 2]", "c": "vector(d) in {-1, 1}",
    "k": "vector(d) in [1, 3]",
}  # fmt: skip

SLOPED = """
2*x - 3*y; x - y + 1; w + z; w - 2*z; M*w; M'*w; M*w + z; sum(w); sum(M*w); sum(b.*w); sum(z.*w)
free*w; free*x; neg*x; lam*x; p*w; free*M*w; w'*z; w'*M*z; b.*w; k.*w; c.*w; sum(c.*w); k.*c.*w
sum(k.*w); diag(X); tr(X); tr(M*X); tr(M'*X); sum(diag(M).*w); diag(M).*w; (M*k).*w; (M*k)*x; sum(M*w)*k; M*X; X*M; M*X*M; M.*X
X*w; X'; sum(X); sum(X*z); X*z; w*z'; w*w'; diag(w); diag(w)*M; x*z; x*M; w'*M*w; (M*M)*w
M*(M*w); sum(X.*M); sum(sum(X)); w + x; sum(w + x); sum(w)*z; sum(w)*x; w/p; w./k; sum(w)/free
abs(x); abs(2*x - y); max(x, y); max(2*x, 3*y); min(x, y); max(x, free); sin(x); sin(3*x); tanh(M*w)
sum(tanh(M*w)); softplus(w); sum(softplus(c.*w)); sum(abs(w)); norm2(w); norm2(M*w - z); max(w)
logsumexp(w); logsumexp(M*w); norm2(X*z); specnorm(X); specnorm(M*X); nucnorm(X); lambda_max(S)
sigmoid(4*x); atan(x); huber(x, p); huber(x, 1); exp(x); exp(-p); exp(u); u^2; u^3; sqrt(p); sqrt(1 + p)
sqrt(1 + x^2); 1/p; 1/(1 + p); 1/(1 + u); log(p); log(1 + p); log(1 + u); x^2; x*y; x*u; cosh(u)
relu(x); relu(w - z); sum(relu(M*w)); hinge(c.*w); sum(w.^2); norm2(w)^2; sign(x); tan(x)
sum(max(w, z)); sum(max(w, x)); sum(min(w, 2*z)); max(w, z); x^(1/3); abs(x)^3; sin(u)^2; sin(x)*u
leaky_relu(x, 2); elu(x); swish(x); gelu(x); erf(x); normcdf(x); asin(x); softthreshold(w, lam)
sum(z.*softplus(w)); M*softplus(w); M'*sin(M*w); softmax(w); z'*softmax(w); prod(w); det(X); sin(x^2)
mean(w); mean(M*w); cumsum(w); tr(X*X); X.*X; exp(w)
""".replace("\n", ";")  # noqa: E501

LEVELLED = """
x^2; -x^2; x^3; sin(x); tanh(x); exp(x); exp(-x^2); log(1 + x^2); log(x^2 - 1); sqrt(x^2 - 1)
sqrt(1 - x^2); log(1 - x^2); 1/(1 + x^2); 1/x; 1/p; x^2 - x^3; free*x^2; neg*x^2; lam*x^2; free*x
free*log(1 + x^2); neg*log(1 + x^2); lam*exp(-x^2); -exp(-x^2); 1 - exp(-x^2); exp(-x^2) + exp(-y^2)
x*y; p*q; x*p; x/y; x/p; p/q; x^2/p; p^2/q; p/q^2; p^2/(1 + q^2); x^2/(1 + x^2); exp(x)/p; p/exp(x)
(1 + x^2)/p; (1 - x^2)/p; p/(1 + x^2); log(p)/q; q/(1 + p^2); sqrt(p)/q; x/(1 + x^2); x/exp(y)
(x + y)/p; (x + y)/(p + q); x^2*y^2; x^2*p; x*y*p; p*q*x; p^(1/2)*q; exp(x*y); exp(-x*y); log(p*q)
x^3 + 1/x; 1/x^3; x^(1/3); x + sin(x); tan(x); sign(x); abs(x); abs(x^2 - 1); (x^2 - 1)^2
(1 - x^2)^2; max(x, y); min(x, y); min(x^2, y^2); max(-x^2, y); sqrt(abs(x)); sqrt(abs(x)) + x
sqrt(abs(x*y)); relu(x^2 - 1); relu(1 - x^2); tanh(x*y); atan(x^2); sigmoid(-x^2); exp(sin(x))
norm2(w); -norm2(w); exp(-norm2(w)^2); norm2(w)/p; norm2(w)/(1 + sum(b)); sum(b)/norm2(w); w'*z
norm2(w)/norm2(z); sum(w)/sum(b); log(norm2(w)); sum(log(1 + w.^2)); log(sum(w.^2)); sqrt(norm2(w))
w.^3; exp(-w.^2); z.*exp(-w.^2); b.*exp(-w.^2); w.*z; w./b; b.*w; log(1 + w.^2); w.^2./b; b./(1 + w.^2)
x*w; sum(w.^3); prod(b); prod(w); 1/prod(b); det(P); logdet(P); det(S); lambda_max(S); tr(P*P)
xlogx(p); p^p; p^q; p^x; lgamma(p); cosh(x); cosh(x)^2; 1/cosh(x); log(cosh(x)); normcdf(x)
log(x); log(x*y); log(p/q); sqrt(x); x*log(p); p*log(p); 1/(x*y); 1/(p*q); (p*q)^2; (x*p)^3; -1/p
log(exp(x) - exp(y)); exp(x) - exp(y); sqrt(p) + sqrt(q); sqrt(p) - q; sqrt(p) + x; x^3 + y; x^3 + y^3
""".replace("\n", ";")  # noqa: E501


def _read(texts: str) -> dict[str, Expr]:
    found: dict[str, Expr] = {}
    for text in filter(None, map(str.strip, texts.split(";"))):
        used = {k: t for k, t in OWN.items() if re.search(rf"\b{k}\b", text)}
        found[text] = parse(text, declare=used).expr
    return found


# -- Lipschitz constants ---------------------------------------------------------------------------


def _constants(root: Expr, wrt: tuple[Symbol, ...]) -> Iterator[Claim]:
    """Yield what the rules say of the parts of a formula, by what they say of smaller parts."""
    given: tuple[Claim, ...] = ()
    for part in postorder(root):
        inner = moving_part(part, wrt)
        for e in (part,) if inner is None else (inner[0], part):
            bound = const(1) if e in wrt else None
            for rule in (sum_constant, linear_constant, composed_constant):
                bound = bound or (rule(e, wrt, given) if depends_on(e, wrt) else None)
            if bound is not None:
                given += (Claim("lipschitz", e, wrt, None, bound),)
    yield from given


def _pair(draw: random.Random, s: Symbol) -> tuple[Any, Any]:
    """Return two values, often close to each other, since slopes are largest there."""
    a, b = _drawn(draw, s), _drawn(draw, s)
    near = Fraction(1, draw.choice((1, 8, 64)))
    return a, _moved(a, b, near)


def _moved(a: Any, b: Any, t: Fraction) -> Any:
    if isinstance(a, list):
        return [_moved(x, y, t) for x, y in zip(a, b, strict=True)]
    return a + t * (b - a)


def _drawn(draw: random.Random, s: Symbol) -> Any:
    listed = s.assumptions.values
    return [draw.choice(listed) for _ in range(2)] if listed else _value(draw, s)


def _both(a: Any, b: Any) -> list[tuple[Any, Any]]:
    if not isinstance(a, list):
        return [(a, b)]
    return [pair for x, y in zip(a, b, strict=True) for pair in _both(x, y)]


@pytest.mark.parametrize("text", SLOPES := _read(SLOPED))
def test_constants_bound_all_slopes(text: str) -> None:
    e, draw = SLOPES[text], random.Random(text)
    for wrt in blocks(e):
        claims = list(_constants(e, wrt))
        for _ in range(40 if claims else 0):
            data = {s: _drawn(draw, s) for s in symbols(e) if s not in wrt}
            pairs = {s: _pair(draw, s) for s in wrt}
            a, b = ({s: v[k] for s, v in pairs.items()} for k in (0, 1))
            step = sum((x - y) ** 2 for s in wrt for x, y in _both(a[s], b[s]))
            for claim in claims:
                at_a, at_b = (_at(claim.expr, data | v) for v in (a, b))
                assert claim.other is not None
                bound = _at(claim.other, data)
                if at_a is None or at_b is None:
                    continue
                rise = sum((u - v) ** 2 for u, v in zip(at_a, at_b, strict=True))
                assert bound is not None, (claim.expr, wrt)
                # The ends are balls of 256 bits: what is equal shows as neither.
                most = bound[0] ** 2 * step.numerator / step.denominator
                assert not rise > most or bound[0] < 0, (wrt, claim)
                assert not bound[0] < 0


def test_the_rules_say_something_of_most_formulas() -> None:
    claims = {t: [c for w in blocks(e) for c in _constants(e, w)] for t, e in SLOPES.items()}
    whole = [t for t, e in SLOPES.items() if any(c.expr is e for c in claims[t])]
    assert sum(map(bool, claims.values())) > len(SLOPES) / 2
    assert len(whole) > len(SLOPES) / 3


# -- level sets ------------------------------------------------------------------------------------


@cache
def broken(e: Expr, wrt: tuple[Symbol, ...]) -> frozenset[str]:
    """Return the claims on level sets, order and domain that exact points refute."""
    draw, gone = seeded(wrt), set[str]()
    scalar = len(wrt) == 1 and not wrt[0].shape and not e.shape
    if not scalar:
        gone |= set(MONOTONE)
    for _ in range(60):
        data = {s: _drawn(draw, s) for s in symbols(e) if s not in wrt}
        # Close pairs: a fall within a short stretch is seen by them alone.
        pairs = {s: _pair(draw, s) for s in wrt}
        a, b = ({s: v[k] for s, v in pairs.items()} for k in (0, 1))
        if draw.random() < 0.3:
            (k := draw.choice(wrt), b.update({s: a[s] for s in wrt if s is not k}))
        at_a, at_b, at = (_at(e, data | v) for v in (a, b, {s: _middle(a[s], b[s]) for s in wrt}))
        gone |= {"total"} if at_a is None or at_b is None else set()
        if at_a is None or at_b is None:
            continue
        if at is None:
            return frozenset((*QUASI, *MONOTONE, "total"))
        for u, v, m in zip(at_a, at_b, at, strict=True):
            gone |= {"quasiconvex"} if m > u and m > v else set()
            gone |= {"quasiconcave"} if m < u and m < v else set()
            if scalar and (u < v or v < u):
                rises = (u < v) == (a[wrt[0]] < b[wrt[0]])
                gone |= {"nonincreasing" if rises else "nondecreasing"}
    return frozenset(gone)


def _given(e: Expr, wrt: tuple[Symbol, ...]) -> tuple[Claim, ...]:
    """Return what is true of the parts of e, of log e, and of its order and domain."""
    found: list[Claim] = []
    log = parse("log(x)").expr
    assert isinstance(log, Apply)
    parts = [s for s in postorder(e) if depends_on(s, wrt)]
    logs = [s for s in parts if isinstance(s, Apply) and s.atom is log.atom]
    for s in dict.fromkeys((*postorder(e), *logs)):
        found.append(Claim("range", s, (), enclosure(s)))
        if not depends_on(s, wrt):
            continue
        gone, curved = broken(s, wrt), refuted(s, wrt)
        kinds = () if s is e else ("affine", "convex", "concave")
        found += [Claim(k, s, wrt) for k in kinds if k not in curved]
        levels = () if s is e else QUASI
        found += [Claim(k, s, wrt) for k in (*levels, *MONOTONE) if k not in gone]
        found += [Claim("total", s)] if "total" not in gone else []
    return tuple(found)


RULES = ("quasi-curved", "quasi-monotone", "quasi-scale", "quasi-composition", "quasi-ratio")


@pytest.mark.parametrize("text", LEVELS := _read(LEVELLED))
def test_true_premises_do_not_lead_to_a_false_level_set(text: str) -> None:
    e = LEVELS[text]
    for wrt in blocks(e):
        given = _given(e, wrt)
        for kind in sorted(broken(e, wrt) & set(QUASI)):
            claim = Claim(kind, e, wrt)
            parameters = [(), *((s,) for s in postorder(e)), (add((2, e)),)]
            believed = [
                (rule, p)
                for rule in (*RULES, "quasi-log")
                for p in (parameters if rule == "quasi-log" else [()])
                if follows(rule, claim, given, p)
            ]
            assert believed == [], (kind, wrt)


def test_the_rules_prove_some_level_sets() -> None:
    proved = [
        (t, kind)
        for t, e in LEVELS.items()
        for wrt in blocks(e)
        for kind in QUASI
        if any(follows(rule, Claim(kind, e, wrt), _given(e, wrt), ()) for rule in RULES)
    ]
    assert len(proved) > len(LEVELS)
