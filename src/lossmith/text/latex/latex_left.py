r"""What stands left of the objective in LaTeX: ``\min_{w,b}``, ``\arg\max_w``."""

from __future__ import annotations

from dataclasses import replace

from lossmith.text.syntax.latex_cursor import UPRIGHT, Cursor
from lossmith.text.syntax.latex_tokens import NAMES, Lexeme
from lossmith.words import Words

_PLAIN = frozenset(
    {"(", ")", ",", ";", "_", "|", ":", "·", "^", "*", "\\ast", "\\star"}
    | {"\\hat", "\\bar", "\\tilde", "\\dot"}
)

_UPRIGHT_WORDS = ("\\operatorname", "\\mathop", "\\mathrm", "\\text")


def step_over_left_side(cursor: Cursor) -> tuple[tuple[str, ...], list[Words]]:
    """Take the left side away; return the variables that it names, and what to say of it."""
    named = _named(cursor)
    minimized, word = _minimized(cursor)
    if not minimized:
        return named, []
    listed = ", ".join(minimized)
    what = "max" if "max" in word else "min"
    note = Words(
        f"{what} over {listed} only names the variables; the formula is what follows it",
        f"{listed} 下的 {what} 只用来指明变量，公式是它后面的部分",
    )
    return minimized, [note]


def _named(cursor: Cursor) -> tuple[str, ...]:
    r"""Step over ``J(w) =`` or ``w \mapsto`` and return the names of the variables."""
    depth = 0
    for k, x in enumerate(cursor.all):
        depth += {"{": 1, "(": 1, "[": 1, "\\cases": 1}.get(x.text, 0)
        depth -= {"}": 1, ")": 1, "]": 1, "\\endcases": 1}.get(x.text, 0)
        if x.text not in ("=", "\\mapsto") or depth:
            continue
        left = cursor.inside(0, k)
        # ln p(t | theta) = ...: the name of a logarithm; what varies is not said.
        of_density = left[:1] != [] and left[0].text == "\\log"
        left = left[of_density:]
        plain = all(
            y.is_letter or y.text in NAMES or y.text in UPRIGHT
            or y.text in _PLAIN or y.text.isdigit()
            or (y.text == "||" and left[0].text in UPRIGHT)  # KL(p \\| q) = ...
            for y in left
        )  # fmt: skip
        if not plain or not left:
            return ()
        inside = False
        if x.text == "\\mapsto":
            colon = next((m for m, y in enumerate(left) if y.text == ":"), -1)
            left = [Lexeme("(", x.start, x.start), *left[colon + 1 :]]
            left = [y for m, y in enumerate(left) if not m or y.text not in ("(", ")")]
        names: list[str] = []
        for y in left:
            # L(w; X, y) and L(w | X, y): what stands behind the sign is given.
            inside = (inside or y.text == "(") and y.text not in (")", ";", "|")
            if inside and (y.is_letter or y.text in NAMES):
                names.append(NAMES.get(y.text, y.text))
        cursor.all = cursor.all[k + 1 :]
        return () if of_density else tuple(dict.fromkeys(names))
    return ()


def _minimized(cursor: Cursor) -> tuple[tuple[str, ...], str]:
    r"""Step over ``\min_{w,b}`` and ``\arg\min_w`` in front: return the variables and the word."""
    k = 0
    if cursor.all and cursor.all[0].text == "\\underset":
        under = cursor.group(1)
        stop = cursor.group(under)
        inside = cursor.inside(under, stop)
        sign = [x for x in inside if x.text in ("\\min", "\\max")]
        word = "".join(x.text for x in inside if x.is_letter)
        if not sign and word in ("argmin", "argmax", "minimize", "maximize", "min", "max"):
            plain = "\\max" if "max" in word else "\\min"
            sign = [Lexeme(plain, inside[0].start, inside[-1].stop)]
        if sign:
            foot = Lexeme("_", cursor.all[0].start, cursor.all[0].stop)
            cursor.all = [sign[0], foot, *cursor.all[1:under], *cursor.all[stop:]]
    while k < len(cursor.all) and cursor.all[k].text in ("\\arg", *_UPRIGHT_WORDS):
        if cursor.all[k].text != "\\arg":
            stop = cursor.group(k)
            inside = [x for x in cursor.inside(k, stop) if x.text not in UPRIGHT]
            word = "".join(x.text.removeprefix("\\") for x in inside)
            if word not in ("argmin", "argmax", "minimize", "maximize"):
                return (), ""
            k = stop - 1
            cursor.all[k] = replace(cursor.all[k], text="\\max" if "max" in word else "\\min")
            break
        k += 1
    arg = k > 0
    if k + 1 >= len(cursor.all) or cursor.all[k].text not in (
        "\\min",
        "\\max",
        "\\argmin",
        "\\argmax",
    ):
        return (), ""
    if cursor.all[k + 1].text != "_":
        if arg or cursor.all[k + 1].text not in ("(",):
            cursor.all = cursor.all[k + 1 :] if arg else cursor.all
        return (), ""
    stop = cursor.group(k + 2)
    # w in R^d names w alone.
    listed = cursor.inside(k + 2, stop)
    end = next((m for m, x in enumerate(listed) if x.text in ("\\in", ":")), len(listed))
    inside = [x for x in listed[:end] if x.is_letter or x.text in NAMES]
    feet = {
        y.text
        for at, x in enumerate(cursor.all[stop:-1], stop)
        if x.text == "_"
        for y in cursor.inside(at + 1, cursor.group(at + 1))
    }
    if not arg and any(x.text in feet for x in inside):
        return (), ""
    word = cursor.all[k].text
    cursor.all = cursor.all[stop:]
    return tuple(NAMES.get(x.text, x.text) for x in inside), word
