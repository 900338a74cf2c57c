"""A loss in the forms in which its parts are looked for."""

from __future__ import annotations

from dataclasses import dataclass

from lossmith.calculus.normalize import normalize
from lossmith.expr.node import Apply, Expr, Symbol, symbol
from lossmith.expr.types import Assumptions
from lossmith.expr.walk import postorder
from lossmith.likelihood.lift import instance
from lossmith.likelihood.parts import Parts, moving
from lossmith.likelihood.terms import canonical, monomials


@dataclass(frozen=True, slots=True)
class Loss:
    """expr as typed; plain: known functions recognized; spread: multiplied out; parts: monomials.

    atoms: the names of the functions in plain and spread.  promised: numbers taken to be positive.
    """

    expr: Expr
    wrt: tuple[Symbol, ...]
    promised: tuple[Symbol, ...]
    plain: Expr
    spread: Expr
    parts: Parts
    atoms: frozenset[str]


def loss_of(expr: Expr, wrt: tuple[Symbol, ...], promised: tuple[Symbol, ...]) -> Loss:
    """Return the forms of an expression."""
    plain, spread = normalize(expr).end, canonical(expr)
    parts = moving(monomials(spread, wrt))
    return Loss(expr, wrt, promised, plain, spread, parts, _atoms(plain) | _atoms(spread))


def _atoms(e: Expr) -> frozenset[str]:
    return frozenset(a.atom.name for a in postorder(e) if isinstance(a, Apply))


_CORES: dict[str, frozenset[str]] = {}
_NUMBERS = (
    "y", "eta", "w", "q", "r", "m", "tau", "delta", "a", "b", "eps", "lower", "alpha", "p", "nu",
)  # fmt: skip
_WHOLE = ("norm2", "norminf", "softmax", "sumexp", "'*")
_OF_MATRICES = ("logdet", "tr(")


def core_atoms(core: str) -> frozenset[str]:
    """Return the functions that a row's core holds once it is canonical."""
    if core not in _CORES:
        of_matrices = any(word in core for word in _OF_MATRICES) and "'*" not in core
        whole = any(word in core for word in _WHOLE)
        shape = ("k", "k") if of_matrices else ("k",) if whole else ()
        definite = Assumptions(structure=frozenset({"pd"}))
        names = {
            n: symbol(n, shape, definite if of_matrices else Assumptions())
            if n in ("w", "y", "eta")
            else symbol(n)
            for n in _NUMBERS
        }
        names |= {n: symbol(n, ("k", "k"), definite) for n in ("P", "S", "A")}
        found = _atoms(canonical(instance(core, dict(names))))
        _CORES[core] = found - {"pi", "lgamma"}
    return _CORES[core]
