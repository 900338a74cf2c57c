"""Rules for choices, functions in pieces and functions on their natural domain. Trusted."""

from __future__ import annotations

from fractions import Fraction

from lossmith.evidence.arithmetic.domains import keeps_domain
from lossmith.evidence.arithmetic.enclose import bounds, domain_of
from lossmith.evidence.arithmetic.pieces import (
    RAY_STEP,
    UNIT_STEP,
    Unresolved,
    certain,
    places,
    resolved,
)
from lossmith.evidence.arithmetic.polynomial import same
from lossmith.evidence.arithmetic.second import derivative, is_smooth_on
from lossmith.evidence.arithmetic.signs import sign_of
from lossmith.evidence.certificate import STRICT, Claim
from lossmith.evidence.curvature.premise import Parameters, Premises, checks, says, sides, states
from lossmith.expr.build import const, multiply, negate, scale, subtract
from lossmith.expr.node import Add, Apply, Const, Contract, Delta, Expr, Select, Symbol
from lossmith.expr.ranges import enclosure
from lossmith.expr.sets import NEGATIVE, NONNEGATIVE, NONPOSITIVE, POSITIVE, REALS, Interval, point
from lossmith.expr.walk import depends_on, postorder, substitute, symbols

# -- choices among data ----------------------------------------------------------------------------


