"""False claims by linear maps, cones, chains and strict curvature: one condition of a rule broken.

Every premise is true and is accepted; only the last step must fail.
"""

from __future__ import annotations

from fractions import Fraction

import pytest
from proofs import e, f, groups, node, proof, s

from lossmith.atoms.table import ATOMS
from lossmith.errors import NotCertified
from lossmith.evidence.certificate import Certificate, Claim, Inference
from lossmith.evidence.check import check
from lossmith.expr.build import add, apply, const, contract, delta, multiply, power, symbol, total
from lossmith.expr.node import Expr, Factor, Symbol
from lossmith.expr.sets import Interval, closed, opened
from lossmith.expr.types import Assumptions

ONE = const(1)
HALF = Fraction(1, 2)
N, M = ("n",), ("n", "d")
X = symbol("X", M)


def _refused(certificate: Certificate) -> None:
    if len(certificate.nodes) > 1:
        check(Certificate(certificate.nodes[:-1]))
    with pytest.raises(NotCertified):
        check(certificate)


# -- Lipschitz constants of linear maps ------------------------------------------------------------


def _linear(moving: Symbol, made: Expr, k: Expr) -> Certificate:
    return proof(
        Inference(Claim("lipschitz", moving, (moving,), None, ONE), "lipschitz-variable"),
        Inference(Claim("lipschitz", made, (moving,), None, k), "lipschitz-linear", (0,)),
    )


def _norm(matrix: Expr) -> Expr:
    return apply(ATOMS["specnorm"], matrix)


def test_a_matrix_on_the_left_multiplies_by_its_spectral_norm():
    w = symbol("w", ("d",))
    check(_linear(w, contract([(X, (0, 1), 1), (w, (1,), 1)], (0,)), _norm(X)))


def test_weights_summed_over_an_axis_are_not_one_weight():
    # v_i * sum over j of B_ij, all B_ij in [0, 1]: the sum may be d.
    v, inside = symbol("v", N), symbol("B", M, Assumptions(closed(0, 1)))
    _refused(_linear(v, contract([(v, (0,), 1), (inside, (0, 1), 1)], (0,)), ONE))


@pytest.mark.parametrize("name", ["a", "u", "z", "V"])
def test_no_factor_beside_a_matrix_is_forgotten(name):
    w = symbol("w", ("d",))
    shapes = ((N, (0,)), (("d",), (1,)), (M, (0, 1)))
    for extra in ((symbol(name, shape), labels, 1) for shape, labels in shapes):
        factors: list[Factor] = [(X, (0, 1), Fraction(1)), (w, (1,), Fraction(1))]
        made = contract([*factors, extra], (0,))
        for k in (_norm(X), _norm(symbol(name, M))):
            _refused(_linear(w, made, k))


def test_row_sums_of_a_matrix_are_not_bounded_by_its_spectral_norm():
    # x times X 1: for a row of ones |X 1| is d and the spectral norm sqrt(d).
    x = symbol("x")
    _refused(_linear(x, contract([(x, (), 1), (X, (0, 1), 1)], (0,)), _norm(X)))
    v = symbol("v", ("m",))
    made = contract([(v, (0,), 1), (X, (1, 2), 1)], (0, 1))
    _refused(_linear(v, made, _norm(X)))


def test_a_slope_in_one_argument_is_none_in_another():
    p = symbol("p", (), Assumptions(closed(0, 1)))
    x, card = symbol("x"), ATOMS["leaky_relu"]
    both = apply(card, x, p)
    for k in (const(1), const(2)):
        _refused(
            proof(
                Inference(Claim("lipschitz", p, (p,), None, ONE), "lipschitz-variable"),
                Inference(Claim("lipschitz", both, (p,), None, k), "lipschitz-composition", (0,)),
            )
        )


# -- cones and powers of matrices ------------------------------------------------------------------


@pytest.mark.parametrize("other", ["y", "free", "lam", "u"])
def test_a_root_of_a_cone_times_something_is_no_root(other):
    names = "x p q" if other != "y" else "x y p q"
    given = [node("affine", name, "variable", wrt=names) for name in names.split()]
    formula = f"{other}*sqrt(p*q - x^2)"
    step = node("concave", formula, "rotated-cone", range(len(given)), s("p"), s("q"), wrt=names)
    _refused(proof(*given, step))


def test_an_odd_root_of_a_cone_has_values_outside():
    given = [node("affine", name, "variable", wrt="x p q") for name in "xpq"]
    root = power(e("p*q - x^2"), Fraction(1, 3))
    step = node("concave", root, "rotated-cone", (0, 1, 2), s("p"), s("q"), wrt="x p q")
    _refused(proof(*given, step))


S, A = e("S"), e("A")


def test_an_entry_on_the_diagonal_of_a_power_is_no_trace():
    # t^4 is convex but not operator convex.
    ring = [(S, (0, 1), 1), (S, (1, 2), 1), (S, (2, 3), 1), (S, (3, 0), 1)]
    given = node("affine", "S", "variable", wrt="S")
    check(
        proof(
            given,
            node("convex", contract(ring, ()), "trace-power", (0,), S, *f(0, 0, 0, 0), wrt="S"),
        )
    )
    _refused(
        proof(
            given,
            node("convex", contract(ring, (0,)), "trace-power", (0,), S, *f(0, 0, 0, 0), wrt="S"),
        )
    )


def test_roots_of_entries_are_no_steps_of_a_ring():
    made = contract([(A, (0, 1), 2), (A, (0, 0), HALF)], ())
    given = node("affine", "A", "variable", wrt="A")
    _refused(proof(given, node("convex", made, "trace-power", (0,), A, *f(0, 0), wrt="A")))


