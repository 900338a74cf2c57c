"""The expectation over dropout masks as rows of a card."""

from __future__ import annotations

from collections.abc import Sequence

from lossmith.expr.node import Symbol
from lossmith.likelihood.dropout import Dropout, column_weight, gap_over_all_masks
from lossmith.text.writing.print_names import unicode_name
from lossmith.text.writing.printing import to_unicode
from lossmith.view.card import Row
from lossmith.words import Words, same


def rows(d: Dropout, wrt: Sequence[Symbol], *, is_proved: bool = False) -> list[Row]:
    """Return the loss at the mean of the mask, the ridge, and how both were confirmed.

    is_proved: whether the checker accepted Taylor's formula for the loss and the penalty.
    """
    name, p = unicode_name(d.design.name), to_unicode(d.mask.p)
    factor, kept = to_unicode(d.mask.variance), to_unicode(d.mask.kept)
    plain, penalty = to_unicode(d.plain), to_unicode(d.penalty)
    masks, agrees = gap_over_all_masks(d)
    label = Words("inverted", "反向缩放") if d.mask.inverted else Words("dropout", "dropout")
    how = Words(f"what is kept is divided by 1 − {p}", f"保留的元素除以 1 − {p}")
    if not d.mask.inverted:
        how = Words("what is kept stays as it is", "保留的元素不变")
    more = [
        Words(
            f"entries of {name} drop out with probability {p}, independently; {how.en}: "
            f"mean of the mask {kept}, variance {factor}",
            f"{name} 的每个元素以概率 {p} 独立丢弃，{how.zh}：掩码均值 {kept}，方差 {factor}",
        ),
        Words(
            f"f is quadratic in {name}, so its expectation is f at the mean plus half the variance "
            "times the second derivatives by single entries",
            f"f 关于 {name} 是二次的，故期望 = 均值处的 f + 方差的一半乘以对各元素的二阶导数",
        ),
    ]
    for w in wrt:
        found = column_weight(d, w)
        if found is not None:
            v, c = to_unicode(w), to_unicode(found)
            times = "" if c == "1" else f" · {_bracket(c)}"
            more.append(
                Words(
                    f"a ridge: the weight of {v}ⱼ² is {factor}{times} · diag({name}ᵀ{name})ⱼ, "
                    f"diag({name}ᵀ{name})ⱼ = the sum of squares of column j",
                    f"即岭惩罚：{v}ⱼ² 的权重为 {factor}{times} · diag({name}ᵀ{name})ⱼ，"
                    f"diag({name}ᵀ{name})ⱼ 是第 j 列的平方和",
                )
            )
    if agrees:
        more.append(
            Words(
                f"summed over all {masks} masks of a 2 × 2 design with {p} = 3/10: the same number "
                "to 30 digits",
                f"对 2 × 2 设计矩阵、{p} = 3/10 的全部 {masks} 个掩码求和：30 位数字相同",
            )
        )
    if is_proved:
        more.append(
            Words(
                f"the checker accepted Taylor's formula f({name} ⊙ m) around the mean of the mask, "
                "of second degree, and the penalty as its terms with one entry twice; the others "
                "have the mean 0, since entries drop out independently",
                f"检查器验证了 f({name} ⊙ m) 在掩码均值处的二阶泰勒公式，"
                "并验证了惩罚项即同一元素出现两次的各项；各元素独立丢弃，其余各项的均值为 0",
            )
        )
    badge = "proved" if is_proved and agrees else "shown" if agrees else "undecided"
    text = f"E f = {plain} + {_bracket(factor)} · {_bracket(penalty)}"
    return [Row(label, same(text), badge, more=tuple(more))]


def _bracket(text: str) -> str:
    """Return a factor in brackets if it is a sum or a quotient."""
    return f"({text})" if any(c in text for c in " /+") and text[0] != "(" else text
