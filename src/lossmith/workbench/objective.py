"""One formula with its variables; it asks the rooms below and keeps their answers.

Nothing is computed until it is asked for, and nothing is computed twice. What needs NumPy is
imported when numbers are asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from lossmith.calculus.floats import for_floats
from lossmith.calculus.structure import structure as structure_of
from lossmith.errors import LossmithError, UsageError
from lossmith.expr.node import Expr
from lossmith.text.parse import Formula, parse, parse_function
from lossmith.text.writing.printing import to_latex, to_text, to_unicode
from lossmith.words import Words, same
from lossmith.workbench.certified import Certified
from lossmith.workbench.variables import conventional_variables, names_in, symbol_named

if TYPE_CHECKING:
    from lossmith.solve.result import Result
    from lossmith.view.card import Card
    from lossmith.workbench.model import Model
    from lossmith.workbench.step_bound import StepBound


def objective(
    text: str | Callable[..., object],
    declare: str | Mapping[str, str] = "",
    wrt: str | tuple[str, ...] | list[str] = "",
    *,
    source: str = "",
    columns: Collection[str] = (),
) -> Objective:
    """Return the objective that a formula states.

    text: a formula (text, LaTeX or Python dialect), or a function of NumPy calls, which is read
    from its source and never run.  declare: kinds, sizes and assumptions, one text or {name: text}.
    wrt: the variables (names, or text with commas); chosen by convention and noted if empty.
    columns: names of columns of the data at hand: an undeclared scalar of such a name is read as
      the vector of the column, where the formula allows it.
    Raises: ParseError, ShapeError, DomainError, UnknownAtom, UsageError, each with its place.
    """
    _refuse_other_than_text(text, declare)
    if callable(text):
        formula = parse_function(text, declare=declare, source=source)
    else:
        formula = parse(text, declare=declare, source=source)
    names = names_in(wrt) or list(formula.variables)
    notes: tuple[Words, ...] = ()
    if columns and isinstance(text, str):
        formula, notes = _with_columns(formula, text, declare, {*columns} - {*names}, source)
    if not names:
        names = conventional_variables(formula)
        listed = ", ".join(names)
        notes = (
            *notes,
            Words(
                f"variable: {listed} (by convention; choose with wrt)",
                f"变量：{listed}（按惯例选定；可用 wrt 指定）",
            ),
        )
    return Objective(formula, tuple(symbol_named(formula, n) for n in names), notes)


def _with_columns(
    formula: Formula,
    text: str,
    declare: str | Mapping[str, str],
    columns: Collection[str],
    source: str,
) -> tuple[Formula, tuple[Words, ...]]:
    """Return the formula with its free scalars that are columns of the data read as vectors."""
    loose = [
        s.name
        for s in formula.symbols
        if s.name in columns and not s.shape and s.name not in formula.declared
    ]
    if not loose:
        return formula, ()
    vectors = [s for s in formula.symbols if s.name in columns and len(s.shape) == 1]
    size = vectors[0].shape[0] if vectors else "n"
    told = {name: f"vector({size})" for name in loose}
    if isinstance(declare, str):
        declare = "; ".join([declare, *(f"{n}: {t}" for n, t in told.items())])
    else:
        declare = {**declare, **told}
    try:
        found = parse(text, declare=declare, source=source)
    except LossmithError:
        return formula, ()  # it asks for a number there
    if found.expr.shape != formula.expr.shape:
        return formula, ()
    listed = ", ".join(loose)
    note = Words(f"{listed}: read as a column of the data", f"{listed}：读作数据中的一列")
    return found, (note,)


def _refuse_other_than_text(text: object, declare: object) -> None:
    """Refuse a formula or a declaration that is no text.  Raises: UsageError."""
    if not isinstance(text, str) and not callable(text):
        kind, example = type(text).__name__, 'objective("norm2(X*w - y)^2")'
        raise UsageError(
            Words(f"a formula is a text, not {kind}", f"公式应为文本，而不是 {kind}"),
            attempt=same(example),
        )
    entries = declare.values() if isinstance(declare, Mapping) else (declare,)
    if not all(isinstance(entry, str) for entry in entries):
        raise UsageError(
            Words("declarations are texts", "声明应为文本"),
            attempt=same('declare="lam: scalar >= 0" or declare={"lam": "scalar >= 0"}'),
        )


class Objective(Certified):
    """A formula, its variables, and everything that can be asked of it."""

    @cached_property
    def _model(self) -> Model:
        from lossmith.workbench.model import model

        self._scalar()
        return model(self)

    def model(self) -> Model:
        """Return what is assumed when this is minimized: noise law, link, priors, proved."""
        return self._model

    @property
    def likelihood(self) -> Model:
        """What is assumed when this is minimized: ``model()`` by the name of what it holds."""
        return self.model()

    def code(self, target: str = "numpy") -> str:
        """Return source that runs without Lossmith: value, gradient, Hessian, Hessian times v.

        target: a name of ``emit.table``: numpy, numba, jax, torch, c, latex, markdown, boosting.
        Raises: UsageError for another name, or if the target cannot express the formula.
        """
        from lossmith.emit.request import Request
        from lossmith.emit.table import target_named

        chosen = target_named(target)
        functions: dict[str, Expr] = {"value": self.normalized}
        structure = None
        if len(self.wrt) != 1:
            functions |= {d.entry: d.expr for d in self.gradients.values()}
            functions |= {d.entry: d.expr for d in self.hessians.values()}
        else:
            variable = self._one_variable()
            functions["gradient"] = self.gradients[variable.name,].expr
            functions["hessian"] = self.hessians[variable.name, variable.name].expr
            functions["hvp"] = self._product(variable, self._direction(variable))
            if variable.shape:
                structure = structure_of(for_floats(functions["hessian"]))
        write = to_latex if chosen.notation == "latex" else to_unicode
        shown = functions | ({"value": self.expr} if chosen.notation == "latex" else {})
        verdict = self.curvature() if chosen.proofs else None
        computed = functions
        if chosen.notation != "latex":
            computed = {name: for_floats(e) for name, e in functions.items()}
        request = Request(
            computed,
            self.formula.symbols,
            self.wrt,
            title=f"Functions of f = {to_text(self.expr)}",
            docs={name: write(e) for name, e in shown.items()},
            names={s.name: write(s) for s in self.formula.symbols},
            convex=verdict is not None
            and verdict.status == "proved"
            and verdict.label in ("convex", "affine"),
            smooth=None if verdict is None else verdict.smooth.value,
            differentiable=chosen.proofs and not self.kinks,
            structure=structure,
        )
        return chosen.emit(request).text

    # -- the card ------------------------------------------------------------------------------

    def explain(
        self,
        values: Mapping[str, Any] | None = None,
        sizes: Mapping[str, int] | None = None,
    ) -> Card:
        """Return the card: reading, derivatives, curvature, kinks, minimum, step, floats.

        values: arrays by name, for the numbers of the step bound.  sizes: lengths that none fixes.
        """
        from lossmith.workbench.cards import explained

        return explained(self, values, sizes)

    @property
    def title(self) -> Words:
        """The formula as the heading of its cards."""
        return same(f"f = {to_unicode(self.expr)}")

    def step_bound(
        self, *, sizes: Mapping[str, int] | None = None, fully: bool = False, **values: Any
    ) -> StepBound | None:
        """Return L, m and the step bounds at the given values, enclosed; None if no L was proved.

        sizes: lengths that no array fixes.  fully: also near the minimizer, and with scaled data.
        Raises: DataError if L needs a value that is not given; UsageError for data too large.
        """
        from lossmith.workbench.step_bound import step_bound

        self._scalar()
        return step_bound(self, values, sizes or {}, fully=fully)

    # -- solving -----------------------------------------------------------------------------

    def solve(
        self,
        *,
        x0: Any = None,
        method: str = "",
        sizes: Mapping[str, int] | None = None,
        max_iter: int | None = None,
        on_step: Callable[[Any], object] | None = None,
        **values: Any,
    ) -> Result:
        """Return the result of minimizing the formula over its variables.

        values: arrays of all other symbols, by name.  x0: where to begin, an array (one variable)
        or arrays by name.  method: a name of ``solve.table``, else chosen from what was proved.
        sizes: lengths that no array fixes.  on_step: called with each point of the trace.
        Never raises because it did not converge: see ``Result.status``.
        """
        from lossmith.solve.formula import Proved
        from lossmith.solve.method import Options
        from lossmith.solve.plan import solve

        self._scalar()
        self._refuse_variables(values)
        if max_iter is not None and max_iter < 1:
            raise UsageError(
                Words("max_iter must be at least 1", "max_iter 至少为 1"),
                why=Words(f"it is {max_iter}", f"现在是 {max_iter}"),
            )
        verdict = self.curvature()
        proved = Proved(
            convex=verdict.status == "proved" and verdict.label in ("convex", "affine"),
            strong=0.0 if verdict.strong.value is None else verdict.strong.value,
            smooth=verdict.smooth.value,
            differentiable=not self.kinks,
        )
        begin = x0 if x0 is None or isinstance(x0, Mapping) else {self._one_variable().name: x0}
        options = Options() if max_iter is None else Options(iterations=max_iter)
        return solve(
            self.expr,
            self.wrt,
            values,
            sizes=sizes,
            proved=proved,
            method=method,
            start=begin,
            options=options,
            on_step=on_step,
        )

    def _refuse_variables(self, values: Mapping[str, Any]) -> None:
        """Refuse values of what is solved for.  Raises: UsageError."""
        for s in self.wrt:
            if s.name in values:
                raise UsageError(
                    Words(f"{s.name} is solved for, not given", f"{s.name} 是待求的变量，不能给定"),
                    attempt=Words(
                        "x0 (--x0) for the start; wrt (--wrt) chooses other variables",
                        "用 x0（--x0）指定起点，或用 wrt（--wrt）另选变量",
                    ),
                )

    def read_data(
        self,
        path: str,
        *,
        target: str = "",
        features: str | Sequence[str] = "",
        standardize: bool = False,
        labels: str = "",
    ) -> tuple[dict[str, Any], tuple[Words, ...]]:
        """Return values of the symbols from a data file, and notes on which column became what.

        See ``run.data.read`` for the options.
        """
        from lossmith.run.data import read

        table = read(path, target, features, labels=labels, standardize=standardize)
        data = [s for s in self.formula.symbols if s not in self.wrt]
        values, notes = table.assign(data)
        return dict(values), table.notes + notes

    def to_json(self) -> dict[str, Any]:
        """Return the formula, its variables and the kinds of its symbols as plain data."""
        from lossmith.view.explain import types

        return {
            "formula": self.formula.text,
            "wrt": [s.name for s in self.wrt],
            "types": dict(types(self.formula)),
        }

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        from lossmith.workbench.cards import explained, read

        return (read(self) if self.expr.shape else explained(self))._repr_mimebundle_()

    def __str__(self) -> str:
        names = ", ".join(to_unicode(s) for s in self.wrt)
        return f"f({names}) = {to_unicode(self.expr)}"

    def __repr__(self) -> str:
        return str(self)
