"""The commands about what a loss assumes: ``model``, and ``compare`` of two losses."""

from __future__ import annotations

import sys
from functools import partial
from typing import Any

import click

from lossmith.faces.options import Output, formula_command, read_objective, read_text, split
from lossmith.faces.terminal import ANSWERED, STATUS, show


def model_commands(main: click.Group) -> None:
    """Add the commands to the group."""
    command = partial(formula_command, main)
    command("model", "the noise law, link and priors behind the loss; or y ~ Law(...)")(model)
    command("compare", "same minimizers? what changes from one loss to another")(compare)


@click.option("--cross-entropy", is_flag=True, help="only how the loss is a cross-entropy")
@click.option("--dropout", is_flag=True, help="the expectation of the loss over dropout masks")
@click.option(
    "--simulate",
    type=int,
    metavar="SEED",
    help="draw data from the law: the average loss tends to entropy + divergence",
)
@click.option("--save", default="", metavar="FILE", help="write the evidence as JSON")
def model(
    formula: str,
    declare: tuple[str, ...],
    wrt: str,
    cross_entropy: bool,
    dropout: bool,
    simulate: int | None,
    save: str,
    **options: Any,
) -> None:
    """Say what is assumed when the formula is minimized; or build the loss of "y ~ Law(...)"."""
    asked, _ = split(options)
    if dropout:
        _dropout(formula, declare, wrt, Output(save), asked)
    output = Output(save)
    text, source = read_text(formula)
    from lossmith.workbench.stated import model_of

    found = model_of(text, "; ".join(declare), wrt, source)
    _save(output, found)
    card = found.card(entropy=cross_entropy)
    payload: dict[str, Any] = {"formula": text, "model": found.to_json(entropy=cross_entropy)}
    if simulate is not None:
        from lossmith.workbench.simulation import simulated

        drawn = simulated(found, simulate)
        card, payload["simulation"] = drawn.added_to(card), drawn.to_json()
    show(card, payload, asked)
    sys.exit(STATUS[found.status])


@click.argument("other", type=click.UNPROCESSED)
@click.option("--save", default="", metavar="FILE", help="write the evidence as JSON")
def compare(
    formula: str, other: str, declare: tuple[str, ...], wrt: str, save: str, **options: Any
) -> None:
    """Say how OTHER relates to FORMULA: a multiple, an increasing function, other weights.

    Two laws, "w ~ Laplace(0, b)" and "w ~ Normal(0, s)", are compared at their peaks and tails.
    """
    asked, _ = split(options)
    output = Output(save)
    from lossmith.likelihood.statements import is_model

    texts = [read_text(t)[0] for t in (formula, other)]
    if all(is_model(t) for t in texts):
        _laws(texts, "; ".join(declare), output, asked)
    f = read_objective(formula, declare, wrt)
    from lossmith.workbench.comparison import compare as compared

    found = compared(f, read_text(other)[0], "; ".join(declare))
    _save(output, found)
    payload = {"formula": f.formula.text, "other": found.g.formula.text, **found.to_json()}
    show(found.card(), payload, asked)
    sys.exit(STATUS[found.status])


def _laws(texts: list[str], declare: str, output: Output, asked: Any) -> None:
    """Show two laws of one number side by side."""
    from lossmith.workbench.laws import compare_laws

    found = compare_laws(texts[0], texts[1], declare)
    output.save(found.to_json())
    show(found.card(), {"laws": texts, **found.to_json()}, asked)
    sys.exit(STATUS[found.status])


def one_point(formula: str, at: str, declare: tuple[str, ...], asked: Any) -> None:
    """Show the one-sided slopes at a point, and where it is a minimum."""
    from lossmith.workbench.at_point import at_point

    text, _ = read_text(formula)
    found = at_point(text, at, "; ".join(declare))
    show(found.card(), {"formula": text, "point": found.to_json()}, asked)
    sys.exit(STATUS[found.status])


def _dropout(formula: str, declare: tuple[str, ...], wrt: str, output: Output, asked: Any) -> None:
    """Show the expectation over dropout masks."""
    from lossmith.workbench.masked import masked

    f = read_objective(formula, declare, wrt)
    found = masked(f)
    if output:
        output.save(found.evidence())
    show(found.card(), {"formula": f.formula.text, "dropout": found.to_json()}, asked)
    sys.exit(ANSWERED)


def _save(output: Output, found: Any) -> None:
    """Write the evidence of an answer, its status alone where it has none."""
    evidence = found.evidence
    output.save({"status": found.status} if evidence is None else evidence.to_json())
