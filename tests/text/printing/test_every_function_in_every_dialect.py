"""Each card is a function of each dialect: its print there is read back as the same expression."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lossmith.atoms.table import CARDS
from lossmith.errors import LossmithError
from lossmith.expr import build
from lossmith.expr.atom import Atom
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.sets import Interval
from lossmith.expr.types import Assumptions
from lossmith.text.parse import Dialect, parse
from lossmith.text.writing.printing import to_latex, to_python, to_text, to_unicode

PRINTERS: dict[Dialect, Callable[[Expr], str]] = {
    "text": to_text,
    "unicode": to_unicode,
    "latex": to_latex,
    "python": to_python,
}
LETTERS = ("stuv", "xyzw", "ABCM")

WRITTEN_OUT = "people write the formula, which is read as that formula: s log s"
NO_VARIABLE = "a number by itself is no formula; with a symbol beside it the number is read"
REASONS = {
    **dict.fromkeys([("xlogx", "unicode"), ("xlogx", "latex")], WRITTEN_OUT),
    **dict.fromkeys([("rel_entr", "unicode"), ("rel_entr", "latex")], WRITTEN_OUT),
    **dict.fromkeys([("logcosh", "latex"), ("hinge", "latex")], WRITTEN_OUT),
    **dict.fromkeys([("pi", dialect) for dialect in PRINTERS], NO_VARIABLE),
}
"""Why a card does not come back from a dialect as itself. A row that is not needed fails, too."""

NAMES = """
exp expm1 log log1p log2 sqrt abs sign sin cos tan asin acos atan arcsin arccos arctan sinh cosh
tanh asinh acosh atanh erf normcdf lgamma digamma sigmoid softplus relu leaky_relu elu gelu swish
huber hinge softmax logsumexp logcosh entropy kl max min mean sum prod cumsum var norm1
norm2 norminf normF nucnorm specnorm lambda_max lambda_min tr det logdet inv diag kron outer dot
softthreshold clip sumlargest atan2
""".split()
"""The functions that the language promises."""

WRITTEN: dict[tuple[str, Dialect], str] = {
    ("entropy", "unicode"): "-x'*log(x)",
    ("entropy", "latex"): "-x'*log(x)",
    ("kl", "unicode"): "x'*log(x ./ y)",
    ("kl", "latex"): "x'*log(x ./ y)",
    ("hinge", "latex"): "max(0, 1 - s)",
    ("logcosh", "latex"): "log(cosh(s))",
}
"""What is read in place of a function that people write as a formula."""

ARGUMENTS = {
    "kl": "x, y", "acosh": "1 + s", "kron": "A, B", "outer": "x, y", "dot": "x, y",
    "softthreshold": "s, 1", "clip": "s, 0, 1", "sumlargest": "x, 2", "atan2": "s, 2",
    **dict.fromkeys("norm1 norm2 norminf softmax logsumexp entropy max min".split(), "x"),
    **dict.fromkeys("mean sum prod cumsum var".split(), "x"),
    **dict.fromkeys("normF nucnorm specnorm lambda_max lambda_min".split(), "A"),
    **dict.fromkeys("tr det logdet inv diag".split(), "A"),
}  # fmt: skip
# The only letters; in (0, 1) every function of one number has a value.
DECLARE = "s: scalar in (0, 1); x, y: vector(n) > 0; A, B: matrix(n, n) pd"


def value_and_declarations(card: Atom) -> tuple[Expr, dict[str, str]]:
    """Return the card applied to symbols of its shapes and domains."""
    args: list[Symbol] = []
    declared: dict[str, str] = {}
    for k, core in enumerate(card.signature.inputs):
        shape = tuple("n" if d == core[0] else "m" for d in core)
        name = LETTERS[len(shape)][k]
        box = card.domain[k] if k < len(card.domain) else Interval(None, None, True, True)
        structure = frozenset({"symmetric"} if "symmetric" in card.needs else ())
        args.append(build.symbol(name, shape, Assumptions(box, structure=structure)))
        kind = ("scalar", "vector", "matrix")[len(shape)]
        sizes = f"({', '.join(shape)})" if shape else ""
        said = f"{kind}{sizes} {' '.join(structure)}"
        declared[name] = said if box.lo is None and box.hi is None else f"{said} in {box}"
    return build.apply(card, *args), declared


def comes_back(card: Atom, dialect: Dialect) -> bool:
    """Return whether parse(print(e)) is e for the card applied to symbols."""
    e, declared = value_and_declarations(card)
    shown = PRINTERS[dialect](e)
    try:
        return parse(shown, declared, dialect=dialect, printed=True).expr is e
    except LossmithError:
        return False


@pytest.mark.parametrize("dialect", PRINTERS)
@pytest.mark.parametrize("card", CARDS, ids=[c.name for c in CARDS])
def test_every_card_comes_back_from_every_dialect_or_a_reason_is_stated(
    card: Atom, dialect: Dialect
) -> None:
    assert comes_back(card, dialect) is ((card.name, dialect) not in REASONS)


@pytest.mark.parametrize("dialect", PRINTERS)
@pytest.mark.parametrize("name", NAMES)
def test_every_function_of_the_language_is_read_from_its_print(name: str, dialect: Dialect) -> None:
    # What people write as a formula must be named there; a row that is not needed fails, too.
    e = parse(f"{name}({ARGUMENTS.get(name, 's')})", DECLARE).expr
    shown = PRINTERS[dialect](e)
    found = parse(shown, DECLARE, dialect=dialect, printed=True).expr
    assert (found is e) is ((name, dialect) not in WRITTEN), shown
    assert found is e or to_text(found) == WRITTEN[name, dialect]
