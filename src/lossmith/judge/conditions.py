"""Lines that claim no identity: equations to be solved, their solutions, statements on optima."""

from __future__ import annotations

import re
from typing import Final

from lossmith.calculus.gradient import jacobian
from lossmith.errors import LossmithError
from lossmith.expr.build import (
    apply,
    divide,
    matmul,
    multiply,
    negate,
    power,
    subtract,
    zeros,
)
from lossmith.expr.node import Const, Expr, Symbol
from lossmith.expr.walk import depends_on, substitute, symbols
from lossmith.judge.context import uses
from lossmith.judge.derivatives import parameters
from lossmith.judge.equality import equal
from lossmith.judge.explain import explained
from lossmith.judge.lines import Line
from lossmith.judge.naming import Wrong
from lossmith.judge.normal import normal_form
from lossmith.judge.reading import read_line
from lossmith.judge.report import Explanation, Judged, Judgment, Outcome
from lossmith.judge.sentences import LIKELIHOOD
from lossmith.judge.state import State
from lossmith.judge.steps import related
from lossmith.judge.subject import Subject
from lossmith.text.cards import card
from lossmith.words import Words


def solution(state: State, line: Line, subject: Subject) -> Judged:
    """Judge ``mu = mean(y)`` as a solution of the condition above; an update is no claim."""
    s = state.context.symbol(subject.of)
    if uses(line.right, subject.of) or s is None or not state.conditions:
        return Judged(line, subject, "condition")
    formula = read_line(state, line, subject)
    value = state.context.expanded(formula.expr)
    if value.shape != s.shape:
        return Judged(line, subject, "condition", value)
    condition = next((c for c in reversed(state.conditions) if s in symbols(c)), None)
    if condition is None:
        return Judged(line, subject, "condition", value)
    left = substitute(condition, {s: value})
    found = equal(left, zeros(left.shape))
    outcome: Outcome = "ok" if found.status == "proved" else "shown"
    if found.status not in ("proved", "shown"):
        # It may solve another equation of a system; only a certain failure is told.
        outcome = "wrong" if found.status == "refuted" else "undecided"
    told = ()
    if outcome == "wrong":
        told = (Explanation("", _SOLVES_NOT), *_slips(state, subject, value, condition, s))
    words = _SOLVES if outcome in ("ok", "shown") else _SOLVES_NOT
    status = found.status
    return Judged(
        line, subject, outcome, value, None, None, Judgment(status, found), None,
        tuple(sorted(told, key=lambda x: not x.slip)),
        (words,) if outcome != "wrong" else (), None, None, condition, s,
    )  # fmt: skip


def _slips(
    state: State, subject: Subject, value: Expr, condition: Expr, s: Symbol
) -> tuple[Explanation, ...]:
    """Return the slips that lead from the solution of a linear condition to the value."""
    root = solved(condition, s)
    return explained(Wrong(subject, value, root)) if root is not None and state.explain else ()


def solved(condition: Expr, s: Symbol) -> Expr | None:
    """Return the s at which a condition is 0, if it is linear in s (after a power of s); or None.

    For A s = b with a matrix A, inv(A) b. No proof: what it says is held against the condition.
    """
    nothing: dict[Expr, Expr] = {s: zeros(s.shape)}
    for power_ in (0, 1, 2, 3):
        try:
            cleared = normal_form(multiply(condition, power(s, power_)))[0]
            slope = normal_form(jacobian(cleared, s).end)[0]
            rest = negate(substitute(cleared, nothing))
            if depends_on(slope, (s,)):
                continue
            return matmul(apply(card("inv"), slope), rest) if s.shape else divide(rest, slope)
        except (LossmithError, ZeroDivisionError):
            continue
    return None


def _spoken(state: State, text: str) -> str:
    """Return a side of a statement on optima with the likelihood in words as a formula."""
    if LIKELIHOOD.search(text) is None:
        return text
    named = [n for n in ("lik", "Lik", "likelihood") if n in state.context.definitions]
    name = named[0] if named else "likelihood"
    if not named and state.context.symbol(name) is None:
        state.context.declare(f"{name}: scalar > 0")
    by_words = {"": name, "log": f"log({name})", "negative": f"-log({name})"}

    def formula(found: re.Match[str]) -> str:
        kind = "negative" if found["minus"] else "log" if found["log"] else ""
        return by_words[kind]

    return LIKELIHOOD.sub(formula, text)


def optimum(state: State, line: Line) -> Judged:
    """Judge ``maximize A <=> minimize B``: the slopes must be positive multiples, by sign."""
    subject = Subject("expression", of_text=line.left)
    source = state.document.source
    first = state.context.read(_spoken(state, line.left), line.dialect, source=source).expr
    second = state.context.read(_spoken(state, line.right), line.dialect, source=source).expr
    first, second = state.context.expanded(first), state.context.expanded(second)
    found = related(first, second, parameters(state, first))
    if found is None:
        return Judged(line, subject, "undecided", second, truth=Judgment("undecided"))
    rising, equality = found
    right = rising == (line.relation == "same")
    if right:
        outcome: Outcome = "ok" if equality.status == "proved" else "shown"
        return Judged(
            line, subject, outcome, second, None, None, Judgment(equality.status, equality)
        )
    words = _FALLS if not rising else _RISES
    return Judged(
        line, subject, "wrong", second, None, None, Judgment("refuted", equality, words), None,
        (Explanation("likelihood-sign", words),),
    )  # fmt: skip


def is_condition(state: State, subject: Subject, expr: Expr, truth: Expr) -> bool:
    """Return whether a line sets up an equation (``dJ/dmu = 0``) and claims no identity.

    Remembers it, so that a solution can be held against it.
    """
    zero = isinstance(expr, Const) and expr.value == 0
    rewritten = subject.kind == "expression" and bool(state.conditions)
    if not (rewritten or (zero and subject.kind in ("derivative", "expression"))):
        return False
    state.conditions.append(truth if zero else subtract(truth, expr))
    return True


_SOLVES: Final = Words("it solves the condition above", "它满足上面的条件")
_SOLVES_NOT: Final = Words("it does not solve the condition above", "它不满足上面的条件")
_FALLS: Final = Words(
    "the sign was lost: one falls where the other rises, so maximizing the one is minimizing the "
    "negative of the other",
    "漏掉了负号：一个上升时另一个下降，因此最大化前者等于最小化后者的相反数",
)
_RISES: Final = Words(
    "both rise together: their maxima are the same, and so are their minima; the minimum of the "
    "one is not the maximum of the other (maximize L is minimize −log L)",
    "两者同升同降：最大点相同，最小点也相同；一个的最小点并不是另一个的最大点"
    "（最大化 L 等价于最小化 −log L）",
)
