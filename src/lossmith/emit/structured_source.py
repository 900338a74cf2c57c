"""NumPy source of a map by its structure: its parts, its products with vectors, its solves.

``name_parts`` computes the few arrays that the structure needs (a diagonal, X, V'V ...);
``name_times`` and ``name_solve`` take them. Solves follow the structure: divisions for a diagonal,
small systems for Kronecker products and blocks, Bartels and Stewart or eigenvectors for their sums,
Sherman, Morrison and Woodbury for what has low rank, Cholesky for all else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from textwrap import indent
from typing import Final, assert_never

from lossmith.emit.cost import Cost, kronecker_sides, term
from lossmith.emit.selftest import comparison
from lossmith.emit.source import Namer, Source
from lossmith.expr.build import add
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.operator import (
    Blocks,
    Dense,
    Diagonal,
    Gram,
    Kronecker,
    LowRank,
    ScaledIdentity,
    Structured,
    Sum,
    as_unit,
)
from lossmith.expr.product import is_symmetric
from lossmith.words import Words

HELPERS: Final = {
    "_solved": '''
def _solved(H, b):
    """Return H^-1 b for a symmetric H, by Cholesky if H is positive definite."""
    try:
        return scipy.linalg.cho_solve(scipy.linalg.cho_factor(H), b)
    except np.linalg.LinAlgError:
        return scipy.linalg.solve(H, b, assume_a="sym")
''',
    "_matrix": '''
def _matrix(times, shape):
    """Return the matrix of a linear map on arrays of a shape, column by column."""
    units = np.eye(int(np.prod(shape))).reshape(-1, *shape)
    return np.stack([times(unit).ravel() for unit in units], axis=1)
''',
    "_woodbury": '''
def _woodbury(base, left, right, core, b):
    """Return x with (base + left' core right) x = b; base: solves with the base alone.

    left, right: stacks of arrays of the shape of b.  core: None for the unit matrix.
    Source: Sherman and Morrison 1950; Woodbury 1950.
    """
    x = base(b)
    columns = np.stack([base(u) for u in left])
    meet = np.tensordot(right, columns, (range(1, right.ndim), range(1, columns.ndim)))
    seen = np.tensordot(right, x, x.ndim)
    if core is not None:
        meet, seen = core @ meet, core @ seen
    return x - np.tensordot(np.linalg.solve(np.eye(len(meet)) + meet, seen), columns, 1)
''',
}  # fmt: skip


_DIVISIONS: Final = Words("divisions", "逐元素除法")
_SIDES: Final = Words("a system for each side", "左右两侧各解一个方程组")
_SYLVESTER: Final = Words("Bartels and Stewart", "Bartels–Stewart 算法")
_EIGENVECTORS: Final = Words("eigenvectors of both sides", "两侧矩阵的特征向量")
_SMALL: Final = Words("a small system for each block", "每个分块解一个小方程组")
_WOODBURY: Final = Words("Sherman, Morrison and Woodbury", "Sherman–Morrison–Woodbury 公式")
_CHOLESKY: Final = Words("Cholesky of the whole matrix", "对整个矩阵作 Cholesky 分解")


@dataclass(slots=True)
class Parts:
    """The arrays that a structure needs, each once, and their names.

    symbols: name of a symbol -> its identifier, which no other part borrows.
    """

    namer: Namer
    symbols: Mapping[str, str]
    exprs: dict[Expr, str] = field(default_factory=dict[Expr, str])

    def name(self, e: Expr, wish: str) -> str:
        """Return the name of an array, that of the symbol if it is one."""
        if e not in self.exprs:
            own = self.symbols.get(e.name) if isinstance(e, Symbol) else None
            self.exprs[e] = own or self.namer.name(e.name if isinstance(e, Symbol) else wish)
        return self.exprs[e]


class StructuredSource:
    """The text of the functions of one map, and the expressions of its parts.

    symbols: names of the symbols of the formula.
    """

    def __init__(self, s: Structured, name: str = "hessian", symbols: Iterable[str] = ()) -> None:
        self.structured, self.entry = s, name
        self.rank = len(s.shape)
        namer = Namer({"np", "scipy", "parts", "v", "b", "r", "x", "base"})
        self.parts = Parts(namer, {name: namer.name(name) for name in symbols})
        self.ways: list[Words] = []
        self.solve_cost: Cost = ()
        times, solve = self._times_text(), self._solve_text()
        self.roots: tuple[Expr, ...] = tuple(self.parts.exprs)
        self.text = f"{times}\n\n{solve}"

    @property
    def formula(self) -> str:
        """The structure by the names of its parts, as in X' diag(d) X + c I."""
        return shown(self.structured, self.parts)

    @property
    def way(self) -> Words:
        """How its systems are solved."""
        ways = list(dict.fromkeys(self.ways))
        return Words(", ".join(w.en for w in ways), "，".join(w.zh for w in ways))

    def entries(self) -> dict[str, str]:
        """Return the functions that the text adds."""
        return {f"{self.entry}_{verb}": f"{self.entry}_{verb}" for verb in ("times", "solve")}

    def joined_to(self, source: Source) -> Source:
        """Return the source with its table of entries completed."""
        return replace(source, entries={**source.entries, **self.entries()})

    def test(self) -> list[str]:
        """Return lines that compare the product with the dense form along ``direction``."""
        times = f"{self.entry}_times"
        product = f"{times}({self.entry}_parts(**values), direction)"
        dense = f"np.tensordot({self.entry}(**values), direction, {self.rank})"
        return [comparison(times, product, dense)]

    def _function(self, verb: str, argument: str, said: str, lines: Sequence[str]) -> str:
        opened = f"{', '.join(self.parts.exprs.values())} = parts"
        body = "\n".join([f'"""{said}"""', opened, *lines])
        return f"def {self.entry}_{verb}(parts, {argument}):\n{indent(body, '    ')}\n"

    # -- products with a vector ---------------------------------------------------------------

    def _times_text(self) -> str:
        work = _Lines(self.parts)
        result = work.times(self.structured, "v")
        said = f"Return H v for H = {shown(self.structured, self.parts)}."
        return self._function("times", "v", said, [*work.lines, f"return {result}"])

    # -- solves ----------------------------------------------------------------------------------

    def _solve_text(self) -> str:
        lines = self._solve()
        said = f"Return x with H x = b for H = {shown(self.structured, self.parts)}."
        return self._function("solve", "b", said, lines)

    def _solve(self) -> list[str]:
        terms = self.structured.terms if isinstance(self.structured, Sum) else (self.structured,)
        low = [t for t in terms if isinstance(t, LowRank)]
        rest = [t for t in terms if not isinstance(t, LowRank)]
        base = self._base(rest, "r")
        if base is not None and not low:
            self.ways, self.solve_cost = [], ()
            return self._base(rest, "b") or []
        if base is not None:
            self._by(_WOODBURY, term(*self.structured.shape, count=len(low)))
            return [*_inner(base), "", f"return {self._corrected(low)}"]
        self.ways, self.solve_cost = [], ()
        grams = [t for t in rest if isinstance(t, Gram)]
        others = [t for t in rest if not isinstance(t, Gram)]
        base = self._base(others, "r")
        if self.rank == 1 and len(grams) == 1 and base is not None:
            return self._few_rows(grams[0], base, low)
        return self._dense()

    def _by(self, way: Words, cost: Cost) -> None:
        """Note how a system is solved, and of what order that is."""
        self.ways.append(way)
        self.solve_cost += cost

    def _corrected(self, low: Sequence[LowRank]) -> str:
        left = ", ".join(self.parts.name(t.left, "u") for t in low)
        right = ", ".join(self.parts.name(t.right, "w") for t in low)
        return f"_woodbury(base, np.stack([{left}]), np.stack([{right}]), None, b)"

    def _few_rows(self, gram: Gram, base: list[str], low: Sequence[LowRank]) -> list[str]:
        """A diagonal and X' core X: by a system with as many rows as X if these are few."""
        x = self.parts.name(gram.matrix, "X")
        if low:
            left = ", ".join([x, *(self.parts.name(t.left, "u") for t in low)])
            right = ", ".join([x, *(self.parts.name(t.right, "w") for t in low)])
            stacks = f"np.vstack([{left}]), np.vstack([{right}])"
        else:
            stacks = f"{x}, {x}"
        work = _Lines(self.parts)
        core = work.matrix(gram.core, f"len({x})")
        if low:
            core = f"scipy.linalg.block_diag({core}, np.eye({len(low)}))"
        lines = [
            f"if len({x}) < len(b):",
            *(f"    {line}".rstrip() for line in (*_inner(base), "", *work.lines)),
            f"    return _woodbury(base, {stacks}, {core}, b)",
            *self._dense(),
        ]
        self.ways, self.solve_cost = [_few_rows_words(gram)], term(*self.structured.shape * 3)
        return lines

    def _base(self, terms: Sequence[Structured], b: str) -> list[str] | None:
        """Return lines that solve with these terms at once, None if no closed way is known."""
        name = self.parts.name
        match terms:
            case [ScaledIdentity() as t]:
                self._by(_DIVISIONS, term(*t.shape))
                return [f"return {b} / {name(t.factor, 'c')}"]
            case [Diagonal() as t]:
                self._by(_DIVISIONS, term(*t.shape))
                return [f"return {b} / {name(t.entries, 'd')}"]
            case [Kronecker() as t]:
                return self._kronecker(t, b)
            case [Kronecker() as t, Kronecker() as u]:
                return self._sylvester(t, u, b)
            case [Kronecker() as t, ScaledIdentity() as c] | [
                ScaledIdentity() as c,
                Kronecker() as t,
            ]:
                return self._eigenvectors(t, c, b)
            case [Blocks() as t]:
                return self._blocks(t, None, b)
            case [Blocks() as t, Diagonal() | ScaledIdentity() as d]:
                return self._blocks(t, d, b)
            case [Diagonal() | ScaledIdentity() as d, Blocks() as t]:
                return self._blocks(t, d, b)
            case _:
                return None

    def _sides(self, t: Kronecker) -> tuple[str, str]:
        """Return the names of the two matrices, "" for a unit matrix."""
        return sides(t, self.parts)

    def _kronecker(self, t: Kronecker, b: str) -> list[str]:
        left, right = self._sides(t)
        self._by(_SIDES, (*kronecker_sides(t, 3), *kronecker_sides(t, 2)))
        if t.crossed:
            # A x' B' = b, so x' = A^-1 b B'^-1.
            return [
                f"z = np.linalg.solve({left}, {b})" if left else f"z = {b}",
                f"return np.linalg.solve({right}, z.T)" if right else "return z.T",
            ]
        if left and right:
            return [f"z = np.linalg.solve({left}, {b})", f"return np.linalg.solve({right}, z.T).T"]
        if left:
            return [f"return np.linalg.solve({left}, {b})"]
        return [f"return np.linalg.solve({right}, {b}.T).T" if right else f"return {b}"]

    def _sylvester(self, t: Kronecker, u: Kronecker, b: str) -> list[str] | None:
        """A x + x B' = b by Bartels and Stewart 1972."""
        if t.crossed or u.crossed:
            return None
        for one, other in ((t, u), (u, t)):
            (a, unit), (second, right) = self._sides(one), self._sides(other)
            if a and right and not unit and not second:
                back = "" if is_symmetric(other.right) else ".T"
                self._by(_SYLVESTER, (*kronecker_sides(t, 3), *kronecker_sides(u, 3)))
                return [f"return scipy.linalg.solve_sylvester({a}, {right}{back}, {b})"]
        return None

    def _eigenvectors(self, t: Kronecker, c: ScaledIdentity, b: str) -> list[str] | None:
        """A x B' + c x = b in the eigenvectors of A and B."""
        if t.crossed or not (is_symmetric(t.left) and is_symmetric(t.right)):
            return None
        left, right = self._sides(t)
        if not left or not right:
            return None
        shift = self.parts.name(c.factor, "c")
        self._by(_EIGENVECTORS, (*kronecker_sides(t, 3), *kronecker_sides(t, 2)))
        return [
            f"p, P = np.linalg.eigh({left})",
            f"q, Q = np.linalg.eigh({right})",
            f"return P @ (P.T @ {b} @ Q / (p[:, None] * q + {shift})) @ Q.T",
        ]

    def _blocks(self, t: Blocks, d: Diagonal | ScaledIdentity | None, b: str) -> list[str]:
        name = self.parts.name(t.matrices, "C")
        outer, inner, _ = t.matrices.shape
        self._by(_SMALL, term(outer, inner, inner, inner))
        if isinstance(d, ScaledIdentity):
            name = f"{name} + {self.parts.name(d.factor, 'c')} * np.eye({name}.shape[1])"
        elif isinstance(d, Diagonal):
            rows = self.parts.name(d.entries, "d") + ("" if t.axis == 0 else ".T")
            name = f"{name} + {rows}[:, :, None] * np.eye({name}.shape[1])"
        if t.axis == 0:
            return [f"return np.linalg.solve({name}, {b}[:, :, None])[:, :, 0]"]
        return [f"return np.linalg.solve({name}, {b}.T[:, :, None])[:, :, 0].T"]

    def _dense(self) -> list[str]:
        self._by(_CHOLESKY, term(*self.structured.shape * 3))
        if self.rank == 1:
            work = _Lines(self.parts)
            result = work.whole(self.structured, "len(b)")
            return [*work.lines, f"return _solved({result}, b)"]
        call = f"_matrix(lambda v: {self.entry}_times(parts, v), b.shape)"
        return [f"return _solved({call}, b.ravel()).reshape(b.shape)"]


def _few_rows_words(gram: Gram) -> Words:
    m, n = gram.matrix.shape
    return Words(
        f"Cholesky, {m} x {m} if {m} < {n} (Woodbury), else {n} x {n}",
        f"Cholesky 分解：{m} < {n} 时为 {m} x {m}（Woodbury），否则为 {n} x {n}",
    )


_LINE: Final = 60
"""Letters of a matrix that stands in the call that solves with it."""


def _summands(s: Structured) -> list[Structured]:
    """Return the terms of a sum, X' (...) X term by term."""
    if isinstance(s, Gram) and isinstance(s.core, Sum):
        return [Gram(s.matrix, t, s.axis) for t in s.core.terms]
    return [u for t in s.terms for u in _summands(t)] if isinstance(s, Sum) else [s]


def _inner(lines: Sequence[str]) -> list[str]:
    return ["", "def base(r):", *(f"    {line}" for line in lines)]


class _Lines:
    """Statements that apply a map, and the expression of the result."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.lines: list[str] = []
        self._spare = 0

    def _kept(self, code: str) -> str:
        self._spare += 1
        name = "z" if self._spare == 1 else f"z{self._spare}"
        self.lines.append(f"{name} = {code}")
        return name

    def times(self, s: Structured, v: str) -> str:
        """Return the code of s v; v is a name."""
        name = self.parts.name
        match s:
            case ScaledIdentity():
                return f"{name(s.factor, 'c')} * {v}"
            case Diagonal():
                return f"{name(s.entries, 'd')} * {v}"
            case LowRank():
                return f"{name(s.left, 'u')} * np.vdot({name(s.right, 'w')}, {v})"
            case Gram():
                x = name(s.matrix, "X")
                inside = self._kept(f"{x} @ {v}" if s.axis == 0 else f"{v} @ {x}.T")
                core = self.times(s.core, inside)
                return f"{x}.T @ ({core})" if s.axis == 0 else f"({core}) @ {x}"
            case Kronecker():
                left, right = sides(s, self.parts)
                back = "" if is_symmetric(s.right) else ".T"
                middle = f"{v}.T" if s.crossed else v
                code = f"{left} @ {middle}" if left else middle
                return f"{code} @ {right}{back}" if right else code
            case Blocks():
                letters = "ijk,ik->ij" if s.axis == 0 else "jik,kj->ij"
                return f'np.einsum("{letters}", {name(s.matrices, "C")}, {v})'
            case Dense():
                dense = name(s.entries, "C")
                return f"{dense} @ {v}" if len(s.shape) == 1 else f"np.tensordot({dense}, {v}, 2)"
            case Sum():
                return " + ".join(self.times(t, v) for t in s.terms)
            case _:
                assert_never(s)

    def matrix(self, s: Structured, size: str) -> str:
        """Return the code of the matrix of a map on vectors of this length."""
        name = self.parts.name
        match s:
            case ScaledIdentity():
                return f"{name(s.factor, 'c')} * np.eye({size})"
            case Diagonal():
                return f"np.diag({name(s.entries, 'd')})"
            case LowRank():
                return f"np.outer({name(s.left, 'u')}, {name(s.right, 'w')})"
            case Dense():
                return name(s.entries, "C")
            case Sum():
                return " + ".join(self.matrix(t, size) for t in s.terms)
            case Gram():
                return self._sandwich(s.core, name(s.matrix, "X"))
            case Kronecker() | Blocks():
                raise AssertionError("a map on vectors has no rows and columns")
            case _:
                assert_never(s)

    def whole(self, s: Structured, size: str) -> str:
        """Return the code of the matrix; a long sum is added up line by line."""
        code = self.matrix(s, size)
        first, *rest = _summands(s)
        if len(code) <= _LINE or not rest:
            return code
        self.lines.append(f"H = {self.matrix(first, size)}")
        self.lines += [f"H += {self.matrix(t, size)}" for t in rest]
        return "H"

    def _sandwich(self, core: Structured, x: str) -> str:
        name = self.parts.name
        match core:
            case ScaledIdentity():
                return f"{name(core.factor, 'c')} * ({x}.T @ {x})"
            case Diagonal():
                return f"({x}.T * {name(core.entries, 'd')}) @ {x}"
            case LowRank():
                left, right = name(core.left, "u"), name(core.right, "w")
                return f"np.outer({left} @ {x}, {right} @ {x})"
            case Dense():
                return f"{x}.T @ {name(core.entries, 'C')} @ {x}"
            case Sum():
                return " + ".join(self._sandwich(t, x) for t in core.terms)
            case Gram():
                return self._sandwich(core.core, self._kept(f"{name(core.matrix, 'X')} @ {x}"))
            case Kronecker() | Blocks():
                raise AssertionError("a map on vectors has no rows and columns")
            case _:
                assert_never(core)


def sides(t: Kronecker, parts: Parts) -> tuple[str, str]:
    """Return the names of the two matrices, "" for a unit matrix; its number goes to the other."""
    left, right = t.left, t.right
    (a, left_unit), (b, right_unit) = as_unit(left), as_unit(right)
    if left_unit and a is not None:
        return "", parts.name(add((a, right)), "B")
    if right_unit and b is not None:
        return parts.name(add((b, left)), "A"), ""
    return parts.name(left, "A"), parts.name(right, "B")


def shown(s: Structured, parts: Parts) -> str:
    """Return the structure by the names of its parts: X' diag(d) X + c I."""
    name = parts.name
    match s:
        case ScaledIdentity():
            return f"{name(s.factor, 'c')} I"
        case Diagonal():
            return f"diag({name(s.entries, 'd')})"
        case LowRank():
            return f"{name(s.left, 'u')} {name(s.right, 'w')}'"
        case Gram():
            x, core = name(s.matrix, "X"), shown(s.core, parts)
            inside = f"({core})" if isinstance(s.core, Sum) else core
            where = "" if len(s.shape) == 1 else f" on {('rows', 'columns')[s.axis]}"
            return f"{x}' {inside} {x}{where}"
        case Kronecker():
            left, right = sides(s, parts)
            text = f"{left or 'I'} kron {right or 'I'}"
            return f"({text}) on the transpose" if s.crossed else f"({text})"
        case Blocks():
            return f"blocks {name(s.matrices, 'C')} of {('rows', 'columns')[s.axis]}"
        case Dense():
            return name(s.entries, "C")
        case Sum():
            return " + ".join(shown(t, parts) for t in s.terms)
        case _:
            assert_never(s)
