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
from lossmith.errors import LossmithError, ParseError, Place, ShapeError
from lossmith.expr.build import apply, negate
from lossmith.expr.node import Expr, Symbol
from lossmith.text.declaring.promises import Declaration
from lossmith.text.parse import Formula, parse_with
from lossmith.text.syntax.typed import Kind
from lossmith.words import Words

_RELATION: Final = re.compile(r"<=|>=|==|!=|≠|\\neq?\b|≤|≥|<|>|=|\\leq?\b|\\geq?\b")
_PLAIN: Final = {"≤": "<=", "≥": ">=", "==": "=", r"\le": "<=", r"\leq": "<=", r"\ge": ">=",
                 r"\geq": ">="}  # fmt: skip
_OR: Final = re.compile(r"\bor\b|或")
_READ: Final = frozenset({"<=", ">=", "=", "<", ">"})
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

    text: parted by ``;``, commas, "and" or new lines; chains such as ``0 <= x'*a <= 1`` and lists
    such as ``x, y >= 0`` are welcome.
    Raises: ParseError where no condition stands; what ``parse`` raises for a side.
    """
    declared = {**formula.spare, **{s.name: _declared(s) for s in formula.symbols}}
    entries = reversed(list(_shared(text)))
    found = [c for at, part, tail in entries for c in _read(text, at, part, tail, declared)]
    if not found:
        raise _unread(
            Words("no condition is given", "没有给出条件"), Place(text, 0, max(len(text), 1))
        )
    return tuple(found)


_EXAMPLE: Final = Words('write "norm2(x) <= 1"', '例如 "norm2(x) <= 1"')


def _declared(s: Symbol) -> Declaration:
    kind = _KINDS[min(len(s.shape), 3)]
    return Declaration(s.name, kind, s.shape, s.assumptions, False, Place(s.name, 0, len(s.name)))


def _entries(text: str) -> Iterator[tuple[int, str]]:
    """Yield (where it begins, condition): parted at the signs and words that no bracket holds."""
    depth, begin = 0, 0
    for sign in re.finditer(r"[(\[{]|[)\]}]|[;\n；]|[,，&∧]+|\band\b|且|$", text):
        if sign.group() and sign.group() in "([{":
            depth += 1
        elif sign.group() and sign.group() in ")]}":
            depth -= 1
        elif not depth or sign.group() in ("", ";", "\n"):
            at, part = _stripped(text, begin, sign.start())
            if part:
                yield at, part
            begin = sign.end()


def _shared(text: str) -> Iterator[tuple[int, str, tuple[int, str]]]:
    """Yield (where it begins, condition, what follows it): of x in "x, y >= 0" that is ">= 0"."""
    tail = (0, "")
    for at, entry in reversed(list(_entries(text))):
        sign = _RELATION.search(entry)
        if sign is not None:
            tail = (at + sign.start(), entry[sign.start() :])
        yield at, entry, (0, "") if sign is not None else tail


def _read(
    text: str, at: int, entry: str, tail: tuple[int, str], declared: dict[str, Declaration]
) -> Iterator[Condition]:
    """Yield the conditions of one entry; tail: what it shares with one that follows."""
    whole = entry + tail[1]
    signs = list(_RELATION.finditer(whole))
    if not signs:
        raise _unread(
            Words("this is not a condition", "这不是一个条件"),
            Place(text, at, at + len(entry)),
            Words("it has no <=, <, >=, > or =", "其中没有 <=、<、>=、> 或 ="),
        )
    joined = _OR.search(entry)
    if joined is not None:
        raise _unread(
            Words("conditions hold all at once", "各条件须同时成立"),
            Place(text, at + joined.start(), at + joined.end()),
            Words(
                '"or" joins sets, and two sets joined are seldom convex',
                "“或”给出并集，一般不是凸集",
            ),
            Words("ask about each set by itself", "请对每个集合分别提问"),
        )

    def place_of(k: int) -> int:
        """Return where character k of the whole stands in the text."""
        return at + k if k < len(entry) else tail[0] + k - len(entry)

    begins, ends = [0, *(s.end() for s in signs)], [*(s.start() for s in signs), len(whole)]
    sides = [_stripped(whole, a, b) for a, b in zip(begins, ends, strict=True)]
    for k, sign in enumerate(signs):
        relation = _PLAIN.get(sign.group(), sign.group())
        (i, left), (j, right) = sides[k], sides[k + 1]
        place = Place(text, place_of(sign.start()), place_of(sign.end() - 1) + 1)
        if relation not in _READ:
            raise _unread(
                Words("a condition compares by <=, <, >=, > or =", "条件只用 <=、<、>=、> 或 ="),
                place,
                Words("!= leaves points out", "!= 去掉了若干点"),
            )
        if not left or not right:
            raise _unread(Words("a side is missing here", "这里缺少一边"), place)
        if not re.search(r"[^\W\d_]", left + right):
            raise _unread(
                Words("a condition speaks of a symbol", "条件须涉及某个符号"),
                Place(text, place_of(i), place_of(j) + len(right)),
                Words("numbers alone are compared here", "这里只比较了数"),
            )
        try:
            gap = parse_with(f"({left}) - ({right})", declared).expr
        except LossmithError as error:
            _point(error, text, [(1, left, place_of(i)), (len(left) + 6, right, place_of(j))])
            raise
        yield Condition(f"{left} {relation} {right}", _parts(gap, relation), relation in "<>")


def _unread(
    what: Words, place: Place, why: Words | None = None, attempt: Words | None = None
) -> ParseError:
    return ParseError(what, why=why, attempt=attempt or _EXAMPLE, place=place)


def _stripped(whole: str, a: int, b: int) -> tuple[int, str]:
    """Return (where it begins, the part from a to b) without blanks around it."""
    part = whole[a:b]
    return a + len(part) - len(part.lstrip()), part.strip()


def _point(error: LossmithError, text: str, sides: list[tuple[int, str, int]]) -> None:
    """Point an error about "(left) - (right)" into the text of the user.

    sides: (where it stands there, the side, where it stands in the text).
    """
    found = error.place
    for at, side, own in sides:
        if found is not None and at <= found.start <= found.stop <= at + len(side):
            error.place = Place(text, own + found.start - at, own + found.stop - at)
            return
    error.attempt = _EXAMPLE  # what it was is about a text that nobody typed
    error.place = (
        None if found is None else Place(text, sides[0][2], sides[0][2] + len(sides[0][1]))
    )


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
