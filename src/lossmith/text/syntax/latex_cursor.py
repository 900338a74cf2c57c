r"""A cursor over the lexemes of a LaTeX formula: groups, and the errors that point at them."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

from lossmith.errors import ParseError, Place, UnknownAtom
from lossmith.text.syntax.latex_tokens import Lexeme
from lossmith.words import Words

STYLES: Final = frozenset(
    r"\mathbf \boldsymbol \bm \vec \mathcal \mathbb \mathsf \mathit \mathfrak \mathscr \pmb \bold"
    .split()
)  # fmt: skip
UPRIGHT: Final = frozenset(
    r"\mathrm \text \textrm \operatorname \textit \textbf \mathop \mbox \texttt \textsf".split()
)


class Cursor:
    """The lexemes ``all`` of a text and a position ``k`` among them; readers may reorder them."""

    def __init__(self, text: str, all_lexemes: list[Lexeme], source: str) -> None:
        self.text, self.all, self.source = text, all_lexemes, source
        self.k: int = 0

    @property
    def now(self) -> Lexeme:
        """The lexeme at the cursor; an empty one behind the end."""
        if self.k < len(self.all):
            return self.all[self.k]
        end = len(self.text.rstrip())
        return Lexeme("", end, end)

    def peek(self, ahead: int = 1) -> str:
        """Return the sign that stands further on, "" behind the end."""
        return self.all[self.k + ahead].text if self.k + ahead < len(self.all) else ""

    def group(self, opened: int) -> int:
        """Return the position after the group that opens at ``opened``, or after one lexeme."""
        if opened >= len(self.all):
            raise self.missing(self.all[-1] if self.all else Lexeme("", 0, 0))
        while self.all[opened].text in STYLES | UPRIGHT and opened + 1 < len(self.all):
            opened += 1  # x^\mathsf T
        if self.all[opened].text != "{":
            return opened + 1
        depth = 0
        for at in range(opened, len(self.all)):
            depth += {"{": 1, "}": -1}.get(self.all[at].text, 0)
            if depth == 0:
                return at + 1
        raise self.never_closed(self.all[opened])

    def inside(self, opened: int, stop: int) -> list[Lexeme]:
        """Return the lexemes of a group without its braces and styles."""
        found = self.all[opened:stop]
        skipped = STYLES | {"{", "}"}
        return [x for x in found if x.text not in skipped]

    def no_function(self, name: str, whole: Lexeme, known: Iterable[str]) -> UnknownAtom:
        """Return the error for an upright word before a bracket."""
        close = get_close_matches(name, sorted(known), n=3, cutoff=0.6)
        listed = ", ".join(close)
        return UnknownAtom(
            Words(f"there is no function named {name}", f"没有名为 {name} 的函数"),
            attempt=Words(f"did you mean {listed}?", f"是不是想写 {listed}？") if close else None,
            place=self.place(whole),
        )

    def unknown(self, x: Lexeme) -> ParseError:
        """Return the error for a sign that no formula has."""
        return ParseError(
            Words(f"{x.text} is not read here", f"这里不能读 {x.text}"),
            attempt=Words(
                "leave it out, or write what it stands for", "去掉它，或写出它代表的式子"
            ),
            place=self.place(x),
        )

    def missing(self, x: Lexeme) -> ParseError:
        """Return the error where an argument should stand."""
        return ParseError(
            Words(
                f"something is missing after {x.text or 'the formula'}",
                f"{x.text or '公式'} 后面缺少内容",
            ),
            place=self.place(x),
        )

    def no_index(self, whole: Lexeme) -> ParseError:
        """Return the error for a sum whose foot is no index."""
        return ParseError(
            Words("the index of this sum cannot be read", "读不出这个求和的下标"),
            attempt=Words(
                "write \\sum_{i}, \\sum_{i=1}^{n}, \\sum_{i,j} or \\sum_{k \\ne i}",
                "请写 \\sum_{i}、\\sum_{i=1}^{n}、\\sum_{i,j} 或 \\sum_{k \\ne i}",
            ),
            place=self.place(whole),
        )

    def no_subscript(self, whole: Lexeme) -> ParseError:
        """Return the error for a foot that is neither index nor name."""
        return ParseError(
            Words("this subscript cannot be read", "读不出这个下标"),
            why=Words(
                "a subscript is an index, a number or a word; it is never computed",
                "下标可以是指标、数字或单词，不能是算式",
            ),
            place=self.place(whole),
        )

    def never_closed(self, opened: Lexeme) -> ParseError:
        """Return the error for a group without an end."""
        return ParseError(
            Words("this bracket is never closed", "这个括号没有闭合"),
            place=self.place(opened),
        )

    def place(self, x: Lexeme) -> Place:
        """Return where a lexeme stands."""
        return Place(self.text, x.start, max(x.stop, x.start), self.source)
