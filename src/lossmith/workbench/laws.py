"""Two laws of one number side by side: height and corner at the peak, tails, the larger one."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from lossmith.atoms.exponential import exp, log
from lossmith.calculus.normalize import normalize
from lossmith.errors import UsageError
from lossmith.expr.build import add as plus
from lossmith.expr.build import apply, const, multiply, power, subtract
from lossmith.expr.node import Add, Apply, Expr, Symbol
from lossmith.expr.walk import depends_on
from lossmith.likelihood.statements import Statement, joint, read_statements
from lossmith.prove.kinks.kinks import kinks
from lossmith.prove.line.contrast import Contrast
from lossmith.prove.line.one_sided import Sides, sides
from lossmith.text.writing.printing import to_text
from lossmith.view import laws as told
from lossmith.view.card import Card
from lossmith.words import Words, same
from lossmith.workbench.contrast import contrast
from lossmith.workbench.objective import objective


@dataclass(frozen=True, slots=True)
class Law:
    """A law of one number: its statement, -log density, and density."""

    statement: Statement
    energy: Expr
    density: Expr


@dataclass(frozen=True, repr=False)
class LawsCompared:
    """Densities p and q of one number x, and what is proved of them.

    contrast: of the negative log-densities, q against p.  peaks: both densities where one of them
    has a corner, or at the center.
    """

    x: Symbol
    p: Law
    q: Law
    contrast: Contrast | None
    peaks: tuple[tuple[Sides, Sides], ...]

    @property
    def status(self) -> str:
        """proved, or undecided where nothing was."""
        return "proved" if self.peaks or (self.contrast and any(self.contrast.far)) else "undecided"

    @property
    def evidence(self) -> None:
        """There is none to save: the answers come from exact expansions."""

    def card(self) -> Card:
        """Return both densities, their peaks and tails."""
        lines = [
            told.density("p", self.x, self.p.statement.family, self.p.density),
            told.density("q", self.x, self.q.statement.family, self.q.density),
            *(told.peak(self.x, p, q) for p, q in self.peaks),
            *(told.tails(self.contrast) if self.contrast is not None else ()),
        ]
        title = same(f"p: {self.p.statement.text}   q: {self.q.statement.text}")
        return Card(title, tuple(lines))

    def to_json(self) -> dict[str, Any]:
        """Return densities, slopes at the peaks and tails as plain data."""
        return {
            "status": self.status,
            "kind": "laws",
            "p": to_text(self.p.density),
            "q": to_text(self.q.density),
            "peaks": [[told.peak_data(s) for s in pair] for pair in self.peaks],
            "contrast": None if self.contrast is None else self.contrast.to_json(),
        }


def compare_laws(first: str, second: str, declare: str = "") -> LawsCompared:
    """Return two laws "x ~ Law(...)" of one symbol side by side.

    Raises: UsageError where they are not laws of one and the same number.
    """
    one, two = _statement(first), _statement(second)
    if one.name != two.name:
        raise UsageError(
            Words(
                f"the laws are of {one.name} and of {two.name}",
                f"两个分布分别是 {one.name} 和 {two.name} 的",
            ),
            attempt=Words("name the symbol alike in both", "两处使用同一个符号"),
        )
    promises = "; ".join(filter(None, [*_promises((one, two), declare), declare]))
    laws = [_law(s, promises) for s in (one, two)]
    x = laws[0][0]
    if x.shape or laws[1][0] is not x:
        raise UsageError(
            Words(f"{one.name} is not one number in both", f"{one.name} 在两处不都是一个数"),
            attempt=same(f"{one.name} ~ Laplace(0, b)"),
        )
    p, q = laws[0][1], laws[1][1]
    side_by_side = contrast(p.energy, q.energy, (x,))
    return LawsCompared(x, p, q, side_by_side, _peaks(p, q, x))


def _statement(text: str) -> Statement:
    found = read_statements(text)
    if len(found) != 1 or found[0].family.core or found[0].family.is_discrete:
        raise UsageError(
            Words("one law of one number with a density is asked for", "需要一个有密度的一维分布"),
            attempt=same("w ~ Laplace(0, b)"),
        )
    return found[0]


def _promises(statements: tuple[Statement, Statement], declare: str) -> list[str]:
    """Return what the laws promise of their symbols, each symbol once."""
    found: dict[str, str] = {}
    for s in statements:
        for entry in joint((s,), declare)[1].removesuffix(declare).split(";"):
            if entry.strip():
                found.setdefault(entry.split()[0].rstrip(":"), entry.strip())
    return list(found.values())


def _law(s: Statement, promises: str) -> tuple[Symbol, Law]:
    f = objective(s.energy(single=True), declare=promises, wrt=s.name)
    energy = normalize(f.expr).end
    return f.wrt[0], Law(s, energy, _density(energy))


def _density(energy: Expr) -> Expr:
    """Return exp(-energy), exp(c log u) written as u^c."""
    terms = energy.terms if isinstance(energy, Add) else ((Fraction(1), energy),)
    logs = [(c, t.args[0]) for c, t in terms if isinstance(t, Apply) and t.atom is log]
    rest = [(-c, t) for c, t in terms if not (isinstance(t, Apply) and t.atom is log)]
    factors = [power(u, -c) for c, u in logs]
    if rest:
        factors.append(apply(exp, plus(*rest, shape=())))
    return multiply(const(1), *factors)


def _peaks(p: Law, q: Law, x: Symbol) -> tuple[tuple[Sides, Sides], ...]:
    """Return both densities where one has a corner; at 0 where neither has one."""
    places = dict.fromkeys(c for law in (p, q) for c in _corners(law.energy, x))
    found: list[tuple[Sides, Sides]] = []
    for c in places or {const(0): None}:
        one, two = sides(p.density, x, c), sides(q.density, x, c)
        if one is not None and two is not None:
            found.append((one, two))
    return tuple(found)


def _corners(e: Expr, x: Symbol) -> list[Expr]:
    """Return the places x = c at which e has a kink, c free of x."""
    found: list[Expr] = []
    for k in kinks(e, (x,)):
        if k.at is not None and k.at.is_point and k.at.lo is not None:
            found.append(const(k.at.lo))
            continue
        place = subtract(x, k.where)
        if not depends_on(place, (x,)):
            found.append(place)
    return found
