"""The value of an expression in NumPy, by the definition of each kind: the printers' oracle."""

from __future__ import annotations

import numpy as np
from scipy import special

from lossmith.expr.node import Add, Apply, Const, Contract, Delta, Select, Symbol
from lossmith.expr.walk import postorder

FUNCTIONS = {
    "abs": np.abs,
    "exp": np.exp,
    "log": np.log,
    "sigmoid": special.expit,
    "tanh": np.tanh,
    "max": np.maximum,
    "min": np.minimum,
    "power": np.power,
    "softplus": lambda z: np.logaddexp(0, z),
    "softmax": lambda z: special.softmax(z, axis=-1),
    "logsumexp": lambda z: special.logsumexp(z, axis=-1),
    "maxentry": lambda z: np.max(z, axis=-1),
    "norm2": lambda z: np.linalg.norm(z, axis=-1),
    "normF": np.linalg.norm,
    "inv": np.linalg.inv,
    "logdet": lambda a: np.linalg.slogdet(a)[1],
    "det": np.linalg.det,
}

_RELATIONS = {">": np.greater, ">=": np.greater_equal, "==": np.equal, "!=": np.not_equal}


def value_of(expr, values, sizes):
    """Return the array of expr; values: by symbol name; sizes: by letter."""

    def shape(e):
        return tuple(d if isinstance(d, int) else sizes[d] for d in e.shape)

    done = {}
    for e in postorder(expr):
        match e:
            case Const():
                done[e] = np.full(shape(e), float(e.value))
            case Symbol():
                done[e] = np.asarray(values[e.name], float)
            case Delta():
                done[e] = np.eye(shape(e)[0])
            case Add():
                done[e] = sum(float(c) * done[t] for c, t in e.terms)
            case Contract():
                operands = []
                for f, labels, p in e.factors:
                    operands += [_power(done[f], p), list(labels)]
                done[e] = np.einsum(*operands, list(range(e.rank)))
            case Apply():
                done[e] = FUNCTIONS[e.atom.name](*(done[a] for a in e.args))
            case Select():
                result = done[e.otherwise]
                for guard, then in reversed(e.cases):
                    holds = np.ones(shape(e), bool)
                    for c in guard:
                        holds &= _RELATIONS[c.relation](done[c.expr], 0)
                    result = np.where(holds, done[then], result)
                done[e] = result
    return done[expr]


def _power(base, p):
    if p.denominator == 1:
        return base ** float(p)
    if p.denominator % 2:
        sign = np.sign(base) if p.numerator % 2 else 1
        return sign * np.abs(base) ** float(p)
    return base ** float(p)
