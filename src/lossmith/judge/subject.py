r"""What a line speaks of: the left side as a quantity, a derivative of what by what ...

``dL/dw_j``, ``∂²f/∂x²``, ``\frac{\partial J}{\partial \theta_j}``, ``grad``, ``\nabla_w L``,
``f'(x)``, ``dJ``, ``J(w)``, ``hess``; anything else is an expression that the line rewrites.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Literal

from lossmith.text.syntax.latex_tokens import NAMES

Kind = Literal["value", "derivative", "differential", "expression", "continued"]


@dataclass(frozen=True, slots=True)
class Subject:
    """A quantity.

    of: the name that is differentiated or defined; "" for the loss of the document; for an
    operator in front of a formula, ``of_text`` is that formula.  wrt: names, one an order; () for
    the variable of the document.  indices: letters on the left, in order of the axes of the result.
    repeated: the index of the numerator occurs below as well (entry by entry).  args: what stands
    in brackets behind the name, as in ``f(2)``.  squares: names by whose square it is
    differentiated, as in dl/d(sigma^2).
    """

    kind: Kind
    of: str = ""
    of_text: str = ""
    wrt: tuple[str, ...] = ()
    order: int = 0
    indices: tuple[str, ...] = ()
    repeated: bool = False
    args: str = ""
    squares: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[object, ...]:
        """What makes two lines speak of one quantity (the letters of indices do not matter)."""
        return self.kind, self.of, self.of_text, self.wrt, self.order, self.repeated, self.squares


_D: Final = r"(?:d|∂|partial)"
_NAME: Final = r"[^\W\d_][^\W_]*"
_SUB: Final = r"(?:_\w+|\[[\w,:]+\])"
_ARGS: Final = r"(?:\([^()]*\))"
_SQUARE: Final = r"(?:\^2|²|2)"
_BY: Final = "§"
"""Stands behind a name by whose square is differentiated: d(sigma^2), and d mu d sigma^2."""
_BRACKETED: Final = re.compile(rf"({_D})\(({_NAME}{_SUB}?)(?:\^2|²)\)")
_SECOND_SQUARE: Final = re.compile(rf"(/\(?{_D}{_NAME}{_D}{_NAME})(?:\^2|²)(?=\)?$)")
_THERE: Final = re.compile(r"(?<=[\w)])\([-\d.,;/]+\)$")
"""The numbers at which a derivative is taken: df/dx(2); what is there is read elsewhere."""
_FRACTION: Final = re.compile(
    rf"^\(?{_D}(?P<two>{_SQUARE})?\(?(?P<of>{_NAME})(?P<ofsub>{_SUB})?{_ARGS}?\)?\)?"
    rf"/\(?{_D}(?P<wrt>{_NAME})(?P<sub>{_SUB})?'?(?P<by>{_BY})?(?P<same>{_SQUARE})?"
    rf"(?P<wrt2>)(?P<sub2>)(?P<by2>)\)?$"
)
_MIXED: Final = re.compile(
    rf"^\(?{_D}(?P<two>{_SQUARE})\(?(?P<of>{_NAME})(?P<ofsub>{_SUB})?{_ARGS}?\)?\)?"
    rf"/\(?{_D}(?P<wrt>{_NAME}?)(?P<sub>_\w+?|\[[\w,:]+\])?'?(?P<by>{_BY})?(?P<same>{_SQUARE})?"
    rf"{_D}(?P<wrt2>{_NAME})(?P<sub2>{_SUB})?'?(?P<by2>{_BY})?\)?$"
)
_OPERATOR: Final = re.compile(
    rf"^\(?{_D}(?P<two>{_SQUARE})?\)?\s*/\s*\(?{_D}\s*(?P<wrt>{_NAME})(?P<sub>{_SUB})?"
    rf"(?P<same>{_SQUARE})?\)?(?=[\s(\[])\s*(?P<rest>.+)$"
)
_OF_LOG: Final = re.compile(
    rf"^\(?\s*{_D}\s*(?P<log>log|ln)\s*\(?\s*(?P<of>{_NAME})\s*{_ARGS}?\s*\)?\s*\)?"
    rf"\s*/\s*\(?\s*{_D}\s*(?P<wrt>{_NAME})(?P<sub>{_SUB})?\s*\)?$"
)
_GRADIENT: Final = re.compile(
    rf"^(?:∇|[Gg]rad(?:ient)?\b|[Gg]rad(?=_)|nabla\b)\s*(?P<two>{_SQUARE})?"
    rf"\s*(?:_\s*\(?(?P<wrt>{_NAME})\)?(?P<sub>_\w+?)?)?(?P<later>{_SQUARE}(?!\w))?"
    rf"\s*(?:\((?P<inside>[^()]*)\)|(?P<of>{_NAME})\s*{_ARGS}?)?$"
)
_HESSIAN: Final = re.compile(
    rf"^(?:[Hh]ess(?:ian)?\b|[Hh]ess(?=_))\s*(?:_\(?(?P<wrt>{_NAME})\)?(?P<sub>_\w+)?)?"
    rf"\s*(?:\((?P<inside>[^()]*)\)|(?P<of>{_NAME})\s*{_ARGS}?)?$"
)
_PRIME: Final = re.compile(rf"^(?P<of>{_NAME})(?P<primes>'+|′+|″)(?:\((?P<wrt>{_NAME})\))?$")
_PRIMED_CALL: Final = re.compile(rf"^{_NAME}['′]+\(")
_DIFFERENTIAL: Final = re.compile(rf"^(?:d|∂)(?P<of>{_NAME})(?P<sub>_\w+)?{_ARGS}?$")
_VALUE: Final = re.compile(r"^(?P<of>[^\W\d]\w*)(?P<sub>\[[\w,]+\])?\s*(?P<args>\([^()]*\))?$")


def read_left(text: str, known: Collection[str], functions: Collection[str] = ()) -> Subject:
    """Return the subject of a left side.

    known: names that stand for something already (so that ``dw_j`` is the entry j of dw).
    functions: names of functions; ``log(x)`` on the left is an expression, ``J(w)`` a name.
    """
    if not text.strip():
        return Subject("continued")
    flat = plain_left(text)
    tight = flat.replace(" ", "")
    if found := _OF_LOG.match(flat):
        wrt, letters = _split(found["wrt"], found["sub"], known)
        return Subject("derivative", "", f"log({found['of']})", (wrt,), 1, letters)
    slope = _SECOND_SQUARE.sub(rf"\1{_BY}", _BRACKETED.sub(rf"\1\2{_BY}", _THERE.sub("", tight)))
    if (found := _MIXED.match(slope)) is not None or (found := _FRACTION.match(slope)) is not None:
        return _fraction(found, known)
    if found := _GRADIENT.match(flat):
        return _nabla(found, known, 2 if found["two"] or found["later"] else 1)
    if found := _HESSIAN.match(flat):
        return _nabla(found, known, 2)
    if found := _OPERATOR.match(flat):
        wrt, letters = _split(found["wrt"], found["sub"], known)
        order = 2 if found["two"] or found["same"] else 1
        rest = found["rest"].strip()
        return Subject("derivative", "", rest, (wrt,) * order, order, letters)
    if (found := _PRIME.match(tight)) and (found["wrt"] or found["of"] not in known):
        order = {"″": 2}.get(found["primes"], len(found["primes"]))
        wrt = (found["wrt"],) * order if found["wrt"] else ()
        return Subject("derivative", found["of"], "", wrt, order)
    if (found := _PRIME.match(tight)) and found["of"] not in functions:
        order = {"″": 2}.get(found["primes"], len(found["primes"]))
        return Subject("derivative", found["of"], "", (), order)
    if _PRIMED_CALL.match(tight):
        return Subject("expression", of_text=text.strip())
    if (found := _DIFFERENTIAL.match(tight)) and tight not in known:
        name, letters = _split(found["of"], found["sub"], known)
        if name in known:
            return Subject("differential", name, indices=letters)
    if (found := _VALUE.match(flat)) and not (found["args"] and found["of"] in functions):
        return _value(found, known)
    return Subject("expression", of_text=text.strip())


def _value(found: re.Match[str], known: Collection[str]) -> Subject:
    whole, sub, args = found["of"], found["sub"], (found["args"] or "")[1:-1].strip()
    if "||" in args or "\\|" in args:
        return Subject("value", whole)  # KL(p || q) is one number
    if any(c in args for c in "|=<>"):
        # P(y = 1 | x) and P(y = 0 | x) are two quantities.
        return Subject("value", f"{whole}({args.replace(' ', '')})")
    if sub:
        letters = tuple(re.findall(r"[^\W\d_]", sub))
        return Subject("value", whole, indices=letters, args=args)
    if whole in known or "_" not in whole:
        return Subject("value", whole, args=args)
    name, letters = _split(*_cut(whole), known)
    return Subject("value", name, indices=letters, args=args)


def _cut(name: str) -> tuple[str, str]:
    """Return a name and its subscript with the underscore."""
    head, _, tail = name.partition("_")
    return head, f"_{tail}"


def _split(name: str, sub: str | None, known: Collection[str]) -> tuple[str, tuple[str, ...]]:
    """Return a name and its index letters: ``w_j`` is entry j of w, ``w_1`` another name."""
    if not sub:
        return name, ()
    inside = sub.strip("_[]").replace(",", "")
    if name + sub in known:
        return name + sub, ()
    if inside.isdigit():
        joined = name + inside
        return (joined if joined in known or name + sub not in known else name + sub), ()
    letters = tuple(c for c in inside if c.isalpha())
    if len(letters) <= 3 and all(c in _INDEX for c in letters):
        return name, letters
    return name + sub, ()


_INDEX: Final = frozenset("ijklmnpqrstc")


def _fraction(found: re.Match[str], known: Collection[str]) -> Subject:
    of, above = _split(found["of"], found["ofsub"], known)
    below = found["wrt"]
    if found["two"] and below[-1:] in ("2", "²") and below not in known and below[:-1] in known:
        below = below[:-1]  # d2L/dw2, ∂²f/∂x²
    wrt, first = _split(below, found["sub"], known)
    names, letters = (wrt,), (*above, *first)
    squares = [wrt] if found["by"] or (found["same"] and not found["two"]) else []
    repeated = bool(set(above) & set(first))
    if found["wrt2"]:
        second, more = _split(found["wrt2"], found["sub2"], known)
        names, letters = (wrt, second), (*letters, *more)
        squares += [second] if found["by2"] else []
    elif found["two"]:
        names = (wrt, wrt)
        repeated = repeated or bool(first)  # d2f/dx_i2 is an entry of the diagonal
    letters = tuple(dict.fromkeys(letters)) if repeated else letters
    return Subject(
        "derivative", of, "", names, len(names), letters, repeated, squares=tuple(squares)
    )


def _nabla(found: re.Match[str], known: Collection[str], order: int) -> Subject:
    wrt: tuple[str, ...] = ()
    letters: tuple[str, ...] = ()
    if found["wrt"]:
        name, letters = _split(found["wrt"], found["sub"], known)
        wrt = (name,) * order
    of = found["of"] or ""
    inside = [p.strip() for p in (found["inside"] or "").split(",") if p.strip()]
    if inside and not of:
        # grad(L, w) names both; grad(w) names the variable, grad(L) the loss.
        if len(inside) > 1:
            of, wrt = inside[0], tuple(inside[1:])[:1] * order
        elif inside[0] in known:
            of = inside[0]
    return Subject("derivative", of, "", wrt, order, letters)


# -- LaTeX to the signs that the patterns above know -----------------------------------------------

_WORDS: Final = re.compile(
    r"\\(?:mathcal|mathbf|mathrm|boldsymbol|bm|mathbb|operatorname|text|rm)\b"
)
_SIGNS: Final = (
    (r"\partial", "∂"), (r"\nabla", "∇"), (r"\left", ""), (r"\right", ""), (r"\,", " "),
    (r"\;", " "), (r"\!", ""), (r"\top", "'"), (r"\intercal", "'"), (r"\prime", "'"),
    (r"\ell", "ell"), (r"\cdot", " "), (r"\mid", "|"), (r"\bigl", ""), (r"\bigr", ""),
    (r"\hat", "hat"), (r"\bar", "bar"), (r"\dfrac", r"\frac"), (r"\tfrac", r"\frac"),
)  # fmt: skip


def plain_left(text: str) -> str:
    """Return a left side with LaTeX commands replaced by the signs they stand for."""
    if "\\" not in text and "{" not in text:
        return re.sub(r"\bnabla\b", "∇", text)
    flat = text
    for sign, plain in _SIGNS:
        flat = flat.replace(sign, plain)
    flat = re.sub(r"\\(?:mathrm|operatorname|text|rm)\s*\{\s*d\s*\}", "d", flat)
    flat = _WORDS.sub("", flat)
    flat = _fractions(flat)
    flat = re.sub(r"\\([A-Za-z]+)", lambda m: NAMES.get(m[0], m[1]) + " ", flat)
    flat = re.sub(r"(hat|bar)\s*\{?\s*([A-Za-z]+)\s*\}?", lambda m: f"{m[2]}{m[1]}", flat)
    flat = flat.replace("{", "").replace("}", "").replace("^'", "'").replace("^ '", "'")
    return " ".join(flat.split()).replace(" _", "_")


def _fractions(text: str) -> str:
    """Return the text with ``\\frac{a}{b}`` as ``(a)/(b)`` and a blank behind."""
    while (k := text.find("\\frac")) >= 0:
        top, after = _group(text, k + 5)
        bottom, end = _group(text, after)
        text = f"{text[:k]}({top})/({bottom}) {text[end:]}"
    return text


def _group(text: str, k: int) -> tuple[str, int]:
    """Return the group (or single sign) at k and where it ends."""
    while k < len(text) and text[k] == " ":
        k += 1
    if k >= len(text) or text[k] != "{":
        return text[k : k + 1], k + 1
    depth = 0
    for j in range(k, len(text)):
        depth += (text[j] == "{") - (text[j] == "}")
        if depth == 0:
            return text[k + 1 : j], j + 1
    return text[k + 1 :], len(text)
