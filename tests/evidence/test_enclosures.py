"""Enclosures of the kernel hold every value, and what it calls defined has one."""

from __future__ import annotations

import itertools
import random
import re
from fractions import Fraction
from functools import cache
from typing import Any

import pytest

from lossmith.atoms.meaning import entries, evaluate
from lossmith.atoms.table import CARDS
from lossmith.errors import LossmithError
from lossmith.evidence.arithmetic.enclose import (
    atom_image,
    bounds,
    domain_of,
    from_ball,
    is_defined,
)
from lossmith.evidence.arithmetic.second import covers, is_smooth_on
from lossmith.evidence.arithmetic.signs import sign_of
from lossmith.expr.atom import Atom
from lossmith.expr.build import apply, const
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.sets import Interval, closed, opened, point
from lossmith.expr.walk import postorder, symbols
from lossmith.text.parse import parse

ENDS = [Fraction(k, 4) for k in (-40, -9, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 9, 40)]
ENTRYWISE = [a for a in CARDS if a.signature.is_entrywise and a.arity in (1, 2)]


def _box(draw: random.Random) -> Interval:
    lo, hi = sorted(draw.sample(ENDS, 2))
    kind = draw.randrange(8)
    if kind == 0:
        return point(lo)
    low, high = (None if kind == 1 else lo), (None if kind == 2 else hi)
    return Interval(low, high, draw.random() < 0.5, draw.random() < 0.5)


def _inside(draw: random.Random, box: Interval) -> Fraction:
    ends = [Fraction(-12) if box.hi is None else box.hi - 12, Fraction(12)]
    low = ends[0] if box.lo is None else box.lo
    high = max(low, ends[1]) if box.hi is None else box.hi
    x = draw.choice([low, high, low + (high - low) * Fraction(draw.randrange(1, 24), 24)])
    return x if box.has(x) else (low + high) / 2


def _value(e: Expr, at: dict[Symbol, Any]) -> Any | None:
    try:
        found = entries(evaluate(e, at, {"n": 2}, 128))
    except (LossmithError, ZeroDivisionError, OverflowError):
        return None
    return found if all(x.is_finite() for x in found) else None


def _holds(box: Interval, ball: Any) -> bool:
    """Return whether a value that lies in the ball may lie in the box."""
    return not box.meet(from_ball(ball)).is_empty


@pytest.mark.parametrize("atom", ENTRYWISE, ids=lambda a: a.name)
def test_the_image_of_a_box_holds_the_values_at_its_points(atom: Atom) -> None:
    draw = random.Random(atom.name)
    for _ in range(60):
        boxes = [_box(draw) for _ in range(atom.arity)]
        meets = [b.meet(domain_of(atom, k)) for k, b in enumerate(boxes)]
        if any(m.is_empty for m in meets):
            continue
        for _ in range(4):
            at = [const(_inside(draw, b)) for b in boxes]
            args = [
                a if b.is_point else variable(k)
                for k, (a, b) in enumerate(zip(at, boxes, strict=True))
            ]
            image = atom_image(atom, args, boxes)
            try:
                found = _value(apply(atom, *at), {})
            except LossmithError:
                continue
            assert found is None or _holds(image, found[0]), (boxes, at)


@cache
def variable(k: int) -> Expr:
    """Return a free variable."""
    return parse(f"x{k}").expr


DECLARED = {
    "x": "scalar", "y": "scalar", "p": "scalar > 0", "u": "scalar in [-1, 2]",
    "k": "scalar in [-2, 0]", "w": "vector(n)", "c": "vector(n) in [-1, 2]", "g": "vector(n) > 0",
}  # fmt: skip
FORMULAS = """
x; x^2; x^3; 1/x; 1/x^2; x^(1/3); x^(2/3); x^(-1/3); sqrt(x); sqrt(p); 1/sqrt(u); x*y; x*u; u*k; k^2
u^2 - u; x - x^2; exp(x) - x; exp(u); log(u); log(u + 2); log(u^2); 1/(u - 3); 1/(1 + u); 1/(1 - u)
tan(u); tan(x); tan(u/2); if(x > 0, x, -1); if(u >= 0, log(p), u^2); if(u > 1, 5, if(u > 0, k, x^2))
if(u >= 0 and k > -1, u, 3); max(u, k); min(u, k); abs(u); sign(u); relu(k); u^3*k; p^u; u^p; x^u
sum(w); sum(c); sum(c.^2); sum(g); sum(log(g)); c.*c; w.*g; 1./g; 1./c; norm2(c); max(c); min(c)
sigmoid(u); tanh(u*k); softplus(k); log(p)*p; p - 1/p; u/(1 + u^2); (u + 1)/(u + 3); u*exp(-u)
exp(u) - exp(k); sin(u); cos(u*k); asin(u); atanh(u/3); lgamma(p); lgamma(u); exp(x)/x
x/(1 + exp(x)); (1 + x)*(1 - x); u^4 - u^2; 3 + 0*x; 2*u + 1; -u/3; clip(x, -1, 2)
huber(x, p); xlogx(p)
""".replace("\n", ";")
TEXTS = [t for t in map(str.strip, FORMULAS.split(";")) if t]


