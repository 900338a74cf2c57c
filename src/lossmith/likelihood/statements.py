"""From a named model to its loss: "y ~ Bernoulli(sigmoid(X*w)); w ~ Laplace(0, b)".

Each line names a law of the table; the rows are written out with the arguments in place, added, and
the terms without variables dropped. The loss is then an ordinary formula.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction
from typing import Final

from lossmith.calculus.derivation import Rewrite
from lossmith.calculus.normalize import normalize
from lossmith.calculus.simplify import simplify
from lossmith.errors import LossmithError, ParseError, Place, UnknownAtom, UsageError
from lossmith.expr import build
from lossmith.expr.node import Add, Contract, Expr, Symbol
from lossmith.expr.walk import depends_on
from lossmith.likelihood.family import Family
from lossmith.likelihood.statement_text import plain_statement, split_arguments
from lossmith.likelihood.table import NAMES
from lossmith.likelihood.terms import canonical
from lossmith.text.parse import parse
from lossmith.text.writing.printing import to_text
from lossmith.words import Words, same

_TILDE: Final = r"(?:~|\u223c|\\sim\b)"  # the sign, its mathematical twin, and LaTeX
_LINE: Final = re.compile(rf"\s*([^\W\d]\w*)\s*{_TILDE}\s*([^\W\d]\w*)\s*\((.*)\)\s*$", re.DOTALL)
_PLAIN: Final = ("> ", ">=", "in", "on")
"""How promises begin that need no colon: > 0, >= 0, in {0, 1}, integer >= 0, onehot."""
_NAME: Final = re.compile(r"[^\W\d]\w*")
_SHAPE: Final = re.compile(r"^(scalar|(?:vector|matrix)\s*\([^()]*\))\s*")
_KIND: Final = re.compile(r"(\w+)\s*:\s*(scalar|(?:vector|matrix)\s*\([^()]*\))")
"""A declaration that says what a symbol is, and promises nothing of its values."""
_WITHOUT_A_LAW: Final = frozenset({"Flat", "HalfFlat", "Improper", "ImproperUniform", "Uniform"})
_FLAT: Final = Words(
    "leave the line out: a symbol without a law has a flat prior; on a bounded set declare it, "
    "as in p: scalar in (0, 1)",
    "去掉这一行：没有分布的符号即取常数先验；若限于有界集合，请声明，如 p: scalar in (0, 1)",
)


@dataclass(frozen=True, slots=True)
class Statement:
    """name ~ Law(arguments): the law of a symbol, its arguments as texts."""

    name: str
    family: Family
    arguments: Mapping[str, str]
    text: str

    def energy(self, *, single: bool = False) -> str:
        """Return -log density as text of the language, summed over the entries of an array."""
        places = {p: _bracketed(a) for p, a in self.arguments.items()} | {"y": self.name}
        body = _NAME.sub(lambda m: places.get(m[0], m[0]), self.family.energy)
        if self.family.core or single:
            return body
        # Worth 0: it says that the symbol has the shape of the expressions it depends on.
        shapes = [a for a in self.arguments.values() if not re.fullmatch(r"[\w.]+", a.strip())]
        return f"sum({body})" + "".join(f" + 0*sum({self.name} - ({a}))" for a in shapes[:1])

    @property
    def has_predictor(self) -> bool:
        """Whether a parameter is an expression such as X*w."""
        return any(not re.fullmatch(r"[\w.]+", a.strip()) for a in self.arguments.values())

    def _is_of_matrices(self) -> bool:
        """Return whether all letters are capital ones, as in Y ~ Categorical(softmax(X*W))."""
        used = [n for a in self.arguments.values() for n in re.findall(r"[^\W\d]\w*(?!\w*\()", a)]
        return self.has_predictor and all(n[0].isupper() for n in (self.name, *used))

    def declarations(self, *, is_sample: bool, beside: bool) -> list[tuple[str, str]]:
        """Return what the law promises of its symbol and of arguments that are names.

        is_sample: the symbol is declared to be an array, or known to be a number: its parameters
        are single numbers then.
        beside: some law has a predictor such as X*w: scales and shapes are single numbers beside
        it, but a center may be an array.
        """
        found: list[tuple[str, str]] = []
        support = self.family.support.removeprefix("scalar").strip()
        if support.endswith("onehot") and self._is_of_matrices():
            support = "onehot"  # one draw a row
        if support and "pi" not in support and "category" not in support:
            found.append((self.name, support))
        texts = [a.strip() for a in self.arguments.values()]
        for p, argument in zip(self.family.parameters, texts, strict=True):
            one = is_sample or (beside and p.declare != "scalar")
            one = one and p.declare.startswith("scalar") and not self.family.core
            promise = p.declare if one else p.declare.removeprefix("scalar").strip()
            root = re.fullmatch(r"sqrt\(([^\W\d]\w*)\)", argument)
            if promise and _NAME.fullmatch(argument):
                found.append((argument, promise))
            elif root is not None:
                found.append((root[1], "> 0"))
        return found


def _bracketed(argument: str) -> str:
    """Return an argument that can stand inside a row: a name or number, or in brackets."""
    return argument if re.fullmatch(r"\w+(\.\d+)?", argument.strip()) else f"({argument})"


def is_model(text: str) -> bool:
    """Return whether a text states laws rather than a formula."""
    return bool(re.search(_TILDE, text))


def read_statements(text: str) -> tuple[Statement, ...]:
    """Return the statements of a model, parted by ; or line ends.

    Raises: ParseError for a line that is none; UnknownAtom for an unknown law; UsageError for a
    wrong number of arguments or a symbol with two laws.
    """
    found: list[Statement] = []
    at = 0
    for line in re.split(r"[;\n]", text):
        start, at = at, at + len(line) + 1
        if not line.strip():
            continue
        place = Place(text, start + len(line) - len(line.lstrip()), start + len(line.rstrip()))
        found.append(_statement(line, place))
    names = [s.name for s in found]
    for name in names:
        if names.count(name) > 1:
            raise UsageError(
                Words(f"{name} has two laws", f"{name} 有两个分布"),
                attempt=Words("one line for each symbol", "每个符号只写一行"),
            )
    _ordered(found)
    return tuple(found)


def _ordered(statements: Sequence[Statement]) -> None:
    """Return if no symbol depends on itself, so that the product of the laws is a density.

    Raises: UsageError naming the round.
    """
    above = {
        s.name: {n for a in s.arguments.values() for n in _NAME.findall(a)} for s in statements
    }
    left = dict(above)
    while left:
        free = [name for name, names in left.items() if not names & left.keys()]
        if not free:
            names = ", ".join(left)
            raise UsageError(
                Words(f"{names} depends on itself", f"{names} 依赖于自身"),
                why=Words(
                    "the product of laws is a density only if they can be drawn one after another",
                    "只有能依次抽样时，各分布之积才是密度",
                ),
                attempt=Words("a law of data and of other symbols", "只依赖数据和其他符号的分布"),
            )
        for name in free:
            del left[name]


def _statement(line: str, place: Place) -> Statement:
    # Written on paper, a line has more signs than the language; what is text stays as it is.
    match = _LINE.match(plain_statement(line)) or _LINE.match(line)
    if match is None:
        raise ParseError(
            Words("this line states no law", "这一行没有给出分布"),
            why=Words("a law is written as y ~ Name(arguments)", "分布写作 y ~ 名称(参数)"),
            attempt=same("y ~ Normal(X*w, sigma); w ~ Laplace(0, b)"),
            place=place,
        )
    name, law, inside = match[1], match[2], match[3]
    given = split_arguments(inside)
    if law not in NAMES:
        if law == "Horseshoe":
            raise _no_density(name, given, place)
        near = get_close_matches(law, NAMES, n=1, cutoff=0.5)
        listed = ", ".join(n for n in NAMES if "/" not in n)
        raise UnknownAtom(
            Words(f"there is no law {law} in the table", f"表中没有分布 {law}"),
            why=Words(f"it has {listed}", f"表中有 {listed}"),
            attempt=_FLAT if law in _WITHOUT_A_LAW else same(near[0]) if near else None,
            place=place,
        )
    family, how = NAMES.get(f"{law}/{len(given)}", NAMES[law])
    return Statement(name, family, _arguments(law, family, how, given, place), line.strip())


def _no_density(name: str, given: Sequence[str], place: Place) -> UnknownAtom:
    """Return the error for a law that is stated by a law of its scales."""
    scale = f"{_bracketed(given[0])}*l" if given else "l"
    return UnknownAtom(
        Words("the horseshoe has no density in closed form", "马蹄先验没有闭式密度"),
        why=Words(
            "it is a Gaussian law whose scale, one for each entry, is half-Cauchy",
            "它是高斯分布，各分量的尺度服从半柯西分布",
        ),
        attempt=Words(
            f"{name} ~ Normal(0, {scale}); l ~ HalfCauchy(1), l declared in the shape of {name}; "
            f"or {name} ~ HorseshoeLike(...)",
            f"{name} ~ Normal(0, {scale}); l ~ HalfCauchy(1)，并声明 l 与 {name} 同形；"
            f"或 {name} ~ HorseshoeLike(...)",
        ),
        place=place,
    )


def _arguments(
    law: str,
    family: Family,
    how: tuple[str, ...] | None,
    given: Sequence[str],
    place: Place,
) -> dict[str, str]:
    """Return the parameters by name, from arguments in order or named as in sigma=2."""
    names = [p.name for p in family.parameters]
    if how is None and all("=" in g and _NAME.match(g.partition("=")[0].strip()) for g in given):
        found = {g.partition("=")[0].strip(): g.partition("=")[2].strip() for g in given}
        if set(found) == set(names):
            return found
    places = {f"a{k}": _bracketed(g) for k, g in enumerate(given, start=1)}
    used = {name for text in how or () for name in _NAME.findall(text)}
    if len(given) != len(names) and f"a{len(given)}" not in used:
        listed = ", ".join(f"{p.name} ({p.words.en})" for p in family.parameters)
        listed_zh = "，".join(f"{p.name}（{p.words.zh}）" for p in family.parameters)
        raise UsageError(
            Words(
                f"{law} takes {len(names)} arguments, got {len(given)}",
                f"{law} 需要 {len(names)} 个参数，得到 {len(given)} 个",
            ),
            why=Words(f"they are {listed}", f"依次是 {listed_zh}"),
            place=place,
        )
    if how is None:
        return dict(zip(names, given, strict=True))
    return {
        name: _rooted(_NAME.sub(lambda m: places.get(m[0], m[0]), text))
        for name, text in zip(names, how, strict=True)
    }


def _rooted(argument: str) -> str:
    """Return the root of a square as what is squared: a variance sigma^2 names its sigma > 0."""
    square = re.fullmatch(r"sqrt\(\(?([^\W\d]\w*|\d+(?:\.\d+)?)\^2\)?\)", argument)
    return argument if square is None else square[1]


def joint(statements: Sequence[Statement], declare: str = "") -> tuple[str, str]:
    """Return (-log of the joint density as text, the declarations, those the laws imply first).

    declare: what the user said of symbols; of these the laws imply nothing.
    """
    entries = [single for entry in declare.split(";") for single in _each(entry.strip())]
    own = {entry.split()[0].rstrip(":") for entry in entries}
    kinds = {m[1]: m[2] for entry in entries if (m := _KIND.fullmatch(entry)) is not None}
    texts = [s.energy() for s in statements]
    declared: dict[str, str] = {}
    beside = any(s.has_predictor for s in statements)
    for s in statements:
        alone = s.name in own or declared.get(s.name, "").startswith("scalar")
        for name, promise in s.declarations(is_sample=alone, beside=beside):
            if name not in own:
                declared.setdefault(name, promise)
            elif name in kinds:  # a kind is declared, and nothing more
                declared.setdefault(name, f"{kinds[name]} {_SHAPE.sub('', promise)}".strip())
    implied = [f"{n} {p}" if p[:2] in _PLAIN else f"{n}: {p}" for n, p in declared.items()]
    said = [entry for entry in entries if entry.split()[0].rstrip(":") not in declared]
    promises = "; ".join([*implied, *said])
    single = " + ".join(s.energy(single=True) for s in statements)
    return (single if _is_of_numbers(single, promises) else " + ".join(texts)), promises


def _each(entry: str) -> list[str]:
    """Return an entry such as "w, l: vector(d)" as one for each name."""
    names, colon, rest = entry.partition(":")
    if not colon or "," not in names:
        return [entry] if entry else []
    return [f"{name.strip()}:{rest}" for name in names.split(",")]


def _is_of_numbers(text: str, declare: str) -> bool:
    """Return whether everything is a single number, so that nothing is to be summed."""
    try:
        formula = parse(text, declare=declare)
    except LossmithError:
        return False
    return not any(s.shape or s.name[0].isupper() for s in formula.symbols)


def latent(statements: Sequence[Statement]) -> tuple[str, ...]:
    """Return the symbols with a law on which another law depends: what is estimated."""
    used = {n for s in statements for a in s.arguments.values() for n in _NAME.findall(a)}
    return tuple(s.name for s in statements if s.name in used)


@dataclass(frozen=True, slots=True)
class Derived:
    """How the loss came out of the joint density.

    whole: -log of the joint density.  recognized: with known functions named; rules: those used.
    dropped: its terms without variables.  loss: the rest, in its shorter form.
    """

    whole: Expr
    recognized: Expr
    rules: tuple[Words, ...]
    dropped: Expr
    loss: Expr


def derived(whole: Expr, wrt: Sequence[Symbol]) -> Derived:
    """Return the loss of a joint density: recognized, constants dropped, shortened."""
    found = normalize(whole)
    forms: list[tuple[Expr, Expr]] = []
    for form in (_sums_split(found.end), canonical(found.end)):
        terms = form.terms if isinstance(form, Add) else ((Fraction(1), form),)
        kept = build.add(*((c, t) for c, t in terms if depends_on(t, wrt)), shape=())
        gone = build.add(*((c, t) for c, t in terms if not depends_on(t, wrt)), shape=())
        forms.append((simplify(kept).end, simplify(gone).end))
    loss, dropped = min(forms, key=lambda pair: len(to_text(pair[0])))
    rules = tuple(dict.fromkeys(s.words for s in found.steps if isinstance(s, Rewrite)))
    return Derived(whole, found.end, rules, dropped, loss)


def _sums_split(e: Expr) -> Expr:
    """Return e with sums of sums parted: sum(a + b) = sum(a) + sum(b), brackets inside kept."""
    work = list(e.terms) if isinstance(e, Add) else [(Fraction(1), e)]
    done: list[tuple[Fraction, Expr]] = []
    while work:
        c, t = work.pop()
        inner = _one_sum(t)
        if inner is None:
            done.append((c, t))
        else:
            work += [(c * q, u) for q, u in inner]
    return build.add(*done, shape=())


def _one_sum(t: Expr) -> list[tuple[Fraction, Expr]] | None:
    """Return the terms of a product whose only factor with an index is one sum."""
    if isinstance(t, Add):
        return list(t.terms)
    if not isinstance(t, Contract):
        return None
    sums = [f for f in t.factors if isinstance(f[0], Add) and f[2] == 1 and f[1]]
    others = [f for f in t.factors if f[1] and f not in sums]
    if len(sums) != 1 or others or len(set(sums[0][1])) < len(sums[0][1]):
        return None
    (whole, labels, _), rest = sums[0], [f for f in t.factors if f is not sums[0]]
    assert isinstance(whole, Add)
    found: list[tuple[Fraction, Expr]] = []
    for q, u in whole.terms:
        product = build.contract([*rest, (u, labels, Fraction(1))], ())
        if isinstance(product, Add):
            found += [(q * r, v) for r, v in product.terms]
        else:
            found.append((q, product))
    return found
