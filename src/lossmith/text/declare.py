"""Declarations: ``y: vector(n) in {-1, 1}; lam: scalar >= 0; S: matrix(d, d) psd``.

An entry is a name (or several), a kind with sizes, and conditions in any order; the kind may be
left out where the formula shows it (``lam >= 0``). Entries are separated by ``;`` or new lines, or
given as a mapping of names to what stands after the colon.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches
from fractions import Fraction
from typing import Final

from lossmith.errors import DomainError, ParseError, Place, ShapeError
from lossmith.expr.sets import NEGATIVE, NONNEGATIVE, NONPOSITIVE, POSITIVE, REALS, Interval
from lossmith.expr.types import STRUCTURES, Dim
from lossmith.text.promises import Declaration, Facts, to_declaration
from lossmith.text.tokens import Token, tokenize
from lossmith.text.typed import RANK, Kind
from lossmith.words import Words

KINDS: Final[dict[str, Kind]] = {
    "scalar": "s", "number": "s", "vector": "c", "matrix": "m", "tensor": "t",
    "标量": "s", "向量": "c", "矩阵": "m", "张量": "t",
}  # fmt: skip

_SIGNS: Final[dict[str, Interval]] = {
    "positive": POSITIVE, "nonnegative": NONNEGATIVE,
    "negative": NEGATIVE, "nonpositive": NONPOSITIVE, "real": REALS,
}  # fmt: skip
_SPELLED: Final[dict[str, str]] = {
    "sym": "symmetric", "posdef": "pd", "invertible": "nonsingular", "orthonormal": "orthogonal",
    "int": "integer", "const": "constant",
}  # fmt: skip
_WORDS: Final = (*STRUCTURES, "integer", "constant", *_SIGNS, *_SPELLED, "in")
_RELATIONS: Final = frozenset({">", ">=", "<", "<=", "==", "=", "!="})


def read_declarations(declare: str | Mapping[str, str], source: str = "") -> dict[str, Declaration]:
    """Return the declarations by name.

    Raises: ParseError, ShapeError or DomainError with a caret into the declaration.
    """
    found: dict[str, Declaration] = {}
    if isinstance(declare, str):
        reader = _Reader(declare, source)
        while not reader.at_end():
            for entry in reader.entry():
                _enter(found, entry)
        return found
    for name, text in declare.items():
        reader = _Reader(text, source)
        named = [t for t in tokenize(name, source) if t.kind != "end"]
        if len(named) != 1 or named[0].kind != "name":
            raise ParseError(
                Words(f"{name!r} is not a name", f"{name!r} 不是一个名称"),
                place=Place(name, 0, len(name), source),
            )
        _enter(found, reader.described(named[0].text, 0))
        if not reader.at_end():
            raise reader.unexpected()
    return found


def _enter(found: dict[str, Declaration], entry: Declaration) -> None:
    if entry.name in found:
        raise ParseError(
            Words(f"{entry.name} is declared twice", f"{entry.name} 声明了两次"),
            attempt=Words(
                "join the conditions in one entry, separated by commas",
                "把条件合并到同一条声明中，用逗号隔开",
            ),
            place=entry.place,
        )
    found[entry.name] = entry


class _Reader:
    """A cursor over the tokens of one declaration text."""

    def __init__(self, text: str, source: str) -> None:
        self.text, self.source = text, source
        self.tokens = tokenize(text, source)
        self.k = 0

    # -- entries -------------------------------------------------------------------------------

    def at_end(self) -> bool:
        while self.now.text == ";" and self.now.kind == "op":
            self.k += 1
        return self.now.kind == "end"

    def entry(self) -> list[Declaration]:
        """Return the declarations of one entry: ``x, y: vector(n) >= 0``."""
        first = self.now
        names = [self._name()]
        while self._took(","):
            names.append(self._name())
        if (
            not self._took(":")
            and self.now.text not in _RELATIONS
            and self.now.text not in _WORDS + tuple(KINDS)
        ):
            raise self._missing_colon(names[-1])
        entry = self.described(names[0].text, first.start)
        return [replace(entry, name=name.text) for name in names]

    def described(self, name: str, start: int) -> Declaration:
        """Return the declaration of ``name`` from what stands after the colon."""
        facts = Facts()
        begin = self.k
        while not self._entry_ends(begin):
            self._part(facts)
        stop = self.tokens[self.k - 1].stop if self.k > begin else self.now.start
        place = Place(self.text, start, max(stop, start), self.source)
        return to_declaration(name, facts, place)

    def _entry_ends(self, begin: int) -> bool:
        """Return whether an entry is over: at ; or the end, on a new line, or before a new name."""
        token = self.now
        if token.kind == "end" or token.text == ";":
            return True
        if self.k == begin:
            return False
        between = self.text[self.tokens[self.k - 1].stop : token.start]
        if "\n" in between and token.text not in _RELATIONS:
            return True
        if token.text == "," and self._starts_entry(self.k + 1):
            self.k += 1
            return True
        return False

    def _starts_entry(self, k: int) -> bool:
        """Return whether an entry begins at token k (after a comma)."""
        token = self.tokens[k]
        if token.kind != "name" or token.text in _WORDS or k + 1 >= len(self.tokens):
            return False
        follows = self.tokens[k + 1]
        return follows.text in (":", "in", *_RELATIONS)

    # -- parts ---------------------------------------------------------------------------------

    def _part(self, facts: Facts) -> None:
        token = self.now
        self.k += 1
        if token.text == ",":
            return
        if token.text in KINDS:
            facts.kind = KINDS[token.text]
            facts.sizes = self._sizes(token, facts.kind)
        elif token.text in _RELATIONS:
            self._relation(facts, token)
        elif token.text == "in":
            self._membership(facts)
        elif token.text in _WORDS:
            self._word(facts, _SPELLED.get(token.text, token.text))
        else:
            self.k -= 1
            raise self.unexpected()

    def _word(self, facts: Facts, word: str) -> None:
        if word in STRUCTURES:
            facts.structure.add(word)
        elif word == "integer":
            facts.integer = True
        elif word == "constant":
            facts.constant = True
        else:
            facts.interval = facts.interval.meet(_SIGNS[word])

    def _sizes(self, kind_token: Token, kind: Kind) -> tuple[Dim, ...]:
        opened = self.now
        if not self._took("("):
            return ()
        sizes: list[Dim] = []
        while not self._took(")"):
            sizes.append(self._size(opened))
            if not self._took(",") and self.now.text != ")":
                raise self._never_closed(opened)
        fits = len(sizes) >= RANK[kind] if kind == "t" else len(sizes) == RANK[kind]
        if not fits:
            raise self._wrong_count(kind_token, kind, sizes)
        return tuple(sizes)

    def _size(self, opened: Token) -> Dim:
        token = self.now
        if token.kind == "end":
            raise self._never_closed(opened)
        self.k += 1
        if token.kind == "name":
            return token.text
        if token.kind == "number" and token.value.denominator == 1 and token.value >= 1:
            return int(token.value)
        raise ShapeError(
            Words(f"{token.text} cannot be a size", f"{token.text} 不能作为大小"),
            attempt=Words("write a letter or a whole number from 1", "请写字母或正整数"),
            place=self._place(token),
        )

    def _relation(self, facts: Facts, token: Token) -> None:
        bound = self._number()
        if token.text == "!=":
            raise DomainError(
                Words("!= is not kept as an assumption", "!= 不能作为假设保存"),
                why=Words(
                    "what is assumed of a symbol is an interval or a finite set",
                    "对符号的假设只能是区间或有限集",
                ),
                attempt=Words("declare > 0 or < 0", "请声明 > 0 或 < 0"),
                place=self._place(token),
            )
        if token.text in ("=", "=="):
            if bound is None:
                raise self._infinite_value(token)
            facts.values = (bound,)
            return
        strict = token.text in ("<", ">")
        if token.text[0] == ">":
            side = Interval(bound, None, strict, True)
        else:
            side = Interval(None, bound, True, strict)
        facts.interval = facts.interval.meet(side)

    def _membership(self, facts: Facts) -> None:
        opened = self.now
        self.k += 1
        if opened.text == "{":
            facts.values = self._set(opened)
        elif opened.text in ("[", "("):
            facts.interval = facts.interval.meet(self._interval(opened))
        elif opened.text in ("R", "reals", "real", "ℝ"):
            return
        else:
            raise ParseError(
                Words("after `in` stands an interval or a set", "in 后面应是区间或集合"),
                attempt=Words(
                    "in [0, 1], in (0, inf), in {-1, 1}", "in [0, 1]、in (0, inf)、in {-1, 1}"
                ),
                place=self._place(opened),
            )

    def _interval(self, opened: Token) -> Interval:
        lo = self._number()
        if not self._took(","):
            raise self._never_closed(opened)
        hi = self._number()
        closing = self.now
        if closing.text not in (")", "]"):
            raise self._never_closed(opened)
        self.k += 1
        interval = Interval(lo, hi, opened.text == "(", closing.text == ")")
        if interval.is_empty:
            raise DomainError(
                Words(f"the interval {interval} is empty", f"区间 {interval} 是空集"),
                place=Place(self.text, opened.start, closing.stop, self.source),
            )
        return interval

    def _set(self, opened: Token) -> tuple[Fraction, ...]:
        values: list[Fraction] = []
        while True:
            token = self.now
            value = self._number()
            if value is None:
                raise self._infinite_value(token)
            values.append(value)
            if self._took("}"):
                return tuple(values)
            if not self._took(","):
                raise self._never_closed(opened)

    def _number(self) -> Fraction | None:
        """Return an exact number, None for an infinite one: ``-1``, ``0.5``, ``1/3``, ``-inf``."""
        first = self.now
        sign = 1
        while self.now.text in ("-", "+") and self.now.kind == "op":
            sign = -sign if self.now.text == "-" else sign
            self.k += 1
        token = self.now
        self.k += 1
        if token.kind == "name" and token.text in ("inf", "infinity", "oo"):
            return None
        if token.kind != "number":
            self.k -= 1
            raise ParseError(
                Words("a number is missing here", "这里缺少一个数"),
                attempt=Words("write 0, -1, 0.5, 1/3 or inf", "请写 0、-1、0.5、1/3 或 inf"),
                place=self._place(first if first.kind != "end" else self.tokens[self.k - 1]),
            )
        value = sign * token.value
        if self.now.text == "/" and self.tokens[self.k + 1].kind == "number":
            below = self.tokens[self.k + 1].value
            if below == 0:
                raise DomainError(
                    Words("division by zero", "除以零"), place=self._place(self.tokens[self.k + 1])
                )
            self.k += 2
            value /= below
        return value

    # -- errors --------------------------------------------------------------------------------

    @property
    def now(self) -> Token:
        return self.tokens[min(self.k, len(self.tokens) - 1)]

    def _took(self, sign: str) -> bool:
        """Step over a sign if it stands here, and return whether it did."""
        if self.now.text != sign:
            return False
        self.k += 1
        return True

    def _name(self) -> Token:
        token = self.now
        if token.kind != "name" or token.text in KINDS or token.text == "in":
            raise ParseError(
                Words("a declaration begins with a name", "声明要以名称开头"),
                attempt=Words("write y: vector(n) in {-1, 1}", "例如 y: vector(n) in {-1, 1}"),
                place=self._place(token),
            )
        self.k += 1
        return token

    def unexpected(self) -> ParseError:
        """Return the error for a word or sign that no declaration knows."""
        token = self.now
        known = sorted({*KINDS, *_WORDS})
        close = get_close_matches(token.text, known, n=2, cutoff=0.6)
        attempt = Words(
            "kinds: scalar, vector(n), matrix(n, d), tensor(n, m, k); conditions: >= 0, in [0, 1], "
            "in {-1, 1}, simplex, psd, symmetric, integer ...",
            "种类：scalar、vector(n)、matrix(n, d)、tensor(n, m, k)；条件：>= 0、in [0, 1]、"
            "in {-1, 1}、simplex、psd、symmetric、integer 等",
        )
        if close:
            names = ", ".join(close)
            attempt = Words(f"did you mean {names}?", f"是不是想写 {names}？")
        return ParseError(
            Words(
                f"{token.text or 'the end'} is not a kind or condition",
                f"{token.text or '结尾'} 既不是种类也不是条件",
            ),
            attempt=attempt,
            place=self._place(token),
        )

    def _missing_colon(self, name: Token) -> ParseError:
        rest = self.tokens[self.k :]
        entry = rest[: next((k for k, t in enumerate(rest) if t.text in (";", ":")), len(rest))]
        if any(t.text in _RELATIONS for t in entry):
            return self._several_symbols(name)
        return ParseError(
            Words(f"a colon is missing after {name.text}", f"{name.text} 后面缺少冒号"),
            attempt=Words(f"write {name.text}: vector(n)", f"例如 {name.text}: vector(n)"),
            place=self._place(name),
        )

    def _several_symbols(self, name: Token) -> ParseError:
        return ParseError(
            Words("a declaration is about one symbol", "一条声明只说明一个符号"),
            why=Words(
                "this is a condition on what is computed from symbols",
                "这里写的是对算式的条件",
            ),
            attempt=Words(
                'ask for the verdict on that set: lossmith convex ... --on "norm2(x) <= 1"',
                '在该集合上提问：lossmith convex ... --on "norm2(x) <= 1"',
            ),
            place=self._place(name),
        )

    def _never_closed(self, opened: Token) -> ParseError:
        return ParseError(
            Words(
                f"what {opened.text} begins here is not complete",
                f"从 {opened.text} 开始的部分不完整",
            ),
            attempt=Words(
                "write vector(n), matrix(n, d), in [0, 1] or in {-1, 1}",
                "请写成 vector(n)、matrix(n, d)、in [0, 1] 或 in {-1, 1}",
            ),
            place=self._place(opened),
        )

    def _infinite_value(self, token: Token) -> DomainError:
        return DomainError(
            Words("a value must be finite", "取值必须是有限的数"), place=self._place(token)
        )

    def _wrong_count(self, token: Token, kind: Kind, sizes: list[Dim]) -> ShapeError:
        word = token.text
        example = {
            "s": word,
            "c": f"{word}(n)",
            "m": f"{word}(n, d)",
            "t": f"{word}(n, m, k)",
        }[kind]
        if kind == "m" and len(sizes) == 1:
            example = f"{word}({sizes[0]}, {sizes[0]})"
        count, least = f"{RANK[kind]}", f" {RANK[kind]} "
        if kind == "t":
            count, least = f"{count} or more", f"至少{least}"
        return ShapeError(
            Words(
                f"{word} has {count} size(s), got {len(sizes)}",
                f"{word} 有{least}个大小，写了 {len(sizes)} 个",
            ),
            attempt=Words(f"write {example}", f"请写 {example}"),
            place=Place(self.text, token.start, self.tokens[self.k - 1].stop, self.source),
        )

    def _place(self, token: Token) -> Place:
        return Place(self.text, token.start, token.stop, self.source)
