"""The rules by which a certificate may step from premises to a claim: the index of the rows.

Each row states what is asked, what follows, a short proof and where the mathematics is written
down; ``evidence`` holds one small function a row that checks it, in the file of the same name.
Throughout, W is the block of variables, all other symbols are fixed data, and a claim of curvature
includes that the set of W where the expression is defined is convex. Two published lists of such
rules were found to hold false ones (a negative power of a convex base is not concave; the root of a
convex quadratic is not convex unless it is a norm), so no row stands here without its proof.
"""

from __future__ import annotations

from typing import Final

from lossmith.rules import (
    inference_analytic,
    inference_cones,
    inference_constants,
    inference_exponents,
    inference_families,
    inference_hessian,
    inference_identity,
    inference_known,
    inference_lipschitz,
    inference_pieces,
    inference_powers,
    inference_quasi,
    inference_range,
    inference_reduction,
    inference_strict,
    inference_structure,
)
from lossmith.rules.inference_row import InferenceRule

__all__ = ["CONCLUDES", "INFERENCE", "INFERENCE_RULES", "InferenceRule"]

INFERENCE_RULES: Final = (
    *inference_range.ROWS,
    *inference_identity.ROWS,
    *inference_structure.ROWS,
    *inference_analytic.ROWS,
    *inference_powers.ROWS,
    *inference_reduction.ROWS,
    *inference_cones.ROWS,
    *inference_families.ROWS,
    *inference_known.ROWS,
    *inference_exponents.ROWS,
    *inference_hessian.ROWS,
    *inference_pieces.ROWS,
    *inference_lipschitz.ROWS,
    *inference_quasi.ROWS,
    *inference_constants.ROWS,
    *inference_strict.ROWS,
)

INFERENCE: Final = {row.name: row for row in INFERENCE_RULES}

CONCLUDES: Final[dict[str, tuple[str, ...]]] = {r.name: r.concludes for r in INFERENCE_RULES}
"""The kinds of claim that each rule may conclude; the checker refuses all others before it asks."""
