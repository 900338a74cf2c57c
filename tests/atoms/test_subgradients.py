"""The sets of slopes on the cards: drawn elements of each obey the inequality of subgradients.

Each row draws a point with a kink and an element of the set as the card says it. For a convex f,
f(y) >= f(x) + <g, y - x> for all y; for a concave one the other way round.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from lossmith.atoms.table import CARDS

Rng = np.random.Generator
SVD = np.linalg.svd


def _unit(v: Any) -> Any:
    return v / np.linalg.norm(v)


def _weights(rng: Rng, n: int) -> Any:
    w = rng.random(n)
    return w / w.sum()


def _ball(shape: tuple[int, ...]) -> Callable[[Rng], Any]:
    return lambda rng: (np.zeros(shape), rng.random() * _unit(rng.standard_normal(shape)))


def _ties(rng: Rng, sign: float) -> Any:
    x = np.array([2.0, -1.0, 2.0, 0.5, 2.0]) * sign
    g = np.zeros(5)
    g[[0, 2, 4]] = _weights(rng, 3)
    return x, g


def _sizes(rng: Rng) -> Any:
    x, g = np.array([2.0, -2.0, 1.0, -2.0]), np.zeros(4)
    g[[0, 1, 3]] = _weights(rng, 3) * np.sign(x[[0, 1, 3]])
    return x, g


def _sum_of_two(rng: Rng) -> Any:
    # k = 2: the first entry is above, the last below, the three in between share one place.
    return np.array([3.0, 1.0, 1.0, 1.0, 0.0]), np.array([1.0, *_weights(rng, 3), 0.0])


def _spectral(rng: Rng) -> Any:
    u, _, vt = SVD(rng.standard_normal((4, 3)), full_matrices=False)
    a = _unit(rng.standard_normal(2))  # unit vectors of the double singular value 2
    return u @ np.diag([2.0, 2.0, 1.0]) @ vt, np.outer(u[:, :2] @ a, a @ vt[:2])


def _nuclear(rng: Rng) -> Any:
    u, _, vt = SVD(rng.standard_normal((4, 3)))
    w = rng.standard_normal((3, 2))
    w *= rng.random() / SVD(w)[1][0]
    return 1.5 * np.outer(u[:, 0], vt[0]), np.outer(u[:, 0], vt[0]) + u[:, 1:] @ w @ vt[1:]


def _eigen(rng: Rng, sign: float) -> Any:
    v = np.linalg.qr(rng.standard_normal((3, 3)))[0]
    y = rng.standard_normal((2, 2))
    y = y @ y.T
    return sign * (v @ np.diag([2.0, 2.0, -1.0]) @ v.T), v[:, :2] @ (y / np.trace(y)) @ v[:, :2].T


# name: (point and element of the set, value); a minus sign marks the concave ones.
TABLE: dict[str, tuple[Callable[[Rng], Any], Callable[[Any], float]]] = {
    "norm2": (_ball((3,)), lambda x: float(np.linalg.norm(x))),
    "normF": (_ball((3, 2)), lambda x: float(np.linalg.norm(x))),
    "norminf": (_sizes, lambda x: float(np.max(np.abs(x)))),
    "maxentry": (lambda rng: _ties(rng, 1.0), lambda x: float(np.max(x))),
    "minentry": (lambda rng: _ties(rng, -1.0), lambda x: float(np.min(x))),
    "sumlargest": (_sum_of_two, lambda x: float(np.sort(x)[-2:].sum())),
    "specnorm": (_spectral, lambda x: float(SVD(x)[1][0])),
    "nucnorm": (_nuclear, lambda x: float(SVD(x)[1].sum())),
    "lambda_max": (lambda rng: _eigen(rng, 1.0), lambda x: float(np.linalg.eigvalsh(x)[-1])),
    "lambda_min": (lambda rng: _eigen(rng, -1.0), lambda x: float(np.linalg.eigvalsh(x)[0])),
}
CONCAVE = {"minentry", "lambda_min"}


def test_every_set_on_a_card_is_tried():
    assert {c.name for c in CARDS if c.subgradients is not None} == set(TABLE)


@pytest.mark.parametrize("name", sorted(TABLE))
def test_elements_of_the_set_are_slopes_of_supporting_planes(name):
    draw, value = TABLE[name]
    rng = np.random.default_rng(len(name))
    for _ in range(40):
        x, g = draw(rng)
        move = rng.standard_normal(x.shape) * 10.0 ** rng.integers(-3, 2)
        if name.startswith("lambda"):
            move = move + move.T
        gap = value(x + move) - value(x) - float(np.sum(g * move))
        # Rounding of the values and of a singular value decomposition of a few rows.
        room = 1e-13 * (abs(value(x)) + abs(value(x + move)) + 1)
        assert (-gap if name in CONCAVE else gap) >= -room
