"""Silent broadcasting, caught while it happens: (n,) with (n, 1) stretched to (n, n)."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lossmith.words import Words


@dataclass(slots=True)
class Watch:
    """Notes elementwise operations in which both sides were stretched."""

    filename: str
    seen: dict[tuple[int, str], tuple[tuple[int, ...], tuple[int, ...]]] = field(
        default_factory=dict[tuple[int, str], tuple[tuple[int, ...], tuple[int, ...]]]
    )


class Traced(np.ndarray):
    """An array that reports silent broadcasting to the watch it carries."""

    watch: Watch | None = None

    def __array_finalize__(self, source: Any) -> None:
        self.watch = getattr(source, "watch", None)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        plain = [np.asarray(x) if isinstance(x, Traced) else x for x in inputs]
        if method == "__call__" and ufunc.signature is None and len(plain) == 2:
            self._note(ufunc.__name__, np.shape(plain[0]), np.shape(plain[1]))
        out = options.pop("out", None)
        if out is not None:
            options["out"] = tuple(np.asarray(x) if isinstance(x, Traced) else x for x in out)
        result = getattr(ufunc, method)(*plain, **options)
        return self._wrapped(result)

    def _wrapped(self, result: Any) -> Any:
        if isinstance(result, np.ndarray):
            traced = result.view(Traced)
            traced.watch = self.watch
            return traced
        return result

    def _note(self, name: str, a: tuple[int, ...], b: tuple[int, ...]) -> None:
        if self.watch is None or not a or not b:
            return
        wide = np.broadcast_shapes(a, b)
        size = int(np.prod(wide))
        if size > int(np.prod(a)) and size > int(np.prod(b)):
            self.watch.seen.setdefault((_row_in(self.watch.filename), name), (a, b))


def _row_in(filename: str) -> int:
    """Return the line of the user's file that is being run."""
    frame = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_filename == filename:
            return frame.f_lineno
        frame = frame.f_back
    return 0


def stretched(watch: Watch) -> list[Words]:
    """Return a sentence for each operation that stretched both its sides."""
    return [
        Words(
            f"line {row}: {name} of shapes {a} and {b} stretched both to "
            f"{np.broadcast_shapes(a, b)}: silent broadcasting; give both the shape {_flat(a, b)}",
            f"第 {row} 行：{name} 把形状 {a} 与 {b} 都扩展成了 {np.broadcast_shapes(a, b)}，"
            f"这是静默广播；请让两者的形状都为 {_flat(a, b)}",
        )
        for (row, name), (a, b) in watch.seen.items()
    ]


def _flat(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[int, ...]:
    return min(a, b, key=len)
