"""Calls in Python code: functions by their names, an axis, the order of a norm."""

from __future__ import annotations

import ast
from difflib import get_close_matches
from typing import Final

from lossmith.errors import LossmithError, Place, UnknownAtom
from lossmith.text.functions.axes import MAP, REDUCE
from lossmith.text.functions.functions import function_names
from lossmith.text.python.python_arrays import ARRAYS
from lossmith.text.python.python_indices import no_neighbors, sum_over
from lossmith.text.python.python_names import NAMES, OPERATORS
from lossmith.text.python.python_tape import Tape, is_method, is_module, last_name
from lossmith.words import Words


def call(tape: Tape, node: ast.Call, done: dict[ast.expr, int]) -> int:
    """Return the node of a call; done: nodes of its arguments.

    Raises: ParseError or UnknownAtom for an option or a function that is not known.
    """
    func = node.func
    if len(node.args) == 1 and isinstance(node.args[0], (ast.GeneratorExp, ast.ListComp)):
        return sum_over(tape, node, node.args[0])
    if not isinstance(func, (ast.Attribute, ast.Name)):
        raise tape.refuse(node, Words("this call is not read", "不支持这个调用"), None)
    last = last_name(func)
    if last == "slogdet":
        raise tape.refuse(
            node,
            Words("slogdet returns two values", "slogdet 返回两个值"),
            Words("write np.linalg.slogdet(A)[1]", "请写 np.linalg.slogdet(A)[1]"),
        )
    if last in ARRAYS:
        return ARRAYS[last](tape, node)
    given: list[ast.expr] = [*node.args]
    if isinstance(func, ast.Attribute) and is_method(func):
        given.insert(0, func.value)
    options = {k.arg: k.value for k in node.keywords if k.arg is not None}
    if any(isinstance(a, (ast.Starred, ast.Tuple)) for a in given) or len(options) != len(
        node.keywords
    ):
        raise tape.refuse(node, Words("this call is not read", "不支持这个调用"), None)
    name = NAMES.get(last, last)
    if last == "svd" and getattr(options.get("compute_uv"), "value", True) is False:
        options.pop("compute_uv")
        name = "svdvals"
    if last == "diff":
        return _difference(tape, node, given, options, done)
    if last == "norm":
        name, given = _norm(tape, node, given, options)
    keep = options.pop("keepdims", options.pop("keepdim", None))
    keeps = isinstance(keep, ast.Constant) and keep.value is True
    axis = _axis(tape, node, name, given, options)
    if keep is not None and not keeps and not isinstance(keep, ast.Constant):
        raise tape.refuse(
            keep, Words("True or False is needed here", "这里需要 True 或 False"), None
        )
    if options:
        word = next(iter(options))
        raise tape.refuse(
            node,
            Words(f"the option {word} is not read", f"不支持选项 {word}"),
            Words("leave it out", "请去掉它"),
        )
    args = tuple(done[a] if a in done else tape.read(a) for a in given)
    library = is_module(func.value) if isinstance(func, ast.Attribute) else False
    if name in ("prod", "cumsum", "logsumexp", "softmax") and axis is None and len(args) == 1:
        # NumPy and SciPy take all entries; JAX and PyTorch, and a bare name, the last axis.
        scipy = library and _root(func) in ("np", "numpy", "jnp", "special", "scipy", "sp")
        if name in ("prod", "cumsum") or scipy:
            return tape.push("call", f"{name}|all", args, node)
        axis = -1 if name in MAP else None
    found = _named_call(tape, node, last, name, axis, args)
    if keeps and axis is not None and name not in MAP:
        return tape.push("call", f"expand|{axis % 2}", (found,), node)
    return found


def _named_call(
    tape: Tape, node: ast.Call, last: str, name: str, axis: int | None, args: tuple[int, ...]
) -> int:
    if axis is not None:
        return tape.push("call", f"{name}|{axis}", args, node)
    if last in OPERATORS and len(args) == 2:
        return tape.push("infix", OPERATORS[last], args, node)
    if last == "negative" and len(args) == 1:
        return tape.push("prefix", "-", args, node)
    if last in ("T", "transpose", "t") and len(args) == 1:
        return tape.push("postfix", ".T", args, node)
    if last == "len" and len(args) == 1:
        return tape.push("call", "size|0", args, node)
    if last in ("float", "asarray", "array", "item", "squeeze") and len(args) == 1:
        return args[0]
    if last == "std" and len(args) == 1:
        return tape.push("call", "sqrt", (tape.push("call", "var", args, node),), node)
    if last == "logaddexp" and len(args) == 2:
        parts = tuple(tape.push("call", "exp", (a,), node) for a in args)
        return tape.push("call", "log", (tape.push("infix", "+", parts, node),), node)
    if last == "binary_cross_entropy":
        args = args[::-1]  # here the target stands last, in bce(y, p) first
    if last in ("cross_entropy", "nll_loss"):
        raise tape.refuse(
            node,
            Words(
                f"{last} takes labels by number, or scores of a model",
                f"这里的 {last} 用类别编号或模型得分作参数",
            ),
            Words(
                "write -np.sum(Y * log_softmax(Z)) / n for one-hot labels Y",
                "独热标签 Y 请写 -np.sum(Y * log_softmax(Z)) / n",
            ),
        )
    if last in ("roll", "gradient"):
        raise no_neighbors(tape, node)
    if name not in function_names() and "|" not in name:
        raise _no_function(tape, node, last)
    return tape.push("call", name, args, node)


