"""A public sentence in English and Chinese, kept side by side so that neither can be forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Lang = Literal["en", "zh"]


@dataclass(frozen=True, slots=True)
class Words:
    """One sentence in two languages; symbols and names are the same in both."""

    en: str
    zh: str

    def say(self, lang: Lang = "en") -> str:
        """Return the sentence in the language asked for."""
        return self.zh if lang == "zh" else self.en

    def fill(self, **parts: object) -> Words:
        """Return the sentence with ``{name}`` places filled; a part may itself be ``Words``."""
        en = {k: v.en if isinstance(v, Words) else v for k, v in parts.items()}
        zh = {k: v.zh if isinstance(v, Words) else v for k, v in parts.items()}
        return Words(self.en.format(**en), self.zh.format(**zh))

    def __str__(self) -> str:
        return self.en


def same(text: str) -> Words:
    """Return words that read alike in both languages (symbols, names, formulas)."""
    return Words(text, text)
