"""Equations between two sides that are no identity: do they say what a condition above says?

``dJ/dw = 0`` sets one up; ``X'X w = X'y`` below it says the same; without it, the line is the
condition that the gradient of the loss is 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from lossmith.calculus.gradient import jacobian
from lossmith.errors import LossmithError
from lossmith.expr.build import (
    add,
    apply,
    const,
    contract,
    divide,
    matmul,
    multiply,
    negate,
    power,
    scale,
    size_of,
    subtract,
    zeros,
)
from lossmith.expr.node import Add, Contract, Delta, Expr, Symbol, symbol
from lossmith.expr.sets import POSITIVE
from lossmith.expr.types import Assumptions
from lossmith.expr.walk import depends_on, postorder, substitute, symbols
from lossmith.judge.derivatives import true_derivative, usual_variables
from lossmith.judge.equality import Equality, equal
from lossmith.judge.match import Matcher
from lossmith.judge.normal import normal_form
from lossmith.judge.state import State
from lossmith.judge.subject import Subject
from lossmith.text.functions.cards import card


@dataclass(frozen=True, slots=True)
class Standing:
    """What an equation is beside a condition above.

    equality: that its right side is the left one less a multiple of the condition; or what its two
    sides differ by at the solution of the condition, and 0.  follows: whether it holds.
    root: that solution.  gap: the left side less the right one.
    """

    equality: Equality
    follows: bool
    root: Expr | None
    gap: Expr


def gradients(state: State) -> Iterator[tuple[Symbol, Expr]]:
    """Yield the variables by which lines differentiate a number, with the true gradients."""
    for subject in [j.subject for j in state.judged.values()]:
        if subject.kind != "derivative" or subject.order != 1 or subject.repeated:
            continue
        trail = state.trails.get(subject.key)
        s = state.context.symbol(subject.wrt[0]) if subject.wrt else None
        if s is not None and trail is not None and trail.right and trail.latest.shape == s.shape:
            yield s, state.context.expanded(trail.latest)


def gradient_of_loss(state: State) -> Iterator[tuple[Symbol, Expr]]:
    """Yield the gradient of the loss by the variable that people would take."""
    loss = state.context.definitions.get(state.loss)
    if loss is None or loss.expr.shape:
        return
    for name in usual_variables(state, state.context.mentions(loss.expr))[:1]:
        s = state.context.symbol(name)
        if s is not None:
            try:
                yield s, true_derivative(state, Subject("derivative", state.loss, "", (name,), 1))
            except LossmithError:
                return


def same_equation(left: Expr, right: Expr, condition: Expr) -> Equality | None:
    """Return why left = right says the same as condition = 0: right is left less a multiple."""
    gap = subtract(left, right)
    matcher = Matcher(gap, (condition,))
    for multiple in multiples(condition):
        if multiple.shape == gap.shape and not _surely_apart(gap, multiple):
            matcher.refreshed()
            if matcher.at and not matcher.fits(multiple):
                continue  # values at a few points spare the proof of what is no multiple
            found = equal(subtract(left, multiple), right)
            if found.status in ("proved", "shown"):
                return found
    return None


def _surely_apart(a: Expr, b: Expr) -> bool:
    return set(symbols(a)) != set(symbols(b))


def multiples(e: Expr) -> Iterator[Expr]:
    """Yield e times small numbers, sizes and scalar symbols, as people clear an equation."""
    sizes = sorted({d for part in postorder(e) for d in part.shape if isinstance(d, str)})
    scalars = [s for s in symbols(e) if not s.shape]
    by_size = [power(size_of(d), p) for d in sizes for p in (1, -1)]
    by_scalar = [power(s, p) for s in scalars for p in (1, 2, -1, 3, 4)]
    both = [multiply(a, b) for a in by_size for b in by_scalar]
    for unit in (const(1), *by_size, *by_scalar, *both):
        scaled = multiply(e, unit)
        for c in _NUMBERS:
            yield add((c, scaled))


_NUMBERS: Final = tuple(
    sign * Fraction(q) for q in (1, "1/2", 2, "1/4", 4, 3, "1/3") for sign in (1, -1)
)


def settled(state: State) -> dict[Expr, Expr]:
    """Return what the lines above found unknowns to be, as solutions of conditions."""
    return {
        j.unknown: j.expr
        for j in state.judged.values()
        if j.unknown is not None and j.expr is not None and j.outcome in ("ok", "shown")
    }


def standing(
    left: Expr, right: Expr, condition: Expr, s: Symbol, known: Expr | None = None
) -> Standing | None:
    """Return how left = right stands beside condition = 0; None if that cannot be told.

    It fails only if the solution of the condition, which is linear in s and was proved to satisfy
    it, does not satisfy the equation.  known: the solution that a line above tells.
    """
    gap = subtract(left, right)
    same = same_equation(left, right, condition)
    if same is not None:
        return Standing(same, True, None, gap)
    root = root_for(gap, condition, s) if s in symbols(gap) else None
    root = known if root is None and s in symbols(gap) else root
    if root is None:
        return None
    there = substitute(condition, {s: root})
    if equal(there, zeros(there.shape)).status not in ("proved", "shown"):
        return None
    value = substitute(gap, {s: root})
    found = equal(value, zeros(value.shape))
    if found.status == "proved":
        return Standing(found, True, root, gap)
    if found.status != "refuted" or found.differs_in_domain_only:
        return None
    return Standing(found, False, root, gap)


def likeliest(condition: Expr, gap: Expr) -> Iterator[Expr]:
    """Yield the multiples of a condition that an equation may have been meant to be."""
    if condition.shape == gap.shape:
        for c in (Fraction(1), Fraction(1, 2), Fraction(-1), Fraction(-1, 2)):
            yield add((c, condition))


def expected(left: Expr, condition: Expr) -> Iterator[Expr]:
    """Yield what the right side should be beside the left one, free of the unknown if possible."""
    for c in (Fraction(1), Fraction(1, 2), Fraction(-1), Fraction(-1, 2)):
        if condition.shape == left.shape:
            try:
                yield normal_form(subtract(left, add((c, condition))))[0]
            except LossmithError:
                continue


def root_for(e: Expr, condition: Expr, s: Symbol) -> Expr | None:
    """Return the solution of a condition, one of two where e does not tell s from -s; or None."""
    root = solved(condition, s)
    return _root(condition, s) if root is None and is_balanced(e, s) else root


def solved(condition: Expr, s: Symbol) -> Expr | None:
    """Return the s at which a condition is 0, if it is linear in s once cleared; or None.

    Cleared: times a power of s, or times all that stands below a line and holds s.

    For A s = b with a matrix A, inv(A) b. No proof: what it says is held against the condition.
    """
    nothing: dict[Expr, Expr] = {s: zeros(s.shape)}
    units = [power(s, p) for p in (0, 1, 2, 3)]
    if not s.shape and (below := _below(condition, s)):
        units.append(multiply(*below))
    for unit in units:
        try:
            cleared = normal_form(multiply(condition, unit))[0]
            slope = normal_form(jacobian(cleared, s).end)[0]
            rest = negate(substitute(cleared, nothing))
            if depends_on(slope, (s,)):
                continue
            if not s.shape:
                return divide(rest, slope)
            if _is_diagonal(slope):
                return divide(rest, contract([(slope, (0, 0), 1)], (0,)))
            c = slope.terms[0][0] if isinstance(slope, Add) else Fraction(1)
            root = matmul(apply(card("inv"), scale(1 / c, slope)), scale(1 / c, rest))
            if root.shape == s.shape:
                return root
        except (LossmithError, ZeroDivisionError):
            continue
    return _root(condition, s) if s.assumptions.interval.lo == 0 else None


def _is_diagonal(e: Expr) -> bool:
    """Return whether a square matrix is written as a diagonal one: one term, with a unit matrix."""
    if isinstance(e, Add) and len(e.terms) == 1:
        e = e.terms[0][1]
    factors = e.factors if isinstance(e, Contract) else ((e, (0, 1), Fraction(1)),)
    return any(isinstance(f, Delta) and set(labels) == {0, 1} for f, labels, _ in factors)


def is_balanced(e: Expr, s: Symbol) -> bool:
    """Return whether e is even or odd in s, so that with a zero s it has the zero -s as well."""
    turned = substitute(e, {s: negate(s)})
    return turned is e or turned is negate(e)


def _below(e: Expr, s: Symbol) -> tuple[Expr, ...]:
    """Return the denominators that s stands in, each once, with its power."""
    found = dict.fromkeys(
        power(f, -p)
        for part in postorder(e) if isinstance(part, Contract) and not part.shape
        for f, labels, p in part.factors if p < 0 and not labels and depends_on(f, (s,))
    )  # fmt: skip
    return tuple(found)


def _root(condition: Expr, s: Symbol) -> Expr | None:
    """Return the s >= 0 at which a condition is 0 that is linear in s^2, or None."""
    if s.shape or not (s.assumptions.interval.lo == 0 or is_balanced(condition, s)):
        return None
    square = symbol(f"square:{s.name}", (), Assumptions(POSITIVE))
    changed = substitute(condition, {s: power(square, Fraction(1, 2))})
    nothing: dict[Expr, Expr] = {square: const(0)}
    for power_ in (Fraction(0), Fraction(1, 2), Fraction(1), Fraction(3, 2), Fraction(2)):
        with suppress(LossmithError, ZeroDivisionError):
            cleared = normal_form(multiply(changed, power(square, power_)))[0]
            slope = normal_form(jacobian(cleared, square).end)[0]
            if not depends_on(slope, (square,)):
                rest = negate(substitute(cleared, nothing))
                return power(divide(rest, slope), Fraction(1, 2))
    return None
