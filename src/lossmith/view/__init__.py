"""How answers look: cards, derivations told in sentences. Nothing here computes mathematics."""
