"""Rows for equations: one expression is another wherever it has a value.

Checked in ``evidence.curvature.rules_identity``.
"""

from __future__ import annotations

from typing import Final

from lossmith.rules.inference_row import InferenceRule
from lossmith.words import Words

ROWS: Final = (
    InferenceRule(
        "unfold",
        ("identity",),
        Words("by the definition of {atoms}", "由 {atoms} 的定义"),
        Words(
            "putting the definitions on the cards into the one side gives the other",
            "把卡片上的定义代入一边，应得到另一边",
        ),
        "A card's meaning equals the function wherever the meaning is defined.",
        "by definition",
    ),
    InferenceRule(
        "row",
        ("identity",),
        Words("by the identity {row}", "由恒等式 {row}"),
        Words(
            "one side holds an instance of the row's left side, its conditions proved",
            "一边含有该恒等式左边的一个实例，且条件已证明",
        ),
        "The row holds for all values under its conditions.",
        "the source of the row",
    ),
    InferenceRule(
        "expansion",
        ("identity",),
        Words("both sides expand to the same polynomial", "两边展开为同一个多项式"),
        Words(
            "equal rational polynomials over common generators, the other side defined everywhere",
            "在共同的生成元上是相同的有理系数多项式，且另一边处处有定义",
        ),
        "A polynomial identity over formal generators holds for all their values.",
        "Lang 2002, section IV.1",
    ),
    InferenceRule(
        "normal-step",
        ("identity",),
        Words("by a step to the normal form: {step}", "化为标准形的一步：{step}"),
        Words(
            "the named step of evidence.normal, run on the one side, gives the other; a side "
            "that is reached backwards is defined everywhere",
            "对一边执行 evidence.normal 中该名称的步骤，应得到另一边；反向使用时，"
            "执行步骤的一边须处处有定义",
        ),
        "Each step is an identity wherever its argument has a value; the checker runs it again.",
        "NIST DLMF 4.2, 4.8, 4.21; the distributive law; polynomial division",
    ),
    InferenceRule(
        "chain",
        ("identity",),
        Words("by the identities above, one after the other", "由上面的恒等式依次得到"),
        Words(
            "each identity begins where the one before ends; from the end to the beginning only "
            "if the end has a value everywhere",
            "每个恒等式从前一个的末尾开始；若反向使用，则末端处处有定义",
        ),
        "Equality is transitive, and each form has a value wherever the one before has. What has a "
        "value everywhere gives one to all that follow, so both ends are equal everywhere.",
        "by definition",
    ),
)
