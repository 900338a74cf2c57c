"""Certificates of stationary points in a box: replayed from JSON, refused after any change."""

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
from lossmith.evidence.points.krawczyk import middle
from lossmith.evidence.points.zeros import (
    ListedZero,
    ZerosCertificate,
    check_zeros,
    zeros_from_json,
)
from lossmith.evidence.replay import replay
from lossmith.expr.build import add, const, multiply, power, symbol
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.sets import Interval, closed, opened, point
from lossmith.expr.types import Assumptions
from lossmith.prove.points.stationary import stationary
from lossmith.text.parse import parse
from lossmith.view.replayed import verify

FORMULAS = [
    ("sin(x)*cos(y)", 3),
    ("exp(x*y) + x^2 + y^2", 2),
    ("exp(x) + y^2*cos(x)", 2),
    ("x^2*y + y^3 + z^2 - 3*y + x*z", 2),
]


def _proof(text: str, size: int) -> dict[str, Any]:
    formula = parse(text)
    answer = stationary(
        formula.expr, formula.symbols, {s: closed(-size, size) for s in formula.symbols}
    )
    assert answer.certificate is not None
    return json.loads(json.dumps(answer.certificate.to_json()))


@pytest.mark.parametrize(("text", "size"), FORMULAS)
def test_a_certificate_is_replayed_from_its_json(text: str, size: int) -> None:
    (told,) = verify(_proof(text, size))
    assert "accepted" in told.words.en


def _without_a_zero(data: dict[str, Any]) -> None:
    data["zeros"].pop()


def _wrong_kind(data: dict[str, Any]) -> None:
    data["zeros"][0]["kind"] = {"minimum": "saddle"}.get(data["zeros"][0]["kind"], "minimum")


def _moved_zero(data: dict[str, Any]) -> None:
    data["zeros"][0]["box"] = [["10", "11", False, False] for _ in data["wrt"]]


def _larger_box(data: dict[str, Any]) -> None:
    data["box"][0] = ["-9", "9", False, False]


def _fewer_rows(data: dict[str, Any]) -> None:
    data["rows"].pop()


def _more_rows(data: dict[str, Any]) -> None:
    data["rows"].append(["empty"])


def _listed_twice(data: dict[str, Any]) -> None:
    data["zeros"].append(data["zeros"][0])


def _cut_outside(data: dict[str, Any]) -> None:
    row = next(r for r in data["rows"] if r[0] == "split")
    row[2] = "1000"


@pytest.mark.parametrize(
    "change",
    [
        _without_a_zero,
        _wrong_kind,
        _moved_zero,
        _larger_box,
        _fewer_rows,
        _more_rows,
        _listed_twice,
        _cut_outside,
    ],
)
def test_a_changed_certificate_is_refused(change: Callable[[dict[str, Any]], None]) -> None:
    data = _proof("sin(x)*cos(y)", 3)
    change(data)
    with pytest.raises(NotCertified):
        replay(data)


def test_a_row_turned_into_an_empty_one_is_refused() -> None:
    data = _proof("sin(x)*cos(y)", 3)
    kept = [k for k, row in enumerate(data["rows"]) if row[0] == "zero"]
    for k in random.Random(1).sample(kept, 2):
        changed = json.loads(json.dumps(data))
        changed["rows"][k] = ["empty"]
        with pytest.raises(NotCertified):
            check_zeros(zeros_from_json(changed))


def test_a_certificate_of_another_formula_is_refused() -> None:
    data, other = _proof("sin(x)*cos(y)", 3), _proof("exp(x*y) + x^2 + y^2", 2)
    data["expr"] = other["expr"]
    with pytest.raises(NotCertified):
        replay(data)


def _by_hand(assumptions: Assumptions, box: Interval, alone: Interval) -> ZerosCertificate:
    """Return a certificate that x^2/2 + x/1000 is stationary at one point of [-1/2, 1]."""
    x = symbol("x", (), assumptions)
    e = add((Fraction(1, 2), power(x, 2)), (Fraction(1, 1000), x))
    zero = ListedZero((box,), (alone,), "minimum")
    return ZerosCertificate(e, (x,), (closed(Fraction(-1, 2), 1),), (("zero", 0),), (zero,))


NEAR = closed(Fraction(-2, 1000), Fraction(-1, 2000))
AROUND = closed(Fraction(-3, 4), 2)


def test_a_zero_of_a_free_variable_is_accepted() -> None:
    check_zeros(_by_hand(Assumptions(), NEAR, AROUND))
    check_zeros(_by_hand(Assumptions(), point(Fraction(-1, 1000)), AROUND))


