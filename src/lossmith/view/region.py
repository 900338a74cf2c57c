"""A verdict on a set that conditions describe, as rows of a card."""

from __future__ import annotations

from collections.abc import Sequence

from lossmith.evidence.region import Confined, Dent
from lossmith.text.condition import Condition
from lossmith.text.writing.printing import to_unicode
from lossmith.view.card import Row
from lossmith.view.verdict import CURVATURE_WORDS, assigned, witness_words
from lossmith.words import Words

_SET = Words("set", "集合")
_CONVEX = Words("convex", "凸性")


def region_rows(found: Confined, conditions: Sequence[Condition]) -> list[Row]:
    """Return the rows: the set and whether it is convex, then what the formula is on it."""
    text = "; ".join(c.text for c in conditions)
    # Symbols that the conditions bound are declared so: then the parts are about others.
    narrowed = [p for c in conditions for p in c.parts] != [g.expr for g in found.inside]
    return [_set(found, text), _verdict(found, narrowed)]


def _set(found: Confined, text: str) -> Row:
    if found.dent is not None:
        said = Words(f"not convex: {text}", f"不是凸集：{text}")
        return Row(_SET, said, "refuted", more=(_leaves(found, found.dent),))
    if not found.sets and found.label == "unknown":
        said = Words(
            f"not known to be convex: {text}",
            f"不知道是否为凸集：{text}",
        )
        return Row(_SET, said, "undecided")
    more = tuple(_because(found, k) for k in range(len(found.sets)))
    return Row(_SET, Words(f"convex: {text}", f"凸集：{text}"), "proved", more=more)


def _because(found: Confined, k: int) -> Words:
    claim = found.sets[k].conclusion
    shown = to_unicode(claim.expr)
    kind = claim.kind.replace("_", " ")
    zh = {"affine": "仿射", "convex": "凸", "strictly_convex": "严格凸", "log_convex": "对数凸"}
    return Words(
        f"{{g ≤ 0}} is convex, since g = {shown} is {kind}",
        f"{{g ≤ 0}} 是凸集，因为 g = {shown} 是{zh.get(claim.kind, '拟凸')}函数",
    )


def _leaves(found: Confined, d: Dent) -> Words:
    a, b = assigned(d.a), assigned(d.b)
    data = assigned(d.data)
    given_en, given_zh = (f" with {data}", f"，其中 {data}") if data else ("", "")
    return Words(
        f"a: {a} and b: {b} lie in it, their middle does not{given_en}",
        f"a：{a} 与 b：{b} 在集合内，它们的中点却不在{given_zh}",
    )


def _verdict(found: Confined, narrowed: bool) -> Row:
    if found.dent is not None:
        text = Words(
            "no verdict: on a set that is not convex, convexity has no meaning",
            "不作判定：在非凸集合上谈论凸性没有意义",
        )
        return Row(_CONVEX, text, "undecided")
    known = CURVATURE_WORDS[found.label]
    match found.status:
        case "proved":
            more = Words(
                f"{known.en} wherever these bounds on single symbols hold, so on the set",
                f"只要各符号满足这些界，它就{known.zh}，故在该集合上{known.zh}",
            )
            if not narrowed:
                more = Words(
                    f"{known.en} on its whole domain, so on this part of it",
                    f"在整个定义域上{known.zh}，故在这部分上也{known.zh}",
                )
            return Row(_CONVEX, known, "proved", more=(more,))
        case "refuted":
            return Row(_CONVEX, known, "refuted", more=tuple(map(witness_words, found.witnesses)))
        case "undecided":
            text = Words(
                "no proof for the whole domain, and no counterexample within the set"
                if found.sets
                else "convexity has a meaning on convex sets alone",
                "在整个定义域上没有证明，在该集合内也没有反例"
                if found.sets
                else "凸性只在凸集上有意义",
            )
            return Row(_CONVEX, text, "undecided")
