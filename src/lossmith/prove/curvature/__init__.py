"""The search for proofs of curvature."""
