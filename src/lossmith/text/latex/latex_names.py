r"""Names in LaTeX: letters with their styles and accents, words, ones, identities, expectations."""

from __future__ import annotations

from typing import Final

from lossmith.text.latex.latex_functions import read_function
from lossmith.text.latex.latex_groups import open_group
from lossmith.text.latex.latex_state import ACCENTS, CLOSING, Reading
from lossmith.text.syntax.latex_cursor import STYLES, UPRIGHT
from lossmith.text.syntax.latex_tokens import NAMES, Lexeme
from lossmith.text.syntax.syntax import COMPARISONS
from lossmith.words import Words

_SPELLED: Final = {
    "Tr": "tr", "trace": "tr", "ReLU": "relu", "sgn": "sign", "LSE": "logsumexp",
    "lse": "logsumexp", "lg": "log10", "Diag": "diag", "KL": "kl", "Var": "var", "H": "entropy",
    "avg": "mean", "ln": "log", "Softmax": "softmax", "Sigmoid": "sigmoid",
}  # fmt: skip


def read_name(r: Reading, x: Lexeme) -> None:
    r"""Read a letter with its styles, or a word: ``\mathbf{w}``, ``\operatorname{tr}``."""
    begin = r.cursor.k
    name, upright = _read_name(r)
    last = r.cursor.all[r.cursor.k - 1]
    whole = Lexeme(name, x.start, last.stop)
    if x.text in ("\\mathbb", "\\operatorname") and name == "E":
        _expectation(r, whole)
        return
    if x.text == "\\mathbb" and name in ("P", "V"):
        raise r.cursor.unknown(Lexeme(f"\\mathbb{{{name}}}", x.start, last.stop))
    if name in ("1", "0", "I") and x.text in STYLES:
        _special(r, name, x, whole)
    elif (upright and len(name) > 1) or (upright and name in _SPELLED):
        _word(r, name, whole)
    elif name == "I" and "I" not in r.declared:
        _identity(r, whole)
    elif len(letters := r.cursor.all[begin + 2 : r.cursor.k - 1]) > 1 and x.text in STYLES:
        # \\mathbf{Xw} is a product of two letters.
        if not all(y.is_letter or y.text in NAMES for y in letters):
            raise r.cursor.unknown(letters[0])
        for y in letters:
            r.emit("name", NAMES.get(y.text, y.text), y)
    else:
        r.emit("name", name, whole)


def _read_name(r: Reading) -> tuple[str, bool]:
    """Return the name at the cursor and whether it is upright; step over it."""
    tails: list[str] = []
    upright = False
    closing = 0
    while True:
        x = r.cursor.now
        r.cursor.k += 1
        if x.text in ACCENTS:
            tails.append(ACCENTS[x.text])
        elif x.text in UPRIGHT:
            upright = True
        elif x.text not in STYLES:
            r.cursor.k -= 1
            break
        if r.cursor.now.text == "{":
            r.cursor.k += 1
            closing += 1
    letters = ""
    while r.cursor.k < len(r.cursor.all):
        x = r.cursor.now
        foot = x.text == "\\_" and upright
        if not (x.is_letter or x.text in NAMES or x.text.isdigit() or x.text == "-" or foot):
            break
        if x.text == "-" and not upright:
            break
        letters += "_" if foot else NAMES.get(x.text, x.text).replace("-", "")
        r.cursor.k += 1
        if not closing:
            break
    if closing and r.cursor.now.text == "_" and tails:
        # \hat{y_i} is \hat{y}_i: move the closing brace in front of the subscript.
        stop = r.cursor.group(r.cursor.k + 1)
        moved = r.cursor.all[r.cursor.k : stop]
        closers = r.cursor.all[stop : stop + closing]
        r.cursor.all[r.cursor.k : stop + closing] = [*closers, *moved]
    if not letters:
        raise r.cursor.unknown(r.cursor.now)
    for _ in range(closing):
        if r.cursor.now.text != "}":
            raise r.cursor.unknown(r.cursor.now if r.cursor.now.text else r.cursor.all[-1])
        r.cursor.k += 1
    return letters + "".join(reversed(tails)), upright


