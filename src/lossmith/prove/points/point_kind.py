"""What a stationary point is: by the signs of the Hessian's eigenvalues, or by higher orders.

At a rational point with a singular Hessian the function is expanded exactly. Values of both signs
on two curves through the point make a saddle; a lowest part that is positive away from 0 makes a
minimum.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, islice, product
from math import comb, factorial

from lossmith.errors import LossmithError
from lossmith.evidence.arithmetic.inertia import signs_of_eigenvalues
from lossmith.evidence.arithmetic.second import derivative
from lossmith.expr.build import const
from lossmith.expr.node import Const, Expr, Symbol
from lossmith.expr.sets import Interval
from lossmith.expr.walk import substitute
from lossmith.prove.points.points import Kind
from lossmith.prove.zeros.real_zeros import rational_zeros, real_zeros
from lossmith.words import Words

SHEARS = 2
"""So many changes of coordinates are tried, one after another and side by side."""

Powers = tuple[int, ...]
Local = Mapping[Powers, Fraction]
"""f(a + u) - f(a) as {exponents of u: coefficient}."""


@dataclass(frozen=True, slots=True)
class Judged:
    """The kind of a point, and the reason where the Hessian alone does not give it."""

    kind: Kind
    reason: Words | None = None


def by_hessian(h: Sequence[Sequence[Interval]]) -> Judged | None:
    """Return the kind from enclosures of the Hessian's entries, None if it may be singular."""
    signs = signs_of_eigenvalues(h)
    if signs is None:
        return None
    positive, negative = signs
    kind: Kind = "minimum" if not negative else "maximum" if not positive else "saddle"
    return Judged(kind)


def by_expansion(
    f: Local, names: Sequence[str], at: Sequence[Fraction], *, complete: bool, depth: int = 0
) -> Judged | None:
    """Return the kind from the exact expansion around a point.

    complete: the expansion is all of f (a polynomial); else only its lowest homogeneous part, which
    must stand alone, is used.
    """
    if not f:
        return Judged("flat") if complete else None
    even = _even_monomial(f, names) if complete else None
    if even is not None:
        return even
    lowest = min(map(sum, f))
    part = {m: c for m, c in f.items() if sum(m) == lowest}
    usable = f if complete else part
    saddle = two_curves(usable, names, at, straight=not complete, few=depth > 0)
    if saddle is not None:
        return saddle
    for sign, kind in ((1, "minimum"), (-1, "maximum")):
        reason = _definite(
            {m: sign * c for m, c in usable.items()}, len(names), straight=not complete
        )
        if reason is not None:
            return Judged("minimum" if kind == "minimum" else "maximum", reason)
    return _sheared(f, names, at, depth) if complete and len(names) == 2 else None


def _even_monomial(f: Local, names: Sequence[str]) -> Judged | None:
    """Return the kind where f = x^a y^b g with even exponents and g(0) != 0: f has the sign of g.

    Such extrema need not be strict: f is 0 where x or y is.
    """
    common = tuple(min(m[k] for m in f) for k in range(len(names)))
    if not any(common) or any(k % 2 for k in common) or not f.get(common):
        return None
    kind: Kind = "minimum" if f[common] > 0 else "maximum"
    reason = Words(
        "its lowest term is a product of even powers that divides all others",
        "其最低次项是偶次幂之积，且整除其余各项",
    )
    return Judged(kind, reason)


def _sheared(f: Local, names: Sequence[str], at: Sequence[Fraction], depth: int) -> Judged | None:
    """Judge in the coordinates (x, y - c x^k), where the lowest part is a square of y - c x^k."""
    if depth >= SHEARS:
        return None
    for k, c, turned in islice(_squares(f), SHEARS):
        moved = _shear(_turned(f) if turned else f, c, k)
        judged = by_expansion(moved, names, at, complete=True, depth=depth + 1)
        if judged is not None and judged.kind != "saddle":
            reason = Words(
                "after a change of coordinates its lowest part keeps its sign",
                "换坐标后其最低次部分不变号",
            )
            return Judged(judged.kind, reason)
        if judged is not None:
            both = Words("it takes both signs along two curves", "沿两条曲线取不同的符号")
            return Judged("saddle", both)
    return None


def _turned(f: Local) -> Local:
    return {(j, i): c for (i, j), c in f.items()}


