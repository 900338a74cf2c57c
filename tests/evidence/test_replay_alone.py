"""Certificates replay from JSON in a process that cannot import the finders."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from lossmith.prove.prover import curvature
from lossmith.text.parse import parse

ALONE = """
import json, sys
for room in ("calculus", "prove", "run", "solve", "emit", "text"):
    sys.modules[f"lossmith.{room}"] = None
sys.modules["numpy"] = None
sys.modules["scipy"] = None
from lossmith.atoms.table import ATOMS
from lossmith.evidence.reading import evidence_from_json
from lossmith.evidence.check import check
for line in open(sys.argv[1], encoding="utf-8"):
    for evidence in evidence_from_json(json.loads(line), ATOMS):
        check(evidence)
        print("accepted")
"""


def test_certificates_and_witnesses_replay_without_the_finders(tmp_path: Path) -> None:
    cases = (
        (
            "sum(log(1 + exp(-y .* (X*w)))) + lam*norm2(w)^2",
            {"y": "vector(n) in {-1, 1}", "lam": "scalar > 0"},
            "w",
        ),
        ("exp(x) - log(x)", {"x": "scalar > 0"}, "x"),
        ("sinh(x)/x", {"x": "scalar > 0"}, "x"),
        ("(w2*sigmoid(w1*x) - y)^2", {}, "w1 w2"),
    )
    file = tmp_path / "evidence.jsonl"
    expected = 0
    with file.open("w", encoding="utf-8") as out:
        for text, declare, wrt in cases:
            formula = parse(text, declare=declare)
            block = tuple(s for s in formula.symbols if s.name in wrt.split())
            verdict = curvature(formula.expr, block, formula=text)
            constants = [c for c in (verdict.strong, verdict.smooth) if c.certificate]
            expected += len(verdict.certificates) + len(verdict.witnesses) + len(constants)
            out.write(json.dumps(verdict.to_json()) + "\n")
    result = subprocess.run(
        [sys.executable, "-c", ALONE, str(file)], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.count("accepted") == expected > 8