def _axis(
    tape: Tape, node: ast.Call, name: str, given: list[ast.expr], options: dict[str, ast.expr]
) -> int | None:
    """Return the axis of a call, None if it takes all entries."""
    along = name in REDUCE or name in MAP
    found = options.pop("axis", options.pop("dim", None))
    if found is None and along and len(given) == 2:
        if name not in ("max", "min"):
            found = given.pop()
        elif isinstance(node.func, ast.Attribute) and last_name(node.func) in _EXTREMES:
            found = _axis_of_extreme(given)
    if found is None or (isinstance(found, ast.Constant) and found.value is None):
        return None
    axis = found.value if isinstance(found, ast.Constant) else None
    if isinstance(found, ast.UnaryOp) and isinstance(found.operand, ast.Constant):
        axis = -1 if found.operand.value == 1 else None
    if axis not in (0, 1, -1) or not along:
        raise tape.refuse(
            node,
            Words("this axis is not read", "不支持这个 axis"),
            Words("axis is 0, 1 or -1", "axis 可以是 0、1 或 -1")
            if along
            else Words(
                f"leave axis out; {name} is read without it", f"去掉 axis；{name} 不按轴计算"
            ),
        )
    return int(axis)


def _difference(
    tape: Tape,
    node: ast.Call,
    given: list[ast.expr],
    options: dict[str, ast.expr],
    done: dict[ast.expr, int],
) -> int:
    """Return ``np.diff(x, n, axis)``: along the last axis where none is named."""
    axis = options.setdefault("axis", options.pop("dim", ast.Constant(-1)))
    options["axis"] = given.pop() if len(given) == 3 else axis
    along = _axis(tape, node, "diff", given[:1], options)
    if "n" in options:
        given.append(options.pop("n"))
    if options or len(given) > 2 or along is None:
        raise no_neighbors(tape, node)
    args = tuple(done[a] if a in done else tape.read(a) for a in given)
    return tape.push("call", f"diff|{along}", args, node)


_EXTREMES: Final = frozenset({"max", "min", "amax", "amin"})
"""Functions and methods of arrays whose second argument is an axis: np.max(x, 0), x.max(0)."""


def _axis_of_extreme(given: list[ast.expr]) -> ast.expr | None:
    """Return the second argument of np.max if it is a number; torch.max(x, y) compares arrays."""
    last = given[-1].operand if isinstance(given[-1], ast.UnaryOp) else given[-1]
    whole = isinstance(last, ast.Constant) and isinstance(last.value, int)
    return given.pop() if whole else None


def _norm(
    tape: Tape, node: ast.Call, given: list[ast.expr], options: dict[str, ast.expr]
) -> tuple[str, list[ast.expr]]:
    order = options.pop("ord", options.pop("p", None))
    if order is None and len(given) == 2:
        order = given.pop()
    if order is None:
        return "norm2", given
    value = order.value if isinstance(order, ast.Constant) else last_name(order)
    names = {2: "|2|", "fro": "normF", "nuc": "nucnorm", "inf": "norminf"}
    if value == 1 and isinstance(value, int):
        tape.notes.append(
            Words(
                "norm(x, 1) is read as the sum of absolute values, for a vector",
                "norm(x, 1) 读作绝对值之和，用于向量",
            )
        )
        return "norm1|all", given
    if not isinstance(value, (int, str)) or value not in names:
        raise tape.refuse(
            node,
            Words("this norm is not read", "不支持这种范数"),
            Words("ord is 1, 2, np.inf, 'fro' or 'nuc'", "ord 可以是 1、2、np.inf、'fro'、'nuc'"),
        )
    return names[value], given


def _root(node: ast.expr) -> str:
    """Return the first name of ``scipy.special.softmax``."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _no_function(tape: Tape, node: ast.Call, name: str) -> LossmithError:
    close = get_close_matches(name, sorted(function_names()), n=3, cutoff=0.6)
    listed = ", ".join(close)
    return UnknownAtom(
        Words(f"there is no function named {name}", f"没有名为 {name} 的函数"),
        attempt=Words(f"did you mean {listed}?", f"是不是想写 {listed}？") if close else None,
        place=Place(tape.text, *tape.span(node.func), tape.source),
    )
