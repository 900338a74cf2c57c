"""Rows for quasiconvexity: the sets of levels are convex.

Checked in ``evidence.curvature.rules_quasi``.
"""

from __future__ import annotations

from typing import Final

from lossmith.rules.inference_row import BV, QUASI, InferenceRule
from lossmith.words import Words

ROWS: Final = (
    InferenceRule(
        "quasi-curved",
        QUASI,
        Words(
            "a convex function is quasiconvex, a concave one quasiconcave",
            "凸函数是拟凸的，凹函数是拟凹的",
        ),
        Words("it is convex (concave)", "它是凸（凹）的"),
        "f(ta+(1-t)b) <= t f(a) + (1-t) f(b) <= max(f(a), f(b)).",
        f"{BV}, section 3.4.1",
    ),
    InferenceRule(
        "quasi-monotone",
        QUASI,
        Words("a monotone function of one number", "一元单调函数"),
        Words("monotone, and defined on one interval", "单调，且定义在一个区间上"),
        "Between a and b a monotone f lies between f(a) and f(b).",
        f"{BV}, section 3.4.2",
    ),
    InferenceRule(
        "quasi-scale",
        QUASI,
        Words("a multiple plus a constant keeps convex level sets", "倍数加常数后，水平集仍是凸的"),
        Words(
            "one moving part with constant weights of one sign",
            "只有一个变动的部分，其权重为常数且同号",
        ),
        "{c f + k <= s} is {f <= (s-k)/c} for c > 0 and {f >= (s-k)/c} for c < 0.",
        f"{BV}, section 3.4.4",
    ),
    InferenceRule(
        "quasi-composition",
        QUASI,
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
        f"{BV}, section 3.4.4",
    ),
    InferenceRule(
        "quasi-ratio",
        QUASI,
        Words("a convex function over a concave positive one", "凸函数除以正的凹函数"),
        Words(
            "p/q with q > 0, p convex and q affine, or p >= 0 convex and q concave (for "
            "quasiconcave: concave over affine, or p >= 0 concave over convex)",
            "p/q，q > 0，p 凸且 q 仿射，或 p ≥ 0 凸且 q 凹（拟凹：凹除以仿射，或 p ≥ 0 凹除以凸）",
        ),
        "{p/q <= c} is {p - c q <= 0}: convex for c >= 0, empty for c < 0 and p >= 0; for affine q "
        "convex for every c.",
        f"{BV}, section 3.4.1, example 3.32; exercise 3.46",
    ),
    InferenceRule(
        "quasi-log",
        QUASI,
        Words("log-concave, so quasiconcave", "对数凹，因此拟凹"),
        Words("the function is > 0 and its logarithm is concave", "函数为正，且其对数是凹的"),
        "{f >= c} is {log f >= log c} for c > 0 and everything for c <= 0.",
        f"{BV}, section 3.5.1",
    ),
)
