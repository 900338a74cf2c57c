"""The table of inference rules and the checker speak of the same rules, in both languages."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import lossmith.evidence.check as checker
from lossmith.evidence.check import CHECKS
from lossmith.rules.inference import INFERENCE, INFERENCE_RULES, InferenceRule

KERNEL = sorted(Path(checker.__file__).parent.rglob("*.py"))


def test_each_rule_has_a_row_and_each_row_a_rule() -> None:
    assert set(CHECKS) == set(INFERENCE)
    assert len(INFERENCE) == len(INFERENCE_RULES)


@pytest.mark.parametrize("row", INFERENCE_RULES, ids=lambda r: r.name)
def test_a_row_has_words_a_proof_and_a_source(row: InferenceRule) -> None:
    for words in (row.words, row.asks):
        assert words.en
        assert any("\u4e00" <= c <= "\u9fff" for c in words.zh)
    assert row.proof
    assert row.source


@pytest.mark.parametrize("file", KERNEL, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_the_checker_holds_no_floats(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    floats = [
        n for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, float)
    ]
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Name) and n.id == "float"]
    assert not floats
    assert not calls


@pytest.mark.parametrize("file", KERNEL, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_a_file_of_the_checker_can_be_read_in_one_sitting(file: Path) -> None:
    assert len(file.read_text(encoding="utf-8").splitlines()) <= 420
