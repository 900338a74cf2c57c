"""Other forms of the same function, each linked to the formula by identities that are checked."""

from __future__ import annotations

from collections.abc import Iterator

from lossmith.atoms.table import ATOMS
from lossmith.calculus.derivation import Rewrite
from lossmith.calculus.normalize import normalize
from lossmith.errors import DomainError, LossmithError
from lossmith.evidence.arithmetic.templates import lift
from lossmith.evidence.certificate import Claim
from lossmith.evidence.normal.normal_steps import STEPS
from lossmith.expr.build import (
    apply,
    multiply,
    negate,
    subtract,
)
from lossmith.expr.node import Add, Apply, Expr, Select, Symbol
from lossmith.expr.walk import depends_on, postorder, substitute, symbols
from lossmith.prove.proving.entropies import entropy_forms
from lossmith.prove.proving.multiplied import centered_forms, multiplied_forms, stepped
from lossmith.prove.proving.proof import Proof
from lossmith.prove.proving.ranges import prove_range, prove_total
from lossmith.rules.algebra import ONE_MINUS_NORMCDF, TANH_BY_SIGMOID, TANH_REFLECTED
from lossmith.rules.rule import Rule

ONE_SIDED = ("max", "min", "relu", "softplus")
"""Functions of which two with opposite arguments differ by an affine function."""


def normal_form(proof: Proof, e: Expr) -> tuple[Expr, list[int]]:
    """Return the formula in the words of the cards, and the identities that lead there.

    Steps that the checker cannot follow are left out, with what builds on them.
    """
    chain: list[int] = []
    current = e
    try:
        steps = normalize(e).steps
    except LossmithError:
        return e, []  # defined nowhere, such as x/relu(x) for x <= 0
    for step in steps:
        if not isinstance(step, Rewrite):
            continue
        after = substitute(current, {step.before: step.after})
        if after is current:
            continue
        node = _identity(proof, current, after, step)
        if node is None:
            continue
        chain.append(node)
        current = after
    return _tails(proof, current, chain)


def _tails(proof: Proof, current: Expr, chain: list[int]) -> tuple[Expr, list[int]]:
    """Write 1 - Phi(u) as Phi(-u), whose logarithm is known to be concave."""
    for s in postorder(current):
        pairs = s.terms if isinstance(s, Add) and len(s.terms) == 2 else ()
        if not any(isinstance(t, Apply) and t.atom is ATOMS["normcdf"] for _, t in pairs):
            continue
        for binding in _bindings(ONE_MINUS_NORMCDF, s):
            after = substitute(current, {s: lift(ONE_MINUS_NORMCDF.rhs, dict(binding))})
            claim = Claim("identity", current, (), None, after)
            node = proof.propose(claim, "row", (), (ONE_MINUS_NORMCDF.name, *binding))
            if node is not None and after is not current:
                chain.append(node)
                current = after
                break
    return current, chain


def collapsed_form(proof: Proof, e: Expr) -> tuple[Expr, list[int]]:
    """Return the formula with exponents added and logarithms parted, and the identities to it."""
    form, chain = e, list[int]()
    for name in ("exponentials", "logarithms", "logarithms"):
        after = STEPS[name](form)
        claim = Claim("identity", form, (), None, after)
        node = None if after is form else proof.propose(claim, "normal-step", (), (name,))
        if node is not None:
            chain.append(node)
            form = after
    return form, chain


def unfolded_forms(proof: Proof, e: Expr) -> Iterator[tuple[Expr, list[int]]]:
    """Yield forms in which one function is replaced by its definition, everywhere defined."""
    form, chain = collapsed_form(proof, e)
    if chain:
        yield form, chain
    yield from centered_forms(proof, e)
    yield from multiplied_forms(proof, e)
    yield from entropy_forms(proof, e)
    yield from exponential_forms(proof, e, moving=False)
    yield from one_sided_forms(proof, e)
    yield from sigmoid_forms(proof, e)
    seen: set[Expr] = set()
    for s in postorder(e):
        if not isinstance(s, Apply) or s.atom.meaning is None or not depends_on(s, proof.wrt):
            continue
        try:
            form = substitute(e, {s: s.atom.meaning(*s.args)})
        except LossmithError:
            continue
        if form in seen or any(isinstance(q, Select) for q in postorder(form)):
            continue
        seen.add(form)
        total = prove_total(proof, form)
        node = proof.propose(Claim("identity", e, (), None, form), "unfold", [total], (s,))
        if node is None:
            continue
        yield form, [node]
        # The entries of softmax(z) add to 1, as a sum divided by itself.
        for shorter, link in stepped(proof, form, ("powers",)):
            yield shorter, [node, *link]


