"""Source text to callable functions, compiled once for each text."""

from __future__ import annotations

import importlib.util
import linecache
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from lossmith.emit.source import Source
from lossmith.errors import MissingExtra, UsageError
from lossmith.words import Words

Entry = Callable[..., Any]  # arrays in, arrays out; the shapes are checked by the generated code

# target -> (package it needs, extra that installs it); the base targets need none.
_NEEDS: Mapping[str, tuple[str, str]] = {
    "numpy": ("numpy", ""),
    "boosting": ("numpy", ""),
    "numba": ("numba", "numba"),
    "jax": ("jax", "jax"),
    "torch": ("torch", "torch"),
}


@dataclass(frozen=True, slots=True)
class Function:
    """The loaded functions of one source."""

    source: Source
    entries: Mapping[str, Entry]

    def __getitem__(self, name: str) -> Entry:
        """Return the function of this name; it takes its arguments by keyword."""
        return self.entries[name]

    def call(self, name: str, values: Mapping[str, Any]) -> Any:
        """Return an entry's result; values by symbol (or size letter), more than needed is fine."""
        spelled = self.source.arguments
        return self.entries[name](**{spelled[s]: values[s] for s in self.source.taken[name]})

    def partial(self, name: str, values: Mapping[str, Any], free: str) -> Callable[[Any], Any]:
        """Return an entry as a function of the symbol ``free`` alone, the others held fixed."""
        spelled = self.source.arguments
        entry = self.entries[name]
        fixed = {spelled[s]: values[s] for s in self.source.taken[name] if s != free}
        if free not in self.source.taken[name]:
            return lambda _: entry(**fixed)
        argument = spelled[free]
        return lambda value: entry(**fixed, **{argument: value})


def load(source: Source) -> Function:
    """Return the functions of a source; the same text is compiled once.

    Raises: MissingExtra if the target's package is not installed.
    """
    entries = _compiled(source.target, source.text)
    return Function(source, {name: entries[spelled] for name, spelled in source.entries.items()})


@lru_cache(maxsize=256)
def _compiled(target: str, text: str) -> Mapping[str, Entry]:
    if target not in _NEEDS:
        known = ", ".join(_NEEDS)
        raise UsageError(
            Words(
                f"functions of target {target} cannot be loaded", f"无法加载目标 {target} 的函数"
            ),
            attempt=Words(f"one of {known}", f"可用的目标：{known}"),
        )
    package, extra = _NEEDS[target]
    if importlib.util.find_spec(package) is None:
        raise MissingExtra(
            Words(f"{package} is not installed", f"没有安装 {package}"),
            why=Words(f"target {target} runs on it", f"目标 {target} 依赖它"),
            attempt=Words(f'pip install "lossmith[{extra}]"', f'pip install "lossmith[{extra}]"'),
        )
    # A file name of its own lets tracebacks show the generated lines.
    name = f"<lossmith {target} {blake2b(text.encode(), digest_size=6).hexdigest()}>"
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    space: dict[str, Any] = {"__name__": "lossmith.generated"}
    exec(compile(text, name, "exec"), space)  # the text is written by emit/ alone
    return space
