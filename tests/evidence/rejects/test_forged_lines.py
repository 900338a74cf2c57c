"""Forged evidence for lines of a derivation and for multiples; each with its honest sister."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from proofs import e, s

import lossmith as ls
from lossmith.errors import NotCertified
from lossmith.evidence.certificate import Certificate, Claim, Inference
from lossmith.evidence.lines.equalities import replayed_lines
from lossmith.evidence.lines.multiples import MULTIPLE, Multiple, check_multiple, other_side
from lossmith.evidence.lines.off_kinks import off_kinks
from lossmith.expr.build import const, multiply, power, symbol
from lossmith.expr.node import Expr
from lossmith.expr.serial import expr_to_json
from lossmith.expr.sets import opened
from lossmith.expr.types import Assumptions
from lossmith.expr.walk import symbols
from lossmith.judge.equality import meet

ZERO = const(0)


def test_a_symbol_is_not_taken_for_the_sign_of_something():
    size = e("abs(x)")
    written = off_kinks(size, ZERO)
    assert written is not None
    (sign,) = (t for t in symbols(written[0]) if t is not s("x"))
    assert off_kinks(size, multiply(sign, s("x"))) is None


def test_a_choice_that_is_always_on_its_boundary_is_none_of_its_branches():
    nothing = "(x + 1)^2 - x^2 - 2*x - 1"
    assert off_kinks(e(f"if({nothing} > 0, 1, 3) + abs(x)"), e("2 + abs(x)")) is None
    assert off_kinks(e(f"if({nothing} + x > 0, 1, 3) + abs(x)"), e("2 + abs(x)")) is not None


@pytest.mark.parametrize("inner", ["relu(x)", "relu(x)*y", "if(x > 0, log(x), 0)"])
def test_a_decision_that_hangs_on_one_not_yet_written_is_refused(inner):
    # All are 0 on the left, where their sign is none of -1 and 1.
    assert off_kinks(e(f"sign({inner})^2"), const(1)) is None


def _multiple(factor: Expr, left: Expr | None = None, by: str = "", right: str = "y^4") -> Multiple:
    other = other_side(e(right), factor, ZERO, by)  # type: ignore[arg-type]
    own = other if left is None else left
    proof = meet(own, other)
    assert proof is not None
    return Multiple(own, e(right), (s("y"),), factor, ZERO, proof, by)  # type: ignore[arg-type]


def _with_constant(constant: Expr) -> Multiple:
    other = other_side(e("y^4"), const(1), constant)
    proof = meet(other, other)
    assert proof is not None
    return Multiple(other, e("y^4"), (s("y"),), const(1), constant, proof)


WRONG = {
    "a factor without a value": lambda: _multiple(e("log(1 - exp(r))")),
    "a factor of both signs": lambda: _multiple(e("x")),
    "a factor that may be 0": lambda: _multiple(e("x^2")),
    "a factor that moves": lambda: _multiple(e("1 + y^2")),
    "a square of what may be negative": lambda: _multiple(e("q"), by="square", right="y^3"),
    "a root of what may be negative": lambda: _multiple(e("q"), by="root", right="y^3"),
    "a log of what may be negative": lambda: _multiple(e("q"), by="log", right="y^3"),
    "odds of what may exceed 1": lambda: _multiple(e("q"), by="logit", right="exp(y)"),
    # One rises and the other falls; the log has no value anywhere, which no constructor sees.
    "a log without a value": lambda: _multiple(
        const(1),
        left=e("y + log(y^2 - 2*y + 2)"),
        by="log",
        right="exp(y)*(2*y - y^2 - 2)",
    ),
    "a constant that moves": lambda: _with_constant(e("y^2")),
    "two symbols of one name": lambda: replace(
        _multiple(e("1 + y^2")), wrt=(symbol("y", (), Assumptions(opened(0, None))),)
    ),
}


@pytest.mark.parametrize("make", WRONG.values(), ids=WRONG.keys())
def test_a_false_multiple_is_refused(make):
    with pytest.raises(NotCertified):
        check_multiple(make())


@pytest.mark.parametrize(
    ("by", "right"),
    [(by, "y^4") for by in ("", "exp", "root", "square")]
    + [("log", "exp(y)"), ("logit", "sigmoid(y)")],
)
def test_a_true_multiple_is_taken_also_from_its_file(by, right):
    m = _multiple(e("q"), by=by, right=right)
    check_multiple(m)
    check_multiple(MULTIPLE.from_json(m.to_json()))


def test_the_other_side_is_what_is_said_of_it():
    assert other_side(e("y^4"), e("q"), e("p")) is e("q*y^4 + p")
    assert other_side(e("y^4"), e("q"), e("p"), "square") is e("q*y^8 + p")
    assert other_side(e("y^4"), e("q"), e("p"), "root") is e("q*sqrt(y^4) + p")
    assert other_side(e("y^4"), e("q"), e("p"), "exp") is e("q*exp(y^4) + p")
    odds = e("q*(log(sigmoid(y)) - log(1 - sigmoid(y))) + p")
    assert other_side(e("sigmoid(y)"), e("q"), e("p"), "logit") is odds


def test_proofs_of_a_multiple_are_about_its_sides_and_meet():
    good = _multiple(e("q"))
    for bad in (
        Multiple(e("y^2"), good.right, good.wrt, good.factor, ZERO, good.proof),
        Multiple(good.left, e("y^2"), good.wrt, good.factor, ZERO, good.proof),
        Multiple(good.left, good.right, good.wrt, good.factor, const(1), good.proof),
        Multiple(good.left, good.right, good.wrt, e("p"), ZERO, good.proof),
    ):
        with pytest.raises(NotCertified):
            check_multiple(bad)
    stray = meet(e("x^2"), e("x^2"))
    assert stray is not None
    for proof in ((good.proof[0], stray[1]), (stray[0], good.proof[1])):
        with pytest.raises(NotCertified):
            check_multiple(Multiple(good.left, good.right, good.wrt, good.factor, ZERO, proof))


def test_both_proofs_of_a_multiple_are_checked_and_are_of_identities():
    x, y, one = s("x"), s("y"), const(1)
    end = e("x + y")

    def ends(side: Expr, at: Expr) -> Certificate:
        """Return side = at by a step that changes nothing: false unless they are one."""
        claim = Claim("identity", side, (), None, at)
        return Certificate((Inference(claim, "normal-step", (), ("values",)),))

    whole, still = ends(end, end), ends(one, one)
    steep = Certificate((Inference(Claim("lipschitz", x, (x,), None, one), "lipschitz-variable"),))
    for left, right, proof in (
        (x, end, (ends(x, end), whole)),
        (end, y, (whole, ends(y, end))),
        (x, y, (ends(x, x), ends(y, y))),  # both true, but they end apart
        (x, one, (steep, still)),
        (one, x, (still, steep)),
    ):
        with pytest.raises(NotCertified):
            check_multiple(Multiple(left, right, (x, y), one, ZERO, proof))
    check_multiple(Multiple(end, end, (x, y), one, ZERO, (whole, whole)))


@pytest.mark.parametrize(("name", "refused"), [("z", False), ("x", True)])
def test_a_line_is_about_one_symbol_of_each_name(name, refused):
    report = ls.check("f = x^4\nf = x^2*x^2").to_json()
    row = next(row for row in report["lines"] if row["number"] == 2)
    two_valued = Assumptions(values=(Fraction(-1), Fraction(1)))
    wanted, said = power(symbol(name, (), two_valued), 2), e("exp(x)*exp(-x)")
    proof = meet(wanted, said)
    assert proof is not None
    row["expected"], row["read"], row["follows"] = expr_to_json(wanted), expr_to_json(said), None
    row["truth"]["evidence"] = {"proof": [c.to_json() for c in proof], "difference": None}
    assert row["truth"]["status"] == "proved"
    if refused:
        with pytest.raises(NotCertified):
            list(replayed_lines(report))
    else:
        assert list(replayed_lines(report))
