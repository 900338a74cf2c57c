"""Rules that lead a formula back to fewer variables, or to another variable. Trusted."""

from __future__ import annotations

from fractions import Fraction

from lossmith.atoms.table import ATOMS
from lossmith.evidence.arithmetic.enclose import bounds
from lossmith.evidence.arithmetic.polynomial import same
from lossmith.evidence.arithmetic.second import derivative
from lossmith.evidence.certificate import STRICT, Claim
from lossmith.evidence.curvature.premise import (
    Parameters,
    Premises,
    checks,
    ranges_of,
    says,
    states,
)
from lossmith.evidence.curvature.rules_hessian import is_sign_proof, moves_in_numbers, sign_of_side
from lossmith.expr.build import add, apply, const, contract, multiply, power, scale, symbol
from lossmith.expr.node import Add, Apply, Const, Contract, Delta, Expr, Select, Symbol
from lossmith.expr.sets import (
    NEGATIVE,
    NONNEGATIVE,
    NONPOSITIVE,
    POSITIVE,
    REALS,
    opened,
)
from lossmith.expr.types import Assumptions
from lossmith.expr.walk import dependents, depends_on, postorder, substitute, symbols

# -- homogeneous functions -------------------------------------------------------------------------

CONES = (REALS, NONNEGATIVE, POSITIVE, NONPOSITIVE, NEGATIVE)
CONIC = {"symmetric", "psd", "pd", "diagonal"}


