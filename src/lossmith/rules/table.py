"""All equations, in the order in which they are tried."""

from __future__ import annotations

from typing import Final

from lossmith.rules.algebra import ALGEBRA
from lossmith.rules.rule import Rule
from lossmith.rules.stability import STABILITY

RULES: Final[tuple[Rule, ...]] = (*STABILITY, *ALGEBRA)
