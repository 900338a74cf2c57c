"""A formula as one smooth expression, where the signs of its switches are known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import product

from lossmith.atoms.table import ATOMS
from lossmith.errors import LossmithError
from lossmith.evidence.arithmetic.enclose import applies, domain_of
from lossmith.expr.atom import Kink as CardKink
from lossmith.expr.build import add, apply, const, multiply, power, subtract
from lossmith.expr.node import Add, Apply, Comparison, Const, Contract, Delta, Expr, Select, Symbol
from lossmith.expr.ranges import enclosure
from lossmith.expr.sets import Interval, opened, point
from lossmith.expr.walk import postorder
from lossmith.prove.proving.natural import domains_within
from lossmith.prove.zeros.roots import Root, Undecided

Sign = Callable[[Expr], int]
"""The sign of a smooth expression on a segment or at a point.  Raises: Undecided."""


class NoValue(Exception):
    """The formula has no value on the segment, or at the point."""


def resolved(e: Expr, here: Sign, at: Root | None = None) -> Expr:
    """Return e with every switch decided by the sign of what it depends on.

    at: the one point that is meant, if it is a point.
    Raises: NoValue, Undecided, and what ``here`` raises.
    """
    made: dict[Expr, Expr] = {}
    stack = [e]
    try:
        while stack:
            s = stack[-1]
            if s in made:
                stack.pop()
                continue
            missing = [c for c in _needed(s, made, here) if c not in made]
            if missing:
                stack += missing[::-1]
                continue
            made[s] = _without_switch(s, made, here, at)
            stack.pop()
    except LossmithError as error:
        raise NoValue from error
    return made[e]


def _needed(s: Expr, made: Mapping[Expr, Expr], here: Sign) -> tuple[Expr, ...]:
    """Return the parts that decide s; of a choice the branches that are taken alone."""
    if isinstance(s, Select):
        return _branch(s, made, here)
    if isinstance(s, Add):
        return tuple(t for _, t in s.terms)
    if isinstance(s, Contract):
        return tuple(f for f, _, _ in s.factors)
    return s.args if isinstance(s, Apply) else ()


def _branch(s: Select, made: Mapping[Expr, Expr], here: Sign) -> tuple[Expr, ...]:
    """Return what is needed next: guards up to the first undecided one, then the branch taken."""
    for guard, value in s.cases:
        unknown = [c.expr for c in guard if c.expr not in made]
        if unknown:
            return tuple(unknown)
        if all(_holds(c, here(made[c.expr])) for c in guard):
            return (value,)
    return (s.otherwise,)


def _holds(c: Comparison, found: int) -> bool:
    return {">": found > 0, ">=": found >= 0, "==": found == 0, "!=": found != 0}[c.relation]


def _without_switch(s: Expr, made: dict[Expr, Expr], here: Sign, at: Root | None) -> Expr:
    match s:
        case Const() | Symbol():
            return s
        case Delta():
            raise Undecided
        case Add():
            return add(*((c, made[t]) for c, t in s.terms), shape=())
        case Contract():
            if s.summed:
                raise Undecided
            factors = [power(_base(made[f], p, here, at), p) for f, _, p in s.factors]
            return multiply(const(1), *factors)
        case Select():
            return made[_branch(s, made, here)[0]]
        case Apply():
            return _of_card(s, [made[a] for a in s.args], here, at)


def _base(f: Expr, p: Fraction, here: Sign, at: Root | None) -> Expr:
    """Return the base of a power, if it has a value there (0 itself at a point where it is 0)."""
    if p.denominator == 1 and p > 0:
        return f
    found = here(f)
    if (found == 0 and p < 0) or (found < 0 and p.denominator % 2 == 0):
        raise NoValue
    return const(0) if found == 0 and at is not None else f


def _of_card(s: Apply, args: list[Expr], here: Sign, at: Root | None) -> Expr:
    atom = s.atom
    if not atom.signature.is_entrywise:
        raise Undecided
    asked = domains_within(s, [enclosure(a).meet(domain_of(atom, k)) for k, a in enumerate(s.args)])
    for a, d in zip(args, asked, strict=True):
        _check_domain(a, d, here)
    e = apply(atom, *args)
    if not isinstance(e, Apply) or e.atom is not atom:
        # The constructor knew better; what it made may switch in turn.
        return e if not _switches(e) else resolved(e, here, at)
    if at is not None and all(isinstance(a, Const) for a in e.args):
        return e
    inside = _inside(e, here)
    if _is_smooth(e, inside):
        return _as_exponential(e)
    if atom.meaning is not None:
        return resolved(atom.meaning(*e.args), here, at)
    return _straightened(e, inside, here, at)


def _as_exponential(e: Apply) -> Expr:
    """Return u^v, with an exponent that moves and u > 0, as exp(v log u): it has an expansion."""
    if e.atom is not ATOMS["power"]:
        return e
    u, v = e.args
    return apply(ATOMS["exp"], multiply(v, apply(ATOMS["log"], u)))


def _switches(e: Expr) -> bool:
    parts = list(postorder(e))
    return any(isinstance(s, Select) or (isinstance(s, Apply) and s.atom.kinks) for s in parts)


def _check_domain(a: Expr, d: Interval, here: Sign) -> None:
    for end, is_open, side in ((d.lo, d.lo_open, 1), (d.hi, d.hi_open, -1)):
        if end is not None:
            found = here(add(a, (-end, const(1)))) * side
            if found < 0 or (found == 0 and is_open):
                raise NoValue


def _inside(e: Apply, here: Sign) -> list[Interval]:
    """Return what is known of the arguments: domains, and the sides of the kinks of the card."""
    inside: list[Interval] = []
    for k, a in enumerate(e.args):
        d = domain_of(e.atom, k)
        inside.append(point(a.value) if isinstance(a, Const) else Interval(d.lo, d.hi, True, True))
    for kink in _kinks(e, inside):
        k = kink.arg
        if kink.where is None and not isinstance(e.args[k], Const):
            side = here(_where(e, kink))
            beyond = (opened(None, kink.at), point(kink.at), opened(kink.at, None))[side + 1]
            inside[k] = inside[k].meet(beyond)
    return inside


def _kinks(e: Apply, inside: list[Interval]) -> list[CardKink]:
    """Return the kinks of the card that there may be for such arguments."""
    return [
        k
        for k in e.atom.kinks
        if all(not i.meet(w.interval).is_empty for w, i in zip(k.when, inside, strict=False))
    ]


def _is_smooth(e: Apply, inside: list[Interval]) -> bool:
    """Return whether the card calls itself smooth for such arguments, and does not switch."""
    smooth = {f.arg for f in e.atom.facts if f.name == "smooth" and applies(f, e.args, inside)}
    affine = {f.arg for f in e.atom.facts if f.name == "affine" and applies(f, e.args, inside)}
    moving = {k for k, a in enumerate(e.args) if not isinstance(a, Const)}
    # A card that is affine between its kinks is written out, so that it is smooth up to them.
    straight = bool(e.atom.kinks) and moving <= affine
    return moving <= smooth and not straight


def _straightened(e: Apply, inside: list[Interval], here: Sign, at: Root | None) -> Expr:
    """Return a primitive card with kinks as what it is between them, c + slope * argument."""
    kinks = _kinks(e, inside)
    if not kinks:
        raise Undecided
    signs = [(k, here(_where(e, k))) for k in kinks]
    if at is not None and any(s == 0 for _, s in signs):
        return _at_tie(e, kinks)
    return _linear(e, signs, here, at)


def _where(e: Apply, k: CardKink) -> Expr:
    if k.where is not None:
        return k.where(*e.args)
    return add(e.args[k.arg], (-k.at, const(1)))


def _linear(e: Apply, signs: list[tuple[CardKink, int]], here: Sign, at: Root | None) -> Expr:
    """Return c + sum of slope * argument, for a card whose slopes are numbers between its kinks.

    The number c is that of rational arguments on the same side of every kink.
    """
    slopes: list[Fraction] = []
    for k, make in enumerate(e.atom.slopes):
        if isinstance(e.args[k], Const):
            slopes.append(Fraction(0))
            continue
        if make is None:
            raise Undecided
        s = resolved(make(*e.args), here, at)
        if not isinstance(s, Const):
            raise Undecided
        slopes.append(s.value)
    place = _arguments_like(e, signs)
    start = apply(e.atom, *(const(p) for p in place))
    if not isinstance(start, Const):
        raise Undecided
    c = start.value - sum((s * p for s, p in zip(slopes, place, strict=True)), Fraction(0))
    return add((c, const(1)), *((s, a) for s, a in zip(slopes, e.args, strict=True)))


def _arguments_like(e: Apply, signs: list[tuple[CardKink, int]]) -> list[Fraction]:
    """Return rational arguments at which the kinks of the card are passed on the same side."""
    own = [Fraction(0), *(a.value for a in e.args if isinstance(a, Const))]
    near = [q + o for o in own for q in range(-2, 3)]
    for row in product(*([a.value] if isinstance(a, Const) else near for a in e.args)):
        exact = [const(q) for q in row]
        tried = [
            k.where(*exact) if k.where is not None else const(row[k.arg] - k.at) for k, _ in signs
        ]
        if all(
            isinstance(w, Const) and (w.value > 0) - (w.value < 0) == s
            for w, (_, s) in zip(tried, signs, strict=True)
        ):
            return list(row)
    raise Undecided


def _at_tie(e: Apply, kinks: list[CardKink]) -> Expr:
    """Return the value of a primitive card exactly at its kink."""
    if e.atom.arity == 1:
        return apply(e.atom, const(kinks[0].at))
    if e.atom.arity == 2 and all(
        k.where is not None and k.where(*e.args) is subtract(*e.args) for k in kinks
    ):
        # The two arguments agree, and f(a, a) = a is what the card makes of it.
        return apply(e.atom, e.args[0], e.args[0])
    raise Undecided
