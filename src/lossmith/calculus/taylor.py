"""Power series with rational coefficients of functions of one variable, at 0 and at poles there.

The cards give them: what maps a ball maps a truncated series, for both have exp, sin, log ... as
methods. A function with an irrational coefficient at 0 (erf, log 2) has no such series.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, assert_never

from flint import ctx, fmpq, fmpq_series

from lossmith.expr.node import Add, Apply, Const, Contract, Delta, Expr, Select, Symbol, symbol
from lossmith.expr.walk import postorder

TERMS = 72
"""Coefficients that are kept of every series."""

_KEPT = frozenset("sin cos tan asin atan sinh cosh tanh asinh exp log sqrt".split())


class NoSeries(Exception):
    """The function has no series with rational coefficients here, or none that is known."""


class Series:
    """z^order (c0 + c1 z + ...), truncated; with the methods that cards ask of a ball."""

    __slots__ = ("order", "part")

    def __init__(self, part: Any, order: int = 0) -> None:
        ahead = part.valuation() if part else 0
        self.order = order + ahead if part else order
        self.part = fmpq_series(part.coeffs()[ahead:], prec=TERMS) if ahead else part

    def __bool__(self) -> bool:
        return bool(self.part)

    @property
    def coefficients(self) -> list[Fraction]:
        """c0, c1, ... of which c0 is not 0, unless all are."""
        return [Fraction(int(c.p), int(c.q)) for c in self.part.coeffs()]

    def __add__(self, other: Series | int) -> Series:
        other = other if isinstance(other, Series) else number(Fraction(other))
        if not self or not other:
            return self or other
        low = min(self.order, other.order)
        return Series(self._shifted(low) + other._shifted(low), low)

    __radd__ = __add__

    def __neg__(self) -> Series:
        return Series(-self.part, self.order)

    def __sub__(self, other: Series | int) -> Series:
        return self + (-other)

    def __rsub__(self, other: int) -> Series:
        return -self + other

    def __mul__(self, other: Series | int) -> Series:
        other = other if isinstance(other, Series) else number(Fraction(other))
        return Series(self.part * other.part, self.order + other.order)

    __rmul__ = __mul__

    def __truediv__(self, other: Series | int) -> Series:
        other = other if isinstance(other, Series) else number(Fraction(other))
        return self * other.power(Fraction(-1))

    def power(self, p: Fraction) -> Series:
        """Return the series to a rational power; a root needs an even order and a square c0."""
        if not self:
            if p > 0 and p.denominator == 1:
                return self
            raise NoSeries
        if p.denominator > 2 or (self.order * p).denominator > 1:
            raise NoSeries
        base, order = self.part, int(self.order * p)
        if p.denominator == 2:
            try:
                base = base.sqrt()
            except ValueError as error:
                raise NoSeries from error
            p *= 2
        if p < 0:
            base, p = base.inv(), -p
        made = fmpq_series([1], prec=TERMS)
        for _ in range(int(p)):
            made = made * base
        return Series(made, order)

    def expm1(self) -> Series:
        """Return exp - 1."""
        return self.exp() - 1

    def log1p(self) -> Series:
        """Return log(1 + .)."""
        return (self + 1).log()

    def atanh(self) -> Series:
        """Return the inverse hyperbolic tangent; log((1 + z)/(1 - z))/2."""
        return ((1 + self) / (1 - self)).log() * number(Fraction(1, 2))

    def __getattr__(self, name: str) -> Any:
        if name not in _KEPT:
            raise NoSeries
        return lambda: self._by_flint(name)

    def _by_flint(self, name: str) -> Series:
        if self and self.order < 0:
            raise NoSeries
        try:
            return Series(getattr(self._shifted(0), name)())
        except ValueError as error:
            raise NoSeries from error

    def _shifted(self, low: int) -> Any:
        """Return the series divided by z^low, low at most its order."""
        gap = self.order - low if self else 0
        return fmpq_series([0] * gap + self.part.coeffs(), prec=TERMS) if gap else self.part


def number(c: Fraction) -> Series:
    """Return a constant."""
    return Series(fmpq_series([fmpq(c.numerator, c.denominator)], prec=TERMS))


VARIABLE = Series(fmpq_series([0, 1], prec=TERMS))


def series(e: Expr, z: Symbol) -> dict[Expr, Series]:
    """Return the series at z = 0 of e, a function of z alone, and of all its sub-expressions.

    Raises: NoSeries.
    """
    before = ctx.cap
    ctx.cap = TERMS
    try:
        return _known(e, {z: VARIABLE})
    finally:
        ctx.cap = before


def _known(e: Expr, given: Mapping[Expr, Series]) -> dict[Expr, Series]:
    done: dict[Expr, Series] = dict(given)
    for node in postorder(e):
        if node in done:
            continue
        match node:
            case Const():
                done[node] = number(node.value)
            case Add():
                done[node] = sum((number(c) * done[t] for c, t in node.terms), number(Fraction(0)))
            case Contract():
                made = number(Fraction(1))
                for f, _, p in node.factors:
                    made *= done[f].power(p)
                done[node] = made
            case Apply():
                done[node] = _applied(node, [done[a] for a in node.args])
            case Symbol() | Delta() | Select():
                raise NoSeries
            case _:
                assert_never(node)
    return done


def _applied(node: Apply, args: list[Series]) -> Series:
    card = node.atom
    if card.ball is not None:
        try:
            return card.ball(*args)
        except TypeError as error:  # it compares balls, as a function with cases does
            raise NoSeries from error
    if card.meaning is None:
        raise NoSeries
    formals = [symbol(f"?{k}", a.shape) for k, a in enumerate(node.args)]
    definition = card.meaning(*formals)
    return _known(definition, dict(zip(formals, args, strict=True)))[definition]
