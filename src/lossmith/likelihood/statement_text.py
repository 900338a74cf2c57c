r"""A law as people write it on paper, turned to the text of the language.

"y \sim \mathcal{N}(Xw, \sigma^2 I)", "y_i | x_i ~ N(x_i^T w, σ²)", "w ~ N(0, tau^2*I)": fonts, what
stands after a bar, and the unit matrix of a covariance that is a multiple of it are dropped, a row
x_i'w becomes X*w, and arguments in LaTeX are read and printed back as text.
"""

from __future__ import annotations

import re
from typing import Final

from lossmith.errors import LossmithError
from lossmith.text.parse import parse
from lossmith.text.writing.printing import to_text

_FONT: Final = re.compile(
    r"\\(?:mathcal|mathbf|mathrm|mathsf|mathbb|operatorname|text|textrm|textsf|boldsymbol|bm)"
    r"\s*\{([^{}]*)\}"
)
_SHORT_FONT: Final = re.compile(r"\\(?:mathcal|mathbf|mathrm)\s+([A-Za-z])")
_SIM: Final = re.compile(r"\\(?:overset|stackrel)\s*\{[^{}]*\}\s*\{\s*\\sim\s*\}")
_SIZED: Final = re.compile(r"\\(?:left|right|bigl?|bigr|Bigl?|Bigr)(?=[()\[\]|])")
_GIVEN: Final = re.compile(r"(?:\\mid\b|\||∣).*$", re.DOTALL)
_UNIT: Final = re.compile(r"(?:\*|\\,|\s|(?<=[})\d²]))\s*I(?:_\{?\w+\}?)?\s*$")
_ROW: Final = re.compile(
    r"\bx_\{?i\}?\s*(?:\^\{?\s*(?:\\top|\\intercal|T|\u22a4)\s*\}?|'|ᵀ)\s*\*?\s*(\\?[A-Za-z]+)\b"
)
_ROW_LAST: Final = re.compile(
    r"(\\?[A-Za-z]+)\s*(?:\^\{?\s*(?:\\top|\\intercal|T|\u22a4)\s*\}?|'|ᵀ)\s*\*?\s*x_\{?i\}?"
)
_INDEX: Final = re.compile(r"(?<=[A-Za-z])_(?:\{[ij]\}|[ij])(?!\w)|[ᵢⱼ]")
_GAUSSIAN: Final = ("N", "Normal", "Gaussian")
_COVARIANCE: Final = re.compile(r"Sigma|[A-HJ-Z]")
"""A capital letter as second argument of a Gaussian law is a matrix."""


def plain_statement(line: str) -> str:
    """Return a line "symbol ~ Law(arguments)" in the text language; others as they are."""
    line = _SIM.sub(r"\\sim ", line)
    for _ in range(2):
        line = _FONT.sub(r"\1", line)
    line = _SIZED.sub("", _SHORT_FONT.sub(r"\1", line))
    parts = re.split(r"(~|\u223c|\\sim\b)", line, maxsplit=1)
    if len(parts) != 3:
        return line
    name = _INDEX.sub("", _GIVEN.sub("", parts[0]))
    is_latex = "\\" in parts[2]
    law = _ROW_LAST.sub(r"X*\1", _ROW.sub(r"X*\1", parts[2]))
    law = _INDEX.sub("", law)
    return f"{name.strip().lstrip(chr(92))} ~ {_law(law.strip(), is_latex=is_latex)}"


def _law(text: str, *, is_latex: bool) -> str:
    match = re.fullmatch(r"\\?([^\W\d]\w*)\s*\((.*)\)", text, re.DOTALL)
    if match is None:
        return text
    arguments = [_argument(a, is_latex=is_latex) for a in split_arguments(match[2])]
    name = match[1]
    if name in _GAUSSIAN and len(arguments) == 2 and _COVARIANCE.fullmatch(arguments[1]):
        name = "MVN"
    return f"{name}({', '.join(arguments)})"


def _argument(text: str, *, is_latex: bool) -> str:
    """Return one argument as text, without the unit matrix of a covariance."""
    text = _UNIT.sub("", text.strip()) or text
    if not is_latex or re.fullmatch(r"[A-Za-z]|[\d.]+", text):
        return text
    try:
        return to_text(parse(text.replace("X*", "X "), dialect="latex").expr)
    except LossmithError:
        return text


def split_arguments(inside: str) -> list[str]:
    """Return the arguments of a call; commas inside brackets do not part them."""
    parts, depth, current = list[str](), 0, ""
    for c in inside:
        depth += (c in "([{") - (c in ")]}")
        if c == "," and depth == 0:
            parts.append(current.strip())
            current = ""
        else:
            current += c
    return [*parts, current.strip()] if current.strip() else parts
