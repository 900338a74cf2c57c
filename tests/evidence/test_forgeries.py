"""No rule leads from true premises to a false claim, whatever parameters it is given.

False claims are found without the kernel: exact points on a segment at which balls show that the
inequality fails, or that the middle has no value. As premises each rule gets all claims about parts
of the formula that survive the same attack. Parameters are tried in bulk.
"""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from typing import Any

import pytest
from proofs import follows

from lossmith.atoms.meaning import entries, evaluate
from lossmith.errors import LossmithError
from lossmith.evidence.certificate import Claim
from lossmith.evidence.check import is_convex_set
from lossmith.expr.build import const, identity_like
from lossmith.expr.node import Add, Apply, Contract, Expr, Symbol
from lossmith.expr.ranges import enclosure
from lossmith.expr.sets import NONNEGATIVE, POSITIVE
from lossmith.expr.walk import depends_on, postorder, symbols
from lossmith.rules.inference import CONCLUDES
from lossmith.text.parse import parse

DECLARED = {
    "x": "scalar", "y": "scalar", "p": "scalar > 0", "q": "scalar > 0", "lam": "scalar >= 0",
    "neg": "scalar <= 0", "free": "scalar", "w": "vector(d)", "z": "vector(d)",
    "b": "vector(d) > 0", "a": "vector(d) >= 0", "A": "matrix(d, d) psd", "P": "matrix(d, d) pd",
    "S": "matrix(d, d) symmetric", "M": "matrix(d, d)", "part": "scalar in (0, 1)",
    "more": "scalar > 1", "down": "scalar < 0",
}  # fmt: skip
SIZES = {"d": 2}
SIDES = ("convex", "concave")
KINDS = ("affine", *SIDES, "strictly_convex", "log_convex")

