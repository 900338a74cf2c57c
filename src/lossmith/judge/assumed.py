"""Assumptions that stand among the lines: ``since sum(y) = 1``, ``with A' = A``, ``y_i^2 = 1``.

An equation behind such a word claims nothing: it says what may be used. Those that the declaration
language can say become declarations; the rest stay lines, which are judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lossmith.text.syntax.latex_tokens import NAMES
from lossmith.words import Words

_WORD: Final = (
    r"(?:since|because|let|assum(?:e|ing)(?:\s+that)?|suppos(?:e|ing)(?:\s+that)?|given(?:\s+that)?"
    r"|where|with|using|as|for|when|if|由于|因为|假设|假定|已知|设|若|当|利用|其中)"
)
_NAME: Final = r"(?P<name>\\?[A-Za-z]+)"
_AGAIN: Final = r"(?P=name)"
_TURNED: Final = r"(?:'|\.T|\^\s*\{?\s*(?:\\top|\\intercal|T)\s*\}?|ᵀ)"
_SIGMA: Final = (
    r"(?:\\sum|sum|Σ|∑)(?:\\limits)?\s*_?\s*\{?\s*\w(?:\s*=\s*\w+)?\s*\}?(?:\s*\^\s*\{?\w+\}?)?\s*"
)
_ENTRY: Final = r"\s*(?:_\s*\{?\s*\w\s*\}?|\[\w\])"
_ONE: Final = r"\s*=\s*1"
_ONES: Final = r"(?:\\?(?:mathbf|boldsymbol|mathbb|bm)\s*\{?\s*1\s*\}?|1|\U0001d7cf|ones?)"

_FORMS: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), condition)
    for pattern, condition in (
        (rf"{_SIGMA}{_NAME}{_ENTRY}{_ONE}", "simplex"),
        (rf"sum\(\s*(?:\w\s*,\s*)?{_NAME}(?:{_ENTRY})?\s*\){_ONE}", "simplex"),
        (rf"{_ONES}\s*{_TURNED}\s*\*?\s*{_NAME}{_ONE}", "simplex"),
        (rf"{_NAME}\s*{_TURNED}\s*\*?\s*{_ONES}{_ONE}", "simplex"),
        (rf"(?:the\s+)?(?:entries\s+of\s+)?{_NAME}\s+sums?\s+to\s+(?:1|one)", "simplex"),
        (rf"{_NAME}\s*(?:的(?:各)?(?:分量|元素))?之?和(?:为|是|等于)\s*1", "simplex"),
        (rf"{_NAME}\s*=\s*{_AGAIN}\s*{_TURNED}", "symmetric"),
        (rf"{_NAME}\s*{_TURNED}\s*=\s*{_AGAIN}", "symmetric"),
        (
            rf"{_NAME}\s*(?:is|为|是)?\s*(?:a\s+)?(?:symmetric|对称)(?:\s+matrix|矩阵|的)?",
            "symmetric",
        ),
        (rf"{_NAME}(?:{_ENTRY})?\s*\.?\^\s*\{{?2\}}?{_ONE}", "in {-1, 1}"),
        (rf"{_NAME}{_ENTRY}\s*(?:\\in|∈|in)\s*\\?\{{\s*-\s*1\s*,\s*\+?\s*1\s*\\?\}}", "in {-1, 1}"),
    )
)
_CLAUSE: Final = re.compile(
    rf"(?:^|(?<=[\s,;，；(（{{])|(?<=[。，]))[(（]?\s*(?:\\text\s*\{{)?\s*{_WORD}(?![A-Za-z])\s*\}}?"
    r"\s*[:：]?\s*\$?\s*(?P<said>[^$]+?)\s*\$?\s*[)）]?\s*[.:;,。：；，]*\s*$",
    re.IGNORECASE,
)
_INLINE: Final = re.compile(rf"{_WORD}(?![A-Za-z])\s*[:：]?\s*\$(?P<said>[^$]+)\$", re.IGNORECASE)


def split_assumption(raw: str) -> tuple[str, str]:
    """Return a row without the assumption that it ends with, and its declaration; "" for none.

    What stands before keeps its place, so that positions still count.
    """
    for begin in _starts(raw):
        found = _CLAUSE.match(raw, begin)
        if found is not None and (declared := declaration_of(found["said"])):
            return raw[:begin].rstrip(" ,;，；("), declared
    return raw, ""


def assumptions_in(prose: str) -> Iterator[str]:
    """Yield the declarations of a sentence: With $\\sum_k y_k = 1$ and since $A = A^T$."""
    for found in _INLINE.finditer(prose):
        if declared := declaration_of(found["said"]):
            yield declared
    for pattern in _SYMMETRIC:
        for found in pattern.finditer(prose):
            if _DOUBT.search(prose[: found.start()]) is None:
                yield f"{_plain(found['name'])}: symmetric"


def joined(declared: str, assumed: str, *, known_only: bool = False) -> str:
    """Return declarations with what is assumed of their names: y: vector(n), simplex.

    known_only: leave out what is assumed of names that they do not hold.
    """
    entries = [e.strip() for e in re.split("[;；]", declared) if e.strip()]
    for part in filter(None, assumed.split("; ")):
        name, _, condition = (piece.strip() for piece in part.partition(":"))
        own = [k for k, e in enumerate(entries) if e.partition(":")[0].strip() == name]
        if not own:
            entries += [] if known_only else [part]
        elif condition not in entries[own[0]]:
            entries[own[0]] += f", {condition}"
    return "; ".join(entries)


def told(declared: str) -> Words:
    """Return what is said of an assumption that was taken."""
    more = _ALSO if declared.endswith("simplex") else Words("", "")
    return Words(
        f"the assumption is taken as the declaration {declared}{more.en}",
        f"该假设作为声明 {declared} 使用{more.zh}",
    )


_ALSO: Final = Words(", which also asks for entries ≥ 0", "，其中还要求各分量 ≥ 0")


def _starts(raw: str) -> Iterator[int]:
    """Yield where a clause with such a word may begin."""
    for found in re.finditer(rf"(?:[(（]\s*)?(?:\\text\s*\{{\s*)?{_WORD}(?![A-Za-z])", raw, re.I):
        before = raw[: found.start()]
        if not before or not (before[-1].isalnum() or before[-1] in "_\\."):
            yield found.start()


def declaration_of(said: str) -> str:
    """Return the declarations that equations make, A = A' and B = B'; "" if one makes none."""
    found = [_declaration(part) for part in re.split(r"\s(?:and|且|和)\s|、", said)]
    return "; ".join(found) if all(found) else ""


def _declaration(said: str) -> str:
    text = re.sub(r"\\(?:left|right|,|;|!|quad|qquad)(?![A-Za-z])", " ", said).strip(
        " .,;:，。；："
    )
    for form, condition in _FORMS:
        found = form.fullmatch(text)
        if found is not None:
            return f"{_plain(found['name'])}: {condition}"
    return ""


def _plain(name: str) -> str:
    return NAMES.get(name, name.lstrip("\\"))


_SYMMETRIC: Final = (
    re.compile(
        rf"\$\s*{_NAME}\s*\$\s*(?:is|being|为|是)?\s*(?:a\s+)?(?:symmetric|对称)", re.IGNORECASE
    ),
    re.compile(
        rf"(?<![A-Za-z-])(?:symmetric(?:\s+matrix)?|对称矩阵)\s*\$\s*{_NAME}\s*\$", re.IGNORECASE
    ),
)
"""Words around a letter in a sentence: with $S$ symmetric, a symmetric matrix $A$."""
_DOUBT: Final = re.compile(
    r"(?:\b(?:if|unless|when|not)\s+|若|如果|除非|非)(?:a\s+)?$", re.IGNORECASE
)
