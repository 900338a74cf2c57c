"""Stationary points read off the way a formula is made: what is claimed, and the evidence.

A tree follows the formula from outside to inside: e = phi(h), e = A + B and e = A B with A and B of
different variables, e = r(affine forms); its leaves are functions of one variable (``course``),
functions whose stationary points are isolated (``elimination``, ``zeros``), and functions with a
partial derivative that is never 0. What follows (``layers_check.places``) is a list of places that
hold every point inside the box at which e has gradient 0 or a local extremum. So curves and
surfaces of minimizers are told, and kinks, in any number of variables.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from lossmith.evidence import forms
from lossmith.evidence.forms import Document, Form, Json, Rows
from lossmith.evidence.points.course import COURSE, Course
from lossmith.evidence.points.elimination import ELIMINATION, EliminationCertificate
from lossmith.evidence.points.zeros import ZEROS, ZerosCertificate, zeros_from_json
from lossmith.evidence.refusal import refusal
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.serial import Writer
from lossmith.expr.sets import Interval


@dataclass(frozen=True, slots=True)
class Reached:
    """A point at which a function is below a level, and one at which it is above."""

    low: Mapping[Symbol, Fraction]
    high: Mapping[Symbol, Fraction]


@dataclass(frozen=True, slots=True)
class Steep:
    """The derivative of e in the variable number ``along`` is never 0."""

    e: Expr
    wrt: tuple[Symbol, ...]
    along: int


@dataclass(frozen=True, slots=True)
class Along:
    """A function of one variable.

    zeros: where it is 0, and nowhere else: numbers, or short intervals with one zero each.
    """

    course: Course
    zeros: tuple[Interval, ...] | None = None


@dataclass(frozen=True, slots=True)
class Isolated:
    """A function whose gradient vanishes at isolated points alone."""

    proof: EliminationCertificate | ZerosCertificate


@dataclass(frozen=True, slots=True)
class Behind:
    """e = phi(h): phi of one number with its course, h below.

    reached: for each turn of phi, points between which h passes that level, or none.  zeros: of
    phi, as in ``Along``.
    """

    e: Expr
    course: Course
    inner: Tree
    reached: tuple[Reached | None, ...]
    zeros: tuple[Interval, ...] | None = None


@dataclass(frozen=True, slots=True)
class Plus:
    """e = A + B, which have no variable in common."""

    e: Expr
    left: Tree
    right: Tree


@dataclass(frozen=True, slots=True)
class Times:
    """e = A B, which have no variable in common.  reached: where each passes 0, or none."""

    e: Expr
    left: Tree
    right: Tree
    reached: tuple[Reached | None, Reached | None]


@dataclass(frozen=True, slots=True)
class Moved:
    """e = r(names), names for affine forms of wrt that are linearly independent."""

    e: Expr
    wrt: tuple[Symbol, ...]
    names: tuple[Symbol, ...]
    forms: tuple[Expr, ...]
    inner: Tree


Tree = Steep | Along | Isolated | Behind | Plus | Times | Moved


@dataclass(frozen=True, slots=True)
class LayersCertificate:
    """The stationary points and the extrema of e inside a box, by a tree of which e is the root."""

    e: Expr
    wrt: tuple[Symbol, ...]
    box: tuple[Interval, ...]
    tree: Tree

    def to_json(self) -> dict[str, Json]:
        """Return the certificate as plain data."""
        return LAYERS.to_json(self)


def formula(t: Tree) -> Expr:
    """Return the function that a tree is about."""
    match t:
        case Along(course, _):
            return course.e
        case Isolated(proof):
            return proof.e
        case _:
            return t.e


def variables(t: Tree) -> tuple[Symbol, ...]:
    """Return the variables of a tree."""
    match t:
        case Along(course, _):
            return (course.x,)
        case Isolated(proof):
            return proof.wrt
        case Behind():
            return variables(t.inner)
        case Plus() | Times():
            return (*variables(t.left), *variables(t.right))
        case _:
            return t.wrt


# -- as JSON ---------------------------------------------------------------------------------------


def _tree_row(t: Tree, writer: Writer) -> Json:
    name = type(t).__name__
    return [name, _TREES[name].write(t, writer)]


def _tree(data: Json, rows: Rows) -> Tree:
    name, body = data
    return _TREES[name].read(body, rows)


def _isolated(data: Json, _: Rows) -> EliminationCertificate | ZerosCertificate:
    read = zeros_from_json if data["format"] == ZEROS.format else ELIMINATION.from_json
    return read(data)


_TREE: Final[Form[Tree]] = Form(_tree_row, _tree)
_POINT: Final = forms.table(forms.SYMBOL, forms.NUMBER)
_REACHED: Final = forms.optional(forms.row(Reached, _POINT, _POINT))
_ZEROS: Final = forms.optional(forms.many(forms.INTERVAL))
_SYMBOLS: Final = forms.many(forms.SYMBOL)
_TREES: Final[Mapping[str, Form[Any]]] = {
    "Steep": forms.row(Steep, forms.EXPR, _SYMBOLS, forms.INTEGER),
    "Along": forms.row(Along, COURSE.inside(), _ZEROS),
    "Isolated": forms.row(Isolated, Form(lambda c, _: c.to_json(), _isolated)),
    "Behind": forms.record(
        Behind,
        e=forms.EXPR,
        course=COURSE.inside(),
        inner=_TREE,
        reached=forms.many(_REACHED),
        zeros=_ZEROS,
    ),
    "Plus": forms.record(Plus, e=forms.EXPR, left=_TREE, right=_TREE),
    "Times": forms.record(
        Times, e=forms.EXPR, left=_TREE, right=_TREE, reached=forms.many(_REACHED)
    ),
    "Moved": forms.record(
        Moved, e=forms.EXPR, wrt=_SYMBOLS, names=_SYMBOLS, forms=forms.many(forms.EXPR), inner=_TREE
    ),
}
LAYERS: Final = Document(
    "lossmith layers 1",
    forms.record(
        LayersCertificate,
        expr=forms.EXPR,
        wrt=_SYMBOLS,
        box=forms.many(forms.INTERVAL),
        tree=_TREE,
    ),
    version=None,
)

refused = refusal("the certificate of stationary points does not hold", "驻点证书不成立")
"""The errors of a certificate that does not show what it says."""