FORMULAS = """
x^2; x^3; -x^2; exp(x); exp(-x); log(p); sqrt(p); x*y; x^2*y; x^2*y^2; x^2*p; x^2/p; x^2/p^3; x/p
p*q; p^(1/2)*q^(1/2); p^(1/2)*q; p^(1/3)*q^(1/3); p^2/q; p^(3/2)/q; 1/(p*q); lam*x^2; neg*x^2
1/p; 1/x; 1/(1 + x^2); x^2 - y^2; x^2 + y^2; exp(x) - x^2; exp(x) - exp(y); lam*exp(x); free*exp(x)
neg*exp(x); free*x; x^2*exp(x); (x^2 - 1)^2; (1 - x^2)^2; (x^2 - 1)^(3/2); sqrt(x^2 - 1)
sqrt(1 - x^2); -log(x^2 - 1); log(1 - x^2); log(1 + x^2); log(exp(x) + exp(y)); x + exp(x)
log(exp(x) - exp(y)); log(sigmoid(x) - sigmoid(y)); log(sinh(x) - sinh(y)); log(tanh(x^2) - tanh(y))
log(normcdf(x) - normcdf(y^2)); log(erf(-x^2) - erf(y)); log(exp(x) - exp(y^2)); log(tanh(x) + tanh(y))
log(exp(x)/(exp(x) + exp(y))); log(1/(1 + x^2)); log(p*q); log(x^2*p)
log(p/q); log(p + q); log(1/p + 1/q); exp(x^2); exp(-x^2); exp(x*y); exp(x)*exp(y^2); max(x, y)
min(x, y); abs(x); abs(x^2 - 1); huber(x, p); sqrt(x^2 + y^2); sqrt(x^2 - y^2); sqrt(x^2 + 1)
(x^2 + y^2)^(3/2); (p^3 + q^3)^(1/3); (x^3 + y^3)^(1/3); (p^(1/2) + q^(1/2))^2; (1/p + 1/q)^(-1)
(p^2 + q)^(1/2); (p^2 - q^2)^(1/2); (x^4 + y^4)^(1/4); sin(x); tanh(x); sigmoid(x); softplus(x)
softplus(-x^2); xlogx(p); p*log(p); rel_entr(p, q); p*log(q); x^2 - 3*x*y + y^2; x^2 - x*y + y^2
exp(x) + log(p); exp(x) - log(p); 1/p - 1/q; sqrt(x^2 + 4*x*y + y^2); sqrt(x^2 + x*y + y^2 - 1)
sum(w.^2); sum(w.^3); sum(exp(w)); sum(exp(-w.^2)); w'*z; w'*A*w; w'*S*w; w'*A*z; w'*M*w
w'*inv(P)*w; w'*inv(A)*w; w'*inv(S)*w; z'*inv(P)*w; norm2(w); norm2(w.^2 - 1); sum(z.*w.^2)
sum(b.*w.^2); sum(w.*w.*b); sum(z.*exp(w)); log(sum(exp(w))); logsumexp(w); logsumexp(-w.^2)
max(w); min(w); prod(b); prod(b)^(1/2); prod(b)^(1/d); prod(w)^(1/d); prod(b)^2; 1/prod(b)
1/prod(w); det(P); det(P)^(1/2); det(P)^(1/d); det(S)^(1/d); logdet(P); logdet(S); logdet(P*S)
logdet(S*P*S); logdet(P*S*P); logdet(M*P*M'); logdet(inv(P)); tr(A*inv(P)); tr(S*inv(P))
tr(inv(P)); free*tr(A*inv(P)); lambda_max(S); lambda_min(S); tr(P*P); tr(P*A*P); sum(diag(M).^2)
lgamma(p) + lgamma(q) - lgamma(p + q); lgamma(p) + lgamma(q) - 2*lgamma(p + q)
lgamma(p) - lgamma(q); lgamma(p) + 2*lgamma(q) - lgamma(p + q); (w'*A*w)/p; (w'*A*w)/y
sqrt(w'*A*w); sqrt(w'*S*w); sqrt(w'*A*w + 1); sqrt(w'*A*w - 1); (w'*A*w)*(z'*A*z); w'*(A.*S)*w
(w'*A*w)^2; (w'*A*z)^2; exp(w'*z); log(sum(b)); sum(a.^(1/2)); sum(1./b); sum(log(b)); sum(b)/prod(b)
(1/x + 1/p)^(-1); (x^(1/3) + p^(1/3))^3; (softplus(x)^(1/2) + softplus(y)^(1/2))^2
(softplus(x)^(-1) + softplus(y)^(-1))^(-1); (softplus(-x^2)^2 + y^2)^(1/2); (free*x^2 + y^2)^(1/2)
(neg*x^2 + y^2)^(1/2); (lam*x^2 + y^2)^(1/2); (x^4 + y^2)^(1/2); sqrt(w'*A*z + 1); 1/cosh(p)
sqrt(sin(w)'*A*sin(w)); sqrt((w.^2)'*A*(w.^2)); (w.^2)'*A*(w.^2); sin(w)'*A*sin(w)
1/prod(exp(w.^2)); 1/prod(exp(w)); log(p*cosh(x)); log(p*exp(x)); (p^(1/2) + 1)^2; (1/p + lam)^(-1)
sum(w.^2)/p; norm2(w)^2/prod(b); sum(w.*z.*b); sum(xlogx(b)); sum(b.*log(b)); sum(rel_entr(b, a + 1))
p^part*q^(1 - part); p^part*q^part; p^more*q^(1 - more); p^more*q^down; p^down*q^down; p^free*q
p^more*q^part; lam*p^part*q^(1 - part); neg*p^part*q^(1 - part); free*p^down*q^down; p^part*q
cosh(x)^more*p^(1 - more); log(1 + p)^more*q^(1 - more); (p^2)^down*q^down; p^free*q^(1 - free)
(p^part + q^part)^(1/part); (p^more + q^more)^(1/more); (p^down + q^down)^(1/down)
(p^free + q^free)^(1/free); (p^part + q^part)^more; (p^part - q^part)^(1/part)
(p^part + q^more)^(1/part); sum(b.^part)^(1/part); sum(b.^more)^(1/more); sum(b.^more)^part
sum(a.*b.^down)^(1/down); mean(b.^part)^(1/part); sum(b.^part.*a.^(1 - part)); exp(mean(log(b)))
exp(sum(log(b))); exp(mean(log(b.^2))); exp(log(p)/2 + log(q)/2); exp(log(p)/2 - log(q)/2)
exp(log(p) + log(q)/2); exp(sum(a.*log(b))); exp(part*log(p) + (1 - part)*log(q)); 1/lambda_max(P)
exp(more*log(p)); exp(log(1 + p^2)/2); lgamma(p) - p*log(q); lgamma(p) - q*log(p); lambda_max(P)
lgamma(p) + p*log(q); lgamma(p)/2 - p*log(q); p*log(q) - lgamma(p); lgamma(p^2) - p^2*log(q)
lgamma(1 + p) - (1 + p)*log(q); lgamma(p) - p*log(cosh(x)); lambda_max(inv(P)); lambda_min(inv(P))
lambda_max(inv(S)); 1/tr(inv(P)); tr(inv(P))^(-2); 1/tr(P); 1/tr(S*inv(P)); 1/tr(A*inv(P))
1/(w'*inv(P)*w); log(tr(inv(P))); log(w'*inv(P)*w); log(tr(S*inv(P))); sqrt(tr(inv(P)))
tr(M*M'*M*M'); tr(M*M*M*M); tr(M*M'*M'*M); tr(M*M*M'*M'); tr(M'*M*M'*M); tr(M*S*M*S); tr(A*M*A*M')
1/lambda_max(inv(P)); 1/lambda_min(P); logdet(lam*P + A); logdet(p*A + q*P); logdet(free*P)
tr(inv(p*A + q*P)); tr(inv(x*P))
""".replace("\n", ";")  # noqa: E501


