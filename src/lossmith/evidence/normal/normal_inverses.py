"""Steps to a normal form that take inverses away: inv(A B) = inv(B) inv(A), and A inv(A) = I.

Part of the trusted checker, as ``normal_steps``.
"""

from __future__ import annotations

from functools import reduce

from lossmith.atoms.table import ATOMS
from lossmith.evidence.arithmetic.domains import always_evaluated, keeps_domain
from lossmith.evidence.normal.normal_terms import everywhere, named
from lossmith.expr.build import add, apply, delta, matmul, scale, transpose
from lossmith.expr.node import Add, Apply, Contract, Expr, Symbol
from lossmith.expr.ranges import enclosure
from lossmith.expr.walk import substitute, symbols
from lossmith.rules.rule import formal


@everywhere(Apply)
def inverses(e: Apply) -> Expr:
    """inv(inv(A)) = A; inv of multiples and of products; logdet(inv(A)) = -logdet(A).

    det(inv(A)) = 1/det(A) has a logarithm where det(A) has one.
    """
    if e.atom.name not in ("inv", "logdet"):
        return e
    (u,) = e.args
    a = named(u, "inv")
    if e.atom.name == "logdet":
        return e if a is None else scale(-1, apply(e.atom, a))
    if isinstance(u, Add) and len(u.terms) == 1:
        c, t = u.terms[0]
        return scale(1 / c, apply(e.atom, t))
    return a or _of_product(u) or e


def _of_product(u: Expr) -> Expr | None:
    """Return inv(A B) = inv(B) inv(A) of square matrices, and inv(A') = inv(A)'.

    The factors are read along the product from its first axis; that they make it up is asked.
    """
    if not isinstance(u, Contract) or len(u.shape) != 2:
        return None
    at, left, turned = 0, list(u.factors), list[tuple[Expr, bool]]()
    while (link := next((x for x in left if len(x[1]) == 2 and at in x[1]), None)) is not None:
        left.remove(link)
        f, (i, j), _ = link
        turned.append((f, i != at))
        at = j if i == at else i
    if not turned or any(f.shape != u.shape for f, _ in turned):
        return None
    chain = [transpose(f) if turn else f for f, turn in turned]
    inverted = [(apply(ATOMS["inv"], f), turn) for f, turn in reversed(turned)]
    back = [transpose(f) if turn else f for f, turn in inverted]
    return reduce(matmul, back) if reduce(matmul, chain) is u else None


def hole(a: Expr) -> Symbol:
    """Return what stands for A inv(A), and for I, in the q of ``cancelled``."""
    return formal("hole", a.shape)


def cancelled(e: Expr, part: Expr, q: Expr, a: Expr, side: str) -> Expr:
    """Put part + q(I) - q(A inv(A)) for a part of e, or inv(A) A for ``side`` "right".

    Any q will do, since A inv(A) = I where inv(A) has a value: the part must ask for that value,
    and for all values that q asks for.
    """
    inverse, z = apply(ATOMS["inv"], a), hole(a)
    unit = matmul(inverse, a) if side == "right" else matmul(a, inverse)
    asked = inverse in always_evaluated(part) and keeps_domain(q, lambda s: s, part, enclosure)
    if len(a.shape) != 2 or z in symbols(part) or not asked:
        return e
    one, other = substitute(q, {z: delta(a.shape[0])}), substitute(q, {z: unit})
    return substitute(e, {part: add(part, one, (-1, other))})
