"""Exact and interval arithmetic over expressions: what every check computes with."""
