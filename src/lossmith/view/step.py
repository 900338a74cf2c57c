"""The step of gradient descent as rows of a card: L, 1/L and 2/L, near a minimum, after scaling."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from lossmith.expr.build import const
from lossmith.expr.node import Const, Expr
from lossmith.expr.sets import Interval
from lossmith.prove.constants.enclosed import StepBound
from lossmith.prove.proving.verdict import Constant
from lossmith.text.writing.printing import to_latex, to_unicode
from lossmith.view.card import Row
from lossmith.view.decimals import below, near, short
from lossmith.words import Words

WORTH = 2
"""Scaling is offered where it allows steps that are so many times as long."""

_LABEL = Words("step", "步长")
_DATA = Words("this data", "这份数据")
_THRESHOLD = Words(
    "each step of gradient descent lowers f for η < 2/L; above 2/L it may diverge",
    "η < 2/L 时梯度下降每一步都使 f 下降；超过 2/L 可能发散",
)


def step(
    smooth: Constant,
    bound: StepBound | None = None,
    missing: Sequence[str] = (),
    constant: bool = False,
    convex: bool = False,
    fully: bool = False,
) -> list[Row]:
    """Return the rows of the step bound 1/L.

    bound: the constants for the data at hand.  missing: symbols that were not given, so that there
    are none.  constant: the Hessian is the same everywhere.  convex: proved to be.
    fully: tell how the error moves.
    """
    if smooth.value is None and bound is None and not constant:
        unproved = Words("no smoothness constant was proved", "未能证明光滑常数")
        return [Row(_LABEL, smooth.reason or unproved)]
    if smooth.value is const(0):
        free = Words("any: L = 0, the gradient is constant", "不限：L = 0，梯度为常向量")
        return [Row(_LABEL, free, "proved", latex="L = 0")]
    more = (_THRESHOLD, *_plain_numbers(smooth.value, bound, missing))
    rows = [Row(_LABEL, _formula(smooth), "proved", more, _latex(smooth))]
    # A constant Hessian with m > 0 is convex on these data, whatever it is on others.
    convex = convex or (bound is not None and bound.constant and bound.strong is not None)
    rows += [] if bound is None else _of_data(bound, convex=convex)
    rows += [_error(bound)] if constant and convex and fully else []
    return rows + ([] if bound is None else [*_near(bound), *_scaling(bound)])


def _formula(smooth: Constant) -> Words:
    if smooth.value is None:
        return Words(
            "η ≤ 1/L,  L = the largest |eigenvalue| of the Hessian, which is constant",
            "η ≤ 1/L，L = 黑塞矩阵（为常值）特征值绝对值之最大者",
        )
    shown = to_unicode(smooth.value)
    when_en = "" if smooth.when is None else f"   {smooth.when.en}"
    when_zh = "" if smooth.when is None else f"   {smooth.when.zh}"
    return Words(f"η ≤ 1/L,  L = {shown}{when_en}", f"η ≤ 1/L，L = {shown}{when_zh}")


def _latex(smooth: Constant) -> str:
    return "" if smooth.value is None else rf"\eta \le 1/L,\quad L = {to_latex(smooth.value)}"


def _plain_numbers(
    value: Expr | None, bound: StepBound | None, missing: Sequence[str]
) -> tuple[Words, ...]:
    """Return what can be said in numbers without data, or what is missing for it."""
    if bound is not None:
        return ()
    if missing:
        names = ", ".join(missing)
        return (Words(f"for a number, give {names} too", f"还需给出 {names} 才能算出数值"),)
    if isinstance(value, Const):
        largest, edge = 1 / value.value, 2 / value.value
        return (Words(f"1/L = {largest}, 2/L = {edge}", f"1/L = {largest}，2/L = {edge}"),)
    return (
        Words(
            "in numbers: --data FILE, --set NAME=VALUE", "代入数值：--data FILE，--set NAME=VALUE"
        ),
    )


# -- rows for given data ---------------------------------------------------------------------------


def _of_data(bound: StepBound, *, convex: bool) -> list[Row]:
    big, edge, safe = near(bound.smooth), near(bound.threshold), below(bound.largest)
    surely = bound.constant and convex
    tail_en = tail_zh = ""
    if bound.strong is not None and bound.strong.lo:
        ratio = below(Interval(None, None) if bound.smooth.lo is None else _ratio(bound), up=True)
        tail_en = f";  m = {near(bound.strong)},  L/m ≤ {ratio}"
        tail_zh = f"；m = {near(bound.strong)}，L/m ≤ {ratio}"
    return [
        Row(
            _DATA,
            Words(f"L = {big},  η ≤ {safe}{tail_en}", f"L = {big}，η ≤ {safe}{tail_zh}"),
            "proved",
            (
                Words(
                    f"above 2/L = {edge} it {'diverges' if surely else 'may diverge'}",
                    f"超过 2/L = {edge} {'就会发散' if surely else '可能发散'}",
                ),
                bound.how,
            ),
        )
    ]


def _ratio(bound: StepBound) -> Interval:
    assert bound.strong is not None
    if bound.smooth.hi is None or not bound.strong.lo:
        return Interval()
    return Interval(None, bound.smooth.hi / bound.strong.lo, True, False)


def _error(bound: StepBound | None) -> Row:
    """Return how the error moves where the Hessian H is constant: w - w* becomes (I - eta H) of it.

    An eigenvector with eigenvalue l is multiplied by 1 - eta l.
    """
    more: list[Words] = [
        Words(
            "η < 2/λmax: every part with λ > 0 shrinks\n"
            "η = 2/λmax: the part along the top eigenvector keeps its size and changes sign: it "
            "circles\n"
            "η > 2/λmax: |1 − ηλmax| > 1, so that part changes sign and grows: it diverges",
            "η < 2/λmax：λ > 0 的各分量都缩小\n"
            "η = 2/λmax：沿最大特征向量的分量大小不变、符号交替，即来回跳动\n"
            "η > 2/λmax：|1 − ηλmax| > 1，该分量每步变号且增大，于是发散",
        )
    ]
    if bound is not None and bound.threshold.is_bounded:
        edge = bound.threshold
        assert edge.lo is not None
        cases = ", ".join(
            f"η = {short(edge.lo * share)}: {1 - 2 * share}".replace("-", "−")
            for share in (Fraction(1, 2), Fraction(9, 10), Fraction(1), Fraction(11, 10))
        )
        more.append(
            Words(
                f"factor along the top eigenvector: {_decimals(cases)}",
                f"沿最大特征向量的因子：{_decimals(cases)}",
            )
        )
    text = Words(
        "each step multiplies the error along an eigenvector of the Hessian by 1 − ηλ",
        "每一步把误差在黑塞矩阵特征向量方向上的分量乘以 1 − ηλ",
    )
    return Row(Words("error", "误差"), text, "proved", tuple(more))


def _decimals(cases: str) -> str:
    for fraction, decimal in (("−4/5", "−0.8"), ("−6/5", "−1.2")):
        cases = cases.replace(fraction, decimal)
    return cases


def _near(bound: StepBound) -> list[Row]:
    local = bound.local
    if local is None or not local.is_bounded:
        return []
    return [
        Row(
            Words("near the minimum", "极小点附近"),
            Words(
                f"η < 2/λmax(∇²f(x*)) = {near(local)}: beyond it the minimum repels",
                f"η < 2/λmax(∇²f(x*)) = {near(local)}：超过它，极小点会排斥迭代点",
            ),
            "proved",
        )
    ]


def _scaling(bound: StepBound) -> list[Row]:
    """Return the row that offers to scale the data, where it is worth it."""
    scaled = bound.scaled
    if scaled is None or scaled.hi is None or bound.smooth.lo is None or not scaled.hi:
        return []
    if bound.smooth.lo < WORTH * scaled.hi:
        return []
    edge, times = short(Fraction(2) / scaled.hi), short(bound.smooth.lo / scaled.hi)
    return [
        Row(
            Words("scaling", "缩放"),
            Words(
                f"columns with mean 0 and variance 1 (see --standardize) give 2/L = {edge}: steps "
                f"{times} times as long",
                f"把各列化为均值 0、方差 1（见 --standardize）后 2/L = {edge}：步长可大 {times} 倍",
            ),
            "proved",
        )
    ]


def local_step(at: Interval, slope: Interval) -> Row | None:
    """Return the row of the threshold 2/f''(x*) near a minimum, from enclosures of x* and f''."""
    if slope.lo is None or slope.hi is None or slope.lo <= 0:
        return None
    shown = near(Interval(Fraction(2) / slope.hi, Fraction(2) / slope.lo, False, False))
    where = near(at)
    return Row(
        Words("near the minimum", "极小点附近"),
        Words(
            f"η < 2/f''(x*) = {shown} at x* = {where}: beyond it the minimum repels",
            f"在 x* = {where} 处 η < 2/f''(x*) = {shown}：超过它，极小点会排斥迭代点",
        ),
        "proved",
    )


def lipschitz(found: Constant) -> Row:
    """Return the bound on how fast f itself changes, which steps of subgradients go by."""
    label = Words("Lipschitz", "利普希茨")
    if found.value is None:
        return Row(label, found.reason or Words("none found", "没有找到"))
    k = to_unicode(found.value)
    return Row(
        label,
        Words(f"|f(a) − f(b)| ≤ K‖a − b‖,  K = {k}", f"|f(a) − f(b)| ≤ K‖a − b‖，K = {k}"),
        "proved",
        latex=rf"|f(a) - f(b)| \le K\|a - b\|,\quad K = {to_latex(found.value)}",
    )
