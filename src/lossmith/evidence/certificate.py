"""Claims, proofs, witnesses, and their form as JSON.

A certificate is a list of nodes, each (claim, rule, earlier nodes as premises, parameters); the
last one is the conclusion. Whether it proves anything is for ``evidence.check`` to say.

What the claims mean. All values are those the declarations of the symbols admit, for every size of
every axis; an expression is *defined* where each of its sub-expressions has a real value (of a
choice: the comparisons up to the first case that holds, and its value).
  range            every entry of ``expr`` lies in ``interval`` wherever it is defined
  total            ``expr`` is defined for all admitted values
  identity         where ``expr`` is defined, ``other`` is defined and equal
  psd              ``expr`` is a symmetric positive semidefinite matrix wherever it is defined
  affine convex concave strictly_convex
                   for all other data: the set of ``wrt`` where ``expr`` is defined is convex, and
                   every entry of ``expr`` has the property on it, jointly in all of ``wrt``
  strong           expr - (other/2)*||wrt||^2 is convex in ``wrt`` (Euclidean norm of all of wrt)
  smooth           (other/2)*||wrt||^2 + expr and (other/2)*||wrt||^2 - expr are convex in ``wrt``
  lipschitz        for all other data, |expr(a) - expr(b)| <= other * |a - b| wherever expr is
                   defined; Euclidean norms, of all entries and of all of ``wrt`` together
  log_convex       for all other data: the set of ``wrt`` where ``expr`` is defined is convex; on it
                   every entry is > 0 and its logarithm convex in ``wrt``, or the entry is always 0
  nondecreasing nonincreasing
                   of a scalar ``expr`` in one scalar variable, on each interval of its domain
  quasiconvex quasiconcave
                   for all other data: the set of ``wrt`` where ``expr`` is defined is convex, and
                   so is every set {expr <= c} ({expr >= c}), in every entry
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final, Literal

from lossmith.evidence import forms
from lossmith.evidence.forms import Document, Form, Json, Nested, Rows, parts
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.serial import Writer, interval_to_json
from lossmith.expr.sets import Interval

Parameter = Any  # Fraction | str | Interval | Expr | tuple of these; checked where it is used

STRICT = ("strictly_convex", "strictly_concave")
CURVATURES = ("affine", "convex", "concave", *STRICT)
MONOTONE = ("nondecreasing", "nonincreasing")
QUASI = ("quasiconvex", "quasiconcave")
KINDS = (
    "range", "total", "identity", "psd", *CURVATURES, "log_convex", *MONOTONE, *QUASI, "strong",
    "smooth", "lipschitz",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement about an expression; the module says what each kind means."""

    kind: str
    expr: Expr
    wrt: tuple[Symbol, ...] = ()
    interval: Interval | None = None
    other: Expr | None = None


@dataclass(frozen=True, slots=True)
class Inference:
    """One node of a proof: ``claim`` follows by ``rule`` from earlier nodes."""

    claim: Claim
    rule: str
    premises: tuple[int, ...] = ()
    parameters: tuple[Parameter, ...] = ()


@dataclass(frozen=True, slots=True)
class Certificate:
    """A proof of the claim of its last node.

    formula: the text that the user typed (for the reader, the checker does not use it).
    """

    nodes: tuple[Inference, ...]
    formula: str = ""

    @property
    def conclusion(self) -> Claim:
        """The claim that is proved."""
        return self.nodes[-1].claim

    @property
    def rules(self) -> tuple[str, ...]:
        """The names of the rules used, each once, in order of use."""
        return tuple(dict.fromkeys(n.rule for n in self.nodes))

    def to_json(self) -> dict[str, Json]:
        """Return the certificate as plain data for ``json.dumps``."""
        return CERTIFICATE.to_json(self)


@dataclass(frozen=True, slots=True)
class Witness:
    """Points a, b and t in (0, 1) at which ``against`` ("convex" or "concave") fails for ``expr``.

    sizes: a number for each letter.  data: values of the symbols outside wrt.  All exact.
    Against convexity: f(t*a + (1-t)*b) > t*f(a) + (1-t)*f(b); against concavity: <.
    """

    expr: Expr
    wrt: tuple[Symbol, ...]
    against: Literal["convex", "concave"]
    sizes: Mapping[str, int]
    data: Mapping[Symbol, Nested]
    a: Mapping[Symbol, Nested]
    b: Mapping[Symbol, Nested]
    t: Fraction
    formula: str = ""

    def to_json(self) -> dict[str, Json]:
        """Return the witness as plain data for ``json.dumps``."""
        return WITNESS.to_json(self)


Evidence = Certificate | Witness


# -- as JSON ---------------------------------------------------------------------------------------


def _parameter_row(p: Parameter, writer: Writer) -> Json:
    if isinstance(p, Fraction | int):
        return {"number": str(p)}
    if isinstance(p, Interval):
        return {"interval": interval_to_json(p)}
    rows = parts(p)
    if rows is not None:
        return [_parameter_row(q, writer) for q in rows]
    return p if isinstance(p, str) else {"expr": writer.add(p)}


def _parameter(data: Json, rows: Rows) -> Parameter:
    if isinstance(data, str):
        return data
    inside = parts(data)
    if inside is not None:
        return tuple(_parameter(p, rows) for p in inside)
    for key, form in (("number", forms.NUMBER), ("interval", forms.INTERVAL)):
        if key in data:
            return form.read(data[key], rows)
    return forms.EXPR.read(data["expr"], rows)


_CLAIM: Final = forms.record(
    Claim,
    kind=forms.TEXT,
    expr=forms.EXPR,
    wrt=forms.many(forms.SYMBOL),
    interval=forms.optional(forms.INTERVAL),
    other=forms.optional(forms.EXPR),
)
_INFERENCE: Final = forms.record(
    Inference,
    claim=_CLAIM,
    rule=forms.TEXT,
    premises=forms.many(forms.INTEGER),
    parameters=forms.many(Form(_parameter_row, _parameter)),
)
CERTIFICATE: Final = Document(
    "lossmith-certificate",
    forms.record(Certificate, proof=forms.many(_INFERENCE), formula=forms.TEXT),
)
WITNESS: Final = Document(
    "lossmith-witness",
    forms.record(
        Witness,
        expr=forms.EXPR,
        wrt=forms.many(forms.SYMBOL),
        against=forms.TEXT,
        sizes=forms.SIZES,
        data=forms.VALUES,
        a=forms.VALUES,
        b=forms.VALUES,
        t=forms.NUMBER,
        formula=forms.TEXT,
    ),
)
