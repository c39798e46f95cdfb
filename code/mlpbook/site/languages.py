"""Two languages in one page.

Every heading, caption and title of the book is written `中文 · English`; here it becomes two spans
with their `lang`, so that a style sheet can show one or both.
"""

import re
from html import escape
from typing import Any, NamedTuple

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import SphinxPostTransform

from mlpbook._html import LANGUAGES

SEPARATOR = " · "
_NUMBER = re.compile(r"(?:\d+(?:\.\d+)+|[A-Z]\d+)\s+")
_HAN = re.compile(r"[\u3400-\u9fff]")


class Pair(NamedTuple):
    """A text in both languages."""

    zh: str
    en: str

    def html(self, tag: str = "span", separator: bool = True) -> str:
        """Both texts as HTML elements with `lang`; the texts are escaped."""
        dot = '<span class="dot"> · </span>' if separator else ""
        return (
            f'<{tag} lang="zh-Hans">{escape(self.zh)}</{tag}>{dot}'
            f'<{tag} lang="en">{escape(self.en)}</{tag}>'
        )

    def __html__(self) -> str:
        return self.html()

    @property
    def text(self) -> str:
        """Both texts on one line, as they are written in a heading."""
        return self.zh if self.zh == self.en else self.zh + SEPARATOR + self.en


def split(text: str) -> Pair | None:
    """Splits `中文 · English`; None where the text is not of this form.

    The first part must hold a Chinese character and the second must not, so that a plain list
    of words with dots between them is left alone. A section's number in front belongs to both.
    """
    zh, dot, en = text.partition(SEPARATOR)
    if not dot or not _HAN.search(zh) or not en.strip() or _HAN.search(en):
        return None
    number = _NUMBER.match(zh)
    return Pair(zh.strip(), f"{number[0] if number else ''}{en.strip()}")


def pair(text: str | dict[str, str]) -> Pair:
    """A pair from a heading's text or from `{"zh": …, "en": …}`; one language stands for both."""
    if isinstance(text, dict):
        return Pair(text["zh"], text["en"])
    return split(text) or Pair(text, text)


def span(language: str, children: list[nodes.Node]) -> nodes.inline:
    """An inline node that Docutils writes with a `lang` attribute."""
    return nodes.inline("", "", *children, classes=[f"language-{LANGUAGES[language]}"])


def spans(text: str) -> list[nodes.Node]:
    """The nodes of a bilingual text: two spans with a dot between them, or plain text."""
    parts = split(text)
    if parts is None:
        return [nodes.Text(text)]
    dot = nodes.inline("", SEPARATOR, classes=["dot"])
    return [span("zh", [nodes.Text(parts.zh)]), dot, span("en", [nodes.Text(parts.en)])]


def split_node(node: nodes.Element) -> None:
    """Splits the children of a title-like node at its separator, formulas and all."""
    for position, child in enumerate(node.children):
        if not isinstance(child, nodes.Text) or SEPARATOR not in child:
            continue
        before, after = child.astext().split(SEPARATOR, 1)
        zh = [*node.children[:position], nodes.Text(before)]
        en = [nodes.Text(after), *node.children[position + 1 :]]
        if not _HAN.search("".join(part.astext() for part in zh)):
            continue
        zh, en = [part.deepcopy() for part in zh], [part.deepcopy() for part in en]
        dot = nodes.inline("", SEPARATOR, classes=["dot"])
        node[:] = [*_take_number(zh), span("zh", zh), dot, span("en", en)]
        return


def _take_number(parts: list[nodes.Node]) -> list[nodes.Node]:
    """Takes a section's number off the front of a title; it stands in no language."""
    match = _NUMBER.match(parts[0].astext()) if isinstance(parts[0], nodes.Text) else None
    if match is None:
        return []
    parts[0] = nodes.Text(parts[0].astext()[match.end() :])
    return [nodes.inline("", match[0], classes=["number"])]


class SplitTitles(SphinxTransform):
    """Gives headings, captions, rubrics, terms and titles their two spans."""

    default_priority = 600

    def apply(self, **kwargs: Any) -> None:
        titles = (nodes.title, nodes.caption, nodes.rubric, nodes.term, nodes.entry)
        for kind in titles:
            for node in list(self.document.findall(kind)):
                target = node[0] if isinstance(node, nodes.entry) and len(node) == 1 else node
                if isinstance(target, nodes.TextElement):
                    split_node(target)


class SplitReferences(SphinxPostTransform):
    """Splits the text of links that took over a bilingual heading."""

    default_priority = 900

    def run(self, **kwargs: Any) -> None:
        for node in list(self.document.findall(nodes.reference)):
            inner: nodes.Element = node
            while len(inner) == 1 and isinstance(only := inner[0], nodes.inline):
                inner = only
            if isinstance(inner, nodes.TextElement):
                split_node(inner)


def setup(app: Sphinx) -> None:
    """Registers the two transforms."""
    app.add_transform(SplitTitles)
    app.add_post_transform(SplitReferences)
