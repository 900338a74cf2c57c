"""Errors for what surrounds a formula: words, equations, several formulas, names that clash."""

from __future__ import annotations

from lossmith.errors import ParseError, Place
from lossmith.words import Words, same


def words(word: str, place: Place) -> ParseError:
    """A sentence around the formula."""
    return ParseError(
        Words("words are not read, only a formula", "只读公式，不读文字"),
        why=Words(
            f"{word} is a word here, not a symbol; declare it if it is one of yours",
            f"{word} 在这里是文字而不是符号；若它是你的符号，请声明它",
        ),
        place=place,
    )


def equation(text: str, left: tuple[int, int], right: tuple[int, int], source: str) -> ParseError:
    """``X*w = y``: an equation; its residual is an objective."""
    a, b = text[slice(*left)].strip(), text[slice(*right)].strip()
    sign = text[left[1] : right[0]]
    has_array = any(c.isupper() for c in a + b)
    start = left[1] + len(sign) - len(sign.lstrip())
    return ParseError(
        Words("this is an equation, not an objective", "这是方程，不是目标函数"),
        why=Words(
            "an objective is one expression; the distance between both sides is one",
            "目标函数是一个表达式；两边之差的平方就是一个",
        ),
        # Of arrays, the sum of squares; a capital is one.
        attempt=same(f"norm2(({a}) - ({b}))^2" if has_array else f"(({a}) - ({b}))^2"),
        place=Place(text, start, start + len(sign.strip()), source),
    )


def two_formulas(place: Place) -> ParseError:
    """Two formulas in one text."""
    return ParseError(
        Words("there are two formulas here", "这里有两个公式"),
        why=Words(
            "one text holds one objective, and definitions that it uses",
            "一段文字只含一个目标函数，以及它用到的定义",
        ),
        attempt=Words("ask for each of them by itself", "请分别提问"),
        place=place,
    )


def not_used(name: str, place: Place) -> ParseError:
    """A definition that the formula does not speak of."""
    return ParseError(
        Words(
            f"{name} is defined, but the formula does not use it",
            f"{name} 有定义，但公式没有用到它",
        ),
        why=Words(
            "so there may be two formulas here, or one that goes on in the next line",
            "这里可能有两个公式，或者一个公式分写在两行",
        ),
        attempt=Words(
            "leave it out, or join the lines by an operator", "去掉它，或用运算符把各行连起来"
        ),
        place=place,
    )


def derivative(place: Place) -> ParseError:
    """``d/dx``."""
    return ParseError(
        Words("a derivative is not part of an objective", "求导符号不是目标函数的一部分"),
        attempt=Words(
            "write the objective alone; its derivatives are computed for you",
            "只写目标函数，导数由程序计算",
        ),
        place=place,
    )


def numbered(name: str, number: str, place: Place) -> ParseError:
    """``W^{(2)}`` outside of LaTeX: the second of several, and no square."""
    return ParseError(
        Words(
            "brackets above a name count; they are no power", "名称右上角的括号表示编号，不是乘方"
        ),
        attempt=Words(
            f"write {name}_{number} for that one, {name}^{number} for the power",
            f"编号写成 {name}_{number}，乘方写成 {name}^{number}",
        ),
        place=place,
    )


def double_factorial(place: Place) -> ParseError:
    """``n!!`` is a product of every second number, and not (n!)!."""
    return ParseError(
        Words("the double factorial is not read", "不支持双阶乘"),
        attempt=Words("write (n!)! for a factorial taken twice", "连续取两次阶乘请写 (n!)!"),
        place=place,
    )


def glued(name: str, function: str, rest: str, place: Place) -> ParseError:
    """``sin2x``."""
    return ParseError(
        Words(f"it is not clear what {name} is", f"看不出 {name} 的意思"),
        attempt=Words(
            f"write {function}({rest}), or declare {name} if it is one name",
            f"写成 {function}({rest})；若 {name} 是一个名称，请声明它",
        ),
        place=place,
    )


def declared_and_defined(name: str, place: Place) -> ParseError:
    """A declared name on a left side."""
    return ParseError(
        Words(f"{name} is declared and defined", f"{name} 既有声明又有定义"),
        why=Words(
            "what is defined by a formula takes its kind from it",
            "由式子定义的量，其种类由式子决定",
        ),
        attempt=Words(f"leave out the declaration of {name}", f"去掉 {name} 的声明"),
        place=place,
    )
