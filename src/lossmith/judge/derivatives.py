"""What is differentiated by what, what that derivative truly is, and what earlier lines imply."""

from __future__ import annotations

import re
from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace
from typing import Final

from lossmith.errors import UsageError
from lossmith.expr.node import Expr, Symbol, symbol
from lossmith.expr.walk import symbols
from lossmith.judge.context import CHANGE
from lossmith.judge.lines import (
    dialect_of,
)
from lossmith.judge.refolded import refolded
from lossmith.judge.state import State
from lossmith.judge.steps import differentiated
from lossmith.judge.subject import Subject, read_left
from lossmith.text.functions.functions import function_names
from lossmith.words import Words


def parameters(state: State, e: Expr) -> tuple[Symbol, ...]:
    """Return the variables of an optimum: asked for, by convention, or all there are."""
    there = tuple(s for s in symbols(e) if not state.context.is_stand_in(s.name))
    asked = tuple(s for s in there if s.name in state.asked)
    usual = tuple(s for s in there if re.fullmatch(_PARAMETERS, s.name))
    numbers = tuple(s for s in there if not s.shape)
    own = tuple(s for s in numbers if not re.fullmatch(DATA, s.name))
    return asked or usual or own or numbers or there


def resolved(state: State, subject: Subject) -> tuple[str, tuple[str, ...]]:
    """Return the names of what is differentiated and by what."""
    of = subject.of or ("" if subject.of_text else state.loss)
    names = function_names()
    if of and of not in state.context.definitions and of in names and subject.wrt:
        # sigma'(z), of a function that the language knows
        return "", subject.wrt
    if not of and not subject.of_text:
        raise UsageError(
            Words("which loss is this the derivative of?", "这是哪个损失函数的导数？"),
            attempt=Words(
                "write the loss in a line above, as in L = norm2(X*w - y)^2, or give --of",
                "在上面写出损失函数，例如 L = norm2(X*w - y)^2，或用 --of 给出",
            ),
        )
    if of and of not in state.context.definitions:
        raise UsageError(
            Words(f"{of} is not defined in a line above", f"上面没有定义 {of}"),
            attempt=Words(f"write {of} = ... first", f"请先写出 {of} = ..."),
        )
    names = subject.wrt
    if not names:
        names = (_variable(state, of, subject),) * subject.order
    return of, names


def _variable(state: State, of: str, subject: Subject) -> str:
    """Return the variable of the document: asked for, or by convention."""
    if of:
        occurring = state.context.mentions(state.context.definitions[of].expr)
    else:
        formula = state.context.read(subject.of_text, "text")
        occurring = state.context.mentions(formula.expr)
    for name in state.asked:
        if name in occurring:
            return name
    free = usual_variables(state, occurring)
    if not free:
        raise UsageError(Words("there is no variable here", "这里没有变量"))
    return free[0]


def usual_variables(state: State, occurring: Collection[str]) -> list[str]:
    """Return names in the order in which they are likely to be what is differentiated by.

    Those that the lines differentiate by, then by convention, then the others.
    """
    free = [n for n in state.context.bases if n in occurring]
    found = [n for n in _differentiated_by(state) if n in free]
    for pattern in _CONVENTION:
        found += [n for n in free if re.fullmatch(pattern, n)]
    return list(dict.fromkeys((*found, *free)))


def is_usual_variable(name: str) -> bool:
    """Return whether people differentiate by a letter: by w, x, b, and hardly by y."""
    return any(re.fullmatch(pattern, name) for pattern in _CONVENTION)


def _differentiated_by(state: State) -> list[str]:
    """Return the names that the lines differentiate by: below in dL/db, and in db itself."""
    found: list[str] = []
    for line in state.document.lines:
        subject = read_left(line.left, state.context.names, function_names())
        found += subject.wrt
        if subject.kind == "differential":
            found += [w[1:] for w in re.findall(r"(?<![A-Za-z])d[A-Za-z]\w*", line.right)]
    return found


def _start_of_derivative(state: State, subject: Subject) -> Expr:
    """Return what is differentiated, with the variables of the subject left standing."""
    context = state.context
    if not subject.of:
        whole = context.read(subject.of_text, dialect_of(subject.of_text)).expr
        return context.expanded(whole, subject.wrt)
    whole = context.expanded(context.definitions[subject.of].expr, subject.wrt)
    named = [d.symbol for n in subject.wrt if (d := context.definitions.get(n)) is not None]
    return whole if set(named) <= set(symbols(whole)) else refolded(state, subject.of, subject.wrt)


