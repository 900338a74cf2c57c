r"""LaTeX as papers write it: what says nothing of the formula is stepped over, words are functions.

Each reading is held against the same formula in the text dialect.
"""

from __future__ import annotations

import pytest

from lossmith.errors import LossmithError
from lossmith.text.parse import parse

SAME = [
    (r"\mathop{\mathrm{arg\,min}}_{\bm w} \|Xw-y\|^2", "norm2(X*w - y)^2"),
    (r"\mathop{\arg\min}_{w} \|Xw-y\|^2", "norm2(X*w - y)^2"),
    (r"\mathrm{argmin}_w \|Xw-y\|^2", "norm2(X*w - y)^2"),
    (r"x^\mathsf{T} A x", "x'*A*x"),
    (r"x^\mathsf T A x", "x'*A*x"),
    (r"x^\mathrm{T} A x", "x'*A*x"),
    (r"\bm w^\mathsf{T} \bm x + b_\mathrm{max}", "w'*x + b_max"),
    (r"\langle A, B \rangle_F", "tr(A'*B)"),
    (r"\langle A, B \rangle_{\mathrm{F}}", "tr(A'*B)"),
    (r"softmax(z)", "softmax(z)"),
    (r"-\log softmax(z)_k", "-log(softmax(z))"),
    (r"\operatorname{softmax}(z)_k", "softmax(z)"),
    (r"log(1 + exp(-s))", "log(1 + exp(-s))"),
    (r"x \mapsto x^\top A x", "x'*A*x"),
    (r"f: w \mapsto \|Xw - y\|_2^2", "norm2(X*w - y)^2"),
    (r"D_{KL}(p\|q) = \sum_i p_i \log\frac{p_i}{q_i}", "sum(p .* log(p ./ q))"),
    (r"\mathbb{E}_{x,y}[(y - Xw)^2]", "mean((y - X*w).^2)"),
]


@pytest.mark.parametrize(("latex", "text"), SAME, ids=[latex for latex, _ in SAME])
def test_what_papers_write_is_read(latex: str, text: str) -> None:
    declare = {
        "X": "matrix(n, d)", "A": "matrix(d, d)", "B": "matrix(d, d)",
        "y": "vector(n)", "w": "vector(d)",
        "x": "vector(d)", "z": "vector(d)", "p": "vector(d)", "q": "vector(d)", "s": "scalar",
        "b_max": "scalar",
    }  # fmt: skip
    assert parse(latex, declare, dialect="latex").expr is parse(text, declare).expr


def test_what_stands_before_an_arrow_is_the_variable() -> None:
    assert parse(r"w \mapsto \|Xw - y\|^2", dialect="latex").variables == ("w",)
    assert parse(r"f: (w, b) \mapsto \|Xw + b - y\|^2", dialect="latex").variables == ("w", "b")


@pytest.mark.parametrize(
    "latex",
    [
        r"\langle A, B \rangle_p",  # no inner product that the foot would only name
        r"(a + c)_F",
        r"\|p\| = 1 + x",  # a condition, and no left side
        r"\mathbb{E}_{x \sim p}[x^2]",  # the mean over a law, not over data
        r"1 + x \mapsto x^2",
        r"x \mapsto x^2 \mapsto x",
    ],
)
def test_what_says_more_is_refused_with_a_place(latex: str) -> None:
    with pytest.raises(LossmithError) as caught:
        parse(latex, dialect="latex")
    assert caught.value.place is not None
