r"""What is raised or lowered in LaTeX: powers, transposes, indices, feet of norms and of names."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from lossmith.errors import ParseError, Place
from lossmith.text.latex.latex_groups import brace_one, open_group
from lossmith.text.latex.latex_state import FUNCTIONS, Reading
from lossmith.text.syntax.latex_cursor import UPRIGHT
from lossmith.text.syntax.latex_tokens import NAMES, Lexeme
from lossmith.text.syntax.subscript_signs import is_counter
from lossmith.text.syntax.tokens import Token
from lossmith.words import Words

_TURNS: Final = frozenset({"\\top", "T", "\\prime", "'"})
_FEET: Final = {
    "1": "_1", "2": "_2", "F": "_F", "*": "_nuc", "\\infty": "_inf", "\\ast": "_nuc",
    "op": "_op", "Fro": "_F", "F ro": "_F", "2,1": "_21", "fro": "_F", "Frob": "_F",
}  # fmt: skip
_EXTREME: Final = {"\\max": "max", "\\min": "min"}


def read_script(r: Reading, x: Lexeme) -> None:
    """Read what is raised or lowered behind an operand, in the order of ``_swapped``."""
    x = _swapped(r, x)
    if x.text in ("'", "\\top"):
        r.emit("op", "'", x)
        r.cursor.k += 1
    elif x.text == "_":
        _subscript(r, x)
    else:
        _superscript(r, x)


def _swapped(r: Reading, x: Lexeme) -> Lexeme:
    """Put the foot before a power; but x^{(i)}_j is entry j of row i, W^{(2)}_{ij} one of W_2."""
    if x.text not in ("^", "_") or r.cursor.k + 1 >= len(r.cursor.all):
        return x
    stop = r.cursor.group(r.cursor.k + 1)
    if stop >= len(r.cursor.all) or {x.text, r.cursor.all[stop].text} != {"^", "_"}:
        return x
    after = r.cursor.group(stop + 1)
    first, second = r.cursor.all[r.cursor.k : stop], r.cursor.all[stop:after]
    raised, lowered = (first, second) if x.text == "^" else (second, first)
    order = [*raised, *lowered] if _counts(r, raised, lowered) else [*lowered, *raised]
    r.cursor.all[r.cursor.k : after] = order
    return r.cursor.now


def _counts(r: Reading, raised: list[Lexeme], lowered: list[Lexeme]) -> bool:
    """Return whether ``^{(i)}`` or ``^{(2)}`` stands with a foot of indices: it says which one."""
    foot = [y.text for y in lowered[1:] if y.text not in ("{", "}", ",", ":")]
    signs = [y.text for y in raised[1:] if y.text not in ("{", "}") and y.text not in UPRIGHT]
    if not foot or not all(y in r.indices for y in foot):
        return False
    sample = len(signs) == 3 and signs[0] == "(" and signs[1] in r.indices
    return sample or (not r.printed and _is_numbered(signs) and _has_name(r))


def _superscript(r: Reading, x: Lexeme) -> None:
    if r.cursor.k + 1 >= len(r.cursor.all):
        raise r.cursor.missing(x)
    stop = r.cursor.group(r.cursor.k + 1)
    inside = [y for y in r.cursor.inside(r.cursor.k + 1, stop) if y.text not in UPRIGHT]
    signs = [y.text for y in inside]
    whole = Lexeme("^", x.start, r.cursor.all[stop - 1].stop)
    if len(signs) == 1 and signs[0] in _TURNS and not (signs == ["T"] and "T" in r.declared):
        r.emit("op", "'", whole)
        r.cursor.k = stop
    elif len(signs) == 2 and signs[0] == "-" and signs[1] in _TURNS:
        for kind, text in (("op", "^"), ("op", "("), ("op", "-"), ("number", "1"), ("op", ")"),
                           ("op", "'")):  # fmt: skip
            r.emit("number" if kind == "number" else "op", text, whole)
        r.cursor.k = stop
    elif len(signs) == 3 and signs[0] == "(" and signs[1] in r.indices:
        r.out.append(Token("entry", "[]", whole.start, whole.stop, (signs[1],)))
        r.cursor.k = stop
    elif not r.printed and _is_numbered(signs) and _has_name(r):
        _numbered(r, signs[1], whole)
        r.cursor.k = stop
    elif signs in (["*"], ["\\ast"], ["\\star"]) and r.out and r.out[-1].kind == "name":
        last = r.out[-1]
        r.out[-1] = replace(last, text=f"{last.text}_star", stop=whole.stop)
        r.cursor.k = stop
    elif signs and signs[0] == ".*" and r.cursor.peek() == "{":
        r.emit("op", ".^", x)
        r.cursor.k += 1
        del r.cursor.all[r.cursor.k + 1]
        open_group(r, r.cursor.now, "}")
    else:
        r.emit("op", "^", x)
        r.cursor.k += 1
        if r.cursor.now.text != "{":
            brace_one(r)
        open_group(r, r.cursor.now, "}")


def _is_numbered(signs: list[str]) -> bool:
    """Return whether a power is ``(2)`` or ``(t)``: the second of several, no exponent."""
    return len(signs) == 3 and signs[0] == "(" and signs[2] == ")" and is_counter(signs[1])


def _has_name(r: Reading) -> bool:
    """Return whether a name stands before; e^{(n)} is a power of Euler's number."""
    last = r.out[-1] if r.out else None
    return last is not None and last.kind == "name" and (last.text != "e" or "e" in r.declared)


