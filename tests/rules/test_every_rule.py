"""Every row is attacked: an equation must hold at random points and fail where it says it does.

The values come from the meaning of the cards in ball arithmetic, not from the rows or the calculus.
"""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

import pytest

from lossmith.atoms.activation import sigmoid, softplus
from lossmith.atoms.arithmetic import abs as abs_
from lossmith.atoms.exponential import exp, log
from lossmith.atoms.meaning import entries, evaluate
from lossmith.atoms.trigonometric import sin
from lossmith.calculus.draw import draw_value
from lossmith.calculus.match import rewritten
from lossmith.expr.build import add, apply, const, contract, multiply, negate, power, symbol, total
from lossmith.expr.node import Add, Apply, Const, Contract, Delta, Expr, Select, Symbol, children
from lossmith.expr.sets import POSITIVE
from lossmith.expr.types import Assumptions, Shape
from lossmith.expr.walk import rebuild, substitute, symbols
from lossmith.rules.floats import FLOATS, PARTS
from lossmith.rules.rule import Rule, formal
from lossmith.rules.table import RULES as SHOWN
from lossmith.words import same

RULES = (*SHOWN, *PARTS[1:], *FLOATS)
SIZES = {"k": 3, "m": 2, "b": 2}
BITS = 160
POINTS = 12
ROWS = pytest.mark.parametrize("rule", RULES, ids=[r.name for r in RULES])


def stand_ins(rule: Rule, batch: Shape = ()) -> dict[Expr, Expr]:
    """Return a declared symbol for each formal one; batch: further axes to the left."""
    formals = symbols(rule.lhs, rule.rhs)
    return {
        s: symbol(s.name.removeprefix("?") + "_", batch + s.shape, rule.condition(s.name))
        for s in formals
    }


def values_of(e: Expr, at: dict[Symbol, Any]) -> list[Any]:
    return entries(evaluate(e, {s: at[s] for s in symbols(e)}, SIZES, BITS))


def differ(left: list[Any], right: list[Any]) -> bool:
    """Return whether a pair of balls is surely different, or only one side has a value."""
    return any(
        a.is_finite() != b.is_finite() or (a.is_finite() and not a.overlaps(b))
        for a, b in zip(left, right, strict=True)
    )


def agreements(rule: Rule, seed: int = 0) -> int:
    """Return at how many random points under the condition both sides have one value.

    Raises: AssertionError where they differ.
    """
    rng = Random(f"{rule.name}/{seed}")
    names = stand_ins(rule)
    left, right = substitute(rule.lhs, names), substitute(rule.rhs, names)
    agreed = 0
    for _ in range(POINTS):
        at = {s: draw_value(s, SIZES, rng) for s in names.values() if isinstance(s, Symbol)}
        a, b = values_of(left, at), values_of(right, at)
        if all(x.is_finite() for x in a):
            assert not differ(a, b), f"{rule.name} is false at {at}: {a} and {b}"
            agreed += 1
    return agreed


@ROWS
def test_both_sides_agree_at_random_points_under_the_condition(rule: Rule) -> None:
    # Half of the points may lie outside the domain of both sides (log of a negative number).
    assert agreements(rule) >= POINTS // 4


@ROWS
def test_a_conditional_row_is_false_where_it_says_it_breaks(rule: Rule) -> None:
    assert (rule.breaks_at is None) == (not rule.when)
    if rule.breaks_at is None:
        return
    at: dict[Symbol, Any] = {}
    for s in symbols(rule.lhs, rule.rhs):
        number = rule.breaks_at[s.name]
        assert s.name not in rule.when or not _declared(rule, s, number)
        at[s] = [number] * SIZES["k"] if s.shape else number
    assert differ(values_of(rule.lhs, at), values_of(rule.rhs, at))


def _declared(rule: Rule, s: Symbol, number: Fraction) -> bool:
    """Return whether the number itself would meet the condition."""
    a = rule.condition(s.name)
    return a.interval.has(number) and (a.values is None or number in a.values) and not a.structure


