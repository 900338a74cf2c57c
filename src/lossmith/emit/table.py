"""All targets by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from lossmith.emit import (
    boosting_source,
    c_source,
    latex_source,
    markdown_source,
    numpy_source,
)
from lossmith.emit.dialect import Dialect
from lossmith.emit.file import write
from lossmith.emit.jax_source import JAX
from lossmith.emit.numba_source import NUMBA
from lossmith.emit.request import Request
from lossmith.emit.source import Source
from lossmith.emit.torch_source import TORCH
from lossmith.errors import UsageError
from lossmith.expr.operator import Dense
from lossmith.words import Words


@dataclass(frozen=True, slots=True)
class Target:
    """A target: how a request becomes a source, and what the request must hold.

    notation: of the request's docs and names.  proofs: whether ``convex`` and ``smooth`` are read.
    """

    emit: Callable[[Request], Source]
    words: Words
    notation: Literal["unicode", "latex"] = "unicode"
    proofs: bool = False


def _functions(dialect: Dialect) -> Callable[[Request], Source]:
    """Return the emitter of an array language."""

    def emit(request: Request) -> Source:
        return write(
            dialect,
            request.functions,
            request.symbols,
            wrt=request.wrt,
            title=request.title,
            docs=request.docs,
        )

    return emit


def _numpy(request: Request) -> Source:
    """Return the NumPy file; a Hessian that is not just dense is there by its structure too."""
    plain = request.structure is None or isinstance(request.structure, Dense)
    return numpy_source.emit(
        request.functions,
        request.symbols,
        wrt=request.wrt,
        title=request.title,
        docs=request.docs,
        structure=None if plain else request.structure,
    )


TARGETS: Final[Mapping[str, Target]] = {
    "numpy": Target(_numpy, Words("NumPy and SciPy", "NumPy 与 SciPy")),
    "numba": Target(_functions(NUMBA), Words("numba, compiled", "numba，编译执行")),
    "jax": Target(_functions(JAX), Words("JAX, compiled by jit", "JAX，经 jit 编译")),
    "torch": Target(_functions(TORCH), Words("PyTorch", "PyTorch")),
    "c": Target(c_source.write, Words("C99, in plain loops", "C99，只用普通循环")),
    "latex": Target(
        latex_source.write, Words("LaTeX of all formulas", "全部公式的 LaTeX"), notation="latex"
    ),
    "markdown": Target(
        markdown_source.write,
        Words("a Markdown page of all formulas", "含全部公式的 Markdown 页面"),
        notation="latex",
    ),
    "boosting": Target(
        boosting_source.write,
        Words("a custom objective for gradient boosting", "梯度提升的自定义目标函数"),
        proofs=True,
    ),
}


def target_named(name: str) -> Target:
    """Return the target of this name.

    Raises: UsageError, with the names that there are.
    """
    if name not in TARGETS:
        known = ", ".join(TARGETS)
        raise UsageError(
            Words(f"there is no code target {name}", f"没有代码目标 {name}"),
            attempt=Words(f"one of {known}", f"可用的目标：{known}"),
        )
    return TARGETS[name]
