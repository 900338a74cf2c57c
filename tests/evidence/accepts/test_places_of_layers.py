"""What a tree of layers shows, word for word: each place, its kind, its slope and its value.

The places stand from mathematics: sets where the gradient is 0 or the value extreme.
"""

from __future__ import annotations

from functools import lru_cache

import pytest

from lossmith.evidence.points.layers import LayersCertificate
from lossmith.evidence.points.layers_check import conclusion
from lossmith.evidence.points.layers_place import Place
from lossmith.expr.sets import Interval
from lossmith.prove.points.layers import layers
from lossmith.text.parse import parse
from lossmith.text.writing.printing import to_text

PLACES: dict[str, list[str]] = {
    "x^2*y^3": [
        "minimum zero: x = 0, y^3 > 0: 0",
        "maximum zero: x = 0, y^3 < 0: 0",
        "saddle zero: y = 0: 0",
    ],
    "x^3*y^3": [
        "saddle zero: x = 0: 0",
        "saddle zero: y = 0: 0",
    ],
    "-x^2*(y^2 + 1)": [
        "maximum zero: x = 0: 0",
    ],
    "x^2*(-1 - y^2)": [
        "maximum zero: x = 0: 0",
    ],
    "abs(x)*y": [
        "saddle zero: y = 0, abs(x) = 0: 0",
        "minimum kink: x = 0, y > 0: 0",
        "maximum kink: x = 0, y < 0: 0",
    ],
    "abs(x)*abs(y)": [
        "minimum -: abs(y) = 0, abs(x) = 0: 0",
        "minimum kink: y = 0, abs(x) != 0: 0",
        "minimum kink: x = 0, abs(y) != 0: 0",
    ],
    "-abs(x)*y^2": [
        "maximum zero: y = 0: 0",
        "maximum kink: x = 0, y != 0: 0",
    ],
    "(x^2 - 1)^2*(y^2 - 4)": [
        "minimum zero: x = 0, y = 0: -4",
        "saddle zero: x = -1, y = -2: 0",
        "saddle zero: x = -1, y = 2: 0",
        "saddle zero: x = 1, y = -2: 0",
        "saddle zero: x = 1, y = 2: 0",
        "maximum zero: x = -1, 4 - y^2 > 0: 0",
        "minimum zero: x = -1, 4 - y^2 < 0: 0",
        "maximum zero: x = 1, 4 - y^2 > 0: 0",
        "minimum zero: x = 1, 4 - y^2 < 0: 0",
    ],
    "(x^2 + y^2)*z": [
        "saddle zero: z = 0, x^2 + y^2 = 0: 0",
        "minimum zero: y = 0, x = 0, z > 0: 0",
        "maximum zero: y = 0, x = 0, z < 0: 0",
    ],
    "(x^2 + y^2)*(z^2 - 1)": [
        "saddle zero: z = -1, -x^2 - y^2 = 0: 0",
        "saddle zero: z = 1, -x^2 - y^2 = 0: 0",
        "maximum zero: y = 0, x = 0, 1 - z^2 > 0: 0",
        "minimum zero: y = 0, x = 0, 1 - z^2 < 0: 0",
    ],
    "(x^2 + y^2)^2*z^2": [
        "minimum zero: z = 0: 0",
        "minimum zero: y = 0, x = 0: 0",
    ],
    "(x*y - 1)^2": [
        "minimum zero: x*y = 1: 0",
        "saddle zero: x = 0, y = 0: 1",
    ],
    "(x*y)^3": [
        "saddle zero: x = 0: 0",
        "saddle zero: y = 0: 0",
    ],
    "abs(x*y)": [
        "minimum -: x*y = 0: 0",
    ],
    "(x^2 + y^2 - 1)^3": [
        "saddle zero: x^2 + y^2 = 1: 0",
        "minimum zero: y = 0, x = 0: -1",
    ],
    "(x^2 + y^2)*exp(-x^2 - y^2)": [
        "maximum zero: x^2 + y^2 = 1: ~0.3679",
        "minimum zero: y = 0, x = 0: 0",
    ],
    "-sqrt(x^2 + y^2)": [
        "maximum -: y = 0, x = 0: 0",
    ],
    "exp(-(x^2 + y^2))": [
        "maximum zero: y = 0, x = 0: 1",
    ],
    "abs(x^2 + y^2 - 1)": [
        "minimum kink: x^2 + y^2 = 1: 0",
        "maximum zero: y = 0, x = 0: 1",
    ],
    "abs(x) - abs(y - 1)": [],
    "abs(x) + y^2": [
        "minimum kink: y = 0, x = 0: 0",
    ],
    "x^3 - y^2": [
        "saddle zero: y = 0, x = 0: 0",
    ],
    "(x - y)^2 + abs(x + y - 2)": [
        "minimum kink: x = 1, y = 1: 0",
    ],
    "(x + 2*y)^2 + (x - 3*y - 5)^4": [
        "minimum zero: x = 2, y = -1: 0",
    ],
    "(x^2 - 2)*y": [
        "saddle zero: x = ~-1.414, y = 0: 0",
        "saddle zero: x = ~1.414, y = 0: 0",
    ],
    "x*y + x^3 + y^3": [
        "saddle zero: x = 0, y = 0: 0",
        "maximum zero: x = -1/3, y = -1/3: 1/27",
    ],
    "(x^2*y^2 - 1)^2": [
        "minimum zero: x^2*y^2 = 1: 0",
        "maximum zero: x = 0: 1",
        "maximum zero: y = 0: 1",
    ],
    "(1 - x^2 - y^2)^3": [
        "saddle zero: x^2 + y^2 = 1: 0",
        "maximum zero: y = 0, x = 0: 1",
    ],
    "exp(x)*abs(y)": [
        "minimum kink: y = 0: 0",
    ],
    "exp(x)*y": [],
    "x^2*(y^2 + z^2 - 1)": [
        "saddle zero: x = 0, y^2 + z^2 - 1 = 0: 0",
        "minimum zero: x = 0, y^2 + z^2 - 1 > 0: 0",
        "maximum zero: x = 0, y^2 + z^2 - 1 < 0: 0",
    ],
    "abs(x^(1/3) + y)": [
        "minimum -: y + x^(1/3) = 0: 0",
    ],
    "(x^2*y^3 - 1)^2": [
        "minimum zero: x^2*y^3 = 1: 0",
        "maximum zero: x = 0, y^3 > 0: 1",
        "minimum zero: x = 0, y^3 < 0: 1",
        "saddle zero: y = 0: 1",
    ],
    "(x^4 - x^2)*(y^2 + 1)": [
        "saddle zero: x = ~-0.7071, y = 0: ~-0.25",
        "saddle zero: x = ~0.7071, y = 0: ~-0.25",
        "maximum zero: x = 0: 0",
    ],
    "(x + y - 1)^2": ["minimum zero: x + y = 1: 0"],
    "log(exp(x) + exp(y)) - x/4 - 3*y/4": ["minimum zero: y - x = ~1.099: ~0.5623"],  # log(3)
    "abs(x)*(y - 1)^2": [
        "minimum zero: y = 1: 0",
        "minimum kink: x = 0, y - 1 != 0: 0",
    ],
    "abs(x)*(y^2 - 1)^2": [
        "minimum zero: y = -1: 0",
        "minimum zero: y = 1: 0",
        "minimum kink: x = 0, (y^2 - 1)^2 != 0: 0",
    ],
    "abs(x)*(y^2 + z^2)": [
        "minimum zero: y^2 + z^2 = 0, abs(x) = 0: 0",
        "minimum zero: z = 0, y = 0: 0",
        "minimum kink: x = 0, y^2 + z^2 != 0: 0",
    ],
    "(x^3 - 3*x + 2)*y^2": [
        "- zero: y = 0, x^3 - 3*x + 2 = 0: 0",
        "minimum zero: x = 1, y != 0: 0",
        "minimum zero: y = 0, x^3 - 3*x + 2 > 0: 0",
        "maximum zero: y = 0, x^3 - 3*x + 2 < 0: 0",
    ],
}


@lru_cache
def _certificate(text: str) -> LayersCertificate:
    """Return the certificate; once, so that a changed kernel is shown that of the true one."""
    f = parse(text)
    found = layers(f.expr, f.symbols, {x: x.assumptions.interval for x in f.symbols})
    assert found is not None
    return found[0]


def _number(i: Interval) -> str:
    if i.is_point:
        return str(i.lo)
    return "~" if i.lo is None or i.hi is None else f"~{float((i.lo + i.hi) / 2):.4g}"


def _told(p: Place) -> str:
    """Return a place in one line; - for a kind or a slope that is not shown."""
    where = [f"{x.name} = {_number(i)}" for x, i in p.point.items()]
    where += [f"{to_text(h)} = {_number(c)}" for h, c in p.equations]
    where += [f"{to_text(h)} {'<!>'[s + 1].replace('!', '!=')} 0" for h, s in p.signs]
    return f"{p.kind or '-'} {p.slope or '-'}: {', '.join(where)}: {_number(p.value)}"


@pytest.mark.parametrize("text", PLACES)
def test_the_places_are_these(text: str) -> None:
    assert [_told(p) for p in conclusion(_certificate(text))] == PLACES[text]
