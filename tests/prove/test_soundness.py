"""Random formulas: what is proved must stand up to a search that knows nothing of the proof."""

from __future__ import annotations

import re
from fractions import Fraction

from hypothesis import example, given
from hypothesis import strategies as st

from lossmith.errors import LossmithError
from lossmith.evidence.check import check
from lossmith.expr.build import add, inner, multiply
from lossmith.prove.prover import curvature
from lossmith.prove.refutation.refute import refute
from lossmith.text.parse import parse

X = st.sampled_from(("x", "y", "2*x - y", "x + 1", "3 - x", "-x"))
NUMBER = st.sampled_from(("1", "2", "-1", "1/3", "-1/2", "5"))


@st.composite
def formulas(draw: st.DrawFn, depth: int = 3) -> str:
    """Draw a scalar formula of x and y; many are convex, many are not, some are undefined."""
    if depth == 0 or draw(st.integers(0, 5)) == 0:
        return draw(st.one_of(X, NUMBER))
    inner = formulas(depth=depth - 1)
    kind = draw(st.integers(0, 4))
    if kind == 0:
        return f"({draw(inner)} + {draw(NUMBER)}*({draw(inner)}))"
    if kind == 1:
        return f"({draw(inner)})*({draw(inner)})"
    if kind == 2:
        p = draw(st.sampled_from(("2", "3", "4", "(1/2)", "(-1)", "(3/2)", "(-2)")))
        return f"({draw(inner)})^{p}"
    if kind == 3:
        return f"max({draw(inner)}, {draw(inner)})"
    name = draw(
        st.sampled_from(
            ("exp", "log", "abs", "sqrt", "softplus", "relu", "tanh", "sigmoid", "cosh")
        )
    )
    return f"{name}({draw(inner)})"


DECLARATIONS = st.sampled_from(
    ("scalar", "scalar >= 0", "scalar > 0", "scalar in [1, 3]", "scalar <= -1", "scalar in (0, 1)")
)


@given(text=formulas(), x=DECLARATIONS, y=DECLARATIONS, joint=st.booleans())
@example(text="(x)*((relu(x))^(-1))", x="scalar", y="scalar", joint=False)
@example(text="log(((y + 1*(1)))*(x))", x="scalar", y="scalar >= 0", joint=False)
@example(
    text="log(((-x + 1*(1)))*((y + 1*(3 - x))))", x="scalar in [1, 3]", y="scalar", joint=False
)
def test_what_is_proved_is_not_refuted_by_an_independent_search(
    text: str, x: str, y: str, joint: bool
) -> None:
    used = {
        n: d for n, d in (("x", x), ("y", y)) if n in text.replace("exp", "").replace("max", "")
    }
    if not used:
        return
    try:
        formula = parse(text, declare=used)
    except LossmithError:
        return
    if not formula.symbols:
        return
    block = formula.symbols if joint else formula.symbols[:1]
    verdict = curvature(formula.expr, block, budget=500, tries=60)
    for evidence in (*verdict.certificates, *verdict.witnesses):
        check(evidence)
    if verdict.status == "proved":
        sides = ("convex", "concave") if verdict.label == "affine" else (verdict.label,)
        found = refute(formula.expr, block, sides, tries=300)  # type: ignore[arg-type]
        assert not found, (text, used, {k: (w.a, w.b, w.t) for k, w in found.items()})


# -- vectors and matrices --------------------------------------------------------------------------

DECLARED = {
    "X": ("matrix(n, d)",),
    "B": ("matrix(n, d) >= 0",),
    "w": ("vector(d)", "vector(d) >= 0", "vector(d) > 0", "vector(d) in [0, 1]"),
    "y": ("vector(n)", "vector(n) in {-1, 1}", "vector(n) in {0, 1}"),
    "g": ("vector(n) > 0", "vector(n) >= 0"),
    "A": ("matrix(d, d) psd",),
    "S": ("matrix(d, d) symmetric",),
    "lam": ("scalar >= 0", "scalar > 0"),
    "c": ("scalar",),
}


@st.composite
def vectors(draw: st.DrawFn, depth: int = 2) -> str:
    """Draw a vector of size n."""
    if depth == 0 or draw(st.integers(0, 3)) == 0:
        return draw(st.sampled_from(("(X*w)", "(X*w - y)", "(y.*(X*w))", "(g.*(X*w))", "(B*w)")))
    inner = vectors(depth=depth - 1)
    kind = draw(st.integers(0, 4))
    if kind == 0:
        return f"({draw(inner)} + {draw(NUMBER)}*{draw(inner)})"
    if kind == 1:
        return f"({draw(inner)} .* {draw(inner)})"
    if kind == 2:
        p = draw(st.sampled_from(("2", "3", "(1/2)", "(-1)", "(3/2)")))
        return f"({draw(inner)}).^{p}"
    if kind == 3:
        return f"max({draw(inner)}, {draw(inner)})"
    name = draw(
        st.sampled_from(("exp", "abs", "relu", "softplus", "log", "sigmoid", "tanh", "sqrt"))
    )
    return f"{name}({draw(inner)})"


@st.composite
def objectives(draw: st.DrawFn, depth: int = 2) -> str:
    """Draw a scalar of w and data."""
    if depth == 0 or draw(st.integers(0, 2)) == 0:
        v = draw(vectors())
        return draw(
            st.sampled_from(
                (f"sum({v})", f"norm2({v})", f"norminf({v})", f"log(sum(exp({v})))",
                 "w'*A*w", "w'*S*w", "norm2(w)^2", "lam", "c", "(y'*(X*w))")
            )
        )  # fmt: skip
    inner = objectives(depth=depth - 1)
    kind = draw(st.integers(0, 4))
    if kind == 0:
        weight = draw(st.sampled_from(("lam", "c", "1", "-1", "2")))
        return f"({draw(inner)} + {weight}*({draw(inner)}))"
    if kind == 1:
        return f"({draw(inner)})*({draw(inner)})"
    if kind == 2:
        return f"({draw(inner)})^{draw(st.sampled_from(('2', '(1/2)', '3', '(-1)')))}"
    if kind == 3:
        return f"max({draw(inner)}, {draw(inner)})"
    return f"{draw(st.sampled_from(('exp', 'log', 'sqrt', 'abs', 'softplus')))}({draw(inner)})"


@given(text=objectives(), data=st.data())
def test_verdicts_and_constants_of_vector_objectives_stand_up_to_search(
    text: str, data: st.DataObject
) -> None:
    used = {
        name: data.draw(st.sampled_from(kinds))
        for name, kinds in DECLARED.items()
        if re.search(rf"\b{name}\b", text)
    }
    try:
        formula = parse(text, declare=used)
    except LossmithError:
        return
    block = tuple(s for s in formula.symbols if s.name == "w")
    if not block:
        return
    verdict = curvature(formula.expr, block, budget=300, tries=40)
    if verdict.status == "proved":
        sides = ("convex", "concave") if verdict.label == "affine" else (verdict.label,)
        assert not refute(formula.expr, block, sides, tries=150), (text, used)  # type: ignore[arg-type]
    square = inner(block[0], block[0])
    half = Fraction(1, 2)
    if verdict.strong.value is not None:
        m = multiply(verdict.strong.value, square)
        left = add((1, formula.expr), (-half, m))
        assert not refute(left, block, ("convex",), tries=80), (text, used, "m")
    if verdict.smooth.value is not None:
        bound = multiply(verdict.smooth.value, square)
        for sign in (1, -1):
            left = add((half, bound), (sign, formula.expr))
            assert not refute(left, block, ("convex",), tries=60), (text, used, "L")
