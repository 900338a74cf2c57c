"""Kinds of undeclared symbols: the cheapest assignment under a small cost model.

Costs: a kind that the name does not suggest; a step that has no meaning (100, or 12 where one sign
repairs it: then the reader meant arrays and forgot a dot); a sum, mean or norm of a scalar; a
transposed scalar; an array scaled from the right; a lone scalar symbol added to an array; a result
that is no scalar. Coordinate descent from two starts, then over pairs while a doubt remains: the
work is polynomial in the number of symbols.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import combinations
from typing import Final

from lossmith.errors import LossmithError
from lossmith.text.functions import function
from lossmith.text.indices import entry_kind, pattern, reduction
from lossmith.text.operators import RULES
from lossmith.text.syntax import Node
from lossmith.text.typed import RANK, Kind, KindsOnly, Type

MEANINGLESS: Final = 100
ONE_SIGN_MISSING: Final = 12
VACUOUS: Final = 15
TURNED_SCALAR: Final = 5
TURNED_ENTRY: Final = 8
SCALED_FROM_THE_RIGHT: Final[dict[str, int]] = {"m": 8, "c": 2, "r": 2}
LONE_SCALAR: Final = 2
LONE_ENTRY: Final = 4
LONE_BESIDE_MATRIX: Final = 8
NOT_SCALAR: Final = 3
_MOST_PAIRED: Final = 8

UNKNOWN: Final = "?"
ADDING: Final = frozenset({"sum", "mean", "var"})

PARAMETERS: Final = frozenset(
    "lam alpha gamma eps epsilon sigma tau rho nu kappa eta omega delta n".split()
)
"""Names that are scalars nearly everywhere."""


OFFSETS: Final = frozenset({"b", "b0", "w0", "w_0", "beta0", "beta_0", "bias", "intercept"})
"""Names of an intercept: one number, where the formula speaks of data X and y."""
_TARGETS: Final = frozenset({"y", "Y", "t", "target", "labels"})


def intercepts(names: Collection[str]) -> frozenset[str]:
    """Return the names that are an intercept beside ``X*w`` and ``y``."""
    data = any(x[:1] == "X" for x in names) and not _TARGETS.isdisjoint(names)
    return OFFSETS & frozenset(names) if data else frozenset()


def priors(name: str) -> dict[Kind, int]:
    """Return what each kind costs a symbol of this name."""
    if name[:1].isupper():
        return {"m": 0, "c": 3, "s": 6}
    if name in PARAMETERS:
        return {"s": 0, "c": 3, "m": 8}
    # Small letters are matrices only where nothing else has a meaning: sum(w^2) forgot a dot.
    return {"s": 0, "c": 1, "m": 14}


def priors_of_entries(name: str, subscripts: set[str]) -> dict[Kind, int]:
    """Return the same for a symbol that occurs with subscripts; i or : stand for each."""
    if subscripts == {"i"}:
        # x_i is an entry of a vector or, as a column, a row of a matrix.
        return {"c": 0, "m": 1 if name[:1].isupper() else 3}
    return {"c": 0, "m": 3} if subscripts == {":"} else {"m": 0, "c": 14}


@dataclass(frozen=True, slots=True)
class Kinds:
    """The kind chosen for each undeclared name; ``forced``: no other kind makes sense."""

    chosen: Mapping[str, Kind]
    forced: frozenset[str]


_ONE_SIZE: Final = KindsOnly()


@lru_cache(maxsize=8192)
def outcome(is_call: bool, name: str, kinds: str, marks: str) -> tuple[str, int]:
    """Return the kind of one step and its cost.

    kinds: one letter an operand, ? where nothing is known.  marks: one an operand: y a symbol
    (perhaps negated), x anything with an open index, i a whole number, q another number, . the
    rest.
    """
    if UNKNOWN in kinds:
        return UNKNOWN, 0
    if name.startswith("["):
        found = entry_kind(kinds, name[1:-1])
        return found or UNKNOWN, 0 if found else MEANINGLESS
    if name.endswith("]"):
        return _bound(name, kinds)
    types = tuple(_type_of(k, m) for k, m in zip(kinds, marks, strict=True))
    row = function(name) if is_call else None
    try:
        t = row.rule(types, _ONE_SIZE) if row is not None else RULES[name](types, _ONE_SIZE)
    except LossmithError as error:
        return UNKNOWN, MEANINGLESS if error.attempt is None else ONE_SIGN_MISSING
    if row is not None:
        # The sum of one entry forgot its index; the norm of one speaks of a row.
        plain = marks in "y." or (marks == "x" and name not in ADDING)
        return t.kind, VACUOUS if row.reduces and kinds == "s" and plain else 0
    arrays = kinds.replace("s", "")
    cost = 0
    if name == "'" and not arrays:
        cost = TURNED_ENTRY if marks == "x" else TURNED_SCALAR
    elif name == "*" and kinds == "rs" and marks[1] == "x":
        cost = SCALED_FROM_THE_RIGHT["r"]  # w' x_i is a product of vectors
    elif name == "*" and arrays and kinds[1] == "s" and marks[1] in "y.":
        cost = SCALED_FROM_THE_RIGHT.get(kinds[0], 0)
    elif name in ("+", "-", ".*", "./") and arrays:
        each = LONE_BESIDE_MATRIX if name in "+-" and "m" in arrays else LONE_SCALAR
        cost = sum(each for k, m in zip(kinds, marks, strict=True) if k + m == "sy")
        if name in "+-" and "sx" in (kinds[0] + marks[0], kinds[1] + marks[1]):
            cost += LONE_ENTRY
    return t.kind, cost


def _bound(name: str, kinds: str) -> tuple[str, int]:
    """Return the kind of a sum over indices and its cost; name: ``sum[1]`` with their number."""
    function_name, _, count = name[:-1].partition("[")
    if function_name == "tensor":
        return "cmt"[min(int(count), 3) - 1], 0
    reduces = function_name in ("sum", "mean") or kinds == "s"
    return (kinds, 0) if reduces else (UNKNOWN, MEANINGLESS)


def _type_of(kind: str, mark: str) -> Type:
    kinds: dict[str, Kind] = {"s": "s", "c": "c", "r": "r", "m": "m", "t": "t"}
    value = Fraction(1) if mark == "i" else None
    return Type(kinds[kind], (0,) * RANK[kind], value=value)


def infer_kinds(
    nodes: Sequence[Node], values: Sequence[Fraction | None], known: Mapping[str, Kind]
) -> Kinds:
    """Return a kind for every name that is not ``known``.

    nodes: in postorder.  values: of each node its exact value, if it is a literal number.
    known: kinds of declared names and of constants.
    """
    model = _Model(nodes, values, known)
    if not model.names:
        return Kinds({}, frozenset())
    best = min((model.descend(start) for start in model.starts()), key=model.total)
    best = model.descend_pairs(best)
    forced = [name for k, name in enumerate(model.names) if model.is_forced(best, k)]
    return Kinds(dict(zip(model.names, best, strict=True)), frozenset(forced))


class _Model:
    """The formula as a list of steps on which an assignment of kinds has a cost."""

    def __init__(
        self,
        nodes: Sequence[Node],
        values: Sequence[Fraction | None],
        known: Mapping[str, Kind],
    ) -> None:
        names = (n.name for n in nodes if n.kind == "name" and n.name not in known)
        self.names = list(dict.fromkeys(names))
        patterns: dict[str, set[str]] = {}
        for n in nodes:
            if n.kind == "entry" and nodes[n.args[0]].kind == "name":
                patterns.setdefault(nodes[n.args[0]].name, set()).add(pattern(n.subscripts))
        self.priors = [
            priors_of_entries(x, patterns[x]) if x in patterns else priors(x) for x in self.names
        ]
        index = {name: k for k, name in enumerate(self.names)}
        # A step is (kind, -1, ...) for a leaf that is known, ("", k, ...) for unknown name k.
        self.steps: list[tuple[str, int, bool, str, tuple[int, ...], str]] = []
        marks: list[str] = []
        offsets = intercepts({n.name for n in nodes if n.kind == "name"})
        for node, value in zip(nodes, values, strict=True):
            plain = node.kind == "name" and node.name in offsets
            marks.append("." if plain else _mark(node, value, marks))
            if node.kind == "number":
                self.steps.append(("s", -1, False, "", (), ""))
            elif node.kind == "name":
                unknown = index.get(node.name, -1)
                kind = "" if unknown >= 0 else known[node.name]
                self.steps.append((kind, unknown, False, "", (), ""))
            else:
                name = _step_name(node)
                inner = "".join(marks[a] for a in node.args)
                self.steps.append(("", -1, node.kind == "call", name, node.args, inner))

    def total(self, assigned: Sequence[Kind]) -> int:
        """Return the cost of an assignment."""
        cost = sum(p[k] for p, k in zip(self.priors, assigned, strict=True))
        kinds: list[str] = []
        for leaf, unknown, is_call, name, args, marks in self.steps:
            if unknown >= 0:
                kinds.append(assigned[unknown])
            elif leaf:
                kinds.append(leaf)
            else:
                step = outcome(is_call, name, "".join([kinds[a] for a in args]), marks)
                kinds.append(step[0])
                cost += step[1]
        return cost if kinds[-1] in "s?" else cost + NOT_SCALAR

    def starts(self) -> list[list[Kind]]:
        """Return what the names suggest, and the same with vectors for plain small letters."""
        # Every prior lists its kinds from the most to the least likely.
        suggested: list[Kind] = [next(iter(p)) for p in self.priors]
        vectors: list[Kind] = ["c" if p.get("c") == 1 else next(iter(p)) for p in self.priors]
        return [suggested, vectors]

    def descend(self, start: list[Kind]) -> list[Kind]:
        """Change one kind at a time as long as that is cheaper."""
        assigned: list[Kind] = list(start)
        cost = self.total(assigned)
        improved = True
        while improved:
            improved = False
            for k, prior in enumerate(self.priors):
                for kind in prior:
                    trial: list[Kind] = _with(assigned, k, kind)
                    if kind != assigned[k] and (c := self.total(trial)) < cost:
                        assigned, cost, improved = trial, c, True
        return assigned

    def descend_pairs(self, assigned: list[Kind]) -> list[Kind]:
        """Change two kinds at a time while the formula still costs more than its names."""
        count = len(self.names)
        if count > _MOST_PAIRED:
            return assigned
        cost = self.total(assigned)
        improved = True
        while improved and cost > self._of_names(assigned) + NOT_SCALAR:
            improved = False
            for i, j in combinations(range(count), 2):
                for trial in self._turned_pairs(assigned, i, j):
                    if (c := self.total(trial)) < cost:
                        assigned, cost, improved = trial, c, True
        return assigned

    def _turned_pairs(self, assigned: list[Kind], i: int, j: int) -> list[list[Kind]]:
        firsts = [_with(assigned, i, kind) for kind in self.priors[i]]
        return [_with(first, j, kind) for first in firsts for kind in self.priors[j]]

    def _of_names(self, assigned: Sequence[Kind]) -> int:
        return sum(p[k] for p, k in zip(self.priors, assigned, strict=True))

    def is_forced(self, assigned: list[Kind], k: int) -> bool:
        """Return whether every other kind of name k costs a step without meaning."""
        limit = self.total(assigned) + ONE_SIGN_MISSING
        return all(
            kind == assigned[k] or self.total(_with(assigned, k, kind)) >= limit
            for kind in self.priors[k]
        )


def _step_name(node: Node) -> str:
    """Return what ``outcome`` calls a node: an operator, a function, [i:] or sum[1]."""
    if node.kind == "entry":
        return f"[{pattern(node.subscripts)}]"
    if node.kind == "bind":
        return f"{reduction(node.name)}[{len(node.binds)}]"
    return "negate" if node.kind == "prefix" else node.name


def _with(assigned: Sequence[Kind], k: int, kind: Kind) -> list[Kind]:
    """Return the assignment with one kind changed."""
    changed: list[Kind] = list(assigned)
    changed[k] = kind
    return changed


def _keeps_kind(node: Node) -> bool:
    """Return whether a step takes one array entry by entry to one of its kind."""
    if node.kind == "infix":
        return node.name in ("+", "-")
    row = function(node.name) if node.kind == "call" and not node.binds else None
    return row is not None and len(node.args) == 1 and row.on_tensors and not row.reduces


def _mark(node: Node, value: Fraction | None, marks: Sequence[str]) -> str:
    if value is not None:
        return "i" if value.denominator == 1 else "q"
    if node.kind == "name":
        return "y"
    if node.kind == "prefix" or node.name == "'":
        return marks[node.args[0]]
    lone = [marks[a] for a in node.args if marks[a] not in "iq"]
    if lone == ["y"] and _keeps_kind(node):
        return "y"  # log(p) and 1 - p are as lone as p
    if node.kind == "entry" or (not node.binds and any(marks[a] == "x" for a in node.args)):
        return "x"
    return "."