def _numbered(r: Reading, number: str, whole: Lexeme) -> None:
    r"""Read W^{(2)} as the name W_2, and say so: it is no square."""
    last = r.out[-1]
    name = f"{last.text}_{number}"
    r.out[-1] = replace(last, text=name, stop=whole.stop)
    said = r.text[last.start : whole.stop]
    r.notes.append(
        Words(
            f"{said} is read as the name {name}, not as a power",
            f"{said} 读作名称 {name}，不是乘方",
        )
    )


def _subscript(r: Reading, x: Lexeme) -> None:
    if r.cursor.k + 1 >= len(r.cursor.all) or not r.out:
        raise r.cursor.missing(x)
    stop = r.cursor.group(r.cursor.k + 1)
    inside = r.cursor.inside(r.cursor.k + 1, stop)
    whole = Lexeme("_", x.start, r.cursor.all[stop - 1].stop)
    last = r.out[-1]
    if last.text == "||" or (last.text == "|" and _foots_norm(r, inside)):
        _foot(r, inside, last, whole)
        if r.out[-1].text == "(":
            return
    elif all(y.text in r.indices or y.text in (",", ":", "·") for y in inside) and inside:
        marks = tuple(":" if y.text == "·" else y.text for y in inside if y.text != ",")
        r.out.append(Token("entry", "[]", whole.start, whole.stop, marks))
    elif (entry := _with_offsets(r, inside)) is not None:
        names, offsets = entry
        r.out.append(Token("entry", "[]", whole.start, whole.stop, names, offsets=offsets))
    elif last.kind == "name":
        _named_foot(r, inside, last, whole)
    elif _is_trace_foot(r, inside, last):
        pass  # <A, B>_F is the one inner product that there is
    elif [y.text for y in inside] == ["+"] and last.text == ")":
        _positive_part(r, whole)
    else:
        raise r.cursor.no_subscript(whole)
    r.cursor.k = stop


def _is_trace_foot(r: Reading, inside: list[Lexeme], last: Token) -> bool:
    r"""Return whether a foot only names the inner product: ``\langle A, B \rangle_F``."""
    closes = r.text[last.start : last.stop] in ("\\rangle", "\\rang", "⟩")
    foot = "".join(y.text for y in inside if y.text not in UPRIGHT)
    return closes and foot in ("2", *(f for f, norm in _FEET.items() if norm == "_F"))


