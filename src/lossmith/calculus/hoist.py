"""Common factors of the terms of a sum, taken in front: X'diag(a)X + X'diag(b)X = X'diag(a + b)X.

Two terms are aligned by renaming the summed indices of one so that as many factors as possible
are the same with the same indices. What is left of each term becomes one new sum. Nothing is ever
multiplied out here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from lossmith.expr.build import add, contract
from lossmith.expr.node import Add, Const, Contract, Delta, Expr, Factor, Symbol
from lossmith.expr.types import Dim, Shape

_ONE = Fraction(1)
_PRIVATE = 1 << 20
_SEEDS = 6
"""Factors that are tried as the beginning of a common part, and terms tried beside the first."""

_EFFORT = 400
"""Factors of a whole sum for which all of these are tried; a longer sum gets fewer trials."""


@dataclass(frozen=True, slots=True)
class Term:
    """coefficient * product of factors; labels below the rank are the axes of the sum."""

    place: int
    coefficient: Fraction
    factors: tuple[Factor, ...]
    sizes: dict[int, Dim]
    places: dict[Expr, list[int]] = field(init=False)
    """Where each expression stands among the factors, so that none is compared with all."""

    def __post_init__(self) -> None:
        places: dict[Expr, list[int]] = {}
        for k, (f, _, _) in enumerate(self.factors):
            places.setdefault(f, []).append(k)
        object.__setattr__(self, "places", places)


@dataclass(frozen=True, slots=True)
class _Alignment:
    """Pairs (factor of the first, factor of the second, shared exponent) and the renaming."""

    pairs: tuple[tuple[int, int, Fraction], ...]
    names: dict[int, int]


def hoisted(e: Expr) -> list[Expr]:
    """Return the ways to take a common part of some terms of a sum in front, best guess first."""
    if not isinstance(e, Add) or len(e.terms) < 2:
        return []
    rank = len(e.shape)
    terms = [opened_term(k, c, t, rank) for k, (c, t) in enumerate(e.terms)]
    size = sum(len(t.factors) for t in terms)
    trials = max(1, min(_SEEDS, _EFFORT // size))
    seeds = _seeds(terms)[:trials]
    found: dict[Expr, None] = {}
    for seed in seeds:
        holders = [t for t in terms if seed in t.places]
        made = _gathered(e, holders, seed, trials)
        if made is not None:
            found[made] = None
    if _is_polynomial(e):
        # A factor of all terms or of none: 3x² - 6x + 2 stays, its powers are its form.
        return [new for new in found if not isinstance(new, Add) or len(new.terms) == 1]
    return list(found)


def _is_polynomial(e: Add) -> bool:
    """Return whether e is a sum of whole powers of one number."""
    bases: set[Expr] = set()
    for _, t in e.terms:
        if isinstance(t, Const):
            continue
        base, p = (t, _ONE)
        if isinstance(t, Contract) and len(t.factors) == 1:
            base, _, p = t.factors[0]
        if not isinstance(base, Symbol) or base.shape or p.denominator != 1 or p < 0:
            return False
        bases.add(base)
    return len(bases) == 1


def weights_gathered(e: Expr) -> list[Expr]:
    """Return diag(a) X + diag(b) X as diag(a + b) X: the sum becomes one of vectors, not matrices.

    No shorter, but it shows the form X'diag(d)X, by which a Hessian is computed and solved.
    """
    if not e.shape:
        return []
    found: list[Expr] = []
    for new in hoisted(e):
        whole = new.terms[0][1] if isinstance(new, Add) and len(new.terms) == 1 else new
        parts = whole.factors if isinstance(whole, Contract) else ()
        if any(isinstance(f, Add) and len(f.shape) < len(e.shape) for f, _, _ in parts) and any(
            len(f.shape) >= 2 for f, _, _ in parts
        ):
            found.append(new)
    return found


def opened_term(place: int, c: Fraction, t: Expr, rank: int) -> Term:
    """Return a term by its factors; products inside are opened one level."""
    if not isinstance(t, Contract):
        axes = tuple(range(rank))
        return Term(place, c, ((t, axes, _ONE),), dict(enumerate(t.shape)))
    sizes = dict(enumerate(t.shape)) | t.sizes()
    spare = max(sizes, default=-1) + 1
    factors: list[Factor] = []
    for f, labels, p in t.factors:
        if not (isinstance(f, Contract) and p == 1 and len(t.factors) > 1 and f.shape):
            factors.append((f, labels, p))
            continue
        names = dict(enumerate(labels))
        for k, d in f.sizes().items():
            if k not in names:
                names[k] = spare
                sizes[spare] = d
                spare += 1
        factors += [(g, tuple(names[k] for k in ls), q) for g, ls, q in f.factors]
    return Term(place, c, tuple(factors), sizes)


def _seeds(terms: Sequence[Term]) -> list[Expr]:
    """Return the factors that stand in several terms, the most shared and widest first."""
    shared: Counter[Expr] = Counter()
    for t in terms:
        shared.update(
            # A number stands here as a root, such as √2; with labels it is a row of ones.
            {f for f, ls, _ in t.factors if not isinstance(f, Delta | Const) or not ls}
        )
    often = {f for t in terms for f, places in t.places.items() if len(places) > _REPEATS}
    several = [f for f, n in shared.items() if n > 1 and f not in often]
    several.sort(key=lambda f: (-shared[f], -len(f.shape), f.digest))
    return several


_REPEATS = 6
"""Places in one term beyond which a factor is left: W in a chain of layers fits everywhere."""


def _gathered(e: Add, holders: Sequence[Term], seed: Expr, trials: int) -> Expr | None:
    """Return the sum with the largest common part around a seed in front, or None.

    The first holder is the pattern; the terms that share with it what the second shares join.
    """
    rank = len(e.shape)
    first, *others = holders
    best: tuple[int, list[tuple[Term, _Alignment]]] | None = None
    for second in others[:trials]:
        wanted = _aligned(first, second, seed, rank)
        if wanted is None:
            continue
        core = {i: p for i, _, p in wanted.pairs}
        group: list[tuple[Term, _Alignment]] = []
        for t in others:
            a = _aligned(first, t, seed, rank)
            if a is not None and all(_covers(a, i, p) for i, p in core.items()):
                kept = tuple((i, j, core[i]) for i, j, _ in a.pairs if i in core)
                group.append((t, _Alignment(kept, a.names)))
        score = len(core) * len(group)
        if best is None or score > best[0]:
            best = (score, group)
    if best is None or not best[1]:
        return None
    return _rewritten(e, first, best[1], rank)


def _covers(a: _Alignment, i: int, p: Fraction) -> bool:
    return any(k == i and q == p for k, _, q in a.pairs)


def _aligned(first: Term, second: Term, seed: Expr, rank: int) -> _Alignment | None:
    """Return the best alignment of the second term with the first that pairs the seed."""
    best: _Alignment | None = None
    for i in first.places.get(seed, ()):
        for j in second.places.get(seed, ()):
            found = _grown(first, second, i, j, rank)
            if found is not None and (best is None or len(found.pairs) > len(best.pairs)):
                best = found
    return best


def _grown(first: Term, second: Term, i: int, j: int, rank: int) -> _Alignment | None:
    """Return the alignment that begins with one pair and takes every further one that fits."""
    names: dict[int, int] = {}
    pairs: list[tuple[int, int, Fraction]] = []
    used: set[int] = set()
    places = second.places
    order = [i, *(k for k in range(len(first.factors)) if k != i)]
    for k in order:
        f, labels, p = first.factors[k]
        if isinstance(f, Const) and labels:
            continue
        fitting = places.get(f, ())
        for m in [j] if k == i else fitting if len(fitting) <= _REPEATS else ():
            _, others, q = second.factors[m]
            if m in used:
                continue
            shared = _shared_power(p, q)
            if shared == 0:
                continue
            more = _renaming(names, others, labels, rank)
            if more is not None:
                names = more
                used.add(m)
                pairs.append((k, m, shared))
                break
        if k == i and not pairs:
            return None
    return _Alignment(tuple(pairs), names)


def _shared_power(p: Fraction, q: Fraction) -> Fraction:
    """Return the power that both x^p and x^q hold, of one sign and a whole number apart."""
    if p == q:
        return p
    if p * q > 0 and (p - q).denominator == 1:
        return min(p, q, key=abs)
    return Fraction(0)


def _renaming(
    names: dict[int, int], labels: Sequence[int], wanted: Sequence[int], rank: int
) -> dict[int, int] | None:
    """Return names extended so that labels become wanted, one to one and fixed on the axes."""
    result = dict(names)
    for a, b in zip(labels, wanted, strict=True):
        if (a < rank or b < rank) and a != b:
            return None
        if a < rank:
            continue
        if result.get(a, b) != b or any(k != a and v == b for k, v in result.items()):
            return None
        result[a] = b
    return result


def _rewritten(
    e: Add, first: Term, group: Sequence[tuple[Term, _Alignment]], rank: int
) -> Expr | None:
    core = {i: p for i, _, p in group[0][1].pairs}
    covered = {k for i in core for k in first.factors[i][1] if k < rank}
    if 0 < len(covered) < rank and rank % 2 == 0:
        kept = _kept_symmetric(first, core, rank)
        if len(kept) < len(core) and is_symmetric(e):
            core = kept
    if not core:
        return None
    common: list[Factor] = [(first.factors[i][0], first.factors[i][1], p) for i, p in core.items()]
    boundary = {k for _, ls, _ in common for k in ls} | set(range(rank))
    rests = [(first.coefficient, _remainder(first, core, None, rank))]
    for t, a in group:
        taken = {j: p for i, j, p in a.pairs if i in core}
        rests.append((t.coefficient, _remainder(t, taken, a.names, rank)))
    numbers = not any(ls for _, ls, _ in common) and len(rests) == len(e.terms)
    axes = tuple(range(rank)) if numbers else _axes([rest for _, rest in rests], boundary)
    if axes is None:
        return None
    # (A + A')x is as short as it is well known; (diag(x)A + ...)x costs more than it says.
    if len(axes) > max(1, rank) and any(_arrays(rest) > 1 for _, rest in rests):
        return None
    units = any(isinstance(f, Delta) for _, rest in rests for f, _, _ in rest)
    if units and not (numbers and len(rests) > 2) and not _is_side(axes, rank):
        return None
    sizes = first.sizes | dict(enumerate(e.shape))
    form: Shape = tuple(sizes[k] for k in axes)
    inner = add(*((c, contract(rest, axes, form)) for c, rest in rests), shape=form)
    out = tuple(range(rank))
    product = contract([*common, (inner, axes, _ONE)], out, e.shape)
    gone = {first.place, *(t.place for t, _ in group)}
    kept = [term for k, term in enumerate(e.terms) if k not in gone]
    return add(*kept, product, shape=e.shape)


def _remainder(
    t: Term, taken: dict[int, Fraction], names: dict[int, int] | None, rank: int
) -> list[Factor]:
    """Return what is left of a term, its indices renamed to those of the first (None: it is)."""

    def name(k: int) -> int:
        # An index that the common part does not carry is summed inside: any new name will do.
        return k if names is None or k < rank else names.get(k, _PRIVATE + k)

    left = [
        (f, tuple(name(k) for k in labels), p - taken.get(j, Fraction(0)))
        for j, (f, labels, p) in enumerate(t.factors)
    ]
    return [factor for factor in left if factor[2] != 0]


def _arrays(rest: Sequence[Factor]) -> int:
    return sum(bool(ls) for _, ls, _ in rest)


def _is_side(axes: Sequence[int], rank: int) -> bool:
    """Return whether the axes are one side of a Kronecker product A ⊗ B: i, k or j, l of i j k l.

    Elsewhere a unit tensor inside a sum would hide structure.
    """
    return rank == 4 and tuple(axes) in ((0, 2), (1, 3))


def _kept_symmetric(t: Term, core: dict[int, Fraction], rank: int) -> dict[int, Fraction]:
    """Return the part of a common core that is the same with the halves of the axes exchanged.

    x of x y' + y x' would hide the symmetry; d d' of d A d' + d B d' keeps it.
    """
    half = rank // 2

    def other(k: int) -> int:
        return k if k >= rank else (k + half) % rank

    whole = {(f, ls, core[i]) for i, (f, ls, _) in enumerate(t.factors) if i in core}
    return {
        i: p
        for i, p in core.items()
        if (t.factors[i][0], tuple(other(k) for k in t.factors[i][1]), p) in whole
    }


def is_symmetric(e: Expr) -> bool:
    """Return whether e is written the same with the halves of its axes exchanged (as a Hessian is).

    Such a sum shows its symmetry term by term, which taking x out of x y' + y x' would hide.
    """
    half = len(e.shape) // 2
    if half == 0 or e.shape != e.shape[half:] + e.shape[:half]:
        return False
    axes = tuple(range(len(e.shape)))
    return add(contract([(e, axes[half:] + axes[:half], _ONE)], axes)) is e


def _axes(rests: Sequence[Sequence[Factor]], boundary: set[int]) -> tuple[int, ...] | None:
    """Return the indices that the new sum carries, None if a reader would lose the thread.

    That is if some terms carry only a part of them, or if the sum would be no vector or matrix.
    """
    carried = [frozenset(k for _, ls, _ in rest for k in ls if k in boundary) for rest in rests]
    widest = max(carried, key=len)
    if len(widest) > 2 or any(c and c != widest for c in carried):
        return None
    return tuple(sorted(widest))
