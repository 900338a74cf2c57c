"""Neighbors in a vector: the next entry and the first difference, both as long as the vector.

What would stand behind the last entry is 0, so that lengths stay n. Whoever sums over i < n masks
the last place by ``shift(1)``, which is 1 for i < n and 0 at the end.
"""

# The arguments of a card's lambdas have no declared type: their number depends on the card.
# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

from itertools import pairwise
from typing import Any

from lossmith.atoms.vector import swapped_last, unit_tensor
from lossmith.atoms.writing import facts, within
from lossmith.expr import build
from lossmith.expr.atom import Atom, Where, signature
from lossmith.expr.sets import NONNEGATIVE, NONPOSITIVE
from lossmith.words import Words

_MAP = signature("(n)->(n)")
_LAST = "np.arange(np.shape({0})[-1]) < np.shape({0})[-1] - 1"
_LAST_JAX = _LAST.replace("np.", "jnp.")
_LAST_TORCH = "torch.arange({0}.shape[-1]) < {0}.shape[-1] - 1"


# Balls are python-flint objects, which carry no types.
def _next(x: Any) -> Any:
    return [*x[1:], *(type(e)(0) for e in x[:1])]


def _steps(x: Any) -> Any:
    return [*(b - a for a, b in pairwise(x)), *(type(e)(0) for e in x[:1])]


shift = Atom(
    name="shift",
    signature=_MAP,
    words=Words("the next entries x_2, ..., x_n, 0", "后一个元素 x_2, ……, x_n, 0"),
    source="standard",
    ball=_next,
    rational=True,
    # d shift(x)[i]/d x[j] = 1 for j = i + 1: the shifted rows of the unit matrix, transposed.
    slopes=(lambda x: swapped_last(build.apply(shift, unit_tensor(x))),),
    facts=(
        *facts("affine", "convex", "concave", "nondecreasing", "smooth"),
        within("range_in", NONNEGATIVE, (Where(NONNEGATIVE),)),
        within("range_in", NONPOSITIVE, (Where(NONPOSITIVE),)),
    ),
    code={
        "numpy": f"np.where({_LAST}, np.roll({{0}}, -1, axis=-1), 0.0)",
        "jax": f"jnp.where({_LAST_JAX}, jnp.roll({{0}}, -1, axis=-1), 0.0)",
        "torch": f"torch.where({_LAST_TORCH}, torch.roll({{0}}, -1, dims=-1), 0.0)",
        "numba": "_shift({0})",
    },
    latex=r"\operatorname{{shift}}({0})",
    unicode="shift({0})",
    probe=(0.0, 1.0, -1.0, 800.0, -3e-200),
)

diff = Atom(
    name="diff",
    signature=_MAP,
    words=Words(
        "the steps x_2 - x_1, ..., x_n - x_{n-1}, and 0 at the end",
        "相邻差 x_2 - x_1, ……, x_n - x_{n-1}，末尾补 0",
    ),
    source="Rudin, Osher & Fatemi 1992 (total variation); Tibshirani et al. 2005 (fused lasso)",
    ball=_steps,
    rational=True,
    slopes=(lambda x: swapped_last(build.apply(diff, unit_tensor(x))),),
    facts=facts("affine", "convex", "concave", "smooth"),
    code={
        "numpy": f"np.where({_LAST}, np.roll({{0}}, -1, axis=-1) - {{0}}, 0.0)",
        "jax": f"jnp.where({_LAST_JAX}, jnp.roll({{0}}, -1, axis=-1) - {{0}}, 0.0)",
        "torch": f"torch.where({_LAST_TORCH}, torch.roll({{0}}, -1, dims=-1) - {{0}}, 0.0)",
        "numba": "_diff({0})",
    },
    latex=r"\operatorname{{diff}}({0})",
    unicode="diff({0})",
    probe=(0.0, 1.0, -1.0, 800.0, -3e-200),
)
