"""A name that is given to a part of a formula after the formula: L = log(1+exp(w*x)), z = w*x.

A line may then differentiate L by z. The formula of L is read once more, with the name where the
text has the part; the reading counts only if it is the same formula once the name is written out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from lossmith.errors import LossmithError, UsageError
from lossmith.expr.node import Add, Expr
from lossmith.expr.walk import substitute, symbols
from lossmith.judge.lines import Dialect, dialect_of
from lossmith.judge.state import State
from lossmith.words import Words


def refolded(state: State, of: str, names: Sequence[str]) -> Expr:
    """Return what ``of`` stands for with the names of its parts left standing.

    Raises: UsageError where a name stands for no part of it, or for one that occurs beside it.
    """
    parts = [n for n in names if n in state.context.definitions]
    whole = _seen(state, of, names)
    if not all(_stands_alone(state, whole, n) for n in parts):
        for name in parts:
            _fold(state, name)
        whole = _seen(state, of, names)
    for name in parts:
        if not _stands_alone(state, whole, name):
            raise _no_part(of, name)
    return whole


def _seen(state: State, of: str, names: Sequence[str]) -> Expr:
    """Return a formula with names in place of what they stand for, where it stands as a whole."""
    context = state.context
    whole = context.expanded(context.definitions[of].expr, names)
    for name in names:
        d = context.definitions.get(name)
        if d is not None and d.symbol not in symbols(whole):
            whole = substitute(whole, {context.expanded(d.expr, set(names) - {name}): d.symbol})
    return whole


def _fold(state: State, name: str) -> None:
    """Let the formulas above speak of a name that was given to a part of them later."""
    context, line = state.context, state.firsts.get(name)
    if line is None:
        return
    part = _pattern(line.right)
    for other, (text, dialect) in _texts(state).items():
        folded = part.sub(f"({name})", text)
        if other == name or dialect != line.dialect or folded == text:
            continue
        known = context.definitions[other]
        with suppress(LossmithError):
            expr = context.read(folded, dialect).expr
            if context.expanded(expr) is context.expanded(known.expr):
                context.definitions[other] = replace(known, expr=expr)


def _texts(state: State) -> dict[str, tuple[str, Dialect]]:
    """Return the formulas that were read so far, as they were written."""
    found: dict[str, tuple[str, Dialect]] = {
        n: (line.right, line.dialect) for n, line in state.firsts.items()
    }
    if state.of:
        text = state.of.partition("=")[2] if state.loss in state.of.partition("=")[0] else state.of
        found[state.loss] = (text, dialect_of(state.of))
    return {n: t for n, t in found.items() if n in state.context.definitions}


def _pattern(text: str) -> re.Pattern[str]:
    """Return what finds a formula within another, however it is spaced; brackets go along."""
    signs = re.findall(r"\\?\w+|\S", text)
    inside = r"\s*".join(map(re.escape, signs))
    return re.compile(rf"(?<![\w\\]){inside}(?!\w)" if signs else r"(?!)")


def _stands_alone(state: State, whole: Expr, name: str) -> bool:
    """Return whether a formula speaks of a name, and nowhere beside it of what it stands for.

    A term of its own may hold some of that: lam*norm2(w)^2 beside sum(log(1 + exp(z))), z = X*w.
    """
    definition = state.context.definitions[name]
    own = set(symbols(state.context.expanded(definition.expr)))
    terms = [t for _, t in whole.terms] if isinstance(whole, Add) else [whole]
    spoken = [set(symbols(t)) for t in terms]
    if not any(definition.symbol in inside for inside in spoken):
        return False
    return not any(
        own & inside if definition.symbol in inside else own <= inside for inside in spoken
    )


def _no_part(of: str, name: str) -> UsageError:
    return UsageError(
        Words(f"{of} is not written by {name} above", f"上面的 {of} 不是用 {name} 写出的"),
        why=Words(
            f"a derivative by {name} has a meaning only if {of} is a formula in {name}",
            f"只有当 {of} 是 {name} 的函数式时，对 {name} 求导才有意义",
        ),
        attempt=Words(
            f"write {of} with {name} in it, as in L = sum(log(1 + exp(z)))",
            f"请用 {name} 写出 {of}，例如 L = sum(log(1 + exp(z)))",
        ),
    )
