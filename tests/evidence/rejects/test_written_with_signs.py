"""Formulas written with signs have, off their kinks, their own values for some choice of signs.

An identity between formulas with signs is proved for all choices; so one choice with the values of
both sides, at each point where nothing that decides is 0, is what the proof needs.
"""

from __future__ import annotations

import itertools
import random
from functools import cache
from typing import Any

import numpy as np
import pytest
from numeric import value

from lossmith.evidence.lines.off_kinks import off_kinks
from lossmith.expr.node import Apply, Expr
from lossmith.expr.walk import postorder, symbols
from lossmith.text.parse import parse

DECLARED = "x, a: scalar; p: scalar > 0; v: vector(n); w: vector(n)"
SIZES = {"n": 2}
SMALL = 1e-9

WRITTEN = """
abs(x - a) ~ sign(x - a)
max(x, x^2) ~ if(x^2 > x, 2*x, 1)
min(x, x^2 - 3) ~ max(-2*x, 6 - 2*x^2)
relu(x - 1) + relu(2 - x) ~ if(x > 2, 1, if(x > 1, 0, -1))
max(x, -1) ~ if(x >= 2, 0, if(x > -1, 1, 0))
if(abs(x) < 1, x^2/2, abs(x) - 1/2) ~ if(abs(x) <= 1, x, sign(x))
if(3 < abs(x), a, x) ~ if(2*abs(x) <= 6, 5, 7)
if(abs(x) > -1, a, x) ~ if(abs(x) < -2, a, 3)
if(abs(x) >= 0, 5, 7) ~ abs(x)
if(abs(x)*abs(a) > 1, 5, 7) ~ abs(x) + abs(a)
if(abs(x) + abs(a) > 1, 5, 7) ~ abs(x) + abs(a)
if(abs(x - 2) > 1, 5, 7) ~ if(x > 2, 1, 3)
if(abs(x^3 - 2) > 1, 5, 7) ~ if(x > 2, 1, 3)
hinge(a*x) ~ -a*if(1 - a*x > 0, 1, 0)
min(2*x - 1, 1 - 2*x) ~ if(x < 1/2, 2, -2)
if(2 - abs(x) > 0, x, a) ~ if(-3*abs(x) < -6, a, x)
if(x > 0 and a > 0, 2, if(x > 1, 3, 5)) ~ if(a > 1, 7, 11)
if(x > 1, 2, if(x > -1, 3, if(x > -4, 5, 7))) ~ if(2*x > 8, 1, 0)
if(x > 1, 2, 3)*if(-x > 1, 5, 7) ~ if(1/2 - x > 1, 1, 0)
if(x + a > 1, 2, 3) + if(x + a > 2, 5, 7) ~ if(-2*x - 2*a > 3, 1, 0)
if(x - a > 1, 2, 3) + if(a - x > 2, 5, 7) ~ if(3*a > 3*x, 1, 0)
if(x^2 > 2, 2, 3) + if(x^2 > 1, 5, 7) ~ if(3*x > 4, 1, 0)
clip(x, -1, 2) ~ if(x > 2, 1, if(x > -1, 3, 5))
huber(x, 2) ~ if(x > 2, 2, if(x > -2, x, -2))
huber(x, p) ~ clip(x, -p, p)
leaky_relu(x) ~ if(x > 0, 1, 1/2)
softthreshold(x, 2) ~ if(abs(x) > 2, 1, 0)
softthreshold(x, p) ~ if(abs(x) > p, 1, 0)
relu(relu(x) - 1) ~ if(x > 1, 1, 0)
abs(abs(x) - 1) ~ if(abs(x) > 1, sign(x), -sign(x))
abs(sign(x)) ~ 1 + 0*x
max(max(x, a), 2) ~ max(x, max(a, 2))
max(abs(x), abs(a)) ~ abs(x) + abs(a)
sign(x*a) ~ sign(x)*sign(a)
sign(x - 1)*sign(x - 2)*sign(x + 3) ~ sign(2*x - 2) + sign(4 - 2*x)
if(x == 1, 2, 3) + abs(x) ~ abs(x) + 3
if(x != 1, 2, 3) ~ sign(a)
if(x > 0, 1/x, 2) ~ if(x > 0, 3, 1/x)
if(x > 0, log(x), 0) ~ abs(x)
if(x > 0, 1/(1 + x^2), 2) ~ if(x > 0, 3, x)
sum(abs(v - w)) ~ sum(sign(v - w).*v)
sum(max(v, w)) ~ sum(if(v > w, v, w))
sum(relu(v)) ~ sum(if(v > 1, 2, if(v > 0, v, 3)))
sum(abs(v))*abs(x) ~ if(sum(v) > 1, 2, 5)
sum(abs(v)) ~ if(sum(abs(v)) > 1, 2, 5)
sum(hinge(w.*v)) ~ sum(if(2*v > 3, 1, 5))
exp(abs(x)) ~ abs(exp(x) - 2)
abs(x)^3 ~ abs(x)*sign(x)^2
x^2 ~ abs(x)^2
(if(x > 0, 1, 3) + x)^2 ~ (x + 1)^2
if(x^2 + 1 > 0, 2, x) ~ if(-x^2 < 1, 3, a)
if((x + 1)^2 - x^2 - 2*x - 1 > 0, 1, 3) + abs(x) ~ 2 + abs(x)
sign(relu(x)) ~ 1 + 0*x
sign(relu(x)) + sign(a) ~ a
sign(x + abs(x)) ~ 1 + 0*x
if(x == 1 and a > 0, 2, 3) + 10*sign(x - 1) + 100*sign(a) ~ a
if(-3*abs(x) < -6, 5, 7) + 10*sign(x - 9) ~ sign(x + 9)
if(1 - x/2 > 0, 5, 7) + 10*sign(x - 2) ~ sign(1 - 2*a)
if(sign(x - 1)*x > 1/2, 5, 7) + 10*sign(x) + 100*sign(x - 1/2) + 1000*sign(x + 1/2) ~ a
if(abs(x) > -1/2, 5, 7) ~ if(abs(x) > 1/2, 5, 7)
if((x + 1)^2 - x^2 - 2*x - 1/2 > 0, 1, 3) + abs(x) ~ sign(x)*if((x + 1)^2 - x^2 - 2*x > 3/2, 1, 3)
if((x + 1)^2 - x^2 - 2*x - 2 > 0, 1, 3) + abs(x) ~ if((x + 1)^2 - x^2 - 2*x > 0, 1, 3)
""".strip().splitlines()


