"""Where a formula has no derivative, and where a kink inside it is smoothed or out of reach."""

from __future__ import annotations

import pytest

from lossmith.expr.sets import point
from lossmith.expr.walk import symbols
from lossmith.prove.kinks.kinks import Kink, kinks
from lossmith.prove.prover import curvature
from lossmith.prove.proving.domain import domain
from lossmith.text.parse import parse
from lossmith.text.writing.printing import to_text


def find(text: str, declare: dict[str, str] | None = None, wrt: str = "x") -> tuple[Kink, ...]:
    formula = parse(text, declare=declare or {})
    return kinks(formula.expr, tuple(s for s in formula.symbols if s.name in wrt.split()))


@pytest.mark.parametrize(
    ("formula", "declare", "wrt"),
    [
        ("exp(x) - log(x)", {"x": "scalar > 0"}, "x"),
        ("norm2(w)^2", {"w": "vector(d)"}, "w"),
        ("norm2(w)^3", {"w": "vector(d)"}, "w"),
        ("max(0, 1 - x)^2", {}, "x"),
        ("x*abs(x)", {}, "x"),
        ("sqrt(1 + x^2)", {}, "x"),
        ("abs(x)", {"x": "scalar > 0"}, "x"),
        ("abs(a)*x^2", {"a": "scalar"}, "x"),
        ("sum(huber(X*w - y, 1))", {}, "w"),
        ("sqrt(x)", {"x": "scalar > 0"}, "x"),
        ("x^(4/3)", {}, "x"),
        ("tanh(x) + gelu(x) + elu(x)", {}, "x"),
    ],
)
def test_a_smooth_formula_has_no_kinks(formula: str, declare: dict[str, str], wrt: str) -> None:
    assert find(formula, declare, wrt) == ()


@pytest.mark.parametrize(
    ("formula", "declare", "wrt", "where", "kind"),
    [
        ("sum(abs(x - a))", {"a": "vector(n)"}, "x", "x - a", "corner"),
        ("norm2(w)", {"w": "vector(d)"}, "w", "w", "corner"),
        ("x^(2/3)", {}, "x", "x", "cusp"),
        ("x^(1/3)", {}, "x", "x", "vertical"),
        ("sqrt(x)", {"x": "scalar >= 0"}, "x", "x", "vertical"),
        ("sign(x)", {}, "x", "x", "jump"),
        ("relu(X*w)'*v", {"v": "vector(n)"}, "w", "X*w", "corner"),
        ("norminf(x)", {"x": "vector(n)"}, "x", "x", "tie"),
        ("xlogx(x)", {"x": "scalar >= 0"}, "x", "x", "vertical"),
        ("acosh(x)", {"x": "scalar >= 1"}, "x", "x - 1", "vertical"),
    ],
)
def test_a_kink_is_named_with_its_place(
    formula: str, declare: dict[str, str], wrt: str, where: str, kind: str
) -> None:
    (found,) = find(formula, declare, wrt)
    assert to_text(found.where) == where
    assert found.kind == kind
    assert found.words.zh != found.words.en


def test_the_corner_of_a_maximum_lies_where_its_arguments_agree() -> None:
    (found,) = {k.where for k in find("max(0, 1 - x)")}
    assert to_text(found) in ("1 - x", "x - 1", "-(1 - x)")


def test_a_kink_that_another_may_cancel_is_not_called_certain() -> None:
    found = find("norm1(X*x) - lam*norm1(X*x)")
    assert found
    assert not any(k.certain for k in found)


def test_corners_that_cancel_in_one_variable_are_seen_to_cancel() -> None:
    assert find("relu(x) - relu(-x)") == ()
    assert find("abs(x - 1) - 2*relu(x - 1) + x") == ()


def test_a_product_with_another_entry_keeps_the_corner() -> None:
    assert find("x'*A*abs(x)", {"x": "vector(n)", "A": "matrix(n, n)"})


