"""Cross-entropy = entropy + divergence, for a law against the same law with other parameters.

The expectation of g(y) is g(mean) where g is affine in y, and g(mean) + g'' variance/2 where g'' is
free of y: no integral is taken, so what is returned is exact.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from lossmith.calculus.differentiate import differentiate
from lossmith.calculus.simplify import simplify
from lossmith.errors import LossmithError
from lossmith.expr import build
from lossmith.expr.node import Expr, Symbol, symbol
from lossmith.expr.walk import depends_on, substitute
from lossmith.likelihood.family import Family
from lossmith.likelihood.lift import instance
from lossmith.likelihood.parts import is_polynomial
from lossmith.likelihood.terms import canonical
from lossmith.text.declaring.declare import read_declarations
from lossmith.text.writing.printing import to_text


@dataclass(frozen=True, slots=True)
class Divergence:
    """E[-log p(y; model)] = entropy + divergence, y drawn from the law with other parameters.

    moved: the parameters in which the two differ, those of the truth and those of the model.
    cross: the cross-entropy; None, as entropy, where it holds an expectation without a closed form,
    which is then the same in both and free of the model.
    """

    family: Family
    truth: Mapping[str, Symbol]
    model: Mapping[str, Symbol]
    moved: tuple[str, ...]
    divergence: Expr
    entropy: Expr | None
    cross: Expr | None


def divergence(family: Family, moved: Sequence[str]) -> Divergence | None:
    """Return the decomposition for one observation; None where no closed form is found.

    moved: names of parameters in which model and truth differ.
    """
    if not family.mean or not moved:
        return None
    model = {p.name: parameter(p.name, p.declare) for p in family.parameters}
    chosen = [p for p in family.parameters if p.name in moved]
    truth = model | {p.name: parameter(f"{p.name}_0", p.declare) for p in chosen}
    y = parameter("y", family.support)
    try:
        at_model = instance(family.energy, {**model, "y": y})
        at_truth = instance(family.energy, {**truth, "y": y})
        found = expected(build.subtract(at_model, at_truth), y, family, truth)
        if found is None:
            return None
        entropy = cross = None
        if not family.constant:  # a part of -log density that has no text may hold y
            entropy = expected(at_truth, y, family, truth)
            cross = expected(at_model, y, family, truth)
    except LossmithError:
        return None
    if entropy is None or cross is None:
        return Divergence(family, truth, model, tuple(moved), found, None, None)
    return Divergence(family, truth, model, tuple(moved), found, entropy, cross)


def parameter(name: str, declare: str) -> Symbol:
    """Return the symbol of a row's parameter, with what is declared of it."""
    read = read_declarations(f"{name}: {declare}")[name]
    return symbol(name, read.sizes, read.assumptions)


def expected(g: Expr, y: Symbol, family: Family, truth: Mapping[str, Symbol]) -> Expr | None:
    """Return E[g(y)] under the law with the parameters ``truth``, None if g is not quadratic."""
    plain = canonical(g)
    if not is_polynomial(plain, y):
        return None
    mean = instance(family.mean, {**truth, "y": y})
    slope = canonical(differentiate(plain, y).end)
    bend = canonical(differentiate(slope, y).end) if depends_on(slope, [y]) else None
    at_mean = substitute(g, {y: mean})
    if bend is None:
        return _shorter(at_mean)
    if y.shape or depends_on(bend, [y]) or not family.variance:
        return None
    variance = instance(family.variance, dict(truth))
    return _shorter(build.add((1, at_mean), (Fraction(1, 2), build.multiply(bend, variance))))


def _shorter(e: Expr) -> Expr:
    """Return the shorter of two forms."""
    return min(simplify(e).end, simplify(canonical(e)).end, key=lambda form: len(to_text(form)))
