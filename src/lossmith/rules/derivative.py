"""The differential calculus, one row for each kind of node.

Source of all rows: Magnus & Neudecker 2019, Matrix Differential Calculus, chapters 5 and 8;
on labelled axes: Laue, Mitterreiter & Giesen 2020, A Simple and Efficient Tensor Calculus.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import replace
from fractions import Fraction

from lossmith.errors import UsageError
from lossmith.expr.build import ones, select, zeros
from lossmith.expr.node import Add, Apply, Comparison, Const, Contract, Delta, Expr, Factor, Select
from lossmith.expr.types import Shape
from lossmith.expr.walk import postorder
from lossmith.rules.rule import DerivativeRule, Partial
from lossmith.words import Words

Case = tuple[tuple[Comparison, ...], Expr]

_ONE = Fraction(1)
_SOURCE = "Magnus & Neudecker 2019, chapter 5"


def _axes(shape: Shape) -> tuple[int, ...]:
    return tuple(range(len(shape)))


# -- sums and products ---------------------------------------------------------------------------


def _sum_fits(node: Expr, moving: Set[Expr]) -> bool:
    return isinstance(node, Add)


def _sum_partials(node: Expr, moving: Set[Expr]) -> tuple[Partial, ...]:
    assert isinstance(node, Add)
    return tuple(Partial(t, c, (), _axes(node.shape)) for c, t in node.terms if t in moving)


def _moving_factors(node: Contract, moving: Set[Expr]) -> list[Factor]:
    return [f for f in node.factors if f[0] in moving]


def _linear_fits(node: Expr, moving: Set[Expr]) -> bool:
    if not isinstance(node, Contract):
        return False
    found = _moving_factors(node, moving)
    return len(found) == 1 and found[0][2] == 1


def _power_fits(node: Expr, moving: Set[Expr]) -> bool:
    if not isinstance(node, Contract):
        return False
    found = _moving_factors(node, moving)
    return len(found) == 1 and found[0][2] != 1


def _product_fits(node: Expr, moving: Set[Expr]) -> bool:
    return isinstance(node, Contract)


def _product_partials(node: Expr, moving: Set[Expr]) -> tuple[Partial, ...]:
    """One term for each factor that moves: the others stay, u^p leaves p u^(p-1) behind."""
    assert isinstance(node, Contract)
    terms: list[Partial] = []
    for k, (f, labels, p) in enumerate(node.factors):
        if f not in moving:
            continue
        rest = [*node.factors[:k], *node.factors[k + 1 :]]
        through = _through_square(f, p, labels, moving, node)
        if through:
            terms += [replace(t, factors=(*rest, *t.factors)) for t in through]
            continue
        if p != 1:
            rest.append((f, labels, p - 1))
        terms.append(Partial(f, p, tuple(rest), labels))
    return tuple(terms)


def _through_square(
    f: Expr, p: Fraction, labels: tuple[int, ...], moving: Set[Expr], node: Contract
) -> list[Partial]:
    """Return d(f^p) = p/2 f^(p-2) d(f^2) for p > 1 where f^2 is smooth: a norm, an absolute value.

    So the slope has its value 0 where f = 0, which p f^(p-1) df would leave undefined. [] if f has
    no such square, or its square is not made of the arguments at hand.
    """
    if p <= 1 or not isinstance(f, Apply) or f.atom.square is None:
        return []
    square = f.atom.square(*f.args)
    c = Fraction(1)
    if isinstance(square, Add) and len(square.terms) == 1:
        ((c, square),) = square.terms
    if not isinstance(square, Contract):
        return []
    if not all(g in moving for g, _, _ in square.factors):
        return []
    first = max((k for _, ls, _ in node.factors for k in ls), default=-1) + 1
    names = dict(enumerate(labels)) | {k: first + k for k in square.summed}
    outer = ((f, labels, p - 2),) if p != 2 else ()
    return [
        replace(
            t,
            coefficient=t.coefficient * c * p / 2,
            factors=(*outer, *_named(t.factors, names)),
            labels=tuple(names[k] for k in t.labels),
        )
        for t in _product_partials(square, moving)
    ]


def _named(factors: tuple[Factor, ...], names: Mapping[int, int]) -> tuple[Factor, ...]:
    return tuple((f, tuple(names[k] for k in ls), p) for f, ls, p in factors)


# -- functions -----------------------------------------------------------------------------------


def _entrywise_fits(node: Expr, moving: Set[Expr]) -> bool:
    return isinstance(node, Apply) and node.atom.signature.is_entrywise


def _whole_fits(node: Expr, moving: Set[Expr]) -> bool:
    return isinstance(node, Apply)


def _chain_partials(node: Expr, moving: Set[Expr]) -> tuple[Partial, ...]:
    """The slope of the card times the change of the argument, for each argument that moves."""
    assert isinstance(node, Apply)
    signature = node.atom.signature
    batch = len(node.shape) - len(signature.output)
    rank = len(node.shape)
    terms: list[Partial] = []
    for k, arg in enumerate(node.args):
        if arg not in moving:
            continue
        slope = node.atom.slopes[k] if k < len(node.atom.slopes) else None
        if slope is None:
            raise _no_slope(node, k)
        inner = tuple(range(rank, rank + len(signature.inputs[k])))
        labels = (*range(batch), *inner)
        for c, term in _split(slope(*node.args)):
            terms.append(_opened(arg, c, term, labels, rank))
    return tuple(terms)


def _split(slope: Expr) -> list[tuple[Fraction, Expr]]:
    """Return the slope in terms, apart where unit tensors allow a shortcut."""
    if isinstance(slope, Const) and slope.value == 0:
        return []
    if isinstance(slope, Add) and (
        len(slope.terms) == 1 or any(_has_delta(t) for _, t in slope.terms)
    ):
        return list(slope.terms)
    return [(_ONE, slope)]


def _has_delta(e: Expr) -> bool:
    return isinstance(e, Delta) or (
        isinstance(e, Contract) and any(isinstance(f, Delta) for f, _, _ in e.factors)
    )


def _opened(arg: Expr, c: Fraction, term: Expr, labels: tuple[int, ...], rank: int) -> Partial:
    """Return the term as a partial; a unit tensor with an axis of the argument renames that axis.

    The term has the axes of the node, then those of the argument's core (labels rank, rank+1 ..).
    """
    if isinstance(term, Const) and term.value == 1:
        return Partial(arg, c, (), labels)
    if not _has_delta(term):
        return Partial(arg, c, ((term, _axes(term.shape), _ONE),), labels)
    names: dict[int, int] = {}
    kept: list[Factor] = []
    inside = term.factors if isinstance(term, Contract) else ((term, _axes(term.shape), _ONE),)
    for f, ls, p in inside:
        last = max(ls, default=0)
        if isinstance(f, Delta) and ls[0] != ls[1] and last >= rank and last not in names:
            names[last] = min(ls)
        else:
            kept.append((f, ls, p))

    def root(k: int) -> int:
        while k in names:
            k = names[k]
        return k

    renamed = tuple((f, tuple(root(k) for k in ls), p) for f, ls, p in kept)
    return Partial(arg, c, renamed, tuple(root(k) for k in labels))


def _no_slope(node: Apply, k: int) -> UsageError:
    name, what = node.atom.name, node.atom.words
    return UsageError(
        Words(
            f"the derivative of {name} with respect to its argument {k + 1} is not known",
            f"{name} 对第 {k + 1} 个自变量的导数未知",
        ),
        why=Words(
            f"{name} is {what.en}; its card writes no slope by other functions",
            f"{name} 是{what.zh}；它的资料没有用其他函数写出这个导数",
        ),
        attempt=Words(
            "stop one derivative earlier (a first-order method needs no more), or differentiate "
            "with respect to another symbol",
            "少求一阶导数（一阶方法用不到更高阶），或对其他符号求导",
        ),
    )


# -- choices -------------------------------------------------------------------------------------


def _choice_fits(node: Expr, moving: Set[Expr]) -> bool:
    return isinstance(node, Select)


def _choice_partials(node: Expr, moving: Set[Expr]) -> tuple[Partial, ...]:
    assert isinstance(node, Select)
    axes = _axes(node.shape)
    cases, otherwise = _wide_cases(node, moving)
    values = dict.fromkeys([*(value for _, value in cases), otherwise])
    terms: list[Partial] = []
    for value in values:
        if value in moving:
            mask = select([(g, _mark(v, value)) for g, v in cases], _mark(otherwise, value))
            guard = isinstance(mask, Select)
            factors = ((mask, axes, _ONE),) if guard else ()
            terms.append(Partial(value, _ONE, factors, axes, guard))
    return tuple(terms)


def _wide_cases(node: Select, moving: Set[Expr]) -> tuple[list[Case], Expr]:
    """Return the cases that hold on an open set.

    Where u = 0 is asked for there is no room to move in, so the value of that case says nothing
    of a slope; where u != 0 is all that is asked for, the cases after it are such.
    """
    kept: list[Case] = []
    for guard, value in node.cases:
        thin = [c for c in guard if c.relation in ("==", "!=") and _is_thin(c.expr, moving)]
        if any(c.relation == "==" for c in thin):
            continue
        wide = tuple(c for c in guard if not any(c is t for t in thin))
        if not wide:
            return kept, value
        kept.append((wide, value))
    return kept, node.otherwise


def _is_thin(e: Expr, moving: Set[Expr]) -> bool:
    """Return whether e = 0 leaves no room: e moves, by analytic functions alone.

    relu(x) = 0 on a half-line, and x I = 0 off the diagonal.
    """
    return e in moving and not any(
        isinstance(part, Delta)
        or (part in moving and isinstance(part, Select))
        or (
            part in moving
            and isinstance(part, Apply)
            and (bool(part.atom.kinks) or part.atom.rough is not None)
        )
        for part in postorder(e)
    )


def _mark(v: Expr, value: Expr) -> Expr:
    return ones(v.shape) if v is value else zeros(v.shape)


SUM = DerivativeRule(
    name="sum",
    formula="d(u + v) = du + dv",
    words=Words("sum rule", "加法法则"),
    reason=Words(
        "the differential of a sum is the sum of the differentials, constants contribute nothing",
        "和的微分等于各项微分之和，常数项的微分为零",
    ),
    source=_SOURCE,
    fits=_sum_fits,
    partials=_sum_partials,
)

LINEAR = DerivativeRule(
    name="linear",
    formula="d(A u) = A du",
    words=Words("linearity", "线性"),
    reason=Words(
        "everything else in the product is constant and passes through",
        "乘积中其余因子都是常数，可以提到微分号外面",
    ),
    source=_SOURCE,
    fits=_linear_fits,
    partials=_product_partials,
)

POWER = DerivativeRule(
    name="power",
    formula="d(u^p) = p u^(p-1) du",
    words=Words("power rule", "幂法则"),
    reason=Words(
        "the exponent comes down as a factor and falls by one",
        "指数作为系数移到前面，同时指数减一",
    ),
    source=_SOURCE,
    fits=_power_fits,
    partials=_product_partials,
)

PRODUCT = DerivativeRule(
    name="product",
    formula="d(u v) = du v + u dv",
    words=Words("product rule", "乘积法则"),
    reason=Words(
        "each factor moves in turn while the others stand still; their order and indices are kept",
        "让各因子依次变动、其余不动，再相加；因子的次序与指标保持不变",
    ),
    source=_SOURCE,
    fits=_product_fits,
    partials=_product_partials,
)

CHAIN = DerivativeRule(
    name="chain",
    formula="d phi(u) = phi'(u) .* du",
    words=Words("chain rule", "链式法则"),
    reason=Words(
        "the outer function contributes its slope, entry by entry",
        "外层函数逐元素地贡献它的导数",
    ),
    source=_SOURCE,
    fits=_entrywise_fits,
    partials=_chain_partials,
)

WHOLE = DerivativeRule(
    name="matrix-function",
    formula="d F(A) = F'(A)[dA]",
    words=Words("differential of a function of vectors or matrices", "向量或矩阵函数的微分"),
    reason=Words(
        "the function's own differential is applied to the change of its argument",
        "把函数自身的微分作用在自变量的变化上",
    ),
    source="Magnus & Neudecker 2019, chapter 8",
    fits=_whole_fits,
    partials=_chain_partials,
)

CHOICE = DerivativeRule(
    name="choice",
    formula="d cases(c, u, v) = cases(c, du, dv)",
    words=Words("branch by branch", "逐分支求导"),
    reason=Words(
        "away from the boundary of the cases the chosen branch alone moves",
        "在分界点以外，只有被选中的分支在变动",
    ),
    source="by definition of the derivative at an interior point of a case",
    fits=_choice_fits,
    partials=_choice_partials,
)

DERIVATIVE_RULES = (SUM, LINEAR, POWER, PRODUCT, CHAIN, WHOLE, CHOICE)
"""In the order they are tried; constants and symbols have no row, they end the chain."""

READ_OFF = Words(
    "the factor that meets the change of the variable is the derivative",
    "与自变量的变化相配的因子就是导数",
)