def _squares(f: Local) -> Iterator[tuple[int, Fraction, bool]]:
    """Yield (k, c, whether x and y change places) with c a zero of the lowest part P(1, s)."""
    for turned, k in product((False, True), (1, 2, 3, 4)):
        g = _turned(f) if turned else f
        lowest = min(i + k * j for i, j in g)
        part = [(j, c) for (i, j), c in g.items() if i + k * j == lowest]
        top = max(j for j, _ in part)
        p = [sum((c for j, c in part if j == q), Fraction(0)) for q in range(top + 1)]
        for c in rational_zeros(p) if top else []:
            slope = sum(j * q * c ** (j - 1) for j, q in enumerate(p) if j)
            if c and not slope:
                yield k, c, turned


def _shear(f: Local, c: Fraction, k: int) -> Local:
    """Return f(x, y + c x^k)."""
    moved: dict[Powers, Fraction] = {}
    for (i, j), a in f.items():
        for q in range(j + 1):
            m = (i + k * (j - q), q)
            moved[m] = moved.get(m, Fraction(0)) + a * comb(j, q) * c ** (j - q)
    return {m: a for m, a in moved.items() if a}


# -- both signs ------------------------------------------------------------------------------------


def two_curves(
    f: Local,
    names: Sequence[str],
    at: Sequence[Fraction],
    *,
    straight: bool,
    few: bool,
    sides: Sequence[int | None] = (),
) -> Judged | None:
    """Return a saddle, if f > 0 along one curve through the point and f < 0 along another.

    sides: 1 or -1 for each variable that moves from the point in this direction only.
    """
    up = down = None
    tried = _curves(len(names), straight=straight, few=few)
    for curve in chain(tried, () if straight or few else _between_zeros(f, len(names))):
        if any(s and s * a < 0 for s, (a, _) in zip(sides, curve, strict=False)):
            continue
        sign = _sign_along(f, curve)
        if sign > 0 and up is None:
            up = curve
        if sign < 0 and down is None:
            down = curve
        if up is not None and down is not None:
            rising, falling = _told(up, names, at), _told(down, names, at)
            return Judged(
                "saddle",
                Words(
                    f"it rises along {rising} and falls along {falling} (t → 0)",
                    f"沿 {rising} 上升，沿 {falling} 下降（t → 0）",
                ),
            )
    return None


Curve = tuple[tuple[Fraction, int], ...]
"""For each variable (a, k): its distance from the point is a t^k, for small t > 0."""


def _curves(n: int, *, straight: bool, few: bool) -> Iterator[Curve]:
    more = () if few or n > 3 else (2, -2, Fraction(1, 2), Fraction(-1, 2), 3, -3)
    sizes = [Fraction(q) for q in (0, 1, -1, *more)]
    weights = [1] if straight else [1, 2] if n > 3 else [1, 2, 3, 4]
    seen: set[Curve] = set()
    for ks in sorted(product(weights, repeat=n), key=lambda k: (sum(k), k)):
        if n > 1 and min(ks) > 1:
            continue
        for a in product(sizes, repeat=n):
            curve = tuple((q, k if q else 1) for q, k in zip(a, ks, strict=True))
            if any(a) and curve not in seen:
                seen.add(curve)
                yield curve


def _between_zeros(f: Local, n: int) -> Iterator[Curve]:
    """Yield curves (t^a, s t^b) with s between the zeros of a lowest part P(1, s).

    So (y - x^2)(y - 2 x^2) is found to be negative on a parabola between y = x^2 and y = 2 x^2.
    """
    for (a, b), side in product(WEIGHTS if n == 2 else (), (1, -1)):
        lowest = min(a * i + b * j for i, j in f)
        p: dict[int, Fraction] = {}
        for (i, j), c in f.items():
            if a * i + b * j == lowest:
                p[j] = p.get(j, Fraction(0)) + c * side**i
        top = max((j for j, c in p.items() if c), default=0)
        zeros = real_zeros([p.get(j, Fraction(0)) for j in range(top + 1)]) if top else []
        # An interval around a zero ends where P is not 0.
        for s in dict.fromkeys(end for interval in zeros for end in interval):
            yield (Fraction(side), a), (s, b)


def _sign_along(f: Local, curve: Curve) -> int:
    """Return the sign of f on the curve near its start, 0 if it vanishes there."""
    along: dict[int, Fraction] = {}
    for m, c in f.items():
        value, order = c, 0
        for p, (a, k) in zip(m, curve, strict=True):
            value *= a**p
            order += p * k
        along[order] = along.get(order, Fraction(0)) + value
    first = min((k for k, c in along.items() if c), default=None)
    return 0 if first is None else 1 if along[first] > 0 else -1


