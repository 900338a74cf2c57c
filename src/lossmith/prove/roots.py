"""Zeros of a function of one real variable, each isolated, all of them found, or none is claimed.

Polynomials go through their exact factors. Other functions are searched on boxes: a box has no zero
if the enclosure of the values excludes 0, and exactly one if the function is monotone there and
changes sign. Zeros that are rational are exact; the others are known to any accuracy.
"""

# python-flint carries no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cmp_to_key, lru_cache
from itertools import pairwise

from flint import fmpq, fmpq_poly

from lossmith.errors import LossmithError
from lossmith.evidence.enclose import bounds, value
from lossmith.evidence.polynomial import TooLarge, coefficients
from lossmith.evidence.second import derivative, is_nonnegative_on, is_smooth_on
from lossmith.expr.build import add, const, power, scale
from lossmith.expr.node import Add, Const, Contract, Expr, Symbol
from lossmith.expr.sets import NEGATIVE, POSITIVE, Interval
from lossmith.expr.walk import count, depends_on, substitute
from lossmith.prove.multivariate import divides, factors
from lossmith.prove.trigonometric import repeated_factors

STEPS = 160
WORK = 2400
"""Most boxes times nodes of the function: large functions get fewer boxes."""

LADDER = 60
"""Functions with more nodes get no ladders of derivatives: those grow too fast."""

UNBOUNDED = Fraction(1 << 16)
FINE = Fraction(1, 1 << 60)
FINEST = Fraction(1, 1 << 400)


class Undecided(Exception):
    """The question was not settled within the limits of the search."""


@dataclass(frozen=True, slots=True)
class Root:
    """A zero of g in x: exactly lo = hi, or the only zero in (lo, hi), where g changes sign.

    rising: the sign of g at hi, for a zero that is not exact.
    """

    g: Expr
    x: Symbol
    lo: Fraction
    hi: Fraction
    rising: int = 0

    @property
    def is_exact(self) -> bool:
        """Whether the zero is this rational number."""
        return self.lo == self.hi

    @property
    def interval(self) -> Interval:
        """The enclosure as a closed interval."""
        return Interval(self.lo, self.hi, False, False)


def exact_root(x: Symbol, c: Fraction) -> Root:
    """Return the rational number c as a zero of x - c."""
    return Root(const(0), x, c, c)


@lru_cache(maxsize=4096)
def refined(r: Root, width: Fraction) -> Root:
    """Return the same zero in an enclosure of at most this width (relative for large ones)."""
    lo, hi = r.lo, r.hi
    while hi - lo > width * max(Fraction(1), abs(lo)):
        middle = (lo + hi) / 2
        here = sign(r.g, r.x, middle)
        if here is None:
            break
        if here == 0:
            return Root(r.g, r.x, middle, middle)
        lo, hi = (lo, middle) if here == r.rising else (middle, hi)
    return Root(r.g, r.x, lo, hi, r.rising)


@lru_cache(maxsize=8192)
def sign(f: Expr, x: Symbol, at: Fraction) -> int | None:
    """Return the sign of f at a rational point; None if it is undefined or not settled."""
    try:
        there = substitute(f, {x: const(at)})
    except LossmithError:
        return None
    if isinstance(there, Const):
        return (there.value > 0) - (there.value < 0)
    for bits in (64, 256, 1024):
        found = value(lambda: there, bits)
        if found.within(POSITIVE):
            return 1
        if found.within(NEGATIVE):
            return -1
        if found.is_point:
            return 0  # an exact ball: sigmoid(0) is 1/2
    return None


@lru_cache(maxsize=8192)
def sign_at(f: Expr, r: Root) -> int | None:
    """Return the sign of f (continuous there) at a zero of another function; None: not settled."""
    if not depends_on(f, (r.x,)):
        return sign(f, r.x, Fraction(0))
    if r.is_exact:
        return sign(f, r.x, r.lo)
    if divides(r.g, f):
        return 0
    here = r
    for width in (FINE, FINE * FINE, FINEST):
        found = bounds(f, {r.x: here.interval})[f]
        if found.within(POSITIVE):
            return 1
        if found.within(NEGATIVE):
            return -1
        here = refined(here, width)
    return None


