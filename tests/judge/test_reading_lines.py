"""A derivation cut into lines, and left sides read as what they speak of."""

from __future__ import annotations

import pytest

import lossmith as ls
from lossmith.judge.documents import read_any, read_list, read_markdown, read_text
from lossmith.judge.subject import read_left

MARKDOWN = r"""
# homework

`y: vector(n) in {0, 1}`

$$
\begin{align}
h &= \sigma(Xw) \\
J(w) &= -\frac{1}{n} \sum_{i=1}^n \left[ y_i \log h_i + (1-y_i)\log(1-h_i) \right] \\
\frac{\partial J}{\partial w_j}
  &= -\frac{1}{n} \sum_{i=1}^n \left( \frac{y_i}{h_i} - \frac{1-y_i}{1-h_i} \right)
     h_i (1-h_i) x_{ij} \\
&= \frac{1}{n} \sum_{i=1}^n (h_i - y_i) x_{ij} \\
\nabla_w J &= \frac{1}{n} X^\top (h - y) \\
\nabla^2 J &= \frac{1}{n} X^\top \operatorname{diag}(h \odot (1-h)) X
\end{align}
$$
"""


def test_the_logistic_derivation_in_latex_stands():
    found = ls.check(MARKDOWN, source="homework.md")
    assert found.status == "right", str(found)
    assert len(found.lines) == 6


def test_comments_numbers_arrows_and_declarations_are_no_lines():
    text = "# title\nlam >= 0\n1. J = lam*x^2  # ridge\n\n=> dJ/dx = 2*lam*x\nso dJ/dx = lam*2*x\n"
    document = read_text(text)
    assert [line.text for line in document.lines] == [
        "J = lam*x^2", "dJ/dx = 2*lam*x", "dJ/dx = lam*2*x",
    ]  # fmt: skip
    assert document.declare == "lam >= 0"
    assert [line.row for line in document.lines] == [3, 5, 6]


def test_a_span_points_at_the_right_side_in_the_source():
    text = "f = x^2\nf' = 2*x\n"
    for line in read_text(text).lines:
        assert text[line.span[0] : line.span[1]] == line.right


def test_a_chain_is_a_line_for_each_equals_sign():
    lines = read_list(["J = (x + 1)^2 = x^2 + 2*x + 1", "= (1 + x)^2"]).lines
    assert [(line.left, line.right) for line in lines] == [
        ("J", "(x + 1)^2"), ("", "x^2 + 2*x + 1"), ("", "(1 + x)^2"),
    ]  # fmt: skip


def test_definitions_may_stand_beside_a_line():
    lines = read_list(["L = -sum(y .* log(p)), p = softmax(o)", "f = r'*r where r = X*w - y"]).lines
    assert [line.left for line in lines] == ["L", "p", "f", "r"]
    assert [line.attached for line in lines] == [False, True, False, True]


def test_headers_name_the_loss_and_the_variables():
    document = read_any("of: norm2(X*w - y)^2\nwrt: w\ngrad = 2*X'*(X*w - y)\n")
    assert (document.of, document.wrt) == ("norm2(X*w - y)^2", "w")
    assert ls.check("of: norm2(X*w - y)^2\nwrt: w\ngrad = 2*X'*(X*w - y)\n").status == "right"


def test_fenced_blocks_hold_plain_lines_and_prose_is_kept_apart():
    document = read_markdown("We find\n\n```\nf = x^2\nf' = 2*x\n```\n\nas claimed.\n")
    assert [line.left for line in document.lines] == ["f", "f'"]
    assert [text for _, text in document.prose] == ["We find", "as claimed."]


KNOWN = {"L", "J", "w", "X", "y", "h", "theta", "f", "x", "z"}


