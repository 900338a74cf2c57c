"""Functions inside formulas: ``f(2)``, ``f'(x)`` and ``sigma'(z)`` become symbols."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from lossmith.judge.lines import Dialect

Call = Callable[[str, int, str], str]
"""(name, number of primes, arguments) -> the name of a symbol; "" if it is no call."""


def with_calls(
    text: str, dialect: Dialect, functions: Collection[str], builtins: Collection[str], call: Call
) -> str:
    """Return the text with calls of functions replaced by the symbols that ``call`` returns.

    functions: names defined with parameters.  builtins: names of the language, of which only
    derivatives (with a prime) are replaced.
    """
    out: list[str] = []
    at = 0
    for found in re.finditer(r"(?<![\w\\])([^\W\d_]\w*)('*|′*)\s*\(", text):
        name, primes = found[1], len(found[2])
        known = name in functions or (name in builtins and primes > 0)
        if found.start() < at or not known:
            continue
        stop = _closing(text, found.end() - 1)
        if stop < 0:
            continue
        symbol = call(name, primes, text[found.end() : stop].strip())
        if not symbol:
            continue
        out.append(text[at : found.start()])
        out.append(rf"\mathrm{{{symbol}}} " if dialect == "latex" and len(symbol) > 1 else symbol)
        at = stop + 1
    return "".join([*out, text[at:]])


def _closing(text: str, k: int) -> int:
    """Return where the bracket opened at k is closed, -1 if it never is."""
    depth = 0
    for j in range(k, len(text)):
        depth += (text[j] in "([{") - (text[j] in ")]}")
        if depth == 0:
            return j
    return -1
