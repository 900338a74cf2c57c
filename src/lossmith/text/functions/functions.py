"""The functions of the text language: rule for kinds and sizes, builder, number of arguments.

A row stands here only for what is not an atom, or reads matrices and scalars in its own way;
every atom is a function by its name and aliases without being listed.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import cache
from typing import Final

from lossmith.expr import build
from lossmith.expr.atom import Atom
from lossmith.text.functions.axes import (
    MAP,
    REDUCE,
    WHOLE,
    axis_builder,
    axis_rule,
    expanded_builder,
    expanded_rule,
    size_builder,
    size_rule,
    vector_rule,
    whole_builder,
    whole_rule,
)  # fmt: skip
from lossmith.text.functions.cards import ATOMS, card
from lossmith.text.functions.densities import DENSITIES
from lossmith.text.functions.factorials import FACTORIALS
from lossmith.text.functions.function_builders import (
    HALF,
    apply_atom,
    build_bars,
    divergence,
    entropy,
    euclidean,
    extreme_entry,
    fill,
    logarithm_to,
    logit,
    of_first,
    refused,
    spectral,
    sum_of_abs,
    to_power,
    variance,
    with_default,
)
from lossmith.text.functions.function_rules import (
    atom_rule,
    bars,
    choice,
    diag,
    entrywise,
    extreme_of,
    filled,
    inverse,
    on_any,
    on_pair,
    on_vector,
    outer,
    square_to,
    unit,
)
from lossmith.text.functions.identities import INNER
from lossmith.text.functions.kronecker import STACKED
from lossmith.text.functions.losses import LOSSES
from lossmith.text.functions.norms import FOOTED
from lossmith.text.functions.operator_builders import build_entrywise_power
from lossmith.text.functions.operators import transposed
from lossmith.text.functions.part_functions import PARTS
from lossmith.text.functions.row import Function, Types, by_rows
from lossmith.text.syntax.typed import Kind
from lossmith.words import Words

# -- notes -----------------------------------------------------------------------------------------


def _says(kind: Kind, words: Words) -> Callable[[Types], Words | None]:
    return lambda types: words if types[0].kind == kind else None


def _default_note(name: str, value: str) -> Callable[[Types], Words | None]:
    def note(types: Types) -> Words | None:
        if len(types) > 1:
            return None
        return Words(
            f"{name}(x) is read as {name}(x, {value})", f"{name}(x) 读作 {name}(x, {value})"
        )

    return note


def _over_all(name: str, en: str, zh: str) -> Callable[[Types], Words | None]:
    return _says("m", Words(f"{name} of a matrix is {en}", f"矩阵的 {name} 是{zh}"))


# -- the table -------------------------------------------------------------------------------------

_ROWS: Final[tuple[Function, ...]] = (
    # reductions over all entries
    Function("sum", on_any, of_first(build.total), reduces=True, on_tensors=True,
             note=_over_all("sum", "the sum of all its entries", "所有元素之和")),
    Function("mean", on_any, of_first(build.mean), reduces=True, on_tensors=True,
             note=_over_all("mean", "the mean of all its entries", "所有元素的平均值")),
    Function("var", on_any, of_first(variance), reduces=True,
             note=lambda types: Words("var divides by the number of entries, not by one less",
                                      "var 除以元素个数，而不是个数减一")),
    Function("entropy", on_any, of_first(entropy), reduces=True,
             note=lambda types: Words("entropy(p) is -sum(p .* log(p)), with 0*log(0) = 0",
                                      "entropy(p) 即 -sum(p .* log(p))，并约定 0*log(0) = 0")),
    Function("kl", on_pair("kl"), divergence, 2, 2,
             note=lambda types: Words("kl(p, q) is sum(p .* log(p ./ q)), with 0*log(0) = 0",
                                      "kl(p, q) 即 sum(p .* log(p ./ q))，并约定 0*log(0) = 0")),
    Function("max", extreme_of("max"), extreme_entry("max", "maxentry"), 1, 9, reduces=True,
             note=_over_all("max", "its largest entry", "它最大的元素")),
    Function("min", extreme_of("min"), extreme_entry("min", "minentry"), 1, 9, reduces=True,
             note=_over_all("min", "its smallest entry", "它最小的元素")),
    # norms
    Function("norm1", on_any, of_first(sum_of_abs), reduces=True, on_tensors=True,
             note=_over_all("norm1", "the sum of absolute values of its entries, not the largest "
                            "column sum", "各元素绝对值之和，而不是最大的列和")),
    Function("norm2", on_any, of_first(euclidean), reduces=True, on_tensors=True,
             note=_over_all("norm2", "the Frobenius norm; ‖A‖_2 is the largest singular value",
                            "Frobenius 范数；最大奇异值写 ‖A‖_2")),
    Function("normF", on_any, of_first(euclidean), reduces=True, on_tensors=True),
    *FOOTED,
    Function("norminf", on_vector("norminf", Words("write max(abs(A)) for the largest entry",
                                                    "最大的元素写 max(abs(A))")),
             lambda args, types, shape: build.apply(card("norminf"), args[0])),
    # linear algebra
    Function("tr", square_to("s", "tr"), of_first(build.trace)),
    Function("diag", diag, lambda args, types, shape: (
        build.diagonal if types[0].kind == "m" else build.diag)(args[0])),
    Function("transpose", transposed, of_first(build.transpose)),
    Function("inv", inverse, lambda args, types, shape: (
        build.apply(card("inv"), args[0]) if shape else build.power(args[0], -1))),
    Function("dot", on_pair("dot"), lambda args, types, shape: build.inner(*args), 2, 2),
    Function("outer", outer, lambda args, types, shape: build.outer(*args), 2, 2),
    # entry by entry
    Function("huber", entrywise("huber"), with_default("huber", Fraction(1)), 1, 2,
             note=_default_note("huber", "1")),
    Function("leaky_relu", entrywise("leaky_relu"), with_default("leaky_relu", Fraction(1, 100)),
             1, 2, note=_default_note("leaky_relu", "0.01")),
    Function("sqrt", entrywise("sqrt"), to_power(HALF), on_tensors=True),
    Function("square", entrywise("square"), to_power(Fraction(2))),
    Function("cbrt", entrywise("cbrt"), to_power(Fraction(1, 3)),
             note=lambda types: Words("cbrt is the real cube root", "cbrt 取实的立方根")),
    Function("pow", entrywise("pow"), build_entrywise_power, 2, 2),
    Function("log10", entrywise("log10"), of_first(logarithm_to(10))),
    Function("logit", entrywise("logit"), of_first(logit)),
    *LOSSES,
    *FACTORIALS,
    *DENSITIES,
    *PARTS,
    STACKED,
    # constants whose size follows from the context
    Function("eye", unit, lambda args, types, shape: build.delta(shape[0]), 0, 1),
    Function("vector", filled("vector", "c"), fill, 1, 2),
    Function("matrix", filled("matrix", "m"), fill, 1, 3),
    Function("tensor", filled("tensor", "t"), fill, 4, 9),
    # bars of LaTeX, whose meaning depends on the kind; nobody can type these names
    Function("|.|", bars, build_bars("abs", "det"),
             note=_says("m", Words("|A| of a matrix is its determinant", "矩阵的 |A| 是行列式"))),
    # np.ones_like(x): a value in the shape of x
    Function("like|", choice, lambda args, types, shape: build.broadcast(args[1], shape), 2, 2),
    # With foot 2, and by norm(A, 2) in NumPy, that of a matrix is its largest singular value.
    Function("|2|", on_any, of_first(spectral), reduces=True, on_tensors=True,
             note=_says("m", Words(
                 "‖A‖_2 of a matrix is its largest singular value; "
                 "write ‖A‖_F for the Frobenius norm",
                 "矩阵的 ‖A‖_2 是最大奇异值；Frobenius 范数请写 ‖A‖_F"))),
    Function("log|.|", bars, build_bars("", "logdet"),
             note=_says("m", Words("log|A| of a matrix is logdet(A), for positive definite A",
                                   "矩阵的 log|A| 即 logdet(A)，要求 A 正定"))),
    # choices
    Function("if", choice, refused, 3, 3),
    Function("cases", choice, refused, 3, 99),
)  # fmt: skip

_ALIASES: Final[dict[str, str]] = {
    "logsoftmax": "log_softmax",
    "quantile_loss": "pinball",
    "pinball_loss": "pinball",
    "mse_loss": "mse",
    "mean_squared_error": "mse",
    "l1_loss": "mae",
    "mean_absolute_error": "mae",
    "binary_cross_entropy_with_logits": "bce_with_logits",
    "binary_crossentropy": "bce",
    "log_loss": "bce",
    "crossentropy": "cross_entropy",
    "trace": "tr",
    "average": "mean",
    "frobenius": "normF",
    "inner": "dot",
    # Greek letters are functions only in front of a bracket.
    "sigma": "sigmoid",
    "Sigma": "sum",
    "Pi": "prod",
    "where": "if",
}

_ALONG_AXES: Final = tuple(
    Function(f"{name}|{axis}", axis_rule(name, axis), axis_builder(name, axis), reduces=True)
    for name in (*REDUCE, *MAP)
    for axis in (0, 1, -1)
)
_OF_ALL: Final = (
    *(Function(f"expand|{axis}", expanded_rule(axis), expanded_builder(axis)) for axis in (0, 1)),
    *(Function(f"{name}|all", whole_rule(name), whole_builder(name), reduces=name not in MAP)
      for name in WHOLE),
    Function("cumsum|all", vector_rule("cumsum", Words("give the axis: np.cumsum(X, axis=1)",
                                                       "请指明 axis：np.cumsum(X, axis=1)")),
             lambda args, types, shape: build.apply(card("cumsum"), args[0])),
    Function("norm1|all", vector_rule("norm(x, 1)", Words(
        "np.abs(X).sum() for the sum of absolute values", "绝对值之和写 np.abs(X).sum()")),
             of_first(sum_of_abs), reduces=True),
)  # fmt: skip
_SIZES: Final = tuple(
    Function(f"size|{'' if axis is None else axis}", size_rule(axis), size_builder(axis),
             reduces=True)
    for axis in (None, 0, 1, -1)
)  # fmt: skip
_TABLE: Final[dict[str, Function]] = {
    row.name: row for row in (*_ROWS, *_ALONG_AXES, *_OF_ALL, *_SIZES)
}

STAND_ALONE: Final = frozenset({"eye", "sigma", "Sigma", "Pi", "Gamma", "diff", "shift"})
"""Functions in front of a bracket whose names also mean something without one."""


@cache
def function(name: str) -> Function | None:
    """Return the function of this name: a row of the table, or an atom; None if there is none."""
    name = _ALIASES.get(name, name)
    if name in _TABLE:
        return _TABLE[name]
    atom = ATOMS.get(name)
    return None if atom is None else _from_atom(atom)


def _from_atom(atom: Atom) -> Function:
    core = atom.signature.inputs[0] if atom.arity else ()
    on_rows = len(core) == 1
    return Function(
        atom.name,
        atom_rule(atom),
        apply_atom(atom),
        atom.arity,
        atom.arity,
        on_tensors=atom.signature.is_entrywise,
        note=by_rows(atom.name) if on_rows else lambda types: None,
    )


@cache
def function_names() -> frozenset[str]:
    """Return every name that can be called; those with a bar are of other dialects."""
    rows = (name for name in _TABLE if "|" not in name)
    atoms = (name for name in ATOMS if ATOMS[name].arity)
    return frozenset({*rows, *_ALIASES, *atoms, *INNER})
