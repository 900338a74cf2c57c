"""False claims by homogeneity and by h(exp(x)): true premises, one condition of the rule broken.

Where a wrong reading of one node would give the formula degree 1, the formula is chosen so that its
slice has the curvature claimed and the whole has not.
"""

from __future__ import annotations

from itertools import permutations

import pytest

from lossmith.atoms.table import ATOMS
from lossmith.errors import NotCertified
from lossmith.evidence.certificate import Certificate, Claim, Inference
from lossmith.evidence.check import check
from lossmith.evidence.curvature.rules_reduction import curvature_in_exponential, in_exponential
from lossmith.expr.build import add, apply, const, multiply, power, scale, symbol, total
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.sets import closed, opened
from lossmith.expr.types import Assumptions
from lossmith.expr.walk import substitute
from lossmith.prove.prover import curvature
from lossmith.text.parse import parse

P, Q = "p: scalar > 0", "q: scalar > 0"
X, Y = "x: scalar", "y: scalar"


def _moved(certificate: Certificate, by: int) -> list[Inference]:
    """Return the nodes of a proof that stand behind ``by`` others."""
    return [
        Inference(n.claim, n.rule, tuple(k + by for k in n.premises), n.parameters)
        for n in certificate.nodes
    ]


def _homogeneous(kind: str, formula: str, by: str, declare: str, wrt: str) -> Certificate:
    """Return a claim by homogeneity with every premise that is true, the slice proved in full."""
    read = parse(formula, declare=declare)
    e = read.expr
    names = tuple(read.symbol(name) for name in wrt.split())
    return _by_scale(kind, e, parse(by, declare=declare).expr, names)


def _by_scale(kind: str, e: Expr, q: Expr, names: tuple[Symbol, ...]) -> Certificate:
    given = [Inference(Claim("total", e), "total")]
    given += [Inference(Claim("affine", s, names), "variable") for s in names]
    rest = tuple(s for s in names if s is not q)
    proof = curvature(substitute(e, {q: const(1)}), rest).certificate
    if proof is not None:
        given += _moved(proof, len(given))
    step = Inference(Claim(kind, e, names), "homogeneous", tuple(range(len(given))), (q,))
    return Certificate((*given, step))


HONEST = {
    "a square over what is positive": ("convex", "x^2/q", "q", f"{X}; {Q}", "x q"),
    "a relative entropy": ("convex", "p*log(p/q)", "q", f"{P}; {Q}", "p q"),
    "the root of a product": ("concave", "sqrt(p*q)", "q", f"{P}; {Q}", "p q"),
    "the square of a length": ("convex", "abs(x)^3/q^2", "q", f"{X}; {Q}", "x q"),
}

FALSE = {
    "a scale that is data": ("convex", "2*abs(x) - p*abs(x)", "p", f"{X}; {P}", "x"),
    "a scale of either sign": ("convex", "abs(x) - abs(y)", "y", f"{X}; {Y}", "x y"),
    "a scale that is not affine": ("convex", "p - sqrt(x^2 + p^2)", "sqrt(x^2 + p^2)",
                                   f"{X}; {P}", "x p"),
    "values that are no cone": ("convex", "6*u^2/q - u^3/q^2", "q",
                                f"u: scalar in [0, 2]; {Q}", "u q"),
    "a factor of data, of degree 1": ("convex", "x^2*q/p^2", "q", f"{X}; {P}; {Q}", "x q"),
    "a factor of data, of degree -1": ("convex", "x^2*q*p^2", "q", f"{X}; {P}; {Q}", "x q"),
    "a sum of degrees, the 0 left out": ("convex", "x^2*(q + 1)/q^2", "q", f"{X}; {Q}", "x q"),
    "a sum of degrees, the 1 left out": ("convex", "x^2/(q*(q + 1))", "q", f"{X}; {Q}", "x q"),
    "a square of a logarithm": ("convex", "q*(log(p)^2 - log(p))", "p", f"{P}; {Q}", "q p"),
    "squares of logarithms": ("convex", "q*log(p)^2 - q*log(2*p)^2", "p", f"{P}; {Q}", "q p"),
    "a logarithm whose weights cancel not": ("convex", "q*log(p) - x*log(p)", "p",
                                             f"{P}; {Q}; {X}", "q x p"),
    "a logarithm of a square": ("convex", "q*log(p^2) - q*log(p)", "p", f"{P}; {Q}", "q p"),
    "a logarithm of a square, four times": ("convex", "q*log(p^2) - 4*q*log(p)", "p",
                                            f"{P}; {Q}", "q p"),
    "a card of what has no degree": ("convex", "q*softplus(exp(x))", "q", f"{X}; {Q}", "x q"),
    "a card of two, one without degree": ("convex", "q*max(exp(x), 2)", "q", f"{X}; {Q}", "x q"),
    "a card of a logarithm": ("convex", "q*softplus(log(p))", "p", f"{P}; {Q}", "q p"),
    "a card of degrees 1 and 0": ("convex", "q*max(x, 2)", "q", f"{X}; {Q}", "x q"),
    "degrees 1 and 0 as one": ("convex", "(max(p, 2) - q)^2/q", "q", f"{P}; {Q}", "p q"),
    "a ratio of degree 1": ("convex", "exp(x/q)", "q", f"{X}; {Q}", "x q"),
    "a ratio of degree -1": ("convex", "q^2*softplus(x/q)", "q", f"{X}; {Q}", "x q"),
    "a logarithm of degree 1": ("concave", "log(p) - log(q)", "q", f"{P}; {Q}", "p q"),
    "a logarithm of degree -1": ("concave", "q^2*(log(p) - log(q))", "q", f"{P}; {Q}", "p q"),
    "an exponential of degree 1": ("convex", "q^2/exp(x)", "q", f"{X}; {Q}", "x q"),
    "a slope that moves": ("convex", "leaky_relu(x, p)", "p", f"{X}; {P}", "x p"),
}  # fmt: skip


