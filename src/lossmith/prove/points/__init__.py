"""Stationary points, sets of them, and least values."""
