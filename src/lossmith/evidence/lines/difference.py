"""Two expressions differ: exact values at which it shows, and their check. Trusted.

The values must satisfy every declaration, exactly. Both sides are enclosed by balls of growing
precision until two entries are certainly apart; or one side has a value there and the other
certainly has none (an argument outside a domain, the root of a negative number, a division by 0).
"""

# Balls are python-flint objects, which carry no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final, Literal

from lossmith.atoms.meaning import entries, evaluate, indices
from lossmith.errors import LossmithError
from lossmith.evidence import forms
from lossmith.evidence.arithmetic.enclose import domain_of, from_ball
from lossmith.evidence.forms import Document, Json, Nested
from lossmith.evidence.refusal import have_own_names, refusal
from lossmith.evidence.witness import PRECISIONS, admits, listed
from lossmith.expr.node import Apply, Contract, Expr, Select, Symbol
from lossmith.expr.sets import Interval
from lossmith.expr.walk import postorder, symbols

Apart = Literal["values", "left undefined", "right undefined"]


@dataclass(frozen=True, slots=True)
class Difference:
    """Values at which ``left`` and ``right`` are certainly not equal.

    apart: "values": entry ``entry`` of both has a value, and these differ; "left undefined": the
    right side has values and the left has none there, "right undefined" the other way round.
    """

    left: Expr
    right: Expr
    sizes: Mapping[str, int]
    values: Mapping[Symbol, Nested]
    entry: tuple[int, ...] = ()
    apart: Apart = "values"

    def to_json(self) -> dict[str, Json]:
        """Return the witness as plain data for ``json.dumps``."""
        return DIFFERENCE.to_json(self)


DIFFERENCE: Final = Document(
    "lossmith-difference",
    forms.record(
        Difference,
        left=forms.EXPR,
        right=forms.EXPR,
        sizes=forms.SIZES,
        values=forms.VALUES,
        entry=forms.many(forms.INTEGER),
        apart=forms.TEXT,
    ),
)

_refused = refusal("the values do not show a difference", "这些取值没有显示出差别")


def check_difference(d: Difference) -> None:
    """Return if the values show that the two sides are not equal.

    Raises: NotCertified, saying what is wrong.
    """
    if d.left.shape != d.right.shape:
        raise _refused("the shapes are not equal", "形状不同")
    if min(d.sizes.values(), default=1) < 1:
        raise _refused("a size is below 1", "有的维数小于 1")
    if not have_own_names(d.left, d.right):
        raise _refused("two symbols of one name", "有同名的符号")
    for s in symbols(d.left, d.right):
        if s not in d.values or not admits(s, d.values[s], d.sizes):
            raise _refused(
                f"the value of {s.name} does not satisfy its declaration",
                f"{s.name} 的取值不符合其声明",
            )
    if not (_differ(d) if d.apart == "values" else _one_has_no_value(d)):
        raise _refused("no difference shows there", "该处看不出差别")


def _differ(d: Difference) -> bool:
    for bits in PRECISIONS:
        a, b = (entry_at(e, d.values, d.sizes, d.entry, bits) for e in (d.left, d.right))
        if a is None or b is None:
            continue
        gap = from_ball(a - b)
        if gap.lo is not None and gap.hi is not None and (gap.lo > 0 or gap.hi < 0):
            return True
    return False


def _one_has_no_value(d: Difference) -> bool:
    if d.apart not in ("left undefined", "right undefined"):
        return False
    gone, there = (d.left, d.right) if d.apart == "left undefined" else (d.right, d.left)
    flat = values_at(there, d.values, d.sizes, 128)
    has_value = flat is not None and all(x.is_finite() for x in flat)
    return has_value and has_no_value(gone, d.values, d.sizes)


def has_no_value(e: Expr, values: Mapping[Symbol, Nested], sizes: Mapping[str, int]) -> bool:
    """Return whether e certainly has no value: some argument lies outside its domain for certain.

    Expressions with choices are never said to lack a value: the choice may avoid that argument.
    """
    if any(isinstance(s, Select) for s in postorder(e)):
        return False
    for s in postorder(e):
        if isinstance(s, Apply) and s.atom.signature.is_entrywise:
            asked = [(a, domain_of(s.atom, k), False) for k, a in enumerate(s.args)]
        elif isinstance(s, Contract):
            # Of a matrix whose diagonal alone is read, the other entries are not asked.
            read = [(f, p) for f, ls, p in s.factors if len(set(ls)) == len(ls)]
            asked = [(f, Interval(), p < 0) for f, p in read if p < 0]
            nonnegative = Interval(Fraction(0), None, False, True)
            asked += [(f, nonnegative, p < 0) for f, p in read if p.denominator % 2 == 0]
        else:
            continue
        for arg, domain, zero_is_out in asked:
            flat = values_at(arg, values, sizes, 128)
            if flat is not None and any(_outside(x, domain, zero_is_out) for x in flat):
                return True
    return False


def _outside(ball: Any, domain: Interval, zero_is_out: bool) -> bool:
    if not ball.is_finite():
        return False
    known = from_ball(ball)
    if zero_is_out and known.is_point and known.lo == 0:
        return True
    return known.meet(domain).is_empty


def values_at(
    e: Expr, values: Mapping[Symbol, Nested], sizes: Mapping[str, int], bits: int
) -> list[Any] | None:
    """Return the entries of e as balls, None where it cannot be evaluated at all."""
    try:
        known = {s: listed(values[s]) for s in symbols(e)}
        return entries(evaluate(e, known, dict(sizes), bits))
    except (LossmithError, ZeroDivisionError, OverflowError):
        return None


def entry_at(
    e: Expr,
    values: Mapping[Symbol, Nested],
    sizes: Mapping[str, int],
    entry: tuple[int, ...],
    bits: int,
) -> Any | None:
    """Return one entry of e as a ball, None if it has no finite value there."""
    flat = values_at(e, values, sizes, bits)
    extent = [d if isinstance(d, int) else sizes[d] for d in e.shape]
    places = list(indices(extent))
    if flat is None or entry not in places:
        return None
    ball = flat[places.index(entry)]
    return ball if ball.is_finite() else None
