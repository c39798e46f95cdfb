"""From a clean notebook to what the site needs.

The notebooks of the book are plain Markdown and code: they read well in JupyterLab and Colab and
know nothing of the site. What the site must know stands in the cells' tags; this reader turns the
tags into directives of `mlpbook.site.blocks` before MyST-NB parses the notebook.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from html import unescape
from itertools import groupby
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from mlpbook.site.languages import SEPARATOR
from mlpbook.site.maths import space_mathml

BLOCKS = ("exercise", "solution", "your-turn", "teacher")
HIDDEN_INPUT = ("lab", "quiz", "misconception")

_HEADING = re.compile(r"^(#{1,6})[ \t]+(.+?)[ \t]*#*$")
_FENCE = re.compile(r"^\s{0,3}(`{3,}|~{3,})")
_KIND = re.compile(
    r"^(?:(?:习题|练习|动手|你来写)\s*\d*(?:：|$)|(?:Exercise|Your turn)\s*\d*(?:: *|$)"
    r"|教师(?:笔记|手记)$|Teacher's notes$)"
)
_DRAWN = re.compile(r"<!--\s*(.*?)\s*-->|<text\b[^>]*>([^<]+)</text>")
_PAGE_LINK = re.compile(r"""(\bhref=["'])(?![a-z][a-z0-9+.-]*:)([^"'#]+)\.(?:ipynb|md)(?=[#"'])""")


def read(text: str) -> NotebookNode:
    """Reads a notebook and prepares it for the site.

    Args:
        text: A notebook of nbformat 4 as JSON.

    Returns:
        The notebook with anchors, blocks and folds in place of tags; outputs as stored.
    """
    notebook = nbformat.reads(text, as_version=4)
    notebook.cells = list(_prepare(notebook.cells))
    return notebook


@cache
def _cells_of(path: Path, changed: int) -> list[NotebookNode]:
    return nbformat.read(path, as_version=4).cells


def cells(path: Path) -> list[NotebookNode]:
    """The cells of a notebook's file, to be read only; parsed once until the file changes."""
    return _cells_of(path, path.stat().st_mtime_ns)


def tags_of(cell: NotebookNode) -> list[str]:
    """The tags of a cell, as a list of strings."""
    return list(cell.metadata.get("tags", []))


def tagged(cell: NotebookNode, kind: str) -> list[str]:
    """The ids that a cell carries for a kind of tag: `claim:a`, `claim:b` give `["a", "b"]`."""
    return [tag.split(":", 1)[1] for tag in tags_of(cell) if tag.startswith(kind + ":")]


def split_heading(source: str) -> tuple[str, str]:
    """Splits a cell's leading heading from the rest.

    Returns:
        The heading's text (empty where the cell starts with something else) and the rest.
    """
    first, _, rest = source.lstrip().partition("\n")
    match = _HEADING.match(first)
    return (match[2], rest.lstrip("\n")) if match else ("", source)


def block_of(cell: NotebookNode) -> tuple[str, str] | None:
    """The block that a cell belongs to, as (kind, id), or None."""
    for tag in tags_of(cell):
        kind, _, name = tag.partition(":")
        if kind in BLOCKS:
            return kind, name
    return None


def _prepare(cells: Iterable[NotebookNode]) -> Iterator[NotebookNode]:
    """Yields the cells with blocks opened and closed and every cell's tags carried out."""
    cells = list(cells)
    anchors = claim_places(cells)
    for block, group in groupby(cells, key=block_of):
        members = list(group)
        if block is None:
            yield from _cells(members, anchors)
        else:
            title = _take_title(members)
            yield _marker("block-open", f"{block[0]} {block[1]}".strip(), title)
            for cell in members:
                if cell.cell_type == "markdown":
                    cell.source = _headings_as_rubrics(cell.source)
            yield from _cells(members, anchors)
            yield _marker("block-close", block[0])


def claim_places(cells: Iterable[NotebookNode]) -> dict[str, NotebookNode]:
    """The cell of each claim to link to: the first that asserts, else the first with its tag."""
    places: dict[str, NotebookNode] = {}
    for cell in cells:
        for name in tagged(cell, "claim"):
            if name not in places or (_asserts(cell) and not _asserts(places[name])):
                places[name] = cell
    return places


def _asserts(cell: NotebookNode) -> bool:
    return cell.cell_type == "code" and "assert" in cell.source


