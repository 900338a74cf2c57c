"""What the name of a definition claims: nll beside a likelihood above is its negative logarithm.

A definition cannot be false, but its name can: ``nll = sum(y.*log(h) + ...)`` below the likelihood
rises with it. A name stands if the formula has the values that it says, or rises with them as a
function of the parameters (constants and positive factors are a matter of taste).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from lossmith.errors import LossmithError
from lossmith.expr.build import add, apply, const, mean, multiply, negate, subtract, total
from lossmith.expr.node import Apply, Contract, Expr, Symbol
from lossmith.expr.walk import postorder, symbols
from lossmith.judge.context import Definition
from lossmith.judge.derivatives import DATA, variables
from lossmith.judge.equality import equal
from lossmith.judge.explain import explained
from lossmith.judge.lines import Line
from lossmith.judge.naming import Wrong
from lossmith.judge.normal import normal_form
from lossmith.judge.report import Explanation, Judged, Judgment
from lossmith.judge.state import State
from lossmith.judge.steps import related
from lossmith.judge.subject import Subject
from lossmith.text.functions.cards import card
from lossmith.words import Words

Claim = tuple[Judged, Expr]
"""The verdict on a definition whose name does not fit, and what it should be."""


def misnamed(state: State, line: Line, subject: Subject, expr: Expr) -> Claim | None:
    """Return the verdict on a definition that is not what its name says; None if it may stand."""
    if expr.shape or subject.indices:
        return None
    sense = next((s for s, pattern in _NAMES if re.fullmatch(pattern, subject.of)), None)
    if sense is None:
        return None
    if sense != "logarithm" and (found := _half_negated(state, line, subject, expr)):
        return found
    for d in reversed(list(state.context.definitions.values())):
        if _is_likelihood(d, sense):
            return _beside(state, line, subject, expr, sense, d)
    return None


def _is_likelihood(d: Definition, sense: str) -> bool:
    """Return whether a name stands for a likelihood: by that name, or by its formula as well."""
    atoms = {e.atom.name for e in postorder(d.expr) if isinstance(e, Apply)}
    if re.fullmatch(_LIKELIHOOD, d.name) is not None:
        return "log" not in atoms
    short = _SHORT_OF_LOSS if sense == "loss" else _SHORT
    return re.fullmatch(short, d.name) is not None and bool(atoms & {"power", "prod"})


def _beside(
    state: State, line: Line, subject: Subject, expr: Expr, sense: str, d: Definition
) -> Claim | None:
    """Return the verdict beside a likelihood; none where other symbols play a part."""
    truth = _logarithm(d.expr)
    if any(isinstance(e, Apply) and e.atom.name == "abs" for e in postorder(truth)):
        truth = _logarithm(state.context.expanded(d.expr))  # h may be positive by what it is
    truth = truth if sense == "logarithm" else negate(truth)
    wanted, written = state.context.expanded(truth), state.context.expanded(expr)
    if not set(symbols(written)) <= set(symbols(wanted)):
        return None
    found = equal(wanted, written)
    if found.status != "refuted" or found.differs_in_domain_only:
        return None
    slopes = {_slope(wanted, written, s) for s in _parameters(state, written)}
    if True in slopes:
        return None
    told: tuple[Explanation, ...] = ()
    if slopes == {False}:
        told = (Explanation("likelihood-sign", _RISES if sense == "logarithm" else _FALLS),)
    elif state.explain:
        told = explained(Wrong(subject, written, wanted))
    if sense == "loss" and not any(re.match(_MISCONCEPTIONS, x.slip) for x in told[:1]):
        return None  # a loss of another kind
    judged = Judged(
        line, subject, "wrong", written, wanted, None, Judgment("refuted", found),
        Judgment("proved"), told,
        (_BY_NAME.fill(name=subject.of, meant=_MEANT[sense].fill(lik=d.name)),),
    )  # fmt: skip
    return judged, truth


def _logarithm(e: Expr) -> Expr:
    """Return the logarithm of a likelihood (of all entries together), in terms."""
    found = apply(card("log"), e)
    found = total(found) if found.shape else found
    plain = _terms(e)
    if plain is not None and equal(found, plain).status == "proved":
        return plain
    return normal_form(found)[0]


def _terms(e: Expr) -> Expr | None:
    """Return the sum of b log(a) for a product of powers a^b; of numbers, or of all entries."""
    match e:
        case Apply() if e.atom.name == "prod":
            return _terms(e.args[0])
        case Apply() if e.atom.name == "power":
            term = multiply(e.args[1], apply(card("log"), e.args[0]))
            return total(term) if term.shape else term
        case Contract() if all(len(ls) == e.rank for _, ls, _ in e.factors):
            parts = [(p, _terms(f)) for f, _, p in e.factors]
            return add(*((p, t) for p, t in parts if t is not None)) if parts else None
        case _:
            term = apply(card("log"), e)
            return total(term) if term.shape else term


def _slope(first: Expr, second: Expr, s: Symbol) -> bool | None:
    """Return whether the second rises with the first as a function of s, None if neither."""
    with suppress(LossmithError):
        found = related(first, second, (s,))
        return None if found is None else found[0]
    return None


def _parameters(state: State, e: Expr) -> tuple[Symbol, ...]:
    """Return what the lines differentiate by, or what does not bear a name of data."""
    asked, named = variables(state, e)
    if named:
        return asked
    return tuple(s for s in symbols(e) if not re.fullmatch(DATA, s.name)) or symbols(e)


# -- the cross-entropy with one of its two minus signs ---------------------------------------------


def _half_negated(state: State, line: Line, subject: Subject, expr: Expr) -> Claim | None:
    """Return the verdict on ``-y log h + (1 - y) log(1 - h)``: the minus reached one term."""
    for y, h in _labels(expr):
        one = const(1, h.shape)
        hit = multiply(y, apply(card("log"), h))
        missed = multiply(subtract(one, y), apply(card("log"), subtract(one, h)))
        for gathered in (total, mean) if h.shape else (_itself,):
            truth = negate(gathered(add(hit, missed)))
            for sign in (1, -1):
                slip = gathered(add((-sign, hit), (sign, missed)))
                if equal(slip, expr).status != "proved":
                    continue
                wanted, written = state.context.expanded(truth), state.context.expanded(expr)
                found = equal(wanted, written)
                judged = Judged(
                    line, subject, "wrong", written, wanted, None,
                    Judgment(found.status, found), Judgment("proved"),
                    (Explanation("missing-outer-minus", _HALF),), (_CROSS_ENTROPY,),
                )  # fmt: skip
                return (judged, truth) if found.status == "refuted" else None
    return None


def _itself(e: Expr) -> Expr:
    return e


def _labels(e: Expr) -> Iterator[tuple[Symbol, Expr]]:
    """Yield (y, h) for what stands under a logarithm together with 1 - h, and other symbols."""
    under = {a.args[0] for a in postorder(e) if isinstance(a, Apply) and a.atom.name == "log"}
    for h in under:
        if isinstance(h, Symbol) and subtract(const(1, h.shape), h) in under:
            yield from ((y, h) for y in symbols(e) if y is not h and y.shape == h.shape)


_LIKELIHOOD: Final = r"(?:lik|Lik|lh|likelihood|Likelihood)_?\w{0,3}"
_SHORT: Final = r"L"
_SHORT_OF_LOSS: Final = r"(?:L|P|p|prob|[Pp]r?\(.*\))"
_NAMES: Final = (
    ("negative", r"(?:nll|NLL|neg_?log_?lik(?:elihood)?|neg_?ll)_?\w{0,2}"),
    ("logarithm", r"(?:log_?[lL]ik(?:elihood)?|logL|log_?lh|ell|ll|LL|l)"),
    ("loss", r"(?:loss|cost|Loss|Cost|J|E|L|R|CE|BCE|H)_?\w{0,2}"),
)
"""Names, and what they say of a formula beside a likelihood."""
_MISCONCEPTIONS: Final = r"sign-|missing-outer-minus|log-of|log-into|inner-sign|likelihood-sign"
_MEANT: Final = {
    "negative": Words("−log({lik})", "−log({lik})"),
    "logarithm": Words("log({lik})", "log({lik})"),
    "loss": Words("−log({lik}), the loss of that likelihood", "−log({lik})，即该似然对应的损失"),
}
_BY_NAME: Final = Words(
    "held against what its name says: {name} is {meant}", "按名称核对：{name} 应为 {meant}"
)
_CROSS_ENTROPY: Final = Words(
    "held against the cross-entropy of Bernoulli labels", "与伯努利标签的交叉熵核对"
)
_FALLS: Final = Words(
    "the sign was lost: this rises with the likelihood, so minimizing it would minimize the "
    "likelihood; the loss is its negative",
    "漏掉了负号：它随似然上升，最小化它就是最小化似然；损失应取它的相反数",
)
_RISES: Final = Words(
    "the sign is reversed: this falls where the likelihood rises; the log-likelihood has no minus",
    "符号反了：似然上升时它下降；对数似然前面没有负号",
)
_HALF: Final = Words(
    "the minus in front of the bracket reached only one of its terms: "
    "−(y log h + (1 − y) log(1 − h))",
    "括号前的负号只作用到了其中一项：应为 −(y log h + (1 − y) log(1 − h))",
)
