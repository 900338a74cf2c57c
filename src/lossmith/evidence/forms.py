"""How evidence is written as JSON and read back: one table of fields for each kind. Trusted.

A form says how a value is written and how it is read; forms of parts make the form of a whole.
Expressions are rows of one list a document (``expr.serial``) and are named by their numbers; exact
numbers are text. Reading goes through the canonical constructors, and what no form reads is
refused: a file holds well-typed values. Whether they prove anything is for the checks to say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import Any, Final, Generic, TypeVar, cast

from lossmith.atoms.table import ATOMS
from lossmith.errors import NotCertified
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.serial import (
    Writer,
    expr_from_json,
    expr_to_json,
    interval_from_json,
    interval_to_json,
    read_rows,
)
from lossmith.expr.sets import Interval
from lossmith.words import Words

Json = Any  # what the json module reads and writes
Nested = Any  # Fraction, or nested tuples of them: the entries of a tensor
Rows = Sequence[Expr]
T = TypeVar("T")
S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Form(Generic[T]):
    """write: a value as JSON, its expressions given to the writer.  read: back, by the rows."""

    write: Callable[[T, Writer], Json]
    read: Callable[[Json, Rows], T]


# -- parts -----------------------------------------------------------------------------------------


def _expr(k: Json, rows: Rows) -> Expr:
    if not isinstance(k, int) or not 0 <= k < len(rows):
        raise IndexError(k)
    return rows[k]


def _symbol(k: Json, rows: Rows) -> Symbol:
    e = _expr(k, rows)
    if not isinstance(e, Symbol):
        raise TypeError(k)
    return e


def parts(v: Nested) -> Sequence[Nested] | None:
    """Return the rows of a nested tuple, None for a number."""
    return cast("Sequence[Nested]", v) if isinstance(v, tuple | list) else None


def _nested_row(v: Nested, writer: Writer) -> Json:
    rows = parts(v)
    return str(v) if rows is None else [_nested_row(x, writer) for x in rows]


def _nested(data: Json, rows: Rows) -> Nested:
    inside = parts(data)
    return Fraction(data) if inside is None else tuple(_nested(v, rows) for v in inside)


EXPR: Final[Form[Expr]] = Form(lambda e, writer: writer.add(e), _expr)
SYMBOL: Final[Form[Symbol]] = Form(lambda s, writer: writer.add(s), _symbol)
ALONE: Final[Form[Expr]] = Form(
    lambda e, _: expr_to_json(e), lambda data, _: expr_from_json(data, ATOMS)
)
"""An expression with rows of its own."""
NUMBER: Final[Form[Fraction]] = Form(lambda q, _: str(q), lambda data, _: Fraction(data))
INTEGER: Final[Form[int]] = Form(lambda k, _: k, lambda data, _: int(data))
FLAG: Final[Form[bool]] = Form(lambda b, _: b, lambda data, _: bool(data))
TEXT: Final[Form[str]] = Form(lambda t, _: t, lambda data, _: str(data))
INTERVAL: Final[Form[Interval]] = Form(
    lambda i, _: interval_to_json(i), lambda data, _: interval_from_json(data)
)
NESTED: Final[Form[Nested]] = Form(_nested_row, _nested)


# -- wholes ----------------------------------------------------------------------------------------


def optional(form: Form[T]) -> Form[T | None]:
    """Return the form of a value that may be missing."""
    return Form(
        lambda v, writer: None if v is None else form.write(v, writer),
        lambda data, rows: None if data is None else form.read(data, rows),
    )


def many(form: Form[T]) -> Form[tuple[T, ...]]:
    """Return the form of a tuple."""
    return Form(
        lambda values, writer: [form.write(v, writer) for v in values],
        lambda data, rows: tuple(form.read(v, rows) for v in data),
    )


def table(key: Form[S], value: Form[T]) -> Form[Mapping[S, T]]:
    """Return the form of a mapping: a list of pairs."""
    return Form(
        lambda m, writer: [[key.write(k, writer), value.write(v, writer)] for k, v in m.items()],
        lambda data, rows: {key.read(k, rows): value.read(v, rows) for k, v in data},
    )


VALUES: Final = table(SYMBOL, NESTED)
"""A point, or data: the entries of each symbol."""
SIZES: Final[Form[Mapping[str, int]]] = Form(
    lambda sizes, _: dict(sizes), lambda data, _: {str(k): int(v) for k, v in data.items()}
)


def row(kind: Callable[..., T], *forms: Form[Any]) -> Form[T]:
    """Return the form of a dataclass (or of ``pair``): a list with an entry for each field."""

    def write(value: T, writer: Writer) -> Json:
        return [f.write(v, writer) for f, v in zip(forms, _fields(value), strict=True)]

    def read(data: Json, rows: Rows) -> T:
        return kind(*(f.read(v, rows) for f, v in zip(forms, data, strict=True)))

    return Form(write, read)


def record(kind: Callable[..., T], /, **forms: Form[Any]) -> Form[T]:
    """Return the form of a dataclass: an object with these keys, in the order of its fields."""

    def write(value: T, writer: Writer) -> Json:
        entries = zip(forms.items(), _fields(value), strict=True)
        return {key: f.write(v, writer) for (key, f), v in entries}

    def read(data: Json, rows: Rows) -> T:
        return kind(*(f.read(data[key], rows) for key, f in forms.items()))

    return Form(write, read)


def pair(first: S, second: T) -> tuple[S, T]:
    """Return the two: the kind of a row that is no dataclass."""
    return first, second


def _fields(value: Any) -> Sequence[Any]:
    whole = parts(value)
    return [getattr(value, f.name) for f in fields(value)] if whole is None else whole


@dataclass(frozen=True, slots=True)
class Document(Generic[T]):
    """Evidence that stands alone: the name of its format, a version beside it, and its fields."""

    format: str
    body: Form[T]
    version: int | None = 1

    def to_json(self, value: T) -> dict[str, Json]:
        """Return the value as plain data for ``json.dumps``."""
        writer = Writer()
        head = {"format": self.format} | ({} if self.version is None else {"version": self.version})
        return {**head, **self.body.write(value, writer), "nodes": writer.rows}

    def from_json(self, data: Json) -> T:
        """Return the value that was written.  Raises: NotCertified if it is of another format."""
        try:
            if data["format"] != self.format or data.get("version") != self.version:
                raise ValueError(data["format"])
            return self.body.read(data, read_rows(data.get("nodes", ()), ATOMS))
        except (LookupError, TypeError, ValueError, ArithmeticError, AttributeError) as problem:
            raise not_evidence() from problem

    def inside(self) -> Form[T]:
        """Return its form as a part of another document."""
        return Form(lambda v, _: self.to_json(v), lambda data, _: self.from_json(data))


def not_evidence() -> NotCertified:
    """Return the error of a file that holds no evidence in any format."""
    return NotCertified(
        Words("this is not a Lossmith certificate", "这不是 Lossmith 的证书"),
        why=Words(
            "its entries are not those of the certificate format, version 1",
            "其内容不符合证书格式（版本 1）",
        ),
        attempt=Words(
            "save it again with --json or .to_json()", "请用 --json 或 .to_json() 重新保存"
        ),
    )
