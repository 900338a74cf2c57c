"""The self-test at the end of a generated file: derivatives against central differences."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from textwrap import indent
from typing import Final

from lossmith.expr.node import Symbol
from lossmith.expr.sets import Interval


@dataclass(frozen=True, slots=True)
class Check:
    """An entry whose differences by ``wrt`` (along ``direction``, if given) another entry gives.

    entrywise: the derivative is a diagonal, given as a vector.
    """

    of: str
    derivative: str
    wrt: Symbol
    direction: Symbol | None = None
    entrywise: bool = False


def checks_of(symbols: Mapping[str, Sequence[Symbol]], wrt: Sequence[Symbol]) -> list[Check]:
    """Return which entries can be tested against differences of which others.

    symbols: entry -> those that it takes.  wrt: the variables.
    """
    found: list[Check] = []
    several = len(wrt) > 1 or "gradient" not in symbols
    for s in wrt:
        slope = f"gradient_{s.name}" if several else "gradient"
        pairs = [("value", slope, s)]
        pairs += [(slope, f"hessian_{s.name}_{t.name}" if several else "hessian", t) for t in wrt]
        found += [Check(f, g, t) for f, g, t in pairs if f in symbols and g in symbols]
    if len(wrt) == 1 and {"gradient", "hvp"} <= set(symbols):
        shared = {s.name for s in symbols["gradient"]}
        extra = [s for s in symbols["hvp"] if s.name not in shared]
        if len(extra) == 1:
            found.append(Check("gradient", "hvp", wrt[0], extra[0]))
    return found


_DIFFERENCES = '''
def difference(function, values, name, direction, step=1e-6):
    """Return the central difference of a function as one argument moves along a direction."""
    above = {**values, name: values[name] + step * direction}
    below = {**values, name: values[name] - step * direction}
    return (np.asarray(function(**above)) - np.asarray(function(**below))) / (2 * step)


def compare(name, found, expected):
    """Print the largest difference of two arrays; stop if it is more than rounding explains."""
    worst = np.max(np.abs(np.asarray(found) - expected)) / (1 + np.max(np.abs(expected)))
    print(f"{name}: largest difference {worst:.1e}")
    if not worst < 1e-5:
        raise SystemExit(f"{name} disagrees with central differences")
'''


def self_test(
    checks: Sequence[Check],
    entries: Mapping[str, str],
    arguments: Mapping[str, str],
    sizes: Mapping[str, str],
    symbols: Mapping[str, Sequence[Symbol]],
    loose: Mapping[str, Sequence[str]],
    before: str = "",
    further: Sequence[str] = (),
    symmetric: Collection[str] = (),
) -> str:
    """Return the text of the test, or nothing where there is no derivative to test.

    further: lines that compare more along each direction.  symmetric: names of symbols that are
    drawn symmetric although nothing declares it.
    """
    if not checks:
        return ""
    first = entries[checks[0].of]
    extra = {c.direction.name for c in checks if c.direction is not None}
    drawn: dict[str, Symbol] = {
        s.name: s for c in checks for s in symbols[c.derivative] if s.name not in extra
    }
    lengths = [f"{sizes[d]} = {k + 2}" for k, d in enumerate(_letters(drawn, loose, checks))]
    draws = [
        f"{arguments[name]}={_draw(s, sizes, name in symmetric)}," for name, s in drawn.items()
    ]
    given = [
        f"{sizes[d]}={sizes[d]}," for d in dict.fromkeys(d for c in checks for d in loose[c.of])
    ]
    lines = [
        *([before] if before else []),
        "rng = np.random.default_rng(7)",
        *lengths,
        "for attempt in range(100):  # until the point lies in the domain",
        "    values = dict(",
        *(f"        {line}" for line in (*draws, *given)),
        "    )",
        '    with np.errstate(all="ignore"):',
        f"        if np.all(np.isfinite(np.asarray({first}(**values)))):",
        "            break",
    ]
    for wrt in dict.fromkeys(c.wrt for c in checks):
        drawing = _direction(wrt, sizes, wrt.name in symmetric)
        lines += ["for _ in range(3):", f"    direction = {drawing}"]
        compared = [_compared(c, entries, arguments) for c in checks if c.wrt is wrt]
        lines += [indent(line, "    ") for line in (*compared, *further)]
    body = indent("\n".join(lines), "    ")
    return f'{_DIFFERENCES}\n\nif __name__ == "__main__":\n{body}\n'


def _compared(check: Check, entries: Mapping[str, str], arguments: Mapping[str, str]) -> str:
    """Return the line that compares one derivative along ``direction``."""
    name = arguments[check.wrt.name]
    of, derivative = entries[check.of], entries[check.derivative]
    numeric = f'difference({of}, values, "{name}", direction)'
    if check.entrywise:
        found = f"np.asarray({derivative}(**values)) * direction"
    elif check.direction is None:
        found = f"np.tensordot({derivative}(**values), direction, {len(check.wrt.shape)})"
    else:
        along = arguments[check.direction.name]
        found = f"{derivative}(**values, {along}=direction)"
    return comparison(derivative, found, numeric)


def comparison(name: str, found: str, expected: str) -> str:
    """Return the call that compares two results, over several lines if it is long."""
    parts = (f'"{name}"', found, expected)
    line = f"compare({', '.join(parts)})"
    return line if len(line) <= _LINE else "compare(\n    " + ",\n    ".join(parts) + ",\n)"


_LINE: Final = 84


def _direction(s: Symbol, sizes: Mapping[str, str], symmetric: bool) -> str:
    """Return code that draws a direction in which a symbol may move as it is declared."""
    inner = ", ".join(str(d) if isinstance(d, int) else sizes[d] for d in s.shape)
    size = inner.split(", ")[0]
    if s.assumptions.has("diagonal"):
        return f"np.diag(rng.standard_normal({size}))"
    if symmetric or s.assumptions.has("symmetric"):
        return f"np.cov(rng.standard_normal(({size}, {size} + 3)))"
    normal = f"rng.standard_normal(({inner}{',' if len(s.shape) == 1 else ''}))"
    if s.assumptions.has("simplex"):
        # The sums stay 1, as the derivative may use.
        return f"(lambda d: 0.1 * (d - np.mean(d, axis=-1, keepdims=True)))({normal})"
    return normal


def _letters(
    drawn: Mapping[str, Symbol], loose: Mapping[str, Sequence[str]], checks: Sequence[Check]
) -> list[str]:
    found = [d for s in drawn.values() for d in s.shape if isinstance(d, str)]
    found += [d for c in checks for d in loose[c.derivative]]
    return list(dict.fromkeys(found))


def _draw(s: Symbol, sizes: Mapping[str, str], symmetric: bool) -> str:
    """Return code that draws a value of a symbol as it is declared."""
    inner = ", ".join(str(d) if isinstance(d, int) else sizes[d] for d in s.shape)
    shape = f"({inner},)" if len(s.shape) == 1 else f"({inner})"
    normal = f"rng.standard_normal({shape})"
    a = s.assumptions
    size = inner.split(", ")[0]
    if a.has("onehot"):
        width = inner.split(", ")[-1]
        return f"np.eye({width})[rng.integers({width}, size={shape}[:-1])]"
    if a.has("simplex"):
        width = inner.split(", ")[-1]
        return f"rng.dirichlet(np.ones({width}), size={shape}[:-1])"
    if a.has("diagonal"):
        return f"np.diag(rng.uniform(0.5, 2, {size}))"
    if a.has("psd"):
        return f"np.cov(rng.standard_normal(({size}, {size} + 3))) + 0.1 * np.eye({size})"
    if symmetric or a.has("symmetric"):
        return f"np.cov(rng.standard_normal(({size}, {size} + 3))) - 0.7 * np.eye({size})"
    if a.has("orthogonal"):
        return f"np.linalg.qr({normal})[0]"
    if a.has("nonsingular"):
        return f"{normal} + 3 * np.eye({size})"
    if a.values is not None:
        return f"rng.choice({[float(v) for v in a.values]}, size={shape})"
    low, high = drawn_range(a.interval)
    if a.integer:
        return f"rng.integers({int(low)}, {int(high) + 1}, size={shape}).astype(float)"
    if a.interval.lo is None and a.interval.hi is None:
        # Every second draw is positive: a formula may need that although nothing is declared.
        return f"{normal} if attempt % 2 == 0 else rng.uniform(0.1, 0.9, {shape})"
    return f"rng.uniform({low}, {high}, {shape})"


def drawn_range(interval: Interval) -> tuple[float, float]:
    """Return ends inside an interval, at most 3 apart where it is infinite."""
    if interval.lo is not None and interval.hi is not None:
        low, high = float(interval.lo), float(interval.hi)
        return low + 0.05 * (high - low), high - 0.05 * (high - low)
    if interval.lo is not None:
        return float(interval.lo) + 0.1, float(interval.lo) + 2.9
    if interval.hi is not None:
        return float(interval.hi) - 2.9, float(interval.hi) - 0.1
    return -3.0, 3.0
