"""The rules by which a certificate may step from premises to a claim: rows only.

Each row states what is asked, what follows, a short proof and where the mathematics is written
down; ``evidence`` holds one small function a row that checks it. Throughout, W is the block of
variables, all other symbols are fixed data, and a claim of curvature includes that the set of W
where the expression is defined is convex. Two published lists of such rules were found to hold
false ones (a negative power of a convex base is not concave; the root of a convex quadratic is
not convex unless it is a norm), so no row stands here without its proof.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lossmith.words import Words


@dataclass(frozen=True, slots=True)
class InferenceRule:
    """One rule of inference.

    name: as written in certificates.  words: what follows, as a sentence for a reader.
    asks: what must hold for it.  proof: why it is true.  source: a textbook.
    """

    name: str
    words: Words
    asks: Words
    proof: str
    source: str


_BV = "Boyd & Vandenberghe 2004"

INFERENCE_RULES: Final = (
    InferenceRule(
        "range",
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
        "range-identity",
        Words("an equal expression has these values", "与之相等的表达式取这些值"),
        Words("an identity and the range of its other side", "需要一个恒等式及其另一边的取值范围"),
        "Where the expression is defined, the other side is defined and equal.",
        "by definition",
    ),
    InferenceRule(
        "psd-form",
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
        Words("a sum of psd matrices is psd", "半正定矩阵之和半正定"),
        Words("every term psd, every coefficient > 0", "每一项半正定，每个系数为正"),
        "v'(A+B)v = v'Av + v'Bv.",
        "Horn & Johnson 2013, observation 7.1.3",
    ),
    InferenceRule(
        "psd-inverse",
        Words(
            "the inverse of a psd matrix, where it exists, is psd", "半正定矩阵若可逆，其逆半正定"
        ),
        Words("the matrix inverted is psd", "被求逆的矩阵半正定"),
        "The eigenvalues of the inverse are the reciprocals of positive numbers.",
        "Horn & Johnson 2013, section 7.1",
    ),
    InferenceRule(
        "total",
        Words("it is defined for all admitted values", "它对所有允许的取值都有定义"),
        Words(
            "each function gets arguments inside its domain, each power a base inside its own",
            "每个函数的自变量都在其定义域内，每个幂的底数也在其定义域内",
        ),
        "An expression is defined where each of its applications is.",
        "by definition",
    ),
    InferenceRule(
        "unfold",
        Words("by the definition of {atoms}", "由 {atoms} 的定义"),
        Words(
            "putting the definitions on the cards into the one side gives the other",
            "把卡片上的定义代入一边，应得到另一边",
        ),
        "A card's meaning equals the function wherever the meaning is defined.",
        "by definition",
    ),
    InferenceRule(
        "row",
        Words("by the identity {row}", "由恒等式 {row}"),
        Words(
            "one side holds an instance of the row's left side, its conditions proved",
            "一边含有该恒等式左边的一个实例，且条件已证明",
        ),
        "The row holds for all values under its conditions.",
        "the source of the row",
    ),
    InferenceRule(
        "expansion",
        Words("both sides expand to the same polynomial", "两边展开为同一个多项式"),
        Words(
            "equal rational polynomials over common generators, the other side defined everywhere",
            "在共同的生成元上是相同的有理系数多项式，且另一边处处有定义",
        ),
        "A polynomial identity over formal generators holds for all their values.",
        "Lang 2002, section IV.1",
    ),
    InferenceRule(
        "normal-step",
        Words("by a step to the normal form: {step}", "化为标准形的一步：{step}"),
        Words(
            "the named step of evidence.normal_steps, run on the one side, gives the other; a side "
            "that is reached backwards is defined everywhere",
            "对一边执行 evidence.normal_steps 中该名称的步骤，应得到另一边；反向使用时，"
            "执行步骤的一边须处处有定义",
        ),
        "Each step is an identity wherever its argument has a value; the checker runs it again.",
        "NIST DLMF 4.2, 4.8, 4.21; the distributive law; polynomial division",
    ),
    InferenceRule(
        "chain",
        Words("by the identities above, one after the other", "由上面的恒等式依次得到"),
        Words("each identity begins where the one before ends", "每个恒等式从前一个的末尾开始"),
        "Equality is transitive, and each form has a value wherever the one before has.",
        "by definition",
    ),
    InferenceRule(
        "constant",
        Words("it does not depend on the variables", "它与变量无关"),
        Words("no variable occurs in it", "其中不含变量"),
        "A constant is convex and concave; where it is undefined, nothing is claimed.",
        f"{_BV}, section 3.1",
    ),
    InferenceRule(
        "variable",
        Words("a variable is affine in itself", "变量关于自身是仿射的"),
        Words("the expression is one of the variables", "该表达式就是变量之一"),
        "The projection to a coordinate block is linear.",
        f"{_BV}, section 3.1",
    ),
    InferenceRule(
        "affine",
        Words("convex and concave, so affine", "既凸又凹，因此是仿射的"),
        Words("it is convex and concave", "它既凸又凹"),
        "Equality in Jensen's inequality for all points.",
        f"{_BV}, section 3.1.1",
    ),
    InferenceRule(
        "sum",
        Words(
            "a sum of convex terms, negative multiples of concave ones included, is convex",
            "凸项（以及凹项的负倍数）之和是凸的",
        ),
        Words(
            "each part has the curvature that the sign of its coefficient asks for",
            "每一部分的凸凹性与其系数的符号相配",
        ),
        "Add the inequalities; the sets of definition intersect. One strict inequality makes the "
        "sum strict.",
        f"{_BV}, section 3.2.1",
    ),
    InferenceRule(
        "linear",
        Words(
            "a nonnegatively weighted sum of convex entries is convex",
            "凸分量的非负加权和是凸的",
        ),
        Words(
            "the weights are constant and of one sign, or the entries are affine",
            "权重是常数且同号，或者各分量是仿射的",
        ),
        "Each entry of the result is a sum of weight times entry, weights not depending on W. One "
        "number that is strict stays so with weights that are not 0.",
        f"{_BV}, section 3.2.1",
    ),
    InferenceRule(
        "composition",
        Words(
            "{atom} has this curvature on the values of its argument, which fits it",
            "{atom} 在自变量的取值范围上具有这种凸凹性，且自变量与之相配",
        ),
        Words(
            "a fact of the card on the proved range; each argument affine, or of the "
            "curvature that "
            "its monotonicity asks for; and a domain that the argument cannot leave on the "
            "wrong side",
            "在已证明的取值范围上成立的卡片事实；每个自变量是仿射的，或其凸凹性与单调性相配；"
            "并且自变量不会从错误的一侧离开定义域",
        ),
        "phi(u(ta+(1-t)b)) <= phi(t u(a)+(1-t)u(b)) <= t phi(u(a)) + (1-t) phi(u(b)) for "
        "phi convex "
        "and nondecreasing, u convex, all values in one interval. {u <= c} is convex for convex u; "
        "a lower limit of the domain must be excluded by the range of u.",
        f"{_BV}, section 3.2.4",
    ),
    InferenceRule(
        "strict-entries",
        Words(
            "a sum over all entries of a strictly convex (concave) function is strict",
            "严格凸（凹）函数对所有分量求和仍是严格的",
        ),
        Words(
            "positive weights, and an argument c*w + b with c not 0, entry by entry",
            "权重为正，且自变量逐分量为 c*w + b，其中 c 不为 0",
        ),
        "Two points differ in an entry; there the inequality is strict, elsewhere it holds.",
        f"{_BV}, section 3.1.4",
    ),
    InferenceRule(
        "form",
        Words("a psd quadratic form of an affine map is convex", "仿射映射的半正定二次型是凸的"),
        Words(
            "q' K q with q linear in one affine factor, weights >= 0, and K psd and "
            "constant or the "
            "inverse of an affine psd matrix",
            "q' K q，q 关于一个仿射因子线性，权重非负，K 为常数半正定矩阵或仿射半正定矩阵的逆",
        ),
        "q'Kq is the square of a seminorm of an affine map. q' A^-1 q is the supremum over v of "
        "2 v'q - v'Av, affine in (q, A).",
        f"{_BV}, examples 3.2 and 3.4",
    ),
    InferenceRule(
        "quadratic",
        Words("a quadratic with a psd Hessian", "Hessian 半正定的二次函数"),
        Words(
            "a polynomial of degree <= 2 whose numeric Hessian passes exact LDL'",
            "次数不超过 2 的多项式，其数值 Hessian 通过精确的 LDL' 分解",
        ),
        "The Hessian is constant; elimination of a symmetric matrix gives pivots of its signature.",
        f"{_BV}, section 3.1.4; Golub & Van Loan 2013, section 4.1",
    ),
    InferenceRule(
        "monomial",
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
        "and falls in bases with negative exponents. (u v)^p = u^p v^p for u, v >= 0. A base < 0 "
        "with a whole exponent k counts as its negative, times (-1)^k.",
        f"{_BV}, exercises 3.18 and 3.22; section 3.2.4",
    ),
    InferenceRule(
        "power-mean",
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
        Words("the root of a sum of squares of affine functions", "仿射函数平方和的平方根"),
        Words(
            "a numeric quadratic whose Gram matrix in (x, 1) is psd",
            "数值二次多项式，其关于 (x, 1) 的 Gram 矩阵半正定",
        ),
        "q(x) = |L (x, 1)|^2 with G = L'L, and a norm of an affine map is convex. (A "
        "quadratic that "
        "is >= 0 only on part of the space has a root that need not be convex.)",
        f"{_BV}, section 3.2.2",
    ),
    InferenceRule(
        "log-convex",
        Words("its logarithm is convex", "其对数是凸的"),
        Words(
            "exp of a convex function; sums, products and positive powers of log-convex ones; "
            "negative powers of concave positive ones and of their products; 1/det of an affine "
            "pd matrix; cards that are called log-convex; positive weights",
            "凸函数的指数；对数凸函数的和、积与正幂；正的凹函数及其乘积的负幂；"
            "仿射正定矩阵的行列式的倒数；卡片注明对数凸的函数；权重为正",
        ),
        "log(f + g) = logsumexp(log f, log g), which is convex and nondecreasing; logs of products "
        "add; log(u^-p) = -p log u is convex for concave u > 0, and log det is concave. A card phi "
        "with log phi convex composes as log phi does: with an affine argument, or a monotone one "
        "that fits.",
        f"{_BV}, section 3.5.2",
    ),
    InferenceRule(
        "log-of-log-convex",
        Words("the logarithm of a log-convex function", "对数凸函数的对数"),
        Words(
            "the argument is log-convex; or, to be concave, a product of concave positive factors, "
            "exponentials of concave ones, and reciprocals of log-convex ones",
            "自变量是对数凸的；若要证凹，则自变量是正的凹因子、凹函数的指数以及对数凸函数倒数的乘积",
        ),
        "By definition; the logarithm of a product of positive factors is the sum of theirs, and "
        "log f is concave for concave f > 0.",
        f"{_BV}, section 3.5.1",
    ),
    InferenceRule(
        "first-derivative",
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
        f"{_BV}, section 3.1.4; Farouki 2012, section 3",
    ),
    InferenceRule(
        "entrywise",
        Words("entry by entry a function of one real variable", "逐分量是一元函数"),
        Words(
            "the function has the curvature on an interval that holds the argument; the "
            "argument is "
            "affine, or of the curvature that the monotonicity asks for",
            "该一元函数在包含其自变量的区间上具有相应的凸凹性；"
            "自变量是仿射的，或其凸凹性与单调性相配",
        ),
        "As for composition; for an argument that is not affine the function is defined on the "
        "whole interval.",
        f"{_BV}, sections 3.2.2 and 3.2.4",
    ),
    InferenceRule(
        "perspective",
        Words("the perspective q phi(p/q) of a convex function", "凸函数的透视 q phi(p/q)"),
        Words(
            "p and q affine, q > 0, and phi convex and defined on an interval that holds p/q",
            "p 与 q 仿射，q > 0，phi 在包含 p/q 的区间上有定义且凸",
        ),
        "At the weight l with q = t q1 + (1-t) q2: p/q is the mean of p1/q1 and p2/q2 with weights "
        "t q1/q and (1-t) q2/q; multiply the inequality for phi by q.",
        f"{_BV}, section 3.2.6",
    ),
    InferenceRule(
        "homogeneous",
        Words(
            "a function of degree 1 is the perspective q phi(W/q) of what it is where q = 1",
            "一次齐次函数 f 是透视 q phi(W/q)，其中 phi 是 f 在 q = 1 处的写法",
        ),
        Words(
            "f(t W) = t f(W) for t > 0, read off node by node; f defined everywhere; variables "
            "declared in cones; q > 0 affine and of degree 1; and the curvature of f with 1 put "
            "in for q",
            "逐结点验证 f(t W) = t f(W)（t > 0）；f 处处有定义；变量的声明集合为锥；"
            "q > 0 仿射且为一次齐次；且把 q 换成 1 后的式子有该凸凹性",
        ),
        "With t = 1/q(W): f(W) = q f(W/q), where W/q lies in the cone and q(W/q) = 1, so that f "
        "agrees there with phi. The perspective of a convex function is convex, and q is affine. "
        "Degrees: those of factors add with their powers; the terms of a sum share one; log u of "
        "degree k has log(t u) = log u + k log t, and the multiples of log t must cancel; other "
        "cards need arguments of degree 0, or are homogeneous themselves.",
        f"{_BV}, section 3.2.6; Rockafellar 1970, section 5",
    ),
    InferenceRule(
        "exponential-argument",
        Words(
            "a function h of exp(x), curved like h' + s h''",
            "exp(x) 的函数 h，其凸凹性同 h' + s h''",
        ),
        Words(
            "the formula defined everywhere; h' + s h'' equals weight * core, weight > 0, and on "
            "boxes that cover the values s of exp(x) the core has the sign, by the reason given",
            "公式处处有定义；h' + s h'' 等于 weight * core，weight > 0，且在覆盖 s = exp(x) 取值的"
            "各个小区间上，core 因所给理由而有该符号",
        ),
        "By the chain rule d/dx h(s) = s h'(s) and d^2/dx^2 h(s) = s (h'(s) + s h''(s)), s > 0. "
        "h comes from the formula by exp(c x + d) = s^c exp(d), x = log s and the meanings of "
        "cards.",
        f"{_BV}, section 3.1.4; NIST DLMF 4.2",
    ),
    InferenceRule(
        "rewrite",
        Words("the same function in another form", "同一函数的另一种写法"),
        Words(
            "a chain of identities from a form that is defined everywhere",
            "从处处有定义的写法出发的一串恒等式",
        ),
        "Equal functions on the same convex set have the same curvature.",
        "by definition",
    ),
    InferenceRule(
        "rotated-cone",
        Words(
            "a l m - (squares of affine functions) has a concave root where it is positive",
            "a l m 减去仿射函数的平方和，在其为正之处平方根是凹的",
        ),
        Words(
            "l >= 0 and m >= 0 affine, a > 0, the other terms minus squares or psd forms of affine "
            "functions; the root, a smaller positive power or the logarithm (concave), or a "
            "negative power (log-convex)",
            "l >= 0 与 m >= 0 仿射，a > 0，其余各项为仿射函数的平方或半正定二次型的负倍数；"
            "平方根、更小的正幂或对数（凹），或负幂（对数凸）",
        ),
        "Where l m > |w|^2, l - |w|^2/m is concave (quadratic over linear) and positive, and the "
        "root is its geometric mean with m; {l m >= |w|^2, l >= 0, m >= 0} is the rotated cone of "
        "second order. s^r with 0 < r <= 1 and log s are concave and nondecreasing; a negative "
        "power is exp of a negative multiple of the logarithm.",
        f"{_BV}, sections 2.2.3 and 3.1.7; exercise 3.22",
    ),
    InferenceRule(
        "trace-power",
        Words("tr(M^k) is convex in a symmetric matrix", "tr(M^k) 关于对称矩阵是凸的"),
        Words(
            "k factors M in a ring; M affine and symmetric with k even, or psd; or the inverse of "
            "an affine psd matrix",
            "k 个因子 M 首尾相接；M 仿射且对称、k 为偶数，或 M 半正定；或为仿射半正定矩阵的逆",
        ),
        "For a convex function h of one variable, tr h(M) = max over orthonormal bases of the sum "
        "of h(v_i' M v_i), a maximum of convex functions (Davis). h is t^k, on t >= 0 for psd M; "
        "t^-k on t > 0 for inverses; the psd matrices that have an inverse are the pd ones.",
        "Bhatia 1997, section IX.4; Boyd & Vandenberghe 2004, exercise 3.59",
    ),
    InferenceRule(
        "psd-diagonal",
        Words("a diagonal matrix with entries >= 0 is psd", "对角元非负的对角矩阵半正定"),
        Words("the diagonal entries, as a product, are >= 0", "对角元（写成乘积）非负"),
        "v' diag(d) v = sum of d_i v_i^2.",
        "Horn & Johnson 2013, section 7.1",
    ),
    InferenceRule(
        "sos-convex",
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
        Words(
            "the sum over all entries of one function of few numbers",
            "同一个少元函数对所有分量求和",
        ),
        Words(
            "a function phi of numbers, jointly convex in those of them that move; every argument "
            "that moves affine, every argument inside the interval declared for phi",
            "一个数值函数 phi，关于其中变动的自变量联合凸；变动的自变量都是仿射的，"
            "且所有自变量都在为 phi 声明的区间内",
        ),
        "Each summand is phi composed with an affine map; a sum of convex functions is convex. It "
        "is strict if phi is and each variable has an argument c*w + b with c not 0: two points "
        "then differ in an argument of some summand.",
        f"{_BV}, sections 3.2.1 and 3.2.2",
    ),
    InferenceRule(
        "log-beta",
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
        f"{_BV}, section 3.1.5; Horn & Johnson 2013, theorem 7.8.21",
    ),
    InferenceRule(
        "trace-inverse",
        Words("tr(W M^-1) is convex in a positive definite M", "tr(W M^-1) 关于正定矩阵 M 是凸的"),
        Words(
            "W constant and psd, M affine and psd, scalar weights >= 0",
            "W 为常数半正定矩阵，M 仿射且半正定，标量权重非负",
        ),
        "W is a sum of q q', and q' M^-1 q is the supremum over v of 2 v'q - v'Mv, affine in M. Of "
        "the psd matrices those with an inverse are the pd ones, a convex set.",
        f"{_BV}, example 3.4",
    ),
    InferenceRule(
        "logdet-product",
        Words(
            "log det(L M R) = log det M + a constant",
            "log det(L M R) = log det M + 常数",
        ),
        Words(
            "L and R constant, all matrices square of one size, M affine and psd, or the inverse "
            "of such",
            "L 与 R 为常数，所有矩阵为同阶方阵，M 仿射且半正定，或为这种矩阵的逆",
        ),
        "Determinants multiply. Where the left side has a value, det M is not 0, so M is pd and "
        "log det M is concave; log det(M^-1) = -log det M.",
        f"{_BV}, section 3.1.5",
    ),
    InferenceRule(
        "power-as-exp",
        Words("u^v = exp(v log u) for u > 0", "u > 0 时 u^v = exp(v log u)"),
        Words("the base is proved > 0", "已证明底数为正"),
        "By definition of a real power of a positive number.",
        "NIST DLMF 4.2.26",
    ),
    InferenceRule(
        "pieces",
        Words(
            "convex on each piece, continuous where they meet, and no slope falls there",
            "各段上皆凸，在接点处连续，且斜率不下降",
        ),
        Words(
            "joints that cut the line; on each piece every choice has one outcome and what is left "
            "is smooth and has the curvature; at each joint equal values, and a slope on the right "
            "that is at least the one on the left (at most, for concave)",
            "用接点把直线分段；每一段上各个判断只有一种结果，所得表达式光滑并具有相应的凸凹性；"
            "在每个接点处函数值相等，且右侧斜率不小于左侧斜率（凹函数则不大于）",
        ),
        "The right derivative is nondecreasing on each piece and across each joint, so everywhere; "
        "a continuous function with a nondecreasing right derivative is convex. A piece is mapped "
        "onto [0, 1] or [0, inf) by an affine map of positive slope.",
        "Rockafellar 1970, theorem 24.2",
    ),
    InferenceRule(
        "natural-domain",
        Words(
            "the formula has values only for variables narrowed like this",
            "该公式只在变量如此收窄后才有值",
        ),
        Words(
            "the claim for narrowed variables, and functions or powers of c*x + b that have no "
            "value outside of the narrower set",
            "需要关于收窄后变量的命题，且公式中含有 c*x + b 的函数或幂，在更窄的集合之外没有值",
        ),
        "The set where the formula is defined lies in the narrower set, and is the same one there.",
        "by definition",
    ),
    InferenceRule(
        "restriction",
        Words(
            "what holds in several variables jointly holds in some of them, the others fixed",
            "对若干变量联合成立的性质，固定其余变量后对其中一部分也成立",
        ),
        Words("the claim for a larger block of variables", "需要同一命题对更大的一组变量成立"),
        "Fixing variables restricts the function to an affine slice; a convex set meets it in a "
        "convex set, and Jensen's inequality is that of the larger block for points of the slice. "
        "|W|^2 differs from the square of the norm of the smaller block by a constant there.",
        f"{_BV}, section 3.2.2 (composition with an affine map)",
    ),
    InferenceRule(
        "lipschitz-variable",
        Words("a variable has K = 1", "变量本身满足 K = 1"),
        Words("the expression is one of the variables", "表达式是其中一个变量"),
        "The norm of one block is at most that of all blocks together.",
        "by definition",
    ),
    InferenceRule(
        "lipschitz-sum",
        Words("the constants of a sum add up", "和的常数相加"),
        Words("a constant for each term that moves", "每个变动的项都有常数"),
        "The triangle inequality.",
        "Rudin 1976, theorem 1.37",
    ),
    InferenceRule(
        "lipschitz-linear",
        Words("a linear map multiplies K by its norm", "线性映射把 K 乘以它的范数"),
        Words(
            "one moving factor under constant ones: weights, a matrix on one side, or a sum with "
            "weights over all entries",
            "一个变动的因子乘以常量因子：权重、一侧的矩阵，或对所有分量的加权和",
        ),
        "|A u| <= |A|_2 |u|, |<C, u>| <= |C|_F |u|, |c o u| <= max|c| |u|.",
        "Horn & Johnson 2013, section 5.6",
    ),
    InferenceRule(
        "lipschitz-composition",
        Words("slopes of at most s multiply K by s", "斜率不超过 s 时，K 乘以 s"),
        Words(
            "a bound on the slopes of the function, from its card on the proved range",
            "函数在已证明的取值范围上的斜率界（来自卡片）",
        ),
        "|phi(u) - phi(v)| <= s |u - v| entry by entry; for several arguments one after the other.",
        "Rudin 1976, theorem 5.10",
    ),
    InferenceRule(
        "lipschitz-slope",
        Words("no slope exceeds K in size", "斜率的绝对值都不超过 K"),
        Words(
            "K x - f and K x + f nondecreasing, f defined on one interval",
            "K x − f 与 K x + f 单调不减，且 f 定义在一个区间上",
        ),
        "For a < b they give f(b) - f(a) <= K (b - a) and f(a) - f(b) <= K (b - a).",
        "Rudin 1976, theorem 5.11",
    ),
    InferenceRule(
        "quasi-curved",
        Words(
            "a convex function is quasiconvex, a concave one quasiconcave",
            "凸函数是拟凸的，凹函数是拟凹的",
        ),
        Words("it is convex (concave)", "它是凸（凹）的"),
        "f(ta+(1-t)b) <= t f(a) + (1-t) f(b) <= max(f(a), f(b)).",
        f"{_BV}, section 3.4.1",
    ),
    InferenceRule(
        "quasi-monotone",
        Words("a monotone function of one number", "一元单调函数"),
        Words("monotone, and defined on one interval", "单调，且定义在一个区间上"),
        "Between a and b a monotone f lies between f(a) and f(b).",
        f"{_BV}, section 3.4.2",
    ),
    InferenceRule(
        "quasi-scale",
        Words("a multiple plus a constant keeps convex level sets", "倍数加常数后，水平集仍是凸的"),
        Words(
            "one moving part with constant weights of one sign",
            "只有一个变动的部分，其权重为常数且同号",
        ),
        "{c f + k <= s} is {f <= (s-k)/c} for c > 0 and {f >= (s-k)/c} for c < 0.",
        f"{_BV}, section 3.4.4",
    ),
    InferenceRule(
        "quasi-composition",
        Words(
            "a monotone function of a quasiconvex or quasiconcave one", "拟凸或拟凹函数的单调变换"
        ),
        Words(
            "an entrywise function, monotone on the range of one argument, and a domain that the "
            "argument cannot leave on the wrong side",
            "逐分量函数在某个自变量的取值范围上单调，且自变量不会从不允许的一侧离开定义域",
        ),
        "{phi(u) <= c} is {u <= c'} or {u < c'} for phi nondecreasing, {u >= c'} or {u > c'} "
        "for phi nonincreasing.",
        f"{_BV}, section 3.4.4",
    ),
    InferenceRule(
        "quasi-ratio",
        Words("a convex function over a concave positive one", "凸函数除以正的凹函数"),
        Words(
            "p/q with q > 0, p convex and q affine, or p >= 0 convex and q concave (for "
            "quasiconcave: concave over affine, or p >= 0 concave over convex)",
            "p/q，q > 0，p 凸且 q 仿射，或 p ≥ 0 凸且 q 凹（拟凹：凹除以仿射，或 p ≥ 0 凹除以凸）",
        ),
        "{p/q <= c} is {p - c q <= 0}: convex for c >= 0, empty for c < 0 and p >= 0; for affine q "
        "convex for every c.",
        f"{_BV}, section 3.4.1, example 3.32; exercise 3.46",
    ),
    InferenceRule(
        "quasi-log",
        Words("log-concave, so quasiconcave", "对数凹，因此拟凹"),
        Words("the function is > 0 and its logarithm is concave", "函数为正，且其对数是凹的"),
        "{f >= c} is {log f >= log c} for c > 0 and everything for c <= 0.",
        f"{_BV}, section 3.5.1",
    ),
    InferenceRule(
        "constants-zero",
        Words("affine: L = 0; convex: m = 0", "仿射：L = 0；凸：m = 0"),
        Words("an affine (for L) or convex (for m) expression", "仿射（对 L）或凸（对 m）的表达式"),
        "By definition.",
        "Nesterov 2018, section 2.1",
    ),
    InferenceRule(
        "constants-sum",
        Words("the constants of a sum add up", "和的常数等于各项常数之和"),
        Words(
            "a constant for each part; for m the coefficients are positive",
            "每一部分都有常数；对 m 要求系数为正",
        ),
        "Add the convex functions that the claims speak of.",
        "Nesterov 2018, lemma 2.1.5",
    ),
    InferenceRule(
        "constants-scale",
        Words("a factor s >= 0 multiplies the constant", "因子 s >= 0 使常数乘以 s"),
        Words("the factor is constant, scalar and >= 0", "该因子为常数标量且非负"),
        "Multiply the convex functions that the claims speak of by s.",
        "Nesterov 2018, lemma 2.1.5",
    ),
    InferenceRule(
        "constants-loss",
        Words(
            "L = max phi'' * ||A||^2 (and m = min phi'' * lambda_min(A'A)) for losses phi(Aw + b)",
            "损失 phi(Aw + b) 的 L = max phi'' * ||A||^2（m = min phi'' * lambda_min(A'A)）",
        ),
        Words(
            "weights >= 0, a bound on phi'' from the card, an affine argument",
            "权重非负、卡片给出 phi'' 的界、自变量仿射",
        ),
        "The Hessian is A' diag(c phi'') A, between min(c phi'') A'A and max(c phi'') A'A.",
        "Nesterov 2018, section 2.1; Bach 2024, section 5.2",
    ),
    InferenceRule(
        "constants-form",
        Words(
            "a quadratic form has L = 2 ||K|| ||A||^2 and m = 2 lambda_min(K) lambda_min(A'A)",
            "二次型的 L = 2 ||K|| ||A||^2，m = 2 lambda_min(K) lambda_min(A'A)",
        ),
        Words("q' K q with one psd matrix K and q affine", "q' K q，K 为一个半正定矩阵，q 仿射"),
        "The Hessian is 2 A' K A.",
        "Nesterov 2018, section 2.1",
    ),
    InferenceRule(
        "constants-convex",
        Words(
            "f lies between two bowls: M/2 x^2 - f and M/2 x^2 + f are convex",
            "f 夹在两个抛物面之间：M/2 x^2 - f 与 M/2 x^2 + f 都是凸的",
        ),
        Words(
            "these two convex (for m: f - m/2 x^2), x one number",
            "需要这两个函数凸（对 m：f - m/2 x^2 凸），x 为一个数",
        ),
        "That is what the constants mean; corners of the slope do not matter.",
        "Nesterov 2018, section 2.1",
    ),
    InferenceRule(
        "constants-entrywise",
        Words(
            "the constant of phi, entry by entry, times ||A||^2 (for m: lambda_min(A'A))",
            "逐分量函数 phi 的常数乘以 ||A||^2（对 m：lambda_min(A'A)）",
        ),
        Words(
            "the sum over all entries of phi(u, data), u = A w + b, and the constant of phi in u",
            "对 phi(u, 数据) 的所有分量求和，u = A w + b，且 phi 关于 u 的常数已知",
        ),
        "M/2 sum of u_i^2 -+ phi(u_i) is convex in u, so in w; ||A||^2 |w|^2 - |A w|^2 is convex.",
        "Nesterov 2018, section 2.1; Bach 2024, section 5.2",
    ),
    InferenceRule(
        "strict-strong",
        Words("strongly convex, so strictly convex", "强凸，因此严格凸"),
        Words("a strong convexity constant that is proved > 0", "已证明为正的强凸常数"),
        "The quadratic that is left over is strictly convex.",
        f"{_BV}, section 9.1.2",
    ),
    InferenceRule(
        "strict-composition",
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
        f"{_BV}, section 3.2.4",
    ),
    InferenceRule(
        "strict-blocks",
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
        f"{_BV}, section 3.2.1",
    ),
    InferenceRule(
        "strict-monomial",
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
        f"{_BV}, exercise 3.30; Horn & Johnson 2013, section 7.1",
    ),
    InferenceRule(
        "strict-norm",
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

INFERENCE: Final = {row.name: row for row in INFERENCE_RULES}

_LINE = ("affine", "convex", "concave")
_SIDES = ("convex", "concave")
_STRICT = ("strictly_convex", "strictly_concave")
_CONSTANTS = ("strong", "smooth")
_QUASI = ("quasiconvex", "quasiconcave")

CONCLUDES: Final[dict[str, tuple[str, ...]]] = {
    "range": ("range",),
    "range-form": ("range",),
    "range-identity": ("range",),
    "psd-form": ("psd",),
    "psd-sum": ("psd",),
    "psd-inverse": ("psd",),
    "psd-diagonal": ("psd",),
    "total": ("total",),
    "unfold": ("identity",),
    "row": ("identity",),
    "expansion": ("identity",),
    "normal-step": ("identity",),
    "chain": ("identity",),
    "constant": _LINE,
    "variable": _LINE,
    "affine": ("affine",),
    "sum": (*_LINE, *_STRICT),
    "linear": (*_LINE, *_STRICT),
    "composition": _LINE,
    "strict-entries": (*_STRICT,),
    "form": ("convex",),
    "quadratic": (*_LINE, *_STRICT, *_CONSTANTS),
    "monomial": _SIDES,
    "power-mean": _SIDES,
    "root-of-quadratic": ("convex",),
    "log-convex": ("log_convex",),
    "log-of-log-convex": _SIDES,
    "first-derivative": ("nondecreasing", "nonincreasing"),
    "second-derivative": (*_SIDES, *_STRICT, *_CONSTANTS),
    "entrywise": _LINE,
    "perspective": _SIDES,
    "homogeneous": _SIDES,
    "exponential-argument": (*_SIDES, *_STRICT),
    "rewrite": (
        *_LINE,
        *_STRICT,
        "log_convex",
        *_CONSTANTS,
        *_QUASI,
        "lipschitz",
        "range",
        "psd",
    ),
    "rotated-cone": (*_SIDES, "log_convex"),
    "trace-power": ("convex",),
    "sos-convex": _SIDES,
    "separable": (*_SIDES, *_STRICT),
    "log-beta": _SIDES,
    "geometric-mean": ("concave",),
    "trace-inverse": ("convex",),
    "logdet-product": _SIDES,
    "power-as-exp": ("identity",),
    "pieces": (*_LINE, *_STRICT),
    "natural-domain": (*_LINE, *_STRICT, "log_convex", *_CONSTANTS, *_QUASI, "lipschitz"),
    "restriction": (*_LINE, *_STRICT, "log_convex", *_CONSTANTS, *_QUASI, "lipschitz"),
    "lipschitz-variable": ("lipschitz",),
    "lipschitz-sum": ("lipschitz",),
    "lipschitz-linear": ("lipschitz",),
    "lipschitz-composition": ("lipschitz",),
    "lipschitz-slope": ("lipschitz",),
    "quasi-curved": _QUASI,
    "quasi-monotone": _QUASI,
    "quasi-scale": _QUASI,
    "quasi-composition": _QUASI,
    "quasi-ratio": _QUASI,
    "quasi-log": _QUASI,
    "constants-zero": _CONSTANTS,
    "constants-sum": _CONSTANTS,
    "constants-scale": _CONSTANTS,
    "constants-loss": _CONSTANTS,
    "constants-form": _CONSTANTS,
    "constants-convex": _CONSTANTS,
    "constants-entrywise": _CONSTANTS,
    "strict-strong": ("strictly_convex",),
    "strict-composition": _STRICT,
    "strict-blocks": _STRICT,
    "strict-monomial": _STRICT,
    "strict-norm": ("strictly_convex",),
}
"""The kinds of claim that each rule may conclude; the checker refuses all others before it asks."""
