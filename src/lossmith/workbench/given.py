"""Curvature of a formula with numbers put in: for this lambda, or on this small data set."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import TYPE_CHECKING, Any

from lossmith.errors import UsageError
from lossmith.expr.build import const
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.walk import substitute
from lossmith.prove.constants.enclosed import exact
from lossmith.prove.instance import flat, with_numbers
from lossmith.prove.prover import curvature
from lossmith.prove.proving.verdict import Verdict
from lossmith.run.bind import bind

if TYPE_CHECKING:
    from lossmith.workbench.certified import Certified

MOST_NUMBERS = 120
"""Numbers in the data up to which a formula is written out entry by entry."""

MOST_LETTERS = 4
"""Entries of the variables up to which it is."""


def curvature_on(
    f: Certified, values: Mapping[str, Any], sizes: Mapping[str, int]
) -> Verdict | None:
    """Return the verdict on the formula with these numbers in it; None if they are too many.

    Numbers for scalars (lam = 0.1) are put in first; if that does not prove it, and all data are
    given and small, the formula is written out entry by entry.  Numbers mean the decimals they
    show.  Raises: what ``run.bind`` raises for values that do not fit.
    """
    names = [s.name for s in f.formula.symbols]
    bound = bind(f.formula.symbols, values, sizes, optional=names)
    given = {s: exact(bound.arrays[s.name]) for s in f.formula.symbols if s.name in bound.arrays}
    scalars: dict[Expr, Expr] = {s: const(flat(v)[0]) for s, v in given.items() if not s.shape}
    verdict = None
    if scalars:
        verdict = curvature(substitute(f.expr, scalars), f.wrt, formula=f.formula.text)
        if verdict.status == "proved":
            return verdict
    written = _written_out(f, given, dict(bound.sizes))
    return verdict if written is None else written


def _written_out(
    f: Certified, given: Mapping[Symbol, Any], sizes: Mapping[str, int]
) -> Verdict | None:
    data = [s for s in f.formula.symbols if s not in f.wrt]
    letters = sum(
        prod(d if isinstance(d, int) else sizes.get(d, 99) for d in s.shape) for s in f.wrt
    )
    count = sum(len(flat(v)) for v in given.values())
    if not data or any(s not in given for s in data):
        return None
    if letters > MOST_LETTERS or count > MOST_NUMBERS:
        return None
    try:
        e, by = with_numbers(f.expr, f.wrt, {s: given[s] for s in data}, sizes)
    except UsageError:
        return None  # a function of a whole matrix is not written out
    found = curvature(e, tuple(x for s in f.wrt for x in by[s]))
    return found if found.status != "undecided" else None
