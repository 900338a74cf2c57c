"""One-sided expansions at a point: f(c + s t) = sum of a t^q (log t)^k for t -> 0+.

Exponents q are rational, the a are exact expressions taken at the point (or unknown, if the
classification does not need them). From the first terms one reads limits, one-sided slopes and
their signs: an exponent between 0 and 1 is a vertical tangent, one below 0 a pole.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from lossmith.errors import LossmithError
from lossmith.evidence.enclose import applies, bounds, domain_of
from lossmith.evidence.second import derivative, is_smooth_on
from lossmith.expr.build import add, apply, const, multiply, power, scale, symbol
from lossmith.expr.node import Add, Apply, Const, Contract, Expr, Symbol
from lossmith.expr.sets import Interval
from lossmith.expr.walk import dependents, postorder, substitute
from lossmith.prove.roots import Root, Undecided, refined, sign_at
from lossmith.prove.tails import TAILS

ORDER = Fraction(4)
"""Expansions are carried up to this power of t."""

FINE = Fraction(1, 1 << 80)

Key = tuple[Fraction, int]
Coefficient = Expr | None
"""The value of an expression at the point; None if it is not known."""


@dataclass(frozen=True, slots=True)
class Series:
    """Terms by (exponent of t, exponent of log t), lowest first, up to O(t^order)."""

    terms: Mapping[Key, Coefficient]
    order: Fraction

    def at(self, q: Fraction | int, k: int = 0) -> Coefficient:
        """Return one coefficient, 0 if it is not there.  Raises: Undecided beyond the order."""
        if q >= self.order:
            raise Undecided
        return self.terms.get((Fraction(q), k), const(0))


class Local:
    """Expansions at one zero, from one side: x = c + side * t."""

    def __init__(self, at: Root, side: int) -> None:
        self.at = refined(at, FINE)
        self.side = side

    def sign(self, a: Coefficient) -> int:
        """Return the sign of a coefficient.  Raises: Undecided."""
        found = None if a is None else sign_at(a, self.at)
        if found is None:
            raise Undecided
        return found

    def lead(self, s: Series) -> tuple[Key, Coefficient, int]:
        """Return the first term that does not vanish, and its sign.  Raises: Undecided."""
        for key in _sorted(s.terms):
            if key[0] >= s.order:
                break
            here = self.sign(s.terms[key])
            if here:
                return key, s.terms[key], here
        raise Undecided

    def expand(self, f: Expr) -> Series:
        """Return the expansion of f, defined and smooth on that side.  Raises: Undecided."""
        x = self.at.x
        moving = dependents(f, (x,))
        known: dict[Expr, Interval] = {x: self.at.interval}
        found: dict[Expr, Series] = {}
        for e in postorder(f):
            if e not in moving:
                found[e] = _made({(Fraction(0), 0): e}, ORDER)
                continue
            if e.shape:
                raise Undecided
            regular = self._taylor(e, known)
            if regular is not None:
                found[e] = regular
                continue
            match e:
                case Add():
                    found[e] = self.clean(sum_of([(c, found[t]) for c, t in e.terms]))
                case Contract() if not e.summed:
                    product = _made({(Fraction(0), 0): const(1)}, ORDER)
                    for g, _, p in e.factors:
                        product = self.clean(times(product, self.power(found[g], p)))
                    found[e] = product
                case Apply() if e.atom.signature.is_entrywise:
                    found[e] = self._applied(e, found)
                case _:
                    raise Undecided
        return found[f]

    def is_infinite(self, f: Expr) -> bool:
        """Return whether f = g(u) tends to infinity because u does: exp(1/t)."""
        tail = TAILS.get(f.atom.name) if isinstance(f, Apply) else None
        if tail is None or not isinstance(f, Apply) or len(f.args) != 1:
            return False
        try:
            (q, _), _, here = self.lead(self.expand(f.args[0]))
        except Undecided:
            return False
        return q < 0 and (tail.high if here > 0 else tail.low) is None

    def _taylor(self, e: Expr, known: Mapping[Expr, Interval]) -> Series | None:
        """Return the Taylor expansion where e is smooth around the point."""
        terms: dict[Key, Coefficient] = {}
        f, factorial = e, 1
        try:
            if not is_smooth_on(e, self.at.x, known):
                return None
            for j in range(int(ORDER)):
                factorial *= max(j, 1)
                terms[Fraction(j), 0] = scale(Fraction(self.side**j, factorial), f)
                f = derivative(f, self.at.x)
        except (ValueError, LossmithError):
            return None
        return self.clean(_made(terms, ORDER))

    def clean(self, s: Series) -> Series:
        """Return the series without the terms that are known to vanish."""
        kept: dict[Key, Coefficient] = {}
        for key, a in s.terms.items():
            if key[0] < s.order and (a is None or sign_at(a, self.at) != 0):
                kept[key] = a
        return Series(kept, s.order)

    def power(self, s: Series, p: Fraction) -> Series:
        """Return s^p: natural powers by products, others around the leading term."""
        if p == 1:
            return s
        if p.denominator == 1 and 0 < p <= 8:
            result = s
            for _ in range(int(p) - 1):
                result = self.clean(times(result, s))
            return result
        (q, k), a, here = self.lead(s)
        if k or a is None or (here < 0 and p.denominator % 2 == 0):
            raise Undecided
        # s = a t^q (1 + rest), so s^p = a^p t^(q p) sum of binomial(p, j) rest^j.
        unit = _made({(e - q, i): _over(c, a) for (e, i), c in s.terms.items()}, s.order - q)
        rest = Series({key: c for key, c in unit.terms.items() if key != (0, 0)}, unit.order)
        total, part = _made({(Fraction(0), 0): const(1)}, unit.order), None
        binomial = Fraction(1)
        for j in range(1, 2 + _steps(rest)):
            part = rest if part is None else self.clean(times(part, rest))
            binomial *= (p - j + 1) / j
            total = sum_of([(1, total), (binomial, part)])
            if not part.terms:
                break
        try:
            head = power(a, p)
        except LossmithError as error:
            raise Undecided from error
        moved = {(e + q * p, i): _times(c, head) for (e, i), c in total.terms.items()}
        return self.clean(Series(moved, total.order + q * p))

    def _applied(self, e: Apply, found: Mapping[Expr, Series]) -> Series:
        """Return f(u): by Taylor where the card is smooth at the limit of u, else by its slope."""
        spots = [k for k, a in enumerate(e.args) if a in found and _moves(found[a])]
        if len(spots) != 1:
            raise Undecided
        k = spots[0]
        inner = found[e.args[k]]
        if any(key[0] < 0 for key in inner.terms):
            return self._far_out(e, inner)
        if any(key[0] == 0 and key[1] for key in inner.terms):
            raise Undecided
        centre = inner.at(0)
        if centre is None or inner.order <= 0:
            raise Undecided
        y = symbol("_y")
        args = [found[a].at(0) for a in e.args]
        if any(a is None for a in args):
            raise Undecided
        fixed = [a for a in args if a is not None]
        open_args: list[Expr] = [y if j == k else a for j, a in enumerate(fixed)]
        rest = Series({key: c for key, c in inner.terms.items() if key != (0, 0)}, inner.order)
        if self._is_smooth_at(e, fixed, k):
            return self._composed(apply(e.atom, *open_args), y, centre, rest)
        return self._by_slope(e, k, y, open_args, fixed, inner)

    def _far_out(self, e: Apply, inner: Series) -> Series:
        """Return f(u) where u tends to infinity: its limit, and what is left in powers of 1/u."""
        (q, k), _, here = self.lead(inner)
        tail = TAILS.get(e.atom.name)
        if tail is None or q >= 0 or k or len(e.args) != 1:
            raise Undecided
        limit = tail.high if here > 0 else tail.low
        if limit is None:
            raise Undecided  # infinite, but of no order in t
        start = _made({(Fraction(0), 0): limit}, ORDER)
        if tail.rest is None:
            return start
        y = symbol("_y")
        rest = self._composed(tail.rest(y), y, const(0), self.power(inner, Fraction(-1)))
        return self.clean(sum_of([(1, start), (1, rest)]))

    def _is_smooth_at(self, e: Apply, args: list[Expr], k: int) -> bool:
        known: dict[Expr, Interval] = {self.at.x: self.at.interval}
        inside = [bounds(a, known)[a] for a in args]
        d = domain_of(e.atom, k)
        interior = Interval(d.lo, d.hi, True, True)
        return inside[k].within(interior) and any(
            f.name == "smooth" and f.arg == k and applies(f, args, inside) for f in e.atom.facts
        )

    def _is_at_end(self, e: Apply, args: list[Expr], k: int) -> bool:
        """Return whether argument k tends to an end of the domain, inside which e is smooth."""
        d = domain_of(e.atom, k)
        known: dict[Expr, Interval] = {self.at.x: self.at.interval}
        inside = [bounds(a, known)[a] for a in args]
        inside[k] = Interval(d.lo, d.hi, True, True)
        smooth = any(
            f.name == "smooth" and f.arg == k and applies(f, args, inside) for f in e.atom.facts
        )
        ends = [end for end in (d.lo, d.hi) if end is not None]
        return smooth and any(sign_at(add(args[k], (-end, const(1))), self.at) == 0 for end in ends)

    def _composed(self, f: Expr, y: Symbol, centre: Expr, rest: Series) -> Series:
        """Return sum of f^(j)(centre) rest^j / j!."""
        total = _made({(Fraction(0), 0): _put(f, y, centre)}, rest.order)
        part, factorial = None, 1
        for j in range(1, 2 + _steps(rest)):
            part = rest if part is None else self.clean(times(part, rest))
            factorial *= j
            try:
                f = derivative(f, y)
            except (ValueError, LossmithError) as error:
                raise Undecided from error
            value = _put(f, y, centre)
            scaled = {key: _times(c, value) for key, c in part.terms.items()}
            moved = Series(scaled, part.order)
            total = sum_of([(1, total), (Fraction(1, factorial), moved)])
            if not part.terms:
                break
        return self.clean(total)

    def _by_slope(
        self,
        e: Apply,
        k: int,
        y: Symbol,
        open_args: list[Expr],
        fixed: list[Expr],
        inner: Series,
    ) -> Series:
        """Integrate d/dt f(u(t)) = f'(u) u': f itself has no expansion at the end of its domain."""
        make = e.atom.slopes[k] if k < len(e.atom.slopes) else None
        if make is None or not self._is_at_end(e, fixed, k):
            raise Undecided
        slope = self._substituted(make(*open_args), y, inner)
        moved = {
            (q - 1, i): None if c is None else scale(q, c) for (q, i), c in inner.terms.items() if q
        }
        if any(i for (_, i) in inner.terms):
            raise Undecided
        return self._primitive(self.clean(times(slope, Series(moved, inner.order - 1))), e, fixed)

    def _substituted(self, f: Expr, y: Symbol, inner: Series) -> Series:
        """Return the expansion of f(y) for y = inner(t), f made of sums and powers."""
        found: dict[Expr, Series] = {}
        for e in postorder(f):
            match e:
                case Symbol() if e is y:
                    found[e] = inner
                case Const() | Symbol():
                    found[e] = _made({(Fraction(0), 0): e}, ORDER)
                case Add():
                    found[e] = self.clean(sum_of([(c, found[t]) for c, t in e.terms]))
                case Contract() if not e.summed and not e.shape:
                    product = _made({(Fraction(0), 0): const(1)}, ORDER)
                    for g, _, p in e.factors:
                        product = self.clean(times(product, self.power(found[g], p)))
                    found[e] = product
                case Apply() if e.atom.signature.is_entrywise and len(e.args) == 1:
                    found[e] = self._applied(e, {e.args[0]: found[e.args[0]]})
                case _:
                    raise Undecided
        return found[f]

    def _primitive(self, s: Series, e: Apply, fixed: list[Expr]) -> Series:
        terms: dict[Key, Coefficient] = {}
        for (q, i), c in s.terms.items():
            if i:
                # The primitive of t^q log t is t^(q+1) (log t/(q+1) - 1/(q+1)^2).
                if i > 1 or q == -1:
                    raise Undecided
                _put_in(terms, (q + 1, 1), _scaled(c, 1 / (q + 1)))
                _put_in(terms, (q + 1, 0), _scaled(c, -1 / (q + 1) ** 2))
            elif q == -1:
                _put_in(terms, (Fraction(0), 1), c)
            else:
                _put_in(terms, (q + 1, 0), _scaled(c, 1 / (q + 1)))
        start: Coefficient = None
        if not any(q < 0 or (q == 0 and i) for q, i in terms):
            try:
                start = apply(e.atom, *fixed)
            except LossmithError:
                start = None
        _put_in(terms, (Fraction(0), 0), start)
        return self.clean(Series(terms, s.order + 1))


# -- arithmetic ------------------------------------------------------------------------------------


def _made(terms: Mapping[Key, Coefficient], order: Fraction) -> Series:
    return Series(
        {k: c for k, c in terms.items() if not (isinstance(c, Const) and c.value == 0)}, order
    )


def _sorted(terms: Mapping[Key, Coefficient]) -> list[Key]:
    """Return the keys from the largest term as t -> 0+ to the smallest."""
    return sorted(terms, key=lambda key: (key[0], -key[1]))


def sum_of(parts: list[tuple[Fraction | int, Series]]) -> Series:
    """Return the sum of number * series."""
    terms: dict[Key, Coefficient] = {}
    for c, s in parts:
        for key, a in s.terms.items():
            _put_in(terms, key, _scaled(a, Fraction(c)))
    order = min(s.order for _, s in parts)
    return _made({key: a for key, a in terms.items() if key[0] < order}, order)


def times(a: Series, b: Series) -> Series:
    """Return the product, with the order that both allow."""
    low_a = min((q for q, _ in a.terms), default=a.order)
    low_b = min((q for q, _ in b.terms), default=b.order)
    order = min(a.order + low_b, b.order + low_a)
    terms: dict[Key, Coefficient] = {}
    for (q, i), c in a.terms.items():
        for (r, j), d in b.terms.items():
            if q + r < order:
                _put_in(terms, (q + r, i + j), _times(c, d))
    return _made(terms, order)


def _put_in(terms: dict[Key, Coefficient], key: Key, a: Coefficient) -> None:
    before = terms.get(key, const(0))
    terms[key] = None if a is None or before is None else add(before, a)


def _times(a: Coefficient, b: Coefficient) -> Coefficient:
    return None if a is None or b is None else multiply(a, b)


def _scaled(a: Coefficient, c: Fraction) -> Coefficient:
    return None if a is None else scale(c, a)


def _over(c: Coefficient, a: Expr) -> Coefficient:
    if c is a:
        return const(1)
    return None if c is None else multiply(c, power(a, -1))


def _steps(rest: Series) -> int:
    """Return how many powers of a small series matter below its order."""
    low = min((q for q, _ in rest.terms), default=rest.order)
    return int(rest.order / low) + 1 if low > 0 else 0


def _moves(s: Series) -> bool:
    return any(key != (0, 0) for key in s.terms)


def _put(f: Expr, y: Symbol, centre: Expr) -> Coefficient:
    try:
        return substitute(f, {y: centre})
    except LossmithError:
        return None
