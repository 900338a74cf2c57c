"""Rows that reduce a question to one with fewer variables.

Checked in ``evidence.curvature.rules_reduction``.
"""

from __future__ import annotations

from typing import Final

from lossmith.rules.inference_row import BV, SIDES, STRICT, InferenceRule
from lossmith.words import Words

ROWS: Final = (
    InferenceRule(
        "homogeneous",
        SIDES,
        Words(
            "a function of degree 1 is the perspective q phi(W/q) of what it is where q = 1",
            "一次齐次函数 f 是透视 q phi(W/q)，其中 phi 是 f 在 q = 1 处的写法",
        ),
        Words(
            "f(t W) = t f(W) for t > 0, read off node by node; f defined everywhere; variables "
            "declared in cones; q > 0 affine and of degree 1; and the curvature of f with 1 put "
            "in for q",
            "逐结点验证 f(t W) = t f(W)（t > 0）；f 处处有定义；变量的声明集合为锥；"
            "q > 0 仿射且为一次齐次；且把 q 换成 1 后的式子有该凸凹性",
        ),
        "With t = 1/q(W): f(W) = q f(W/q), where W/q lies in the cone and q(W/q) = 1, so that f "
        "agrees there with phi. The perspective of a convex function is convex, and q is affine. "
        "Degrees: those of factors add with their powers; the terms of a sum share one; log u of "
        "degree k has log(t u) = log u + k log t, and the multiples of log t must cancel; other "
        "cards need arguments of degree 0, or are homogeneous themselves.",
        f"{BV}, section 3.2.6; Rockafellar 1970, section 5",
    ),
    InferenceRule(
        "exponential-argument",
        (*SIDES, *STRICT),
        Words(
            "a function h of exp(x), curved like h' + s h''",
            "exp(x) 的函数 h，其凸凹性同 h' + s h''",
        ),
        Words(
            "the formula defined everywhere; h' + s h'' equals weight * core, weight > 0, and on "
            "boxes that cover the values s of exp(x) the core has the sign, by the reason given",
            "公式处处有定义；h' + s h'' 等于 weight * core，weight > 0，且在覆盖 s = exp(x) 取值的"
            "各个小区间上，core 因所给理由而有该符号",
        ),
        "By the chain rule d/dx h(s) = s h'(s) and d^2/dx^2 h(s) = s (h'(s) + s h''(s)), s > 0. "
        "h comes from the formula by exp(c x + d) = s^c exp(d), x = log s and the meanings of "
        "cards.",
        f"{BV}, section 3.1.4; NIST DLMF 4.2",
    ),
)
