"""Where a formula is defined: the conditions its functions and powers put on their arguments."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from lossmith.atoms.meaning import evaluate
from lossmith.errors import LossmithError
from lossmith.evidence.arithmetic.enclose import bounds, domain_of, is_structured
from lossmith.evidence.arithmetic.second import has_jumps
from lossmith.evidence.check import is_convex_set
from lossmith.expr.node import Apply, Contract, Expr, Symbol
from lossmith.expr.sets import NEGATIVE, NONNEGATIVE, POSITIVE, REALS, Interval, closed
from lossmith.expr.walk import postorder, symbols
from lossmith.prove.proving.natural import (
    definition,
    domains_within,
    is_nowhere_defined,
    speaks,
    unconditional,
)
from lossmith.prove.proving.proof import Proof
from lossmith.prove.proving.ranges import prove_range
from lossmith.prove.proving.sampling import sample_points
from lossmith.text.writing.printing import to_unicode
from lossmith.words import Words


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of definedness: all entries of ``expr`` in ``interval`` (or a structure word).

    because: the function or power that asks for it.  holds: proved for all admitted values.
    """

    expr: Expr
    because: Expr
    interval: Interval
    words: Words
    needs: str = ""
    excludes_zero: bool = False
    holds: bool = False


@dataclass(frozen=True, slots=True)
class Domain:
    """The conditions under which a formula is defined; none open means it always is.

    is_empty: it is proved that the formula has no value at any admitted point.
    """

    conditions: tuple[Condition, ...]
    is_empty: bool = False

    @property
    def open(self) -> tuple[Condition, ...]:
        """The conditions that do not follow from the declarations."""
        return tuple(c for c in self.conditions if not c.holds)

    def to_json(self) -> dict[str, Any]:
        """Return the conditions in both languages, and which of them hold."""
        found = [{"en": c.words.en, "zh": c.words.zh, "holds": c.holds} for c in self.conditions]
        return {"is_empty": self.is_empty, "conditions": found}


def domain(e: Expr) -> Domain:
    """Return the natural domain of e as conditions on its sub-expressions.

    Each says whether it is proved to hold for all admitted values.
    """
    proof = Proof(())
    found: dict[tuple[Expr, str], Condition] = {}
    for s in postorder(e):
        if isinstance(s, Apply):
            _of_card(proof, s, found)
        elif isinstance(s, Contract):
            _of_product(proof, s, found)
    return Domain(tuple(found.values()), is_nowhere_defined(e))


def _of_card(proof: Proof, s: Apply, found: dict[tuple[Expr, str], Condition]) -> None:
    inside = [proof.enclosed(a).meet(domain_of(s.atom, k)) for k, a in enumerate(s.args)]
    meaning = None if speaks(s, inside) or s.atom.needs else definition(s)
    if meaning is not None:
        # What the card does not tell, its definition does: tan = sin/cos asks for cos(x) != 0.
        for part in postorder(meaning):
            if isinstance(part, Contract):
                _of_product(proof, part, found, s)
        return
    asked = domains_within(s, inside)
    for a, i in zip(s.args, asked, strict=True):
        if i == REALS:
            continue
        if not speaks(s, inside) and proof.enclosed(a).within(NONNEGATIVE):
            found.setdefault((a, s.atom.name), _silent(s))  # 0^p is a number for p > 0
        else:
            found.setdefault((a, str(i)), _interval(proof, a, s, i))
    if not s.atom.needs and not speaks(s, inside) and all(i == REALS for i in asked):
        found.setdefault((s.args[0], s.atom.name), _silent(s))
    for word in s.atom.needs:
        found.setdefault((s.args[0], word), _structure(s.args[0], s, word))


def _of_product(
    proof: Proof,
    s: Contract,
    found: dict[tuple[Expr, str], Condition],
    because: Apply | None = None,
) -> None:
    for f, _, p in s.factors:
        condition = _power(proof, f, p, because or s)
        if condition is not None:
            found.setdefault((f, str(condition.interval)), condition)


def _interval(proof: Proof, a: Expr, because: Expr, asked: Interval) -> Condition:
    prove_range(proof, a)
    holds = proof.enclosed(a).within(asked)
    words = Words(f"argument in {asked}", f"自变量在 {asked} 内")
    return Condition(a, because, asked, words, holds=holds)


