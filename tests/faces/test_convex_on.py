"""``convex --on``: a verdict on the set where conditions hold."""

from __future__ import annotations

from pathlib import Path

from command_line import answer, run

VECTOR = ("--declare", "x: vector(n)")


def test_a_set_that_is_not_convex_gets_no_verdict(tmp_path: Path) -> None:
    file = tmp_path / "dent.json"
    ask = ("convex", "sum(exp(x))", *VECTOR, "--on", "sum(exp(x)) >= 1", "--save", file)
    told = run(*ask, code=3)
    assert "not convex: sum(exp(x)) >= 1" in told
    assert "PROVED" not in told
    assert "the declared set is not convex" in run("verify", file)


def test_a_convex_set_is_proved_before_the_formula(tmp_path: Path) -> None:
    file = tmp_path / "simplex.json"
    ask = ("convex", "sum(x.*log(x))", "--declare", "x: vector(n) > 0", "--on", "sum(x) = 1")
    told = run(*ask, "--save", file)
    assert told.count("PROVED") == 2
    assert "convex in x" in run("verify", file)
    assert "rules" in run("verify", file, "--trusted")


def test_the_answer_as_data_and_in_chinese() -> None:
    ask = ("convex", "x^3*y", "--on", "x >= y; 0 <= y <= 1")
    told = answer(*ask, code=1)
    assert told["label"] == "neither"
    assert len(told["inside"]) == 3
    assert "凸集" in run(*ask, "--lang", "zh", code=1)


def test_what_is_no_condition_is_refused_with_a_caret() -> None:
    for on in ("x^2", "x +* 1 <= 2", "<= 1"):
        assert "^" in run("convex", "x^2", "--on", on, code=2)
