r"""Sums in LaTeX and the letters that are indices: ``\sum_{i=1}^{n}``, ``\max_i``."""

from __future__ import annotations

import re
from typing import Final

from lossmith.errors import ParseError, Place
from lossmith.text.latex.latex_state import BIG, FUNCTIONS, Reading
from lossmith.text.syntax.latex_tokens import NAMES, Lexeme
from lossmith.text.syntax.subscript_signs import ordered_pair
from lossmith.text.syntax.tokens import Index, Token
from lossmith.text.syntax.typed import RANK
from lossmith.words import Words


def find_indices(r: Reading) -> None:
    """Collect the letters under sums, so that entries are known wherever they stand."""
    for k, x in enumerate(r.cursor.all[:-2]):
        if x.text in BIG and r.cursor.all[k + 1].text in ("_", "^"):
            at = k + 1 if r.cursor.all[k + 1].text == "_" else r.cursor.group(k + 2)
            if at >= len(r.cursor.all) - 1 or r.cursor.all[at].text != "_":
                continue
            for y in r.cursor.inside(at + 1, r.cursor.group(at + 1)):
                if y.text in ("=", "\\in"):
                    break
                if y.is_letter:
                    r.indices.add(y.text)


def find_open_indices(r: Reading) -> None:
    """Collect the letters under arrays that are declared: the k of w_k, where w is a vector."""
    every = r.cursor.all
    sizes = {str(d) for entry in r.declared.values() for d in entry.sizes}
    for k, x in enumerate(every[:-1]):
        if r.printed and x.text in (")", "}", "]", "\\delta") and every[k + 1].text == "_":
            foot = r.cursor.inside(k + 2, r.cursor.group(k + 2))
            r.indices |= {y.text for y in foot if y.is_letter and len(y.text) == 1}
        elif x.text == ")" and every[k + 1].text == "_" and _follows_call(r, k):
            foot = r.cursor.inside(k + 2, r.cursor.group(k + 2))
            r.indices |= {y.text for y in foot if _is_free_letter(r, y)}
        entry = r.declared.get(NAMES.get(x.text, x.text))
        if every[k + 1].text != "_" or entry is None or entry.kind not in ("c", "m"):
            continue
        feet = [y.text for y in r.cursor.inside(k + 2, r.cursor.group(k + 2))]
        feet = [y for y in feet if y != ","]
        named = f"{NAMES.get(x.text, x.text)}_{''.join(feet)}" in r.declared
        letters = all(len(y) == 1 and y.isalpha() and y not in sizes for y in feet)
        if letters and not named and len(feet) <= RANK[entry.kind]:
            r.indices |= set(feet) - set(r.declared)
    _find_indices_beside(r, sizes)


def _find_indices_beside(r: Reading, sizes: set[str]) -> None:
    r"""Collect the k of z_k where \sum_j z_j makes z an array, and that of v_{jk} beside \sum_j."""
    every = r.cursor.all
    feet: dict[str, list[list[Lexeme]]] = {}
    for k, x in enumerate(every[:-1]):
        if x.is_letter and every[k + 1].text == "_":
            foot = r.cursor.inside(k + 2, r.cursor.group(k + 2))
            feet.setdefault(x.text, []).append([y for y in foot if y.text != ","])
    below = {y for found in feet.values() for foot in found for y in foot}
    taken = {x.text for x in every if x not in below} | set(r.declared)
    for found in feet.values():
        letters = {y.text for foot in found for y in foot}
        ranks = {len(foot) for foot in found}
        if letters <= _USUAL and letters & r.indices and len(ranks) == 1:
            # x_n may be the last of them; the k of v_{jk} is no size, even if one is called k.
            r.indices |= letters - taken - (sizes if ranks == {1} else set())


_USUAL: Final = frozenset("ijklmnpqrs")
"""Letters of indices: the y of z_y is a label, and z_y a name."""


def _follows_call(r: Reading, k: int) -> bool:
    r"""Return whether the bracket that closes at k holds the argument of a word: softmax(z)."""
    every, depth = r.cursor.all, 0
    for m in range(k, -1, -1):
        depth += {")": 1, "(": -1}.get(every[m].text, 0)
        if depth == 0:
            before = every[m - 1].text if m else ""
            return before == "}" or before in FUNCTIONS or _word_before(r, m) in r.known
    return False


