"""Where an expression has no derivative: kinks of its functions that its arguments can reach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from lossmith.atoms.table import ATOMS
from lossmith.evidence.enclose import applies, domain_of
from lossmith.expr.atom import Atom, Fact
from lossmith.expr.atom import Kink as CardKink
from lossmith.expr.build import const
from lossmith.expr.node import Add, Apply, Const, Contract, Expr, Select, Symbol
from lossmith.expr.ranges import enclosure
from lossmith.expr.walk import dependents, postorder
from lossmith.text.printing import to_unicode
from lossmith.words import Words

KINDS: dict[str, Words] = {
    "corner": Words("corner", "尖角"),
    "cusp": Words("cusp", "尖点"),
    "jump": Words("jump", "跳跃"),
    "vertical": Words("vertical tangent", "竖直切线"),
    "unknown": Words("no derivative is known", "未知是否可导"),
}


@dataclass(frozen=True, slots=True)
class Kink:
    """A set of points where a function inside the formula has no derivative.

    node: the application, power or choice.  where: an entry of it equals ``at`` there.
    kind: a key of ``KINDS``.  left, right: one-sided slopes of the function.
    At such a point the formula may still be differentiable, if the kinks of several terms cancel
    or a factor vanishes; everywhere else it is.
    """

    node: Expr
    where: Expr
    at: Fraction
    kind: str
    left: Fraction | None = None
    right: Fraction | None = None

    @property
    def words(self) -> Words:
        """The kind of kink, and the equation of its place."""
        whole = isinstance(self.node, Apply) and not self.node.atom.signature.is_entrywise
        kind, place = KINDS[self.kind], _equation(self.where, self.at, whole=whole)
        name = _name(self.node)
        slopes_en = slopes_zh = ""
        if self.left is not None and self.right is not None:
            slopes_en = f", slope of {name} {self.left} on the left, {self.right} on the right"
            slopes_zh = f"，{name} 的左斜率 {self.left}，右斜率 {self.right}"
        return Words(
            f"{kind.en} of {name} where {place}{slopes_en}",
            f"{name} 的{kind.zh}：{place}{slopes_zh}",
        )


def kinks(expr: Expr, wrt: Sequence[Symbol]) -> tuple[Kink, ...]:
    """Return the kinks that the variables can reach, as far as declared ranges tell.

    An empty answer says that expr is differentiable in wrt wherever it is defined: every function
    in it is smooth on all that its arguments can be. Cost: linear in the expression.
    """
    moving = dependents(expr, wrt)
    found: list[Kink] = []
    for e in postorder(expr):
        if e in moving:
            found += _kinks_of(e, moving)
    return tuple(dict.fromkeys(found))


def _kinks_of(e: Expr, moving: set[Expr]) -> list[Kink]:
    match e:
        case Apply():
            return _of_application(e, e.atom, e.args, moving)
        case Contract():
            power = ATOMS["power"]
            return [
                kink
                for base, _, p in e.factors
                if base in moving and p.denominator > 1
                for kink in _of_application(e, power, (base, const(p, base.shape)), moving)
            ]
        case Select():
            return [
                Kink(e, c.expr, Fraction(0), "unknown")
                for guard, _ in e.cases
                for c in guard
                if c.expr in moving and enclosure(c.expr).has(0)
            ]
        case _:
            return []


def _of_application(
    node: Expr, atom: Atom, args: tuple[Expr, ...], moving: set[Expr]
) -> list[Kink]:
    """Return the kinks of one function; an argument lies in what is known of it and the domain."""
    inside = [enclosure(a).meet(domain_of(atom, k)) for k, a in enumerate(args)]
    active = [k for k, a in enumerate(args) if a in moving]
    smooth = {f.arg for f in atom.facts if f.name == "smooth" and applies(f, args, inside)}
    open_args = [k for k in active if k not in smooth]
    listed = [k for k in atom.kinks if k.arg in open_args]
    if listed:
        met = [_met(node, k, args) for k in listed if _can_meet(k, args)]
        return list(dict.fromkeys(k for k in met if k is not None))
    # f = sqrt(f^2) with f^2 smooth, f >= 0: differentiable away from 0, and a corner there.
    kind = "corner" if atom.square is not None else "unknown"
    return [Kink(node, args[k], Fraction(0), kind) for k in open_args]


def _can_meet(kink: CardKink, args: tuple[Expr, ...]) -> bool:
    """Return whether the arguments admit this kink; one that is no constant may have any parity."""
    for arg, where in zip(args, kink.when, strict=False):
        if enclosure(arg).meet(where.interval).is_empty:
            return False
        if isinstance(arg, Const) and not applies(Fact("", (where,)), (arg,), (enclosure(arg),)):
            return False
    return True


def _met(node: Expr, kink: CardKink, args: tuple[Expr, ...]) -> Kink | None:
    where = args[kink.arg] if kink.where is None else kink.where(*args)
    at = kink.at if kink.where is None else Fraction(0)
    if not enclosure(where).has(at):
        return None
    return Kink(node, where, at, kink.kind, kink.left, kink.right)


def _name(node: Expr) -> str:
    if isinstance(node, Apply):
        return node.atom.name
    return "if" if isinstance(node, Select) else "power"


def _equation(where: Expr, at: Fraction, *, whole: bool) -> str:
    """Return "left = right" for where = at: entry by entry, or for the whole tensor."""
    if whole:
        return f"{to_unicode(where)} = {to_unicode(const(at))}"
    if at == 0 and isinstance(where, Add) and len(where.terms) == 2:
        (c, left), (d, right) = where.terms
        if c == -d:
            pair = sorted((left, right), key=lambda e: not isinstance(e, Symbol) or bool(e.shape))
            return " = ".join(to_unicode(e, "index") for e in pair)
    return f"{to_unicode(where, 'index')} = {to_unicode(const(at))}"
