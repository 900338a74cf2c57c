"""A counterexample, checked: three exact points at which the chord and the function disagree.

Trusted. The points and the data must satisfy every declaration, exactly; the three values are
enclosed by balls of growing precision until the gap has a certain sign.
"""

# python-flint carries no types.
# pyright: reportUnknownMemberType=false, reportMissingTypeStubs=false

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from flint import ctx

from lossmith.atoms.meaning import evaluate
from lossmith.errors import LossmithError
from lossmith.evidence.arithmetic.enclose import from_ball
from lossmith.evidence.arithmetic.polynomial import Matrix, is_psd
from lossmith.evidence.certificate import Witness
from lossmith.evidence.forms import Nested, parts
from lossmith.evidence.refusal import have_own_names, refusal
from lossmith.expr.node import Symbol
from lossmith.expr.sets import REALS, Interval
from lossmith.expr.types import Assumptions
from lossmith.expr.walk import symbols

PRECISIONS = (64, 128, 256, 512, 1024, 2048)


_refused = refusal("the counterexample does not refute the claim", "反例没有推翻该命题")


def check_witness(w: Witness) -> None:
    """Return if the witness refutes what it says it does.

    Raises: NotCertified, saying what is wrong.
    """
    if min(w.sizes.values(), default=1) < 1:
        raise _refused("a size is below 1", "有的维数小于 1")
    if w.against not in ("convex", "concave") or w.expr.shape or not 0 < w.t < 1:
        raise _refused("it names no property, point or scalar", "没有给出性质、参数 t 或标量函数")
    occurring = set(symbols(w.expr))
    if not have_own_names(w.expr):
        raise _refused("two symbols have one name", "有两个同名的符号")
    fixed = occurring - set(w.wrt)
    if set(w.a) != set(w.wrt) or set(w.b) != set(w.wrt) or not fixed <= set(w.data):
        raise _refused("some symbols have no value", "有的符号没有取值")
    if set(w.data) & set(w.wrt) or not set(w.wrt) <= occurring:
        raise _refused("a variable is also given as data", "某个变量同时被当作数据")
    middle = {s: mixed(w.a[s], w.b[s], w.t) for s in w.wrt}
    for values in (w.data, w.a, w.b, middle):
        for s, v in values.items():
            if not admits(s, v, w.sizes):
                raise _refused(
                    f"the value of {s.name} does not satisfy its declaration",
                    f"{s.name} 的取值不符合其声明",
                )
    if gap_sign(w, middle) != (1 if w.against == "convex" else -1):
        raise _refused(
            "the values do not show a gap of the right sign", "函数值没有显示出所需符号的差距"
        )


def mixed(a: Nested, b: Nested, t: Fraction) -> Nested:
    """Return t*a + (1-t)*b, entry by entry."""
    rows = parts(a)
    if rows is None:
        return t * a + (1 - t) * b
    return tuple(mixed(x, y, t) for x, y in zip(rows, b, strict=True))


def gap_sign(w: Witness, middle: Mapping[Symbol, Nested]) -> int:
    """Return the certain sign of f(middle) - (t f(a) + (1-t) f(b)); 0 if it stays open."""
    gap = gap_enclosed(w, middle)
    if gap.lo is not None and gap.lo > 0:
        return 1
    return -1 if gap.hi is not None and gap.hi < 0 else 0


def gap_enclosed(w: Witness, middle: Mapping[Symbol, Nested]) -> Interval:
    """Return an enclosure of f(middle) - (t f(a) + (1-t) f(b)), without 0 if that can be had."""
    gap = REALS
    for bits in PRECISIONS:
        at_a, at_b, at_middle = (_value(w, p, bits) for p in (w.a, w.b, middle))
        gap = at_middle + (at_a.scale(w.t) + at_b.scale(1 - w.t)).scale(Fraction(-1))
        if not gap.has(Fraction(0)):
            break
    return gap


def _value(w: Witness, point: Mapping[Symbol, Nested], bits: int) -> Interval:
    """Return an enclosure of f there; all reals where f is not defined or too wide to say."""
    values = {s: listed(v) for s, v in {**w.data, **point}.items()}
    try:
        # The ends of a ball are rounded to the precision at hand, which is 53 bits otherwise.
        with ctx.workprec(bits):
            return from_ball(evaluate(w.expr, values, dict(w.sizes), bits))
    except (LossmithError, ZeroDivisionError):
        return REALS


def listed(v: Nested) -> Any:
    """Return nested tuples as nested lists."""
    rows = parts(v)
    return v if rows is None else [listed(x) for x in rows]


# -- declarations, exactly -----------------------------------------------------------------------


def admits(s: Symbol, v: Nested, sizes: Mapping[str, int]) -> bool:
    """Return whether a value has the symbol's shape and satisfies everything declared of it."""
    shape = [d if isinstance(d, int) else sizes.get(d, 0) for d in s.shape]
    if not _fits(v, shape):
        return False
    a = s.assumptions
    entries = list(flat(v))
    if not all(a.interval.has(x) for x in entries):
        return False
    if a.values is not None and not all(x in a.values for x in entries):
        return False
    if a.integer and not all(x.denominator == 1 for x in entries):
        return False
    return all(_is_structured(a, word, v) for word in a.structure)


def flat(v: Nested) -> list[Fraction]:
    """Return the entries of a nested tuple, in order."""
    rows = parts(v)
    return [v] if rows is None else [x for w in rows for x in flat(w)]


def _fits(v: Nested, shape: Sequence[int]) -> bool:
    if not shape:
        return isinstance(v, Fraction | int)
    rows = parts(v)
    return rows is not None and len(rows) == shape[0] > 0 and all(_fits(x, shape[1:]) for x in rows)


def _is_structured(a: Assumptions, word: str, v: Nested) -> bool:
    rows: Matrix = [list(v)] if parts(v[0]) is None else [list(r) for r in v]
    n = len(rows)
    square = all(len(r) == n for r in rows)
    match word:
        case "symmetric":
            return square and _symmetric(rows)
        case "psd":
            return square and _symmetric(rows) and is_psd(rows)
        case "pd":
            return square and _symmetric(rows) and is_psd(rows, definite=True)
        case "diagonal":
            return square and all(rows[i][j] == 0 for i in range(n) for j in range(n) if i != j)
        case "orthogonal":
            return square and _gram(rows) == [
                [Fraction(i == j) for j in range(n)] for i in range(n)
            ]
        case "nonsingular":
            return square and is_psd(_gram(rows), definite=True)
        case "onehot":
            return all(sorted(r) == [Fraction(0)] * (len(r) - 1) + [Fraction(1)] for r in rows)
        case "simplex":
            return all(min(r) >= 0 and sum(r) == 1 for r in rows)
        case _:
            return False


def _symmetric(rows: Matrix) -> bool:
    return all(rows[i][j] == rows[j][i] for i in range(len(rows)) for j in range(i))


def _gram(rows: Matrix) -> Matrix:
    n = len(rows)
    return [
        [sum((rows[k][i] * rows[k][j] for k in range(n)), Fraction(0)) for j in range(n)]
        for i in range(n)
    ]