def _word_before(r: Reading, k: int) -> str:
    """Return the letters that stand side by side in front of lexeme k: softmax."""
    first = k
    while first and r.cursor.all[first - 1].is_letter:
        first -= 1
    return "".join(x.text for x in r.cursor.all[first:k])


def _is_free_letter(r: Reading, y: Lexeme) -> bool:
    """Return whether a foot can be an index: a small letter that stands nowhere else by itself."""
    if not y.is_letter or len(y.text) != 1 or not y.text.islower() or y.text in r.declared:
        return False
    every = r.cursor.all
    return all(
        x.text != y.text or (m and every[m - 1].text in ("_", "{", ","))
        for m, x in enumerate(every)
    )


def read_sum(r: Reading, x: Lexeme) -> None:
    """Read the sign of a sum, product, maximum or minimum with its limits."""
    r.cursor.k += 1
    lower: list[Lexeme] = []
    upper: list[Lexeme] = []
    while r.cursor.now.text in ("_", "^"):
        stop = r.cursor.group(r.cursor.k + 1)
        part = r.cursor.inside(r.cursor.k + 1, stop)
        if r.cursor.now.text == "_":
            lower = part
        else:
            upper = part
        r.cursor.k = stop
    whole = Lexeme(x.text, x.start, r.cursor.all[r.cursor.k - 1].stop)
    if not lower:
        if upper or BIG[x.text] not in ("sum", "prod"):
            raise r.cursor.no_index(whole)
        r.emit("op", BIG[x.text], whole)
        return
    binds = _binds(r, lower, upper, whole)
    r.out.append(Token("op", BIG[x.text], whole.start, whole.stop, (), binds))


def _binds(
    r: Reading, lower: list[Lexeme], upper: list[Lexeme], whole: Lexeme
) -> tuple[Index, ...]:
    signs = [y.text for y in lower]
    if "<" in signs and (pair := ordered_pair(signs)):
        return pair
    size, first, short = _range(r, "".join(y.text for y in upper), signs, whole)
    if "\\in" in signs:
        signs = signs[: signs.index("\\in")]
    elif "=" in signs:
        signs = signs[: signs.index("=")]
    elif "!=" in signs:
        if len(signs) != 3:
            raise r.cursor.no_index(whole)
        k, _, i = signs
        outside = any(b.name == i for t in r.out for b in t.binds)
        left = Index(k, (i,), size)
        others = [y.text for y in r.cursor.all].count("_") and _is_free(r, i)
        return (left,) if outside or others else (Index(i), left)
    names = [s for s in signs if s != ","]
    if not names or not all(s.isalpha() and len(s) == 1 for s in names):
        raise r.cursor.no_index(whole)
    if len(set(names)) < len(names) or any(n in r.declared for n in names):
        raise r.cursor.no_index(whole)
    return tuple(Index(n, (), size, (), first, short) for n in names)


def _is_free(r: Reading, i: str) -> bool:
    """Return whether an entry with index i stands before this sum."""
    return any(i in t.subscripts for t in r.out)


_UPPER: Final = re.compile(r"([A-Za-z]|\d+)(?:-(\d+))?")


def _range(r: Reading, upper: str, lower: list[str], whole: Lexeme) -> tuple[str, int, int]:
    """Return the size of an index, its first value, and how many of the last are left out."""
    start = "".join(lower[lower.index("=") + 1 :]) if "=" in lower else "1"
    if start == "0" and upper.endswith("-1"):
        upper, start = upper[:-2], "1"
    found = _UPPER.fullmatch(upper)
    if not upper and start.isdigit() and start != "0":
        return "", int(start), 0
    if not start.isdigit() or start == "0" or found is None:
        raise ParseError(
            Words("a sum runs over all entries", "求和必须取遍所有分量"),
            why=Words(
                f"entries are numbered from 1, and from {start} to {upper} is no part of them",
                f"分量从 1 开始编号，从 {start} 到 {upper} 不是其中一段",
            ),
            attempt=Words("write \\sum_{i=1}^{n}", "请写 \\sum_{i=1}^{n}"),
            place=Place(r.text, whole.start, whole.stop, r.source),
        )
    return found[1], int(start), int(found[2] or 0)
