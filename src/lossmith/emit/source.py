"""``Source``: the text of generated functions, and how their names answer to the formula's."""

from __future__ import annotations

import keyword
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Source:
    """Generated text in one target language.

    target: "numpy", ...  text: the whole file.
    entries: what was asked for -> the name of its function in the text.
    arguments: symbol or size letter -> parameter name, in the order of the signature.
    taken: entry -> the symbols and size letters that it takes.
    """

    target: str
    text: str
    entries: Mapping[str, str]
    arguments: Mapping[str, str] = field(default_factory=dict[str, str])
    taken: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])


_GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta",
    "η": "eta", "θ": "theta", "ι": "iota", "κ": "kappa", "λ": "lam", "μ": "mu", "ν": "nu",
    "ξ": "xi", "π": "pi", "ρ": "rho", "σ": "sigma", "τ": "tau", "υ": "upsilon", "φ": "phi",
    "χ": "chi", "ψ": "psi", "ω": "omega", "Γ": "Gamma", "Δ": "Delta", "Θ": "Theta",
    "Λ": "Lambda", "Ξ": "Xi", "Π": "Pi", "Σ": "Sigma", "Φ": "Phi", "Ψ": "Psi", "Ω": "Omega",
}  # fmt: skip


class Namer:
    """Hands out identifiers that are legal, readable and used once."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self.taken = set(taken)

    def name(self, wish: str) -> str:
        """Return ``wish`` as an identifier, numbered if it is taken: r, r2, r3 ..."""
        spelled = "".join(_GREEK.get(c, c if c.isalnum() and c.isascii() else "_") for c in wish)
        stem = spelled.strip("_") or "t"
        if stem[0].isdigit():
            stem = f"t{stem}"
        if keyword.iskeyword(stem):
            stem += "_"
        found, k = stem, 1
        while found in self.taken:
            k += 1
            found = f"{stem}_{k}" if stem[-1].isdigit() else f"{stem}{k}"
        self.taken.add(found)
        return found
