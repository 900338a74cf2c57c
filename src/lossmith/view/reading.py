"""The checker that one proof trusts, as one text: the code that ran, and the data it leans on.

Nobody has to read the whole checker to believe one answer. This writes out what took part, in the
order in which a reader meets it: what claims mean, the rules with their proofs and their code, the
rest of the code, file by file in the order of the first call, and the facts on the cards.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from lossmith.atoms.table import ATOMS
from lossmith.evidence import certificate
from lossmith.expr.atom import Atom, Fact, Where
from lossmith.expr.sets import REALS
from lossmith.rules.inference import INFERENCE
from lossmith.view.trusted import HOUSE, KERNEL, Called, Trusted
from lossmith.words import Lang, Words

_REGISTERED: Final = re.compile(r'@checks\("([^"]+)"\)')
_ARGUMENTS: Final = ("a", "b", "c", "d")
_BLANKS: Final = {
    "atom": "the function", "atoms": "functions", "row": "of a row", "step": "the one named",
    "interval": "the interval that is claimed",
}  # fmt: skip
"""What stands for the particulars of a proof in the sentence of a rule."""
_ZH_BLANKS: Final = {
    "atom": "该函数", "atoms": "函数", "row": "（表中的一行）", "step": "所指名的一步",
    "interval": "所断言的区间",
}  # fmt: skip


def reading(answer: Trusted, lang: Lang = "en") -> str:
    """Return the text in Markdown.  lang: of the sentences, "en" or "zh"; code stays as it is."""
    own = [f for f in answer.functions if f.file.startswith(f"{KERNEL}/")]
    parts = [_Part(file, called) for file, called in _by_first_call(own)]
    rules = {name: code for part in parts for name, code in part.rules()}
    pages = (
        _opening(answer),
        _meaning(),
        *(_rule(name, rules.get(name, "")) for name in answer.rows),
        *(part.page() for part in parts),
        _cards(answer.cards),
        _ground(answer),
    )
    return "\n\n".join(p.say(lang).strip() for p in pages if p.en) + "\n"


# -- code ------------------------------------------------------------------------------------------


def _by_first_call(functions: Iterable[Called]) -> list[tuple[str, list[Called]]]:
    found: dict[str, list[Called]] = {}
    for f in functions:
        found.setdefault(f.file, []).append(f)
    return list(found.items())


class _Part:
    """What took part of one file: functions that ran, and the data and classes that they name."""

    def __init__(self, file: str, called: Iterable[Called]) -> None:
        text = Path(HOUSE / file).read_text(encoding="utf-8")
        self.file, self.lines, self.tree = file, text.splitlines(), ast.parse(text)
        self.first = {f.first for f in called}
        self.codes = [c for c in map(self._code, self._parts()) if c]

    def rules(self) -> Iterator[tuple[str, str]]:
        """Yield (name of a rule, its code)."""
        for code in self.codes:
            found = _REGISTERED.match(code)
            if found is not None:
                yield found[1], code

    def page(self) -> Words:
        """Return what is no rule, under the first sentence of the file."""
        rest = [code for code in self.codes if not _REGISTERED.match(code)]
        if not rest:
            return Words("", "")
        about = (ast.get_docstring(self.tree) or "").split("\n\n")[0]
        page = f"## `{self.file}`\n\n{about}\n\n" + _fenced("\n\n\n".join(rest))
        return Words(page, page)

    def _parts(self) -> list[ast.stmt]:
        """Return what ran, and the data and the classes of the file that it names, in order."""
        body = self.tree.body
        kept = [s for s in body if self._ran(s)]
        named = {n for s in kept for n in _names(s)}
        while more := [s for s in body if s not in kept and _defines(s) & named]:
            kept += more
            named |= {n for s in more for n in _names(s)}
        return [s for s in body if s in kept]

    def _ran(self, s: ast.stmt) -> bool:
        """Return whether it is, or holds, a function that ran."""
        functions = (f for f in ast.walk(s) if isinstance(f, ast.FunctionDef | ast.Lambda))
        return any(_first(f) in self.first for f in functions)

    def _code(self, s: ast.stmt) -> str:
        """Return the text of a statement; of a class, its head, its fields and methods that ran."""
        if not isinstance(s, ast.ClassDef):
            return self._text(_first(s), s)
        methods = [f for f in s.body if isinstance(f, ast.FunctionDef)]
        head = [f for f in s.body if f not in methods]
        ran = [self._text(_first(f), f) for f in methods if self._ran(f)]
        return "\n\n".join([self._text(_first(s), head[-1]) if head else "", *ran])

    def _text(self, first: int, last: ast.stmt) -> str:
        return "\n".join(self.lines[first - 1 : last.end_lineno])


def _first(s: ast.stmt | ast.Lambda) -> int:
    """Return the first line, with decorators."""
    return min([s.lineno, *(d.lineno for d in getattr(s, "decorator_list", ()))])


def _names(s: ast.stmt) -> set[str]:
    return {n.id for n in ast.walk(s) if isinstance(n, ast.Name)}


def _defines(s: ast.stmt) -> set[str]:
    """Return the names of data and of classes that a statement makes."""
    match s:
        case ast.Assign(targets=targets):
            return {t.id for t in targets if isinstance(t, ast.Name)}
        case ast.AnnAssign(target=ast.Name(id=name)) | ast.ClassDef(name=name):
            return {name}
        case _:
            return set()


def _fenced(code: str) -> str:
    return f"```python\n{code}\n```"


# -- sentences -------------------------------------------------------------------------------------


def _opening(answer: Trusted) -> Words:
    kernel, ground = answer.lines(KERNEL), answer.lines("expr", "atoms", "rules", "properties")
    en = "\n".join(f"- {w.en}" for w in answer.accepted)
    zh = "\n".join(f"- {w.zh}" for w in answer.accepted)
    return Words(
        f"# What this evidence trusts\n\n{en}\n\nWhile it was replayed, {kernel} lines of the "
        "checker ran. They stand below: whoever has read them has read all of the checker that "
        f"these answers lean on. The facts on the cards follow; {ground} lines of the ground, "
        "which build expressions and evaluate them, are named at the end.",
        f"# 这份证据所依赖的内容\n\n{zh}\n\n重放时检验核心共运行了 {kernel} 行，全部列在下面；"
        f"读完这些，就读完了这些结论所依赖的检验核心。此外还依赖卡片上的事实，"
        f"以及基础部分的 {ground} 行代码（构造表达式并求值），其名称列在最后。",
    )


def _meaning() -> Words:
    told = (
        ast.get_docstring(ast.parse(Path(certificate.__file__).read_text("utf-8"))) or ""
    ).strip()
    return Words(
        f"## What claims mean\n\n```text\n{told}\n```", f"## 命题的含义\n\n```text\n{told}\n```"
    )


def _rule(name: str, code: str) -> Words:
    """Return a rule as its row states it, with its proof, its source and its code."""
    row = INFERENCE[name]
    en, zh = row.words.en.format_map(_BLANKS), row.words.zh.format_map(_ZH_BLANKS)
    body = f"\n\n{_fenced(code)}" if code else ""
    return Words(
        f"## Rule {name}\n\n{en}\n\n*Asks:* {row.asks.en}\n\n*Proof:* {row.proof} "
        f"({row.source}){body}",
        f"## 规则 {name}\n\n{zh}\n\n*条件：*{row.asks.zh}\n\n*证明：*{row.proof}"
        f"（{row.source}）{body}",
    )


def _cards(names: Iterable[str]) -> Words:
    lines = [line for name in names for line in _card(ATOMS[name])]
    if not lines:
        return Words("", "")
    told = "\n".join(lines)
    return Words(
        f"## Facts on cards\n\nEach is attacked by a generic test.\n\n{told}",
        f"## 卡片上的事实\n\n每一条都经受通用测试的攻击。\n\n{told}",
    )


def _card(atom: Atom) -> Iterator[str]:
    names = _ARGUMENTS[: atom.arity]
    domain = [f"{x} in {i}" for x, i in zip(names, atom.domain, strict=False) if i != REALS]
    asked = [*domain, *(f"{names[0]} {word}" for word in atom.needs)]
    head = f"{atom.name}({', '.join(names)})" + (f", {', '.join(asked)}" if asked else "")
    yield f"- **{head}**: values in {atom.range}. {atom.source}"
    for fact in atom.facts:
        yield f"  - {_fact(fact, names)}"


def _fact(fact: Fact, names: tuple[str, ...]) -> str:
    said = fact.name + (f" {fact.bounds}" if fact.bounds is not None else "")
    alone = len(names) > 1 and not fact.name.startswith("jointly")
    place = f" in {names[fact.arg]}" if alone else ""
    conditions = (_condition(x, w) for x, w in zip(names, fact.when, strict=False))
    when = ", ".join(c for c in conditions if c)
    return f"{said}{place}" + (f" where {when}" if when else "")


def _condition(name: str, where: Where) -> str:
    told = [f"{name} in {where.interval}"] if where.interval != REALS else []
    told += [f"{name} {word}" for word in (where.parity, where.structure) if word]
    return " and ".join(told)


def _ground(answer: Trusted) -> Words:
    rest = [f for f in answer.functions if not f.file.startswith(f"{KERNEL}/")]
    lines = "\n".join(
        f"- `{file}`: {', '.join(f.name for f in sorted(own, key=lambda f: f.first))}"
        for file, own in _by_first_call(f for f in rest if "<" not in f.name)
    )
    return Words(f"## The ground that took part\n\n{lines}", f"## 参与的基础代码\n\n{lines}")
