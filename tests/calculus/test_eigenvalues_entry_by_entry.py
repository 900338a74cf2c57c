"""Eigenvalues of a symmetric matrix whose entries move freely: those of its symmetric part."""

from __future__ import annotations

import numpy as np
import pytest

from lossmith.calculus.gradient import gradient, hessian
from lossmith.calculus.reverify import reverify
from lossmith.emit.numpy_source import emit
from lossmith.expr.node import Expr
from lossmith.run.load import load
from lossmith.text.parse import parse

DECLARED = "X: matrix(n, n) symmetric; A: matrix(n, n) symmetric; B: matrix(n, n)"
TEXTS = (
    "lambda_max(X)",
    "lambda_min(X)",
    "lambda_max(A*X*A)",
    "lambda_max(X + A)^2 + tr(B*X)",
    "lambda_max(X)*lambda_min(X)",
)


def values() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(5)
    X, A = (m + m.T for m in rng.normal(size=(2, 4, 4)))
    return {"X": X, "A": A, "B": rng.normal(size=(4, 4))}


def number(e: Expr, text: str, at: dict[str, np.ndarray]) -> np.ndarray:
    formula = parse(text, declared_for(text))
    made = load(emit({"value": e}, formula.symbols))
    return np.asarray(made["value"](**{s.name: at[s.name] for s in formula.symbols}))


def declared_for(text: str) -> str:
    return "; ".join(part for part in DECLARED.split("; ") if part[0] in text)


@pytest.mark.parametrize("text", TEXTS)
def test_gradient_and_hessian_are_those_of_jax(text: str) -> None:
    jax = pytest.importorskip("jax")
    jax.config.update("jax_enable_x64", True)
    jnp = jax.numpy
    at = values()

    def plain(X):
        low = lambda M: jnp.linalg.eigvalsh(M)[0]  # noqa: E731
        top = lambda M: jnp.linalg.eigvalsh(M)[-1]  # noqa: E731
        A, B = at["A"], at["B"]
        return {
            TEXTS[0]: lambda: top(X),
            TEXTS[1]: lambda: low(X),
            TEXTS[2]: lambda: top(A @ X @ A),
            TEXTS[3]: lambda: top(X + A) ** 2 + jnp.trace(B @ X),
            TEXTS[4]: lambda: top(X) * low(X),
        }[text]()

    f = parse(text, declared_for(text))
    x = f.symbol("X")
    first, second = gradient(f.expr, x, f.free.get("X")), hessian(f.expr, x, f.free.get("X"))
    assert reverify(first).confirmed
    assert reverify(second).confirmed
    # Eigenvalues of size 10 and gaps above 0.1: two slopes keep 10 digits of 16.
    np.testing.assert_allclose(number(first.end, text, at), jax.grad(plain)(at["X"]), atol=1e-9)
    np.testing.assert_allclose(number(second.end, text, at), jax.hessian(plain)(at["X"]), atol=1e-8)


def test_the_second_derivative_along_a_move_sees_its_symmetric_part() -> None:
    f = parse(TEXTS[0], declared_for(TEXTS[0]))
    at = values()
    H = number(hessian(f.expr, f.symbol("X")).end, TEXTS[0], at)
    roots, vectors = np.linalg.eigh(at["X"])
    u = vectors[:, -1]
    D = at["B"]
    E = (D + D.T) / 2
    along = sum(
        2 * (u @ E @ vectors[:, k]) ** 2 / (roots[-1] - roots[k]) for k in range(len(roots) - 1)
    )
    np.testing.assert_allclose(np.einsum("ij,ijkl,kl", D, H, D), along, rtol=1e-11)
