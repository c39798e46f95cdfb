"""Take the README's picture from the built site: ``python -m tools.screenshot``.

It opens section 4.2, trains its first lab as a reader would, and writes ``images/lab.png``.
"""

from __future__ import annotations

import threading
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tools import browser, build
from tools.serve import open_server

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "images" / "lab.png"
PAGE = "chapters/4_2_mlp_scratch.html"
MINUTE = 60_000


def train(page: Page) -> None:
    """Press Run in the first lab and wait until its run has ended."""
    lab = page.locator(".mlp-lab").first
    lab.scroll_into_view_if_needed()
    run = lab.get_by_role("button", name="Run", exact=False).first
    run.click()
    lab.get_by_role("button", name="Pause", exact=False).first.wait_for(timeout=MINUTE)
    lab.get_by_role("button", name="Pause", exact=False).first.wait_for(
        state="hidden", timeout=5 * MINUTE
    )
    lab.evaluate("element => window.scrollTo(0, element.offsetTop - 80)")


def main() -> None:
    """Serve the built site, train the lab, and write the picture."""
    with open_server(build.HTML, 0) as server, sync_playwright() as playwright:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        program = str(browser.find(may_install=True))
        chromium = playwright.chromium.launch(executable_path=program, args=list(browser.FLAGS))
        page = chromium.new_page(viewport={"width": 1200, "height": 860})
        page.goto(server.address + PAGE)
        train(page)
        page.screenshot(path=PICTURE)
        chromium.close()
        server.shutdown()


if __name__ == "__main__":
    main()
