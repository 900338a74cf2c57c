"""Single steps to constants of curvature: premises given, the constant or a sign wrong."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations
from typing import Any

import pytest
from proofs import e, f, follows, groups, s

from lossmith.evidence.arithmetic.linear import psd_form
from lossmith.evidence.certificate import Claim
from lossmith.evidence.curvature.constants import quadratic
from lossmith.expr.build import const
from lossmith.expr.ranges import enclosure

HALF = Fraction(1, 2)


def _says(kind: str, text: str, other: object = None, wrt: str = "x") -> Claim:
    value = None if other is None else e(other) if isinstance(other, str) else const(other)  # type: ignore[arg-type]
    return Claim(kind, e(text), tuple(s(name) for name in wrt.split()), None, value)


BOTH_TERMS = tuple(groups([0], [1]))
STEPS: list[tuple[str, Claim, list[Claim], tuple[object, ...], bool]] = [
    ("constants-zero", _says("strong", "exp(x)", 0), [_says("convex", "exp(x)")], (), True),
    ("constants-zero", _says("strong", "exp(x)", 1), [_says("convex", "exp(x)")], (), False),
    ("constants-zero", _says("strong", "exp(x)", 0), [_says("convex", "exp(2*x)")], (), False),
    ("constants-zero", _says("strong", "exp(x)", 0), [_says("concave", "exp(x)")], (), False),
    ("constants-zero", _says("smooth", "exp(x)", 0), [_says("convex", "exp(x)")], (), False),
    ("constants-zero", _says("smooth", "x", 0), [_says("affine", "x")], (), True),
    (
        "constants-sum",
        _says("strong", "x^2 + exp(x)", 2),
        [_says("strong", "x^2", 2), _says("strong", "exp(x)", 0)],
        BOTH_TERMS,
        True,
    ),
    *(
        (
            "constants-sum",
            _says("strong", text, m),
            [_says("strong", "x^2", 2), _says("strong", "exp(x)", 0)],
            BOTH_TERMS,
            False,
        )
        for text, m in (("x^2 + exp(x)", 3), ("x^2 - exp(x)", 2), ("x^2 + sin(x)", 2))
    ),
    (
        "constants-sum",
        _says("smooth", "x^2 - sin(x)", 3),
        [_says("smooth", "x^2", 2), _says("smooth", "sin(x)", 1)],
        BOTH_TERMS,
        True,
    ),
    *(
        (
            "constants-sum",
            _says("smooth", "x^2 - sin(x)", m),
            [_says("smooth", "x^2", 2), _says("smooth", "sin(x)", 1)],
            BOTH_TERMS,
            False,
        )
        for m in (0, 1, 2)
    ),
    ("constants-sum", _says("smooth", "sin(x)", 0), [], (), False),
    # What is concave does no harm where it is subtracted, to m alone.
    *(
        (
            "constants-sum",
            _says(kind, text, 2),
            [_says(kind, "x^2", 2), _says("concave", "min(x, 0)")],
            BOTH_TERMS,
            good,
        )
        for kind, text, good in (
            ("strong", "x^2 - min(x, 0)", True),
            ("strong", "x^2 + 1/2*min(x, 0)", False),
            ("strong", "x^2 + min(x, 0)", False),
            ("smooth", "x^2 - min(x, 0)", False),
        )
    ),
    # m of a part says nothing of its negative.
    (
        "constants-sum",
        _says("strong", "x^2 - 1/2*x^4", 2),
        [_says("strong", "x^2", 2), _says("strong", "x^4", 0)],
        BOTH_TERMS,
        False,
    ),
    *(
        (
            "constants-sum",
            _says(kind, text, m),
            [_says("strong", "x^2", 2), _says(known, "sin(x)", 1)],
            BOTH_TERMS,
            holds,
        )
        for kind, text, known, m, holds in (
            ("strong", "x^2 + sin(x)", "smooth", 1, True),
            ("strong", "x^2 - sin(x)", "smooth", 1, True),
            ("strong", "x^2 - 3*sin(x)", "smooth", -1, True),
            ("strong", "x^2 + sin(x)", "smooth", 3, False),
            ("strong", "x^2 - sin(x)", "smooth", 2, False),
            ("strong", "x^2 - sin(x)", "strong", 1, False),
            ("strong", "x^2 - sin(x)", "strong", 3, False),
            ("strong", "x^2 - 3*sin(x)", "smooth", 1, False),
            ("smooth", "x^2 + sin(x)", "smooth", 3, False),
            ("smooth", "x^2 + sin(x)", "smooth", 1, False),
        )
    ),
    ("constants-scale", _says("strong", "p*x^2", "2*p"), [_says("strong", "x^2", 2)], (), True),
    ("constants-scale", _says("strong", "p*x^2", "3*p"), [_says("strong", "x^2", 2)], (), False),
    ("constants-scale", _says("smooth", "p*x^2", "2*p"), [_says("strong", "x^2", 2)], (), False),
    (
        "constants-scale",
        _says("strong", "p*x^2", "2*p"),
        [_says("strong", "x^2", 2, wrt="x y")],
        (),
        False,
    ),
    ("constants-scale", _says("strong", "free*x^2", 0), [_says("strong", "x^2", 2)], (), False),
    ("constants-loss", _says("smooth", "sum(softplus(v))", 100, wrt="v"), [], (), False),
    ("constants-loss", _says("smooth", "sum(exp(v))", 1, wrt="v"), [], (), False),
    ("constants-loss", _says("strong", "sum(v.^2)", 3, wrt="v"), [], (), False),
    ("constants-form", _says("strong", "w'*A*w", 1, wrt="w"), [], (f(1, 2, 0),), False),
    ("constants-form", _says("strong", "w'*A*w", 1, wrt="w"), [], (f(0, 1, 0),), False),
    ("constants-form", _says("smooth", "w'*S*w", 1, wrt="w"), [], (f(0, 1, 0),), False),
    (
        "constants-convex",
        _says("smooth", "sin(x)", 1),
        [_says("convex", "x^2/2 + sin(x)"), _says("convex", "x^2/2 - sin(x)")],
        (),
        True,
    ),
    (
        "constants-convex",
        _says("smooth", "sin(x)", 1),
        [_says("convex", "x^2/2 + sin(x)")],
        (),
        False,
    ),
    (
        "constants-convex",
        _says("smooth", "sin(x)", 1),
        [_says("convex", "x^2/2 - sin(x)")],
        (),
        False,
    ),
    ("constants-convex", _says("strong", "x^4", 2), [_says("convex", "x^4 + x^2")], (), False),
    ("constants-convex", _says("strong", "x^4", 2), [_says("convex", "x^4")], (), False),
    (
        "constants-convex",
        _says("strong", "x", 2),
        [_says("convex", "x^2 + x"), _says("convex", "x^2 - x")],
        (),
        False,
    ),
    (
        "constants-convex",
        _says("strong", "x^4", 2, wrt="x y"),
        [_says("convex", "x^4 - x^2", wrt="x y")],
        (),
        False,
    ),
    (
        "constants-convex",
        _says("smooth", "x", -2),
        [_says("convex", "x - x^2"), _says("convex", "-x - x^2")],
        (),
        False,
    ),
    ("strict-strong", _says("strictly_convex", "x^2"), [_says("strong", "x^2", 2)], (), True),
    ("strict-strong", _says("strictly_convex", "x"), [_says("strong", "x", 0)], (), False),
    (
        "strict-strong",
        _says("strictly_convex", "lam*x^2"),
        [_says("strong", "lam*x^2", "lam")],
        (),
        False,
    ),
    ("strict-strong", _says("strictly_convex", "p*x^2"), [_says("strong", "p*x^2", "p")], (), True),
    ("strict-strong", _says("strictly_convex", "x"), [], (), False),
    ("strict-strong", _says("strictly_convex", "x"), [_says("smooth", "x", 1)], (), False),
    *(
        ("strict-strong", _says(kind, text), [_says("strong", of, m)], (), holds)
        for kind, text, of, m, holds in (
            ("convex", "x^2", "x^2", 2, True),
            ("convex", "x", "x", 0, True),
            ("convex", "sin(x)", "sin(x)", -1, False),
            ("convex", "lam*x^2", "lam*x^2", "lam", True),
            ("convex", "free*x^2", "free*x^2", "free", False),
            ("convex", "-x^2", "x^2", 2, False),
            ("concave", "-x^2", "x^2", 2, True),
            ("concave", "x^2", "x^2", 2, False),
            ("concave", "sin(x)", "-sin(x)", -1, False),
            ("strictly_concave", "-x^2", "x^2", 2, True),
            ("strictly_concave", "x", "-x", 0, False),
            ("strictly_concave", "x^2", "x^2", 2, False),
        )
    ),
]


@pytest.mark.parametrize(("rule", "claim", "premises", "parameters", "holds"), STEPS)
def test_a_constant_is_that_of_its_rule(
    rule: str, claim: Claim, premises: list[Claim], parameters: tuple[object, ...], holds: bool
) -> None:
    assert follows(rule, claim, premises, parameters) is holds


@pytest.mark.parametrize(("text", "good"), [("w'*A*S*A*w", False), ("w'*S*A*S*w", True)])
def test_m_of_a_form_asks_for_a_psd_matrix(text: str, good: bool) -> None:
    expr, wrt, told = e(text), (s("w"),), 0
    for rows in permutations(range(5), 4):
        pairs = f(*rows[:2], 0), f(*rows[2:], 0)
        form = psd_form(expr, pairs, lambda _: True, enclosure)
        bound = form and quadratic("strong", expr, form, wrt, enclosure)
        if bound:
            told += 1
            assert (
                follows("constants-form", Claim("strong", expr, wrt, None, bound), (), pairs)
                is good
            )
    assert told


@pytest.mark.parametrize(
    ("text", "kind", "own", "other", "arguments", "premises", "holds"),
    [
        ("sum(softplus(v))", "smooth", HALF / 2, HALF / 2, "v", ["affine v"], True),
        ("sum(softplus(v))", "smooth", HALF / 2, HALF, "v", ["affine v"], False),
        ("sum(softplus(v))", "smooth", HALF / 2, HALF / 4, "v", ["affine v"], False),
        ("sum(softplus(v))", "smooth", None, HALF / 2, "v", ["affine v"], False),
        ("sum(softplus(2*v))", "smooth", HALF / 2, HALF / 2, "v", ["affine v"], False),
        ("sum(softplus(v.^2))", "smooth", HALF / 2, HALF / 2, "v.^2", [], False),
    ],
)
def test_the_constant_of_a_sum_over_entries_is_that_of_one_entry(
    text: str, kind: str, own: Any, other: Any, arguments: str, premises: list[str], holds: bool
) -> None:
    claim, t = _says(kind, text, other, wrt="v"), s("x")
    given = [_says("affine", "v", wrt="v")] if premises else []
    given += [] if own is None else [_says(kind, "softplus(x)", own)]
    parameters = (e("softplus(x)"), (t,), (e(arguments),))
    assert follows("constants-entrywise", claim, given, parameters) is holds


def test_a_letter_of_the_entry_is_no_constant_of_the_sum() -> None:
    claim = _says("smooth", "sum(g.*v.^2)", "2*p", wrt="v")
    given = [_says("affine", "v", wrt="v"), _says("smooth", "p*x^2", "2*p")]
    parameters = (e("p*x^2"), (s("x"), s("p")), (e("v"), e("g")))
    assert not follows("constants-entrywise", claim, given, parameters)
    fixed = (e("p*x^2"), (s("x"),), (e("v"),))
    assert follows(
        "constants-entrywise", _says("smooth", "sum(p*v.^2)", "2*p", wrt="v"), given, fixed
    )


def test_a_number_of_the_block_is_no_letter_of_the_entry() -> None:
    claim = _says("smooth", "sum(w.^2 + exp(y))", 2, wrt="w y")
    given = [_says("affine", "w", wrt="w y"), _says("smooth", "x^2 + exp(y)", 2)]
    parameters = (e("x^2 + exp(y)"), (s("x"),), (e("w"),))
    assert not follows("constants-entrywise", claim, given, parameters)


@pytest.mark.parametrize(
    ("kind", "wrt", "phi_in", "holds"),
    [
        ("convex", "w y", "x y", True),
        ("convex", "w y", "x", False),
        ("convex", "w y", "y", False),
        ("convex", "w", "x", True),
        ("strictly_convex", "w y", "x y", True),
        ("strictly_convex", "w y q", "x y", False),
    ],
)
def test_a_number_of_the_block_moves_with_the_entries(
    kind: str, wrt: str, phi_in: str, *, holds: bool
) -> None:
    claim = _says(kind, "sum(exp(w - y)) - d*y", wrt=wrt)
    given = [_says("affine", "w", wrt=wrt), _says(kind, "exp(x - y) - y", wrt=phi_in)]
    parameters = (e("exp(x - y) - y"), (s("x"),), (e("w"),))
    assert follows("separable", claim, given, parameters) is holds


def test_a_letter_of_the_entry_is_none_of_the_block() -> None:
    claim = _says("convex", "sum(exp(w - y))", wrt="w x y")
    given = [_says("affine", "w", wrt="w x y"), _says("convex", "exp(x - y)", wrt="x y")]
    parameters = (e("exp(x - y)"), (s("x"),), (e("w"),))
    assert not follows("separable", claim, given, parameters)
