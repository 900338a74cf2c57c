"""Derivations of a second hand: no right line is called wrong, wrong ones are found and named."""

from __future__ import annotations

from fnmatch import fnmatch

import pytest
from second_hand import RIGHT, WRONG

import lossmith as ls


@pytest.mark.parametrize("name", RIGHT)
def test_no_right_line_of_a_second_hand_is_called_wrong_or_left_unread(name: str) -> None:
    outcomes = [(j.line.text, j.outcome) for j in ls.check(RIGHT[name], source="x.txt").lines]
    assert {o for _, o in outcomes} <= {"definition", "ok", "shown", "condition"}, outcomes


@pytest.mark.parametrize(("name", "row", "line", "slips"), WRONG)
def test_a_wrong_line_of_a_second_hand_is_found_and_named(
    name: str, row: int, line: str, slips: str
) -> None:
    rows = RIGHT[name].split("\n")[:row]
    rows[row - 1] = line
    found = ls.check("\n".join(rows), source="x.txt").report.first_wrong
    assert found is not None
    assert found.line.row == row
    said = [x.slip for x in found.explanations]
    assert not slips or any(fnmatch(said[0], glob) for glob in slips.split()), said