@pytest.mark.parametrize(
    ("formula", "declare", "wrt"),
    [
        ("if(abs(x) <= 1, 0.5*x^2, abs(x) - 0.5)", {}, "x"),
        ("sum(if(abs(x) <= d, 0.5*x.^2, d*abs(x) - 0.5*d^2))",
         {"d": "scalar > 0", "x": "vector(n)"}, "x"),
        ("if(x > 0, x^2, 0)", {}, "x"),
        ("if(x < 1, x^2, 2*x - 1)", {}, "x"),
        ("if(x == 0, 0, x^2)", {}, "x"),
        ("lam*k^x", {}, "x"),
        ("log(x)", {}, "x"),
        ("exp(x) - log(x)", {}, "x"),
        ("log(1 - x^2)", {}, "x"),
        ("lgamma(x)", {}, "x"),
        ("logdet(X'*X)", {}, "X"),
        ("tr(inv(X))", {}, "X"),
        ("tan(x)", {}, "x"),
        ("log(x) + abs(x)", {}, "x"),
        ("1/abs(x)", {}, "x"),
        ("abs(x^3)", {}, "x"),
        ("abs(x^2)", {}, "x"),
        ("norm2(x.^2)", {}, "x"),
    ],
)  # fmt: skip
def test_no_kink_is_invented_where_the_formula_is_smooth_or_undefined(
    formula: str, declare: dict[str, str], wrt: str
) -> None:
    assert find(formula, declare, wrt) == ()


@pytest.mark.parametrize(
    ("formula", "kind", "certain"),
    [
        ("if(x > 0, x, 0)", "corner", True),
        ("if(x >= 1, 1, 0)", "jump", True),
        ("if(x > 0, exp(x), 2 + x)", "jump", True),
        ("x/abs(x)", "jump", True),
        ("atan2(x, -1)", "jump", True),
        ("atan2(0, x)", "jump", True),
        ("sin(x)/x", "removable", True),
        ("if(x == 0, 1, x)", "removable", True),
        ("x^(2/3) + x", "cusp", True),
        ("x^(1/3) + abs(x)", "vertical", True),
        ("sqrt(x) + abs(x)", "vertical", True),
        ("sqrt(x^2 + y^2)", "corner", True),
        ("sqrt(x^2)", "corner", True),
        ("abs(exp(x) - 2)", "corner", True),
        ("abs(sin(x))", "corner", True),
        ("max(sin(x), cos(x))", "corner", True),
        ("abs(x*y)", "corner", False),
    ],
)
def test_the_kind_is_what_the_slopes_say_and_only_then_certain(
    formula: str, kind: str, certain: bool
) -> None:
    (found,) = find(formula, wrt="x y")
    assert (found.kind, found.certain) == (kind, certain)
    assert certain != found.words.en.startswith("possibly")


def test_a_tie_is_told_as_what_ties() -> None:
    (largest,) = find("max(x)")
    assert "0" not in largest.words.en
    (size,) = find("norminf(x)")
    assert "at 0" in size.words.en


def test_the_place_of_a_kink_is_written_simply() -> None:
    (found,) = find("sum(max(tau*(y - X*w), (tau - 1)*(y - X*w)))", wrt="w")
    assert "Xw − y = 0" in found.words.en
    (vector,) = find("sum(if(abs(w) <= d, 0, abs(w) - d + c))", {"w": "vector(n)"}, wrt="w")[1:]
    assert "d − |w| = 0" in vector.words.en


def test_all_corners_of_one_variable_are_found_and_none_is_invented() -> None:
    found = find("max(abs(x^2 - 2), 1)")
    assert [float(k.at.lo or 0) for k in found if k.at is not None] == pytest.approx(
        [-(3**0.5), -1, 1, 3**0.5]
    )
    assert all(k.kind == "corner" and k.certain for k in found)


def test_coordinates_are_judged_one_by_one() -> None:
    (up, down) = find("lam*sum(softthreshold(x, 1)) + norm2(A*x)^2", {"x": "vector(n)"})
    assert (up.at, down.at) == (point(-1), point(1))
    assert find("sum(relu(x) - relu(-x)) + norm2(x)^2", {"x": "vector(n)"}) == ()


@pytest.mark.parametrize(
    ("formula", "declare", "asked", "kinds"),
    [
        ("sum(x.^p)", {"p": "scalar"}, "(0, inf)", []),
        ("sum(x.^p)", {"p": "scalar > 0"}, "[0, inf)", ["vertical"]),
        ("x^x", {"x": "scalar"}, "(0, inf)", []),
    ],
)
def test_kinks_of_a_power_lie_where_the_domain_says_it_is_defined(
    formula: str, declare: dict[str, str], asked: str, kinds: list[str]
) -> None:
    e = parse(formula, declare).expr
    assert [str(c.interval) for c in domain(e).open] == [asked]
    found = find(formula, declare, wrt="x")
    assert [k.kind for k in found] == kinds
    assert not any(k.certain for k in found)  # only for p < 1


