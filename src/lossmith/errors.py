"""What went wrong, in four parts: what, where, why, and what to try.

Every error that a user can meet is one of these. The ground floor raises them without a place;
the parser adds the place with ``located``; the faces print them with ``render``.
"""

from __future__ import annotations

import errno
import unicodedata
from dataclasses import dataclass

from lossmith.words import Lang, Words


@dataclass(frozen=True, slots=True)
class Place:
    """Characters ``start:stop`` of a user's own ``text``; ``source`` names a file, if any."""

    text: str
    start: int
    stop: int
    source: str = ""


class LossmithError(Exception):
    """The root of all errors that a user can cause; never raised itself."""

    def __init__(
        self,
        what: Words,
        *,
        why: Words | None = None,
        attempt: Words | None = None,
        place: Place | None = None,
    ) -> None:
        super().__init__(what.en)
        self.what = what
        self.why = why
        self.attempt = attempt
        self.place = place

    def located(self, place: Place) -> LossmithError:
        """Return this error with a place, unless it already knows a more exact one."""
        if self.place is None:
            self.place = place
        return self

    def render(self, lang: Lang = "en") -> str:
        """Return the error as text: type and what, the user's line with a caret, why, try."""
        label = _LABELS[lang]
        lines = [f"{type(self).__name__}: {self.what.say(lang)}"]
        if self.place is not None:
            lines += _caret_lines(self.place, label["where"])
        if self.why is not None:
            lines.append(f"{label['why']}: {self.why.say(lang)}")
        if self.attempt is not None:
            lines.append(f"{label['try']}: {self.attempt.say(lang)}")
        return "\n".join(lines)

    def to_json(self) -> dict[str, object]:
        """Return the four parts, both languages, for ``--json``."""

        def both(words: Words | None) -> dict[str, str] | None:
            return None if words is None else {"en": words.en, "zh": words.zh}

        place = self.place
        return {
            "error": type(self).__name__,
            "what": both(self.what),
            "where": None
            if place is None
            else {"text": place.text, "start": place.start, "stop": place.stop},
            "why": both(self.why),
            "try": both(self.attempt),
        }

    def __str__(self) -> str:
        return self.render("en")


class ParseError(LossmithError):
    """The text is not a formula."""


class ShapeError(LossmithError):
    """Kinds or sizes do not fit."""


class DomainError(LossmithError):
    """A function is asked for a value where it has none."""


class UnknownAtom(LossmithError):
    """A function that is not in the tables."""


class MissingExtra(LossmithError):
    """An optional package is needed; the message names the extra to install."""


class NotCertified(LossmithError):
    """A certificate was not accepted by the checker."""


class DataError(LossmithError):
    """A data file cannot be used as it stands; the message names row and column."""


class UsageError(LossmithError):
    """A request that makes no sense for this formula (such as a variable it does not have)."""


class SelfCheckFailed(LossmithError):
    """Two independent routes disagree: an error in Lossmith, never shown as an answer."""


def reason(problem: OSError | UnicodeError) -> Words:
    """Return why a file could not be read or written, in both languages."""
    match problem:
        case FileNotFoundError():
            return Words("there is no such file or folder", "没有这个文件或文件夹")
        case IsADirectoryError():
            return Words("it is a folder", "它是一个文件夹")
        case NotADirectoryError():
            return Words("a part of the path is no folder", "路径中有一段不是文件夹")
        case PermissionError():
            return Words("permission is denied", "没有权限")
        case UnicodeError():
            return Words("it is not UTF-8 text", "它不是 UTF-8 编码的文本")
        case OSError() if problem.errno in _SYSTEM:
            return _SYSTEM[problem.errno]
        case OSError():
            code = "" if problem.errno is None else f" {problem.errno}"
            return Words(f"the system reports error{code}", f"系统报告错误{code}")


_SYSTEM = {
    errno.ENOSPC: Words("no space is left on the disk", "磁盘已满"),
    errno.ENAMETOOLONG: Words("the name is too long", "文件名太长"),
    errno.EROFS: Words("the disk is read-only", "磁盘是只读的"),
    errno.ELOOP: Words("its links run in a circle", "链接成环"),
    errno.EMFILE: Words("too many files are open", "打开的文件太多"),
    errno.EIO: Words("the disk cannot be read", "磁盘读写出错"),
    errno.EFBIG: Words("the file would be too large", "文件过大"),
    errno.EINVAL: Words("it is no regular file", "它不是普通文件"),
}


_LABELS: dict[Lang, dict[str, str]] = {
    "en": {"where": "where", "why": "why", "try": "try"},
    "zh": {"where": "位置", "why": "原因", "try": "可以试试"},
}


def cells(text: str) -> int:
    """Return the width of ``text`` in terminal cells (a Chinese character takes two)."""
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    zero = sum(unicodedata.combining(c) != 0 for c in text)
    return len(text) + wide - zero


_LONGEST_LINE = 120
"""A longer line is shown as a window around the place, of about this many characters."""
_MARGIN = 40
_MOST_CARETS = 60


def _caret_lines(place: Place, label: str) -> list[str]:
    """Return the line of the text that holds the place, with carets under it.

    Of a long line only the surroundings are shown, between marks of omission.
    """
    start = min(place.start, len(place.text))
    begin = place.text.rfind("\n", 0, start) + 1
    end = place.text.find("\n", start)
    line = place.text[begin : end if end >= 0 else len(place.text)]
    first, last = start - begin, min(max(place.stop, start) - begin, len(line))
    left = right = ""
    if len(line) > _LONGEST_LINE:
        last = min(last, first + _MOST_CARETS)
        low = max(0, first - _MARGIN)
        high = min(len(line), low + _LONGEST_LINE)
        low = max(0, high - _LONGEST_LINE)
        left, right = "… " if low else "", " …" if high < len(line) else ""
        line, first, last = line[low:high], first - low, last - low
    head = f"{label}: {left}"
    carets = "^" * max(1, cells(line[first:last]))
    pad = " " * (cells(head) + cells(line[:first]))
    source = f"  ({place.source})" if place.source else ""
    return [f"{head}{line}{right}{source}", f"{pad}{carets}"]
