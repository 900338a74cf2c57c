"""Powers of one base brought together where the domain stays the same: x * x^-1 = 1 for x != 0."""

from __future__ import annotations

from collections.abc import Sequence, Set
from fractions import Fraction

from lossmith.calculus.derivation import Move
from lossmith.calculus.driver import Computed
from lossmith.expr.build import const, contract
from lossmith.expr.node import Const, Contract, Expr, Factor
from lossmith.expr.ranges import enclosure
from lossmith.expr.sets import NONNEGATIVE
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
    for (f, labels), powers in groups.items():
        if len(powers) == 1 or not (f in positive or _may_merge(f, powers)):
            factors += [(f, labels, p) for p in powers]
        elif sum(powers) != 0:
            factors.append((f, labels, sum(powers, Fraction(0))))
        else:
            ones.append((const(1, f.shape), labels, Fraction(1)))
    if len(factors) == len(e.factors):
        return ()
    return (contract([*factors, *ones], tuple(range(e.rank)), e.shape),)


def _may_merge(f: Expr, powers: Sequence[Fraction]) -> bool:
    """Return whether the merged power has the same domain.

    f must not be 0 where a power is negative, nor negative where an even root is taken.
    """
    if isinstance(f, Const):
        return False
    known = enclosure(f)
    if any(p < 0 for p in powers) and known.has(Fraction(0)):
        return False
    rooted = any(p.denominator % 2 == 0 for p in powers)
    return not rooted or known.within(NONNEGATIVE)


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
