"""Formulas as people write them: read with spans, printed in matrix or index notation."""
