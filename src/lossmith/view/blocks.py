"""The lattice of blocks as rows of a card: each subset with its verdict, and signs that help."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lossmith.expr.node import Symbol
from lossmith.prove.blocks import narrowed_text
from lossmith.text.writing.printing import to_unicode
from lossmith.view.card import Row
from lossmith.view.explain import declared
from lossmith.view.verdict import CURVATURE_WORDS, witnesses
from lossmith.view.verdict import curvature as judged
from lossmith.words import Words

if TYPE_CHECKING:
    from lossmith.prove.blocks import Block, Case, Lattice
    from lossmith.prove.proving.verdict import Verdict

_SHOWN = 4
"""Choices of signs that are told for one block."""


def lattice(found: Lattice) -> list[Row]:
    """Return the rows of all blocks, the largest first; with sign cases, one row for each."""
    lines: list[Row] = []
    for block in reversed(found.blocks):
        if block.cases:
            lines += [_case(block, c) for c in block.cases]
        else:
            lines.append(_block(block))
    return lines + _roles(found)


def _block(block: Block) -> Row:
    verdict = block.verdict
    row = judged(verdict)
    text = CURVATURE_WORDS[verdict.label] if verdict.status == "refuted" else row.text
    more = list(row.more)
    if block.inherited:
        names = _names(block.inherited)
        more.append(Words(f"as for {names}", f"由变量组 {names} 得出"))
    more += [_passing(c) for c in block.passes[:_SHOWN]]
    left = len(block.passes) - _SHOWN
    if left > 0:
        more.append(Words(f"and under {left} other choices of signs", f"另有 {left} 种符号组合"))
    return Row(_label(block.wrt), text, row.badge, more=tuple(more))


def _label(wrt: Sequence[Symbol]) -> Words:
    names = _names(wrt)
    if len(wrt) == 1:
        return Words(f"in {names}", f"关于 {names}")
    return Words(f"in {names} jointly", f"关于 {names} 联合")


def _names(wrt: Sequence[Symbol]) -> str:
    return ", ".join(to_unicode(s) for s in wrt)


def _passing(c: Case) -> Words:
    known = CURVATURE_WORDS[c.verdict.label]
    asked = "; ".join(declared(s) for s in c.narrowed)
    where = _where(c.narrowed)
    return Words(
        f'{known.en} where {where.en}   try: --declare "{asked}"',
        f'当 {where.zh} 时{known.zh}   可以试试：--declare "{asked}"',
    )


def _where(narrowed: Sequence[Symbol]) -> Words:
    said = [f"{to_unicode(s)} {_relation(s)}" for s in narrowed]
    return Words(" and ".join(said), " 且 ".join(said))


def _relation(s: Symbol) -> str:
    return narrowed_text(s).replace(">=", "≥").replace("<=", "≤")


def _case(block: Block, c: Case) -> Row:
    where = _where(c.narrowed)
    names = _names(block.wrt)
    text = _brief(c.verdict)
    shown = Words(f"{text.en} where {where.en}", f"当 {where.zh} 时{text.zh}")
    if not c.narrowed:
        shown = text
    label = Words(f"in {names}", f"关于 {names}")
    return Row(label, shown, c.verdict.status, more=witnesses(c.verdict))


def _brief(verdict: Verdict) -> Words:
    return CURVATURE_WORDS[verdict.label]


def _roles(found: Lattice) -> list[Row]:
    """Return who minimizes and who maximizes, if the formula is convex-concave."""
    alone = [b for b in found.blocks if len(b.wrt) == 1 and b.verdict.status == "proved"]
    down = [b.wrt[0] for b in alone if b.verdict.label == "convex"]
    up = [b.wrt[0] for b in alone if b.verdict.label == "concave"]
    if len(found.blocks) != 3 or not (len(down) == 1 and len(up) == 1):
        return []
    first, second = to_unicode(down[0]), to_unicode(up[0])
    text = Words(
        f"convex in {first}, concave in {second}: a saddle function",
        f"关于 {first} 凸，关于 {second} 凹：鞍函数",
    )
    return [Row(Words("roles", "角色"), text, "proved")]
