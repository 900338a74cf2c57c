"""Rows for functions of one family: determinants, traces, means, polynomials.

Checked in ``evidence.rules_families``.
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
        "power-as-exp",
        ("identity",),
        Words("u^v = exp(v log u) for u > 0", "u > 0 时 u^v = exp(v log u)"),
        Words("the base is proved > 0", "已证明底数为正"),
        "By definition of a real power of a positive number.",
        "NIST DLMF 4.2.26",
    ),
)
