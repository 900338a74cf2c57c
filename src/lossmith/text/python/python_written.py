"""Functions and losses of libraries that stand for a formula, written in Python.

A row is a ``lambda`` with the parameters in the order of the library; a call becomes its body with
the arguments put in, and is read like anything else. Of a loss the row is one entry; what
``reduction=`` names goes around it.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from copy import deepcopy
from typing import Final

from lossmith.text.functions.functions import function_names
from lossmith.text.python.python_tape import Tape, last_name
from lossmith.words import Words

Rows = Mapping[str, str]

_LOSSES: Final[Rows] = {
    "mse_loss": "lambda input, target: (input - target)**2",
    "l1_loss": "lambda input, target: abs(input - target)",
    "huber_loss": "lambda input, target, *, delta=1: huber(input - target, delta)",
    "smooth_l1_loss": "lambda input, target, *, beta=1: huber(input - target, beta)/beta",
    "kl_div": "lambda input, target: xlogx(target) - target*input",
    "binary_cross_entropy": (
        "lambda input, target: -(target*log(input) + (1 - target)*log(1 - input))"
    ),
    "binary_cross_entropy_with_logits": "lambda input, target: softplus(input) - target*input",
    "soft_margin_loss": "lambda input, target: softplus(-target*input)",
    "gaussian_nll_loss": "lambda input, target, var: (log(var) + (input - target)**2/var)/2",
    "poisson_nll_loss": "lambda input, target: exp(input) - target*input",
    "margin_ranking_loss": (
        "lambda input1, input2, target, *, margin=0: relu(margin - target*(input1 - input2))"
    ),
    "triplet_margin_loss": (
        "lambda anchor, positive, negative, *, margin=1: relu(margin"
        " + norm(anchor - positive, axis=-1) - norm(anchor - negative, axis=-1))"
    ),
    "hinge_embedding_loss": (
        "lambda input, target, *, margin=1: where(target > 0, input, relu(margin - input))"
    ),
}
"""Losses of PyTorch, one entry each."""

_TORCH: Final[Rows] = {
    "cosine_similarity": (
        "lambda x1, x2, dim=1: sum(x1*x2, axis=dim)/(norm(x1, axis=dim)*norm(x2, axis=dim))"
    ),
    "hardtanh": "lambda input, min_val=-1, max_val=1: clip(input, min_val, max_val)",
    "softshrink": "lambda input, lambd=0.5: softthreshold(input, lambd)",
}
"""Functions of ``torch.nn.functional`` whose options matter."""

_JAX: Final[Rows] = {
    # JAX and Flax approximate by default.
    "gelu": "lambda x: 0.5*x*(1 + tanh((2/np.pi)**0.5*(x + 0.044715*x**3)))",
}

_TENSORFLOW: Final[Rows] = {
    "reduce_std": "lambda x: sqrt(var(x))",
    "reduce_variance": "lambda x: var(x)",
    "l2_loss": "lambda t: sum(t**2)/2",
    "sigmoid_cross_entropy_with_logits": (
        "lambda labels, logits: softplus(logits) - labels*logits"
    ),
    "softmax_cross_entropy_with_logits": (
        "lambda labels, logits: -sum(labels*log_softmax(logits, axis=-1), axis=-1)"
    ),
}

_SCIPY: Final[Rows] = {
    "xlogy": "lambda x, y: x*log(y)",
    "xlog1py": "lambda x, y: x*log1p(y)",
    "entr": "lambda x: -xlogx(x)",
    "kl_div": "lambda x, y: rel_entr(x, y) - x + y",
    "huber": "lambda delta, r: huber(r, delta)",
    "pseudo_huber": "lambda delta, r: delta**2*(sqrt(1 + (r/delta)**2) - 1)",
    "log_ndtr": "lambda x: log(ndtr(x))",
    "log_expit": "lambda x: -softplus(-x)",
}

_OPTAX: Final[Rows] = {
    "squared_error": "lambda predictions, targets: (predictions - targets)**2",
    "l2_loss": "lambda predictions, targets: (predictions - targets)**2/2",
    "huber_loss": "lambda predictions, targets, delta=1: huber(predictions - targets, delta)",
    "log_cosh": "lambda predictions, targets: logcosh(predictions - targets)",
    "hinge_loss": "lambda predictor_outputs, targets: relu(1 - predictor_outputs*targets)",
    "sigmoid_binary_cross_entropy": ("lambda logits, labels: softplus(logits) - labels*logits"),
    "softmax_cross_entropy": (
        "lambda logits, labels: -sum(labels*log_softmax(logits, axis=-1), axis=-1)"
    ),
    "kl_divergence": (
        "lambda log_predictions, targets: sum(xlogx(targets) - targets*log_predictions, axis=-1)"
    ),
    "cosine_similarity": (
        "lambda predictions, targets: sum(predictions*targets, axis=-1)"
        "/(norm(predictions, axis=-1)*norm(targets, axis=-1))"
    ),
    "cosine_distance": (
        "lambda predictions, targets: 1 - sum(predictions*targets, axis=-1)"
        "/(norm(predictions, axis=-1)*norm(targets, axis=-1))"
    ),
    "smooth_labels": "lambda labels, alpha: (1 - alpha)*labels + alpha/labels.shape[-1]",
}
"""Losses of Optax: one entry each, or along the last axis."""

_KERAS: Final[Rows] = {
    "mean_squared_error": "lambda y_true, y_pred: mean((y_true - y_pred)**2, axis=-1)",
    "mean_absolute_error": "lambda y_true, y_pred: mean(abs(y_true - y_pred), axis=-1)",
    "mean_absolute_percentage_error": (
        "lambda y_true, y_pred: 100*mean(abs((y_true - y_pred)/y_true), axis=-1)"
    ),
    "mean_squared_logarithmic_error": (
        "lambda y_true, y_pred: mean((log1p(y_true) - log1p(y_pred))**2, axis=-1)"
    ),
    "huber": "lambda y_true, y_pred, delta=1: mean(huber(y_true - y_pred, delta), axis=-1)",
    "log_cosh": "lambda y_true, y_pred: mean(logcosh(y_true - y_pred), axis=-1)",
    "hinge": "lambda y_true, y_pred: mean(relu(1 - y_true*y_pred), axis=-1)",
    "squared_hinge": "lambda y_true, y_pred: mean(relu(1 - y_true*y_pred)**2, axis=-1)",
    "poisson": "lambda y_true, y_pred: mean(y_pred - y_true*log(y_pred), axis=-1)",
    "kl_divergence": "lambda y_true, y_pred: sum(rel_entr(y_true, y_pred), axis=-1)",
    "categorical_crossentropy": "lambda y_true, y_pred: -sum(y_true*log(y_pred), axis=-1)",
    "binary_crossentropy": (
        "lambda y_true, y_pred: -mean(y_true*log(y_pred) + (1 - y_true)*log(1 - y_pred), axis=-1)"
    ),
    "cosine_similarity": (
        "lambda y_true, y_pred: -sum(y_true*y_pred, axis=-1)"
        "/(norm(y_true, axis=-1)*norm(y_pred, axis=-1))"
    ),
    "dice": "lambda y_true, y_pred: 1 - 2*sum(y_true*y_pred)/(sum(y_true) + sum(y_pred))",
}
"""Losses of Keras, which are means along the last axis."""

_SKLEARN: Final[Rows] = {
    "mean_squared_error": "lambda y_true, y_pred: mean((y_true - y_pred)**2)",
    "root_mean_squared_error": "lambda y_true, y_pred: sqrt(mean((y_true - y_pred)**2))",
    "mean_absolute_error": "lambda y_true, y_pred: mean(abs(y_true - y_pred))",
    "mean_squared_log_error": "lambda y_true, y_pred: mean((log1p(y_true) - log1p(y_pred))**2)",
    "mean_absolute_percentage_error": (
        "lambda y_true, y_pred: mean(abs((y_true - y_pred)/y_true))"
    ),
    "mean_pinball_loss": (
        "lambda y_true, y_pred, *, alpha=0.5: mean(pinball(y_true - y_pred, alpha))"
    ),
    "mean_poisson_deviance": (
        "lambda y_true, y_pred: 2*mean(y_true*log(y_true/y_pred) - y_true + y_pred)"
    ),
    "mean_gamma_deviance": (
        "lambda y_true, y_pred: 2*mean(log(y_pred/y_true) + y_true/y_pred - 1)"
    ),
    "hinge_loss": "lambda y_true, pred_decision: mean(relu(1 - y_true*pred_decision))",
    "log_loss": "lambda y_true, y_pred: -mean(y_true*log(y_pred) + (1 - y_true)*log(1 - y_pred))",
    "brier_score_loss": "lambda y_true, y_proba: mean((y_true - y_proba)**2)",
    "r2_score": (
        "lambda y_true, y_pred: 1 - sum((y_true - y_pred)**2)/sum((y_true - mean(y_true))**2)"
    ),
}
"""Metrics of scikit-learn; the hinge is that of labels -1 and 1."""

BARE: Final = frozenset(name for name in _SKLEARN if name.startswith("mean_"))
"""Metrics that are known by their names alone, as after ``from sklearn.metrics import``."""

_ANYWHERE: Final[Rows] = {
    "xlogy": _SCIPY["xlogy"],
    "logsigmoid": "lambda x: -softplus(-x)",
    "log_sigmoid": "lambda x: -softplus(-x)",
    "softsign": "lambda x: x/(1 + abs(x))",
    "soft_sign": "lambda x: x/(1 + abs(x))",
    "hard_tanh": "lambda x: clip(x, -1, 1)",
    "relu6": "lambda x: clip(x, 0, 6)",
    "tanhshrink": "lambda x: x - tanh(x)",
    "mish": "lambda x: x*tanh(softplus(x))",
    "selu": ("lambda x: 1.0507009873554805*where(x > 0, x, 1.6732632423543772*(exp(x) - 1))"),
    "celu": "lambda x, alpha=1: where(x > 0, x, alpha*(exp(x/alpha) - 1))",
    "squareplus": "lambda x, b=4: (x + sqrt(x**2 + b))/2",
    "hypot": "lambda x, y: sqrt(x**2 + y**2)",
    "exp2": "lambda x: 2**x",
    "reciprocal": "lambda x: 1/x",
    "rsqrt": "lambda x: 1/sqrt(x)",
    "squared_difference": "lambda x, y: (x - y)**2",
    "ptp": "lambda x: max(x) - min(x)",
}

_LIBRARIES: Final[tuple[tuple[frozenset[str], Rows], ...]] = (
    (frozenset({"F", "functional"}), _LOSSES | _TORCH),
    (frozenset({"jax"}), _JAX),
    (frozenset({"tf", "tensorflow"}), _TENSORFLOW),
    (frozenset({"optax"}), _OPTAX),
    (frozenset({"losses"}), _KERAS),
    (frozenset({"sklearn", "metrics"}), _SKLEARN),
    (frozenset({"special"}), _SCIPY),
)
_ALL_MODULES: Final = frozenset(
    "np numpy jnp jax torch tf tensorflow keras scipy special math F nn functional losses optax"
    " sklearn metrics".split()
)

_WITH_OPTION: Final[Rows] = {
    "elu": "lambda x, alpha: where(x > 0, x, alpha*(exp(x) - 1))",
    "leaky_relu": "lambda x, negative_slope: leaky_relu(x, negative_slope)",
    "softplus": "lambda x, beta: softplus(beta*x)/beta",
}
"""Functions of the language with an option that it does not have under this name."""

_BY_OPTION: Final[Mapping[tuple[str, str, object], str]] = {
    ("kl_div", "log_target", True): "lambda input, target: exp(target)*(target - input)",
    ("kl_div", "log_target", False): _LOSSES["kl_div"],
    ("gelu", "approximate", "tanh"): _JAX["gelu"],
    ("gelu", "approximate", True): _JAX["gelu"],
    ("gelu", "approximate", "none"): "lambda x: gelu(x)",
    ("gelu", "approximate", False): "lambda x: gelu(x)",
}
"""Rows that an option chooses."""

_ZERO_TIMES_LOG: Final = Words(
    "xlogy(x, y) is read as x*log(y), for y > 0", "xlogy(x, y) 读作 x*log(y)，要求 y > 0"
)


def has_row(node: ast.Call) -> bool:
    """Return whether a call stands for a formula of this table."""
    return bool(_row(node)[0])


def written_out(tape: Tape, node: ast.Call) -> ast.expr:
    """Return the formula that a call stands for, every part at the place of the call.

    Raises: ParseError for arguments or options that the row does not have.
    """
    source, is_loss = _row(node)
    name = last_name(node.func)
    row = ast.parse(source, mode="eval").body
    assert isinstance(row, ast.Lambda)
    options = {k.arg: k.value for k in node.keywords if k.arg is not None}
    chosen = next((option for n, option, _ in _BY_OPTION if n == name and option in options), "")
    options.pop(chosen, None)
    reduction = options.pop("reduction", None) if is_loss else None
    given = _bound(tape, node, row.args, options)
    body = row.body
    if is_loss:
        body = _reduced(tape, body, row.args.args[0].arg, reduction)
    if (note := _note(name, row.args, body)) is not None:
        tape.notes.append(_ZERO_TIMES_LOG if name == "xlogy" else note)
    filled = _Filled(given, node).visit(deepcopy(body))
    assert isinstance(filled, ast.expr)
    return filled


def _row(node: ast.Call) -> tuple[str, bool]:
    """Return the row of a call, "" if there is none, and whether it is one entry of a loss."""
    name, libraries = last_name(node.func), _modules(node.func)
    for option in node.keywords:
        value = option.value.value if isinstance(option.value, ast.Constant) else None
        if (name, option.arg, value) in _BY_OPTION and libraries:
            return _BY_OPTION[name, option.arg or "", value], name in _LOSSES
    if name in _WITH_OPTION and libraries and len(node.args) + len(node.keywords) > 1:
        return _WITH_OPTION[name], False
    if isinstance(node.func, ast.Name) and name in BARE and name not in function_names():
        return _SKLEARN[name], False
    for modules, rows in _LIBRARIES:
        if name in rows and modules & libraries:
            return rows[name], rows[name] is _LOSSES.get(name)
    return (_ANYWHERE[name], False) if name in _ANYWHERE and libraries else ("", False)


def _modules(func: ast.expr) -> frozenset[str]:
    """Return the names in front of the last one: {jax, nn} of ``jax.nn.gelu``."""
    found: set[str] = set()
    while isinstance(func, ast.Attribute):
        func = func.value
        found.add(last_name(func))
    return frozenset(found & _ALL_MODULES)


def _bound(
    tape: Tape, node: ast.Call, parameters: ast.arguments, options: dict[str, ast.expr]
) -> dict[str, ast.expr]:
    """Return the argument of each parameter, its default where none is given."""
    ordered = [p.arg for p in parameters.args]
    named = [p.arg for p in parameters.kwonlyargs]
    given = dict(zip(ordered, node.args, strict=False))
    plain = not any(isinstance(a, ast.Starred) for a in node.args)
    for word, value in options.items():
        if word not in (*ordered, *named) or word in given:
            raise tape.refuse(
                node,
                Words(f"the option {word} is not read", f"不支持选项 {word}"),
                Words("leave it out", "请去掉它"),
            )
        given[word] = value
    optional = ordered[len(ordered) - len(parameters.defaults) :]
    defaults = dict(zip(optional, parameters.defaults, strict=True))
    defaults |= {p: d for p, d in zip(named, parameters.kw_defaults, strict=True) if d is not None}
    if len(node.args) > len(ordered) or not plain or set(ordered) - given.keys() - set(optional):
        name = last_name(node.func)
        shown = f"{name}({ast.unparse(parameters)})"
        raise tape.refuse(
            node,
            Words(f"{name} takes other arguments", f"{name} 的参数不是这样"),
            Words(f"write {shown}", f"请写 {shown}"),
        )
    return defaults | given


def _reduced(tape: Tape, body: ast.expr, first: str, reduction: ast.expr | None) -> ast.expr:
    """Return the mean or sum of a loss as ``reduction=`` says; PyTorch means without it."""
    value = "mean" if reduction is None else getattr(reduction, "value", None)
    if value == "none":
        return body
    if value in ("mean", "sum"):
        return _called(str(value), body)
    if value == "batchmean":
        total = _called("sum", body)
        return ast.BinOp(total, ast.Div(), _called("len", ast.Name(first, ast.Load())))
    assert reduction is not None
    raise tape.refuse(
        reduction,
        Words("this reduction is not read", "不支持这种 reduction"),
        Words("'mean', 'sum', 'none' or 'batchmean'", "'mean'、'sum'、'none' 或 'batchmean'"),
    )


def _called(name: str, of: ast.expr) -> ast.expr:
    return ast.Call(ast.Name(name, ast.Load()), [of], [])


def _note(name: str, parameters: ast.arguments, body: ast.expr) -> Words | None:
    shown = f"{name}({ast.unparse(parameters).replace(' *,', '')})"
    written = ast.unparse(body)
    return (
        None
        if written == shown
        else Words(f"{shown} is read as {written}", f"{shown} 读作 {written}")
    )


class _Filled(ast.NodeTransformer):
    """A row with its parameters replaced, at the place of the call."""

    def __init__(self, given: Mapping[str, ast.expr], place: ast.Call) -> None:
        self.given, self.place = given, place

    def visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, ast.Name) and node.id in self.given:
            found = self.given[node.id]
            return found if hasattr(found, "lineno") else ast.copy_location(found, self.place)
        return ast.copy_location(self.generic_visit(node), self.place)


__all__ = ["has_row", "written_out"]
