"""Powers of one base brought together where the domain stays the same: x * x^-1 = 1 for x != 0."""

from __future__ import annotations

from collections.abc import Sequence, Set
from fractions import Fraction
from typing import TypeGuard

from lossmith.atoms.arithmetic import power
from lossmith.atoms.matrix import det
from lossmith.calculus.derivation import Move
from lossmith.calculus.driver import Computed
from lossmith.expr.build import add, apply, const, contract
from lossmith.expr.node import Apply, Const, Contract, Expr, Factor, Symbol, children
from lossmith.expr.ranges import enclosure
from lossmith.expr.sets import NONNEGATIVE, POSITIVE
from lossmith.words import Words


def merged_powers(e: Expr, positive: Set[Expr] = frozenset()) -> Sequence[Expr]:
    """Return the product with equal bases merged, if what is known of them allows it.

    positive: expressions that are known to be positive here, beyond what their ranges tell.
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
    nonzero = _nonzero(e)
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

    f must not be 0 where a power is negative, nor negative where an even root is taken, unless
    what is left of it takes that root too.
    """
    if isinstance(f, Const):
        return False
    known = enclosure(f)
    if any(p < 0 for p in powers) and known.has(Fraction(0)) and not nonzero:
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
