"""What reading drops is told: parts with a domain of which nothing is left in the formula."""

from __future__ import annotations

import pytest

from lossmith.text.parse import parse

DROPPED = ["log(x) - log(x)", "0*log(x) + x", "log(x)*0", "if(log(x) > 0, x, x)", "0/x", "0/(x-1)"]


@pytest.mark.parametrize("text", DROPPED)
def test_a_part_that_is_gone_is_told(text: str) -> None:
    (note,) = (n for n in parse(text, "x: scalar").notes if "simplified away" in n.en)
    assert "没有值" in note.zh


KEPT = [
    "x/x",
    "(x^2 - 1)/(x - 1)",
    "1/(1/x)",
    "sqrt(x)^2",
    "exp(log(x))",
    "log(x^2) - 2*log(x)",
    "y/x*z",
    "1/(2*x)",
    "x/(y/z)",
    "log(x)*2 - 3*log(y)",
    "x - x",
    "abs(x) - abs(x)",
    "norm2(x)/y - 1",
    "y*log(y/x) - y*log(y)",
    "x/2 - x/2",
]


@pytest.mark.parametrize("text", KEPT)
def test_nothing_is_told_where_the_domain_is_kept(text: str) -> None:
    assert not any("simplified away" in n.en for n in parse(text).notes)


@pytest.mark.parametrize("declared", ["x: scalar > 0", "x: scalar in [1, 2]"])
def test_nothing_is_told_where_every_value_is_admitted(declared: str) -> None:
    assert not parse("log(x) - log(x) + 0/x + x", declared).notes
