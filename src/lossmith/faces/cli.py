"""The command line: one formula, one question, an answer with its evidence.

Exit codes stand in ``faces.terminal``. Heavy imports wait until a command needs them.
"""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from lossmith.faces.certifying import verdict_commands
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
    UNDECIDED,
    Group,
    print_json,
    say,
    show,
)
from lossmith.words import Lang, Words

if TYPE_CHECKING:
    from lossmith.text.writing.printing import WrittenDialect


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
verdict_commands(main)
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


@_formula_command("types", "what was read: kinds, sizes, assumptions; --to prints it back")
@DIALECT_OPTION
def types(
    formula: str, declare: tuple[str, ...], wrt: str, dialect: WrittenDialect | None, **options: Any
) -> None:
    """Print every symbol with its kind, size and assumptions, and what was inferred."""
    asked, _ = split(options)
    f = read_objective(formula, declare, wrt)
    if dialect is not None and not asked.json:
        from lossmith.text.writing.printing import written

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
@click.option(
    "--reading", default="", metavar="FILE", help="write that code, with its proofs, as one text"
)
def verify_command(file: str, trusted: bool, reading: str, **options: Any) -> None:
    """Replay the certificates and witnesses in FILE with the small checker alone."""
    asked, _ = split(options)
    output = Output(reading)
    if trusted or output:
        from lossmith.view import reading as reading_text
        from lossmith.view import trusted as reading_list

        answer = reading_list.trusted(file)
        output.write(reading_text.reading(answer, asked.lang) if output else "")
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
