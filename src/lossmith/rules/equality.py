"""What two formulas are reduced to before they are compared: cards written out, and laws.

Each law holds wherever its left side has a value (the right side then has one too), so a chain of
them proves an equation on the common domain of both sides. Tests attack every row at random points.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from lossmith.atoms.arithmetic import abs, max, min
from lossmith.atoms.piecewise import huber, relu
from lossmith.expr.build import add, apply, multiply, power, subtract
from lossmith.rules.rule import Rule, formal
from lossmith.words import same

UNFOLDED: Final = (
    "sigmoid", "softplus", "logcosh", "swish", "tanh", "sinh", "cosh", "tan", "expm1", "log1p",
    "log2", "hinge", "softmax", "logsumexp", "norm2", "normF", "clip", "softthreshold", "rel_entr",
    # Not here: xlogx (0 log 0 = 0 is more than its meaning says), elu and
    # leaky_relu (choices), logdet (its meaning asks less of the matrix), gelu (no gain).
)  # fmt: skip
"""Cards that are replaced by their meaning, which has a value wherever the card has one."""

_x = formal("x")
_y = formal("y")
_HALF = Fraction(1, 2)

MAX_BY_ABS = Rule(
    "max-by-abs",
    apply(max, _x, _y),
    add((_HALF, _x), (_HALF, _y), (_HALF, apply(abs, subtract(_x, _y)))),
    same("max(x, y) = (x + y + |x − y|)/2"),
    "by cases",
)
MIN_BY_ABS = Rule(
    "min-by-abs",
    apply(min, _x, _y),
    add((_HALF, _x), (_HALF, _y), (-_HALF, apply(abs, subtract(_x, _y)))),
    same("min(x, y) = (x + y − |x − y|)/2"),
    "by cases",
)
RELU_BY_ABS = Rule(
    "relu-by-abs",
    apply(relu, _x),
    add((_HALF, _x), (_HALF, apply(abs, _x))),
    same("relu(x) = (x + |x|)/2"),
    "by cases",
)
_inner = apply(min, apply(abs, _x), _y)
HUBER_BY_MIN = Rule(
    "huber-by-min",
    apply(huber, _x, _y),
    add((_HALF, power(_inner, 2)), (1, multiply(_y, subtract(apply(abs, _x), _inner)))),
    same("huber(x, y) = m²/2 + y(|x| − m), m = min(|x|, y)"),
    "by cases",
)

LAWS: Final = (MAX_BY_ABS, MIN_BY_ABS, RELU_BY_ABS, HUBER_BY_MIN)