@checks("choice")
def _choice(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """The data choose, entry by entry: each branch has the curvature."""
    e = claim.expr
    if not isinstance(e, Select):
        return False
    if any(depends_on(c.expr, claim.wrt) for guard, _ in e.cases for c in guard):
        return False
    branches = [*(v for _, v in e.cases), e.otherwise]
    # An array takes some entries of a branch: a premise speaks of where all of them have values.
    if e.shape and not all(
        states(premises, "total", b) for b in branches if depends_on(b, claim.wrt)
    ):
        return False
    return all(says(premises, claim.kind, b, claim.wrt) for b in branches)


# -- pieces ----------------------------------------------------------------------------------------


@checks("pieces")
def _pieces(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """Convex (strictly, if claimed) on each piece, and the slopes do not fall at the joints."""
    e, joints = claim.expr, tuple(parameters)
    if e.shape or len(claim.wrt) != 1 or claim.wrt[0].shape or not joints:
        return False
    (x,) = claim.wrt
    if any(b.shape or depends_on(b, (x,)) for b in joints):
        return False
    found = places(joints, x.assumptions.interval)
    if any(s in (RAY_STEP, UNIT_STEP) for s in symbols(e, *joints)):
        return False
    try:
        return all(
            _is_joined(claim, premises, found, joints, k, side)
            for side in sides(claim.kind.removeprefix("strictly_"))
            for k in range(len(found))
        )
    except Unresolved:
        return False


def _is_joined(
    claim: Claim,
    premises: Premises,
    found: list[tuple[Expr, Symbol, Expr]],
    joints: tuple[Expr, ...],
    k: int,
    side: str,
) -> bool:
    """Return whether piece k has the curvature and meets the next one as it must."""
    (x,) = claim.wrt
    place, step, width = found[k]
    if not sign_of(width, {}).within(POSITIVE):
        return False
    body = _on_piece(claim.expr, x, place, step, k > 0, k < len(found) - 1)
    asked = claim.kind if claim.kind in STRICT else side
    if body is None or not says(premises, asked, body, (step,)):
        return False
    first, last = k == 0, k == len(found) - 1
    if not all(
        _fits_at_end(claim.expr, x, place, step, body, end, side)
        for end, here in ((0, first), (1, last))
        if here and step is UNIT_STEP
    ):
        return False
    if last:
        return True
    after, forward, next_width = found[k + 1]
    following = _on_piece(claim.expr, x, after, forward, True, k + 1 < len(found) - 1)
    if following is None:
        return False
    starts_at_joint = k == 0 and x.assumptions.interval.lo is None
    end = const(0) if starts_at_joint else const(1)
    at_joint = certain(claim.expr, {x: joints[k]}, {}, {})
    left, right = substitute(body, {step: end}), substitute(following, {forward: const(0)})
    if not (_equal(left, at_joint) and _equal(at_joint, right)):
        return False
    before = substitute(derivative(body, step), {step: end})
    if starts_at_joint:
        before = negate(before)
    later = substitute(derivative(following, forward), {forward: const(0)})
    # Slopes in x are slopes in the step over the width; widths are positive.
    rise = subtract(multiply(later, width), multiply(before, next_width))
    if side == "concave":
        rise = scale(-1, rise)
    return _equal(rise, const(0)) or sign_of(rise, {}).within(NONNEGATIVE)


def _fits_at_end(
    e: Expr, x: Symbol, place: Expr, step: Symbol, body: Expr, end: int, side: str
) -> bool:
    """Return whether the value at a declared end is the limit there, or jumps to the good side."""
    declared = x.assumptions.interval
    if declared.lo_open if end == 0 else declared.hi_open:
        return True
    whole = Interval(step.assumptions.interval.lo, step.assumptions.interval.hi, end == 1, end == 0)
    try:
        if resolved(e, {x: place}, {step: whole}) is body:
            return True  # the same formula up to the end; where it stops, no value is there
    except Unresolved:
        pass
    at = declared.lo if end == 0 else declared.hi
    assert at is not None
    value, limit = resolved(e, {x: const(at)}, {}), substitute(body, {step: const(end)})
    if _equal(value, limit):
        return True
    jump = subtract(value, limit) if side == "convex" else subtract(limit, value)
    return sign_of(jump, {}).within(NONNEGATIVE)


def _equal(a: Expr, b: Expr) -> bool:
    return a is b or same(a, b)


def _on_piece(
    e: Expr, x: Symbol, place: Expr, step: Symbol, left_joint: bool, right_joint: bool
) -> Expr | None:
    """Return e on the piece if it is defined and smooth there, its joints included."""
    whole = step.assumptions.interval
    inside = Interval(whole.lo, whole.hi, True, True)
    # The step 0 of a ray is its joint; a bounded piece may end where the formula stops.
    ray = whole.hi is None
    lo_open = not (ray or left_joint)
    hi_open = not right_joint
    box = Interval(whole.lo, whole.hi, lo_open, hi_open)
    body = certain(e, {x: place}, {step: inside}, {step: box})
    if any(isinstance(s, Select) for s in postorder(body)):
        return None
    if depends_on(body, (step,)) and not is_smooth_on(body, step, {step: box}):
        return None
    return body


# -- natural domains -------------------------------------------------------------------------------


@checks("natural-domain")
def _natural_domain(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """A claim about narrowed variables, where the formula has no value outside of them."""
    if len(premises) != 1 or parameters:
        return False
    (narrow,) = premises
    if narrow.kind != claim.kind or len(narrow.wrt) != len(claim.wrt):
        return False
    change: dict[Expr, Expr] = {}
    for wide, tight in zip(claim.wrt, narrow.wrt, strict=True):
        if wide is tight:
            continue
        a, b = wide.assumptions, tight.assumptions
        kept = (wide.name, wide.shape, a.values, a.integer, a.structure)
        if kept != (tight.name, tight.shape, b.values, b.integer, b.structure):
            return False
        if not a.interval.meet(natural_interval(claim.expr, wide)).within(b.interval):
            return False
        change[wide] = tight
    if depends_on(claim.expr, [s for s in narrow.wrt if s not in claim.wrt]):
        return False  # a narrowed variable that also occurs as data would be taken for the wide one
    known = bounds(claim.expr, {}).__getitem__
    return (
        substitute(claim.expr, change) is narrow.expr
        and claim.other is narrow.other
        and keeps_domain(claim.expr, lambda e: substitute(e, change), narrow.expr, known)
    )


def natural_interval(e: Expr, x: Symbol) -> Interval:
    """Return an interval that holds every entry of x wherever e is defined.

    Read off functions and powers of c*x + b with numbers c and b. Formulas with choices tell
    nothing, since a branch not taken need not be defined; nor do diagonals and unit tensors,
    which leave entries out: tr(log(X)) asks nothing of the others.
    """
    inside = Interval()
    parts = list(postorder(e))
    if any(isinstance(s, Select | Delta) or _leaves_entries_out(s) for s in parts):
        return inside
    for a, allowed in (pair for s in parts for pair in _asked(s)):
        line = line_of(a, x)
        if line is not None:
            c, b = line
            inside = inside.meet((allowed + point(-b)).scale(1 / c))
    return inside


def _asked(s: Expr) -> list[tuple[Expr, Interval]]:
    """Return (part, where it lies wherever s has a value), read off cards and powers."""
    if isinstance(s, Contract):
        return [(f, _base(f, p)) for f, _, p in s.factors]
    found = (
        [(a, domain_of(s.atom, k)) for k, a in enumerate(s.args)] if isinstance(s, Apply) else ()
    )
    products = [a for a, i in found if isinstance(a, Contract) and not (a.summed or i.has(0))]
    # Where a product is not 0, there is one over each factor.
    return [*found, *((f, _base(f, Fraction(-1))) for a in products for f, _, _ in a.factors)]


def _leaves_entries_out(e: Expr) -> bool:
    return isinstance(e, Contract) and any(len(set(ls)) < len(ls) for _, ls, _ in e.factors)


def _base(f: Expr, p: Fraction) -> Interval:
    if p.denominator % 2 == 0:
        return POSITIVE if p < 0 else NONNEGATIVE
    if p < 0 and enclosure(f).within(NONNEGATIVE):
        return POSITIVE
    return NEGATIVE if p < 0 and enclosure(f).within(NONPOSITIVE) else REALS


def line_of(a: Expr, x: Symbol) -> tuple[Fraction, Fraction] | None:
    """Return (c, b) if every entry of a is c times that entry of x plus b, numbers both."""
    if a is x:
        return Fraction(1), Fraction(0)
    if not isinstance(a, Add) or a.shape != x.shape:
        return None
    c, b = Fraction(0), Fraction(0)
    for q, t in a.terms:
        if t is x:
            c += q
        elif isinstance(t, Const):
            b += q * t.value
        else:
            return None
    return (c, b) if c else None
