"""A formula on one piece: each choice and corner is decided by what holds there, or not at all."""

from __future__ import annotations

import pytest
from proofs import e, s

from lossmith.evidence.arithmetic.pieces import RAY_STEP, UNIT_STEP, Unresolved, places, resolved
from lossmith.expr.build import const, negate, subtract
from lossmith.expr.node import Expr
from lossmith.expr.sets import Interval, closed, opened, point

UP, DOWN, NEAR = opened(0, None), opened(None, 0), opened(-1, 1)


def _on(text: str, inside: Interval) -> Expr:
    return resolved(e(text), {}, {s("x"): inside})


@pytest.mark.parametrize(
    ("text", "inside", "wanted"),
    [
        ("abs(x)", UP, "x"),
        ("abs(x)", DOWN, "-x"),
        ("sign(x) + x", UP, "1 + x"),
        ("sign(x) + x", DOWN, "x - 1"),
        ("sign(x) + y", point(0), "y"),
        ("max(x, 2) + y", opened(3, 4), "x + y"),
        ("max(x, 2) + y", opened(0, 1), "2 + y"),
        ("min(x, 2) + y", opened(3, 4), "2 + y"),
        ("min(x, 2) + y", opened(0, 1), "x + y"),
        ("if(x > 1, x^2, x)", opened(1, 2), "x^2"),
        ("if(x > 1, x^2, x)", opened(0, 1), "x"),
        ("if(x > 1, x^2, x)", point(1), "x"),
        ("if(x >= 1, x^2, x)", closed(1, 2), "x^2"),
        ("if(x >= 1, x^2, x)", opened(0, 1), "x"),
        ("if(x == 0, y, x)", point(0), "y"),
        ("if(x == 0, y, x)", UP, "x"),
        ("if(x == 1, y, x)", point(0), "x"),
        ("if(x != 0, x, y)", point(0), "y"),
        ("if(x != 0, x, y)", DOWN, "x"),
        ("if(x > 2, y, if(x > 1, x^2, x))", opened(1, 2), "x^2"),
        ("huber(x, 1)", opened(2, 3), "x - 1/2"),
        ("relu(x) + relu(-x)", DOWN, "-x"),
    ],
)
def test_what_holds_on_the_piece_decides(text, inside, wanted):
    assert _on(text, inside) is e(wanted)


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("if(x > 0, x^2, x)", NEAR),
        ("if(x > 0, x^2, x)", closed(0, 1)),
        ("if(x >= 0, x^2, x)", closed(-1, 0)),
        ("if(x == 0, y, x)", NEAR),
        ("if(x == 0, y, x)", closed(0, 1)),
        ("if(x != 0, y, x)", NEAR),
        ("if(x > y, x^2, x)", UP),
        ("sum(v) + x", UP),
        ("sum(abs(v)) + x", UP),
        ("x*sum(v)", UP),
    ],
)
def test_what_is_open_on_the_piece_is_not_decided(text, inside):
    with pytest.raises(Unresolved):
        _on(text, inside)


@pytest.mark.parametrize("card", ["abs", "sign"])
@pytest.mark.parametrize("step", [UNIT_STEP, RAY_STEP], ids=["unit", "ray"])
def test_a_corner_that_moves_is_decided_or_refused(card, step):
    moving = {s("x"): subtract(step, s("y"))}
    with pytest.raises(Unresolved):
        resolved(e(f"{card}(x)"), moving, {step: opened(0, 1)})


def test_pieces_cover_the_line_from_left_to_right():
    zero, one = const(0), const(1)
    whole = places((zero, one), Interval())
    assert [x for x, _, _ in whole] == [negate(RAY_STEP), UNIT_STEP, subtract(RAY_STEP, const(-1))]
    half = places((one,), closed(0, None))
    assert [step for _, step, _ in half] == [UNIT_STEP, RAY_STEP]
    assert [length for _, _, length in half] == [one, one]
    assert len(places((one,), closed(0, 2))) == 2