@ROWS
def test_a_row_without_its_condition_is_not_applied(rule: Rule) -> None:
    if not rule.when:
        return
    free: dict[Expr, Expr] = {
        s: symbol(s.name.removeprefix("?") + "_", s.shape) for s in symbols(rule.lhs)
    }
    assert rewritten(rule, substitute(rule.lhs, free)) is None


@ROWS
def test_the_driver_finds_the_left_side_on_arrays_and_gives_the_right_side(rule: Rule) -> None:
    names = stand_ins(rule, ("b",))
    instance = lifted(rule.lhs, names)
    found = rewritten(rule, instance)
    if found is None:
        # The ground itself may know the fact already for declared symbols.
        assert rule.when
        assert instance is lifted(rule.rhs, names)
        return
    assert found.shape == instance.shape
    rng = Random(rule.name)
    for _ in range(POINTS):
        at = {s: draw_value(s, SIZES, rng) for s in names.values() if isinstance(s, Symbol)}
        a, b = values_of(instance, at), values_of(found, at)
        if all(x.is_finite() for x in a):
            assert not differ(a, b)


def lifted(e: Expr, names: dict[Expr, Expr]) -> Expr:
    """Return a pattern over symbols with one more axis to the left, built by hand."""
    if e in names:
        return names[e]
    match e:
        case Const():
            return const(e.value, ("b", *e.shape))
        case Add():
            return add(*((c, lifted(t, names)) for c, t in e.terms))
        case Apply():
            return apply(e.atom, *(lifted(a, names) for a in e.args))
        case Contract():
            factors = [(lifted(f, names), (0, *(k + 1 for k in ls)), p) for f, ls, p in e.factors]
            return contract(factors, tuple(range(e.rank + 1)))
        case Delta():
            ones = const(1, ("b", e.shape[0]))
            return contract([(ones, (0, 1), 1), (e, (1, 2), 1)], (0, 1, 2))
        case Select():
            return rebuild(e, tuple(lifted(c, names) for c in children(e)))
        case _:
            raise AssertionError(e)


# -- the attack itself can fail --------------------------------------------------------------------

x, v = formal("x"), formal("v", ("k",))
ONE = const(1)
ROOT = Fraction(1, 2)


def row(name: str, lhs: Expr, rhs: Expr, **more: Any) -> Rule:
    return Rule(name, lhs, rhs, same(name), "invented", **more)


WRONG = (
    row("sign", apply(log, add(ONE, apply(exp, x))), apply(softplus, negate(x))),
    row("half", apply(sigmoid, x), add((ROOT, ONE))),
    row("unconditional", apply(abs_, x), x),
    row("tiny", apply(sin, x), add((1 + Fraction(1, 1 << 100), apply(sin, x)))),
    row("negative", apply(exp, apply(log, power(x, 2))), multiply(x, power(power(x, 2), ROOT))),
    row("domain", power(power(x, 2), ROOT), power(power(x, ROOT), 2)),
    row("sum", total(power(v, 2)), power(total(v), 2)),
)


@pytest.mark.parametrize("rule", WRONG, ids=[r.name for r in WRONG])
def test_a_wrong_row_is_caught(rule: Rule) -> None:
    with pytest.raises(AssertionError, match="is false at"):
        agreements(rule)


def test_a_condition_that_is_not_needed_is_caught() -> None:
    positive = {"?x": Assumptions(POSITIVE)}
    rule = row("x", apply(exp, x), apply(exp, x), when=positive, breaks_at={"?x": Fraction(-1)})
    with pytest.raises(AssertionError):
        test_a_conditional_row_is_false_where_it_says_it_breaks(rule)


def test_names_of_rows_are_unique_and_every_row_speaks_both_languages() -> None:
    assert len({r.name for r in RULES}) == len(RULES)
    for rule in RULES:
        assert rule.words.en
        assert rule.words.zh
        assert rule.source
