"""f'' >= 0 for one real variable: forms of f'' and a partition that the checker can replay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING

from lossmith.calculus.simplify import simplify
from lossmith.errors import LossmithError
from lossmith.evidence.certificate import MONOTONE, Parameter
from lossmith.evidence.enclose import bounds
from lossmith.evidence.linear import axes
from lossmith.evidence.polynomial import Expansion, Polynomial, TooLarge, natural_power, plus, times
from lossmith.evidence.premise import lift
from lossmith.evidence.second import derivative, is_nonnegative_on, is_smooth_on
from lossmith.evidence.signs import from_polynomial
from lossmith.expr.build import (
    add,
    apply,
    const,
    divide,
    multiply,
    negate,
    power,
    scale,
    select,
    symbol,
)
from lossmith.expr.node import (
    Add,
    Apply,
    Comparison,
    Const,
    Contract,
    Expr,
    Select,
    Symbol,
    children,
)
from lossmith.expr.sets import NEGATIVE, POSITIVE, Interval, closed
from lossmith.expr.types import Assumptions
from lossmith.expr.walk import count, dependents, postorder, substitute, symbols
from lossmith.prove.proof import Proof
from lossmith.prove.ranges import prove_range, prove_total

if TYPE_CHECKING:
    from lossmith.prove.compose import Structure

Row = tuple[Parameter, ...]
BOXES = 40
LITTLE_WORK, MOST_WORK = 150, 700
"""Work on one form of a sign, at first and at most: later, a tail or a zero will not give way."""

FARTHEST = 1 << 20
"""Half-lines beyond this point are not cut again."""

LARGE = 12
"""Cores of more than about 6 * LARGE nodes get no ladders: their derivatives grow too fast."""

REASONS: tuple[Row, ...] = (
    ("direct",),
    ("polynomial",),
    ("left", Fraction(1)),
    ("right", Fraction(1)),
    ("left", Fraction(2)),
    ("right", Fraction(2)),
    ("chord",),
    ("left", Fraction(3)),
    ("right", Fraction(3)),
    ("left", Fraction(4)),
)
SAMPLES = tuple(
    Fraction(s) * m
    for m in (Fraction(1, 1000), Fraction(1, 7), Fraction(3, 5), Fraction(7, 5), 4, 30)
    for s in (1, -1)
)


def prove_scalar(
    proof: Proof,
    e: Expr,
    kinds: tuple[str, ...] = ("convex", "concave"),
    works: tuple[int, ...] = (LITTLE_WORK, MOST_WORK),
) -> dict[str, int]:
    """Return nodes for the curvatures of e that the sign of its second derivative proves."""
    if len(proof.wrt) != 1 or proof.wrt[0].shape or e.shape:
        return {}
    (x,) = proof.wrt
    if any(s.shape for s in symbols(e)) or any(isinstance(s, Select) for s in postorder(e)):
        return {}
    try:
        slope = derivative(derivative(e, x), x)
    except (ValueError, LossmithError):
        return {}
    signs = sampled_signs(slope, x)
    found: dict[str, int] = {}
    for kind in kinds:
        if (-1 if kind != "concave" else 1) in signs:
            continue
        goal = scale(-1, slope) if kind == "concave" else slope
        rows = prove_sign(proof, e, x, goal, strict=kind == "strictly_convex", works=works)
        if rows is None:
            continue
        node = proof.propose(proof.claim(kind, e), "second-derivative", (), (rows,))
        if node is not None:
            found[kind] = node
    return found


def prove_monotone(proof: Proof, e: Expr, kind: str) -> int | None:
    """Return the node that proves a scalar e nondecreasing or nonincreasing in its variable."""
    (x,) = proof.wrt
    claim = proof.claim(kind, e)
    if claim in proof.at:
        return proof.at[claim]
    try:
        slope = derivative(e, x)
    except (ValueError, LossmithError):
        return None
    goal = slope if kind == "nondecreasing" else scale(-1, slope)
    if -1 in sampled_signs(goal, x):
        return None
    rows = prove_sign(proof, e, x, goal, strict=False)
    return None if rows is None else proof.propose(claim, "first-derivative", (), (rows,))


@lru_cache(maxsize=512)
def sampled_signs(f: Expr, x: Symbol) -> frozenset[int]:
    """Return certain signs that f takes at a few points (a refutation of what is sought)."""
    signs: set[int] = set()
    for found in sampled_values(f, x):
        signs |= {1} if found.lo is not None and found.lo > 0 else set()
        signs |= {-1} if found.hi is not None and found.hi < 0 else set()
        if len(signs) == 2:
            break
    return frozenset(signs)


def sampled_values(f: Expr, x: Symbol) -> Iterator[Interval]:
    """Yield enclosures of f at a few points of the interval of x, other symbols at small values."""
    whole = x.assumptions.interval
    points = [p for p in SAMPLES if whole.has(p)]
    if whole.has(0):
        points.append(Fraction(0))
    if whole.lo is not None and whole.hi is not None:
        points += [whole.lo + (whole.hi - whole.lo) * Fraction(k, 8) for k in range(1, 8)]
    elif whole.lo is not None:
        points += [whole.lo + abs(p) for p in SAMPLES[::2]]
    elif whole.hi is not None:
        points += [whole.hi - abs(p) for p in SAMPLES[::2]]
    for p in points:
        known: dict[Expr, Interval] = {x: closed(p, p)}
        for s in symbols(f):
            inside = s.assumptions.interval
            some = next((q for q in (1, 2, Fraction(1, 2), -1) if inside.has(q)), None)
            if s is not x and some is not None:
                known[s] = closed(some, some)
        found = bounds(f, known)[f]
        if not found.is_empty:
            yield found


def prove_sign(
    proof: Proof,
    e: Expr,
    x: Symbol,
    goal: Expr,
    *,
    strict: bool,
    works: tuple[int, ...] = (LITTLE_WORK, MOST_WORK),
) -> Row | None:
    """Return (weight, core, box and reason ...) that proves goal >= 0, or None.

    works: the work for each form, in rounds: every form gets its chance before one gets it all.
    """
    found = sorted(forms(goal, x), key=lambda form: count(form[1]))
    for most in works:
        for weight, core in found:
            rows = _partition(proof, e, x, weight, core, strict=strict, most=most)
            if rows is not None:
                return (weight, core, *rows)
    return None


def forms(goal: Expr, x: Symbol) -> Iterator[tuple[Expr, Expr]]:
    """Yield (weight, core) with goal = weight * core: as it stands, factored, simplified.

    Exponentials are also divided out halfway: exp(2x) - (x^2 + 2) exp(x) + 1 over exp(x) has a
    derivative of order 4 that is plainly positive.
    """
    yield const(1), goal
    tried: set[Expr] = {goal}
    for candidate in (goal, _simplified(goal)):
        if candidate is not None and candidate not in tried:
            tried.add(candidate)
            yield const(1), candidate
        for share in (Fraction(0), Fraction(1, 2)):
            factored = None if candidate is None else _factored(candidate, x, share)
            if factored is not None and factored[1] not in tried:
                tried.add(factored[1])
                yield factored


def _simplified(goal: Expr) -> Expr | None:
    try:
        return simplify(goal).end
    except LossmithError:
        return None


def _factored(goal: Expr, x: Symbol, share: Fraction) -> tuple[Expr, Expr] | None:
    """Divide by the common powers of everything of one sign; sums in denominators are cleared.

    share: how far between its least and its largest power an exponential is divided out.
    """
    expansion = Expansion()
    try:
        p = expansion.expand(goal)[()]
    except (TooLarge, LossmithError):
        return None
    weight: list[Expr] = []
    whole: dict[Expr, Interval] = {x: x.assumptions.interval}
    generators = sorted({g for m in p for g, _ in m}, key=lambda g: g[0].digest)
    for g in [*reversed(expansion.sums), *(g for g in generators if g not in expansion.sums)]:
        powers = [dict(m).get(g, Fraction(0)) for m in p]
        least = min(powers, default=Fraction(0))
        if share and isinstance(g[0], Apply) and g[0].atom.name == "exp":
            least = least + share * (max(powers, default=Fraction(0)) - least)
        inside = bounds(g[0], whole)[g[0]]
        even = least.denominator == 1 and least.numerator % 2 == 0 and not inside.has(0)
        if g[1] or not least:
            continue
        if inside.within(NEGATIVE) and least.denominator == 1 and not even:
            weight.append(power(negate(g[0]), least))
            p = {m: -c for m, c in p.items()}
        elif inside.within(POSITIVE) or even:
            weight.append(power(g[0], least))
        else:
            continue
        p = _divided(p, g, least, expansion)
    if not p:
        return None
    return multiply(const(1), *weight), from_polynomial(p)


def _divided(
    p: Polynomial, g: tuple[Expr, tuple[int, ...]], least: Fraction, expansion: Expansion
) -> Polynomial:
    terms: list[tuple[Fraction, Polynomial]] = []
    for m, c in p.items():
        powers = dict(m)
        left = powers.pop(g, Fraction(0)) - least
        rest: Polynomial = {frozenset(powers.items()): Fraction(1)}
        if g in expansion.sums and left.denominator == 1:
            rest = times(rest, natural_power(expansion.sums[g], int(left)))
        elif left:
            rest = {frozenset({*powers.items(), (g, left)}): Fraction(1)}
        terms.append((c, rest))
    return plus(terms)


def _partition(
    proof: Proof, e: Expr, x: Symbol, weight: Expr, core: Expr, *, strict: bool, most: int
) -> list[Row] | None:
    """Return boxes, left to right, each with the first reason that the checker accepts."""
    whole = x.assumptions.interval
    waiting = list(reversed(_start(Interval(whole.lo, whole.hi, True, True))))
    rows: list[Row] = []
    tries, start = 0, proof.work
    while waiting:
        box = waiting.pop()
        known: dict[Expr, Interval] = {x: box}
        reason = _reason(proof, e, x, weight, core, known, strict=strict)
        if reason is not None:
            rows.append((box, *reason))
            continue
        tries += 1
        if tries > BOXES or proof.work - start > most or _negative_inside(core, x, box):
            return None
        halves = _split(box)
        if halves is None:
            return None
        waiting += reversed(halves)
    return rows


def _start(whole: Interval) -> list[Interval]:
    if whole.has(0):
        zero = Fraction(0)
        return [Interval(whole.lo, zero, True, False), Interval(zero, whole.hi, False, True)]
    return [whole]


def _split(box: Interval) -> list[Interval] | None:
    """Return two halves; a half-line is cut at a point that moves out twice as far each time."""
    if box.lo is None and box.hi is None:
        cut = Fraction(0)
    elif box.hi is None:
        assert box.lo is not None
        cut = box.lo + max(abs(box.lo), Fraction(1))
    elif box.lo is None:
        cut = box.hi - max(abs(box.hi), Fraction(1))
    else:
        cut = (box.lo + box.hi) / 2
        if box.hi - box.lo < Fraction(1, 1 << 20) or abs(cut) > 1 << 20:
            return None
    if abs(cut) > FARTHEST:
        return None
    return [
        Interval(box.lo, cut, box.lo_open, False),
        Interval(cut, box.hi, False, box.hi_open),
    ]


def _negative_inside(core: Expr, x: Symbol, box: Interval) -> bool:
    lo = box.lo if box.lo is not None else (box.hi or Fraction(0)) - 1
    hi = box.hi if box.hi is not None else lo + 1
    middle = (lo + hi) / 2
    if any(s is not x for s in symbols(core)):
        return False
    found = bounds(core, {x: closed(middle, middle)})[core]
    return found.hi is not None and found.hi < 0


def _reason(
    proof: Proof,
    e: Expr,
    x: Symbol,
    weight: Expr,
    core: Expr,
    known: Mapping[Expr, Interval],
    *,
    strict: bool,
) -> Row | None:
    cost = 1 + count(core) // 4
    proof.spend(cost)
    try:
        if not is_smooth_on(e, x, known):
            return None
        if not is_nonnegative_on(weight, x, known, ("direct",), strict=True):
            return None
    except (ValueError, LossmithError):
        return None
    for reason in REASONS:
        if reason[0] in ("left", "right") and (
            (known[x].lo if reason[0] == "left" else known[x].hi) is None
        ):
            continue
        if reason[0] not in ("direct", "polynomial") and cost > LARGE:
            continue
        # A ladder differentiates k times, and derivatives grow.
        proof.spend(cost * (int(reason[1]) + 1 if len(reason) > 1 else 1))
        try:
            if is_nonnegative_on(core, x, known, reason, strict=strict):
                return reason
        except (ValueError, LossmithError, TooLarge):
            continue
    return None


# -- entry by entry --------------------------------------------------------------------------------


def prove_entrywise(proof: Proof, e: Expr, structure: Structure) -> dict[str, int]:
    """Return nodes for e = phi(u) entry by entry, phi decided on the range of u.

    u is affine, or of the curvature that the monotonicity of phi asks for.
    """
    inner_parts = [u for u in postorder(e) if u is not e and structure.found.get(u)]
    affine = [u for u in inner_parts if "affine" in structure.found[u]]
    curved = [u for u in inner_parts if u not in affine]
    for u in (*reversed(affine), *reversed(curved)):
        if not e.shape and u in proof.wrt and len(proof.wrt) == 1:
            continue  # that is prove_scalar itself
        prove_range(proof, u)
        t = symbol("t", (), Assumptions(proof.enclosed(u)))
        template = _template(e, u, t, proof.wrt)
        if template is None:
            continue
        try:
            if lift(template, {t: u}) is not e:
                continue
        except (ValueError, LossmithError):
            continue
        inner = type(structure)(proof.inner((t,)))
        found = inner.analyze(template)
        nodes: dict[str, int] = {}
        for kind, node in found.items():
            used = [node, *structure.found[u].values(), proof.known.get(u)]
            if u not in affine:
                used += [prove_total(proof, template)]
                used += [prove_monotone(inner.proof, template, m) for m in MONOTONE]
            mine = proof.propose(proof.claim(kind, e), "entrywise", used, (template, t, u))
            if mine is not None:
                nodes[kind] = mine
        if nodes:
            return nodes
    return {}


def perspective_of(structure: Structure, e: Expr, rest: Expr, p: Expr, q: Expr) -> dict[str, int]:
    """Return nodes for e = q * phi(p/q), phi read off the other factors of e."""
    proof = structure.proof
    ratio = divide(p, q)
    prove_range(proof, ratio)
    prove_range(proof, q)
    t = symbol("t", (), Assumptions(proof.enclosed(ratio)))
    template = _template(rest, ratio, t, proof.wrt)
    upside = divide(q, p)
    if template is None:
        # The formula speaks of q/p: log(q/p) is psi(q/p) with psi = log, so phi(t) = psi(1/t).
        psi = _template(rest, upside, t, proof.wrt)
        template = None if psi is None else substitute(psi, {t: power(t, -1)})
    if template is None:
        return {}
    prove_range(proof, upside)
    inner = type(structure)(proof.inner((t,)))
    used = [structure.premise(p, "affine"), structure.premise(q, "affine")]
    used += [proof.known.get(u) for u in (ratio, upside, q)] + [prove_total(proof, template)]
    nodes: dict[str, int] = {}
    for kind, node in inner.analyze(template).items():
        mine = proof.propose(
            proof.claim(kind, e), "perspective", [node, *used], (template, t, p, q)
        )
        if mine is not None:
            nodes[kind] = mine
    return nodes


def _template(e: Expr, u: Expr, t: Symbol, wrt: tuple[Symbol, ...]) -> Expr | None:
    """Return phi with phi(u) = e, or None if e is more than a function of the entries of u."""
    moving = dependents(e, wrt)
    made: dict[Expr, Expr] = {u: t}
    if isinstance(u, Contract) and len(u.factors) == 1 and u.factors[0][1] == axes(u):
        base, _, p = u.factors[0]
        if (1 / p).denominator == 1 and p > 0:
            made[base] = power(t, 1 / p)  # (x'x)^(1/2) may meet x'x
    squared = power(u, 2)
    if not isinstance(squared, Contract) or squared.factors[0][0] is not u:
        made[squared] = power(t, 2)  # norm2(x)^2 stands as x'x
    try:
        for s in postorder(e):
            if s in made:
                continue
            match s:
                case Const():
                    made[s] = const(s.value)
                case Symbol() if not s.shape and s not in moving:
                    made[s] = s
                case Add() if (multiple := _multiple(s, u)) is not None:
                    c, rest = multiple
                    if all(q in made for _, q in rest):
                        made[s] = add((c, t), *((d, made[q]) for d, q in rest), shape=())
                case Add() if all(q in made for _, q in s.terms):
                    made[s] = add(*((c, made[q]) for c, q in s.terms), shape=())
                case Contract() if not s.summed and all(f in made for f, _, _ in s.factors):
                    made[s] = multiply(const(1), *(power(made[f], p) for f, _, p in s.factors))
                case Apply() if s.atom.signature.is_entrywise and all(a in made for a in s.args):
                    made[s] = apply(s.atom, *(made[a] for a in s.args))
                case Select() if all(c in made for c in children(s)):
                    cases = [
                        (tuple(Comparison(made[c.expr], c.relation) for c in guard), made[v])
                        for guard, v in s.cases
                    ]
                    made[s] = select(cases, made[s.otherwise])
                case _:
                    continue
    except (LossmithError, ValueError):
        return None
    return made.get(e)


def _multiple(s: Add, u: Expr) -> tuple[Fraction, list[tuple[Fraction, Expr]]] | None:
    """Return (c, terms) with s = c*u + terms, for a sum u whose terms all stand in s."""
    if not isinstance(u, Add) or len(u.terms) < 2 or len(u.terms) >= len(s.terms):
        return None
    have = {t: c for c, t in s.terms}
    ratios = {have[t] / c for c, t in u.terms if t in have}
    if len(ratios) != 1 or any(t not in have for _, t in u.terms):
        return None
    inside = {t for _, t in u.terms}
    return ratios.pop(), [(c, t) for c, t in s.terms if t not in inside]