@pytest.mark.parametrize(
    "forged",
    [
        _by_hand(Assumptions(opened(0, None)), NEAR, AROUND),
        _by_hand(Assumptions(closed(Fraction(-1, 4), None)), NEAR, AROUND),
        _by_hand(Assumptions(integer=True), NEAR, AROUND),
        _by_hand(Assumptions(values=(Fraction(-1), Fraction(2))), NEAR, AROUND),
        _by_hand(Assumptions(), closed(Fraction(-1, 2000), 1), AROUND),
        _by_hand(Assumptions(), point(Fraction(-2, 1000)), AROUND),
        _by_hand(Assumptions(), closed(-9, 9), AROUND),
        _by_hand(Assumptions(), NEAR, closed(0, 2)),
        replace(_by_hand(Assumptions(), NEAR, AROUND), rows=()),
        replace(_by_hand(Assumptions(), NEAR, AROUND), rows=(("zero", 1),)),
        replace(_by_hand(Assumptions(), NEAR, AROUND), rows=(("zero", -1),)),
        replace(_by_hand(Assumptions(), NEAR, AROUND), rows=(("empty",),)),
        replace(_by_hand(Assumptions(), NEAR, AROUND), box=(closed(-1, 1),)),
        replace(_by_hand(Assumptions(), NEAR, AROUND), box=(closed(None, 1),)),
        replace(_by_hand(Assumptions(), NEAR, AROUND), box=()),
        replace(
            _by_hand(Assumptions(), NEAR, AROUND),
            zeros=(ListedZero((NEAR,), (AROUND,), "maximum"),),
        ),
        replace(
            _by_hand(Assumptions(), NEAR, AROUND), zeros=(ListedZero((NEAR,), (AROUND,), "saddle"),)
        ),
        replace(
            _by_hand(Assumptions(), NEAR, AROUND), rows=(("split", 0, Fraction(3)), ("zero", 0))
        ),
        replace(
            _by_hand(Assumptions(), NEAR, AROUND), rows=(("split", 0, Fraction(0)), ("zero", 0))
        ),
        replace(
            _by_hand(Assumptions(), NEAR, AROUND),
            rows=(("split", 1, Fraction(0)), ("zero", 0), ("zero", 0)),
        ),
    ],
)
def test_a_forged_zero_is_refused(forged: ZerosCertificate) -> None:
    with pytest.raises((NotCertified, ValueError)):
        check_zeros(forged)


def test_the_middle_of_a_box_lies_in_it() -> None:
    draw = random.Random(3)
    for _ in range(200):
        lo = Fraction(draw.randrange(1, 10**30), 3**60)
        box = closed(lo, lo + Fraction(draw.randrange(1, 9), 3 ** draw.randrange(20, 90)))
        assert box.has(middle(box))


STATIONARY = [("x^2 + 1", True), ("x^3 + x", False), ("exp(x) - x", True), ("x", False)]


@pytest.mark.parametrize(("text", "has"), STATIONARY)
def test_a_box_is_empty_only_without_a_stationary_point(text: str, has: bool) -> None:
    formula = parse(text)
    box = tuple(closed(-1, 1) for _ in formula.symbols)
    certificate = ZerosCertificate(formula.expr, formula.symbols, box, (("empty",),), ())
    if has:
        with pytest.raises(NotCertified):
            check_zeros(certificate)
    else:
        check_zeros(certificate)


# -- weight times core -----------------------------------------------------------------------------


def _read(text: str) -> Expr:
    return const(int(text)) if text in ("1", "-1") else parse(text, "x: scalar").expr


def _split_by_hand(weight: str, core: str, *, low: int = -1) -> ZerosCertificate:
    """Return a certificate for (x - 1/3) exp(x), stationary at -2/3 alone, with this split."""
    formula = parse("(x - 1/3)*exp(x)", "x: scalar")
    (x,) = formula.symbols
    parts = tuple(_read(t) for t in (weight, core))
    third = Fraction(-2, 3)
    zero = ListedZero((point(third),), (closed(Fraction(-3, 4), Fraction(-1, 2)),), "minimum")
    cut = Fraction(-1, 2)
    rows = (("split", 0, Fraction(-3, 4)), ("empty",), ("split", 0, cut), ("zero", 0), ("empty",))
    pairs = ((parts[0], parts[1]),)
    return ZerosCertificate(formula.expr, (x,), (closed(low, 2),), rows, (zero,), pairs)


def test_a_positive_weight_is_accepted() -> None:
    check_zeros(_split_by_hand("exp(x)", "x + 2/3"))
    check_zeros(_split_by_hand("exp(x)/3", "3*x + 2"))
    check_zeros(_split_by_hand("1", "exp(x)*(x + 2/3)"))


@pytest.mark.parametrize(
    ("weight", "core"),
    [
        ("exp(x)", "x + 1"),
        ("exp(x)", "1"),
        ("x + 2/3", "exp(x)"),
        ("exp(x)*(x + 2/3)", "1"),
        ("-exp(x)", "-x - 2/3"),
        ("exp(x)/x", "x*(x + 2/3)"),
        ("exp(x)*x", "(x + 2/3)/x"),
        ("exp(x)*(x + 2/3)^2", "1/(x + 2/3)"),
        ("exp(2*x)", "x + 2/3"),
        ("exp(x)*sqrt(x)", "(x + 2/3)/sqrt(x)"),
    ],
)
def test_a_forged_split_is_refused(weight: str, core: str) -> None:
    with pytest.raises(NotCertified):
        check_zeros(_split_by_hand(weight, core))


def test_splits_of_other_symbols_or_of_another_number_are_refused() -> None:
    good = _split_by_hand("exp(x)", "x + 2/3")
    y = parse("y", "y: scalar").expr
    for splits in ((*good.splits, *good.splits), ((multiply(good.splits[0][0], y), const(0)),)):
        with pytest.raises(NotCertified):
            check_zeros(replace(good, splits=splits))


def test_no_split_makes_a_box_with_a_stationary_point_empty() -> None:
    draw = random.Random(11)
    weights = ["exp(x)", "1 + x^2", "exp(-x^2)", "x", "1/x", "x^2", "x - 1/2", "-1", "sigmoid(x)"]
    refused = 0
    for _ in range(60):
        a = Fraction(draw.randrange(-8, 9), 9)
        e = parse(f"exp((x - {a})^2)*({draw.randrange(1, 5)})", "x: scalar").expr
        x = parse("x", "x: scalar").expr
        assert isinstance(x, Symbol)
        w = _read(draw.choice(weights))
        core = multiply(derivative(e, x), power(w, -1))
        forged = ZerosCertificate(e, (x,), (closed(-1, 1),), (("empty",),), (), ((w, core),))
        with pytest.raises((NotCertified, LossmithError)):
            check_zeros(forged)
        refused += 1
    assert refused == 60
