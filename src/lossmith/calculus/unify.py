"""Does a pattern equal an expression? Unification on labelled axes, modulo order and renaming.

Axes are ambient labels: those of the node are 0, 1, ...; indices summed inside get labels from
``INNER`` on. A formal symbol is bound to (expression, its axes), where an axis that belongs to the
formal symbol itself is written -1, -2, ... Recursion runs over patterns, which are small; the
expression matched may have any depth.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import count, permutations

from lossmith.expr.build import const, contract, scale
from lossmith.expr.node import Add, Apply, Const, Contract, Expr, Select, Symbol, children
from lossmith.rules.rule import is_formal

Labels = tuple[int, ...]
Binding = Mapping[Symbol, tuple[Expr, Labels]]
INNER = 1 << 20


def alike(pattern: Expr, e: Expr) -> bool:
    """Return whether the tops could match: a cheap first look."""
    if is_formal(pattern):
        return True
    match pattern:
        case Apply():
            return isinstance(e, Apply) and e.atom is pattern.atom
        case Const():
            return isinstance(e, Const) and e.value == pattern.value
        case Add():
            return _is_multiple(pattern) or (
                isinstance(e, Add) and len(e.terms) == len(pattern.terms)
            )
        case Contract():
            return isinstance(e, Contract) and len(e.factors) == len(pattern.factors)
        case Select():
            return isinstance(e, Select) and _relations(e) == _relations(pattern)
        case _:
            return False


def _relations(e: Select) -> list[list[str]]:
    return [[c.relation for c in guard] for guard, _ in e.cases]


def _is_multiple(pattern: Add) -> bool:
    """Return whether the pattern is a number times a formal symbol."""
    return len(pattern.terms) == 1 and is_formal(pattern.terms[0][1])


def unify(
    pattern: Expr, e: Expr, axes: Labels, core: Labels, held: frozenset[int], found: Binding
) -> Iterator[Binding]:
    """Yield the bindings under which the pattern, with axes ``core``, is e, with axes ``axes``.

    held: the axes of the row's result, which only formal symbols with that axis may carry.
    """
    if isinstance(pattern, Symbol):
        yield from _bound(pattern, e, axes, core, held, found)
        return
    if isinstance(pattern, Add) and _is_multiple(pattern):
        # c*z is anything, for z = (1/c) times it.
        c, inner = pattern.terms[0]
        yield from unify(inner, scale(1 / c, e), axes, core, held, found)
        return
    if isinstance(pattern, Contract) and isinstance(e, Add):
        yield from _match_number(pattern, e, axes, core, held, found)
        return
    if not alike(pattern, e):
        return
    match pattern, e:
        case Const(), Const():
            yield found
        case Apply(), Apply():
            yield from _match_apply(pattern, e, axes, core, held, found)
        case Add(), Add():
            yield from _match_terms(pattern, e, axes, core, held, found, ())
        case Contract(), Contract():
            yield from _match_contract(pattern, e, axes, core, held, found)
        case Select(), Select():
            parts = zip(children(pattern), children(e), strict=True)
            yield from _match_all([(p, a, axes, core) for p, a in parts], held, found)
        case _:
            return


def _bound(
    formal: Symbol, e: Expr, axes: Labels, core: Labels, held: frozenset[int], found: Binding
) -> Iterator[Binding]:
    places = {k: -1 - i for i, k in enumerate(core)}
    if any(k not in axes for k in core):
        return
    if any(k not in places and (k >= INNER or k in held) for k in axes):
        return
    value = (e, tuple(places.get(k, k) for k in axes))
    known = found.get(formal)
    if known is None:
        yield {**found, formal: value}
    elif known[0] is value[0] and known[1] == value[1]:
        yield found


def _match_apply(
    pattern: Apply, e: Apply, axes: Labels, core: Labels, held: frozenset[int], found: Binding
) -> Iterator[Binding]:
    signature = e.atom.signature
    if signature.is_entrywise:
        pairs = [(p, a, axes, core) for p, a in zip(pattern.args, e.args, strict=True)]
    else:
        split = len(axes) - len(signature.output)
        if axes[split:] != core:
            return
        # Axes inside have indices of their own, even where their sizes share a letter.
        spare = count(_inner_of(e))
        cores = [tuple(next(spare) for _ in inner) for inner in signature.inputs]
        pairs = [
            (p, a, axes[:split] + inner, inner)
            for p, a, inner in zip(pattern.args, e.args, cores, strict=True)
        ]
    yield from _match_all(pairs, held, found)


def _inner_of(e: Expr) -> int:
    """Return the first of the labels kept for indices inside a node."""
    return INNER + (id(e) << 10)


def _match_all(
    pairs: Sequence[tuple[Expr, Expr, Labels, Labels]], held: frozenset[int], found: Binding
) -> Iterator[Binding]:
    if not pairs:
        yield found
        return
    pattern, e, axes, core = pairs[0]
    for more in unify(pattern, e, axes, core, held, found):
        yield from _match_all(pairs[1:], held, more)


def _match_terms(
    pattern: Add,
    e: Add,
    axes: Labels,
    core: Labels,
    held: frozenset[int],
    found: Binding,
    used: tuple[int, ...],
) -> Iterator[Binding]:
    if len(used) == len(pattern.terms):
        yield found
        return
    c, p = pattern.terms[len(used)]
    for j, (q, term) in enumerate(e.terms):
        if j not in used and q == c:
            for more in unify(p, term, axes, core, held, found):
                yield from _match_terms(pattern, e, axes, core, held, more, (*used, j))


def _match_contract(
    pattern: Contract, e: Contract, axes: Labels, core: Labels, held: frozenset[int], found: Binding
) -> Iterator[Binding]:
    if len(pattern.summed) != len(e.summed):
        return
    base = _inner_of(e)
    ambient = dict(enumerate(axes)) | {k: base + k for k in e.summed}
    for order in permutations(e.summed):
        names = dict(enumerate(core)) | {
            k: base + j for k, j in zip(pattern.summed, order, strict=True)
        }
        yield from _match_factors(pattern, e, names, ambient, held, found, ())


def _match_number(
    pattern: Contract, e: Add, axes: Labels, core: Labels, held: frozenset[int], found: Binding
) -> Iterator[Binding]:
    """Yield the bindings under which a formal factor is the number in front: 3 S is a S."""
    if len(e.terms) != 1 or len(pattern.factors) < 2:
        return
    ((c, inner),) = e.terms
    for k, (f, labels, p) in enumerate(pattern.factors):
        if not is_formal(f) or labels or abs(p) != 1:
            continue
        rest = [g for j, g in enumerate(pattern.factors) if j != k]
        smaller = contract(rest, tuple(range(pattern.rank)), pattern.shape)
        for more in unify(f, const(c if p == 1 else 1 / c), (), (), held, found):
            yield from unify(smaller, inner, axes, core, held, more)


def _match_factors(
    pattern: Contract,
    e: Contract,
    names: Mapping[int, int],
    ambient: Mapping[int, int],
    held: frozenset[int],
    found: Binding,
    used: tuple[int, ...],
) -> Iterator[Binding]:
    if len(used) == len(pattern.factors):
        yield found
        return
    p, pls, exponent = pattern.factors[len(used)]
    core = tuple(names[k] for k in pls)
    for j, (f, labels, q) in enumerate(e.factors):
        if j in used or q != exponent:
            continue
        axes = tuple(ambient[k] for k in labels)
        for more in unify(p, f, axes, core, held, found):
            yield from _match_factors(pattern, e, names, ambient, held, more, (*used, j))
