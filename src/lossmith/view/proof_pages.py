"""An outline of sentences as plain text, as a LaTeX proof and as HTML that unfolds."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from lossmith.view.sentence import Sentence
from lossmith.view.tex_words import escaped
from lossmith.words import Lang


def plain(sentences: Sequence[Sentence], lang: Lang = "en") -> str:
    """Return the sentences that are not folded, marks in one column, levels indented."""
    shown = [s for s in sentences if not s.folded]
    width = max((len(s.mark) for s in shown if s.mark.isdecimal()), default=0)
    lines: list[str] = []
    for s in shown:
        mark = s.mark.rjust(width) if s.mark.isdecimal() else s.mark
        lines.append(
            f" {'   ' * s.level}{mark}  {s.text.say(lang)}" if mark else f" {s.text.say(lang)}"
        )
    return "\n".join(lines)


def latex(sentences: Sequence[Sentence], lang: Lang = "en") -> str:
    r"""Return a ``proof`` environment whose lines are indented by their level.

    Lists of LaTeX nest four deep at most, so that levels are horizontal space. The sentences are
    LaTeX already; only marks are escaped here.
    """
    lines = [rf"\begin{{proof}}[{'Proof' if lang == 'en' else '证明'}]"]
    for s in sentences:
        size = r"\small " if s.folded else ""
        mark = "" if s.mark in ("", "·") else rf"\textsf{{{escaped(s.mark)}}}\enspace "
        space = rf"\hspace*{{{2 * s.level}em}}" if s.level else ""
        text = s.text.say(lang).replace("□", "")
        lines.append(rf"\par\noindent{space}{{{size}{mark}{text}}}")
    return "\n".join([*lines, r"\end{proof}"])


def html(sentences: Sequence[Sentence], lang: Lang = "en") -> str:
    """Return nested lists; what has lines under it unfolds, folded asides being shut at first."""
    out: list[str] = ['<div class="lossmith proof">']
    open_levels: list[int] = []
    for k, s in enumerate(sentences):
        while open_levels and open_levels[-1] >= s.level:
            open_levels.pop()
            out.append("</details>")
        line = f"<b>{escape(s.mark)}</b> {escape(s.text.say(lang))}"
        below = sentences[k + 1] if k + 1 < len(sentences) else None
        if below is not None and below.level > s.level:
            state = "" if below.folded else ' open=""'
            out.append(f"<details{state}{_INDENT}><summary>{line}</summary>")
            open_levels.append(s.level)
        else:
            out.append(f"<p{_INDENT}>{line}</p>")
    return "".join(out) + "</details>" * len(open_levels) + "</div>"


_INDENT = ' style="margin:.2em 0 .2em 1.5em"'


STYLE = "body{font:16px/1.5 system-ui,sans-serif;max-width:60em;margin:2em auto}"
