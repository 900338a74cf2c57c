r"""Functions in LaTeX: ``\log\det``, ``\log_2``, ``\sin^2(x)``, ``KL(p \| q)``."""

from __future__ import annotations

from dataclasses import replace

from lossmith.text.latex.latex_groups import open_group
from lossmith.text.latex.latex_state import CLOSING, Reading
from lossmith.text.syntax.latex_tokens import Lexeme


def read_function(r: Reading, name: str, x: Lexeme, *, step: bool = True) -> None:
    r"""Write a function with what belongs to its sign: ``\log\det``, ``\log_2``, ``\sin^2``."""
    r.cursor.k += step
    if name == "kl" and r.cursor.now.text == "(":
        _divide_arguments(r)
    joint = {"\\det": "logdet", "\\Gamma": "lgamma"}
    if name == "log" and r.cursor.now.text in joint:
        name = joint[r.cursor.now.text]
        x = Lexeme(name, x.start, r.cursor.now.stop)
        r.cursor.k += 1
    if name == "prod" and r.cursor.now.text == "_":
        stop = r.cursor.group(r.cursor.k + 1)
        foot = [y.text for y in r.cursor.inside(r.cursor.k + 1, stop)]
        if foot != ["j", "!=", "i"]:
            raise r.cursor.unknown(r.cursor.now)
        name, r.cursor.k = "prod_others", stop
    if name == "log" and r.cursor.now.text == "_":
        stop = r.cursor.group(r.cursor.k + 1)
        base = "".join(y.text for y in r.cursor.inside(r.cursor.k + 1, stop))
        if base not in ("2", "10", "e"):
            raise r.cursor.unknown(r.cursor.now)
        name = {"2": "log2", "10": "log10", "e": "log"}[base]
        r.cursor.k = stop
    if r.cursor.now.text == "^" and name in r.known:
        _powered(r, name, x)
        return
    r.emit("name", name, x)


def _divide_arguments(r: Reading) -> None:
    r"""Read the bars of ``KL(p \| q)`` as a comma."""
    depth = 0
    for k in range(r.cursor.k, len(r.cursor.all)):
        sign = r.cursor.all[k].text
        depth += (sign == "(") - (sign == ")")
        if depth == 0:
            return
        if depth == 1 and sign == "||":
            r.cursor.all[k] = replace(r.cursor.all[k], text=",")
            return


def _powered(r: Reading, name: str, x: Lexeme) -> None:
    r"""Read ``\sin^2(x)`` as (sin(x))^2; the exponent is a whole number."""
    stop = r.cursor.group(r.cursor.k + 1)
    number = "".join(y.text for y in r.cursor.inside(r.cursor.k + 1, stop))
    after = r.cursor.all[stop].text if stop < len(r.cursor.all) else ""
    if not number.isdigit() or after not in CLOSING:
        r.emit("name", name, x)
        if number.isdigit():
            # \\sin^2 x: the parser finds where the argument ends.
            r.emit("op", "^", x)
            r.emit("number", number, x)
            r.cursor.k = stop
        return
    r.cursor.k = stop
    r.emit("op", "(", x)
    r.emit("name", name, x)
    open_group(r, r.cursor.now, CLOSING[after])
    r.frames[-1].after = [("op", ")"), ("op", "^"), ("number", number)]
