"""The command line in rough conditions: wrong words, odd terminals, files that are not there."""

import json
import os
import subprocess
import sys

import pytest
from command_line import answer, run

MISUSES = [
    ["explian", "x^2"],
    ["x^2 + 1"],
    ["explain"],
    ["explain", "--jsn", "x^2"],
    ["explain", "x^2", "+", "1"],
    ["explain", "x^2", "--lang", "fr"],
    ["explain", "x^2", "--declare"],
    ["grad", "x^2", "--notation", "words"],
    ["solve", "x^2", "--max-iter", "0"],
    ["solve", "x^2", "--max-iter", "many"],
    ["solve", "x^2", "--set", "x=3"],
    ["solve", "a*x^2", "--set", "a"],
    ["solve", "a*x^2", "--set", "a=[1"],
    ["solve", "x^2", "--x0", "here"],
    ["solve", "x^2", "--method", "magic"],
    ["solve", "norm2(X*w - y)^2", "--data", "nowhere.csv"],
    ["step", "norm2(X*w - y)^2", "--set", "Q=1"],
    ["points", "x^2", "--box", "z in [0, 1]"],
    ["code", "x^2", "--to", "cobol"],
    ["code", "x^2", "--save", "nowhere/f.py"],
    ["convex", "x^2", "--save", "."],
    ["explain", "@"],
    ["explain", "@nowhere.txt"],
    ["explain", "@."],
    ["explain", "-"],
    ["explain", "x^2", "--wrt", "z"],
    ["verify"],
    ["verify", "x", "y"],
    ["verify", "--fast", "x"],
    ["doctor", "now"],
    ["--fast"],
]


@pytest.mark.parametrize("words", MISUSES, ids=" ".join)
def test_every_misuse_says_what_is_wrong_in_both_languages(words):
    first, *rest = words
    english = run(*words, code=2)
    assert "Error" in english
    assert "Usage:" not in english
    error = json.loads(run(first, "--json", *rest, code=2))
    assert error["what"]["en"]
    assert any("\u4e00" <= c <= "\u9fff" for c in error["what"]["zh"])
    assert error["what"]["zh"] in run(first, "--lang", "zh", *rest, code=2)


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["explian", "x^2"], "lossmith explain"),
        (["x^2 + 1"], 'lossmith explain "x^2 + 1"'),
        (["explain", "--jsn", "x^2"], "--json"),
        (["explain", "x^2", "+1"], "quotes"),
        (["explain", "x^2", "--lang", "fr"], "en, zh"),
    ],
)
def test_a_misuse_comes_with_a_repair(words, hint):
    assert hint in run(*words, code=2)


def process(*arguments, stdin=b"", **environment):
    return subprocess.run(
        [sys.executable, "-m", "lossmith", *arguments],
        input=stdin,
        capture_output=True,
        check=False,
        env={**os.environ, **environment},
    )


@pytest.mark.parametrize("encoding", ["gbk", "cp1252", "ascii"])
def test_a_terminal_that_lacks_signs_gets_them_spelled(encoding):
    done = process("explain", "norm2(X*w - y)^2", PYTHONIOENCODING=encoding)
    assert done.returncode == 0, done.stderr
    shown = done.stdout.decode(encoding)
    assert "2X'(Xw - y)" in shown
    assert "PROVED" in shown


def test_chinese_reaches_a_gbk_terminal():
    done = process("convex", "norm2(X*w - y)^2", "--lang", "zh", PYTHONIOENCODING="gbk")
    assert "已证明" in done.stdout.decode("gbk")


def test_a_reader_that_leaves_is_no_error_of_ours():
    command = f"{sys.executable} -m lossmith explain x^2 | true"
    done = subprocess.run(command, shell=True, capture_output=True, check=False)
    assert done.stderr == b""


def test_input_that_is_no_text_is_refused():
    done = process("explain", "-", stdin=b"\xff\xfe")
    assert done.returncode == 2
    assert b"UTF-8" in done.stderr


def test_a_formula_comes_from_standard_input_or_a_file(tmp_path):
    assert "2x" in run("grad", "-", stdin="x^2 + 1\n")
    file = tmp_path / "formula.txt"
    file.write_bytes(b"\xef\xbb\xbfx^2 + 1\r\n")
    assert "2x" in run("grad", f"@{file}")


def test_an_answer_that_cannot_be_saved_is_refused_before_the_work(tmp_path, monkeypatch):
    monkeypatch.setattr("lossmith.workbench.objective.parse", lambda *_, **__: 1 / 0)
    done = run("solve", "x^2", "--save", tmp_path / "no" / "run.json", code=2)
    assert "no such file or folder" in done
    monkeypatch.undo()
    file = tmp_path / "run.json"
    run("solve", "x^2", "--save", file)
    assert "accepted" in run("verify", file)


def test_a_level_asks_for_the_steps_by_itself():
    assert "power rule" in run("grad", "x^2", "--level", "full")
    assert "power rule" not in run("grad", "x^2")


def test_a_run_begins_where_it_is_told_by_name():
    result = answer("solve", "(x - 3)^2 + (y + 1)^2", "--x0", "x=1; y=2")["result"]
    assert result["x"]["x"] == pytest.approx(3)
    assert result["x"]["y"] == pytest.approx(-1)


def test_an_error_of_ours_asks_for_a_report(monkeypatch):
    monkeypatch.setattr("lossmith.workbench.objective.parse", lambda *_, **__: 1 / 0)
    monkeypatch.delenv("LOSSMITH_DEBUG", raising=False)
    assert "report" in run("explain", "x^2", code=4)
    assert answer("explain", "x^2", code=4)["error"] == "SelfCheckFailed"


def test_ctrl_c_is_told_from_a_refutation(monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("lossmith.workbench.objective.parse", interrupted)
    run("explain", "x^2", code=130)


@pytest.mark.parametrize(
    "words", [["blocks", "x*y", "--set", "y=0"], ["kinks", "x", "--data", "f"]]
)
def test_an_option_of_another_command_is_called_one(words):
    assert f"no option {words[2]}" in run(*words, code=2)
