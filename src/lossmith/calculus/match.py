"""Does an equation's left side occur at a node? If so, the node with the right side in its place.

A row is used modulo order, axes, powers and scaling: on arrays entry by entry, in a sum as a
multiple of some terms, in a product as a power of some factors. See ``unify`` for the axes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache, lru_cache
from itertools import permutations
from typing import assert_never

from lossmith.calculus.unify import Binding, Labels, alike, unify
from lossmith.expr.build import add, apply, const, contract, delta
from lossmith.expr.node import (
    Add,
    Apply,
    Const,
    Contract,
    Delta,
    Expr,
    Factor,
    Select,
    Symbol,
    children,
)
from lossmith.expr.product import size_of
from lossmith.expr.ranges import enclosure
from lossmith.expr.types import FREE, Dim, Shape
from lossmith.expr.walk import rebuild
from lossmith.rules.rule import Rule, is_formal

_ONE = Fraction(1)


def rewritten(rule: Rule, node: Expr) -> Expr | None:
    """Return the node with the rule used at its top, or None if it does not apply.

    In a sum the left side may be a multiple of some of the terms; in a product a power of some
    of the factors, also of factors one level down, under a sum.
    """
    match rule.lhs:
        case Apply():
            return _at_function(rule, node)
        case Add():
            return _at_sum(rule, node)
        case Contract():
            return _at_product(rule, node) if not rule.lhs.summed else _at_function(rule, node)
        case Const() | Symbol() | Delta() | Select():
            return None
        case _:
            assert_never(rule.lhs)


# -- at the top ----------------------------------------------------------------------------------


def _at_function(rule: Rule, node: Expr) -> Expr | None:
    """Match the whole node; the axes of the row are any of the node's, the others a batch."""
    axes = tuple(range(len(node.shape)))
    own = len(rule.lhs.shape)
    for core in permutations(axes, own):
        for found in unify(rule.lhs, node, axes, core, frozenset(core), {}):
            if _allowed(rule, found):
                return _instance(rule.rhs, found, axes, dict(enumerate(node.shape)), core)
    return None


def _at_sum(rule: Rule, node: Expr) -> Expr | None:
    if not isinstance(node, Add) or not isinstance(rule.lhs, Add) or rule.lhs.shape:
        return None
    axes = tuple(range(len(node.shape)))
    sizes = dict(enumerate(node.shape))
    # In a sum of hundreds of terms only those with the right coefficient are looked at.
    by_coefficient: dict[Fraction, list[int]] = {}
    for j, (q, _) in enumerate(node.terms):
        by_coefficient.setdefault(q, []).append(j)

    def extend(
        k: int, used: tuple[int, ...], ratio: Fraction | None, found: Binding
    ) -> Iterator[tuple[tuple[int, ...], Fraction, Binding]]:
        assert isinstance(rule.lhs, Add)
        assert isinstance(node, Add)
        if k == len(rule.lhs.terms):
            assert ratio is not None
            yield used, ratio, found
            return
        c, pattern = rule.lhs.terms[k]
        places = range(len(node.terms)) if ratio is None else by_coefficient.get(ratio * c, ())
        for j in places:
            q, term = node.terms[j]
            if j in used or not alike(pattern, term):
                continue
            for more in unify(pattern, term, axes, (), frozenset(), found):
                yield from extend(k + 1, (*used, j), q / c, more)

    for used, ratio, found in extend(0, (), None, {}):
        if _allowed(rule, found):
            rest = [t for j, t in enumerate(node.terms) if j not in used]
            new = _instance(rule.rhs, found, axes, sizes, ())
            return add(*rest, (ratio, new), shape=node.shape)
    return None


def _at_product(rule: Rule, node: Expr) -> Expr | None:
    """Use the row on as many disjoint groups of factors as there are."""
    if not isinstance(node, Contract) or not isinstance(rule.lhs, Contract):
        return None
    work, sizes = _opened(node)
    changed = False
    start = 0
    while start < len(work):
        hit = _product_hit(rule, work, sizes, start)
        if hit is None:
            break
        start, work = hit
        changed = True
    if not changed:
        return None
    out = tuple(range(node.rank))
    return contract(work, out, node.shape)


@lru_cache(maxsize=64)
def _opened(node: Contract) -> tuple[Sequence[Factor], Mapping[int, Dim]]:
    """Return the factors with those of inner products (one level), and the size of each label.

    Kept for a while: all rows are tried at one node before the next.
    """
    sizes = node.sizes() | dict(enumerate(node.shape))
    spare = max(sizes, default=-1) + 1
    work: list[Factor] = []
    for f, labels, p in node.factors:
        if not (isinstance(f, Contract) and p == 1):
            work.append((f, labels, p))
            continue
        names = dict(enumerate(labels))
        for k, d in f.sizes().items():
            if k not in names:
                names[k] = spare
                sizes[spare] = d
                spare += 1
        work += [(g, tuple(names[k] for k in ls), q) for g, ls, q in f.factors]
    return work, sizes


