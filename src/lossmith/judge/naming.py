"""A wrong line, and the name of a slip that leads to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lossmith.expr.node import Expr, Symbol
from lossmith.judge.subject import Subject
from lossmith.words import Words

Start = tuple[Expr, tuple[Symbol, ...]]


def _as_it_is(e: Expr) -> Expr:
    return e


@dataclass(frozen=True, slots=True)
class Wrong:
    """A wrong line.

    expr: what it says.  truth: what it should say.  above: what the line above says.  start: what
    was differentiated, and by what.  variables: those of the document.  forms: of the truth, as
    lines above wrote them.  respelled: names of one change in how the line is
    written, of one kind or ("") of all.  settled: an expression with definitions put in.
    names: what defined names stand for, to write expressions as the user does.
    """

    subject: Subject
    expr: Expr
    truth: Expr
    above: Expr | None = None
    start: Start | None = None
    variables: tuple[Symbol, ...] = ()
    forms: tuple[Expr, ...] = ()
    respelled: Callable[[str], Iterator[Naming]] | None = None
    settled: Callable[[Expr], Expr] = _as_it_is
    names: tuple[tuple[str, Expr], ...] = ()

    @property
    def is_step(self) -> bool:
        """Whether the line goes on from a line above, and is no first derivative."""
        return self.above is not None and self.above.shape == self.truth.shape

    @property
    def good(self) -> Expr:
        """What the line should be equal to: the line above, or the truth."""
        return self.above if self.above is not None and self.is_step else self.truth

    @property
    def beside(self) -> tuple[Expr, ...]:
        """Expressions whose symbols may occur in what was meant."""
        return (self.good, self.truth, *((self.start[0],) if self.start else ()))


@dataclass(frozen=True, slots=True)
class Naming:
    """A slip that leads to the line.

    score: the smaller, the more telling.  wrote, instead: what stands in the line, and what should;
    without ``instead``, ``wrote`` is the part that was differentiated.  corrected: the line mended.
    """

    name: str
    words: Words
    score: float
    wrote: Expr | None = None
    instead: Expr | None = None
    corrected: Expr | None = None
