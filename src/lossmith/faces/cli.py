"""The command line: one formula, one question, an answer with its evidence.

Exit codes stand in ``faces.terminal``. Heavy imports wait until a command needs them.
"""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn

import click

from lossmith.faces.checking import check_command
from lossmith.faces.deriving import derivative_commands
from lossmith.faces.modeling import model_commands
from lossmith.faces.options import (
    DIALECT_OPTION,
    FORMAT_OPTIONS,
    Output,
    formula_command,
    read_objective,
    split,
    start,
    values,
    with_data,
)
from lossmith.faces.terminal import (
    ANSWERED,
    REFUTED,
    STATUS,
    UNDECIDED,
    Form,
    Group,
    print_json,
    say,
    show,
)
from lossmith.words import Lang, Words

if TYPE_CHECKING:
    from lossmith.text.printing import WrittenDialect
    from lossmith.view.proof import Depth
    from lossmith.workbench.objective import Objective


@click.group(
    cls=Group,
    context_settings={"help_option_names": ["--help"], "max_content_width": 100},
    epilog="A formula is an argument, @FILE, or - for standard input.",
)
@click.version_option(package_name="lossmith", message="lossmith %(version)s")
def main() -> None:
    """Lossmith: write down a loss, know what it is."""


_formula_command = partial(formula_command, main)
derivative_commands(main)
model_commands(main)

# -- answers about a formula ---------------------------------------------------------------------


@_formula_command("explain", "the card: reading, derivatives, convexity, kinks, step, floats")
@click.option("--why-zero", is_flag=True, help="why an L1 penalty gives exact zeros, and when")
@with_data
def explain(
    formula: str, declare: tuple[str, ...], wrt: str, why_zero: bool, **options: Any
) -> None:
    """Print the card of a formula: what it is, with evidence."""
    asked, data = split(options)
    f = read_objective(formula, declare, wrt, data)
    if why_zero:
        from lossmith.faces import answers

        show(answers.exact_zeros(f), {"formula": f.formula.text}, asked)
        return
    card = f.explain(values(f, data)[0] if data.is_given else None, data.lengths)
    show(card, {"formula": f.formula.text, "wrt": [s.name for s in f.wrt]}, asked)


@_formula_command("convex", "PROVED with a certificate, REFUTED with a witness, or UNDECIDED")
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
    from lossmith.faces import answers

    depth = depth or ("student" if why else None)
    card = answers.curvature(f, depth, numbers, data.lengths, given)
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
    from lossmith.faces import answers

    found, conditions = f.curvature_within(on)
    output.save(found.to_json())
    show(answers.within(f, found, conditions), {"on": on, **found.to_json()}, asked)
    sys.exit(STATUS[found.status])


@_formula_command("blocks", "a verdict for every subset of up to four variables")
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
    from lossmith.faces import answers

    show(answers.blocks(f, found), payload, asked)
    sys.exit(STATUS[found.blocks[-1].verdict.status])


@_formula_command("kinks", "where it is not differentiable")
def kinks(formula: str, declare: tuple[str, ...], wrt: str, **options: Any) -> None:
    """Print the points at which the formula has no derivative."""
    asked, _ = split(options)
    f = read_objective(formula, declare, wrt)
    from lossmith.faces import answers

    found = answers.kink_data(f)
    show(answers.kinks(f), {"formula": f.formula.text, "kinks": found}, asked)


@_formula_command("points", "stationary points, classified")
@click.option("--box", default="", metavar="BOX", help="e.g. 'x in [-3, 3]'")
@click.option("--at", default="", metavar="POINT", help="only this point, in symbols: 'x = 0'")
@click.option("--save", default="", metavar="FILE", help="write the proof for a box as JSON")
@with_data
def points(
    formula: str,
    declare: tuple[str, ...],
    wrt: str,
    box: str,
    at: str,
    save: str,
    **options: Any,
) -> None:
    """Print the stationary points with a proof that they are there, and what they are."""
    asked, given = split(options)
    if at:
        from lossmith.faces.modeling import one_point

        one_point(formula, at, declare, asked)
    output = Output(save)
    f = read_objective(formula, declare, wrt, given)
    from lossmith.faces import answers

    numbers, notes = values(f, given) if given.is_given else ({}, ())
    card, status, found, proof = answers.points(
        f, box, numbers, given.lengths, notes, proof=bool(save)
    )
    output.save(proof if proof is not None else {"status": status, "points": found})
    show(card, {"formula": f.formula.text, "status": status, "points": found}, asked)
    sys.exit(STATUS[status])


@_formula_command("step", "the smoothness constant L and the step bound 1/L")
@with_data
@click.option("--save", default="", metavar="FILE", help="write the evidence as JSON")
def step(formula: str, declare: tuple[str, ...], wrt: str, save: str, **options: Any) -> None:
    """Print the largest safe step of gradient descent, in symbols and for --data in numbers."""
    asked, data = split(options)
    output = Output(save)
    f = read_objective(formula, declare, wrt, data)
    evidence, slope = f.curvature().to_json(), f.lipschitz().certificate
    if slope is not None:
        evidence["certificates"].append(slope.to_json())
    output.save(evidence)
    from lossmith.faces import answers

    numbers = values(f, data)[0] if data.is_given else None
    payload = {"formula": f.formula.text, "smooth": f.curvature().to_json()["smooth"]}
    if asked.json and numbers:
        payload["data"] = answers.step_data(f, numbers, data.lengths)
    show(answers.step(f, numbers, data.lengths), payload, asked)


