"""Why a claim follows from its premises, in a sentence: the rule, said of this claim."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lossmith.evidence.certificate import Claim, Inference
from lossmith.expr import build
from lossmith.expr.node import Add, Apply, Contract, Expr
from lossmith.rules.inference import INFERENCE
from lossmith.text.writing.printing import to_unicode
from lossmith.view.proof_said import SAID
from lossmith.view.proof_steps import row_words, step_words
from lossmith.view.proof_words import Pen
from lossmith.words import Words, same

ADJECTIVES: Final[dict[str, Words]] = {
    "affine": Words("affine", "仿射"),
    "convex": Words("convex", "凸"),
    "concave": Words("concave", "凹"),
    "strictly_convex": Words("strictly convex", "严格凸"),
    "strictly_concave": Words("strictly concave", "严格凹"),
    "log_convex": Words("log-convex", "对数凸"),
    "nondecreasing": Words("nondecreasing", "单调不减"),
    "nonincreasing": Words("nonincreasing", "单调不增"),
}
_CURVED: Final = ("convex", "concave", "strictly_convex", "strictly_concave")
_MONOTONE: Final = ("nondecreasing", "nonincreasing")


def reasoned(node: Inference, premises: Sequence[Claim], pen: Pen) -> Words:
    """Return why a claim follows from its premises: the rule, said of this claim."""
    parts = _parts(node)
    match node.rule:
        case "composition" if any(p.kind in ADJECTIVES for p in premises):
            return _composed(node, premises, pen)
        case "entrywise" if (said := _entrywise(node, premises, pen)) is not None:
            return said
        case "strict-composition":
            return _strictly_composed(premises, pen)
        case "linear" if (said := _factor(node, premises)) is not None:
            return pen.words(said.fill(**parts))
        case "normal-step":
            return pen.words(step_words(str(parts["step"])))
        case "row":
            return pen.words(row_words(str(parts["row"])))
        case "strict-entries" if parts["atom"]:
            return pen.words(_TELLS_APART.fill(**parts))
        case "sum" if _is_multiple(node.claim.expr):
            return pen.words(_MULTIPLE.fill(**parts))
        case "log-convex" if (name := _log_of(node.claim.expr)) is not None:
            return pen.words(SAID[name, ""])
        case "constants-loss" if not _acts_on_entries(node.claim.expr):
            return pen.words(_JOINT_LOSS)
        case "constants-loss" if isinstance(e := node.claim.expr, Add) and len(e.terms) > 1:
            return pen.words(_LOSSES_TOGETHER[node.claim.kind])
        case _:
            rule = INFERENCE[node.rule]
            said = SAID.get((rule.name, node.claim.kind)) or SAID.get((rule.name, ""))
            return pen.words((said or rule.words).fill(**parts))


_TELLS_APART: Final = Words(
    "{atom} is {curvature} there, and its argument differs wherever the variables do",
    "{atom} 在那里是{curvature}的，且变量不同时其自变量也不同",
)
_MULTIPLE: Final = Words(
    "multiplied by a number of the fitting sign it stays {curvature}",
    "乘以符号相配的常数后仍是{curvature}的",
)
_FACTOR: Final = Words(
    "a factor ≥ 0 without variables keeps it {curvature}",
    "乘以与变量无关的非负因子仍是{curvature}的",
)
_TURNED: Final = Words(
    "a factor ≤ 0 without variables makes it {curvature}",
    "乘以与变量无关的非正因子后是{curvature}的",
)
_LOSSES_TOGETHER: Final = {
    "smooth": Words(
        "the losses φ have one argument Aw + b, so L = max |Σ φ″| · ‖A‖²",
        "各损失 φ 的自变量同为 Aw + b，故 L = max |Σ φ″| · ‖A‖²",
    ),
    "strong": Words(
        "the losses φ have one argument Aw + b, so m = min Σ φ″ · λmin(AᵀA)",
        "各损失 φ 的自变量同为 Aw + b，故 m = min Σ φ″ · λmin(AᵀA)",
    ),
}
_JOINT_LOSS: Final = Words(
    "a loss φ(Aw + b) whose Hessian has no eigenvalue above c has L = c ‖A‖²",
    "若 φ 的 Hessian 的特征值不超过 c，则损失 φ(Aw + b) 满足 L = c ‖A‖²",
)


def _is_multiple(e: Expr) -> bool:
    """Return whether e is a number times one term."""
    return isinstance(e, Add) and len(e.terms) == 1


def _factor(node: Inference, premises: Sequence[Claim]) -> Words | None:
    """Return the words of a factor that multiplies one number; None for a sum over entries."""
    e, kind = node.claim.expr, node.claim.kind
    if not isinstance(e, Contract) or e.summed or kind not in _CURVED:
        return None
    same_way = any(p.kind == kind for p in premises)
    return _FACTOR if same_way else _TURNED


def _log_of(e: Expr) -> str | None:
    """Return which rule for logarithms makes e log-convex."""
    match e:
        case Apply(atom=atom) if atom.name == "exp":
            return "log-convex-exp"
        case Add(terms=terms) if len(terms) > 1:
            return "log-convex-sum"
        case Contract(factors=((_, _, p),)) if p < 0:
            return "log-convex-power"
        case Contract() if not e.summed:
            return "log-convex-product"
        case _:
            return None


def _acts_on_entries(e: Expr) -> bool:
    """Return whether the loss at the head of e is a function of each entry by itself."""
    return not isinstance(e, Apply) or e.atom.signature.is_entrywise


# -- functions of functions ------------------------------------------------------------------------


def _composed(node: Inference, premises: Sequence[Claim], pen: Pen) -> Words:
    """Return what the rule of composition asks of a function and of its arguments, said of these.

    A convex function may take a convex argument where it rises and a concave one where it falls;
    a concave function the other way round.
    """
    parts = _parts(node)
    words = pen.words(Words("{atom} is {curvature}", "{atom} 是{curvature}的").fill(**parts))
    for p in premises:
        if p.kind not in ADJECTIVES:
            continue
        if p.kind != "affine":
            rises = ("concave" in p.kind) == ("concave" in node.claim.kind)
            way = _RISES if rises else _FALLS
            words = Words(words.en + way.en, words.zh + way.zh)
        words = _and(words, _is(p, pen))
    return words


_RISES: Final = Words(" and nondecreasing there", "，在那里单调不减")
_FALLS: Final = Words(" and nonincreasing there", "，在那里单调不增")


def _entrywise(node: Inference, premises: Sequence[Claim], pen: Pen) -> Words | None:
    """Return the same of a function of one number that is no card: t log(t) is convex, and ..."""
    outer = [p for p in premises if p.wrt != node.claim.wrt]
    curved = next((p for p in outer if p.kind in _CURVED), None)
    if curved is None:
        return None
    words = _is(curved, pen)
    for p in outer:
        if p.kind in _MONOTONE and p.expr is curved.expr:
            words = Words(f"{words.en} and {ADJECTIVES[p.kind].en}", f"{words.zh}，{_ZH[p.kind]}")
    inner = [p for p in premises if p.wrt == node.claim.wrt and p.kind in (*_CURVED, "affine")]
    for p in inner:
        words = _and(words, _is(p, pen))
    if not inner:
        words = Words(f"{words.en}, and its argument is affine", f"{words.zh}，且其自变量是仿射的")
    if node.claim.expr.shape:
        return Words(f"entry by entry, {words.en}", f"逐分量地，{words.zh}")
    return words


_ZH: Final = {"nondecreasing": "且单调不减", "nonincreasing": "且单调不增"}


def _strictly_composed(premises: Sequence[Claim], pen: Pen) -> Words:
    """Return which of the two functions makes a composition strict."""
    inner = [p for p in premises if p.kind.startswith("strictly")]
    if not inner:
        return _OUTER_IS_STRICT
    return _ALL_ARE_STRICT if len(inner) > 1 else _and(_OUTER_IS_MONOTONE, _is(inner[0], pen))


_OUTER_IS_STRICT: Final = Words(
    "the outer function is strictly curved, and equal values of its argument come from equal "
    "points or are averaged to a smaller one",
    "外层函数严格弯曲，且其自变量的值相等时两点相同，或其平均使自变量变小",
)
_ALL_ARE_STRICT: Final = Words(
    "each argument of the maximum or minimum is strictly curved",
    "最大值（最小值）的每个自变量都是严格弯曲的",
)
_OUTER_IS_MONOTONE: Final = Words("the outer function is strictly monotone", "外层函数严格单调")


def _is(p: Claim, pen: Pen) -> Words:
    """Return "u is convex"."""
    shown, what = pen.formula(p.expr), ADJECTIVES[p.kind]
    return Words(f"{shown} is {what.en}", f"{shown} 是{what.zh}的")


def _and(first: Words, second: Words) -> Words:
    return Words(f"{first.en}, and {second.en}", f"{first.zh}，且 {second.zh}")


def _parts(node: Inference) -> dict[str, object]:
    """Return what the words of a rule may ask for."""
    row = next((p for p in node.parameters if isinstance(p, str)), "")
    atoms = ", ".join(p.atom.name for p in node.parameters if isinstance(p, Apply))
    head = node.claim.expr
    return {
        "interval": node.claim.interval,
        "row": row,
        "step": row,
        "atoms": atoms,
        "atom": head.atom.name if isinstance(head, Apply) else _power(head),
        "curvature": ADJECTIVES.get(node.claim.kind, same(node.claim.kind)),
    }


def _power(e: Expr) -> str:
    """Return the function that a power applies to its base: t², √t ...; "" for other formulas."""
    if isinstance(e, Contract) and len(e.factors) == 1:
        t = build.symbol("t", ())
        return to_unicode(build.power(t, e.factors[0][2]))
    return ""
