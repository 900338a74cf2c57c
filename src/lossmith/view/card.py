"""An answer as a card: labelled rows with a badge, shown as plain text, HTML or LaTeX.

A card holds finished words and formulas only; who fills it decides what is true.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape
from typing import Final

from lossmith.errors import cells
from lossmith.words import Lang, Words

BADGES: Final[dict[str, tuple[str, Words]]] = {
    "": ("", Words("", "")),
    "proved": ("■", Words("PROVED", "已证明")),
    "refuted": ("▲", Words("REFUTED", "已否证")),
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
    """A titled list of rows."""

    title: Words
    rows: tuple[Row, ...]
    notes: tuple[Words, ...] = field(default=())


def plain(card: Card, lang: Lang = "en") -> str:
    """Return the card as text, labels in one column (Chinese counts two cells a character)."""
    width = max((cells(r.label.say(lang)) for r in card.rows), default=0)
    lines: list[str] = []
    for row in card.rows:
        label = row.label.say(lang)
        pad = " " * (width - cells(label))
        head = f" {label}{pad}  "
        lines.append(head + _with_badge(row, lang))
        lines += [" " * cells(head) + more.say(lang) for more in row.more]
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


def latex(card: Card) -> str:
    """Return the rows that carry a formula as a LaTeX ``aligned`` block."""
    lines = [rf"\text{{{row.label.en}}} &\colon\; {row.latex}" for row in card.rows if row.latex]
    return "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"


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
    "■": "[x]", "▲": "[!]", "●": "[~]", "○": "[?]", "ᵀ": "'", "·": ".", "⊙": ".*", "‖": "||",
    "−": "-", "≤": "<=", "≥": ">=", "≠": "!=", "²": "^2", "³": "^3", "½": "1/2", "¼": "1/4",
    "⅓": "1/3", "¾": "3/4", "λ": "lam", "σ": "sigmoid", "η": "eta", "∇": "grad ", "∂": "d",
    "Σ": "sum ", "√": "sqrt", "∞": "inf", "₀": "0", "₁": "1", "₂": "2", "₃": "3", "₄": "4",
    "₅": "5", "₆": "6", "₇": "7", "₈": "8", "₉": "9", "⁻": "^-", "¹": "1", "→": "->", "⇒": "=>",
    "×": "*", "ᵢ": "_i", "ⱼ": "_j", "ₖ": "_k", "∈": "in", "⟨": "<", "⟩": ">", "…": "...",
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "eps", "θ": "theta", "μ": "mu",
    "τ": "tau", "ρ": "rho", "φ": "phi", "ω": "omega", "π": "pi", "κ": "kappa", "ν": "nu",
    "⪰": ">=", "≈": "~", "∘": "o", "∗": "*", "⊗": "(x)", "✓": "ok", "▸": ">", "’": "'", "′": "'",
    "ℝ": "R", "∑": "sum", "⁴": "^4", "⁵": "^5", "⁶": "^6", "₍": "(", "₎": ")", "ₙ": "_n", "ₘ": "_m",
}  # fmt: skip


def ascii_only(text: str) -> str:
    """Return the text with mathematical signs spelled in ASCII, for poor terminals."""
    return "".join(_ASCII.get(c, c) for c in text)


def column(pairs: Iterable[tuple[str, str]]) -> str:
    """Return (left, right) pairs as two aligned columns."""
    table = list(pairs)
    width = max((cells(left) for left, _ in table), default=0)
    return "\n".join(f" {left}{' ' * (width - cells(left))}  {right}" for left, right in table)
