"""Canonical constructors: the only way to make an expression, and where ill-typed ones are refused.

``add`` collects like terms; ``apply`` checks shapes and domains; ``select`` makes choices. The
product ``contract`` lives in ``expr.product``. Two formulas that differ by associativity,
commutativity, renamed indices or collected numbers become the same object.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from lossmith.errors import DomainError, ShapeError
from lossmith.expr.atom import Atom
from lossmith.expr.node import (
    Add,
    Comparison,
    Const,
    Contract,
    Expr,
    add_node,
    apply_node,
    const_node,
    delta,
    select_node,
    symbol,
)
from lossmith.expr.product import contract, ones, size_of
from lossmith.expr.ranges import enclosure
from lossmith.expr.types import Dim, Shape, shape_text
from lossmith.words import Words

__all__ = [
    "add", "apply", "broadcast", "const", "contract", "delta", "diag", "diagonal", "divide",
    "entrywise", "identity_like", "inner", "matmul", "mean", "multiply", "negate", "ones", "outer",
    "power", "scale", "select", "size_of", "subtract", "sum_all", "symbol", "total", "trace",
    "transpose", "zeros",
]  # fmt: skip

Number = int | Fraction


def const(value: Number, shape: Shape = ()) -> Expr:
    """Return the tensor of this shape filled with an exact number."""
    return const_node(Fraction(value), shape)


def zeros(shape: Shape = ()) -> Expr:
    """Return the zero tensor."""
    return const_node(Fraction(0), shape)


def add(*terms: tuple[Number, Expr] | Expr, shape: Shape | None = None) -> Expr:
    """Return the sum of coefficient * term, like terms collected.

    terms: expressions or (rational, expression) pairs of one shape.  shape: needed if empty.
    Raises: ShapeError if shapes differ (broadcasting is explicit, see ``broadcast``).
    """
    total: dict[Expr, Fraction] = {}
    for term in terms:
        c, e = term if isinstance(term, tuple) else (1, term)
        if shape is None:
            shape = e.shape
        if e.shape != shape:
            raise _shapes_differ(shape, e.shape)
        _collect(total, Fraction(c), e)
    if shape is None:
        raise ShapeError(Words("an empty sum has no shape", "空的和没有形状"))
    kept = [(c, e) for e, c in total.items() if c]
    if not kept:
        return zeros(shape)
    if len(kept) == 1:
        c, e = kept[0]
        if isinstance(e, Const):
            return const_node(c * e.value, shape)
        if c == 1:
            return e
    kept.sort(key=lambda term: term[1].digest)
    return add_node(tuple(kept), shape)


def _collect(total: dict[Expr, Fraction], c: Fraction, e: Expr) -> None:
    """Add c*e to the collected terms, those of a sum (or of a transposed sum) one by one."""
    if isinstance(e, Add):
        # One level more at most: a number times a transposed sum.
        for inner_c, inner in e.terms:
            _collect(total, c * inner_c, inner)
    elif isinstance(e, Const):
        one = const_node(Fraction(1), e.shape)
        total[one] = total.get(one, Fraction(0)) + c * e.value
    elif isinstance(e, Contract) and len(e.factors) == 1 and isinstance(e.factors[0][0], Add):
        # A transposed sum is the sum of the transposed terms.
        inner_sum, labels, exponent = e.factors[0]
        if exponent == 1 and sorted(labels) == list(range(e.rank)):
            assert isinstance(inner_sum, Add)
            for inner_c, inner in inner_sum.terms:
                turned = contract([(inner, labels, Fraction(1))], tuple(range(e.rank)))
                _collect(total, c * inner_c, turned)
        else:
            total[e] = total.get(e, Fraction(0)) + c
    else:
        total[e] = total.get(e, Fraction(0)) + c


def scale(c: Number, e: Expr) -> Expr:
    """Return c*e for an exact number c."""
    return add((Fraction(c), e))


def negate(e: Expr) -> Expr:
    """Return -e."""
    return scale(-1, e)


def subtract(a: Expr, b: Expr) -> Expr:
    """Return a - b (equal shapes)."""
    return add((1, a), (-1, b))


def broadcast(e: Expr, shape: Shape) -> Expr:
    """Return a scalar repeated to a shape; an expression that has the shape already is returned."""
    if e.shape == shape:
        return e
    if e.shape:
        raise _shapes_differ(shape, e.shape)
    rank = len(shape)
    return contract([(e, (), 1), (ones(shape), tuple(range(rank)), 1)], tuple(range(rank)))


def _common(*args: Expr) -> Shape:
    """Return the one non-scalar shape among the arguments."""
    shapes = {a.shape for a in args if a.shape}
    if len(shapes) > 1:
        first, second = sorted(shapes, key=str)[:2]
        raise _shapes_differ(first, second)
    return shapes.pop() if shapes else ()


def multiply(*args: Expr) -> Expr:
    """Return the product entry by entry; scalars scale."""
    shape = _common(*args)
    axes = tuple(range(len(shape)))
    return contract([(a, axes if a.shape else (), 1) for a in args], axes, shape=shape)


def power(base: Expr, exponent: Number) -> Expr:
    """Return base^exponent entry by entry, for an exact rational exponent.

    Odd denominators take the real root ((-8)^(1/3) = -2); even ones need base >= 0.
    """
    axes = tuple(range(len(base.shape)))
    return contract([(base, axes, Fraction(exponent))], axes)


def divide(a: Expr, b: Expr) -> Expr:
    """Return a/b entry by entry; scalars broadcast."""
    return multiply(a, power(b, -1))


def matmul(a: Expr, b: Expr) -> Expr:
    """Return the matrix product: the last axis of a is summed with the first of b."""
    n = len(a.shape) - 1
    left = tuple(range(n))
    right = tuple(range(n, n + len(b.shape) - 1))
    k = n + len(b.shape)
    return contract([(a, (*left, k), 1), (b, (k, *right), 1)], (*left, *right))


def inner(a: Expr, b: Expr) -> Expr:
    """Return the sum of all entries of a times b (equal shapes)."""
    axes = tuple(range(len(a.shape)))
    return contract([(a, axes, 1), (b, axes, 1)], ())


def outer(a: Expr, b: Expr) -> Expr:
    """Return a[..] b[..] with the axes of a first."""
    left = tuple(range(len(a.shape)))
    right = tuple(range(len(left), len(left) + len(b.shape)))
    return contract([(a, left, 1), (b, right, 1)], (*left, *right))


def transpose(e: Expr) -> Expr:
    """Return e with its axes reversed."""
    if len(e.shape) < 2:
        return e
    axes = tuple(range(len(e.shape)))
    turned = contract([(e, axes[::-1], 1)], axes)
    return add(turned)


def total(e: Expr) -> Expr:
    """Return the sum of all entries."""
    return contract([(e, tuple(range(len(e.shape))), 1)], ())


sum_all = total


def mean(e: Expr) -> Expr:
    """Return the mean of all entries: the sum over the product of the sizes."""
    return multiply(total(e), *(power(size_of(d), -1) for d in e.shape))


def trace(e: Expr) -> Expr:
    """Return the sum of the diagonal of a square matrix."""
    _square(e)
    return contract([(e, (0, 0), 1)], ())


def diagonal(e: Expr) -> Expr:
    """Return the diagonal of a square matrix as a vector."""
    _square(e)
    return contract([(e, (0, 0), 1)], (0,))


def diag(v: Expr) -> Expr:
    """Return the matrix with v on its diagonal."""
    if len(v.shape) != 1:
        raise ShapeError(
            Words("diag needs a vector", "diag 需要一个向量"),
            why=Words(f"got {shape_text(v.shape)}", f"得到的是 {shape_text(v.shape)}"),
        )
    return contract([(v, (0,), 1), (delta(v.shape[0]), (0, 1), 1)], (0, 1))


def identity_like(shape: Shape) -> Expr:
    """Return the derivative of a tensor of this shape by itself: a product of unit tensors."""
    r = len(shape)
    factors = [(delta(d), (k, r + k), Fraction(1)) for k, d in enumerate(shape)]
    return contract(factors, tuple(range(2 * r)))


def apply(atom: Atom, *args: Expr) -> Expr:
    """Return the atom applied to arguments.

    Raises: ShapeError if the arguments do not fit the atom's signature; DomainError if what is
    declared of an argument shuts it out of the atom's domain.
    """
    if len(args) != atom.arity:
        raise ShapeError(
            Words(
                f"{atom.name} takes {atom.arity} argument(s), got {len(args)}",
                f"{atom.name} 需要 {atom.arity} 个参数，得到 {len(args)} 个",
            )
        )
    shape = _result_shape(atom, args)
    _check_domain(atom, args)
    if atom.fold is not None:
        folded = atom.fold(*args)
        if folded is not None:
            return folded
    if atom.signature.is_entrywise and shape and all(isinstance(a, Const) for a in args):
        # A function of a constant tensor is one number, repeated.
        values = [const(a.value) for a in args if isinstance(a, Const)]
        return broadcast(apply(atom, *values), shape)
    return apply_node(atom, args, shape)


def entrywise(atom: Atom, *args: Expr) -> Expr:
    """Return an entrywise atom applied with scalars broadcast to the common shape."""
    shape = _common(*args)
    return apply(atom, *(broadcast(a, shape) for a in args))


def select(cases: Sequence[tuple[tuple[Comparison, ...], Expr]], otherwise: Expr) -> Expr:
    """Return the value of the first case whose comparisons all hold, entry by entry.

    All shapes must agree. Cases decided by exact constants are folded away.
    """
    shape = otherwise.shape
    kept: list[tuple[tuple[Comparison, ...], Expr]] = []
    for guard, value in cases:
        for e in (value, *(c.expr for c in guard)):
            if e.shape != shape:
                raise _shapes_differ(shape, e.shape)
        truth = [_decided(c) for c in guard]
        if False in truth:
            continue
        open_guard = tuple(_signed(c) for c, t in zip(guard, truth, strict=True) if t is None)
        if not open_guard:
            otherwise = value
            break
        kept.append((open_guard, value))
    while kept and kept[-1][1] is otherwise:
        kept.pop()
    return select_node(tuple(kept), otherwise) if kept else otherwise


def _signed(c: Comparison) -> Comparison:
    """Return the comparison with one of e and -e where both mean the same: e == 0, e != 0."""
    if c.relation not in ("==", "!="):
        return c
    return Comparison(min(c.expr, negate(c.expr), key=lambda e: e.digest), c.relation)


def _decided(c: Comparison) -> bool | None:
    if not isinstance(c.expr, Const):
        return None
    v = c.expr.value
    return {">": v > 0, ">=": v >= 0, "==": v == 0, "!=": v != 0}[c.relation]


def _result_shape(atom: Atom, args: tuple[Expr, ...]) -> Shape:
    """Return the shape by the signature; core letters must agree, batches must be equal."""
    sizes: dict[str, Dim] = {}
    batch: Shape | None = None
    for core, arg in zip(atom.signature.inputs, args, strict=True):
        split = len(arg.shape) - len(core)
        if split < 0:
            raise _misfit(atom, arg)
        for letter, d in zip(core, arg.shape[split:], strict=True):
            if sizes.setdefault(letter, d) != d:
                raise _misfit(atom, arg)
        if batch is not None and arg.shape[:split] != batch:
            raise _shapes_differ(batch, arg.shape[:split])
        batch = arg.shape[:split]
    return (*(batch or ()), *(sizes[letter] for letter in atom.signature.output))


def _check_domain(atom: Atom, args: tuple[Expr, ...]) -> None:
    """Refuse an argument that is proved to lie outside the atom's domain."""
    for domain, arg in zip(atom.domain, args, strict=False):
        if domain.lo is None and domain.hi is None:
            continue
        known = enclosure(arg)
        if known.meet(domain).is_empty:
            raise DomainError(
                Words(
                    f"{atom.name} has no value here: its argument lies in {known}",
                    f"{atom.name} 在此处没有定义：自变量的取值范围是 {known}",
                ),
                why=Words(
                    f"{atom.name} needs an argument in {domain}",
                    f"{atom.name} 要求自变量在 {domain} 内",
                ),
                attempt=Words(
                    "change the declaration of the symbols inside, or the formula",
                    "请修改其中符号的声明，或修改公式",
                ),
            )


def _square(e: Expr) -> None:
    if len(e.shape) != 2 or e.shape[0] != e.shape[1]:
        raise ShapeError(
            Words("a square matrix is needed here", "这里需要方阵"),
            why=Words(f"got {shape_text(e.shape)}", f"得到的是 {shape_text(e.shape)}"),
        )


def _shapes_differ(a: Shape, b: Shape) -> ShapeError:
    left, right = shape_text(a), shape_text(b)
    return ShapeError(
        Words(f"shapes do not agree: {left} and {right}", f"形状不一致：{left} 与 {right}"),
        why=Words(
            "sizes written with different letters may differ",
            "用不同字母表示的大小可能并不相等",
        ),
    )


def _misfit(atom: Atom, arg: Expr) -> ShapeError:
    wanted = {0: ("a scalar", "标量"), 1: ("a vector", "向量"), 2: ("a matrix", "矩阵")}
    core = atom.signature.inputs[0]
    en, zh = wanted[min(len(core), 2)]
    if len(core) == 2 and core[0] == core[1]:
        en, zh = "a square matrix", "方阵"
    got = shape_text(arg.shape)
    return ShapeError(
        Words(f"{atom.name} needs {en}, got {got}", f"{atom.name} 需要{zh}，得到 {got}")
    )
