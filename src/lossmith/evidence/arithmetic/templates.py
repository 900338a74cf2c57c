"""Formulas of scalars carried over to tensors entry by entry, and sums taken apart. Trusted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from lossmith.evidence.arithmetic.linear import axes
from lossmith.expr.build import add, apply, broadcast, contract, select
from lossmith.expr.node import (
    Add,
    Apply,
    Comparison,
    Const,
    Contract,
    Delta,
    Expr,
    Select,
    Shape,
    Symbol,
)
from lossmith.expr.walk import postorder


def lift(template: Expr, binding: Mapping[Symbol, Expr]) -> Expr:
    """Return the template with scalars replaced, each operation done entry by entry."""
    shape = max((e.shape for e in binding.values()), key=len, default=())
    made: dict[Expr, Expr] = {}
    for e in postorder(template):
        if e.shape:
            raise ValueError("a template is made of scalars")
        match e:
            case Symbol():
                made[e] = binding.get(e, e)
            case Const():
                made[e] = e
            case Add():
                wide = shape if any(made[t].shape for _, t in e.terms) else ()
                made[e] = add(*((c, broadcast(made[t], wide)) for c, t in e.terms))
            case Contract() if not e.summed:
                wide = shape if any(made[f].shape for f, _, _ in e.factors) else ()
                own = [(made[f], axes(made[f]), p) for f, _, p in e.factors]
                made[e] = contract(own, tuple(range(len(wide))), wide)
            case Apply() if e.atom.signature.is_entrywise:
                wide = shape if any(made[a].shape for a in e.args) else ()
                made[e] = apply(e.atom, *(broadcast(made[a], wide) for a in e.args))
            case Select():
                cases = [
                    (tuple(Comparison(made[c.expr], c.relation) for c in guard), made[v])
                    for guard, v in e.cases
                ]
                made[e] = _chosen(cases, made[e.otherwise], shape)
            case Contract() | Apply() | Delta():
                raise ValueError("a template acts entry by entry")
    return made[template]


def _chosen(
    cases: list[tuple[tuple[Comparison, ...], Expr]], otherwise: Expr, shape: Shape
) -> Expr:
    """Return a choice entry by entry, its parts widened to one shape."""
    inside = [*(v for _, v in cases), otherwise, *(c.expr for guard, _ in cases for c in guard)]
    wide = shape if any(p.shape for p in inside) else ()
    widened = [
        (tuple(Comparison(broadcast(c.expr, wide), c.relation) for c in guard), broadcast(v, wide))
        for guard, v in cases
    ]
    return select(widened, broadcast(otherwise, wide))


def parts_of(e: Add, groups: Iterable[Sequence[Fraction]]) -> list[tuple[Fraction, Expr]] | None:
    """Return e split into (coefficient, part): one term a part, or the sum of a group of terms."""
    chosen = [[int(k) for k in group] for group in groups]
    if sorted(k for group in chosen for k in group) != list(range(len(e.terms))):
        return None
    return [
        e.terms[g[0]] if len(g) == 1 else (Fraction(1), add(*(e.terms[k] for k in g)))
        for g in chosen
    ]


def distributed(e: Expr) -> list[tuple[Fraction, Expr]] | None:
    """Return a product with one factor that is a sum as (coefficient, product) for each term."""
    if not isinstance(e, Contract):
        return None
    sums = [k for k, (f, _, p) in enumerate(e.factors) if isinstance(f, Add) and p == 1]
    if len(sums) != 1:
        return None
    f, labels, _ = e.factors[sums[0]]
    if len(set(labels)) < len(labels):
        return None  # on a diagonal the terms ask nothing of what is beside it: see ``linear``
    rest = [g for k, g in enumerate(e.factors) if k != sums[0]]
    assert isinstance(f, Add)
    out = tuple(range(e.rank))
    parts = [(c, contract([(t, labels, 1), *rest], out, e.shape)) for c, t in f.terms]
    return [factored(c, part) for c, part in parts]


def factored(c: Fraction, e: Expr) -> tuple[Fraction, Expr]:
    """Return c * e as a number times an expression that carries none."""
    if isinstance(e, Add) and len(e.terms) == 1:
        return c * e.terms[0][0], e.terms[0][1]
    return c, e
