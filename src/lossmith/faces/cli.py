"""The command line: one formula, one question, an answer with its evidence.

Exit codes: 0 answered, 1 refuted or wrong, 2 input error, 3 undecided, 4 an error of ours. Formula
commands have no short options, since a formula may start with ``-``. Heavy imports wait until a
command needs them.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from lossmith.errors import LossmithError, SelfCheckFailed, UsageError
from lossmith.words import Lang, Words

if TYPE_CHECKING:
    from lossmith.text.printing import Notation
    from lossmith.view.card import Card
    from lossmith.view.tell import Level
    from lossmith.workbench.objective import Objective

ANSWERED, REFUTED, BAD_INPUT, UNDECIDED, INTERNAL = 0, 1, 2, 3, 4
_STATUS = {"proved": ANSWERED, "refuted": REFUTED, "undecided": UNDECIDED}

_F = TypeVar("_F", bound=Callable[..., Any])


class _Group(click.Group):
    """Shows every Lossmith error in four parts and exits with code 2, never with a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except LossmithError as error:
            _fail(ctx, error)
        except (click.exceptions.Exit, click.ClickException, click.Abort):
            raise
        except Exception as bug:
            if os.environ.get("LOSSMITH_DEBUG"):
                raise
            _fail(ctx, _internal(bug))


def _internal(bug: Exception) -> LossmithError:
    """Return a bug of ours as an error that asks for a report; it is no fault of the input."""
    name = type(bug).__name__
    return SelfCheckFailed(
        Words(f"an error inside Lossmith ({name}: {bug})", f"Lossmith 内部错误（{name}: {bug}）"),
        why=Words("this is a bug, not a mistake of yours", "这是程序缺陷，不是您的错误"),
        attempt=Words(
            "please report the formula; LOSSMITH_DEBUG=1 shows where it happened",
            "请反馈该公式；设置 LOSSMITH_DEBUG=1 可显示出错位置",
        ),
    )


def _fail(ctx: click.Context, error: LossmithError) -> NoReturn:
    asked = ctx.meta.get("lossmith.format", {})
    if asked.get("json"):
        click.echo(json.dumps(error.to_json(), ensure_ascii=False, indent=2))
    else:
        click.echo(_spelled(error.render(asked.get("lang", "en")), asked), err=True)
    internal = isinstance(error, SelfCheckFailed)
    sys.exit(INTERNAL if internal else BAD_INPUT)


def _spelled(text: str, asked: dict[str, Any]) -> str:
    if not asked.get("ascii"):
        return text
    from lossmith.view.card import ascii_only

    return ascii_only(text)


@click.group(
    cls=_Group,
    context_settings={"help_option_names": ["--help"], "max_content_width": 100},
    epilog="A formula is an argument, @FILE, or - for standard input.",
)
@click.version_option(package_name="lossmith", message="lossmith %(version)s")
def main() -> None:
    """Lossmith: write down a loss, know what it is."""


_DECLARE_HELP = "kinds and assumptions, e.g. 'lam: scalar >= 0; y in {-1, 1}'"


def _formula_command(name: str, short_help: str) -> Callable[[Callable[..., Any]], click.Command]:
    """Return a decorator for a command that takes a formula and the options all of them share."""

    def decorate(function: Callable[..., Any]) -> click.Command:
        options = [
            click.argument("formula", type=click.UNPROCESSED),
            click.option("--declare", multiple=True, metavar="TEXT", help=_DECLARE_HELP),
            click.option("--wrt", default="", metavar="NAMES", help="variables, comma separated"),
            *_FORMAT_OPTIONS,
        ]  # fmt: skip
        for option in reversed(options):
            function = option(function)
        settings = {"ignore_unknown_options": True, "help_option_names": ["--help"]}
        return main.command(name, short_help=short_help, context_settings=settings)(function)

    return decorate


_FORMAT_OPTIONS = [
    click.option("--json", "as_json", is_flag=True, help="print the answer as JSON"),
    click.option("--lang", type=click.Choice(["en", "zh"]), default="en", help="language"),
    click.option("--tex", is_flag=True, help="print formulas as LaTeX"),
    click.option("--ascii", "ascii_", is_flag=True, help="ASCII signs only"),
]

