"""The search index: the text of every section of every page, in both languages.

A page's script looks for the words of a query in these texts directly, so Chinese needs no word
segmentation and both languages are found the same way. The index is a script of its own that a
browser loads when the reader opens the search; so are the texts of each language, which it loads
for a query in that language.
"""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import yaml
from docutils import nodes
from sphinx.application import Sphinx

from mlpbook import misconceptions
from mlpbook.site import blocks, plain
from mlpbook.site.assets import PACKAGE
from mlpbook.site.languages import Pair, pair

INDEX, TEXTS = "search-index.js", "search-{}.js"
NO_SEARCH = blocks.NO_SEARCH
GENERATED = "generated"  # a section made from a data file, whose entries are made from it too
COMMON = 20  # sections; `torch` and `assert` lead nowhere in particular
NAME = re.compile(r"[^\W\d][\w.]{2,}")
_DIV = re.compile(r'</?div(?: lang="(zh-Hans|en)")?[^>]*>')
_DIVS = re.compile(rf"(?:\s*{_DIV.pattern})+\s*")
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
        self.names: dict[str, None] = {}  # of code; the whole of it would be half the index

    def see(self, node: nodes.Node) -> None:
        """Adds a leaf of the document."""
        if isinstance(node, nodes.raw):
            self._see_html(node.astext())
        elif isinstance(node, nodes.math | nodes.math_block):
            self._add(node, plain.formula(node.astext()))
        elif isinstance(node, nodes.Text) and isinstance(node.parent, nodes.literal_block):
            self.names.update(dict.fromkeys(NAME.findall(node.astext())))
        elif isinstance(node, nodes.Text):
            self._add(node, node.astext())
        else:
            for pile in self.piles.values():
                pile.append(" ")

    def _add(self, node: nodes.Node, text: str) -> None:
        self.piles[language_of(node.parent) or self._open].append(text)

    def _see_html(self, html: str) -> None:
        """Follows `<div lang="…">` blocks, which arrive as raw HTML around parsed text."""
        if _DIVS.fullmatch(html):
            for tag in _DIV.finditer(html):
                self._open = plain.LANGUAGE_OF.get(tag[1], "")
        else:
            for language, text in plain.html_texts(html):
                self.piles[language or self._open].append(text)

    def text(self, language: str) -> str:
        """One pile as a line of text."""
        return _SPACE.sub(" ", "".join(self.piles[language])).strip()


def entries(docname: str, doctree: nodes.document) -> list[dict[str, Any]]:
    """The index entries of a page: one for each section and one for each exercise or task.

    Returns:
        Dicts with `page`, `kind`, `anchor`, `title` (both languages), `zh`, `en`, `all` texts, and
        the `names` in the code.
    """
    found = [
        _entry(docname, section, section.next_node(nodes.title))
        for section in doctree.findall(nodes.section)
        if GENERATED not in section["classes"]
    ]
    for block in doctree.findall(blocks.Block):
        if block["ids"] and block["kind"] != "teacher":
            found.append(_entry(docname, block, _block_title(block)))
    titles = {entry["anchor"]: entry["title"] for entry in found}
    for entry in found:
        exercise = titles.get(entry["anchor"].removeprefix("solution-"))
        if exercise and entry["anchor"].startswith("solution-"):
            solution = blocks.NAMES["solution"]
            entry["title"] = [f"{solution.zh}：{exercise[0]}", f"{solution.en}: {exercise[1]}"]
    return found


def _block_title(block: blocks.Block) -> nodes.Element | None:
    """The title of a block, or None where it has none."""
    first = block.children[0] if block.children else None
    if isinstance(first, nodes.paragraph) and "block-title" in first["classes"]:
        return first
    return None


def _entry(docname: str, part: nodes.Element, title: nodes.Element | None) -> dict[str, Any]:
    """The entry of one section or block."""
    collector = _Collector()
    for leaf in _leaves(part, title):
        collector.see(leaf)
    whole_page = isinstance(part, nodes.section) and not isinstance(part.parent, nodes.section)
    name = blocks.NAMES.get(part.get("kind", ""), Pair("", ""))
    return {
        "page": docname,
        "kind": "page" if whole_page else part.get("kind", "section"),
        "anchor": "" if whole_page else part["ids"][0],
        "title": list(pair(_text(title)) if title is not None else name),
        "zh": collector.text("zh"),
        "en": collector.text("en"),
        "all": collector.text(""),
        "names": list(collector.names),
    }


