"""Losses over pairs of an index and another: distances, rankings, triplets, their curvature."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

import pytest

from lossmith.evidence.check import check
from lossmith.prove.prover import curvature
from lossmith.text.parse import parse

DECLARED = (
    "X: matrix(n, d); W: matrix(n, n) >= 0; s: vector(n); D: matrix(n, n) >= 0; "
    "Y: matrix(n, n) in [0, 1]; m: scalar >= 0; c: vector(d)"
)
PAIRS: tuple[tuple[str, str, str], ...] = (
    ("sum(i, sum(j != i, norm2(X[i,:] - X[j,:])))", "X", "convex"),
    ("sum(i, sum(j > i, W_ij*norm2(X[i,:] - X[j,:])))", "X", "convex"),
    ("sum(i, sum(j != i, W_ij*norm2(X[i,:] - X[j,:])^2))", "X", "convex"),
    ("-sum(i, sum(j > i, norm2(X[i,:] - X[j,:])))", "X", "concave"),
    ("sum(i, sum(j > i, W_ij*max(0, m - (s_i - s_j))))", "s", "convex"),
    ("sum(i, sum(j != i, W_ij*log(1 + exp(s_j - s_i))))", "s", "convex"),
    ("sum(i, sum(j > i, exp(norm2(X[i,:] - X[j,:]))))", "X", "convex"),
    ("sum(i, sum(j > i, max(0, norm2(X[i,:] - X[j,:]) - m)))", "X", "convex"),
    ("sum(i, sum(j != i, W_ij*norm2(X[i,:] - X[j,:])))", "W", "affine"),
    ("sum(i, sum(j > i, (norm2(X[i,:] - X[j,:]) - D_ij)^2))", "X", "neither"),
    ("sum(i, sum(j > i, Y_ij*norm2(X[i,:] - X[j,:])^2 + (1 - Y_ij)*"
     "max(0, 1 - norm2(X[i,:] - X[j,:]))^2))", "X", "neither"),
    ("sum(i, sum(j != i, 1/abs(s_i - s_j)))", "s", "neither"),
)  # fmt: skip


@pytest.mark.parametrize("row", PAIRS, ids=lambda r: r[0])
def test_a_loss_over_pairs_has_its_curvature(row: tuple[str, str, str]) -> None:
    text, wrt, label = row
    formula = parse(text, DECLARED)
    verdict = curvature(formula.expr, (formula.symbol(wrt),), formula=text)
    for evidence in (*verdict.certificates, *verdict.witnesses):
        check(evidence)
    assert verdict.label == label


Branch = tuple[str, Callable[[float], float]]
BRANCHES: tuple[Branch, ...] = (
    ("{}^2", lambda t: t * t),
    ("exp({})", math.exp),
    ("abs({})", abs),
    ("-{}^2", lambda t: -t * t),
    ("sin({})", math.sin),
    ("max(0, {} - 1)", lambda t: max(0.0, t - 1)),
    ("{}^3", lambda t: t**3),
    ("2*{}", lambda t: 2 * t),
)


@pytest.mark.parametrize("first", BRANCHES, ids=lambda b: b[0])
@pytest.mark.parametrize("second", BRANCHES, ids=lambda b: b[0])
@pytest.mark.parametrize("on", ["a", "x"])
def test_no_chord_of_a_choice_called_convex_lies_below_it(
    first: Branch, second: Branch, on: str
) -> None:
    text = f"if({on} > 0, {first[0].format('x')}, {second[0].format('x')})"
    formula = parse(text, "x: scalar; a: scalar")
    label = curvature(formula.expr, (formula.symbol("x"),)).label

    def value(a: float, x: float) -> float:
        return first[1](x) if (a if on == "a" else x) > 0 else second[1](x)

    rng = random.Random(f"{text} chords")
    rise = fall = 0.0
    for _ in range(400):
        a, p, q = rng.choice((-1.0, 1.0)), rng.uniform(-4, 4), rng.uniform(-4, 4)
        gap = (value(a, p) + value(a, q)) / 2 - value(a, (p + q) / 2)
        rise, fall = min(rise, gap), max(fall, gap)
    # Values stay below 64 + 55: rounding of three of them and a mean is under 1e-12.
    if label in ("convex", "affine"):
        assert rise > -1e-12
    if label in ("concave", "affine"):
        assert fall < 1e-12
    if rise > -1e-12 and on == "a":
        assert label in ("convex", "affine"), "each branch is convex, so the choice is"
