"""A derivation as lines for a reader: what was recognized, let ..., differentials, the result.

The lines are made from the steps of the run alone. ``short`` keeps the changes of the named parts
(f, r, u ...) and of the variable and passes over plain sums and constants; ``full`` gives every use
of a rule its own line; ``exam`` is ``short`` with the reason of every rule, to be handed in;
``hint`` shows of each line only what stands to the left of = and the rule to use.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, Literal

from lossmith.calculus.derivation import Derivation, Differential, ReadOff, Rewrite, change_of
from lossmith.expr.node import Add, Apply, Contract, Expr, Select, Symbol
from lossmith.expr.types import shape_text
from lossmith.expr.walk import substitute, symbols
from lossmith.rules.derivative import CHAIN, LINEAR, SUM
from lossmith.text.writing.print_names import latex_name, unicode_name
from lossmith.text.writing.printing import Notation, entry_of, free_indices, to_latex, to_unicode
from lossmith.view.reasons import compared, rule_used
from lossmith.words import Lang, Words

Level = Literal["short", "full", "exam", "hint"]

_MOST = 12
"""Lines of differentials that ``short`` shows of one derivative before it folds the middle."""

_REASONS = 3
"""Reasons that ``short`` gives for one line."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line: a formula (Unicode and LaTeX), why it holds, and what it speaks of.

    kind: "recognize", "let", "differential", "fold", "read-off", "simplify" or "result".
    """

    kind: str
    formula: str
    latex: str
    why: Words
    node: Expr

    def to_json(self) -> dict[str, Any]:
        """Return the line as data, both languages."""
        return {
            "kind": self.kind,
            "formula": self.formula,
            "latex": self.latex,
            "why": {"en": self.why.en, "zh": self.why.zh},
        }


def tell(
    derivation: Derivation, level: Level = "short", notation: Notation = "matrix"
) -> tuple[Line, ...]:
    """Return the lines of a derivation, in the order in which it was computed.

    notation: "index" writes every line entry by entry, with sums over indices.
    """
    teller = _Teller(derivation, level, notation)
    lines: list[Line] = []
    run: list[Differential] = []
    for step in derivation.steps:
        match step:
            case Rewrite():
                lines.append(teller.rewrite(step))
            case Differential():
                run.append(step)
            case ReadOff():
                lines += teller.differentials(run, step)
                run = []
    last = teller.result(derivation.end)
    if level == "short":
        lines, last = _tidied(lines, last)
    if not lines or lines[-1].formula != last.formula:
        lines.append(last)
    return tuple(_covered(line) for line in lines) if level == "hint" else tuple(lines)


def _tidied(lines: list[Line], last: Line) -> tuple[list[Line], Line]:
    """Return the lines without the last simplifications, and the result with their reasons.

    What was read off before them is the same result, not yet tidied: it goes too.
    """
    kept = list(lines)
    while kept and kept[-1].kind == "simplify":
        kept.pop()
    if len(kept) == len(lines):
        return kept, last
    if kept and kept[-1].kind == "read-off":
        kept.pop()
    said = list(dict.fromkeys(line.why for line in lines[len(kept) :]))[:_REASONS]
    why = Words("; ".join(w.en for w in said), "；".join(w.zh for w in said))
    return kept, replace(last, why=why)


def _covered(line: Line) -> Line:
    """Return the line with what stands to the right of = left to the reader."""
    left, equals, _ = line.formula.partition(" = ")
    latex, _, _ = line.latex.partition(" = ")
    if not equals or line.kind == "let":
        return line
    return replace(line, formula=f"{left} = ?", latex=rf"{latex} = \mathord{{?}}")


def narrate(derivation: Derivation, lang: Lang = "en", level: Level = "short") -> str:
    """Return the lines as numbered text, the reason of each behind it."""
    lines = tell(derivation, level)
    width = min(60, max(len(line.formula) for line in lines))
    numbered = [
        f"{k:>3}  {line.formula:<{width}}   {line.why.say(lang)}".rstrip()
        for k, line in enumerate(lines, 1)
    ]
    return "\n".join(numbered)


_LETTERS = {"sigmoid": "s", "softmax": "p", "inv": "M", "exp": "e"}
_SPARE = ("u", "v", "z", "q", "t", "h")
_PASSED_OVER = (SUM.name, LINEAR.name)


@dataclass(slots=True)
class _Teller:
    """The names given so far, and how far the derivation has come."""

    derivation: Derivation
    level: Level
    notation: Notation = "matrix"
    names: dict[Expr, str] = field(default_factory=dict[Expr, str])
    taken: set[str] = field(default_factory=set[str])
    told: set[Expr] = field(default_factory=set[Expr])
    order: int = 0

    def __post_init__(self) -> None:
        d = self.derivation
        self.taken |= {"f"} | {s.name for s in symbols(d.start, d.end)}
        self.taken |= {str(size) for s in symbols(d.start, d.end) for size in s.shape}

    # -- writing -----------------------------------------------------------------------------------

    def write(self, e: Expr, *, but: Expr | None = None) -> tuple[str, str]:
        """Return e in Unicode and LaTeX, named parts by name (``but`` spelled out)."""
        names = self.spoken(but)
        return to_unicode(e, self.notation, names), to_latex(e, self.notation, names)

    def spoken(self, but: Expr | None = None) -> dict[Expr, str]:
        """Return the names in use, those of changes too."""
        names: dict[Expr, str] = {k: n for k, n in self.names.items() if k is not but}
        names |= {change_of(k): "d" + _plain(n) for k, n in self.names.items()}
        return names | {s: "d" + to_unicode(x) for s, x in self.changes().items()}

    def written(self, left: str, left_latex: str, right: Expr) -> tuple[str, str]:
        """Return "left = right"; in index notation left bears the indices of the entry at right."""
        text, latex = self.write(right)
        if self.notation == "index" and right.shape:
            left, left_latex = entry_of(left, left_latex, free_indices(right, self.spoken()))
        return f"{left} = {text}", f"{left_latex} = {latex}"

    def changes(self) -> Mapping[Expr, Symbol]:
        """Return the change symbols of the plain symbols."""
        d = self.derivation
        everything = {*symbols(d.start, d.end), *((d.wrt,) if d.wrt else ())}
        return {change_of(s): s for s in everything}

    def goal(self) -> str:
        """Return how the derivative reached so far is called."""
        d = self.derivation
        if d.direction is not None and self.order == 2:
            return f"∇²f[{to_unicode(d.direction)}]"
        if d.wrt is not None and not d.wrt.shape:
            return "f" + ("", "′", "″")[min(self.order, 2)]
        if d.start.shape:
            return ("f", "Df", "D²f")[min(self.order, 2)]
        return ("f", "∇f", "∇²f")[min(self.order, 2)]

    # -- lines -------------------------------------------------------------------------------------

    def rewrite(self, step: Rewrite) -> Line:
        kind = "recognize" if self.order == 0 else "simplify"
        if step.rule.name in ("entries-move-freely", "declared-structure"):
            name, latex = self.write(step.after)
            return Line(kind, name, latex, step.words, step.before)
        before, before_latex = self.write(step.before, but=step.before)
        after, after_latex = self.write(step.after, but=step.after)
        return Line(
            kind,
            f"{before} = {after}",
            f"{before_latex} = {after_latex}",
            step.words,
            step.before,
        )

    def result(self, e: Expr) -> Line:
        name = self.goal()
        text, latex = self.written(name, _latex_of(name), e)
        shape = shape_text(e.shape)
        why = Words(f"the result, {shape}", f"结果，{'标量' if not e.shape else shape}")
        return Line("result", text, latex, why, e)

    def differentials(self, run: Sequence[Differential], end: ReadOff) -> list[Line]:
        """Return the lines of one derivative, from the outermost function to the variable."""
        root = end.of
        before = self.goal()
        self.names[root] = before
        lines = self.lets(run, root)
        shown = self.chain(run, root)
        if self.level != "full" and len(shown) > _MOST:
            hidden = len(shown) - _MOST + 1
            middle = Line(
                "fold",
                "…",
                r"\cdots",
                Words(f"{hidden} more of the same kind", f"其余 {hidden} 步同理"),
                root,
            )
            shown = [*shown[: _MOST // 2], middle, *shown[-(_MOST // 2) + 1 :]]
        lines += shown
        del self.names[root]
        self.order += 1
        name = self.goal()
        text, latex = self.written(name, _latex_of(name), end.after)
        why = compared(before, name, end) or end.words
        lines.append(Line("read-off", text, latex, why, end.after))
        return lines

    def lets(self, run: Sequence[Differential], root: Expr) -> list[Line]:
        """Name the parts at which the chain rule turns; one line for each new name."""
        lines: list[Line] = []
        wanted = self.named_parts(run, root)
        for e in wanted if self.level == "full" else islice(wanted, _MOST):
            if e in self.names:
                continue
            name = self.fresh(e, inside=wanted[e])
            text, latex = self.written(unicode_name(name), latex_name(name), e)
            self.names[e] = name
            shape = shape_text(e.shape)
            why = Words(f"let, {shape}", f"记号，{'标量' if not e.shape else shape}")
            lines.append(Line("let", text, latex, why, e))
        return lines

    def named_parts(self, run: Sequence[Differential], root: Expr) -> dict[Expr, bool]:
        """Return the arguments of functions, bases of powers and factors that move, inner first.

        The value tells whether it is an argument of a function.
        """
        found: dict[Expr, bool] = {}
        for step in reversed(run):
            if self.level != "full" and step.rule.name in _PASSED_OVER:
                continue
            for p in step.partials:
                if p.child is not root and isinstance(p.child, (Add, Apply, Contract, Select)):
                    found[p.child] = step.rule is CHAIN
        # Beside v there is no need of a name for −v.
        full = self.level == "full"
        return {e: by for e, by in found.items() if full or _multiplied(e) not in found}

    def fresh(self, e: Expr, *, inside: bool) -> str:
        """Return a name that nothing else bears: r for a difference, s for a sigmoid, else u, v.

        inside: whether it is an argument of a function, then z instead of r.
        """
        first = "u"
        if isinstance(e, Apply):
            first = _LETTERS.get(e.atom.name, "u")
        elif isinstance(e, Add) and len(e.terms) > 1:
            first = {0: "u", 1: "z" if inside else "r", 2: "Z" if inside else "M"}.get(
                len(e.shape), "u"
            )
        choices = (first, *_SPARE) if first in "uz" else (first,)
        name = next((c for c in choices if c not in self.taken), None)
        k = 1
        while name is None or name in self.taken:
            name = f"{first}{k}"
            k += 1
        self.taken.add(name)
        return name

    def chain(self, run: Sequence[Differential], root: Expr) -> list[Line]:
        """Return d(name) = ... for each named part, unnamed parts in between put in."""
        told = {step.node: step for step in run}
        lines: list[Line] = []
        for step in run:
            if step.node not in self.names and step.node is not root:
                continue
            if step.node in self.told:
                continue  # said in an earlier derivative of the same formula
            self.told.add(step.node)
            after, rules = self.expanded(step, told)
            text, latex = self.written(*self.named_change(step.node), after)
            lines.append(Line("differential", text, latex, rules, step.node))
        return lines

    def named_change(self, node: Expr) -> tuple[str, str]:
        """Return how the change of a named part is called: (Unicode, LaTeX)."""
        change = change_of(node)
        names: dict[Expr, str] = {change: "d" + _plain(self.names[node])}
        return to_unicode(change, names=names), to_latex(change, names=names)

    def expanded(self, step: Differential, told: Mapping[Expr, Differential]) -> tuple[Expr, Words]:
        """Return the differential with the changes of unnamed parts put in, and the rules used."""
        after = step.after
        used = [rule_used(step)]
        waiting = [p.child for p in step.partials]
        done: set[Expr] = set()
        while waiting:
            e = waiting.pop()
            if e in done or e in self.names or e not in told:
                continue
            done.add(e)
            inner = told[e]
            after = substitute(after, {change_of(e): inner.after})
            used.append(rule_used(inner))
            waiting += [p.child for p in inner.partials]
        used = list(dict.fromkeys(used))
        kept = [u for u in used if u.rule.name not in _PASSED_OVER]
        kept = kept or [u for u in used if u.rule is LINEAR] or used[:1]
        if self.level in ("exam", "full"):
            kept = kept[:1] if self.level == "full" else kept
            said = [u.with_reason for u in kept]
            return after, Words("; ".join(w.en for w in said), "；".join(w.zh for w in said))
        said = [u.words for u in kept]
        return after, Words(", ".join(w.en for w in said), "、".join(w.zh for w in said))


def _multiplied(e: Expr) -> Expr | None:
    """Return what e is a number times of."""
    return e.terms[0][1] if isinstance(e, Add) and len(e.terms) == 1 else None


def _plain(name: str) -> str:
    return f"({name})" if "[" in name else name


def _latex_of(name: str) -> str:
    """Return a name of the teller in LaTeX."""
    return (
        name.replace("∇²", r"\nabla^{2} ")
        .replace("∇", r"\nabla ")
        .replace("′", "'")
        .replace("″", "''")
    )
