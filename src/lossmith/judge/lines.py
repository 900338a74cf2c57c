"""A derivation as people write it, cut into lines: each ``left = right`` and its place.

Text files, Markdown with LaTeX blocks, or a list of formulas. A chain ``J = a = b`` is two lines;
``= b`` alone goes on with the quantity above; ``L = ..., p = softmax(o)`` brings its definitions
along. Declarations (``y: vector(n) in {0, 1}``) and directions (``of:``, ``wrt:``) may stand
anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

Relation = Literal["=", "+c", "∝", "same", "opposite"]
Dialect = Literal["text", "latex"]


@dataclass(frozen=True, slots=True)
class Line:
    """One statement: what it speaks of, and what it says of it.

    number: from 1, as shown.  text: as the user wrote it.  left: "" where the line goes on with the
    quantity above.  relation: "=" equal; "+c" equal up to a constant; "∝" up to a positive factor;
    "same", "opposite": the optima of both sides are those of the same or of the opposite kind.
    span: where ``right`` stands in the source.  row: the line of the source, from 1.
    attached: it stands beside another line, as in ``L = f(p), p = softmax(o)``.
    """

    number: int
    text: str
    left: str
    right: str
    relation: Relation
    dialect: Dialect
    span: tuple[int, int]
    row: int
    attached: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """The lines of a derivation and what is declared for all of them.

    declare: in the declaration language.  of, wrt: the loss and its variables if the text names
    them.  prose: sentences outside the formulas, with their rows.
    """

    lines: tuple[Line, ...]
    declare: str = ""
    of: str = ""
    wrt: str = ""
    prose: tuple[tuple[int, str], ...] = ()
    source: str = ""


_KIND: Final = r"(?:scalar|number|vector|matrix|标量|向量|矩阵)"
_NAMES: Final = r"[^\W\d]\w*(?:\s*,\s*[^\W\d]\w*)*"
_DECLARATION: Final = re.compile(
    rf"^\s*{_NAMES}\s*(?::\s*(?:{_KIND}|in\b|[<>]=?|symmetric|psd|pd|simplex|onehot|integer|constant"
    rf"|positive|nonnegative|diagonal|orthogonal|nonsingular)|\s(?:in)\s*[\[({{]|[<>]=?\s*-?[\d.]+\s*$)"
)
_HEADER: Final = re.compile(
    r"^\s*(declare|given|assume|of|loss|objective|wrt|variables?|设|已知|假设|目标|变量)\s*[:：]\s*(.*)$",
    re.IGNORECASE,
)
_OF: Final = frozenset({"of", "loss", "objective", "目标"})
_WRT: Final = frozenset({"wrt", "variable", "variables", "变量"})
_LEAD: Final = re.compile(
    r"^\s*(?:\(?\d+[.)]\s+|[-*•]\s+(?=\S+\s*=)|=>|⇒|⟹|⟺|->|→|∴|\\(?:Rightarrow|implies|iff|therefore"
    r"|Longrightarrow|to)\b|(?:so|thus|hence|therefore|then|let|where|with|since|define|set|因此|所以|于是"
    r"|则|令|设|其中|故)\b[,:，：]?\s*)",
    re.IGNORECASE,
)
_CONSTANT_TAIL: Final = re.compile(
    r"\+\s*(?:const(?:ant)?\.?|C|\\(?:text|mathrm|operatorname)\{\s*const(?:ant)?\.?\s*\}|常数)\s*$"
)
_TURN: Final = (
    r"(?:arg\s?|\\arg\s*)?(?:\\?(?:max|min)(?:imi[sz](?:e|ing))?\b|\\operatorname\{arg(?:max|min)\}"
    r"|最大化|最小化)(?:_\{?\w+\}?)?"
)
_OPTIMUM: Final = re.compile(
    rf"^\s*(?P<first>{_TURN})(?:\s+|(?<=化))(?:the\s+)?(?P<left>[^=<>]+?)\s*"
    r"(?:<=>|<==>|⇔|⟺|\\iff|\\Leftrightarrow|is the same as|is equivalent to|same as"
    r"|等价于|就是|=)\s*"
    rf"(?P<second>{_TURN})(?:\s+|(?<=化))(?:the\s+)?(?P<right>.+)$",
    re.IGNORECASE,
)
LIKELIHOOD: Final = re.compile(
    r"\*{0,2}(?:(?P<minus>negative|负)\s*-?)?(?P<log>log|对数)?[-\s]*(?:likelihood|似然(?:函数)?)"
    r"(?:\s*function)?\*{0,2}(?!\w)",
    re.IGNORECASE,
)
"""The likelihood, its logarithm or its negative logarithm in words."""
CONVENTION: Final = re.compile(
    r"(?:second derivative|二阶导数?|f''|f″)\s*(?:is\s*)?(?P<sign>>|<|大于|小于)\s*(?:0|零)"
    r"[^凸凹]{0,24}?(?P<word>convex|concave|凸|凹)",
    re.IGNORECASE,
)
"""A sentence that ties the sign of the second derivative to one of two words."""
_DOLLARS: Final = re.compile(r"^\s*\$[^$]+\$[\s.,;]*$")
_PROSE: Final = re.compile(
    r"^\s*(?:(?:[^\W\d_]{2,}|[IaA])[,.;:'’-]*\s+)+[^\W\d_]+[\s.:;,!?-]*$|^[^=<>+*/^\\]*[。！？：]\s*$"
)
"""Words and nothing else."""
_CLAUSE: Final = re.compile(r"^\s*(?:where|with|and|其中|且)?\s*", re.IGNORECASE)
_TEXT_ONLY: Final = re.compile(r"[*@]|(?<![\\A-Za-z])(?:sum|log|exp|norm[12]|sigmoid)\(")
_LATEX: Final = re.compile(r"\\[A-Za-z|]|\^\s*\{|_\s*\{")


def dialect_of(text: str) -> Dialect:
    """Return the dialect of a formula by its signs."""
    return "latex" if _LATEX.search(text) else "text"


def read_text(text: str, source: str = "") -> Document:
    """Return the document of a text file: one line a line, ``#`` begins a comment."""
    builder = _Builder(source)
    at = 0
    for row, raw in enumerate(text.split("\n"), start=1):
        builder.one(_uncommented(raw), at, row)
        at += len(raw) + 1
    return builder.done()


