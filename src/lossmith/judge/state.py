"""What is known of a derivation while its lines are judged one after the other."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from lossmith.expr.node import Expr
from lossmith.judge.assumed import joined
from lossmith.judge.context import Context
from lossmith.judge.lines import (
    Document,
    Line,
)
from lossmith.judge.report import Judged
from lossmith.judge.subject import Subject
from lossmith.words import Words

LOSS: Final = "loss"
"""The name of a loss that was given without one."""


@dataclass(slots=True)
class Trail:
    """The lines of one quantity so far.

    latest: the last line.  right: whether it is true.  forms: all that were proved equal.
    """

    latest: Expr
    right: bool = True
    forms: list[Expr] = field(default_factory=list[Expr])


@dataclass(slots=True)
class State:
    """One document being read.

    of: the loss that was given, "" for none.  asked: the variables, by name.  loss: the name of the
    loss.  trails: the lines of each quantity, by its key.  firsts: the line that defines a name.
    originals: left sides of rewritten expressions.  conditions: equations to be solved, as what is
    0.  parameters: the arguments of functions.  arguments: those, and what f = x*y depends on.
    opened: names whose definition leaves indices open that its left side does not name.  primed:
    names whose derivatives are written f'.
    """

    document: Document
    context: Context
    of: str
    asked: list[str]
    explain: bool
    primed: set[str]
    loss: str = ""
    opened: set[str] = field(default_factory=set[str])
    slopes: set[str] = field(default_factory=set[str])
    trails: dict[tuple[object, ...], Trail] = field(default_factory=dict[tuple[object, ...], Trail])
    judged: dict[int, Judged] = field(default_factory=dict[int, Judged])
    subjects: dict[int, Subject] = field(default_factory=dict[int, Subject])
    firsts: dict[str, Line] = field(default_factory=dict[str, Line])
    notes: list[Words] = field(default_factory=list[Words])
    originals: dict[tuple[object, ...], Expr] = field(
        default_factory=dict[tuple[object, ...], Expr]
    )
    conditions: list[Expr] = field(default_factory=list[Expr])
    parameters: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    arguments: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])


def begun(document: Document, declare: str, of: str, wrt: str, *, explain: bool) -> State:
    """Return the state before the first line.  Raises: ParseError for a declaration."""
    context = Context()
    context.declare(document.declare)
    context.declare(joined(declare, document.assumed, known_only=True))
    asked = [n.strip() for n in (wrt or document.wrt).split(",") if n.strip()]
    left_sides = " ".join(line.left for line in document.lines)
    primed = set(re.findall(r"(?<![\w\\])([^\W\d_]\w*)['′]", left_sides))
    return State(document, context, of or document.of, asked, explain, primed)
