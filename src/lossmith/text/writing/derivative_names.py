"""The sign of a derivative of f: Lagrange's f'(x) and fₓᵧ, Leibniz's df/dx and ∂²f/∂x∂y.

For functions of numbers; where a variable is an array the usual words (gradient, Hessian) serve.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Final, Literal

from lossmith.text.writing.print_names import latex_name, unicode_name
from lossmith.text.writing.print_unicode import SUPERSCRIPTS, subscript

Style = Literal["lagrange", "leibniz"]

_PRIMES: Final = 3
"""Most primes that are written; a higher order is written as a number."""


def derivative_sign(
    style: Style, variables: Sequence[str], by: Sequence[str], function: str = "f"
) -> tuple[str, str]:
    """Return (Unicode, LaTeX) of the derivative of a function.

    variables: of the function, in order.  by: what it is differentiated by, one name a time, in
    order; names may repeat.
    """
    if style == "lagrange":
        return _lagrange(variables, by, function)
    return _leibniz(variables, by, function)


def _lagrange(variables: Sequence[str], by: Sequence[str], f: str) -> tuple[str, str]:
    inside = ", ".join(unicode_name(v) for v in variables)
    inside_latex = ", ".join(latex_name(v) for v in variables)
    order = len(by)
    if len(variables) == 1:
        primes = "′" * order if order <= _PRIMES else f"⁽{str(order).translate(SUPERSCRIPTS)}⁾"
        marks = "'" * order if order <= _PRIMES else f"^{{({order})}}"
        return f"{f}{primes}({inside})", f"{f}{marks}({inside_latex})"
    shown = [unicode_name(v) for v in by]
    plain = all(len(v) == 1 and v.isascii() for v in shown)
    foot = subscript(shown) if plain else f"_({', '.join(shown)})"
    foot = f"_{''.join(shown)}" if plain and foot.startswith("_") else foot
    feet = "".join(latex_name(v) for v in by) if plain else ", ".join(latex_name(v) for v in by)
    return f"{f}{foot}({inside})", f"{f}_{{{feet}}}({inside_latex})"


def _leibniz(variables: Sequence[str], by: Sequence[str], f: str) -> tuple[str, str]:
    d, d_latex = ("d", r"\mathrm{d}") if len(variables) == 1 else ("∂", r"\partial ")
    order = len(by)
    power = "" if order == 1 else str(order).translate(SUPERSCRIPTS)
    power_latex = "" if order == 1 else f"^{{{order}}}"
    below = below_latex = ""
    for name, run in groupby(by):
        count = len(list(run))
        raised = "" if count == 1 else str(count).translate(SUPERSCRIPTS)
        raised_latex = "" if count == 1 else f"^{{{count}}}"
        below += f"{d}{unicode_name(name)}{raised}"
        below_latex += f"{d_latex}{latex_name(name)}{raised_latex}"
    over_latex = f"{d_latex.rstrip()}{power_latex} {f}"
    return f"{d}{power}{f}/{below}", rf"\frac{{{over_latex}}}{{{below_latex}}}"


__all__ = ["Style", "derivative_sign"]
