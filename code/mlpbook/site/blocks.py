"""Blocks of cells: exercises, solutions in folds, "your turn" tasks, teacher's notes, anchors.

A block spans several cells, so the reader marks where it opens and closes, and a transform gathers
what lies between into one node.
"""

from html import escape
from typing import Any, ClassVar

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from mlpbook import misconceptions
from mlpbook.site import book
from mlpbook.site.languages import Pair, split_node

LOGGER = logging.getLogger(__name__)

NAMES = {
    "exercise": Pair("习题", "Exercise"),
    "solution": Pair("解答", "Solution"),
    "your-turn": Pair("动手", "Your turn"),
    "teacher": Pair("教师笔记", "Teacher's notes"),
}

INDEX = "chapters/exercises"
MISCONCEPTIONS = "chapters/misconceptions"
NO_SEARCH = "no-search"
REFUTES = Pair("下面的单元格反驳一个常见的误解", "The next cell refutes a common misconception")
REFUTES_MORE = Pair("它还反驳一个", "It refutes another as well")

# A tick that the reader sets; a script shows it and keeps it in the browser.
DONE = (
    '<button class="done by-script" type="button" aria-pressed="false">'
    f"{Pair('做完了', 'Done').html()}</button>"
)


class Block(nodes.container):
    """A gathered block; `kind` is a key of `NAMES`."""


class BlockOpen(nodes.Element):
    """Where a block begins."""


class BlockClose(nodes.Element):
    """Where a block ends."""


def anchor_id(kind: str, name: str) -> str:
    """The id of a block on its page: an exercise's own id, else the kind and the name."""
    return name if kind == "exercise" else f"{kind}-{name}"


class AnchorDirective(SphinxDirective):
    """`{anchor} name`: a place to link to, with exactly this id."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        target = nodes.target("", "", ids=[self.arguments[0]], classes=["anchor"])
        register(self.env, self.arguments[0], self.lineno)
        return [target, *self.refuted(self.arguments[0].removeprefix("claim-"))]

    def refuted(self, claim: str) -> list[nodes.Node]:
        """A line that leads from a refuting cell to the misconceptions that it refutes."""
        if MISCONCEPTIONS not in self.env.found_docs:
            return []
        page = self.env.app.builder.get_relative_uri(self.env.docname, MISCONCEPTIONS)
        name = getattr(book.section(self.env.docname), "key", None)
        refuted = [
            entry.id
            for entry in misconceptions.load()
            if (entry.section, entry.claim) == (name, claim)
        ]
        if not refuted:
            return []
        first = REFUTES_MORE if self.follows_another() else REFUTES
        words = [first, *[REFUTES_MORE] * (len(refuted) - 1)]
        links = [
            f'<a href="{page}#{escape(one)}">{text.html()}</a>'
            for one, text in zip(refuted, words, strict=True)
        ]
        text = f'<p class="refutes">{" · ".join(links)}</p>'
        return [nodes.raw(text, text, format="html", classes=[NO_SEARCH])]

    def follows_another(self) -> bool:
        """Whether such a line for the same cell stands just before."""
        before = [
            node
            for node in self.state.inliner.parent.children
            if not isinstance(node, nodes.target)
        ]
        return any(
            isinstance(node, nodes.raw) and "refutes" in node.rawsource for node in before[-1:]
        )


class BlockOpenDirective(SphinxDirective):
    """`{block-open} kind id` with the title as its body."""

    required_arguments = 1
    optional_arguments = 1
    has_content = True
    final_argument_whitespace = False

    def run(self) -> list[nodes.Node]:
        kind, name = self.arguments[0], "".join(self.arguments[1:])
        title = "\n".join(self.content).strip()
        node = BlockOpen("", kind=kind)
        if title:
            parsed, messages = self.state.inline_text(title, self.lineno)
            node += nodes.paragraph("", "", *parsed, *messages, classes=["block-title"])
        if name:
            node["ids"] = [anchor_id(kind, name)]
            register(self.env, node["ids"][0], self.lineno, title)
        return [node]


class BlockCloseDirective(SphinxDirective):
    """`{block-close} kind`."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        return [BlockClose("", kind=self.arguments[0])]


def register(env: Any, anchor: str, line: int, text: str = "") -> None:
    """Makes an anchor known to MyST, so that `[](page.md#anchor)` resolves."""
    anchors = env.temp_data.setdefault("mlpbook_anchors", {})
    anchors[anchor] = (line, anchor, text)


