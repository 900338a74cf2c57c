"""Verdicts on sets of which all holds but one thing: each is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from lossmith.errors import NotCertified
from lossmith.evidence.certificate import Certificate, Claim, Inference, Witness
from lossmith.evidence.region import (
    CONFINED,
    Confined,
    Dent,
    Inequality,
    check_confined,
)
from lossmith.evidence.replay import replay
from lossmith.expr.build import const, power, subtract
from lossmith.expr.walk import symbols
from lossmith.prove.prover import curvature
from lossmith.prove.region import curvature_within
from lossmith.text.parse import parse

HALF = Fraction(1, 2)


def _case(text: str, *conditions: str) -> Confined:
    """Return what is found for f on the set where every g is at most 0."""
    e, *gs = (parse(t).expr for t in (text, *conditions))
    return curvature_within(e, symbols(e), [Inequality(g) for g in gs])


BALL = _case("exp(x) + y^2", "x^2 + y^2 - 1")
RING = _case("x^2 + y^2", "1 - x^2 - y^2")
TURNED = _case("x^3", "x - 2")


def test_the_true_ones_are_accepted() -> None:
    assert BALL.label == "convex"
    assert RING.dent is not None
    assert TURNED.label == "neither"
    for found in (BALL, RING, TURNED):
        check_confined(found)
        assert replay(json.loads(json.dumps(found.to_json())))


def _dent(**changes: Any) -> Callable[[], Confined]:
    def made() -> Confined:
        assert RING.dent is not None
        return replace(RING, dent=replace(RING.dent, **changes))

    return made


def _other(text: str) -> Any:
    x, y = BALL.wrt
    return curvature(parse(text).expr, (x, y)).certificate


def _moved() -> Confined:
    (x,) = TURNED.wrt
    far = [replace(w, a={x: w.a[x] + 9}, b={x: w.b[x] + 9}) for w in TURNED.witnesses]
    return replace(TURNED, witnesses=tuple(far))


def _outside() -> Confined:
    """Return counterexamples that hold, but not within the narrower set."""
    (x,) = TURNED.wrt
    g = parse("x + 100").expr
    return replace(TURNED, inside=(Inequality(g),), sets=(_certificate(g, (x,)),))


def _certificate(e: Any, wrt: Any) -> Any:
    return curvature(e, wrt).certificate


FORGED: dict[str, Callable[[], Confined]] = {
    "no proof of the set": lambda: replace(BALL, sets=()),
    "a proof about another set": lambda: replace(BALL, sets=(_other("x^2 + 2*y^2 - 1"),)),
    "a set bounded from the wrong side": lambda: replace(
        BALL, inside=(Inequality(parse("1 - x^2 - y^2").expr),)
    ),
    "one more inequality that nobody proved": lambda: replace(
        BALL, inside=(*BALL.inside, *RING.inside)
    ),
    "no inequality at all": lambda: replace(BALL, inside=(), sets=()),
    "no proof of the curvature": lambda: replace(BALL, curvature=None),
    "the proof of another function": lambda: replace(BALL, curvature=_other("exp(x) + 2*y^2")),
    "the other label": lambda: replace(BALL, label="concave"),
    "affine where convex is proved": lambda: replace(BALL, label="affine"),
    "neither without counterexamples": lambda: replace(BALL, label="neither"),
    "fewer variables than the proof": lambda: replace(BALL, wrt=BALL.wrt[:1]),
    "one counterexample of two": lambda: replace(TURNED, witnesses=TURNED.witnesses[:1]),
    "counterexamples outside the set": _moved,
    "counterexamples outside a narrower set": _outside,
    "counterexamples about another function": lambda: replace(TURNED, expr=parse("x^3 + x").expr),
    "a verdict beside a dent": lambda: replace(BALL, dent=RING.dent),
    "a dent whose end is outside": _dent(a={s: Fraction(0) for s in RING.wrt}),
    "a dent whose middle is inside": _dent(
        a={s: Fraction(3) for s in RING.wrt}, b={s: Fraction(4) for s in RING.wrt}
    ),
    "a dent at its own end": _dent(t=Fraction(1)),
    "a dent beyond its ends": _dent(t=Fraction(3, 2)),
    "a dent with one variable missing": _dent(a={RING.wrt[0]: Fraction(2)}),
    "a vector in place of a number": lambda: replace(
        BALL, inside=(Inequality(parse("exp(x)", "x: vector(n)").expr),)
    ),
}


@pytest.mark.parametrize("name", FORGED)
def test_forged_ones_are_refused(name: str) -> None:
    with pytest.raises(NotCertified):
        check_confined(FORGED[name]())


def test_a_set_is_not_shown_by_points_on_its_strict_edge() -> None:
    x = parse("x^2").symbols[0]
    g = parse("1 - x^2").expr
    edge = Dent({}, {}, {x: Fraction(-1)}, {x: Fraction(1)}, HALF)
    closed = Confined(parse("x^2").expr, (x,), (Inequality(g),), dent=edge)
    check_confined(closed)
    with pytest.raises(NotCertified):
        check_confined(replace(closed, inside=(Inequality(g, strict=True),)))


def test_points_that_break_a_declaration_show_nothing() -> None:
    formula = parse("x^2", "x: scalar >= 0")
    (x,) = formula.symbols
    g = parse("1 - x^2", "x: scalar >= 0").expr
    edge = Dent({}, {}, {x: Fraction(-2)}, {x: Fraction(2)}, HALF)
    with pytest.raises(NotCertified):
        check_confined(Confined(formula.expr, (x,), (Inequality(g),), dent=edge))


# -- by hand ---------------------------------------------------------------------------------------

DECLARED = {"x": "scalar", "y": "scalar", "k": "scalar integer", "d": "scalar"}


def _e(text: str) -> Any:
    used = {name: kind for name, kind in DECLARED.items() if name in text}
    return parse(text, declare=used).expr


def _proof(text: str, kind: str, *wrt: str) -> Certificate:
    """Return a proof of the claim in one step, as the search would make it."""
    found = curvature(_e(text), tuple(_e(w) for w in wrt))
    proofs = [p for p in found.certificates if p is not None and p.conclusion.kind == kind]
    assert proofs, (text, kind)
    return proofs[0]


def _bogus(text: str, *wrt: str) -> Certificate:
    """Return a certificate that shows nothing, of a claim that is false."""
    claim = Claim("convex", _e(text), tuple(_e(w) for w in wrt))
    return Certificate((Inference(claim, "variable"),))


def _region(text: str, wrt: str, *inside: str, label: Any = "convex", **more: Any) -> Confined:
    """Return the verdict that f is convex on {g <= 0}, with what is given as its evidence."""
    block = tuple(_e(w) for w in wrt.split())
    given: dict[str, Any] = {"curvature": None, "sets": (), **more}
    return Confined(_e(text), block, tuple(Inequality(_e(g)) for g in inside), label, **given)


def _witness(text: str, against: Any, a: Any, b: Any, wrt: str = "x", **data: Any) -> Witness:
    x = _e(wrt)
    held = {_e(name): Fraction(v) for name, v in data.items()}
    return Witness(_e(text), (x,), against, {}, held, {x: Fraction(a)}, {x: Fraction(b)}, HALF)


def _both(text: str, far: int = 2, wrt: str = "x", **data: Any) -> tuple[Witness, Witness]:
    return (
        _witness(text, "convex", -far, 0, wrt, **data),
        _witness(text, "concave", 0, far, wrt, **data),
    )


SQUARE, DISK = _proof("x^2", "convex", "x"), _proof("x^2 - 9", "convex", "x")
KEPT: dict[str, Callable[[], Confined]] = {
    "a parabola on an interval": lambda: _region(
        "x^2", "x", "x^2 - 9", curvature=SQUARE, sets=(DISK,)
    ),
    "a cube is neither": lambda: _region(
        "x^3", "x", "x^2 - 9", label="neither", witnesses=_both("x^3"), sets=(DISK,)
    ),
    "counterexamples on the edge": lambda: _region(
        "x^3", "x", "x^2 - 4", label="neither", witnesses=_both("x^3"),
        sets=(_proof("x^2 - 4", "convex", "x"),),
    ),
    "a condition on data alone": lambda: _region("x^2", "x", "1 - d^2", curvature=SQUARE),
}  # fmt: skip
BENT: dict[str, Callable[[], Confined]] = {
    "a set outside of a ball": lambda: _region(
        "x^2", "x", "9 - x^2", curvature=SQUARE, sets=(_proof("9 - x^2", "concave", "x"),)
    ),
    "a set that is convex in one variable": lambda: _region(
        "x^2 + y^2", "x y", "x*y - 1", curvature=_proof("x^2 + y^2", "convex", "x", "y"),
        sets=(_proof("x*y - 1", "affine", "x"),),
    ),
    "a set with a proof that is none": lambda: _region(
        "x^2", "x", "9 - x^2", curvature=SQUARE, sets=(_bogus("9 - x^2", "x"),)
    ),
    "a curvature with a proof that is none": lambda: _region(
        "x^3", "x", "x^2 - 9", curvature=_bogus("x^3", "x"), sets=(DISK,)
    ),
    "a curvature in one variable": lambda: _region(
        "x*y", "x y", "x^2 + y^2 - 9", curvature=_proof("x*y", "affine", "x"), label="convex",
        sets=(_proof("x^2 + y^2 - 9", "convex", "x", "y"),),
    ),
    "counterexamples that are none": lambda: _region(
        "x^2", "x", "x^2 - 9", label="neither", witnesses=_both("x^2"), sets=(DISK,)
    ),
    "counterexamples in another variable": lambda: _region(
        "x^2 + y^3", "x", "x^2 - 9", label="neither", witnesses=_both("x^2 + y^3", 2, "y", x=0),
        sets=(DISK,),
    ),
    "counterexamples with an end outside": lambda: _region(
        "x^3", "x", "x^2 - 9", label="neither", witnesses=_both("x^3", 4), sets=(DISK,)
    ),
    "counterexamples outside of one set of two": lambda: _region(
        "x^3", "x", "x^2 - 9", "x^2 - 1", label="neither", witnesses=_both("x^3"),
        sets=(DISK, _proof("x^2 - 1", "convex", "x")),
    ),
    "whole numbers": lambda: _region(
        "k^3", "k", "d", label="neither", witnesses=_both("k^3", 2, "k", d=0)
    ),
    "whole numbers beside real ones": lambda: _region(
        "x^3 + k", "x k", "d", label="neither", witnesses=_both("x^3 + k", k=0, d=0)
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", KEPT)
def test_verdicts_by_hand_are_accepted(name: str) -> None:
    check_confined(KEPT[name]())


@pytest.mark.parametrize("name", BENT)
def test_verdicts_of_which_one_thing_fails_are_refused(name: str) -> None:
    with pytest.raises(NotCertified):
        check_confined(BENT[name]())


def test_f_and_the_set_speak_of_one_variable_of_a_name() -> None:
    twin = parse("x", "x: scalar >= -9").expr
    good = KEPT["a condition on data alone"]()
    check_confined(good)
    with pytest.raises(NotCertified):
        check_confined(replace(good, inside=(Inequality(subtract(const(1), power(twin, 2))),)))


def _ends(a: Any, b: Any, t: Any = HALF, **more: Any) -> Dent:
    x = _e("x")
    return Dent(
        more.get("sizes", {}), more.get("data", {}), {x: Fraction(a)}, {x: Fraction(b)}, Fraction(t)
    )


@pytest.mark.parametrize(
    ("g", "dent", "shown"),
    [
        ("1 - x^2", _ends(-1, 1), True),
        ("1 - x^2", _ends(-4, 1, HALF / 2), True),
        ("1 - x^2", _ends(-4, 1), False),
        ("1 - x^2", _ends(-1, 1, 1), False),
        ("1 - x^2", _ends(-1, 1, 0), False),
        ("1 - x^2", _ends(2, 3, 3), False),
        ("1 - x^2", _ends(2, 3, -2), False),
        ("1 - x^2", _ends(2, 1, -HALF), False),
        ("1 - x^2", _ends(1, 2, 3 * HALF), False),
        ("exp(-exp(-10000)) - 1 - x^2", _ends(-1, 1), False),
        ("abs(sin(pi)) - x^2", _ends(-1, 1), False),
        ("x^2 - 1", _ends(-1, 1), False),
        ("x^2 - 1", _ends(1, 3), False),
        ("x^2 - 1", _ends(3, -1), False),
        ("x", _ends(-2, 0), False),
        ("x - 1/2", _ends(0, 0), False),
        ("abs(x) + x", _ends(-2, -1), False),
        ("HALF - x^2", _ends(-1, 1), True),
        ("log(x)", _ends(HALF, 1), False),
        ("log(x^2) - 1", _ends(-1, 1), False),
        ("1 - x^2 + d", _ends(-2, 2, data={}), False),
        ("1 - x^2 + d", _ends(-2, 2, data={_e("d"): Fraction(1)}), True),
        ("1 - x^2 + d", _ends(-2, 2, data={_e("d"): Fraction(-9)}), False),
        ("1 - x^2", _ends(-1, 1, sizes={"n": 0}), False),
        ("1 - x^2", _ends(-1, 1, sizes={"n": 1}), True),
        ("1 - x^2", _ends(-1, 1, sizes={"n": 0, "m": 2}), False),
    ],
)
def test_a_dent_is_two_points_of_the_set_and_one_between_that_is_not(
    g: str, dent: Dent, shown: bool
) -> None:
    found = Confined(_e("x^2"), (_e("x"),), (Inequality(_e(g.replace("HALF", "1/2"))),), dent=dent)
    if shown:
        check_confined(found)
        for label in ("convex", "neither", "affine"):
            with pytest.raises(NotCertified):
                check_confined(replace(found, label=label))
    else:
        with pytest.raises(NotCertified):
            check_confined(found)


def test_a_dent_is_judged_by_all_inequalities_for_its_ends_and_one_for_its_middle() -> None:
    x = _e("x")

    def check_all(*gs: str) -> None:
        inside = tuple(Inequality(_e(g)) for g in gs)
        check_confined(Confined(_e("x^2"), (x,), inside, dent=_ends(-1, 1)))

    check_all("1 - x^2", "x^2 - 9")
    check_all("x^2 - 9", "1 - x^2")
    for beside in ("x", "-x", "9 - x^2"):  # leaves an end out, or both
        with pytest.raises(NotCertified):
            check_all("1 - x^2", beside)


def test_a_strict_inequality_leaves_its_edge_out() -> None:
    x = _e("x")
    middle = Confined(_e("x^2"), (x,), (Inequality(_e("-x^2"), strict=True),), dent=_ends(-1, 1))
    check_confined(middle)  # x != 0
    with pytest.raises(NotCertified):
        check_confined(replace(middle, inside=(Inequality(_e("-x^2")),)))
    for g in ("-x^2 - 1/2", "exp(-exp(-10000)) - 1 - x^2"):  # the second too small for balls
        with pytest.raises(NotCertified):
            check_confined(replace(middle, inside=(Inequality(_e(g), strict=True),)))


@pytest.mark.parametrize("key", ["label", "wrt", "inside", "sets", "curvature", "dent", "nodes"])
def test_a_file_without_a_part_is_refused(key: str) -> None:
    data = json.loads(json.dumps(BALL.to_json()))
    del data[key]
    with pytest.raises(NotCertified):
        CONFINED.from_json(data)
