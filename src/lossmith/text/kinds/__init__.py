"""Kinds, sizes and indices inferred; the expression put together."""
