"""The operators: for each one a rule for kinds and sizes.

A rule gets the types of the operands and returns that of the result, or raises ShapeError; its
``attempt`` speaks of the operands as {a} and {b}, and without their brackets as {inside_a} and
{inside_b}. A builder (``operator_builders``) gets expressions whose types fit.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from lossmith.errors import ShapeError
from lossmith.expr.node import Expr
from lossmith.expr.types import Shape
from lossmith.text.syntax.typed import KIND_WORDS, SCALAR, Kind, Sizes, Type, common, differ, square
from lossmith.words import Words

Rule = Callable[[tuple[Type, ...], Sizes], Type]
Builder = Callable[[tuple[Expr, ...], tuple[Type, ...], Shape], Expr]

_TURN: Final[dict[Kind, Kind]] = {"s": "s", "c": "r", "r": "c", "m": "m", "t": "t"}


# -- kinds and sizes -------------------------------------------------------------------------------


def transposed(types: tuple[Type, ...], sizes: Sizes) -> Type:
    """Return the type of a'."""
    (a,) = types
    return Type(_TURN[a.kind], a.dims[::-1])


def unturned(types: tuple[Type, ...], sizes: Sizes) -> Type:
    """Return the type of ``a.T`` in Python, where a vector stays as it is."""
    (a,) = types
    return Type(a.kind, a.dims[::-1])


def negated(types: tuple[Type, ...], sizes: Sizes) -> Type:
    """Return the type of -a."""
    return Type(types[0].kind, types[0].dims)


def summed(name: str) -> Rule:
    """Return the rule of + and -."""
    return lambda types, sizes: common(name, types, sizes)


def entry_by_entry(name: str) -> Rule:
    """Return the rule of .* ./ .^ ."""

    def rule(types: tuple[Type, ...], sizes: Sizes) -> Type:
        attempt = None
        if {t.kind for t in types} == {"c", "m"} and name == ".*":
            side = "diag({inside_a})*{b}" if types[0].kind == "c" else "diag({inside_b})*{a}"
            attempt = Words(
                f"{side} scales the rows of the matrix", f"{side} 把矩阵的每一行乘上对应的数"
            )
        return common(name, types, sizes, attempt)

    return rule


def multiplied(types: tuple[Type, ...], sizes: Sizes) -> Type:
    """Return the type of a*b: scaling, or the product of linear algebra."""
    a, b = types
    match a.kind, b.kind:
        case "s", _:
            return Type(b.kind, b.dims)
        case _, "s":
            return Type(a.kind, a.dims)
        case "m", "m":
            _meet(a, b, sizes)
            return Type("m", (a.dims[0], b.dims[1]))
        case "m", "c":
            _meet(a, b, sizes)
            return Type("c", (a.dims[0],))
        case "r", "m":
            _meet(a, b, sizes)
            return Type("r", (b.dims[1],))
        case "r", "c":
            _meet(a, b, sizes)
            return SCALAR
        case "c", "r":
            return Type("m", (a.dims[0], b.dims[0]))
        case _:
            raise _no_product(a, b, sizes)


def numpy_product(types: tuple[Type, ...], sizes: Sizes) -> Type:
    """Return the type of a @ b: as *, and of two vectors the inner product, as NumPy has it."""
    a, b = types
    if "s" in (a.kind, b.kind):
        raise ShapeError(
            Words("@ does not scale by a scalar", "@ 不能用于与标量相乘"),
            attempt=Words("{a} * {b}", "{a} * {b}"),
        )
    if a.kind == b.kind == "c":
        a = Type("r", a.dims)
    elif a.kind == "c" and b.kind == "m":
        _meet(Type("r", a.dims), b, sizes)
        return Type("c", (b.dims[1],))
    return multiplied((a, b), sizes)


def dotted(types: tuple[Type, ...], sizes: Sizes) -> Type:
    """Return the type of a \\cdot b: the inner product of two vectors, else as *."""
    a, b = types
    if a.kind == b.kind == "c":
        return multiplied((Type("r", a.dims), b), sizes)
    return multiplied(types, sizes)


def _meet(a: Type, b: Type, sizes: Sizes) -> None:
    if sizes.unify(a.dims[-1], b.dims[0]):
        return
    raise ShapeError(
        Words(
            f"* needs its inner sizes to agree, got {sizes.show(a)} * {sizes.show(b)}",
            f"* 要求内侧的大小相同，得到的是 {sizes.show(a)} * {sizes.show(b)}",
        ),
        why=differ(a.dims[-1], b.dims[0], sizes),
        attempt=_turned_product(a, b, sizes),
    )


