"""The checker that one proof trusts, as one text: the code that ran, and the data it leans on.

Nobody has to read the whole checker to believe one answer. This writes out what took part, in the
order in which a reader meets it: what claims mean, the rules with their proofs and their code, the
rest of the code, file by file in the order of the first call, each under what it says of itself,
with the data and the classes that it names, and the facts on the cards.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Final

from lossmith.atoms.table import ATOMS
from lossmith.expr.atom import Atom, Fact, Where
from lossmith.expr.sets import REALS
from lossmith.rules.inference import INFERENCE
from lossmith.view.trusted import GROUND, HOUSE, KERNEL, Called, Trusted
from lossmith.words import Lang, Words

_CLAIMS: Final = f"{KERNEL}/certificate.py"
"""The file that says what claims mean."""
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
    parts = _took_part(own, frozenset(answer.nouns))
    rules = {name: code for part in parts for name, code in part.rules()}
    pages = (
        _opening(answer),
        _meaning() if "Claim" in answer.nouns else Words("", ""),
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


def _took_part(functions: Iterable[Called], nouns: frozenset[str]) -> list[_Part]:
    """Return what took part of each file, with the data and classes that files have of others."""
    parts = {file: _Part(file, nouns, called) for file, called in _by_first_call(functions)}
    waiting = list(parts.values())
    while waiting:
        for file, name in list(waiting.pop().imported()):
            if file not in parts:
                parts[file] = _Part(file, nouns)
            if parts[file].keep({name}):
                waiting.append(parts[file])
    return list(parts.values())


class _Part:
    """What took part of one file: functions that ran, and the data and classes that they name.

    nouns: the classes that the evidence is made of; how others are written is left out.
    """

    def __init__(self, file: str, nouns: frozenset[str], called: Iterable[Called] = ()) -> None:
        text = Path(HOUSE / file).read_text(encoding="utf-8")
        self.file, self.lines, self.tree = file, text.splitlines(), ast.parse(text)
        self.first, self.nouns = {f.first for f in called}, nouns
        self.read: dict[ast.stmt, set[str]] = {}
        self.kept = [s for s in self.tree.body if self._ran(s)]
        self.keep(self._named())

    def keep(self, names: AbstractSet[str]) -> bool:
        """Keep data and classes of these names, with what they name; return if any is new."""
        before = len(self.kept)
        while more := [s for s in self.tree.body if s not in self.kept and self._is_of(s, names)]:
            self.kept += more
            names = names | self._named()
        return len(self.kept) > before

    def _is_of(self, s: ast.stmt, names: AbstractSet[str]) -> bool:
        """Return whether a statement defines one of the names, and is no form of other evidence."""
        return bool(_defines(s) & names) and (
            "Document" not in self._reads(s) or bool(self._reads(s) & self.nouns)
        )

    def _reads(self, s: ast.stmt) -> set[str]:
        if s not in self.read:
            self.read[s] = _names(s)
        return self.read[s]

    def imported(self) -> Iterator[tuple[str, str]]:
        """Yield (file of the checker, name) for what is kept here and has its place there."""
        named = self._named()
        for s in self.tree.body:
            if isinstance(s, ast.ImportFrom) and (s.module or "").startswith(f"lossmith.{KERNEL}."):
                file = f"{(s.module or '').removeprefix('lossmith.').replace('.', '/')}.py"
                if (HOUSE / file).is_file():
                    yield from ((file, a.name) for a in s.names if a.name in named)

    def rules(self) -> Iterator[tuple[str, str]]:
        """Yield (name of a rule, its code)."""
        for code in self._codes():
            found = _REGISTERED.match(code)
            if found is not None:
                yield found[1], code

    def page(self) -> Words:
        """Return what is no rule, under what the file says of itself."""
        rest = [code for code in self._codes() if not _REGISTERED.match(code)]
        if not rest:
            return Words("", "")
        about = "" if self.file == _CLAIMS else _told(ast.get_docstring(self.tree) or "")
        page = f"## `{self.file}`\n\n{about}" + _fenced("\n\n\n".join(rest))
        return Words(page, page)

    def _codes(self) -> list[str]:
        codes = (self._code(s) for s in self.tree.body if s in self.kept)
        return [c for c in codes if c]

    def _named(self) -> set[str]:
        return {n for s in self.kept for n in self._reads(s)}

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
    """Return the names that are read when it runs: those in annotations are not."""
    told = [n.annotation for n in ast.walk(s) if isinstance(n, ast.arg | ast.AnnAssign)]
    told += [n.returns for n in ast.walk(s) if isinstance(n, ast.FunctionDef)]
    unread = {id(n) for t in told if t is not None for n in ast.walk(t)}
    return {n.id for n in ast.walk(s) if isinstance(n, ast.Name) and id(n) not in unread}


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
    kernel, ground = answer.lines(KERNEL), answer.lines(*GROUND)
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
    told = _told(ast.get_docstring(ast.parse((HOUSE / _CLAIMS).read_text("utf-8"))) or "")
    return Words(f"## What claims mean\n\n{told}", f"## 命题的含义\n\n{told}")


def _told(docstring: str) -> str:
    """Return what a file says of itself, as it stands there."""
    return f"```text\n{docstring.strip()}\n```\n\n" if docstring else ""


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
