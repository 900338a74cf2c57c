"""A proof is told at two depths, in two languages, as text, LaTeX and a page; nothing is lost."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest

import lossmith as ls
from lossmith.atoms.exponential import exp
from lossmith.evidence.certificate import Certificate, Claim, Inference
from lossmith.expr import build
from lossmith.expr.node import Expr, symbol
from lossmith.prove.proving.verdict import Verdict
from lossmith.rules.inference import INFERENCE
from lossmith.view.outline import Depth
from lossmith.view.proof import Proof
from lossmith.view.proof_nodes import certificates, graph
from lossmith.view.proof_said import SAID
from lossmith.view.proof_words import TEX

FORMULAS = [
    ("sum(log(1 + exp(-y .* (X*w)))) + lam*norm2(w)^2", "y in {-1, 1}; lam >= 0", "w"),
    ("exp(x) - log(x)", "", "x"),
    ("x*log(x)", "", "x"),
    ("exp(norm2(x)^2) + max(x)", "", "x"),
    ("-logdet(X)", "X: matrix(n, n) pd", "X"),
    ("log(sum(exp(x)))", "", "x"),
    ("abs(x) + max(x, x^2)", "", "x"),
    ("x^2/y", "y > 0", "x, y"),
    ("x^4 - 3*x^2*y", "", "x, y"),
]
DEPTHS: tuple[Depth, ...] = ("student", "researcher")


@pytest.fixture(params=FORMULAS, ids=[f for f, _, _ in FORMULAS])
def proof(request: pytest.FixtureRequest) -> Proof:
    formula, declare, wrt = request.param
    return ls.objective(formula, declare=declare, wrt=wrt).proof()


def test_every_conclusion_is_told_and_follows_from_earlier_sentences(proof: Proof) -> None:
    if proof.verdict.status == "refuted":
        assert proof.verdict.witnesses
        return
    told = proof.sentences("student")
    assert sum(s.text.en.endswith("□") for s in told) == len(graph(proof.verdict).conclusions)
    for s in told:
        used = re.search(r"\(from ([\d, ]+)\)", s.text.en)
        for earlier in used[1].split(", ") if used else ():
            assert int(earlier) < int(s.mark)


def test_the_tree_tells_every_step_of_every_certificate_with_its_rule(proof: Proof) -> None:
    marks = {s.mark for s in proof.sentences("researcher")}
    for k, node in enumerate(graph(proof.verdict).nodes, start=1):
        assert f"{k} [{node.rule}]" in marks
        assert f"[{node.rule}]" in marks  # what the rule asks, and its source
    kinds = {c.conclusion for c in certificates(proof.verdict)}
    graphed = graph(proof.verdict)
    assert kinds == {graphed.nodes[k].claim for k in graphed.conclusions}


@pytest.mark.parametrize("depth", DEPTHS)
def test_each_form_is_well_made_in_both_languages(proof: Proof, depth: Depth) -> None:
    assert proof.text(depth, "en") != proof.text(depth, "zh")
    for lang in ("en", "zh"):
        latex = proof.latex(depth, lang)
        assert re.sub(r"\\[{}]", "", latex).count("{") == re.sub(r"\\[{}]", "", latex).count("}")
        assert latex.count("$") % 2 == 0
        assert not re.search(r"[²³½¼λσ‖Σᵀ∇≤≥]", latex), "signs that plain LaTeX cannot set"
        Balanced().feed(proof.html(depth, lang))


class Balanced(HTMLParser):
    """Fails at a tag that closes another one than the last opened."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_student_reads_the_second_derivative_of_each_curved_function() -> None:
    f = ls.objective("sum(log(1 + exp(X*w)))", wrt="w")
    told = " ".join(s.text.en for s in f.proof().sentences())
    assert "the second derivative of softplus(t) is" in told


def test_a_claim_on_a_narrower_domain_says_so() -> None:
    told = ls.objective("x*log(x)").proof().text()
    assert "for x > 0, x log(x) is convex" in told


def test_each_sentence_kept_for_a_rule_is_of_a_rule_that_concludes_so() -> None:
    own = {"log-convex-exp", "log-convex-sum", "log-convex-power", "log-convex-product"}
    for name, kind in SAID:
        assert name in own or (
            name in INFERENCE and (not kind or kind in INFERENCE[name].concludes)
        )


@pytest.fixture
def few_frames() -> Iterator[int]:
    """Leave that many frames to a test: printing a tower takes time as its height squared."""
    before, left = sys.getrecursionlimit(), 200
    sys.setrecursionlimit(len(inspect.stack(0)) + left)
    yield left
    sys.setrecursionlimit(before)


def test_a_deep_proof_is_told_without_recursion(few_frames: int) -> None:
    proof = Proof(tower(few_frames))
    told = proof.sentences("student")
    assert len(told) == few_frames + 1, "a line for each step, and the second derivative of exp"
    assert len(proof.sentences("researcher", TEX)) > few_frames
    Balanced().feed(proof.html("researcher"))


def tower(height: int) -> Verdict:
    """Return the proof that exp(exp(... x)) is convex."""
    x = symbol("x")
    nodes = [Inference(Claim("affine", x, (x,)), "variable")]
    e: Expr = x
    for k in range(height):
        e = build.apply(exp, e)
        nodes.append(Inference(Claim("convex", e, (x,)), "composition", (k,)))
    proved = Certificate(tuple(nodes))
    return Verdict("proved", "convex", e, (x,), certificates=(proved,))
