"""Forged trees of stationary points: all holds but one condition."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from lossmith.errors import LossmithError
from lossmith.evidence.points.course import Course
from lossmith.evidence.points.elimination import EliminationCertificate
from lossmith.evidence.points.layers import (
    Along,
    Behind,
    Isolated,
    LayersCertificate,
    Moved,
    Plus,
    Reached,
    Steep,
    Times,
    formula,
)
from lossmith.evidence.points.layers_check import check_layers, conclusion
from lossmith.evidence.points.layers_place import is_smooth
from lossmith.evidence.points.layers_zeros import zero_sets
from lossmith.evidence.points.zeros import ListedZero, ZerosCertificate
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.sets import REALS, Interval, closed, opened, point
from lossmith.prove.line.line import line
from lossmith.prove.points.eliminants import everywhere
from lossmith.prove.points.layers import layers
from lossmith.prove.points.points_course import course_of
from lossmith.prove.points.points_search import Search
from lossmith.text.parse import parse

NAMES = "; ".join(f"{n}: scalar" for n in "txyz")


def _e(text: str, declared: str = NAMES) -> Expr:
    return parse(text, declared).expr


X, Y, T = (s for s in parse("x + y + t", NAMES).symbols)


def _valid(text: str) -> LayersCertificate:
    e = parse(text, NAMES)
    found = layers(e.expr, e.symbols, dict.fromkeys(e.symbols, REALS))
    assert found is not None
    return found[0]


def _course(text: str, x: Symbol, box: Interval = REALS) -> Course:
    made = course_of(line(_e(text), x, box))
    assert made is not None
    return made


def _made(tree: Any, wrt: tuple[Symbol, ...] = (X, Y)) -> LayersCertificate:
    return LayersCertificate(formula(tree), wrt, (REALS,) * len(wrt), tree)


def _reached(low: tuple[int, int], high: tuple[int, int]) -> Reached:
    return Reached(*(dict(zip((X, Y), map(Fraction, p), strict=True)) for p in (low, high)))


XY = Times(
    _e("x*y"),
    Along(_course("x", X), (point(0),)),
    Along(_course("y", Y), (point(0),)),
    tuple(Reached({s: Fraction(-1)}, {s: Fraction(1)}) for s in (X, Y)),  # type: ignore[arg-type]
)
SQUARES = Plus(_e("x^2 + y^2"), Along(_course("x^2", X)), Along(_course("y^2", Y)))
PASSES = _reached((0, 0), (2, 2))
HYPERBOLA = Behind(_e("(x*y - 1)^2"), _course("(t - 1)^2", T), XY, (PASSES,))
CIRCLE = Behind(_e("abs(x^2 + y^2 - 1)"), _course("abs(t - 1)", T), SQUARES, (PASSES,))
SHIFTED = Moved(
    _e("(x + y)^2 + (x - y)^4"),
    (X, Y),
    (X, Y),
    (_e("x + y"), _e("x - y")),
    Plus(_e("x^2 + y^4"), Along(_course("x^2", X)), Along(_course("y^4", Y))),
)


def _powers(outer: str, inner: Any, e: str, reached: tuple[Reached | None, ...]) -> Behind:
    return Behind(_e(e), _course(outer, T), inner, reached)


# x^2*y^3 is extreme along x = 0 on one side, and has a saddle along y = 0.
CUBE = Times(
    _e("x^2*y^3"),
    Along(_course("x^2", X), (point(0),)),
    Along(_course("y^3", Y), (point(0),)),
    (None, Reached({Y: Fraction(-1)}, {Y: Fraction(1)})),
)
BELOW = Plus(_e("-x^2 - y^2"), Along(_course("-x^2", X)), Along(_course("-y^2", Y)))
ACROSS = _reached((-1, 1), (1, 1))

QUARTIC = "(x*y)^4/4 + (x*y)^3/3"
CUBED = _powers("t^3", CUBE, "(x^2*y^3)^3", (None,))
SUM = Moved(_e("(x + y - 1)^2"), (X, Y), (X,), (_e("x + y"),), Along(_course("(x - 1)^2", X)))

ROOT = _e("sqrt(x^2 + y^2) - x^2 - y^2")
RIGHT, LEFT = Interval(Fraction(0), None, False, True), Interval(None, Fraction(0), True, False)
TWO_FORMS = Moved(
    _e("(x + t)^2 + (y + t)^4"), (X, Y, T), (X, Y), (_e("x + t"), _e("y + t")), SHIFTED.inner
)

ACCEPTED = [
    (
        _made(_powers("t^4/4 + t^3/3", SQUARES, "(x^2+y^2)^4/4 + (x^2+y^2)^3/3", (None, None))),
        ["minimum"],
    ),
    (
        _made(Behind(ROOT, _course("sqrt(t) - t", T, RIGHT), SQUARES, (PASSES,))),
        ["maximum", "minimum"],
    ),
    (
        _made(Behind(ROOT, _course("sqrt(-t) + t", T, LEFT), BELOW, (_reached((2, 2), (0, 0)),))),
        ["maximum", "minimum"],
    ),
    (_made(TWO_FORMS, (X, Y, T)), ["minimum"]),
    (
        _made(
            Behind(
                _e("(x^2 + y^2)^(5/2) - 3*(x^2 + y^2)^(3/2) + sqrt(x^2 + y^2)"),
                _course("(-t)^(5/2) - 3*(-t)^(3/2) + sqrt(-t)", T, LEFT),
                BELOW,
                (_reached((2, 2), (0, 0)),) * 2,
            )
        ),
        ["minimum", "maximum", "minimum"],
    ),
    (_made(SUM), ["minimum"]),
    (
        _made(Plus(_e("(x^2*y^3)^3 + t^2"), CUBED, Along(_course("t^2", T))), (X, Y, T)),
        ["", "minimum", "saddle", "saddle"],
    ),
    (
        _made(Plus(_e("(x^2*y^3)^3 + t^2"), Along(_course("t^2", T)), CUBED), (X, Y, T)),
        ["", "minimum", "saddle", "saddle"],
    ),
    (_made(_powers("t^3", CUBE, "(x^2*y^3)^3", (None,))), ["", "minimum", "maximum", "saddle"]),
    (_made(_powers("-t^3", CUBE, "-(x^2*y^3)^3", (None,))), ["", "maximum", "minimum", "saddle"]),
    (_made(_powers("t^3", XY, "(x*y)^3", (None,))), ["saddle", "saddle"]),
    (
        _made(
            _powers("t^4/4 + t^3/3", XY, "(x*y)^4/4 + (x*y)^3/3", (_reached((-2, 2), (1, 1)), None))
        ),
        ["minimum", "saddle", "saddle"],
    ),
    (_made(_powers("t^2", BELOW, "(x^2 + y^2)^2", (None,))), ["minimum"]),
    (_made(_powers("t^3", BELOW, "(-x^2 - y^2)^3", (None,))), ["maximum"]),
    (_made(_powers("(t + 1)^2", SQUARES, "(x^2 + y^2 + 1)^2", (None,))), ["minimum"]),
    (_made(_powers("(t - 1)^2", BELOW, "(-x^2 - y^2 - 1)^2", (None,))), ["minimum"]),
    (_made(XY), ["saddle"]),
    (_made(SQUARES), ["minimum"]),
    (_made(HYPERBOLA), ["minimum", "saddle"]),
    (_made(CIRCLE), ["minimum", "maximum"]),
    (_made(SHIFTED), ["minimum"]),
    (_made(Steep(_e("x + y^2"), (X, Y), 0)), []),
]


@pytest.mark.parametrize(("made", "kinds"), ACCEPTED, ids=range(len(ACCEPTED)))
def test_trees_built_by_hand_are_accepted(made: LayersCertificate, kinds: list[str]) -> None:
    assert [p.kind for p in conclusion(made)] == kinds


def _isolated_without_a_zero() -> LayersCertificate:
    e = _e("x^3 - 3*x + y^2 + x*y")
    proof = everywhere(Search(e, (X, Y), {X: REALS, Y: REALS}))
    assert isinstance(proof, EliminationCertificate)
    return _made(Isolated(replace(proof, zeros=proof.zeros[1:])))


def _negative_stretch(c: Course) -> Course:
    first, *rest = c.stretches
    return replace(c, stretches=(replace(first, sign=1), *rest))


def _with_gap(c: Course) -> Course:
    return replace(c, turns=tuple(replace(t, kind="gap") for t in c.turns))


def _small(high: Fraction) -> LayersCertificate:
    """Return a tree on the square (0, 1/2)^2, a level shown by the point (high, high)."""
    box = opened(0, Fraction(1, 2))
    shown = (Reached(*(dict.fromkeys((X, Y), q) for q in (Fraction(1, 8), high))),)
    inner = Times(
        XY.e, Along(_course("x", X, box), ()), Along(_course("y", Y, box), ()), (None, None)
    )
    tree = Behind(_e("(x*y - 1/5)^2"), _course("(t - 1/5)^2", T), inner, shown)
    return replace(_made(tree), box=(box, box))


def _eliminated() -> LayersCertificate:
    e = _e("x*y + x^3 + y^3")
    proof = everywhere(Search(e, (X, Y), {X: REALS, Y: REALS}))
    assert isinstance(proof, EliminationCertificate)
    return _made(Isolated(proof))


def _searched() -> LayersCertificate:
    """Return a tree of one leaf: a minimum in [-1/2, 1], the only point there."""
    near = (closed(Fraction(-2, 1000), Fraction(-1, 2000)),)
    zero = ListedZero(near, (closed(Fraction(-3, 4), 2),), "minimum")
    box = (closed(Fraction(-1, 2), 1),)
    proof = ZerosCertificate(_e("x^2/2 + x/1000"), (X,), box, (("zero", 0),), (zero,))
    return replace(_made(Isolated(proof), (X,)), box=box)


def _wide_turn() -> LayersCertificate:
    """Return a tree whose outer function turns in [0, 1], of which h = exp(x) + exp(y) > 0."""
    c = _course("(t - 1/2)^2", T)
    boxes = (opened(None, 0), opened(1, None))
    sides = [s for box in boxes for s in _course("(t - 1/2)^2", T, box).stretches]
    turn = replace(c.turns[0], low=Fraction(0), high=Fraction(1))
    wide = replace(c, turns=(turn,), stretches=tuple(sides))
    inner = Plus(_e("exp(x) + exp(y)"), Along(_course("exp(x)", X)), Along(_course("exp(y)", Y)))
    return _made(Behind(_e("(exp(x) + exp(y) - 1/2)^2"), wide, inner, (None,)))


def _searched_in_the_plane() -> LayersCertificate:
    """Return a tree of one leaf: a minimum in the square [-1/2, 1]^2, the only point there."""
    near = (closed(Fraction(-2, 1000), Fraction(-1, 2000)),) * 2
    zero = ListedZero(near, (closed(Fraction(-3, 4), 2),) * 2, "minimum")
    box = (closed(Fraction(-1, 2), 1),) * 2
    e = _e("x^2/2 + x/1000 + y^2/2 + y/1000")
    proof = ZerosCertificate(e, (X, Y), box, (("zero", 0),), (zero,))
    return replace(_made(Isolated(proof)), box=box)


def _wider(c: LayersCertificate, k: int) -> LayersCertificate:
    return replace(c, box=tuple(REALS if j == k else i for j, i in enumerate(c.box)))


def _half_outside(x: Symbol) -> LayersCertificate:
    """Return a tree on (0, 1/2)^2, a level shown by a point with one coordinate outside."""
    made = _small(Fraction(9, 20))
    assert isinstance(made.tree, Behind)
    (shown,) = made.tree.reached
    assert shown is not None
    high = {**shown.high, x: Fraction(2)}
    return replace(made, tree=replace(made.tree, reached=(Reached(shown.low, high),)))


def _without_a_zero(c: LayersCertificate) -> LayersCertificate:
    assert isinstance(c.tree, Isolated)
    return replace(c, tree=Isolated(replace(c.tree.proof, zeros=())))


def test_a_level_may_be_shown_by_points_of_the_box() -> None:
    assert [p.kind for p in conclusion(_small(Fraction(9, 20)))] == ["minimum"]


def test_points_outside_of_the_box_are_not_told() -> None:
    assert len(conclusion(_eliminated())) == 2
    part = opened(Fraction(-1, 8), 1)
    for box in ((part, REALS), (REALS, part), (part, part)):
        assert [p.kind for p in conclusion(replace(_eliminated(), box=box))] == ["saddle"]
    assert [p.kind for p in conclusion(_searched())] == ["minimum"]
    assert [p.kind for p in conclusion(_searched_in_the_plane())] == ["minimum"]


@pytest.mark.parametrize("text", ["max(x, y)", "relu(x) + y", "abs(x) + y", "x^(1/3)*y"])
def test_what_has_a_corner_or_no_slope_is_not_smooth(text: str) -> None:
    assert not is_smooth(_e(text), (X, Y), {X: REALS, Y: REALS})
    assert is_smooth(_e("x*y + x^3"), (X, Y), {X: REALS, Y: REALS})


FORGED: dict[str, Callable[[], LayersCertificate]] = {
    "a derivative that may be 0": lambda: _made(Steep(_e("x + y^2"), (X, Y), 1)),
    "a derivative that is 0 but never -1": lambda: replace(
        _made(Steep(_e("x^2 + y"), (X, Y), 0)), box=(closed(Fraction(-1, 4), 1), REALS)
    ),
    "points outside of the first side that was searched": lambda: _wider(
        _searched_in_the_plane(), 0
    ),
    "points outside of the second side that was searched": lambda: _wider(
        _searched_in_the_plane(), 1
    ),
    "a level shown by a point with its x outside": lambda: _half_outside(X),
    "a level shown by a point with its y outside": lambda: _half_outside(Y),
    "a turn that begins at the end of the range": _wide_turn,
    "a form with the other sign": lambda: _made(
        Moved(_e("(x - t)^2"), (X, T), (X,), (_e("x + t"),), Along(_course("x^2", X))), (X, T)
    ),
    "a variable that is no form": lambda: _made(
        Moved(
            _e("y - y^3 + x^2"),
            (X, Y),
            (X, T),
            (_e("y"), _e("x")),
            Steep(_e("x - y^3 + t^2"), (X, T, Y), 0),
        )
    ),
    "forms of which one alone is right": lambda: _made(
        replace(TWO_FORMS, forms=(_e("x + t"), _e("2*y + t"))), (X, Y, T)
    ),
    "a variable that is not there": lambda: _made(Steep(_e("x + y^2"), (X, Y), 2)),
    "a corner taken for a slope": lambda: _made(Steep(_e("2*x + abs(x) + y^2"), (X, Y), 0)),
    "a vertical tangent": lambda: _made(Steep(_e("x^(1/3) + y^2"), (X, Y), 0)),
    "a course of the wrong sign": lambda: _made(
        replace(SQUARES, left=Along(_negative_stretch(_course("x^2", X))))
    ),
    "a course of a part of the line": lambda: _made(
        replace(SQUARES, left=Along(_course("x^2", X, opened(1, None))))
    ),
    "a stretch on which it is constant": lambda: _made(
        Plus(_e("relu(x) + y^2"), Along(_course("relu(x)", X)), Along(_course("y^2", Y)))
    ),
    "parts with a variable in common": lambda: _made(
        Plus(_e("x^2 + x*y"), Along(_course("x^2", X)), XY)
    ),
    "a part with a hidden variable": lambda: _made(
        Plus(_e("x*y + y^2"), Steep(_e("x*y"), (X,), 0), Along(_course("y^2", Y)))
    ),
    "a sum that is another": lambda: _made(replace(SQUARES, e=_e("x^2 + 2*y^2"))),
    "a product that is another": lambda: _made(replace(XY, e=_e("2*x*y"))),
    "a sum taken for a product": lambda: _made(Times(_e("x + y"), XY.left, XY.right, XY.reached)),
    "a factor without a zero": lambda: _made(
        Times(_e("x*exp(y)"), XY.left, Along(_course("exp(y)", Y), (point(0),)), XY.reached)
    ),
    "a zero that is left out": lambda: _made(
        Times(
            _e("(x^2 - 1)*y"),
            Along(_course("x^2 - 1", X), (point(1),)),
            XY.right,
            (None, XY.reached[1]),
        )
    ),
    "a zero that is none": lambda: _made(
        replace(XY, left=Along(_course("x", X), (closed(-1, Fraction(-1, 2)), point(0))))
    ),
    "a zero beside the right one": lambda: _made(
        replace(XY, left=Along(_course("x", X), (point(1),)))
    ),
    "a way that does not pass 0": lambda: _made(
        replace(XY, reached=(Reached({X: Fraction(1)}, {X: Fraction(2)}), XY.reached[1]))
    ),
    "another outer function": lambda: _made(replace(HYPERBOLA, e=_e("(x*y - 2)^2"))),
    "another inner function": lambda: _made(replace(HYPERBOLA, inner=SQUARES)),
    "a level that is not shown to be taken": lambda: _made(replace(HYPERBOLA, reached=(None,))),
    "a level that is not passed": lambda: _made(
        replace(HYPERBOLA, reached=(_reached((0, 0), (1, 1)),))
    ),
    "points out of order": lambda: _made(replace(HYPERBOLA, reached=(_reached((2, 2), (0, 0)),))),
    "a point without a coordinate": lambda: _made(
        replace(HYPERBOLA, reached=(Reached({X: Fraction(0)}, dict(PASSES.high)),))
    ),
    "a turn without a line": lambda: _made(replace(HYPERBOLA, reached=())),
    "an outer function known on a part": lambda: _made(
        replace(HYPERBOLA, course=_course("(t - 1)^2", T, opened(0, None)))
    ),
    "a kink without a turn": lambda: _made(
        Behind(_e("3*x*y + abs(x*y)"), _course("3*t + abs(t)", T), XY, (ACROSS,))
    ),
    "an outer function that is constant on a stretch": lambda: _made(
        Behind(_e("relu(x*y)"), _course("relu(t)", T), XY, (ACROSS,))
    ),
    "a turn of the outer function left out": lambda: _made(
        Behind(
            _e("((x*y)^2 - 1)^2"),
            _course("(t^2 - 1)^2", T, opened(Fraction(-1, 2), None)),
            XY,
            (None, PASSES),
        )
    ),
    "an outer course of the wrong sign": lambda: _made(
        replace(HYPERBOLA, course=_negative_stretch(HYPERBOLA.course))
    ),
    "forms of which one is a multiple": lambda: _made(
        replace(
            SHIFTED, e=_e("(2*x + y)^2 + (4*x + 2*y)^4"), forms=(_e("2*x + y"), _e("4*x + 2*y"))
        )
    ),
    "a form with a square": lambda: _made(
        replace(SHIFTED, e=_e("(x + y)^2 + (x + y^2)^4"), forms=(_e("x + y"), _e("x + y^2")))
    ),
    "a direction along which it is not constant": lambda: _made(
        Moved(_e("(x + y)^2 + y^2"), (X, Y), (X,), (_e("x + y"),), Along(_course("x^2", X)))
    ),
    "a form along which it is not constant": lambda: _made(
        Moved(_e("(x + y)^2"), (X, Y), (X,), (_e("2*x + y"),), Along(_course("x^2", X)))
    ),
    "another function of the same forms": lambda: _made(
        Moved(_e("(x + y)^2"), (X, Y), (X,), (_e("x + y"),), Along(_course("x^2 + x", X)))
    ),
    "forms on a part of the plane": lambda: replace(
        _made(SUM), box=(opened(0, Fraction(1, 4)), opened(0, Fraction(1, 4)))
    ),
    "forms on a strip": lambda: replace(_made(SUM), box=(opened(0, Fraction(1, 4)), REALS)),
    "signs of a factor that are not shown": lambda: _made(replace(CUBE, reached=(None, None))),
    "a factor that is never 0, told as 0 somewhere": lambda: _made(
        Times(
            _e("(x^4 - 4*x^2 + 5)*y"),
            Along(_course("x^4 - 4*x^2 + 5", X)),
            XY.right,
            (None, XY.reached[1]),
        )
    ),
    "a place at which a factor is nearly 0": lambda: _made(
        Times(
            _e("(x^4 - 4*x^2 + 4 + 10^(-30))*y"),
            Along(_course("x^4 - 4*x^2 + 4 + 10^(-30)", X)),
            XY.right,
            (None, XY.reached[1]),
        )
    ),
    "points outside of the part that was searched": lambda: replace(_searched(), box=(REALS,)),
    "a zero left out of those that were searched": lambda: _without_a_zero(_searched()),
    "a point at the edge of the box": lambda: replace(_eliminated(), box=(closed(0, 1), REALS)),
    "a minimum told as a gap": lambda: _made(
        replace(SQUARES, left=Along(_with_gap(_course("x^2", X))))
    ),
    "a level shown by a point outside of the box": lambda: _small(Fraction(2)),
    "a jump": lambda: _made(Behind(_e("sign(x*y)"), _course("t", T), XY, ())),
    "forms that depend on each other": lambda: _made(
        replace(SHIFTED, e=_e("(x + y)^2 + (2*x + 2*y)^4"), forms=(_e("x + y"), _e("2*x + 2*y")))
    ),
    "a form that is not affine": lambda: _made(
        replace(SHIFTED, e=_e("(x + y)^2 + (x*y)^4"), forms=(_e("x + y"), _e("x*y")))
    ),
    "forms in another order": lambda: _made(replace(SHIFTED, forms=(_e("x - y"), _e("x + y")))),
    "names of other variables": lambda: _made(replace(SHIFTED, names=(X, T))),
    "one of three points left out": _isolated_without_a_zero,
    "a tree of another formula": lambda: replace(_made(XY), e=_e("x + y")),
    "a tree of fewer variables": lambda: replace(_made(XY), wrt=(X, Y, T), box=(REALS,) * 3),
    "a box beyond the declared set": lambda: _half_line(),
}


def _half_line() -> LayersCertificate:
    (x, y) = parse("x*y", "x: scalar > 0; y: scalar").symbols
    tree = Steep(parse("x*y + x", "x: scalar > 0; y: scalar").expr, (x, y), 1)
    return LayersCertificate(tree.e, (x, y), (REALS, REALS), tree)


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_tree_is_refused(name: str) -> None:
    made = FORGED[name]()
    with pytest.raises(LossmithError):
        check_layers(made)


def test_a_point_at_the_edge_of_the_box_is_refused() -> None:
    made = replace(_made(XY), box=(closed(0, 1), REALS))
    with pytest.raises(LossmithError):
        check_layers(made)


ZERO = (point(0),)
AT_0 = (({X: point(0)}, ()), ({Y: point(0)}, ()))


@pytest.mark.parametrize(
    ("tree", "sets"),
    [
        (XY, AT_0),
        (replace(_powers("t^3", XY, "(x*y)^3", (None,)), zeros=ZERO), AT_0),
        (replace(_powers("t^2 + 1", XY, "(x*y)^2 + 1", (None,)), zeros=()), ()),
        (replace(_powers("t^3 - 1", XY, "(x*y)^3 - 1", (None,)), zeros=(point(1),)), None),
        (_powers("t^3", XY, "(x*y)^3", (None,)), None),
        (SQUARES, None),
        (replace(XY, left=Along(_course("x", X))), None),
        (replace(XY, right=Along(_course("y", Y))), None),
        # The course is one for positive numbers, where it has no zero.
        (replace(HYPERBOLA, course=_course("t^3", T, opened(0, None)), zeros=()), None),
    ],
    ids=range(9),
)
def test_sets_of_zeros_are_those_of_the_layers(tree: Any, sets: Any) -> None:
    assert zero_sets(tree, {X: REALS, Y: REALS}) == sets


@pytest.mark.parametrize(
    "tree",
    [
        Along(_course("x^2 - 1", X, opened(0, None)), (point(1),)),
        Along(_course("relu(x)", X), ZERO),
        Along(_course("x^2 - 1", X), (closed(Fraction(-1, 2), 2),)),
        Along(_course("x", X), (Interval(None, Fraction(1), True, False),)),
        Along(_course("x", X), (Interval(Fraction(-1), None, False, True),)),
        Along(_course("x", X), (Interval(None, None, True, True),)),
        replace(_powers("t^2 - 1", XY, "(x*y)^2 - 1", (None,)), zeros=ZERO),
        replace(_powers("t^3", XY, "(x*y)^3", (None,)), zeros=()),
    ],
    ids=range(8),
)
def test_forged_zeros_are_refused(tree: Any) -> None:
    with pytest.raises(LossmithError):
        zero_sets(tree, {X: REALS, Y: REALS})


def test_no_kink_is_told_where_the_inner_function_has_one_of_its_own() -> None:
    # Where h has a vertical tangent, the chain rule says nothing of |h|.
    tree = _valid("abs(x^3 + y)").tree
    assert isinstance(tree, Behind)
    (level,) = conclusion(_made(tree))
    assert level.slope == "kink"
    rough = _valid("abs(x^(1/3) + y)").tree
    (level,) = conclusion(_made(rough))
    assert level.slope == ""


def test_a_course_without_a_value_at_its_end_is_refused() -> None:
    # phi(x^2) for phi(t) = t^2 - t, t > 0, has a maximum at 0, whose value is not told. In the
    # product with y^2 + 1 all of x = 0 is stationary, not the origin alone.
    declared = "t: scalar > 0"
    course = course_of(line(_e("t^2 - t", declared), _e("t", declared), opened(0, None)))  # type: ignore[arg-type]
    assert course is not None
    tenth, two = Fraction(1, 10), Fraction(2)
    left = Behind(
        _e("x^4 - x^2"), course, Along(_course("x^2", X)), (Reached({X: tenth}, {X: two}),)
    )
    passes = Reached({X: Fraction(1, 2)}, {X: two})
    for tree, wrt in (
        (left, (X,)),
        (
            Times(_e("(x^4 - x^2)*(y^2 + 1)"), left, Along(_course("y^2 + 1", Y)), (passes, None)),
            (X, Y),
        ),
    ):
        with pytest.raises(LossmithError):
            check_layers(_made(tree, wrt))
