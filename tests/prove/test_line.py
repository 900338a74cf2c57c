"""Functions of one variable from left to right, attacked by random formulas.

Every answer is compared with values of the formula itself in ball arithmetic of 1000 bits:
one-sided slopes at each break and at other points, signs of differences on each interval.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossmith.atoms.meaning import evaluate
from lossmith.errors import LossmithError
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.sets import REALS
from lossmith.prove.line.line import Line, Run, line
from lossmith.prove.line.line_runs import convex_runs, differentiable_runs, monotone_runs
from lossmith.prove.zeros.roots import Root, Undecided, refined
from lossmith.text.parse import parse

BITS = 1000
STEP = Fraction(1, 1 << 90)
# Differences of slopes of this relative size cannot come from curvature over a step of 2^-90, nor
# from rounding at 1000 bits; true corners of the formulas drawn here are far larger.
SAME = 1e-6

NUMBERS = st.sampled_from(["1", "2", "0.5", "1/3", "-1", "1.5"])
LEAVES = st.one_of(st.just("x"), st.just("x"), st.just("x^2"), st.just("x^3"), NUMBERS)
ROOTS = st.sampled_from(["1/3", "2/3", "3/2", "4/3", "-1/2", "1/2"])
UNARY = st.sampled_from(
    ["abs", "relu", "sqrt", "exp", "log", "sign", "hinge", "softplus", "tanh", "xlogx"]
)


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("({} + {})".format, inner, inner),
        st.builds("({} - {})".format, inner, inner),
        st.builds("({})*({})".format, inner, inner),
        st.builds("({})/({})".format, inner, inner),
        st.builds("max({}, {})".format, inner, inner),
        st.builds("min({}, {})".format, inner, inner),
        st.builds("{}({})".format, UNARY, inner),
        st.builds("({})^({})".format, inner, ROOTS),
        st.builds(
            "if({} {} {}, {}, {})".format,
            inner,
            st.sampled_from([">", ">=", "<", "==", "!="]),
            NUMBERS,
            inner,
            inner,
        ),
    )


FORMULAS = st.recursive(LEAVES, _grown, max_leaves=5)


def _read(text: str) -> tuple[Expr, Symbol] | None:
    try:
        formula = parse(text)
    except LossmithError:
        return None
    return (formula.expr, formula.symbols[0]) if len(formula.symbols) == 1 else None


def _at(e: Expr, x: Symbol, c: Fraction) -> Any:
    try:
        found = evaluate(e, {x: c}, {}, BITS)
    except (LossmithError, ZeroDivisionError):
        return None
    return found if found.is_finite() else None


def _slope(e: Expr, x: Symbol, c: Fraction, side: int) -> float | None:
    """Return the difference quotient between c + h/1024 and c + h, on one side of c."""
    near, far = _at(e, x, c + side * STEP / 1024), _at(e, x, c + side * STEP)
    if near is None or far is None:
        return None
    return float(((far - near) * (STEP.denominator * 1024) / 1023).mid()) * side


def _differ(a: float, b: float) -> bool:
    return abs(a - b) > SAME * (1 + abs(a) + abs(b))


@given(FORMULAS)
def test_breaks_are_what_the_one_sided_slopes_say(text: str) -> None:
    read = _read(text)
    if read is None:
        return
    e, x = read
    try:
        found = line(e, x, REALS)
    except Undecided:
        return
    for b in found.breaks:
        r = refined(b.at, Fraction(1, 1 << 400))
        c = (r.lo + r.hi) / 2
        left, right = _slope(e, x, c, -1), _slope(e, x, c, 1)
        if left is None or right is None:
            assert b.kind in ("end", "vertical", "pole", "jump", "unknown")
        elif b.kind == "smooth":
            assert not _differ(left, right)
        elif b.kind == "corner":
            assert _differ(left, right)
        elif b.kind == "cusp":
            assert left * right < 0
    for c in (Fraction(n, d) for n in range(-5, 6) for d in (1, 2, 3, 7)):
        _no_kink_was_missed(found, e, x, c)


def _no_kink_was_missed(found: Line, e: Expr, x: Symbol, c: Fraction) -> None:
    if any(b.at.lo - SAME <= c <= b.at.hi + SAME for b in found.breaks):
        return
    left, right = _slope(e, x, c, -1), _slope(e, x, c, 1)
    inside = any(_holds(r, c) for r in differentiable_runs(found))
    if inside:
        assert left is not None
        assert right is not None
        assert not _differ(left, right)
    else:
        assert _at(e, x, c) is None


def _holds(r: Run, c: Fraction) -> bool:
    return (r.left is None or r.left.hi <= c) and (r.right is None or c <= r.right.lo)


@given(FORMULAS, st.integers(1, 98), st.integers(1, 98))
def test_signs_of_differences_agree_with_the_intervals(text: str, i: int, j: int) -> None:
    read = _read(text)
    if read is None or i == j:
        return
    e, x = read
    try:
        found = line(e, x, REALS)
        runs = [(r, 1) for r in monotone_runs(found)] + [(r, 2) for r in convex_runs(found)]
    except Undecided:
        return
    for run, order in runs:
        lo, hi = _limits(run)
        a, b = sorted((lo + (hi - lo) * Fraction(i, 99), lo + (hi - lo) * Fraction(j, 99)))
        values = [_at(e, x, c) for c in (a, (a + b) / 2, b)]
        if run.sign is None or lo >= hi or None in values:
            continue
        rise = values[2] - values[0]
        bend = values[0] + values[2] - 2 * values[1]
        if order == 1:
            assert run.sign * rise > 0 if run.sign else rise.contains(0)
        else:
            # Intervals may hold affine pieces between kinks: convex there, not strictly.
            assert not run.sign * bend < 0 if run.sign else bend.contains(0)


def _limits(run: Run) -> tuple[Fraction, Fraction]:
    lo = _inner(run.left, 1) if run.left is not None else None
    hi = _inner(run.right, -1) if run.right is not None else None
    if lo is None and hi is None:
        return Fraction(-9), Fraction(9)
    if lo is None:
        assert hi is not None
        return hi - 7, hi
    return lo, (lo + 7 if hi is None else hi)


def _inner(r: Root, side: int) -> Fraction:
    return r.hi if side > 0 else r.lo


@pytest.mark.parametrize(
    ("formula", "kinds"),
    [
        ("abs(x^2 - 2) + abs(x^2 - 2)^3", ["corner", "corner"]),
        ("min(x^2, x^3, 2)", ["smooth", "corner", "corner"]),
        ("sqrt(x^4 + x^2)", ["corner"]),
        ("sqrt(x^2 - 2)", ["vertical", "vertical"]),
        ("x*log(x)", ["end"]),
        ("acos(x)", ["vertical", "vertical"]),
        ("(exp(x) - 1)/x", ["removable"]),
        ("sqrt(abs(x))*x", ["smooth"]),
        ("log(abs(x))", ["pole"]),
        ("exp(-1/x)", ["pole"]),
    ],
)
def test_breaks_are_classified_by_their_first_terms(formula: str, kinds: list[str]) -> None:
    read = _read(formula)
    assert read is not None
    assert [b.kind for b in line(*read, REALS).breaks] == kinds


TAILED = [
    ("exp(-1/x^2)", "removable"),
    ("if(x == 0, 0, exp(-1/x^2))", "smooth"),
    ("if(x > 0, exp(-1/x), 0)", "smooth"),
    ("atan(1/x)", "jump"),
    ("tanh(1/x)", "jump"),
    ("sigmoid(-1/x)", "jump"),
    ("abs(atan(1/x))", "removable"),
    ("if(x == 0, 0, x*atan(1/x))", "corner"),
    ("if(x == 0, 0, x*tanh(1/x))", "corner"),
    ("if(x == 0, 0, x^2*tanh(1/x))", "smooth"),
    ("exp(1/x)", "pole"),
    ("exp(1/x^2)", "pole"),
]


@pytest.mark.parametrize(("text", "kind"), TAILED)
def test_functions_of_what_tends_to_infinity_have_their_limits(text: str, kind: str) -> None:
    formula = parse(text, "x: scalar")
    found = line(formula.expr, formula.symbols[0], REALS)
    assert [b.kind for b in found.breaks] == [kind]


@pytest.mark.parametrize("text", ["sin(1/x)", "x*exp(1/x)", "exp(1/x) - exp(2/x)"])
def test_limits_of_no_order_are_left_open(text: str) -> None:
    formula = parse(text, "x: scalar")
    try:
        found = line(formula.expr, formula.symbols[0], REALS)
    except Undecided:
        return
    assert [b.kind for b in found.breaks] == ["unknown"]
