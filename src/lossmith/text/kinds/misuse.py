"""Formulas that are well written but make no sense, and the words for them."""

from __future__ import annotations

from lossmith.errors import ParseError, ShapeError, UsageError
from lossmith.text.functions.functions import Function
from lossmith.text.syntax.syntax import Syntax
from lossmith.text.syntax.typed import FreeIndex
from lossmith.words import Words


def refuse_name(syntax: Syntax, index: int) -> None:
    """Refuse names that people use for something else than a symbol: inf, nan."""
    name = syntax.nodes[index].name
    if name in ("inf", "nan", "infinity"):
        raise ParseError(
            Words(f"{name} is not a number", f"{name} 不是一个数"),
            attempt=Words(
                "leave the term out, or declare a bound: x: scalar < 1",
                "去掉这一项，或在声明中写界，例如 x: scalar < 1",
            ),
            place=syntax.place(index),
        )


def several_bodies(syntax: Syntax, index: int) -> ParseError:
    """``sum(i, a, b)``."""
    node = syntax.nodes[index]
    return ParseError(
        Words(
            f"{node.name} over an index takes one formula, got {len(node.args)}",
            f"{node.name} 对下标运算时只能有一个式子，写了 {len(node.args)} 个",
        ),
        place=syntax.place(index),
    )


def no_tensor(syntax: Syntax, index: int) -> ShapeError:
    """A function of matrices called with a tensor of three axes."""
    name = syntax.nodes[index].name
    return ShapeError(
        Words(f"{name} does not take a tensor", f"{name} 不能作用于张量"),
        attempt=Words("name the indices: sum(i, j, k, ...)", "请写出下标：sum(i, j, k, ...)"),
        place=syntax.place(index),
    )


def open_index(syntax: Syntax, index: int, free: FreeIndex) -> ParseError:
    """``sum(x_i)``: the index is not bound by the sum around it."""
    name, i = syntax.nodes[index].name, free.name
    entry = syntax.inside(free.node)
    return ParseError(
        Words(f"nothing runs over the index {i}", f"没有求和取遍下标 {i}"),
        why=Words(
            f"{name}(...) without an index takes all entries of an array, and {entry} is one entry",
            f"不带下标的 {name}(...) 作用于整个数组，而 {entry} 只是一个分量",
        ),
        attempt=Words(
            f"write {name}({i}, ...); or declare {entry} if it is a symbol of yours",
            f"写成 {name}({i}, ...)；如果 {entry} 本身是符号，请声明它",
        ),
        place=syntax.whole(free.node),
    )


def stray_condition(syntax: Syntax, index: int) -> ParseError:
    """A comparison where a number should stand."""
    return ParseError(
        Words("a condition is not a number", "条件不是数"),
        attempt=Words(
            "use it in if(condition, a, b) or cases(c1, a, c2, b, otherwise)",
            "请写在 if(条件, a, b) 或 cases(c1, a, c2, b, otherwise) 中",
        ),
        place=syntax.whole(index),
    )


def condition_missing(syntax: Syntax, index: int) -> ParseError:
    """A number where a comparison should stand."""
    return ParseError(
        Words("a condition is needed here, such as x > 0", "这里需要一个条件，例如 x > 0"),
        place=syntax.whole(index),
    )


def wrong_count(syntax: Syntax, row: Function, index: int) -> ParseError:
    """A function with too few or too many arguments."""
    got = len(syntax.nodes[index].args)
    if row.name == "cases":
        what = Words(
            "cases needs condition and value in turn, and a last value otherwise",
            "cases 需要条件与值成对出现，最后再加一个其余情形的值",
        )
    else:
        count = str(row.least) if row.least == row.most else f"{row.least} to {row.most}"
        zh = count.replace(" to ", " 到 ")
        what = Words(
            f"{row.name} takes {count} argument(s), got {got}",
            f"{row.name} 需要 {zh} 个自变量，写了 {got} 个",
        )
    return ParseError(what, place=syntax.place(index))


def open_size(syntax: Syntax, index: int) -> ShapeError:
    """A constant array whose size nothing fixes."""
    node = syntax.nodes[index]
    return ShapeError(
        Words(f"the size of {node.name} is open", f"{node.name} 的大小无法确定"),
        why=Words(
            "nothing in the formula fixes it, and a size is never guessed",
            "公式中没有任何内容能确定它，而大小不会靠猜测决定",
        ),
        attempt=Words(
            "give the size: eye(3), vector(1, n), matrix(1, n, d)",
            "请写明大小：eye(3)、vector(1, n)、matrix(1, n, d)",
        ),
        place=syntax.place(index),
    )


def no_variable(syntax: Syntax, *, is_euler: bool) -> UsageError:
    """A formula without a symbol."""
    return UsageError(
        Words("a formula with no variable", "公式中没有变量"),
        why=Words("there is no symbol to vary or to give a value", "没有可以变化或赋值的符号"),
        attempt=Words("declare e: scalar to make e a variable", "若 e 是变量，请声明 e: scalar")
        if is_euler
        else Words("write one, such as x^2 + 1", "请写入一个符号，例如 x^2 + 1"),
        place=syntax.whole(len(syntax.nodes) - 1),
    )
