"""``n!``, ``Gamma(x)`` and ``binom(n, k)``, by the logarithm of the gamma function.

Their logarithms are read without a detour: log(n!) is lgamma(n + 1), which does not overflow.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from lossmith.expr import build
from lossmith.expr.node import Expr
from lossmith.expr.types import Shape
from lossmith.text.functions.cards import card
from lossmith.text.functions.operators import Builder, Rule
from lossmith.text.functions.row import Args, Function, Types
from lossmith.text.syntax.syntax import Syntax, pruned
from lossmith.text.syntax.typed import Sizes, Type, common
from lossmith.words import Words

_LOGARITHMS: Final = frozenset({"log", "ln"})
_OF_LOGARITHM: Final = {"factorial": "log|factorial", "Gamma": "lgamma", "binom": "log|binom"}


def plain_logarithms(syntax: Syntax) -> Syntax:
    """Return the syntax with log(n!), log(Gamma(x)), log(binom(n, k)) as one function each."""
    nodes = list(syntax.nodes)
    for k, node in enumerate(nodes):
        if node.kind == "call" and node.name in _LOGARITHMS and len(node.args) == 1:
            inner = nodes[node.args[0]]
            if inner.kind == "call" and inner.name in _OF_LOGARITHM:
                nodes[k] = replace(node, name=_OF_LOGARITHM[inner.name], args=inner.args)
    return pruned(syntax, nodes)


def _rule(name: str) -> Rule:
    def rule(types: Types, sizes: Sizes) -> Type:
        return common(name, types, sizes)

    return rule


def _lgamma(x: Expr) -> Expr:
    return build.entrywise(card("lgamma"), x)


def _log_factorial(x: Expr) -> Expr:
    return _lgamma(build.add(x, build.const(1, x.shape)))


def _log_binomial(args: Args, types: Types, shape: Shape) -> Expr:
    n, k = (build.broadcast(a, shape) for a in args)
    below = [(-1, _log_factorial(x)) for x in (k, build.subtract(n, k))]
    return build.add((1, _log_factorial(n)), *below)


def _exp(log: Builder) -> Builder:
    return lambda args, types, shape: build.entrywise(card("exp"), log(args, types, shape))


def _of(f: Callable[[Expr], Expr]) -> Builder:
    return lambda args, types, shape: f(args[0])


def _says(words: Words) -> Callable[[Types], Words | None]:
    return lambda types: words


_FACTORIAL: Final = _says(Words("x! is exp(lgamma(x + 1)), for x > -1",
                                "x! 即 exp(lgamma(x + 1))，要求 x > -1"))  # fmt: skip
_BINOMIAL: Final = _says(Words("binom(n, k) is n!/(k!*(n - k)!), by lgamma",
                               "binom(n, k) 即 n!/(k!*(n - k)!)，由 lgamma 给出"))  # fmt: skip

FACTORIALS: Final = (
    Function("Gamma", _rule("Gamma"), _exp(_of(_lgamma)),
             note=_says(Words("Gamma(x) is exp(lgamma(x)), for x > 0",
                              "Gamma(x) 即 exp(lgamma(x))，要求 x > 0"))),
    Function("factorial", _rule("factorial"), _exp(_of(_log_factorial)), note=_FACTORIAL),
    Function("log|factorial", _rule("factorial"), _of(_log_factorial), note=_FACTORIAL),
    Function("binom", _rule("binom"), _exp(_log_binomial), 2, 2, note=_BINOMIAL),
    Function("log|binom", _rule("binom"), _log_binomial, 2, 2, note=_BINOMIAL),
)  # fmt: skip
"""Rows of the table of functions."""

__all__ = ["FACTORIALS", "plain_logarithms"]
