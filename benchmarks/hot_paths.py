"""Generated code against hand-written NumPy on the hot paths of a minimization.

Run: python benchmarks/hot_paths.py.  Medians of interleaved rounds in milliseconds, one process.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.special import expit

from lossmith.calculus.gradient import gradient, hessian
from lossmith.calculus.normalize import normalize
from lossmith.emit.numpy_source import emit
from lossmith.run.load import load
from lossmith.text.parse import parse

FORMULA = "sum(log(1 + exp(-y .* (X*w)))) + lam*norm2(w)^2"
DECLARED = "y: vector(n) in {-1, 1}; lam: scalar >= 0"
ROUNDS = 200


def value(X: Any, y: Any, w: Any, lam: float) -> float:
    return np.logaddexp(0.0, -y * (X @ w)).sum() + lam * (w @ w)


def slope(X: Any, y: Any, w: Any, lam: float) -> Any:
    return 2 * lam * w - X.T @ (y * expit(-y * (X @ w)))


def curvature(X: Any, y: Any, w: Any, lam: float) -> Any:
    s = expit(-y * (X @ w))
    H = X.T @ (X * (s * (1 - s))[:, None])
    H[np.diag_indices(len(w))] += 2 * lam
    return H


def medians(contenders: dict[str, Callable[[], Any]]) -> dict[str, float]:
    """Milliseconds, the contenders taking turns in an order that changes every round."""
    times: dict[str, list[float]] = {name: [] for name in contenders}
    rng = np.random.default_rng(0)
    names = list(contenders)
    for _ in range(ROUNDS):
        rng.shuffle(names)
        for name in names:
            began = time.perf_counter()
            contenders[name]()
            times[name].append(time.perf_counter() - began)
    return {name: 1e3 * float(np.median(t)) for name, t in times.items()}


def main() -> None:
    formula = parse(FORMULA, DECLARED)
    w = next(s for s in formula.symbols if s.name == "w")
    functions = {
        "value": normalize(formula.expr).end,
        "gradient": gradient(formula.expr, w).end,
        "hessian": hessian(formula.expr, w).end,
    }
    began = time.perf_counter()
    source = emit(functions, formula.symbols, wrt=w)
    emitted = time.perf_counter()
    loaded = load(source)
    compiled = time.perf_counter()
    print(f"emit {1e3 * (emitted - began):.2f} ms, load {1e3 * (compiled - emitted):.2f} ms")
    by_hand = {"value": value, "gradient": slope, "hessian": curvature}
    for n, d in [(100, 10), (2000, 50), (20000, 100)]:
        rng = np.random.default_rng(1)
        values = {"X": rng.standard_normal((n, d)), "y": rng.choice([-1.0, 1.0], n),
                  "w": 0.1 * rng.standard_normal(d), "lam": 0.1}  # fmt: skip
        for name, function in by_hand.items():
            found = medians({
                "generated": lambda name=name, values=values: loaded.call(name, values),
                "by hand": lambda f=function, values=values: f(**values),
            })  # fmt: skip
            ratio = found["generated"] / found["by hand"]
            print(
                f"n={n:6d} d={d:4d} {name:9s} generated {found['generated']:8.4f}  "
                f"by hand {found['by hand']:8.4f}  ratio {ratio:.2f}"
            )


if __name__ == "__main__":
    main()
