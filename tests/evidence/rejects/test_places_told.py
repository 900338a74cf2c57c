"""All that is told of places: kind, slope, value, where; each line was looked at by hand.

A slope of "zero" where there is a corner, or a sign of a factor that is left out, is as false as a
wrong kind.
"""

from __future__ import annotations

from functools import cache

import pytest

from lossmith.evidence.points.layers import LayersCertificate
from lossmith.evidence.points.layers_check import conclusion
from lossmith.evidence.points.layers_place import Place
from lossmith.prove.points.layers import layers
from lossmith.text.parse import parse
from lossmith.text.writing.printing import to_text

TOLD: dict[str, list[str]] = {
    "x*y": [
        "saddle zero 0: x = 0, y = 0",
    ],
    "x^2*y^2": [
        "minimum zero 0: x = 0",
        "minimum zero 0: y = 0",
    ],
    "x^2*y^3": [
        "maximum zero 0: x = 0, y^3 < 0",
        "minimum zero 0: x = 0, y^3 > 0",
        "saddle zero 0: y = 0",
    ],
    "x^3*y^2": [
        "maximum zero 0: y = 0, x^3 < 0",
        "minimum zero 0: y = 0, x^3 > 0",
        "saddle zero 0: x = 0",
    ],
    "-x^2*y^2": [
        "maximum zero 0: x = 0",
        "maximum zero 0: y = 0",
    ],
    "-x^2*y^3": [
        "maximum zero 0: x = 0, y^3 > 0",
        "minimum zero 0: x = 0, y^3 < 0",
        "saddle zero 0: y = 0",
    ],
    "x^3*y^3": [
        "saddle zero 0: x = 0",
        "saddle zero 0: y = 0",
    ],
    "(x^2 - 1)*(y^2 - 1)": [
        "maximum zero 1: x = 0, y = 0",
        "saddle zero 0: x = -1, y = -1",
        "saddle zero 0: x = -1, y = 1",
        "saddle zero 0: x = 1, y = -1",
        "saddle zero 0: x = 1, y = 1",
    ],
    "(x^2 - 1)*(y^2 + 1)": [
        "saddle zero -1: x = 0, y = 0",
    ],
    "-(x^2+1)*(y^2-1)": [
        "saddle zero 1: x = 0, y = 0",
    ],
    "(x^2 + 1)*(y^2 + 1)": [
        "minimum zero 1: x = 0, y = 0",
    ],
    "-(x^2 + 1)*(y^2 + 1)": [
        "maximum zero -1: x = 0, y = 0",
    ],
    "abs(x)*abs(y)": [
        "minimum ? 0: abs(y) = 0, abs(x) = 0",
        "minimum kink 0: x = 0, abs(y) != 0",
        "minimum kink 0: y = 0, abs(x) != 0",
    ],
    "abs(x)*y": [
        "maximum kink 0: x = 0, y < 0",
        "minimum kink 0: x = 0, y > 0",
        "saddle zero 0: y = 0, abs(x) = 0",
    ],
    "abs(x)*y^2": [
        "minimum kink 0: x = 0, y != 0",
        "minimum zero 0: y = 0",
    ],
    "abs(x)*(y^2 + 1)": [
        "minimum kink 0: x = 0",
    ],
    "abs(x) + y^2": [
        "minimum kink 0: x = 0, y = 0",
    ],
    "abs(x) - y^2": [],
    "abs(x) + abs(y)": [
        "minimum kink 0: x = 0, y = 0",
    ],
    "x^2 - abs(y)": [],
    "x^2*(y^2 + 1)": [
        "minimum zero 0: x = 0",
    ],
    "-x^2*(y^2 + 1)": [
        "maximum zero 0: x = 0",
    ],
    "x^2*(-y^2 - 1)": [
        "maximum zero 0: x = 0",
    ],
    "x^3*(y^2 + 1)": [
        "saddle zero 0: x = 0",
    ],
    "(x - 1)^2*(y + 2)^2": [
        "minimum zero 0: x = 1",
        "minimum zero 0: y = -2",
    ],
    "(x-1)^2*(y+2)^3": [
        "maximum zero 0: x = 1, (y + 2)^3 < 0",
        "minimum zero 0: x = 1, (y + 2)^3 > 0",
        "saddle zero 0: y = -2",
    ],
    "x*y*z": [
        "saddle zero 0: x = 0, y = 0",
        "saddle zero 0: x = 0, z = 0",
        "saddle zero 0: y = 0, z = 0",
    ],
    "x^2*y^2*z": [
        "maximum zero 0: x = 0, z < 0",
        "maximum zero 0: y = 0, z < 0",
        "minimum zero 0: x = 0, z > 0",
        "minimum zero 0: y = 0, z > 0",
        "saddle zero 0: x = 0, z = 0",
        "saddle zero 0: y = 0, z = 0",
    ],
    "x^2*y*z": [
        "maximum zero 0: x = 0, y < 0, z > 0",
        "maximum zero 0: x = 0, y > 0, z < 0",
        "minimum zero 0: x = 0, y < 0, z < 0",
        "minimum zero 0: x = 0, y > 0, z > 0",
        "saddle zero 0: x = 0, y = 0",
        "saddle zero 0: x = 0, z = 0",
        "saddle zero 0: y = 0, z = 0",
    ],
    "x^2 + y^2*z^2": [
        "minimum zero 0: x = 0, y = 0",
        "minimum zero 0: x = 0, z = 0",
    ],
    "x^2 - y^2*z^2": [
        "saddle zero 0: x = 0, y = 0",
        "saddle zero 0: x = 0, z = 0",
    ],
    "x^3 + y^2": [
        "saddle zero 0: x = 0, y = 0",
    ],
    "(x*y - 1)^2": [
        "minimum zero 0: x*y = 1",
        "saddle zero 1: x = 0, y = 0",
    ],
    "(x*y - 1)^3": [
        "saddle zero -1: x = 0, y = 0",
        "saddle zero 0: x*y = 1",
    ],
    "(x^2*y^2 - 1)^2": [
        "maximum zero 1: x = 0",
        "maximum zero 1: y = 0",
        "minimum zero 0: x^2*y^2 = 1",
    ],
    "(x^2 + y^2 - 1)^3": [
        "minimum zero -1: x = 0, y = 0",
        "saddle zero 0: x^2 + y^2 = 1",
    ],
    "(x^2 + y^2)^2": [
        "minimum zero 0: x = 0, y = 0",
    ],
    "exp(-x^2 - y^2)": [
        "maximum zero 1: x = 0, y = 0",
    ],
    "-(x^2 + y^2)^2": [
        "maximum zero 0: x = 0, y = 0",
    ],
    "(x^2 - y^2)^2": [
        "minimum zero 0: y^2 - x^2 = 0",
    ],
    "abs(x^2 + y^2 - 1)": [
        "maximum zero 1: x = 0, y = 0",
        "minimum kink 0: x^2 + y^2 = 1",
    ],
    "abs(x*y)": [
        "minimum ? 0: x*y = 0",
    ],
    "abs(x*y - 1)": [
        "minimum kink 0: x*y = 1",
        "saddle zero 1: x = 0, y = 0",
    ],
    "sqrt(x^2 + y^2)": [
        "minimum ? 0: x = 0, y = 0",
    ],
    "abs(x^2 - 1)*y": [
        "maximum kink 0: x = -1, y < 0",
        "maximum kink 0: x = 1, y < 0",
        "minimum kink 0: x = -1, y > 0",
        "minimum kink 0: x = 1, y > 0",
        "saddle zero 0: y = 0, abs(x^2 - 1) = 0",
    ],
    "abs(x^2 - 1)*abs(y)": [
        "minimum ? 0: abs(y) = 0, abs(x^2 - 1) = 0",
        "minimum kink 0: x = -1, abs(y) != 0",
        "minimum kink 0: x = 1, abs(y) != 0",
        "minimum kink 0: y = 0, abs(x^2 - 1) != 0",
    ],
    "abs(x - 1)*(y + 1)^2": [
        "minimum kink 0: x = 1, y + 1 != 0",
        "minimum zero 0: y = -1",
    ],
    "(x + y)^2": [
        "minimum zero 0: x + y = 0",
    ],
    "(x + y - 1)^3": [
        "saddle zero 0: x + y = 1",
    ],
    "(x + y)^2 + (x - y)^4": [
        "minimum zero 0: x = 0, y = 0",
    ],
    "(x + y)^2*(x - y)^2": [
        "minimum zero 0: x + y = 0",
        "minimum zero 0: x - y = 0",
    ],
    "abs(x + y)": [
        "minimum kink 0: x + y = 0",
    ],
    "x^(1/3)*y^(1/3)": [
        "saddle ? 0: x = 0, y = 0",
    ],
    "x^(1/3)*y": [
        "saddle zero 0: x = 0, y = 0",
    ],
    "x^2*y^3*z^2": [
        "? zero 0: x = 0, z = 0",
        "? zero 0: y = 0, z = 0",
        "maximum zero 0: x = 0, y^3 < 0, z != 0",
        "maximum zero 0: z = 0, x^2*y^3 < 0",
        "minimum zero 0: x = 0, y^3 > 0, z != 0",
        "minimum zero 0: z = 0, x^2*y^3 > 0",
        "saddle zero 0: y = 0, z != 0",
    ],
    "tanh(x)*tanh(y)": [
        "saddle zero 0: x = 0, y = 0",
    ],
    "abs(x)^3*y": [
        "maximum zero 0: x = 0, y < 0",
        "minimum zero 0: x = 0, y > 0",
        "saddle zero 0: y = 0, abs(x)^3 = 0",
    ],
    "x + y^2": [],
    "(x^2 - 1)*exp(y)": [],
    "(x^2 + y^2 + 1)^2": [
        "minimum zero 1: x = 0, y = 0",
    ],
    "(x*y)^3": [
        "saddle zero 0: x = 0",
        "saddle zero 0: y = 0",
    ],
    "(x^2 + 1)^2 + y^3": [
        "saddle zero 1: x = 0, y = 0",
    ],
    "-abs(x)*(y^2 + 1)": [
        "maximum kink 0: x = 0",
    ],
    "-(x^2 + 1)*abs(y)*exp(z)": [
        "maximum kink 0: y = 0",
    ],
    "(2 - x^2)*(y^2 + 1)": [
        "saddle zero 2: x = 0, y = 0",
    ],
    "-x^2*y^2*z^2": [
        "maximum zero 0: x = 0",
        "maximum zero 0: y = 0",
        "maximum zero 0: z = 0",
    ],
    "x^2*y^2 - z^2": [
        "saddle zero 0: x = 0, z = 0",
        "saddle zero 0: y = 0, z = 0",
    ],
    "x^2*y^2 + abs(z)": [
        "minimum kink 0: x = 0, z = 0",
        "minimum kink 0: y = 0, z = 0",
    ],
    "x*y + abs(z)": [],
    "x*y - z^2": [
        "saddle zero 0: x = 0, y = 0, z = 0",
    ],
    "x^3*y^2 + z^2": [
        "minimum zero 0: y = 0, z = 0, x^3 > 0",
        "saddle zero 0: x = 0, z = 0",
        "saddle zero 0: y = 0, z = 0, x^3 < 0",
    ],
    "(x^2 + y^2 - 1)^2*(z^2 + 1)": [
        "minimum zero 0: x^2 + y^2 = 1",
        "saddle zero 1: x = 0, y = 0, z = 0",
    ],
    "(x*y - 1)^2 + z^2": [
        "minimum zero 0: z = 0, x*y = 1",
        "saddle zero 1: x = 0, y = 0, z = 0",
    ],
    "x*y + z^3": [
        "saddle zero 0: x = 0, y = 0, z = 0",
    ],
    "abs(x)*y + z^2": [
        "minimum kink 0: x = 0, z = 0, y > 0",
        "saddle zero 0: y = 0, z = 0, abs(x) = 0",
    ],
    "-abs(x*y - 1)": [
        "maximum kink 0: x*y = 1",
        "saddle zero -1: x = 0, y = 0",
    ],
    "exp(x)*exp(y)": [],
    "exp(x)*(y^2-1)": [],
    "abs(x)*exp(y)": [
        "minimum kink 0: x = 0",
    ],
    "-x^2*exp(y)": [
        "maximum zero 0: x = 0",
    ],
    "(abs(x) + 1)*(y^2 + 1)": [
        "minimum kink 1: x = 0, y = 0",
    ],
    "-(abs(x) + 1)*(y^2 + 1)": [
        "maximum kink -1: x = 0, y = 0",
    ],
    "x^2*y^2*exp(z)": [
        "minimum zero 0: x = 0",
        "minimum zero 0: y = 0",
    ],
    "(x - y)^2*z^2": [
        "minimum zero 0: x - y = 0",
        "minimum zero 0: z = 0",
    ],
    "abs(x - y)*z": [
        "maximum kink 0: x - y = 0, z < 0",
        "minimum kink 0: x - y = 0, z > 0",
        "saddle zero 0: z = 0, abs(x - y) = 0",
    ],
    "max(x, 2*x)*y": [
        "saddle zero 0: y = 0, max(2*x, x) = 0",
    ],
    "(x^2 + 4*y^2)^3 + z^2": [
        "minimum zero 0: x = 0, y = 0, z = 0",
    ],
    "abs(x*y) + z^2": [
        "minimum ? 0: z = 0, x*y = 0",
    ],
    "sqrt(x^2 + y^2) + z^2": [
        "minimum ? 0: x = 0, y = 0, z = 0",
    ],
    "abs(x*y) + abs(z)": [
        "minimum kink 0: z = 0, x*y = 0",
    ],
    "(x^2 - 1)^2*abs(y)": [
        "minimum kink 0: y = 0, (x^2 - 1)^2 != 0",
        "minimum zero 0: x = -1",
        "minimum zero 0: x = 1",
    ],
    "-abs(x)*y^2": [
        "maximum kink 0: x = 0, y != 0",
        "maximum zero 0: y = 0",
    ],
    "-x^2*abs(y)": [
        "maximum kink 0: y = 0, x != 0",
        "maximum zero 0: x = 0",
    ],
    "-abs(x)*abs(y)": [
        "maximum ? 0: -abs(y) = 0, abs(x) = 0",
        "maximum kink 0: x = 0, -abs(y) != 0",
        "maximum kink 0: y = 0, abs(x) != 0",
    ],
    "(x^3 - 3*x^2)*y^2": [
        "? zero 0: y = 0, x^3 - 3*x^2 = 0",
        "maximum zero 0: x = 0, y != 0",
        "maximum zero 0: y = 0, x^3 - 3*x^2 < 0",
        "minimum zero 0: y = 0, x^3 - 3*x^2 > 0",
    ],
    "x^2*(y^3 - 3*y^2)": [
        "? zero 0: x = 0, 3*y^2 - y^3 = 0",
        "maximum zero 0: x = 0, 3*y^2 - y^3 > 0",
        "maximum zero 0: y = 0, x != 0",
        "minimum zero 0: x = 0, 3*y^2 - y^3 < 0",
    ],
    "(x^3 - 3*x^2)*abs(y)": [
        "? zero 0: abs(y) = 0, x^3 - 3*x^2 = 0",
        "maximum kink 0: y = 0, x^3 - 3*x^2 < 0",
        "maximum zero 0: x = 0, abs(y) != 0",
        "minimum kink 0: y = 0, x^3 - 3*x^2 > 0",
    ],
    "(x^4 - x^2)*y^2": [
        "? zero 0: y = 0, x^4 - x^2 = 0",
        "maximum zero 0: x = 0, y != 0",
        "maximum zero 0: y = 0, x^4 - x^2 < 0",
        "minimum zero 0: y = 0, x^4 - x^2 > 0",
    ],
    "abs(y)*(x - 2)^2": [
        "minimum kink 0: y = 0, x - 2 != 0",
        "minimum zero 0: x = 2",
    ],
    "-(x^2 - 1)^2*y^2": [
        "maximum zero 0: x = -1",
        "maximum zero 0: x = 1",
        "maximum zero 0: y = 0",
    ],
    "(x^2-1)^2*(y^2-1)^2": [
        "maximum zero 1: x = 0, y = 0",
        "minimum zero 0: x = -1",
        "minimum zero 0: x = 1",
        "minimum zero 0: y = -1",
        "minimum zero 0: y = 1",
    ],
    "(x^2-1)^2*y^3": [
        "maximum zero 0: x = -1, y^3 < 0",
        "maximum zero 0: x = 1, y^3 < 0",
        "minimum zero 0: x = -1, y^3 > 0",
        "minimum zero 0: x = 1, y^3 > 0",
        "saddle zero 0: y = 0",
    ],
    "(-abs(x))*(y^2)*exp(z)": [
        "maximum kink 0: x = 0, y != 0",
        "maximum zero 0: y = 0",
    ],
    "(x^2 + y^2)^(1/3)": [
        "minimum ? 0: x = 0, y = 0",
    ],
    "(x^2 + y^2)^(2/3)": [
        "minimum ? 0: x = 0, y = 0",
    ],
    "(abs(x) + abs(y))^2": [
        "minimum ? 0: x = 0, y = 0",
    ],
    "sqrt(abs(x^2 + y^2))": [
        "minimum ? 0: x = 0, y = 0",
    ],
    "sqrt(abs(x*y))": [
        "minimum ? 0: x*y = 0",
    ],
    "(abs(x)+y^2)^2": [
        "minimum ? 0: x = 0, y = 0",
    ],
    "(abs(x) + abs(y) + 1)^2": [
        "minimum kink 1: x = 0, y = 0",
    ],
    "(abs(x)+abs(y))^3": [
        "minimum ? 0: x = 0, y = 0",
    ],
    "(x^2 + y^2)^(1/3)*exp(z)": [
        "minimum ? 0: x = 0, y = 0",
    ],
    "(abs(x)+abs(y)-1)^2": [
        "maximum kink 1: x = 0, y = 0",
        "minimum ? 0: abs(x) + abs(y) = 1",
    ],
}
"""For each formula its places as: kind, slope ("?": not shown), value, and what holds there."""


@cache
def _certificate(text: str) -> LayersCertificate:
    formula = parse(text)
    inside = {x: x.assumptions.interval for x in formula.symbols}
    found = layers(formula.expr, formula.symbols, inside)
    assert found is not None
    return found[0]


@pytest.mark.parametrize("text", TOLD)
def test_this_is_told_of_the_places(text: str) -> None:
    assert sorted(_line(p) for p in conclusion(_certificate(text))) == TOLD[text]


_RELATIONS = {1: ">", -1: "<", 0: "!="}


def _line(p: Place) -> str:
    where = [f"{x.name} = {i.lo}" for x, i in sorted(p.point.items(), key=lambda r: r[0].name)]
    where += [f"{to_text(h)} = {c.lo}" for h, c in p.equations]
    where += [f"{to_text(h)} {_RELATIONS[s]} 0" for h, s in p.signs]
    return f"{p.kind or '?'} {p.slope or '?'} {p.value.lo}: " + ", ".join(where)
