"""Functions of matrices: inverse, determinant, norms, extreme eigenvalues."""

# The arguments of a card's lambdas have no declared type: their number depends on the card.
# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

from fractions import Fraction
from functools import reduce
from operator import add
from typing import Any

from lossmith.atoms.ball_matrix import (
    determinant,
    eigenvalues,
    inverse,
    singular_values,
    spectral_norm,
)
from lossmith.atoms.exponential import log
from lossmith.atoms.spectral import polar, topproj
from lossmith.atoms.writing import facts, within
from lossmith.expr import build
from lossmith.expr.atom import Atom, Where, signature
from lossmith.expr.node import Expr
from lossmith.expr.sets import NONNEGATIVE, NONPOSITIVE, POSITIVE, closed
from lossmith.words import Words

_SQUARE_TO_NUMBER = signature("(n,n)->()")
_MATRIX_TO_NUMBER = signature("(n,m)->()")
_PD = (Where(structure="pd"),)
_SYMMETRIC = (Where(structure="symmetric"),)


def _axes(e: Expr) -> tuple[int, ...]:
    return tuple(range(len(e.shape)))


def _transposed(e: Expr) -> Expr:
    """Return e with its last two axes exchanged."""
    *batch, n, m = _axes(e)
    return build.contract([(e, (*batch, m, n), 1)], (*batch, n, m))


def _times_number(e: Expr, r: Expr, p: int) -> Expr:
    """Return e[.., i, j] * r[..]^p."""
    axes = _axes(e)
    return build.contract([(e, axes, 1), (r, axes[:-2], p)], axes)


def _inverse_slope(a: Expr) -> Expr:
    """Return d inv(A)[i,j]/d A[p,q] = -inv(A)[i,p] inv(A)[q,j]."""
    inverse = build.apply(inv, a)
    batch = _axes(a)[:-2]
    i, j, p, q = (len(batch) + k for k in range(4))
    product = build.contract(
        [(inverse, (*batch, i, p), 1), (inverse, (*batch, q, j), 1)], (*batch, i, j, p, q)
    )
    return build.negate(product)


def _frobenius_square(a: Expr) -> Expr:
    axes = _axes(a)
    return build.contract([(a, axes, 2)], axes[:-2])


def _specnorm_slope(a: Expr) -> Expr:
    """Return u v' for the largest singular value s: A P / s, P the projector on v."""
    *batch, i, j = _axes(a)
    k = j + 1
    gram = build.contract([(a, (*batch, k, i), 1), (a, (*batch, k, j), 1)], (*batch, i, j))
    top = build.apply(topproj, gram)
    s = build.apply(specnorm, a)
    factors = [(a, (*batch, i, k), 1), (top, (*batch, k, j), 1), (s, tuple(batch), -1)]
    return build.contract(factors, (*batch, i, j))


inv = Atom(
    name="inv",
    signature=signature("(n,n)->(n,n)"),
    words=Words("the inverse matrix", "逆矩阵"),
    source="Magnus & Neudecker 2019, section 8.4; Boyd & Vandenberghe 2004, example 3.48",
    ball=inverse,
    rational=True,
    slopes=(_inverse_slope,),
    needs=("nonsingular",),
    symmetric=True,
    facts=(
        *facts("matrix_convex", "smooth", when=_PD),
        *facts("smooth", when=(Where(structure="nonsingular"),)),
    ),
    code={
        "numpy": "np.linalg.inv({0})",
        "numba": "_inv({0})",
    },
    latex=r"{{{0}}}^{{-1}}",
    unicode="{0}⁻¹",
    probe=(2.0, 0.5, -1.0, 1.0),
)

det = Atom(
    name="det",
    signature=_SQUARE_TO_NUMBER,
    words=Words("the determinant", "行列式"),
    source="Magnus & Neudecker 2019, section 8.3",
    ball=determinant,
    rational=True,
    # Jacobi's formula, for a nonsingular matrix: adj(A) = det(A) inv(A).
    slopes=(lambda a: _times_number(_transposed(build.apply(inv, a)), build.apply(det, a), 1),),
    beyond=Words(
        "is singular the slope exists too: the transposed adjugate, whose entry i, j is "
        "(−1)^(i+j) times the determinant without row i and column j",
        "奇异时导数同样存在：它是伴随矩阵的转置，"
        "第 i, j 个元素是去掉第 i 行第 j 列的行列式乘以 (−1)^(i+j)",
    ),
    facts=(
        *facts("smooth"),
        within("range_in", POSITIVE, _PD),
        within("range_in", NONNEGATIVE, (Where(structure="psd"),)),
    ),
    code={
        "numpy": "np.linalg.det({0})",
        "numba": "_det({0})",
    },
    latex=r"\det({0})",
    unicode="det({0})",
    probe=(2.0, 0.5, -1.0, 1.0),
)

