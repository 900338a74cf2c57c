"""Where the rules of composition stop, and which of them asks for what is not there.

That the rules stop refutes nothing: a witness does. But it says what makes a formula hard, which is
what people ask: "relu is convex and increasing, so why is this network not convex?"
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from lossmith.evidence.arithmetic.enclose import applies
from lossmith.evidence.curvature.premise import application
from lossmith.expr.atom import Atom
from lossmith.expr.build import add, power
from lossmith.expr.node import Add, Contract, Expr, Select, Symbol
from lossmith.expr.sets import NONNEGATIVE, NONPOSITIVE
from lossmith.expr.walk import depends_on
from lossmith.prove.curvature.attempt import Attempt, attempt_proof
from lossmith.prove.hints import blocked_at
from lossmith.text.writing.printing import to_unicode
from lossmith.words import Words

BUDGET = 400
"""Proof steps spent to find where the rules stop."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """The innermost sub-expression of which nothing could be proved, and why no rule covers it."""

    node: Expr
    words: Words


def obstacle(e: Expr, wrt: tuple[Symbol, ...]) -> Obstacle | None:
    """Return the innermost part of e at which the rules stop; None if they prove something."""
    attempt = attempt_proof(e, wrt, BUDGET)
    if attempt.nodes:
        return None
    node = blocked_at(attempt)
    return None if node is None else Obstacle(node, _reason(node, attempt))


def _reason(e: Expr, attempt: Attempt) -> Words:
    wrt = attempt.proof.wrt
    match e:
        case Add():
            return _sum(e, attempt)
        case Select():
            return Words("a choice between pieces that move", "在会变动的分段之间选择")
        case Contract() if len(e.factors) > 1:
            moving = [power(f, p) for f, _, p in e.factors if depends_on(f, wrt)]
            if len(moving) > 1:
                return _product(moving, [f for f, _, _ in e.factors if not depends_on(f, wrt)])
            if len(moving) == 1:
                return _weighted(e, moving[0], attempt)
    found = application(e, attempt.proof.enclosed)
    return (
        Words("no rule covers it", "没有适用的法则")
        if found is None
        else _function(*found[:2], attempt)
    )


def _product(moving: Sequence[Expr], fixed: Sequence[Expr]) -> Words:
    parts = list(dict.fromkeys(moving))
    if len(parts) == 1 and len(fixed) == 1 and len(fixed[0].shape) == 2:
        q, k = to_unicode(parts[0]), to_unicode(fixed[0])
        return Words(
            f"a quadratic form in {q} is convex if {k} + {k}' is positive semidefinite, which is "
            "not known",
            f"关于 {q} 的二次型当 {k} + {k}' 半正定时才是凸的，而这一点未知",
        )
    listed = [to_unicode(f) for f in parts]
    if len(listed) == 1:
        return Words(
            f"different entries of {listed[0]} are multiplied by each other",
            f"{listed[0]} 的不同分量彼此相乘",
        )
    return Words(
        f"a product of {' and '.join(listed)}, which both move: a product of two variables bends "
        "up in one direction and down in another",
        f"{' 与 '.join(listed)} 都在变动，而它们相乘：两个变量之积沿一个方向向上弯，"
        "沿另一个方向向下弯",
    )


def _weighted(e: Contract, moving: Expr, attempt: Attempt) -> Words:
    """Say that a curved factor is weighted by something whose sign is not known."""
    weights = [f for f, _, _ in e.factors if not depends_on(f, attempt.proof.wrt)]
    free = [w for w in weights if not _has_sign(w, attempt)]
    attempt.structure.analyze(moving)
    kinds = attempt.structure.kinds(moving)
    name = to_unicode(moving)
    if not kinds or not free:
        return Words(f"{name} has no known curvature", f"{name} 的凸性未知")
    kind = Words("convex", "凸") if "convex" in kinds else Words("concave", "凹")
    weight = ", ".join(to_unicode(w) for w in free)
    return Words(
        f"{name} is {kind.en}, but {weight} may be negative, and a negative multiple turns it over",
        f"{name} 是{kind.zh}的，但 {weight} 可能为负，乘以负数凹凸就反了",
    )


def _has_sign(w: Expr, attempt: Attempt) -> bool:
    inside = attempt.proof.enclosed(w)
    return inside.within(NONNEGATIVE) or inside.within(NONPOSITIVE)


def _sum(e: Add, attempt: Attempt) -> Words:
    """Say which terms bend up and which down; a sum of both kinds follows no rule."""
    up: list[str] = []
    down: list[str] = []
    for c, t in e.terms:
        kinds = attempt.structure.kinds(t)
        if "affine" not in kinds:
            bends_up = ("convex" if c > 0 else "concave") in kinds
            (up if bends_up else down).append(to_unicode(add((c, t))))
    return Words(
        f"{', '.join(up)} bends up, {', '.join(down)} bends down: their sum may do either",
        f"{'，'.join(up)} 向上弯，{'，'.join(down)} 向下弯：其和两者皆有可能",
    )


def _function(atom: Atom, args: Sequence[Expr], attempt: Attempt) -> Words:
    """Say what the rule of composition asks of the argument, and what the argument is."""
    inside = [attempt.proof.enclosed(a) for a in args]
    known = {f.name for f in atom.facts if applies(f, args, inside)}
    name, shown = atom.name, ", ".join(to_unicode(a) for a in args[:1])
    curved = next((k for k in _KINDS if k in known), "")
    if not curved:
        return Words(
            f"{name} is neither convex nor concave on the values that {shown} takes",
            f"在 {shown} 的取值范围上，{name} 既不凸也不凹",
        )
    kinds = attempt.structure.kinds(args[0])
    has = next((k for k in _KINDS if k in kinds), "")
    rises, falls = known & {"nondecreasing", "increasing"}, known & {"nonincreasing", "decreasing"}
    way = _RISES if rises else _FALLS if falls else _TURNS
    asks = curved if rises else _KINDS[curved][0] if falls else "affine"
    en, zh = _said(has)
    return Words(
        f"{name} is {curved} and {way.en} there, so that it asks for an argument that is "
        f"{asks}; {shown} {en}",
        f"{name} 在那里是{_ZH[curved]}的且{way.zh}，因此要求自变量是{_ZH[asks]}的；{shown} {zh}",
    )


def _said(kind: str) -> tuple[str, str]:
    if not kind:
        return "is not known to be convex or concave", "的凸性未知"
    return f"is {kind}", f"是{_ZH[kind]}的"


_KINDS: Final = {"convex": ("concave",), "concave": ("convex",)}
"""A curvature, and the other one."""
_ZH: Final = {"convex": "凸", "concave": "凹", "affine": "仿射"}
_RISES: Final = Words("nondecreasing", "单调不减")
_FALLS: Final = Words("nonincreasing", "单调不增")
_TURNS: Final = Words("not monotone", "不单调")
