"""Gauss-Newton: the Hessian of a composition h(r(w)) without the second derivative of r.

For f(w) = h(r(w)), d^2 f = dr' H dr + <grad h, d^2 r>. The first term alone, J' H J with the
Jacobian J of r and the Hessian H of h at r, is positive semidefinite where h is convex, and is the
whole Hessian where r is affine. Source: Nocedal & Wright 2006, section 10.3; Martens 2020.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from lossmith.calculus.derivation import Derivation, Move, Rewrite
from lossmith.calculus.gradient import hessian, jacobian
from lossmith.calculus.normalize import normalize
from lossmith.calculus.simplify import simplify
from lossmith.expr.build import add, contract, zeros
from lossmith.expr.node import Add, Const, Expr, Symbol, children, symbol
from lossmith.expr.walk import depends_on, postorder, substitute, symbols
from lossmith.text.writing.printing import to_unicode
from lossmith.words import Words

_ONE = Fraction(1)


@dataclass(frozen=True, slots=True)
class GaussNewton:
    """The derivation of J' H J, summed over the terms of a formula.

    residuals: the part r of each term.  parts: the derivations it is made of (J, H, and the final
    rewriting); if each of them is right, so is the whole.
    """

    derivation: Derivation
    residuals: tuple[Expr, ...]
    parts: tuple[Derivation, ...]


def gauss_newton(expr: Expr, wrt: Symbol) -> GaussNewton:
    """Return J' H J for a scalar formula, axes (wrt, wrt), term by term.

    The residual r of a term is the outermost part that all of wrt goes through and that the term is
    not affine in. If wrt enters in several places that is wrt itself, and nothing is left out.
    """
    begin = normalize(expr)
    terms = begin.end.terms if isinstance(begin.end, Add) else ((_ONE, begin.end),)
    pieces: list[tuple[Fraction, Expr]] = []
    residuals: list[Expr] = []
    parts: list[Derivation] = []
    for c, t in terms:
        if depends_on(t, (wrt,)):
            r, piece, made_of = _piece(t, wrt)
            residuals.append(r)
            pieces.append((c, piece))
            parts += made_of
    whole = add(*pieces, shape=wrt.shape * 2)
    step = Derivation(begin.end, wrt, (Rewrite(_move(residuals), begin.end, whole),), whole)
    last = simplify(whole, (expr,))
    return GaussNewton(begin.then(step).then(last), tuple(residuals), (*parts, last))


def _piece(term: Expr, wrt: Symbol) -> tuple[Expr, Expr, list[Derivation]]:
    """Return (r, J' H J, what it is made of) of one term; r is wrt where the term is affine."""
    for r in _bottlenecks(term, wrt):
        z = symbol(_name(term), r.shape)
        curved = hessian(substitute(term, {r: z}), z)
        if not (isinstance(curved.end, Const) and curved.end.value == 0):
            inner = jacobian(r, wrt)
            whole = _assembled(wrt, inner.end, substitute(curved.end, {z: r}))
            return r, whole, [curved, inner]
    return wrt, zeros(wrt.shape * 2), []


def _bottlenecks(expr: Expr, wrt: Symbol) -> list[Expr]:
    """Return the parts that every path from expr to wrt goes through, outermost first."""
    order = list(postorder(expr))
    moving: set[Expr] = set()
    for e in order:
        if e is wrt or any(c in moving for c in children(e)):
            moving.add(e)
    if expr not in moving:
        return []
    # Walking from the root in reverse order, a node met while no other is waiting is on all paths.
    waiting: set[Expr] = {expr}
    found: list[Expr] = []
    for e in reversed(order):
        if e not in waiting:
            continue
        waiting.discard(e)
        if not waiting and e is not expr:
            found.append(e)
        waiting |= {c for c in children(e) if c in moving}
    return found


def _assembled(wrt: Symbol, j: Expr, curved: Expr) -> Expr:
    d = len(wrt.shape)
    n = len(j.shape) - d
    rows, columns = tuple(range(2 * d, 2 * d + n)), tuple(range(2 * d + n, 2 * (d + n)))
    left, right = tuple(range(d)), tuple(range(d, 2 * d))
    factors = [
        (j, rows + left, _ONE),
        (curved, rows + columns, _ONE),
        (j, columns + right, _ONE),
    ]
    return contract(factors, left + right, wrt.shape * 2)


def _name(expr: Expr) -> str:
    taken = {s.name for s in symbols(expr)}
    return next(n for n in ("z", "r", "u", "residual", "residual_") if n not in taken)


def _move(residuals: list[Expr]) -> Move:
    shown = ", ".join(dict.fromkeys(to_unicode(r) for r in residuals))
    return Move(
        "gauss-newton",
        Words(
            f"J' H J with r = {shown}: the second derivative of r is left out",
            f"J' H J，其中 r = {shown}：舍去 r 的二阶导数",
        ),
        "Nocedal & Wright 2006, section 10.3",
    )
