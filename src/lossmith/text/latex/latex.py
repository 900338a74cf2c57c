r"""LaTeX as people paste it, to the tokens of the text dialect.

``\frac{a}{b}`` becomes ``((a)/(b))``, ``\|x\|_2^2`` a norm, ``\sum_{i=1}^{n}`` a sum sign with its
index, ``x_i`` an entry where i is bound by a sum (or is i or j), ``w_1`` the name w1. Every token
keeps the characters of the user's text. A left side such as ``\mathcal{L}(w) =`` or ``\min_w``
names the variables. What is read by custom is noted; what has no reading is refused with a caret.

Open groups wait on a list, so nesting is bounded by memory alone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from lossmith.text.declaring.promises import Declaration
from lossmith.text.functions.densities import (
    LOGARITHM,
    PLAIN,
    bars_of_law,
    one_matrix_each,
    several_covariances,
)
from lossmith.text.latex.latex_cases import read_cell
from lossmith.text.latex.latex_functions import read_function
from lossmith.text.latex.latex_groups import (
    close_group,
    open_group,
    read_binomial,
    read_fraction,
    read_root,
)
from lossmith.text.latex.latex_left import step_over_left_side
from lossmith.text.latex.latex_names import read_name
from lossmith.text.latex.latex_refusals import refuse_functions, refuse_indices, refuse_triplets
from lossmith.text.latex.latex_scripts import read_script
from lossmith.text.latex.latex_sets import read_sets
from lossmith.text.latex.latex_state import ACCENTS, BIG, CLOSING, FUNCTIONS, Reading
from lossmith.text.latex.latex_sums import find_indices, find_open_indices, read_sum
from lossmith.text.syntax.latex_cursor import STYLES, UPRIGHT
from lossmith.text.syntax.latex_tokens import NAMES, Lexeme
from lossmith.text.syntax.tokens import Token
from lossmith.words import Words


@dataclass(frozen=True, slots=True)
class LatexTokens:
    """The tokens, the notes on how they were read, and the variables that a left side names.

    masks: names that are read as matrices of zeros and ones.
    """

    tokens: list[Token]
    notes: tuple[Words, ...]
    variables: tuple[str, ...]
    masks: frozenset[str] = frozenset()


def read_latex(
    text: str,
    declared: Mapping[str, Declaration],
    source: str = "",
    indices: Collection[str] = (),
    defined: Collection[str] = (),
    *,
    printed: bool = False,
    left: bool = False,
) -> LatexTokens:
    """Return the tokens of a LaTeX formula.

    indices: letters that are indices, whether a sum binds them or not.  defined: functions that
    the text itself defines.  printed: the feet of ones are sizes to be kept.  left: the text is a
    left side, which may define a function.
    Raises: ParseError or UnknownAtom with a caret.  Cost: linear in the text.
    """
    r = Reading(text, declared, source)
    r.indices |= set(indices)
    r.defined, r.printed, r.left = frozenset(defined), printed, left
    return _read(r)


def _read(r: Reading) -> LatexTokens:
    _find_divergences(r)
    _find_words(r)
    _find_laws(r)
    r.variables, notes = step_over_left_side(r.cursor)
    r.notes += notes
    refuse_triplets(r)
    read_sets(r)
    find_indices(r)
    find_open_indices(r)
    while r.cursor.k < len(r.cursor.all):
        _one(r, r.cursor.now)
    if r.frames:
        raise r.cursor.never_closed(r.frames[-1].opened)
    end = len(r.text.rstrip())
    r.out.append(Token("end", "", end, end))
    refuse_functions(r)
    refuse_indices(r)
    return LatexTokens(r.out, tuple(dict.fromkeys(r.notes)), r.variables, frozenset(r.masks))


def _find_divergences(r: Reading) -> None:
    """Read ``D_{KL}`` as the function kl."""
    every = r.cursor.all
    for k, x in enumerate(every[:-3]):
        if x.text == "D" and every[k + 1].text == "_" and "D" not in r.declared:
            stop = r.cursor.group(k + 2)
            foot = [y for y in r.cursor.inside(k + 2, stop) if y.text not in UPRIGHT]
            if "".join(y.text for y in foot) == "KL":
                word = [Lexeme("\\mathrm", x.start, x.stop), Lexeme("{", x.start, x.stop)]
                end = Lexeme("}", foot[-1].stop, foot[-1].stop)
                r.cursor.all = [*every[:k], *word, *foot, end, *every[stop:]]
                _find_divergences(r)
                return


def _find_words(r: Reading) -> None:
    """Read letters that spell a function in front of its bracket as that function: softmax(z)."""
    every = r.cursor.all
    found: list[Lexeme] = []
    run: list[Lexeme] = []
    for x in every:
        joins = x.is_letter and len(x.text) == 1 and (not run or run[-1].stop == x.start)
        if not joins and run:
            word = "".join(y.text for y in run)
            if x.text == "(" and len(word) > 2 and word in r.known and not r.printed:
                start, stop = run[0].start, run[-1].stop
                opened = [Lexeme("\\mathrm", start, start), Lexeme("{", start, start)]
                run = [*opened, *run, Lexeme("}", stop, stop)]
            found += run
            run = []
        if x.is_letter and len(x.text) == 1:
            run.append(x)
        else:
            found.append(x)
    r.cursor.all = [*found, *run]


def _find_laws(r: Reading) -> None:
    r"""Read ``\mathcal{N}(x; \mu, \Sigma)`` as the normal density, its log with ``\log``."""
    every = r.cursor.all
    for k, x in enumerate(every):
        if x.text not in ("\\mathcal", "\\mathscr") or k + 2 >= len(every):
            continue
        stop = r.cursor.group(k + 1)
        if [y.text for y in r.cursor.inside(k + 1, stop)] != ["N"] or stop >= len(every):
            continue
        for bar in bars_of_law(every, stop) if every[stop].text == "(" else ():
            if one_matrix_each(every, bar):
                raise several_covariances(r.cursor.place(every[k]))
            every[bar] = replace(every[bar], text=",")
            logarithm = k > 0 and every[k - 1].text == "\\log"
            first, at = k - logarithm, every[stop - 1].stop
            word = LOGARITHM if logarithm else PLAIN
            letters = [Lexeme(c, x.start, at) for c in word]
            opened = [Lexeme("\\mathrm", x.start, at), Lexeme("{", x.start, at)]
            r.cursor.all = [*every[:first], *opened, *letters, Lexeme("}", at, at), *every[stop:]]
            _find_laws(r)
            return


def _one(r: Reading, x: Lexeme) -> None:
    t = x.text
    if t == "{":
        open_group(r, x, "}")
    elif t in ("(", "["):
        open_group(r, x, CLOSING[t])
    elif t == "\\langle":
        r.emit("name", "dot", x)
        open_group(r, x, "\\rangle")
    elif t in (")", "]", "}", "\\rangle"):
        close_group(r, x)
    elif t == "\\frac":
        read_fraction(r, x)
    elif t == "\\binom":
        read_binomial(r, x)
    elif t == "\\sqrt":
        read_root(r, x)
    elif t in ("^", "_", "'", "\\top"):
        read_script(r, x)
    elif t in ("\\sum", "\\prod") or (t in BIG and r.cursor.peek() == "_"):
        read_sum(r, x)
    elif t == "\\cases":
        r.emit("name", "cases", x)
        open_group(r, x, "\\endcases")
        r.frames[-1].cell = len(r.out)
    elif t in ("&", "\\\\", "\\endcases"):
        read_cell(r, x)
    elif t in FUNCTIONS:
        read_function(r, FUNCTIONS[t], x)
    elif t in NAMES or x.is_letter or t in STYLES or t in UPRIGHT or t in ACCENTS:
        read_name(r, x)
    elif (t[0].isdigit() and t.isascii()) or (t[0] == "." and t[1:].isdigit()):
        r.emit("number", t, x)
        r.cursor.k += 1
    elif t == "\\infty":
        r.emit("name", "inf", x)
        r.cursor.k += 1
    elif not t.isascii() and t not in ("·", "⊗"):
        raise r.cursor.unknown(x)
    elif t in ("%", "#", "\\in", "?", '"') or t.startswith("\\"):
        raise r.cursor.unknown(x)
    else:
        r.emit("op", "==" if t == "=" and r.in_condition() else t, x)
        r.cursor.k += 1
