"""The search index: the text of every section of every page, in both languages.

A page's script looks for the words of a query in these texts directly, so Chinese needs no word
segmentation and both languages are found the same way. The index is a script of its own that a
browser loads when the reader opens the search.
"""

import json
import re
from pathlib import Path
from typing import Any

import yaml
from docutils import nodes
from sphinx.application import Sphinx

from mlpbook.site.assets import PACKAGE
from mlpbook.site.languages import Pair, pair

INDEX = "search-index.js"
NO_SEARCH = "no-search"
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
        elif isinstance(node, nodes.math | nodes.math_block):
            self._add(node, words_of_formula(node.astext()))
        elif isinstance(node, nodes.Text):
            self._add(node, node.astext())
        else:
            self.piles[self._open].append(" ")

    def _add(self, node: nodes.Node, text: str) -> None:
        self.piles[language_of(node.parent) or self._open].append(text)

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
        return _SPACE.sub(" ", "".join(self.piles[language])).strip()


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
        if isinstance(node, nodes.raw):
            if NO_SEARCH not in node["classes"]:
                leaves.append(node)
        elif isinstance(node, nodes.Text | nodes.math | nodes.math_block):
            leaves.append(node)
        else:
            if not isinstance(node, nodes.Inline):
                leaves.append(node)
            waiting.extend(reversed(node.children))
    return leaves


def words_of_formula(tex: str) -> str:
    """A formula as a reader would type it into a search: `\\mathbf{W}_1` is "W1"."""
    tex = re.sub(r"\\(?:math\w+|text|boldsymbol|operatorname|hat|bar|tilde)\b\*?", "", tex)
    return re.sub(r"[{}\\_^&]|\\\\", "", tex)


def terms() -> list[tuple[str, str, list[str]]]:
    """The glossary's terms: Chinese, English, and the Chinese words that the book avoids."""
    topics = yaml.safe_load((PACKAGE / "glossary.yml").read_text(encoding="utf-8"))
    found = [term for topic in topics for term in topic["terms"]]
    return [(term["zh"], term["en"], term.get("avoid", [])) for term in found]


def term_entries() -> list[dict[str, Any]]:
    """An entry for each term of the glossary."""
    return [
        {
            "page": "chapters/glossary",
            "anchor": term_anchor(en),
            "title": [zh, en],
            "zh": "",
            "en": "",
            "all": f"{zh} {en}",
        }
        for zh, en, _ in terms()
    ]


def term_anchor(english: str) -> str:
    """The anchor of a term in the glossary: `term-hidden-layer`."""
    return "term-" + nodes.make_id(english)


def write_index(app: Sphinx, error: Exception | None) -> None:
    """Writes the index of the whole book."""
    if error is not None or app.builder.format != "html":
        return
    found: list[dict[str, Any]] = []
    for docname in sorted(app.env.found_docs):
        found += entries(docname, app.env.get_doctree(docname))
    index = {"sections": found + term_entries(), "terms": terms()}
    text = json.dumps(index, ensure_ascii=False, separators=(",", ":"))
    path = Path(app.outdir) / "_static" / INDEX
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"window.mlpbookIndex={text};\n", encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Writes the index at the end of a build."""
    app.connect("build-finished", write_index)
