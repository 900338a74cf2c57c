"""On which intervals a function of one variable rises, is convex, is differentiable: in words."""

from __future__ import annotations

from fractions import Fraction

from lossmith.expr.node import Expr, Symbol
from lossmith.prove.kinks.kink_words import place_text
from lossmith.prove.line.line import Line, Run, line
from lossmith.prove.line.line_runs import convex_runs, differentiable_runs, monotone_runs
from lossmith.prove.zeros.roots import Root, Undecided, refined
from lossmith.words import Words

WIDTH = Fraction(1, 1 << 48)
"""How exactly ends of intervals are known that are told."""

_MONOTONE = {
    1: Words("increasing", "递增"),
    -1: Words("decreasing", "递减"),
    0: Words("constant", "常值"),
}
_CURVED = {1: Words("convex", "凸"), -1: Words("concave", "凹"), 0: Words("affine", "仿射")}


def behavior(found: Line) -> tuple[tuple[Words, Words], ...]:
    """Return (what, on which intervals): strictly increasing, decreasing, convex, concave."""
    facts: list[tuple[Words, Words]] = []
    for names, merged in ((_MONOTONE, monotone_runs(found)), (_CURVED, convex_runs(found))):
        for s, name in names.items():
            places = [_run_text(found, r) for r in merged if r.sign == s]
            if places:
                en, zh = ", ".join(places), "、".join(places)
                facts.append((name, Words(f"on {en}", f"在 {zh} 上")))
    return tuple(facts)


def differentiable_on(e: Expr, x: Symbol) -> Words | None:
    """Return the open intervals on which e, a formula of x and numbers, has a derivative.

    None where that is not decided, or e is differentiable on the whole line.
    """
    try:
        found = line(e, x, x.assumptions.interval)
    except Undecided:
        return None
    if any(b.kind == "unknown" for b in found.breaks):
        return None
    places = [_open_text(r) for r in differentiable_runs(found)]
    if not places or places == ["(-∞, ∞)"]:
        return None
    return Words(f"on {', '.join(places)}", f"在 {'、'.join(places)} 上")


def _open_text(r: Run) -> str:
    left = "-∞" if r.left is None else end_text(r.left)
    right = "∞" if r.right is None else end_text(r.right)
    return f"({left}, {right})"


def _run_text(found: Line, r: Run) -> str:
    left = "(-∞" if r.left is None else _bracket(found, r.left, "[(") + end_text(r.left)
    right = "∞)" if r.right is None else end_text(r.right) + _bracket(found, r.right, "])")
    return f"{left}, {right}"


def _bracket(found: Line, r: Root, pair: str) -> str:
    """Return the closed bracket where f is continuous at the end, else the open one."""
    b = found.break_at(r)
    edge = found.segments[0].left is r or found.segments[-1].right is r
    return pair[0] if (b.continuous if b is not None else not edge) else pair[1]


def end_text(r: Root) -> str:
    """Return an end of an interval as text."""
    return place_text(refined(r, WIDTH)).removeprefix("= ").removeprefix("in ")
