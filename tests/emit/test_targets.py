"""Every target says what NumPy says; text targets hold the formulas; boosting steps downhill."""

from __future__ import annotations

import importlib.util
import random
import re
import subprocess
import sys
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from test_numpy_source import FORMULAS, draw

import lossmith as ls
from lossmith.atoms.table import CARDS
from lossmith.calculus.gradient import gradient, hessian, hvp
from lossmith.calculus.normalize import normalize
from lossmith.emit.request import Request
from lossmith.emit.source import Source
from lossmith.emit.table import TARGETS
from lossmith.errors import DataError, MissingExtra, UsageError
from lossmith.expr import build
from lossmith.expr.atom import Atom
from lossmith.expr.node import Comparison, Expr, symbol
from lossmith.run.load import load
from lossmith.text.parse import parse

EXTRAS = ("jax", "torch", "numba")

# What the formulas of NumPy's tests do not reach: stacks, choices, powers, sums over two axes.
MORE = [
    ("sum(max(x, 0).^2) + sum(if(x > 1, x.^3, exp(x)))", "x: vector(n)", "x"),
    ("sum(x.^(1/3)) + sum(x.^(3/5)) + sum(x.^(-2/3))", "x: vector(n) > 0", "x"),
    ("normF(A*U*B)^4", "A: matrix(m,n); U: matrix(n,k); B: matrix(k,d)", "U"),
    ("sum(softplus(A*U).^2) + norm1(U)", "A: matrix(m,n); U: matrix(n,k)", "U"),
    (
        "sumlargest(X*w, 2) + sum(sumlargest(diag(s)*X*diag(w), 1.5).^2) + sum(atan2(s, X*w))",
        "X: matrix(n,d); s: vector(n) > 0",
        "w",
    ),
    ("sqrt(n)*pi*lam^2 + 2", "lam: scalar; x: vector(n)", "lam"),
]


def require(target: str) -> None:
    """Skip where the package is missing; double precision for JAX."""
    package = pytest.importorskip(target)
    if target == "jax":
        package.config.update("jax_enable_x64", True)


def request_of(text: str, declared: str, wrt: str) -> tuple[Request, Any]:
    formula = parse(text, declared)
    w = next(s for s in formula.symbols if s.name == wrt)
    functions: dict[str, Expr] = {
        "value": normalize(formula.expr).end,
        "gradient": gradient(formula.expr, w).end,
        "hessian": hessian(formula.expr, w).end,
    }
    if w.shape:
        functions["hvp"] = hvp(formula.expr, w, symbol("v", w.shape)).end
    return Request(functions, formula.symbols, (w,), title=text), formula


def same(found: Any, expected: Any, tolerance: float = 1e-12) -> bool:
    found, expected = np.asarray(found), np.asarray(expected)
    assert found.dtype == np.float64
    assert found.shape == expected.shape
    scale = np.max(np.abs(expected), initial=0.0, where=np.isfinite(expected))
    return np.allclose(found, expected, rtol=tolerance, atol=tolerance * scale, equal_nan=True)


@pytest.mark.parametrize("target", EXTRAS)
@pytest.mark.parametrize(("text", "declared", "wrt"), [*FORMULAS, *MORE])
def test_a_target_agrees_with_numpy(target: str, text: str, declared: str, wrt: str) -> None:
    require(target)
    request, formula = request_of(text, declared, wrt)
    if target == "numba":  # half a second a kernel
        request = Request(
            {"all": tuple(e for e in request.functions.values() if isinstance(e, Expr))},
            request.symbols,
            request.wrt,
        )
    rng = np.random.default_rng(1)
    values, sizes = draw(formula.symbols, rng)
    known = {**values, **sizes, "v": rng.standard_normal(values[wrt].shape)}
    found, expected = (load(TARGETS[t].emit(request)) for t in (target, "numpy"))
    for name in request.functions:
        theirs, ours = found.call(name, known), expected.call(name, known)
        pairs = zip(theirs, ours, strict=True) if isinstance(ours, tuple) else [(theirs, ours)]
        # The same few dozen operations in another order; the worst condition is below 1e3.
        assert all(same(a, b) for a, b in pairs), name