def _told(curve: Curve, names: Sequence[str], at: Sequence[Fraction]) -> str:
    """Return "(x, y) = (t², t)"."""
    parts: list[str] = []
    for (a, k), c in zip(curve, at, strict=True):
        power = "t" if k == 1 else f"t^{k}"
        size = {Fraction(1): "", Fraction(-1): "-"}.get(a, f"{a} ")
        moved = "" if not a else f"{size}{power}"
        if not moved:
            parts.append(str(c))
        elif not c:
            parts.append(moved)
        else:
            parts.append(f"{c} + {moved}".replace("+ -", "- "))
    return f"({', '.join(names)}) = ({', '.join(parts)})"


# -- one sign --------------------------------------------------------------------------------------


def _definite(f: Local, n: int, *, straight: bool) -> Words | None:
    """Return why f > 0 near 0 except at 0 itself, if that shows."""
    even = all(c > 0 and all(p % 2 == 0 for p in m) for m, c in f.items())
    pure = {k for m in f for k in range(n) if m[k] and not any(m[:k] + m[k + 1 :])}
    if even and len(pure) == n:
        return Words("a sum of even powers with positive weights", "偶次幂的正系数之和")
    if n == 2 and any(_has_positive_lowest(f, *w) for w in (WEIGHTS[:1] if straight else WEIGHTS)):
        return Words(
            "its lowest part is positive away from the point", "其最低次部分在该点以外处处为正"
        )
    return None


WEIGHTS = ((1, 1), (1, 2), (2, 1), (1, 3), (3, 1), (2, 3), (3, 2), (1, 4), (4, 1), (3, 4), (4, 3))


def _has_positive_lowest(f: Local, a: int, b: int) -> bool:
    """Return whether the lowest part P of f(t^a x, t^b y) is positive away from 0.

    The rest is of higher order.
    """
    lowest = min(a * i + b * j for i, j in f)
    return is_positive_part({m: c for m, c in f.items() if a * m[0] + b * m[1] == lowest})


def is_positive_part(part: Local) -> bool:
    """Return whether a quasi-homogeneous P of two variables is positive away from 0.

    That follows from P(1, s) > 0 and P(-1, s) > 0 for all s, P(0, 1) > 0 and P(0, -1) > 0.
    """
    ends = [sum(c * y**j for (i, j), c in part.items() if i == 0) for y in (1, -1)]
    return min(ends) > 0 and all(_is_positive_line(part, x) for x in (1, -1))


def _is_positive_line(part: Local, x: int) -> bool:
    """Return whether P(x, s) > 0 for all real s."""
    coefficients: dict[int, Fraction] = {}
    for (i, j), c in part.items():
        coefficients[j] = coefficients.get(j, Fraction(0)) + c * x**i
    top = max((j for j, c in coefficients.items() if c), default=-1)
    p = [coefficients.get(j, Fraction(0)) for j in range(top + 1)]
    return bool(p) and p[0] > 0 and (len(p) == 1 or not real_zeros(p))


# -- expansions ------------------------------------------------------------------------------------


def expansion(
    e: Expr, wrt: Sequence[Symbol], at: Sequence[Fraction], order: int = 6
) -> Local | None:
    """Return f(a + u) - f(a) up to an order, if all derivatives at the point are exact numbers."""
    here: dict[Expr, Expr] = {x: const(c) for x, c in zip(wrt, at, strict=True)}
    level: dict[Powers, Expr] = {(0,) * len(wrt): e}
    found: dict[Powers, Fraction] = {}
    try:
        for total in range(1, order + 1):
            after: dict[Powers, Expr] = {}
            for m, f in level.items():
                for k, x in enumerate(wrt):
                    n = (*m[:k], m[k] + 1, *m[k + 1 :])
                    if n not in after:
                        after[n] = derivative(f, x)
            for n, f in after.items():
                there = substitute(f, here)
                if not isinstance(there, Const):
                    return None
                if there.value:
                    weight = 1
                    for p in n:
                        weight *= factorial(p)
                    found[n] = there.value / weight
            if found and total >= min(map(sum, found)):
                return found
            level = after
    except (ValueError, LossmithError):
        return None
    return None
