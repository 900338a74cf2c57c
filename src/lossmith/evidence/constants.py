"""Constants of strong convexity and smoothness for losses of affine maps. Trusted.

For e = s * sum_i c_i phi(u_i) with u = A w + b, s >= 0 and phi'' in [l, M], the Hessian is
s * A' diag(c phi''(u)) A. So L = s * max|c| * max(|l|, |M|) * |A|^2 and, for l, c >= 0,
m = s * min c * l * lambda_min(A'A). The same functions serve the search and the checker.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from lossmith.atoms.table import ATOMS
from lossmith.evidence.certificate import Claim
from lossmith.evidence.enclose import applies, domain_of
from lossmith.evidence.linear import Form, axes, gain, least_gain_squared, linear_part
from lossmith.expr.build import add, apply, const, contract, multiply, power
from lossmith.expr.node import Apply, Contract, Expr, Factor, Symbol
from lossmith.expr.sets import NONNEGATIVE, Interval, point
from lossmith.expr.walk import depends_on

Ranges = Callable[[Expr], Interval]


def loss(kind: str, e: Expr, wrt: tuple[Symbol, ...], ranges: Ranges) -> Expr | None:
    """Return L ("smooth") or m ("strong") for a weighted sum of phi(u), or None."""
    parts = _weighted(e, wrt)
    if parts is None:
        return None
    inner, exponent, weights = parts
    curved = _second_slope(inner, exponent, wrt, ranges)
    scale, low, high = _weights(weights, ranges)
    if curved is None or scale is None:
        return None
    u, slope = curved
    if kind == "strong":
        if slope.lo is None or slope.lo < 0 or low is None or low < 0:
            return None
        if slope.lo * low == 0:
            return const(0)
        least = _least(u, wrt)
        return None if least is None else multiply(const(slope.lo * low), scale, least)
    if slope.lo is None or slope.hi is None or high is None:
        return None
    norm = _gain_squared(u, wrt, ranges)
    most = max(abs(slope.lo), abs(slope.hi)) * high
    return None if norm is None else multiply(const(most), scale, norm)


def _weighted(e: Expr, wrt: tuple[Symbol, ...]) -> tuple[Expr, Fraction, list[Factor]] | None:
    """Return (f, p, constant factors) of a scalar sum of weights times f^p, all entries of f."""
    if e.shape:
        return None
    if isinstance(e, Apply):
        return e, Fraction(1), []
    if not isinstance(e, Contract):
        return None
    moving = [f for f in e.factors if depends_on(f[0], wrt)]
    if len(moving) != 1 or len(set(moving[0][1])) != len(moving[0][1]):
        return None
    f, labels, p = moving[0]
    rest = [g for g in e.factors if not depends_on(g[0], wrt)]
    # A weight that is itself summed over other indices would need its row sums.
    if any(not set(ls) <= set(labels) for _, ls, _ in rest):
        return None
    return f, p, rest


def _second_slope(
    f: Expr, p: Fraction, wrt: tuple[Symbol, ...], ranges: Ranges
) -> tuple[Expr, Interval] | None:
    """Return (u, an enclosure of phi'') for f^p = phi(u)."""
    if p == 2:
        return f, point(2)
    if p != 1 or not isinstance(f, Apply):
        return None
    moving = [k for k, a in enumerate(f.args) if depends_on(a, wrt)]
    if len(moving) != 1:
        return None
    inside = [ranges(a).meet(domain_of(f.atom, k)) for k, a in enumerate(f.args)]
    found: Interval | None = None
    for fact in f.atom.facts:
        bounded = fact.name == "second_slope_in" and fact.bounds is not None
        if bounded and fact.arg == moving[0] and applies(fact, f.args, inside):
            found = fact.bounds if found is None or fact.bounds is None else found.meet(fact.bounds)
    return None if found is None else (f.args[moving[0]], found)


def _weights(
    weights: list[Factor], ranges: Ranges
) -> tuple[Expr | None, Fraction | None, Fraction | None]:
    """Return (product of the scalars, least, largest absolute value of the others)."""
    scalars = [power(e, p) for e, ls, p in weights if not ls]
    scale = multiply(const(1), *scalars)
    size = point(1)
    for e, ls, p in weights:
        if not ls and not ranges(e).power(p).within(NONNEGATIVE):
            return None, None, None
        if ls:
            size = size * ranges(e).power(p)
    high = None if size.lo is None or size.hi is None else max(abs(size.lo), abs(size.hi))
    return scale, size.lo, high


def _parts(u: Expr, wrt: tuple[Symbol, ...]) -> list[Expr] | None:
    """Return the linear parts of u for the variables that occur in it."""
    try:
        found = [linear_part(u, w) for w in wrt]
    except ValueError:
        return None
    return [a for a in found if a is not None]


def _gain_squared(u: Expr, wrt: tuple[Symbol, ...], ranges: Ranges) -> Expr | None:
    parts = _parts(u, wrt)
    if parts is None:
        return None
    norms = [gain(a, len(u.shape), ranges) for a in parts]
    if any(n is None for n in norms):
        return None
    # |A v + B w|^2 <= (|A|^2 + |B|^2) (|v|^2 + |w|^2)
    return add(*(power(n, 2) for n in norms if n is not None), shape=())


def _least(u: Expr, wrt: tuple[Symbol, ...]) -> Expr | None:
    parts = _parts(u, wrt)
    if parts is None or len(parts) != 1 or len(wrt) != 1:
        return None
    return least_gain_squared(parts[0], len(u.shape))


def quadratic(
    kind: str, e: Expr, form: Form, wrt: tuple[Symbol, ...], ranges: Ranges
) -> Expr | None:
    """Return L or m for s * sum q' K q with q = u affine in wrt and one psd matrix K."""
    if not isinstance(e, Contract) or e.shape or len(form.pairs) != 1 or len(form.middle) != 1:
        return None
    pair = form.pairs[0]
    u, labels, p = e.factors[pair[0]]
    k, ends, _ = e.factors[form.middle[0]]
    rest = [f for j, f in enumerate(e.factors) if j not in (*pair, form.middle[0])]
    # q and its mirror meet in K alone; any other index is shared by both and summed outside.
    if p != 1 or any(ls for _, ls, _ in rest) or not depends_on(u, wrt) or depends_on(k, wrt):
        return None
    split = sum(a != b for a, b in zip(labels, e.factors[pair[1]][1], strict=True))
    if split != 1 or len(set(labels)) != len(labels) or not set(ends) & set(labels):
        return None
    scale, _, _ = _weights(rest, ranges)
    if scale is None:
        return None
    if kind == "smooth":
        norm = _gain_squared(u, wrt, ranges)
        top = apply(ATOMS["specnorm"], k)
        return None if norm is None else multiply(const(2), scale, top, norm)
    least = _least(u, wrt)
    if least is None or "lambda_min" not in ATOMS:
        return None
    return multiply(const(2), scale, apply(ATOMS["lambda_min"], k), least)


def scaled(e: Expr, found: Claim, ranges: Ranges) -> Expr | None:
    """Return the constant of s * inner for a constant scalar s >= 0, from that of inner."""
    if not isinstance(e, Contract) or found.other is None or e.shape:
        return None
    weights = [f for f in e.factors if not depends_on(f[0], found.wrt)]
    if any(ls for _, ls, _ in weights):
        return None
    inner = (found.expr, axes(found.expr), Fraction(1))
    if contract([inner, *weights], (), ()) is not e:
        return None
    scale, _, _ = _weights(weights, ranges)
    return None if scale is None else multiply(scale, found.other)
