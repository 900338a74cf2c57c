"""A formula and its derivatives: each derived once, and verified numerically before it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from lossmith.calculus.gauss_newton import gauss_newton
from lossmith.calculus.gradient import gradient, hessian, hvp, jacobian
from lossmith.calculus.inverse import inverse_derivative
from lossmith.calculus.normalize import normalize
from lossmith.calculus.reverify import reverify
from lossmith.errors import UsageError
from lossmith.expr import build
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.types import shape_text
from lossmith.text.parse import Formula
from lossmith.words import Words
from lossmith.workbench.derivative import Blocks, Derivative, single
from lossmith.workbench.variables import symbol_named

if TYPE_CHECKING:
    from lossmith.workbench.numbers import Numbers


@dataclass(frozen=True, repr=False)
class Differentiable:
    """A formula, its variables, its derivatives, and the numbers of all three."""

    formula: Formula
    wrt: tuple[Symbol, ...]
    notes: tuple[Words, ...] = ()

    @property
    def expr(self) -> Expr:
        """The formula as an expression."""
        return self.formula.expr

    def _scalar(self) -> None:
        if self.expr.shape:
            size = shape_text(self.expr.shape)
            raise UsageError(
                Words(
                    f"an objective is a number; this formula has shape {size}",
                    f"目标函数应当是一个数；此公式的形状是 {size}",
                ),
                attempt=Words(
                    "put sum(...) or norm2(...)^2 around it", "外面加 sum(...) 或 norm2(...)^2"
                ),
            )

    # -- derivatives -----------------------------------------------------------------------

    @cached_property
    def gradients(self) -> Mapping[tuple[str, ...], Derivative]:
        """The gradient with respect to each variable, verified numerically."""
        self._scalar()
        found: dict[tuple[str, ...], Derivative] = {}
        for s in self.wrt:
            d = gradient(self.expr, s, self.formula.free.get(s.name))
            found[(s.name,)] = Derivative(self._derivative_at, d, f"gradient_{s.name}", reverify(d))
        return found

    @cached_property
    def hessians(self) -> Mapping[tuple[str, ...], Derivative]:
        """The second derivative with respect to each pair of variables, verified numerically."""
        found: dict[tuple[str, ...], Derivative] = {}
        for a in self.wrt:
            first = self.gradients[(a.name,)].derivation
            for b in self.wrt:
                free = self.formula.free.get(a.name)
                d = hessian(self.expr, a, free) if a is b else jacobian(first.end, b)
                names = (a.name, b.name)
                entry = f"hessian_{a.name}_{b.name}"
                found[names] = Derivative(self._derivative_at, d, entry, reverify(d))
        return found

    @property
    def gradient(self) -> Derivative | Blocks:
        """The gradient: one derivative, or a block for each variable."""
        return single(self.gradients)

    @property
    def hessian(self) -> Derivative | Blocks:
        """The Hessian: one derivative, or a block for each pair of variables."""
        return single(self.hessians)

    @property
    def jacobian(self) -> Derivative | Blocks:
        """The Jacobian: axes of the formula, then of the variable; a block for each variable."""
        return single(self.jacobians())

    def jacobians(self, order: int = 1) -> Mapping[tuple[str, ...], Derivative]:
        """Return the derivative of this order by each variable, each verified numerically.

        order: 1, 2, 3 ...; axes: those of the formula, then those of the variable, order times.
        """
        if order not in self._jacobians:
            found: dict[tuple[str, ...], Derivative] = {}
            for s in self.wrt:
                if order == 1:
                    d = jacobian(self.expr, s, self.formula.free.get(s.name))
                else:
                    d = jacobian(self.jacobians(order - 1)[(s.name,)].expr, s)
                entry = f"jacobian_{s.name}" if order == 1 else f"derivative_{order}_{s.name}"
                found[(s.name,)] = Derivative(self._derivative_at, d, entry, reverify(d))
            self._jacobians[order] = found
        return self._jacobians[order]

    @cached_property
    def _jacobians(self) -> dict[int, Mapping[tuple[str, ...], Derivative]]:
        return {}

    def inverse_derivatives(self) -> Mapping[tuple[str, ...], Derivative]:
        """Return the derivative of the inverse function at f(x), for each variable by itself."""
        return {
            names: replace(
                d, derivation=inverse_derivative(d.derivation), entry=f"inverse_{d.entry}"
            )
            for names, d in self.jacobians().items()
        }

    def gauss_newton(self, wrt: str = "") -> Derivative:
        """Return J' H J for f = h(r(w)), the Hessian without the second derivative of r.

        wrt: the variable, if there are several.
        """
        s = symbol_named(self.formula, wrt) if wrt else self._one_variable()
        found = gauss_newton(self.expr, s)
        checks = [reverify(part) for part in found.parts]
        weakest = next((c for c in checks if not c.confirmed), checks[-1])
        entry = f"gauss_newton_{s.name}"
        return Derivative(self._derivative_at, found.derivation, entry, weakest)

    def upper_hessians(self) -> list[tuple[tuple[str, ...], Derivative]]:
        """Return the blocks on and above the diagonal; the others are their transposes."""
        order = {s.name: k for k, s in enumerate(self.wrt)}
        return [(n, d) for n, d in self.hessians.items() if order[n[0]] <= order[n[1]]]

    # -- numbers -----------------------------------------------------------------------------

    @cached_property
    def normalized(self) -> Expr:
        """The formula in the stable form that code is made from."""
        return normalize(self.expr).end

    @cached_property
    def _numbers(self) -> Numbers:
        from lossmith.workbench.numbers import Numbers

        return Numbers(self.formula.symbols, self.expr)

    def _derivative_at(self, entry: str, expr: Expr, values: Mapping[str, Any]) -> Any:
        return self._numbers.call(entry, expr, values)

    def __call__(self, **values: Any) -> float:
        """Return the value of the formula at the given values (arrays by name)."""
        return self._numbers.call("value", self.normalized, values)

    def hvp(self, direction: Any, **values: Any) -> Any:
        """Return the Hessian times a direction (one variable), without forming the Hessian."""
        variable = self._one_variable()
        v = self._direction(variable)
        product = self._product(variable, v)
        return self._numbers.call("hvp", product, {**values, v.name: direction}, extra=(v,))

    def _product(self, variable: Symbol, v: Symbol) -> Expr:
        return hvp(self.expr, variable, v, self.formula.free.get(variable.name)).end

    def _one_variable(self) -> Symbol:
        if len(self.wrt) != 1:
            raise UsageError(
                Words("this needs one variable", "这里只能有一个变量"),
                attempt=Words(f"--wrt {self.wrt[0].name}", f"--wrt {self.wrt[0].name}"),
            )
        return self.wrt[0]

    def _direction(self, variable: Symbol) -> Symbol:
        taken = {s.name for s in self.formula.symbols}
        name = next(n for n in ("v", "dir", f"d{variable.name}", "direction_") if n not in taken)
        return build.symbol(name, variable.shape)
