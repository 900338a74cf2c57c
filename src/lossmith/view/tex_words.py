r"""Running text for LaTeX: words as they are, what looks like mathematics set as mathematics.

A word that holds a sign of mathematics (``‖A‖²``, ``f″``, ``λmin(AᵀA)``) is set as one formula; the
rest has its special signs escaped. So the words of rules and facts, written once for all forms,
compile without a font that has those signs.
"""

from __future__ import annotations

import re
from typing import Final

_ESCAPED: Final = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "_": r"\_", "^": r"\textasciicircum{}",
    "%": r"\%", "&": r"\&", "#": r"\#", "$": r"\$", "~": r"\textasciitilde{}", "§": r"\S{}",
    "…": r"\dots{}", "–": "--", "—": "---", "’": "'", "×": r"$\times$", "é": r"\'e", "ö": r'\"o',
    "ü": r'\"u', "ä": r'\"a', "ó": r"\'o", "á": r"\'a", "ć": r"\'c", "č": r"\v{c}", "š": r"\v{s}",
    "∵": r"$\because$", "□": "", "■": "", "▲": "", "●": "", "○": "",
}  # fmt: skip
"""Signs of running text that LaTeX writes in its own way; badges and the end of a proof go."""

_SIGNS: Final = {
    "<": "<", ">": ">", "∞": r"\infty", "≤": r"\le", "≥": r"\ge", "≠": r"\ne", "≈": r"\approx",
    "·": r"\cdot", "−": "-", "×": r"\times", "±": r"\pm", "√": r"\surd", "‖": r"\|", "|": "|",
    "Σ": r"\sum", "∑": r"\sum", "∏": r"\prod", "∫": r"\int", "∂": r"\partial", "∇": r"\nabla",
    "∈": r"\in", "∵": r"\because", "→": r"\to", "⇒": r"\Rightarrow", "⪰": r"\succeq",
    "⊙": r"\odot", "⊘": r"\oslash", "⊗": r"\otimes", "∘": r"\circ", "∗": "*", "′": "'",
    "″": "''", "½": r"\tfrac12", "¼": r"\tfrac14", "⅓": r"\tfrac13", "⅔": r"\tfrac23",
    "¾": r"\tfrac34", "⅛": r"\tfrac18", "⌊": r"\lfloor", "⌋": r"\rfloor", "⁄": "/",
    "⟨": r"\langle", "⟩": r"\rangle", "∅": r"\emptyset",
    "α": r"\alpha", "β": r"\beta", "γ": r"\gamma", "δ": r"\delta", "ε": r"\varepsilon",
    "ζ": r"\zeta", "η": r"\eta", "θ": r"\theta", "κ": r"\kappa", "λ": r"\lambda", "μ": r"\mu",
    "ν": r"\nu", "ξ": r"\xi", "π": r"\pi", "ρ": r"\rho", "σ": r"\sigma", "τ": r"\tau",
    "φ": r"\varphi", "χ": r"\chi", "ψ": r"\psi", "ω": r"\omega", "Γ": r"\Gamma",
    "Δ": r"\Delta", "Θ": r"\Theta", "Λ": r"\Lambda", "Φ": r"\Phi", "Ψ": r"\Psi", "Ω": r"\Omega",
}  # fmt: skip

_INSIDE: Final = {"\\": r"\setminus ", "^": r"\hat{\ }", "~": r"\sim ", "…": r"\dots ", "’": "'"}
"""Signs that are written in another way inside a formula."""

_RAISED: Final = dict(
    zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ᵃᵇᵈᵏᵐⁿᵖᵗᵘᵛʳˣʸ", "0123456789+-()abdkmnptuvrxy", strict=True)
)
_RAISED_TOP: Final = {"ᵀ": r"\top"}
_LOWERED: Final = dict(
    zip("₀₁₂₃₄₅₆₇₈₉₊₋ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", "0123456789+-aehijklmnoprstuvx", strict=True)
)
_MATHEMATICS: Final = {"^", *_SIGNS, *_RAISED, *_RAISED_TOP, *_LOWERED} - {"|", "∵"}
_RUN: Final = re.compile(r"[^\n\u3000-\u303f\u4e00-\u9fff\uff00-\uffef\ue000-\uf8ff]+")
_LIGHT: Final = re.compile(
    r"[(\[]*(?:[b-zB-HJ-Z]|\d+|[=+/-]|>=|<=|max|min|Aw|[a-z]\([a-z]\))[)\]]*[,;:]?"
)
"""Words that are part of a formula where they stand beside one: "= max" before "φ″"."""

