"""Rows for curvature by structure: sums, linear maps, compositions, perspectives.

Checked in ``evidence.curvature.rules_structure``.
"""

from __future__ import annotations

from typing import Final

from lossmith.rules.inference_row import BV, CONSTANTS, LINE, QUASI, SIDES, STRICT, InferenceRule
from lossmith.words import Words

ROWS: Final = (
    InferenceRule(
        "constant",
        LINE,
        Words("it does not depend on the variables", "它与变量无关"),
        Words("no variable occurs in it", "其中不含变量"),
        "A constant is convex and concave; where it is undefined, nothing is claimed.",
        f"{BV}, section 3.1",
    ),
    InferenceRule(
        "variable",
        LINE,
        Words("a variable is affine in itself", "变量关于自身是仿射的"),
        Words("the expression is one of the variables", "该表达式就是变量之一"),
        "The projection to a coordinate block is linear.",
        f"{BV}, section 3.1",
    ),
    InferenceRule(
        "affine",
        ("affine",),
        Words("convex and concave, so affine", "既凸又凹，因此是仿射的"),
        Words("it is convex and concave", "它既凸又凹"),
        "Equality in Jensen's inequality for all points.",
        f"{BV}, section 3.1.1",
    ),
    InferenceRule(
        "sum",
        (*LINE, *STRICT),
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
        f"{BV}, section 3.2.1",
    ),
    InferenceRule(
        "linear",
        (*LINE, *STRICT),
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
        f"{BV}, section 3.2.1",
    ),
    InferenceRule(
        "composition",
        LINE,
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
        f"{BV}, section 3.2.4",
    ),
    InferenceRule(
        "strict-entries",
        STRICT,
        Words(
            "a sum over all entries of a strictly convex (concave) function is strict",
            "严格凸（凹）函数对所有分量求和仍是严格的",
        ),
        Words(
            "positive weights, and an argument c*w + b with c not 0, entry by entry",
            "权重为正，且自变量逐分量为 c*w + b，其中 c 不为 0",
        ),
        "Two points differ in an entry; there the inequality is strict, elsewhere it holds.",
        f"{BV}, section 3.1.4",
    ),
    InferenceRule(
        "entrywise",
        LINE,
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
        f"{BV}, sections 3.2.2 and 3.2.4",
    ),
    InferenceRule(
        "perspective",
        SIDES,
        Words("the perspective q phi(p/q) of a convex function", "凸函数的透视 q phi(p/q)"),
        Words(
            "p and q affine, q > 0, and phi convex and defined on an interval that holds p/q",
            "p 与 q 仿射，q > 0，phi 在包含 p/q 的区间上有定义且凸",
        ),
        "At the weight l with q = t q1 + (1-t) q2: p/q is the mean of p1/q1 and p2/q2 with weights "
        "t q1/q and (1-t) q2/q; multiply the inequality for phi by q.",
        f"{BV}, section 3.2.6",
    ),
    InferenceRule(
        "rewrite",
        (
            *LINE,
            *STRICT,
            "log_convex",
            *CONSTANTS,
            *QUASI,
            "lipschitz",
            "range",
            "psd",
        ),
        Words("the same function in another form", "同一函数的另一种写法"),
        Words(
            "a chain of identities from a form that is defined everywhere",
            "从处处有定义的写法出发的一串恒等式",
        ),
        "Equal functions on the same convex set have the same curvature.",
        "by definition",
    ),
    InferenceRule(
        "restriction",
        (*LINE, *STRICT, "log_convex", *CONSTANTS, *QUASI, "lipschitz"),
        Words(
            "what holds in several variables jointly holds in some of them, the others fixed",
            "对若干变量联合成立的性质，固定其余变量后对其中一部分也成立",
        ),
        Words("the claim for a larger block of variables", "需要同一命题对更大的一组变量成立"),
        "Fixing variables restricts the function to an affine slice; a convex set meets it in a "
        "convex set, and Jensen's inequality is that of the larger block for points of the slice. "
        "|W|^2 differs from the square of the norm of the smaller block by a constant there.",
        f"{BV}, section 3.2.2 (composition with an affine map)",
    ),
)
