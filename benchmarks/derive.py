"""Closed forms over the public suite of formulas: time and length, and the same asked of SymPy.

Run: python benchmarks/derive.py [--full] [--rows]

Every formula is differentiated twice here and its gradient and second derivative are compared with
the reference numbers of the suite. SymPy (pip install sympy) is asked for the gradient of the same
formula with matrix symbols, written in two ways: scalars as 1 x 1 matrices, and scalars as traces.
It is *right* if one of the two gives the reference numbers, *wrong* if it gives other numbers only,
*refused* if it raises, leaves the derivative standing, or needs more than SECONDS.
By default every third formula is asked of SymPy; --full asks all of them; --rows prints each.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import signal
import statistics
import time
import warnings
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from lossmith.calculus.gradient import gradient, hessian, hvp
from lossmith.emit.numpy_source import emit
from lossmith.errors import UsageError
from lossmith.expr.build import symbol
from lossmith.run.load import load
from lossmith.text.parse import parse
from lossmith.text.syntax.pratt import read
from lossmith.text.syntax.tokens import tokenize
from lossmith.text.writing.printing import to_unicode
from lossmith.words import same

SUITE = Path(__file__).parents[1] / "tests" / "calculus" / "derivatives.jsonl"
TOLERANCE = 1e-9
SECONDS = 20


# -- here ------------------------------------------------------------------------------------------


def declaration(name: str, spec: dict[str, Any]) -> str:
    size = ", ".join(str(n) for n in spec["shape"])
    words = [f"{name}: {spec['kind']}({size})" if size else f"{name}: scalar"]
    if spec.get("psd"):
        words.append("psd")
    elif spec.get("sym"):
        words.append("symmetric")
    elif spec.get("nonsingular"):
        words.append("nonsingular")
    if spec.get("simplex"):
        words.append("simplex")
    elif spec.get("sign") == "positive":
        words.append("> 0")
    return " ".join(words)


def close(found: Any, expected: Any) -> bool:
    found, expected = np.asarray(found, dtype=float), np.asarray(expected, dtype=float)
    scale = float(np.max(np.abs(expected), initial=0.0))
    return found.shape == expected.shape and bool(
        np.max(np.abs(found - expected), initial=0.0) <= TOLERANCE * max(scale, 1e-300)
    )


def ours(line: dict[str, Any]) -> dict[str, Any]:
    """Return milliseconds and printed lengths of both derivatives, and whether they are right."""
    declared = "; ".join(declaration(n, s) for n, s in line["vars"].items())
    formula = parse(line["expr"], declared)
    wrt = next(s for s in formula.symbols if s.name == line["wrt"])
    times: list[tuple[float, float]] = []
    for _ in range(3):
        began = time.perf_counter()
        first = gradient(formula.expr, wrt).end
        middle = time.perf_counter()
        second = hessian(formula.expr, wrt).end
        times.append((middle - began, time.perf_counter() - middle))
    functions = {"gradient": first, "second": second}
    values = {k: np.asarray(v, dtype=float) for k, v in line["values"].items()}
    expected = line.get("hess")
    if expected is None:
        direction = symbol("direction_", wrt.shape)
        functions["second"] = hvp(formula.expr, wrt, direction).end
        values["direction_"] = np.asarray(line["dir"], dtype=float)
        expected = line["hvp"]
    made = load(emit(functions, formula.symbols))
    return {
        "right": close(made.call("gradient", values), line["grad"])
        and close(made.call("second", values), expected),
        "gradient ms": 1e3 * min(t for t, _ in times),
        "Hessian ms": 1e3 * min(t for _, t in times),
        "gradient letters": len(to_unicode(first)),
        "Hessian letters": len(to_unicode(second)),
    }


# -- SymPy -----------------------------------------------------------------------------------------


FUNCTIONS = {
    "abs", "arctan", "diag", "exp", "inv", "log", "logdet", "norm1", "norm2", "normF", "relu",
    "sigmoid", "sin", "sum", "tanh", "tr", "vector",
}  # fmt: skip


class Loose:
    """A matrix whose size follows from its neighbors: eye, vector(1) and products with them."""

    def __init__(self, make: Callable[[int, int], Any]) -> None:
        self.make = make


class Root:
    """The norm of a column x, so that its square can be written x' x where scalars are 1 x 1."""

    def __init__(self, square: Any) -> None:
        self.square = square


