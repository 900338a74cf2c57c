"""The card of a function: everything known of it, as data.

An ``Atom`` is a function of tensors with a *signature* in the manner of NumPy's generalized
universal functions: ``"()->()"`` acts entry by entry, ``"(n)->()"`` reduces the last axis,
``"(n,n)->(n,n)"`` maps square matrices. Further axes to the left are a batch, shared by all
arguments. No pass of Lossmith asks which atom it holds; it reads the card.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from lossmith.expr.sets import REALS, Interval
from lossmith.words import Words

if TYPE_CHECKING:
    from lossmith.expr.node import Expr

CoreShape = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Signature:
    """Core axes of the arguments and of the result, as letters: ((n, n),) -> ()."""

    inputs: tuple[CoreShape, ...]
    output: CoreShape

    @property
    def is_entrywise(self) -> bool:
        """Whether the function acts on each entry by itself."""
        return not self.output and not any(self.inputs)


def signature(text: str) -> Signature:
    """Return the signature written as ``"(n),(n)->()"``."""
    left, right = text.replace(" ", "").split("->")

    def core(part: str) -> CoreShape:
        inner = part.strip("()")
        return tuple(inner.split(",")) if inner else ()

    inputs = left.replace("),(", ")|(").split("|") if left else []
    return Signature(tuple(core(p) for p in inputs), core(right))


@dataclass(frozen=True, slots=True)
class Where:
    """A condition on one argument: all its entries in ``interval``; ``parity`` of an exponent.

    parity: "" no condition, "integer", "even", "odd" (an odd integer),
    "even_over_odd" / "odd_over_odd" (numerator over denominator in lowest terms, integers
    included), "over_even" (an even denominator).  structure: "" or a structure word
    ("symmetric", "pd") that is asked of a matrix.
    """

    interval: Interval = REALS
    parity: str = ""
    structure: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A claim about an atom as a function of argument ``arg``, the others held fixed.

    name: a property of ``lossmith.properties`` (convex, concave, nondecreasing, nonincreasing,
    strictly_convex, slope_in, second_slope_in, ...).  when: one ``Where`` an argument, () for no
    condition.  bounds: the interval of slope_in / second_slope_in / range_in.  For atoms that are
    not entrywise, convex / concave speak of the whole core argument, nondecreasing of each entry,
    slope_in / second_slope_in of each direction of Euclidean length 1.  jointly_convex /
    jointly_concave speak of all arguments together (arg is not used).
    """

    name: str
    when: tuple[Where, ...] = ()
    bounds: Interval | None = None
    arg: int = 0


@dataclass(frozen=True, slots=True)
class Kink:
    """A point of an entrywise atom where the slope in argument ``arg`` does not exist.

    at: the argument's value.  kind: "corner", "cusp", "jump", "vertical".
    left, right: one-sided slopes there (None: infinite or none, or see ``slopes``).
    where: if given, the kinks lie where this expression of all arguments is 0 (``at`` is unused);
      they fill that set, except where a piece has shrunk to nothing (clip with lo >= hi).
    slopes: the one-sided slopes as expressions of all arguments, where they are not numbers.
    when: one ``Where`` an argument: the other arguments for which there is a kink; () for all.
    """

    at: Fraction
    kind: str
    left: Fraction | None = None
    right: Fraction | None = None
    where: Callable[..., Expr] | None = None
    slopes: Callable[..., tuple[Expr, Expr]] | None = None
    when: tuple[Where, ...] = ()
    arg: int = 0


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Atom:
    """A function and all that is known of it.

    name: in the text language.  signature: see the module.  words: what it is.
    meaning: its definition by other atoms (None for a primitive: exp, log, inv ...).
    slopes: for each argument, a function of the arguments that returns the derivative with axes
      (batch, core of result, core of argument); entrywise: the derivative entry by entry. None: no
      derivative is known with respect to that argument.
    domain: an interval that the entries of each argument must lie in; needs: structure words
      ("nonsingular", "pd") asked of a matrix argument.
    range: encloses all entries of the result.
    ball: value of a primitive in ball arithmetic, from nested lists of balls (entrywise: balls).
    rational: the ball function uses + - * / and comparisons alone, so that it also maps exact
      rationals (python-flint's fmpq) to exact ones.
    symmetric: the result is a symmetric matrix whenever the (first) argument is.
    fold: canonical constructor; what to build instead of an application, or None.
    square: the square of the result where that is simpler and equal everywhere (abs(x)^2 = x^2);
      the product constructor uses it for even powers.
    facts, kinks: see there.  code: target -> template in {0}, {1} (NumPy expressions).
    rough: for reductions, in words: where there is no derivative ("where the largest entries tie").
    subgradients: in words: all slopes there, the subdifferential of the function at its argument z
    (of a concave one the superdifferential).
    beyond: in words: what the slope is where its formula has no value but the function has one.
    overflows: arguments at which the value exceeds the largest double (about 1.8e308).
    latex, unicode: templates in {0}, {1}.  prox: text of prox_{t f}, in the formula language, in
      x and t.  probe: arguments at which stable code is tried.
    aliases: other names in the text language.  source: where the facts are written down.
    """

    name: str
    signature: Signature
    words: Words
    source: str
    meaning: Callable[..., Expr] | None = None
    slopes: tuple[Callable[..., Expr] | None, ...] = ()
    domain: tuple[Interval, ...] = ()
    needs: tuple[str, ...] = ()
    range: Interval = REALS
    ball: Callable[..., Any] | None = None  # balls are python-flint objects, which carry no types
    rational: bool = False
    symmetric: bool = False
    fold: Callable[..., Expr | None] | None = None
    square: Callable[..., Expr] | None = None
    facts: tuple[Fact, ...] = ()
    kinks: tuple[Kink, ...] = ()
    code: Mapping[str, str] = field(default_factory=dict[str, str])
    rough: Words | None = None
    subgradients: Words | None = None
    beyond: Words | None = None
    overflows: tuple[Interval, ...] = ()
    latex: str = ""
    unicode: str = ""
    prox: str = ""
    probe: Sequence[float] = ()
    aliases: tuple[str, ...] = ()

    @property
    def arity(self) -> int:
        """The number of arguments."""
        return len(self.signature.inputs)

    def __repr__(self) -> str:
        return f"Atom({self.name})"
