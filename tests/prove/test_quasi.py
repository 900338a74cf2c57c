"""What is called quasiconvex keeps every sublevel set convex; what is not, is never called so."""

from __future__ import annotations

import json
import random
from fractions import Fraction

import pytest

import lossmith as ls
from lossmith.atoms.meaning import evaluate
from lossmith.errors import LossmithError
from lossmith.evidence.check import check
from lossmith.evidence.witness import admits, mixed
from lossmith.expr.node import Symbol
from lossmith.prove.curvature.quasi import quasi
from lossmith.prove.refutation.draw import draw
from lossmith.view.replayed import verify

POSITIVE = "x > 0; y > 0"
SIZES = "c: vector(n) >= 0; x: vector(n) >= 0; d: scalar > 0"
PROVED = [
    ("log(1 + x^2)", "", "x", "v"),
    ("sqrt(abs(x))", "", "x", "v"),
    ("exp(-x^2)", "", "x", "ch"),
    ("sigmoid(x)", "", "x", "vch"),
    ("x^3 + x", "", "x", "vc"),
    ("tanh(w'*x)", "", "w", "vc"),
    ("(a'*x + b)/(c'*x + d)", SIZES, "x", "vc"),
    ("norm2(x)/(1 + sum(x))", "x: vector(n) >= 0", "x", "v"),
    ("log(norm2(x) + 1)", "", "x", "v"),
    ("1 - exp(-norm2(x)^2)", "", "x", "v"),
    ("exp(-norm2(X*w - y)^2)", "", "w", "ch"),
    ("x*y", POSITIVE, "x, y", "ch"),
    ("1 - 2*x*y", POSITIVE, "x, y", "v"),
    ("x^2*exp(-x)", "x > 0", "x", "ch"),
    ("-sqrt(norm2(x))", "", "x", "c"),
    ("-2*log(1 + x^2) + k", "", "x", "c"),
]
"""formula, declarations, variables; v quasiconvex, c quasiconcave, h log-concave are found."""

NOT = [
    ("x*y", "", "x, y"),
    ("sin(x)", "", "x"),
    ("x/(1 + x^2)", "", "x"),
    ("x^4 - x^2", "", "x"),
    ("sum(tanh(X*w))", "", "w"),
    ("x/y", "", "x, y"),
    ("norm2(x)/(1 + norm2(x)^2)", "", "x"),
    ("k*log(1 + x^2)", "", "x"),
    ("x^2", "x: scalar in {0, 1}", "x"),  # no convex set: level sets cannot be convex there
    ("norm2(A*b)", "A: matrix(n, n) orthogonal", "A"),
]


@pytest.mark.parametrize(("formula", "declare", "wrt", "kinds"), PROVED)
def test_level_sets_and_logarithms_are_found_and_the_checker_agrees(formula, declare, wrt, kinds):
    f = ls.objective(formula, declare=declare, wrt=wrt)
    found = quasi(f.expr, f.wrt)
    proofs = {"v": found.convex, "c": found.concave, "h": found.log_concave}
    assert "".join(k for k, proof in proofs.items() if proof is not None) == kinds
    for proof in proofs.values():
        if proof is not None:
            check(proof)
    for against in ("v", "c"):
        if proofs[against] is not None:
            assert_no_counterexample(f, against)


@pytest.mark.parametrize(("formula", "declare", "wrt"), NOT)
def test_nothing_is_claimed_of_what_is_not_quasiconvex(formula, declare, wrt):
    f = ls.objective(formula, declare=declare, wrt=wrt)
    assert f.quasi().certificates == ()


def assert_no_counterexample(f, against, tries=60):
    """Search random segments in ball arithmetic for a middle above (below) both ends."""
    rng = random.Random(7)
    sizes = {d: 2 for s in f.formula.symbols for d in s.shape if isinstance(d, str)}
    data: list[Symbol] = [s for s in f.formula.symbols if s not in f.wrt]
    for _ in range(tries):
        scale = Fraction(rng.choice((1, 3, 10)), rng.choice((1, 4)))
        values, a, b = (
            {s: draw(s, sizes, scale, rng) for s in symbols} for symbols in (data, f.wrt, f.wrt)
        )
        if not all(admits(s, v, sizes) for p in (values, a, b) for s, v in p.items()):
            continue
        t = Fraction(rng.randint(1, 9), 10)
        middle = {s: mixed(a[s], b[s], t) for s in f.wrt}
        at = [value(f, {**values, **p}, sizes) for p in (a, b, middle)]
        if any(v is None for v in at):
            continue
        if against == "v":
            assert not (at[2] > at[0] and at[2] > at[1])
        else:
            assert not (at[2] < at[0] and at[2] < at[1])


def value(f, point, sizes):
    try:
        found = evaluate(f.expr, {s: nested(v) for s, v in point.items()}, sizes)
    except (LossmithError, ZeroDivisionError):
        return None
    return found if found.is_finite() else None


def nested(v):
    return [nested(x) for x in v] if isinstance(v, tuple) else v


def test_the_command_line_tells_it_and_its_evidence_replays(tmp_path):
    from click.testing import CliRunner

    from lossmith.faces.cli import main

    saved = tmp_path / "evidence.json"
    done = CliRunner().invoke(main, ["convex", "exp(-x^2)", "--why", "--save", str(saved)])
    assert done.exit_code == 1
    assert "level sets  ■ PROVED  quasiconcave" in done.output
    assert "log-concave" in done.output
    told = " ".join(r.words.en for r in verify(json.loads(saved.read_text())))
    assert "quasiconcave" in told
