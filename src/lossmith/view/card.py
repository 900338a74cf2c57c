"""An answer as a card: labelled rows with a badge, shown as plain text, HTML or LaTeX.

A card holds finished words and formulas only; who fills it decides what is true.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from html import escape
from typing import Any, Final

from lossmith.errors import cells
from lossmith.words import Lang, Words

BADGES: Final[dict[str, tuple[str, Words]]] = {
    "": ("", Words("", "")),
    "proved": ("■", Words("PROVED", "已证明")),
    "refuted": ("▲", Words("REFUTED", "已证伪")),
    "shown": ("●", Words("shown", "数值验证")),
    "undecided": ("○", Words("UNDECIDED", "未判定")),
}
"""A verdict is shown by shape, word and color together, never by color alone."""


@dataclass(frozen=True, slots=True)
class Row:
    """One fact: a short label, the answer, further lines under it, and how well it is known."""

    label: Words
    text: Words
    badge: str = ""
    more: tuple[Words, ...] = ()
    latex: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A titled list of rows; it prints as text, and a notebook shows it as a table."""

    title: Words
    rows: tuple[Row, ...]
    notes: tuple[Words, ...] = field(default=())

    def __str__(self) -> str:
        return plain(self)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {
            "text/plain": plain(self),
            "text/latex": f"$\\displaystyle {latex(self)}$",
            "text/html": html(self),
        }


def plain(card: Card, lang: Lang = "en") -> str:
    """Return the card as text, labels in one column (Chinese counts two cells a character)."""
    width = max((cells(r.label.say(lang)) for r in card.rows), default=0)
    lines: list[str] = []
    for row in card.rows:
        label = row.label.say(lang)
        pad = " " * (width - cells(label))
        head = f" {label}{pad}  "
        below = [line for more in row.more for line in more.say(lang).splitlines()]
        first, *rest = _with_badge(row, lang).splitlines() or [""]
        lines.append(f"{head}{first}")
        lines += [" " * cells(head) + line for line in (*rest, *below)]
    lines += [f" {note.say(lang)}" for note in card.notes]
    return "\n".join(lines)


def _with_badge(row: Row, lang: Lang) -> str:
    shape, word = BADGES[row.badge]
    badge = f"{shape} {word.say(lang)}" if row.badge else ""
    return "  ".join(part for part in (badge, row.text.say(lang)) if part)


def html(card: Card, lang: Lang = "en") -> str:
    """Return the card as an HTML table without script or outside resources."""
    body = "".join(_html_row(row, lang) for row in card.rows)
    notes = "".join(f"<p>{escape(n.say(lang))}</p>" for n in card.notes)
    title = escape(card.title.say(lang))
    return f'<div class="lossmith"><b>{title}</b><table>{body}</table>{notes}</div>'


def _html_row(row: Row, lang: Lang) -> str:
    more = "".join(f"<br>{escape(m.say(lang))}" for m in row.more)
    text = escape(_with_badge(row, lang))
    if row.more:
        text = f"<details><summary>{text}</summary>{more[4:]}</details>"
    label = escape(row.label.say(lang))
    left = 'style="text-align:left"'
    return f"<tr><th {left}>{label}</th><td {left}>{text}</td></tr>"


def latex(card: Card, lang: Lang = "en") -> str:
    """Return the rows that carry a formula as a LaTeX ``aligned`` block."""
    lines = [
        rf"\text{{{row.label.say(lang).strip()}}} &\colon\; {row.latex}"
        for row in card.rows
        if row.latex
    ]
    return "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}" if lines else ""


def latex_with_words(card: Card, lang: Lang = "en") -> str:
    """Return the LaTeX of a card, and before it as comments what the card says in words."""
    words = [
        f"{row.label.say(lang).strip()}: {_with_badge(row, lang)}"
        for row in card.rows
        if not row.latex
    ]
    words += [note.say(lang) for note in card.notes]
    comments = [f"% {line}" for text in words for line in text.splitlines()]
    return "\n".join([*comments, latex(card, lang)]).rstrip()


