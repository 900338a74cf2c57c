"""Kinds of undeclared symbols: the cheapest assignment under the model of ``kind_costs``.

Coordinate descent from two starts, then over pairs while a doubt remains. A change is followed
upwards only as far as it reaches, so that the work grows about as the formula.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from heapq import heapify, heappop, heappush
from itertools import combinations, product
from typing import Final

from lossmith.text.kinds.indices import pattern
from lossmith.text.kinds.kind_costs import (
    NOT_SCALAR,
    ONE_SIGN_MISSING,
    WEIGHTS,
    intercepts,
    mark,
    outcome,
    priors,
    priors_of_entries,
    step_name,
)
from lossmith.text.syntax.syntax import Node
from lossmith.text.syntax.typed import Kind

_MOST_PAIRED: Final = 8
_BATCH: Final[Mapping[Kind, int]] = {"m": 0, "c": 1, "s": 6}
"""What x costs in front of a product in Python, where it holds one sample in each row."""


@dataclass(frozen=True, slots=True)
class Kinds:
    """The kind chosen for each undeclared name; ``forced``: no other kind makes sense."""

    chosen: Mapping[str, Kind]
    forced: frozenset[str]


def infer_kinds(
    nodes: Sequence[Node],
    values: Sequence[Fraction | None],
    known: Mapping[str, Kind],
    *,
    numpy: bool = False,
) -> Kinds:
    """Return a kind for every name that is not ``known``.

    nodes: in postorder.  values: of each node its exact value, if it is a literal number.
    known: kinds of declared names and of constants.  numpy: vectors may meet the rows of matrices.
    """
    model = _Model(nodes, values, known, numpy=numpy)
    if not model.names:
        return Kinds({}, frozenset())
    tried = [model.at(start) for start in model.starts()]
    for assignment in tried:
        assignment.descend()
    best = min(tried, key=lambda assignment: assignment.cost)
    best.descend_pairs()
    return Kinds(dict(zip(model.names, best.chosen, strict=True)), best.forced())


class _Model:
    """The formula as a list of steps on which an assignment of kinds has a cost."""

    def __init__(
        self,
        nodes: Sequence[Node],
        values: Sequence[Fraction | None],
        known: Mapping[str, Kind],
        *,
        numpy: bool,
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
        for name in _along_rows(nodes, known):
            if name in index and name not in patterns:
                self.priors[index[name]] = priors("X")
        if numpy and "x" in index and "x" not in patterns and _leads_product("x", nodes):
            self.priors[index["x"]] = dict(_BATCH)
        for weight, row in _weights_of_rows(nodes):
            if weight in index and weight not in patterns:
                self.priors[index[weight]] = {"c": 0, "s": 6, "m": 14}
            if row in index and patterns.get(row) == {"i"}:
                self.priors[index[row]] = {"m": 0, "c": 6}
        self.powered = {nodes[n.args[0]].name for n in nodes if n.kind == "infix" and n.name == "^"}
        # A step is (kind, -1, ...) for a leaf that is known, ("", k, ...) for unknown name k.
        self.steps: list[tuple[str, int, bool, str, tuple[int, ...], str]] = []
        self.leaves: list[list[int]] = [[] for _ in self.names]
        self.uses: list[list[int]] = [[] for _ in nodes]
        marks: list[str] = []
        offsets = intercepts({n.name for n in nodes if n.kind == "name"})
        for at, (node, value) in enumerate(zip(nodes, values, strict=True)):
            plain = node.kind == "name" and node.name in offsets
            marks.append("." if plain else mark(node, value, marks))
            for a in set(node.args):
                self.uses[a].append(at)
            if node.kind == "number":
                self.steps.append(("s", -1, False, "", (), ""))
            elif node.kind == "name":
                unknown = index.get(node.name, -1)
                kind = "" if unknown >= 0 else known[node.name]
                self.steps.append((kind, unknown, False, "", (), ""))
                if unknown >= 0:
                    self.leaves[unknown].append(at)
            else:
                name = step_name(node, numpy=numpy)
                inner = "".join(marks[a] for a in node.args)
                self.steps.append(("", -1, node.kind == "call", name, node.args, inner))

    def starts(self) -> list[list[Kind]]:
        """Return what the names suggest, and the same with vectors for plain small letters.

        A letter with a power is a number there: no vector has one.
        """
        # Every prior lists its kinds from the most to the least likely.
        suggested: list[Kind] = [next(iter(p)) for p in self.priors]
        vectors: list[Kind] = [
            "c" if p.get("c") == 1 and name not in self.powered else next(iter(p))
            for name, p in zip(self.names, self.priors, strict=True)
        ]
        return [suggested, vectors]

    def at(self, assigned: list[Kind]) -> _Assignment:
        """Return an assignment with the kind and the cost of every step."""
        kinds: list[str] = []
        costs: list[int] = []
        for leaf, unknown, is_call, name, args, marks in self.steps:
            kind, cost = (assigned[unknown] if unknown >= 0 else leaf), 0
            if not kind:
                kind, cost = outcome(is_call, name, "".join([kinds[a] for a in args]), marks)
            kinds.append(kind)
            costs.append(cost)
        return _Assignment(self, assigned, kinds, costs)


class _Assignment:
    """A kind for each unknown name, with the kind and the cost of every step.

    A change is followed upwards only as far as kinds change, and given up once it costs more than
    all that it could still repair: so a trial rarely looks at more than a few steps.
    above: of each step a bound on the costs of the steps that it is a part of.
    tails: what a new kind of one step costs further up, as far as trials have shown.
    """

    def __init__(
        self, model: _Model, chosen: list[Kind], kinds: list[str], costs: list[int]
    ) -> None:
        self.model, self.chosen, self.kinds, self.costs = model, chosen, kinds, costs
        self.names = sum(p[k] for p, k in zip(model.priors, chosen, strict=True))
        self.cost = self.names + sum(costs) + _of_whole(kinds[-1])
        self.above: list[int] = []
        self.tails: dict[tuple[int, str], int] = {}
        self._look_up()

    def _look_up(self) -> None:
        """Bound the costs above each step, from the whole formula down."""
        whole = self.cost - self.names
        above = [_of_whole(self.kinds[-1])] * len(self.kinds)
        for at in range(len(above) - 2, -1, -1):
            uses = self.model.uses[at]
            above[at] = min(whole, sum([above[use] + self.costs[use] for use in uses]))
        self.above = above

    def _tell_parts(self, step: int, more: int) -> None:
        """Move the bounds of all parts of a step whose cost has changed."""
        parts, waiting = set[int](), [*self.model.steps[step][4]]
        while waiting:
            at = waiting.pop()
            if at not in parts:
                parts.add(at)
                self.above[at] += more
                waiting += self.model.steps[at][4]

    def trial(self, changes: Mapping[int, Kind], limit: int, *, whole: bool = False) -> _Trial:
        """Return what changing names costs more, exactly if that is below ``limit``.

        whole: follow the change to its end, so that it can be taken.
        """
        model, kinds, costs = self.model, self.kinds, self.costs
        of_names, repairable = 0, 0
        changed: dict[int, tuple[str, int]] = {}
        waiting: list[int] = []
        for k, kind in changes.items():
            of_names += model.priors[k][kind] - model.priors[k][self.chosen[k]]
            if kind != self.chosen[k]:
                for leaf in model.leaves[k]:
                    changed[leaf] = kind, 0
                    repairable += self.above[leaf]
                    waiting += model.uses[leaf]
        heapify(waiting)
        more, last = of_names, -1
        alone: list[tuple[tuple[int, str], int]] = []
        while waiting and more - repairable < limit:
            at = heappop(waiting)
            if at == last:
                continue
            last = at
            _, _, is_call, name, args, marks = model.steps[at]
            inside = "".join([changed[a][0] if a in changed else kinds[a] for a in args])
            kind, cost = outcome(is_call, name, inside, marks)
            more += cost - costs[at]
            repairable -= costs[at]
            changed[at] = kind, cost
            if kind == kinds[at]:
                continue
            if not waiting and not whole:
                # From here on the change is that of this one step: known if it was met before.
                if (at, kind) in self.tails:
                    return self._known(_Trial(changes, {}, of_names, more), (at, kind), alone)
                alone.append(((at, kind), more))
            for use in model.uses[at]:
                heappush(waiting, use)
        if waiting:
            return _Trial(changes, {}, of_names, max(limit, more - repairable))
        root = changed.get(len(kinds) - 1)
        more += 0 if root is None else _of_whole(root[0]) - _of_whole(kinds[-1])
        self.tails |= {step: more - before for step, before in alone}
        return _Trial(changes, changed, of_names, more)

    def _known(
        self, trial: _Trial, step: tuple[int, str], alone: Sequence[tuple[tuple[int, str], int]]
    ) -> _Trial:
        """Return a trial with the cost of a tail that another one followed to its end."""
        more = trial.more + self.tails[step]
        self.tails |= {one: more - before for one, before in alone}
        return replace(trial, more=more)

    def take(self, trial: _Trial) -> None:
        """Change the names as in the trial."""
        for k, kind in trial.names.items():
            self.chosen[k] = kind
        before = _of_whole(self.kinds[-1])
        for at, (kind, cost) in trial.steps.items():
            if cost != self.costs[at]:
                self._tell_parts(at, cost - self.costs[at])
            self.kinds[at], self.costs[at] = kind, cost
        self.names += trial.of_names
        self.cost += trial.more
        self.tails.clear()
        if _of_whole(self.kinds[-1]) != before:
            self._look_up()

    def descend(self) -> None:
        """Change one kind at a time as long as that is cheaper."""
        improved = True
        while improved:
            improved = False
            self._look_up()
            for k, prior in enumerate(self.model.priors):
                for kind in prior:
                    if kind != self.chosen[k]:
                        improved |= self._try({k: kind})

    def descend_pairs(self) -> None:
        """Change two kinds at a time while the formula still costs more than its names."""
        priors = self.model.priors
        if len(priors) > _MOST_PAIRED:
            return
        improved = True
        while improved and self.cost > self.names + NOT_SCALAR:
            improved = False
            for i, j in combinations(range(len(priors)), 2):
                for first, second in product(priors[i], priors[j]):
                    improved |= self._try({i: first, j: second})

    def _try(self, changes: Mapping[int, Kind]) -> bool:
        trial = self.trial(changes, 0)
        if trial.more >= 0:
            return False
        self.take(self.trial(changes, 0, whole=True))
        return True

    def forced(self) -> frozenset[str]:
        """Return the names of which every other kind costs a step without meaning."""
        self._look_up()
        return frozenset(
            name
            for k, name in enumerate(self.model.names)
            if all(
                kind == self.chosen[k]
                or self.trial({k: kind}, ONE_SIGN_MISSING).more >= ONE_SIGN_MISSING
                for kind in self.model.priors[k]
            )
        )


def _along_rows(nodes: Sequence[Node], known: Mapping[str, Kind]) -> set[str]:
    """Return the names that are matrices since a sum runs along their axis 1, and no other is."""
    found: set[str] = set()
    for node in nodes:
        along = node.name.endswith("|1") or node.name == "part|matrix"
        if node.kind != "call" or not along:
            continue
        names, waiting = set[str](), [*node.args]
        while waiting:
            inner = nodes[waiting.pop()]
            waiting += inner.args
            if inner.kind == "name":
                names.add(inner.name)
        if not any(x[:1].isupper() or known.get(x) == "m" for x in names):
            found |= names
    return found


def _leads_product(name: str, nodes: Sequence[Node]) -> bool:
    """Return whether a name stands in front of a matrix product: ``x @ W``."""
    return any(n.kind == "infix" and n.name == "@" and nodes[n.args[0]].name == name for n in nodes)


def _weights_of_rows(nodes: Sequence[Node]) -> set[tuple[str, str]]:
    """Return the names of weights and of data whose inner product is written: ``w·xᵢ``."""
    found: set[tuple[str, str]] = set()
    for node in nodes:
        if node.kind == "infix" and node.name == "·":
            left, right = (nodes[a] for a in node.args)
            if right.kind == "entry" and left.kind == "name" and left.name in WEIGHTS:
                found.add((left.name, nodes[right.args[0]].name))
    return found


@dataclass(frozen=True, slots=True)
class _Trial:
    """Names given other kinds, the steps that this changes, and what it costs more."""

    names: Mapping[int, Kind]
    steps: Mapping[int, tuple[str, int]]
    of_names: int
    more: int


def _of_whole(kind: str) -> int:
    """Return what it costs that the whole formula is no scalar."""
    return 0 if kind in "s?" else NOT_SCALAR
