"""Intervals of the real line with exact ends, open, closed or infinite.

An ``Interval`` is a nonempty connected set of reals. An end of ``None`` is infinite (and open).
All operations return an interval that contains every result; ends stay exact rationals.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from math import ceil, floor, isqrt
from typing import Final


@dataclass(frozen=True, slots=True)
class Interval:
    """The set of x with lo <= x <= hi; ``*_open`` makes an end strict; ``None`` is infinite."""

    lo: Fraction | None = None
    hi: Fraction | None = None
    lo_open: bool = True
    hi_open: bool = True

    def __post_init__(self) -> None:
        if self.lo is None:
            object.__setattr__(self, "lo_open", True)
        if self.hi is None:
            object.__setattr__(self, "hi_open", True)

    @property
    def is_empty(self) -> bool:
        """Whether no real lies between the ends (only ``meet`` can make such a set)."""
        if self.lo is None or self.hi is None:
            return False
        # Compared by products of whole numbers: this is asked more often than anything else.
        low = self.lo.numerator * self.hi.denominator
        high = self.hi.numerator * self.lo.denominator
        return low > high or (low == high and (self.lo_open or self.hi_open))

    @property
    def is_point(self) -> bool:
        """Whether the set holds exactly one real."""
        return self.lo is not None and self.lo == self.hi and not self.is_empty

    @property
    def is_bounded(self) -> bool:
        """Whether both ends are finite."""
        return self.lo is not None and self.hi is not None

    def has(self, x: Fraction | int) -> bool:
        """Return whether x lies in the set."""
        above = self.lo is None or x > self.lo or (x == self.lo and not self.lo_open)
        below = self.hi is None or x < self.hi or (x == self.hi and not self.hi_open)
        return above and below

    def within(self, other: Interval) -> bool:
        """Return whether this set is a subset of ``other``."""
        if self.is_empty:
            return True
        low = other.lo is None or (
            self.lo is not None
            and (
                self.lo > other.lo or (self.lo == other.lo and (self.lo_open or not other.lo_open))
            )
        )
        high = other.hi is None or (
            self.hi is not None
            and (
                self.hi < other.hi or (self.hi == other.hi and (self.hi_open or not other.hi_open))
            )
        )
        return low and high

    def meet(self, other: Interval) -> Interval:
        """Return the intersection (possibly empty)."""
        lo, lo_open = _tighter(self.lo, self.lo_open, other.lo, other.lo_open, lower=True)
        hi, hi_open = _tighter(self.hi, self.hi_open, other.hi, other.hi_open, lower=False)
        return Interval(lo, hi, lo_open, hi_open)

    def hull(self, other: Interval) -> Interval:
        """Return the smallest interval that holds both sets."""
        if self.is_empty:
            return other
        if other.is_empty:
            return self
        lo, lo_open = _looser(self.lo, self.lo_open, other.lo, other.lo_open, lower=True)
        hi, hi_open = _looser(self.hi, self.hi_open, other.hi, other.hi_open, lower=False)
        return Interval(lo, hi, lo_open, hi_open)

    def __neg__(self) -> Interval:
        lo = None if self.hi is None else -self.hi
        hi = None if self.lo is None else -self.lo
        return Interval(lo, hi, self.hi_open, self.lo_open)

    def __add__(self, other: Interval) -> Interval:
        lo = None if self.lo is None or other.lo is None else self.lo + other.lo
        hi = None if self.hi is None or other.hi is None else self.hi + other.hi
        return Interval(lo, hi, self.lo_open or other.lo_open, self.hi_open or other.hi_open)

    def scale(self, c: Fraction) -> Interval:
        """Return c times the set."""
        if c == 0:
            return point(Fraction(0))
        lo = None if self.lo is None else c * self.lo
        hi = None if self.hi is None else c * self.hi
        if c > 0:
            return Interval(lo, hi, self.lo_open, self.hi_open)
        return Interval(hi, lo, self.hi_open, self.lo_open)

    def __mul__(self, other: Interval) -> Interval:
        """Return the set of all products x*y (an enclosure with exact ends)."""
        if self.lo is not None and other.lo is not None and _sign(self.lo) > 0 < _sign(other.lo):
            # Both positive: the ends are the products of ends, with no case of 0 or infinity.
            hi = None if self.hi is None or other.hi is None else self.hi * other.hi
            lo_open, hi_open = self.lo_open or other.lo_open, self.hi_open or other.hi_open
            return Interval(self.lo * other.lo, hi, lo_open, hi_open)
        corners = [_corner(a, ao, b, bo) for a, ao in _ends(self) for b, bo in _ends(other)]
        lows = [c for c in corners if c[0] != "+"]
        highs = [c for c in corners if c[0] != "-"]
        lo, lo_open = _extreme(lows, lower=True)
        hi, hi_open = _extreme(highs, lower=False)
        return Interval(lo, hi, lo_open, hi_open)

    def power(self, p: Fraction) -> Interval:
        """Return the set of x^p, real roots for odd denominators; x outside the domain is left out.

        p: rational. Irrational ends are rounded outward to nearby rationals (relative 2^-40).
        """
        return _power(self, p)

    def __str__(self) -> str:
        left = "(" if self.lo_open else "["
        right = ")" if self.hi_open else "]"
        lo = "-inf" if self.lo is None else str(self.lo)
        hi = "inf" if self.hi is None else str(self.hi)
        return f"{left}{lo}, {hi}{right}"


def _sign(x: Fraction) -> int:
    """Return a number of the sign of x; far cheaper than a comparison of fractions."""
    return x.numerator


def point(x: Fraction | int) -> Interval:
    """Return the set that holds x alone."""
    return Interval(Fraction(x), Fraction(x), False, False)


def closed(lo: Fraction | int | None, hi: Fraction | int | None) -> Interval:
    """Return [lo, hi]; ``None`` is infinite."""
    return Interval(
        None if lo is None else Fraction(lo), None if hi is None else Fraction(hi), False, False
    )


def opened(lo: Fraction | int | None, hi: Fraction | int | None) -> Interval:
    """Return (lo, hi); ``None`` is infinite."""
    return Interval(
        None if lo is None else Fraction(lo), None if hi is None else Fraction(hi), True, True
    )


REALS: Final = Interval()
NONNEGATIVE: Final = closed(0, None)
POSITIVE: Final = opened(0, None)
NONPOSITIVE: Final = closed(None, 0)
NEGATIVE: Final = opened(None, 0)
UNIT: Final = closed(0, 1)
OPEN_UNIT: Final = opened(0, 1)

_End = tuple[Fraction | None, bool]
# A corner is ("-" | "+" | "=", value, open): minus infinity, plus infinity, or a finite product.
_Corner = tuple[str, Fraction, bool]


def _tighter(a: Fraction | None, ao: bool, b: Fraction | None, bo: bool, *, lower: bool) -> _End:
    if a is None:
        return b, bo
    if b is None:
        return a, ao
    if a == b:
        return a, ao or bo
    return (a, ao) if (a > b) == lower else (b, bo)


def _looser(a: Fraction | None, ao: bool, b: Fraction | None, bo: bool, *, lower: bool) -> _End:
    if a is None or b is None:
        return None, True
    if a == b:
        return a, ao and bo
    return (a, ao) if (a < b) == lower else (b, bo)


def _ends(s: Interval) -> tuple[tuple[Fraction | str, bool], tuple[Fraction | str, bool]]:
    return (
        ("-" if s.lo is None else s.lo, s.lo_open),
        ("+" if s.hi is None else s.hi, s.hi_open),
    )


def _corner(a: Fraction | str, ao: bool, b: Fraction | str, bo: bool) -> _Corner:
    """Return the product of two ends; 0 times infinity is 0, reached if the 0 is."""
    if a == 0 or b == 0:
        # 0 is reached as soon as one closed end is 0, whatever the other factor is.
        reached = (a == 0 and not ao) or (b == 0 and not bo)
        return "=", Fraction(0), not reached
    if isinstance(a, str) or isinstance(b, str):
        positive = (a == "+" or (not isinstance(a, str) and a > 0)) == (
            b == "+" or (not isinstance(b, str) and b > 0)
        )
        return ("+" if positive else "-"), Fraction(0), True
    return "=", a * b, ao or bo


def _extreme(corners: list[_Corner], *, lower: bool) -> _End:
    infinite = "-" if lower else "+"
    if any(c[0] == infinite for c in corners) or not corners:
        return None, True
    best = (min if lower else max)(c[1] for c in corners)
    return best, all(c[2] for c in corners if c[1] == best)


def _power(s: Interval, p: Fraction) -> Interval:
    if p == 0:
        return point(1)
    if p == 1:
        return s
    if s.lo is not None and _sign(s.lo) > 0 and not s.is_empty:
        return _monotone_power(s, p)
    odd_root = p.denominator % 2 == 1
    even = odd_root and p.numerator % 2 == 0
    if not odd_root:
        s = s.meet(NONNEGATIVE)
        if s.is_empty:
            return s
        return _monotone_power(s, p)
    parts = [part for part in (s.meet(NONPOSITIVE), s.meet(NONNEGATIVE)) if not part.is_empty]
    images: list[Interval] = []
    for part in parts:
        negative = part.hi is not None and part.hi <= 0
        mirrored = _monotone_power(-part if negative else part, p)
        images.append(-mirrored if negative and not even else mirrored)
    images = [i for i in images if not i.is_empty]
    if not images:
        return Interval(Fraction(1), Fraction(0))
    return reduce(Interval.hull, images)


def _monotone_power(s: Interval, p: Fraction) -> Interval:
    """Return x^p for x in s, a subset of [0, inf)."""
    assert s.lo is not None
    ends = [e for e in (s.lo, s.hi) if e is not None]
    if any(_bits(e) * abs(p.numerator) > _END_BITS for e in ends):
        return NONNEGATIVE
    if p > 0:
        lo = root_bounds(s.lo, p)[0]
        hi = None if s.hi is None else root_bounds(s.hi, p)[1]
        return Interval(lo, hi, s.lo_open, s.hi_open)
    if s.hi == 0:
        return Interval(Fraction(1), Fraction(0))  # 0 has no negative power: empty
    hi = None if s.lo == 0 else root_bounds(s.lo, p)[1]
    lo = Fraction(0) if s.hi is None else root_bounds(s.hi, p)[0]
    return Interval(lo, hi, s.hi is None or s.hi_open, s.lo == 0 or s.lo_open)


def root_bounds(x: Fraction, p: Fraction) -> tuple[Fraction, Fraction]:
    """Return rationals (below, above) with below <= x^p <= above, equal iff x^p is rational.

    x: rational >= 0 (> 0 for p < 0).  Gap: relative 2^-40 of the root before raising.
    """
    if p < 0:
        below, above = root_bounds(x, -p)
        return 1 / above, 1 / below
    q = p.denominator
    if q == 1:
        whole = x**p.numerator
        return whole, whole
    # p is in lowest terms: x^p is rational iff x is the q-th power of a rational.
    root = rational_root(x, q)
    if root is not None:
        exact = root**p.numerator
        return exact, exact
    if p.numerator * (x.numerator.bit_length() + x.denominator.bit_length()) + 40 * q > _ROOT_BITS:
        return _bounds_by_square_roots(x, p)
    raised = x**p.numerator
    # Scale so that the integer root carries at least 40 bits, then bracket it by one unit.
    shift = max(0, 40 - (raised.numerator.bit_length() - raised.denominator.bit_length()) // q)
    scaled = integer_root((raised.numerator << (q * shift)) // raised.denominator, q)
    unit = 1 << shift
    return Fraction(scaled, unit), Fraction(scaled + 1, unit)


def rational_root(x: Fraction, q: int) -> Fraction | None:
    """Return the root x^(1/q) of a rational x >= 0 if it is rational.  q >= 1."""
    if q >= max(x.numerator, x.denominator).bit_length():
        return x if x in (0, 1) else None  # 2^q is larger than both
    num, den = integer_root(x.numerator, q), integer_root(x.denominator, q)
    exact = num**q == x.numerator and den**q == x.denominator
    return Fraction(num, den) if exact else None


def _bits(x: Fraction) -> int:
    """Return about the number of bits that x is written with."""
    return x.numerator.bit_length() + x.denominator.bit_length() - 2


_END_BITS = 1 << 18
"""Ends of an interval are not written out beyond this length: 2^1000000000 is just >= 0."""

_ROOT_BITS = 20000
"""Longer integers under a root are avoided: exponents such as 1.0000001 would take for ever."""

_GRID = 1 << 64


def _bounds_by_square_roots(x: Fraction, p: Fraction) -> tuple[Fraction, Fraction]:
    """Return bounds of x^p, p > 0, from x^(1/2), x^(1/4), ... by the binary digits of p."""
    if x < 1:
        below, above = _bounds_by_square_roots(1 / x, p)
        return 1 / above, 1 / below
    whole, rest = divmod(p, 1)
    below = above = x ** int(whole)
    low = high = x
    for _ in range(60):
        low = Fraction(isqrt(low.numerator * _GRID**2 // low.denominator), _GRID)
        high = Fraction(isqrt(-(-high.numerator * _GRID**2 // high.denominator)) + 1, _GRID)
        rest *= 2
        if rest >= 1:
            rest -= 1
            below = Fraction(floor(below * low * _GRID), _GRID)
            above = Fraction(ceil(above * high * _GRID), _GRID)
    # What is left of p is less than 2^-60, and x >= 1.
    return below, above * high


def integer_root(n: int, q: int) -> int:
    """Return the largest integer r with r^q <= n.  n >= 0, q >= 1.

    Square roots first, which are built in; Newton's iteration from above for what is left of q. It
    falls until it meets the floor of the root, and no step passes it (the mean of q numbers is at
    least the root of their product).
    """
    while q % 2 == 0 and n > 1:
        n, q = isqrt(n), q // 2
    if n < 2 or q == 1:
        return n
    if n.bit_length() <= q:
        return 1  # n < 2^q; of a root of long order the powers below would be longer than memory
    root = 1 << -(-n.bit_length() // q)
    while True:
        lower = ((q - 1) * root + n // root ** (q - 1)) // q
        if lower >= root:
            return root
        root = lower
