"""Known wrong rewrites, so that a wrong line can be called by its name.

A slip maps a node to what people write in its place by mistake. ``good`` and ``bad`` are one
instance, ``breaks_at`` a point where it is false; tests attack every row: the slip must produce
``bad`` from ``good``, and the two must differ there. Slips of differentiation stand in
``rules.slope_slips``.
"""

from __future__ import annotations

from typing import Final

from lossmith.rules.slip import Slip, Values, Ways
from lossmith.rules.slips_amounts import AMOUNT_SLIPS
from lossmith.rules.slips_arrays import ARRAY_SLIPS
from lossmith.rules.slips_cases import CASE_SLIPS
from lossmith.rules.slips_functions import FUNCTION_SLIPS
from lossmith.rules.slips_powers import POWER_SLIPS
from lossmith.rules.slips_signs import SIGN_SLIPS

__all__ = ["SLIPS", "Slip", "Values", "Ways"]

SLIPS: Final[tuple[Slip, ...]] = (
    *CASE_SLIPS,
    *ARRAY_SLIPS,
    *FUNCTION_SLIPS,
    *POWER_SLIPS,
    *SIGN_SLIPS,
    *AMOUNT_SLIPS,
)
"""All rewrites; of those that say equally much the likelier first."""
