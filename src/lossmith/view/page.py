"""A page that stands alone: no script, no outside resource."""

from __future__ import annotations

from html import escape

from lossmith.words import Lang


def page(title: str, body: str, lang: Lang, style: str) -> str:
    """Return the HTML of a page with a title, which is its heading too.

    body: HTML.  style: CSS.
    """
    heading = escape(title)
    return (
        f'<!doctype html><html lang="{lang}"><meta charset="utf-8"><title>{heading}</title>'
        f"<style>{style}</style><h1>{heading}</h1>{body}</html>\n"
    )
