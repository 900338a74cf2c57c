"""A gradient function in Python against its loss: shapes and broadcasting, then values.

The two functions are run (they are the user's own) on small random arrays. If both can be read as
formulas, their agreement is proved or refuted like that of any line; else it is shown by central
differences, and said to be no proof.
"""

from __future__ import annotations

import inspect
import linecache
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np

from lossmith.calculus.gradient import gradient
from lossmith.errors import LossmithError, UsageError
from lossmith.expr.node import Expr
from lossmith.judge.broadcasting import Traced, Watch, stretched
from lossmith.judge.described import described
from lossmith.judge.equality import Equality, equal
from lossmith.judge.lines import Document, Line
from lossmith.judge.program_arrays import differences, drawn, first_apart
from lossmith.judge.program_outputs import output
from lossmith.judge.program_slips import named
from lossmith.judge.report import Explanation, Judged, Judgment, Report
from lossmith.judge.subject import Subject
from lossmith.text.parse import Formula, parse_function
from lossmith.words import Words


def load(path: str, text: str, names: tuple[str, str]) -> tuple[Callable[..., Any], ...]:
    """Return two functions of a Python file, which is run for that.

    Raises: UsageError if the file does not run or lacks a function.
    """
    space: dict[str, Any] = {"__name__": "__lossmith__", "__file__": path}
    linecache.cache[path] = (len(text), None, text.splitlines(keepends=True), path)
    try:
        exec(compile(text, path, "exec"), space)
    except Exception as problem:
        raise UsageError(
            Words(f"{path} cannot be run", f"无法运行 {path}"),
            why=Words(
                f"{type(problem).__name__}: {problem}", f"{type(problem).__name__}: {problem}"
            ),
        ) from problem
    found = [space.get(name) for name in names]
    for name, function in zip(names, found, strict=True):
        if not callable(function):
            known = ", ".join(k for k, v in space.items() if inspect.isfunction(v))
            raise UsageError(
                Words(f"{path} has no function {name}", f"{path} 中没有函数 {name}"),
                why=Words(f"its functions are {known}", f"其中的函数有 {known}"),
            )
    return tuple(f for f in found if callable(f))


def judge_program(
    path: str, text: str, names: tuple[str, str], *, wrt: str = "", declare: str = ""
) -> Report:
    """Return the verdicts on a gradient function: shape, broadcasting, values.

    names: of the loss and of the gradient.  wrt: the variable; by its shape if empty.
    """
    loss, grad = load(path, text, names)
    return _Comparison(path, loss, grad, names, wrt, declare).run()


