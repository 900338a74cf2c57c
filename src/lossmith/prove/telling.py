"""What an answer about curvature tells besides its label: routes, budgets, premises, reasons."""

from __future__ import annotations

from lossmith.evidence.certificate import Certificate
from lossmith.expr.node import Apply, Expr
from lossmith.expr.walk import depends_on, postorder, symbols
from lossmith.prove.curvature.attempt import Attempt
from lossmith.prove.kinks.kinks import kinks
from lossmith.prove.proving.proof import Proof
from lossmith.words import Words

ROUTES = (
    Words(
        "composition rules on proved ranges, with normal forms",
        "在已证明的取值范围上用复合法则（含规范形式）",
    ),
    Words("exact quadratic forms and sums of squares of polynomials", "精确二次型与多项式的平方和"),
    Words(
        "known families (sums over entries, powers with letters, geometric means, beta and gamma "
        "functions, inverses, determinants)",
        "已知的函数族（逐分量求和、字母指数的幂、几何平均、Beta 与 Gamma 函数、逆矩阵、行列式）",
    ),
    Words("pieces and the slopes at their joints", "分段及接点处的斜率"),
    Words("sign of the second derivative, entry by entry", "逐分量判断二阶导数的符号"),
    Words("minors of the Hessian of two numbers", "二元函数 Hessian 的主子式"),
    Words("search for a counterexample", "搜索反例"),
)
"""The routes of a question of curvature, in the order in which they are tried."""


def budget_words(proof: Proof, budget: int, tries: int) -> Words:
    """Return how much of its budget an open question used, and which budget ran out."""
    if proof.work >= budget:
        return Words(
            f"the budget of {budget} proof steps ran out, after {tries} segments",
            f"{budget} 步的证明预算已用尽（另试了 {tries} 条线段）",
        )
    return Words(
        f"the routes ended after {proof.work} of {budget} proof steps and {tries} segments",
        f"各条途径在 {budget} 步预算中用了 {proof.work} 步即告终止，另试了 {tries} 条线段",
    )


def why_not_smooth(attempt: Attempt) -> Words:
    """Return what stands in the way of a global bound on the second derivative."""
    wrt = attempt.proof.wrt
    rough: list[str] = []
    growing: list[str] = []
    for s in postorder(attempt.form):
        if not isinstance(s, Apply) or not depends_on(s, wrt):
            continue
        bounded = any(
            f.name == "second_slope_in" and f.bounds is not None and f.bounds.is_bounded
            for f in s.atom.facts
        )
        if s.atom.kinks or not any(
            f.name in ("smooth", "continuously_differentiable") for f in s.atom.facts
        ):
            rough.append(s.atom.name)
        elif not bounded:
            growing.append(s.atom.name)
    if rough and not kinks(attempt.whole, attempt.wrt):
        # A card may have kinks that the formula never meets: x^x on x > 0.
        growing, rough = rough + growing, []
    if rough:
        named = list(dict.fromkeys(rough))
        names, verb = ", ".join(named), "has" if len(named) == 1 else "have"
        return Words(f"none: {names} {verb} kinks", f"没有：{names} 有不可导点")
    if growing:
        names = ", ".join(dict.fromkeys(growing))
        return Words(
            f"none found: no bound is known on the second derivative of {names} over the values "
            "that its argument takes",
            f"没有找到：{names} 的二阶导数在其自变量的取值范围上没有已知的界",
        )
    return Words("none was found", "没有找到")


def assumptions(e: Expr) -> tuple[Words, ...]:
    """Return what was declared of the symbols, one sentence each."""
    found: list[Words] = []
    for s in symbols(e):
        a = s.assumptions
        said: list[str] = []
        if a.values is not None:
            said.append(f"in {{{', '.join(map(str, a.values))}}}")
        elif a.interval.lo is not None or a.interval.hi is not None:
            said.append(f"in {a.interval}")
        said += sorted(a.structure)
        if a.integer:
            said.append("integer")
        if said:
            found.append(Words(f"{s.name} {', '.join(said)}", f"{s.name} {', '.join(said)}"))
    return tuple(found)


def leans(certificates: list[Certificate]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the cards and the rows that the certificates use."""
    cards: dict[str, None] = {}
    rows: dict[str, None] = {}
    for c in certificates:
        for node in c.nodes:
            rows[node.rule] = None
            if node.rule == "row":
                rows[str(node.parameters[0])] = None
            for s in postorder(node.claim.expr):
                if isinstance(s, Apply):
                    cards[s.atom.name] = None
    return tuple(cards), tuple(rows)