_DATA_OPTIONS = [
    click.option("--data", default="", metavar="FILE", help="csv, npz, npy or parquet"),
    click.option("--target", default="", metavar="COLUMN", help="the column of y (default: last)"),
    click.option("--features", default="", metavar="COLUMNS", help="the columns of X"),
    click.option("--standardize", is_flag=True, help="columns of X to mean 0, variance 1"),
    click.option("--labels", default="", metavar="MAP", help="relabel y, e.g. '0,1->-1,1'"),
    click.option("--set", "sets", multiple=True, metavar="NAME=VALUE", help="e.g. lam=0.1"),
]  # fmt: skip


def _with_data(function: _F) -> _F:
    for option in reversed(_DATA_OPTIONS):
        function = option(function)
    return function


def _remember(as_json: bool, lang: str, tex: bool, ascii_: bool) -> dict[str, Any]:
    asked = {"json": as_json, "lang": lang, "tex": tex, "ascii": ascii_}
    click.get_current_context().meta["lossmith.format"] = asked
    return asked


def _read(formula: str) -> tuple[str, str]:
    """Return (text, source) of a formula given as text, @FILE or -."""
    if formula == "-":
        return sys.stdin.read().strip(), "-"
    if formula.startswith("@"):
        path = Path(formula[1:])
        try:
            return path.read_text(encoding="utf-8").strip(), str(path)
        except (OSError, UnicodeDecodeError) as problem:
            raise UsageError(
                Words(f"cannot read the formula file {path}", f"无法读取公式文件 {path}"),
                why=Words(str(problem), str(problem)),
            ) from problem
    return formula, ""


def _objective(formula: str, declare: tuple[str, ...], wrt: str) -> Objective:
    from lossmith.workbench.objective import objective

    text, source = _read(formula)
    return objective(text, declare="; ".join(declare), wrt=wrt, source=source)


def _say(text: str) -> None:
    asked = click.get_current_context().meta.get("lossmith.format", {})
    click.echo(_spelled(text, asked))


def _show(card: Card, payload: dict[str, Any], asked: dict[str, Any]) -> None:
    """Print a card in the form asked for; ``payload`` is what --json adds to it."""
    from lossmith.view import card as cards

    lang: Lang = asked["lang"]
    if asked["json"]:
        data = {**payload, "card": cards.to_json(card)}
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
    elif asked["tex"]:
        click.echo(cards.latex(card))
    else:
        _say(cards.plain(card, lang))


# -- answers about a formula ---------------------------------------------------------------------


@_formula_command("explain", "the card: reading, derivatives, convexity, kinks, step, floats")
@_with_data
def explain(formula: str, declare: tuple[str, ...], wrt: str, **options: Any) -> None:
    """Print the card of a formula: what it is, with evidence."""
    asked, data = _split(options)
    f = _objective(formula, declare, wrt)
    card = f.explain(_values(f, data)[0] if data["data"] or data["sets"] else None)
    _show(card, {"formula": f.formula.text, "wrt": [s.name for s in f.wrt]}, asked)


@_formula_command("grad", "the gradient; --steps shows the derivation")
@click.option("--steps", is_flag=True, help="show the derivation")
@click.option("--level", type=click.Choice(["short", "full"]), default="short", help="how fully")
@click.option("--notation", type=click.Choice(["matrix", "index"]), default="matrix")
def grad(
    formula: str,
    declare: tuple[str, ...],
    wrt: str,
    steps: bool,
    level: Level,
    notation: Notation,
    **options: Any,
) -> None:
    """Print the gradient in closed form, checked numerically before it is shown."""
    asked, _ = _split(options)
    f = _objective(formula, declare, wrt)
    _show_derivatives(f, "gradient", level if steps else None, notation, asked)


@_formula_command("hess", "the Hessian; --steps shows the derivation")
@click.option("--steps", is_flag=True, help="show the derivation")
@click.option("--level", type=click.Choice(["short", "full"]), default="short", help="how fully")
@click.option("--notation", type=click.Choice(["matrix", "index"]), default="matrix")
def hess(
    formula: str,
    declare: tuple[str, ...],
    wrt: str,
    steps: bool,
    level: Level,
    notation: Notation,
    **options: Any,
) -> None:
    """Print the Hessian in closed form, checked numerically before it is shown."""
    asked, _ = _split(options)
    f = _objective(formula, declare, wrt)
    _show_derivatives(f, "hessian", level if steps else None, notation, asked)


