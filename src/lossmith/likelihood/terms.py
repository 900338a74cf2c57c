"""A formula as a sum of monomials, so that two of them can be compared term by term.

Sums inside products are multiplied out, also under an index that is summed; a few functions are
turned to one sign of their argument. Interning makes equal monomials one object, so a difference
in which all of them cancel is proved constant.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Final

from lossmith.atoms import arithmetic
from lossmith.atoms.activation import logcosh, softplus
from lossmith.atoms.exponential import exp, log, log1p, rel_entr, xlogx
from lossmith.atoms.piecewise import huber, relu
from lossmith.atoms.trigonometric import cos, cosh
from lossmith.atoms.vector import norm2, norminf
from lossmith.calculus.normalize import normalize
from lossmith.evidence.normal.normal_cards import broadcasts
from lossmith.expr import build
from lossmith.expr.node import Add, Apply, Const, Contract, Delta, Expr, Factor, Symbol
from lossmith.expr.ranges import enclosure
from lossmith.expr.walk import depends_on, map_up

_MOST: Final = 400
"""Monomials beyond which a product is left as it stands."""
_HIGHEST: Final = 4
_ONE = Fraction(1)

EVEN: Final = frozenset({arithmetic.abs, logcosh, cos, cosh, norm2, norminf})
"""Functions with phi(-z) = phi(z)."""

REFLECTED: Final = frozenset({softplus, relu})
"""Functions with phi(-z) = phi(z) - z."""

Terms = Mapping[Expr, Expr]
"""core -> weight: the sum of weight * core, every weight a scalar free of the variables."""


@lru_cache(maxsize=512)
def canonical(e: Expr) -> Expr:
    """Return e with known functions recognized and everything multiplied out."""
    # Logarithms first: a product under one is a sum only as long as it is not multiplied out.
    found = map_up(broadcasts(map_up(normalize(e).end, _logs_split)), _turned)
    # A recognition may become possible only after brackets are gone, and the other way round.
    return map_up(normalize(found).end, _turned)


def monomials(e: Expr, wrt: Collection[Symbol]) -> dict[Expr, Expr]:
    """Return e, canonical, as core -> weight; the core 1 holds what is free of the variables."""
    one = build.const(1)
    found: dict[Expr, list[Expr]] = {}
    terms = e.terms if isinstance(e, Add) else ((_ONE, e),)
    for c, t in terms:
        weight, core = _parted(t, wrt)
        if not depends_on(core, wrt):
            weight, core = build.multiply(weight, core), one
        found.setdefault(core, []).append(build.scale(c, weight))
    return {core: build.add(*parts, shape=()) for core, parts in found.items()}


def _parted(t: Expr, wrt: Collection[Symbol]) -> tuple[Expr, Expr]:
    """Return (weight, core): the scalar factors free of the variables, and the rest."""
    if not isinstance(t, Contract):
        return build.const(1), t
    free = [f for f in t.factors if not f[1] and not f[0].shape and not depends_on(f[0], wrt)]
    if not free:
        return build.const(1), t
    rest = [f for f in t.factors if f not in free]
    out = tuple(range(t.rank))
    weight = build.contract(free, ())
    return weight, build.contract(rest, out, t.shape)


def _logs_split(e: Expr) -> Expr:
    if isinstance(e, Apply) and e.atom is log1p:
        e = build.apply(log, build.add((1, build.ones(e.shape)), (1, e.args[0])))
    if isinstance(e, Apply) and e.atom is rel_entr:  # x log x - x log y: the first is constant
        x, y = (build.broadcast(a, e.shape) if not a.shape else a for a in e.args)
        apart = _log_of(y) or build.apply(log, y)
        return build.subtract(build.apply(xlogx, x), build.multiply(x, apart))
    if isinstance(e, Apply) and e.atom is arithmetic.power and _is_positive(e.args[0]):
        u = e.args[0]
        exponent = build.broadcast(e.args[1], u.shape) if not e.args[1].shape else e.args[1]
        return build.apply(exp, build.multiply(exponent, _log_of(u) or build.apply(log, u)))
    if not isinstance(e, Apply) or e.atom is not log:
        return e
    return _log_of(e.args[0]) or _log_of_two(e.args[0]) or e


def _log_of_two(z: Expr) -> Expr | None:
    """Return log(c exp a + c exp b) as a + softplus(b - a) + log c, None for another sum."""
    if not isinstance(z, Add) or len(z.terms) != 2 or z.terms[0][0] != z.terms[1][0]:
        return None
    c, parts = z.terms[0][0], [t for _, t in z.terms]
    inner = [t.args[0] for t in parts if isinstance(t, Apply) and t.atom is exp]
    if c <= 0 or len(inner) != 2:
        return None
    a, b = sorted(inner, key=lambda arg: arg.digest)
    found = build.add(a, build.apply(softplus, build.subtract(b, a)))
    if c == 1:
        return found
    return build.add(found, build.apply(log, build.const(c, z.shape)))


def _turned(e: Expr) -> Expr:
    """Return a node with its products multiplied out and its arguments turned to one sign."""
    match e:
        case Contract() | Add():
            return _distributed(e)
        case Apply():
            return _reflected(e)
        case _:
            return e


# -- multiplying out -----------------------------------------------------------------------------


def _distributed(e: Expr) -> Expr:
    """Return e as a sum of products without sums among their factors."""
    terms = e.terms if isinstance(e, Add) else ((_ONE, e),)
    done: list[tuple[Fraction, Expr]] = []
    for c, t in terms:
        t = _flat(t)
        if not isinstance(t, Contract) or not any(_opens(f) for f in t.factors):
            done.append((c, t))
            continue
        opened = _opened(t)
        if opened is None:
            done.append((c, t))
            continue
        done += [(c * q, u) for q, u in opened]
    return build.add(*done, shape=e.shape)


def _flat(t: Expr) -> Expr:
    """Return a product with small powers of matrix products written out: |Xw|^2 = w'X'Xw."""
    if isinstance(t, Contract) and any(_is_power_of_exp(f) for f in t.factors):
        out = tuple(range(t.rank))
        t = build.contract([_exp_of_multiple(f) for f in t.factors], out, t.shape)
    if not isinstance(t, Contract) or not any(_folds(f) for f in t.factors):
        return t
    spare = max((k for _, labels, _ in t.factors for k in labels), default=0) + len(t.shape) + 1
    factors: list[Factor] = []
    for f, labels, p in t.factors:
        if not _folds((f, labels, p)):
            factors.append((f, labels, p))
            continue
        assert isinstance(f, Contract)
        for _ in range(int(p)):
            names = dict(enumerate(labels))
            for k in f.summed:
                names[k] = spare
                spare += 1
            factors += [(g, tuple(names[k] for k in ls), q) for g, ls, q in f.factors]
    return build.contract(factors, tuple(range(t.rank)), t.shape)


def _is_power_of_exp(factor: Factor) -> bool:
    return isinstance(factor[0], Apply) and factor[0].atom is exp and factor[2] != 1


def _exp_of_multiple(factor: Factor) -> Factor:
    """Return exp(z)^p as exp(p z)."""
    f, labels, p = factor
    if not _is_power_of_exp(factor) or not isinstance(f, Apply):
        return factor
    return build.apply(exp, _distributed(build.scale(p, f.args[0]))), labels, _ONE


def _folds(factor: Factor) -> bool:
    f, _, p = factor
    return isinstance(f, Contract) and bool(f.summed) and p.denominator == 1 and 2 <= p <= 3


def _opens(factor: Factor) -> bool:
    f, _, p = factor
    if p.denominator != 1 or not 1 <= p <= _HIGHEST:
        return False
    return isinstance(f, Add) or (isinstance(f, Contract) and p == 1 and _holds_sum(f))


def _holds_sum(f: Contract) -> bool:
    return any(isinstance(g, Add) and q.denominator == 1 and q >= 1 for g, _, q in f.factors)


def _opened(t: Contract) -> list[tuple[Fraction, Expr]] | None:
    """Return the terms of a product with its sums multiplied out, None if they are too many."""
    partial: list[tuple[Fraction, list[Factor]]] = [(_ONE, [f for f in t.factors if not _opens(f)])]
    for f, labels, p in (g for g in t.factors if _opens(g)):
        inside = f if isinstance(f, Add) else _distributed(f)
        summands = inside.terms if isinstance(inside, Add) else ((_ONE, inside),)
        for _ in range(int(p)):
            partial = [
                (c * q, [*factors, (term, labels, _ONE)])
                for c, factors in partial
                for q, term in summands
            ]
            if len(partial) > _MOST:
                return None
    out = tuple(range(t.rank))
    found: list[tuple[Fraction, Expr]] = []
    for c, factors in partial:
        product = build.contract(_carried(factors, t), out, t.shape)
        for q, u in product.terms if isinstance(product, Add) else ((_ONE, product),):
            found.append((c * q, _flat(u)))
    return found


def _carried(factors: list[Factor], t: Contract) -> list[Factor]:
    """Return the factors with ones for summed labels that none of them carries any more."""
    sizes = t.sizes()
    here = {k for _, labels, _ in factors for k in labels}
    lost = [k for k in t.summed if k not in here]
    return [*factors, *((build.ones((sizes[k],)), (k,), _ONE) for k in lost)]


# -- one sign of an argument ---------------------------------------------------------------------


def _reflected(e: Apply) -> Expr:
    """Return a function of -z by the function of z, where the two are simply related."""
    if e.atom is log:
        return _log_of(e.args[0]) or e
    if e.atom is exp:
        return _exp_of_logs(e)
    if e.atom is arithmetic.max:
        return _max_by_relu(e)
    if e.atom is huber:
        return _huber_of(e)
    if e.atom not in EVEN and e.atom not in REFLECTED:
        return e
    z = e.args[0]
    if not _is_turned(z):
        return e
    turned = _distributed(build.negate(z))
    other = build.apply(e.atom, turned)
    if e.atom in EVEN:
        return other
    return build.add(other, z)


def _is_turned(z: Expr) -> bool:
    """Return whether -z is written with the better sign: that of its first term positive."""
    if not isinstance(z, Add):
        return False
    first = min(z.terms, key=lambda term: term[1].digest)
    return first[0] < 0


def _exp_of_logs(e: Apply) -> Expr:
    """Return exp(c log u + z) as u^c exp(z), for rational c."""
    z = e.args[0]
    terms = z.terms if isinstance(z, Add) else ((_ONE, z),)
    powers: list[Expr] = []
    rest: list[tuple[Fraction, Expr]] = []
    for c, t in terms:
        u = under_log(t)
        if u is None:
            rest.append((c, t))
        else:
            powers.append(build.power(u, c))
    if not powers:
        return e
    others = (build.apply(exp, build.add(*rest, shape=z.shape)),) if rest else ()
    return build.multiply(*powers, *others)


def under_log(t: Expr) -> Expr | None:
    """Return u of log u, also of one logarithm in every place of an array; else None."""
    if isinstance(t, Apply):
        return t.args[0] if t.atom is log else None
    if not isinstance(t, Contract) or t.summed:
        return None
    held = [f for f, ls, p in t.factors if isinstance(f, Apply) and f.atom is log and p == 1]
    plain = all(isinstance(f, Const) and f.value == 1 for f, _, _ in t.factors if f not in held)
    if len(held) != 1 or not plain or held[0].shape:
        return None
    inside = held[0].args[0]
    return build.broadcast(inside, t.shape)


def _log_of(z: Expr) -> Expr | None:
    """Return log z as a sum over factors of z, all but one known to be positive; None if it is one.

    The last one, to an odd power, is positive wherever log z has a value.
    """
    if isinstance(z, Apply) and z.atom is exp:
        return z.args[0]
    if isinstance(z, Add) and len(z.terms) == 1 and z.terms[0][0] > 0:
        c, t = z.terms[0]
        number = build.apply(log, build.const(c, z.shape))
        return build.add(number, _log_of(t) or build.apply(log, t))
    if not isinstance(z, Contract) or z.summed:
        return None
    alone = len(z.factors) == 1 and z.factors[0][2] == 1
    if alone or any(isinstance(f, Delta) for f, _, _ in z.factors):
        return None
    unknown = [p for f, _, p in z.factors if not _is_positive(f)]
    if len(unknown) > 1 or not all(p.denominator == 1 and p % 2 == 1 for p in unknown):
        return None
    axes = tuple(range(z.rank))
    parts = [
        (p, build.contract([(_log_of(f) or build.apply(log, f), labels, _ONE)], axes, z.shape))
        for f, labels, p in z.factors
    ]
    return build.add(*parts, shape=z.shape)


def _is_positive(f: Expr) -> bool:
    inside = enclosure(f)
    return inside.lo is not None and (inside.lo > 0 or (inside.lo == 0 and inside.lo_open))


def _max_by_relu(e: Apply) -> Expr:
    """Return max(a, b) = b + relu(a - b), the smaller digest being b."""
    a, b = sorted(e.args, key=lambda arg: arg.digest)
    gap = _distributed(build.subtract(b, a))
    return build.add(a, _turned(build.apply(relu, gap)))


def _huber_of(e: Apply) -> Expr:
    z, *rest = e.args
    return build.apply(huber, _distributed(build.negate(z)), *rest) if _is_turned(z) else e
