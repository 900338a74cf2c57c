"""Verdicts on a set that inequalities describe. Trusted.

Convexity has a meaning on convex sets alone. {x : g(x) <= 0} is convex for quasiconvex g, and what
is convex everywhere is convex on every convex part of its domain; so proofs about f and about each
g together prove f convex on the set. A *dent*, two points of the set with a point between them
that lies outside, proves that the set is not convex: there no verdict on f is given at all.
A counterexample to convexity counts on the set only if its three points lie in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final, Literal

from lossmith.atoms.meaning import evaluate
from lossmith.errors import LossmithError
from lossmith.evidence import forms
from lossmith.evidence.arithmetic.enclose import from_ball
from lossmith.evidence.certificate import CERTIFICATE, WITNESS, Certificate, Witness
from lossmith.evidence.check import check, is_convex_set
from lossmith.evidence.curvature.premise import STRONGER
from lossmith.evidence.forms import Document, Json, Nested, parts
from lossmith.evidence.refusal import have_own_names, refusal
from lossmith.evidence.witness import PRECISIONS, admits, listed, mixed
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.sets import REALS, Interval
from lossmith.expr.walk import depends_on, symbols

SHOWS_CONVEX: Final = frozenset(
    {"affine", "convex", "strictly_convex", "log_convex", "quasiconvex"}
)
"""Claims about g of which each makes {g <= 0} and {g < 0} convex."""


@dataclass(frozen=True, slots=True)
class Inequality:
    """expr <= 0, or expr < 0 if strict.  expr: a scalar."""

    expr: Expr
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Dent:
    """Points a and b of the set, and t in (0, 1) for which t*a + (1-t)*b is not in it.

    sizes: a number for each letter.  data: values of the symbols outside wrt.  All exact.
    """

    sizes: Mapping[str, int]
    data: Mapping[Symbol, Nested]
    a: Mapping[Symbol, Nested]
    b: Mapping[Symbol, Nested]
    t: Fraction


@dataclass(frozen=True, slots=True)
class Confined:
    """What is shown of f on {g <= 0 for every inequality}.

    curvature: proof of ``label`` for f on its whole domain, if the label is proved.  witnesses: the
    two counterexamples, if it is "neither".  sets: a proof for each g.  dent: then there is no
    verdict, and nothing else is given.
    """

    expr: Expr
    wrt: tuple[Symbol, ...]
    inside: tuple[Inequality, ...]
    label: Literal["affine", "convex", "concave", "neither", "unknown"] = "unknown"
    curvature: Certificate | None = None
    witnesses: tuple[Witness, ...] = ()
    sets: tuple[Certificate, ...] = ()
    dent: Dent | None = None
    formula: str = ""

    @property
    def status(self) -> Literal["proved", "refuted", "undecided"]:
        """Whether f has a curvature on the set: proved, refuted, or undecided."""
        if self.label == "unknown":
            return "undecided"
        return "refuted" if self.label == "neither" else "proved"

    def to_json(self) -> dict[str, Json]:
        """Return the evidence as plain data for ``json.dumps``."""
        return {**CONFINED.to_json(self), "status": self.status}


CONFINED: Final = Document(
    "lossmith-region",
    forms.record(
        Confined,
        expr=forms.EXPR,
        wrt=forms.many(forms.SYMBOL),
        inside=forms.many(forms.row(Inequality, forms.EXPR, forms.FLAG)),
        label=forms.TEXT,
        curvature=forms.optional(CERTIFICATE.inside()),
        witnesses=forms.many(WITNESS.inside()),
        sets=forms.many(CERTIFICATE.inside()),
        dent=forms.optional(
            forms.record(
                Dent,
                sizes=forms.SIZES,
                data=forms.VALUES,
                a=forms.VALUES,
                b=forms.VALUES,
                t=forms.NUMBER,
            )
        ),
        formula=forms.TEXT,
    ),
)


# -- checking --------------------------------------------------------------------------------------

_refused = refusal(
    "the evidence does not show the verdict on this set", "证据没有说明函数在该集合上的结论"
)
_NO_MEANING: Final = (
    "on a set that is not convex, convexity has no meaning",
    "在非凸集合上谈论凸性没有意义",
)


def check_confined(c: Confined) -> None:
    """Return if the evidence shows what it says.  Raises: NotCertified, saying what is wrong."""
    if not have_own_names(c.expr, *(g.expr for g in c.inside)):
        raise _refused("two symbols have one name", "有两个同名的符号")
    if not c.inside or c.expr.shape or any(g.expr.shape for g in c.inside):
        raise _refused("f and every g must be scalars", "f 与每个 g 都必须是标量")
    if c.dent is not None:
        _check_dent(c, c.dent)
        if c.label != "unknown":
            raise _refused(*_NO_MEANING)
        return
    if not all(is_convex_set(s) for s in c.wrt):
        raise _refused(*_NO_MEANING)
    for g in c.inside:
        if depends_on(g.expr, c.wrt):
            _check_set(c, g)
    if c.label == "neither":
        _check_witnesses(c)
    elif c.label != "unknown":
        _check_curvature(c)


def _check_set(c: Confined, g: Inequality) -> None:
    for proof in c.sets:
        claim = proof.conclusion
        if claim.expr is g.expr and claim.wrt == c.wrt and claim.kind in SHOWS_CONVEX:
            check(proof)
            return
    raise _refused("the set is not shown to be convex", "没有证明该集合是凸集")


def _check_curvature(c: Confined) -> None:
    if c.curvature is None:
        raise _refused("the proof is missing", "缺少证明")
    claim = c.curvature.conclusion
    enough = {"affine": ("affine",), **STRONGER}.get(c.label, ())
    if claim.expr is not c.expr or claim.wrt != c.wrt or claim.kind not in enough:
        raise _refused("the proof is about something else", "证明的是别的命题")
    check(c.curvature)


def _check_witnesses(c: Confined) -> None:
    if {w.against for w in c.witnesses} != {"convex", "concave"}:
        raise _refused("a counterexample is missing", "缺少反例")
    for w in c.witnesses:
        check(w)
        if w.expr is not c.expr or not set(w.wrt) <= set(c.wrt):
            raise _refused("a counterexample is about something else", "反例针对的是别的函数")
        if not within(w, c.inside):
            raise _refused("a counterexample is not inside the set", "反例的点不在该集合内")


def within(w: Witness, inside: tuple[Inequality, ...]) -> bool:
    """Return whether the three points of a witness certainly satisfy every inequality."""
    middle = {s: mixed(w.a[s], w.b[s], w.t) for s in w.wrt}
    points = [{**w.data, **p} for p in (w.a, w.b, middle)]
    return all(holds(g, p, w.sizes) is True for g in inside for p in points)


def _check_dent(c: Confined, d: Dent) -> None:
    needed = set(symbols(*(g.expr for g in c.inside)))
    if not 0 < d.t < 1 or min(d.sizes.values(), default=1) < 1:
        raise _refused("t or a size is out of range", "t 或维数超出范围")
    if set(d.a) != set(c.wrt) or set(d.b) != set(c.wrt) or set(d.data) & set(c.wrt):
        raise _refused("the points are not values of the variables", "给出的点不是变量的取值")
    if not needed <= {*d.data, *c.wrt}:
        raise _refused("some symbols have no value", "有的符号没有取值")
    admitted = all(
        admits(s, v, d.sizes) for values in (d.data, d.a, d.b) for s, v in values.items()
    )
    if not admitted:
        raise _refused("a value breaks its declaration", "有的取值不符合声明")
    middle = {s: mixed(d.a[s], d.b[s], d.t) for s in c.wrt}
    ends = [{**d.data, **p} for p in (d.a, d.b)]
    if not all(holds(g, p, d.sizes) is True for g in c.inside for p in ends):
        raise _refused("an end is not shown to lie in the set", "没有证明端点在集合内")
    if not any(holds(g, {**d.data, **middle}, d.sizes) is False for g in c.inside):
        raise _refused("the middle is not shown to lie outside", "没有证明中间的点在集合外")


def holds(g: Inequality, point: Mapping[Symbol, Nested], sizes: Mapping[str, int]) -> bool | None:
    """Return whether the inequality is certainly true, certainly false (or without value: None)."""
    values = {s: v if parts(v) is None else listed(v) for s, v in point.items()}
    for bits in PRECISIONS:
        found = _enclosed(g.expr, values, sizes, bits)
        if found.hi is not None and (found.hi < 0 or (found.hi == 0 and not g.strict)):
            return True
        if found.lo is not None and (found.lo > 0 or (found.lo == 0 and g.strict)):
            return False
    return None


def _enclosed(
    e: Expr, values: Mapping[Symbol, Any], sizes: Mapping[str, int], bits: int
) -> Interval:
    try:
        return from_ball(evaluate(e, values, dict(sizes), bits))
    except (LossmithError, ZeroDivisionError):
        return REALS
