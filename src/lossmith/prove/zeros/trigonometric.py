"""Trigonometric polynomials of one variable, factored: their repeated zeros become simple ones.

With C = cos(w x/2), S = sin(w x/2) and t = S/C, every sum of products of sines and cosines of whole
multiples of w x is N(t) C^(2n) for a polynomial N of degree at most 2n; each factor q of N, of
degree r, is the function C^r q(t), smooth everywhere and with simple zeros, and a factor C is left
for each degree that N lacks.  So 1 + cos(x) = 2 cos(x/2)^2.
"""

# python-flint carries no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from math import gcd
from typing import Any

from flint import fmpq, fmpq_poly

from lossmith.atoms.table import ATOMS
from lossmith.expr.build import add, apply, const, multiply, power, scale
from lossmith.expr.node import Add, Apply, Const, Contract, Expr, Symbol
from lossmith.expr.walk import depends_on, postorder

MOST = 24
"""Highest degree of N."""


@dataclass(frozen=True, slots=True)
class _Form:
    """N(t) C^(2n)."""

    n: int
    top: Any


class _NotTrigonometric(Exception):
    """x enters otherwise, or the degree is too high."""


def repeated_factors(g: Expr, x: Symbol) -> list[Expr] | None:
    """Return functions with simple zeros, together those of g, if g has repeated factors.

    None for other formulas, and where no factor is repeated.
    """
    rates = [_rate(s.args[0], x) for s in postorder(g) if isinstance(s, Apply) and _is_wave(s, x)]
    known = [abs(r) for r in rates if r]
    if not rates or len(known) < len(rates):
        return None
    w = reduce(common_measure, known)
    try:
        form = _form(g, x, w)
    except _NotTrigonometric:
        return None
    if form.top.degree() < 0:
        return None
    factors = [(q, int(m)) for q, m in form.top.factor()[1]]
    lacking = 2 * form.n - int(form.top.degree())
    if lacking < 2 and all(m < 2 for q, m in factors if not _is_one(q)):
        return None
    half = scale(w / 2, x)
    found = [_function(q, half) for q, _ in factors if not _is_one(q)]
    return [*found, apply(ATOMS["cos"], half)] if lacking else found


def common_measure(p: Fraction, q: Fraction) -> Fraction:
    """Return the largest number of which both are whole multiples."""
    cross = gcd(p.numerator * q.denominator, q.numerator * p.denominator)
    return Fraction(cross, p.denominator * q.denominator)


def _is_wave(s: Apply, x: Symbol) -> bool:
    return s.atom.name in ("sin", "cos") and depends_on(s, (x,))


def _rate(u: Expr, x: Symbol) -> Fraction | None:
    """Return a for u = a x."""
    if u is x:
        return Fraction(1)
    if isinstance(u, Add) and len(u.terms) == 1 and u.terms[0][1] is x:
        return u.terms[0][0]
    return None


def _is_one(q: Any) -> bool:
    """Return whether q is a multiple of 1 + t^2: then C^2 q(t) is a number."""
    c = q.coeffs()
    return len(c) == 3 and c[1] == 0 and c[0] == c[2]


def _function(q: Any, half: Expr) -> Expr:
    cos, sin = apply(ATOMS["cos"], half), apply(ATOMS["sin"], half)
    r = int(q.degree())
    terms = [
        (Fraction(int(c.p), int(c.q)), multiply(const(1), power(sin, k), power(cos, r - k)))
        for k, c in enumerate(map(fmpq, q.coeffs()))
        if c != 0
    ]
    return add(*terms, shape=())


def _form(g: Expr, x: Symbol, w: Fraction) -> _Form:
    """Return N and n.  Raises: _NotTrigonometric."""
    found: dict[Expr, _Form] = {}
    for s in postorder(g):
        if s is x or (isinstance(s, Add) and _rate(s, x) is not None):
            continue  # inside a sine or cosine; elsewhere it is missed below
        match s:
            case Const():
                found[s] = _Form(0, fmpq_poly([fmpq(s.value.numerator, s.value.denominator)]))
            case Add():
                found[s] = _sum([(c, _known(found, t)) for c, t in s.terms])
            case Contract() if not s.summed and not s.shape:
                found[s] = _product([(_known(found, f), p) for f, _, p in s.factors])
            case Apply() if _is_wave(s, x):
                rate = _rate(s.args[0], x)
                assert rate is not None
                found[s] = _wave(s.atom.name, int(rate / w))
            case _:
                raise _NotTrigonometric
    return _known(found, g)


def _known(found: dict[Expr, _Form], e: Expr) -> _Form:
    if e not in found:
        raise _NotTrigonometric
    return found[e]


def _wave(name: str, k: int) -> _Form:
    """Return sin or cos of k w x, the imaginary or real part of (C + i S)^(2k)."""
    n, sign = abs(k), (1 if k > 0 or name == "cos" else -1)
    real, imaginary = fmpq_poly([1]), fmpq_poly([0])
    t = fmpq_poly([0, 1])
    for _ in range(2 * n):
        real, imaginary = real - t * imaginary, imaginary + t * real
    return _checked(_Form(n, real if name == "cos" else sign * imaginary))


def _sum(terms: Sequence[tuple[Fraction, _Form]]) -> _Form:
    n = max(f.n for _, f in terms)
    one = fmpq_poly([1, 0, 1])
    total = fmpq_poly([0])
    for c, f in terms:
        total += fmpq(c.numerator, c.denominator) * f.top * one ** (n - f.n)
    return _Form(n, total)


def _product(factors: Sequence[tuple[_Form, Fraction]]) -> _Form:
    result = _Form(0, fmpq_poly([1]))
    for f, p in factors:
        if p.denominator != 1 or not 0 < p <= MOST:
            raise _NotTrigonometric
        result = _checked(_Form(result.n + f.n * int(p), result.top * f.top ** int(p)))
    return result


def _checked(f: _Form) -> _Form:
    if 2 * f.n > MOST:
        raise _NotTrigonometric
    return f
