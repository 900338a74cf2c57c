"""Minimization: problems, methods, the one loop, and the plan that chooses by what was proved."""