@cache
def formulas() -> dict[str, Expr]:
    """Return the formulas by their texts."""
    found: dict[str, Expr] = {}
    for text in map(str.strip, FORMULAS.split(";")):
        used = {k: t for k, t in DECLARED.items() if re.search(rf"\b{k}\b", text)}
        if text:
            found[text] = parse(text, declare=used).expr
    return found


# -- the attack ------------------------------------------------------------------------------------


def _value(draw: random.Random, s: Symbol) -> Any:
    a, low = s.assumptions, Fraction(-3)

    def entry() -> Fraction:
        edge = Fraction(int(a.interval.lo_open), 64)
        lo = low if a.interval.lo is None else a.interval.lo + edge
        hi = Fraction(3) if a.interval.hi is None else a.interval.hi
        if draw.random() < 0.1:
            return lo
        return lo + (hi - lo) * Fraction(draw.randrange(0, 97), 96)

    if len(s.shape) < 2:
        return [entry() for _ in range(2)] if s.shape else entry()
    m = [[entry() for _ in range(2)] for _ in range(2)]
    if a.has("psd"):
        grain = Fraction(int(a.has("pd")), 4)
        return [
            [sum(m[k][i] * m[k][j] for k in range(2)) + grain * (i == j) for j in range(2)]
            for i in range(2)
        ]
    return [[m[0][0], m[0][1]], [m[0][1], m[1][1]]] if a.has("symmetric") else m


def _middle(a: Any, b: Any) -> Any:
    return (
        [_middle(x, y) for x, y in zip(a, b, strict=True)] if isinstance(a, list) else (a + b) / 2
    )


def _at(e: Expr, values: dict[Symbol, Any]) -> list[Any] | None:
    try:
        found = entries(evaluate(e, values, SIZES, 256))
    except (LossmithError, ZeroDivisionError):
        return None
    return found if all(x.is_finite() for x in found) else None


def seeded(wrt: tuple[Symbol, ...]) -> random.Random:
    """Return draws that are the same in every run: a seed of names, never of addresses."""
    return random.Random(" ".join(s.name for s in wrt))


@cache
def refuted(e: Expr, wrt: tuple[Symbol, ...]) -> frozenset[str]:
    """Return the kinds of curvature that exact points refute."""
    draw, gone = seeded(wrt), set[str]()
    flat = True
    for _ in range(30):
        data = {s: _value(draw, s) for s in symbols(e) if s not in wrt}
        a, b = ({s: _value(draw, s) for s in wrt} for _ in range(2))
        if draw.random() < 0.3:
            (k := draw.choice(wrt), b.update({s: a[s] for s in wrt if s is not k}))
        at_a, at_b, at = (_at(e, data | v) for v in (a, b, {s: _middle(a[s], b[s]) for s in wrt}))
        if at_a is None or at_b is None:
            continue
        if at is None:
            return frozenset(KINDS)
        for u, v, m in zip(at_a, at_b, at, strict=True):
            gap = m - (u + v) / 2
            gone |= {"convex"} if gap > 0 else {"concave"} if gap < 0 else set()
            flat = flat and not (gap > 0 or gap < 0)
            if u <= 0 or m * m > u * v:
                gone |= {"log_convex"}
    gone |= {"affine"} if gone & set(SIDES) else set()
    gone |= {"strictly_convex"} if flat or "convex" in gone else set()
    return frozenset(gone | ({"log_convex"} if "convex" in gone else set()))


