"""A proof told in sentences: each line a claim, the rule by which it follows, and from what."""

from __future__ import annotations

from lossmith.evidence.certificate import Certificate, Claim, Inference, Verdict
from lossmith.expr import build
from lossmith.expr.node import Apply, Contract, Expr
from lossmith.rules.inference import INFERENCE
from lossmith.text.printing import to_unicode
from lossmith.view.card import Row
from lossmith.words import Words, same

_KINDS: dict[str, Words] = {
    "total": Words("is defined everywhere", "处处有定义"),
    "psd": Words("is positive semidefinite", "半正定"),
    "affine": Words("is affine", "是仿射的"),
    "convex": Words("is convex", "是凸的"),
    "concave": Words("is concave", "是凹的"),
    "strictly_convex": Words("is strictly convex", "是严格凸的"),
    "log_convex": Words("is positive and log-convex", "为正且对数凸"),
    "nondecreasing": Words("is nondecreasing", "单调不减"),
    "nonincreasing": Words("is nonincreasing", "单调不增"),
}

_ADJECTIVES: dict[str, Words] = {
    "affine": Words("affine", "仿射"),
    "convex": Words("convex", "凸"),
    "concave": Words("concave", "凹"),
    "strictly_convex": Words("strictly convex", "严格凸"),
    "log_convex": Words("log-convex", "对数凸"),
    "nondecreasing": Words("nondecreasing", "单调不减"),
    "nonincreasing": Words("nonincreasing", "单调不增"),
}

_SAID: dict[tuple[str, str], Words] = {
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
    ("composition", "affine"): Words("{atom} is affine there", "{atom} 在那里是仿射的"),
    ("composition", ""): Words(
        "{atom} is {curvature} on the values of its argument, which is affine or fits it",
        "{atom} 在自变量的取值范围上是{curvature}的，且自变量是仿射的或与之相配",
    ),
}
"""(rule, claim, or "" for any) -> how the rule reads for that claim, if not by its own words."""


_JENSEN = Row(
    Words("why", "理由"),
    Words(
        "a convex f has f(t·a + (1 − t)·b) ≤ t·f(a) + (1 − t)·f(b) at all points, a concave f has "
        "≥; the values above show otherwise, and exact interval arithmetic confirms it",
        "凸函数在任意两点都满足 f(t·a + (1 − t)·b) ≤ t·f(a) + (1 − t)·f(b)，凹函数则为 ≥；"
        "上面的函数值与此矛盾，并已由严格的区间算术核实",
    ),
)


def told(verdict: Verdict) -> list[Row]:
    """Return the first proof of a verdict as numbered rows; what was tried if there is none."""
    if verdict.certificate is not None:
        return _lines(verdict.certificate) + _leaning(verdict)
    return ([_JENSEN] if verdict.status == "refuted" else []) + _leaning(verdict)


def _lines(certificate: Certificate) -> list[Row]:
    return [
        Row(same(f"{k:>2}"), _sentence(node)) for k, node in enumerate(certificate.nodes, start=1)
    ]


def _sentence(node: Inference) -> Words:
    rule = INFERENCE[node.rule]
    words = _SAID.get((rule.name, node.claim.kind)) or _SAID.get((rule.name, "")) or rule.words
    why = words.fill(**_parts(node))
    claim = _claim(node.claim)
    used = ", ".join(str(j + 1) for j in node.premises)
    from_en = f" (from {used})" if used else ""
    from_zh = f"（由 {used}）" if used else ""
    return Words(f"{claim.en}: {why.en}{from_en}", f"{claim.zh}：{why.zh}{from_zh}")


def _claim(claim: Claim) -> Words:
    shown = to_unicode(claim.expr)
    if claim.kind == "range":
        return Words(f"{shown} lies in {claim.interval}", f"{shown} 属于 {claim.interval}")
    if claim.other is not None:
        other = to_unicode(claim.other)
        return {
            "identity": same(f"{shown} = {other}"),
            "strong": Words(
                f"{shown} is strongly convex, m = {other}", f"{shown} 强凸，m = {other}"
            ),
            "smooth": Words(f"{shown} is smooth, L = {other}", f"{shown} 光滑，L = {other}"),
        }[claim.kind]
    kind = _KINDS[claim.kind]
    return Words(f"{shown} {kind.en}", f"{shown} {kind.zh}")


def _parts(node: Inference) -> dict[str, object]:
    """Return what the words of a rule may ask for."""
    row = next((p for p in node.parameters if isinstance(p, str)), "")
    atoms = ", ".join(p.atom.name for p in node.parameters if isinstance(p, Apply))
    head = node.claim.expr
    atom = head.atom.name if isinstance(head, Apply) else _power(head)
    curvature = _ADJECTIVES.get(node.claim.kind, same(node.claim.kind))
    return {
        "interval": node.claim.interval,
        "row": row,
        "atoms": atoms,
        "atom": atom,
        "curvature": curvature,
    }


def _power(e: Expr) -> str:
    """Return the function that a power applies to its base: t², √t ..."""
    if isinstance(e, Contract) and len(e.factors) == 1:
        t = build.symbol("t", ())
        return to_unicode(build.power(t, e.factors[0][2]))
    return "power"


def _leaning(verdict: Verdict) -> list[Row]:
    """Return the rows that list cards, rules and assumptions."""
    found: list[Row] = []
    if verdict.cards:
        found.append(Row(Words("cards", "函数卡片"), same(", ".join(verdict.cards))))
    if verdict.rows:
        found.append(Row(Words("rules", "规则"), same(", ".join(verdict.rows))))
    return found
