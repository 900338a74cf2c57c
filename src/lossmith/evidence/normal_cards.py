"""Steps to a normal form that concern functions: cards, exponentials, logarithms, signs, angles.

Part of the trusted checker. Each step maps an expression to one that is equal wherever the first
has a value (one-way on purpose: exp(log x) becomes x).
"""

from __future__ import annotations

from typing import Final

from lossmith.atoms.table import ATOMS
from lossmith.evidence.enclose import bounds, is_defined
from lossmith.evidence.linear import axes
from lossmith.evidence.normal_terms import (
    ONE,
    factors_of,
    is_nonnegative,
    is_positive,
    named,
    product,
    shared,
)
from lossmith.evidence.premise import lift
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
from lossmith.expr.node import Add, Apply, Const, Contract, Expr, Factor, Symbol
from lossmith.expr.types import Shape
from lossmith.expr.walk import map_up
from lossmith.rules.equality import LAWS, UNFOLDED

_HIGHEST: Final = 6
"""The largest multiple of an angle that is written out."""

_LAW = {row.lhs.atom.name: row for row in LAWS if isinstance(row.lhs, Apply)}


# -- cards and laws --------------------------------------------------------------------------------


def cards(e: Expr) -> Expr:
    """Put meanings and laws in place of the cards that have one in the tables."""
    return map_up(e, _card)


def _card(e: Expr) -> Expr:
    if not isinstance(e, Apply):
        return e
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


def values(e: Expr) -> Expr:
    """f(k u) for k in {-1, 1} is (1 + k)/2 f(u) + (1 - k)/2 f(-u); the same for any two values.

    Only where f has a value at both.
    """
    return map_up(e, _value)


def _value(e: Expr) -> Expr:
    if not (isinstance(e, Apply) and e.atom.signature.is_entrywise and e.atom.arity == 1):
        return e
    (u,) = e.args
    c, product_ = (u.terms[0]) if isinstance(u, Add) and len(u.terms) == 1 else (ONE, u)
    if not isinstance(product_, Contract) or product_.summed:
        return e
    for k, (s, labels, p) in enumerate(product_.factors):
        two = s.assumptions.values if isinstance(s, Symbol) else None
        if two is None or len(two) != 2 or p != 1:
            continue
        rest = product([f for j, f in enumerate(product_.factors) if j != k], u.shape)
        at = [apply(e.atom, scale(c * v, rest)) for v in two]
        if not all(is_defined(a, lambda f: bounds(f, {})[f]) for a in at):
            continue
        spread = product([(s, labels, ONE)], u.shape)
        width = two[1] - two[0]
        low = add((two[1] / width, const(1, u.shape)), (-1 / width, spread))
        high = add((1 / width, spread), (-two[0] / width, const(1, u.shape)))
        return add(multiply(low, at[0]), multiply(high, at[1]))
    return e


# -- one number repeated ---------------------------------------------------------------------------


def broadcasts(e: Expr) -> Expr:
    """Write f(s 1) as f(s) 1: a function of a repeated number is a repeated number."""
    return map_up(e, _broadcast)


def _broadcast(e: Expr) -> Expr:
    if not (isinstance(e, Apply) and e.atom.signature.is_entrywise and e.atom.arity == 1):
        return e
    (a,) = e.args
    if not a.shape or not (isinstance(a, Add) or (isinstance(a, Contract) and not a.summed)):
        return e
    terms = a.terms if isinstance(a, Add) else ((ONE, a),)
    split = [(c, factors_of(t)) for c, t in terms]
    used = sorted({k for _, fs in split for _, ls, _ in fs for k in ls})
    if len(used) == len(a.shape):
        return e
    place = {k: i for i, k in enumerate(used)}
    shape = tuple(a.shape[k] for k in used)
    small = add(
        *(
            (c, product([(f, tuple(place[k] for k in ls), p) for f, ls, p in fs], shape))
            for c, fs in split
        ),
        shape=shape,
    )
    out = axes(a)
    return contract([(apply(e.atom, small), tuple(used), 1), (ones(a.shape), out, 1)], out)


# -- exponentials and powers with variable exponents -----------------------------------------------


def exponentials(e: Expr) -> Expr:
    """exp(a + c b) = exp(a) exp(b)^c; exp(y log u) = u^y; u^(a + c b) for u > 0."""
    return map_up(e, _exponential)


def _exponential(e: Expr) -> Expr:
    t = named(e, "exp")
    if t is not None:
        return _exp_of(t, e)
    if isinstance(e, Apply) and e.atom.name == "power" and is_positive(e.args[0]):
        return _power_of(e.args[0], e.args[1], e)
    return e


