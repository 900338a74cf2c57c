"""A sum sign without an index: ``∑ (yᵢ − w xᵢ)²`` runs over i, ``∑ (y − Xw)²`` over all entries.

The sign takes its whole term, the power included, as in print; ``sum(...)`` is a function and does
not. A Greek Σ that stands like a matrix (``xᵀΣx``, ``Σ⁻¹``) is a symbol.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Final

from lossmith.text.syntax.tokens import Index, Token
from lossmith.words import Words

_SIGNS: Final = {"Sigma": "sum", "Pi": "prod"}
_OF_MATRICES: Final = frozenset({"tr", "trace", "det", "logdet", "inv", "diag"})
_ENDS: Final = frozenset({"+", "-", ",", ";", "=", "<", "<=", ">", ">=", "==", "!=", "&", ":="})


def give_indices(
    tokens: Sequence[Token], text: str, names: Collection[str], functions: Collection[str]
) -> tuple[list[Token], list[Words]]:
    """Return the tokens with every sum sign ready to be read, and what was supplied.

    names: declared or defined ones, never signs.  Cost: linear in the tokens for each sum.
    """
    found = list(tokens)
    notes: list[Words] = []
    scopes = [(_end(found, k), t.binds) for k, t in enumerate(found) if t.binds]
    for k, token in enumerate(tokens):
        bare = token.kind == "op" and token.text in _SIGNS.values() and not token.binds
        if not bare and not _is_sign(tokens, k, text, names, functions):
            continue
        found[k] = replace(token, kind="op", text=_SIGNS.get(token.text, token.text))
        end = _end(found, k)
        outer = {b.name for stop, binds in scopes if stop > k for b in binds}
        inner = {b.name for t in found[k + 1 : end] for b in t.binds}
        used = [s for t in found[k + 1 : end] for s in t.subscripts if s != ":"]
        indices = tuple(dict.fromkeys(s for s in used if s not in outer | inner))
        binds = tuple(Index(s) for s in indices)
        found[k] = replace(found[k], binds=binds)
        sign = text[token.start : token.stop].strip()
        if binds:
            scopes.append((end, binds))
            notes.append(_runs(sign, indices))
        else:
            _spread_powers(found, k, end)
            notes.append(_takes_all(sign, text[token.start : found[end - 1].stop]))
    return found, notes


def _is_sign(
    tokens: Sequence[Token],
    k: int,
    text: str,
    names: Collection[str],
    functions: Collection[str],
) -> bool:
    """Return whether a Σ, ∑, Π or ∏ is the sign of a sum or product rather than a symbol."""
    token = tokens[k]
    if token.kind != "name" or token.text not in _SIGNS or token.text in names:
        return False
    typed = text[token.start : token.stop]
    if typed not in ("∑", "∏", "Σ", "Π"):
        return False
    follows = tokens[k + 1]
    operand = follows.kind in ("name", "number") or follows.text in ("(", "|", "||")
    if typed in ("∑", "∏"):
        return operand
    alone = [t for m, t in enumerate(tokens[:-1]) if t.text == token.text and m != k]
    before = tokens[k - 1] if k else None
    opens_term = (
        before is None
        or before.kind == "number"
        or before.text in functions
        or (before.kind == "op" and before.text not in ("'", ")", "|", "||"))
    )
    of_matrix = before is not None and before.text == "(" and tokens[k - 2].text in _OF_MATRICES
    return operand and opens_term and not of_matrix and not alone


def _end(tokens: Sequence[Token], k: int) -> int:
    """Return where the term behind token k ends; of a call, where its bracket closes."""
    depth = 0
    bars = 0
    for m in range(k + 1, len(tokens)):
        t = tokens[m]
        if t.kind == "end":
            return m
        if t.kind != "op":
            continue
        depth += {"(": 1, ")": -1}.get(t.text, 0)
        bars ^= t.text in ("|", "||")
        first = m == k + 1 and t.text in ("+", "-")
        if depth < 0 or (depth == 0 and not bars and t.text in _ENDS and not first):
            return m
        if depth == 0 and t.text == ")" and tokens[k].kind == "name":
            return m
    return len(tokens)


def _spread_powers(tokens: list[Token], k: int, end: int) -> None:
    """Let powers in the term act entry by entry: a sum of squares, not the square of an array."""
    depth = 0
    for m in range(k + 1, end):
        t = tokens[m]
        depth += {"(": 1, ")": -1}.get(t.text, 0) if t.kind == "op" else 0
        inside = [x.kind for x in tokens[m + 1 : m + 4]]
        number = inside[:1] == ["number"] or inside == ["op", "number", "op"]
        if depth == 0 and t.kind == "op" and t.text == "^" and number:
            tokens[m] = replace(t, text=".^")


def _runs(sign: str, indices: Sequence[str]) -> Words:
    over = ", ".join(indices)
    return Words(f"{sign} without an index runs over {over}", f"没有下标的 {sign} 对 {over} 求和")


def _takes_all(sign: str, term: str) -> Words:
    return Words(
        f"{term} is read as the sum of all entries of what follows {sign}, powers included",
        f"{term} 读作 {sign} 后面整项（连同幂）各分量之和",
    )


__all__ = ["give_indices"]
