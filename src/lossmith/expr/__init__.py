"""The ground: interned, typed tensor expressions with symbolic sizes."""
