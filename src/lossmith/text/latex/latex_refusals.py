r"""What is refused when a LaTeX formula is read: unknown functions, indices as numbers."""

from __future__ import annotations

from typing import Final

from lossmith.errors import ParseError, Place
from lossmith.text.latex.latex_state import Reading
from lossmith.text.syntax.subscript_signs import index_as_symbol
from lossmith.text.syntax.tokens import Token
from lossmith.words import Words

_FUNCTION_LETTERS: Final = frozenset(
    {"f", "g", "h", "p", "q", "P", "phi", "psi", "ell", "Phi", "F", "G", "H", "J", "L"}
)


_FACTORS: Final = frozenset({"alpha", "beta", "gamma", "lam", "eta", "mu", "kappa", "omega", "w"})
"""Letters that are weights rather than functions."""


def refuse_functions(r: Reading) -> None:
    """Refuse f(x) with an f of which nothing is said; p(1 - p) is a product."""
    if r.left:
        return
    for k, t in enumerate(r.out[:-1]):
        if _may_be_function(r, t) and r.out[k + 1].text == "(" and not _scales(r, k):
            alone = any(
                o.text == t.text and r.out[m + 1].text != "(" for m, o in enumerate(r.out[:-1])
            )
            opened = r.text[r.out[k + 1].start]
            said = t.text in r.declared or t.text in r.defined
            if not alone and not said and opened == "(":
                place = Place(r.text, t.start, t.stop, r.source)
                raise ParseError(
                    Words(
                        f"nothing says what the function {t.text} is",
                        f"不知道函数 {t.text} 是什么",
                    ),
                    attempt=Words(
                        "write its formula in its place; for a product write \\cdot",
                        "把它的表达式直接写出来；若是乘积请写 \\cdot",
                    ),
                    place=place,
                )


def _may_be_function(r: Reading, t: Token) -> bool:
    r"""Return whether a name before a bracket is rather a function: f(x), \rho_\tau(x)."""
    if t.kind != "name" or r.printed:
        return t.kind == "name" and t.text in _FUNCTION_LETTERS
    letter, foot, _ = t.text.partition("_")
    footed = bool(foot) and bool(letter) and t.text not in r.known
    return t.text in _FUNCTION_LETTERS or footed


def _scales(r: Reading, k: int) -> bool:
    r"""Return whether a Greek letter with a foot is a factor: \alpha_t(1 - p_t)."""
    letter = r.out[k].text.partition("_")[0]
    return letter in _FACTORS and r.out[k + 2].kind == "number" and r.out[k + 3].text in ("-", "+")


def refuse_triplets(r: Reading) -> None:
    r"""Refuse x_i^a, x_i^p, x_i^n: anchor, positive and negative of a triplet are no powers."""
    every = r.cursor.all
    raised = {
        y.text: k
        for k, x in enumerate(every[:-1])
        if x.text == "^"
        for y in (r.cursor.inside(k + 1, r.cursor.group(k + 1)) or [x])[:1]
        if y.is_letter and len(r.cursor.inside(k + 1, r.cursor.group(k + 1))) == 1
    }
    if not {"a", "p", "n"} <= raised.keys() or {"a", "p", "n"} & set(r.declared):
        return
    raise ParseError(
        Words(
            "the superscripts a, p and n name the parts of a triplet, and are no powers",
            "上标 a、p、n 指三元组的三个部分，不是乘方",
        ),
        attempt=Words(
            r"name them: \|a_i - p_i\|_2^2 - \|a_i - n_i\|_2^2",
            r"请分别命名：\|a_i - p_i\|_2^2 - \|a_i - n_i\|_2^2",
        ),
        place=r.cursor.place(every[raised["a"] + 1]),
    )


def refuse_indices(r: Reading) -> None:
    """Refuse an index that stands as a number."""
    bound = {b.name for t in r.out for b in t.binds}
    bound |= {s for t in r.out for s in t.subscripts}
    for t in r.out:
        if t.kind == "name" and t.text in bound:
            raise index_as_symbol(t.text, Place(r.text, t.start, t.stop, r.source))
