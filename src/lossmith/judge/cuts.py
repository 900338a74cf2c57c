"""Where one row of the source is cut: into statements at commas, into sides at equals signs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_OPEN: Final = "([{"
_CLOSE: Final = ")]}"
_CLAUSE: Final = re.compile(r"^\s*(?:where|with|and|其中|且)?\s*", re.IGNORECASE)


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
    cuts = sorted(set(cuts))
    for start, stop in zip(cuts, [*cuts[1:], len(raw)], strict=True):
        word = _CLAUSE.match(raw[start:stop])
        skip = word.end() if word is not None and start != begin else 0
        tail = re.search(r"[,，;；]?\s*(?:where|with|其中)?\s*$", raw[start:stop])
        end = start + tail.start() if tail is not None else stop
        if raw[start + skip : end].strip():
            yield start + skip, end


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
