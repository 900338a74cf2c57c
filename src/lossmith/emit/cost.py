"""What a product with a structured map, and a solve by it, cost: polynomials in the sizes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import assert_never

from lossmith.expr.operator import (
    Blocks,
    Dense,
    Diagonal,
    Gram,
    Kronecker,
    LowRank,
    ScaledIdentity,
    Structured,
    Sum,
    as_unit,
)
from lossmith.expr.types import Dim

Cost = tuple[tuple[int, tuple[Dim, ...]], ...]
"""Terms: a count, and the sizes that are multiplied."""

_SIGNS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def term(*sizes: Dim, count: int = 1) -> Cost:
    """Return count times a product of sizes."""
    return ((count, sizes),)


def product_cost(s: Structured) -> Cost:
    """Return how many multiplications the product of a map with a vector takes."""
    shape = s.shape
    match s:
        case ScaledIdentity() | Diagonal():
            return term(*shape)
        case LowRank():
            return term(*shape, count=2)
        case Gram():
            other = shape[: s.axis] + shape[s.axis + 1 :]
            return (*term(*s.matrix.shape, *other, count=2), *product_cost(s.core))
        case Kronecker():
            return kronecker_sides(s, 2)
        case Blocks():
            outer, inner, _ = s.matrices.shape
            return term(outer, inner, inner)
        case Dense():
            return term(*shape, *shape)
        case Sum():
            return tuple(part for t in s.terms for part in product_cost(t))
        case _:
            assert_never(s)


def kronecker_sides(t: Kronecker, power: int) -> Cost:
    """Return the cost of both sides in turn: size^power times the other size, units for nothing.

    power: 2 for products; 3 for factorizations, which do not meet the other size.
    """
    p, q = t.shape
    sides = [(as_unit(t.left)[1], p, q), (as_unit(t.right)[1], q, p)]
    found = [(own, other) for unit, own, other in sides if not unit]
    if power == 2:
        return tuple((1, (own, own, other)) for own, other in found) or term(p, q)
    return tuple((1, (own,) * 3) for own, _ in found) + term(p, q)


def cost_text(cost: Iterable[tuple[int, tuple[Dim, ...]]]) -> str:
    """Return a polynomial with the largest powers first: 2mn + n."""
    terms: Counter[tuple[str, ...]] = Counter()
    for count, sizes in cost:
        for d in sizes:
            count *= d if isinstance(d, int) else 1
        terms[tuple(sorted(d for d in sizes if isinstance(d, str)))] += count
    ordered = sorted(terms.items(), key=lambda item: (-len(item[0]), item[0]))
    return " + ".join(_monomial(count, letters) for letters, count in ordered)


def order_text(cost: Cost) -> str:
    """Return the order of a cost: the products of sizes that no other one exceeds."""
    letters = {tuple(sorted(d for d in sizes if isinstance(d, str))) for _, sizes in cost}
    kept = [a for a in letters if not any(a != b and Counter(a) <= Counter(b) for b in letters)]
    return cost_text((1, sizes) for sizes in kept)


def _monomial(count: int, letters: tuple[str, ...]) -> str:
    text = "".join(
        d if n == 1 else f"{d}{str(n).translate(_SIGNS)}" for d, n in Counter(letters).items()
    )
    return text if count == 1 and text else f"{count}{text}"
