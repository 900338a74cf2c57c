"""Names of symbols as they look in print: Greek letters, and digits as subscripts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

GREEK: Final[Mapping[str, str]] = {
    "alpha": "α",
    "beta": "β",
    "gamma": "γ",
    "delta": "δ",
    "epsilon": "ε",
    "eps": "ε",
    "zeta": "ζ",
    "eta": "η",
    "theta": "θ",
    "iota": "ι",
    "kappa": "κ",
    "lambda": "λ",
    "lam": "λ",
    "mu": "μ",
    "nu": "ν",
    "xi": "ξ",
    "pi": "π",
    "rho": "ρ",
    "sigma": "σ",
    "tau": "τ",
    "upsilon": "υ",
    "phi": "φ",
    "chi": "χ",
    "psi": "ψ",
    "omega": "ω",
    "Gamma": "Γ",
    "Delta": "Δ",
    "Theta": "Θ",
    "Lambda": "Λ",
    "Xi": "Ξ",
    "Pi": "Π",
    "Sigma": "Σ",
    "Phi": "Φ",
    "Psi": "Ψ",
    "Omega": "Ω",
}

LATEX_GREEK: Final[Mapping[str, str]] = {
    sign: {"lam": r"\lambda", "eps": r"\epsilon"}.get(word, "\\" + word)
    for word, sign in GREEK.items()
}

_SPLIT = re.compile(r"([^\W\d_]+)_?(\d*)")
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_DIGITS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")


def split_name(name: str) -> tuple[str, str] | None:
    """Return (letters with Greek as one sign, digits) of w1, w_1, lam, w₁; None for others."""
    found = _SPLIT.fullmatch(name.translate(_DIGITS))
    if found is None:
        return None
    letters, digits = found.groups()
    return GREEK.get(letters, letters), digits


def unicode_name(name: str) -> str:
    """Return lam as λ, w1 as w₁, and names of another kind as they are."""
    parts = split_name(name)
    return name if parts is None else parts[0] + parts[1].translate(_SUBSCRIPTS)


def latex_name(name: str) -> str:
    r"""Return lam as \lambda, w1 as w_{1}, names of several letters upright."""
    parts = split_name(name)
    if parts is None:
        head, _, tail = name.partition("_")
        if tail and head:
            return f"{_latex_letters(head)}_{{\\mathrm{{{_escaped(tail)}}}}}"
        return f"\\mathrm{{{_escaped(name)}}}"
    letters, digits = parts
    if letters[0] == "d" and (len(letters) == 2 or letters[1:] in GREEK):
        # The change of x is \mathrm{d}x: the d upright, the letter as ever.
        return f"\\mathrm{{d}}{_latex_letters(letters[1:])}" + (f"_{{{digits}}}" if digits else "")
    return _latex_letters(letters) + (f"_{{{digits}}}" if digits else "")


def _latex_letters(letters: str) -> str:
    letters = GREEK.get(letters, letters)
    if letters in LATEX_GREEK:
        return LATEX_GREEK[letters]
    return letters if len(letters) == 1 else f"\\mathrm{{{_escaped(letters)}}}"


def _escaped(text: str) -> str:
    return re.sub(r"([_#$%&{}])", r"\\\1", text)
