"""Rows for cones and diagonal matrices.

Checked in ``evidence.curvature.rules_cones``.
"""

from __future__ import annotations

from typing import Final

from lossmith.rules.inference_row import BV, SIDES, InferenceRule
from lossmith.words import Words

ROWS: Final = (
    InferenceRule(
        "rotated-cone",
        (*SIDES, "log_convex"),
        Words(
            "a l m - (squares of affine functions) has a concave root where it is positive",
            "a l m 减去仿射函数的平方和，在其为正之处平方根是凹的",
        ),
        Words(
            "l >= 0 and m >= 0 affine, a > 0, the other terms minus squares or psd forms of affine "
            "functions; the root, a smaller positive power or the logarithm (concave), or a "
            "negative power (log-convex)",
            "l >= 0 与 m >= 0 仿射，a > 0，其余各项为仿射函数的平方或半正定二次型的负倍数；"
            "平方根、更小的正幂或对数（凹），或负幂（对数凸）",
        ),
        "Where l m > |w|^2, l - |w|^2/m is concave (quadratic over linear) and positive, and the "
        "root is its geometric mean with m; {l m >= |w|^2, l >= 0, m >= 0} is the rotated cone of "
        "second order. s^r with 0 < r <= 1 and log s are concave and nondecreasing; a negative "
        "power is exp of a negative multiple of the logarithm.",
        f"{BV}, sections 2.2.3 and 3.1.7; exercise 3.22",
    ),
    InferenceRule(
        "psd-diagonal",
        ("psd",),
        Words("a diagonal matrix with entries >= 0 is psd", "对角元非负的对角矩阵半正定"),
        Words("the diagonal entries, as a product, are >= 0", "对角元（写成乘积）非负"),
        "v' diag(d) v = sum of d_i v_i^2.",
        "Horn & Johnson 2013, section 7.1",
    ),
)
