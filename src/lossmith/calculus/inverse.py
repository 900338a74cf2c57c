"""The derivative of the inverse function: (f^-1)'(f(x)) = f'(x)^-1 wherever f' is invertible."""

from __future__ import annotations

from lossmith.atoms.matrix import inv
from lossmith.calculus.derivation import Derivation, Move, Rewrite
from lossmith.calculus.simplify import simplify
from lossmith.errors import ShapeError
from lossmith.expr.build import apply, power
from lossmith.expr.types import shape_text
from lossmith.words import Words

INVERSE = Move(
    "inverse-function",
    Words(
        "the inverse function has the inverse derivative: (f⁻¹)′ at f(x) is f′(x)⁻¹",
        "反函数的导数是导数的逆：(f⁻¹)′ 在 f(x) 处等于 f′(x)⁻¹",
    ),
    "Rudin 1976, theorem 9.24",
)


def inverse_derivative(jacobian: Derivation) -> Derivation:
    """Return the derivative of the inverse of a map R -> R or R^n -> R^n, at the point f(x).

    jacobian: the first derivative of the map.  It must be invertible where the result is used.
    Raises: ShapeError unless the formula has the shape of its variable, a number or a vector.
    """
    of, wrt = jacobian.start.shape, jacobian.wrt.shape if jacobian.wrt is not None else ()
    if of != wrt or len(of) > 1:
        raise ShapeError(
            Words(
                f"a map from {shape_text(wrt)} to {shape_text(of)} has no inverse derivative here",
                f"从 {shape_text(wrt)} 到 {shape_text(of)} 的映射在此没有逆的导数",
            ),
            why=Words(
                "the formula must have the shape of its variable: a number, or a vector",
                "公式须与变量同形：同为标量或同为向量",
            ),
        )
    end = apply(inv, jacobian.end) if of else power(jacobian.end, -1)
    step = Derivation(jacobian.end, None, (Rewrite(INVERSE, jacobian.end, end),), end)
    return jacobian.then(step.then(simplify(end, (jacobian.start,))))
