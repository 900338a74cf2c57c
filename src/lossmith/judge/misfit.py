"""A line whose shapes do not fit: what was meant by it, in another order or with a transpose."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import permutations, product
from typing import Final

from lossmith.errors import LossmithError
from lossmith.expr.node import Expr
from lossmith.judge.context import Context
from lossmith.judge.lines import Line
from lossmith.judge.match import Matcher
from lossmith.judge.near import multiple
from lossmith.judge.report import Explanation
from lossmith.judge.subject import Subject
from lossmith.text.syntax.latex_tokens import NAMES
from lossmith.words import Words


def misfit(line: Line, subject: Subject, truth: Expr, context: Context) -> tuple[Explanation, ...]:
    """Return what was meant by a line whose shapes do not fit: another order, a transpose."""
    right = line.right if line.dialect == "text" else as_text(line.right)
    line = replace(line, right=right, dialect="text")
    if len(terms := _split_sum(right)) > 1:
        return _turned_term(terms, line, subject, truth, context)
    factors = _split_product(line.right)
    if not 2 <= len(factors) <= 4:
        return ()
    best: Explanation | None = None
    for order, turns in _arrangements(len(factors)):
        text = " * ".join(_turn(factors[k], turns[k]) for k in order)
        if text == " * ".join(factors):
            continue
        found = _read_as(text, line, subject, truth, context)
        if found is not None:
            moved = order != tuple(range(len(factors)))
            factor, row = found
            if not row:
                return (_meant(text, factor, moved=moved),)
            best = best or _meant(text, factor, moved=moved)
    return () if best is None else (best,)


def _arrangements(count: int) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Return orders and turns of factors, those with the fewest changes first.

    A turn is one change, and so is one factor that stands before another one behind it.
    """

    def changes(way: tuple[tuple[int, ...], tuple[int, ...]]) -> int:
        order, turns = way
        swaps = sum(i > j for k, i in enumerate(order) for j in order[k + 1 :])
        return swaps + sum(t > 0 for t in turns)

    turns = [t for t in product((0, 1, 2), repeat=count) if sum(k > 0 for k in t) <= 2]
    return sorted(product(permutations(range(count)), turns), key=changes)


def as_text(latex: str) -> str:
    """Return a product or sum of letters in LaTeX as text, "" if there is more in it."""
    flat = re.sub(r"\\(?:left|right|,|;|!|quad)", " ", latex)
    flat = re.sub(r"\\cdot|\\times", "*", flat)
    flat = re.sub(r"\^\s*\{?\s*(?:\\top|\\intercal|T)\s*\}?", "'", flat)
    flat = re.sub(r"\\([A-Za-z]+)", lambda m: NAMES.get(m[0], "?"), flat)
    if re.search(r"[?{}_^\\/]", flat):
        return ""
    tokens = re.findall(r"[\d.]+|[^\W\d_]|[()'+*-]", flat)
    out: list[str] = []
    for token in tokens:
        operand = token == "(" or token[0].isalnum()
        if out and operand and (out[-1][0].isalnum() or out[-1] in ")'"):
            out.append("*")
        out.append(token)
    return "".join(out)


def _turned_term(
    terms: list[str], line: Line, subject: Subject, truth: Expr, context: Context
) -> tuple[Explanation, ...]:
    """Return that one term of a sum should be turned."""
    for k, term in enumerate(terms):
        sign = term[0] if term[0] in "+-" else ""
        turned = f"{sign}({term[len(sign) :].strip()})'"
        text = " ".join((*terms[:k], turned, *terms[k + 1 :]))
        found = _read_as(text, line, subject, truth, context)
        if found is not None and not found[1]:
            return (_meant(text, None, moved=False),)
    return ()


def _split_sum(text: str) -> list[str]:
    """Return the terms of a sum with their signs; brackets stay whole."""
    depth = 0
    parts = [""]
    for c in text:
        depth += (c in "([{") - (c in ")]}")
        before = parts[-1].rstrip()
        if depth == 0 and c in "+-" and before and before[-1] not in "*/^.,":
            parts.append("")
        parts[-1] += c
    return [p.strip() for p in parts if p.strip()]


def _read_as(
    text: str, line: Line, subject: Subject, truth: Expr, context: Context
) -> tuple[Words | None, bool] | None:
    """Return by what factor a text differs from the truth, and whether it is a row; or None."""
    try:
        formula = context.read(text, line.dialect, subject.indices)
    except LossmithError:
        return None
    expr = context.expanded(formula.expr)
    if expr.shape != truth.shape:
        return None
    matcher = Matcher(expr, (truth,))
    row = formula.kind == "r"
    if matcher.fits(truth):
        return None, row
    factor = multiple(matcher, truth)
    return (factor, row) if factor is not None else None


def _meant(text: str, factor: Words | None, *, moved: bool) -> Explanation:
    name = "order-of-product" if moved else "transposed-factor"
    what = (
        Words("the factors stand in the wrong order", "因子的次序不对")
        if moved
        else Words("a transpose is missing or superfluous", "漏写或多写了转置")
    )
    tail = Words("", "")
    if factor is not None:
        tail = Words(f"; besides, {factor.en}", f"；此外，{factor.zh}")
    return Explanation(
        name,
        Words(f"{what.en}: meant {text}{tail.en}", f"{what.zh}：应为 {text}{tail.zh}"),
    )


def _turn(factor: str, how: int) -> str:
    """Return a factor as it stands, transposed (or no longer), or without transposes inside."""
    if how == 0:
        return factor
    if how == 2:
        return factor.replace("'", "")
    return factor[:-1] if factor.endswith("'") else f"{factor}'"


def _split_product(text: str) -> list[str]:
    """Return the factors of a product, () for a sum; numbers and brackets stay whole."""
    depth = 0
    parts = [""]
    for k, c in enumerate(text):
        depth += (c in "([{") - (c in ")]}")
        if depth == 0 and c in "*@" and text[k - 1 : k] != ".":
            parts.append("")
            continue
        if depth == 0 and c in "+-" and parts[-1].strip() and not parts[-1].strip().endswith("^"):
            return []
        parts[-1] += c
    flat: list[str] = []
    for part in parts:
        # X(h - y): a bracket right behind a name multiplies.
        found = re.match(r"^\s*([^\W\d]\w*'?)\s*(\(.*\)'?)\s*$", part)
        if found is not None and found[1].rstrip("'") not in _FUNCTIONS:
            flat += [found[1], found[2]]
        else:
            flat.append(part.strip())
    return [p for p in flat if p]


_FUNCTIONS: Final = frozenset(
    {"sum", "mean", "exp", "log", "sigmoid", "diag", "tr", "inv", "softmax", "sqrt", "abs", "norm2"}
)
