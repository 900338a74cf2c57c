"""What the derivatives of extreme eigenvalues and of the nuclear norm are made of.

For a symmetric A whose largest eigenvalue l is simple, with unit eigenvector v: P = v v' and
R = (l I - A)^+ (the pseudoinverse). Then d l = tr(P dA), d P = P dA R + R dA P and
d R = R dA R - tr(P dA) R^2 - P dA R^2 - R^2 dA P, for moves dA among symmetric matrices.

The convention: an argument is taken to be symmetric, declared or not, and a derivative speaks of
symmetric moves. Both slopes are right for these; a move that is not symmetric has to be made so
first, lambda_max((X + X')/2), since eigenvalues of other matrices are no convex functions.
"""

# The arguments of a card's lambdas have no declared type: their number depends on the card.
# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

from lossmith.atoms.ball_spectral import (
    polar_factor,
    polar_slope,
    reduced_resolvent,
    top_projector,
)
from lossmith.atoms.writing import within
from lossmith.expr import build
from lossmith.expr.atom import Atom, signature
from lossmith.expr.node import Expr
from lossmith.expr.sets import closed
from lossmith.words import Words

_SQUARE = signature("(n,n)->(n,n)")
_SOURCE = "Magnus & Neudecker 2019, section 8.9; Kato 1995, section II.2"


def _projector_slope(a: Expr) -> Expr:
    """Return d P[i,j] / d A[k,l] = P[i,k] R[l,j] + R[i,k] P[l,j]."""
    p, r = build.apply(topproj, a), build.apply(topres, a)
    batch = tuple(range(len(a.shape) - 2))
    i, j, k, m = (len(batch) + axis for axis in range(4))
    out = (*batch, i, j, k, m)
    pairs = ((p, r), (r, p))
    terms = (
        build.contract([(left, (*batch, i, k), 1), (right, (*batch, m, j), 1)], out)
        for left, right in pairs
    )
    return build.add(*terms)


def _resolvent_slope(a: Expr) -> Expr:
    """Return d R[i,j] / d A[k,l], from d B^+ for B = l I - A, whose rank stays the same.

    d B^+ = -B^+ dB B^+ + B^+ B^+ dB (I - B B^+) + (I - B^+ B) dB B^+ B^+ (Golub & Pereyra 1973).
    """
    p, r = build.apply(topproj, a), build.apply(topres, a)
    batch = tuple(range(len(a.shape) - 2))
    i, j, k, m = (len(batch) + axis for axis in range(4))
    out = (*batch, i, j, k, m)
    square = build.contract([(r, (*batch, i, k), 1), (r, (*batch, k, j), 1)], (*batch, i, j))

    def both(left: Expr, right: Expr) -> Expr:
        return build.contract([(left, (*batch, i, k), 1), (right, (*batch, m, j), 1)], out)

    moved = build.contract([(p, (*batch, k, m), 1), (square, (*batch, i, j), 1)], out)
    return build.add(both(r, r), (-1, moved), (-1, both(p, square)), (-1, both(square, p)))


topproj = Atom(
    name="topproj",
    signature=_SQUARE,
    words=Words(
        "the projector v v' on the eigenvector of the largest eigenvalue (symmetric matrix)",
        "对称矩阵最大特征值的单位特征向量 v 给出的投影 v v'",
    ),
    source=_SOURCE,
    ball=top_projector,
    slopes=(_projector_slope,),
    range=closed(-1, 1),
    needs=("symmetric",),
    symmetric=True,
    facts=(within("range_in", closed(-1, 1)),),
    rough=Words("where the largest eigenvalue is multiple", "最大特征值为重值处"),
    code={
        "numpy": "(lambda v: v @ np.swapaxes(v, -1, -2))(np.linalg.eigh({0})[1][..., -1:])",
        "torch": "(lambda v: v @ v.mT)(torch.linalg.eigh({0})[1][..., -1:])",
        "numba": "_topproj({0})",
    },
    latex=r"\operatorname{{topproj}}({0})",
    unicode="topproj({0})",
    probe=(0.0, 1.0, -1.0, 2.0),
)