@pytest.mark.parametrize("case", HONEST.values(), ids=HONEST.keys())
def test_a_homogeneous_formula_is_proved_by_its_slice(case):
    check(_homogeneous(*case))


@pytest.mark.parametrize("case", FALSE.values(), ids=FALSE.keys())
def test_what_is_not_homogeneous_is_refused(case):
    proof = _homogeneous(*case)
    check(Certificate(proof.nodes[:-1]))  # the premises are true
    with pytest.raises(NotCertified):
        check(proof)


@pytest.mark.parametrize("names", list(permutations("abc")))
def test_a_product_of_two_logarithms_has_no_degree(names):
    # r log(r) (log(p) - log(q)): if only the last of two logarithms counted, its order would matter
    p, q, r = (symbol(n, (), Assumptions(opened(0, None))) for n in names)
    log = ATOMS["log"]
    at = {s: apply(log, s) for s in (p, q, r)}
    e = add((1, multiply(r, at[r], at[p])), (-1, multiply(r, at[r], at[q])))
    proof = _by_scale("convex", e, r, (p, q, r))
    check(Certificate(proof.nodes[:-1]))
    with pytest.raises(NotCertified):
        check(proof)


def test_the_points_of_a_simplex_are_no_cone():
    w = symbol("w", ("n",), Assumptions(structure=frozenset({"simplex"})))
    q = symbol("q", (), Assumptions(opened(0, None)))
    square = scale(-1, power(total(w), 2))
    e = multiply(square, power(q, -1))
    given = (
        Inference(Claim("total", e), "total"),
        Inference(Claim("affine", q, (w, q)), "variable"),
        Inference(Claim("total", square), "total"),
        Inference(Claim("identity", square, (), None, const(-1)), "normal-step", (), ("declared",)),
        Inference(Claim("convex", const(-1), (w,)), "constant"),
        Inference(Claim("convex", square, (w,)), "rewrite", (2, 3, 4)),
    )
    check(Certificate(given))
    last = Inference(Claim("convex", e, (w, q)), "homogeneous", tuple(range(6)), (q,))
    with pytest.raises(NotCertified):
        check(Certificate((*given, last)))


# -- functions of exp(x) ---------------------------------------------------------------------------

ONE = const(1)
S = symbol("_s", (), Assumptions(opened(0, None)))
"""The variable in which the checker writes functions of exp(x)."""

ABOVE: tuple[object, ...] = (opened(0, None), "direct")


