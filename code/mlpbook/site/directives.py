"""Directives for the book's own pages: a lab, the map of the notebooks, the generated indexes.

Each directive writes HTML from a data file or from the notebooks' tags. Their anchors are made
known to MyST, so that links to them are checked like any others.
"""

from collections import Counter
from collections.abc import Iterator
from html import escape
from importlib import import_module
from pathlib import Path
from typing import Any

import yaml
from docutils import nodes
from docutils.parsers.rst import directives as options
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from mlpbook import misconceptions
from mlpbook.site import blocks, book, maths, reader, search
from mlpbook.site.assets import PACKAGE
from mlpbook.site.blocks import anchor_id, register
from mlpbook.site.languages import Pair, pair


def raw(html: str) -> nodes.raw:
    """A piece of HTML as a node; its text is searched through entries of its own."""
    return nodes.raw("", maths.space_mathml(html), format="html", classes=[search.NO_SEARCH])


class HtmlDirective(SphinxDirective):
    """A directive that becomes a piece of HTML, which the search leaves to entries of its own."""

    def html(self) -> str:
        """The HTML of the directive."""
        raise NotImplementedError

    def run(self) -> list[nodes.Node]:
        return [raw(self.html())]

    def depends_on(self, path: Path) -> None:
        """Builds this page anew when a file changes."""
        self.env.note_dependency(str(path))

    def anchor(self, name: str, text: str = "") -> str:
        """Registers an anchor of this page and returns its `id` attribute."""
        register(self.env, name, self.lineno, text)
        return f'id="{escape(name)}"'

    def page(self, docname: str) -> str:
        """The address of another page, relative to this one."""
        return self.env.app.builder.get_relative_uri(self.env.docname, docname)

    def exists(self, file: str) -> bool:
        """Whether a notebook of the plan is part of this build."""
        return f"chapters/{file}" in self.env.found_docs


class Lab(HtmlDirective):
    """`{lab} name`: a lab without a notebook; initial values as `:values:` in YAML."""

    required_arguments = 1
    option_spec = {"values": options.unchanged, "hide": options.unchanged}  # noqa: RUF012

    def html(self) -> str:
        labs: Any = import_module("mlpbook.labs")
        values = yaml.safe_load(self.options.get("values", "{}"))
        hide = tuple(self.options.get("hide", "").split())
        return labs.show(self.arguments[0], hide=hide, **values).html()


class BookMap(HtmlDirective):
    """`{book-map}`: the notebooks, written or coming, what they need, how long they take."""

    def html(self) -> str:
        self.depends_on(book.PLAN)
        return f'<div class="map">{"".join(map(self._part, book.parts()))}</div>'

    def _part(self, part: book.Part) -> str:
        cards = "".join(map(self._card, part.sections))
        return f'<div class="map-part"><p class="map-name">{part.name.html()}</p>{cards}</div>'

    def _card(self, section: book.Section) -> str:
        needs = ", ".join(section.needs)
        facts = f"<span>{Pair(f'{section.minutes}分钟', f'{section.minutes} min').html()}</span>"
        if needs:
            facts += f"<span>{Pair(f'先读{needs}', f'after {needs}').html()}</span>"
        inside = (
            f'<span class="map-number">{section.number}</span>'
            f'<span class="map-title">{section.title.html(separator=False)}</span>'
            f'<span class="map-about">{section.about.html(separator=False)}</span>'
        )
        if self.exists(section.file):
            link = self.page(f"chapters/{section.file}")
            tail = f'<span class="map-facts">{facts}</span>'
            page = f'data-page="chapters/{section.file}"'
            return f'<a class="map-card" {page} href="{link}">{inside}{tail}</a>'
        soon = f'<span class="map-soon">{Pair("即将写成", "Coming").html()}</span>'
        tail = f'<span class="map-facts">{soon} {facts}</span>'
        return f'<div class="map-card map-coming">{inside}{tail}</div>'


class SectionsDirective(HtmlDirective):
    """A directive that becomes sections with headings of their own."""

    def sections(self) -> Iterator[nodes.section]:
        """The sections in order."""
        raise NotImplementedError

    def run(self) -> list[nodes.Node]:
        return list(self.sections())

    def section(self, name: str, title: Pair, html: str) -> nodes.section:
        """A section with its heading, which the page's outline lists."""
        register(self.env, name, self.lineno, title.text)
        heading = nodes.title("", "", nodes.Text(title.text))
        return nodes.section("", heading, raw(html), ids=[name], classes=[search.GENERATED])


class GlossaryTable(SectionsDirective):
    """`{glossary-table}`: the terms of `glossary.yml`, by topic."""

    def sections(self) -> Iterator[nodes.section]:
        path = PACKAGE / "glossary.yml"
        self.depends_on(path)
        for topic in yaml.safe_load(path.read_text(encoding="utf-8")):
            title = pair(topic["topic"])
            yield self.section(nodes.make_id(title.en), title, self._table(title, topic["terms"]))

    def _table(self, title: Pair, terms: list[dict[str, Any]]) -> str:
        rows = "".join(map(self._row, terms))
        head = "".join(
            f'<th scope="col">{Pair(*names).html()}</th>'
            for names in (("中文", "Chinese"), ("英文", "English"))
        )
        return (
            f'<div class="table-scroll"><table class="terms" aria-label="{escape(title.text)}">'
            f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
        )

    def _row(self, term: dict[str, Any]) -> str:
        anchor = self.anchor(search.term_anchor(term["en"]), term["zh"])
        abbreviation = f" ({escape(term['abbr'])})" if "abbr" in term else ""
        note = f"<br><small>{pair(term['note']).html()}</small>" if "note" in term else ""
        # No `lang` on the terms themselves: a glossary shows both languages at once.
        return (
            f"<tr {anchor}><td>{escape(term['zh'])}</td>"
            f"<td>{escape(term['en'])}{abbreviation}{note}</td></tr>"
        )


