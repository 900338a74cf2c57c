"""How tightly signs bind, and what waits while a formula is read: the tables of ``pratt``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

from lossmith.text.syntax.syntax import COMPARISONS
from lossmith.text.syntax.tokens import GREEK, Token
from lossmith.words import Words

# (left, right): an operator waits while what comes next binds tighter than its right power.
INFIX: Final[dict[str, tuple[int, int]]] = {
    "&": (10, 11),
    **{name: (20, 21) for name in COMPARISONS},
    **{name: (40, 41) for name in ("+", "-")},
    **{name: (60, 61) for name in ("*", "/", ".*", "./", "@", "·", "⊗")},
    **{name: (80, 79) for name in ("^", ".^")},
}
SIGN: Final = 70
# In 2^-x' the sign belongs to the exponent and the ' to the whole power: 79 > 78 > 75.
SIGN_OF_EXPONENT: Final = 78
# y \\odot Xw is y \\odot (Xw).
BESIDE: Final = (64, 65)
POSTFIX: Final = 75
APPLY: Final = 90
ENTRY: Final = 95
# In LaTeX, a function without brackets takes a power along: \\log \\sigma^2; and it takes the
# product that a number begins: \\log 2\\pi.
APPLY_LATEX: Final = 75
APPLY_PRODUCT: Final = 59
# A sum sign takes a whole term: Σᵢ 2*xᵢ + 1 is (Σᵢ 2*xᵢ) + 1.
BIG: Final = 50

CLOSES: Final = {")": "(", "]": "[", "|": "|", "||": "||"}
NORMS: Final = {
    "_1": "norm1", "_2": "|2|", "_F": "normF", "F": "normF", "_inf": "norminf",
    "inf": "norminf", "_nuc": "nucnorm", "_op": "specnorm", "op": "specnorm", "_21": "norm21",
}  # fmt: skip

SINGLE_BARS: Final = Words("bars with a foot are read as a norm", "带下标的竖线读作范数")
GREEK_NAMES: Final = frozenset(GREEK.values())
PENALTIES: Final = frozenset({"lam", "alpha", "beta", "gamma", "mu", "nu", "rho", "tau", "eta"})
"""Greek letters that scale the terms of objectives."""
Last = Literal["number", "name", "close", "post", "bar", "entry"]


@dataclass(slots=True)
class Pending:
    """An operator that waits for its right operand, or a bracket that waits to be closed."""

    kind: Literal["infix", "prefix", "big", "apply", "group", "call", "bar"]
    name: str
    token: Token
    right: int = 0
    opener: Token | None = None
    args: list[int] = field(default_factory=list[int])

    @property
    def is_open(self) -> bool:
        """Whether it is a bracket."""
        return self.kind in ("group", "call", "bar")
