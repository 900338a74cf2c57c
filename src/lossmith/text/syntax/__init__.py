"""Tokens and syntax: the shape of a formula before anything is known of its names."""
