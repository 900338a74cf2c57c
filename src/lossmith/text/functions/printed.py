"""Signs that print uses and plain text spells out: ones, indicators, ``log Γ``, ``λmax``, braces.

``{x² if x > 0; 0 otherwise}`` becomes cases(x > 0, x^2, 0), a bold 1 with ``[x > 0]`` behind it
if(x > 0, 1, 0), with a foot vector(1, n), and ``log det A`` logdet(A).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Final

from lossmith.errors import ParseError, Place
from lossmith.text.functions.densities import read_laws
from lossmith.text.functions.functions import function_names
from lossmith.text.syntax.syntax import POWERED
from lossmith.text.syntax.tokens import ONES, SUBSCRIPTS, Token, TokenKind
from lossmith.words import Words

_JOINED: Final[dict[tuple[str, str], str]] = {
    ("log", "Gamma"): "lgamma",
    ("log", "det"): "logdet",
    ("lam", "max"): "lambda_max",
    ("lam", "min"): "lambda_min",
    ("psi", "'"): "trigamma",
}
"""Signs side by side that are one function, in front of its argument."""

_ALONE: Final[dict[str, str]] = {
    "Phi": "normcdf", "lam_max": "lambda_max", "lam_min": "lambda_min", "sigma_max": "specnorm",
}  # fmt: skip
_OF_PRINT: Final[dict[str, str]] = {"phi": "normpdf", "psi": "digamma"}
"""Letters that are functions in front of a bracket; the second in what was printed alone."""
_CAPITALS: Final = frozenset(
    {"ReLU", "Tr", "SoftMax", "Softmax", "Softplus", "Sigmoid", "Var", "Huber"}
)
_INDICES: Final = frozenset("ijklmn:")
_OTHERWISE: Final = frozenset({"otherwise", "else"})


def plain_signs(
    tokens: Sequence[Token], declared: Collection[str], text: str, source: str, *, printed: bool
) -> list[Token]:
    """Return the tokens in plain spelling.

    printed: the text is known to come from a printer, so that φ(x) is the normal density.
    Raises: ParseError for braces that hold no cases.  Cost: linear, times the depth of braces.
    """
    tokens = read_laws([_lowered(t, declared) for t in tokens], declared, text, source)
    found = joined_signs(tokens, declared, printed=printed)
    found = _inner_products(_divergences(_identities(found, declared)))
    found = _powers_last(_tensors(found, text))
    found = _positive_parts(_expectations(found, declared))
    if any(t.text == "{" for t in found):
        found = _cases(found, text, source)
    if not any(t.text.startswith(ONES) for t in found):
        return found
    return _ones(found, text, source)


def _lowered(token: Token, declared: Collection[str]) -> Token:
    """Return ReLU, KL and Tr as the functions that they are."""
    if token.kind != "name" or len(token.text) < 2 or token.text in declared:
        return token
    known = function_names()
    small = token.text.lower()
    customary = token.text.isupper() or token.text in _CAPITALS
    fits = customary and small in known and token.text not in known
    return replace(token, text=small) if fits else token


def _identities(tokens: list[Token], declared: Collection[str]) -> list[Token]:
    """Return the tokens with I as the identity matrix and bare ``ones`` as the vector of ones.

    ``I(x > 0)`` stays the indicator; ``ones(n)`` is the vector with its size.
    """
    units = {name: sign for name, sign in _UNITS.items() if name not in declared}
    found: list[Token] = []
    waiting = iter(range(len(tokens)))
    for k in waiting:
        token = tokens[k]
        if token.kind == "name" and token.text in units:
            follows = tokens[k + 1].text if k + 1 < len(tokens) else ""
            size = tokens[k + 2].text if token.text == "ones" and _is_call(tokens, k) else ""
            if size:
                token = replace(token, text=f"{ONES}_{size}")
                for _ in range(3):
                    next(waiting)
            elif follows not in ("(", "[", "="):
                token = replace(token, text=units[token.text])
        found.append(token)
    return found


def _is_call(tokens: list[Token], k: int) -> bool:
    """Return whether one name or number in brackets stands behind a token."""
    after = tokens[k + 1 : k + 4]
    signs = [t.text for t in after]
    return len(after) == 3 and signs[0] == "(" and signs[2] == ")" and signs[1].isalnum()


_UNITS: Final = {"I": "eye", "ones": ONES}


def _divergences(tokens: list[Token]) -> list[Token]:
    """Return the tokens with the bars of ``KL(p || q)`` as a comma."""
    inside: list[str] = []
    for k, token in enumerate(tokens):
        if token.kind == "op" and token.text == "(":
            inside.append(tokens[k - 1].text if k else "")
        elif token.kind == "op" and token.text == ")" and inside:
            inside.pop()
        elif token.text == "||" and inside[-1:] == ["kl"]:
            inside[-1] = ""
            tokens[k] = replace(token, text=",")
    return tokens


def _inner_products(tokens: list[Token]) -> list[Token]:
    """Return the tokens with ``<x, y>`` as dot(x, y)."""
    found: list[Token] = []
    waiting: list[int] = []
    for k, token in enumerate(tokens):
        before = tokens[k - 1] if k else None
        operand = before is not None and (before.kind != "op" or before.text in (")", "]", "'"))
        if token.text == "<" and token.kind == "op" and not operand:
            found += [replace(token, kind="name", text="dot"), replace(token, text="(")]
            waiting.append(k)
        elif token.text == ">" and token.kind == "op" and waiting and operand:
            waiting.pop()
            found.append(replace(token, text=")"))
        else:
            found.append(token)
    return found if not waiting else tokens


def _expectations(tokens: list[Token], declared: Collection[str]) -> list[Token]:
    """Return the tokens with ``E[(y - X*w)^2]`` as the mean, powers entry by entry."""
    if "E" in declared or not any(t.text == "E" for t in tokens):
        return tokens
    found = list(tokens)
    closing: list[tuple[str, bool]] = []
    for k, token in enumerate(tokens[:-1]):
        if token.kind != "op" or token.text not in ("(", "[", ")", "]"):
            inside = bool(closing) and closing[-1][1]
            if token.text == "^" and inside and tokens[k + 1].kind == "number":
                found[k] = replace(token, text=".^")
            continue
        if token.text in ("(", "["):
            index = tokens[k + 2].text in ("]", ",") and tokens[k + 1].text in _INDICES
            mean = k > 0 and tokens[k - 1].text == "E" and not index
            if mean:
                found[k - 1] = replace(tokens[k - 1], text="mean")
                found[k] = replace(token, text="(")
            closing.append((token.text, mean))
        elif closing:
            opened, mean = closing.pop()
            if mean and opened == "[":
                found[k] = replace(token, text=")")
    return found


def _positive_parts(tokens: list[Token]) -> list[Token]:
    """Return the tokens with ``[u]_+`` and ``(u)_+`` as relu(u)."""
    found: list[Token] = []
    opened: list[int] = []
    k = 0
    while k < len(tokens):
        token = tokens[k]
        if token.kind == "op" and token.text in ("(", "["):
            opened.append(len(found))
        found.append(token)
        if token.kind == "op" and token.text in (")", "]") and opened:
            begin = opened.pop()
            foot = k + 2 < len(tokens) and tokens[k + 1].text == "_" and tokens[k + 2].text == "+"
            called = begin > 0 and found[begin - 1].kind == "name"
            if foot and not called and tokens[k + 1].start == token.stop:
                found[-1] = replace(token, text=")")
                at = found[begin]
                found[begin : begin + 1] = [
                    Token("name", "relu", at.start, at.stop),
                    replace(at, text="("),
                ]
                k += 2
        k += 1
    return found


def _tensors(tokens: list[Token], text: str) -> list[Token]:
    """Return the tokens with ``[‖Xᵢ‖₂]ᵢ`` as tensor(i, ...): the array with these entries."""
    found: list[Token] = []
    opened: list[tuple[int, bool]] = []
    for token in tokens:
        if token.kind == "op" and token.text == "[":
            before = found[-1] if found else None
            fresh = before is None or (before.kind == "op" and before.text not in (")", "]", "'"))
            opened.append((len(found), fresh))
        foot = token.kind == "name" and token.text[:1] == "_" and text[token.start] in SUBSCRIPTS
        closed = found[-1] if found else None
        if foot and closed is not None and closed.text == "]" and opened and opened[-1][0] < 0:
            begin = -opened.pop()[0] - 1
            at = found[begin]
            indices = [Token("name", c, at.start, at.start) for c in token.text[1:]]
            comma = Token("op", ",", at.start, at.start)
            head = [Token("name", "tensor", at.start, at.stop), replace(at, text="(")]
            for index in indices:
                head += [index, comma]
            found[begin : begin + 1] = head
            found[-1] = replace(closed, text=")")
            continue
        if opened and opened[-1][0] < 0:
            opened.pop()
        found.append(token)
        if token.kind == "op" and token.text == "]" and opened:
            begin, fresh = opened.pop()
            if fresh:
                opened.append((-begin - 1, fresh))
    return found


def _powers_last(tokens: list[Token]) -> list[Token]:
    """Return the tokens with ``sin^2(x)`` as sin(x)^2; ``sin^-1`` stays and is refused."""
    found = list(tokens)
    k = 0
    while k + 3 < len(found):
        name, power, number, opened = found[k : k + 4]
        whole = number.kind == "number" and number.text.isdigit()
        called = power.text == "^" and whole and opened.text == "("
        if name.kind == "name" and name.text in POWERED and called:
            depth = 0
            for m in range(k + 3, len(found)):
                depth += {"(": 1, ")": -1}.get(found[m].text, 0) if found[m].kind == "op" else 0
                if depth == 0:
                    at = found[m]
                    moved = [
                        Token("op", "^", at.start, at.stop),
                        Token("number", number.text, at.start, at.stop),
                    ]
                    found[k + 1 : m + 1] = [*found[k + 3 : m + 1], *moved]
                    break
        k += 1
    return found


def letters_read(*, printed: bool) -> frozenset[str]:
    """Return the Greek letters that are functions in front of a bracket."""
    return frozenset(_ALONE | _OF_PRINT if printed else _ALONE)


def joined_signs(
    tokens: Sequence[Token], declared: Collection[str], *, printed: bool
) -> list[Token]:
    """Return the tokens with ``log Γ``, ``λmax``, ``Φ(`` ... as the functions that they are."""
    found: list[Token] = []
    letters = _ALONE | _OF_PRINT if printed else _ALONE
    k = 0
    while k < len(tokens):
        token = tokens[k]
        others = [t.text for t in tokens[k + 1 : k + 6]]
        if printed and token.text == "prod_" and others == ["{", "j", "!=", "i", "}"]:
            found.append(Token("name", "prod_others", token.start, tokens[k + 5].stop))
            k += 6
            continue
        pair = (token.text, tokens[k + 1].text if k + 1 < len(tokens) else "")
        name = _JOINED.get(pair)
        greek = name is not None and pair[0] in ("lam", "psi")
        tight = k + 2 < len(tokens) and tokens[k + 1].start == token.stop
        follows = tokens[k + 2].text if k + 2 < len(tokens) else ""
        if name is not None and pair[0] not in declared and (not greek or tight):
            if follows == "(" or (name == "logdet" and tokens[k + 2].kind == "name"):
                found.append(Token("name", name, token.start, tokens[k + 1].stop))
                k += 2
                continue
        if token.kind == "name" and token.text in letters and token.text not in declared:
            if pair[1] == "(":
                token = replace(token, text=letters[token.text])
        if printed and "delta" not in declared and _is_unit_tensor(tokens[k : k + 2]):
            token = replace(token, text=token.text.replace("delta", "eye"))
        found.append(token)
        k += 1
    return found


def _is_unit_tensor(signs: Sequence[Token]) -> bool:
    """Return whether δ with two indices begins here: the entry of the unit matrix."""
    if re.fullmatch("delta_[a-z]{2}", signs[0].text):
        return True
    return signs[0].text == "delta" and any(len(t.subscripts) == 2 for t in signs[1:])


def _cases(tokens: list[Token], text: str, source: str) -> list[Token]:
    """Return the tokens with ``{a if c; b otherwise}`` as cases(c, a, b), innermost first."""
    found: list[Token] = []
    opened: list[int] = []
    for token in tokens:
        if token.kind == "op" and token.text == "{":
            opened.append(len(found))
        found.append(token)
        if token.kind == "op" and token.text == "}" and opened:
            begin = opened.pop()
            inside = found[begin + 1 : -1]
            words = [t.text for t in inside if t.kind == "name"]
            if "if" in words and not _OTHERWISE.isdisjoint(words):
                whole = found[begin]
                found[begin:] = _one_choice(inside, whole, token, text, source)
    return found


def _one_choice(
    inside: list[Token], opener: Token, closer: Token, text: str, source: str
) -> list[Token]:
    rows: list[list[Token]] = [[]]
    depth = 0
    for t in inside:
        depth += {"(": 1, ")": -1}.get(t.text, 0)
        if t.text == ";" and t.kind == "op" and not depth:
            rows.append([])
        else:
            rows[-1].append(t)
    place = Place(text, opener.start, closer.stop, source)
    at = (opener.start, opener.stop)
    comma = Token("op", ",", *at)
    result = [Token("name", "cases", *at), Token("op", "(", *at)]
    for row in rows[:-1]:
        split = _split(row, "if")
        if split is None:
            raise _no_cases(place)
        value, condition = split
        condition = [replace(t, text="==") if t.text == "=" else t for t in condition]
        result += [*condition, comma, *value, comma]
    last = rows[-1]
    if len(last) < 2 or last[-1].text not in _OTHERWISE:
        raise _no_cases(place)
    return [*result, *last[:-1], Token("op", ")", closer.start, closer.stop)]


def _split(row: list[Token], word: str) -> tuple[list[Token], list[Token]] | None:
    depth = 0
    for k, t in enumerate(row):
        depth += {"(": 1, ")": -1}.get(t.text, 0)
        if t.text == word and t.kind == "name" and not depth and 0 < k < len(row) - 1:
            return row[:k], row[k + 1 :]
    return None


def _no_cases(place: Place) -> ParseError:
    return ParseError(
        Words("these cases cannot be read", "读不懂这个分段形式"),
        attempt=Words(
            "write {a if x > 0; b otherwise} or cases(x > 0, a, b)",
            "请写 {a if x > 0; b otherwise} 或 cases(x > 0, a, b)",
        ),
        place=place,
    )


def _ones(tokens: list[Token], text: str, source: str) -> list[Token]:
    found: list[Token] = []
    closing: list[tuple[int, Token]] = []
    depth = 0
    for k, token in enumerate(tokens):
        depth += {"[": 1, "]": -1}.get(token.text, 0) if token.kind == "op" else 0
        if token.kind == "op" and token.text == "[" and found and found[-1].text == ONES:
            one = found.pop()
            found += [replace(one, text="if"), replace(token, text="(")]
            closing.append((depth, token))
        elif token.kind == "op" and token.text == "=" and closing:
            found.append(replace(token, text="=="))
        elif token.text == "]" and closing and depth == closing[-1][0] - 1:
            closing.pop()
            found += _spelled(token, ",", "1", ",", "0", ")")
        elif token.kind == "name" and token.text.startswith(ONES):
            indicator = k + 1 < len(tokens) and tokens[k + 1].text == "["
            size = token.text.partition("_")[2]
            if indicator:
                found.append(token)
            else:
                found += [
                    replace(token, text="vector", stop=token.start + 1),
                    *_spelled(token, "(", "1", *((",", size) if size else ()), ")"),
                ]
        else:
            found.append(token)
    if closing:
        place = Place(text, closing[0][1].start, closing[0][1].stop, source)
        raise ParseError(Words("this bracket is never closed", "这个括号没有闭合"), place=place)
    return found


def _spelled(at: Token, *signs: str) -> list[Token]:
    kinds: dict[bool, TokenKind] = {True: "number", False: "op"}
    return [
        Token("name" if s.isalpha() else kinds[s.isdigit()], s, at.start, at.start + 1)
        for s in signs
    ]


__all__ = ["joined_signs", "letters_read", "plain_signs"]
