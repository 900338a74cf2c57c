"""A function of one real variable, from left to right and far out."""
