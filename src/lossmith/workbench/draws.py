"""How to draw from a law: one row a law, by NumPy's generator."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
from numpy.random import Generator

Parameters = Mapping[str, Any]
"""The parameters of a law by name, arrays with one entry an observation."""

Draw = Callable[[Generator, Parameters], Any]


def _one_hot(g: Generator, v: Parameters) -> Any:
    """Return a row of a unit matrix for every row of probabilities p (n, k)."""
    p = np.atleast_2d(v["p"])
    at = (g.random(len(p))[:, None] > np.cumsum(p, axis=1)).sum(axis=1)
    return np.eye(p.shape[1])[np.minimum(at, p.shape[1] - 1)]


def _asymmetric(g: Generator, v: Parameters) -> Any:
    # A difference of two exponentials: the tails fall with tau/s above and (1 - tau)/s below.
    shape = np.shape(v["mu"])
    above, below = g.exponential(size=shape), g.exponential(size=shape)
    return v["mu"] + v["s"] * (above / v["tau"] - below / (1 - v["tau"]))


DRAWS: Final[Mapping[str, Draw]] = {
    "Gaussian": lambda g, v: g.normal(v["mu"], v["sigma"]),
    "Laplace": lambda g, v: g.laplace(v["mu"], v["b"]),
    "Student-t": lambda g, v: v["mu"] + v["sigma"] * g.standard_t(v["nu"], np.shape(v["mu"])),
    "Cauchy": lambda g, v: v["mu"] + v["s"] * g.standard_cauchy(np.shape(v["mu"])),
    "logistic": lambda g, v: g.logistic(v["mu"], v["s"]),
    "Gumbel": lambda g, v: g.gumbel(v["mu"], v["s"]),
    "asymmetric Laplace": _asymmetric,
    "log-normal": lambda g, v: g.lognormal(v["mu"], v["sigma"]),
    "exponential": lambda g, v: g.exponential(1 / v["rate"]),
    "gamma": lambda g, v: g.gamma(v["alpha"], 1 / v["rate"]),
    "inverse Gaussian": lambda g, v: g.wald(v["mu"], v["lam"]),
    "Weibull": lambda g, v: v["s"] * g.weibull(v["k"], np.shape(v["s"])),
    "beta": lambda g, v: g.beta(v["a"], v["b"]),
    "Bernoulli": lambda g, v: g.binomial(1, v["p"]).astype(float),
    "Bernoulli on signs": lambda g, v: 2.0 * g.binomial(1, v["p"]) - 1,
    "binomial": lambda g, v: g.binomial(np.asarray(v["m"], int), v["p"]).astype(float),
    "Poisson": lambda g, v: g.poisson(v["mu"]).astype(float),
    # A Poisson law whose mean is a gamma law of shape r and mean mu.
    "negative binomial": lambda g, v: g.poisson(g.gamma(v["r"], v["mu"] / v["r"])).astype(float),
    "geometric": lambda g, v: g.geometric(v["p"]) - 1.0,
    "categorical": _one_hot,
}
"""By the name of the law; the rest have no sampler of their own, or are laws of vectors."""
