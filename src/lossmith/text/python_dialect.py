"""Python to ``Syntax``: a NumPy, JAX or PyTorch expression, or a function with assignments.

Python's own parser reads the text; nothing is ever run. ``*`` and ``**`` act entry by entry, ``@``
is the matrix product, ``.T`` does not turn a vector, ``axis=`` names the axis that goes. What a
formula cannot say (loops, branches, indexing, unknown functions) is refused at its line.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
import warnings
from collections.abc import Callable, Iterator, Sequence
from difflib import get_close_matches
from typing import Final

from lossmith.errors import LossmithError, ParseError, Place, UnknownAtom
from lossmith.text.axes import MAP, REDUCE
from lossmith.text.constant_indices import entry_name, is_row, named, row_alone, whole_too
from lossmith.text.functions import function_names
from lossmith.text.syntax import Node, NodeKind, Syntax
from lossmith.text.tokens import Index
from lossmith.words import Words

_BINARY: Final[dict[type[ast.operator], str]] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: ".*", ast.Div: "./", ast.MatMult: "@", ast.Pow: ".^",
}  # fmt: skip
_COMPARE: Final[dict[type[ast.cmpop], str]] = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
}  # fmt: skip
_OPERATORS: Final = {
    "multiply": ".*", "mul": ".*", "divide": "./", "true_divide": "./", "div": "./", "add": "+",
    "subtract": "-", "sub": "-", "matmul": "@", "mm": "@", "mv": "@", "power": ".^", "pow": ".^",
    "float_power": ".^", "dot": "@",
}  # fmt: skip
_NAMES: Final = {
    "absolute": "abs", "fabs": "abs", "maximum": "max", "amax": "max", "minimum": "min",
    "amin": "min", "where": "if", "inner": "dot", "vdot": "dot", "trace": "tr", "expit": "sigmoid",
    "norm": "norm2", "average": "mean", "clamp": "clip", "pinv": "", "identity": "eye",
    "arcsin": "asin", "arccos": "acos", "arctan": "atan", "silu": "swish", "ndtr": "normcdf",
    "gammaln": "lgamma", "reduce_sum": "sum", "reduce_mean": "mean", "reduce_max": "max",
    "reduce_min": "min", "binary_cross_entropy": "bce", "reduce_logsumexp": "logsumexp",
}  # fmt: skip
_MODULES: Final = frozenset(
    "np numpy jnp jax torch tf keras scipy special math F nn linalg lax sp functional autograd "
    "ops".split()
)
_LONGEST: Final = 300


def read_python(text: str, source: str = "") -> Syntax:
    """Return the syntax of a Python expression, of a function, or of assignments with a result.

    Raises: ParseError or UnknownAtom with a caret.
    """
    reader = _Reader(text, source)
    tree = reader.tree()
    reader.body(_statements(tree))
    return reader.syntax()


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


class _Reader:
    """The nodes of one formula, and what each local name stands for."""

    def __init__(self, text: str, source: str) -> None:
        self.text, self.source = text, source
        self.nodes: list[Node] = []
        self.notes: list[Words] = []
        self.local: dict[str, int] = {}
        self.indices: dict[str, Index] = {}
        self.known = function_names()
        self.entries: dict[str, dict[str, str]] = {}
        self.places: dict[str, Place] = {}
        lines = text.splitlines(keepends=True)
        self.starts = [0]
        for line in lines:
            self.starts.append(self.starts[-1] + len(line))
        self.lines = [line.encode() for line in lines]

    def tree(self) -> ast.Module:
        """Return Python's tree of the text."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return ast.parse(self.text)
        except SyntaxError as error:
            line, offset = (error.lineno or 1) - 1, (error.offset or 1) - 1
            start = self.starts[min(max(line, 0), len(self.starts) - 1)] + max(offset, 0)
            start = max(0, min(start, len(self.text) - 1))
            raise ParseError(
                Words(f"Python cannot read this: {error.msg}", f"Python 无法解析：{error.msg}"),
                place=Place(self.text, start, min(start + 1, len(self.text)), self.source),
            ) from None
        except (ValueError, RecursionError, MemoryError):
            raise ParseError(
                Words("Python cannot read this", "Python 无法解析这段文字"),
                place=Place(self.text, 0, len(self.text), self.source),
            ) from None

    def syntax(self) -> Syntax:
        whole = {n.name for n in self.nodes if n.kind == "name"}
        for array, entries in self.entries.items():
            if array in whole:
                raise whole_too(array, self.places[array])
            if is_row(array, entries):
                raise row_alone(array, self.places[array])
            self.notes.append(named(entries))
        outer = tuple((n.start, n.stop) for n in self.nodes)
        notes = tuple(dict.fromkeys(self.notes))
        nodes = tuple(self.nodes)
        numbers = frozenset(x for entries in self.entries.values() for x in entries.values())
        return Syntax(self.text, self.source, nodes, outer, notes, has_euler=False, numbers=numbers)

    # -- statements ----------------------------------------------------------------------------

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
                    before = self.local.get(name)
                    if before is None:
                        before = self._push("name", name, (), target)
                    result = self._push("infix", self._operator(op, statement), (before, added),
                                        statement)  # fmt: skip
                    self.local[name] = result
                case _:
                    raise self._no_statement(statement)
        if result < 0:
            raise ParseError(
                Words("nothing is returned", "没有返回值"),
                attempt=Words("end with `return` and the objective", "最后用 return 返回目标函数"),
                place=Place(self.text, 0, len(self.text), self.source) if self.text else None,
            )
        if result != len(self.nodes) - 1:
            # A name that was computed before: the whole is that node, once more.
            self.nodes.append(self.nodes[result])

    def _assign(self, target: ast.expr, value: ast.expr) -> int:
        value = value.body if isinstance(value, ast.Lambda) else value
        if isinstance(target, ast.Name):
            self.local[target.id] = self.expr(value)
            return self.local[target.id]
        names = [t.id for t in target.elts if isinstance(t, ast.Name)] if isinstance(
            target, ast.Tuple
        ) else []  # fmt: skip
        if len(names) == 2 and isinstance(value, ast.Attribute) and value.attr == "shape":
            of = self.expr(value.value)
            for axis, name in enumerate(names):
                self.local[name] = self._push("call", f"size|{axis}", (of,), value)
            return self.local[names[1]]
        if len(names) == 2 and isinstance(value, ast.Call) and _last(value.func) == "slogdet":
            self.local[names[1]] = self._slogdet(value)
            return self.local[names[1]]
        raise self._refuse(
            target,
            Words("this assignment cannot be read", "读不懂这个赋值"),
            Words("assign one name at a time", "每次只给一个名称赋值"),
        )

    # -- expressions ---------------------------------------------------------------------------

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
            case ast.Subscript(value=value) if self._bound_indices(node):
                yield value
            case ast.Call(func=func, args=args):
                if isinstance(func, ast.Attribute) and not _is_module(func.value):
                    yield func.value
                if _last(func) not in ("slogdet",):
                    yield from (a for a in args if not isinstance(a, (ast.Starred, ast.Tuple)))
            case ast.Attribute(value=value, attr=attr):
                if attr in ("T", "mT", "size", "H") and not _is_module(value):
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
                if name in self.local:
                    return self.local[name]
                return self._push("name", name, (), node)
            case ast.BinOp(left=left, op=op, right=right):
                if isinstance(op, ast.BitAnd):
                    return self._push("infix", "&", (done[left], done[right]), node)
                name = self._operator(op, node)
                return self._push("infix", name, (done[left], done[right]), node)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return self._push("prefix", "-", (done[operand],), node)
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return done[operand]
            case ast.Compare():
                return self._compare(node, done)
            case ast.BoolOp(op=ast.And(), values=values):
                joined = done[values[0]]
                for v in values[1:]:
                    joined = self._push("infix", "&", (joined, done[v]), node)
                return joined
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return self._push("call", "if", (done[test], done[body], done[orelse]), node)
            case ast.Call():
                return self._call(node, done)
            case ast.Attribute():
                return self._attribute(node, done)
            case ast.Subscript():
                return self._subscript(node, done)
            case _:
                raise self._refuse(
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
            raise self._refuse(
                node,
                Words("this operator has no derivative and is not read", "不支持这个运算符"),
                Words("use + - * / @ **", "可用 + - * / @ **"),
            )
        return name

    def _number(self, node: ast.Constant, value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise self._refuse(node, Words("a number is needed here", "这里需要一个数"), None)
        if isinstance(value, int) and abs(value).bit_length() > 3 * _LONGEST:
            raise self._refuse(node, Words("this number is too long", "这个数太长了"), None)
        shown = str(value)
        if not shown[0].isdigit():
            raise self._refuse(node, Words("a number must be finite", "数必须是有限的"), None)
        return self._push("number", shown, (), node)

    def _compare(self, node: ast.Compare, done: dict[ast.expr, int]) -> int:
        left, joined = done[node.left], -1
        for op, comparator in zip(node.ops, node.comparators, strict=True):
            name = _COMPARE.get(type(op))
            if name is None:
                raise self._refuse(
                    node, Words("this comparison is not read", "不支持这种比较"), None
                )
            right = done[comparator]
            one = self._push("infix", name, (left, right), node)
            joined = one if joined < 0 else self._push("infix", "&", (joined, one), node)
            left = right
        return joined

    # -- attributes and subscripts -------------------------------------------------------------

    def _attribute(self, node: ast.Attribute, done: dict[ast.expr, int]) -> int:
        if _is_module(node.value):
            if node.attr == "pi":
                return self._push("name", "pi", (), node)
            if node.attr == "e":
                one = self._push("number", "1", (), node)
                return self._push("call", "exp", (one,), node)
        elif node.attr in ("T", "mT", "H"):
            return self._push("postfix", ".T", (done[node.value],), node)
        elif node.attr == "size":
            return self._push("call", "size|", (done[node.value],), node)
        raise self._refuse(
            node,
            Words(f".{node.attr} is not read", f"不支持 .{node.attr}"),
            Words(
                "known are .T, .shape[k], .size and functions", "可用 .T、.shape[k]、.size 和函数"
            ),
        )

    # -- sums over an index --------------------------------------------------------------------

    def _sum_over(self, node: ast.Call, body: ast.GeneratorExp | ast.ListComp) -> int:
        """Return the sum of ``sum(f(x[i]) for i in range(n))`` and of ``zip(x, y)``."""
        name = _NAMES.get(_last(node.func), _last(node.func))
        if name not in ("sum", "mean", "max", "min", "prod"):
            raise self._refuse(node, Words("this call is not read", "不支持这个调用"), None)
        outer, local = dict(self.indices), dict(self.local)
        binds: list[Index] = []
        for part in body.generators:
            binds.append(self._loop(part))
        inner = self.expr(body.elt)
        self.indices, self.local = outer, local
        for b in reversed(binds):
            inner = self._push("bind", name, (inner,), node, binds=(b,))
        return inner

    def _loop(self, part: ast.comprehension) -> Index:
        """Return the index of one ``for``; its names are bound from here on."""
        over, target = part.iter, part.target
        call = over if isinstance(over, ast.Call) and isinstance(over.func, ast.Name) else None
        word = call.func.id if call is not None and isinstance(call.func, ast.Name) else ""
        if call is not None and word == "range" and isinstance(target, ast.Name):
            index = Index(target.id, self._skipped(part, target.id))
            if len(call.args) == 1:
                self.indices[target.id] = index
                return index
        if call is not None and word == "zip" and isinstance(target, ast.Tuple) and not part.ifs:
            names = [t.id for t in target.elts if isinstance(t, ast.Name)]
            if len(names) == len(target.elts) == len(call.args):
                index = self._fresh_index()
                for name, of in zip(names, call.args, strict=True):
                    root = self.expr(of)
                    self.local[name] = self._push(
                        "entry", "[]", (root,), of, subscripts=(index.name,)
                    )
                return index
        if isinstance(target, ast.Name) and isinstance(over, ast.Name) and not part.ifs:
            index = self._fresh_index()
            root = self.expr(over)
            entry = self._push("entry", "[]", (root,), over, subscripts=(index.name,))
            self.local[target.id] = entry
            return index
        raise self._refuse(
            over,
            Words("this loop is not read", "不支持这种循环"),
            Words("write for i in range(n), or zip(x, y)", "请写 for i in range(n) 或 zip(x, y)"),
        )

    def _skipped(self, part: ast.comprehension, name: str) -> tuple[str, ...]:
        """Return the other index of ``if j != i``."""
        skipped: list[str] = []
        for test in part.ifs:
            match test:
                case ast.Compare(
                    left=ast.Name(id=a), ops=[ast.NotEq()], comparators=[ast.Name(id=b)]
                ) if name in (a, b) and (other := b if a == name else a) in self.indices:
                    skipped.append(other)
                case _:
                    raise self._refuse(
                        test, Words("this condition is not read", "不支持这个条件"), None
                    )
        return tuple(skipped)

    def _fresh_index(self) -> Index:
        taken = {*self.indices, *self.local, *(n.name for n in self.nodes)}
        name = next(c for c in ("i", "j", "k", "l", "i1", "i2", "i3") if c not in taken)
        index = Index(name)
        self.indices[name] = index
        return index

    def _bound_indices(self, node: ast.Subscript) -> tuple[str, ...]:
        """Return the subscripts of ``x[i]``, ``X[i, :]``, () if one is no bound index."""
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        found: list[str] = []
        for part in parts:
            if isinstance(part, ast.Name) and part.id in self.indices:
                found.append(part.id)
            elif isinstance(part, ast.Slice) and not (part.lower or part.upper or part.step):
                found.append(":")
            else:
                return ()
        if len(found) == 2 and found[1] == ":":
            found.pop()  # a row of one axis, as NumPy has it
        return tuple(found) if set(found) != {":"} else ()

    def _subscript(self, node: ast.Subscript, done: dict[ast.expr, int]) -> int:
        if subscripts := self._bound_indices(node):
            return self._push("entry", "[]", (done[node.value],), node, subscripts=subscripts)
        index = node.slice.value if isinstance(node.slice, ast.Constant) else None
        if isinstance(node.slice, ast.UnaryOp) and isinstance(node.slice.operand, ast.Constant):
            index = -1 if node.slice.operand.value == 1 else None
        value = node.value
        if isinstance(value, ast.Attribute) and value.attr == "shape" and index in (0, 1, -1):
            return self._push("call", f"size|{index}", (done[value.value],), node)
        if isinstance(value, ast.Call) and _last(value.func) == "slogdet" and index == 1:
            return self._slogdet(value)
        numbers = _numbers(node.slice)
        if isinstance(value, ast.Name) and numbers and value.id not in self.local:
            return self._entry(node, value.id, numbers)
        raise self._refuse(
            node,
            Words("an entry or slice of an array is not read", "不支持取数组的元素或切片"),
            Words(
                "use operations on whole arrays, or index notation in the text dialect",
                "请用整体运算，或在文本写法中用下标记法",
            ),
        )

    def _entry(self, node: ast.Subscript, array: str, numbers: tuple[str, ...]) -> int:
        """Return the symbol x0 for x[0]; x may not stand whole beside it."""
        name = entry_name(array, numbers)
        self.entries.setdefault(array, {})[f"{array}[{', '.join(numbers)}]"] = name
        self.places.setdefault(array, Place(self.text, *self._span(node), self.source))
        return self._push("name", name, (), node)

    # -- calls ---------------------------------------------------------------------------------

    def _call(self, node: ast.Call, done: dict[ast.expr, int]) -> int:
        func = node.func
        if len(node.args) == 1 and isinstance(node.args[0], (ast.GeneratorExp, ast.ListComp)):
            return self._sum_over(node, node.args[0])
        if not isinstance(func, (ast.Attribute, ast.Name)):
            raise self._refuse(node, Words("this call is not read", "不支持这个调用"), None)
        last = _last(func)
        if last == "slogdet":
            raise self._refuse(
                node,
                Words("slogdet returns two values", "slogdet 返回两个值"),
                Words("write np.linalg.slogdet(A)[1]", "请写 np.linalg.slogdet(A)[1]"),
            )
        is_method = isinstance(func, ast.Attribute) and not _is_module(func.value)
        given: list[ast.expr] = (
            [func.value] if isinstance(func, ast.Attribute) and is_method else []
        )
        given += node.args
        options = {k.arg: k.value for k in node.keywords if k.arg is not None}
        if any(isinstance(a, (ast.Starred, ast.Tuple)) for a in given) or len(options) != len(
            node.keywords
        ):
            raise self._refuse(node, Words("this call is not read", "不支持这个调用"), None)
        name = _NAMES.get(last, last)
        if last == "norm":
            name, given = self._norm(node, given, options)
        axis = self._axis(node, name, given, options)
        if options:
            word = next(iter(options))
            raise self._refuse(
                node,
                Words(f"the option {word} is not read", f"不支持选项 {word}"),
                Words("leave it out", "请去掉它"),
            )
        args = tuple(done[a] if a in done else self.expr(a) for a in given)
        return self._named_call(node, last, name, axis, args)

    def _named_call(
        self, node: ast.Call, last: str, name: str, axis: int | None, args: tuple[int, ...]
    ) -> int:
        if axis is not None:
            return self._push("call", f"{name}|{axis}", args, node)
        if last in _OPERATORS and len(args) == 2:
            return self._push("infix", _OPERATORS[last], args, node)
        if last == "negative" and len(args) == 1:
            return self._push("prefix", "-", args, node)
        if last in ("T", "transpose", "t") and len(args) == 1:
            return self._push("postfix", ".T", args, node)
        if last == "len" and len(args) == 1:
            return self._push("call", "size|0", args, node)
        if last in ("float", "asarray", "array", "item", "squeeze") and len(args) == 1:
            return args[0]
        if last == "logaddexp" and len(args) == 2:
            parts = tuple(self._push("call", "exp", (a,), node) for a in args)
            return self._push("call", "log", (self._push("infix", "+", parts, node),), node)
        if last in ("ones", "zeros") and len(args) == 1:
            value = self._push("number", "1" if last == "ones" else "0", (), node)
            return self._push("call", "vector", (value, *args), node)
        if name not in self.known:
            raise self._no_function(node, last)
        if last == "binary_cross_entropy":
            args = args[::-1]  # here the target stands last, in bce(y, p) first
        if last == "cross_entropy":
            raise self._refuse(
                node,
                Words(
                    "cross_entropy takes labels by number, or scores of a model",
                    "这里的 cross_entropy 用类别编号或模型得分作参数",
                ),
                Words(
                    "write -np.sum(Y * log_softmax(Z)) / n for one-hot labels Y",
                    "独热标签 Y 请写 -np.sum(Y * log_softmax(Z)) / n",
                ),
            )
        return self._push("call", name, args, node)

    def _axis(
        self, node: ast.Call, name: str, given: list[ast.expr], options: dict[str, ast.expr]
    ) -> int | None:
        """Return the axis of a call, None if it takes all entries."""
        along = name in REDUCE or name in MAP
        found = options.pop("axis", options.pop("dim", None))
        keep = options.pop("keepdims", options.pop("keepdim", None))
        if found is None and along and name not in ("max", "min") and len(given) == 2:
            found = given.pop()
        if keep is not None and not (isinstance(keep, ast.Constant) and keep.value is False):
            raise self._refuse(
                node,
                Words("an axis of length 1 is not kept", "不支持保留长度为 1 的轴"),
                Words(
                    "use softmax or logsumexp, which need no shift here",
                    "请直接用 softmax 或 logsumexp，这里不需要平移",
                ),
            )
        if found is None or (isinstance(found, ast.Constant) and found.value is None):
            return -1 if name in MAP else None
        axis = found.value if isinstance(found, ast.Constant) else None
        if isinstance(found, ast.UnaryOp) and isinstance(found.operand, ast.Constant):
            axis = -1 if found.operand.value == 1 else None
        if axis not in (0, 1, -1) or not along:
            raise self._refuse(
                node,
                Words("this axis is not read", "不支持这个 axis"),
                Words("axis is 0, 1 or -1", "axis 可以是 0、1 或 -1"),
            )
        return int(axis)

    def _norm(
        self, node: ast.Call, given: list[ast.expr], options: dict[str, ast.expr]
    ) -> tuple[str, list[ast.expr]]:
        order = options.pop("ord", options.pop("p", None))
        if order is None and len(given) == 2:
            order = given.pop()
        if order is None:
            return "norm2", given
        value = order.value if isinstance(order, ast.Constant) else _last(order)
        names = {2: "norm", "fro": "normF", "nuc": "nucnorm", "inf": "norminf"}
        if value == 1 and isinstance(value, int):
            self.notes.append(
                Words(
                    "norm(x, 1) is read as the sum of absolute values, for a vector",
                    "norm(x, 1) 读作绝对值之和，用于向量",
                )
            )
            return "norm1", given
        if not isinstance(value, (int, str)) or value not in names:
            raise self._refuse(
                node,
                Words("this norm is not read", "不支持这种范数"),
                Words(
                    "ord is 1, 2, np.inf, 'fro' or 'nuc'", "ord 可以是 1、2、np.inf、'fro'、'nuc'"
                ),
            )
        return names[value], given

    def _slogdet(self, node: ast.Call) -> int:
        """Return log(abs(det(A))), the second value of slogdet."""
        if len(node.args) != 1:
            raise self._refuse(
                node, Words("slogdet takes one matrix", "slogdet 需要一个矩阵"), None
            )
        of = self.expr(node.args[0])
        for name in ("det", "abs", "log"):
            of = self._push("call", name, (of,), node)
        return of

    # -- nodes and errors ----------------------------------------------------------------------

    def _push(
        self,
        kind: NodeKind,
        name: str,
        args: tuple[int, ...],
        node: ast.AST,
        *,
        subscripts: tuple[str, ...] = (),
        binds: tuple[Index, ...] = (),
    ) -> int:
        start, stop = self._span(node)
        at = (start, stop)
        self.nodes.append(Node(kind, name, args, start, stop, at, subscripts, binds))
        return len(self.nodes) - 1

    def _span(self, node: ast.AST) -> tuple[int, int]:
        """Return the characters of a node; Python counts bytes."""
        ends: list[int] = []
        for row, column in (
            (getattr(node, "lineno", 1), getattr(node, "col_offset", 0)),
            (getattr(node, "end_lineno", 1), getattr(node, "end_col_offset", 1)),
        ):
            line = self.lines[min(row, len(self.lines)) - 1] if self.lines else b""
            ends.append(self.starts[row - 1] + len(line[:column].decode(errors="ignore")))
        return ends[0], max(ends)

    def _refuse(self, node: ast.AST, what: Words, attempt: Words | None) -> LossmithError:
        place = Place(self.text, *self._span(node), self.source)
        return ParseError(what, attempt=attempt, place=place)

    def _no_statement(self, node: ast.stmt) -> LossmithError:
        word = type(node).__name__.lower()
        start, stop = self._span(node)
        line = self.text.find("\n", start)
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
            place=Place(self.text, start, stop if line < 0 else min(stop, line), self.source),
        )
        return error

    def _no_function(self, node: ast.Call, name: str) -> LossmithError:
        close = get_close_matches(name, sorted(self.known), n=3, cutoff=0.6)
        listed = ", ".join(close)
        return UnknownAtom(
            Words(f"there is no function named {name}", f"没有名为 {name} 的函数"),
            attempt=Words(f"did you mean {listed}?", f"是不是想写 {listed}？") if close else None,
            place=Place(self.text, *self._span(node.func), self.source),
        )


def _numbers(node: ast.expr) -> tuple[str, ...]:
    """Return the whole numbers of a subscript, () if it is anything else."""
    parts = node.elts if isinstance(node, ast.Tuple) else [node]
    values = [p.value if isinstance(p, ast.Constant) else None for p in parts]
    plain = [str(v) for v in values if isinstance(v, int) and not isinstance(v, bool) and v >= 0]
    return tuple(plain) if len(plain) == len(parts) else ()


def _last(node: ast.expr) -> str:
    """Return the last name of ``np.linalg.norm``."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _is_module(node: ast.expr) -> bool:
    """Return whether an expression is a module: np, np.linalg, torch.nn.functional."""
    while isinstance(node, ast.Attribute) and node.attr in _MODULES:
        node = node.value
    return isinstance(node, ast.Name) and node.id in _MODULES
