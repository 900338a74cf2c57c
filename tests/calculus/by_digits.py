"""Reference values by mpmath: functions written by hand, differentiated by central differences.

Arrays are NumPy arrays of mpf. With 80 digits and steps of 1e-20 the differences are good to some
35 digits; far out, where exponentials underflow, ``digits`` and ``steps`` grow.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import mpmath as mp
import numpy as np

# Arrays of Python objects have no types that tell more.
Array = Any


def _mapped(f: Callable[..., Any], arity: int = 1) -> Callable[..., Array]:
    return np.frompyfunc(f, arity, 1)


def _matrix(a: Array) -> Any:
    return mp.matrix(np.asarray(a, dtype=object).tolist())


def _inverse(a: Array) -> Array:
    m = _matrix(a) ** -1
    return np.array([[m[i, j] for j in range(m.cols)] for i in range(m.rows)], dtype=object)


def _total(a: Array, axis: int | None = None) -> Array:
    return np.sum(np.asarray(a, dtype=object), axis=axis)


_exp = _mapped(mp.exp)

NAMES: Mapping[str, Any] = {
    "mp": mp,
    "sum": _total,
    "mean": lambda a: _total(a) / mp.mpf(np.asarray(a).size),
    "exp": _exp,
    "log": _mapped(mp.log),
    "sqrt": _mapped(mp.sqrt),
    "tanh": _mapped(mp.tanh),
    "ncdf": _mapped(mp.ncdf),
    "abs": _mapped(abs),
    "relu": _mapped(lambda x: x if x > 0 else mp.mpf(0)),
    "sigmoid": _mapped(lambda x: 1 / (1 + mp.exp(-x))),
    "lse": lambda a: mp.log(_total(_exp(a))),
    "softmax": lambda a: _exp(a) / _total(_exp(a)),
    "norm": lambda a: mp.sqrt(_total(np.asarray(a, dtype=object) ** 2)),
    "inv": _inverse,
    "det": lambda a: mp.det(_matrix(a)),
    "logdet": lambda a: mp.log(mp.det(_matrix(a))),
    "eig": lambda a: sorted(mp.eigsy(_matrix((a + a.T) / 2), eigvals_only=True)),
    "tr": np.trace,
    "diag": np.diag,
    "outer": np.outer,
    "cumsum": lambda a: np.array([_total(a[: i + 1]) for i in range(len(a))], dtype=object),
    "pairs": [(i, j) for i in range(3) for j in range(3) if i != j],
}


def number(x: Array) -> Array:
    """Return floats as mpf, arrays entry by entry."""
    a = np.asarray(x, dtype=float)
    exact = np.frompyfunc(lambda t: mp.mpf(float(t)), 1, 1)(a)
    return exact if a.shape else mp.mpf(float(a))


def references(
    source: str,
    values: Mapping[str, Array],
    wrt: str,
    move: Array,
    *,
    digits: int = 80,
    steps: int = 20,
) -> tuple[float, Array, Array]:
    """Return value, gradient and Hessian times a move of a function given as Python text."""
    with mp.workdps(digits):
        env = dict(NAMES) | {k: number(v) for k, v in values.items()}
        code = compile(source, source, "eval")
        shape = np.shape(values[wrt])
        start = np.asarray(env[wrt], dtype=object).reshape(-1)
        along = np.asarray(number(move), dtype=object).reshape(-1)
        h = mp.mpf(10) ** -steps

        def at(i: int | None = None, a: int = 0, b: int = 0) -> Any:
            x = start + b * h * along
            if i is not None:
                x[i] = x[i] + a * h
            found = eval(code, env | {wrt: x.reshape(shape) if shape else x[0]})
            return mp.mpf(found.item() if isinstance(found, np.ndarray) else found)

        places = range(start.size)
        slope = [(at(i, 1) - at(i, -1)) / (2 * h) for i in places]
        bend = [
            (at(i, 1, 1) - at(i, 1, -1) - at(i, -1, 1) + at(i, -1, -1)) / (4 * h * h)
            for i in places
        ]
        value = float(at())
        found = [np.array([float(t) for t in part]).reshape(shape) for part in (slope, bend)]
        return value, found[0], found[1]
