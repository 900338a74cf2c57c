"""Formulas in Python, read."""