topres = Atom(
    name="topres",
    signature=_SQUARE,
    words=Words(
        "the pseudoinverse of lambda_max(A) I - A (symmetric matrix)",
        "λmax(A) I − A 的伪逆（A 对称）",
    ),
    source=_SOURCE,
    ball=reduced_resolvent,
    slopes=(_resolvent_slope,),
    needs=("symmetric",),
    symmetric=True,
    rough=Words("where the largest eigenvalue is multiple", "最大特征值为重值处"),
    code={
        "numpy": (
            "(lambda w, v: v[..., :-1] / (w[..., -1:] - w[..., :-1])[..., None, :]"
            " @ np.swapaxes(v[..., :-1], -1, -2))(*np.linalg.eigh({0}))"
        ),
        "torch": (
            "(lambda w, v: v[..., :-1] / (w[..., -1:] - w[..., :-1])[..., None, :]"
            " @ v[..., :-1].mT)(*torch.linalg.eigh({0}))"
        ),
        "numba": "_topres({0})",
    },
    latex=r"\operatorname{{topres}}({0})",
    unicode="topres({0})",
    probe=(0.0, 1.0, -1.0, 2.0),
)

polar = Atom(
    name="polar",
    signature=signature("(n,m)->(n,m)"),
    words=Words(
        "the orthogonal factor U V' of the polar decomposition, from A = U S V' of full rank",
        "极分解的正交因子 U V'，其中 A = U S V' 满秩",
    ),
    source="Golub & Van Loan 2013, section 9.4.3; Higham 2008, chapter 8",
    ball=polar_factor,
    slopes=(lambda a: build.apply(dpolar, a),),
    range=closed(-1, 1),
    facts=(within("range_in", closed(-1, 1)),),
    rough=Words("where a singular value is 0", "有奇异值为 0 处"),
    code={
        "numpy": "(lambda u, s, vt: u @ vt)(*np.linalg.svd({0}, full_matrices=False))",
        "torch": "(lambda u, s, vt: u @ vt)(*torch.linalg.svd({0}, full_matrices=False))",
        "numba": "_polar({0})",
    },
    latex=r"\operatorname{{polar}}({0})",
    unicode="polar({0})",
    probe=(0.0, 1.0, -1.0, 2.0),
)

dpolar = Atom(
    name="dpolar",
    signature=signature("(n,m)->(n,m,n,m)"),
    words=Words(
        "the derivative of polar(A): entry i, j, k, l is that of polar(A)[i,j] by A[k,l]",
        "polar(A) 的导数：第 i, j, k, l 个元素是 polar(A)[i,j] 对 A[k,l] 的导数",
    ),
    source="Higham 2008, section 8.2; Kenney & Laub 1991",
    ball=polar_slope,
    slopes=(None,),
    rough=Words("where a singular value is 0", "有奇异值为 0 处"),
    # With A = U S V': the turn inside of U and V by 1/(s_a + s_b), and the parts outside by 1/s.
    code={
        "numpy": (
            "(lambda u, s, vt: np.einsum('...ia,...bj,...ab,...ka,...bl->...ijkl', u, vt, 1.0"
            " / (s[..., :, None] + s[..., None, :]), u, vt) - np.einsum("
            "'...ia,...bj,...ab,...kb,...al->...ijkl', u, vt, 1.0 / (s[..., :, None]"
            " + s[..., None, :]), u, vt) + np.einsum('...ik,...aj,...a,...al->...ijkl',"
            " np.eye(u.shape[-2]) - u @ np.swapaxes(u, -1, -2), vt, 1.0 / s, vt)"
            " + np.einsum('...ia,...a,...ka,...jl->...ijkl', u, 1.0 / s, u,"
            " np.eye(vt.shape[-1]) - np.swapaxes(vt, -1, -2) @ vt)"
            ")(*np.linalg.svd({0}, full_matrices=False))"
        ),
        "torch": "_dpolar({0})",
        "numba": "_dpolar({0})",
    },
    latex=r"\operatorname{{dpolar}}({0})",
    unicode="dpolar({0})",
    probe=(0.0, 1.0, -1.0, 2.0),
)
