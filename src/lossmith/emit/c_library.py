"""What C lacks of the language, as small functions in C, and how the cards' code reads in C.

The cards spell their functions for NumPy and numba. Entrywise ones are made of names that math.h
or the helpers here have as well; the others call one helper on a whole vector or matrix. What needs
eigenvalues or singular values has no helper: C alone has no LAPACK.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from lossmith.emit.c_arrays import ARRAYS
from lossmith.emit.c_functions import FUNCTIONS
from lossmith.expr.atom import Atom

KEYWORDS: Final = tuple(
    "auto break case char const continue default do double else enum extern float for goto if"
    " inline int long register restrict return short signed sizeof static struct switch typedef"
    " union unsigned void volatile while _Bool main NAN INFINITY NULL EXIT_FAILURE EXIT_SUCCESS"
    " size_t calloc free memset exit fprintf printf stderr isfinite isnan isinf".split()
)

_MATH: Final[Mapping[str, str]] = {
    "abs": "fabs", "arccos": "acos", "arccosh": "acosh", "arcsin": "asin", "arcsinh": "asinh",
    "arctan": "atan", "arctan2": "atan2", "arctanh": "atanh", "power": "pow", "maximum": "larger",
    "minimum": "smaller", "pi": "3.141592653589793",
    **{name: name for name in (
        "cos", "cosh", "exp", "expm1", "hypot", "log", "log1p", "log2", "sign", "sin", "sinh",
        "sqrt", "square", "tan", "tanh",
    )},
}  # fmt: skip
"""NumPy's name -> the one in math.h or below."""

C99: Final = frozenset({"erf", "lgamma", "cbrt", "copysign", *_MATH.values()})
"""Functions that a file may call besides its helpers."""


HELPERS: Final[Mapping[str, str]] = {**FUNCTIONS, **ARRAYS}


def template(atom: Atom) -> str | None:
    """Return the template of an atom in C, None if it has none.

    Entrywise: an expression in {0}, {1} ...; of whole arrays: ``name({0})`` or ``name({0}, {1})``,
    the name of a helper that takes the sizes of one array, the array, a number, and room for a
    result that is no number.
    """
    spelled = atom.code.get("numba") or atom.code.get("numpy", "")
    if not spelled or "scipy." in spelled or "lambda" in spelled:
        return None
    known = True

    def named(found: re.Match[str]) -> str:
        nonlocal known
        name = _MATH.get(found.group(2)) if found.group(1) == "np." else found.group(2)
        known = known and name is not None
        return name or ""

    text = re.sub(r"\b(np\.|_)([a-z]\w*)", named, spelled)
    calls = set(re.findall(r"[a-z]\w*(?=\()", text))
    whole = atom.signature.is_entrywise or re.fullmatch(r"\w+\(\{0\}(, \{1\})?\)", text)
    return text if known and whole and calls <= {*C99, *HELPERS} else None


def helper_texts(text: str) -> list[str]:
    """Return the helpers that a text calls and those that these call, callees first."""
    found: set[str] = set()
    wanted = _called(text)
    while wanted:
        name = wanted.pop()
        if name not in found:
            found.add(name)
            wanted |= _called(HELPERS[name]) - {name}
    ordered: list[str] = []
    while len(ordered) < len(found):
        ready = [n for n in HELPERS if n in found and n not in ordered]
        ordered += [n for n in ready if _called(HELPERS[n]) - {n} <= set(ordered)]
    return [HELPERS[name] for name in ordered]


def _called(text: str) -> set[str]:
    """Return the helpers whose calls stand in a text outside of its comments."""
    code = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    return set(re.findall(r"\b[a-z]\w*(?=\()", code)) & set(HELPERS)
