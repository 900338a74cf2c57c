"""A saved report of a checked derivation says no more than its evidence when it is replayed."""

from __future__ import annotations

from copy import deepcopy

import pytest

import lossmith as ls
from lossmith.errors import NotCertified
from lossmith.evidence.equalities import replayed_lines

LINES = "g = 2*X'*(X*w - y)\ng = 2*X'*X*w - 2*X'*y\ng = X'*(X*w - y)"


@pytest.fixture(scope="module")
def report():
    return ls.check(LINES, of="norm2(X*w - y)^2", wrt="w").to_json()


def test_an_honest_report_is_accepted(report):
    assert [line["truth"]["status"] for line in report["lines"]] == ["proved", "proved", "refuted"]
    assert len(list(replayed_lines(report))) >= 3


@pytest.mark.parametrize("forge", ["no sides", "no evidence", "proof of another line"])
def test_a_forged_report_is_refused(report, forge):
    forged = deepcopy(report)
    wrong, right = forged["lines"][2], forged["lines"][0]
    wrong["truth"] = deepcopy(right["truth"])
    if forge == "no sides":
        wrong["read"] = wrong["expected"] = None
    elif forge == "no evidence":
        wrong["truth"]["evidence"] = None
    with pytest.raises(NotCertified):
        list(replayed_lines(forged))
