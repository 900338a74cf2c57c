"""Declarations, read."""
