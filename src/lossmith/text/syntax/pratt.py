"""Tokens to ``Syntax``: Pratt's binding powers, with the call stack made explicit.

From tight to loose: calls; ``^ .^`` (right to left) and postfix ``'``; unary ``-``; ``* / .* ./ @``
(left to right); ``+ -``; comparisons; ``and``. Pending operators and open brackets wait on a list,
so nesting is bounded by memory alone. Cost: linear in the tokens.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal

from lossmith.errors import LossmithError, Place
from lossmith.text.syntax import mistaken_statements, mistakes
from lossmith.text.syntax.binding import (
    APPLY,
    APPLY_LATEX,
    APPLY_PRODUCT,
    BESIDE,
    BIG,
    CLOSES,
    ENTRY,
    GREEK_NAMES,
    INFIX,
    NORMS,
    PENALTIES,
    POSTFIX,
    SIGN,
    SIGN_OF_EXPONENT,
    SINGLE_BARS,
    Last,
    Pending,
)
from lossmith.text.syntax.syntax import COMPARISONS, POWERED, Node, NodeKind, Syntax
from lossmith.text.syntax.tokens import Token, is_word
from lossmith.words import Words


def read(
    text: str,
    tokens: list[Token],
    is_function: Callable[[str], bool],
    is_declared: Callable[[str], bool],
    refuse_function: Callable[[Token, Place], LossmithError],
    alone: frozenset[str] = frozenset(),
    source: str = "",
    *,
    is_scalar: Callable[[str], bool] = lambda name: False,
    latex: bool = False,
    printed: bool = False,
) -> Syntax:
    """Return the syntax of a formula.

    is_function: whether a name may stand before an argument.  is_declared: whether it is declared
    as a symbol.  refuse_function: the error for a call of a name that is no function.
    alone: functions whose names may also stand without an argument (eye, sigma).
    is_scalar: whether a name is a declared number, which may stand in front of a bracket.
    latex: side by side is a product, also in front of a bracket.  printed: the text comes from a
    printer, which puts names side by side, too.
    Raises: ParseError with a caret; what refuse_function returns.
    """
    parser = _Parser(text, tokens, source, is_function, is_declared, refuse_function, alone)
    parser.latex, parser.printed, parser.is_scalar = latex, printed, is_scalar
    parser.run()
    return Syntax(
        text, source, tuple(parser.nodes), tuple(parser.outer), tuple(dict.fromkeys(parser.notes))
    )


def _span(token: Token) -> tuple[int, int]:
    return token.start, token.stop


def _matrix_and_vector(left: str, right: str) -> bool:
    """Return whether ``A x`` with a space is a product: a capital and one small letter."""
    return len(left) == 1 and left.isupper() and (right in GREEK_NAMES or len(right) == 1)


def _is_big(token: Token) -> bool:
    """Return whether a token is a sum sign, with or without an index."""
    return token.kind == "op" and (bool(token.binds) or token.text in ("sum", "prod"))


_AHEAD_OF_SUM: Final = Words(
    "a quotient in front of a sum is a factor: 1/n sum is (1/n)*sum",
    "求和号前的商是因子：1/n sum 即 (1/n)*sum",
)

_TOGETHER: Final = Words(
    "with spaces around /, all that stands together behind it divides",
    "/ 两边有空格时，其后连写的整项作除数",
)


class _Parser:
    """The state while one formula is read."""

    def __init__(
        self,
        text: str,
        tokens: list[Token],
        source: str,
        is_function: Callable[[str], bool],
        is_declared: Callable[[str], bool],
        refuse_function: Callable[[Token, Place], LossmithError],
        alone: frozenset[str],
    ) -> None:
        self.text, self.tokens, self.source = text, tokens, source
        self.is_function, self.is_declared = is_function, is_declared
        self.refuse_function, self.alone = refuse_function, alone
        self.nodes: list[Node] = []
        self.outer: list[tuple[int, int]] = []
        self.notes: list[Words] = []
        self.pending: list[Pending] = []
        self.operands: list[int] = []
        self.latex = self.printed = False
        self.is_scalar: Callable[[str], bool] = lambda name: False
        self.at = 0
        self.wants_operand = True
        self.last: Last = "number"

    def run(self) -> None:
        if len(self.tokens) == 1:
            raise mistakes.empty()
        while True:
            token = self.tokens[self.at]
            if self.wants_operand:
                self._operand(token)
            elif token.kind == "end":
                break
            else:
                self._operator(token)
        self._reduce(-1)
        if self.pending:
            openers = [p.opener or p.token for p in self.pending]
            raise mistakes.never_closed(self.text, self.tokens, openers, self.source)

    # -- operands ------------------------------------------------------------------------------

    def _operand(self, token: Token) -> None:
        self.at += 1
        if token.kind == "number":
            self._leaf("number", token)
        elif token.kind == "name":
            self._named(token)
        elif token.text in ("+", "-"):
            follows_power = bool(self.pending) and self.pending[-1].name in ("^", ".^")
            power = SIGN_OF_EXPONENT if follows_power else SIGN
            self.pending.append(Pending("prefix", token.text, token, power))
        elif _is_big(token):
            self.pending.append(Pending("big", token.text, token, BIG))
        elif token.text == "(":
            self.pending.append(Pending("group", "(", token))
        elif token.text in ("|", "||"):
            self.pending.append(Pending("bar", token.text, token))
        else:
            before = self.tokens[self.at - 2] if self.at >= 2 else None
            raise mistakes.operand_missing(self.text, before, token, self.source)

    def _named(self, token: Token) -> None:
        follows = self.tokens[self.at]
        if follows.text == "(" and follows.kind == "op":
            if not token.binds and not self.is_function(token.text):
                if not (self.latex or self.printed or self._scales(self.at - 1)):
                    raise self.refuse_function(token, self._place(token))
                self._leaf("name", token)
                return
            self.at += 1
            self.pending.append(Pending("call", token.text, token, opener=follows))
        elif token.text in ("or", "not"):
            raise mistakes.only_and(self._place(token))
        elif self.is_function(token.text) and token.text not in self.alone:
            if self._raised(token):
                return
            starts = follows.kind in ("number", "name") or follows.text in ("|", "||")
            if not starts and not _is_big(follows):
                raise mistakes.argument_missing(self.text, token, follows, self.source)
            power = APPLY_LATEX if self.latex else APPLY
            self.pending.append(Pending("apply", token.text, token, power))
        else:
            self._leaf("name", token)

    def _raised(self, token: Token) -> bool:
        """Read ``sin^2 x`` as sin(x)^2: the power waits until the argument is read."""
        sign, number, operand = (*self.tokens[self.at : self.at + 3], *self.tokens[-1:] * 3)[:3]
        starts = operand.kind in ("number", "name") or operand.text in ("(", "|", "||")
        if sign.text != "^" or number.kind != "number" or not starts:
            return False
        if not self.latex and token.text not in POWERED:
            return False
        self.at += 2
        power = APPLY_LATEX if self.latex and operand.text != "(" else APPLY
        self.pending.append(Pending("apply", token.text, token, power, opener=number))
        return True

    def _scales(self, k: int) -> bool:
        """Return whether token k is a number in front of a bracket, as in ``λ(‖w‖² - 1)``.

        Of an undeclared Greek letter that is clear only where the bracket holds a sum:
        λ(A) is an eigenvalue.
        """
        name = self.tokens[k].text
        if self.is_declared(name) or name not in PENALTIES:
            return self.is_scalar(name)
        depth = 0
        for token in self.tokens[k + 1 :]:
            depth += {"(": 1, ")": -1}.get(token.text, 0) if token.kind == "op" else 0
            if depth == 0:
                return False
            if depth == 1 and token.kind == "op" and token.text in ("+", "-"):
                return True
        return False

    def _leaf(self, kind: Literal["number", "name"], token: Token) -> None:
        if kind == "name" and token.text[0] == "_" and not self.is_declared(token.text):
            raise mistakes.unexpected(self.text, token, self.source)
        self._push(kind, token.text, (), token.start, token.stop, token)
        self._done(kind)

    def _done(self, last: Last) -> None:
        self.last = last
        self.wants_operand = False

    # -- operators -----------------------------------------------------------------------------

    def _operator(self, token: Token) -> None:
        if token.text == "||" and (bar := self._single_bar()) is not None:
            # |x||y| is |x| times |y|.
            token = Token("op", "|", token.start, token.start + 1)
            self.tokens[self.at : self.at + 1] = [token, Token("op", "|", token.stop, bar)]
        starts = token.kind in ("number", "name") or token.text == "(" or _is_big(token)
        if starts or self._opens_bar(token):
            self._juxtapose(token)
            return
        self.at += 1
        if token.kind == "entry":
            self._entry(token)
        elif token.text in INFIX:
            self._infix(token)
        elif token.text == "'":
            self._transpose(token)
        elif token.text == "!":
            self._factorial(token)
        elif token.text in CLOSES and self._closes(token):
            self._close(token)
        elif token.text == ",":
            self._comma(token)
        else:
            raise mistakes.unexpected(self.text, token, self.source)

    def _single_bar(self) -> int | None:
        """Return where ``||`` ends if it closes a single bar and opens the next one."""
        opened = next((p for p in reversed(self.pending) if p.is_open), None)
        if opened is None or opened.kind != "bar" or opened.name != "|":
            return None
        return self.tokens[self.at].stop

    def _opens_bar(self, token: Token) -> bool:
        """Return whether a bar after an operand begins a new factor, as in 2|x|."""
        opened = next((p for p in reversed(self.pending) if p.is_open), None)
        return token.text in ("|", "||") and (opened is None or opened.kind != "bar")

    def _infix(self, token: Token) -> None:
        follows = self.tokens[self.at]
        if token.text == "^" and follows.text == "T" and not self.is_declared("T"):
            self.at += 1
            self.notes.append(Words("^T is read as transpose", "^T 读作转置"))
            self._transpose(token, follows)
            return
        left, right = INFIX[token.text]
        self._refuse_blurred(token)
        if token.text in ("+", "-") and self._reaches_on(token):
            while self.pending[-1].kind != "big":
                self._build(self.pending.pop())
        else:
            self._reduce(left)
        self.pending.append(Pending("infix", token.text, token, right))
        self.wants_operand = True

    def _transpose(self, token: Token, until: Token | None = None) -> None:
        self._reduce(POSTFIX)
        stop = (until or token).stop
        arg = self.operands.pop()
        at = Token("op", "'", token.start, stop)
        self._push("postfix", "'", (arg,), self.outer[arg][0], stop, at)
        self._done("post")

    def _factorial(self, token: Token) -> None:
        """Read ``n!`` as factorial(n)."""
        if self.tokens[self.at].text == "!" and self.tokens[self.at].start == token.stop:
            raise mistaken_statements.double_factorial(self._place(token))
        self._reduce(ENTRY)
        arg = self.operands.pop()
        sign = Token("name", "factorial", token.start, token.stop)
        self._push("call", "factorial", (arg,), self.outer[arg][0], token.stop, sign)
        self._done("post")

    def _entry(self, token: Token) -> None:
        self._reduce(ENTRY)
        arg = self.operands.pop()
        start = self.outer[arg][0]
        # x[1:] is a call that drops entries.
        is_slice = token.text.startswith("slice|")
        kind: NodeKind = "call" if is_slice else "entry"
        self._push(kind, token.text if is_slice else "[]", (arg,), start, token.stop, token)
        self._done("entry")

    def _juxtapose(self, token: Token) -> None:
        """Read ``2x`` as ``2*x`` where there is one way to read it."""
        before = self.tokens[self.at - 1]
        tight = before.stop == token.start
        fits = (
            {
                "number": token.kind != "number",
                "name": (tight and token.text != "(" and token.kind != "number")
                or (token.text == "(" and self._scales(self.at - 1)),
                "close": token.kind != "number",
                "post": token.kind != "number",
                "bar": token.text in ("|", "||"),
                "entry": token.kind != "number",
            }[self.last]
            or _is_big(token)
            or token.text == "||"
        )
        if self.latex or self.printed:
            fits = token.kind != "number"
        elif self.last == "name" and token.kind == "name" and self.tokens[self.at + 1].text == "(":
            fits = fits or self.is_function(token.text)  # lam log(x)
        if self.last == "name" and token.kind == "name" and not tight:
            # beta_1 x_i: an entry is no argument of what stands before it.
            fits = fits or _matrix_and_vector(before.text, token.text)
            fits = fits or self.tokens[self.at + 1].kind == "entry"
        if token.text == "(" and before.text == "'" and self._names_function(self.at - 2):
            raise mistaken_statements.derivative(self._place(before))
        if token.text in ("or", "not"):
            raise mistakes.only_and(self._place(token))
        for word in (before, token):
            if word.kind == "name" and is_word(word.text) and not self.is_declared(word.text):
                raise mistaken_statements.words(word.text, self._place(word))
        if not fits:
            raise mistakes.operator_missing(self.text, before, token, self.source)
        self._refuse_blurred(token, supplied=True)
        power, right = BESIDE
        spaced = None if self.latex or self.printed else self._spaced_quotient(before, token)
        if token.text in ("|", "||") or _is_big(token) or spaced == "factor":
            power, right = INFIX["*"]  # 1/2 ||x|| is half the norm
        self._reduce(power)
        left = self.text[self.outer[self.operands[-1]][0] : before.stop]
        rest, gap = self.text[token.start : token.stop], "" if tight else " "
        plain = token.text in ("|", "||") or _is_big(token)
        if self.latex:
            # Side by side is the rule there: only what could be one name or a call is said.
            letters = tight and before.stop - before.start == token.stop - token.start == 1
            letters = letters and token.kind == "name"
            plain = plain or self.last != "name" or not (letters or token.text == "(")
        if not plain:
            self.notes.append(
                Words(
                    f"{left}{gap}{rest} is read as {left}*{rest}",
                    f"{left}{gap}{rest} 读作 {left}*{rest}",
                )
            )
        if spaced == "whole":
            self.notes.append(_TOGETHER)
        product = Token("op", "*", token.start, token.stop)
        self.pending.append(Pending("infix", "*", product, right))
        self.wants_operand = True

    def _names_function(self, k: int) -> bool:
        """Return whether a token is f, g or h, so that a prime behind it means its slope."""
        name = self.tokens[k].text if k >= 0 else ""
        return name in ("f", "g", "h") and not self.is_declared(name)

    def _refuse_blurred(self, token: Token, *, supplied: bool = False) -> None:
        """Refuse ``log x^2``, ``sin 2x`` and ``1/2x``, which people read in two ways."""
        top = self.pending[-1] if self.pending else None
        if top is None:
            return
        before = self.tokens[self.at - (1 if supplied else 2)]
        if top.kind == "apply" and self.latex:
            self._latex_application(top, before, token, supplied=supplied)
        elif top.kind == "apply":
            is_root = self.text[top.token.start] == "√"
            tight = before.stop == token.start and not is_root
            product = token.text in ("*", "/", ".*", "./")
            next_root = is_root and supplied and self.is_function(token.text)
            loose = supplied and not next_root and not (is_root and self.printed)
            if loose or token.text in ("^", ".^") or (tight and product):
                raise mistakes.blurred_application(
                    self.text, top.token, before, token, self.tokens[self.at], self.source
                )
        elif supplied and self._spaced_quotient(before, token) is None:
            quotient = next((p for p in reversed(self.pending) if p.right <= 65), None)
            plain = token.text in ("||", "|") or _is_big(token) or self.is_function(token.text)
            # 1/n sum(i, ...) is a mean, as in print.
            beside_sum = _is_big(token) and self.last in ("name", "number", "close")
            plain = plain and (self.latex or token.text in ("||", "|") or beside_sum)
            sign = None if quotient is None else self.text[slice(*_span(quotient.token))]
            plain = plain or sign in ("⊘", "\\oslash")
            if quotient is None or quotient.name not in ("/", "./"):
                return
            if not plain:
                raise mistakes.blurred_quotient(self.text, quotient.token, token, self.source)
            if beside_sum and not (self.latex or self.printed):
                self.notes.append(_AHEAD_OF_SUM)

    def _spaced_quotient(self, before: Token, token: Token) -> Literal["factor", "whole"] | None:
        """Return how spaces say what is divided: ``1/2 x'x`` is half of it, ``a'x / b'x`` a ratio.

        "factor": the quotient of two numbers stands apart in front.  "whole": the sign stands
        apart, and the product behind it together.  None where spaces say nothing.
        """
        top = next((p for p in reversed(self.pending) if p.is_open or p.right <= 65), None)
        if self.latex or top is None or top.is_open or top.name not in ("/", "./"):
            return None
        sign, below = top.token, self.operands[-1]
        left, follows = self.text[sign.start - 1], self.text[sign.stop]
        gap = before.stop < token.start
        above = self.nodes[self.operands[-2]]
        of_numbers = above.kind == self.nodes[below].kind == "number"
        if gap and of_numbers and not left.isspace() and not follows.isspace():
            return "factor"
        together = " " not in self.text[self.outer[below][0] : token.stop]
        return "whole" if left.isspace() and follows.isspace() and together and not gap else None

    def _latex_application(
        self, top: Pending, before: Token, token: Token, *, supplied: bool
    ) -> None:
        r"""Read ``\log 2\pi`` as log(2*pi); refuse ``\log x y``."""
        if not supplied or _is_big(token) or self.is_function(token.text):
            return
        if self.nodes[self.operands[-1]].kind == "number" and token.kind == "name":
            top.right = APPLY_PRODUCT
        elif top.right != APPLY_PRODUCT:
            raise mistakes.blurred_application(
                self.text, top.token, before, token, self.tokens[self.at], self.source
            )

    def _reaches_on(self, token: Token) -> bool:
        """Return whether the term after a + or - still speaks of the index of an open sum.

        Then the sum takes it in, as people write the cross entropy: sum over i of a_i + b_i.
        """
        pending = reversed(self.pending)
        big = next((p for p in pending if p.is_open or p.kind == "big"), None)
        if big is None or big.kind != "big":
            return False
        names = {b.name for b in big.token.binds}
        depth = 0
        for t in self.tokens[self.at :]:
            depth += {"(": 1, ")": -1}.get(t.text, 0) if t.kind == "op" else 0
            if depth < 0 or (depth == 0 and t.text in ("+", "-", ",") and t.kind == "op"):
                return False
            if any(b.name in names for b in t.binds):
                return False
            if names & set(t.subscripts):
                break
        else:
            return False
        foot = ", ".join(sorted(names))
        self.notes.append(
            Words(
                f"the sum over {foot} reaches to the last term with {foot}",
                f"对 {foot} 的求和一直延伸到最后一个含 {foot} 的项",
            )
        )
        return True

    # -- brackets ------------------------------------------------------------------------------

    def _closes(self, token: Token) -> bool:
        """Return whether a bracket fits the innermost open one (bars may only close here)."""
        opened = next((p for p in reversed(self.pending) if p.is_open), None)
        if token.text in ("|", "||"):
            return opened is not None and opened.kind == "bar" and opened.name == token.text
        if opened is None:
            raise mistakes.closes_nothing(self.text, token, self.source)
        if opened.kind == "bar" or token.text != ")":
            raise mistakes.wrong_bracket(opened.opener or opened.token, self._place(token))
        return True

    def _close(self, token: Token) -> None:
        self._reduce(-1)
        opened = self.pending.pop()
        inside = self.operands.pop()
        if opened.kind == "group":
            self.outer[inside] = (opened.token.start, token.stop)
            self.operands.append(inside)
            self._done("close")
        elif opened.kind == "call":
            args = (*opened.args, inside)
            kind: NodeKind = "bind" if opened.token.binds else "call"
            self._push(kind, opened.name, args, opened.token.start, token.stop, opened.token)
            self._done("close")
        else:
            self._close_bar(opened, inside, token)

    def _close_bar(self, opened: Pending, inside: int, token: Token) -> None:
        """Build abs(x) for |x| and a norm for ‖x‖, ‖x‖_1, ‖x‖_2, ‖x‖_F, ‖x‖_inf."""
        bars = "|.|" if self._is_determinant() else "abs"
        name, stop = (bars, token.stop) if opened.name == "|" else ("norm2", token.stop)
        self._put_foot_first(stop)
        follows = self.tokens[self.at]
        if follows.start == stop and follows.text in NORMS and (
            opened.name == "||" or follows.text[0] == "_"
        ):  # fmt: skip
            if opened.name == "|":
                self.notes.append(SINGLE_BARS)
            name, stop = NORMS[follows.text], follows.stop
            self.at += 1
        elif opened.name == "||" and (length := self._star()):
            self.at += length
            name, stop = "nucnorm", self.tokens[self.at - 1].stop
        opener = self.pending[-1] if self.pending else None
        if name == "|.|" and opener is not None and opener.name == "log":
            # \\log|A| of a matrix is one function, decided when the kind of A is known.
            if opener.kind == "apply":
                self.pending.pop()
                name, opened = "log|.|", opener
        bar = Token("name", name, opened.token.start, opened.token.stop)
        follows = self.tokens[self.at]
        if name == "norm2" and follows.text[:1] == "_" and follows.start == stop:
            self._footed(inside, bar, follows)
            return
        self._push("call", name, (inside,), opened.token.start, stop, bar)
        self._done("bar")

    def _is_determinant(self) -> bool:
        """Return whether bars around a matrix mean its determinant: in LaTeX, and in ``log|A|``.

        In the text dialect |X| has absolute values; a sum of log|X| asks for those.
        """
        if self.printed or self.latex:
            return self.latex and not self.printed
        opener = self.pending[-1] if self.pending else None
        inside = any(p.kind in ("call", "big") for p in self.pending)
        return opener is not None and (opener.kind, opener.name) == ("apply", "log") and not inside

    def _footed(self, inside: int, bar: Token, foot: Token) -> None:
        """Read ``‖x‖_p`` as norm(x, p); the foot of LaTeX is a group of its own."""
        self.at += 1
        if foot.text == "_(":
            opener = self.tokens[self.at]
            self.at += 1
            self.pending.append(Pending("call", "norm", bar, opener=opener, args=[inside]))
            self.wants_operand = True
            return
        plain = foot.text[1:]
        kind: Literal["number", "name"] = "number" if plain.isdigit() else "name"
        if not plain or "_" in plain:
            raise mistakes.unexpected(self.text, foot, self.source)
        self._push(kind, plain, (), foot.start, foot.stop, foot)
        order = self.operands.pop()
        self._push("call", "norm", (inside, order), bar.start, foot.stop, bar)
        self._done("bar")

    def _put_foot_first(self, stop: int) -> None:
        """Read ``‖A‖²_F`` as ``‖A‖_F²``."""
        power, number, foot = (*self.tokens[self.at : self.at + 3], *self.tokens[-1:] * 3)[:3]
        tight = power.start == stop and foot.start == number.stop
        if tight and power.text == "^" and number.kind == "number" and foot.text in NORMS:
            if foot.text[0] == "_":
                moved = Token("name", foot.text, stop, stop)
                self.tokens[self.at : self.at + 3] = [moved, power, number]

    def _star(self) -> int:
        """Return how many tokens the foot of ``‖A‖∗`` or ``||A||_*`` has, 0 if there is none."""
        first, second = self.tokens[self.at], self.tokens[min(self.at + 1, len(self.tokens) - 1)]
        if first.text == "_" and second.text == "*":
            return 2
        return int(first.text == "*" and self.text[first.start] == "∗")

    def _comma(self, token: Token) -> None:
        self._reduce(-1)
        if not self.pending or self.pending[-1].kind != "call":
            raise mistakes.stray_comma(self._place(token))
        self.pending[-1].args.append(self.operands.pop())
        self.wants_operand = True

    # -- reduction -----------------------------------------------------------------------------

    def _reduce(self, left: int) -> None:
        """Build what waits with a right power above ``left``, up to the innermost bracket."""
        while self.pending and not self.pending[-1].is_open and self.pending[-1].right > left:
            self._build(self.pending.pop())

    def _build(self, operator: Pending) -> None:
        right = self.operands.pop()
        stop = self.outer[right][1]
        if operator.kind == "infix":
            left = self.operands.pop()
            start = self.outer[left][0]
            if operator.name in COMPARISONS:
                self._compare(operator, left, right)
                return
            product: NodeKind = "call" if operator.name == "⊗" else "infix"
            name = "kron" if operator.name == "⊗" else operator.name
            self._push(product, name, (left, right), start, stop, operator.token)
        elif operator.kind == "big":
            kind: NodeKind = "bind" if operator.token.binds else "call"
            self._push(kind, operator.name, (right,), operator.token.start, stop, operator.token)
        elif operator.kind == "apply":
            self._push("call", operator.name, (right,), operator.token.start, stop, operator.token)
            if operator.opener is not None:
                self._raise(operator.opener, operator.token.start, stop)
                return
            here = self.text[operator.token.start : stop]
            inside = self.text[slice(*self.outer[right])]
            self.notes.append(
                Words(
                    f"{here} is read as {operator.name}({inside})",
                    f"{here} 读作 {operator.name}({inside})",
                )
            )
        elif operator.name == "+":
            self.operands.append(right)
            self.outer[right] = (operator.token.start, stop)
        else:
            self._push("prefix", "-", (right,), operator.token.start, stop, operator.token)

    def _raise(self, exponent: Token, start: int, stop: int) -> None:
        """Build the square of a call whose power stands before its argument."""
        call = self.operands.pop()
        self._push("number", exponent.text, (), exponent.start, exponent.stop, exponent)
        number = self.operands.pop()
        self._push("infix", "^", (call, number), start, stop, exponent)
        here, name = self.text[start:stop], self.nodes[call].name
        inside = self.text[slice(*self.outer[self.nodes[call].args[0]])].strip("()")
        meaning = f"{name}({inside})^{exponent.text}"
        self.notes.append(Words(f"{here} is read as {meaning}", f"{here} 读作 {meaning}"))

    def _compare(self, operator: Pending, left: int, right: int) -> None:
        """Build a comparison; ``0 < x < 1`` means ``0 < x and x < 1``."""
        start, stop = self.outer[left][0], self.outer[right][1]
        chain = self.nodes[left]
        bare = self.outer[left] == (chain.start, chain.stop)
        previous = self.nodes[chain.args[1]] if chain.name == "&" else chain
        if not (bare and previous.kind == "infix" and previous.name in COMPARISONS):
            self._push("infix", operator.name, (left, right), start, stop, operator.token)
            return
        middle = previous.args[1]
        begin = self.outer[middle][0]
        self._push("infix", operator.name, (middle, right), begin, stop, operator.token)
        self._push("infix", "&", (left, self.operands.pop()), start, stop, operator.token)

    def _push(
        self, kind: NodeKind, name: str, args: tuple[int, ...], start: int, stop: int, at: Token
    ) -> None:
        marks = (at.start, at.stop)
        entry = (at.subscripts, at.binds, at.offsets)
        self.nodes.append(Node(kind, name, args, start, stop, marks, *entry))
        self.outer.append((start, stop))
        self.operands.append(len(self.nodes) - 1)

    def _place(self, token: Token) -> Place:
        return Place(self.text, token.start, token.stop, self.source)
