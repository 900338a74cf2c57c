"""Rows for curvature by formulas: quadratic forms, derivatives.

Checked in ``evidence.curvature.rules_analytic``.
"""

from __future__ import annotations

from typing import Final

from lossmith.rules.inference_row import BV, CONSTANTS, LINE, SIDES, STRICT, InferenceRule
from lossmith.words import Words

ROWS: Final = (
    InferenceRule(
        "form",
        ("convex",),
        Words("a psd quadratic form of an affine map is convex", "仿射映射的半正定二次型是凸的"),
        Words(
            "q' K q with q linear in one affine factor, weights >= 0, and K psd and "
            "constant or the "
            "inverse of an affine psd matrix",
            "q' K q，q 关于一个仿射因子线性，权重非负，K 为常数半正定矩阵或仿射半正定矩阵的逆",
        ),
        "q'Kq is the square of a seminorm of an affine map. q' A^-1 q is the supremum over v of "
        "2 v'q - v'Av, affine in (q, A).",
        f"{BV}, examples 3.2 and 3.4",
    ),
    InferenceRule(
        "quadratic",
        (*LINE, *STRICT, *CONSTANTS),
        Words("a quadratic with a psd Hessian", "Hessian 半正定的二次函数"),
        Words(
            "a polynomial of degree <= 2 whose numeric Hessian passes exact LDL'",
            "次数不超过 2 的多项式，其数值 Hessian 通过精确的 LDL' 分解",
        ),
        "The Hessian is constant; elimination of a symmetric matrix gives pivots of its signature.",
        f"{BV}, section 3.1.4; Golub & Van Loan 2013, section 4.1",
    ),
    InferenceRule(
        "first-derivative",
        ("nondecreasing", "nonincreasing"),
        Words("f' has one sign on the interval", "f' 在该区间上不变号"),
        Words(
            "f' equals weight * core, weight > 0, and on boxes that cover the interval the core is "
            ">= 0 by the reason given for each",
            "f' 等于 weight * core，weight > 0，"
            "且在覆盖该区间的各个小区间上，core 因所给理由而 >= 0",
        ),
        "The mean value theorem; f is continuous at the ends.",
        "Rudin 1976, theorem 5.11",
    ),
    InferenceRule(
        "second-derivative",
        (*SIDES, *STRICT, *CONSTANTS),
        Words("f'' has one sign on the interval", "f'' 在该区间上不变号"),
        Words(
            "f'' equals weight * core, weight > 0, and on boxes that cover the interval the core "
            "is >= 0 by the reason given for each",
            "f'' 等于 weight * core，weight > 0，"
            "且在覆盖该区间的各个小区间上，core 因所给理由而 >= 0",
        ),
        "f is smooth inside the interval and continuous at its ends, so f'' >= 0 inside gives "
        "convexity. Ladder: g(a) >= 0 and g' >= 0 on [a, b] give g >= 0. Chord: a concave g lies "
        "above its chord. Bernstein: g is a convex combination of its coefficients.",
        f"{BV}, section 3.1.4; Farouki 2012, section 3",
    ),
)
