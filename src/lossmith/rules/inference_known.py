"""Rows for functions that are known whole: means, determinants, traces, logarithms of integrals.

Checked in ``evidence.curvature.rules_known``.
"""

from __future__ import annotations

from typing import Final

from lossmith.rules.inference_row import BV, SIDES, STRICT, InferenceRule
from lossmith.words import Words

ROWS: Final = (
    InferenceRule(
        "geometric-mean",
        ("concave",),
        Words(
            "a geometric mean of n concave numbers >= 0, or det^(1/n) of an affine psd matrix",
            "n 个非负凹函数的几何平均，或仿射半正定矩阵的 det^(1/n)",
        ),
        Words(
            "the exponent is positive and at most 1/n",
            "指数为正且不大于 1/n",
        ),
        "prod(u)^(1/n) is concave and nondecreasing in u >= 0 (monomial), det(M)^(1/n) is concave "
        "on psd matrices by Minkowski's inequality; a smaller exponent composes with s^r, "
        "0 < r <= 1, "
        "concave and nondecreasing.",
        f"{BV}, section 3.1.5; Horn & Johnson 2013, theorem 7.8.21",
    ),
    InferenceRule(
        "weighted-geometric-mean",
        ("concave",),
        Words(
            "exp(sum of w log u) is concave when the weights add to at most 1",
            "权重之和不大于 1 时 exp(sum w log u) 是凹的",
        ),
        Words(
            "constant weights w >= 0 that add to at most 1, each u concave and > 0",
            "常数权重 w 非负且总和不大于 1，各 u 凹且为正",
        ),
        "It is the product of u^w times a constant > 0: its Hessian in u is f D (ww' - diag w) D "
        "with D = diag(1/u), and (w'v)^2 <= sum w * sum w v^2 <= sum w v^2; it rises in each u.",
        f"{BV}, section 3.1.5; section 3.2.4",
    ),
    InferenceRule(
        "log-beta",
        SIDES,
        Words(
            "the logarithm of the multivariate beta function of affine arguments is convex",
            "仿射自变量的多元 Beta 函数的对数是凸的",
        ),
        Words(
            "terms lgamma(u) with one positive coefficient, minus lgamma of the sum of all u, each "
            "u affine",
            "若干项 lgamma(u) 的系数同为一个正数，再减去同一倍数的 lgamma(所有 u 之和)，"
            "每个 u 仿射",
        ),
        "It is log of the integral over the simplex of prod x_i^(u_i - 1) = exp((u - 1)'log x), a "
        "log-partition function: by Hoelder's inequality log of an integral of exp(u't) is convex "
        "in u.",
        "Wainwright & Jordan 2008, proposition 3.1; Abramowitz & Stegun 6.2.2",
    ),
    InferenceRule(
        "gamma-integral",
        SIDES,
        Words(
            "lgamma(u) - u log v is jointly convex: the logarithm of a gamma integral",
            "lgamma(u) - u log v 联合凸：它是伽马积分的对数",
        ),
        Words("u and v affine and > 0", "u 与 v 仿射且为正"),
        "Gamma(u)/v^u is the integral of exp((u - 1) log t - v t) over t > 0, so its logarithm is "
        "a log-partition function: by Hoelder's inequality log of an integral of exp of functions "
        "affine in (u, v) is convex in (u, v).",
        "Wainwright & Jordan 2008, proposition 3.1; NIST DLMF 5.9.1",
    ),
    InferenceRule(
        "trace-inverse",
        ("convex", "log_convex", "concave", "strictly_convex"),
        Words(
            "tr(W M^-1) and the largest eigenvalue of M^-1 are log-convex in a positive definite "
            "M, their reciprocals concave",
            "tr(W M^-1) 与 M^-1 的最大特征值关于正定矩阵 M 对数凸，其倒数是凹的",
        ),
        Words(
            "W constant and psd, M affine and psd, scalar weights >= 0; concave: a power with "
            "an exponent in [-1, 0); strict: W pd, weights > 0, and M = c X + B, c not 0",
            "W 为常数半正定矩阵，M 仿射且半正定，标量权重非负；凹：指数在 [-1, 0) 中的幂；"
            "严格：W 正定，权重为正，且 M = c X + B，c 不为 0",
        ),
        "W is a sum of q q', and 1/(q' M^-1 q) is the least v'Mv among the v with v'q = 1, so "
        "concave and > 0; 1/sum(1/g) is concave and nondecreasing in g > 0, and so is its power r, "
        "0 < r <= 1; minus the logarithm of a concave function is convex. The largest eigenvalue "
        "of M^-1 is one over the least of M, which is concave. Of the psd matrices those with an "
        "inverse are the pd ones, a convex set. Along a line with the direction D not 0 the second "
        "derivative of tr(W M^-1) is 2 c^2 |W^(1/2) M^-1 D M^(-1/2)|^2 > 0 for W pd.",
        f"{BV}, example 3.4; section 3.5.1",
    ),
    InferenceRule(
        "logdet-product",
        (*SIDES, *STRICT),
        Words(
            "log det(L M R) = log det M + a constant",
            "log det(L M R) = log det M + 常数",
        ),
        Words(
            "L and R constant, all matrices square of one size, M affine and psd, or the inverse "
            "of such; strict: M = c X + B, c not 0",
            "L 与 R 为常数，所有矩阵为同阶方阵，M 仿射且半正定，或为这种矩阵的逆；"
            "严格：M = c X + B，c 不为 0",
        ),
        "Determinants multiply. Where the left side has a value, det M is not 0, so M is pd and "
        "log det M is concave, strictly along every direction D not 0: its second derivative is "
        "-|M^(-1/2) D M^(-1/2)|^2. log det(M^-1) = -log det M.",
        f"{BV}, section 3.1.5",
    ),
    InferenceRule(
        "trace-power",
        ("convex",),
        Words(
            "tr(M^k) is convex in a symmetric matrix, tr((M M')^k) in any",
            "tr(M^k) 关于对称矩阵是凸的，tr((M M')^k) 关于任意矩阵是凸的",
        ),
        Words(
            "k factors M in a ring; M affine and symmetric with k even, or psd; or the inverse of "
            "an affine psd matrix; or M affine and read row by row, column by column in turn",
            "k 个因子 M 首尾相接；M 仿射且对称、k 为偶数，或 M 半正定；或为仿射半正定矩阵的逆；"
            "或 M 仿射且按行、按列交替相接",
        ),
        "For a convex function h of one variable, tr h(M) = max over orthonormal bases of the sum "
        "of h(v_i' M v_i), a maximum of convex functions (Davis). h is t^k, on t >= 0 for psd M; "
        "t^-k on t > 0 for inverses; the psd matrices that have an inverse are the pd ones. "
        "tr((M M')^k) is the sum of the singular values to the power 2k: a norm to a power >= 1.",
        "Bhatia 1997, section IX.4; Boyd & Vandenberghe 2004, exercise 3.59",
    ),
)
