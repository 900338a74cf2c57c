"""Lines that claim no identity: equations to be solved, their solutions, statements on optima."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from lossmith.calculus.gradient import jacobian
from lossmith.errors import DomainError, LossmithError, Place, ShapeError
from lossmith.expr.build import subtract, zeros
from lossmith.expr.node import Const, Expr, Symbol
from lossmith.expr.walk import depends_on, substitute, symbols
from lossmith.judge.definitions import written_out
from lossmith.judge.derivatives import parameters, true_derivative
from lossmith.judge.equality import equal
from lossmith.judge.equations import (
    expected,
    gradient_of_loss,
    gradients,
    likeliest,
    root_for,
    same_equation,
    settled,
    solved,
    standing,
)
from lossmith.judge.explain import explained
from lossmith.judge.lines import ZERO_MARKS, Line
from lossmith.judge.naming import Wrong
from lossmith.judge.normal import normal_form
from lossmith.judge.occurrence import uses
from lossmith.judge.reading import GRADIENT, read_line
from lossmith.judge.report import Explanation, Judged, Judgment, Outcome
from lossmith.judge.sentences import LIKELIHOOD
from lossmith.judge.state import State
from lossmith.judge.steps import related
from lossmith.judge.subject import Subject
from lossmith.judge.unshaped import unshaped
from lossmith.text.writing.printing import to_unicode
from lossmith.words import Words


def solution(state: State, line: Line, subject: Subject, unknown: str = "") -> Judged:
    """Judge ``mu = mean(y)`` as a solution of the condition above; an update is no claim.

    unknown: what it is the value of, where that bears another name (w for w_hat).
    """
    s = state.context.symbol(unknown or subject.of)
    if uses(line.right, subject.of) or s is None:
        return Judged(line, subject, "condition")
    conditions = _conditions_on(state, s)
    given = bool(conditions)
    conditions = conditions or [g for v, g in gradients(state) if v is s][:1]
    condition = conditions[0] if conditions else None
    if condition is None:
        return Judged(line, subject, "condition")
    try:
        value = state.context.expanded(read_line(state, line, subject, s.shape).expr)
    except (ShapeError, DomainError) as error:
        if "is open" in error.what.en or not (given or unknown):
            raise
        return _unsolved(state, line, subject, condition, s, error)
    if value.shape != s.shape or depends_on(value, (s,)):
        return Judged(line, subject, "condition", value)  # the other: a step of an iteration
    for condition in conditions:
        left = substitute(condition, {s: value})
        found = equal(left, zeros(left.shape))
        if found.status in ("proved", "shown"):
            break
    else:
        condition = _decisive(state, conditions, s, value)
        if condition is None:
            return Judged(line, subject, "condition", value)
        left = substitute(condition, {s: value})
        found = equal(left, zeros(left.shape))
    outcome: Outcome = "ok" if found.status == "proved" else "shown"
    if found.status not in ("proved", "shown"):
        # It may solve another equation of a system; only a certain failure is told.
        outcome = "wrong" if found.status == "refuted" else "undecided"
    if outcome in ("wrong", "undecided") and not (given or unknown):
        # Nothing says that the derivative is to be 0: the line may set a value.
        notes = (_NO_ZERO,) if outcome == "wrong" and depends_on(value, symbols(left)) else ()
        return Judged(line, subject, "condition", value, notes=notes)
    told = ()
    if outcome == "wrong":
        told = _slips(state, subject, value, condition, s)
    words = _SOLVES if given else _IS_ZERO
    return Judged(
        line, subject, outcome, value, None, None, Judgment(found.status, found), None,
        tuple(sorted(told, key=lambda x: not x.slip)),
        (words,) if outcome in ("ok", "shown") else (), None, None, condition, s,
    )  # fmt: skip


def _conditions_on(state: State, s: Symbol) -> list[Expr]:
    """Return the conditions that hold s, the latest first; then those that do once the solutions
    above are put in: sum(p) = 1 with p = y/lam."""
    known = {u: e for u, e in settled(state).items() if u is not s}
    latest = state.conditions[::-1]
    held = [c for c in latest if s in symbols(c)]
    for condition in latest:
        there = substitute(condition, known)
        # What the solutions came from says nothing more: y/p - lam with p = y/lam.
        if there is not condition and s in symbols(there) and not _is_zero(there):
            held.append(there)
    return list(dict.fromkeys(held))


def _decisive(state: State, conditions: Sequence[Expr], s: Symbol, value: Expr) -> Expr | None:
    """Return a condition that a solution must satisfy; of a system it may need the others as well.

    All of them if they say the same; one that holds no other unknown, where what was put in for
    those is the only solution.
    """
    first, *others = conditions
    if all(same_equation(c, zeros(c.shape), first) for c in others):
        return first
    unknown = {u for u, _ in gradients(state)}
    for j in state.judged.values():
        if j.unknown is None or j.condition is None or j.expr is None:
            continue
        if solved(j.condition, j.unknown) is None:
            return None
        unknown |= {j.unknown, *(t for t in symbols(j.expr) if not t.shape)}
    unknown -= {s}
    sure = (c for c in conditions if not unknown & {*symbols(c), *symbols(value)})
    return next(sure, None)


def _is_zero(e: Expr) -> bool:
    return equal(e, zeros(e.shape)).status in ("proved", "shown")


def _unsolved(
    state: State, line: Line, subject: Subject, condition: Expr, s: Symbol, error: LossmithError
) -> Judged:
    """Judge a solution whose shapes do not fit."""
    error.located(Place(line.text, 0, len(line.text), state.document.source))
    root = solved(condition, s)
    found = ()
    if root is not None and state.explain:
        found = unshaped(state, line, subject, root, None)
    shape = Judgment("refuted", words=error.what)
    return Judged(line, subject, "wrong", None, root, None, None, shape, found, (), error)


def hatted(state: State, name: str) -> str:
    """Return w for w_hat, w_star, w_opt ..., where lines differentiate by w; else ""."""
    found = _HAT.match(name)
    if found is None or name in state.context.bases:
        return ""
    base = found["base"]
    s = state.context.symbol(base)
    known = s is not None and any(
        s is v for v in (*(v for v, _ in gradients(state)), *(
            v for c in state.conditions for v in symbols(c)
        ))
    )  # fmt: skip
    return base if known else ""


_HAT: Final = re.compile(r"^(?P<base>[^\W_]+?)(?:_?(?:hat|star|opt|ML|MLE|ml|mle)|_new_min)$")


def equation(state: State, line: Line, subject: Subject, left: Expr, right: Expr) -> Judged | None:
    """Judge ``A w = b`` by the condition above; None if it is no equation that we can judge."""
    if subject.kind != "expression" or left.shape != right.shape:
        return None
    hats = {s: _without_hat(state, s) for s in symbols(left)}
    solved_for: dict[Expr, Expr] = {s: base for s, base in hats.items() if base is not None}
    if solved_for:
        left = substitute(left, solved_for)
        state.conditions[:] = [_with_solutions(state, c) for c in state.conditions]
    pairs = [(s, c) for c in reversed(state.conditions[-_RECENT:]) for s in _unknowns(state, c)]
    if pairs and _constrains(state, left, right):
        state.conditions.append(subtract(left, right))
        return Judged(line, subject, "condition", right, left, notes=(_MULTIPLIER,))
    for s, condition in pairs:
        found = standing(left, right, condition, s, settled(state).get(s))
        if found is None:
            continue
        judged = Judgment(found.equality.status, found.equality)
        if found.follows:
            state.conditions.append(found.gap)
            outcome: Outcome = "ok" if found.equality.status == "proved" else "shown"
            if found.root is None:
                side = found.equality.left
                return Judged(line, subject, outcome, right, side, None, judged, notes=(_SAME,))
            return Judged(
                line, subject, outcome, found.root, None, None, judged, notes=(_SAME,),
                condition=found.gap, unknown=s,
            )  # fmt: skip
        if len({s for s, _ in pairs}) > 1:
            return None  # of a system another equation may be needed
        told = (
            *_named(state, subject, left, right, condition, s, found.root),
            Explanation("", _FOLLOWS_NOT),
        )
        return Judged(
            line, subject, "wrong", found.root, None, None, judged, None, told,
            condition=found.gap, unknown=s,
        )  # fmt: skip
    if state.conditions:
        return None
    for _, g in dict.fromkeys((*gradients(state), *gradient_of_loss(state))):
        if same_equation(left, right, g) is not None:
            state.conditions.append(subtract(left, right))
            return Judged(line, subject, "condition", right, left, notes=(_GRADIENT_ZERO,))
    if GRADIENT.search(line.left) is not None:
        return None  # s^2*grad = ... claims what the gradient is
    return _not_stationary(state, line, subject, left, right)


def _constrains(state: State, left: Expr, right: Expr) -> bool:
    """Return whether an equation is a constraint of a Lagrange function: its slope by a
    multiplier that the conditions above hold, and the equation does not."""
    loss = state.context.definitions.get(state.loss)
    if loss is None or loss.expr.shape:
        return False
    gap = subtract(left, right)
    there = set(symbols(state.context.expanded(loss.expr)))
    held = dict.fromkeys(s for c in state.conditions for s in symbols(c))
    for s in held:
        if s.shape or s not in there or s in symbols(gap):
            continue
        asked = Subject("derivative", state.loss, "", (s.name,), 1)
        slope = state.context.expanded(true_derivative(state, asked))
        if set(symbols(slope)) == set(symbols(gap)) and same_equation(left, right, slope):
            return True
    return False


def _not_stationary(
    state: State, line: Line, subject: Subject, left: Expr, right: Expr
) -> Judged | None:
    """Judge an equation in all that the gradient above holds, whose solution leaves it nonzero."""
    gap = subtract(left, right)
    for s, g in list(gradients(state))[-1:]:
        if gap.shape == g.shape and _sets_value(gap, s, g):
            return Judged(line, subject, "condition", right, left)
        if gap.shape != g.shape or set(symbols(gap)) != set(symbols(g)):
            continue
        found = standing(g, zeros(g.shape), gap, s)
        if found is None or found.follows:
            continue
        root = None if depends_on(right, (s,)) else root_for(left, g, s)
        told = (*_named(state, subject, left, right, g, s, root), Explanation("", _NOT_STATIONARY))
        return Judged(
            line, subject, "wrong", found.root, None, None,
            Judgment(found.equality.status, found.equality), None, told,
            condition=g, unknown=s,
        )  # fmt: skip
    return None


def _named(
    state: State, subject: Subject, left: Expr, right: Expr, condition: Expr, s: Symbol,
    root: Expr | None,
) -> tuple[Explanation, ...]:  # fmt: skip
    """Return the slips that lead to a wrong equation: from the value that its right side should
    have at the root of the condition, or from the likeliest multiples of that."""
    if not state.explain:
        return ()
    gap = subtract(left, right)
    pairs = [(gap, truth) for truth in likeliest(condition, gap)]
    if root is not None and not depends_on(right, (s,)):
        pairs.insert(0, (right, normal_form(substitute(left, {s: root}))[0]))
    found = (explained(Wrong(subject, said, truth)) for said, truth in pairs)
    return next(filter(None, found), ())


def _sets_value(gap: Expr, s: Symbol, slope: Expr) -> bool:
    """Return whether an equation asks where the function itself has a value: f(x) = 3."""
    if gap.shape:
        return False
    own = jacobian(gap, s).end
    return own.shape == slope.shape and same_equation(own, zeros(own.shape), slope) is not None


def _unknowns(state: State, condition: Expr) -> list[Symbol]:
    """Return the symbols of a condition that lines differentiate by, or have solved for."""
    asked = {s for s, _ in gradients(state)} | set(settled(state))
    return [s for s in symbols(condition) if s in asked]


def _without_hat(state: State, s: Symbol) -> Symbol | None:
    """Return sigma for sigma_hat in ``sigma_hat^2 = ...``, None for other names."""
    found = _HAT.match(s.name)
    base = state.context.bases.get(found["base"]) if found is not None else None
    return base if base is not None and base.shape == s.shape else None


def _with_solutions(state: State, condition: Expr) -> Expr:
    """Return a condition at what was solved for above: with mu_hat in the place of mu."""
    known = state.context.definitions.values()
    found: dict[Expr, Expr] = {
        base: state.context.expanded(d.expr)
        for d in known
        if (base := _without_hat(state, d.symbol)) is not None and base in symbols(condition)
    }
    return substitute(condition, found)


def misfit_equation(state: State, line: Line, subject: Subject, left: Expr) -> tuple[
    Explanation, ...
]:  # fmt: skip
    """Return what was meant by ``A w = X y`` whose right side does not fit in its shapes."""
    conditions = [*reversed(state.conditions), *(g for _, g in gradient_of_loss(state))]
    for condition in conditions[:_RECENT]:
        for truth in expected(left, condition):
            if found := unshaped(state, line, subject, truth, None):
                return found
    return ()


_RECENT: Final = 2


def _slips(
    state: State, subject: Subject, value: Expr, condition: Expr, s: Symbol
) -> tuple[Explanation, ...]:
    """Return that a value is not the solution of a condition, and the slips that lead to it."""
    root = solved(condition, s)
    if root is None or not state.explain:
        return (Explanation("", _SOLVES_NOT),)
    there = substitute(condition, {s: root})
    known = _is_zero(there)
    shown = to_unicode(root, names=written_out(state))
    words = _SOLUTION.fill(root=shown) if known and len(shown) < _LONGEST else _SOLVES_NOT
    return (Explanation("", words), *explained(Wrong(subject, value, root)))


def _spoken(state: State, text: str) -> str:
    """Return a side of a statement on optima with the likelihood in words as a formula."""
    text = _LIKELIHOOD_CALL.sub(
        lambda m: m[0] if m["name"] in state.context.names else "likelihood", text
    )
    if LIKELIHOOD.search(text) is None:
        return text
    named = [n for n in ("lik", "Lik", "likelihood") if n in state.context.definitions]
    name = named[0] if named else "likelihood"
    if not named and state.context.symbol(name) is None:
        state.context.declare(f"{name}: scalar > 0")
    by_words = {"": name, "log": f"log({name})", "negative": f"-log({name})"}

    def formula(found: re.Match[str]) -> str:
        kind = "negative" if found["minus"] else "log" if found["log"] else ""
        return by_words[kind]

    return LIKELIHOOD.sub(formula, text)


_LIKELIHOOD_CALL: Final = re.compile(r"(?P<name>(?:L|lik)\b|\\mathcal\s*\{?L\}?)\s*\([^()]*\)")


def optimum(state: State, line: Line) -> Judged:
    """Judge ``maximize A <=> minimize B``: the slopes must be positive multiples, by sign."""
    subject = Subject("expression", of_text=line.left)
    source = state.document.source
    first = state.context.read(_spoken(state, line.left), line.dialect, source=source).expr
    second = state.context.read(_spoken(state, line.right), line.dialect, source=source).expr
    first, second = state.context.expanded(first), state.context.expanded(second)
    found = related(first, second, parameters(state, first))
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


def is_condition(state: State, line: Line, subject: Subject, expr: Expr, truth: Expr) -> bool:
    """Return whether a line sets up an equation (``dJ/dmu = 0``) and claims no identity.

    Remembers it, so that a solution can be held against it.
    """
    plain = re.search(r"[^\W\d_]", ZERO_MARKS.sub("", line.right)) is None
    zero = isinstance(expr, Const) and expr.value == 0 and plain
    rewritten = subject.kind == "expression" and bool(state.conditions)
    if not (rewritten or (zero and subject.kind in ("derivative", "expression"))):
        return False
    state.conditions.append(truth if zero else subtract(truth, expr))
    return True


_SOLVES: Final = Words("it solves the condition above", "它满足上面的条件")
_IS_ZERO: Final = Words("it makes the derivative above 0", "它使上面的导数为 0")
_NO_ZERO: Final = Words(
    "it does not make the derivative above 0, if that was meant",
    "若要表示驻点：它并不使上面的导数为 0",
)
_SAME: Final = Words("it says the same as the condition above", "它与上面的条件等价")
_FOLLOWS_NOT: Final = Words(
    "it does not follow from the condition above: the solution of that does not satisfy it",
    "它不能由上面的条件推出：条件的解并不满足它",
)
_GRADIENT_ZERO: Final = Words(
    "it is the condition that the gradient is 0", "它就是“梯度为 0”这一条件"
)
_MULTIPLIER: Final = Words(
    "it is the condition that the slope by the multiplier is 0", "它就是“对乘子的导数为 0”这一条件"
)
_NOT_STATIONARY: Final = Words(
    "it is not the condition that the gradient is 0: its solution leaves the gradient nonzero",
    "它不是“梯度为 0”这一条件：它的解并不使上面的梯度为 0",
)
_LONGEST: Final = 80
_SOLUTION: Final = Words(
    "it does not solve the condition above, whose solution is {root}",
    "它不满足上面的条件；该条件的解是 {root}",
)
_SOLVES_NOT: Final = Words("it does not solve the condition above", "它不满足上面的条件")
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
