"""Serve a folder of static files on localhost, as a plain host would.

A plain host sends no isolation headers and leaves a ``.gz`` as it is (no Content-Encoding):
what works here works on any of them.
"""

from __future__ import annotations

import functools
import os
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

FIRST_PORT = 8000
TRIES = 100
TYPES = {
    ".css": "text/css",
    ".gz": "application/gzip",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript",
    ".json": "application/json",
    ".mjs": "text/javascript",
    ".onnx": "application/octet-stream",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".woff2": "font/woff2",
}


class Files(SimpleHTTPRequestHandler):
    """Static files with the right types; says nothing and keeps nothing in caches unasked."""

    protocol_version = "HTTP/1.1"

    def guess_type(self, path: str | os.PathLike[str]) -> str:
        """Return a file's type, the same on every system."""
        return TYPES.get(Path(path).suffix) or super().guess_type(path)

    def end_headers(self) -> None:
        """Ask the browser to look again each time, so that a new build is seen."""
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Keep the terminal for the address."""

    def handle(self) -> None:
        """A reader that has enough hangs up in mid-file; that is no error of the server."""
        try:
            super().handle()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True


class Server(ThreadingHTTPServer):
    """A server for one folder, on this machine alone."""

    daemon_threads = True
    # On Windows a second server could take the same port.
    allow_reuse_address = os.name != "nt"

    @property
    def address(self) -> str:
        """The address to open, such as ``http://localhost:8000/``."""
        return f"http://localhost:{self.server_port}/"


def open_server(folder: Path | str, port: int | None = None) -> Server:
    """Return a server for ``folder`` that listens; call its ``serve_forever``.

    Args:
        folder: What to serve.
        port: The port, 0 for any that is free. By default 8000, or the next that is free.

    Raises:
        OSError: the port asked for is taken.
    """
    handler = functools.partial(Files, directory=str(folder))
    ports = range(FIRST_PORT, FIRST_PORT + TRIES) if port is None else (port,)
    for candidate in ports:
        try:
            return Server(("127.0.0.1", candidate), handler)
        except OSError:
            if candidate == ports[-1]:
                raise
    raise AssertionError("no port was tried")
