"""Gradients and Hessians of random formulas over all cards against JAX's automatic ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import event, given, note
from hypothesis import strategies as st
from strategies import POOL, SIZES, formulas

from lossmith.atoms.meaning import entries, evaluate
from lossmith.atoms.table import CARDS
from lossmith.calculus.gradient import gradient, hessian
from lossmith.emit.request import Request
from lossmith.emit.table import TARGETS
from lossmith.errors import DomainError, UsageError
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.walk import symbols
from lossmith.run.load import load
from lossmith.text.writing.printing import to_text

jax = pytest.importorskip("jax")
jax.config.update("jax_enable_x64", True)

# JAX has no code for a variable order, and its own derivatives of eigenvectors ask for symmetry.
_LEFT_OUT = {"polygamma", "topproj", "topres", "polar", "dpolar"}
_USED = tuple(c for c in CARDS if c.name not in _LEFT_OUT and c.arity)
_TOLERANCE = 1e-6


def in_jax(e: Expr) -> Callable[[Mapping[str, Any]], Any]:
    """Return the formula as JAX computes it from our JAX source, to be differentiated by JAX."""
    names = tuple(symbols(e))
    loaded = load(TARGETS["jax"].emit(Request({"value": e}, names, (), title="")))
    return lambda values: loaded.call("value", {**values, **SIZES})


def numbers(e: Expr, values: Mapping[Symbol, Any]) -> Any:
    """Return the value of our result in 128-bit balls, as floats; nan where a ball is wide.

    A ball is wide where a comparison is undecided: det(matrix(1)) > 0 for two equal rows.
    """
    known = {s: values[s].tolist() for s in symbols(e)}
    found = entries(evaluate(e, known, SIZES))
    return np.array([float(x.mid()) if _is_narrow(x) else np.nan for x in found])


def _is_narrow(x: Any) -> bool:
    return bool(x.is_finite()) and float(x.rad()) <= 1e-9 * max(1.0, abs(float(x.mid())))


def draw_values(e: Expr, seed: int) -> dict[Symbol, Any]:
    rng = np.random.default_rng(seed)
    drawn: dict[Symbol, Any] = {}
    for s in symbols(e):
        box = s.assumptions.interval
        low = -1.5 if box.lo is None else float(box.lo) + 0.25
        drawn[s] = rng.uniform(low, low + 3.0, tuple(SIZES[str(d)] for d in s.shape))
    return drawn


def compare(e: Expr, wrt: Symbol, seed: int, order: int) -> None:
    try:
        ours = (gradient if order == 1 else hessian)(e, wrt).end
    except (UsageError, DomainError):
        event("a card without a slope, or 0^p by p")
        return
    values = draw_values(e, seed)
    value = in_jax(e)
    others = {s.name: v for s, v in values.items() if s is not wrt}
    derive = jax.grad if order == 1 else jax.hessian

    def theirs_at(x: Any) -> Any:
        with jax.disable_jit():
            return np.ravel(derive(lambda w: value({**others, wrt.name: w}))(x))

    if not np.isfinite(numbers(e, values)).all():
        event("outside the domain")
        return
    x = values[wrt]
    theirs = theirs_at(x)
    found = numbers(ours, values)
    if not (np.isfinite(theirs).all() and np.isfinite(found).all()):
        event("no value here")
        return
    gap = np.abs(found - theirs)
    scale = 1 + np.max(np.abs(theirs))
    if (gap <= _TOLERANCE * scale).all():
        event("agree")
        return
    # Rounding in JAX may be large where the formula is badly conditioned: then its own result
    # moves as far under the smallest noise.
    noise = np.abs(theirs_at(x * (1 + 1e-11)) - theirs)
    if (gap <= 1e3 * noise + _TOLERANCE * scale).all():
        event("badly conditioned")
        return
    note(f"{to_text(e)} by {wrt.name}, seed {seed}")
    raise AssertionError((to_text(e), wrt.name, values, found, theirs))


@given(formulas(depth=3, cards=_USED), st.sampled_from(POOL), st.integers(0, 99))
def test_gradients_agree_with_jax(e: Expr, wrt: Symbol, seed: int) -> None:
    found = list(symbols(e))
    if found:
        compare(e, wrt if wrt in found else found[0], seed, 1)


@given(formulas(depth=2, cards=_USED), st.sampled_from(POOL), st.integers(0, 99))
def test_hessians_agree_with_jax(e: Expr, wrt: Symbol, seed: int) -> None:
    found = list(symbols(e))
    if found:
        compare(e, wrt if wrt in found else found[0], seed, 2)
