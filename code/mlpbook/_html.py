"""Bilingual rich text as HTML: what quizzes, boxes and hints are made of.

The data files hold short texts in both languages, `{"zh": ..., "en": ...}`, with four marks:
`` `code` ``, `**strong**`, `*emphasis*` and `$TeX$`. Formulas become MathML, which every host
draws by itself (JupyterLab, Colab, VS Code, a page without scripts); each `<math>` keeps its source
in `data-tex`.
"""

import re
from functools import cache
from html import escape
from typing import TypedDict

from latex2mathml.converter import convert

from mlpbook.tokens import color


class Bilingual(TypedDict):
    """One text in both languages: `Bilingual(zh="隐藏层", en="hidden layer")`, a plain dict."""

    zh: str
    en: str


LANGUAGES = {"zh": "zh-Hans", "en": "en"}
_MARKS = re.compile(
    r"`(?P<code>[^`]+)`|\$(?P<math>[^$]+)\$|\*\*(?P<strong>.+?)\*\*|\*(?P<em>[^*]+)\*"
)


@cache
def mathml(tex: str) -> str:
    """Turns a formula into inline MathML that remembers its TeX."""
    formula = convert(tex).replace(' xmlns="http://www.w3.org/1998/Math/MathML"', "", 1)
    return formula.replace("<math ", f'<math data-tex="{escape(tex)}" ', 1)


def inline(text: str) -> str:
    """Renders one line of marked text as HTML.

    Args:
        text: Plain text with `` `code` ``, `**strong**`, `*emphasis*` and `$TeX$`.

    Returns:
        HTML in which everything else is escaped.
    """
    pieces, position = [], 0
    for mark in _MARKS.finditer(text):
        pieces.append(escape(text[position : mark.start()], quote=False))
        pieces.append(_render(mark))
        position = mark.end()
    pieces.append(escape(text[position:], quote=False))
    return "".join(pieces)


def _render(mark: re.Match[str]) -> str:
    """Renders one mark; strong and emphasised text may hold further marks."""
    if code := mark["code"]:
        return f"<code>{escape(code, quote=False)}</code>"
    if math := mark["math"]:
        return mathml(math)
    if strong := mark["strong"]:
        return f"<strong>{inline(strong)}</strong>"
    return f"<em>{inline(mark['em'])}</em>"


def both(text: Bilingual, tag: str = "div", between: str = "") -> str:
    """Renders a text in both languages, each in its own element with its `lang`."""
    return between.join(
        f'<{tag} lang="{lang}">{inline(text[key].strip())}</{tag}>'
        for key, lang in LANGUAGES.items()
    )


def plain(text: Bilingual) -> str:
    """Both languages as plain text, one a line."""
    return "\n".join(text[key].strip() for key in LANGUAGES)


def edge(meaning: str) -> str:
    """A `style` for a box: an edge in the colour that stands for a meaning in `tokens.json`.

    Hosts without the book's style sheet show the edge; the site's own may set `--mlp-<meaning>`.
    """
    value = f"var(--mlp-{meaning},{color(meaning)})"
    return f'style="border-inline-start:4px solid {value};padding:.2em 1em"'