def _all_values(written: Expr, at: dict[Any, Any], signs: list[Any]) -> Any:
    shapes = [tuple(SIZES[d] for d in s.shape) for s in signs]
    counts = [int(np.prod(shape)) for shape in shapes]
    for choice in itertools.product((-1.0, 1.0), repeat=sum(counts)):
        own, k = dict(at), 0
        for s, shape, n in zip(signs, shapes, counts, strict=True):
            own[s] = np.array(choice[k : k + n]).reshape(shape)
            k += n
        yield value(written, own, SIZES)


@pytest.mark.parametrize("line", WRITTEN)
def test_some_signs_give_the_values_of_both_sides(line: str) -> None:
    left, right = _sides(line)
    written = off_kinks(left, right)
    if written is None:
        return
    draw, own = random.Random(line), symbols(left, right)
    signs = sorted(set(symbols(*written)) - set(own), key=lambda s: s.name)
    for _ in range(8):
        at = {s: _number(draw, s) for s in own}
        wanted = [value(e, at, SIZES) for e in (left, right)]
        found = zip(*(_all_values(e, at, signs) for e in written), strict=True)
        assert any(np.allclose(wanted, pair, rtol=SMALL, atol=SMALL) for pair in found), at


def test_most_of_them_are_written() -> None:
    assert sum(off_kinks(*_sides(line)) is not None for line in WRITTEN) > len(WRITTEN) / 2


def test_what_has_no_kink_stays() -> None:
    left, right = _sides("softplus(x) + abs(x) ~ xlogx(p)")
    written = off_kinks(left, right)
    assert written is not None
    assert {e.atom.name for e in postorder(*written) if isinstance(e, Apply)} == NAMES


NAMES = {"softplus", "xlogx"}


@cache
def _sides(line: str) -> tuple[Expr, Expr]:
    left, right = (parse(text, declare=DECLARED).expr for text in line.split("~"))
    return left, right


def _number(draw: random.Random, s: Any) -> Any:
    shape = tuple(SIZES[d] for d in s.shape)
    size = draw.choice((1, 5))
    entries = [draw.uniform(-size, size) for _ in range(int(np.prod(shape)))]
    found = np.array(entries).reshape(shape)
    return np.abs(found) if s.name == "p" else found
