"""A text of several statements: definitions, the formula, and what stands on its left.

``p = sigmoid(X*w); -sum(y.*log(p))``, ``norm2(r)^2 where r = X*w - y``, ``f(x) = x^2``: what is
defined is put into the formula, a left side only names it. A statement is a span of the text, so
that each can be read by itself with carets that still point into the whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from lossmith.errors import ParseError, Place
from lossmith.text.syntax.mistaken_statements import derivative
from lossmith.words import Words, same

_OPENS: Final = frozenset({"(", "[", "{", "\\cases"})
_CLOSES: Final = frozenset({")", "]", "}", "\\endcases"})
_EQUALS: Final = frozenset({"=", ":="})
_JOINTS: Final = frozenset({";", ",", "&", "\\\\"})
_LONGEST_LEFT: Final = 25
INTRODUCE: Final = frozenset({"where", "with", "let", "given", "and", "for"})
"""Words in front of a definition."""
_CONSTRAINT: Final = re.compile(
    r"(?<![\w\\])(s\.\s?t\.|subject\s+to|such\s+that|s\.t\b)"
    r"|\\(?:text|mathrm|textrm|mbox|operatorname)\{[\s~]*(s\.\s?t\.|subject\s+to|such\s+that)[^}]*\}"
    r"|使得|满足|约束",
    re.IGNORECASE,
)


class Sign(Protocol):
    """A token or lexeme: what it says and where it stands."""

    @property
    def text(self) -> str:
        """The plain spelling."""
        ...

    @property
    def start(self) -> int:
        """The first character in the text."""
        ...

    @property
    def stop(self) -> int:
        """The character after the last."""
        ...


@dataclass(frozen=True, slots=True)
class Statement:
    """A span of the text: ``left = right``, or a lone formula (left is empty).

    equals: the two sides of an equation such as ``X*w = y``, which is neither.
    """

    left: tuple[int, int]
    right: tuple[int, int]
    equals: tuple[tuple[int, int], tuple[int, int]] | None = None

    @property
    def is_definition(self) -> bool:
        """Whether it has a left side."""
        return self.left[0] < self.left[1]


def padded(text: str, start: int, stop: int) -> str:
    """Return a span of the text, behind blanks that keep its positions."""
    return " " * start + text[start:stop]


def refuse_constraints(text: str, source: str) -> None:
    """Refuse ``s.t.``: an objective carries no constraints."""
    found = _CONSTRAINT.search(text)
    if found is None:
        return
    front = text[: found.start()].rstrip(" ,;\n\t\\quad")
    raise ParseError(
        Words("a constraint is not part of the formula", "约束不能写在公式里"),
        why=Words(
            "the formula is the objective alone; bounds and sets are declared: w >= 0, p simplex",
            "公式只写目标函数；取值范围写在声明里，例如 w >= 0、p simplex",
        ),
        attempt=same(front) if front else None,
        place=Place(text, *found.span(), source),
    )


def refuse_derivatives(
    signs: Sequence[Sign], names: Collection[str], text: str, source: str
) -> None:
    r"""Refuse ``d/dx``, ``dy/dx`` and ``\frac{d}{dx}``, unless dx or d is a symbol."""
    if "d" in names:
        return
    plain = [s for s in signs if s.text not in ("{", "}", "\\mathrm")]
    for k, s in enumerate(plain):
        tail = [p.text for p in plain[k : k + 6]]
        one = tail[:2] == ["/", tail[1] if len(tail) > 1 else ""] and _is_change(tail[1:2], names)
        if s.text == "/" and k and one and plain[k - 1].text[:1] == "d":
            if plain[k - 1].text == "d" or _is_change([plain[k - 1].text], names):
                raise derivative(Place(text, plain[k - 1].start, plain[k + 1].stop, source))
        if s.text == "\\frac" and tail[1:2] == ["d"]:
            skip = 2 if tail[2:3] == ["d"] else 3
            if tail[skip : skip + 1] == ["d"] and tail[skip + 1 : skip + 2] > ["A"]:
                last = plain[k + skip + 1].stop
                stop = last + (text[last : last + 1] == "}")
                raise derivative(Place(text, s.start, stop, source))


def _is_change(names: Sequence[str], known: Collection[str]) -> bool:
    return bool(names) and len(names[0]) == 2 and names[0][0] == "d" and names[0] not in known


def statements(
    signs: Sequence[Sign], text: str, is_name: Callable[[Sign], bool]
) -> list[Statement]:
    """Return the statements of a text, one if there is nothing to take apart.

    signs: in order.  is_name: whether a sign may be what is defined.  Cost: linear.
    """
    depth, depths = 0, list[int]()
    for s in signs:
        depth -= s.text in _CLOSES
        depths.append(depth)
        depth += s.text in _OPENS
    if not any(s.text in _EQUALS and d == 0 for s, d in zip(signs, depths, strict=True)):
        return []
    joint = [d == 0 and _is_joint(signs, k) for k, d in enumerate(depths)]
    begin = next((k for k, j in enumerate(joint) if not j), 0)
    defined = _defines(signs, depths, begin, is_name)
    spans: list[tuple[int, int]] = []
    for k in range(begin + 1, len(signs)):
        if depths[k] or joint[k]:
            continue
        end = k
        while end > begin and joint[end - 1]:
            end -= 1
        fresh = "\n" in text[signs[k - 1].stop : signs[k].start]
        if end == k and not fresh:
            continue
        here = _defines(signs, depths, k, is_name)
        joints = {signs[m].text for m in range(end, k)}
        soft = fresh or "\\\\" in joints
        firm = not joints.isdisjoint((";", ","))
        lone = defined is not None and (firm or (soft and _starts(signs[k], signs, defined)))
        if here is not None or lone:
            spans.append((begin, end))
            begin, defined = k, here
    spans.append((begin, len(signs)))
    return [
        _statement(signs, depths, first, last, is_name) for first, last in spans if last > first
    ]


def _is_joint(signs: Sequence[Sign], k: int) -> bool:
    follows = signs[k + 1].text if k + 1 < len(signs) else ""
    return signs[k].text in _JOINTS or (signs[k].text in INTRODUCE and follows != "(")


def _starts(sign: Sign, signs: Sequence[Sign], defined: str) -> bool:
    """Return whether a line after a definition begins a formula: it does not go on with a sign."""
    return sign.text not in ("+", "*", "/", ".*", "./") and (
        sign.text != "-" or any(s.text == defined for s in signs if s.start > sign.start)
    )


def _defines(
    signs: Sequence[Sign], depths: Sequence[int], k: int, is_name: Callable[[Sign], bool]
) -> str | None:
    """Return the name that a statement beginning at sign k defines, None if it is no definition."""
    near = range(k, min(k + _LONGEST_LEFT, len(signs)))
    equals = next((m for m in near if signs[m].text in _EQUALS and depths[m] == 0), None)
    if equals is None or equals == k:
        return None
    before = [s for s in signs[k:equals] if s.text != "&"]
    names = [m for m, s in enumerate(before) if is_name(s)]
    joints = (m for m in range(k, equals) if depths[m] == 0 and _is_joint(signs, m))
    if not names or any(signs[m].text != "&" for m in joints):
        return None
    # One name, with accents in front and a subscript or arguments behind.
    head = names[0]
    accents = all(s.text.startswith("\\") or s.text == "{" for s in before[:head])
    tail = [s.text for s in before[head + 1 :]]
    plain = not tail or tail[0] in ("(", "[", "_", "}", "{")
    inside = all(t not in ("+", "-", "*", "/", ".*", "./", "^", "@", "'") for t in tail)
    return before[head].text if accents and plain and inside else None


def _statement(
    signs: Sequence[Sign], depths: Sequence[int], first: int, last: int,
    is_name: Callable[[Sign], bool],
) -> Statement:  # fmt: skip
    while last > first + 1 and _is_joint(signs, last - 1):
        last -= 1
    span = (signs[first].start, signs[last - 1].stop)
    marks = [m for m in range(first, last) if signs[m].text in _EQUALS and depths[m] == 0]
    empty = (span[0], span[0])
    if not marks or marks[0] == first or marks[0] + 1 == last:
        return Statement(empty, span)
    sides = (
        (signs[first].start, signs[marks[0] - 1].stop),
        (signs[marks[0] + 1].start, span[1]),
    )
    if _defines(signs, depths, first, is_name) is None:
        return Statement(empty, span, sides)
    return Statement(*sides)


_FOOT: Final = re.compile(r"_\{?([a-z])(?![A-Za-z])|\[([a-z])[\],]")


def index_letters(text: str) -> set[str]:
    """Return the letters that stand as a subscript more than once: the k of ``p_k`` and ``z_k``."""
    feet = [a or b for a, b in _FOOT.findall(text)]
    return {x for x in feet if feet.count(x) > 1}