def _text(title: nodes.Element) -> str:
    """A title as plain text, its formulas as a reader would type them."""
    return "".join(
        plain.formula(leaf.astext()) if isinstance(leaf.parent, nodes.math) else leaf.astext()
        for leaf in title.findall(nodes.Text)
    )


def _leaves(part: nodes.Element, title: nodes.Element | None) -> list[nodes.Node]:
    """The texts and raw parts of a section or block, without what has an entry of its own."""
    leaves: list[nodes.Node] = []
    waiting: list[nodes.Node] = list(reversed(part.children))
    while waiting:
        node = waiting.pop()
        if node is title or isinstance(node, nodes.section | blocks.Block | nodes.comment):
            continue
        if isinstance(node, nodes.raw):
            if NO_SEARCH not in node["classes"]:
                leaves.append(node)
        elif isinstance(node, nodes.Text | nodes.math | nodes.math_block):
            leaves.append(node)
        else:
            if not isinstance(node, nodes.Inline):
                leaves.append(node)
            waiting.extend(reversed(_shown(node)))
    return leaves


def _shown(node: nodes.Node) -> list[nodes.Node]:
    """A node's children; of an output in several formats the one that the page shows."""
    children = list(node.children)
    if not isinstance(node, nodes.container) or node.get("nb_element") != "mime_bundle":
        return children
    elements = [child for child in children if isinstance(child, nodes.Element)]
    by_type: dict[Any, nodes.Node] = {child.get("mime_type"): child for child in elements}
    if "text/html" in by_type:
        return [by_type["text/html"]]
    return [] if any(str(kind).startswith("image/") for kind in by_type) else children


def terms() -> list[tuple[str, str, list[str]]]:
    """The glossary's terms: Chinese, English, and the Chinese words that the book avoids."""
    topics = yaml.safe_load((PACKAGE / "glossary.yml").read_text(encoding="utf-8"))
    found = [term for topic in topics for term in topic["terms"]]
    return [(term["zh"], term["en"], term.get("avoid", [])) for term in found]


def misconception_entries() -> list[dict[str, Any]]:
    """An entry for each misconception on the page of all of them."""
    return [
        {
            "page": "chapters/misconceptions",
            "kind": "misconception",
            "anchor": entry.id,
            "title": [_without_marks(entry.said["zh"]), _without_marks(entry.said["en"])],
            "zh": _without_marks(f"{entry.tempting['zh']} {entry.truth['zh']}"),
            "en": _without_marks(f"{entry.tempting['en']} {entry.truth['en']}"),
            "all": "",
        }
        for entry in misconceptions.load()
    ]


def _without_marks(text: str) -> str:
    """A marked text of a data file (see `mlpbook._html`) as plain text."""
    text = re.sub(r"\$([^$]+)\$", lambda match: plain.formula(match[1]), text)
    return text.replace("`", "").replace("**", "")


def term_entries() -> list[dict[str, Any]]:
    """An entry for each term of the glossary."""
    return [
        {
            "page": "chapters/glossary",
            "kind": "term",
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


def _take_up_names(found: list[dict[str, Any]]) -> None:
    """Adds the names in the code to the texts, without those that stand nearly everywhere."""
    counts = Counter(name for entry in found for name in entry["names"])
    for entry in found:
        rare = [name for name in entry.pop("names") if counts[name] <= COMMON]
        entry["all"] = " ".join([entry["all"], *rare]).strip()


def write_index(app: Sphinx, error: Exception | None) -> None:
    """Writes the index of the whole book."""
    if error is not None or app.builder.format != "html":
        return
    found: list[dict[str, Any]] = []
    for docname in sorted(app.env.found_docs):
        found += entries(docname, app.env.get_doctree(docname))
    _take_up_names(found)
    found += [*misconception_entries(), *term_entries()]
    static = Path(app.outdir) / "_static"
    static.mkdir(parents=True, exist_ok=True)
    for language in ("zh", "en"):
        texts = [entry.pop(language) for entry in found]
        _write(static / TEXTS.format(language), f"mlpbookIndex.{language}", texts)
    _write(static / INDEX, "mlpbookIndex", {"sections": found, "terms": terms()})


def _write(path: Path, name: str, value: Any) -> None:
    """Writes a script that gives a property of the window a value."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    path.write_text(f"window.{name}={text};\n", encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Writes the index at the end of a build."""
    app.connect("build-finished", write_index)
