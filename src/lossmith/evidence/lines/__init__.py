"""What two expressions say of each other: equal, different, or one a multiple of the other."""
