"""When a constant of strong convexity is positive, in words that name the very matrix it holds."""

from __future__ import annotations

from fractions import Fraction

from lossmith.atoms.table import ATOMS
from lossmith.evidence.arithmetic.enclose import is_structured
from lossmith.evidence.arithmetic.linear import factors_of
from lossmith.expr.build import contract, matmul, transpose
from lossmith.expr.node import Add, Apply, Contract, Expr, Symbol
from lossmith.expr.ranges import enclosure
from lossmith.expr.sets import NONNEGATIVE, POSITIVE
from lossmith.prove.proving.forms import pairings
from lossmith.prove.proving.proof import Proof
from lossmith.prove.proving.ranges import prove_psd
from lossmith.text.writing.printing import to_unicode
from lossmith.words import Words, same

POSITIVE_CONSTANT = Words("where m > 0", "当 m > 0 时")


def positive_when(value: Expr) -> Words:
    """Return when a nonnegative constant is positive: "where X has full column rank or λ > 0".

    Said only if it is exactly so; else "where m > 0". A sum of terms >= 0 is positive where one of
    them is, a product of factors >= 0 where all of them are.
    """
    terms = value.terms if isinstance(value, Add) else ((Fraction(1), value),)
    found = [None if c <= 0 else _term(t) for c, t in terms]
    said = [w for w in found if w is not None]
    if len(said) < len(found) or not all(said):
        return POSITIVE_CONSTANT
    en = " or ".join(" and ".join(w.en for w in both) for both in said)
    zh = _joined([_joined([w.zh for w in both], "且") for both in said], "或")
    numbers = all(w.en == w.zh for both in said for w in both)
    return Words(f"{'for' if numbers else 'where'} {en}", _joined([f"当 {zh}", ""], "时").rstrip())


def _joined(parts: list[str], word: str) -> str:
    """Return Chinese parts joined by a word, a space only beside letters and digits."""
    text = parts[0]
    for part in parts[1:]:
        text += f"{' ' if text[-1].isascii() else ''}{word} {part}"
    return text


def _term(t: Expr) -> list[Words] | None:
    """Return the conditions that make a product positive, None if its sign is not known."""
    if isinstance(t, Add) and len(t.terms) == 1 and t.terms[0][0] > 0:
        return _term(t.terms[0][1])
    found: list[Words] = []
    for f, _, p in factors_of(t)[1]:
        if enclosure(f).within(POSITIVE):
            continue
        said = _factor(f, p)
        if said is None:
            return None
        found.append(said)
    return found


def _factor(f: Expr, p: Fraction) -> Words | None:
    if isinstance(f, Apply) and f.atom is ATOMS["lambda_min"] and p > 0:
        return _definite(f.args[0])
    if not isinstance(f, Symbol) or f.shape:
        return None
    name = to_unicode(f)
    if enclosure(f).within(NONNEGATIVE):
        return same(f"{name} > 0")
    even = p.denominator % 2 == 1 and p.numerator % 2 == 0
    return same(f"{name} ≠ 0") if even else None


def _definite(k: Expr) -> Words | None:
    """Return when the least eigenvalue of a psd matrix is positive; None if it may be negative."""
    if not is_structured(k, "psd") and prove_psd(Proof(()), k) is None:
        return None
    root = gram_root(k)
    if root is not None:
        name = to_unicode(root)
        return Words(f"{name} has full column rank", f"{name} 列满秩")
    name = to_unicode(k)
    return Words(f"{name} is positive definite", f"{name} 正定")


def gram_root(k: Expr) -> Expr | None:
    """Return M with k = M'M, read off the pairs of equal factors; None if there is no such M.

    It is M as a whole whose rank matters: C*X loses rank where X alone does not.
    """
    if not isinstance(k, Contract):
        return None
    for pairs in pairings(k, outer=True):
        paired = {int(i) for p in pairs for i in p[:2]}
        if len(paired) < len(k.factors) or any(p[2] for p in pairs):
            continue
        right = [k.factors[int(p[1])] for p in pairs]
        left = {a for p in pairs for a in k.factors[int(p[0])][1]}
        shared = sorted({a for _, labels, _ in right for a in labels} & left)
        if len(shared) != 1 or 1 in shared or not any(1 in labels for _, labels, _ in right):
            continue
        new = {shared[0]: 0, 1: 1}
        fresh = 2
        for _, labels, _ in right:
            for a in labels:
                if a not in new:
                    new[a] = fresh
                    fresh += 1
        root = contract([(f, tuple(new[a] for a in ls), p) for f, ls, p in right], (0, 1))
        if matmul(transpose(root), root) is k:
            return root
    return None
