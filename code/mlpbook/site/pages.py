"""What the page templates show around the text: navigation, title, buttons, descriptions."""

from html import escape
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx

from mlpbook.site import assets, book, maths
from mlpbook.site.languages import Pair, pair

PLACEHOLDER = "OWNER"


class Link(NamedTuple):
    """An entry of the navigation; `title` is HTML."""

    docname: str
    title: str
    number: str = ""


class Group(NamedTuple):
    """A part of the navigation."""

    name: Pair | None
    links: tuple[Link, ...]


class Heading(NamedTuple):
    """An entry of the page's own contents; `title` is HTML."""

    anchor: str
    title: str
    level: int


def title_html(node: nodes.Element) -> str:
    """Writes a title's children as HTML: text, the two languages, code and formulas."""
    pieces = []
    for child in node.children:
        if isinstance(child, nodes.Text):
            pieces.append(escape(child.astext(), quote=False))
        elif isinstance(child, nodes.math):
            pieces.append(maths.inline_html(child, maths.katex().render(child.astext())))
        elif isinstance(child, nodes.literal):
            pieces.append(f"<code>{escape(child.astext(), quote=False)}</code>")
        elif isinstance(child, nodes.Element):
            pieces.append(f"<span{_language(child)}>{title_html(child)}</span>")
    return "".join(pieces)


def _language(node: nodes.Element) -> str:
    """The attributes of an inline element: its language or its classes."""
    for name in node.get("classes", []):
        if name.startswith("language-"):
            return f' lang="{name.removeprefix("language-")}"'
    return f' class="{" ".join(node["classes"])}"' if node.get("classes") else ""


def title_pair(node: nodes.Element) -> Pair:
    """A title as plain text in both languages."""
    return pair(node.astext())


def navigation(app: Sphinx) -> list[Group]:
    """The parts and pages of the book, as `_toc.yml` gives them."""
    cached = getattr(app.builder, "_mlpbook_navigation", None)
    if cached is None:
        root = app.env.get_doctree(app.config.root_doc)
        cached = [_group(app, tree) for tree in root.findall(addnodes.toctree)]
        app.builder._mlpbook_navigation = cached  # type: ignore[attr-defined]
    return cached


def _group(app: Sphinx, tree: addnodes.toctree) -> Group:
    """One table of contents as a group of links."""
    caption = tree.get("caption")
    links = tuple(_link(app, name) for _, name in tree["entries"] if name in app.env.titles)
    return Group(pair(caption) if caption else None, links)


def _link(app: Sphinx, docname: str) -> Link:
    """An entry of the navigation, the section's number apart from its title."""
    title = app.env.titles[docname].deepcopy()
    first = title.children[0] if title.children else None
    if isinstance(first, nodes.inline) and "number" in first["classes"]:
        title.remove(first)
        return Link(docname, title_html(title), first.astext().strip())
    section = book.section(docname)
    return Link(docname, title_html(title), section.number if section else "")


def headings(doctree: nodes.document) -> list[Heading]:
    """The headings of a page below its title, two levels deep."""
    found = []
    for section in doctree.findall(nodes.section):
        level, parent = 1, section.parent
        while isinstance(parent, nodes.section):
            level, parent = level + 1, parent.parent
        title = section.next_node(nodes.title)
        if level in (2, 3) and title is not None:
            found.append(Heading(section["ids"][0], title_html(title), level))
    return found


def description(doctree: nodes.document) -> str:
    """The first paragraph of a page in each language, for search engines and previews."""
    texts = [p.astext().replace("\n", " ") for p in doctree.findall(nodes.paragraph)]
    texts = [text for text in texts if len(text) > 20]
    return " ".join(texts[:2])[:300]


def repository(app: Sphinx) -> str:
    """The repository's address from `_config.yml`, or "" while it is a placeholder."""
    url = str(app.config.html_theme_options.get("repository_url") or "").rstrip("/")
    parts = urlsplit(url).path.strip("/").split("/")
    return "" if len(parts) < 2 or PLACEHOLDER in parts else url


def colab(app: Sphinx, docname: str) -> str:
    """The address that opens a notebook in Colab, or "" while the book has no repository."""
    url = repository(app)
    if not url.startswith("https://github.com/"):
        return ""
    branch = app.config.html_theme_options.get("repository_branch") or "main"
    path = urlsplit(url).path.strip("/")
    return f"https://colab.research.google.com/github/{path}/blob/{branch}/{docname}.ipynb"


def add_context(
    app: Sphinx, pagename: str, template: str, context: dict[str, Any], doctree: Any
) -> None:
    """Hands the templates what they show."""
    title = app.env.titles.get(pagename)
    texts = title_pair(title) if title is not None else pair(context.get("title", ""))
    is_notebook = pagename in app.env.found_docs and app.env.doc2path(pagename).endswith(".ipynb")
    context.update(
        book_title=pair(app.config.html_title),
        book_subtitle=book.subtitle(),
        navigation=navigation(app),
        title_texts=texts,
        headings=headings(doctree) if doctree is not None else [],
        description=description(doctree) if doctree is not None else "",
        section=book.section(pagename),
        is_notebook=is_notebook,
        notebook=f"{pagename.rsplit('/', 1)[-1]}.ipynb",
        colab=colab(app, pagename) if is_notebook else "",
        repository=repository(app),
        both=both,
        version=_version(app),
    )


def both(zh: str, en: str) -> str:
    """Two words for a template: `both("搜索", "Search")`."""
    return Pair(zh, en).html(separator=True)


def _version(app: Sphinx) -> str:
    """The hash of the pages' files, worked out once a build."""
    if not hasattr(app.builder, "_mlpbook_version"):
        app.builder._mlpbook_version = assets.version()  # type: ignore[attr-defined]
    return app.builder._mlpbook_version  # type: ignore[attr-defined]


def pages_to_rewrite(app: Sphinx, env: Any) -> list[str]:
    """All pages, when something that every page shows has changed; else none.

    Sphinx writes a page anew only if its own text changed, but each page holds the whole book's
    table of contents and the hash of the scripts.
    """
    titles = {name: title.astext() for name, title in env.titles.items()}
    shown = f"{sorted(titles.items())} {env.toctree_includes} {_version(app)} {repository(app)}"
    stamp = Path(app.doctreedir) / "mlpbook.shown"
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == shown:
        return []
    stamp.write_text(shown, encoding="utf-8")
    return list(env.found_docs)


def extra_pages(app: Sphinx) -> list[tuple[str, dict[str, Any], str]]:
    """Pages that no source file makes: the search, the 404 page, the way in."""
    pages = [
        ("search", {"title": "搜索 · Search"}, "search.html"),
        ("404", {"title": "找不到这一页 · Page not found"}, "404.html"),
    ]
    if app.config.root_doc != "index":
        pages.append(("index", {"title": app.config.html_title}, "redirect.html"))
    return pages


def without_sphinx_search(app: Sphinx) -> None:
    """Leaves out Sphinx's own index and general index: `mlpbook.site.search` takes their place."""
    if app.builder.format == "html":
        app.builder.search = False  # type: ignore[attr-defined]


def setup(app: Sphinx) -> None:
    """Connects the page context and the generated pages."""
    app.add_config_value(
        "comments_config", {}, ""
    )  # Jupyter Book sets it for an extension left out
    app.connect("builder-inited", without_sphinx_search)
    app.connect("env-updated", pages_to_rewrite)
    app.connect("html-page-context", add_context)
    app.connect("html-collect-pages", extra_pages)
