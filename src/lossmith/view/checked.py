"""A checked derivation as text: each line with its verdict, the first wrong one with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from lossmith.errors import LossmithError, cells
from lossmith.judge.near import under_sum_one
from lossmith.judge.numbers import sides
from lossmith.judge.report import Explanation, Judged, Report
from lossmith.text.writing.printing import to_unicode
from lossmith.view.page import page as whole_page
from lossmith.words import Lang, Words

_MARKS = {
    "definition": ("", Words("definition", "定义")),
    "ok": ("■", Words("ok", "正确")),
    "wrong": ("▲", Words("WRONG", "错误")),
    "conditional": ("▲", Words("holds only under a condition", "仅在附加条件下成立")),
    "carried": ("△", Words("right step from a wrong line", "步骤正确，但上一行已错")),
    "shown": ("●", Words("agrees numerically", "数值相符")),
    "undecided": ("○", Words("UNDECIDED", "未判定")),
    "unread": ("?", Words("not read", "无法读取")),
    "condition": ("", Words("a condition, no identity", "条件，不是恒等式")),
}
_STATUS = {
    "proved": Words("proved", "已证明"),
    "refuted": Words("refuted", "已证伪"),
    "shown": Words("shown", "数值验证"),
    "undecided": Words("undecided", "未判定"),
}


def plain(report: Report, lang: Lang = "en") -> str:
    """Return the annotated derivation as text."""
    width = min(60, max((cells(j.line.text) for j in report.lines), default=0))
    digits = len(str(len(report.lines)))
    out: list[str] = []
    for j in report.lines:
        pad = " " * max(0, width - cells(j.line.text))
        head = f" {j.line.number:>{digits}}  {j.line.text}{pad}   {_verdict(j, lang)}"
        out.append(head.rstrip())
        out += [" " * (digits + 7) + text for text in _below(report, j, lang)]
    out += [f" {note.say(lang)}" for note in report.notes]
    out.append(" " + summary(report).say(lang))
    return "\n".join(out)


def _verdict(j: Judged, lang: Lang) -> str:
    sign, word = _MARKS[j.outcome]
    text = f"{sign} {word.say(lang)}".strip()
    if j.outcome == "ok" and j.truth is not None:
        text += f"  {_STATUS[j.truth.status].say(lang)}"
    return text


def _below(report: Report, j: Judged, lang: Lang) -> list[str]:
    names = report.names
    lines: list[str] = []
    if j.error is not None:
        lines += j.error.render(lang).splitlines()
    if j.shape is not None and j.shape.words is not None and j.error is None:
        lines.append(j.shape.words.say(lang))
    if j.outcome in ("wrong", "carried", "conditional"):
        lines += _witness(report, j, lang)
    label = _SLIP
    for x in j.explanations:
        lines.append(f"{label.say(lang) if x.slip else ''}{x.words.say(lang)}")
        lines += _place(report, x, lang)
        label = _OR if x.slip else label
    if j.outcome == "wrong" and j.error is None and not j.explanations:
        lines.append(_UNNAMED.say(lang))
    if j.outcome == "wrong" and j.expected is not None:
        mended = j.explanations[0].corrected if j.explanations else None
        shown = j.expected if mended is None else mended
        lines.append(f"{_RIGHT.say(lang)}{to_unicode(shown, names=names)}")
        for name, other in under_sum_one(j.expected):
            shown = to_unicode(other, names=names)
            lines.append(_UNDER.fill(name=name, shown=shown).say(lang))
    lines += [note.say(lang) for note in j.notes if j.outcome in ("ok", "shown", "condition")]
    return lines


def _place(report: Report, x: Explanation, lang: Lang) -> list[str]:
    """Return where a slip was made, if that is a small part of the line."""
    if x.wrote is None:
        return []
    wrote = to_unicode(x.wrote, names=report.names)
    instead = "" if x.instead is None else to_unicode(x.instead, names=report.names)
    if len(wrote) + len(instead) > _LONGEST or wrote == instead:
        return []
    words = _HERE.fill(wrote=wrote, right=instead) if instead else _WHERE.fill(part=wrote)
    return [words.say(lang)]


def _witness(report: Report, j: Judged, lang: Lang) -> list[str]:
    """Return the values at which the line differs from the line above, or from the truth."""
    judged = j.follows if j.follows is not None and j.follows.status == "refuted" else j.truth
    if judged is None or judged.equality is None or judged.equality.difference is None:
        return []
    if j.expected is None and judged.words is None and j.shape is None and j.follows is None:
        # A solution: the two sides are what is left of the condition, and 0.
        found = sides(judged.equality.difference)
        place = f"{_AT.say(lang)}{found.at} " if found.at else ""
        return [place + _LEFT_OVER.fill(value=found.left).say(lang)]
    found = sides(judged.equality.difference)
    before = _before(report, j) if judged is j.follows else _TRUTH.say(lang)
    this = _LINE.fill(k=j.line.number).say(lang)
    text = f"{_AT.say(lang)}{found.at}{_COLON.say(lang)}" if found.at else ""
    return [
        f"{text}{before.say(lang) if isinstance(before, Words) else before} = {found.left}"
        f"   {this} = {found.right}"
    ]


def _before(report: Report, j: Judged) -> Words:
    """Return the name of the line above that speaks of the same quantity."""
    earlier = [
        o.line.number for o in report.lines
        if o.line.number < j.line.number and o.subject.key == j.subject.key and o.expr is not None
    ]  # fmt: skip
    return _LINE.fill(k=earlier[-1]) if earlier else _TRUTH


_LINE = Words("line {k}", "第 {k} 行")
_TRUTH = Words("the truth", "真值")
_LEFT_OVER = Words("the condition leaves {value}, not 0", "条件的左边是 {value}，而不是 0")
_AT = Words("at ", "在 ")
_COLON = Words(":  ", " 处：")
_RIGHT = Words("right: ", "正确写法：")
_SLIP = Words("slip: ", "错因：")
_UNNAMED = Words(
    "no slip that is known leads here, alone or with one more: several may have come together",
    "没有一种已知的失误（单独或再加一处）能得到这一行：可能同时有几处失误",
)
_OR = Words("or: ", "或者：")
_HERE = Words(
    "      here: {wrote}, where {right} belongs", "      此处：写成了 {wrote}，应为 {right}"
)
_WHERE = Words("      in the derivative of {part}", "      出现在对 {part} 求导时")
_LONGEST = 100
_UNDER = Words(
    "       that is {shown} when sum({name}) = 1 (an assumption that is not given)",
    "          当 sum({name}) = 1 时即 {shown}（题目没有给出这一假设）",
)


_LISTED = 5
"""Lines that a summary names."""


def summary(report: Report) -> Words:
    """Return one sentence on the whole."""
    wrong = report.first_wrong
    n = len(report.lines)
    if wrong is not None:
        k = wrong.line.number
        return Words(
            f"line {k} of {n} is the first that does not follow",
            f"共 {n} 行，第 {k} 行是第一处错误",
        )
    if not n:
        return Words("there is no line of a derivation in it", "其中没有任何推导行")
    match report.status:
        case "right":
            return Words(f"all {n} lines stand", f"{n} 行全部成立")
        case "unread":
            unread = [j.line.number for j in report.lines if j.outcome == "unread"]
            listed = ", ".join(map(str, unread[:_LISTED])) + (" ..." if unread[_LISTED:] else "")
            return Words(
                f"no line is wrong, but of {n} these could not be read: {listed}",
                f"没有错误的行，但 {n} 行中有的无法读取：第 {listed} 行",
            )
        case _:
            return Words(
                "no line is wrong; not every line is proved", "没有错误的行；并非每行都已证明"
            )


# -- HTML ------------------------------------------------------------------------------------------

_COLORS = {
    "ok": "#1a7f37", "conditional": "#9a6700", "wrong": "#b42318", "carried": "#9a6700",
    "shown": "#0b5cad",
    "undecided": "#57606a", "unread": "#b42318",
}  # fmt: skip
_STYLE = """body{font:16px/1.5 system-ui,sans-serif;max-width:60em;margin:2em auto;padding:0 1em}
table{border-collapse:collapse;width:100%}td,th{padding:.35em .6em;vertical-align:top;
border-bottom:1px solid #d0d7de;text-align:left}code{font:15px/1.4 ui-monospace,monospace}
.more{color:#57606a;white-space:pre-wrap;font:14px/1.4 ui-monospace,monospace}"""


def html(report: Report, lang: Lang = "en") -> str:
    """Return the annotated derivation as a table, without script or outside resources."""
    rows = "".join(_row(report, j, lang) for j in report.lines)
    return f"<table>{rows}</table><p>{escape(summary(report).say(lang))}</p>"


def _row(report: Report, j: Judged, lang: Lang) -> str:
    color = _COLORS.get(j.outcome, "#57606a")
    below = "\n".join(_below(report, j, lang))
    more = f'<div class="more">{escape(below)}</div>' if below else ""
    return (
        f"<tr><td>{j.line.number}</td><td><code>{escape(j.line.text)}</code>{more}</td>"
        f'<td style="color:{color}">{escape(_verdict(j, lang))}</td></tr>'
    )


def page(report: Report, lang: Lang = "en") -> str:
    """Return a whole page for one derivation."""
    title = report.document.source or Words("a derivation", "推导").say(lang)
    return whole_page(title, html(report, lang), lang, _STYLE)


# -- many derivations ------------------------------------------------------------------------------

Found = Sequence[tuple[str, Report | LossmithError]]
_WHOLE = {
    "right": Words("right", "全对"),
    "wrong": Words("wrong", "有错"),
    "undecided": Words("not all proved", "未全部证明"),
    "unread": Words("not read", "无法读取"),
}


def counts(found: Found) -> dict[str, int]:
    """Return how many derivations ended in which way."""
    ends = [_end(r) for _, r in found]
    return {status: ends.count(status) for status in _WHOLE}


def _end(r: Report | LossmithError) -> str:
    return "unread" if isinstance(r, LossmithError) else r.status


def _remark(r: Report | LossmithError, lang: Lang) -> str:
    if isinstance(r, LossmithError):
        return r.what.say(lang) + (f": {r.why.say(lang)}" if r.why is not None else "")
    wrong = r.first_wrong
    if wrong is None:
        return summary(r).say(lang)
    slips = "; ".join(x.words.say(lang) for x in wrong.explanations[:1])
    line = Words(f"line {wrong.line.number}", f"第 {wrong.line.number} 行").say(lang)
    return f"{line}: {wrong.line.text}" + (f"  ({slips})" if slips else "")


def common(found: Found) -> list[tuple[str, int, Words]]:
    """Return the slips of first wrong lines: name, files, words; the most common first."""
    words: dict[str, Words] = {}
    tally: dict[str, int] = {}
    for _, r in found:
        wrong = None if isinstance(r, LossmithError) else r.first_wrong
        for x in wrong.explanations[:1] if wrong is not None else ():
            if x.slip:
                words.setdefault(x.slip, x.words)
                tally[x.slip] = tally.get(x.slip, 0) + 1
    return [(n, k, words[n]) for n, k in sorted(tally.items(), key=lambda row: -row[1])]


def _tally(found: Found, lang: Lang) -> list[str]:
    """Return the slips that occur in more than one file."""
    often = [(k, words) for _, k, words in common(found) if k > 1]
    return [_OFTEN.fill(k=str(k), words=words.say(lang)).say(lang) for k, words in often]


_OFTEN = Words("{k} files: {words}", "{k} 个文件：{words}")


def table(found: Found, lang: Lang = "en") -> str:
    """Return a row for each derivation, and a summary."""
    rows = [(name, _WHOLE[_end(r)].say(lang), _remark(r, lang)) for name, r in found]
    widths = [max(cells(row[k]) for row in rows) for k in (0, 1)]
    lines = [
        "  ".join(
            [*(f" {row[k]}{' ' * (widths[k] - cells(row[k]))}" for k in (0, 1)), row[2]]
        ).rstrip()
        for row in rows
    ]
    below = [totals(found).say(lang), *_tally(found, lang)]
    return "\n".join([*lines, *(f" {text}" for text in below)])


def totals(found: Found) -> Words:
    """Return the summary of a folder."""
    n = counts(found)
    return Words(
        f"{len(found)} files: {n['right']} right, {n['wrong']} wrong, "
        f"{n['undecided']} not all proved, {n['unread']} not read",
        f"共 {len(found)} 个文件：{n['right']} 个全对，{n['wrong']} 个有错，"
        f"{n['undecided']} 个未全部证明，{n['unread']} 个无法读取",
    )


def page_of_folder(found: Found, lang: Lang = "en") -> str:
    """Return a page with the table and every derivation below it."""
    head = "".join(
        f"<tr><td>{escape(name)}</td><td>{escape(_WHOLE[_end(r)].say(lang))}</td>"
        f"<td>{escape(_remark(r, lang))}</td></tr>"
        for name, r in found
    )
    below = (totals(found).say(lang), *_tally(found, lang))
    parts = [f"<table>{head}</table>", *(f"<p>{escape(text)}</p>" for text in below)]
    for name, r in found:
        body = (
            f'<div class="more">{escape(r.render(lang))}</div>'
            if isinstance(r, LossmithError)
            else html(r, lang)
        )
        parts.append(f"<h2>{escape(name)}</h2>{body}")
    return whole_page(Words("derivations", "推导").say(lang), "".join(parts), lang, _STYLE)