class _Comparison:
    """One loss function and its gradient function."""

    def __init__(
        self,
        path: str,
        loss: Callable[..., Any],
        grad: Callable[..., Any],
        names: tuple[str, str],
        wrt: str,
        declare: str,
    ) -> None:
        self.path, self.loss, self.grad, self.names = path, loss, grad, names
        self.wrt, self.declare = wrt, declare
        self.formula = self._formula(loss)
        self.rows = [_first_row(loss), _first_row(grad)]
        self.parameters = list(inspect.signature(loss).parameters)
        self.asked = list(inspect.signature(grad).parameters)

    def _formula(self, function: Callable[..., Any]) -> Formula | None:
        try:
            return parse_function(function, declare=self.declare)
        except LossmithError:
            return None

    # -- the two lines -------------------------------------------------------------------------

    def run(self) -> Report:
        lines = [self._line(k) for k in (0, 1)]
        document = Document(tuple(lines), self.declare, source=self.path)
        subject = Subject("value", self.names[0])
        values = self._values()
        watch = Watch(self.path)
        try:
            value = self.loss(**self._given(self.parameters, values, watch))
        except Exception as problem:
            return self._broken(document, 0, subject, problem)
        first = Judged(lines[0], subject, "definition", None, notes=tuple(stretched(watch)))
        if np.size(value) != 1:
            words = Words(
                f"the loss is an array of shape {np.shape(value)}, it must be a number",
                f"损失的值是形状为 {np.shape(value)} 的数组，应为一个数",
            )
            first = Judged(
                lines[0], subject, "wrong", shape=Judgment("refuted", words=words),
                explanations=tuple(_as_slip(w) for w in stretched(watch)),
            )  # fmt: skip
            return Report(document, (first,))
        if watch.seen:
            found = tuple(_as_slip(w) for w in stretched(watch))
            first = Judged(
                lines[0], subject, "wrong", explanations=found,
                shape=Judgment("refuted", words=_BROADCAST),
            )  # fmt: skip
        judged = self._gradients(lines[1], values)
        found = replace(document, lines=(lines[0], *(j.line for j in judged)))
        return Report(found, (first, *judged))

    def _line(self, k: int) -> Line:
        function = (self.loss, self.grad)[k]
        text = f"{self.names[k]}{inspect.signature(function)}"
        return Line(k + 1, text, self.names[k], text, "=", "text", (0, 0), self.rows[k])

    def _values(self, seed: int = 0, spread: float = 1.0) -> dict[str, Any]:
        names = tuple(dict.fromkeys((*self.parameters, *self.asked)))
        known = {s.name: s for s in self.formula.symbols} if self.formula else {}
        return drawn(names, known, self.loss, seed, spread)

    def _given(self, names: list[str], values: Mapping[str, Any], watch: Watch) -> dict[str, Any]:
        given: dict[str, Any] = {}
        for name in names:
            if name not in values:
                continue
            v = values[name]
            if np.ndim(v):
                traced = np.array(v).view(Traced)
                traced.watch = watch
                v = traced
            given[name] = v
        return given

    # -- the gradient --------------------------------------------------------------------------

    def _gradients(self, line: Line, values: dict[str, Any]) -> tuple[Judged, ...]:
        """Judge what the gradient function returns: one array, or one for each variable."""
        watch = Watch(self.path)
        subject = Subject("derivative", self.names[0], order=1)
        try:
            returned = self.grad(**self._given(self.asked, values, watch))
            found = [np.asarray(part, dtype=float) for part in _parts(returned)]
        except Exception as problem:
            if isinstance(problem, ValueError) and re.search(_SHAPES, str(problem)):
                words = Words(f"the shapes do not fit: {problem}", f"形状不相容：{problem}")
                told = tuple(_as_slip(w) for w in stretched(watch))
                told = told or self._names(self._usual(values), 0, fits=False)
                shape = Judgment("refuted", words=words)
                return (Judged(line, subject, "wrong", shape=shape, explanations=told),)
            return (self._unread(line, subject, problem),)
        slips = tuple(_as_slip(w) for w in stretched(watch))
        judged: list[Judged] = []
        taken: list[str] = []
        for k, part in enumerate(found):
            name = self._variable(part, values, taken)
            taken.append(name)
            own = line if k == 0 else replace(line, number=line.number + k)
            judged.append(self._output(own, k, part, name, values, slips))
        return tuple(judged)

    def _output(
        self, line: Line, k: int, found: Any, name: str, values: dict[str, Any],
        slips: tuple[Explanation, ...],
    ) -> Judged:  # fmt: skip
        """Judge one array that the gradient function returns."""
        subject = Subject("derivative", self.names[0], wrt=(name,), order=1)
        wanted = np.shape(values[name])
        if found.shape != wanted:
            words = Words(
                f"the shape is {found.shape}, that of {name} is {wanted}",
                f"形状是 {found.shape}，而 {name} 的形状是 {wanted}",
            )
            if found.ndim == 2 and found.shape[::-1] == wanted:
                slips = (*slips, Explanation("whole-transposed", _TRANSPOSED))
            elif found.ndim > len(wanted) and found.size == max(1, np.prod(wanted, dtype=int)):
                slips = (*slips, Explanation("axis-kept", _KEPT))
            else:
                slips = (*slips, *self._names(name, k, fits=False))
            shape = Judgment("refuted", words=words)
            return Judged(line, subject, "wrong", shape=shape, explanations=slips)
        proof = self._proved(name, k)
        if slips:
            shape = Judgment("refuted", words=_BROADCAST)
            return Judged(line, subject, "wrong", shape=shape, explanations=slips)
        if proof is not None and proof[0].status == "proved":
            truth = Judgment("proved", proof[0])
            return Judged(line, subject, "ok", truth=truth, shape=Judgment("shown"))
        apart = self._apart(k, found, name, values)
        if apart is not None:
            return self._wrong(line, subject, name, k, apart, proof)
        return Judged(
            line, subject, "shown", truth=Judgment("shown", words=_NUMBERS),
            shape=Judgment("shown"), notes=(_NUMBERS,),
        )  # fmt: skip

    def _apart(
        self, k: int, found: Any, name: str, values: dict[str, Any]
    ) -> tuple[tuple[int, ...], Any, Any] | None:
        """Return an entry, the gradient and the differences where they disagree, at any point.

        Points far out are tried too: a case may be right for small residuals alone.
        """
        for trial, spread in enumerate(_SPREADS):
            try:
                if trial:
                    values = self._values(trial, spread)
                    returned = self.grad(**self._given(self.asked, values, Watch(self.path)))
                    found = np.asarray(_parts(returned)[k], dtype=float)
                numeric = differences(self.loss, self.parameters, name, values)
                at = {n: values[n] for n in self.parameters if n in values}
                value = abs(float(np.asarray(self.loss(**at)).reshape(())))
            except Exception:
                if not trial:
                    raise
                continue
            if not np.isfinite(numeric).all() or not np.isfinite(found).all():
                continue
            if found.shape == numeric.shape and (entry := first_apart(found, numeric, value)):
                return entry[0], found, numeric
        return None

    def _wrong(
        self, line: Line, subject: Subject, name: str, k: int,
        apart: tuple[tuple[int, ...], Any, Any], proof: tuple[Equality, Expr, Expr] | None,
    ) -> Judged:  # fmt: skip
        entry, found, numeric = apart
        words = Words(
            f"entry {entry} is {found[entry]:.6g}, central differences of the loss give "
            f"{numeric[entry]:.6g}",
            f"第 {entry} 个元素是 {found[entry]:.6g}，而损失的中心差分给出 {numeric[entry]:.6g}",
        )
        equality = proof[0] if proof is not None and proof[0].status == "refuted" else None
        told = self._names(name, k, fits=True) if equality is not None else ()
        if not told:
            told = _factor(found, numeric)
        holds = bool(told) and told[0].slip == "missing-assumption"
        return Judged(
            line, subject, "conditional" if holds else "wrong", proof[2] if equality and proof else
            None, proof[1] if proof else None, None,
            Judgment("shown" if equality is None else "refuted", equality, words),
            Judgment("shown"), (Explanation("", words), *told),
        )  # fmt: skip

    def _names(self, name: str, k: int, *, fits: bool) -> tuple[Explanation, ...]:
        """Return the slips of the gradient function, if the loss can be read as a formula."""
        if self.formula is None or self.formula.expr.shape:
            return ()
        told = {s.name: s for s in self.formula.symbols}
        if name not in told:
            return ()
        declare = {s.name: described(s) for s in self.formula.symbols}
        expr: Expr | None = None
        try:
            truth = gradient(self.formula.expr, told[name]).end
            grad = output(self.grad, k)
            expr = parse_function(grad, declare=declare).expr if fits else None
        except LossmithError:
            return ()
        return named(grad, declare, self.formula.expr, told[name], truth, expr)

    def _usual(self, values: Mapping[str, Any]) -> str:
        usual = [n for n in (self.wrt, *_USUAL) if n in values]
        return usual[0] if usual else self.parameters[0]

    def _variable(self, found: Any, values: Mapping[str, Any], taken: Sequence[str] = ()) -> str:
        if self.wrt and not taken:
            if self.wrt not in values:
                raise UsageError(
                    Words(f"the loss has no argument {self.wrt}", f"损失没有参数 {self.wrt}")
                )
            return self.wrt
        for name in (*_USUAL, *self.parameters):
            fits = name in values and np.shape(values[name]) == found.shape
            if fits and name not in taken:
                return name
        return self._usual(values)

    def _proved(self, name: str, k: int) -> tuple[Equality, Expr, Expr] | None:
        """Return the exact comparison, if both functions can be read as formulas."""
        if self.formula is None or self.formula.expr.shape:
            return None
        told = {s.name: s for s in self.formula.symbols}
        if name not in told:
            return None
        declare = {s.name: described(s) for s in self.formula.symbols}
        try:
            formula = parse_function(output(self.grad, k), declare=declare)
            truth = gradient(self.formula.expr, told[name]).end
        except LossmithError:
            return None
        if formula.expr.shape != truth.shape:
            return None
        return equal(truth, formula.expr, away=True), truth, formula.expr

    # -- what does not run ---------------------------------------------------------------------

    def _broken(self, document: Document, k: int, subject: Subject, problem: Exception) -> Report:
        return Report(document, (self._unread(document.lines[k], subject, problem),))

    def _unread(self, line: Line, subject: Subject, problem: Exception) -> Judged:
        told = f"{type(problem).__name__}: {problem}"
        error = UsageError(
            Words(f"{line.left} does not run", f"{line.left} 无法运行"), why=Words(told, told)
        )
        return Judged(line, subject, "unread", error=error)


