"""Constants: strong convexity, smoothness, Lipschitz; or why there is none."""
