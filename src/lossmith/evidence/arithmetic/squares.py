"""Polynomials with numeric coefficients in numbered variables, and forms in their Hessian. Trusted.

A polynomial is a map from exponents, one a variable, to rational coefficients.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product as tuples

from lossmith.evidence.arithmetic.polynomial import Entry, TooLarge, expand, is_polynomial
from lossmith.expr.node import Expr, Symbol

Exponents = tuple[int, ...]
Target = dict[Exponents, Fraction]
Gram = tuple[tuple[Exponents, ...], tuple[tuple[Fraction, ...], ...]]


def numeric_polynomial(e: Expr, wrt: Sequence[Symbol]) -> tuple[Target, int] | None:
    """Return e as a polynomial in all entries of wrt, in order, and their number.

    None if e is of another kind, holds data, or has sizes that are letters. What only multiplies
    out to a polynomial, such as x (1 + 1/x), is of another kind: it is not defined everywhere.
    """
    if not is_polynomial(e, wrt):
        return None
    order: list[tuple[Expr, Entry]] = []
    for s in wrt:
        if any(isinstance(d, str) for d in s.shape):
            return None
        order += [(s, k) for k in tuples(*(range(int(d)) for d in s.shape))]
    place = {g: k for k, g in enumerate(order)}
    try:
        p = expand(e)[()]
    except (TooLarge, KeyError):
        return None
    found: Target = {}
    for m, c in p.items():
        exponents = [0] * len(order)
        for g, q in m:
            if g not in place or q.denominator != 1 or q < 0:
                return None
            exponents[place[g]] = int(q)
        found[tuple(exponents)] = c
    return found, len(order)


def hessian_form(p: Target, n: int) -> Target:
    """Return v'H(x)v as a polynomial in x_1 .. x_n, v_1 .. v_n."""
    found: Target = {}
    for m, c in p.items():
        for i in range(n):
            for j in range(n):
                top = m[i] * (m[j] - (i == j))
                if not top:
                    continue
                powers = list(m) + [0] * n
                for k in (i, j):
                    powers[k] -= 1
                    powers[n + k] += 1
                key = tuple(powers)
                found[key] = found.get(key, Fraction(0)) + c * top
    return {m: c for m, c in found.items() if c}


def basis_product(a: Exponents, b: Exponents) -> Exponents:
    """Return the exponents of the product of two monomials."""
    return tuple(i + j for i, j in zip(a, b, strict=True))


def gram_form(basis: Sequence[Exponents], matrix: Sequence[Sequence[Fraction]]) -> Target:
    """Return z' G z multiplied out, z the monomials of the basis."""
    found: Target = {}
    for a, row in zip(basis, matrix, strict=True):
        for b, c in zip(basis, row, strict=True):
            key = basis_product(a, b)
            found[key] = found.get(key, Fraction(0)) + c
    return {m: c for m, c in found.items() if c}
