"""Powers of one base brought together where the domain stays the same: x * x^-1 = 1 for x != 0."""

from __future__ import annotations

from collections.abc import Sequence, Set
from fractions import Fraction
from typing import TypeGuard

from lossmith.atoms.arithmetic import power
from lossmith.atoms.exponential import log
from lossmith.atoms.matrix import det
from lossmith.calculus.derivation import Move
from lossmith.calculus.driver import Computed
from lossmith.expr.build import add, apply, const, contract
from lossmith.expr.node import Add, Apply, Const, Contract, Expr, Factor, Symbol, children
from lossmith.expr.ranges import enclosure
from lossmith.expr.sets import NONNEGATIVE, POSITIVE
from lossmith.words import Words


def merged_powers(
    e: Expr, positive: Set[Expr] = frozenset(), apart: Set[Expr] = frozenset()
) -> Sequence[Expr]:
    """Return the product with equal bases merged, if what is known of them allows it.

    positive: expressions that are known to be positive here, beyond what their ranges tell.
    apart: those that are known not to be 0.
    """
    if not isinstance(e, Contract):
        return ()
    groups: dict[tuple[Expr, tuple[int, ...]], list[Fraction]] = {}
    for f, labels, p in e.factors:
        groups.setdefault((f, labels), []).append(p)
    if len(groups) == len(e.factors):
        return ()
    factors: list[Factor] = []
    ones: list[Factor] = []
    nonzero = _nonzero(e) | apart
    for (f, labels), powers in groups.items():
        if len(powers) == 1 or not (f in positive or _may_merge(f, powers, f in nonzero)):
            factors += [(f, labels, p) for p in powers]
        elif sum(powers) != 0:
            factors.append((f, labels, sum(powers, Fraction(0))))
        else:
            ones.append((const(1, f.shape), labels, Fraction(1)))
    if len(factors) == len(e.factors):
        return ()
    return (contract([*factors, *ones], tuple(range(e.rank)), e.shape),)


def beside_logarithm(e: Expr) -> Sequence[Expr]:
    """Return the sum with p/p = 1 where log(p) stands in it, which has no value unless p > 0."""
    if not isinstance(e, Add):
        return ()
    axes = tuple(range(len(e.shape)))
    positive = {a for _, t in e.terms for a in _logarithms(t, axes)}
    if not positive:
        return ()
    # log(p/q) has no value where p or q is 0.
    apart = {f for a in positive if isinstance(a, Contract) for f in _entries(a)}
    known = positive | apart
    terms: list[tuple[Fraction, Expr]] = []
    for c, t in e.terms:
        entries = isinstance(t, Contract) and all(
            labels == axes for f, labels, _ in t.factors if f in known
        )
        merged = merged_powers(t, positive, apart) if entries else ()
        terms.append((c, merged[0] if merged else t))
    new = add(*terms, shape=e.shape)
    return () if new is e else (new,)


def beside_divisor(e: Expr) -> Sequence[Expr]:
    """Return the sum with v/v = 1 in a term where another term has no value unless v != 0."""
    if not isinstance(e, Add):
        return ()
    products = [t.factors if isinstance(t, Contract) else () for _, t in e.terms]
    divided = [_divisors(factors, len(e.shape)) for factors in products]
    terms: list[tuple[Fraction, Expr]] = []
    for k, (c, t) in enumerate(e.terms):
        others = {d for i, found in enumerate(divided) if i != k for d in found}
        held = {(f, labels) for f, labels, _ in products[k]}
        apart = {f for f, _ in others & held}
        # A base that stands here along other axes too is left alone.
        apart -= {f for f, labels in held if (f, labels) not in others}
        merged = merged_powers(t, frozenset(), apart) if apart else ()
        terms.append((c, merged[0] if merged else t))
    new = add(*terms, shape=e.shape)
    return () if new is e else (new,)


def _divisors(factors: Sequence[Factor], rank: int) -> set[tuple[Expr, tuple[int, ...]]]:
    """Return what a term divides by without having it above the line, by axes of the result."""
    above = {(f, labels) for f, labels, p in factors if p > 0}
    below = {(f, labels) for f, labels, p in factors if p < 0}
    return {(f, labels) for f, labels in below - above if all(k < rank for k in labels)}


