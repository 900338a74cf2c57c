"""All zeros of a function of one real variable, each isolated, or none is claimed.

Polynomials go through their exact factors. Other functions are searched on boxes: a box has no zero
if the enclosure of the values excludes 0, and exactly one if the function is monotone there and
changes sign. Zeros that are rational are exact; the others are known to any accuracy.
"""

# python-flint carries no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache

from flint import fmpq, fmpq_poly

from lossmith.errors import LossmithError
from lossmith.evidence.arithmetic.enclose import bounds
from lossmith.evidence.arithmetic.polynomial import TooLarge, coefficients
from lossmith.evidence.arithmetic.second import derivative, is_nonnegative_on, is_smooth_on
from lossmith.evidence.arithmetic.sturm import value_at
from lossmith.expr.build import add, const, power, scale
from lossmith.expr.node import Add, Contract, Expr, Symbol
from lossmith.expr.sets import NEGATIVE, POSITIVE, Interval
from lossmith.expr.walk import count, depends_on, substitute
from lossmith.prove.proving.partition import cut_of
from lossmith.prove.zeros.exponentials import in_exponentials, rate_of_exponentials
from lossmith.prove.zeros.multivariate import factors
from lossmith.prove.zeros.real_zeros import real_zeros
from lossmith.prove.zeros.roots import FINE, FINEST, Root, Undecided, ordered, refined, sign
from lossmith.prove.zeros.trigonometric import repeated_factors

STEPS = 160
WORK = 2400
"""Most boxes times nodes of the function: large functions get fewer boxes."""

LADDER = 60
"""Functions with more nodes get no ladders of derivatives: those grow too fast."""

UNBOUNDED = Fraction(1 << 16)


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
            found += _of_part(part, x, inside)
    return tuple(ordered(found))


def _of_part(part: Expr, x: Symbol, inside: Interval) -> Sequence[Root]:
    try:
        return _searched(part, x, inside)
    except Undecided:
        plain = in_exponentials(part)
        rate = rate_of_exponentials(plain, x)
        if rate != 1:
            return _at_rate(plain, x, inside, rate)
        if plain is part:
            raise
        return zeros(plain, x, inside)


def _at_rate(plain: Expr, x: Symbol, inside: Interval, rate: Fraction) -> list[Root]:
    """Return the zeros from those in y = rate x, in which all exponents are whole multiples."""
    scaled = substitute(plain, {x: scale(1 / rate, x)})
    found = zeros(scaled, x, inside.scale(rate))
    back: dict[Expr, Expr] = {x: scale(rate, x)}
    return [Root(substitute(r.g, back), x, r.lo / rate, r.hi / rate, r.rising) for r in found]


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


def _polynomial(q: Sequence[Fraction], x: Symbol) -> Expr:
    return add(*((c, power(x, k)) for k, c in enumerate(q)), shape=())


def _isolated(q: Sequence[Fraction], f: Expr, x: Symbol, z: tuple[Fraction, Fraction]) -> Root:
    lo, hi = z
    rising = 1 if value_at(q, hi) > 0 else -1
    while hi - lo > Fraction(1, 1 << 30) * max(Fraction(1), abs(lo)):
        middle = (lo + hi) / 2
        above = (value_at(q, middle) > 0) == (rising > 0)
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
    cut = cut_of(box)
    if box.lo is not None and box.hi is not None and box.hi - box.lo < Fraction(1, 1 << 40):
        return None
    if abs(cut) > UNBOUNDED:
        return None
    return [Interval(box.lo, cut, box.lo_open, False), Interval(cut, box.hi, True, box.hi_open)]
