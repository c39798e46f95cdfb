"""Fixtures of all browser tests: a real Chromium, and files served on localhost.

``browser``
    One headless browser for the session.
``page``
    A fresh page in a fresh context; an uncaught exception in the page fails the test.
``launch(*flags)``
    A second browser with other flags (``--js-flags=--noexpose-wasm``), closed after the test.
``serve(folder, headers=None)``
    Serves a folder on localhost and returns its address, without the final slash.
"""

from __future__ import annotations

import functools
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tools import browser as finder  # noqa: E402  (found through the line above)


@pytest.fixture(scope="session")
def browser_path() -> Path:
    """A Chromium-based browser; without one the browser tests fail and say how to get one."""
    try:
        return finder.find(may_install=True)
    except finder.NoBrowserError as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture(scope="session")
def playwright(browser_path: Path) -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright, browser_path: Path) -> Iterator[Browser]:
    started = playwright.chromium.launch(
        executable_path=str(browser_path), headless=True, args=list(finder.FLAGS)
    )
    yield started
    started.close()


@pytest.fixture
def launch(playwright: Playwright, browser_path: Path) -> Iterator[Callable[..., Browser]]:
    started: list[Browser] = []

    def with_flags(*flags: str) -> Browser:
        started.append(
            playwright.chromium.launch(
                executable_path=str(browser_path), headless=True, args=[*finder.FLAGS, *flags]
            )
        )
        return started[-1]

    yield with_flags
    for one in started:
        one.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    opened = context.new_page()
    uncaught: list[str] = []
    opened.on("pageerror", lambda error: uncaught.append(str(error)))
    yield opened
    context.close()
    assert not uncaught, f"uncaught exceptions in the page: {uncaught}"


class _Files(SimpleHTTPRequestHandler):
    """Static files as a plain host serves them: no isolation headers, ``.gz`` left as it is."""

    protocol_version = "HTTP/1.1"
    extra_headers: ClassVar[dict[str, str]] = {}
    extensions_map = {  # noqa: RUF012  (as in the base class)
        **SimpleHTTPRequestHandler.extensions_map,
        ".js": "text/javascript",
        ".mjs": "text/javascript",
        ".gz": "application/gzip",
        ".onnx": "application/octet-stream",
    }

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store")
        for name, value in self.extra_headers.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Keep the test's output quiet."""

    def handle(self) -> None:
        """A reader that has enough hangs up in mid-file; that is no error of the server."""
        try:
            super().handle()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[..., str]]:
    servers: list[ThreadingHTTPServer] = []

    def start(folder: Path | str, headers: dict[str, str] | None = None) -> str:
        handler = type("Files", (_Files,), {"extra_headers": headers or {}})
        server = ThreadingHTTPServer(
            ("127.0.0.1", 0), functools.partial(handler, directory=str(folder))
        )
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()