class GatherBlocks(SphinxTransform):
    """Wraps what stands between an opening and a closing marker; tells MyST of the anchors."""

    default_priority = 5

    def apply(self, **kwargs: Any) -> None:
        for opening in list(self.document.findall(BlockOpen)):
            self._gather(opening)
        slugs = self.env.metadata[self.env.docname].setdefault("myst_slugs", {})
        slugs.update(self.env.temp_data.pop("mlpbook_anchors", {}))

    def _gather(self, opening: BlockOpen) -> None:
        parent = opening.parent
        start = parent.index(opening)
        for end in range(start + 1, len(parent)):
            if isinstance(parent[end], BlockClose):
                break
        else:
            LOGGER.warning("block %r is never closed", opening["kind"], location=opening)
            return
        block = Block("", *opening.children, *parent[start + 1 : end], kind=opening["kind"])
        block["ids"] = opening["ids"]
        block.line = opening.line
        parent[start : end + 1] = [block]


class NumberExercises(SphinxTransform):
    """Counts the exercises of a page, so that a class can name them."""

    default_priority = 610

    def apply(self, **kwargs: Any) -> None:
        for kind in ("exercise", "your-turn"):
            blocks = (node for node in self.document.findall(Block) if node["kind"] == kind)
            for number, block in enumerate(blocks, start=1):
                block["number"] = number
        for node in self.document.findall(nodes.paragraph):
            if "block-title" in node["classes"]:
                split_node(node)


def visit_block(self: Any, node: Block) -> None:
    """Opens a block: a solution is a fold, the others are labelled regions."""
    kind = node["kind"]
    name = NAMES[kind]
    if "number" in node:
        name = Pair(f"{name.zh}{node['number']}", f"{name.en} {node['number']}")
    index = INDEX if kind in ("exercise", "your-turn") else ""
    if node["ids"] and index in self.builder.env.found_docs:
        page = self.builder.get_relative_uri(self.builder.current_docname, index)
        head = f'<a class="block-kind" href="{page}#{node["ids"][0]}">{name.html()}</a>'
    else:
        head = f'<span class="block-kind">{name.html()}</span>'
    if kind == "solution":
        self.body.append(self.starttag(node, "details", CLASS="block block-solution"))
        self.body.append(f"<summary>{head}</summary>\n")
    else:
        self.body.append(self.starttag(node, "div", CLASS=f"block block-{kind}"))
        tick = DONE if kind in ("exercise", "your-turn") else ""
        self.body.append(f'<div class="block-head">{head}{tick}</div>\n')


def depart_block(self: Any, node: Block) -> None:
    """Closes a block."""
    self.body.append("</details>\n" if node["kind"] == "solution" else "</div>\n")


class AdoptFolds(SphinxPostTransform):
    """Tells each fold which cell it is in; MyST-NB leaves that out."""

    default_priority = 200

    def run(self, **kwargs: Any) -> None:
        for cell in self.document.findall(nodes.container):
            for child in cell.children:
                if isinstance(child, HideCodeCellNode):
                    child.parent = cell


class Folds:
    """How a folded code cell is written: a native fold with a bilingual label."""

    LABELS: ClassVar[dict[str, Pair]] = {
        "setup": Pair("准备：安装、导入、随机种子", "Set-up: install, import, seed"),
        "cell": Pair("代码与输出", "Code and output"),
        "input": Pair("代码", "Code"),
        "output": Pair("输出", "Output"),
    }

    @classmethod
    def label(cls, node: HideCodeCellNode) -> Pair:
        """The label for what a fold hides."""
        cell = node.parent["classes"] if node.parent is not None else []
        if "tag_setup" in cell:
            return cls.LABELS["setup"]
        if "above-input" not in node["classes"]:
            return cls.LABELS["output"]
        whole = node.parent is not None and node.parent.get("hide_mode") == "all"
        return cls.LABELS["cell" if whole else "input"]

    @classmethod
    def visit(cls, translator: Any, node: HideCodeCellNode) -> None:
        translator.body.append('<details class="fold">\n')
        translator.body.append(f"<summary>{cls.label(node).html()}</summary>\n")

    @staticmethod
    def depart(translator: Any, node: HideCodeCellNode) -> None:
        translator.body.append("</details>\n")


def setup(app: Sphinx) -> None:
    """Registers the directives, the nodes and the transforms."""
    app.add_directive("anchor", AnchorDirective)
    app.add_directive("block-open", BlockOpenDirective)
    app.add_directive("block-close", BlockCloseDirective)
    app.add_node(Block, html=(visit_block, depart_block))
    app.add_node(HideCodeCellNode, override=True, html=(Folds.visit, Folds.depart))
    app.add_post_transform(AdoptFolds)
    app.add_transform(GatherBlocks)
    app.add_transform(NumberExercises)
