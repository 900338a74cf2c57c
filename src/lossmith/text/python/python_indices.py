"""Indices in Python code: sums by ``for``, entries and rows, and constant subscripts."""

from __future__ import annotations

import ast

from lossmith.errors import LossmithError, Place
from lossmith.text.python.python_names import NAMES
from lossmith.text.python.python_tape import Tape, last_name
from lossmith.text.syntax.constant_indices import entry_name
from lossmith.text.syntax.tokens import Index
from lossmith.words import Words


def sum_over(tape: Tape, node: ast.Call, body: ast.GeneratorExp | ast.ListComp) -> int:
    """Return the sum of ``sum(f(x[i]) for i in range(n))`` and of ``zip(x, y)``."""
    name = NAMES.get(last_name(node.func), last_name(node.func))
    if name not in ("sum", "mean", "max", "min", "prod"):
        raise tape.refuse(node, Words("this call is not read", "不支持这个调用"), None)
    outer, local = dict(tape.indices), dict(tape.local)
    binds: list[Index] = []
    for part in body.generators:
        binds.append(enter_loop(tape, part))
    inner = tape.read(body.elt)
    tape.indices, tape.local = outer, local
    for b in reversed(binds):
        inner = tape.push("bind", name, (inner,), node, binds=(b,))
    return inner


def enter_loop(tape: Tape, part: ast.comprehension) -> Index:
    """Return the index of one ``for``; its names are bound from here on."""
    over, target = part.iter, part.target
    call = over if isinstance(over, ast.Call) and isinstance(over.func, ast.Name) else None
    word = call.func.id if call is not None and isinstance(call.func, ast.Name) else ""
    if call is not None and word == "range" and isinstance(target, ast.Name):
        first, short = _range(call.args)
        skipped = _skipped(tape, part, target.id)
        if 1 <= len(call.args) <= 2 and not (skipped and (first or short)) and first >= 0:
            index = Index(target.id, skipped, first=first + 1, short=short)
            tape.indices[target.id] = index
            return index
        after = _after(tape, call.args)
        if after and not skipped:
            index = Index(target.id, after=after)
            tape.indices[target.id] = index
            return index
    if call is not None and word == "zip" and isinstance(target, ast.Tuple) and not part.ifs:
        names = [t.id for t in target.elts if isinstance(t, ast.Name)]
        if len(names) == len(target.elts) == len(call.args):
            index = _fresh_index(tape)
            for name, of in zip(names, call.args, strict=True):
                root = tape.read(of)
                tape.local[name] = tape.push("entry", "[]", (root,), of, subscripts=(index.name,))
            return index
    if isinstance(target, ast.Name) and isinstance(over, ast.Name) and not part.ifs:
        index = _fresh_index(tape)
        root = tape.read(over)
        entry = tape.push("entry", "[]", (root,), over, subscripts=(index.name,))
        tape.local[target.id] = entry
        return index
    raise tape.refuse(
        over,
        Words("this loop is not read", "不支持这种循环"),
        Words("write for i in range(n), or zip(x, y)", "请写 for i in range(n) 或 zip(x, y)"),
    )


def _range(args: list[ast.expr]) -> tuple[int, int]:
    """Return the first value of ``range(1, n - 2)`` and what its end lacks; (-1, 0) of others."""
    first = 0
    if len(args) == 2:
        first = args[0].value if isinstance(args[0], ast.Constant) else -1
    end = args[-1] if args else None
    short = 0
    match end:
        case ast.BinOp(op=ast.Sub(), right=ast.Constant(value=int(k))):
            short = k
        case _:
            pass
    return (first, short) if isinstance(first, int) and short >= 0 else (-1, 0)


def _after(tape: Tape, args: list[ast.expr]) -> tuple[str, ...]:
    """Return the index that ``range(i + 1, n)`` begins behind."""
    name, offset = _moved(args[0]) if len(args) == 2 else ("", 0)
    return (name,) if name in tape.indices and offset == 1 else ()


def _skipped(tape: Tape, part: ast.comprehension, name: str) -> tuple[str, ...]:
    """Return the other index of ``if j != i``."""
    skipped: list[str] = []
    for test in part.ifs:
        match test:
            case ast.Compare(
                left=ast.Name(id=a), ops=[ast.NotEq()], comparators=[ast.Name(id=b)]
            ) if name in (a, b) and (other := b if a == name else a) in tape.indices:
                skipped.append(other)
            case _:
                raise tape.refuse(test, Words("this condition is not read", "不支持这个条件"), None)
    return tuple(skipped)


