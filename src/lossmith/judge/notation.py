"""Signs of the classroom that the language writes otherwise: Kronecker's delta, letters used twice.

``p_i*(delta_ij - p_j)`` and ``1[i = j]`` are the unit matrix; in
``dL/dW_ij = (sum(j, W_ij*x_j) - t_i)*x_j`` the j of the sum is not the j on the left.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Final

from lossmith.judge.lines import Dialect

_SIGN: Final = r"(?:delta|δ|\\delta)"
_PAIR: Final = (
    rf"{_SIGN}\s*\(\s*(?P<a>[a-z])\s*,\s*(?P<b>[a-z])\s*\)",
    rf"{_SIGN}\s*_\s*\{{?\s*(?P<a>[a-z])\s*,?\s*(?P<b>[a-z])\s*\}}?(?![A-Za-z])",
    r"(?:(?<![\w.])1|\U0001d7d9|\\(?:mathbb|mathbf|mathrm|mathds)\s*\{\s*[1I]\s*\})\s*(?:_\s*)?"
    r"(?:\\\{|[\[({])\s*(?P<a>[a-z])\s*==?\s*(?P<b>[a-z])\s*(?:\\\}|[\])}])",
)
_KRONECKER: Final = tuple(re.compile(p) for p in _PAIR)


def with_unit_matrix(text: str, dialect: Dialect, known: Collection[str]) -> str:
    """Return the text with Kronecker's delta as the unit matrix; known: names that are taken."""
    patterns = _KRONECKER[2:] if "delta" in known else _KRONECKER
    for pattern in patterns:
        unit = r"\\mathrm{eye}_{\g<a>\g<b>} " if dialect == "latex" else r"eye[\g<a>,\g<b>]"
        text = pattern.sub(unit, text)
    return text


_CONDITION: Final = re.compile(
    r"(?P<one>(?<![\w.])(?:1|I|ind)\s*)?(?P<open>[(\[{])"
    r"(?P<inside>(?:[^()\[\]{}]|\([^()]*\)|\[[^\[\]]*\])*?(?:[<>≤≥]|[=!]=)"
    r"(?:[^()\[\]{},]|\([^()]*\)|\[[^\[\]]*\])*)[)\]}]"
)


def with_indicators(text: str) -> str:
    """Return a text (no LaTeX) with ``(u > 0)`` and ``1[u > 0]`` as if(u > 0, 1, 0)."""

    def number(found: re.Match[str]) -> str:
        before = text[: found.start("open")].rstrip()
        argument = before[-1:].isalnum() or before.endswith(("_", "if(", "cases("))
        if not found["one"] and (argument or found["open"] != "(" or "," in found["inside"]):
            return found[0]
        return f"if({found['inside']}, 1, 0)"

    return _CONDITION.sub(number, _with_counts(text))


_COUNTED: Final = re.compile(r"(?<![\w.])(?:sum|mean)\(")
_COMPARED: Final = re.compile(r"[<>≤≥]|[=!]=")


def _with_counts(text: str) -> str:
    """Return a text with ``sum(z < 1)`` and ``sum(i, z_i < 1)`` as sums of if(z < 1, 1, 0)."""
    at = 0
    while (found := _COUNTED.search(text, at)) is not None:
        at = found.end()
        stop = _closing(text, at - 1)
        if stop < 0:
            return text
        *binders, last = _split_commas(text[at:stop])
        if _COMPARED.search(_outermost(last)):
            counted = ",".join((*binders, f" if({last.strip()}, 1, 0)"))
            text = f"{text[:at]}{counted.lstrip()}{text[stop:]}"
    return text


def _split_commas(text: str) -> list[str]:
    """Return the parts of a text between the commas that stand in no bracket."""
    parts, depth = [""], 0
    for c in text:
        depth += (c in "([{") - (c in ")]}")
        if c == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += c
    return parts


def _outermost(text: str) -> str:
    """Return the signs of a text that stand in no bracket."""
    depth, found = 0, ""
    for c in text:
        depth += (c in "([{") - (c in ")]}")
        found += "" if depth or c in ")]}" else c
    return found


_SUMMED: Final = re.compile(
    r"(?:\\(?:sum|prod)\s*_\s*\{?\s*|(?<!\w)(?:sum|prod|mean)\(\s*)n(?![A-Za-z])"
)
_INDEXED_BY_N: Final = re.compile(r"(?<=[A-Za-z}])_\s*(?:n(?![\w])|\{\s*n\s*\})")


