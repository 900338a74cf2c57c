"""A saved report of a checked derivation says no more than its evidence when it is replayed."""

from __future__ import annotations

from copy import deepcopy

import pytest

import lossmith as ls
from lossmith.errors import NotCertified
from lossmith.evidence.lines.equalities import replayed_lines

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


def line_of(report, number):
    return next(line for line in report["lines"] if line["number"] == number)


STEPS = "f = (x + 1)^2\nf = x^2 + 2*x + 1\nf = x*(x + 2) + 1\nf = x^2 + 1"


def test_a_proof_that_a_line_follows_must_be_about_the_line_above():
    report = ls.check(STEPS).to_json()
    assert line_of(report, 3)["follows"]["status"] == "proved"
    assert list(replayed_lines(report))
    for above in (line_of(report, 4)["read"], None):
        forged = deepcopy(report)
        line_of(forged, 3)["above"] = above
        with pytest.raises(NotCertified):
            list(replayed_lines(forged))


def test_a_wrong_line_does_not_follow_by_the_proof_of_another_one():
    forged = ls.check(STEPS).to_json()
    line_of(forged, 4)["follows"] = deepcopy(line_of(forged, 3)["follows"])
    with pytest.raises(NotCertified):
        list(replayed_lines(forged))


KINKED = "f = abs(x - a)\nf' = (x - a)/abs(x - a)\nf' = if(x > a, 1, -1)"


def test_a_proof_off_the_kinks_is_replayed_and_is_no_proof_without_that_word():
    report = ls.check(KINKED).to_json()
    assert [line["outcome"] for line in report["lines"]] == ["definition", "ok", "ok"]
    assert len(list(replayed_lines(report))) == 3
    line_of(report, 2)["truth"]["evidence"]["off_kinks"] = False
    with pytest.raises(NotCertified):
        list(replayed_lines(report))


def test_a_solution_is_replayed_against_its_condition():
    lines = ["J = sum(i, (y_i - mu)^2)", "dJ/dmu = 0", "mu = sum(y)/n"]
    report = ls.check(lines).to_json()
    assert line_of(report, 3)["outcome"] == "ok"
    assert list(replayed_lines(report))
    line_of(report, 3)["read"] = line_of(report, 1)["read"]
    with pytest.raises(NotCertified):
        list(replayed_lines(report))


def test_a_refuted_statement_on_optima_is_replayed():
    report = ls.check(["lik = p^7*(1-p)^3", "maximize lik <=> minimize log(lik)"]).to_json()
    assert line_of(report, 2)["outcome"] == "wrong"
    assert len(list(replayed_lines(report))) == 1
