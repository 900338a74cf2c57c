"""Calls in Python code whose arguments are lists, shapes or index strings, read as they stand.

``np.einsum("ij,j->i", A, x)``, ``np.select([c, d], [a, b], e)``, ``np.full((n, m), 2)``.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Final

from lossmith.errors import LossmithError
from lossmith.text.python.python_tape import Tape, is_method, last_name
from lossmith.text.syntax.tokens import Index
from lossmith.words import Words

_FILLED: Final = ("vector", "matrix", "tensor")


def _einsum(tape: Tape, node: ast.Call) -> int:
    """Return the sum of products with named indices; open ones become axes."""
    first, *operands = node.args
    spec = first.value if isinstance(first, ast.Constant) else None
    if not isinstance(spec, str) or node.keywords:
        raise _no_einsum(tape, node)
    inputs, arrow, free = spec.replace(" ", "").partition("->")
    subscripts = inputs.split(",")
    letters = Counter("".join(subscripts))
    free = free if arrow else "".join(sorted(x for x, count in letters.items() if count == 1))
    plain = all(x.isascii() and x.isalpha() for x in letters)
    fits = len(subscripts) == len(operands) and set(free) <= set(letters)
    if not operands or not plain or not fits or len(set(free)) < len(free):
        raise _no_einsum(tape, node)
    names = {x: tape.fresh(x) for x in letters}
    product = -1
    for labels, operand in zip(subscripts, operands, strict=True):
        factor = tape.read(operand)
        if labels:
            indices = tuple(names[x] for x in labels)
            factor = tape.push("entry", "[]", (factor,), operand, subscripts=indices)
        product = factor if product < 0 else tape.push("infix", "*", (product, factor), node)
    for bound, name in (([x for x in letters if x not in free], "sum"), (free, "tensor")):
        if bound:
            binds = tuple(Index(names[x]) for x in bound)
            product = tape.push("bind", name, (product,), node, binds=binds)
    return product


def _no_einsum(tape: Tape, node: ast.Call) -> LossmithError:
    return tape.refuse(
        node,
        Words("this einsum is not read", "读不懂这个 einsum"),
        Words('np.einsum("ij,jk->ik", A, B)', 'np.einsum("ij,jk->ik", A, B)'),
    )


def _select(tape: Tape, node: ast.Call) -> int:
    """Return the choice by cases of ``np.select(conditions, values, default)``."""
    options = {k.arg: k.value for k in node.keywords}
    given = [*node.args, *([options["default"]] if "default" in options else [])]
    match given:
        case [ast.List(elts=tests), ast.List(elts=values), *default] if len(default) < 2:
            if len(tests) == len(values):
                args: list[int] = []
                for test, value in zip(tests, values, strict=True):
                    args += [tape.read(test), tape.read(value)]
                last = tape.read(default[0]) if default else tape.push("number", "0", (), node)
                return tape.push("call", "cases", (*args, last), node)
        case _:
            pass
    raise tape.refuse(
        node,
        Words("this select is not read", "读不懂这个 select"),
        Words("np.select([x > 0, x < 0], [a, b], c)", "np.select([x > 0, x < 0], [a, b], c)"),
    )


def _full(tape: Tape, node: ast.Call) -> int:
    """Return an array of one value: ``np.ones(n)``, ``np.zeros((n, m))``, ``np.full(n, 2)``."""
    name, args = last_name(node.func), [*node.args]
    extra = {k.arg for k in node.keywords} - {"dtype", "device"}
    if extra or len(args) != (2 if name == "full" else 1):
        raise tape.refuse(node, Words("this array is not read", "读不懂这个数组"), None)
    elements = args[0].elts if isinstance(args[0], (ast.Tuple, ast.List)) else args[:1]
    sizes = [tape.read(size) for size in elements]
    if name == "full":
        value = tape.read(args[1])
    else:
        value = tape.push("number", "1" if name == "ones" else "0", (), node)
    kind = _FILLED[min(len(sizes), 3) - 1]
    return tape.push("call", kind, (value, *sizes), node)


def _like(tape: Tape, node: ast.Call) -> int:
    """Return an array of one value of the shape of another: ``np.ones_like(x)``."""
    name, args = last_name(node.func), [*node.args]
    if len(args) != (2 if name == "full_like" else 1):
        raise tape.refuse(node, Words("this array is not read", "读不懂这个数组"), None)
    of = tape.read(args[0])
    if name == "full_like":
        value = tape.read(args[1])
    else:
        value = tape.push("number", "1" if name == "ones_like" else "0", (), node)
    return tape.push("call", "like|", (of, value), node)


def _linear_solve(tape: Tape, node: ast.Call) -> int:
    """Return inv(A) @ b for ``np.linalg.solve(A, b)``."""
    if len(node.args) != 2:
        raise tape.refuse(node, Words("solve takes A and b", "solve 需要 A 和 b"), None)
    left, right = (tape.read(a) for a in node.args)
    return tape.push("infix", "@", (tape.push("call", "inv", (left,), node), right), node)


def _clipped(tape: Tape, node: ast.Call) -> int:
    """Return ``np.clip(x, 0, 1)``, ``torch.clamp(x, min=0)``: None is no end."""
    receiver = [node.func.value] if isinstance(node.func, ast.Attribute) else []
    given = [*(receiver if is_method(node.func) else []), *node.args]
    options = {(k.arg or "").removeprefix("a_"): k.value for k in node.keywords}
    ends = dict(zip(("min", "max"), given[1:], strict=False)) | options
    known = {name: end for name, end in ends.items() if not _is_none(end)}
    if not given or len(given) > 3 or not known or known.keys() - {"min", "max"}:
        raise tape.refuse(
            node,
            Words("this call is not read", "不支持这个调用"),
            Words("write np.clip(x, low, high)", "请写 np.clip(x, low, high)"),
        )
    of = tape.read(given[0])
    if len(known) == 2:
        low, high = tape.read(known["min"]), tape.read(known["max"])
        return tape.push("call", "clip", (of, low, high), node)
    ((name, end),) = known.items()
    return tape.push("call", "max" if name == "min" else "min", (of, tape.read(end)), node)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


_REDUCED: Final[Mapping[str, str]] = {
    "maximum": "max", "minimum": "min", "add": "sum", "multiply": "prod", "logaddexp": "logsumexp",
}  # fmt: skip
_JOINS: Final[Mapping[str, str]] = {"add": "+", "multiply": ".*"}


def _ufunc_reduced(tape: Tape, node: ast.Call) -> int:
    """Return ``np.maximum.reduce(x)``: along axis 0, or over the arrays of a list."""
    of = last_name(node.func.value) if isinstance(node.func, ast.Attribute) else ""
    options = {k.arg: k.value for k in node.keywords}
    axis = options.get("axis", ast.Constant(0))
    if of not in _REDUCED or len(node.args) != 1 or options.keys() - {"axis"}:
        raise tape.refuse(node, Words("this reduce is not read", "读不懂这个 reduce"), None)
    if isinstance(parts := node.args[0], ast.List | ast.Tuple) and len(parts.elts) > 1:
        args = [tape.read(part) for part in parts.elts]
        if of in ("maximum", "minimum"):
            return tape.push("call", _REDUCED[of], tuple(args), node)
        if of in _JOINS:
            joined = args[0]
            for part in args[1:]:
                joined = tape.push("infix", _JOINS[of], (joined, part), node)
            return joined
    call = ast.Call(ast.Name(_REDUCED[of], ast.Load()), [parts], [ast.keyword("axis", axis)])
    for made in ast.walk(call):
        if not hasattr(made, "lineno"):
            ast.copy_location(made, node)
    return tape.read(call)


ARRAYS: Final[Mapping[str, Callable[[Tape, ast.Call], int]]] = {
    "einsum": _einsum,
    "select": _select,
    "ones": _full,
    "zeros": _full,
    "full": _full,
    "ones_like": _like,
    "zeros_like": _like,
    "full_like": _like,
    "solve": _linear_solve,
    "clip": _clipped,
    "clamp": _clipped,
    "reduce": _ufunc_reduced,
}
"""Functions that read their own arguments."""
