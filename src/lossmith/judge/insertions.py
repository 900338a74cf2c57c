"""What was left out of a line: a factor or a term of what is right, at any place of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import combinations
from typing import Final

from lossmith.errors import LossmithError
from lossmith.expr.build import add, broadcast, const, multiply, power, scale
from lossmith.expr.node import Add, Const, Contract, Delta, Expr
from lossmith.expr.walk import postorder, substitute
from lossmith.judge.match import Matcher
from lossmith.judge.naming import Naming, Wrong
from lossmith.words import Words

_MOST: Final = 800


def inserted(wrong: Wrong) -> Iterator[Naming]:
    """Yield that a factor, or a term, put in at one place makes the line right.

    Cost: an evaluation of the line for each part and place.
    """
    sources = (wrong.good, wrong.truth, *wrong.forms)
    matcher = Matcher(wrong.truth, (wrong.expr,))
    for name, words, score, parts in (
        ("factor-dropped", _FACTOR, 2.3, _factors(sources)),
        ("term-dropped", _TERM, 2.4, _terms(sources)),
    ):
        matcher.refreshed()
        for node, mended, whole in _mended(wrong.expr, parts, name == "factor-dropped"):
            if matcher.is_spent:
                break
            if matcher.fits(whole):
                wrote, instead = (None, None) if node is wrong.expr else (node, mended)
                yield Naming(name, words, score, wrote, instead, whole)
                break


def _mended(
    expr: Expr, parts: tuple[Expr, ...], as_factor: bool
) -> Iterator[tuple[Expr, Expr, Expr]]:
    """Yield (node, the node with a part, the whole with that) for all places and parts."""
    made = 0
    for node in reversed(list(postorder(expr))):
        if isinstance(node, Delta) or (isinstance(node, Const) and as_factor):
            continue
        for part in parts:
            if part.shape not in ((), node.shape):
                continue
            for exponent, sign in ((1, 1), (-1, 1), (1, -1)):
                with suppress(LossmithError, ZeroDivisionError, AssertionError):
                    if as_factor:
                        mended = scale(sign, multiply(node, power(part, exponent)))
                    elif exponent < 0:
                        continue
                    else:
                        mended = add(node, (sign, broadcast(part, node.shape)))
                    made += 1
                    yield node, mended, substitute(expr, {node: mended})
                if made > _MOST:
                    return


def _factors(sources: tuple[Expr, ...]) -> tuple[Expr, ...]:
    found: dict[Expr, None] = {}
    for e in postorder(*sources):
        if isinstance(e, Contract):
            for f, _, p in e.factors:
                if not isinstance(f, Const | Delta):
                    found[f if p in (1, -1) else power(f, p)] = None
                    found[f] = None
    return tuple(found)


def _terms(sources: tuple[Expr, ...]) -> tuple[Expr, ...]:
    found: dict[Expr, None] = {const(1): None}
    for e in postorder(*sources):
        if isinstance(e, Add) and len(e.terms) > 1:
            found |= {add((c if c > 0 else -c, t)): None for c, t in e.terms}
            if 2 < len(e.terms) < 6:
                found |= {add(*two): None for two in combinations(e.terms, 2)}
    return tuple(found)


_FACTOR: Final = Words("a factor was dropped", "漏掉了一个因子")
_TERM: Final = Words("a term was dropped", "漏掉了一项")
