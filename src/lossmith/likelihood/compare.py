"""Do two objectives have the same minimizers, and what changes from one to the other?

Both are multiplied out and compared term by term. If one is a positive multiple of the other plus
a constant, or an increasing function of it, the minimizers are the same; that is proved. If the
data parts and the penalties are multiples with different factors, a change of lambda makes up for
it. That two objectives are not multiples is proved by three points.
"""

# Balls are python-flint objects, which carry no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any, Final, Literal

from lossmith.atoms.meaning import evaluate, precision
from lossmith.calculus.derivation import Derivation
from lossmith.calculus.draw import draw_sizes, draw_value, letters_of
from lossmith.calculus.reverify import reverify
from lossmith.calculus.simplify import simplify
from lossmith.errors import LossmithError
from lossmith.evidence.lines.multiples import Image, image
from lossmith.expr import build
from lossmith.expr.node import Contract, Expr, Symbol, symbol
from lossmith.expr.ranges import enclosure
from lossmith.expr.sets import POSITIVE
from lossmith.expr.types import FREE, Assumptions
from lossmith.expr.walk import depends_on, postorder, substitute, symbols
from lossmith.likelihood.candidates import is_parameter
from lossmith.likelihood.parts import is_positive
from lossmith.likelihood.rational import vanishes
from lossmith.likelihood.terms import canonical, monomials

Kind = Literal[
    "equal", "constant", "multiple", "increasing", "negated", "penalty", "different", "unknown"
]
_ONE: Final = build.const(1)
_ZERO: Final = build.const(0)
_TRIES: Final = 12
_BITS: Final = 192


@dataclass(frozen=True, slots=True)
class Comparison:
    """How g relates to f.

    kind: equal; constant (g = f + c); multiple (g = factor f + c, factor > 0); increasing (g =
    factor h(f) + c, or with ``of_f`` False f = factor h(g) + c, where ``by`` names h); penalty
    (g = factor (f with other weights of its penalties) + c: ``weights`` names what each becomes,
    ``swaps`` what that makes of symbols, where it can be said so, ``swapped`` is f with them);
    negated (as multiple or increasing, but factor < 0); different (three points prove that g is no
    multiple of f plus a constant); unknown.
    promised: numbers taken to be positive.  labels: what was promised of the observation.
    """

    kind: Kind
    f: Expr
    g: Expr
    factor: Expr = _ONE
    constant: Expr = _ZERO
    by: Image = ""
    of_f: bool = True
    weights: tuple[tuple[Expr, Expr], ...] = ()
    swaps: tuple[tuple[Symbol, Expr], ...] = ()
    swapped: Expr = _ZERO
    promised: tuple[Symbol, ...] = ()
    labels: str = ""
    witness: Mapping[str, Any] | None = None

    @property
    def relation(self) -> str:
        """What is an increasing function of what: "g = log(f)"; empty where it is a multiple."""
        if not self.by:
            return ""
        return f"g = {self.by}(f)" if self.of_f else f"f = {self.by}(g)"

    @property
    def divisors(self) -> tuple[Expr, ...]:
        """What the relation divides by and is not known to differ from 0: c, of x^2 = (1/c) c x^2.

        Where one of them is 0 the relation says nothing, though f and g may have values.
        """
        stated = (self.factor, *(after for _, after in (*self.weights, *self.swaps)))
        bases = (
            base
            for e in postorder(*stated)
            if isinstance(e, Contract)
            for base, _, exponent in e.factors
            if exponent < 0 and enclosure(base).has(0)
        )
        return tuple(dict.fromkeys(bases))


def compare(f: Expr, g: Expr, wrt: Sequence[Symbol]) -> Comparison:
    """Return how two objectives of the same variables relate."""
    promised = tuple(
        s for s in symbols(f, g) if s not in wrt and is_parameter(s) and s.assumptions == FREE
    )
    plain = _multiple(f, g, wrt, ()) or _increasing(f, g, wrt, ())
    if plain is not None:
        return plain
    twins: dict[Expr, Expr] = {s: symbol(s.name, (), Assumptions(POSITIVE)) for s in promised}
    f, g = substitute(f, twins), substitute(g, twins)
    found = _multiple(f, g, wrt, promised) or _increasing(f, g, wrt, promised)
    if found is not None:
        return found
    turned = _multiple(f, build.negate(g), wrt, promised)
    if turned is not None:
        return replace(
            turned,
            kind="negated",
            g=g,
            factor=build.negate(turned.factor),
            constant=build.negate(turned.constant),
        )
    reweighted = _reweighted(f, g, wrt, promised)
    apart = _apart(f, g, wrt)
    if reweighted is not None:
        return reweighted
    kind: Kind = "unknown" if apart is None else "different"
    return Comparison(kind, f, g, promised=promised, witness=apart)


def _parts(e: Expr, wrt: Sequence[Symbol]) -> dict[Expr, Expr]:
    return monomials(canonical(e), wrt)


