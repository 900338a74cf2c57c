"""A loss in the forms in which its parts are looked for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from lossmith.calculus.normalize import normalize
from lossmith.errors import LossmithError
from lossmith.expr.node import Add, Apply, Contract, Expr, Symbol, children, symbol
from lossmith.expr.sets import POSITIVE
from lossmith.expr.types import Assumptions
from lossmith.expr.walk import dependents, depends_on, postorder
from lossmith.likelihood.lift import instance
from lossmith.likelihood.parts import Parts, moving
from lossmith.likelihood.terms import canonical, monomials


@dataclass(frozen=True, slots=True)
class Loss:
    """expr as typed; plain: known functions recognized; spread: multiplied out; parts: monomials.

    atoms: the names of the functions in plain and spread.  depth: how many functions stand inside
    one another.  promised: numbers taken to be positive.
    """

    expr: Expr
    wrt: tuple[Symbol, ...]
    promised: tuple[Symbol, ...]
    plain: Expr
    spread: Expr
    parts: Parts
    atoms: frozenset[str]
    depth: int


def loss_of(expr: Expr, wrt: tuple[Symbol, ...], promised: tuple[Symbol, ...]) -> Loss:
    """Return the forms of an expression."""
    plain, spread = normalize(expr).end, canonical(expr)
    parts = moving(monomials(spread, wrt))
    nested = max(depth(e) for e in (expr, plain, spread))
    atoms = atoms_of(plain) | atoms_of(spread)
    return Loss(expr, wrt, promised, plain, spread, parts, atoms, nested)


def atoms_of(e: Expr) -> frozenset[str]:
    """Return the names of the functions in an expression."""
    return frozenset(a.atom.name for a in postorder(e) if isinstance(a, Apply))


def functions_of(e: Expr, y: Symbol) -> frozenset[str]:
    """Return the names of the functions of y in an expression, roots of sums among them."""
    held = dependents(e, [y])
    names = {a.atom.name for a in held if isinstance(a, Apply)}
    factors = (g for a in held if isinstance(a, Contract) for g in a.factors)
    is_root = any(p.denominator != 1 and isinstance(g, Add) and g in held for g, _, p in factors)
    return frozenset(names | ({"root"} if is_root else set()))


def depth(e: Expr) -> int:
    """Return how many functions stand inside one another: 2 in log(1 + exp(x))."""
    found: dict[Expr, int] = {}
    for node in postorder(e):
        below = max((found[c] for c in children(node)), default=0)
        found[node] = below + isinstance(node, Apply)
    return found[e]


_NAME: Final = re.compile(r"[^\W\d]\w*")
_TELLING: Final = frozenset({"lgamma", "normcdf"})
"""Functions of normalizers that no rewriting makes go."""
_NUMBERS = (
    "y", "eta", "w", "q", "r", "m", "tau", "delta", "a", "b", "eps", "lower", "alpha", "p", "nu",
    "t",
)  # fmt: skip
_WHOLE = ("norm2", "norminf", "softmax", "sumexp", "sum(lgamma", "'*")
_OF_MATRICES = ("logdet", "tr(")


@lru_cache(maxsize=256)
def core_depth(core: str) -> int:
    """Return how many functions of a row's core stand inside one another."""
    return depth(instance(core, dict(_names(core))))


def has_core(atoms: frozenset[str], core: str) -> bool:
    """Return whether a loss with these functions may hold the moving terms of a row's core.

    With a positive number r in it log(r + exp z) is written as another function.
    """
    return any(_core_atoms(core, positive) <= atoms for positive in (False, True))


def has_core_of(functions: frozenset[str], core: str) -> bool:
    """Return whether a loss with these functions of y may hold the moving terms of a row's core."""
    return any(_core_functions(core, positive) <= functions for positive in (False, True))


@lru_cache(maxsize=512)
def _core_functions(core: str, positive: bool) -> frozenset[str]:
    """Return the functions of y in the moving terms of a row's core once it is canonical."""
    moved, parts = _core_parts(core, positive)
    if parts is None:
        return frozenset(("no value",))
    return frozenset[str]().union(*(functions_of(e, moved) for pair in parts for e in pair))


@lru_cache(maxsize=512)
def _core_atoms(core: str, positive: bool) -> frozenset[str]:
    """Return the functions in the moving terms of a row's core once it is canonical."""
    _, parts = _core_parts(core, positive)
    if parts is None:
        return frozenset(("no value",))
    return frozenset[str]().union(*(atoms_of(e) for pair in parts for e in pair))


@lru_cache(maxsize=512)
def _core_parts(core: str, positive: bool) -> tuple[Symbol, list[tuple[Expr, Expr]] | None]:
    """Return y and the moving terms of a row's core once it is canonical; None without a value."""
    names = _names(core)
    moved = [n for n in ("eta", "w") if n in _NAME.findall(core)]
    if positive:
        own = {n: s for n, s in names.items() if not s.shape and n not in ("y", *moved)}
        names |= {n: symbol(n, (), Assumptions(POSITIVE)) for n in own}
    try:
        parts = moving(monomials(canonical(instance(core, dict(names))), [names[n] for n in moved]))
    except LossmithError:
        return names["y"], None
    return names["y"], list(parts.items())


@lru_cache(maxsize=256)
def scale_atoms(energy: str, moved: tuple[str, ...], names: tuple[str, ...]) -> frozenset[str]:
    """Return the functions in a normalizer that hold what is estimated and that nothing makes go.

    energy: of a law of one number, over y and its parameters ``names``, those ``moved`` estimated.
    """
    known = {n: symbol(n) for n in ("y", *names)}
    parts = moving(monomials(canonical(instance(energy, dict(known))), [known[n] for n in moved]))
    every = (telling(e, known["y"]) for pair in parts.items() for e in pair)
    return frozenset[str]().union(*every)


@lru_cache(maxsize=256)
def core_telling(core: str) -> frozenset[str]:
    """Return the functions of normalizers that a row's core has."""
    names = _names(core)
    return telling(instance(core, dict(names)), names["y"])


def telling(e: Expr, y: Symbol) -> frozenset[str]:
    """Return the functions of normalizers in an expression, those of y apart: "lgamma of y"."""
    held = [a for a in postorder(e) if isinstance(a, Apply) and a.atom.name in _TELLING]
    return frozenset(a.atom.name + " of y" * depends_on(a, [y]) for a in held)


def _names(core: str) -> dict[str, Symbol]:
    """Return symbols for the names of a row, in the shapes that it asks for."""
    of_matrices = any(word in core for word in _OF_MATRICES) and "'*" not in core
    whole = any(word in core for word in _WHOLE)
    shape = ("k", "k") if of_matrices else ("k",) if whole else ()
    shape = ("n", "d") if "nucnorm" in core else shape
    definite = Assumptions(structure=frozenset({"pd"}))
    names: dict[str, Symbol] = {
        n: symbol(n, shape, definite if of_matrices else Assumptions())
        if n in ("w", "y", "eta")
        else symbol(n)
        for n in _NUMBERS
    }
    names |= {n: symbol(n, ("k", "k"), definite) for n in ("P", "S", "A")}
    return names
