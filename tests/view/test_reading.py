"""The checker of one proof as one text: all that ran stands in it, as it stands in the house."""

from __future__ import annotations

import ast
import json
import re
from functools import cache
from pathlib import Path

import pytest

import lossmith as ls
from lossmith.evidence.curvature.premise import CHECKS
from lossmith.rules.inference import INFERENCE
from lossmith.view.reading import reading
from lossmith.view.trusted import HOUSE, KERNEL, Trusted, trusted
from lossmith.words import Lang

QUESTIONS = {
    "a loss with data": ("sum(log(1 + exp(-y .* (X*w)))) + lam*norm2(w)^2", "w"),
    "one number": ("x^4 - x^2 + 3*x", "x"),
    "neither": ("s*t", "s, t"),
    "a card with two arguments": ("sum(max(u, v))", "u, v"),
}
DECLARE = "y in {-1, 1}; lam >= 0; u: vector(n)"


@pytest.fixture(params=QUESTIONS, scope="module")
def answer(request: pytest.FixtureRequest) -> Trusted:
    formula, wrt = QUESTIONS[request.param]
    names = re.findall(r"\w+", formula)
    declare = "; ".join(d for d in DECLARE.split("; ") if d.split(" ")[0].strip(":") in names)
    verdict = ls.objective(formula, declare=declare, wrt=wrt).curvature()
    return trusted(json.loads(json.dumps(verdict.to_json())))


def test_every_line_of_the_checker_that_ran_stands_in_the_text(answer: Trusted) -> None:
    text = {line.strip() for line in reading(answer).splitlines()}
    for f in answer.functions:
        if f.file.startswith(f"{KERNEL}/"):
            lines = Path(HOUSE / f.file).read_text(encoding="utf-8").splitlines()
            missing = {line.strip() for line in lines[f.first - 1 : f.last]} - text
            assert not missing, (f, missing)


def test_no_function_stands_there_twice(answer: Trusted) -> None:
    heads = re.findall(r"^ *def (\w+)\([^\n]*", reading(answer), flags=re.MULTILINE)
    again = {name for name in heads if heads.count(name) > 1}
    called = [f.name.rpartition(".")[2] for f in answer.functions if f.file.startswith(KERNEL)]
    # Two files may name two functions alike.
    assert all(heads.count(name) <= called.count(name) for name in again & set(called)), again


def test_each_rule_stands_with_its_proof_and_its_code(answer: Trusted) -> None:
    text = reading(answer)
    for name in answer.rows:
        assert name in CHECKS
        page = text.split(f"## Rule {name}\n")[1].split("\n## ")[0]
        assert INFERENCE[name].proof in page
        assert f'@checks("{name}")' in page


def test_all_of_the_code_is_python_once_more(answer: Trusted) -> None:
    for code in re.findall(r"```python\n(.*?)```", reading(answer), flags=re.DOTALL):
        ast.parse(code)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_it_is_whole_in_both_languages(answer: Trusted, lang: Lang) -> None:
    text = reading(answer, lang)
    assert text.count("```") % 2 == 0
    prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    assert not re.search(r"\{\w+\}", prose)
    assert ("规则" in prose or not answer.rows) == (lang == "zh" or not answer.rows)


def test_the_facts_on_the_cards_stand_there_with_their_conditions() -> None:
    verdict = ls.objective("sum(huber(x, c))", declare="c: scalar > 0", wrt="x").curvature()
    text = reading(trusted(json.loads(json.dumps(verdict.to_json()))))
    card = text.split("- **huber(a, b)")[1].split("\n- ")[0]
    told = {line.strip() for line in card.splitlines()[1:]}
    assert {"- convex in a", "- nondecreasing in a where a in [0, inf)"} <= told


def test_points_are_read_with_what_is_claimed_of_them_and_the_cards_in_the_formula() -> None:
    """Not a word of claims of curvature, and no form of evidence that the file does not hold."""
    evidence = ls.objective("exp(x) - 2*x", wrt="x").stationary().certificate
    assert evidence is not None
    text = reading(trusted(json.loads(json.dumps(evidence.to_json()))))
    assert "stationary  the function has slope 0 there" in text
    assert {"class Course:", "class Stretch:", "COURSE: Final"} <= {
        line.split(" = ")[0] for line in text.splitlines()
    }
    assert "- **exp(a)**" in text
    assert "What claims mean" not in text
    assert "class ZerosCertificate" not in text


def test_data_of_other_files_that_the_code_names_stand_there(answer: Trusted) -> None:
    """What is written in capitals and used in the code of the checker is told, or of the ground."""
    text = reading(answer)
    code = "\n".join(re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL))
    tree = ast.parse(code)
    used = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and n.id.isupper()}
    told = {
        n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    }
    forms = {"CERTIFICATE", "WITNESS", "COURSE", "ZEROS", "ELIMINATION", "LAYERS", "MULTIPLE"}
    assert used & _shared() - forms - {"CONFINED"} <= told
    kinds = {n.name for n in ast.walk(tree) if isinstance(n, ast.ClassDef)}
    assert set(answer.nouns) - {"Interval"} <= kinds, "interval stands on the ground"
    assert {n.upper() for n in answer.nouns} & forms <= told


@cache
def _shared() -> frozenset[str]:
    """Return the names that files of the checker have of one another."""
    return frozenset(
        a.name
        for file in (HOUSE / KERNEL).rglob("*.py")
        for s in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(s, ast.ImportFrom) and (s.module or "").startswith("lossmith.evidence")
        for a in s.names
    )
