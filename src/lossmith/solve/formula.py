"""Formulas with values to problems: split, differentiate, emit, load, bind."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import prod
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from lossmith.calculus.differentiate import differentiate
from lossmith.calculus.floats import for_floats
from lossmith.calculus.gradient import gradient, jacobian
from lossmith.calculus.normalize import normalize
from lossmith.calculus.simplify import simplify
from lossmith.emit.numpy_source import emit
from lossmith.errors import UsageError
from lossmith.expr import build
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.ranges import enclosure
from lossmith.expr.types import shape_text
from lossmith.expr.walk import depends_on, substitute, symbols
from lossmith.run.bind import bind
from lossmith.run.load import Function, load
from lossmith.solve.constraints import (
    bounds,
    open_domain,
    refuse_discrete,
    sets,
    subspace,
)
from lossmith.solve.penalty import BlockNorm, Penalty, Piece, Semidefinite, Simplex
from lossmith.solve.pieces import behind_matrices, block, diagonal_of, entrywise, multiple_of
from lossmith.solve.problem import Affine, Layout, Problem
from lossmith.solve.split import Part, Split, split
from lossmith.words import Words

Array = NDArray[np.float64]

HESSIAN_UP_TO: Final = 2000
"""Unknowns up to which a dense Hessian is formed: 32 MB at this size."""


@dataclass(frozen=True, slots=True)
class Proved:
    """What was proved of the whole objective F, as numbers or as expressions of the data.

    convex: F is convex.  strong: m.  smooth: L.  differentiable: None if nobody looked.
    """

    convex: bool = False
    strong: Expr | float = 0.0
    smooth: Expr | float | None = None
    differentiable: bool | None = None


def formulate(
    expr: Expr,
    wrt: Sequence[Symbol],
    values: Mapping[str, Any],
    sizes: Mapping[str, int] | None = None,
    proved: Proved | None = None,
) -> Problem:
    """Return the problem of minimizing expr over the symbols wrt, the others held at values.

    Raises: UsageError for a variable of unknown size; all that ``run.bind`` raises.
    """
    return _Formulation(expr, tuple(wrt), values, sizes, proved or Proved()).problem()


class _Formulation:
    """One formula on its way to a problem."""

    def __init__(
        self,
        expr: Expr,
        wrt: tuple[Symbol, ...],
        values: Mapping[str, Any],
        sizes: Mapping[str, int] | None,
        proved: Proved,
    ) -> None:
        if expr.shape:
            raise UsageError(
                Words(
                    f"only a scalar can be minimized; this has shape {shape_text(expr.shape)}",
                    f"只能对标量求极小；此公式的形状是 {shape_text(expr.shape)}",
                )
            )
        refuse_discrete(wrt)
        self.wrt, self.proved = wrt, proved
        self.expr = normalize(expr).end
        data = [s for s in symbols(expr) if s not in wrt]
        given = {k: v for k, v in values.items() if k not in {s.name for s in wrt}}
        self.bound = bind(data, given, sizes)
        self.layout = Layout(tuple((s.name, self._lengths(s)) for s in wrt))
        self.fixed: dict[str, Any] = dict(self.bound.values)
        # A size that only a variable has is known once the variable's shape is.
        for s, (_, shape) in zip(wrt, self.layout.parts, strict=True):
            for d, length in zip(s.shape, shape, strict=True):
                if isinstance(d, str):
                    self.fixed.setdefault(d, length)

    def _lengths(self, s: Symbol) -> tuple[int, ...]:
        lengths: list[int] = []
        for d in s.shape:
            length = d if isinstance(d, int) else self.bound.sizes.get(d)
            if length is None:
                raise UsageError(
                    Words(
                        f"the size {d} of the variable {s.name} is not known",
                        f"变量 {s.name} 的大小 {d} 未知",
                    ),
                    why=Words("no value that is given has this size", "所给的数据都不含这个大小"),
                    attempt=Words(
                        f"a start for {s.name}, or sizes={{{d!r}: 3}}; on the command line --x0 or "
                        f"--sizes {d}=3",
                        f"给出 {s.name} 的起点，或 sizes={{{d!r}: 3}}；"
                        f"命令行用 --x0 或 --sizes {d}=3",
                    ),
                )
            lengths.append(length)
        return tuple(lengths)

    # -- the problem --------------------------------------------------------------------------

    def problem(self) -> Problem:
        """Return the problem; parts whose weights turn out negative stay in f."""
        pieces = split(self.expr, self.wrt)
        penalty, affine, left = self._pieces(pieces)
        smooth_part = pieces.smooth
        differentiable = pieces.differentiable
        if left:
            smooth_part = build.add(smooth_part, *(_term(p) for p in left), shape=())
            differentiable = False
        whole = not _took_terms(penalty) and affine is None
        if self.proved.differentiable is not None and whole:
            differentiable = self.proved.differentiable
        return self._assembled(smooth_part, penalty, affine, differentiable=differentiable)

    def _assembled(
        self, f: Expr, penalty: Penalty, affine: Affine | None, *, differentiable: bool
    ) -> Problem:
        exprs = _Slopes(f, self.wrt)
        fast = self._loaded(
            {"value": f, "gradient": exprs.gradients, "both": (f, *exprs.gradients)}
        )
        value, slope, both = self._calls(fast)
        hessian, hvp = self._second(exprs)
        constant = hessian is not None and exprs.has_constant_hessian
        strong, own, smooth = self._constants(hessian if constant else None, penalty, affine)
        lower = enclosure(f).lo
        return Problem(
            layout=self.layout,
            value=value,
            gradient=slope,
            value_and_gradient=both,
            hessian=hessian if differentiable else None,
            hvp=hvp,
            penalty=penalty,
            affine=affine,
            convex=self.proved.convex,
            strong=strong,
            strong_smooth=own,
            smooth=smooth,
            differentiable=differentiable,
            lower=None if lower is None else float(lower),
        )

    def _loaded(self, functions: Mapping[str, Expr | tuple[Expr, ...]]) -> Function:
        computed = {
            name: for_floats(e) if isinstance(e, Expr) else tuple(for_floats(part) for part in e)
            for name, e in functions.items()
        }
        return load(emit(computed))

    def _calls(
        self, loaded: Function
    ) -> tuple[
        Callable[[Array], float], Callable[[Array], Array], Callable[[Array], tuple[float, Array]]
    ]:
        """Return f, its gradient and both as functions of the packed vector."""
        inside = open_domain(self.wrt, self.layout)
        project = subspace(self.wrt, self.layout)
        nowhere = np.full(self.layout.dimension, np.nan)

        def value(x: Array) -> float:
            if not inside(x):
                return np.inf
            try:
                return float(loaded.call("value", self._at(x)))
            except np.linalg.LinAlgError:
                return np.inf

        def slope(x: Array) -> Array:
            try:
                found = _packed(loaded.call("gradient", self._at(x)))
            except np.linalg.LinAlgError:
                return nowhere
            return found if project is None else project(found)

        def both(x: Array) -> tuple[float, Array]:
            if not inside(x):
                return np.inf, nowhere
            try:
                f, *parts = loaded.call("both", self._at(x))
            except np.linalg.LinAlgError:
                return np.inf, nowhere
            found = _packed(parts)
            return float(f), found if project is None else project(found)

        return value, slope, both

    def _at(self, x: Array) -> dict[str, Any]:
        return {**self.fixed, **self.layout.unpack(x)}

    # -- second derivatives -------------------------------------------------------------------

    def _second(
        self, exprs: _Slopes
    ) -> tuple[Callable[[Array], Array] | None, Callable[[Array, Array], Array] | None]:
        """Return the Hessian, derived and compiled at its first use, and its product."""
        # Inside a subspace of matrices the full Hessian is not the one that Newton needs.
        whole = subspace(self.wrt, self.layout) is None
        small = self.layout.dimension <= HESSIAN_UP_TO
        if not whole or not small or not exprs.is_twice_differentiable:
            return None, None
        lengths = [prod(shape) for _, shape in self.layout.parts]

        @cache
        def compiled() -> Function:
            return self._loaded({"hessian": exprs.hessians})

        def hessian(x: Array) -> Array:
            blocks = compiled().call("hessian", self._at(x))
            blocks = blocks if isinstance(blocks, tuple) else (blocks,)
            rows = [
                np.hstack(
                    [
                        np.reshape(blocks[i * len(lengths) + j], (a, b))
                        for j, b in enumerate(lengths)
                    ]
                )
                for i, a in enumerate(lengths)
            ]
            return np.vstack(rows)

        return hessian, lambda x, v: hessian(x) @ v

    def _constants(
        self,
        constant_hessian: Callable[[Array], Array] | None,
        penalty: Penalty,
        affine: Affine | None,
    ) -> tuple[float, float, float | None]:
        """Return (m of F, m of f, L of f): proved, or read off a Hessian that is constant."""
        # m is often a least eigenvalue, and too dear where not even a Hessian is formed.
        affordable = self.layout.dimension <= HESSIAN_UP_TO
        strong = self._number(self.proved.strong) if affordable else 0.0
        plain = not _took_terms(penalty) and affine is None
        own = strong if plain else 0.0
        smooth = None
        if self.proved.smooth is not None and plain:
            smooth = self._number(self.proved.smooth)
        if constant_hessian is not None:
            eigenvalues = np.linalg.eigvalsh(constant_hessian(np.zeros(self.layout.dimension)))
            rounding = 1e-12 * max(1.0, float(np.max(np.abs(eigenvalues))))
            exact = float(np.max(np.abs(eigenvalues))) + rounding
            smooth = exact if smooth is None else min(smooth, exact)
            own = max(own, float(eigenvalues[0]) - rounding)
            if self.proved.convex:
                strong = max(strong, own)
        return max(strong, 0.0), max(own, 0.0), smooth

    def _number(self, value: Expr | float) -> float:
        """Return a constant of the proof at the data."""
        if isinstance(value, int | float):
            return float(value)
        loaded = self._loaded({"value": value})
        found = float(loaded.call("value", self.fixed))
        return found if np.isfinite(found) else 0.0

    # -- the nonsmooth parts ------------------------------------------------------------------

    def _pieces(self, found: Split) -> tuple[Penalty, Affine | None, list[Part]]:
        """Return the penalty, the part behind a matrix, and the parts that fit neither."""
        places = self.layout.slices()
        low, high = bounds(self.wrt, self.layout)
        pieces: list[Piece] = sets(self.wrt, self.layout)
        rows: list[tuple[Part, Array, Array, Array]] = []
        left: list[Part] = []
        taken = {piece.name for piece in pieces}
        for part in found.parts:
            weight = self._tensor(part.weight)
            if not (np.isfinite(weight).all() and (weight >= 0).all()):
                left.append(part)
                continue
            variable = self._own_variable(part)
            if not part.atom.signature.is_entrywise:
                bounded = low is not None or high is not None
                free = variable is not None and variable.name not in taken and not bounded
                piece = self._norm(part, variable, float(weight)) if free and variable else None
                if piece is None or variable is None:
                    left.append(part)
                    continue
                taken.add(variable.name)
                pieces.append(piece)
                continue
            matrix, offset = self._affine(part.argument)
            if matrix is None:
                left.append(part)
                continue
            diagonal = None if variable is None else diagonal_of(matrix, places[variable.name])
            if variable is not None and diagonal is not None and variable.name not in taken:
                taken.add(variable.name)
                pieces.append(
                    entrywise(part, places[variable.name], np.ravel(weight), diagonal, offset)
                )
            else:
                rows.append((part, matrix, offset, np.ravel(weight)))
        affine = behind_matrices(rows) if rows else None
        return Penalty(tuple(pieces), low, high), affine, left

    def _norm(self, part: Part, variable: Symbol, weight: float) -> BlockNorm | None:
        """Return weight * norm(c x + b) as |c| weight * norm(x + b/c), None if it is not so."""
        place, shape = self.layout.slices()[variable.name], dict(self.layout.parts)[variable.name]
        if part.argument is variable:
            return block(part, variable, place, weight, shape)
        matrix, offset = self._affine(part.argument)
        c = None if matrix is None else multiple_of(matrix, place)
        if c is None:
            return None
        return block(part, variable, place, abs(c) * weight, shape, -offset / c)

    def _own_variable(self, part: Part) -> Symbol | None:
        """Return the variable of a part, if there is one only and it has the part's shape."""
        inside = [s for s in self.wrt if depends_on(part.argument, [s])]
        if len(inside) == 1 and inside[0].shape == part.argument.shape:
            return inside[0]
        return None

    def _affine(self, argument: Expr) -> tuple[Array | None, Array]:
        """Return (A, b) with argument = A x + b over the packed vector; A None if not affine."""
        if argument in self.wrt:
            assert isinstance(argument, Symbol)
            return self._selector(argument), np.zeros(prod(self._shape_of(argument)))
        columns: list[Array] = []
        length = prod(self._shape_of(argument))
        for s in self.wrt:
            if not depends_on(argument, [s]):
                columns.append(np.zeros((length, prod(self._lengths(s)))))
                continue
            slope = jacobian(argument, s).end
            if depends_on(slope, self.wrt):
                return None, np.zeros(length)
            columns.append(self._tensor(slope).reshape(length, -1))
        zero: dict[Expr, Expr] = {s: build.zeros(s.shape) for s in self.wrt}
        return np.hstack(columns), np.ravel(self._tensor(substitute(argument, zero)))

    def _selector(self, s: Symbol) -> Array:
        place = self.layout.slices()[s.name]
        return np.eye(self.layout.dimension)[place]

    def _shape_of(self, e: Expr) -> tuple[int, ...]:
        return tuple(d if isinstance(d, int) else int(self.fixed[d]) for d in e.shape)

    def _tensor(self, e: Expr) -> Array:
        return np.asarray(self._loaded({"value": e}).call("value", self.fixed), dtype=float)


