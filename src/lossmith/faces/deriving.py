"""``grad``, ``hess`` and ``jac``: derivatives in closed form, with steps, shapes and layouts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from lossmith.faces.options import DIALECT_OPTION, formula_command, read_objective, split
from lossmith.faces.terminal import say, show

if TYPE_CHECKING:
    from lossmith.text.writing.printing import WrittenDialect
    from lossmith.view.tell import Level


_OPTIONS = (
    click.option("--steps", is_flag=True, help="show the derivation"),
    click.option(
        "--level",
        type=click.Choice(["short", "full", "exam", "hint"]),
        help="show it: short, every step, with reasons to hand in, or only the next rule",
    ),
    click.option(
        "--notation",
        type=click.Choice(["matrix", "index"]),
        default="matrix",
        help="of the closed form and of the steps",
    ),
    click.option(
        "--layout",
        type=click.Choice(["numerator", "denominator", "both"]),
        help="the axes of the formula first, those of the variable first, or both",
    ),
    click.option(
        "--style",
        type=click.Choice(["lagrange", "leibniz"]),
        help="name it f'(x) or df/dx; for functions of numbers",
    ),
    click.option("--shapes", is_flag=True, help="list the parts with their shapes"),
    DIALECT_OPTION,
)


_OF_ONE = {
    "hessian": (
        click.option("--gauss-newton", is_flag=True, help="J'HJ, without second derivatives of r"),
    ),
    "jacobian": (
        click.option("--inverse", is_flag=True, help="the derivative of the inverse function"),
        click.option(
            "--order", type=click.IntRange(1, 4), default=1, help="how often to differentiate"
        ),
    ),
}


def derivative_commands(group: click.Group) -> None:
    """Add the commands to the command line."""
    _add(group, "grad", "gradient", "the gradient; --steps shows the derivation")
    _add(group, "hess", "hessian", "the Hessian; --steps shows the derivation")
    _add(group, "jac", "jacobian", "the Jacobian of an array; --order 2 differentiates again")


def _add(group: click.Group, name: str, which: str, short_help: str) -> None:
    def command(
        formula: str,
        declare: tuple[str, ...],
        wrt: str,
        steps: bool,
        level: Level | None,
        dialect: WrittenDialect | None,
        order: int = 1,
        **options: Any,
    ) -> None:
        keys = ("notation", "layout", "style", "shapes", "inverse", "gauss_newton")
        wanted = {key: options.pop(key) for key in keys if key in options}
        asked, _ = split(options)
        f = read_objective(formula, declare, wrt)
        from lossmith.faces import answers

        shown = answers.Shown((level or "short") if steps else level, **wanted)
        card, found = answers.derivatives(f, which, shown, order)
        payload = {", ".join(names): d.to_json() for names, d in found.items()}
        if dialect is not None and not asked.json:
            lines = {n: d.written(dialect, wanted["notation"]) for n, d in found.items()}
            several = len(lines) > 1
            for names, line in lines.items():
                say(f"{', '.join(names)}: {line}" if several else line, asked)
            return
        show(card, {"formula": f.formula.text, which: payload}, asked)

    command.__doc__ = _HELP[which]
    decorated: Callable[..., Any] = command
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    for option in _OF_ONE.get(which, ()):
        decorated = option(decorated)
    formula_command(group, name, short_help)(decorated)


_HELP = {
    "gradient": "Print the gradient in closed form, checked numerically before it is shown.",
    "hessian": "Print the Hessian in closed form, checked numerically before it is shown.",
    "jacobian": "Print the derivative of a formula of any shape: its axes, then the variable's.",
}
