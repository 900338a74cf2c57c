"""Why a line of a derivation holds: the rule, the slope that a card gives, what is compared."""

from __future__ import annotations

from dataclasses import dataclass

from lossmith.calculus.derivation import Differential, ReadOff
from lossmith.calculus.driver import differential
from lossmith.calculus.simplify import simplify
from lossmith.expr.build import add, apply
from lossmith.expr.node import Apply, Expr, symbol
from lossmith.rules.derivative import CHAIN, WHOLE
from lossmith.rules.rule import DerivativeRule
from lossmith.text.writing.print_names import unicode_name
from lossmith.text.writing.printing import to_unicode
from lossmith.words import Words, same


@dataclass(frozen=True, slots=True)
class Used:
    """A rule as a line names it; fact: the slope of the card that it was used with, or ""."""

    rule: DerivativeRule
    fact: str

    @property
    def words(self) -> Words:
        """The name of the rule, and the slope."""
        own = self.rule.words
        if not self.fact:
            return own
        if self.rule is WHOLE:
            return same(self.fact)
        return Words(f"{own.en}, {self.fact}", f"{own.zh}，{self.fact}")

    @property
    def with_reason(self) -> Words:
        """The same with the reason of the rule."""
        own, reason = self.words, self.rule.reason
        if self.rule is WHOLE and self.fact:
            return own
        return Words(f"{own.en}: {reason.en}", f"{own.zh}：{reason.zh}")


def rule_used(step: Differential) -> Used:
    """Return the rule of a step, with the slope of the card for a function of one argument."""
    return Used(step.rule, _fact(step.node) if step.rule in (CHAIN, WHOLE) else "")


def _fact(node: Expr) -> str:
    """Return what the card says of a function of one argument: σ′(z) = ..., d log det(U) = ..."""
    if not isinstance(node, Apply) or len(node.args) != 1:
        return ""
    (arg,) = node.args
    if node.atom.signature.is_entrywise:
        z = symbol("z")
        slope = node.atom.slopes[0]
        if slope is None:
            return ""
        value, name = to_unicode(apply(node.atom, z)), to_unicode(simplify(slope(z)).end)
        left = f"{value[:-3]}′(z)" if value.endswith("(z)") else f"({value})′"
        return f"{left} = {name}"
    core = len(node.atom.signature.inputs[0])
    u = symbol("U" if core == 2 else "u", arg.shape[len(arg.shape) - core :])
    value = apply(node.atom, u)
    _, partials = differential(value, {u})
    du = symbol("dU" if core == 2 else "du", u.shape)
    change = add(*(p.times(du, value.shape) for p in partials), shape=value.shape)
    return f"d {to_unicode(value)} = {to_unicode(change)}"


def compared(before: str, name: str, end: ReadOff) -> Words | None:
    """Return what the last line is compared with: df = ∇fᵀ dw, where the transpose comes from."""
    x = "d" + unicode_name(end.wrt.name)
    of, rank = len(end.of.shape), len(end.wrt.shape)
    if of > 1 or rank > 2 or (of and rank > 1):
        return None
    turned = {0: f"{name} {x}", 1: f"({name})ᵀ {x}", 2: f"tr(({name})ᵀ {x})"}[rank]
    shown = f"d{before} = {name} {x}" if of else f"d{before} = {turned}"
    shown = shown.replace("(∇f)", "∇f")
    return Words(f"compared with {shown}", f"与 {shown} 对照")
