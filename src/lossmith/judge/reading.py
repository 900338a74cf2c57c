"""The right side of a line as an expression: calls, primes and quotients become symbols first."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import Final

from lossmith.atoms.table import ATOMS
from lossmith.calculus.gradient import jacobian
from lossmith.errors import ShapeError, UsageError
from lossmith.expr.build import broadcast
from lossmith.expr.node import Expr
from lossmith.expr.types import Shape
from lossmith.expr.walk import substitute
from lossmith.judge.calls import with_calls
from lossmith.judge.context import CHANGE
from lossmith.judge.derivatives import resolved, true_derivative
from lossmith.judge.lines import (
    Dialect,
    Line,
)
from lossmith.judge.notation import (
    with_changes,
    with_entries,
    with_indicators,
    with_own_letters,
    with_unit_matrix,
    with_usual_letter,
)
from lossmith.judge.occurrence import occurs
from lossmith.judge.quotients import replaced
from lossmith.judge.state import State
from lossmith.judge.subject import Subject
from lossmith.text.functions.functions import function_names
from lossmith.text.parse import Formula
from lossmith.words import Words


def read_line(state: State, line: Line, subject: Subject, like: Shape | None = None) -> Formula:
    """Return the right side of a line.  Raises: ParseError and others."""
    text = text_of(state, line, subject)
    source = state.document.source
    try:
        formula = state.context.read(text, line.dialect, subject.indices, source, like)
    except ShapeError as error:
        if like is None or len(like) != len(subject.indices) + 1 or _VECTOR not in error.what.en:
            raise
        text, indices = _by_entries(text, line.dialect, subject.indices)
        formula = state.context.read(text, line.dialect, indices, source, like)
    if subject.kind != "differential":
        for s in formula.symbols:
            inside = s.name[len(CHANGE) :]
            if s.name.startswith(CHANGE) and state.context.is_change(s.name):
                raise _stray_change(s.name, inside)
    return formula


_VECTOR: Final = "got a vector"


def _by_entries(
    text: str, dialect: Dialect, indices: tuple[str, ...]
) -> tuple[str, tuple[str, ...]]:
    """Return a vector for each i by its entries: dp_i/dw = p_i*(1 - p_i)*x_i, and the indices."""
    letter = next(c for c in "jklmrst" if c not in indices and not occurs(c, text))
    entry = rf"\left({text}\right)_{letter}" if dialect == "latex" else f"({text})[{letter}]"
    return entry, (*indices, letter)


def text_of(state: State, line: Line, subject: Subject) -> str:
    """Return the right side in the signs of the language, stand-ins in place of calls."""
    others = [other.right for other in state.document.lines]
    text = with_usual_letter(line.right, others, subject.indices)
    text = with_unit_matrix(text, line.dialect, state.context.names)
    if line.dialect == "latex" and subject.kind == "differential":
        text = with_changes(text, state.context.names)
    if line.dialect == "text":
        text = with_entries(with_indicators(text))
        text = with_own_letters(text, subject.indices)
    text = without_calls(state, text, line.dialect)
    return replaced(text, line.dialect, partial(_stand_in_for, state))


def without_calls(state: State, text: str, dialect: Dialect) -> str:
    """Return a text with f(2), f'(x) and sigma'(z) as symbols of their own."""
    functions = _primed_functions(state, text) | state.parameters

    def call(name: str, primes: int, args: str) -> str:
        named = functions.get(name)
        if not primes and name not in state.parameters:
            return ""
        asked = tuple(a.strip() for a in re.split("[,;]", args))
        if named is None:
            return _slope_of_card(state, name, args, dialect) if primes == 1 else ""
        if not primes and asked == named:
            return name
        if len(asked) != len(named) or (primes and len(named) > 1):
            raise other_arguments(name)
        expr = called(state, name, primes, named, asked, dialect)
        return state.context.stand_in(("call", name, primes, asked), expr)

    text = re.sub(r"(?<![\w\\])([^\W\d_]\w*)('+|′+)(?![\w('′])", partial(_primed, state), text)
    if dialect == "text":
        text = re.sub(r"(?<![\w\\])([^\W\d_]\w*)(?=\()", partial(_with_sign, state), text)
    text = _gradients(state, text, dialect)
    return with_calls(text, dialect, functions, function_names(), call)


def argument_of(state: State, name: str) -> tuple[str, ...]:
    """Return the variable of an f that was defined without one: that of its derivatives above."""
    said = [j.subject.wrt for j in state.judged.values() if j.subject.of == name]
    usual = resolved(state, Subject("derivative", name, order=1))[1]
    return next((wrt[:1] for wrt in reversed(said) if wrt), usual)


def _primed_functions(state: State, text: str) -> dict[str, tuple[str, ...]]:
    """Return the variable of each f in ``f''(0)`` that was defined without one, as in f = x^2."""
    found: dict[str, tuple[str, ...]] = {}
    for name in set(re.findall(r"(?<![\w\\])([^\W\d_]\w*)(?:'+|′+)\s*\(", text)):
        d = state.context.definitions.get(name)
        if d is not None and not d.expr.shape:
            found[name] = argument_of(state, name)
    return found


GRADIENT: Final = re.compile(
    r"(?<![\w\\])(?:(?P<second>hess|hessian|∇²)|grad|gradient|∇)(?![\w(])"
    r"|\\nabla\b(?P<square>\s*\^\s*(?:2|\{\s*2\s*\}))?(?:\s*_\s*(?:[A-Za-z]|\\[A-Za-z]+))?"
    r"(?:\s*(?P<of>[A-Z]|\\ell|f)(?![A-Za-z]))?"
)


def _gradients(state: State, text: str, dialect: Dialect) -> str:
    """Read the gradient of the loss inside a formula, as in ``n*grad`` and ``w - eta*grad``.

    Its Hessian likewise, as in ``v'*hess*v``.
    """
    if not state.loss or "grad" in state.context.names:
        return text

    def symbol_of(found: re.Match[str]) -> str:
        second = found["second"] or found["square"]
        if second and "hess" in state.context.names:
            return found[0]
        subject = Subject("derivative", order=2 if second else 1)
        of, wrt = resolved(state, subject)
        full = replace(subject, of=of, wrt=wrt)
        name = state.context.stand_in(full.key, true_derivative(state, full))
        return rf"\mathrm{{{name}}} " if dialect == "latex" else name

    return GRADIENT.sub(symbol_of, text)


def _primed(state: State, found: re.Match[str]) -> str:
    """Read f' as the derivative of f where the document writes derivatives so."""
    name, order = found[1], len(found[2])
    d = state.context.definitions.get(name)
    if name not in state.primed or d is None or d.expr.shape:
        return found[0]
    subject = Subject("derivative", name, "", (), order)
    of, wrt = resolved(state, subject)
    full = replace(subject, of=of, wrt=wrt)
    return state.context.stand_in(full.key, true_derivative(state, full))


