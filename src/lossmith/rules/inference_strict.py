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
            "of that; or the outer function is strictly monotone and the argument strictly curved",
            "该复合具有相应的凸（凹）性；外层函数严格凸（凹）且自变量为 c*w + b（c 不为 0），"
            "或外层函数还递增且自变量是其欧几里得范数；或外层函数严格单调且自变量严格凸（凹）",
        ),
        "An injective affine u keeps two points apart, so phi is strict between their images. For "
        "strictly increasing convex phi, phi(u(ta+(1-t)b)) < phi(t u(a)+(1-t)u(b)) <= t phi(u(a)) "
        "+ (1-t) phi(u(b)). A function that is monotone and strictly curved is strictly monotone: "
        "it is constant on no interval. Two vectors of one Euclidean norm are equal or not "
        "parallel, and then their mean has a smaller norm.",
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
)
