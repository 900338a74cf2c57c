"""Classical objectives with their gradients and Hessians, built by hand."""

from __future__ import annotations

from fractions import Fraction

from lossmith.atoms.table import ATOMS
from lossmith.expr import build as b
from lossmith.expr.node import Comparison, symbol
from lossmith.expr.types import Assumptions

HALF = Fraction(1, 2)

X = symbol("X", ("n", "d"))
Y = symbol("Y", ("n", "k"))
W = symbol("W", ("d", "k"))
A = symbol("A", ("d", "d"))
B = symbol("B", ("d", "d"))
S = symbol("S", ("d", "d"), Assumptions(structure=frozenset({"pd"})))
T = symbol("T", ("m", "n"))
U = symbol("U", ("m", "k"))
V = symbol("V", ("n", "k"))
w = symbol("w", ("d",))
v = symbol("v", ("d",))
x = symbol("x", ("d",))
y = symbol("y", ("n",))
c = symbol("c", ("n",))
z = symbol("z", ("k",))
t = symbol("t", ("k",))
lam, alpha, bias, w1, u = (symbol(name) for name in ("lam", "alpha", "b", "w1", "u"))

ONES = b.ones(("n",))
XT = b.transpose(X)
XW = b.matmul(X, w)
RESIDUAL = b.subtract(XW, y)
MARGIN = b.negate(b.multiply(y, XW))


def f(name, *args):
    """Return the atom applied, scalars broadcast."""
    atom = ATOMS[name]
    return b.entrywise(atom, *args) if atom.signature.is_entrywise else b.apply(atom, *args)


def times(number, e):
    return b.scale(Fraction(number), e)


def squared(e):
    return b.total(b.power(e, 2))


def one_minus(e):
    return b.subtract(b.ones(e.shape), e)


S_OF_MARGIN = f("sigmoid", MARGIN)
P = f("sigmoid", XW)
LOGISTIC = b.total(f("log", b.add(ONES, f("exp", MARGIN))))
SOFTMAX = f("softmax", z)
RIDGE = b.multiply(lam, squared(w))
NEWTON_WEIGHT = b.multiply(P, one_minus(P))
HESSIAN_LOGISTIC = b.matmul(b.matmul(XT, b.diag(NEWTON_WEIGHT)), X)
IDENTITY = b.delta("d")
FIT = b.subtract(T, b.matmul(U, b.transpose(V)))
QUADRATIC = b.inner(x, b.matmul(A, x))

