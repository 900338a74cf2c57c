"""One function is another (or its log, exp ...) times a number, plus a constant. Trusted.

This is what a reading of a loss says (f = kappa (-log density) + constant) and what a comparison of
two losses says: both order the points in one way, so the minimizers are the same. Factor and
constant must hold none of the variables, and the factor must have one sign.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final, Literal, assert_never

from lossmith.atoms.table import ATOMS
from lossmith.evidence import forms
from lossmith.evidence.arithmetic.enclose import bounds
from lossmith.evidence.certificate import CERTIFICATE, Certificate
from lossmith.evidence.check import check
from lossmith.evidence.forms import Document, Form, Json
from lossmith.evidence.refusal import have_own_names, refusal
from lossmith.expr.build import add, apply, multiply, ones, power, subtract
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.sets import NEGATIVE, NONNEGATIVE, POSITIVE, REALS, Interval, opened
from lossmith.expr.walk import depends_on

Image = Literal["", "log", "exp", "square", "root", "logit"]
"""An increasing function h: the identity, log, exp, the square of what is >= 0, its root,
log(u/(1 - u))."""

IMAGES: Final[tuple[Image, ...]] = ("", "log", "exp", "square", "root", "logit")

_RISES_ON: Final[Mapping[Image, Interval]] = {
    "": REALS,
    "log": POSITIVE,
    "exp": REALS,
    "square": NONNEGATIVE,
    "root": NONNEGATIVE,
    "logit": opened(0, 1),
}
"""Where each of them has a value and increases."""


@dataclass(frozen=True, slots=True)
class Multiple:
    """left = factor * h(right) + constant wherever both sides have a value.

    by: names h.  wrt: the variables; factor and constant hold none of them.  proof: two
    certificates, from left and from the other side, whose conclusions end in one expression.
    told: what the two sides are, for the reader (the checker does not use it).
    """

    left: Expr
    right: Expr
    wrt: tuple[Symbol, ...]
    factor: Expr
    constant: Expr
    proof: tuple[Certificate, Certificate]
    by: Image = ""
    told: Mapping[str, Any] | None = None

    @property
    def is_turned(self) -> bool:
        """Whether the factor is negative, so that the order of values is turned round."""
        return bounds(self.factor, {})[self.factor].within(NEGATIVE)

    def to_json(self) -> dict[str, Json]:
        """Return the evidence as plain data for ``json.dumps``."""
        return MULTIPLE.to_json(self)


_DATA: Final[Form[Mapping[str, Any]]] = Form(lambda m, _: dict(m), lambda data, _: data)

MULTIPLE: Final = Document(
    "lossmith-multiple",
    forms.record(
        Multiple,
        left=forms.EXPR,
        right=forms.EXPR,
        wrt=forms.many(forms.SYMBOL),
        factor=forms.EXPR,
        constant=forms.EXPR,
        proof=forms.row(forms.pair, CERTIFICATE.inside(), CERTIFICATE.inside()),
        by=forms.TEXT,
        told=forms.optional(_DATA),
    ),
)


def image(by: Image, e: Expr) -> Expr:
    """Return h(e) for the function that ``by`` names."""
    match by:
        case "":
            return e
        case "square":
            return power(e, 2)
        case "root":
            return power(e, Fraction(1, 2))
        case "logit":
            log = ATOMS["log"]
            return subtract(apply(log, e), apply(log, subtract(ones(e.shape), e)))
        case "log" | "exp":
            return apply(ATOMS[by], e)
        case _:
            assert_never(by)


def other_side(right: Expr, factor: Expr, constant: Expr, by: Image = "") -> Expr:
    """Return factor * h(right) + constant."""
    return add((1, multiply(factor, image(by, right))), (1, constant), shape=())


_refused = refusal("the evidence does not show a multiple", "证据没有说明倍数关系")


def check_multiple(m: Multiple) -> None:
    """Return if the proof shows what is said.

    Raises: NotCertified, saying what is wrong.
    """
    if m.left.shape or m.right.shape or m.factor.shape or m.constant.shape:
        raise _refused("the sides are not numbers", "两边不是数")
    if m.by not in IMAGES:
        raise _refused("there is no such function", "没有这个函数")
    if depends_on(m.factor, m.wrt) or depends_on(m.constant, m.wrt):
        raise _refused("the factor or the constant holds a variable", "系数或常数中含有变量")
    sides = (m.left, m.right, m.factor, m.constant)
    left, right, factor, constant = (bounds(e, {})[e] for e in sides)
    # What has no value anywhere has any sign, and equals anything where it has one.
    if any(i.is_empty for i in (left, right, factor, constant)):
        raise _refused("a side has no value anywhere", "有一边处处没有值")
    if not (factor.within(POSITIVE) or factor.within(NEGATIVE)):
        raise _refused("the factor is not known to have one sign", "系数的符号未知")
    # Where h(right) has no value, the equation says nothing of the order that right gives.
    if not right.within(_RISES_ON[m.by]):
        raise _refused(f"{m.by} does not increase on all values", f"{m.by} 并非在所有取值上递增")
    if not have_own_names(*sides, *m.wrt):
        raise _refused("two symbols of one name", "有同名的符号")
    first, second = m.proof
    check(first)
    check(second)
    a, b = first.conclusion, second.conclusion
    meets = a.kind == b.kind == "identity" and a.other is b.other
    if not meets or a.expr is not m.left:
        raise _refused("the two proofs do not meet", "两个证明没有到达同一式子")
    if b.expr is not other_side(m.right, m.factor, m.constant, m.by):
        raise _refused("the proof is about other sides", "证明的不是这两边")
