"""Derivations of a fourth hand: no right line is called wrong, wrong ones are found and named."""

from __future__ import annotations

from fnmatch import fnmatch

import pytest
from fourth_hand import RIGHT, WRONG

import lossmith as ls


def report_of(text: str):
    return ls.check(text, source="x.md" if "\\begin{" in text else "x.txt").report


@pytest.mark.parametrize("name", RIGHT)
def test_no_right_line_of_a_fourth_hand_is_called_wrong(name: str) -> None:
    outcomes = [(j.line.text, j.outcome) for j in report_of(RIGHT[name]).lines]
    assert {o for _, o in outcomes} <= {"definition", "ok", "condition"}, outcomes


@pytest.mark.parametrize(("text", "names"), WRONG, ids=[str(k) for k in range(len(WRONG))])
def test_a_wrong_line_of_a_fourth_hand_is_found_and_named(text: str, names: str) -> None:
    report = report_of(text)
    found = report.first_wrong
    assert found is not None
    assert found is report.lines[-1]
    said = [x.slip for x in found.explanations]
    assert any(fnmatch(said[0], glob) for glob in names.split()), said
