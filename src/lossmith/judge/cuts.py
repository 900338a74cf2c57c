"""Where one row of the source is cut: into statements at commas and arrows, into sides at =."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_OPEN: Final = "([{"
_CLOSE: Final = ")]}"
_ARROW: Final = (
    r"(?:={1,2}>|<={1,2}>|⇒|⟹|⇔|⟺"
    r"|\\(?:Rightarrow|Longrightarrow|implies|Leftrightarrow|iff)(?![A-Za-z]))"
)
_THEN: Final = (
    r"(?:[-–]+>|→|\\(?:to|rightarrow)(?![A-Za-z])"
    r"|(?<![\w\\])(?:so|hence|thus|therefore|iff|or)(?=\s)|所以|因此|从而|于是|或)"
)
_CLAUSE: Final = re.compile(rf"^\s*(?:where|with|and|其中|且|{_ARROW}|{_THEN})?\s*", re.IGNORECASE)
_FOLLOWS: Final = re.compile(rf"[,，;；.。]?\s*(?:(?P<arrow>{_ARROW})|{_THEN})", re.IGNORECASE)


def clauses(raw: str, begin: int) -> Iterator[tuple[int, int]]:
    """Yield the parts between top-level commas that are statements of their own."""
    cuts = [begin]
    depth = 0
    for k in range(begin, len(raw)):
        c = raw[k]
        depth += (c in _OPEN) - (c in _CLOSE)
        if c in ",，;；" and depth == 0 and _starts_statement(raw, k + 1):
            cuts.append(k + 1)
    for found in re.finditer(r"\s(?:where|with|其中)\s", raw[begin:]):
        if _starts_statement(raw, begin + found.end()):
            cuts.append(begin + found.end())
    cuts = sorted({*cuts, *_arrows(raw, begin)})
    for start, stop in zip(cuts, [*cuts[1:], len(raw)], strict=True):
        word = _CLAUSE.match(raw[start:stop])
        skip = word.end() if word is not None and start != begin else 0
        tail = re.search(r"[,，;；]?\s*(?:where|with|其中)?\s*$", raw[start:stop])
        end = start + tail.start() if tail is not None else stop
        if raw[start + skip : end].strip():
            yield start + skip, end


def _arrows(raw: str, begin: int) -> Iterator[int]:
    """Yield where a statement follows from one before it: dL/dw = 0 => w = y/x."""
    for found in _FOLLOWS.finditer(raw, begin):
        before, after = raw[begin : found.start()], raw[found.end() :]
        open_ = sum((c in _OPEN) - (c in _CLOSE) for c in before)
        stated = "=" in after if found["arrow"] else _starts_statement(raw, found.end())
        if open_ == 0 and "=" in before and stated:
            yield found.start() + len(found[0]) - len(found[0].lstrip(",，;；.。 "))


def _starts_statement(raw: str, k: int) -> bool:
    """Return whether ``name =`` follows: a definition that stands beside the line."""
    return _DEFINITION.match(raw[k:]) is not None


_DEFINITION: Final = re.compile(
    r"\s*(?:(?:where|with|and|其中|且)\s*)?"
    r"(?:[^\W\d]\w*['′]*|\\(?:hat|bar|tilde)\s*\{?\s*[A-Za-z]\s*\}?|\\[A-Za-z]+)"
    r"\s*(?:_(?:\w|\{\w+\}))?\s*(?:\(\s*\w+(?:\s*,\s*\w+)*\s*\))?\s*=(?!=)"
)


def equals(raw: str, start: int, stop: int) -> Iterator[tuple[int, int, str]]:
    """Yield (begin, end, sign) of the equals signs outside all brackets."""
    depth = 0
    k = start
    while k < stop:
        c = raw[k]
        depth += (c in _OPEN) - (c in _CLOSE)
        if depth == 0:
            if raw.startswith("\\propto", k):
                yield k, k + 7, "\\propto"
                k += 7
                continue
            if raw.startswith("\\equiv", k):
                yield k, k + 6, "="
                k += 6
                continue
            if c in "=＝∝≡":
                two = raw[k : k + 2]
                before = raw[k - 1] if k > start else ""
                if two == "==":
                    yield k, k + 2, "="
                    k += 2
                    continue
                if before not in tuple("<>!≤≥"):
                    yield (k - 1 if before == ":" else k), k + 1, "∝" if c == "∝" else "="
        k += 1
