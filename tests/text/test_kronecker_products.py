"""kron and vec by their algebra, against NumPy with the long vectors and matrices written out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import lossmith as ls
from lossmith.errors import LossmithError
from lossmith.text.parse import parse

RANDOM = np.random.default_rng(5)
A, C = (RANDOM.normal(size=(3, 3)) + 3 * np.eye(3) for _ in range(2))
B, D = (RANDOM.normal(size=(2, 2)) + 2 * np.eye(2) for _ in range(2))
X, Y = (RANDOM.normal(size=(2, 3)) for _ in range(2))
SQUARE = (
    "A: matrix(n, n) nonsingular; B: matrix(m, m) nonsingular; C: matrix(n, n); D: matrix(m, m)"
)
norm: Callable[..., Any] = np.linalg.norm


def vec(x: Any) -> Any:
    return x.flatten("F")


VALUES: list[tuple[str, Callable[[], Any]]] = [
    ("norm2(kron(A, B)*vec(X))^2", lambda: norm(np.kron(A, B) @ vec(X)) ** 2),
    ("norm2(kron(A, B)*X)^2", lambda: norm(np.kron(A, B) @ vec(X)) ** 2),
    ("norm1(kron(A, B)*X - Y)", lambda: norm(np.kron(A, B) @ vec(X) - vec(Y), 1)),
    ("X'*kron(A, B)*X", lambda: vec(X) @ np.kron(A, B) @ vec(X)),
    ("vec(Y)'*kron(A, B)*kron(C, D)*vec(X)",
     lambda: vec(Y) @ np.kron(A, B) @ np.kron(C, D) @ vec(X)),
    ("vec(X)'*inv(kron(A, B))*vec(X)", lambda: vec(X) @ np.linalg.inv(np.kron(A, B)) @ vec(X)),
    ("vec(X)'*kron(A, B)'*vec(Y)", lambda: vec(X) @ np.kron(A, B).T @ vec(Y)),
    ("norm2((kron(A, B) + 2*kron(C, D))*vec(X))",
     lambda: norm((np.kron(A, B) + 2 * np.kron(C, D)) @ vec(X))),
    ("tr(kron(A, B)*kron(C, D))", lambda: np.trace(np.kron(A, B) @ np.kron(C, D))),
    ("tr(kron(A, B) + kron(C, D))", lambda: np.trace(np.kron(A, B) + np.kron(C, D))),
    ("det(kron(A, B))", lambda: np.linalg.det(np.kron(A, B))),
    ("tr(inv(kron(A, B)))", lambda: np.trace(np.linalg.inv(np.kron(A, B)))),
    ("normF(kron(A, B)) + norm1(kron(A, B))",
     lambda: norm(np.kron(A, B)) + np.abs(np.kron(A, B)).sum()),
    ("nucnorm(kron(A, B))", lambda: norm(np.kron(A, B), "nuc")),
    ("specnorm(kron(A, B))", lambda: norm(np.kron(A, B), 2)),
    ("normF(kron(A, B) - kron(C, D))", lambda: norm(np.kron(A, B) - np.kron(C, D))),
    ("mean(kron(A, B))", lambda: np.kron(A, B).mean()),
    ("sum(exp(vec(X))) + sum(vec(X).^2)", lambda: np.exp(X).sum() + (X**2).sum()),
    ("norm2(vec(B*X*A) - Y)^2", lambda: norm(vec(B @ X @ A) - vec(Y)) ** 2),
    (r"\|(A \otimes B)\operatorname{vec}(X) - \operatorname{vec}(Y)\|_2^2",
     lambda: norm(np.kron(A, B) @ vec(X) - vec(Y)) ** 2),
    ("np.linalg.norm(np.kron(A, B) @ X)**2", lambda: norm(np.kron(A, B) @ vec(X)) ** 2),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), VALUES, ids=[t for t, _ in VALUES])
def test_a_kronecker_product_has_the_value_of_the_long_one(
    text: str, value: Callable[[], Any]
) -> None:
    f = ls.objective(text, declare=SQUARE)
    given = {"A": A, "B": B, "C": C, "D": D, "X": X, "Y": Y}
    names = {s.name for s in parse(text, SQUARE).symbols}
    got = float(f(**{k: v for k, v in given.items() if k in names}))
    assert got == pytest.approx(float(value()), rel=1e-9)


def test_a_name_beside_a_product_is_the_vec_of_an_array_and_that_is_said() -> None:
    found = parse("norm2(kron(A, B)*x - b)^2", "A: matrix(n, n); B: matrix(m, m)")
    assert found.symbol("x") is not None
    assert {s.name: s.shape for s in found.symbols}["x"] == ("m", "n")
    assert {s.name: s.shape for s in found.symbols}["b"] == ("m", "n")
    assert any("x is read as vec" in n.en for n in found.notes)


@pytest.mark.parametrize(
    ("text", "declare", "under"),
    [
        ("norm2(kron(A, B)*x)", "x: vector(6)", "x"),
        ("vec(X)", "", "vec(X)"),
        ("K*vec(X)", "", "vec(X)"),
        ("vec(X)*a'", "a: vector(n)", "vec(X)"),
    ],
)
def test_where_the_long_vector_would_show_it_is_refused(
    text: str, declare: str, under: str
) -> None:
    with pytest.raises(LossmithError) as found:
        parse(text, declare)
    place = found.value.place
    assert place is not None
    assert under in text[place.start : place.stop]
