# ruff: noqa: RUF001 (signs that look alike are the subject here)
"""Precedence and grouping: two independent readers, ours and Python's own, must agree."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossmith.errors import ParseError, UnknownAtom
from lossmith.text.syntax import pratt
from lossmith.text.syntax.syntax import Syntax
from lossmith.text.syntax.tokens import tokenize

Tree = str | tuple[object, ...]


def read(text: str) -> Syntax:
    functions = {"f", "g", "log", "sqrt", "abs", "norm2"}
    return pratt.read(
        text,
        tokenize(text),
        functions.__contains__,
        lambda name: False,
        lambda token, place: UnknownAtom(None, place=place),  # type: ignore[arg-type]
    )


def ours(text: str) -> Tree:
    trees: list[Tree] = []
    for node in read(text).nodes:
        args = [trees[k] for k in node.args]
        if node.kind in ("number", "name"):
            trees.append(node.name)
        elif node.kind == "prefix":
            trees.append(("neg", *args))
        else:
            trees.append((node.name, *args))
    return trees[-1]


_PYTHON = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "^", ast.MatMult: "@"}


def pythons(text: str) -> Tree:
    def convert(node: ast.expr) -> Tree:
        match node:
            case ast.Constant(value=value):
                return str(value)
            case ast.Name(id=name):
                return name
            case ast.UnaryOp(op=ast.USub(), operand=inner):
                return ("neg", convert(inner))
            case ast.UnaryOp(operand=inner):
                return convert(inner)
            case ast.BinOp(left=left, op=op, right=right):
                return (_PYTHON[type(op)], convert(left), convert(right))
            case ast.Call(func=ast.Name(id=name), args=args):
                return (name, *map(convert, args))
            case _:
                raise AssertionError(ast.dump(node))

    return convert(ast.parse(text, mode="eval").body)


_SPACE = st.sampled_from(["", "", " "])
_LEAF = st.sampled_from(["x", "y", "w1", "2", "7", "0.5"])


@st.composite
def _formulas(draw: st.DrawFn, depth: int = 4) -> str:
    """A formula that both readers accept, with as few brackets as chance gives it."""
    if depth == 0 or draw(st.integers(0, 3)) == 0:
        return draw(_LEAF)
    shape = draw(st.sampled_from(["infix", "infix", "infix", "sign", "group", "call"]))
    inner = _formulas(depth - 1)
    gap = draw(_SPACE)
    if shape == "infix":
        op = draw(st.sampled_from(["+", "-", "*", "/", "**", "@"]))
        return f"{draw(inner)}{gap}{op}{gap}{draw(inner)}"
    if shape == "sign":
        return f"{draw(st.sampled_from('-+'))}{gap}{draw(inner)}"
    if shape == "group":
        return f"({gap}{draw(inner)}{gap})"
    return f"f({draw(inner)},{gap}{draw(inner)})"


@given(_formulas())
def test_grouping_is_that_of_python(text: str) -> None:
    assert ours(text) == pythons(text)


@given(_formulas(), st.data())
def test_dotted_operators_group_like_the_plain_ones(text: str, data: st.DataObject) -> None:
    plain = text.replace("**", "^")
    dotted = "".join(
        f".{c}" if c in "*/^" and data.draw(st.booleans()) else c
        for c in plain.replace("2", "b").replace("7", "c")
    )

    def undotted(tree: Tree) -> Tree:
        if isinstance(tree, str):
            return tree
        return (str(tree[0]).removeprefix("."), *(undotted(t) for t in tree[1:]))  # type: ignore[arg-type]

    expected = pythons(text.replace("2", "b").replace("7", "c"))
    assert undotted(ours(dotted)) == expected


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("-x^2", "-(x^2)"),
        ("2^-1", "2^(-1)"),
        ("x.^-2", "x.^(-2)"),
        ("2^3^2", "2^(3^2)"),
        ("2^-x^2", "2^(-(x^2))"),
        ("a/b/c", "(a/b)/c"),
        ("a*-b*c", "(a*(-b))*c"),
        ("-y .* z", "(-y).*z"),
        ("x'^2", "(x')^2"),
        ("A^2'", "(A^2)'"),
        ("A^-1'", "(A^(-1))'"),
        ("-x'", "-(x')"),
        ("a*x'*b", "(a*(x'))*b"),
        ("x''", "(x')'"),
        ("X.T @ X", "(X') @ X"),
        ("x**2", "x^2"),
        ("2x", "2*x"),
        ("2 x^2", "2*(x^2)"),
        ("2(x + 1)", "2*(x + 1)"),
        ("(a + b)(c + d)", "(a + b)*(c + d)"),
        ("x'x", "x'*x"),
        ("2^3x", "(2^3)*x"),
        ("log x", "log(x)"),
        ("f(x) - log x + 1", "f(x) - log(x) + 1"),
        ("log log x", "log(log(x))"),
        ("√x + 1", "sqrt(x) + 1"),
        ("√2/2", "sqrt(2)/2"),
        ("|x - 1|^2", "abs(x - 1)^2"),
        ("2|x|", "2*abs(x)"),
        ("||x|| + 1", "norm2(x) + 1"),
        ("‖w‖₂²", "norm2(w)^2"),
        ("λ‖w‖²", "lam*norm2(w)^2"),
        ("x²+½", "x^2 + 1/2"),
        ("x⁻²", "x^(-2)"),
        ("xᵀA", "x'*A"),
        ("x × y − z", "x * y - z"),
        ("x ⊙ y", "x .* y"),
        ("ｆ（ｘ，１）＋２", "f(x, 1) + 2"),
        ("x’", "x'"),
        ("λ*σ + μ", "lam*sigma + mu"),
        ("w₁ + w1", "w1 + w1"),
        ("lambda*x", "lam*x"),
        ("x^T y", "x' * y"),
        ("1.*x", "1 .* x"),
    ],
)
def test_short_forms_mean_their_bracketed_forms(short: str, full: str) -> None:
    def numbers(tree: Tree) -> Tree:
        if tree == ("/", "1", "2"):
            return "1/2"
        if tree == "|2|":
            return "norm2"  # of a vector they are one norm
        return tree if isinstance(tree, str) else tuple(map(numbers, tree))  # type: ignore[arg-type]

    assert numbers(ours(short)) == numbers(ours(full))


def test_a_chain_of_comparisons_holds_pairwise() -> None:
    assert ours("0 < x <= 1") == ("&", ("<", "0", "x"), ("<=", "x", "1"))
    assert ours("0 < x < 1 < y") == (
        "&", ("&", ("<", "0", "x"), ("<", "x", "1")), ("<", "1", "y")
    )  # fmt: skip
    assert ours("x > 0 and y > 0") == ("&", (">", "x", "0"), (">", "y", "0"))


@pytest.mark.parametrize("text", ["log x^2", "log 2x", "log x*y", "1/2x", "x/2(y + 1)", "√x^2"])
def test_what_people_read_in_two_ways_is_refused(text: str) -> None:
    with pytest.raises(ParseError, match=r"not clear|two ways"):
        read(text)


@given(_formulas())
def test_spans_hold_the_text_of_their_node(text: str) -> None:
    syntax = read(text)
    trees: list[Tree] = []
    for node in syntax.nodes:
        inside = text[node.start : node.stop]
        assert ours(inside) == _tree(node, trees)
        trees.append(_tree(node, trees))
        # The caret stands on the operator or function name itself.
        assert syntax.place(len(trees) - 1).start in range(node.start, node.stop)


def _tree(node: object, trees: list[Tree]) -> Tree:
    args = [trees[k] for k in node.args]  # type: ignore[attr-defined]
    if not args:
        return node.name  # type: ignore[attr-defined]
    return ("neg" if node.kind == "prefix" else node.name, *args)  # type: ignore[attr-defined]
