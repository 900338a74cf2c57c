"""Formulas from losses, divergences, matrices and textbooks, with labels found by hand.

The labels were worked out without Lossmith, and attacked by random segments in NumPy.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lossmith.evidence.check import check
from lossmith.evidence.replay import evidence_from_json
from lossmith.prove.prover import curvature
from lossmith.prove.refutation.refute import refute
from lossmith.text.parse import parse

ROWS = [
    json.loads(line)
    for line in Path(__file__).with_name("corpus.jsonl").read_text(encoding="utf-8").splitlines()
]
QUESTIONS = [
    (row["formula"], row["declare"], tuple(q["wrt"]), q["label"])
    for row in ROWS
    for q in row["questions"]
]


@pytest.mark.parametrize(
    ("formula", "declare", "wrt", "label"),
    QUESTIONS,
    ids=[f"{f} in {','.join(w)}" for f, _, w, _ in QUESTIONS],
)
def test_the_curvature_is_decided(
    formula: str, declare: dict[str, str], wrt: tuple[str, ...], label: str
) -> None:
    found = parse(formula, declare=declare)
    block = tuple(s for s in found.symbols if s.name in wrt)
    verdict = curvature(found.expr, block, bare=True)
    assert verdict.label == label
    assert len(verdict.witnesses) == (2 if label == "neither" else 0)
    for evidence in (*verdict.certificates, *verdict.witnesses):
        check(evidence_from_json(json.loads(json.dumps(evidence.to_json())))[0])
    if label in ("convex", "concave"):
        # What is proved survives a short attack on its own.
        assert refute(found.expr, block, (label,), tries=12) == {}
