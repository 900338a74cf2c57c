"""Certificates of stationary points in a box: replayed from JSON, refused after any change."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

import pytest

from lossmith.errors import NotCertified
from lossmith.evidence.replay import replay
from lossmith.evidence.zeros import check_zeros, zeros_from_json
from lossmith.expr.sets import closed
from lossmith.prove.stationary import stationary
from lossmith.text.parse import parse

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
    (told,) = replay(_proof(text, size))
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