def _show_derivatives(
    f: Objective, which: str, steps: Level | None, notation: Notation, asked: dict[str, Any]
) -> None:
    answers = f.gradients if which == "gradient" else f.hessians
    from lossmith.faces import answers as cards

    card = cards.derivatives(f, which, steps=steps, notation=notation)
    payload = {
        "formula": f.formula.text,
        which: {", ".join(names): d.to_json() for names, d in answers.items()},
    }
    _show(card, payload, asked)


@_formula_command("convex", "PROVED with a certificate, REFUTED with a witness, or UNDECIDED")
@click.option("--why", is_flag=True, help="tell the proof, or what was tried")
@click.option("--save", default="", metavar="FILE", help="write the evidence as JSON")
def convex(
    formula: str, declare: tuple[str, ...], wrt: str, why: bool, save: str, **options: Any
) -> None:
    """Say whether the formula is convex in its variables, with evidence."""
    asked, _ = _split(options)
    f = _objective(formula, declare, wrt)
    verdict = f.curvature()
    if save:
        _save(Path(save), verdict.to_json())
    from lossmith.faces import answers

    _show(answers.curvature(f, why=why), {"formula": f.formula.text, **verdict.to_json()}, asked)
    sys.exit(_STATUS[verdict.status])


@_formula_command("kinks", "where it is not differentiable")
def kinks(formula: str, declare: tuple[str, ...], wrt: str, **options: Any) -> None:
    """Print the points at which the formula has no derivative."""
    asked, _ = _split(options)
    f = _objective(formula, declare, wrt)
    from lossmith.faces import answers

    _show(answers.kinks(f), {"formula": f.formula.text}, asked)


@_formula_command("points", "stationary points, classified")
@click.option("--box", default="", metavar="BOX", help="e.g. 'x in [-3, 3]'")
def points(formula: str, declare: tuple[str, ...], wrt: str, box: str, **options: Any) -> None:
    """Print the stationary points with a proof that they are there, and what they are."""
    asked, _ = _split(options)
    f = _objective(formula, declare, wrt)
    from lossmith.faces import answers

    card, status, found = answers.points(f, box)
    _show(card, {"formula": f.formula.text, "status": status, "points": found}, asked)
    sys.exit(_STATUS[status])


@_formula_command("step", "the smoothness constant L and the step bound 1/L")
@_with_data
def step(formula: str, declare: tuple[str, ...], wrt: str, **options: Any) -> None:
    """Print the largest safe step of gradient descent, in symbols and for --data in numbers."""
    asked, data = _split(options)
    f = _objective(formula, declare, wrt)
    from lossmith.faces import answers

    card = answers.step(f, _values(f, data)[0] if data["data"] or data["sets"] else None)
    _show(card, {"formula": f.formula.text, "smooth": f.curvature().to_json()["smooth"]}, asked)


@_formula_command("types", "what was read: kinds, sizes, assumptions")
def types(formula: str, declare: tuple[str, ...], wrt: str, **options: Any) -> None:
    """Print every symbol with its kind, size and assumptions, and what was inferred."""
    asked, _ = _split(options)
    f = _objective(formula, declare, wrt)
    from lossmith.faces import answers

    named = dict(answers.named_types(f))
    _show(answers.types(f), {"formula": f.formula.text, "types": named}, asked)


@_formula_command("code", "stable NumPy source of value, gradient, Hessian, Hessian times vector")
@click.option("--to", "target", default="numpy", metavar="TARGET", help="numpy or latex")
@click.option("--save", default="", metavar="FILE", help="write it to a file")
def code(
    formula: str, declare: tuple[str, ...], wrt: str, target: str, save: str, **options: Any
) -> None:
    """Print source code that runs without Lossmith."""
    asked, _ = _split(options)
    f = _objective(formula, declare, wrt)
    text = f.code(target)
    if save:
        _write(Path(save), text)
    elif asked["json"]:
        click.echo(json.dumps({"target": target, "text": text}, ensure_ascii=False, indent=2))
    else:
        click.echo(text)


# -- numbers -------------------------------------------------------------------------------------