@cache
def _e(text: str) -> Expr:
    used = {k: t for k, t in DECLARED.items() if re.search(rf"\b{k}\b", text)}
    return parse(text, declare=used).expr


def _at(draw: random.Random, e: Expr) -> dict[Symbol, Any]:
    return {
        s: [_inside(draw, s.assumptions.interval) for _ in range(2)] if s.shape
        else _inside(draw, s.assumptions.interval)
        for s in symbols(e)
    }  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_bounds_hold_the_values_and_signs_are_theirs(text: str) -> None:
    e, draw = _e(text), random.Random(text)
    found = bounds(e, {})
    sure = all(is_defined(s, found.__getitem__) for s in postorder(e))
    sign = None if e.shape else sign_of(e, {})
    for _ in range(40):
        value = _value(e, _at(draw, e))
        assert value is not None or not sure
        for ball in value or ():
            assert _holds(found[e], ball)
            if sign is not None:
                around = from_ball(ball)
                assert around.hi is None or around.hi >= 0 or not sign.within(closed(0, None))
                assert around.lo is None or around.lo <= 0 or not sign.within(closed(None, 0))
                zero = around.has(0)
                assert zero or not sign.is_point or not sign.has(0)


@pytest.mark.parametrize("text", [t for t in TEXTS if "w" not in t and "c" not in t[:4]])
def test_narrower_boxes_hold_the_values_in_them(text: str) -> None:
    e, draw = _e(text), random.Random(text)
    scalars = [s for s in symbols(e) if not s.shape]
    for _ in range(12):
        known: dict[Expr, Interval] = {
            s: m for s in scalars if not (m := _box(draw).meet(s.assumptions.interval)).is_empty
        }
        found = bounds(e, known)
        for _ in range(4):
            at = {s: _inside(draw, known[s]) if s in known else v for s, v in _at(draw, e).items()}
            for ball in _value(e, at) or ():
                assert _holds(found[e], ball), known


ROUGH = ["abs(x)", "sqrt(x)", "x^(1/3)", "x^(4/3)", "1/x", "relu(x)", "x*abs(x)", "log(x)",
         "max(x, x^2)", "sign(x)", "if(x > 0, x, 0)", "tan(x)", "sqrt(x^2)", "x^(3/2)",
         "clip(x, -1, 2)", "huber(x, 1)", "x^(-1/3)", "1/(x - 1)", "log(1 - x)"]  # fmt: skip
SMOOTH = ["x^3", "exp(x)", "sin(x)", "1/(1 + x^2)", "softplus(x)", "sqrt(1 + x^2)"]


@pytest.mark.parametrize("text", ROUGH)
def test_a_rough_formula_is_not_called_smooth_on_the_line(text: str) -> None:
    x = _e("x")
    assert isinstance(x, Symbol)
    for box in (Interval(), closed(-5, 5), closed(0, 3), closed(-3, 0), closed(-1, 2)):
        rough = not text.startswith(("1/(x - 1)", "log(1", "tan", "max", "huber", "clip"))
        if rough or box == Interval():
            assert not is_smooth_on(_e(text), x, {x: box}), box


@pytest.mark.parametrize("text", SMOOTH)
def test_a_smooth_formula_is_called_smooth(text: str) -> None:
    x = _e("x")
    assert isinstance(x, Symbol)
    assert is_smooth_on(_e(text), x, {x: closed(-5, 5)})


def test_boxes_that_cover_hold_every_inner_point() -> None:
    draw = random.Random(7)
    yes = no = 0
    for _ in range(4000):
        cuts = sorted(draw.sample(ENDS[:8], 3))
        marks: list[Fraction | None] = [None, *cuts, None]
        boxes = [
            Interval(a, b, draw.random() < 0.4, draw.random() < 0.4)
            for a, b in itertools.pairwise(marks)
        ][draw.randrange(2) : draw.randrange(2, 5)]
        whole = draw.choice([Interval(), opened(-2, 1), closed(0, None), closed(None, 0)])
        low = Fraction(-99) if whole.lo is None else whole.lo
        high = Fraction(99) if whole.hi is None else whole.hi
        inner = [*ENDS, *(q + Fraction(1, 8) for q in ENDS), Fraction(-98), Fraction(98)]
        held = all(any(b.has(q) for b in boxes) for q in inner if low < q < high)
        if covers(boxes, whole):
            assert held
            yes += 1
        else:
            no += 1
    assert min(yes, no) > 100
    assert not covers([], Interval())
