"""Source text of functions for other languages and libraries; none of them is imported here."""
