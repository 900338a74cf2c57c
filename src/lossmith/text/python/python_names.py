"""What names in NumPy, SciPy, JAX and PyTorch stand for: functions and operators."""

from __future__ import annotations

from typing import Final

OPERATORS: Final = {
    "multiply": ".*", "mul": ".*", "divide": "./", "true_divide": "./", "div": "./", "add": "+",
    "subtract": "-", "sub": "-", "matmul": "@", "mm": "@", "mv": "@", "matvec": "@",
    "power": ".^", "pow": ".^",
    "float_power": ".^", "dot": "@",
}  # fmt: skip
NAMES: Final = {
    "absolute": "abs", "fabs": "abs", "maximum": "max", "amax": "max", "minimum": "min",
    "amin": "min", "where": "if", "inner": "dot", "vdot": "dot", "trace": "tr", "expit": "sigmoid",
    "norm": "norm2", "average": "mean", "clamp": "clip", "pinv": "", "identity": "eye",
    "arcsin": "asin", "arccos": "acos", "arctan": "atan", "silu": "swish", "ndtr": "normcdf",
    "gammaln": "lgamma", "reduce_sum": "sum", "reduce_mean": "mean", "reduce_max": "max",
    "reduce_min": "min", "reduce_prod": "prod", "binary_cross_entropy": "bce",
    "reduce_logsumexp": "logsumexp",
}  # fmt: skip
