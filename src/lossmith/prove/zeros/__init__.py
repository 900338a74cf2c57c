"""Zeros and exact values: polynomials, exponentials, trigonometric sums, boxes."""
