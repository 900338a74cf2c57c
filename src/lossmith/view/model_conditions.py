"""What a reading supposes beyond the declarations."""

from __future__ import annotations

from lossmith.expr.node import Symbol
from lossmith.expr.sets import REALS
from lossmith.expr.types import FREE
from lossmith.likelihood.readings import Reading, Unread
from lossmith.text.printing import to_unicode
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


def _is_free(s: Symbol) -> bool:
    return s.assumptions.interval == REALS and not s.assumptions.structure