def _exp_of(t: Expr, e: Expr) -> Expr:
    if isinstance(t, Add):
        return multiply(const(1, t.shape), *(power(apply(ATOMS["exp"], u), c) for c, u in t.terms))
    u = named(t, "log")
    if u is not None:
        return u
    if isinstance(t, Contract) and not t.summed:
        logs = [
            f for f in t.factors if named(f[0], "log") is not None and f[2] == 1
            and f[1] == axes(t)
        ]  # fmt: skip
        if len(logs) == 1:
            base = named(logs[0][0], "log")
            assert base is not None
            rest = [f for f in t.factors if f is not logs[0]]
            return apply(ATOMS["power"], base, product(rest, t.shape))
    return e


def _power_of(x: Expr, y: Expr, e: Expr) -> Expr:
    if isinstance(y, Add):
        parts = [
            power(x, c * u.value) if isinstance(u, Const)
            else power(apply(ATOMS["power"], x, u), c)
            for c, u in y.terms
        ]  # fmt: skip
        return multiply(const(1, y.shape), *parts)
    t = named(x, "exp")
    if t is not None:
        return apply(ATOMS["exp"], multiply(t, y))
    if isinstance(x, Apply) and x.atom.name == "power" and is_positive(x.args[0]):
        return apply(ATOMS["power"], x.args[0], multiply(x.args[1], y))
    if isinstance(x, Add) and len(x.terms) == 1 and x.terms[0][0] > 0:
        c, u = x.terms[0]
        raised = apply(ATOMS["power"], const(c, x.shape), y)
        return multiply(raised, apply(ATOMS["power"], u, y))
    if isinstance(x, Contract) and not x.summed:
        own = factors_of(x)
        if len(own) + (own != [(x, axes(x), ONE)]) > 1 and all(is_positive(f) for f, _, _ in own):
            spread = [product([(f, ls, ONE)], x.shape) for f, ls, _ in own]
            parts = [
                power(apply(ATOMS["power"], u, y), p)
                for u, (_, _, p) in zip(spread, own, strict=True)
            ]
            return multiply(const(1, x.shape), *parts)
    return e


# -- logarithms ------------------------------------------------------------------------------------


def logarithms(e: Expr) -> Expr:
    """log of a product, a power, an exponential, a product over entries, a number."""
    return map_up(e, _logarithm)


def _logarithm(e: Expr) -> Expr:
    u = named(e, "log")
    if u is None:
        return e
    log = ATOMS["log"]
    if isinstance(u, Const):
        return _log_of_number(u, e)
    if isinstance(u, Add) and len(u.terms) == 1 and u.terms[0][0] > 0:
        c, t = u.terms[0]
        return add(apply(log, const(c, u.shape)), apply(log, t))
    if isinstance(u, Add):
        return _log_of_sum(u, e)
    t = named(u, "exp")
    if t is not None:
        return t
    if isinstance(u, Apply) and u.atom.name == "power" and is_positive(u.args[0]):
        return multiply(u.args[1], apply(log, u.args[0]))
    v = named(u, "prod")
    if v is not None and is_positive(v):
        rank = len(v.shape)
        return contract([(apply(log, v), tuple(range(rank)), 1)], tuple(range(rank - 1)))
    if isinstance(u, Contract) and not u.summed:
        return _log_of_product(u, e)
    return _log_of_size(u, e)


def _log_of_size(u: Expr, e: Expr) -> Expr:
    """log u = log |u|: u > 0 wherever log u has a value. So log(u v) and log u + log v meet."""
    if is_nonnegative(u) or named(u, "abs") is not None:
        return e
    return apply(ATOMS["log"], apply(ATOMS["abs"], u))


def _log_of_number(u: Const, e: Expr) -> Expr:
    if u.value <= 0 or max(u.value.numerator, u.value.denominator) > 10**6:
        return e
    primes: dict[int, int] = {}
    for number, sign in ((u.value.numerator, 1), (u.value.denominator, -1)):
        rest, q = number, 2
        while rest > 1:
            while rest % q == 0:
                primes[q] = primes.get(q, 0) + sign
                rest //= q
            q += 1
    if list(primes.values()) == [1] and u.value.denominator == 1:
        return e
    log = ATOMS["log"]
    return add(*((k, apply(log, const(q, u.shape))) for q, k in primes.items()), shape=u.shape)


def _log_of_sum(u: Add, e: Expr) -> Expr:
    """log(c m s) = log c + log m + log s: c > 0 and the monomial m > 0 are shared by all terms."""
    found = shared(u)
    if found is None:
        return _log_of_size(u, e)
    c, common, rest = found
    if not all(is_positive(f) or p.numerator % 2 == 0 for f, _, p in common):
        return _log_of_size(u, e)
    log = ATOMS["log"]
    parts = [apply(log, const(c, u.shape))] if c != 1 else []
    parts += [_log_of_factor(f, u.shape) for f in common]
    return add(*parts, apply(log, rest))