def wanted(state: State, name: str) -> Symbol:
    """Return the symbol of a name.  Raises: UsageError if it does not occur above."""
    found = state.context.symbol(name)
    if found is None:
        known = ", ".join(sorted(state.context.names))
        raise UsageError(
            Words(f"{name} does not occur above", f"上面没有出现 {name}"),
            why=Words(f"the names so far are {known}", f"目前的名称有 {known}"),
        )
    return found


def true_derivative(state: State, subject: Subject) -> Expr:
    """Return the derivative that a resolved subject speaks of, in base symbols."""
    variables = [wanted(state, n) for n in subject.wrt]
    # Forms that were proved equal have the same derivative; the latest is the simplest.
    trail = state.trails.get(Subject("value", subject.of).key)
    forms = trail.forms[:0:-1] if trail is not None and subject.of else []
    for form in forms:
        with suppress(UsageError):
            other = state.context.expanded(form, subject.wrt)
            if _depends(state, other, variables):
                return state.context.expanded(differentiated(other, variables, subject))
    start = _start_of_derivative(state, subject)
    return state.context.expanded(differentiated(start, variables, subject))


def _depends(state: State, e: Expr, variables: list[Symbol]) -> bool:
    """Return whether the names that are differentiated by still stand in a form."""
    return set(variables) <= set(symbols(e))


def implied(state: State, subject: Subject) -> Expr | None:
    """Return what the user's own earlier lines imply for the first line of a derivative."""
    variables = [wanted(state, n) for n in subject.wrt]
    if subject.order > 1:
        below = state.trails.get(_one_less(subject).key)
        if below is not None and not below.right:
            return differentiated(below.latest, variables[-1:], replace(subject, order=1))
    change = state.trails.get(Subject("differential", subject.of).key)
    if subject.order == 1 and change is not None:
        moved = symbol(CHANGE + subject.wrt[0], variables[0].shape)
        if moved in symbols(change.latest):
            return differentiated(change.latest, [moved], replace(subject, repeated=False))
    value = state.trails.get(Subject("value", subject.of).key)
    if value is not None and not value.right:
        start = state.context.expanded(value.latest, subject.wrt)
        return state.context.expanded(differentiated(start, variables, subject))
    return None


def start_of(state: State, subject: Subject) -> tuple[Expr, tuple[Symbol, ...]] | None:
    """Return what was differentiated and by what, for the slips of differentiation."""
    if subject.kind != "derivative" or subject.repeated or subject.squares:
        return None
    start, variables = _start_of_derivative(state, subject), [wanted(state, n) for n in subject.wrt]
    if subject.order > 1 and not any(s.shape for s in variables):
        # The slip is made in the last step, as a rule.
        start = differentiated(start, variables[:-1], _one_less(subject))
    return start, tuple(variables[-1:])


def _one_less(subject: Subject) -> Subject:
    """Return the derivative that this one is the derivative of."""
    return replace(subject, wrt=subject.wrt[:-1], order=subject.order - 1, indices=())


def variables(state: State, e: Expr) -> tuple[tuple[Symbol, ...], bool]:
    """Return the variables in which "+ const" is meant, and whether the document names them."""
    differentiated = [n for s in state.subjects.values() for n in s.wrt]
    differentiated += [
        n for line in state.document.lines
        for n in read_left(line.left, state.context.names, function_names()).wrt
    ]  # fmt: skip
    names = {*state.asked, *differentiated}
    found = tuple(s for s in symbols(e) if s.name in names)
    return (found, True) if found else (parameters(state, e), False)


DATA: Final = r"(?:[xXyYkKtmnN]|data|labels?)_?\d*"
"""Names of what is observed, and hardly of what is to be found."""
_PARAMETERS: Final = r"(w|W|theta|Theta|beta)_?\d*"
_CONVENTION: Final = (
    r"(w|theta|beta)_?\d*",
    r"(W|Theta)_?\d*",
    r"[xzoU]_?\d*",
    r"([bvuamrtspq]|mu|X)_?\d*",
)
"""Letters that people differentiate by, the likelier ones first."""
