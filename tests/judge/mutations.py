"""Wrong derivations made from right ones: one slip at one random place of one line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from random import Random

from lossmith.errors import LossmithError
from lossmith.expr.node import Expr
from lossmith.expr.walk import postorder, substitute, symbols
from lossmith.judge.chain import judge
from lossmith.judge.documents import read_any
from lossmith.judge.equality import equal
from lossmith.judge.lines import Document
from lossmith.judge.report import Judged, Report
from lossmith.judge.slipped import cut_derivatives, slipped_derivatives
from lossmith.rules.slips import SLIPS, Ways
from lossmith.text.writing.printing import to_text


@dataclass(frozen=True)
class Mutant:
    """A derivation with one wrong line; slip: the row that was used there."""

    text: str
    line: int
    slip: str


def mutants(text: str, rng: Random, wanted: int) -> Iterator[Mutant]:
    """Yield up to ``wanted`` wrong derivations, each certainly wrong at its line."""
    document = read_any(text)
    report = judge(document, explain=False)
    lines = [
        j
        for j in report.lines
        if j.outcome == "ok" and j.expr is not None and j.line.relation == "="
    ]
    made = 0
    for _ in range(60):
        if made >= wanted or not lines:
            return
        chosen = rng.choice(lines)
        found = _slipped(chosen, report.lines, rng)
        if found is None:
            continue
        slip, wrong = found
        truth = chosen.expected
        if truth is None or wrong.shape != truth.shape:
            continue
        apart = equal(truth, wrong)
        if apart.status != "refuted" or apart.differs_in_domain_only:
            continue
        changed = _with_line(document, text, chosen, wrong)
        if changed is not None:
            made += 1
            yield Mutant(changed, chosen.line.number, slip)


def _slipped(j: Judged, lines: tuple[Judged, ...], rng: Random) -> tuple[str, Expr] | None:
    """Return a slip and the wrong right side that it makes of a line."""
    assert j.expr is not None
    above = [o.expr for o in lines if o.line.number < j.line.number
             and o.subject.key == j.subject.key and o.expr is not None]  # fmt: skip
    if j.subject.kind == "derivative" and j.subject.order == 1 and rng.random() < 0.4:
        whole = next((o.expr for o in lines if o.outcome == "definition"
                      and o.subject.of == j.subject.of), None)  # fmt: skip
        if whole is None:
            return None
        wrt = next((s for s in symbols(whole) if s.name == j.subject.wrt[0]), None)
        if wrt is None:
            return None
        ways = list(slipped_derivatives(whole, wrt))
        if not ways:
            return None
        names = sorted({x.slip.name for x in ways})
        name = rng.choice(names)
        return name, rng.choice([x.derivative for x in ways if x.slip.name == name])
    start = above[-1] if above else j.expr
    ways_of: dict[str, list[Expr]] = {}
    for slip in SLIPS:
        for node in (start,) if slip.whole else postorder(start):
            try:
                for wrong in slip.ways(node):
                    if node is start:
                        ways_of.setdefault(slip.name, []).append(wrong)
                    elif wrong.shape == node.shape:
                        ways_of.setdefault(slip.name, []).append(substitute(start, {node: wrong}))
            except (LossmithError, AssertionError, ZeroDivisionError):
                continue
    if not ways_of:
        return None
    name = rng.choice(sorted(ways_of))
    return name, rng.choice(ways_of[name])


def leads_there(name: str, j: Judged, report: Report) -> bool:
    """Return whether the slip of this name makes exactly the line, or the line mended is right."""
    assert j.expr is not None
    assert j.expected is not None
    above = [o.expr for o in report.lines if o.line.number < j.line.number
             and o.subject.key == j.subject.key and o.expr is not None]  # fmt: skip
    slip = next((s for s in SLIPS if s.name == name), None)
    if slip is None:
        # A change of what was written bears its name if the line so changed is right.
        mended = [x.corrected for x in j.explanations if x.slip == name and x.corrected is not None]
        if any(_same(e, j.expected) for e in mended):
            return True
        return _differentiates_there(name, j, report)
    made = [e for good in (*above[-1:], j.expected) for e in _placed(slip.ways, good)]
    if any(_same(e, j.expr) for e in made):
        return True
    return slip.undo is not None and any(_same(e, j.expected) for e in _placed(slip.undo, j.expr))


def _differentiates_there(name: str, j: Judged, report: Report) -> bool:
    assert j.expr is not None
    whole = next((o.expr for o in report.lines if o.outcome == "definition"
                  and o.subject.of == j.subject.of), None)  # fmt: skip
    if whole is None or not j.subject.wrt:
        return False
    wrt = next((s for s in symbols(whole) if s.name == j.subject.wrt[0]), None)
    if wrt is None:
        return False
    if name == "chain-broken-off":
        return any(_same(e, j.expr) for _, e in cut_derivatives(whole, wrt))
    found = (x.derivative for x in slipped_derivatives(whole, wrt) if x.slip.name == name)
    return any(_same(e, j.expr) for e in found)


def _same(a: Expr, b: Expr) -> bool:
    return a.shape == b.shape and equal(a, b).status in ("proved", "shown")


def _placed(ways: Ways, whole: Expr) -> Iterator[Expr]:
    """Yield the whole with one node rewritten, at every place."""
    for node in postorder(whole):
        with suppress(LossmithError, AssertionError, ZeroDivisionError):
            for wrong in ways(node):
                if node is whole or wrong.shape == node.shape:
                    yield wrong if node is whole else substitute(whole, {node: wrong})


def _with_line(document: Document, text: str, j: Judged, wrong: Expr) -> str | None:
    """Return the text with the right side of one line replaced, if it reads back as it should."""
    start, stop = j.line.span
    changed = f"{text[:start]}{to_text(wrong)}{text[stop:]}"
    return changed if len(read_any(changed).lines) == len(document.lines) else None
