"""Rows for strict convexity.

Checked in ``evidence.curvature.rules_strict``.
"""

from __future__ import annotations

from typing import Final

from lossmith.rules.inference_row import BV, STRICT, InferenceRule
from lossmith.words import Words

ROWS: Final = (
    InferenceRule(
        "strict-composition",
        STRICT,
        Words("the composition is strict", "该复合是严格的"),
        Words(
            "the composition has the plain kind; the outer function is strictly curved and the "
            "argument is c*w + b with c not 0, or rising too and the argument is a Euclidean norm "
            "of that; or the outer function is strictly monotone and the argument strictly curved; "
            "or it is the largest (least) of strictly convex (concave) arguments",
            "该复合具有相应的凸（凹）性；外层函数严格凸（凹）且自变量为 c*w + b（c 不为 0），"
            "或外层函数还递增且自变量是其欧几里得范数；或外层函数严格单调且自变量严格凸（凹）；"
            "或取若干严格凸（凹）函数的最大（小）值",
        ),
        "An injective affine u keeps two points apart, so phi is strict between their images. For "
        "strictly increasing convex phi, phi(u(ta+(1-t)b)) < phi(t u(a)+(1-t)u(b)) <= t phi(u(a)) "
        "+ (1-t) phi(u(b)). A function that is monotone and strictly curved is strictly monotone: "
        "it is constant on no interval. Two vectors of one Euclidean norm are equal or not "
        "parallel, and then their mean has a smaller norm. Of several strict inequalities the "
        "largest right side is above all left sides.",
        f"{BV}, section 3.2.4",
    ),
    InferenceRule(
        "strict-blocks",
        STRICT,
        Words(
            "a sum whose terms are strict in one block of variables after the other",
            "各项依次在各组变量中严格的和",
        ),
        Words(
            "every term has the plain kind in all variables; for each block in turn a term that "
            "depends on it and on earlier blocks only, and is strict in it with the earlier ones "
            "fixed",
            "每一项关于全部变量具有相应的凸（凹）性；对每一组变量依次有一项，它只依赖于该组及之前各组，"
            "且在固定之前各组时关于该组严格",
        ),
        "Two points differ; let B be the first block in which they do. Along their segment the "
        "earlier blocks are constant, so the term of B moves with B alone, where it is strict; the "
        "other terms keep the plain inequality.",
        f"{BV}, section 3.2.1",
    ),
    InferenceRule(
        "strict-analytic",
        STRICT,
        Words(
            "an analytic function that is curved, and bends at one point",
            "具有凸（凹）性的解析函数，在一点处确实弯曲",
        ),
        Words(
            "the plain kind, and cards that are analytic where they are used; of one number, f'' "
            "is not 0 at a point of each box, and the boxes cover all but single points; of "
            "several numbers, that run through all reals, the Hessian is definite at one point",
            "具有相应的凸（凹）性，所用卡片在使用处解析；一个变量时，各小区间覆盖除个别点外的全部取值，"
            "且每个小区间内有一点使 f'' 不为 0；"
            "几个变量（均取遍全体实数）时，在一点处 Hessian 定号",
        ),
        "Were f not strict, it would be affine on a segment, and so, being analytic, on the whole "
        "line of the segment inside the box. Of one number, f'' would be 0 in that box. Of "
        "several, f is affine along a line of all reals with a direction d; a convex function that "
        "is finite everywhere has one rate of growth along d and one along -d from every point, so "
        "it is affine along d from every point, and d'Hd = 0 at each. All cards that say smooth "
        "are analytic there.",
        "Krantz & Parks 2002, corollary 1.2.6; Rockafellar 1970, theorem 8.8",
    ),
    InferenceRule(
        "strict-monomial",
        STRICT,
        Words("a product of powers, strictly curved", "严格凸（凹）的幂的乘积"),
        Words(
            "each variable in exactly one base c*w + b > 0; exponents all negative, or one "
            "positive and the sum above 1; or all positive and the sum below 1 (concave)",
            "每个变量恰好出现在一个底数 c*w + b > 0 中；指数全为负，或恰有一个为正且总和大于 1；"
            "或全为正且总和小于 1（凹）",
        ),
        "In the Hessian f D (aa' - diag a) D, D = diag(1/x) is nonsingular. With no exponent > 0 "
        "the part diag(-a) is positive definite; with one, p, the inequality of the row for "
        "monomials reads p v_0^2 <= ((1 + sum b)/p)(s^2 + sum b_i v_i^2) with (1 + sum b)/p < 1; "
        "with all positive, (a'v)^2 <= (sum a) sum a_i v_i^2 < sum a_i v_i^2.",
        f"{BV}, exercise 3.30; Horn & Johnson 2013, section 7.1",
    ),
    InferenceRule(
        "strict-norm",
        ("strictly_convex",),
        Words("a power of a p-norm, p > 1, strictly convex", "p 范数（p > 1）的严格凸的幂"),
        Words(
            "the sum of |c w + b|^p over all entries of all variables, positive weights, plus "
            "d >= 0, to the power q: p q > 1, or p q = 1 and d > 0",
            "所有变量的全部分量上 |c w + b|^p 之和（权重为正）加 d >= 0，再取 q 次幂："
            "p q > 1，或 p q = 1 且 d > 0",
        ),
        "It is n(u)^(pq) with n the p-norm of u and, as a last entry, d^(1/p). Minkowski's "
        "inequality for p > 1 is strict unless the vectors are parallel. Parallel ones with one "
        "last entry d > 0 are equal; others have different norms or are equal, and t^(pq) is "
        "strictly convex and increasing for t >= 0.",
        "Hardy, Littlewood & Polya 1934, section 2.11",
    ),
    InferenceRule(
        "strict-exponentials",
        ("strictly_convex",),
        Words(
            "the logarithm or a power of a sum of exponentials, strictly convex",
            "指数和的对数或幂，严格凸",
        ),
        Words(
            "d plus the sum of w exp(c x + b) over all entries of all variables, w > 0, c not 0, "
            "under log with d > 0, or to a power q > 0 with d >= 0",
            "d 加上所有变量的全部分量上 w exp(c x + b) 之和（w > 0，c 不为 0）："
            "d > 0 时取对数，或 d >= 0 时取 q > 0 次幂",
        ),
        "By Hoelder's inequality log of the sum is strictly convex along a line unless all "
        "exponents grow at one rate, d at the rate 0. For d > 0 all rates are then 0, and the two "
        "points are one. For d = 0 it is affine with the rate c v_i, not 0, so that its multiple "
        "by q is, under exp, strictly convex; so is exp of what is strictly convex.",
        "Hardy, Littlewood & Polya 1934, section 2.8",
    ),
)
