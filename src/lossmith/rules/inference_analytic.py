"""Rows for curvature by formulas: quadratic forms, monomials, means, derivatives.

Checked in ``evidence.rules_analytic``.
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
        "monomial",
        SIDES,
        Words("a product of powers with exponents of the right kind", "指数满足条件的幂的乘积"),
        Words(
            "convex: bases > 0 and concave for negative exponents, at most one exponent positive, "
            "then the exponents add to at least 1; concave: all exponents positive, bases >= 0 and "
            "concave, adding to at most 1",
            "凸：负指数的底数为正且凹，正指数至多一个，此时指数之和不小于 1；"
            "凹：所有指数为正，底数非负且凹，指数之和不大于 1",
        ),
        "For f = prod x_i^a_i the Hessian is f D (aa' - diag a) D with D = diag(1/x). With one "
        "positive exponent p and the others -b_i: v'(aa' - diag a)v = s^2 + sum b_i v_i^2 - "
        "p v_0^2 "
        "where p v_0 = s + sum b_i v_i, and (s + sum b_i v_i)^2 <= (1 + sum b)(s^2 + sum "
        "b_i v_i^2) "
        "<= p (s^2 + sum b_i v_i^2). With none positive both parts are psd; with all positive and "
        "sum a <= 1, (a'v)^2 <= sum a sum a_i v_i^2. Then compose: f rises in bases with positive "
        "and falls in bases with negative exponents. (u v)^p = u^p v^p for u, v >= 0, > 0 where "
        "an exponent inside is negative. A base < 0 with a whole exponent k counts as its "
        "negative, times (-1)^k.",
        f"{BV}, exercises 3.18 and 3.22; section 3.2.4",
    ),
    InferenceRule(
        "power-mean",
        SIDES,
        Words(
            "(sum of u^p)^(r/p) is convex for p, r >= 1 and concave for p < 1, 0 < r <= 1",
            "(sum u^p)^(r/p) 在 p, r >= 1 时凸，在 p < 1、0 < r <= 1 时凹",
        ),
        Words(
            "weights >= 0; for p >= 1 each u convex and >= 0 (or affine, p even); for p <= "
            "1 each u "
            "concave and >= 0 (> 0 for p < 0)",
            "权重非负；p >= 1 时各 u 凸且非负（或仿射且 p 为偶数）；"
            "p <= 1 时各 u 凹且非负（p < 0 时为正）",
        ),
        "Minkowski's inequality, and its reverse for p <= 1; the mean is nondecreasing in each u "
        ">= 0. A psd form q'Kq is the sum of squares of the entries of K^(1/2) q. s^r is "
        "nondecreasing in s >= 0, convex for r >= 1 and concave for 0 < r <= 1.",
        "Hardy, Littlewood & Polya 1952, theorems 24 and 25; Boyd & Vandenberghe 2004, "
        "section 3.2.4",
    ),
    InferenceRule(
        "root-of-quadratic",
        ("convex",),
        Words("the root of a sum of squares of affine functions", "仿射函数平方和的平方根"),
        Words(
            "a numeric quadratic whose Gram matrix in (x, 1) is psd",
            "数值二次多项式，其关于 (x, 1) 的 Gram 矩阵半正定",
        ),
        "q(x) = |L (x, 1)|^2 with G = L'L, and a norm of an affine map is convex. (A "
        "quadratic that "
        "is >= 0 only on part of the space has a root that need not be convex.)",
        f"{BV}, section 3.2.2",
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