@pytest.mark.parametrize("target", EXTRAS)
def test_a_generated_file_tests_itself(target: str, tmp_path: Path) -> None:
    require(target)
    request, _ = request_of(*FORMULAS[0])
    text = TARGETS[target].emit(request).text
    file = tmp_path / "generated.py"
    file.write_text(text, encoding="utf-8")
    run = subprocess.run([sys.executable, str(file)], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert "hessian: largest difference" in run.stdout
    broken = re.sub(r"return 2 \* lam \* w", "return lam * w", text)
    assert broken != text
    file.write_text(broken, encoding="utf-8")
    run = subprocess.run([sys.executable, str(file)], capture_output=True, check=False)
    assert run.returncode != 0


# -- every card ------------------------------------------------------------------------------------

_CORE = {"n": 3, "m": 2}


def arguments(card: Atom, batch: tuple[int, ...]) -> list[np.ndarray[Any, Any]]:
    """Values for a card: its probe points where it takes one number, else draws in its domain."""
    rng = np.random.default_rng(random.Random(card.name).randrange(2**32))
    if card.arity == 1 and card.signature.is_entrywise and card.probe:
        # XLA takes numbers below 2.3e-308 for 0.
        return [np.array([float(x) for x in card.probe if x == 0 or abs(x) > 2.3e-308])]
    drawn: list[np.ndarray[Any, Any]] = []
    for core in card.signature.inputs:
        shape = (*batch, *(_CORE[c] for c in core))
        value = rng.uniform(0.3, 1.7, shape)
        if core == ("n", "n"):
            value = value + np.swapaxes(value, -1, -2) + 3 * np.eye(3)
        drawn.append(value)
    if card.name == "polygamma":
        drawn[0] = np.full(drawn[0].shape, 2.0)
    return drawn


def has_code(target: str, card: Atom) -> bool:
    """Whether the target computes the card itself, with the orders it can take."""
    if card.name == "polygamma":  # the order must be one number in PyTorch; numba has none
        return target == "jax"
    return bool(card.arity)


@pytest.mark.parametrize("target", EXTRAS)
@pytest.mark.parametrize("batch", [(4,), (2, 4)])
def test_every_card_agrees_with_numpy(target: str, batch: tuple[int, ...]) -> None:
    require(target)
    cards = [c for c in CARDS if has_code(target, c)]
    exprs: list[Expr] = []
    values: dict[str, Any] = {}
    for card in cards:
        args = arguments(card, batch)
        names = [f"{card.name}_{k}" for k in range(len(args))]
        values |= dict(zip(names, args, strict=True))
        symbols = [symbol(n, a.shape) for n, a in zip(names, args, strict=True)]
        exprs.append(build.apply(card, *symbols))
    request = Request({"all": tuple(exprs)}, (), ())
    with np.errstate(all="ignore"):
        found, expected = (
            load(TARGETS[t].emit(request)).call("all", values) for t in (target, "numpy")
        )
    wrong = [
        f"{card.name}: {a} instead of {b}"
        for card, a, b in zip(cards, found, expected, strict=True)
        if not np.allclose(np.asarray(a), b, rtol=1e-11, atol=1e-300, equal_nan=True)
    ]
    assert not wrong


# -- loops, shapes, types --------------------------------------------------------------------------


@pytest.mark.parametrize("target", EXTRAS)
def test_products_of_every_pattern_agree_with_einsum(target: str) -> None:
    require(target)
    a, b, c = symbol("A", (2, 3, 4)), symbol("B", (4, 3, 2)), symbol("S", (3, 3))
    rng = np.random.default_rng(3)
    values = {s.name: rng.standard_normal([int(d) for d in s.shape]) for s in (a, b, c)}
    patterns: list[tuple[list[tuple[Any, tuple[int, ...]]], tuple[int, ...]]] = [
        ([(a, (0, 1, 2)), (b, (2, 1, 3))], (0, 3)),  # two axes summed
        ([(a, (0, 1, 2)), (b, (2, 1, 3))], (1, 3, 0)),  # a stack of products
        ([(a, (0, 1, 2)), (b, (3, 1, 4)), (c, (1, 1))], (4, 2)),
        ([(c, (0, 0)), (a, (1, 0, 2))], (2, 0)),
        ([(a, (0, 1, 2))], (2, 0, 1)),
        ([(a, (0, 1, 2)), (a, (0, 1, 2))], ()),
        ([(a, (0, 1, 2))], (1,)),
    ]
    exprs = tuple(build.contract([(e, at, 1) for e, at in ps], out) for ps, out in patterns)
    found = load(TARGETS[target].emit(Request({"all": exprs}, (a, b, c), ()))).call("all", values)
    for (ps, out), got in zip(patterns, found, strict=True):
        parts = [x for e, at in ps for x in (values[e.name], at)]
        assert same(got, np.einsum(*parts, out), 1e-13), ps


@pytest.mark.parametrize("target", EXTRAS)
def test_a_wrong_shape_is_refused_by_name(target: str) -> None:
    require(target)
    loaded = load(TARGETS[target].emit(request_of(*FORMULAS[0])[0]))
    good = {"X": np.ones((3, 2)), "y": np.ones(3), "w": np.ones(2), "lam": 0.1}
    with pytest.raises(ValueError, match=r"^y must have shape"):
        loaded.call("value", {**good, "y": np.ones(2)})


@pytest.mark.parametrize("target", EXTRAS)
def test_extreme_margins_stay_finite(target: str) -> None:
    require(target)
    loaded = load(TARGETS[target].emit(request_of(*FORMULAS[0])[0]))
    values = {"X": np.array([[800.0], [-800.0], [1e-300]]), "y": np.array([1.0, 1.0, -1.0]),
              "w": np.array([1.0]), "lam": 0.0}  # fmt: skip
    assert float(loaded.call("value", values)) == pytest.approx(800.0 + np.log(2.0), rel=1e-15)
    for name in ("gradient", "hessian"):
        assert np.isfinite(np.asarray(loaded.call(name, values))).all()


@pytest.mark.parametrize("target", EXTRAS)
def test_choices_between_numbers_keep_double_precision(target: str) -> None:
    require(target)
    x = symbol("x", (3,))
    e = build.select([((Comparison(x, ">"),), build.const(1, (3,)))], build.const(-1, (3,)))
    e = build.multiply(build.scale(Fraction(1, 10), e), x)
    found = load(TARGETS[target].emit(Request({"value": e}, (x,), ()))).call(
        "value", {"x": np.array([1.0, -1.0, 3.0])}
    )
    assert same(found, [0.1, 0.1, 3 * 0.1], 1e-15)


@pytest.mark.parametrize("target", ["jax", "torch"])
def test_single_precision_stays_single(target: str) -> None:
    require(target)
    loaded = load(TARGETS[target].emit(request_of(*FORMULAS[0])[0]))
    rng = np.random.default_rng(0)
    values: dict[str, Any] = {
        "X": rng.standard_normal((3, 2)).astype(np.float32),
        "w": np.ones(2, np.float32),
        "y": np.array([1, -1, 1]),
        "lam": 0.1,
    }
    for name in ("value", "gradient", "hessian"):
        assert np.asarray(loaded.call(name, values)).dtype == np.float32


@pytest.mark.parametrize("text", ["lambda_max(A)", "lambda_min(A) + normF(A)^2"])
def test_a_matrix_that_must_be_symmetric_is_drawn_so_and_refused_otherwise(
    text: str, tmp_path: Path
) -> None:
    f = ls.objective(text, "A: matrix(n,n)", "A")
    path = tmp_path / "made.py"
    path.write_text(f.code(), encoding="utf-8")
    run = subprocess.run([sys.executable, str(path)], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert "A: (n, n), symmetric" in f.code()
    skew = np.array([[1.0, 2.0], [0.5, 3.0]])
    asks: tuple[Any, ...] = (f, f.gradient)
    for ask in asks:
        ask(A=skew + skew.T)
        with pytest.raises(DataError, match="not symmetric"):
            ask(A=skew)


def test_plain_numbers_and_lists_keep_their_digits_in_torch() -> None:
    require("torch")
    import torch

    loaded = load(TARGETS["torch"].emit(request_of("lam*norm2(w)^2", "", "w")[0]))
    w = torch.tensor([1.0, 2.0], dtype=torch.float64)
    for values in ({"lam": 0.1, "w": w}, {"lam": 0.1, "w": [1.0, 2.0]}):
        assert float(loaded.call("value", values)) == pytest.approx(0.5, rel=1e-15)
    single = loaded.call("gradient", {"lam": 0.1, "w": w.to(torch.float32)})
    assert single.dtype == torch.float32


def test_torch_functions_can_be_differentiated_further() -> None:
    require("torch")
    import torch

    loaded = load(TARGETS["torch"].emit(request_of(*FORMULAS[0])[0]))
    rng = np.random.default_rng(0)
    values: dict[str, Any] = {"X": rng.standard_normal((5, 2)), "y": np.array([1, -1, 1, 1, -1]),
                              "w": torch.tensor([0.5, -1.0], dtype=torch.float64,
                                                requires_grad=True), "lam": 0.3}  # fmt: skip
    (slope,) = torch.autograd.grad(loaded.call("value", values), values["w"])
    assert torch.allclose(slope, loaded.call("gradient", values), rtol=1e-12)


def test_jax_functions_compile_inside_others_and_batch() -> None:
    require("jax")
    import jax

    loaded = load(TARGETS["jax"].emit(request_of(*FORMULAS[1])[0]))
    rng = np.random.default_rng(0)
    X, y, w = rng.standard_normal((5, 2)), rng.standard_normal(5), rng.standard_normal((3, 2))
    slope = jax.jit(jax.vmap(lambda u: loaded.entries["gradient"](X=X, y=y, w=u)))
    assert same(slope(w), (w @ X.T - y) @ X)


def test_a_size_that_no_argument_has_is_static_for_jax() -> None:
    require("jax")
    request = Request({"value": build.ones(("n", 2))}, (), ())
    assert load(TARGETS["jax"].emit(request)).call("value", {"n": 3}).shape == (3, 2)


# -- absence ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("target", EXTRAS)
def test_without_its_package_a_target_is_written_and_loading_names_the_extra(
    target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *a: None if name == target else known(name, *a)
    )
    request, _ = request_of("sum(x.^2)", "x: vector(n)", "x")
    source = TARGETS[target].emit(request)
    assert "def value(" in source.text
    fresh = Source(target, source.text + "# fresh\n", source.entries)
    with pytest.raises(MissingExtra, match=rf"lossmith\[{target}\]"):
        load(fresh)


def test_what_a_target_lacks_is_refused_in_four_parts() -> None:
    f = ls.objective("sum(lgamma(x))", "x: vector(n) > 0", wrt="x")
    third = parse("polygamma(3, x)", "x: scalar > 0")
    request = Request({"value": third.expr}, third.symbols, ())
    with pytest.raises(UsageError, match="numba has no polygamma") as caught:
        TARGETS["numba"].emit(request)
    assert caught.value.why is not None
    assert caught.value.attempt is not None
    with pytest.raises(UsageError, match="no code target cobol"):
        f.code("cobol")


# -- texts -----------------------------------------------------------------------------------------


def test_latex_and_markdown_hold_formula_derivatives_and_symbols() -> None:
    f = ls.objective(FORMULAS[0][0], FORMULAS[0][1], wrt="w")
    for target in ("latex", "markdown"):
        text = f.code(target)
        assert r"\nabla_{w} f" in text
        assert r"\nabla^2_{w} f" in text
        assert f.gradient.latex() in text
        assert r"\mathbb{R}^{n \times d}" in text
        assert r"$\{-1, 1\}$" in text
        assert r"[0, \infty)" in text


def test_texts_of_several_variables_have_every_block() -> None:
    text = ls.objective("normF(T - U*V')^2", wrt="U, V").code("latex")
    for left in (r"\nabla_{U}", r"\nabla_{V}", r"\nabla^2_{U}", r"\nabla^2_{U, V}"):
        assert left in text


def test_the_objective_is_not_named_like_one_of_its_symbols() -> None:
    text = ls.objective("sum((y - f).^2)", "f: vector(n); y: vector(n)", wrt="f").code("latex")
    assert r"\nabla_{f} F" in text


# -- boosting --------------------------------------------------------------------------------------


class Data:
    """What a library passes to a custom objective."""

    def __init__(self, label: Any, weight: Any = ()) -> None:
        self.label, self.weight = label, weight

    def get_label(self) -> Any:
        return self.label

    def get_weight(self) -> Any:
        return self.weight


def boosting(text: str, declared: str) -> Mapping[str, Any]:
    space: dict[str, Any] = {"__name__": "generated"}
    exec(ls.objective(text, declared, wrt="f").code("boosting"), space)
    return space


Y, F = np.array([1.0, -1.0, 1.0, -1.0]), np.array([0.3, 2.0, -1.5, 40.0])
BOTH = "y: vector(n); f: vector(n)"


def test_weights_of_samples_weigh_gradient_and_hessian() -> None:
    made = boosting("sum(log(1 + exp(-y .* f)))", "y: vector(n) in {-1, 1}; f: vector(n)")
    y, f, weight = np.array([1.0, -1, 1]), np.array([0.5, 2, -1]), np.array([1.0, 0, 3])
    plain = made["objective"](f, Data(y))
    for part, weighed in zip(plain, made["objective"](f, Data(y, weight)), strict=True):
        np.testing.assert_allclose(weighed, weight * part)
    for part, same in zip(plain, made["objective"](f, Data(y, None)), strict=True):
        np.testing.assert_allclose(same, part)


def test_the_logistic_boosting_objective_is_the_known_one() -> None:
    made = boosting("sum(log(1 + exp(-y .* f)))", "y: vector(n) in {-1, 1}; f: vector(n)")
    grad, hess = made["objective"](F, Data(Y))
    p = 1 / (1 + np.exp(-F))
    assert np.allclose(grad, p - (Y + 1) / 2, rtol=1e-12, atol=1e-15)
    assert np.allclose(hess, np.maximum(p * (1 - p), 1e-16), rtol=1e-9, atol=1e-15)
    with pytest.raises(ValueError, match="labels must be -1 or 1"):
        made["objective"](F, Data((Y + 1) / 2))


@pytest.mark.parametrize(
    "text", ["sum(huber(y - f, 1))", "sum(log(1 + (y - f).^2))", "sum((y - f).^2)/3",
             "sum(exp(f) - y .* f)", "sum(abs(y - f))"],
)  # fmt: skip
def test_boosting_hessians_are_positive(text: str) -> None:
    made = boosting(text, BOTH)
    scores = np.linspace(-4.0, 5.0, 4)
    grad, hess = made["objective"](scores, Data(Y))
    assert grad.shape == hess.shape == (4,)
    assert (hess > 0).all()


def test_the_bound_of_a_nonconvex_loss_makes_a_model_above_it() -> None:
    made = boosting("sum(log(1 + (y - f).^2))", BOTH)
    for start in np.linspace(-6.0, 6.0, 25):
        f = np.full(4, start)
        grad, hess = made["objective"](f, Data(Y))
        for step in (-3.0, -0.5, 0.2, 4.0):
            model = made["value"](y=Y, f=f) + np.sum(grad * step + hess * step**2 / 2)
            assert made["value"](y=Y, f=f + step) <= model + 1e-12


@pytest.mark.parametrize(
    "text", ["sum(huber(y - f, 1))", "sum(log(1 + exp(f)) - y .* f)", "sum((y - f).^2)",
             "sum(log(cosh(y - f)))", "sum(sqrt(1 + (y - f).^2))", "sum(exp(f) - y .* f)",
             "sum(log(1 + (y - f).^2))", "sum(max(0, 1 - y .* f).^2)", "sum(exp(-y .* f))",
             "sum((1 - sigmoid(y .* f)).^2)"],
)  # fmt: skip
def test_boosting_with_stumps_lowers_the_loss_in_every_round(text: str) -> None:
    made = boosting(text, BOTH)
    rng = np.random.default_rng(3)
    x = rng.standard_normal(60)
    y = np.sign(x + 0.3 * rng.standard_normal(60))
    f, before = np.zeros(60), float(made["value"](y=y, f=np.zeros(60)))
    start = before
    for cut in (0.0, 1.0, -1.0, 0.5, -0.5) * 5:
        grad, hess = made["objective"](f, Data(y))
        assert (hess > 0).all()
        for side in (x <= cut, x > cut):
            f = f - 0.5 * side * grad[side].sum() / (hess[side].sum() + 1e-3)
        after = float(made["value"](y=y, f=f))
        assert after <= before + 1e-9
        before = after
    assert before < 0.9 * start


def test_weights_and_parameters_reach_the_loss() -> None:
    made = boosting("sum(weight .* huber(y - f, delta))", BOTH + "; weight: vector(n) >= 0")
    weight = np.array([1.0, 2.0, 0.0, 3.0])
    grad, _ = made["objective"](F, Data(Y, weight), delta=0.5)
    assert np.allclose(grad, weight * np.clip(F - Y, -0.5, 0.5))


@pytest.mark.parametrize(
    ("text", "declared"),
    [("sum(f)^2", "f: vector(n)"), ("norm2(X*f - y)^2", "f: vector(n)"),
     ("sum((y - f).^4 - (y - f).^2)", BOTH), ("sum((y - f + z).^2)", BOTH + "; z: vector(n)"),
     ("sum(abs(f)) - sum(log(1 + exp(f)))", "f: vector(n)")],
)  # fmt: skip
def test_what_is_no_safe_boosting_objective_is_refused(text: str, declared: str) -> None:
    with pytest.raises(UsageError):
        boosting(text, declared)


def test_a_boosting_file_tests_itself(tmp_path: Path) -> None:
    file = tmp_path / "generated.py"
    code = ls.objective("mean(huber(y - f, delta))", BOTH, wrt="f").code("boosting")
    file.write_text(code, encoding="utf-8")
    command = [sys.executable, "-W", "error", str(file)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert "curvature: largest difference" in run.stdout