CLASSICS = {
    "least squares": squared(RESIDUAL),
    "half of least squares": times(HALF, squared(RESIDUAL)),
    "gradient of least squares": times(2, b.matmul(XT, RESIDUAL)),
    "Hessian of least squares": times(2, b.matmul(XT, X)),
    "ridge regression": b.add(times(HALF, squared(RESIDUAL)), RIDGE),
    "gradient of ridge": b.add(b.matmul(XT, RESIDUAL), times(2, b.multiply(lam, w))),
    "Hessian of ridge": b.add(b.matmul(XT, X), times(2, b.multiply(lam, IDENTITY))),
    "a minus absorbed": b.negate(b.matmul(XT, b.negate(RESIDUAL))),
    "a tie stays expanded": b.add(
        times(2, b.matmul(XT, RESIDUAL)), times(2, b.multiply(lam, w))
    ),
    "mean squared error": b.mean(b.power(RESIDUAL, 2)),
    "half of the mean": times(HALF, b.mean(b.power(RESIDUAL, 2))),
    "lasso": b.add(times(HALF, squared(RESIDUAL)), b.multiply(lam, b.total(f("abs", w)))),
    "elastic net": b.add(
        b.multiply(alpha, lam, b.total(f("abs", w))),
        times(HALF, b.multiply(one_minus(alpha), lam, squared(w))),
    ),
    "logistic loss": LOGISTIC,
    "mean logistic loss": b.mean(f("softplus", MARGIN)),
    "gradient of logistic": b.negate(b.matmul(XT, b.multiply(y, S_OF_MARGIN))),
    "Hessian of logistic": HESSIAN_LOGISTIC,
    "Hessian of regularized logistic": b.add(
        HESSIAN_LOGISTIC, times(2, b.multiply(lam, IDENTITY))
    ),
    "Hessian with labels": b.matmul(
        b.matmul(XT, b.diag(b.multiply(b.power(y, 2), NEWTON_WEIGHT))), X
    ),
    "cross-entropy, two inner products": b.negate(
        b.add(b.inner(y, f("log", P)), b.inner(one_minus(y), f("log", one_minus(P))))
    ),
    "cross-entropy, one sum": b.negate(
        b.total(
            b.add(b.multiply(y, f("log", P)), b.multiply(one_minus(y), f("log", one_minus(P))))
        )
    ),
    "gradient of cross-entropy": b.matmul(XT, b.subtract(P, y)),
    "softmax cross-entropy": b.subtract(f("logsumexp", z), b.inner(t, z)),
    "gradient of softmax cross-entropy": b.subtract(SOFTMAX, t),
    "Jacobian of softmax": b.subtract(b.diag(SOFTMAX), b.outer(SOFTMAX, SOFTMAX)),
    "multinomial likelihood": b.negate(
        b.total(b.multiply(Y, f("log", f("softmax", b.matmul(X, W)))))
    ),
    "hinge loss": b.total(f("max", b.zeros(()), one_minus(b.negate(MARGIN)))),
    "Poisson loss": b.subtract(b.total(f("exp", XW)), b.inner(y, XW)),
    "weighted squares": b.total(b.multiply(c, b.power(RESIDUAL, 2))),
    "gradient of weighted squares": times(2, b.matmul(XT, b.multiply(c, RESIDUAL))),
    "quadratic form": b.add(QUADRATIC, b.inner(w, x), bias),
    "gradient of a quadratic form": b.add(b.matmul(A, x), b.matmul(b.transpose(A), x)),
    "Hessian of a quadratic form": b.add(A, b.transpose(A)),
    "bilinear form": b.inner(x, b.matmul(A, w)),
    "Rayleigh quotient": b.divide(QUADRATIC, squared(x)),
    "outer product": b.outer(x, w),
    "dyad": b.outer(b.matmul(A, x), w),
    "trace of a product": b.trace(b.matmul(A, B)),
    "inner product of matrices": b.inner(A, B),
    "trace of three": b.trace(b.matmul(b.matmul(b.transpose(A), S), B)),
    "Gaussian": b.add(
        times(HALF, f("logdet", S)), times(HALF, b.inner(x, b.matmul(f("inv", S), x)))
    ),
    "gradient of Gaussian": b.subtract(
        f("inv", S), b.matmul(b.matmul(f("inv", S), b.outer(x, x)), f("inv", S))
    ),
    "matrix factorization": squared(FIT),
    "gradient of factorization": times(-2, b.matmul(FIT, V)),
    "Hessian of factorization": times(
        2,
        b.contract(
            [(b.matmul(b.transpose(V), V), (1, 3), 1), (b.delta("m"), (0, 2), 1)], (0, 1, 2, 3)
        ),
    ),
    "Euclidean norm": f("norm2", RESIDUAL),
    "gradient of the norm": b.divide(b.matmul(XT, RESIDUAL), f("norm2", RESIDUAL)),
    "cosine": b.divide(b.inner(x, w), b.multiply(f("norm2", x), f("norm2", w))),
    "diagonal of a product": b.diagonal(b.matmul(A, b.transpose(B))),
    "scaled rows": b.matmul(b.diag(c), X),
    "row sums": b.matmul(X, b.ones(("d",))),
    "entrywise product": b.multiply(A, B),
    "entrywise quotient": b.divide(y, c),
    "smoothed absolute value": b.total(b.power(b.add(ONES, b.power(RESIDUAL, 2)), HALF)),
    "polynomial": b.add(
        times(5, b.power(u, 2)), times(-4, b.multiply(u, w1)), b.power(w1, 2), b.const(-1)
    ),
    "product of three vectors": b.contract([(w, (0,), 1), (v, (1,), 1), (x, (2,), 1)], (0, 1, 2)),
    "Kronecker product": b.contract([(A, (0, 2), 1), (B, (1, 3), 1)], (0, 1, 2, 3)),
    "no chain": b.contract(
        [(A, (0, 1), 1), (B, (1, 2), 1), (A, (2, 0), 2), (B, (0, 3), 1), (A, (3, 1), 1),
         (S, (2, 3), 1)],
        (),
    ),
    "pinball": b.total(
        b.select([((Comparison(RESIDUAL, ">"),), RESIDUAL)], times("-1/10", RESIDUAL))
    ),
    "ridge solution": b.matmul(
        f("inv", b.add(b.matmul(XT, X), b.multiply(lam, IDENTITY))), b.matmul(XT, y)
    ),
    "standardized": b.divide(
        b.subtract(x, b.broadcast(b.mean(x), ("d",))),
        b.power(b.add(b.const(1), squared(x)), HALF),
    ),
    "matrix square": b.matmul(A, A),
    "centering": b.subtract(b.delta("n"), b.broadcast(b.power(b.size_of("n"), -1), ("n", "n"))),
    "offset in a function": b.total(f("exp", b.add(XW, b.broadcast(bias, ("n",))))),
}  # fmt: skip
