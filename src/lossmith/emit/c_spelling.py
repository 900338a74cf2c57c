"""Pieces of C: loops, numbers, powers and products with their precedence."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from lossmith.emit.spelling import (
    PRODUCT,
    SUM,
    UNIT,
    Text,
    factor,
    is_short_ratio,
    is_signed_root,
    joined,
    spelled,
)


def nested(ranges: Sequence[tuple[str, str]], inner: Sequence[str]) -> list[str]:
    """Return statements inside loops over (index, length), the first one outermost."""
    lines = list(inner)
    for depth, (i, length) in enumerate(reversed(ranges)):
        head = f"for (size_t {i} = 0; {i} < {length}; {i}++)"
        indented = [f"    {line}" for line in lines]
        several = len(inner) > 1 and depth == 0
        lines = [f"{head} {{", *indented, "}"] if several else [head, *indented]
    return lines


def number(value: Fraction) -> Text:
    """Return an exact number as a double: itself, a quotient, or the nearest one."""
    binds = SUM if value < 0 else UNIT
    if is_short_ratio(abs(value)):
        return Text(f"{value.numerator}.0 / {value.denominator}.0", min(binds, PRODUCT))
    try:
        return Text(repr(float(value)), binds)
    except OverflowError:
        return Text("INFINITY" if value > 0 else "-INFINITY", binds)


def power(base: Text, p: Fraction, *, nonneg: bool) -> Text:
    """Return base^p for p > 0; odd denominators take the real root."""
    if p == 1:
        return base
    if p.denominator == 1:
        exact = "square({0})" if p == 2 else f"pow({{0}}, {p.numerator}.0)"
    elif p.denominator == 2 and p.numerator == 1:
        exact = "sqrt({0})"
    elif p.denominator == 3:
        exact = "cbrt({0})" if p.numerator == 1 else f"pow(cbrt({{0}}), {p.numerator}.0)"
    else:
        exponent = number(p).code
        exact = f"pow({{0}}, {exponent})"
        if not nonneg and p.denominator % 2:
            exact = f"pow(fabs({{0}}), {exponent})"
        if is_signed_root(p, nonneg=nonneg):
            exact = f"copysign({exact}, {{0}})"
    return spelled(exact, base)


def times(c: Fraction, above: Sequence[Text], below: Sequence[Text]) -> Text:
    """Return c * product of some texts over that of others."""
    size = abs(c)
    top, bottom = [factor(t) for t in above], [factor(t) for t in below]
    if is_short_ratio(size):
        top.insert(0, f"{size.numerator}.0")
        bottom.insert(0, f"{size.denominator}.0")
    elif size != 1 or not top:
        top.insert(0, factor(number(size)))
    if c > 0 and len(top) == 1 and not bottom:
        return above[0] if above else number(size)
    code = " * ".join(top)
    if bottom:
        code += f" / {bottom[0]}" if len(bottom) == 1 else f" / ({' * '.join(bottom)})"
    return joined(f"-{code}" if c < 0 else code, SUM if c < 0 else PRODUCT, *above, *below)
