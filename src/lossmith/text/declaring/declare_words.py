"""The words of declarations: kinds, structures, signs, relations; and words that are not kept."""

from __future__ import annotations

from typing import Final

from lossmith.expr.sets import NEGATIVE, NONNEGATIVE, NONPOSITIVE, POSITIVE, REALS, Interval
from lossmith.expr.types import STRUCTURES
from lossmith.text.syntax.typed import Kind
from lossmith.words import Words

KINDS: Final[dict[str, Kind]] = {
    "scalar": "s", "number": "s", "vector": "c", "matrix": "m", "tensor": "t",
    "标量": "s", "向量": "c", "矩阵": "m", "张量": "t",
}  # fmt: skip

SIGNS: Final[dict[str, Interval]] = {
    "positive": POSITIVE, "nonnegative": NONNEGATIVE,
    "negative": NEGATIVE, "nonpositive": NONPOSITIVE, "real": REALS,
}  # fmt: skip
SPELLED: Final[dict[str, str]] = {
    "sym": "symmetric", "posdef": "pd", "invertible": "nonsingular", "orthonormal": "orthogonal",
    "int": "integer", "const": "constant",
}  # fmt: skip
WORDS: Final = (*STRUCTURES, "integer", "constant", *SIGNS, *SPELLED, "in")
RELATIONS: Final = frozenset({">", ">=", "<", "<=", "==", "=", "!="})
NOT_KEPT: Final[dict[str, Words]] = {
    "unit": Words(
        "a length is not kept; put w/norm2(w) for w into the formula",
        "不保存长度；请在公式中用 w/norm2(w) 代替 w",
    ),
    "nonzero": Words("declare > 0 or < 0", "请声明 > 0 或 < 0"),
    "definite": Words(
        "declare -S: write S: pd, and put -S into the formula",
        "请声明它的相反数：写 S: pd，并在公式中用 -S",
    ),
    "semidefinite": Words(
        "declare -S: write S: psd, and put -S into the formula",
        "请声明它的相反数：写 S: psd，并在公式中用 -S",
    ),
    "rank": Words(
        "a rank is not kept; a square matrix of full rank is nonsingular",
        "不保存秩；满秩的方阵请写 nonsingular",
    ),
}
"""What people say of symbols that the language does not hold, and what comes near."""

__all__ = ["KINDS", "NOT_KEPT", "RELATIONS", "SIGNS", "SPELLED", "WORDS"]
