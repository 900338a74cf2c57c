"""What the operators build: products, quotients, powers and comparisons as expressions."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from lossmith.errors import DomainError
from lossmith.expr import build
from lossmith.expr.node import Add, Comparison, Const, Expr
from lossmith.expr.types import Shape
from lossmith.text.functions.cards import card
from lossmith.text.functions.operators import Builder
from lossmith.text.syntax.typed import Type
from lossmith.words import Words

LARGEST_EXPONENT: Final = 1000
LARGEST_ROOT: Final = 10000
LARGEST_MATRIX_POWER: Final = 24
_LARGEST_BITS: Final = 100_000


def build_product(args: tuple[Expr, ...], types: tuple[Type, ...], shape: Shape) -> Expr:
    """Return a*b (or a @ b)."""
    a, b = args
    match types[0].kind, types[1].kind:
        case ("s", _) | (_, "s"):
            return build.multiply(a, b)
        case "c", "r":
            return build.outer(a, b)
        case _:
            return build.matmul(a, b)


def build_entrywise_product(args: tuple[Expr, ...], types: tuple[Type, ...], shape: Shape) -> Expr:
    """Return a .* b."""
    return build.multiply(*args)


def build_quotient(args: tuple[Expr, ...], types: tuple[Type, ...], shape: Shape) -> Expr:
    """Return a ./ b."""
    return build.divide(*args)


def build_power(args: tuple[Expr, ...], types: tuple[Type, ...], shape: Shape) -> Expr:
    """Return a^b, or a .^ b where no operand is a matrix."""
    if types[0].kind == "m":
        return _matrix_power(args[0], args[1])
    return build_entrywise_power(args, types, shape)


def build_entrywise_power(args: tuple[Expr, ...], types: tuple[Type, ...], shape: Shape) -> Expr:
    """Return a .^ b; a constant exponent is exact, a variable one uses the atom."""
    base, exponent = args
    if isinstance(exponent, Const):
        refuse_huge(base, exponent.value)
        return build.power(build.broadcast(base, shape), exponent.value)
    return build.entrywise(card("power"), base, exponent)


def refuse_huge(base: Expr, exponent: Fraction) -> None:
    """Refuse powers whose exact numbers would fill the memory."""
    bits = 1
    if isinstance(base, Const):
        bits = _bits(base.value)
    elif isinstance(base, Add):
        bits = max(_bits(c) for c, _ in base.terms)
    large = abs(exponent) > LARGEST_EXPONENT or bits * abs(exponent) > _LARGEST_BITS
    if large or exponent.denominator > LARGEST_ROOT:
        raise DomainError(
            Words("this power is too large to be kept exactly", "这个幂太大，无法精确保存"),
            why=Words(
                f"exponents go up to {LARGEST_EXPONENT} and roots to {LARGEST_ROOT}",
                f"指数最大为 {LARGEST_EXPONENT}，开方次数最大为 {LARGEST_ROOT}",
            ),
            attempt=Words(
                "write a symbol for the exponent and give its value later",
                "把指数写成符号，稍后再给出它的值",
            ),
        )


def _bits(c: Fraction) -> int:
    return max(c.numerator.bit_length(), c.denominator.bit_length())


def _matrix_power(base: Expr, exponent: Expr) -> Expr:
    assert isinstance(exponent, Const)
    k = int(exponent.value)
    if abs(k) > LARGEST_MATRIX_POWER:
        raise DomainError(
            Words("this matrix power is too high", "矩阵的幂次太高"),
            why=Words(
                f"whole powers go up to {LARGEST_MATRIX_POWER}",
                f"整数次幂最高为 {LARGEST_MATRIX_POWER}",
            ),
        )
    if k == 0:
        return build.delta(base.shape[0])
    factor = base if k > 0 else build.apply(card("inv"), base)
    result = factor
    for _ in range(abs(k) - 1):
        result = build.matmul(result, factor)
    return result


def comparison(name: str, a: Expr, b: Expr, shape: Shape) -> Comparison:
    """Return a < b and so on as a comparison with 0."""
    a, b = spread_rows(a, shape), spread_rows(b, shape)
    if name in ("<", "<="):
        return Comparison(build.subtract(b, a), name.replace("<", ">"))
    return Comparison(build.subtract(a, b), name)


def spread_rows(e: Expr, shape: Shape) -> Expr:
    """Return a scalar, a vector or a matrix repeated to a shape as NumPy does."""
    if len(e.shape) == 1 and len(shape) == 2:
        return build.contract([(e, (1,), 1), (build.ones(shape[:1]), (0,), 1)], (0, 1), shape)
    if len(e.shape) == len(shape) == 2 and e.shape != shape:
        # An axis of length 1 goes, and one of the size asked for takes its place.
        kept = [k for k in (0, 1) if e.shape[k] == shape[k]]
        labels = tuple(k if k in kept else k + 2 for k in (0, 1))
        new = [(build.ones(shape[k : k + 1]), (k,), 1) for k in (0, 1) if k not in kept]
        return build.contract([(e, labels, 1), *new], (0, 1), shape)
    return build.broadcast(e, shape)


BUILDERS: Final[dict[str, Builder]] = {
    "*": build_product,
    "@": build_product,
    "·": build_product,
    "/": build_quotient,
    "^": build_power,
    ".*": build_entrywise_product,
    "./": build_quotient,
    ".^": build_entrywise_power,
    "'": lambda args, types, shape: build.transpose(args[0]),
    ".T": lambda args, types, shape: build.transpose(args[0]),
    "negate": lambda args, types, shape: build.negate(args[0]),
}
"""Builders of all operators but + and -, which the elaborator collects, and comparisons."""