def test_no_kinks_are_blamed_where_there_are_none() -> None:
    e = parse("x^x").expr
    reason = curvature(e, symbols(e)).smooth.reason
    assert reason is not None
    assert "kink" not in reason.en


def test_ties_of_the_largest_and_of_the_smallest_entries_are_two_kinks() -> None:
    def found(text: str) -> tuple[Kink, ...]:
        e = parse(text, "x: vector(n)").expr
        return kinks(e, symbols(e))

    assert [to_text(k.node) for k in found("max(x) - min(x)")] == [
        "minentry(x)",
        "maxentry(x)",
    ]
    # For two entries max(x) + min(x) is their sum: neither kink is certain.
    assert not any(k.certain for k in found("max(x) + min(x)"))
    assert found("max(x)")[0].certain


WEIGHTED = [
    ("a*abs(x)", "a: scalar", False),
    ("a*abs(x)", "a: scalar > 0", True),
    ("a*abs(x)", "a: scalar >= 0", False),
    ("a^2*abs(x)/b", "a: scalar; b: scalar", False),
    ("(1 + a^2)*abs(x)", "a: scalar", True),
    ("exp(a)*abs(x - 1)/b", "a: scalar; b: scalar", True),
    ("a*abs(x - b)", "a: scalar; b: scalar", False),
    ("abs(x - b)/a", "a: scalar; b: scalar", True),
]


@pytest.mark.parametrize(("text", "declared", "certain"), WEIGHTED, ids=str)
def test_a_kink_with_a_weight_that_may_be_0_is_not_certain(
    text: str, declared: str, certain: bool
) -> None:
    formula = parse(text, f"x: scalar; {declared}")
    (found,) = kinks(formula.expr, tuple(s for s in formula.symbols if s.name == "x"))
    assert found.certain == certain
    assert ("unless" in found.words.en) != certain


def test_a_vector_of_weights_may_have_an_entry_0() -> None:
    for declared, certain in (("", False), ("; a: vector(n) > 0", True)):
        formula = parse("sum(a .* abs(x))", f"x: vector(n){declared}")
        (found,) = kinks(formula.expr, tuple(s for s in formula.symbols if s.name == "x"))
        assert found.certain == certain


def test_a_power_above_1_of_an_absolute_value_is_smooth() -> None:
    formula = parse("abs(x)^p", "p: scalar > 1")
    assert kinks(formula.expr, tuple(s for s in formula.symbols if s.name == "x")) == ()
    formula = parse("abs(x)^p", "p: scalar >= 1")
    (kink,) = kinks(formula.expr, tuple(s for s in formula.symbols if s.name == "x"))
    assert not kink.certain


def test_a_kink_inside_a_norm_behind_a_case_is_found() -> None:
    (kink,) = find("sum(i, sum(j != i, norm2(X[i,:] - X[j,:])))", {"X": "matrix(n, d)"}, "X")
    assert not kink.certain


POWERS_WITH_LETTERS = (
    ("abs(x)^p", "p: scalar in (0, 1)", "cusp", True),
    ("abs(x)^p", "p: scalar > 0", "cusp", False),
    ("abs(x)^p", "p: scalar", "cusp", False),
    ("abs(x)^p", "p: scalar in [1, 2]", "corner", False),
    ("(x^2)^p", "p: scalar in (0, 1/2)", "cusp", True),
    ("abs(x - 1)^p + exp(x)", "p: scalar", "cusp", False),
    ("x^p", "p: scalar", "vertical", False),
)


@pytest.mark.parametrize(("text", "declare", "kind", "certain"), POWERS_WITH_LETTERS)
def test_powers_with_letters_have_one_kink_where_their_base_is_zero(
    text: str, declare: str, kind: str, certain: bool
) -> None:
    f = parse(text, declare)
    (found,) = kinks(f.expr, (f.symbol("x"),))
    assert (found.kind, found.certain) == (kind, certain)
    assert ("for p > 0" in found.words.en) == (declare == "p: scalar")


@pytest.mark.parametrize("declare", ["p: scalar > 1", "p: scalar < 0", "p: scalar >= 2"])
def test_powers_with_letters_have_no_kink_beyond_one_or_where_zero_has_no_power(
    declare: str,
) -> None:
    for text in ("abs(x)^p", "(x^2)^p", "abs(3*x + 1)^p + x"):
        f = parse(text, declare)
        assert kinks(f.expr, (f.symbol("x"),)) == ()
