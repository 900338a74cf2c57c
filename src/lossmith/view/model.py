"""A reading as rows of a card: laws, priors, what was dropped, lambda, information."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from typing import Final

from lossmith.expr import build
from lossmith.expr.node import Const, Expr, Symbol, symbol
from lossmith.expr.sets import POSITIVE, REALS
from lossmith.expr.types import FREE, Assumptions, Dim
from lossmith.likelihood.lift import instance
from lossmith.likelihood.readings import Counts, Noise, Prior, Reading, Unread
from lossmith.likelihood.refuse import Refusal
from lossmith.likelihood.score import Fisher
from lossmith.likelihood.statements import Derived, Statement
from lossmith.likelihood.terms import canonical
from lossmith.text.print_names import unicode_name
from lossmith.text.printing import to_latex, to_unicode
from lossmith.view.card import Row
from lossmith.words import Words, same

_ONE: Final = build.const(1)


def _free(name: str) -> Symbol:
    """Return a free parameter of a law as a positive symbol."""
    return symbol(name, (), Assumptions(POSITIVE))


def _name_for(name: str, taken: Collection[str]) -> str:
    """Return a name for a free parameter that the formula does not use."""
    used = set(taken)
    return next(n for n in (name, f"{name}_0", f"{name}_1", f"{name}_2") if n not in used)


def _law(shown: str, arguments: Mapping[str, Expr]) -> str:
    """Return how a law is written; a variance is shown as one, not as the square of a root."""
    texts = {name: to_unicode(e) for name, e in arguments.items()}
    sigma = arguments.get("sigma")
    if sigma is not None and "{sigma}²" in shown and not isinstance(sigma, Symbol):
        texts["sigma"] = to_unicode(canonical(build.power(sigma, 2)))
        shown = shown.replace("{sigma}²", "{sigma}")
    precision = arguments.get("P")
    if precision is not None and not isinstance(precision, Symbol):
        texts["P"] = f"({texts['P']})"
    return shown.format(**texts)


def noise(r: Noise, proved: str, taken: Collection[str]) -> Row:
    """Return the row of the noise law, its dispersion and its link."""
    pattern = r.pattern
    name = _name_for(pattern.free, taken) if pattern.free else ""
    known: dict[str, Expr] = {"eta": r.predictor, "y": r.observed, "c": r.factor, **r.inner}
    if r.estimated is not None:
        known[pattern.free] = r.estimated
    elif name:
        known[pattern.free] = _free(name)
    found = {p: instance(text, known) for p, text in pattern.arguments.items()}
    y = to_unicode(r.observed)
    law = f"{y} ~ {_law(pattern.family.shown, found)}"
    entries = Words("   entries independent", "   各分量独立") if r.observed.shape else same("")
    if pattern.whole:
        rows = len(r.observed.shape) > 1
        entries = Words("   rows independent", "   各行独立") if rows else same("")
    more = [Words(f"link: {pattern.link.en}", f"连接函数：{pattern.link.zh}")]
    if pattern.mean:
        mean = to_unicode(instance(pattern.mean, known))
        when = pattern.family.when
        where = same("") if when is None else Words(f"   ({when.en})", f"   （{when.zh}）")
        more.append(Words(f"mean: E[{y}] = {mean}{where.en}", f"均值：E[{y}] = {mean}{where.zh}"))
    if r.estimated is not None:
        value = f"{unicode_name(pattern.free)} = {to_unicode(r.estimated)}"
        more.append(Words(f"{value} is estimated too", f"{value} 也一并估计"))
    elif r.dispersion is not None:
        value = f"{unicode_name(name)} = {to_unicode(r.dispersion)}"
        if pattern.free == "sigma":
            square = canonical(build.power(r.dispersion, 2))
            value = f"{unicode_name(name)}² = {to_unicode(square)}"
        more.append(
            Words(
                f"{value} for f as it stands; another value only scales f",
                f"对现有的 f，{value}；取其他值只相当于把 f 整体缩放",
            )
        )
    return Row(
        Words("noise", "噪声"),
        Words(
            f"{pattern.family.words.en}: {law}{entries.en}",
            f"{pattern.family.words.zh}：{law}{entries.zh}",
        ),
        proved,
        more=tuple(more),
    )


def prior(p: Prior, scale: Expr, proved: str) -> Row:
    """Return the row of a prior."""
    found = p.arguments(scale)
    w = to_unicode(p.argument)
    law = f"{w} ~ {_law(p.penalty.family.shown, {k: _entry(e) for k, e in found.items()})}"
    alone = bool(p.variable.shape) and not p.penalty.whole
    entries = Words("   entries independent", "   各分量独立") if alone else same("")
    more = [p.penalty.effect]
    if not p.is_proper:
        v = to_unicode(p.variable)
        more.append(
            Words(
                f"by itself a density of {v} only if {w} = 0 forces {v} = 0; otherwise it is flat "
                "in some direction (improper)",
                f"仅当 {w} = 0 能推出 {v} = 0 时它本身才是 {v} 的密度；"
                "否则在某个方向上恒定（非正常先验）",
            )
        )
    return Row(
        Words("prior", "先验"),
        Words(
            f"{p.penalty.family.words.en}: {law}{entries.en}",
            f"{p.penalty.family.words.zh}：{law}{entries.zh}",
        ),
        proved,
        more=tuple(more),
    )


def _entry(e: Expr) -> Expr:
    """Return 0 for an array of zeros, so that a law reads as that of one entry."""
    from_array = getattr(e, "value", None)
    return build.const(from_array) if isinstance(from_array, Fraction) else e


def identity(r: Reading, proved: str) -> Row:
    """Return f = kappa (-log p) + constant."""
    w = ", ".join(to_unicode(s) for s in r.wrt)
    parts: list[str] = []
    if r.noise is not None:
        y = to_unicode(r.noise.observed)
        parts.append(f"−log p({y} | {w})")
    parts += [f"− log p({to_unicode(p.argument)})" for p in r.priors]
    inside = " ".join(parts) if parts[0].startswith("−log") else "−" + " ".join(parts)[2:]
    shown_scale = to_unicode(r.scale)
    if "/" in shown_scale:
        shown_scale = f"({shown_scale})"
    scale = "" if r.scale is _ONE else f"{shown_scale} · "
    bracket = f"({inside})" if scale else inside
    constant = to_unicode(r.constant)
    shown = f"f = {scale}{bracket}" + ("" if constant == "0" else " + constant")
    shown_zh = f"f = {scale}{bracket}" + ("" if constant == "0" else " + 常数")
    more: tuple[Words, ...] = ()
    if constant != "0":
        more = (Words(f"dropped: constant = {constant}", f"被略去的常数 = {constant}"),)
    return Row(Words("loss", "损失"), Words(shown, shown_zh), proved, more=more)


def estimate(r: Reading) -> Row:
    """Return what a minimizer is in statistics."""
    if r.priors and r.noise is not None:
        text = Words("maximum a posteriori (MAP)", "最大后验估计（MAP）")
    elif r.noise is not None:
        text = Words("maximum likelihood", "最大似然估计")
    else:
        text = Words("mode of the prior", "先验的众数")
    return Row(Words("minimizer", "极小点"), text)


def lambdas(r: Reading, taken: Collection[str]) -> list[Row]:
    """Return for each penalty its factor by noise and prior scale, for the usual scalings."""
    if r.noise is None:
        return []
    used = set(taken)
    pattern = r.noise.pattern
    rows: list[Row] = []
    weight = _ONE
    if pattern.free:
        free = _free(_name_for(pattern.free, used))
        weight = instance(pattern.weight, {pattern.free: free, **r.noise.inner})
        used.add(free.name)
    for p in r.priors:
        if not p.penalty.free or isinstance(p.factor, Const):
            continue
        own = _free(_name_for(p.penalty.free, used))
        per = instance(p.penalty.weight, {p.penalty.free: own, **p.inner})
        ratio = build.divide(per, weight)
        name = to_unicode(p.factor)
        # A matrix of the law takes the factor of the data part up.
        factor = _ONE if pattern.energy else r.noise.factor
        here = canonical(build.multiply(factor, ratio))
        more = tuple(
            Words(
                f"{label.en:<28} {to_unicode(canonical(build.multiply(c, ratio)))}",
                f"{label.zh} {to_unicode(canonical(build.multiply(c, ratio)))}",
            )
            for label, c in _scalings(r.noise)
        )
        head = Words(
            f"{name} = {to_unicode(here)} for this loss",
            f"此损失中 {name} = {to_unicode(here)}",
        )
        if more:
            head = Words(
                f"{head.en}; by the factor of the data part:", f"{head.zh}；按数据项的系数："
            )
        rows.append(Row(Words("lambda", "λ"), head, more=more))
    return rows


def _scalings(r: Noise) -> list[tuple[Words, Expr]]:
    """Return the usual factors of a data part, in words of signs."""
    if r.pattern.energy:
        return []
    found: list[tuple[Words, Expr]] = [(Words("sum", "求和：      "), _ONE)]
    n = _size(r.observed.shape)
    if r.pattern.free and "2" in r.pattern.weight:
        found.append((Words("half the sum", "和的一半：  "), build.const(Fraction(1, 2))))
    if n is not None:
        found.append((Words("mean (1/n)", "平均 (1/n)："), build.power(n, -1)))
        if r.pattern.free and "2" in r.pattern.weight:
            found.append(
                (
                    Words("half the mean (1/(2n))", "平均的一半："),
                    build.scale(Fraction(1, 2), build.power(n, -1)),
                )
            )
    return found


def _size(shape: tuple[Dim, ...]) -> Expr | None:
    return build.size_of(shape[0]) if shape else None


def slopes(fishers: Mapping[str, Fisher], residuals: Mapping[str, Expr]) -> list[Row]:
    """Return the rows of the score under a canonical link, and of the Fisher information."""
    rows: list[Row] = []
    for name, e in residuals.items():
        rows.append(
            Row(
                Words("slope", "斜率"),
                Words(
                    f"canonical link: the data part has the gradient {to_unicode(e)} by "
                    f"{unicode_name(name)}, the design times (mean − observation)",
                    f"典则连接：数据项对 {unicode_name(name)} 的梯度为 {to_unicode(e)}，"
                    "即设计矩阵乘以（均值 − 观测）",
                ),
                "proved",
            )
        )
    for name, f in fishers.items():
        why = (
            Words(
                "the Hessian of −log p, in which no observation occurs",
                "即 −log p 的黑塞矩阵，其中不含观测值",
            )
            if f.observed
            else Words("the expectation of the Hessian of −log p", "即 −log p 的黑塞矩阵的期望")
        )
        rows.append(
            Row(
                Words("Fisher", "费希尔信息"),
                Words(
                    f"I({unicode_name(name)}) = {to_unicode(f.expr)}   {why.en}",
                    f"I({unicode_name(name)}) = {to_unicode(f.expr)}   {why.zh}",
                ),
            )
        )
    return rows


def entropy(r: Reading) -> list[Row]:
    """Return the rows that say which cross-entropy the loss is."""
    if r.noise is None:
        return []
    y, w = to_unicode(r.noise.observed), ", ".join(to_unicode(s) for s in r.wrt)
    n = _size(r.noise.observed.shape)
    mean = f"−(1/{to_unicode(n)}) log p({y} | {w})" if n is not None else f"−log p({y} | {w})"
    text = Words(
        f"{mean} is the cross-entropy from the data to the model: to minimize it is to maximize "
        "the likelihood",
        f"{mean} 是从数据到模型的交叉熵：极小化它就是极大化似然",
    )
    more: list[Words] = [
        Words(
            "for many observations it tends to H(truth) + KL(truth ‖ model), by the law of large "
            "numbers; "
            f"H(truth) does not depend on {w}",
            f"观测很多时由大数定律趋于 H(真实分布) + KL(真实分布 ‖ 模型)；H(真实分布) 与 {w} 无关",
        )
    ]
    if not r.priors and n is not None:
        whole = build.multiply(r.scale, n)
        shift = canonical(build.divide(build.negate(r.constant), whole))
        shown = to_unicode(shift)
        tail = "" if shown == "0" else f" − {shown[1:]}" if shown[0] == "−" else f" + {shown}"
        per = to_unicode(canonical(whole))
        head = "f" if per == "1" else f"f/{per}" if per.isalnum() else f"f/({per})"
        more.insert(0, same(f"{mean} = {head}{tail}"))
    if r.noise.pattern.family.name.startswith("Bernoulli"):
        more.append(
            Words(
                "labels are certain, so their own entropy is 0 and each term is KL itself",
                "标签是确定的，自身的熵为 0，每一项就是 KL",
            )
        )
    return [Row(Words("entropy", "熵"), text, more=tuple(more))]


def conditions(r: Reading | Unread) -> tuple[Words, ...]:
    """Return what the reading supposes beyond the declarations."""
    notes: list[Words] = []
    if r.promised:
        names = ", ".join(to_unicode(s) for s in r.promised)
        notes.append(Words(f"for {names} > 0", f"设 {names} > 0"))
    priors = r.priors if isinstance(r, Reading) else ()
    bounded = [p.variable for p in priors if not _is_free(p.variable)]
    if bounded:
        names = ", ".join(to_unicode(s) for s in bounded)
        notes.append(
            Words(
                f"{names} is declared to lie in a set: the prior is this law restricted to it, "
                "which changes the constant alone",
                f"{names} 声明在某个集合内：先验是限制在该集合上的这一分布，只改变常数",
            )
        )
    several = [s for s in r.wrt if sum(p.variable is s for p in priors) > 1]
    if several:
        names = ", ".join(to_unicode(s) for s in several)
        notes.append(
            Words(
                f"{names} has several penalties: its prior is the product of these densities "
                "normalized anew, which changes the constant alone; that can be done: all are "
                "bounded, and one of them has a finite integral",
                f"{names} 有多个正则项：先验是这些密度之积重新归一化，只改变常数；"
                "各密度有界且其中之一可积，故可归一化",
            )
        )
    if isinstance(r, Reading) and r.needed:
        names = ", ".join(to_unicode(e) for e in r.needed)
        notes.append(Words(f"where {names} > 0", f"要求 {names} > 0"))
    if isinstance(r, Reading) and r.noise is not None:
        y, labels = r.noise.observed, r.noise.pattern.labels
        if y.assumptions == FREE and labels != "scalar":
            kind = labels.removeprefix("scalar ")
            whole = Words("whole numbers >= 0", "为非负整数")
            said = Words(kind, kind.replace("in ", "属于 ").replace("> 0", "大于 0"))
            said = whole if "integer" in kind else said
            notes.append(
                Words(
                    f"for {to_unicode(y)} with entries {said.en}",
                    f"设 {to_unicode(y)} 的元素{said.zh}",
                )
            )
        elif y.assumptions.values is not None and labels == "scalar":
            shown = ", ".join(str(v) for v in y.assumptions.values)
            notes.append(
                Words(
                    f"{to_unicode(y)} is declared to be one of {shown}, so a law with a density "
                    "fits it as a formula only",
                    f"{to_unicode(y)} 声明只取 {shown}，连续分布对它只是形式上的",
                )
            )
    return tuple(notes)


def _is_free(s: Symbol) -> bool:
    return s.assumptions.interval == REALS and not s.assumptions.structure


def counts(c: Counts, proved: str = "") -> list[Row]:
    """Return the rows of draws that are given by their numbers alone."""
    p = to_unicode(c.probability)
    share = Fraction(c.ones, c.ones + c.zeros)
    known = Words("maximum likelihood", "最大似然估计")
    if isinstance(c.probability, Symbol) and c.probability.assumptions.interval.has(share):
        known = Words(
            f"{known.en}: {p} = {share}, the share of ones",
            f"{known.zh}：{p} = {share}，即 1 所占的比例",
        )
    return [
        Row(
            Words("noise", "噪声"),
            Words(
                f"Bernoulli({p}): {c.ones} draws of 1 and {c.zeros} of 0, independent",
                f"Bernoulli({p})：独立抽取，{c.ones} 次为 1，{c.zeros} 次为 0",
            ),
            proved,
        ),
        Row(
            Words("loss", "损失"),
            Words(
                f"f = −log({p}^{c.ones} (1 − {p})^{c.zeros}) + constant",
                f"f = −log({p}^{c.ones} (1 − {p})^{c.zeros}) + 常数",
            ),
            proved,
        ),
        Row(
            Words("minimizer", "极小点"),
            known,
        ),
    ]


def unread(r: Unread, refused: Refusal | None) -> list[Row]:
    """Return what is known of a loss without a reading."""
    label = Words("model", "模型")
    if refused is not None:
        return [
            Row(label, refused.words, "refuted"),
            Row(Words("nearest", "最接近的"), refused.nearest),
        ]
    rows = [
        Row(
            label,
            Words(
                "no law, link and prior of the table gives this loss",
                "表中没有分布、连接函数与先验能给出此损失",
            ),
            "undecided",
            more=(same(to_unicode(r.left)),),
        )
    ]
    if r.noise is not None:
        name = r.noise.pattern.family.words
        rows.append(
            Row(
                Words("nearest", "最接近的"),
                Words(
                    f"{name.en} for the other terms, without the terms above",
                    f"其余各项对应{name.zh}，不含上面的项",
                ),
            )
        )
    return rows


def derivation(statements: Sequence[Statement], d: Derived, wrt: Sequence[Symbol]) -> list[Row]:
    """Return the way from the laws to the loss, line by line."""
    w = ", ".join(to_unicode(s) for s in wrt)
    laws = [
        Row(
            same(f"{k:>2}"),
            Words(f"{s.text}   {s.family.words.en}", f"{s.text}   {s.family.words.zh}"),
            more=(same(f"−log density: {s.family.energy}"),),
        )
        for k, s in enumerate(statements, start=1)
    ]
    k = len(statements)
    steps = [
        (
            d.whole,
            Words(
                "the laws multiply, so their −log densities add",
                "各分布相乘，故其 −log 密度相加",
            ),
        )
    ]
    if d.recognized is not d.whole:
        steps.append((d.recognized, _joined(d.rules)))
    steps.append(
        (
            d.loss,
            Words(
                f"dropped, since {w} does not occur: {to_unicode(d.dropped)}",
                f"略去不含 {w} 的项：{to_unicode(d.dropped)}",
            ),
        )
    )
    told = [
        Row(same(f"{j:>2}"), same(to_unicode(e)), more=(why,), latex=to_latex(e))
        for j, (e, why) in enumerate(steps, start=k + 1)
    ]
    loss = Row(Words("loss", "损失"), same(to_unicode(d.loss)), latex=to_latex(d.loss))
    return [*laws, *told, loss]


def _joined(rules: Sequence[Words]) -> Words:
    return Words("; ".join(r.en for r in rules), "；".join(r.zh for r in rules))
