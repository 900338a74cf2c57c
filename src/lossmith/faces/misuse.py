"""A command line that cannot be read, explained in four parts and both languages."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

import click

from lossmith.errors import UsageError
from lossmith.words import Words


def no_such_command(name: str, known: Sequence[str]) -> UsageError:
    """Return the error for an unknown command; a formula in its place is met with a hint."""
    near = get_close_matches(name, known, 1)
    looks_like_formula = any(c in "+-*/^()=|\\" for c in name)
    guess = f"lossmith {near[0]} ..." if near else f'lossmith explain "{name}"'
    return UsageError(
        Words(f"there is no command {name}", f"没有命令 {name}"),
        why=Words(f"the commands are {', '.join(known)}", f"可用的命令：{', '.join(known)}"),
        attempt=Words(guess, guess)
        if near or looks_like_formula
        else Words("lossmith --help", "lossmith --help"),
    )


def explained(problem: click.UsageError) -> UsageError:
    """Return what Click refuses, as an error of ours."""
    command = problem.ctx.command_path if problem.ctx is not None else "lossmith"
    match problem:
        case click.NoSuchOption():
            return _no_such_option(problem.option_name, problem.possibilities or ())
        case click.MissingParameter():
            return _missing(problem, command)
        case click.BadParameter():
            return _bad_value(problem)
        case click.exceptions.BadOptionUsage():
            option = problem.option_name
            return UsageError(
                Words(f"{option} needs a value", f"选项 {option} 需要一个值"),
                attempt=_help(command),
            )
        case _:
            return _too_many(problem, command)


def _help(command: str) -> Words:
    return Words(f"{command} --help", f"{command} --help")


def _no_such_option(option: str, near: Sequence[str]) -> UsageError:
    return UsageError(
        Words(f"there is no option {option}", f"没有选项 {option}"),
        attempt=Words(f"did you mean {near[0]}?", f"是否想写 {near[0]}？") if near else None,
    )


def _missing(problem: click.MissingParameter, command: str) -> UsageError:
    if problem.param is not None and problem.param.name == "file":
        return UsageError(
            Words("a file is missing", "缺少文件名"),
            attempt=Words(f"{command} certificate.json", f"{command} certificate.json"),
        )
    return UsageError(
        Words("a formula is missing", "缺少公式"),
        attempt=Words(f'{command} "norm2(X*w - y)^2"', f'{command} "norm2(X*w - y)^2"'),
    )


def _bad_value(problem: click.BadParameter) -> UsageError:
    option = problem.param.opts[0] if problem.param is not None and problem.param.opts else ""
    match problem.param.type if problem.param is not None else None:
        case click.Choice() as choice:
            listed = ", ".join(str(c) for c in choice.choices)
            why = Words(f"it is one of {listed}", f"可取的值：{listed}")
        case click.IntRange() as range_:
            why = Words(
                f"it is a whole number from {range_.min}", f"它应为不小于 {range_.min} 的整数"
            )
        case _:
            why = Words(problem.message, problem.message)
    return UsageError(Words(f"{option} cannot have this value", f"{option} 不能取这个值"), why=why)


def _too_many(problem: click.UsageError, command: str) -> UsageError:
    """Return the error for more arguments than one: a misspelled option, or missing quotes."""
    context = problem.ctx
    given = [] if context is None else [str(v) for v in context.params.values() if v]
    extra = problem.format_message().partition("(")[2].rstrip(")")
    words = [*given, *extra.split()]
    mistaken = next((v for v in words if v.startswith("--") and v[2:3].isalpha()), None)
    if context is not None and mistaken is not None:
        known = [o for p in context.command.params for o in p.opts]
        return _no_such_option(mistaken, get_close_matches(mistaken, known, 1))
    wants_formula = context is not None and "formula" in context.params
    quoted = Words(
        f'put the formula in quotes: {command} "x^2 + 1"',
        f'给公式加上引号：{command} "x^2 + 1"',
    )
    return UsageError(
        Words("there are too many arguments", "参数太多"),
        why=Words(f"nothing is expected for {extra}", f"多出了 {extra}") if extra else None,
        attempt=quoted if wants_formula else _help(command),
    )
