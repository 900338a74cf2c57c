"""A tiny evaluator of the text dialect, written apart from the parser, for the printers' tests.

Vectors are columns (n, 1), rows (1, n). ``vector(1)`` and ``eye`` without a size adapt to their
neighbors. ``sum(i, ...)`` and ``tensor(i, j, ...)`` bind indices; an index runs until an entry is
out of range.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

import numpy as np
from numpy_values import FUNCTIONS

_TOKEN = re.compile(r"\s*(\d+\.?\d*|[A-Za-z_]\w*|\.\*|\./|\.\^|>=|<=|==|!=|[-+*/^()\[\],'&<>:])")


@dataclass
class Value:
    """kind: s, c (column), r (row), m, t (tensor); eye: the multiple of an unsized unit matrix."""

    kind: str
    array: np.ndarray
    eye: float | None = None


class OutOfRange(Exception):
    pass


def read(text, values, sizes, shape):
    """Return the array that the text stands for, in the given shape."""
    reader = _Reader(_TOKEN.findall(text), values, sizes, shape)
    assert "".join(reader.tokens) == text.replace(" ", "")
    result = reader.expression({})
    assert reader.at == len(reader.tokens), text
    if result.eye is not None:
        return result.eye * np.eye(shape[0])
    array = result.array
    if result.kind in "cr":
        array = array.reshape(-1)
    elif result.kind == "s":
        array = array.reshape(())
    return np.broadcast_to(array, shape)


def _scalar(x):
    return Value("s", np.asarray(x, float).reshape(1, 1))


class _Reader:
    def __init__(self, tokens, values, sizes, shape):
        self.tokens, self.values, self.sizes, self.shape = tokens, values, sizes, shape
        self.at = 0

    def peek(self):
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, token=None):
        found = self.peek()
        assert token is None or found == token, (found, token, self.tokens)
        self.at += 1
        return found

    # condition < sum < product < minus < power and transpose
    def condition(self, env):
        left = self.comparison(env)
        while self.peek() == "&":
            self.take()
            left = left & self.comparison(env)
        return left

    def comparison(self, env):
        left = self.expression(env)
        relation = self.take()
        right = self.expression(env)
        compare = {
            ">": np.greater, ">=": np.greater_equal, "<": np.less, "<=": np.less_equal,
            "==": np.equal, "!=": np.not_equal,
        }[relation]  # fmt: skip
        return compare(left.array, right.array)

    def expression(self, env):
        left = self.term(env)
        while self.peek() in ("+", "-"):
            sign = 1 if self.take() == "+" else -1
            left = _plus(left, _times(_scalar(sign), self.term(env)))
        return left

    def term(self, env):
        left = self.signed(env)
        while self.peek() in ("*", "/", ".*", "./"):
            operator = self.take()
            right = self.signed(env)
            if operator in ("*", ".*"):
                left = _times(left, right) if operator == "*" else _entrywise(left, right)
            else:
                assert operator == "./" or right.kind == "s"
                inverse = Value(right.kind, 1 / right.array)
                left = _times(left, inverse) if operator == "/" else _entrywise(left, inverse)
        return left

    def signed(self, env):
        if self.peek() == "-":
            self.take()
            return _times(_scalar(-1), self.signed(env))
        return self.postfix(env)

    def postfix(self, env):
        left = self.primary(env)
        while self.peek() in ("'", "^", ".^", "["):
            operator = self.take()
            if operator == "'":
                turned = {"c": "r", "r": "c"}.get(left.kind, left.kind)
                left = Value(turned, left.array.T, left.eye)
            elif operator == "[":
                left = self.entry(left, env)
            else:
                exponent = self.primary(env)
                assert operator == ".^" or left.kind == exponent.kind == "s"
                p = exponent.array
                base = left.array
                # Printed exponents with an odd denominator mean the real root.
                if np.any(base < 0) and p.size == 1 and float(p.item()) % 1:
                    base, sign = np.abs(base), np.sign(base)
                    left = Value(left.kind, sign * base**p)
                else:
                    left = Value(left.kind if exponent.kind == "s" else exponent.kind, base**p)
        return left

    def entry(self, value, env):
        names = [self.take()]
        while self.peek() == ",":
            self.take()
            names.append(self.take())
        self.take("]")
        if value.eye is not None:
            return _scalar(value.eye * (env[names[0]] == env[names[1]]))
        array = value.array.reshape(-1) if value.kind in "cr" else value.array
        assert array.ndim == len(names)
        for name, size in zip(names, array.shape, strict=True):
            if env[name] >= size:
                raise OutOfRange(name)
        return _scalar(array[tuple(env[n] for n in names)])

    def primary(self, env):
        token = self.take()
        if token == "(":
            inner = self.expression(env)
            self.take(")")
            return inner
        if token[0].isdigit():
            return _scalar(float(token))
        if self.peek() == "(" and token not in self.values:
            self.take()
            result = self.call(token, env)
            self.take(")")
            return result
        if token == "eye":
            return Value("m", np.zeros((1, 1)), 1.0)
        if token in self.values:
            array = np.asarray(self.values[token], float)
            if array.ndim == 1:
                return Value("c", array[:, None])
            return Value("sxm"[array.ndim], array.reshape(1, 1) if not array.ndim else array)
        return _scalar(self.sizes[token])

    def call(self, name, env):
        bound = self.bound_names(name)
        if bound:
            return self.binder(name, bound, env)
        if name in ("if", "cases"):
            return self.choice(env)
        if name in ("eye", "vector", "matrix"):
            return self.constant(name, env)
        args = [self.expression(env)]
        while self.peek() == ",":
            self.take()
            args.append(self.expression(env))
        return _function(name, args)

    def constant(self, name, env):
        args = [self.expression(env)]
        while self.peek() == ",":
            self.take()
            args.append(self.expression(env))
        numbers = [a.array.item() for a in args]
        if name == "eye":
            return Value("m", np.eye(int(numbers[0])))
        sizes = [int(k) for k in numbers[1:]] or [1] * (1 if name == "vector" else 2)
        shape = (*sizes, 1) if name == "vector" else tuple(sizes)
        return Value("c" if name == "vector" else "m", np.full(shape, numbers[0]))

    def choice(self, env):
        rows = []
        while True:
            mark = self.at
            value = self.expression(env)
            if self.peek() == ")":
                break
            self.at = mark
            holds = self.condition(env)
            self.take(",")
            rows.append((holds, self.expression(env)))
            self.take(",")
        kinds = {v.kind for _, v in rows} | {value.kind}
        kind = next((k for k in "mcr" if k in kinds), "s")
        array = value.array
        for holds, then in reversed(rows):
            array = np.where(holds, then.array, array)
        return Value("c" if kind == "s" and array.size > 1 else kind, array)

    def bound_names(self, name):
        if name not in ("sum", "tensor"):
            return []
        names, k = [], self.at
        while self.tokens[k + 1] == "," and self.tokens[k].isidentifier():
            names.append(self.tokens[k])
            k += 2
        if names:
            self.at = k
        return names

    def body(self, env):
        mark = self.at
        try:
            return self.expression(env)
        finally:
            self.stop, self.at = self.at, mark

    def extent(self, name, others, env):
        for k in itertools.count():
            assert k < 50, "an index without an end"
            try:
                self.body({**env, **dict.fromkeys(others, 0), name: k})
            except OutOfRange as out:
                if out.args[0] != name:
                    raise
                return k
        raise AssertionError

    def binder(self, name, bound, env):
        if name == "tensor" and len(bound) == len(self.shape):
            extents = self.shape
        else:
            extents = [self.extent(b, [o for o in bound if o != b], env) for b in bound]
        result = np.zeros(extents)
        for where in itertools.product(*(range(k) for k in extents)):
            result[where] = self.body({**env, **dict(zip(bound, where, strict=True))}).array.item()
        self.at = self.stop
        if name == "sum":
            return _scalar(result.sum())
        return Value("t", result)


def _plus(a, b):
    if a.eye is not None and b.eye is not None:
        return Value("m", a.array, a.eye + b.eye)
    if a.eye is not None:
        a, b = b, a
    if b.eye is not None:
        return Value("m", a.array + b.eye * np.eye(len(a.array)))
    return Value(_joint(a, b), a.array + b.array)


def _entrywise(a, b):
    return Value(_joint(a, b), a.array * b.array)


def _joint(a, b):
    assert "s" in (a.kind, b.kind) or a.kind == b.kind, (a, b)
    return b.kind if a.kind == "s" else a.kind


def _times(a, b):
    if "s" in (a.kind, b.kind):
        scale, other = (a, b) if a.kind == "s" else (b, a)
        eye = None if other.eye is None else other.eye * scale.array.item()
        return Value(other.kind, scale.array * other.array, eye)
    kinds = {"mm": "m", "mc": "c", "rm": "r", "rc": "s", "cr": "m"}
    left, right = a.array, b.array
    inner = max(left.shape[1], right.shape[0])
    left = np.broadcast_to(left, (left.shape[0], inner))
    right = np.broadcast_to(right, (inner, right.shape[1]))
    return Value(kinds[a.kind + b.kind], left @ right)


def _function(name, args):
    x = args[0]
    if name == "sum":
        return _scalar(x.array.sum())
    if name == "norm1":
        return _scalar(np.abs(x.array).sum())
    if name in ("norm2", "normF"):
        assert (x.kind == "m") == (name == "normF")
        return _scalar(np.sqrt((x.array**2).sum()))
    if name == "tr":
        return _scalar(np.trace(x.array))
    if name == "diag":
        if x.kind == "m":
            return Value("c", np.diag(x.array)[:, None])
        return Value("m", np.diag(x.array.reshape(-1)))
    if name == "sqrt":
        return Value(x.kind, np.sqrt(x.array))
    if name in ("softmax", "logsumexp", "maxentry") and x.kind in "cr":
        flat = FUNCTIONS[name](x.array.reshape(-1))
        return Value(x.kind, flat.reshape(x.array.shape)) if flat.ndim else _scalar(flat)
    result = FUNCTIONS[name](*(a.array for a in args))
    if np.ndim(result) == 0:
        return _scalar(result)
    kind = next((a.kind for a in args if a.kind != "s"), "s")
    return Value(kind, result)
