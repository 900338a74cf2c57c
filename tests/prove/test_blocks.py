"""The lattice of blocks: every subset of the variables, signs that help, the sign cases of D3."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from lossmith.errors import UsageError
from lossmith.evidence.check import check
from lossmith.evidence.replay import replay
from lossmith.prove.blocks import Case, Lattice, lattice, restriction
from lossmith.prove.prover import curvature
from lossmith.text.parse import parse
from lossmith.workbench.objective import objective


def ask(text: str, declare: str, wrt: str, signs: str = "") -> Lattice:
    formula = parse(text, declare)
    chosen = tuple(formula.symbol(n) for n in wrt.split())
    found = lattice(
        formula.expr, chosen, signs=[formula.symbol(n) for n in signs.split()], formula=text
    )
    for block in found.blocks:
        for case in (Case((), block.verdict), *block.passes, *block.cases):
            for evidence in (*case.verdict.certificates, *case.verdict.witnesses):
                check(evidence)
    return found


def labels(found: Lattice) -> dict[str, str]:
    return {"".join(s.name for s in b.wrt): b.verdict.label for b in found.blocks}


LATTICES: dict[str, tuple[str, str, str, dict[str, str]]] = {
    "a bilinear form": (
        "x'*A*y", "", "x y", {"x": "affine", "y": "affine", "xy": "neither"},
    ),
    "a quotient": (
        "x^2/y", "y: scalar > 0", "x y", {"x": "convex", "y": "convex", "xy": "convex"},
    ),
    "a saddle": (
        "x^2 - y^2 + 3*x*y", "", "x y", {"x": "convex", "y": "concave", "xy": "neither"},
    ),
    "three factors": (
        "x*y*z", "", "x y z",
        {"x": "affine", "y": "affine", "z": "affine", "xy": "neither", "xz": "neither",
         "yz": "neither", "xyz": "neither"},
    ),
    "factors of a matrix": (
        "sum((X - U*V').^2)", "X: matrix(m, n); U: matrix(m, k); V: matrix(n, k)", "U V",
        {"U": "convex", "V": "convex", "UV": "neither"},
    ),
    "four variables": (
        "a^2 + b^4 - log(c) + exp(d)", "c: scalar > 0", "a b c d",
        {"".join(t): "convex" for t in (
            "a", "b", "c", "d", "ab", "ac", "ad", "bc", "bd", "cd", "abc", "abd", "acd", "bcd",
            "abcd")},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LATTICES)
def test_every_subset_has_its_verdict(name: str) -> None:
    text, declare, wrt, expected = LATTICES[name]
    assert labels(ask(text, declare, wrt)) == expected


def test_a_failing_block_fails_all_larger_ones_with_the_same_points() -> None:
    found = ask("x*y*z", "", "x y z")
    whole = found.of("x", "y", "z")
    assert whole.inherited
    assert {w.against for w in whole.verdict.witnesses} == {"convex", "concave"}


def test_a_proof_is_restricted_to_fewer_variables_and_never_to_others() -> None:
    formula = parse("x^2/y", "y: scalar > 0")
    x, y = formula.symbol("x"), formula.symbol("y")
    (joint, *_) = curvature(formula.expr, (x, y)).certificates
    check(restriction(joint, (y,)))
    (alone, *_) = curvature(formula.expr, (x,)).certificates
    with pytest.raises(Exception, match="does not follow by restriction"):
        check(restriction(alone, (x, y)))
    with pytest.raises(Exception, match="does not follow by restriction"):
        check(restriction(alone, (y,)))


PASSES: dict[str, tuple[str, str, str, str, set[str]]] = {
    "a penalty of unknown sign": (
        "x^2 + lam*x^4", "", "x", "x", {"lam >= 0"},
    ),
    "a cubic": ("x^3", "", "x", "x", {"x >= 0", "x <= 0"}),
    "one weight of a network": (
        "-log(sigmoid(w2*sigmoid(w1*x)))", "", "w1", "w1",
        {"w1 >= 0, w2 >= 0, x >= 0", "w1 >= 0, w2 <= 0, x <= 0",
         "w1 <= 0, w2 >= 0, x <= 0", "w1 <= 0, w2 <= 0, x >= 0"},
    ),
    "nothing helps a product": ("x*y", "", "x y", "x y", set()),
}  # fmt: skip


@pytest.mark.parametrize("name", PASSES)
def test_signs_under_which_a_block_passes_are_found_and_least(name: str) -> None:
    text, declare, wrt, block, expected = PASSES[name]
    passes = ask(text, declare, wrt).of(*block.split()).passes
    told = {
        ", ".join(
            f"{s.name} {'>= 0' if s.assumptions.interval.lo == 0 else '<= 0'}"
            for s in sorted(c.narrowed, key=lambda s: s.name)
        )
        for c in passes
    }
    assert told == expected


NETWORK = (
    "c*(sigmoid(w2*sigmoid(w1*x)) - y)^2"
    " - (1 - c)*(y*log(sigmoid(w2*sigmoid(w1*x))) + (1 - y)*log(1 - sigmoid(w2*sigmoid(w1*x))))"
)


def test_the_sign_cases_of_the_network_of_one_neuron_are_decided_in_one_call() -> None:
    # c = 1: squared error; c = 0: cross-entropy.  2 losses, 2 labels, 2 weights, 2 x 2 signs.
    found = ask(NETWORK, "c: scalar in {0, 1}; y: scalar in {0, 1}", "w1 w2", "c y x w1 w2")
    single = [(b, c) for b, c in found.cases if len(b.wrt) == 1]
    joint = [c for b, c in found.cases if len(b.wrt) == 2]
    assert len(single) == 32
    for block, case in single:
        loss = next(s.assumptions.values for s in case.narrowed if s.name == "c")
        convex = block.wrt[0].name == "w2" and loss == (0,)
        assert case.verdict.label == ("convex" if convex else "neither")
        assert case.verdict.certificates or len(case.verdict.witnesses) == 2
    assert Counter(c.verdict.label for c in joint) == {"neither": 8}


def test_more_than_four_variables_are_refused() -> None:
    with pytest.raises(UsageError, match="1 to 4 variables"):
        objective("a + b + c + d + e", wrt="a,b,c,d,e").blocks()


def test_a_saved_lattice_replays_with_all_its_evidence() -> None:
    found = objective("x^3 + y^2", wrt="x,y").blocks()
    data = json.loads(json.dumps({"formula": "x^3 + y^2", **found.to_json()}))
    assert len(replay(data)) >= 6
    data["blocks"][0]["verdict"]["label"] = "convex"
    with pytest.raises(Exception, match="says more than its evidence"):
        replay(data)
