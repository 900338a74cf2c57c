"""NumPy source of several functions of one formula, as a file that runs alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from lossmith.emit.dialect import HORNER, Dialect, Spelling
from lossmith.emit.file import Result, write
from lossmith.emit.selftest import Check
from lossmith.emit.source import Source
from lossmith.emit.structured_source import HELPERS, StructuredSource
from lossmith.expr.node import Symbol
from lossmith.expr.operator import Structured

ARRAY = '''
def _array(name, value, shape):
    """Return value as an array of floats of this shape; equal letters mean equal lengths."""
    array = np.asarray(value, dtype=float)
    lengths = {}
    fits = array.ndim == len(shape)
    for want, got in zip(shape, array.shape):
        fits &= got == (lengths.setdefault(want, got) if isinstance(want, str) else want)
    if not fits:
        raise ValueError(f"{name} must have shape {shape}, but it has {array.shape}")
    return array[()]
'''

_ON_DIAGONALS = '''
def _on_diagonals(values, letters, shape):
    """Return zeros of a shape with the values where axes of the same letter agree."""
    full = np.zeros(shape)
    np.einsum(f"{letters}->{''.join(dict.fromkeys(letters))}", full)[...] = values
    return full
'''

# Far below 0 Mills' ratio is hardly larger than -x; its continued fraction has the rest by itself.
_MILLS_ABOVE = '''
def _mills_above(x):
    """Return x plus the normal density over the distribution function; NIST DLMF 7.9.2."""
    near, far = np.maximum(x, -10.0), np.minimum(x, -10.0)
    value = -far
    for k in range(20, 1, -1):
        value = k / value - far
    ratio = np.sqrt(2.0 / np.pi) / scipy.special.erfcx(-near / np.sqrt(2.0))
    return np.where(x > -10.0, ratio + near, 1.0 / value)
'''

# Both branches are computed: log1p must not meet -1, nor log an infinite number.
_LOG1MEXP = '''
def _log1mexp(x):
    """Return log(1 - exp(-x)) for x > 0; Maechler 2012."""
    near, far = np.minimum(x, 0.5), np.maximum(x, 0.5)
    return np.where(x < 0.5, np.log(-np.expm1(-near)), np.log1p(-np.exp(-far)))
'''

_CLOGLOG = '''
def _cloglog(x):
    """Return log(1 - exp(-exp(x))), which is about x far below 0."""
    below, above = np.minimum(x, 0.0), np.maximum(x, 0.0)
    near = below + np.log(scipy.special.exprel(-np.exp(below)))
    return np.where(x > 0.0, np.log1p(-np.exp(-np.exp(above))), near)
'''

_OWN = {
    "_on_diagonals": _ON_DIAGONALS,
    "_mills_above": _MILLS_ABOVE,
    "_log1mexp": _LOG1MEXP,
    "_cloglog": _CLOGLOG,
    "_horner": HORNER,
}

NUMPY: Final = Dialect(
    target="numpy",
    spelling=Spelling(
        dot="np.vdot({0}, {1})",
        tensordot="np.tensordot({0}, {1}, axes={2})",
        einsum="np.einsum({0}, {1})",
        transpose="np.transpose({0}, {1})",
        total="np.sum({0})",
        sum_along="np.sum({0}, axis={1})",
        diagonal="np.diagonal({0})",
        diagonal_of="np.diagonal({0}, axis1={1}, axis2={2})",
        trace="np.trace({0})",
        eye="np.eye({0})",
        diag="np.diag({0})",
        ones="np.ones({0})",
        zeros="np.zeros({0})",
        full="np.full({0}, {1}, dtype=float)",
        spread="np.broadcast_to({0}, {1}).copy()",
        where="np.where({0}, {1}, {2})",
        square="np.square({0})",
        sqrt="np.sqrt({0})",
        cbrt="np.cbrt({0})",
        abs="np.abs({0})",
        copysign="np.copysign({0}, {1})",
        infinity="np.inf",
        copy="{0}.copy()",
        result="np.float64({0})",
        on_diagonals="_on_diagonals({0}, {1}, {2})",
        add_diagonal="{0}.flat[:: len({0}) + 1] {1}= {2}  # the diagonal",
    ),
    prefix="np.",
    array=ARRAY,
    imports=((r"\bnp\.", "import numpy as np"), (r"\bscipy\.\w+(?=\.\w)", "import {0}")),
    reserved=("scipy", *_OWN, *HELPERS),
    helpers={**_OWN, **HELPERS},
    guard='with np.errstate(all="ignore"):',
)


def emit(
    functions: Mapping[str, Result],
    symbols: Sequence[Symbol] = (),
    *,
    wrt: Symbol | Sequence[Symbol] = (),
    checks: Sequence[Check] = (),
    title: str = "",
    docs: Mapping[str, str] | None = None,
    structure: Structured | None = None,
) -> Source:
    """Return a NumPy file with one function an entry; see ``file.write`` for the parameters.

    structure: of the Hessian; then the file also has hessian_parts (the arrays that it needs),
    hessian_times (its product with a vector) and hessian_solve, which take these arrays.
    """
    if structure is None:
        return write(NUMPY, functions, symbols, wrt=wrt, checks=checks, title=title, docs=docs)
    added = StructuredSource(structure, symbols=[s.name for s in symbols])
    parts = f"{added.entry}_parts"
    said = {parts: f"The parts of H = {added.formula}: {', '.join(added.parts.exprs.values())}"}
    source = write(
        NUMPY,
        {**functions, parts: added.roots},
        symbols,
        wrt=wrt,
        checks=checks,
        title=title,
        docs={**(docs or {}), **said},
        postscript=lambda _: added.text,
        views=(parts,),
        further=added.test() if "hessian" in functions else (),
    )
    return added.joined_to(source)
