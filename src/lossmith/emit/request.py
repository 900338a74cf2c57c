"""What is asked of a target: the functions of one formula, and what is known of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lossmith.emit.file import Result
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.operator import Structured


@dataclass(frozen=True, slots=True)
class Request:
    """Functions to write down.

    functions: value, gradient, hessian, hvp of one variable; value, gradient_a, hessian_a_b ... of
      several.  symbols: of the formula, in order.  wrt: the variables.
    title: first line of the file.  docs: entry -> its mathematics in the target's notation.
    names: symbol -> its name in that notation.
    convex: the value is proved convex in the variables.
    smooth: a Lipschitz constant of the gradient, proved; None: no such constant is known.
    differentiable: the value has no kinks.
    structure: of the Hessian by the only variable, if it has one that is worth using.
    """

    functions: Mapping[str, Result]
    symbols: tuple[Symbol, ...]
    wrt: tuple[Symbol, ...]
    title: str = ""
    docs: Mapping[str, str] = field(default_factory=dict[str, str])
    names: Mapping[str, str] = field(default_factory=dict[str, str])
    convex: bool = False
    smooth: Expr | None = None
    differentiable: bool = False
    structure: Structured | None = None

    def derivatives(self) -> Iterator[tuple[str, tuple[Symbol, ...]]]:
        """Return (entry, by what it is differentiated) for the first and second derivatives."""
        alone = "gradient" in self.functions
        for a in self.wrt:
            yield ("gradient" if alone else f"gradient_{a.name}"), (a,)
        for a in self.wrt:
            for b in self.wrt:
                yield ("hessian" if alone else f"hessian_{a.name}_{b.name}"), (a, b)
