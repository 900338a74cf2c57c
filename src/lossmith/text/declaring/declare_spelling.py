# ruff: noqa: RUF001 (signs that look alike are the subject here)
r"""Declarations as people write them, brought to the words of the language.

``w ∈ ℝᵈ`` is ``w vector(d)``, ``S is positive definite`` is ``S: pd``, ``0 <= p <= 1`` is
``p >= 0 <= 1``; LaTeX, Chinese and hyphens likewise. Every character of the result remembers what
it stands for in the user's text, so that a caret points there. Only what the plain grammar refuses
is spelled anew, so nothing here changes what it reads.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Final

from lossmith.errors import ParseError, Place
from lossmith.text.syntax.latex_tokens import NAMES
from lossmith.text.syntax.tokens import Token, tokenize

Match = re.Match[str]


@dataclass(frozen=True, slots=True)
class Spelled:
    """A text, and for each of its characters where it begins and ends in the user's text."""

    text: str
    starts: tuple[int, ...]
    stops: tuple[int, ...]

    def replaced(self, pattern: re.Pattern[str], make: Callable[[Match], str]) -> Spelled:
        """Return the text with every match of a pattern written otherwise."""
        text, starts, stops, last = "", list[int](), list[int](), 0
        for match in pattern.finditer(self.text):
            a, b = match.span()
            new = make(match)
            if a == b or new == match[0]:
                continue
            text += self.text[last:a] + new
            starts += [*self.starts[last:a], *[self.starts[a]] * len(new)]
            stops += [*self.stops[last:a], *[self.stops[b - 1]] * len(new)]
            last = b
        rest = (*starts, *self.starts[last:]), (*stops, *self.stops[last:])
        return Spelled(text + self.text[last:], *rest)


def spelled_tokens(text: str, source: str) -> list[Token] | None:
    """Return the tokens of a declaration spelled anew, at the places of the user's text.

    None where nothing is spelled otherwise.  Raises: ParseError at a character without meaning.
    """
    found = Spelled(text, tuple(range(len(text))), tuple(range(1, len(text) + 1)))
    for pattern, make in _rules():
        found = found.replaced(pattern, make)
    if found.text == text:
        return None
    try:
        tokens = tokenize(found.text, source)
    except ParseError as error:
        if (place := error.place) is not None:
            at = _span(found, place.start, place.stop)
            error.place = Place(text, *at, source)
        raise
    end = len(text.rstrip())
    return [
        Token("end", "", end, end) if t.kind == "end"
        else Token(t.kind, t.text, *_span(found, t.start, t.stop), t.subscripts)
        for t in tokens
    ]  # fmt: skip


def _span(found: Spelled, start: int, stop: int) -> tuple[int, int]:
    return found.starts[start], found.stops[max(start, stop - 1)]


# -- the rows --------------------------------------------------------------------------------------

_SIZE: Final = r"(?:[A-Za-z][A-Za-z0-9]?|\d+)(?![A-Za-z0-9_])"
_CROSS: Final = r"\s*(?:×|\*|,|\bx\b|\bby\b|乘)\s*"
_NUMBER: Final = r"[-+−]?(?:\d+(?:\.\d+)?(?:/\d+)?|inf|∞)"
_FLIPPED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "≤": ">=", "≥": "<="}

