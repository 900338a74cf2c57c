"""Where formulas meet numbers: source text becomes functions, files become checked arrays."""
