"""The functions of the text language: rule for kinds and sizes, builder, number of arguments.

A row stands here only for what is not an atom, or reads matrices and scalars in its own way;
every atom is a function by its name and aliases without being listed.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import cache, reduce
from typing import Final

from lossmith.errors import ShapeError
from lossmith.expr import build
from lossmith.expr.atom import Atom
from lossmith.expr.node import Expr
from lossmith.expr.types import Shape
from lossmith.text.axes import (
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
from lossmith.text.cards import ATOMS, card
from lossmith.text.factorials import FACTORIALS
from lossmith.text.identities import INNER
from lossmith.text.kronecker import STACKED
from lossmith.text.losses import LOSSES
from lossmith.text.norms import FOOTED
from lossmith.text.operator_builders import build_entrywise_power
from lossmith.text.operators import Builder, Rule, transposed
from lossmith.text.parts import PARTS
from lossmith.text.row import Args, Function, Types, by_rows, needs
from lossmith.text.typed import KIND_WORDS, RANK, SCALAR, Kind, Sizes, Type, common, differ, square
from lossmith.words import Words

HALF: Final = Fraction(1, 2)


# -- rules -----------------------------------------------------------------------------------------


def _all_entries(types: Types, sizes: Sizes) -> Type:
    return SCALAR


def _entrywise(name: str) -> Rule:
    return lambda types, sizes: common(name, types, sizes)


def _on_vector(name: str, attempt: Words | None = None) -> Rule:
    def rule(types: Types, sizes: Sizes) -> Type:
        needs(name, types[0], "c", "r", attempt=attempt)
        return SCALAR

    return rule


def _square_to(kind: Kind, name: str) -> Rule:
    def rule(types: Types, sizes: Sizes) -> Type:
        square(name, types[0], sizes)
        return Type(kind, types[0].dims[: RANK[kind]])

    return rule


def _diag(types: Types, sizes: Sizes) -> Type:
    (a,) = types
    if a.kind == "m":
        square("diag", a, sizes)
        return Type("c", a.dims[:1])
    needs("diag", a, "c", "r")
    return Type("m", (a.dims[0], a.dims[0]))


def _inverse(types: Types, sizes: Sizes) -> Type:
    (a,) = types
    if a.kind == "s":
        return SCALAR
    square("inv", a, sizes)
    return Type("m", a.dims)


def _pair(name: str) -> Rule:
    """Two vectors of one length in any orientation, or two matrices of one shape."""

    def rule(types: Types, sizes: Sizes) -> Type:
        turned = tuple(Type("c", t.dims) if t.kind == "r" else t for t in types)
        for t in turned:
            needs(name, t, "c", "m")
        common(name, turned, sizes)
        return SCALAR

    return rule


def _outer(types: Types, sizes: Sizes) -> Type:
    for t in types:
        needs("outer", t, "c", "r")
    return Type("m", (types[0].dims[0], types[1].dims[0]))


def _eye(types: Types, sizes: Sizes) -> Type:
    size = _size("eye", types[0], sizes) if types else sizes.fresh()
    return Type("m", (size, size))


def _filled(name: str, kind: Kind) -> Rule:
    def rule(types: Types, sizes: Sizes) -> Type:
        needs(name, types[0], "s")
        given = [_size(name, t, sizes) for t in types[1:]]
        open_sizes = [sizes.fresh() for _ in range(RANK[kind] - len(given))]
        return Type(kind, (*given, *open_sizes))

    return rule


def _size(name: str, t: Type, sizes: Sizes) -> int:
    if t.letter:
        return sizes.rigid(t.letter)
    if t.value is not None and t.value.denominator == 1 and t.value >= 1:
        return sizes.rigid(int(t.value))
    raise ShapeError(
        Words(
            f"a size in {name} is a declared letter or a whole number",
            f"{name} 中的大小要么是声明过的字母，要么是正整数",
        ),
        attempt=Words(
            "leave the size out; it follows from the context", "可以不写大小，它由上下文确定"
        ),
    )


def _choice(types: Types, sizes: Sizes) -> Type:
    return common("a choice by cases", types, sizes)


def _of_atom(atom: Atom) -> Rule:
    """Return the rule of an atom by its signature; axes to the left of the core are a batch."""
    if atom.signature.is_entrywise:
        return _entrywise(atom.name)

    def rule(types: Types, sizes: Sizes) -> Type:
        letters: dict[str, int] = {}
        batch: tuple[int, ...] = ()
        for core, t in zip(atom.signature.inputs, types, strict=True):
            if not core and t.kind == "s":
                continue
            split = RANK[t.kind] - len(core)
            if split < 0:
                raise _misfit(atom.name, core, t)
            pairs = [*zip(core, t.dims[split:], strict=True)]
            for letter, d in pairs:
                if not sizes.unify(letters.setdefault(letter, d), d):
                    if len(pairs) == 2:
                        square(atom.name, t, sizes)
                    raise _core_clash(atom.name, types, sizes, letters[letter], d)
            if split:
                batch = batch or t.dims[:split]
                if not sizes.unify(batch[0], t.dims[0]):
                    raise _core_clash(atom.name, types, sizes, batch[0], t.dims[0])
        dims = (*batch, *(letters[letter] for letter in atom.signature.output))
        flat: Kind = "r" if any(t.kind == "r" for t in types) and not batch else "c"
        kinds: tuple[Kind, Kind, Kind, Kind] = ("s", flat, "m", "t")
        return Type(kinds[min(len(dims), RANK["t"])], dims)

    return rule


def _misfit(name: str, core: tuple[str, ...], t: Type) -> ShapeError:
    wanted = KIND_WORDS["c" if len(core) == 1 else "m"]
    got = KIND_WORDS[t.kind]
    return ShapeError(
        Words(
            f"{name} needs {wanted.en}, got {got.en}", f"{name} 需要{wanted.zh}，得到的是{got.zh}"
        )
    )


def _core_clash(name: str, types: Types, sizes: Sizes, a: int, b: int) -> ShapeError:
    shown = ", ".join(sizes.show(t) for t in types)
    return ShapeError(
        Words(
            f"the sizes of the arguments of {name} do not fit: {shown}",
            f"{name} 的各自变量大小不合：{shown}",
        ),
        why=differ(a, b, sizes),
    )


# -- builders --------------------------------------------------------------------------------------


def _first(f: Callable[[Expr], Expr]) -> Builder:
    return lambda args, types, shape: f(args[0])


def _power_of(p: Fraction) -> Builder:
    return lambda args, types, shape: build.power(args[0], p)


def _apply_atom(atom: Atom) -> Builder:
    def builder(args: Args, types: Types, shape: Shape) -> Expr:
        if atom.signature.is_entrywise:
            return build.entrywise(atom, *args)
        cores = atom.signature.inputs
        batches = [a.shape[: len(a.shape) - len(c)] for a, c in zip(args, cores, strict=True) if c]
        batch = max(batches, key=len, default=())
        spread = [
            a if core or a.shape else build.broadcast(a, batch)
            for a, core in zip(args, cores, strict=True)
        ]
        return build.apply(atom, *spread)

    return builder


def _sum_of_abs(x: Expr) -> Expr:
    return build.total(build.entrywise(card("abs"), x))


def _euclidean(x: Expr) -> Expr:
    if len(x.shape) > 2:
        return build.power(build.total(build.power(x, 2)), HALF)
    return build.apply(card(("abs", "norm2", "normF")[len(x.shape)]), x)


def _spectral(x: Expr) -> Expr:
    return build.apply(card("specnorm"), x) if len(x.shape) == 2 else _euclidean(x)


def _variance(x: Expr) -> Expr:
    centered = build.subtract(x, build.broadcast(build.mean(x), x.shape))
    return build.mean(build.power(centered, 2))


def _entropy(x: Expr) -> Expr:
    return build.negate(build.total(build.entrywise(card("xlogx"), x)))


def _divergence(args: Args, types: Types, shape: Shape) -> Expr:
    return build.total(build.entrywise(card("rel_entr"), *args))


def _extreme(both: str, one: str) -> Builder:
    """Return the largest entry of one array, or the larger of several entry by entry."""

    def builder(args: Args, types: Types, shape: Shape) -> Expr:
        x = args[0]
        if len(args) > 1:
            return reduce(lambda a, b: build.entrywise(card(both), a, b), args)
        for _ in x.shape:  # a matrix row by row, then the column of results
            x = build.apply(card(one), x)
        return x

    return builder


def _extreme_rule(name: str) -> Rule:
    def rule(types: Types, sizes: Sizes) -> Type:
        return SCALAR if len(types) == 1 else common(name, types, sizes)

    return rule


def _logarithm_of_base(base: int) -> Callable[[Expr], Expr]:
    def builder(x: Expr) -> Expr:
        log = card("log")
        return build.divide(build.entrywise(log, x), build.apply(log, build.const(base)))

    return builder


def _logit(x: Expr) -> Expr:
    odds = build.divide(x, build.subtract(build.const(1, x.shape), x))
    return build.entrywise(card("log"), odds)


def _with_default(name: str, value: Fraction) -> Builder:
    """Return the builder of an entrywise atom whose second argument may be left out."""

    def builder(args: Args, types: Types, shape: Shape) -> Expr:
        rest = args[1:] or (build.const(value),)
        return build.entrywise(card(name), args[0], *rest)

    return builder


def _fill(args: Args, types: Types, shape: Shape) -> Expr:
    return build.broadcast(args[0], shape)


def _refused(args: Args, types: Types, shape: Shape) -> Expr:
    raise AssertionError("built by the elaborator")


def _bars(types: Types, sizes: Sizes) -> Type:
    (a,) = types
    if a.kind == "m":
        square("|.|", a, sizes)
        return SCALAR
    return Type(a.kind, a.dims)


def _build_bars(of_number: str, of_matrix: str) -> Builder:
    """Return the builder of |x| or log|x|: of a matrix the determinant is meant."""

    def builder(args: Args, types: Types, shape: Shape) -> Expr:
        if types[0].kind == "m":
            return build.apply(card(of_matrix), args[0])
        size = build.entrywise(card("abs"), args[0])
        return size if of_number else build.entrywise(card("log"), size)

    return builder


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
    Function("sum", _all_entries, _first(build.total), reduces=True, on_tensors=True,
             note=_over_all("sum", "the sum of all its entries", "所有元素之和")),
    Function("mean", _all_entries, _first(build.mean), reduces=True, on_tensors=True,
             note=_over_all("mean", "the mean of all its entries", "所有元素的平均值")),
    Function("var", _all_entries, _first(_variance), reduces=True,
             note=lambda types: Words("var divides by the number of entries, not by one less",
                                      "var 除以元素个数，而不是个数减一")),
    Function("entropy", _all_entries, _first(_entropy), reduces=True,
             note=lambda types: Words("entropy(p) is -sum(p .* log(p)), with 0*log(0) = 0",
                                      "entropy(p) 即 -sum(p .* log(p))，并约定 0*log(0) = 0")),
    Function("kl", _pair("kl"), _divergence, 2, 2,
             note=lambda types: Words("kl(p, q) is sum(p .* log(p ./ q)), with 0*log(0) = 0",
                                      "kl(p, q) 即 sum(p .* log(p ./ q))，并约定 0*log(0) = 0")),
    Function("max", _extreme_rule("max"), _extreme("max", "maxentry"), 1, 9, reduces=True,
             note=_over_all("max", "its largest entry", "它最大的元素")),
    Function("min", _extreme_rule("min"), _extreme("min", "minentry"), 1, 9, reduces=True,
             note=_over_all("min", "its smallest entry", "它最小的元素")),
    # norms
    Function("norm1", _all_entries, _first(_sum_of_abs), reduces=True, on_tensors=True,
             note=_over_all("norm1", "the sum of absolute values of its entries, not the largest "
                            "column sum", "各元素绝对值之和，而不是最大的列和")),
    Function("norm2", _all_entries, _first(_euclidean), reduces=True, on_tensors=True,
             note=_over_all("norm2", "the Frobenius norm; ‖A‖_2 is the largest singular value",
                            "Frobenius 范数；最大奇异值写 ‖A‖_2")),
    Function("normF", _all_entries, _first(_euclidean), reduces=True, on_tensors=True),
    *FOOTED,
    Function("norminf", _on_vector("norminf", Words("write max(abs(A)) for the largest entry",
                                                    "最大的元素写 max(abs(A))")),
             lambda args, types, shape: build.apply(card("norminf"), args[0])),
    # linear algebra
    Function("tr", _square_to("s", "tr"), _first(build.trace)),
    Function("diag", _diag, lambda args, types, shape: (
        build.diagonal if types[0].kind == "m" else build.diag)(args[0])),
    Function("transpose", transposed, _first(build.transpose)),
    Function("inv", _inverse, lambda args, types, shape: (
        build.apply(card("inv"), args[0]) if shape else build.power(args[0], -1))),
    Function("dot", _pair("dot"), lambda args, types, shape: build.inner(*args), 2, 2),
    Function("outer", _outer, lambda args, types, shape: build.outer(*args), 2, 2),
    # entry by entry
    Function("huber", _entrywise("huber"), _with_default("huber", Fraction(1)), 1, 2,
             note=_default_note("huber", "1")),
    Function("leaky_relu", _entrywise("leaky_relu"), _with_default("leaky_relu", Fraction(1, 100)),
             1, 2, note=_default_note("leaky_relu", "0.01")),
    Function("sqrt", _entrywise("sqrt"), _power_of(HALF), on_tensors=True),
    Function("square", _entrywise("square"), _power_of(Fraction(2))),
    Function("cbrt", _entrywise("cbrt"), _power_of(Fraction(1, 3)),
             note=lambda types: Words("cbrt is the real cube root", "cbrt 取实的立方根")),
    Function("pow", _entrywise("pow"), build_entrywise_power, 2, 2),
    Function("log10", _entrywise("log10"), _first(_logarithm_of_base(10))),
    Function("logit", _entrywise("logit"), _first(_logit)),
    *LOSSES,
    *FACTORIALS,
    *PARTS,
    STACKED,
    # constants whose size follows from the context
    Function("eye", _eye, lambda args, types, shape: build.delta(shape[0]), 0, 1),
    Function("vector", _filled("vector", "c"), _fill, 1, 2),
    Function("matrix", _filled("matrix", "m"), _fill, 1, 3),
    Function("tensor", _filled("tensor", "t"), _fill, 4, 9),
    # bars of LaTeX, whose meaning depends on the kind; nobody can type these names
    Function("|.|", _bars, _build_bars("abs", "det"),
             note=_says("m", Words("|A| of a matrix is its determinant", "矩阵的 |A| 是行列式"))),
    # np.ones_like(x): a value in the shape of x
    Function("like|", _choice, lambda args, types, shape: build.broadcast(args[1], shape), 2, 2),
    # With foot 2, and by norm(A, 2) in NumPy, that of a matrix is its largest singular value.
    Function("|2|", _all_entries, _first(_spectral), reduces=True, on_tensors=True,
             note=_says("m", Words(
                 "‖A‖_2 of a matrix is its largest singular value; "
                 "write ‖A‖_F for the Frobenius norm",
                 "矩阵的 ‖A‖_2 是最大奇异值；Frobenius 范数请写 ‖A‖_F"))),
    Function("log|.|", _bars, _build_bars("", "logdet"),
             note=_says("m", Words("log|A| of a matrix is logdet(A), for positive definite A",
                                   "矩阵的 log|A| 即 logdet(A)，要求 A 正定"))),
    # choices
    Function("if", _choice, _refused, 3, 3),
    Function("cases", _choice, _refused, 3, 99),
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
             _first(_sum_of_abs), reduces=True),
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
        _of_atom(atom),
        _apply_atom(atom),
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
