"""Derivatives inside formulas, as in ``dL/dh*dh/dz*dz/dw``: each becomes a symbol of its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from lossmith.judge.lines import Dialect
from lossmith.judge.subject import plain_left

StandIn = Callable[[str, tuple[str, ...], str, tuple[str, ...]], str]
"""(numerator, its indices, denominator, its indices) -> a name; "" for no such derivative."""

_NAME: Final = r"[^\W\d_][^\W_]*(?:_\d+)?"
_SUB: Final = r"(?:_[a-z]{1,2}(?![\w])|\[[a-z,]+\])?"
_TEXT: Final = re.compile(
    rf"(?<![\w.])(?:d|∂)(?P<of>{_NAME})(?P<above>{_SUB})\s*/\s*(?:d|∂)(?P<wrt>{_NAME})(?P<below>{_SUB})"
    r"(?![\w(\[])"
)
_SIGN: Final = r"(?:\\partial|\\mathrm\{d\}|\\operatorname\{d\}|d|∂)\s*"
_LETTER: Final = (
    r"(?:\\(?:hat|bar|tilde|mathcal|mathbf|boldsymbol|bm)\s*(?:\{\s*\\?[A-Za-z]+\s*\}|\\?[A-Za-z]+)"
    r"|[A-Za-z]|\\[A-Za-z]+)(?:_(?:\d|\{\d+\}))?"
)
_FOOT: Final = r"(?:_(?:[a-z]|\{[a-z,\s]+\}))?"
_LATEX: Final = re.compile(
    rf"\\[dt]?frac\s*\{{\s*{_SIGN}(?P<of>{_LETTER})(?P<above>{_FOOT})\s*\}}\s*"
    rf"\{{\s*{_SIGN}(?P<wrt>{_LETTER})(?P<below>{_FOOT})\s*\}}"
)


def replaced(text: str, dialect: Dialect, stand_in: StandIn) -> str:
    """Return the text with every derivative that is known replaced by its symbol."""

    def change(found: re.Match[str]) -> str:
        of, wrt = (_named(found[k]) for k in ("of", "wrt"))
        above, below = (_letters(found[k]) for k in ("above", "below"))
        name = stand_in(of, above, wrt, below)
        if not name:
            return found[0]
        letters = tuple(dict.fromkeys((*above, *below)))
        if dialect == "latex":
            foot = f"_{{{''.join(letters)}}}" if letters else ""
            return rf"\mathrm{{{name}}}{foot} "
        foot = f"[{','.join(letters)}]" if letters else ""
        return f"{name}{foot}"

    return (_LATEX if dialect == "latex" else _TEXT).sub(change, text)


def holds_quotient(text: str, dialect: Dialect) -> bool:
    """Return whether a derivative stands in a formula."""
    return (_LATEX if dialect == "latex" else _TEXT).search(text) is not None


def _named(text: str) -> str:
    """Return the name that a formula reads: z1 for z_{1}, yhat for \\hat y."""
    return re.sub(r"_(\d+)$", r"\1", plain_left(text).replace(" ", ""))


def _letters(foot: str) -> tuple[str, ...]:
    return tuple(c for c in foot if c.isalpha())