def _multiple(
    f: Expr, g: Expr, wrt: Sequence[Symbol], promised: tuple[Symbol, ...]
) -> Comparison | None:
    a, b = _parts(f, wrt), _parts(g, wrt)
    shared = [c for c in a if c is not _ONE]
    if not shared or set(shared) != {c for c in b if c is not _ONE}:
        return None
    ratios = [_ratio(b[pivot], a[pivot]) for pivot in shared]
    for factor in dict.fromkeys([_ONE, *ratios]):
        if not is_positive(factor):
            continue
        gap = build.add((1, g), (-1, build.multiply(factor, f)))
        rest = _parts(gap, wrt)
        if any(c is not _ONE and not vanishes(w) for c, w in rest.items()):
            continue
        constant = simplify(rest.get(_ONE, _ZERO)).end
        constant = _ZERO if vanishes(constant) else constant
        if not reverify(Derivation(gap, None, (), constant)).confirmed:
            return None
        kind: Kind = "multiple"
        if factor is _ONE:
            kind = "equal" if vanishes(constant) else "constant"
        return Comparison(kind, f, g, factor, constant, promised=promised)
    return None


def _increasing(
    f: Expr, g: Expr, wrt: Sequence[Symbol], promised: tuple[Symbol, ...]
) -> Comparison | None:
    """Return whether g = k h(f) + constant or f = k h(g) + constant for h = log, exp, square."""
    for of_f, of, other in ((True, f, g), (False, g, f)):
        for by in _images(of):
            try:
                found = _multiple(image(by, of), other, wrt, promised)
            except LossmithError:
                continue
            if found is not None:
                return replace(found, kind="increasing", f=f, g=g, by=by, of_f=of_f)
    return None


def _images(e: Expr) -> list[Image]:
    """Return the functions that increase on all values of e."""
    low = enclosure(e).lo
    found: list[Image] = ["log", "exp"]  # log has no value where it would not increase
    return [*found, "square"] if low is not None and low >= 0 else found


def _reweighted(
    f: Expr, g: Expr, wrt: Sequence[Symbol], promised: tuple[Symbol, ...]
) -> Comparison | None:
    """Return g as a multiple of f with other weights on its penalties, if that is what it is."""
    a, b = _parts(f, wrt), _parts(g, wrt)
    cores = [c for c in a if c is not _ONE]
    if not cores or set(cores) != {c for c in b if c is not _ONE}:
        return None
    data = [c for c in cores if any(s not in wrt for s in symbols(c))]
    if not data or len(data) == len(cores):
        return None
    factor = _ratio(b[data[0]], a[data[0]])
    for c in data:
        gap = canonical(build.add((1, b[c]), (-1, build.multiply(factor, a[c]))))
        if not vanishes(gap):
            return None
    if not is_positive(factor):
        return None
    weights = tuple((a[c], canonical(build.divide(b[c], factor))) for c in cores if c not in data)
    swaps = _swaps(weights, [a[c] for c in data])
    if swaps:
        swapped = substitute(f, dict(swaps))
    else:
        # Weights that are numbers have no names: the monomials themselves get the new ones.
        kept = [build.multiply(a[c], c) for c in data]
        others = [build.multiply(after, c) for (_, after), c in zip(
            weights, [c for c in cores if c not in data], strict=True)]  # fmt: skip
        swapped = build.add(*kept, *others, shape=())
    gap = build.add((1, g), (-1, build.multiply(factor, swapped)))
    constant = simplify(_parts(gap, wrt).get(_ONE, _ZERO)).end
    return Comparison("penalty", f, g, factor, constant, weights=weights, swaps=swaps,
                      swapped=swapped, promised=promised)  # fmt: skip


def _swaps(
    weights: Sequence[tuple[Expr, Expr]], fixed: Sequence[Expr]
) -> tuple[tuple[Symbol, Expr], ...]:
    """Return what each symbol becomes so that every weight does: 2 lam -> b is lam -> b/2.

    Empty if a weight is no multiple of a symbol of its own.
    """
    found: dict[Symbol, Expr] = {}
    for before, after in weights:
        if before is after:
            continue
        for s in symbols(before):
            rest = _ratio(before, s)
            if not s.shape and s not in found and not depends_on(rest, [s]):
                break
        else:
            return ()
        others = [e for e, _ in weights if e is not before]
        if any(depends_on(e, [s]) for e in (*fixed, *others)):
            return ()
        found[s] = canonical(build.divide(after, rest))
    return tuple(found.items())


def _apart(f: Expr, g: Expr, wrt: Sequence[Symbol]) -> dict[str, Any] | None:
    """Return three points u, v, w at which (g(u)-g(v)) (f(u)-f(w)) is not the same turned round."""
    others = [s for s in symbols(f, g) if s not in wrt]
    letters = letters_of((f, g, *wrt))
    rng = Random(f.digest + g.digest)
    for attempt in range(_TRIES):
        sizes = draw_sizes(letters, attempt)
        data = {s: draw_value(s, sizes, rng) for s in others}
        points = [{s: draw_value(s, sizes, rng) for s in wrt} for _ in range(3)]
        try:
            balls = [
                [evaluate(e, _of(e, {**data, **p}), sizes, _BITS) for p in points] for e in (f, g)
            ]
        except LossmithError:
            continue
        with precision(_BITS):
            (f0, f1, f2), (g0, g1, g2) = balls
            gap = (g0 - g1) * (f0 - f2) - (g0 - g2) * (f0 - f1)
            if gap.is_finite() and not gap.contains(0):
                return {
                    "sizes": sizes,
                    "f": [b.str(6, radius=False) for b in balls[0]],
                    "g": [b.str(6, radius=False) for b in balls[1]],
                }
    return None


def _of(e: Expr, values: Mapping[Symbol, Any]) -> dict[Symbol, Any]:
    held = set(symbols(e))
    return {s: v for s, v in values.items() if s in held}


def _ratio(a: Expr, b: Expr) -> Expr:
    return _ONE if a is b else canonical(build.divide(a, b))
