"""Text to tokens: Unicode brought to one alphabet, every token with its span in the user's text.

Full-width signs, ``× · − ⊙ ᵀ ² √ ½``, smart quotes and Greek letters become the plain spelling
(``* - .* ' ^2 sqrt 1/2``, ``lam`` for λ); ``start:stop`` always count characters of what was typed.
One tokenizer serves formulas and declarations.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

from lossmith.errors import ParseError, Place
from lossmith.words import Words

TokenKind = Literal["number", "name", "op", "entry", "end"]


@dataclass(frozen=True, slots=True)
class Index:
    """An index that a sum runs over.

    apart: indices whose value it skips (``k != i``).  size: how many values it takes, where the
    text says so (the ``n`` of a sum from 1 to n).  after: indices that it exceeds (``i < j``).
    first, short: it runs from ``first`` to the size of its axis less ``short``.
    """

    name: str
    apart: tuple[str, ...] = ()
    size: str = ""
    after: tuple[str, ...] = ()
    first: int = 1
    short: int = 0


@dataclass(frozen=True, slots=True)
class Token:
    """``text`` is the plain spelling; ``start:stop`` the characters of the user's text.

    subscripts: of an "entry" token, ``[i,:]`` read as one sign behind its operand.
    offsets: what is added to each subscript, as the 1 of ``[i+1]``; () for nothing.
    binds: the indices of a sum sign or function (``Σᵢ``, ``sum(i, ...)``).
    """

    kind: TokenKind
    text: str
    start: int
    stop: int
    subscripts: tuple[str, ...] = ()
    binds: tuple[Index, ...] = ()
    offsets: tuple[int, ...] = ()

    @property
    def value(self) -> Fraction:
        """The exact number that a number token stands for."""
        return Fraction(self.text)


GREEK: Final[dict[str, str]] = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "eps", "ϵ": "eps", "ζ": "zeta",
    "η": "eta", "θ": "theta", "ϑ": "theta", "ι": "iota", "κ": "kappa", "λ": "lam", "μ": "mu",
    "µ": "mu", "ν": "nu", "ξ": "xi", "π": "pi", "ρ": "rho", "σ": "sigma", "ς": "sigma",
    "τ": "tau", "φ": "phi", "ϕ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega", "Γ": "Gamma",
    "Δ": "Delta", "Θ": "Theta", "Λ": "Lambda", "Ξ": "Xi", "Π": "Pi", "∏": "Pi", "Σ": "Sigma",
    "∑": "Sigma", "Φ": "Phi", "Ψ": "Psi", "Ω": "Omega",
}  # fmt: skip
"""Greek letters and the names that they stand for (the printers turn the names back)."""

_PLAIN: Final[dict[str, str]] = {
    "×": "*", "·": "·", "⋅": "·", "∙": "·", "∗": "*", "•": "·", "÷": "/", "∕": "/", "⁄": "/",
    "−": "-", "–": "-", "—": "-", "﹣": "-", "⊙": ".*", "∘": ".*", "⊘": "./", "ᵀ": "'",
    "′": "'", "’": "'", "‘": "'", "`": "'", "≤": "<=", "≥": ">=", "⩽": "<=", "⩾": ">=",
    "≠": "!=", "‖": "||", "∥": "||", "∣": "|", "。": ".", "、": ",", "【": "[", "】": "]",
    "⟩": ")", "\u22a4": "'", "\u00b4": "'", "“": '"', "”": '"', "∧": "&",
}  # fmt: skip
_WORDS: Final[dict[str, str]] = {"√": "sqrt", "∞": "inf", "∈": "in"}
SUPERSCRIPT: Final[dict[str, str]] = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-", strict=True))
RAISED: Final[dict[str, str]] = SUPERSCRIPT | dict(
    zip("ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ⁽⁾", "abcdefghijklmnoprstuvwxyz()", strict=True)
)
"""What an exponent may hold: eˣ is exp(x), no name of two letters."""
SUBSCRIPTS: Final[dict[str, str]] = dict(zip("ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", "aehijklmnoprstuvx", strict=True))
"""Letters below the line: they are indices, never part of a name."""
_LIMITS: Final = re.compile("([Σ∑∏Π])([ᵢⱼₖₗₘₙₚᵣₛₜ])₌₁(?:([ⁿᵐᵏᵈᵖᴺᴷᴹᴰ])|(?=[^ⁿᵐᵏᵈᵖᴺᴷᴹᴰ]|$))")
"""``Σᵢ₌₁ⁿ``: the sign, the index, the last value (if it is written)."""
ONES: Final = "\N{MATHEMATICAL BOLD DIGIT ONE}"
_FRACTIONS: Final = "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"

_OPERATORS: Final = (
    "&&", "||", "**", "==", "!=", "~=", "<=", ">=", ":=", ".*", "./", ".^", ".'",
    "+", "-", "*", "/", "^", "'", "@", "⊗", "!", "(", ")", "[", "]", "{", "}", ",", ";", ":",
    "<", ">", "=", "|", "&",
)  # fmt: skip
_SPELLED: Final[dict[str, str]] = {"**": "^", "~=": "!=", ".'": "'", "&&": "&"}
# "1.*x" is 1 .* x, so a final point belongs to a number only if no operator follows it.
_NUMBER: Final = re.compile(r"(\d+(\.\d+|\.(?![*/^'\w]))?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_QUOTED: Final = re.compile(r"(['\"])(fro|inf|Inf|nuc)\1")
"""The second argument of a norm as MATLAB and NumPy write it."""
_LONGEST: Final = 300
_LONGEST_NAME: Final = 64
_RESERVED: Final[dict[str, str]] = {"lambda": "lam", "and": "&"}


def tokenize(text: str, source: str = "") -> list[Token]:
    """Return the tokens of a formula or declaration, the last one of kind "end".

    Raises: ParseError at a character that belongs to no token, or at a number too long to hold.
    Cost: linear in the text.
    """
    plain = "".join(_plain_character(c) for c in text)
    tokens: list[Token] = []
    at = 0
    while at < len(plain):
        if plain[at].isspace():
            at += 1
            continue
        found = _next(text, plain, at, source)
        tokens += found
        at = found[-1].stop
    tokens.append(Token("end", "", len(text.rstrip()), len(text.rstrip())))
    return tokens


def _plain_character(c: str) -> str:
    """Return one character for one character, so that spans stay those of the user."""
    if "！" <= c <= "～":
        return chr(ord(c) - 0xFEE0)
    spelled = _PLAIN.get(c, c)
    return spelled if len(spelled) == 1 else c


def _next(text: str, plain: str, at: int, source: str) -> list[Token]:
    c = plain[at]
    if match := _LIMITS.match(plain, at):
        return _sum_with_limits(match)
    if match := _NUMBER.match(plain, at):
        return [_number(match, Place(text, *match.span(), source))]
    if match := _QUOTED.match(plain, at):
        return [Token("name", match[2], *match.span())]
    if c in _PLAIN:
        return [Token("op", _PLAIN[c], at, at + 1)]
    if c in _FRACTIONS:
        value = Fraction(unicodedata.numeric(c)).limit_denominator(10)
        return [Token("number", str(value), at, at + 1)]
    if c == "⟨":
        return [Token("name", "dot", at, at + 1), Token("op", "(", at, at + 1)]
    if c == ONES:
        return [_ones(plain, at)]
    if c == "₊" and plain[at - 1 : at] in (")", "]"):
        return [Token("name", "_", at, at), Token("op", "+", at, at + 1)]
    if plain.startswith("^⊙", at):
        return [Token("op", ".^", at, at + 2)]
    if c in _WORDS:
        return [Token("name", _WORDS[c], at, at + 1)]
    if c in RAISED:
        return _superscript(plain, at)
    if plain.startswith(".T", at) and not _continues(plain[at + 2 : at + 3]):
        return [Token("op", "'", at, at + 2)]
    for op in _OPERATORS:
        if plain.startswith(op, at):
            return [Token("op", _SPELLED.get(op, op), at, at + len(op))]
    if _starts(c):
        name = _name(plain, at)
        if len(name.text) > _LONGEST_NAME:
            raise _long_name(Place(text, name.start, name.stop, source))
        if name.kind == "op" or name.text.isidentifier():
            return [name]
    raise _unknown_character(c, Place(text, at, at + 1, source))


def _number(match: re.Match[str], place: Place) -> Token:
    digits, exponent = match.group(0), match.group(3)
    if len(digits) > _LONGEST or (exponent and abs(int(exponent[1:])) > _LONGEST):
        raise ParseError(
            Words("this number is too long", "这个数太长了"),
            why=Words(
                f"numbers are kept exactly, up to {_LONGEST} digits",
                f"数是精确保存的，最多 {_LONGEST} 位",
            ),
            attempt=Words(
                "write a symbol and give its value later", "改写成符号，稍后再给出它的值"
            ),
            place=place,
        )
    return Token("number", digits, place.start, place.stop)


def _sum_with_limits(match: re.Match[str]) -> list[Token]:
    """Return the tokens of ``Σ_{i=1}^n`` for ``Σᵢ₌₁ⁿ``."""
    at, stop = match.span()
    index = SUBSCRIPTS[match[2]]
    foot: list[tuple[TokenKind, str]] = [
        ("name", f"{GREEK[match[1]]}_"), ("op", "{"), ("name", index), ("op", "="),
        ("number", "1"), ("op", "}"),
    ]  # fmt: skip
    if match[3]:
        upper: list[tuple[TokenKind, str]] = [
            ("op", "^"),
            ("name", unicodedata.normalize("NFKC", match[3])),
        ]
        foot += upper
    return [Token(kind, t, at, stop) for kind, t in foot]


def _ones(plain: str, at: int) -> Token:
    """Return the name of a vector of ones, with its size if a foot tells it."""
    stop = at + 1
    size = ""
    while stop < len(plain) and (plain[stop] in SUBSCRIPTS or _is_subscript(plain[stop])):
        size += SUBSCRIPTS.get(plain[stop], unicodedata.normalize("NFKC", plain[stop]))
        stop += 1
    if not size and (match := re.compile(r"_(\w)(?!\w)").match(plain, at + 1)):
        size, stop = match[1], match.end()
    return Token("name", f"{ONES}_{size}" if size else ONES, at, stop)


def _long_name(place: Place) -> ParseError:
    return ParseError(
        Words("this name is too long", "这个名称太长了"),
        why=Words(
            f"names have at most {_LONGEST_NAME} characters",
            f"名称最多 {_LONGEST_NAME} 个字符",
        ),
        attempt=Words(
            "write a product with its signs, x*x; give a symbol a short name",
            "乘积要写出乘号，如 x*x；符号请用短一些的名称",
        ),
        place=place,
    )


def _superscript(plain: str, at: int) -> list[Token]:
    """Return the tokens of ``²`` or ``⁻¹``: a power sign of no width, then the exponent."""
    stop = at
    while stop < len(plain) and plain[stop] in RAISED:
        stop += 1
    if any(c not in SUPERSCRIPT for c in plain[at:stop]):
        return _raised_formula(plain, at, stop)
    run = "".join(SUPERSCRIPT[c] for c in plain[at:stop])
    if run == "-" and plain[stop : stop + 1] == "'":
        run = "-1"  # A⁻ᵀ
    tokens = [Token("op", "^", at, at + 1)]
    for part in re.finditer(r"\d+|[+-]", run):
        kind: TokenKind = "number" if part.group().isdigit() else "op"
        first = min(at + part.start(), stop - 1)
        tokens.append(Token(kind, part.group(), first, min(at + part.end(), stop)))
    return tokens


def _raised_formula(plain: str, at: int, stop: int) -> list[Token]:
    """Return the tokens of an exponent with letters, each a name: x^(2*n + 1) for x²ⁿ⁺¹."""
    tokens = [Token("op", "^", at, at + 1), Token("op", "(", at, at + 1)]
    last = ""
    for found in re.finditer(r"\d+|.", "".join(RAISED[c] for c in plain[at:stop])):
        part, (first, end) = found[0], found.span()
        if (last.isalnum() or last == ")") and (part.isalnum() or part == "("):
            tokens.append(Token("op", "*", at + first, at + first))
        kind: TokenKind = "number" if part.isdigit() else "name" if part.isalpha() else "op"
        tokens.append(Token(kind, part, at + first, at + end))
        last = part
    return [*tokens, Token("op", ")", stop - 1, stop)]


def _starts(c: str) -> bool:
    return c in GREEK or c == "_" or c.isalpha() or _is_subscript(c) or c in SUBSCRIPTS


def _continues(c: str) -> bool:
    return (
        c not in ("", ONES)
        and c not in RAISED
        and (c.isalnum() or c == "_")
        and c not in _FRACTIONS
    )


def _is_subscript(c: str) -> bool:
    return "₀" <= c <= "₉"


def _name(plain: str, at: int) -> Token:
    """Return a name; a Greek letter is a name of its own, but for digits and ``_`` after it."""
    greek, chinese = plain[at] in GREEK, _is_chinese(plain[at])
    stop = at if plain[at] in SUBSCRIPTS else at + 1
    while stop < len(plain) and _continues(plain[stop]) and plain[stop] not in SUBSCRIPTS:
        if _is_subscript(plain[at]) and not _is_subscript(plain[stop]):
            break  # the foot of a norm: ‖x‖₂A
        if _is_chinese(plain[stop]) != chinese and plain[stop - 1] != "_" != plain[stop]:
            break
        if (plain[stop] in GREEK or (greek and plain[stop].isalpha())) and plain[stop - 1] != "_":
            break
        greek = greek and plain[stop] != "_"
        stop += 1
    letters = (GREEK.get(c, c) for c in plain[at:stop])
    name = unicodedata.normalize("NFKC", "".join(letters))
    foot = stop
    while foot < len(plain) and plain[foot] in SUBSCRIPTS:
        foot += 1
    if foot > stop:
        name += "_" + "".join(SUBSCRIPTS[c] for c in plain[stop:foot])
        return Token("name", name, at, foot)
    if _is_subscript(plain[at]):
        name = f"_{name}"
    if name == "and":
        return Token("op", "&", at, stop)
    return Token("name", _RESERVED.get(name, name), at, stop)


_ENGLISH: Final = frozenset(
    """find the of minimum maximum minima maxima gradient derivative derivatives hessian solve
    compute calculate what is please prove show that value function objective optimize optimise
    respect wrt lim limit argument squared error entropy cross absolute least squares loss
    to in for all where with subject such let given find and convex concave is""".split()
)


def _is_chinese(c: str) -> bool:
    return "\u4e00" <= c <= "\u9fff"


def is_word(name: str) -> bool:
    """Return whether a name is rather a word of a sentence."""
    return name in _ENGLISH or any(_is_chinese(c) for c in name)


_HINTS: Final[dict[str, Words]] = {
    "\\": Words(
        "write the formula as text: a/b for \\frac{a}{b}, lam for \\lambda, norm2(x) for \\|x\\|",
        "请写成文本：\\frac{a}{b} 写作 a/b，\\lambda 写作 lam，\\|x\\| 写作 norm2(x)",
    ),
    '"': Words("write the formula without quotation marks", "公式里不要写引号"),
    "$": Words("leave out the dollar signs", "去掉美元符号"),
    "∇": Words(
        "write the objective alone; its gradient is computed for you",
        "只写目标函数，梯度由程序计算",
    ),
    "∂": Words(
        "write the objective alone; its derivatives are computed for you",
        "只写目标函数，导数由程序计算",
    ),
    "%": Words("write 5% as 5/100", "5% 请写成 5/100"),
    ".": Words(
        "write the function alone, log(x) for np.log(x)", "直接写函数名：np.log(x) 写作 log(x)"
    ),
}


def _unknown_character(c: str, place: Place) -> ParseError:
    shown = c if c.isprintable() else f"U+{ord(c):04X}"
    return ParseError(
        Words(f"the character {shown} has no meaning here", f"字符 {shown} 在这里没有含义"),
        attempt=_HINTS.get(
            c, Words("leave it out, or write what it stands for in words", "去掉它，或改用文字写法")
        ),
        place=place,
    )


__all__ = [
    "GREEK", "ONES", "RAISED", "SUBSCRIPTS", "Index", "Token", "TokenKind", "is_word",
    "tokenize",
]  # fmt: skip
