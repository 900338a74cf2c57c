"""What people ask next about a derivative: the other labels, the way back, n = 2, its kernel."""

from __future__ import annotations

from fractions import Fraction

from lossmith.calculus.derivation import Derivation
from lossmith.calculus.hoist import is_symmetric
from lossmith.calculus.labels import Relabeled, relabeled
from lossmith.calculus.simplify import simplify
from lossmith.expr.build import contract
from lossmith.expr.node import Apply, Const, Expr, Symbol, children, symbol
from lossmith.expr.types import Shape, shape_text
from lossmith.expr.walk import postorder, substitute, symbols
from lossmith.prove.instance import with_numbers
from lossmith.text.writing.print_names import unicode_name
from lossmith.text.writing.printing import to_unicode
from lossmith.view.card import Row
from lossmith.view.explain import with_names
from lossmith.words import Words, same

_ONE = Fraction(1)
_ONES = "\N{MATHEMATICAL BOLD DIGIT ONE}"
_SIGNS = "{−1, +1}"
_INDICATORS = "{0, 1}"


def remarks(found: Derivation, *, shapes: bool) -> list[Row]:
    """Return what there is to say beside a first or second derivative.

    shapes: write a square one out for n = 2 too.
    """
    x, of = found.wrt, found.start.shape
    if x is None or found.direction is not None:
        return []
    if found.order == 1 and not of:
        return other_labels(found.end, x)
    if found.order != 1 and (of or found.order != 2):
        return []
    lines = sides(of, x) + backward(found.end, of, x) if of else []
    return lines + (written_out(found.end) if shapes else []) + kernel(found.end)


def other_labels(gradient: Expr, wrt: Symbol) -> list[Row]:
    """Return the gradient of a loss of two classes with its labels written the other way."""
    found = relabeled(gradient, wrt)
    if found is None:
        return []
    body, let = with_names(found.end)
    shown = f"{body},   {let}" if let else body
    where = _map(found)
    return [
        Row(
            Words("labels", "标签"),
            Words(f"{shown}      {where.en}", f"{shown}      {where.zh}"),
        )
    ]


def _map(found: Relabeled) -> Words:
    old, new = unicode_name(found.old.name), unicode_name(found.new.name)
    if found.values[0] < 0:
        rule, before, after = f"{new} = (1 + {old})/2", _SIGNS, _INDICATORS
    else:
        rule, before, after = f"{new} = 2{old} − 1", _INDICATORS, _SIGNS
    return Words(
        f"the same for {old} in {before}, written by {rule} in {after}",
        f"若 {old} 取 {before}，令 {rule}（取 {after}），梯度即可写成这样",
    )


def backward(jacobian: Expr, of: Shape, wrt: Symbol) -> list[Row]:
    """Return J'g, the gradient of a loss behind the formula whose slope is g: where J turns over.

    jacobian: axes (of, wrt).
    """
    if len(of) != 1 or not wrt.shape:
        return []
    taken = {s.name for s in symbols(jacobian)} | {str(d) for d in jacobian.shape}
    name = next(n for n in ("g", "h", "q", "slope") if n not in taken)
    g = symbol(name, of)
    rank = len(jacobian.shape)
    back = contract([(jacobian, tuple(range(rank)), _ONE), (g, (0,), _ONE)], tuple(range(1, rank)))
    body, let = with_names(simplify(back).end)
    shown = f"{body},   {let}" if let else body
    size = shape_text(wrt.shape)
    x = unicode_name(wrt.name)
    turns = rank == 2 and not is_symmetric(jacobian)
    return [
        Row(
            Words("backward", "反向传播"),
            Words(
                f"{shown}      {size}  if a loss L of this value follows, with {name} = ∇L "
                f"{shape_text(of)}: the gradient by {x}"
                + ("; the transpose comes in here, not before" if turns else ""),
                f"{shown}      {size}  若后面接损失 L，记 {name} = ∇L {shape_text(of)}，"
                f"这就是对 {x} 的梯度" + ("：转置到这一步才出现" if turns else ""),
            ),
        )
    ]


def sides(of: Shape, wrt: Symbol) -> list[Row]:
    """Return what the rows and the columns of a Jacobian stand for."""
    if len(of) != 1 or len(wrt.shape) != 1:
        return []
    n, d = of[0], wrt.shape[0]
    x = unicode_name(wrt.name)
    return [
        Row(
            Words("layout", "排列"),
            Words(
                f"{n} rows, one for each entry of f; {d} columns, one for each entry of {x}",
                f"{n} 行对应 f 的各分量，{d} 列对应 {x} 的各分量",
            ),
        )
    ]


def kernel(matrix: Expr) -> list[Row]:
    """Return the row that says that a square derivative is singular along (1, ..., 1), if it is."""
    if len(matrix.shape) != 2 or matrix.shape[0] != matrix.shape[1]:
        return []
    moved = simplify(contract([(matrix, (0, 1), _ONE)], (0,))).end
    if not (isinstance(moved, Const) and moved.value == 0):
        return []
    one = f"{_ONES} = (1, …, 1)"
    return [
        Row(
            Words("singular", "奇异"),
            Words(
                f"times {one} it is 0: adding one number to all entries changes nothing",
                f"乘以 {one} 得 0：所有分量同加一个数，结果不变，所以不可逆",
            ),
        )
    ]


def written_out(matrix: Expr) -> list[Row]:
    """Return a square derivative for n = 2, entry by entry, by the entries of one named vector."""
    if len(matrix.shape) != 2 or matrix.shape[0] != matrix.shape[1]:
        return []
    (n, _) = matrix.shape
    if not isinstance(n, str):
        return []
    part = _vector(matrix, n)
    if part is None:
        return []
    p = symbol(_letter(part, matrix), (n,))
    e = substitute(matrix, {part: p})
    if any(s is not p for s in symbols(e)):
        return []
    rows = [[_entry(e, p, i, j) for j in range(2)] for i in range(2)]
    shown = "; ".join("  ".join(row) for row in rows)
    return [Row(same(f"{n} = 2"), same(f"[{shown}]   {p.name} = {to_unicode(part)}"))]


def _vector(matrix: Expr, n: str) -> Expr | None:
    """Return the one function of a vector through which alone the matrix depends on anything."""
    found = [e for e in postorder(matrix) if isinstance(e, Apply) and e.shape == (n,)]
    inner = {c for e in found for c in postorder(*children(e))}
    outer = [e for e in found if e not in inner]
    return outer[0] if len(outer) == 1 else None


def _letter(part: Expr, matrix: Expr) -> str:
    taken = {s.name for s in symbols(matrix)}
    return next(name for name in ("p", "s", "u", "v", "part") if name not in taken and part.shape)


def _entry(e: Expr, p: Symbol, i: int, j: int) -> str:
    """Return entry i, j for n = 2, in the letters p1 and p2."""
    u, v = symbol("row ", p.shape), symbol("column ", p.shape)
    factors = [(e, (0, 1), _ONE), (u, (0,), _ONE), (v, (1,), _ONE)]
    picked = {u: [int(k == i) for k in range(2)], v: [int(k == j) for k in range(2)]}
    entry, letters = with_numbers(contract(factors, ()), (p,), picked, {})
    named: dict[Expr, Expr] = {x: symbol(f"{p.name}{k + 1}") for k, x in enumerate(letters[p])}
    return to_unicode(simplify(substitute(entry, named)).end)
