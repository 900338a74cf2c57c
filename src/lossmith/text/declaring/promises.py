"""What a declaration promises of one symbol, and whether the promises can hold together."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from lossmith.errors import DomainError, LossmithError, Place, ShapeError
from lossmith.expr.sets import REALS, Interval
from lossmith.expr.types import STRUCTURES, Assumptions, Dim
from lossmith.text.syntax.typed import Kind
from lossmith.words import Words

_KIND_OF_STRUCTURE: Final[dict[str, str]] = {
    **{word: "m" for word in STRUCTURES},
    "simplex": "c",
}
_SHARES: Final = frozenset({"simplex", "onehot"})
"""Structures whose entries lie between 0 and 1."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """What the user said of one symbol.

    kind: None where the formula decides.  sizes: () where left out.  constant: never a variable.
    place: the entry, for errors.
    """

    name: str
    kind: Kind | None
    sizes: tuple[Dim, ...]
    assumptions: Assumptions
    constant: bool
    place: Place


@dataclass(slots=True)
class Facts:
    """What has been read of one entry so far."""

    kind: Kind | None = None
    sizes: tuple[Dim, ...] = ()
    interval: Interval = REALS
    values: tuple[Fraction, ...] | None = None
    integer: bool = False
    structure: set[str] = field(default_factory=set[str])
    constant: bool = False


def to_declaration(name: str, facts: Facts, place: Place) -> Declaration:
    """Return what was read of one symbol, if it can be true.

    Raises: ShapeError for a structure that the kind does not have; DomainError for conditions that
    no number meets; both at ``place``.
    """
    try:
        kind = _kind(name, facts)
        assumptions = _assumptions(name, facts)
    except LossmithError as error:
        raise error.located(place) from None
    return Declaration(name, kind, facts.sizes, assumptions, facts.constant, place)


def _kind(name: str, facts: Facts) -> Kind | None:
    kind = facts.kind
    for word in sorted(facts.structure):
        fits = ("c", "m") if word == "onehot" else (_KIND_OF_STRUCTURE[word],)
        if kind is not None and kind not in fits:
            en, zh = ("vector", "向量") if fits == ("c",) else ("matrix", "矩阵")
            raise ShapeError(
                Words(
                    f"{word} is said of a {en}, but {name} is declared otherwise",
                    f"{word} 只能用于{zh}，而 {name} 声明的种类不同",
                ),
                attempt=Words(f"leave out {word}, or change the kind", f"去掉 {word}，或修改种类"),
            )
        kind = "c" if fits == ("c",) else kind or "m"
    return kind


def _assumptions(name: str, facts: Facts) -> Assumptions:
    values = facts.values
    if values is not None:
        values = tuple(v for v in values if facts.interval.has(v))
    if facts.interval.is_empty or values == ():
        raise _no_number(name)
    structure = frozenset(facts.structure)
    assumptions = Assumptions(facts.interval, values, facts.integer, structure)
    shares = structure & _SHARES
    if shares and (assumptions.interval.is_empty or not _holds_a_share(assumptions)):
        raise _no_number(name, min(shares))
    return assumptions


def _holds_a_share(assumptions: Assumptions) -> bool:
    """Return whether an entry may lie between 0 and 1."""
    values = assumptions.values
    return values is None or any(0 <= v <= 1 for v in values)


def _no_number(name: str, structure: str = "") -> DomainError:
    why = Words(
        f"every entry of a {structure} array lies between 0 and 1",
        f"{structure} 数组的每个元素都在 0 与 1 之间",
    )
    return DomainError(
        Words(f"no number meets all conditions on {name}", f"没有数能同时满足 {name} 的所有条件"),
        why=why if structure else None,
        attempt=Words("drop one of the conditions", "去掉其中一个条件"),
    )