def _with_sign(state: State, found: re.Match[str]) -> str:
    """Read s(1 - s) as a product where s is a quantity and no function."""
    name = found[0]
    s = state.context.symbol(name)
    if s is None or name in state.parameters or name in function_names():
        return name
    return f"{name}.*" if len(s.shape) == 1 else f"{name}*"


def _slope_of_card(state: State, name: str, args: str, dialect: Dialect) -> str:
    """Return a symbol for the derivative of a known function, as in sigmoid'(z)."""
    atom = ATOMS.get({"sigma": "sigmoid", "ln": "log"}.get(name, name))
    if atom is None or atom.arity != 1 or not atom.signature.is_entrywise:
        return ""
    slope = atom.slopes[0]
    if slope is None:
        return ""
    inner = state.context.expanded(state.context.read(args, dialect).expr)
    return state.context.stand_in(("slope", name, args), slope(inner))


def called(
    state: State,
    name: str,
    primes: int,
    named: tuple[str, ...],
    asked: tuple[str, ...],
    dialect: Dialect,
) -> Expr:
    """Return f, f' or f'' at other arguments."""
    found = [state.context.symbol(n) for n in named]
    variables = [s for s in found if s is not None]
    if len(variables) < len(found):
        raise other_arguments(name)
    whole = state.context.expanded(state.context.definitions[name].expr)
    for _ in range(primes):
        whole = jacobian(whole, variables[0]).end
    change: dict[Expr, Expr] = {}
    for s, text in zip(variables, asked, strict=True):
        given = state.context.read(text, dialect, source=state.document.source).expr
        change[s] = broadcast(given, s.shape) if not given.shape else given
    return substitute(whole, change)


def _stand_in_for(
    state: State, of: str, above: tuple[str, ...], wrt: str, below: tuple[str, ...]
) -> str:
    """Return the name of a symbol for dof/dwrt inside a formula, "" if that is not known."""
    if of not in state.context.definitions or state.context.symbol(wrt) is None:
        return ""
    repeated = bool(set(above) & set(below))
    subject = Subject("derivative", of, "", (wrt,), 1, (), repeated)
    return state.context.stand_in(subject.key, true_derivative(state, subject))


def other_arguments(name: str) -> UsageError:
    """Return the error of a function that is used with other arguments than it was defined with."""
    return UsageError(
        Words(f"{name} was defined with other arguments", f"{name} 定义时的自变量与此不同")
    )


def _stray_change(name: str, inside: str) -> UsageError:
    return UsageError(
        Words(
            f"{name} stands in a line that is no differential",
            f"{name} 出现在一个不是微分式的行里",
        ),
        attempt=Words(
            f"write d... = ... on the left, or a derivative such as dL/d{inside}",
            f"左边写成 d... = ...，或写成导数，例如 dL/d{inside}",
        ),
    )
