"""``points`` on the command line: what it saves is accepted by ``verify``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import answer, run

SAVED = [
    ("x^4 - 2*x^2", (), "3 stationary points, no others; 2 minima and 1 maximum"),
    ("abs(x^2 - 2)", (), "1 stationary point, no others; 2 minima and 1 maximum"),
    ("x*exp(-x^2)", ("--box", "x in [0, 3]"), "1 stationary point, no others"),
    (
        "sin(x + y) + x^2 - y^2/4",
        ("--declare", "x: scalar; y: scalar", "--box", "x in [-2, 2], y in [-2, 2]"),
        "at no point but the 1 listed",
    ),
    ("(w2*tanh(w1) - 1)^2", (), "minimum: every point with w₂ tanh(w₁) = 1; saddle at"),
    ("abs(x*y)", (), "all points where the gradient in x, y vanishes or there is an extremum"),
    ("abs(x - 1) + y^2", (), "minimum at x = 1, y = 0"),
]


@pytest.mark.parametrize(("formula", "options", "said"), SAVED)
def test_saved_points_are_accepted(
    formula: str, options: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    file = tmp_path / "points.json"
    assert "PROVED" in run("points", formula, *options, "--save", file)
    assert said in run("verify", file)
    assert "驻点" in run("verify", file, "--lang", "zh") or "梯度" in run(
        "verify", file, "--lang", "zh"
    )


def test_what_has_no_certificate_is_saved_as_an_answer(tmp_path: Path) -> None:
    file = tmp_path / "points.json"
    told = answer("points", "x + sin(x)", "--save", file)
    assert told["status"] == "proved"
    assert json.loads(file.read_text(encoding="utf-8"))["status"] == "proved"