@_formula_command("types", "what was read: kinds, sizes, assumptions; --to prints it back")
@DIALECT_OPTION
def types(
    formula: str, declare: tuple[str, ...], wrt: str, dialect: WrittenDialect | None, **options: Any
) -> None:
    """Print every symbol with its kind, size and assumptions, and what was inferred."""
    asked, _ = split(options)
    f = read_objective(formula, declare, wrt)
    if dialect is not None and not asked.json:
        from lossmith.text.printing import written

        say(written(f.expr, dialect), asked)
        return
    from lossmith.faces import answers

    named = dict(answers.named_types(f))
    show(answers.types(f), {"formula": f.formula.text, "types": named}, asked)


@_formula_command("code", "stable NumPy source of value, gradient, Hessian, Hessian times vector")
@click.option(
    "--to",
    "target",
    default="numpy",
    metavar="TARGET",
    help="numpy, numba, jax, torch, c, boosting, latex or markdown",
)
@click.option("--why-stable", is_flag=True, help="tell the identities and what would overflow")
@click.option("--save", default="", metavar="FILE", help="write it to a file")
def code(
    formula: str,
    declare: tuple[str, ...],
    wrt: str,
    target: str,
    why_stable: bool,
    save: str,
    **options: Any,
) -> None:
    """Print source code that runs without Lossmith."""
    asked, _ = split(options)
    output = Output(save)
    f = read_objective(formula, declare, wrt)
    if why_stable:
        from lossmith.faces import answers

        show(answers.stable(f), {"formula": f.formula.text, "target": target}, asked)
        return
    text = f.code(target)
    output.write(text)
    if asked.json:
        print_json({"target": target, "text": text})
    elif output:
        say(Words(f"written: {save}", f"已写入：{save}").say(asked.lang), asked)
    else:
        say(text, asked)


# -- numbers -------------------------------------------------------------------------------------


@_formula_command("solve", "the minimum, on --data FILE (csv, npz, parquet)")
@with_data
@click.option("--method", default="", metavar="NAME", help="override the choice of method")
@click.option("--x0", "begin", default="", metavar="NUMBERS", help="the start: 1,2,3 or a=1; b=2")
@click.option("--max-iter", type=click.IntRange(min=1), metavar="N", help="iterations at most")
@click.option("--save", default="", metavar="FILE", help="write result and evidence as JSON")
def solve(
    formula: str,
    declare: tuple[str, ...],
    wrt: str,
    method: str,
    begin: str,
    max_iter: int | None,
    save: str,
    **options: Any,
) -> None:
    """Minimize the formula; the method is chosen from what was proved, and the choice explained."""
    asked, data = split(options)
    output = Output(save)
    f = read_objective(formula, declare, wrt, data)
    given, notes = values(f, data)
    progress = _Progress(quiet=asked.json or not sys.stderr.isatty(), lang=asked.lang)
    result = f.solve(
        method=method,
        x0=start(begin),
        sizes=data.lengths,
        max_iter=max_iter,
        on_step=progress,
        **given,
    )
    progress.done()
    from lossmith.faces import answers

    payload = {
        "formula": f.formula.text,
        "result": answers.result_json(f, result),
        "verdict": f.curvature().to_json(),
    }
    output.save(payload)
    show(answers.result(f, result, notes), payload, asked)
    sys.exit(ANSWERED if result.status.is_success else UNDECIDED)


class _Progress:
    """One line on the error stream that is rewritten; Ctrl-C stops and keeps the best point."""

    def __init__(self, *, quiet: bool, lang: Lang) -> None:
        self.quiet = quiet
        self.hint = Words("Ctrl-C stops and keeps the best point", "按 Ctrl-C 停止并保留最佳点")
        self.lang: Lang = lang
        self.shown = False

    def __call__(self, iterate: Any) -> None:
        if self.quiet:
            return
        self.shown = True
        line = (
            f" it {iterate.iteration}   f {iterate.value:.8g}   "
            f"residual {iterate.residual:.2e}   {self.hint.say(self.lang)}"
        )
        sys.stderr.write(f"\r\x1b[K{line}")
        sys.stderr.flush()

    def done(self) -> None:
        """Clear the line."""
        if self.shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


# -- evidence and the machine ----------------------------------------------------------------------


@main.command("verify", short_help="replay saved evidence with the checker alone")
@click.argument("file", type=click.UNPROCESSED)
@click.option("--trusted", is_flag=True, help="list the code of the checker that took part")
def verify_command(file: str, trusted: bool, **options: Any) -> None:
    """Replay the certificates and witnesses in FILE with the small checker alone."""
    asked, _ = split(options)
    if trusted:
        from lossmith.view import trusted as reading_list

        answer = reading_list.trusted(file)
        show(reading_list.card(answer), reading_list.to_data(answer), asked)
        return
    from lossmith.view.replayed import about, verify

    lines = about(verify(file))
    if asked.json:
        rows = [{"en": w.en, "zh": w.zh} for w in lines]
        print_json({"accepted": True, "lines": rows})
        return
    for line in lines:
        say(f" {line.say(asked.lang)}", asked)


@main.command("doctor", short_help="versions, extras, a self-test")
def doctor_command(**options: Any) -> None:
    """Print what is installed, what is missing, and whether a small self-test passes."""
    asked, _ = split(options)
    from lossmith.faces.doctor import diagnose

    card, healthy = diagnose()
    show(card, {"healthy": healthy}, asked)
    sys.exit(ANSWERED if healthy else REFUTED)


main.add_command(check_command)

for _command in (verify_command, doctor_command):
    for _option in FORMAT_OPTIONS:
        _option(_command)
