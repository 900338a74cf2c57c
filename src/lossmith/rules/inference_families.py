"""Rows for polynomials, sums over entries and powers as exponentials.

Checked in ``evidence.curvature.rules_families``.
"""

from __future__ import annotations

from typing import Final

from lossmith.rules.inference_row import BV, SIDES, STRICT, InferenceRule
from lossmith.words import Words

ROWS: Final = (
    InferenceRule(
        "sos-convex",
        SIDES,
        Words("a polynomial whose Hessian is a sum of squares", "Hessian 为平方和的多项式"),
        Words(
            "a rational psd matrix G with v'H(x)v = z'Gz for monomials z of x and v",
            "一个有理半正定矩阵 G，使 v'H(x)v = z'Gz，其中 z 是 x 与 v 的单项式",
        ),
        "z'Gz >= 0 for all x and v, so H(x) is psd everywhere.",
        "Blekherman, Parrilo & Thomas 2013, section 3.2.2; Ahmadi & Parrilo 2013, section 2",
    ),
    InferenceRule(
        "separable",
        (*SIDES, *STRICT),
        Words(
            "the sum over all entries of one function of few numbers",
            "同一个少元函数对所有分量求和",
        ),
        Words(
            "a function phi of numbers, jointly convex in those of them that move; every argument "
            "that moves affine or a number of the block, every argument inside the interval "
            "declared for phi",
            "一个数值函数 phi，关于其中变动的自变量联合凸；变动的自变量都是仿射的或就是待定的数，"
            "且所有自变量都在为 phi 声明的区间内",
        ),
        "Each summand is phi composed with an affine map; a sum of convex functions is convex. It "
        "is strict if phi is and each variable has an argument c*w + b with c not 0: two points "
        "then differ in an argument of some summand.",
        f"{BV}, sections 3.2.1 and 3.2.2",
    ),
    InferenceRule(
        "power-as-exp",
        ("identity",),
        Words("u^v = exp(v log u) for u > 0", "u > 0 时 u^v = exp(v log u)"),
        Words("the base is proved > 0", "已证明底数为正"),
        "By definition of a real power of a positive number.",
        "NIST DLMF 4.2.26",
    ),
)
