"""Values with their first two derivatives, in mpmath: an oracle that shares no code with Lossmith.

A ``Jet`` is f(x), f'(x), f''(x) at one number. ``at`` gives the limit where the formula itself has
no value at 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mpmath import mp, mpf

Function = Callable[["Jet"], "Jet"]
DIGITS = 120
HUGE = mpf(10) ** 320


class NoValueError(ArithmeticError):
    """The function has no value here, or none that a double could hold."""


@dataclass(frozen=True, slots=True)
class Jet:
    """f(x), f'(x) and f''(x)."""

    value: Any
    first: Any = 0
    second: Any = 0

    def __add__(self, other: Any) -> Jet:
        o = jet(other)
        return Jet(self.value + o.value, self.first + o.first, self.second + o.second)

    def __neg__(self) -> Jet:
        return Jet(-self.value, -self.first, -self.second)

    def __sub__(self, other: Any) -> Jet:
        return self + -jet(other)

    def __mul__(self, other: Any) -> Jet:
        o = jet(other)
        cross = 2 * self.first * o.first
        return Jet(
            self.value * o.value,
            self.value * o.first + self.first * o.value,
            self.value * o.second + cross + self.second * o.value,
        )

    def __truediv__(self, other: Any) -> Jet:
        return self * jet(other) ** -1

    def __pow__(self, p: Any) -> Jet:
        x, q = self.value, mpf(p)
        if (x == 0 and q < 2 and q not in (0, 1)) or (x < 0 and q != int(q)):
            raise NoValueError
        return self.then(x**q, q * x ** (q - 1) if q else mpf(0), _second_of_power(x, q))

    def __radd__(self, other: Any) -> Jet:
        return jet(other) + self

    def __rsub__(self, other: Any) -> Jet:
        return jet(other) - self

    def __rmul__(self, other: Any) -> Jet:
        return jet(other) * self

    def __rtruediv__(self, other: Any) -> Jet:
        return jet(other) / self

    def then(self, value: Any, first: Any, second: Any) -> Jet:
        """Return the jet of a function of this one, from its three numbers here."""
        return Jet(value, first * self.first, second * self.first**2 + first * self.second)


def _second_of_power(x: Any, q: Any) -> Any:
    return mpf(0) if q in (0, 1) else q * (q - 1) * x ** (q - 2)


def jet(x: Any) -> Jet:
    """Return a number as a constant."""
    return x if isinstance(x, Jet) else Jet(mpf(x))


def exp(j: Jet) -> Jet:
    if j.value > HUGE:
        raise NoValueError
    e = mpf(0) if j.value < -HUGE else mp.exp(j.value)
    return j.then(e, e, e)


def expm1(j: Jet) -> Jet:
    e = exp(j).value
    return j.then(mp.expm1(j.value) if abs(j.value) < 1000 else e - 1, e, e)


def log(j: Jet) -> Jet:
    if j.value <= 0:
        raise NoValueError
    return j.then(mp.log(j.value), 1 / j.value, -1 / j.value**2)


def log1p(j: Jet) -> Jet:
    if j.value <= -1:
        raise NoValueError
    y = 1 + j.value
    return j.then(mp.log1p(j.value), 1 / y, -1 / y**2)


def sqrt(j: Jet) -> Jet:
    return j ** mpf(0.5)


def relu(j: Jet) -> Jet:
    return j if j.value > 0 else jet(0)


def size(j: Jet) -> Jet:
    return j if j.value > 0 else -j if j.value < 0 else jet(0)


def sigmoid(j: Jet) -> Jet:
    return 1 / (1 + exp(-j)) if j.value >= 0 else exp(j) / (1 + exp(j))


def softplus(j: Jet) -> Jet:
    x = j.value
    above, below = sigmoid(jet(x)).value, sigmoid(jet(-x)).value
    return j.then(max(x, mpf(0)) + mp.log1p(mp.exp(-abs(x))), above, above * below)


def logcosh(j: Jet) -> Jet:
    x = abs(j.value)
    slope = 4 * sigmoid(jet(2 * x)).value * sigmoid(jet(-2 * x)).value
    return j.then(x + mp.log1p(mp.exp(-2 * x)) - mp.log(2), _tanh(j.value), slope)


def _tanh(x: Any) -> Any:
    return mp.tanh(x) if abs(x) < 1000 else mp.sign(x)


def tanh(j: Jet) -> Jet:
    x = j.value
    slope = 4 * sigmoid(jet(2 * x)).value * sigmoid(jet(-2 * x)).value
    return j.then(_tanh(x), slope, -2 * _tanh(x) * slope)


def sin(j: Jet) -> Jet:
    return j.then(mp.sin(j.value), mp.cos(j.value), -mp.sin(j.value))


def lognormcdf(j: Jet) -> Jet:
    """log Φ; far below 0 by the asymptotic series of Φ, NIST DLMF 7.12.1."""
    x = j.value
    density = mp.exp(-x * x / 2) / mp.sqrt(2 * mp.pi)
    if x < -60:
        t, term, total = 1 / x**2, mpf(1), mpf(1)
        for k in range(1, 30):
            term *= -(2 * k - 1) * t
            total += term
        ratio, above = -x / total, x * (total - 1) / total
        return j.then(-x * x / 2 - mp.log(-x) - mp.log(2 * mp.pi) / 2 + mp.log(total), ratio,
                      -ratio * above)  # fmt: skip
    upper = mp.erfc(abs(x) / mp.sqrt(2)) / 2
    value = mp.log(upper) if x < 0 else mp.log1p(-upper)
    ratio = density / (upper if x < 0 else 1 - upper)
    return j.then(value, ratio, -ratio * (x + ratio))


def normcdf(j: Jet) -> Jet:
    log_of = lognormcdf(jet(j.value))
    density = mp.exp(-(j.value**2) / 2) / mp.sqrt(2 * mp.pi)
    return j.then(mp.exp(log_of.value), density, -j.value * density)


def at(function: Function, x: float) -> list[float]:
    """Return f, f', f'' as doubles; the limit at 0; nan where there is no value and no limit."""
    with mp.workdps(DIGITS):
        try:
            return _doubles(function(Jet(mpf(x), mpf(1))))
        except (NoValueError, ZeroDivisionError):
            if x:
                return [math.nan] * 3
    with mp.workdps(500):
        return _limits(function)


def _limits(function: Function) -> list[float]:
    sides: list[list[float]] = []
    for sign in (1, -1):
        try:
            near, nearer = (function(Jet(sign * mpf(2) ** -k, mpf(1))) for k in (250, 400))
        except (NoValueError, ZeroDivisionError):
            continue
        pairs = zip(_numbers(near), _numbers(nearer), strict=True)
        sides.append([_limit(p, q) for p, q in pairs])
    if not sides:
        return [math.nan] * 3
    return [a if all(s[k] == a for s in sides) else math.nan for k, a in enumerate(sides[0])]


def _limit(p: Any, q: Any) -> float:
    if abs(q) > 100 and abs(q) > 1.2 * abs(p):
        return math.copysign(math.inf, q)
    return 0.0 if abs(q) < mpf(10) ** -40 else float(q)


def _numbers(j: Jet) -> tuple[Any, Any, Any]:
    return j.value, j.first, j.second


def _doubles(j: Jet) -> list[float]:
    huge = mpf(2) ** 1024
    return [
        math.copysign(math.inf, v) if abs(v) >= huge else float(v) for v in _numbers(j)
    ]  # fmt: skip
