"""The claims of a proof as sentences, for any way of writing formulas."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from lossmith.evidence.certificate import Claim
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.walk import symbols
from lossmith.text.writing.printing import to_latex, to_unicode
from lossmith.view.explain import promise
from lossmith.view.tex_words import escaped
from lossmith.words import Words, same


@dataclass(frozen=True, slots=True)
class Pen:
    """A way of writing: formulas, and the running text around them.

    names: expressions that are written by a name, such as the whole formula by f.
    known: symbols as the reader declared them; of others a claim says what it assumes.
    """

    write: Callable[[Expr, Mapping[Expr, str]], str]
    text: Callable[[str], str]
    names: Mapping[Expr, str] = field(default_factory=dict[Expr, str])
    known: tuple[Symbol, ...] = ()

    def formula(self, e: Expr) -> str:
        """Return an expression, or its name."""
        return self.write(e, self.names)

    def naming(self, e: Expr, name: str) -> Pen:
        """Return this pen with a name for an expression."""
        return replace(self, names={**self.names, e: name})

    def knowing(self, e: Expr) -> Pen:
        """Return this pen for a reader who knows what is declared of the symbols of e."""
        return replace(self, known=symbols(e))

    def said(self, sentence: Words, **parts: Expr) -> Words:
        """Return a sentence with formulas in it, ``{name}`` standing for each."""
        marks = {name: chr(0xE000 + k) for k, name in enumerate(parts)}
        words = self.words(sentence.fill(**marks))
        for name, e in parts.items():
            shown = self.formula(e)
            words = Words(
                words.en.replace(marks[name], shown), words.zh.replace(marks[name], shown)
            )
        return Words(_joined(words.en), _joined(words.zh))

    def words(self, sentence: Words) -> Words:
        """Return a sentence without formulas, written by this pen."""
        return Words(self.text(sentence.en), self.text(sentence.zh))


PLAIN: Final = Pen(lambda e, names: to_unicode(e, names=names), str)
TEX: Final = Pen(lambda e, names: f"${to_latex(e, names=names)}$", escaped)

KINDS: Final[dict[str, Words]] = {
    "total": Words("{f} is defined everywhere", "{f} 处处有定义"),
    "psd": Words("{f} is positive semidefinite", "{f} 半正定"),
    "affine": Words("{f} is affine", "{f} 是仿射的"),
    "convex": Words("{f} is convex", "{f} 是凸的"),
    "concave": Words("{f} is concave", "{f} 是凹的"),
    "strictly_convex": Words("{f} is strictly convex", "{f} 是严格凸的"),
    "strictly_concave": Words("{f} is strictly concave", "{f} 是严格凹的"),
    "log_convex": Words(
        "{f} is positive (or 0 throughout) and log-convex", "{f} 为正（或恒为 0）且对数凸"
    ),
    "nondecreasing": Words("{f} is nondecreasing", "{f} 单调不减"),
    "nonincreasing": Words("{f} is nonincreasing", "{f} 单调不增"),
    "quasiconvex": Words("{f} is quasiconvex", "{f} 是拟凸的"),
    "quasiconcave": Words("{f} is quasiconcave", "{f} 是拟凹的"),
    "lipschitz": Words("{f} is Lipschitz, K = {g}", "{f} 是利普希茨的，K = {g}"),
    "range": Words("{f} lies in {interval}", "{f} 属于 {interval}"),
    "identity": same("{f} = {g}"),
    "strong": Words("{f} is strongly convex, m = {g}", "{f} 强凸，m = {g}"),
    "smooth": Words("{f} is smooth, L = {g}", "{f} 光滑，L = {g}"),
}
"""Kind of claim -> how it is said of a formula f (and g, or an interval)."""


def claimed(claim: Claim, pen: Pen) -> Words:
    """Return what a claim says."""
    said = KINDS[claim.kind]
    other = "" if claim.other is None else pen.formula(claim.other)
    interval = "" if claim.interval is None else pen.text(str(claim.interval))
    words = said.fill(f=pen.formula(claim.expr), g=other, interval=interval)
    words = Words(_joined(words.en), _joined(words.zh))
    narrowed = [
        _joined(f"{pen.formula(s)} {pen.text(_in_signs(promise(s)))}")
        for s in (symbols(claim.expr) if pen.known else ())
        if s not in pen.known and promise(s)
    ]
    if not narrowed:
        return words
    return Words(
        f"for {', '.join(narrowed)}, {words.en}", f"当 {'，'.join(narrowed)} 时，{words.zh}"
    )


def _in_signs(text: str) -> str:
    """Return a promise such as "in (0, 1)" or ">= 0" in signs of mathematics."""
    for spelled, sign in ((">=", "≥"), ("<=", "≤"), ("inf", "∞")):
        text = text.replace(spelled, sign)
    return f"∈ {text[3:]}" if text.startswith("in ") else text


def _joined(text: str) -> str:
    """Return a sentence in LaTeX with formulas that stand side by side, or after "m =", in one."""
    return re.sub(r"\b([mLK]) = \$", r"$\1 = ", re.sub(r"\$( [=+])? \$", r"\1 ", text))
