"""C source: compiled, it says what NumPy says, and tests itself; what C lacks is refused."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from test_numpy_source import FORMULAS, draw
from test_targets import MORE, arguments, request_of

import lossmith as ls
from lossmith.atoms.table import CARDS
from lossmith.emit.c_library import template
from lossmith.emit.request import Request
from lossmith.emit.source import Source
from lossmith.emit.table import TARGETS
from lossmith.errors import UsageError
from lossmith.expr import build
from lossmith.expr.node import Expr, symbol
from lossmith.run.load import load

GCC = shutil.which("gcc")
STRICT = ["-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror", "-Wno-unused-parameter"]

needs_gcc = pytest.mark.skipif(GCC is None, reason="no gcc")


def compiled(source: Source, folder: Path) -> ctypes.CDLL:
    (folder / "f.c").write_text(source.text, encoding="utf-8")
    command = [str(GCC), *STRICT, "-O1", "-shared", "-fPIC", "f.c", "-o", "f.so", "-lm"]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return ctypes.CDLL(str(folder / "f.so"))


def call(library: ctypes.CDLL, source: Source, name: str, e: Expr, known: Mapping[str, Any]) -> Any:
    """Call an entry; known: arrays by symbol, lengths by letter."""
    function = getattr(library, source.entries[name])
    given: list[Any] = []
    held: list[Any] = []
    for key in source.taken[name]:
        value = known[key]
        if isinstance(value, int) and key in known["sizes"]:
            given.append(ctypes.c_size_t(value))
        elif np.ndim(value) == 0:
            given.append(ctypes.c_double(float(value)))
        else:
            held.append(np.ascontiguousarray(value, dtype=float))
            given.append(held[-1].ctypes.data_as(ctypes.POINTER(ctypes.c_double)))
    if not e.shape:
        function.restype = ctypes.c_double
        return np.float64(function(*given))
    function.restype = None
    shape = [d if isinstance(d, int) else known[d] for d in e.shape]
    # What was there before must not matter.
    result = np.full(shape, np.nan)
    function(*given, result.ctypes.data_as(ctypes.POINTER(ctypes.c_double)))
    return result


def agree(request: Request, values: Mapping[str, Any], sizes: Mapping[str, int], folder: Path,
          same: Callable[[Any, Any], bool]) -> list[str]:  # fmt: skip
    """Return the entries in which C and NumPy differ."""
    source, expected = TARGETS["c"].emit(request), load(TARGETS["numpy"].emit(request))
    library = compiled(source, folder)
    known = {**values, **sizes, "sizes": sizes}
    wrong: list[str] = []
    for name, e in request.functions.items():
        assert isinstance(e, Expr)
        found, theirs = call(library, source, name, e, known), expected.call(name, known)
        if not same(found, np.asarray(theirs)):
            wrong.append(f"{name}: {found} instead of {theirs}")
    return wrong


def close(found: Any, expected: Any) -> bool:
    # The same few dozen operations in another order; the worst condition is below 1e3.
    scale = np.max(np.abs(expected), initial=0.0, where=np.isfinite(expected))
    return np.allclose(found, expected, rtol=1e-12, atol=1e-12 * scale, equal_nan=True)


@needs_gcc
@pytest.mark.parametrize(("text", "declared", "wrt"), [*FORMULAS, *MORE])
def test_compiled_functions_agree_with_numpy(
    text: str, declared: str, wrt: str, tmp_path: Path
) -> None:
    request, formula = request_of(text, declared, wrt)
    rng = np.random.default_rng(1)
    values, sizes = draw(formula.symbols, rng)
    values = {**values, "v": rng.standard_normal(values[wrt].shape)}
    assert not agree(request, values, sizes, tmp_path, close)


@needs_gcc
@pytest.mark.parametrize("batch", [(4,), (2, 4)])
def test_every_card_with_c_code_agrees_with_numpy(batch: tuple[int, ...], tmp_path: Path) -> None:
    functions: dict[str, Expr] = {}
    values: dict[str, Any] = {}
    for card in CARDS:
        if not card.arity or template(card) is None:
            continue
        args = arguments(card, batch)
        names = [f"{card.name}_{k}" for k in range(len(args))]
        values |= dict(zip(names, args, strict=True))
        symbols = [symbol(n, a.shape) for n, a in zip(names, args, strict=True)]
        functions[f"of_{card.name}"] = build.apply(card, *symbols)
    assert {"of_softmax", "of_inv", "of_logdet", "of_digamma", "of_norm2"} <= set(functions)

    def same(found: Any, expected: Any) -> bool:
        return np.allclose(found, expected, rtol=1e-11, atol=1e-300, equal_nan=True)

    with np.errstate(all="ignore"):
        assert not agree(Request(functions, (), ()), values, {}, tmp_path, same)


@needs_gcc
def test_products_of_every_pattern_agree_with_numpy(tmp_path: Path) -> None:
    a, b, c = symbol("A", (2, 3, 4)), symbol("B", (4, 3, 2)), symbol("S", (3, 3))
    v, unit = symbol("i", (3,)), build.delta(3)
    patterns: list[tuple[list[tuple[Any, tuple[int, ...], int]], tuple[int, ...]]] = [
        ([(a, (0, 1, 2), 1), (b, (2, 1, 3), 1)], (0, 3)),
        ([(a, (0, 1, 2), 1), (b, (2, 1, 3), 1)], (1, 3, 0)),
        ([(a, (0, 1, 2), 1), (b, (3, 1, 4), 1), (c, (1, 1), 1)], (4, 2)),
        ([(c, (0, 0), 1), (a, (1, 0, 2), 1)], (2, 0)),
        ([(a, (0, 1, 2), 1)], (2, 0, 1)),
        ([(a, (0, 1, 2), 2)], ()),
        ([(a, (0, 1, 2), 1)], (1,)),
        ([(c, (0, 0), 1)], ()),
        ([(c, (0, 1), 1), (v, (0,), 1), (v, (1,), -1)], (1, 0)),
        ([(c, (0, 1), 1), (unit, (2, 3), 1)], (0, 2, 1, 3)),
        ([(c, (0, 1), 1), (unit, (0, 2), 1)], (2, 0, 1)),
    ]
    functions = {f"p{k}": build.contract(ps, out) for k, (ps, out) in enumerate(patterns)}
    rng = np.random.default_rng(3)
    values = {s.name: rng.standard_normal([int(str(d)) for d in s.shape]) for s in (a, b, c, v)}
    assert not agree(Request(functions, (a, b, c, v), ()), values, {}, tmp_path, close)


@needs_gcc
@pytest.mark.parametrize(
    ("text", "declared", "wrt"),
    [
        ("sum(log(1 + exp(-y .* (X*w)))) + lam*norm2(w)^2", "y: vector(n) in {-1, 1}", "w"),
        ("-logdet(S) + tr(C*S)", "S: matrix(n,n) pd", "S"),
        ("normF(T - U*V')^2", "", "U, V"),
        ("sum(x .* log(x)) - i*sum(x)^k", "x: vector(n) simplex; i: scalar; k: scalar > 0", "x"),
        ("sum(if(x > 1, x.^3, exp(x)))", "x: vector(n)", "x"),
        ("sum(xlogx(double .* x)) + int*lgamma(2 + int)", "int: scalar > 0", "int"),
    ],
)
def test_a_c_file_tests_itself(text: str, declared: str, wrt: str, tmp_path: Path) -> None:
    code = ls.objective(text, declared, wrt=wrt).code("c")
    run = self_tested(code, tmp_path)
    assert run.returncode == 0, run.stderr
    assert "hessian" in run.stdout


def self_tested(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    (folder / "f.c").write_text(code, encoding="utf-8")
    sanitized = ["-fsanitize=address,undefined", "-DSELF_TEST", "-g"]
    command = [str(GCC), *STRICT, *sanitized, "f.c", "-o", "f", "-lm"]
    made = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    return subprocess.run([str(folder / "f")], capture_output=True, text=True, check=False)


@needs_gcc
def test_the_self_test_of_a_c_file_fails_when_the_gradient_is_wrong(tmp_path: Path) -> None:
    code = ls.objective("sum(exp(x)) + norm2(x)^2", "x: vector(n)", wrt="x").code("c")
    broken = code.replace("result[i] = exp(x[i])", "result[i] = 2.0 * exp(x[i])", 1)
    assert broken != code
    run = self_tested(broken, tmp_path)
    assert run.returncode != 0
    assert "gradient disagrees" in run.stderr


@needs_gcc
def test_extreme_margins_stay_finite_in_c(tmp_path: Path) -> None:
    request, _ = request_of(*FORMULAS[0])
    values = {"X": np.array([[800.0], [-800.0], [1e-300]]), "y": np.array([1.0, 1.0, -1.0]),
              "w": np.array([1.0]), "lam": 0.0, "v": np.array([1.0])}  # fmt: skip
    assert not agree(request, values, {"n": 3, "d": 1}, tmp_path, close)


def test_c_source_reads_as_one_would_write_it() -> None:
    text = ls.objective(*FORMULAS[0][:2], wrt="w").code("c")
    assert "double value(size_t n, size_t d, const double *y, const double *X," in text
    assert "z[i] = sum;" in text
    assert "result[i] = 2.0 * lam * w[i] - z2[i];" in text
    assert max(map(len, text.splitlines())) <= 110


def test_what_c_cannot_spell_is_refused_with_the_reason() -> None:
    with pytest.raises(UsageError, match="C has no lambda_max") as caught:
        ls.objective("lambda_max(A)", "A: matrix(n, n) symmetric").code("c")
    assert "singular values" in str(caught.value.why)
    assert caught.value.attempt is not None
