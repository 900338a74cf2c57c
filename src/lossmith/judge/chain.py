"""The verdicts on a derivation, line by line.

A line is compared with the line above of the same quantity (does it follow?), with what the
quantity is by its definition (is it true?), and with its shape. The truth of a derivative is
computed by the calculus. A right step from a wrong line is right as a step.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Final

from lossmith.errors import LossmithError, Place, UsageError
from lossmith.judge.conditions import optimum
from lossmith.judge.definitions import (
    SHORT,
    defining,
    find_definitions,
    is_gradient,
    is_named,
    learn_kinds,
    partial_of,
    written_out,
)
from lossmith.judge.lines import (
    Document,
    Line,
    dialect_of,
)
from lossmith.judge.numbers_or_vectors import AS_NUMBER, faults, misshapen_by
from lossmith.judge.quantities import derivative, differential, rewriting, value
from lossmith.judge.reading import without_calls
from lossmith.judge.report import Judged, Report
from lossmith.judge.state import LOSS, State, Trail, begun
from lossmith.judge.steps import conventions_in
from lossmith.judge.subject import Subject, read_left
from lossmith.text.functions.functions import function_names
from lossmith.words import Words


def judge(
    document: Document, *, declare: str = "", of: str = "", wrt: str = "", explain: bool = True
) -> Report:
    """Return the verdicts on a document.

    declare: further declarations.  of: the loss, a formula or ``name = formula``.  wrt: variables.
    explain: look for the slip behind a wrong line.
    Raises: ParseError and others where a declaration or the loss itself cannot be read.
    """
    state = begun(document, declare, of, wrt, explain=explain)
    given = state.context.kinds_given()
    report = _run(state)
    for names in misshapen_by(report, state.context, given):
        # Kinds are guessed from the definitions; lines below may tell that mu is a number.
        with suppress(LossmithError):
            again = begun(document, declare, of, wrt, explain=explain)
            again.context.let_be_numbers(names)
            other = _run(again)
            if faults(other) < faults(report):
                notes = tuple(AS_NUMBER.fill(name=name) for name in names)
                return replace(other, notes=(*other.notes, *notes))
    return report


def _run(state: State) -> Report:
    """Judge all lines; definitions that a line needs come before it."""
    find_definitions(state)
    learn_kinds(state)
    state.notes += state.document.notes
    for _, sentence in state.document.prose:
        state.notes += conventions_in(sentence)
    if state.of:
        _take_loss(state)
    for line in state.document.lines:
        _visit(state, line)
    ordered = tuple(state.judged[line.number] for line in state.document.lines)
    return Report(state.document, ordered, tuple(dict.fromkeys(state.notes)), written_out(state))


def _take_loss(state: State) -> None:
    name, right = LOSS, state.of
    if is_named(state.of):
        name, _, right = (part.strip() for part in state.of.partition("="))
    for first in defining(state, right, None):
        _visit(state, first)
    formula = state.context.read(right, dialect_of(right), source=state.document.source)
    state.context.define(name, formula)
    state.loss = name
    state.trails["value", name, "", (), 0, False] = Trail(formula.expr)
    state.asked = state.asked or list(formula.variables)


def _visit(state: State, line: Line) -> None:
    if line.number in state.judged or line.number in state.subjects:
        return
    state.subjects[line.number] = Subject("continued")
    text = line.right
    if line not in state.firsts.values():
        below = read_left(line.left, state.context.names | set(state.firsts), function_names()).wrt
        text = f"{line.left} {' '.join(below)} = {line.right}"
    above = defining(state, text, line)
    for first in above:
        _visit(state, first)
    subject = _subject(state, line)
    state.subjects[line.number] = subject
    try:
        _refuse_unread(state, above)
        if line.relation in ("same", "opposite"):
            state.judged[line.number] = optimum(state, line)
        else:
            state.judged[line.number] = _judge(state, line, subject)
    except LossmithError as error:
        located = error
        if error.place is None:
            located = error.located(Place(line.text, 0, len(line.text), state.document.source))
        state.judged[line.number] = Judged(line, subject, "unread", error=located)


def _refuse_unread(state: State, above: Sequence[Line]) -> None:
    """Raise UsageError for a line in names whose definition could not be read: it says nothing."""
    for first in above:
        judged = state.judged.get(first.number)
        if judged is not None and judged.outcome == "unread":
            k = first.number
            raise UsageError(
                Words(f"it needs line {k}, which could not be read", f"它依赖无法读取的第 {k} 行"),
                attempt=Words(f"mend line {k} first", f"请先改好第 {k} 行"),
            )


def _subject(state: State, line: Line) -> Subject:
    subject = read_left(line.left, state.context.names | set(state.firsts), function_names())
    if subject.kind == "continued":
        before = [s for n, s in state.subjects.items() if n < line.number]
        return before[-1] if before else Subject("value", _ANONYMOUS)
    if subject.kind == "derivative" and _is_transpose(state, line.left):
        return Subject("expression", of_text=line.left)
    if subject.kind == "value" and is_gradient(state, subject.of):
        order = SHORT[subject.of]
        return Subject("derivative", order=order, indices=subject.indices)
    if subject.kind == "value" and (partial := partial_of(subject.of, state.arguments)):
        return partial
    if subject.kind == "derivative" and subject.of_text:
        text = without_calls(state, subject.of_text, dialect_of(subject.of_text))
        return replace(subject, of_text=text)
    return subject


def _is_transpose(state: State, left: str) -> bool:
    """Return whether ``P' = ...`` speaks of a matrix P that was defined, and of no derivative."""
    found = _PRIMED.match(left)
    known = state.context.definitions.get(found[1]) if found is not None else None
    return known is not None and len(known.expr.shape) == 2


def _judge(state: State, line: Line, subject: Subject) -> Judged:
    match subject.kind:
        case "value":
            return value(state, line, subject)
        case "expression":
            return rewriting(state, line, subject)
        case "derivative":
            return derivative(state, line, subject)
        case "differential":
            return differential(state, line, subject)
        case "continued":
            raise _nothing_above()


def _nothing_above() -> UsageError:
    return UsageError(
        Words("there is no line above that this one goes on with", "上面没有可以接续的一行"),
        attempt=Words("write what it is equal to, as in J = ...", "请写出等号左边，例如 J = ..."),
    )


_PRIMED: Final = re.compile(r"^\s*([^\W\d_]\w*)\s*'\s*$")
_ANONYMOUS: Final = "expression"
