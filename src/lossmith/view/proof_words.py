"""The claims of a proof and their reasons as sentences, for any way of writing formulas."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from lossmith.evidence.certificate import Claim, Inference
from lossmith.expr import build
from lossmith.expr.node import Add, Apply, Contract, Expr, Symbol
from lossmith.expr.walk import symbols
from lossmith.rules.inference import INFERENCE
from lossmith.text.printing import to_latex, to_unicode
from lossmith.view.explain import promise
from lossmith.view.proof_steps import row_words, step_words
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

    def words(self, sentence: Words) -> Words:
        """Return a sentence without formulas, written by this pen."""
        return Words(self.text(sentence.en), self.text(sentence.zh))


_TEX_SIGNS: Final = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "_": r"\_", "^": r"\textasciicircum{}",
    "%": r"\%", "&": r"\&", "#": r"\#", "$": r"\$", "~": r"\textasciitilde{}",
    "<": r"$<$", ">": r"$>$", "∞": r"$\infty$", "≤": r"$\le$", "≥": r"$\ge$", "≠": r"$\ne$",
    "·": r"$\cdot$", "−": r"$-$", "λ": r"$\lambda$", "σ": r"$\sigma$", "η": r"$\eta$",
    "μ": r"$\mu$", "²": r"$^2$", "√": r"$\surd$", "‖": r"$\|$", "Σ": r"$\sum$", "ᵀ": r"$^\top$",
    "½": r"$\tfrac12$", "¼": r"$\tfrac14$", "∈": r"$\in$", "∇": r"$\nabla$",
    "∵": r"$\because$", "→": r"$\to$", "§": r"\S{}", "…": r"\dots{}",
}  # fmt: skip


def escaped(text: str) -> str:
    """Return running text for LaTeX: its special signs escaped, signs of mathematics set so."""
    return "".join(_TEX_SIGNS.get(c, c) for c in text)


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

_ADJECTIVES: Final[dict[str, Words]] = {
    "affine": Words("affine", "仿射"),
    "convex": Words("convex", "凸"),
    "concave": Words("concave", "凹"),
    "strictly_convex": Words("strictly convex", "严格凸"),
    "strictly_concave": Words("strictly concave", "严格凹"),
    "log_convex": Words("log-convex", "对数凸"),
    "nondecreasing": Words("nondecreasing", "单调不减"),
    "nonincreasing": Words("nonincreasing", "单调不增"),
}

_SAID: Final[dict[tuple[str, str], Words]] = {
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
    ("sum", "strictly_convex"): Words(
        "a sum of convex terms, one of them strictly, is strictly convex",
        "凸项之和中有一项严格凸，则和严格凸",
    ),
    ("sum", "strictly_concave"): Words(
        "a sum of concave terms, one of them strictly, is strictly concave",
        "凹项之和中有一项严格凹，则和严格凹",
    ),
    ("monomial", "convex"): Words(
        "a product of powers: one exponent at most is positive, and then they add to at least 1",
        "幂的乘积：正指数至多一个，此时指数之和不小于 1",
    ),
    ("monomial", "concave"): Words(
        "a product of powers with exponents > 0 that add to at most 1",
        "指数为正且总和不大于 1 的幂的乘积",
    ),
    ("letter-powers", "concave"): Words(
        "a product of powers with constant exponents >= 0 that add to at most 1",
        "指数为非负常数且总和不大于 1 的幂的乘积",
    ),
    ("letter-powers", "convex"): Words(
        "a product of powers with constant exponents: one at most is positive, and then they add "
        "to at least 1",
        "指数为常数的幂的乘积：正指数至多一个，此时指数之和不小于 1",
    ),
    ("trace-inverse", "concave"): Words(
        "1/tr(W M⁻¹) is concave in a positive definite M", "1/tr(W M⁻¹) 关于正定矩阵 M 是凹的"
    ),
    ("trace-inverse", "log_convex"): Words(
        "tr(W M⁻¹) and λmax(M⁻¹) are log-convex in a positive definite M",
        "tr(W M⁻¹) 与 λmax(M⁻¹) 关于正定矩阵 M 对数凸",
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
    ("constants-loss", "smooth"): Words(
        "a loss φ(Aw + b) in each entry has L = max φ″ · ‖A‖²",
        "逐分量的损失 φ(Aw + b) 满足 L = max φ″ · ‖A‖²",
    ),
    ("constants-loss", "strong"): Words(
        "a loss φ(Aw + b) in each entry has m = min φ″ · λmin(AᵀA)",
        "逐分量的损失 φ(Aw + b) 满足 m = min φ″ · λmin(AᵀA)",
    ),
    ("constants-form", "smooth"): Words(
        "a quadratic form qᵀKq with q = Aw + b has L = 2‖K‖‖A‖²",
        "二次型 qᵀKq（q = Aw + b）满足 L = 2‖K‖‖A‖²",
    ),
    ("constants-form", "strong"): Words(
        "a quadratic form qᵀKq with q = Aw + b has m = 2 λmin(K) λmin(AᵀA)",
        "二次型 qᵀKq（q = Aw + b）满足 m = 2 λmin(K) λmin(AᵀA)",
    ),
    ("constants-zero", "smooth"): Words("an affine function has L = 0", "仿射函数的 L = 0"),
    ("constants-zero", "strong"): Words("a convex function has m = 0", "凸函数至少有 m = 0"),
    ("second-derivative", "smooth"): Words("|f″| ≤ L on the interval", "在该区间上 |f″| ≤ L"),
    ("second-derivative", "strong"): Words("f″ ≥ m on the interval", "在该区间上 f″ ≥ m"),
    ("quasi-ratio", "quasiconcave"): Words(
        "a concave function over a convex positive one", "凹函数除以正的凸函数"
    ),
    ("quasi-curved", "quasiconvex"): Words("it is convex", "它是凸的"),
    ("quasi-curved", "quasiconcave"): Words("it is concave", "它是凹的"),
    ("composition", "affine"): Words("{atom} is affine there", "{atom} 在那里是仿射的"),
    ("composition", ""): Words(
        "{atom} is {curvature} on the values of its argument, which is affine or fits it",
        "{atom} 在自变量的取值范围上是{curvature}的，且自变量是仿射的或与之相配",
    ),
}
"""(rule, claim, or "" for any) -> how the rule reads for that claim, if not by its own words."""


def claimed(claim: Claim, pen: Pen) -> Words:
    """Return what a claim says."""
    said = KINDS[claim.kind]
    other = "" if claim.other is None else pen.formula(claim.other)
    interval = "" if claim.interval is None else pen.text(str(claim.interval))
    words = said.fill(f=pen.formula(claim.expr), g=other, interval=interval)
    narrowed = [
        f"{pen.formula(s)} {pen.text(promise(s))}"
        for s in (symbols(claim.expr) if pen.known else ())
        if s not in pen.known and promise(s)
    ]
    if not narrowed:
        return words
    return Words(
        f"for {', '.join(narrowed)}, {words.en}", f"当 {'，'.join(narrowed)} 时，{words.zh}"
    )


def reasoned(node: Inference, premises: Sequence[Claim], pen: Pen) -> Words:
    """Return why a claim follows from its premises: the rule, said of this claim."""
    if node.rule == "composition" and any(p.kind in _ADJECTIVES for p in premises):
        return _composed(node, premises, pen)
    name = next((p for p in node.parameters if isinstance(p, str)), "")
    if node.rule == "normal-step":
        return pen.words(step_words(name))
    if node.rule == "row":
        return pen.words(row_words(name))
    if node.rule == "strict-entries" and isinstance(node.claim.expr, Apply):
        return pen.words(_TELLS_APART.fill(**_parts(node)))
    if node.rule == "sum" and _is_multiple(node.claim.expr):
        return pen.words(_MULTIPLE.fill(**_parts(node)))
    rule = INFERENCE[node.rule]
    words = _SAID.get((rule.name, node.claim.kind)) or _SAID.get((rule.name, "")) or rule.words
    return pen.words(words.fill(**_parts(node)))


def _is_multiple(e: Expr) -> bool:
    """Return whether e is a number times one term."""
    return isinstance(e, Add) and len(e.terms) == 1


_TELLS_APART: Final = Words(
    "{atom} is {curvature}, and its argument differs wherever the variables do",
    "{atom} 是{curvature}的，且变量不同时其自变量也不同",
)
_MULTIPLE: Final = Words(
    "multiplied by a number of the fitting sign it stays {curvature}",
    "乘以符号相配的常数后仍是{curvature}的",
)


def _composed(node: Inference, premises: Sequence[Claim], pen: Pen) -> Words:
    """Return what the rule of composition asks of a function and of its arguments, said of these.

    A convex function may take a convex argument where it rises and a concave one where it falls;
    a concave function the other way round.
    """
    parts = _parts(node)
    words = pen.words(Words("{atom} is {curvature}", "{atom} 是{curvature}的").fill(**parts))
    for p in premises:
        if p.kind not in _ADJECTIVES:
            continue
        argument = Words(
            f"{pen.formula(p.expr)} is {_ADJECTIVES[p.kind].en}",
            f"{pen.formula(p.expr)} 是{_ADJECTIVES[p.kind].zh}的",
        )
        if p.kind != "affine":
            rises = ("concave" in p.kind) == ("concave" in node.claim.kind)
            way = _RISES if rises else _FALLS
            words = Words(words.en + way.en, words.zh + way.zh)
        words = Words(f"{words.en}, and {argument.en}", f"{words.zh}，且 {argument.zh}")
    return words


_RISES: Final = Words(" and nondecreasing there", "，在那里单调不减")
_FALLS: Final = Words(" and nonincreasing there", "，在那里单调不增")


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
        "curvature": _ADJECTIVES.get(node.claim.kind, same(node.claim.kind)),
    }


def _power(e: Expr) -> str:
    """Return the function that a power applies to its base: t², √t ..."""
    if isinstance(e, Contract) and len(e.factors) == 1:
        t = build.symbol("t", ())
        return to_unicode(build.power(t, e.factors[0][2]))
    return "power"