class ByNotebook(SectionsDirective):
    """A list in sections, one for each notebook that has something to list."""

    prefix = ""

    def listing(self, section: book.Section) -> str:
        """What there is to list of a notebook, as HTML, or "" for nothing."""
        raise NotImplementedError

    def sections(self) -> Iterator[nodes.section]:
        for section in (section for part in book.parts() for section in part.sections):
            html = self.listing(section)
            if html:
                title = Pair(*(f"{section.number} {words}" for words in section.title))
                yield self.section(f"{self.prefix}-{section.file}", title, html)

    def lead(self, section: book.Section, counted: Pair) -> str:
        """The line below a heading: how many there are, and the way to the notebook."""
        words = Pair("读这一节", "Read the section").html()
        link = f'<a href="{self.page(f"chapters/{section.file}")}">{words}</a>'
        way = link if self.exists(section.file) else ""
        return f'<p class="listed"><span>{counted.html()}</span> {way}</p>'


class Misconceptions(ByNotebook):
    """`{misconceptions}`: every entry of `misconceptions.yml` with the cell that refutes it."""

    prefix = "misconceptions"

    def listing(self, section: book.Section) -> str:
        self.depends_on(misconceptions.FILE)
        entries = [entry for entry in misconceptions.load() if entry.section == section.key]
        if not entries:
            return ""
        cards = "".join(self._card(section, entry) for entry in entries)
        counted = Pair(f"{len(entries)}个误解", plural(len(entries), "misconception"))
        return self.lead(section, counted) + cards

    def _card(self, section: book.Section, entry: misconceptions.Misconception) -> str:
        self.anchor(entry.id, entry.said["zh"])
        return misconceptions.card(entry, {"claim": self._claim(section, entry.claim)})

    def _claim(self, section: book.Section, claim: str) -> str | None:
        """The address of the cell that carries a claim's tag, or None while there is none."""
        if not self.exists(section.file):
            return None
        docname = f"chapters/{section.file}"
        path = Path(self.env.doc2path(docname))
        self.depends_on(path)
        found = any(claim in reader.tagged(cell, "claim") for cell in reader.cells(path))
        return f"{self.page(docname)}#claim-{claim}" if found else None


class ExerciseIndex(ByNotebook):
    """`{exercise-index}`: every exercise and every task, read from the notebooks' tags."""

    prefix = "exercises"

    def listing(self, section: book.Section) -> str:
        if not self.exists(section.file):
            return ""
        docname = f"chapters/{section.file}"
        path = Path(self.env.doc2path(docname))
        self.depends_on(path)
        counts: Counter[str] = Counter()
        items = ""
        for kind, name, title, solved in exercises(path):
            counts[kind] += 1
            items += self._item(self.page(docname), counts[kind], kind, name, title, solved)
        if not items:
            return ""
        asked, tasks = counts["exercise"], counts["your-turn"]
        counted = Pair(
            f"{asked}道习题，{tasks}个“动手”",
            f"{plural(asked, 'exercise')}, {plural(tasks, 'task')} for you",
        )
        return f'{self.lead(section, counted)}<div class="exercises"><ul>{items}</ul></div>'

    def _item(self, page: str, number: int, kind: str, name: str, title: str, solved: bool) -> str:
        anchor = anchor_id(kind, name)
        solution = ""
        if solved:
            address = f"{page}#{anchor_id('solution', name)}"
            words = Pair("解答", "solution").html()
            solution = f'<a class="to-solution" href="{address}">{words}</a>'
        kind_name = blocks.NAMES[kind]
        chip = Pair(f"{kind_name.zh}{number}", f"{kind_name.en} {number}").html()
        link = f'<a href="{page}#{anchor}">{pair(title or name).html()}</a>'
        return (
            f'<li {self.anchor(anchor, title)} data-exercise="{escape(anchor)}">'
            f'<span class="chip chip-{kind}">{chip}</span> {link} {solution}</li>'
        )


def plural(count: int, noun: str) -> str:
    """A number with its English noun: "1 exercise", "2 exercises"."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def exercises(path: Path) -> list[tuple[str, str, str, bool]]:
    """The exercises and tasks of a notebook in order.

    Args:
        path: A notebook.

    Returns:
        (kind, id, title, whether a solution follows) for each.
    """
    cells = reader.cells(path)
    solved = {name for cell in cells for name in reader.tagged(cell, "solution")}
    found: dict[tuple[str, str], str] = {}
    for cell in cells:
        for kind in ("exercise", "your-turn"):
            for name in reader.tagged(cell, kind):
                title = ""
                if cell.cell_type == "markdown":
                    title = reader.bare_title(reader.split_heading(cell.source)[0])
                found.setdefault((kind, name), title)
    return [(kind, name, title, name in solved) for (kind, name), title in found.items()]


def setup(app: Sphinx) -> None:
    """Registers the directives."""
    app.add_directive("lab", Lab)
    app.add_directive("book-map", BookMap)
    app.add_directive("glossary-table", GlossaryTable)
    app.add_directive("misconceptions", Misconceptions)
    app.add_directive("exercise-index", ExerciseIndex)
