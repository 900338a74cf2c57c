"""What the tables of fields write they read back, and they read nothing else."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossmith.errors import LossmithError, NotCertified
from lossmith.evidence import forms
from lossmith.evidence.certificate import CERTIFICATE, WITNESS, Certificate, Claim, Inference
from lossmith.evidence.certificate import Witness as Counterexample
from lossmith.evidence.forms import Document, Form, Nested
from lossmith.evidence.lines.difference import DIFFERENCE, Difference
from lossmith.evidence.points.zeros import ListedZero, ZerosCertificate, zeros_from_json
from lossmith.evidence.region import CONFINED, Confined, Dent, Inequality, check_confined
from lossmith.expr.build import const, power, subtract, symbol, total
from lossmith.expr.node import Symbol
from lossmith.expr.serial import Writer
from lossmith.expr.sets import Interval, closed

X, Y, V = symbol("x"), symbol("y"), symbol("v", ("n",))

numbers = st.fractions(max_denominator=10**6)
nested: st.SearchStrategy[Nested] = st.recursive(
    numbers, lambda inner: st.lists(inner, max_size=3).map(tuple), max_leaves=8
)
intervals = st.builds(
    Interval, st.none() | numbers, st.none() | numbers, st.booleans(), st.booleans()
)
parameters = st.recursive(
    numbers | intervals | st.sampled_from([X, V, power(X, 2)]) | st.sampled_from(["a", ""]),
    lambda inner: st.lists(inner, max_size=3).map(tuple),
    max_leaves=8,
)


def again(data: Any) -> Any:
    return json.loads(json.dumps(data))


def through(form: Form[Any], value: Any) -> Any:
    writer = Writer()
    data = again(form.write(value, writer))
    return form.read(data, forms.read_rows(writer.rows, forms.ATOMS))


@given(nested)
def test_entries_of_tensors_come_back(value: Nested) -> None:
    assert through(forms.NESTED, value) == value


@given(st.dictionaries(st.sampled_from([X, Y, V]), nested))
def test_points_come_back(point: dict[Symbol, Nested]) -> None:
    assert through(forms.VALUES, point) == point


@given(st.none() | intervals)
def test_intervals_come_back(value: Interval | None) -> None:
    assert through(forms.optional(forms.INTERVAL), value) == value


@given(st.lists(parameters, max_size=4).map(tuple), st.none() | intervals)
def test_proofs_come_back(given_: tuple[Any, ...], inside: Interval | None) -> None:
    claim = Claim("range", total(V), (X, V), inside, power(Y, 3))
    proof = Certificate((Inference(claim, "any", (2, 0), given_), Inference(claim, "b")), "text")
    assert CERTIFICATE.from_json(again(proof.to_json())) == proof


@given(st.dictionaries(st.sampled_from([X, Y, V]), nested), numbers)
def test_counterexamples_come_back(point: dict[Symbol, Nested], t: Fraction) -> None:
    found = Counterexample(total(V), (V, X), "concave", {"n": 2}, point, {}, point, t, "text")
    assert WITNESS.from_json(again(found.to_json())) == found


DENTED = Confined(
    X,
    (X, V),
    (Inequality(power(X, 2)), Inequality(subtract(X, const(1)), strict=True)),
    dent=Dent({"n": 1}, {Y: Fraction(1, 3)}, {X: Fraction(2)}, {X: Fraction(-2)}, Fraction(1, 7)),
)
APART = Difference(X, Y, {"n": 3}, {X: Fraction(1), V: (Fraction(1), Fraction(5, 2))}, (2, 0))
ZERO = ListedZero((closed(0, 1),), (closed(-1, 2),), "minimum")
ISOLATED = ZerosCertificate(
    power(X, 2), (X,), (closed(-3, 4),), (("split", 0, Fraction(1, 2)), ("zero", 0)), (ZERO,)
)


def test_what_is_shown_of_a_set_comes_back() -> None:
    assert CONFINED.from_json(again(DENTED.to_json())) == DENTED


def test_values_that_differ_come_back() -> None:
    assert DIFFERENCE.from_json(again(APART.to_json())) == APART


def test_zeros_come_back_also_from_files_that_know_no_splits() -> None:
    data = again(ISOLATED.to_json())
    assert zeros_from_json(data) == ISOLATED
    del data["splits"]
    assert zeros_from_json(data) == ISOLATED


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("format", "lossmith-witness"),
        ("version", 2),
        ("version", None),
        ("left", 99),  # there is no such row
        ("left", -1),
        ("left", "0"),
        ("values", [[99, "1"]]),
        ("values", 3),
        ("values", [[0, "one"]]),
        ("sizes", {"n": "many"}),
        ("nodes", []),
    ],
)
def test_what_no_form_reads_is_refused(key: str, value: object) -> None:
    data = {**again(APART.to_json()), key: value}
    with pytest.raises(NotCertified):
        DIFFERENCE.from_json(data)


@pytest.mark.parametrize("key", ["left", "values", "sizes", "entry", "apart", "format"])
def test_a_field_that_is_missing_is_refused(key: str) -> None:
    data = again(APART.to_json())
    del data[key]
    with pytest.raises(NotCertified):
        DIFFERENCE.from_json(data)


def test_a_value_of_what_is_no_symbol_is_refused() -> None:
    document = Document("any", forms.record(lambda v: v, values=forms.VALUES))
    writer = Writer()
    row = writer.add(power(X, 2))
    data = {"format": "any", "version": 1, "nodes": writer.rows, "values": [[row, "1"]]}
    with pytest.raises(NotCertified):
        document.from_json(data)


@pytest.mark.parametrize("label", ["nondecreasing", "total", "strictly_convex", ""])
def test_a_label_that_is_no_curvature_is_refused(label: str) -> None:
    claim = Claim(label, X, (X,))
    proof = Certificate((Inference(claim, "first-derivative", (), ()),))
    proof_of_set = Certificate((Inference(Claim("affine", X, (X,)), "variable"),))
    c = Confined(X, (X,), (Inequality(X),), label, proof, sets=(proof_of_set,))  # type: ignore[arg-type]
    with pytest.raises(LossmithError, match=r"about something else|does not show"):
        check_confined(c)
