"""The only traversals of expressions. None recurses, so depth is bounded by memory alone."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from typing import assert_never

from lossmith.expr import build
from lossmith.expr.node import (
    Add,
    Apply,
    Comparison,
    Const,
    Contract,
    Delta,
    Expr,
    Select,
    Symbol,
    children,
)


def postorder(*roots: Expr, done: Container[Expr] = ()) -> Iterator[Expr]:
    """Yield every distinct sub-expression once, children before parents.

    done: those that are passed over, with all that only they hold.
    """
    seen: set[bytes] = set()
    stack: list[tuple[Expr, bool]] = [(r, False) for r in reversed(roots)]
    while stack:
        expr, expanded = stack.pop()
        if expanded:
            yield expr
            continue
        if expr.digest in seen or expr in done:
            continue
        seen.add(expr.digest)
        stack.append((expr, True))
        stack.extend((c, False) for c in reversed(children(expr)))


def symbols(*roots: Expr) -> tuple[Symbol, ...]:
    """Return the symbols that occur, by name."""
    found = {e for e in postorder(*roots) if isinstance(e, Symbol)}
    return tuple(sorted(found, key=lambda s: s.name))


def depends_on(root: Expr, wrt: Iterable[Symbol]) -> bool:
    """Return whether any of the symbols occurs."""
    wanted = set(wrt)
    return any(e in wanted for e in postorder(root))


def dependents(root: Expr, wrt: Iterable[Symbol]) -> set[Expr]:
    """Return all sub-expressions in which one of the symbols occurs."""
    wanted = set(wrt)
    found: set[Expr] = set()
    for e in postorder(root):
        if e in wanted or any(c in found for c in children(e)):
            found.add(e)
    return found


def rebuild(expr: Expr, new: tuple[Expr, ...]) -> Expr:
    """Return the expression with its children replaced, through the canonical constructors."""
    match expr:
        case Const() | Symbol() | Delta():
            return expr
        case Add():
            pairs = zip(expr.terms, new, strict=True)
            return build.add(*((c, e) for (c, _), e in pairs), shape=expr.shape)
        case Contract():
            pairs = zip(expr.factors, new, strict=True)
            return build.contract(
                [(e, labels, p) for (_, labels, p), e in pairs], tuple(range(expr.rank))
            )
        case Apply():
            return build.apply(expr.atom, *new)
        case Select():
            rest = iter(new)
            cases = [
                (tuple(Comparison(next(rest), c.relation) for c in guard), next(rest))
                for guard, _ in expr.cases
            ]
            return build.select(cases, next(rest))
        case _:
            assert_never(expr)


def map_up(root: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """Return root with ``change`` applied to every sub-expression, innermost first."""
    done: dict[Expr, Expr] = {}
    for e in postorder(root):
        old = children(e)
        new = tuple(done[c] for c in old)
        same = all(a is b for a, b in zip(old, new, strict=True))
        done[e] = change(e if same else rebuild(e, new))
    return done[root]


def substitute(root: Expr, replacements: Mapping[Expr, Expr]) -> Expr:
    """Return root with each key replaced by its value (shapes must agree)."""
    if not replacements:
        return root
    done: dict[Expr, Expr] = {}
    for e in postorder(root):
        if e in replacements:
            done[e] = replacements[e]
            continue
        old = children(e)
        new = tuple(done[c] for c in old)
        same = all(a is b for a, b in zip(old, new, strict=True))
        done[e] = e if same else rebuild(e, new)
    return done[root]


def count(root: Expr) -> int:
    """Return the number of distinct sub-expressions."""
    return sum(1 for _ in postorder(root))
