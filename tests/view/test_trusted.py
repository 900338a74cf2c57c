"""The reading list of a proof: the code that ran, measured, and the data that it leans on."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import lossmith as ls
from lossmith.errors import NotCertified
from lossmith.view.trusted import HOUSE, KERNEL, trusted

LOSS = "sum(log(1 + exp(-y .* (X*w)))) + lam*norm2(w)^2"


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    verdict = ls.objective(LOSS, declare="y in {-1, 1}; lam >= 0", wrt="w").curvature()
    file = tmp_path / "proof.json"
    file.write_text(json.dumps(verdict.to_json()), encoding="utf-8")
    return file


def test_the_rules_of_a_proof_and_the_loop_of_the_checker_are_on_its_list(saved: Path) -> None:
    answer = trusted(saved)
    names = {(f.file, f.name) for f in answer.functions}
    assert ("evidence/check.py", "check") in names
    assert {"composition", "sum"} <= set(answer.rows)
    assert "softplus" in answer.cards
    assert not [f for f in answer.functions if f.file.startswith(("prove/", "calculus/"))]


def test_every_place_on_the_list_holds_the_function_that_it_names(saved: Path) -> None:
    for part in trusted(saved).functions:
        lines = (HOUSE / part.file).read_text(encoding="utf-8").splitlines()
        assert part.last <= len(lines)
        name = part.name.rsplit(".", 1)[-1]
        if "<" not in name:
            head = "\n".join(lines[part.first - 1 : part.last])
            assert re.search(rf"\bdef {re.escape(name)}\b", head), part


def test_what_was_remembered_is_on_the_list_as_well(saved: Path) -> None:
    first, again = trusted(saved), trusted(saved)
    assert [f for f in first.functions if f.file.startswith(KERNEL)] == [
        f for f in again.functions if f.file.startswith(KERNEL)
    ]


def test_a_smaller_proof_has_a_shorter_list(saved: Path, tmp_path: Path) -> None:
    small = tmp_path / "small.json"
    verdict = ls.objective("x^2", wrt="x").curvature()
    small.write_text(json.dumps(verdict.to_json()), encoding="utf-8")
    whole = sum(len(p.read_text().splitlines()) for p in (HOUSE / KERNEL).rglob("*.py"))
    assert 0 < trusted(small).lines(KERNEL) < trusted(saved).lines(KERNEL) < whole / 4


def test_refused_evidence_has_no_list(saved: Path) -> None:
    data = json.loads(saved.read_text(encoding="utf-8"))
    data["certificates"][0]["proof"][-1]["premises"] = []
    saved.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(NotCertified):
        trusted(saved)
