"""Random formulas: what is proved must stand up to a search that knows nothing of the proof."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from lossmith.errors import LossmithError
from lossmith.evidence.check import check
from lossmith.prove.prover import curvature
from lossmith.prove.refute import refute
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


@settings(max_examples=80)
@given(text=formulas(), x=DECLARATIONS, y=DECLARATIONS, joint=st.booleans())
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
