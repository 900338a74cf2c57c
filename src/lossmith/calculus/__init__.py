"""Derivatives and simplification by rows of rules, each use recorded as a step."""
