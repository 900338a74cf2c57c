"""A place of stationary points in words: coordinates, equations and signs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from lossmith.evidence.points.layers_place import Place
from lossmith.expr.node import Symbol
from lossmith.prove.points.points import KIND_WORDS, Kind
from lossmith.prove.zeros.numerals import number_text
from lossmith.text.writing.printing import to_unicode
from lossmith.words import Words, same

_SIGNS = {1: "> 0", -1: "< 0", 0: "≠ 0"}
_KINDS: Final[dict[str, Kind]] = {"minimum": "minimum", "maximum": "maximum", "saddle": "saddle"}


def kind_of(p: Place) -> Kind:
    """Return the kind of a place, "degenerate" where it was not shown."""
    return _KINDS.get(p.kind, "degenerate")


def is_point(p: Place, wrt: Iterable[Symbol]) -> bool:
    """Return whether a place is one point."""
    return set(p.point) == set(wrt)


def where(p: Place, wrt: Iterable[Symbol]) -> Words:
    """Return "x = 1, y = 2", or "every point with uv = 1"."""
    order = tuple(wrt)
    parts = [f"{to_unicode(x)} {number_text(p.point[x])}" for x in order if x in p.point]
    if is_point(p, order):
        return same(", ".join(parts))
    parts += [f"{to_unicode(h)} {number_text(c)}" for h, c in p.equations]
    parts += [f"{to_unicode(h)} {_SIGNS[s]}" for h, s in p.signs]
    return Words(f"every point with {', '.join(parts)}", f"满足 {'，'.join(parts)} 的每一点")


def told(p: Place, wrt: Iterable[Symbol]) -> Words:
    """Return the kind of a place and where it is."""
    order = tuple(wrt)
    name, place = KIND_WORDS[kind_of(p)], where(p, order)
    joint = " at" if is_point(p, order) else ":"
    return Words(f"{name.en}{joint} {place.en}", f"{name.zh}：{place.zh}")
