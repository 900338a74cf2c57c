"""Makes the hand-written proofs importable from the folders below."""
