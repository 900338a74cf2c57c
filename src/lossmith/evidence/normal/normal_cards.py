"""Steps to a normal form that concern functions: cards, exponentials, logarithms, signs, angles.

Part of the trusted checker. Each step maps an expression to one that is equal wherever the first
has a value (one-way on purpose: exp(log x) becomes x).
"""

from __future__ import annotations

from typing import Final

from lossmith.atoms.table import ATOMS
from lossmith.evidence.arithmetic.linear import axes
from lossmith.evidence.arithmetic.templates import lift
from lossmith.evidence.normal.normal_terms import (
    ONE,
    everywhere,
    factors_of,
    is_nonnegative,
    is_positive,
    monomial,
    named,
    product,
    remade,
    terms_of,
)
from lossmith.expr.build import (
    add,
    apply,
    const,
    contract,
    multiply,
    negate,
    ones,
    power,
    scale,
    subtract,
)
from lossmith.expr.node import Add, Apply, Const, Contract, Expr, Symbol
from lossmith.rules.equality import LAWS, UNFOLDED

_HIGHEST: Final = 6
"""The largest multiple of an angle that is written out."""

_SMALL: Final = range(2, 1000)

_LAW = {row.lhs.atom.name: row for row in LAWS if isinstance(row.lhs, Apply)}


# -- cards and laws --------------------------------------------------------------------------------


@everywhere(Apply)
def cards(e: Apply) -> Expr:
    """Put meanings and laws in place of the cards that have one in the tables."""
    if e.atom.name in UNFOLDED and e.atom.meaning is not None:
        return e.atom.meaning(*e.args)
    if e.atom.name == "prod_others" and is_positive(e.args[0]):
        # The product of the others is the product of all over the entry, which is not 0.
        (v,) = e.args
        whole = apply(ATOMS["prod"], v)
        return contract([(v, axes(v), -1), (whole, axes(whole), 1)], axes(v))
    row = _LAW.get(e.atom.name)
    if row is None or not isinstance(row.lhs, Apply):
        return e
    pairs = zip(row.lhs.args, e.args, strict=True)
    return lift(row.rhs, {formal: a for formal, a in pairs if isinstance(formal, Symbol)})


# -- one number repeated ---------------------------------------------------------------------------


@everywhere(Apply)
def broadcasts(e: Apply) -> Expr:
    """Write f(s 1) as f(s) 1: a function of a repeated number is a repeated number."""
    if not (e.atom.signature.is_entrywise and e.atom.arity == 1):
        return e
    (a,) = e.args
    split = [(c, factors_of(t)) for c, t in terms_of(a)]
    used = sorted({k for _, fs in split for _, ls, _ in fs for k in ls})
    if len(used) == len(a.shape):
        return e
    place = {k: i for i, k in enumerate(used)}
    shape = tuple(a.shape[k] for k in used)
    terms = [
        (c, product([(f, tuple(place[k] for k in ls), p) for f, ls, p in fs], shape))
        for c, fs in split
    ]
    return product([(apply(e.atom, add(*terms, shape=shape)), tuple(used), ONE)], a.shape)


# -- exponentials and powers with variable exponents -----------------------------------------------


@everywhere(Apply)
def exponentials(e: Apply) -> Expr:
    """exp(a + c b) = exp(a) exp(b)^c; exp(y log u) = u^y; u^(a + c b) for u > 0."""
    t = named(e, "exp")
    if t is not None:
        return product([(_exp(u), axes(t), c) for c, u in terms_of(t)], t.shape)
    if e.atom.name == "power" and is_positive(e.args[0]):
        x, y = e.args
        return product([(_power(x, u), axes(y), c) for c, u in terms_of(y)], y.shape)
    return e


def _exp(t: Expr) -> Expr:
    """Return exp(t): u^y for t = y log u."""
    own = factors_of(t)
    for k, (f, labels, p) in enumerate(own):
        u = named(f, "log")
        if u is not None and p == 1 and labels == axes(t):
            return apply(ATOMS["power"], u, product(own[:k] + own[k + 1 :], t.shape))
    return apply(ATOMS["exp"], t)


def _power(x: Expr, y: Expr) -> Expr:
    """Return x^y for x > 0: of a product > 0 of factors > 0 the product of their powers."""
    c, factors = monomial(x)
    if not all(is_positive(f) for f, _, _ in factors):
        return _power_of(x, y)
    bases = [(product([(f, ls, ONE)], x.shape), p) for f, ls, p in factors]
    bases += [(const(c, x.shape), ONE)] if c != 1 else []
    return product([(_power_of(f, y), axes(x), p) for f, p in bases], x.shape)


def _power_of(f: Expr, y: Expr) -> Expr:
    t = named(f, "exp")
    if t is not None:
        return apply(ATOMS["exp"], multiply(t, y))
    if isinstance(f, Apply) and f.atom.name == "power" and is_positive(f.args[0]):
        return apply(f.atom, f.args[0], multiply(f.args[1], y))
    return apply(ATOMS["power"], f, y)


