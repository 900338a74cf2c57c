"""A claim against the line above and against the truth: shape, values, proof, and the reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import Final

from lossmith.errors import DomainError, ParseError, Place, ShapeError
from lossmith.expr.build import add, broadcast, const, contract, delta, transpose
from lossmith.expr.node import Const, Expr
from lossmith.expr.types import Shape, shape_text
from lossmith.expr.walk import substitute
from lossmith.judge.at_point import claims_value
from lossmith.judge.conditions import equation, is_condition, misfit_equation
from lossmith.judge.definitions import forms_of, written_out
from lossmith.judge.derivatives import start_of, variables
from lossmith.judge.differentials import in_base_changes
from lossmith.judge.equality import equal
from lossmith.judge.explain import explained
from lossmith.judge.lines import Line
from lossmith.judge.naming import Wrong
from lossmith.judge.occurrence import occurs
from lossmith.judge.reading import read_line
from lossmith.judge.report import Explanation, Judged, Judgment, Outcome
from lossmith.judge.respelled import respelled
from lossmith.judge.state import State, Trail
from lossmith.judge.steps import judgment, outcome_of
from lossmith.judge.subject import Subject
from lossmith.judge.unshaped import unshaped
from lossmith.text.parse import Formula
from lossmith.words import Words


def line_above(state: State, subject: Subject) -> Expr | None:
    """Return what the latest line on a quantity says, None if there is none."""
    trail = state.trails.get(subject.key)
    return None if trail is None else trail.latest


def compare(
    state: State,
    line: Line,
    subject: Subject,
    truth: Expr,
    above: Expr | None,
    at: Mapping[Expr, Expr] = MappingProxyType({}),
) -> Judged:
    """Return the verdicts on a line.

    truth: what its quantity is.  above: what the line above says, None if it says nothing.
    at: what is put in for unknowns in the line, as it was in the truth.
    Raises: as ``reading.read_line``, but for sizes that do not fit, which are a wrong line.
    """
    truth = state.context.expanded(truth)
    try:
        formula = read_line(state, line, subject, truth.shape)
    except ParseError as error:
        if "stands outside of its sum" not in error.what.en or subject.indices:
            raise
        told = (Explanation("index-escaped", _ESCAPED),)
        shape = Judgment("refuted", words=error.what)
        return Judged(
            line, subject, "wrong", None, truth, shape=shape, explanations=told, error=error
        )
    except (ShapeError, DomainError) as error:
        if "is open" in error.what.en:
            raise  # a size that we do not know is no mistake of shape
        error.located(Place(line.text, 0, len(line.text), state.document.source))
        shape = Judgment("refuted", words=error.what)
        found = unshaped(state, line, subject, truth, above, error) if state.explain else ()
        if not found and state.explain and subject.kind == "expression":
            found = misfit_equation(state, line, subject, truth)
        return Judged(line, subject, "wrong", None, truth, None, None, shape, found, (), error)
    expr = state.context.expanded(in_base_changes(state, formula.expr))
    expr = substitute(_filled(expr, truth.shape, subject, line), at)
    above = None if above is None else state.context.expanded(above)
    notes: list[Words] = []
    if expr.shape != truth.shape:
        if other := _other_convention(state, line, subject, expr, truth):
            return other
        return _misshapen(state, line, subject, expr, truth, formula)
    if formula.kind == "r" and len(truth.shape) == 1 and subject.kind == "derivative":
        notes.append(_ROW)
    shape = Judgment("proved")
    away = subject.kind in ("derivative", "differential")
    constant_in, named = variables(state, expr) if line.relation != "=" else ((), True)
    is_true = judgment(truth, expr, line.relation, constant_in, away=away, named=named)
    if above is None or above is truth or above.shape != expr.shape:
        follows = None
    else:
        follows = judgment(above, expr, line.relation, constant_in, away=away, named=named)
    outcome = outcome_of(follows, is_true)
    if outcome == "wrong" and (other := _other_convention(state, line, subject, expr, truth)):
        return other
    if outcome == "wrong" and _is_conditional(state, follows or is_true):
        outcome = "conditional"
    open_ = outcome == "wrong" and not claims_value(state, subject, expr, truth)
    if open_ and (said := equation(state, line, subject, truth, expr)):
        return said
    if open_ and is_condition(state, line, subject, expr, truth):
        return Judged(line, subject, "condition", expr, truth)
    forms = _forms(state, subject, truth)
    if is_true.status == "proved":
        forms.append(expr)
    state.trails[subject.key] = Trail(expr, is_true.status in ("proved", "shown"), forms)
    found = ()
    if outcome in ("wrong", "conditional") and state.explain:
        start, earlier = start_of(state, subject), tuple(forms[-_FORMS:])
        moving, _ = variables(state, expr)
        again = partial(respelled, state, line, subject, truth, above)
        wrong = Wrong(subject, expr, truth, above, start, moving, earlier, again)
        settled, names = state.context.expanded, written_out(state)
        found = explained(replace(wrong, settled=settled, names=names))
    notes += [w for w in (is_true.words,) if w is not None and outcome == "ok"]
    return Judged(
        line, subject, outcome, expr, truth, follows, is_true, shape, found,
        tuple(dict.fromkeys(notes)), None, above,
    )  # fmt: skip


def _forms(state: State, subject: Subject, truth: Expr) -> list[Expr]:
    """Return the forms of a quantity so far; at its first line the truth, without products."""
    if subject.key in state.trails:
        return state.trails[subject.key].forms
    return forms_of(state, truth) if subject.kind == "expression" else [truth]


def _filled(expr: Expr, wanted: Shape, subject: Subject, line: Line) -> Expr:
    """Return e repeated along the axes whose letters stand on the left and not on the right.

    ``dm/dx_i = 1/n`` speaks of every i; a number stands for an array of it.
    """
    if isinstance(expr, Const) and not expr.shape and wanted:
        return broadcast(expr, wanted)
    letters = subject.indices
    if len(letters) != len(wanted) or len(expr.shape) >= len(wanted):
        return expr
    held = [k for k, letter in enumerate(letters) if occurs(letter, line.right)]
    if tuple(wanted[k] for k in held) != expr.shape:
        return expr
    axes = tuple(range(len(wanted)))
    return contract([(expr, tuple(held), 1), (const(1, wanted), axes, 1)], axes, wanted)


def _is_conditional(state: State, judgment: Judgment) -> bool:
    """Return whether a line is proved equal where both sides have values, but has fewer."""
    e = judgment.equality
    proved = e is not None and e.differs_in_domain_only and e.proof is not None
    return proved and e is not None and e.agreed > 0


def _other_convention(
    state: State, line: Line, subject: Subject, expr: Expr, truth: Expr
) -> Judged | None:
    """Return the verdict on a line that is right by another usual convention, else None.

    The transposed Jacobian of a vector by a vector; the derivative by a symmetric matrix whose
    entries above and below the diagonal move together.
    """
    if subject.kind != "derivative" or subject.order != 1 or len(truth.shape) != 2:
        return None
    (name,) = subject.wrt
    s = state.context.symbol(name)
    other: Expr | None = None
    words = _LAYOUT
    if s is not None and len(s.shape) == 1 and expr.shape == truth.shape[::-1]:
        other = transpose(truth)
    elif s is not None and s.assumptions.has("symmetric") and expr.shape == truth.shape:
        both = contract([(truth, (0, 0), 1), (delta(truth.shape[0]), (0, 1), 1)], (0, 1))
        other = add(truth, transpose(truth), (-1, both))
        words = _TIED
    if other is None or subject.indices:
        return None
    found = equal(other, expr, away=True)
    if found.status not in ("proved", "shown"):
        return None
    state.trails[subject.key] = Trail(truth, True, [truth])
    outcome: Outcome = "ok" if found.status == "proved" else "shown"
    judged = Judgment(found.status, found)
    return Judged(
        line, subject, outcome, expr, other, None, judged, Judgment("proved"), (), (words,)
    )


def _misshapen(
    state: State, line: Line, subject: Subject, expr: Expr, truth: Expr, formula: Formula
) -> Judged:
    got, wanted = shape_text(expr.shape), shape_text(truth.shape)
    words = Words(f"the shape is {got}, it must be {wanted}", f"形状是 {got}，应为 {wanted}")
    if subject.of and (state.context.mentions(state.context.definitions[subject.of].symbol)
                       & state.opened):  # fmt: skip
        # For one fixed i and j the line may be right.
        return Judged(line, subject, "undecided", expr, truth, truth=Judgment("undecided"),
                      notes=(_OPEN_INDEX,))  # fmt: skip
    found = ()
    if state.explain:
        found = explained(Wrong(subject, expr, truth, None, start_of(state, subject)))
        found = found or unshaped(state, line, subject, truth, None)
    return Judged(
        line, subject, "wrong", expr, truth, None, None, Judgment("refuted", words=words),
        found, formula.notes,
    )  # fmt: skip


_FORMS: Final = 3
"""Forms of the truth, from lines above, in which a slip is looked for."""
_LAYOUT: Final = Words(
    "the transposed Jacobian: right in the denominator layout, where rows belong to the variable",
    "这是转置的雅可比：在分母布局（行对应自变量）下正确",
)
_TIED: Final = Words(
    "right where the entries above and below the diagonal move together; with free entries it is "
    "another matrix",
    "当对角线上下的元素联动时正确；若各元素自由变动，结果不同",
)
_ROW: Final = Words(
    "written as a row: the transposed (numerator) layout of the same entries",
    "写成了行向量：元素相同，采用的是转置布局（分子布局）",
)
_OPEN_INDEX: Final = Words(
    "an index stands open in the definition: write it on the left as well, as in P_ij = ...",
    "定义里有自由指标：请把它也写在等号左边，例如 P_ij = ...",
)
_ESCAPED: Final = Words(
    "a factor was taken out of the sum although it carries the index of summation",
    "带有求和指标的因子被提到了求和号外面",
)
