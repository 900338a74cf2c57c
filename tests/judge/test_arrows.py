"""Several statements of one row, and names that LaTeX writes without signs between them."""

from __future__ import annotations

import pytest

import lossmith as ls

L = "L = (y - w*x)^2"


def outcomes(*lines: str) -> list[str]:
    return [j.outcome for j in ls.check(list(lines)).lines]


@pytest.mark.parametrize(
    "arrow", [" => ", " ==> ", " ⇒ ", " ⟺ ", " <=> ", " -> ", " → ", ", so ", ", hence ", " iff "]
)
def test_what_follows_an_arrow_is_a_statement_of_its_own(arrow: str) -> None:
    assert outcomes(L, f"dL/dw = 0{arrow}w = y/x") == ["definition", "condition", "ok"]
    assert outcomes(L, f"dL/dw = 0{arrow}w = x/y") == ["definition", "condition", "wrong"]


def test_solutions_may_be_joined_by_or() -> None:
    lines = ("f(x) = (x^2 - 1)^2", "f'(x) = 0", "x = 0 or x = 1 or x = 2")
    assert outcomes(*lines) == ["definition", "condition", "ok", "ok", "wrong"]


@pytest.mark.parametrize(("factor", "expected"), [("-2", "ok"), ("-7", "wrong")])
@pytest.mark.parametrize("arrow", [r"\Rightarrow", r"\implies"])
def test_a_solution_of_latex_is_no_definition(factor: str, expected: str, arrow: str) -> None:
    slope = rf"$$\frac{{dL}}{{dw}} = {factor}x(y - wx) = 0 {arrow} w = \frac{{y}}{{x}}$$"
    assert outcomes("$$L = (y - wx)^2$$", slope) == ["definition", expected, "condition", "ok"]
