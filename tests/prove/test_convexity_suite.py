"""A suite of formulas with known labels: nothing false, and most of it decided."""

from __future__ import annotations

import json
import subprocess
import sys
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


def test_all_evidence_replays_in_a_process_that_cannot_import_the_finders(
    answers: list[tuple[dict[str, Any], dict[str, Any], Any]], tmp_path: Path
) -> None:
    file = tmp_path / "verdicts.jsonl"
    file.write_text("\n".join(json.dumps(v.to_json()) for _, _, v in answers), encoding="utf-8")
    alone = Path(__file__).parents[1] / "evidence" / "replay_alone.py"
    result = subprocess.run(
        [sys.executable, str(alone), str(file)], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    told = json.loads(result.stdout)
    constants = [c for _, _, v in answers for c in (v.strong, v.smooth) if c.certificate]
    held = [e for _, _, v in answers for e in (*v.certificates, *v.witnesses)]
    assert told["accepted"] == len(held) + len(constants) > 300
    assert told["foreign"] == []
    # Milliseconds, also on a busy machine: the longest needs about 50 ms on an idle one.
    assert sorted(told["seconds"])[len(held) // 2] < 0.05
