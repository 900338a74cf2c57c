"""Sums over a set of pairs in the text dialect: ``Σ_{(i,j)∈Ω} (M_ij - u_i\'v_j)^2``.

The set is a matrix of zeros and ones, which becomes a factor of the summand, as in LaTeX.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Final

from lossmith.text.syntax.tokens import Token
from lossmith.words import Words

_SIGNS: Final = frozenset({"Sigma_", "sum_"})
_FOOT: Final = ("{", "(", "", ",", "", ")", "in", "", "}")
"""The signs behind a sum over pairs; "" for the indices and for the set."""


def read_pair_sums(
    tokens: Sequence[Token], declared: Collection[str]
) -> tuple[list[Token], frozenset[str], tuple[Words, ...]]:
    """Return the tokens with ``Σ_{i,j} Ω_{i,j} *``, the names of the sets, and what was read.

    A set that is declared is a matrix already, and is read the same.  Cost: linear.
    """
    found: list[Token] = []
    names: dict[str, Words] = {}
    at = 0
    while at < len(tokens):
        foot = tokens[at + 1 : at + 1 + len(_FOOT)]
        if tokens[at].text not in _SIGNS or not _fits(foot):
            found.append(tokens[at])
            at += 1
            continue
        opened, _, i, comma, j, _, _, the_set, closed = foot
        found += [tokens[at], opened, i, comma, j, closed]
        found += [replace(the_set, text=f"{the_set.text}_"), opened, i, comma, j, closed]
        found.append(replace(closed, kind="op", text="*"))
        names[the_set.text] = _said(the_set.text, i.text, j.text)
        at += 1 + len(_FOOT)
    return found, frozenset(n for n in names if n not in declared), tuple(names.values())


def _fits(foot: Sequence[Token]) -> bool:
    if len(foot) < len(_FOOT):
        return False
    letters = all(foot[k].kind == "name" and len(foot[k].text) == 1 for k in (2, 4))
    the_set = foot[7].kind == "name"
    return letters and the_set and all(s in ("", t.text) for s, t in zip(_FOOT, foot, strict=True))


def _said(name: str, i: str, j: str) -> Words:
    return Words(
        f"{name} is read as a matrix of zeros and ones: {name}[{i},{j}] = 1 for what is in it",
        f"{name} 读作 0/1 矩阵：属于它的位置 {name}[{i},{j}] = 1",
    )


__all__ = ["read_pair_sums"]