def compare(a: Root, b: Root) -> int:
    """Return -1, 0 or 1 as a <, = or > b.  Raises: Undecided."""
    for width in (FINE, FINE * FINE, FINEST):
        if a.hi < b.lo or (a.hi == b.lo and not (a.is_exact and b.is_exact)):
            return -1
        if b.hi < a.lo or (b.hi == a.lo and not (a.is_exact and b.is_exact)):
            return 1
        if a.is_exact and b.is_exact:
            return 0
        if a.g is b.g and not (a.is_exact or b.is_exact) and (a.lo, a.hi) == (b.lo, b.hi):
            return 0
        # One zero alone lies in each: if both functions vanish at one of them, they are equal.
        if not a.is_exact and sign_at(b.g, a) == 0 and _holds(b, refined(a, width)):
            return 0
        if a.is_exact and not b.is_exact and sign(b.g, b.x, a.lo) == 0:
            return 0
        if b.is_exact and not a.is_exact and sign(a.g, a.x, b.lo) == 0:
            return 0
        a, b = refined(a, width), refined(b, width)
    raise Undecided


def _holds(outer: Root, inner: Root) -> bool:
    return outer.lo <= inner.lo and inner.hi <= outer.hi


def ordered(roots: Sequence[Root]) -> list[Root]:
    """Return the zeros in increasing order, each once.  Raises: Undecided."""
    result: list[Root] = []
    for r in sorted(roots, key=cmp_to_key(compare)):
        if not result or compare(result[-1], r):
            result.append(r)
    return result


# -- finding them ----------------------------------------------------------------------------------


@lru_cache(maxsize=2048)
def zeros(g: Expr, x: Symbol, inside: Interval) -> tuple[Root, ...]:
    """Return all zeros of g in the interval (ends count only if they are closed).

    g: defined and smooth in the interior.  Raises: Undecided.
    """
    found: list[Root] = []
    for part in _parts(g, x):
        p = _coefficients(part, x)
        if p is not None:
            found += _of_polynomial(part, x, p, inside)
        else:
            found += _searched(part, x, inside)
    return tuple(ordered(found))


def _parts(g: Expr, x: Symbol) -> list[Expr]:
    """Return functions whose zeros are together those of g: the factors of a product."""
    waiting, parts, split = [g], list[Expr](), set[Expr]()
    while waiting:
        f = waiting.pop()
        if not depends_on(f, (x,)):
            if sign(f, x, Fraction(0)) in (0, None):
                raise Undecided
        elif isinstance(f, Add) and len(f.terms) == 1:
            waiting.append(f.terms[0][1])
        elif isinstance(f, Contract) and not f.summed:
            # A factor with a negative power has no zero where the product has a value.
            waiting += [h for h, _, p in f.factors if p > 0]
            for h, _, p in f.factors:
                if p < 0 and not depends_on(h, (x,)) and sign(h, x, Fraction(0)) in (0, None):
                    raise Undecided
        elif _coefficients(f, x) is not None or f in split:
            parts.append(f)
        else:
            found = repeated_factors(f, x) or factors(f)
            waiting += [f] if found is None else found
            split.update([f] if found is None else found)
    return parts


@lru_cache(maxsize=2048)
def _coefficients(f: Expr, x: Symbol) -> tuple[Fraction, ...] | None:
    try:
        found = coefficients(f, x)
    except TooLarge:
        return None
    return None if found is None else tuple(found)


def _of_polynomial(g: Expr, x: Symbol, p: Sequence[Fraction], inside: Interval) -> list[Root]:
    """Return the zeros of a polynomial: rational ones exactly, others as zeros of their factor."""
    found: list[Root] = []
    whole = fmpq_poly([fmpq(c.numerator, c.denominator) for c in p])
    if whole.degree() < 1:
        if whole.degree() < 0:
            raise Undecided
        return []
    for factor, _ in whole.factor()[1]:
        q = [Fraction(int(c.p), int(c.q)) for c in map(fmpq, factor.coeffs())]
        if len(q) == 2:
            found.append(Root(const(0), x, -q[0] / q[1], -q[0] / q[1]))
            continue
        # An irreducible factor of degree > 1 has simple, irrational zeros.
        f = _polynomial(q, x)
        found += [_isolated(q, f, x, z) for z in real_zeros(q)]
    return [r for r in found if _lies_in(r, inside)]


def rational_zeros(p: Sequence[Fraction]) -> list[Fraction]:
    """Return the rational zeros of a polynomial that is not 0."""
    whole = fmpq_poly([fmpq(c.numerator, c.denominator) for c in p])
    found: list[Fraction] = []
    for factor, _ in whole.factor()[1]:
        q = [Fraction(int(c.p), int(c.q)) for c in map(fmpq, factor.coeffs())]
        found += [-q[0] / q[1]] if len(q) == 2 else []
    return found


