"""The search index: the text of every section of every page, in both languages.

A page's script looks for the words of a query in these texts directly, so Chinese needs no word
segmentation and both languages are found the same way. The index is a script of its own that a
browser loads when the reader opens the search.
"""

import json
import re
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from mlpbook.site.languages import Pair, pair

INDEX = "search-index.js"
_SPACE = re.compile(r"\s+")


def language_of(node: nodes.Node) -> str:
    """The language in which a text stands: "zh", "en", or "" where it is for both."""
    while isinstance(node, nodes.Element):
        classes = node.get("classes", [])
        if "language-zh-Hans" in classes:
            return "zh"
        if "language-en" in classes:
            return "en"
        node = node.parent
    return ""


class _Collector:
    """Gathers the text of one section in three piles: Chinese, English, shared."""

    def __init__(self) -> None:
        self.piles: dict[str, list[str]] = {"zh": [], "en": [], "": []}
        self._open = ""

    def see(self, node: nodes.Node) -> None:
        """Adds a leaf of the document."""
        if isinstance(node, nodes.raw):
            self._see_html(node.astext())
        elif isinstance(node, nodes.Text):
            self.piles[language_of(node.parent) or self._open].append(node.astext())

    def _see_html(self, html: str) -> None:
        """Follows `<div lang="…">` blocks, which arrive as raw HTML around parsed text."""
        match = re.match(r'\s*<div lang="(zh-Hans|en)"', html)
        if match and "</div>" not in html:
            self._open = "zh" if match[1] == "zh-Hans" else "en"
        elif html.strip() == "</div>":
            self._open = ""
        else:
            self.piles[self._open].append(re.sub(r"<(script|style)\b.*?</\1>|<[^>]+>", " ", html))

    def text(self, language: str) -> str:
        """One pile as a line of text."""
        return _SPACE.sub(" ", " ".join(self.piles[language])).strip()


def entries(docname: str, doctree: nodes.document) -> list[dict[str, Any]]:
    """The index entries of a page: one for each section.

    Returns:
        Dicts with `page`, `anchor`, `title` (both languages), `zh`, `en` and `all` texts.
    """
    found = []
    for section in doctree.findall(nodes.section):
        title = section.next_node(nodes.title)
        collector = _Collector()
        for leaf in _leaves(section):
            collector.see(leaf)
        top = not isinstance(section.parent, nodes.section)
        names: Pair = pair(title.astext()) if title is not None else Pair("", "")
        found.append(
            {
                "page": docname,
                "anchor": "" if top else section["ids"][0],
                "title": list(names),
                "zh": collector.text("zh"),
                "en": collector.text("en"),
                "all": collector.text(""),
            }
        )
    return found


def _leaves(section: nodes.section) -> list[nodes.Node]:
    """The texts and raw parts of a section, without its subsections and its title."""
    leaves: list[nodes.Node] = []
    waiting: list[nodes.Node] = list(reversed(section.children))
    while waiting:
        node = waiting.pop()
        if isinstance(node, nodes.section | nodes.title | nodes.comment):
            continue
        if isinstance(node, nodes.raw | nodes.Text):
            leaves.append(node)
        else:
            waiting.extend(reversed(node.children))
    return leaves


def write_index(app: Sphinx, error: Exception | None) -> None:
    """Writes the index of the whole book."""
    if error is not None or app.builder.format != "html":
        return
    found: list[dict[str, Any]] = []
    for docname in sorted(app.env.found_docs):
        found += entries(docname, app.env.get_doctree(docname))
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    path = Path(app.outdir) / "_static" / INDEX
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"window.mlpbookIndex={text};\n", encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Writes the index at the end of a build."""
    app.connect("build-finished", write_index)