@checks("homogeneous")
def _homogeneous(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """f of degree 1 in W, q > 0 affine of degree 1: f = q phi(W/q), phi being f where q is 1."""
    (q,) = parameters
    e, wrt = claim.expr, claim.wrt
    if claim.kind not in ("convex", "concave") or e.shape or q.shape:
        return False
    if not all(is_cone(w) for w in wrt) or states(premises, "total", e) is None:
        return False
    if not (is_homogeneous(e, wrt) and is_homogeneous(q, wrt)):
        return False
    if not (ranges_of(premises)(q).within(POSITIVE) and says(premises, "affine", q, wrt)):
        return False
    rest = tuple(w for w in wrt if w is not q)
    return says(premises, claim.kind, substitute(e, {q: const(1)}), rest)


def is_cone(s: Symbol) -> bool:
    """Return whether the declared values are a cone: closed under multiplication by t > 0."""
    a = s.assumptions
    return a.interval in CONES and a.values is None and not a.integer and a.structure <= CONIC


def is_homogeneous(e: Expr, wrt: tuple[Symbol, ...]) -> bool:
    """Return whether e(t wrt) = t e(wrt) for all t > 0, read off node by node."""
    degree, extra = _degrees(e, wrt).get(e, (None, None))
    return degree == 1 and (extra is None or extra is const(0) or same(extra, const(0)))


Degree = tuple[Fraction | None, Expr | None]


def _degrees(root: Expr, wrt: tuple[Symbol, ...]) -> dict[Expr, Degree]:
    """Return (k, L) with e(t wrt) = t^k (e + log(t) L), L = None for 0; k = None if not known."""
    moving = dependents(root, wrt)
    found: dict[Expr, Degree] = {}
    for e in postorder(root):
        if e not in moving:
            found[e] = Fraction(0), None
        elif isinstance(e, Symbol):
            found[e] = Fraction(1), None
        elif isinstance(e, Add):
            found[e] = _of_sum(e, found)
        elif isinstance(e, Contract):
            found[e] = _of_product(e, found)
        elif isinstance(e, Apply):
            found[e] = _of_card(e, found)
        else:
            found[e] = None, None
    return found


def _of_sum(e: Add, found: dict[Expr, Degree]) -> Degree:
    inside = [(c, *found[t]) for c, t in e.terms if t is not const(0, t.shape)]
    degrees = {k for _, k, _ in inside}
    if len(degrees) != 1:
        return None, None
    extra = [(c, more) for c, _, more in inside if more is not None]
    return degrees.pop(), add(*extra) if extra else None


def _of_product(e: Contract, found: dict[Expr, Degree]) -> Degree:
    total, extra = Fraction(0), None
    for i, (f, labels, p) in enumerate(e.factors):
        k, more = found[f]
        if k is None or (more is not None and (extra is not None or p != 1)):
            return None, None
        total += p * k
        if more is not None:
            others = [g for j, g in enumerate(e.factors) if j != i]
            extra = contract([(more, labels, 1), *others], tuple(range(e.rank)), e.shape)
    return total, extra


def _of_card(e: Apply, found: dict[Expr, Degree]) -> Degree:
    inside = [found[a] for a in e.args]
    if any(k is None or more is not None for k, more in inside):
        return None, None
    degrees = [k for k, _ in inside]
    if not any(degrees):
        return Fraction(0), None
    if e.atom is ATOMS["log"]:
        return Fraction(0), const(degrees[0] or 0, e.shape)
    plain = any(f.name == "positively_homogeneous" and not f.when for f in e.atom.facts)
    return (degrees[0], None) if plain and len(degrees) == 1 else (None, None)


# -- functions of exp(x) ---------------------------------------------------------------------------


@checks("exponential-argument")
def _exponential_argument(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """f(x) = h(exp(x)): f'' = s (h' + s h'') at s = exp(x) > 0, so h' + s h'' has its sign."""
    if not moves_in_numbers(claim, 1) or states(premises, "total", claim.expr) is None:
        return False
    (proof,) = parameters
    h, s = in_exponential(claim.expr, claim.wrt[0])
    goal = scale(sign_of_side(claim), curvature_in_exponential(h, s))
    return is_sign_proof(h, (s,), goal, proof, strict=claim.kind in STRICT)


def curvature_in_exponential(h: Expr, s: Symbol) -> Expr:
    """Return h'(s) + s h''(s)."""
    slope = derivative(h, s)
    return add((1, slope), (1, multiply(s, derivative(slope, s))))


def in_exponential(e: Expr, x: Symbol) -> tuple[Expr, Symbol]:
    """Return (h, s) with e = h at s = exp(x), s declared in the image of the interval of x.

    exp(c*x + d) becomes s^c exp(d), x itself log(s); cards that have a meaning are written out.
    Raises: ValueError where e holds choices, tensors or a symbol of the name of s.
    """
    image = bounds(apply(ATOMS["exp"], x), {x: x.assumptions.interval})[apply(ATOMS["exp"], x)]
    s = symbol("_s", (), Assumptions(image.meet(opened(0, None))))
    if any(t.name == s.name for t in symbols(e)):
        raise ValueError("the name is taken")
    while True:
        meant = [
            p
            for p in postorder(e)
            if isinstance(p, Apply) and p.atom.meaning is not None and depends_on(p, (x,))
        ]
        if not meant:
            break
        assert meant[0].atom.meaning is not None
        e = substitute(e, {meant[0]: meant[0].atom.meaning(*meant[0].args)})
    made: dict[Expr, Expr] = {}
    for p in postorder(e):
        if not depends_on(p, (x,)):
            made[p] = p
            continue
        match p:
            case Symbol():
                made[p] = apply(ATOMS["log"], s)
            case Add():
                made[p] = add(*((c, made[t]) for c, t in p.terms), shape=())
            case Contract() if not p.summed and not p.rank:
                made[p] = multiply(const(1), *(power(made[f], q) for f, _, q in p.factors))
            case Apply() if p.atom is ATOMS["exp"]:
                made[p] = _power_of(s, p.args[0], x, made)
            case Apply() if not p.shape and all(not a.shape for a in p.args):
                made[p] = apply(p.atom, *(made[a] for a in p.args))
            case Const() | Delta() | Select() | Contract() | Apply():
                raise ValueError("not a function of a scalar by sums, products and cards")
    return made[e], s


def _power_of(s: Symbol, u: Expr, x: Symbol, made: dict[Expr, Expr]) -> Expr:
    """Return exp(u) with the numeric multiple of x in u taken out as a power of s = exp(x)."""
    if u is x:
        return s
    terms = u.terms if isinstance(u, Add) else ((Fraction(1), u),)
    rest = [(c, made[t]) for c, t in terms if t is not x]
    powers = [power(s, c) for c, t in terms if t is x]
    return multiply(*powers, apply(ATOMS["exp"], add(*rest, shape=()))) if rest else powers[0]
