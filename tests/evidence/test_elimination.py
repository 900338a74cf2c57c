"""Certificates that a gradient vanishes nowhere else, with forged ones that must be refused."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lossmith.errors import NotCertified
from lossmith.evidence.arithmetic.sturm import all_zeros_within
from lossmith.evidence.points.elimination import (
    ELIMINATION,
    EliminationCertificate,
    check_elimination,
)
from lossmith.prove.points.eliminants import everywhere
from lossmith.prove.points.points_search import Search
from lossmith.prove.points.stationary import stationary
from lossmith.text.parse import parse
from lossmith.view.replayed import verify

ON_THE_PLANE = [
    ("x*y*exp(-x^2-y^2)", "", {"saddle": 1, "minimum": 2, "maximum": 2}),
    ("(x^2+y-11)^2+(x+y^2-7)^2", "", {"minimum": 4, "saddle": 4, "maximum": 1}),
    ("(x*y-1)^2+x^2/10+y^2/10", "", {"saddle": 1, "minimum": 2}),
    ("x/(1+x^2+y^2)", "", {"minimum": 1, "maximum": 1}),
    ("log(1+x^2+y^2)+x*y", "", {"minimum": 1, "saddle": 2}),
    ("x^4+y^4", "", {"": 1}),
    ("x*y^2+exp(x)", "", {}),
    ("x^2+x*y+y^2-3*x", "", {"minimum": 1}),
    ("x^2+x*y+y^2-3*x+z^2-y*z", "", {"minimum": 1}),
    ("(x^2-2)^2+(y^3-y)^2+z^2", "", {"minimum": 6, "saddle": 9}),
    ("x+2*y-z", "", {}),
    ("x^3-3*x+y^2", "x: scalar > 0; y: scalar", {"minimum": 1}),
    ("x*y", "x: scalar >= 0; y: scalar", {"": 1}),
    ("x*y-log(x)-log(y)+x^2", "x: scalar > 0; y: scalar > 0", {}),
    ("x+1/(x*y)+y", "x: scalar > 0; y: scalar > 0", {"minimum": 1}),
]


def _certificate(text: str, declared: str = "") -> EliminationCertificate:
    formula = parse(text, declared)
    inside = {x: x.assumptions.interval for x in formula.symbols}
    found = everywhere(Search(formula.expr, formula.symbols, inside))
    assert found is not None
    return found


@pytest.mark.parametrize(("text", "declared", "kinds"), ON_THE_PLANE, ids=str)
def test_all_zeros_of_the_plane_are_replayed_from_json(
    text: str, declared: str, kinds: dict[str, int]
) -> None:
    found = _certificate(text, declared)
    data = json.loads(json.dumps(found.to_json()))
    read = ELIMINATION.from_json(data)
    check_elimination(read)
    assert read == found
    (told,) = verify(data)
    shown = [z.kind for z in found.zeros]
    assert f"exactly {len(shown)} point" in told.words.en
    assert {k: shown.count(k) for k in set(shown)} == kinds


@pytest.mark.parametrize("text", ["(x^2+y^2-1)^2", "abs(x)*y", "x^2*y^2", "x*sin(y)"])
def test_curves_kinks_and_other_functions_have_no_such_certificate(text: str) -> None:
    formula = parse(text, "x: scalar; y: scalar")
    found = stationary(formula.expr, formula.symbols).certificate
    assert not isinstance(found, EliminationCertificate)


def test_a_saved_answer_without_a_proof_is_called_so() -> None:
    with pytest.raises(NotCertified) as refused:
        verify({"status": "proved", "points": []})
    assert "without a proof" in refused.value.what.en


def test_every_change_of_a_number_in_a_file_is_refused_or_harmless() -> None:
    """A moved interval end may still hold the zero; what is listed must stay the same points."""
    good = _certificate("(x*y-1)^2+x^2/10+y^2/10")
    text = json.dumps(good.to_json())
    accepted = 0
    places = [k for k in range(len(text)) if text[k] in "123456789" and text[k - 1] in '" -']
    for k in places[::7]:
        changed = text[:k] + {"9": "1"}.get(text[k], str(int(text[k]) + 1)) + text[k + 1 :]
        try:
            made = ELIMINATION.from_json(json.loads(changed))
            check_elimination(made)
        except NotCertified:
            continue
        accepted += 1
        assert len(made.zeros) == len(good.zeros)
    assert accepted < len(places[::7]) / 2


# -- zeros of one polynomial -----------------------------------------------------------------------

ONE, ZERO = Fraction(1), Fraction(0)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(-4, 4), min_size=1, max_size=5),
    st.lists(st.integers(1, 3), min_size=5, max_size=5),
    st.booleans(),
)
def test_all_zeros_are_counted_whatever_their_multiplicity(
    at: list[int], powers: list[int], lifted: bool
) -> None:
    f = [ONE]
    for c, m in zip(at, powers, strict=False):
        for _ in range(m):
            f = _times(f, [Fraction(-c), ONE])
    if lifted:
        f = _times(f, [Fraction(1), ONE, ONE])  # without real zeros
    places = sorted(set(at))
    exact = tuple((Fraction(c), Fraction(c)) for c in places)
    near = tuple((c - Fraction(1, 3), c + Fraction(1, 4)) for c, _ in exact)
    for intervals in (exact, near, (*exact[:1], *near[1:])):
        assert all_zeros_within(tuple(f), intervals)
        assert not all_zeros_within(tuple(f), intervals[1:])
        assert not all_zeros_within(tuple(f), intervals[:-1])
    beside = tuple((lo + Fraction(1, 2), hi + Fraction(1, 2)) for lo, hi in near[-1:])
    assert not all_zeros_within(tuple(f), (*near[:-1], *beside))


def _times(a: list[Fraction], b: list[Fraction]) -> list[Fraction]:
    result = [ZERO] * (len(a) + len(b) - 1)
    for i, p in enumerate(a):
        for j, q in enumerate(b):
            result[i + j] += p * q
    return result
