"""What a row of a reading says: the law, its link, and what a loss shows of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from lossmith.likelihood.family import Family
from lossmith.words import Words


@dataclass(frozen=True, slots=True)
class Pattern:
    """-log density(y; arguments) = weight * core + terms free of ``eta``.

    core: what a loss shows, entrywise over y, eta and ``inner`` names.  arguments: the parameters
    of the law by eta, inner names and the free one.  free: the dispersion of the law, if it has
    one; then any positive multiple of the core is a -log density, with the dispersion ``solved``
    from the factor c. Without it only the factor 1 is.  weight: the factor by the free name.
    labels: what y must be.  eta: where the predictor lives.  mean: E[y] by eta and inner names.
    information: E[d^2 (-log density) / d eta^2] by eta, inner names and the free one.
    canonical: d core / d eta is a number times (mean - y).  whole: the core is written over the
    arrays, not over their entries.  energy: then -log density over the arrays, with the factor c of
    the core taken up by a parameter (empty: the core itself).  matrices: inner names that are
    definite matrices, of data or (``estimated``) of the variables.  arrays: inner names that may
    differ from one observation to the next.  domains: of inner names.  loose: whether functions of
    the core go for some inner values, such as a power with a whole exponent.  unknown: why there is
    no information in the language.  outcome: how the
    observation is called where ``y`` is not it but says which one was made (a cutpoint).
    several: whether it is of several draws, so that labels 0 and 1 are of another law.
    unscaled: whether a factor that somebody sets makes another law of it, which has a row.
    sizeless: inner names in which the size of the observation does not stand.
    """

    name: str
    family: Family
    link: Words
    core: str
    arguments: Mapping[str, str]
    weight: str = "1"
    free: str = ""
    solved: str = ""
    inner: tuple[str, ...] = ()
    labels: str = "scalar"
    eta: str = "scalar"
    mean: str = "eta"
    information: str = ""
    canonical: bool = False
    whole: bool = False
    energy: str = ""
    matrices: tuple[str, ...] = ()
    arrays: tuple[str, ...] = ()
    estimated: bool = False
    loose: bool = False
    unknown: Words | None = None
    outcome: str = ""
    several: bool = False
    unscaled: bool = False
    sizeless: tuple[str, ...] = ()
    domains: Mapping[str, str] = field(default_factory=dict[str, str])


IDENTITY: Final = Words("identity", "恒等")
LOGIT: Final = Words("logit, p = σ(η)", "logit，p = σ(η)")
LOG: Final = Words("log, mean = exp(η)", "对数，均值 = exp(η)")
POSITIVE: Final = "scalar > 0"
BITS: Final = "scalar in {0, 1}"
COUNTS: Final = "scalar integer >= 0"
