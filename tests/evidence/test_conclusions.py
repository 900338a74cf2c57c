"""A rule concludes only the kinds of claim that its row names."""

import pytest

from lossmith.errors import NotCertified
from lossmith.evidence.certificate import KINDS, Certificate, Claim, Inference
from lossmith.evidence.check import check
from lossmith.evidence.curvature.premise import CHECKS
from lossmith.expr.build import const, negate, power, symbol
from lossmith.expr.sets import closed
from lossmith.rules.inference import CONCLUDES, INFERENCE

X = symbol("x")


def test_every_rule_names_its_conclusions():
    assert set(CONCLUDES) == set(INFERENCE) == set(CHECKS)
    assert all(set(kinds) <= set(KINDS) for kinds in CONCLUDES.values())


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"total"}))
def test_definedness_proves_nothing_else(kind):
    interval = closed(5, 6) if kind == "range" else None
    other = const(100) if kind in ("identity", "strong", "smooth", "gain") else None
    wrt = () if kind in ("range", "identity", "psd", "gain") else (X,)
    claim = Claim(kind, negate(power(X, 2)), wrt, interval, other)
    with pytest.raises(NotCertified):
        check(Certificate((Inference(claim, "total"),)))


@pytest.mark.parametrize(
    ("rule", "kind"),
    [(rule, kind) for rule in sorted(CONCLUDES) for kind in KINDS if kind not in CONCLUDES[rule]],
)
def test_a_rule_is_refused_for_what_it_does_not_conclude(rule, kind):
    claim = Claim(kind, power(X, 2), (X,))
    with pytest.raises(NotCertified):
        check(Certificate((Inference(claim, rule),)))


def test_a_sound_node_of_the_same_form_is_accepted():
    check(Certificate((Inference(Claim("total", negate(power(X, 2))), "total"),)))