# -- functions of a product: log, abs, sign --------------------------------------------------------


@everywhere(Apply)
def logarithms(e: Apply) -> Expr:
    """log of a product, a power, an exponential, a product over entries, a number.

    log u = log |u|, since u > 0 wherever log u has a value: so log(u v) and log u + log v meet.
    """
    u = named(e, "log")
    if u is None:
        return e
    c, factors = monomial(u)
    parts = [(p, product([(_log(f), ls, ONE)], u.shape)) for f, ls, p in factors]
    return add(*parts, _log(const(abs(c), u.shape)), shape=u.shape)


def _log(f: Expr) -> Expr:
    """Return log |f|."""
    t = named(f, "exp")
    if t is not None:
        return t
    base = named(f, "power")
    if base is not None and isinstance(f, Apply) and is_positive(base):
        return multiply(f.args[1], apply(ATOMS["log"], base))
    v = named(f, "prod")
    if v is not None and is_positive(v):
        return contract([(apply(ATOMS["log"], v), axes(v), 1)], axes(v)[:-1])
    size = _size(f)
    return _log_of_number(size) if isinstance(size, Const) else apply(ATOMS["log"], size)


def _log_of_number(u: Const) -> Expr:
    """Return log u for a number u > 0: a sum over its small primes, and over what they leave."""
    logs: list[tuple[int, int]] = []
    for left, sign in ((u.value.numerator, 1), (u.value.denominator, -1)):
        for q in _SMALL if left > 1 else ():
            while left % q == 0:
                logs.append((sign, q))
                left //= q
        logs.append((sign, left))
    return add(*((k, apply(ATOMS["log"], const(q, u.shape))) for k, q in logs))


@everywhere(Apply)
def absolutes(e: Apply) -> Expr:
    """|c u v| = |c| |u| |v|, and so of signs; |u| = u for u >= 0; one of u - v and v - u."""
    if e.atom.name not in _OF_ONE:
        return e
    (u,), of_one = e.args, _OF_ONE[e.atom.name]
    c, factors = monomial(u)
    parts = [(of_one(f), ls, p) for f, ls, p in factors]
    return product([(of_one(const(c)), (), ONE), *parts], u.shape)


def _size(u: Expr) -> Expr:
    if is_nonnegative(u):
        return u
    turned = negate(u)
    return apply(ATOMS["abs"], turned if isinstance(u, Add) and turned.digest < u.digest else u)


def _sign(u: Expr) -> Expr:
    if is_positive(u):
        return const(1, u.shape)
    turned = negate(u)
    if isinstance(u, Add) and turned.digest < u.digest:
        return negate(apply(ATOMS["sign"], turned))
    return apply(ATOMS["sign"], u)


_OF_ONE: Final = {"abs": _size, "sign": _sign}


# -- angles ----------------------------------------------------------------------------------------

_SUMS: Final = {
    "sin": ((1, "sin", "cos"), (1, "cos", "sin")),
    "cos": ((1, "cos", "cos"), (-1, "sin", "sin")),
}
"""sin(x + y) = sin x cos y + cos x sin y; cos(x + y) = cos x cos y - sin x sin y."""
_OTHER: Final = {"sin": "cos", "cos": "sin"}


def angles(e: Expr) -> Expr:
    """sin and cos of sums and multiples; sin^2 = 1 - cos^2, and above a sine cos^2 = 1 - sin^2."""
    return _pythagoras(_parted(e))


@everywhere(Apply)
def _parted(e: Apply) -> Expr:
    """sin and cos of a sum or of a small multiple."""
    if e.atom.name not in _SUMS:
        return e
    (t,) = e.args
    terms = terms_of(t)
    c, u = terms[0]
    x = scale(c, u)
    if len(terms) == 1:
        if c < 0:
            flipped = apply(e.atom, negate(t))
            return negate(flipped) if e.atom.name == "sin" else flipped
        if c.denominator != 1 or not 1 < c <= _HIGHEST:
            return e
        x = u
    y = subtract(t, x)
    parts = _SUMS[e.atom.name]
    return add(*((k, multiply(apply(ATOMS[f], x), apply(ATOMS[g], y))) for k, f, g in parts))


@everywhere(Contract)
def _pythagoras(e: Contract) -> Expr:
    below = [(f, ls) for f, ls, p in e.factors if p < 0]
    for k, (f, ls, p) in enumerate(e.factors):
        if p < 2 or not isinstance(f, Apply) or f.atom.name not in _OTHER:
            continue
        other = apply(ATOMS[_OTHER[f.atom.name]], *f.args)
        if f.atom.name == "sin" or (other, ls) in below:
            square = add(ones(f.shape), (-1, power(other, 2)))
            rest = [g for j, g in enumerate(e.factors) if j != k]
            return remade(e, [*rest, (f, ls, p - 2), (square, ls, ONE)])
    return e
