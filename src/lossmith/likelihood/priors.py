"""Rows of priors: the penalty that the negative log of a prior density is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from lossmith.likelihood.family import Family
from lossmith.likelihood.multivariate import (
    DIRICHLET,
    GAUSSIAN_PRECISION,
    GROUP,
    INVERSE_WISHART,
    MAX_NORM,
    NUCLEAR,
    WISHART,
)
from lossmith.likelihood.positive import BETA, GAMMA, INVERSE_GAMMA
from lossmith.likelihood.real import (
    DOUBLE_PARETO,
    ELASTIC_NET,
    GAUSSIAN,
    HORSESHOE_LIKE,
    LAPLACE,
    STUDENT,
)
from lossmith.words import Words


@dataclass(frozen=True, slots=True)
class Penalty:
    """-log density(w) = weight * core + terms free of w.

    core: over ``w`` and ``inner`` names; entrywise, so that entries are independent, or of the
    whole variable (``whole``: the ranks it may have).  arguments: the parameters of the law by the
    free and inner names.  weight: the factor by the free name.  solved: the free name by the factor
    c.  effect: what the prior does to the minimizer.  matrices, arrays: inner names that are
    definite matrices or arrays of data.  support: what must be declared of w.  is_bounded: whether
    the density is.  energy: -log density by w, inner names and the factor c, where that is simpler
    than by the parameters; constants may be left out.  exponents: of an inner name, the term that
    tells it and its value by the factor c of that term.
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
    energy: str = ""
    exponents: Mapping[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    domains: Mapping[str, str] = field(default_factory=dict[str, str])


_SHRINKS: Final = Words(
    "shrinks every weight, sets none to 0", "收缩每个权重，但不会把任何一个变为 0"
)
_ZEROS: Final = Words("sets weights to 0 exactly", "把一些权重恰好变为 0")
_INSIDE: Final = Words(
    "keeps probabilities away from 0 where its exponents are positive",
    "指数为正时使概率远离 0",
)
_AWAY: Final = Words("keeps it away from 0 and from infinity", "使其远离 0 与无穷")
_DEFINITE: Final = Words("keeps the matrix definite", "使矩阵保持正定")

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
    Penalty("log-sum", DOUBLE_PARETO, "log(1 + q*abs(w))",
            {"xi": "1/(alpha*q)", "alpha": "alpha"}, "alpha + 1", "alpha", "c - 1",
            Words("sets weights to 0 exactly, shrinks large ones little",
                  "把一些权重恰好变为 0，对大的权重收缩很小"),
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
    Penalty("nuclear norm", NUCLEAR, "nucnorm(w)", {"b": "b"}, "1/b", "b", "1./c",
            Words("sets singular values to 0: low rank", "把一些奇异值恰好变为 0：得到低秩矩阵"),
            whole=(2,)),
    Penalty("Gaussian, precision", GAUSSIAN_PRECISION, "w'*A*w", {"mu": "0*w", "P": "2*c*A"}, "1",
            "", "", _SHRINKS, whole=(1,), matrices=("A",),
            energy="c*w'*A*w - logdet(2*c*A)/2 + log(2*pi)/2*sum(w.^0)"),
    Penalty("symmetric Dirichlet", DIRICHLET, "-sum(log(w))", {"alpha": "(c + 1)*w.^0"}, "1", "",
            "", _INSIDE, whole=(1,), support="simplex", is_bounded=False),
    Penalty("Dirichlet", DIRICHLET, "-sum((a - 1).*log(w))", {"alpha": "c*(a - 1) + 1"}, "1", "",
            "", _INSIDE, inner=("a",), arrays=("a",), whole=(1,), support="simplex",
            is_bounded=False),
    Penalty("beta", BETA, "-(a - 1).*log(w) - (b - 1).*log(1 - w)",
            {"a": "(a - 1)/scale + 1", "b": "(b - 1)/scale + 1"}, "1", "", "", _INSIDE,
            inner=("a", "b"), support="in (0, 1)", is_bounded=False,
            exponents={"a": ("log(w)", "1 - c"), "b": ("log(1 - w)", "1 - c")}),
    Penalty("gamma", GAMMA, "b*w - (a - 1).*log(w)",
            {"alpha": "(a - 1)/scale + 1", "rate": "b/scale"}, "1", "", "", _AWAY,
            inner=("a", "b"), support="> 0", is_bounded=False,
            exponents={"a": ("log(w)", "1 - c"), "b": ("w", "c")}),
    Penalty("inverse gamma", INVERSE_GAMMA, "b./w + (a + 1).*log(w)",
            {"alpha": "(a + 1)/scale - 1", "beta": "b/scale"}, "1", "", "", _AWAY,
            inner=("a", "b"), support="> 0", is_bounded=False,
            exponents={"a": ("log(w)", "c - 1"), "b": ("1./w", "c")}),
    Penalty("Wishart", WISHART, "tr(A*w) - b*logdet(w)",
            {"nu": "2*c*b + sum(diag(w).^0) + 1", "V": "inv(A)/(2*c)"}, "1", "", "", _DEFINITE,
            inner=("b",), whole=(2,), matrices=("A",), support="pd", is_bounded=False,
            energy="c*tr(A*w) - c*b*logdet(w)"),
    Penalty("inverse Wishart", INVERSE_WISHART, "tr(A*inv(w)) + b*logdet(w)",
            {"nu": "2*c*b - sum(diag(w).^0) - 1", "Psi": "2*c*A"}, "1", "", "", _DEFINITE,
            inner=("b",), whole=(2,), matrices=("A",), support="pd", is_bounded=False,
            energy="c*tr(A*inv(w)) + c*b*logdet(w)"),
)  # fmt: skip
