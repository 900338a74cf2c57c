"""u log u named by its card xlogx, which gives back what was written out.

sum((W*p) .* log(W*p)) is one product of W, p and log(W*p); with the card it is a sum over the
entries of an affine map again. The card also knows where u log u rises, and that it is strict.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from lossmith.atoms.table import ATOMS
from lossmith.evidence.certificate import Claim
from lossmith.expr.build import apply, contract
from lossmith.expr.node import Apply, Contract, Expr, Factor, Symbol
from lossmith.expr.walk import depends_on, postorder, substitute
from lossmith.prove.proving.multiplied import stepped
from lossmith.prove.proving.proof import Proof
from lossmith.prove.proving.ranges import prove_range

ONE = Fraction(1)
OPENED = ("logarithms", "products")
"""The steps after which u log(u/v) shows u log u."""


def entropy_forms(proof: Proof, e: Expr) -> Iterator[tuple[Expr, list[int]]]:
    """Yield the formula with u log u named in all products that hold it, as typed or opened."""
    for start, chain in ((e, list[int]()), *stepped(proof, e, OPENED)):
        form, links = start, list(chain)
        for s in postorder(start):
            named = _named(s) if isinstance(s, Contract) and depends_on(s, proof.wrt) else None
            if named is None:
                continue
            after, card = substitute(form, {s: named[0]}), named[1]
            prove_range(proof, card.args[0])
            used = [proof.known.get(card.args[0])]
            claim = Claim("identity", form, (), None, after)
            node = proof.propose(claim, "unfold", used, (card,))
            if node is not None and after is not form:
                form = after
                links.append(node)
        if len(links) > len(chain):
            yield form, links


def _named(e: Contract) -> tuple[Expr, Apply] | None:
    """Return (e with xlogx(u) in place of the factors of u and log(u), that card), u a product."""
    for k, (f, labels, p) in enumerate(e.factors):
        if p != 1 or not isinstance(f, Apply) or f.atom is not ATOMS["log"]:
            continue
        u = f.args[0]
        rest = [*e.factors[:k], *e.factors[k + 1 :]]
        left = None
        if (u, labels, ONE) in rest and not isinstance(u, Symbol):
            left = [g for g in rest if g != (u, labels, ONE)]
        elif isinstance(u, Contract) and u.summed:
            left = _without(u, labels, rest)
        if left is None:
            continue
        card = apply(ATOMS["xlogx"], u)
        whole = contract([(card, labels, ONE), *left], tuple(range(e.rank)), e.shape)
        if isinstance(card, Apply) and whole is not e:
            return whole, card
    return None


def _without(u: Contract, labels: Sequence[int], factors: list[Factor]) -> list[Factor] | None:
    """Return the factors that are left when those of u on these axes are taken away."""
    names = dict(enumerate(labels))
    left = list(factors)
    for g, own, p in u.factors:
        found = next((f for f in left if (f[0], f[2]) == (g, p) and _fits(own, f[1], names)), None)
        if found is None:
            return None
        left.remove(found)
        names |= zip(own, found[1], strict=True)
    free = {names[k] for k in u.summed}
    return None if any(free & set(ls) for _, ls, _ in left) else left


def _fits(own: Sequence[int], other: Sequence[int], names: dict[int, int]) -> bool:
    return all(names.get(a, b) == b for a, b in zip(own, other, strict=True))
