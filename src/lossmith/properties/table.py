"""All properties, and the table of their names."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from lossmith.properties.curvature import (
    affine,
    concave,
    convex,
    jointly_concave,
    jointly_convex,
    log_concave,
    log_concave_increments,
    log_convex,
    matrix_convex,
    second_slope_in,
    slope_in,
    strictly_concave,
    strictly_convex,
)
from lossmith.properties.order import (
    decreasing,
    increasing,
    nondecreasing,
    nonincreasing,
    positively_homogeneous,
    range_in,
)
from lossmith.properties.property import Property
from lossmith.properties.smoothness import continuously_differentiable, smooth

ALL: tuple[Property, ...] = (
    convex, concave, affine, strictly_convex, strictly_concave,
    jointly_convex, jointly_concave, matrix_convex, log_convex, log_concave,
    log_concave_increments,
    nondecreasing, nonincreasing, increasing, decreasing,
    slope_in, second_slope_in, range_in, positively_homogeneous,
    continuously_differentiable, smooth,
)  # fmt: skip

PROPERTIES: Mapping[str, Property] = MappingProxyType({p.name: p for p in ALL})
