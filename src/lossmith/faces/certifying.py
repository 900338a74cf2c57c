"""The commands about what is proved of a formula: curvature, blocks, kinks, points, steps."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn

import click

from lossmith.faces.options import (
    Output,
    formula_command,
    read_objective,
    split,
    values,
    with_data,
)
from lossmith.faces.terminal import STATUS, Form, say, show

if TYPE_CHECKING:
    from lossmith.view.outline import Depth
    from lossmith.workbench.objective import Objective


def verdict_commands(main: click.Group) -> None:
    """Add the commands to the group."""
    command = partial(formula_command, main)
    command("convex", "PROVED with a certificate, REFUTED with a witness, or UNDECIDED")(convex)
    command("blocks", "a verdict for every subset of up to four variables")(blocks)
    command("kinks", "where it is not differentiable")(kinks)
    command("points", "stationary points, classified")(points)
    command("step", "the smoothness constant L and the step bound 1/L")(step)


@with_data
@click.option("--why", is_flag=True, help="tell the proof, or what was tried")
@click.option(
    "--depth",
    type=click.Choice(["student", "researcher"]),
    help="of the proof: sentences, or the tree with rules, sources and sizes",
)
@click.option("--html", "page", default="", metavar="FILE", help="write the proof as a page")
@click.option("--on", default="", metavar="CONDITIONS", help="only there: 'norm2(w) <= 1; ...'")
@click.option("--save", default="", metavar="FILE", help="write the evidence as JSON")
def convex(
    formula: str,
    declare: tuple[str, ...],
    wrt: str,
    on: str,
    why: bool,
    depth: Depth | None,
    page: str,
    save: str,
    **options: Any,
) -> None:
    """Say whether the formula is convex in its variables, also with numbers in it."""
    asked, data = split(options)
    output, report = Output(save), Output(page)
    f = read_objective(formula, declare, wrt, data)
    if on:
        _convex_on(f, on, output, asked)
    verdict = f.curvature()
    numbers = values(f, data)[0] if data.is_given else {}
    given = f.curvature_on(numbers, data.lengths) if numbers else None
    evidence = verdict.to_json()
    if given is not None:
        evidence["with_data"] = given.to_json()
    if verdict.status != "proved":
        evidence["certificates"] = [c.to_json() for c in f.quasi().certificates]
    output.save(evidence)
    from lossmith.faces import verdicts

    depth = depth or ("student" if why else None)
    card = verdicts.curvature(f, depth, numbers, data.lengths, given)
    proof = f.proof()
    if report:
        report.write(proof.page(card, asked.lang))
    payload = {"formula": f.formula.text, **evidence}
    if depth is not None and asked.json:
        payload["told"] = proof.to_json(depth)
    show(card, payload, asked)
    if depth is not None and not asked.json:
        told = proof.latex(depth, asked.lang) if asked.tex else proof.text(depth, asked.lang)
        say(told, asked)
    sys.exit(STATUS[(given or verdict).status])


def _convex_on(f: Objective, on: str, output: Output, asked: Form) -> NoReturn:
    """Answer for the set that the conditions describe."""
    from lossmith.faces import verdicts

    found, conditions = f.curvature_within(on)
    output.save(found.to_json())
    show(verdicts.within(f, found, conditions), {"on": on, **found.to_json()}, asked)
    sys.exit(STATUS[found.status])


@click.option("--signs", default="", metavar="NAMES", help="tell cases of sign apart: x,w2")
@click.option("--save", default="", metavar="FILE", help="write the evidence as JSON")
def blocks(
    formula: str, declare: tuple[str, ...], wrt: str, signs: str, save: str, **options: Any
) -> None:
    """Print in which of its variables the formula is convex, and signs under which it would be."""
    asked, _ = split(options)
    output = Output(save)
    f = read_objective(formula, declare, wrt)
    found = f.blocks(signs=signs)
    payload = {"formula": f.formula.text, **found.to_json()}
    output.save(payload)
    from lossmith.faces import verdicts

    show(verdicts.blocks(f, found), payload, asked)
    sys.exit(STATUS[found.blocks[-1].verdict.status])


def kinks(formula: str, declare: tuple[str, ...], wrt: str, **options: Any) -> None:
    """Print the points at which the formula has no derivative."""
    asked, _ = split(options)
    f = read_objective(formula, declare, wrt)
    from lossmith.faces import verdicts

    found = verdicts.kink_data(f)
    show(verdicts.kinks(f), {"formula": f.formula.text, "kinks": found}, asked)


@click.option("--box", default="", metavar="BOX", help="e.g. 'x in [-3, 3]'")
@click.option("--at", default="", metavar="POINT", help="only this point, in symbols: 'x = 0'")
@click.option("--why", is_flag=True, help="tell why these are there, and no others")
@click.option(
    "--depth",
    type=click.Choice(["student", "researcher"]),
    help="of the proof: sentences, or all steps with sources and sizes",
)
@click.option("--html", "page", default="", metavar="FILE", help="write the proof as a page")
@click.option("--save", default="", metavar="FILE", help="write the evidence as JSON")
@with_data
def points(
    formula: str,
    declare: tuple[str, ...],
    wrt: str,
    box: str,
    at: str,
    why: bool,
    depth: Depth | None,
    page: str,
    save: str,
    **options: Any,
) -> None:
    """Print the stationary points with a proof that they are there, and what they are."""
    asked, given = split(options)
    if at:
        from lossmith.faces.modeling import one_point

        one_point(formula, at, declare, asked)
    output, report = Output(save), Output(page)
    f = read_objective(formula, declare, wrt, given)
    from lossmith.faces import verdicts

    numbers, notes = values(f, given) if given.is_given else ({}, ())
    told = f.points_proof(box, numbers, given.lengths)
    found, listed = told.found, verdicts.points_data(told.found)
    evidence = found.certificate if save else None
    if save and evidence is None:
        notes = (*notes, verdicts.NO_CERTIFICATE)
    plain = {"status": found.status, "points": listed}
    output.save(plain if evidence is None else evidence.to_json())
    card = verdicts.points(f, found, box, notes)
    if report:
        report.write(told.page(card, asked.lang))
    depth = depth or ("student" if why else None)
    payload = {"formula": f.formula.text, **plain}
    if depth is not None and asked.json:
        payload["told"] = told.to_json(depth)
    show(card, payload, asked)
    if depth is not None and not asked.json:
        say(told.latex(depth, asked.lang) if asked.tex else told.text(depth, asked.lang), asked)
    sys.exit(STATUS[found.status])


@with_data
@click.option("--save", default="", metavar="FILE", help="write the evidence as JSON")
def step(formula: str, declare: tuple[str, ...], wrt: str, save: str, **options: Any) -> None:
    """Print the largest safe step of gradient descent, in symbols and for --data in numbers."""
    asked, data = split(options)
    output = Output(save)
    f = read_objective(formula, declare, wrt, data)
    if save:
        evidence, slope = f.curvature().to_json(), f.lipschitz().certificate
        if slope is not None:
            evidence["certificates"].append(slope.to_json())
        output.save(evidence)
    from lossmith.faces import verdicts

    numbers = values(f, data)[0] if data.is_given else None
    payload = {"formula": f.formula.text, "smooth": f.curvature().to_json()["smooth"]}
    if asked.json and numbers:
        payload["data"] = verdicts.step_data(f, numbers, data.lengths)
    show(verdicts.step(f, numbers, data.lengths), payload, asked)
