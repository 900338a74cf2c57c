"""All cards, in reading order, and the table of their names.

Not cards: sqrt(x) is x^(1/2) and square x^2 (constant powers belong to the product), norm1 is the
sum of abs, mean and variance are sums; the parser spells them so.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from lossmith.atoms.activation import elu, gelu, logcosh, sigmoid, softplus, swish
from lossmith.atoms.angle import atan2
from lossmith.atoms.arithmetic import abs, clip, max, min, power, sign
from lossmith.atoms.difference import diff, shift
from lossmith.atoms.exponential import exp, expm1, log, log1p, log2, rel_entr, xlogx
from lossmith.atoms.largest import among_largest, sumlargest
from lossmith.atoms.matrix import (
    det,
    inv,
    lambda_max,
    lambda_min,
    logdet,
    normF,
    nucnorm,
    specnorm,
)
from lossmith.atoms.piecewise import hinge, huber, leaky_relu, relu, softthreshold
from lossmith.atoms.special import (
    digamma,
    erf,
    lgamma,
    normcdf,
    normpdf,
    polygamma,
    trigamma,
)
from lossmith.atoms.spectral import dpolar, polar, topproj, topres
from lossmith.atoms.trigonometric import (
    acos,
    acosh,
    asin,
    asinh,
    atan,
    atanh,
    cos,
    cosh,
    pi,
    sin,
    sinh,
    tan,
    tanh,
)
from lossmith.atoms.vector import (
    cumsum,
    logsumexp,
    maxentry,
    minentry,
    norm2,
    norminf,
    prod,
    prod_others,
    prod_pairs,
    softmax,
)
from lossmith.expr.atom import Atom

CARDS: tuple[Atom, ...] = (
    power, abs, sign, max, min, clip,
    exp, log, expm1, log1p, log2, xlogx, rel_entr,
    pi, sin, cos, tan, asin, acos, atan, atan2, sinh, cosh, tanh, asinh, acosh, atanh,
    erf, normcdf, normpdf, lgamma, digamma, trigamma, polygamma,
    sigmoid, softplus, logcosh, elu, gelu, swish,
    relu, leaky_relu, hinge, huber, softthreshold,
    norm2, norminf, maxentry, minentry, sumlargest, among_largest, logsumexp, softmax,
    cumsum, shift, diff, prod, prod_others, prod_pairs,
    inv, det, logdet, normF, specnorm, nucnorm, lambda_max, lambda_min,
    topproj, topres, polar, dpolar,
)  # fmt: skip


def _by_name() -> dict[str, Atom]:
    names: dict[str, Atom] = {}
    for card in CARDS:
        for name in (card.name, *card.aliases):
            assert name not in names, name
            names[name] = card
    return names


ATOMS: Mapping[str, Atom] = MappingProxyType(_by_name())
