"""The verdicts on a derivation, line by line.

A line is compared with the line above of the same quantity (does it follow?), with what the
quantity is by its definition (is it true?), and with its shape. The truth of a derivative is
computed by the calculus. A right step from a wrong line is right as a step.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Final

from lossmith.atoms.table import ATOMS
from lossmith.calculus.gradient import jacobian
from lossmith.errors import DomainError, LossmithError, Place, ShapeError, UsageError
from lossmith.expr.build import add, broadcast, const, contract, delta, subtract, transpose, zeros
from lossmith.expr.node import Apply, Const, Expr, Symbol, symbol
from lossmith.expr.sets import REALS, opened
from lossmith.expr.types import Shape, shape_text
from lossmith.expr.walk import postorder, substitute, symbols
from lossmith.judge.calls import with_calls
from lossmith.judge.context import CHANGE, Context, infer_together, uses
from lossmith.judge.equality import equal
from lossmith.judge.explain import explained, misfit
from lossmith.judge.lines import (
    Dialect,
    Document,
    Line,
    dialect_of,
)
from lossmith.judge.normal import normal_form
from lossmith.judge.quotients import replaced
from lossmith.judge.report import Explanation, Judged, Judgment, Outcome, Report
from lossmith.judge.steps import conventions_in, differentiated, judgment, outcome_of, related
from lossmith.judge.subject import Subject, read_left
from lossmith.text.functions import function_names
from lossmith.text.parse import Formula
from lossmith.words import Words

LOSS: Final = "loss"
"""The name of a loss that was given without one."""


def judge(
    document: Document, *, declare: str = "", of: str = "", wrt: str = "", explain: bool = True
) -> Report:
    """Return the verdicts on a document.

    declare: further declarations.  of: the loss, a formula or ``name = formula``.  wrt: variables.
    explain: look for the slip behind a wrong line.
    Raises: ParseError and others where a declaration or the loss itself cannot be read.
    """
    return _Judge(document, declare, of, wrt, explain=explain).run()


@dataclass(slots=True)
class _Trail:
    """The lines of one quantity so far.

    latest: the last line.  right: whether it is true.  forms: all that were proved equal.
    """

    latest: Expr
    right: bool = True
    forms: list[Expr] = field(default_factory=list[Expr])


@dataclass(slots=True)
class _Claim:
    """What a line says, ready to be compared.

    truth: what the quantity is, None if unknown.  above: what the line above says.
    """

    expr: Expr
    truth: Expr | None
    above: Expr | None
    notes: list[Words] = field(default_factory=list[Words])


class _Judge:
    """One document being read."""

    def __init__(
        self, document: Document, declare: str, of: str, wrt: str, *, explain: bool
    ) -> None:
        self.document = document
        self.context = Context()
        self.context.declare(document.declare)
        self.context.declare(declare)
        self.of = of or document.of
        self.asked = [n.strip() for n in (wrt or document.wrt).split(",") if n.strip()]
        self.explain = explain
        self.loss = ""
        self.trails: dict[tuple[object, ...], _Trail] = {}
        self.judged: dict[int, Judged] = {}
        self.subjects: dict[int, Subject] = {}
        self.firsts: dict[str, Line] = {}
        self.notes: list[Words] = []
        self.originals: dict[tuple[object, ...], Expr] = {}
        self.conditions: list[Expr] = []
        self.parameters: dict[str, tuple[str, ...]] = {}
        left_sides = " ".join(line.left for line in document.lines)
        self.primed = set(re.findall(r"(?<![\w\\])([^\W\d_]\w*)['′]", left_sides))

    # -- the whole -------------------------------------------------------------------------------

    def run(self) -> Report:
        """Judge all lines; definitions that a line needs come before it."""
        self._find_definitions()
        self._learn_kinds()
        for _, sentence in self.document.prose:
            self.notes += conventions_in(sentence)
        if self.of:
            self._take_loss()
        for line in self.document.lines:
            self._visit(line)
        ordered = tuple(self.judged[line.number] for line in self.document.lines)
        return Report(self.document, ordered, tuple(dict.fromkeys(self.notes)), self._names())

    def _names(self) -> tuple[tuple[str, Expr], ...]:
        """Return what the arrays defined stand for, written out."""
        found = [d for n, d in self.context.definitions.items() if not self.context.is_stand_in(n)]
        return tuple((d.name, self.context.expanded(d.expr)) for d in found if d.expr.shape)

    def _find_definitions(self) -> None:
        known: set[str] = set(self.context.names)
        for line in self.document.lines:
            if not line.left:
                continue
            subject = read_left(line.left, known, function_names())
            if (
                subject.kind == "value"
                and subject.of not in self.firsts
                and not self._is_gradient(subject.of)
                and not self._is_solution(subject.of, line, known)
            ):
                self.firsts[subject.of] = line
                known.add(subject.of)

    def _is_solution(self, name: str, line: Line, known: set[str]) -> bool:
        """Return whether ``mu = mean(y)`` solves an equation above (or is an update) and defines
        nothing: the name was used before, and a derivative stands in between."""
        if uses(line.right, name):
            return True
        used = False
        for other in self.document.lines:
            if other is line:
                return False
            kind = read_left(other.left, known | {name}, function_names()).kind
            used = used or uses(other.right, name)
            if used and kind in ("derivative", "differential", "expression"):
                return True
        return False

    def _is_gradient(self, name: str) -> bool:
        """Return whether a short name is the gradient or Hessian of a loss that was given."""
        return bool(self.of) and name in _SHORT

    def _learn_kinds(self) -> None:
        dialects: tuple[Dialect, ...] = ("text", "latex")
        for dialect in dialects:
            plain = {
                name: (line.left, line.right)
                for name, line in self.firsts.items()
                if line.dialect == dialect
            }
            if self.of and dialect_of(self.of) == dialect:
                plain[LOSS] = (LOSS, self.of.partition("=")[2] if _is_named(self.of) else self.of)
            infer_together(self.context, plain, dialect)

    def _take_loss(self) -> None:
        name, right = LOSS, self.of
        if _is_named(self.of):
            name, _, right = (part.strip() for part in self.of.partition("="))
        for needed in self._needed(right, None):
            self._visit(needed)
        formula = self.context.read(right, dialect_of(right), source=self.document.source)
        self.context.define(name, formula)
        self.loss = name
        self.trails["value", name, "", (), 0, False] = _Trail(formula.expr)
        self.asked = self.asked or list(formula.variables)

    def _needed(self, text: str, line: Line | None) -> list[Line]:
        """Return the first definitions of names in a text that were not read yet."""
        return [
            first
            for name, first in self.firsts.items()
            if first is not line
            and first.number not in self.judged
            and first.number not in self.subjects
            and uses(text, name)
        ]

    def _visit(self, line: Line) -> None:
        if line.number in self.judged or line.number in self.subjects:
            return
        self.subjects[line.number] = Subject("continued")
        text = line.right if line in self.firsts.values() else f"{line.left} = {line.right}"
        for needed in self._needed(text, line):
            self._visit(needed)
        subject = self._subject(line)
        self.subjects[line.number] = subject
        try:
            if line.relation in ("same", "opposite"):
                self.judged[line.number] = self._optimum(line)
            else:
                self.judged[line.number] = self._judge(line, subject)
        except LossmithError as error:
            located = error
            if error.place is None:
                located = error.located(Place(line.text, 0, len(line.text), self.document.source))
            self.judged[line.number] = Judged(line, subject, "unread", error=located)

    def _subject(self, line: Line) -> Subject:
        subject = read_left(line.left, self.context.names | set(self.firsts), function_names())
        if subject.kind == "continued":
            before = [s for n, s in self.subjects.items() if n < line.number]
            return before[-1] if before else Subject("value", _ANONYMOUS)
        if subject.kind == "value" and self._is_gradient(subject.of):
            order = _SHORT[subject.of]
            return Subject("derivative", order=order, indices=subject.indices)
        return subject

    # -- one line --------------------------------------------------------------------------------

    def _judge(self, line: Line, subject: Subject) -> Judged:
        match subject.kind:
            case "value":
                return self._value(line, subject)
            case "expression":
                return self._rewriting(line, subject)
            case "derivative":
                return self._derivative(line, subject)
            case "differential":
                return self._differential(line, subject)
            case "continued":
                raise _nothing_above()

    def _read(self, line: Line, subject: Subject, like: Shape | None = None) -> Formula:
        text = self._without_calls(line.right, line.dialect)
        text = replaced(text, line.dialect, self._stand_in)
        formula = self.context.read(text, line.dialect, subject.indices, self.document.source, like)
        if subject.kind != "differential":
            for s in formula.symbols:
                inside = s.name[len(CHANGE) :]
                if s.name.startswith(CHANGE) and self.context.is_change(s.name):
                    raise _stray_change(s.name, inside)
        return formula

    def _without_calls(self, text: str, dialect: Dialect) -> str:
        """Return a text with f(2), f'(x) and sigma'(z) as symbols of their own."""

        def call(name: str, primes: int, args: str) -> str:
            named = self.parameters.get(name)
            asked = tuple(a.strip() for a in re.split("[,;]", args))
            if named is None:
                return self._slope_of_card(name, args, dialect) if primes == 1 else ""
            if not primes and asked == named:
                return name
            if len(asked) != len(named) or (primes and len(named) > 1):
                raise _other_arguments(name)
            expr = self._called(name, primes, named, asked, dialect)
            return self.context.stand_in(("call", name, primes, asked), expr)

        text = re.sub(r"(?<![\w\\])([^\W\d_]\w*)('+|′+)(?![\w(])", self._primed, text)
        if dialect == "text":
            text = re.sub(r"(?<![\w\\])([^\W\d_]\w*)(?=\()", self._with_sign, text)
        return with_calls(text, dialect, self.parameters, function_names(), call)

    def _primed(self, found: re.Match[str]) -> str:
        """Read f' as the derivative of f where the document writes derivatives so."""
        name, order = found[1], len(found[2])
        d = self.context.definitions.get(name)
        if name not in self.primed or d is None or d.expr.shape:
            return found[0]
        subject = Subject("derivative", name, "", (), order)
        of, wrt = self._resolved(subject)
        full = replace(subject, of=of, wrt=wrt)
        return self.context.stand_in(full.key, self._true_derivative(full))

    def _with_sign(self, found: re.Match[str]) -> str:
        """Read s(1 - s) as a product where s is a quantity and no function."""
        name = found[0]
        s = self.context.symbol(name)
        if s is None or name in self.parameters or name in function_names():
            return name
        return f"{name}.*" if len(s.shape) == 1 else f"{name}*"

    def _slope_of_card(self, name: str, args: str, dialect: Dialect) -> str:
        """Return a symbol for the derivative of a known function, as in sigmoid'(z)."""
        atom = ATOMS.get({"sigma": "sigmoid", "ln": "log"}.get(name, name))
        if atom is None or atom.arity != 1 or not atom.signature.is_entrywise:
            return ""
        slope = atom.slopes[0]
        if slope is None:
            return ""
        inner = self.context.expanded(self.context.read(args, dialect).expr)
        return self.context.stand_in(("slope", name, args), slope(inner))

    def _called(
        self,
        name: str,
        primes: int,
        named: tuple[str, ...],
        asked: tuple[str, ...],
        dialect: Dialect,
    ) -> Expr:
        """Return f, f' or f'' at other arguments."""
        found = [self.context.symbol(n) for n in named]
        variables = [s for s in found if s is not None]
        if len(variables) < len(found):
            raise _other_arguments(name)
        whole = self.context.expanded(self.context.definitions[name].expr)
        for _ in range(primes):
            whole = jacobian(whole, variables[0]).end
        change: dict[Expr, Expr] = {}
        for s, text in zip(variables, asked, strict=True):
            given = self.context.read(text, dialect, source=self.document.source).expr
            change[s] = broadcast(given, s.shape) if not given.shape else given
        return substitute(whole, change)

    def _stand_in(self, of: str, above: tuple[str, ...], wrt: str, below: tuple[str, ...]) -> str:
        """Return the name of a symbol for dof/dwrt inside a formula, "" if that is not known."""
        if of not in self.context.definitions or self.context.symbol(wrt) is None:
            return ""
        repeated = bool(set(above) & set(below))
        subject = Subject("derivative", of, "", (wrt,), 1, (), repeated)
        return self.context.stand_in(subject.key, self._true_derivative(subject))

    def _value(self, line: Line, subject: Subject) -> Judged:
        known = self.context.definitions.get(subject.of)
        base = self.context.symbol(subject.of) is not None
        if known is None and base and self.firsts.get(subject.of) is not line:
            return self._solution(line, subject)
        if known is not None and subject.args:
            asked = tuple(a.strip() for a in subject.args.split(","))
            named = self.parameters.get(subject.of, ())
            if named and asked != named:
                return self._at(line, subject, named, asked)
        if known is None:
            formula = self._read(line, subject)
            if self._take_probabilities(formula.expr):
                formula = self._read(line, subject)
            self.context.define(subject.of, formula)
            if subject.args:
                names = tuple(a.strip() for a in re.split("[,;]", subject.args))
                self.parameters[subject.of] = names
            if not formula.expr.shape and not self.of:
                usual = re.fullmatch(_LOSSES, subject.of) is not None
                if usual or re.fullmatch(_LOSSES, self.loss) is None:
                    self.loss = subject.of
            self.trails[subject.key] = _Trail(formula.expr, True, self._forms(formula.expr))
            self.asked = self.asked or list(formula.variables)
            return Judged(
                line, subject, "definition", self.context.expanded(formula.expr),
                notes=formula.notes,
            )  # fmt: skip
        return self._compare(line, subject, known.expr, self._above(subject))

    def _at(
        self,
        line: Line,
        subject: Subject,
        named: tuple[str, ...],
        asked: tuple[str, ...],
    ) -> Judged:
        """Judge ``f(2) = 4``: the definition with its parameters replaced."""
        if len(named) != len(asked):
            raise _other_arguments(subject.of)
        truth = self._called(subject.of, 0, named, asked, line.dialect)
        own = replace(subject, kind="expression", of_text=f"{subject.of}({subject.args})")
        return self._compare(line, own, truth, self._above(own))

    def _take_probabilities(self, e: Expr) -> bool:
        """Read p as a probability where both p and 1 - p are bases or under a logarithm.

        Returns whether anything changed.  What the user declared stays.
        """
        under = {
            a.args[0] for a in postorder(e)
            if isinstance(a, Apply) and a.atom.name in ("power", "log")
        }  # fmt: skip
        changed = False
        for s in symbols(e):
            shapes = {s.shape, *(u.shape for u in under)} if not s.shape else {s.shape}
            free = s.assumptions.interval == REALS and not s.assumptions.structure
            both = any(
                broadcast(s, shape) in under
                and under
                & {
                    subtract(const(1, shape), broadcast(s, shape)),
                    *([broadcast(subtract(const(1), s), shape)] if not s.shape else []),
                }
                for shape in shapes
            )
            if both and free and s.name in self.context.bases:
                self.context.promise(s, opened(0, 1))
                changed = True
                self.notes.append(_PROBABILITY.fill(name=s.name))
        return changed

    def _solution(self, line: Line, subject: Subject) -> Judged:
        """Judge ``mu = mean(y)`` as a solution of the condition above; an update is no claim."""
        s = self.context.symbol(subject.of)
        if uses(line.right, subject.of) or s is None or not self.conditions:
            return Judged(line, subject, "condition")
        formula = self._read(line, subject)
        value = self.context.expanded(formula.expr)
        if value.shape != s.shape:
            return Judged(line, subject, "condition", value)
        condition = next((c for c in reversed(self.conditions) if s in symbols(c)), None)
        if condition is None:
            return Judged(line, subject, "condition", value)
        left = substitute(condition, {s: value})
        found = equal(left, zeros(left.shape))
        outcome: Outcome = "ok" if found.status == "proved" else "shown"
        if found.status not in ("proved", "shown"):
            # It may solve another equation of a system; only a certain failure is told.
            outcome = "wrong" if found.status == "refuted" else "undecided"
        words = _SOLVES if outcome in ("ok", "shown") else _SOLVES_NOT
        status = found.status
        return Judged(
            line, subject, outcome, value, None, None, Judgment(status, found), None,
            () if outcome != "wrong" else (Explanation("", words),),
            (words,) if outcome != "wrong" else (),
        )  # fmt: skip

    def _forms(self, e: Expr) -> list[Expr]:
        """Return a definition, and its normal form where that spares a product over entries."""
        whole = self.context.expanded(e)
        if not any(isinstance(s, Apply) and s.atom.name == "prod" for s in postorder(whole)):
            return [e]
        return [e, normal_form(whole)[0]]

    def _above(self, subject: Subject) -> Expr | None:
        trail = self.trails.get(subject.key)
        return None if trail is None else trail.latest

    def _rewriting(self, line: Line, subject: Subject) -> Judged:
        trail = self.trails.get(subject.key)
        if trail is not None and not line.left:
            truth = self.originals[subject.key]
            return self._compare(line, subject, truth, trail.latest)
        dialect = dialect_of(subject.of_text)
        text = self._without_calls(subject.of_text, dialect)
        left = self.context.read(text, dialect, source=self.document.source).expr
        self.originals[subject.key] = left
        return self._compare(line, subject, left, None)

    def _optimum(self, line: Line) -> Judged:
        """Judge ``maximize A <=> minimize B``: the slopes must be positive multiples, by sign."""
        subject = Subject("expression", of_text=line.left)
        source = self.document.source
        first = self.context.read(line.left, line.dialect, source=source).expr
        second = self.context.read(line.right, line.dialect, source=source).expr
        first, second = self.context.expanded(first), self.context.expanded(second)
        found = related(first, second, self._parameters(first))
        if found is None:
            return Judged(line, subject, "undecided", second, truth=Judgment("undecided"))
        rising, equality = found
        right = rising == (line.relation == "same")
        if right:
            outcome: Outcome = "ok" if equality.status == "proved" else "shown"
            return Judged(
                line, subject, outcome, second, None, None, Judgment(equality.status, equality)
            )
        words = _FALLS if not rising else _RISES
        return Judged(
            line, subject, "wrong", second, None, None, Judgment("refuted", equality, words), None,
            (Explanation("likelihood-sign", words),),
        )  # fmt: skip

    def _parameters(self, e: Expr) -> tuple[Symbol, ...]:
        """Return the variables of an optimum: asked for, by convention, or all there are."""
        there = tuple(s for s in symbols(e) if not self.context.is_stand_in(s.name))
        asked = tuple(s for s in there if s.name in self.asked)
        usual = tuple(s for s in there if re.fullmatch(_CONVENTION[0], s.name))
        return asked or usual or tuple(s for s in there if not s.shape) or there

    def _derivative(self, line: Line, subject: Subject) -> Judged:
        of, names = self._resolved(subject)
        if subject.of and not of:
            subject = replace(subject, of="", of_text=f"{subject.of}({subject.wrt[0]})")
        full = self._meant(line, subject, replace(subject, of=of, wrt=names))
        truth = self._true_derivative(full)
        above = self._above(full)
        if above is None:
            above = self._implied(full)
        return self._compare(line, full, truth, above)

    def _meant(self, line: Line, subject: Subject, usual: Subject) -> Subject:
        """Return the derivative that a line means which leaves open of what or by what.

        The usual reading, unless it is false and another one is true.
        """
        if (subject.of or subject.of_text) and subject.wrt:
            return usual
        if self._is_true(line, usual):
            return usual
        scalars = [n for n, d in self.context.definitions.items() if not d.expr.shape]
        losses = [subject.of] if subject.of else [usual.of, *reversed(scalars)]
        for of in dict.fromkeys(losses):
            if of not in self.context.definitions or subject.of_text:
                continue
            inside = self.context.mentions(self.context.definitions[of].expr)
            free = [n for n in self.context.bases if n in inside]
            for name in [subject.wrt[0]] if subject.wrt else free[:_MOST_READINGS]:
                other = replace(usual, of=of, wrt=(name,) * subject.order)
                if other != usual and self._is_true(line, other):
                    self.notes.append(_READ_AS.fill(k=line.number, of=of, wrt=name))
                    return other
        return usual

    def _is_true(self, line: Line, subject: Subject) -> bool:
        try:
            truth = self._true_derivative(subject)
            expr = self.context.expanded(self._read(line, subject).expr)
        except LossmithError:
            return False
        same = expr.shape == truth.shape
        return same and equal(truth, expr, away=True).status in ("proved", "shown")

    def _resolved(self, subject: Subject) -> tuple[str, tuple[str, ...]]:
        """Return the names of what is differentiated and by what."""
        of = subject.of or ("" if subject.of_text else self.loss)
        names = function_names()
        if of and of not in self.context.definitions and of in names and subject.wrt:
            # sigma'(z), of a function that the language knows
            return "", subject.wrt
        if not of and not subject.of_text:
            raise UsageError(
                Words("which loss is this the derivative of?", "这是哪个损失函数的导数？"),
                attempt=Words(
                    "write the loss in a line above, as in L = norm2(X*w - y)^2, or give --of",
                    "在上面写出损失函数，例如 L = norm2(X*w - y)^2，或用 --of 给出",
                ),
            )
        if of and of not in self.context.definitions:
            raise UsageError(
                Words(f"{of} is not defined in a line above", f"上面没有定义 {of}"),
                attempt=Words(f"write {of} = ... first", f"请先写出 {of} = ..."),
            )
        names = subject.wrt
        if not names:
            names = (self._variable(of, subject),) * subject.order
        return of, names

    def _variable(self, of: str, subject: Subject) -> str:
        """Return the variable of the document: asked for, or by convention."""
        if of:
            occurring = self.context.mentions(self.context.definitions[of].expr)
        else:
            formula = self.context.read(subject.of_text, "text")
            occurring = self.context.mentions(formula.expr)
        for name in self.asked:
            if name in occurring:
                return name
        free = [n for n in self.context.bases if n in occurring]
        for pattern in _CONVENTION:
            found = [n for n in free if re.fullmatch(pattern, n)]
            if found:
                return found[0]
        if not free:
            raise UsageError(Words("there is no variable here", "这里没有变量"))
        return free[0]

    def _start(self, subject: Subject) -> Expr:
        """Return what is differentiated, with the variables of the subject left standing."""
        if subject.of:
            whole = self.context.definitions[subject.of].expr
        else:
            dialect = dialect_of(subject.of_text)
            whole = self.context.read(subject.of_text, dialect).expr
        return self.context.expanded(whole, subject.wrt)

    def _wanted(self, name: str) -> Symbol:
        found = self.context.symbol(name)
        if found is None:
            known = ", ".join(sorted(self.context.names))
            raise UsageError(
                Words(f"{name} does not occur above", f"上面没有出现 {name}"),
                why=Words(f"the names so far are {known}", f"目前的名称有 {known}"),
            )
        return found

    def _true_derivative(self, subject: Subject) -> Expr:
        variables = [self._wanted(n) for n in subject.wrt]
        # Forms that were proved equal have the same derivative; the latest is the simplest.
        trail = self.trails.get(Subject("value", subject.of).key)
        forms = trail.forms[:0:-1] if trail is not None and subject.of else []
        for form in forms:
            with suppress(UsageError):
                other = self.context.expanded(form, subject.wrt)
                if self._depends(other, variables):
                    return self.context.expanded(differentiated(other, variables, subject))
        start = self._start(subject)
        return self.context.expanded(differentiated(start, variables, subject))

    def _depends(self, e: Expr, variables: list[Symbol]) -> bool:
        """Return whether the names that are differentiated by still stand in a form."""
        return set(variables) <= set(symbols(e))

    def _implied(self, subject: Subject) -> Expr | None:
        """Return what the user's own earlier lines imply for the first line of a derivative."""
        variables = [self._wanted(n) for n in subject.wrt]
        if subject.order == 2:
            below = self.trails.get(replace(subject, wrt=subject.wrt[:1], order=1, indices=()).key)
            if below is not None and not below.right:
                return differentiated(below.latest, variables[1:], replace(subject, order=1))
        change = self.trails.get(Subject("differential", subject.of).key)
        if subject.order == 1 and change is not None:
            moved = symbol(CHANGE + subject.wrt[0], variables[0].shape)
            if moved in symbols(change.latest):
                return differentiated(change.latest, [moved], replace(subject, repeated=False))
        value = self.trails.get(Subject("value", subject.of).key)
        if value is not None and not value.right:
            start = self.context.expanded(value.latest, subject.wrt)
            return self.context.expanded(differentiated(start, variables, subject))
        return None

    # -- differentials ---------------------------------------------------------------------------

    def _differential(self, line: Line, subject: Subject) -> Judged:
        definition = self.context.definitions.get(subject.of)
        if definition is None:
            raise UsageError(
                Words(f"{subject.of} is not defined in a line above", f"上面没有定义 {subject.of}")
            )
        moving = self._moving()
        trail = self.trails.get(Subject("value", subject.of).key)
        forms = trail.forms if trail is not None else []
        truth = self._total(forms[-1] if forms else definition.expr, moving)
        above = self._above(subject)
        if above is None:
            value = self.trails.get(Subject("value", subject.of).key)
            if value is not None and not value.right:
                above = self._total(value.latest, moving)
        return self._compare(line, subject, truth, above)

    def _moving(self) -> list[str]:
        """Return the base variables whose changes occur in the document."""
        text = " ".join(line.right for line in self.document.lines)
        words = set(re.findall(r"[^\W\d_][^\W_]*", text))
        found = [n for n in self.context.bases if CHANGE + n in words]
        return found or [n for n in self.asked if n in self.context.bases]

    def _total(self, whole: Expr, moving: Iterable[str]) -> Expr:
        """Return the differential of an expression in the changes of the base variables."""
        start = self.context.expanded(whole)
        terms = [self._along(start, self._wanted(name)) for name in moving]
        return add(*terms, shape=start.shape)

    def _along(self, start: Expr, s: Symbol) -> Expr:
        slope = jacobian(start, s).end
        rank = len(start.shape)
        change = symbol(CHANGE + s.name, s.shape)
        own = tuple(range(rank, rank + len(s.shape)))
        out = tuple(range(rank))
        return contract([(slope, (*out, *own), 1), (change, own, 1)], out, start.shape)

    def _in_base_changes(self, e: Expr) -> Expr:
        """Return e with the changes of defined names written by those of the base variables."""
        swap: dict[Expr, Expr] = {}
        for s in symbols(e):
            inside = s.name[len(CHANGE) :]
            if s.name.startswith(CHANGE) and inside in self.context.definitions:
                swap[s] = self._total(self.context.definitions[inside].expr, self._moving())
        return substitute(e, swap)

    # -- the comparison --------------------------------------------------------------------------

    def _compare(self, line: Line, subject: Subject, truth: Expr, above: Expr | None) -> Judged:
        truth = self.context.expanded(truth)
        try:
            formula = self._read(line, subject, truth.shape)
        except (ShapeError, DomainError) as error:
            if "is open" in error.what.en:
                raise  # a size that we do not know is no mistake of shape
            error.located(Place(line.text, 0, len(line.text), self.document.source))
            shape = Judgment("refuted", words=error.what)
            found = misfit(line, subject, truth, self.context) if self.explain else ()
            return Judged(line, subject, "wrong", None, truth, None, None, shape, found, (), error)
        expr = self.context.expanded(self._in_base_changes(formula.expr))
        if isinstance(expr, Const) and not expr.shape and truth.shape:
            expr = broadcast(expr, truth.shape)
        above = None if above is None else self.context.expanded(above)
        notes: list[Words] = []
        if expr.shape != truth.shape:
            if other := self._other_convention(line, subject, expr, truth):
                return other
            return self._misshapen(line, subject, expr, truth, formula)
        if formula.kind == "r" and len(truth.shape) == 1 and subject.kind == "derivative":
            notes.append(_ROW)
        shape = Judgment("proved")
        away = subject.kind in ("derivative", "differential")
        variables, named = self._variables(expr)
        is_true = judgment(truth, expr, line.relation, variables, away=away, named=named)
        if above is None or above is truth or above.shape != expr.shape:
            follows = None
        else:
            follows = judgment(above, expr, line.relation, variables, away=away, named=named)
        outcome = outcome_of(follows, is_true)
        if outcome == "wrong" and (other := self._other_convention(line, subject, expr, truth)):
            return other
        if outcome == "wrong" and self._is_conditional(follows or is_true):
            outcome = "conditional"
        if outcome == "wrong" and self._is_condition(subject, expr, truth):
            return Judged(line, subject, "condition", expr, truth)
        forms = self.trails[subject.key].forms if subject.key in self.trails else [truth]
        if is_true.status == "proved":
            forms.append(expr)
        self.trails[subject.key] = _Trail(expr, is_true.status in ("proved", "shown"), forms)
        found = ()
        if outcome in ("wrong", "conditional") and self.explain:
            found = explained(
                line, subject, expr, truth, above, self.context, self._start_of(subject)
            )
        notes += [w for w in (is_true.words,) if w is not None and outcome == "ok"]
        return Judged(
            line, subject, outcome, expr, truth, follows, is_true, shape, found,
            tuple(dict.fromkeys(notes)),
        )  # fmt: skip

    def _is_conditional(self, judgment: Judgment) -> bool:
        """Return whether a line is proved equal where both sides have values, but has fewer."""
        e = judgment.equality
        proved = e is not None and e.differs_in_domain_only and e.proof is not None
        return proved and e is not None and e.agreed > 0

    def _other_convention(
        self, line: Line, subject: Subject, expr: Expr, truth: Expr
    ) -> Judged | None:
        """Return the verdict on a line that is right by another usual convention, else None.

        The transposed Jacobian of a vector by a vector; the derivative by a symmetric matrix whose
        entries above and below the diagonal move together.
        """
        if subject.kind != "derivative" or subject.order != 1 or len(truth.shape) != 2:
            return None
        (name,) = subject.wrt
        s = self.context.symbol(name)
        other: Expr | None = None
        words = _LAYOUT
        if s is not None and len(s.shape) == 1 and expr.shape == truth.shape[::-1]:
            other = transpose(truth)
        elif s is not None and s.assumptions.has("symmetric") and expr.shape == truth.shape:
            both = contract([(truth, (0, 0), 1), (delta(truth.shape[0]), (0, 1), 1)], (0, 1))
            other = add(truth, transpose(truth), (-1, both))
            words = _TIED
        if other is None or subject.indices:
            return None
        found = equal(other, expr, away=True)
        if found.status not in ("proved", "shown"):
            return None
        self.trails[subject.key] = _Trail(truth, True, [truth])
        outcome: Outcome = "ok" if found.status == "proved" else "shown"
        judged = Judgment(found.status, found)
        return Judged(
            line, subject, outcome, expr, other, None, judged, Judgment("proved"), (), (words,)
        )

    def _is_condition(self, subject: Subject, expr: Expr, truth: Expr) -> bool:
        """Return whether a line sets up an equation (``dJ/dmu = 0``) and claims no identity.

        Remembers it, so that a solution can be held against it.
        """
        zero = isinstance(expr, Const) and expr.value == 0
        rewritten = subject.kind == "expression" and bool(self.conditions)
        if not (rewritten or (zero and subject.kind in ("derivative", "expression"))):
            return False
        self.conditions.append(truth if zero else subtract(truth, expr))
        return True

    def _start_of(self, subject: Subject) -> tuple[Expr, tuple[Symbol, ...]] | None:
        """Return what was differentiated and by what, for the slips of differentiation."""
        if subject.kind != "derivative" or subject.repeated:
            return None
        return self._start(subject), tuple(self._wanted(n) for n in subject.wrt)

    def _variables(self, e: Expr) -> tuple[tuple[Symbol, ...], bool]:
        """Return the variables in which "+ const" is meant, and whether the document names them."""
        differentiated = [n for s in self.subjects.values() for n in s.wrt]
        differentiated += [
            n for line in self.document.lines
            for n in read_left(line.left, self.context.names, function_names()).wrt
        ]  # fmt: skip
        names = {*self.asked, *differentiated}
        found = tuple(s for s in symbols(e) if s.name in names)
        return (found, True) if found else (self._parameters(e), False)

    def _misshapen(
        self, line: Line, subject: Subject, expr: Expr, truth: Expr, formula: Formula
    ) -> Judged:
        got, wanted = shape_text(expr.shape), shape_text(truth.shape)
        words = Words(f"the shape is {got}, it must be {wanted}", f"形状是 {got}，应为 {wanted}")
        found = ()
        if self.explain:
            found = explained(
                line, subject, expr, truth, None, self.context, self._start_of(subject)
            )
        return Judged(
            line, subject, "wrong", expr, truth, None, None, Judgment("refuted", words=words),
            found, formula.notes,
        )  # fmt: skip


