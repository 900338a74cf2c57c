"""``verify`` on the command line: evidence is replayed, and its reading list is printed."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import answer, run

LOSS = "sum(log(1 + exp(-y .* (X*w)))) + lam*norm2(w)^2"


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    file = tmp_path / "proof.json"
    run("convex", LOSS, "--declare", "y in {-1, 1}; lam >= 0", "--wrt", "w", "--save", file)
    return file


def test_what_convex_saves_is_accepted(saved: Path) -> None:
    assert "convex in w" in run("verify", saved)


@pytest.mark.parametrize("formula", ["exp(x)*cosh(y)", "x*y", "-log(x)", "x + y", "max(x, y)"])
def test_every_kind_of_verdict_is_accepted(formula: str, tmp_path: Path) -> None:
    file = tmp_path / "verdict.json"
    told = answer("convex", formula, "--save", file, code=1 if formula == "x*y" else 0)
    assert told["card"]
    assert answer("verify", file)["accepted"]


@pytest.mark.parametrize("options", [(), ("--lang", "zh"), ("--ascii",)])
def test_the_list_of_what_is_trusted_names_functions_of_the_checker(
    saved: Path, options: tuple[str, ...]
) -> None:
    assert "check.py: check" in run("verify", saved, "--trusted", *options)


def test_the_list_of_what_is_trusted_as_data(saved: Path) -> None:
    told = answer("verify", saved, "--trusted")
    assert {"evidence/check.py", "evidence/curvature/rules_structure.py"} <= {
        f["file"] for f in told["functions"]
    }
    assert 0 < told["kernel_lines"] < 2000


@pytest.mark.parametrize(
    "command",
    [
        ("step", "sum(log(1 + exp(X*w)))"),
        ("step", "sin(x)"),
        ("points", "x^4 - 3*x^2 + x"),
        ("blocks", "norm2(X - U*V')^2", "--wrt", "U, V"),
        ("model", "norm2(X*w - y)^2 + lam*norm1(w)", "--declare", "lam > 0"),
        ("compare", "norm2(X*w - y)^2", "mean((X*w - y).^2)"),
    ],
    ids=lambda c: c[0],
)
def test_what_commands_save_is_accepted(command: tuple[str, ...], tmp_path: Path) -> None:
    file = tmp_path / "saved.json"
    run(*command, "--save", file, code=1 if command[0] == "blocks" else 0)
    assert answer("verify", file)["accepted"]


def test_the_lines_of_a_derivation_are_saved_with_their_proofs(tmp_path: Path) -> None:
    lines, file = tmp_path / "lines.txt", tmp_path / "lines.json"
    lines.write_text("L = norm2(X*w - y)^2\ndL/dw = 2*X'*(X*w - y)\n", encoding="utf-8")
    run("check", lines, "--save", file)
    assert "line 2" in run("verify", file)


def test_a_folder_is_not_saved_in_one_file(tmp_path: Path) -> None:
    assert "--json" in run("check", "--dir", tmp_path, "--save", tmp_path / "x.json", code=2)


def test_it_says_what_the_evidence_is_about_whatever_the_texts_in_the_file_say(saved: Path) -> None:
    text = saved.read_text(encoding="utf-8")
    assert LOSS in text
    saved.write_text(text.replace(LOSS, "exp(-norm2(w))"), encoding="utf-8")
    told = run("verify", saved)
    assert "of Σᵢ log(1 + exp(−yᵢ(Xw)ᵢ)) + λ‖w‖₂²" in told
    assert "λ >= 0, y in {-1, 1}" in told
