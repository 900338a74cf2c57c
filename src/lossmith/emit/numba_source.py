"""numba source: checked functions around compiled kernels of the closed form.

Entrywise functions that numba lacks are small scalar functions, vectorized; sums over several axes
are loops; all else is the part of NumPy that numba compiles.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lossmith.emit.dialect import HORNER, Dialect, Spelling
from lossmith.emit.loops import loops_in

# NumPy's rules for division by zero and overflow, not Python's.
_NJIT: Final = '@njit(error_model="numpy")'

ARRAY: Final = '''
def _array(name, value, shape):
    """Return value as an array of floats of this shape; equal letters mean equal lengths."""
    array = np.asarray(value, dtype=float, order="C")
    lengths = {}
    if array.ndim != len(shape) or any(
        got != (lengths.setdefault(want, got) if isinstance(want, str) else want)
        for want, got in zip(shape, array.shape)
    ):
        raise ValueError(f"{name} must have shape {shape}, but it has {array.shape}")
    return array[()]
'''


def _scalar(name: str, arguments: str, *lines: str) -> tuple[str, str]:
    """Return a helper that acts entry by entry."""
    body = "\n".join(f"    {line}" for line in lines)
    return name, f"@vectorize\ndef {name}({arguments}):\n{body}\n"


def _vector(name: str, *lines: str, arguments: str = "x") -> tuple[str, str]:
    """Return a helper that acts on one vector or matrix."""
    body = "\n".join(f"    {line}" for line in lines)
    return name, f"{_NJIT}\ndef {name}({arguments}):\n{body}\n"


_HELPERS: Final = dict(
    (
        _scalar("_choose", "test, yes, no", "return yes if test else no"),
        _scalar(
            "_sigmoid",
            "x",
            "if x >= 0.0:",
            "    return 1.0 / (1.0 + math.exp(-x))",
            "t = math.exp(x)",
            "return t / (1.0 + t)",
        ),
        _scalar("_softplus", "x", "return max(x, 0.0) + math.log1p(math.exp(-abs(x)))"),
        _scalar(
            "_logcosh",
            "x",
            "size = abs(x)",
            "if size < 1.0:  # cosh(x) = 1 + 2 sinh(x/2)^2 loses nothing near 0",
            "    return math.log1p(2.0 * math.sinh(0.5 * x) ** 2)",
            "return size + math.log1p(math.exp(-2.0 * size)) - math.log(2.0)",
        ),
        _scalar("_elu", "x", "return x if x > 0.0 else math.expm1(x)"),
        _scalar("_erf", "x", "return math.erf(x)"),
        _scalar("_ndtr", "x", "return 0.5 * math.erfc(-x / math.sqrt(2.0))"),
        _scalar("_lgamma", "x", "return math.lgamma(x)"),
        _scalar(
            "_log1mexp",
            "x",
            "if x < 0.5:",
            "    return np.log(-math.expm1(-x))",
            "return math.log1p(-math.exp(-x))",
        ),
        _scalar(
            "_cloglog",
            "x",
            "if x > 0.0:",
            "    return math.log1p(-math.exp(-np.exp(x)))",
            "t = math.exp(x)",
            "return x + math.log(-math.expm1(-t) / t) if t > 0.0 else x",
        ),
        _scalar(
            "_exprel",
            "x",
            "if x == 0.0:",
            "    return 1.0",
            "return np.expm1(x) / x if x < 1e3 else np.inf",
        ),
        # NIST DLMF 7.9.2: from 10 on, 20 levels of the continued fraction are exact to rounding.
        _scalar(
            "_mills",
            "x",
            "if x > -10.0:",
            "    return math.sqrt(2 / math.pi) * math.exp(-0.5 * x * x) / "
            "math.erfc(-x / math.sqrt(2.0))",
            "value = -x",
            "for k in range(20, 0, -1):",
            "    value = k / value - x",
            "return value",
        ),
        _scalar(
            "_mills_above",
            "x",
            "if x > -10.0:",
            "    return x + math.sqrt(2 / math.pi) * math.exp(-0.5 * x * x) / "
            "math.erfc(-x / math.sqrt(2.0))",
            "value = -x",
            "for k in range(20, 1, -1):",
            "    value = k / value - x",
            "return 1.0 / value",
        ),
        _scalar(
            "_lognormcdf",
            "x",
            "if x > 0.0:",
            "    return math.log1p(-0.5 * math.erfc(x / math.sqrt(2.0)))",
            "if x > -10.0:",
            "    return math.log(0.5 * math.erfc(-x / math.sqrt(2.0)))",
            "value = -x",
            "for k in range(20, 0, -1):",
            "    value = k / value - x",
            "return -0.5 * x * x - 0.5 * math.log(2 * math.pi) - math.log(value)",
        ),
        _scalar(
            "_xlogy",
            "x, y",
            "if x == 0.0 and not math.isnan(y):",
            "    return 0.0",
            "return x * np.log(y)",
        ),
        _scalar(
            "_huber",
            "x, delta",
            "size = abs(x)",
            "return 0.5 * x * x if size <= delta else delta * (size - 0.5 * delta)",
        ),
        # Abramowitz & Stegun 6.3.18: at x >= 10 the first term left out is below 1e-16.
        _scalar(
            "_digamma",
            "x",
            "if not x > 0.0:",
            "    return np.nan",
            "below = 0.0",
            "while x < 10.0:",
            "    below += 1.0 / x",
            "    x += 1.0",
            "t = 1.0 / (x * x)",
            "tail = t * (1 / 12 - t * (1 / 120 - t * (1 / 252 - t * (1 / 240 - t * (1 / 132",
            "    - t * (691 / 32760 - t / 12))))))",
            "return math.log(x) - 0.5 / x - tail - below",
        ),
        # Abramowitz & Stegun 6.4.12, likewise.
        _scalar(
            "_trigamma",
            "x",
            "if not x > 0.0:",
            "    return np.nan",
            "below = 0.0",
            "while x < 10.0:",
            "    below += 1.0 / (x * x)",
            "    x += 1.0",
            "t = 1.0 / (x * x)",
            "tail = t * (1 / 6 - t * (1 / 30 - t * (1 / 42 - t * (1 / 30 - t * (5 / 66",
            "    - t * (691 / 2730 - t * 7 / 6))))))",
            "return below + (1.0 + 0.5 / x + tail) / x",
        ),
        _vector("_largest", "return np.max(x)"),
        _vector("_smallest", "return np.min(x)"),
        _vector("_largest_size", "return np.max(np.abs(x))"),
        _vector(
            "_sumlargest",
            "rising = np.sort(x)",
            "total = 0.0",
            "for i in range(x.shape[0]):",
            "    if k > i:",
            "        total += min(k - i, 1.0) * rising[-1 - i]",
            "return total",
            arguments="x, k",
        ),
        _vector(
            "_among_largest",
            "out = np.empty(x.shape[0])",
            "for i in range(x.shape[0]):",
            "    share = (k - np.sum(x > x[i])) / np.sum(x == x[i])",
            "    out[i] = min(max(share, 0.0), 1.0)",
            "return out",
            arguments="x, k",
        ),
        _vector("_cumsum", "return np.cumsum(x)"),
        _vector(
            "_shift",
            "out = np.zeros(x.shape[0])",
            "out[:-1] = x[1:]",
            "return out",
        ),
        _vector(
            "_diff",
            "out = np.zeros(x.shape[0])",
            "out[:-1] = x[1:] - x[:-1]",
            "return out",
        ),
        _vector("_prod", "return np.prod(x)"),
        _vector(
            "_prod_others",
            "out = np.ones(x.shape[0])",
            "for i in range(x.shape[0]):",
            "    for j in range(x.shape[0]):",
            "        if j != i:",
            "            out[i] *= x[j]",
            "return out",
        ),
        _vector(
            "_prod_pairs",
            "n = x.shape[0]",
            "out = np.ones((n, n))",
            "for i in range(n):",
            "    for j in range(n):",
            "        for k in range(n):",
            "            if k != i and k != j:",
            "                out[i, j] *= x[k]",
            "    out[i, i] = 0.0",
            "return out",
        ),
        _vector(
            "_norm",
            "scale = np.max(np.abs(x))  # squares of large entries would overflow",
            "if scale == 0.0 or not np.isfinite(scale):",
            "    return scale",
            "return scale * np.sqrt(np.sum(np.square(x / scale)))",
        ),
        _vector(
            "_norm_of_matrix",
            "scale = np.max(np.abs(x))  # squares of large entries would overflow",
            "if scale == 0.0 or not np.isfinite(scale):",
            "    return scale",
            "return scale * np.sqrt(np.sum(np.square(x / scale)))",
        ),
        _vector(
            "_logsumexp",
            "top = np.max(x)",
            "if not np.isfinite(top):",
            "    return top",
            "return top + np.log(np.sum(np.exp(x - top)))",
        ),
        _vector("_softmax", "t = np.exp(x - np.max(x))", "return t / np.sum(t)"),
        _vector("_inv", "return np.linalg.inv(x)"),
        _vector("_det", "return np.linalg.det(x)"),
        _vector(
            "_logdet",
            "sign, value = np.linalg.slogdet(x)",
            "return value if sign > 0.0 else np.nan",
        ),
        _vector("_specnorm", "return np.linalg.svd(x)[1][0]"),
        _vector("_nucnorm", "return np.sum(np.linalg.svd(x)[1])"),
        _vector("_lambda_max", "return np.linalg.eigvalsh(x)[-1]"),
        _vector("_lambda_min", "return np.linalg.eigvalsh(x)[0]"),
        _vector(
            "_topproj",
            "v = np.ascontiguousarray(np.linalg.eigh(x)[1][:, -1])",
            "return np.outer(v, v)",
        ),
        _vector(
            "_topres",
            "w, v = np.linalg.eigh(x)",
            "u = np.ascontiguousarray(v[:, :-1])",
            "return (u / (w[-1] - w[:-1])) @ np.ascontiguousarray(u.T)",
        ),
        _vector(
            "_polar",
            "u, s, vt = np.linalg.svd(x, False)",
            "return u @ vt",
        ),
        _vector(
            "_dpolar",
            "u, s, vt = np.linalg.svd(x, False)",
            "n, m = x.shape",
            "beside = np.eye(n) - u @ u.T",
            "below = np.eye(m) - vt.T @ vt",
            "out = np.zeros((n, m, n, m))",
            "for i in range(n):",
            "    for j in range(m):",
            "        for k in range(n):",
            "            for l in range(m):",
            "                for a in range(s.size):",
            "                    out[i, j, k, l] += beside[i, k] * vt[a, j] * vt[a, l] / s[a]",
            "                    out[i, j, k, l] += u[i, a] * u[k, a] * below[j, l] / s[a]",
            "                    for b in range(s.size):",
            "                        turn = u[k, a] * vt[b, l] - u[k, b] * vt[a, l]",
            "                        out[i, j, k, l] += u[i, a] * vt[b, j] * turn / (s[a] + s[b])",
            "return out",
        ),
    )
)


def _loops(code: str) -> Mapping[str, str]:
    return loops_in(code, _NJIT)


NUMBA: Final = Dialect(
    target="numba",
    spelling=Spelling(
        dot="np.sum({0} * {1})",
        tensordot="",  # sums over several axes are loops
        einsum="",
        transpose="np.transpose({0}, {1})",
        total="np.sum({0})",
        sum_along="np.sum({0}, axis={1})",
        diagonal="",
        diagonal_of="",
        trace="np.trace({0})",
        eye="np.eye({0})",
        diag="np.diag({0})",
        ones="np.ones({0})",
        zeros="np.zeros({0})",
        full="np.full({0}, {1}, dtype=np.float64)",
        spread="np.broadcast_to({0}, {1}).copy()",
        where="_choose({0}, {1}, {2})",
        square="np.square({0})",
        sqrt="np.sqrt({0})",
        cbrt="np.cbrt({0})",
        abs="np.abs({0})",
        copysign="np.copysign({0}, {1})",
        infinity="np.inf",
        copy="{0}.copy()",
        result="np.float64({0})",
    ),
    prefix="np.",
    same=frozenset(
        "abs arccos arccosh arcsin arcsinh arctan arctan2 arctanh cos cosh exp expm1 log log1p"
        " log2 hypot logaddexp maximum minimum pi power sign sin sinh sqrt square tan tanh".split()
    ),
    array=ARRAY,
    imports=(
        (r"\bmath\.", "import math\n"),
        (r"\bnp\.", "import numpy as np"),
        (r"@vectorize", "from numba import njit, vectorize"),
        (r"(?s)\A(?!.*@vectorize).*?@njit", "from numba import njit"),
    ),
    reserved=("math", "njit", "vectorize"),
    note=(
        "The kernels are compiled at their first call; njit(cache=True) keeps them between runs"
        "\nof a file."
    ),
    helpers={**_HELPERS, "_horner": f"{_NJIT}{HORNER}"},
    made=_loops,
    kernel=_NJIT,
    loops=True,
)
