"""Averages over simulated data as a table in a card."""

from __future__ import annotations

from dataclasses import dataclass

from lossmith.text.writing.print_names import unicode_name
from lossmith.view.card import Row
from lossmith.words import Words, same


@dataclass(frozen=True, slots=True)
class Averages:
    """Averages of -log p over more and more observations, and the limits they must have.

    truth, other: two points of the variables, as text; the data were drawn at the first.
    minimizers: those of the samples, as text (empty where none was looked for).  agrees: whether
    every average lies within four standard errors of its limit.
    """

    seed: int
    observed: str
    truth: str
    other: str
    entropy: float
    divergence: float
    counts: tuple[int, ...]
    at_truth: tuple[float, ...]
    at_other: tuple[float, ...]
    minimizers: tuple[str, ...]
    agrees: bool


def rows(a: Averages) -> list[Row]:
    """Return the table: one line for each number of observations, the limits last."""
    y = unicode_name(a.observed)
    lines = [
        same(f"{n:>8}   {first:8.5f}   {second:8.5f}   {found}".rstrip())
        for n, first, second, found in zip(
            a.counts, a.at_truth, a.at_other, a.minimizers, strict=True
        )
    ]
    cross = a.entropy + a.divergence
    limits = f"{a.entropy:8.5f}   {cross:8.5f}   {a.truth}"
    agreed = Words(
        "every average lies within 4 standard errors of its limit",
        "每个平均值与极限之差都在 4 个标准误以内",
    )
    if not a.agrees:
        agreed = Words(
            "some average is further than 4 standard errors from its limit: try another seed",
            "有平均值偏离极限超过 4 个标准误：请换一个种子",
        )
    more = (
        Words(
            f"{'n':>8}   at the truth, at {a.other}, minimizer of the sample",
            f"{'n':>8}   真值处，{a.other} 处，样本的极小点",
        ),
        *lines,
        Words(f"{'limit':>8}   {limits}", f"{'极限':>6}   {limits}"),
        Words(
            f"the limits are H = {a.entropy:.5f} and H + KL, KL = {a.divergence:.5f}",
            f"极限分别为 H = {a.entropy:.5f} 与 H + KL，KL = {a.divergence:.5f}",
        ),
        agreed,
    )
    text = Words(
        f"average of −log p over {y} drawn at the truth {a.truth} (seed {a.seed}): "
        "the law of large numbers",
        f"在真值 {a.truth} 处抽取 {y}（种子 {a.seed}），对 −log p 取平均：大数定律",
    )
    return [Row(Words("simulation", "模拟"), text, "shown" if a.agrees else "undecided", more=more)]