_LATEX: Final = {
    "\\in": " in ", "\\times": " x ", "\\succeq": " ⪰ ", "\\succ": " ≻ ", "\\geq": ">=",
    "\\ge": ">=", "\\leq": "<=", "\\le": "<=", "\\pm": "±", "\\infty": " inf ", "\\{": "{",
    "\\}": "}", "\\,": " ", "\\;": " ", "\\geqslant": ">=", "\\leqslant": "<=", "\\Delta": "Δ",
    "\\quad": " ", "\\forall": "", "\\cdot": " x ", "\\ ": " ", "\\left": "", "\\right": "",
    "\\colon": ":", "\\R": "R", "\\reals": "R", "\\!": "", "\\:": " ", "\\neq": "!=", "\\ne": "!=",
}  # fmt: skip
_CHINESE: Final = {
    "半正定": "psd", "正定": "pd", "对称": "symmetric", "正交": "orthogonal", "对角": "diagonal",
    "非奇异": "nonsingular", "可逆": "nonsingular", "单纯形": "simplex", "概率向量": "simplex",
    "独热": "onehot", "非负": "nonnegative", "非正": "nonpositive", "整数": "integer",
    "常数": "constant", "常量": "constant", "实数": "real", "列向量": "vector", "方阵": "matrix",
    "正": "positive", "负": "negative", "标量": "scalar", "向量": "vector", "矩阵": "matrix",
    "属于": " in ", "是": ": ", "为": ": ", "的": " ", "且": " ", "和": " ", "数": " ",
    "实": "real",
}  # fmt: skip
_WORDS: Final = {
    r"(?:symmetric[\s,-]+)?(?:strictly[\s-]+)?positive[\s-]*definite|s\.?p\.?d\b\.?|p\.d\b\.?"
    r"|posdef": "pd",
    r"(?:symmetric[\s,-]+)?positive[\s-]*semi[\s-]*definite|p\.?s\.?d\b\.?|nonnegative[\s-]+definite"
    r"|s\.?p\.?s\.?d\b\.?": "psd",
    r"non[\s-]negative|nonneg": "nonnegative",
    r"non[\s-]positive": "nonpositive",
    r"non[\s-]singular|full[\s-]rank(?=\s+square)": "nonsingular",
    r"one[\s-]hot": "onehot",
    r"probability\s+(?:vector|distribution|simplex)|stochastic\s+vector": "simplex",
    r"binary|boolean|bool|zero[\s-]one|0\s*/\s*1": "in {0, 1}",
    r"natural(?:\s+numbers?)?|counts": "integer >= 0",
    r"real[\s-]valued|reals?\s+numbers?|floats?|float64|double": "real",
    r"column\s+vector": "vector",
    r"integers": "integer",
    r"square\s+matrix": "matrix",
}
_ENTRIES: Final = r"(?:entries|labels|values|elements)"


