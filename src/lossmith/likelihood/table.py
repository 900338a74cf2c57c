"""All laws by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lossmith.likelihood.continuous import CONTINUOUS
from lossmith.likelihood.discrete import DISCRETE
from lossmith.likelihood.family import Family
from lossmith.likelihood.multivariate import MULTIVARIATE

FAMILIES: Final[tuple[Family, ...]] = (*CONTINUOUS, *DISCRETE, *MULTIVARIATE)

NAMES: Final[Mapping[str, tuple[Family, tuple[str, ...] | None]]] = {
    alias: (family, arguments) for family in FAMILIES for alias, arguments in family.aliases.items()
}
"""Name in ``y ~ Name(...)`` -> (law, its parameters in terms of the arguments a1, a2 ...)."""
