"""Which derivative a line means that leaves open of what or by what."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from lossmith.errors import LossmithError
from lossmith.judge.derivatives import is_usual_variable, true_derivative, usual_variables
from lossmith.judge.equality import equal
from lossmith.judge.lines import (
    Line,
)
from lossmith.judge.reading import read_line
from lossmith.judge.state import State
from lossmith.judge.subject import Subject
from lossmith.words import Words


def meant(state: State, line: Line, subject: Subject, usual: Subject) -> Subject:
    """Return the derivative that a line means which leaves open of what or by what.

    The usual reading, unless it is false and another one is true.
    """
    if (subject.of or subject.of_text) and subject.wrt:
        return usual
    named = state.parameters.get(usual.of, ())
    if len(named) == 1 and set(usual.wrt) == set(named):
        return usual  # f(x) says what it is a function of
    if _is_true(state, line, usual):
        return usual
    scalars = [n for n, d in state.context.definitions.items() if not d.expr.shape]
    losses = [subject.of] if subject.of else [usual.of, *reversed(scalars)]
    for of in dict.fromkeys(losses):
        if of not in state.context.definitions or subject.of_text:
            continue
        inside = state.context.mentions(state.context.definitions[of].expr)
        free = [n for n in state.context.bases if n in inside]
        by_custom = bool(state.asked) or is_usual_variable(usual.wrt[0])
        if of == usual.of and by_custom and not _was_given(state, usual):
            # Right by b, for dL/dw: that is how a forgotten inner derivative looks.
            continue
        for name in [subject.wrt[0]] if subject.wrt else free[:_MOST_READINGS]:
            other = replace(usual, of=of, wrt=(name,) * subject.order)
            if other != usual and _is_true(state, line, other):
                state.notes.append(_READ_AS.fill(k=line.number, of=of, wrt=name))
                return other
    return _by_shape(state, line, subject, usual)


def _by_shape(state: State, line: Line, subject: Subject, usual: Subject) -> Subject:
    """Return the derivative by the likeliest variable that gives the shape of the line."""
    if subject.wrt or not usual.of or _was_given(state, usual):
        return usual
    try:
        expr = state.context.expanded(read_line(state, line, usual).expr)
        if expr.shape == true_derivative(state, usual).shape:
            return usual
        inside = state.context.mentions(state.context.definitions[usual.of].expr)
        for name in usual_variables(state, inside):
            other = replace(usual, wrt=(name,) * subject.order)
            if is_usual_variable(name) and expr.shape == true_derivative(state, other).shape:
                state.notes.append(_READ_AS.fill(k=line.number, of=other.of, wrt=name))
                return other
    except LossmithError:
        pass  # the line cannot be read, which is told where it is judged
    return usual


def _was_given(state: State, usual: Subject) -> bool:
    """Return whether a line above holds the derivative by the usual variable already."""
    trail = state.trails.get(usual.key)
    return trail is not None and trail.right


def _is_true(state: State, line: Line, subject: Subject) -> bool:
    try:
        truth = true_derivative(state, subject)
        expr = state.context.expanded(read_line(state, line, subject).expr)
    except LossmithError:
        return False
    same = expr.shape == truth.shape
    return same and equal(truth, expr, away=True).status in ("proved", "shown")


_MOST_READINGS: Final = 6
_READ_AS: Final = Words(
    "line {k} is read as the derivative of {of} by {wrt}", "第 {k} 行读作 {of} 对 {wrt} 的导数"
)