@cache
def _rules() -> tuple[tuple[re.Pattern[str], Callable[[Match], str]], ...]:
    """Return the rows, each after what it builds on: signs, sets and spaces, sizes, words."""
    rows: list[tuple[str, Callable[[Match], str]]] = [
        # Signs.
        (r"\$", lambda m: " "),
        (r"\\(?:mathbb|mathbf|mathcal|boldsymbol|mathrm|text|bm|vec)\s*(?:\{([^{}]*)\}|\s(\w))",
         lambda m: m[1] or m[2]),
        (r"\\(?:[A-Za-z]+|.)", lambda m: _LATEX.get(m[0], NAMES.get(m[0], m[0]))),
        ("[ℝ𝕊𝐑𝐒]", lambda m: unicodedata.normalize("NFKC", m[0])),
        ("[ᴬ-ᵪˣⁿⁱ¹²³⁰⁴-⁹⁺]+", _raised),
        ("[₊₀]+", lambda m: "_{" + unicodedata.normalize("NFKC", m[0]) + "}"),
        (r"\^\s*([A-Za-z](?![A-Za-z0-9])|\d+)", lambda m: "^{" + m[1] + "}"),
        (r"\^\s*\(([^()]*)\)", lambda m: "^{" + m[1] + "}"),
        # Sets and spaces.
        (r"(?:\bin\b|∈|:)\s*\{?\s*(?:±|\+/?-)\s*1\s*\}?", lambda m: " in {-1, 1}"),
        (r"([\]})])\s*\^\{([^{}]*)\}", lambda m: m[1] + _array(m[2])),
        (r"(?:\bin\s*|∈\s*|:\s*|^\s*)R(?:_?(\+\+?)(?![+\d])|_\{([^{}]*)\})?(?:\^\{([^{}]*)\})?"
         r"(?:_?(\+\+?)|_\{([^{}]*)\})?(?=[\s,;]|$)", _space),
        (r"(?:\bin\s*|∈\s*|:\s*|^\s*)S(?:_?(\+\+?)(?!\w)|_\{([^{}]*)\})?\^\{([^{}]*)\}"
         r"(?:_?(\+\+?)|_\{([^{}]*)\})?(?=[\s,;]|$)", _cone),
        (r"(?:\bin\s*|∈\s*|:\s*)(?:(?:the\s+)?(?:probability\s+|unit\s+)?simplex"
         r"|Δ(?:\^\{[^{}]*\}|_\w+|_\{[^{}]*\})?)", lambda m: " simplex"),
        (r"\s*(?:≻|>>)\s*0(?![\d.])|\bpositive\s+definite\b", lambda m: " pd"),
        (r"\s*(?:⪰|≽|≿)\s*0(?![\d.])", lambda m: " psd"),
        # Chains of relations around a name.
        (rf"(^|[;,\n])\s*({_NUMBER})\s*(<=?|>=?|≤|≥)\s*([^\W\d]\w*)",
         lambda m: f"{m[1]} {m[4]} {_FLIPPED[m[3]]} {m[2]} "),
        # Words. "diagonal entries" is not among them: those entries are not all.
        (rf"\b(?:(?:with|of)\s+)?{_ENTRIES}\s+(?=in\b|∈)", lambda m: " "),
        (rf"\bwith\s+((?:non-?)?(?:negative|positive)|integer|real|binary)\s+{_ENTRIES}\b",
         lambda m: m[1]),
        (r"(^|[;\n])\s*([^\W\d]\w*)\s+and\s+(?=\w)", lambda m: f"{m[1]} {m[2]}, "),
        (r"\s+(?:is|are|be)\s+(?:(?:an?|the)\s+)?", lambda m: ": "),
        (r":\s*(?:an?|the)\s+", lambda m: ": "),
        *((rf"(?<![\w.])(?i:{pattern})(?!\w)", _always(word)) for pattern, word in _WORDS.items()),
        ("|".join(sorted(_CHINESE, key=len, reverse=True)), lambda m: f" {_CHINESE[m[0]]} "),
        # Sizes.
        (rf"\b(?:matrix|array|ndarray)\s+(?:of\s+)?(?:size|shape|dimensions?)?\s*\(?({_SIZE})"
         rf"{_CROSS}({_SIZE})\)?", lambda m: f"matrix({m[1]}, {m[2]})"),
        (rf"\(?\b({_SIZE})\s*(?:×|\bx\b|\bby\b|\*)\s*({_SIZE})\b\)?((?:\s+[a-z]+)*?)\s+matrix\b",
         lambda m: f"{m[3]} matrix({m[1]}, {m[2]})"),
        (rf"\b({_SIZE})(?:\s*-?\s*(?:dim\w*|维))?\s*-?\s*((?:[a-z]+\s+)*?)vector\b(?!\()",
         lambda m: f"{m[2]} vector({m[1]})"),
        (rf"\bvector\s+(?:of\s+)?(?:length|size|dimension)\s+({_SIZE})\b",
         lambda m: f"vector({m[1]})"),
        (rf"(^\s*|:\s*|\b(?:nd)?array\s*|\bshape\s*)\(\s*((?!inf\b){_SIZE}(?:\s*,\s*(?!inf\b){_SIZE})*)"
         r"\s*,?\s*\)", lambda m: (": " if ":" in m[1] else " ") + _array(m[2])),
        (r"\b(?:and|numpy|array|ndarray|shape)\b", lambda m: " "),
    ]  # fmt: skip
    return tuple((re.compile(pattern), make) for pattern, make in rows)


def _always(word: str) -> Callable[[Match], str]:
    return lambda match: f" {word} "


def _raised(match: Match) -> str:
    """Return ``^{n x d}`` for letters above the line."""
    return "^{" + unicodedata.normalize("NFKC", match[0].replace("ˣ", " x ")) + "}"


def _array(sizes: str) -> str:
    """Return the kind with such sizes: ``n x d`` is a matrix."""
    parts = [p for p in re.split(_CROSS, sizes.strip()) if p]
    kind = {1: "vector", 2: "matrix"}.get(len(parts), "tensor")
    return f" {kind}({', '.join(parts)})"


def _space(match: Match) -> str:
    """Return what ``∈ ℝ₊ᵈ`` says: kind, sizes and sign."""
    sign = next((s for s in match.group(1, 2, 4, 5) if s), "").replace(" ", "")
    known = {"": "", "+": ">= 0", "++": "> 0", ">0": "> 0", ">=0": ">= 0", "≥0": ">= 0"}
    if sign not in known:
        return match[0]
    kind = _array(match[3]) if match[3] else " real" if not sign else ""
    return f" {kind} {known[sign]}"


def _cone(match: Match) -> str:
    """Return what ``∈ S^n_{++}`` says: a symmetric matrix, and its definiteness."""
    sign = next((s for s in match.group(1, 2, 4, 5) if s), "").replace(" ", "")
    known = {"": "symmetric", "+": "psd", "++": "pd"}
    if sign not in known:
        return match[0]
    size = match[3].strip()
    return f" matrix({size}, {size}) {known[sign]}"


__all__ = ["spelled_tokens"]
