"""What Chromium finds on the pages: violations of axe-core, dead links, other hosts, weight."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urldefrag

from playwright.sync_api import Browser, Page

from tools import frontend
from tools.quality.server import CountingServer

THEMES = ("light", "dark")
LANGUAGES = ("zh", "en", "both")
WIDTHS = (1280, 375)
MINUTE = 60_000
TO_THE_END = "window.scrollTo({top: document.body.scrollHeight, behavior: 'instant'})"
OPEN_FOLDS = "for (const fold of document.querySelectorAll('details')) fold.open = true"
LABS_LIVE = """() => [...document.querySelectorAll('.mlp-lab[data-lab]')]
    .every((lab) => lab.classList.contains('mlp-live'))"""
TRAINING = """() => {
    const lab = document.querySelector('.mlp-lab [data-action=run]').closest('.mlp-lab');
    const { phase } = lab.dataset;
    const share = lab.querySelector('.mlp-progress').value;
    return phase === 'done' || (phase === 'running' && share >= 0.1);
}"""


class Look(NamedTuple):
    """A way in which a page can be seen."""

    theme: str
    language: str
    width: int


class Violation(NamedTuple):
    """What axe-core found: where, which rule, the element's selector, and its own words."""

    page: str
    look: Look
    rule: str
    selector: str
    words: str


class Visit(NamedTuple):
    """A page as it came: its name, links and ids, what it asked other hosts for, its bytes."""

    name: str
    links: list[str]
    ids: list[str]
    strangers: list[str]
    errors: list[str]
    weight: int
    html: str


LOOKS = tuple(Look(*each) for each in itertools.product(THEMES, LANGUAGES, WIDTHS))


def page_names(folder: Path) -> list[str]:
    """Return the addresses of a site's pages, except those that only lead on to another."""
    pages = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.html"))
    return [name for name in pages if not name.startswith(("_static/", "index.html"))]


def open_page(page: Page, address: str) -> None:
    """Open an address and wait until nothing is loading, every lab is alive, every box asked."""
    page.goto(address, wait_until="networkidle", timeout=2 * MINUTE)
    page.wait_for_function(LABS_LIVE, timeout=MINUTE)
    page.wait_for_selector("html.asked", timeout=MINUTE)  # boxes that scroll are then reachable


def violations(browser: Browser, site: str, names: list[str]) -> Iterator[Violation]:
    """Yield what axe-core finds on every page in every look, with all folds open."""
    axe = frontend.axe()
    for look in LOOKS:
        context = browser.new_context(
            viewport={"width": look.width, "height": 800},
            color_scheme="dark" if look.theme == "dark" else "light",
        )
        page = context.new_page()
        for name in names:
            open_page(page, f"{site}{name}?lang={look.language}")
            page.evaluate(OPEN_FOLDS)
            page.evaluate(axe)
            found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
            yield from _violations(name, look, found["violations"])
        context.close()


def _violations(name: str, look: Look, found: list[dict[str, Any]]) -> Iterator[Violation]:
    """Read axe-core's answer, an element at a time."""
    for rule in found:
        for node in rule["nodes"]:
            selector = " ".join(str(part) for part in node["target"])
            yield Violation(name, look, rule["id"], selector, node["failureSummary"])


def visit(browser: Browser, server: CountingServer, name: str) -> Visit:
    """Open a page for the first time, read it to its end, and note what came of it."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    asked: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    before = server.weight()
    open_page(page, server.address + name)
    page.evaluate(TO_THE_END)
    page.wait_for_load_state("networkidle")
    seen = Visit(
        name,
        page.evaluate("[...document.links].map((link) => link.href)"),
        page.evaluate("[...document.querySelectorAll('[id]')].map((element) => element.id)"),
        _strangers(asked, server.address),
        errors,
        server.weight() - before,
        page.content(),
    )
    context.close()
    return seen


def weigh_run(browser: Browser, server: CountingServer, name: str) -> tuple[int, list[str]]:
    """Train the first lab of a page for a while.

    Returns:
        The bytes that pressing Run brought, and what was asked of other hosts.
    """
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    open_page(page, server.address + name)
    before = server.weight()
    run = page.locator(".mlp-lab [data-action=run]").first
    run.click()
    page.wait_for_function(TRAINING, timeout=5 * MINUTE)
    run.click()
    weight = server.weight() - before
    context.close()
    return weight, _strangers(asked, server.address)


def broken_links(visits: list[Visit], site: str, folder: Path) -> list[str]:
    """Return the links of this site that lead to no file, or to no place in its page."""
    ids = {one.name: set(one.ids) for one in visits}
    broken = []
    for one in visits:
        for link in one.links:
            address, anchor = urldefrag(link)
            if not address.startswith(site):
                continue
            name = unquote(address.removeprefix(site).split("?")[0])
            target = folder / name
            exists = target.is_file() or (target / "index.html").is_file()
            lost = anchor and name in ids and unquote(anchor) not in ids[name]
            if not exists or lost:
                broken.append(f"{one.name}: {link}")
    return broken


def _strangers(asked: list[str], site: str) -> list[str]:
    """Return the addresses that are not of this site."""
    return [url for url in asked if not url.startswith((site, "data:", "blob:", "about:"))]
