"""What was done in a gradient function that is wrong: by its formula, or by how it is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

from lossmith.errors import LossmithError
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.walk import symbols
from lossmith.judge.explain import explained
from lossmith.judge.match import Matcher
from lossmith.judge.naming import Naming, Wrong
from lossmith.judge.report import Explanation
from lossmith.judge.respelling import changes
from lossmith.judge.subject import Subject
from lossmith.text.declaring.declare import read_declarations
from lossmith.text.parse import from_syntax
from lossmith.text.python.python_dialect import read_python, source_of
from lossmith.text.writing.printing import to_unicode
from lossmith.words import Words

_MOST_READINGS: Final = 400


def named(
    grad: Callable[..., Any] | str,
    declare: dict[str, str],
    loss: Expr,
    wrt: Symbol,
    truth: Expr,
    found: Expr | None,
) -> tuple[Explanation, ...]:
    """Return the slips that lead to a wrong gradient function.

    found: the gradient as a formula, None where its shapes do not fit.
    """
    again = partial(_respelled, grad, declare, truth)
    if found is None or found.shape != truth.shape:
        return tuple(Explanation(n.name, n.words) for n in again(""))
    subject = Subject("derivative", "loss", "", (wrt.name,), 1)
    start = (loss, (wrt,))
    return explained(Wrong(subject, found, truth, None, start, (wrt,), (truth,), again))


def _respelled(
    grad: Callable[..., Any] | str, declare: dict[str, str], truth: Expr, only: str
) -> Iterator[Naming]:
    """Yield the slips that are taken back by one change of what the function says."""
    try:
        syntax = read_python(source_of(grad))
        declared = read_declarations(declare)
    except LossmithError:
        return
    matcher = Matcher(truth)
    offered = symbols(truth)
    for k, change in enumerate(changes(syntax, offered, offered, (), only)):
        if k > _MOST_READINGS or matcher.is_spent:
            return
        try:
            found = from_syntax(change.syntax, declared).expr
        except (LossmithError, AssertionError, ZeroDivisionError):
            continue
        if matcher.fits(found):
            meant = to_unicode(found)
            words = Words(f"{change.words.en}: meant {meant}", f"{change.words.zh}：应为 {meant}")
            yield Naming(change.name, words, change.score, None, None, found)
            return
