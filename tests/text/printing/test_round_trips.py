"""parse(print(e)) is e: over random well-typed expressions of all cards, in four dialects."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.conftest import PROFILE
from tests.strategies import SHAPES, SIZES, formulas, values_of

from lossmith.atoms.meaning import evaluate
from lossmith.atoms.table import ATOMS
from lossmith.errors import ShapeError
from lossmith.expr import build
from lossmith.expr.node import Add, Apply, Contract, Expr, Select, Symbol
from lossmith.expr.ranges import enclosure
from lossmith.expr.types import Shape
from lossmith.expr.walk import map_up, postorder, symbols
from lossmith.text.parse import Dialect, parse
from lossmith.text.writing.printing import free_indices, to_latex, to_python, to_text, to_unicode

KINDS = ("scalar", "vector", "matrix")
COUNT = {"dev": 60, "ci": 300, "nightly": 4000}[PROFILE]

_ROUTES: dict[Dialect, Callable[[Expr], str]] = {
    "text": to_text,
    "unicode": to_unicode,
    "latex": to_latex,
    "python": to_python,
}
SUBSCRIPT = {"k": "ₖ", "l": "ₗ", "p": "ₚ", "r": "ᵣ"}
EXACT = ("text", "python")


def declarations(e: Expr) -> dict[str, str]:
    """Return what the declaration language says of the symbols."""
    found: dict[str, str] = {}
    for s in symbols(e):
        sizes = f"({', '.join(map(str, s.shape))})" if s.shape else ""
        box = s.assumptions.interval
        bound = "" if box.lo is None else f" {'>' if box.lo_open else '>='} {box.lo}"
        found[s.name] = KINDS[len(s.shape)] + sizes + bound
    return found


def spelled(e: Expr) -> Expr:
    """Return e with the functions written out whose print is a formula: p log p and the like."""

    def out(node: Expr) -> Expr:
        if not isinstance(node, Apply) or not all(may_be_positive(a) for a in node.args[:2]):
            return node
        x, *rest = node.args or (node,)
        log = ATOMS["log"]
        match node.atom.name:
            case "xlogx":
                return build.multiply(x, build.apply(log, x))
            case "rel_entr":
                return build.multiply(x, build.apply(log, build.divide(x, rest[0])))
            case "hinge":
                slack = build.subtract(build.const(1, x.shape), x)
                return build.apply(ATOMS["max"], build.const(0, x.shape), slack)
            case "logcosh":
                return build.apply(log, build.apply(ATOMS["cosh"], x))
            case _:
                return node

    return map_up(e, out)


def is_readable(e: Expr) -> bool:
    """Return whether a print with functions written out has a symbol and a value.

    b log(b/b) is 0, a formula with no variable; 0 log(0/x) has a logarithm of 0.
    """
    if not symbols(spelled(e)):
        return False
    return all(
        may_be_positive(a)
        for part in postorder(e)
        if isinstance(part, Apply) and part.atom.name in ("xlogx", "rel_entr")
        for a in part.args
    )


def may_be_positive(e: Expr) -> bool:
    """Return whether the logarithm of e can have a value."""
    hi = enclosure(e).hi
    return hi is None or hi > 0


def is_closed(e: Expr) -> bool:
    """Return whether every array that is no constant holds one, so that the text tells its size.

    What is an array only because a number is repeated, as exp(s*vector(1)), prints as the number.
    """
    told = {d for s in symbols(e) for d in s.shape}
    for part in postorder(e):
        inside = {d for s in symbols(part) for d in s.shape}
        if not told >= set(part.shape):
            return False
        if isinstance(part, Apply | Select) and not inside >= set(part.shape):
            return False
        if isinstance(part, Contract | Add) and part.shape and not inside:
            return False
    return bool(symbols(e))


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("dialect", _ROUTES)
@settings(max_examples=COUNT // 4, suppress_health_check=list(HealthCheck), deadline=None)
@given(data=st.data())
def test_what_is_printed_is_read_back(dialect: Dialect, shape: Shape, data: st.DataObject) -> None:
    e = data.draw(formulas(shape, depth=data.draw(st.integers(1, 3))))
    assume(is_closed(e) and (dialect in EXACT or is_readable(e)))
    shown = _ROUTES[dialect](e)
    try:
        found = parse(shown, declarations(e), dialect=dialect, printed=True).expr
    except ShapeError as error:
        # 2λI: people write a lone identity without its size, and a size is never guessed.
        if dialect in EXACT or "the size of eye is open" not in error.what.en:
            raise
        return
    if dialect in EXACT:
        assert found is e, (shown, to_text(found), to_text(e))
        return
    # f(A)' and f(A') have one print in indices and one value.
    seen, wanted = spelled(found), spelled(e)
    values = data.draw(values_of(seen, wanted)) if seen is not wanted else {}
    assert seen is wanted or are_equal(seen, wanted, values), (shown, to_text(seen))


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("dialect", ["unicode", "latex"])
@settings(max_examples=COUNT // 4, suppress_health_check=list(HealthCheck), deadline=None)
@given(data=st.data())
def test_an_entry_in_index_notation_is_read_back(
    dialect: Dialect, shape: Shape, data: st.DataObject
) -> None:
    e = data.draw(formulas(shape, depth=data.draw(st.integers(1, 3))))
    assume(is_closed(e) and is_readable(e))
    shown = (to_latex if dialect == "latex" else to_unicode)(e, notation="index")
    assume(all(_occurs(x, shown) for x in free_indices(e)))  # else an axis only repeats the rest
    try:
        found = parse(shown, declarations(e), dialect=dialect, printed=True).expr
    except ShapeError as error:
        if "the size of eye is open" not in error.what.en:
            raise
        return  # a lone δₖₗ, as above
    seen, wanted = spelled(found), spelled(e)
    values = data.draw(values_of(seen, wanted)) if seen is not wanted else {}
    assert seen is wanted or are_equal(seen, wanted, values), (shown, to_text(seen))


def _occurs(index: str, shown: str) -> bool:
    """Return whether an index stands at some entry of the print."""
    return re.search(rf"_\{{[a-z]*{index}|{SUBSCRIPT[index]}", shown) is not None


def are_equal(a: Expr, b: Expr, values: dict[Symbol, Any]) -> bool:
    """Return whether two expressions agree at values, as far as balls can tell."""
    if a.shape != b.shape:
        return False
    pairs = zip(flat(evaluate(a, values, SIZES)), flat(evaluate(b, values, SIZES)), strict=True)
    return all(x.overlaps(y) or not x.is_finite() for x, y in pairs)


def flat(nested: Any) -> Iterator[Any]:
    """Yield the balls of a nested list."""
    if isinstance(nested, list):
        for inner in nested:
            yield from flat(inner)
    else:
        yield nested


@pytest.mark.parametrize("text", ["s*diag(A*A)", "diag(s*A*A)", "abs(sign(s)*abs(s) + 1)"])
def test_one_form_whichever_way_it_was_made(text: str) -> None:
    declared = {"A": "matrix(n, n)", "s": "scalar"}
    used = {k: v for k, v in declared.items() if k in text}
    e = parse(text, declare=used).expr
    for write in (to_text, to_unicode):
        assert parse(write(e), declare=used, printed=True).expr is e


def test_the_diagonal_of_a_scaled_product_is_a_vector_of_its_own() -> None:
    declared = "A: matrix(n, n); s: scalar"
    scaled = build.diagonal(parse("s*A*A", declare=declared).expr)
    assert scaled is parse("s*diag(A*A)", declare=declared).expr
    assert scaled is build.diagonal(parse("s*A'*A'", declare=declared).expr)
