"""The angle of a point of the plane, from both of its coordinates."""

# The arguments of a card's lambdas have no declared type: their number depends on the card.
# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flint import arb

from lossmith.atoms.number import as_ball
from lossmith.atoms.writing import ANY, PI_ABOVE, facts, within
from lossmith.expr import build
from lossmith.expr.atom import Atom, Kink, Where, signature
from lossmith.expr.node import Expr
from lossmith.expr.sets import NEGATIVE, NONNEGATIVE, NONPOSITIVE, POSITIVE, closed, point
from lossmith.words import Words

_HALF_PI_ABOVE = PI_ABOVE / 2
_RIGHT, _UPPER, _LOWER = (
    (ANY, Where(POSITIVE)), (Where(POSITIVE), ANY), (Where(NEGATIVE), ANY),
)  # fmt: skip


def _over_square(u: Expr, y: Expr, x: Expr) -> Expr:
    """Return u/(x^2 + y^2)."""
    return build.divide(u, build.add(build.power(x, 2), build.power(y, 2)))


# Balls are python-flint objects, which carry no types.
def _angle(y: Any, x: Any) -> Any:
    return arb.atan2(as_ball(y), as_ball(x))


atan2 = Atom(
    name="atan2",
    signature=signature("(),()->()"),
    words=Words(
        "the angle of the point (x, y), from -pi to pi; 0 at the origin",
        "点 (x, y) 的辐角，取值从 -π 到 π；原点处为 0",
    ),
    source="NIST DLMF 4.23(iv); IEEE 754-2019, section 9.2",
    ball=_angle,
    slopes=(
        lambda y, x: _over_square(x, y, x),
        lambda y, x: build.negate(_over_square(y, y, x)),
    ),
    range=closed(-PI_ABOVE, PI_ABOVE),
    facts=(
        *(f for k in (0, 1) for place in (_RIGHT, _UPPER, _LOWER)
          for f in facts("smooth", when=place, arg=k)),
        *facts("nondecreasing", "increasing", when=_RIGHT),
        *facts("nonincreasing", "decreasing", when=_UPPER, arg=1),
        *facts("nondecreasing", "increasing", when=_LOWER, arg=1),
        *facts("concave", when=(Where(NONNEGATIVE), Where(POSITIVE))),
        *facts("convex", when=(Where(NONPOSITIVE), Where(POSITIVE))),
        within("range_in", closed(-_HALF_PI_ABOVE, _HALF_PI_ABOVE), (ANY, Where(NONNEGATIVE))),
        within("range_in", closed(0, PI_ABOVE), (Where(NONNEGATIVE), ANY)),
    ),
    kinks=(
        # Crossing the negative half-line turns pi into -pi; along y = 0 the origin parts pi from 0.
        Kink(Fraction(0), "jump", when=(ANY, Where(NONPOSITIVE))),
        Kink(Fraction(0), "jump", when=(Where(point(0)), ANY), arg=1),
    ),
    code={"numpy": "np.arctan2({0}, {1})"},
    latex=r"\operatorname{{atan2}}({0}, {1})",
    unicode="atan2({0}, {1})",
    probe=(0.0, 1.0, -1.0, 1e-300, 800.0, -3e200),
    aliases=("arctan2",),
)  # fmt: skip