def _other_arguments(name: str) -> UsageError:
    return UsageError(
        Words(f"{name} was defined with other arguments", f"{name} 定义时的自变量与此不同")
    )


def _stray_change(name: str, inside: str) -> UsageError:
    return UsageError(
        Words(
            f"{name} stands in a line that is no differential",
            f"{name} 出现在一个不是微分式的行里",
        ),
        attempt=Words(
            f"write d... = ... on the left, or a derivative such as dL/d{inside}",
            f"左边写成 d... = ...，或写成导数，例如 dL/d{inside}",
        ),
    )


def _is_named(text: str) -> bool:
    return re.match(r"^\s*[^\W\d]\w*\s*(\([^()]*\))?\s*=(?!=)", text) is not None


def _nothing_above() -> UsageError:
    return UsageError(
        Words("there is no line above that this one goes on with", "上面没有可以接续的一行"),
        attempt=Words("write what it is equal to, as in J = ...", "请写出等号左边，例如 J = ..."),
    )


_SHORT: Final[Mapping[str, int]] = {"g": 1, "G": 1, "H": 2}
_ANONYMOUS: Final = "expression"
_LOSSES: Final = (
    r"(L|J|E|R|Q|F|f|l|ell|loss|cost|Loss|Cost|NLL|nll|obj|objective|loglik|risk)\w{0,2}"
)
_MOST_READINGS: Final = 6
_READ_AS: Final = Words(
    "line {k} is read as the derivative of {of} by {wrt}", "第 {k} 行读作 {of} 对 {wrt} 的导数"
)
_PROBABILITY: Final = Words(
    "{name} is read as a probability, in (0, 1); declare it to change that",
    "{name} 读作概率，取值在 (0, 1) 内；如需更改请先声明",
)
_SOLVES: Final = Words("it solves the condition above", "它满足上面的条件")
_SOLVES_NOT: Final = Words("it does not solve the condition above", "它不满足上面的条件")
_CONVENTION: Final = (r"(w|W|theta|Theta|beta)_?\d*", r"[xzoXU]_?\d*")
_FALLS: Final = Words(
    "the sign was lost: one falls where the other rises, so maximizing the one is minimizing the "
    "negative of the other",
    "漏掉了负号：一个上升时另一个下降，因此最大化前者等于最小化后者的相反数",
)
_RISES: Final = Words(
    "both rise together: their maxima are the same, and so are their minima; the minimum of the "
    "one is not the maximum of the other (maximize L is minimize −log L)",
    "两者同升同降：最大点相同，最小点也相同；一个的最小点并不是另一个的最大点"
    "（最大化 L 等价于最小化 −log L）",
)
_LAYOUT: Final = Words(
    "the transposed Jacobian: right in the denominator layout, where rows belong to the variable",
    "这是转置的雅可比：在分母布局（行对应自变量）下正确",
)
_TIED: Final = Words(
    "right where the entries above and below the diagonal move together; with free entries it is "
    "another matrix",
    "当对角线上下的元素联动时正确；若各元素自由变动，结果不同",
)
_ROW: Final = Words(
    "written as a row: the transposed (numerator) layout of the same entries",
    "写成了行向量：元素相同，采用的是转置布局（分子布局）",
)
