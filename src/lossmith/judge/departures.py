"""Where one expression departs from another, at the smallest places.

Both are laid side by side: terms and factors that agree are taken away, and what is left is gone
into, down to the smallest parts that differ.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

from lossmith.errors import LossmithError
from lossmith.expr.build import add, contract, power, scale
from lossmith.expr.node import Add, Apply, Const, Contract, Delta, Expr, Factor
from lossmith.expr.walk import count, postorder
from lossmith.judge.sides import Sides

Kind = Literal[
    "sign-of-term", "number-changed", "term-dropped", "term-added", "factor-dropped",
    "factor-added", "function-exchanged", "part-exchanged",
]  # fmt: skip
Pair = tuple[Expr, Expr]


@dataclass(frozen=True, slots=True)
class Edit:
    """One departure: at ``wrote`` stands what should be ``instead``.

    part: the term or factor that is missing or superfluous, where that is what is wrong.
    """

    kind: Kind
    wrote: Expr
    instead: Expr
    part: Expr | None = None

    @property
    def cost(self) -> int:
        """How much there is to say."""
        match self.kind:
            case "sign-of-term":
                return 1
            case "number-changed" | "function-exchanged":
                return 2
            case "part-exchanged":
                return 3 + count(self.wrote) + count(self.instead)
            case _:
                return 2 + (0 if self.part is None else count(self.part))


def departures(line: Expr, right: Expr) -> list[Edit]:
    """Return where a line departs from what is right, [] where too much or nothing does."""
    sides = Sides(line, right)
    edits: list[Edit] = []
    work: list[Pair] = [(line, right)]
    steps = 0
    while work:
        a, b = work.pop()
        steps += 1
        if steps > _MOST_STEPS or not sides.at:
            return []
        try:
            told, inner = _departure(sides, a, b)
        except (LossmithError, ZeroDivisionError, AssertionError):
            told, inner = [Edit("part-exchanged", a, b)], []
        edits += told
        work += inner
        if len(edits) + len(work) > _MOST_EDITS:
            return []
    return edits


def _departure(sides: Sides, a: Expr, b: Expr) -> tuple[list[Edit], list[Pair]]:
    """Return what differs at this place, and the pairs of parts to be gone into."""
    ratio = sides.ratio(a, b)
    if ratio == 1:
        return [], []
    if ratio is not None:
        return [Edit("sign-of-term" if ratio == -1 else "number-changed", a, b)], []
    if isinstance(a, Apply) and isinstance(b, Apply):
        if a.atom is b.atom and len(a.args) == len(b.args):
            both = list(zip(a.args, b.args, strict=True))
            if all(x.shape == y.shape for x, y in both):
                return [], [(x, y) for x, y in both if not sides.same(x, y)]
        if len(a.args) == len(b.args) == 1 and sides.same(a.args[0], b.args[0]):
            return [Edit("function-exchanged", a, b)], []
    many = [len(e.terms) if isinstance(e, Add) else 1 for e in (a, b)]
    if max(many) > 1 and (found := _of_terms(sides, a, b)) is not None:
        return found
    return _of_factors(sides, a, b)


# -- sums ------------------------------------------------------------------------------------------


def _terms(e: Expr) -> list[Expr]:
    return [scale(c, t) for c, t in e.terms] if isinstance(e, Add) else [e]


def _of_terms(sides: Sides, a: Expr, b: Expr) -> tuple[list[Edit], list[Pair]] | None:
    """Return what is left of two sums without the terms that agree; None if none agrees."""
    left, right = _terms(a), _terms(b)
    agreed = 0
    for t in tuple(left):
        if (twin := next((u for u in right if sides.same(t, u)), None)) is not None:
            left.remove(t)
            right.remove(twin)
            agreed += 1
    if not left:
        part = add(*right)
        return [Edit("term-dropped", a, b, part)], []
    if not right:
        return [Edit("term-added", a, b, add(*left))], []
    if not agreed and min(len(left), len(right)) < 2:
        return None
    edits: list[Edit] = []
    pairs: list[Pair] = []
    for t in tuple(left):
        twin = max(right, key=lambda u: _likeness(t, u), default=None)
        if twin is not None and (_likeness(t, twin) or len(left) == len(right) == 1):
            left.remove(t)
            right.remove(twin)
            pairs.append((t, twin))
    if left:
        edits.append(Edit("term-added", a, b, add(*left)))
    if right:
        edits.append(Edit("term-dropped", a, b, add(*right)))
    return edits, pairs


def _likeness(a: Expr, b: Expr) -> int:
    """Return how many parts two terms share."""
    return len(set(postorder(a)) & set(postorder(b)))


# -- products --------------------------------------------------------------------------------------


def _factors(e: Expr) -> tuple[Factor, ...]:
    """Return the factors of e, those of products within it too."""
    if not isinstance(e, Contract):
        return ((e, tuple(range(len(e.shape))), _ONE),)
    found: list[Factor] = []
    fresh = 1 + max(_labels(e.factors), default=len(e.shape))
    for f, labels, p in e.factors:
        if not isinstance(f, Contract) or p != 1:
            found.append((f, labels, p))
            continue
        names = dict(enumerate(labels))
        for k in f.summed:
            names[k] = fresh
            fresh += 1
        found += [(g, tuple(names[k] for k in ls), q) for g, ls, q in f.factors]
    return tuple(found)


def _of_factors(sides: Sides, a: Expr, b: Expr) -> tuple[list[Edit], list[Pair]]:
    """Return what is left of two products without the factors that agree."""
    (p, x), (q, y) = _split(a), _split(b)
    kept, rest, meant = _shared(sides, x, y)
    # The line with what is meant in place of what is left of it: right up to a number, or lost.
    mended = contract([*kept, *meant], tuple(range(len(x.shape))), x.shape)
    off = sides.ratio(mended, y)
    whole = [Edit("part-exchanged", a, b)], list[Pair]()
    if off is None or not kept:
        return whole
    edits: list[Edit] = []
    if p * off != q:
        kind: Kind = "sign-of-term" if p * off == -q else "number-changed"
        edits.append(Edit(kind, a, scale(q / (p * off), a)))
    rest_is_one = all(isinstance(f, Const) for f, _, _ in rest)
    if rest_is_one and meant:
        return [*edits, Edit("factor-dropped", a, b, _product(meant))], []
    if rest and all(isinstance(f, Const) for f, _, _ in meant):
        return [*edits, Edit("factor-added", a, b, _product(rest))], []
    if len(rest) == len(meant) == 1:
        (f, ls, m), (g, ms, n) = rest[0], meant[0]
        if ls == ms and m == n and f.shape == g.shape:
            if p * off == -q and m % 2 == 1:
                # -(1 - a)/x beside a/x: the sign belongs to what differs, as (a - 1)/x.
                return [], [(f, scale(-1, g))]
            return edits, [(f, g)]
        if ls == ms and sides.same(f, g):
            return [*edits, Edit("part-exchanged", power(f, m), power(g, n))], []
    if rest and _labels(rest) == _labels(meant):
        return [*edits, Edit("part-exchanged", _product(rest), _product(meant))], []
    return whole


def _split(e: Expr) -> tuple[Fraction, Expr]:
    if isinstance(e, Add) and len(e.terms) == 1:
        return e.terms[0]
    return _ONE, e


def _labels(factors: Sequence[Factor]) -> set[int]:
    return {k for _, labels, _ in factors for k in labels}


def _shared(sides: Sides, x: Expr, y: Expr) -> tuple[list[Factor], list[Factor], list[Factor]]:
    """Return the factors of x that y has too (up to a number), those left of x, and those of y.

    The indices of y are renamed to those of x.
    """
    rank = len(x.shape)
    names = {k: k for k in range(rank)}
    kept: list[Factor] = []
    rest: list[Factor] = []
    waiting = list(_factors(y))
    for f, labels, p in _factors(x):
        twin = next((g for g in waiting if g[2] == p and _joins(names, labels, g[1], rank)
                     and sides.ratio(f, g[0]) is not None), None)  # fmt: skip
        if twin is None:
            rest.append((f, labels, p))
            continue
        waiting.remove(twin)
        names |= dict(zip(twin[1], labels, strict=True))
        kept.append((f, labels, p))
    fresh = 1 + max(_labels(_factors(x)), default=rank)
    for k in sorted(_labels(waiting) - set(names)):
        names[k] = fresh
        fresh += 1
    return kept, rest, [(g, tuple(names[k] for k in ls), p) for g, ls, p in waiting]


def _joins(names: dict[int, int], labels: Sequence[int], others: Sequence[int], rank: int) -> bool:
    """Return whether the labels of two factors may stand for the same indices."""
    back = {v: k for k, v in names.items()}
    return len(labels) == len(others) and all(
        names.get(o, k) == k and back.get(k, o) == o and (o < rank) == (k < rank)
        for k, o in zip(labels, others, strict=True)
    )


def _product(factors: list[Factor]) -> Expr:
    """Return factors as one expression, with all their indices open."""
    if len(factors) == 1:
        f, _, p = factors[0]
        return power(f, p) if not isinstance(f, Delta) else f
    out = tuple(sorted({k for _, ls, _ in factors for k in ls}))
    return contract(factors, out)


_ONE: Final = Fraction(1)
_MOST_STEPS: Final = 40
_MOST_EDITS: Final = 2
