"""Rows for products of powers, means and norms. Checked in ``evidence.curvature.rules_powers``."""

from __future__ import annotations

from typing import Final

from lossmith.rules.inference_row import BV, SIDES, InferenceRule
from lossmith.words import Words

ROWS: Final = (
    InferenceRule(
        "monomial",
        SIDES,
        Words("a product of powers with exponents of the right kind", "指数满足条件的幂的乘积"),
        Words(
            "exponents are numbers or constants of known range, then on bases > 0; convex: bases "
            "> 0 and concave for exponents <= 0, at most one other exponent, and then all add to "
            "at least 1; concave: exponents >= 0, bases >= 0 and concave, adding to at most 1",
            "指数为数或已知范围的常数（后者底数须为正）；凸：非正指数的底数为正且凹，"
            "其余指数至多一个，此时指数之和不小于 1；凹：所有指数非负，底数非负且凹，"
            "指数之和不大于 1",
        ),
        "For f = prod x_i^a_i the Hessian is f D (aa' - diag a) D with D = diag(1/x). With one "
        "positive exponent p and the others -b_i: v'(aa' - diag a)v = s^2 + sum b_i v_i^2 - "
        "p v_0^2 where p v_0 = s + sum b_i v_i, and (s + sum b_i v_i)^2 <= (1 + sum b)(s^2 + sum "
        "b_i v_i^2) <= p (s^2 + sum b_i v_i^2). With none positive both parts are psd; with all "
        "positive and sum a <= 1, (a'v)^2 <= sum a sum a_i v_i^2. Then compose: f rises in bases "
        "with positive and falls in bases with negative exponents. Where the sum is at least 1 and "
        "all others are <= 0, the one left over is at least 1. (u v)^p = u^p v^p for u, v >= 0, "
        "> 0 where an exponent inside is negative. A base < 0 with a whole exponent k counts as "
        "its negative, times (-1)^k.",
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
            "weights >= 0; for p >= 1 each u convex and >= 0 (or affine, p even); for p <= 1 each "
            "u concave and >= 0 (> 0 for p < 0); p a number, or a constant of known range, never "
            "0, with u > 0 and r = 1",
            "权重非负；p >= 1 时各 u 凸且非负（或仿射且 p 为偶数）；"
            "p <= 1 时各 u 凹且非负（p < 0 时为正）；p 为数，或为范围已知、不取 0 的常数，"
            "后者要求 u 为正且 r = 1",
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
)
