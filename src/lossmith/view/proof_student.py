"""A proof for a student: sentences from the simple to the whole, the plain ones folded.

Folded are claims that a reader sees at once: that something is affine, that a weight has a sign,
that a formula is defined everywhere. Under the curvature of a function of one number stands its
second derivative, computed by the engine that differentiates formulas.
"""

from __future__ import annotations

from collections.abc import Sequence

from lossmith.calculus.gradient import hessian
from lossmith.calculus.simplify import simplify
from lossmith.errors import LossmithError
from lossmith.evidence.arithmetic.pieces import RAY_STEP, UNIT_STEP
from lossmith.evidence.certificate import Certificate, Inference, Witness
from lossmith.evidence.curvature.rules_hessian import minors
from lossmith.evidence.witness import gap_enclosed, mixed
from lossmith.expr import build
from lossmith.expr.node import Apply, Contract, Expr, Symbol
from lossmith.expr.walk import count, symbols
from lossmith.prove.proving.verdict import Verdict
from lossmith.view.decimals import outward
from lossmith.view.proof_boxes import of_minor, of_second_derivative
from lossmith.view.proof_nodes import Graph, graph
from lossmith.view.proof_reasons import reasoned
from lossmith.view.proof_words import Pen, claimed
from lossmith.view.sentence import Sentence
from lossmith.view.verdict import nested
from lossmith.words import Words, same

_PLAIN_KINDS = ("affine", "range", "total", "psd")
_LONGEST = 12
"""Nodes that a second derivative may have to be shown as an aside."""

_LONGER = 40
"""Nodes that a minor may have to be shown: it is what the proof is about."""


def student(verdict: Verdict, more: Sequence[Certificate], pen: Pen) -> tuple[Sentence, ...]:
    """Return the sentences of a proof or refutation; what was tried if nothing was decided."""
    lines: list[Sentence] = []
    for w in verdict.witnesses:
        lines += _contradiction(w, pen)
    if verdict.status == "undecided":
        lines.append(Sentence(pen.words(_open(verdict))))
        lines += [Sentence(pen.words(w), "·", 1) for w in verdict.tried]
    told = graph(verdict, more)
    pen = pen.naming(verdict.expr, "f")
    taken = {s.name for s in symbols(verdict.expr)}
    for step, name in ((RAY_STEP, "r"), (UNIT_STEP, "t")):  # along a piece, from its joint
        pen = pen if name in taken else pen.naming(step, name)
    kept = [k for k in range(len(told.nodes)) if not _folded(told, k)]
    kept = [k for k in kept if not _only_defines(told, k)]
    numbers = {k: str(i) for i, k in enumerate(kept, start=1)}
    curved: set[Expr] = set()
    for k in kept:
        lines.append(_sentence(told, k, numbers, pen))
        f = _function_of_a_number(told.nodes[k])
        if f is not None and f not in curved:
            curved.add(f)
            lines += _second_derivative(f, told.nodes[k].rule != "second-derivative", pen)
        if told.nodes[k].rule == "second-derivative":
            lines += of_second_derivative(told.nodes[k], pen)
        lines += _minors(told.nodes[k], pen) + _asides(told, k, numbers, pen)
    return (*lines, *_of_log_convex(verdict, told, numbers, pen))


def _open(verdict: Verdict) -> Words:
    """Return the line above what was tried: of one side, where a witness settles the other."""
    if not verdict.witnesses:
        return Words(
            "neither a proof nor a counterexample was found; tried were",
            "既没有找到证明，也没有找到反例；已尝试",
        )
    (en, zh) = ("concave", "凹") if verdict.witnesses[0].against == "convex" else ("convex", "凸")
    return Words(f"whether f is {en} stays open; tried were", f"f 是否{zh}尚未判定；已尝试")


def _contradiction(w: Witness, pen: Pen) -> list[Sentence]:
    """Return the two points between which f lies on the wrong side of its chord."""
    middle = {s: mixed(w.a[s], w.b[s], w.t) for s in w.wrt}
    gap, above = gap_enclosed(w, middle), w.against == "convex"
    sides = Words(
        f"f is not {w.against}: {'above' if above else 'below'} the chord between two points a "
        "and b",
        f"f {'非凸' if above else '非凹'}：在 a、b 两点之间位于弦的{'上方' if above else '下方'}",
    )
    lines = [Sentence(pen.words(sides))]
    for name, values in (("a", w.a), ("b", w.b), ("", w.data)):
        for s, value in values.items():
            shown = f"{pen.formula(s)} = {pen.text(nested(value))}"
            lines.append(Sentence(same(shown), f"{name}:" if name else "·", 1))
    told = Words(
        f"with t = {w.t}, f(t·a + (1 − t)·b) − t·f(a) − (1 − t)·f(b) lies in {outward(gap)}, "
        f"but for a {w.against} f it is {'≤' if above else '≥'} 0",
        f"取 t = {w.t}，f(t·a + (1 − t)·b) − t·f(a) − (1 − t)·f(b) 属于 {outward(gap)}，"
        f"而对{'凸' if above else '凹'}函数它应 {'≤' if above else '≥'} 0",
    )
    return [*lines, Sentence(pen.words(told), "·", 1)]


