"""What functions of the language build from their arguments, where it is more than one atom."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import reduce
from typing import Final

from lossmith.expr import build
from lossmith.expr.atom import Atom
from lossmith.expr.node import Expr
from lossmith.expr.types import Shape
from lossmith.text.functions.cards import card
from lossmith.text.functions.operators import Builder
from lossmith.text.functions.row import Args, Types

HALF: Final = Fraction(1, 2)


def of_first(f: Callable[[Expr], Expr]) -> Builder:
    """Build by a function of the one argument."""
    return lambda args, types, shape: f(args[0])


def to_power(p: Fraction) -> Builder:
    """Build x^p, entry by entry."""
    return lambda args, types, shape: build.power(args[0], p)


def apply_atom(atom: Atom) -> Builder:
    """Build the value of an atom; scalars are repeated along its batch."""

    def builder(args: Args, types: Types, shape: Shape) -> Expr:
        if atom.signature.is_entrywise:
            return build.entrywise(atom, *args)
        cores = atom.signature.inputs
        batches = [a.shape[: len(a.shape) - len(c)] for a, c in zip(args, cores, strict=True) if c]
        batch = max(batches, key=len, default=())
        spread = [
            a if core or a.shape else build.broadcast(a, batch)
            for a, core in zip(args, cores, strict=True)
        ]
        return build.apply(atom, *spread)

    return builder


def sum_of_abs(x: Expr) -> Expr:
    """Return sum |x_i|."""
    return build.total(build.entrywise(card("abs"), x))


def euclidean(x: Expr) -> Expr:
    """Return sqrt(sum x_i^2) over all entries."""
    if len(x.shape) > 2:
        return build.power(build.total(build.power(x, 2)), HALF)
    return build.apply(card(("abs", "norm2", "normF")[len(x.shape)]), x)


def spectral(x: Expr) -> Expr:
    """Return the largest singular value of a matrix, the Euclidean norm of a vector."""
    return build.apply(card("specnorm"), x) if len(x.shape) == 2 else euclidean(x)


def variance(x: Expr) -> Expr:
    """Return mean((x - mean(x))^2)."""
    centered = build.subtract(x, build.broadcast(build.mean(x), x.shape))
    return build.mean(build.power(centered, 2))


def entropy(x: Expr) -> Expr:
    """Return -sum x_i log x_i."""
    return build.negate(build.total(build.entrywise(card("xlogx"), x)))


def divergence(args: Args, types: Types, shape: Shape) -> Expr:
    """Build sum p_i log(p_i / q_i)."""
    return build.total(build.entrywise(card("rel_entr"), *args))


def extreme_entry(both: str, one: str) -> Builder:
    """Return the largest entry of one array, or the larger of several entry by entry."""

    def builder(args: Args, types: Types, shape: Shape) -> Expr:
        x = args[0]
        if len(args) > 1:
            return reduce(lambda a, b: build.entrywise(card(both), a, b), args)
        for _ in x.shape:  # a matrix row by row, then the column of results
            x = build.apply(card(one), x)
        return x

    return builder


def logarithm_to(base: int) -> Callable[[Expr], Expr]:
    """Return the logarithm to a base: log(x)/log(base)."""

    def builder(x: Expr) -> Expr:
        log = card("log")
        return build.divide(build.entrywise(log, x), build.apply(log, build.const(base)))

    return builder


def logit(x: Expr) -> Expr:
    """Return log(x / (1 - x))."""
    odds = build.divide(x, build.subtract(build.const(1, x.shape), x))
    return build.entrywise(card("log"), odds)


def with_default(name: str, value: Fraction) -> Builder:
    """Return the builder of an entrywise atom whose second argument may be left out."""

    def builder(args: Args, types: Types, shape: Shape) -> Expr:
        rest = args[1:] or (build.const(value),)
        return build.entrywise(card(name), args[0], *rest)

    return builder


def fill(args: Args, types: Types, shape: Shape) -> Expr:
    """Build an array whose entries are all the first argument."""
    return build.broadcast(args[0], shape)


def refused(args: Args, types: Types, shape: Shape) -> Expr:
    """Fail: what needs its own place in the elaborator is built there."""
    raise AssertionError("built by the elaborator")


def build_bars(of_number: str, of_matrix: str) -> Builder:
    """Return the builder of |x| or log|x|: of a matrix the determinant is meant."""

    def builder(args: Args, types: Types, shape: Shape) -> Expr:
        if types[0].kind == "m":
            return build.apply(card(of_matrix), args[0])
        size = build.entrywise(card("abs"), args[0])
        return size if of_number else build.entrywise(card("log"), size)

    return builder
