"""Points without a derivative: where, of what kind, and in words."""
