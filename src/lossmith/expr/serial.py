"""Expressions as JSON and back: a list of nodes, children before parents, each naming earlier ones.

Reading goes through the canonical constructors, so a file cannot hold an ill-typed expression.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, assert_never

from lossmith.errors import ParseError
from lossmith.expr import build
from lossmith.expr.atom import Atom
from lossmith.expr.node import (
    Add,
    Apply,
    Comparison,
    Const,
    Contract,
    Delta,
    Expr,
    Select,
    Symbol,
)
from lossmith.expr.sets import Interval
from lossmith.expr.types import STRUCTURES, Assumptions, Shape
from lossmith.expr.walk import postorder
from lossmith.words import Words

Json = Any  # what the json module reads and writes
Row = dict[str, Json]


def interval_to_json(i: Interval) -> list[Json]:
    """Return [lo, hi, lo_open, hi_open] with rationals as text and None for infinity."""
    lo = None if i.lo is None else str(i.lo)
    hi = None if i.hi is None else str(i.hi)
    return [lo, hi, i.lo_open, i.hi_open]


def interval_from_json(data: Sequence[Json]) -> Interval:
    """Return the interval written by ``interval_to_json``."""
    lo, hi, lo_open, hi_open = data
    return Interval(
        None if lo is None else Fraction(lo),
        None if hi is None else Fraction(hi),
        bool(lo_open),
        bool(hi_open),
    )


class Writer:
    """Collects the nodes of several expressions, shared ones once."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self._index: dict[Expr, int] = {}

    def add(self, root: Expr) -> int:
        """Return the row number of an expression, writing what is new."""
        for e in postorder(root, done=self._index):
            row = self._row(e)
            self._index[e] = len(self.rows)
            self.rows.append(row)
        return self._index[root]

    def _row(self, e: Expr) -> Row:
        at = self._index
        match e:
            case Const():
                return {"kind": "const", "value": str(e.value), "shape": list(e.shape)}
            case Symbol():
                return _symbol_row(e)
            case Delta():
                return {"kind": "delta", "size": e.shape[0]}
            case Add():
                return {"kind": "add", "terms": [[str(c), at[t]] for c, t in e.terms]}
            case Contract():
                factors = [[at[f], list(ls), str(p)] for f, ls, p in e.factors]
                return {"kind": "contract", "factors": factors, "rank": e.rank}
            case Apply():
                return {"kind": "apply", "atom": e.atom.name, "args": [at[a] for a in e.args]}
            case Select():
                cases = [[[[at[c.expr], c.relation] for c in guard], at[v]] for guard, v in e.cases]
                return {"kind": "select", "cases": cases, "otherwise": at[e.otherwise]}
            case _:
                assert_never(e)


def _symbol_row(e: Symbol) -> Row:
    a = e.assumptions
    return {
        "kind": "symbol",
        "name": e.name,
        "shape": list(e.shape),
        "interval": interval_to_json(a.interval),
        "values": None if a.values is None else [str(v) for v in a.values],
        "integer": a.integer,
        "structure": sorted(a.structure),
    }


def expr_to_json(root: Expr) -> Row:
    """Return one expression as {"nodes": [...], "root": k}."""
    writer = Writer()
    k = writer.add(root)
    return {"nodes": writer.rows, "root": k}


def read_rows(rows: Sequence[Row], atoms: Mapping[str, Atom]) -> list[Expr]:
    """Return the expressions of all rows.

    atoms: the table of cards by name.  Raises: ParseError if a row is not of the format.
    """
    made: list[Expr] = []
    for row in rows:
        try:
            made.append(_read(row, made, atoms))
        except (KeyError, IndexError, TypeError, ValueError, ZeroDivisionError) as problem:
            raise ParseError(
                Words(f"not a row of an expression: {row!r}", f"这不是表达式的一行：{row!r}")
            ) from problem
    return made


def expr_from_json(data: Json, atoms: Mapping[str, Atom]) -> Expr:
    """Return the expression written by ``expr_to_json``."""
    root: int = data["root"]
    return read_rows(data["nodes"], atoms)[root]


def _read(row: Row, made: list[Expr], atoms: Mapping[str, Atom]) -> Expr:
    def at(k: int) -> Expr:
        if not 0 <= k < len(made):
            raise IndexError(k)
        return made[k]

    match row["kind"]:
        case "const":
            return build.const(Fraction(row["value"]), _shape(row["shape"]))
        case "symbol":
            values = row["values"]
            assumptions = Assumptions(
                interval_from_json(row["interval"]),
                None if values is None else tuple(Fraction(v) for v in values),
                bool(row["integer"]),
                _structure(row["structure"]),
            )
            if assumptions.interval.is_empty:
                raise ValueError(row)  # of values that no number has, everything holds
            return build.symbol(_name(row["name"]), _shape(row["shape"]), assumptions)
        case "delta":
            return build.delta(_shape([row["size"]])[0])
        case "add":
            return build.add(*((Fraction(c), at(t)) for c, t in row["terms"]))
        case "contract":
            factors = [(at(f), tuple(ls), Fraction(p)) for f, ls, p in row["factors"]]
            return build.contract(factors, tuple(range(row["rank"])))
        case "apply":
            return build.apply(atoms[row["atom"]], *(at(a) for a in row["args"]))
        case "select":
            if any(r not in _RELATIONS for guard, _ in row["cases"] for _, r in guard):
                raise ValueError(row)
            cases = [
                (tuple(Comparison(at(e), r) for e, r in guard), at(v)) for guard, v in row["cases"]
            ]
            return build.select(cases, at(row["otherwise"]))
        case kind:
            raise ValueError(kind)


_SIGNS = frozenset("+-*/^=<>,;|")
"""A name that holds one of these would read as a formula."""
_RELATIONS = (">", ">=", "==", "!=")


def _name(name: Json) -> str:
    """Return a name read from a file: a symbol "2" would print as a number.  Raises: ValueError."""
    starts = isinstance(name, str) and (name[:1].isalpha() or name[:1] in ("_", "?"))
    if not starts or set(name) & _SIGNS or any(c.isspace() for c in name):
        raise ValueError(name)
    return name


def _structure(words: Json) -> frozenset[str]:
    """Return the words of a structure read from a file.  Raises: ValueError for one unknown."""
    found = frozenset(str(word) for word in words)
    if not found <= set(STRUCTURES):
        raise ValueError(words)
    return found


def _shape(sizes: Sequence[Json]) -> Shape:
    """Return sizes read from a file: letters, or whole numbers from 1 on.  Raises: ValueError."""
    for d in sizes:
        letter = isinstance(d, str) and d != ""
        number = isinstance(d, int) and not isinstance(d, bool) and d >= 1
        if not (letter or number):
            raise ValueError(d)
    return tuple(sizes)
