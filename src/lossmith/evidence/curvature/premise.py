"""What every rule of the checker uses: the register of rules, and questions to the premises.

Part of the trusted checker.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import Final

from lossmith.atoms.table import ATOMS
from lossmith.evidence.arithmetic.enclose import applies, domain_of, is_structured
from lossmith.evidence.arithmetic.linear import axes
from lossmith.evidence.certificate import STRICT, Claim, Parameter
from lossmith.expr.atom import Atom, Fact
from lossmith.expr.build import const, transpose
from lossmith.expr.node import (
    Apply,
    Contract,
    Expr,
    Factor,
    Symbol,
)
from lossmith.expr.ranges import enclosure
from lossmith.expr.sets import NEGATIVE, NONNEGATIVE, POSITIVE, REALS, Interval, point
from lossmith.expr.walk import depends_on
from lossmith.rules.inference import CONCLUDES

Premises = tuple[Claim, ...]
Parameters = tuple[Parameter, ...]
Check = Callable[[Claim, Premises, Parameters], bool]

CHECKS: dict[str, Check] = {}


def checks(name: str) -> Callable[[Check], Check]:
    """Register the check of a rule under the name of its row, which says what it concludes."""

    def register(function: Check) -> Check:
        def check(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
            return claim.kind in CONCLUDES[name] and function(claim, premises, parameters)

        CHECKS[name] = check
        return function

    return register


# -- what the premises say -----------------------------------------------------------------------


def ranges_of(premises: Premises) -> Callable[[Expr], Interval]:
    """Return a lookup of enclosures: proved by a premise, else from the declarations alone."""
    known = {p.expr: p.interval for p in premises if p.interval is not None}
    return lambda e: known[e].meet(enclosure(e)) if e in known else enclosure(e)


STRONGER: Final[dict[str, tuple[str, ...]]] = {
    "convex": ("convex", "affine", "strictly_convex", "log_convex"),
    "concave": ("concave", "affine", "strictly_concave"),
}
"""Each of these kinds says at least as much as the one that it stands under."""

_ENOUGH: Final = {
    **STRONGER,
    "quasiconvex": ("quasiconvex", *STRONGER["convex"]),
    "quasiconcave": ("quasiconcave", *STRONGER["concave"]),
}


def says(premises: Premises, kind: str, e: Expr, wrt: tuple[Symbol, ...]) -> bool:
    """Return whether a premise says that e has this curvature; what is constant has it anyway."""
    enough = _ENOUGH.get(kind, (kind,))
    if kind not in STRICT and not depends_on(e, wrt):
        return True
    return any(p.kind in enough and p.expr is e and p.wrt == wrt for p in premises)


def states(premises: Premises, kind: str, e: Expr) -> Claim | None:
    """Return the premise of this kind about e, if there is one."""
    return next((p for p in premises if p.kind == kind and p.expr is e), None)


def sides(kind: str) -> tuple[str, ...]:
    """Return the inequalities that a kind of curvature consists of."""
    return ("convex", "concave") if kind == "affine" else (kind,)


def flip(kind: str) -> str:
    """Return the other inequality: "concave" for "convex", of a strict or quasi kind likewise."""
    if kind.endswith("convex"):
        return f"{kind.removesuffix('convex')}concave"
    return f"{kind.removesuffix('concave')}convex"


def turned(kind: str, c: Fraction | int) -> str:
    """Return what e must be for c*e to be of this kind."""
    return kind if c > 0 else flip(kind)


def side_kept(domain: Interval, side: str) -> Interval:
    """Return where u must lie for {u in the domain} to be convex: {u <= c} for convex u (convex
    or quasiconvex ``side``), {u >= c} for concave u; the other end must not bind.
    """
    if side.endswith("convex"):
        return Interval(domain.lo, None, domain.lo_open, True)
    return Interval(None, domain.hi, True, domain.hi_open)


def bound_of(premises: Premises, kind: str, e: Expr, wrt: tuple[Symbol, ...]) -> Expr | None:
    """Return the constant that a premise of this kind gives for e in these variables."""
    found = (p.other for p in premises if (p.kind, p.expr, p.wrt) == (kind, e, wrt))
    return next(found, None)


def structure_for(premises: Premises, atom: Atom) -> Callable[[Expr, str], bool]:
    """Return a test whether an argument of the card has a structure where the card has a value."""
    psd = psd_of(premises)
    # Of the psd matrices, those where inv or logdet has a value are the pd ones.
    inner = {"psd", "symmetric"}
    if not {"nonsingular", "positive_determinant"}.isdisjoint(atom.needs):
        inner.add("pd")
    return lambda a, word: (
        is_structured(a, word)
        or (word in inner and psd(a))
        or (word == "symmetric" and is_symmetric(a))
    )


def parted(e: Contract, wrt: Sequence[Symbol]) -> tuple[list[Factor], list[Factor]]:
    """Return the factors that depend on the block, and the constant ones."""
    moving = [f for f in e.factors if depends_on(f[0], wrt)]
    return moving, [f for f in e.factors if f not in moving]


def weight_of(factors: Iterable[Factor], known: Callable[[Expr], Interval]) -> Interval:
    """Return an interval that holds every product of entries of the factors, one of each."""
    return reduce(Interval.__mul__, (known(f).power(p) for f, _, p in factors), point(1))


def psd_of(premises: Premises) -> Callable[[Expr], bool]:
    """Return a test whether a matrix is declared or proved psd."""
    return lambda e: is_structured(e, "psd") or states(premises, "psd", e) is not None


def is_symmetric(e: Expr) -> bool:
    """Return whether a matrix is declared symmetric, or is its own transpose by construction."""
    return len(e.shape) == 2 and (is_structured(e, "symmetric") or transpose(e) is e)


def application(
    e: Expr, known: Callable[[Expr], Interval]
) -> tuple[Atom, tuple[Expr, ...], list[Interval]] | None:
    """Return (atom, arguments, interval domains) of an application or a power of one factor."""
    if isinstance(e, Apply):
        return e.atom, e.args, [domain_of(e.atom, k) for k in range(e.atom.arity)]
    if not isinstance(e, Contract) or len(e.factors) != 1 or e.factors[0][1] != axes(e):
        return None
    f, _, p = e.factors[0]
    domain = REALS if p.denominator % 2 else NONNEGATIVE
    if p < 0:
        sides = [s for s in (POSITIVE, NEGATIVE) if known(f).within(s)]
        if p.denominator % 2 and not sides:
            return None  # the set x != 0 is not convex
        domain = sides[0] if sides else POSITIVE
    return ATOMS["power"], (f, const(p, f.shape)), [domain, REALS]


@dataclass(frozen=True, slots=True)
class Applied:
    """A function of arguments: a card, or a power of one factor.

    inside: where the arguments lie, within the domains.  moving: the places of those that depend on
    the block.  facts: what the card says of itself there.
    """

    atom: Atom
    args: tuple[Expr, ...]
    domains: list[Interval]
    inside: list[Interval]
    moving: list[int]
    facts: list[Fact]

    def says(self, k: int) -> set[str]:
        """Return the names of the facts about argument k."""
        return {f.name for f in self.facts if f.arg == k}

    def is_bent(self, k: int, side: str, premises: Premises, wrt: tuple[Symbol, ...]) -> bool:
        """Return whether argument k is curved as this side asks where the card rises or falls.

        Where it is not affine, the domain of the card must not cut into a convex set.
        """
        u, known = self.args[k], ranges_of(premises)
        flat = says(premises, "affine", u, wrt)
        return any(
            way in self.says(k) and says(premises, own, u, wrt) and (flat or known(u).within(kept))
            for way, own in (("nondecreasing", side), ("nonincreasing", flip(side)))
            for kept in (side_kept(self.domains[k], own),)
        )


def applied(e: Expr, premises: Premises, wrt: tuple[Symbol, ...]) -> Applied | None:
    """Return e as a function of arguments, with what the premises and its card say there."""
    known = ranges_of(premises)
    found = application(e, known)
    if found is None:
        return None
    atom, args, domains = found
    inside = [known(a).meet(d) for a, d in zip(args, domains, strict=True)]
    moving = [k for k, a in enumerate(args) if depends_on(a, wrt)]
    structured = structure_for(premises, atom)
    facts = [f for f in atom.facts if applies(f, args, inside, structured)]
    return Applied(atom, args, domains, inside, moving, facts)
