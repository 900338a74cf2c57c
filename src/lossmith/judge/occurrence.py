"""Does a name, or the letter of an index, occur in a formula that was not read yet?"""

from __future__ import annotations

import re
from typing import Final

from lossmith.text.syntax.latex_tokens import NAMES


def occurs(index: str, text: str) -> bool:
    """Return whether the letter of an index occurs in a formula."""
    return re.search(rf"(?<![A-Za-z\\]){index}(?![A-Za-z(])|_\w*{index}", text) is not None


def uses(text: str, name: str) -> bool:
    """Return whether a name occurs in a text, perhaps with a subscript; a_1 and a1 are one name."""
    if "\\" in text:
        text = re.sub(r"\\hat\s*\{?\s*([A-Za-z])\s*\}?", r" \1hat ", text)
        text = re.sub(r"\\[A-Za-z]+", lambda m: f" {NAMES.get(m[0], '')} ", text)
    text, name = re.sub(_COUNT, r"\1", text), re.sub(_COUNT, r"\1", name)
    return re.search(rf"(?<![A-Za-z\\]){re.escape(name)}(?![A-Za-z0-9(])", text) is not None


def apart(text: str, dialect: str) -> str:
    """Return a text in which letters that LaTeX multiplies stand apart: w x for wx."""
    if dialect != "latex":
        return text
    words = re.sub(r"\\(?:text|mathrm|operatorname|mbox)\*?\s*\{[^{}]*\}", " ", text)
    return re.sub(r"(\\[A-Za-z]+)|(?<=[A-Za-z])(?=[A-Za-z])", lambda m: f"{m[0]} ", words)


_COUNT: Final = re.compile(r"(?<=[A-Za-z])\s*_\{?(\d+)\}?")
