"""A suite of formulas with known labels: nothing false, and most of it decided."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lossmith.prove.prover import curvature
from lossmith.text.parse import parse

ROWS = [
    json.loads(line)
    for line in Path(__file__).with_name("convexity.jsonl").read_text(encoding="utf-8").splitlines()
]


def _answers(row: dict[str, Any]) -> list[tuple[dict[str, Any], Any]]:
    formula = parse(row["formula"], declare=row["declare"])
    result: list[tuple[dict[str, Any], Any]] = []
    for q in row["questions"]:
        block = tuple(s for s in formula.symbols if s.name in q["wrt"])
        # A small budget keeps this fast; an answer may only turn into "unknown" by it.
        result.append((q, curvature(formula.expr, block, budget=600, tries=160)))
    return result


@pytest.fixture(scope="module")
def answers() -> list[tuple[dict[str, Any], dict[str, Any], Any]]:
    return [(row, q, v) for row in ROWS for q, v in _answers(row)]


def test_no_verdict_is_false(answers: list[tuple[dict[str, Any], dict[str, Any], Any]]) -> None:
    for row, q, v in answers:
        assert v.label in (q["label"], "unknown"), (row["id"], q["wrt"], v.label)
        if v.strict:
            assert q.get("strict") is not False, row["id"]
        if v.strong.value is not None and v.strong.when is None:
            assert q.get("strong") is not False, row["id"]
        for w in v.witnesses:
            assert q["label"] not in (w.against, "affine"), (row["id"], w.against)


def test_most_questions_are_decided(
    answers: list[tuple[dict[str, Any], dict[str, Any], Any]],
) -> None:
    curved = [(q, v) for _, q, v in answers if q["label"] != "neither"]
    neither = [(q, v) for _, q, v in answers if q["label"] == "neither"]
    assert sum(v.status == "proved" for _, v in curved) >= 150  # of 153
    assert sum(v.status == "refuted" for _, v in neither) >= 41  # of 41
