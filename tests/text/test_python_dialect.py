# ruff: noqa: E501 (formulas stay on one line, as pasted)
"""Python expressions and functions: the same object as their twins, and the value NumPy gives."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lossmith.atoms.meaning import evaluate
from lossmith.errors import LossmithError, ParseError, ShapeError, UnknownAtom
from lossmith.text.parse import parse, parse_function
from lossmith.text.writing.printing import to_text

XY = "X: matrix(n, d); y: vector(n); w: vector(d)"

# fmt: off
TWINS = [
    ("np.sum((X @ w - y)**2)",
     "norm2(X*w-y)^2", XY),
    ("np.mean((X @ w - y)**2) + lam*np.sum(w**2)",
     "mean((X*w-y).^2)+lam*norm2(w)^2", XY),
    ("np.sum(np.log(1 + np.exp(-y * (X @ w))))",
     "sum(log(1+exp(-y.*(X*w))))", XY),
    ("jnp.mean(jnp.log1p(jnp.exp(-y * X.dot(w))))",
     "mean(log1p(exp(-y.*(X*w))))", XY),
    ("np.linalg.norm(X @ w - y)**2 + lam*np.linalg.norm(w, 1)",
     "norm2(X*w-y)^2 + lam*norm1(w)", XY),
    ("np.abs(w).sum() + (w**2).mean()",
     "norm1(w)+mean(w.^2)", XY),
    ("w.T @ X.T @ X @ w",
     "w'*X'*X*w", XY),
    ("w @ A @ w",
     "w'*A*w", "A: matrix(d,d); w: vector(d)"),
    ("np.where(np.abs(r) <= d, 0.5*r**2, d*(np.abs(r) - 0.5*d)).sum()",
     "sum(if(abs(r)<=d, 0.5*r.^2, d*(abs(r)-0.5*d)))", "r: vector(n); d: scalar > 0"),
    ("np.maximum(0, 1 - y * (X @ w)).mean()",
     "mean(max(0, 1-y.*(X*w)))", XY),
    ("torch.sum(torch.relu(X @ w)) / X.shape[0]",
     "sum(relu(X*w))/n", XY),
    ("-np.sum(T * np.log(softmax(X @ W, axis=1)))",
     "-sum(T .* log(softmax(X*W)))", "X: matrix(n,d); W: matrix(d,k); T: matrix(n,k)"),
    ("np.sum(logsumexp(X @ W, axis=1) - np.sum(T * (X @ W), axis=1))",
     "sum(logsumexp(X*W) - (T.*(X*W))*vector(1))", "X: matrix(n,d); W: matrix(d,k); T: matrix(n,k)"),
    ("np.sum(X, axis=0) @ w",
     "vector(1)'*X*w", XY),
    ("np.sum(np.max(X, axis=0))",
     "sum(maxentry(X'))", XY),
    ("-np.linalg.slogdet(S)[1] + np.trace(S @ C)",
     "-log(abs(det(S))) + tr(S*C)", "S, C: matrix(d,d)"),
    ("np.linalg.inv(A) @ b",
     "inv(A)*b", "A: matrix(d,d); b: vector(d)"),
    ("F.softplus(-y * (X @ w)).sum()",
     "sum(softplus(-y.*(X*w)))", XY),
    ("np.outer(u, v) * A",
     "(u*v').*A", "u,v: vector(n); A: matrix(n,n)"),
    ("np.exp(-x**2/2)/np.sqrt(2*np.pi)",
     "exp(-x^2/2)/sqrt(2*pi)", "x: scalar"),
    ("x**2 if x > 0 else -x",
     "if(x > 0, x^2, -x)", "x: scalar"),
    ("np.logaddexp(0, z).sum()",
     "sum(log(exp(0)+exp(z)))", "z: vector(n)"),
    ("len(y) * np.log(s) + np.sum(y)/s",
     "n*log(s)+sum(y)/s", "y: vector(n); s: scalar>0"),
    ("""def loss(w, X, y, lam=0.1):
    '''Ridge.'''
    n, d = X.shape
    r = X @ w - y
    data = (r * r).sum() / (2 * n)
    return data + lam * w @ w
""",
     "norm2(X*w-y)^2/(2*n) + lam*w'*w", f"{XY}; lam: scalar"),
    ("lambda w: np.sum((X @ w - y)**2)",
     "norm2(X*w-y)^2", XY),
    ("""loss = np.sum(w**2)
