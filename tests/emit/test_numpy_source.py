"""Generated NumPy source: right, stable, readable, and able to run alone."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import warnings
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import lossmith as ls
from lossmith.atoms.exponential import exp
from lossmith.atoms.meaning import entries, evaluate
from lossmith.calculus.gradient import gradient, hessian, hvp
from lossmith.calculus.normalize import normalize
from lossmith.emit.numpy_source import emit
from lossmith.expr import build
from lossmith.expr.node import Comparison, Expr, symbol
from lossmith.expr.sets import POSITIVE, REALS, Interval, closed
from lossmith.expr.types import Assumptions
from lossmith.run.load import load
from lossmith.text.parse import parse

LOGISTIC = "sum(log(1 + exp(-y .* (X*w)))) + lam*norm2(w)^2"
DECLARED = "y: vector(n) in {-1, 1}; lam: scalar >= 0"

# formula, declarations, variable: one for each way of lowering.
FORMULAS = [
    (LOGISTIC, DECLARED, "w"),
    ("0.5*norm2(X*w - y)^2", "", "w"),
    ("norm2(x)", "x: vector(n)", "x"),
    ("logsumexp(A*x) - b'*x", "x: vector(d)", "x"),
    ("-logdet(S) + tr(C*S)", "S: matrix(n,n) pd", "S"),
    ("normF(T - U*V')^2", "", "U"),
    ("x'*A*x + b'*x", "x: vector(n)", "x"),
    ("sum(x.^3)/3 - mean(x)", "x: vector(n)", "x"),
    ("sum(huber(X*w - y, 1))", "", "w"),
    ("exp(x) - log(x)", "x: scalar > 0", "x"),
    ("(w2*sigmoid(w1*x) - y)^2", "w1: scalar; w2: scalar; x: scalar; y: scalar", "w1"),
    ("sum((A*x).^2 .* c) + sum(x.^(-2))", "x: vector(d) > 0; c: vector(m)", "x"),
    ("tr(inv(S)*C)", "S: matrix(n,n) pd; C: matrix(n,n)", "S"),
    ("sum(x.^(3/2)) + sum(x)^2", "x: vector(n) > 0", "x"),
]


def source_of(text: str, declared: str, wrt: str) -> Any:
    formula = parse(text, declared)
    w = next(s for s in formula.symbols if s.name == wrt)
    functions = {
        "value": normalize(formula.expr).end,
        "gradient": gradient(formula.expr, w).end,
        "hessian": hessian(formula.expr, w).end,
    }
    if w.shape:
        v = symbol("v", w.shape)
        functions["hvp"] = hvp(formula.expr, w, v).end
    return functions, formula, w, emit(functions, formula.symbols, wrt=w, title=text)


def draw(symbols: Any, rng: np.random.Generator) -> tuple[dict[str, Any], dict[str, int]]:
    """Values with few binary digits, so that balls and floats read the same numbers."""
    sizes = {d: 2 + k for k, d in enumerate("ndmk")}
    values: dict[str, Any] = {}
    for s in symbols:
        shape = tuple(d if isinstance(d, int) else sizes.setdefault(d, 3) for d in s.shape)
        a = s.assumptions
        if a.has("symmetric"):
            root = np.round(rng.standard_normal(shape) * 8) / 8
            values[s.name] = root @ root.T + np.eye(shape[0])
        elif a.values is not None:
            values[s.name] = rng.choice([float(v) for v in a.values], size=shape)
        else:
            values[s.name] = np.round(rng.uniform(0.3, 1.7, shape) * 64) / 64
    return values, sizes


@pytest.mark.parametrize(("text", "declared", "wrt"), FORMULAS, ids=[f[0] for f in FORMULAS])
def test_generated_functions_agree_with_the_meaning_of_the_formula(
    text: str, declared: str, wrt: str
) -> None:
    functions, formula, _, source = source_of(text, declared, wrt)
    loaded = load(source)
    rng = np.random.default_rng(1)
    values, sizes = draw(formula.symbols, rng)
    for name, expr in functions.items():
        extra = {"v": np.round(rng.standard_normal(values[wrt].shape) * 8) / 8}
        known = {**values, **extra}
        found = np.asarray(loaded.call(name, {**known, **sizes}))
        symbols = (*formula.symbols, symbol("v", functions["gradient"].shape))
        exact = evaluate(expr, {s: known[s.name].tolist() for s in symbols}, sizes)
        truth = np.array([float(b.mid()) for b in entries(exact)]).reshape(found.shape)
        # Sums of a few dozen products, inverses of condition below 1e3: 1e-11 is ample.
        assert np.max(np.abs(found - truth)) <= 1e-11 * (1 + np.max(np.abs(truth))), name


@pytest.mark.parametrize(
    ("text", "declared", "wrt"), FORMULAS[:6], ids=[f[0] for f in FORMULAS[:6]]
)
def test_a_generated_file_runs_alone_and_tests_itself(
    text: str, declared: str, wrt: str, tmp_path: Path
) -> None:
    source = source_of(text, declared, wrt)[3]
    file = tmp_path / "generated.py"
    file.write_text(source.text, encoding="utf-8")
    imported = set(re.findall(r"^import (\w+)", source.text, flags=re.M))
    assert imported <= {"numpy", "scipy"}
    run = subprocess.run(
        [sys.executable, "-W", "error", str(file)], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    assert "hessian: largest difference" in run.stdout


def test_the_self_test_of_a_file_fails_when_the_gradient_is_wrong(tmp_path: Path) -> None:
    text = source_of(LOGISTIC, DECLARED, "w")[3].text
    broken = text.replace("return 2 * lam * w - X.T @ (y * s)", "return lam * w - X.T @ (y * s)")
    assert broken != text
    file = tmp_path / "broken.py"
    file.write_text(broken, encoding="utf-8")
    run = subprocess.run([sys.executable, str(file)], capture_output=True, check=False)
    assert run.returncode != 0


@pytest.mark.parametrize(
    ("text", "declared", "wrt"),
    [("sum(x .* log(x)) - c*sum(x)^k", "x: vector(n) simplex; c: scalar; k: scalar > 0", "x")],
)
def test_a_file_moves_its_variable_as_declared(
    text: str, declared: str, wrt: str, tmp_path: Path
) -> None:
    # The derivative uses that the entries sum to 1; so must the differences.
    file = tmp_path / "generated.py"
    file.write_text(source_of(text, declared, wrt)[3].text, encoding="utf-8")
    run = subprocess.run([sys.executable, str(file)], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


def test_logistic_source_reads_as_one_would_write_it() -> None:
    text = source_of(LOGISTIC, DECLARED, "w")[3].text
    assert "z = X @ w" in text
    assert "s = scipy.special.expit(-(y * z))" in text
    assert "return 2 * lam * w - X.T @ (y * s)" in text
    assert "np.sqrt(s * (1 - s))[:, None]" in text
    assert "H = U.T @ U" in text
    assert "H.flat[:: len(H) + 1] += 2 * lam  # the diagonal" in text
    assert "np.eye" not in text
    assert "einsum" not in text


def test_extreme_margins_neither_overflow_nor_warn() -> None:
    loaded = load(source_of(LOGISTIC, DECLARED, "w")[3])
    values = {"X": np.array([[800.0], [-800.0], [1e-300]]), "y": np.array([1.0, 1.0, -1.0]),
              "w": np.array([1.0]), "lam": 0.0}  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert loaded.call("value", values) == pytest.approx(800.0 + np.log(2.0), rel=1e-15)
        assert np.isfinite(loaded.call("gradient", values)).all()
        assert np.isfinite(loaded.call("hessian", values)).all()


def test_a_hessian_never_builds_a_matrix_of_samples_by_samples() -> None:
    loaded = load(source_of(LOGISTIC, DECLARED, "w")[3])
    rng = np.random.default_rng(0)
    n = 200_000  # n by n would take 320 GB
    values = {"X": rng.standard_normal((n, 2)), "y": rng.choice([-1.0, 1.0], n),
              "w": np.ones(2), "lam": 0.1}  # fmt: skip
    assert loaded.call("hessian", values).shape == (2, 2)


def test_a_diagonal_minus_rank_one_between_matrices_is_multiplied_out_by_terms() -> None:
    source = source_of("logsumexp(A*x) - b'*x", "x: vector(d)", "x")[3]
    rng = np.random.default_rng(0)
    n = 100_000
    values = {"A": rng.standard_normal((n, 2)), "x": np.ones(2), "b": np.ones(2)}
    assert load(source).call("hessian", values).shape == (2, 2)


def test_large_entries_do_not_overflow_the_hessian_of_a_norm() -> None:
    loaded = load(source_of("norm2(x)", "x: vector(n)", "x")[3])
    x = np.array([3e200, -4e200])
    expected = np.array([[0.64, 0.48], [0.48, 0.36]]) / 5e200
    assert np.allclose(loaded.call("hessian", {"x": x}), expected, rtol=1e-14, atol=0)


def test_formulas_of_depth_5000_become_statements() -> None:
    x = symbol("x")
    e: Expr = x
    for k in range(5000):
        e = build.apply(exp, build.add((Fraction(-1, 3), e), (1, build.const(k % 3 - 1))))
    value = load(emit({"value": e})).call("value", {"x": 0.3})
    t = 0.3
    for k in range(5000):
        t = np.exp(-t / 3 + (k % 3 - 1))
    # The map is a contraction (slope below 1 in size), so rounding does not build up.
    assert value == pytest.approx(t, rel=1e-13)


def test_branches_that_are_not_taken_do_not_warn() -> None:
    x = symbol("x", ("n",))
    e = build.select([((Comparison(x, ">"),), build.power(x, Fraction(1, 2)))], build.negate(x))
    source = emit({"value": build.total(e)})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert load(source).call("value", {"x": np.array([4.0, -1.0, 0.0])}) == 3.0


@pytest.mark.parametrize(
    ("p", "x", "expected"),
    [
        (Fraction(1, 3), -8.0, -2.0),
        (Fraction(2, 3), -8.0, 4.0),
        (Fraction(3, 5), -32.0, -8.0),
        (Fraction(2, 5), -32.0, 4.0),
        (Fraction(-1, 3), -8.0, -0.5),
        (Fraction(1, 2), 9.0, 3.0),
        (Fraction(-3, 2), 4.0, 0.125),
        (Fraction(5), -2.0, -32.0),
        (Fraction(-2), -2.0, 0.25),
    ],
)
def test_powers_take_the_real_root(p: Fraction, x: float, expected: float) -> None:
    source = emit({"value": build.power(symbol("x"), p)})
    assert load(source).call("value", {"x": x}) == pytest.approx(expected, rel=1e-15)


def test_names_that_python_or_the_file_needs_are_renamed() -> None:
    names = ["lambda", "np", "value", "n", "_array", "λ", "x'", "2x"]
    symbols = [symbol(name, ("n",)) for name in names]
    e = build.total(build.multiply(*symbols, build.broadcast(build.size_of("n"), ("n",))))
    source = emit({"value": e}, symbols)
    arrays = {name: np.array([1.0, 2.0, 3.0]) + k for k, name in enumerate(names)}
    expected = 3 * np.sum(np.prod(list(arrays.values()), axis=0))
    assert load(source).call("value", arrays) == pytest.approx(expected, rel=1e-14)
    assert len(set(source.arguments.values())) == len(names)


def test_a_wrong_shape_is_refused_by_name() -> None:
    loaded = load(source_of(LOGISTIC, DECLARED, "w")[3])
    good = {"X": np.ones((3, 2)), "y": np.ones(3), "w": np.ones(2), "lam": 0.1}
    for name, bad in [("y", np.ones((3, 1))), ("w", np.ones(3)), ("X", np.ones(3))]:
        with pytest.raises(ValueError, match=f"^{name} must have shape"):
            loaded.call("value", {**good, name: bad})


def test_a_square_matrix_must_be_square() -> None:
    A, x = symbol("A", ("n", "n")), symbol("x", ("n",))
    loaded = load(emit({"value": build.inner(x, build.matmul(A, x))}))
    with pytest.raises(ValueError, match=r"^A must have shape"):
        loaded.call("value", {"A": np.ones((2, 3)), "x": np.ones(2)})


def test_results_do_not_alias_arguments() -> None:
    A = symbol("A", ("n", "m"))
    loaded = load(emit({"same": A, "turned": build.transpose(A)}))
    value = np.arange(6.0).reshape(2, 3)
    for name in ("same", "turned"):
        loaded.call(name, {"A": value})[0, 0] = 99.0
    assert value[0, 0] == 0.0


def test_a_size_that_no_argument_has_becomes_an_argument() -> None:
    source = emit({"value": build.ones(("n", 2))})
    assert load(source).call("value", {"n": 3}).shape == (3, 2)


# -- random products against np.einsum, an independent route --------------------------------------

_LETTERS = "abcde"
_SIZES = {"a": 2, "b": 3, "c": 4, "d": 2, "e": 3}


@st.composite
def products(draw: st.DrawFn) -> tuple[list[tuple[str, int]], str]:
    """Factors (their index letters, exponent) and the letters of the result."""
    count = draw(st.integers(1, 5))
    factors = [
        (
            "".join(draw(st.lists(st.sampled_from(_LETTERS), max_size=3))),
            draw(st.sampled_from([1, 1, 1, 2, 3, -1])),
        )
        for _ in range(count)
    ]
    used = sorted({c for letters, _ in factors for c in letters})
    out = draw(st.permutations(used))
    return factors, "".join(out[: draw(st.integers(0, len(out)))])


@example(case=([("", 1), ("a", 1), ("", -1), ("", 1)], ""), twin=True, known=POSITIVE)
@given(products(), st.booleans(), st.sampled_from([REALS, POSITIVE]))
def test_products_agree_with_einsum(
    case: tuple[list[tuple[str, int]], str], twin: bool, known: Interval
) -> None:
    factors, out = case
    rng = np.random.default_rng(len(out) + 10 * len(factors))
    arrays: dict[str, Any] = {}
    raw: list[Any] = []
    for k, (letters, p) in enumerate(factors):
        # Letters of one size share a symbol when asked, so that sub-products can coincide.
        name = "s" + "".join(str(_SIZES[c]) for c in letters) if twin else f"s{k}"
        s = symbol(name, tuple(_SIZES[c] for c in letters), Assumptions(interval=known))
        arrays.setdefault(name, rng.uniform(0.5, 1.5, s.shape))
        raw.append((s, tuple(_LETTERS.index(c) for c in letters), p))
    e = build.contract(raw, tuple(_LETTERS.index(c) for c in out))
    found = load(emit({"value": e}, [s for s, _, _ in raw][:0])).call("value", arrays)
    spec = ",".join(letters for letters, _ in factors) + "->" + out
    parts = [arrays[s.name] ** float(p) for s, _, p in raw]
    expected = np.einsum(spec, *parts)
    # At most 144 terms of at most 5 factors, all positive: no cancellation.
    assert np.allclose(found, expected, rtol=1e-12, atol=0)


@given(st.data())
def test_sums_of_broadcast_terms_agree_with_numpy(data: st.DataObject) -> None:
    n, m = 2, 3
    a, b, c = symbol("a", (n,)), symbol("b", (m,)), symbol("c")
    A = symbol("A", (n, m))
    row = build.contract([(b, (1,), 1), (build.ones((n, m)), (0, 1), 1)], (0, 1))
    column = build.contract([(a, (0,), 1), (build.ones((n, m)), (0, 1), 1)], (0, 1))
    parts = [A, row, column, build.broadcast(c, (n, m)), build.ones((n, m))]
    values = {"a": np.array([1.5, -2.0]), "b": np.array([0.25, 3.0, -1.0]), "c": 0.75,
              "A": np.arange(6.0).reshape(2, 3)}  # fmt: skip
    dense = [values["A"], np.tile(values["b"], (2, 1)), np.tile(values["a"], (3, 1)).T, 0.75, 1.0]
    weights = [Fraction(data.draw(st.integers(-3, 3)), data.draw(st.integers(1, 4))) for _ in parts]
    e = build.add(*zip(weights, parts, strict=True), shape=(n, m))
    source = emit({"value": e}, [A, a, b, c])
    expected = sum(float(w) * d for w, d in zip(weights, dense, strict=True)) + np.zeros((n, m))
    found = load(source).call("value", values)
    assert found.shape == (n, m)
    assert np.allclose(found, expected, rtol=1e-13, atol=1e-13)


def test_every_bracketing_of_a_chain_costs_no_more_than_the_best_known_order() -> None:
    """(A B) v costs a matrix product; A (B v) does not."""
    A, B, v = symbol("A", ("n", "n")), symbol("B", ("n", "n")), symbol("v", ("n",))
    text = emit({"value": build.matmul(build.matmul(A, B), v)}).text
    assert "A @ (B @ v)" in text


def test_a_quadratic_form_multiplies_once() -> None:
    X, w = symbol("X", ("n", "d")), symbol("w", ("d",))
    e = build.total(build.power(build.matmul(X, w), 2))
    text = emit({"value": e}).text
    assert text.count("X @ w") == 1


SUITE = Path(__file__).parents[1] / "calculus" / "derivatives.jsonl"


def test_the_derivative_suite_holds_in_floating_point() -> None:
    wrong: list[str] = []
    for line in map(json.loads, SUITE.read_text().splitlines()):
        declared = "; ".join(f"{k}: {v['kind']}" for k, v in line["vars"].items())
        formula = parse(line["expr"], declared)
        w = next(s for s in formula.symbols if s.name == line["wrt"])
        functions = {"f": normalize(formula.expr).end, "grad": gradient(formula.expr, w).end}
        if "hess" in line:
            functions["hess"] = hessian(formula.expr, w).end
        loaded = load(emit(functions, formula.symbols))
        values = {k: np.asarray(v, dtype=float) for k, v in line["values"].items()}
        letters = {
            d: n
            for s in formula.symbols
            for d, n in zip(s.shape, values[s.name].shape, strict=True)
            if isinstance(d, str)
        }
        for name in functions:
            truth = np.asarray(line[name])
            with np.errstate(all="ignore"):
                found = np.asarray(loaded.call(name, {**values, **letters}))
            # References agree among themselves to 1e-11; the worst matrices have condition 1e3.
            good = found.shape == truth.shape and np.allclose(
                found, truth, rtol=1e-8, atol=1e-8 * np.max(np.abs(truth))
            )
            if not good:
                wrong.append(f"{line['id']} {name}")
    assert not wrong


def test_products_over_all_index_patterns_of_two_matrices() -> None:
    """Every way to share indices between two matrices, with every order of the result."""
    A, B = np.arange(1.0, 10).reshape(3, 3), np.arange(2.0, 11).reshape(3, 3) ** 1.5
    a, b = symbol("A", (3, 3)), symbol("B", (3, 3))
    for first in product(range(3), repeat=2):
        for second in product(range(3), repeat=2):
            used = sorted(set(first) | set(second))
            for r in range(len(used) + 1):
                out = tuple(reversed(used[:r]))
                e = build.contract([(a, first, 1), (b, second, 1)], out)
                found = load(emit({"value": e}, [a, b])).call("value", {"A": A, "B": B})
                expected = np.einsum(A, first, B, second, out)
                assert np.allclose(found, expected, rtol=1e-13), (first, second, out)


def test_several_variables_are_all_tested_by_the_file(tmp_path: Path) -> None:
    formula = parse("(λ*x^2 - y)^2 + exp(x*y)", "λ: scalar; x: scalar; y: scalar")
    wrt = [s for s in formula.symbols if s.name in ("lam", "x")]
    assert len(wrt) == 2
    functions: dict[str, Expr] = {"value": formula.expr}
    for a in wrt:
        functions[f"gradient_{a.name}"] = gradient(formula.expr, a).end
        for b in wrt:
            slope = gradient(formula.expr, a).end
            functions[f"hessian_{a.name}_{b.name}"] = gradient(slope, b).end
    file = tmp_path / "generated.py"
    file.write_text(emit(functions, formula.symbols, wrt=wrt).text, encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-W", "error", str(file)], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.count("largest difference") == 3 * 6


@pytest.mark.parametrize("weights", ["s", "s - 1", "(s - 1).*(s - 2)", "s.^3", "1./s", "s.*t"])
def test_weighted_gram_matrices_are_right_for_weights_of_known_sign(weights: str) -> None:
    declared = "X: matrix(n, d); s: vector(n) in (0, 1]; t: vector(n)"
    expr = parse(f"X'*diag({weights})*X", declared).expr
    rng = np.random.default_rng(0)
    values = {"X": rng.standard_normal((7, 3)), "s": rng.uniform(0.1, 1, 7),
              "t": rng.standard_normal(7)}  # fmt: skip
    s, t = values["s"], values["t"]
    truth = {"s": s, "s - 1": s - 1, "(s - 1).*(s - 2)": (s - 1) * (s - 2), "s.^3": s**3,
             "1./s": 1 / s, "s.*t": s * t}[weights]  # fmt: skip
    expected = values["X"].T @ (truth[:, None] * values["X"])
    found = load(emit({"value": expr})).call("value", values)
    assert np.allclose(found, expected, rtol=1e-12, atol=1e-13)


def test_weights_that_rounding_may_push_below_zero_get_no_square_root() -> None:
    X, s = symbol("X", ("n", "d")), symbol("s", ("n",), Assumptions(interval=closed(0, 1)))
    t = symbol("t", ("n",), Assumptions(interval=closed(0, 1)))
    total = build.add((Fraction(1), build.ones(("n",))), (Fraction(-1, 2), s), (Fraction(-1, 2), t))
    e = build.contract([(X, (2, 0), 1), (total, (2,), 1), (X, (2, 1), 1)], (0, 1))
    assert "sqrt" not in emit({"value": e}).text


@pytest.mark.parametrize(
    "formula", ["max(w - u)", "min(w - u)", "norminf(u - w)", "max(3*u - w/3 + 1)", "max(X*u - w)"]
)
def test_the_slope_of_an_extreme_entry_finds_it_whatever_the_rounding(formula: str) -> None:
    rng = np.random.default_rng(2)
    f = ls.objective(formula, declare="u: vector(4); w: vector(4); X: matrix(4, 4)", wrt="u")
    for _ in range(40):
        drawn = {"u": rng.normal(size=4), "w": rng.normal(size=4), "X": rng.normal(size=(4, 4))}
        given = {s.name: drawn[s.name] for s in f.formula.symbols}
        step = 1e-6 * rng.normal(size=4)
        rise = f(**{**given, "u": drawn["u"] + step}) - f(**given)
        assert rise == pytest.approx(f.gradient(**given) @ step, abs=1e-9)
