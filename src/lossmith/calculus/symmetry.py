"""Second derivatives written so that their symmetry is seen: a b' + b a' and not (a c + b) a' + ...

Reverse mode leaves the terms of a Hessian in the order of the run, which hides that it equals its
transpose. The sums that stand in the way are multiplied out, those that need not be stay closed, so
a residual X w - y is never taken apart. What meets both sides of every term is then taken out on
both sides: A'M A + A'N A = A'(M + N)A.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations

from lossmith.calculus.derivation import Move
from lossmith.calculus.driver import Computed
from lossmith.calculus.hoist import Term, hoisted, is_symmetric, opened_term
from lossmith.calculus.measure import cost
from lossmith.expr.build import add, contract, delta
from lossmith.expr.node import Add, Contract, Expr, Factor
from lossmith.words import Words

_ONE = Fraction(1)
_NEW = 1 << 21
_MOST = 16
"""Terms beyond which nothing is multiplied out."""
_SUMS = 6
"""Sums that are considered for opening."""
_FACTORS = 40
"""Factors in all beyond which no reader would look for the transpose of a term."""
_TRIALS = 24
"""Choices of sums that are opened in vain before the search is given up."""
_SIDES = 12
"""What the form A'MA is worth, beyond its length."""
_DEARER = Fraction(5, 4)
"""How much longer the symmetric form may be than the other one."""

Terms = list[tuple[Fraction, Expr]]


def symmetric_forms(e: Expr) -> Sequence[Expr]:
    """Return e, a square array that equals its transpose, as a sum that shows it; () if it does."""
    half = len(e.shape) // 2
    if half == 0 or e.shape != e.shape[half:] + e.shape[:half]:
        return ()
    sums = _sums(e)
    if not sums or is_symmetric(e):
        return ()
    whole = _opened(e, frozenset(sums))
    if whole is None or not is_symmetric(whole):
        return ()
    form = _gathered(_least_opened(e, sums) or whole)
    return (form,) if cost(form) <= _DEARER * cost(e) + 8 else ()


def _least_opened(e: Expr, sums: Sequence[Add]) -> Expr | None:
    """Return e with as few of its sums opened as will show the symmetry."""
    trials = 0
    for many in range(1, len(sums)):
        for chosen in combinations(sums, many):
            trials += 1
            if trials > _TRIALS:
                return None
            new = _opened(e, frozenset(chosen))
            if new is not None and is_symmetric(new):
                return new
    return None


def _sums(e: Expr) -> list[Add]:
    """Return the sums that stand as factors in products, outermost first; [] if e is too long."""
    found: dict[Add, None] = {}
    factors = 0
    waiting = [e]
    while waiting:
        part = waiting.pop()
        inside = part.terms if isinstance(part, Add) else ((_ONE, part),)
        for _, t in inside:
            if not isinstance(t, Contract):
                continue
            factors += len(t.factors)
            for f, _, p in t.factors:
                if p == 1 and isinstance(f, Add | Contract) and f.shape:
                    waiting.append(f)
                    if isinstance(f, Add):
                        found[f] = None
        if factors > _FACTORS or len(found) > _SUMS:
            return []
    return list(found)


def _opened(e: Expr, sums: frozenset[Add]) -> Expr | None:
    """Return e with these sums multiplied out wherever they are factors; None if it is too long."""
    done: Terms = []
    waiting: Terms = [(_ONE, e)]
    while waiting:
        if len(waiting) + len(done) > _MOST:
            return None
        c, t = waiting.pop()
        if isinstance(t, Add):
            waiting += [(c * q, u) for q, u in t.terms]
            continue
        split = _first_sum(t, sums)
        if split is None:
            done.append((c, t))
            continue
        s, labels, rest = split
        axes = tuple(range(len(e.shape)))
        waiting += [
            (c * q, contract([*rest, (u, labels, _ONE)], axes, e.shape)) for q, u in s.terms
        ]
    return add(*done, shape=e.shape)