def _logarithms(t: Expr, axes: tuple[int, ...]) -> set[Expr]:
    """Return the arguments of logarithms that stand as factors of a term, entry by entry."""
    factors = t.factors if isinstance(t, Contract) else ((t, axes, Fraction(1)),)
    return {
        f.args[0]
        for f, labels, p in factors
        if isinstance(f, Apply) and f.atom is log and labels == axes and p > 0
    }


def _entries(e: Contract) -> set[Expr]:
    """Return the factors of a product entry by entry."""
    axes = tuple(range(e.rank))
    return {f for f, labels, _ in e.factors if labels == axes}


def merged_exponents(e: Expr) -> Sequence[Expr]:
    """Return the product with x^a and powers of x > 0 beside it merged: x * x^(x-1) = x^x."""
    if not isinstance(e, Contract):
        return ()
    groups: dict[tuple[Expr, tuple[int, ...]], list[Factor]] = {}
    for f, labels, p in e.factors:
        base = f.args[0] if _is_variable_power(f) else f
        groups.setdefault((base, labels), []).append((f, labels, p))
    factors: list[Factor] = []
    for (base, labels), held in groups.items():
        several = len(held) > 1 and any(_is_variable_power(f) for f, _, _ in held)
        if not several or not enclosure(base).within(POSITIVE):
            factors += held
            continue
        parts = [
            (p, f.args[1] if _is_variable_power(f) else const(1, base.shape)) for f, _, p in held
        ]
        factors.append((apply(power, base, add(*parts, shape=base.shape)), labels, Fraction(1)))
    if len(factors) == len(e.factors):
        return ()
    return (contract(factors, tuple(range(e.rank)), e.shape),)


def _is_variable_power(f: Expr) -> TypeGuard[Apply]:
    return isinstance(f, Apply) and f.atom is power


def _nonzero(e: Contract) -> set[Expr]:
    """Return the determinants that are not 0 where e has a value, or by what is declared."""
    found: set[Expr] = set()
    stack = [f for f, _, _ in e.factors]
    while stack:
        f = stack.pop()
        if isinstance(f, Contract):
            stack += children(f)
        if isinstance(f, Apply) and "nonsingular" in f.atom.needs:
            found.add(apply(det, f.args[0]))
        if isinstance(f, Apply) and f.atom is det and isinstance(f.args[0], Symbol):
            if f.args[0].assumptions.has("nonsingular"):
                found.add(f)
    return found


def _may_merge(f: Expr, powers: Sequence[Fraction], nonzero: bool = False) -> bool:
    """Return whether the merged power has the same domain.

    f must not be 0 where powers cancel, nor negative where an even root is taken, unless what is
    left of it takes that root too.
    """
    if isinstance(f, Const):
        return False
    known = enclosure(f)
    # Powers below the line alone ask for the same: 1/f and 1/f² both need f != 0.
    if min(powers) < 0 < max(powers) and known.has(Fraction(0)) and not nonzero:
        return False
    rooted = any(p.denominator % 2 == 0 for p in powers)
    kept = sum(powers, Fraction(0)).denominator % 2 == 0
    return not rooted or kept or known.within(NONNEGATIVE)


MERGE_EXPONENTS = Computed(
    Move(
        "add-exponents",
        Words("x^a x^b = x^(a + b) for x > 0", "x > 0 时：x^a x^b = x^(a + b)"),
        "NIST DLMF 4.2(iv)",
    ),
    merged_exponents,
    least=-16,
)
MERGE = Computed(
    Move(
        "merge-powers",
        Words(
            "powers of one base are added, which its known range allows",
            "同底数的幂合并，底数的取值范围允许这样做",
        ),
        "NIST DLMF 4.2(iv)",
    ),
    merged_powers,
)
BESIDE_LOGARITHM = Computed(
    Move(
        "beside-a-logarithm",
        Words(
            "powers of one base are added, since the logarithm beside them needs a positive base",
            "同底数的幂合并，旁边的对数要求底数为正",
        ),
        "NIST DLMF 4.2(iv)",
    ),
    beside_logarithm,
)
BESIDE_DIVISOR = Computed(
    Move(
        "beside-a-divisor",
        Words(
            "powers of one base are added, since what divides beside them is not 0",
            "同底数的幂合并，旁边的除法要求底数不为零",
        ),
        "NIST DLMF 4.2(iv)",
    ),
    beside_divisor,
)
