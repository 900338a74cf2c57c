"""The kinds and sizes of what functions return: one rule for each way to take arrays.

A rule takes the types of the arguments and returns the type of the value; sizes unify on the way.
Raises: ShapeError, which names the function.
"""

from __future__ import annotations

from lossmith.errors import ShapeError
from lossmith.expr.atom import Atom
from lossmith.text.functions.operators import Rule
from lossmith.text.functions.row import Types, needs
from lossmith.text.syntax.typed import (
    KIND_WORDS,
    RANK,
    SCALAR,
    Kind,
    Sizes,
    Type,
    common,
    differ,
    square,
)
from lossmith.words import Words


def on_any(types: Types, sizes: Sizes) -> Type:
    """Return a scalar, whatever the argument is."""
    return SCALAR


def entrywise(name: str) -> Rule:
    """Arguments of one shape, scalars repeated; the value has that shape."""
    return lambda types, sizes: common(name, types, sizes)


def on_vector(name: str, attempt: Words | None = None) -> Rule:
    """A vector, row or column, to a number."""

    def rule(types: Types, sizes: Sizes) -> Type:
        needs(name, types[0], "c", "r", attempt=attempt)
        return SCALAR

    return rule


def square_to(kind: Kind, name: str) -> Rule:
    """A square matrix to a number, a vector or a matrix."""

    def rule(types: Types, sizes: Sizes) -> Type:
        square(name, types[0], sizes)
        return Type(kind, types[0].dims[: RANK[kind]])

    return rule


def diag(types: Types, sizes: Sizes) -> Type:
    """A vector to a matrix with that diagonal, a matrix to its diagonal."""
    (a,) = types
    if a.kind == "m":
        square("diag", a, sizes)
        return Type("c", a.dims[:1])
    needs("diag", a, "c", "r")
    return Type("m", (a.dims[0], a.dims[0]))


def inverse(types: Types, sizes: Sizes) -> Type:
    """A square matrix, or a number, to its inverse."""
    (a,) = types
    if a.kind == "s":
        return SCALAR
    square("inv", a, sizes)
    return Type("m", a.dims)


def on_pair(name: str) -> Rule:
    """Two vectors of one length in any orientation, or two matrices of one shape."""

    def rule(types: Types, sizes: Sizes) -> Type:
        turned = tuple(Type("c", t.dims) if t.kind == "r" else t for t in types)
        for t in turned:
            needs(name, t, "c", "m")
        common(name, turned, sizes)
        return SCALAR

    return rule


def outer(types: Types, sizes: Sizes) -> Type:
    """Two vectors to the matrix of all products."""
    for t in types:
        needs("outer", t, "c", "r")
    return Type("m", (types[0].dims[0], types[1].dims[0]))


def unit(types: Types, sizes: Sizes) -> Type:
    """The unit matrix; its size may stay open."""
    size = size_given("eye", types[0], sizes) if types else sizes.fresh()
    return Type("m", (size, size))


def filled(name: str, kind: Kind) -> Rule:
    """An array of one number, with sizes or without."""

    def rule(types: Types, sizes: Sizes) -> Type:
        needs(name, types[0], "s")
        given = [size_given(name, t, sizes) for t in types[1:]]
        open_sizes = [sizes.fresh() for _ in range(RANK[kind] - len(given))]
        return Type(kind, (*given, *open_sizes))

    return rule


def size_given(name: str, t: Type, sizes: Sizes) -> int:
    """Return the size that an argument names."""
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


def choice(types: Types, sizes: Sizes) -> Type:
    """Cases of one shape, scalars repeated."""
    return common("a choice by cases", types, sizes)


def atom_rule(atom: Atom) -> Rule:
    """Return the rule of an atom by its signature; axes to the left of the core are a batch."""
    if atom.signature.is_entrywise:
        return entrywise(atom.name)

    def rule(types: Types, sizes: Sizes) -> Type:
        letters: dict[str, int] = {}
        batch: tuple[int, ...] = ()
        for core, t in zip(atom.signature.inputs, types, strict=True):
            if not core and t.kind == "s":
                continue
            split = RANK[t.kind] - len(core)
            if split < 0:
                raise misfit(atom.name, core, t)
            pairs = [*zip(core, t.dims[split:], strict=True)]
            for letter, d in pairs:
                if not sizes.unify(letters.setdefault(letter, d), d):
                    if len(pairs) == 2:
                        square(atom.name, t, sizes)
                    raise core_clash(atom.name, types, sizes, letters[letter], d)
            if split:
                batch = batch or t.dims[:split]
                if not sizes.unify(batch[0], t.dims[0]):
                    raise core_clash(atom.name, types, sizes, batch[0], t.dims[0])
        dims = (*batch, *(letters[letter] for letter in atom.signature.output))
        flat: Kind = "r" if any(t.kind == "r" for t in types) and not batch else "c"
        kinds: tuple[Kind, Kind, Kind, Kind] = ("s", flat, "m", "t")
        return Type(kinds[min(len(dims), RANK["t"])], dims)

    return rule


def misfit(name: str, core: tuple[str, ...], t: Type) -> ShapeError:
    """Return the error for an argument of the wrong kind."""
    wanted = KIND_WORDS["c" if len(core) == 1 else "m"]
    got = KIND_WORDS[t.kind]
    return ShapeError(
        Words(
            f"{name} needs {wanted.en}, got {got.en}", f"{name} 需要{wanted.zh}，得到的是{got.zh}"
        )
    )


def core_clash(name: str, types: Types, sizes: Sizes, a: int, b: int) -> ShapeError:
    """Return the error for arguments whose sizes differ."""
    shown = ", ".join(sizes.show(t) for t in types)
    return ShapeError(
        Words(
            f"the sizes of the arguments of {name} do not fit: {shown}",
            f"{name} 的各自变量大小不合：{shown}",
        ),
        why=differ(a, b, sizes),
    )


def extreme_of(name: str) -> Rule:
    """One array to a number, several entry by entry."""

    def rule(types: Types, sizes: Sizes) -> Type:
        return SCALAR if len(types) == 1 else common(name, types, sizes)

    return rule


def bars(types: Types, sizes: Sizes) -> Type:
    """Absolute values, or of a matrix the determinant."""
    (a,) = types
    if a.kind == "m":
        square("|.|", a, sizes)
        return SCALAR
    return Type(a.kind, a.dims)
