"""Derivations by hand: no right line is called wrong, wrong lines are found and named."""

from __future__ import annotations

from fnmatch import fnmatch

import pytest
from hand_right import RIGHT_BY_HAND
from hand_wrong import WRONG_BY_HAND

import lossmith as ls

LATEX = ("$$", "\\begin{", "\\[")


def report_of(text):
    return ls.check(text, source="x.md" if any(s in text for s in LATEX) else "x.txt").report


@pytest.mark.parametrize("name", RIGHT_BY_HAND)
def test_no_right_line_by_hand_is_called_wrong_or_left_unread(name):
    found = report_of(RIGHT_BY_HAND[name])
    outcomes = [(j.line.text, j.outcome) for j in found.lines]
    allowed = {"definition", "ok", "shown", "condition"}
    allowed |= {"undecided"} if name == "bt" else set()  # an index stands open in it
    assert {o for _, o in outcomes} <= allowed, outcomes


def judged(key, row, line):
    rows = RIGHT_BY_HAND[key].split("\n")
    assert rows[row - 1].strip()
    rows[row - 1] = line
    found = report_of("\n".join(rows))
    here = [j for j in found.lines if j.line.row == row]
    return next((j for j in here if j.outcome in ("wrong", "conditional")), here[0])


def test_wrong_lines_by_hand_are_found_and_nine_of_ten_are_named_first():
    named = 0
    for key, row, line, names in WRONG_BY_HAND:
        j = judged(key, row, line)
        assert j.outcome in ("wrong", "conditional"), (key, line, j.outcome)
        said = [x.slip for x in j.explanations]
        named += bool(said) and any(fnmatch(said[0], glob) for glob in names.split())
    assert named >= 0.9 * len(WRONG_BY_HAND)
