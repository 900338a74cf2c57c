"""Exact polynomials with rational coefficients over the entries of expressions.

Part of the trusted checker. Only expressions with numeric sizes are expanded; what is not a sum,
product or power becomes a formal generator, so an identity found here holds for all its values.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import product as tuples
from math import comb

from lossmith.atoms.table import ATOMS
from lossmith.expr.build import add, apply, const, multiply, power
from lossmith.expr.node import Add, Apply, Const, Contract, Delta, Expr, Symbol
from lossmith.expr.sets import Interval
from lossmith.expr.walk import dependents, postorder

Entry = tuple[int, ...]
Generator = tuple[Expr, Entry]
Monomial = frozenset[tuple[Generator, Fraction]]
Polynomial = dict[Monomial, Fraction]
Matrix = list[list[Fraction]]

UNIT: Monomial = frozenset()
BY_EXP = ("exp", "sigmoid", "softplus")
LIMIT = 4000
"""Most terms that an expansion may reach: a certificate is checked in milliseconds or refused."""


class TooLarge(Exception):
    """The expansion has letters for sizes, or more than ``LIMIT`` terms."""


def expand(root: Expr) -> dict[Entry, Polynomial]:
    """Return every entry of root as a polynomial; exponents may be negative or fractional.

    Raises: TooLarge.
    """
    return Expansion().expand(root)


class Expansion:
    """Expansions that share their compound generators (sums raised to other powers).

    exponential: sigmoid and softplus of scalars are written by exp (and log), so that formulas
    that mix them meet in one form. exp of a sum is always a product of powers of exponentials.
    most: terms that a product may reach.
    """

    def __init__(self, *, exponential: bool = False, most: int = LIMIT) -> None:
        self.sums: dict[Generator, Polynomial] = {}
        self.exponential = exponential
        self.most = most

    def expand(self, root: Expr) -> dict[Entry, Polynomial]:
        """Return every entry of root as a polynomial."""
        found: dict[Expr, dict[Entry, Polynomial]] = {}
        for e in postorder(root):
            found[e] = self._entries(e, found)
        return found[root]

    def _entries(
        self, e: Expr, found: dict[Expr, dict[Entry, Polynomial]]
    ) -> dict[Entry, Polynomial]:
        sizes = [d if isinstance(d, int) else 0 for d in e.shape]
        if 0 in sizes:
            raise TooLarge
        places = list(tuples(*(range(d) for d in sizes)))
        match e:
            case Const():
                return {k: _constant(e.value) for k in places}
            case Delta():
                return {k: _constant(Fraction(k[0] == k[1])) for k in places}
            case Add():
                return {k: plus((c, found[t][k]) for c, t in e.terms) for k in places}
            case Contract():
                return self._product(e, found, places)
            case Apply() if not e.shape and e.atom.name in BY_EXP:
                return {(): self._exponential(e, found)}
            case _:
                return {k: {frozenset({((e, k), Fraction(1))}): Fraction(1)} for k in places}

    def _product(
        self, e: Contract, found: dict[Expr, dict[Entry, Polynomial]], places: list[Entry]
    ) -> dict[Entry, Polynomial]:
        sizes = e.sizes()
        if not all(isinstance(d, int) for d in sizes.values()):
            raise TooLarge
        summed = e.summed
        result: dict[Entry, Polynomial] = {}
        for k in places:
            terms: list[tuple[Fraction, Polynomial]] = []
            for inner in tuples(*(range(int(sizes[s])) for s in summed)):
                at = {**dict(enumerate(k)), **dict(zip(summed, inner, strict=True))}
                value = _constant(Fraction(1))
                for f, labels, p in e.factors:
                    entry = tuple(at[q] for q in labels)
                    power_of_f = self._power(f, entry, found[f][entry], p)
                    value = times(value, power_of_f, self.most)
                terms.append((Fraction(1), value))
            result[k] = plus(terms)
        return result

    def _power(self, f: Expr, entry: Entry, base: Polynomial, p: Fraction) -> Polynomial:
        if p.denominator == 1 and 0 <= p <= 12:
            return natural_power(base, int(p), self.most)
        if len(base) == 1:
            ((monomial, c),) = base.items()
            if c == 1 and (p.denominator == 1 or len(monomial) == 1):
                whole = all(q == 1 for _, q in monomial)
                # (x^2)^(1/2) is not x: fractional powers are taken of bare generators only.
                if p.denominator == 1 or whole:
                    return {frozenset((g, q * p) for g, q in monomial): Fraction(1)}
        generator = (f, entry)
        self.sums[generator] = base
        return {frozenset({(generator, p)}): Fraction(1)}

    def _exponential(self, e: Apply, found: dict[Expr, dict[Entry, Polynomial]]) -> Polynomial:
        """Return exp(u), and if asked sigmoid(u) and softplus(u), by exponentials of monomials."""
        one = Fraction(1)
        plain: Polynomial = {frozenset({((e, ()), one)}): one}
        if e.atom.name != "exp" and not self.exponential:
            return plain
        powers: dict[Generator, Fraction] = {}
        for m, c in found[e.args[0]][()].items():
            inner = _scalar_monomial(m)
            if inner is None:
                return plain
            key = (apply(ATOMS["exp"], inner), ())
            # Two monomials may be one expression: |x|^2 and x^2.
            powers[key] = powers.get(key, Fraction(0)) + c
        raised: Polynomial = {frozenset((g, q) for g, q in powers.items() if q): one}
        if e.atom.name == "exp":
            return raised
        grown = add((1, const(1)), (1, apply(ATOMS["exp"], e.args[0])))
        if e.atom.name == "softplus":
            return {frozenset({((apply(ATOMS["log"], grown), ()), one)}): one}
        below = self._power(grown, (), plus([(one, _constant(one)), (one, raised)]), -one)
        return times(raised, below, self.most)

    def is_zero(self, p: Polynomial) -> bool:
        """Return whether p vanishes wherever it is defined (sums cleared from denominators)."""
        for g in reversed(self.sums):
            p = self._cleared(p, g)
        return not p

    def _cleared(self, p: Polynomial, g: Generator) -> Polynomial:
        powers = [dict(m).get(g, Fraction(0)) for m in p]
        least = min(powers, default=Fraction(0))
        if any((q - least).denominator != 1 for q in powers):
            return p
        terms: list[tuple[Fraction, Polynomial]] = []
        for (m, c), q in zip(p.items(), powers, strict=True):
            rest: Polynomial = {frozenset(x for x in m if x[0] != g): Fraction(1)}
            terms.append((c, times(rest, natural_power(self.sums[g], int(q - least)))))
        return plus(terms)


def _scalar_monomial(m: Monomial) -> Expr | None:
    """Return a monomial of scalar generators as an expression; None if it holds entries."""
    if any(k for (_, k), _ in m):
        return None
    factors = sorted(m, key=lambda f: f[0][0].digest)
    return multiply(const(1), *(power(g[0], q) for g, q in factors))


def _constant(c: Fraction) -> Polynomial:
    return {UNIT: c} if c else {}


def plus(terms: Iterable[tuple[Fraction, Polynomial]]) -> Polynomial:
    """Return the sum of coefficient * polynomial."""
    total: Polynomial = {}
    for c, p in terms:
        for m, q in p.items():
            total[m] = total.get(m, Fraction(0)) + c * q
    return {m: q for m, q in total.items() if q}


def times(a: Polynomial, b: Polynomial, most: int = LIMIT) -> Polynomial:
    """Return the product.  Raises: TooLarge beyond so many products of terms."""
    if len(a) * len(b) > most:
        raise TooLarge
    total: Polynomial = {}
    for m, c in a.items():
        for n, d in b.items():
            powers = dict(m)
            for g, q in n:
                powers[g] = powers.get(g, Fraction(0)) + q
            key = frozenset((g, q) for g, q in powers.items() if q)
            total[key] = total.get(key, Fraction(0)) + c * d
    return {m: q for m, q in total.items() if q}


def natural_power(p: Polynomial, k: int, most: int = LIMIT) -> Polynomial:
    """Return p^k for a whole k >= 0.  Raises: TooLarge."""
    result = _constant(Fraction(1))
    for _ in range(k):
        result = times(result, p, most)
    return result


def same(a: Expr, b: Expr) -> bool:
    """Return whether a = b wherever both are defined, by expansion; False if that does not show."""
    if a.shape != b.shape:
        return False
    return any(_are_same(a, b, Expansion(exponential=wide)) for wide in (False, True))


def _are_same(a: Expr, b: Expr, both: Expansion) -> bool:
    try:
        left, right = both.expand(a), both.expand(b)
        one = Fraction(1)
        return all(both.is_zero(plus([(one, left[k]), (-one, right[k])])) for k in left)
    except TooLarge:
        return False


# -- quadratics ------------------------------------------------------------------------------------


def is_polynomial(e: Expr, wrt: Sequence[Symbol]) -> bool:
    """Return whether the block enters by sums, products and natural powers alone."""
    moving = dependents(e, wrt)
    for m in moving:
        natural = isinstance(m, Contract) and all(
            f not in moving or (p.denominator == 1 and p > 0) for f, _, p in m.factors
        )
        if not (natural or isinstance(m, Symbol | Add)):
            return False
    return True


def hessian_of_quadratic(e: Expr, wrt: Sequence[Expr]) -> Matrix | None:
    """Return the Hessian of a scalar polynomial of degree <= 2 in the entries of wrt.

    None if e is of another kind, or its second derivatives are not numbers.
    """
    return _quadratic(e, wrt, whole=False)


def gram_of_quadratic(e: Expr, wrt: Sequence[Expr]) -> Matrix | None:
    """Return G with e = (x, 1)' G (x, 1), x the entries of wrt; None unless all are numbers."""
    return _quadratic(e, wrt, whole=True)