@cache
def blocks(e: Expr) -> tuple[tuple[Symbol, ...], ...]:
    """Return every single variable of a formula, and the block of all of them."""
    own = [s for s in symbols(e) if is_convex_set(s)]
    return tuple(dict.fromkeys([*((s,) for s in own), tuple(own)]))


# -- premises and parameters -----------------------------------------------------------------------


@cache
def premises(e: Expr, wrt: tuple[Symbol, ...]) -> tuple[Claim, ...]:
    """Return what is true of the parts of e as far as the attack can tell, but nothing of e."""
    found: list[Claim] = []
    for s in postorder(e):
        if s is e:
            continue
        inside = enclosure(s)
        found.append(Claim("range", s, (), inside))
        if depends_on(s, wrt):
            gone = refuted(s, wrt)
            found += [Claim(kind, s, wrt) for kind in KINDS if kind not in gone]
    return tuple(found)


def pairings(e: Expr) -> Iterator[tuple[Any, ...]]:
    """Yield lists of mirrored factors, sensible or not."""
    n = len(e.factors) if isinstance(e, Contract) else 0
    pairs = [(i, j, t) for i in range(n) for j in range(n) for t in (0, 1) if i != j]
    rows = [tuple(map(Fraction, p)) for p in pairs]
    yield ()
    yield from ((r,) for r in rows)
    yield from ((r, s) for r, s in itertools.combinations(rows, 2) if n < 5)


def groups(e: Expr) -> Iterator[tuple[Any, ...]]:
    """Yield ways to take terms together, some with a term left out or named twice."""
    n = len(e.terms) if isinstance(e, Add) else 0
    orders = itertools.permutations(range(n)) if n < 4 else iter([tuple(range(n))])
    for order in orders:
        single = tuple((Fraction(k),) for k in order)
        yield single
        yield single[:-1]
        yield (*single[:-1], *single[:1])
        if n > 2:
            yield (single[0], tuple(Fraction(k) for k in order[1:]))


def inner(e: Expr) -> Iterator[tuple[Any, ...]]:
    """Yield a part with labels for its axes."""
    for s in postorder(e):
        for labels in itertools.product(range(2), repeat=len(s.shape)):
            yield (s, tuple(map(Fraction, labels)))


def triples(e: Expr) -> Iterator[tuple[Any, ...]]:
    """Yield three matrices of a formula."""
    square = [s for s in postorder(e) if len(s.shape) == 2]
    yield from itertools.product(square, repeat=3)


def weighted(e: Expr) -> Iterator[tuple[Any, ...]]:
    """Yield an affine matrix under an inverse, an exponent, and a weight with a scalar."""
    powers = {
        Fraction(1),
        *(q for s in postorder(e) if isinstance(s, Contract) for *_, q in s.factors),
    }
    square = [s for s in postorder(e) if len(s.shape) == 2]
    plain = [const(1), *(s for s in postorder(e) if not s.shape)]
    for m, p in itertools.product(square, powers):
        yield (m, p)
        yield from ((m, p, w, s) for w in square for s in plain)
        yield (m, p, identity_like((m.shape[0],)), const(1))


def _arguments(e: Expr) -> list[Expr]:
    return [a for s in postorder(e) if isinstance(s, Apply) for a in s.args]


def betas(e: Expr) -> Iterator[tuple[Any, ...]]:
    """Yield a coefficient, and the arguments of functions with each in turn as the sum."""
    inside = _arguments(e)
    for whole, sign in itertools.product(inside, (1, -1)):
        yield (Fraction(sign), whole, *(u for u in inside if u is not whole))


def pairs_of_numbers(e: Expr) -> Iterator[tuple[Any, ...]]:
    """Yield a coefficient and two arguments of functions."""
    yield from itertools.product((Fraction(1), Fraction(-1)), _arguments(e), _arguments(e))


def means(e: Expr) -> Iterator[tuple[Any, ...]]:
    """Yield a vector or a matrix with a share."""
    tensors = [s for s in postorder(e) if s.shape]
    yield from itertools.product(tensors, map(Fraction, ("1/2", "1", "2")))


def logarithms(e: Expr) -> Iterator[tuple[Any, ...]]:
    """Yield an argument of a function in the place of the bases, with a weight."""
    weights = [const(1), const(Fraction(1, 2)), const(2), *(s for s in postorder(e) if not s.shape)]
    yield from ((const(0), (w, u)) for u in _arguments(e) for w in weights)