def _polynomial(q: Sequence[Fraction], x: Symbol) -> Expr:
    return add(*((c, power(x, k)) for k, c in enumerate(q)), shape=())


def real_zeros(q: Sequence[Fraction]) -> list[tuple[Fraction, Fraction]]:
    """Return disjoint intervals, each with one real zero of a squarefree polynomial (Sturm).

    The ends are not zeros.
    """
    chain = _sturm(q)
    bound = 1 + max((abs(c / q[-1]) for c in q[:-1]), default=Fraction(0))
    bound = Fraction(1 << (int(bound).bit_length() + 1))
    waiting, found = [(-bound, bound)], list[tuple[Fraction, Fraction]]()
    while waiting:
        lo, hi = waiting.pop()
        inner = _changes(chain, lo) - _changes(chain, hi)
        if inner == 1:
            found.append((lo, hi))
        elif inner > 1:
            cut = (lo + hi) / 2
            while not _at(q, cut):
                cut += (hi - cut) / 3
            waiting += [(lo, cut), (cut, hi)]
    return sorted(found)


def _sturm(q: Sequence[Fraction]) -> list[list[Fraction]]:
    chain = [list(q), [k * c for k, c in enumerate(q)][1:]]
    while len(chain[-1]) > 1:
        rest = _remainder(chain[-2], chain[-1])
        if not rest:
            break
        size = abs(rest[-1])
        chain.append([-c / size for c in rest])
    return chain


def _remainder(a: Sequence[Fraction], b: Sequence[Fraction]) -> list[Fraction]:
    rest = list(a)
    while len(rest) >= len(b):
        ratio = rest[-1] / b[-1]
        shift = len(rest) - len(b)
        for k, c in enumerate(b):
            rest[shift + k] -= ratio * c
        rest.pop()
        while rest and not rest[-1]:
            rest.pop()
    return rest


def _changes(chain: Sequence[Sequence[Fraction]], at: Fraction) -> int:
    signs = [s for s in (_at(q, at) for q in chain) if s]
    return sum((a > 0) != (b > 0) for a, b in pairwise(signs))


def _at(q: Sequence[Fraction], x: Fraction) -> Fraction:
    total = Fraction(0)
    for c in reversed(q):
        total = total * x + c
    return total


def _isolated(q: Sequence[Fraction], f: Expr, x: Symbol, z: tuple[Fraction, Fraction]) -> Root:
    lo, hi = z
    rising = 1 if _at(q, hi) > 0 else -1
    while hi - lo > Fraction(1, 1 << 30) * max(Fraction(1), abs(lo)):
        middle = (lo + hi) / 2
        above = (_at(q, middle) > 0) == (rising > 0)
        lo, hi = (lo, middle) if above else (middle, hi)
    return Root(f, x, lo, hi, rising)


def _lies_in(r: Root, inside: Interval) -> bool:
    """Return whether the zero lies in an interval with rational ends."""
    if r.is_exact:
        return inside.has(r.lo)
    for end, above in ((inside.lo, True), (inside.hi, False)):
        if end is None:
            continue
        here = r
        for width in (FINE, FINE * FINE, FINEST):
            if not here.lo < end < here.hi:
                break
            here = refined(here, width)
        if here.lo < end < here.hi:
            raise Undecided
        if (here.hi <= end) if above else (here.lo >= end):
            return False
    return True


