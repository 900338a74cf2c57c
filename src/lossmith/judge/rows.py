"""Rows of a source become lines, declarations, directions (``of:``, ``wrt:``) and prose.

A chain ``J = a = b`` is two lines; ``= b`` alone goes on with the quantity above;
``L = ..., p = softmax(o)`` brings its definitions along.
"""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from typing import Final

from lossmith.judge.assumed import assumptions_in, declaration_of, joined, split_assumption, told
from lossmith.judge.cuts import clauses, equals
from lossmith.judge.lines import LATEX, Dialect, Document, Line, Relation, dialect_of, is_zero
from lossmith.judge.sentences import (
    CONVENTION,
    DECLARATION,
    HEADER,
    LEAD,
    LIKELIHOOD,
    OF,
    OPTIMUM,
    PROSE,
    TURN,
    WRT,
)
from lossmith.words import Words

_DOLLARS: Final = re.compile(r"^\s*\$\$?[^$]+\$\$?[\s.,;]*$")
_CONSTANT_TAIL: Final = re.compile(
    r"\+\s*(?:const(?:ant)?\.?|C|\\(?:text|mathrm|operatorname)\{\s*const(?:ant)?\.?\s*\}|常数)\s*$"
)
_BOTH: Final = re.compile(r"±|\\pm(?![A-Za-z])")
_SIGN_TAIL: Final = re.compile(
    r"(?<=.)(?:[<>]=?|≤|≥|\\(?:leq?|geq?|lt|gt|preceq|succeq)(?![A-Za-z]))\s*0\s*$"
)
_OF_SLOPE: Final = re.compile(r"^$|/|['′∇∂]|\\(?:frac|partial|nabla)|grad|hess", re.IGNORECASE)
_UNJUDGED: Final = Words(
    "that it is {said} is not judged here; lossmith convex or points proves such a sign",
    "此处不判断“{said}”；符号可用 lossmith convex 或 points 证明",
)
"""What is said of ``f'' = -x < 0``."""
_TEXT_ONLY: Final = re.compile(r"[*@]|(?<![\\A-Za-z])(?:sum|log|exp|norm[12]|sigmoid)\(")
_INLINE: Final = re.compile(r"(?<!\$)\$(?!\$)([^$\n]+)\$(?!\$)")
_NAMED: Final = re.compile(
    r"\s*\\?[A-Za-z]+(?:\s*\{\s*\\?[A-Za-z]+\s*\})?(?:_(?:\w|\{[^{}]*\}))?\s*:?=\s*(?=.*[A-Za-z(])"
)
"""A name (hat, bold, with a foot) and an equals sign; an index such as i = 1 is no definition."""


