"""Curvature in every subset of the variables, and the signs under which a subset passes.

A function that is convex in several variables jointly is convex in each subset of them, and one
that fails in a subset fails jointly: both directions carry evidence over, so the lattice costs
little more than its hardest member.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product
from typing import Any

from lossmith.errors import LossmithError, UsageError
from lossmith.evidence.certificate import Certificate, Claim, Inference, Witness
from lossmith.evidence.check import check
from lossmith.evidence.witness import admits, mixed
from lossmith.expr.node import Expr, Symbol, symbol
from lossmith.expr.sets import NONNEGATIVE, NONPOSITIVE
from lossmith.expr.types import Assumptions
from lossmith.expr.walk import substitute, symbols
from lossmith.prove.prover import curvature
from lossmith.prove.proving.verdict import Verdict
from lossmith.words import Words

MOST = 4
"""Variables that a lattice may have: 15 subsets."""

SIGNED_BUDGET = 400
"""Proof steps for a block under one choice of signs, when a passing choice is looked for."""

CHOICES = 40
"""Choices of signs that are tried for one block."""


@dataclass(frozen=True, slots=True)
class Case:
    """The verdict on a block where some symbols are narrowed to a half-line or to one value."""

    narrowed: tuple[Symbol, ...]
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Block:
    """One subset of the variables: its verdict, and signs under which it passes if it fails.

    inherited: the larger or smaller subset whose evidence was carried over, () if none was.
    passes: smallest sets of signs that make the formula convex or concave in the block, proved.
    """

    wrt: tuple[Symbol, ...]
    verdict: Verdict
    inherited: tuple[Symbol, ...] = ()
    passes: tuple[Case, ...] = ()
    cases: tuple[Case, ...] = ()


@dataclass(frozen=True, slots=True)
class Lattice:
    """All nonempty subsets of the variables, smallest first, each with its verdict."""

    expr: Expr
    blocks: tuple[Block, ...]

    def of(self, *names: str) -> Block:
        """Return the block of these variables.  Raises: KeyError."""
        for block in self.blocks:
            if {s.name for s in block.wrt} == set(names):
                return block
        raise KeyError(names)

    @property
    def cases(self) -> tuple[tuple[Block, Case], ...]:
        """Every sign case that was asked for, with its block."""
        return tuple((b, c) for b in self.blocks for c in b.cases)

    def to_json(self) -> Any:
        """Return the lattice as plain data, with all evidence of all blocks."""

        def case(c: Case) -> Any:
            narrowed = [[s.name, narrowed_text(s)] for s in c.narrowed]
            return {"where": narrowed, "verdict": c.verdict.to_json()}

        return {
            "blocks": [
                {
                    "wrt": [s.name for s in b.wrt],
                    "verdict": b.verdict.to_json(),
                    "inherited": [s.name for s in b.inherited],
                    "passes": [case(c) for c in b.passes],
                    "cases": [case(c) for c in b.cases],
                }
                for b in self.blocks
            ]
        }


def lattice(
    e: Expr,
    wrt: tuple[Symbol, ...],
    *,
    signs: Sequence[Symbol] = (),
    conditions: bool = True,
    formula: str = "",
) -> Lattice:
    """Return the verdict for every nonempty subset of wrt.

    signs: symbols whose signs (or declared values) are told apart: each block gets one case for
    each choice among those of them that are not in the block.  conditions: look for signs under
    which a block passes that fails without.
    Raises: UsageError for no variable or more than four.
    """
    if not 1 <= len(wrt) <= MOST:
        raise UsageError(
            Words(
                f"blocks are compared for 1 to {MOST} variables, got {len(wrt)}",
                f"可比较 1 到 {MOST} 个变量的分块，这里有 {len(wrt)} 个",
            ),
            attempt=Words("--wrt with fewer names", "用 --wrt 选取较少的变量"),
        )
    found: dict[frozenset[Symbol], Block] = {}
    for size in range(1, len(wrt) + 1):
        for chosen in combinations(wrt, size):
            found[frozenset(chosen)] = _judged(e, chosen, found, formula)
    for chosen in sorted(found, key=len, reverse=True):
        found[chosen] = _restricted(found[chosen], found, formula)
    blocks = list(found.values())
    if signs:
        blocks = [replace(b, cases=tuple(sign_cases(e, b.wrt, signs, formula))) for b in blocks]
    elif conditions:
        blocks = [replace(b, passes=passing_signs(e, b.verdict, formula)) for b in blocks]
    return Lattice(e, tuple(blocks))


# -- evidence carried along the lattice ----------------------------------------------------------


def _judged(
    e: Expr, chosen: tuple[Symbol, ...], found: dict[frozenset[Symbol], Block], formula: str
) -> Block:
    """Return the verdict on a block; the witnesses of smaller blocks hold for it as well."""
    carried: dict[str, Witness] = {}
    source: tuple[Symbol, ...] = ()
    for smaller, block in found.items():
        if not smaller < set(chosen):
            continue
        for w in block.verdict.witnesses:
            wider = None if w.against in carried else _widened(w, chosen)
            if wider is not None:
                carried[w.against], source = wider, block.wrt
    if len(carried) == 2:
        witnesses = (carried["convex"], carried["concave"])
        verdict = Verdict("refuted", "neither", e, chosen, witnesses=witnesses)
        return Block(chosen, verdict, source)
    verdict = curvature(e, chosen, formula=formula)
    own = {w.against: w for w in verdict.witnesses}
    if verdict.status == "undecided" and len(own | carried) == 2:
        both = own | carried
        witnesses = (both["convex"], both["concave"])
        verdict = replace(
            verdict, status="refuted", label="neither", witnesses=witnesses, blocked_at=None,
            would_decide=(),
        )  # fmt: skip
        return Block(chosen, verdict, source)
    return Block(chosen, verdict)


def _widened(w: Witness, chosen: tuple[Symbol, ...]) -> Witness | None:
    """Return the witness with more variables: their values stay equal along the segment."""
    inside = symbols(w.expr)
    more = [s for s in chosen if s in w.data and s in inside and s not in w.wrt]
    fixed = {s: w.data[s] for s in more}
    wider = replace(
        w,
        wrt=tuple(s for s in chosen if s in w.a or s in fixed),
        data={s: v for s, v in w.data.items() if s not in fixed},
        a={**w.a, **fixed},
        b={**w.b, **fixed},
    )
    try:
        check(wider)
    except LossmithError:
        return None
    return wider


def _restricted(block: Block, found: dict[frozenset[Symbol], Block], formula: str) -> Block:
    """Return an open block with the proof of a larger one, restricted to it."""
    if block.verdict.status != "undecided":
        return block
    for larger, other in found.items():
        whole = other.verdict
        if not set(block.wrt) < larger or whole.status != "proved":
            continue
        certificates = tuple(restriction(c, block.wrt) for c in whole.certificates)
        verdict = Verdict(
            "proved", whole.label, whole.expr, block.wrt, strict=whole.strict,
            certificates=certificates, assumptions=whole.assumptions, cards=whole.cards,
            rows=(*whole.rows, "restriction"),
        )  # fmt: skip
        return replace(block, verdict=verdict, inherited=other.wrt)
    return block


def restriction(c: Certificate, wrt: tuple[Symbol, ...]) -> Certificate:
    """Return the proof that what holds jointly holds in a subset of the variables."""
    claim = c.conclusion
    narrow = Claim(claim.kind, claim.expr, wrt, claim.interval, claim.other)
    node = Inference(narrow, "restriction", (len(c.nodes) - 1,))
    return Certificate((*c.nodes, node), c.formula)


# -- signs -----------------------------------------------------------------------------------------


def sign_cases(
    e: Expr, wrt: tuple[Symbol, ...], over: Sequence[Symbol], formula: str = ""
) -> Iterator[Case]:
    """Yield the verdict on the block for every choice of signs (or values) of other symbols."""
    others = [s for s in over if s not in wrt]
    for choice in product(*(narrowings(s) for s in others)):
        case = _case(e, wrt, choice, formula)
        if case is not None:
            yield case


def narrowings(s: Symbol) -> tuple[Symbol, ...]:
    """Return the symbol on each half-line that it may lie on, or at each of its values."""
    a = s.assumptions
    if a.values is not None:
        own = [Assumptions(a.interval, (v,), a.integer, a.structure) for v in a.values]
    else:
        halves = [a.interval.meet(half) for half in (NONNEGATIVE, NONPOSITIVE)]
        own = [
            Assumptions(half, None, a.integer, a.structure)
            for half in halves
            if not half.is_empty and not (half.is_point and len(halves) > 1)
        ]
    return tuple(symbol(s.name, s.shape, narrow) for narrow in own)


def _case(
    e: Expr, wrt: tuple[Symbol, ...], choice: Iterable[Symbol], formula: str, **limits: int
) -> Case | None:
    named = {s.name: s for s in choice}
    change: dict[Expr, Expr] = {s: named[s.name] for s in symbols(e) if s.name in named}
    try:
        changed = substitute(e, change)
    except LossmithError:
        return None  # the formula would be defined nowhere
    block = tuple(named.get(s.name, s) for s in wrt)
    told = ", ".join(f"{s.name} {narrowed_text(s)}" for s in named.values())
    text = f"{formula} where {told}" if formula and told else formula
    verdict = curvature(changed, block, formula=text, bare=True, **limits)
    return Case(tuple(named.values()), verdict)


def passing_signs(e: Expr, verdict: Verdict, formula: str = "") -> tuple[Case, ...]:
    """Return the smallest choices of signs under which the block is convex or concave, proved.

    Tried: one, two, then three symbols. A choice that a known witness satisfies is not tried.
    """
    if verdict.status == "proved":
        return ()
    free = [s for s in symbols(e) if len(narrowings(s)) > 1 and not s.assumptions.structure]
    found: list[Case] = []
    tried = 0
    witnesses: list[Witness] = list(verdict.witnesses)
    for size in range(1, min(3, len(free)) + 1):
        for group in combinations(free, size):
            for choice in product(*(narrowings(s) for s in group)):
                if any(_within(choice, case.narrowed) for case in found):
                    continue
                against = {w.against for w in witnesses if _satisfied(w, choice)}
                if len(against) == 2 or tried >= CHOICES:
                    continue
                tried += 1
                case = _case(e, verdict.wrt, choice, formula, budget=SIGNED_BUDGET, tries=40)
                if case is None:
                    continue
                witnesses += case.verdict.witnesses
                if case.verdict.status == "proved":
                    found.append(case)
    return tuple(found)


def _within(choice: Sequence[Symbol], weaker: Sequence[Symbol]) -> bool:
    """Return whether a choice of signs holds all signs of a weaker one."""
    return set(weaker) <= set(choice)


def _satisfied(w: Witness, choice: Sequence[Symbol]) -> bool:
    """Return whether a witness meets the added signs, at all three of its points."""
    values = {s.name: [v] for s, v in w.data.items()}
    for s in w.wrt:
        values[s.name] = [w.a[s], w.b[s], mixed(w.a[s], w.b[s], w.t)]
    return all(admits(s, v, w.sizes) for s in choice for v in values.get(s.name, []))


def narrowed_text(s: Symbol) -> str:
    """Return what is known of a narrowed symbol as people write it: >= 0, = 1."""
    a = s.assumptions
    if a.values is not None:
        return f"= {a.values[0]}" if len(a.values) == 1 else f"in {a.values}"
    if a.interval.lo == 0 and a.interval.hi is None:
        return "> 0" if a.interval.lo_open else ">= 0"
    if a.interval.hi == 0 and a.interval.lo is None:
        return "< 0" if a.interval.hi_open else "<= 0"
    return f"in {a.interval}"
