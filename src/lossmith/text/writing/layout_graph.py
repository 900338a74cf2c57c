"""The factor graph of one product and its reduction to matrix operations.

Vertices are labels, edges are matrices (oriented from their first to their second index), vectors
hang on a vertex. Removing a summed vertex with one edge is a matrix-vector product, one with two
edges a matrix product with a diagonal matrix between; parallel edges become one entrywise product.
Graphs of this kind (series-parallel) reduce completely; others do not, and the answer is None.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from lossmith.expr.node import Apply, Select
from lossmith.expr.types import Dim
from lossmith.text.writing.layout_forms import (
    Chain,
    Diag,
    Diagonal,
    Form,
    Hadamard,
    Leaf,
    Norm,
    Ones,
    Powered,
    Scaled,
    Size,
    Total,
    Trace,
    Transpose,
    chain,
    entrywise,
    transposed,
)

_ONE = Fraction(1)
_TWO = Fraction(2)


@dataclass(frozen=True, slots=True, eq=False)
class Edge:
    """A matrix between two labels: rows run over ``a``, columns over ``b``."""

    a: int
    b: int
    form: Form

    def seen_from(self, label: int) -> Form:
        """Return the matrix with ``label`` on its rows."""
        return self.form if self.a == label else transposed(self.form)

    def other(self, label: int) -> int:
        """Return the label at the other end."""
        return self.b if self.a == label else self.a


@dataclass(slots=True)
class Graph:
    """The factor graph while it is reduced."""

    sizes: dict[int, Dim] = field(default_factory=dict[int, Dim])
    pendants: dict[int, list[Powered]] = field(default_factory=dict[int, list[Powered]])
    edges: list[Edge] = field(default_factory=list[Edge])

    def add(self, form: Form, labels: tuple[int, ...], p: Fraction) -> None:
        """Put a vector or matrix factor on its labels."""
        if len(labels) == 1:
            self.pendants[labels[0]].append((form, p))
        elif labels[0] == labels[1]:
            self.pendants[labels[0]].append((Diagonal(form), p))
        else:
            self.edges.append(Edge(labels[0], labels[1], entrywise([(form, p)], 2)))

    # -- answers -------------------------------------------------------------------------------

    def vector(self) -> Form | None:
        """Return the vector over label 0."""
        if not self._reduce({0}):
            return None
        self._loops_to_diagonals()
        return self._at(0)

    def matrix(self) -> Form | None:
        """Return the matrix with rows over label 0 and columns over label 1."""
        if not self._reduce({0, 1}):
            return None
        self._loops_to_diagonals()
        if not self.edges:
            if not self.pendants[0] and not self.pendants[1]:
                return Ones((self.sizes[0], self.sizes[1]))
            return chain(self._at(0), transposed(self._at(1)))
        middle = entrywise([(e.seen_from(0), _ONE) for e in self.edges], 2)
        left = [Diag(self._at(0), self.sizes[0])] if self.pendants[0] else []
        right = [Diag(self._at(1), self.sizes[1])] if self.pendants[1] else []
        return chain(*left, middle, *right)

    def scalar(self) -> Form | None:
        """Return the sum over all labels."""
        ends = self._path_ends()
        if ends is None:
            root = max(self.pendants, key=lambda k: (self._degree(k), len(self.pendants[k]), -k))
            if not self._reduce({root}):
                return None
            return self._finish(root)
        start, stop = ends
        if not self._reduce({start, stop}):
            return None
        middle = self.edges[0].seen_from(start)
        if self.pendants[start] and self.pendants[stop]:
            return chain(transposed(self._at(start)), middle, self._at(stop))
        if not self.pendants[start] and not self.pendants[stop]:
            return _total(middle)
        end = start if self.pendants[start] else stop
        turned = middle if end == stop else transposed(middle)
        if _is_plain(middle):
            return _total(chain(turned, self._at(end)))
        # Scaled rows of a power or of function values: their entries are easily written.
        left = self._at(end)
        return Total(chain(Diag(left, self.sizes[end]), transposed(turned)))

    # -- reduction -----------------------------------------------------------------------------

    def _reduce(self, keep: set[int]) -> bool:
        """Remove every label that is not kept; return whether that was possible."""
        while True:
            gone = [k for k in self.pendants if k not in keep]
            if not gone:
                return True
            if not (
                any(self._remove_leaf(k) for k in gone)
                or any(self._remove_middle(k) for k in gone)
                or any(self._merge_parallel(k) for k in gone)
            ):
                return False

    def _at(self, label: int) -> Form:
        hanging = self.pendants[label]
        return entrywise(hanging, 1) if hanging else Ones((self.sizes[label],))

    def _incident(self, label: int) -> list[Edge]:
        return [e for e in self.edges if label in (e.a, e.b)]

    def _degree(self, label: int) -> int:
        return len(self._incident(label))

    def _drop(self, label: int, used: list[Edge]) -> None:
        del self.pendants[label]
        self.edges = [e for e in self.edges if e not in used]

    def _remove_leaf(self, label: int) -> bool:
        """A vertex with one edge: matrix times vector."""
        incident = self._incident(label)
        if len(incident) != 1 or incident[0].a == incident[0].b:
            return False
        edge = incident[0]
        near = edge.other(label)
        product = chain(edge.seen_from(near), self._at(label))
        self._drop(label, incident)
        self.pendants[near].append((product, _ONE))
        return True

    def _remove_middle(self, label: int) -> bool:
        """A vertex with two edges: matrix times diagonal matrix times matrix."""
        incident = self._incident(label)
        if len(incident) != 2 or any(e.a == e.b for e in incident):
            return False
        first, second = incident
        near, far = first.other(label), second.other(label)
        between = [Diag(self._at(label), self.sizes[label])] if self.pendants[label] else []
        if near == far and (between or not (_is_plain(first.form) and _is_plain(second.form))):
            return False
        product = chain(first.seen_from(near), *between, second.seen_from(label))
        self._drop(label, incident)
        self.edges.append(Edge(near, far, product))
        return True

    def _merge_parallel(self, label: int) -> bool:
        """Edges between the same two vertices: entrywise product; loops: diagonals."""
        loops = [e for e in self.edges if e.a == e.b == label]
        if loops:
            self.edges = [e for e in self.edges if e not in loops]
            self.pendants[label] += [(Diagonal(e.form), _ONE) for e in loops]
            return True
        incident = self._incident(label)
        for edge in incident:
            far = edge.other(label)
            parallel = [e for e in incident if e.other(label) == far]
            if len(parallel) > 1:
                self.edges = [e for e in self.edges if e not in parallel]
                merged = entrywise([(e.seen_from(edge.a), _ONE) for e in parallel], 2)
                self.edges.append(Edge(edge.a, edge.b, merged))
                return True
        return False

    def _loops_to_diagonals(self) -> None:
        for edge in [e for e in self.edges if e.a == e.b]:
            self.pendants[edge.a].append((Diagonal(edge.form), _ONE))
        self.edges = [e for e in self.edges if e.a != e.b]

    # -- scalars -------------------------------------------------------------------------------

    def _path_ends(self) -> tuple[int, int] | None:
        """Return the two ends if the graph is a path of matrices."""
        if not self.edges or len(self.edges) != len(self.pendants) - 1:
            return None
        degrees = {k: self._degree(k) for k in self.pendants}
        ends = [k for k, d in degrees.items() if d == 1]
        if len(ends) != 2 or max(degrees.values()) > 2:
            return None
        return ends[0], ends[1]

    def _finish(self, root: int) -> Form:
        if len(self.edges) == 1:
            loop = self.edges[0].form
            left = [Diag(self._at(root), self.sizes[root])] if self.pendants[root] else []
            return Trace(chain(*left, loop))
        self._loops_to_diagonals()
        hanging = self.pendants[root]
        return total_of_vector(hanging) if hanging else Size(self.sizes[root])


def total_of_vector(factors: list[Powered]) -> Form:
    """Return the sum of the entries of an entrywise product: a norm, an inner product or a sum."""
    if len(factors) == 1:
        form, p = factors[0]
        if p == _TWO:
            return Scaled(((Norm(form), _TWO),), None)
        return _total(form) if p == 1 else Total(entrywise(factors, 1))
    if len(factors) == 2 and all(p == 1 for _, p in factors):
        left, right = (form for form, _ in factors)
        return chain(transposed(left), right)
    return Total(entrywise(factors, 1))


def _total(form: Form) -> Form:
    """Return the sum of all entries; ones at the ends of a chain say nothing more."""
    if isinstance(form, Diagonal):
        return Trace(form.of)
    if isinstance(form, Hadamard) and len(form.factors) == 1 and form.factors[0][1] == _TWO:
        return Scaled(((Norm(form.factors[0][0]), _TWO),), None)
    if isinstance(form, Hadamard) and form.rank == 1:
        return total_of_vector(list(form.factors))
    if isinstance(form, Chain):
        inner = list(form.factors)
        while len(inner) > 1 and isinstance(inner[-1], Ones):
            inner.pop()
        while len(inner) > 1 and isinstance(inner[0], Transpose) and isinstance(inner[0].of, Ones):
            inner.pop(0)
        if len(inner) < len(form.factors):
            return _total(chain(*inner))
    return Total(form)


def _is_plain(form: Form) -> bool:
    """Return whether the matrix belongs in a trace: no power, no entrywise function."""
    if isinstance(form, Transpose):
        form = form.of
    if isinstance(form, Leaf):
        e = form.expr
        return not isinstance(e, Select) and not (
            isinstance(e, Apply) and e.atom.signature.is_entrywise
        )
    return not isinstance(form, Hadamard)
