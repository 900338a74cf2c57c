"""Why there is no smoothness constant: f'' is proved to exceed every bound.

If f''' >= 1 on [a, inf), then f''(x) >= f''(a) + x - a; if f''(x) (x - a) >= c > 0 near an end a of
the domain, f'' grows there like c/(x - a). Both are signs that the checker can replay.
"""

from __future__ import annotations

from fractions import Fraction

from lossmith.atoms.table import ATOMS
from lossmith.errors import LossmithError
from lossmith.evidence.arithmetic.second import derivative
from lossmith.evidence.arithmetic.templates import distributed
from lossmith.expr.build import add, apply, const, multiply, power, scale, subtract, symbol
from lossmith.expr.node import Add, Apply, Contract, Expr, Factor, Symbol
from lossmith.expr.sets import POSITIVE, Interval, closed, opened
from lossmith.expr.types import FREE, Assumptions
from lossmith.expr.walk import depends_on, substitute, symbols
from lossmith.prove.curvature.attempt import Attempt
from lossmith.prove.curvature.scalar import prove_sign
from lossmith.prove.proving.proof import OutOfWork, Proof
from lossmith.prove.proving.sampling import sampled_signs
from lossmith.text.writing.printing import to_unicode
from lossmith.words import Words

BUDGET = 120


def why_unbounded(attempt: Attempt) -> Words | None:
    """Return the proved reason that no L exists for a formula proved convex, None if unknown."""
    wrt = attempt.proof.wrt
    if len(wrt) == 1 and not any(s.shape for s in symbols(attempt.form)):
        return _of_line(attempt.form, wrt[0], to_unicode(wrt[0]))
    for c, t in _terms(attempt.form):
        # The other terms are convex: their curvature cannot make up for what grows here.
        found = _of_term(attempt, c, t)
        if found is not None:
            return found
    return None


def _terms(e: Expr) -> list[tuple[Fraction, Expr]]:
    """Return the terms of a sum, sums inside products opened."""
    parts = list(e.terms) if isinstance(e, Add) else [(Fraction(1), e)]
    found: list[tuple[Fraction, Expr]] = []
    for c, t in parts:
        opened_up = distributed(t)
        found += [(c, t)] if opened_up is None else [(c * q, s) for q, s in opened_up]
    return found


def _of_term(attempt: Attempt, c: Fraction, t: Expr) -> Words | None:
    """Look at a sum of positive weights times phi(u), u affine and onto the whole line."""
    wrt, inner = attempt.proof.wrt, t
    if isinstance(t, Contract):
        moving = [f for f in t.factors if depends_on(f[0], wrt)]
        weights = [f for f in t.factors if f not in moving]
        positive = all(attempt.proof.enclosed(f).power(p).within(POSITIVE) for f, _, p in weights)
        if len(moving) != 1 or not positive:
            return None
        inner = moving[0][0]
        if moving[0][2] != 1 or not isinstance(inner, Apply) or inner.shape:
            found = _along_axis(attempt, c, t, moving[0])
            if found is not None or moving[0][2] != 1:
                return found
    elif isinstance(t, Apply) and t.atom.name == "logdet":
        return _along_axis(attempt, c, t, (t, (), Fraction(1)))
    if (
        not isinstance(inner, Apply)
        or not inner.atom.signature.is_entrywise
        or len(inner.args) != 1
    ):
        return None
    u = inner.args[0]
    if not all(_is_convex_term(attempt, q, s) for q, s in _terms(attempt.form)):
        return None
    own = [w for w in wrt if depends_on(u, (w,))]
    free = all(w.assumptions == FREE for w in own)
    if u in wrt:
        reach = u.assumptions if isinstance(u, Symbol) else FREE
    elif free and "affine" in attempt.structure.kinds(u):
        reach = FREE  # an affine function that is not constant takes every value
    else:
        return None
    x = symbol("t", (), Assumptions(reach.interval))
    body = scale(c, apply(inner.atom, x))
    found = _of_line(body, x, to_unicode(u))
    data = [s for s in symbols(u) if s not in wrt]
    if found is None or not data:
        return found
    shown = to_unicode(u)
    return Words(
        f"{found.en}, unless the data make {shown} constant",
        f"{found.zh}，除非数据使 {shown} 为常数",
    )


