"""Conditions on the variables of a formula: ``norm2(x) <= 1; x'*a + b >= 0``.

Each becomes one or two inequalities ``g <= 0`` about the symbols of the formula. Names that the
formula does not have are read as they are declared, else by the same inference as in a formula.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lossmith.atoms.table import ATOMS
from lossmith.errors import ParseError, Place, ShapeError
from lossmith.expr.build import apply, negate
from lossmith.expr.node import Expr, Symbol
from lossmith.text.parse import Formula, parse_with
from lossmith.text.promises import Declaration
from lossmith.text.typed import Kind
from lossmith.words import Words

_RELATION: Final = re.compile(r"<=|>=|==|≤|≥|<|>|=|\\leq?\b|\\geq?\b")
_PLAIN: Final = {"≤": "<=", "≥": ">=", "==": "=", r"\le": "<=", r"\leq": "<=", r"\ge": ">=",
                 r"\geq": ">="}  # fmt: skip
_KINDS: Final[tuple[Kind, ...]] = ("s", "c", "m", "t")


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition as it was typed, and the parts g of what it says: g <= 0, or g < 0 if strict.

    A vector on either side means every entry: the largest one is compared.
    """

    text: str
    parts: tuple[Expr, ...]
    strict: bool


def read_conditions(text: str, formula: Formula) -> tuple[Condition, ...]:
    """Return the conditions of a text, about the symbols of a formula.

    text: parted by ``;`` or new lines; chains such as ``0 <= x'*a <= 1`` are welcome.
    Raises: ParseError where no condition stands; what ``parse`` raises for a side.
    """
    declared = {**formula.spare, **{s.name: _declared(s) for s in formula.symbols}}
    found = [c for at, part in _entries(text) for c in _read(text, at, part, declared)]
    if not found:
        raise ParseError(
            Words("no condition is given", "没有给出条件"),
            attempt=_EXAMPLE,
            place=Place(text, 0, max(len(text), 1)),
        )
    return tuple(found)


_EXAMPLE: Final = Words('write "norm2(x) <= 1"', '例如 "norm2(x) <= 1"')


def _declared(s: Symbol) -> Declaration:
    kind = _KINDS[min(len(s.shape), 3)]
    return Declaration(s.name, kind, s.shape, s.assumptions, False, Place(s.name, 0, len(s.name)))


def _entries(text: str) -> Iterator[tuple[int, str]]:
    for entry in re.finditer(r"[^;\n]+", text):
        if entry.group().strip():
            yield entry.start(), entry.group()


def _read(text: str, at: int, entry: str, declared: dict[str, Declaration]) -> Iterator[Condition]:
    signs = list(_RELATION.finditer(entry))
    if not signs:
        raise ParseError(
            Words("this is not a condition", "这不是一个条件"),
            why=Words("it has no <=, <, >=, > or =", "其中没有 <=、<、>=、> 或 ="),
            attempt=_EXAMPLE,
            place=Place(text, at, at + len(entry)),
        )
    ends = [0, *(s.end() for s in signs)]
    sides = [
        entry[a:b] for a, b in zip(ends, [*(s.start() for s in signs), len(entry)], strict=True)
    ]
    for k, sign in enumerate(signs):
        relation = _PLAIN.get(sign.group(), sign.group())
        left, right = sides[k].strip(), sides[k + 1].strip()
        if not left or not right:
            raise ParseError(
                Words("a side is missing here", "这里缺少一边"),
                attempt=_EXAMPLE,
                place=Place(text, at + sign.start(), at + sign.end()),
            )
        gap = parse_with(f"({left}) - ({right})", declared).expr
        yield Condition(f"{left} {relation} {right}", _parts(gap, relation), relation in "<>")


def _parts(gap: Expr, relation: str) -> tuple[Expr, ...]:
    """Return every g of which the condition says g <= 0 (or < 0)."""
    below, above = _largest(gap), _largest(negate(gap))
    match relation[0]:
        case "<":
            return (below,)
        case ">":
            return (above,)
        case _:
            return (below, above)


def _largest(e: Expr) -> Expr:
    if len(e.shape) > 1:
        raise ShapeError(
            Words("a condition compares numbers or vectors", "条件只能比较数或向量"),
            attempt=Words("put max(...) or norm2(...) around it", "外面加 max(...) 或 norm2(...)"),
        )
    return apply(ATOMS["maxentry"], e) if e.shape else e
