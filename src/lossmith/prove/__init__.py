"""Finders of evidence: they search as they like, and ask the checker before they speak."""
