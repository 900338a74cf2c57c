"""Where a function of one variable is differentiable, rises, or is convex: whole intervals."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lossmith.prove.line.line import Line, Run, runs, slope_order
from lossmith.prove.zeros.roots import Root


def differentiable_runs(found: Line) -> list[Run]:
    """Return maximal open intervals on which f has a derivative everywhere (sign 1)."""
    smooth = [Run(s.left, s.right, 1) for s in found.segments if s.expr is not None]

    def passes(r: Root, _: int) -> bool:
        b = found.break_at(r)
        return b is not None and b.kind == "smooth"

    return _merged(smooth, passes)


def monotone_runs(found: Line) -> list[Run]:
    """Return maximal intervals on which f is strictly monotone or constant, where defined.

    A zero of f' inside does not end one, nor does a break at which f is continuous.
    """
    return _merged(runs(found, 1), lambda r, s: _is_passed(found, r))


def convex_runs(found: Line) -> list[Run]:
    """Return maximal intervals where f is convex (1), concave (-1) or affine (0), in order.

    Affine ones inside a convex or concave one are not listed by themselves.
    """
    curved = [r for s in (1, -1) for r in _curved_runs(found, s)]
    held = {k for r in curved for k in _held(found, r)}
    straight = [
        Run(r.left, r.right, r.sign)
        for k, r in enumerate(runs(found, 2))
        if not r.sign and k not in held
    ]
    order = {id(r.left): k for k, r in reversed(list(enumerate(runs(found, 2))))}
    return sorted(
        [*curved, *_merged(straight, _straight_on(found))], key=lambda r: order[id(r.left)]
    )


def _curved_runs(found: Line, s: int) -> list[Run]:
    """Return the maximal intervals of s f'' >= 0 in which all kinks bend the same way."""

    def passes(r: Root, _: int) -> bool:
        b = found.break_at(r)
        if b is None:
            return True
        order = slope_order(b)
        return b.continuous and order is not None and order * s >= 0

    fitting = [Run(r.left, r.right, s) for r in runs(found, 2) if r.sign in (0, s)]
    merged = _merged(fitting, passes)
    return [
        r
        for r in merged
        if any(runs(found, 2)[k].sign for k in _held(found, r)) or _bends(found, r)
    ]


def _bends(found: Line, r: Run) -> bool:
    """Return whether a merged interval of affine pieces has a kink inside."""
    inside = [runs(found, 2)[k].right for k in _held(found, r)][:-1]
    marks = [found.break_at(c) for c in inside if c is not None]
    return any(b is not None and slope_order(b) for b in marks)


def _held(found: Line, r: Run) -> list[int]:
    """Return which of the runs of f'' make up a merged one."""
    pieces = runs(found, 2)
    first = next(k for k, p in enumerate(pieces) if p.left is r.left)
    last = next(k for k, p in enumerate(pieces) if p.right is r.right and k >= first)
    return list(range(first, last + 1))


def _straight_on(found: Line) -> Callable[[Root, int], bool]:
    def passes(r: Root, _: int) -> bool:
        b = found.break_at(r)
        return b is None or (b.continuous and slope_order(b) == 0)

    return passes


def _is_passed(found: Line, r: Root) -> bool:
    b = found.break_at(r)
    return b is None or b.continuous


def _merged(runs: Sequence[Run], passes: Callable[[Root, int], bool]) -> list[Run]:
    merged: list[Run] = []
    for run in runs:
        last = merged[-1] if merged else None
        joined = (
            last is not None
            and last.sign == run.sign
            and run.sign is not None
            and last.right is not None
            and last.right is run.left
            and passes(last.right, run.sign)
        )
        if joined and last is not None:
            merged[-1] = Run(last.left, run.right, run.sign)
        else:
            merged.append(run)
    return merged