def _special(r: Reading, name: str, x: Lexeme, whole: Lexeme) -> None:
    """Read a bold 1 as a vector of ones or, before a bracket, as an indicator."""
    if name == "I" and r.cursor.now.text not in ("(", "["):
        _identity(r, whole)
        return
    if (
        name in ("1", "I")
        and (x.text == "\\mathbb" or name == "1")
        and r.cursor.now.text in ("(", "[")
        and _holds_condition(r)
    ):
        r.emit("name", "if", whole)
        open_group(r, r.cursor.now, CLOSING[r.cursor.now.text])
        r.frames[-1].after = [("op", ","), ("number", "1"), ("op", ","), ("number", "0")]
        return
    if name == "I":
        _identity(r, whole)
        return
    size = _skip_size(r)
    r.emit("name", "vector", whole)
    r.emit("op", "(", whole)
    r.emit("number", name, whole)
    if size and r.printed:
        r.emit("op", ",", whole)
        r.emit("number" if size.isdigit() else "name", size, whole)
    r.emit("op", ")", whole)


def _expectation(r: Reading, whole: Lexeme) -> None:
    """Read the mean over data, ``\\mathbb{E}[(y - Xw)^2]``; of a law nothing is known."""
    _skip_variables(r)
    if r.cursor.now.text not in ("(", "["):
        raise r.cursor.unknown(whole)
    r.notes.append(
        Words(
            "E[...] is read as the mean over the data, powers entry by entry",
            "E[...] 读作对数据取平均，幂逐元素计算",
        )
    )
    r.emit("name", "mean", whole)
    open_group(r, r.cursor.now, CLOSING[r.cursor.now.text])
    depth, k = 1, r.cursor.k
    while k < len(r.cursor.all) and depth:
        sign = r.cursor.all[k].text
        depth += (sign in ("(", "[")) - (sign in (")", "]"))
        if sign == "^" and depth == 1 and r.cursor.peek(k + 1 - r.cursor.k).isdigit():
            at = r.cursor.all[k]
            number = r.cursor.all[k + 1]
            power = [Lexeme("{", at.stop, at.stop), Lexeme(".*", at.stop, at.stop), number]
            r.cursor.all[k + 1 : k + 2] = [*power, Lexeme("}", number.stop, number.stop)]
            k += 3
        k += 1


def _skip_variables(r: Reading) -> None:
    r"""Step over the x of ``\mathbb{E}_x``, which only says what the data are."""
    if r.cursor.now.text != "_":
        return
    stop = r.cursor.group(r.cursor.k + 1)
    foot = r.cursor.inside(r.cursor.k + 1, stop)
    if all(y.is_letter or y.text in NAMES or y.text in (",", "(", ")") for y in foot):
        r.cursor.k = stop


def _holds_condition(r: Reading) -> bool:
    """Return whether the bracket at the cursor holds a comparison."""
    depth = 0
    for x in r.cursor.all[r.cursor.k :]:
        depth += x.text in ("(", "[")
        depth -= x.text in (")", "]")
        if depth == 0:
            return False
        if x.text in COMPARISONS or x.text in ("=", "\\in"):
            return True
    return True


def _identity(r: Reading, whole: Lexeme) -> None:
    _skip_size(r)
    r.notes.append(Words("I is read as the identity matrix", "I 读作单位矩阵"))
    r.emit("name", "eye", whole)


def _skip_size(r: Reading) -> str:
    """Step over the n of I_n or 1_n and return it: sizes follow from the context."""
    if r.cursor.now.text != "_":
        return ""
    stop = r.cursor.group(r.cursor.k + 1)
    size = "".join(y.text for y in r.cursor.inside(r.cursor.k + 1, stop))
    r.cursor.k = stop
    return size


def _word(r: Reading, name: str, whole: Lexeme) -> None:
    """Read an upright word: a function, a word between cases, or a name."""
    plain = _SPELLED.get(name, name)
    if plain in r.declared:
        r.emit("name", plain, whole)
        return
    if name in ("if", "and", "or", "otherwise", "for", "else", "when", "if", "where"):
        _conjunction(r, name, whole)
        return
    if plain in ("argmin", "argmax", "minimize", "maximize"):
        if r.out:
            raise r.cursor.unknown(whole)
        return
    if plain not in r.known and plain.lower() in r.known:
        plain = plain.lower()
    if plain in r.known:
        read_function(r, plain, whole, step=False)
    elif r.cursor.now.text == "(" and len(plain) > 1:
        raise r.cursor.no_function(plain, whole, r.known)
    else:
        r.emit("name", plain, whole)


def _conjunction(r: Reading, name: str, whole: Lexeme) -> None:
    if not any(f.closer == "\\endcases" or f.after for f in r.frames):
        raise r.cursor.unknown(whole)
    if name == "and":
        r.emit("op", "&", whole)
    elif name == "or":
        r.emit("name", "or", whole)
