"""The checker: replays a certificate node by node, with rationals and outward-rounded intervals.

This file and ``enclose``, ``linear``, ``polynomial``, ``second``, ``constants`` and ``witness``
beside it are all that an answer trusts, together with the ground, the cards and the rows. Each
rule is one function (claim, premises, parameters) -> whether the claim follows; its statement,
proof and source stand in ``rules.inference`` under the same name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import reduce
from itertools import pairwise

from lossmith.atoms.table import ATOMS
from lossmith.errors import LossmithError, NotCertified
from lossmith.evidence import constants
from lossmith.evidence.certificate import CURVATURES, KINDS, Certificate, Claim, Evidence, Parameter
from lossmith.evidence.enclose import applies, domain_of, image, is_structured
from lossmith.evidence.linear import axes, from_premises, psd_form
from lossmith.evidence.polynomial import TooLarge, hessian_of_quadratic, is_psd, same
from lossmith.evidence.second import covers, derivative, is_nonnegative_on, is_smooth_on
from lossmith.evidence.witness import check_witness
from lossmith.expr.atom import Atom
from lossmith.expr.build import add, apply, broadcast, const, contract, scale, subtract
from lossmith.expr.node import Add, Apply, Const, Contract, Delta, Expr, Select, Symbol, children
from lossmith.expr.ranges import enclosure
from lossmith.expr.sets import NEGATIVE, NONNEGATIVE, NONPOSITIVE, POSITIVE, REALS, Interval, point
from lossmith.expr.walk import dependents, depends_on, postorder, substitute
from lossmith.rules.inference import INFERENCE
from lossmith.rules.table import RULES as ROWS
from lossmith.words import Words

Premises = tuple[Claim, ...]
Parameters = tuple[Parameter, ...]
Check = Callable[[Claim, Premises, Parameters], bool]

CHECKS: dict[str, Check] = {}


def check(evidence: Evidence) -> None:
    """Replay a certificate or a witness; return if it proves what it says.

    Raises: NotCertified, naming the node, its rule and what the rule asks.
    """
    if not isinstance(evidence, Certificate):
        check_witness(evidence)
        return
    if not evidence.nodes:
        raise _refused(0, "", Words("the proof is empty", "证明是空的"))
    claims: list[Claim] = []
    for k, node in enumerate(evidence.nodes):
        follow = CHECKS.get(node.rule)
        if follow is None:
            raise _refused(k, node.rule, Words("there is no such rule", "没有这条规则"))
        if not all(0 <= j < k for j in node.premises):
            raise _refused(
                k, node.rule, Words("a premise is not an earlier node", "前提不是更早的结点")
            )
        if not _is_statement(node.claim):
            raise _refused(
                k,
                node.rule,
                Words(
                    "the claim is not well formed, or speaks of convexity on a set that is not convex",
                    "命题不合格式，或者在非凸集合上谈论凸性",
                ),
            )
        try:
            good = follow(node.claim, tuple(claims[j] for j in node.premises), node.parameters)
        except (LossmithError, ValueError, TypeError, KeyError, IndexError, TooLarge):
            good = False
        if not good:
            raise _refused(k, node.rule, INFERENCE[node.rule].asks)
        claims.append(node.claim)


def _refused(k: int, rule: str, why: Words) -> NotCertified:
    return NotCertified(
        Words(
            f"node {k} of the proof does not follow by {rule}",
            f"证明的第 {k} 个结点不能由 {rule} 推出",
        ),
        why=why,
        attempt=Words("derive the certificate again", "请重新生成证书"),
    )


def is_convex_set(s: Symbol) -> bool:
    """Return whether what is declared of the symbol describes a convex set."""
    a = s.assumptions
    several = a.values is not None and len(a.values) > 1
    return not (several or a.integer or a.structure & {"orthogonal", "nonsingular", "onehot"}) or (
        a.has("pd") and not (several or a.integer or a.structure & {"orthogonal", "onehot"})
    )


def _is_statement(claim: Claim) -> bool:
    if claim.kind not in KINDS or (claim.interval is None) != (claim.kind != "range"):
        return False
    if (claim.other is not None) != (claim.kind in ("identity", "strong", "smooth")):
        return False
    if claim.kind in (*CURVATURES, "strong", "smooth"):
        fixed = claim.other is None or not depends_on(claim.other, claim.wrt)
        return fixed and all(is_convex_set(s) for s in claim.wrt)
    return not claim.wrt


def checks(name: str) -> Callable[[Check], Check]:
    """Register the check of a rule under the name of its row."""

    def register(function: Check) -> Check:
        CHECKS[name] = function
        return function

    return register


# -- what the premises say -----------------------------------------------------------------------


def _ranges(premises: Premises) -> Callable[[Expr], Interval]:
    """Return a lookup of enclosures: proved by a premise, else from the declarations alone."""
    known = {p.expr: p.interval for p in premises if p.interval is not None}
    return from_premises(known, enclosure)


def _says(premises: Premises, kind: str, e: Expr, wrt: tuple[Symbol, ...]) -> bool:
    """Return whether a premise says that e has this curvature; what is constant has it anyway."""
    enough = {
        "convex": ("convex", "affine", "strictly_convex"),
        "concave": ("concave", "affine"),
    }.get(kind, (kind,))
    if kind != "strictly_convex" and not depends_on(e, wrt):
        return True
    return any(p.kind in enough and p.expr is e and p.wrt == wrt for p in premises)


def _states(premises: Premises, kind: str, e: Expr) -> Claim | None:
    return next((p for p in premises if p.kind == kind and p.expr is e), None)


def _sides(kind: str) -> tuple[str, ...]:
    """Return the inequalities that a kind of curvature consists of."""
    return {"affine": ("convex", "concave"), "convex": ("convex",), "concave": ("concave",)}[kind]


def _flip(kind: str) -> str:
    return {"convex": "concave", "concave": "convex"}[kind]


# -- ranges, definedness, psd ----------------------------------------------------------------------


@checks("range")
def _range(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    known = _ranges(premises)
    found = image(claim.expr, [known(c) for c in children(claim.expr)])
    return claim.interval is not None and found.within(claim.interval)


@checks("range-form")
def _range_form(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    psd = psd_form(claim.expr, parameters, _psd(premises), _ranges(premises))
    return psd is not None and claim.interval is not None and NONNEGATIVE.within(claim.interval)


@checks("range-identity")
def _range_identity(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    equal = _states(premises, "identity", claim.expr)
    if equal is None or equal.other is None or claim.interval is None:
        return False
    return _ranges(premises)(equal.other).within(claim.interval)


def _psd(premises: Premises) -> Callable[[Expr], bool]:
    return lambda e: is_structured(e, "psd") or _states(premises, "psd", e) is not None


@checks("psd-form")
def _psd_matrix(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    form = psd_form(claim.expr, parameters, _psd(premises), _ranges(premises), outer=True)
    return form is not None


@checks("psd-sum")
def _psd_sum(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    e, known = claim.expr, _psd(premises)
    return isinstance(e, Add) and all(c > 0 and known(t) for c, t in e.terms)


@checks("psd-inverse")
def _psd_inverse(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    e = claim.expr
    return isinstance(e, Apply) and e.atom is ATOMS["inv"] and _psd(premises)(e.args[0])


@checks("total")
def _total(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    known = _ranges(premises)
    return all(_is_defined(e, known) for e in postorder(claim.expr))


def _is_defined(e: Expr, known: Callable[[Expr], Interval]) -> bool:
    if isinstance(e, Apply):
        fits = all(known(a).within(domain_of(e.atom, k)) for k, a in enumerate(e.args))
        return fits and all(is_structured(e.args[0], word) for word in e.atom.needs)
    if isinstance(e, Contract):
        return all(_has_domain(known(f), p) for f, _, p in e.factors)
    return True


def _has_domain(base: Interval, p: Fraction) -> bool:
    """Return whether x^p is defined for all x in the base."""
    even_root = p.denominator % 2 == 0
    return not (p < 0 and base.has(0)) and not (even_root and not base.within(NONNEGATIVE))


# -- identities ------------------------------------------------------------------------------------


@checks("unfold")
def _unfold(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """other -> expr by putting atoms' meanings in place of the applications in ``parameters``."""
    meanings: dict[Expr, Expr] = {}
    for e in parameters:
        if not isinstance(e, Apply) or e.atom.meaning is None:
            return False
        meanings[e] = e.atom.meaning(*e.args)
    return claim.other is not None and substitute(claim.other, meanings) is claim.expr


