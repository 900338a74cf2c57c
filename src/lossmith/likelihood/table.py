"""All laws by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lossmith.likelihood.discrete import DISCRETE
from lossmith.likelihood.family import Family
from lossmith.likelihood.multivariate import MULTIVARIATE
from lossmith.likelihood.positive import POSITIVE_LAWS
from lossmith.likelihood.real import REAL_LAWS

FAMILIES: Final[tuple[Family, ...]] = (
    *REAL_LAWS, *POSITIVE_LAWS, *DISCRETE, *MULTIVARIATE,
)  # fmt: skip

NAMES: Final[Mapping[str, tuple[Family, tuple[str, ...] | None]]] = {
    alias: (family, arguments) for family in FAMILIES for alias, arguments in family.aliases.items()
}
"""Name in ``y ~ Name(...)`` -> (law, its parameters in terms of the arguments a1, a2 ...)."""
