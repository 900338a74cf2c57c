"""Which lines define what, in which order they are needed, and what is inferred of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Final

from lossmith.errors import LossmithError
from lossmith.expr.build import broadcast, const, subtract
from lossmith.expr.node import Apply, Expr
from lossmith.expr.sets import REALS, opened
from lossmith.expr.walk import postorder, symbols
from lossmith.judge.derivatives import resolved, wanted
from lossmith.judge.lines import (
    Dialect,
    Line,
    dialect_of,
)
from lossmith.judge.normal import normal_form
from lossmith.judge.occurrence import apart, occurs, uses
from lossmith.judge.quotients import holds_quotient
from lossmith.judge.reading import GRADIENT
from lossmith.judge.state import LOSS, State
from lossmith.judge.subject import Subject, read_left
from lossmith.judge.together import infer_together
from lossmith.text.functions.functions import function_names
from lossmith.words import Words


def written_out(state: State) -> tuple[tuple[str, Expr], ...]:
    """Return what the arrays defined stand for, written out."""
    found = [d for n, d in state.context.definitions.items() if not state.context.is_stand_in(n)]
    return tuple((d.name, state.context.expanded(d.expr)) for d in found if d.expr.shape)


def find_definitions(state: State) -> None:
    """Note for every name the line that defines it."""
    known: set[str] = set(state.context.names)
    functions = state.arguments
    for line in state.document.lines:
        if not line.left or line.relation in ("same", "opposite"):
            continue
        subject = read_left(line.left, known, function_names())
        if (
            subject.kind == "value"
            and subject.of not in state.firsts
            and not is_gradient(state, subject.of)
            and partial_of(subject.of, functions) is None
            and not _is_solution(state, subject.of, line, known)
        ):
            if subject.args:
                functions[subject.of] = tuple(a.strip() for a in subject.args.split(","))
            elif subject.of in _PLAIN_FUNCTIONS:
                functions[subject.of] = tuple(re.findall(_COORDINATE, line.right))
            state.firsts[subject.of] = line
            known.add(subject.of)


def partial_of(name: str, functions: Mapping[str, tuple[str, ...]]) -> Subject | None:
    """Return the derivative that f_x, fx, f_xy name, of a function f(x, y); None for others."""
    for f, arguments in functions.items():
        feet = name[len(f) :].lstrip("_") if name.startswith(f) and name not in functions else ""
        if 0 < len(feet) <= 2 and len(arguments) > 1 and all(c in arguments for c in feet):
            return Subject("derivative", f, "", tuple(feet), len(feet))
    return None


_PLAIN_FUNCTIONS: Final = frozenset("fFgu")
_COORDINATE: Final = r"(?<![\w\\])[xyzstuvr](?![\w(])"
"""Of ``f = x^2*y`` the names fx and f_xy are derivatives, although f has no brackets."""


def _is_solution(state: State, name: str, line: Line, known: set[str]) -> bool:
    """Return whether ``mu = mean(y)`` solves an equation above (or is an update) and defines
    nothing: the name was used before, and a derivative stands in between."""
    if uses(line.right, name):
        return True
    solved = name in state.asked or (not state.asked and uses(state.of, name))
    used = False
    for other in state.document.lines:
        if other is line:
            return False
        left = read_left(other.left, known | {name}, function_names())
        used = used or uses(apart(other.right, other.dialect), name)
        if solved and left.kind == "value" and is_gradient(state, left.of):
            return True
        if used and left.kind in ("derivative", "differential", "expression"):
            return True
    return False


def is_gradient(state: State, name: str) -> bool:
    """Return whether a short name is the gradient or Hessian of a loss that was given."""
    return name in SHORT and (bool(state.of) or name in state.slopes)


def names_a_slope(state: State, name: str, e: Expr) -> bool:
    """Return whether ``H = ...`` below a loss claims to be its Hessian (g: its gradient).

    It does if its shape is that of the derivative; else it defines something of its own.
    """
    loss = state.context.definitions.get(state.loss)
    if name not in SHORT or loss is None or loss.expr.shape or state.of:
        return False
    if re.fullmatch(LOSSES, state.loss) is None:
        return False
    try:
        _, (variable, *_) = resolved(state, Subject("derivative", order=SHORT[name]))
        return wanted(state, variable).shape * SHORT[name] == e.shape
    except LossmithError:
        return False


def learn_kinds(state: State) -> None:
    """Infer the kinds of symbols from all definitions together."""
    dialects: tuple[Dialect, ...] = ("text", "latex", "python")
    for dialect in dialects:
        plain = {
            name: (line.left, line.right)
            for name, line in state.firsts.items()
            if line.dialect == dialect and not _holds_slope(line)
        }
        if state.of and dialect_of(state.of) == dialect:
            plain[LOSS] = (LOSS, state.of.partition("=")[2] if is_named(state.of) else state.of)
        opened = _opened(plain) if dialect == "text" else {}
        infer_together(state.context, plain, dialect, _below(state, dialect), opened)


def _opened(plain: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """Return the right sides in the indices of their left sides, with these bound."""
    lefts = {name: read_left(left, ()).indices for name, (left, _) in plain.items()}
    used = {n: [i for i in letters if occurs(i, plain[n][1])] for n, letters in lefts.items()}
    return {n: f"tensor({', '.join(ls)}, {plain[n][1]})" for n, ls in used.items() if ls}


def _holds_slope(line: Line) -> bool:
    """Return whether a derivative stands on the right: its kind is that of what it is taken by."""
    return GRADIENT.search(line.right) is not None or holds_quotient(line.right, line.dialect)


def _below(state: State, dialect: Dialect) -> dict[str, str]:
    """Return what the line below each definition says of the same name."""
    lines = state.document.lines
    found: dict[str, str] = {}
    for line, after in pairwise(lines):
        for name, first in state.firsts.items():
            same = after.left in ("", line.left) and after.relation == "="
            if first is line and same and line.dialect == after.dialect == dialect:
                found[name] = after.right
    return found


def defining(state: State, text: str, line: Line | None) -> list[Line]:
    """Return the first definitions of names in a text, but for the line itself."""
    firsts = state.firsts.items()
    return [first for name, first in firsts if first is not line and uses(text, name)]


def take_probabilities(state: State, e: Expr) -> bool:
    """Read p as a probability where both p and 1 - p are bases or under a logarithm.

    Returns whether anything changed.  What the user declared stays.
    """
    under = {
        a.args[0] for a in postorder(e)
        if isinstance(a, Apply) and a.atom.name in ("power", "log")
    }  # fmt: skip
    changed = False
    for s in symbols(e):
        shapes = {s.shape, *(u.shape for u in under)} if not s.shape else {s.shape}
        free = s.assumptions.interval == REALS and not s.assumptions.structure
        both = any(
            broadcast(s, shape) in under
            and under
            & {
                subtract(const(1, shape), broadcast(s, shape)),
                *([broadcast(subtract(const(1), s), shape)] if not s.shape else []),
            }
            for shape in shapes
        )
        if both and free and s.name in state.context.bases:
            state.context.promise(s, opened(0, 1))
            changed = True
            state.notes.append(_PROBABILITY.fill(name=s.name))
    return changed


def forms_of(state: State, e: Expr) -> list[Expr]:
    """Return a definition, and its normal form where that spares a product over entries."""
    whole = state.context.expanded(e)
    if not any(isinstance(s, Apply) and s.atom.name == "prod" for s in postorder(whole)):
        return [e]
    return [e, normal_form(whole)[0]]


_PROBABILITY: Final = Words(
    "{name} is read as a probability, in (0, 1); declare it to change that",
    "{name} 读作概率，取值在 (0, 1) 内；如需更改请先声明",
)


def is_named(text: str) -> bool:
    """Return whether a text is ``name = formula``."""
    return re.match(r"^\s*[^\W\d]\w*\s*(\([^()]*\))?\s*=(?!=)", text) is not None


def logarithm_of_new(state: State, line: Line, left: str) -> str:
    """Return the name in ``log(lik)`` on the left where nothing above speaks of it, else ""."""
    found = _LOGARITHM.match(left)
    name = found["name"] if found is not None else ""
    told = name in state.context.definitions or uses(state.document.declare, name)
    above = [one for one in state.document.lines if one.number < line.number]
    texts = [line.right, *(f"{one.left} = {one.right}" for one in above)]
    return "" if told or any(uses(text, name) for text in texts) else name


_LOGARITHM: Final = re.compile(r"^\\?(?:log|ln)\s*\(?\s*(?P<name>[^\W\d_][^\W_]*)\s*\)?$")
SHORT: Final[Mapping[str, int]] = {"g": 1, "G": 1, "H": 2}
"""Short names of the gradient and the Hessian of a loss that was given, with their orders."""
LOSSES: Final = (
    r"(L|J|E|R|Q|F|f|l|ell|loss|cost|Loss|Cost|NLL|nll|obj|objective|loglik|risk)\w{0,2}"
)
"""Names that people give to a loss."""
