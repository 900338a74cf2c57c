"""Evidence read back from JSON: a file holds well-typed claims and points, or it is refused.

Whether what was read proves anything is for ``evidence.check`` to say.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, cast

from lossmith.errors import NotCertified
from lossmith.evidence.certificate import (
    CERTIFICATE,
    VERSION,
    WITNESS,
    Certificate,
    Claim,
    Evidence,
    Inference,
    Json,
    Nested,
    Parameter,
    Witness,
    parts,
)
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.serial import interval_from_json, read_rows
from lossmith.words import Words

if TYPE_CHECKING:
    from lossmith.expr.atom import Atom


def evidence_from_json(data: Json, atoms: Mapping[str, Atom]) -> tuple[Evidence, ...]:
    """Return the evidence in a file: a certificate, a witness, or all that a verdict holds.

    Raises: NotCertified if the data is none of these.
    """
    if not isinstance(data, dict):
        raise _not_a_file()
    held: dict[str, Json] = cast("dict[str, Json]", data)
    if held.get("format") == CERTIFICATE:
        return (certificate_from_json(held, atoms),)
    if held.get("format") == WITNESS:
        return (witness_from_json(held, atoms),)
    if not isinstance(held.get("certificates"), list):
        raise _not_a_file()
    constants: list[Json] = []
    for key in ("strong", "smooth"):
        entry = held.get(key)
        if isinstance(entry, dict):
            constants.append(cast("dict[str, Json]", entry).get("certificate"))
    rows: list[Json] = [*held["certificates"], *held.get("witnesses", []), *constants]
    return tuple(e for row in rows if row for e in evidence_from_json(row, atoms))


def certificate_from_json(data: Json, atoms: Mapping[str, Atom]) -> Certificate:
    """Return the certificate written by ``Certificate.to_json``.

    atoms: the table of cards.  Raises: NotCertified if the file is not of the format.
    """
    try:
        if data["format"] != CERTIFICATE or data["version"] != VERSION:
            raise _not_a_file()
        exprs = read_rows(data["nodes"], atoms)
        nodes = tuple(
            Inference(
                _claim_from(row["claim"], exprs),
                str(row["rule"]),
                tuple(int(k) for k in row["premises"]),
                tuple(_parameter_from(p, exprs) for p in row["parameters"]),
            )
            for row in data["proof"]
        )
        return Certificate(nodes, str(data["formula"]))
    except (LookupError, TypeError, ValueError, ArithmeticError, AttributeError) as problem:
        raise _not_a_file() from problem


def witness_from_json(data: Json, atoms: Mapping[str, Atom]) -> Witness:
    """Return the witness written by ``Witness.to_json``."""
    try:
        if data["format"] != WITNESS or data["version"] != VERSION:
            raise _not_a_file()
        exprs = read_rows(data["nodes"], atoms)

        def values(rows: Json) -> dict[Symbol, Nested]:
            return {_symbol(exprs, k): nested_from(v) for k, v in rows}

        return Witness(
            _at(exprs, data["expr"]),
            tuple(_symbol(exprs, k) for k in data["wrt"]),
            data["against"],
            {str(k): int(v) for k, v in data["sizes"].items()},
            values(data["data"]),
            values(data["a"]),
            values(data["b"]),
            Fraction(data["t"]),
            str(data["formula"]),
        )
    except (LookupError, TypeError, ValueError, ArithmeticError, AttributeError) as problem:
        raise _not_a_file() from problem


def _not_a_file() -> NotCertified:
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


def _claim_from(row: Json, exprs: list[Expr]) -> Claim:
    return Claim(
        str(row["kind"]),
        _at(exprs, row["expr"]),
        tuple(_symbol(exprs, k) for k in row["wrt"]),
        None if row["interval"] is None else interval_from_json(row["interval"]),
        None if row["other"] is None else _at(exprs, row["other"]),
    )


def _at(exprs: list[Expr], k: Json) -> Expr:
    if not isinstance(k, int) or not 0 <= k < len(exprs):
        raise IndexError(k)
    return exprs[k]


def _symbol(exprs: list[Expr], k: Json) -> Symbol:
    e = _at(exprs, k)
    if not isinstance(e, Symbol):
        raise TypeError(k)
    return e


def _parameter_from(row: Json, exprs: list[Expr]) -> Parameter:
    if isinstance(row, str):
        return row
    rows = parts(row)
    if rows is not None:
        return tuple(_parameter_from(r, exprs) for r in rows)
    if "number" in row:
        return Fraction(row["number"])
    if "interval" in row:
        return interval_from_json(row["interval"])
    return _at(exprs, row["expr"])


def nested_from(row: Json) -> Nested:
    """Return nested lists of strings as nested tuples of numbers."""
    rows = parts(row)
    return Fraction(row) if rows is None else tuple(nested_from(r) for r in rows)