def _of_log_convex(
    verdict: Verdict, told: Graph, numbers: dict[int, str], pen: Pen
) -> list[Sentence]:
    """Return the last step of a proof that ends with log-convexity."""
    ends = {told.nodes[k].claim.kind: k for k in told.conclusions}
    if verdict.label != "convex" or "log_convex" not in ends or "convex" in ends:
        return []
    k = numbers[ends["log_convex"]]
    text = Words(
        f"{{f}} is convex: it is exp of its logarithm, and exp is convex and nondecreasing "
        f"(from {k})",
        f"{{f}} 是凸的：它是其对数的 exp，而 exp 是凸的且单调不减（由 {k}）",
    )
    last = str(max(map(int, numbers.values())) + 1)
    return [Sentence(pen.said(text, f=verdict.expr), last)]


def _folded(told: Graph, k: int) -> bool:
    """Return whether a reader takes node k as said: it is plain and not what was asked."""
    node = told.nodes[k]
    return k not in told.conclusions and node.claim.kind in _PLAIN_KINDS


def _only_defines(told: Graph, k: int) -> bool:
    """Return whether node k is an identity that only shows where something has a value."""
    users = [n for n in told.nodes if k in n.premises]
    is_identity = told.nodes[k].claim.kind == "identity" and k not in told.conclusions
    return is_identity and bool(users) and all(n.claim.kind == "total" for n in users)


def _sentence(told: Graph, k: int, numbers: dict[int, str], pen: Pen) -> Sentence:
    node = told.nodes[k]
    text = _reasoned(told, node, pen)
    used = [numbers[j] for j in node.premises if j in numbers]
    if used:
        listed = ", ".join(used)
        text = Words(f"{text.en} (from {listed})", f"{text.zh}（由 {listed}）")
    if k in told.conclusions:
        text = Words(f"{text.en} □", f"{text.zh} □")
    return Sentence(text, numbers[k])


def _reasoned(told: Graph, node: Inference, pen: Pen) -> Words:
    """Return "claim: reason"."""
    premises = [told.nodes[j].claim for j in node.premises]
    claim, why = claimed(node.claim, pen), reasoned(node, premises, pen)
    return Words(f"{claim.en}: {why.en}", f"{claim.zh}：{why.zh}")


def _asides(told: Graph, k: int, numbers: dict[int, str], pen: Pen) -> list[Sentence]:
    """Return the folded premises of node k, each above its own; bare variables need no line."""
    found: list[Sentence] = []
    waiting = [(j, 1) for j in reversed(told.nodes[k].premises)]
    while waiting:
        j, level = waiting.pop()
        node = told.nodes[j]
        if j in numbers or node.rule == "variable":
            continue
        text = _reasoned(told, node, pen)
        found.append(Sentence(text, "·", level, folded=True))
        waiting += [(i, level + 1) for i in reversed(node.premises)]
    return found


def _second_derivative(f: Expr, folded: bool, pen: Pen) -> list[Sentence]:
    """Return the line with the second derivative of a function of one number, if it is short."""
    try:
        second = hessian(f, symbols(f)[0]).end
    except LossmithError:
        return []  # it has none that could be shown, such as a function with a kink
    if count(second) > _LONGEST:
        return []
    told = Words("the second derivative of {f} is {g}", "{f} 的二阶导数是 {g}")
    return [Sentence(pen.said(told, f=f, g=second), "·", 1, folded)]


def _minors(node: Inference, pen: Pen) -> list[Sentence]:
    """Return the lines with the minors of a Hessian of two numbers, each if it is short."""
    if node.rule != "hessian-minors":
        return []
    lines: list[Sentence] = []
    x, y = node.claim.wrt
    goals = minors(node.claim.expr, x, y, concave=node.claim.kind.endswith("concave"))
    for goal, told, proof in zip(goals, _minor_words(node), node.parameters, strict=True):
        short = simplify(goal).end
        if count(short) > _LONGER:
            short = build.symbol("…", ())
        lines.append(Sentence(pen.said(told, f=short), "·", 1))
        if isinstance(proof, tuple):
            lines += of_minor(proof, pen)
    return lines


def _minor_words(node: Inference) -> tuple[Words, Words, Words]:
    """Return what the minors are called: of f, or of -f where f is concave."""
    x, y = (s.name for s in node.claim.wrt)
    strict = node.claim.kind.startswith("strictly")
    sign = ">" if strict else "≥"
    of = "−f" if node.claim.kind.endswith("concave") else "f"
    entries = [
        Words(f"entry ({v}, {v}) of the Hessian of {of}: {{f}} {sign} 0 there",
              f"{of} 的 Hessian 的 ({v}, {v}) 元：{{f}}，在那里 {sign} 0")
        for v in (x, y)
    ]  # fmt: skip
    determinant = Words(
        f"its determinant: {{f}} {sign} 0 there", f"其行列式：{{f}}，在那里 {sign} 0"
    )
    return entries[0], entries[1], determinant


def _function_of_a_number(node: Inference) -> Expr | None:
    """Return phi(t) where a node says that phi of something is curved."""
    e = node.claim.expr
    if node.claim.kind not in ("convex", "concave", "strictly_convex", "strictly_concave"):
        return None
    if node.rule == "second-derivative":
        return e if len(symbols(e)) == 1 and not symbols(e)[0].shape and not e.shape else None
    if node.rule not in ("composition", "strict-entries"):
        return None
    match e:
        case Apply(atom=atom, args=(_,)) if atom.signature.is_entrywise and not atom.kinks:
            return build.apply(atom, _letter(e))
        case Contract(factors=((_, _, exponent),)):
            return build.power(_letter(e), exponent)
        case _:
            return None


def _letter(e: Expr) -> Symbol:
    """Return a number t, or another letter where the formula has a t of its own."""
    taken = {s.name for s in symbols(e)}
    return build.symbol(next(n for n in ("t", "u", "z", "s_") if n not in taken), ())
