"""What a kind of a name and a kind of a step cost: the model by which kinds are inferred.

Costs: a kind that the name does not suggest; a step that has no meaning (100, or 12 where one sign
repairs it: then the reader meant arrays and forgot a dot); a sum, mean or norm of a scalar; a
transposed scalar; an array scaled from the right; a lone scalar symbol added to an array; a result
that is no scalar.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Final

from lossmith.errors import LossmithError
from lossmith.text.functions.functions import function
from lossmith.text.functions.operators import NUMPY, RULES
from lossmith.text.kinds.indices import entry_kind, pattern, reduction
from lossmith.text.syntax.syntax import Node
from lossmith.text.syntax.typed import RANK, Kind, KindsOnly, Type

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
DOTTED_SCALARS: Final[dict[str, int]] = {".*": 2, "./": 2, "·": 3}
SPREAD: Final = 4

PAIRED: Final = frozenset({"rel_entr"})
"""Functions that compare two arrays entry by entry."""

UNKNOWN: Final = "?"
ADDING: Final = frozenset({"sum", "mean", "var"})

PARAMETERS: Final = frozenset(
    "lam alpha gamma eps epsilon sigma tau rho nu kappa eta omega delta n".split()
)
"""Names that are scalars nearly everywhere."""


WEIGHTS: Final = frozenset({"w", "theta", "beta", "v", "phi"})
"""Names of the weights of a linear model."""
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
    if any(len(s) > RANK["m"] for s in subscripts):
        return {"t": 0}
    if subscripts == {"i"}:
        # x_i is an entry of a vector or, as a column, a row of a matrix.
        return {"c": 0, "m": 1 if name[:1].isupper() else 3}
    return {"c": 0, "m": 3} if subscripts == {":"} else {"m": 0, "c": 14}


_ONE_SIZE: Final = KindsOnly()
_OF_NUMPY: Final = "np:"


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
    rules = RULES
    if name.startswith(_OF_NUMPY):
        name, rules = name.removeprefix(_OF_NUMPY), NUMPY
    try:
        t = row.rule(types, _ONE_SIZE) if row is not None else rules[name](types, _ONE_SIZE)
    except LossmithError as error:
        return UNKNOWN, MEANINGLESS if error.attempt is None else ONE_SIGN_MISSING
    if row is not None:
        # The sum of one entry forgot its index; the norm of one speaks of a row.
        if name in PAIRED and sorted(kinds) in (["c", "s"], ["m", "s"], ["r", "s"]):
            return t.kind, LONE_SCALAR if "sy" in (
                k + m for k, m in zip(kinds, marks, strict=True)
            ) else 0
        plain = marks in "y." or (marks == "x" and name not in ADDING)
        return t.kind, VACUOUS if row.reduces and kinds == "s" and plain else 0
    arrays = kinds.replace("s", "")
    cost = SPREAD if rules is NUMPY and sorted(kinds) == ["c", "m"] else 0
    if kinds == "ss" and rules is RULES and (name != "·" or marks == "yy"):
        # Two numbers need no dot: who writes one speaks of arrays.
        cost = 0 if set(marks) & set("iqx") else DOTTED_SCALARS.get(name, 0)
    if name == "'" and not arrays:
        cost = TURNED_ENTRY if marks == "x" else TURNED_SCALAR
    elif name == "*" and kinds == "rs" and marks[1] == "x":
        cost = SCALED_FROM_THE_RIGHT["r"]  # w' x_i is a product of vectors
    elif name == "*" and arrays and kinds[1] == "s" and marks[1] in "y.":
        cost = SCALED_FROM_THE_RIGHT.get(kinds[0], 0)
    elif name in ("+", "-", ".*", "./") and arrays:
        each = LONE_BESIDE_MATRIX if name in "+-" and "m" in arrays else LONE_SCALAR
        cost += sum(each for k, m in zip(kinds, marks, strict=True) if k + m == "sy")
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
    # A symbol may be a size, as in eye(n): whether it is one is known later.
    letter = "n" if kind + mark == "sy" else ""
    return Type(kinds[kind], (0,) * RANK[kind], value=value, letter=letter)


def step_name(node: Node, *, numpy: bool = False) -> str:
    """Return what ``outcome`` calls a node: an operator, a function, [i:] or sum[1]."""
    if node.kind == "entry":
        return f"[{pattern(node.subscripts)}]"
    if node.kind == "bind":
        return f"{reduction(node.name)}[{len(node.binds)}]"
    if numpy and node.kind == "infix" and node.name in NUMPY:
        return f"{_OF_NUMPY}{node.name}"
    return "negate" if node.kind == "prefix" else node.name


def _keeps_kind(node: Node) -> bool:
    """Return whether a step takes one array entry by entry to one of its kind."""
    if node.kind == "infix":
        return node.name in ("+", "-")
    row = function(node.name) if node.kind == "call" and not node.binds else None
    return row is not None and len(node.args) == 1 and row.on_tensors and not row.reduces


def mark(node: Node, value: Fraction | None, marks: Sequence[str]) -> str:
    """Return the mark of a node, as ``outcome`` takes them; marks: those of the nodes before."""
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