class Translation:
    """One formula as a SymPy expression; traces: scalars are traces, else 1 x 1 matrices."""

    def __init__(self, line: dict[str, Any], *, traces: bool) -> None:
        import sympy

        self.sp, self.traces = sympy, traces
        self.symbols: dict[str, Any] = {}
        for name, spec in line["vars"].items():
            shape = (*spec["shape"], 1)[:2] if spec["shape"] else ()
            real = sympy.Symbol(name, positive=spec.get("sign") == "positive" or None)
            self.symbols[name] = sympy.MatrixSymbol(name, *shape) if shape else real

    def expression(self, text: str) -> Any:
        values: list[Any] = []
        syntax = read(
            text,
            tokenize(text),
            FUNCTIONS.__contains__,
            self.symbols.__contains__,
            lambda token, place: UsageError(same(token.text)),
            frozenset({"eye"}),
        )
        for node in syntax.nodes:
            args = [values[a] for a in node.args]
            values.append(self._node(node.kind, node.name, args))
        last = values[-1]
        return self.sp.sqrt(self.sp.Trace(last.square)) if isinstance(last, Root) else last

    def _node(self, kind: str, name: str, args: list[Any]) -> Any:
        sp = self.sp
        if name == "^" and isinstance(args[0], Root) and args[1] == 2:
            return args[0].square
        args = [sp.sqrt(sp.Trace(a.square)) if isinstance(a, Root) else a for a in args]
        if kind == "number":
            return sp.Rational(name)
        if kind == "name":
            if name == "eye":
                return Loose(lambda n, _: sp.Identity(n))
            return self.symbols[name]
        if kind == "prefix":
            return self._times(sp.Integer(-1), args[0])
        if kind == "postfix" or name == "'":
            return args[0].T
        if name == "eye":
            return Loose(lambda n, _: sp.Identity(n))
        if kind == "call":
            return self._call(name, args)
        return self._infix(name, *args)

    def _is_matrix(self, a: Any) -> bool:
        return bool(getattr(a, "is_Matrix", False))

    def _scalar(self, a: Any) -> Any:
        """Return a 1 x 1 product as a scalar if scalars are traces."""
        if self.traces and self._is_matrix(a) and a.shape == (1, 1):
            return self.sp.Trace(a)
        return a

    def _infix(self, name: str, a: Any, b: Any) -> Any:
        sp = self.sp
        if name in "+-":
            return self._plus(a, b if name == "+" else self._times(sp.Integer(-1), b))
        if name == "*":
            return self._times(a, b)
        if name == "/":
            return self._times(1 / b, a)
        if name == ".*":
            return sp.HadamardProduct(a, b)
        if name == "./":
            return sp.HadamardProduct(a, b.applyfunc(lambda t: 1 / t))
        if name == ".^":
            return sp.HadamardPower(a, b)
        return a**b

    def _plus(self, a: Any, b: Any) -> Any:
        if isinstance(a, Loose) or isinstance(b, Loose):
            loose, fixed = (a, b) if isinstance(a, Loose) else (b, a)
            return loose.make(*fixed.shape) + fixed
        if self._is_matrix(a) != self._is_matrix(b):
            matrix, number = (a, b) if self._is_matrix(a) else (b, a)
            return number * self.sp.OneMatrix(*matrix.shape) + matrix
        return a + b

    def _times(self, a: Any, b: Any) -> Any:
        if isinstance(a, Loose) and self._is_matrix(b) and b.shape[0] == 1:
            return Loose(lambda n, _: a.make(n, 1) * b)
        if isinstance(b, Loose):
            if not self._is_matrix(a):
                return Loose(lambda n, m: a * b.make(n, m))
            return self._scalar(a * b.make(a.shape[1], 1))
        return self._scalar(a * b)

    def _call(self, name: str, args: list[Any]) -> Any:
        sp = self.sp
        if name == "vector":
            return Loose(lambda n, _: sp.OneMatrix(n, 1))
        (x,) = args
        if name == "sum":
            return self._sum(x)
        if name == "norm1":
            return self._sum(x.applyfunc(sp.Abs))
        if name in ("norm2", "normF"):
            if not self.traces and x.shape[1] == 1:
                return Root(x.T * x)
            return sp.sqrt(sp.Trace(x.T * x))
        if name == "tr":
            return sp.Trace(x)
        if name == "logdet":
            return sp.log(sp.Determinant(x))
        if name == "inv":
            return x.I
        if name == "diag":
            return sp.DiagMatrix(x)
        functions = {
            "exp": sp.exp, "log": sp.log, "abs": sp.Abs, "tanh": sp.tanh, "sin": sp.sin,
            "arctan": sp.atan, "sigmoid": lambda t: 1 / (1 + sp.exp(-t)),
            "relu": lambda t: sp.Max(t, 0),
        }  # fmt: skip
        f = functions[name]
        return x.applyfunc(f) if self._is_matrix(x) else f(x)

    def _sum(self, x: Any) -> Any:
        rows, columns = x.shape
        if self.traces:
            return self.sp.Trace(self.sp.OneMatrix(columns, rows) * x)
        left = self.sp.OneMatrix(1, rows) * x
        return left if columns == 1 else left * self.sp.OneMatrix(columns, 1)


