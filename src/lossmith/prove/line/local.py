"""One-sided expansions at a point: f(c + s t) = sum of a t^q (log t)^k for t -> 0+.

Exponents q are rational, the a are exact expressions taken at the point (or unknown, if the
classification does not need them). From the first terms one reads limits, one-sided slopes and
their signs: an exponent between 0 and 1 is a vertical tangent, one below 0 a pole.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from lossmith.errors import LossmithError
from lossmith.evidence.arithmetic.enclose import applies, bounds, domain_of
from lossmith.evidence.arithmetic.second import derivative, is_smooth_on
from lossmith.expr.build import add, apply, const, power, scale, symbol
from lossmith.expr.node import Add, Apply, Const, Contract, Expr, Symbol
from lossmith.expr.sets import Interval
from lossmith.expr.walk import dependents, postorder
from lossmith.prove.line.series import (
    Coefficient,
    Key,
    Series,
    in_order,
    moves,
    product_of,
    put_in,
    quotient_of,
    scaled,
    series_of,
    steps_below,
    sum_of,
    taken_at,
    times,
)
from lossmith.prove.line.tails import TAILS
from lossmith.prove.zeros.roots import Root, Undecided, refined, sign_at

ORDER = Fraction(4)
"""Expansions are carried up to this power of t."""

FINE = Fraction(1, 1 << 80)


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
        for key in in_order(s.terms):
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
                found[e] = series_of({(Fraction(0), 0): e}, ORDER)
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
                    product = series_of({(Fraction(0), 0): const(1)}, ORDER)
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
        return self.clean(series_of(terms, ORDER))

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
        unit = series_of(
            {(e - q, i): quotient_of(c, a) for (e, i), c in s.terms.items()}, s.order - q
        )
        rest = Series({key: c for key, c in unit.terms.items() if key != (0, 0)}, unit.order)
        total, part = series_of({(Fraction(0), 0): const(1)}, unit.order), None
        binomial = Fraction(1)
        for j in range(1, 2 + steps_below(rest)):
            part = rest if part is None else self.clean(times(part, rest))
            binomial *= (p - j + 1) / j
            total = sum_of([(1, total), (binomial, part)])
            if not part.terms:
                break
        try:
            head = power(a, p)
        except LossmithError as error:
            raise Undecided from error
        moved = {(e + q * p, i): product_of(c, head) for (e, i), c in total.terms.items()}
        return self.clean(Series(moved, total.order + q * p))

    def _applied(self, e: Apply, found: Mapping[Expr, Series]) -> Series:
        """Return f(u): by Taylor where the card is smooth at the limit of u, else by its slope."""
        spots = [k for k, a in enumerate(e.args) if a in found and moves(found[a])]
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
        start = series_of({(Fraction(0), 0): limit}, ORDER)
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
        total = series_of({(Fraction(0), 0): taken_at(f, y, centre)}, rest.order)
        part, factorial = None, 1
        for j in range(1, 2 + steps_below(rest)):
            part = rest if part is None else self.clean(times(part, rest))
            factorial *= j
            try:
                f = derivative(f, y)
            except (ValueError, LossmithError) as error:
                raise Undecided from error
            value = taken_at(f, y, centre)
            scaled = {key: product_of(c, value) for key, c in part.terms.items()}
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
                    found[e] = series_of({(Fraction(0), 0): e}, ORDER)
                case Add():
                    found[e] = self.clean(sum_of([(c, found[t]) for c, t in e.terms]))
                case Contract() if not e.summed and not e.shape:
                    product = series_of({(Fraction(0), 0): const(1)}, ORDER)
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
                put_in(terms, (q + 1, 1), scaled(c, 1 / (q + 1)))
                put_in(terms, (q + 1, 0), scaled(c, -1 / (q + 1) ** 2))
            elif q == -1:
                put_in(terms, (Fraction(0), 1), c)
            else:
                put_in(terms, (q + 1, 0), scaled(c, 1 / (q + 1)))
        start: Coefficient = None
        if not any(q < 0 or (q == 0 and i) for q, i in terms):
            try:
                start = apply(e.atom, *fixed)
            except LossmithError:
                start = None
        put_in(terms, (Fraction(0), 0), start)
        return self.clean(Series(terms, s.order + 1))
