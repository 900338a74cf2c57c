"""Why a wrong line is wrong: an assumption that would save it, or the slip that leads to it.

All that leads exactly to the line is gathered, then ranked: a condition under which it holds, then
known misconceptions, then what kind of part changed, then that something changed. A first
derivative is compared with wrong rules of differentiation first, any other line with wrong rewrites
of the line above.
"""

from __future__ import annotations

from typing import Final

from lossmith.judge.equality import equal
from lossmith.judge.localized import localized
from lossmith.judge.match import Matcher
from lossmith.judge.naming import Naming, Wrong
from lossmith.judge.namings import beside, broad, narrow
from lossmith.judge.near import all_positive, all_symmetric, assumptions, bounds, structures, values
from lossmith.judge.pairs import two_slips
from lossmith.judge.report import Explanation

_SHOWN: Final = 2
"""Names given to one line: several slips may lead to the same wrong line."""

_TELLING: Final = 2.0
"""Names from this score on say little: then everything else is tried as well."""
_VAGUE: Final = 1.93
"""Names from this score on say what kind of thing is wrong, and not what."""
_PARTLY: Final = frozenset(
    {
        "number-dropped",
        "scale-dropped",
        "factor-dropped",
        "number-added",
        "size-dropped",
        "size-added",
    }
)
"""What a misplaced bracket looks like: a factor of a sum reaches one of its terms only."""


def explained(wrong: Wrong) -> tuple[Explanation, ...]:
    """Return what was done in a wrong line, most telling first."""
    found: list[Explanation] = []
    expr, good = wrong.expr, wrong.good
    same_shape = expr.shape == wrong.truth.shape
    if same_shape:
        if equal(good, expr).differs_in_domain_only:
            found += list(assumptions(expr, good, bounds)) or all_positive(expr, good)
            if found:
                return tuple(found[:_SHOWN])
        found += list(assumptions(expr, good, structures))[:1] or all_symmetric(expr, good)
    namings = _named(wrong)
    found += [_told(n, wrong) for n in namings]
    if len(found) < _SHOWN and same_shape:
        found += list(assumptions(expr, good, bounds))[:1]
    if len(found) < _SHOWN and same_shape:
        found += list(assumptions(expr, good, values))[:1]
    return tuple(found[:_SHOWN])


def _named(wrong: Wrong) -> list[Naming]:
    """Return the slips that lead to the line, each once, most telling first."""
    matcher = Matcher(wrong.expr, wrong.beside)
    found = list(narrow(wrong, matcher))
    if not found or min(n.score for n in found) >= _TELLING:
        found += beside(wrong, matcher)
    if not found:
        found += broad(wrong, matcher)
    if wrong.respelled is not None:
        if not found or min(n.score for n in found) >= _TELLING:
            found += wrong.respelled("")
        elif all(n.name in _PARTLY for n in found):
            found += wrong.respelled("bracket-misplaced")
    if not found or min(n.score for n in found) >= _VAGUE:
        found += localized(wrong)
    if not found:
        found += two_slips(wrong)
    best: dict[str, Naming] = {}
    for naming in sorted(found, key=lambda n: n.score):
        best.setdefault(naming.name, naming)
    return list(best.values())


def _told(n: Naming, wrong: Wrong) -> Explanation:
    corrected = n.corrected
    if corrected is not None and equal(wrong.truth, corrected).status != "proved":
        corrected = None
    return Explanation(n.name, n.words, corrected, n.wrote, n.instead)
