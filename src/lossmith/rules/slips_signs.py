"""Wrong signs: of a term, of a bracket, of an argument; a complement forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lossmith.atoms.activation import sigmoid
from lossmith.expr.build import (
    add,
    apply,
    const,
    multiply,
    negate,
    scale,
    subtract,
)
from lossmith.expr.node import (
    Add,
    Apply,
    Const,
    Contract,
    Expr,
    Symbol,
)
from lossmith.expr.walk import substitute
from lossmith.rules.slip import (
    A_,
    B_,
    ONE,
    TWO,
    X_,
    Slip,
    rebuilt,
)
from lossmith.words import Words


def _sign_of_term(e: Expr) -> Iterator[Expr]:
    if isinstance(e, Add) and len(e.terms) > 1:
        for k in range(len(e.terms)):
            yield add(*((-c if j == k else c, t) for j, (c, t) in enumerate(e.terms)))


def _sign_of_whole(e: Expr) -> Iterator[Expr]:
    yield negate(e)


def _outer_minus(e: Expr) -> Iterator[Expr]:
    """-(a + b) -> -a + b: of several terms under one minus, some lose it."""
    if not isinstance(e, Add):
        return
    if len(e.terms) > 1 and all(c < 0 for c, _ in e.terms):
        for k in range(len(e.terms)):
            yield add(*((c if j == k else -c, t) for j, (c, t) in enumerate(e.terms)))
    if len(e.terms) == 1 and e.terms[0][0] < 0:
        for bracket in _brackets(e.terms[0][1]):
            # Where the terms of the bracket have both signs, its minus may be none of the user's.
            for wrong in _sign_of_term(bracket) if all(c > 0 for c, _ in bracket.terms) else ():
                yield substitute(e, {bracket: wrong})


def _brackets(e: Expr) -> Iterator[Add]:
    """Yield the sums in a product, inside its groups too, but not inside functions."""
    waiting = [e]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Add) and len(node.terms) > 1:
            yield node
        elif isinstance(node, Contract):
            waiting += [f for f, _, p in node.factors if p == 1]


def _bracket_minus(e: Expr) -> Iterator[Expr]:
    """s (a + b) -> s a - s b in a product with a sum: the minus in front took one term only."""
    if not isinstance(e, Contract):
        return
    for k, (f, labels, p) in enumerate(e.factors):
        if p == 1 and isinstance(f, Add) and len(f.terms) > 1:
            for wrong in _sign_of_term(f):
                rest = [g for j, g in enumerate(e.factors) if j != k]
                yield rebuilt(e, [*rest, (wrong, labels, ONE)])


def _sign_of_argument(e: Expr) -> Iterator[Expr]:
    if isinstance(e, Apply) and e.atom.signature.is_entrywise and e.atom.arity == 1:
        yield apply(e.atom, negate(e.args[0]))


def _complement(e: Expr) -> Iterator[Expr]:
    """u -> 1 - u, for a symbol or a function."""
    if isinstance(e, Symbol | Apply):
        yield subtract(const(1, e.shape), e)


def _plus_one(e: Expr) -> Iterator[Expr]:
    """1 - u -> 1 + u, and u alone: the complement forgotten."""
    if isinstance(e, Add) and len(e.terms) == 2:
        for k, (_, t) in enumerate(e.terms):
            c, other = e.terms[1 - k]
            if isinstance(t, Const) and c < 0:
                yield scale(-c, other)


SIGN_SLIPS: Final[tuple[Slip, ...]] = (
    Slip(
        "missing-outer-minus",
        Words(
            "the minus in front of the bracket reached only one of its terms",
            "括号前的负号只作用到了其中一项",
        ),
        _outer_minus,
        negate(add(A_, B_)),
        subtract(B_, A_),
        TWO,
    ),
    Slip(
        "sign-of-whole",
        Words("the sign of the whole is reversed", "整个式子的符号反了"),
        _sign_of_whole,
        X_,
        negate(X_),
        TWO,
        undo=_sign_of_whole,
        whole=True,
    ),
    Slip(
        "sign-of-argument",
        Words("the sign inside the function is reversed", "函数自变量的符号反了"),
        _sign_of_argument,
        apply(sigmoid, X_),
        apply(sigmoid, negate(X_)),
        TWO,
        generality=1,
        undo=_sign_of_argument,
    ),
    Slip(
        "complement-forgotten",
        Words("1 − u was taken for u", "把 1 − u 写成了 u"),
        _plus_one,
        subtract(const(1), X_),
        X_,
        TWO,
        generality=1,
        undo=_complement,
    ),
    Slip(
        "sign-of-term",
        Words("the sign of one term is reversed", "其中一项的符号反了"),
        _sign_of_term,
        subtract(A_, B_),
        add(A_, B_),
        TWO,
        generality=1,
        undo=_sign_of_term,
    ),
    Slip(
        "sign-in-bracket",
        Words("a sign inside the bracket is reversed", "括号内有一项的符号反了"),
        _bracket_minus,
        multiply(X_, subtract(A_, B_)),
        multiply(X_, add(A_, B_)),
        TWO,
        generality=1,
        undo=_bracket_minus,
    ),
)