def _product_hit(
    rule: Rule, work: Sequence[Factor], sizes: Mapping[int, Dim], start: int
) -> tuple[int, list[Factor]] | None:
    """Return the next use from factor ``start`` on: (where to go on, the new factors)."""
    assert isinstance(rule.lhs, Contract)
    patterns = _patterns(rule.lhs)
    own = rule.lhs.rank
    for first in range(start, len(work)):
        f, labels, p = work[first]
        if not alike(patterns[0][0], f) or _times(p, patterns[0][2]) == 0:
            continue
        for core in permutations(dict.fromkeys(labels), own):
            for used, power, found in _factors(patterns, work, core, (first,), 0, {}):
                if not _allowed(rule, found):
                    continue
                touched = dict.fromkeys(k for j in used for k in work[j][1])
                axes = tuple(touched)
                new = _instance(rule.rhs, found, axes, sizes, core)
                left = [
                    (work[j][0], work[j][1], work[j][2] - power * patterns[i][2])
                    for i, j in enumerate(used)
                ]
                kept = [w for j, w in enumerate(work) if j not in used]
                kept += [w for w in left if w[2] != 0]
                # What was used up stays as ones, so that no index loses its range.
                kept += [(const(1, w[0].shape), w[1], _ONE) for w in left if w[2] == 0]
                return first - sum(j < first for j in used), [*kept, (new, axes, power)]
    return None


@cache
def _patterns(lhs: Contract) -> Sequence[Factor]:
    """Return the factors of a left side in the order to look for them.

    What a pattern names is found at once; a formal symbol would be tried at every factor.
    """
    return sorted(lhs.factors, key=lambda factor: is_formal(factor[0]))


def _factors(
    patterns: Sequence[Factor],
    work: Sequence[Factor],
    core: Labels,
    used: tuple[int, ...],
    power: int,
    found: Binding,
) -> Iterator[tuple[tuple[int, ...], Fraction, Binding]]:
    """Yield the ways to match all pattern factors; ``used`` names the candidate of the last one."""
    k = len(used) - 1
    pattern, pls, q = patterns[k]
    f, labels, p = work[used[k]]
    own = _times(p, q)
    both = own if power == 0 else _common(power, own)
    if both == 0:
        return
    inner = tuple(core[j] for j in pls)
    for more in unify(pattern, f, labels, inner, frozenset(core), found):
        if k + 1 == len(patterns):
            yield used, Fraction(both), more
            continue
        following = patterns[k + 1][0]
        known = more.get(following) if isinstance(following, Symbol) else None
        for j, (g, _, _) in enumerate(work):
            if j in used or (known is not None and g is not known[0]):
                continue
            if alike(following, g):
                yield from _factors(patterns, work, core, (*used, j), both, more)


def _times(p: Fraction, q: Fraction) -> int:
    """Return how many whole times the exponent q goes into p, toward zero."""
    if p is q:
        return 1
    # In whole numbers: fractions are slow, and this is asked at every factor.
    above, below = p.numerator * q.denominator, q.numerator * p.denominator
    times = abs(above) // abs(below)
    return times if (above > 0) == (below > 0) else -times


def _common(a: int, b: int) -> int:
    """Return the smaller of two counts of one sign, or 0."""
    return 0 if a * b <= 0 else min(a, b, key=abs)


# -- conditions and the right side -----------------------------------------------------------------


def _allowed(rule: Rule, found: Binding) -> bool:
    """Return whether what is known of the bound expressions meets the row's condition."""
    for formal, (e, _) in found.items():
        asked = rule.when.get(formal.name)
        if asked is None:
            continue
        declared = e.assumptions if isinstance(e, Symbol) else FREE
        if asked.values is not None:
            known = declared.values
            if known is None or not set(known) <= set(asked.values):
                return False
        elif not enclosure(e).within(asked.interval):
            return False
        if not asked.structure <= declared.structure:
            return False
    return True


def _instance(
    pattern: Expr, found: Binding, axes: Labels, sizes: Mapping[int, Dim], core: Labels
) -> Expr:
    """Return the right side with the bound expressions in place, with the axes ``axes``."""
    batch = tuple(k for k in axes if k not in core)
    shape = tuple(sizes[k] for k in batch)
    letters: dict[Dim, Dim] = {}
    for formal, (e, labels) in found.items():
        for k, d in zip(labels, e.shape, strict=True):
            if k < 0:
                letters[formal.shape[-1 - k]] = d
    made = _made(pattern, found, batch, shape, letters)
    order = (*batch, *core)
    if order == axes:
        return made
    return contract([(made, order, _ONE)], axes)


def _made(p: Expr, found: Binding, batch: Labels, shape: Shape, letters: Mapping[Dim, Dim]) -> Expr:
    def inner(part: Expr) -> Expr:
        return _made(part, found, batch, shape, letters)

    n = len(batch)
    whole = shape + tuple(letters.get(d, d) for d in p.shape)
    match p:
        case Symbol():
            e, labels = found[p]
            names = {k: i for i, k in enumerate(batch)} | {
                -1 - i: n + i for i in range(len(p.shape))
            }
            own = tuple(names[k] for k in labels)
            out = tuple(range(len(whole)))
            return e if own == out else contract([(e, own, _ONE)], out, whole)
        case Const():
            return const(p.value, whole)
        case Delta():
            return contract([(delta(whole[n]), (n, n + 1), _ONE)], tuple(range(n + 2)), whole)
        case Add():
            return add(*((c, inner(t)) for c, t in p.terms), shape=whole)
        case Contract():
            if len(p.factors) == 1 and isinstance(p.factors[0][0], Const):
                # A size: the sum of as many ones.
                (size,) = p.factors[0][0].shape
                number = size_of(letters.get(size, size))
                return contract([(number, (), _ONE)], tuple(range(len(whole))), whole)
            shared = tuple(range(n))
            factors = [(inner(f), (*shared, *(n + k for k in ls)), q) for f, ls, q in p.factors]
            return contract(factors, tuple(range(len(whole))), whole)
        case Apply():
            return apply(p.atom, *(inner(a) for a in p.args))
        case Select():
            return rebuild(p, tuple(inner(c) for c in children(p)))
        case _:
            assert_never(p)
