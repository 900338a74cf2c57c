"""All methods, in the order in which they are tried when nothing else decides."""

from __future__ import annotations

from typing import Final

from lossmith.solve.augmented_lagrangian import AUGMENTED_LAGRANGIAN
from lossmith.solve.bisection import BISECTION
from lossmith.solve.gradient_descent import GRADIENT_DESCENT
from lossmith.solve.lbfgs import LBFGS
from lossmith.solve.method import Method
from lossmith.solve.newton import NEWTON
from lossmith.solve.primal_dual import PRIMAL_DUAL
from lossmith.solve.proximal_gradient import PROXIMAL_GRADIENT

METHODS: Final[tuple[Method, ...]] = (
    BISECTION,
    NEWTON,
    LBFGS,
    PROXIMAL_GRADIENT,
    AUGMENTED_LAGRANGIAN,
    PRIMAL_DUAL,
    GRADIENT_DESCENT,
    # Conjugate gradients are left out: L-BFGS does the same work with a safer line search.
)
