"""Certificates of where a function of one variable rises and falls: replayed, forged, refused."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from lossmith.errors import LossmithError, NotCertified
from lossmith.evidence.arithmetic.second import derivative
from lossmith.evidence.points.course import COURSE, Course, Stretch, Turn
from lossmith.evidence.points.course_check import check_course, is_void, on_stretch, running
from lossmith.evidence.replay import replay
from lossmith.expr.build import const, multiply, power, scale, symbol
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.sets import Interval, closed, opened
from lossmith.expr.types import Assumptions
from lossmith.prove.points.stationary import stationary
from lossmith.text.parse import parse
from lossmith.view.replayed import verify

# text, stationary points, intervals with slope 0, minima, maxima, gaps
FORMULAS = [
    ("x^2", 1, 0, 1, 0, 0),
    ("x^3", 1, 0, 0, 0, 0),
    ("x^6", 1, 0, 1, 0, 0),
    ("x^4 - 2*x^2", 3, 0, 2, 1, 0),
    ("x^4 - 3*x^2 + x", 3, 0, 2, 1, 0),
    ("x*exp(-x^2)", 2, 0, 1, 1, 0),
    ("log(1 + exp(x)) - x/3", 1, 0, 1, 0, 0),
    ("abs(x)", 0, 0, 1, 0, 0),
    ("abs(x)^(1/2)", 0, 0, 1, 0, 0),
    ("x^(1/3)", 0, 0, 0, 0, 0),
    ("x^(2/3)", 0, 0, 1, 0, 0),
    ("x*abs(x)", 1, 0, 0, 0, 0),
    ("max(x, x^2)", 0, 0, 1, 0, 0),
    ("abs(x^2 - 2)", 1, 0, 2, 1, 0),
    ("relu(x)", 0, 1, 0, 0, 0),
    ("relu(x)^2", 1, 1, 0, 0, 0),
    ("huber(x)", 1, 0, 1, 0, 0),
    ("if(x > 1, 2*x - 1, x^2)", 1, 0, 1, 0, 0),
    ("if(x > 0, x^2, -x)", 0, 0, 1, 0, 0),
    ("x + 1/x", 2, 0, 1, 1, 1),
    ("log(abs(x))", 0, 0, 0, 0, 1),
    ("sqrt(1 - x^2)", 1, 0, 0, 1, 2),
    ("sqrt(x^2 - 1)", 0, 0, 0, 0, 2),
]


def _course(text: str) -> Course:
    formula = parse(text, "x: scalar")
    found = stationary(formula.expr, formula.symbols).certificate
    assert isinstance(found, Course)
    return found


def _data(text: str) -> dict[str, Any]:
    return json.loads(json.dumps(_course(text).to_json()))


@pytest.mark.parametrize(("text", "still", "flat", "low", "high", "gaps"), FORMULAS)
def test_a_course_is_replayed_from_its_json_and_tells_what_it_shows(
    text: str, still: int, flat: int, low: int, high: int, gaps: int
) -> None:
    data = _data(text)
    (shown,) = verify(data)
    c = COURSE.from_json(data)
    assert sum(t.kind == "stationary" for t in c.turns) == still
    assert sum(s.sign == 0 for s in c.stretches) == flat
    assert (len(c.minima), len(c.maxima)) == (low, high)
    assert sum(t.kind == "gap" for t in c.turns) == gaps
    assert "accepted" in shown.words.en


def _fewer_stretches(d: dict[str, Any]) -> None:
    d["stretches"].pop()
    d["turns"].pop()


def _other_sign(d: dict[str, Any]) -> None:
    d["stretches"][0]["sign"] *= -1


def _no_slope(d: dict[str, Any]) -> None:
    d["stretches"][0]["sign"] = 0


def _no_value(d: dict[str, Any]) -> None:
    d["stretches"][0]["sign"] = None


def _moved(d: dict[str, Any]) -> None:
    d["turns"][0][:2] = ["1/7", "1/7"]
    d["stretches"][0]["inside"][1] = d["stretches"][1]["inside"][0] = "1/7"


def _hole(d: dict[str, Any]) -> None:
    d["stretches"][1]["inside"][0] = "1/7"


def _wide_gap(d: dict[str, Any]) -> None:
    low, high = "-1000", "1000"
    d["turns"] = [[low, high, "gap", None]]
    d["stretches"] = [d["stretches"][0], d["stretches"][-1]]
    d["stretches"][0]["inside"] = [None, low, True, True]
    d["stretches"][-1]["inside"] = [high, None, True, True]


def _smaller_box(d: dict[str, Any]) -> None:
    d["box"] = ["-1", "1", True, True]


def _fewer_rows(d: dict[str, Any]) -> None:
    d["stretches"][0]["rows"].pop()


def _other_kind(d: dict[str, Any]) -> None:
    d["turns"][0][2] = "kink" if d["turns"][0][2] == "stationary" else "stationary"


def _unknown_kind(d: dict[str, Any]) -> None:
    d["turns"][0][2] = "pole"


def _other_core(d: dict[str, Any]) -> None:
    d["stretches"][0]["core"] = d["expr"]


CHANGES = [
    _fewer_stretches,
    _other_sign,
    _no_slope,
    _no_value,
    _moved,
    _hole,
    _wide_gap,
    _smaller_box,
    _fewer_rows,
    _other_kind,
    _unknown_kind,
    _other_core,
]


@pytest.mark.parametrize("text", ["x^2", "abs(x)", "abs(x^2 - 2)", "x^4 - 3*x^2 + x", "x*abs(x)"])
@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_course_is_refused(change: Callable[[dict[str, Any]], None], text: str) -> None:
    data = _data(text)
    change(data)
    with pytest.raises(NotCertified):
        replay(data)


def _direct(e: Expr, x: Symbol, sign: int, inside: Interval) -> Stretch:
    """Return a stretch that says that the slope visibly has this sign."""
    body = on_stretch(e, x, inside)
    assert body is not None
    core = scale(Fraction(sign), derivative(body, running(inside)))
    return Stretch(inside, sign, const(1), core, ((inside, "direct"),))


def _by_hand(text: str, signs: tuple[int, ...], marks: tuple[Turn, ...]) -> Course:
    formula = parse(text, "x: scalar")
    (x,) = formula.symbols
    ends = [None, *(q for t in marks for q in (t.low, t.high)), None]
    stretches = [
        _direct(formula.expr, x, s, opened(lo, hi))
        for s, lo, hi in zip(signs, ends[::2], ends[1::2], strict=True)
    ]
    return Course(formula.expr, x, opened(None, None), tuple(stretches), marks)


def _at(q: int, kind: Any = "kink", switch: Expr | None = None) -> Turn:
    return Turn(Fraction(q), Fraction(q), kind, switch)


def test_a_course_by_hand_is_accepted() -> None:
    check_course(_by_hand("abs(x)", (-1, 1), (_at(0),)))
    check_course(_by_hand("x^2", (-1, 1), (_at(0, "stationary"),)))
    check_course(_by_hand("if(x > 0, x + 1, x)", (1, 1), (_at(0, "gap"),)))


FORGED = [
    ("x^2", (-1, 1), (_at(0, "kink"),)),
    ("x^3", (1, 1), (_at(0, "kink"),)),
    ("x*abs(x)", (1, 1), (_at(0, "kink"),)),
    ("x^(5/3)", (1, 1), (_at(0, "kink"),)),
    ("abs(x)", (-1, 1), (_at(0, "stationary"),)),
    ("if(x > 0, x + 1, x)", (1, 1), (_at(0),)),
    ("if(x > 0, x + 1, -x)", (-1, 1), (_at(0),)),
    ("if(x > 0, x, if(x == 0, 1, -x))", (-1, 1), (_at(0),)),
    ("if(x > 0, x^2, if(x == 0, 1, -x))", (-1, 1), (_at(0),)),
    ("1/x^2", (1, -1), (_at(0),)),
    ("log(abs(x))", (-1, 1), (_at(0),)),
    ("x^2", (-1, 1), (_at(0, "gap", const(1)), _at(0, "gap"))),
    ("abs(x)", (-1, 1), (Turn(Fraction(-1), Fraction(1), "kink", const(0)),)),
    ("abs(x)", (-1, 1), (Turn(Fraction(-1), Fraction(1), "gap"),)),
    ("abs(x)", (-1, 1), (Turn(Fraction(-1), Fraction(1), "stationary"),)),
]


@pytest.mark.parametrize(("text", "signs", "marks"), FORGED)
def test_a_forged_course_is_refused(
    text: str, signs: tuple[int, ...], marks: tuple[Turn, ...]
) -> None:
    with pytest.raises((NotCertified, AssertionError, ValueError)):
        check_course(_by_hand(text, signs, marks))


def test_a_switch_that_does_not_decide_the_corner_is_refused() -> None:
    good = _course("abs(x^2 - 2)")
    corner = next(t for t in good.turns if t.switch is not None)
    check_course(good)
    others = [parse(t, "x: scalar").expr for t in ("x", "x^2 - 3", "x^4", "2 - x", "x^2 - 2 + x")]
    for u in [*others, const(1), multiply(others[1], others[1])]:
        turns = tuple(replace(t, switch=u) if t is corner else t for t in good.turns)
        with pytest.raises((NotCertified, ValueError)):
            check_course(replace(good, turns=turns))


def test_the_slope_must_not_vanish_where_two_boxes_meet() -> None:
    # 3 x^2 > 0 inside (-1, 0) and inside (0, 1), but not at 0.
    formula = parse("x^3", "x: scalar")
    (x,) = formula.symbols
    inside = opened(-1, 1)
    t = running(inside)
    core = derivative(multiply(t, t, t), t)
    rows = ((closed(-1, 0), "polynomial"), (closed(0, 1), "polynomial"))
    forged = Course(formula.expr, x, inside, (Stretch(inside, 1, const(1), core, rows),), ())
    with pytest.raises(NotCertified):
        check_course(forged)


def test_what_is_not_one_real_variable_is_refused() -> None:
    good = _course("x^2")
    for told_of in (Assumptions(integer=True), Assumptions(values=(Fraction(-1), Fraction(1)))):
        y = symbol("x", (), told_of)
        with pytest.raises((NotCertified, LossmithError, ValueError)):
            check_course(replace(good, e=power(y, 2), x=y))


def test_no_value_is_claimed_to_be_missing_where_there_is_one() -> None:
    draw = random.Random(5)
    for text in ("sqrt(x^2 - 1)", "log(x^2 - 1)", "asin(x)", "sqrt(x)", "log(x + 1)", "1/x"):
        formula = parse(text, "x: scalar")
        (x,) = formula.symbols
        for _ in range(40):
            lo = Fraction(draw.randrange(-30, 30), 10)
            inside = opened(lo, lo + Fraction(draw.randrange(1, 30), 10))
            if is_void(formula.expr, x, inside):
                middle = float((inside.lo or 0) + (inside.hi or 0)) / 2
                assert text in ("asin(x)", "sqrt(x)", "log(x + 1)") or abs(middle) < 1
                assert not (text == "sqrt(x)" and middle > 0)
                assert not (text == "log(x + 1)" and middle > -1)
                assert not (text == "asin(x)" and abs(middle) <= 1)
                assert text != "1/x"


def test_no_random_change_makes_a_course_say_what_is_false() -> None:
    # Numbers in the files are changed at random; what is still accepted must hold at samples.
    draw = random.Random(17)
    accepted = 0
    for text in ("x^4 - 3*x^2 + x", "abs(x^2 - 2)", "x*abs(x)", "x + 1/x"):
        source = _data(text)
        (x,) = parse(text, "x: scalar").symbols
        for _ in range(25):
            data = json.loads(json.dumps(source))
            s = draw.choice(data["stretches"])
            match draw.randrange(3):
                case 0:
                    s["sign"] = draw.choice([-1, 0, 1])
                case 1:
                    turn = draw.choice(data["turns"])
                    turn[2] = draw.choice(["stationary", "kink"])
                case _:
                    turn = draw.choice(data["turns"])
                    moved = str(Fraction(turn[0]) + Fraction(draw.randrange(-3, 4), 7))
                    turn[draw.randrange(2)] = moved
            try:
                c = COURSE.from_json(data)
                check_course(c)
            except (LossmithError, ValueError):
                continue
            accepted += 1
            assert c.turns == COURSE.from_json(source).turns
            assert [s.sign for s in c.stretches] == [s["sign"] for s in source["stretches"]]
            assert c.x is x
    assert accepted < 100