loss += lam*np.sum(np.abs(w))
loss""",
     "norm2(w)^2+lam*norm1(w)", "w: vector(d)"),
]
# fmt: on


@pytest.mark.parametrize(("code", "twin", "declare"), TWINS, ids=[t[:40] for t, _, _ in TWINS])
def test_code_is_its_twin_in_text(code: str, twin: str, declare: str) -> None:
    found = parse(code, declare, dialect="python")
    wanted = parse(twin, declare, dialect="text")
    assert found.expr is wanted.expr, (to_text(found.expr), to_text(wanted.expr))
    for start, stop in found.spans.values():
        assert 0 <= start < stop <= len(code)


def logistic(w, X, y, lam):
    """The logistic loss with ridge."""
    margins = y * (X @ w)
    data = np.mean(np.log1p(np.exp(-margins)))
    penalty = lam / 2 * np.sum(w**2)
    return data + penalty


def rows_and_columns(w, X, y, lam):
    shifted = X - lam
    total = np.sum(np.exp(shifted), axis=0) @ w
    total += np.max(X * X, axis=1) @ y
    return total / X.size + np.linalg.norm(X) ** 3


def kinked(w, X, y, lam):
    r = X @ w - y
    e = np.where(np.abs(r) <= lam, r**2 / 2, lam * (np.abs(r) - lam / 2))
    return e.sum() - np.maximum(r, 0).max() + (w.T @ w) ** 0.5


RNG = np.random.default_rng(3)
DATA = {
    "w": RNG.normal(size=3),
    "X": RNG.normal(size=(5, 3)),
    "y": np.sign(RNG.normal(size=5)),
    "lam": np.array(0.75),
}


@pytest.mark.parametrize("function", [logistic, rows_and_columns, kinked])
def test_a_function_is_read_from_its_source_and_means_what_it_computes(function) -> None:
    formula = parse_function(
        function, "w: vector(3); X: matrix(5, 3); y: vector(5); lam: scalar > 0"
    )
    values = {s: _exact(DATA[s.name].tolist()) for s in formula.symbols}
    found = float(evaluate(formula.expr, values))
    # At most a hundred terms of size below 1e3 in double precision.
    np.testing.assert_allclose(found, function(**DATA), rtol=1e-11)


def _exact(x: object) -> object:
    return [_exact(v) for v in x] if isinstance(x, list) else Fraction(x)  # type: ignore[arg-type]


def test_nothing_is_run() -> None:
    code = "def f(x):\n    __import__('os').abort()\n    return x**2"
    with pytest.raises(LossmithError):
        parse_function(code)
    with pytest.raises(ParseError, match="source of this function is not at hand"):
        parse_function(len)


def test_an_asterisk_acts_entry_by_entry() -> None:
    declare = "A, B: matrix(d, d)"
    assert parse("np.sum(A * B)", declare).expr is parse("sum(A .* B)", declare).expr
    assert parse("np.sum(A @ B)", declare).expr is parse("sum(A*B)", declare).expr
    e = parse("np.sum(e**2)", "e: vector(n)")
    assert {s.name for s in e.symbols} == {"e"}
    assert {s.name for s in parse("np.sum(e**2)").symbols} == {"e"}


REFUSED = [
    ("np.sum(X[0] * w)", ParseError, "X[0]"),
    ("np.sum(x[1:, 1:])", ParseError, "x[1:, 1:]"),
    ("np.sum(X[:, None])", ShapeError, "X[:, None]"),
    ("np.quux(x)", UnknownAtom, "np.quux"),
    ("softmx(x)", UnknownAtom, "softmx"),
    ("np.sum(x, axis=2)", ParseError, "np.sum(x, axis=2)"),
    ("np.max(X, axis=1, keepdims=k)", ParseError, "k"),
    ("np.sum(x % 2)", ParseError, "x % 2"),
    ("np.sum(x", ParseError, "("),
    ("for i in x:\n    y = i", ParseError, "for i in x:"),
    ("def f(x):\n    if x > 0:\n        return x\n    return -x", ParseError, "if x > 0:"),
    ("def f(x):\n    pass", ParseError, "def f(x):\n    pass"),
    ("[v**2 for v in x]", ParseError, "[v**2 for v in x]"),
    ("np.linalg.slogdet(A)", ParseError, "np.linalg.slogdet(A)"),
    ("np.linalg.norm(x, 3)", ParseError, "np.linalg.norm(x, 3)"),
    ("X @ w + w", ShapeError, "X @ w + w"),
    ("np.sum(X * y)", ShapeError, "X * y"),
    ("np.sum(np.linalg.norm(X, 1))", ShapeError, "np.linalg.norm(X, 1)"),
    ("np.sum(np.cumsum(X))", ShapeError, "np.cumsum(X)"),
    ("x.foo", ParseError, "x.foo"),
    ("'text'", ParseError, "'text'"),
    ("x if y else 1", ParseError, "y"),
]


@pytest.mark.parametrize(("code", "kind", "under"), REFUSED, ids=[r[0][:30] for r in REFUSED])
def test_what_is_no_formula_is_refused_at_its_place(
    code: str, kind: type[LossmithError], under: str
) -> None:
    with pytest.raises(kind) as caught:
        parse(code, XY + "; x: vector(n); A: matrix(d, d)", dialect="python")
    place = caught.value.place
    assert place is not None
    assert code[place.start : place.stop] == under
    assert any("\u4e00" <= c <= "\u9fff" for c in caught.value.what.zh)


def test_places_count_characters_not_bytes() -> None:
    code = "np.sum(β**2) + np.quux(β)"
    with pytest.raises(UnknownAtom) as caught:
        parse(code)
    assert caught.value.place is not None
    assert code[caught.value.place.start : caught.value.place.stop] == "np.quux"


def test_a_shared_local_name_does_not_grow_the_formula() -> None:
    code = "a0 = x + 1\n" + "".join(f"a{k + 1} = a{k} - a{k} * x\n" for k in range(60)) + "a60"
    assert parse(code, "x: scalar", dialect="python").expr.shape == ()


PIECES = (
    "x w X y np. np.sum( np.log( np.linalg.norm( .T .sum() .shape[0] ( ) [ ] , + - * / @ ** axis=1 axis=0"
    " = : lambda def f(x): return if else for in 2 0.5 -1 slogdet( [1] keepdims=True < > == and not \n"
).split(" ")


def survives(code: str) -> None:
    """Read the code; only our errors may come out, complete and inside the text."""
    refusal = None
    try:
        parse(code, dialect="python")
    except LossmithError as error:
        refusal = error
    if refusal is not None:
        assert refusal.render("en")
        assert refusal.render("zh")
        place = refusal.place
        assert place is None or 0 <= place.start <= place.stop <= len(place.text)


@given(st.text(max_size=30))
@example("\x00")
@example("1_000j")
@example("x.shape")
def test_any_text_is_read_or_refused(code: str) -> None:
    survives(code)


@given(st.lists(st.sampled_from(PIECES), max_size=12))
@example(["(" * 500])
@example(["-" * 9000, "x"])
def test_any_pieces_are_read_or_refused(pieces: list[str]) -> None:
    survives(" ".join(pieces))


@given(
    st.sampled_from([t for t, _, _ in TWINS]),
    st.lists(st.tuples(st.floats(0, 1), st.sampled_from(PIECES), st.integers(0, 4)), max_size=3),
)
def test_any_slip_of_the_pen_is_read_or_refused(
    code: str, slips: list[tuple[float, str, int]]
) -> None:
    for where, piece, gone in slips:
        at = int(where * len(code))
        code = code[:at] + piece + code[at + gone :]
    survives(code)


def test_a_default_makes_a_parameter_a_number_and_is_said() -> None:
    code = """
