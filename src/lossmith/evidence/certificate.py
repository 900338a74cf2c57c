"""Claims, proofs, witnesses, and their form as JSON.

A certificate is a list of nodes, each (claim, rule, earlier nodes as premises, parameters); the
last one is the conclusion. Expressions are written once each as rows (``expr.serial``), numbers as
exact fractions. Reading a file goes through the canonical constructors, so it holds well-typed
expressions or is refused; whether it proves anything is for ``evidence.check`` to say.

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
  log_convex       every entry of ``expr`` is > 0 where defined and its logarithm is convex in wrt
  nondecreasing nonincreasing
                   of a scalar ``expr`` in one scalar variable, on each interval of its domain
  quasiconvex quasiconcave
                   for all other data: the set of ``wrt`` where ``expr`` is defined is convex, and
                   so is every set {expr <= c} ({expr >= c}), in every entry
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal, cast

from lossmith.expr.node import Add, Apply, Const, Contract, Delta, Expr, Select, Symbol
from lossmith.expr.serial import Writer, interval_to_json
from lossmith.expr.sets import Interval

Json = Any  # what the json module reads and writes
Parameter = Any  # Fraction | str | Interval | Expr | tuple of these; checked where it is used
Nested = Any  # Fraction, or nested tuples of them: the entries of a tensor

STRICT = ("strictly_convex", "strictly_concave")
CURVATURES = ("affine", "convex", "concave", *STRICT)
MONOTONE = ("nondecreasing", "nonincreasing")
QUASI = ("quasiconvex", "quasiconcave")
KINDS = (
    "range", "total", "identity", "psd", *CURVATURES, "log_convex", *MONOTONE, *QUASI, "strong",
    "smooth", "lipschitz",
)  # fmt: skip
CERTIFICATE = "lossmith-certificate"
WITNESS = "lossmith-witness"
VERSION = 1

_EXPR = (Const, Symbol, Delta, Add, Contract, Apply, Select)


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

    def to_json(self) -> Json:
        """Return the certificate as plain data for ``json.dumps``."""
        writer = Writer()
        proof = [
            {
                "claim": _claim_row(n.claim, writer),
                "rule": n.rule,
                "premises": list(n.premises),
                "parameters": [_parameter_row(p, writer) for p in n.parameters],
            }
            for n in self.nodes
        ]
        return {
            "format": CERTIFICATE,
            "version": VERSION,
            "formula": self.formula,
            "nodes": writer.rows,
            "proof": proof,
        }


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

    def to_json(self) -> Json:
        """Return the witness as plain data for ``json.dumps``."""
        writer = Writer()
        root = writer.add(self.expr)

        def values(of: Mapping[Symbol, Nested]) -> Json:
            return [[writer.add(s), nested_row(v)] for s, v in of.items()]

        wrt = [writer.add(s) for s in self.wrt]
        data, a, b = values(self.data), values(self.a), values(self.b)
        return {
            "format": WITNESS,
            "version": VERSION,
            "formula": self.formula,
            "against": self.against,
            "expr": root,
            "wrt": wrt,
            "sizes": dict(self.sizes),
            "data": data,
            "a": a,
            "b": b,
            "t": str(self.t),
            "nodes": writer.rows,
        }


Evidence = Certificate | Witness


def _claim_row(claim: Claim, writer: Writer) -> Json:
    return {
        "kind": claim.kind,
        "expr": writer.add(claim.expr),
        "wrt": [writer.add(s) for s in claim.wrt],
        "interval": None if claim.interval is None else interval_to_json(claim.interval),
        "other": None if claim.other is None else writer.add(claim.other),
    }


def _parameter_row(p: Parameter, writer: Writer) -> Json:
    if isinstance(p, Fraction | int):
        return {"number": str(p)}
    if isinstance(p, Interval):
        return {"interval": interval_to_json(p)}
    rows = parts(p)
    if rows is not None:
        return [_parameter_row(q, writer) for q in rows]
    if isinstance(p, str):
        return p
    return {"expr": writer.add(p)}


def parts(v: Nested) -> Sequence[Nested] | None:
    """Return the rows of a nested tuple, None for a number."""
    return cast("Sequence[Nested]", v) if isinstance(v, tuple | list) else None


def nested_row(v: Nested) -> Json:
    """Return nested tuples as nested lists of strings."""
    rows = parts(v)
    return str(v) if rows is None else [nested_row(x) for x in rows]