_ENDS: Final = re.compile(r"^([\"'“(\[]*)(.*?)([,:;.!?\"'”]*)$", re.DOTALL)
_NAMES: Final = re.compile(r"[A-Za-z]{2,}")
_FUNCTIONS: Final = ("max", "min", "log", "exp", "sin", "cos", "tan", "det", "inf", "sup")


def escaped(text: str) -> str:
    """Return running text for LaTeX: its special signs escaped, mathematics set as such."""
    return _RUN.sub(lambda m: _run(m[0]), text)


def _run(text: str) -> str:
    """Return words between two Chinese parts: neighbors that are mathematics as one formula."""
    words = text.split(" ")
    kinds = [_kind(w) for w in words]
    made: list[str] = []
    k = 0
    while k < len(words):
        stop = k
        while stop < len(words) and kinds[stop]:
            stop += 1
            if words[stop - 1].endswith((",", ";", ":")):
                break
        if 2 in kinds[k:stop]:
            made.append(_set(" ".join(words[k:stop])))
            k = stop
        else:
            made.append("".join(_ESCAPED.get(c, c) for c in words[k]))
            k += 1
    return " ".join(made)


def _kind(word: str) -> int:
    """Return 2 for a word with a sign of mathematics, 1 for one that may stand by it, else 0."""
    if any(c in _MATHEMATICS for c in word):
        return 2
    return 1 if _LIGHT.fullmatch(word) else 0


def _set(text: str) -> str:
    """Return a formula between dollars, the punctuation around it outside of them."""
    match = _ENDS.match(text)
    assert match is not None
    before, body, after = match.groups()
    # A bracket that closes inside belongs to the formula, not to the sentence around it.
    while before and before[-1] in "([" and _opens_less(body):
        before, body = before[:-1], before[-1] + body
    while body.endswith((")", "]")) and _opens_less(body):
        body, after = body[:-1], body[-1] + after
    first, last = ("".join(_ESCAPED.get(c, c) for c in part) for part in (before, after))
    return f"{first}${formula(body)}${last}" if body else f"{first}{last}"


def _opens_less(body: str) -> bool:
    """Return whether a bracket of the body closes one that was opened before it."""
    return body.count("(") + body.count("[") < body.count(")") + body.count("]")


def formula(text: str) -> str:
    """Return plain mathematics such as ``‖A‖²`` as LaTeX, without the signs around it."""
    for spelled, sign in (("λmin", "λ₍min₎"), ("λmax", "λ₍max₎"), (">=", "≥"), ("<=", "≤")):
        text = text.replace(spelled, sign)
    parts: list[str] = []
    for run in re.findall(_RUNS, text):
        if run[0] in _RAISED or run[0] in _RAISED_TOP:
            parts.append("^{" + "".join(_RAISED.get(c) or _RAISED_TOP[c] for c in run) + "}")
        elif run.startswith("₍"):
            parts.append(rf"_{{\{run[1:-1]}}}")
        elif run[0] in _LOWERED:
            parts.append("_{" + "".join(_LOWERED[c] for c in run) + "}")
        elif run[0] == "^" and len(run) > 1:
            parts.append("^{" + run[1:].removeprefix("(").removesuffix(")") + "}")
        elif _NAMES.fullmatch(run):
            parts.append(_name(run))
        else:
            parts.append(_sign(run))
    return "".join(parts).strip()


_RUNS: Final = re.compile(
    r"\^\([^()]*\)|\^-?\w|"
    f"[{''.join(_RAISED)}{''.join(_RAISED_TOP)}]+|₍[a-z]+₎|[{''.join(_LOWERED)}]+|[A-Za-z]{{2,}}|."
)


def _name(run: str) -> str:
    """Return letters as a product, words of three and more as the name of a function."""
    if run in _FUNCTIONS:
        return rf"\{run} "
    return run if len(run) == 2 and run != "tr" else rf"\operatorname{{{run}}}"


def _sign(c: str) -> str:
    if c in _SIGNS:
        made = _SIGNS[c]
        return f"{made} " if made[0] == "\\" and made[-1].isalpha() else made
    return _INSIDE.get(c, _ESCAPED.get(c, c))
