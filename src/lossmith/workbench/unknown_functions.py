"""Functions of which a user says only that they are differentiable: "L: function".

To first order at u0, L(u) = L(u0) + L'(u0) (u - u0) + o(u - u0). For one-sided slopes a call L(u)
may therefore be written as that line, with numbers L(u0) and L'(u0) of which nothing is known.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from lossmith.errors import UsageError
from lossmith.expr.node import Expr, Symbol, symbol
from lossmith.expr.walk import substitute
from lossmith.text.parse import parse
from lossmith.text.writing.printing import to_unicode
from lossmith.words import Words, same

_ENTRY: Final = re.compile(
    r"\s*([^\W\d]\w*(?:\s*,\s*[^\W\d]\w*)*)\s*:\s*(?:(?:smooth|differentiable)\s+)?(?:function|函数)\s*"
)


@dataclass(frozen=True, slots=True)
class Call:
    """One call of an unknown function: its name, its argument as text, and the names in place."""

    function: str
    argument: str
    value: str
    slope: str
    start: str


def split_declarations(declare: str) -> tuple[tuple[str, ...], str]:
    """Return (the names declared to be functions, the other declarations)."""
    functions, others = list[str](), list[str]()
    for entry in declare.split(";"):
        match = _ENTRY.fullmatch(entry)
        if match is None:
            others.append(entry)
        else:
            functions += [name.strip() for name in match[1].split(",")]
    return tuple(functions), ";".join(others)


def linearized(text: str, functions: Sequence[str]) -> tuple[str, tuple[Call, ...]]:
    """Return the formula with every call as a line in its argument, and the calls.

    Raises: UsageError for a bracket that is not closed, or a call inside a call.
    """
    calls: list[Call] = []
    for name in functions:
        while (match := re.search(rf"(?<!\w){re.escape(name)}\s*\(", text)) is not None:
            stop = _closing(text, match.end())
            k, argument = len(calls), text[match.end() : stop]
            call = Call(name, argument, f"fnvalue{k}", f"fnslope{k}", f"fnstart{k}")
            line = f"({call.value} + {call.slope}*(({argument}) - {call.start}))"
            text = text[: match.start()] + line + text[stop + 1 :]
            calls.append(call)
    names = "|".join(map(re.escape, functions))
    if any("fnslope" in c.argument or re.search(rf"(?<!\w)({names})\s*\(", c.argument)
           for c in calls):  # fmt: skip
        raise UsageError(
            Words(
                "an unknown function of an unknown function is not read here",
                "此处不支持未知函数的复合",
            ),
            attempt=same("L(x) + C*abs(x)"),
        )
    return text, tuple(calls)


def _closing(text: str, start: int) -> int:
    """Return where the bracket closes that was opened just before ``start``."""
    depth = 1
    for k in range(start, len(text)):
        depth += (text[k] == "(") - (text[k] == ")")
        if not depth:
            return k
    raise UsageError(Words("a bracket is not closed", "括号没有闭合"), attempt=same("L(x)"))


def declared_numbers(calls: Sequence[Call]) -> str:
    """Return the declarations of the names that stand for values and slopes."""
    names = [n for c in calls for n in (c.value, c.slope, c.start)]
    return "; ".join(f"{n}: scalar" for n in names)


def named(e: Expr, calls: Sequence[Call], x: Symbol, at: Expr) -> Expr:
    """Return e with L(u0) and L'(u0) in place of the names of each call, u0 = u(at).

    e: scalar, x its variable, declared or free; what else the argument holds is a number.
    """
    for call in calls:
        inside = parse(call.argument, declare=f"{x.name}: scalar").expr
        u0 = substitute(inside, {symbol(x.name): at})
        shown = to_unicode(u0)
        e = substitute(
            e,
            {
                symbol(call.value): symbol(f"{call.function}({shown})"),
                symbol(call.slope): symbol(f"{call.function}'({shown})"),
                symbol(call.start): u0,
            },
        )
    return e
