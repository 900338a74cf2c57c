"""All rows of readings, in the order in which they are tried."""

from __future__ import annotations

from typing import Final

from lossmith.likelihood.pattern import Pattern
from lossmith.likelihood.patterns_arrays import ARRAYS
from lossmith.likelihood.patterns_labels import LABELS
from lossmith.likelihood.patterns_positive import POSITIVE_ROWS
from lossmith.likelihood.patterns_real import REAL

NOISE: Final[tuple[Pattern, ...]] = (*REAL, *POSITIVE_ROWS, *LABELS, *ARRAYS)
