"""Expressions as people write them: text, Unicode, LaTeX, Python."""
