"""A certificate that a gradient vanishes at the points listed and nowhere else. Trusted.

Each entry of the gradient is weight * core, the weight positive and the core c_i a polynomial with
rational coefficients in the variables. For every variable x_k there is an identity

    p_k(x_k) = a_1 c_1 + ... + a_n c_n,        p_k = product of f^m, not 0,

checked by multiplying out: where all c_i vanish, x_k is a real zero of some f. A Sturm chain shows
that all real zeros of f lie in the intervals listed. So each zero of the gradient lies in one of
the finitely many products of intervals, and these are judged like the boxes of ``zeros``.

Source: Cox, Little & O'Shea 2015, chapter 3.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Final

from lossmith.evidence import forms
from lossmith.evidence.arithmetic.polynomial import TooLarge, expand
from lossmith.evidence.arithmetic.sturm import Coefficients, all_zeros_within
from lossmith.evidence.forms import Document, Json
from lossmith.evidence.points.krawczyk import Box
from lossmith.evidence.points.zeros import (
    LISTED,
    ROWS,
    ListedZero,
    Row,
    check_cover,
    check_listed,
    check_splits,
    check_variables,
    core_system,
    gradient_system,
    refused,
)
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.sets import Interval, closed

Terms = Mapping[tuple[int, ...], Fraction]
"""A polynomial in several variables: exponents and coefficients."""

MOST = 200_000
"""Most products of terms in one identity: a certificate is checked in seconds or refused."""


@dataclass(frozen=True, slots=True)
class Factor:
    """f^multiplicity, and disjoint intervals in increasing order that hold all real zeros of f."""

    f: Coefficients
    multiplicity: int
    intervals: tuple[tuple[Fraction, Fraction], ...]


@dataclass(frozen=True, slots=True)
class Eliminant:
    """The product of the factors, a polynomial of one variable, is sum of cofactor * core."""

    factors: tuple[Factor, ...]
    cofactors: tuple[Terms, ...]

    @property
    def intervals(self) -> list[Interval]:
        """Where the variable may be at a common zero of the cores."""
        return [closed(lo, hi) for f in self.factors for lo, hi in f.intervals]


@dataclass(frozen=True, slots=True)
class EliminationCertificate:
    """In the declared sets, the gradient of e in wrt vanishes at exactly the listed points.

    splits: (weight, core) for each entry of the gradient.  eliminants: one for each variable.
    rows: as in ``zeros``, for the products of intervals one after another.
    """

    e: Expr
    wrt: tuple[Symbol, ...]
    splits: tuple[tuple[Expr, Expr], ...]
    eliminants: tuple[Eliminant, ...]
    rows: tuple[Row, ...]
    zeros: tuple[ListedZero, ...]

    def to_json(self) -> dict[str, Json]:
        """Return the certificate as plain data."""
        return ELIMINATION.to_json(self)


_NUMBERS: Final = forms.many(forms.NUMBER)
_FACTOR: Final = forms.row(
    Factor,
    _NUMBERS,
    forms.INTEGER,
    forms.many(forms.row(forms.pair, forms.NUMBER, forms.NUMBER)),
)
ELIMINATION: Final = Document(
    "lossmith elimination 1",
    forms.record(
        EliminationCertificate,
        expr=forms.EXPR,
        wrt=forms.many(forms.SYMBOL),
        splits=forms.many(forms.row(forms.pair, forms.EXPR, forms.EXPR)),
        eliminants=forms.many(
            forms.record(
                Eliminant,
                factors=forms.many(_FACTOR),
                cofactors=forms.many(forms.table(forms.many(forms.INTEGER), forms.NUMBER)),
            )
        ),
        rows=ROWS,
        zeros=LISTED,
    ),
    version=None,
)


def check_elimination(c: EliminationCertificate) -> None:
    """Replay the certificate; return if it proves what it says.

    Raises: NotCertified.
    """
    check_variables(c.e, c.wrt)
    gradient, n = gradient_system(c.e, c.wrt), len(c.wrt)
    whole = tuple(x.assumptions.interval for x in c.wrt)
    check_splits(gradient, c.splits, [whole])
    if not gradient.is_smooth(whole):
        raise refused("the formula is not smooth everywhere", "公式并非处处光滑")
    system = core_system(c.e, c.wrt, c.splits)
    system.smooth_on = whole
    cores = [_terms(core, c.wrt) for _, core in c.splits]
    if len(c.eliminants) != n:
        raise refused("a variable has no eliminant", "有一个变量没有消元多项式")
    for k, p in enumerate(c.eliminants):
        _check_identity(p, cores, k)
        for f in p.factors:
            if not all_zeros_within(f.f, f.intervals):
                raise refused("a zero may lie outside the intervals", "可能有零点落在所列区间之外")
    check_listed(system, gradient, c.zeros)
    check_cover(system, c.rows, c.zeros, cells(c.eliminants, whole))


def cells(eliminants: Sequence[Eliminant], whole: Box) -> list[Box]:
    """Return the products of intervals inside the declared sets."""
    return [
        tuple(i.meet(j) for i, j in zip(cell, whole, strict=True))
        for cell in product(*(p.intervals for p in eliminants))
    ]


# -- the identity ----------------------------------------------------------------------------------


def _check_identity(p: Eliminant, cores: Sequence[Terms], k: int) -> None:
    """Refuse unless product of f^m, in variable k, is sum of cofactor * core and not 0."""
    n = len(cores)
    if len(p.cofactors) != n or any(len(m) != n or min(m) < 0 for a in p.cofactors for m in a):
        raise refused(
            "a cofactor is no polynomial of the variables", "有一个余因子不是变量的多项式"
        )
    if any(f.multiplicity < 1 or not f.f or not f.f[-1] for f in p.factors):
        raise refused("an eliminant is not well formed", "有一个消元多项式不合格式")
    total: dict[tuple[int, ...], Fraction] = {}
    if sum(len(a) * len(core) for a, core in zip(p.cofactors, cores, strict=True)) > MOST:
        raise refused("an identity is too long", "有一个恒等式太长")
    for a, core in zip(p.cofactors, cores, strict=True):
        for s, q in a.items():
            for t, r in core.items():
                m = tuple(i + j for i, j in zip(s, t, strict=True))
                total[m] = total.get(m, Fraction(0)) + q * r
    whole = [Fraction(1)]
    for f in p.factors:
        for _ in range(f.multiplicity):
            whole = _times(whole, f.f)
    own = {tuple(q * (i == k) for i in range(n)): c for q, c in enumerate(whole) if c}
    if {m: q for m, q in total.items() if q} != own:
        raise refused("an identity of polynomials does not hold", "有一个多项式恒等式不成立")


def _terms(core: Expr, wrt: Sequence[Symbol]) -> dict[tuple[int, ...], Fraction]:
    """Return a core as a polynomial in the variables."""
    try:
        p = expand(core)[()]
    except TooLarge as error:
        raise refused("a core is too long", "有一个因子太长") from error
    found: dict[tuple[int, ...], Fraction] = {}
    for monomial, c in p.items():
        powers = dict(monomial)
        row = [powers.pop((x, ()), Fraction(0)) for x in wrt]
        if powers or any(q.denominator != 1 or q < 0 for q in row):
            raise refused("a core is no polynomial of the variables", "有一个因子不是变量的多项式")
        found[tuple(int(q) for q in row)] = c
    return found


def _times(a: Sequence[Fraction], b: Sequence[Fraction]) -> list[Fraction]:
    result = [Fraction(0)] * (len(a) + len(b) - 1)
    for i, p in enumerate(a):
        for j, q in enumerate(b):
            result[i + j] += p * q
    return result