def rings(e: Expr) -> Iterator[tuple[Any, ...]]:
    """Yield a matrix with ways to turn its factors."""
    for m in (s for s in postorder(e) if len(s.shape) == 2):
        for k in (2, 3, 4):
            yield from ((m, *map(Fraction, turns)) for turns in itertools.product((0, 1), repeat=k))


PARAMETERS = {
    "sum": groups, "linear": inner, "strict-entries": inner,
    "log-beta": betas, "gamma-integral": pairs_of_numbers,
    "form": pairings, "range-form": pairings, "psd-form": pairings,
    "power-mean": lambda e: iter([(), *(tuple([p]) for p in pairings(_under_root(e)))]),
    "trace-inverse": weighted, "logdet-product": triples, "geometric-mean": means,
    "weighted-geometric-mean": logarithms, "trace-power": rings,
}  # fmt: skip
RULES = (
    "constant", "variable", "affine", "sum", "linear", "composition", "strict-entries", "form",
    "quadratic", "monomial", "power-mean", "root-of-quadratic", "log-convex", "log-of-log-convex",
    "sos-convex", "log-beta", "geometric-mean", "trace-inverse", "logdet-product",
    "weighted-geometric-mean", "gamma-integral", "trace-power",
)  # fmt: skip


def _under_root(e: Expr) -> Expr:
    base = e.factors[0][0] if isinstance(e, Contract) and len(e.factors) == 1 else e
    return base.terms[-1][1] if isinstance(base, Add) else base


@pytest.mark.parametrize("text", formulas())
def test_true_premises_do_not_lead_to_a_false_curvature(text: str) -> None:
    e = formulas()[text]
    for rule, wrt in itertools.product(RULES, blocks(e)):
        chosen = list(PARAMETERS.get(rule, lambda e: iter([()]))(e)) or [()]
        for kind in sorted(refuted(e, wrt) & set(CONCLUDES[rule])):
            given = premises(e, wrt)
            believed = [p for p in chosen if follows(rule, Claim(kind, e, wrt), given, p)]
            assert believed == [], (rule, kind, wrt)


@pytest.mark.parametrize("text", formulas())
def test_no_pairing_makes_a_form_of_any_sign_nonnegative(text: str) -> None:
    e, draw = formulas()[text], random.Random(text)
    points = [{s: _value(draw, s) for s in symbols(e)} for _ in range(40)]
    if any(v is not None and v[0] < 0 for v in (_at(e, p) for p in points)):
        for interval in (NONNEGATIVE, POSITIVE):
            claim = Claim("range", e, (), interval)
            for parameters in pairings(e):
                assert not follows("range-form", claim, premises(e, ()), parameters)
            assert not follows("range", claim, premises(e, ()), ())


MATRICES = ("A + S", "A - P", "M*M'", "M*M", "M'*A*M", "M*A*M", "M'*S*M", "A*P", "A.*S", "A.*P",
            "S*S", "S*A*S", "S*M", "diag(w)*A", "diag(w)*A*diag(w)", "M'*diag(b)*M",
            "M'*diag(w)*M", "w*w'", "w*z'", "w*z' + z*w'", "inv(S)", "inv(A)", "2*A + P", "M + M'",
            "M'*M.*S", "exp(A)", "A.*M", "(w*w').*A", "(w*z').*A")  # fmt: skip


@pytest.mark.parametrize("text", MATRICES)
def test_a_matrix_that_is_not_psd_is_not_called_psd(text: str) -> None:
    used = {k: t for k, t in DECLARED.items() if re.search(rf"\b{k}\b", text)}
    e, draw = parse(text, declare=used).expr, random.Random(text)
    found = [_at(e, {s: _value(draw, s) for s in symbols(e)}) for _ in range(60)]
    bad = [
        m for m in found
        if m is not None and (m[0] < 0 or m[3] < 0 or m[0] * m[3] < m[1] * m[2] or m[1] != m[2])
    ]  # fmt: skip
    claim = Claim("psd", e)
    accepted = [
        rule
        for rule in ("psd-form", "psd-sum", "psd-inverse")
        for parameters in (pairings(e) if rule == "psd-form" else [()])
        if follows(rule, claim, (), parameters)
    ]
    assert not (bad and accepted)
