"""A reading as rows of a card: laws, priors, what was dropped, lambda, information."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from lossmith.calculus.normalize import normalize
from lossmith.expr import build
from lossmith.expr.node import Add, Const, Contract, Expr, Symbol, symbol
from lossmith.expr.sets import POSITIVE
from lossmith.expr.types import Assumptions, Dim
from lossmith.likelihood.family import Family
from lossmith.likelihood.lift import instance
from lossmith.likelihood.readings import Noise, Prior, Reading
from lossmith.likelihood.score import Fisher
from lossmith.likelihood.terms import canonical
from lossmith.text.writing.print_names import unicode_name
from lossmith.text.writing.printing import to_unicode
from lossmith.view.card import Row
from lossmith.words import Words, same

_ONE: Final = build.const(1)


def free_parameter(name: str) -> Symbol:
    """Return a free parameter of a law as a positive symbol."""
    return symbol(name, (), Assumptions(POSITIVE))


def name_for(name: str, taken: Collection[str]) -> str:
    """Return a name for a free parameter that the formula does not use."""
    used = set(taken)
    return next(n for n in (name, f"{name}_0", f"{name}_1", f"{name}_2") if n not in used)


def _law(shown: str, arguments: Mapping[str, Expr]) -> str:
    """Return how a law is written; a variance is shown as one, not as the square of a root."""
    arguments = {name: normalize(_entry(e)).end for name, e in arguments.items()}
    texts = {name: to_unicode(e) for name, e in arguments.items()}
    sigma = arguments.get("sigma")
    if sigma is not None and "{sigma}²" in shown and not isinstance(sigma, Symbol):
        texts["sigma"] = to_unicode(canonical(build.power(sigma, 2)))
        shown = shown.replace("{sigma}²", "{sigma}")
    precision = arguments.get("P")
    if precision is not None and not isinstance(precision, Symbol):
        texts["P"] = f"({texts['P']})"
    return shown.format(**texts)


def plain_law(
    label: Words, family: Family, y: Symbol, arguments: Mapping[str, Expr], proved: str
) -> Row:
    """Return the row of a law by its parameters alone."""
    law = f"{to_unicode(y)} ~ {_law(family.shown, arguments)}"
    alone = bool(y.shape) and not family.core
    return Row(label, _named(family, law, _ENTRIES if alone else same("")), proved)


def observed(r: Noise) -> str:
    """Return how the observation is written: its symbol, unless that only says which it was."""
    return r.pattern.outcome or to_unicode(r.observed)


def noise(
    r: Noise, proved: str, taken: Collection[str], stated: Mapping[str, Expr] | None = None
) -> Row:
    """Return the row of the noise law, its dispersion and its link.

    stated: the parameters of the law, where it was stated; else they are those that f has.
    """
    pattern = r.pattern
    name = name_for(pattern.free, taken) if pattern.free else ""
    known: dict[str, Expr] = {"eta": r.predictor, "y": r.observed, "c": r.factor, **r.inner}
    if r.estimated is not None:
        known[pattern.free] = r.estimated
    elif name:
        known[pattern.free] = free_parameter(name)
    found = {p: instance(text, known) for p, text in pattern.arguments.items()}
    law = f"{observed(r)} ~ {_law(pattern.family.shown, found if stated is None else stated)}"
    more = [Words(f"link: {pattern.link.en}", f"连接函数：{pattern.link.zh}")]
    if r.mask is not None:
        m = to_unicode(r.mask)
        more.append(
            Words(
                f"only where {m} = 1: the other entries are missing",
                f"仅在 {m} = 1 处有观测，其余为缺失数据",
            )
        )
    if pattern.mean:
        more.append(_center(r, instance(pattern.mean, _each(known))))
    if stated is None:
        more += _scale(r, name)
    return Row(
        Words("noise", "噪声"), _named(pattern.family, law, _apart(r)), proved, more=tuple(more)
    )


def soft(q: Symbol, e: Expr) -> Row:
    """Return what a letter for soft labels stands for."""
    return Row(
        Words("labels", "标签"),
        Words(
            f"{to_unicode(q)} = {to_unicode(e)}: soft labels, rows of probabilities",
            f"{to_unicode(q)} = {to_unicode(e)}：软标签，每行是一组概率",
        ),
    )


def _named(family: Family, law: str, apart: Words) -> Words:
    """Return a law with its name in front."""
    return Words(f"{family.words.en}: {law}{apart.en}", f"{family.words.zh}：{law}{apart.zh}")


_ENTRIES: Final = Words("   entries independent", "   各分量独立")


def _apart(r: Noise) -> Words:
    """Return which parts of the observation are independent."""
    if not r.pattern.whole:
        return _ENTRIES if r.observed.shape else same("")
    rows = len(r.observed.shape) > 1
    return Words("   rows independent", "   各行独立") if rows else same("")


def _each(known: Mapping[str, Expr]) -> dict[str, Expr]:
    """Return the names of a row for one entry, where all entries have the same values."""
    found = {name: _entry(e) for name, e in known.items() if name != "y"}
    return dict(known) if any(e.shape for e in found.values()) else {**known, **found}


def _scale(r: Noise, name: str) -> list[Words]:
    """Return the value of the dispersion for f as it stands, or that it is estimated."""
    if r.estimated is not None:
        value = to_unicode(r.estimated)
        own = unicode_name(r.pattern.free)
        shown = own if value == own else f"{own} = {value}"
        return [Words(f"{shown} is estimated too", f"{shown} 也一并估计")]
    if r.dispersion is None:
        return []
    value = f"{unicode_name(name)} = {to_unicode(r.dispersion)}"
    if r.pattern.free == "sigma":
        square = canonical(build.power(r.dispersion, 2))
        value = f"{unicode_name(name)}² = {to_unicode(square)}"
    return [
        Words(
            f"{value} for f as it stands; another value only scales f",
            f"对现有的 f，{value}；取其他值只相当于把 f 整体缩放",
        )
    ]


def _center(r: Noise, mean: Expr) -> Words:
    """Return the mean of the law, or that it has none for the parameters that f has."""
    family, y, shown = r.pattern.family, observed(r), to_unicode(mean)
    if family.mean_above is not None:
        name, least = family.mean_above
        value = r.arguments()[name]
        if isinstance(value, Const) and value.value <= least:
            at = f"{unicode_name(name)} = {value.value}"
            return Words(
                f"median: {shown}; there is no mean for {at}, it needs {unicode_name(name)} > "
                f"{least}",
                f"中位数：{shown}；{at} 时没有均值（需要 {unicode_name(name)} > {least}）",
            )
    when = family.when
    where = same("") if when is None else Words(f"   ({when.en})", f"   （{when.zh}）")
    return Words(f"mean: E[{y}] = {shown}{where.en}", f"均值：E[{y}] = {shown}{where.zh}")


def prior(p: Prior, scale: Expr, proved: str) -> Row:
    """Return the row of a prior."""
    found = p.arguments(scale)
    w = to_unicode(p.argument)
    law = f"{w} ~ {_law(p.penalty.family.shown, found)}"
    alone = bool(p.variable.shape) and not p.penalty.whole
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
        _named(p.penalty.family, law, _ENTRIES if alone else same("")),
        proved,
        more=tuple(more),
    )


def _entry(e: Expr) -> Expr:
    """Return the number that stands in every entry of an array, the array itself if none does."""
    match e:
        case Const():
            return build.const(e.value)
        case Contract() if e.shape and not e.summed:
            ones = [f for f, labels, _ in e.factors if labels and isinstance(f, Const)]
            rest = [f for f in e.factors if not f[1]]
            if len(ones) + len(rest) == len(e.factors) and all(f.value == 1 for f in ones):
                return build.contract(rest, ())
        case Add() if e.shape:
            each = [(c, _entry(t)) for c, t in e.terms]
            if not any(t.shape for _, t in each):
                return build.add(*each, shape=())
        case _:
            pass
    return e


def identity(r: Reading, proved: str) -> Row:
    """Return f = kappa (-log p) + constant."""
    w = ", ".join(to_unicode(s) for s in r.wrt)
    parts: list[str] = []
    if r.noise is not None:
        y = observed(r.noise)
        parts.append(f"−log p({y} | {w})")
    parts += [f"− log p({to_unicode(p.argument)})" for p in r.priors]
    inside = " ".join(parts) if parts[0].startswith("−log") else "−" + " ".join(parts)[2:]
    shown_scale = to_unicode(r.scale)
    if "/" in shown_scale:
        shown_scale = f"({shown_scale})"
    scale = "" if r.scale is _ONE else f"{shown_scale} · "
    bracket = f"({inside})" if scale else inside
    constant = to_unicode(r.constant)
    unsaid = [f.constant for f in _families(r) if f.constant]
    exact = constant == "0" and not unsaid
    shown = f"f = {scale}{bracket}" + ("" if exact else " + constant")
    shown_zh = f"f = {scale}{bracket}" + ("" if exact else " + 常数")
    more: tuple[Words, ...] = ()
    if constant != "0":
        more = (Words(f"dropped: constant = {constant}", f"被略去的常数 = {constant}"),)
    return Row(Words("loss", "损失"), Words(shown, shown_zh), proved, more=more)


def _families(r: Reading) -> list[Family]:
    noise = [] if r.noise is None else [r.noise.pattern.family]
    return [*noise, *(p.penalty.family for p in r.priors)]


def estimate(r: Reading) -> Row:
    """Return what a minimizer is in statistics."""
    if r.priors and r.noise is not None:
        text = Words("maximum a posteriori (MAP)", "最大后验估计（MAP）")
    elif r.noise is not None:
        text = Words("maximum likelihood", "最大似然估计")
    else:
        text = Words("mode of the prior", "先验的众数")
    return Row(Words("minimizer", "极小点"), text)


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
            else Words("the variance of the slope of −log p", "即 −log p 的斜率的方差")
        )
        if f.by_mean:
            why = Words(
                "the expectation of the Hessian of −log p, which is affine in the observation: "
                "E[y] stands in its place",
                "即 −log p 的黑塞矩阵的期望；它关于观测值是仿射的，以 E[y] 代入即得",
            )
        rows.append(
            Row(
                Words("Fisher", "费希尔信息"),
                Words(
                    f"I({unicode_name(name)}) = {to_unicode(f.expr)}   {why.en}",
                    f"I({unicode_name(name)}) = {to_unicode(f.expr)}   {why.zh}",
                ),
                "proved" if f.observed or f.by_mean else "",
            )
        )
    return rows


def no_information(noise: Noise) -> list[Row]:
    """Return why the Fisher information has no text, if that is so."""
    why = noise.pattern.unknown
    if why is None:
        return []
    label = Words("Fisher", "费希尔信息")
    return [Row(label, Words(f"no closed form here: {why.en}", f"此处无闭式：{why.zh}"))]


def size_of(shape: tuple[Dim, ...]) -> Expr | None:
    """Return the number of observations."""
    return build.size_of(shape[0]) if shape else None
