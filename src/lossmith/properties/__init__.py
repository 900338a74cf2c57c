"""What can be claimed of a function, in words, and how to attack such a claim."""
