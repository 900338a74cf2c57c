"""Replay the evidence in a file with the checker alone: no finder, no calculus is imported."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

from lossmith.atoms.table import ATOMS
from lossmith.errors import LossmithError, NotCertified, UsageError, reason
from lossmith.evidence.certificate import CERTIFICATE, WITNESS, Certificate, Evidence, Witness
from lossmith.evidence.check import check
from lossmith.evidence.curvature.premise import STRONGER
from lossmith.evidence.forms import Json, not_evidence
from lossmith.evidence.lines import equalities
from lossmith.evidence.lines.equalities import ProvedLine, RefutedLine, replayed_lines
from lossmith.evidence.lines.multiples import MULTIPLE, Multiple, check_multiple
from lossmith.evidence.points.course import COURSE, Course
from lossmith.evidence.points.course_check import check_course
from lossmith.evidence.points.elimination import (
    ELIMINATION,
    EliminationCertificate,
    check_elimination,
)
from lossmith.evidence.points.layers import LAYERS, LayersCertificate
from lossmith.evidence.points.layers_check import check_layers
from lossmith.evidence.points.zeros import ZEROS, ZerosCertificate, check_zeros, zeros_from_json
from lossmith.evidence.refusal import checked
from lossmith.evidence.region import CONFINED, Confined, check_confined
from lossmith.expr.serial import expr_from_json
from lossmith.words import Words

Accepted = (
    Certificate
    | Witness
    | ProvedLine
    | RefutedLine
    | ZerosCertificate
    | EliminationCertificate
    | Course
    | LayersCertificate
    | Multiple
    | Confined
)


def replay(source: str | Path | Mapping[str, Any]) -> tuple[Accepted, ...]:
    """Check all evidence in a file (or in data read from one); return what was accepted.

    source: path of a JSON file that holds a certificate, a witness, a verdict, the saved answer of
    a solver with its verdict, a checked derivation, a reading of a loss, a comparison of two, or
    a verdict on a set.
    Raises: UsageError if the file cannot be read; NotCertified if it holds no evidence or if the
    checker does not accept all of it.
    """
    data = source if isinstance(source, Mapping) else _read(Path(source))
    try:
        accepted = tuple(_replayed(data))
    except LossmithError:
        raise
    except Exception as problem:
        # Whatever a broken file does to the reader or the checker, it is refused.
        raise NotCertified(
            Words("the file is broken", "文件已损坏"),
            why=Words(
                f"reading it stopped with {type(problem).__name__}",
                f"读取时出错：{type(problem).__name__}",
            ),
        ) from problem
    if not accepted:
        raise NotCertified(
            Words("the file holds no evidence", "文件中没有证据"),
            why=Words("an undecided verdict has none", "未判定的结论没有证据"),
        )
    return accepted


def _replayed(data: Mapping[str, Any]) -> Iterator[Accepted]:
    """Yield the evidence of a file, each piece after its check."""
    match data.get("format"):
        case equalities.FORMAT:
            yield from replayed_lines(data)
        case ZEROS.format:
            yield checked(zeros_from_json(data), check_zeros)
        case ELIMINATION.format:
            yield checked(ELIMINATION.from_json(data), check_elimination)
        case COURSE.format:
            yield checked(COURSE.from_json(data), check_course)
        case LAYERS.format:
            yield checked(LAYERS.from_json(data), check_layers)
        case MULTIPLE.format:
            yield checked(MULTIPLE.from_json(data), check_multiple)
        case CONFINED.format:
            yield checked(CONFINED.from_json(data), check_confined)
        case None if isinstance(data.get("multiples"), list):
            for held in data["multiples"]:
                yield checked(MULTIPLE.from_json(held), check_multiple)
        case None if "points" in data:
            raise _without_proof()
        case _:
            for held in _verdicts(data):
                found = tuple(checked(e, check) for e in evidence_from_json(held))
                _compare(held, found)
                yield from found


def _without_proof() -> NotCertified:
    """Return the error of a file with stationary points that no certificate goes with."""
    return NotCertified(
        Words("the file holds an answer without a proof", "文件中只有答案，没有证明"),
        why=Words("for these stationary points no certificate was made", "对这些驻点没有生成证书"),
        attempt=Words(
            "save the answer for a bounded box: --box 'x in [-3, 3]'",
            "请对有界区域保存答案：--box 'x in [-3, 3]'",
        ),
    )


def _verdicts(data: Mapping[str, Any]) -> list[Any]:
    """Return what holds evidence in a file: one verdict, or all those of a lattice of blocks."""
    if "blocks" not in data:
        return [data.get("verdict", data)]
    found: list[Any] = []
    for block in data["blocks"]:
        found.append(block["verdict"])
        found += [case["verdict"] for case in (*block["passes"], *block["cases"])]
    return found


def evidence_from_json(data: Json) -> tuple[Evidence, ...]:
    """Return the evidence in a file: a certificate, a witness, or all that a verdict holds.

    Raises: NotCertified if the data is none of these.
    """
    held = cast("dict[str, Json]", data) if isinstance(data, dict) else {}
    for document in (CERTIFICATE, WITNESS):
        if held.get("format") == document.format:
            return (document.from_json(held),)
    if not isinstance(held.get("certificates"), list):
        raise not_evidence()
    bounds: list[Json] = [held.get(key) for key in ("strong", "smooth")]
    constants: list[Json] = [bound.get("certificate") for bound in bounds if bound]
    rows: list[Json] = [*held["certificates"], *held.get("witnesses", ()), *constants]
    return tuple(e for row in rows if row for e in evidence_from_json(row))


def _compare(held: Mapping[str, Any], found: tuple[Evidence, ...]) -> None:
    """Refuse a verdict that says more than its evidence shows."""
    if "label" not in held:
        return
    proved = {e.conclusion.kind for e in found if isinstance(e, Certificate)}
    against = {e.against for e in found if isinstance(e, Witness)}
    shown = {
        "affine": "affine" in proved or {"convex", "concave"} <= proved,
        "convex": bool(proved & set(STRONGER["convex"])),
        "concave": bool(proved & set(STRONGER["concave"])),
        "neither": against == {"convex", "concave"},
        "unknown": True,
    }.get(str(held["label"]), False)
    strict = not held.get("strict") or f"strictly_{held['label']}" in proved
    roots = {(e.conclusion.expr, e.conclusion.wrt) for e in found if isinstance(e, Certificate)}
    roots |= {(e.expr, e.wrt) for e in found if isinstance(e, Witness)}
    named = all([s.name for s in wrt] == held.get("wrt", [s.name for s in wrt]) for _, wrt in roots)
    constants = all(_is_constant(held.get(k), k, found) for k in ("strong", "smooth"))
    if not (shown and strict and constants and named and len(roots) <= 1):
        raise NotCertified(
            Words("the verdict says more than its evidence", "结论超出了证据所能说明的"),
            why=Words(
                "label, strictness, variables and constants must be those that are proved",
                "标签、严格性、变量与常数必须与已证明的一致",
            ),
        )


def _is_constant(stated: Any, kind: str, found: tuple[Evidence, ...]) -> bool:
    """Return whether a stated constant (None, or an object of JSON) is that of a proof."""
    if not stated or stated["value"] is None:
        return True
    value = expr_from_json(stated["value"], ATOMS)
    return any(
        isinstance(e, Certificate) and e.conclusion.kind == kind and e.conclusion.other is value
        for e in found
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as problem:
        raise UsageError(
            Words(f"cannot read {path}", f"无法读取 {path}"),
            why=reason(problem),
        ) from problem
    except (json.JSONDecodeError, RecursionError) as problem:
        raise NotCertified(
            Words(f"{path} is not a JSON file", f"{path} 不是 JSON 文件"),
            why=_where(problem),
        ) from problem
    if not isinstance(data, dict):
        raise NotCertified(Words(f"{path} holds no evidence", f"{path} 中没有证据"))
    return cast("dict[str, Any]", data)


def _where(problem: json.JSONDecodeError | RecursionError) -> Words:
    """Return where a text stops to be JSON."""
    if isinstance(problem, RecursionError):
        return Words("it is nested too deeply", "嵌套太深")
    line, column = problem.lineno, problem.colno
    return Words(
        f"the text stops to be JSON at line {line}, column {column}",
        f"文本从第 {line} 行第 {column} 列起不是 JSON",
    )