logdet = Atom(
    name="logdet",
    signature=_SQUARE_TO_NUMBER,
    words=Words("log of the determinant, where it is > 0", "行列式的对数（行列式 > 0）"),
    source="Boyd & Vandenberghe 2004, section 3.1.5 and appendix A.4.1",
    meaning=lambda a: build.apply(log, build.apply(det, a)),
    slopes=(lambda a: _transposed(build.apply(inv, a)),),
    # Nonsingular is not enough: the determinant may be < 0. A psd matrix that meets this is pd.
    needs=("positive_determinant",),
    facts=(*facts("concave", "strictly_concave", when=_PD), *facts("smooth")),
    # slogdet does not overflow where det would; a determinant < 0 has no logarithm.
    code={
        "numpy": "(lambda s: np.where(s[0] > 0.0, s[1], np.nan)[()])(np.linalg.slogdet({0}))",
        "jax": "_logdet({0})",
        "torch": "_logdet({0})",
        "numba": "_logdet({0})",
    },
    latex=r"\log\det({0})",
    unicode="log det({0})",
    probe=(2.0, 0.5, 1.0),
    aliases=("log_det",),
)

normF = Atom(
    name="normF",
    signature=_MATRIX_TO_NUMBER,
    words=Words("the Frobenius norm", "弗罗贝尼乌斯范数"),
    source="Boyd & Vandenberghe 2004, appendix A.1.1",
    meaning=lambda a: build.power(_frobenius_square(a), Fraction(1, 2)),
    slopes=(lambda a: _times_number(a, build.apply(normF, a), -1),),
    range=NONNEGATIVE,
    square=_frobenius_square,
    facts=(
        *facts("convex", "positively_homogeneous"),
        *facts("nondecreasing", on=NONNEGATIVE),
        *facts("nonincreasing", on=NONPOSITIVE),
        within("slope_in", closed(-1, 1)),
        within("range_in", POSITIVE, (Where(POSITIVE),)),
    ),
    subgradients=Words(
        "at Z = 0 all G with ‖G‖F ≤ 1",
        "在 Z = 0 处为满足 ‖G‖F ≤ 1 的全部 G",
    ),
    code={
        "numpy": "np.hypot.reduce(np.hypot.reduce({0}, axis=-1), axis=-1)",
        "jax": "_norm({0}, axis=(-2, -1))",
        "torch": "_norm({0}, dim=(-2, -1))",
        "numba": "_norm_of_matrix({0})",
    },
    latex=r"\left\|{0}\right\|_F",
    unicode="‖{0}‖F",
    prox="if(normF(x) > t, (1 - t/normF(x))*x, 0*x)",
    probe=(0.0, 1.0, -1.0, 3e200, -3e-200),
    aliases=("norm_fro",),
)

specnorm = Atom(
    name="specnorm",
    signature=_MATRIX_TO_NUMBER,
    words=Words("the largest singular value", "最大奇异值（谱范数）"),
    source="Boyd & Vandenberghe 2004, section 3.1.5 and appendix A.1.5",
    ball=spectral_norm,
    slopes=(_specnorm_slope,),
    range=NONNEGATIVE,
    facts=(
        *facts("convex", "positively_homogeneous"),
        within("slope_in", closed(-1, 1)),
    ),
    rough=Words(
        "where the largest singular value is multiple, and at 0",
        "最大奇异值为重值处，以及 0 点",
    ),
    subgradients=Words(
        "the convex hull of uvᵀ over the unit vectors with Zv = ‖Z‖₂u and Zᵀu = "
        "‖Z‖₂v; at Z = 0 all G with ‖G‖∗ ≤ 1",
        "满足 Zv = ‖Z‖₂u、Zᵀu = ‖Z‖₂v 的单位向量给出的 uvᵀ 的凸包；在 Z = 0 "
        "处为满足 ‖G‖∗ ≤ 1 的全部 G",
    ),
    code={
        "numpy": "np.linalg.norm({0}, 2, axis=(-2, -1))",
        "torch": "torch.linalg.matrix_norm({0}, 2)",
        "numba": "_specnorm({0})",
    },
    latex=r"\left\|{0}\right\|_2",
    unicode="‖{0}‖₂",
    probe=(0.0, 1.0, -1.0, 3e100),
)

