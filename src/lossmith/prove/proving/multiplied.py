"""Forms that a formula gives when it is multiplied out, or that give it: sums gathered anew."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from lossmith.evidence.certificate import Claim
from lossmith.evidence.normal.normal_steps import STEPS
from lossmith.expr.build import (
    add,
    broadcast,
    const,
    contract,
    divide,
    mean,
    multiply,
    power,
    size_of,
    subtract,
    total,
)
from lossmith.expr.node import Add, Contract, Expr, Symbol
from lossmith.expr.walk import depends_on, postorder, substitute
from lossmith.prove.proving.proof import Proof
from lossmith.prove.proving.ranges import prove_total

MULTIPLIED = ("products", "squares", "products")
"""The steps that multiply a formula out."""


def centered_forms(proof: Proof, e: Expr) -> Iterator[tuple[Expr, list[int]]]:
    """Yield e with a |u|^2 + b sum(u)^2 inside as a |u - mean(u)|^2 + (a/n + b) sum(u)^2."""
    for s in postorder(e):
        for form in _centered(s, proof.wrt) if isinstance(s, Add) and not s.shape else ():
            whole = substitute(e, {s: form})
            chain = multiplied_back(proof, whole, e)
            if chain:
                yield whole, chain


def _centered(e: Add, wrt: tuple[Symbol, ...]) -> Iterator[Expr]:
    spreads = {found[0]: (c, t, found[1]) for c, t in e.terms if (found := _summed(t, 2, 1))}
    totals = {found[0]: (c, t, found[1]) for c, t in e.terms if (found := _summed(t, 1, 2))}
    for u in (u for u in spreads if u in totals and depends_on(u, wrt)):
        (c, square, a), (d, whole, b) = spreads[u], totals[u]
        spread = total(power(subtract(u, broadcast(mean(u), u.shape)), 2))
        left = add((c, divide(a, size_of(u.shape[0]))), (d, b))
        rest = [(k, t) for k, t in e.terms if t is not square and t is not whole]
        yield add((c, multiply(a, spread)), (1, multiply(left, power(total(u), 2))), *rest)


def _summed(t: Expr, inner: int, outer: int) -> tuple[Expr, Expr] | None:
    """Return (u, weight) if t = weight * (sum of u^inner over the entries of a vector u)^outer."""
    if not isinstance(t, Contract) or t.shape:
        return None
    whole = (t, (), Fraction(1))
    for f, labels, p in (whole, *t.factors):
        if labels or p != outer or not isinstance(f, Contract) or len(f.factors) != 1:
            continue
        u, inside, q = f.factors[0]
        rest = () if f is t else [g for g in t.factors if g[0] is not f]
        if q == inner and len(inside) == 1 and not any(ls for _, ls, _ in rest):
            return u, multiply(const(1), *(power(g, r) for g, _, r in rest))
    return None


def multiplied_forms(proof: Proof, e: Expr) -> Iterator[tuple[Expr, list[int]]]:
    """Yield the formula multiplied out, then with the weights of equal parts gathered."""
    form, chain = e, list[int]()
    for form, chain in stepped(proof, e, MULTIPLIED):
        yield form, chain
    whole = _gathered(form, proof.wrt) if isinstance(form, Add) and not form.shape else form
    back = [] if whole is form else multiplied_back(proof, whole, form)
    if back:
        yield whole, [*chain, *back]


def _gathered(e: Add, wrt: tuple[Symbol, ...]) -> Expr:
    """Return a f + b f + ... as (a + b) f + ..., for all parts f and constant numbers a, b."""
    weights: dict[Expr, list[tuple[Fraction, Expr]]] = {}
    for c, t in e.terms:
        weight, part = _weighted(t, wrt)
        weights.setdefault(part, []).append((c, weight))
    if len(weights) == len(e.terms):
        return e
    return add(*(multiply(add(*own, shape=()), part) for part, own in weights.items()), shape=())


def _weighted(t: Expr, wrt: tuple[Symbol, ...]) -> tuple[Expr, Expr]:
    """Return (constant number, part) whose product is the scalar t."""
    if not isinstance(t, Contract) or not depends_on(t, wrt):
        return const(1), t
    own = [(f, p) for f, labels, p in t.factors if not labels and not depends_on(f, wrt)]
    rest = [g for g in t.factors if g[1] or depends_on(g[0], wrt)]
    return multiply(const(1), *(power(f, p) for f, p in own)), contract(rest, ())


def stepped(proof: Proof, e: Expr, names: Sequence[str]) -> Iterator[tuple[Expr, list[int]]]:
    """Yield the formula after some steps to the normal form, if one of them changed anything."""
    form, chain = e, list[int]()
    for name in names:
        after = STEPS[name](form)
        if after is form:
            continue
        node = proof.propose(Claim("identity", form, (), None, after), "normal-step", (), (name,))
        if node is None:
            return
        form = after
        chain.append(node)
    if chain:
        yield form, chain


def multiplied_back(proof: Proof, form: Expr, e: Expr) -> list[int]:
    """Return the identity from e to a form that gives e when it is multiplied out, if so."""
    chain: list[int] = []
    now = form
    while now is not e and len(chain) < 3:
        after = STEPS["products"](now)
        claim = Claim("identity", now, (), None, after)
        node = None if after is now else proof.propose(claim, "normal-step", (), ("products",))
        if node is None:
            return []
        chain.append(node)
        now = after
    if now is not e or not chain:
        return []
    total_form = prove_total(proof, form)
    whole = proof.propose(Claim("identity", e, (), None, form), "chain", [*chain, total_form])
    # Where the form has a value so has e, though its own parts may not show it.
    back = proof.propose(Claim("identity", form, (), None, e), "chain", chain)
    proof.propose(Claim("total", e), "total", [back, total_form])
    return [] if whole is None else [whole]
