"""Whatever is printed means what was printed: judged by an evaluator and by the parser."""

from __future__ import annotations

import numpy as np
from hypothesis import assume, given
from numpy_values import value_of
from random_formulas import DECLARE, SIZES, formulas, tensors, values
from read_text import read

from lossmith.expr.walk import symbols
from lossmith.text.parse import parse
from lossmith.text.writing.printing import name_parts, to_latex, to_text, to_unicode

VALUES = values()


def _finite_value(e):
    with np.errstate(all="ignore"):
        value = value_of(e, VALUES, SIZES)
    assume(np.all(np.isfinite(value)) and np.all(np.abs(value) < 1e12))
    return value


@given(formulas | tensors)
def test_text_evaluates_to_the_value_of_the_expression(e):
    expected = _finite_value(e)
    with np.errstate(all="ignore"):
        found = read(to_text(e), VALUES, SIZES, expected.shape)
    # Some hundred roundings at most, on values that may cancel: compare with the largest entry.
    np.testing.assert_allclose(found, expected, rtol=1e-8, atol=1e-8 * (1 + np.abs(expected).max()))


def _read_back(e):
    """Return the parsed text of e, rejecting what the parser does not read yet (indices)."""
    text = to_text(e)
    assume(symbols(e))
    return parse(text, DECLARE).expr


@given(formulas | tensors)
def test_parsing_the_text_of_a_parsed_formula_gives_the_same_object(e):
    # A random product may hold a square as two equal branches, which no formula language can say
    # (B'1 .* B'1 is a square at once); so the claim is for what a text can mean.
    meant = _read_back(e)
    assert _read_back(meant) is meant, (to_text(e), to_text(meant))


@given(formulas | tensors)
def test_every_notation_prints_something_balanced(e):
    names = name_parts(e)
    for shown in (
        to_unicode(e),
        to_unicode(e, "index"),
        to_unicode(e, names=names),
        to_latex(e),
        to_latex(e, "index"),
        to_latex(e, names=names),
    ):
        assert shown
        for opener, closer in ("()", "[]", "{}"):
            assert shown.count(opener) == shown.count(closer)
