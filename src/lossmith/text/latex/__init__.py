"""Formulas in LaTeX, read."""
