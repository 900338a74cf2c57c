"""Pieces of array code with their precedence: numbers, powers, templates, brackets."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from lossmith.emit.dialect import Spelling

SUM: Final = 1
PRODUCT: Final = 2
POWER: Final = 3
UNIT: Final = 4


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of code, how tightly it binds, and how deeply its brackets nest."""

    code: str
    binds: int = UNIT
    depth: int = 0


PLACE = re.compile(r"\{(\d)\}")


def fitted(template: str, match: re.Match[str], part: Text) -> str:
    """Return an argument, in brackets unless it stands alone between commas or brackets."""
    before = template[: match.start()].rstrip()[-1:]
    after = template[match.end() :].lstrip()[:1]
    return part.code if before in ("(", ",") and after in (")", ",") else unit(part)


def is_call(template: str) -> bool:
    """Return whether a template is one call, name(...) or name(...).copy(), binding tightly."""
    head, bracket, rest = template.partition("(")
    if not bracket or not head.replace(".", "").replace("_", "").isalnum():
        return False
    level = 1
    for k, c in enumerate(rest):
        level += (c == "(") - (c == ")")
        if level == 0:
            return re.fullmatch(r"(\.\w+\(\))*", rest[k + 1 :]) is not None
    return False


def is_signed_root(p: Fraction, *, nonneg: bool) -> bool:
    """Return whether the text of x^p names x twice: an odd root that keeps the sign."""
    return not nonneg and p.denominator % 2 == 1 and p.denominator > 3 and p.numerator % 2 == 1


def spelled(template: str, *parts: Text) -> Text:
    """Return a template with its operands filled in."""
    code = PLACE.sub(lambda m: fitted(template, m, parts[int(m.group(1))]), template)
    return joined(code, UNIT if is_call(template) else SUM, *parts)


def power(base: Text, p: Fraction, spelling: Spelling, *, nonneg: bool) -> Text:
    """Return base^p for p > 0; odd denominators take the real root."""
    a, b = p.numerator, p.denominator
    if p == 1:
        return base
    if p == 2:
        return spelled(spelling.square, base)
    if p == Fraction(1, 2):
        return spelled(spelling.sqrt, base)
    if b == 1:
        return joined(f"{unit(base)}**{a}", POWER, base)
    exponent = repr(float(p)) if b & (b - 1) == 0 else f"({a} / {b})"
    if b == 3:
        root = spelled(spelling.cbrt, base)
        if a == 1:
            return root
        square = a == 2
        return spelled(spelling.square, root) if square else Text(f"{root.code}**{a}", POWER, 2)
    if nonneg or b % 2 == 0:
        return joined(f"{unit(base)}**{exponent}", POWER, base)
    size = joined(f"{spelled(spelling.abs, base).code}**{exponent}", POWER, base)
    return size if a % 2 == 0 else spelled(spelling.copysign, size, base)


def number_text(value: Fraction, infinity: str) -> Text:
    """Return an exact number as a literal: an integer, or the nearest float."""
    if value.denominator == 1 and abs(value) < 2**53:
        code = str(value.numerator)
    elif is_short_ratio(abs(value)):
        return Text(f"{value.numerator} / {value.denominator}", SUM if value < 0 else PRODUCT)
    else:
        try:
            code = repr(float(value))
        except OverflowError:
            code = infinity if value > 0 else f"-{infinity}"
    return Text(code, SUM if value < 0 else UNIT)


def is_short_ratio(c: Fraction) -> bool:
    """Return whether c reads best as a division: 1/3, 2/7; but 0.5 and 0.75 as decimals."""
    b = c.denominator
    return b & (b - 1) != 0 and 1 <= c.numerator < 1000 and b < 1000


def factor(t: Text) -> str:
    """Return code that can stand in a product."""
    return t.code if t.binds >= POWER else f"({t.code})"


def unit(t: Text) -> str:
    """Return code that can stand anywhere, in brackets if need be."""
    return t.code if t.binds == UNIT else f"({t.code})"


def compared(t: Text) -> str:
    """Return code that can stand beside a comparison sign."""
    return t.code if t.binds != SUM else f"({t.code})"


def under(t: Text) -> int:
    """Return the depth of a text once it is put in brackets."""
    return t.depth + (t.binds != UNIT)


def joined(code: str, binds: int, *parts: Text) -> Text:
    """Return code made of parts, one level deeper than the deepest."""
    return Text(code, binds, 1 + max((t.depth for t in parts), default=0))


def spelled_tuple(items: Sequence[int]) -> str:
    """Return a tuple as Python writes it."""
    inner = ", ".join(map(str, items))
    return f"({inner},)" if len(items) == 1 else f"({inner})"