def _quadratic(e: Expr, wrt: Sequence[Expr], *, whole: bool) -> Matrix | None:
    try:
        p = expand(e)[()]
    except (TooLarge, KeyError):
        return None
    order = [
        (s, k) for s in wrt for k in tuples(*(range(d) for d in s.shape if isinstance(d, int)))
    ]
    if any(isinstance(d, str) for s in wrt for d in s.shape):
        return None
    place = {g: k for k, g in enumerate(order)}
    inside = {s for s in wrt}
    last = len(order)
    size = last + 1 if whole else last
    matrix = [[Fraction(0)] * size for _ in range(size)]
    for m, c in p.items():
        own = {g: q for g, q in m if g in place}
        if any(g not in place and _mentions(g[0], inside) for g, _ in m):
            return None
        degree = sum(own.values())
        if any(q.denominator != 1 or q < 0 for q in own.values()) or degree > 2:
            return None
        if degree < 2 and not whole:
            continue
        if len(own) != len(m):
            return None
        spots = [place[g] for g, q in own.items() for _ in range(int(q))]
        i, j = (*spots, *[last] * (2 - len(spots)))
        matrix[i][j] += c / 2 if whole else c
        matrix[j][i] += c / 2 if whole else c
    return matrix


def _mentions(e: Expr, wanted: set[Expr]) -> bool:
    return any(s in wanted for s in postorder(e))