def one_sided_forms(proof: Proof, e: Expr) -> Iterator[tuple[Expr, list[int]]]:
    """Yield the formula with max(-u, 0) and softplus(-u) told by the side of u.

    Only where both sides stand: t max(u, 0) + (1 - t) max(-u, 0) has a term t |u| that goes.
    """
    sided = [s for s in postorder(e) if isinstance(s, Apply) and s.atom.name in ONE_SIDED]
    gaps = {_gap(s) for s in sided}
    if not any(negate(gap) in gaps for gap in gaps):
        return
    yield from stepped(proof, e, ("cards", "absolutes", "exponentials", "logarithms", "products"))


def _gap(s: Apply) -> Expr:
    """Return u with s = max(u, 0) + an affine function, or softplus(u)."""
    u = s.args[0] if len(s.args) == 1 else subtract(*s.args)
    return negate(u) if s.atom.name == "min" else u


def exponential_forms(
    proof: Proof, e: Expr, *, moving: bool = True
) -> Iterator[tuple[Expr, list[int]]]:
    """Yield the formula with u^v written as exp(v log u), for each power whose exponent moves.

    moving: False for the powers whose base moves alone: log(sum(q^(1 - a))) is one of exponentials.
    """
    for s in postorder(e):
        if not isinstance(s, Apply) or s.atom is not ATOMS["power"]:
            continue
        u, v = s.args
        if depends_on(v, proof.wrt) is not moving or not depends_on(s, proof.wrt):
            continue
        ranged = prove_range(proof, u)
        try:
            form = substitute(e, {s: apply(ATOMS["exp"], multiply(v, apply(ATOMS["log"], u)))})
        except DomainError:
            continue  # the base is known to be <= 0
        claim = Claim("identity", e, (), None, form)
        node = proof.propose(claim, "power-as-exp", [ranged], (s,))
        if node is not None:
            yield form, [node]


def sigmoid_forms(proof: Proof, e: Expr) -> Iterator[tuple[Expr, list[int]]]:
    """Yield e with tanh(u) = 2 sigmoid(2u) - 1 = 1 - 2 sigmoid(-2u), where the number goes away.

    1 - tanh(u) is 2 sigmoid(-2u), whose reciprocal and logarithm are known.
    """
    for row in (TANH_BY_SIGMOID, TANH_REFLECTED):
        form, chain = e, list[int]()
        for s in postorder(e):
            if not isinstance(s, Apply) or s.atom is not ATOMS["tanh"]:
                continue
            binding = (symbols(row.lhs)[0], s.args[0])
            after = substitute(form, {s: lift(row.rhs, dict([binding]))})
            claim = Claim("identity", form, (), None, after)
            node = None if after is form else proof.propose(claim, "row", (), (row.name, binding))
            if node is not None:
                form = after
                chain.append(node)
        if chain and not any(_holds_sigmoid(s) for s in postorder(form)):
            yield form, chain


def _holds_sigmoid(s: Expr) -> bool:
    """Return whether s is a sum of several terms, a multiple of a sigmoid among them."""
    parts = s.terms if isinstance(s, Add) and len(s.terms) > 1 else ()
    return any(isinstance(t, Apply) and t.atom is ATOMS["sigmoid"] for _, t in parts)


def _identity(proof: Proof, current: Expr, after: Expr, step: Rewrite) -> int | None:
    claim = Claim("identity", current, (), None, after)
    new = [a for a in postorder(step.after) if isinstance(a, Apply) and a.atom.meaning is not None]
    for chosen in (new[-1:], new):
        node = proof.propose(claim, "unfold", (), tuple(chosen)) if chosen else None
        if node is not None:
            return node
    if not isinstance(step.rule, Rule):
        return None
    for binding in _bindings(step.rule, step.before):
        ranged = [prove_range(proof, u) for _, u in binding]
        node = proof.propose(claim, "row", ranged, (step.rule.name, *binding))
        if node is not None:
            return node
    return None


def _bindings(row: Rule, before: Expr) -> Iterator[tuple[tuple[Symbol, Expr], ...]]:
    """Yield what the one formal scalar of a row may stand for in a sub-expression."""
    formals = symbols(row.lhs)
    if len(formals) != 1 or formals[0].shape:
        return
    (x,) = formals
    for u in postorder(before):
        for candidate in (u, negate(u)):
            try:
                if lift(row.lhs, {x: candidate}) is before:
                    yield ((x, candidate),)
            except (ValueError, LossmithError):
                continue
