"""The evidence of a checked derivation, replayed: proofs of equal lines, values that differ.

Part of the trusted checker. What a line says (``read``) and what it should be (``expected``, or
``above`` for what the line above says) must be the two sides that its evidence is about.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from lossmith.atoms.table import ATOMS
from lossmith.errors import NotCertified
from lossmith.evidence.certificate import CERTIFICATE, Certificate, Claim
from lossmith.evidence.check import check
from lossmith.evidence.lines.difference import DIFFERENCE, Difference, check_difference
from lossmith.evidence.lines.off_kinks import off_kinks
from lossmith.evidence.refusal import checked, have_own_names, refusal
from lossmith.expr.build import subtract, zeros
from lossmith.expr.node import Expr
from lossmith.expr.serial import expr_from_json
from lossmith.expr.walk import substitute

FORMAT: Final = "lossmith-check"


@dataclass(frozen=True, slots=True)
class ProvedLine:
    """Line ``number``: two identities that end in one expression.  sides: None if not an equation.

    A line that is no equation does not name its sides in the file: the proof is valid by itself.
    """

    number: int
    proof: tuple[Certificate, Certificate]
    sides: tuple[Expr, Expr] | None


@dataclass(frozen=True, slots=True)
class RefutedLine:
    """Line ``number``, and values at which it fails."""

    number: int
    difference: Difference


def replayed_lines(data: Mapping[str, Any]) -> Iterator[ProvedLine | RefutedLine]:
    """Yield the evidence of every line that was proved or refuted, after the checker accepts it.

    Raises: NotCertified if a line says more than its evidence.
    """
    for line in data["lines"]:
        for which in ("truth", "follows"):
            held = line[which]
            if held is None:
                continue
            if held["status"] in ("proved", "refuted") and not _is_whole(line, held, which):
                raise _refused(line, "its sides or its evidence are missing", "缺少两边或证据")
            if held["evidence"] is None:
                continue
            if held["status"] == "proved":
                yield _proved(line, held["evidence"], which)
            elif held["status"] == "refuted":
                yield _refuted(line, held["evidence"], which)


_BESIDE = {"truth": "expected", "follows": "above"}
"""What the line is compared with, by the verdict."""


def _sides(line: Mapping[str, Any], which: str) -> tuple[Expr, Expr] | None:
    """Return what the line should be, and what it says; None where it is no equation of both.

    Of a solution: what its value leaves of the condition, and 0.
    """
    if line["relation"] != "=" or line["read"] is None:
        return None
    said = expr_from_json(line["read"], ATOMS)
    if which == "truth" and line.get("condition") is not None:
        condition = expr_from_json(line["condition"], ATOMS)
        unknown = expr_from_json(line["unknown"], ATOMS)
        left = substitute(condition, {unknown: said})
        return left, zeros(left.shape)
    wanted = line.get(_BESIDE[which])
    return None if wanted is None else (expr_from_json(wanted, ATOMS), said)


def _is_whole(line: Mapping[str, Any], held: Mapping[str, Any], which: str) -> bool:
    """Return whether a settled verdict brings its evidence and, if an equality, both its sides."""
    if held["evidence"] is None:
        return False
    return line["relation"] != "=" or _sides(line, which) is not None


def _proved(line: Mapping[str, Any], evidence: Mapping[str, Any], which: str) -> ProvedLine:
    first, second = (checked(CERTIFICATE.from_json(row), check) for row in evidence["proof"])
    a, b = first.conclusion, second.conclusion
    if a.kind != "identity" or b.kind != "identity" or a.other is not b.other:
        raise _refused(line, "the two proofs do not meet", "两个证明没有到达同一式子")
    sides = _sides(line, which)
    if sides is not None:
        if not have_own_names(*sides):
            raise _refused(line, "two symbols of one name", "有同名的符号")
        if evidence.get("off_kinks"):
            sides = off_kinks(*sides)
        if sides is None or not _is_about(a, b, *sides):
            raise _refused(line, "the proof is about other sides", "证明的不是这一行的两边")
    return ProvedLine(int(line["number"]), (first, second), sides)


def _is_about(a: Claim, b: Claim, wanted: Expr, said: Expr) -> bool:
    """Return whether two identities with one end prove wanted = said, or wanted - said = 0."""
    nothing = (
        said.shape == wanted.shape
        and a.expr is subtract(wanted, said)
        and a.other is zeros(said.shape)
    )
    return {a.expr, b.expr} == {said, wanted} or nothing


def _refuted(
    line: Mapping[str, Any], evidence: Mapping[str, Any], which: str
) -> ProvedLine | RefutedLine:
    if evidence["difference"] is None and line["relation"] in ("same", "opposite"):
        # The slopes are multiples by sign: that is proved, and refutes the line on the optima.
        return _proved(line, evidence, which)
    if evidence["difference"] is None:
        raise _refused(line, "no values are given", "没有给出取值")
    found = checked(DIFFERENCE.from_json(evidence["difference"]), check_difference)
    sides = _sides(line, which)
    if sides is not None and {found.left, found.right} != set(sides):
        raise _refused(line, "the values are about other sides", "取值说明的不是这一行的两边")
    return RefutedLine(int(line["number"]), found)


def _refused(line: Mapping[str, Any], en: str, zh: str) -> NotCertified:
    k = line["number"]
    return refusal(f"line {k} says more than its evidence", f"第 {k} 行的结论超出了其证据")(en, zh)
