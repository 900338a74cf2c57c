"""Constants of strong convexity and smoothness for losses of affine maps. Trusted.

For e = s * sum_i c_i phi(u_i) with u = A w + b, s >= 0 and phi'' in [l, M], the Hessian is
s * A' diag(c phi''(u)) A. So L = s * max|c| * max(|l|, |M|) * |A|^2 and, for l, c >= 0,
m = s * min c * l * lambda_min(A'A). The same functions serve the search and the checker.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from lossmith.atoms.table import ATOMS
from lossmith.evidence.arithmetic.enclose import applies, domain_of
from lossmith.evidence.arithmetic.linear import Form, axes, gain, least_gain_squared, linear_part
from lossmith.evidence.arithmetic.templates import distributed
from lossmith.evidence.certificate import Claim
from lossmith.expr.build import add, apply, const, contract, multiply, negate, power
from lossmith.expr.node import Add, Apply, Const, Contract, Expr, Factor, Symbol
from lossmith.expr.sets import NONNEGATIVE, Interval, point
from lossmith.expr.walk import depends_on

Ranges = Callable[[Expr], Interval]


def loss(kind: str, e: Expr, wrt: tuple[Symbol, ...], ranges: Ranges) -> Expr | None:
    """Return L ("smooth") or m ("strong") for a weighted sum of phi(u), or None."""
    if isinstance(e, Add):
        return _of_one_argument(kind, e.terms, wrt, ranges) if len(e.terms) > 1 else None
    found = _of_one_function(kind, e, wrt, ranges)
    terms = distributed(e) if found is None else None
    return found if terms is None else _of_one_argument(kind, terms, wrt, ranges)


def _of_one_function(kind: str, e: Expr, wrt: tuple[Symbol, ...], ranges: Ranges) -> Expr | None:
    parts = _weighted(e, wrt)
    if parts is None:
        return None
    inner, labels, exponent, weights = parts
    curved = _second_slope(inner, exponent, wrt, ranges)
    scale, low, high = _weights(kind, weights, ranges)
    if curved is None or scale is None:
        return None
    u, slope = curved
    if kind == "strong":
        if slope.lo is None or slope.lo < 0 or low is None or low < 0:
            return None
        if slope.lo == 0:
            return None if _parts(u, wrt) is None else const(0)
        least = _least(u, wrt) if low else _weighted_least(u, _column(weights, labels, u), wrt)
        return None if least is None else multiply(const(slope.lo * (low or 1)), scale, least)
    if slope.lo is None or slope.hi is None:
        return None
    most = max(abs(slope.lo), abs(slope.hi))
    if high is not None:
        norm = _gain_squared(u, wrt, ranges)
        return None if norm is None else multiply(const(most * high), scale, norm)
    heavy = _weighted_gain(u, _column(weights, labels, u), low, wrt, ranges)
    return None if heavy is None else multiply(const(most), scale, heavy)


def _of_one_argument(
    kind: str,
    terms: Sequence[tuple[Fraction, Expr]],
    wrt: tuple[Symbol, ...],
    ranges: Ranges,
) -> Expr | None:
    """Return the constant of s * sum over k and i of c_k w_ki phi_k(u_i), each phi_k of u or -u.

    The second derivative at entry i lies between the sums over k of c_k w_ki times the least and
    the largest phi_k'': weights y and 1 - y, for one, count 1 together and not 2.
    """
    scale: Expr | None = None
    shared: Expr | None = None
    u: Expr | None = None
    low: list[tuple[Fraction, Expr]] = []
    high: list[tuple[Fraction, Expr]] = []
    for c, t in terms:
        parts = _weighted(t, wrt)
        curved = None if parts is None else _second_slope(parts[0], parts[2], wrt, ranges)
        if parts is None or curved is None:
            return None
        inner, bend = curved
        if bend.lo is None or bend.hi is None:
            return None
        scalars = [f for f in parts[3] if not f[1]]
        own = _weights(kind, scalars, ranges)[0]
        # One scalar s of all terms: |s| in one and s in another would not be one.
        factor = multiply(const(1), *(power(f, p) for f, _, p in scalars))
        u, scale, shared = u or inner, scale or own, shared or factor
        column = _column([f for f in parts[3] if f[1]], parts[1], inner)
        alike = inner is u or negate(inner) is u
        if own is None or factor is not shared or not alike:
            return None
        if not ranges(column).scale(c).within(NONNEGATIVE):
            return None
        low.append((c * bend.lo, column))
        high.append((c * bend.hi, column))
    if u is None or scale is None:
        return None
    least, most = (ranges(add(*side, shape=u.shape)) for side in (low, high))
    if kind == "strong":
        if least.lo is None or least.lo < 0:
            return None
        if not least.lo:
            return None if _parts(u, wrt) is None else const(0)
        gain = _least(u, wrt)
        return None if gain is None else multiply(const(least.lo), scale, gain)
    norm = _gain_squared(u, wrt, ranges)
    if norm is None or least.lo is None or most.hi is None:
        return None
    return multiply(const(max(abs(least.lo), abs(most.hi))), scale, norm)


def entrywise(
    kind: str, constant: Expr, u: Expr, wrt: tuple[Symbol, ...], ranges: Ranges
) -> Expr | None:
    """Return L or m of the sum of phi(u_i), u = A w + b, from the constant >= 0 of phi."""
    if isinstance(constant, Const) and constant.value == 0:
        return constant
    if not ranges(constant).within(NONNEGATIVE):
        return None  # m < 0 would ask for the largest eigenvalue of A'A
    gain = _gain_squared(u, wrt, ranges) if kind == "smooth" else _least(u, wrt)
    return None if gain is None else multiply(constant, gain)


def _column(weights: list[Factor], labels: tuple[int, ...], u: Expr) -> Expr:
    """Return the weights c, one for each entry of u."""
    place = {k: i for i, k in enumerate(labels)}
    own = [(e, tuple(place[k] for k in ls), p) for e, ls, p in weights if ls]
    return contract(own, axes(u), u.shape)


def _weighted_least(u: Expr, c: Expr, wrt: tuple[Symbol, ...]) -> Expr | None:
    """Return the least eigenvalue of A' diag(c) A for c >= 0, or min c if A'A = I."""
    parts = _parts(u, wrt)
    if parts is None or len(parts) != 1 or len(wrt) != 1:
        return None
    (a,) = parts
    if len(c.shape) == 1 and least_gain_squared(a, 1) is const(1):
        return apply(ATOMS["minentry"], c)
    gram = _weighted_gram(a, c)
    return None if gram is None else apply(ATOMS["lambda_min"], gram)


def _weighted_gain(
    u: Expr, c: Expr, low: Fraction | None, wrt: tuple[Symbol, ...], ranges: Ranges
) -> Expr | None:
    """Return G with sum |c_i| (A v)_i^2 <= G |v|^2.

    It is |A' diag(c) A| for c >= 0, else max|c| |A|^2.
    """
    parts = _parts(u, wrt)
    if parts is None or len(c.shape) != 1:
        return None
    gram = _weighted_gram(parts[0], c) if len(parts) == 1 and low is not None and low >= 0 else None
    if gram is not None and least_gain_squared(parts[0], 1) is not const(1):
        return apply(ATOMS["specnorm"], gram)
    norm = _gain_squared(u, wrt, ranges)
    return None if norm is None else multiply(apply(ATOMS["norminf"], c), norm)


def _weighted_gram(a: Expr, c: Expr) -> Expr | None:
    if len(a.shape) != 2 or len(c.shape) != 1:
        return None
    one = Fraction(1)
    return contract([(c, (2,), one), (a, (2, 0), one), (a, (2, 1), one)], (0, 1))


def _weighted(
    e: Expr, wrt: tuple[Symbol, ...]
) -> tuple[Expr, tuple[int, ...], Fraction, list[Factor]] | None:
    """Return (f, labels, p, constant factors) of a scalar sum of weights times f^p."""
    if e.shape:
        return None
    if isinstance(e, Apply):
        return e, (), Fraction(1), []
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
    return f, labels, p, rest


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
    kind: str, weights: list[Factor], ranges: Ranges
) -> tuple[Expr | None, Fraction | None, Fraction | None]:
    """Return (product of the scalars, least, largest absolute value of the others).

    For L a scalar of unknown sign counts with its absolute value; for m there is none then.
    """
    scalars: list[Expr] = []
    size = point(1)
    for e, ls, p in weights:
        inside = ranges(e).power(p)
        if ls:
            size = size * inside
        elif inside.within(NONNEGATIVE):
            scalars.append(power(e, p))
        elif kind == "smooth":
            scalars.append(apply(ATOMS["abs"], power(e, p)))
        else:
            return None, None, None
    high = None if size.lo is None or size.hi is None else max(abs(size.lo), abs(size.hi))
    return multiply(const(1), *scalars), size.lo, high


def _parts(u: Expr, wrt: tuple[Symbol, ...]) -> list[Expr] | None:
    """Return the linear parts of u for the variables that occur in it; None if not affine."""
    try:
        found = [linear_part(u, w) for w in wrt]
    except ValueError:
        return None
    parts = [a for a in found if a is not None]
    # v .* w is linear in v alone and in w alone, not in both.
    return None if any(depends_on(a, wrt) for a in parts) else parts


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
    """Return L or m for s * sum q' K q with q affine in wrt and K psd, or s * sum q^2 without K.

    The factors on the left make q, all at once: w'A'KAw is q'Kq with q = A w.
    """
    if not isinstance(e, Contract) or e.shape or len(form.middle) > 1:
        return None
    left = [e.factors[i] for i, _ in form.pairs]
    inside = {k for _, ls, _ in left for k in ls}
    mirrored = inside - {k for _, j in form.pairs for k in e.factors[j][1]}
    shared = sorted(inside - mirrored)
    moving = [f for f in left if depends_on(f[0], wrt)]
    if len(moving) != 1 or moving[0][2] != 1:
        return None
    paired = {k for pair in form.pairs for k in pair}
    rest = [f for j, f in enumerate(e.factors) if j not in paired and j not in form.middle]
    if not form.middle:
        q = contract(left, tuple(shared))
        return loss(kind, contract([(q, tuple(shared), Fraction(2)), *rest], ()), wrt, ranges)
    k, ends, _ = e.factors[form.middle[0]]
    if any(ls for _, ls, _ in rest) or depends_on(k, wrt) or len(mirrored & set(ends)) != 1:
        return None
    q = contract(left, (*shared, *(mirrored & set(ends))))
    scale, _, _ = _weights(kind, rest, ranges)
    if scale is None:
        return None
    if kind == "smooth":
        norm = _gain_squared(q, wrt, ranges)
        top = apply(ATOMS["specnorm"], k)
        return None if norm is None else multiply(const(2), scale, top, norm)
    least = _least(q, wrt)
    if least is None:
        return None
    return multiply(const(2), scale, apply(ATOMS["lambda_min"], k), least)


def scaled(e: Expr, found: Claim, ranges: Ranges) -> Expr | None:
    """Return the constant of s * inner for a constant scalar s, from that of inner."""
    if not isinstance(e, Contract) or found.other is None or e.shape:
        return None
    weights = [f for f in e.factors if not depends_on(f[0], found.wrt)]
    if any(ls for _, ls, _ in weights):
        return None
    inner = (found.expr, axes(found.expr), Fraction(1))
    if contract([inner, *weights], (), ()) is not e:
        return None
    scale, _, _ = _weights(found.kind, weights, ranges)
    return None if scale is None else multiply(scale, found.other)
