"""Every method on every problem it fits, judged by the problem and not by itself."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from solver_battery import BATTERY, Case

from lossmith.expr.node import Symbol
from lossmith.run.bind import as_floats
from lossmith.solve.formula import formulate
from lossmith.solve.iterate import iterate
from lossmith.solve.method import Method, Options, unmet
from lossmith.solve.plan import plan, starting_point
from lossmith.solve.problem import Problem
from lossmith.solve.result import Result, Status
from lossmith.solve.table import METHODS
from lossmith.text.parse import parse

HONEST_FAILURES = {Status.MAX_ITERATIONS, Status.STALLED, Status.LINE_SEARCH, Status.PRECISION}


@cache
def formulated(k: int) -> tuple[Problem, tuple[Symbol, ...]]:
    case = BATTERY[k]
    formula = parse(case.formula, case.declare)
    named = {s.name: s for s in formula.symbols}
    wrt = tuple(named[name] for name in case.wrt)
    return formulate(formula.expr, wrt, case.values, None, case.proved), wrt


@cache
def least(k: int) -> float:
    return BATTERY[k].least()


def run(k: int, method: Method, iterations: int = 3000) -> Result:
    problem, wrt = formulated(k)
    case = BATTERY[k]
    given = {n: as_floats(n, v) for n, v in (case.start or {}).items()}
    start, _ = starting_point(problem, wrt, given)
    return iterate(method, problem, start, Options(iterations=iterations))


PAIRS = [
    pytest.param(k, method, id=f"{case.name}-{method.name}")
    for k, case in enumerate(BATTERY)
    for method in METHODS
    if not unmet(method, formulated(k)[0])
]


def judge(case: Case, k: int, result: Result) -> None:
    """A run that claims success must be at a minimum; any run must report F truly."""
    x, low = result.flat, least(k)
    scale = max(1.0, abs(low))
    assert result.value == pytest.approx(case.value(x), rel=1e-11, abs=1e-11)
    assert result.value >= low - 1e-9 * scale, "below the minimum of an independent solver"
    if not result.status.is_success:
        assert result.status in HONEST_FAILURES
        return
    assert result.value <= low + case.tolerance * scale
    if case.defect is not None:
        here = abs(result.value) / (1 + float(np.linalg.norm(x)))
        steepness = max(1.0, min(result.trace[0].residual, here))
        # The tolerance of the loop, or the rounding level that PRECISION speaks of.
        allowed = 1e-6 if result.status is Status.PRECISION else 1e-8
        assert case.defect(x) <= allowed * steepness
    if result.gap.bound is not None:
        # What both routes may lose by rounding: a few dozen ulps of F.
        assert result.value - low <= result.gap.bound + 1e-12 * scale


@pytest.mark.parametrize(("k", "method"), PAIRS)
def test_a_method_finds_the_minimum_or_says_that_it_did_not(k: int, method: Method) -> None:
    judge(BATTERY[k], k, run(k, method))


@pytest.mark.parametrize("k", range(len(BATTERY)), ids=[c.name for c in BATTERY])
def test_the_planned_method_succeeds(k: int) -> None:
    problem, _ = formulated(k)
    chosen = plan(problem)
    assert not unmet(chosen.method, problem)
    result = run(k, chosen.method, iterations=10_000)
    assert result.status.is_success, result.status
    judge(BATTERY[k], k, result)


@pytest.mark.parametrize("method", METHODS, ids=lambda m: m.name)
def test_every_method_solves_some_problem_of_the_battery(method: Method) -> None:
    solved = [
        case.name
        for k, case in enumerate(BATTERY)
        if not unmet(method, formulated(k)[0]) and run(k, method).status.is_success
    ]
    assert solved


@pytest.mark.parametrize("method", METHODS, ids=lambda m: m.name)
def test_every_method_says_what_it_does_and_where_it_is_written(method: Method) -> None:
    assert method.words.en
    assert method.words.zh
    assert any(c.isdigit() for c in method.source), "a source has a year"


def test_what_a_method_cannot_do_is_said_in_words() -> None:
    kinked = next(k for k, c in enumerate(BATTERY) if c.name == "support vector machine")
    for method in METHODS:
        reasons = unmet(method, formulated(kinked)[0])
        for words in reasons:
            assert words.en
            assert words.zh
    assert not np.isnan(least(kinked))
