"""One line by the kind of what it speaks of: a value, an expression, a derivative, a change."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from lossmith.errors import UsageError
from lossmith.expr.build import apply
from lossmith.expr.node import Expr
from lossmith.expr.walk import substitute
from lossmith.judge.at_point import called_slope, place_of, point_of, without_slope
from lossmith.judge.comparison import compare, line_above
from lossmith.judge.conditions import hatted, solution
from lossmith.judge.definitions import (
    LOSSES,
    SHORT,
    forms_of,
    logarithm_of_new,
    names_a_slope,
    take_probabilities,
)
from lossmith.judge.derivatives import implied, resolved, true_derivative
from lossmith.judge.differentials import moving, total_change
from lossmith.judge.equations import settled
from lossmith.judge.likelihoods import misnamed
from lossmith.judge.lines import Line, dialect_of
from lossmith.judge.meaning import meant
from lossmith.judge.reading import argument_of, called, other_arguments, read_line, without_calls
from lossmith.judge.report import Judged
from lossmith.judge.state import State, Trail
from lossmith.judge.subject import Subject
from lossmith.text.functions.cards import card
from lossmith.text.parse import Formula
from lossmith.words import Words


def value(state: State, line: Line, subject: Subject) -> Judged:
    """Judge ``J = ...``: a definition, a value of what was defined, or a solution."""
    known = state.context.definitions.get(subject.of)
    base = state.context.symbol(subject.of) is not None
    if known is None and base and state.firsts.get(subject.of) is not line:
        return solution(state, line, subject)
    if known is not None and subject.args:
        asked = tuple(a.strip() for a in subject.args.split(","))
        named = state.parameters.get(subject.of, ())
        if not named and len(asked) == 1 and _NUMBER.match(asked[0]):
            named = argument_of(state, subject.of)  # f(2), of f = x^2
        if named and asked != named:
            return _at(state, line, subject, named, asked)
    if known is None:
        return _definition(state, line, subject)
    return _compared(state, line, subject, known.expr)


def _definition(state: State, line: Line, subject: Subject) -> Judged:
    """Let a name stand for the right side from here on, unless the name claims something."""
    formula = read_line(state, line, subject)
    if take_probabilities(state, formula.expr):
        formula = read_line(state, line, subject)
    if unknown := hatted(state, subject.of):
        state.context.define(subject.of, formula)
        return solution(state, line, subject, unknown)
    claims = not subject.args and names_a_slope(state, subject.of, formula.expr)
    wrong = None if state.of else misnamed(state, line, subject, formula.expr)
    written = formula.expr
    if wrong is not None:
        formula = replace(formula, expr=wrong[1])
    state.context.define(subject.of, formula)
    if not subject.indices and any("is open" in note.en for note in formula.notes):
        state.opened.add(subject.of)
    if claims:
        state.slopes.add(subject.of)
        slope = Subject("derivative", order=SHORT[subject.of], indices=subject.indices)
        return derivative(state, line, slope)
    if subject.args:
        names = tuple(a.strip() for a in re.split("[,;]", subject.args))
        state.parameters[subject.of] = names
    _note_loss(state, subject.of, formula)
    forms = forms_of(state, formula.expr)
    state.trails[subject.key] = Trail(written, wrong is None, forms)
    state.asked = state.asked or list(formula.variables)
    if wrong is not None:
        return wrong[0]
    whole = state.context.expanded(formula.expr)
    return Judged(line, subject, "definition", whole, notes=formula.notes)


def _note_loss(state: State, name: str, formula: Formula) -> None:
    """Take a number that was defined for the loss, the latest with a usual name first."""
    if formula.expr.shape or state.of:
        return
    if re.fullmatch(LOSSES, name) is not None or re.fullmatch(LOSSES, state.loss) is None:
        state.loss = name


def _compared(state: State, line: Line, subject: Subject, truth: Expr) -> Judged:
    """Judge a value by what it is, or by what it is at the solutions above: D at a = mean(x)."""
    before = state.trails.get(subject.key)
    found = compare(state, line, subject, truth, line_above(state, subject))
    at = settled(state)
    there = substitute(state.context.expanded(truth), at)
    if found.outcome != "wrong" or there is state.context.expanded(truth):
        return found
    own = replace(subject, kind="expression", of_text=f"{subject.of} at the solution")
    other = compare(state, line, own, there, line_above(state, own), at)
    if other.outcome not in ("ok", "shown"):
        return found
    if before is not None:
        state.trails[subject.key] = before
    return replace(other, notes=(*other.notes, _AT_SOLUTION))


def _at(
    state: State,
    line: Line,
    subject: Subject,
    named: tuple[str, ...],
    asked: tuple[str, ...],
) -> Judged:
    """Judge ``f(2) = 4``: the definition with its parameters replaced."""
    if len(named) != len(asked):
        raise other_arguments(subject.of)
    truth = called(state, subject.of, 0, named, asked, line.dialect)
    own = replace(subject, kind="expression", of_text=f"{subject.of}({subject.args})")
    return compare(state, line, own, truth, line_above(state, own))


def rewriting(state: State, line: Line, subject: Subject) -> Judged:
    """Judge ``log p_k = ...``: an expression and what it is written as."""
    trail = state.trails.get(subject.key)
    if trail is not None and not line.left:
        truth = state.originals[subject.key]
        return compare(state, line, subject, truth, trail.latest)
    dialect = dialect_of(subject.of_text)
    if (found := called_slope(state, subject.of_text)) is not None:
        slope, point = found
        if said := without_slope(state, line, slope, place_of(state, slope, point)):
            return said
    if name := logarithm_of_new(state, line, subject.of_text):
        return _logarithm(state, line, subject, name)
    text = without_calls(state, subject.of_text, dialect)
    subject = replace(subject, indices=_open_letters(state, text) if dialect == "text" else ())
    left = state.context.read(text, dialect, subject.indices, state.document.source).expr
    state.originals[subject.key] = left
    return compare(state, line, subject, left, None)


def _open_letters(state: State, text: str) -> tuple[str, ...]:
    """Return the indices of known arrays that no sum binds, as the k of log(p_k)."""
    found: dict[str, None] = {}
    for name, feet in re.findall(_ENTRY, text):
        s = state.context.symbol(name)
        own = f"{name}_{feet}" in state.context.names
        if s is not None and len(s.shape) == len(feet) and not own:
            found |= dict.fromkeys(feet)
    return tuple(c for c in found if c not in state.context.names and not _is_bound(c, text))


def _is_bound(letter: str, text: str) -> bool:
    return re.search(rf"(?<!\w)(?:sum|prod|mean|max|min)\(\s*{letter}\b", text) is not None


def _logarithm(state: State, line: Line, subject: Subject, name: str) -> Judged:
    """Let ``log(lik) = ...`` define lik where nothing else does."""
    formula = read_line(state, line, Subject("value", name))
    whole = replace(formula, expr=apply(card("exp"), formula.expr))
    state.context.define(name, whole)
    state.originals[subject.key] = formula.expr
    state.trails[subject.key] = Trail(formula.expr)
    state.trails[Subject("value", name).key] = Trail(whole.expr, True, [whole.expr])
    written = state.context.expanded(formula.expr)
    return Judged(line, subject, "definition", written, notes=formula.notes)


def derivative(state: State, line: Line, subject: Subject) -> Judged:
    """Judge ``dL/dw = ...`` by the derivative that the calculus computes."""
    subject = _by_matrix(state, subject)
    of, names = resolved(state, subject)
    if subject.of and not of:
        subject = replace(subject, of="", of_text=f"{subject.of}({subject.wrt[0]})")
    full = meant(state, line, subject, replace(subject, of=of, wrt=names))
    truth = true_derivative(state, full)
    if point := point_of(line.left):
        own = replace(full, kind="expression", of_text=line.left, args=", ".join(point))
        place = place_of(state, full, point)
        if said := without_slope(state, line, full, place):
            return said
        truth = substitute(state.context.expanded(truth), place)
        return compare(state, line, own, truth, line_above(state, own))
    above = line_above(state, full)
    if above is None:
        above = implied(state, full)
    return compare(state, line, full, truth, above)


def _by_matrix(state: State, subject: Subject) -> Subject:
    """Return ``dJ/du_ik`` as a derivative by the matrix U, whose entries the lines call u_ik."""
    found: list[str] = []
    for name in subject.wrt:
        s = state.context.symbol(name.upper())
        known = state.context.symbol(name) is not None
        whole = s is not None and len(s.shape) == 2 and len(subject.indices) == 2
        found.append(name.upper() if whole and not known else name)
    return replace(subject, wrt=tuple(found))


def differential(state: State, line: Line, subject: Subject) -> Judged:
    """Judge ``dJ = ...`` by the total change."""
    definition = state.context.definitions.get(subject.of)
    if definition is None:
        raise UsageError(
            Words(f"{subject.of} is not defined in a line above", f"上面没有定义 {subject.of}")
        )
    names = moving(state)
    trail = state.trails.get(Subject("value", subject.of).key)
    forms = trail.forms if trail is not None else []
    truth = total_change(state, forms[-1] if forms else definition.expr, names)
    above = line_above(state, subject)
    if above is None:
        value = state.trails.get(Subject("value", subject.of).key)
        if value is not None and not value.right:
            above = total_change(state, value.latest, names)
    return compare(state, line, subject, truth, above)


_AT_SOLUTION: Final = Words("with the solution above put in", "代入了上面求得的解")
_ENTRY: Final = r"(?<![\w.])([^\W\d_]+)_([a-z]{1,3})(?!\w)"
_NUMBER: Final = re.compile(r"^-?\d+(?:\.\d+)?$")
