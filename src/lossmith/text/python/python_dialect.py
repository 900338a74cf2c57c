"""Python to ``Syntax``: a NumPy, JAX or PyTorch expression, or a function with assignments.

Python's own parser reads the text; nothing is ever run. ``*`` and ``**`` act entry by entry, ``@``
is the matrix product, ``.T`` does not turn a vector, ``axis=`` names the axis that goes. What a
formula cannot say (loops, branches, indexing, unknown functions) is refused at its line.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from lossmith.errors import LossmithError, ParseError
from lossmith.text.python.python_arrays import ARRAYS
from lossmith.text.python.python_calls import call
from lossmith.text.python.python_defaults import with_defaults
from lossmith.text.python.python_fields import field_name, read_field, unpacked
from lossmith.text.python.python_indices import enter_loop, of_whole, slogdet, subscript
from lossmith.text.python.python_tape import Tape, is_method, is_module, last_name
from lossmith.text.python.python_written import has_row, written_out
from lossmith.text.syntax.syntax import Syntax
from lossmith.words import Words

_BINARY: Final[dict[type[ast.operator], str]] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: ".*", ast.Div: "./", ast.MatMult: "@", ast.Pow: ".^",
}  # fmt: skip
_COMPARE: Final[dict[type[ast.cmpop], str]] = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
}  # fmt: skip
_LONGEST: Final = 300


def read_python(text: str, source: str = "") -> Syntax:
    """Return the syntax of a Python expression, of a function, or of assignments with a result.

    Raises: ParseError or UnknownAtom with a caret.
    """
    tape = Tape(text, source)
    tree = tape.tree()
    _Reader(tape).body(_statements(tree))
    return with_defaults(tape.syntax(), tree)


def source_of(function: Callable[..., object] | str) -> str:
    """Return the source text of a function; a text is returned as it is.

    Raises: ParseError if the source is not at hand (a built-in, or typed at a prompt).
    """
    if isinstance(function, str):
        return textwrap.dedent(function)
    try:
        return textwrap.dedent(inspect.getsource(function))
    except (OSError, TypeError, SyntaxError):
        raise ParseError(
            Words("the source of this function is not at hand", "拿不到这个函数的源代码"),
            why=Words(
                "the formula is read from the source; the function is never run",
                "公式是从源代码读出来的，函数从不执行",
            ),
            attempt=Words("pass the source as text", "请以文本形式给出源代码"),
        ) from None


def _statements(tree: ast.Module) -> list[ast.stmt]:
    """Return the statements that make the formula: of the one function, or of the module."""
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return node.body
    return tree.body


def _reads(loop: ast.For, names: set[str]) -> bool:
    """Return whether a loop reads a name that it adds to: then it is no sum."""
    return any(
        isinstance(x, ast.Name) and isinstance(x.ctx, ast.Load) and x.id in names
        for x in ast.walk(loop)
    )


class _Reader:
    """Statements and expressions of one formula, put on its tape."""

    def __init__(self, tape: Tape) -> None:
        self.tape = tape
        tape.read = self.expr

    def body(self, statements: Sequence[ast.stmt]) -> None:
        """Read assignments and the result; the result is the last node."""
        result = -1
        for statement in statements:
            match statement:
                case ast.Return(value=ast.expr() as value):
                    result = self.expr(value)
                    break
                case ast.Expr(value=ast.Constant(value=str())) | ast.Import() | ast.ImportFrom():
                    continue
                case ast.Pass():
                    continue
                case ast.Expr(value=value):
                    value = value.body if isinstance(value, ast.Lambda) else value
                    result = self.expr(value)
                case ast.Assign(targets=[target], value=value):
                    result = self._assign(target, value)
                case ast.AnnAssign(target=ast.Name() as target, value=ast.expr() as value):
                    result = self._assign(target, value)
                case ast.AugAssign(target=ast.Name(id=name) as target, op=op, value=value):
                    added = self.expr(value)
                    before = self.tape.local.get(name)
                    if before is None:
                        before = self.tape.push("name", name, (), target)
                    result = self.tape.push("infix", self._operator(op, statement), (before, added),
                                        statement)  # fmt: skip
                    self.tape.local[name] = result
                case ast.For():
                    self._loop(statement)
                case _:
                    raise self._no_statement(statement)
        if result < 0:
            raise ParseError(
                Words("nothing is returned", "没有返回值"),
                attempt=Words("end with `return` and the objective", "最后用 return 返回目标函数"),
                place=self.tape.whole(),
            )
        if result != len(self.tape.nodes) - 1:
            # A name that was computed before: the whole is that node, once more.
            self.tape.nodes.append(self.tape.nodes[result])

    def _loop(self, loop: ast.For) -> None:
        """Read a loop that adds to names: ``for i in range(n): total += f(x[i])``."""
        tape = self.tape
        indices, local = dict(tape.indices), dict(tape.local)
        index = enter_loop(
            tape, ast.comprehension(target=loop.target, iter=loop.iter, ifs=[], is_async=0)
        )
        added: list[tuple[str, int, ast.stmt]] = []
        for statement in loop.body:
            match statement:
                case ast.AugAssign(target=ast.Name(id=name), op=ast.Add(), value=value) if (
                    name in local and not loop.orelse
                ):
                    added.append((name, self.expr(value), statement))
                case ast.Assign(targets=[ast.Name(id=name) as target], value=value) if (
                    name not in local
                ):
                    self._assign(target, value)
                case _:
                    raise self._no_statement(loop)
        if not added or _reads(loop, {name for name, *_ in added}):
            raise self._no_statement(loop)
        tape.indices, tape.local = indices, local
        for name, value, statement in added:
            whole = tape.push("bind", "sum", (value,), statement, binds=(index,))
            tape.local[name] = tape.push("infix", "+", (tape.local[name], whole), statement)

    def _assign(self, target: ast.expr, value: ast.expr) -> int:
        if unpacked(self.tape, target, value):
            return -1
        value = value.body if isinstance(value, ast.Lambda) else value
        if isinstance(target, ast.Name):
            self.tape.local[target.id] = self.expr(value)
            return self.tape.local[target.id]
        names = [t.id for t in target.elts if isinstance(t, ast.Name)] if isinstance(
            target, ast.Tuple
        ) else []  # fmt: skip
        if len(names) == 2 and isinstance(value, ast.Attribute) and value.attr == "shape":
            of = self.expr(value.value)
            for axis, name in enumerate(names):
                self.tape.local[name] = self.tape.push("call", f"size|{axis}", (of,), value)
            return self.tape.local[names[1]]
        if len(names) == 2 and isinstance(value, ast.Call) and last_name(value.func) == "slogdet":
            self.tape.local[names[1]] = slogdet(self.tape, value)
            return self.tape.local[names[1]]
        raise self.tape.refuse(
            target,
            Words("this assignment cannot be read", "读不懂这个赋值"),
            Words("assign one name at a time", "每次只给一个名称赋值"),
        )

    def expr(self, root: ast.expr) -> int:
        """Return the node of an expression. Python's tree may be deep: no recursion."""
        done: dict[ast.expr, int] = {}
        stack: list[tuple[ast.expr, bool]] = [(root, False)]
        while stack:
            node, expanded = stack.pop()
            if node in done:
                continue
            if expanded:
                done[node] = self._one(node, done)
                continue
            stack.append((node, True))
            stack.extend((c, False) for c in reversed(list(self._operands(node))))
        return done[root]

    def _operands(self, node: ast.expr) -> Iterator[ast.expr]:
        """Yield the sub-expressions whose values are needed."""
        match node:
            case ast.BinOp(left=left, right=right):
                yield left
                yield right
            case ast.UnaryOp(operand=operand):
                yield operand
            case ast.Compare(left=left, comparators=others):
                yield left
                yield from others
            case ast.BoolOp(values=values):
                yield from values
            case ast.IfExp(test=test, body=body, orelse=orelse):
                yield from (test, body, orelse)
            case ast.Call(args=[ast.GeneratorExp() | ast.ListComp()]):
                return
            case ast.Call(func=func) if last_name(func) in ARRAYS or has_row(node):
                return
            case ast.Subscript(value=value) if of_whole(self.tape, node):
                yield value
            case ast.Call(func=func, args=args):
                if isinstance(func, ast.Attribute) and is_method(func):
                    yield func.value
                if last_name(func) == "norm":
                    args = args[: 1 - is_method(func)]  # the order is no formula
                if last_name(func) not in ("slogdet",):
                    yield from (a for a in args if not isinstance(a, (ast.Starred, ast.Tuple)))
            case ast.Attribute() | ast.Subscript() if field_name(node):
                return
            case ast.Attribute(value=value, attr=attr):
                if attr in ("T", "mT", "size", "H") and not is_module(value):
                    yield value
            case ast.Subscript(value=ast.Attribute(value=value, attr="shape")):
                yield value
            case _:
                return

    def _one(self, node: ast.expr, done: dict[ast.expr, int]) -> int:
        match node:
            case ast.Constant(value=value):
                return self._number(node, value)
            case ast.Name(id=name):
                if name in self.tape.local:
                    return self.tape.local[name]
                if name in self.tape.fields:
                    raise self._two_things(node, name)
                return self.tape.push("name", name, (), node)
            case ast.Attribute() | ast.Subscript() if field_name(node):
                return read_field(self.tape, node)
            case ast.BinOp(left=left, op=op, right=right):
                if isinstance(op, ast.BitAnd):
                    return self.tape.push("infix", "&", (done[left], done[right]), node)
                name = self._operator(op, node)
                sides = self._counted(left, done), self._counted(right, done)
                return self.tape.push("infix", name, sides, node)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return self.tape.push("prefix", "-", (done[operand],), node)
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return done[operand]
            case ast.Compare():
                return self._compare(node, done)
            case ast.BoolOp(op=ast.And(), values=values):
                joined = done[values[0]]
                for v in values[1:]:
                    joined = self.tape.push("infix", "&", (joined, done[v]), node)
                return joined
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return self.tape.push("call", "if", (done[test], done[body], done[orelse]), node)
            case ast.Call() if has_row(node):
                return self.expr(written_out(self.tape, node))
            case ast.Call():
                return call(self.tape, node, done)
            case ast.Attribute():
                return self._attribute(node, done)
            case ast.Subscript():
                return subscript(self.tape, node, done)
            case _:
                raise self.tape.refuse(
                    node,
                    Words("this has no meaning in a formula", "这在公式中没有含义"),
                    Words(
                        "write arithmetic and functions of arrays",
                        "请只写数组的算术运算和函数",
                    ),
                )

    def _operator(self, op: ast.operator, node: ast.AST) -> str:
        name = _BINARY.get(type(op))
        if name is None:
            raise self.tape.refuse(
                node,
                Words("this operator has no derivative and is not read", "不支持这个运算符"),
                Words("use + - * / @ **", "可用 + - * / @ **"),
            )
        return name

    def _number(self, node: ast.Constant, value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise self.tape.refuse(node, Words("a number is needed here", "这里需要一个数"), None)
        if isinstance(value, int) and abs(value).bit_length() > 3 * _LONGEST:
            raise self.tape.refuse(node, Words("this number is too long", "这个数太长了"), None)
        shown = str(value)
        if not shown[0].isdigit():
            raise self.tape.refuse(node, Words("a number must be finite", "数必须是有限的"), None)
        return self.tape.push("number", shown, (), node)

    def _counted(self, node: ast.expr, done: dict[ast.expr, int]) -> int:
        """Return an operand; a comparison counts as 1 or 0 in arithmetic, as in y*(z > 0)."""
        if not isinstance(node, ast.Compare):
            return done[node]
        one, zero = (self.tape.push("number", c, (), node) for c in "10")
        return self.tape.push("call", "if", (done[node], one, zero), node)

    def _compare(self, node: ast.Compare, done: dict[ast.expr, int]) -> int:
        left, joined = done[node.left], -1
        for op, comparator in zip(node.ops, node.comparators, strict=True):
            name = _COMPARE.get(type(op))
            if name is None:
                raise self.tape.refuse(
                    node, Words("this comparison is not read", "不支持这种比较"), None
                )
            right = done[comparator]
            one = self.tape.push("infix", name, (left, right), node)
            joined = one if joined < 0 else self.tape.push("infix", "&", (joined, one), node)
            left = right
        return joined

    def _attribute(self, node: ast.Attribute, done: dict[ast.expr, int]) -> int:
        if is_module(node.value):
            if node.attr == "pi":
                return self.tape.push("name", "pi", (), node)
            if node.attr == "e":
                one = self.tape.push("number", "1", (), node)
                return self.tape.push("call", "exp", (one,), node)
        elif node.attr in ("T", "mT", "H"):
            return self.tape.push("postfix", ".T", (done[node.value],), node)
        elif node.attr == "size":
            return self.tape.push("call", "size|", (done[node.value],), node)
        raise self.tape.refuse(
            node,
            Words(f".{node.attr} is not read", f"不支持 .{node.attr}"),
            Words(
                "known are .T, .shape[k], .size and functions", "可用 .T、.shape[k]、.size 和函数"
            ),
        )

    def _two_things(self, node: ast.Name, name: str) -> LossmithError:
        written = self.tape.fields[name]
        return self.tape.refuse(
            node,
            Words(
                f"{name} and {written} would be one symbol", f"{name} 与 {written} 会混为一个符号"
            ),
            Words("give one of them another name", "请给其中一个换个名称"),
        )

    def _no_statement(self, node: ast.stmt) -> LossmithError:
        word = type(node).__name__.lower()
        start, stop = self.tape.span(node)
        line = self.tape.text.find("\n", start)
        error = ParseError(
            Words(f"a statement of this kind ({word}) is not read", f"不支持这类语句（{word}）"),
            why=Words(
                "a formula is made of assignments and one return; the code is read, never run",
                "公式由赋值和一个 return 组成；代码只被读取，从不执行",
            ),
            attempt=Words(
                "write loops as operations on whole arrays, branches as np.where",
                "把循环写成对整个数组的运算，把分支写成 np.where",
            ),
            place=self.tape.place(start, stop if line < 0 else min(stop, line)),
        )
        return error
