"""Values of formulas in plain NumPy: a second route to what the checker says of tensor products.

Sums, products, unit tensors and a dozen cards, in doubles; the names of sizes are one number each.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from lossmith.expr.node import Add, Apply, Const, Contract, Delta, Expr, Select, Symbol
from lossmith.expr.walk import postorder

Values = Mapping[Symbol, Any]

CARDS: Mapping[str, Callable[..., Any]] = {
    "abs": np.abs,
    "specnorm": lambda a: np.linalg.norm(a, 2),
    "lambda_min": lambda a: np.linalg.eigvalsh(a)[0],
    "minentry": np.min,
    "norminf": lambda v: np.max(np.abs(v)),
    "exp": np.exp,
    "cosh": np.cosh,
    "sin": np.sin,
    "log": np.log,
    "sign": np.sign,
    "max": np.maximum,
    "min": np.minimum,
    "normpdf": lambda x: np.exp(-x * x / 2) / np.sqrt(2 * np.pi),
    "softplus": lambda z: np.logaddexp(0, z),
    "power": np.power,
    "prod": lambda v: np.prod(v),
}

HOLDS: Mapping[str, Callable[[Any], Any]] = {
    ">": lambda x: x > 0,
    ">=": lambda x: x >= 0,
    "==": lambda x: x == 0,
    "!=": lambda x: x != 0,
}


def value(root: Expr, at: Values, sizes: Mapping[str, int]) -> Any:
    """Return the entries of root as an array; nan where a power has no value."""
    found: dict[Expr, Any] = {}
    with np.errstate(all="ignore"):
        for e in postorder(root):
            found[e] = _value(e, found, at, sizes)
    return found[root]


def _value(e: Expr, found: Mapping[Expr, Any], at: Values, sizes: Mapping[str, int]) -> Any:
    shape = tuple(d if isinstance(d, int) else sizes[d] for d in e.shape)
    match e:
        case Const():
            return np.full(shape, float(e.value))
        case Symbol():
            return at[e]
        case Delta():
            return np.eye(*shape)
        case Add():
            return sum(float(c) * found[t] for c, t in e.terms)
        case Contract():
            # A factor for each axis, though no other may reach it.
            parts: list[Any] = [np.ones(n) for n in shape]
            labels: list[Sequence[int]] = [(k,) for k in range(len(shape))]
            for f, own, p in e.factors:
                parts.append(_power(found[f], p))
                labels.append(own)
            pairs = [x for pair in zip(parts, labels, strict=True) for x in pair]
            return np.einsum(*pairs, list(range(len(shape))))
        case Apply() if e.atom.name in CARDS:
            return CARDS[e.atom.name](*(found[a] for a in e.args))
        case Apply():
            assert e.atom.meaning is not None, e.atom
            return value(e.atom.meaning(*e.args), at, sizes)
        case Select():
            chosen = found[e.otherwise]
            for guard, own in reversed(e.cases):
                holds = np.logical_and.reduce([HOLDS[c.relation](found[c.expr]) for c in guard])
                chosen = np.where(holds, found[own], chosen)
            return chosen


def _power(x: Any, p: Any) -> Any:
    if p.denominator % 2 and p.denominator > 1:
        return np.sign(x) ** (p.numerator % 2) * np.abs(x) ** float(p)
    return x if p == 1 else x ** float(p)


def drawn(draw: random.Random, s: Symbol, sizes: Mapping[str, int]) -> Any:
    """Return a value that keeps what is declared of the symbol; often at the ends of its set."""
    shape = tuple(d if isinstance(d, int) else sizes[d] for d in s.shape)
    count = int(np.prod(shape))
    entries = np.array([_entry(draw, s) for _ in range(count)]).reshape(shape)
    known = s.assumptions
    if known.has("orthogonal"):
        return np.linalg.qr(entries)[0]
    if known.has("psd"):
        return entries @ entries.T + (np.eye(shape[0]) / 4 if known.has("pd") else 0)
    return (entries + entries.T) / 2 if known.has("symmetric") else entries


def _entry(draw: random.Random, s: Symbol) -> float:
    a = s.assumptions
    if a.values is not None:
        return float(draw.choice(a.values))
    lo = -3.0 if a.interval.lo is None else float(a.interval.lo)
    hi = max(lo, 0) + 3.0 if a.interval.hi is None else float(a.interval.hi)
    if draw.random() < 0.4:
        lo = hi = draw.choice((lo + (hi - lo) / 64 * a.interval.lo_open, hi))
    return lo + (hi - lo) * draw.random()