def test_a_tensor_of_three_axes_is_no_psd_matrix():
    made = contract([(delta("n"), (0, 1), 1), (e("g"), (2,), 1)], (0, 1, 2))
    _refused(proof(node("psd", made, "psd-diagonal")))


# -- chains ----------------------------------------------------------------------------------------


def _step(before: Expr, after: Expr, name: str) -> Inference:
    return Inference(Claim("identity", before, (), None, after), "normal-step", (), (name,))


def _chained(*given: Inference, first: Expr, last: Expr) -> Certificate:
    made = Claim("identity", first, (), None, last)
    return proof(*given, Inference(made, "chain", tuple(range(len(given)))))


def test_a_chain_is_of_identities_end_to_end():
    x, y = s("x"), s("y")
    a, b = e("(x + 1)^2"), e("x^2 + 2*x + 1")
    c, d = e("(y + 1)^2"), e("y^2 + 2*y + 1")
    one, other = _step(a, b, "products"), _step(c, d, "products")
    same = _step(d, d, "products")
    check(_chained(other, same, first=c, last=d))
    _refused(_chained(one, other, first=a, last=d))
    _refused(_chained(one, other, same, first=a, last=d))
    _refused(_chained(other, same, first=a, last=d))
    _refused(_chained(other, same, first=c, last=b))
    bound = Inference(Claim("lipschitz", x, (x,), None, ONE), "lipschitz-variable")
    _refused(_chained(bound, first=x, last=ONE))
    _refused(_chained(_step(x, x, "products"), bound, first=x, last=ONE))
    _refused(_chained(bound, _step(ONE, ONE, "products"), first=x, last=ONE))
    _refused(proof(Inference(Claim("identity", x, (), None, y), "chain")))


# -- parameters that are not what the rule asks ----------------------------------------------------


def test_a_rule_takes_no_parameters_but_its_own():
    below = "-x^2"
    convex = node("convex", "x^2", "quadratic", wrt="x")
    _refused(proof(convex, node("convex", below, "restriction", (0,), 1, wrt="x")))
    _refused(proof(convex, node("convex", below, "restriction", (0,), wrt="x")))
    for t in (ONE, e("x^2")):
        _refused(proof(node("convex", below, "entrywise", (), e("x"), t, e("x"), wrt="x")))
        _refused(proof(node("convex", below, "perspective", (), e("x"), t, e("x"), ONE, wrt="x")))


def test_a_perspective_is_of_the_formula_claimed():
    t = symbol("t", (), Assumptions(opened(0, None)))
    square = power(t, 2)
    given = [
        node("affine", "p", "variable", wrt="p q"),
        node("affine", "q", "variable", wrt="p q"),
        Inference(Claim("total", square), "total"),
        Inference(Claim("convex", square, (t,)), "quadratic"),
    ]
    for formula, refused in (("p^2/q", False), ("q/p", True), ("p*q", True)):
        made = proof(
            *given,
            node("convex", formula, "perspective", range(4), square, t, s("p"), s("q"), wrt="p q"),
        )
        if refused:
            _refused(made)
        else:
            check(made)


# -- strict curvature ------------------------------------------------------------------------------


def test_a_strict_function_of_a_sum_is_not_strict_in_its_parts():
    a, b, t = symbol("a", N), symbol("b", N), symbol("t")
    u, template = add((1, a), (1, b)), apply(ATOMS["exp"], t)
    made = total(apply(ATOMS["exp"], u))
    given = [
        Inference(Claim("affine", a, (a, b)), "variable"),
        Inference(Claim("affine", b, (a, b)), "variable"),
        Inference(Claim("affine", u, (a, b)), "sum", (0, 1), tuple(groups([0], [1]))),
        Inference(
            Claim("strictly_convex", template, (t,)),
            "second-derivative",
            (),
            ((ONE, template, (Interval(), "direct")),),
        ),
    ]
    parameters = (template, (t,), (u,))
    check(proof(*given, Inference(Claim("convex", made, (a, b)), "separable", (2, 3), parameters)))
    _refused(
        proof(
            *given,
            Inference(Claim("strictly_convex", made, (a, b)), "separable", (2, 3), parameters),
        )
    )


def test_a_root_of_what_is_negative_keeps_its_sign():
    v = symbol("v", N, Assumptions(opened(None, 0)))
    given = Inference(Claim("affine", v, (v,)), "variable")
    for first, second in ((-1, Fraction(-1, 3)), (-1, Fraction(-2, 3)), (-2, Fraction(-1, 3))):
        made = contract([(v, (0,), first), (v, (1,), second)], (0, 1), ("n", "n"))
        _refused(proof(given, Inference(Claim("concave", made, (v,)), "monomial", (0,))))


def test_what_has_a_factor_in_front_has_its_sign():
    # c * f with c < 0 and f < 0 quasiconcave: the product of both is > 0 and quasiconvex.
    c = symbol("c", (), Assumptions(opened(None, 0)))
    x = symbol("x", (), Assumptions(opened(-HALF, HALF)))
    inner = add((HALF, ONE), (-1, power(x, 2)))
    low = apply(ATOMS["log"], inner)
    made = multiply(c, low)
    given = [
        Inference(Claim("concave", inner, (x,)), "quadratic"),
        Inference(Claim("concave", low, (x,)), "composition", (0,)),
        Inference(Claim("quasiconcave", low, (x,)), "quasi-curved", (1,)),
    ]
    check(proof(*given, Inference(Claim("quasiconvex", made, (x,)), "quasi-scale", (2,))))
    _refused(proof(*given, Inference(Claim("quasiconcave", made, (x,)), "quasi-scale", (2,))))