def _searched(g: Expr, x: Symbol, inside: Interval) -> list[Root]:
    try:
        slope = derivative(g, x)
    except (ValueError, LossmithError) as error:
        raise Undecided from error
    waiting, found, steps = [inside], list[Root](), 0
    allowed = min(STEPS, 20 + WORK // count(g))
    while waiting:
        box = waiting.pop()
        if box.is_empty:
            continue
        steps += 1
        state, root = _judged(g, slope, x, box)
        if state == "none":
            continue
        if state == "one":
            found += [root] if root is not None else []
            continue
        halves = _halves(box) if steps <= allowed else None
        if halves is None:
            raise Undecided
        # The unbounded half first: if the tail cannot be settled, the rest is in vain.
        waiting += sorted(halves, key=lambda h: not h.is_bounded)
    return found


def _judged(g: Expr, slope: Expr, x: Symbol, box: Interval) -> tuple[str, Root | None]:
    """Return ("none", None), ("one", the zero) or ("open", None) for one box."""
    known: dict[Expr, Interval] = {x: box}
    try:
        if not bounds(g, known)[g].has(0):
            return "none", None
        if not is_smooth_on(g, x, known):
            return "open", None
        bend = bounds(slope, known)[slope]
    except (ValueError, LossmithError):
        return "open", None
    signs = [_sign_at_end(g, x, box, k) for k in (0, 1)]
    if bend.within(POSITIVE) or bend.within(NEGATIVE):
        up = 1 if bend.within(POSITIVE) else -1
        if signs[0] == up or signs[1] == -up:
            return "none", None
        for k, end in enumerate((box.lo, box.hi)):
            if signs[k] == 0 and end is not None:
                closed_there = not (box.lo_open, box.hi_open)[k]
                return "one", Root(g, x, end, end) if closed_there else None
        if signs == [-up, up] and box.lo is not None and box.hi is not None:
            narrow = refined(Root(g, x, box.lo, box.hi, up), Fraction(1, 1 << 30))
            plain = ((narrow.lo + narrow.hi) / 2).limit_denominator(64)
            is_zero = narrow.lo <= plain <= narrow.hi and sign(g, x, plain) == 0
            return "one", Root(g, x, plain, plain) if is_zero else narrow
        return "open", None
    if _keeps_sign(g, x, box):
        return "none", None
    exact = _single(g, slope, x, box)
    return ("one", exact) if exact is not None else ("open", None)


def _sign_at_end(g: Expr, x: Symbol, box: Interval, k: int) -> int | None:
    """Return the sign of g at an end of the box where it is smooth; None if that is unknown."""
    end = (box.lo, box.hi)[k]
    if end is None:
        return None
    closed = Interval(end, end, False, False)
    try:
        return sign(g, x, end) if is_smooth_on(g, x, {x: closed}) else None
    except (ValueError, LossmithError):
        return None


def _keeps_sign(g: Expr, x: Symbol, box: Interval) -> bool:
    """Return whether g > 0 or g < 0 inside the box, by a ladder of derivatives from one end."""
    if count(g) > LADDER:
        return False
    for k, end in enumerate((box.lo, box.hi)):
        if end is None:
            continue
        here = _sign_at_end(g, x, box, k)
        if here is None or (here == 0 and not (box.lo_open, box.hi_open)[k]):
            continue
        if here and box.is_bounded:
            continue  # halving the box does as well
        for depth in (1, 2, 3):
            reason = (("left", "right")[k], Fraction(depth))
            for s in (here,) if here else (1, -1):
                try:
                    if is_nonnegative_on(scale(s, g), x, {x: box}, reason, strict=True):
                        return True
                except (ValueError, LossmithError, TooLarge):
                    return False
    return False


def _single(g: Expr, slope: Expr, x: Symbol, box: Interval) -> Root | None:
    """Return a simple rational zero c of g, if a higher derivative shows it is the only one.

    With g(c) = ... = g^(k-1)(c) = 0 and g^(k) of one sign on the box, g vanishes at c alone.
    """
    lo = box.lo if box.lo is not None else (box.hi or Fraction(0)) - 2
    hi = box.hi if box.hi is not None else lo + 2
    middle = ((lo + hi) / 2).limit_denominator(16)
    for c in dict.fromkeys((Fraction(0), box.lo, box.hi, middle)):
        if c is None or not box.has(c) or sign(g, x, c) != 0:
            continue
        f = slope
        for _ in range(6):
            here = sign(f, x, c)
            if here is None:
                break
            if here:
                if bounds(f, {x: box})[f].within(POSITIVE if here > 0 else NEGATIVE):
                    return Root(g, x, c, c)
                break
            try:
                f = derivative(f, x)
            except (ValueError, LossmithError):
                break
    return None


def _halves(box: Interval) -> list[Interval] | None:
    if box.lo is None and box.hi is None:
        cut = Fraction(0)
    elif box.hi is None:
        assert box.lo is not None
        cut = box.lo + max(abs(box.lo), Fraction(1))
    elif box.lo is None:
        cut = box.hi - max(abs(box.hi), Fraction(1))
    else:
        cut = (box.lo + box.hi) / 2
        if box.hi - box.lo < Fraction(1, 1 << 40):
            return None
    if abs(cut) > UNBOUNDED:
        return None
    return [Interval(box.lo, cut, box.lo_open, False), Interval(cut, box.hi, True, box.hi_open)]
