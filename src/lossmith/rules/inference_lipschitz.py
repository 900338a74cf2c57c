"""Rows for Lipschitz constants.

Checked in ``evidence.curvature.rules_lipschitz``.
"""

from __future__ import annotations

from typing import Final

from lossmith.rules.inference_row import InferenceRule
from lossmith.words import Words

ROWS: Final = (
    InferenceRule(
        "lipschitz-variable",
        ("lipschitz",),
        Words("a variable has K = 1", "变量本身满足 K = 1"),
        Words("the expression is one of the variables", "表达式是其中一个变量"),
        "The norm of one block is at most that of all blocks together.",
        "by definition",
    ),
    InferenceRule(
        "lipschitz-sum",
        ("lipschitz",),
        Words("the constants of a sum add up", "和的常数相加"),
        Words("a constant for each term that moves", "每个变动的项都有常数"),
        "The triangle inequality.",
        "Rudin 1976, theorem 1.37",
    ),
    InferenceRule(
        "lipschitz-linear",
        ("lipschitz",),
        Words("a linear map multiplies K by its norm", "线性映射把 K 乘以它的范数"),
        Words(
            "one moving factor under constant ones: weights, a matrix on one side, or a sum with "
            "weights over all entries",
            "一个变动的因子乘以常量因子：权重、一侧的矩阵，或对所有分量的加权和",
        ),
        "|A u| <= |A|_2 |u|, |<C, u>| <= |C|_F |u|, |c o u| <= max|c| |u|.",
        "Horn & Johnson 2013, section 5.6",
    ),
    InferenceRule(
        "lipschitz-composition",
        ("lipschitz",),
        Words("slopes of at most s multiply K by s", "斜率不超过 s 时，K 乘以 s"),
        Words(
            "a bound on the slopes of the function, from its card on the proved range",
            "函数在已证明的取值范围上的斜率界（来自卡片）",
        ),
        "|phi(u) - phi(v)| <= s |u - v| entry by entry; for several arguments one after the other. "
        "The largest (least) of numbers changes by no more than one of them: the largest K.",
        "Rudin 1976, theorem 5.10",
    ),
    InferenceRule(
        "lipschitz-norm",
        ("lipschitz",),
        Words("the root of a sum of squares is a Euclidean norm", "平方和的平方根是欧几里得范数"),
        Words(
            "sqrt(d + sum of c u_i^2) with d >= 0, c > 0 and a constant K of each u: the root of "
            "the sum of c K^2",
            "sqrt(d + Σ c u_i^2)，d >= 0，c > 0，每个 u 有常数 K：结果为 Σ c K^2 的平方根",
        ),
        "It is the norm of the entries sqrt(d) and sqrt(c) u_i; two norms differ by no more than "
        "the norm of the difference, of squared size at most the sum of c K^2 |a - b|^2.",
        "Rudin 1976, theorem 1.37",
    ),
    InferenceRule(
        "lipschitz-slope",
        ("lipschitz",),
        Words("no slope exceeds K in size", "斜率的绝对值都不超过 K"),
        Words(
            "K x - f and K x + f nondecreasing, f defined on one interval",
            "K x − f 与 K x + f 单调不减，且 f 定义在一个区间上",
        ),
        "For a < b they give f(b) - f(a) <= K (b - a) and f(a) - f(b) <= K (b - a).",
        "Rudin 1976, theorem 5.11",
    ),
)
