"""Values and derivatives at numbers: f(2) = 4, df(2)/dx = 12, f_x(1, 2) = 4, grad L(0) = -2*X'*y.

Such a line claims what a function is there. It sets up no equation, whatever stands above it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from lossmith.calculus.gradient import jacobian
from lossmith.expr.build import broadcast
from lossmith.expr.node import Const, Expr
from lossmith.expr.walk import substitute, symbols
from lossmith.judge.lines import Line
from lossmith.judge.reading import argument_of, other_arguments
from lossmith.judge.report import Explanation, Judged, Judgment
from lossmith.judge.state import State
from lossmith.judge.subject import Subject, plain_left
from lossmith.prove.kinks.kinks import Kink, kinks
from lossmith.words import Words

_POINT: Final = re.compile(r"\((?P<at>[^()]*)\)")
_NUMBER: Final = re.compile(r"^-?\d+(?:\.\d+)?(?:\s*/\s*\d+)?$")
_CALL: Final = re.compile(r"^\s*(?P<name>[^\W\d_]\w*)(?P<primes>['′]*)\s*\((?P<args>.*)\)\s*$")


def point_of(left: str) -> tuple[str, ...]:
    """Return the numbers at which a left side takes its derivative, () for none."""
    flat = plain_left(left)
    for found in _POINT.finditer(flat):
        asked = tuple(a.strip() for a in re.split("[,;]", found["at"]))
        if flat[: found.start()].strip() and all(map(_NUMBER.match, asked)):
            return asked
    return ()


def place_of(state: State, subject: Subject, asked: tuple[str, ...]) -> dict[Expr, Expr]:
    """Return the numbers in the places of the variables of what a derivative is of.

    Raises: UsageError where there are more or fewer numbers than variables.
    """
    of = subject.of or state.loss
    named = state.parameters.get(of) or (argument_of(state, of) if of else ())
    if len(named) != len(asked) and len(asked) == 1:
        named = subject.wrt[:1]
    found = [state.context.symbol(n) for n in named]
    variables = [s for s in found if s is not None]
    if len(variables) != len(asked):
        raise other_arguments(of)
    given = [state.context.read(text, "text").expr for text in asked]
    return {s: broadcast(value, s.shape) for s, value in zip(variables, given, strict=True)}


def called_slope(state: State, text: str) -> tuple[Subject, tuple[str, ...]] | None:
    """Return the derivative and the number of f''(2), None for other texts."""
    found = _CALL.match(text)
    if found is None or found["name"] not in state.context.definitions or not found["primes"]:
        return None
    named = state.parameters.get(found["name"]) or argument_of(state, found["name"])
    order = len(found["primes"])
    if len(named) != 1 or not _is_closed(found["args"]):
        return None
    return Subject("derivative", found["name"], "", named * order, order), (found["args"],)


def without_slope(
    state: State, line: Line, subject: Subject, place: Mapping[Expr, Expr]
) -> Judged | None:
    """Judge a derivative where there is none, as of |x| at 0; None where nothing speaks against it.

    Functions have a slope at their corners by convention (sign(0) = 0), which proves nothing.
    """
    definition = state.context.definitions.get(subject.of or state.loss)
    if definition is None or definition.expr.shape:
        return None
    e = state.context.expanded(definition.expr)
    for name in subject.wrt:
        s = state.context.symbol(name)
        if s is None or e.shape:
            return None
        along = substitute(e, {v: at for v, at in place.items() if v is not s})
        for kink in kinks(along, (s,)):
            gap = substitute(kink.where, dict(place))
            if isinstance(gap, Const) and gap.value == 0:
                return _denied(line, subject, kink)
        e = jacobian(e, s).end
    return None


def _denied(line: Line, subject: Subject, kink: Kink) -> Judged:
    if not kink.certain:
        notes = (_UNKNOWN.fill(what=kink.words),)
        return Judged(line, subject, "undecided", truth=Judgment("undecided"), notes=notes)
    words = _NONE.fill(what=kink.words)
    told = (Explanation("", words),)
    judged = Judgment("refuted", words=words)
    return Judged(line, subject, "wrong", truth=judged, explanations=told)


_NONE: Final = Words("there is no derivative there: {what}", "该处不可导：{what}")
_UNKNOWN: Final = Words(
    "whether there is a derivative there is not decided: {what}", "该处是否可导未能判定：{what}"
)


def claims_value(state: State, subject: Subject, expr: Expr, truth: Expr) -> bool:
    """Return whether a line says what a function is somewhere: f(2) = 4, f(x + 1) = x^2.

    f(2) = 0 is an equation for what f(2) still holds, and is a claim if it holds nothing.
    """
    if subject.kind != "expression" or (symbols(truth) and not symbols(expr)):
        return False
    found = _CALL.match(subject.of_text)
    called = found is not None and found["name"] in state.context.definitions
    return bool(subject.args) or (called and found is not None and _is_closed(found["args"]))


def _is_closed(inside: str) -> bool:
    """Return whether no bracket closes that was not opened: f(a) + g(b) is no call of f."""
    depth = 0
    for sign in inside:
        depth += (sign == "(") - (sign == ")")
        if depth < 0:
            return False
    return True
