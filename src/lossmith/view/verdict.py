"""A verdict as rows of a card: curvature with its evidence, minimizers, the step bound."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import isfinite

from lossmith.atoms.meaning import evaluate
from lossmith.errors import LossmithError
from lossmith.evidence.certificate import Witness
from lossmith.evidence.forms import Nested
from lossmith.evidence.witness import mixed
from lossmith.expr.node import Symbol
from lossmith.expr.walk import symbols
from lossmith.prove.curvature.quasi import Quasi
from lossmith.prove.proving.domain import domain
from lossmith.prove.proving.verdict import Constant, Verdict
from lossmith.text.writing.printing import to_unicode
from lossmith.view.card import Row
from lossmith.view.explain import promise
from lossmith.words import Words, same

CURVATURE_WORDS: dict[str, Words] = {
    "affine": Words("affine (convex and concave)", "仿射（既凸又凹）"),
    "convex": Words("convex", "凸"),
    "concave": Words("concave", "凹"),
    "neither": Words("neither convex nor concave", "既不凸也不凹"),
    "unknown": Words("not known", "未知"),
}


def curvature(verdict: Verdict) -> Row:
    """Return the row of the curvature verdict, with its constants and what it leans on."""
    label = Words("concave" if verdict.label == "concave" else "convex", "凸性")
    known = CURVATURE_WORDS[verdict.label]
    match verdict.status:
        case "proved":
            text = known
            if verdict.strict and verdict.label in ("convex", "concave"):
                text = Words(f"strictly {known.en}", f"严格{known.zh}")
            text = _joined(text, _strong_words(verdict.strong))
            if verdict.label == "concave":
                text = _joined(
                    text, Words("a maximum is sought, not a minimum", "宜求最大值，而非最小值")
                )
            return Row(label, text, "proved", more=_assumed(verdict))
        case "refuted":
            return Row(label, known, "refuted", more=witnesses(verdict))
        case "undecided":
            return Row(label, _blocked(verdict), "undecided", more=_would_decide(verdict))


def _strong_words(strong: Constant) -> Words | None:
    if strong.value is None:
        return None
    m = to_unicode(strong.value)
    text = Words(f"strongly convex, m = {m}", f"强凸，m = {m}")
    return (
        text
        if strong.when is None
        else Words(f"{text.en}, {strong.when.en}", f"{text.zh}，{strong.when.zh}")
    )


def _joined(first: Words, second: Words | None) -> Words:
    if second is None:
        return first
    return Words(f"{first.en}; {second.en}", f"{first.zh}；{second.zh}")


def _assumed(verdict: Verdict) -> tuple[Words, ...]:
    """Return the declarations that the verdict leans on."""
    promised = [(to_unicode(s), promise(s)) for s in symbols(verdict.expr)]
    given = [f"{name} {what}" for name, what in promised if what]
    if not given:
        return ()
    return (Words(f"given {', '.join(given)}", f"前提：{'，'.join(given)}"),)


def witnesses(verdict: Verdict) -> tuple[Words, ...]:
    """Return a line for each witness: points, weight and data, exact; the two values, rounded."""
    return tuple(witness_words(w) for w in verdict.witnesses)


def witness_words(w: Witness) -> Words:
    """Return a counterexample in a line: what it refutes, where, and by which inequality."""
    a, b, data = (assigned(values) for values in (w.a, w.b, w.data))
    given_en = f" with {data}" if data else ""
    given_zh = f"，其中 {data}" if data else ""
    sign = ">" if w.against == "convex" else "<"
    middle, chord = _middle_and_chord(w)
    inequality = f"f({w.t}·a + {1 - w.t}·b){middle} {sign} {w.t}·f(a) + {1 - w.t}·f(b){chord}"
    return Words(
        f"not {w.against}: between a: {a} and b: {b}{given_en}, {inequality}",
        f"{'非凸' if w.against == 'convex' else '非凹'}：在 a：{a} 与 b：{b} 之间{given_zh}，"
        f"{inequality}",
    )


def assigned(values: Mapping[Symbol, Nested]) -> str:
    """Return exact values as ``x = [1, 2], b = 3``."""
    return ", ".join(f"{to_unicode(s)} = {nested(v)}" for s, v in values.items())


def _middle_and_chord(w: Witness) -> tuple[str, str]:
    """Return both sides of a violated inequality as " = 1.25", or "" where they are too large."""
    t = float(w.t)
    try:
        at_a, at_b, middle = (_value_at(w, p) for p in (w.a, w.b, _between(w)))
    except LossmithError:
        return "", ""
    chord = t * at_a + (1 - t) * at_b
    if not (isfinite(middle) and isfinite(chord)):
        return "", ""
    digits = next((d for d in (6, 12) if f"{middle:.{d}g}" != f"{chord:.{d}g}"), 17)
    return f" = {middle:.{digits}g}", f" = {chord:.{digits}g}"


def _between(w: Witness) -> dict[Symbol, Nested]:
    return {s: mixed(w.a[s], w.b[s], w.t) for s in w.wrt}


def _value_at(w: Witness, point: Mapping[Symbol, Nested]) -> float:
    """Return f at a point of a witness, rounded: to be shown only, the checker has its own."""
    ball = evaluate(w.expr, {**w.data, **point}, dict(w.sizes))
    return float(ball.mid())


def nested(value: object) -> str:
    """Return an exact scalar, vector or matrix as text."""
    if isinstance(value, tuple | list):
        return "[" + ", ".join(nested(v) for v in value) + "]"
    if isinstance(value, Fraction) and value.denominator > 10**6:
        return f"{value.numerator}/{value.denominator}"
    return str(value)


def _blocked(verdict: Verdict) -> Words:
    if verdict.reason is not None:
        return verdict.reason
    if verdict.blocked_at is None:
        return Words("no route closed", "各条途径均未成功")
    shown = to_unicode(verdict.blocked_at)
    return Words(f"no rule of composition covers {shown}", f"没有合成法则适用于 {shown}")


def _would_decide(verdict: Verdict) -> tuple[Words, ...]:
    lines: list[Words] = []
    if verdict.tried:
        en = "; ".join(w.en for w in verdict.tried)
        zh = "；".join(w.zh for w in verdict.tried)
        lines.append(Words(f"tried: {en}", f"已尝试：{zh}"))
    if verdict.budget is not None:
        lines.append(verdict.budget)
    for text in verdict.would_decide:
        lines.append(Words(f'try: --declare "{text}"', f'可以试试：--declare "{text}"'))
    return tuple(lines)


def quasi(found: Quasi) -> list[Row]:
    """Return what is proved of the level sets and of the logarithm of a formula not convex."""
    level = [
        Words(f"quasi{kind.en}", f"拟{kind.zh}")
        for kind, proof in (
            (Words("convex", "凸"), found.convex),
            (Words("concave", "凹"), found.concave),
        )
        if proof is not None
    ]
    rows: list[Row] = []
    if level:
        text = Words(" and ".join(w.en for w in level), "且".join(w.zh for w in level))
        rows.append(Row(Words("level sets", "水平集"), text, "proved"))
    if found.log_concave is not None:
        rows.append(Row(Words("logarithm", "对数"), Words("log-concave", "对数凹"), "proved"))
    return rows


def leaning(verdict: Verdict) -> list[Row]:
    """Return the rows that list the cards and the rules that the evidence uses."""
    found: list[Row] = []
    if verdict.cards:
        found.append(Row(Words("cards", "函数卡片"), same(", ".join(verdict.cards))))
    if verdict.rows:
        found.append(Row(Words("rules", "规则"), same(", ".join(verdict.rows))))
    return found


def minimum(verdict: Verdict) -> Row | None:
    """Return what the verdict says of minimizers, if it says anything."""
    label = Words("minimum", "极小点")
    if verdict.status != "proved" or verdict.label not in ("convex",):
        return None
    if verdict.strong.value is not None:
        when = verdict.strong.when
        tail_en = "" if when is None else f" {when.en}"
        tail_zh = "" if when is None else f"（{when.zh}）"
        if _on_closed_set(verdict):
            return Row(label, Words(f"exists and is unique{tail_en}", f"存在且唯一{tail_zh}"))
        return Row(
            label,
            Words(
                f"at most one{tail_en}; the set is not closed, so there may be none",
                f"至多一个{tail_zh}；集合不闭，也可能不存在",
            ),
        )
    if verdict.strict:
        return Row(label, Words("at most one (strictly convex)", "至多一个（严格凸）"))
    return Row(label, Words("every local minimum is a global one", "局部极小即全局极小"))


def _on_closed_set(verdict: Verdict) -> bool:
    """Return whether the variables move in a closed set and the formula has values on all of it."""
    declared = [s.assumptions for s in verdict.wrt]
    ends_open = any(
        (a.interval.lo is not None and a.interval.lo_open)
        or (a.interval.hi is not None and a.interval.hi_open)
        or a.has("pd")
        for a in declared
    )
    return not ends_open and not domain(verdict.expr).open
