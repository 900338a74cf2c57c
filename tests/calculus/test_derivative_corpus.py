"""Formulas of textbooks and papers: gradient and Hessian against a JAX function written by hand.

Each line of corpus.jsonl has the formula in our language, the variable, declarations, and the same
function in JAX, which differentiates it. Values are drawn within the declarations; the Hessian is
compared along one direction. References are good to about 1e-12 relative; we ask for 1e-9.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lossmith as ls
from lossmith.expr.node import Symbol

jax = pytest.importorskip("jax")
jax.config.update("jax_enable_x64", True)
jnp = jax.numpy

LINES = [
    json.loads(line)
    for line in (Path(__file__).parent / "corpus.jsonl").read_text(encoding="utf-8").splitlines()
]
RELATIVE = 1e-9
SIZES = {"n": 4, "d": 3, "m": 5, "k": 2, "p": 3, "l": 3, "q": 2, "b": 2, "c": 3}
"""By the first letter of a size, so that different sizes are mostly different numbers."""

NAMES = {
    "jnp": jnp,
    "jax": jax,
    "sum": jnp.sum,
    "mean": jnp.mean,
    "abs": jnp.abs,
    "exp": jnp.exp,
    "log": jnp.log,
    "sqrt": jnp.sqrt,
    "sin": jnp.sin,
    "tanh": jnp.tanh,
    "tr": jnp.trace,
    "diag": jnp.diag,
    "outer": jnp.outer,
    "eye": jnp.eye,
    "inv": jnp.linalg.inv,
    "det": jnp.linalg.det,
    "logdet": lambda a: jnp.linalg.slogdet(a)[1],
    "norm": lambda v: jnp.sqrt(jnp.sum(v * v)),
    "eigvalsh": jnp.linalg.eigvalsh,
    "logsumexp": jax.scipy.special.logsumexp,
    "sigmoid": jax.nn.sigmoid,
    "relu": jax.nn.relu,
    "logsoftmax": jax.nn.log_softmax,
    "logsig": jax.nn.log_sigmoid,
    "normcdf": jax.scipy.stats.norm.cdf,
    "lgamma": jax.scipy.special.gammaln,
    "digamma": jax.scipy.special.digamma,
    "nuc": lambda a: jnp.sum(jnp.linalg.svd(a, compute_uv=False)),
}


def size(d: int | str) -> int:
    return d if isinstance(d, int) else SIZES.get(d[0], 3) + (len(d) > 1)


def draw(s: Symbol, rng: np.random.Generator) -> Any:
    """Return values of a symbol that meet its declaration and break every symmetry it allows."""
    a, shape = s.assumptions, tuple(size(d) for d in s.shape)
    lo, hi = a.interval.lo, a.interval.hi
    if a.values:
        value = rng.choice([float(x) for x in a.values], shape)
    elif lo is not None and hi is not None:
        value = rng.uniform(float(lo * 9 + hi) / 10, float(lo + hi * 9) / 10, shape)
    elif lo is not None:
        value = rng.uniform(float(lo) + 0.3, float(lo) + 2, shape)
    else:
        value = rng.standard_normal(shape)
    if a.structure & {"psd", "pd"}:
        value = value @ value.T + np.eye(shape[0]) / 2
    elif "symmetric" in a.structure:
        value = (value + value.T) / 2
    elif "nonsingular" in a.structure:
        value = value + 2 * np.eye(shape[0])
    if "simplex" in a.structure:
        value = (np.abs(value) + 0.1) / np.sum(np.abs(value) + 0.1)
    if "onehot" in a.structure:
        value = np.eye(shape[1])[rng.integers(0, shape[1], shape[0])]
    return np.asarray(value, float)


def assert_close(found: Any, wanted: Any) -> None:
    wanted = np.asarray(wanted)
    scale = max(1e-3, float(np.max(np.abs(wanted), initial=0.0)))
    np.testing.assert_allclose(
        np.reshape(found, wanted.shape), wanted, rtol=0, atol=RELATIVE * scale
    )


def title(line: dict[str, str]) -> str:
    return f"{line['text']} by {line['wrt']}"


@pytest.mark.parametrize("k", range(len(LINES)), ids=[title(line) for line in LINES])
def test_value_gradient_and_hessian_agree_with_jax(k: int) -> None:
    line = LINES[k]
    wrt = line["wrt"]
    f = ls.objective(line["text"], declare=line["declare"], wrt=wrt)
    rng = np.random.default_rng(k)
    values = {s.name: draw(s, rng) for s in f.formula.symbols}
    sizes = {str(d): size(d) for s in f.formula.symbols for d in s.shape}
    others = NAMES | sizes | {name: jnp.asarray(v) for name, v in values.items()}
    code = compile(line["jax"], line["text"], "eval")

    def value(x: Any) -> Any:
        return eval(code, others | {wrt: x})

    x, move = values[wrt], np.asarray(rng.standard_normal(values[wrt].shape))
    with jax.disable_jit():
        start, slope = jax.value_and_grad(value)(x)
        moved = jax.jvp(jax.grad(value), (x,), (move,))[1]
    assert_close(f(**values), start)
    assert_close(f.gradients[(wrt,)](**values), slope)
    hessian = f.hessians[(wrt, wrt)]
    assert hessian.recheck.confirmed
    assert_close(np.tensordot(hessian(**values), move, axes=move.ndim), moved)
