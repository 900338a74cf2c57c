"""A formula as rows of a card: what was read, where it holds, its derivatives and kinks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lossmith.calculus.derivation import Corner, Derivation, Differential
from lossmith.calculus.reverify import Recheck
from lossmith.expr.node import Apply, Contract, Expr, Symbol
from lossmith.expr.sets import NONNEGATIVE, POSITIVE, REALS, UNIT, Interval
from lossmith.expr.types import shape_text
from lossmith.expr.walk import postorder, substitute, symbols
from lossmith.text.parse import Formula
from lossmith.text.writing.print_names import latex_name, unicode_name
from lossmith.text.writing.print_operators import in_matrices
from lossmith.text.writing.printing import Notation, name_parts, to_latex, to_unicode, with_parts
from lossmith.view.card import Row
from lossmith.words import Words, same

if TYPE_CHECKING:
    from lossmith.prove.kinks.kinks import Kink
    from lossmith.prove.proving.domain import Condition, Domain


def reading(formula: Formula, wrt: Sequence[Symbol]) -> Row:
    """Return the row that says how the formula was read: its mathematics, then its symbols."""
    names = ", ".join(to_unicode(s) for s in wrt)
    tex_names = ", ".join(to_latex(s) for s in wrt)
    shown = to_unicode(formula.expr)
    types = "   ".join(_symbol_text(s, s in wrt) for s in formula.symbols)
    kinds = "   ".join(_symbol_text(s, s in wrt, zh=True) for s in formula.symbols)
    return Row(
        Words("read as", "读作"),
        same(f"f({names}) = {shown}"),
        more=(Words(types, kinds),),
        latex=f"f({tex_names}) = {to_latex(formula.expr)}",
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
    expr, letters = in_matrices(expr) if notation == "matrix" else (expr, ())
    told = [letter.latex if tex else letter.unicode for letter in letters]
    parts = name_parts(expr) if notation == "matrix" else ()
    body, lines = with_parts(expr, parts, notation, tex=tex)
    shown = latex_name if tex else unicode_name
    let = [f"{shown(name)} = {line}" for (name, _), line in zip(parts, lines, strict=True)]
    return body, (r",\quad " if tex else ",   ").join([*let, *told])


def labelled(kind: Words, names: Sequence[str], variables: int) -> Words:
    """Return "gradient", or "gradient w₁" where there are several variables."""
    which = " " + ",".join(unicode_name(n) for n in names) if variables > 1 else ""
    return Words(f"{kind.en}{which}", f"{kind.zh}{which}")


GRADIENT = Words("gradient", "梯度")
HESSIAN = Words("Hessian", "黑塞矩阵")
JACOBIAN = Words("Jacobian", "雅可比矩阵")
INVERSE = Words("inverse", "反函数")
GAUSS_NEWTON = Words("Gauss-Newton", "高斯-牛顿")
_TWO_ROUTES = Words("two routes agree", "两种算法核对一致")


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
    more = (_KRONECKER,) if "⊗" in body and len(expr.shape) == 4 else ()
    return Row(label, shown, latex=latex, more=more)


_KRONECKER = Words(
    "A ⊗ B takes a move D to A D Bᵀ: the matrix for vec(D) with its rows one after another",
    "A ⊗ B 把变动 D 变为 A D Bᵀ：对应把 D 按行依次排成的 vec(D)",
)


def constrained(inside: Derivation, notation: Notation = "matrix") -> Row:
    """Return the row of the gradient in the space of a structured matrix, below the free one."""
    assert inside.wrt is not None
    name = unicode_name(inside.wrt.name)
    body, let = with_names(inside.end, notation=notation)
    text = f"{body},   {let}" if let else body
    kind = (
        Words("diagonal", "对角矩阵")
        if inside.wrt.assumptions.has("diagonal")
        else Words("symmetric", "对称矩阵")
    )
    return Row(
        kind,
        Words(
            f"{text}      as {name} moves among {kind.en} matrices; above: entry by entry",
            f"{text}      {name} 只在{kind.zh}中变动时的梯度；上一行把各元素当作独立变量",
        ),
        latex=with_names(inside.end, tex=True, notation=notation)[0],
    )


def kinks(found: Sequence[Kink]) -> Row:
    """Return the row of the points without a derivative."""
    label = Words("kinks", "不可导点")
    if not found:
        return Row(
            label,
            Words("none: differentiable wherever it is defined", "无：在定义域内处处可微"),
        )
    first, *rest = [k.words for k in found]
    return Row(label, first, more=tuple(rest))


def domain(found: Domain) -> list[Row]:
    """Return the row of the conditions that the declarations leave open, if there are any."""
    if found.is_empty:
        words = Words("empty: the formula is defined nowhere", "空集：该公式处处无定义")
        return [Row(Words("domain", "定义域"), words)]
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


def corners(found: Derivation, *, order: int = 1) -> list[Row]:
    """Return a row for the kinks at which a derivative of this order is one choice or none."""
    lines = dict.fromkeys(_corner(c, order) for c in found.corners)
    lines |= dict.fromkeys(_ties(found, order))
    sets = dict.fromkeys(_subgradients(found)) if order == 1 else {}
    rows = ((Words("holds", "成立范围"), [*lines]), (Words("subgradients", "次梯度"), [*sets]))
    return [Row(label, told[0], more=tuple(told[1:])) for label, told in rows if told]


def _subgradients(found: Derivation) -> list[Words]:
    """Return the subdifferentials of the functions of a whole array that have a kink."""
    nodes = dict.fromkeys(s.node for s in found.steps if isinstance(s, Differential))
    # The kink of a norm that the formula divides by is no place where it has a value.
    parts = [e for e in postorder(found.start) if isinstance(e, Contract)]
    divisors = {f for e in parts for f, _, p in e.factors if p < 0}
    # The variable has its structure back in the result: ½X + ½Xᵀ is X.
    wrt = found.wrt
    bound: dict[Expr, Expr] = {
        s: wrt for s in symbols(*nodes) if wrt is not None and s.name == wrt.name
    }
    return [
        _set_of_slopes(substitute(e.args[0], bound), e.atom.name, e.atom.subgradients)
        for e in nodes
        if isinstance(e, Apply) and e.atom.subgradients is not None and e not in divisors
    ]


def _set_of_slopes(at: Expr, name: str, slopes: Words) -> Words:
    letter, inside = "Z" if len(at.shape) == 2 else "z", to_unicode(at)
    return Words(
        f"of {name} at {letter} = {inside}: {slopes.en}",
        f"{name} 在 {letter} = {inside}：{slopes.zh}",
    )


def _ties(found: Derivation, order: int) -> list[Words]:
    """Return the places of functions of a whole array that have no derivative there."""
    nodes = dict.fromkeys(s.node for s in found.steps if isinstance(s, Differential))
    lines: list[Words] = []
    for e in nodes:
        if not isinstance(e, Apply):
            continue
        if e.atom.rough is not None:
            lines.append(_tie(e.atom.name, e.atom.rough))
        if e.atom.beyond is not None and order == 1 and not _is_invertible(e.args[0]):
            what, beyond = to_unicode(e.args[0]), e.atom.beyond
            lines.append(Words(f"where {what} {beyond.en}", f"{what} {beyond.zh}"))
    return lines


def _tie(name: str, where: Words) -> Words:
    return Words(
        f"away from points {where.en} ({name}): there the formula takes one slope of "
        "several, or has no value",
        f"{where.zh}除外（{name}）：那里公式取其中一个斜率，或没有值",
    )


def _is_invertible(e: Expr) -> bool:
    return isinstance(e, Symbol) and any(map(e.assumptions.has, ("nonsingular", "pd")))


def _corner(c: Corner, order: int) -> Words:
    where = to_unicode(c.where)
    entry_en, entry_zh = ("an entry of ", "的某个分量") if c.where.shape else ("", "")
    name = c.node.atom.name
    if order > 1:
        return Words(
            f"away from points where {entry_en}{where} is 0: there {name} or its slope has a kink",
            f"{where} {entry_zh}为 0 处除外：那里 {name} 或其导数不可导",
        )
    set_en, set_zh = _slopes(c)
    return Words(
        f"away from points where {entry_en}{where} is 0: there {name} has a kink{set_en}",
        f"{where} {entry_zh}为 0 处除外：那里 {name} 不可导{set_zh}",
    )


def _slopes(c: Corner) -> tuple[str, str]:
    """Return the subdifferential of the function at its kink, where its ends are numbers."""
    kinks = [k for k in c.node.atom.kinks if k.at == c.at]
    for k in kinks:
        if k.left is not None and k.right is not None:
            low, high = min(k.left, k.right), max(k.left, k.right)
            return (
                f" and every slope in [{low}, {high}]; the formula takes one of them",
                f"，斜率可取 [{low}, {high}] 中任一值，公式取其中之一",
            )
    return ", and the formula takes one slope of several", "，公式取其中一个斜率"


def types(formula: Formula) -> list[tuple[str, str]]:
    """Return (symbol, what it is) pairs in the declaration language."""
    return [(s.name, _kind(s)) for s in formula.symbols]


def declared(s: Symbol) -> str:
    """Return the declaration of a symbol: "lam: scalar >= 0"."""
    return f"{s.name}: {_kind(s)}"


def _kind(s: Symbol) -> str:
    kind = {0: "scalar", 1: "vector", 2: "matrix"}.get(len(s.shape), "tensor")
    size = f"({', '.join(str(d) for d in s.shape)})" if s.shape else ""
    return " ".join(part for part in (kind + size, promise(s)) if part)
