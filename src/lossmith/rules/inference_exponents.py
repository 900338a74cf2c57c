"""Rows for log-convexity.

Checked in ``evidence.curvature.rules_exponents``.
"""

from __future__ import annotations

from typing import Final

from lossmith.rules.inference_row import BV, SIDES, InferenceRule
from lossmith.words import Words

ROWS: Final = (
    InferenceRule(
        "log-convex",
        ("log_convex",),
        Words("its logarithm is convex", "其对数是凸的"),
        Words(
            "exp of a convex function; sums, products and positive powers of log-convex ones; "
            "negative powers of concave positive ones and of their products; 1/det of an affine "
            "pd matrix; cards that are called log-convex; positive weights",
            "凸函数 u 的 exp(u)；对数凸函数的和、积与正幂；正的凹函数及其乘积的负幂；"
            "仿射正定矩阵的行列式的倒数；卡片注明对数凸的函数；权重为正",
        ),
        "log(f + g) = logsumexp(log f, log g), which is convex and nondecreasing; logs of products "
        "add; log(u^-p) = -p log u is convex for concave u > 0, and log det is concave. A card phi "
        "with log phi convex composes as log phi does: with an affine argument, or a monotone one "
        "that fits.",
        f"{BV}, section 3.5.2",
    ),
    InferenceRule(
        "log-of-log-convex",
        SIDES,
        Words("the logarithm of a log-convex function", "对数凸函数的对数"),
        Words(
            "the argument is log-convex, or a sum of such terms with constant weights >= 0; or, to "
            "be concave, a product of concave positive factors, exponentials of concave ones, "
            "reciprocals of log-convex ones, and increments F(u) - F(v), u concave, v convex, of a "
            "function that is called so on its card",
            "自变量是对数凸的，或是这种项的非负常数加权和；若要证凹，则自变量是正的凹因子、"
            "凹函数 u 的 exp(u)、对数凸函数的倒数，以及卡片注明的函数 F 的增量 "
            "F(u) - F(v)（u 凹、v 凸）的乘积",
        ),
        "By definition; weights that may be 0 leave the terms with positive ones, and if there are "
        "none log has no value for any x. The logarithm of a product of positive factors is the "
        "sum of theirs, and log f is concave for concave f > 0. F(u) - F(v) is the integral over t "
        "of F'(t) times the indicator of v <= t <= u: with a log-concave slope F' the integrand is "
        "log-concave in (u, v, t), and so is its integral (Prekopa); it rises in u and falls in v.",
        f"{BV}, sections 3.5.1 and 3.5.2",
    ),
)
