"""One formula with its variables; it asks the rooms below and keeps their answers.

Nothing is computed until it is asked for, and nothing is computed twice. What needs NumPy is
imported when numbers are asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from lossmith.calculus.floats import for_floats
from lossmith.calculus.gauss_newton import gauss_newton
from lossmith.calculus.gradient import gradient, hessian, hvp, jacobian
from lossmith.calculus.inverse import inverse_derivative
from lossmith.calculus.normalize import normalize
from lossmith.calculus.reverify import reverify
from lossmith.calculus.structure import structure as structure_of
from lossmith.errors import LossmithError, UsageError
from lossmith.expr import build
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.types import shape_text
from lossmith.text.parse import Formula, parse, parse_function
from lossmith.text.printing import to_latex, to_text, to_unicode
from lossmith.words import Words, same
from lossmith.workbench.derivative import Blocks, Derivative, single
from lossmith.workbench.variables import conventional_variables, names_in, symbol_named

if TYPE_CHECKING:
    from lossmith.evidence.certificate import Constant, Verdict
    from lossmith.evidence.region import Confined
    from lossmith.prove.blocks import Lattice
    from lossmith.prove.domain import Domain
    from lossmith.prove.kinks import Kink
    from lossmith.prove.quasi import Quasi
    from lossmith.prove.stationary import Stationary
    from lossmith.solve.result import Result
    from lossmith.text.condition import Condition
    from lossmith.view.card import Card
    from lossmith.view.proof import Proof
    from lossmith.workbench.model import Model
    from lossmith.workbench.numbers import Numbers
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


@dataclass(frozen=True, repr=False)
class Objective:
    """A formula, its variables, and everything that can be asked of it."""

    formula: Formula
    wrt: tuple[Symbol, ...]
    notes: tuple[Words, ...] = ()

    @property
    def expr(self) -> Expr:
        """The formula as an expression."""
        return self.formula.expr

    def _scalar(self) -> None:
        if self.expr.shape:
            size = shape_text(self.expr.shape)
            raise UsageError(
                Words(
                    f"an objective is a number; this formula has shape {size}",
                    f"目标函数应当是一个数；此公式的形状是 {size}",
                ),
                attempt=Words(
                    "put sum(...) or norm2(...)^2 around it", "外面加 sum(...) 或 norm2(...)^2"
                ),
            )

    # -- derivatives -----------------------------------------------------------------------

    @cached_property
    def gradients(self) -> Mapping[tuple[str, ...], Derivative]:
        """The gradient with respect to each variable, verified numerically."""
        self._scalar()
        found: dict[tuple[str, ...], Derivative] = {}
        for s in self.wrt:
            d = gradient(self.expr, s, self.formula.free.get(s.name))
            found[(s.name,)] = Derivative(self._derivative_at, d, f"gradient_{s.name}", reverify(d))
        return found

    @cached_property
    def hessians(self) -> Mapping[tuple[str, ...], Derivative]:
        """The second derivative with respect to each pair of variables, verified numerically."""
        found: dict[tuple[str, ...], Derivative] = {}
        for a in self.wrt:
            first = self.gradients[(a.name,)].derivation
            for b in self.wrt:
                free = self.formula.free.get(a.name)
                d = hessian(self.expr, a, free) if a is b else jacobian(first.end, b)
                names = (a.name, b.name)
                entry = f"hessian_{a.name}_{b.name}"
                found[names] = Derivative(self._derivative_at, d, entry, reverify(d))
        return found

    @property
    def gradient(self) -> Derivative | Blocks:
        """The gradient: one derivative, or a block for each variable."""
        return single(self.gradients)

    @property
    def hessian(self) -> Derivative | Blocks:
        """The Hessian: one derivative, or a block for each pair of variables."""
        return single(self.hessians)

    @property
    def jacobian(self) -> Derivative | Blocks:
        """The Jacobian: axes of the formula, then of the variable; a block for each variable."""
        return single(self.jacobians())

    def jacobians(self, order: int = 1) -> Mapping[tuple[str, ...], Derivative]:
        """Return the derivative of this order by each variable, each verified numerically.

        order: 1, 2, 3 ...; axes: those of the formula, then those of the variable, order times.
        """
        if order not in self._jacobians:
            found: dict[tuple[str, ...], Derivative] = {}
            for s in self.wrt:
                if order == 1:
                    d = jacobian(self.expr, s, self.formula.free.get(s.name))
                else:
                    d = jacobian(self.jacobians(order - 1)[(s.name,)].expr, s)
                entry = f"jacobian_{s.name}" if order == 1 else f"derivative_{order}_{s.name}"
                found[(s.name,)] = Derivative(self._derivative_at, d, entry, reverify(d))
            self._jacobians[order] = found
        return self._jacobians[order]

    @cached_property
    def _jacobians(self) -> dict[int, Mapping[tuple[str, ...], Derivative]]:
        return {}

    def inverse_derivatives(self) -> Mapping[tuple[str, ...], Derivative]:
        """Return the derivative of the inverse function at f(x), for each variable by itself."""
        return {
            names: replace(
                d, derivation=inverse_derivative(d.derivation), entry=f"inverse_{d.entry}"
            )
            for names, d in self.jacobians().items()
        }

    def gauss_newton(self, wrt: str = "") -> Derivative:
        """Return J' H J for f = h(r(w)), the Hessian without the second derivative of r.

        wrt: the variable, if there are several.
        """
        s = symbol_named(self.formula, wrt) if wrt else self._one_variable()
        found = gauss_newton(self.expr, s)
        checks = [reverify(part) for part in found.parts]
        weakest = next((c for c in checks if not c.confirmed), checks[-1])
        entry = f"gauss_newton_{s.name}"
        return Derivative(self._derivative_at, found.derivation, entry, weakest)

    # -- curvature ---------------------------------------------------------------------------

    def curvature(self, wrt: str | tuple[str, ...] | list[str] = "") -> Verdict:
        """Return the verdict on curvature, jointly in the variables (all of them by default)."""
        from lossmith.prove.prover import curvature

        chosen = self._chosen(wrt)
        if chosen not in self._verdicts:
            self._scalar()
            self._verdicts[chosen] = curvature(self.expr, chosen, formula=self.formula.text)
        return self._verdicts[chosen]

    @cached_property
    def _verdicts(self) -> dict[tuple[Symbol, ...], Verdict]:
        return {}

    def _chosen(self, wrt: str | tuple[str, ...] | list[str]) -> tuple[Symbol, ...]:
        return tuple(symbol_named(self.formula, n) for n in names_in(wrt)) or self.wrt

    def curvature_on(
        self, values: Mapping[str, Any], sizes: Mapping[str, int] | None = None
    ) -> Verdict | None:
        """Return the verdict with numbers put in: for this lambda, or on this small data set.

        values: by name; decimals mean what they show.  None if they are too many to be put in.
        """
        from lossmith.workbench.given import curvature_on

        self._scalar()
        return curvature_on(self, values, sizes or {})

    def curvature_within(
        self, on: str, wrt: str | tuple[str, ...] | list[str] = ""
    ) -> tuple[Confined, tuple[Condition, ...]]:
        """Return the verdict on the set where conditions hold, and the conditions as read.

        on: inequalities and equations, "norm2(w) <= 1; sum(w) = 1".  Undecided on a set that is
        not convex; its dent is then the evidence.
        """
        from lossmith.evidence.region import Inequality
        from lossmith.prove.region import curvature_within
        from lossmith.text.condition import read_conditions

        self._scalar()
        conditions = read_conditions(on, self.formula)
        inside = [Inequality(g, c.strict) for c in conditions for g in c.parts]
        found = curvature_within(self.expr, self._chosen(wrt), inside, self.formula.text)
        return found, conditions

    def proof(self, wrt: str | tuple[str, ...] | list[str] = "") -> Proof:
        """Return the evidence of ``curvature(wrt)`` told in sentences: text, LaTeX and HTML.

        For what is neither convex nor concave the proofs of ``quasi`` are told too.
        """
        from lossmith.view.proof import Proof

        verdict = self.curvature(wrt)
        curved = verdict.status == "proved"
        return Proof(verdict, self.formula, () if curved else self.quasi(wrt).certificates)

    def lipschitz(self, wrt: str | tuple[str, ...] | list[str] = "") -> Constant:
        """Return K with |f(a) - f(b)| <= K |a - b|, Euclidean norms, and its certificate."""
        from lossmith.prove.lipschitz import lipschitz

        return lipschitz(self.expr, self._chosen(wrt), self.formula.text)

    def quasi(self, wrt: str | tuple[str, ...] | list[str] = "") -> Quasi:
        """Return the proofs found that the formula is quasiconvex, quasiconcave, log-concave."""
        from lossmith.prove.quasi import quasi

        chosen = self._chosen(wrt)
        if chosen not in self._level_sets:
            self._scalar()
            self._level_sets[chosen] = quasi(self.expr, chosen, self.formula.text)
        return self._level_sets[chosen]

    @cached_property
    def _level_sets(self) -> dict[tuple[Symbol, ...], Quasi]:
        return {}

    def blocks(
        self,
        wrt: str | tuple[str, ...] | list[str] = "",
        *,
        signs: str | tuple[str, ...] | list[str] = "",
    ) -> Lattice:
        """Return the verdict for every nonempty subset of the variables, at most four of them.

        signs: names of symbols whose signs (or listed values) are told apart, one case for each
        choice of them outside a block; without it, signs under which a failing block passes are
        looked for and proved.
        """
        from lossmith.prove.blocks import lattice

        self._scalar()
        told_apart = [symbol_named(self.formula, n) for n in names_in(signs)]
        return lattice(self.expr, self._chosen(wrt), signs=told_apart, formula=self.formula.text)

    def is_convex(self) -> Verdict:
        """Return whether the formula is convex: a verdict on that question alone."""
        from lossmith.prove.prover import is_convex

        return is_convex(self.expr, self.wrt, formula=self.formula.text)

    def is_concave(self) -> Verdict:
        """Return whether the formula is concave: a verdict on that question alone."""
        from lossmith.prove.prover import is_concave

        return is_concave(self.expr, self.wrt, formula=self.formula.text)

    @cached_property
    def domain(self) -> Domain:
        """Where the formula is defined: the conditions its functions put on their arguments."""
        from lossmith.prove.domain import domain

        return domain(self.expr)

    @cached_property
    def kinks(self) -> tuple[Kink, ...]:
        """Where the formula has no derivative."""
        from lossmith.prove.kinks import kinks

        return kinks(self.expr, self.wrt)

    def stationary(
        self,
        box: str = "",
        values: Mapping[str, Any] | None = None,
        sizes: Mapping[str, int] | None = None,
    ) -> Stationary:
        """Return the stationary points, each proved to be there and classified.

        box: bounds of the variables in the declaration language ("x in [-3, 3]"); the declared
        sets if empty.  values: numbers for the data, taken as the decimals they show; a variable
        with axes is then written out entry by entry (w1, w2 ...).
        """
        from lossmith.prove.instance import listed, with_numbers
        from lossmith.prove.stationary import stationary
        from lossmith.text.declare import read_declarations

        self._scalar()
        bounds = read_declarations(box)
        for name in bounds:
            symbol_named(self.formula, name)
        inside = {s: bounds[s.name].assumptions.interval for s in self.wrt if s.name in bounds}
        if not values and not sizes:
            return stationary(self.expr, self.wrt, inside or None)
        given = {symbol_named(self.formula, name): listed(v) for name, v in (values or {}).items()}
        e, letters = with_numbers(self.expr, self.wrt, given, sizes or {})
        wrt = tuple(x for s in self.wrt for x in letters[s])
        each = {x: inside[s] for s in inside for x in letters[s]}
        return stationary(e, wrt, each or None)

    @cached_property
    def _model(self) -> Model:
        from lossmith.workbench.model import model

        self._scalar()
        return model(self)

    def model(self) -> Model:
        """Return what is assumed when this is minimized: noise law, link, priors, proved."""
        return self._model

    # -- numbers -----------------------------------------------------------------------------

    @cached_property
    def normalized(self) -> Expr:
        """The formula in the stable form that code is made from."""
        return normalize(self.expr).end

    @cached_property
    def _numbers(self) -> Numbers:
        from lossmith.workbench.numbers import Numbers

        return Numbers(self.formula.symbols)

    def _derivative_at(self, entry: str, expr: Expr, values: Mapping[str, Any]) -> Any:
        return self._numbers.call(entry, expr, values)

    def __call__(self, **values: Any) -> float:
        """Return the value of the formula at the given values (arrays by name)."""
        return self._numbers.call("value", self.normalized, values)

    def hvp(self, direction: Any, **values: Any) -> Any:
        """Return the Hessian times a direction (one variable), without forming the Hessian."""
        variable = self._one_variable()
        v = self._direction(variable)
        product = self._product(variable, v)
        return self._numbers.call("hvp", product, {**values, v.name: direction}, extra=(v,))

    def _product(self, variable: Symbol, v: Symbol) -> Expr:
        return hvp(self.expr, variable, v, self.formula.free.get(variable.name)).end

    def _one_variable(self) -> Symbol:
        if len(self.wrt) != 1:
            raise UsageError(
                Words("this needs one variable", "这里只能有一个变量"),
                attempt=Words(f"--wrt {self.wrt[0].name}", f"--wrt {self.wrt[0].name}"),
            )
        return self.wrt[0]

    def _direction(self, variable: Symbol) -> Symbol:
        taken = {s.name for s in self.formula.symbols}
        name = next(n for n in ("v", "dir", f"d{variable.name}", "direction_") if n not in taken)
        return build.symbol(name, variable.shape)

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

    def upper_hessians(self) -> list[tuple[tuple[str, ...], Derivative]]:
        """Return the blocks on and above the diagonal; the others are their transposes."""
        order = {s.name: k for k, s in enumerate(self.wrt)}
        return [(n, d) for n, d in self.hessians.items() if order[n[0]] <= order[n[1]]]

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
