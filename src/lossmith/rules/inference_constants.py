"""Rows for the constants of strong convexity and smoothness.

Checked in ``evidence.curvature.rules_constants``.
"""

from __future__ import annotations

from typing import Final

from lossmith.rules.inference_row import BV, CONSTANTS, SIDES, STRICT, InferenceRule
from lossmith.words import Words

ROWS: Final = (
    InferenceRule(
        "constants-zero",
        CONSTANTS,
        Words("affine: L = 0; convex: m = 0", "仿射：L = 0；凸：m = 0"),
        Words("an affine (for L) or convex (for m) expression", "仿射（对 L）或凸（对 m）的表达式"),
        "By definition.",
        "Nesterov 2018, section 2.1",
    ),
    InferenceRule(
        "constants-sum",
        CONSTANTS,
        Words("the constants of a sum add up", "和的常数等于各项常数之和"),
        Words(
            "a constant for each part; for m, a part that is subtracted is concave, and a part "
            "with an L instead of an m counts with -L",
            "每一部分都有常数；对 m，被减去的部分是凹的，没有 m 而有 L 的部分以 -L 计入",
        ),
        "Add the convex functions that the claims speak of; minus a concave one is one more, and "
        "so is a part plus L/2 ||W||^2, added or subtracted.",
        "Nesterov 2018, lemma 2.1.5",
    ),
    InferenceRule(
        "constants-scale",
        CONSTANTS,
        Words("a factor s >= 0 multiplies the constant", "因子 s >= 0 使常数乘以 s"),
        Words("the factor is constant, scalar and >= 0", "该因子为常数标量且非负"),
        "Multiply the convex functions that the claims speak of by s.",
        "Nesterov 2018, lemma 2.1.5",
    ),
    InferenceRule(
        "constants-loss",
        CONSTANTS,
        Words(
            "L = max phi'' * ||A||^2 (and m = min phi'' * lambda_min(A'A)) for losses phi(Aw + b)",
            "损失 phi(Aw + b) 的 L = max phi'' * ||A||^2（m = min phi'' * lambda_min(A'A)）",
        ),
        Words(
            "weights >= 0, a bound on phi'' from the card, an affine argument",
            "权重非负、卡片给出 phi'' 的界、自变量仿射",
        ),
        "The Hessian is A' diag(c phi'') A, between min(c phi'') A'A and max(c phi'') A'A.",
        "Nesterov 2018, section 2.1; Bach 2024, section 5.2",
    ),
    InferenceRule(
        "constants-form",
        CONSTANTS,
        Words(
            "a quadratic form has L = 2 ||K|| ||A||^2 and m = 2 lambda_min(K) lambda_min(A'A)",
            "二次型的 L = 2 ||K|| ||A||^2，m = 2 lambda_min(K) lambda_min(A'A)",
        ),
        Words(
            "q' K q with one matrix K, psd for m, and q affine",
            "q' K q，K 为一个矩阵（对 m 须半正定），q 仿射",
        ),
        "The Hessian is A' (K + K') A, of norm at most 2 ||K|| ||A||^2.",
        "Nesterov 2018, section 2.1",
    ),
    InferenceRule(
        "constants-convex",
        CONSTANTS,
        Words(
            "f lies between two bowls: M/2 x^2 - f and M/2 x^2 + f are convex",
            "f 夹在两个抛物面之间：M/2 x^2 - f 与 M/2 x^2 + f 都是凸的",
        ),
        Words(
            "these two convex (for m: f - m/2 x^2), x one number",
            "需要这两个函数凸（对 m：f - m/2 x^2 凸），x 为一个数",
        ),
        "That is what the constants mean; corners of the slope do not matter.",
        "Nesterov 2018, section 2.1",
    ),
    InferenceRule(
        "constants-entrywise",
        CONSTANTS,
        Words(
            "the constant of phi, entry by entry, times ||A||^2 (for m: lambda_min(A'A))",
            "逐分量函数 phi 的常数乘以 ||A||^2（对 m：lambda_min(A'A)）",
        ),
        Words(
            "the sum over all entries of phi(u, data), u = A w + b, and the constant of phi in u",
            "对 phi(u, 数据) 的所有分量求和，u = A w + b，且 phi 关于 u 的常数已知",
        ),
        "M/2 sum of u_i^2 -+ phi(u_i) is convex in u, so in w; ||A||^2 |w|^2 - |A w|^2 is convex.",
        "Nesterov 2018, section 2.1; Bach 2024, section 5.2",
    ),
    InferenceRule(
        "strict-strong",
        (*SIDES, *STRICT),
        Words("m > 0 makes it strictly convex, m >= 0 convex", "m > 0 则严格凸，m >= 0 则凸"),
        Words(
            "a constant m of f (of -f where f is concave) that is proved > 0, or >= 0",
            "f 的常数 m（f 为凹时取 -f 的）已证明为正，或非负",
        ),
        "f is the sum of a convex function and m/2 ||W||^2.",
        f"{BV}, section 9.1.2",
    ),
)
