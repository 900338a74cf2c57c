"""Random products and sums of them, with every shape of factor graph."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import reject
from hypothesis import strategies as st

from lossmith.atoms.table import ATOMS
from lossmith.errors import DomainError
from lossmith.expr import build
from lossmith.expr.node import symbol
from lossmith.expr.sets import POSITIVE
from lossmith.expr.types import Assumptions

SIZES = {"n": 3, "d": 2}
_ABOVE_ZERO = Assumptions(interval=POSITIVE)
_SHAPES = {
    "lam": (), "b": (), "u": ("n",), "y": ("n",), "w": ("d",), "x": ("d",), "X": ("n", "d"),
    "Z": ("n", "d"), "A": ("d", "d"), "B": ("d", "n"), "K": ("n", "n"),
}  # fmt: skip
SYMBOLS = {name: symbol(name, shape, _ABOVE_ZERO) for name, shape in _SHAPES.items()}
SYMBOLS["S"] = symbol("S", ("d", "d"), Assumptions(POSITIVE, structure=frozenset({"symmetric"})))
DECLARE = {
    s.name: {0: "scalar", 1: f"vector({', '.join(s.shape)})", 2: f"matrix({', '.join(s.shape)})"}[
        len(s.shape)
    ]
    + (" symmetric" if s.name == "S" else "")
    + " > 0"
    for s in SYMBOLS.values()
}


def values(seed=7):
    """Return arrays for the symbols, positive and without symmetry but for S."""
    rng = np.random.default_rng(seed)
    found = {
        name: rng.uniform(0.5, 1.5, [SIZES[d] for d in s.shape]) for name, s in SYMBOLS.items()
    }
    found["S"] = found["S"] + found["S"].T
    return found


_EXPONENTS = [Fraction(1)] * 6 + [Fraction(2), Fraction(-1), Fraction(1, 2), Fraction(-3, 2)]


@st.composite
def products(draw, parts, rank=None):
    """Return a product of ``parts`` (a function of the wanted shape is not needed: any factor)."""
    factors = draw(st.lists(parts, min_size=1, max_size=5))
    pool = {"n": [10, 11, 12], "d": [20, 21, 22]}
    used: dict[int, str] = {}
    rows = []
    for e in factors:
        labels = tuple(draw(st.sampled_from(pool[d])) for d in e.shape)
        used |= dict(zip(labels, e.shape, strict=True))
        rows.append((e, labels, draw(st.sampled_from(_EXPONENTS))))
    wanted = draw(st.integers(0, 2)) if rank is None else rank
    out = draw(st.permutations(sorted(used)))[:wanted]
    try:
        return build.contract(rows, tuple(out))
    except DomainError:  # 0 to a negative power, the root of a negative number
        return reject()


leaves = st.sampled_from(list(SYMBOLS.values()))


@st.composite
def _sum(draw, parts):
    first = draw(parts)
    terms = [(draw(_COEFFICIENTS), first)]
    for _ in range(draw(st.integers(1, 2))):
        second = draw(parts)
        if second.shape == first.shape:
            terms.append((draw(_COEFFICIENTS), second))
        elif not second.shape:
            terms.append((draw(_COEFFICIENTS), build.broadcast(second, first.shape)))
    if draw(st.booleans()):
        terms.append((draw(_COEFFICIENTS), build.const(1, first.shape)))
    return build.add(*terms)


_COEFFICIENTS = st.sampled_from(
    [Fraction(c) for c in (1, 1, -1, 2, -2, "1/2", "-1/2", "1/10", "3/7", 5)]
)


@st.composite
def _function(draw, parts):
    e = draw(parts)
    name = draw(st.sampled_from(["exp", "tanh", "sigmoid", "abs", "softplus"]))
    return build.entrywise(ATOMS[name], e)


def _extend(parts):
    return st.one_of(products(parts), products(parts), _sum(parts), _function(parts))


formulas = st.recursive(leaves, _extend, max_leaves=8)
tensors = products(leaves, rank=3) | products(leaves, rank=4)
