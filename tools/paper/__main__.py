"""Print the whole book as one PDF in each language: ``python -m tools.paper [--language zh]``."""

from __future__ import annotations

import argparse
import threading
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from mlpbook._html import LANGUAGES
from tools import browser, build
from tools.paper import front
from tools.paper.joining import Joined
from tools.paper.printing import Printed, Printer
from tools.serve import open_server

HOME = "chapters/index.html"


def make(chromium: Browser, site: str, home: str, language: str, path: Path) -> Joined:
    """Print a served site as a book.

    Args:
        chromium: What prints.
        site: The site's address.
        home: The name of its first page, whose navigation lists the others.
        language: "zh" or "en".
        path: The file to write.

    Returns:
        The book, whose ``lost`` names links that lead nowhere in it.
    """
    printer = Printer(chromium, language)
    about, pages = printer.book(site + home)
    body, printed, first = Joined(), [], 1
    for part, address in pages:
        one = printer.page(part, address, first)
        printed.append((first, one))
        first += body.add(one.pdf, address)
        print(f"  {one.headings[0].title}: {first - printed[-1][0]} pages", flush=True)
    book = Joined()
    entries = contents(printed, body)
    cover = printer.front(front.html(about, entries, language, f"{site}_static/book.css"))
    sheets = book.add(cover, "front")
    for _, one in printed:
        book.add(one.pdf, one.address)
    book.link(site)
    bookmarks(book, entries, language)
    book.write(path, title=about.title, author=author(), language=language, front=sheets)
    printer.close()
    return book


def contents(printed: Sequence[tuple[int, Printed]], body: Joined) -> list[front.Entry]:
    """Return the lines of the contents: parts, sections and their headings, with page numbers."""
    entries: list[front.Entry] = []
    part = ""
    for first, page in printed:
        if page.part != part:
            part = page.part
            entries.append(front.Entry(0, part))
        for heading in page.headings:
            address = f"{page.address}#{heading.anchor}" if heading.level > 1 else page.address
            number = first
            if place := body.place(address):
                number = body.writer.get_page_number(place.page) or 0
                number += 1
            entries.append(front.Entry(heading.level, heading.title, address, number))
    return entries


def bookmarks(book: Joined, entries: Sequence[front.Entry], language: str) -> None:
    """Give the book an outline: its contents, then parts, sections and headings."""
    above: list[tuple[int, object]] = []
    start = book.place("front")
    assert start is not None
    book.bookmark(front.CONTENTS[language], start)
    for index, entry in enumerate(entries):
        leads = entries[index + 1] if entry.level == 0 else entry
        place = book.place(leads.address)
        if place is None:
            continue
        while above and above[-1][0] >= entry.level:
            above.pop()
        parent = above[-1][1] if above else None
        above.append((entry.level, book.bookmark(entry.title, place, parent)))


def author() -> str:
    """Return the authors that ``_config.yml`` names."""
    lines = (build.ROOT / "_config.yml").read_text(encoding="utf-8").splitlines()
    return next((one.split(":", 1)[1].strip() for one in lines if one.startswith("author:")), "")


def main() -> int:
    """Build the site, print it, and say where the files are."""
    parser = argparse.ArgumentParser(prog="book.py pdf", description=__doc__)
    parser.add_argument("--language", nargs="+", choices=LANGUAGES, default=list(LANGUAGES))
    parser.add_argument("--site", type=Path, help="print this built site, and build none")
    options = parser.parse_args()
    try:
        program = str(browser.find(may_install=True))
    except browser.NoBrowserError as error:
        raise SystemExit(str(error)) from None
    if not options.site and (status := build.build()):
        return status
    with open_server(options.site or build.HTML, 0) as server, sync_playwright() as playwright:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        chromium = playwright.chromium.launch(executable_path=program, args=list(browser.FLAGS))
        for language in options.language:
            path = build.BUILD / f"mlpbook-{language}.pdf"
            book = make(chromium, server.address, HOME, language, path)
            for address in sorted(set(book.lost)):
                print(f"  left out, for it leads nowhere in the book: {address}")
            size = path.stat().st_size / 1e6
            name = path.relative_to(build.ROOT).as_posix()
            print(f"{name}: {len(book.writer.pages)} pages, {size:.1f} MB", flush=True)
        chromium.close()
        server.shutdown()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