def with_usual_letter(text: str, lines: Sequence[str], open_: Sequence[str]) -> str:
    """Return a text with t_i in place of t_n where other lines sum over n, and this one does not.

    By itself an n is a size, not an index.
    """
    if "n" in open_ or not _INDEXED_BY_N.search(text) or _SUMMED.search(text):
        return text
    if not any(_SUMMED.search(line) for line in lines):
        return text
    return _INDEXED_BY_N.sub("_i", text)


_BINDER: Final = re.compile(
    r"(?<![\w.])(?:sum|prod|mean|max|min)\(\s*(?P<letter>[a-z])(?=\s*(?:,|!=))"
)
_TOKEN: Final = re.compile(
    r"(?P<name>[^\W\d_][^\W_]*)_(?P<sub>[a-z]{1,3})(?![\w])"
    r"|(?<=[\w\]])\[(?P<inside>[a-z,\s]+)\]|(?<![\w.])(?P<alone>[a-z])(?![\w(])"
)


def with_own_letters(text: str, open_: Sequence[str]) -> str:
    """Return a text (no LaTeX) whose sums bind no letter that the left side leaves open."""
    at = 0
    while (found := _BINDER.search(text, at)) is not None:
        at = found.end()
        stop = _closing(text, text.index("(", found.start()))
        if found["letter"] not in open_ or stop < 0:
            continue
        begin = found.start("letter")
        fresh = _fresh(text, open_)
        if fresh:
            body = _renamed(text[begin:stop], found["letter"], fresh)
            text = text[:begin] + body + text[stop:]
    return text


def _renamed(body: str, old: str, new: str) -> str:
    def change(found: re.Match[str]) -> str:
        if found["name"]:
            return f"{found['name']}_{found['sub'].replace(old, new)}"
        if found["inside"]:
            return f"[{found['inside'].replace(old, new)}]"
        return new if found["alone"] == old else found[0]

    return _TOKEN.sub(change, body)


def _fresh(text: str, open_: Sequence[str]) -> str:
    """Return a letter that occurs nowhere as an index or a name, "" if there is none."""
    used = {*open_, *re.findall(r"(?<![A-Za-z])[a-z](?![A-Za-z])", text)}
    used |= {c for sub in re.findall(r"_([a-z]{1,3})(?![\w])", text) for c in sub}
    return next((c for c in "qrsuvabcgh" if c not in used), "")


def _closing(text: str, k: int) -> int:
    """Return where the bracket opened at k is closed, -1 if it never is."""
    depth = 0
    for j in range(k, len(text)):
        depth += (text[j] in "([{") - (text[j] in ")]}")
        if depth == 0:
            return j
    return -1


def with_entries(text: str) -> str:
    """Return a text with ``softmax(z)_j`` written ``softmax(z)[j]``."""
    return _ENTRY.sub(r"\1[\2]", text)


_ENTRY: Final = re.compile(r"((?<![\w.])[A-Za-z]\w*\([^()]*\))_([a-z])(?![A-Za-z0-9])")


_LATEX_TOKEN: Final = re.compile(
    r"\\(?:mathrm|operatorname|text|mathop)\s*\{\s*d\s*\}|\\[A-Za-z]+|\\.|[A-Za-z]+|.", re.DOTALL
)
_SPACE: Final = re.compile(r"(?:\s|\\[,;:! ])*")
_MOVED: Final = re.compile(
    r"(?:\\(?:mathbf|boldsymbol|bm|vec|mathrm)\s*\{\s*(?P<styled>\\?[A-Za-z]+)\s*\}"
    r"|(?P<plain>\\[A-Za-z]+|[A-Za-z])(?![A-Za-z]))"
)


def with_changes(text: str, known: Collection[str]) -> str:
    """Return a differential in LaTeX with ``\\, dw`` and ``\\mathrm{d}w`` as one name each.

    known: names that stand for something; where d is one of them, nothing changes.
    """
    if "d" in known:
        return text
    found: list[str] = []
    at = 0
    while (token := _LATEX_TOKEN.match(text, at)) is not None:
        word, at = token[0], token.end()
        letters = word.isascii() and word.isalpha()
        if letters and "d" in word[:-1]:
            # Xdw: letters stand for themselves, so the last d in front of one is a change.
            head, _, last = word.rpartition("d")
            if len(last) == 1 and last in known:
                found.append(f"{head} \\mathrm{{d{last}}} ")
                continue
        if (letters and word.endswith("d")) or (word[:1] == "\\" and word.endswith("}")):
            behind = _SPACE.match(text, at)
            moved = _MOVED.match(text, at if behind is None else behind.end())
            name = (moved["styled"] or moved["plain"]).lstrip("\\") if moved is not None else ""
            if moved is not None and name in known:
                found.append(f"{word[:-1] if letters else ''} \\mathrm{{d{name}}} ")
                at = moved.end()
                continue
        found.append(word)
    return "".join(found)