def _silent(s: Apply) -> Condition:
    name = s.atom.name
    words = Words(f"where {name} is defined", f"在 {name} 有定义之处")
    return Condition(s.args[0], s, REALS, words, needs=words.en)


def _structure(a: Expr, because: Expr, word: str) -> Condition:
    holds = is_structured(a, word)
    chinese = {"nonsingular": "可逆", "pd": "正定", "symmetric": "对称", "psd": "半正定"}
    chinese["positive_determinant"] = "行列式为正"
    plain = word.replace("_", " ")
    words = Words(f"matrix {plain}", f"矩阵{chinese.get(word, word)}")
    return Condition(a, because, REALS, words, needs=plain, holds=holds)


def _power(proof: Proof, f: Expr, p: Fraction, because: Expr) -> Condition | None:
    even_root, inverse = p.denominator % 2 == 0, p < 0
    if not even_root and not inverse:
        return None
    prove_range(proof, f)
    inside = proof.enclosed(f)
    if even_root:
        asked = POSITIVE if inverse else NONNEGATIVE
        words = Words(f"base in {asked}", f"底数在 {asked} 内")
        return Condition(f, because, asked, words, holds=inside.within(asked))
    words = Words("base not 0", "底数不为 0")
    holds = inside.within(POSITIVE) or inside.within(NEGATIVE) or not inside.has(0)
    return Condition(f, because, REALS, words, excludes_zero=True, holds=holds)


def not_convex(wrt: tuple[Symbol, ...]) -> Words | None:
    """Return why the declared set of the block is not convex, or None if it is."""
    for s in wrt:
        if not is_convex_set(s):
            what = "integers" if s.assumptions.integer else "a set of values"
            what = next(iter(s.assumptions.structure - {"symmetric"}), what)
            return Words(
                f"{s.name} is declared in a set that is not convex ({what}), so convexity has no "
                "meaning on it",
                f"{s.name} 被声明在非凸集合（{what}）中，在其上谈凸性没有意义",
            )
    return None


def nowhere_defined(e: Expr) -> Words | None:
    """Return the words for a formula that is proved to have no value anywhere, else None."""
    if not is_nowhere_defined(e):
        return None
    return Words(
        "the formula is defined nowhere: no admitted point meets the conditions of its functions",
        "该公式处处无定义：没有任何允许的点能满足其中函数的要求",
    )


def hole(e: Expr, wrt: tuple[Symbol, ...]) -> Words | None:
    """Return where a formula in one number has no value between points at which it has some.

    There a denominator changes sign: 0 cannot be passed over without jumps.
    """
    if len(wrt) != 1 or wrt[0].shape or symbols(e) != wrt:
        return None
    (x,) = wrt
    needed = unconditional(e)
    for c in domain(e).open:
        if not c.excludes_zero or c.because not in needed or has_jumps(c.expr):
            continue
        ends = _opposite(e, c.expr, x)
        if ends is not None:
            low, high = sorted(ends)
            g, by = to_unicode(c.expr), to_unicode(c.because)
            return Words(
                f"the domain has a hole between {low} and {high}, where {g} passes 0 and {by} has "
                "no value; convexity has no meaning on a set that is not convex",
                f"定义域在 {low} 与 {high} 之间有缺口：{g} 在其间经过 0，{by} 无定义；"
                "在非凸集合上谈凸性没有意义",
            )
    return None


def _has_value(e: Expr, x: Symbol, p: Fraction) -> bool:
    """Return whether e certainly has a finite value at x = p."""
    try:
        return bool(evaluate(e, {x: p}, {}).is_finite())
    except (LossmithError, ZeroDivisionError):
        return False


def _opposite(e: Expr, g: Expr, x: Symbol) -> list[Fraction] | None:
    """Return two close points at which e has values, and g opposite signs."""
    signs: dict[Fraction, bool] = {}
    for p in sample_points(x.assumptions.interval):
        at = bounds(g, {x: closed(p, p)})[g]
        if _has_value(e, x, p) and (at.within(POSITIVE) or at.within(NEGATIVE)):
            signs[p] = at.within(POSITIVE)
    order = sorted(signs)
    pairs = [[a, b] for a, b in pairwise(order) if signs[a] != signs[b]]
    return min(pairs, key=lambda ends: ends[1] - ends[0], default=None)
