"""Declarations that decide an open question: each is tried, and offered only if it proves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, product

from lossmith.errors import LossmithError
from lossmith.expr.node import Expr, Symbol, symbol
from lossmith.expr.sets import NONNEGATIVE, NONPOSITIVE, POSITIVE
from lossmith.expr.types import Assumptions
from lossmith.expr.walk import depends_on, postorder, substitute, symbols
from lossmith.prove.attempt import Attempt, attempt_proof

BUDGET = 250
"""Proof steps for each declaration that is tried."""

SHARE = 1500
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
    options = [(s, tuple(_stronger(s))) for s in order]
    left, work = TRIED, SHARE
    for size in (1, 2):
        found: list[str] = []
        for group in combinations([o for o in options if o[1]], size):
            for choice in product(*(narrow for _, narrow in group)):
                left -= 1
                if left < 0 or work <= 0:
                    return tuple(found)
                wide = [s for s, _ in group]
                decides, cost = _decides(e, wrt, wide, choice, min(BUDGET, work))
                work -= cost
                if decides and not _implied(choice, found):
                    found.append("; ".join(declaration(s) for s in choice))
        if found:
            return tuple(found)
    return ()


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


def _implied(choice: Sequence[Symbol], found: Sequence[str]) -> bool:
    """Return whether >= 0 was found already where > 0 is tried."""
    if len(choice) != 1:
        return False
    s = choice[0]
    if not s.assumptions.interval.lo_open:
        return False
    closed = s.assumptions.interval.meet(NONNEGATIVE)
    wider = Assumptions(type(closed)(closed.lo, closed.hi, False, closed.hi_open))
    return declaration(symbol(s.name, s.shape, wider)) in found


def _decides(
    e: Expr,
    wrt: tuple[Symbol, ...],
    wide: Sequence[Symbol],
    choice: Sequence[Symbol],
    budget: int,
) -> tuple[bool, int]:
    """Return whether the narrower declarations decide the question, and the work of that."""
    change: dict[Expr, Expr] = dict(zip(wide, choice, strict=True))
    try:
        changed = substitute(e, change)
    except LossmithError:
        return False, 1  # the formula would be defined nowhere
    named = {s.name: s for s in choice}
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
    if a.interval.lo is not None or a.interval.hi is not None:
        said.insert(0, _interval(s))
    return f"{s.name}: " + " ".join([kind, *said, *(["integer"] if a.integer else [])])


def _interval(s: Symbol) -> str:
    i = s.assumptions.interval
    if i.hi is None:
        return f"{'>' if i.lo_open else '>='} {i.lo}"
    if i.lo is None:
        return f"{'<' if i.hi_open else '<='} {i.hi}"
    return f"in {i}"
