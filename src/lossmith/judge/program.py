"""A gradient function in Python against its loss: shapes and broadcasting, then values.

The two functions are run (they are the user's own) on small random arrays. If both can be read as
formulas, their agreement is proved or refuted like that of any line; else it is shown by central
differences, and said to be no proof.
"""

from __future__ import annotations

import inspect
import linecache
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np

from lossmith.calculus.gradient import gradient
from lossmith.errors import LossmithError, UsageError
from lossmith.expr.node import Expr, Symbol
from lossmith.judge.broadcasting import Traced, Watch, stretched
from lossmith.judge.context import described
from lossmith.judge.equality import Equality, equal
from lossmith.judge.lines import Document, Line
from lossmith.judge.report import Explanation, Judged, Judgment, Outcome, Report
from lossmith.judge.subject import Subject
from lossmith.text.parse import Formula, parse_function
from lossmith.words import Words

_SIZES: Final = (4, 3, 2, 5, 6)
_STEP: Final = 1e-6
_CLOSE: Final = 1e-5
"""Central differences of step 1e-6 carry an error of about 1e-9 times the values at hand."""

_NAMED: Final[Mapping[str, tuple[str, ...]]] = {
    "X": ("n", "d"), "A": ("n", "d"), "w": ("d",), "theta": ("d",), "beta": ("d",), "y": ("n",),
    "x": ("d",), "b": (), "lam": (), "W": ("d", "k"), "Y": ("n", "k"),
}  # fmt: skip
"""Shapes that these names have nearly everywhere, for functions that cannot be read."""


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
        return Report(document, (first, self._gradient(lines[1], values)))

    def _line(self, k: int) -> Line:
        function = (self.loss, self.grad)[k]
        text = f"{self.names[k]}{inspect.signature(function)}"
        return Line(k + 1, text, self.names[k], text, "=", "text", (0, 0), self.rows[k])

    def _values(self) -> dict[str, Any]:
        """Return random arrays for all parameters; sizes differ, so that a mix-up shows."""
        rng = np.random.default_rng(20260101)
        symbols = {s.name: s for s in self.formula.symbols} if self.formula else {}
        sizes: dict[str, int] = {}
        found: dict[str, Any] = {}
        for name in dict.fromkeys((*self.parameters, *self.asked)):
            s = symbols.get(name)
            shape = s.shape if s is not None else _NAMED.get(name)
            if shape is None:
                default = inspect.signature(self.loss).parameters.get(name)
                if default is not None and default.default is not inspect.Parameter.empty:
                    continue
                raise UsageError(
                    Words(f"the shape of {name} is not known", f"不知道 {name} 的形状"),
                    why=Words("the loss cannot be read as a formula", "损失函数无法读成公式"),
                    attempt=Words(
                        f"--declare '{name}: vector(n)'", f"--declare '{name}: vector(n)'"
                    ),
                )
            extent = tuple(
                d if isinstance(d, int) else sizes.setdefault(d, _SIZES[len(sizes) % len(_SIZES)])
                for d in shape
            )
            found[name] = self._draw(s, extent, rng)
        return found

    def _draw(self, s: Symbol | None, extent: tuple[int, ...], rng: Any) -> Any:
        value = rng.integers(-16, 17, size=extent) / 8 + 1 / 16
        a = s.assumptions if s is not None else None
        if a is not None and a.values is not None:
            value = rng.choice([float(v) for v in a.values], size=extent)
        elif a is not None and (a.interval.lo is not None or a.interval.hi is not None):
            lo = float(a.interval.lo) if a.interval.lo is not None else None
            hi = float(a.interval.hi) if a.interval.hi is not None else None
            unit = rng.uniform(0.1, 0.9, size=extent)
            if lo is not None and hi is not None:
                value = lo + (hi - lo) * unit
            else:
                value = lo + unit * 2 if lo is not None else (hi or 0.0) - unit * 2
        return value if extent else float(value)

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

    def _gradient(self, line: Line, values: dict[str, Any]) -> Judged:
        watch = Watch(self.path)
        subject = Subject("derivative", self.names[0], order=1)
        try:
            found = np.asarray(self.grad(**self._given(self.asked, values, watch)), dtype=float)
        except Exception as problem:
            if isinstance(problem, ValueError) and re.search(_SHAPES, str(problem)):
                words = Words(f"the shapes do not fit: {problem}", f"形状不相容：{problem}")
                return Judged(
                    line, subject, "wrong", shape=Judgment("refuted", words=words),
                    explanations=tuple(_as_slip(w) for w in stretched(watch)),
                )  # fmt: skip
            return self._unread(line, subject, problem)
        name = self._variable(found, values)
        subject = Subject("derivative", self.names[0], wrt=(name,), order=1)
        wanted = np.shape(values[name])
        slips = tuple(_as_slip(w) for w in stretched(watch))
        if found.shape != wanted:
            words = Words(
                f"the shape is {found.shape}, that of {name} is {wanted}",
                f"形状是 {found.shape}，而 {name} 的形状是 {wanted}",
            )
            if found.ndim == 2 and found.shape[::-1] == wanted:
                slips = (*slips, Explanation("whole-transposed", _TRANSPOSED))
            return Judged(
                line, subject, "wrong", shape=Judgment("refuted", words=words), explanations=slips
            )
        numeric = self._differences(name, values)
        apart = _first_apart(found, numeric)
        proof = self._proved(name)
        if slips:
            return Judged(
                line, subject, "wrong", shape=Judgment("refuted", words=_BROADCAST),
                explanations=slips,
            )  # fmt: skip
        if apart is not None:
            words = Words(
                f"entry {apart} is {found[apart]:.6g}, central differences of the loss give "
                f"{numeric[apart]:.6g}",
                f"第 {apart} 个元素是 {found[apart]:.6g}，"
                f"而损失的中心差分给出 {numeric[apart]:.6g}",
            )
            equality = proof[0] if proof is not None and proof[0].status == "refuted" else None
            status = "refuted" if equality is not None else "shown"
            return Judged(
                line, subject, "wrong", None, proof[1] if proof else None, None,
                Judgment(status, equality, words), Judgment("shown"),
                (Explanation("", words), *_factor(found, numeric)),
            )  # fmt: skip
        outcome: Outcome = "shown"
        truth = Judgment("shown", words=_NUMBERS)
        if proof is not None and proof[0].status == "proved":
            outcome, truth = "ok", Judgment("proved", proof[0])
        return Judged(
            line, subject, outcome, None, None, None, truth, Judgment("shown"), (),
            () if outcome == "ok" else (_NUMBERS,),
        )  # fmt: skip

    def _variable(self, found: Any, values: Mapping[str, Any]) -> str:
        if self.wrt:
            if self.wrt not in values:
                raise UsageError(
                    Words(f"the loss has no argument {self.wrt}", f"损失没有参数 {self.wrt}")
                )
            return self.wrt
        for name in (*("w", "theta", "beta", "W"), *self.parameters):
            if name in values and np.shape(values[name]) == found.shape:
                return name
        usual = [n for n in ("w", "theta", "beta", "W", "x") if n in values]
        return usual[0] if usual else self.parameters[0]

    def _differences(self, name: str, values: dict[str, Any]) -> Any:
        """Return the gradient of the loss by central differences."""
        x = np.array(values[name], dtype=float)
        result = np.zeros_like(x)
        for k in np.ndindex(x.shape):
            sides: list[float] = []
            for h in (_STEP, -_STEP):
                moved = x.copy()
                moved[k] += h
                given = {n: values[n] for n in self.parameters if n in values}
                given[name] = moved if x.ndim else float(moved)
                sides.append(float(np.asarray(self.loss(**given)).reshape(())))
            result[k] = (sides[0] - sides[1]) / (2 * _STEP)
        return result

    def _proved(self, name: str) -> tuple[Equality, Expr] | None:
        """Return the exact comparison, if both functions can be read as formulas."""
        if self.formula is None or self.formula.expr.shape:
            return None
        told = {s.name: s for s in self.formula.symbols}
        if name not in told:
            return None
        declare = {s.name: described(s) for s in self.formula.symbols}
        try:
            formula = parse_function(self.grad, declare=declare)
            truth = gradient(self.formula.expr, told[name]).end
        except LossmithError:
            return None
        if formula.expr.shape != truth.shape:
            return None
        return equal(truth, formula.expr, away=True), truth

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


def _as_slip(words: Words) -> Explanation:
    return Explanation("silent-broadcasting", words)


def _first_apart(found: Any, wanted: Any) -> tuple[int, ...] | None:
    """Return the first entry that differs by more than the error of the differences."""
    scale = 1 + float(np.max(np.abs(wanted), initial=0.0))
    for k in np.ndindex(found.shape):
        if not abs(found[k] - wanted[k]) <= _CLOSE * scale:
            return k
    return None


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
_TRANSPOSED: Final = Words("this is the transpose", "这是转置")
_BROADCAST: Final = Words(
    "two shapes were silently stretched to a larger one", "两个形状被静默地扩展成了更大的形状"
)
_NUMBERS: Final = Words(
    "agrees with central differences of the loss at a random point (shown, not proved)",
    "在一个随机点处与损失的中心差分相符（数值验证，不是证明）",
)
