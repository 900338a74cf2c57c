"""What a reading supposes beyond the declarations."""

from __future__ import annotations

from lossmith.expr.node import Add, Symbol
from lossmith.expr.sets import REALS
from lossmith.expr.types import FREE
from lossmith.expr.walk import symbols
from lossmith.likelihood.parts import is_positive
from lossmith.likelihood.readings import Counts, Reading, Unread
from lossmith.text.writing.printing import to_unicode
from lossmith.words import Words


def conditions(r: Reading | Unread) -> tuple[Words, ...]:
    """Return what the reading supposes beyond the declarations."""
    notes: list[Words] = []
    if r.promised:
        names = ", ".join(to_unicode(s) for s in r.promised)
        notes.append(Words(f"for {names} > 0", f"设 {names} > 0"))
    priors = r.priors if isinstance(r, Reading) else ()
    bounded = [p.variable for p in priors if not _is_free(p.variable)]
    if bounded:
        names = ", ".join(to_unicode(s) for s in bounded)
        notes.append(
            Words(
                f"{names} is declared to lie in a set: the prior is this law restricted to it, "
                "which changes the constant alone",
                f"{names} 声明在某个集合内：先验是限制在该集合上的这一分布，只改变常数",
            )
        )
    several = [s for s in r.wrt if sum(p.variable is s for p in priors) > 1]
    if several:
        names = ", ".join(to_unicode(s) for s in several)
        notes.append(
            Words(
                f"{names} has several penalties: its prior is the product of these densities "
                "normalized anew, which changes the constant alone; that can be done: all are "
                "bounded, and one of them has a finite integral",
                f"{names} 有多个正则项：先验是这些密度之积重新归一化，只改变常数；"
                "各密度有界且其中之一可积，故可归一化",
            )
        )
    if isinstance(r, Reading) and r.needed:
        names = ", ".join(to_unicode(e) for e in r.needed)
        notes.append(Words(f"where {names} > 0", f"要求 {names} > 0"))
    if isinstance(r, Reading) and r.noise is not None:
        for e in (r.noise.inner.get(name) for name in r.noise.pattern.matrices):
            if e is not None and not isinstance(e, Symbol):
                shown = to_unicode(e)
                notes.append(Words(f"where {shown} is positive definite", f"要求 {shown} 正定"))
        y, labels = r.noise.observed, r.noise.pattern.labels
        if y.assumptions == FREE and labels != "scalar":
            kind = labels.removeprefix("scalar ")
            whole = Words("whole numbers >= 0", "为非负整数")
            said = Words(kind, kind.replace("in ", "属于 ").replace("> 0", "大于 0"))
            said = whole if "integer" in kind else said
            notes.append(
                Words(
                    f"for {to_unicode(y)} with entries {said.en}",
                    f"设 {to_unicode(y)} 的元素{said.zh}",
                )
            )
        elif y.assumptions.values is not None and labels == "scalar":
            shown = ", ".join(str(v) for v in y.assumptions.values)
            notes.append(
                Words(
                    f"{to_unicode(y)} is declared to be one of {shown}, so a law with a density "
                    "fits it as a formula only",
                    f"{to_unicode(y)} 声明只取 {shown}，连续分布对它只是形式上的",
                )
            )
    return tuple(notes)


def counted(c: Counts) -> tuple[Words, ...]:
    """Return what numbers of draws suppose beyond the declarations."""
    loose = [s for e in (c.ones, c.zeros) for s in symbols(e) if s.assumptions == FREE]
    notes: list[Words] = []
    if loose:
        names = ", ".join(to_unicode(s) for s in loose)
        notes.append(Words(f"for whole numbers {names} >= 0", f"设 {names} 为非负整数"))
    for e in (c.ones, c.zeros):
        if isinstance(e, Add):
            notes.append(Words(f"where {to_unicode(e)} >= 0", f"要求 {to_unicode(e)} >= 0"))
    shapes = [] if c.prior is None else list(c.prior.inner.values())
    needed = ", ".join(to_unicode(e) for e in shapes if not is_positive(e))
    if needed:
        notes.append(Words(f"where {needed} > 0", f"要求 {needed} > 0"))
    return tuple(notes)


def _is_free(s: Symbol) -> bool:
    return s.assumptions.interval == REALS and not s.assumptions.structure
