"""What goes to the terminal: answers, errors in four parts, exit codes; and what goes wrong there.

Exit codes: 0 answered, 1 refuted or wrong, 2 input error, 3 undecided, 4 an error of ours; 130 and
141 as shells have them, for Ctrl-C and for a reader that left.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NoReturn

import click

from lossmith.errors import LossmithError, SelfCheckFailed, UsageError, reason
from lossmith.faces.misuse import explained, no_such_command
from lossmith.words import Lang, Words

if TYPE_CHECKING:
    from lossmith.view.card import Card

ANSWERED, REFUTED, BAD_INPUT, UNDECIDED, INTERNAL = 0, 1, 2, 3, 4
STATUS = {"proved": ANSWERED, "refuted": REFUTED, "undecided": UNDECIDED}
INTERRUPTED, NOBODY_READS = 130, 141


@dataclass(frozen=True, slots=True)
class Form:
    """The form in which an answer is wanted."""

    json: bool = False
    lang: Lang = "en"
    tex: bool = False
    ascii: bool = False


_KEY = "lossmith.form"


def remember(form: Form) -> Form:
    """Keep the form for all that is said from now on in this run."""
    click.get_current_context().meta[_KEY] = form
    return form


def say(text: str, form: Form, *, error: bool = False) -> None:
    """Print a text; signs that the terminal's encoding lacks are spelled in ASCII.

    Raises: UsageError if the text cannot be written; BrokenPipeError if nobody reads.
    """
    stream = sys.stderr if error else sys.stdout
    try:
        click.echo(_spelled(text, stream.encoding or "utf-8", form), err=error)
    except BrokenPipeError:
        raise
    except OSError as problem:
        raise UsageError(
            Words("the answer cannot be written", "无法写出结果"), why=reason(problem)
        ) from problem


def _spelled(text: str, encoding: str, form: Form) -> str:
    if not form.ascii and _fits(text, encoding):
        return text
    from lossmith.view.card import ascii_only

    if form.ascii:
        text = ascii_only(text)
    return "".join(c if _fits(c, encoding) else _fallback(ascii_only(c), encoding) for c in text)


def _fits(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _fallback(text: str, encoding: str) -> str:
    return text.encode(encoding, "replace").decode(encoding)


def print_json(data: Any) -> None:
    """Print plain data as JSON."""
    say(json.dumps(data, ensure_ascii=False, indent=2), Form())


def show(card: Card, payload: dict[str, Any], form: Form) -> None:
    """Print a card in the form asked for; ``payload`` is what --json adds to it."""
    from lossmith.view import card as cards

    if form.json:
        print_json({**payload, "card": cards.to_json(card)})
    elif form.tex:
        say(cards.latex_with_words(card, form.lang), form)
    else:
        say(cards.plain(card, form.lang), form)


class Group(click.Group):
    """Shows every error in four parts, never a traceback."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the words before the command; note the form that all the words ask for."""
        ctx.meta[_KEY] = _form_in(args)
        return _guarded(ctx, lambda: super(Group, self).parse_args(ctx, args))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command of this name.  Raises: UsageError with the nearest one."""
        if self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            raise no_such_command(args[0], self.list_commands(ctx))
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; whatever it raises becomes a message and an exit code."""
        return _guarded(ctx, lambda: super(Group, self).invoke(ctx))


def _form_in(args: Sequence[str]) -> Form:
    """Return the form that the words of a command line ask for, before they are read properly."""
    zh = "--lang=zh" in args or ("--lang", "zh") in pairwise(args)
    return Form(json="--json" in args, lang="zh" if zh else "en", ascii="--ascii" in args)


def _guarded(ctx: click.Context, action: Callable[[], Any]) -> Any:
    """Return what the action returns; leave with the exit code of what it raises."""
    form: Form = ctx.meta.get(_KEY, Form())
    try:
        return action()
    except LossmithError as error:
        _fail(ctx.meta.get(_KEY, form), error)
    except click.UsageError as misuse:
        _fail(form, explained(misuse))
    except (click.exceptions.Exit, click.ClickException, click.Abort):
        raise
    except KeyboardInterrupt:
        click.echo(Words("stopped", "已停止").say(form.lang), err=True)
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        _close_output()
        sys.exit(NOBODY_READS)
    except Exception as bug:
        if os.environ.get("LOSSMITH_DEBUG"):
            raise
        _fail(ctx.meta.get(_KEY, form), _internal(bug))


def _close_output() -> None:
    """Send what Python still wants to flush to nowhere, or it would complain at exit."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


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


def _fail(form: Form, error: LossmithError) -> NoReturn:
    if form.json:
        print_json(error.to_json())
    else:
        say(error.render(form.lang), form, error=True)
    sys.exit(INTERNAL if isinstance(error, SelfCheckFailed) else BAD_INPUT)
