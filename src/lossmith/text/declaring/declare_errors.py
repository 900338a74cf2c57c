"""What can be wrong with a declaration, each with what to write instead."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Final

from lossmith.errors import DomainError, ParseError, Place, ShapeError
from lossmith.expr.types import Dim
from lossmith.text.declaring.declare_words import KINDS, NOT_KEPT, WORDS
from lossmith.text.syntax.typed import RANK, Kind
from lossmith.words import Words

_KNOWN: Final = Words(
    "kinds: scalar, vector(n), matrix(n, d), tensor(n, m, k); conditions: >= 0, in [0, 1], "
    "in {-1, 1}, simplex, psd, symmetric, integer ...",
    "种类：scalar、vector(n)、matrix(n, d)、tensor(n, m, k)；条件：>= 0、in [0, 1]、"
    "in {-1, 1}、simplex、psd、symmetric、integer 等",
)


def unexpected(word: str, place: Place) -> ParseError:
    """A word or sign that no declaration knows."""
    # A letter or two is rather a size than a word with a slip in it.
    known = sorted({*KINDS, *WORDS}) if len(word) > 2 else []
    close = get_close_matches(word, known, n=2, cutoff=0.6)
    attempt = NOT_KEPT.get(word, _KNOWN)
    if close and word not in NOT_KEPT:
        names = ", ".join(close)
        attempt = Words(f"did you mean {names}?", f"是不是想写 {names}？")
    return ParseError(
        Words(
            f"{word or 'the end'} is not a kind or condition",
            f"{word or '结尾'} 既不是种类也不是条件",
        ),
        attempt=attempt,
        place=place,
    )


def no_name(name: str, source: str) -> ParseError:
    """The key of a mapping that is no name."""
    return ParseError(
        Words(f"{name!r} is not a name", f"{name!r} 不是一个名称"),
        place=Place(name, 0, len(name), source),
    )


def name_missing(place: Place) -> ParseError:
    """An entry that begins with a number, a sign or a kind."""
    return ParseError(
        Words("a declaration begins with a name", "声明要以名称开头"),
        attempt=Words("write y: vector(n) in {-1, 1}", "例如 y: vector(n) in {-1, 1}"),
        place=place,
    )


def missing_colon(name: str, place: Place) -> ParseError:
    """``x vector`` is read, ``x y`` is not."""
    return ParseError(
        Words(f"a colon is missing after {name}", f"{name} 后面缺少冒号"),
        attempt=Words(f"write {name}: vector(n)", f"例如 {name}: vector(n)"),
        place=place,
    )


def several_symbols(place: Place) -> ParseError:
    """``norm2(x) <= 1``: a condition on more than one symbol."""
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
        place=place,
    )


def declared_twice(name: str, place: Place) -> ParseError:
    """Two entries for one name."""
    return ParseError(
        Words(f"{name} is declared twice", f"{name} 声明了两次"),
        attempt=Words(
            "join the conditions in one entry, separated by commas",
            "把条件合并到同一条声明中，用逗号隔开",
        ),
        place=place,
    )


def never_closed(sign: str, place: Place) -> ParseError:
    """A bracket that stays open."""
    return ParseError(
        Words(f"what {sign} begins here is not complete", f"从 {sign} 开始的部分不完整"),
        attempt=Words(
            "write vector(n), matrix(n, d), in [0, 1] or in {-1, 1}",
            "请写成 vector(n)、matrix(n, d)、in [0, 1] 或 in {-1, 1}",
        ),
        place=place,
    )


def no_set(place: Place) -> ParseError:
    """``in Q``."""
    return ParseError(
        Words("after `in` stands an interval or a set", "in 后面应是区间或集合"),
        attempt=Words(
            "in [0, 1], in (0, inf), in {-1, 1}, in R^d",
            "in [0, 1]、in (0, inf)、in {-1, 1}、in R^d",
        ),
        place=place,
    )


def empty_interval(interval: object, place: Place) -> DomainError:
    """``in [2, 1]``."""
    return DomainError(
        Words(f"the interval {interval} is empty", f"区间 {interval} 是空集"), place=place
    )


def number_missing(place: Place) -> ParseError:
    """A name where a bound should stand."""
    return ParseError(
        Words("a number is missing here", "这里缺少一个数"),
        attempt=Words("write 0, -1, 0.5, 1/3 or inf", "请写 0、-1、0.5、1/3 或 inf"),
        place=place,
    )


def no_inequality(place: Place) -> DomainError:
    """``!= 0`` is no interval."""
    return DomainError(
        Words("!= is not kept as an assumption", "!= 不能作为假设保存"),
        why=Words(
            "what is assumed of a symbol is an interval or a finite set",
            "对符号的假设只能是区间或有限集",
        ),
        attempt=Words("declare > 0 or < 0", "请声明 > 0 或 < 0"),
        place=place,
    )


def infinite_value(place: Place) -> DomainError:
    """``in {1, inf}``."""
    return DomainError(Words("a value must be finite", "取值必须是有限的数"), place=place)


def no_size(text: str, place: Place) -> ShapeError:
    """``vector(1.5)``."""
    return ShapeError(
        Words(f"{text} cannot be a size", f"{text} 不能作为大小"),
        attempt=Words("write a letter or a whole number from 1", "请写字母或正整数"),
        place=place,
    )


def wrong_count(word: str, kind: Kind, sizes: Sequence[Dim], place: Place) -> ShapeError:
    """``matrix(n)``."""
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
        place=place,
    )
