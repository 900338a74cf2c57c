"""Derivatives of an objective: closed form, steps, and numbers on demand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from lossmith.calculus.constrained import constrained
from lossmith.calculus.derivation import Derivation, Step
from lossmith.calculus.floats import for_floats
from lossmith.calculus.reverify import Recheck
from lossmith.calculus.structure import structure
from lossmith.errors import UsageError
from lossmith.expr.node import Expr
from lossmith.expr.operator import Structured
from lossmith.expr.types import Shape
from lossmith.expr.walk import symbols
from lossmith.text.writing.print_names import latex_name
from lossmith.text.writing.printing import Notation, WrittenDialect, to_latex, to_unicode, written
from lossmith.words import Words

if TYPE_CHECKING:
    from lossmith.run.joint import JointOperator
    from lossmith.run.operator import Operator
    from lossmith.run.solving import Array


@dataclass(frozen=True, repr=False)
class Derivative:
    """A derivative of an objective: the derivation, and numbers on demand.

    ``derivation.end`` is the expression shown and the expression computed.
    owner: computes the numbers of an entry.  recheck: how it was confirmed.
    """

    owner: Callable[..., Any]
    derivation: Derivation
    entry: str
    recheck: Recheck

    @property
    def expr(self) -> Expr:
        """The closed form."""
        return self.derivation.end

    @property
    def shape(self) -> Shape:
        """Sizes of its axes, as letters."""
        return self.derivation.end.shape

    @property
    def axes(self) -> tuple[Shape, Shape]:
        """Sizes of the axes of what was differentiated, and of the variable once or more often."""
        of = len(self.derivation.start.shape)
        return self.shape[:of], self.shape[of:]

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps of the derivation; the last one ends in ``expr``."""
        return self.derivation.steps

    @cached_property
    def constrained(self) -> Derivative | None:
        """The gradient in the space of the declared matrices (symmetric, diagonal), if smaller."""
        inside = constrained(self.derivation)
        if inside is None:
            return None
        return Derivative(self.owner, inside, f"{self.entry}_constrained", self.recheck)

    @cached_property
    def structure(self) -> Structured:
        """What a second derivative is made of: diagonal, X'DX, low rank, Kronecker, blocks, dense.

        Raises: UsageError for a derivative that is no map on the entries of one variable.
        """
        half = len(self.shape) // 2
        if self.derivation.order != 2 or self.shape[:half] != self.shape[half:]:
            raise UsageError(
                Words("this derivative has no structure to show", "该导数没有可显示的结构"),
                why=Words(
                    "structure is of the second derivative by one variable",
                    "结构指对同一个变量的二阶导数而言",
                ),
                attempt=Words(
                    "objective(...).hessian.structure", "objective(...).hessian.structure"
                ),
            )
        return structure(self.expr)

    def operator(self, **values: Any) -> Operator:
        """Return a second derivative at values (arrays by name): .dense() .matvec(v) .solve(b).

        Unit tensors are never multiplied out, and solves follow the structure.
        """
        from lossmith.run.operator import operator

        computed = for_floats(self.expr)
        return operator(structure(computed), computed, symbols(self.derivation.start), values)

    def dense(self, **values: Any) -> Array:
        """Return a second derivative at values as an array: the axes of the variable twice."""
        return self.operator(**values).dense()

    def matvec(self, v: Any, /, **values: Any) -> Array:
        """Return a second derivative at values, times an array of the shape of the variable."""
        return self.operator(**values).matvec(v)

    def solve(self, b: Any, /, **values: Any) -> Array:
        """Return v with H v = b at values, by the structure of H; b of the variable's shape.

        Raises: DataError where H is singular.
        """
        return self.operator(**values).solve(b)

    def latex(self, notation: Notation = "matrix") -> str:
        """Return the closed form as LaTeX."""
        return to_latex(self.expr, notation=notation)

    def written(self, dialect: WrittenDialect, notation: Notation = "matrix") -> str:
        """Return the closed form as "text", "unicode", "latex" or "python" (one NumPy expression).

        Each can be read back by ``parse``.
        """
        return written(self.expr, dialect, notation)

    def __str__(self) -> str:
        return to_unicode(self.expr)

    def __repr__(self) -> str:
        return str(self)

    def __call__(self, **values: Any) -> Any:
        """Return the numbers at the given values (arrays by name)."""
        return self.owner(self.entry, self.expr, values)

    def to_json(self) -> dict[str, Any]:
        """Return the derivation as plain data."""
        return self.derivation.to_json()

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/plain": str(self), "text/latex": f"$\\displaystyle {self.latex()}$"}


@dataclass(frozen=True, repr=False)
class Blocks:
    """Derivatives with respect to several variables: one block each (pair)."""

    blocks: Mapping[tuple[str, ...], Derivative]

    def __getitem__(self, names: str | tuple[str, ...]) -> Derivative:
        key = (names,) if isinstance(names, str) else names
        if key not in self.blocks:
            known = "; ".join(", ".join(k) for k in self.blocks)
            raise UsageError(
                Words(f"there is no block {names}", f"没有分块 {names}"),
                why=Words(f"the blocks are {known}", f"已有的分块：{known}"),
            )
        return self.blocks[key]

    def __str__(self) -> str:
        return "\n".join(f"{', '.join(k)}: {v}" for k, v in self.blocks.items())

    def __repr__(self) -> str:
        return str(self)

    def operator(self, **values: Any) -> JointOperator:
        """Return the second derivative by all variables together, at values (arrays by name).

        Its .matvec(v) and .solve(b) take and return one array for each variable; .dense() is the
        matrix of all of them. Raises: UsageError for first derivatives.
        """
        from lossmith.run.joint import joint_operator

        if any(len(key) != 2 for key in self.blocks):
            raise UsageError(
                Words("first derivatives are no operator", "一阶导数不是算子"),
                attempt=Words(
                    "objective(...).hessian.operator(...)", "objective(...).hessian.operator(...)"
                ),
            )
        computed = {(a, b): for_floats(self.blocks[a, b].expr) for a, b in self.blocks}
        own = {a: structure(e) for (a, b), e in computed.items() if a == b}
        start = next(iter(self.blocks.values())).derivation.start
        return joint_operator(computed, own, symbols(start), values)

    def latex(self, notation: Notation = "matrix") -> str:
        """Return all blocks as LaTeX, one line each."""
        lines = [
            rf"{', '.join(latex_name(n) for n in k)} &\colon\; {d.latex(notation)}"
            for k, d in self.blocks.items()
        ]
        return "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"

    def __call__(self, **values: Any) -> dict[str | tuple[str, ...], Any]:
        """Return the numbers of every block, by the name of its variable or its pair of names."""
        return {k[0] if len(k) == 1 else k: d(**values) for k, d in self.blocks.items()}

    def to_json(self) -> dict[str, Any]:
        """Return every block's derivation as plain data."""
        return {", ".join(k): v.to_json() for k, v in self.blocks.items()}

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/plain": str(self), "text/latex": f"${self.latex()}$"}


def single(table: Mapping[tuple[str, ...], Derivative]) -> Derivative | Blocks:
    """Return the only derivative of a table, or all of them as blocks."""
    return next(iter(table.values())) if len(table) == 1 else Blocks(table)