def is_psd(matrix: Matrix, *, definite: bool = False) -> bool:
    """Return whether a symmetric rational matrix is psd (or pd), by exact LDL' elimination."""
    a = [row[:] for row in matrix]
    n = len(a)
    for k in range(n):
        pivot = a[k][k]
        if pivot < 0 or (pivot == 0 and (definite or any(a[k][j] for j in range(k, n)))):
            return False
        if pivot == 0:
            continue
        for i in range(k + 1, n):
            ratio = a[i][k] / pivot
            if ratio:
                for j in range(k, n):
                    a[i][j] -= ratio * a[k][j]
    return True


# -- one variable ----------------------------------------------------------------------------------


def coefficients(e: Expr, x: Expr) -> list[Fraction] | None:
    """Return the coefficients of a polynomial in x alone, lowest first; None for other e."""
    try:
        p = expand(e)[()]
    except (TooLarge, KeyError):
        return None
    result: dict[int, Fraction] = {0: Fraction(0)}
    for m, c in p.items():
        powers = dict(m)
        q = powers.pop((x, ()), Fraction(0))
        if powers or q.denominator != 1 or q < 0:
            return None
        result[int(q)] = c
    return [result.get(k, Fraction(0)) for k in range(max(result) + 1)]


def shifted(p: Sequence[Fraction], a: Fraction, sign: int = 1) -> list[Fraction]:
    """Return the coefficients of p(a + sign*s) in s."""
    n = len(p)
    return [
        sign**k * sum((p[j] * comb(j, k) * a ** (j - k) for j in range(k, n)), Fraction(0))
        for k in range(n)
    ]


def positive_coefficients(p: Sequence[Fraction], box: Interval) -> list[Fraction]:
    """Return numbers whose signs bound that of p on the box: all >= 0 implies p >= 0 there.

    Bernstein coefficients on a bounded box; Taylor coefficients at the finite end of a half-line.
    """
    if box.lo is None:
        if box.hi is None:
            even = all(not c for c in p[1::2])
            return list(p) if even else [Fraction(-1)]
        return shifted(p, box.hi, -1)
    if box.hi is None:
        return shifted(p, box.lo)
    local = shifted(p, box.lo)
    width, n = box.hi - box.lo, len(p) - 1
    scaled = [c * width**k for k, c in enumerate(local)]
    return [
        sum((scaled[i] * Fraction(comb(k, i), comb(n, i)) for i in range(k + 1)), Fraction(0))
        for k in range(n + 1)
    ]
