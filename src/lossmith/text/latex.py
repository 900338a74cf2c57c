r"""LaTeX as people paste it, to the tokens of the text dialect.

``\frac{a}{b}`` becomes ``((a)/(b))``, ``\|x\|_2^2`` a norm, ``\sum_{i=1}^{n}`` a sum sign with its
index, ``x_i`` an entry where i is bound by a sum (or is i or j), ``w_1`` the name w1. Every token
keeps the characters of the user's text. A left side such as ``\mathcal{L}(w) =`` or ``\min_w``
names the variables. What is read by custom is noted; what has no reading is refused with a caret.

Open groups wait on a list, so nesting is bounded by memory alone. Wide, because one cursor serves
all commands.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from lossmith.errors import ParseError, Place
from lossmith.text.functions import function_names
from lossmith.text.latex_cursor import STYLES, UPRIGHT, Cursor
from lossmith.text.latex_left import step_over_left_side
from lossmith.text.latex_tokens import NAMES, Lexeme, lexemes
from lossmith.text.promises import Declaration
from lossmith.text.subscripts import index_as_symbol
from lossmith.text.syntax import COMPARISONS
from lossmith.text.tokens import Index, Token, TokenKind
from lossmith.text.typed import RANK
from lossmith.words import Words

_FUNCTIONS: Final[dict[str, str]] = {
    f"\\{name}": name
    for name in "log exp sin cos tan sinh cosh tanh max min det arcsin arccos arctan".split()
} | {"\\sup": "max", "\\inf": "min", "\\tr": "tr", "\\Tr": "tr", "\\diag": "diag"}
_SPELLED: Final = {
    "Tr": "tr", "trace": "tr", "ReLU": "relu", "sgn": "sign", "LSE": "logsumexp",
    "lse": "logsumexp", "lg": "log10", "Diag": "diag", "KL": "kl", "Var": "var", "H": "entropy",
    "avg": "mean", "ln": "log", "Softmax": "softmax", "Sigmoid": "sigmoid",
}  # fmt: skip
_ACCENTS: Final = {"\\hat": "hat", "\\bar": "bar", "\\tilde": "tilde", "\\dot": "dot"}
_TURNS: Final = frozenset({"\\top", "T", "\\prime", "'"})
_BIG: Final = {"\\sum": "sum", "\\prod": "prod", "\\max": "max", "\\min": "min"}
_FEET: Final = {
    "1": "_1", "2": "_2", "F": "_F", "*": "_nuc", "\\infty": "_inf", "\\ast": "_nuc",
    "op": "_op", "Fro": "_F", "F ro": "_F",
}  # fmt: skip
_EXTREME: Final = {"\\max": "max", "\\min": "min"}
_CLOSING: Final = {"(": ")", "[": "]", "\\langle": "\\rangle"}
_FUNCTION_LETTERS: Final = frozenset(
    {"f", "g", "h", "p", "q", "P", "phi", "psi", "ell", "Phi", "F", "G", "H", "J", "L"}
)


@dataclass(slots=True)
class _Frame:
    """An open group: the sign that closes it, and the tokens to write then."""

    closer: str
    opened: Lexeme
    after: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    # fraction: 1 in the numerator of \frac, 2 in the denominator.  cell: where a cell of cases
    # begins in the output; rows: its finished rows.
    fraction: int = 0
    cell: int = 0
    value: list[Token] | None = None
    rows: list[tuple[list[Token], list[Token]]] = field(
        default_factory=list[tuple[list[Token], list[Token]]]
    )


@dataclass(frozen=True, slots=True)
class LatexTokens:
    """The tokens, the notes on how they were read, and the variables that a left side names."""

    tokens: list[Token]
    notes: tuple[Words, ...]
    variables: tuple[str, ...]


def read_latex(
    text: str,
    declared: Mapping[str, Declaration],
    source: str = "",
    indices: Collection[str] = (),
    defined: Collection[str] = (),
    *,
    printed: bool = False,
    left: bool = False,
) -> LatexTokens:
    """Return the tokens of a LaTeX formula.

    indices: letters that are indices, whether a sum binds them or not.  defined: functions that
    the text itself defines.  printed: the feet of ones are sizes to be kept.  left: the text is a
    left side, which may define a function.
    Raises: ParseError or UnknownAtom with a caret.  Cost: linear in the text.
    """
    reader = _Reader(text, declared, source)
    reader.indices |= set(indices)
    reader.defined, reader.printed, reader.left = frozenset(defined), printed, left
    return reader.run()


class _Reader:
    """A cursor over the lexemes of one formula."""

    def __init__(self, text: str, declared: Mapping[str, Declaration], source: str) -> None:
        self.text, self.declared, self.source = text, declared, source
        self.cursor = Cursor(text, lexemes(text, source), source)
        self.out: list[Token] = []
        self.frames: list[_Frame] = []
        self.notes: list[Words] = []
        self.variables: tuple[str, ...] = ()
        self.known = function_names()
        self.indices = {"i", "j"} - set(declared)
        self.defined: frozenset[str] = frozenset()
        self.printed = False
        self.left = False

    def run(self) -> LatexTokens:
        self._find_divergences()
        self.variables, notes = step_over_left_side(self.cursor)
        self.notes += notes
        self._find_indices()
        self._find_open_indices()
        while self.cursor.k < len(self.cursor.all):
            self._one(self.cursor.now)
        if self.frames:
            raise self.cursor.never_closed(self.frames[-1].opened)
        end = len(self.text.rstrip())
        self.out.append(Token("end", "", end, end))
        self._refuse_functions()
        self._refuse_indices()
        return LatexTokens(self.out, tuple(dict.fromkeys(self.notes)), self.variables)

    def _emit(self, kind: TokenKind, text: str, x: Lexeme) -> None:
        self.out.append(Token(kind, text, x.start, x.stop))

    def _find_divergences(self) -> None:
        """Read ``D_{KL}`` as the function kl."""
        every = self.cursor.all
        for k, x in enumerate(every[:-3]):
            if x.text == "D" and every[k + 1].text == "_" and "D" not in self.declared:
                stop = self.cursor.group(k + 2)
                foot = [y for y in self.cursor.inside(k + 2, stop) if y.text not in UPRIGHT]
                if "".join(y.text for y in foot) == "KL":
                    word = [Lexeme("\\mathrm", x.start, x.stop), Lexeme("{", x.start, x.stop)]
                    end = Lexeme("}", foot[-1].stop, foot[-1].stop)
                    self.cursor.all = [*every[:k], *word, *foot, end, *every[stop:]]
                    self._find_divergences()
                    return

    # -- one lexeme ----------------------------------------------------------------------------

    def _one(self, x: Lexeme) -> None:
        t = x.text
        if t == "{":
            self._open(x, "}")
        elif t in ("(", "["):
            self._open(x, _CLOSING[t])
        elif t == "\\langle":
            self._emit("name", "dot", x)
            self._open(x, "\\rangle")
        elif t in (")", "]", "}", "\\rangle"):
            self._close(x)
        elif t == "\\frac":
            self._fraction(x)
        elif t == "\\sqrt":
            self._root(x)
        elif t in ("^", "_", "'", "\\top"):
            self._scripts(x)
        elif t in ("\\sum", "\\prod") or (t in _BIG and self.cursor.peek() == "_"):
            self._big(x)
        elif t == "\\cases":
            self._emit("name", "cases", x)
            self._open(x, "\\endcases")
            self.frames[-1].cell = len(self.out)
        elif t in ("&", "\\\\", "\\endcases"):
            self._cell(x)
        elif t in _FUNCTIONS:
            self._function(_FUNCTIONS[t], x)
        elif t in NAMES or x.is_letter or t in STYLES or t in UPRIGHT or t in _ACCENTS:
            self._name(x)
        elif (t[0].isdigit() and t.isascii()) or (t[0] == "." and t[1:].isdigit()):
            self._emit("number", t, x)
            self.cursor.k += 1
        elif t == "\\infty":
            self._emit("name", "inf", x)
            self.cursor.k += 1
        elif not t.isascii() and t != "·":
            raise self.cursor.unknown(x)
        elif t in ("!", "%", "#", "\\in", "?", '"') or t.startswith("\\"):
            raise self.cursor.unknown(x)
        else:
            self._emit("op", "==" if t == "=" and self._in_condition() else t, x)
            self.cursor.k += 1

    def _in_condition(self) -> bool:
        return any(f.closer == "\\endcases" or f.after for f in self.frames)

    def _open(self, x: Lexeme, closer: str) -> None:
        self._emit("op", "(", x)
        self.frames.append(_Frame(closer, x))
        self.cursor.k += 1

    def _close(self, x: Lexeme) -> None:
        if not self.frames:
            raise ParseError(
                Words("this bracket closes nothing", "这个括号没有对应的左括号"),
                place=self.cursor.place(x),
            )
        frame = self.frames[-1]
        loose = {frame.closer, x.text} <= {")", "]"}
        if frame.closer != x.text and not loose:
            raise self.cursor.never_closed(frame.opened)
        self.frames.pop()
        self.cursor.k += 1
        for kind, text in frame.after:
            self.out.append(Token("number" if kind == "number" else "op", text, x.start, x.stop))
        self._emit("op", ")", x)
        if frame.fraction == 1:
            self._denominator(x)
        elif frame.fraction == 2:
            self._emit("op", ")", x)

    # -- fractions and roots -------------------------------------------------------------------

    def _fraction(self, x: Lexeme) -> None:
        self._emit("op", "(", x)
        self.cursor.k += 1
        self._argument(x, 1)

    def _denominator(self, x: Lexeme) -> None:
        self._emit("op", "/", x)
        self._argument(x, 2)

    def _argument(self, x: Lexeme, fraction: int) -> None:
        """Open an argument of \\frac: a group, or one sign that stands for a group."""
        if not self.cursor.now.text:
            raise self.cursor.missing(x)
        if self.cursor.now.text != "{":
            self._brace_one()
        self._open(self.cursor.now, "}")
        self.frames[-1].fraction = fraction

    def _brace_one(self) -> None:
        """Put braces around the next lexeme: one digit of a number, one command with its group."""
        x = self.cursor.now
        if x.text in ("}", ")", "]", "&", "\\\\", "\\endcases"):
            raise self.cursor.missing(x)
        if x.text[0].isdigit() and len(x.text) > 1:
            rest = Lexeme(x.text[1:], x.start + 1, x.stop)
            x = Lexeme(x.text[0], x.start, x.start + 1)
            self.cursor.all[self.cursor.k : self.cursor.k + 1] = [x, rest]
        stop = self.cursor.k + 1
        if x.text in STYLES | UPRIGHT | set(_ACCENTS) | {"\\sqrt"}:
            stop = self.cursor.group(stop)
        last = self.cursor.all[stop - 1].stop
        self.cursor.all.insert(stop, Lexeme("}", last, last))
        self.cursor.all.insert(self.cursor.k, Lexeme("{", x.start, x.start))

    def _root(self, x: Lexeme) -> None:
        self.cursor.k += 1
        degree: list[tuple[str, str]] = []
        if self.cursor.now.text == "[":
            number = self.cursor.peek()
            if not number.isdigit() or self.cursor.peek(2) != "]":
                raise self.cursor.unknown(self.cursor.now)
            degree = [("op", ")"), ("op", "^"), ("op", "("), ("number", "1"), ("op", "/"),
                      ("number", number), ("op", ")")]  # fmt: skip
            self.cursor.k += 3
        if not self.cursor.now.text:
            raise self.cursor.missing(x)
        if self.cursor.now.text != "{":
            self._brace_one()
        if degree:
            self._emit("op", "(", x)
        else:
            self._emit("name", "sqrt", x)
        self._open(self.cursor.now, "}")
        self.frames[-1].after = degree

    # -- names ---------------------------------------------------------------------------------

    def _name(self, x: Lexeme) -> None:
        begin = self.cursor.k
        name, upright = self._read_name()
        last = self.cursor.all[self.cursor.k - 1]
        whole = Lexeme(name, x.start, last.stop)
        if x.text in ("\\mathbb", "\\operatorname") and name == "E":
            self._expectation(whole)
            return
        if x.text == "\\mathbb" and name in ("P", "V"):
            raise self.cursor.unknown(Lexeme(f"\\mathbb{{{name}}}", x.start, last.stop))
        if name in ("1", "0", "I") and x.text in STYLES:
            self._special(name, x, whole)
        elif (upright and len(name) > 1) or (upright and name in _SPELLED):
            self._word(name, whole)
        elif name == "I" and "I" not in self.declared:
            self._identity(whole)
        elif (
            len(letters := self.cursor.all[begin + 2 : self.cursor.k - 1]) > 1 and x.text in STYLES
        ):
            # \\mathbf{Xw} is a product of two letters.
            if not all(y.is_letter or y.text in NAMES for y in letters):
                raise self.cursor.unknown(letters[0])
            for y in letters:
                self._emit("name", NAMES.get(y.text, y.text), y)
        else:
            self._emit("name", name, whole)

    def _read_name(self) -> tuple[str, bool]:
        """Return the name at the cursor and whether it is upright; step over it."""
        tails: list[str] = []
        upright = False
        closing = 0
        while True:
            x = self.cursor.now
            self.cursor.k += 1
            if x.text in _ACCENTS:
                tails.append(_ACCENTS[x.text])
            elif x.text in UPRIGHT:
                upright = True
            elif x.text not in STYLES:
                self.cursor.k -= 1
                break
            if self.cursor.now.text == "{":
                self.cursor.k += 1
                closing += 1
        letters = ""
        while self.cursor.k < len(self.cursor.all):
            x = self.cursor.now
            foot = x.text == "\\_" and upright
            if not (x.is_letter or x.text in NAMES or x.text.isdigit() or x.text == "-" or foot):
                break
            if x.text == "-" and not upright:
                break
            letters += "_" if foot else NAMES.get(x.text, x.text).replace("-", "")
            self.cursor.k += 1
            if not closing:
                break
        if closing and self.cursor.now.text == "_" and tails:
            # \hat{y_i} is \hat{y}_i: move the closing brace in front of the subscript.
            stop = self.cursor.group(self.cursor.k + 1)
            moved = self.cursor.all[self.cursor.k : stop]
            closers = self.cursor.all[stop : stop + closing]
            self.cursor.all[self.cursor.k : stop + closing] = [*closers, *moved]
        if not letters:
            raise self.cursor.unknown(self.cursor.now)
        for _ in range(closing):
            if self.cursor.now.text != "}":
                raise self.cursor.unknown(
                    self.cursor.now if self.cursor.now.text else self.cursor.all[-1]
                )
            self.cursor.k += 1
        return letters + "".join(reversed(tails)), upright

    def _special(self, name: str, x: Lexeme, whole: Lexeme) -> None:
        """Read a bold 1 as a vector of ones or, before a bracket, as an indicator."""
        if name == "I" and self.cursor.now.text not in ("(", "["):
            self._identity(whole)
            return
        if (
            name in ("1", "I")
            and (x.text == "\\mathbb" or name == "1")
            and self.cursor.now.text in ("(", "[")
            and self._holds_condition()
        ):
            self._emit("name", "if", whole)
            self._open(self.cursor.now, _CLOSING[self.cursor.now.text])
            self.frames[-1].after = [("op", ","), ("number", "1"), ("op", ","), ("number", "0")]
            return
        if name == "I":
            self._identity(whole)
            return
        size = self._skip_size()
        self._emit("name", "vector", whole)
        self._emit("op", "(", whole)
        self._emit("number", name, whole)
        if size and self.printed:
            self._emit("op", ",", whole)
            self._emit("number" if size.isdigit() else "name", size, whole)
        self._emit("op", ")", whole)

    def _expectation(self, whole: Lexeme) -> None:
        """Read the mean over data, ``\\mathbb{E}[(y - Xw)^2]``; of a law nothing is known."""
        if self.cursor.now.text not in ("(", "["):
            raise self.cursor.unknown(whole)
        self.notes.append(
            Words(
                "E[...] is read as the mean over the data, powers entry by entry",
                "E[...] 读作对数据取平均，幂逐元素计算",
            )
        )
        self._emit("name", "mean", whole)
        self._open(self.cursor.now, _CLOSING[self.cursor.now.text])
        depth, k = 1, self.cursor.k
        while k < len(self.cursor.all) and depth:
            sign = self.cursor.all[k].text
            depth += (sign in ("(", "[")) - (sign in (")", "]"))
            if sign == "^" and depth == 1 and self.cursor.peek(k + 1 - self.cursor.k).isdigit():
                at = self.cursor.all[k]
                number = self.cursor.all[k + 1]
                power = [Lexeme("{", at.stop, at.stop), Lexeme(".*", at.stop, at.stop), number]
                self.cursor.all[k + 1 : k + 2] = [*power, Lexeme("}", number.stop, number.stop)]
                k += 3
            k += 1

    def _holds_condition(self) -> bool:
        """Return whether the bracket at the cursor holds a comparison."""
        depth = 0
        for x in self.cursor.all[self.cursor.k :]:
            depth += x.text in ("(", "[")
            depth -= x.text in (")", "]")
            if depth == 0:
                return False
            if x.text in COMPARISONS or x.text in ("=", "\\in"):
                return True
        return True

    def _identity(self, whole: Lexeme) -> None:
        self._skip_size()
        self.notes.append(Words("I is read as the identity matrix", "I 读作单位矩阵"))
        self._emit("name", "eye", whole)

    def _skip_size(self) -> str:
        """Step over the n of I_n or 1_n and return it: sizes follow from the context."""
        if self.cursor.now.text != "_":
            return ""
        stop = self.cursor.group(self.cursor.k + 1)
        size = "".join(y.text for y in self.cursor.inside(self.cursor.k + 1, stop))
        self.cursor.k = stop
        return size

    def _word(self, name: str, whole: Lexeme) -> None:
        plain = _SPELLED.get(name, name)
        if plain in self.declared:
            self._emit("name", plain, whole)
            return
        if name in ("if", "and", "or", "otherwise", "for", "else", "when", "if", "where"):
            self._conjunction(name, whole)
            return
        if plain in ("argmin", "argmax", "minimize", "maximize"):
            if self.out:
                raise self.cursor.unknown(whole)
            return
        if plain not in self.known and plain.lower() in self.known:
            plain = plain.lower()
        if plain in self.known:
            self._function(plain, whole, step=False)
        elif self.cursor.now.text == "(" and len(plain) > 1:
            raise self.cursor.no_function(plain, whole, self.known)
        else:
            self._emit("name", plain, whole)

    def _conjunction(self, name: str, whole: Lexeme) -> None:
        if not any(f.closer == "\\endcases" or f.after for f in self.frames):
            raise self.cursor.unknown(whole)
        if name == "and":
            self._emit("op", "&", whole)
        elif name == "or":
            self._emit("name", "or", whole)

    def _function(self, name: str, x: Lexeme, *, step: bool = True) -> None:
        self.cursor.k += step
        if name == "kl" and self.cursor.now.text == "(":
            self._divide_arguments()
        joint = {"\\det": "logdet", "\\Gamma": "lgamma"}
        if name == "log" and self.cursor.now.text in joint:
            name = joint[self.cursor.now.text]
            x = Lexeme(name, x.start, self.cursor.now.stop)
            self.cursor.k += 1
        if name == "prod" and self.cursor.now.text == "_":
            stop = self.cursor.group(self.cursor.k + 1)
            foot = [y.text for y in self.cursor.inside(self.cursor.k + 1, stop)]
            if foot != ["j", "!=", "i"]:
                raise self.cursor.unknown(self.cursor.now)
            name, self.cursor.k = "prod_others", stop
        if name == "log" and self.cursor.now.text == "_":
            stop = self.cursor.group(self.cursor.k + 1)
            base = "".join(y.text for y in self.cursor.inside(self.cursor.k + 1, stop))
            if base not in ("2", "10", "e"):
                raise self.cursor.unknown(self.cursor.now)
            name = {"2": "log2", "10": "log10", "e": "log"}[base]
            self.cursor.k = stop
        if self.cursor.now.text == "^" and name in self.known:
            self._powered(name, x)
            return
        self._emit("name", name, x)

    def _divide_arguments(self) -> None:
        r"""Read the bars of ``KL(p \| q)`` as a comma."""
        depth = 0
        for k in range(self.cursor.k, len(self.cursor.all)):
            sign = self.cursor.all[k].text
            depth += (sign == "(") - (sign == ")")
            if depth == 0:
                return
            if depth == 1 and sign == "||":
                self.cursor.all[k] = replace(self.cursor.all[k], text=",")
                return

    def _powered(self, name: str, x: Lexeme) -> None:
        r"""Read ``\sin^2(x)`` as (sin(x))^2; the exponent is a whole number."""
        stop = self.cursor.group(self.cursor.k + 1)
        number = "".join(y.text for y in self.cursor.inside(self.cursor.k + 1, stop))
        after = self.cursor.all[stop].text if stop < len(self.cursor.all) else ""
        if not number.isdigit() or after not in _CLOSING:
            self._emit("name", name, x)
            return
        self.cursor.k = stop
        self._emit("op", "(", x)
        self._emit("name", name, x)
        self._open(self.cursor.now, _CLOSING[after])
        self.frames[-1].after = [("op", ")"), ("op", "^"), ("number", number)]

    # -- scripts -------------------------------------------------------------------------------

    def _scripts(self, x: Lexeme) -> None:
        if x.text == "^" and self.cursor.k + 1 < len(self.cursor.all):
            # x^2_i: the subscript goes first.
            stop = self.cursor.group(self.cursor.k + 1)
            if stop < len(self.cursor.all) and self.cursor.all[stop].text == "_":
                after = self.cursor.group(stop + 1)
                raised, lowered = self.cursor.all[self.cursor.k : stop], self.cursor.all[stop:after]
                self.cursor.all[self.cursor.k : after] = [*lowered, *raised]
                x = self.cursor.now
        if x.text in ("'", "\\top"):
            self._emit("op", "'", x)
            self.cursor.k += 1
        elif x.text == "_":
            self._subscript(x)
        else:
            self._superscript(x)

    def _superscript(self, x: Lexeme) -> None:
        if self.cursor.k + 1 >= len(self.cursor.all):
            raise self.cursor.missing(x)
        stop = self.cursor.group(self.cursor.k + 1)
        inside = [y for y in self.cursor.inside(self.cursor.k + 1, stop) if y.text not in UPRIGHT]
        signs = [y.text for y in inside]
        whole = Lexeme("^", x.start, self.cursor.all[stop - 1].stop)
        if len(signs) == 1 and signs[0] in _TURNS and not (signs == ["T"] and "T" in self.declared):
            self._emit("op", "'", whole)
            self.cursor.k = stop
        elif len(signs) == 2 and signs[0] == "-" and signs[1] in _TURNS:
            for kind, text in (("op", "^"), ("op", "("), ("op", "-"), ("number", "1"), ("op", ")"),
                               ("op", "'")):  # fmt: skip
                self._emit("number" if kind == "number" else "op", text, whole)
            self.cursor.k = stop
        elif len(signs) == 3 and signs[0] == "(" and signs[1] in self.indices:
            self.out.append(Token("entry", "[]", whole.start, whole.stop, (signs[1],)))
            self.cursor.k = stop
        elif signs in (["*"], ["\\ast"], ["\\star"]) and self.out and self.out[-1].kind == "name":
            last = self.out[-1]
            self.out[-1] = replace(last, text=f"{last.text}_star", stop=whole.stop)
            self.cursor.k = stop
        elif signs and signs[0] == ".*" and self.cursor.peek() == "{":
            self._emit("op", ".^", x)
            self.cursor.k += 1
            del self.cursor.all[self.cursor.k + 1]
            self._open(self.cursor.now, "}")
        else:
            self._emit("op", "^", x)
            self.cursor.k += 1
            if self.cursor.now.text != "{":
                self._brace_one()
            self._open(self.cursor.now, "}")

    def _subscript(self, x: Lexeme) -> None:
        if self.cursor.k + 1 >= len(self.cursor.all) or not self.out:
            raise self.cursor.missing(x)
        stop = self.cursor.group(self.cursor.k + 1)
        inside = self.cursor.inside(self.cursor.k + 1, stop)
        whole = Lexeme("_", x.start, self.cursor.all[stop - 1].stop)
        last = self.out[-1]
        if last.text == "||" or (last.text == "|" and self._foots_norm(inside)):
            self._foot(inside, last, whole)
        elif all(y.text in self.indices or y.text in (",", ":", "·") for y in inside) and inside:
            marks = tuple(":" if y.text == "·" else y.text for y in inside if y.text != ",")
            self.out.append(Token("entry", "[]", whole.start, whole.stop, marks))
        elif last.kind == "name":
            self._named_foot(inside, last, whole)
        elif [y.text for y in inside] == ["+"] and last.text == ")":
            self._positive_part(whole)
        else:
            raise self.cursor.no_subscript(whole)
        self.cursor.k = stop

    def _positive_part(self, whole: Lexeme) -> None:
        """Read ``[u]_+`` as relu(u)."""
        depth = 0
        for k in range(len(self.out) - 1, -1, -1):
            t = self.out[k]
            depth += {")": 1, "(": -1}.get(t.text, 0) if t.kind == "op" else 0
            if depth == 0:
                if k and self.out[k - 1].kind == "name" and self.out[k - 1].text in self.known:
                    raise self.cursor.no_subscript(whole)
                self.out.insert(k, Token("name", "relu", t.start, t.start))
                break
        self.notes.append(
            Words("[u]_+ is read as relu(u), that is max(u, 0)", "[u]_+ 读作 relu(u)，即 max(u, 0)")
        )

    def _named_foot(self, inside: list[Lexeme], last: Token, whole: Lexeme) -> None:
        """Read w_1 as w1, x_{max} as x_max, and refuse what is neither name nor index."""
        if last.text in _FUNCTIONS.values() and last.text not in self.declared:
            raise self.cursor.no_subscript(whole)  # \sup_x, \log_b
        plain = [y for y in inside if y.text not in UPRIGHT]
        plain = [replace(y, text=_EXTREME.get(y.text, y.text)) for y in plain]
        if len(plain) == 1 and plain[0].text in _EXTREME.values():
            self.out[-1] = replace(last, text=f"{last.text}_{plain[0].text}", stop=whole.stop)
            return
        if not plain or not all(y.is_letter or y.text.isdigit() or y.text in NAMES for y in plain):
            raise self.cursor.no_subscript(whole)
        foot = "".join(NAMES.get(y.text, y.text) for y in plain)
        name = f"{last.text}{foot}" if foot.isdigit() else f"{last.text}_{foot}"
        if f"{last.text}_{foot}" in self.declared:
            name = f"{last.text}_{foot}"
        self.out[-1] = replace(last, text=name, stop=whole.stop)

    def _foots_norm(self, inside: list[Lexeme]) -> bool:
        return "".join(y.text for y in inside if y.text not in UPRIGHT) in _FEET

    def _foot(self, inside: list[Lexeme], last: Token, whole: Lexeme) -> None:
        sign = "".join(y.text for y in inside if y.text not in UPRIGHT)
        if sign not in _FEET:
            raise ParseError(
                Words(f"there is no norm with the foot {sign}", f"没有下标为 {sign} 的范数"),
                attempt=Words(
                    "feet of norms: 1, 2, \\infty, F, *, op",
                    "范数的下标可以是 1、2、\\infty、F、*、op",
                ),
                place=Place(self.text, whole.start, whole.stop, self.source),
            )
        self.out.append(Token("name", _FEET[sign], last.stop, whole.stop))

    # -- sums ----------------------------------------------------------------------------------

    def _find_indices(self) -> None:
        """Collect the letters under sums, so that entries are known wherever they stand."""
        for k, x in enumerate(self.cursor.all[:-2]):
            if x.text in _BIG and self.cursor.all[k + 1].text in ("_", "^"):
                at = k + 1 if self.cursor.all[k + 1].text == "_" else self.cursor.group(k + 2)
                if at >= len(self.cursor.all) - 1 or self.cursor.all[at].text != "_":
                    continue
                for y in self.cursor.inside(at + 1, self.cursor.group(at + 1)):
                    if y.text in ("=", "\\in", "<", ">", "<="):
                        break
                    if y.is_letter:
                        self.indices.add(y.text)

    def _find_open_indices(self) -> None:
        """Collect the letters under arrays that are declared: the k of w_k, where w is a vector."""
        every = self.cursor.all
        sizes = {str(d) for entry in self.declared.values() for d in entry.sizes}
        for k, x in enumerate(every[:-1]):
            if self.printed and x.text in (")", "}", "]", "\\delta") and every[k + 1].text == "_":
                foot = self.cursor.inside(k + 2, self.cursor.group(k + 2))
                self.indices |= {y.text for y in foot if y.is_letter and len(y.text) == 1}
            entry = self.declared.get(NAMES.get(x.text, x.text))
            if every[k + 1].text != "_" or entry is None or entry.kind not in ("c", "m"):
                continue
            feet = [y.text for y in self.cursor.inside(k + 2, self.cursor.group(k + 2))]
            feet = [y for y in feet if y != ","]
            named = f"{NAMES.get(x.text, x.text)}_{''.join(feet)}" in self.declared
            letters = all(len(y) == 1 and y.isalpha() and y not in sizes for y in feet)
            if letters and not named and len(feet) <= RANK[entry.kind]:
                self.indices |= set(feet) - set(self.declared)

    def _big(self, x: Lexeme) -> None:
        self.cursor.k += 1
        lower: list[Lexeme] = []
        upper: list[Lexeme] = []
        while self.cursor.now.text in ("_", "^"):
            stop = self.cursor.group(self.cursor.k + 1)
            part = self.cursor.inside(self.cursor.k + 1, stop)
            if self.cursor.now.text == "_":
                lower = part
            else:
                upper = part
            self.cursor.k = stop
        whole = Lexeme(x.text, x.start, self.cursor.all[self.cursor.k - 1].stop)
        if not lower:
            if upper or _BIG[x.text] not in ("sum", "prod"):
                raise self.cursor.no_index(whole)
            self._emit("op", _BIG[x.text], whole)
            return
        binds = self._binds(lower, upper, whole)
        self.out.append(Token("op", _BIG[x.text], whole.start, whole.stop, (), binds))

    def _binds(self, lower: list[Lexeme], upper: list[Lexeme], whole: Lexeme) -> tuple[Index, ...]:
        signs = [y.text for y in lower]
        size = self._size("".join(y.text for y in upper), signs, whole)
        if "\\in" in signs:
            signs = signs[: signs.index("\\in")]
        elif "=" in signs:
            signs = signs[: signs.index("=")]
        elif "!=" in signs:
            if len(signs) != 3:
                raise self.cursor.no_index(whole)
            k, _, i = signs
            outside = any(b.name == i for t in self.out for b in t.binds)
            left = Index(k, (i,), size)
            others = [y.text for y in self.cursor.all].count("_") and self._is_free(i)
            return (left,) if outside or others else (Index(i), left)
        names = [s for s in signs if s != ","]
        if not names or not all(s.isalpha() and len(s) == 1 for s in names):
            raise self.cursor.no_index(whole)
        if len(set(names)) < len(names) or any(n in self.declared for n in names):
            raise self.cursor.no_index(whole)
        return tuple(Index(n, (), size) for n in names)

    def _is_free(self, i: str) -> bool:
        """Return whether an entry with index i stands before this sum."""
        return any(i in t.subscripts for t in self.out)

    def _size(self, upper: str, lower: list[str], whole: Lexeme) -> str:
        if not upper:
            return ""
        start = "".join(lower[lower.index("=") + 1 :]) if "=" in lower else "1"
        if start == "0" and upper.endswith("-1"):
            upper, start = upper[:-2], "1"
        if start != "1" or not (upper.isdigit() or (upper.isalpha() and len(upper) == 1)):
            raise ParseError(
                Words("a sum runs over all entries", "求和必须取遍所有分量"),
                why=Words(
                    f"from {start} to {upper} would be a part of them",
                    f"从 {start} 到 {upper} 只是其中一部分",
                ),
                attempt=Words("write \\sum_{i=1}^{n}", "请写 \\sum_{i=1}^{n}"),
                place=Place(self.text, whole.start, whole.stop, self.source),
            )
        return upper

    # -- cases ---------------------------------------------------------------------------------

    def _cell(self, x: Lexeme) -> None:
        frame = self.frames[-1] if self.frames else None
        if frame is None or frame.closer != "\\endcases":
            if x.text == "\\\\":
                self.cursor.k += 1
                return
            raise (
                self.cursor.unknown(x) if frame is None else self.cursor.never_closed(frame.opened)
            )
        cell = self.out[frame.cell :]
        del self.out[frame.cell :]
        while cell and cell[-1].text == "," and cell[-1].kind == "op":
            cell.pop()
        self.cursor.k += 1
        if x.text == "&":
            frame.value = cell if frame.value is None else frame.value + cell
            return
        value, condition = (cell, []) if frame.value is None else (frame.value, cell)
        if value or condition:
            frame.rows.append((value, condition))
        frame.value = None
        if x.text == "\\endcases":
            self._finish_cases(frame, x)

    def _finish_cases(self, frame: _Frame, x: Lexeme) -> None:
        self.frames.pop()
        if len(frame.rows) < 2 or not all(c for _, c in frame.rows[:-1]):
            raise ParseError(
                Words(
                    "cases need a condition in every row but the last",
                    "除最后一行外，每一行都要有条件",
                ),
                attempt=Words(
                    "\\begin{cases} a & x > 0 \\\\ b & \\text{otherwise} \\end{cases}",
                    "\\begin{cases} a & x > 0 \\\\ b & \\text{otherwise} \\end{cases}",
                ),
                place=self.cursor.place(frame.opened),
            )
        if frame.rows[-1][1]:
            self.notes.append(
                Words("the last case is read as all that remains", "最后一种情形读作其余所有情形")
            )
        for value, condition in frame.rows[:-1]:
            self.out += condition
            self._emit("op", ",", x)
            self.out += value
            self._emit("op", ",", x)
        self.out += frame.rows[-1][0]
        self._emit("op", ")", x)

    # -- errors --------------------------------------------------------------------------------

    def _refuse_functions(self) -> None:
        """Refuse f(x) with an f of which nothing is said; p(1 - p) is a product."""
        for k, t in enumerate(self.out[:-1]):
            if self._may_be_function(t) and self.out[k + 1].text == "(":
                alone = any(
                    o.text == t.text and self.out[m + 1].text != "("
                    for m, o in enumerate(self.out[:-1])
                )
                opened = self.text[self.out[k + 1].start]
                said = t.text in self.declared or t.text in self.defined
                if not alone and not said and opened == "(":
                    place = Place(self.text, t.start, t.stop, self.source)
                    raise ParseError(
                        Words(
                            f"nothing says what the function {t.text} is",
                            f"不知道函数 {t.text} 是什么",
                        ),
                        attempt=Words(
                            "write its formula in its place; for a product write \\cdot",
                            "把它的表达式直接写出来；若是乘积请写 \\cdot",
                        ),
                        place=place,
                    )

    def _may_be_function(self, t: Token) -> bool:
        r"""Return whether a name before a bracket is rather a function: f(x), \rho_\tau(x)."""
        if t.kind != "name" or self.printed or self.left:
            return t.kind == "name" and t.text in _FUNCTION_LETTERS
        letter, foot, _ = t.text.partition("_")
        footed = bool(foot) and bool(letter) and t.text not in self.known
        return t.text in _FUNCTION_LETTERS or footed

    def _refuse_indices(self) -> None:
        """Refuse an index that stands as a number."""
        bound = {b.name for t in self.out for b in t.binds}
        bound |= {s for t in self.out for s in t.subscripts}
        for t in self.out:
            if t.kind == "name" and t.text in bound:
                raise index_as_symbol(t.text, Place(self.text, t.start, t.stop, self.source))