def _fresh_index(tape: Tape) -> Index:
    taken = {*tape.indices, *tape.local, *(n.name for n in tape.nodes)}
    name = next(c for c in ("i", "j", "k", "l", "i1", "i2", "i3") if c not in taken)
    index = Index(name)
    tape.indices[name] = index
    return index


def bound_indices(tape: Tape, node: ast.Subscript) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Return the subscripts of ``x[i+1]``, ``X[i, :]`` and what is added, () if one is unbound."""
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    found: list[str] = []
    offsets: list[int] = []
    for part in parts:
        name, offset = _moved(part)
        offsets.append(offset)
        if name in tape.indices:
            found.append(name)
        elif isinstance(part, ast.Slice) and not (part.lower or part.upper or part.step):
            found.append(":")
        else:
            return (), ()
    if len(found) == 2 and found[1] == ":":
        found.pop()  # a row of one axis, as NumPy has it
    if set(found) == {":"}:
        return (), ()
    return tuple(found), tuple(offsets[: len(found)]) if any(offsets) else ()


def _moved(node: ast.expr) -> tuple[str, int]:
    """Return the index of ``i``, ``i + 1``, ``i - 1`` and what is added to it, "" of the rest."""
    match node:
        case ast.Name(id=name):
            return name, 0
        case ast.BinOp(
            left=ast.Name(id=name), op=ast.Add() | ast.Sub(), right=ast.Constant(value=int(k))
        ):
            return name, k if isinstance(node.op, ast.Add) else -k
        case _:
            return "", 0


def of_whole(tape: Tape, node: ast.Subscript) -> bool:
    """Return whether a subscript is taken of a value that is read by itself."""
    return bool(bound_indices(tape, node)[0]) or _part(node.slice) is not None


def subscript(tape: Tape, node: ast.Subscript, done: dict[ast.expr, int]) -> int:
    """Return the node of ``x[i]``, ``x[0]``, ``X.shape[0]`` or ``slogdet(A)[1]``."""
    subscripts, offsets = bound_indices(tape, node)
    if subscripts:
        of = (done[node.value],)
        return tape.push("entry", "[]", of, node, subscripts=subscripts, offsets=offsets)
    index = node.slice.value if isinstance(node.slice, ast.Constant) else None
    if isinstance(node.slice, ast.UnaryOp) and isinstance(node.slice.operand, ast.Constant):
        index = -1 if node.slice.operand.value == 1 else None
    value = node.value
    if isinstance(value, ast.Attribute) and value.attr == "shape" and index in (0, 1, -1):
        return tape.push("call", f"size|{index}", (done[value.value],), node)
    if isinstance(value, ast.Call) and last_name(value.func) == "slogdet" and index == 1:
        return slogdet(tape, value)
    if isinstance(value, ast.Call) and last_name(value.func) == "eigvalsh" and index in (0, -1):
        # They come in rising order; those of a matrix that is not symmetric in none.
        of = tuple(tape.read(a) for a in value.args[:1])
        return tape.push("call", "lambda_max" if index else "lambda_min", of, node)
    if isinstance(value, ast.Call) and last_name(value.func) in ("svd", "svdvals") and index == 0:
        plain = [k for k in value.keywords if k.arg == "compute_uv"]
        if plain or last_name(value.func) == "svdvals":
            return tape.push("call", "specnorm", (tape.read(value.args[0]),), node)
    new_axis = _new_axis(node.slice)
    if new_axis is not None:
        return tape.push("call", f"expand|{new_axis}", (tape.read(value),), node)
    numbers = _numbers(node.slice)
    if isinstance(value, ast.Name) and numbers and value.id not in tape.local:
        return _entry(tape, node, value.id, numbers)
    part = _part(node.slice)
    if part is not None:
        axis, first, last = part
        of = done[value]
        if isinstance(node.slice, ast.Tuple):
            of = tape.push("call", "part|matrix", (of,), value)
        return tape.push("call", f"slice|{first}|{last}|{axis}", (of,), node)
    if any(isinstance(part, ast.Slice) for part in ast.walk(node.slice)):
        raise no_neighbors(tape, node)
    raise tape.refuse(
        node,
        Words("an entry or slice of an array is not read", "不支持取数组的元素或切片"),
        Words(
            "use operations on whole arrays, or index notation in the text dialect",
            "请用整体运算，或在文本写法中用下标记法",
        ),
    )


def _part(node: ast.expr) -> tuple[int, int, int] | None:
    """Return the axis of ``X[1:, :]`` and how many entries it leaves out at each end."""
    slices = node.elts if isinstance(node, ast.Tuple) else [node]
    found = [(k, ends) for k, s in enumerate(slices) if (ends := _ends(s)) is not None]
    whole = [s for s in slices if isinstance(s, ast.Slice) and not (s.lower or s.upper or s.step)]
    if len(found) != 1 or len(whole) != len(slices) - 1 or len(slices) > 2:
        return None
    axis, (first, last) = found[0]
    return axis, first, last


def _ends(node: ast.expr) -> tuple[int, int] | None:
    """Return how many entries ``x[1:-2]`` leaves out at each end, None of other slices."""
    if not isinstance(node, ast.Slice) or node.step is not None:
        return None
    first = 0 if node.lower is None else _whole_number(node.lower)
    last = 0 if node.upper is None else -(_whole_number(node.upper) or 0)
    fits = first is not None and first >= 0 and last >= 0 and (node.upper is None or last > 0)
    return (first, last) if fits and first is not None and first + last > 0 else None


def _whole_number(node: ast.expr) -> int | None:
    sign = 1
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        sign, node = -1, node.operand
    value = node.value if isinstance(node, ast.Constant) else None
    return sign * value if isinstance(value, int) and not isinstance(value, bool) else None


def no_neighbors(tape: Tape, node: ast.AST) -> LossmithError:
    """A part of an array: ``x[1:]``, ``np.diff(x)``."""
    return tape.refuse(
        node,
        Words("a part of an array is not read", "不支持取数组的一部分"),
        Words(
            "x[1:], x[:-1], X[1:, :] and np.diff(X, axis=0) are read; of anything else write the "
            "text formula sum(i, sum(j, abs(X[i+1,j] - X[i,j])))",
            "可读的有 x[1:]、x[:-1]、X[1:, :] 与 np.diff(X, axis=0)；其他情形请用文本写法 "
            "sum(i, sum(j, abs(X[i+1,j] - X[i,j])))",
        ),
    )


def _entry(tape: Tape, node: ast.Subscript, array: str, numbers: tuple[str, ...]) -> int:
    """Return the symbol x0 for x[0]; x may not stand whole beside it."""
    name = entry_name(array, numbers)
    tape.entries.setdefault(array, {})[f"{array}[{', '.join(numbers)}]"] = name
    tape.places.setdefault(array, Place(tape.text, *tape.span(node), tape.source))
    return tape.push("name", name, (), node)


def slogdet(tape: Tape, node: ast.Call) -> int:
    """Return log(abs(det(A))), the second value of slogdet."""
    if len(node.args) != 1:
        raise tape.refuse(node, Words("slogdet takes one matrix", "slogdet 需要一个矩阵"), None)
    of = tape.read(node.args[0])
    for name in ("det", "abs", "log"):
        of = tape.push("call", name, (of,), node)
    return of


def _new_axis(node: ast.expr) -> int | None:
    """Return which axis of ``x[:, None]`` or ``x[np.newaxis, :]`` is new, None for the rest."""
    parts = node.elts if isinstance(node, ast.Tuple) else []
    none = [
        (isinstance(p, ast.Constant) and p.value is None) or last_name(p) == "newaxis"
        for p in parts
    ]
    whole = [isinstance(p, ast.Slice) and not (p.lower or p.upper or p.step) for p in parts]
    if none == [False, True] and whole[0]:
        return 1
    return 0 if none == [True, False] and whole[1] else None


def _numbers(node: ast.expr) -> tuple[str, ...]:
    """Return the whole numbers of a subscript, () if it is anything else."""
    parts = node.elts if isinstance(node, ast.Tuple) else [node]
    values = [p.value if isinstance(p, ast.Constant) else None for p in parts]
    plain = [str(v) for v in values if isinstance(v, int) and not isinstance(v, bool) and v >= 0]
    return tuple(plain) if len(plain) == len(parts) else ()