def _by_exp(
    kind: str,
    formula: str,
    core: Expr,
    *rows: tuple[object, ...],
    wrt: str = "x",
    declare: str = "",
) -> Certificate:
    read = parse(formula, declare=f"{declare}; x: scalar" if declare else "x: scalar")
    names = tuple(read.symbol(name) for name in wrt.split())
    return Certificate(
        (
            Inference(Claim("total", read.expr), "total"),
            Inference(
                Claim(kind, read.expr, names),
                "exponential-argument",
                (0,),
                ((ONE, core, *(rows or (ABOVE,))),),
            ),
        )
    )


def _of(h: Expr) -> Expr:
    return curvature_in_exponential(h, S)


def _exp(u: Expr) -> Expr:
    return apply(ATOMS["exp"], u)


def test_softplus_is_convex_as_a_function_of_exp():
    e = parse("log(1 + exp(x))", declare="x: scalar")
    check(_by_exp("convex", "log(1 + exp(x))", _of(in_exponential(e.expr, e.symbol("x"))[0])))
    check(_by_exp("strictly_convex", "exp(x)", ONE))
    check(_by_exp("concave", "-exp(x)", ONE))


NOT_OF_EXP = {
    "a second variable": ("convex", "exp(x) - y^2", ONE, "x y", "y: scalar"),
    "a half of the second derivative": (
        "convex",
        "exp(-exp(x))",
        multiply(S, _exp(scale(-1, S))),
        "x",
        "",
    ),
    "a function of exp(x) that rises": (
        "convex",
        "exp(x)/(1 + exp(x))",
        power(add((1, ONE), (1, S)), -2),
        "x",
        "",
    ),
    "a multiple of a number as one of x": (
        "concave",
        "exp(x)^3 - exp(x + 3)",
        _of(add((-1, power(S, 3)), (1, multiply(power(S, 3), _exp(const(3)))))),
        "x",
        "",
    ),
    "the sign of a convex function": ("concave", "exp(x)", ONE, "x", ""),
    "nothing at all": ("concave", "exp(x)", const(0), "x", ""),
    "strictness of a line": ("strictly_convex", "2*x", const(0), "x", ""),
    "a Gaussian as exp(x)": ("convex", "exp(-x^2)", ONE, "x", ""),
    "a product of exponentials as one": ("convex", "exp(x - exp(x))", ONE, "x", ""),
    "an exponent of an exponential left out": ("concave", "exp(exp(x))", const(0), "x", ""),
    "an exponent taken twice": (
        "convex",
        "2*exp(exp(x)) - exp(2*exp(x))",
        _of(_exp(scale(2, S))),
        "x",
        "",
    ),
    "a number in an exponent left out": ("convex", "2*exp(x) - exp(x + 1)", ONE, "x", ""),
    "data of the name that is taken": (
        "convex",
        "(1 - 1/_s)*exp(x)",
        ONE,
        "x",
        "_s: scalar > 0",
    ),
}


@pytest.mark.parametrize(
    ("kind", "formula", "core", "wrt", "declare"), NOT_OF_EXP.values(), ids=NOT_OF_EXP.keys()
)
def test_what_is_no_such_function_of_exp_is_refused(kind, formula, core, wrt, declare):
    with pytest.raises(NotCertified):
        check(_by_exp(kind, formula, core, wrt=wrt, declare=declare))


def test_a_multiple_of_x_in_an_exponent_is_read_once():
    # e exp(x) s^2 if x in exp(x + 1) counted twice: then e - 3 < 0 would make it concave.
    core = _of(add((3, power(S, 2)), (-1, multiply(_exp(ONE), power(S, 2)))))
    with pytest.raises(NotCertified):
        check(_by_exp("concave", "exp(x + 1) - 3*exp(x)^2", core))


@pytest.mark.parametrize("formula", ["sign(exp(x) - 1)", "if(exp(x) > 1, 1, 0)"])
def test_a_jump_between_two_constants_is_refused(formula):
    pieces = (opened(0, 1), closed(1, 1), opened(1, None))
    for rows in ((ABOVE,), tuple((piece, "direct") for piece in pieces)):
        with pytest.raises(NotCertified):
            check(_by_exp("convex", formula, const(0), *rows))


def test_a_corner_of_a_function_of_exp_is_refused():
    # Slopes 4 and 2 at x = 0, each side convex by itself.
    left, right = opened(0, 1), opened(1, None)
    core = const(1)
    for rows in ((ABOVE,), ((left, "direct"), (right, "direct"))):
        with pytest.raises(NotCertified):
            check(_by_exp("convex", "3*exp(x) - abs(exp(x) - 1)", core, *rows))
