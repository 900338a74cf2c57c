"""Which one change in how a wrong line is written makes it right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from lossmith.errors import LossmithError
from lossmith.expr.node import Apply, Expr, Symbol
from lossmith.expr.walk import postorder, symbols
from lossmith.judge.lines import Line
from lossmith.judge.match import Matcher
from lossmith.judge.naming import Naming
from lossmith.judge.reading import text_of
from lossmith.judge.respelling import changes
from lossmith.judge.state import State
from lossmith.judge.subject import Subject
from lossmith.text.parse import from_syntax
from lossmith.text.writing.printing import to_unicode

_MOST_READINGS: Final = 500
_MOST_NAMES: Final = 2


def respelled(
    state: State,
    line: Line,
    subject: Subject,
    truth: Expr,
    above: Expr | None,
    only: str = "",
) -> Iterator[Naming]:
    """Yield the slips that are taken back by one change of what was written.

    only: the name of one kind of change.
    Cost: the formula is resolved again for each change, some milliseconds each.
    """
    try:
        text = text_of(state, line, subject)
        syntax, declared = state.context.syntax(text, line.dialect, subject.indices)
    except LossmithError:
        return
    good = truth if above is None or above.shape != truth.shape else above
    names: dict[str, Symbol] = {s.name: s for s in symbols(truth, good)}
    written = {n.name for n in syntax.nodes if n.kind == "name"}
    names |= {d.name: d.symbol for d in state.context.definitions.values() if d.name in written}
    offered = [s for s in names.values() if s.name.isidentifier()]
    others = [d.symbol for d in state.context.definitions.values() if d.name.isidentifier()]
    others = list(dict.fromkeys((*offered, *others)))
    functions = tuple(dict.fromkeys(_functions(truth, good)))
    matcher = Matcher(truth)
    told: set[str] = set()
    for k, change in enumerate(changes(syntax, offered, others, functions, only)):
        if k > _MOST_READINGS or len(told) == _MOST_NAMES or matcher.is_spent:
            return
        if change.name in told:
            continue
        try:
            formula = from_syntax(change.syntax, declared)
        except (LossmithError, AssertionError, ZeroDivisionError):
            continue
        found = state.context.expanded(formula.expr)
        if formula.kind != "r" and matcher.fits(found):
            told.add(change.name)
            words = replace(
                change.words,
                en=f"{change.words.en}: meant {to_unicode(found)}",
                zh=f"{change.words.zh}：应为 {to_unicode(found)}",
            )
            yield Naming(change.name, words, change.score, None, None, found)


def _functions(*roots: Expr) -> Iterator[str]:
    """Yield the names of the functions of one argument that occur, as they are written."""
    for e in postorder(*roots):
        if isinstance(e, Apply) and e.atom.arity == 1 and e.atom.signature.is_entrywise:
            yield e.atom.name
