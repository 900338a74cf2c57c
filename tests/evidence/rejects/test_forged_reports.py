"""Forged reports of checked lines: values that show nothing, proofs of something else."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from proofs import e, s

from lossmith.atoms.table import ATOMS
from lossmith.errors import NotCertified
from lossmith.evidence.certificate import Certificate, Claim, Inference
from lossmith.evidence.lines.difference import DIFFERENCE, Difference, check_difference
from lossmith.evidence.lines.equalities import replayed_lines
from lossmith.expr.build import apply, const, size_of, subtract, symbol
from lossmith.expr.node import Expr
from lossmith.expr.serial import expr_to_json
from lossmith.judge.normal import meet

# -- values at which two sides differ --------------------------------------------------------------


def _at(left: str, right: str, apart: str = "values", **values: Any) -> Difference:
    given = {s(name): v for name, v in values.items()}
    made = {k: Fraction(v) if isinstance(v, int) else v for k, v in given.items()}
    sides = (e(text) if text not in "01" else const(int(text)) for text in (left, right))
    return Difference(*sides, {}, made, (), apart)  # type: ignore[arg-type]


SHOWN = {
    "two values": _at("x^2", "x^3", x=2),
    "one value with a letter that only one side has": _at("x^2 + y", "x^2", x=2, y=1),
    "a root of what is negative": _at("sqrt(x)", "x", "left undefined", x=-1),
    "the same on the right": _at("x", "sqrt(x)", "right undefined", x=-1),
    "a division by 0": _at("1/x", "x", "left undefined", x=0),
    "a logarithm of 0": _at("log(x)", "x", "left undefined", x=0),
}

NOT_SHOWN = {
    "values that are equal": _at("x^2", "x^3", x=1),
    "values that are equal though the balls differ": _at("exp(x)*exp(-x)", "1", x=2),
    "a value that the declaration excludes": _at("p", "abs(p)", p=-1),
    "a symbol without a value": _at("x + y", "x", x=1),
    "an entry that is not there": replace(_at("x^2", "x^3", x=2), entry=(0,)),
    "a side that has a value after all": _at("sqrt(x)", "x", "left undefined", x=4),
    "a root of 0": _at("sqrt(x)", "x", "left undefined", x=0),
    "a square of 0": _at("x^2", "x", "left undefined", x=0),
    "the wrong side": _at("sqrt(x)", "x", "right undefined", x=-1),
    "no value on either side": _at("sqrt(x)", "log(x)", "left undefined", x=-1),
    "an exponential of 0": _at("exp(x)", "x", "left undefined", x=0),
    "a cube of what is negative": _at("x^3", "x", "left undefined", x=-1),
    "a division by 2": _at("1/x", "x", "left undefined", x=2),
    "a part that balls cannot tell": _at(
        "log(1 + sqrt(exp(x)*exp(-x) - 1))", "x", "left undefined", x=1
    ),
    "a word that means nothing": _at("sqrt(x)", "x", "both", x=-1),
    "a branch that is not taken": _at("if(x > 0, sqrt(x), 0)", "x", "left undefined", x=-1),
    "a value on one side only, as values": _at("sqrt(x)", "x", x=-1),
}


@pytest.mark.parametrize("d", SHOWN.values(), ids=SHOWN.keys())
def test_values_that_show_a_difference_are_accepted(d):
    check_difference(d)
    check_difference(DIFFERENCE.from_json(d.to_json()))


@pytest.mark.parametrize("d", NOT_SHOWN.values(), ids=NOT_SHOWN.keys())
def test_values_that_show_none_are_refused(d):
    with pytest.raises(NotCertified):
        check_difference(d)


def test_one_entry_of_two_vectors_differs():
    ones = {s("v"): (Fraction(1), Fraction(2)), s("g"): (Fraction(1), Fraction(3))}
    d = Difference(e("v"), e("g"), {"n": 2}, ones, (1,))
    check_difference(d)
    for bad in (
        replace(d, entry=(0,)),
        replace(d, entry=(2,)),
        replace(d, entry=()),
        replace(d, sizes={"n": 1}),
        replace(d, sizes={"n": 3}),
        replace(d, right=const(1)),
        replace(d, left=e("w"), values={**ones, s("w"): (Fraction(1),)}),
    ):
        with pytest.raises((NotCertified, KeyError)):
            check_difference(bad)


def test_every_entry_of_the_other_side_has_a_value():
    v = {s("v"): (Fraction(1), Fraction(-1))}
    d = Difference(e("log(v - 10)"), e("sqrt(v)"), {"n": 2}, v, (), "left undefined")
    with pytest.raises(NotCertified):
        check_difference(d)
    check_difference(replace(d, right=e("v")))


def test_every_size_is_positive():
    n = size_of("n")
    longest = apply(ATOMS["max"], n, const(1))
    with pytest.raises(NotCertified):
        check_difference(Difference(longest, n, {"n": 0, "m": 2}, {}))


def test_values_are_of_one_symbol_of_each_name():
    other = symbol("x", ("n",))
    d = Difference(e("x"), e("x^2"), {"n": 1}, {s("x"): Fraction(2)})
    check_difference(d)
    wide = Difference(e("x*sum(v)"), e("x"), {"n": 1}, {s("x"): Fraction(2)})
    with pytest.raises(NotCertified):
        check_difference(wide)
    twin = symbol("x", (), s("p").assumptions)
    with pytest.raises(NotCertified):
        check_difference(Difference(s("x"), twin, {}, {s("x"): Fraction(2), twin: Fraction(3)}))
    assert other is not s("x")


@pytest.mark.parametrize(
    ("key", "value"), [("format", "lossmith-witness"), ("version", 2), ("values", [[1, "2"]])]
)
def test_a_file_of_another_format_is_refused(key, value):
    data = _at("x^2", "x^3", x=2).to_json()
    data[key] = [[data["left"], "2"]] if key == "values" else value
    with pytest.raises(NotCertified):
        DIFFERENCE.from_json(data)


# -- lines -----------------------------------------------------------------------------------------


def _proof(left: Expr, right: Expr) -> dict[str, Any]:
    found = meet(left, right)
    assert found is not None
    return {"proof": [c.to_json() for c in found], "difference": None}


def _line(
    said: Expr | None, wanted: Expr | None, status: str, evidence: Any, **more: Any
) -> dict[str, Any]:
    held = {"status": status, "evidence": evidence}
    row: dict[str, Any] = {
        "number": 2,
        "relation": "=",
        "read": None if said is None else expr_to_json(said),
        "expected": None if wanted is None else expr_to_json(wanted),
        "above": None,
        "truth": held,
        "follows": None,
    }
    return {"lines": [{**row, **more}]}


A, B, C = e("(x + 1)^2"), e("x^2 + 2*x + 1"), e("x^2 + 1")
PROVED = _proof(A, B)
DIFFERS = {"proof": None, "difference": _at("(x + 1)^2", "x^2 + 1", x=1).to_json()}


def _bent(which: int, **change: Any) -> dict[str, Any]:
    """Return the proof of A = B with one of its two certificates changed in its last claim."""
    found = list(meet(A, B) or ())
    *before, last = found[which].nodes
    claim = replace(last.claim, **change)
    found[which] = Certificate((*before, replace(last, claim=claim)))
    return {"proof": [c.to_json() for c in found], "difference": None}


def _unproved(*sides: Expr, kind: str = "identity") -> dict[str, Any]:
    """Return two one-node certificates that end in one expression by a rule that does not hold."""
    end = e("y")
    made = [
        Certificate((Inference(Claim(kind, side, (), None, end), "normal-step", (), ("values",)),))
        for side in sides
    ]
    return {"proof": [c.to_json() for c in made], "difference": None}


def _mixed(first: Expr, second: Expr) -> dict[str, Any]:
    """Return the first half of one proof and the second of another."""
    one, other = meet(first, first), meet(second, second)
    assert one is not None
    assert other is not None
    return {"proof": [one[0].to_json(), other[1].to_json()], "difference": None}


def _of_kind(kind: str) -> dict[str, Any]:
    total = Certificate((Inference(Claim(kind, A), "total"),))
    other = Certificate((Inference(Claim(kind, B), "total"),))
    return {"proof": [total.to_json(), other.to_json()], "difference": None}


def _bound(place: int) -> dict[str, Any]:
    """Return the true claim that x has the Lipschitz constant 1 beside the identity 1 = 1."""
    x, one = s("x"), const(1)
    steep = Certificate((Inference(Claim("lipschitz", x, (x,), None, one), "lipschitz-variable"),))
    step = Inference(Claim("identity", one, (), None, one), "normal-step", (), ("values",))
    both = [Certificate((step,)), steep]
    return {"proof": [c.to_json() for c in (both[::-1] if place == 0 else both)]}


GOOD = {
    "a line that is equal": _line(B, A, "proved", PROVED),
    "the same the other way round": _line(A, B, "proved", PROVED),
    "a line that differs": _line(C, A, "refuted", DIFFERS),
    "a difference that is nothing": _line(B, A, "proved", _proof(subtract(A, B), const(0))),
    "a solution of a condition": _line(
        const(2), None, "proved", _proof(const(0), const(0)),
        condition=expr_to_json(e("x - 2")), unknown=expr_to_json(s("x")),
    ),
    "a line of another kind": _line(None, None, "proved", PROVED, relation="<="),
    "slopes that are opposite": _line(None, None, "refuted", PROVED, relation="opposite"),
}  # fmt: skip

BAD = {
    "a line about something else": _line(C, A, "proved", PROVED),
    "a line that should be something else": _line(B, C, "proved", PROVED),
    "two proofs that do not meet": _line(C, A, "proved", _mixed(A, C)),
    "a first proof that does not hold": _line(C, A, "proved", _unproved(A, C)),
    "a proof of one side only": _line(
        C, A, "proved", {"proof": [_proof(A, A)["proof"][0], _unproved(C)["proof"][0]]}
    ),
    "a first half that is bent": _line(C, B, "proved", _bent(0, expr=C)),
    "a second half that is bent": _line(A, C, "proved", _bent(1, expr=C)),
    "proofs of another kind of claim": _line(B, A, "proved", _of_kind("total")),
    "a difference that is not nothing": _line(C, A, "proved", _proof(subtract(A, B), const(0))),
    "a difference that is something": _line(
        C, A, "proved", _proof(subtract(A, C), e("2*x"))
    ),
    "a bound as an identity, first": _line(const(1), e("x"), "proved", _bound(0)),
    "a bound as an identity, second": _line(e("x"), const(1), "proved", _bound(1)),
    "no evidence for what is proved": _line(B, A, "proved", None),
    "no evidence for what is refuted": _line(C, A, "refuted", None),
    "a proved line that was not read": _line(None, A, "proved", PROVED),
    "a proved line that is compared with nothing": _line(B, None, "proved", PROVED),
    "a refuted line that was not read": _line(None, A, "refuted", DIFFERS),
    "a refutation without values": _line(C, A, "refuted", {"proof": None, "difference": None}),
    "a refutation by a proof": _line(B, A, "refuted", PROVED),
    "a refutation about another line": _line(e("x^2"), A, "refuted", DIFFERS),
    "a refutation by values that are equal": _line(
        B, A, "refuted",
        {"proof": None, "difference": _at("(x + 1)^2", "x^2 + 2*x + 1", x=1).to_json()},
    ),
    "a value that does not solve the condition": _line(
        const(3), None, "proved", _proof(const(0), const(0)),
        condition=expr_to_json(e("x - 2")), unknown=expr_to_json(s("x")),
    ),
    "signs that were not given, off kinks": _line(
        e("x"), e("abs(x)"), "proved", {**_proof(e("x"), e("x")), "off_kinks": True}
    ),
    "another kind of line by proofs that do not meet": _line(
        None, None, "proved", _mixed(A, C), relation="<="
    ),
    "slopes said to be opposite without a proof": _line(
        None, None, "refuted", {"proof": None, "difference": None}, relation="same"
    ),
}  # fmt: skip


@pytest.mark.parametrize("report", GOOD.values(), ids=GOOD.keys())
def test_a_line_with_its_evidence_is_replayed(report):
    assert len(list(replayed_lines(report))) == 1


def test_an_undecided_line_shows_nothing():
    assert not list(replayed_lines(_line(B, A, "undecided", None)))
    assert not list(replayed_lines(_line(None, None, "undecided", None)))


@pytest.mark.parametrize("report", BAD.values(), ids=BAD.keys())
def test_a_line_that_says_more_than_its_evidence_is_refused(report):
    with pytest.raises((NotCertified, TypeError)):
        list(replayed_lines(report))


def test_a_line_that_follows_is_compared_with_the_one_above():
    held = {"status": "proved", "evidence": PROVED}
    good = _line(B, None, "undecided", None, above=expr_to_json(A), follows=held)
    assert len(list(replayed_lines(good))) == 1
    bad = _line(B, A, "undecided", None, above=expr_to_json(C), follows=held)
    with pytest.raises(NotCertified):
        list(replayed_lines(bad))