nucnorm = Atom(
    name="nucnorm",
    signature=_MATRIX_TO_NUMBER,
    words=Words("the sum of the singular values", "奇异值之和（核范数）"),
    source="Boyd & Vandenberghe 2004, appendix A.1.6 (dual norm); Recht, Fazel & Parrilo 2010",
    ball=lambda a: _total(singular_values(a)),
    slopes=(lambda a: build.apply(polar, a),),
    range=NONNEGATIVE,
    facts=facts("convex", "positively_homogeneous"),
    rough=Words(
        "where a singular value is 0",
        "有奇异值为 0 处",
    ),
    subgradients=Words(
        "UVᵀ + W with UᵀW = 0, WV = 0, ‖W‖₂ ≤ 1, where Z = U diag(σ) Vᵀ with σ > 0 only",
        "UVᵀ + W，其中 UᵀW = 0，WV = 0，‖W‖₂ ≤ 1；Z = U diag(σ) Vᵀ 只取 σ > 0 的部分",
    ),
    code={
        "numpy": "np.linalg.norm({0}, 'nuc', axis=(-2, -1))",
        "torch": "torch.linalg.matrix_norm({0}, 'nuc')",
        "numba": "_nucnorm({0})",
    },
    latex=r"\left\|{0}\right\|_*",
    unicode="‖{0}‖∗",
    probe=(0.0, 1.0, -1.0, 3e100),
    aliases=("norm_nuc",),
)

lambda_max = Atom(
    name="lambda_max",
    signature=_SQUARE_TO_NUMBER,
    words=Words("the largest eigenvalue of a symmetric matrix", "对称矩阵的最大特征值"),
    source="Boyd & Vandenberghe 2004, example 3.10",
    ball=lambda a: eigenvalues(a)[-1],
    slopes=(lambda a: build.apply(topproj, a),),
    needs=("symmetric",),
    facts=(
        *facts("convex", "positively_homogeneous", when=_SYMMETRIC),
        within("range_in", NONNEGATIVE, (Where(structure="psd"),)),
        within("range_in", POSITIVE, _PD),
    ),
    rough=Words(
        "where the largest eigenvalue is multiple",
        "最大特征值为重值处",
    ),
    subgradients=Words(
        "VYVᵀ with Y psd and tr(Y) = 1, where V is an orthonormal basis of the "
        "eigenvectors of the largest eigenvalue",
        "VYVᵀ，其中 Y 半正定且 tr(Y) = 1，V 的各列是最大特征值的特征空间的标准正交基",
    ),
    code={
        "numpy": "np.linalg.eigvalsh({0})[..., -1]",
        "numba": "_lambda_max({0})",
    },
    latex=r"\lambda_{{\max}}({0})",
    unicode="λmax({0})",
    probe=(0.0, 1.0, -1.0, 3e100),
)

lambda_min = Atom(
    name="lambda_min",
    signature=_SQUARE_TO_NUMBER,
    words=Words("the smallest eigenvalue of a symmetric matrix", "对称矩阵的最小特征值"),
    source="Boyd & Vandenberghe 2004, example 3.10",
    ball=lambda a: eigenvalues(a)[0],
    slopes=(lambda a: build.apply(topproj, build.negate(a)),),
    needs=("symmetric",),
    facts=(
        *facts("concave", "positively_homogeneous", when=_SYMMETRIC),
        within("range_in", NONNEGATIVE, (Where(structure="psd"),)),
        within("range_in", POSITIVE, _PD),
    ),
    rough=Words(
        "where the smallest eigenvalue is multiple",
        "最小特征值为重值处",
    ),
    subgradients=Words(
        "VYVᵀ with Y psd and tr(Y) = 1, where V is an orthonormal basis of the "
        "eigenvectors of the smallest eigenvalue",
        "VYVᵀ，其中 Y 半正定且 tr(Y) = 1，V 的各列是最小特征值的特征空间的标准正交基",
    ),
    code={
        "numpy": "np.linalg.eigvalsh({0})[..., 0]",
        "numba": "_lambda_min({0})",
    },
    latex=r"\lambda_{{\min}}({0})",
    unicode="λmin({0})",
    probe=(0.0, 1.0, -1.0, 3e100),
)


def _total(values: list[Any]) -> Any:
    return reduce(add, values)
