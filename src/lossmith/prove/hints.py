"""Declarations that decide an open question: each is tried, and offered only if it proves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations, islice, product, zip_longest

from lossmith.errors import LossmithError
from lossmith.evidence.certificate import Witness
from lossmith.evidence.witness import admits
from lossmith.expr.node import Expr, Symbol, symbol
from lossmith.expr.sets import NONNEGATIVE, NONPOSITIVE, POSITIVE, closed, opened
from lossmith.expr.types import FREE, Assumptions
from lossmith.expr.walk import depends_on, postorder, substitute, symbols
from lossmith.prove.curvature.attempt import Attempt, attempt_proof

BUDGET = 250
"""Proof steps for each declaration that is tried."""

LAST_BUDGET = 600
"""Proof steps for a bounded stretch of one variable, the last thing that is tried."""

SHARE = 2500
"""Proof steps for all of them: a hint is worth less than the answer."""

TRIED = 24
"""Declarations that are tried for one question."""


def blocked_at(attempt: Attempt) -> Expr | None:
    """Return the innermost sub-expression of which nothing could be proved."""
    structure = attempt.structure
    for s in postorder(attempt.form):
        moving = depends_on(s, attempt.proof.wrt)
        if moving and not isinstance(s, Symbol) and not structure.kinds(s):
            return s
    return None


def suggestions(attempt: Attempt, e: Expr, wrt: tuple[Symbol, ...]) -> tuple[str, ...]:
    """Return declarations under which the question is proved: of one symbol, else of two.

    Symbols of the innermost open sub-expression come first: they are likely to matter.
    """
    blocked = blocked_at(attempt)
    near = set(symbols(blocked)) if blocked is not None else set[Symbol]()
    order = sorted(symbols(e), key=lambda s: s not in near)
    found: list[tuple[Symbol, ...]] = []
    work = SHARE
    for choice in islice(_choices(order, wrt), 2 * TRIED):
        if work <= 0:
            break
        if found and (len(choice) > len(found[0]) or _implied(choice, found)):
            continue
        decides, cost = _decides(e, wrt, choice, min(BUDGET, work))
        work -= cost
        if decides:
            found = [c for c in found if len(c) <= len(choice)] + [choice]
    for choice in _stretch(wrt[0]) if not found and len(wrt) == 1 else ():
        if not found and work > 0 and _decides(e, wrt, (choice,), min(LAST_BUDGET, work))[0]:
            found = [(choice,)]
    return tuple("; ".join(map(declaration, choice)) for choice in found)


def promise(
    e: Expr, wrt: tuple[Symbol, ...], witnesses: Sequence[Witness]
) -> tuple[Symbol, ...] | None:
    """Return narrower symbols, one or two, with which a refuted e is proved convex or concave.

    Data come before variables, signs before matrices and labels. What both witnesses meet is
    refuted as well, and not tried.
    """
    work = SHARE
    for choice in islice(_choices(symbols(e), wrt), 2 * TRIED):
        if sum(_meets(w, choice) for w in witnesses) > 1:
            continue
        decides, cost = _decides(e, wrt, choice, min(BUDGET, work))
        work -= cost
        if decides:
            return choice
        if work <= 0:
            return None
    return None


def _choices(order: Sequence[Symbol], wrt: tuple[Symbol, ...]) -> Iterator[tuple[Symbol, ...]]:
    """Yield narrower symbols: signs of data, of two of them, labels; then signs of variables,
    numbers beyond 1 and between 0 and 1.

    Of several symbols the first choice for each comes before the second for any.
    """
    data = [s for s in order if s not in wrt]
    signs = [[*_stronger(s)] for s in data]
    moving = [[*_stronger(s)] for s in wrt if s.assumptions.values is None]
    yield from _ranked(signs)
    for group in combinations([o[:2] for o in signs if o], 2):
        yield from product(*group)
    for options in ([[*_labels(s)] for s in data], moving, [[*_far(s)] for s in (*data, *wrt)]):
        yield from _ranked(options)
    for one, other in product([o[:2] for o in signs if o], [o[:2] for o in moving if o]):
        yield from product(one, other)


def _ranked(options: Sequence[Sequence[Symbol]]) -> Iterator[tuple[Symbol, ...]]:
    for rank in zip_longest(*options):
        yield from ((choice,) for choice in rank if choice is not None)


def _far(s: Symbol) -> Iterator[Symbol]:
    """Yield a number beyond 1, and one between 0 and 1."""
    a = s.assumptions
    for half in (closed(1, None), opened(0, 1)):
        inside = a.interval.meet(half)
        plain = not s.shape and a.values is None and not a.structure and a.interval.has(1)
        if plain and inside != a.interval and not inside.is_empty and not inside.is_point:
            yield symbol(s.name, (), Assumptions(inside, None, a.integer))


def _stretch(s: Symbol) -> Iterator[Symbol]:
    """Yield a number on a bounded stretch away from open ends: there enclosures may decide."""
    a = s.assumptions
    if s.shape or a.values is not None or a.structure or a.integer:
        return
    lo, hi = a.interval.lo, a.interval.hi
    if lo is not None and hi is not None:
        tenth = (hi - lo) / 10
        inside = closed(lo + tenth * a.interval.lo_open, hi - tenth * a.interval.hi_open)
    elif lo is not None:
        inside = closed(lo + Fraction(a.interval.lo_open, 5), lo + 2)
    elif hi is not None:
        inside = closed(hi - 2, hi - Fraction(a.interval.hi_open, 5))
    else:
        inside = closed(-2, 2)
    if inside != a.interval:
        yield symbol(s.name, (), Assumptions(inside))


def _labels(s: Symbol) -> Iterator[Symbol]:
    """Yield the symbol as a share in [0, 1], and as labels."""
    a = s.assumptions
    if len(s.shape) < 2 and a == FREE:
        yield symbol(s.name, s.shape, Assumptions(closed(0, 1)))
        yield symbol(s.name, s.shape, Assumptions(values=(Fraction(-1), Fraction(1))))


def _meets(w: Witness, choice: Sequence[Symbol]) -> bool:
    """Return whether a witness satisfies the narrower declarations, at both its ends."""
    named = {s.name: s for s in choice}
    given = [(s, v) for values in (w.data, w.a, w.b) for s, v in values.items()]
    return all(admits(named[s.name], v, w.sizes) for s, v in given if s.name in named)


def _stronger(s: Symbol) -> Iterator[Symbol]:
    """Yield the symbol with one more promise: a sign, or a psd matrix where it is square."""
    a = s.assumptions
    if a.values is not None:
        return
    square = len(s.shape) == 2 and s.shape[0] == s.shape[1]
    if square and not a.has("psd"):
        yield symbol(s.name, s.shape, Assumptions(a.interval, structure=a.structure | {"psd"}))
    if a.structure:
        return
    for half in (NONNEGATIVE, NONPOSITIVE, POSITIVE):
        inside = a.interval.meet(half)
        if inside != a.interval and not inside.is_empty and not inside.is_point:
            yield symbol(s.name, s.shape, Assumptions(inside, None, a.integer))


def _implied(choice: Sequence[Symbol], found: Sequence[Sequence[Symbol]]) -> bool:
    """Return whether one symbol is asked for less in what was found already: >= 0 where > 0 is."""
    if len(choice) != 1:
        return False
    (s,) = choice
    wider = (c[0] for c in found if len(c) == 1 and c[0].name == s.name)
    return any(
        w.assumptions.structure <= s.assumptions.structure
        and w.assumptions.values is None
        and s.assumptions.interval.within(w.assumptions.interval)
        for w in wider
    )


def _decides(
    e: Expr, wrt: tuple[Symbol, ...], choice: Sequence[Symbol], budget: int
) -> tuple[bool, int]:
    """Return whether the narrower declarations decide the question, and the work of that."""
    named = {s.name: s for s in choice}
    change: dict[Expr, Expr] = {s: named[s.name] for s in symbols(e) if s.name in named}
    try:
        changed = substitute(e, change)
    except LossmithError:
        return False, 1  # the formula would be defined nowhere
    block = tuple(named.get(w.name, w) for w in wrt)
    attempt = attempt_proof(changed, block, budget)
    return bool(attempt.nodes), attempt.proof.work


def declaration(s: Symbol) -> str:
    """Return the declaration of a symbol: "lam: scalar >= 0"."""
    names = {0: "scalar", 1: "vector", 2: "matrix"}
    sizes = f"({', '.join(map(str, s.shape))})" if s.shape else ""
    kind = names.get(len(s.shape), "tensor") + sizes
    a = s.assumptions
    said = sorted(a.structure)
    if a.values is not None:
        said.insert(0, f"in {{{', '.join(map(str, a.values))}}}")
    elif a.interval.lo is not None or a.interval.hi is not None:
        said.insert(0, _interval(s))
    return f"{s.name}: " + " ".join([kind, *said, *(["integer"] if a.integer else [])])


def _interval(s: Symbol) -> str:
    i = s.assumptions.interval
    if i.hi is None:
        return f"{'>' if i.lo_open else '>='} {i.lo}"
    if i.lo is None:
        return f"{'<' if i.hi_open else '<='} {i.hi}"
    return f"in {i}"
