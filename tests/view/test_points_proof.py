"""Why stationary points are these and no others: at two depths, in both languages, all forms."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

import lossmith as ls
from lossmith.faces.cli import main
from lossmith.view.points_proof import PointsProof

QUESTIONS = [
    ("x^4 - 4*x^3 + 6", ""),
    ("(x^2 - 2)^2", ""),
    ("abs(x - 1) + x^2", ""),
    ("exp(-x^2)", ""),
    ("x^3 + y^3 - 3*x*y", ""),
    ("(x*y - 1)^2", ""),
    ("x^2/4 + y^2 + cos(x*y)", "x in [-1, 1]; y in [-1, 1]"),
    ("log(exp(x) + exp(y)) - x/3 - 2*y/3", ""),
    ("x^6 - y^6*x^2", ""),
    ("x + exp(y)", ""),
    ("exp(x)*(x^2 + y^2)", ""),
]


@pytest.fixture(params=QUESTIONS, ids=[t for t, _ in QUESTIONS])
def proof(request: pytest.FixtureRequest) -> PointsProof:
    text, box = request.param
    return ls.objective(text).points_proof(box)


def test_every_point_is_told_with_its_kind_and_the_count_ends_it(proof: PointsProof) -> None:
    for depth in ("student", "researcher"):
        told = proof.text(depth)
        for p in proof.found.points:
            assert (p.words.en if p.set_of else p.kind) in told
        assert proof.found.words.en in told
        shown = proof.found.certificate is not None
        assert told.count("□") == (proof.found.status == "proved" and shown)
        assert ("no certificate" in told) is not shown


def test_each_form_is_well_made(proof: PointsProof) -> None:
    for depth in ("student", "researcher"):
        for lang in ("en", "zh"):
            ElementTree.fromstring(proof.html(depth, lang))
            latex = proof.latex(depth, lang)
            plain = re.sub(r"\\[\\{}$]", "", latex)
            assert plain.count("{") == plain.count("}")
            assert plain.count("$") % 2 == 0
            assert not re.search(r"[²³½¼φ∇≤≥≠√∂−…″′∈]", latex), latex
    assert proof.text("student", "en") != proof.text("student", "zh")
    assert "leans on" in proof.text("researcher")


def test_the_student_sees_the_slope_and_where_it_changes_its_sign() -> None:
    told = ls.objective("x^3 - 3*x").points_proof().text()
    assert "the slope of f is 3x² − 3" in told
    assert "the slope is > 0 on (−∞, −1): f rises" in told
    assert "x = 1 is stationary: a minimum, for f falls before it and rises after it" in told


def test_the_hessian_at_each_point_is_shown() -> None:
    told = ls.objective("x^3 + y^3 - 3*x*y").points_proof().text()
    assert "the Hessian is [6, −3; −3, 6]; all eigenvalues are > 0: a minimum" in told
    assert "of the 4 combinations of these zeros the gradient is 0 at 2" in told


def test_an_infimum_that_is_not_attained_is_told() -> None:
    told = ls.objective("exp(-x^2)").points_proof().text("student", "zh")
    assert "下确界：0, 取不到" in told


def test_the_command_tells_writes_and_saves(tmp_path: Path) -> None:
    page, saved = tmp_path / "p.html", tmp_path / "p.json"
    asked = ["points", "(x*y - 1)^2", "--why", "--html", str(page), "--save", str(saved)]
    ran = CliRunner().invoke(main, asked)
    assert ran.exit_code == 0
    assert "f = φ(t) with φ(t) = (t − 1)² and t = xy" in ran.output
    assert ls.verify(json.loads(saved.read_text(encoding="utf-8")))
    assert "As a tree" in page.read_text(encoding="utf-8")
    data = json.loads(CliRunner().invoke(main, [*asked[:2], "--json", "--why"]).output)
    assert data["told"][0]["text"]["en"] == "∂f/∂x = 2y(xy − 1)"