def _along_axis(attempt: Attempt, c: Fraction, t: Expr, factor: Factor) -> Words | None:
    """Look at c t along (s, 0 ... 0) of a vector, or diag(s, 1 ... 1) of a pd matrix, s > 0."""
    s = symbol("s", (), Assumptions(POSITIVE))
    body = _on_axis(factor, attempt.proof.wrt, s)
    if body is None or not all(_is_convex_term(attempt, q, u) for q, u in _terms(attempt.form)):
        return None
    if _of_line(scale(c, body), s, "s") is None:
        return None
    shown = to_unicode(t)
    return Words(
        f"none: the second derivative of {shown} exceeds every bound along a line",
        f"没有：沿某条直线，{shown} 的二阶导数超过任何界",
    )


def _on_axis(factor: Factor, wrt: tuple[Symbol, ...], s: Symbol) -> Expr | None:
    """Return what log det W, tr W^-1 or (sum of w^p)^q is there, up to a constant; None else."""
    f, labels, q = factor
    if isinstance(f, Apply) and q == 1:
        (w, *_) = f.args
        if not isinstance(w, Symbol) or w not in wrt or not w.assumptions.has("pd"):
            return None
        if f.atom.name == "logdet":
            return apply(ATOMS["log"], s)
        same_axis = len(labels) == 2 and labels[0] == labels[1]
        return power(s, -1) if f.atom.name == "inv" and same_axis else None
    outer = q
    if isinstance(f, Contract) and len(f.factors) == 1 and not f.shape:
        ((f, labels, q),) = f.factors
        outer = outer * q
    held = isinstance(f, Symbol) and f in wrt and len(set(labels)) == len(labels) > 0
    if not held or not isinstance(f, Symbol) or f.assumptions.structure or q <= 0:
        return None
    reach = f.assumptions.interval
    return power(s, outer) if reach.has(0) and reach.hi is None else None


def _is_convex_term(attempt: Attempt, c: Fraction, t: Expr) -> bool:
    attempt.structure.analyze(t)
    return ("convex" if c > 0 else "concave") in attempt.structure.kinds(t)


def _of_line(f: Expr, x: Symbol, name: str) -> Words | None:
    try:
        second = derivative(derivative(f, x), x)
        third = derivative(second, x)
    except (ValueError, LossmithError):
        return None
    whole = x.assumptions.interval
    shown = to_unicode(f) if name == to_unicode(x) else _head(f)
    for sign, open_end in ((1, whole.hi), (-1, whole.lo)):
        if open_end is None and _grows(f, x, third, sign, whole):
            return Words(
                f"none: {shown} grows so fast that its second derivative exceeds every bound",
                f"没有：{shown} 增长过快，其二阶导数超过任何界",
            )
    for sign, end, is_open in ((1, whole.lo, whole.lo_open), (-1, whole.hi, whole.hi_open)):
        if end is not None and is_open and _explodes(f, x, second, end, sign):
            return Words(
                f"none: the second derivative of {shown} exceeds every bound near {name} = {end}",
                f"没有：在 {name} = {end} 附近，{shown} 的二阶导数超过任何界",
            )
    return None


def _head(f: Expr) -> str:
    """Return the name of a function behind its coefficient."""
    inner = f.terms[0][1] if isinstance(f, Add) and len(f.terms) == 1 else f
    return inner.atom.name if isinstance(inner, Apply) else to_unicode(f)


def _grows(f: Expr, x: Symbol, third: Expr, sign: int, whole: Interval) -> bool:
    """Return whether sign * f''' >= 1 is proved on a half-line."""
    for start in (1, 10):
        begin = Fraction(start if sign > 0 else -start)
        if not whole.has(begin):
            continue
        inside = closed(begin, None) if sign > 0 else closed(None, begin)
        goal = add((sign, third), (-1, const(1)))
        if _is_nonnegative(f, x, goal, inside):
            return True
    return False


def _explodes(f: Expr, x: Symbol, second: Expr, end: Fraction, sign: int) -> bool:
    """Return whether f'' times the distance to the end is proved to stay above a number there."""
    distance = subtract(x, const(end)) if sign > 0 else subtract(const(end), x)
    for reach in (Fraction(1, 10), Fraction(1, 100)):
        inside = opened(end, end + reach) if sign > 0 else opened(end - reach, end)
        for least in (Fraction(1, 2), Fraction(1, 100)):
            goal = add(multiply(second, distance), (-least, const(1)))
            if _is_nonnegative(f, x, goal, inside):
                return True
    return False


def _is_nonnegative(f: Expr, x: Symbol, goal: Expr, inside: Interval) -> bool:
    tight = symbol(x.name, (), Assumptions(inside))
    try:
        body, aim = (substitute(e, {x: tight}) for e in (f, goal))
        if -1 in sampled_signs(aim, tight):
            return False
        return prove_sign(Proof((tight,), BUDGET), body, tight, aim, strict=False) is not None
    except (OutOfWork, LossmithError, ValueError):
        return False
