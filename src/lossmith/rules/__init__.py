"""Rules as rows: what may be rewritten into what, under which condition, and why."""
