"""The row of a probability law: its negative log-density, parameters, support and moments.

A row is written in the language of formulas with entrywise operators, so that it reads the same
for one number and for an array. ``y`` is the random quantity. What a row says is attacked by one
test: the density integrates to 1, every expected score is 0, mean and variance are as stated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lossmith.words import Words


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a law: its name, what may be declared of it, and what it is."""

    name: str
    declare: str
    words: Words


@dataclass(frozen=True, slots=True)
class Family:
    """A law of one number (or, where ``core`` is not empty, of a vector or matrix).

    energy: -log density, everything included.  support: what may be declared of y ("scalar > 0",
    "scalar in {0, 1}"; "integer" for the whole numbers >= 0).  mean, variance: of y, empty if there
    is none or no closed form; with a condition in ``when`` if they exist for some parameters only.
    mean_above: (parameter, number): the mean exists where that parameter is larger.
    constant: the part of -log density that the language cannot write, as text; it depends on no
    data and the test supplies it.  aliases: names in ``y ~ Name(...)``: name -> the arguments in
    terms of a1, a2 ... (None: the parameters in their order); "Name/2" for two arguments, where
    one of them is told by the observation.  core: sizes of one draw.
    shown: how the law is written.
    """

    name: str
    words: Words
    shown: str
    parameters: tuple[Parameter, ...]
    support: str
    energy: str
    source: str
    mean: str = ""
    variance: str = ""
    when: Words | None = None
    mean_above: tuple[str, int] | None = None
    aliases: Mapping[str, tuple[str, ...] | None] = field(
        default_factory=dict[str, "tuple[str, ...] | None"]
    )
    core: tuple[str, ...] = ()
    constant: str = ""

    @property
    def is_discrete(self) -> bool:
        """Whether y takes countably many values."""
        return "{" in self.support or "integer" in self.support or "onehot" in self.support
