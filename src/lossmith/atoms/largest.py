"""The sum of the k largest entries, and which entries those are.

sumlargest(x, k) = max of s'x over 0 <= s <= 1 with sum(s) = k moved into [0, n]; a k between two
whole numbers takes its share of the next entry.  k = 1 is the largest entry, k = n the sum.
"""

# The arguments of a card's lambdas have no declared type: their number depends on the card.
# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

from typing import Any

from lossmith.atoms.arithmetic import larger
from lossmith.atoms.number import as_ball, hull
from lossmith.atoms.writing import ANY, facts, within
from lossmith.expr import build
from lossmith.expr.atom import Atom, Where, signature
from lossmith.expr.node import Expr
from lossmith.expr.sets import NONNEGATIVE, NONPOSITIVE, POSITIVE, closed
from lossmith.words import Words

_ROUGH = Words("where the k-th and the next largest entries tie", "第 k 大与下一个分量相等处")
_SOURCE = "Boyd & Vandenberghe 2004, example 3.6"


# Balls are python-flint objects, which carry no types.
def _smaller(a: Any, b: Any) -> Any:
    return -larger(-a, -b)


def _within_unit(share: Any) -> Any:
    return larger(share * 0, _smaller(share * 0 + 1, share))


def _descending(x: list[Any]) -> list[Any]:
    """Return the entries from the largest on: exchanges enclose, comparisons of balls need not."""
    found = list(x)
    for end in range(len(found) - 1, 0, -1):
        for i in range(end):
            a, b = found[i], found[i + 1]
            found[i], found[i + 1] = larger(a, b), _smaller(a, b)
    return found


def _sum_of_largest(x: list[Any], k: Any) -> Any:
    shares = [_within_unit(k - i) for i in range(len(x))]
    pairs = zip(shares, _descending(x), strict=True)
    return sum((s * v for s, v in pairs), k * 0)


def _shares(x: list[Any], k: Any) -> list[Any]:
    """Return the share of each entry: entries that tie for the last places divide them."""
    return [_share(x, v, k) for v in x]


def _share(x: list[Any], v: Any, k: Any) -> Any:
    above = sum(1 for u in x if u > v)
    ties = sum(1 for u in x if u is v or u == v)
    below = sum(1 for u in x if u < v)
    if above + ties + below < len(x):
        return hull(as_ball(k * 0), as_ball(k * 0 + 1))
    return _within_unit((k - above) / ties)


def _zero_slope(x: Expr) -> Expr:
    """Return 0 in the axes (batch, n, n)."""
    return build.const(0, (*x.shape, x.shape[-1]))


sumlargest = Atom(
    name="sumlargest",
    signature=signature("(n),()->()"),
    words=Words("the sum of the k largest entries", "最大的 k 个元素之和"),
    source=_SOURCE,
    ball=_sum_of_largest,
    rational=True,
    slopes=(lambda x, k: build.apply(among_largest, x, k), None),
    facts=(
        *facts("convex", "nondecreasing", "positively_homogeneous"),
        within("range_in", NONNEGATIVE, (Where(NONNEGATIVE), ANY)),
        within("range_in", POSITIVE, (Where(POSITIVE), Where(POSITIVE))),
        within("range_in", NONPOSITIVE, (Where(NONPOSITIVE), ANY)),
    ),
    rough=_ROUGH,
    subgradients=Words(
        "all g with 0 ≤ gᵢ ≤ 1 and Σ gᵢ = k that are 1 where zᵢ is above and 0 "
        "where it is below the k-th largest entry",
        "满足 0 ≤ gᵢ ≤ 1、Σ gᵢ = k 的全部 g：zᵢ 大于第 k 大的分量处为 1，小于处为 0",
    ),
    code={
        "numpy": (
            "(lambda x, k: np.sum(-np.sort(-x, axis=-1) * np.clip(np.asarray(k)[..., None]"
            " - np.arange(x.shape[-1]), 0.0, 1.0), axis=-1))({0}, {1})"
        ),
        "jax": (
            "(lambda x, k: jnp.sum(-jnp.sort(-x, axis=-1) * jnp.clip(jnp.asarray(k)[..., None]"
            " - jnp.arange(x.shape[-1]), 0.0, 1.0), axis=-1))({0}, {1})"
        ),
        "torch": "_sumlargest({0}, {1})",
        "numba": "_sumlargest({0}, {1})",
    },
    latex=r"\operatorname{{sumlargest}}({0}, {1})",
    unicode="sumlargest({0}, {1})",
    probe=(0.0, 1.0, 2.0, 800.0, 3e-200),
    aliases=("sum_largest",),
)

among_largest = Atom(
    name="among_largest",
    signature=signature("(n),()->(n)"),
    words=Words(
        "1 at the k largest entries and 0 elsewhere; entries that tie divide the last places",
        "在最大的 k 个元素处为 1，其余为 0；并列者平分余下的名额",
    ),
    source=_SOURCE,
    ball=_shares,
    rational=True,
    slopes=(lambda x, k: _zero_slope(x), None),
    range=closed(0, 1),
    rough=_ROUGH,
    code={
        "numpy": (
            "(lambda x, k: np.clip((np.asarray(k)[..., None] - np.sum(x[..., None, :]"
            " > x[..., :, None], axis=-1)) / np.sum(x[..., None, :] == x[..., :, None], axis=-1),"
            " 0.0, 1.0))({0}, {1})"
        ),
        "jax": (
            "(lambda x, k: jnp.clip((jnp.asarray(k)[..., None] - jnp.sum(x[..., None, :]"
            " > x[..., :, None], axis=-1)) / jnp.sum(x[..., None, :] == x[..., :, None], axis=-1),"
            " 0.0, 1.0))({0}, {1})"
        ),
        "torch": "_among_largest({0}, {1})",
        "numba": "_among_largest({0}, {1})",
    },
    latex=r"\operatorname{{among\_largest}}({0}, {1})",
    unicode="among_largest({0}, {1})",
    probe=(0.0, 1.0, 2.0, 800.0, 3e-200),
)
