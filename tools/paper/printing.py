"""Chromium prints the pages of the built site, one language each, in the order of its contents."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import Browser, BrowserContext, Page

from tools.paper.front import Book

FOLDER = Path(__file__).parent
LOCALES = {"zh": "zh-CN", "en": "en-US"}
# The width between the margins of an A4 page, in CSS pixels.
TEXT_WIDTH = round((210 - 2 * 18) / 25.4 * 96)
MINUTES = 5 * 60_000
BOOK_WORDS = """(other) => {
    const text = (element) => {
        const copy = element?.cloneNode(true);
        copy?.querySelectorAll(`[lang="${other}"], .dot, .headerlink`).forEach((e) => e.remove());
        return copy?.textContent.replace(/\\s+/g, " ").trim() ?? "";
    };
    const find = (selector) => document.querySelector(selector);
    const groups = [];
    for (const part of document.querySelector(".contents").children) {
        if (part.matches("p")) groups.push({ part: text(part), pages: [] });
        if (part.matches("a") && !groups.length) groups.push({ part: "", pages: [part.href] });
        if (part.matches("ul")) {
            groups.at(-1).pages.push(...[...part.querySelectorAll("a")].map((link) => link.href));
        }
    }
    return {
        title: text(find(".brand-name")),
        subtitle: text(find(`.lead[lang="${other === "en" ? "zh-Hans" : "en"}"]`)),
        licence: text(find(".foot p")),
        groups,
    };
}"""


def plain(address: str) -> str:
    """Return a page's address without query and anchor."""
    return address.split("#")[0].split("?")[0]


class Heading(NamedTuple):
    """A heading of a page: 1 for its title, 2 or 3 below; its text; the id to which it leads."""

    level: int
    title: str
    anchor: str


class Printed(NamedTuple):
    """A page of the site on paper.

    Attributes:
        part: The part of the book that it is in, or "".
        address: Its address, without anchor.
        headings: Its title first.
        pdf: The file's bytes.
    """

    part: str
    address: str
    headings: list[Heading]
    pdf: bytes


class Printer:
    """A browser that prints the pages of a site in one language."""

    def __init__(self, browser: Browser, language: str) -> None:
        self.language = language
        self.context: BrowserContext = browser.new_context(
            locale=LOCALES[language], color_scheme="light", viewport={"width": 1000, "height": 1400}
        )
        # Without scripts a lab is its picture and a quiz its questions with their answers.
        self.context.route("**/*.js*", lambda route: route.abort())
        self.style = (FOLDER / "print.css").read_text(encoding="utf-8")
        self.prepare = (FOLDER / "print.js").read_text(encoding="utf-8")

    def book(self, start: str) -> tuple[Book, list[tuple[str, str]]]:
        """Return what the cover says and the pages to print, each with its part.

        Args:
            start: The address of the home page.
        """
        page = self._open(start)
        found = page.evaluate(BOOK_WORDS, "en" if self.language == "zh" else "zh-Hans")
        page.close()
        pages = [(group["part"], one) for group in found.pop("groups") for one in group["pages"]]
        return Book(**found), [(part, plain(address)) for part, address in pages]

    def page(self, part: str, address: str, first: int) -> Printed:
        """Print a page of the site, its numbers counted from ``first``."""
        page = self._open(address)
        page.emulate_media(media="print")
        page.add_style_tag(content=self.style)
        found: list[dict[str, Any]] = page.evaluate(
            self.prepare, {"language": self.language, "width": TEXT_WIDTH}
        )
        headings = [Heading(**one) for one in found]
        running = json.dumps(headings[0].title, ensure_ascii=False)
        page.add_style_tag(content=f"html {{ --running-title: {running}; }}")
        page.add_style_tag(content=f"@page :first {{ counter-set: page {first}; }}")
        return Printed(part, address, headings, self._pdf(page))

    def front(self, html: str) -> bytes:
        """Print the cover and the contents."""
        page = self.context.new_page()
        page.set_content(html, wait_until="networkidle")
        return self._pdf(page)

    def close(self) -> None:
        """Close the browser's context."""
        self.context.close()

    def _open(self, address: str) -> Page:
        """Open a page in the printer's language."""
        page = self.context.new_page()
        page.goto(f"{address}?lang={self.language}", wait_until="networkidle", timeout=MINUTES)
        return page

    def _pdf(self, page: Page) -> bytes:
        """Print what a page shows, and close it."""
        page.set_default_timeout(MINUTES)
        try:
            return page.pdf(prefer_css_page_size=True, print_background=True, tagged=True)
        finally:
            page.close()
