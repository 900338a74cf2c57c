"""Forged steps to strict convexity, and to signs on diagonals: all holds but for one condition."""

from __future__ import annotations

import pytest
from false_analytic import FALSE_ANALYTIC, TRUE_ANALYTIC
from false_strict import FALSE_STRICT, TRUE_STRICT

from lossmith.errors import NotCertified
from lossmith.evidence.check import check

TRUE = TRUE_STRICT | TRUE_ANALYTIC
FALSE = FALSE_STRICT | FALSE_ANALYTIC


@pytest.mark.parametrize("name", TRUE)
def test_the_true_neighbor_is_accepted(name: str) -> None:
    check(TRUE[name])


@pytest.mark.parametrize("name", FALSE)
def test_a_forged_step_is_refused(name: str) -> None:
    certificate = FALSE[name]
    with pytest.raises(NotCertified, match=f"node {len(certificate.nodes) - 1} ") as refused:
        check(certificate)
    assert certificate.nodes[-1].rule in str(refused.value)
