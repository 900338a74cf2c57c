"""Why a wrong line is wrong: an assumption that would save it, or the slip that leads to it.

All that leads exactly to the line is gathered, then ranked: a condition under which it holds, then
known misconceptions, then what kind of part changed, then that something changed. A first
derivative is compared with wrong rules of differentiation first, any other line with wrong rewrites
of the line above.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from lossmith.evidence.normal.normal_steps import products
from lossmith.expr.node import Apply, Contract, Expr
from lossmith.expr.walk import postorder
from lossmith.judge.equality import equal
from lossmith.judge.localized import localized
from lossmith.judge.match import Matcher
from lossmith.judge.naming import Naming, Wrong
from lossmith.judge.namings import beside, broad, narrow
from lossmith.judge.near import all_positive, all_symmetric, assumptions, bounds, structures, values
from lossmith.judge.pairs import two_slips
from lossmith.judge.report import Explanation
from lossmith.rules.slip import is_size

_SHOWN: Final = 2
"""Names given to one line: several slips may lead to the same wrong line."""

_TELLING: Final = 2.0
"""Names from this score on say little: then everything else is tried as well."""
_VAGUE: Final = 1.93
"""Names from this score on say what kind of thing is wrong, and not what."""
_AMOUNTS: Final = frozenset({"number-dropped", "number-added", "number-changed"})
"""What a wrong sign looks like where terms were joined: 2 m - m for 2 m + m."""
_TURNED: Final = frozenset({"transposed-factor", "order-of-product"})
"""What an exchanged index looks like as a matrix."""
_LOST: Final = frozenset({"factor-dropped", "scale-dropped", "number-dropped", "size-dropped"})
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
        moving = wrong.start[1] if wrong.start is not None else ()
        found += list(assumptions(expr, good, structures, moving))[:1] or all_symmetric(expr, good)
    namings = _named(wrong)
    found += [_told(n, wrong) for n in namings]
    if len(found) < _SHOWN and same_shape:
        found += list(assumptions(expr, good, bounds))[:1]
    if len(found) < _SHOWN and same_shape:
        if not any(isinstance(e, Apply) and e.atom.name == "log" for e in postorder(expr, good)):
            # Labels such as -1 and 1 do not stand under logarithms.
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
        else:
            found += _rewritten(wrong, found)
    if not found or min(n.score for n in found) >= _VAGUE:
        found += localized(wrong)
    if not found:
        found += two_slips(wrong)
    if any(n.name in _LOST for n in found):
        # f(u) for f(c u): the c was lost inside, wherever it could have gone without a trace.
        found = [n for n in found if n.name != "factor-out-of-function"]
    if {"size-dropped", "size-added"} <= {n.name for n in found}:
        more = _sizes(wrong.expr) > _sizes(wrong.good)
        found = [n for n in found if n.name != ("size-dropped" if more else "size-added")]
    best: dict[str, Naming] = {}
    for naming in sorted(found, key=lambda n: n.score):
        best.setdefault(naming.name, naming)
    return list(best.values())


def _sizes(e: Expr) -> int:
    """Return how often a size is written in e, multiplied out."""
    return sum(
        abs(int(p)) if p.denominator == 1 else 1
        for part in postorder(products(e)) if isinstance(part, Contract)
        for f, _, p in part.factors if is_size(f)
    )  # fmt: skip


def _rewritten(wrong: Wrong, found: list[Naming]) -> list[Naming]:
    """Return what says more in the user's own writing than what was found in canonical form."""
    assert wrong.respelled is not None
    names = {n.name for n in found}
    likeliest = min(n.score for n in found)
    made: list[Naming] = []
    if names <= _PARTLY:
        brackets = wrong.respelled("bracket-misplaced")
        # Too much here and too little there is one bracket; too little alone may be a lost factor.
        both = any({f"{unit}-dropped", f"{unit}-added"} <= names for unit in ("size", "number"))
        made += [replace(n, score=likeliest - 0.1) if both else n for n in brackets]
    if names <= _AMOUNTS | _PARTLY:
        made += [replace(n, score=likeliest - 0.05) for n in wrong.respelled("sign-of-term")]
    first = min(found, key=lambda n: n.score).name
    if wrong.subject.indices and first in _TURNED:
        made += [replace(n, score=likeliest - 0.1) for n in wrong.respelled("index-exchanged")]
    return made


def _told(n: Naming, wrong: Wrong) -> Explanation:
    corrected = n.corrected
    if corrected is not None and equal(wrong.truth, corrected).status != "proved":
        corrected = None
    return Explanation(n.name, n.words, corrected, n.wrote, n.instead)
