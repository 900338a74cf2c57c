"""A custom objective for gradient boosting: gradient and Hessian of each sample.

The trees of XGBoost and LightGBM ask for ``objective(preds, dtrain)``, which returns the first and
the second derivative of the loss by the score of each sample. The leaf value is
-sum(grad) / (sum(hess) + lambda), a descent step only where the Hessian is not negative. So it is
used as it is where its sign is proved, unless it vanishes on whole pieces, as that of huber does;
elsewhere an upper bound takes its place, with which the quadratic model lies above the loss
(Friedman 2001, section 4; Chen & Guestrin 2016, equation 5).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Final

from lossmith.emit.file import write as write_file
from lossmith.emit.numpy_source import NUMPY
from lossmith.emit.request import Request
from lossmith.emit.selftest import Check
from lossmith.emit.source import Source
from lossmith.errors import UsageError
from lossmith.expr import build
from lossmith.expr.node import Add, Const, Contract, Delta, Expr, Select, Symbol
from lossmith.expr.ranges import enclosure
from lossmith.expr.walk import postorder
from lossmith.words import Words

_BOOSTING: Final = replace(
    NUMPY,
    reserved=(*NUMPY.reserved, "preds", "dtrain", "objective", "grad", "SMALLEST"),
)
_WEIGHTS: Final = ("weight", "weights", "sample_weight")


def write(request: Request) -> Source:
    """Return a NumPy file with value, gradient, curvature and ``objective(preds, dtrain)``.

    The formula: sum_i loss(y_i, f_i), the variable f (n,) being the scores.
    Raises: UsageError if samples are coupled, if the data are more than labels and weights, or if
    the sign of the Hessian is not proved and no bound is known.
    """
    if len(request.wrt) != 1 or len(request.wrt[0].shape) != 1:
        raise _not_separate()
    scores = request.wrt[0]
    hessian = request.functions["hessian"]
    if not isinstance(hessian, Expr) or not _is_diagonal(hessian):
        raise _not_separate()
    curvature = build.diagonal(hessian)
    data = _data(request, scores)
    code, reason, bound = _hessian_code(request, curvature)
    functions = {
        "value": request.functions["value"],
        "gradient": request.functions["gradient"],
        "curvature": curvature,
    }
    if bound is not None:
        functions["bound"] = bound
    source = write_file(
        _BOOSTING,
        functions,
        request.symbols,
        wrt=scores,
        checks=(Check("gradient", "curvature", scores, entrywise=True),),
        title=request.title,
        docs=request.docs,
        postscript=lambda names: _objective(request, names, data, code, reason),
    )
    return replace(source, target="boosting")


def _is_diagonal(hessian: Expr) -> bool:
    """Return whether each term carries the unit matrix, so that samples do not meet."""
    terms = [t for _, t in hessian.terms] if isinstance(hessian, Add) else [hessian]
    return all(
        isinstance(t, Delta)
        or (isinstance(t, Const) and t.value == 0)
        or (
            isinstance(t, Contract)
            and any(
                isinstance(f, Delta) and set(labels) == {0, 1} and p > 0
                for f, labels, p in t.factors
            )
        )
        for t in terms
    )


def _data(request: Request, scores: Symbol) -> dict[str, str]:
    """Return symbol -> the method of dtrain that gives it: labels, weights."""
    found: dict[str, str] = {}
    for s in request.symbols:
        if s is scores or not s.shape:
            continue
        weight = s.name in _WEIGHTS
        method = "get_weight" if weight else "get_label"
        if s.shape != scores.shape or method in found.values():
            raise UsageError(
                Words(
                    f"a boosting objective has labels alone, but {s.name} is there as well",
                    f"提升方法的目标函数只含标签，这里还有 {s.name}",
                ),
                why=Words(
                    "it sees one score and one label a sample; the trees take the place of X*w",
                    "每个样本只给出一个得分和一个标签；X*w 的位置由树来承担",
                ),
                attempt=Words(
                    "write the loss of scores f and labels y: sum(log(1 + exp(-y .* f)))",
                    "用得分 f 和标签 y 写损失：sum(log(1 + exp(-y .* f)))",
                ),
            )
        found[s.name] = method
    return found


def _hessian_code(request: Request, curvature: Expr) -> tuple[str, str, Expr | None]:
    """Return (code of the Hessian, why it is safe, the function ``bound`` if the code calls it)."""
    interval = enclosure(curvature)
    if isinstance(curvature, Const) and curvature.value == 0:
        why = "The second derivative is 0 almost everywhere: a Hessian of 1 gives gradient steps."
        return "np.ones_like(grad)", why, None
    if request.smooth is not None and any(isinstance(e, Select) for e in postorder(curvature)):
        why = "The second derivative is 0 on pieces where the slope is not: a proved upper bound\n"
        why += "replaces it, so that a leaf full of outliers takes no step beyond the data."
        return "np.full_like(grad, bound(**values))", why, request.smooth
    if request.convex or (interval.lo is not None and interval.lo >= 0):
        why = "The second derivative is proved nonnegative."
        return "np.maximum(curvature(**values), SMALLEST)", why, None
    bound = request.smooth
    # At a kink the slope jumps, and no bound on the second derivative beside it says how far.
    if bound is None and request.differentiable and interval.hi is not None and interval.hi > 0:
        bound = build.const(Fraction(interval.hi))
    if bound is None:
        raise UsageError(
            Words(
                "the Hessian of this loss is not proved nonnegative, and no bound is known",
                "未能证明此损失的 Hessian 非负，也没有已知的上界",
            ),
            why=Words(
                "a leaf with a negative Hessian takes a step uphill",
                "Hessian 为负的叶子会朝上升方向走一步",
            ),
            attempt=Words(
                "a convex loss, or one whose second derivative is bounded such as huber",
                "换用凸损失，或二阶导数有界的损失，例如 huber",
            ),
        )
    why = "The second derivative may be negative: a proved upper bound replaces it, so that the\n"
    why += "quadratic model lies above the loss and a full step never overshoots."
    return "np.full_like(grad, bound(**values))", why, bound


def _objective(
    request: Request, name: Mapping[str, str], data: Mapping[str, str], code: str, reason: str
) -> str:
    """Return the text of ``objective``, whose further parameters are the formula's scalars."""
    scores = request.wrt[0]
    scalars = [name[s.name] for s in request.symbols if not s.shape]
    signature = ", ".join(["preds", "dtrain", *(["*", *scalars] if scalars else [])])
    partial = (
        [f"Fix the parameters first: functools.partial(objective, {scalars[0]}=...)."]
        if scalars
        else []
    )
    lines = [
        '"""Gradient and Hessian of the loss by the score of each sample.',
        "",
        "preds: scores, one a sample.  dtrain: data with get_label() and get_weight(), as XGBoost",
        "and LightGBM pass them to a custom objective; they leave the weights of samples to it.",
        *partial,
        *reason.split("\n"),
        '"""',
        f"{name[scores.name]} = np.asarray(preds, dtype=float).reshape(-1)",
    ]
    for s in request.symbols:
        if s.name not in data:
            continue
        lines.append(f"{name[s.name]} = np.asarray(dtrain.{data[s.name]}(), dtype=float)")
        if s.assumptions.values is not None:
            allowed = [float(v) for v in s.assumptions.values]
            lines.append(f"if not np.isin({name[s.name]}, {allowed}).all():")
            said = " or ".join(f"{v:g}" for v in allowed)
            lines.append(f'    raise ValueError("labels must be {said}")')
    given = ", ".join(f"{n}={n}" for n in (name[s.name] for s in request.symbols))
    lines += [f"values = dict({given})", "grad = gradient(**values)"]
    if "get_weight" in data.values():
        lines.append(f"return grad, {code}")
    else:
        lines += [
            f"hess = {code}",
            "weight = dtrain.get_weight()",
            "if weight is None or np.size(weight) == 0:",
            "    return grad, hess",
            "weight = np.asarray(weight, dtype=float)",
            "return weight * grad, weight * hess",
        ]
    body = "\n".join(f"    {line}" if line else "" for line in lines)
    smallest = (
        "# Trees divide by the sum of the Hessians of a leaf.\nSMALLEST = 1e-16\n\n\n"
        if "SMALLEST" in code
        else ""
    )
    return f"{smallest}def objective({signature}):\n{body}\n"


def _not_separate() -> UsageError:
    return UsageError(
        Words(
            "a boosting objective is a sum over samples of a loss of one score each",
            "提升方法的目标函数应当是各样本损失之和，每项只含一个得分",
        ),
        why=Words("the Hessian by the scores must be diagonal", "对得分的 Hessian 必须是对角矩阵"),
        attempt=Words(
            'sum(log(1 + exp(-y .* f))) with --declare "f: vector(n)" --wrt f',
            'sum(log(1 + exp(-y .* f)))，加上 --declare "f: vector(n)" --wrt f',
        ),
    )
