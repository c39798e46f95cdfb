"""The front of the printed book: its cover and its contents, as HTML for Chromium."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from mlpbook._html import LANGUAGES

CONTENTS = {"zh": "目录", "en": "Contents"}

STYLE = """
@page { size: A4; margin: 22mm 18mm 20mm; @bottom-center { content: counter(page, lower-roman);
  font: 9pt sans-serif; color: #57606a; } }
@page :first { @bottom-center { content: none; } }
body { margin: 0; padding: 0; font: 10.5pt/1.5 var(--sans, sans-serif); color: #1c2128;
  background: none; }
.cover { display: flex; flex-direction: column; height: 240mm; break-after: page; }
.cover h1 { margin: 70mm 0 6mm; font-size: 34pt; line-height: 1.15; border: 0; }
.cover .subtitle { max-width: 130mm; font-size: 14pt; color: #57606a; }
.cover .licence { margin-top: auto; font-size: 9pt; color: #57606a; }
.list h2 { font-size: 20pt; margin: 0 0 8mm; }
.list p { margin: 6mm 0 1mm; font-weight: 700; color: #0f6674; break-after: avoid; }
.list a { display: flex; gap: 2mm; align-items: baseline; color: inherit; text-decoration: none; }
.list .section { margin-top: 2mm; font-weight: 600; }
.list .inner { padding-left: 7mm; font-size: 9.5pt; }
.list i { flex: 1; border-bottom: 0.6pt dotted #9aa4af; }
.list b { font-weight: inherit; font-variant-numeric: tabular-nums; }
"""


class Book(NamedTuple):
    """What the cover says, in one language."""

    title: str
    subtitle: str
    licence: str


class Entry(NamedTuple):
    """A line of the contents.

    Attributes:
        level: 0 for a part of the book, 1 for a section, 2 and 3 for headings in it.
        title: In the book's language.
        address: Where it leads; a part leads nowhere.
        page: The number that stands on its page.
    """

    level: int
    title: str
    address: str = ""
    page: int = 0


def html(book: Book, entries: Sequence[Entry], language: str, style: str) -> str:
    """Return the cover and the contents, styled after the site's own style sheet."""
    lines = "\n".join(_line(entry) for entry in entries if entry.level < 3)
    return f"""<!DOCTYPE html>
<html lang="{LANGUAGES[language]}" data-theme="light" data-language="{language}">
<head><meta charset="utf-8"><title>{escape(book.title)}</title>
<link rel="stylesheet" href="{style}"><style>{STYLE}</style></head>
<body><section class="cover"><h1>{escape(book.title)}</h1>
<p class="subtitle">{escape(book.subtitle)}</p>
<p class="licence">{escape(book.licence)}</p></section>
<nav class="list"><h2>{CONTENTS[language]}</h2>
{lines}
</nav></body></html>"""


def _line(entry: Entry) -> str:
    """Return an entry: its title, dots, its page."""
    if entry.level == 0:
        return f"<p>{escape(entry.title)}</p>"
    kind = "section" if entry.level == 1 else "inner"
    return (
        f'<a class="{kind}" href="{escape(entry.address)}"><span>{escape(entry.title)}</span>'
        f"<i></i><b>{entry.page}</b></a>"
    )
