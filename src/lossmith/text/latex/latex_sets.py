r"""Sums over sets: ``\sum_{(i,j)\in\Omega}``, ``\sum_{j\in R_i}``, ``\sum_{j: t_j\ge t_i}``.

A set of index pairs, or one that differs from entry to entry, is a matrix of zeros and ones; a
condition is an indicator. Either becomes a factor of the summand. A set that is the same for all,
as in ``\sum_{i\in\mathcal{B}}``, is the data themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from lossmith.errors import ParseError
from lossmith.text.latex.latex_state import BIG, Reading
from lossmith.text.syntax.latex_cursor import STYLES, UPRIGHT
from lossmith.text.syntax.latex_tokens import NAMES, Lexeme
from lossmith.words import Words

_BETWEEN: Final = frozenset({":", "|"})
_RELATIONS: Final = frozenset({"<", "<=", ">", ">=", "=", "!="})
_SIZES: Final = ("n", "m", "N", "M")


def read_sets(r: Reading) -> None:
    """Put what a set or condition under a sum says into the summand, and say so."""
    k = 0
    while k < len(r.cursor.all) - 2:
        if r.cursor.all[k].text in BIG and r.cursor.all[k + 1].text == "_":
            _one_sum(r, k)
        k += 1


def _one_sum(r: Reading, k: int) -> None:
    every = r.cursor.all
    stop = r.cursor.group(k + 2)
    foot = r.cursor.inside(k + 2, stop)
    signs = [x.text for x in foot]
    at = next((m for m, s in enumerate(signs) if s in _BETWEEN or s == "\\in"), 0)
    if not at:
        return
    whole = Lexeme(every[k].text, every[k].start, every[stop - 1].stop)
    left, right = foot[:at], foot[at + 1 :]
    if signs[at] in _BETWEEN:
        made = _condition(left, right, whole)
    else:
        made = _membership(r, left, right, whole)
    if made is None:
        if signs[at] == "\\in" and every[k].text == "\\sum":
            _all_data(r, k, stop, left, right)
        return
    indices, factor = made
    if factor and every[k].text != "\\sum":
        raise r.cursor.no_index(whole)
    r.cursor.all = [*every[: k + 2], *_braced(indices, whole), *factor, *every[stop:]]
    if signs[at] == "\\in":
        _replace_size(r, factor[0], _number_of_ones)


def _braced(inside: Sequence[Lexeme], whole: Lexeme) -> list[Lexeme]:
    return [_sign("{", whole), *inside, _sign("}", whole)]


def _sign(text: str, at: Lexeme) -> Lexeme:
    return Lexeme(text, at.start, at.stop)


Made = tuple[list[Lexeme], list[Lexeme]]


def _condition(left: list[Lexeme], right: list[Lexeme], whole: Lexeme) -> Made | None:
    r"""Return the index and the indicator of ``j: t_j \ge t_i``; ``k: k != i`` is an index."""
    signs = [x.text for x in right]
    if len(left) != 1 or not left[0].is_letter or not _RELATIONS & set(signs):
        return None
    if len(right) == 3 and signs[1] == "!=" and signs[0] == left[0].text:
        return right, []
    factor = [_sign("\\mathbb", whole), *_braced([_sign("1", whole)], whole)]
    return left, [*factor, _sign("[", whole), *right, _sign("]", whole), _sign("*", whole)]


def _membership(r: Reading, left: list[Lexeme], right: list[Lexeme], whole: Lexeme) -> Made | None:
    """Return the indices and the entry of the 0/1 matrix, None where the set is all the data."""
    indices = [x for x in left if x.text not in ("(", ")", ",")]
    if len(indices) == 3 and indices[1].text == "_":
        indices = indices[2:]  # x_i \in C_k
    names = [x for x in right if x.text not in UPRIGHT]
    if not names or not all(x.is_letter for x in indices) or len(indices) > 2:
        return None
    first, *foot = names
    is_name = first.is_letter or first.text in NAMES
    if not is_name or (foot and foot[0].text not in ("_", "(")):
        return None
    own = [x for x in foot if x.text in _moving(r, whole) - {y.text for y in indices}]
    if len(own) + len(indices) != 2:
        if own:
            raise _differs(r, indices, whole)
        return None
    name = NAMES.get(first.text, first.text)
    if name in ("I", "e"):
        return None
    entry = [*own, *indices]
    _note_mask(r, name, entry)
    return indices, [first, _sign("_", whole), *_braced(entry, whole), _sign("*", whole)]


def _moving(r: Reading, whole: Lexeme) -> set[str]:
    """Return the letters that choose entries elsewhere in the formula."""
    every = [x for x in r.cursor.all if not whole.start <= x.start < whole.stop]
    found: set[str] = set()
    for k, x in enumerate(every[:-1]):
        if x.text == "_" and x.start >= 0:
            last = k + 1
            depth = 0
            while last < len(every):
                depth += {"{": 1, "}": -1}.get(every[last].text, 0)
                if every[last].is_letter and every[last].text.islower():
                    found.add(every[last].text)
                if depth == 0:
                    break
                last += 1
    return found


def _differs(r: Reading, indices: Sequence[Lexeme], whole: Lexeme) -> ParseError:
    j = indices[0].text if indices else "j"
    return ParseError(
        Words(
            "this set differs from entry to entry in a way that cannot be read",
            "这个集合随下标变化，写法读不懂",
        ),
        attempt=Words(
            f"write a matrix of zeros and ones as a factor: \\sum_{{{j}}} R_{{i{j}}}",
            f"请用 0/1 矩阵作因子：\\sum_{{{j}}} R_{{i{j}}}",
        ),
        place=r.cursor.place(whole),
    )


def _note_mask(r: Reading, name: str, entry: Sequence[Lexeme]) -> None:
    i, j = (x.text for x in entry)
    r.masks.add(name)
    r.notes.append(
        Words(
            f"{name} is read as a matrix of zeros and ones: {name}[{i},{j}] = 1 for what is in it",
            f"{name} 读作 0/1 矩阵：属于该集合时 {name}[{i},{j}] = 1",
        )
    )


def _all_data(r: Reading, k: int, stop: int, left: list[Lexeme], right: list[Lexeme]) -> None:
    """Note that a set is all the data; its size ``|B|`` is then the number of the data."""
    if len(left) != 1 or len(right) != 1 or not (right[0].is_letter or right[0].text in NAMES):
        return
    index, name = left[0].text, r.text[right[0].start : right[0].stop].lstrip("\\")
    r.notes.append(
        Words(
            f"the sum over {index} in {name} is taken over all {index}",
            f"对 {name} 中 {index} 的求和取遍所有 {index}",
        )
    )
    used = {x.text for x in r.cursor.all} | set(r.declared)
    letter = next((n for n in _SIZES if n not in used), "")
    if (r.cursor.all[stop : stop + 1] and r.cursor.all[stop].text == "^") or not letter:
        return
    whole = r.cursor.all[k]

    def size(bar: Lexeme, _: Lexeme) -> list[Lexeme]:
        return [_sign(letter, bar)]

    upper = [_sign("^", whole), *_braced([_sign(letter, whole)], whole)]
    before = r.cursor.all
    _replace_size(r, right[0], size)
    if r.cursor.all is not before:
        grown = len(r.cursor.all) - len(before) if _stands_before(before, right[0], k) else 0
        at = stop + grown
        r.cursor.all = [*r.cursor.all[:at], *upper, *r.cursor.all[at:]]


def _stands_before(every: Sequence[Lexeme], name: Lexeme, k: int) -> bool:
    return any(_is_size(every, m, name) for m in range(k))


def _is_size(every: Sequence[Lexeme], k: int, name: Lexeme) -> bool:
    plain = [x.text for x in every[k : k + 6] if x.text not in STYLES | {"{", "}"}]
    return every[k].text == "|" and plain[:3] == ["|", name.text, "|"]


def _number_of_ones(bar: Lexeme, name: Lexeme) -> list[Lexeme]:
    word = _braced([_sign(c, bar) for c in "sum"], bar)
    return [_sign("\\mathrm", bar), *word, _sign("(", bar), name, _sign(")", bar)]


def _replace_size(r: Reading, name: Lexeme, made: Callable[[Lexeme, Lexeme], list[Lexeme]]) -> None:
    r"""Read ``|\Omega|`` as what ``made`` writes for the number of its elements."""
    every, found, k = r.cursor.all, list[Lexeme](), 0
    while k < len(every):
        if _is_size(every, k, name):
            stop = next(m for m in range(k + 1, len(every)) if every[m].text == "|")
            found += made(every[k], name)
            k = stop + 1
        else:
            found.append(every[k])
            k += 1
    if len(found) != len(every):
        r.cursor.all = found


__all__ = ["read_sets"]
