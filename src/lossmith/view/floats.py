"""The row on floating point: where a formula overflows as typed, and what the code does."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from lossmith.calculus.derivation import Derivation, Rewrite
from lossmith.expr.atom import Atom
from lossmith.expr.node import Apply, Expr
from lossmith.expr.ranges import enclosure
from lossmith.expr.sets import REALS, Interval
from lossmith.expr.walk import postorder
from lossmith.text.writing.printing import to_unicode
from lossmith.view.card import Row
from lossmith.words import Words, same

_LONGEST_CODE = 48
"""Characters of code that the row on floats shows; longer forms go by their name."""


def floats(expr: Expr, normalized: Expr) -> list[Row]:
    """Return the row on overflow: where the formula as typed breaks, and what the code does."""
    risky = [e for e in postorder(expr) if isinstance(e, Apply) and _can_overflow(e)]
    if not risky:
        return []
    kept = set(postorder(normalized))
    typed = {e.atom for e in postorder(expr) if isinstance(e, Apply)}
    new = {e.atom for e in kept if isinstance(e, Apply) and e.atom not in typed}
    forms = sorted(_code_form(a) for a in new if "numpy" in a.code)
    first, *rest = (_overflow(e, () if e in kept else forms) for e in risky)
    return [Row(Words("floats", "浮点数"), first, more=tuple(rest))]


def identities(normalized: Derivation) -> list[Row]:
    """Return the identities by which the stable form was reached, each where it was used."""
    used = [s for s in normalized.steps if isinstance(s, Rewrite)]
    found: list[Row] = []
    for k, s in enumerate(used, start=1):
        line = f"{to_unicode(s.before)} = {to_unicode(s.after)}"
        text = Words(f"{line}   {s.words.en}", f"{line}   {s.words.zh}")
        found.append(Row(same(f"{k:>2}"), text))
    return found


def in_code(changed: Sequence[Rewrite]) -> list[Row]:
    """Return the identities by which code keeps digits that the shown forms would lose."""
    lines: list[Words] = []
    for s in changed:
        used, known = f"{to_unicode(s.before)} = {to_unicode(s.after)}", s.words
        told = (used if used == word else f"{used}   ({word})" for word in (known.en, known.zh))
        lines.append(Words(*told))
    return [Row(Words("in code", "代码中"), lines[0], more=tuple(lines[1:]))] if lines else []


def _code_form(atom: Atom) -> str:
    form = atom.code["numpy"].replace("{0}", "·")
    return form if len(form) <= _LONGEST_CODE else f"{atom.name}(·)"


def _overflow(e: Apply, forms: Sequence[str]) -> Words:
    """Return where a function overflows; forms: what the code computes in its place."""
    name, inside = e.atom.name, to_unicode(e.args[0])
    limits = [_limit(i) for i in e.atom.overflows]
    listed = ", ".join(forms)
    tail_en, tail_zh = (f"; code uses {listed}", f"；代码改用 {listed}") if forms else ("", "")
    return Words(
        f"{name} overflows when {inside} {' or '.join(limits)}{tail_en}",
        f"当 {inside} {' 或 '.join(limits)} 时 {name} 溢出{tail_zh}",
    )


def _can_overflow(e: Apply) -> bool:
    known = enclosure(e.args[0]) if e.args else REALS
    return any(not known.meet(i).is_empty for i in e.atom.overflows)


def _limit(i: Interval) -> str:
    """Return an unbounded interval as a comparison, to one decimal."""
    if i.lo is not None:
        return f"> {_signed(i.lo)}"
    return "" if i.hi is None else f"< {_signed(i.hi)}"


def _signed(x: Fraction) -> str:
    return f"{float(x):.1f}".replace("-", "−")
