"""What the finders of curvature ask of one another: the state of a question in one block.

``compose`` goes through a formula and asks the families, cones and pieces; these ask back for what
is known of a part, or put a question of their own in another block. This is all that they see.
"""

from __future__ import annotations

from typing import Protocol

from lossmith.expr.node import Expr, Symbol
from lossmith.prove.proving.proof import Proof

Found = dict[str, int]
"""The proved kinds of an expression (affine, convex, concave), and the nodes that prove them."""


class Structure(Protocol):
    """What has been proved of the curvature of each sub-expression, in one block of variables."""

    @property
    def proof(self) -> Proof:
        """The proof that all nodes are in, with its block."""
        ...

    @property
    def found(self) -> dict[Expr, Found]:
        """What was proved of the sub-expressions that were analyzed."""
        ...

    def analyze(self, root: Expr) -> Found:
        """Return the nodes that prove root affine, convex or concave (an empty dict if none)."""
        ...

    def kinds(self, e: Expr) -> set[str]:
        """Return what is known of e; a constant is everything."""
        ...

    def premise(self, e: Expr, kind: str) -> int | None:
        """Return the node for e of this kind, or the affine one."""
        ...

    def within(self, block: tuple[Symbol, ...]) -> Structure:
        """Return a new question in another block, in the same proof."""
        ...
