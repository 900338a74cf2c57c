"""What a row for a rule of inference is, and the groups of claims that rows name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lossmith.words import Words

LINE: Final = ("affine", "convex", "concave")
SIDES: Final = ("convex", "concave")
STRICT: Final = ("strictly_convex", "strictly_concave")
CONSTANTS: Final = ("strong", "smooth")
QUASI: Final = ("quasiconvex", "quasiconcave")

BV: Final = "Boyd & Vandenberghe 2004"


@dataclass(frozen=True, slots=True)
class InferenceRule:
    """One rule of inference.

    name: as written in certificates.  concludes: the kinds of claim that it may conclude; the
    checker refuses all others before it asks.  words: what follows, as a sentence for a reader.
    asks: what must hold for it.  proof: why it is true.  source: a textbook.
    """

    name: str
    concludes: tuple[str, ...]
    words: Words
    asks: Words
    proof: str
    source: str