def theirs(line: dict[str, Any], *, traces: bool) -> str:
    """Return right, wrong or refused for one way of writing the formula."""
    made = Translation(line, traces=traces)
    slope = made.expression(line["expr"]).diff(made.symbols[line["wrt"]])
    found = numbers(made.sp, slope, made.symbols, line["values"])
    if found is None:
        return "refused"
    expected = np.asarray(line["grad"], dtype=float)
    if found.size != expected.size:
        return "wrong"
    ways = [found.reshape(expected.shape)]
    if expected.ndim == 2:
        ways.append(found.T.reshape(expected.shape) if found.ndim == 2 else ways[0])
    return "right" if any(close(way, expected) for way in ways) else "wrong"


def numbers(sp: Any, slope: Any, symbols: dict[str, Any], values: dict[str, Any]) -> Any:
    """Return the value of a derivative, None if it is left standing."""
    at: dict[Any, Any] = {}
    for name, s in symbols.items():
        value = np.asarray(values[name], dtype=float)
        if getattr(s, "is_Matrix", False):
            at[s] = sp.ImmutableMatrix(value.reshape(s.shape).tolist())
        else:
            at[s] = float(value)
    if not getattr(slope, "shape", ()):
        put = slope.subs(at).doit() if hasattr(slope, "subs") else slope
        return np.array(float(put)) if not put.has(sp.Derivative) else None
    explicit = slope.subs(at).doit()
    explicit = explicit.as_explicit() if hasattr(explicit, "as_explicit") else explicit
    array = np.array(explicit.tolist(), dtype=object)
    if any(getattr(x, "has", lambda *_: False)(sp.Derivative) for x in array.ravel()):
        return None
    found = np.array([float(sp.N(x)) for x in array.ravel()]).reshape(array.shape)
    return found.squeeze() if found.ndim > 2 else found


def asked(line: dict[str, Any]) -> tuple[str, float]:
    """Return SymPy's best outcome over the ways of writing the formula, and its seconds."""
    outcomes: list[str] = []
    began = time.perf_counter()
    warnings.simplefilter("ignore")  # what SymPy deprecates inside itself
    for traces in (False, True):
        signal.signal(signal.SIGALRM, _stop)
        signal.alarm(SECONDS)
        try:
            outcomes.append(theirs(line, traces=traces))
        except Exception:  # whatever SymPy raises, it gave no answer
            outcomes.append("refused")
        finally:
            signal.alarm(0)
        if outcomes[-1] == "right":
            break
    best = next(o for o in ("right", "wrong", "refused") if o in outcomes)
    return best, time.perf_counter() - began


def _stop(*_: object) -> None:
    raise TimeoutError


# -- the table -------------------------------------------------------------------------------------


def main() -> None:
    reader = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    reader.add_argument("--full", action="store_true", help="ask SymPy every formula (minutes)")
    reader.add_argument("--rows", action="store_true", help="print a row for each formula")
    given = reader.parse_args()
    has_sympy = importlib.util.find_spec("sympy") is not None
    columns: dict[str, list[float]] = {}
    counts: Counter[str] = Counter()
    seconds: list[float] = []
    right = 0
    lines = [json.loads(text) for text in SUITE.read_text().splitlines()]
    for k, line in enumerate(lines):
        row = ours(line)
        right += row.pop("right")
        for name, value in row.items():
            columns.setdefault(name, []).append(value)
        outcome = ""
        if has_sympy and (given.full or k % 3 == 0):
            outcome, taken = asked(line)
            counts[outcome] += 1
            seconds.append(taken)
        if given.rows:
            shown = "  ".join(f"{value:8.4g}" for value in row.values())
            print(f"{line['id']:10} {shown}  {outcome:8} {line['expr']}", flush=True)
    print(f"\n{right} of {len(lines)} formulas right here (gradient and second derivative)")
    print(f"{'':18}{'median':>9}{'mean':>9}{'largest':>9}")
    for name, values in columns.items():
        print(
            f"{name:18}{statistics.median(values):9.4g}{statistics.mean(values):9.4g}"
            f"{max(values):9.4g}"
        )
    if not has_sympy:
        print("SymPy is not installed: pip install sympy")
        return
    total = sum(counts.values())
    told = ", ".join(f"{counts[o]} {o}" for o in ("right", "wrong", "refused"))
    print(f"SymPy, gradients of {total} of the formulas: {told}; "
          f"median {1e3 * statistics.median(seconds):.0f} ms")  # fmt: skip


if __name__ == "__main__":
    main()