def _log_of_factor(factor: Factor, shape: Shape) -> Expr:
    f, labels, p = factor
    log = ATOMS["log"]
    inside = f if is_positive(f) or p.numerator % 2 else apply(ATOMS["abs"], f)
    return scale(p, product([(apply(log, inside), labels, ONE)], shape))


def _log_of_product(u: Contract, e: Expr) -> Expr:
    """The log of a product > 0 is the sum of logs: of |f| where f may be negative.

    One factor of unknown sign is > 0 itself, since the others are.
    """
    own = factors_of(u)
    if own == [(u, axes(u), ONE)] or not own:
        return e
    unknown = [f for f in own if not is_positive(f[0]) and f[2].numerator % 2]
    if len(unknown) > 1:
        own = [
            (apply(ATOMS["abs"], f), ls, p) if not is_positive(f) else (f, ls, p)
            for f, ls, p in own
        ]
        log = ATOMS["log"]
        return add(
            *((p, product([(apply(log, f), ls, ONE)], u.shape)) for f, ls, p in own), shape=u.shape
        )
    return add(*(_log_of_factor(f, u.shape) for f in own), shape=u.shape)


# -- absolute values -------------------------------------------------------------------------------


def absolutes(e: Expr) -> Expr:
    """|c u v| = |c| |u| |v|, |u| = u for u >= 0; of u - v and v - u one is kept, also in sign."""
    return map_up(e, _absolute)


def _absolute(e: Expr) -> Expr:
    u = named(e, "abs")
    if u is not None:
        return _abs_of(u, e)
    u = named(e, "sign")
    if u is None:
        return e
    if is_positive(u):
        return const(1, u.shape)
    turned = negate(u)
    if turned.digest < u.digest:
        return negate(apply(ATOMS["sign"], turned))
    return e


def _abs_of(u: Expr, e: Expr) -> Expr:
    if is_nonnegative(u):
        return u
    size = ATOMS["abs"]
    if isinstance(u, Add):
        if len(u.terms) == 1:
            c, t = u.terms[0]
            return scale(abs(c), apply(size, t))
        found = shared(u)
        if found is not None:
            c, common, rest = found
            parts = [_raised_abs(f, u.shape) for f in common]
            return multiply(const(c, u.shape), *parts, apply(size, rest))
        turned = negate(u)
        return apply(size, turned) if turned.digest < u.digest else e
    if isinstance(u, Contract) and not u.summed:
        own = factors_of(u)
        if own and own != [(u, axes(u), ONE)]:
            return multiply(const(1, u.shape), *(_raised_abs(f, u.shape) for f in own))
    return e


def _raised_abs(factor: Factor, shape: Shape) -> Expr:
    f, labels, p = factor
    return product([(apply(ATOMS["abs"], f), labels, p)], shape)


# -- angles ----------------------------------------------------------------------------------------


def angles(e: Expr) -> Expr:
    """sin and cos of sums and multiples; sin^2 = 1 - cos^2."""
    return map_up(e, _angle)


def _angle(e: Expr) -> Expr:
    if isinstance(e, Contract):
        return _pythagoras(e)
    t = named(e, "sin")
    if t is None:
        t = named(e, "cos")
    if t is None or not isinstance(t, Add) or not isinstance(e, Apply):
        return e
    sin, cos = ATOMS["sin"], ATOMS["cos"]
    is_sin = e.atom is sin
    c, u = t.terms[0]
    if len(t.terms) == 1:
        if c < 0:
            flipped = apply(e.atom, scale(-c, u))
            return negate(flipped) if is_sin else flipped
        if c.denominator != 1 or not 2 <= c <= _HIGHEST:
            return e
        x, y = u, scale(c - 1, u)
    else:
        x, y = scale(c, u), subtract(t, scale(c, u))
    if is_sin:
        return add(multiply(apply(sin, x), apply(cos, y)), multiply(apply(cos, x), apply(sin, y)))
    return subtract(multiply(apply(cos, x), apply(cos, y)), multiply(apply(sin, x), apply(sin, y)))


def _pythagoras(e: Contract) -> Expr:
    for k, (f, labels, p) in enumerate(e.factors):
        u = named(f, "sin")
        if u is None or p.denominator != 1 or p < 2:
            continue
        cosine = apply(ATOMS["cos"], u)
        square = subtract(const(1, u.shape), power(cosine, 2))
        rest = [g for j, g in enumerate(e.factors) if j != k]
        if p > 2:
            rest.append((f, labels, p - 2))
        return contract([*rest, (square, labels, ONE)], axes(e), e.shape)
    return e
