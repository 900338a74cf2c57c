"""The row that tells the structure of a second derivative: its kind, and what it saves."""

from __future__ import annotations

from lossmith.emit.cost import cost_text, order_text, product_cost, term
from lossmith.emit.structured_source import StructuredSource
from lossmith.expr.operator import Dense, Structured, words
from lossmith.view.card import Row
from lossmith.words import Words

_LABEL = Words("structure", "结构")


def row(s: Structured) -> Row:
    """Return the kind of a map, and the costs of its products and solves against a dense matrix."""
    source = StructuredSource(s)
    dense = term(*s.shape * 2)
    product, plain = cost_text(product_cost(s)), cost_text(dense)
    order, worst = order_text(source.solve_cost), order_text(term(*s.shape * 3))
    of_product = "" if isinstance(s, Dense) else plain
    of_solve = "" if order == worst else worst
    told = Words(
        f"H v: {product} multiplications{_dense(of_product).en}; "
        f"H x = b: {source.way.en}, order {order}{_dense(of_solve).en}",
        f"H v：{product} 次乘法{_dense(of_product).zh}；"
        f"H x = b：{source.way.zh}，量级 {order}{_dense(of_solve).zh}",
    )
    return Row(_LABEL, words(s), more=(told,))


def _dense(cost: str) -> Words:
    return Words(f" (dense {cost})", f"（稠密 {cost}）") if cost else Words("", "")
