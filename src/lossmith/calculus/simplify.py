"""Bring a derivative into the form that a person would write.

Rows of the tables first, then powers of one base together, common factors in front, entrywise
products of sums multiplied out, each only where the whole gets shorter; then quadratic forms.
"""

from __future__ import annotations

from collections.abc import Sequence

from lossmith.calculus.choices import JOIN, NARROW
from lossmith.calculus.denominator import cleared, cleared_of_numbers, over_one_denominator
from lossmith.calculus.derivation import Derivation, Move, Step
from lossmith.calculus.driver import Computed, Index, rewrite
from lossmith.calculus.expand import collected, divided, expanded, summed, unmixed
from lossmith.calculus.gather import GATHER
from lossmith.calculus.hoist import hoisted, weights_gathered
from lossmith.calculus.powers import BESIDE_DIVISOR, BESIDE_LOGARITHM, MERGE, MERGE_EXPONENTS
from lossmith.calculus.sandwich import sandwiched
from lossmith.calculus.symmetry import CONGRUENCE, SYMMETRY
from lossmith.expr.node import Expr
from lossmith.rules.table import RULES
from lossmith.words import Words

HOIST = Move(
    "common-factor",
    Words("the common factor is taken out", "提取公因子"),
    "distributive law",
)

EXPAND = Move(
    "multiply-out",
    Words("multiplied out, and like terms collected", "展开并合并同类项"),
    "distributive law",
)
TERMWISE = Move(
    "sum-by-terms",
    Words("the sum is taken term by term", "对各项分别求和"),
    "linearity of a sum",
)
DIVIDE = Move(
    "divide-by-terms",
    Words("each term of the sum is divided", "把和的每一项分别相除"),
    "distributive law",
)
QUOTIENT = Move(
    "common-denominator",
    Words("brought over one denominator", "通分"),
    "a/c + b/d = (a d + b c)/(c d)",
)
CLEAR = Move(
    "clear-fractions",
    Words("the fractions inside the bracket are cleared", "去掉括号内的分母"),
    "a + b/c = (a c + b)/c",
)
SANDWICH = Move(
    "quadratic-form",
    Words(
        "the matrix on both sides is taken out, leaving a quadratic form",
        "提出两侧的同一矩阵，得到二次型",
    ),
    "distributive law",
)

_ALL = Index(RULES)
_COMPUTED = (
    MERGE_EXPONENTS,
    BESIDE_LOGARITHM,
    BESIDE_DIVISOR,
    NARROW,
    JOIN,
    # Before common factors are taken out, which would hide what cancels.
    Computed(QUOTIENT, over_one_denominator, search=True),
    Computed(CLEAR, cleared, search=True),
    # Of numbers alone, one fraction bar reads better than fractions inside of fractions.
    Computed(CLEAR, cleared_of_numbers, least=-8, search=True),
    Computed(HOIST, hoisted),
    Computed(HOIST, weights_gathered, least=-24),  # for its form, not for its length
    Computed(TERMWISE, summed),
    Computed(DIVIDE, divided, search=True),
    # Brackets are kept unless much cancels.
    Computed(EXPAND, expanded, least=8, search=True),
    # A polynomial by its powers is worth some length.
    Computed(EXPAND, collected, least=-4, search=True),
    Computed(EXPAND, unmixed, least=-24, search=True),
    # The symmetry that it shows is worth a few signs.
    Computed(SANDWICH, sandwiched, least=-8),
    *GATHER,
    CONGRUENCE,
    # Last, where nothing else is left to do: brackets that hide no symmetry stay.
    SYMMETRY,
)


def simplify(expr: Expr, beside: Sequence[Expr] = (), merge: Computed = MERGE) -> Derivation:
    """Return expr in a shorter form of the same value; each use of a rule is a step.

    beside: expressions shown next to this one, whose parts may be used at no cost.  merge: how
    powers of one base are brought together; see ``given.merging``.
    """
    steps: list[Step] = []
    end = rewrite(expr, _ALL, steps, computed=(merge, *_COMPUTED), beside=beside)
    return Derivation(expr, None, tuple(steps), end)
