"""The evidence of a checked derivation, replayed: proofs of equal lines, values that differ.

Part of the trusted checker. What a line says (``read``) and what it should be (``expected``) must
be the two sides that its evidence is about.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lossmith.atoms.table import ATOMS
from lossmith.errors import NotCertified
from lossmith.evidence.certificate import Certificate
from lossmith.evidence.check import check
from lossmith.evidence.difference import Difference, check_difference, difference_from_json
from lossmith.evidence.reading import certificate_from_json
from lossmith.expr.build import subtract, zeros
from lossmith.expr.node import Expr
from lossmith.expr.serial import expr_from_json
from lossmith.words import Words

CHECKED = "lossmith-check"


def replayed_lines(data: Mapping[str, Any]) -> Iterator[tuple[Certificate | Difference, Words]]:
    """Yield the evidence of every line that was proved or refuted, after the checker accepts it.

    Raises: NotCertified if a line says more than its evidence.
    """
    for line in data["lines"]:
        for which in ("truth", "follows"):
            held = line[which]
            if held is None:
                continue
            settled = held["status"] in ("proved", "refuted")
            if settled and which == "truth" and not _has_sides(line, held):
                raise _refuse(
                    line, Words("its sides or its evidence are missing", "缺少两边或证据")
                )
            if held["evidence"] is None:
                continue
            if held["status"] == "proved":
                yield from _proved(line, held["evidence"], which)
            elif held["status"] == "refuted":
                yield from _refuted(line, held["evidence"], which)


def _proved(
    line: Mapping[str, Any], evidence: Mapping[str, Any], which: str
) -> Iterator[tuple[Certificate, Words]]:
    first, second = (certificate_from_json(row, ATOMS) for row in evidence["proof"])
    check(first)
    check(second)
    a, b = first.conclusion, second.conclusion
    if a.kind != "identity" or b.kind != "identity" or a.other is not b.other:
        raise _refuse(line, Words("the two proofs do not meet", "两个证明没有到达同一式子"))
    if which == "truth" and line["relation"] == "=":
        said, wanted = _side(line, "read"), _side(line, "expected")
        if said is not None and wanted is not None:
            both = {a.expr, b.expr} == {said, wanted}
            nothing = (
                said.shape == wanted.shape
                and a.expr is subtract(wanted, said)
                and a.other is zeros(said.shape)
            )
            if not (both or nothing):
                raise _refuse(
                    line, Words("the proof is about other sides", "证明的不是这一行的两边")
                )
    k, steps = line["number"], len(first.nodes) + len(second.nodes)
    # Only an equality names its sides in the file; of another line the proof is valid by itself.
    whole = which == "truth" and line["relation"] == "="
    note_en, note_zh = (
        ("", "") if whole else (" (its sides are not in the file)", "（文件中没有其两边）")
    )
    yield (
        first,
        Words(
            f"accepted: line {k}, proof of {steps} steps{note_en}",
            f"通过：第 {k} 行，证明共 {steps} 步{note_zh}",
        ),
    )


def _has_sides(line: Mapping[str, Any], held: Mapping[str, Any]) -> bool:
    """Return whether a settled equality names both its sides and brings its evidence."""
    if line["relation"] != "=":
        return held["evidence"] is not None
    return None not in (held["evidence"], line["read"], line["expected"])


def _refuted(
    line: Mapping[str, Any], evidence: Mapping[str, Any], which: str
) -> Iterator[tuple[Difference, Words]]:
    if evidence["difference"] is None:
        raise _refuse(line, Words("no values are given", "没有给出取值"))
    found = difference_from_json(evidence["difference"], ATOMS)
    check_difference(found)
    said, wanted = _side(line, "read"), _side(line, "expected")
    if which == "truth" and line["relation"] == "=" and said is not None and wanted is not None:
        if {found.left, found.right} != {said, wanted}:
            raise _refuse(
                line, Words("the values are about other sides", "取值说明的不是这一行的两边")
            )
    k = line["number"]
    yield (
        found,
        Words(
            f"accepted: line {k}, values at which it fails", f"通过：第 {k} 行，使其不成立的取值"
        ),
    )


def _side(line: Mapping[str, Any], name: str) -> Expr | None:
    return None if line[name] is None else expr_from_json(line[name], ATOMS)


def _refuse(line: Mapping[str, Any], why: Words) -> NotCertified:
    k = line["number"]
    return NotCertified(
        Words(f"line {k} says more than its evidence", f"第 {k} 行的结论超出了其证据"), why=why
    )
