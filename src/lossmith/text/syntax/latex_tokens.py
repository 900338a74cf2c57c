r"""LaTeX to lexemes: commands, letters, digits and signs, each with its span in the user's text.

Spaces, comments, sizes (``\left``, ``\big``), display marks (``$``, ``\[``, align environments) and
trailing punctuation leave no lexeme. What has no meaning in a formula is refused here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from lossmith.errors import ParseError, Place
from lossmith.text.syntax.tokens import GREEK, RAISED
from lossmith.words import Words


@dataclass(frozen=True, slots=True)
class Lexeme:
    """``text``: a command with its backslash, a letter, a number, or one sign."""

    text: str
    start: int
    stop: int

    @property
    def is_letter(self) -> bool:
        """Whether it is a letter that can be a name."""
        return len(self.text) == 1 and self.text.isalpha()


NAMES: Final[dict[str, str]] = {
    **{f"\\{name}": name for name in GREEK.values()},
    "\\lambda": "lam", "\\epsilon": "eps", "\\varepsilon": "eps", "\\vartheta": "theta",
    "\\varphi": "phi", "\\varrho": "rho", "\\varsigma": "sigma", "\\ell": "ell", "\\upsilon":
    "upsilon", "\\hbar": "hbar", "\\Upsilon": "Upsilon",
}  # fmt: skip
"""Commands that are names."""

_SKIPPED: Final = frozenset(
    r"""\left \right \middle \big \Big \bigg \Bigg \bigl \bigr \Bigl \Bigr \biggl \biggr \Biggl
    \Biggr \bigm \displaystyle \textstyle \scriptstyle \limits \nolimits \quad \qquad \, \; \: \!
    \> \  \nonumber \notag \[ \] \( \) $ ~ \hfill \allowbreak \nobreak \normalfont""".split()
) | {"\\ "}
_SIGNS: Final[dict[str, str]] = {
    "\\cdot": "·", "\\bullet": "·", "\\times": "*", "\\ast": "*", "\\odot": ".*", "\\circ": ".*",
    "\\oslash": "./", "\\div": "/", "\\le": "<=", "\\leq": "<=", "\\leqslant": "<=",
    "\\ge": ">=", "\\geq": ">=", "\\geqslant": ">=", "\\ne": "!=", "\\neq": "!=", "\\lt": "<",
    "\\gt": ">", "\\land": "&", "\\wedge": "&", "\\|": "||", "\\Vert": "||", "\\lVert": "||",
    "\\rVert": "||", "\\vert": "|", "\\lvert": "|", "\\rvert": "|", "\\mid": "|",
    "\\{": "(", "\\}": ")", "\\lbrace": "(", "\\rbrace": ")", "\\lbrack": "(", "\\rbrack": ")",
    "\\lparen": "(", "\\rparen": ")", "\\colon": ":", "\\coloneqq": "=", "\\triangleq": "=",
    "\\equiv": "=", "\\doteq": "=", ":=": "=",
    "\\dfrac": "\\frac", "\\tfrac": "\\frac", "\\cfrac": "\\frac", "\\ln": "\\log",
    "\\intercal": "\\top", "\\transpose": "\\top", "\\trans": "\\top", "\\T": "\\top",
    "\\widehat": "\\hat", "\\overline": "\\bar", "\\widetilde": "\\tilde",
    "\\otimes": "⊗", "\\dbinom": "\\binom", "\\tbinom": "\\binom",
    "\\lang": "\\langle", "\\rang": "\\rangle",
}  # fmt: skip
_UNICODE: Final[dict[str, str]] = {
    "−": "-", "–": "-", "·": "·", "⋅": "·", "×": "*", "⊙": ".*", "∘": ".*", "≤": "<=", "≥": ">=",
    "≠": "!=", "‖": "||", "∥": "||", "∣": "|", "∑": "\\sum", "∏": "\\prod", "√": "\\sqrt",
    "∞": "\\infty", "∈": "\\in", "\u22a4": "\\top", "’": "'", "′": "'",
    "⟨": "\\langle", "⟩": "\\rangle",
    "。": ".", "、": ",", "ℓ": "\\ell", "ᵀ": "'",
}  # fmt: skip

_LEXEME: Final = re.compile(
    r"%[^\n]*|\\(?:left|right)\s*\.(?!\d)|\\[A-Za-z]+\*?|\\.|\d+(?:\.\d+)?|\.\d+|:=|\|\||.",
    re.ASCII | re.DOTALL,
)
_DISPLAY: Final = frozenset(
    "align aligned equation gather gathered split multline math displaymath eqnarray".split()
)
_REFUSED: Final[dict[str, Words]] = {
    **dict.fromkeys(
        ("\\ldots", "\\cdots", "\\dots", "\\vdots", "\\ddots"),
        Words("write the sum out, as \\sum_{i=1}^n", "请把求和写完整，如 \\sum_{i=1}^n"),
    ),
    **dict.fromkeys(
        ("\\nabla", "\\partial"),
        Words(
            "write the objective alone; its derivatives are computed for you",
            "只写目标函数，导数由程序计算",
        ),
    ),
    **dict.fromkeys(
        ("\\int", "\\oint", "\\iint", "\\lim"),
        Words("only finite sums can be read", "只能读有限和"),
    ),
    **dict.fromkeys(
        ("\\pm", "\\mp"), Words("write one sign, + or -", "只写一个符号，+ 或 -")
    ),
    **dict.fromkeys(
        ("\\oplus", "\\ominus"),
        Words("write the product entry by entry with \\odot", "逐元素乘积写 \\odot"),
    ),
    **dict.fromkeys(
        ("\\sim", "\\propto", "\\approx", "\\to", "\\rightarrow", "\\leftarrow", "\\forall",
         "\\Rightarrow", "\\implies"),
        Words("write the objective alone", "只写目标函数"),
    ),
    **dict.fromkeys(
        ("\\stackrel", "\\choose", "\\over"),
        Words("leave it out, or write a fraction with \\frac", "去掉它；分数写 \\frac"),
    ),
}  # fmt: skip


def lexemes(text: str, source: str = "") -> list[Lexeme]:
    """Return the lexemes of LaTeX.

    Raises: ParseError at a command or environment that no formula has.  Cost: linear.
    """
    found: list[Lexeme] = []
    at = 0
    while at < len(text):
        match = _LEXEME.match(text, at)
        assert match is not None
        raw, (start, at) = match.group(), match.span()
        sign = raw.removesuffix("*") if raw.startswith("\\") and len(raw) > 2 else raw
        if (
            raw.isspace()
            or raw[0] == "%"
            or sign in _SKIPPED
            or (raw[-1] == "." and raw[0] == "\\")
        ):
            continue
        if sign in ("\\begin", "\\end"):
            at = _environment(text, sign, start, at, found, source)
        elif sign in (
            "\\label",
            "\\tag",
            "\\phantom",
            "\\hspace",
            "\\vspace",
            "\\color",
            "\\textcolor",
        ):
            at = _group_end(text, at)
        elif sign in _REFUSED:
            raise _refused(sign, Place(text, start, at, source))
        elif sign in RAISED:
            while at < len(text) and text[at] in RAISED:
                at += 1
            found += [Lexeme("^", start, start + 1), Lexeme("{", start, start)]
            for k in range(start, at):
                found.append(Lexeme(RAISED[text[k]], k, k + 1))
            found.append(Lexeme("}", at, at))
        elif "！" <= sign <= "～":
            plain = chr(ord(sign) - 0xFEE0)
            found.append(Lexeme(_SIGNS.get(plain, plain), start, at))
        elif sign in GREEK and sign not in _UNICODE:
            found.append(Lexeme(f"\\{GREEK[sign]}", start, at))
        else:
            plain = _UNICODE.get(sign, sign)
            found.append(Lexeme(_SIGNS.get(plain, plain), start, at))
    found = _unbraced(_switched(found))
    found = [x for x in found if x.text != "&" or any(y.text == "\\cases" for y in found)]
    while found and found[-1].text in (".", ",", ";", "\\\\"):
        found.pop()
    return found


_SWITCHES: Final[dict[str, str]] = {
    "\\bf": "\\mathbf", "\\bm": "\\mathbf", "\\rm": "\\mathrm", "\\cal": "\\mathcal",
    "\\it": "\\mathit", "\\sf": "\\mathsf", "\\tt": "\\mathtt",
}  # fmt: skip
"""Old font switches, which stand inside the braces: ``{\\bf w}``."""
_BRACED: Final[dict[str, str]] = {"\\underbrace": "_", "\\overbrace": "^", "\\boxed": ""}
"""Commands that only mark their argument, and the sign before the remark on it."""


def _switched(found: list[Lexeme]) -> list[Lexeme]:
    r"""Return ``{\bf w}`` as ``\mathbf{w}``."""
    result = list(found)
    for k, x in enumerate(found[:-1]):
        switch = found[k + 1]
        if x.text == "{" and switch.text in _SWITCHES:
            result[k] = replace(switch, text=_SWITCHES[switch.text])
            result[k + 1] = x
    return result


def _unbraced(found: list[Lexeme]) -> list[Lexeme]:
    r"""Return ``\underbrace{a}_{\text{fit}}`` as ``{a}``."""
    if not any(x.text in _BRACED for x in found):
        return found
    gone: set[int] = set()
    for k, x in enumerate(found):
        if x.text not in _BRACED:
            continue
        gone.add(k)
        stop = _group_stop(found, k + 1)
        if stop < len(found) and found[stop].text == _BRACED[x.text]:
            gone.update(range(stop, _group_stop(found, stop + 1)))
    return [x for k, x in enumerate(found) if k not in gone]


def _group_stop(found: Sequence[Lexeme], k: int) -> int:
    """Return where the group, or the one sign, at k ends."""
    depth = 0
    for stop in range(k, len(found)):
        depth += {"{": 1, "}": -1}.get(found[stop].text, 0)
        if depth <= 0:
            return stop + 1
    return len(found)


def _environment(
    text: str, sign: str, start: int, at: int, found: list[Lexeme], source: str
) -> int:
    stop = _group_end(text, at)
    name = text[at:stop].strip(" {}*")
    if name == "cases":
        found.append(Lexeme("\\cases" if sign == "\\begin" else "\\endcases", start, stop))
    elif name not in _DISPLAY:
        raise ParseError(
            Words(f"the environment {name} cannot be read", f"不能读 {name} 环境"),
            why=Words(
                "matrices are symbols here; their entries are given as data",
                "这里的矩阵是符号，具体元素由数据给出",
            ),
            attempt=Words("write a letter for the matrix", "用一个字母表示这个矩阵"),
            place=Place(text, start, max(stop, at), source),
        )
    return stop


def _group_end(text: str, at: int) -> int:
    stop = text.find("}", at)
    return len(text) if stop < 0 else stop + 1


def _refused(sign: str, place: Place) -> ParseError:
    return ParseError(
        Words(f"{sign} has no meaning in an objective", f"{sign} 在目标函数中没有含义"),
        attempt=_REFUSED[sign],
        place=place,
    )


_WORDS_INSIDE: Final = frozenset({"\\text", "\\textrm", "\\mathrm", "\\mbox", "\\textit"})


def signs_of(text: str, source: str = "") -> list[Lexeme]:
    """Return the lexemes with ``\\text{where}`` as the one sign ``where``."""
    found: list[Lexeme] = []
    every = lexemes(text, source)
    k = 0
    while k < len(every):
        x = every[k]
        if x.text in _WORDS_INSIDE and k + 1 < len(every) and every[k + 1].text == "{":
            stop = next((m for m in range(k, len(every)) if every[m].text == "}"), len(every) - 1)
            word = "".join(y.text for y in every[k + 2 : stop]).strip(",.:;")
            if len(word) > 1:
                found.append(Lexeme(word, x.start, every[stop].stop))
                k = stop + 1
                continue
        found.append(replace(x, text=NAMES.get(x.text, x.text)))
        k += 1
    return found