def _first_sum(t: Expr, sums: frozenset[Add]) -> tuple[Add, tuple[int, ...], list[Factor]] | None:
    if not isinstance(t, Contract):
        return None
    factors = opened_term(0, _ONE, t, t.rank).factors
    for k, (f, labels, p) in enumerate(factors):
        if p == 1 and isinstance(f, Add) and f in sums:
            return f, labels, [*factors[:k], *factors[k + 1 :]]
    return None


def _gathered(e: Expr) -> Expr:
    """Return the sum with common parts taken out, on both sides at once, while it gets shorter."""
    while True:
        ways = [(cost(new) - _SIDES, new) for new in congruent(e)]
        ways += [(cost(new), new) for new in hoisted(e)]
        length, best = min(ways, key=lambda pair: pair[0], default=(0, e))
        if best is e or length >= cost(e):
            return e
        e = best


def congruent(e: Expr) -> list[Expr]:
    """Return the ways to take a matrix out of terms on both sides: A'M A + A'N A = A'(M + N)A.

    A term that meets the matrix twice along one index, A'diag(v)A, leaves diag(v) inside.
    """
    if not isinstance(e, Add) or len(e.terms) < 2 or len(e.shape) != 2:
        return []
    terms = [opened_term(k, c, t, 2) for k, (c, t) in enumerate(e.terms)]
    found: dict[Expr, None] = {}
    for f, place in _sides(terms[0]) + _sides(terms[1]):
        new = _both_sides(e, terms, f, place)
        if new is not None:
            found[new] = None
    return list(found)


def _sides(t: Term) -> list[tuple[Expr, int]]:
    """Return the matrices that carry the first axis of the result, each with its axis there."""
    return [
        (f, labels.index(0))
        for f, labels, p in t.factors
        if p == 1 and len(labels) == 2 and labels.count(0) == 1
    ]


def _both_sides(e: Add, terms: Sequence[Term], f: Expr, place: int) -> Expr | None:
    size = f.shape[1 - place]
    inside: Terms = []
    kept: Terms = []
    for t in terms:
        rest = _without(t, f, place)
        if rest is None:
            kept.append(e.terms[t.place])
        else:
            inside.append((t.coefficient, contract(rest, (0, 1), (size, size))))
    if len(inside) < 2:
        return None
    factors: list[Factor] = [(add(*inside, shape=(size, size)), (_NEW, _NEW + 1), _ONE)]
    for axis, inner in ((0, _NEW), (1, _NEW + 1)):
        factors.append((f, (axis, inner) if place == 0 else (inner, axis), _ONE))
    return add(*kept, contract(factors, (0, 1), e.shape), shape=e.shape)


def _without(t: Term, f: Expr, place: int) -> list[Factor] | None:
    """Return the factors of a term without the matrix on both sides, its inner indices as axes."""
    met: list[tuple[int, int]] = []
    for side in (0, 1):
        carriers = [k for k, (_, labels, _) in enumerate(t.factors) if side in labels]
        if len(carriers) != 1:
            return None
        g, labels, p = t.factors[carriers[0]]
        if g is not f or p != 1 or labels[place] != side or labels[1 - place] < 2:
            return None
        met.append((carriers[0], labels[1 - place]))
    (i, first), (j, second) = met
    names = {second: 1, first: 0}
    rest = [
        (g, tuple(names.get(k, k) for k in labels), p)
        for k, (g, labels, p) in enumerate(t.factors)
        if k not in (i, j)
    ]
    if first == second:
        rest.append((delta(f.shape[1 - place]), (0, 1), _ONE))
    return rest


SYMMETRY = Computed(
    Move(
        "show-symmetry",
        Words(
            "multiplied out so that the symmetry is seen, and the common sides taken out",
            "展开成看得出对称性的形式，并提出两侧的公因子",
        ),
        "distributive law",
    ),
    symmetric_forms,
    least=-(1 << 20),  # for its form; the length is bounded where the form is made
)
CONGRUENCE = Computed(
    Move(
        "both-sides",
        Words(
            "the matrix on both sides of the terms is taken out: AᵀMA + AᵀNA = Aᵀ(M + N)A",
            "提出各项两侧的同一矩阵：AᵀMA + AᵀNA = Aᵀ(M + N)A",
        ),
        "distributive law",
    ),
    congruent,
    least=-_SIDES,
)
