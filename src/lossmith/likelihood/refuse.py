"""Proofs that a loss as it stands is no negative log-likelihood."""

# Balls are python-flint objects, which carry no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from flint import arb

from lossmith.atoms.meaning import evaluate, precision
from lossmith.calculus.draw import extent_of, letters_of
from lossmith.errors import LossmithError
from lossmith.expr import build
from lossmith.expr.node import Add, Apply, Contract, Expr, Symbol
from lossmith.expr.ranges import enclosure
from lossmith.expr.sets import REALS
from lossmith.expr.walk import depends_on, postorder, substitute, symbols
from lossmith.likelihood.candidates import observations
from lossmith.likelihood.terms import canonical, monomials
from lossmith.text.writing.printing import to_text
from lossmith.words import Words

_BITS: Final = 128
_LABELS: Final = ("y", "Y", "t")
"""Names that labels have, where nothing is declared of them."""
_RATIOS: Final = (Fraction(1), Fraction(2), Fraction(1, 2), Fraction(4))
"""Bounds that are tried for a quotient."""
_NEAREST_HEAVY: Final = Words(
    "Student's t law, whose loss log(1 + r^2) grows without bound, but slowly",
    "学生 t 分布：其损失 log(1 + r^2) 无上界，但增长很慢",
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why exp(-loss) is no density of what was observed, proved; and what comes nearest."""

    words: Words
    nearest: Words


def refusal(loss: Expr, wrt: Sequence[Symbol]) -> Refusal | None:
    """Return a proof that exp(-loss) is not a density of the observation up to a constant.

    loss: the data part, without penalties.  Tried: labels whose probabilities add up to different
    totals at two predictors (in ball arithmetic); a loss that stays below a bound, so that its
    density cannot fall to 0 on an infinite line.
    """
    y = next((s for s in observations(loss, wrt) if len(s.shape) < 2), None)
    if y is None:
        return None
    labels = _labels(loss, y, wrt)
    if labels is None:
        return _bounded(loss, y, wrt)
    sure = y.assumptions.values is not None or y.name in _LABELS
    return _unequal(loss, y, wrt, labels) if sure and _is_of(loss, y, wrt) else None


def _is_of(loss: Expr, y: Symbol, wrt: Sequence[Symbol]) -> bool:
    """Return whether every term is one of the observations, and some term is no polynomial.

    A term without y and without rows of data beside it could be a prior; a polynomial in y and in
    the variables is no loss of labels.
    """
    cores = [core for core in monomials(canonical(loss), [*wrt, y]) if depends_on(core, wrt)]
    rows = [s for s in symbols(loss) if s.shape[:1] == y.shape[:1] and y.shape and s not in wrt]
    inside = any(
        isinstance(x, Apply) and (depends_on(x, [y]) or depends_on(x, rows))
        for c in cores
        for x in postorder(c)
    )
    return bool(cores) and inside and all(depends_on(core, [y, *rows]) for core in cores)


def _labels(loss: Expr, y: Symbol, wrt: Sequence[Symbol]) -> tuple[Fraction, ...] | None:
    """Return the labels: those declared, or -1 and 1 where y only turns the sign of a score."""
    if y.assumptions.values is not None:
        return y.assumptions.values
    try:
        idle = canonical(substitute(loss, {y: build.zeros(y.shape)}))
    except LossmithError:
        return None
    moving = [c for c in monomials(idle, wrt) if symbols(c)]
    return None if moving else (Fraction(-1), Fraction(1))


def _unequal(
    loss: Expr, y: Symbol, wrt: Sequence[Symbol], labels: Sequence[Fraction]
) -> Refusal | None:
    """Compare the sum of exp(-loss) over the labels at the scores 0 and 1, for one observation.

    Numbers of data are 1, then apart from each other: weights that are equal say nothing.
    """
    others = [s for s in symbols(loss) if not s.shape and s not in wrt and s is not y]
    given, totals = "", None
    if not others:
        totals = _totals(loss, y, wrt, labels, {})
    elif (totals := _totals(loss, y, wrt, labels, dict.fromkeys(others, 1))) is not None:
        given = f" ({', '.join(s.name for s in others)} = 1)"
    elif len(others) > 1 and all(s.assumptions.interval.has(len(others)) for s in others):
        totals = _totals(loss, y, wrt, labels, {s: k for k, s in enumerate(others, start=1)})
        if totals is not None:
            return _weighted(y, labels, totals, others)
    if totals is None:
        return None
    shown = ", ".join(str(v) for v in labels)
    first, second = (t.str(6, radius=False) for t in totals)
    return Refusal(
        Words(
            f"not a likelihood of {y.name} in {{{shown}}} as it stands{given}: exp(-loss) adds up "
            f"to {first} over the labels where the score is 0, to {second} where it is 1, so no "
            "constant makes it a probability",
            f"照此形式{given}不是标签 {y.name} ∈ {{{shown}}} 的似然：得分为 0 时 exp(-loss) 对"
            f"各标签之和为 {first}，"
            f"得分为 1 时为 {second}，任何常数都不能把它归一为概率",
        ),
        Words(
            f"Bernoulli with logit link: sum(log(1 + exp(-{y.name}.*eta)))",
            f"采用 logit 连接的伯努利分布：sum(log(1 + exp(-{y.name}.*eta)))",
        ),
    )


def _totals(
    loss: Expr,
    y: Symbol,
    wrt: Sequence[Symbol],
    labels: Sequence[Fraction],
    numbers: Mapping[Symbol, int],
) -> tuple[Any, Any] | None:
    """Return the sums of exp(-loss) over the labels at the scores 0 and 1, None if not apart."""
    sizes = {d: 1 for d in letters_of((loss, *wrt))}
    totals: list[Any] = []
    for score in (Fraction(0), Fraction(1)):
        total = arb(0)
        for label in labels:
            values: dict[Symbol, Any] = {}
            for s in symbols(loss):
                other = score if s in wrt else Fraction(numbers.get(s, 1))
                values[s] = _filled(s, sizes, label if s is y else other)
            try:
                ball = evaluate(loss, values, sizes, _BITS)
            except LossmithError:
                return None
            with precision(_BITS):
                total += (-ball).exp()
        totals.append(total)
    with precision(_BITS):
        apart = totals[0] != totals[1] and not (totals[0] - totals[1]).contains(0)
    return (totals[0], totals[1]) if apart else None


def _weighted(
    y: Symbol, labels: Sequence[Fraction], totals: tuple[Any, Any], others: Sequence[Symbol]
) -> Refusal:
    """Return why weights that differ from label to label make no likelihood."""
    said = f"{y.name} in {{{', '.join(str(v) for v in labels)}}}"
    names, listed = (sign.join(s.name for s in others) for sign in (" = ", ", "))
    values = ", ".join(f"{s.name} = {k}" for k, s in enumerate(others, start=1))
    first, second = (t.str(6, radius=False) for t in totals)
    return Refusal(
        Words(
            f"not a likelihood of {said} for all {listed}: for {values}, exp(-loss) adds up to "
            f"{first} over the labels where the score is 0, to {second} where it is 1, so no "
            "constant makes it a probability",
            f"并非对所有 {listed} 都是标签 {said.replace(' in ', ' ∈ ')} 的似然：当 {values} 时，"
            f"得分为 0 处 exp(-loss) 对各标签之和为 {first}，得分为 1 处为 {second}，"
            "任何常数都不能把它归一为概率",
        ),
        Words(
            f"equal weights, {names}: then each term is a multiple of one law; unequal weights act "
            "as counts: an observation of weight 2 counts as two",
            f"权重相等（{names}）时各项是同一分布的倍数；权重不等时，权重相当于次数："
            "权重为 2 的观测按两次计",
        ),
    )


def _filled(s: Symbol, sizes: dict[str, int], value: Fraction) -> Any:
    result: Any = value
    for n in reversed(extent_of(s.shape, sizes)):
        result = [result] * n
    return result


def _bounded(loss: Expr, y: Symbol, wrt: Sequence[Symbol]) -> Refusal | None:
    """Refuse a loss that is bounded above while y runs over an infinite set."""
    inside = y.assumptions.interval
    parts = monomials(canonical(loss), [*wrt, y])
    moving = [build.multiply(w, core) for core, w in parts.items() if symbols(core)]
    highest = enclosure(build.add(*moving, shape=())).hi
    if highest is None:
        return _quotient(loss, y)
    if inside.lo is not None and inside.hi is not None:
        return None
    return Refusal(
        Words(
            f"not a likelihood: up to a constant the loss never exceeds {highest}, so exp(-loss) "
            f"stays above a positive number and has no finite integral over {y.name}",
            f"不是似然：除一个常数外损失不超过 {highest}，exp(-loss) 有正的下界，"
            f"对 {y.name} 的积分为无穷",
        ),
        _NEAREST_HEAVY,
    )


def _quotient(loss: Expr, y: Symbol) -> Refusal | None:
    """Refuse a sum of quotients N/D with 0 <= N <= k D, such as r^2/(1 + r^2): at most k each."""
    if y.assumptions.interval != REALS or y.assumptions.values is not None:
        return None
    terms = loss.terms if isinstance(loss, Add) else ((Fraction(1), loss),)
    bounds: list[str] = []
    for c, t in terms:
        bound = _largest_quotient(t) if c > 0 else None
        if bound is None:
            return None
        bounds.append(to_text(build.scale(c, bound)))
    each = " + ".join(bounds)
    return Refusal(
        Words(
            f"not a likelihood: every observation adds at most {each} to the loss, however far "
            f"it lies, so exp(-loss) stays above a positive number and has no finite integral over "
            f"{y.name}: the influence of outliers dies out (redescending)",
            f"不是似然：每个观测无论多远，对损失的贡献都不超过 {each}，故 exp(-loss) 有正的下界，"
            f"对 {y.name} 的积分为无穷：离群点的影响趋于消失（回降型）",
        ),
        _NEAREST_HEAVY,
    )


def _largest_quotient(t: Expr) -> Expr | None:
    """Return what no entry of a summed quotient exceeds, a number or c/n; None if none is found."""
    if not isinstance(t, Contract) or t.shape:
        return None
    sums = [f for f, ls, p in t.factors if not ls and p == 1 and _is_quotient(f)]
    if not sums:
        return _largest_entry(t) if _is_quotient(t) else None
    factor = build.contract([f for f in t.factors if f[0] is not sums[0]], ())
    low, found = enclosure(factor).lo, _largest_entry(sums[0])
    return None if low is None or low < 0 or found is None else build.multiply(factor, found)


def _is_quotient(t: Expr) -> bool:
    """Return whether an expression is a sum over one index of N/D."""
    if not isinstance(t, Contract) or t.shape or len({ls for _, ls, _ in t.factors}) != 1:
        return False
    return {p > 0 for _, _, p in t.factors} == {True, False} and bool(t.factors[0][1])


def _largest_entry(t: Expr) -> Expr | None:
    """Return k with 0 <= N <= k D in every entry of a sum of N/D."""
    assert isinstance(t, Contract)
    own = tuple(range(len(t.factors[0][0].shape)))
    above = build.contract([(f, own, p) for f, _, p in t.factors if p > 0], own)
    below = build.contract([(f, own, -p) for f, _, p in t.factors if p < 0], own)
    positive, low = enclosure(below).lo, enclosure(above).lo
    if positive is None or positive <= 0 or low is None or low < 0:
        return None
    for k in _RATIOS:
        rest = enclosure(build.add((k, below), (-1, above))).lo
        if rest is not None and rest >= 0:
            return build.const(k)
    return None
