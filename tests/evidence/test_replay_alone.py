"""Certificates replay from JSON in a process that cannot import the finders.

The evidence of the whole suite of formulas is replayed so in ``tests/prove/test_convexity_suite``.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from lossmith.prove.prover import curvature
from lossmith.prove.proving.verdict import Verdict
from lossmith.text.parse import parse

ALONE = Path(__file__).with_name("replay_alone.py")
LOGISTIC = (
    "sum(log(1 + exp(-y .* (X*w)))) + lam*norm2(w)^2",
    {"y": "vector(n) in {-1, 1}", "lam": "scalar > 0"},
    "w",
)
CASES = (
    LOGISTIC,
    ("exp(x) - log(x)", {"x": "scalar > 0"}, "x"),
    ("sinh(x)/x", {"x": "scalar > 0"}, "x"),
    ("(w2*sigmoid(w1*x) - y)^2", {}, "w1 w2"),
    ("exp(x)*cosh(y)", {}, "x y"),
)


def _verdict(text: str, declare: dict[str, str], wrt: str) -> Verdict:
    formula = parse(text, declare=declare)
    block = tuple(s for s in formula.symbols if s.name in wrt.split())
    return curvature(formula.expr, block, formula=text)


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command], capture_output=True, text=True, check=False, cwd=ALONE.parent
    )


def test_certificates_and_witnesses_replay_without_the_finders(tmp_path: Path) -> None:
    file = tmp_path / "evidence.jsonl"
    verdicts = [_verdict(*case) for case in CASES]
    file.write_text("\n".join(json.dumps(v.to_json()) for v in verdicts), encoding="utf-8")
    result = _run(str(ALONE), str(file))
    assert result.returncode == 0, result.stderr
    told = json.loads(result.stdout)
    pieces = [(*v.certificates, *v.witnesses) for v in verdicts]
    constants = [c for v in verdicts for c in (v.strong, v.smooth) if c.certificate]
    assert told["accepted"] == sum(map(len, pieces)) + len(constants) > 8
    assert told["foreign"] == []


def test_a_verdict_with_a_changed_proof_is_refused_there(tmp_path: Path) -> None:
    data = _verdict(*LOGISTIC).to_json()
    data["certificates"][0]["proof"][-1]["premises"] = []
    file = tmp_path / "changed.jsonl"
    file.write_text(json.dumps(data), encoding="utf-8")
    result = _run(str(ALONE), str(file))
    assert result.returncode != 0
    assert "NotCertified" in result.stderr


@pytest.mark.parametrize("name", ["lossmith.prove.prover", "lossmith.calculus", "scipy"])
def test_the_finders_cannot_be_imported_there(name: str) -> None:
    code = f"import sys, replay_alone; sys.meta_path.insert(0, replay_alone.Guard()); import {name}"
    result = _run("-c", code)
    assert result.returncode != 0
    assert "is not for the kernel" in result.stderr
