"""Which parts of a long formula deserve a name: r = Xw - y, s = sigmoid(...), p = softmax(...)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lossmith.expr import build
from lossmith.expr.node import Add, Apply, Const, Contract, Expr, Select, Symbol, children
from lossmith.expr.walk import postorder
from lossmith.text.writing.print_order import Order, broadcast_scalar

LETTERS: Final[Mapping[str, str]] = {"sigmoid": "s", "softmax": "p", "exp": "e", "inv": "M"}
"""Customary letters for the values of some functions."""

BULKY: Final = frozenset({"sigmoid", "softmax"})
"""Functions whose value gets its letter even if it occurs only once, inside a product."""

_WORTH: Final = 3
"""Smallest size (symbols and functions) of a repeated part that is worth a name."""


def name_parts(expr: Expr, min_count: int = 2) -> tuple[tuple[str, Expr], ...]:
    """Return (name, part) for the parts that occur ``min_count`` times or are bulky.

    Later parts may use earlier names. Names avoid symbols, sizes and each other: r (residual, a
    difference with data), s (sigmoid), p (softmax), else u, v, z; then r1, r2 ...
    """
    uses: dict[Expr, int] = {}
    sizes: dict[Expr, int] = {}
    inside_product: set[Expr] = set()
    taken: set[str] = set()
    order = list(postorder(expr))
    for e in order:
        inner = children(e)
        taken.update(str(d) for d in e.shape)
        if isinstance(e, Symbol):
            taken.add(e.name)
        for c in inner:
            uses[c] = uses.get(c, 0) + 1
        if isinstance(e, Contract):
            inside_product.update(inner)
    met: set[Expr] = set()
    reading = Order((expr,), ())
    found: list[tuple[str, Expr]] = []
    for e in order:
        # A part with a name counts as one letter in the parts around it.
        sizes[e] = _size(e, sizes)
        if e is expr or not _is_nameable(e):
            continue
        count = uses[e]
        if isinstance(e, Add) and len(e.terms) > 1:
            # y - Xw is -r where r = Xw - y: both count, for the one that reads better.
            turned = build.negate(e)
            if turned in met:
                continue
            met.add(e)
            count += uses.get(turned, 0)
        customary = isinstance(e, Apply) and e.atom.name in BULKY
        bulky = customary and e in inside_product and sizes[e] > _WORTH
        if bulky or (count >= min_count and (customary or sizes[e] >= _WORTH)):
            shown = reading.unsigned(e) if isinstance(e, Add) else e
            name = _free_name(_letter(shown), taken)
            taken.add(name)
            found.append((name, shown))
            sizes[e] = 1
    return tuple(found)


def _size(e: Expr, sizes: Mapping[Expr, int]) -> int:
    """Return the number of letters and functions of e, names taken into account."""
    if isinstance(e, Const):
        return 0
    inside = sum(sizes[c] for c in children(e))
    return min(10**6, max(1, inside + isinstance(e, Apply)))


def _is_nameable(e: Expr) -> bool:
    return isinstance(e, (Add, Apply, Contract, Select)) and broadcast_scalar(e) is None


def _letter(e: Expr) -> str:
    if isinstance(e, Apply):
        return LETTERS.get(e.atom.name, "u")
    if isinstance(e, Add) and e.shape and _is_residual(e):
        return "r"
    return "u"


def _is_residual(e: Add) -> bool:
    """Return whether e is a prediction minus data: products of matrices, and a plain symbol."""
    signs = {c > 0 for c, t in e.terms if not isinstance(t, Const)}
    plain = any(isinstance(t, Symbol) for _, t in e.terms)
    return len(signs) == 2 and plain and all(isinstance(t, (Symbol, Contract)) for _, t in e.terms)


def _free_name(letter: str, taken: set[str]) -> str:
    choices = [letter, *("uvz" if letter == "u" else "")]
    for name in choices:
        if name not in taken:
            return name
    k = 1
    while f"{letter}{k}" in taken:
        k += 1
    return f"{letter}{k}"
