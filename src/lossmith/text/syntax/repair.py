"""A repair that is offered as a formula must itself be one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from lossmith.errors import LossmithError, ParseError, UnknownAtom, UsageError
from lossmith.text.syntax.tokens import is_word
from lossmith.words import Words, same

_ROUNDS: Final = 6
_LONGEST: Final = 2000
_MOST_PARTS: Final = 12
_WORD: Final = re.compile(r"[\u4e00-\u9fff，。？：；、]+|(?<![\w\\])[A-Za-z]{2,}(?![\w(])[,.:?]?")


def mend_attempt(error: LossmithError, text: str, read: Callable[[str], object]) -> LossmithError:
    """Return the error with a repair that parses; one that does not is repaired again, or dropped.

    text: what the user typed.  read: parses a text, raises LossmithError.
    """
    if not isinstance(error, (ParseError, UnknownAtom)) or len(text) > _LONGEST:
        return error
    if isinstance(error, ParseError) and error.attempt is None:
        error.attempt = _without_words(text, read)
        return error
    offered = error.attempt
    if offered is None or offered.en != offered.zh:
        return error
    error.attempt = _repaired(offered.en, read)
    return error


def _repaired(formula: str, read: Callable[[str], object]) -> Words | None:
    seen: set[str] = set()
    for _ in range(_ROUNDS):
        seen.add(formula)
        failure = _failure(formula, read)
        if failure is None:
            return same(formula)
        offered = failure.attempt
        if (
            offered is None
            or offered.en != offered.zh
            or offered.en in seen
            or not isinstance(failure, (ParseError, UnknownAtom))
        ):
            break
        formula = offered.en
    # ((X*w) - (y))^2 of vectors is meant as the sum of squares.
    if formula.startswith("((") and formula.endswith(")^2"):
        as_norm = f"norm2{formula}"
        if _failure(as_norm, read) is None:
            return same(as_norm)
    return None


def _failure(formula: str, read: Callable[[str], object]) -> LossmithError | None:
    """Return why a formula cannot be read; sizes that do not fit are another matter."""
    try:
        read(formula)
    except (ParseError, UnknownAtom, UsageError) as error:
        return error
    except LossmithError as error:
        return error if formula.startswith("((") else None
    return None


def _without_words(text: str, read: Callable[[str], object]) -> Words | None:
    """Return the longest part between words that is a formula."""
    for part in sorted(_parts(text), key=len, reverse=True)[:_MOST_PARTS]:
        if len(part) > 1 and _failure(part, read) is None:
            return Words(f"the formula alone: {part}", f"只写公式：{part}")
    return None


def _parts(text: str) -> Iterator[str]:
    at = 0
    for found in _WORD.finditer(text):
        if not is_word(found.group().strip(",.:?，。？：；、") or "的"):
            continue
        yield text[at : found.start()].strip(" ,.;:?")
        at = found.end()
    if at:
        yield text[at:].strip(" ,.;:?")


__all__ = ["mend_attempt"]
