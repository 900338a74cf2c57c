"""Two objectives side by side as rows of a card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from lossmith.expr import build
from lossmith.expr.node import Symbol
from lossmith.expr.sets import Interval
from lossmith.likelihood.compare import Comparison
from lossmith.text.writing.print_names import unicode_name
from lossmith.text.writing.printing import to_unicode
from lossmith.view.card import Row
from lossmith.words import Words, same


def rows(c: Comparison, wrt: Sequence[Symbol]) -> list[Row]:
    """Return what is the same and what changes from f to g."""
    w = ", ".join(to_unicode(s) for s in wrt)
    lines = [Row(same("g"), same(f"g({w}) = {to_unicode(c.g)}"))]
    return [*lines, *_ANSWERS[c.kind](c)]


def apart(
    name: str,
    data: Mapping[str, Any],
    first: Sequence[Interval],
    second: Sequence[Interval],
    *,
    by_weight: bool,
) -> Row:
    """Return the row of data with which the minimizers differ.

    by_weight: they are the same once a weight is converted; the data have one and the same.
    """
    given = ", ".join(f"{unicode_name(n)} = {_shown(v)}" for n, v in data.items())
    v = unicode_name(name)
    f, g = (" or ".join(_near(i) for i in places) for places in (first, second))
    en = f"f is least at {v} {f} alone, g at {v} {g} alone"
    zh = f"f 仅在 {v} {f} 处最小，g 仅在 {v} {g} 处最小".replace(" or ", " 或 ")
    if by_weight:
        label = Words("same weight", "权重相同")
        head = Words("then the minimizers differ", "此时极小点不同")
    else:
        label = Words("minimizers", "极小点")
        head = (
            Words("in general not the same", "一般不同") if given else Words("not the same", "不同")
        )
    told = Words(f"with {given} {en}", f"取 {given}，{zh}") if given else Words(en, zh)
    return Row(label, Words(f"{head.en}: {told.en}", f"{head.zh}：{told.zh}"), "proved")


def _shown(v: Any) -> str:
    return f"({', '.join(_shown(q) for q in v)})" if isinstance(v, list) else str(v)


def _near(i: Interval) -> str:
    """Return "= 1/2" for an exact place, "≈ 0.567143" for an enclosed one."""
    if i.is_point:
        return f"= {i.lo}"
    assert i.lo is not None
    assert i.hi is not None
    return f"≈ {float((i.lo + i.hi) / 2):.6g}" if i.hi - i.lo < Fraction(1, 10**6) else f"in {i}"


def conditions(c: Comparison) -> tuple[Words, ...]:
    """Return what the comparison supposes."""
    notes = [Words("compared wherever both have a value", "在两者都有定义处比较")]
    if c.promised:
        names = ", ".join(to_unicode(s) for s in c.promised)
        notes.append(Words(f"for {names} > 0", f"设 {names} > 0"))
    if c.labels:
        zh = c.labels.replace(" in ", " 的元素属于 ")
        notes.append(Words(f"for {c.labels}", f"设 {zh}"))
    return tuple(notes)


def _same(text: str, zh: str, badge: str = "proved") -> Row:
    return Row(Words("minimizers", "极小点"), Words(text, zh), badge)


def _equal(c: Comparison) -> list[Row]:
    return [_same("the same: g = f", "相同：g = f")]


def _constant(c: Comparison) -> list[Row]:
    k = to_unicode(c.constant)
    return [
        _same(f"the same: g = f + constant, constant = {k}", f"相同：g = f + 常数，常数 = {k}"),
        _gradients("1", "1"),
    ]


def _multiple(c: Comparison) -> list[Row]:
    k, constant = to_unicode(c.factor), to_unicode(c.constant)
    inverse = to_unicode(build.power(c.factor, -1))
    tail = "" if constant == "0" else f" + ({constant})"
    return [
        _same(f"the same: g = {_bracket(k)} f{tail}", f"相同：g = {_bracket(k)} f{tail}"),
        _gradients(k, _bracket(k)),
        Row(
            Words("step", "步长"),
            Words(
                f"gradient descent on g takes the path of f if its step is {inverse} times as long",
                f"对 g 用梯度下降时，步长取 f 的 {inverse} 倍，路径相同",
            ),
        ),
        Row(
            Words("penalty", "正则项"),
            Words(
                f"a penalty added to f must be multiplied by {k} when it is added to g",
                f"加在 f 上的正则项，加到 g 上时要乘以 {k}",
            ),
        ),
    ]


def _gradients(k: str, bracketed: str) -> Row:
    return Row(
        Words("slopes", "斜率"),
        Words(
            "the gradients are the same"
            if k == "1"
            else f"∇g = {bracketed} ∇f, and so the Hessian",
            "梯度相同" if k == "1" else f"∇g = {bracketed} ∇f，黑塞矩阵亦然",
        ),
    )


def _bracket(text: str) -> str:
    return text if text.isalnum() else f"({text})"


def _increasing(c: Comparison) -> list[Row]:
    k = to_unicode(c.factor)
    times = Words("", "") if k == "1" else Words(f", times {k}", f"，再乘以 {k}")
    return [
        _same(
            f"the same, and the same maximizers: {c.relation}{times.en}, an increasing function",
            f"极小点与极大点都相同：{c.relation}{times.zh}，是增函数",
        ),
        Row(
            Words("gradients", "梯度"),
            Words(
                "the gradients point the same way but differ in length from place to place; "
                "curvature may change",
                "梯度方向相同，但长度之比随位置变化；凸性可能改变",
            ),
        ),
    ]


def _penalty(c: Comparison) -> list[Row]:
    k = to_unicode(c.factor)
    changed = [(a, b) for a, b in (c.swaps or c.weights) if a is not b]
    swaps = ", ".join(f"{to_unicode(a)} → {to_unicode(b)}" for a, b in changed)
    times = Words("", "") if k == "1" else Words(f"{_bracket(k)} ", _bracket(k))
    known = Row(
        Words("minimizers", "极小点"),
        Words(
            "the same once the weight of the penalty is converted: "
            f"g = {times.en}(f with {swaps}) + constant",
            f"换算正则项的权重后相同：g = {times.zh}（f 中 {swaps}）+ 常数",
        ),
        "proved",
        more=(
            Words(
                "with one and the same weight in both they are in general not the same",
                "若两式用同一个权重，极小点一般不同",
            ),
        ),
    )
    return [
        known,
        Row(
            Words("lambda", "λ"),
            Words(
                f"g is f with {swaps}" + (f", times {k}" if k != "1" else ""),
                f"把 f 中的 {swaps}" + (f"，再乘以 {k}" if k != "1" else "") + "，就是 g",
            ),
        ),
        *_step(k, to_unicode(build.power(c.factor, -1))),
    ]


def _step(k: str, inverse: str) -> list[Row]:
    if k == "1":
        return []
    return [
        Row(
            Words("step", "步长"),
            Words(
                f"gradient descent on g takes the same path with a step {inverse} times as long",
                f"对 g 用梯度下降时，步长取 {inverse} 倍，路径相同",
            ),
        )
    ]


def _negated(c: Comparison) -> list[Row]:
    k, constant = to_unicode(c.factor), to_unicode(c.constant)
    tail = "" if constant == "0" else f" + ({constant})"
    left, of = ("g", "f") if c.of_f else ("f", "g")
    side = f"{c.by}({of})" if c.by else of
    return [
        _same(
            f"turned round: {left} = {_bracket(k)} {side}{tail}, so the minimizers of g are the "
            "maximizers of f",
            f"方向相反：{left} = {_bracket(k)} {side}{tail}，g 的极小点是 f 的极大点",
            "refuted",
        )
    ]


def _different(c: Comparison) -> list[Row]:
    witness = c.witness or {}
    f, g = (", ".join(witness.get(k, ())) for k in ("f", "g"))
    return [
        Row(
            Words("multiple", "倍数关系"),
            Words(
                "g is no multiple of f plus a constant: three points refute it",
                "g 不是 f 的倍数加常数：三点即可证伪",
            ),
            "refuted",
            more=(same(f"f: {f}"), same(f"g: {g}")),
        ),
        Row(
            Words("minimizers", "极小点"),
            Words("whether they agree is not decided by this", "极小点是否相同，由此不能判定"),
            "undecided",
        ),
    ]


def _unknown(c: Comparison) -> list[Row]:
    return [
        Row(
            Words("minimizers", "极小点"),
            Words(
                "not decided: neither a multiple nor an increasing function was found, and no "
                "three points tell them apart",
                "未判定：没有找到倍数或增函数关系，也没有三点能区分二者",
            ),
            "undecided",
        )
    ]


_ANSWERS = {
    "equal": _equal,
    "constant": _constant,
    "multiple": _multiple,
    "increasing": _increasing,
    "negated": _negated,
    "penalty": _penalty,
    "different": _different,
    "unknown": _unknown,
}
