"""JAX source: compiled functions of the closed form, in the precision of their arguments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lossmith.emit.dialect import HORNER, Dialect, Spelling

ARRAY: Final = '''
def _array(name, value, shape):
    """Return value as an array of floats of this shape; equal letters mean equal lengths."""
    array = jnp.asarray(value)
    if not jnp.issubdtype(array.dtype, jnp.floating):
        array = 1.0 * array  # a float that follows the precision of the other arguments
    lengths = {}
    if array.ndim != len(shape) or any(
        got != (lengths.setdefault(want, got) if isinstance(want, str) else want)
        for want, got in zip(shape, array.shape)
    ):
        raise ValueError(f"{name} must have shape {shape}, but it has {array.shape}")
    return array
'''

_DTYPE = '''
def _dtype(*arrays):
    """Return the floating type that the arguments have in common."""
    return jnp.result_type(1.0, *arrays)
'''

# Squares of large entries overflow, so the largest entry is divided out first.
_NORM = '''
def _norm(x, axis):
    """Return the square root of the sum of squares along the axes."""
    largest = jnp.max(jnp.abs(x), axis=axis, keepdims=True)
    scale = jnp.where((largest > 0) & jnp.isfinite(largest), largest, 1)
    root = jnp.sqrt(jnp.sum(jnp.square(x / scale), axis=axis))
    return jnp.squeeze(scale, axis) * root
'''

_LOGDET = '''
def _logdet(S):
    """Return the logarithm of the determinant, nan unless the determinant is positive."""
    sign, value = jnp.linalg.slogdet(S)
    return jnp.where(sign > 0, value, jnp.nan)
'''

_MILLS = '''
def _mills(x):
    """Return the normal density over the distribution function; far out by NIST DLMF 7.9.2."""
    near, far = jnp.maximum(x, -10.0), jnp.minimum(x, -10.0)
    value = -far
    for k in range(20, 0, -1):
        value = k / value - far
    upper = jax.scipy.special.erfc(-near / jnp.sqrt(2.0))
    return jnp.where(x > -10.0, jnp.sqrt(2 / jnp.pi) * jnp.exp(-0.5 * near**2) / upper, value)
'''

_MILLS_ABOVE = '''
def _mills_above(x):
    """Return x plus the normal density over the distribution function; NIST DLMF 7.9.2."""
    far = jnp.minimum(x, -10.0)
    value = -far
    for k in range(20, 1, -1):
        value = k / value - far
    return jnp.where(x > -10.0, _mills(x) + x, 1.0 / value)
'''

_CLOGLOG = '''
def _cloglog(x):
    """Return log(1 - exp(-exp(x))), which is about x far below 0."""
    below, above = jnp.minimum(x, 0.0), jnp.maximum(x, 0.0)
    near = below + jnp.log(_exprel(-jnp.exp(below)))
    return jnp.where(x > 0.0, jnp.log1p(-jnp.exp(-jnp.exp(above))), near)
'''

_EXPREL = '''
def _exprel(x):
    """Return (exp(x) - 1) / x, which is 1 at 0."""
    inside = jnp.where(x == 0, 1.0, jnp.minimum(x, 1e3))
    return jnp.where(x == 0, 1.0, jnp.expm1(inside) / inside)
'''

_HUBER = '''
def _huber(x, delta):
    """Return x^2/2 where |x| <= delta, delta (|x| - delta/2) beyond."""
    size = jnp.abs(x)
    return jnp.where(size <= delta, 0.5 * jnp.square(x), delta * (size - 0.5 * delta))
'''


def _jit(sizes: Sequence[str]) -> str:
    """Return the decorator; lengths of axes must be known when JAX compiles."""
    if not sizes:
        return "@jax.jit\n"
    names = ", ".join(f'"{size}"' for size in sizes)
    return f"@functools.partial(jax.jit, static_argnames=({names},))\n"


JAX: Final = Dialect(
    target="jax",
    spelling=Spelling(
        dot="jnp.vdot({0}, {1})",
        tensordot="jnp.tensordot({0}, {1}, axes={2})",
        einsum="jnp.einsum({0}, {1})",
        transpose="jnp.transpose({0}, {1})",
        total="jnp.sum({0})",
        sum_along="jnp.sum({0}, axis={1})",
        diagonal="jnp.diagonal({0})",
        diagonal_of="jnp.diagonal({0}, axis1={1}, axis2={2})",
        trace="jnp.trace({0})",
        eye="jnp.eye({0}, dtype=dtype)",
        diag="jnp.diag({0})",
        ones="jnp.ones({0}, dtype=dtype)",
        zeros="jnp.zeros({0}, dtype=dtype)",
        full="jnp.full({0}, {1}, dtype=dtype)",
        spread="jnp.broadcast_to({0}, {1})",
        where="jnp.where({0}, {1}, {2})",
        square="jnp.square({0})",
        sqrt="jnp.sqrt({0})",
        cbrt="jnp.cbrt({0})",
        abs="jnp.abs({0})",
        copysign="jnp.copysign({0}, {1})",
        infinity="jnp.inf",
        copy="{0}",
        result="jnp.asarray({0}, dtype=dtype)",
        # The functions of jax.nn and jax.scipy refuse whole numbers.
        literal="float({0})",
    ),
    prefix="jnp.",
    same=frozenset(
        "abs arccos arccosh arcsin arcsinh arctan arctan2 arctanh clip cos cosh cumsum einsum exp"
        " expand_dims expm1 eye hypot linalg.det linalg.eigh linalg.eigvalsh linalg.inv linalg.norm"
        " linalg.svd log log1p log2 logaddexp max maximum min minimum pi power prod shape sign"
        " sin sinh sqrt square swapaxes tan tanh where".split()
    ),
    array=ARRAY,
    imports=(
        (r"\bfunctools\.", "import functools\n"),
        (r"\bjax\.", "import jax"),
        (r"\bjnp\.", "import jax.numpy as jnp"),
        (r"\bjax\.(?:scipy\.\w+|nn)(?=\.\w)", "import {0}"),
        (r"\bnp\.", "import numpy as np"),
    ),
    reserved=("jax", "jnp", "functools", "dtype"),
    note=(
        "The functions are compiled by jax.jit and compute in the precision of their arguments."
        "\nJAX makes 32-bit arrays unless this runs first:\n"
        '\n    jax.config.update("jax_enable_x64", True)'
    ),
    helpers={
        "_dtype": _DTYPE,
        "_norm": _NORM,
        "_logdet": _LOGDET,
        "_huber": _HUBER,
        "_mills": _MILLS,
        "_mills_above": _MILLS_ABOVE,
        "_exprel": _EXPREL,
        "_cloglog": _CLOGLOG,
        "_horner": HORNER,
    },
    opening="dtype = _dtype({0})",
    decorator=_jit,
    before_test='jax.config.update("jax_enable_x64", True)',
)
