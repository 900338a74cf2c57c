"""The stationary points of a formula told as a proof, at two depths, as text, LaTeX and HTML.

*Student*: the gradient, why it vanishes where it does and nowhere else, what each point is; how a
sign is shown is folded away. *Researcher*: the same lines with the parts of the certificate that
they come from, nothing folded, what the proof leans on, its size and the time of a replay.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from time import perf_counter
from typing import TYPE_CHECKING, Final

from lossmith.calculus.gradient import gradient
from lossmith.errors import LossmithError
from lossmith.evidence.points.course import Course
from lossmith.evidence.points.elimination import EliminationCertificate
from lossmith.evidence.points.layers import LayersCertificate
from lossmith.evidence.points.zeros import ZerosCertificate
from lossmith.evidence.replay import replay
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.walk import count
from lossmith.prove.points.points import KIND_WORDS, PointsCertificate
from lossmith.view.outline import Outline
from lossmith.view.points_course import digits
from lossmith.view.points_evidence import told
from lossmith.view.proof_words import PLAIN, Pen
from lossmith.view.sentence import Sentence
from lossmith.words import Words

if TYPE_CHECKING:
    from lossmith.prove.points.points import Stationary, StationaryPoint
    from lossmith.view.outline import Depth

_LONGEST: Final = 40
"""Nodes that a partial derivative may have to be shown."""


@dataclass(frozen=True, slots=True)
class PointsProof(Outline):
    """Why the stationary points of a formula are these, and no others."""

    found: Stationary
    expr: Expr
    wrt: tuple[Symbol, ...]

    def sentences(self, depth: Depth = "student", pen: Pen = PLAIN) -> tuple[Sentence, ...]:
        """Return the sentences at a depth, formulas written by the pen."""
        certificate = self.found.certificate
        named = pen.naming(self.expr, "f")
        lines = _gradient(self.expr, self.wrt, pen)
        if certificate is not None:
            lines += told(certificate, named)
        elif self.found.status == "proved" and depth == "student":
            lines.append(Sentence(pen.words(_SEARCHED), "[search]"))
        lines += _points(self.found, pen) + _rest(self.found, pen, shown=certificate is not None)
        if depth == "researcher":
            lines = [replace(s, folded=False) for s in lines]
            return (*lines, *_leaning(certificate, pen))
        return tuple(_numbered(lines))


def _numbered(lines: list[Sentence]) -> list[Sentence]:
    """Return the lines with numbers for marks, those below one with a dot."""
    made: list[Sentence] = []
    for s in lines:
        if s.level == 0:
            made.append(replace(s, mark=str(1 + sum(t.level == 0 for t in made))))
        else:
            made.append(replace(s, mark="·"))
    return made


def _gradient(e: Expr, wrt: tuple[Symbol, ...], pen: Pen) -> list[Sentence]:
    """Return the partial derivatives, those that are short."""
    lines: list[Sentence] = []
    for x in wrt:
        try:
            slope = gradient(e, x).end
        except LossmithError:
            return []  # it has none that could be shown, such as a function with a kink
        if count(slope) > _LONGEST:
            continue
        text = Words("the slope of f is {g}", "f 的导数为 {g}")
        if len(wrt) > 1:
            text = Words("∂f/∂{x} = {g}", "∂f/∂{x} = {g}")
        lines.append(Sentence(pen.said(text, x=x, g=slope), "[gradient]"))
    return lines


# -- conclusions -----------------------------------------------------------------------------------


def _points(found: Stationary, pen: Pen) -> list[Sentence]:
    """Return a line for each point or set: its kind, its place, its value, and why."""
    lines: list[Sentence] = []
    for p in found.points:
        lines.append(Sentence(_point(p, pen), "[point]"))
        if p.reason is not None:
            lines.append(Sentence(pen.words(p.reason), "·", 1))
    return lines


def _point(p: StationaryPoint, pen: Pen) -> Words:
    if p.set_of is not None:
        return _valued(p, pen.words(p.words), pen)
    name = KIND_WORDS[p.kind]
    parts = [_coordinate(p, x, pen) for x in p.box]
    where = ", ".join(parts)
    kink = Words(" (a kink)", "（不可导点）") if p.at_kink else Words("", "")
    return _valued(p, Words(f"{name.en}: {where}{kink.en}", f"{name.zh}：{where}{kink.zh}"), pen)


def _coordinate(p: StationaryPoint, x: Symbol, pen: Pen) -> str:
    if x not in p.exact:
        return pen.said(Words(f"{{x}} {digits(p.box[x])}", ""), x=x).en
    return pen.said(Words("{x} = {c}", ""), x=x, c=p.exact[x]).en


def _valued(p: StationaryPoint, said: Words, pen: Pen) -> Words:
    """Return a sentence with the value added, and whether it is the least of all."""
    en, zh = said.en, said.zh
    if p.exact_value is not None:
        shown = pen.said(Words(", f = {v}", "，f = {v}"), v=p.exact_value)
        en, zh = en + shown.en, zh + shown.zh
    elif p.value is not None and p.value.is_bounded:
        shown = pen.words(Words(f", f {digits(p.value)}", f"，f {digits(p.value)}"))
        en, zh = en + shown.en, zh + shown.zh
    if p.is_global:
        en, zh = f"{en}, the least value of all", f"{zh}，是全局最小值"
    return Words(en, zh)


def _rest(found: Stationary, pen: Pen, *, shown: bool) -> list[Sentence]:
    """Return whether these are all, and what the infimum is where no point has it.

    shown: whether the lines above say why; only then a proof ends here.
    """
    end = " □" if found.status == "proved" and shown else ""
    label = Words("stationary points", "驻点")
    text = Words(f"{label.en}: {found.words.en}{end}", f"{label.zh}：{found.words.zh}{end}")
    lines = [Sentence(pen.words(text), "[complete]")]
    if found.about_least is not None:
        about = found.about_least
        value = "" if found.least is None else f"{digits(found.least).removeprefix('= ')}, "
        low = Words(f"infimum: {value}{about.en}", f"下确界：{value}{about.zh}")
        lines.append(Sentence(pen.words(low), "[infimum]"))
    return lines


# -- what it leans on ------------------------------------------------------------------------------

_SOURCES: Final[dict[type, Words]] = {
    Course: Words(
        "the mean value theorem, and signs of slopes by exact interval arithmetic",
        "中值定理，以及由严格区间算术得到的导数符号",
    ),
    EliminationCertificate: Words(
        "identities checked by multiplying out, and Sturm chains (Cox, Little & O'Shea 2015, "
        "chapter 3)",
        "展开核对的恒等式与施图姆序列（Cox, Little & O'Shea 2015，第 3 章）",
    ),
    ZerosCertificate: Words(
        "Krawczyk's interval Newton step (Neumaier 1990, section 5.1)",
        "Krawczyk 区间牛顿步（Neumaier 1990，5.1 节）",
    ),
    LayersCertificate: Words(
        "the chain, sum and product rules, and the intermediate value theorem",
        "链式、求和与乘积法则，以及介值定理",
    ),
}


_SEARCHED: Final = Words(
    "that these are all rests on exact algebra in the search; no certificate of this kind is made",
    "没有其他点这一结论来自搜索中的精确代数运算；这类结论没有证书",
)
_ALGEBRA: Final = Words(
    "exact algebra in the search; no certificate of this kind is made",
    "搜索中的精确代数运算；这类结论没有证书",
)


def _leaning(certificate: PointsCertificate | None, pen: Pen) -> list[Sentence]:
    """Return the theorems, the size of the evidence and the time of a replay."""
    head = Sentence(Words("leans on", "依据"))
    if certificate is None:
        return [head, Sentence(pen.words(_ALGEBRA), "·", 1)]
    data = certificate.to_json()
    begin = perf_counter()
    replay(data)
    took = 1000 * (perf_counter() - begin)
    measured = Words(
        f"one certificate of {len(json.dumps(data))} bytes; replayed by the checker in "
        f"{took:.1f} ms",
        f"一份证书，{len(json.dumps(data))} 字节；检验器重放用时 {took:.1f} 毫秒",
    )
    source = _SOURCES[type(certificate)]
    return [
        head,
        Sentence(pen.words(source), "·", 1),
        Sentence(pen.words(measured), "·", 1),
    ]
