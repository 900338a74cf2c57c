"""Convexity of functions in pieces: find the joints, prove each piece, compare slopes."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import isqrt

from lossmith.errors import LossmithError
from lossmith.evidence.arithmetic.linear import linear_part
from lossmith.evidence.arithmetic.pieces import PIECES, Unresolved, interior, places, resolved
from lossmith.evidence.arithmetic.signs import sign_of
from lossmith.expr.build import add, const, divide, negate, power, subtract
from lossmith.expr.node import Add, Apply, Const, Contract, Expr, Select, Symbol
from lossmith.expr.sets import NEGATIVE, POSITIVE, Interval
from lossmith.expr.walk import depends_on, postorder, substitute
from lossmith.prove.proving.partition import cut_of
from lossmith.prove.proving.proof import Proof
from lossmith.prove.proving.structure import Structure

SIDES = ("convex", "concave")

MOST = 6
"""Joints that a function may have."""


def prove_pieces(proof: Proof, e: Expr, structure: Structure) -> dict[str, int]:
    """Return nodes for the curvatures of e that its pieces have and its joints keep."""
    if len(proof.wrt) != 1 or proof.wrt[0].shape or e.shape or not _has_pieces(e, proof.wrt):
        return {}
    found: dict[str, int] = {}
    joints, bodies = piece_bodies(e, proof.wrt[0])
    for kind in SIDES if joints else ():
        used: list[int | None] = []
        for body, step in bodies:
            inner = structure.within((step,))
            nodes = inner.analyze(body)
            used.append(nodes.get("affine", nodes.get(kind)))
        node = proof.propose(proof.claim(kind, e), "pieces", used, joints)
        if node is not None:
            found[kind] = node
    return found


def piece_bodies(e: Expr, x: Symbol) -> tuple[tuple[Expr, ...], list[tuple[Expr, Symbol]]]:
    """Return the joints of e, and each piece as (formula, its own variable); none if not found."""
    try:
        joints = _ordered(e, x)
        if joints:
            return joints, _bodies(e, x, joints)
        joints = _middle(x.assumptions.interval)
        bodies = _bodies(e, x, joints) if joints else []
        # What is still in pieces would be halved without end.
        return ((), []) if any(_has_pieces(b, (t,)) for b, t in bodies) else (joints, bodies)
    except (Unresolved, LossmithError, ValueError):
        return (), []


def _bodies(e: Expr, x: Symbol, joints: tuple[Expr, ...]) -> list[tuple[Expr, Symbol]]:
    found = places(joints, x.assumptions.interval)
    return [(resolved(e, {x: at}, {step: interior(step)}), step) for at, step, _ in found]


def _has_pieces(e: Expr, wrt: tuple[Symbol, ...]) -> bool:
    return any(depends_on(s, wrt) and _is_piecewise(s) for s in postorder(e))


def _is_piecewise(s: Expr) -> bool:
    """Return whether a function is a choice, has corners, or is defined by a choice (Huber)."""
    if not isinstance(s, Apply):
        return isinstance(s, Select)
    if s.atom.kinks or s.atom.meaning is None or any(f.name == "smooth" for f in s.atom.facts):
        return bool(s.atom.kinks)
    return any(isinstance(q, Select) for q in postorder(s.atom.meaning(*s.args)))


def numeric_joints(e: Expr, x: Symbol) -> list[Fraction]:
    """Return the joints of a scalar formula that are numbers."""
    if not _has_pieces(e, (x,)):
        return []
    try:
        return [b.value for b in dict.fromkeys(_joints(e, x)) if isinstance(b, Const)]
    except (LossmithError, ValueError):
        return []


def _ordered(e: Expr, x: Symbol) -> tuple[Expr, ...]:
    """Return the joints from left to right; () if two of them cannot be compared."""
    found: list[Expr] = []
    whole = x.assumptions.interval
    for b in dict.fromkeys(_joints(e, x)):
        if isinstance(b, Const) and (not whole.has(b.value) or b.value in (whole.lo, whole.hi)):
            continue
        at = 0
        for k, other in enumerate(found):
            order = sign_of(subtract(b, other), {})
            if order.within(POSITIVE):
                at = k + 1
            elif order.is_point and order.has(0):
                break
            elif not order.within(NEGATIVE):
                return ()
        else:
            found.insert(at, b)
    return tuple(found) if len(found) <= MOST else ()


def _middle(i: Interval) -> tuple[Expr, ...]:
    """Return a place to cut an interval on which each choice may have one outcome throughout."""
    cut = cut_of(i)
    return (const(cut),) if i.has(cut) and not i.is_point else ()


def _joints(e: Expr, x: Symbol) -> Iterator[Expr]:
    """Yield where a comparison may change or a corner be met, solved for x where it is a line."""
    for edge in edges(e, x):
        yield from _zeros(edge, x)


def edges(e: Expr, x: Symbol) -> Iterator[Expr]:
    """Yield scalar expressions whose zeros are joints."""
    waiting = [e]
    seen: set[Expr] = set()
    while waiting:
        for s in postorder(waiting.pop()):
            if s in seen or not depends_on(s, (x,)):
                continue
            seen.add(s)
            if isinstance(s, Select):
                yield from (c.expr for guard, _ in s.cases for c in guard)
            elif isinstance(s, Apply) and s.atom.name in PIECES:
                made = PIECES[s.atom.name](*s.args)
                waiting.append(made)
            elif isinstance(s, Apply) and s.atom.meaning and s.atom.signature.is_entrywise:
                if s.atom.kinks or not any(f.name == "smooth" and not f.when for f in s.atom.facts):
                    waiting.append(s.atom.meaning(*s.args))


def _zeros(edge: Expr, x: Symbol) -> Iterator[Expr]:
    """Yield the zeros in x of a line, of |u| - c, and of exp(u) - c for a line u."""
    inner = [s for s in postorder(edge) if isinstance(s, Apply) and depends_on(s, (x,))]
    if isinstance(edge, Add) and len(edge.terms) == 1:
        edge = edge.terms[0][1]
    if isinstance(edge, Contract) and len(edge.factors) == 1 and edge.factors[0][2] > 0:
        edge = edge.factors[0][0]  # c u^p is 0 where u is
    if not inner:
        yield from _line_zero(edge, x)
        return
    u = inner[0]
    if len(u.args) != 1 or len(inner) != 1:
        return
    sides = {
        "abs": (u.args[0], negate(u.args[0])),
    }.get(u.atom.name)
    if sides is not None:
        for side in sides:
            yield from _line_zero(substitute(edge, {u: side}), x)
        return
    # An increasing function of a line, compared with its value at one simple place.
    for c in (0, 1, -1, 2, Fraction(1, 2)):
        for root in _line_zero(add(u.args[0], (-1, const(c))), x):
            try:
                at = substitute(edge, {x: root})
            except LossmithError:
                continue
            if isinstance(at, Const) and at.value == 0:
                yield root


def _line_zero(edge: Expr, x: Symbol) -> Iterator[Expr]:
    """Yield -b/a for edge = a*x + b with a a number or of certain sign; also ±c of x^2 - c^2."""
    squares = [s for s in postorder(edge) if isinstance(s, Contract) and depends_on(s, (x,))]
    try:
        slope = linear_part(edge, x)
        if slope is None:
            return
        offset = substitute(edge, {x: const(0)})
        if isinstance(slope, Const) or sign_of(slope, {}).within(POSITIVE):
            yield divide(negate(offset), slope)
    except (ValueError, LossmithError):
        if len(squares) == 1 and squares[0] is power(x, 2):
            yield from _roots(edge, x)


def _roots(edge: Expr, x: Symbol) -> Iterator[Expr]:
    """Yield the zeros of a*x^2 - c with numbers a and c whose quotient is a rational square."""
    at = [substitute(edge, {x: const(k)}) for k in (0, 1)]
    if not all(isinstance(v, Const) for v in at):
        return
    low, one = (v.value for v in at if isinstance(v, Const))
    if one == low:
        return
    square = -low / (one - low)
    if square < 0:
        return
    top, bottom = _root(square.numerator), _root(square.denominator)
    if top is not None and bottom is not None:
        yield const(Fraction(-top, bottom))
        yield const(Fraction(top, bottom))


def _root(n: int) -> int | None:
    r = isqrt(n)
    return r if r * r == n else None
