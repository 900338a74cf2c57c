"""Answers as rows of a card: what was read, derivatives, curvature, kinks, steps, floats."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from lossmith.calculus.derivation import Corner
from lossmith.calculus.reverify import Recheck
from lossmith.evidence.certificate import Constant, Verdict
from lossmith.expr.node import Apply, Const, Expr, Symbol
from lossmith.expr.ranges import enclosure
from lossmith.expr.sets import NONNEGATIVE, POSITIVE, REALS, UNIT, Interval
from lossmith.expr.types import shape_text
from lossmith.expr.walk import postorder, symbols
from lossmith.text.parse import Formula
from lossmith.text.printing import Notation, name_parts, to_latex, to_unicode
from lossmith.view.card import Row
from lossmith.words import Words, same

if TYPE_CHECKING:
    from lossmith.prove.domain import Condition, Domain
    from lossmith.prove.kinks import Kink

CURVATURE_WORDS: dict[str, Words] = {
    "affine": Words("affine (convex and concave)", "仿射（既凸又凹）"),
    "convex": Words("convex", "凸"),
    "concave": Words("concave", "凹"),
    "neither": Words("neither convex nor concave", "既不凸也不凹"),
    "unknown": Words("not known", "未知"),
}


def reading(formula: Formula, wrt: Sequence[Symbol]) -> Row:
    """Return the row that says how the formula was read: its mathematics, then its symbols."""
    names = ", ".join(s.name for s in wrt)
    shown = to_unicode(formula.expr)
    types = "   ".join(_symbol_text(s, s in wrt) for s in formula.symbols)
    kinds = "   ".join(_symbol_text(s, s in wrt, zh=True) for s in formula.symbols)
    return Row(
        Words("read as", "读作"),
        same(f"f({names}) = {shown}"),
        more=(Words(types, kinds),),
        latex=f"f({names}) = {to_latex(formula.expr)}",
    )


def _symbol_text(s: Symbol, variable: bool, *, zh: bool = False) -> str:
    size = shape_text(s.shape)
    if zh and not s.shape:
        size = "标量"
    parts = [to_unicode(s), size, promise(s)]
    if variable:
        parts.append("变量" if zh else "variable")
    return " ".join(p for p in parts if p)


def promise(s: Symbol) -> str:
    """Return what is assumed of a symbol, in the declaration language."""
    a = s.assumptions
    parts: list[str] = []
    if a.values is not None:
        parts.append("in {" + ", ".join(str(v) for v in a.values) + "}")
    elif a.interval != REALS and not (a.structure & {"onehot", "simplex"} and a.interval == UNIT):
        parts.append(interval_text(a.interval))
    if a.integer:
        parts.append("integer")
    implied = {"pd": {"psd", "symmetric", "nonsingular"}, "psd": {"symmetric"}}
    implied |= {"diagonal": {"symmetric"}, "orthogonal": {"nonsingular"}}
    hidden = {w for word in a.structure for w in implied.get(word, set())}
    parts += sorted(a.structure - hidden)
    return " ".join(parts)


def interval_text(i: Interval) -> str:
    """Return a bound as people declare it: >= 0, > 0, in (0, 1]."""
    if i == NONNEGATIVE:
        return ">= 0"
    if i == POSITIVE:
        return "> 0"
    if i.hi is None and i.lo is not None:
        return f"{'>' if i.lo_open else '>='} {i.lo}"
    if i.lo is None and i.hi is not None:
        return f"{'<' if i.hi_open else '<='} {i.hi}"
    return f"in {i}"


def with_names(expr: Expr, *, tex: bool = False, notation: Notation = "matrix") -> tuple[str, str]:
    """Return (formula with repeated parts named, "s = ..., r = ..." or "")."""
    show = to_latex if tex else to_unicode
    parts = name_parts(expr) if notation == "matrix" else ()
    if not parts:
        return show(expr, notation), ""
    names = {part: name for name, part in parts}
    body = show(expr, notation, names)
    let: list[str] = []
    for k, (name, part) in enumerate(parts):
        earlier = {p: n for n, p in parts[:k]}
        let.append(f"{name} = {show(part, notation, earlier)}")
    return body, (r",\quad " if tex else ",   ").join(let)


def gradient(expr: Expr, names: Sequence[str], recheck: Recheck, variables: int) -> Row:
    """Return the row of a gradient (of one variable among several, named)."""
    which = f" {names[0]}" if variables > 1 else ""
    return derivative(Words(f"gradient{which}", f"梯度{which}"), expr, recheck)


def hessian(expr: Expr, names: Sequence[str], recheck: Recheck, variables: int) -> Row:
    """Return the row of a Hessian (of one pair of variables, named)."""
    which = f" {','.join(names)}" if variables > 1 else ""
    return derivative(Words(f"Hessian{which}", f"黑塞矩阵{which}"), expr, recheck)


_TWO_ROUTES = Words("two routes agree", "两条途径一致")


def derivative(label: Words, expr: Expr, recheck: Recheck, notation: Notation = "matrix") -> Row:
    """Return the row of a derivative: closed form, named parts, shape, how it was checked."""
    body, let = with_names(expr, notation=notation)
    text = f"{body},   {let}" if let else body
    size = shape_text(expr.shape)
    checked = _TWO_ROUTES if recheck.confirmed else recheck.words
    shown = Words(
        f"{text}      {size}  {checked.en}",
        f"{text}      {size if expr.shape else '标量'}  {checked.zh}",
    )
    tex_body, tex_let = with_names(expr, tex=True, notation=notation)
    latex = f"{tex_body},\\quad {tex_let}" if tex_let else tex_body
    return Row(label, shown, latex=latex)


def curvature(verdict: Verdict) -> Row:
    """Return the row of the curvature verdict, with its constants and what it leans on."""
    label = Words("convex", "凸性")
    known = CURVATURE_WORDS[verdict.label]
    match verdict.status:
        case "proved":
            text = known
            if verdict.strict and verdict.label in ("convex", "concave"):
                text = Words(f"strictly {known.en}", f"严格{known.zh}")
            text = _joined(text, _strong_words(verdict.strong))
            if verdict.label == "concave":
                text = _joined(
                    text, Words("a maximum is sought, not a minimum", "应求最大而非最小")
                )
            return Row(label, text, "proved", more=_assumed(verdict))
        case "refuted":
            return Row(label, known, "refuted", more=witnesses(verdict))
        case "undecided":
            return Row(label, _blocked(verdict), "undecided", more=_would_decide(verdict))


def _strong_words(strong: Constant) -> Words | None:
    if strong.value is None:
        return None
    m = to_unicode(strong.value)
    text = Words(f"strongly convex, m = {m}", f"强凸，m = {m}")
    return (
        text
        if strong.when is None
        else Words(f"{text.en}, {strong.when.en}", f"{text.zh}，{strong.when.zh}")
    )


def _joined(first: Words, second: Words | None) -> Words:
    if second is None:
        return first
    return Words(f"{first.en}; {second.en}", f"{first.zh}；{second.zh}")


def _assumed(verdict: Verdict) -> tuple[Words, ...]:
    """Return the declarations that the verdict leans on."""
    promised = [(to_unicode(s), promise(s)) for s in symbols(verdict.expr)]
    given = [f"{name} {what}" for name, what in promised if what]
    if not given:
        return ()
    return (Words(f"given {', '.join(given)}", f"前提：{'，'.join(given)}"),)


def witnesses(verdict: Verdict) -> tuple[Words, ...]:
    """Return a line for each witness: the two points, the weight, the data, exact."""
    lines: list[Words] = []
    for w in verdict.witnesses:
        a = ", ".join(f"{s.name} = {nested(v)}" for s, v in w.a.items())
        b = ", ".join(f"{s.name} = {nested(v)}" for s, v in w.b.items())
        data = ", ".join(f"{s.name} = {nested(v)}" for s, v in w.data.items())
        given_en = f" with {data}" if data else ""
        given_zh = f"，其中 {data}" if data else ""
        sign = ">" if w.against == "convex" else "<"
        kind_en = "not convex" if w.against == "convex" else "not concave"
        kind_zh = "非凸" if w.against == "convex" else "非凹"
        t = w.t
        lines.append(
            Words(
                f"{kind_en}: between a: {a} and b: {b}{given_en}, "
                f"f({t}·a + {1 - t}·b) {sign} {t}·f(a) + {1 - t}·f(b)",
                f"{kind_zh}：在 a：{a} 与 b：{b} 之间{given_zh}，"
                f"f({t}·a + {1 - t}·b) {sign} {t}·f(a) + {1 - t}·f(b)",
            )
        )
    return tuple(lines)


def nested(value: object) -> str:
    """Return an exact scalar, vector or matrix as text."""
    if isinstance(value, tuple | list):
        return "[" + ", ".join(nested(v) for v in value) + "]"
    if isinstance(value, Fraction) and value.denominator > 10**6:
        return f"{value.numerator}/{value.denominator}"
    return str(value)


def _blocked(verdict: Verdict) -> Words:
    if verdict.reason is not None:
        return verdict.reason
    if verdict.blocked_at is None:
        return Words("no route closed", "各条途径均未成功")
    shown = to_unicode(verdict.blocked_at)
    return Words(f"no rule of composition covers {shown}", f"没有合成法则适用于 {shown}")


def _would_decide(verdict: Verdict) -> tuple[Words, ...]:
    lines: list[Words] = []
    if verdict.tried:
        en = ", ".join(w.en for w in verdict.tried)
        zh = "，".join(w.zh for w in verdict.tried)
        lines.append(Words(f"tried: {en}", f"已尝试：{zh}"))
    for text in verdict.would_decide:
        lines.append(Words(f'try: --declare "{text}"', f'可以试试：--declare "{text}"'))
    return tuple(lines)


def kinks(found: Sequence[Kink]) -> Row:
    """Return the row of the points without a derivative."""
    label = Words("kinks", "尖点")
    if not found:
        return Row(
            label,
            Words("none: differentiable wherever it is defined", "无：在定义域内处处可微"),
        )
    first, *rest = [k.words for k in found]
    return Row(label, first, more=tuple(rest))


def domain(found: Domain) -> list[Row]:
    """Return the row of the conditions that the declarations leave open, if there are any."""
    if not found.open:
        return []
    first, *rest = dict.fromkeys(_condition(c) for c in found.open)
    return [Row(Words("domain", "定义域"), first, more=tuple(rest))]


def _condition(c: Condition) -> Words:
    what = to_unicode(c.expr)
    because = c.because.atom.name if isinstance(c.because, Apply) else ""
    for_en, for_zh = (f" (for {because})", f"（{because} 的要求）") if because else ("", "")
    if c.needs:
        return Words(f"{what} {c.needs}{for_en}", f"{what} {c.needs}{for_zh}")
    asked = "≠ 0" if c.excludes_zero else interval_text(c.interval)
    return Words(f"{what} {asked}{for_en}", f"{what} {asked}{for_zh}")


def corners(found: Sequence[Corner]) -> list[Row]:
    """Return a row for the kinks at which a closed form shows one slope among several."""
    lines: list[Words] = []
    for c in found:
        name, where = c.node.atom.name, to_unicode(c.where)
        lines.append(
            Words(
                f"away from {where} = 0, where {name} has a kink; there it is one subgradient",
                f"在 {where} = 0 之外成立；该处 {name} 不可导，公式给出一个次梯度",
            )
        )
    if not lines:
        return []
    first, *rest = dict.fromkeys(lines)
    return [Row(Words("holds", "成立范围"), first, more=tuple(rest))]


def step(smooth: Constant, number: float | None = None) -> Row:
    """Return the row of the step bound 1/L; number: L for the data at hand."""
    label = Words("step", "步长")
    if smooth.value is None:
        reason = smooth.reason or Words("no smoothness constant was proved", "未能证明光滑常数")
        return Row(label, Words(f"no constant bound: {reason.en}", f"没有常数上界：{reason.zh}"))
    shown = to_unicode(smooth.value)
    when_en = "" if smooth.when is None else f"   {smooth.when.en}"
    when_zh = "" if smooth.when is None else f"   {smooth.when.zh}"
    more: tuple[Words, ...] = ()
    if number is not None and number > 0:
        more = (
            Words(
                f"for this data: L = {number:.6g}, so η ≤ {1 / number:.6g}; "
                f"above 2/L = {2 / number:.6g} it may diverge",
                f"对这份数据：L = {number:.6g}，故 η ≤ {1 / number:.6g}；"
                f"超过 2/L = {2 / number:.6g} 可能发散",
            ),
        )
    elif not isinstance(smooth.value, Const):
        more = (
            Words(
                "in numbers: --data FILE, --set NAME=VALUE", "要数值：--data FILE，--set NAME=VALUE"
            ),
        )
    return Row(
        label,
        Words(f"η ≤ 1/L,  L = {shown}{when_en}", f"η ≤ 1/L，L = {shown}{when_zh}"),
        "proved",
        more=more,
        latex=rf"\eta \le 1/L,\quad L = {to_latex(smooth.value)}",
    )


def floats(expr: Expr, normalized: Expr) -> list[Row]:
    """Return the row on overflow: where the formula as typed breaks, and what the code does."""
    risky = [e for e in postorder(expr) if isinstance(e, Apply) and _can_overflow(e)]
    if not risky:
        return []
    kept = set(postorder(normalized))
    typed = {e.atom for e in postorder(expr) if isinstance(e, Apply)}
    new = [e.atom for e in kept if isinstance(e, Apply) and e.atom not in typed]
    forms = sorted({a.code["numpy"].replace("{0}", "·") for a in new if "numpy" in a.code})
    lines: list[Words] = []
    for e in risky:
        name, inside = e.atom.name, to_unicode(e.args[0])
        limit = " or ".join(_limit(i) for i in e.atom.overflows)
        zh_limit = "或".join(_limit(i) for i in e.atom.overflows)
        tail_en, tail_zh = "", ""
        if e not in kept and forms:
            tail_en, tail_zh = f"; code uses {', '.join(forms)}", f"；代码改用 {', '.join(forms)}"
        lines.append(
            Words(
                f"{name} overflows when {inside} {limit}{tail_en}",
                f"当 {inside} {zh_limit} 时 {name} 溢出{tail_zh}",
            )
        )
    first, *rest = lines
    return [Row(Words("floats", "浮点"), first, more=tuple(rest))]


def _can_overflow(e: Apply) -> bool:
    known = enclosure(e.args[0]) if e.args else REALS
    return any(not known.meet(i).is_empty for i in e.atom.overflows)


def _limit(i: Interval) -> str:
    """Return an unbounded interval as a comparison, to one decimal."""
    if i.lo is not None:
        return f"> {float(i.lo):.1f}"
    return "" if i.hi is None else f"< {float(i.hi):.1f}"


def minimum(verdict: Verdict) -> Row | None:
    """Return what the verdict says of minimizers, if it says anything."""
    label = Words("minimum", "极小点")
    if verdict.status != "proved" or verdict.label not in ("convex",):
        return None
    if verdict.strong.value is not None:
        when = verdict.strong.when
        tail_en = "" if when is None else f" {when.en}"
        tail_zh = "" if when is None else f"（{when.zh}）"
        return Row(label, Words(f"exists and is unique{tail_en}", f"存在且唯一{tail_zh}"))
    if verdict.strict:
        return Row(label, Words("at most one (strictly convex)", "至多一个（严格凸）"))
    return Row(label, Words("every local minimum is a global one", "局部极小即全局极小"))


def types(formula: Formula) -> list[tuple[str, str]]:
    """Return (symbol, what it is) pairs in the declaration language."""
    kinds = {0: "scalar", 1: "vector", 2: "matrix"}
    rows: list[tuple[str, str]] = []
    for s in formula.symbols:
        kind = kinds.get(len(s.shape), "tensor")
        size = f"({', '.join(str(d) for d in s.shape)})" if s.shape else ""
        rows.append((s.name, " ".join(p for p in (kind + size, promise(s)) if p)))
    return rows