def _turned_product(a: Type, b: Type, sizes: Sizes) -> Words | None:
    """Return the transposes that would make a product fit."""
    turns = [
        (x, y)
        for x in (("{a}", a.dims[-1]), ("{a}'", a.dims[0]))
        for y in (("{b}", b.dims[0]), ("{b}'", b.dims[-1]))
    ]
    fitting = [f"{x[0]}*{y[0]}" for x, y in turns if sizes.agree(x[1], y[1])]
    if a.kind == b.kind == "m" and not fitting and sizes.agree(a.dims[0], b.dims[1]):
        fitting = ["{b}*{a}"]
    return Words(fitting[0], fitting[0]) if fitting else None


def _no_product(a: Type, b: Type, sizes: Sizes) -> ShapeError:
    shapes = f"{sizes.show(a)} * {sizes.show(b)}"
    why = Words(f"{shapes}: * is the product of linear algebra", f"{shapes}：* 是线性代数中的乘积")
    match a.kind, b.kind:
        case ("t", _) | (_, "t"):
            what = Words("a tensor has no product *", "张量不能直接用 * 相乘")
            attempt = Words("name its indices: sum(k, ...)", "请写出下标：sum(k, ...)")
        case "c", "c":
            what = Words("two vectors cannot be joined by *", "两个向量之间不能用 *")
            attempt = Words(
                "{a} .* {b} entry by entry, or {a}'*{b} for the inner product",
                "逐元素相乘写 {a} .* {b}，内积写 {a}'*{b}",
            )
        case "r", "r":
            what = Words("two row vectors cannot be joined by *", "两个行向量之间不能用 *")
            attempt = Words(
                "{a} .* {b} entry by entry, or {a}*({inside_b})' for the inner product",
                "逐元素相乘写 {a} .* {b}，内积写 {a}*({inside_b})'",
            )
        case "c", "m":
            what = Words("a vector cannot stand left of a matrix", "列向量不能左乘矩阵")
            attempt = Words(
                "{a}'*{b}, or diag({inside_a})*{b} to scale the rows",
                "写 {a}'*{b}；若要缩放各行，写 diag({inside_a})*{b}",
            )
        case _:
            what = Words("a row vector cannot stand right of a matrix", "行向量不能右乘矩阵")
            attempt = Words("{a}*({inside_b})'", "{a}*({inside_b})'")
    return ShapeError(what, why=why, attempt=attempt)


def divided(types: tuple[Type, ...], sizes: Sizes) -> Type:
    """Return the type of a/b: b must be a scalar."""
    a, b = types
    if b.kind == "s":
        return Type(a.kind, a.dims)
    word = KIND_WORDS[b.kind]
    attempt = Words("{a} ./ {b} divides entry by entry", "逐元素相除写 {a} ./ {b}")
    if b.kind == "m":
        attempt = Words(
            "{a} ./ {b} divides entry by entry; {a}*inv({inside_b}) uses the inverse matrix",
            "逐元素相除写 {a} ./ {b}；用逆矩阵则写 {a}*inv({inside_b})",
        )
    raise ShapeError(
        Words(f"/ cannot divide by {word.en}", f"/ 的除数不能是{word.zh}"),
        why=Words(
            f"{sizes.show(a)} / {sizes.show(b)}: only a scalar can stand below",
            f"{sizes.show(a)} / {sizes.show(b)}：分母只能是标量",
        ),
        attempt=attempt,
    )