def loss(w, X, y, *, gamma=2.0, verbose=False, c=-1):
    p = 1/(1 + np.exp(-X @ w))
    return np.mean((1 - p)**gamma * np.log(p)) + c*gamma
"""
    found = parse(code)
    shapes = {s.name: s.shape for s in found.symbols}
    assert shapes["gamma"] == shapes["c"] == ()
    said = [n.en for n in found.notes if "default" in n.en]
    assert said == [
        "gamma stays a symbol; for its default alone, declare gamma = 2.0",
        "c stays a symbol; for its default alone, declare c = -1",
    ]
    declared = {s.name: s.shape for s in parse(code, "gamma: vector(n)").symbols}
    assert declared["gamma"] == ("n",)


@pytest.mark.parametrize(
    "code",
    [
        "def loss(params, X, y):\n    w, b = params\n    return np.mean((X @ w + b - y)**2)",
        "jnp.mean((X @ params['w'] + params[\"b\"] - y)**2)",
        "def loss(self, X, y):\n    return ((X @ self.w + self.b - y)**2).mean()",
        "def loss(params, batch):\n    X, y = batch\n    [w, b] = params\n"
        "    return np.mean((X @ w + b - y)**2)",
    ],
)
def test_parameters_kept_together_are_symbols_by_their_names(code: str) -> None:
    assert parse(code).expr is parse("np.mean((X @ w + b - y)**2)").expr


@pytest.mark.parametrize(
    ("code", "under"),
    [
        ("np.sum(A['x'] * B['x'])", "B['x']"),
        ("np.sum(A['x']) + np.sum(x)", "x"),
        ("np.sum(x) + np.sum(A['x'])", "A['x']"),
        ("def f(p):\n    w, b = p\n    return np.sum(p)", "p"),
        ("def f(p):\n    w = 2*p\n    w, b = p\n    return np.sum(w*b)", "w, b"),
    ],
)
def test_a_field_is_not_mixed_up_with_another_name(code: str, under: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse(code)
    place = caught.value.place
    assert place is not None
    assert place.text[place.start : place.stop] == under


def test_x_in_front_of_weights_holds_one_sample_in_each_row() -> None:
    shapes = {s.name: len(s.shape) for s in parse("np.mean((x @ w - y)**2)").symbols}
    assert shapes == {"x": 2, "w": 1, "y": 1}
    assert [len(s.shape) for s in parse("np.exp(x @ A @ x)").symbols] == [1, 2]
    assert [len(s.shape) for s in parse("np.dot(x, w) + x @ w").symbols] == [1, 1]
