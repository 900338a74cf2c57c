"""What accepted evidence is about: the formula and its declarations, read off the evidence itself.

A file also holds texts for the reader, such as the formula as typed; nobody checks those, so none
is shown here.
"""

from __future__ import annotations

from collections.abc import Iterable

from lossmith.evidence.certificate import Certificate, Witness
from lossmith.evidence.course import Course
from lossmith.evidence.difference import Difference
from lossmith.evidence.multiples import Multiple
from lossmith.evidence.region import Confined
from lossmith.evidence.replay import Replayed
from lossmith.evidence.zeros import ZerosCertificate
from lossmith.expr.node import Expr
from lossmith.expr.walk import symbols
from lossmith.text.printing import to_unicode
from lossmith.view.explain import promise
from lossmith.words import Words


def about(found: Iterable[Replayed]) -> tuple[Words, ...]:
    """Return a line for each piece of evidence, and under it what it is about if that is new."""
    lines: list[Words] = []
    last: Words | None = None
    for piece in found:
        subject = _subject(piece)
        if subject != last:
            lines.append(subject)
        lines.append(piece.words)
        last = subject
    return tuple(lines)


def _subject(piece: Replayed) -> Words:
    """Return the formulas that the evidence is about, with what is declared of their symbols."""
    match piece.evidence:
        case Certificate() as c:
            claim = c.conclusion
            sides = (claim.expr,) if claim.kind != "identity" else (claim.expr, claim.other)
        case Witness() | ZerosCertificate() | Course() as e:
            sides = (e.expr if isinstance(e, Witness) else e.e,)
        case Confined() as c:
            sides = (c.expr,)
        case Multiple() as m:
            sides = (m.left, m.right)
        case Difference() as d:
            sides = (d.left, d.right)
    return _named([s for s in sides if s is not None])


def _named(sides: list[Expr]) -> Words:
    shown = "   and   ".join(to_unicode(s) for s in sides)
    shown_zh = "   与   ".join(to_unicode(s) for s in sides)
    promised = [(to_unicode(s), promise(s)) for s in symbols(*sides)]
    given = [f"{name} {what}" for name, what in promised if what]
    if not given:
        return Words(f"of {shown}", f"关于 {shown_zh}")
    listed = ", ".join(given)
    return Words(f"of {shown}   given {listed}", f"关于 {shown_zh}   前提 {listed}")
