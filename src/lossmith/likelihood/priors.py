"""Rows of priors: the penalty that the negative log of a prior density is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from lossmith.likelihood.continuous import (
    ELASTIC_NET,
    GAUSSIAN,
    HORSESHOE_LIKE,
    LAPLACE,
    STUDENT,
)
from lossmith.likelihood.family import Family
from lossmith.likelihood.multivariate import GROUP, MAX_NORM
from lossmith.words import Words


@dataclass(frozen=True, slots=True)
class Penalty:
    """-log density(w) = weight * core + terms free of w.

    core: over ``w`` and ``inner`` names; entrywise, so that entries are independent, or of the
    whole variable (``whole``: the ranks it may have).  arguments: the parameters of the law by the
    free and inner names.  weight: the factor by the free name.  solved: the free name by the factor
    c.  effect: what the prior does to the minimizer.  matrices, arrays: inner names that are
    definite matrices or arrays of data.  support: what must be declared of w.  is_bounded: whether
    the density is.
    """

    name: str
    family: Family
    core: str
    arguments: Mapping[str, str]
    weight: str
    free: str
    solved: str
    effect: Words
    inner: tuple[str, ...] = ()
    whole: tuple[int, ...] = ()
    matrices: tuple[str, ...] = ()
    arrays: tuple[str, ...] = ()
    support: str = ""
    is_bounded: bool = True
    domains: Mapping[str, str] = field(default_factory=dict[str, str])


_SHRINKS: Final = Words(
    "shrinks every weight, sets none to 0", "收缩每个权重，但不会把任何一个变为 0"
)
_ZEROS: Final = Words("sets weights to 0 exactly", "把一些权重恰好变为 0")

ELASTIC: Final = Penalty(
    "elastic net",
    ELASTIC_NET,
    "l1*abs(w) + l2*w.^2",
    {"l1": "l1/scale", "l2": "l2/scale"},
    "1",
    "",
    "",
    _ZEROS,
    inner=("l1", "l2"),
)
"""A lasso and a ridge on one variable: the product of their densities, normalized anew."""

PENALTIES: Final[tuple[Penalty, ...]] = (
    Penalty("ridge", GAUSSIAN, "w.^2", {"mu": "0*w", "sigma": "tau"}, "1/(2*tau^2)", "tau",
            "2*c -> 1./sqrt(z)", _SHRINKS),
    Penalty("lasso", LAPLACE, "abs(w)", {"mu": "0*w", "b": "b"}, "1/b", "b", "1./c", _ZEROS),
    Penalty("Student-t", STUDENT, "log(1 + q*w.^2)",
            {"mu": "0*w", "nu": "nu", "sigma": "1/sqrt(nu*q)"}, "(nu + 1)/2", "nu", "2*c - 1",
            Words("shrinks small weights, leaves large ones", "收缩小的权重，保留大的"),
            inner=("q",), domains={"q": "scalar > 0"}),
    Penalty("horseshoe-like", HORSESHOE_LIKE, "-log(log(1 + q./w.^2))", {"s": "sqrt(q)"}, "1", "",
            "",
            Words("a pole at 0: a weight at 0 makes f minus infinity",
                  "在 0 处有极点：某个权重为 0 时 f 为负无穷"),
            inner=("q",), is_bounded=False, domains={"q": "scalar > 0"}),
    Penalty("group lasso", GROUP, "norm2(w)", {"b": "b"}, "1/b", "b", "1./c",
            Words("sets the whole group to 0", "把整组权重一起变为 0"), whole=(1,)),
    Penalty("max norm", MAX_NORM, "norminf(w)", {"b": "b"}, "1/b", "b", "1./c",
            Words("makes the largest weights equal in size", "使最大的几个权重大小相等"),
            whole=(1,)),
)  # fmt: skip
