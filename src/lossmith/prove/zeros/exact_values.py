"""Exact values of formulas without symbols: log 2, √3/2, π/4 and what functions make of them.

Every step is an identity: exp and log of products, roots by primes, sigmoid and its kin by exp,
sin and cos of multiples of π/6 and π/4. What has no such value stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Final

from lossmith.atoms.exponential import exp, log
from lossmith.atoms.meaning import evaluate
from lossmith.atoms.trigonometric import pi
from lossmith.errors import LossmithError
from lossmith.evidence.arithmetic.enclose import value
from lossmith.evidence.arithmetic.polynomial import TooLarge, same
from lossmith.expr.build import add, apply, const, divide, multiply, power, scale
from lossmith.expr.node import Add, Apply, Const, Contract, Expr
from lossmith.expr.sets import POSITIVE, Interval
from lossmith.expr.walk import map_up

PI: Final = apply(pi)
PASSES: Final = 4
LARGEST: Final = 10**9
"""Larger numbers are not taken apart into primes."""


def folded(e: Expr) -> Expr:
    """Return an equal formula in which what has an exact value is written by it."""
    for _ in range(PASSES):  # a part that becomes a number may leave a product to fold again
        e, before = map_up(e, _fold), e
        if e is before:
            break
    return e


def is_zero(e: Expr) -> bool:
    """Return whether a formula without symbols is 0, by exact steps alone."""
    try:
        return same(folded(e), const(0))
    except (TooLarge, LossmithError):
        return False


def enclosure(e: Expr, bits: int = 200) -> Interval | None:
    """Return about ``bits`` binary digits of a formula without symbols; None without a value."""
    try:
        ball = evaluate(e, {}, {}, bits)
    except LossmithError:
        return None
    if not ball.is_finite():
        return None
    # The ends of a ball are rounded to 53 digits; its middle and its radius are exact.
    parts = [[int(q) for q in part.man_exp()] for part in (ball.mid(), ball.rad())]
    middle, radius = (Fraction(m) * Fraction(2) ** k for m, k in parts)
    return Interval(middle - radius, middle + radius, False, False)


def _fold(e: Expr) -> Expr:
    match e:
        case Apply(atom=atom, args=(u,)) if not e.shape and atom.name in _FUNCTIONS:
            found = _FUNCTIONS[atom.name](u)
            return e if found is None else found
        case Contract() if not e.summed and not e.shape:
            return _product(e)
        case _:
            return e


def _product(e: Contract) -> Expr:
    """Return a product with equal positive bases together, and roots of numbers by primes."""
    powers: dict[Expr, Fraction] = {}
    made: list[Expr] = []
    exponents: list[tuple[Fraction, Expr]] = []
    for base, _, p in e.factors:
        if isinstance(base, Apply) and base.atom is exp and not base.shape:
            exponents.append((p, base.args[0]))
        elif isinstance(base, Const) and base.value > 0 and p.denominator > 1:
            made.append(_root(base.value, p) or power(base, p))
        else:
            powers[base] = powers.get(base, Fraction(0)) + p
    if len(exponents) > 1 or any(p != 1 for p, _ in exponents):
        u = add(*exponents, shape=())
        made.append(_exp(u) or apply(exp, u))  # exp(u)^p exp(v) = exp(p u + v)
    else:
        powers |= {apply(exp, u): p for p, u in exponents}
    positive = [b for b in powers if value(lambda b=b: b).within(POSITIVE)]
    if not made and (len(powers) == len(e.factors) or set(powers) - set(positive)):
        return e  # nothing to bring together, or bases of unknown sign, which keep their powers
    return multiply(const(1), *made, *(power(b, p) for b, p in powers.items()))


def _root(q: Fraction, p: Fraction) -> Expr | None:
    """Return q^p for q > 0 as a number times powers of primes between 0 and 1."""
    primes = _primes(q)
    if primes is None:
        return None
    number, parts = Fraction(1), list[Expr]()
    for prime, k in primes.items():
        whole = (k * p).numerator // (k * p).denominator
        number *= Fraction(prime) ** whole
        if k * p != whole:
            parts.append(power(const(prime), k * p - whole))
    return multiply(const(number), *parts)


def _primes(q: Fraction) -> dict[int, int] | None:
    """Return the prime factors of a positive rational with their exponents."""
    if max(q.numerator, q.denominator) > LARGEST:
        return None
    found: dict[int, int] = {}
    for n, sign in ((q.numerator, 1), (q.denominator, -1)):
        k = 2
        while k * k <= n:
            while n % k == 0:
                found[k] = found.get(k, 0) + sign
                n //= k
            k += 1
        if n > 1:
            found[n] = found.get(n, 0) + sign
    return found


# -- functions -------------------------------------------------------------------------------------


def _terms(u: Expr) -> list[tuple[Fraction, Expr]]:
    return list(u.terms) if isinstance(u, Add) else [(Fraction(1), u)]


def _exp(u: Expr) -> Expr | None:
    """Return exp(c log q + rest) = q^c exp(rest); None where there is no logarithm."""
    rest: list[tuple[Fraction, Expr]] = []
    parts: list[Expr] = []
    for c, t in _terms(u):
        if isinstance(t, Apply) and t.atom is log and isinstance(t.args[0], Const):
            q = t.args[0].value
            parts.append(_root(q, c) or power(const(q), c))
        elif isinstance(t, Apply) and t.atom is log:
            parts.append(power(t.args[0], c))
        else:
            rest.append((c, t))
    if not parts:
        return None
    left = add(*rest, shape=())
    return multiply(*parts) if left is const(0) else multiply(*parts, apply(exp, left))


def _log(u: Expr) -> Expr | None:
    """Return the logarithm of a positive product: of numbers by primes, of exp by its argument."""
    match u:
        case Const(value=q) if q > 0:
            primes = _primes(q)
            if primes is None or (len(primes) < 2 and set(primes.values()) <= {1}):
                return None if q != 1 else const(0)
            return add(*((Fraction(k), apply(log, const(p))) for p, k in primes.items()), shape=())
        case Apply(atom=atom, args=(v,)) if atom is exp:
            return v
        case Add(terms=((c, t),)) if c > 0:
            inner = _log(t)
            return None if inner is None else add(_log(const(c)) or apply(log, const(c)), inner)
        case Contract() if not u.summed and all(
            value(lambda b=b: b).within(POSITIVE) for b, _, _ in u.factors
        ):
            logs = ((p, _log(b) or apply(log, b)) for b, _, p in u.factors)
            return add(*logs, shape=())
        case _:
            return None


def _by_exp(make: Callable[[Expr], Expr]) -> Callable[[Expr], Expr | None]:
    """Return a function written by exp, where exp of the argument is a number made of roots."""

    def found(u: Expr) -> Expr | None:
        s = const(1) if u is const(0) else _exp(u)
        return None if s is None or _has_exp(s) else folded(make(s))

    return found


def _has_exp(e: Expr) -> bool:
    factors = [b for b, _, _ in e.factors] if isinstance(e, Contract) else [e]
    return any(isinstance(b, Apply) for b in factors)


_ROOT2: Final = scale(Fraction(1, 2), power(const(2), Fraction(1, 2)))
_ROOT3: Final = scale(Fraction(1, 2), power(const(3), Fraction(1, 2)))
_SINES: Final[dict[Fraction, Expr]] = {
    Fraction(0): const(0), Fraction(1, 6): const(Fraction(1, 2)), Fraction(1, 4): _ROOT2,
    Fraction(1, 3): _ROOT3, Fraction(1, 2): const(1),
}  # fmt: skip
"""sin(q π) for q between 0 and 1/2."""


def _turns(u: Expr) -> Fraction | None:
    """Return q for u = q π."""
    match u:
        case Const(value=q) if q == 0:
            return Fraction(0)
        case Apply() if u is PI:
            return Fraction(1)
        case Add(terms=((c, t),)) if t is PI:
            return c
        case _:
            return None


def _sin(u: Expr) -> Expr | None:
    q = _turns(u)
    return None if q is None else _sine(q)


def _sine(q: Fraction) -> Expr | None:
    """Return sin(q π): 2-periodic, odd, and the same at 1 - q."""
    q %= 2
    if q > 1:
        found = _sine(q - 1)
        return None if found is None else scale(Fraction(-1), found)
    return _SINES.get(min(q, 1 - q))


def _cos(u: Expr) -> Expr | None:
    q = _turns(u)
    return None if q is None else _sine(q + Fraction(1, 2))


def _tan(u: Expr) -> Expr | None:
    top, bottom = _sin(u), _cos(u)
    return None if top is None or bottom in (None, const(0)) else folded(divide(top, bottom))


_ARCTANGENTS: Final = {
    Fraction(-1): Fraction(-1, 4),
    Fraction(0): Fraction(0),
    Fraction(1): Fraction(1, 4),
}
"""arctan(c) as a multiple of π."""


def _atan(u: Expr) -> Expr | None:
    q = _ARCTANGENTS.get(u.value) if isinstance(u, Const) else None
    return None if q is None else scale(q, PI)


def _one_plus(s: Expr) -> Expr:
    return add(const(1), s)


_FUNCTIONS: Final[dict[str, Callable[[Expr], Expr | None]]] = {
    "exp": _exp,
    "log": _log,
    "sin": _sin,
    "cos": _cos,
    "tan": _tan,
    "atan": _atan,
    "sigmoid": _by_exp(lambda s: divide(s, _one_plus(s))),
    "tanh": _by_exp(lambda s: divide(add(power(s, 2), (-1, const(1))), add(power(s, 2), const(1)))),
    "softplus": _by_exp(lambda s: apply(log, _one_plus(s))),
    "cosh": _by_exp(lambda s: scale(Fraction(1, 2), add(s, power(s, -1)))),
    "sinh": _by_exp(lambda s: scale(Fraction(1, 2), add(s, (-1, power(s, -1))))),
}
