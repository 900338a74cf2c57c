"""What people mistype in a formula, and the words for it: one function an error of reading."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from lossmith.errors import ParseError, Place, UnknownAtom
from lossmith.words import Words, same

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lossmith.text.syntax.tokens import Token


def _at(text: str, token: Token, source: str) -> Place:
    return Place(text, token.start, token.stop, source)


def _inserted(text: str, at: int, what: str) -> str:
    return f"{text[:at]}{what}{text[at:]}"


def _removed(text: str, token: Token) -> str:
    return f"{text[: token.start]}{text[token.stop :]}"


def empty() -> ParseError:
    """There is no formula."""
    return ParseError(
        Words("there is no formula", "没有公式"),
        attempt=Words("write one, such as norm2(X*w - y)^2", "请写一个，例如 norm2(X*w - y)^2"),
    )


# -- brackets --------------------------------------------------------------------------------------


def never_closed(
    text: str, tokens: Sequence[Token], openers: Sequence[Token], source: str
) -> ParseError:
    """A bracket stays open; the repair closes it before ``) + ...`` or at the end."""
    if openers[0].text in ("|", "||"):
        return ParseError(
            Words("this bar is never closed", "这个竖线没有配对"),
            attempt=same(text.rstrip() + openers[0].text),
            place=_at(text, openers[0], source),
        )
    end = tokens[-1].start
    missing = "".join("|" * len(o.text) if "|" in o.text else ")" for o in reversed(openers))
    at = _early_end(tokens, openers[0]) if len(openers) == 1 else None
    return ParseError(
        Words("this bracket is never closed", "这个括号没有闭合"),
        attempt=same(_inserted(text, end if at is None else at, missing)),
        place=_at(text, openers[0], source),
    )


def _early_end(tokens: Sequence[Token], opener: Token) -> int | None:
    """Return where ``...)) + c`` ends a term of the open bracket: there a ``)`` is often lost."""
    depth = 0
    for k, token in enumerate(tokens):
        if token.start <= opener.start or token.kind != "op":
            continue
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        run = tokens[k - 2].text == tokens[k - 1].text == ")"
        if depth == 0 and token.text in ("+", "-") and run:
            return tokens[k - 1].stop
    return None


def closes_nothing(text: str, token: Token, source: str) -> ParseError:
    """A closing bracket without an opening one."""
    return ParseError(
        Words("this bracket closes nothing", "这个括号没有对应的左括号"),
        attempt=same(_removed(text, token)) if _removed(text, token).strip() else None,
        place=_at(text, token, source),
    )


def wrong_bracket(opener: Token, place: Place) -> ParseError:
    """``(`` closed by ``]``."""
    closing = place.text[place.start : place.stop]
    return ParseError(
        Words(
            f"{opener.text} cannot be closed by {closing}", f"{opener.text} 不能用 {closing} 闭合"
        ),
        why=Words(
            f"the last bracket still open is {opener.text}, at character {opener.start + 1}",
            f"最近一个未闭合的括号是第 {opener.start + 1} 个字符处的 {opener.text}",
        ),
        place=place,
    )


# -- operators and operands ------------------------------------------------------------------------


def operand_missing(text: str, before: Token | None, token: Token, source: str) -> ParseError:
    """Where a number, name or bracket should stand, something else does."""
    place = _at(text, token, source)
    if token.text in ("[", "{"):
        return unexpected(text, token, source)
    if before is None:
        return ParseError(
            Words(f"nothing stands before {token.text}", f"{token.text} 前面缺少内容"), place=place
        )
    if token.kind == "end":
        return ParseError(
            Words(f"the formula ends after {before.text}", f"公式在 {before.text} 之后就断了"),
            why=Words(
                f"{before.text} needs something to its right", f"{before.text} 的右边还需要内容"
            ),
            place=_at(text, before, source),
        )
    if before.text == "(" and token.text == ")":
        return ParseError(
            Words("there is nothing in these brackets", "括号里没有内容"),
            place=Place(text, before.start, token.stop, source),
        )
    if token.text in (")", ",", "|", "||"):
        return ParseError(
            Words(f"something is missing after {before.text}", f"{before.text} 后面缺少内容"),
            place=_at(text, before, source),
        )
    if before.text in ("(", ","):
        return ParseError(
            Words(f"nothing stands before {token.text}", f"{token.text} 前面缺少内容"), place=place
        )
    return ParseError(
        Words(
            f"two operators in a row: {before.text} {token.text}",
            f"两个运算符连在一起：{before.text} {token.text}",
        ),
        attempt=Words("leave one of them out", "去掉其中一个"),
        place=Place(text, before.start, token.stop, source),
    )


def operator_missing(text: str, before: Token, token: Token, source: str) -> ParseError:
    """Two operands without an operator."""
    left, right = text[before.start : before.stop], text[token.start : token.stop]
    if token.text == "(":
        repaired = f"{text[: before.stop]}*{text[token.start :]}"
    else:
        repaired = f"{text[: before.stop]}*{text[token.start :].lstrip()}"
    return ParseError(
        Words(
            f"an operator is missing between {left} and {right}",
            f"{left} 与 {right} 之间缺少运算符",
        ),
        attempt=same(repaired),
        place=_at(text, token, source),
    )


def argument_missing(text: str, name: Token, follows: Token, source: str) -> ParseError:
    """A function without an argument."""
    f = name.text
    attempt = Words(
        f"write {f}(x); or declare {f} if it is a symbol of yours",
        f"写成 {f}(x)；如果 {f} 是你自己的符号，请先声明它",
    )
    if follows.text in ("^", ".^"):
        attempt = Words(
            f"write the power last: {f}(x){follows.text}2", f"把幂写在最后：{f}(x){follows.text}2"
        )
    elif follows.text == "-":
        attempt = Words(f"write {f}(-x)", f"写成 {f}(-x)")
    return ParseError(
        Words(f"{f} is a function and needs an argument", f"{f} 是函数，需要一个自变量"),
        attempt=attempt,
        place=_at(text, name, source),
    )


def blurred_application(
    text: str, name: Token, last: Token, token: Token, follows: Token, source: str
) -> ParseError:
    """``log x^2``, ``sin 2x``, ``log x*y``: where does the argument end?"""
    f = name.text
    inside = text[name.stop : last.stop].strip()
    joint = text[last.stop : token.stop] if token.kind == "op" else text[last.stop : token.start]
    rest = text[follows.start : follows.stop] if token.kind == "op" else token.text
    joint = joint.strip() or "*"
    return ParseError(
        Words(f"it is not clear where the argument of {f} ends", f"看不出 {f} 的自变量到哪里为止"),
        why=Words(
            "without brackets, a function takes the one name or number after it",
            "不写括号时，函数只作用于紧跟其后的一个名称或数",
        ),
        attempt=Words(
            f"write {f}({inside}{joint}{rest}) or {f}({inside}){joint}{rest}",
            f"写成 {f}({inside}{joint}{rest}) 或 {f}({inside}){joint}{rest}",
        ),
        place=Place(text, name.start, max(token.stop, last.stop), source),
    )


def blurred_quotient(text: str, slash: Token, token: Token, source: str) -> ParseError:
    """``1/2x``: x/2, or 1/(2*x)?"""
    number = text[slash.stop : token.start].strip()
    name = token.text if token.kind == "name" else "(...)"
    sign = slash.text
    return ParseError(
        Words(
            "a product sign left out after a division can be read in two ways",
            "除号之后省略乘号，有两种读法",
        ),
        attempt=Words(
            f"write {sign}({number}*{name}) or {sign}{number}*{name}",
            f"写成 {sign}({number}*{name}) 或 {sign}{number}*{name}",
        ),
        place=Place(text, slash.start, token.stop, source),
    )


def stray_comma(place: Place) -> ParseError:
    """A comma outside of a call."""
    text, at = place.text, place.start
    if at and text[at - 1].isdigit() and text[place.stop : place.stop + 1].isdigit():
        return ParseError(
            Words("a decimal has a point, not a comma", "小数用小数点，不用逗号"),
            attempt=same(f"{text[:at]}.{text[place.stop :]}"),
            place=place,
        )
    return ParseError(
        Words("a comma separates arguments of a function", "逗号只用来分隔函数的自变量"),
        attempt=Words(
            "a decimal has a point, as 0.5; conditions are declared, as in lam: scalar >= 0",
            "小数请用小数点，如 0.5；条件请写在声明里，例如 lam: scalar >= 0",
        ),
        place=place,
    )


def only_and(place: Place) -> ParseError:
    """``or`` and ``not`` in a condition."""
    return ParseError(
        Words("conditions are joined by `and` alone", "条件之间只能用 and 连接"),
        attempt=Words(
            "give each alternative its own case: cases(c1, a, c2, a, otherwise)",
            "给每种情形单独写一支：cases(c1, a, c2, a, otherwise)",
        ),
        place=place,
    )


def unexpected(text: str, token: Token, source: str) -> ParseError:
    """A sign that has no place in a formula: ``= ; : [ {``."""
    place = _at(text, token, source)
    if token.text in ("=", ":="):
        rest, left = text[token.stop :].strip(), text[: token.start].strip()
        repaired = f"(({left}) - ({rest}))^2" if left and rest else rest
        return ParseError(
            Words("a formula has no =", "公式里不能有 ="),
            why=Words(
                "the objective is an expression; conditions compare with ==",
                "目标函数是一个表达式；条件中的相等写作 ==",
            ),
            attempt=same(repaired) if repaired else None,
            place=place,
        )
    if token.text in ("[", "]"):
        return ParseError(
            Words("square brackets hold indices", "方括号里写下标"),
            why=Words(
                "they stand right behind an array: x[i], X[i,:]",
                "方括号要紧跟在数组后面：x[i]、X[i,:]",
            ),
            attempt=Words("group with ( )", "分组请用 ( )"),
            place=place,
        )
    if token.text in ("{", "}"):
        return ParseError(
            Words("braces belong to declarations", "花括号只用在声明里"),
            attempt=Words(
                "group with ( ); declare sets as y in {-1, 1}",
                "分组请用 ( )；集合写在声明中，如 y in {-1, 1}",
            ),
            place=place,
        )
    if token.text in (":", ";"):
        return ParseError(
            Words("declarations do not belong into the formula", "声明不能写在公式里"),
            attempt=Words("pass them apart, as declare=...", "请单独用 declare=... 给出"),
            place=place,
        )
    return ParseError(
        Words(f"{token.text} cannot stand here", f"{token.text} 不能出现在这里"), place=place
    )


# -- names -----------------------------------------------------------------------------------------


def not_a_function(
    name: str, place: Place, known: Iterable[str], *, is_symbol: bool
) -> ParseError | UnknownAtom:
    """A call of something that is no function: a symbol before a bracket, or an unknown name."""
    if is_symbol:
        return ParseError(
            Words(f"{name} is a symbol, not a function", f"{name} 是符号，不是函数"),
            why=Words(
                f"a product is written with its sign: {name}*(...) or {name} .* (...)",
                f"乘积要写出乘号：{name}*(...) 或 {name} .* (...)",
            ),
            attempt=same(_inserted(place.text, place.stop, "*")),
            place=place,
        )
    close = get_close_matches(name, sorted(known), n=3, cutoff=0.6) or get_close_matches(
        name.lower(), sorted(known), n=3, cutoff=0.6
    )
    names = ", ".join(close)
    attempt = Words(f"did you mean {names}?", f"是不是想写 {names}？") if close else None
    if attempt is None:
        attempt = Words(
            "use functions such as exp, log, abs, max, sum, norm2; write products with *",
            "可用的函数有 exp、log、abs、max、sum、norm2 等；乘积要写出 *",
        )
    return UnknownAtom(
        Words(f"there is no function named {name}", f"没有名为 {name} 的函数"),
        attempt=attempt,
        place=place,
    )
