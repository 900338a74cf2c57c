"""Code of a card that names its parts stands in a file as a function under the card's name."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import lossmith as ls
from lossmith.atoms.accurate import logdet_above_eye
from lossmith.atoms.table import CARDS
from lossmith.emit.named import function_of, takes_a_function
from lossmith.expr.atom import Atom

NAMING = [
    pytest.param(card, target, code, id=f"{card.name}-{target}")
    for card in (*CARDS, logdet_above_eye)
    for target, code in card.code.items()
    if takes_a_function(code)
]


@pytest.mark.parametrize(("card", "target", "code"), NAMING)
def test_the_function_is_python_and_returns_by_name(card: Atom, target: str, code: str) -> None:
    text = function_of(card, code)
    compile(text, target, "exec")
    assert "(lambda " not in text
    assert text.lstrip().startswith(f"def _{card.name}(")


@pytest.mark.parametrize(
    ("formula", "declared"),
    [
        ("nucnorm(X)", "X: matrix(m, n)"),
        ("tr(X) - logdet(X)", "X: matrix(n, n) pd"),
        ("lambda_max(X)", "X: matrix(n, n) symmetric"),
    ],
)
def test_a_file_with_such_functions_tests_itself(
    formula: str, declared: str, tmp_path: Path
) -> None:
    text = ls.objective(formula, declared, wrt="X").code("numpy")
    assert "(lambda u" not in text
    assert "(lambda s" not in text
    file = tmp_path / "functions.py"
    file.write_text(text, encoding="utf-8")
    subprocess.run([sys.executable, str(file)], check=True, capture_output=True)
