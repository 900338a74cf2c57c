"""May one expression stand for another?  Steps of a chain, derivatives, optima, conventions."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from lossmith.calculus.gradient import hessian, jacobian
from lossmith.expr.build import apply, const, contract, multiply, power, scale, size_of
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.walk import postorder
from lossmith.judge.equality import Equality, equal
from lossmith.judge.lines import Relation
from lossmith.judge.report import Judgment, Outcome
from lossmith.judge.sentences import CONVENTION
from lossmith.judge.subject import Subject
from lossmith.text.functions.cards import card
from lossmith.words import Words


def differentiated(start: Expr, variables: list[Symbol], subject: Subject) -> Expr:
    """Return the derivative by each variable in turn; entry by entry for a repeated index.

    By the square of a variable s it is the derivative by s over 2 s.
    """
    twice = len(variables) == 2 and variables[0] is variables[1]
    if not start.shape and twice and not subject.squares:
        found = hessian(start, variables[0]).end
    else:
        found = start
        for s in variables:
            found = jacobian(found, s).end
            if s.name in subject.squares:
                found = _by_square(found, s)
    if subject.repeated and len(found.shape) == 2 and found.shape[0] == found.shape[1]:
        return contract([(found, (0, 0), 1)], (0,))
    return found


def _by_square(slope: Expr, s: Symbol) -> Expr:
    """Return the derivative by s^2 from that by s, entry by entry: d(s^2) = 2 s ds."""
    axes = tuple(range(len(slope.shape)))
    own = axes[len(axes) - len(s.shape) :]
    return scale(Fraction(1, 2), contract([(slope, axes, 1), (s, own, -1)], axes))


def judgment(
    before: Expr,
    after: Expr,
    relation: Relation,
    variables: tuple[Symbol, ...],
    *,
    away: bool = False,
    named: bool = True,
) -> Judgment:
    """Return whether ``after`` may stand for ``before``."""
    match relation:
        case "=" | "same" | "opposite":
            return _as_step(equal(before, after, away=away))
        case "+c":
            # Without a word of the variables, "const" is one in those that it is constant in.
            parts = [equal(jacobian(before, s).end, jacobian(after, s).end) for s in variables]
        case "∝":
            log = card("log")
            parts = [
                equal(jacobian(apply(log, before), s).end, jacobian(apply(log, after), s).end)
                for s in variables
            ]
    order = ("refuted", "undecided", "shown", "proved")
    if not named and any(e.status in ("proved", "shown") for e in parts):
        parts = [e for e in parts if e.status != "refuted"]
    worst = min(parts, key=lambda e: order.index(e.status), default=None)
    return Judgment("undecided") if worst is None else _as_step(worst)


def _as_step(e: Equality) -> Judgment:
    """Return the judgment on a step: the new side must have a value wherever the old one has."""
    if not e.differs_in_domain_only or e.difference is None:
        words = {"left": _NARROWER, "both": _NARROWER, "right": _WIDER}.get(e.wider)
        return Judgment(e.status, e, _OFF_KINKS if e.off_kinks else words)
    if e.difference.apart == "left undefined" and e.wider == "right":
        if not e.agreed:
            return Judgment("undecided", e)  # the old side had a value at no point that was tried
        return Judgment("proved" if e.proof is not None else "shown", e, _WIDER)
    return Judgment("refuted", e, _NARROWER)


def outcome_of(follows: Judgment | None, truth: Judgment) -> Outcome:
    """Return what is said of a line: a false one is carried if it follows from the line above."""
    good = ("proved", "shown")
    if truth.status == "refuted":
        return "carried" if follows is not None and follows.status in good else "wrong"
    if truth.status == "proved":
        return "ok"
    return "shown" if truth.status == "shown" else "undecided"


def related(
    first: Expr, second: Expr, variables: tuple[Symbol, ...]
) -> tuple[bool, Equality] | None:
    """Return whether ``second`` rises with ``first`` (or falls), with the equation that shows it.

    Shown by d second = c d first with c a positive (negative) number, size or 1/first, for all
    variables; None if no such c is found.
    """
    before = [jacobian(first, s).end for s in variables]
    after = [jacobian(second, s).end for s in variables]
    sizes = sorted({d for e in postorder(first, second) for d in e.shape if isinstance(d, str)})
    units = [const(1), power(first, -1)]
    units += [
        multiply(u, power(size_of(d), p)) for u in tuple(units) for d in sizes for p in (1, -1)
    ]
    for sign in (1, -1):
        for unit in units:
            for c in (1, 2, Fraction(1, 2)):
                factor = scale(sign * c, unit)
                parts = [equal(multiply(factor, a), b) for a, b in zip(before, after, strict=True)]
                good = [p for p in parts if p.status in ("proved", "shown")]
                if parts and len(good) == len(parts):
                    weakest = min(good, key=lambda p: p.status == "proved")
                    return sign > 0, weakest
    return None


def conventions_in(sentence: str) -> list[Words]:
    """Return which convention of convex and concave a sentence follows."""
    notes: list[Words] = []
    for found in CONVENTION.finditer(sentence):
        k = 1 if found["word1"] else 2
        positive = bool(found[f"above{k}"] or found[f"up{k}"])
        says_convex = found[f"word{k}"].lower() in ("convex", "凸")
        if positive == says_convex:
            continue
        sign = ">" if positive else "<"
        ours = ("convex", "凸") if positive else ("concave", "凹")
        notes.append(
            Words(
                f'"{sentence}": by our convention f″ {sign} 0 is {ours[0]} ({ours[1]}: the chord '
                f"lies {'above' if positive else 'below'} the graph); some textbooks use the two "
                "words the other way round",
                f"“{sentence}”：按本工具的约定，f″ {sign} 0 是{ours[1]}函数"
                f"（弦在图像{'上方' if positive else '下方'}）；有的教材把凸、凹两字反过来用",
            )
        )
    return notes


_WIDER: Final = Words(
    "equal wherever the line above has a value; this form has values at more points",
    "凡上一行有定义之处两者相等；此写法在更多的点上有定义",
)
_OFF_KINKS: Final = Words(
    "proved off the kinks: wherever nothing that decides a case is 0",
    "在折点以外已证明：即所有决定分段的量都不为 0 之处",
)
_NARROWER: Final = Words(
    "equal only where both have a value: this form has none at some points",
    "只在两者都有定义处相等：此写法在某些点没有定义",
)