def _with_offsets(
    r: Reading, inside: list[Lexeme]
) -> tuple[tuple[str, ...], tuple[int, ...]] | None:
    """Return the indices of ``i+1`` and ``i-1,j`` and what is added to each, None of the rest."""
    names: list[str] = []
    offsets: list[int] = []
    k = 0
    while k < len(inside):
        if inside[k].text == ",":
            k += 1
            continue
        if inside[k].text not in r.indices:
            return None
        names.append(inside[k].text)
        added = [y.text for y in inside[k + 1 : k + 3]]
        is_offset = len(added) == 2 and added[0] in ("+", "-") and added[1].isdigit()
        offsets.append(int("".join(added)) if is_offset else 0)
        k += 3 if is_offset else 1
    return (tuple(names), tuple(offsets)) if any(offsets) else None


def _positive_part(r: Reading, whole: Lexeme) -> None:
    """Read ``[u]_+`` as relu(u)."""
    depth = 0
    for k in range(len(r.out) - 1, -1, -1):
        t = r.out[k]
        depth += {")": 1, "(": -1}.get(t.text, 0) if t.kind == "op" else 0
        if depth == 0:
            if k and r.out[k - 1].kind == "name" and r.out[k - 1].text in r.known:
                raise r.cursor.no_subscript(whole)
            r.out.insert(k, Token("name", "relu", t.start, t.start))
            break
    r.notes.append(
        Words("[u]_+ is read as relu(u), that is max(u, 0)", "[u]_+ 读作 relu(u)，即 max(u, 0)")
    )


def _named_foot(r: Reading, inside: list[Lexeme], last: Token, whole: Lexeme) -> None:
    """Read w_1 as w1, x_{max} as x_max, and refuse what is neither name nor index."""
    if last.text in FUNCTIONS.values() and last.text not in r.declared:
        raise r.cursor.no_subscript(whole)  # \sup_x, \log_b
    plain = [y for y in inside if y.text not in UPRIGHT]
    plain = [replace(y, text=_EXTREME.get(y.text, y.text)) for y in plain]
    if len(plain) == 1 and plain[0].text in _EXTREME.values():
        r.out[-1] = replace(last, text=f"{last.text}_{plain[0].text}", stop=whole.stop)
        return
    if not plain or not all(y.is_letter or y.text.isdigit() or y.text in NAMES for y in plain):
        raise r.cursor.no_subscript(whole)
    foot = "".join(NAMES.get(y.text, y.text) for y in plain)
    name = f"{last.text}{foot}" if foot.isdigit() else f"{last.text}_{foot}"
    if f"{last.text}_{foot}" in r.declared:
        name = f"{last.text}_{foot}"
    r.out[-1] = replace(last, text=name, stop=whole.stop)


def _is_operand(r: Reading, inside: list[Lexeme]) -> bool:
    """Return whether a foot is a number or an expression in names: p, 3, \\Sigma^{-1}."""
    leaves = [y.is_letter or y.text in NAMES or _is_number(y) for y in inside]
    signs = [y.text in ("^", "-", "/") for y in inside]
    return leaves[:1] == [True] and all(a or b for a, b in zip(leaves, signs, strict=True))


def _is_number(x: Lexeme) -> bool:
    return x.text.replace(".", "", 1).isdigit()


def _foots_norm(r: Reading, inside: list[Lexeme]) -> bool:
    return "".join(y.text for y in inside if y.text not in UPRIGHT) in _FEET


def _foot(r: Reading, inside: list[Lexeme], last: Token, whole: Lexeme) -> None:
    sign = "".join(y.text for y in inside if y.text not in UPRIGHT)
    if sign not in _FEET and _is_operand(r, inside):
        # ‖x‖_p and ‖x‖_A: the foot is the second argument of the norm.
        if r.cursor.all[r.cursor.k + 1].text != "{":
            r.cursor.k += 1
            brace_one(r)
            r.cursor.k -= 1
        r.out.append(Token("name", "_(", last.stop, last.stop))
        r.cursor.k += 1
        open_group(r, r.cursor.now, "}")
        return
    if sign not in _FEET:
        raise ParseError(
            Words(f"there is no norm with the foot {sign}", f"没有下标为 {sign} 的范数"),
            attempt=Words(
                "feet of norms: 1, 2, \\infty, F, *, op",
                "范数的下标可以是 1、2、\\infty、F、*、op",
            ),
            place=Place(r.text, whole.start, whole.stop, r.source),
        )
    r.out.append(Token("name", _FEET[sign], last.stop, whole.stop))
