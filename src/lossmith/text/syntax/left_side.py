"""What stands left of the objective in the text dialect: ``f(x) =``, ``min_w``, ``minimize``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from lossmith.text.syntax.tokens import Token
from lossmith.words import Words

_ALWAYS: Final = frozenset(
    {"argmin", "argmax", "minimize", "maximize", "minimise", "maximise", "Minimize", "Maximize"}
)
_BEFORE_NAMES: Final = frozenset({"min", "max"})


@dataclass(frozen=True, slots=True)
class Left:
    """``name``, ``name_subscripts`` or ``name(arguments)``, without what stands behind ; or |."""

    name: str
    subscripts: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()


def left_of(tokens: Sequence[Token]) -> Left | None:
    """Return what a left side says, None if it is an expression."""
    signs = [t for t in tokens if t.kind != "end"]
    if not signs or signs[0].kind != "name":
        return None
    name = signs[0].text
    if len(signs) == 1:
        return Left(name)
    if len(signs) == 2 and signs[1].kind == "entry" and ":" not in signs[1].subscripts:
        return Left(name, subscripts=signs[1].subscripts)
    if signs[1].text != "(" or signs[-1].text != ")" or len(signs) < 4:
        return None
    arguments: list[str] = []
    for k, t in enumerate(signs[2:-1]):
        if k % 2 == 0 and t.kind == "name":
            arguments.append(t.text)
        elif k % 2 and t.text == ",":
            continue
        elif k % 2 and t.text in (";", "|"):
            break
        else:
            return None
    return Left(name, arguments=tuple(dict.fromkeys(arguments)))


def step_over_minimum(
    tokens: Sequence[Token],
) -> tuple[list[Token], tuple[str, ...], list[Words]]:
    """Take ``min_w`` or ``minimize over w`` away; return the tokens, the variables and a note."""
    k = 0
    while tokens[k].text in ("arg", "Arg") and tokens[k + 1].text.partition("_")[0] in (
        "min", "max",
    ):  # fmt: skip
        k += 1
    word, _, foot = tokens[k].text.partition("_")
    firm = word in _ALWAYS or k > 0
    if tokens[k].kind != "name" or not (firm or word in _BEFORE_NAMES):
        return list(tokens), (), []
    names: list[str] = [foot] if foot else []
    at = k + 1
    if tokens[k].text.endswith("_") and tokens[at].text == "{":
        while tokens[at].text != "}" and tokens[at].kind != "end":
            if tokens[at].kind == "name":
                names.append(tokens[at].text)
            at += 1
        at += 1
    if tokens[at].text == "over" and tokens[at + 1].kind == "name":
        at += 1
        while tokens[at].kind == "name" or tokens[at].text == ",":
            if tokens[at].text == "of":
                break
            if tokens[at].kind == "name":
                names.append(tokens[at].text)
                if tokens[at + 1].text != ",":
                    at += 1
                    break
            at += 1
        at += tokens[at].text in ("of", ":", ",")
    if at >= len(tokens) or not (names or firm) or _is_index(names, tokens[at:]):
        return list(tokens), (), []
    listed = ", ".join(names)
    sign = "max" if "max" in word.lower() else "min"
    note = Words(
        f"{sign} only names the variables{': ' * bool(listed)}{listed}; "
        "the formula is what follows it",
        f"{sign} 只用来指明变量{'：' * bool(listed)}{listed}，公式是它后面的部分",
    )
    return list(tokens[at:]), tuple(dict.fromkeys(names)), [note]


def _is_index(names: Sequence[str], tokens: Sequence[Token]) -> bool:
    """Return whether max_i speaks of an index: x_i or x[i] stands behind it."""
    feet = {t.text.rpartition("_")[2] for t in tokens if t.kind == "name" and "_" in t.text}
    inside = {t.text for k, t in enumerate(tokens[1:]) if tokens[k].text == "["}
    return bool(set(names) & (feet | inside))


__all__ = ["Left", "left_of", "step_over_minimum"]