class Builder:
    """The lines so far; positions count from the start of the source."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.lines: list[Line] = []
        self.declared: list[str] = []
        self.assumed: list[str] = []
        self.of = ""
        self.wrt = ""
        self.sentences: list[tuple[int, str]] = []
        self.notes: list[Words] = []

    def done(self) -> Document:
        """Return the document."""
        return Document(
            _in_one_language(self.lines),
            joined("; ".join(self.declared), "; ".join(self.assumed)),
            self.of,
            self.wrt,
            tuple(self.sentences),
            self.source,
            tuple(self.notes),
            "; ".join(self.assumed),
        )

    def prose(self, text: str, at: int, whole: str) -> None:
        """Keep sentences outside formulas; declarations among them count, and definitions."""
        for raw in text.split("\n"):
            row = whole.count("\n", 0, at) + 1
            stripped = raw.strip().strip("`").lstrip("-*• ").strip("`")
            if stripped and not self._spoken(stripped, at, row) and not self._direction(stripped):
                self.sentences.append((row, stripped))
                for assumed in assumptions_in(raw):
                    self._assume(assumed)
                self._inline(raw, at, row)
            at += len(raw) + 1

    def _spoken(self, sentence: str, at: int, row: int) -> bool:
        """Take a sentence on the optima of the likelihood; return whether it was one."""
        turn = re.search(TURN, sentence, re.IGNORECASE)
        if turn is None or LIKELIHOOD.search(sentence) is None or "$" in sentence:
            return False
        said = sentence[turn.start() :].replace("*", " ").rstrip(" .。")
        return self._optimum(said, 0, at, row)

    def one(self, raw: str, at: int, row: int, *, latex: bool = False) -> None:
        """Read one row of the source; latex: it stands in a display formula."""
        if not raw.strip() or self._direction(raw.strip()):
            return
        if _DOLLARS.match(raw) is not None:
            raw, latex = raw.replace("$", " "), True
        raw, assumed = split_assumption(raw)
        self._assume(assumed)
        if not raw.strip():
            return
        begin = self._after_lead(raw)
        if self._optimum(raw, begin, at, row):
            return
        if CONVENTION.search(raw) is not None or PROSE.match(raw) is not None:
            self.sentences.append((row, raw.strip()))
            return
        attached = False
        for start, stop in clauses(raw, begin):
            self._statement(raw, start, stop, at, row, attached=attached, latex=latex)
            attached = True

    def _assume(self, declared: str) -> None:
        self.assumed += [declared] if declared else []
        if declared:
            self.notes.append(told(declared))

    def _inline(self, raw: str, at: int, row: int) -> None:
        """Take ``let $z = w^\\top x$``: a name and what it stands for, within a sentence."""
        for found in _INLINE.finditer(raw):
            inside = " " * found.start(1) + found[1]
            for start, stop in clauses(inside, found.start(1)):
                if _NAMED.match(inside[start:stop]):
                    self._statement(inside, start, stop, at, row, attached=True, latex=True)

    def _after_lead(self, raw: str) -> int:
        begin = 0
        while (found := LEAD.match(raw[begin:])) is not None and found.end() > 0:
            begin += found.end()
        return begin

    def _optimum(self, raw: str, begin: int, at: int, row: int) -> bool:
        """Take ``maximize A <=> minimize B``; return whether it was one."""
        found = OPTIMUM.match(raw[begin:].replace("&", " "))
        if found is None:
            return False
        same = _is_max(found["first"]) == _is_max(found["second"])
        left, right = found["left"].strip(), found["right"].strip(" .,;。，；")
        start = at + begin + found.start("right")
        self.lines.append(
            Line(
                len(self.lines) + 1,
                " ".join(raw[begin:].split()),
                left,
                right,
                "same" if same else "opposite",
                dialect_of(raw[begin:]),
                (start, start + len(right)),
                row,
            )
        )
        return True

    def _direction(self, text: str) -> bool:
        """Take a declaration or a header; return whether it was one."""
        header = HEADER.match(text)
        if header is not None:
            word, rest = header[1].lower(), header[2].strip().rstrip(".。")
            if word in OF:
                self.of = rest
            elif word in WRT:
                self.wrt = rest
            elif assumed := declaration_of(rest):
                self._assume(assumed)
            elif rest:
                self.declared.append(rest)
            return True
        parts = [part for part in re.split(r"[;；]", text.rstrip(".;,。；，")) if part.strip()]
        if parts and all(DECLARATION.match(p) for p in parts) and not LATEX.search(text):
            self.declared += parts
            return True
        return False

    def _statement(
        self, raw: str, start: int, stop: int, at: int, row: int, *, attached: bool, latex: bool
    ) -> None:
        cuts = list(equals(raw, start, stop))
        dialect = dialect_of(raw[start:stop])
        if latex and not _TEXT_ONLY.search(raw[start:stop]):
            dialect = "latex"  # z = w x + b in a display formula has no command in it
        left = _clean(raw[start : cuts[0][0]]) if cuts else ""
        bounds = [*cuts, (stop, stop, "=")]
        if not cuts:
            bounds = [(start, start, "="), (stop, stop, "=")]
        if len(cuts) == 1 and is_zero(left):
            self._turned(raw, start, cuts[0], stop, dialect, at, row, attached=attached)
            return
        for k in range(len(bounds) - 1):
            _, begin, sign = bounds[k]
            end = bounds[k + 1][0]
            self._enter(raw, left if k == 0 else "", begin, end, sign, dialect, at, row, attached)

    def _turned(
        self, raw: str, start: int, cut: tuple[int, int, str], stop: int, dialect: Dialect,
        at: int, row: int, *, attached: bool,
    ) -> None:  # fmt: skip
        """Take ``0 = g`` as the condition ``g = 0``, shown as it was written."""
        end, begin, sign = cut
        left = _clean(raw[begin:stop]).rstrip(" .,;，。；")
        self._enter(raw, left, start, end, sign, dialect, at, row, attached)
        self.lines[-1] = replace(self.lines[-1], text=_clean(raw[start:stop]))

    def _enter(
        self, raw: str, left: str, begin: int, end: int, sign: str, dialect: Dialect,
        at: int, row: int, attached: bool,
    ) -> None:  # fmt: skip
        while begin < end and raw[begin] in " \t\n&":
            begin += 1
        while end > begin and raw[end - 1] in " \t\n&.,;，。；":
            end -= 1
        if (both := _BOTH.search(raw, begin, end)) is not None and len(_BOTH.findall(raw)) == 1:
            # x = ±1 is two lines
            for one in "+-":
                chosen = f"{raw[: both.start()]}{one:>{len(both[0])}}{raw[both.end() :]}"
                self._enter(chosen, left, begin, end, sign, dialect, at, row, attached)
            return
        right = raw[begin:end]
        relation: Relation = "∝" if sign in ("∝", "\\propto") else "="
        tail = _CONSTANT_TAIL.search(right)
        if tail is not None and tail.start() > 0:
            right, relation = right[: tail.start()].rstrip(), "+c"
        if sign and _OF_SLOPE.search(left) is not None and (tail := _SIGN_TAIL.search(right)):
            right = right[: tail.start()].rstrip()
            self.notes.append(_UNJUDGED.fill(said=_clean(tail[0])))
        if not right:
            return
        shown = f"{left} {sign} {raw[begin:end]}" if left else f"{sign} {raw[begin:end]}"
        if not left and not sign:
            shown = raw[begin:end]
        line = Line(
            len(self.lines) + 1, " ".join(shown.replace("&", " ").split()), left,
            right.replace("&", " "), relation, dialect, (at + begin, at + begin + len(right)), row,
            attached,
        )  # fmt: skip
        self.lines.append(line)


def _clean(text: str) -> str:
    return " ".join(text.replace("&", " ").split())


def _is_max(word: str) -> bool:
    return "max" in word.lower() or "大" in word


def _in_one_language(lines: list[Line]) -> tuple[Line, ...]:
    """Return the lines, all of them in Python that can be, if one is.

    In such a document ``y*h`` is the product entry by entry.
    """
    if not any(line.dialect == "python" for line in lines):
        return tuple(lines)
    return tuple(
        replace(line, dialect="python")
        if line.dialect == "text" and _is_python(line.right)
        else line
        for line in lines
    )


def _is_python(text: str) -> bool:
    if re.search(r"\.[*/^]|\^|'", text):
        return False
    try:
        ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