class _Slopes:
    """Derivatives of f by all variables, derived when they are asked for."""

    def __init__(self, f: Expr, wrt: tuple[Symbol, ...]) -> None:
        self.f, self.wrt = f, wrt
        self.gradients = tuple(gradient(f, s).end for s in wrt)
        self._hessians: tuple[Expr, ...] | None = None

    @property
    def hessians(self) -> tuple[Expr, ...]:
        """All blocks, row by row."""
        if self._hessians is None:
            self._hessians = tuple(
                simplify(differentiate(g, s).end).end for g in self.gradients for s in self.wrt
            )
        return self._hessians

    @property
    def is_twice_differentiable(self) -> bool:
        """Whether every function in the gradients has a known slope."""
        try:
            return bool(self.hessians)
        except UsageError:
            return False

    @property
    def has_constant_hessian(self) -> bool:
        """Whether no block depends on the variables: f is quadratic."""
        return not any(depends_on(h, self.wrt) for h in self.hessians)


def _took_terms(penalty: Penalty) -> bool:
    """Return whether terms of F were moved to the penalty (a set is no term of F)."""
    return any(not isinstance(p, Simplex | Semidefinite) for p in penalty.pieces)


def _packed(parts: Any) -> Array:
    if not isinstance(parts, tuple | list):
        return np.ravel(parts)
    return np.concatenate([np.ravel(p) for p in parts])


def _term(part: Part) -> Expr:
    """Return a part as an expression again."""
    return build.inner(part.weight, build.apply(part.atom, part.argument))
