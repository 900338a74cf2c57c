"""How the sign of a derivative is shown: on which intervals or boxes, and why on each, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Final

from lossmith.evidence.certificate import Inference
from lossmith.expr.build import const
from lossmith.expr.node import Expr
from lossmith.view.proof_words import Pen
from lossmith.view.sentence import Sentence
from lossmith.words import Words

_REASONS: Final = {
    "direct": Words("interval arithmetic", "区间算术"),
    "polynomial": Words(
        "the coefficients in a basis of nonnegative polynomials", "非负基多项式下的系数"
    ),
    "left": Words(
        "a higher derivative of one sign, starting at the left end", "从左端出发的高阶导数不变号"
    ),
    "right": Words(
        "a higher derivative of one sign, starting at the right end", "从右端出发的高阶导数不变号"
    ),
    "chord": Words("concavity between two ends with the sign", "两端同号且其间为凹"),
}


def of_second_derivative(node: Inference, pen: Pen) -> list[Sentence]:
    """Return how the sign of a second derivative is shown; nothing where one glance does it."""
    lines: list[Sentence] = []
    for proof in node.parameters:
        if isinstance(proof, tuple) and len(proof) > 2:
            weight, core, *rows = proof
            lines += _factored(weight, core, pen)
            lines += on_intervals(rows, pen)
    return list(dict.fromkeys(lines))


def of_minor(proof: Sequence[Any], pen: Pen) -> list[Sentence]:
    """Return how the sign of one minor is shown on boxes of two numbers."""
    weight, core, *strips = proof
    n = sum(len(strip) - 1 for strip in strips)
    lines = _factored(weight, core, pen, level=2)
    if n == 1:
        told = Words("seen by interval arithmetic at once", "由区间算术一次看出")
    else:
        told = Words(
            f"seen by interval arithmetic on each of {n} rectangles that cover the domain",
            f"用 {n} 个矩形覆盖定义域，在每个矩形上由区间算术看出",
        )
    return [*lines, Sentence(pen.words(told), "·", 2)]


def _factored(weight: Expr, core: Expr, pen: Pen, level: int = 1) -> list[Sentence]:
    """Return the line with the factor whose sign matters, where another one is taken off."""
    if weight is const(1):
        return []
    told = Words(
        "it is {w} times {c}, the first factor is > 0, so the sign is that of the second",
        "它等于 {w} 乘以 {c}，前一因子 > 0，故符号由后一因子决定",
    )
    return [Sentence(pen.said(told, w=weight, c=core), "·", level)]


def on_intervals(rows: Iterable[Sequence[Any]], pen: Pen) -> list[Sentence]:
    """Return on how many intervals a sign is shown, and why; nothing if one glance does it."""
    reasons = [str(row[1]) for row in rows if len(row) > 1]
    n = len(reasons)
    if n < 2 and set(reasons) <= {"direct"}:
        return []
    parts = [(_REASONS[r], k) for r, k in Counter(reasons).items() if r in _REASONS]
    if n == 1:
        told = Words(f"shown by {parts[0][0].en}", f"依据：{parts[0][0].zh}")
    else:
        told = Words(
            f"shown on each of {n} intervals that cover the domain: "
            + ", ".join(f"{k} by {w.en}" for w, k in parts),
            f"用 {n} 个区间覆盖定义域，逐一判定：" + "，".join(f"{k} 个用{w.zh}" for w, k in parts),
        )
    return [Sentence(pen.words(told), "·", 1)]
