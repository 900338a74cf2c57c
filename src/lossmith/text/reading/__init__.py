"""A text of several statements, and a formula in the text dialect."""