def _first_row(function: Callable[..., Any]) -> int:
    code = getattr(function, "__code__", None)
    return code.co_firstlineno if code is not None else 0


def _parts(returned: Any) -> tuple[Any, ...]:
    """Return the arrays of a gradient function: of a tuple, or of a dictionary, each its own."""
    if isinstance(returned, dict):
        return tuple(returned.values())
    return returned if isinstance(returned, tuple) else (returned,)


def _as_slip(words: Words) -> Explanation:
    return Explanation("silent-broadcasting", words)


def _factor(found: Any, wanted: Any) -> tuple[Explanation, ...]:
    """Return the factor between two arrays, if it is one simple number."""
    where = np.abs(wanted) > 1e-6
    if not where.any():
        return ()
    ratios = (found[where] / wanted[where]).ravel()
    r = float(ratios[0])
    if np.max(np.abs(ratios - r)) > 1e-4 * (1 + abs(r)) or abs(r) < 1e-9:
        return ()
    if abs(r + 1) < 1e-4:
        return (Explanation("sign-of-whole", _SIGN),)
    return (
        Explanation(
            "constant-factor",
            Words(f"it is {r:.6g} times the true gradient", f"它是真实梯度的 {r:.6g} 倍"),
        ),
    )


_SHAPES: Final = r"mismatch|shape|dimension|broadcast|aligned"
_SIGN: Final = Words("the sign of the whole is reversed", "整个式子的符号反了")
_USUAL: Final = ("w", "theta", "beta", "W", "x")
_SPREADS: Final = (1.0, 1.0, 3.0, 3.0, 8.0)
"""How far the values of the random points reach."""
_KEPT: Final = Words(
    "an axis of length 1 was kept (keepdims, reshape(-1, 1), [:, None]): in an update the two "
    "shapes would be stretched to a matrix",
    "多保留了一个长度为 1 的轴（keepdims、reshape(-1, 1)、[:, None]）："
    "更新参数时两个形状会被扩展成矩阵",
)
_TRANSPOSED: Final = Words("this is the transpose", "这是转置")
_BROADCAST: Final = Words(
    "two shapes were silently stretched to a larger one", "两个形状被静默地扩展成了更大的形状"
)
_NUMBERS: Final = Words(
    "agrees with central differences of the loss at a random point (shown, not proved)",
    "在一个随机点处与损失的中心差分相符（数值验证，不是证明）",
)
