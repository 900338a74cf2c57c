"""Index notation among the tokens: ``x[i]``, ``x_i``, ``X_{i,j}``, ``sum(i, ...)``, ``Σᵢ``.

Subscripts become one "entry" token behind their operand; the indices of a sum move onto the token
of its name. Which ``x_i`` is an entry and which is a name is decided here: an entry, if the letters
behind ``_`` are indices (bound by a sum, written in brackets somewhere, or i and j), unless the
whole is declared.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Final

from lossmith.errors import ParseError, Place
from lossmith.text.syntax import mistaken_statements
from lossmith.text.syntax.subscript_signs import (
    counts_above,
    ends_operand,
    group_end,
    index_as_symbol,
    offset_of,
    opens_group,
    ordered_pair,
    several_indices,
    slice_of,
    with_braces_grouped,
)
from lossmith.text.syntax.tokens import SUBSCRIPTS, Index, Token
from lossmith.words import Words

BINDERS: Final = frozenset(
    {"sum", "mean", "average", "prod", "max", "min", "logsumexp", "lse", "log_sum_exp", "tensor"}
)
"""Functions whose first arguments may be indices."""

_SIGNS: Final = {
    "Sigma": "sum", "Pi": "prod", "sum": "sum", "prod": "prod", "max": "max", "min": "min",
}  # fmt: skip
_WORDS: Final = frozenset({"max", "min", "opt", "ref", "new", "out", "in"})
_MOST_INDICES: Final = 4
_NO_ENTRY: Final = Token("entry", "[]", 0, 0)
_CUSTOMARY: Final = re.compile(r"[^\W\d_]+_[ij]{1,2}")


def read_subscripts(
    text: str,
    tokens: list[Token],
    declared: Collection[str],
    source: str,
    indices: Collection[str] = (),
) -> list[Token]:
    """Return the tokens with entries and bound indices joined.

    indices: letters known to be indices from elsewhere.

    Raises: ParseError at a bracket that holds no index; at an index that is also a symbol.
    Cost: linear in the tokens, times the depth of nested sums.
    """
    reader = _Reader(text, tokens, declared, source)
    reader.indices |= set(indices)
    return reader.run()


class _Reader:
    """The tokens of one formula."""

    def __init__(
        self, text: str, tokens: list[Token], declared: Collection[str], source: str
    ) -> None:
        self.text, self.tokens, self.declared, self.source = text, tokens, declared, source
        self.indices: set[str] = set()

    def run(self) -> list[Token]:
        if not any(t.text in ("[", "{", ",") or "_" in t.text for t in self.tokens):
            return self.tokens
        self.tokens = list(self._bracketed())
        self.tokens = with_braces_grouped(self.tokens)
        self._find_sums()
        self.tokens = [t for t in self.tokens if t.kind != "op" or t.text]
        self._find_free()
        self.tokens = [part for t in self.tokens for part in self._entry_of(t)]
        self._refuse_symbols()
        return self.tokens

    # -- brackets ------------------------------------------------------------------------------

    def _bracketed(self) -> Iterator[Token]:
        """Read ``[i,:]`` after an operand, and ``{i,j}`` after a name that ends in ``_``."""
        at, tokens = 0, self.tokens
        before: Token | None = None
        while at < len(tokens):
            token = tokens[at]
            if token.text == "[" and before is not None and (part := slice_of(tokens[at : at + 8])):
                name, length = part
                token = Token("entry", name, token.start, tokens[at + length].stop)
                at += length
            elif token.text == "[" and (before is None or opens_group(before)) and (
                closing := group_end(tokens, at)
            ):  # fmt: skip
                tokens[closing] = replace(tokens[closing], text=")")
                token = replace(token, text="(")
            elif token.text == "[" and before is not None and ends_operand(before):
                stop, subscripts, offsets = self._inside(at, "]")
                self.indices.update(s for s in subscripts if s != ":")
                token = replace(_NO_ENTRY, start=token.start, stop=tokens[stop].stop)
                token = replace(token, subscripts=subscripts, offsets=offsets)
                at = stop
            elif before is not None and before.kind == "name" and counts_above(before, tokens[at:]):
                place = Place(self.text, before.start, tokens[at + 4].stop, self.source)
                raise mistaken_statements.numbered(before.text, tokens[at + 3].text, place)
            elif token.kind == "name" and token.text.endswith("_") and tokens[at + 1].text == "{":
                name = replace(token, text=token.text[:-1], stop=token.stop - 1)
                if name.text in _SIGNS:
                    sign, at = self._limits(name, at + 1)
                    yield sign
                    before = None
                    continue
                inside, closing = tokens[at + 2], tokens[min(at + 3, len(tokens) - 1)]
                word = inside.kind == "number" or (inside.kind == "name" and len(inside.text) > 1)
                if word and closing.text == "}":
                    # x_{1} is the name x1, x_{max} the name x_max.
                    foot = inside.text if inside.kind == "number" else f"_{inside.text}"
                    before = replace(name, text=name.text + foot, stop=closing.stop)
                    yield before
                    at += 4
                    continue
                stop, subscripts, offsets = self._inside(at + 1, "}")
                self.indices.update(s for s in subscripts if s != ":")
                yield name
                token = replace(_NO_ENTRY, start=token.stop - 1, stop=tokens[stop].stop)
                token = replace(token, subscripts=subscripts, offsets=offsets)
                at = stop
            elif token.text[:1] == "_" and self.text[token.start] in SUBSCRIPTS:
                self.indices.update(token.text[1:])
                if before is not None and ends_operand(before):
                    token = replace(token, kind="entry", subscripts=tuple(token.text[1:]))
            yield token
            before = token
            at += 1

    def _limits(self, sign: Token, opened: int) -> tuple[Token, int]:
        """Return the sign ``Σ_{i=1}^n``, ``Σ_{i,j}``, ``Σ_{k != i}`` and where its term begins."""
        tokens = self.tokens
        stop = next((m for m in range(opened, len(tokens)) if tokens[m].text == "}"), -1)
        if stop < 0:
            raise self._no_index(opened, tokens[-1])
        inside = tokens[opened + 1 : stop]
        signs = [t.text for t in inside]
        binds: tuple[Index, ...] = ()
        first = 1
        if len(signs) == 3 and signs[1] == "!=":
            binds = self._unequal(signs[0], signs[2], opened)
        elif "<" in signs:
            binds = ordered_pair(signs)
        else:
            marks = [k for k, s in enumerate(signs) if s in ("=", "in", ":")]
            names = signs[: marks[0]] if marks else signs
            if marks and signs[marks[0]] == "=":
                first = int(signs[-1]) if signs[-1].isdigit() and len(signs) == 3 else 0
            binds = tuple(Index(s) for s in names if s != ",")
        if not binds or first < 1 or not all(b.name.isalpha() for b in binds):
            raise self._no_index(opened, tokens[stop])
        if any(b.name in self.declared for b in binds):
            raise self._no_index(opened, tokens[stop])
        self.indices.update(b.name for b in binds)
        size, short, at = self._upper(stop + 1)
        if (size or first > 1) and len(binds) == 1:
            binds = (replace(binds[0], size=size, first=first, short=short),)
        return Token("op", _SIGNS[sign.text], sign.start, tokens[at - 1].stop, (), binds), at

    def _upper(self, at: int) -> tuple[str, int, int]:
        """Return the last value of an index (``^n``, ``^{n-1}``) as a size and what it lacks.

        "" for none; and step over it.
        """
        tokens = self.tokens
        if tokens[at].text != "^":
            return "", 0, at
        short = 0
        if tokens[at + 1].text == "{":
            found, stop = tokens[at + 2], at + 4
            short = -offset_of(tokens[at + 3 : at + 5])
            stop += 2 * bool(short)
            if tokens[min(stop, len(tokens)) - 1].text != "}" or short < 0:
                raise self._no_index(at, found)
        else:
            found, stop = tokens[at + 1], at + 2
        whole = found.kind == "number" and found.text.isdigit()
        if not whole and (found.kind != "name" or not found.text.isalpha()):
            raise self._no_index(at, found)
        return found.text, short, stop

    def _inside(self, opened: int, closing: str) -> tuple[int, tuple[str, ...], tuple[int, ...]]:
        """Return where the bracket closes, the indices in it, and what is added to each."""
        found: list[str] = []
        offsets: list[int] = []
        at = opened + 1
        while True:
            token, follows = self.tokens[at], self.tokens[min(at + 1, len(self.tokens) - 1)]
            offset = offset_of(self.tokens[at + 1 : at + 3]) if token.kind == "name" else 0
            if offset:
                at += 2
                follows = self.tokens[min(at + 1, len(self.tokens) - 1)]
            whole = token.text == ":" and token.kind == "op"
            if not whole and token.kind != "name":
                raise self._no_index(opened, token)
            if follows.text not in (",", closing) or follows.kind != "op":
                raise self._no_index(opened, token if follows.kind == "end" else follows)
            found.append(token.text)
            offsets.append(offset)
            if follows.text == closing:
                return at + 1, tuple(found), tuple(offsets) if any(offsets) else ()
            at += 2

    def _no_index(self, opened: int, token: Token) -> ParseError:
        place = Place(self.text, self.tokens[opened].start, max(token.stop, 1), self.source)
        if token.kind == "number":
            return ParseError(
                Words("an entry by its number is not read", "不能用具体的数字作下标"),
                why=Words(
                    "an index runs over all entries of its array (numbered from 1)",
                    "下标取遍数组的所有分量（从 1 开始编号）",
                ),
                attempt=Words(
                    "give that entry a name of its own, such as x1",
                    "给这个分量单独起个名字，例如 x1",
                ),
                place=place,
            )
        return ParseError(
            Words("this is not an index", "这不是下标"),
            why=Words(
                "in brackets stand index letters and `:`, separated by commas",
                "方括号里只能写下标字母和 `:`，用逗号隔开",
            ),
            attempt=Words("write x[i], X[i,j] or X[i,:]", "写成 x[i]、X[i,j] 或 X[i,:]"),
            place=place,
        )

    # -- sums ----------------------------------------------------------------------------------

    def _unequal(self, name: str, other: str, opened: int) -> tuple[Index, ...]:
        """Return the indices of ``i != j``: both, if nothing before it has met the other one."""
        before = self.tokens[:opened]
        met = any(
            other in (t.text, *t.subscripts, *(b.name for b in t.binds))
            or (t.kind == "name" and other in t.text.rpartition("_")[2])
            for t in before
        )
        left = Index(name, (other,))
        return (left,) if met else (Index(other), left)

    def _find_sums(self) -> None:
        """Move the indices of ``sum(i, k != i, ...)`` and ``Σᵢ`` onto the token of the name."""
        tokens = self.tokens
        for k, token in enumerate(tokens[:-1]):
            head, _, foot = token.text.partition("_")
            if token.kind != "name" or token.text in self.declared:
                continue
            if head in _SIGNS and foot.isalpha() and len(foot) <= _MOST_INDICES:
                if head in ("max", "min") and foot not in self._subscripts_from(k + 1):
                    continue
                binds = tuple(Index(c) for c in foot)
                self.indices.update(foot)
                size, short, after = self._upper(k + 1)
                if size:
                    last = replace(binds[-1], size=size, short=short)
                    binds = (last,) if len(binds) == 1 else binds
                    for gone in range(k + 1, after):
                        tokens[gone] = Token("op", "", tokens[gone].start, tokens[gone].stop)
                stop = tokens[after - 1].stop
                tokens[k] = Token("op", _SIGNS[head], token.start, stop, (), binds)
            elif token.text in BINDERS or token.text == "Sigma":
                if tokens[k + 1].text == "(" and tokens[k + 1].kind == "op":
                    self._bound_call(k)

    def _bound_call(self, k: int) -> None:
        tokens, at = self.tokens, k + 2
        stop = at
        binds: list[Index] = []
        while tokens[at].kind == "name" and "_" not in tokens[at].text:
            name, at = tokens[at].text, at + 1
            apart: tuple[str, ...] = ()
            after: tuple[str, ...] = ()
            if tokens[at].text == "!=" and tokens[at + 1].kind == "name":
                apart, at = (tokens[at + 1].text,), at + 2
            elif tokens[at].text == ">" and tokens[at + 1].kind == "name":
                after, at = (tokens[at + 1].text,), at + 2
            elif tokens[at].text == "<" and tokens[at + 1].kind == "name":
                # sum(i < j, ...) runs over both.
                binds.append(Index(name))
                after, name, at = (name,), tokens[at + 1].text, at + 2
            if tokens[at].text != "," or tokens[at].kind != "op":
                break
            if not self._is_index(tokens[k].text, name, at):
                break
            binds.append(Index(name, apart, after=after))
            at += 1
            stop = at
        if not binds:
            return
        self.indices.update(b.name for b in binds)
        tokens[k] = replace(tokens[k], binds=tuple(binds))
        for gone in range(k + 2, stop):
            tokens[gone] = Token("op", "", tokens[gone].start, tokens[gone].stop)

    def _is_index(self, function: str, name: str, at: int) -> bool:
        """Return whether a first argument is an index: sum has but one argument otherwise."""
        if function in ("sum", "mean", "average", "prod", "tensor", "Sigma"):
            return name not in self.declared or name in self._subscripts_from(at)
        return name in self._subscripts_from(at)

    def _subscripts_from(self, at: int) -> set[str]:
        found: set[str] = set()
        depth = 0
        for token in self.tokens[at:]:
            depth += {"(": 1, ")": -1}.get(token.text, 0) if token.kind == "op" else 0
            if depth < 0:
                break
            found.update(token.subscripts)
            if token.kind == "name" and "_" in token.text:
                foot = token.text.rpartition("_")[2]
                found.update((foot, *foot))
        return found

    # -- entries of names ----------------------------------------------------------------------

    def _find_free(self) -> None:
        for token in self.tokens:
            if token.kind == "name" and token.text not in self.declared:
                foot = token.text.rpartition("_")[2]
                lowered = token.stop > 0 and self.text[token.stop - 1] in SUBSCRIPTS
                if _CUSTOMARY.fullmatch(token.text) or (lowered and foot not in _WORDS):
                    self.indices.update(foot)
        # In A_ik, the k is an index if the i is one.
        feet = [several_indices(t.text) for t in self.tokens if t.text not in self.declared]
        while more := {c for f in feet for c in f if self.indices & set(f)} - self.indices:
            self.indices |= more

    def _entry_of(self, token: Token) -> Iterator[Token]:
        """Read ``x_ij`` as x with the indices i and j, where i and j are indices."""
        head, _, foot = token.text.rpartition("_")
        is_name = token.kind == "name" and token.text not in self.declared
        if is_name and head and foot and not head.endswith("_"):
            subscripts = (foot,) if foot in self.indices else tuple(foot)
            if all(s in self.indices for s in subscripts):
                stop = token.stop - len(foot)
                name = stop - (self.text[stop - 1] == "_")
                yield replace(token, text=head, stop=name)
                yield Token("entry", "[]", name, token.stop, subscripts)
                return
        yield token

    def _refuse_symbols(self) -> None:
        for token in self.tokens:
            if token.kind == "name" and token.text in self.indices:
                raise index_as_symbol(
                    token.text, Place(self.text, token.start, token.stop, self.source)
                )
