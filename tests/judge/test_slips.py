"""Every slip of the bank is attacked: it does what it says, and what it says is false."""

from __future__ import annotations

import pytest

from lossmith.calculus.gradient import jacobian
from lossmith.evidence.lines.difference import values_at
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.walk import symbols
from lossmith.judge.equality import equal
from lossmith.judge.slipped import slipped_derivatives
from lossmith.rules.rate_slips import RATE_SLIPS, RateSlip
from lossmith.rules.slips import SLIPS, Slip
from lossmith.rules.slope_slips import SLOPE_SLIPS, SlopeSlip

SLOPES = (*SLOPE_SLIPS, *RATE_SLIPS)
ALL = (*SLIPS, *SLOPES)


def values(e: Expr, at) -> list:
    given = {s: at[s.name] if s.shape == () or isinstance(at[s.name], tuple) else (at[s.name],) * 2
             for s in symbols(e)}  # fmt: skip
    found = values_at(e, given, {"n": 2}, 128)
    assert found is not None
    return found


def test_the_bank_holds_at_least_thirty_slips_under_different_names():
    assert len(ALL) >= 30
    assert len({s.name for s in ALL}) == len(ALL)


@pytest.mark.parametrize("slip", ALL, ids=lambda s: s.name)
def test_a_slip_has_words_in_both_languages(slip):
    assert slip.words.en
    assert any("\u4e00" <= c <= "\u9fff" for c in slip.words.zh)


@pytest.mark.parametrize("slip", SLIPS, ids=lambda s: s.name)
def test_a_rewrite_makes_its_wrong_form_from_the_right_one(slip: Slip):
    assert any(wrong is slip.bad for wrong in slip.ways(slip.good))


@pytest.mark.parametrize("slip", [s for s in SLIPS if s.undo], ids=lambda s: s.name)
def test_a_rewrite_that_can_be_undone_leads_back_to_the_right_form(slip: Slip):
    assert slip.undo is not None
    found = [e for e in slip.undo(slip.bad) if e.shape == slip.good.shape]
    assert any(equal(e, slip.good).status == "proved" for e in found)


@pytest.mark.parametrize("slip", SLIPS, ids=lambda s: s.name)
def test_a_rewrite_is_false_where_it_says(slip: Slip):
    good, bad = values(slip.good, slip.breaks_at), values(slip.bad, slip.breaks_at)
    assert all(x.is_finite() for x in (*good, *bad))
    assert len(good) != len(bad) or any(not x.overlaps(y) for x, y in zip(good, bad, strict=True))


@pytest.mark.parametrize("slip", SLIPS, ids=lambda s: s.name)
def test_a_rewrite_is_refuted(slip: Slip):
    if slip.good.shape == slip.bad.shape:
        assert equal(slip.good, slip.bad).status == "refuted"


@pytest.mark.parametrize("slip", SLOPES, ids=lambda s: s.name)
def test_a_wrong_rule_gives_its_wrong_derivative(slip: SlopeSlip | RateSlip):
    found = [x.derivative for x in slipped_derivatives(slip.of, slip.wrt) if x.slip is slip]
    assert any(equal(e, slip.bad).status in ("proved", "shown") for e in found)


@pytest.mark.parametrize("slip", SLOPES, ids=lambda s: s.name)
def test_a_wrong_rule_is_refuted(slip: SlopeSlip | RateSlip):
    truth = jacobian(slip.of, slip.wrt).end
    assert isinstance(slip.wrt, Symbol)
    assert equal(truth, slip.bad).status == "refuted"
    if not slip.wrt.shape:
        good, bad = values(truth, slip.breaks_at), values(slip.bad, slip.breaks_at)
        assert any(not x.overlaps(y) for x, y in zip(good, bad, strict=True))
