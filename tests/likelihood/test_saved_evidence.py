"""A reading and a comparison leave evidence that ``verify`` replays; forged evidence is refused."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

import lossmith as ls
from lossmith.errors import NotCertified
from lossmith.evidence.lines.multiples import MULTIPLE, check_multiple
from lossmith.evidence.replay import replay
from lossmith.judge.relation import related

sys.path.insert(0, str(Path(__file__).parents[1] / "faces"))

from command_line import run

READINGS = [
    ("norm2(X*w-y)^2 + lam*norm1(w)", "", "w"),
    ("mean(log(1 + exp(-y.*(X*w)))) + lam*norm2(w)^2", "", "w"),  # cases of the labels
    ("-sum(Y.*log(softmax(X*W)))", "", "W"),
    ("sum(exp(X*w) - y.*(X*w))", "", "w"),
    ("n*log(s) + norm2(X*w-y)^2/(2*s^2)", "s: scalar > 0", "w,s"),
    ("sum(huber(X*w-y, delta))", "delta: scalar > 0", "w"),
    ("-7*log(p) - 3*log(1-p)", "p: scalar in (0, 1)", "p"),
    ("y ~ Poisson(exp(X*w)); w ~ Normal(0, tau)", "", "w"),
]


@pytest.mark.parametrize(("formula", "declare", "wrt"), READINGS, ids=[r[0] for r in READINGS])
def test_the_evidence_of_a_reading_is_saved_and_replayed(
    formula: str, declare: str, wrt: str, tmp_path: Path
) -> None:
    file = str(tmp_path / "reading.json")
    options = ["--wrt", wrt, *(["--declare", declare] if declare else [])]
    run("model", formula, *options, "--save", file)
    assert "accepted" in run("verify", file)
    assert "通过" in run("verify", file, "--lang", "zh")


def test_what_is_not_read_leaves_no_evidence(tmp_path: Path) -> None:
    file = str(tmp_path / "reading.json")
    run("model", "sum(sin(X*w - y))", "--wrt", "w", "--save", file, code=3)
    assert json.loads(Path(file).read_text())["status"] == "undecided"
    run("verify", file, code=2)


@pytest.mark.parametrize(
    ("f", "g"),
    [
        ("norm2(X*w-y)^2", "mean((X*w-y).^2)/2"),
        ("norm2(X*w-y)", "norm2(X*w-y)^2"),
        ("norm2(X*w-y)^2 + lam*norm1(w)", "norm2(X*w-y)^2/(2*n) + lam*norm1(w)"),
        ("sum(softplus(X*w) - y.*(X*w))", "sum(log(1+exp(-(2*y-1).*(X*w))))"),
        ("norm2(X*w-y)^2", "-norm2(X*w-y)^2"),
    ],
)
def test_the_evidence_of_a_comparison_is_saved_and_replayed(f: str, g: str, tmp_path: Path) -> None:
    file = str(tmp_path / "comparison.json")
    run("compare", f, g, "--wrt", "w", "--save", file, code=1 if g[0] == "-" else 0)
    assert "accepted" in run("verify", file)


@pytest.fixture(scope="module")
def honest() -> dict[str, Any]:
    f = "mean((X*w-y).^2) + lam*norm2(w)^2"
    evidence = ls.objective(f, wrt="w").model().evidence
    assert evidence is not None
    return evidence.to_json()


def forged(data: dict[str, Any], change: str) -> dict[str, Any]:
    made = json.loads(json.dumps(data))
    match change:
        case "factor":  # a number in place of 1
            made["factor"] = _added(made, {"kind": "const", "value": "2", "shape": []})
        case "negative factor and turned constant":
            made["factor"] = _added(made, {"kind": "const", "value": "-1", "shape": []})
        case "constant":
            made["constant"] = _added(made, {"kind": "const", "value": "7", "shape": []})
        case "sides":
            made["left"], made["right"] = made["right"], made["left"]
        case "a variable in the constant":
            made["wrt"] += [k for k, n in enumerate(made["nodes"]) if n.get("name") == "lam"]
        case "proof":
            made["proof"][0] = made["proof"][1]
        case "square of a number of any sign":
            made["by"] = "square"
        case "no such function":
            made["by"] = "sin"
        case _:
            raise AssertionError(change)
    return made


def _added(made: dict[str, Any], row: dict[str, Any]) -> int:
    made["nodes"].append(row)
    return len(made["nodes"]) - 1


@pytest.mark.parametrize(
    "change",
    [
        "factor", "negative factor and turned constant", "constant", "sides",
        "a variable in the constant", "proof", "square of a number of any sign",
        "no such function",
    ],
)  # fmt: skip
def test_forged_evidence_is_refused(honest: dict[str, Any], change: str) -> None:
    assert replay(honest)
    with pytest.raises(NotCertified):
        replay(forged(honest, change))


@pytest.mark.parametrize(
    ("f", "g", "by", "turned"),
    [
        ("x^2", "exp(x^2)", "log", False),
        ("exp(-x^2/2)", "x^2", "log", True),
        ("sigmoid(3*x)", "x", "logit", False),
        ("sqrt(1 + x^2)", "x^2", "square", False),
        ("2*tanh(x)", "sigmoid(2*x)", "", False),
    ],
)
def test_a_relation_by_values_is_proved(f: str, g: str, by: str, turned: bool) -> None:
    a, b = ls.objective(f, wrt="x"), ls.objective(g, wrt="x")
    found = related(a.expr, b.expr, a.wrt)
    assert found is not None
    assert found.evidence.by == by
    assert found.evidence.is_turned == turned
    check_multiple(MULTIPLE.from_json(found.evidence.to_json()))


@pytest.mark.parametrize(("f", "g"), [("x^2", "x^3"), ("cos(x)", "-sin(x)^2"), ("x", "x^2")])
def test_no_relation_is_found_where_there_is_none(f: str, g: str) -> None:
    a, b = ls.objective(f, wrt="x"), ls.objective(g, wrt="x")
    assert related(a.expr, b.expr, a.wrt) is None


def test_the_evidence_of_dropout_is_saved_and_a_changed_factor_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "dropout.json"
    run("model", "norm2(X*w - y)^2", "--wrt", "w", "--dropout", "--save", str(file))
    assert len(ls.verify(str(file))) == 4
    data = json.loads(file.read_text(encoding="utf-8"))
    first, second = data["multiples"][:2]
    first["left"], second["left"] = second["left"], first["left"]
    with pytest.raises(NotCertified):
        ls.verify(data)
