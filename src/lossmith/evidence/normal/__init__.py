"""Steps to a normal form: each gives an expression that is equal wherever the first is defined."""
