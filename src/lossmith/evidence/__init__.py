"""Claims, certificates and the checker: what an answer leans on, kept apart from the search."""
