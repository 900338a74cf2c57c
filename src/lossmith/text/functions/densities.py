r"""The density of the normal law inside of a formula: ``\mathcal{N}(x; \mu, \Sigma)``.

gaussian(x, m, v) is (2 pi v)^(-1/2) exp(-(x - m)^2/(2v)) of a number; of a vector the joint density
with the covariance matrix V, and with V = v I or diag(v) where v is a number or a vector.
loggaussian is its logarithm, written out so that no exponential is taken.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Final, Protocol

from lossmith.errors import ParseError, Place, ShapeError
from lossmith.expr import build
from lossmith.expr.node import Expr
from lossmith.expr.types import Shape
from lossmith.text.functions.cards import card
from lossmith.text.functions.row import Args, Function, Types, needs
from lossmith.text.syntax.latex_cursor import STYLES
from lossmith.text.syntax.tokens import Token
from lossmith.text.syntax.typed import KIND_WORDS, SCALAR, Sizes, Type, common, square
from lossmith.words import Words

_HALF: Final = Fraction(1, 2)
PLAIN: Final = "gaussian"
LOGARITHM: Final = "loggaussian"


def _rule(types: Types, sizes: Sizes) -> Type:
    for t in types[:2]:
        needs(PLAIN, t, "s", "c", "r")
    x, m = types[:2]
    if (x.kind == "s") != (m.kind == "s") and all(t.kind != "s" or t.value is None for t in (x, m)):
        a, b = KIND_WORDS[x.kind], KIND_WORDS[m.kind]
        raise ShapeError(
            Words(
                f"a normal law has a mean of the kind of its variable, got {a.en} and {b.en}",
                f"正态分布的均值与变量应为同一类，得到的是{a.zh}与{b.zh}",
            )
        )
    whole = common(PLAIN, types[:2], sizes)
    spread = types[2]
    if spread.kind == "m":
        needs(PLAIN, whole, "c", "r")
        square(PLAIN, spread, sizes)
        if not sizes.unify(whole.dims[0], spread.dims[0]):
            a, b = sizes.show(whole), sizes.show(spread)
            raise ShapeError(
                Words(
                    f"the covariance of a vector {a} has its size, got {b}",
                    f"向量 {a} 的协方差矩阵大小应与之相同，得到的是 {b}",
                )
            )
    elif spread.kind != "s":
        common(PLAIN, (whole, spread), sizes)
    return SCALAR


def _log_density(args: Args, types: Types, shape: Shape) -> Expr:
    x, m, v = args
    common_shape = max((a.shape for a in (x, m, v)), key=len)
    if types[2].kind == "m":
        v = _variances(v)
        common_shape = common_shape[:1]
        if len(v.shape) == 2:
            return _with_covariance(build.subtract(*_spread(common_shape, x, m)), v)
    r = build.subtract(*_spread(common_shape, x, m))
    squares = build.divide(build.power(r, 2), *_spread(common_shape, v))
    size = build.scale(2, build.multiply(build.broadcast(_pi(), v.shape), v))
    logs = build.entrywise(card("log"), size)
    if common_shape and not v.shape:
        logs = build.multiply(build.size_of(common_shape[0]), logs)
    return build.add((-_HALF, _whole(squares)), (-_HALF, _whole(logs)))


def _whole(e: Expr) -> Expr:
    return build.total(e) if e.shape else e


def _variances(v: Expr) -> Expr:
    """Return sigma^2 for sigma^2*eye and s for diag(s); another matrix as it is."""
    each = build.diagonal(v)
    if build.diag(each) is not v:
        return v
    one = build.mean(each)
    return one if build.broadcast(one, each.shape) is each else each


def _with_covariance(r: Expr, v: Expr) -> Expr:
    """Return -(r' V^-1 r + log det V + n log 2 pi)/2."""
    distance = build.inner(r, build.matmul(build.apply(card("inv"), v), r))
    log_scale = build.apply(card("log"), build.scale(2, _pi()))
    size = build.multiply(build.size_of(r.shape[0]), log_scale)
    return build.scale(-_HALF, build.add(distance, build.apply(card("logdet"), v), size))


def _spread(shape: Shape, *parts: Expr) -> tuple[Expr, ...]:
    return tuple(build.broadcast(p, shape) for p in parts)


def _pi() -> Expr:
    return build.apply(card("pi"))


def _density(args: Args, types: Types, shape: Shape) -> Expr:
    x, m, v = args
    if all(t.kind == "s" for t in types):
        r = build.divide(build.power(build.subtract(x, m), 2), build.scale(-2, v))
        scale = build.power(build.scale(2, build.multiply(_pi(), v)), -_HALF)
        return build.multiply(scale, build.apply(card("exp"), r))
    return build.apply(card("exp"), _log_density(args, types, shape))


def _note(types: Types) -> Words:
    if types[2].kind == "m":
        return Words(
            "N(x; m, V) is the normal density with mean m and covariance V",
            "N(x; m, V) 是均值为 m、协方差为 V 的正态密度",
        )
    if any(t.kind != "s" for t in types):
        return Words(
            "N(x; m, v) of a vector is the joint density of independent entries of variance v",
            "向量的 N(x; m, v) 是各分量独立、方差为 v 的联合密度",
        )
    return Words(
        "N(x; m, v) is the normal density with mean m and variance v",
        "N(x; m, v) 是均值为 m、方差为 v 的正态密度",
    )


DENSITIES: Final = (
    Function(PLAIN, _rule, _density, 3, 3, note=_note),
    Function(LOGARITHM, _rule, _log_density, 3, 3, note=_note),
)
"""Rows of the table of functions."""


# -- the sign of the law ---------------------------------------------------------------------------


class Sign(Protocol):
    """A token or lexeme: what it says."""

    @property
    def text(self) -> str:
        """The plain spelling."""
        ...


def bars_of_law(signs: Sequence[Sign], opened: int) -> tuple[int, ...]:
    """Return where the ; or | stands in the bracket of N(x; m, v); () if this is no density.

    opened: the place of the opening bracket.
    """
    depth, bars = 0, list[int]()
    commas = 0
    for k in range(opened, len(signs)):
        sign = signs[k].text
        depth += (sign in ("(", "[", "{")) - (sign in (")", "]", "}"))
        if depth == 0:
            return (bars[0],) if len(bars) == 1 and commas == 1 else ()
        if depth == 1 and sign in (";", "|", "∣"):
            bars.append(k)
        commas += depth == 1 and sign == "," and bool(bars)
    return ()


_ONE_EACH: Final = re.compile(r"(?:[A-Z]|Sigma|Lam|Lambda|Phi|Psi|Omega|Gamma|Theta)_([a-z])")


def one_matrix_each(signs: Sequence[Sign], bar: int) -> bool:
    r"""Return whether the covariance behind the bar is one of several matrices: \Sigma_k."""
    words = [s.text for s in signs[bar + 1 :] if s.text not in ("{", "}") and s.text not in STYLES]
    if "," not in words:
        return False
    behind = "".join(words[words.index(",") + 1 :]).replace("\\", "")
    return _ONE_EACH.match(behind) is not None


def several_covariances(place: Place) -> ParseError:
    """Return the error for a covariance matrix of each component."""
    return ParseError(
        Words(
            "a covariance matrix for each component cannot be read",
            "读不了每个分量各有一个协方差矩阵的写法",
        ),
        why=Words(
            "it would be an array of matrices; arrays with an index are vectors and matrices",
            "那将是一组矩阵；带下标的数组只能是向量或矩阵",
        ),
        attempt=Words(
            "write a variance for each, \\sigma_k^2, or one \\Sigma for all",
            "写成各自的方差 \\sigma_k^2，或共用一个 \\Sigma",
        ),
        place=place,
    )


def read_laws(
    tokens: list[Token], declared: Collection[str], text: str, source: str
) -> list[Token]:
    """Return the tokens with ``N(x; m, v)`` as gaussian(x, m, v), ``log N(...)`` as loggaussian."""
    if "N" in declared:
        return tokens
    found = list(tokens)
    for k, t in enumerate(tokens[:-1]):
        if t.kind == "name" and t.text == "N" and tokens[k + 1].text == "(":
            for bar in bars_of_law(tokens, k + 1):
                if one_matrix_each(tokens, bar):
                    raise several_covariances(Place(text, t.start, t.stop, source))
                found[bar] = replace(found[bar], kind="op", text=",")
                logarithm = k > 0 and tokens[k - 1].text in ("log", "ln")
                found[k] = replace(t, text=LOGARITHM if logarithm else PLAIN)
                if logarithm:
                    found[k - 1] = replace(tokens[k - 1], kind="op", text="")
    return [t for t in found if t.text or t.kind == "end"]


__all__ = [
    "DENSITIES",
    "LOGARITHM",
    "PLAIN",
    "bars_of_law",
    "one_matrix_each",
    "read_laws",
    "several_covariances",
]
