"""The certificate that a gradient vanishes nowhere else in the plane: eliminants with cofactors."""

# python-flint carries no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations
from typing import Any

from lossmith.errors import LossmithError, NotCertified
from lossmith.evidence.points.elimination import (
    Eliminant,
    EliminationCertificate,
    Factor,
    cells,
    check_elimination,
)
from lossmith.evidence.points.krawczyk import Box, System, is_inside
from lossmith.evidence.points.zeros import ListedZero, Row, core_system
from lossmith.expr.build import const
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.sets import REALS
from lossmith.prove.points.point_edge import touches_edge
from lossmith.prove.points.point_kind import by_hessian
from lossmith.prove.points.points_search import Search
from lossmith.prove.zeros.krawczyk import proved_near
from lossmith.prove.zeros.multivariate import as_expr, as_mpolys
from lossmith.prove.zeros.roots import Root, Undecided, refined
from lossmith.prove.zeros.zeros import zeros

WIDTHS = tuple(Fraction(1, 1 << k) for k in (24, 48, 96))
"""Widths of the intervals around the coordinates, tried one after another."""

DEGREE = 40
"""Eliminants of a higher degree are not made: checking them would take long."""

TERMS = 4000
"""Most terms of a cofactor."""


@dataclass(frozen=True, slots=True)
class Isolated:
    """The eliminant of one variable, each factor with its real zeros."""

    factors: tuple[tuple[tuple[Fraction, ...], int, tuple[Root, ...]], ...]
    cofactors: tuple[dict[tuple[int, ...], Fraction], ...]

    def narrowed(self, width: Fraction) -> Eliminant:
        """Return the eliminant with intervals of this width around the zeros."""
        made: list[Factor] = []
        for f, m, roots in self.factors:
            near = [refined(r, width) for r in roots]
            made.append(Factor(f, m, tuple((r.lo, r.hi) for r in near)))
        return Eliminant(tuple(made), self.cofactors)


def everywhere(search: Search) -> EliminationCertificate | None:
    """Return the proof that the gradient vanishes at isolated points alone, in all declared sets.

    For a gradient that is polynomial but for positive factors, of two variables, or of more if it
    is affine, or if each entry holds its own variable alone.
    """
    declared = tuple(x.assumptions.interval for x in search.wrt)
    if search.system is None or not search.system.is_smooth(declared):
        return None
    one = const(1)
    splits = search.reduced(declared).splits or tuple((one, g) for g in search.system.g)
    try:
        found = _all_isolated(splits, search.wrt)
    except Undecided:
        return None
    system = core_system(search.e, search.wrt, splits)
    system.smooth_on = declared
    for width in WIDTHS:
        eliminants = tuple(p.narrowed(width) for p in found)
        judged = _judged(search, system, cells(eliminants, declared))
        if judged is None:
            continue
        made = EliminationCertificate(search.e, search.wrt, splits, eliminants, *judged)
        try:
            check_elimination(made)
        except (NotCertified, LossmithError, ValueError):
            continue
        return made
    return None


def _judged(
    search: Search, system: System, boxes: Sequence[Box]
) -> tuple[tuple[Row, ...], tuple[ListedZero, ...]] | None:
    """Return the steps and the zeros; None if a product of intervals is not settled."""
    assert search.system is not None
    rows: list[Row] = []
    listed: list[ListedZero] = []
    for b in boxes:
        values = [] if any(i.is_empty for i in b) else system.values(system.g, b)
        if not values or any(not v.has(0) for v in values):
            rows.append(("empty",))
            continue
        zero = _zero_in(system, b)
        if zero is None:
            return None
        rows.append(("zero", len(listed)))
        listed.append(ListedZero(*zero, _kind(search, zero[0])))
    return tuple(rows), tuple(listed)


def _zero_in(system: System, b: Box) -> tuple[Box, Box] | None:
    """Return (box, alone) of the one zero in a product of intervals."""
    if all(i.is_point for i in b):
        return (b, b) if system.vanishes_at([i.lo for i in b if i.lo is not None]) else None
    zero = proved_near(system, b)
    return None if zero is None or not is_inside(b, zero.alone) else (zero.box, zero.alone)


def _kind(search: Search, box: Box) -> str:
    """Return the kind that the Hessian shows; on an edge it shows no saddle."""
    assert search.system is not None
    judged = by_hessian(search.system.slopes(box))
    if judged is None or (judged.kind == "saddle" and touches_edge(box, search.wrt)):
        return ""
    return judged.kind


# -- eliminants ------------------------------------------------------------------------------------


def _all_isolated(splits: Sequence[tuple[Expr, Expr]], wrt: Sequence[Symbol]) -> list[Isolated]:
    """Return for each variable a polynomial that vanishes with all cores.  Raises: Undecided."""
    made = as_mpolys([core for _, core in splits], wrt)
    if made is None or len(made[0]) > len(wrt):
        raise Undecided
    cores = made[1]
    n = len(wrt)
    if all(p.total_degree() <= 1 for p in cores):
        return [_isolated(_solved(cores, k), wrt, k) for k in range(n)]
    if all(set(_variables(p)) <= {k} for k, p in enumerate(cores)):
        number = cores[0].context().constant
        units = [[number(int(j == k)) for j in range(n)] for k in range(n)]
        return [_isolated((p, units[k]), wrt, k) for k, p in enumerate(cores)]
    return [_isolated(_eliminated(cores, k), wrt, k) for k in range(n)]