def read_list(lines: Sequence[str], source: str = "") -> Document:
    """Return the document of a list of formulas."""
    builder = _Builder(source)
    for row, raw in enumerate(lines, start=1):
        builder.one(raw, 0, row)
    return builder.done()


_BLOCK: Final = re.compile(
    r"```(?:math|latex|tex|lossmith)?[ \t]*\n(?P<fence>.*?)```"
    r"|\$\$(?P<dollar>.*?)\$\$"
    r"|\\\[(?P<bracket>.*?)\\\]"
    r"|\\begin\{(?P<env>align|aligned|equation|gather|eqnarray|multline|split)\*?\}(?P<body>.*?)"
    r"\\end\{(?P=env)\*?\}"
    r"|<!--\s*lossmith(?P<note>.*?)-->",
    re.DOTALL,
)
_ENVIRONMENT: Final = re.compile(
    r"\\(?:begin|end)\{(?:align|aligned|equation|gather|gathered|eqnarray|multline|split)\*?\}"
)
_DECORATION: Final = re.compile(
    r"\\(?:tag|label|notag|nonumber)\*?(?:\{[^}]*\})?|\\(?:quad|qquad|displaystyle|!|,|;|:)(?![A-Za-z])"
)


def read_markdown(text: str, source: str = "") -> Document:
    """Return the document of Markdown (or LaTeX): its display formulas, in order."""
    builder = _Builder(source)
    last = 0
    for found in _BLOCK.finditer(text):
        builder.prose(text[last : found.start()], last, text)
        name = next(
            k for k in ("fence", "dollar", "bracket", "body", "note") if found[k] is not None
        )
        begin = found.start(name)
        block = found[name]
        plain = name in ("fence", "note") and not _LATEX.search(block)
        for piece, offset in _rows(block, plain=plain):
            row = text.count("\n", 0, begin + offset) + 1
            shown = _uncommented(piece) if plain else piece
            builder.one(shown, begin + offset, row, latex=not plain)
        last = found.end()
    builder.prose(text[last:], last, text)
    return builder.done()