def to_json(card: Card) -> dict[str, object]:
    """Return the card as plain data, both languages."""

    def both(words: Words) -> dict[str, str]:
        return {"en": words.en, "zh": words.zh}

    def row(r: Row) -> dict[str, object]:
        return {
            "label": both(r.label),
            "text": both(r.text),
            "badge": r.badge,
            "more": [both(m) for m in r.more],
            "latex": r.latex,
        }

    return {
        "title": both(card.title),
        "rows": [row(r) for r in card.rows],
        "notes": [both(n) for n in card.notes],
    }


_ASCII: Final = {
    "■": "[x]", "▲": "[!]", "●": "[~]", "○": "[?]", "ᵀ": "'", "·": "*", "⊙": ".*", "⊘": "./",
    "‖": "||", "−": "-", "≤": "<=", "≥": ">=", "≠": "!=", "½": "1/2", "⅓": "1/3", "⅔": "2/3",
    "¼": "1/4", "¾": "3/4", "∇": "grad ", "∂": "d", "Σ": "sum", "∑": "sum", "∏": "prod",
    "√": "sqrt", "∞": "inf", "→": "->", "⇒": "=>", "×": "*", "∈": "in", "⟨": "<", "⟩": ">",
    "…": "...", "⪰": ">=", "≈": "~", "∘": "o", "∗": "*", "⊗": "(x)", "▸": ">", "’": "'",
    "′": "'", "″": "\'\'", "\U0001d7cf": "1", "—": "-", "–": "-", "⌊": "floor(", "⌋": ")",
    "⌈": "ceil(", "⌉": ")", "⁄": "/",
}  # fmt: skip

_GREEK: Final = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "eps", "ζ": "zeta", "η": "eta",
    "θ": "theta", "ι": "iota", "κ": "kappa", "λ": "lam", "μ": "mu", "ν": "nu", "ξ": "xi",
    "π": "pi", "ρ": "rho", "σ": "sigma", "τ": "tau", "υ": "upsilon", "φ": "phi", "χ": "chi",
    "ψ": "psi", "ω": "omega", "Γ": "Gamma", "Δ": "Delta", "Θ": "Theta", "Λ": "Lambda",
    "Ξ": "Xi", "Π": "Pi", "Φ": "Phi", "Ψ": "Psi", "Ω": "Omega",
}  # fmt: skip

_WHOLE: Final = {"λmin": "lambda_min", "λmax": "lambda_max", "σ(": "sigmoid(", "‖∞": "||_inf"}
_RAISED: Final = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+")
_LOWERED: Final = re.compile("[₀₁₂₃₄₅₆₇₈₉ₐₑₒₓₕₖₗₘₙₚₛₜᵢⱼᵣᵤᵥ]+")
_LETTER: Final = re.compile("[" + "".join(_GREEK) + "]")


def ascii_only(text: str) -> str:
    """Return the text with mathematical signs spelled in ASCII, for poor terminals.

    Raised and lowered signs become ``^2`` and ``_i``, a Greek letter becomes a word of its own,
    other compatible signs the letters they stand for. Chinese stays as it is.
    """
    for sign, word in _WHOLE.items():
        text = text.replace(sign, word)
    text = _RAISED.sub(lambda m: "^" + _level(m[0]), text)
    text = _LOWERED.sub(lambda m: "_" + _level(m[0]), text)
    text = _LETTER.sub(_spelled_apart, text)
    return "".join(
        _ASCII.get(c) or (c if c.isascii() or c in _CHINESE else _level(c)) for c in text
    )


def _level(signs: str) -> str:
    """Return raised, lowered or fancy letters as plain ones."""
    plain = unicodedata.normalize("NFKC", signs.replace("⁻", "-"))
    return "".join(_ASCII.get(c, c) for c in plain)


_CHINESE: Final = "，。：；（）、“”《》"
"""Punctuation that NFKC would turn into ASCII; it belongs to the words around it."""


def _spelled_apart(found: re.Match[str]) -> str:
    """Return a Greek letter as a word, parted by blanks from letters and factors beside it."""
    text, at = found.string, found.start()
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    names_function = found[0] in "ΓΦφψ" and after == "("
    left = " " if before.isalnum() or before == ")" else ""
    right = " " if after.isalnum() or (after in ("(", "‖") and after) else ""
    return f"{left}{_GREEK[found[0]]}{'' if names_function or after in _GREEK else right}"
