"""The verdicts on a derivation, line by line.

A line is compared with the line above of the same quantity (does it follow?), with what the
quantity is by its definition (is it true?), and with its shape. The truth of a derivative is
computed by the calculus. A right step from a wrong line is right as a step.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from typing import Final

from lossmith.errors import LossmithError, Place, UsageError
from lossmith.expr.build import apply
from lossmith.expr.node import Expr
from lossmith.expr.walk import substitute
from lossmith.judge.comparison import compare, line_above
from lossmith.judge.conditions import hatted, optimum, solution
from lossmith.judge.definitions import (
    LOSSES,
    SHORT,
    find_definitions,
    forms_of,
    is_gradient,
    is_named,
    learn_kinds,
    logarithm_of_new,
    names_a_slope,
    needed,
    partial_of,
    take_probabilities,
    written_out,
)
from lossmith.judge.derivatives import implied, resolved, true_derivative
from lossmith.judge.differentials import moving, total_change
from lossmith.judge.likelihoods import misnamed
from lossmith.judge.lines import (
    Document,
    Line,
    dialect_of,
)
from lossmith.judge.meaning import meant
from lossmith.judge.numbers_or_vectors import AS_NUMBER, faults, misshapen_by
from lossmith.judge.reading import argument_of, called, other_arguments, read_line, without_calls
from lossmith.judge.report import Judged, Report
from lossmith.judge.state import LOSS, State, Trail, begun
from lossmith.judge.steps import conventions_in
from lossmith.judge.subject import Subject, read_left
from lossmith.text.cards import card
from lossmith.text.functions import function_names
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
    given = set(state.context.declared)
    report = _run(state)
    for name in misshapen_by(report, state.context, given):
        # Kinds are guessed from the definitions; lines below may tell that mu is a number.
        told = "; ".join(part for part in (declare, f"{name}: scalar") if part)
        with suppress(LossmithError):
            other = _run(begun(document, told, of, wrt, explain=explain))
            if faults(other) < faults(report):
                return replace(other, notes=(*other.notes, AS_NUMBER.fill(name=name)))
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
    for first in needed(state, right, None):
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
    text = line.right if line in state.firsts.values() else f"{line.left} = {line.right}"
    for first in needed(state, text, line):
        _visit(state, first)
    subject = _subject(state, line)
    state.subjects[line.number] = subject
    try:
        if line.relation in ("same", "opposite"):
            state.judged[line.number] = optimum(state, line)
        else:
            state.judged[line.number] = _judge(state, line, subject)
    except LossmithError as error:
        located = error
        if error.place is None:
            located = error.located(Place(line.text, 0, len(line.text), state.document.source))
        state.judged[line.number] = Judged(line, subject, "unread", error=located)


def _subject(state: State, line: Line) -> Subject:
    subject = read_left(line.left, state.context.names | set(state.firsts), function_names())
    if subject.kind == "continued":
        before = [s for n, s in state.subjects.items() if n < line.number]
        return before[-1] if before else Subject("value", _ANONYMOUS)
    if subject.kind == "value" and is_gradient(state, subject.of):
        order = SHORT[subject.of]
        return Subject("derivative", order=order, indices=subject.indices)
    if subject.kind == "value" and (partial := partial_of(subject.of, state.arguments)):
        return partial
    if subject.kind == "derivative" and subject.of_text:
        text = without_calls(state, subject.of_text, dialect_of(subject.of_text))
        return replace(subject, of_text=text)
    return subject


def _judge(state: State, line: Line, subject: Subject) -> Judged:
    match subject.kind:
        case "value":
            return _value(state, line, subject)
        case "expression":
            return _rewriting(state, line, subject)
        case "derivative":
            return _derivative(state, line, subject)
        case "differential":
            return _differential(state, line, subject)
        case "continued":
            raise _nothing_above()


def _value(state: State, line: Line, subject: Subject) -> Judged:
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
            order = SHORT[subject.of]
            slope = Subject("derivative", order=order, indices=subject.indices)
            return _derivative(state, line, slope)
        if subject.args:
            names = tuple(a.strip() for a in re.split("[,;]", subject.args))
            state.parameters[subject.of] = names
        if not formula.expr.shape and not state.of:
            usual = re.fullmatch(LOSSES, subject.of) is not None
            if usual or re.fullmatch(LOSSES, state.loss) is None:
                state.loss = subject.of
        forms = forms_of(state, formula.expr)
        state.trails[subject.key] = Trail(written, wrong is None, forms)
        state.asked = state.asked or list(formula.variables)
        if wrong is not None:
            return wrong[0]
        return Judged(
            line, subject, "definition", state.context.expanded(formula.expr),
            notes=formula.notes,
        )  # fmt: skip
    return _compared(state, line, subject, known.expr)


def _compared(state: State, line: Line, subject: Subject, truth: Expr) -> Judged:
    """Judge a value by what it is, or by what it is at the solutions above: D at a = mean(x)."""
    before = state.trails.get(subject.key)
    found = compare(state, line, subject, truth, line_above(state, subject))
    at: dict[Expr, Expr] = {
        j.unknown: j.expr
        for j in state.judged.values()
        if j.unknown is not None and j.expr is not None and j.outcome in ("ok", "shown")
    }
    there = substitute(state.context.expanded(truth), at)
    if found.outcome != "wrong" or there is state.context.expanded(truth):
        return found
    own = replace(subject, kind="expression", of_text=f"{subject.of} at the solution")
    other = compare(state, line, own, there, line_above(state, own))
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


def _rewriting(state: State, line: Line, subject: Subject) -> Judged:
    trail = state.trails.get(subject.key)
    if trail is not None and not line.left:
        truth = state.originals[subject.key]
        return compare(state, line, subject, truth, trail.latest)
    dialect = dialect_of(subject.of_text)
    if name := logarithm_of_new(state, line, subject.of_text):
        return _logarithm(state, line, subject, name)
    text = without_calls(state, subject.of_text, dialect)
    left = state.context.read(text, dialect, source=state.document.source).expr
    state.originals[subject.key] = left
    return compare(state, line, subject, left, None)


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


def _derivative(state: State, line: Line, subject: Subject) -> Judged:
    of, names = resolved(state, subject)
    if subject.of and not of:
        subject = replace(subject, of="", of_text=f"{subject.of}({subject.wrt[0]})")
    full = meant(state, line, subject, replace(subject, of=of, wrt=names))
    truth = true_derivative(state, full)
    above = line_above(state, full)
    if above is None:
        above = implied(state, full)
    return compare(state, line, full, truth, above)


def _differential(state: State, line: Line, subject: Subject) -> Judged:
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


def _nothing_above() -> UsageError:
    return UsageError(
        Words("there is no line above that this one goes on with", "上面没有可以接续的一行"),
        attempt=Words("write what it is equal to, as in J = ...", "请写出等号左边，例如 J = ..."),
    )


_AT_SOLUTION: Final = Words("with the solution above put in", "代入了上面求得的解")
_ANONYMOUS: Final = "expression"
_NUMBER: Final = re.compile(r"^-?\d+(?:\.\d+)?$")