def read_any(text: str, source: str = "") -> Document:
    """Return the document of a text, by what is in it: display formulas, or plain lines."""
    marked = source.lower().endswith((".md", ".markdown", ".tex"))
    if marked or "\\begin{" in text or "$$" in text or "```" in text:
        found = read_markdown(text, source)
        if found.lines:
            return found
    return read_text(text, source)


def _rows(block: str, *, plain: bool) -> Iterator[tuple[str, int]]:
    """Yield the rows of a block with their offsets; LaTeX rows end at a double backslash."""
    if plain:
        at = 0
        for raw in block.split("\n"):
            yield raw, at
            at += len(raw) + 1
        return
    cleaned = _ENVIRONMENT.sub(lambda m: " " * len(m[0]), block)
    cleaned = _DECORATION.sub(lambda m: " " * len(m[0]), cleaned)
    inner = 0
    begin = 0
    for found in re.finditer(r"\\begin\{cases\}|\\end\{cases\}|\\\\(?:\[[^\]]*\])?", cleaned):
        if found[0].startswith("\\begin"):
            inner += 1
        elif found[0].startswith("\\end"):
            inner -= 1
        elif not inner:
            yield cleaned[begin : found.start()], begin
            begin = found.end()
    yield cleaned[begin:], begin


def _uncommented(raw: str) -> str:
    """Return a line without its comment (a ``#`` or ``%`` at its start or after a blank)."""
    found = re.search(r"(?:^|\s)(?:#|%|//)", raw)
    return raw if found is None else raw[: found.start()]


