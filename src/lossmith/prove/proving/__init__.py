"""What every search for a proof stands on: proofs in the making, ranges, forms, other spellings."""