def _isolated(row: tuple[Any, list[Any]], wrt: Sequence[Symbol], k: int) -> Isolated:
    """Return the eliminant of variable k, factored, from (p, cofactors)."""
    p, cofactors = row
    if p.is_zero():
        raise Undecided
    unit, powers = p.factor()
    factors: list[tuple[tuple[Fraction, ...], int, tuple[Root, ...]]] = []
    for f, m in powers:
        f_expr = as_expr(f, [(x, ()) for x in wrt])
        factors.append((_coefficients(f, k), int(m), zeros(f_expr, wrt[k], REALS)))
    return Isolated(tuple(factors), tuple(_terms(a / unit) for a in cofactors))


def _solved(cores: Sequence[Any], k: int) -> tuple[Any, list[Any]]:
    """Return (x_k - c or 1, its cofactors) for affine cores, by Gauss steps.  Raises: Undecided."""
    context = cores[0].context()
    n = len(cores)
    rows = [[p, *(context.constant(int(i == j)) for j in range(n))] for i, p in enumerate(cores)]
    for v in (j for j in range(n) if j != k):
        pivot = next((r for r in rows if _degree(r[0], v)), None)
        if pivot is None:
            continue
        rows.remove(pivot)
        _, a = _leading(pivot[0], v)
        for i, r in enumerate(rows):
            if _degree(r[0], v):
                c = _leading(r[0], v)[1]
                rows[i] = [a * p - c * q for p, q in zip(r, pivot, strict=True)]
    left = [r for r in rows if not r[0].is_zero()]
    if not left:
        raise Undecided
    # A number that is not 0 says that there is no zero at all.
    p, *cofactors = min(left, key=lambda r: _degree(r[0], k))
    return p, cofactors


def _eliminated(cores: Sequence[Any], k: int) -> tuple[Any, list[Any]]:
    """Return (p, cofactors) with p = sum of cofactor * core, a polynomial of variable k alone.

    The other variables go one after another, by remainders.  Raises: Undecided.
    """
    number, n = cores[0].context().constant, len(cores)
    start = [[p, *(number(int(i == j)) for j in range(n))] for i, p in enumerate(cores)]
    for order in permutations(j for j in range(n) if j != k):
        try:
            rows = start
            for v in order:
                rows = _without(rows, v)
        except Undecided:
            continue
        p, *cofactors = min(rows, key=lambda r: r[0].total_degree())
        if p.total_degree() <= DEGREE:
            return p, cofactors
    raise Undecided


def _without(rows: Sequence[list[Any]], v: int) -> list[list[Any]]:
    """Return combinations of the rows without variable v, one less.  Raises: Undecided."""
    waiting, free = list(rows), list[list[Any]]()
    while waiting:
        free += [r for r in waiting if not _degree(r[0], v) and not r[0].is_zero()]
        waiting = sorted(
            (r for r in waiting if _degree(r[0], v)), key=lambda r: (_degree(r[0], v), len(r[0]))
        )
        if len(waiting) > 1:
            least, *others = waiting
            waiting = [least, *(_primitive(_remainder(r, least, v)) for r in others)]
        else:
            waiting = []
    if not free:
        raise Undecided
    return free


def _remainder(before: list[Any], after: list[Any], v: int) -> list[Any]:
    """Return c * before - q * after, of lower degree in variable v than after."""
    rest, (low, leading) = before, _leading(after[0], v)
    y = after[0].context().gens()[v]
    while not rest[0].is_zero() and _degree(rest[0], v) >= low:
        high, c = _leading(rest[0], v)
        common = leading.gcd(c)
        ours, theirs = divmod(leading, common)[0], divmod(c, common)[0] * y ** (high - low)
        rest = [ours * p - theirs * q for p, q in zip(rest, after, strict=True)]
        if max(map(len, rest)) > TERMS:
            raise Undecided
    return rest


def _primitive(row: list[Any]) -> list[Any]:
    """Return the row without the common factors of all its entries: what is left is one too."""
    common = row[0]
    for p in row[1:]:
        common = common.gcd(p)
    return row if common.is_constant() else [divmod(p, common)[0] for p in row]


def _degree(p: Any, v: int) -> int:
    return max((int(m[v]) for m in p.to_dict()), default=0)


def _variables(p: Any) -> list[int]:
    return [k for m in p.to_dict() for k, q in enumerate(m) if q]


def _leading(p: Any, v: int) -> tuple[int, Any]:
    """Return the degree in variable v, and the coefficient of that power."""
    rows = _by_powers(p, v)
    top = max(rows)
    return top, rows[top]


def _by_powers(p: Any, v: int) -> dict[int, Any]:
    rows: dict[int, dict[tuple[int, ...], Any]] = {}
    for m, c in p.to_dict().items():
        m = tuple(map(int, m))
        rows.setdefault(m[v], {})[(*m[:v], 0, *m[v + 1 :])] = c
    return {q: p.context().from_dict(terms) for q, terms in rows.items()}


def _coefficients(f: Any, k: int) -> tuple[Fraction, ...]:
    """Return the coefficients of a polynomial in variable k alone, lowest first."""
    found = {m[k]: c for m, c in _terms(f).items()}
    return tuple(found.get(q, Fraction(0)) for q in range(max(found) + 1))


def _terms(p: Any) -> dict[tuple[int, ...], Fraction]:
    return {tuple(map(int, m)): Fraction(int(c.p), int(c.q)) for m, c in p.to_dict().items()}