@checks("row")
def _row(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """expr -> other by one row of the tables, read from left to right."""
    name, *pairs = parameters
    row = next(r for r in ROWS if r.name == name)
    binding = {formal: e for formal, e in pairs}
    known = _ranges(premises)
    for formal, e in binding.items():
        asked = row.condition(formal.name)
        listed = isinstance(e, Symbol) and e.assumptions.values is not None
        if not known(e).within(asked.interval) or not all(
            is_structured(e, word) for word in asked.structure
        ):
            return False
        if asked.integer or (
            asked.values is not None
            and not (listed and set(e.assumptions.values) <= set(asked.values))
        ):
            return False
    change = {lift(row.lhs, binding): lift(row.rhs, binding)}
    return substitute(claim.expr, change) is claim.other


@checks("expansion")
def _expansion(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    other = claim.other
    if other is None or _states(premises, "total", other) is None:
        return False
    return same(claim.expr, other)


def lift(template: Expr, binding: Mapping[Symbol, Expr]) -> Expr:
    """Return the template with scalars replaced, each operation done entry by entry."""
    shape = max((e.shape for e in binding.values()), key=len, default=())
    made: dict[Expr, Expr] = {}
    for e in postorder(template):
        if e.shape:
            raise ValueError("a template is made of scalars")
        match e:
            case Symbol():
                made[e] = binding.get(e, e)
            case Const():
                made[e] = e
            case Add():
                wide = shape if any(made[t].shape for _, t in e.terms) else ()
                made[e] = add(*((c, broadcast(made[t], wide)) for c, t in e.terms))
            case Contract() if not e.summed:
                wide = shape if any(made[f].shape for f, _, _ in e.factors) else ()
                own = [(made[f], axes(made[f]), p) for f, _, p in e.factors]
                made[e] = contract(own, tuple(range(len(wide))), wide)
            case Apply() if e.atom.signature.is_entrywise:
                wide = shape if any(made[a].shape for a in e.args) else ()
                made[e] = apply(e.atom, *(broadcast(made[a], wide) for a in e.args))
            case Contract() | Apply() | Delta() | Select():
                raise ValueError("a template acts entry by entry")
    return made[template]


# -- curvature: the structure of an expression -----------------------------------------------------


@checks("constant")
def _constant(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    return claim.kind in ("affine", "convex", "concave") and not depends_on(claim.expr, claim.wrt)


@checks("variable")
def _variable(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    return claim.kind in ("affine", "convex", "concave") and claim.expr in claim.wrt


@checks("affine")
def _affine(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    return claim.kind == "affine" and all(
        _says(premises, side, claim.expr, claim.wrt) for side in _sides("affine")
    )


def parts_of(e: Add, groups: Iterable[Sequence[Fraction]]) -> list[tuple[Fraction, Expr]] | None:
    """Return e split into (coefficient, part): one term a part, or the sum of a group of terms."""
    chosen = [[int(k) for k in group] for group in groups]
    if sorted(k for group in chosen for k in group) != list(range(len(e.terms))):
        return None
    return [
        e.terms[g[0]] if len(g) == 1 else (Fraction(1), add(*(e.terms[k] for k in g)))
        for g in chosen
    ]


@checks("sum")
def _sum(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    e = claim.expr
    parts = parts_of(e, parameters) if isinstance(e, Add) else None
    if parts is None:
        return False
    if claim.kind == "strictly_convex":
        c, first = parts[0]
        if c <= 0 or not _says(premises, claim.kind, first, claim.wrt):
            return False
        parts = parts[1:]
    sides = _sides("convex" if claim.kind == "strictly_convex" else claim.kind)
    return all(
        _says(premises, side if c > 0 else _flip(side), part, claim.wrt)
        for c, part in parts
        for side in sides
    )


@checks("linear")
def _linear(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """A sum of inner[labels] with constant weights of one sign (of any sign if inner is affine)."""
    e, (inner, labels) = claim.expr, parameters
    if not isinstance(e, Contract):
        return False
    weights = [f for f in e.factors if not depends_on(f[0], claim.wrt)]
    place = tuple(int(k) for k in labels)
    if contract([(inner, place, 1), *weights], tuple(range(e.rank)), e.shape) is not e:
        return False
    if _says(premises, "affine", inner, claim.wrt):
        return claim.kind in ("affine", "convex", "concave")
    known = _ranges(premises)
    size = reduce(Interval.__mul__, (known(f).power(p) for f, _, p in weights), point(1))
    if not (size.within(NONNEGATIVE) or size.within(NONPOSITIVE)):
        return False
    return all(
        _says(premises, s if size.within(NONNEGATIVE) else _flip(s), inner, claim.wrt)
        for s in _sides(claim.kind)
    )


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


@checks("composition")
def _composition(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    known = _ranges(premises)
    found = application(claim.expr, known)
    if found is None:
        return False
    atom, args, domains = found
    inside = [known(a).meet(d) for a, d in zip(args, domains, strict=True)]
    moving = [k for k, a in enumerate(args) if depends_on(a, claim.wrt)]

    def structured(a: Expr, word: str) -> bool:
        # Of a psd matrix, the nonsingular ones are the pd ones.
        psd = _psd(premises)(a)
        certain = word in ("psd", "symmetric") or (word == "pd" and "nonsingular" in atom.needs)
        return is_structured(a, word) or (psd and certain)

    facts = {(f.name, f.arg) for f in atom.facts if applies(f, args, inside, structured)}
    if atom.needs and not all(_says(premises, "affine", args[k], claim.wrt) for k in moving):
        return False
    for side in _sides(claim.kind):
        alone = len(moving) == 1 and {(side, moving[0]), ("affine", moving[0])} & facts
        if not alone and (f"jointly_{side}", 0) not in facts:
            return False
        for k in moving:
            if _says(premises, "affine", args[k], claim.wrt):
                continue
            rising = ("nondecreasing", k) in facts and _says(premises, side, args[k], claim.wrt)
            falling = ("nonincreasing", k) in facts and _says(
                premises, _flip(side), args[k], claim.wrt
            )
            if not (rising or falling):
                return False
            # {u >= c} is convex for concave u only, {u <= c} for convex u only.
            convex = side if rising else _flip(side)
            d = domains[k]
            unbounded = (
                Interval(d.lo, None, d.lo_open, True)
                if convex == "convex"
                else Interval(None, d.hi, True, d.hi_open)
            )
            if not known(args[k]).within(unbounded):
                return False
    return True


@checks("strict-entries")
def _strict_entries(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """Positive weights times phi(c*w + b) summed over all entries of w, phi strictly convex."""
    e, known = claim.expr, _ranges(premises)
    if claim.kind != "strictly_convex" or len(claim.wrt) != 1 or e.shape:
        return False
    inner, labels = parameters if parameters else (e, ())
    if isinstance(e, Contract) and parameters:
        weights = [f for f in e.factors if not depends_on(f[0], claim.wrt)]
        place = tuple(int(k) for k in labels)
        if contract([(inner, place, 1), *weights], (), ()) is not e or len(set(place)) != len(
            place
        ):
            return False
        if not all(known(f).power(p).within(POSITIVE) for f, _, p in weights):
            return False
    found = application(inner, known)
    if found is None or not found[0].signature.is_entrywise:
        return False
    atom, args, domains = found
    inside = [known(a).meet(d) for a, d in zip(args, domains, strict=True)]
    (w,) = claim.wrt
    moving = [k for k, a in enumerate(args) if depends_on(a, (w,))]
    if len(moving) != 1:
        return False
    u = args[moving[0]]
    injective = u is w or (
        isinstance(u, Add) and [t for _, t in u.terms if depends_on(t, (w,))] == [w]
    )
    return injective and any(
        f.name == "strictly_convex" and f.arg == moving[0] and applies(f, args, inside)
        for f in atom.facts
    )


# -- curvature: quadratics, monomials, one variable ------------------------------------------------


@checks("form")
def _form(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    e = claim.expr
    form = psd_form(e, parameters, _psd(premises), _ranges(premises))
    if form is None or not isinstance(e, Contract) or claim.kind != "convex":
        return False
    moving = [k for k, (f, _, _) in enumerate(e.factors) if depends_on(f, claim.wrt)]
    if not any(sorted(pair) == moving for pair in form.pairs):
        return False
    f, _, p = e.factors[moving[0]]
    return p == 1 and _says(premises, "affine", f, claim.wrt)


@checks("quadratic")
def _quadratic(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """A polynomial of degree <= 2 with a numeric Hessian H, judged by exact LDL'."""
    e = claim.expr
    moving = dependents(e, claim.wrt)
    for m in moving:
        natural = isinstance(m, Contract) and all(
            f not in moving or (p.denominator == 1 and p > 0) for f, _, p in m.factors
        )
        if not (natural or isinstance(m, Symbol | Add)):
            return False
    h = hessian_of_quadratic(e, claim.wrt)
    if h is None:
        return False
    minus = [[-c for c in row] for row in h]
    if claim.kind in ("strong", "smooth"):
        if not isinstance(claim.other, Const):
            return False
        c = claim.other.value if claim.kind == "strong" else -claim.other.value
        shifted = [[q - c * (i == j) for j, q in enumerate(r)] for i, r in enumerate(h)]
        mirrored = [[-q - c * (i == j) for j, q in enumerate(r)] for i, r in enumerate(h)]
        return is_psd(shifted) and (claim.kind == "strong" or is_psd(mirrored))
    return {
        "convex": is_psd(h),
        "concave": is_psd(minus),
        "affine": not any(any(row) for row in h),
        "strictly_convex": is_psd(h, definite=True),
    }[claim.kind]


@checks("monomial")
def _monomial(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """A product of powers u^a with constant weights, entry by entry; see the row for the cases."""
    e, known = claim.expr, _ranges(premises)
    if not isinstance(e, Contract) or e.summed:
        return False
    weights = [f for f in e.factors if not depends_on(f[0], claim.wrt)]
    size = reduce(Interval.__mul__, (known(f).power(p) for f, _, p in weights), point(1))
    if not (size.within(NONNEGATIVE) or size.within(NONPOSITIVE)) or claim.kind == "affine":
        return False
    kind = claim.kind if size.within(NONNEGATIVE) else _flip(claim.kind)
    moving = [(f, p) for f, _, p in e.factors if depends_on(f, claim.wrt)]
    total = sum(p for _, p in moving)
    rising = [(f, p) for f, p in moving if p > 0]
    if kind == "concave":
        return total <= 1 and all(
            p > 0 and known(f).within(NONNEGATIVE) and _says(premises, "concave", f, claim.wrt)
            for f, p in moving
        )
    for f, p in moving:
        if p < 0 and not (known(f).within(POSITIVE) and _says(premises, "concave", f, claim.wrt)):
            return False
    if not rising:
        return True
    (f, p), *more = rising
    if more or total < 1:
        return False
    even = p.denominator % 2 == 1 and p.numerator % 2 == 0
    if even and _says(premises, "affine", f, claim.wrt):
        return True
    return known(f).within(NONNEGATIVE) and _says(premises, "convex", f, claim.wrt)


@checks("second-derivative")
def _second(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    e, m = claim.expr, claim.other
    if len(claim.wrt) != 1 or claim.wrt[0].shape or e.shape or claim.kind == "affine":
        return False
    (x,) = claim.wrt
    if any(
        isinstance(a, Apply) and any(k.kind == "jump" for k in a.atom.kinks) for a in postorder(e)
    ):
        return False
    slope = derivative(derivative(e, x), x)
    goals = {
        "convex": [slope],
        "strictly_convex": [slope],
        "concave": [scale(-1, slope)],
        "strong": [] if m is None else [subtract(slope, m)],
        "smooth": [] if m is None else [subtract(m, slope), add(m, slope)],
    }[claim.kind]
    strict = claim.kind == "strictly_convex"
    return len(goals) == len(parameters) and all(
        _is_sign_proof(e, x, goal, proof, strict=strict)
        for goal, proof in zip(goals, parameters, strict=True)
    )


def _is_sign_proof(e: Expr, x: Symbol, goal: Expr, proof: Parameters, *, strict: bool) -> bool:
    """Return whether goal = weight * core with weight > 0 and core >= 0 on boxes that cover x."""
    weight, core, *rows = proof
    product = contract([(weight, (), 1), (core, (), 1)], ())
    if not (product is goal or same(goal, product)):
        return False
    boxes = [row[0] for row in rows]
    if not covers(boxes, x.assumptions.interval):
        return False
    for box, *reason in rows:
        known = {x: box}
        if not is_smooth_on(e, x, known):
            return False
        if not is_nonnegative_on(weight, x, known, ("direct",), strict=True):
            return False
        if not is_nonnegative_on(core, x, known, tuple(reason), strict=strict):
            return False
    return True


@checks("entrywise")
def _entrywise(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """phi(u), entry by entry, with u affine and phi a function of one real variable."""
    template, t, u = parameters
    if not isinstance(t, Symbol) or claim.kind not in ("convex", "concave", "affine"):
        return False
    if depends_on(template, claim.wrt) or lift(template, {t: u}) is not claim.expr:
        return False
    whole = _ranges(premises)(u).within(t.assumptions.interval)
    return (
        whole
        and _says(premises, "affine", u, claim.wrt)
        and all(_says(premises, side, template, (t,)) for side in _sides(claim.kind))
    )


@checks("rewrite")
def _rewrite(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """A property passes along identities from a form of the same total expression."""
    chain = [p for p in premises if p.kind == "identity"]
    linked = all(a.other is b.expr for a, b in pairwise(chain))
    if not chain or not linked or chain[0].expr is not claim.expr:
        return False
    if _states(premises, "total", claim.expr) is None:
        return False
    wanted = Claim(
        claim.kind, chain[-1].other or claim.expr, claim.wrt, claim.interval, claim.other
    )
    return wanted in premises or (
        claim.kind in CURVATURES and _says(premises, claim.kind, wanted.expr, claim.wrt)
    )


# -- constants -------------------------------------------------------------------------------------


@checks("constants-zero")
def _constants_zero(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    kind = "convex" if claim.kind == "strong" else "affine"
    zero = isinstance(claim.other, Const) and claim.other.value == 0 and not claim.other.shape
    return (
        claim.kind in ("strong", "smooth") and zero and _says(premises, kind, claim.expr, claim.wrt)
    )


@checks("constants-sum")
def _constants_sum(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    e = claim.expr
    parts = parts_of(e, parameters) if isinstance(e, Add) else None
    if parts is None:
        return False
    total: list[tuple[Fraction, Expr]] = []
    for c, part in parts:
        found = next(
            (p for p in premises if (p.kind, p.expr, p.wrt) == (claim.kind, part, claim.wrt)), None
        )
        if found is None or found.other is None or (claim.kind == "strong" and c < 0):
            return False
        total.append((abs(c), found.other))
    return add(*total) is claim.other


@checks("constants-scale")
def _constants_scale(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    found = next(p for p in premises if p.kind == claim.kind and p.wrt == claim.wrt)
    return constants.scaled(claim.expr, found, _ranges(premises)) is claim.other


@checks("constants-loss")
def _constants_loss(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    bound = constants.loss(claim.kind, claim.expr, claim.wrt, _ranges(premises))
    return bound is not None and bound is claim.other


@checks("constants-form")
def _constants_form(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    form = psd_form(claim.expr, parameters, _psd(premises), _ranges(premises))
    if form is None or claim.kind not in ("strong", "smooth"):
        return False
    bound = constants.quadratic(claim.kind, claim.expr, form, claim.wrt, _ranges(premises))
    return bound is not None and bound is claim.other


@checks("strict-strong")
def _strict_strong(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    found = _states(premises, "strong", claim.expr)
    if found is None or found.other is None or found.wrt != claim.wrt:
        return False
    return claim.kind == "strictly_convex" and _ranges(premises)(found.other).within(POSITIVE)
