"""Rows for ranges, matrices that are psd, and forms that have values everywhere.

Checked in ``evidence.curvature.rules_range``.
"""

from __future__ import annotations

from typing import Final

from lossmith.rules.inference_row import InferenceRule
from lossmith.words import Words

ROWS: Final = (
    InferenceRule(
        "range",
        ("range",),
        Words("its values lie in {interval}", "其取值在 {interval} 内"),
        Words(
            "the interval holds the image of the enclosures of its parts",
            "该区间应包含由各部分取值范围推得的像",
        ),
        "Interval arithmetic is inclusion isotone; a monotone function maps ends to ends; the sum "
        "of n >= 1 numbers of one sign keeps the nearer end. An entry A_ii = e'Ae on the diagonal "
        "of a psd matrix is >= 0, of a pd one > 0.",
        "Moore, Kearfott & Cloud 2009, theorem 5.1",
    ),
    InferenceRule(
        "range-form",
        ("range",),
        Words("a quadratic form of a psd matrix is >= 0", "半正定矩阵的二次型非负"),
        Words(
            "the factors pair up as q' K q with K psd and weights >= 0",
            "各因子应能配成 q' K q，其中 K 半正定、权重非负",
        ),
        "For fixed shared indices the sum is w q'Kq; Schur and Kronecker products of psd matrices "
        "are psd, so each summand is >= 0.",
        "Horn & Johnson 2013, theorems 7.5.3 and 4.2.12 (vol. 2)",
    ),
    InferenceRule(
        "psd-form",
        ("psd",),
        Words("a matrix B' K B is psd", "形如 B' K B 的矩阵半正定"),
        Words(
            "its factors mirror each other across the two axes, K psd, weights >= 0",
            "其因子关于两条轴互为镜像，K 半正定、权重非负",
        ),
        "v' M v is a form of the kind of range-form with q = B v.",
        "Horn & Johnson 2013, observation 7.1.8",
    ),
    InferenceRule(
        "psd-sum",
        ("psd",),
        Words("a sum of psd matrices is psd", "半正定矩阵之和半正定"),
        Words("every term psd, every coefficient > 0", "每一项半正定，每个系数为正"),
        "v'(A+B)v = v'Av + v'Bv.",
        "Horn & Johnson 2013, observation 7.1.3",
    ),
    InferenceRule(
        "psd-inverse",
        ("psd",),
        Words(
            "the inverse of a psd matrix, where it exists, is psd", "半正定矩阵若可逆，其逆半正定"
        ),
        Words("the matrix inverted is psd", "被求逆的矩阵半正定"),
        "The eigenvalues of the inverse are the reciprocals of positive numbers.",
        "Horn & Johnson 2013, section 7.1",
    ),
    InferenceRule(
        "total",
        ("total",),
        Words("it is defined for all admitted values", "它对所有允许的取值都有定义"),
        Words(
            "each function gets arguments inside its domain, each power a base inside its own; or "
            "an identity leads to it from a form that is defined for all values",
            "每个函数的自变量都在其定义域内，每个幂的底数也在其定义域内；"
            "或有恒等式从处处有定义的形式导出它",
        ),
        "An expression is defined where each of its applications is. Along an identity each form "
        "has a value wherever the one before has.",
        "by definition",
    ),
)