def raised(types: tuple[Type, ...], sizes: Sizes) -> Type:
    """Return the type of a^b: numbers, a matrix and a whole number, a number and a vector."""
    a, b = types
    if a.kind == "s" and b.kind in ("s", "c", "r"):
        return Type(b.kind, b.dims)
    if a.kind == "s":
        raise ShapeError(
            Words("the power of a number to a matrix is not clear", "数的矩阵次幂含义不明确"),
            why=Words(
                "it could be entry by entry, or the matrix exponential",
                "它可以指逐元素的幂，也可以指矩阵指数",
            ),
            attempt=Words("{a} .^ {b} entry by entry", "逐元素的幂写 {a} .^ {b}"),
        )
    if b.kind != "s":
        raise ShapeError(
            Words("an exponent of ^ must be a scalar", "^ 的指数必须是标量"),
            attempt=Words("{a} .^ {b} entry by entry", "逐元素的幂写 {a} .^ {b}"),
        )
    if a.kind == "m":
        if b.value is not None and b.value.denominator == 1:
            square("^", a, sizes)
            return Type("m", a.dims)
        raise ShapeError(
            Words("a matrix has whole powers only", "矩阵只能取整数次幂"),
            attempt=Words("{a} .^ {b} entry by entry", "逐元素的幂写 {a} .^ {b}"),
        )
    raise ShapeError(
        Words("a vector has no power ^", "向量不能直接用 ^ 取幂"),
        why=Words(
            f"{sizes.show(a)} ^ {sizes.show(b)}: a product of a vector with itself is not defined",
            f"{sizes.show(a)} ^ {sizes.show(b)}：向量与自身的乘积没有定义",
        ),
        attempt=Words(
            "{a} .^ {b} entry by entry, or norm2({inside_a})^2 for the sum of squares",
            "逐元素的幂写 {a} .^ {b}，平方和写 norm2({inside_a})^2",
        ),
    )


def compared(name: str) -> Rule:
    """Return the rule of a comparison."""

    def rule(types: tuple[Type, ...], sizes: Sizes) -> Type:
        t = common(name, types, sizes)
        return Type(t.kind, t.dims, truth=True)

    return rule


def joined(types: tuple[Type, ...], sizes: Sizes) -> Type:
    """Return the type of c1 and c2."""
    t = common("and", types, sizes)
    return Type(t.kind, t.dims, truth=True)


def along_last_axis(rule: Rule) -> Rule:
    """Return the rule of NumPy, by which a vector meets every row of a matrix."""

    def spread(types: tuple[Type, ...], sizes: Sizes) -> Type:
        if [t.kind for t in types] == ["m", "m"]:
            return _stretched(rule, types, sizes)
        if sorted(t.kind for t in types) != ["c", "m"]:
            return rule(types, sizes)
        (vector,) = (t for t in types if t.kind == "c")
        (matrix,) = (t for t in types if t.kind == "m")
        if not sizes.unify(vector.dims[0], matrix.dims[1]):
            raise ShapeError(
                Words(
                    f"NumPy repeats a vector along the last axis: {sizes.show(matrix)} and "
                    f"{sizes.show(vector)} do not fit",
                    f"NumPy 沿最后一个轴重复向量：{sizes.show(matrix)} 与 {sizes.show(vector)} "
                    "大小不合",
                ),
                why=differ(vector.dims[0], matrix.dims[1], sizes),
                attempt=Words(
                    "np.diag(v) @ X scales the rows of X", "缩放 X 的各行写 np.diag(v) @ X"
                ),
            )
        return Type("m", matrix.dims, truth=rule(types[:1] * 2, sizes).truth)

    return spread


def _stretched(rule: Rule, types: tuple[Type, ...], sizes: Sizes) -> Type:
    """Return the type of two matrices, where an axis of length 1 is repeated."""
    dims: list[tuple[int, int]] = []
    for a, b in zip(types[0].dims, types[1].dims, strict=True):
        one, other = sizes.label(a) == 1, sizes.label(b) == 1
        dims.append((b, b) if one and not other else (a, a) if other and not one else (a, b))
    left, right = zip(*dims, strict=True)
    found = rule((Type("m", left), Type("m", right)), sizes)
    return Type("m", left, truth=found.truth)


RULES: Final[dict[str, Rule]] = {
    "+": summed("+"),
    "-": summed("-"),
    "*": multiplied,
    "@": numpy_product,
    "·": dotted,
    "/": divided,
    "^": raised,
    ".*": entry_by_entry(".*"),
    "./": entry_by_entry("./"),
    ".^": entry_by_entry(".^"),
    "'": transposed,
    ".T": unturned,
    "negate": negated,
    "&": joined,
    **{name: compared(name) for name in ("<", "<=", ">", ">=", "==", "!=")},
}

NUMPY: Final[dict[str, Rule]] = {
    name: along_last_axis(RULES[name])
    for name in ("+", "-", ".*", "./", ".^", "<", "<=", ">", ">=", "==", "!=")
}
"""Rules of operators that act otherwise in Python."""
