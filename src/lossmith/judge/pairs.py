"""Two slips at once: a sign, a transpose or a factor of the whole besides one other slip.

Asked only where no single slip leads to a line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Final

from lossmith.expr.build import multiply, power, scale, size_of, transpose
from lossmith.expr.node import Expr
from lossmith.expr.walk import postorder
from lossmith.judge.match import Matcher
from lossmith.judge.naming import Naming, Wrong
from lossmith.judge.namings import narrow
from lossmith.words import Words


def two_slips(wrong: Wrong) -> Iterator[Naming]:
    """Yield the slip that is left when one change of the whole line is taken back, told with it."""
    if wrong.expr.shape != wrong.truth.shape:
        return
    for words, mended in _mendings(wrong):
        other = replace(wrong, expr=mended, respelled=None)
        left = sorted(narrow(other, Matcher(mended, other.beside)), key=lambda n: n.score)
        if left and left[0].score < _TELLING:
            first = left[0]
            both = _BOTH.fill(first=first.words, second=words)
            yield Naming(first.name, both, first.score + 1, first.wrote, first.instead)
            return


def _mendings(wrong: Wrong) -> Iterator[tuple[Words, Expr]]:
    e = wrong.expr
    turned = len(e.shape) == 2 and e.shape[0] == e.shape[1]
    yield _SIGN, scale(-1, e)
    if turned:
        yield _TRANSPOSED, transpose(e)
        yield _SIGN_AND_TRANSPOSED, scale(-1, transpose(e))
    for c in (Fraction(1, 2), Fraction(2)):
        yield _NUMBER, scale(c, e)
    for d in sorted({d for part in postorder(wrong.truth) for d in part.shape
                     if isinstance(d, str)}):  # fmt: skip
        for p in (-1, 1):
            yield _SIZE.fill(size=d), multiply(power(size_of(d), p), e)


_TELLING: Final = 1.6
_BOTH: Final = Words(
    "two slips at once: {first}; and {second}", "同时有两处失误：{first}；另外，{second}"
)
_SIGN: Final = Words("the sign of the whole is reversed", "整个式子的符号反了")
_TRANSPOSED: Final = Words("the whole is transposed", "整个式子被转置了")
_SIGN_AND_TRANSPOSED: Final = Words(
    "the whole is transposed, its sign reversed", "整个式子被转置，且符号反了"
)
_NUMBER: Final = Words("a factor 2 is lost or superfluous", "少了或多了因子 2")
_SIZE: Final = Words("a factor 1/{size} (or {size}) is lost", "漏掉了因子 1/{size}（或 {size}）")
