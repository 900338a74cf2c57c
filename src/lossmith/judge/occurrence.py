"""Does a name, or the letter of an index, occur in a formula that was not read yet?"""

from __future__ import annotations

import re

from lossmith.text.latex_tokens import NAMES


def occurs(index: str, text: str) -> bool:
    """Return whether the letter of an index occurs in a formula."""
    return re.search(rf"(?<![A-Za-z\\]){index}(?![A-Za-z(])|_\w*{index}", text) is not None


def uses(text: str, name: str) -> bool:
    """Return whether a name occurs in a text, perhaps with a subscript."""
    if "\\" in text:
        text = re.sub(r"\\hat\s*\{?\s*([A-Za-z])\s*\}?", r" \1hat ", text)
        text = re.sub(r"\\[A-Za-z]+", lambda m: f" {NAMES.get(m[0], '')} ", text)
    return re.search(rf"(?<![A-Za-z\\]){re.escape(name)}(?![A-Za-z0-9(])", text) is not None
