"""How the reason of a step reads: a rule said of one kind of claim, where its own words do not do.

The words of a rule (``rules.inference``) name all that it shows; a proof says what it shows here.
"""

from __future__ import annotations

from typing import Final

from lossmith.words import Words

SAID: Final[dict[tuple[str, str], Words]] = {
    ("linear", "affine"): Words(
        "a linear image of affine entries is affine", "仿射分量的线性组合仍是仿射的"
    ),
    ("linear", "concave"): Words(
        "a weighted sum of concave entries, weights of the right sign, is concave",
        "凹分量以符号相配的权重求和，仍是凹的",
    ),
    ("sum", "affine"): Words("a sum of affine terms is affine", "仿射项之和是仿射的"),
    ("sum", "concave"): Words(
        "a sum of concave terms, negative multiples of convex ones included, is concave",
        "凹项（以及凸项的负倍数）之和是凹的",
    ),
    ("sum", "strictly_convex"): Words(
        "a sum of convex terms, one of them strictly, is strictly convex",
        "凸项之和中有一项严格凸，则和严格凸",
    ),
    ("sum", "strictly_concave"): Words(
        "a sum of concave terms, one of them strictly, is strictly concave",
        "凹项之和中有一项严格凹，则和严格凹",
    ),
    ("monomial", "convex"): Words(
        "a product of powers: one exponent at most is positive, and then they add to at least 1",
        "幂的乘积：正指数至多一个，此时指数之和不小于 1",
    ),
    ("monomial", "concave"): Words(
        "a product of powers with exponents ≥ 0 that add to at most 1",
        "指数非负且总和不大于 1 的幂的乘积",
    ),
    ("trace-inverse", "concave"): Words(
        "1/tr(W M⁻¹) is concave in a positive definite M", "1/tr(W M⁻¹) 关于正定矩阵 M 是凹的"
    ),
    ("trace-inverse", "log_convex"): Words(
        "tr(W M⁻¹) and λmax(M⁻¹) are log-convex in a positive definite M",
        "tr(W M⁻¹) 与 λmax(M⁻¹) 关于正定矩阵 M 对数凸",
    ),
    ("pieces", "concave"): Words(
        "concave on each piece, continuous where they meet, and no slope rises there",
        "各段上皆凹，在接点处连续，且斜率不上升",
    ),
    ("pieces", "affine"): Words(
        "a line on each piece, the same slope on both sides of each joint",
        "各段上皆为直线，且每个接点两侧斜率相同",
    ),
    ("sos-convex", "concave"): Words(
        "a polynomial whose Hessian is minus a sum of squares", "Hessian 为负的平方和的多项式"
    ),
    ("log-beta", "concave"): Words(
        "minus the logarithm of the multivariate beta function of affine arguments is concave",
        "仿射自变量的多元 Beta 函数的对数之相反数是凹的",
    ),
    ("constants-loss", "smooth"): Words(
        "a loss φ(Aw + b) in each entry has L = max |φ″| · ‖A‖²",
        "逐分量的损失 φ(Aw + b) 满足 L = max |φ″| · ‖A‖²",
    ),
    ("constants-loss", "strong"): Words(
        "a loss φ(Aw + b) in each entry has m = min φ″ · λmin(AᵀA)",
        "逐分量的损失 φ(Aw + b) 满足 m = min φ″ · λmin(AᵀA)",
    ),
    ("constants-form", "smooth"): Words(
        "a quadratic form qᵀKq with q = Aw + b has L = 2‖K‖‖A‖²",
        "二次型 qᵀKq（q = Aw + b）满足 L = 2‖K‖‖A‖²",
    ),
    ("constants-form", "strong"): Words(
        "a quadratic form qᵀKq with q = Aw + b has m = 2 λmin(K) λmin(AᵀA)",
        "二次型 qᵀKq（q = Aw + b）满足 m = 2 λmin(K) λmin(AᵀA)",
    ),
    ("constants-zero", "smooth"): Words("an affine function has L = 0", "仿射函数的 L = 0"),
    ("constants-zero", "strong"): Words("a convex function has m = 0", "凸函数至少有 m = 0"),
    ("second-derivative", "smooth"): Words(
        "its second derivative is ≤ L in size there", "其二阶导数的绝对值在那里 ≤ L"
    ),
    ("second-derivative", "strong"): Words(
        "its second derivative is ≥ m there", "其二阶导数在那里 ≥ m"
    ),
    ("quasi-ratio", "quasiconcave"): Words(
        "a concave function over a convex positive one", "凹函数除以正的凸函数"
    ),
    ("quasi-curved", "quasiconvex"): Words("it is convex", "它是凸的"),
    ("quasi-curved", "quasiconcave"): Words("it is concave", "它是凹的"),
    ("composition", "affine"): Words("{atom} is affine there", "{atom} 在那里是仿射的"),
    ("composition", ""): Words(
        "{atom} is {curvature} on the values of its argument, which is affine or fits it",
        "{atom} 在自变量的取值范围上是{curvature}的，且自变量是仿射的或与之相配",
    ),
    ("quadratic", "convex"): Words(
        "a quadratic whose constant Hessian is positive semidefinite",
        "二次函数，其常值 Hessian 半正定",
    ),
    ("quadratic", "concave"): Words(
        "a quadratic whose constant Hessian is negative semidefinite",
        "二次函数，其常值 Hessian 半负定",
    ),
    ("quadratic", "affine"): Words("its Hessian is 0", "其 Hessian 为零"),
    ("quadratic", "strictly_convex"): Words(
        "a quadratic whose constant Hessian is positive definite", "二次函数，其常值 Hessian 正定"
    ),
    ("quadratic", "strictly_concave"): Words(
        "a quadratic whose constant Hessian is negative definite", "二次函数，其常值 Hessian 负定"
    ),
    ("quadratic", "strong"): Words(
        "no eigenvalue of its constant Hessian is below m",
        "其常值 Hessian 的特征值都不小于 m",
    ),
    ("quadratic", "smooth"): Words(
        "no eigenvalue of its constant Hessian exceeds L in size",
        "其常值 Hessian 的特征值的绝对值都不超过 L",
    ),
    ("second-derivative", "convex"): Words(
        "its second derivative is ≥ 0 there", "其二阶导数在那里 ≥ 0"
    ),
    ("second-derivative", "concave"): Words(
        "its second derivative is ≤ 0 there", "其二阶导数在那里 ≤ 0"
    ),
    ("second-derivative", "strictly_convex"): Words(
        "its second derivative is ≥ 0 there, and 0 on no interval",
        "其二阶导数在那里 ≥ 0，且不在任何区间上恒为 0",
    ),
    ("second-derivative", "strictly_concave"): Words(
        "its second derivative is ≤ 0 there, and 0 on no interval",
        "其二阶导数在那里 ≤ 0，且不在任何区间上恒为 0",
    ),
    ("first-derivative", "nondecreasing"): Words("its derivative is ≥ 0 there", "其导数在那里 ≥ 0"),
    ("first-derivative", "nonincreasing"): Words("its derivative is ≤ 0 there", "其导数在那里 ≤ 0"),
    ("hessian-minors", "convex"): Words(
        "its Hessian is positive semidefinite: both diagonal entries and the determinant are ≥ 0",
        "其 Hessian 半正定：两个对角元与行列式都 ≥ 0",
    ),
    ("hessian-minors", "concave"): Words(
        "its Hessian is negative semidefinite: both diagonal entries are ≤ 0, the determinant is "
        "≥ 0",
        "其 Hessian 半负定：两个对角元 ≤ 0，行列式 ≥ 0",
    ),
    ("hessian-minors", "strictly_convex"): Words(
        "its Hessian is positive definite: both diagonal entries and the determinant are > 0",
        "其 Hessian 正定：两个对角元与行列式都 > 0",
    ),
    ("hessian-minors", "strictly_concave"): Words(
        "its Hessian is negative definite: both diagonal entries are < 0, the determinant is > 0",
        "其 Hessian 负定：两个对角元 < 0，行列式 > 0",
    ),
    ("strict-monomial", "strictly_convex"): Words(
        "in a product of powers all exponents are negative, or one is positive and they add to "
        "more than 1",
        "幂的乘积：指数全为负，或恰有一个为正且总和大于 1",
    ),
    ("strict-monomial", "strictly_concave"): Words(
        "in a product of powers the exponents are positive and add to less than 1",
        "幂的乘积：指数全为正且总和小于 1",
    ),
    ("strict-strong", "strictly_convex"): Words("m > 0", "因为 m > 0"),
    ("strict-strong", "strictly_concave"): Words("−f has m > 0", "因为 −f 的 m > 0"),
    ("strict-strong", "convex"): Words("m ≥ 0", "因为 m ≥ 0"),
    ("strict-strong", "concave"): Words("−f has m ≥ 0", "因为 −f 的 m ≥ 0"),
    ("strict-blocks", ""): Words(
        "if two points differ, a term is strict along the first block of variables in which they "
        "do",
        "两点不同时，取它们不同的第一组变量：有一项沿这组变量是严格的",
    ),
    ("strict-norm", ""): Words(
        "a power of a p-norm with p > 1, and Minkowski's inequality is strict between different "
        "points",
        "p > 1 的 p 范数之幂，且闵可夫斯基不等式在不同两点之间是严格的",
    ),
    ("strict-analytic", ""): Words(
        "it is analytic and bends at a point, so it is straight along no segment",
        "它是解析的，且在一点处确实弯曲，因此沿任何线段都不是仿射的",
    ),
    ("strict-exponentials", ""): Words(
        "a sum of exponentials: Hölder's inequality is strict between different points",
        "指数之和：赫尔德不等式在不同两点之间是严格的",
    ),
    ("separable", "convex"): Words(
        "a convex function of a few numbers, summed over all entries", "少元凸函数对所有分量求和"
    ),
    ("separable", "concave"): Words(
        "a concave function of a few numbers, summed over all entries", "少元凹函数对所有分量求和"
    ),
    ("separable", "strictly_convex"): Words(
        "a strictly convex function of a few numbers, summed over all entries",
        "少元严格凸函数对所有分量求和",
    ),
    ("separable", "strictly_concave"): Words(
        "a strictly concave function of a few numbers, summed over all entries",
        "少元严格凹函数对所有分量求和",
    ),
    ("perspective", "convex"): Words(
        "the perspective q φ(p/q) of a convex φ, with p and q > 0 affine",
        "凸函数 φ 的透视 q φ(p/q)，其中 p 与 q > 0 是仿射的",
    ),
    ("perspective", "concave"): Words(
        "the perspective q φ(p/q) of a concave φ, with p and q > 0 affine",
        "凹函数 φ 的透视 q φ(p/q)，其中 p 与 q > 0 是仿射的",
    ),
    ("homogeneous", ""): Words(
        "a function f of degree 1 is q f(W/q), the perspective of what it is where q = 1",
        "一次齐次函数 f 等于 q f(W/q)，即它在 q = 1 处的函数的透视",
    ),
    ("power-mean", "convex"): Words(
        "(Σ uᵖ)^(r/p) is convex for p, r ≥ 1 (Minkowski's inequality)",
        "(Σ uᵖ)^(r/p) 在 p, r ≥ 1 时是凸的（闵可夫斯基不等式）",
    ),
    ("power-mean", "concave"): Words(
        "(Σ uᵖ)^(r/p) is concave for p < 1 and 0 < r ≤ 1, u ≥ 0 concave (Minkowski's inequality, "
        "reversed)",
        "(Σ uᵖ)^(r/p) 在 p < 1、0 < r ≤ 1 且 u ≥ 0 为凹时是凹的（反向闵可夫斯基不等式）",
    ),
    ("geometric-mean", ""): Words(
        "a geometric mean of n concave numbers ≥ 0, or det^(1/n) of an affine positive "
        "semidefinite matrix",
        "n 个非负凹函数的几何平均，或仿射半正定矩阵的 det^(1/n)",
    ),
    ("form", "convex"): Words(
        "a quadratic form qᵀKq of an affine q, with K positive semidefinite or the inverse of an "
        "affine positive definite matrix",
        "仿射 q 的二次型 qᵀKq，其中 K 半正定，或是仿射正定矩阵的逆",
    ),
    ("logdet-product", "concave"): Words(
        "log det(L M R) = log det M + a constant, and log det is concave",
        "log det(L M R) = log det M + 常数，而 log det 是凹的",
    ),
    ("logdet-product", "convex"): Words(
        "log det(L M⁻¹ R) = −log det M + a constant, and log det is concave",
        "log det(L M⁻¹ R) = −log det M + 常数，而 log det 是凹的",
    ),
    ("logdet-product", "strictly_concave"): Words(
        "log det(L M R) = log det M + a constant, and log det is strictly concave",
        "log det(L M R) = log det M + 常数，而 log det 是严格凹的",
    ),
    ("logdet-product", "strictly_convex"): Words(
        "log det(L M⁻¹ R) = −log det M + a constant, and log det is strictly concave",
        "log det(L M⁻¹ R) = −log det M + 常数，而 log det 是严格凹的",
    ),
    ("exponential-argument", ""): Words(
        "it is h(s) with s = exp(x), and its second derivative s (h′(s) + s h″(s)) keeps its sign",
        "它等于 h(s)，其中 s = exp(x)，二阶导数 s (h′(s) + s h″(s)) 不变号",
    ),
    ("rotated-cone", ""): Words(
        "the root of a product of two affine functions ≥ 0 less squares of affine functions",
        "两个非负仿射函数之积减去仿射函数的平方，再开平方",
    ),
    ("trace-power", ""): Words(
        "tr(Mᵏ) is convex in a symmetric matrix, tr((MMᵀ)ᵏ) in any matrix",
        "tr(Mᵏ) 关于对称矩阵是凸的，tr((MMᵀ)ᵏ) 关于任意矩阵是凸的",
    ),
    ("psd-form", ""): Words(
        "BᵀKB with a positive semidefinite K is positive semidefinite",
        "K 半正定时，BᵀKB 半正定",
    ),
    ("gamma-integral", ""): Words(
        "the logarithm of a gamma integral: lgamma(u) − u log v is jointly convex",
        "伽马积分的对数：lgamma(u) − u log v 联合凸",
    ),
    ("power-as-exp", ""): Words("uᵛ = exp(v log u) for u > 0", "u > 0 时 uᵛ = exp(v log u)"),
    ("weighted-geometric-mean", ""): Words(
        "exp(Σ w log u) with weights w ≥ 0 that add to at most 1",
        "exp(Σ w log u)，其中权重 w ≥ 0 且总和不大于 1",
    ),
    ("constants-scale", ""): Words(
        "a factor s ≥ 0 multiplies the constant", "因子 s ≥ 0 使常数乘以 s"
    ),
    ("constants-entrywise", "smooth"): Words(
        "a loss φ in each entry of Aw + b has L = max |φ″| · ‖A‖²",
        "对 Aw + b 逐分量的损失 φ 满足 L = max |φ″| · ‖A‖²",
    ),
    ("constants-entrywise", "strong"): Words(
        "a loss φ in each entry of Aw + b has m = min φ″ · λmin(AᵀA)",
        "对 Aw + b 逐分量的损失 φ 满足 m = min φ″ · λmin(AᵀA)",
    ),
    ("constants-convex", "smooth"): Words(
        "½L x² − f and ½L x² + f are convex", "½L x² − f 与 ½L x² + f 都是凸的"
    ),
    ("constants-convex", "strong"): Words("f − ½m x² is convex", "f − ½m x² 是凸的"),
    ("lipschitz-slope", ""): Words(
        "K x − f and K x + f are nondecreasing", "K x − f 与 K x + f 都单调不减"
    ),
    ("log-convex-exp", ""): Words(
        "the logarithm of exp(u) is u, which is convex", "exp(u) 的对数是 u，而 u 是凸的"
    ),
    ("log-convex-sum", ""): Words(
        "a sum of log-convex functions: log(g + h) = logsumexp(log g, log h) is convex",
        "对数凸函数之和：log(g + h) = logsumexp(log g, log h) 是凸的",
    ),
    ("log-convex-power", ""): Words(
        "log(u⁻ᵖ) = −p log u is convex for concave u > 0", "u > 0 为凹时 log(u⁻ᵖ) = −p log u 是凸的"
    ),
    ("log-convex-product", ""): Words(
        "logarithms of products and powers add, and each of them is convex",
        "积与幂的对数相加，而每一项都是凸的",
    ),
}
"""(rule, claim, or "" for any) -> how the rule reads for that claim, if not by its own words."""