class _Builder:
    """The lines so far; positions count from the start of the source."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.lines: list[Line] = []
        self.declared: list[str] = []
        self.of = ""
        self.wrt = ""
        self.sentences: list[tuple[int, str]] = []

    def done(self) -> Document:
        """Return the document."""
        return Document(
            tuple(self.lines),
            "; ".join(self.declared),
            self.of,
            self.wrt,
            tuple(self.sentences),
            self.source,
        )

    def prose(self, text: str, at: int, whole: str) -> None:
        """Keep sentences outside formulas; declarations among them count."""
        for raw in text.split("\n"):
            row = whole.count("\n", 0, at) + 1
            stripped = raw.strip().strip("`").lstrip("-*• ").strip("`")
            if stripped and not self._spoken(stripped, at, row) and not self._direction(stripped):
                self.sentences.append((row, stripped))
            at += len(raw) + 1

    def _spoken(self, sentence: str, at: int, row: int) -> bool:
        """Take a sentence on the optima of the likelihood; return whether it was one."""
        turn = re.search(_TURN, sentence, re.IGNORECASE)
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
        begin = self._after_lead(raw)
        if self._optimum(raw, begin, at, row):
            return
        if CONVENTION.search(raw) is not None or _PROSE.match(raw) is not None:
            self.sentences.append((row, raw.strip()))
            return
        attached = False
        for start, stop in _clauses(raw, begin):
            self._statement(raw, start, stop, at, row, attached=attached, latex=latex)
            attached = True

    def _after_lead(self, raw: str) -> int:
        begin = 0
        while (found := _LEAD.match(raw[begin:])) is not None and found.end() > 0:
            begin += found.end()
        return begin

    def _optimum(self, raw: str, begin: int, at: int, row: int) -> bool:
        """Take ``maximize A <=> minimize B``; return whether it was one."""
        found = _OPTIMUM.match(raw[begin:].replace("&", " "))
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
        header = _HEADER.match(text)
        if header is not None:
            word, rest = header[1].lower(), header[2].strip().rstrip(".。")
            if word in _OF:
                self.of = rest
            elif word in _WRT:
                self.wrt = rest
            elif rest:
                self.declared.append(rest)
            return True
        if _DECLARATION.match(text) and not _LATEX.search(text):
            self.declared.append(text.rstrip(".;,。；，"))
            return True
        return False

    def _statement(
        self, raw: str, start: int, stop: int, at: int, row: int, *, attached: bool, latex: bool
    ) -> None:
        cuts = list(_equals(raw, start, stop))
        dialect = dialect_of(raw[start:stop])
        if latex and not _TEXT_ONLY.search(raw[start:stop]):
            dialect = "latex"  # z = w x + b in a display formula has no command in it
        left = _clean(raw[start : cuts[0][0]]) if cuts else ""
        bounds = [*cuts, (stop, stop, "=")]
        if not cuts:
            bounds = [(start, start, "="), (stop, stop, "=")]
        for k in range(len(bounds) - 1):
            _, begin, sign = bounds[k]
            end = bounds[k + 1][0]
            self._enter(raw, left if k == 0 else "", begin, end, sign, dialect, at, row, attached)

    def _enter(
        self, raw: str, left: str, begin: int, end: int, sign: str, dialect: Dialect,
        at: int, row: int, attached: bool,
    ) -> None:  # fmt: skip
        while begin < end and raw[begin] in " \t\n&":
            begin += 1
        while end > begin and raw[end - 1] in " \t\n&.,;，。；":
            end -= 1
        right = raw[begin:end]
        relation: Relation = "∝" if sign in ("∝", "\\propto") else "="
        tail = _CONSTANT_TAIL.search(right)
        if tail is not None and tail.start() > 0:
            right, relation = right[: tail.start()].rstrip(), "+c"
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


_OPEN: Final = "([{"
_CLOSE: Final = ")]}"


def _clauses(raw: str, begin: int) -> Iterator[tuple[int, int]]:
    """Yield the parts between top-level commas that are statements of their own."""
    cuts = [begin]
    depth = 0
    for k in range(begin, len(raw)):
        c = raw[k]
        depth += (c in _OPEN) - (c in _CLOSE)
        if c in ",，;；" and depth == 0 and _starts_statement(raw, k + 1):
            cuts.append(k + 1)
    for found in re.finditer(r"\s(?:where|with|其中)\s", raw[begin:]):
        if _starts_statement(raw, begin + found.end()):
            cuts.append(begin + found.end())
    cuts = sorted(set(cuts))
    for start, stop in zip(cuts, [*cuts[1:], len(raw)], strict=True):
        word = _CLAUSE.match(raw[start:stop])
        skip = word.end() if word is not None and start != begin else 0
        tail = re.search(r"[,，;；]?\s*(?:where|with|其中)?\s*$", raw[start:stop])
        end = start + tail.start() if tail is not None else stop
        if raw[start + skip : end].strip():
            yield start + skip, end


def _starts_statement(raw: str, k: int) -> bool:
    """Return whether ``name =`` follows: a definition that stands beside the line."""
    return _DEFINITION.match(raw[k:]) is not None


_DEFINITION: Final = re.compile(
    r"\s*(?:(?:where|with|and|其中|且)\s*)?"
    r"(?:[^\W\d]\w*|\\(?:hat|bar|tilde)\s*\{?\s*[A-Za-z]\s*\}?|\\[A-Za-z]+)"
    r"\s*(?:_(?:\w|\{\w+\}))?\s*=(?!=)"
)


def _equals(raw: str, start: int, stop: int) -> Iterator[tuple[int, int, str]]:
    """Yield (begin, end, sign) of the equals signs outside all brackets."""
    depth = 0
    k = start
    while k < stop:
        c = raw[k]
        depth += (c in _OPEN) - (c in _CLOSE)
        if depth == 0:
            if raw.startswith("\\propto", k):
                yield k, k + 7, "\\propto"
                k += 7
                continue
            if raw.startswith("\\equiv", k):
                yield k, k + 6, "="
                k += 6
                continue
            if c in "=＝∝≡":
                two = raw[k : k + 2]
                before = raw[k - 1] if k > start else ""
                if two == "==":
                    yield k, k + 2, "="
                    k += 2
                    continue
                if before not in tuple("<>!≤≥"):
                    yield (k - 1 if before == ":" else k), k + 1, "∝" if c == "∝" else "="
        k += 1
