"""Rows for functions with cases, and for the set on which a formula has values.

Checked in ``evidence.curvature.rules_pieces``.
"""

from __future__ import annotations

from typing import Final

from lossmith.rules.inference_row import CONSTANTS, LINE, QUASI, STRICT, InferenceRule
from lossmith.words import Words

ROWS: Final = (
    InferenceRule(
        "choice",
        (*LINE, *STRICT),
        Words(
            "the data choose the branch, and each branch is convex",
            "取哪一支由数据决定，而每一支都是凸的",
        ),
        Words(
            "conditions in which no variable occurs, and each branch of the curvature; a branch of "
            "an array, taken in some of its entries only, is defined everywhere",
            "条件中不含变量，且每一支都具有相应的凸凹性；数组的分支只取其部分分量，须处处有定义",
        ),
        "For fixed data each entry is one entry of one branch, for all values of the variables. A "
        "number is defined where the branch taken is; an array of branches that are defined "
        "everywhere, everywhere.",
        "by definition",
    ),
    InferenceRule(
        "pieces",
        (*LINE, *STRICT),
        Words(
            "convex on each piece, continuous where they meet, and no slope falls there",
            "各段上皆凸，在接点处连续，且斜率不下降",
        ),
        Words(
            "joints that cut the line; on each piece every choice has one outcome and what is left "
            "is smooth and has the curvature; at each joint equal values, and a slope on the right "
            "that is at least the one on the left (at most, for concave)",
            "用接点把直线分段；每一段上各个判断只有一种结果，所得表达式光滑并具有相应的凸凹性；"
            "在每个接点处函数值相等，且右侧斜率不小于左侧斜率（凹函数则不大于）",
        ),
        "The right derivative is nondecreasing on each piece and across each joint, so everywhere; "
        "a continuous function with a nondecreasing right derivative is convex. A piece is mapped "
        "onto [0, 1] or [0, inf) by an affine map of positive slope.",
        "Rockafellar 1970, theorem 24.2",
    ),
    InferenceRule(
        "natural-domain",
        (*LINE, *STRICT, "log_convex", *CONSTANTS, *QUASI, "lipschitz"),
        Words(
            "the formula has values only for variables narrowed like this",
            "该公式只在变量如此收窄后才有值",
        ),
        Words(
            "the claim for narrowed variables, and functions or powers of c*x + b that have no "
            "value outside of the narrower set",
            "需要关于收窄后变量的命题，且公式中含有 c*x + b 的函数或幂，在更窄的集合之外没有值",
        ),
        "The set where the formula is defined lies in the narrower set, and is the same one there.",
        "by definition",
    ),
)
