"""The HTML writer: bilingual labels, images that keep their place, tables that scroll."""

import re
from functools import cache
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.images import get_image_size
from sphinx.writers.html5 import HTML5Translator

from mlpbook.site.languages import Pair

ADMONITIONS = {
    "attention": Pair("留意", "Attention"),
    "caution": Pair("当心", "Caution"),
    "danger": Pair("危险", "Danger"),
    "error": Pair("错误", "Error"),
    "hint": Pair("提示", "Hint"),
    "important": Pair("重要", "Important"),
    "note": Pair("注意", "Note"),
    "seealso": Pair("另见", "See also"),
    "tip": Pair("窍门", "Tip"),
    "warning": Pair("警告", "Warning"),
}
TOKEN = re.compile(r'<span class="(\w+)">([^<]*)</span>')
FIGURES = {"figure": Pair("图", "Figure"), "table": Pair("表", "Table")}


@cache
def coloured() -> frozenset[str]:
    """The kinds of Pygments' tokens to which the style sheet gives a colour."""
    style = (Path(__file__).parent / "static" / "css" / "40-code.css").read_text(encoding="utf-8")
    rules = re.findall(r"^\.highlight :is\((.*?)\)", style, re.M)
    return frozenset(name for rule in rules for name in re.findall(r"\.(\w+)", rule))


def svg_size(path: Path) -> tuple[int, int] | None:
    """The size of an SVG file in CSS pixels, or None where it states none."""
    head = path.read_text(encoding="utf-8", errors="replace")[:4000]
    tag = head[head.find("<svg") : head.find(">", head.find("<svg")) + 1]
    found = dict.fromkeys(("width", "height"), 0.0)
    for name in found:
        match = re.search(rf'\b{name}="([\d.]+)(pt|px)?"', tag)
        if match is None:
            return None
        found[name] = float(match[1]) * (4 / 3 if match[2] == "pt" else 1)
    return round(found["width"]), round(found["height"])


def image_size(path: Path) -> tuple[int, int] | None:
    """The size of an image in CSS pixels, or None where it cannot be told."""
    if not path.is_file():
        return None
    return svg_size(path) if path.suffix == ".svg" else get_image_size(str(path))


class Translator(HTML5Translator):
    """Writes a page of the book."""

    def visit_admonition(self, node: nodes.Element, name: str = "") -> None:
        """Opens an admonition; the standard ones have a title in both languages."""
        self.body.append(self.starttag(node, "div", CLASS=f"admonition {name}"))
        if name:
            self.body.append(f'<p class="admonition-title">{ADMONITIONS[name].html()}</p>\n')

    def add_fignumber(self, node: nodes.Element) -> None:
        """Writes "图 1 · Figure 1"."""
        kind = self.builder.env.domains["std"].get_enumerable_node_type(node)  # type: ignore[attr-defined]
        if kind not in FIGURES:
            return
        numbers = self.builder.fignumbers.get(kind, {})
        if node["ids"] and node["ids"][0] in numbers:
            number = ".".join(map(str, numbers[node["ids"][0]]))
            label = Pair(f"{FIGURES[kind].zh}{number}", f"{FIGURES[kind].en} {number}")
            self.body.append(f'<span class="caption-number">{label.html()} </span>')

    def add_permalink_ref(self, node: nodes.Element, title: str) -> None:
        """Writes the mark beside a heading that links to itself; hidden from screen readers."""
        if node["ids"]:
            self.body.append(
                f'<a class="headerlink" href="#{node["ids"][0]}" aria-hidden="true"'
                ' tabindex="-1">#</a>'
            )

    def visit_image(self, node: nodes.Element) -> None:
        """Writes an image with its size, so that the page does not jump when it arrives."""
        before, size = len(self.body), image_size(Path(self.builder.srcdir) / node["uri"])
        super().visit_image(node)
        extra = 'loading="lazy" decoding="async"'
        if size is not None and "width" not in node and "height" not in node:
            extra += f' width="{size[0]}" height="{size[1]}"'
        self.body[before:] = [
            part.replace("<img ", f"<img {extra} ") for part in self.body[before:]
        ]

    def visit_literal_block(self, node: nodes.Element) -> None:
        """Writes code; what has no colour is text, not an element: a page has thousands."""
        before = len(self.body)
        try:
            super().visit_literal_block(node)
        finally:  # it ends in SkipNode
            self.body[before:] = [
                TOKEN.sub(lambda token: token[0] if token[1] in coloured() else token[2], part)
                for part in self.body[before:]
            ]

    def visit_paragraph(self, node: nodes.paragraph) -> None:
        """Opens a paragraph; one that begins with **图** or **Figure** is a figure's caption."""
        first = next((child for child in node.children if child.astext()), None)
        if isinstance(first, nodes.strong) and first.astext() in tuple(FIGURES["figure"]):
            node["classes"].append("figure-caption")
        super().visit_paragraph(node)

    def visit_citation(self, node: nodes.Element) -> None:
        """Opens an entry of the bibliography; Docutils' roles for it are deprecated."""
        self.body.append(self.starttag(node, "div", CLASS="citation"))

    def depart_citation(self, node: nodes.Element) -> None:
        """Closes an entry of the bibliography."""
        self.body.append("</div>\n")

    def visit_table(self, node: nodes.Element) -> None:
        """Opens a table in a box that scrolls by itself on a narrow screen."""
        self.body.append('<div class="table-scroll">')
        super().visit_table(node)

    def depart_table(self, node: nodes.Element) -> None:
        super().depart_table(node)
        self.body.append("</div>\n")


def setup(app: Sphinx) -> None:
    """Makes this the writer of HTML pages."""
    app.set_translator("html", Translator)
