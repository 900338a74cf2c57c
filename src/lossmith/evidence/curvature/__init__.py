"""The rules by which a certificate steps from premises to a claim, one function a row."""
