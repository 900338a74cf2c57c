"""One card for each function: everything known of it, as data. ``table`` lists them all."""