def _cells(
    cells: Iterable[NotebookNode], anchors: dict[str, NotebookNode]
) -> Iterator[NotebookNode]:
    """Yields plain cells, each after the anchors of the claims that it settles."""
    for cell in cells:
        new = [name for name in tagged(cell, "claim") if anchors[name] is cell]
        if cell.cell_type == "code":
            yield from (_marker("anchor", f"claim-{name}") for name in new)
            yield _code_cell(cell)
        else:
            cell.source = _anchors_after_heading(cell.source, new)
            yield cell


def _marker(directive: str, argument: str, body: str = "") -> NotebookNode:
    """A markdown cell with a single directive."""
    return new_markdown_cell(f"```{{{directive}}} {argument}\n{body}\n```")


def _take_title(cells: list[NotebookNode]) -> str:
    """Removes the heading that opens a block and returns its text."""
    if cells[0].cell_type != "markdown":
        return ""
    title, cells[0].source = split_heading(cells[0].source)
    return bare_title(title)


def bare_title(title: str) -> str:
    """A block's title without its kind, which the page shows above it.

    `习题1：宽度 · Exercise 1: width` is `宽度 · Width`; a title that is its kind alone is empty.
    """
    parts = [_KIND.sub("", part, count=1) for part in title.split(SEPARATOR)]
    return SEPARATOR.join(part[:1].upper() + part[1:] for part in parts if part)


def _anchors_after_heading(source: str, claims: list[str]) -> str:
    """Puts claim anchors in front of a cell's text, but after its heading."""
    if not claims:
        return source
    anchors = "".join(f"```{{anchor}} claim-{name}\n```\n\n" for name in claims)
    title, rest = split_heading(source)
    if not title:
        return anchors + source
    heading = source.lstrip().partition("\n")[0]
    return f"{heading}\n\n{anchors}{rest}"


def _headings_as_rubrics(source: str) -> str:
    """Turns headings inside a block into rubrics: a block is no part of the page's outline."""
    lines, fence = [], ""
    for line in source.splitlines():
        mark = _FENCE.match(line)
        if mark and not fence:
            fence = mark[1]
        elif mark and mark[1].startswith(fence):
            fence = ""
        heading = None if fence or mark else _HEADING.match(line)
        lines.append(f"```{{rubric}} {heading[2]}\n```" if heading else line)
    return "\n".join(lines)


def _code_cell(cell: NotebookNode) -> NotebookNode:
    """Folds what a reader need not see at once and mends links in the outputs."""
    tags = tags_of(cell)
    if "setup" in tags and "hide-cell" not in tags:
        tags.append("hide-cell")
    if any(tag.partition(":")[0] in HIDDEN_INPUT for tag in tags) and "hide-input" not in tags:
        tags.append("hide-input")
    cell.metadata["tags"] = [tag.replace(":", "-") for tag in tags]
    for output in cell.outputs:
        data = output.get("data", {})
        if "text/html" in data:
            data["text/html"] = space_mathml(mend_links("".join(data["text/html"])))
    _describe_picture(cell)
    return cell


def _describe_picture(cell: NotebookNode) -> None:
    """Gives a cell's picture a text for those who cannot see it, unless its author did.

    An author writes it as `alt: {"zh": …, "en": …}` in the cell's metadata; else the words in the
    drawing itself are named.
    """
    kinds = {kind for output in cell.outputs for kind in output.get("data", {})}
    if not any(kind.startswith("image/") for kind in kinds):
        return
    options = cell.metadata.setdefault("mystnb", {}).setdefault("image", {})
    written = cell.metadata.get("alt")
    if isinstance(written, dict):
        options["alt"] = f"{written['zh']} · {written['en']}"
    elif "alt" not in options:
        words = [word for output in cell.outputs for word in words_in_drawing(output)]
        options["alt"] = _alt_from(list(dict.fromkeys(words)))


def words_in_drawing(output: NotebookNode) -> list[str]:
    """The words of an SVG drawing: its texts, or the comments that Matplotlib leaves for them."""
    svg = "".join(output.get("data", {}).get("image/svg+xml", ""))
    words = [comment or text for comment, text in _DRAWN.findall(svg)]
    return [unescape(word).strip() for word in words if re.search(r"[^\W\d_]{2}", word)]


def _alt_from(words: list[str]) -> str:
    if not words:
        return "上面的代码画出的图 · Picture drawn by the code above"
    named = ", ".join(words[:12])
    return f"图中标注：{named} · Figure labelled {named}"


def mend_links(html: str) -> str:
    """Points links to notebooks and Markdown pages of the book at the built pages.

    Addresses with a scheme or a host are left alone.
    """
    return _PAGE_LINK.sub(r"\1\2.html", html)