@pytest.mark.parametrize(
    ("text", "kind", "of", "wrt", "indices"),
    [
        ("dL/dw", "derivative", "L", ("w",), ()),
        ("∂L/∂w_j", "derivative", "L", ("w",), ("j",)),
        ("d L / d w", "derivative", "L", ("w",), ()),
        (r"\frac{\partial J}{\partial \theta_j}", "derivative", "J", ("theta",), ("j",)),
        (r"\frac{\mathrm{d}f}{\mathrm{d}x}", "derivative", "f", ("x",), ()),
        ("d2L/dw_jdw_k", "derivative", "L", ("w", "w"), ("j", "k")),
        ("d^2f/dx^2", "derivative", "f", ("x", "x"), ()),
        ("∂²f/∂x²", "derivative", "f", ("x", "x"), ()),
        ("d/dx log(x)", "derivative", "", ("x",), ()),
        ("grad", "derivative", "", (), ()),
        ("∇_w L(w)", "derivative", "L", ("w",), ()),
        (r"\nabla_\theta J(\theta)", "derivative", "J", ("theta",), ()),
        (r"\nabla^2 J", "derivative", "J", (), ()),
        ("grad(L, w)", "derivative", "L", ("w",), ()),
        ("hess", "derivative", "", (), ()),
        ("f'(x)", "derivative", "f", ("x",), ()),
        ("f''", "derivative", "f", (), ()),
        ("dh_i/dz_i", "derivative", "h", ("z",), ("i",)),
        ("dJ", "differential", "J", (), ()),
        ("J(w)", "value", "J", (), ()),
        (r"\mathcal{L}(w)", "value", "L", (), ()),
        ("P(y|x)", "value", "P(y|x)", (), ()),
        ("h_i", "value", "h", (), ("i",)),
        ("log(h)", "expression", "", (), ()),
        ("", "continued", "", (), ()),
    ],
)
def test_a_left_side_is_read_as_what_it_speaks_of(text, kind, of, wrt, indices):
    found = read_left(text, KNOWN, {"log", "exp"})
    assert (found.kind, found.of, found.wrt, found.indices) == (kind, of, wrt, indices)


@pytest.mark.parametrize(
    "text",
    [
        "Q: matrix(n, n) symmetric\nD = sum(a) - 1/2*a'*Q*a\ndD/da = ones - Q*a",
        "s = ones(n)'*x\nds/dx = ones",
        "A > 0\nB > 0\nl = log(A + B) + 1\nl = 1 + log(B + A)",
        "f = (x - a*u)'*(x - a*u)\nf = x'*x - 2*a*u'*x + a^2*u'*u",
        "x: vector(n)\nJ(m) = sum((x - m).^2)\nJ(m) = sum(x.^2) - 2*m*sum(x) + n*m^2",
    ],
    ids=[
        "bare ones",
        "ones with a size",
        "only a promise declared",
        "kinds by the line below",
        "a number by its square",
    ],
)
def test_what_one_line_leaves_open_is_read_alike_in_the_next(text):
    report = ls.check(text, source="x.txt").report
    assert [j.outcome for j in report.lines if j.outcome != "definition"] == ["ok"]


@pytest.mark.parametrize(
    "text",
    [
        r"J = \frac{1}{2} (Xw - y)^\top (Xw - y) \\ dJ = (Xw - y)^\top X\, dw",
        r"J = \frac{1}{2} \|Xw - y\|^2 \\ \mathrm{d}J = (Xw - y)^\top X\,\mathrm{d}w",
        r"f = \mathrm{tr}(A X B) \\ df = \operatorname{tr}(BA\,\mathrm{d}X)",
        r"f = \mathrm{tr}(A X B) \\ df = \operatorname{tr}(BAdX)",
    ],
)
def test_changes_in_latex_are_names_with_or_without_a_space(text):
    report = ls.check(f"$$\\begin{{align}}{text}\\end{{align}}$$", source="x.md").report
    assert [j.outcome for j in report.lines] == ["definition", "ok"]


def test_the_hessian_may_stand_in_a_formula():
    text = "f(x) = logsumexp(x)\nq = v'*hess*v\nq = softmax(x)'*(v.*v) - (softmax(x)'*v)^2"
    report = ls.check(text, source="x.txt").report
    assert report.lines[-1].outcome == "ok"


def test_f_of_x_is_differentiated_by_x_though_the_line_has_the_shape_of_b():
    text = "A: matrix(m, n)\nf(x) = norm2(A*x - b)\ngrad = (A*x - b)/norm2(A*x - b)"
    wrong = ls.check(text, source="x.txt").report.first_wrong
    assert wrong is not None
    assert wrong.subject.wrt == ("x",)


def test_a_sign_behind_a_derivative_is_left_to_other_commands_and_said_to_be():
    found = ls.check(["f = -x^2", "f' = -2*x", "f'' = -2 < 0"])
    assert [j.outcome for j in found.lines] == ["definition", "ok", "ok"]
    assert any("not judged" in note.en for note in found.report.notes)
    mask = ls.check(["h = z > 0", "L = sum(h.*z)"])
    assert not any("not judged" in note.en for note in mask.report.notes)
