"""Kinds and sizes that nobody declared: what a reader of papers would assume."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossmith.errors import LossmithError, ShapeError
from lossmith.text.kinds import infer
from lossmith.text.kinds.infer import infer_kinds
from lossmith.text.kinds.kind_costs import priors
from lossmith.text.parse import parse
from lossmith.text.syntax.syntax import Node

WANTED = {
    "sum(log(1 + exp(-y .* (X*w)))) + lam*norm2(w)^2": {"X": 2, "w": 1, "y": 1, "lam": 0},
    "norm2(X*w - y)^2/2 + lam*norm1(w)": {"X": 2, "w": 1, "y": 1, "lam": 0},
    "0.5*norm2(X*w-y)^2": {"X": 2, "w": 1, "y": 1},
    "e^x - log x": {"x": 0},
    "sum(abs(x - a))": {"x": 1, "a": 1},
    "(w2*sigmoid(w1*x) - y)^2": {"w2": 0, "w1": 0, "x": 0, "y": 0},
    "x^2 - y^2": {"x": 0, "y": 0},
    "x'*A*x + b'*x": {"x": 1, "A": 2, "b": 1},
    "tr(A*X)": {"A": 2, "X": 2},
    "u'*v": {"u": 1, "v": 1},
    "a'*(b .* c)": {"a": 1, "b": 1, "c": 1},
    "A*x - b": {"A": 2, "x": 1, "b": 1},
    "sigmoid(H*w)": {"H": 2, "w": 1},
    "softmax(x)": {"x": 1},
    "C*sum(max(0, 1 - y .* (X*w))) + w'*w/2": {"C": 0, "y": 1, "X": 2, "w": 1},
    "C*log(1 + x^2)": {"C": 0, "x": 0},
    "logsumexp(z) - sum(q .* z)": {"z": 1, "q": 1},
    "-sum(Y .* log(softmax(X*W)))": {"Y": 2, "X": 2, "W": 2},
    "norm2(T - U*V')^2": {"T": 2, "U": 2, "V": 2},
    "sum(sum(P .* C)) + eps*sum(P .* log(P))": {"P": 2, "C": 2, "eps": 0},
    "x^6 - y^6*x^2": {"x": 0, "y": 0},
    "logdet(S) + x'*inv(S)*x": {"S": 2, "x": 1},
    "norm2(w'*X)": {"w": 1, "X": 2},
    "log N(y; X*w, s^2)": {"y": 1, "X": 2, "w": 1, "s": 0},
    "sum(i, (y_i - w·x_i - b)^2)": {"y": 1, "w": 1, "X": 2, "b": 0},
    "Σᵢ log(1 + exp(-yᵢ (w·xᵢ)))": {"y": 1, "w": 1, "X": 2},
    # A step, a scale or a price is no weight.
    "sum(i, (y_i - a·x_i)^2)": {"y": 1, "a": 0, "x": 1},
    r"\sum_i (y_i - \lambda \cdot x_i)^2": {"y": 1, "lam": 0, "x": 1},
}


@pytest.mark.parametrize("text", WANTED)
def test_the_kinds_are_those_a_reader_assumes(text: str) -> None:
    formula = parse(text)
    assert {s.name: len(s.shape) for s in formula.symbols} == WANTED[text]


def test_one_declaration_leaves_the_rest_to_inference() -> None:
    formula = parse("sum(abs(x - a))", "x: scalar")
    assert {s.name: s.shape for s in formula.symbols} == {"x": (), "a": ("n",)}
    formula = parse("sum(log(1 + exp(-y .* (X*w + b))))", "b: scalar")
    assert {s.name: len(s.shape) for s in formula.symbols} == {"y": 1, "X": 2, "w": 1, "b": 0}


def test_the_first_matrix_of_data_is_n_by_d() -> None:
    shapes = {s.name: s.shape for s in parse("norm2(X*W - Y)^2 + lam*norm2(W)^2").symbols}
    assert shapes == {"X": ("n", "d"), "W": ("d", "k"), "Y": ("n", "k"), "lam": ()}
    shapes = {s.name: s.shape for s in parse("tr(A*X)").symbols}
    assert shapes == {"X": ("n", "d"), "A": ("d", "n")}


def test_letters_in_use_are_not_taken_for_sizes() -> None:
    shapes = {s.name: s.shape for s in parse("norm2(X*d - m)").symbols}
    assert shapes == {"X": ("n", "k"), "d": ("k",), "m": ("n",)}
    shapes = {s.name: s.shape for s in parse("X*w", "w: vector(n)").symbols}
    assert shapes["X"][1] == "n"
    assert shapes["X"][0] not in ("n", "X", "w")


def test_declared_sizes_spread_through_the_formula() -> None:
    formula = parse("norm2(X*w - y)^2", "X: matrix(5, p)")
    assert {s.name: s.shape for s in formula.symbols} == {"X": (5, "p"), "w": ("p",), "y": (5,)}


def test_a_forgotten_dot_is_an_error_not_another_kind() -> None:
    for text in ("sum(w^2)", "sum((X*w - y)^2)", "sum(1/v) + norm2(v)"):
        with pytest.raises(ShapeError, match="entry by entry"):
            parse(text)


def test_capital_letters_suggest_matrices_and_small_ones_numbers() -> None:
    assert min(priors("X"), key=lambda k: priors("X")[k]) == "m"
    assert min(priors("x"), key=lambda k: priors("x")[k]) == "s"
    assert priors("lam")["c"] > priors("w")["c"]


@st.composite
def _chains(draw: st.DrawFn) -> str:
    """A formula with many symbols: the search must stay polynomial."""
    count = draw(st.integers(1, 40))
    ops = [draw(st.sampled_from([" + ", "*", " .* ", " - "])) for _ in range(count)]
    names = [draw(st.sampled_from("abcuvwXYZ")) + str(k) for k in range(count)]
    return "".join(a + b for a, b in zip(names, ops, strict=True)) + "z"


@given(_chains())
def test_inference_ends_whatever_the_number_of_symbols(text: str) -> None:
    place = True
    try:
        parse(text)
    except LossmithError as error:
        place = error.place is not None
    assert place


@given(st.permutations(["X", "w", "y", "lam"]))
def test_the_choice_does_not_depend_on_the_order_of_terms(order: list[str]) -> None:
    terms = {"X": "norm2(X*w - y)^2", "w": "lam*norm2(w)^2", "y": "sum(abs(y))", "lam": "lam^2"}
    formula = parse(" + ".join(terms[k] for k in order))
    assert {s.name: len(s.shape) for s in formula.symbols} == {"X": 2, "w": 1, "y": 1, "lam": 0}


def test_known_names_are_left_alone() -> None:
    nodes = [Node("name", "x", (), 0, 1, (0, 1))]
    kinds = infer_kinds(nodes, [None], {"x": "m"})
    assert kinds.chosen == {}


@pytest.mark.parametrize(
    "term",
    ["a{k}*log(1 + b{k}^2)", "x{k}*x{j}", "norm2(A{k}*x{k} - b{k})^2", "sum(x{k}.^2)"],
)
def test_the_work_of_inference_grows_as_the_formula(
    term: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, steps = infer.outcome, [0]

    def outcome(is_call: bool, name: str, kinds: str, marks: str) -> tuple[str, int]:
        steps[0] += 1
        return plain(is_call, name, kinds, marks)

    monkeypatch.setattr(infer, "outcome", outcome)
    work: list[int] = []
    for count in (40, 160):
        steps[0] = 0
        parse(" + ".join(term.format(k=k, j=k + 1) for k in range(count)))
        work.append(steps[0])
    # Four times the names, four times the work, and room for the walk along the sum.
    assert work[1] <= 6 * work[0], work
