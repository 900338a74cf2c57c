"""The cards of an objective: all that is known of it at a glance, and how it was read."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from lossmith.errors import LossmithError, UsageError
from lossmith.expr.node import Expr, Symbol, symbol
from lossmith.expr.sets import NONNEGATIVE
from lossmith.expr.types import FREE, Assumptions
from lossmith.expr.walk import substitute
from lossmith.view import explain as rows
from lossmith.view import verdict as judged
from lossmith.view.card import Card, Row
from lossmith.view.floats import floats
from lossmith.view.step import step
from lossmith.words import Words
from lossmith.workbench.asked import constant_hessian, missing, needed

if TYPE_CHECKING:
    from lossmith.prove.proving.verdict import Verdict
    from lossmith.workbench.objective import Objective


def explained(
    f: Objective,
    values: Mapping[str, Any] | None = None,
    sizes: Mapping[str, int] | None = None,
) -> Card:
    """Return the card: reading, derivatives, curvature, kinks, minimum, step, floats.

    values: arrays by name, for the numbers of the step bound.  sizes: lengths that none fixes.
    """
    verdict = f.curvature()
    least = judged.minimum(verdict)
    lines = [
        rows.reading(f.formula, f.wrt),
        *rows.domain(f.domain),
        *_derivatives(f),
        judged.curvature(verdict),
        *under_promises(f),
        rows.kinks(f.kinks),
        *([] if least is None else [least]),
        *step_rows(f, values, sizes),
        *floats(f.expr, f.normalized),
    ]
    return Card(f.title, tuple(lines), f.notes + f.formula.notes)


def read(f: Objective) -> Card:
    """Return the card that says how a formula was read, and nothing else."""
    return Card(f.title, (rows.reading(f.formula, f.wrt),), f.notes + f.formula.notes)


def _derivatives(f: Objective) -> list[Row]:
    """Return the rows of gradient and Hessian; one that is not known says why."""
    several = len(f.wrt)
    found: list[Row] = []
    kinds = ((rows.GRADIENT, lambda: f.gradients.items()), (rows.HESSIAN, f.upper_hessians))
    for kind, blocks in kinds:
        try:
            for names, d in blocks():
                found.append(
                    rows.derivative(rows.labelled(kind, names, several), d.expr, d.recheck)
                )
                if kind is rows.GRADIENT and d.constrained is not None:
                    found.append(rows.constrained(d.constrained.derivation))
        except UsageError as unknown:
            return [*found, Row(kind, unknown.what)]
    return found


def under_promises(f: Objective, *, fully: bool = False) -> list[Row]:
    """Return the row of what holds if the parameters are promised what they usually meet.

    A penalty weight without a declaration may be negative, and then refutes what everybody knows
    to be convex. Tried: scalar data >= 0, square data matrices psd; only what is needed is asked.
    fully: also other signs, labels, shares and half-lines of data and of variables, one or two.
    """
    if f.curvature().status != "refuted":
        return []
    usual = {s: promised for s in f.formula.symbols if (promised := _usual(f, s)) is not None}
    verdict = _if_convex(f, usual)
    if verdict is None:
        return _under_any(f) if fully else []
    for s in list(usual):
        fewer = {t: promised for t, promised in usual.items() if t is not s}
        weaker = _if_convex(f, fewer) if fewer else None
        if weaker is not None:
            usual, verdict = fewer, weaker
    return [_promised(verdict, tuple(usual.values()))]


def _under_any(f: Objective) -> list[Row]:
    """Return the row of one or two declarations that make f convex or concave, if any is found."""
    from lossmith.prove.hints import promise
    from lossmith.prove.prover import curvature

    choice = promise(f.expr, f.wrt, f.curvature().witnesses)
    if choice is None:
        return []
    named = {s.name: s for s in choice}
    change: dict[Expr, Expr] = {s: named[s.name] for s in f.formula.symbols if s.name in named}
    block = tuple(named.get(w.name, w) for w in f.wrt)
    verdict = curvature(substitute(f.expr, change), block)
    return [_promised(verdict, choice)] if verdict.status == "proved" else []


def _promised(verdict: Verdict, promised: tuple[Symbol, ...]) -> Row:
    known = judged.curvature(verdict).text
    asked = "; ".join(rows.declared(s) for s in promised)
    text = Words(
        f'{known.en}   with --declare "{asked}"', f'{known.zh}   若声明 --declare "{asked}"'
    )
    return Row(Words("but", "但是"), text, "proved")


def _usual(f: Objective, s: Symbol) -> Symbol | None:
    """Return a free parameter with the promise it usually meets; None for other symbols."""
    if s in f.wrt or s.assumptions != FREE:
        return None
    if not s.shape:
        return symbol(s.name, (), Assumptions(NONNEGATIVE))
    if len(s.shape) == 2 and s.shape[0] == s.shape[1]:
        return symbol(s.name, s.shape, Assumptions(structure=frozenset({"psd"})))
    return None


def _if_convex(f: Objective, promised: Mapping[Symbol, Symbol]) -> Verdict | None:
    """Return the verdict under other promises if it is a proof of convexity."""
    from lossmith.prove.prover import curvature

    if not promised:
        return None
    try:
        replacements: dict[Expr, Expr] = {**promised}
        verdict = curvature(substitute(f.expr, replacements), f.wrt)
    except LossmithError:
        return None  # the formula would be defined nowhere
    proved = verdict.status == "proved" and verdict.label in ("convex", "affine")
    return verdict if proved else None


def step_rows(
    f: Objective,
    values: Mapping[str, Any] | None = None,
    sizes: Mapping[str, int] | None = None,
    *,
    fully: bool = False,
) -> list[Row]:
    """Return the rows of the step bound, in numbers if all it needs is among the values.

    fully: also near the minimizer, and what scaled data would give.
    """
    verdict = f.curvature()
    convex = verdict.status == "proved" and verdict.label in ("convex", "affine")
    open_ = fully or verdict.smooth.value is None
    constant = open_ and constant_hessian(f) is not None
    told = partial(step, verdict.smooth, constant=constant, convex=convex, fully=fully)
    if not (values or sizes):
        return told()
    asked = needed(f)
    absent = missing(f, asked, values or {}, sizes or {})
    if absent or not asked:
        return told(missing=absent)
    try:
        return told(bound=f.step_bound(sizes=sizes, fully=fully, **(values or {})))
    except UsageError as too_large:
        return [*told(), Row(Words("this data", "这份数据"), too_large.what)]