@_formula_command("solve", "the minimum, on --data FILE (csv, npz, parquet)")
@_with_data
@click.option("--method", default="", metavar="NAME", help="override the choice of method")
@click.option("--x0", "start", default="", metavar="NUMBERS", help="the start, comma separated")
@click.option("--max-iter", default=0, metavar="N", help="iterations at most")
@click.option("--save", default="", metavar="FILE", help="write result and evidence as JSON")
def solve(
    formula: str,
    declare: tuple[str, ...],
    wrt: str,
    method: str,
    start: str,
    max_iter: int,
    save: str,
    **options: Any,
) -> None:
    """Minimize the formula; the method is chosen from what was proved, and the choice explained."""
    asked, data = _split(options)
    f = _objective(formula, declare, wrt)
    values, notes = _values(f, data)
    progress = _Progress(quiet=asked["json"] or not sys.stderr.isatty(), lang=asked["lang"])
    result = f.solve(
        method=method,
        x0=_numbers(start) if start else None,
        max_iter=max_iter or None,
        on_step=progress,
        **values,
    )
    progress.done()
    from lossmith.faces import answers

    card = answers.result(f, result, notes)
    payload = {
        "formula": f.formula.text,
        "result": answers.result_json(f, result),
        "verdict": f.curvature().to_json(),
    }
    if save:
        _save(Path(save), payload)
    _show(card, payload, asked)
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


def _split(options: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return (format options, data options)."""
    asked = _remember(options["as_json"], options["lang"], options["tex"], options["ascii_"])
    names = ("data", "target", "features", "standardize", "labels", "sets")
    return asked, {name: options.get(name, "") for name in names}


def _values(f: Objective, data: dict[str, Any]) -> tuple[dict[str, Any], tuple[Words, ...]]:
    """Return the values of --data and --set, by symbol, and what was done to the table."""
    values: dict[str, Any] = {}
    notes: tuple[Words, ...] = ()
    if data["data"]:
        values, notes = f.read_data(
            data["data"],
            target=data["target"],
            features=data["features"],
            standardize=bool(data["standardize"]),
            labels=data["labels"],
        )
    for item in data["sets"] or ():
        name, equals, text = item.partition("=")
        if not equals:
            raise UsageError(
                Words(f"--set needs NAME=VALUE, got {item}", f"--set 需要 名称=数值，得到 {item}")
            )
        values[name.strip()] = _numbers(text)
    return values, notes


def _numbers(text: str) -> Any:
    """Return the number, or the (nested) list of numbers, that a text holds."""
    cleaned = text.strip()
    try:
        if cleaned.startswith("["):
            return json.loads(cleaned)
        numbers = [float(part) for part in cleaned.split(",")]
    except ValueError as problem:
        raise UsageError(
            Words(f"these are not numbers: {text}", f"这不是数值：{text}"),
            attempt=Words("0.1 or 1,2,3 or [[1,2],[3,4]]", "例如 0.1 或 1,2,3 或 [[1,2],[3,4]]"),
        ) from problem
    return numbers[0] if len(numbers) == 1 else numbers


def _save(path: Path, data: Any) -> None:
    _write(path, json.dumps(data, ensure_ascii=False, indent=1) + "\n")


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as problem:
        raise UsageError(
            Words(f"cannot write {path}", f"无法写入 {path}"),
            why=Words(str(problem), str(problem)),
        ) from problem


# -- evidence and the machine ----------------------------------------------------------------------


@main.command("verify", short_help="replay saved evidence with the checker alone")
@click.argument("file", type=click.UNPROCESSED)
def verify_command(file: str, **options: Any) -> None:
    """Replay the certificates and witnesses in FILE with the small checker alone."""
    asked, _ = _split(options)
    from lossmith.evidence.replay import replay

    lines = [found.words for found in replay(file)]
    if asked["json"]:
        rows = [{"en": w.en, "zh": w.zh} for w in lines]
        click.echo(json.dumps({"accepted": True, "lines": rows}, ensure_ascii=False, indent=2))
        return
    for line in lines:
        _say(f" {line.say(asked['lang'])}")


@main.command("doctor", short_help="versions, extras, a self-test")
def doctor_command(**options: Any) -> None:
    """Print what is installed, what is missing, and whether a small self-test passes."""
    asked, _ = _split(options)
    from lossmith.faces.doctor import diagnose

    card, healthy = diagnose()
    _show(card, {"healthy": healthy}, asked)
    sys.exit(ANSWERED if healthy else REFUTED)


for _command in (verify_command, doctor_command):
    for _option in _FORMAT_OPTIONS:
        _option(_command)
